"""The copy of the published tables a query reads: what the public may see on a day, and nothing else."""

import atexit
import datetime as dt
import itertools
import json
import shutil
import sqlite3
import tempfile
import threading
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
from sqlmodel import SQLModel

from dashboard import models, queries
from dashboard.language import Language, period_end
from dashboard.queries import FilledClaim
from dashboard.store import Store

MEANINGS = Path(__file__).with_name("meanings.toml")
OBSERVATION = "observation"
VINTAGE = "observation_vintage"
PUBLISHED: tuple[type[SQLModel], ...] = (
    models.Indicator,
    models.Breakdown,
    models.Target,
    models.SeriesBreak,
    models.Disagreement,
    models.IndicatorSource,
    models.IndicatorEvent,
    models.Theme,
    models.Unit,
    models.Place,
    models.Source,
    models.License,
    models.Event,
    models.Claim,
    models.ClaimValue,
    models.Plan,
    models.Commitment,
    models.Milestone,
    models.Meeting,
    models.Member,
    models.Rule,
    models.Recommendation,
    models.Standard,
    models.Project,
    models.CaseStudy,
    models.Gap,
    models.Synonym,
    models.Membership,
    models.StudyEstimate,
    models.Consultation,
    models.OpinionGroup,
    models.Statement,
    models.StatementVotes,
    models.OpinionCell,
    models.GrowthStep,
    models.VoteShare,
    models.CheckResult,
)
"""Tables that are copied; one added to the store, or kept private there, cannot be read here until it is named."""
ADDED = {OBSERVATION: ("period_end",), VINTAGE: ("period_end",), "claimvalue": ("obs_value",)}
"""Columns worked out for the copy: the end of a period, by which it sorts, and a claim's value as it reads today."""
LATEST = f"""
    INSERT INTO {OBSERVATION} SELECT * FROM {VINTAGE} WHERE rowid IN (
        SELECT first_value(rowid) OVER (
            PARTITION BY indicator_code, ref_area, time_period, breakdown, source_code ORDER BY published DESC
        ) FROM {VINTAGE}
    ) AND obs_status <> 'Z'
"""
"""Of each key the row published last; what was withdrawn is no longer there."""
KEPT_COPIES = 4


@dataclass(frozen=True)
class Column:
    """A column and what it means."""

    name: str
    meaning: dict[Language, str]


@dataclass(frozen=True)
class Table:
    """A table that can be asked, with what a row of it is."""

    name: str
    meaning: dict[Language, str]
    columns: tuple[Column, ...]


@lru_cache
def load_meanings() -> dict[str, dict[str, dict[str, str]]]:
    """Return the words the models do not have: Chinese for all, English where a field says nothing about itself."""
    with MEANINGS.open("rb") as file:
        return tomllib.load(file)


def list_models() -> dict[str, type[SQLModel]]:
    """Return the model behind every published table, the observations first."""
    held = {str(model.__tablename__): model for model in PUBLISHED}
    return {OBSERVATION: models.Observation, VINTAGE: models.Observation, **held}


@lru_cache
def describe_tables() -> tuple[Table, ...]:
    """Return every published table with its columns and their meanings in both languages."""
    return tuple(
        Table(name, _table_meaning(name, model), tuple(_columns(name, model))) for name, model in list_models().items()
    )


def _table_meaning(name: str, model: type[SQLModel]) -> dict[Language, str]:
    words = load_meanings()["table"].get(name, {})
    first = (model.__doc__ or name).strip().splitlines()[0]
    return {"zh-TW": words.get("zh-TW", first), "en": words.get("en", first)}


def _columns(table: str, model: type[SQLModel]) -> Iterable[Column]:
    for name, field in model.model_fields.items():
        yield Column(name, _column_meaning(table, name, field.description))
    for name in ADDED.get(table, ()):
        yield Column(name, _column_meaning(table, name, None))


def _column_meaning(table: str, name: str, said: str | None) -> dict[Language, str]:
    held = load_meanings()["column"]
    base = name.removesuffix("_zh_tw").removesuffix("_en")
    words = held.get(f"{table}.{base}") or held.get(base, {})
    return {"zh-TW": words.get("zh-TW", said or ""), "en": said or words.get("en", "")}


def _plain(value: object) -> object:
    """Return a value as SQLite keeps it: days as ISO text, lists as JSON, codes as text."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return int(value)
    return None if value is pd.NaT or value != value else value


def select_published(store: Store, day: dt.date) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every catalogue table as the public may see them on a day, claims with their values."""
    held = queries.get_public_tables(store, day, PUBLISHED)
    claims = {filled.claim.id: filled for filled in queries.get_claims(store, queries.get_cards(store, day), day)}
    held["claimvalue"] = _fill_values(held["claimvalue"], claims)
    return held


def _fill_values(rows: Iterable[dict[str, Any]], claims: Mapping[str, FilledClaim]) -> list[dict[str, Any]]:
    return [row | {"obs_value": claims[row["claim_id"]].values[row["name"]]} for row in rows]


def _write(connection: sqlite3.Connection, table: Table, rows: Iterable[Sequence[Any]]) -> None:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    connection.execute(f'CREATE TABLE "{table.name}" ({names})')
    marks = ", ".join("?" for _ in table.columns)
    connection.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', rows)


def _every_vintage(store: Store, day: dt.date, table: Table) -> Iterable[Sequence[Any]]:
    frame = queries.get_every_vintage(store, day)
    frame = frame.assign(
        published=frame["published"].astype(str).str[:10], period_end=frame["time_period"].map(period_end)
    ).astype(object)
    frame = frame.where(frame.notna(), None)
    return zip(*(frame[column.name].tolist() for column in table.columns), strict=True)


def write_copy(store: Store, day: dt.date, path: Path) -> None:
    """Write the published tables as of a day into a new SQLite file."""
    held = select_published(store, day)
    tables = {table.name: table for table in describe_tables()}
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = off")
        connection.execute("PRAGMA synchronous = off")
        connection.execute("BEGIN")
        _write(connection, tables[OBSERVATION], ())
        _write(connection, tables[VINTAGE], _every_vintage(store, day, tables[VINTAGE]))
        connection.execute(LATEST)
        for name, rows in held.items():
            columns = [column.name for column in tables[name].columns]
            _write(connection, tables[name], ([_plain(row.get(column)) for column in columns] for row in rows))
        for name in (OBSERVATION, VINTAGE):
            connection.execute(f"CREATE INDEX {name}_code ON {name} (indicator_code, ref_area)")
        connection.execute("COMMIT")
    finally:
        connection.close()


_lock = threading.Lock()
_copies: dict[tuple[str, dt.datetime, dt.date], Path] = {}
_numbers = itertools.count()


@lru_cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="published-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def get_copy(store: Store, day: dt.date) -> Path:
    """Return the copy for a version of the store and a day, made once; the last few days asked for are kept.

    Raises:
        StoreError: when the store cannot be read.
    """
    with _lock:
        key = (str(store.folder), store.built, day)
        path = _copies.pop(key, None)
        if path is None or not path.exists():
            path = _folder() / f"{next(_numbers)}-{day.isoformat()}.sqlite"
            draft = path.with_suffix(".tmp")
            draft.unlink(missing_ok=True)
            write_copy(store, day, draft)
            draft.replace(path)
        _copies[key] = path
        while len(_copies) > KEPT_COPIES:
            _copies.pop(next(iter(_copies))).unlink(missing_ok=True)
        return path
