"""The real site for reading."""

from collections.abc import Iterator

import pytest
from streamlit.components.v2 import manifest_scanner

from dashboard import queries
from dashboard.queries import IndicatorCard
from dashboard.store import Store


@pytest.fixture(scope="session", autouse=True)
def packages_looked_through_once() -> Iterator[None]:
    """Streamlit's AppTest looks for components in every installed package at each new session: a fifth of a second."""
    found = manifest_scanner.scan_component_manifests()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda **_: found)
        yield


@pytest.fixture(scope="session")
def cards(site: Store) -> dict[str, IndicatorCard]:
    """Hold every indicator's card."""
    return queries.get_cards(site)
