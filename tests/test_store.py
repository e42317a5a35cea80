import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from depth import some
from samples import SERIES, append, edit
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from dashboard import store as store_module
from dashboard.exceptions import CatalogError, StoreError
from dashboard.models import Base, CheckResult, Claim, Indicator, Source
from dashboard.queries import get_observations, read_rows
from dashboard.settings import ROOT, Settings
from dashboard.store import (
    CURRENT,
    Store,
    build_store,
    current_store,
    fingerprint_inputs,
    list_inputs,
    open_store,
)

Open = Callable[..., Store]
DAY = dt.date(2099, 1, 1)
STEPS = ("_write_observations", "_write_catalogue", "_place", "_point_at")


def _silent(_: str) -> None:
    pass


def _add_year(settings: Settings, value: str = "83.1") -> None:
    append(settings.data / "indicators" / f"{SERIES}.csv", f"TWN,2023,{value}\n")


def _spoil(settings: Settings) -> None:
    append(settings.data / "indicators" / f"{SERIES}.csv", "TWN,soon,83\n")


def _periods(store: Store) -> list[str]:
    return get_observations(store, SERIES, DAY)["time_period"].tolist()


def _values(row: Any) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}


def _dump(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table and every observation."""
    tables = {}
    for mapper in Base._sa_registry.mappers:
        model = mapper.class_
        keys = [col(getattr(model, column.name)) for column in model.__table__.primary_key]
        tables[model.__tablename__] = [_values(row) for row in read_rows(store, model, order=keys)]
    return tables | {"observations": pq.read_table(store.observations).to_pylist()}


@pytest.fixture(autouse=True)
def nothing_opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let each test begin as a fresh process does."""
    opened: dict[Any, Store] = {}
    monkeypatch.setattr(store_module, "_opened", opened)
    yield
    for store in opened.values():
        store.engine.dispose()


def test_the_same_input_gives_the_same_rows(any_settings: Settings, tmp_path: Path, open_built: Open) -> None:
    build_store(any_settings, _silent)
    first = _dump(open_built(any_settings))
    again = any_settings.model_copy(update={"store": tmp_path / "again", "database_url": None})
    build_store(again, _silent)
    second = _dump(open_built(again))
    assert first.keys() == second.keys()
    for name in first:
        assert first[name] == second[name], name
    assert len(first["observations"]) > 1000 and len(first["indicator"]) > 10


def test_a_store_holds_the_grades_and_the_results_of_the_checks(store: Store) -> None:
    assert all(row.grade and row.grade_reasons for row in read_rows(store, Claim))
    assert {row.outcome for row in read_rows(store, CheckResult)} <= {"passed", "warned"}
    assert store.built.tzinfo is not None and store.stale_reason is None


def test_observations_are_sorted_for_reading_whole_series(store: Store) -> None:
    rows = pq.read_table(store.observations).to_pylist()
    keys = [
        (row["indicator_code"], row["ref_area"], row["breakdown"], row["time_period"].rpartition("/")[2])
        for row in rows
    ]
    assert keys == sorted(keys)


def test_building_tells_how_far_it_is(settings: Settings) -> None:
    said: list[str] = []
    build_store(settings, said.append)
    assert len(said) >= 3 and any("observations" in words for words in said)


def test_inputs_are_everything_but_the_store_itself_and_hidden_files(settings: Settings) -> None:
    before = list_inputs(settings)
    build_store(settings, _silent)
    (settings.data / ".note.swp").write_text("x", encoding="utf-8")
    assert list_inputs(settings) == before
    assert settings.data / "indicators" / f"{SERIES}.csv" in before
    inside = settings.model_copy(update={"store": settings.data / "build"})
    build_store(inside, _silent)
    assert fingerprint_inputs(list_inputs(inside)) == fingerprint_inputs(before)


def test_inputs_are_the_modules_that_build_a_store_too(settings: Settings) -> None:
    held = {path.relative_to(ROOT).as_posix() for path in list_inputs(settings) if path.is_relative_to(ROOT)}
    assert {"dashboard/models.py", "dashboard/catalog.py", "dashboard/checks/__init__.py", "dashboard/checks/claims.py",
            "dashboard/evidence.py", "dashboard/store.py"} <= held  # fmt: skip


def test_the_fingerprint_follows_content_and_not_time(settings: Settings) -> None:
    before = fingerprint_inputs(list_inputs(settings))
    path = settings.data / "indicators" / f"{SERIES}.csv"
    os.utime(path, (1, 1))
    assert fingerprint_inputs(list_inputs(settings)) == before
    edit(path, "83.9", "83.8")
    assert fingerprint_inputs(list_inputs(settings)) != before


def test_the_fingerprint_follows_the_names_of_folders(settings: Settings) -> None:
    before = fingerprint_inputs(list_inputs(settings))
    (settings.case_studies / "open-procedures").rename(settings.case_studies / "open-contracts")
    assert fingerprint_inputs(list_inputs(settings)) != before


# Killed at any moment.


def _fail(*_: Any, **__: Any) -> None:
    raise OSError("no space left on device")


def test_a_build_that_fails_at_any_step_leaves_the_old_store(
    any_settings: Settings, open_built: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_store(any_settings, _silent)
    old = open_built(any_settings)
    before = _dump(old)
    _add_year(any_settings)
    for step in STEPS:
        with monkeypatch.context() as patch:
            patch.setattr(store_module, step, _fail)
            kept = open_built(any_settings)
        assert kept.fingerprint == old.fingerprint, step
        assert kept.stale_reason == "OSError", step
        assert _dump(kept) == before, step
    with monkeypatch.context() as patch, pytest.raises(OSError, match="no space"):
        patch.setattr(store_module, STEPS[-1], _fail)
        build_store(any_settings, _silent)
    renewed = open_built(any_settings)
    assert renewed.stale_reason is None
    assert _periods(renewed)[-1] == "2023"


KILLED = """
import sys, time
from dashboard import store
from dashboard.settings import Settings
step = sys.argv[2]
real = getattr(store, step)
def stop(*arguments):
    if step == "_write_observations":
        real(*arguments)
        path = arguments[1]
        path.write_bytes(path.read_bytes()[:100])
    elif step == "_write_catalogue":
        real(*arguments)
    print("ready", flush=True)
    time.sleep(600)
setattr(store, step, stop)
store.build_store(Settings.model_validate_json(sys.argv[1]))
"""


def test_a_build_killed_at_any_step_leaves_the_old_store(any_settings: Settings, open_built: Open) -> None:
    build_store(any_settings, _silent)
    before = _dump(open_built(any_settings))
    _add_year(any_settings)
    for step in STEPS:
        arguments = [sys.executable, "-c", KILLED, any_settings.model_dump_json(), step]
        with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == "ready"
            process.send_signal(signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL
        assert _dump(open_built(any_settings, build=False)) == before, step
    renewed = open_built(any_settings)
    assert renewed.stale_reason is None
    assert _periods(renewed)[-1] == "2023"


def test_what_a_killed_build_left_is_cleared_away(settings: Settings) -> None:
    left = settings.store / ".0123456789abcdef.01234567.tmp"
    left.mkdir(parents=True)
    os.utime(left, (1, 1))
    build_store(settings, _silent)
    assert not left.exists()


def test_a_failed_build_leaves_nothing_half_written(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "_write_catalogue", _fail)
    with pytest.raises(OSError, match="no space"):
        build_store(settings, _silent)
    assert list(settings.store.iterdir()) == []


# Bad input and damaged stores.


def test_wrong_input_opens_the_last_good_version_and_says_so(any_settings: Settings, open_built: Open) -> None:
    build_store(any_settings, _silent)
    before = _dump(open_built(any_settings))
    _spoil(any_settings)
    with pytest.raises(CatalogError, match="soon"):
        build_store(any_settings, _silent)
    kept = open_built(any_settings)
    assert kept.stale_reason == "CatalogError"
    assert _dump(kept) == before


def test_a_failed_check_opens_the_last_good_version(settings: Settings, open_built: Open) -> None:
    build_store(settings, _silent)
    _add_year(settings, "183.1")
    with pytest.raises(CatalogError, match=r"within their scale.*183\.1"):
        build_store(settings, _silent)
    assert open_built(settings).stale_reason == "CatalogError"


def test_wrong_input_without_any_store_is_an_error(settings: Settings) -> None:
    _spoil(settings)
    with pytest.raises(StoreError, match="python -m dashboard build"):
        open_store(settings)


def test_no_store_at_all_is_an_error_when_none_may_be_built(settings: Settings) -> None:
    with pytest.raises(StoreError, match="there is no store"):
        open_store(settings, build=False)


def test_a_missing_store_is_built_on_opening(any_settings: Settings, open_built: Open) -> None:
    assert _periods(open_built(any_settings)) == ["2019", "2020", "2021", "2022"]


def test_changed_input_is_built_on_opening(any_settings: Settings, open_built: Open) -> None:
    open_built(any_settings)
    _add_year(any_settings)
    assert _periods(open_built(any_settings))[-1] == "2023"
    assert _periods(open_built(any_settings, build=False))[-1] == "2023"


def _no_json(root: Path, folder: Path) -> None:
    (root / CURRENT).write_text('{"fingerprint": ', encoding="utf-8")


def _other_json(root: Path, folder: Path) -> None:
    (root / CURRENT).write_text("[]", encoding="utf-8")


def _dangling(root: Path, folder: Path) -> None:
    (root / CURRENT).write_text(json.dumps({"fingerprint": "gone", "schema": None, "built": ""}), encoding="utf-8")


def _half_parquet(root: Path, folder: Path) -> None:
    path = folder / "observations.parquet"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _no_parquet(root: Path, folder: Path) -> None:
    (folder / "observations.parquet").unlink()


def test_a_damaged_store_is_built_again(any_settings: Settings, open_built: Open) -> None:
    before = _dump(open_built(any_settings))
    for damage in (_no_json, _other_json, _dangling, _half_parquet, _no_parquet):
        damage(any_settings.store, next(path for path in any_settings.store.iterdir() if path.is_dir()))
        with pytest.raises(StoreError):
            open_store(any_settings, build=False)
        assert _dump(open_built(any_settings)) == before, damage.__name__


def _spoil_sqlite(folder: Path) -> None:
    path = folder / "catalogue.sqlite"
    path.write_bytes(b"not a database" * 100 + path.read_bytes()[1400:])


def _remove_sqlite(folder: Path) -> None:
    (folder / "catalogue.sqlite").unlink()


def test_a_corrupted_catalogue_is_one_clear_error(settings: Settings, open_built: Open) -> None:
    _spoil_sqlite(build_store(settings, _silent))
    store = open_built(settings, build=False)
    with pytest.raises(StoreError, match="the catalogue cannot be read"):
        read_rows(store, Indicator)


def test_observations_lost_while_open_are_one_clear_error(settings: Settings, open_built: Open) -> None:
    store = open_built(settings)
    store.observations.write_bytes(b"PAR1")
    with pytest.raises(StoreError, match="the observations cannot be read"):
        get_observations(store, SERIES, DAY)


@pytest.mark.parametrize(
    "damage", [_spoil_sqlite, lambda folder: (folder / "catalogue.sqlite").unlink()], ids=["spoilt", "gone"]
)
def test_a_corrupted_catalogue_is_built_again(
    damage: Callable[[Path], None], settings: Settings, open_built: Open
) -> None:
    damage(build_store(settings, _silent))
    assert read_rows(open_built(settings), Indicator)


def test_a_damaged_store_with_wrong_input_opens_the_version_before(settings: Settings, open_built: Open) -> None:
    build_store(settings, _silent)
    _add_year(settings)
    _half_parquet(settings.store, build_store(settings, _silent))
    _spoil(settings)
    assert _periods(open_built(settings)) == ["2019", "2020", "2021", "2022"]


# Several versions, several processes.


def _versions(settings: Settings) -> list[str]:
    return [path.name for path in settings.store.iterdir() if path.is_dir() and not path.name.startswith(".")]


def test_old_versions_are_removed_but_one(any_settings: Settings, open_built: Open) -> None:
    built = []
    for value in ("83.1", "83.2", "83.3"):
        append(any_settings.data / "indicators" / f"{SERIES}.csv", f"TWN,{2000 + len(built)},{value}\n")
        built.append(build_store(any_settings, _silent).name)
        os.utime(any_settings.store / built[-1], (len(built), len(built)))
    assert len(set(built)) == 3
    assert sorted(_versions(any_settings)) == sorted(built[-2:])
    if any_settings.database_url:
        engine = create_engine(any_settings.database_url)
        with engine.connect() as connection:
            names = connection.execute(text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'outcomes_%'"))
            schemas = names.scalars().all()
        engine.dispose()
        assert len(schemas) == 2
        assert all(any(version in name for name in schemas) for version in built[-2:])


def test_a_session_goes_on_reading_the_version_before(any_settings: Settings, open_built: Open) -> None:
    old = open_built(any_settings)
    before = _dump(old)
    _add_year(any_settings)
    new = open_built(any_settings)
    assert new.fingerprint != old.fingerprint
    assert _dump(old) == before


def test_a_second_build_of_the_same_input_changes_nothing_for_readers(any_settings: Settings, open_built: Open) -> None:
    old = open_built(any_settings)
    before = _dump(old)
    build_store(any_settings, _silent)
    assert _dump(old) == before
    assert _dump(open_built(any_settings, build=False)) == before
    assert _versions(any_settings) == [old.fingerprint]


def _build_meanwhile(settings: Settings, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Let another process finish the very same build just before this step of ours."""
    real = getattr(store_module, step)

    def other_first(*arguments: Any) -> Any:
        monkeypatch.setattr(store_module, step, real)
        build_store(settings, _silent)
        return real(*arguments)

    monkeypatch.setattr(store_module, step, other_first)


@pytest.mark.parametrize("step", some([*STEPS[1:], STEPS[0]], 2))
def test_two_builds_at_once_both_succeed(
    step: str, any_settings: Settings, open_built: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    _build_meanwhile(any_settings, monkeypatch, step)
    build_store(any_settings, _silent)
    assert _periods(open_built(any_settings, build=False)) == ["2019", "2020", "2021", "2022"]
    assert not [path for path in any_settings.store.iterdir() if path.name.endswith(".tmp")]


def test_two_builds_that_place_their_folder_in_the_same_moment_both_succeed(
    settings: Settings, open_built: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = store_module.shutil.rmtree

    def other_first(path: Path, **how: Any) -> None:
        real(path, **how)
        if not path.name.startswith("."):
            monkeypatch.setattr(store_module.shutil, "rmtree", real)
            build_store(settings, _silent)

    monkeypatch.setattr(store_module.shutil, "rmtree", other_first)
    build_store(settings, _silent)
    assert store_module.shutil.rmtree is real, "the other build came in between"
    assert read_rows(open_built(settings, build=False), Indicator)
    assert not [path for path in settings.store.iterdir() if path.name.endswith(".tmp")]


def test_two_builds_of_different_input_leave_a_whole_store(
    any_settings: Settings, open_built: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = store_module._write_catalogue

    def other_first(*arguments: Any) -> None:
        monkeypatch.setattr(store_module, "_write_catalogue", real)
        _add_year(any_settings)
        build_store(any_settings, _silent)
        real(*arguments)

    monkeypatch.setattr(store_module, "_write_catalogue", other_first)
    build_store(any_settings, _silent)
    # The slower build read the older text; whoever opens next sees that and builds again.
    assert _periods(open_built(any_settings))[-1] == "2023"


def test_two_stores_may_share_a_database(any_settings: Settings, tmp_path: Path, open_built: Open) -> None:
    build_store(any_settings, _silent)
    other = any_settings.model_copy(update={"store": tmp_path / "other"})
    for value in ("83.1", "83.2"):
        append(other.data / "indicators" / f"{SERIES}.csv", f"TWN,{value[-1]}000,{value}\n")
        build_store(other, _silent)
    assert read_rows(open_built(any_settings, build=False), Indicator)


# What a running site opens.


def test_a_running_site_sees_a_version_another_process_built(any_settings: Settings) -> None:
    first = current_store(any_settings)
    assert current_store(any_settings) is first
    _add_year(any_settings)
    assert current_store(any_settings) is first, "only a build makes a new version visible"
    build_store(any_settings, _silent)
    assert _periods(current_store(any_settings))[-1] == "2023"


def test_a_running_site_holds_connections_for_two_versions_and_no_more(any_settings: Settings) -> None:
    seen = []
    for version in range(3):
        append(any_settings.data / "themes.toml", f"\n# version {version}\n")
        build_store(any_settings, _silent)
        seen.append(current_store(any_settings))
        assert read_rows(seen[-1], Indicator)
    assert len({store.fingerprint for store in seen}) == 3
    assert [store.engine.pool.checkedin() > 0 for store in seen] == [False, True, True]  # type: ignore[attr-defined]
    assert list(store_module._opened.values()) == seen[1:]


def test_a_running_site_stays_up_when_the_folder_cannot_be_read(settings: Settings) -> None:
    first = current_store(settings)
    (settings.store / CURRENT).unlink()
    assert current_store(settings) is first


def test_a_running_site_remembers_that_its_input_was_wrong(settings: Settings) -> None:
    build_store(settings, _silent)
    _spoil(settings)
    assert current_store(settings).stale_reason == "CatalogError"
    assert current_store(settings).stale_reason == "CatalogError"


def test_a_site_without_store_is_an_error(settings: Settings) -> None:
    _spoil(settings)
    for _ in range(2):
        with pytest.raises(StoreError):
            current_store(settings)


def _open_at_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[Store]:
    """Return what eight threads get that all ask before the first of them has opened anything."""
    found: list[Store] = []
    everyone = threading.Barrier(8, timeout=60)
    open_version = store_module._open_version

    def open_together(*given: Any) -> Store:
        everyone.wait()
        return open_version(*given)

    def ask() -> None:
        store = current_store(settings)
        assert read_rows(store, Indicator)
        found.append(store)

    with monkeypatch.context() as patch:
        patch.setattr(store_module, "_open_version", open_together)
        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return found


def test_many_threads_open_one_store(any_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    build_store(any_settings, _silent)
    at_start = _open_at_once(any_settings, monkeypatch)
    _add_year(any_settings)
    build_store(any_settings, _silent)
    at_the_next_version = _open_at_once(any_settings, monkeypatch)
    for found, year in ((at_start, "2022"), (at_the_next_version, "2023")):
        assert [_periods(store)[-1] for store in found] == [year] * 8
        assert len({id(store) for store in found}) == 1, "nobody would close the others"


def test_a_second_site_in_one_test_leaves_no_connection_of_the_first(
    any_settings: Settings, tmp_path: Path, start: Callable[[Settings], None]
) -> None:
    """Left to the garbage collector, it would fail whichever test happens to run then."""
    build_store(any_settings, _silent)
    start(any_settings)
    first = current_store(any_settings)
    assert read_rows(first, Indicator)
    assert first.engine.pool.checkedin() > 0  # type: ignore[attr-defined]
    start(any_settings.model_copy(update={"store": tmp_path / "other"}))
    assert first.engine.pool.checkedin() == 0  # type: ignore[attr-defined]


def test_a_store_is_opened_read_only(store: Store) -> None:
    row = read_rows(store, Source)[0]
    with pytest.raises(SQLAlchemyError), store.engine.begin() as connection:
        connection.execute(Source.__table__.insert(), [_values(row) | {"code": "written_by_a_test"}])  # type: ignore[attr-defined]
    with pytest.raises(SQLAlchemyError), store.engine.begin() as connection:
        connection.execute(Source.__table__.delete())  # type: ignore[attr-defined]
    assert len(read_rows(store, Source)) > 100


def test_opening_a_store_keeps_no_connection_but_its_own(any_settings: Settings) -> None:
    if any_settings.database_url is None:
        assert open_store(any_settings).engine.url.drivername == "sqlite"
        return
    build_store(any_settings, _silent)
    open_store(any_settings).engine.dispose()
    engine = create_engine(any_settings.database_url)
    with engine.connect() as connection:
        count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        others = connection.execute(text(count)).scalar_one() - 1
    engine.dispose()
    assert others == 0


@pytest.mark.postgres
def test_a_database_that_cannot_be_reached_is_one_clear_error(settings: Settings) -> None:
    away = settings.model_copy(update={"database_url": "postgresql+psycopg://nobody@127.0.0.1:1/nowhere"})
    with pytest.raises(StoreError, match="the database cannot take the catalogue"):
        build_store(away, _silent)


def test_a_store_in_a_database_says_so_when_the_address_is_missing(settings: Settings) -> None:
    folder = build_store(settings, _silent)
    current = {"fingerprint": folder.name, "schema": "outcomes_x", "built": "2026-11-23T00:00:00+00:00"}
    (settings.store / CURRENT).write_text(json.dumps(current), encoding="utf-8")
    with pytest.raises(StoreError, match="DASHBOARD_DATABASE_URL"):
        open_store(settings, build=False)


def test_moving_the_catalogue_to_another_place_builds_it_there(settings: Settings, open_built: Open) -> None:
    folder = build_store(settings, _silent)
    current = {"fingerprint": folder.name, "schema": "outcomes_x", "built": "2026-11-23T00:00:00+00:00"}
    (settings.store / CURRENT).write_text(json.dumps(current), encoding="utf-8")
    assert read_rows(open_built(settings), Indicator)
