"""How long the server takes to run each page again, one reader, beside a bare Streamlit page."""

import asyncio

from benchmarks.client import open_session
from benchmarks.common import percentile, report, serve_app, serve_bare, table

RUNS = 60
BUDGET = 100
PAGES: dict[str, tuple[str, list[str]]] = {
    "overview": ("", ["lang=zh-TW", "lang=en"]),
    "indicators": ("indicators", ["lang=zh-TW", "lang=zh-TW&theme=integrity", "lang=en&q=budget"]),
    "indicator, series": ("indicator", ["lang=zh-TW&code=cpi_score", "lang=en&code=cpi_score"]),
    "indicator, map": ("indicator", ["lang=zh-TW&code=presidential_turnout", "lang=en&code=presidential_turnout"]),
    "places": (
        "places",
        ["lang=zh-TW", "lang=zh-TW&indicator=same_sex_marriages", "lang=en&county=TW-TAO", "lang=en&county=TW-KIN"],
    ),
    "places, projects": ("places", ["lang=zh-TW&show=projects", "lang=en&show=projects"]),
    "places, swing by people": (
        "places",
        [
            "lang=zh-TW&indicator=presidential_turnout&since=2020&by=people",
            "lang=en&indicator=presidential_turnout&since=2016&by=people",
        ],
    ),
    "world": ("world", ["lang=zh-TW", "lang=en&i=vdem_liberal_democracy"]),
    "world, map": ("world", ["lang=zh-TW&view=map", "lang=en&view=map"]),
    "compare": ("compare", ["lang=zh-TW", "lang=en&form=indexed"]),
    "query": ("query", ["lang=zh-TW", "lang=en"]),
    "changes": ("changes", ["lang=zh-TW", "lang=en"]),
    "opinions": ("opinions", ["lang=zh-TW", "lang=en"]),
    "voices": ("voices", ["lang=zh-TW", "lang=en"]),
    "decks": ("decks", ["lang=zh-TW", "lang=en"]),
    "plans, commitments": ("plans", ["lang=zh-TW", "lang=en"]),
    "plans, timeline": ("plans", ["lang=zh-TW&view=timeline", "lang=en&view=timeline"]),
    "plans, Task Force": ("plans", ["lang=zh-TW&view=task_force", "lang=en&view=task_force"]),
    "plans, recommendations": ("plans", ["lang=zh-TW&view=recommendations", "lang=en&view=recommendations"]),
    "plans, standards": ("plans", ["lang=zh-TW&view=standards", "lang=en&view=standards"]),
    "stories": ("stories", ["lang=zh-TW", "lang=en"]),
    "story": ("story", ["lang=zh-TW&slug=open-contracting", "lang=en&slug=open-contracting"]),
    "failures": ("failures", ["lang=zh-TW", "lang=en"]),
    "ledger": ("ledger", ["lang=zh-TW", "lang=en"]),
    "claim": ("claim", ["lang=zh-TW&id=cpi_within_margin", "lang=en&id=cpi_within_margin"]),
    "search": ("search", ["lang=zh-TW&q=AAC", "lang=en&q=AAC", "lang=en&q=turnout", "lang=en&q=corruption"]),
    "about, checks": ("about", ["lang=zh-TW", "lang=en"]),
    "about, sources": ("about", ["lang=zh-TW&view=sources", "lang=en&view=sources"]),
    "about, freshness": ("about", ["lang=zh-TW&view=freshness", "lang=en&view=freshness"]),
    "about, gaps": ("about", ["lang=zh-TW&view=gaps", "lang=en&view=gaps"]),
    "about, parity": ("about", ["lang=zh-TW&view=parity", "lang=en&view=parity"]),
    "about, method": ("about", ["lang=zh-TW&view=method", "lang=en&view=method"]),
}
"""Pages and the addresses a reader switches between: languages and filters."""


async def measure_page(port: int, page: str, queries: list[str]) -> tuple[float, list[float], int]:
    """Return the very first run, the following runs (each address once unmeasured), and the bytes of a whole page."""
    session = await open_session(port)
    try:
        first = await session.rerun(page, queries[0])
        size = session.received
        if session.failed or not session.elements:
            raise RuntimeError(f"/{page}?{queries[0]} shows an error or nothing")
        for query in queries[1:]:
            await session.rerun(page, query)
        times = []
        for number in range(RUNS):
            times.append(await session.rerun(page, queries[number % len(queries)]))
            await asyncio.sleep(0.02)
        return first, times, size
    finally:
        await session.socket.close()


def main() -> None:
    """Measure all pages and report."""
    with serve_bare() as bare, serve_app() as app:
        _, floor, _ = asyncio.run(measure_page(bare.port, "", [""]))
        rows: list[list[object]] = [["bare page", "", *_cells(floor, floor), ""]]
        missed = []
        for name, (page, queries) in PAGES.items():
            first, times, size = asyncio.run(measure_page(app.port, page, queries))
            if percentile(times, 95) > BUDGET:
                missed.append(name)
            rows.append([name, f"{first:.0f}", *_cells(times, floor), f"{size / 1000:.0f}"])
    head = ["page", "first run ms", "p50 ms", "p95 ms", "p50 ÷ bare", "kB sent at first"]
    verdict = f"Budget p95 ≤ {BUDGET} ms: " + (f"missed by {', '.join(missed)}." if missed else "met on every page.")
    report("rerun", "Server rerun of each page, one reader", f"{table(head, rows)}\n\n{RUNS} reruns each. {verdict}")


def _cells(times: list[float], floor: list[float]) -> list[str]:
    middle = percentile(times, 50)
    return [f"{middle:.0f}", f"{percentile(times, 95):.0f}", f"{middle / percentile(floor, 50):.1f}"]


if __name__ == "__main__":
    main()
