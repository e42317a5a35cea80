"""Opinions of our own making, and a watch over what is written while they are handled."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

TOPICS = {
    "bus": ["公車班次太少，偏鄉等車等很久", "希望公車路線多一點班次", "偏鄉公車班次不足要等很久", "公車常常誤點等很久"],
    "school": ["學校營養午餐要用在地食材", "營養午餐的食材應該更透明", "學校午餐食材要安全", "孩子的營養午餐吃得不好"],
    "tax": ["The property tax is too low for empty houses", "Raise taxes on empty houses", "Tax empty flats more",
            "Owners of empty houses pay too little tax"],
}  # fmt: skip


def make_opinions(copies: int = 6) -> list[str]:
    """Return opinions on three subjects, in two languages, each a little different."""
    return [f"{words}{'。' * copy}" for copy in range(copies) for group in TOPICS.values() for words in group]


_written: list[str] = []
_watching: list[bool] = []


def _note_writing(event: str, arguments: tuple) -> None:
    if _watching and event in ("open", "tempfile.mkstemp", "tempfile.mkdtemp", "socket.connect"):
        mode = arguments[1] if event == "open" else "w"
        if mode is None or any(letter in str(mode) for letter in "wax+"):
            _written.append(f"{event} {arguments[0]}")


sys.addaudithook(_note_writing)


@contextmanager
def watched() -> Iterator[list[str]]:
    """Note every file opened for writing, temporary file and connection of the block."""
    _written.clear()
    _watching.append(True)
    try:
        yield _written
    finally:
        _watching.clear()
