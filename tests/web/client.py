"""Ask the site's routes without a server and without Streamlit: an ASGI call in, status, headers and body out."""

import asyncio
import gzip
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import unquote, urljoin, urlsplit

from starlette.types import ASGIApp, Message

HOST = "outcomes.test"
Result = TypeVar("Result")


def run_apart(work: Coroutine[Any, Any, Result]) -> Result:
    """Run in a thread of its own, because a browser that a test left open keeps a running loop in this one."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, work).result()


@dataclass
class Answer:
    """What came back."""

    address: str = ""
    """What was asked for."""
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def text(self) -> str:
        """Return the body as text, unpacked where it came compressed."""
        packed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode("utf-8")

    def find(self, address: str) -> str:
        """Return where an address in this answer leads; at our host without its name, as in ``/places``."""
        return urljoin(f"http://{HOST}{self.address}", address).removeprefix(f"http://{HOST}")

    @property
    def location(self) -> str:
        """Return where a redirect leads, which it may say only as seen from the address asked for."""
        return self.find(self.headers["location"])


@dataclass(frozen=True)
class Client:
    """Somebody who sends requests, mostly GET; an error inside the app is raised, as a server would log it."""

    app: ASGIApp

    def get(self, address: str, **headers: str) -> Answer:
        """Return the answer to one address such as ``/indicators?lang=en``, not following redirects."""
        return self.ask("GET", address, **headers)

    def ask(self, method: str, address: str, **headers: str) -> Answer:
        """Return the answer to a request of any method."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return run_apart(self._ask(method, address, named))

    async def _ask(self, method: str, address: str, headers: dict[str, str]) -> Answer:
        parts = urlsplit(address)
        raw = [(b"host", HOST.encode()), *[(key.encode(), value.encode()) for key, value in headers.items()]]
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(parts.path),
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "root_path": "",
            "headers": raw,
            "server": (HOST, 80),
            "client": ("127.0.0.1", 50000),
        }
        answer = Answer(address)

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.headers = {key.decode().lower(): value.decode() for key, value in message["headers"]}
            else:
                answer.body += message.get("body", b"")

        await self.app(scope, receive, send)
        return answer
