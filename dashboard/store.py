"""The built store: SQL for the catalogue, Parquet for the observations; built beside, swapped whole, opened read-only.

Layout of the store's folder::

    current.json                 which version readers open (replaced in one step)
    <fingerprint>/catalogue.sqlite
    <fingerprint>/observations.parquet
    <fingerprint>/version.json   written last: this version is whole, and where its catalogue is

A build writes into a folder of its own and becomes visible only by the replacement of ``current.json``. Killed at any
moment before that, it leaves the old version in place. With ``DASHBOARD_DATABASE_URL`` the catalogue goes into a
schema of its own in PostgreSQL instead of the SQLite file, under the same rule.
"""

import datetime as dt
import hashlib
import json
import logging
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Engine, create_engine, event, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import SQLModel

from dashboard.catalog import TAIPEI, Catalog, load_catalog, today
from dashboard.checks import run_checks
from dashboard.evidence import grade_claims
from dashboard.exceptions import CatalogError, StoreError
from dashboard.language import period_end
from dashboard.models import Base, CheckResult, Indicator, Observation
from dashboard.settings import Settings

logger = logging.getLogger(__name__)

CURRENT = "current.json"
SCHEMA_PREFIX = "outcomes_"
VERSION = "version.json"
PLACING_TRIES = 3
ABANDONED_SECONDS = 3600
"""Age above which the folder of a build that never ended is cleared away."""
KEPT_VERSIONS = 2
"""The version readers open and the one before it, which a session may still be reading."""
BUILDERS = ("models.py", "catalog.py", "checks/*.py", "evidence.py", "wording.py", "store.py")

OBSERVATION_SCHEMA = pa.schema(
    [
        ("indicator_code", pa.string()),
        ("ref_area", pa.string()),
        ("time_period", pa.string()),
        ("breakdown", pa.string()),
        ("obs_value", pa.float64()),
        ("obs_status", pa.string()),
        ("lower", pa.float64()),
        ("upper", pa.float64()),
        ("source_code", pa.string()),
        ("published", pa.date32()),
        ("note_zh_tw", pa.string()),
        ("note_en", pa.string()),
    ]
)


@dataclass(frozen=True)
class Store:
    """An opened version of the store."""

    folder: Path
    engine: Engine
    fingerprint: str
    built: dt.datetime
    stale_reason: str | None = None
    """Why readers see this version although the text files have changed since; None when it is up to date."""

    @property
    def observations(self) -> Path:
        """Return the Parquet file of all observations."""
        return self.folder / "observations.parquet"

    @property
    def built_day(self) -> dt.date:
        """Return the day it was built, in Taiwan."""
        return self.built.astimezone(TAIPEI).date()


def list_inputs(settings: Settings) -> list[Path]:
    """Return every text file the store is made from, in a fixed order."""
    found = [path for root in (settings.data, settings.case_studies) for path in root.rglob("*") if path.is_file()]
    inside = settings.store.resolve()
    found = [path for path in found if not path.resolve().is_relative_to(inside) and not path.name.startswith(".")]
    builders = [path for pattern in BUILDERS for path in sorted(Path(__file__).parent.glob(pattern))]
    return sorted(found) + builders


