"""Present mode beside Streamlit: ``/present/<deck>``, ``/present?items=``, copies that need no network, question cards.

``lang`` is ``zh-TW``, ``en`` or ``both``; ``items`` are such as ``claim:<id>,indicator:<code>``; ``made`` is the day a
deck was put together, so that what changed since is told, slides that came or went among it; ``asof`` gives the slides
of a day, as on every page, and each of them says so; ``back`` is the page to return to.
"""

import base64
import datetime as dt
import hashlib
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import __version__
from dashboard.catalog import today
from dashboard.exceptions import OpenGovError, UnknownCodeError
from dashboard.export.deck import (
    Change,
    Deck,
    build_deck,
    build_named,
    list_changes,
    parse_items,
    parse_languages,
)
from dashboard.export.shelf import open_shelf
from dashboard.export.stage import Dress, Ways, write_presentation, write_question_sheets
from dashboard.language import Language, text
from dashboard.web.asking import DayError, ask_day
from dashboard.web.assets import asset_url, load_asset
from dashboard.web.documents import answer_html, build_notice
from dashboard.web.edition import Edition, find_edition
from dashboard.web.kept import get_or_make
from dashboard.web.sheet_parts import day_notice, day_problem

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asked:
    """Which deck an address asks for; without a name it is one of the reader's own."""

    name: str
    items: tuple[str, ...]
    lang: str
    made: str
    back: str
    asof: str = ""
    """The day the address fixes; empty for the live deck."""

    @property
    def languages(self) -> tuple[Language, ...]:
        """Return the languages shown."""
        return parse_languages(self.lang)

    def address(self, room: str, ending: str = "", **more: str) -> str:
        """Return an address of the same deck in another form."""
        query = {"lang": self.lang, "items": ",".join(self.items), "made": self.made, "asof": self.asof} | more
        kept = {key: value for key, value in query.items() if value}
        return f"/{room}{f'/{self.name}' if self.name else ''}{ending}?{urlencode(kept, safe=':,')}"


def parse_back(value: str | None) -> str:
    """Return a path of this site to return to; anything that could lead elsewhere is the overview."""
    path = (value or "")[:400]
    inside = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if inside else ""


def parse_made(value: str | None, newest: dt.date) -> str:
    """Return the day a deck was made, ISO 8601; empty for what is no day of the past."""
    with suppress(ValueError):
        day = dt.date.fromisoformat((value or "")[:10])
        return day.isoformat() if day < newest else ""
    return ""


def read_request(request: Request, edition: Edition) -> Asked:
    """Return which deck a request asks for, as of the edition's day."""
    query = request.query_params
    languages = parse_languages(query.get("lang"))
    name = request.path_params.get("name", "")
    return Asked(
        name,
        () if name else parse_items(query.get("items")),
        languages[0] if len(languages) == 1 else "both",
        parse_made(query.get("made"), edition.day),
        parse_back(query.get("back")),
        edition.asof,
    )


def find_deck(edition: Edition, asked: Asked, day: dt.date | None = None) -> Deck:
    """Return the deck asked for as of a day; of the edition's when none is given.

    Raises:
        UnknownCodeError: when there is none of this name, or none of its items exists by then.
    """
    if asked.name:
        return build_named(edition.store, asked.name, asked.languages, day or edition.day)
    return build_deck(edition.store, asked.items, asked.languages, day or edition.day)


def compare_deck(edition: Edition, asked: Asked, deck: Deck) -> Sequence[Change]:
    """Return what of a deck is no longer as it was on the day it was made, slides that came or went among it."""
    if not asked.made:
        return ()
    try:
        past = find_deck(edition, asked, dt.date.fromisoformat(asked.made))
    except UnknownCodeError:
        # Nothing of it was public on that day, so there is nothing to compare with.
        return ()
    return list_changes(open_shelf(edition.store, deck.day), past, deck)


def _dress(*, inside: bool) -> Dress:
    if inside:
        icon = f"data:image/png;base64,{base64.b64encode(load_asset('favicon.png')).decode()}"
        return Dress(load_asset("stage.css").decode(), load_asset("stage.js").decode(), icon, inside=True)
    return Dress(asset_url("stage.css"), asset_url("stage.js"), asset_url("favicon.png"))


