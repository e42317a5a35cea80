"""Present mode, its copy without a network and the question cards, asked for as a browser asks."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from html import unescape

import pytest
from client import Client
from depth import some
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.catalog import today
from dashboard.export.deck import Slide, build_deck, list_changes, list_decks, tell_slides
from dashboard.export.shelf import open_shelf
from dashboard.language import HTML_LANG, LANGUAGES, Language, format_period, text
from dashboard.queries import get_publication_days
from dashboard.store import Store
from dashboard.web import edition, stage
from dashboard.web.edition import Edition
from dashboard.web.stage import parse_back, parse_made

OUTPUT = "claim:integrity_platforms_counted"
LINES = ("zh-TW", "en", "both")
HAN = re.compile(r"[\u4e00-\u9fff]")
each_language = pytest.mark.parametrize("lang", LINES)


def slides(page: str) -> list[str]:
    return re.findall(r'<section class="slide.*?</dialog>', page, flags=re.DOTALL)


@each_language
def test_a_presentation_holds_every_slide_and_fetches_nothing_but_style_and_script(
    lang: str, client: Client, site: Store
) -> None:
    answer = client.get(f"/present/overview?lang={lang}")
    assert answer.status == 200
    page = answer.text
    assert f'<html lang="{HTML_LANG["en" if lang == "en" else "zh-TW"]}">' in page
    assert 3 <= len(slides(page)) <= 12
    assert page.count("hidden") >= len(slides(page)) - 1
    assert re.findall(r"<script(?! type=\"application/json\")[^>]*>", page) == re.findall(
        r'<script defer src="\.\./assets/[0-9a-f]+/stage\.js">', page
    )
    assert not re.search(r'(?:src|data|poster|srcset)="(?!\.\./assets/)', page)
    assert " on" + "click" not in page


@each_language
def test_every_slide_says_finding_level_grade_doubt_source_and_day(lang: str, client: Client, site: Store) -> None:
    for slide in slides(client.get(f"/present/theme-integrity?lang={lang}").text):
        for language in LANGUAGES if lang == "both" else (lang,):
            assert text("doubt", language) in slide  # type: ignore[arg-type]
            assert text("as_of", language) in slide  # type: ignore[arg-type]
        assert '<span class="grade">' in slide
        assert slide.count('class="question"') == 5
        assert re.search(r'<a href="http://outcomes\.test/\w+/[^"]+">', slide)


@each_language
def test_an_output_is_labelled_output(lang: str, client: Client, site: Store) -> None:
    for room in ("present", "present.html", "questions"):
        page = client.get(f"/{room}?items={OUTPUT}&lang={lang}").text
        level = re.search(r'<span class="level (\w+)">.*?<b>(.*?)</b>', page)
        assert level is not None
        assert level[1] == "quiet"
        for language in LANGUAGES if lang == "both" else (lang,):
            assert text("level_output", language) in level[2]  # type: ignore[arg-type]


def test_two_languages_stand_side_by_side_and_are_marked(client: Client, site: Store) -> None:
    page = client.get("/present/overview?lang=both").text
    for slide in slides(page):
        finding = re.search(r'<h2 class="finding"[^>]*>(.*?)</h2>', slide)
        assert finding is not None
        first, twin = finding[1].split('<span class="twin" lang="en">')
        assert HAN.search(first)
        assert not HAN.search(twin)


def test_english_slides_have_no_chinese(client: Client, site: Store) -> None:
    for name in ("overview", "theme-youth"):
        for slide in slides(client.get(f"/present/{name}?lang=en").text):
            said = slide.split('<dialog class="questions"')[0]
            assert not HAN.search(said), HAN.findall(said)


@each_language
def test_the_copy_needs_nobody(lang: str, client: Client, site: Store) -> None:
    answer = client.get(f"/present/overview.html?lang={lang}")
    name = f"overview_{today().isoformat()}_{lang}.html"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    page = answer.text
    assert "<style>" in page
    assert '<link rel="stylesheet"' not in page
    assert "<script defer src" not in page
    assert not re.search(r'(?:src|href)="/', page)
    assert not re.search(r"url\((?!data:)", page)
    assert page.count("</script>") == 2
    assert len(slides(page)) == len(slides(client.get(f"/present/overview?lang={lang}").text))


def test_question_cards_are_one_sheet_a_slide(client: Client, site: Store) -> None:
    page = client.get("/questions/overview?lang=en").text
    assert page.count('<article class="sheet">') == len(slides(client.get("/present/overview?lang=en").text))
    assert page.count("Who says so?") == page.count('<article class="sheet">')


def test_every_ready_made_deck_is_shown(client: Client, site: Store) -> None:
    names = list_decks(site, today())
    assert {"overview", "theme-integrity", "plan-nap1", "story-open-contracting"} <= set(names)
    for name in ("plan-nap2", "story-open-contracting"):
        page = client.get(f"/present/{name}?lang=en").text
        assert slides(page)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("room", ["present", "questions", "present.html"])
def test_what_is_no_deck_gets_a_sentence(room: str, language: Language, client: Client, site: Store) -> None:
    addresses = [f"/{room}?lang={language}", f"/{room}?items=claim:nobody&lang={language}"]
    if "." not in room:
        addresses.append(f"/{room}/nothing?lang={language}")
    for address in addresses:
        answer = client.get(address)
        assert answer.status == 404
        assert text("deck_not_found", language) in answer.text
        assert "Traceback" not in answer.text


def test_a_slide_that_is_not_there_is_left_out_and_told(client: Client, site: Store) -> None:
    page = client.get(f"/present?items={OUTPUT},claim:nobody&lang=en").text
    assert len(slides(page)) == 1
    assert text("deck_missing_items", "en", count=1) in page


def test_a_deck_is_not_sent_twice(client: Client, site: Store) -> None:
    first = client.get("/present/overview?lang=en")
    assert client.get("/present/overview?lang=en", if_none_match=first.headers["etag"]).status == 304
    other = client.get("/present/overview?lang=zh-TW", if_none_match=first.headers["etag"])
    assert other.status == 200


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items=st.text(max_size=60), made=st.text(max_size=12), back=st.text(max_size=30), lang=st.text(max_size=8))
def test_no_address_breaks_it(client: Client, site: Store, items: str, made: str, back: str, lang: str) -> None:
    from urllib.parse import urlencode

    query = {"items": f"{OUTPUT},{items}", "made": made, "back": back, "lang": lang}
    answer = client.get(f"/present?{urlencode(query)}")
    assert answer.status == 200
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "hostile", ["//evil.test", "https://evil.test", "/\\evil.test", "javascript:alert(1)", "", None, "/a\nb"]
)
def test_nobody_is_led_away(hostile: str | None) -> None:
    assert parse_back(hostile) == ""


def test_a_page_of_ours_is_returned_to() -> None:
    assert parse_back("/claim?id=a&lang=en") == "/claim?id=a&lang=en"


@pytest.mark.parametrize(("made", "day"), [("2026-11-01", "2026-11-01"), ("2027-01-01", ""), ("x", ""), (None, "")])
def test_the_day_a_deck_was_made_lies_in_the_past(made: str | None, day: str) -> None:
    assert parse_made(made, dt.date(2026, 11, 24)) == day


@pytest.mark.parametrize("write", [stage._write_page, stage._write_file, stage._write_sheets])
def test_nothing_under_embargo_is_shown_before_midnight_in_taipei(
    write: stage.Write, vintage_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The year 2023 was published on 20 November 2026, which begins in Taipei while it is the 19th in Greenwich."""
    asked = stage.Asked("", ("indicator:procurement_open_share_count",), "en", "", "")
    for moment, there in (("2026-11-19T15:59:59+00:00", False), ("2026-11-19T16:00:00+00:00", True)):
        monkeypatch.setattr("dashboard.catalog.now", lambda at=moment: dt.datetime.fromisoformat(at))
        assert ("83.1" in write(Edition(vintage_store, today(), "en", ""), asked)) == there


