"""The way from a page to present mode: one quiet row of links."""

import datetime as dt
from urllib.parse import urlencode

import streamlit as st

from dashboard import markup
from dashboard.components.layout import link
from dashboard.components.reader import Reader, kept, show_html
from dashboard.export.deck import list_decks
from dashboard.export.deck.model import Words
from dashboard.store import Store


@st.cache_resource(show_spinner=False, max_entries=4)
def cached_decks(key: tuple[str, dt.date], _store: Store) -> dict[str, Words]:
    """Keep name and title of every ready-made deck."""
    return list_decks(_store, key[1])


def get_decks(reader: Reader) -> dict[str, Words]:
    """Return name and title of every ready-made deck; slides are always as of today, whatever day a page shows."""
    return cached_decks((reader.store.fingerprint, reader.now), reader.store)


def present_address(reader: Reader, name: str = "", *, back: str, **query: str) -> str:
    """Return the address of present mode for a ready-made deck, or for items; ``back`` is the page it returns to."""
    kept_query = {"lang": reader.language, **query, "back": back}
    return f"/present{f'/{name}' if name else ''}?{urlencode(kept_query, safe=':,')}"


def _button(address: str, words: str, css: str = "button") -> str:
    return f'<a class="{css}" href="{markup.escape(address)}">{words}</a>'


@kept
def show_present(reader: Reader, name: str, path: str) -> None:
    """Show the way to present mode for a ready-made deck, if there is one, and to the deck builder.

    Args:
        reader: who reads.
        name: the deck, such as ``theme-youth``.
        path: the page's own address without the language, to return to.
    """
    decks = get_decks(reader)
    if name not in decks or reader.dated:
        # A page that shows an earlier day would lead to slides of today.
        return
    back = f"{path}{'&' if '?' in path else '?'}lang={reader.language}"
    title = markup.escape(decks[name][reader.language])
    address = markup.escape(present_address(reader, name, back=back))
    show_html(
        f'<p class="present"><a class="button" href="{address}" title="{reader.html("present_note")}">'
        f'{reader.html("present")}</a><span class="muted small">{title}</span></p>'
    )


@kept
def show_present_item(reader: Reader, item: str) -> None:
    """Show the way to one slide of a claim or an indicator, and into the reader's own deck."""
    if reader.dated:
        return
    kind, _, key = item.partition(":")
    parameter = {"claim": "id", "indicator": "code", "story": "slug"}[kind]
    back = f"/{kind}?{urlencode({parameter: key, 'lang': reader.language})}"
    slide = _button(present_address(reader, back=back, items=item), reader.html("present"))
    add = f'<a class="button" href="{link("decks", reader, add=item)}">{reader.html("deck_add")}</a>'
    show_html(f'<p class="present">{slide}{add}</p>')


@kept
def show_builder_link(reader: Reader) -> None:
    """Show the way to the deck builder with all ready-made decks."""
    show_html(f'<p class="small"><a href="{link("decks", reader)}">{reader.html("deck_build")}</a></p>')
