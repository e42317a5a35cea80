"""Who reads what: language, theme, store, and the questions whose answers are kept.

Cached values are shared between sessions and never changed. Their keys hold the store's fingerprint and the day, so a
new version, or an embargo that lifts at midnight in Taipei, is seen at once.
"""

import datetime as dt
import gc
import logging
import weakref
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import pandas as pd
import streamlit as st

from dashboard import markup, queries
from dashboard.catalog import today
from dashboard.exceptions import OpenGovError, StoreError
from dashboard.language import (
    DEFAULT_LANGUAGE,
    LANGUAGES,
    Language,
    add_roc_years,
    close_colons,
    parse_language,
    text,
)
from dashboard.models import CaseStudy, Place
from dashboard.palette import Mode
from dashboard.queries import FilledClaim, IndicatorCard
from dashboard.reading import Voice
from dashboard.rows import split_sources as split_rows
from dashboard.search import get_index
from dashboard.settings import get_settings
from dashboard.store import Store, current_store
from dashboard.vintages import AskedDay, DayProblem, get_corrections, read_day
from dashboard.web.addresses import relate

logger = logging.getLogger(__name__)

Given = ParamSpec("Given")
Result = TypeVar("Result")

KEEP = 512
"""Entries a cache of rows keeps."""
ASKED_BY_DAY = ("get_case_studies", "get_checks", "get_consultations", "get_study")
"""Questions about rows of the catalogue that become public on a day."""
KEEP_DRAWN = 256
"""Views of one piece of a page that are kept drawn."""


@dataclass(frozen=True)
class Reader(Voice):
    """Who reads: language, theme, whether Republic-era years are wanted, and the day whose data are shown."""

    language: Language
    mode: Mode
    roc: bool
    day: dt.date
    store: Store
    now: dt.date
    """Today in Taiwan, whatever day is shown."""
    vintage: dt.date
    """The last day of publication until ``day``: between two of them all days hold the same rows."""
    dated: bool = False
    """Whether the address asks for the data of a day."""
    problem: DayProblem | None = None
    """What was wrong with the day the address asked for."""

    @cached_property
    def key(self) -> tuple[str, dt.date]:
        """Return what cached rows depend on."""
        return self.store.fingerprint, self.vintage

    @cached_property
    def view(self) -> str:
        """Return what a drawn piece depends on: rows, day, language, era, theme, and whether links keep the day."""
        return f"{self.store.fingerprint} {self.day} {self.language} {self.mode} {self.roc} {self.dated}"

    @cached_property
    def carried(self) -> dict[str, str]:
        """Return the parameters every link inside the site carries: language, era and day."""
        era = {"era": "roc"} if self.roc else {}
        return {"lang": self.language} | era | ({"asof": self.day.isoformat()} if self.dated else {})


def _name(value: Any) -> Any:
    """Return what tells one argument of a drawn piece from another; rows of the store go by their codes."""
    if isinstance(value, IndicatorCard):
        return value.indicator.code
    if isinstance(value, FilledClaim):
        return value.claim.id
    if isinstance(value, CaseStudy):
        return value.slug
    if isinstance(value, list | tuple):
        return [_name(item) for item in value]
    if isinstance(value, dict):
        return {key: _name(item) for key, item in value.items()}
    if value is None or isinstance(value, str | int | float | dt.date):
        return value
    raise TypeError(f"a drawn piece cannot be told apart by a {type(value).__name__}")


def kept(draw: Callable[Concatenate[Reader, Given], Result]) -> Callable[Concatenate[Reader, Given], Result]:
    """Keep what a piece of a page draws, and what it returns: to the next reader of the same view it is replayed.

    A rerun then costs no rows, no words and no chart validation. A piece may hold no choice and open no container
    (pieces inside would be replayed beside it), may depend on nothing but the reader's view and its arguments, and
    what it returns is shared and never changed.
    """
    if hasattr(draw, "__wrapped__"):
        raise TypeError(f"{draw.__qualname__} is kept twice: it would wait for itself for ever")

    def keep(*, view: str, _call: Callable[[], Result]) -> Result:
        return _call()

    # Streamlit tells cached functions apart by module and name.
    keep.__module__, keep.__qualname__ = draw.__module__, f"kept.{draw.__qualname__}"
    drawn = st.cache_resource(show_spinner=False, max_entries=KEEP_DRAWN)(keep)

    @wraps(draw)
    def replay(reader: Reader, *args: Given.args, **kwargs: Given.kwargs) -> Result:
        # By name: for each argument by position Streamlit reads the whole signature again.
        view = f"{reader.view} {_name(args)!r} {_name(kwargs)!r}"
        return drawn(view=view, _call=lambda: draw(reader, *args, **kwargs))

    return replay


def show_html(body: str) -> None:
    """Show HTML of our own, its colons closed; with the Republic era asked for, no year in Chinese goes without it."""
    body = close_colons(body)
    roc = st.query_params.get("era") == "roc" and st.session_state.get("language") == "zh-TW"
    st.html(relate(add_roc_years(body) if roc else body))


