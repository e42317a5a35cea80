"""Days of publication, and how many rows each added or replaced."""

import datetime as dt

import pandas as pd

from dashboard.queries.access import ask
from dashboard.store import Store

VINTAGES = """
    SELECT *,
           row_number() OVER key > 1 AS replaces,
           published = min(published) OVER (PARTITION BY indicator_code) AS first
    FROM read_parquet($path) WHERE published <= $day
    WINDOW key AS (
        PARTITION BY indicator_code, ref_area, time_period, breakdown, source_code ORDER BY published
    )
"""


def get_publication_days(store: Store, day: dt.date = dt.date.max) -> list[dt.date]:
    """Return every day until ``day`` on which observations were published, the first one first."""
    frame = ask(store, "SELECT DISTINCT published FROM read_parquet($path) WHERE published <= $day", day)
    return sorted(pd.to_datetime(frame["published"]).dt.date)


def get_publications(store: Store, day: dt.date) -> pd.DataFrame:
    """Return one row for each indicator and day it was published on, newest day first.

    Columns: indicator_code, published, first (its first day), added and replaced (counts of observations).
    """
    sql = f"""
        SELECT indicator_code, published, bool_or(first) AS first,
               count(*) FILTER (WHERE NOT replaces) AS added, count(*) FILTER (WHERE replaces) AS replaced
        FROM ({VINTAGES}) GROUP BY indicator_code, published ORDER BY published DESC, indicator_code
    """
    return ask(store, sql, day)