def fingerprint_inputs(paths: Iterable[Path]) -> str:
    """Return a hash over names and contents: the same input gives the same store, whatever the files' times say."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update("/".join(path.parts[-2:]).encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def build_store(settings: Settings, progress: Callable[[str], None] = logger.info) -> Path:
    """Build a version from the text files, make it the current one and return its folder.

    Raises:
        CatalogError: when a file is wrong or a check fails; the old version stays.
        StoreError: when the database cannot be reached; the old version stays.
    """
    fingerprint = fingerprint_inputs(list_inputs(settings))
    progress(f"reading {settings.data.name}/ and {settings.case_studies.name}/")
    catalog = load_catalog(settings.data, settings.case_studies)
    grade_claims(catalog, today())
    progress(f"checking {len(catalog.observations):,} observations")
    catalog.tables[CheckResult] = list(_pass_checks(catalog))
    settings.store.mkdir(parents=True, exist_ok=True)
    draft = settings.store / f".{fingerprint}.{secrets.token_hex(4)}.tmp"
    draft.mkdir()
    schema = f"{_schema_prefix(settings)}{fingerprint}_{secrets.token_hex(3)}" if settings.database_url else None
    try:
        progress("writing Parquet and SQL")
        _write_observations(catalog, draft / "observations.parquet")
        _write_catalogue(catalog, settings, draft, schema)
        version = _describe_version(fingerprint, schema)
        before = _read_current(settings.store)
        (draft / VERSION).write_text(version, encoding="utf-8")
        folder = _place(draft, settings.store / fingerprint)
        _point_at(settings.store, version)
    except SQLAlchemyError as error:
        raise StoreError(f"the database cannot take the catalogue: {error}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    _remove_old(settings, fingerprint, {schema, before["schema"] if before else None})
    return folder


def _schema_prefix(settings: Settings) -> str:
    """Return what the names of this store's schemas begin with; another store in the same database has another."""
    own = hashlib.sha256(str(settings.store.resolve()).encode()).hexdigest()[:6]
    return f"{SCHEMA_PREFIX}{own}_"


def _describe_version(fingerprint: str, schema: str | None) -> str:
    built = dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")
    return json.dumps({"fingerprint": fingerprint, "schema": schema, "built": built})


def _pass_checks(catalog: Catalog) -> list[CheckResult]:
    results = run_checks(catalog)
    if failed := [result for result in results if result.outcome == "failed"]:
        raise CatalogError([f"{result.sentence_en} — {example}" for result in failed for example in result.examples])
    return results


def _write_observations(catalog: Catalog, path: Path) -> None:
    rows = [row.model_dump() for row in catalog.observations]
    frame = pd.DataFrame(rows, columns=list(Observation.model_fields))
    frame["sort"] = frame["time_period"].map(period_end)
    frame = frame.sort_values(["indicator_code", "ref_area", "breakdown", "sort", "published"], kind="stable")
    table = pa.Table.from_pandas(frame.drop(columns="sort"), schema=OBSERVATION_SCHEMA, preserve_index=False)
    pq.write_table(table, path, compression="zstd")


def _write_catalogue(catalog: Catalog, settings: Settings, draft: Path, schema: str | None) -> None:
    if settings.database_url and schema:
        engine = create_engine(settings.database_url)
        target = engine.execution_options(schema_translate_map={None: schema})
    else:
        engine = target = create_engine(f"sqlite:///{draft / 'catalogue.sqlite'}")
    try:
        # One transaction: a reader of the database sees the whole schema or none of it.
        with target.begin() as connection:
            if schema:
                connection.execute(text(f'CREATE SCHEMA "{schema}"'))
            else:
                # A draft nobody reads: waiting for the disk after each of its tables took a fifth of a small build.
                connection.exec_driver_sql("PRAGMA synchronous = OFF")
            Base.metadata.create_all(connection)
            for table in Base.metadata.sorted_tables:
                model = next((model for model in catalog.tables if str(model.__tablename__) == table.name), None)
                rows = [] if model is None else [_dump(row) for row in catalog.tables[model]]
                if rows:
                    connection.execute(table.insert(), rows)
    finally:
        engine.dispose()
    if not schema:
        with (draft / "catalogue.sqlite").open("rb+") as written:
            os.fsync(written.fileno())


def _dump(row: SQLModel) -> dict[str, object]:
    """Return a row's columns; an id the database numbers itself is left out, because PostgreSQL takes no NULL there."""
    columns = row.model_dump()
    if columns.get("id", 0) is None:
        del columns["id"]
    return columns


def _place(draft: Path, folder: Path) -> Path:
    """Give the finished draft its name; another process may be doing the same with the very same content.

    Raises:
        StoreError: when the name cannot be had.
    """
    for _ in range(PLACING_TRIES):
        if (folder / VERSION).exists():
            # Same fingerprint, same content: replace file by file, the version last, so that no reader sees a hole.
            for path in sorted(draft.iterdir(), key=lambda path: path.name == VERSION):
                path.replace(folder / path.name)
            return folder
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):
            return draft.rename(folder)
    raise StoreError(f"the version {folder.name} cannot be placed in {folder.parent.name}")


