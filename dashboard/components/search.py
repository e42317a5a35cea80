"""Pieces of the search page: the field, the best matches, the rest by kind, and what to try when there is none."""

from collections.abc import Sequence

import streamlit as st

from dashboard import markup
from dashboard.components.choices import url_text
from dashboard.components.layout import announce, link
from dashboard.components.reader import Reader, show_html
from dashboard.language import HTML_LANG, text
from dashboard.search import Hit, find_marks, search, suggest_words

BEST = 3
"""Hits shown above all groups."""
MOST = 120
SHOWN = 5
"""Hits of a kind shown before the rest is folded away."""


def ask_words(reader: Reader) -> str:
    """Return what the reader looks for; the words stand in the address."""
    with st.container(key="search-field"):
        words = url_text(reader.text("search"), key="q", placeholder=reader.text("search_placeholder"))
    show_html(markup.paragraph(reader.text("search_keys"), "muted small keys"))
    return words


def show_results(reader: Reader, words: str) -> None:
    """Show what was found, the best first, then the rest by kind; nothing before anything is asked."""
    if words:
        show_html(_results(reader.view, words, reader))


@st.cache_resource(show_spinner=False, max_entries=256)
def _results(view: str, words: str, _reader: Reader) -> str:
    hits = search(_reader.store, words, _reader.day, _reader.language, most=MOST)
    if not hits:
        return _nothing(_reader, words)
    key = "search_found" if len(hits) < MOST else "search_found_most"
    parts = [announce(_reader.text(key, words=words, count=len(hits)))]
    best, rest = hits[:BEST], hits[BEST:]
    parts.append(_group(_reader, _reader.text("search_best"), best, named=True))
    for kind in dict.fromkeys(hit.kind for hit in rest):
        parts.append(_group(_reader, _reader.text(f"hit_{kind}"), [hit for hit in rest if hit.kind == kind]))
    return f'<div class="results">{"".join(parts)}</div>'


def _group(reader: Reader, title: str, hits: Sequence[Hit], *, named: bool = False) -> str:
    """Return hits under a heading; ``named`` says with each what it is, where the heading does not."""
    items = [_hit(reader, hit, named=named) for hit in hits]
    body = f"<ul>{''.join(items[:SHOWN])}</ul>"
    if len(items) > SHOWN:
        more = reader.html("search_more", count=len(items) - SHOWN)
        body += f"<details><summary>{more}</summary><ul>{''.join(items[SHOWN:])}</ul></details>"
    return f"<section><h2>{markup.escape(title)}</h2>{body}</section>"


def _hit(reader: Reader, hit: Hit, *, named: bool) -> str:
    marks = [f'<span class="kind">{reader.html(f"one_{hit.kind}")}</span>'] if named else []
    marks += [markup.level_mark(hit.level, reader.language)] if hit.level else []
    marks += [markup.grade_mark(hit.grade, reader.language)] if hit.grade else []
    marks += [f'<span class="muted">{markup.escape(hit.parent)}</span>'] if hit.parent else []
    title = markup.highlight(hit.title, find_marks(hit.title, hit.phrases))
    if hit.kind == "source":
        title = f'<cite lang="{_title_language(hit.title)}">{title}</cite>'
    below = f'<span class="marks">{"".join(marks)}</span>' if marks else ""
    line = markup.highlight(hit.context, find_marks(hit.context, hit.phrases))
    context = f'<span class="context">{line}</span>' if hit.context else ""
    href = link(hit.page, reader, **dict(hit.query))
    return f'<li><a href="{href}"><span class="what">{title}</span>{below}{context}</a></li>'


def _title_language(title: str) -> str:
    """Return the language a source's title is written in: Chinese as soon as a Han character is in it."""
    return HTML_LANG["zh-TW" if any("\u4e00" <= letter <= "\u9fff" for letter in title) else "en"]


def _nothing(reader: Reader, words: str) -> str:
    """Return one sentence that says nothing was found, with the names that look most like it as links."""
    near = suggest_words(reader.store, words, reader.day)
    if not near:
        return announce(reader.text("search_none", words=words))
    links = [f'<a href="{link("search", reader, q=name)}">{markup.escape(name)}</a>' for name in near]
    sentence = text(
        "search_none_near", reader.language, words=markup.escape(words), near=reader.text("comma").join(links)
    )
    return f'<p role="status" class="count">{sentence}</p>'
