"""The published catalogue as exports see it."""

import pytest

from dashboard.catalog import today
from dashboard.export.shelf import Shelf, open_shelf
from dashboard.store import Store


@pytest.fixture(scope="session")
def shelf(real_sqlite_store: Store) -> Shelf:
    """Hold everything we publish, as of today."""
    return open_shelf(real_sqlite_store, today())
