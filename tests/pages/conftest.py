"""The real site for reading, and a small site of one's own for breaking."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from samples import append

from dashboard import queries, store
from dashboard.queries import IndicatorCard
from dashboard.settings import ROOT, Settings, get_settings
from dashboard.store import Store, current_store


@pytest.fixture(scope="session")
def site(own_store: Path) -> Store:
    """Hold the store the pages of this run read: everything we publish."""
    return current_store(get_settings())


@pytest.fixture(scope="session")
def cards(site: Store) -> dict[str, IndicatorCard]:
    """Hold every indicator's card."""
    return queries.get_cards(site)


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Settings], None]]:
    """Let the pages read another store, as a process that has just started; undone when the test ends."""

    def begin(settings: Settings) -> None:
        for name in ("data", "case_studies", "store"):
            monkeypatch.setenv(f"DASHBOARD_{name.upper()}", str(getattr(settings, name)))
        get_settings.cache_clear()
        for opened in store._opened.values():
            if opened.folder.is_relative_to(settings.store):
                opened.engine.dispose()
        monkeypatch.setattr(store, "_opened", {})
        monkeypatch.setattr(store, "_failed", {})

    yield begin
    for opened in store._opened.values():
        opened.engine.dispose()
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.fixture
def own_site(settings: Settings) -> Settings:
    """Hold a small site with the shapes of places and a fingerprint of its own, so that nothing is remembered."""
    for path in sorted((ROOT / "data" / "places").glob("*.geojson")):
        shutil.copy(path, settings.data / "places")
    append(settings.data / "themes.toml", f"\n# {uuid.uuid4()}\n")
    return settings
