"""What the public saw on a day: pages, links and files of an earlier day; and nothing before its time."""

import datetime as dt
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from depth import some, tries
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from reading import Page, new_session, open_page, visit
from samples import SERIES, write_vintages

from dashboard import queries
from dashboard.catalog import today
from dashboard.language import LANGUAGES, Language, format_period, text
from dashboard.settings import Settings
from dashboard.store import Store, build_store
from dashboard.web.shell import DETAILS, MORE, PAGES

Start = Callable[[Settings], None]
TODAY = dt.date(2026, 11, 25)
in_both_languages = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def three_days(make_site: Callable[[str], Settings]) -> Settings:
    """Hold a small site with three days of publication; read only."""
    settings = make_site("days")
    write_vintages(settings.data)
    build_store(settings)
    return settings


@pytest.fixture
def vintages(three_days: Settings, start: Start, monkeypatch: pytest.MonkeyPatch) -> Callable[[dt.datetime], None]:
    """Open the site of three days; give what sets its clock."""
    start(three_days)

    def set_clock(moment: dt.datetime) -> None:
        monkeypatch.setattr("dashboard.catalog.now", lambda: moment)

    set_clock(dt.datetime(2026, 11, 25, 4, tzinfo=dt.UTC))
    return set_clock


def shown(page: Page) -> dict[str, str]:
    """Return the table of the plain series: period → value."""
    return dict(page.tables[0].iloc[:, 1:3].to_numpy().tolist())


def banner(page: Page) -> str:
    """Return what the notices about the day say."""
    return unescape(" ".join(re.sub(r"<[^>]+>", "", body) for body in page.html if 'class="asof"' in body))


def see(**query: Any) -> Page:
    """Open the table of the plain series."""
    page = open_page("indicator", code=SERIES, view="table", **query)
    assert not page.at.exception
    return page


@in_both_languages
def test_a_page_of_a_day_shows_that_days_figures_and_says_so(language: Language, vintages: Any) -> None:
    now = see(lang=language)
    first = see(lang=language, asof="2026-11-05")
    corrected = see(lang=language, asof="2026-11-15")
    assert banner(now) == ""
    assert len(shown(now)) == len(shown(first)) + 1 == len(shown(corrected)) + 1
    year = format_period("2022", language)
    assert shown(first)[year] != shown(corrected)[year] == shown(now)[year]
    for page, day in ((first, "2026-11-05"), (corrected, "2026-11-15")):
        assert text("asof_banner", language, day=format_period(day, language)) in banner(page)
        assert page.at.query_params["asof"] == day


def test_every_link_of_a_page_of_a_day_keeps_the_day_but_the_ways_out(vintages: Any) -> None:
    page = see(lang="en", asof="2026-11-15")
    ways_out = [href for href in page.links if href.startswith("/") and "asof=2026-11-15" not in href]
    assert len(ways_out) == 2
    assert ways_out[0].startswith("/changes?") and "from=2026-11-10" in ways_out[0]
    assert ways_out[1] == f"/indicator?lang=en&code={SERIES}&view=table" or f"code={SERIES}" in ways_out[1]
    files = [href for href in page.links if href.startswith("/data/")]
    assert files and all("asof=2026-11-15" in href for href in files)


@pytest.mark.parametrize(
    ("asked", "problem", "kept", "last"),
    [
        ("2026-12-24", "asof_future", None, "2023"),
        ("15.11.2026", "asof_malformed", None, "2023"),
        ("", "asof_malformed", None, "2023"),
        ("2020-01-01", "asof_early", "2026-11-01", "2022"),
    ],
)
@in_both_languages
def test_a_day_that_cannot_be_shown_is_told_in_one_sentence(
    asked: str, problem: str, kept: str | None, last: str, language: Language, vintages: Any
) -> None:
    page = see(lang=language, asof=asked)
    day = format_period(kept or TODAY.isoformat(), language)
    assert text(problem, language, day=day) in banner(page)
    assert dict(page.at.query_params).get("asof") == kept
    assert next(iter(shown(page))) == format_period(last, language)


