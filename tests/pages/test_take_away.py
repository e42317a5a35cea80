from urllib.parse import parse_qs, urlsplit

import pytest
from reading import new_session, visit

from dashboard import views
from dashboard.catalog import today
from dashboard.language import LANGUAGES, Language
from dashboard.queries import IndicatorCard, get_observations, get_places
from dashboard.store import Store
from dashboard.views import Selection

FORMS = ("csv", "xlsx", "json", "parquet")
CODES = (
    "cpi_score",
    "same_sex_marriages",
    "procurement_open_share_count",
    "integrity_survey_ratings",
    "eiu_democracy_index",
)


def query_of(link: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(link).query)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CODES)
def test_files_and_picture_of_the_default_view_hold_what_is_on_the_page(
    code: str, language: Language, cards: dict[str, IndicatorCard], site: Store
) -> None:
    page = visit(new_session(), "indicator", lang=language, code=code)
    links = {urlsplit(link).path: link for link in page.links}
    for form in FORMS:
        asked = query_of(links[f"/data/{code}.{form}"])
        rows = get_observations(site, code, today())
        drawn = views.complete(Selection(code), cards[code], rows, get_places(site))
        assert asked["lang"] == [language]
        assert asked["place"] == list(drawn.areas or ())
        assert asked.get("part", [None]) == [drawn.part]
    assert query_of(links[f"/picture/indicator/{code}.png"])["place"] == asked["place"]
    assert f"/pack/indicator/{code}.zip" in links


@pytest.mark.parametrize("language", LANGUAGES)
def test_claims_and_stories_can_be_taken_away(language: Language, cards: dict[str, IndicatorCard]) -> None:
    at = new_session()
    claim = visit(at, "claim", lang=language, id="a_reply_is_not_the_data")
    paths = {urlsplit(link).path for link in claim.links}
    assert {"/picture/claim/a_reply_is_not_the_data.png", "/picture/claim/a_reply_is_not_the_data.svg"} <= paths
    assert any(path.startswith("/pack/indicator/") for path in paths)
    story = visit(at, "story", lang=language, slug="open-contracting")
    paths = {urlsplit(link).path for link in story.links}
    assert {"/picture/story/open-contracting.png", "/pack/story/open-contracting.zip"} <= paths
