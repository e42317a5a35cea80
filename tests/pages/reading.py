"""Open a page as a reader does, without a browser, and read what is on it: every word, table, chart and link."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

import pandas as pd
from streamlit.testing.v1 import AppTest

from dashboard.language import LANGUAGES, Language, load_texts
from dashboard.settings import ROOT

FRAME = ROOT / "dashboard" / "frame.py"
TIMEOUT = 120
HAN = re.compile(r"[\u3400-\u9fff]")
# What stands in <pre> is there to be copied (citations, BibTeX, frames) and has tests of its own.
SILENT = ("pre", "script", "style", "svg")
VOID = ("br", "img", "hr", "input", "link", "meta", "wbr")
TITLE = "title"
"""Marks the title of a source, and code, which stay in their own words whatever the page speaks."""
SWITCH = "語言 / Language"
"""The one label that stands in both languages on purpose."""


@dataclass(frozen=True)
class Words:
    """A piece of text with the language it is marked as; None where nothing marks it."""

    words: str
    lang: str | None = None


class _Text(HTMLParser):
    """Collect text nodes, readable attributes, links and rows of tables."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, str | None]] = []
        self.found: list[Words] = []
        self.links: list[str] = []
        self.headings: list[str] = []
        self.classes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        lang = held.get("lang") or (self.open[-1][1] if self.open else None)
        lang = TITLE if tag in ("cite", "code") else lang
        self.classes += (held.get("class") or "").split()
        if tag == "a" and held.get("href"):
            self.links.append(find_address(held["href"] or ""))
        if tag in ("h1", "h2", "h3"):
            self.headings.append("")
        self.found += [Words(held[name] or "", lang) for name in ("alt", "title", "aria-label") if held.get(name)]
        if tag not in VOID:
            self.open.append((tag, lang))

    def handle_endtag(self, tag: str) -> None:
        while self.open and any(name == tag for name, _ in self.open):
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if any(tag in SILENT for tag, _ in self.open):
            return
        if any(tag in ("h1", "h2", "h3") for tag, _ in self.open):
            self.headings[-1] += data
        if data.strip():
            self.found.append(Words(" ".join(data.split()), self.open[-1][1] if self.open else None))


def find_address(href: str) -> str:
    """Return where a link of a page leads, from the root of the site as all pages stand there.

    It may not begin at the root of the host, which is not ours where a host shows the app under a prefix.
    """
    assert not href.startswith("/"), href
    return href.removeprefix(".") if href.startswith("./") else href


@lru_cache(maxsize=4096)
def read_html(body: str) -> _Text:
    """Return what a piece of HTML says; kept, since most pieces stand on many pages and reading takes the longest."""
    parser = _Text()
    parser.feed(body)
    parser.close()
    return parser


class Page:
    """What stands on a page after a run."""

    def __init__(self, at: AppTest) -> None:
        self.at = at
        self.html = [element.proto.body for element in at.get("html")]

    @property
    def parsed(self) -> list[_Text]:
        """Return what each piece of the page's HTML says."""
        return [read_html(body) for body in self.html]

    @property
    def links(self) -> list[str]:
        """Return every address the page's HTML leads to."""
        return [href for parsed in self.parsed for href in parsed.links]

    @property
    def headings(self) -> list[str]:
        """Return the words of every heading."""
        return [words.strip() for parsed in self.parsed for words in parsed.headings if words.strip()]

    @property
    def title(self) -> str:
        """Return the words of the page's main heading, the first ``h1``."""
        found = re.search(r"<h1>(.*?)</h1>", "".join(self.html), flags=re.DOTALL)
        return "" if found is None else read_html(found[0]).headings[0]

    @property
    def classes(self) -> set[str]:
        """Return every CSS class that is used."""
        return {name for parsed in self.parsed for name in parsed.classes}

    @property
    def tables(self) -> list[pd.DataFrame]:
        """Return the interactive tables."""
        return [element.value for element in self.at.dataframe]

    @property
    def charts(self) -> list[Any]:
        """Return the charts' messages."""
        return [element.proto for element in self.at.get("plotly_chart")]

    @property
    def figures(self) -> list[dict[str, Any]]:
        """Return the charts as Plotly reads them."""
        return [json.loads(chart.spec) for chart in self.charts]

    def words(self) -> list[Words]:
        """Return every piece of text a reader meets, by eye or by ear."""
        return [found for found in self._all_words() if found.words and found.words != SWITCH]

    def _all_words(self) -> Iterator[Words]:
        for parsed in self.parsed:
            yield from parsed.found
        for kind in ("markdown", "caption", "warning", "info", "error", "success"):
            for element in getattr(self.at, kind):
                yield Words(str(element.value))
        for kind in ("selectbox", "text_input", "segmented_control"):
            for element in getattr(self.at, kind):
                yield Words(element.label)
                if kind == "text_input":
                    yield Words(element.placeholder or "")
                elif element.key != "language_switch":
                    yield from (Words(words) for words in _options(element))
        for chart in self.charts:
            yield Words(chart.alt)
        for table in self.tables:
            yield from (Words(str(name)) for name in table.columns)
            cells = [str(cell) for name in table.columns for cell in table[name]]
            yield from (Words(cell) for cell in cells if not cell.startswith("http"))

    def text(self) -> str:
        """Return all the words in one string."""
        return "\n".join(found.words for found in self.words())


def _options(element: Any) -> list[str]:
    return [getattr(option, "content", option) for option in element.proto.options]


def new_session(**context: Any) -> AppTest:
    """Return a reader's session that has not asked for anything yet."""
    at = AppTest.from_file(FRAME, default_timeout=TIMEOUT)
    at.context = {"theme": "light", **context}
    return at


def visit(at: AppTest, page: str, **query: Any) -> Page:
    """Go to an address: a page with exactly these parameters."""
    at.switch_page(f"../pages/{page}.py")
    at.query_params.clear()
    at.query_params.update({key: value for key, value in query.items() if value is not None})
    at.run()
    return Page(at)


def open_page(page: str, **query: Any) -> Page:
    """Return a page as somebody sees it who follows a link to it."""
    return visit(new_session(), page, **query)


def other_language(language: Language) -> Language:
    """Return the language that is not this one."""
    return next(other for other in LANGUAGES if other != language)


def interface_phrases(language: Language) -> list[str]:
    """Return the interface texts only this language has, long enough to be told from chance."""
    other = other_language(language)
    phrases = set()
    for held in load_texts().values():
        for words in re.split(r"\{[^}]*\}", held[language]):
            phrase = words.strip(" ：:，,。.；;()（）")
            long_enough = len(phrase) >= 4 if language == "zh-TW" else len(phrase.split()) >= 3
            if long_enough and phrase not in held[other]:
                phrases.add(phrase)
    return sorted(phrases)
