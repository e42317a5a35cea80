import socket
from collections.abc import Callable
from typing import Any

import pytest
from client import run_apart
from starlette.types import Message, Receive, Scope, Send

from dashboard.web.middleware import SendAtOnce


class Connection:
    """A server's side of a connection: what ``receive`` is bound to, with the transport it reads from."""

    def __init__(self, opened: socket.socket | None) -> None:
        self.transport = self
        self.opened = opened

    def get_extra_info(self, name: str) -> socket.socket | None:
        assert name == "socket"
        return self.opened

    async def receive(self) -> Message:
        return {"type": "http.request"}


async def _send(message: Message) -> None:
    pass


def _pass_through(receive: Callable[[], Any], kind: str) -> list[str]:
    reached = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        reached.append(scope["type"])

    run_apart(SendAtOnce(app)({"type": kind}, receive, _send))
    return reached


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_small_packets_do_not_wait_for_each_other(kind: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        accepted, _ = server.accept()
        with accepted:
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 0)
            assert _pass_through(Connection(accepted).receive, kind) == [kind]
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_connection_of_another_kind_is_served_all_the_same() -> None:
    one, other = socket.socketpair()
    with one, other:
        assert _pass_through(Connection(one).receive, "http") == ["http"]
    assert _pass_through(Connection(None).receive, "http") == ["http"]

    async def bare() -> Message:
        return {"type": "lifespan.startup"}

    assert _pass_through(bare, "lifespan") == ["lifespan"]