def _point_at(root: Path, version: str) -> None:
    draft = root / f".{CURRENT}.{secrets.token_hex(4)}.tmp"
    draft.write_text(version, encoding="utf-8")
    draft.replace(root / CURRENT)


def _list_versions(root: Path) -> list[dict[str, str]]:
    """Return every whole version in the store's folder, the newest first."""
    found = []
    for path in root.glob(f"*/{VERSION}"):
        with suppress(OSError, ValueError):
            found.append(json.loads(path.read_text(encoding="utf-8")))
    return sorted(found, key=lambda version: version["built"], reverse=True)


def _remove_old(settings: Settings, fingerprint: str, schemas: set[str | None]) -> None:
    """Remove what no reader needs: older versions, abandoned drafts, schemas but the new one and those still read."""
    others = [version for version in _list_versions(settings.store) if version["fingerprint"] != fingerprint]
    for version in others[KEPT_VERSIONS - 1 :]:
        shutil.rmtree(settings.store / version["fingerprint"], ignore_errors=True)
    for left in settings.store.glob(".*.tmp"):
        with suppress(OSError):
            if left.stat().st_mtime < time.time() - ABANDONED_SECONDS:
                shutil.rmtree(left) if left.is_dir() else left.unlink()
    if settings.database_url:
        _drop_old_schemas(settings, schemas | {version.get("schema") for version in others[: KEPT_VERSIONS - 1]})


def _drop_old_schemas(settings: Settings, kept: set[str | None]) -> None:
    engine = create_engine(settings.database_url or "")
    find = text("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, :prefix)")
    try:
        with engine.begin() as connection:
            found = connection.execute(find, {"prefix": _schema_prefix(settings)}).scalars().all()
            for name in found:
                if name not in kept:
                    connection.execute(text(f'DROP SCHEMA "{name}" CASCADE'))
    finally:
        engine.dispose()


def open_store(settings: Settings, *, build: bool = True) -> Store:
    """Open the current version read-only; build it first when it is missing or its inputs have changed.

    When the text files are wrong, the last good version is opened and says so.

    Raises:
        StoreError: when there is no version that can be opened.
    """
    current = _read_current(settings.store)
    wanted = fingerprint_inputs(list_inputs(settings))
    reason = None
    sound = current is not None and _is_sound(settings, current)
    if build and (not sound or current is None or current["fingerprint"] != wanted):
        try:
            build_store(settings)
            current = _read_current(settings.store)
        except (CatalogError, StoreError, OSError) as error:
            logger.error("the store was not rebuilt; the last good version stays: %s", error)
            reason = type(error).__name__
            current = current if sound else _last_sound(settings)
    if current is None:
        raise StoreError(f"there is no store in {settings.store.name}; run: python -m dashboard build")
    return _open_version(settings, current, reason)


def _is_sound(settings: Settings, version: dict[str, str]) -> bool:
    """Tell whether both halves of a version can be read; a file may have been cut or spoilt since it was written."""
    if bool(version.get("schema")) != bool(settings.database_url):
        return False
    folder = settings.store / version["fingerprint"]
    store = None
    try:
        pq.read_metadata(folder / "observations.parquet")
        store = _open_version(settings, version, None)
        with store.engine.connect() as connection:
            if settings.database_url is None:
                return connection.execute(text("PRAGMA quick_check")).scalar() == "ok"
            return connection.execute(select(func.count()).select_from(Indicator)).scalar() is not None
    except (OSError, ValueError, pa.ArrowException, SQLAlchemyError):
        return False
    finally:
        if store is not None:
            store.engine.dispose()


def _last_sound(settings: Settings) -> dict[str, str] | None:
    return next((version for version in _list_versions(settings.store) if _is_sound(settings, version)), None)


_failed: dict[tuple[str, str | None], str] = {}
_looked: dict[Path, tuple[tuple[int, int, int], dict[str, str]]] = {}
_opened: dict[tuple[str, str | None, str, str], Store] = {}


