"""A reader without a browser: Streamlit's websocket, spoken in its own protobuf messages."""

import time
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

LIMIT = 20.0
"""Seconds after which a rerun counts as an error."""


@dataclass
class Session:
    """One open session and what it has seen."""

    socket: ClientConnection
    page: str = ""
    page_hash: str = ""
    cached: set[str] = field(default_factory=set)
    received: int = 0
    """Bytes received during the last rerun."""
    elements: int = 0
    """Elements received during the last rerun; 0 means that the page showed nothing."""
    failed: bool = False
    """Whether the last rerun ended with an exception on the page."""
    charts: list[int] = field(default_factory=list)
    """Bytes of JSON of each chart and map sent during the last rerun."""

    async def rerun(self, page: str, query: str = "") -> float:
        """Run a page as a browser would after a click, and return the milliseconds until the script has finished."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string = query
        state.context_info.locale = "zh-TW"
        state.context_info.timezone = "Asia/Taipei"
        state.context_info.color_scheme = "light"
        if page == self.page and self.page_hash:
            state.page_script_hash = self.page_hash
        else:
            state.page_name = page
        state.cached_message_hashes.extend(self.cached)
        self.page, self.received, self.elements, self.failed, self.charts = page, 0, 0, False, []
        start = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        await self._read_until_finished()
        return (time.perf_counter() - start) * 1000

    async def _read_until_finished(self) -> None:
        import asyncio

        async with asyncio.timeout(LIMIT):
            while True:
                raw = await self.socket.recv(decode=False)
                self.received += len(raw)
                message = ForwardMsg.FromString(bytes(raw))
                if message.metadata.cacheable and message.hash:
                    self.cached.add(message.hash)
                kind = message.WhichOneof("type")
                if kind == "delta":
                    self.elements += 1
                    shown = message.delta.new_element
                    self.failed |= shown.WhichOneof("type") == "exception"
                    if shown.WhichOneof("type") == "plotly_chart":
                        self.charts.append(len(shown.plotly_chart.spec.encode()))
                elif kind == "ref_hash":
                    self.elements += 1
                elif kind == "navigation":
                    self.page_hash = message.navigation.page_script_hash
                elif kind == "script_finished":
                    return


async def open_session(port: int) -> Session:
    """Open a session on a server of this machine."""
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    return Session(
        await connect(
            address, subprotocols=[Subprotocol("streamlit")], max_size=None, compression=None, ping_interval=None
        )
    )
