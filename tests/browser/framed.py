"""The app as some hosts show it: in a frame, under a prefix that is taken away before a request gets to the app."""

from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send

from streamlit_app import app as site

PREFIX = "/~/+"
OUTER = '<!DOCTYPE html><title>host</title><iframe src="{}{}?{}" style="width:100%;height:95vh;border:0"></iframe>'


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Pass on what is asked for under the prefix; answer all else with the host's own page."""
    if scope["type"] == "lifespan" or scope["path"].startswith(f"{PREFIX}/"):
        path = scope.get("path", "").removeprefix(PREFIX)
        raw = scope.get("raw_path", b"").removeprefix(PREFIX.encode())
        await site(scope | {"path": path, "raw_path": raw}, receive, send)
        return
    await HTMLResponse(OUTER.format(PREFIX, scope["path"], scope["query_string"].decode()))(scope, receive, send)
