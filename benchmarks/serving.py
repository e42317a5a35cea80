"""How fast the API and the share pages answer, beside Datasette on the same rows in the same run.

Datasette reads an SQLite file made of the very rows the API gives out, indexed and opened as immutable, its fastest
way. Both servers are asked in turn by one client over one kept connection, without compression; every pair of answers
is first checked to hold as many rows. No answer is asked for with an ETag but where the line says so.
"""

import csv
import http.client
import io
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmarks.common import Server, free_port, percentile, report, serve_app, table

ASKED = 60
"""Requests a line, to each server in turn."""
READERS = 8
SECONDS = 4.0
TABLES = {
    "observations": ("indicator_code", "ref_area"),
    "indicators": ("code",),
    "claims": ("id", "grade"),
    "stories": ("slug",),
}
"""Tables of the API that are copied, and the columns indexed for Datasette."""


@dataclass(frozen=True)
class Pair:
    """One thing to ask both servers for; ``theirs`` is empty where Datasette has nothing like it."""

    name: str
    ours: str
    theirs: str = ""


API = "/api/v1"
OURS = f"{API}/observations"
THEIRS = "/rows/observations"
ALL = "_shape=objects&_size=max"
COUPLES = "same_sex_marriages"
BALLOTS = "referendum_turnout"
PAIRS = (
    Pair(
        "one series",
        f"{OURS}?indicator=cpi_score&place=TWN",
        f"{THEIRS}.json?{ALL}&indicator_code=cpi_score&ref_area=TWN",
    ),
    Pair(
        "one indicator, all places",
        f"{OURS}?indicator={COUPLES}",
        f"{THEIRS}.json?{ALL}&indicator_code={COUPLES}",
    ),
    Pair("one county, all indicators", f"{OURS}?place=TW-TPE", f"{THEIRS}.json?{ALL}&ref_area=TW-TPE"),
    Pair("first 1,000 of all rows", f"{OURS}?limit=1000", f"{THEIRS}.json?_shape=objects&_size=1000"),
    Pair(
        "all ballots of a referendum map",
        f"{OURS}?indicator={BALLOTS}&limit=10000",
        f"{THEIRS}.json?{ALL}&indicator_code={BALLOTS}",
    ),
    Pair(
        "the same as CSV",
        f"{OURS}.csv?indicator={BALLOTS}",
        f"{THEIRS}.csv?_stream=on&_size=max&indicator_code={BALLOTS}",
    ),
    Pair("the same as Parquet", f"{OURS}.parquet?indicator={BALLOTS}"),
    Pair("claims of one grade", f"{API}/claims?grade=E2", f"/rows/claims.json?{ALL}&grade=E2"),
    Pair("one claim", f"{API}/claims/cpi_within_margin", "/rows/claims/cpi_within_margin.json?_shape=objects"),
    Pair("one story", f"{API}/stories/open-contracting", "/rows/stories/open-contracting.json?_shape=objects"),
    Pair("share page of an indicator", "/share/indicator/cpi_score?lang=en", "/rows/indicators/cpi_score"),
    Pair("share page of a claim", "/share/claim/cpi_within_margin?lang=en", "/rows/claims/cpi_within_margin"),
    Pair("share page of a story", "/share/story/open-contracting?lang=en", "/rows/stories/open-contracting"),
)
"""The one list of addresses; a line whose own address is not there is left out and named."""


def copy_rows(url: str, path: Path) -> None:
    """Write the rows the API gives out into an SQLite file with the indexes a careful publisher would add."""
    with sqlite3.connect(path) as connection:
        for name, columns in TABLES.items():
            with urllib.request.urlopen(f"{url}{API}/{name}.parquet") as answer:
                frame = pd.read_parquet(io.BytesIO(answer.read()))
            keyed = name != "observations"
            frame = frame.set_index(columns[0]) if keyed else frame
            _create(connection, name, frame, primary=columns[0] if keyed else None)
            frame.to_sql(name, connection, if_exists="append", index=keyed)
            for column in columns:
                connection.execute(f'CREATE INDEX "{name}_{column}" ON "{name}" ("{column}")')
        connection.execute("ANALYZE")
    connection.close()


def _create(connection: sqlite3.Connection, name: str, frame: pd.DataFrame, primary: str | None) -> None:
    """Make the table with its primary key, which Datasette needs for the address of a row."""
    kinds = {"f": "REAL", "i": "INTEGER", "b": "INTEGER"}
    columns = [f'"{column}" {kinds.get(frame[column].dtype.kind, "TEXT")}' for column in frame.columns]
    first = [f'"{primary}" TEXT PRIMARY KEY'] if primary else []
    connection.execute(f'CREATE TABLE "{name}" ({", ".join([*first, *columns])})')


