"""One query in a process of its own: a copy of the published tables in, rows out. Needs the standard library only.

Run as ``python -I -S worker.py <copy>`` with the request as JSON on standard input. Before the statement is seen, the
process gives up: memory and processor time above a limit, writing files, opening files, its priority. Then SQLite's
authorizer refuses everything but reading the named tables with the named functions.
"""

import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import quote

MEMORY = 384 * 1024 * 1024
"""Bytes of address space, of which Python itself takes about a tenth."""
LONGEST_VALUE = 1_000_000
MOST_COLUMNS = 120
STEPS_BETWEEN_LOOKS = 5_000
"""Steps of SQLite's machine between two looks at the clock."""
CALLABLE = """
    abs avg ceil ceiling char coalesce count cume_dist date datetime dense_rank exp first_value floor format glob
    group_concat hex ifnull iif instr json json_array json_array_length json_each json_extract json_group_array
    json_group_object json_object json_type json_valid julianday lag last_value lead length like ln log log10 log2
    lower ltrim max median min mod nth_value ntile nullif percent_rank pi pow power printf quote rank replace round
    row_number rtrim sign sqrt strftime substr substring sum time total trim trunc typeof unicode unixepoch upper
    -> ->>
"""
FUNCTIONS = frozenset(CALLABLE.split())
"""Functions a query may call: none of them reads or writes anything but its arguments."""
TABLES_OF_FUNCTIONS = frozenset({"json_each", "json_tree"})
Asked = Callable[[int, str | None, str | None, str | None, str | None], int]


class Median:
    """The middle value of a group, which SQLite does not have."""

    def __init__(self) -> None:
        self.values: list[float] = []

    def step(self, value: Any) -> None:
        """Take a value; what is not a number is left out, as SQL leaves out NULL."""
        if isinstance(value, int | float):
            self.values.append(value)

    def finalize(self) -> float | None:
        """Return the middle, or the mean of the two in the middle."""
        held = sorted(self.values)
        middle = len(held) // 2
        if not held:
            return None
        return held[middle] if len(held) % 2 else (held[middle - 1] + held[middle]) / 2


def lower_limits(seconds: float) -> None:
    """Give up memory, processor time, priority and writing files, as far as the system knows how."""
    with suppress(OSError, AttributeError):
        os.nice(5)
    with suppress(ImportError):
        import resource

        cpu = int(seconds) + 1
        for name, most in (("AS", MEMORY), ("DATA", MEMORY), ("CPU", cpu), ("FSIZE", 0), ("CORE", 0)):
            with suppress(AttributeError, ValueError, OSError):
                resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))


def close_the_door() -> None:
    """Give up opening files and sockets; those that are open stay so."""
    with suppress(ImportError):
        import resource

        with suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def open_copy(path: str) -> sqlite3.Connection:
    """Open the copy of the published tables, read only, and read all it holds about its own shape."""
    connection = sqlite3.connect(f"file:{quote(path)}?mode=ro&immutable=1", uri=True, isolation_level=None)
    connection.execute("PRAGMA temp_store = memory")
    connection.execute("PRAGMA query_only = on")
    connection.execute("PRAGMA trusted_schema = off")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    for name in sorted(TABLES_OF_FUNCTIONS):
        # The engine sets these up on first use, which the authorizer would refuse.
        connection.execute(f"SELECT count(*) FROM {name}('[]')").fetchone()
    return connection


def make_judge(tables: frozenset[str], built_in: frozenset[str]) -> Asked:
    """Return the authorizer: reading named tables with named functions is allowed, all else is not.

    A table of the query's own (``WITH x AS …``) is asked for by its name and no column; the engine's own tables are
    asked for in the same way when only their rows are counted, so these are known by name and refused.
    """

    def judge(action: int, first: str | None, second: str | None, _: str | None, __: str | None) -> int:
        name = (first or "").lower()
        own = second == "" and name not in built_in and not name.startswith(("sqlite_", "pragma_"))
        if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE):
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ and (name in tables or own):
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in FUNCTIONS:
            return sqlite3.SQLITE_OK
        return sqlite3.SQLITE_DENY

    return judge


def restrict(connection: sqlite3.Connection, seconds: float) -> None:
    """Put limits, the clock and the authorizer on a connection."""
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    tables = frozenset(name for (name,) in found) | TABLES_OF_FUNCTIONS
    modules = frozenset(name for (name,) in connection.execute("PRAGMA module_list"))
    limits = {
        sqlite3.SQLITE_LIMIT_LENGTH: LONGEST_VALUE,
        sqlite3.SQLITE_LIMIT_SQL_LENGTH: 20_000,
        sqlite3.SQLITE_LIMIT_COLUMN: MOST_COLUMNS,
        sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
        sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 30,
        sqlite3.SQLITE_LIMIT_VDBE_OP: 50_000,
        sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 60,
        sqlite3.SQLITE_LIMIT_ATTACHED: 0,
        sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 200,
        sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 0,
        sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
    }
    for name, most in limits.items():
        connection.setlimit(name, most)
    connection.create_aggregate("median", 1, Median)  # type: ignore[arg-type]
    end = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > end, STEPS_BETWEEN_LOOKS)
    connection.set_authorizer(make_judge(tables, modules - TABLES_OF_FUNCTIONS))


def collect(cursor: sqlite3.Cursor, most_rows: int, most_bytes: int) -> tuple[list[list[Any]], bool]:
    """Return the rows, and whether there were more than a limit lets through."""
    rows: list[list[Any]] = []
    size = 0
    for row in cursor:
        cells = [cell.hex() if isinstance(cell, bytes) else cell for cell in row]
        size += sum(len(cell) * 3 if isinstance(cell, str) else 12 for cell in cells)
        if len(rows) >= most_rows or size > most_bytes:
            return rows, True
        rows.append(cells)
    return rows, False


def name_error(error: Exception) -> str:
    """Return which of the reader's errors an error is."""
    words = str(error).lower()
    if isinstance(error, MemoryError) or "out of memory" in words or "too big" in words:
        return "memory"
    if "interrupted" in words:
        return "time"
    if "one statement" in words:
        return "several"
    if "prohibited" in words or "not authorized" in words or "vtable constructor" in words:
        return "denied"
    if "too many columns" in words:
        return "wide"
    return "wrong"


def answer(path: str, request: dict[str, Any]) -> dict[str, Any]:
    """Return columns and rows with the seconds they took, or the name of what went wrong and the engine's words."""
    lower_limits(request["seconds"])
    try:
        connection = open_copy(path)
        restrict(connection, request["seconds"])
        close_the_door()
        began = time.monotonic()
        cursor = connection.execute(request["sql"])
        if cursor.description is None:
            return {"error": "denied", "detail": ""}
        columns = [column[0] for column in cursor.description]
        rows, more = collect(cursor, request["rows"], request["bytes"])
        return {"columns": columns, "rows": rows, "more": more, "seconds": time.monotonic() - began}
    except (sqlite3.Error, sqlite3.Warning, MemoryError, ValueError, OverflowError) as error:
        return {"error": name_error(error), "detail": str(error)}


if __name__ == "__main__":
    held = answer(sys.argv[1], json.loads(sys.stdin.buffer.read()))
    sys.stdout.buffer.write(json.dumps(held, ensure_ascii=False).encode("utf-8", "replace"))
