"""The whole site in one process: ``streamlit run streamlit_app.py``, or ``uvicorn streamlit_app:app``."""

# ruff: noqa: E402
import gc

gc.disable()  # what importing makes stays; looking through it for garbage again and again took a sixth of the start

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit.file_util import get_static_dir

from dashboard.components import show_failure, warm_up
from dashboard.settings import ROOT
from dashboard.web.middleware import HeadlineFirst, PrecompressedStatic, SecurityHeaders, SendAtOnce
from dashboard.web.site import site_headers, site_routes

static = Path(get_static_dir())
app = st.App(
    ROOT / "dashboard" / "frame.py",
    routes=site_routes(static),
    middleware=[
        Middleware(SendAtOnce),
        Middleware(SecurityHeaders, headers=site_headers(static)),
        Middleware(HeadlineFirst, static=static),
        Middleware(PrecompressedStatic, static=static),
    ],
    lifespan=warm_up,
    on_script_error=show_failure,
)
gc.freeze()  # so that the next collection does not look through all of it either
gc.enable()
