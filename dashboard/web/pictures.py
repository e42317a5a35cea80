"""Pictures for cards, posts and slides: ``/picture/indicator/<code>.png?lang=&size=&place=&level=&part=&period=``.

``indicator``, ``claim`` and ``story`` in PNG and SVG, in the sizes of ``export.sheet``. An address that carries the
edition (``v=``) may be kept for ever by browsers; without it, for an hour.
"""

import hashlib
import logging
from typing import Literal, get_args
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard import __version__
from dashboard.catalog import today
from dashboard.exceptions import OpenGovError, UnknownCodeError
from dashboard.export.sheet import SIZES, Size
from dashboard.export.shelf import Shelf, open_shelf
from dashboard.language import Language, text
from dashboard.settings import get_settings
from dashboard.store import current_store
from dashboard.views import Selection
from dashboard.web.asking import DayError, ask_day, ask_language, ask_selection
from dashboard.web.assets import FOR_EVER
from dashboard.web.kept import get_or_make

logger = logging.getLogger(__name__)

Kind = Literal["indicator", "claim", "story"]
MEDIA = {"png": "image/png", "svg": "image/svg+xml"}


def picture_url(shelf: Shelf, kind: Kind, key: str, form: str, language: Language, size: Size = "card") -> str:
    """Return the address of a picture of exactly this edition, which may be kept for ever."""
    query = urlencode({"lang": language, "size": size, "v": shelf.edition})
    return f"{get_settings().public_url}/picture/{kind}/{key}.{form}?{query}"


def _draw(shelf: Shelf, kind: str, asked: Selection, language: Language, size: Size, form: str) -> bytes:
    from dashboard.export import picture
    from dashboard.export.canvas import write_png

    if kind == "indicator":
        svg = picture.draw_indicator(shelf, asked, language, size)
    elif kind == "claim":
        svg = picture.draw_claim(shelf, asked.code, language, size)
    else:
        svg = picture.draw_story(shelf, asked.code, language, size)
    return svg.encode() if form == "svg" else write_png(svg)


def _answer(request: Request) -> Response:
    kind, key, form = (request.path_params[name] for name in ("kind", "key", "form"))
    query = request.query_params
    language = ask_language(query)
    if kind not in get_args(Kind) or form not in MEDIA:
        raise UnknownCodeError("pictures", f"{kind} {form}")
    asked_size = query.get("size", "")
    size: Size = asked_size if asked_size in SIZES else "card"  # type: ignore[assignment]
    store = current_store(get_settings())
    day = ask_day(query, store, today())
    shelf = open_shelf(store, day)
    asked = ask_selection(query, key)
    content = repr((__version__, shelf.edition, kind, form, language, size, asked))
    name = hashlib.sha256(content.encode()).hexdigest()[:20]
    lasting = FOR_EVER if query.get("v") == shelf.edition else "public, max-age=3600"
    headers = {"ETag": f'"{name}"', "Cache-Control": lasting}
    if f'"{name}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    body = get_or_make(name, lambda: _draw(shelf, kind, asked, language, size, form))
    headers["Content-Disposition"] = f'inline; filename="{key}_{day.isoformat()}_{language}_{size}.{form}"'
    return Response(body, media_type=MEDIA[form], headers=headers)


async def serve_picture(request: Request) -> Response:
    """Answer with a picture; one sentence when there is none or it cannot be drawn now."""
    language = ask_language(request.query_params)
    try:
        return await run_in_threadpool(_answer, request)
    except UnknownCodeError:
        return PlainTextResponse(text("not_found", language), status_code=404)
    except DayError as error:
        return PlainTextResponse(error.say(language), status_code=400)
    except OpenGovError as error:
        logger.error("a picture could not be drawn: %s", error)
        return PlainTextResponse(text("file_failed", language), status_code=503, headers={"Retry-After": "30"})


routes = [Route("/picture/{kind}/{key}.{form}", serve_picture)]
