"""The way from a page to present mode: one quiet row of links."""

import datetime as dt
from functools import lru_cache
from urllib.parse import urlencode

from dashboard import markup
from dashboard.components.layout import link
from dashboard.components.reader import Reader, kept, show_html
from dashboard.export.deck import list_decks
from dashboard.export.deck.model import Words
from dashboard.store import Store


@lru_cache(maxsize=8)
def cached_decks(key: tuple[str, dt.date], store: Store) -> dict[str, Words]:
    """Keep name and title of every ready-made deck."""
    return list_decks(store, key[1])


def get_decks(reader: Reader) -> dict[str, Words]:
    """Return name and title of every ready-made deck as of the day the page shows."""
    return cached_decks((reader.store.fingerprint, reader.day), reader.store)


def fixed_day(reader: Reader) -> dict[str, str]:
    """Return the parameter that keeps slides at the day the page shows; none on a page of today."""
    return {"asof": reader.day.isoformat()} if reader.dated else {}


def present_address(reader: Reader, name: str = "", *, back: str, **query: str) -> str:
    """Return the address of present mode for a ready-made deck, or for items; ``back`` is the page it returns to.

    ``made`` dates it, so that it tells what changed when it is opened again.
    """
    kept_query = {"lang": reader.language, **query, "made": reader.day.isoformat(), **fixed_day(reader), "back": back}
    return f"/present{f'/{name}' if name else ''}?{urlencode(kept_query, safe=':,')}"


def _button(address: str, words: str, css: str = "button") -> str:
    return f'<a class="{css}" href="{markup.escape(address)}">{words}</a>'


@kept
def show_present(reader: Reader, path: str, *names: str, named: bool = True) -> None:
    """Show the way to present mode for ready-made decks, those there are, in one row.

    Args:
        reader: who reads.
        path: the page's own address without the language, to return to.
        names: the decks, such as ``theme-youth``.
        named: whether a deck's title stands beside its button; not where it is the title of the page.
    """
    decks = get_decks(reader)
    back = f"{path}{'&' if '?' in path else '?'}{urlencode({'lang': reader.language} | fixed_day(reader))}"
    ways = []
    for name in names:
        if name in decks:
            address = markup.escape(present_address(reader, name, back=back))
            title = f'<span class="muted small">{markup.escape(decks[name][reader.language])}</span>' if named else ""
            ways.append(
                f'<span class="way"><a class="button" href="{address}" title="{reader.html("present_note")}">'
                f"{reader.html('present')}</a>{title}</span>"
            )
    if ways:
        show_html(f'<p class="present">{"".join(ways)}</p>')


@kept
def show_present_item(reader: Reader, item: str) -> None:
    """Show the way to one slide of a claim or an indicator, and into the reader's own deck."""
    kind, _, key = item.partition(":")
    parameter = {"claim": "id", "indicator": "code", "story": "slug"}[kind]
    back = f"/{kind}?{urlencode({parameter: key, 'lang': reader.language} | fixed_day(reader))}"
    slide = _button(present_address(reader, back=back, items=item), reader.html("present"))
    add = f'<a class="button" href="{link("decks", reader, add=item)}">{reader.html("deck_add")}</a>'
    show_html(f'<p class="present">{slide}{add}</p>')


@kept
def show_builder_link(reader: Reader) -> None:
    """Show the way to the deck builder with all ready-made decks."""
    show_html(f'<p class="small"><a href="{link("decks", reader)}">{reader.html("deck_build")}</a></p>')
