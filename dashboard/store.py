"""The built store: SQL for the catalogue, Parquet for the observations; built beside, swapped whole, opened read-only.

Layout of the store's folder::

    current.json                 which version readers open (replaced in one step)
    <fingerprint>/catalogue.sqlite
    <fingerprint>/observations.parquet

A build writes into a folder of its own and becomes visible only by the replacement of ``current.json``. Killed at any
moment before that, it leaves the old version in place. With ``DASHBOARD_DATABASE_URL`` the catalogue goes into a
schema of its own in PostgreSQL instead of the SQLite file, under the same rule.
"""

import datetime as dt
import hashlib
import json
import logging
import secrets
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import SQLAlchemyError

from dashboard.catalog import Catalog, load_catalog, today
from dashboard.checks import run_checks
from dashboard.evidence import grade_claims
from dashboard.exceptions import CatalogError, StoreError
from dashboard.language import period_end
from dashboard.models import Base, CheckResult, Observation
from dashboard.settings import Settings

logger = logging.getLogger(__name__)

CURRENT = "current.json"
SCHEMA_PREFIX = "outcomes_"
KEPT_VERSIONS = 2
"""The version readers open and the one before it, which a session may still be reading."""
BUILDERS = ("models.py", "catalog.py", "checks.py", "evidence.py", "store.py")

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


def list_inputs(settings: Settings) -> list[Path]:
    """Return every text file the store is made from, in a fixed order."""
    found = [path for root in (settings.data, settings.case_studies) for path in root.rglob("*") if path.is_file()]
    inside = settings.store.resolve()
    found = [path for path in found if not path.resolve().is_relative_to(inside) and not path.name.startswith(".")]
    builders = [Path(__file__).with_name(name) for name in BUILDERS]
    return sorted(found) + builders


def fingerprint_inputs(paths: Iterable[Path]) -> str:
    """Return a hash over names and contents: the same input gives the same store, whatever the files' times say."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode())
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
    schema = f"{SCHEMA_PREFIX}{fingerprint}_{secrets.token_hex(3)}" if settings.database_url else None
    try:
        progress("writing Parquet and SQL")
        _write_observations(catalog, draft / "observations.parquet")
        _write_catalogue(catalog, settings, draft, schema)
        folder = _place(draft, settings.store / fingerprint)
        _point_at(settings.store, fingerprint, schema)
    except SQLAlchemyError as error:
        raise StoreError(f"the database cannot take the catalogue: {error}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    _remove_old(settings, fingerprint, schema)
    return folder


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
            Base.metadata.create_all(connection)
            for table in Base.metadata.sorted_tables:
                model = next((model for model in catalog.tables if str(model.__tablename__) == table.name), None)
                rows = [] if model is None else [row.model_dump() for row in catalog.tables[model]]
                if rows:
                    connection.execute(table.insert(), rows)
    finally:
        engine.dispose()


def _place(draft: Path, folder: Path) -> Path:
    """Give the finished draft its name; another process may have been faster with the very same content."""
    (draft / "whole").touch()
    if (folder / "whole").exists():
        # Same fingerprint, same content: replace file by file so that an open reader never sees a hole.
        for path in draft.iterdir():
            path.replace(folder / path.name)
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    return draft.rename(folder)


def _point_at(root: Path, fingerprint: str, schema: str | None) -> None:
    built = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    words = json.dumps({"fingerprint": fingerprint, "schema": schema, "built": built})
    draft = root / f".{CURRENT}.{secrets.token_hex(4)}.tmp"
    draft.write_text(words, encoding="utf-8")
    draft.replace(root / CURRENT)


def _remove_old(settings: Settings, fingerprint: str, schema: str | None) -> None:
    versions = [path for path in settings.store.iterdir() if path.is_dir() and not path.name.startswith(".")]
    versions.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    others = [path for path in versions if path.name != fingerprint]
    for path in others[KEPT_VERSIONS - 1 :]:
        shutil.rmtree(path, ignore_errors=True)
    if settings.database_url and schema:
        _drop_old_schemas(settings.database_url, schema)


def _drop_old_schemas(url: str, current: str) -> None:
    engine = create_engine(url)
    find = text(
        "SELECT n.nspname FROM pg_namespace n WHERE n.nspname LIKE :like AND n.nspname <> :current ORDER BY n.oid DESC"
    )
    try:
        with engine.begin() as connection:
            found = connection.execute(find, {"like": f"{SCHEMA_PREFIX}%", "current": current}).scalars().all()
            for name in found[KEPT_VERSIONS - 1 :]:
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
    moved = current is not None and bool(current.get("schema")) != bool(settings.database_url)
    if build and (current is None or current["fingerprint"] != wanted or moved):
        try:
            build_store(settings)
        except (CatalogError, StoreError, OSError) as error:
            logger.error("the store was not rebuilt; the last good version stays: %s", error)
            reason = type(error).__name__
        current = _read_current(settings.store)
    if current is None:
        raise StoreError(f"there is no store in {settings.store.name}; run: python -m dashboard build")
    return _open_version(settings, current, reason)


_opened: dict[tuple[str, str | None, str], Store] = {}


def current_store(settings: Settings) -> Store:
    """Return the opened current version; cheap to call on every request.

    The first call of a process builds the store when it must. Later calls notice when another process has swapped in
    a new version, and fall back to the one already open when the folder cannot be read for a moment.

    Raises:
        StoreError: when there is no version that can be opened.
    """
    if not _opened:
        store = open_store(settings)
        _opened[str(settings.store), settings.database_url, store.fingerprint] = store
        return store
    current = _read_current(settings.store)
    known = [store for key, store in _opened.items() if key[:2] == (str(settings.store), settings.database_url)]
    if current is None:
        if known:
            return known[-1]
        raise StoreError(f"there is no store in {settings.store.name}; run: python -m dashboard build")
    key = (str(settings.store), settings.database_url, current["fingerprint"])
    if key not in _opened:
        _opened[key] = _open_version(settings, current, None)
    return _opened[key]


def _read_current(root: Path) -> dict[str, str] | None:
    """Return what ``current.json`` points at, or None when nothing whole is there."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        current = json.loads((root / CURRENT).read_text(encoding="utf-8"))
        folder = root / current["fingerprint"]
        pq.read_metadata(folder / "observations.parquet")
        if (folder / "whole").exists():
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