def test_the_day_stays_when_the_navigation_drops_it_and_goes_with_a_link_without_it(vintages: Any) -> None:
    at = new_session()
    visit(at, "overview", lang="en", asof="2026-11-05")
    visit(at, "indicators")
    assert at.query_params["asof"] == "2026-11-05"
    page = visit(at, "indicators", lang="en")
    assert "asof" not in at.query_params
    assert banner(page) == ""
    visit(at, "about")
    assert "asof" not in at.query_params


def test_a_thing_not_yet_published_says_so_and_is_in_no_list(vintages: Any) -> None:
    page = open_page("indicator", lang="en", code="cpi_score", asof="2026-11-05")
    assert text("not_published_then", "en", day="5 Nov 2026") in page.text()
    listed = open_page("indicators", lang="en", asof="2026-11-05")
    assert [href for href in listed.links if f"code={SERIES}" in href]
    assert not [href for href in listed.links if "code=cpi_score" in href]


@pytest.mark.parametrize("page", [*PAGES, *MORE, *DETAILS])
def test_every_page_opens_on_a_day_with_one_indicator(page: str, vintages: Any) -> None:
    keys = {
        "indicator": SERIES,
        "story": "open-procedures",
        "claim": "open_share_fell_by",
        "search": "open",
        "opinions": "none",
    }
    named = {DETAILS[page]: keys[page]} if page in DETAILS else {}
    for language in some(LANGUAGES[:: 1 if len(page) % 2 else -1], 2):
        seen = open_page(page, lang=language, asof="2026-11-05", **named)
        assert not seen.at.exception
        assert "problem" not in seen.classes
        assert seen.title
        assert not re.search(r"\{[a-z_]+\.[a-z_]+\}", seen.text())


def test_every_story_reads_without_a_placeholder_on_every_day_of_publication(site: Store) -> None:
    """In one language each, by turns; every story of today is read in both elsewhere."""
    at = new_session()
    stories = queries.get_case_studies(site)
    for turn, day in enumerate(queries.get_publication_days(site, today())):
        for place, story in enumerate(some(stories[turn % 3 :] + stories[: turn % 3], 3)):
            language = LANGUAGES[(turn + place) % 2]
            page = visit(at, "story", lang=language, slug=story.slug, asof=day.isoformat())
            assert not at.exception
            assert not set("{}") & set(page.text()), (story.slug, day)


NIGHT = dt.datetime(2026, 11, 19, 16, tzinfo=dt.UTC)
"""The row of 2023 is published on 20 November; this is midnight in Taipei, and still the 19th in London."""


def test_a_row_under_embargo_comes_out_at_midnight_in_taipei_on_a_running_site(vintages: Any) -> None:
    """What was cached before must not keep the row back, nor give it away."""
    for moment, out in (
        (NIGHT - dt.timedelta(seconds=1), False),
        (NIGHT, True),
        (NIGHT - dt.timedelta(hours=1), False),
    ):
        vintages(moment)
        assert ("2023" in shown(see(lang="en"))) == out
        early = see(lang="en", asof="2026-11-20")
        assert ("2023" in shown(early)) == out
        assert (text("asof_future", "en") in banner(early)) == (not out)
        for page in ("overview", "indicators", "about", "changes", "ledger"):
            words = open_page(page, lang="en").text()
            assert out or "83.10%" not in words
        changes = open_page("changes", lang="en")
        assert ("20 Nov 2026" in changes.text()) == out


@in_both_languages
def test_the_page_of_changes_tells_old_and_new_value_reason_and_day(language: Language, vintages: Any) -> None:
    page = open_page("changes", lang=language, **{"from": "2026-11-05", "to": "2026-11-15"})
    words = page.text()
    reason = {"zh-TW": "發布者更正。", "en": "Corrected by the publisher."}[language]
    for wanted in (
        "83.90%",
        "83.70%",
        reason,
        format_period("2026-11-10", language),
        text("change_correction", language),
    ):
        assert wanted in words
    assert "open_share_fell_by" in " ".join(page.links)
    # Days without a publication show the rows of the last one before, and say which.
    assert dict(page.at.query_params) == {"lang": language, "from": "2026-11-01", "to": "2026-11-10"}
    assert len(page.at.caption) == 2
    table = open_page("indicator", lang=language, code=SERIES).text()
    assert text("corrected_notice", language, count=1, day=format_period("2026-11-10", language)) in table


