"""A reader's query from the outside: checked, given to a process of its own, watched, and answered or refused."""

import datetime as dt
import json
import logging
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dashboard.exceptions import OpenGovError
from dashboard.sandbox.published import get_copy
from dashboard.store import Store

logger = logging.getLogger(__name__)

LONGEST = 4_000
"""Letters a query may have, so that it fits into an address."""
SHOWN_ROWS = 5_000
DOWNLOAD_ROWS = 50_000
SHOWN_BYTES = 3_000_000
DOWNLOAD_BYTES = 24_000_000
SECONDS = 5.0
GRACE = 2.0
"""Seconds after its own limit at which a process that did not stop by itself is ended."""
AT_ONCE = 2
WAIT = 4.0
"""Seconds a query waits for its turn before the reader is asked to try again."""
OPENING = re.compile(r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/)*(select|with|values)\b", re.DOTALL | re.IGNORECASE)
PATHS = re.compile(r"(?:[A-Za-z]:)?(?:[\\/][\w.+~-]+){2,}")
ENDED_BY_THE_CLOCK = (-24, -9)
"""What a process ends with that the system stopped for the processor time it took (SIGXCPU, SIGKILL)."""
WORKER = Path(__file__).with_name("worker.py")

_turns = threading.BoundedSemaphore(AT_ONCE)


class QueryError(OpenGovError):
    """Raised when a query is refused or fails; ``kind`` names the sentence, ``detail`` is the engine's own message."""

    def __init__(self, kind: str, detail: str = "") -> None:
        self.kind = kind
        self.detail = PATHS.sub("…", detail)[:300]
        super().__init__(f"{kind}: {self.detail}")


@dataclass(frozen=True)
class Result:
    """What a query gave: columns, rows, whether rows were left out, and the seconds it took."""

    columns: list[str] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    more: bool = False
    seconds: float = 0.0


def check_sql(sql: str) -> str:
    """Return a query without blanks round it.

    Raises:
        QueryError: when there is none, when it is too long, or when it does not begin as a question begins.
    """
    # Half of a letter of two halves cannot be written to anybody.
    sql = sql.encode("utf-8", "replace").decode("utf-8").strip()
    if not sql:
        raise QueryError("empty")
    if len(sql) > LONGEST:
        raise QueryError("long")
    if not OPENING.match(sql):
        raise QueryError("denied")
    return sql


def run_query(
    store: Store, day: dt.date, sql: str, *, rows: int = SHOWN_ROWS, size: int = SHOWN_BYTES, seconds: float = SECONDS
) -> Result:
    """Return the answer to one read-only query over what is published by a day.

    Raises:
        QueryError: when the query is refused, fails, takes too long or too much, or when too many run already.
        StoreError: when the store cannot be read.
    """
    sql = check_sql(sql)
    with _take_turn():
        request = {"sql": sql, "rows": rows, "bytes": size, "seconds": seconds}
        held = _ask_worker(get_copy(store, day), request)
    if "error" in held:
        raise QueryError(held["error"], held["detail"])
    return Result(**held)


@contextmanager
def _take_turn() -> Iterator[None]:
    if not _turns.acquire(timeout=WAIT):
        raise QueryError("busy")
    try:
        yield
    finally:
        _turns.release()


def _ask_worker(copy: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Return what the process says; one that says nothing has been ended for its memory or its time."""
    command = [sys.executable, "-I", "-S", str(WORKER), str(copy)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/", env={}
    )
    try:
        body = json.dumps(request).encode()
        said, _ = process.communicate(body, timeout=request["seconds"] + GRACE)
    except subprocess.TimeoutExpired as error:
        raise QueryError("time") from error
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    try:
        return json.loads(said)
    except ValueError as error:
        logger.warning("a query's process ended with %s and said nothing", process.returncode)
        raise QueryError("time" if process.returncode in ENDED_BY_THE_CLOCK else "memory") from error