def get_language() -> Language:
    """Return the language of the address; keep it there, since page links of the frame do not carry it."""
    asked = st.query_params.get("lang")
    if asked is None:
        # The navigation's own links carry no parameters: the day that was looked at stays. An address with a language
        # and without a day, as every link of ours has it, means today.
        if "asof" not in st.query_params and st.session_state.get("asof"):
            st.query_params["asof"] = st.session_state["asof"]
        language = st.session_state.get("language") or parse_language(st.context.locale or DEFAULT_LANGUAGE)
        st.query_params["lang"] = language
    else:
        language = parse_language(asked)
        if asked not in LANGUAGES:
            st.query_params["lang"] = language
    st.session_state["language"] = language
    return language


def get_reader() -> Reader:
    """Return the reader of this run.

    Raises:
        StoreError: when there is nothing to read.
    """
    mode: Mode = "dark" if st.context.theme.type == "dark" else "light"
    if "era" not in st.query_params and st.session_state.get("era") == "roc":
        # The navigation's own links carry no parameters; the switch still knows.
        st.query_params["era"] = "roc"
    roc = st.query_params.get("era") == "roc"
    language = get_language()
    store = current_store(get_settings())
    asked, dated = _choose_day(store)
    days = cached_publication_days(store.fingerprint, today(), store)
    vintage = max((day for day in days if day <= asked.day), default=asked.day)
    return Reader(language, mode, roc, asked.day, store, today(), vintage, dated, asked.problem)


def _choose_day(store: Store) -> tuple[AskedDay, bool]:
    """Return the day of the address and whether it is kept there; what cannot be shown leaves it or is put right."""
    asked = st.query_params.get("asof")
    if asked is None:
        st.session_state.pop("asof", None)
        return AskedDay(today()), False
    found = read_day(asked, cached_publication_days(store.fingerprint, today(), store), today())
    if found.problem in ("asof_malformed", "asof_future"):
        st.query_params.pop("asof", None)
        st.session_state.pop("asof", None)
        return found, False
    if asked != found.day.isoformat():
        st.query_params["asof"] = found.day.isoformat()
    st.session_state["asof"] = found.day.isoformat()
    return found, True


@lru_cache(maxsize=4)
def cached_publication_days(fingerprint: str, day: dt.date, store: Store) -> list[dt.date]:
    """Keep the days on which something was published."""
    return queries.get_publication_days(store, day)


@lru_cache(maxsize=4)
def cached_cards(key: tuple[str, dt.date], store: Store) -> dict[str, IndicatorCard]:
    """Keep the card of every indicator with a row published by the day."""
    held = cached_summary(key, store)
    return {code: card for code, card in queries.get_cards(store, key[1]).items() if code in held}


@lru_cache(maxsize=4)
def cached_summary(key: tuple[str, dt.date], store: Store) -> dict[str, dict[str, Any]]:
    """Keep one row an indicator."""
    return queries.get_summary(store, key[1]).to_dict("index")  # type: ignore[return-value]


@lru_cache(maxsize=4)
def cached_latest(key: tuple[str, dt.date], store: Store) -> dict[str, dict[str, Any]]:
    """Keep the latest national values; where two sources give one, the preferred."""
    frame = _prefer(key, queries.get_latest_national(store, key[1]), ["indicator_code"], store)
    return frame.set_index("indicator_code").to_dict("index")  # type: ignore[return-value]


def _prefer(key: tuple[str, dt.date], frame: pd.DataFrame, same: list[str], store: Store) -> pd.DataFrame:
    """Return one row for each of the same codes, of the source its indicator prefers, in the order they came."""
    order = {
        (code, source.code): place
        for code, card in cached_cards(key, store).items()
        for place, source in enumerate(card.sources)
    }
    ranks = [order[pair] for pair in zip(frame["indicator_code"], frame["source_code"], strict=True)]
    ranked = frame.assign(_order=ranks).sort_values("_order", kind="stable").drop_duplicates(same)
    return ranked.drop(columns="_order").sort_index()


@lru_cache(maxsize=4)
def cached_claims(key: tuple[str, dt.date], store: Store) -> dict[str, FilledClaim]:
    """Keep every claim, filled."""
    cards = cached_cards(key, store)
    found = queries.get_claims(store, queries.get_cards(store, key[1]), key[1])
    return {filled.claim.id: filled for filled in found if filled.claim.indicator in cards}


@lru_cache(maxsize=64)
def cached_rows(key: tuple[str, dt.date], question: str, store: Store) -> Any:
    """Keep the rows of a question without arguments but, where they have one, their day."""
    ask = getattr(queries, question)
    return ask(store, key[1]) if question in ASKED_BY_DAY else ask(store)


