"""The rows behind exactly the view on screen, as CSV, Excel, JSON or Parquet, and their checksums.

``/data/<indicator>.csv?place=TW-TPE&place=…&level=county&period=2022&part=women&lang=en``: the same parameters
that choose the view choose the rows, so a download can be shared, scripted and checked. ``.sha256`` answers with the
checksums of the other four, as ``sha256sum -c`` reads them.
"""

import base64
import hashlib
import logging

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard.catalog import today
from dashboard.exceptions import OpenGovError
from dashboard.export.files import FORMS, write_sums, write_table
from dashboard.export.shelf import open_shelf
from dashboard.language import text
from dashboard.queries import get_observations
from dashboard.settings import get_settings
from dashboard.store import current_store
from dashboard.web.asking import ask_day, ask_language, ask_selection

logger = logging.getLogger(__name__)

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "sha256": "text/plain; charset=utf-8",
}


def _collect(request: Request, code: str, form: str) -> tuple[bytes, str]:
    """Return a file and its name: indicator, as-of day, language."""
    query = request.query_params
    language = ask_language(query)
    day = ask_day(query, today())
    shelf = open_shelf(current_store(get_settings()), day)
    asked = ask_selection(query, code)
    if code not in shelf.cards:
        raise KeyError(code)
    frame = get_observations(
        shelf.store,
        code,
        day,
        ref_areas=asked.areas,
        level=asked.level,
        breakdown=asked.part,
        time_period=asked.period,
    )
    stem = f"{code}_{day.isoformat()}_{language}"
    forms = FORMS if form == "sha256" else (form,)
    files = {f"{stem}.{each}": write_table(each, frame, shelf, asked, language) for each in forms}
    return (write_sums(files) if form == "sha256" else files[f"{stem}.{form}"]), f"{stem}.{form}"


async def download(request: Request) -> Response:
    """Answer with the rows of a view; 404 with one sentence when there is no such indicator."""
    code, form = request.path_params["code"], request.path_params["form"]
    language = ask_language(request.query_params)
    if form not in MEDIA:
        return PlainTextResponse(text("not_found", language), status_code=404)
    try:
        body, name = await run_in_threadpool(_collect, request, code, form)
    except KeyError:
        return PlainTextResponse(text("not_found", language), status_code=404)
    except OpenGovError as error:
        logger.error("a download could not be made: %s", error)
        return PlainTextResponse(text("error_store", language), status_code=503)
    return Response(body, media_type=MEDIA[form], headers=file_headers(body, name))


def file_headers(body: bytes, name: str) -> dict[str, str]:
    """Return the headers of a file to keep: its name, and its checksum as RFC 9530 writes it."""
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    return {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-cache",
        "Repr-Digest": f"sha-256=:{digest}:",
    }


routes = [Route("/data/{code}.{form}", download)]
