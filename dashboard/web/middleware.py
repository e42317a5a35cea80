"""Four pure ASGI layers: answers sent at once, the headline first, packed scripts, security headers on every answer.

Pure ASGI, so that websockets and streams pass untouched.
"""

import base64
import gzip
import hashlib
import mimetypes
import re
import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.web.assets import FOR_EVER, load_asset

COMPRESSED_ENDINGS = {".js", ".css", ".svg", ".ttf", ".json"}
SMALLEST = 2048
LAZY = re.compile(rb"(\.lazy\)\(\(\)=>)(\w+\(\(\)=>import\(`\./(Html|ButtonGroup|Selectbox|TextInput)\.[^`]+`\),)")
"""Where the framework's script says that it fetches a piece once it is drawn."""
WHOLE = "whole"
"""Asks for the chart library itself and not for the lines that wait for the heading."""


class PrecompressedStatic:
    """Serve the framework's ``/static`` compressed: a cold first view takes a third of the bytes."""

    def __init__(self, app: ASGIApp, static: Path) -> None:
        self.app = app
        self.files: dict[str, bytes] = {}
        for path in (static / "static").rglob("*"):
            if path.suffix in COMPRESSED_ENDINGS and path.stat().st_size > SMALLEST:
                self.files["/" + path.relative_to(static).as_posix()] = gzip.compress(path.read_bytes(), 6)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the compressed file, or pass on."""
        body = self.files.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        accepted = dict(scope.get("headers", [])).get(b"accept-encoding", b"")
        if body is None or b"gzip" not in accepted:
            await self.app(scope, receive, send)
            return
        kind = mimetypes.guess_type(scope["path"])[0] or "application/octet-stream"
        headers = {
            "content-type": kind,
            "content-encoding": "gzip",
            "vary": "accept-encoding",
            "cache-control": FOR_EVER,
            "content-length": str(len(body)),
        }
        raw = [(key.encode(), value.encode()) for key, value in headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": raw})
        await send({"type": "http.response.body", "body": body})


class HeadlineFirst:
    """Answer for two of the framework's scripts, so that a page's heading is drawn before all that takes long.

    In the place of the chart library come a few lines that wait for the heading: its 4.7 MB keep a browser busy for
    about a second, and it ran them before it drew the first word. The framework itself takes the pieces that
    ``pieces.js`` has made ready, and else fetches them as ever: a piece it has to wait for is a placeholder first, and
    what takes a placeholder's place is not shown for another 0.3 s.
    """

    def __init__(self, app: ASGIApp, static: Path) -> None:
        self.app = app
        self.answers: dict[str, tuple[bytes, str]] = {}
        for path in (static / "static" / "js").glob("*.js"):
            name = path.name.partition(".")[0]
            if name == "PlotlyChart":  # our lines may change under this address
                lines = load_asset("chart.js").replace(b"LIBRARY", f"./{path.name}?{WHOLE}".encode())
                self.answers[f"/static/js/{path.name}"] = lines, "max-age=3600"
            elif name == "index":
                words, changed = LAZY.subn(rb"\1globalThis.pieces?.\3??\2", path.read_bytes())
                if changed:
                    self.answers[f"/static/js/{path.name}"] = words, FOR_EVER
        self.packed = {path: gzip.compress(body, 6) for path, (body, _) in self.answers.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer for these scripts unless one is asked for whole; pass all else on."""
        held = self.answers.get(scope["path"]) if scope["type"] == "http" else None
        if held is None or scope["query_string"] == WHOLE.encode():
            await self.app(scope, receive, send)
            return
        body, kept = held
        headers = {"Cache-Control": kept, "Vary": "accept-encoding"}
        if b"gzip" in dict(scope["headers"]).get(b"accept-encoding", b""):
            body, headers = self.packed[scope["path"]], headers | {"Content-Encoding": "gzip"}
        await Response(body, media_type="text/javascript", headers=headers)(scope, receive, send)


class SendAtOnce:
    """Let no small packet wait for the acknowledgement of the one before it (Nagle's algorithm).

    Streamlit opens its socket without naming the protocol, and asyncio turns the algorithm off only where TCP is named:
    the body of every answer, and the last message of every rerun, came some 40 ms late on a kept connection.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Set the option on the connection behind this request, where the server lets us see it, and pass on."""
        transport = getattr(getattr(receive, "__self__", None), "transport", None)
        connection = transport.get_extra_info("socket") if transport is not None else None
        if connection is not None:
            with suppress(OSError):  # a Unix socket knows no such option and needs none
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await self.app(scope, receive, send)


class SecurityHeaders:
    """Add fixed headers to every HTTP answer."""

    def __init__(self, app: ASGIApp, static: Path) -> None:
        self.app = app
        self.headers = [(key.lower().encode(), value.encode()) for key, value in site_headers(static).items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and add the headers that are not there yet."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                held = {key for key, _ in message["headers"]}
                message["headers"] = [*message["headers"], *[item for item in self.headers if item[0] not in held]]
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def site_headers(static: Path) -> Mapping[str, str]:
    """Return headers that keep every request at home; the one inline script of the page is allowed by its hash."""
    index = (static / "index.html").read_text(encoding="utf-8")
    inline = re.findall(r"<script>(.*?)</script>", index, flags=re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(body.encode()).digest()).decode() for body in inline]
    allowed = " ".join(f"'sha256-{value}'" for value in hashes)
    policy = (
        f"default-src 'self'; script-src 'self' {allowed}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss:; "
        "worker-src 'self' blob:; frame-src 'self'; frame-ancestors 'self'; base-uri 'self'; form-action 'self'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
    }
