"""Time and peak memory of the store's build beside plain DuckDB on the same rows; sizes of figures and shapes."""

import gzip
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.common import ROOT, percentile, report, table

ROUNDS = 3
FIGURE_BUDGET = 300
SHAPE_BUDGETS = {"counties": 40, "townships": 120}
PEAK = (
    "import resource, sys; peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
    "print('peak', peak / (1024 if sys.platform == 'linux' else 1024 ** 2))"
)

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


def run_measured(code: str) -> tuple[float, float]:
    """Run code in a process of its own; return the seconds and the peak memory in MB it printed."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
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


def measure_figures(store_folder: Path) -> list[tuple[int, str]]:
    """Return the size in bytes of every indicator's figure as the browser gets it, largest first."""
    from plotly.utils import PlotlyJSONEncoder

    from dashboard import figures, maps, queries
    from dashboard.catalog import today
    from dashboard.settings import Settings
    from dashboard.store import open_store

    store = open_store(Settings(store=store_folder), build=False)
    places = queries.get_places(store)
    sizes = []
    for code, card in queries.get_cards(store).items():
        frame = queries.get_observations(store, code, today())
        names = {place: maps.full_name(places, place, "zh-TW") for place in frame["ref_area"].unique()}
        if card.breakdowns:  # pages draw the parts of one place at a time
            frame = frame[
                frame["ref_area"] == ("TWN" if "TWN" in set(frame["ref_area"]) else frame["ref_area"].iloc[0])
            ]
        figure = None if frame.empty else figures.build_figure(frame, card, "zh-TW", "light", names)
        if figure is not None:
            sizes.append((len(json.dumps(figure.to_plotly_json(), cls=PlotlyJSONEncoder).encode()), code))
    return sorted(sizes, reverse=True)


def measure_shapes() -> list[list[object]]:
    """Return the compressed size of every layer of shapes beside its budget."""
    rows: list[list[object]] = []
    for path in sorted((ROOT / "data" / "places").glob("*.geojson")):
        size = len(gzip.compress(path.read_bytes(), 6)) / 1000
        rows.append([path.name, f"{size:.0f}", SHAPE_BUDGETS.get(path.stem, "")])
    return rows


def measure_import() -> list[object]:
    """Return the time and memory of importing the app, and whether a heavy package came with it."""
    code = (
        "import time; start = time.perf_counter(); import streamlit_app, sys;"
        "print('seconds', time.perf_counter() - start);"
        "print('heavy', [name for name in ('geopandas', 'ibis', 'pptx') if name in sys.modules] or 'none');" + PEAK
    )
    seconds = [run_measured(code)[0] for _ in range(ROUNDS)]
    return ["import of the app", f"{percentile(seconds, 50):.2f}", f"{run_measured(code)[1]:.0f}"]


def main() -> None:
    """Measure and report."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        built = measure_build(folder)
        figures = measure_figures(folder / "store0")
    largest = [[code, f"{size / 1000:.0f}"] for size, code in figures[:5]]
    over = [code for size, code in figures if size > FIGURE_BUDGET * 1000]
    body = "\n\n".join(
        [
            table(["step", "seconds", "peak MB"], [*built, measure_import()]),
            f"Median of {ROUNDS}, each in a process of its own. Budget: import ≤ 1.5 s.",
            table(["largest figures", "kB of JSON"], largest),
            f"{len(figures)} charts; budget ≤ {FIGURE_BUDGET} kB: {'missed by ' + ', '.join(over) if over else 'met'}.",
            table(["shapes", "kB compressed", "budget kB"], measure_shapes()),
        ]
    )
    report("build", "Store build, figures, shapes", body)


if __name__ == "__main__":
    main()
