"""The rows of a reader's own query as CSV: ``/query.csv?sql=…&lang=en``."""

import csv
import io
import logging
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard.catalog import today
from dashboard.exceptions import OpenGovError
from dashboard.export.tables import BOM
from dashboard.language import Language, parse_language, text
from dashboard.sandbox.runner import DOWNLOAD_BYTES, DOWNLOAD_ROWS, QueryError, Result, run_query
from dashboard.settings import get_settings
from dashboard.store import current_store
from dashboard.web.asking import DayError, ask_day
from dashboard.web.downloads import MEDIA

logger = logging.getLogger(__name__)

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Letters at which a spreadsheet takes text for a formula."""
BUSY = {"busy": 503, "time": 422, "memory": 422}


def write_error(error: QueryError, language: Language) -> str:
    """Return the sentence for a refused query, with the engine's own message where there is one."""
    sentence = text(f"query_error_{error.kind}", language)
    return f"{sentence} {error.detail}".strip() if error.kind == "wrong" else sentence


def write_rows(result: Result) -> bytes:
    """Return a result as CSV that spreadsheets read: with a byte-order mark, and no text taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_disarm(name) for name in result.columns])
    writer.writerows([_disarm(cell) for cell in row] for row in result.rows)
    return (BOM + out.getvalue()).encode("utf-8")


def _disarm(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _answer(request: Request) -> tuple[bytes, str]:
    """Return the rows of a query, and their file's name with the day they were asked as of."""
    store = current_store(get_settings())
    day = ask_day(request.query_params, store, today())
    result = run_query(store, day, request.query_params.get("sql", ""), rows=DOWNLOAD_ROWS, size=DOWNLOAD_BYTES)
    return write_rows(result), f"query_{day.isoformat()}.csv"


async def download(request: Request) -> Response:
    """Answer with the rows of a query, or with one sentence that says why not."""
    language = parse_language(request.query_params.get("lang"))
    try:
        body, name = await run_in_threadpool(_answer, request)
    except QueryError as error:
        status = BUSY.get(error.kind, 400)
        headers = {"Retry-After": "5"} if status == 503 else None
        return PlainTextResponse(write_error(error, language), status_code=status, headers=headers)
    except DayError as error:
        return PlainTextResponse(error.say(language), status_code=400)
    except OpenGovError as error:
        logger.error("a query could not be answered: %s", error)
        return PlainTextResponse(text("error_store", language), status_code=503)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-cache"}
    return Response(body, media_type=MEDIA["csv"], headers=headers)


routes = [Route("/query.csv", download)]