@lru_cache(maxsize=KEEP)
def cached_observations(
    key: tuple[str, dt.date], code: str, areas: tuple[str, ...] | None, level: str | None, part: str | None,
    period: str | None, store: Store,
) -> pd.DataFrame:  # fmt: skip
    """Keep observations of one selection."""
    return queries.get_observations(
        store, code, key[1], ref_areas=areas, level=level, breakdown=part, time_period=period
    )


@lru_cache(maxsize=4)
def cached_corrections(key: tuple[str, dt.date], store: Store) -> pd.DataFrame:
    """Keep every replacement of a published row."""
    return get_corrections(store, key[1])


def mark_replaced(frame: pd.DataFrame, corrections: pd.DataFrame) -> pd.DataFrame:
    """Return observations with a column ``replaced``: the value stands in the place of one published before.

    The shared frame itself comes back where nothing was replaced.
    """
    keys = ["indicator_code", "ref_area", "time_period", "breakdown", "source_code"]
    held = set(corrections[keys].itertuples(index=False, name=None))
    again = [key in held for key in frame[keys].itertuples(index=False, name=None)] if held else []
    return frame.assign(replaced=again) if any(again) else frame


@lru_cache(maxsize=64)
def cached_profile(key: tuple[str, dt.date], county: str, store: Store) -> pd.DataFrame:
    """Keep a county's latest values; where two sources have one, the preferred."""
    return _prefer(key, queries.get_county_profile(store, county, key[1]), ["indicator_code", "breakdown"], store)


def read_now(reader: Reader) -> Reader:
    """Return the reader of today's data: what is public now tells what an earlier day did not have yet."""
    return replace(reader, day=reader.now, vintage=reader.now)


def get_cards(reader: Reader) -> dict[str, IndicatorCard]:
    """Return every indicator's card by code."""
    return cached_cards(reader.key, reader.store)


def get_summary(reader: Reader) -> dict[str, dict[str, Any]]:
    """Return for each indicator its counts, first and last period."""
    return cached_summary(reader.key, reader.store)


def get_claims(reader: Reader) -> dict[str, FilledClaim]:
    """Return every claim by id, filled as of the reader's day."""
    return cached_claims(reader.key, reader.store)


def get_latest(reader: Reader) -> dict[str, dict[str, Any]]:
    """Return the latest national value of every indicator that has one, by code."""
    return cached_latest(reader.key, reader.store)


def get_rows(reader: Reader, question: str) -> Any:
    """Return the rows of a question without arguments, such as ``get_commitments``."""
    # A consultation has a day of its own, on which no observation need come out.
    key = (reader.store.fingerprint, reader.day) if question in ASKED_BY_DAY else reader.key
    return cached_rows(key, question, reader.store)


def get_places(reader: Reader) -> dict[str, Place]:
    """Return every place by code."""
    return get_rows(reader, "get_places")


def get_observations(
    reader: Reader,
    code: str,
    *,
    areas: Sequence[str] | None = None,
    level: str | None = None,
    part: str | None = None,
    period: str | None = None,
) -> pd.DataFrame:
    """Return observations of one indicator; the frame is shared, so change a copy."""
    chosen = None if areas is None else tuple(areas)
    return cached_observations(reader.key, code, chosen, level, part, period, reader.store)


_splits: dict[int, tuple[weakref.ref[pd.DataFrame], tuple[pd.DataFrame, pd.DataFrame]]] = {}


def split_sources(frame: pd.DataFrame, card: IndicatorCard) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return preferred and disagreeing rows of a shared frame; worked out once for as long as the frame is kept."""
    held = _splits.get(id(frame))
    if held is not None and held[0]() is frame:
        return held[1]
    if len(_splits) >= KEEP:
        _splits.clear()
    result = split_rows(frame, card)
    _splits[id(frame)] = (weakref.ref(frame), result)
    return result


def get_profile(reader: Reader, county: str) -> pd.DataFrame:
    """Return a county's latest values and ranks."""
    return cached_profile(reader.key, county, reader.store)


def show_error(error: Exception, language: Language) -> None:
    """Tell the reader one sentence and the operator the cause."""
    logger.error("a page could not be shown: %s", error, exc_info=error)
    key = "error_store" if isinstance(error, StoreError) else "error_page"
    show_html(f'<p class="problem" role="alert">{markup.escape(text(key, language))}</p>')


def show_failure(error: Exception) -> bool:
    """Handle what no page expected: one sentence instead of a stack trace."""
    show_error(error, st.session_state.get("language", DEFAULT_LANGUAGE))
    return True


@asynccontextmanager
async def warm_up(_: Any) -> AsyncIterator[dict[str, Any]]:
    """Build and open the store, load what pages need and freeze it, before the first reader comes."""
    try:
        store = current_store(get_settings())
        key = (store.fingerprint, today())
        for keep_rows in (cached_cards, cached_summary, cached_latest, cached_claims):
            keep_rows(key, store)
        get_index(store, today())
    except OpenGovError as error:
        logger.error("started without data: %s", error)
    gc.collect()
    gc.freeze()
    yield {}
