"""A deck: findings chosen from claims, indicators and stories, one a slide, with chart, doubt, source and questions.

``build_deck(store, items, languages, day)`` makes one from items such as ``claim:<id>``, ``indicator:<code>`` and
``story:<slug>``; ``build_named(store, name, languages, day)`` makes a ready-made one; ``list_decks(store, day)`` names
those. Nothing that is not public by ``day`` is in any of them. ``write_pptx`` of ``export.deck.powerpoint`` makes a
file of one, and the pages of ``web`` show them.
"""

import datetime as dt
from collections.abc import Sequence

from dashboard.exceptions import UnknownCodeError
from dashboard.export.deck import ready
from dashboard.export.deck.changes import Change, list_changes, tell_slides
from dashboard.export.deck.charts import say
from dashboard.export.deck.model import (
    MOST_SLIDES,
    QUESTIONS,
    Chart,
    Deck,
    Note,
    Number,
    Point,
    QuestionCard,
    Series,
    Slide,
    Words,
)
from dashboard.export.deck.slides import build_slide
from dashboard.export.shelf import Shelf, open_shelf
from dashboard.language import LANGUAGES, Language
from dashboard.store import Store

__all__ = [
    "MOST_SLIDES",
    "QUESTIONS",
    "Change",
    "Chart",
    "Deck",
    "Note",
    "Number",
    "Point",
    "QuestionCard",
    "Series",
    "Slide",
    "Words",
    "build_deck",
    "build_items",
    "build_named",
    "list_changes",
    "list_decks",
    "parse_items",
    "parse_languages",
    "tell_slides",
]


def parse_languages(value: str | None) -> tuple[Language, ...]:
    """Return the languages an address or a command asks for: ``zh-TW``, ``en`` or ``both``; Chinese for else."""
    if value == "both":
        return LANGUAGES
    return ("en",) if value and value.lower().startswith("en") else ("zh-TW",)


def parse_items(value: str | None) -> tuple[str, ...]:
    """Return the items of an address, ``claim:a,indicator:b``, each once and no more than a deck holds."""
    items = (item.strip()[:120] for item in (value or "").split(",")[: 4 * MOST_SLIDES])
    return tuple(dict.fromkeys(item for item in items if item))[:MOST_SLIDES]


def build_deck(
    store: Store,
    items: Sequence[str],
    languages: Sequence[Language],
    day: dt.date,
    *,
    name: str = "deck",
    title: Words | None = None,
) -> Deck:
    """Return a deck of items in their order, as of a day; what does not exist by then is named in ``missing``.

    Raises:
        UnknownCodeError: when there is no slide to show at all.
        WordingError: when a slide's words are stronger than its grade.
        StoreError: when the store cannot be read.
    """
    shelf = open_shelf(store, day)
    slides, missing = _build_slides(shelf, tuple(dict.fromkeys(items))[:MOST_SLIDES])
    if not slides:
        raise UnknownCodeError("slides", ", ".join(items)[:200])
    return Deck(
        name,
        title or say("deck_own"),
        tuple(slide.item for slide in slides),
        tuple(languages),
        day,
        shelf.edition,
        tuple(slides),
        tuple(missing),
    )


def _build_slides(shelf: Shelf, items: Sequence[str]) -> tuple[list[Slide], list[str]]:
    slides, missing = [], []
    for item in items:
        try:
            slides.append(build_slide(shelf, item))
        except UnknownCodeError:
            missing.append(item)
    return slides, missing


def build_items(shelf: Shelf, name: str, most: int) -> list[Slide]:
    """Return the first slides of a ready-made deck, or of a commitment (``commitment-<code>``); none where it has none.

    Raises:
        UnknownCodeError: when nothing has this name.
        WordingError: when a slide's words are stronger than its grade.
    """
    return _build_slides(shelf, ready.list_items(shelf, name)[:most])[0]


def build_named(store: Store, name: str, languages: Sequence[Language], day: dt.date) -> Deck:
    """Return a ready-made deck.

    Raises:
        UnknownCodeError: when no ready-made deck has this name.
        WordingError: when a slide's words are stronger than its grade.
        StoreError: when the store cannot be read.
    """
    shelf = open_shelf(store, day)
    items = ready.list_items(shelf, name)
    return build_deck(store, items, languages, day, name=name, title=ready.list_names(shelf)[name])


def list_decks(store: Store, day: dt.date) -> dict[str, Words]:
    """Return name and title of every ready-made deck: overview, ``theme-…``, ``plan-…``, ``story-…``."""
    return ready.list_names(open_shelf(store, day))
