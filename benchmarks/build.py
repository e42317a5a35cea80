"""Time and peak memory of the store's build beside plain DuckDB on the same rows; sizes of figures and shapes."""

import asyncio
import gzip
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from benchmarks.client import open_session
from benchmarks.common import ROOT, Server, percentile, report, serve, serve_bare, table
from dashboard import queries
from dashboard.settings import Settings
from dashboard.store import open_store

ROUNDS = 3
FIGURE_BUDGET = 300
SHAPE_BUDGETS = {"counties": 40, "townships": 120}
PACKAGES = "streamlit, pandas, plotly.graph_objects, duckdb, sqlmodel, pyarrow.parquet"
PEAK = """
from benchmarks.common import read_memory
print('peak', read_memory('self', 'VmHWM'))
"""

BUILD = f"""
import time
start = time.perf_counter()
from pathlib import Path
from dashboard.settings import Settings
from dashboard.store import build_store
build_store(Settings(store=Path({{store!r}})), progress=lambda words: None)
print('seconds', time.perf_counter() - start)
{PEAK}
"""
FLOOR = f"""
import time
start = time.perf_counter()
import duckdb
duckdb.sql("SELECT * FROM read_csv({{rows!r}}, all_varchar=false)").write_parquet({{out!r}}, compression="zstd")
print('seconds', time.perf_counter() - start)
{PEAK}
"""


def run_measured(code: str, **environment: str) -> tuple[float, float]:
    """Run code in a process of its own; return the seconds and the peak memory in MB it printed."""
    command, around = [sys.executable, "-c", code], os.environ | environment
    done = subprocess.run(command, cwd=ROOT, env=around, check=True, capture_output=True, text=True)
    told = dict(line.split() for line in done.stdout.splitlines() if line.startswith(("seconds", "peak")))
    return float(told["seconds"]), float(told["peak"])


def measure_build(folder: Path) -> list[list[object]]:
    """Return table rows for the build, for DuckDB alone, and for the ratio."""
    import duckdb

    builds = [run_measured(BUILD.format(store=str(folder / f"store{number}"))) for number in range(ROUNDS)]
    observations = next((folder / "store0").glob("*/observations.parquet"))
    rows = folder / "rows.csv"
    duckdb.read_parquet(str(observations)).write_csv(str(rows))
    out = str(folder / "out.parquet")
    floors = [run_measured(FLOOR.format(rows=str(rows), out=out)) for _ in range(ROUNDS)]
    lines: list[list[object]] = []
    for name, measured in (("build: read, check, write", builds), ("plain DuckDB: CSV → Parquet", floors)):
        seconds = percentile([row[0] for row in measured], 50)
        lines.append([name, f"{seconds:.2f}", f"{max(row[1] for row in measured):.0f}"])
    ratio = percentile([row[0] for row in builds], 50) / percentile([row[0] for row in floors], 50)
    count = duckdb.read_parquet(str(observations)).shape[0]
    lines.append([f"ratio, {count:,} observations", f"{ratio:.1f}", ""])
    return lines


async def measure_figures(server: Server, codes: Iterable[str]) -> list[tuple[int, str]]:
    """Return the size in bytes of every chart and map of the indicators' pages as sent, largest first."""
    sizes = []
    for code in codes:
        for view in ("chart", "map"):
            session = await open_session(server.port)  # a new reader, to whom everything is sent
            await session.rerun("indicator", f"code={code}&view={view}&lang=zh-TW")
            await session.socket.close()
            sizes += [(size, f"{code}, {view}") for size in session.charts]
    return sorted(sizes, reverse=True)


def measure_shapes() -> list[list[object]]:
    """Return the compressed size of every layer of shapes beside its budget."""
    rows: list[list[object]] = []
    for path in sorted((ROOT / "data" / "places").glob("*.geojson")):
        size = len(gzip.compress(path.read_bytes(), 6)) / 1000
        rows.append([path.name, f"{size:.0f}", SHAPE_BUDGETS.get(path.stem, "")])
    return rows


def measure_start(store: Path) -> list[list[object]]:
    """Return the time and memory of importing the app object, and of starting the server until it answers.

    The packages that the server imports while it starts, and the start of a bare page, stand beside them. Bytecode is
    kept as on a reader's machine, whatever this one's environment says, and written before the first round.
    """
    lines: list[list[object]] = []
    with tempfile.TemporaryDirectory() as folder:
        kept = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": folder}
        for name, what in (("import of the app", "streamlit_app"), ("import of all its packages alone", PACKAGES)):
            timed = f"start = time.perf_counter()\nimport {what}\nprint('seconds', time.perf_counter() - start)"
            code = f"import time\n{timed}"
            _, *rounds = [run_measured(f"{code}\n{PEAK}", **kept) for _ in range(ROUNDS + 1)]
            seconds = percentile([row[0] for row in rounds], 50)
            lines.append([name, f"{seconds:.2f}", f"{max(row[1] for row in rounds):.0f}"])
        serve_ours = partial(serve, ROOT / "streamlit_app.py", ROOT, DASHBOARD_STORE=str(store), **kept)
        for name, start in (("start of the server until it answers", serve_ours), ("start of a bare page", serve_bare)):
            seconds_and_memory = []
            for _ in range(ROUNDS + 1):
                with start() as server:
                    seconds_and_memory.append((server.seconds, server.memory()))
            seconds = percentile([row[0] for row in seconds_and_memory[1:]], 50)
            lines.append([name, f"{seconds:.2f}", f"{max(row[1] for row in seconds_and_memory):.0f}"])
    return lines


def main() -> None:
    """Measure and report."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        built = measure_build(folder)
        started = measure_start(folder / "store0")
        with serve(ROOT / "streamlit_app.py", ROOT, DASHBOARD_STORE=str(folder / "store0")) as server:
            codes = queries.get_cards(open_store(Settings(store=folder / "store0"), build=False))
            figures = asyncio.run(measure_figures(server, codes))
    largest = [[code, f"{size / 1000:.0f}"] for size, code in figures[:5]]
    over = [code for size, code in figures if size > FIGURE_BUDGET * 1000]
    body = "\n\n".join(
        [
            table(["step", "seconds", "peak MB"], [*built, *started]),
            f"Median of {ROUNDS}, each in a process of its own. Budget: import ≤ 1.5 s.",
            table(["largest figures", "kB of JSON"], largest),
            f"{len(figures)} charts and maps on the pages of {len(codes)} indicators; budget ≤ {FIGURE_BUDGET} kB: "
            f"{'missed by ' + ', '.join(over) if over else 'met'}.",
            table(["shapes", "kB compressed", "budget kB"], measure_shapes()),
        ]
    )
    report("build", "Store build, figures, shapes", body)


if __name__ == "__main__":
    main()
