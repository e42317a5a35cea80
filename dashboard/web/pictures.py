"""Pictures for cards, posts and slides: ``/picture/indicator/<code>.png?lang=&size=&place=&level=&part=&period=``.

``indicator``, ``claim`` and ``story`` in PNG and SVG, in the sizes of ``export.sheet``. An address that carries the
edition (``v=``) may be kept for ever; without it, for an hour. Drawn pictures are kept in memory up to a bound, and
one is drawn at a time, so that nobody can make the server busy with nothing but pictures.
"""

import hashlib
import logging
import threading
from collections import OrderedDict
from typing import Literal, get_args
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard import __version__
from dashboard.catalog import today
from dashboard.exceptions import OpenGovError, UnknownCodeError
from dashboard.export.shelf import Shelf, open_shelf
from dashboard.language import Language, text
from dashboard.settings import get_settings
from dashboard.store import current_store
from dashboard.web.asking import ask_day, ask_language, ask_selection

logger = logging.getLogger(__name__)

Kind = Literal["indicator", "claim", "story"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SIZE_NAMES = ("card", "square", "wide")
MEDIA = {"png": "image/png", "svg": "image/svg+xml"}
KEPT_BYTES = 48_000_000
"""Memory that drawn pictures may take."""
PATIENCE = 15
"""Seconds a request waits for its turn to draw before it is told to come again."""

_kept: OrderedDict[str, bytes] = OrderedDict()
_lock = threading.Lock()
_turn = threading.Lock()


class Busy(Exception):
    """Raised when other pictures are being drawn for longer than a reader waits."""


def picture_url(shelf: Shelf, kind: Kind, key: str, form: str, language: Language, size: str = "card") -> str:
    """Return the address of a picture of exactly this edition, which may be kept for ever."""
    query = urlencode({"lang": language, "size": size, "v": shelf.edition})
    return f"{get_settings().public_url}/picture/{kind}/{key}.{form}?{query}"


def _draw(shelf: Shelf, kind: str, request: Request, language: Language, size: str) -> str:
    from dashboard.export import picture

    key = request.path_params["key"]
    if kind == "indicator":
        return picture.draw_indicator(shelf, ask_selection(request.query_params, key), language, size)  # type: ignore
    draw = picture.draw_claim if kind == "claim" else picture.draw_story
    return draw(shelf, key, language, size)  # type: ignore[arg-type]


def _make(name: str, shelf: Shelf, kind: str, request: Request, language: Language, size: str, form: str) -> bytes:
    """Return a picture from memory, or draw it when it is its turn."""
    from dashboard.export.canvas import write_png

    with _lock:
        if name in _kept:
            _kept.move_to_end(name)
            return _kept[name]
    if not _turn.acquire(timeout=PATIENCE):
        raise Busy
    try:
        svg = _draw(shelf, kind, request, language, size)
        body = svg.encode() if form == "svg" else write_png(svg)
    finally:
        _turn.release()
    with _lock:
        _kept[name] = body
        while sum(map(len, _kept.values())) > KEPT_BYTES:
            _kept.popitem(last=False)
    return body


def _answer(request: Request) -> Response:
    kind, form = request.path_params["kind"], request.path_params["form"]
    query = request.query_params
    language = ask_language(query)
    size = query.get("size") if query.get("size") in SIZE_NAMES else "card"
    if kind not in KINDS or form not in MEDIA:
        return PlainTextResponse(text("not_found", language), status_code=404)
    day = ask_day(query, today())
    shelf = open_shelf(current_store(get_settings()), day)
    key = request.path_params["key"]
    asked = (__version__, shelf.edition, kind, key, form, language, size, ask_selection(query, key))
    name = hashlib.sha256(repr(asked).encode()).hexdigest()[:20]
    lasting = "public, immutable, max-age=31536000" if query.get("v") == shelf.edition else "public, max-age=3600"
    headers = {"ETag": f'"{name}"', "Cache-Control": lasting}
    if f'"{name}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    body = _make(name, shelf, kind, request, language, str(size), form)
    file = f"{key}_{day.isoformat()}_{language}_{size}.{form}"
    headers["Content-Disposition"] = f'inline; filename="{file}"'
    return Response(body, media_type=MEDIA[form], headers=headers)


async def serve_picture(request: Request) -> Response:
    """Answer with a picture; one sentence when there is none or it cannot be drawn now."""
    language = ask_language(request.query_params)
    try:
        return await run_in_threadpool(_answer, request)
    except UnknownCodeError:
        return PlainTextResponse(text("not_found", language), status_code=404)
    except (OpenGovError, Busy) as error:
        logger.error("a picture could not be drawn: %r", error)
        return PlainTextResponse(text("picture_failed", language), status_code=503, headers={"Retry-After": "30"})


routes = [Route("/picture/{kind}/{key}.{form}", serve_picture)]
