"""Packs to take away: one indicator's or story's files in a zip, and the whole catalogue as a data package."""

import logging

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard import __version__
from dashboard.catalog import today
from dashboard.exceptions import OpenGovError, UnknownCodeError
from dashboard.export.shelf import Shelf, open_shelf
from dashboard.language import text
from dashboard.settings import get_settings
from dashboard.store import current_store
from dashboard.web.asking import DayError, ask_day, ask_language
from dashboard.web.downloads import file_headers
from dashboard.web.kept import get_or_make

logger = logging.getLogger(__name__)

ZIP, JSON = "application/zip", "application/json"
CATALOGUE = {"package.zip": ZIP, "datapackage.json": JSON}


def _make(shelf: Shelf, kind: str, key: str) -> bytes:
    from dashboard.export import pack, package

    if kind == "indicator":
        return pack.build_indicator_pack(shelf, key)
    if kind == "story":
        return pack.build_story_pack(shelf, key)
    return package.build_zip(shelf) if key == "package.zip" else package.write_descriptor(shelf)


def _answer(request: Request, kind: str, key: str, name: str, media: str) -> Response:
    store = current_store(get_settings())
    day = ask_day(request.query_params, store, today())
    shelf = open_shelf(store, day)
    content = f"{__version__} {shelf.edition} {day} {kind} {key}"
    tag = f'"{shelf.edition}-{day:%Y%m%d}"'
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"ETag": tag, "Cache-Control": "no-cache"})
    body = get_or_make(content, lambda: _make(shelf, kind, key))
    headers = file_headers(body, name.format(day=day.isoformat()))
    return Response(body, media_type=media, headers={**headers, "ETag": tag})


async def _serve(request: Request, kind: str, key: str, name: str, media: str) -> Response:
    language = ask_language(request.query_params)
    try:
        return await run_in_threadpool(_answer, request, kind, key, name, media)
    except UnknownCodeError:
        return PlainTextResponse(text("not_found", language), status_code=404)
    except DayError as error:
        return PlainTextResponse(error.say(language), status_code=400)
    except OpenGovError as error:
        logger.error("a pack could not be made: %s", error)
        return PlainTextResponse(text("file_failed", language), status_code=503, headers={"Retry-After": "30"})


async def serve_pack(request: Request) -> Response:
    """Answer with the pack of an indicator or a story."""
    kind, key = request.path_params["kind"], request.path_params["key"]
    if kind not in ("indicator", "story"):
        return PlainTextResponse(text("not_found", ask_language(request.query_params)), status_code=404)
    return await _serve(request, kind, key, f"{key}_{{day}}_pack.zip", ZIP)


async def serve_catalogue(request: Request) -> Response:
    """Answer with the whole catalogue as a data package, or with its descriptor alone."""
    name = request.url.path.rpartition("/")[2]
    stem = "open-government-outcomes_{day}.zip" if name.endswith(".zip") else name
    return await _serve(request, "catalogue", name, stem, CATALOGUE[name])


routes = [
    Route("/pack/{kind}/{key}.zip", serve_pack),
    *[Route(f"/data/{name}", serve_catalogue) for name in CATALOGUE],
]
