"""The deck builder: slides are added, ordered and taken out; the address is the deck; changed numbers are told."""

import datetime as dt
import tomllib
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from reading import HAN, new_session, open_page, visit
from samples import change_rows, write_vintages
from streamlit.testing.v1 import AppTest

from dashboard.catalog import today
from dashboard.export.deck import MOST_SLIDES, list_decks
from dashboard.language import LANGUAGES, Language, text
from dashboard.settings import Settings
from dashboard.store import Store

CLAIM, INDICATOR, STORY = "claim:cpi_within_margin", "indicator:same_sex_marriages", "story:open-contracting"
THREE = f"{CLAIM},{INDICATOR},{STORY}"
each_language = pytest.mark.parametrize("language", LANGUAGES)


def held(at: AppTest) -> list[str]:
    """Return the deck of the address."""
    value = at.query_params.get("items", [""])
    return [item for item in (value[0] if isinstance(value, list) else value).split(",") if item]


def press(at: AppTest, key: str) -> None:
    at.button(key=key).click().run()
    assert not at.exception


@each_language
def test_a_deck_is_put_together_slide_by_slide(language: Language) -> None:
    at = new_session()
    visit(at, "decks", lang=language)
    for item in (CLAIM, INDICATOR, STORY):
        at.selectbox(key="deck_field").set_value(item).run()
        assert not at.exception
    assert held(at) == [CLAIM, INDICATOR, STORY]
    assert at.query_params["made"] in (today().isoformat(), [today().isoformat()])
    press(at, "deck_up_2")
    assert held(at) == [CLAIM, STORY, INDICATOR]
    press(at, "deck_down_0")
    assert held(at) == [STORY, CLAIM, INDICATOR]
    press(at, "deck_remove_1")
    assert held(at) == [STORY, INDICATOR]


@each_language
def test_a_ready_made_deck_is_a_beginning(language: Language, site: Store) -> None:
    at = new_session()
    visit(at, "decks", lang=language)
    at.selectbox(key="deck_start").set_value("theme-youth").run()
    assert not at.exception
    assert 1 < len(held(at)) <= MOST_SLIDES


@each_language
@pytest.mark.parametrize("lang", ["zh-TW", "en", "both"])
def test_the_ways_out_lead_to_exactly_this_deck(language: Language, lang: str) -> None:
    page = open_page("decks", lang=language, items=THREE, lang2=lang, made=today().isoformat())
    rooms = {"/present", "/deck.pptx", "/present.html", "/questions"}
    ways = {urlsplit(href).path: parse_qs(urlsplit(href).query) for href in page.links if "items=" in href}
    assert rooms <= set(ways)
    for room in rooms:
        assert ways[room]["items"] == [THREE]
        assert ways[room]["lang"] == [lang]
    assert ways["/present"]["back"][0].startswith("/decks?")


@each_language
def test_every_ready_made_deck_is_offered(language: Language, site: Store) -> None:
    page = open_page("decks", lang=language)
    for name, words in list_decks(site, today()).items():
        assert any(href.startswith(f"/present/{name}?lang={language}") for href in page.links)
        assert words[language] in page.text()


@each_language
def test_another_page_sends_its_finding_to_the_deck(language: Language) -> None:
    at = new_session()
    visit(at, "decks", lang=language, items=CLAIM)
    page = visit(at, "claim", lang=language, id="integrity_platforms_counted")
    sent = next(parse_qs(urlsplit(href).query)["add"][0] for href in page.links if href.startswith("/decks?"))
    visit(at, "decks", lang=language, add=sent)
    assert held(at) == [CLAIM, "claim:integrity_platforms_counted"]
    assert "add" not in at.query_params


@each_language
def test_what_is_no_slide_is_told_and_left_out(language: Language) -> None:
    page = open_page("decks", lang=language, items=f"{CLAIM},claim:nobody,<script>")
    assert text("deck_missing_items", language, count=2) in page.text()
    assert not any("script" in body for body in page.html)
    assert text("deck_count", language, count=1, most=MOST_SLIDES) in page.text()


