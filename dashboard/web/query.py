"""The rows of a reader's own query as CSV: ``/query.csv?sql=…&lang=en``."""

import csv
import datetime as dt
import io
import logging
from contextlib import suppress
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


def _day(request: Request) -> dt.date:
    asked = request.query_params.get("asof", "")
    with suppress(ValueError):
        return min(dt.date.fromisoformat(asked), today())
    return today()


def _answer(request: Request) -> bytes:
    store = current_store(get_settings())
    sql = request.query_params.get("sql", "")
    return write_rows(run_query(store, _day(request), sql, rows=DOWNLOAD_ROWS, size=DOWNLOAD_BYTES))


async def download(request: Request) -> Response:
    """Answer with the rows of a query, or with one sentence that says why not."""
    language = parse_language(request.query_params.get("lang"))
    try:
        body = await run_in_threadpool(_answer, request)
    except QueryError as error:
        status = BUSY.get(error.kind, 400)
        headers = {"Retry-After": "5"} if status == 503 else None
        return PlainTextResponse(write_error(error, language), status_code=status, headers=headers)
    except OpenGovError as error:
        logger.error("a query could not be answered: %s", error)
        return PlainTextResponse(text("error_store", language), status_code=503)
    name = f"query_{_day(request).isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-cache"}
    return Response(body, media_type=MEDIA["csv"], headers=headers)


routes = [Route("/query.csv", download)]
