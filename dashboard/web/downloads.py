"""The rows behind exactly the view on screen, as CSV, Excel, JSON or Parquet, and their checksums.

``/data/<indicator>.csv?place=TW-TPE&place=…&level=county&period=2022&part=women&lang=en``: the same parameters
that choose the view choose the rows, so a download can be shared, scripted and checked. ``.sha256`` answers with the
checksums of the other four, as ``sha256sum -c`` reads them. ``asof=2026-11-23`` gives the rows the public saw on that
day; a file has no room for a notice, so a day it cannot give is refused, not replaced. ``/changes.csv?from=…&to=…``
holds every cell that differs between two days.
"""

import base64
import hashlib
import logging
from collections.abc import Callable, Mapping

import pandas as pd
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard.catalog import today
from dashboard.exceptions import OpenGovError
from dashboard.export.files import FORMS, write_sums, write_table
from dashboard.export.shelf import open_shelf
from dashboard.export.tables import BOM, write_csv
from dashboard.language import Language, pick, text
from dashboard.maps import full_name
from dashboard.queries import STUDY_INDICATOR, IndicatorCard, get_cards, get_places
from dashboard.settings import get_settings
from dashboard.store import Store, current_store
from dashboard.vintages import get_changes
from dashboard.web.asking import DayError, ask_day, ask_language, ask_selection

logger = logging.getLogger(__name__)

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "sha256": "text/plain; charset=utf-8",
}
STUDY = ("estimates", "panel")


def _collect(request: Request, code: str, form: str) -> tuple[bytes, str]:
    """Return a file and its name: indicator, as-of day, language."""
    query = request.query_params
    language = ask_language(query)
    store = current_store(get_settings())
    day = ask_day(query, store, today())
    shelf = open_shelf(store, day)
    asked = ask_selection(query, code)
    if code not in shelf.cards or shelf.rows(code).empty:
        raise KeyError(code)
    frame = shelf.select(asked)
    stem = f"{code}_{day.isoformat()}_{language}"
    forms = FORMS if form == "sha256" else (form,)
    files = {f"{stem}.{each}": write_table(each, frame, shelf, asked, language) for each in forms}
    return (write_sums(files) if form == "sha256" else files[f"{stem}.{form}"]), f"{stem}.{form}"


def _collect_changes(request: Request, _: str, form: str) -> tuple[bytes, str]:
    store = current_store(get_settings())
    query = request.query_params
    language = ask_language(query)
    days = sorted(ask_day(query, store, today(), name) for name in ("from", "to"))
    frame = get_changes(store, days[0], days[1])
    table = name_codes(frame, get_cards(store), store, language)
    return write_csv(table), f"changes_{days[0].isoformat()}_{days[1].isoformat()}_{language}.{form}"


def name_codes(
    frame: pd.DataFrame, cards: Mapping[str, IndicatorCard], store: Store, language: Language
) -> pd.DataFrame:
    """Return changed cells with the indicator's level, and names of indicator, place, part, unit and publisher."""
    places = get_places(store)
    held = [cards[code] for code in frame["indicator_code"]]
    parts = {(code, row.code): pick(row, "title", language) for code, card in cards.items() for row in card.breakdowns}
    publishers = {row.code: pick(row, "publisher", language) for card in held for row in card.sources}
    table = frame.copy()
    table.insert(1, "indicator", [pick(card.indicator, "title", language) for card in held])
    table.insert(2, "result_level", [card.indicator.result_level for card in held])
    table.insert(4, "place", [full_name(places, code, language) for code in table["ref_area"]])
    table["part"] = [parts.get(key, "") for key in zip(frame["indicator_code"], frame["breakdown"], strict=True)]
    table["unit"] = [pick(card.unit, "title", language) for card in held]
    table["publisher"] = [publishers[code] for code in frame["source_code"]]
    return table


async def download(request: Request) -> Response:
    """Answer with the rows of a view; 404 with one sentence when there is no such indicator, 400 for a wrong day."""
    return await _answer(request, request.path_params["code"], request.path_params["form"], _collect)


async def download_changes(request: Request) -> Response:
    """Answer with every cell that differs between two days; 400 with one sentence for a wrong day."""
    return await _answer(request, "changes", "csv", _collect_changes)


async def _answer(
    request: Request, code: str, form: str, collect: Callable[[Request, str, str], tuple[bytes, str]]
) -> Response:
    language = ask_language(request.query_params)
    if form not in MEDIA:
        return PlainTextResponse(text("not_found", language), status_code=404)
    try:
        body, name = await run_in_threadpool(collect, request, code, form)
    except KeyError:
        return PlainTextResponse(text("not_found", language), status_code=404)
    except DayError as error:
        return PlainTextResponse(error.say(language), status_code=400)
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


def _collect_study(request: Request, name: str, form: str) -> tuple[bytes, str]:
    store = current_store(get_settings())
    day = ask_day(request.query_params, store, today())
    path = get_settings().data / "event_study" / f"{name}.{form}"
    if name not in STUDY or STUDY_INDICATOR not in open_shelf(store, day).cards or not path.exists():
        raise KeyError(name)
    return (BOM + path.read_text(encoding="utf-8")).encode("utf-8"), f"event_study_{path.name}"


async def download_study(request: Request) -> Response:
    """Answer with the panel or the estimates of the study of joining the OGP; 404 before its indicator is public."""
    return await _answer(request, request.path_params["name"], "csv", _collect_study)


routes = [
    Route("/data/event_study/{name}.csv", download_study),
    Route("/data/{code}.{form}", download),
    Route("/changes.csv", download_changes),
]
