"""The real site for reading."""

from pathlib import Path

import pytest

from dashboard import queries
from dashboard.queries import IndicatorCard
from dashboard.settings import get_settings
from dashboard.store import Store, current_store


@pytest.fixture(scope="session")
def site(own_store: Path) -> Store:
    """Hold the store the pages of this run read: everything we publish."""
    return current_store(get_settings())


@pytest.fixture(scope="session")
def cards(site: Store) -> dict[str, IndicatorCard]:
    """Hold every indicator's card."""
    return queries.get_cards(site)
