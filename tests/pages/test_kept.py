"""Pieces of pages that are drawn once and then replayed: nothing is lost, moved, or shown to the wrong reader."""

import ast
import datetime as dt
from typing import Any

import pytest
import streamlit as st
from reading import Page, open_page

from dashboard.components.reader import Reader, kept
from dashboard.language import Language
from dashboard.settings import ROOT
from dashboard.store import Store

FORBIDDEN = {"container", "columns", "tabs", "expander", "popover", "form", "url_choice", "url_text"}
VIEWS: dict[str, tuple[str, dict[str, str]]] = {
    "overview": ("overview", {}),
    "indicator": ("indicator", {"code": "cpi_score"}),
    "indicator_map": ("indicator", {"code": "referendum_turnout", "view": "map"}),
    "indicator_table": ("indicator", {"code": "cpi_score", "view": "table"}),
    "places": ("places", {"county": "TW-TAO"}),
    "projects": ("places", {"show": "projects"}),
    "plans": ("plans", {"view": "timeline"}),
    "story": ("story", {"slug": "open-contracting"}),
    "ledger": ("ledger", {"grade": "E2"}),
    "claim": ("claim", {"id": "cpi_within_margin"}),
    "about": ("about", {"view": "sources"}),
}


TODAY = dt.date(2026, 11, 23)


def _reader(language: Language, day: dt.date, site: Store) -> Reader:
    return Reader(language, "light", False, day, site, now=day, vintage=day)


def _drawn(page: Page) -> tuple[Any, ...]:
    tables = [table.to_csv() for table in page.tables]
    return page.html, page.text(), [(chart.spec, chart.alt) for chart in page.charts], tables


@pytest.mark.parametrize("view", VIEWS)
def test_a_replayed_page_is_the_page_that_was_drawn(view: str) -> None:
    name, query = VIEWS[view]
    st.cache_resource.clear()
    first = _drawn(open_page(name, lang="en", **query))
    assert _drawn(open_page(name, lang="en", **query)) == first
    chinese = _drawn(open_page(name, lang="zh-TW", **query))
    assert chinese[1] != first[1]
    assert _drawn(open_page(name, lang="en", **query)) == first


def test_a_kept_piece_opens_no_container_and_holds_no_choice() -> None:
    pieces = 0
    for path in sorted((ROOT / "dashboard" / "components").glob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            if not any(isinstance(mark, ast.Name) and mark.id == "kept" for mark in function.decorator_list):
                continue
            pieces += 1
            called = {
                node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                for node in ast.walk(function)
                if isinstance(node, ast.Call)
            }
            assert not called & FORBIDDEN, f"{path.name}: {function.name}"
    assert pieces > 30


def test_a_piece_is_drawn_once_for_each_view_and_each_choice(site: Store) -> None:
    drawn = []

    @kept
    def count(reader: Reader, words: str, *, part: str = "") -> int:
        drawn.append((reader.language, words, part))
        return len(drawn)

    chinese = _reader("zh-TW", TODAY, site)
    english = _reader("en", TODAY, site)
    tomorrow = _reader("en", TODAY + dt.timedelta(days=1), site)
    asked = [(chinese, "a", ""), (chinese, "a", ""), (english, "a", ""), (english, "a", "b"), (tomorrow, "a", "")]
    assert [count(reader, words, part=part) for reader, words, part in asked] == [1, 1, 2, 3, 4]


def test_a_piece_that_cannot_be_told_apart_is_refused(site: Store) -> None:
    @kept
    def show(reader: Reader, rows: object) -> None:
        raise AssertionError("never drawn")

    with pytest.raises(TypeError, match="set"):
        show(_reader("en", TODAY, site), {1, 2})


def test_a_piece_cannot_be_kept_twice() -> None:
    """It would wait for itself for ever on a server, which no test without one shows."""

    @kept
    def once(reader: Reader) -> None:
        del reader

    with pytest.raises(TypeError, match="once"):
        kept(once)
