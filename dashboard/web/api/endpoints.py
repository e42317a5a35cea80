"""HTTP: methods, forms, caching, paging links and problems of the public interface."""

import datetime as dt
import hashlib
import io
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from dashboard.catalog import today
from dashboard.exceptions import OpenGovError
from dashboard.settings import get_settings
from dashboard.store import Store, current_store
from dashboard.web.addresses import base_address
from dashboard.web.api.manual import show_manual
from dashboard.web.api.openapi import BASE, build_document, describe_index
from dashboard.web.api.parameters import Asked, Paged, for_files, parse
from dashboard.web.api.problems import Problem, answer_problem
from dashboard.web.api.resources import LISTINGS, SINGLES, Listing, Single, as_rows, as_table, check_codes

logger = logging.getLogger(__name__)

BOM = b"\xef\xbb\xbf"
JSON = "application/json"
FILES = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}
METHODS = "GET, HEAD, OPTIONS"
OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "Accept, If-None-Match",
    "Access-Control-Expose-Headers": "ETag, Link, X-Total-Count, Content-Disposition",
    "Access-Control-Max-Age": "86400",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Vary": "Accept-Encoding",
}
"""Everybody may read from anywhere; nothing here depends on who asks."""
FRESH = "public, max-age=60"
"""A minute: a correction, or an embargo that lifts, is seen that much later at most, never earlier."""

Answer = Callable[[Request, Store, dt.date], Response]


def accepts(header: str, media_type: str) -> bool:
    """Tell whether an Accept header allows a media type (RFC 9110): the most precise range decides."""
    kind = media_type.partition(";")[0]
    ranges: dict[str, float] = {}
    for item in header.split(","):
        name, *settings = (part.strip().lower() for part in item.split(";"))
        quality = next((setting[2:] for setting in settings if setting.startswith("q=")), "1")
        ranges[name] = float(quality) if quality.replace(".", "", 1).isdigit() else 1.0
    chosen = [ranges[name] for name in (kind, f"{kind.partition('/')[0]}/*", "*/*") if name in ranges]
    return not header.strip() or bool(chosen and chosen[0] > 0)