@contextmanager
def serve_datasette(path: Path) -> Iterator[Server]:
    """Run Datasette on the file, in a process of its own, until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "datasette", "serve", "-i", str(path), "--host", "127.0.0.1", "--port", str(port)]
    command += ["--setting", "max_returned_rows", "10000", "--setting", "sql_time_limit_ms", "10000"]
    with tempfile.TemporaryFile() as log:
        start = time.monotonic()
        process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ)
        try:
            while time.monotonic() < start + 60 and process.poll() is None:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/-/versions.json", timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.1)
            else:
                log.seek(0)
                raise RuntimeError(f"Datasette did not start:\n{log.read().decode()[-2000:]}")
            yield Server(process.pid, port, time.monotonic() - start)
        finally:
            process.terminate()
            process.wait(10)


class Client:
    """One reader with one kept connection."""

    def __init__(self, server: Server) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)

    def open(self) -> None:
        """Connect anew: a server closes a connection nobody has used for some seconds."""
        self.connection.close()
        self.connection.connect()

    def get(self, address: str, **headers: str) -> tuple[float, int, bytes, str]:
        """Return milliseconds, status, body and tag of an answer."""
        start = time.perf_counter()
        self.connection.request("GET", address, headers=headers)
        answer = self.connection.getresponse()
        body = answer.read()
        return (time.perf_counter() - start) * 1000, answer.status, body, answer.headers.get("ETag", "")


def count_rows(body: bytes) -> int:
    """Return how many rows an answer holds; 1 for a single thing or a page of HTML."""
    if body.lstrip().startswith(b"<"):
        return 1
    if body[:1] != b"{":
        return sum(1 for _ in csv.reader(io.StringIO(body.decode("utf-8-sig")))) - 1
    rows = json.loads(body).get("rows")
    return len(rows) if isinstance(rows, list) else 1


def measure_pair(ours: Client, theirs: Client, pair: Pair) -> tuple[list[float], list[float], int, int]:
    """Return the times of both servers, asked in turn, the rows, and the bytes of ours."""
    ours.open()
    _, status, body, _ = ours.get(pair.ours)
    if status == 404:
        raise LookupError(pair.ours)
    if status != 200:
        raise RuntimeError(f"{pair.ours} answers {status}")
    rows = 0 if pair.ours.partition("?")[0].endswith(".parquet") else count_rows(body)
    if pair.theirs:
        theirs.open()
        _, status, other, _ = theirs.get(pair.theirs)
        if status != 200 or count_rows(other) != rows:
            raise RuntimeError(f"{pair.theirs} answers {status} with other rows than {pair.ours}")
    mine, other_times = [], []
    for _ in range(ASKED):
        mine.append(ours.get(pair.ours)[0])
        if pair.theirs:
            other_times.append(theirs.get(pair.theirs)[0])
    return mine, other_times, rows, len(body)


def measure_crowd(server: Server, address: str) -> tuple[float, float]:
    """Return answers a second and the 95th percentile in ms with several readers who do not wait."""
    end = time.monotonic() + SECONDS

    def read(_: int) -> list[float]:
        client, times = Client(server), []
        while time.monotonic() < end:
            times.append(client.get(address)[0])
        return times

    with ThreadPoolExecutor(READERS) as pool:
        times = [value for found in pool.map(read, range(READERS)) for value in found]
    return len(times) / SECONDS, percentile(times, 95)


def measure_tag(client: Client, address: str) -> float:
    """Return the middle time of asking again for an answer one has."""
    client.open()
    tag = client.get(address)[3]
    answers = [client.get(address, **{"If-None-Match": tag}) for _ in range(ASKED)]
    if any(status != 304 for _, status, _, _ in answers):
        raise RuntimeError(f"{address} is sent again although it has not changed")
    return percentile([milliseconds for milliseconds, *_ in answers], 50)


def main() -> None:
    """Measure every pair, the crowd and the tag, and report."""
    with tempfile.TemporaryDirectory() as folder, serve_app() as app:
        path = Path(folder) / "rows.db"
        copy_rows(app.url, path)
        with serve_datasette(path) as datasette:
            body = _measure(app, datasette)
    report("serving", "API and share pages beside Datasette on the same rows", body)


def _measure(app: Server, datasette: Server) -> str:
    import importlib.metadata

    ours, theirs = Client(app), Client(datasette)
    lines: list[list[object]] = []
    absent = []
    for pair in PAIRS:
        try:
            mine, others, rows, size = measure_pair(ours, theirs, pair)
        except LookupError:
            absent.append(pair.name)
            continue
        middle = percentile(mine, 50)
        other = [f"{percentile(others, 50):.1f}", f"{percentile(others, 95):.1f}"] if others else ["", ""]
        ratio = f"{middle / percentile(others, 50):.2f}" if others else ""
        lines.append(
            [pair.name, rows or "", f"{size / 1000:.0f}", f"{middle:.1f}", f"{percentile(mine, 95):.1f}", *other, ratio]
        )
    crowd: list[list[object]] = []
    for pair in (PAIRS[0], PAIRS[3]):
        (mine_rate, mine_p95), (other_rate, other_p95) = (
            measure_crowd(app, pair.ours),
            measure_crowd(datasette, pair.theirs),
        )
        crowd.append(
            [
                pair.name,
                f"{mine_rate:.0f}",
                f"{mine_p95:.0f}",
                f"{other_rate:.0f}",
                f"{other_p95:.0f}",
                f"{mine_rate / other_rate:.2f}",
            ]
        )
    tag = measure_tag(ours, PAIRS[3].ours)
    version = importlib.metadata.version("datasette")
    head = ["answer", "rows", "kB", "ours p50 ms", "p95", "Datasette p50 ms", "p95", "ours ÷ Datasette"]
    crowd_head = ["8 readers at once", "ours a second", "p95 ms", "Datasette a second", "p95 ms", "ours ÷ Datasette"]
    missing = f" Not there and left out: {', '.join(absent)}." if absent else ""
    return (
        f"{table(head, lines)}\n\n{ASKED} requests a line to each server in turn, one kept connection, no compression, "
        f"Datasette {version} on an immutable, indexed SQLite file.{missing}\n\n"
        f"{table(crowd_head, crowd)}\n\n{READERS} readers for {SECONDS:.0f} s each. "
        f"Asked again with its ETag, an answer of 1,000 rows is a 304 in {tag:.1f} ms."
    )


if __name__ == "__main__":
    main()