def test_a_change_smaller_than_what_is_shown_is_told_with_all_its_digits() -> None:
    words = open_page("indicator", lang="en", code="single_tenderer_share").text()
    assert "62.39\n62.3902" in words


def test_days_in_the_wrong_order_are_turned_and_said(vintages: Any) -> None:
    right = open_page("changes", lang="en", **{"from": "2026-11-01", "to": "2026-11-10"})
    turned = open_page("changes", lang="en", **{"from": "2026-11-10", "to": "2026-11-01"})
    assert [caption.value for caption in turned.at.caption] == [text("changes_turned", "en")]
    assert right.headings == turned.headings
    assert [href for href in turned.links if href.startswith("/changes.csv")] == [
        href for href in right.links if href.startswith("/changes.csv")
    ]


def test_any_day_on_any_page_gives_a_page(vintages: Any) -> None:
    keys = {
        "indicator": SERIES,
        "story": "open-procedures",
        "claim": "open_share_fell_by",
        "search": "open",
        "opinions": "none",
    }
    days = st.one_of(st.dates(dt.date(2026, 10, 25), dt.date(2026, 11, 30)).map(str), st.dates().map(str), st.text())

    @hypothesis_settings(deadline=None, max_examples=tries(12), suppress_health_check=list(HealthCheck))
    @given(page=st.sampled_from([*PAGES, *MORE, *DETAILS]), asof=days, language=st.sampled_from(LANGUAGES))
    def run(page: str, asof: str, language: Language) -> None:
        named = {DETAILS[page]: keys[page]} if page in DETAILS else {}
        seen = open_page(page, lang=language, asof=asof, **named)
        assert not seen.at.exception
        assert "problem" not in seen.classes
        assert seen.title
        kept = dict(seen.at.query_params).get("asof")
        assert kept is None or dt.date(2026, 11, 1) <= dt.date.fromisoformat(kept) <= TODAY

    run()


# The nearest view.


@pytest.mark.parametrize(
    ("asked", "shown_period"),
    [("2020", None), ("2019-06", "2019"), ("1999", "2004"), ("2017-Q1", "2016"), ("soon", None)],
)
def test_a_period_outside_the_series_gives_the_nearest_one(asked: str, shown_period: str | None) -> None:
    from dashboard.components.choices import nearest_period

    periods = ["2004", "2012", "2016", "2019", "2024"]
    found = nearest_period(asked, periods)
    assert found == (shown_period or {"2020": "2019", "soon": None}[asked])


def test_a_place_and_a_period_that_are_not_there_are_named_with_what_is_shown() -> None:
    page = open_page("places", lang="en", county="TW-XXX", indicator="presidential_turnout", period="2017")
    said = [caption.value for caption in page.at.caption]
    assert any("TW-XXX" in words and "Taipei" in words for words in said)
    period = dict(page.at.query_params)["period"]
    assert period[:4] == "2016"
    assert any("2017" in words and period[:4] in words for words in said)


def test_a_period_where_there_is_only_one_is_named_too() -> None:
    page = open_page("indicator", lang="en", code="university_educated_share", view="map", period="1999")
    assert [caption.value for caption in page.at.caption] == [text("bad_choice", "en", value="1999", shown="2020")]
    assert "period" not in page.at.query_params


@pytest.mark.parametrize(
    ("page", "key", "asked", "meant"),
    [
        ("indicator", "code", "cpi_scores", "code=cpi_score"),
        ("story", "slug", "open-contractin", "slug=open-contracting"),
        ("claim", "id", "cpi_within_margins", "id=cpi_within_margin"),
    ],
)
@in_both_languages
def test_a_mistyped_thing_offers_what_is_spelled_like_it(
    page: str, key: str, asked: str, meant: str, language: Language
) -> None:
    seen = open_page(page, lang=language, **{key: asked})
    assert not seen.at.exception
    assert any(href.endswith(meant) for href in seen.links)
