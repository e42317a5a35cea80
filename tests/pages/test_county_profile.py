"""A county's profile: where its names and rows lead."""

from urllib.parse import parse_qs, urlsplit

import pytest
from reading import new_session, visit

from dashboard import queries
from dashboard.catalog import today
from dashboard.language import LANGUAGES, Language
from dashboard.queries import IndicatorCard
from dashboard.store import Store


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_leads_to_its_indicator_with_the_county_chosen(language: Language, site: Store) -> None:
    seen = visit(new_session(), "places", lang=language, county="TW-KIN")
    ways = [urlsplit(href) for href in seen.links if "place=TW-KIN" in href]
    assert {way.path for way in ways} == {"/indicator"}
    led = {parse_qs(way.query)["code"][0] for way in ways}
    assert led == set(queries.get_county_profile(site, "TW-KIN", today())["indicator_code"])
    assert 'id="profile-TW-KIN" tabindex="-1"' in "".join(seen.html)


def test_the_way_of_a_row_shows_the_county_and_the_part(cards: dict[str, IndicatorCard]) -> None:
    seen = visit(new_session(), "places", lang="en", county="TW-KIN")
    at = new_session()
    whole = next(href for href in seen.links if "place=TW-KIN" in href and "part=" not in href)
    part = next(href for href in seen.links if "place=TW-KIN" in href and "part=" in href)
    for href in (whole, part):
        query = {name: values[0] for name, values in parse_qs(urlsplit(href).query).items()}
        page = visit(at, "indicator", **query)
        assert page.at.selectbox(key="place").value == "TW-KIN", href
        assert not [words for words in page.at.caption if "not available" in words.value], href
        if "part" in query and any(box.key == "part" for box in page.at.selectbox):
            assert page.at.selectbox(key="part").value == query["part"]


def test_every_county_is_a_link_that_names_its_profile_and_the_shown_one_says_so(site: Store) -> None:
    body = "".join(visit(new_session(), "places", lang="en", county="TW-KIN").html)
    counties = [code for code, place in queries.get_places(site).items() if place.level == "county"]
    assert len(counties) == 22
    assert all(f'data-goal="profile-{code}"' in body for code in counties)
    assert body.count("aria-current") == 1
    assert 'data-goal="profile-TW-KIN" aria-current' in body