@lru_cache(maxsize=1)
def _own_code() -> bytes:
    """Return a hash of what writes the answers: another writing of the same rows is another answer."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).digest()


def make_tag(request: Request, store: Store, day: dt.date) -> str:
    """Return the entity tag of an answer; weak, because a compressed answer carries the same."""
    what = f"{store.fingerprint} {day} {base_address(request)} {request.url.path}?{request.url.query}"
    return f'W/"{hashlib.sha256(_own_code() + what.encode()).hexdigest()[:24]}"'


class Endpoint:
    """One address: any method comes here, so that a wrong one is told in the same form as any other problem."""

    def __init__(self, media_type: str, answer: Callable[[Request], Awaitable[Response]]) -> None:
        self.media_type = media_type
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            response = await self._respond(request)
        except Problem as problem:
            allowed = {"Allow": METHODS} if problem.kind == "bad_method" else {}
            later = {"Retry-After": "60"} if problem.kind == "no_store" else {}
            response = answer_problem(problem, {**OPEN, **allowed, **later})
        if request.method == "HEAD":
            response.body = b""
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={**OPEN, "Allow": METHODS})
        if request.method not in ("GET", "HEAD"):
            raise Problem("bad_method", method=request.method[:20])
        if not accepts(request.headers.get("accept", ""), self.media_type):
            raise Problem("not_acceptable", form=self.media_type.partition(";")[0])
        return await self.answer(request)


async def _read(request: Request, asked: Asked, answer: Answer) -> Response:
    """Answer from the store as of the day asked for, or say that the asker has the answer already."""
    try:
        store = await run_in_threadpool(current_store, get_settings())
        now = today()
        day = getattr(asked, "asof", None) or now
        if day > now:
            raise Problem("future_day", day=now.isoformat())
        tag = make_tag(request, store, day)
        headers = {**OPEN, "ETag": tag, "Cache-Control": FRESH}
        held = [item.strip() for item in request.headers.get("if-none-match", "").split(",")]
        if tag in held or tag.removeprefix("W/") in held:
            return Response(status_code=304, headers=headers)
        response = await run_in_threadpool(answer, request, store, day)
    except OpenGovError as error:
        logger.error("the interface could not answer: %s", error)
        raise Problem("no_store") from error
    response.headers.update(headers)
    return response


def _page_links(request: Request, day: dt.date, asked: Paged, total: int) -> dict[str, str]:
    """Return the whole addresses of the pages before and after; they name the day, so all are of one version."""
    limit, offset = asked.limit, asked.offset
    dated = [("asof", day.isoformat())] if "asof" in type(asked).model_fields else []
    kept = [pair for pair in request.query_params.multi_items() if pair[0] not in ("limit", "offset", "asof")]
    places = {"next": offset + limit} if offset + limit < total else {}
    places |= {"prev": max(0, offset - limit)} if offset else {}
    page = base_address(request) + request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    return {
        name: f"{page}?{urlencode([*kept, *dated, ('limit', limit), ('offset', place)])}"
        for name, place in places.items()
    }


def write_file(table: pa.Table, form: str) -> bytes:
    """Return a table as CSV with a byte-order mark, so that spreadsheets read Chinese, or as Parquet."""
    buffer = io.BytesIO()
    if form == "parquet":
        pq.write_table(table, buffer, compression="zstd")
        return buffer.getvalue()
    pa_csv.write_csv(table, buffer, pa_csv.WriteOptions(quoting_style="needed"))
    return BOM + buffer.getvalue()


def list_endpoint(listing: Listing, form: str = "json") -> Endpoint:
    """Return the address of a list in one form."""
    model = listing.asked if form == "json" else for_files(listing.asked)

    async def answer(request: Request) -> Response:
        asked = parse(model, request.query_params)

        def collect(request: Request, store: Store, day: dt.date) -> Response:
            check_codes(store, today(), asked)
            found, total = listing.find(store, day, asked)
            links = _page_links(request, day, asked, total)
            headers = {"X-Total-Count": str(total)}
            if links:
                headers["Link"] = ", ".join(f'<{address}>; rel="{name}"' for name, address in links.items())
            if form != "json":
                headers["Content-Disposition"] = f'attachment; filename="{listing.name}_{day}.{form}"'
                return Response(write_file(as_table(found, listing.shape), form), 200, headers, FILES[form])
            document = {
                "asof": day,
                "total": total,
                "limit": asked.limit,
                "offset": asked.offset,
                "next": links.get("next"),
                "rows": as_rows(found),
            }
            return Response(to_json(document, inf_nan_mode="null"), 200, headers, JSON)

        return await _read(request, asked, collect)

    return Endpoint(FILES.get(form, JSON), answer)


def single_endpoint(single: Single) -> Endpoint:
    """Return the address of one thing."""

    async def answer(request: Request) -> Response:
        asked = parse(single.asked, request.query_params)

        def collect(request: Request, store: Store, day: dt.date) -> Response:
            row = single.find(store, day, request.path_params["key"])
            if row is None:
                raise Problem("nothing_here")
            return Response(to_json(row, inf_nan_mode="null"), 200, None, JSON)

        return await _read(request, asked, collect)

    return Endpoint(JSON, answer)


def document_endpoint(write: Callable[[str], Mapping[str, object]]) -> Endpoint:
    """Return the address of a document that needs no row but the site's address: the OpenAPI description."""

    async def answer(request: Request) -> Response:
        parse(Asked, request.query_params)
        return Response(to_json(write(base_address(request))), 200, {**OPEN, "Cache-Control": FRESH}, JSON)

    return Endpoint(JSON, answer)


def index_endpoint() -> Endpoint:
    """Return the address that says what there is."""

    async def answer(request: Request) -> Response:
        def collect(request: Request, store: Store, day: dt.date) -> Response:
            return Response(to_json(describe_index(store, day, base_address(request))), 200, None, JSON)

        return await _read(request, parse(Asked, request.query_params), collect)

    return Endpoint(JSON, answer)


async def _nothing_here(request: Request) -> Response:
    raise Problem("nothing_here")


routes: list[BaseRoute] = [
    Route("/api", show_manual),
    Route("/api/", show_manual),
    Route(BASE, index_endpoint()),
    Route(f"{BASE}/", index_endpoint()),
    Route(f"{BASE}/openapi.json", document_endpoint(build_document)),
    *[Route(f"{BASE}/{listing.name}", list_endpoint(listing)) for listing in LISTINGS],
    *[Route(f"{BASE}/{listing.name}.{form}", list_endpoint(listing, form)) for listing in LISTINGS for form in FILES],
    *[Route(f"{BASE}/{single.name}/{{key}}", single_endpoint(single)) for single in SINGLES],
    Route(f"{BASE}/{{rest:path}}", Endpoint(JSON, _nothing_here)),
]
