"""Observations as of a day: of one indicator, chosen ones by pages, all of them, and what is counted over them."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from dashboard.models import TOTAL, Place
from dashboard.queries.access import AS_OF, ask, fetch, read_rows
from dashboard.store import OBSERVATION_SCHEMA, Store

LAST_DAYS = """(
    SELECT *, ended || substr('0000-12-31', length(ended) + 1) AS last_day FROM (
        SELECT *, replace(replace(replace(replace(
            regexp_extract(time_period, '[^/]+$'), 'Q1', '03'), 'Q2', '06'), 'Q3', '09'), 'Q4', '12') AS ended
        FROM ({})
    )
)"""
"""Observations with the last day of their period, so that years, quarters, months and intervals can be compared.

Every month is given 31 days: a bound to compare with, not a date to show.
"""


def get_observations(
    store: Store,
    indicator_code: str,
    day: dt.date,
    *,
    ref_areas: Sequence[str] | None = None,
    level: str | None = None,
    breakdown: str | None = None,
    time_period: str | None = None,
) -> pd.DataFrame:
    """Return the observations of one indicator as published by ``day``, oldest period first.

    Columns are those of ``Observation``. ``level`` keeps places of one level (country, county, township); the other
    arguments keep one part, one period or the named places.
    """
    sql = f"SELECT o.* FROM ({AS_OF}) o WHERE indicator_code = $code"
    values: dict[str, Any] = {"code": indicator_code}
    if ref_areas is not None:
        sql += " AND list_contains($areas, ref_area)"
        values["areas"] = list(ref_areas)
    if level is not None:
        sql += {
            "township": " AND regexp_matches(ref_area, '^[0-9]{8}$')",
            "county": " AND ref_area LIKE 'TW-%'",
            "country": " AND regexp_matches(ref_area, '^[A-Z]{3}$')",
        }[level]
    if breakdown is not None:
        sql += " AND breakdown = $part"
        values["part"] = breakdown
    if time_period is not None:
        sql += " AND time_period = $period"
        values["period"] = time_period
    sql += " ORDER BY regexp_extract(time_period, '([^/]+)$', 1), ref_area, breakdown"
    return ask(store, sql, day, **values)


@dataclass(frozen=True)
class Selection:
    """Which observations are wanted; an empty field wants all."""

    indicators: Sequence[str] = ()
    ref_areas: Sequence[str] = ()
    breakdowns: Sequence[str] = ()
    sources: Sequence[str] = ()
    level: str | None = None
    """Level of the places: group, country, county or township."""
    start: str | None = None
    """A year, quarter, month or day: only periods that end in it or later."""
    end: str | None = None
    """A year, quarter, month or day: only periods that end in it or earlier."""


def get_observation_page(
    store: Store, day: dt.date, chosen: Selection, *, limit: int, offset: int = 0
) -> tuple[pa.Table, int]:
    """Return a page of the chosen observations as published by ``day``, and how many there are on all pages.

    The order is that of the key (indicator, place, part, end of the period, period, source), so it is the same
    for every page. Periods of different length are compared by their last day.
    """
    conditions, values = _select_observations(store, chosen)
    held = f"{LAST_DAYS.format(AS_OF)} WHERE {conditions}"
    names = OBSERVATION_SCHEMA.names
    order = "indicator_code, ref_area, breakdown, last_day, time_period, source_code"
    page = f"SELECT {', '.join(names)}, count(*) OVER () FROM {held} ORDER BY {order} LIMIT $limit OFFSET $offset"
    rows = fetch(store, page, day, {**values, "limit": limit, "offset": offset})
    # A page behind the last row carries no count.
    total = rows[0][-1] if rows else fetch(store, f"SELECT count(*) FROM {held}", day, values)[0][0]
    columns = list(zip(*rows, strict=True))[:-1] if rows else [[] for _ in names]
    return pa.table(
        [pa.array(column, kind.type) for column, kind in zip(columns, OBSERVATION_SCHEMA, strict=True)],
        OBSERVATION_SCHEMA,
    ), total


def _select_observations(store: Store, chosen: Selection) -> tuple[str, dict[str, Any]]:
    """Return the condition of a selection and the values it is asked with."""
    listed: dict[str, Sequence[str]] = {
        "indicator_code": chosen.indicators,
        "ref_area": chosen.ref_areas,
        "breakdown": chosen.breakdowns,
        "source_code": chosen.sources,
    }
    values: dict[str, Any] = {column: list(wanted) for column, wanted in listed.items() if wanted}
    conditions = ["true", *[f"list_contains(${column}, {column})" for column in values]]
    if chosen.level is not None:
        conditions.append("list_contains($places, ref_area)")
        values["places"] = [row.code for row in read_rows(store, Place, Place.level == chosen.level)]
    if chosen.start is not None:
        conditions.append("last_day >= $start")
        values["start"] = re.sub(r"Q(\d)", lambda match: f"{3 * int(match[1]) - 2:02d}", chosen.start)
    if chosen.end is not None:
        conditions.append("last_day <= $end")
        end = re.sub(r"Q(\d)", lambda match: f"{3 * int(match[1]):02d}", chosen.end)
        values["end"] = end + "0000-12-31"[len(end) :]
    return " AND ".join(conditions), values


def get_every_vintage(store: Store, day: dt.date) -> pd.DataFrame:
    """Return every row published by ``day``, values as they stood before a correction among them."""
    sql = """
        SELECT * FROM read_parquet($path) WHERE published <= $day
        ORDER BY indicator_code, ref_area, time_period, breakdown, source_code, published
    """
    return ask(store, sql, day)


def get_every_observation(store: Store, day: dt.date) -> pd.DataFrame:
    """Return the observations of all indicators as published by ``day``, in the order they are kept."""
    sql = f"""
        SELECT o.* FROM ({AS_OF}) o
        ORDER BY indicator_code, ref_area, breakdown, regexp_extract(time_period, '([^/]+)$', 1), time_period,
                 source_code
    """
    return ask(store, sql, day)


def get_summary(store: Store, day: dt.date) -> pd.DataFrame:
    """Return one row an indicator: counts of observations and places, first and last period, last publication.

    ``contested`` counts the further values that other sources give for the same place, period and part.
    """
    sql = f"""
        SELECT indicator_code,
               count(*) AS observations,
               count(DISTINCT ref_area) AS places,
               count(DISTINCT time_period) AS periods,
               count(DISTINCT ref_area) FILTER (WHERE ref_area LIKE 'TW-%') AS counties,
               count(DISTINCT ref_area) FILTER (WHERE regexp_matches(ref_area, '^[0-9]{{8}}$')) AS townships,
               count(DISTINCT ref_area) FILTER (WHERE regexp_matches(ref_area, '^[A-Z]{{3}}$')) AS countries,
               arg_min(time_period, regexp_extract(time_period, '([^/]+)$', 1)) AS first_period,
               arg_max(time_period, regexp_extract(time_period, '([^/]+)$', 1)) FILTER (WHERE obs_value IS NOT NULL)
                   AS last_period,
               count(DISTINCT (ref_area, time_period, breakdown, obs_value))
                   - count(DISTINCT (ref_area, time_period, breakdown)) AS contested,
               max(published) AS published
        FROM ({AS_OF}) GROUP BY indicator_code
    """
    return ask(store, sql, day).set_index("indicator_code")


def get_latest_national(store: Store, day: dt.date) -> pd.DataFrame:
    """Return for each indicator the rows of its latest period for Taiwan as a whole, total only."""
    sql = f"""
        WITH held AS (SELECT *, regexp_extract(time_period, '([^/]+)$', 1) AS ended FROM ({AS_OF}))
        SELECT * EXCLUDE (ended) FROM held
        WHERE ref_area = 'TWN' AND breakdown = '{TOTAL}' AND obs_value IS NOT NULL
        QUALIFY ended = max(ended) OVER (PARTITION BY indicator_code)
    """
    return ask(store, sql, day)


def get_county_profile(store: Store, county: str, day: dt.date) -> pd.DataFrame:
    """Return a county's own latest value of every indicator and part, with its rank among the counties of that period.

    Columns: indicator_code, breakdown, source_code, time_period, obs_value, lower, upper, obs_status, rank_high (1 =
    highest value), counties. Counties are ranked within one source; where several sources have the county's latest
    period, each has its row.
    """
    sql = f"""
        WITH held AS (
            SELECT *, regexp_extract(time_period, '([^/]+)$', 1) AS ended FROM ({AS_OF}) WHERE ref_area LIKE 'TW-%'
        ), latest AS (
            SELECT indicator_code, breakdown, source_code, time_period FROM held
            WHERE ref_area = $county AND obs_value IS NOT NULL
            QUALIFY ended = max(ended) OVER (PARTITION BY indicator_code, breakdown)
        ), ranked AS (
            SELECT indicator_code, breakdown, source_code, time_period, obs_value, lower, upper, obs_status, ref_area,
                   rank() OVER same AS rank_high, count(*) OVER (same ROWS BETWEEN UNBOUNDED PRECEDING AND
                       UNBOUNDED FOLLOWING) AS counties
            FROM held JOIN latest USING (indicator_code, breakdown, source_code, time_period)
            WHERE obs_value IS NOT NULL
            WINDOW same AS (PARTITION BY indicator_code, breakdown, source_code, time_period ORDER BY obs_value DESC)
        )
        SELECT * EXCLUDE (ref_area) FROM ranked WHERE ref_area = $county
        ORDER BY indicator_code, breakdown, source_code
    """
    return ask(store, sql, day, county=county)
