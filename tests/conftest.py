"""Stores for tests: a small one and one of all published data, each on SQLite and, where there is one, on PostgreSQL.

No test reads or writes ``data/build``: the environment of the whole run points at a folder of its own.
"""

import fcntl
import os
import pickle
import re
import secrets
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from samples import append, copy_data, copy_shapes, copy_story, write_vintages
from sqlalchemy import create_engine, make_url, text
from xdist.scheduler import LoadScopeScheduling

from dashboard import store as stores
from dashboard.catalog import Catalog, load_catalog, today
from dashboard.evidence import grade_claims
from dashboard.settings import ROOT, Settings, get_settings
from dashboard.store import Store, build_store, current_store, open_store

DATABASE = "DASHBOARD_TEST_DATABASE_URL"
THROWAWAY = "DASHBOARD_TEST_DATABASE_THROWAWAY"
SITE = "DASHBOARD_TEST_SITE"
"""``postgres`` keeps the catalogue of the whole run's own site on PostgreSQL: all pages and routes read from there."""
BACKENDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
# No deadline, because a busy machine is no failure; the same examples each time, so that red stays red.
hypothesis.settings.register_profile("tests", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("tests")
MakeDatabase = Callable[[], str | None]


class SharedWork(LoadScopeScheduling):
    """Gives to one process the tests that share what takes long to make; its own groups do nothing in pytest 9.2.

    https://github.com/pytest-dev/pytest-xdist/issues/1386
    """

    def _split_scope(self, nodeid: str) -> str:
        """Return what a test shares: the browser, a view of a page in both languages, or what its file makes.

        Two browsers on two cores take longer than one that does everything.
        """
        path, _, name = nodeid.partition("::")
        folder = Path(path).parent.name
        view = re.search(r"\[(.+)\]$", name)
        if folder == "browser":
            return folder
        if folder == "pages" and view:
            return f"{folder} {re.sub('(^|-)(zh-TW|en)(?=-|$)', '', view[1])}"
        return path


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Share the tests among processes by what they share."""
    return SharedWork(config, log)


@pytest.fixture(scope="session", autouse=True)
def own_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the whole run, its subprocesses included, away from the store of a running site."""
    folder = tmp_path_factory.mktemp("own") / "build"
    with pytest.MonkeyPatch.context() as patch, _databases(os.environ.get(SITE, "sqlite")) as make:
        for name in [
            name for name in os.environ if name.startswith("DASHBOARD_") and name not in (DATABASE, THROWAWAY, SITE)
        ]:
            patch.delenv(name)
        patch.setenv("DASHBOARD_STORE", str(folder))
        if address := make():
            patch.setenv("DASHBOARD_DATABASE_URL", address)
        get_settings.cache_clear()
        yield folder
    get_settings.cache_clear()


@pytest.fixture(scope="session")
def published_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hold the store of everything we publish on SQLite, built once for all processes of a run; read only, or copy."""
    root = tmp_path_factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root
    with (root / "published.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (root / "published" / "current.json").exists():
            build_store(_settings(ROOT, root / "published", None))
    return root / "published"


@pytest.fixture(scope="session")
def site(own_store: Path, published_store: Path) -> Store:
    """Hold the store that pages and routes of this run read: everything we publish."""
    if get_settings().database_url is None:
        shutil.copytree(published_store, own_store, dirs_exist_ok=True)
    return current_store(get_settings())


def _run_on_server(sql: str) -> None:
    engine = create_engine(os.environ[DATABASE], isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(sql))
    engine.dispose()


@contextmanager
def _databases(backend: str) -> Iterator[MakeDatabase]:
    """Give a function that makes an empty database on the test server; all of them are dropped at the end."""
    made: list[str] = []

    def make() -> str | None:
        if backend == "sqlite":
            return None
        made.append(f"outcomes_test_{secrets.token_hex(4)}")
        _run_on_server(f'CREATE DATABASE "{made[-1]}"')
        return make_url(os.environ[DATABASE]).set(database=made[-1]).render_as_string(hide_password=False)

    yield make
    # A server that ends with the run takes its databases along; to drop each took as long as some tests.
    for name in made if os.environ.get(THROWAWAY) is None else ():
        _run_on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session", params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Name the database the catalogue is kept in."""
    if request.param == "postgres" and not os.environ.get(DATABASE):
        pytest.skip(f"{DATABASE} is not set, so there is no PostgreSQL to test on")
    return request.param


@pytest.fixture(scope="session")
def make_database(backend: str) -> Iterator[MakeDatabase]:
    """Make empty databases of the backend under test; SQLite needs none."""
    with _databases(backend) as make:
        yield make


@pytest.fixture(scope="session")
def small_folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hold small ``data`` and ``case_studies``; read only, copy before changing."""
    root = tmp_path_factory.mktemp("small")
    copy_data(root / "data")
    copy_story(root / "case_studies")
    return root


def _settings(root: Path, store: Path, database_url: str | None) -> Settings:
    return Settings(data=root / "data", case_studies=root / "case_studies", store=store, database_url=database_url)


def _load(root: Path) -> Catalog:
    catalog = load_catalog(root / "data", root / "case_studies")
    grade_claims(catalog, today())
    return catalog


@contextmanager
def _built(settings: Settings) -> Iterator[Store]:
    if not (settings.store / "current.json").exists():
        build_store(settings)
    store = open_store(settings, build=False)
    yield store
    store.engine.dispose()


@pytest.fixture
def folders(small_folders: Path, tmp_path: Path) -> Path:
    """Hold a copy of the small folders that a test may change."""
    for name in ("data", "case_studies"):
        shutil.copytree(small_folders / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def settings(folders: Path) -> Settings:
    """Point at the copy, with the store beside it on SQLite."""
    return _settings(folders, folders / "build", None)


@pytest.fixture
def any_settings(folders: Path, make_database: MakeDatabase) -> Settings:
    """Point at the copy, with the store on the backend under test."""
    return _settings(folders, folders / "build", make_database())


@pytest.fixture
def open_built() -> Iterator[Callable[..., Store]]:
    """Open stores and close them when the test ends."""
    opened: list[Store] = []

    def open_one(settings: Settings, **how: Any) -> Store:
        opened.append(open_store(settings, **how))
        return opened[-1]

    yield open_one
    for store in opened:
        store.engine.dispose()


@pytest.fixture(scope="session")
def small_catalog(small_folders: Path) -> Catalog:
    """Hold the small folders as read and graded; read only."""
    return _load(small_folders)


@pytest.fixture(scope="session")
def _packed_catalog(small_catalog: Catalog) -> bytes:
    return pickle.dumps(small_catalog)


@pytest.fixture
def catalog(_packed_catalog: bytes) -> Catalog:
    """Hold the small folders as read and graded, for tests that change rows."""
    return pickle.loads(_packed_catalog)


@pytest.fixture(scope="session")
def store(
    small_folders: Path, make_database: MakeDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """Hold the built small store on the backend under test; read only."""
    with _built(_settings(small_folders, tmp_path_factory.mktemp("store"), make_database())) as built:
        yield built


@pytest.fixture(scope="session")
def vintage_store(make_database: MakeDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Hold a small store whose plain series was published, corrected and continued on three days; read only."""
    root = tmp_path_factory.mktemp("vintages")
    write_vintages(copy_data(root / "data"))
    copy_story(root / "case_studies")
    with _built(_settings(root, root / "build", make_database())) as built:
        yield built


@pytest.fixture(scope="session")
def real_store(
    make_database: MakeDatabase, published_store: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """Hold everything we publish on the backend under test; read only."""
    address = make_database()
    with _built(_settings(ROOT, tmp_path_factory.mktemp("real") if address else published_store, address)) as built:
        yield built


@pytest.fixture(scope="session")
def real_sqlite_store(published_store: Path) -> Iterator[Store]:
    """Hold everything we publish, for tests that have nothing to do with the database; read only."""
    with _built(_settings(ROOT, published_store, None)) as built:
        yield built


@pytest.fixture(scope="session")
def real_catalog() -> Catalog:
    """Hold everything we publish as read and graded; read only."""
    return _load(ROOT)


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Settings], None]]:
    """Let the pages read another store, as a process that has just started; undone when the test ends."""

    def begin(settings: Settings) -> None:
        for name in ("data", "case_studies", "store"):
            monkeypatch.setenv(f"DASHBOARD_{name.upper()}", str(getattr(settings, name)))
        if settings.database_url is None:
            monkeypatch.delenv("DASHBOARD_DATABASE_URL", raising=False)
        get_settings.cache_clear()
        # All of them, the site started before in the same test too; the run's own site connects again when asked.
        for opened in stores._opened.values():
            opened.engine.dispose()
        monkeypatch.setattr(stores, "_opened", {})
        monkeypatch.setattr(stores, "_failed", {})

    yield begin
    for opened in stores._opened.values():
        opened.engine.dispose()
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.fixture(scope="session")
def make_site(small_folders: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Settings]:
    """Make a small site with the shapes of places that several tests may share; not built yet."""

    def make(name: str) -> Settings:
        root = tmp_path_factory.mktemp(name)
        for part in ("data", "case_studies"):
            shutil.copytree(small_folders / part, root / part)
        copy_shapes(root / "data")
        return _settings(root, root / "build", None)

    return make


@pytest.fixture
def own_site(settings: Settings) -> Settings:
    """Hold a small site with the shapes of places and a fingerprint of its own, so that nothing is remembered."""
    copy_shapes(settings.data)
    append(settings.data / "themes.toml", f"\n# {uuid.uuid4()}\n")
    return settings
