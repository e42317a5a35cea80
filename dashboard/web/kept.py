"""Files that cost time to make: made one at a time and kept in memory up to a bound.

So nobody can keep the server busy with nothing but pictures and packs, and the second reader waits for nothing.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable

from dashboard.exceptions import OpenGovError

KEPT_BYTES = 64_000_000
"""Memory the files may take."""
PATIENCE = 20
"""Seconds a request waits for its turn before it is told to come again."""

_kept: OrderedDict[str, bytes] = OrderedDict()
_lock = threading.Lock()
_turn = threading.Lock()


class BusyError(OpenGovError):
    """Raised when other files are being made for longer than a reader waits."""


def _find(name: str) -> bytes | None:
    with _lock:
        if name in _kept:
            _kept.move_to_end(name)
        return _kept.get(name)


def get_or_make(name: str, make: Callable[[], bytes]) -> bytes:
    """Return the file of this name, made now when it is not kept.

    Raises:
        BusyError: when its turn did not come in time.
    """
    body = _find(name)
    if body is not None:
        return body
    if not _turn.acquire(timeout=PATIENCE):
        raise BusyError(f"no turn to make {name}")
    try:
        # Somebody who waited for the same file finds it made.
        body = _find(name) or make()
    finally:
        _turn.release()
    with _lock:
        _kept[name] = body
        while sum(map(len, _kept.values())) > KEPT_BYTES and len(_kept) > 1:
            _kept.popitem(last=False)
    return body
