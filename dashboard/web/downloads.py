"""The rows behind exactly the view on screen, as CSV or Parquet.

``/data/<indicator>.csv?place=TW-TPE&place=…&level=county&period=2022&part=women&lang=en``: the same parameters
that choose the view choose the rows, so a download can be shared, scripted and checked.
"""

import io
import logging
from collections.abc import Sequence

import pandas as pd
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard.catalog import today
from dashboard.exceptions import OpenGovError
from dashboard.language import Language, parse_language, pick, text
from dashboard.maps import full_name
from dashboard.queries import IndicatorCard, get_cards, get_observations, get_places
from dashboard.settings import get_settings
from dashboard.store import Store, current_store

logger = logging.getLogger(__name__)

BOM = "\ufeff"
MEDIA = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}
LEVELS = ("country", "county", "township")
STUDY = ("estimates", "panel")


def build_table(frame: pd.DataFrame, card: IndicatorCard, store: Store, language: Language) -> pd.DataFrame:
    """Return observations with the names and terms a reader of the file needs, one row an observation."""
    places = get_places(store)
    licenses = {source.code: card.licenses[source.license] for source in card.sources}
    sources = {source.code: source for source in card.sources}
    parts = {row.code: pick(row, "title", language) for row in card.breakdowns}
    table = frame.copy()
    table.insert(1, "indicator", pick(card.indicator, "title", language))
    table.insert(3, "place", [full_name(places, code, language) for code in table["ref_area"]])
    table["part"] = [parts.get(code, "") for code in table["breakdown"]]
    table["unit"] = pick(card.unit, "title", language)
    table["publisher"] = [pick(sources[code], "publisher", language) for code in table["source_code"]]
    table["source_url"] = [sources[code].url for code in table["source_code"]]
    table["license"] = [pick(licenses[code], "title", language) for code in table["source_code"]]
    return table


def write_table(table: pd.DataFrame, form: str) -> bytes:
    """Return the table as bytes: CSV with a byte-order mark, so that spreadsheets read Chinese, or Parquet."""
    if form == "csv":
        return (BOM + table.to_csv(index=False, lineterminator="\r\n")).encode("utf-8")
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    return buffer.getvalue()


def _one(values: Sequence[str]) -> str | None:
    return values[-1] if values else None


def _collect(request: Request, code: str, form: str) -> tuple[bytes, str]:
    store = current_store(get_settings())
    query = request.query_params
    language = parse_language(_one(query.getlist("lang")))
    card = get_cards(store)[code]
    level = _one(query.getlist("level"))
    frame = get_observations(
        store,
        code,
        today(),
        ref_areas=query.getlist("place") or None,
        level=level if level in LEVELS else None,
        breakdown=_one(query.getlist("part")),
        time_period=_one(query.getlist("period")),
    )
    name = f"{code}_{today().isoformat()}_{language}.{form}"
    return write_table(build_table(frame, card, store, language), form), name


async def download(request: Request) -> Response:
    """Answer with the rows of a view; 404 with one sentence when there is no such indicator."""
    code, form = request.path_params["code"], request.path_params["form"]
    language = parse_language(request.query_params.get("lang"))
    if form not in MEDIA:
        return PlainTextResponse(text("not_found", language), status_code=404)
    try:
        body, name = await run_in_threadpool(_collect, request, code, form)
    except KeyError:
        return PlainTextResponse(text("not_found", language), status_code=404)
    except OpenGovError as error:
        logger.error("a download could not be made: %s", error)
        return PlainTextResponse(text("error_store", language), status_code=503)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-cache"}
    return Response(body, media_type=MEDIA[form], headers=headers)


async def download_study(request: Request) -> Response:
    """Answer with the panel or the estimates of the study of joining the OGP, as they are published."""
    name = request.path_params["name"]
    path = get_settings().data / "event_study" / f"{name}.csv"
    if name not in STUDY or not path.exists():
        return PlainTextResponse(text("not_found", parse_language(request.query_params.get("lang"))), status_code=404)
    body = (BOM + path.read_text(encoding="utf-8")).encode("utf-8")
    headers = {"Content-Disposition": f'attachment; filename="event_study_{name}.csv"', "Cache-Control": "no-cache"}
    return Response(body, media_type=MEDIA["csv"], headers=headers)


routes = [Route("/data/event_study/{name}.csv", download_study), Route("/data/{code}.{form}", download)]