def _links(asked: Asked) -> dict[str, str]:
    links = {
        "stage_pptx": asked.address("deck", ".pptx"),
        "stage_html": asked.address("present", ".html"),
        "stage_sheets": asked.address("questions"),
    }
    if asked.items:
        links["stage_edit"] = asked.address("decks", lang=asked.languages[0], lang2=asked.lang)
    if asked.asof:
        links["asof_latest"] = asked.address("present", asof="", back=asked.back)
    return links


def _write_page(edition: Edition, asked: Asked) -> str:
    ways = Ways(
        asked.back or f"/?lang={asked.languages[0]}", _links(asked), edition.base, asked.asof, day_problem(edition)
    )
    return _write_slides(edition, asked, _dress(inside=False), ways)


def _write_file(edition: Edition, asked: Asked) -> str:
    return _write_slides(edition, asked, _dress(inside=True), Ways(base=edition.base, asof=asked.asof))


def _write_slides(edition: Edition, asked: Asked, dress: Dress, ways: Ways) -> str:
    deck = find_deck(edition, asked)
    changes = compare_deck(edition, asked, deck)
    shelf = open_shelf(edition.store, edition.day)
    return write_presentation(shelf, deck, dress, ways, changes=changes, made=asked.made)


def _write_sheets(edition: Edition, asked: Asked) -> str:
    notice = day_notice(edition, asked.address("questions", asof=""))
    return write_question_sheets(
        find_deck(edition, asked), _dress(inside=False), asked.address("present"), notice=notice
    )


Write = Callable[[Edition, Asked], str]


def _answer(request: Request, write: Write) -> Response:
    query = request.query_params
    edition = find_edition(request, parse_languages(query.get("lang"))[0], query.get("asof"))
    store, day = edition.store, edition.day
    if write is _write_file:
        # A file has no room for a notice, so a day it cannot give is refused.
        ask_day(query, store, today())
    asked = read_request(request, edition)
    parts = (open_shelf(store, day).edition, day, edition.problem, edition.base, write.__name__, asked)
    content = repr((__version__, asset_url("stage.css"), asset_url("stage.js"), *parts))
    name = hashlib.sha256(content.encode()).hexdigest()[:20]
    headers = {"ETag": f'"{name}"', "Cache-Control": "no-cache"}
    if f'"{name}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    body = get_or_make(name, lambda: write(edition, asked).encode())
    if write is _write_file:
        stem = f"{asked.name or 'deck'}_{day.isoformat()}_{asked.lang}"
        headers["Content-Disposition"] = f'attachment; filename="{stem}.html"'
    return answer_html(request, body.decode(), headers=headers)


async def _serve(request: Request, write: Write) -> Response:
    language = parse_languages(request.query_params.get("lang"))[0]
    try:
        return await run_in_threadpool(_answer, request, write)
    except UnknownCodeError:
        return answer_html(request, build_notice(language, text("deck_not_found", language)), 404)
    except DayError as error:
        return answer_html(request, build_notice(language, error.say(language)), 400)
    except OpenGovError as error:
        logger.error("a deck could not be shown: %s", error)
        notice = build_notice(language, text("file_failed", language))
        return answer_html(request, notice, 503, {"Retry-After": "30"})


async def serve_presentation(request: Request) -> Response:
    """Answer with present mode."""
    return await _serve(request, _write_page)


async def serve_copy(request: Request) -> Response:
    """Answer with a file of the presentation that opens from a disk."""
    return await _serve(request, _write_file)


async def serve_sheets(request: Request) -> Response:
    """Answer with the question cards made for paper."""
    return await _serve(request, _write_sheets)


routes = [
    Route("/present/{name}.html", serve_copy),
    Route("/present.html", serve_copy),
    Route("/present/{name}", serve_presentation),
    Route("/present", serve_presentation),
    Route("/questions/{name}", serve_sheets),
    Route("/questions", serve_sheets),
]
