"""The whole site in one process: ``streamlit run streamlit_app.py``, or ``uvicorn streamlit_app:app``.

What pages and routes stand on (tables, SQL, charts) is imported while the server starts and before it answers, not with
this module: whoever only wants the app object, a tool or a worker's parent, has it in half the time.
"""

import gc
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from streamlit.file_util import get_static_dir

from dashboard.settings import ROOT
from dashboard.web.late import LateRoutes
from dashboard.web.middleware import HeadlineFirst, PrecompressedStatic, SecurityHeaders, SendAtOnce

static = Path(get_static_dir())


def load_routes() -> Sequence[BaseRoute]:
    """Return every route of ours."""
    from dashboard.web.site import site_routes

    return site_routes(static)


routes = LateRoutes(load_routes)


@asynccontextmanager
async def start(server: st.App) -> AsyncIterator[dict[str, Any]]:
    """Import what pages and routes need, build and open the store; the first reader comes after that."""
    gc.disable()  # what importing makes stays; looking through it for garbage again and again took a sixth of the start
    from dashboard.components import warm_up

    routes.load()
    async with warm_up(server) as state:
        gc.enable()
        yield state


def show_failure(error: Exception) -> bool:
    """Show one sentence where no page expected an error."""
    from dashboard import components

    return components.show_failure(error)


app = st.App(
    ROOT / "dashboard" / "frame.py",
    routes=[routes],
    middleware=[
        Middleware(SendAtOnce),
        Middleware(SecurityHeaders, static=static),
        Middleware(HeadlineFirst, static=static),
        Middleware(PrecompressedStatic, static=static),
    ],
    lifespan=start,
    on_script_error=show_failure,
)