def test_before_its_first_day_there_is_no_slide(vintage_store: Store) -> None:
    from dashboard.exceptions import UnknownCodeError

    asked = stage.Asked("", ("indicator:procurement_open_share_count",), "en", "", "")
    with pytest.raises(UnknownCodeError):
        stage._write_page(Edition(vintage_store, dt.date(2026, 10, 31), "en", ""), asked)


def test_midnight_in_taipei_makes_a_new_edition(client: Client, site: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser's copy of the evening is not taken for that of the morning."""
    evening = client.get("/present/overview?lang=en").headers["etag"]
    monkeypatch.setattr(edition, "today", lambda: today() + dt.timedelta(days=1))
    assert client.get("/present/overview?lang=en", if_none_match=evening).status == 200


def test_numbers_that_changed_since_are_told_old_and_new(vintage_store: Store) -> None:
    asked = stage.Asked("", ("claim:open_share_fell_by",), "en", "2026-11-05", "")
    page = stage._write_page(Edition(vintage_store, dt.date(2026, 11, 24), "en", ""), asked)
    notice = re.search(r'<dialog class="notice".*?</dialog>', page, flags=re.DOTALL)
    assert notice is not None
    assert re.search(r"changed from 83\.9\d?% to 83\.7\d?%\.", notice[0])
    assert "5 Nov 2026" in notice[0]
    assert '<p class="changed">' in page


def test_numbers_that_did_not_change_are_not_told(vintage_store: Store) -> None:
    asked = stage.Asked("", ("claim:open_share_fell_by",), "en", "2026-11-21", "")
    page = stage._write_page(Edition(vintage_store, dt.date(2026, 11, 24), "en", ""), asked)
    assert 'class="notice"' not in page
    assert '<p class="changed">' not in page


def test_a_value_that_came_into_a_chart_and_a_slide_that_is_gone_are_told(vintage_store: Store) -> None:
    items = ("claim:open_share_fell_by", "claim:none")
    asked = stage.Asked("", items, "en", "2026-11-15", "")
    now = Edition(vintage_store, dt.date(2026, 11, 24), "en", "")
    assert "The chart gained the value for Taiwan, 2023: 83.10%." in stage._write_page(now, asked)
    deck = build_deck(vintage_store, items[:1], ["en"], now.day)
    gone = replace(deck, slides=(), missing=deck.items)
    assert [change.kind for change in stage.compare_deck(now, asked, gone)] == ["gone"]


# A ready-made deck whose slides came or went.


READY, LATE = "theme-procurement", dt.date(2026, 11, 24)


def quote(slides: Sequence[Slide], language: Language) -> str:
    return text("comma", language).join(text("deck_quoted", language, title=slide.title[language]) for slide in slides)


@pytest.mark.parametrize("language", some(LANGUAGES, 2))
def test_slides_that_came_to_a_ready_made_deck_are_named_in_one_sentence(
    language: Language, vintage_store: Store
) -> None:
    now, then = (Edition(vintage_store, day, language, "") for day in (LATE, dt.date(2026, 11, 5)))
    asked = stage.Asked(READY, (), language, then.day.isoformat(), "")
    before, after = stage.find_deck(then, asked), stage.find_deck(now, asked)
    came = [slide for slide in after.slides if slide.item not in before.items]
    assert came and before.slides
    page = unescape(stage._write_page(now, asked))
    assert f'<p class="slides">{text("deck_slides_new", language, new=quote(came, language))}</p>' in page
    assert text("deck_change_new", language) in page
    assert 'class="slides"' not in stage._write_page(now, replace(asked, made="2026-11-23"))


@pytest.mark.parametrize("language", some(LANGUAGES, 2))
def test_a_slide_the_rule_no_longer_chooses_is_told_apart_from_one_that_was_withdrawn(
    language: Language, vintage_store: Store
) -> None:
    shelf = open_shelf(vintage_store, LATE)
    deck = stage.find_deck(Edition(vintage_store, LATE, language, ""), stage.Asked(READY, (), language, "", ""))
    first, *rest = deck.slides
    fewer = replace(deck, slides=tuple(rest))
    lost, won = list_changes(shelf, deck, fewer), list_changes(shelf, fewer, deck)
    assert [change.sentence[language] for change in lost] == [text("deck_change_left", language)]
    assert [change.sentence[language] for change in won] == [text("deck_change_joined", language)]
    withdrawn = replace(first, item="claim:none")
    gone = list_changes(shelf, replace(deck, slides=(withdrawn, *rest)), deck)
    assert {change.sentence[language] for change in gone} == {
        text("deck_change_gone", language),
        text("deck_change_joined", language),
    }
    told = tell_slides(gone)
    assert told is not None
    titles = quote([first], language)
    assert told[language] == text("deck_slides_both", language, gone=titles, new=titles)
    assert tell_slides([]) is None


# A day of its own.

SOME = "items=indicator:cpi_score"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("room", ["present", "questions"])
@pytest.mark.parametrize(
    ("asof", "problem"), [("soon", "asof_malformed"), ("2199-01-01", "asof_future"), ("1999-01-01", "asof_early")]
)
def test_a_day_that_cannot_be_given_is_told_and_the_nearest_shown(
    asof: str, problem: str, room: str, language: Language, client: Client, site: Store
) -> None:
    answer = client.get(f"/{room}?{SOME}&lang={language}&asof={asof}")
    assert answer.status == 200
    first = format_period(get_publication_days(site, today())[0].isoformat(), language)
    assert text(problem, language, day=first) in unescape(answer.text)
    plain = unescape(client.get(f"/{room}?{SOME}&lang={language}").text)
    assert not [key for key in ("asof_malformed", "asof_future") if text(key, language) in plain]


@pytest.mark.parametrize("language", LANGUAGES)
def test_slides_of_a_day_say_so_and_lead_to_that_day(language: Language, client: Client, site: Store) -> None:
    query = f"{SOME}&lang={language}&asof=2026-11-24"
    page, sheets = (client.get(f"/{room}?{query}").text for room in ("present", "questions"))
    words = text("asof_notice", language, day=format_period("2026-11-24", language))
    (slide,) = slides(page)
    assert words in slide and words in sheets
    assert f"/indicator/cpi_score?lang={language}&amp;asof=2026-11-24" in slide
    for way in ("/deck.pptx", "/present.html", "/questions", "/decks"):
        assert re.search(rf'href="\.{re.escape(way)}\?[^"]*asof=2026-11-24', page), way
    assert text("asof_latest", language) in page
    copy = client.get(f"/present.html?{query}")
    assert "2026-11-24" in copy.headers["content-disposition"]
    assert words in copy.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_refuses_a_day_it_cannot_give(language: Language, client: Client, site: Store) -> None:
    answer = client.get(f"/present.html?{SOME}&lang={language}&asof=1999-01-01")
    days = get_publication_days(site, today())
    bounds = {"first": days[0].isoformat(), "last": today().isoformat()}
    assert answer.status == 400
    assert text("asof_file", language, **bounds) in answer.text
