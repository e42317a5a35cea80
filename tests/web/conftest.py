"""The site's routes with their headers, as the server mounts them."""

import importlib.util
from pathlib import Path

import pytest
from client import Client
from starlette.applications import Starlette
from starlette.middleware import Middleware

from dashboard.web.late import LateRoutes
from dashboard.web.middleware import SecurityHeaders
from dashboard.web.site import site_routes


@pytest.fixture(scope="session")
def static() -> Path:
    """Find the framework's page and scripts without importing the framework."""
    found = importlib.util.find_spec("streamlit")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "static"


@pytest.fixture(scope="session")
def client(static: Path) -> Client:
    """Ask the routes of the site."""
    middleware = [Middleware(SecurityHeaders, static=static)]
    return Client(Starlette(routes=[LateRoutes(lambda: site_routes(static))], middleware=middleware))