@hypothesis_settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(items=st.text(max_size=80), made=st.text(max_size=12), lang2=st.text(max_size=6))
def test_no_address_breaks_the_builder(items: str, made: str, lang2: str) -> None:
    page = open_page("decks", lang="en", items=f"{items},{CLAIM}", made=made, lang2=lang2)
    assert not page.at.exception
    assert "problem" not in page.classes
    assert page.title == text("page_decks", "en")


@pytest.mark.parametrize(
    ("page", "query", "room"),
    [
        ("overview", {}, "/present/overview"),
        ("indicators", {"theme": "youth"}, "/present/theme-youth"),
        ("plans", {}, "/present/plan-nap1"),
        ("story", {"slug": "open-contracting"}, "/present/story-open-contracting"),
        ("claim", {"id": "cpi_within_margin"}, "/present"),
        ("indicator", {"code": "same_sex_marriages"}, "/present"),
    ],
)
@each_language
def test_present_mode_is_one_click_away(page: str, query: dict[str, str], room: str, language: Language) -> None:
    ways = [urlsplit(href) for href in open_page(page, lang=language, **query).links]
    way = next(way for way in ways if way.path == room)
    asked = parse_qs(way.query)
    assert asked["lang"] == [language]
    assert asked["back"][0].startswith("/")


@pytest.mark.parametrize("page", ["overview", "decks"])
def test_a_page_of_an_earlier_day_leads_to_slides_of_that_day(page: str) -> None:
    links = open_page(page, lang="en", asof="2026-11-24").links
    ways = [href for href in links if href.startswith(("/present", "/deck/", "/questions", "/brief"))]
    assert ways
    assert all(parse_qs(urlsplit(href).query)["asof"] == ["2026-11-24"] for href in ways)
    shown = next(parse_qs(urlsplit(href).query) for href in ways if href.startswith("/present"))
    assert shown["made"] == ["2026-11-24"]
    assert parse_qs(urlsplit(shown["back"][0]).query)["asof"] == ["2026-11-24"]


@each_language
def test_numbers_that_changed_since_the_deck_was_made_are_told(
    language: Language, own_site: Settings, start: Callable[[Settings], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_vintages(own_site.data)
    start(own_site)
    item = "claim:open_share_fell_by"
    page = open_page("decks", lang=language, items=item, made="2026-11-05")
    told = page.text()
    assert "83.90%" in told
    assert "83.70%" in told
    assert bool(HAN.search(page.title)) == (language == "zh-TW")
    press(page.at, "deck_redate")
    assert page.at.query_params["made"] in (today().isoformat(), [today().isoformat()])
    later = open_page("decks", lang=language, items=item, made="2026-11-15")
    assert "83.90%" not in later.text()
    assert "2023" in later.text() and "83.10%" in later.text(), "the chart went on"
    same = open_page("decks", lang=language, items=item, made="2026-11-21")
    assert text("deck_unchanged", language, day="@").split("@")[1] in same.text()


def offered(language: Language) -> list[str]:
    """Return the slides the builder offers, in words."""
    at = new_session()
    visit(at, "decks", lang=language)
    return [str(option) for option in at.selectbox(key="deck_field").options]


@each_language
def test_an_indicator_under_embargo_is_offered_from_midnight_in_taipei(
    language: Language, own_site: Settings, start: Callable[[Settings], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "data_requests"
    path = own_site.data / "indicators" / f"{code}.csv"
    change_rows(path, lambda rows: [row | {"published": "2026-12-01"} for row in rows])
    start(own_site)
    named = tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))["title"][language]
    words = f"{text('deck_kind_indicator', language)} · {named}"
    for moment, there in (("2026-11-30T15:59:59+00:00", False), ("2026-11-30T16:00:00+00:00", True)):
        monkeypatch.setattr("dashboard.catalog.now", lambda at=moment: dt.datetime.fromisoformat(at))
        assert (words in offered(language)) == there
        page = open_page("decks", lang=language, items=f"indicator:{code}")
        assert (text("deck_missing_items", language, count=1) in page.text()) != there
