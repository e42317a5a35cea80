"""How the store is asked: rows of the catalogue by their model, observations by SQL as of a day."""

import datetime as dt
import threading
from collections.abc import Sequence
from typing import Any, TypeVar

import duckdb
import pandas as pd
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, SQLModel, select

from dashboard.exceptions import StoreError
from dashboard.store import Store

T = TypeVar("T", bound=SQLModel)

AS_OF = """
    SELECT * EXCLUDE (newest) FROM (
        SELECT *, row_number() OVER (
            PARTITION BY indicator_code, ref_area, time_period, breakdown, source_code ORDER BY published DESC
        ) AS newest
        FROM read_parquet($path) WHERE published <= $day
    ) WHERE newest = 1 AND obs_status <> 'Z'
"""
"""The newest row of each key; what was withdrawn by then is no longer there."""
_local = threading.local()
_lock = threading.Lock()
_connection: list[duckdb.DuckDBPyConnection] = []


def _cursor() -> duckdb.DuckDBPyConnection:
    """Return this thread's cursor on the one in-process engine; external access stays inside the store's files."""
    if not hasattr(_local, "cursor"):
        _local.cursor = _engine().cursor()
    return _local.cursor


def _engine() -> duckdb.DuckDBPyConnection:
    with _lock:
        if not _connection:
            connection = duckdb.connect(":memory:")
            connection.execute("SET threads = 1; SET memory_limit = '1GB'; SET autoinstall_known_extensions = false")
            _connection.append(connection)
        return _connection[0]


def ask(store: Store, sql: str, day: dt.date, **values: Any) -> pd.DataFrame:
    """Return the answer to a question about the observations: ``$path`` is their file, ``$day`` the day.

    Raises:
        StoreError: when the observations cannot be read.
    """
    parameters = {"path": str(store.observations), "day": day, **values}
    try:
        return _cursor().execute(sql, parameters).df()
    except duckdb.Error as error:
        raise StoreError(f"the observations cannot be read: {error}") from error


def fetch(store: Store, sql: str, day: dt.date, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return the answer as plain rows, for those who make no frame of it; as ``ask`` in all else.

    Raises:
        StoreError: when the observations cannot be read.
    """
    try:
        return _cursor().execute(sql, {"path": str(store.observations), "day": day, **values}).fetchall()
    except duckdb.Error as error:
        raise StoreError(f"the observations cannot be read: {error}") from error


def read_rows(store: Store, model: type[T], *conditions: Any, order: Sequence[Any] = ()) -> list[T]:
    """Return the rows of one table that meet every condition.

    Raises:
        StoreError: when the catalogue cannot be read.
    """
    try:
        with Session(store.engine, expire_on_commit=False) as session:
            rows = session.exec(select(model).where(*conditions).order_by(*order)).all()
            session.expunge_all()
            return list(rows)
    except SQLAlchemyError as error:
        raise StoreError(f"the catalogue cannot be read: {error}") from error