def current_store(settings: Settings) -> Store:
    """Return the opened current version; cheap to call on every request.

    The first call of a process builds the store when it must. Later calls notice when another process has swapped in
    a new version, and fall back to the one already open when the folder cannot be read for a moment.

    Raises:
        StoreError: when there is no version that can be opened.
    """
    if not _opened:
        store = _open_first(settings)
        key = _key(settings, store.fingerprint, store.built.isoformat(timespec="microseconds"))
        # Of threads that come at once, all get the store of the first: nobody would close the connections of another.
        return _opened.setdefault(key, store)
    current = _look_at_current(settings.store)
    known = [store for key, store in _opened.items() if key[:2] == (str(settings.store), settings.database_url)]
    if current is None:
        if known:
            return known[-1]
        raise StoreError(f"there is no store in {settings.store.name}; run: python -m dashboard build")
    key = _key(settings, current["fingerprint"], current["built"])
    store = _opened.get(key)
    if store is None:
        store = _opened.setdefault(key, _open_version(settings, current, None))
        _close_older(settings)
    return store


def _close_older(settings: Settings) -> None:
    """Close versions no session reads any more: each held connections to the database while the process ran."""
    mine = [key for key in list(_opened) if key[:2] == (str(settings.store), settings.database_url)]
    for key in mine[:-KEPT_VERSIONS]:
        if old := _opened.pop(key, None):
            old.engine.dispose()


def _open_first(settings: Settings) -> Store:
    """Open the store for the first time; text files that failed once are not tried again until they change."""
    wanted = fingerprint_inputs(list_inputs(settings))
    where = (str(settings.store), settings.database_url)
    if _failed.get(where) == wanted:
        raise StoreError(
            f"there is no store in {settings.store.name}, and the text files have not changed since it failed"
        )
    try:
        return open_store(settings)
    except StoreError:
        _failed[where] = wanted
        raise


def _key(settings: Settings, fingerprint: str, built: str) -> tuple[str, str | None, str, str]:
    """Return what an opened version is known by; a version built again of the same text is another."""
    return str(settings.store), settings.database_url, fingerprint, built


def _read_current(root: Path) -> dict[str, str] | None:
    """Return what ``current.json`` points at, or None when nothing whole is there."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        current = json.loads((root / CURRENT).read_text(encoding="utf-8"))
        folder = root / current["fingerprint"]
        pq.read_metadata(folder / "observations.parquet")
        if (folder / VERSION).exists():
            return current
    return None


def _look_at_current(root: Path) -> dict[str, str] | None:
    """Return what ``_read_current`` said when the pointer last changed: one question to the disk for each request.

    Every call to the system gives up the interpreter, and with many readers it takes long to get it back.
    """
    with suppress(OSError):
        mark = (root / CURRENT).stat()
        now = (mark.st_ino, mark.st_mtime_ns, mark.st_size)
        before, current = _looked.get(root, (None, None))
        if before != now:
            current = _read_current(root)
            if current is not None:
                _looked[root] = (now, current)
        return current
    return None


def _open_version(settings: Settings, current: dict[str, str], reason: str | None) -> Store:
    folder = settings.store / current["fingerprint"]
    if current.get("schema"):
        if not settings.database_url:
            raise StoreError("this store keeps its catalogue in a database; set DASHBOARD_DATABASE_URL")
        plain = create_engine(settings.database_url, pool_pre_ping=True)
        event.listen(plain, "connect", _make_read_only)
        engine = plain.execution_options(schema_translate_map={None: current["schema"]})
    else:
        address = f"file:{folder / 'catalogue.sqlite'}?mode=ro&immutable=1&uri=true"
        engine = create_engine(f"sqlite:///{address}", connect_args={"check_same_thread": False})
    built = dt.datetime.fromisoformat(current["built"])
    return Store(folder, engine, current["fingerprint"], built, reason)


def _make_read_only(connection: object, _: object) -> None:
    connection.read_only = True  # type: ignore[attr-defined]
