"""Decks as PowerPoint files: ``/deck/<name>.pptx?lang=`` ready made, ``/deck.pptx?items=claim:a,indicator:b&lang=``.

``lang`` is ``zh-TW``, ``en`` or ``both``. A file is made once for its content and kept up to a bound.
"""

import hashlib
import logging

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard import __version__
from dashboard.catalog import today
from dashboard.exceptions import OpenGovError, UnknownCodeError
from dashboard.export.deck import build_deck, build_named, parse_items, parse_languages
from dashboard.export.shelf import open_shelf
from dashboard.language import text
from dashboard.settings import get_settings
from dashboard.store import current_store
from dashboard.web.addresses import base_address
from dashboard.web.asking import DayError, ask_day, ask_language
from dashboard.web.downloads import file_headers
from dashboard.web.kept import get_or_make

logger = logging.getLogger(__name__)

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
MOST_LETTERS = 4000
"""Letters of a list of items that are read."""


def _answer(request: Request, name: str) -> Response:
    query = request.query_params
    store = current_store(get_settings())
    day = ask_day(query, store, today())
    languages = parse_languages(query.get("lang", "")[:10])
    items = () if name else parse_items(query.get("items", "")[:MOST_LETTERS])
    base = base_address(request)
    content = repr((__version__, open_shelf(store, day).edition, day, "deck", name, items, languages, base))
    tag = f'"{hashlib.sha256(content.encode()).hexdigest()[:20]}"'
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"ETag": tag, "Cache-Control": "no-cache"})

    def make() -> bytes:
        from dashboard.export.deck.powerpoint import write_pptx

        deck = build_named(store, name, languages, day) if name else build_deck(store, items, languages, day)
        return write_pptx(deck, base)

    body = get_or_make(content, make)
    spoken = languages[0] if len(languages) == 1 else "both"
    headers = file_headers(body, f"{name or 'deck'}_{day.isoformat()}_{spoken}.pptx")
    return Response(body, media_type=PPTX, headers={**headers, "ETag": tag})


async def serve_deck(request: Request) -> Response:
    """Answer with a deck; one sentence when there is none or it cannot be made now."""
    language = ask_language(request.query_params)
    try:
        return await run_in_threadpool(_answer, request, request.path_params.get("name", ""))
    except UnknownCodeError:
        return PlainTextResponse(text("not_found", language), status_code=404)
    except DayError as error:
        return PlainTextResponse(error.say(language), status_code=400)
    except OpenGovError as error:
        logger.error("a deck could not be made: %s", error)
        return PlainTextResponse(text("file_failed", language), status_code=503, headers={"Retry-After": "30"})


routes = [Route("/deck/{name}.pptx", serve_deck), Route("/deck.pptx", serve_deck)]
