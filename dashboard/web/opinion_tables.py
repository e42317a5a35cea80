"""The tables behind an opinion map as CSV: ``/data/opinions/<slug>/<table>.csv?lang=en&asof=2026-11-23``.

No person is in them.
"""

import logging
from collections.abc import Callable, Mapping

import pandas as pd
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard.catalog import today
from dashboard.exceptions import OpenGovError, UnknownCodeError
from dashboard.export.tables import write_csv
from dashboard.language import Language, parse_language, pick, text
from dashboard.queries import Opinions, get_opinions
from dashboard.settings import get_settings
from dashboard.store import current_store
from dashboard.web.asking import DayError, ask_day
from dashboard.web.downloads import MEDIA

logger = logging.getLogger(__name__)


def _rows(held: list) -> pd.DataFrame:
    return pd.DataFrame([row.model_dump(exclude={"consultation"}) for row in held])


def _statements(held: Opinions, language: Language) -> pd.DataFrame:
    """Return one line a statement and group, ``_T`` for everybody; a cell held back is empty."""
    lines = []
    for row in held.statements:
        known = {
            "number": row.number,
            "gloss": pick(row, "gloss", language),
            "consensus_agree": row.consensus_agree,
            "consensus_disagree": row.consensus_disagree,
            "gap": row.gap,
        }
        parts = [("_T", row), *((group.code, held.votes.get((row.number, group.code))) for group in held.groups)]
        for code, votes in parts:
            counts = {key: getattr(votes, key, None) for key in ("agree", "disagree", "passed", "voters", "z")}
            lines.append(known | {"group_code": code} | counts)
    counted = dict.fromkeys(("agree", "disagree", "passed", "voters"), "Int64")
    return pd.DataFrame(lines).astype(counted) if lines else pd.DataFrame(columns=["number"])


BUILDERS: Mapping[str, Callable[[Opinions, Language], pd.DataFrame]] = {
    "groups": lambda held, _: _rows(held.groups),
    "statements": _statements,
    "map": lambda held, _: _rows(held.cells),
    "growth": lambda held, _: _rows(held.growth),
    "shares": lambda held, _: _rows(held.shares),
}


def build_opinion_table(held: Opinions, table: str, language: Language) -> pd.DataFrame:
    """Return one table with its consultation, source and licence in every line."""
    frame = BUILDERS[table](held, language)
    frame.insert(0, "consultation", pick(held.consultation, "title", language))
    frame["publisher"] = pick(held.source, "publisher", language)
    frame["source_url"] = held.source.url
    frame["license"] = pick(held.license, "title", language)
    return frame


def _collect(query: QueryParams, slug: str, table: str, language: Language) -> bytes:
    store = current_store(get_settings())
    day = ask_day(query, store, today())
    return write_csv(build_opinion_table(get_opinions(store, slug, day), table, language))


async def download_opinions(request: Request) -> Response:
    """Answer with a table of a consultation; 404 with one sentence when there is none."""
    slug, table = request.path_params["slug"], request.path_params["table"]
    language = parse_language(request.query_params.get("lang"))
    if table not in BUILDERS:
        return PlainTextResponse(text("not_found", language), status_code=404)
    try:
        body = await run_in_threadpool(_collect, request.query_params, slug, table, language)
    except UnknownCodeError:
        return PlainTextResponse(text("not_found", language), status_code=404)
    except DayError as error:
        return PlainTextResponse(error.say(language), status_code=400)
    except OpenGovError as error:
        logger.error("a table of a consultation could not be made: %s", error)
        return PlainTextResponse(text("error_store", language), status_code=503)
    headers = {
        "Content-Disposition": f'attachment; filename="{slug}_{table}_{language}.csv"',
        "Cache-Control": "no-cache",
    }
    return Response(body, media_type=MEDIA["csv"], headers=headers)


routes = [Route("/data/opinions/{slug}/{table}.csv", download_opinions)]
