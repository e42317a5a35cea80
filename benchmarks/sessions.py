"""Many readers at once on one process: 200 who think for 4 seconds, 800 who think for 16, beside a bare page.

Each reader opens a session, then changes a filter or the page, thinks, and goes on, with everybody out of step.
Both loads ask for 50 reruns a second.
"""

import asyncio
import random
import time
from dataclasses import dataclass, field

from benchmarks.client import Session, open_session
from benchmarks.common import Server, percentile, report, serve_app, serve_bare, table
from benchmarks.rerun import PAGES

Walk = list[tuple[str, list[str]]]

LOADS = ((200, 4.0, 250), (800, 16.0, None))
"""Readers, seconds they think, budget of p95 in milliseconds."""
SECONDS = 60.0
STAY = 0.7
"""Share of steps that change a filter on the same page; the others go to another page."""
WALK = (
    "overview",
    "indicators",
    "indicator, series",
    "indicator, map",
    "places",
    "plans, commitments",
    "stories",
    "story",
)


@dataclass
class Result:
    """What one load gave."""

    times: list[float] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)
    first_problem: str = ""
    memory_before: float = 0.0
    memory_after: float = 0.0
    cpu: float = 0.0
    opened: int = 0

    def count_error(self, kind: str, where: str) -> None:
        """Keep how many errors there were of each kind, and where the first one was."""
        self.errors[kind] = self.errors.get(kind, 0) + 1
        self.first_problem = self.first_problem or where


async def read(port: int, think: float, start: float, end: float, walk: Walk, result: Result) -> None:
    """Be one reader until the end; only steps inside the measured minute count."""
    dice = random.Random()
    await asyncio.sleep(dice.uniform(0, think))
    session: Session | None = None
    page, queries = dice.choice(walk)
    while time.perf_counter() < end:
        query = dice.choice(queries)
        try:
            if session is None:
                session = await open_session(port)
                result.opened += 1
            took = await session.rerun(page, query)
            if session.failed or not session.elements:
                result.count_error("page shows an error", f"/{page}?{query}")
            if time.perf_counter() > start:
                result.times.append(took)
        except Exception as error:  # whatever goes wrong for a reader is counted, never hidden
            result.count_error(type(error).__name__, f"/{page}?{query}")
            session = None
        if dice.random() > STAY:
            page, queries = dice.choice(walk)
        await asyncio.sleep(max(0.0, min(dice.uniform(0.5, 1.5) * think, end - time.perf_counter())))
    if session is not None:
        await session.socket.close()


async def load(server: Server, readers: int, think: float, walk: Walk) -> Result:
    """Run one load: everybody arrives within one thinking time, then a minute is measured."""
    result = Result()
    for page, queries in walk:  # what is cached for all readers is cached before memory is read
        session = await open_session(server.port)
        for query in queries:
            await session.rerun(page, query)
        await session.socket.close()
    result.memory_before, cpu = server.memory(), server.cpu()
    start = time.perf_counter() + think
    end = start + SECONDS
    tasks = [asyncio.create_task(read(server.port, think, start, end, walk, result)) for _ in range(readers)]
    await asyncio.sleep(max(0.0, end - time.perf_counter() - 0.5))
    result.memory_after, result.cpu = server.memory(), server.cpu() - cpu
    await asyncio.wait(tasks, timeout=60)
    for task in tasks:
        task.cancel()
    return result


def describe(name: str, readers: int, think: float, result: Result) -> list[object]:
    """Return one row of the table."""
    errors = ", ".join(f"{count} {kind}" for kind, count in result.errors.items()) or "0"
    return [
        f"{name}, {readers} readers, {think:.0f} s",
        len(result.times),
        *(f"{percentile(result.times, share):.0f}" for share in (50, 95, 99)),
        errors,
        f"{result.memory_before:.0f} → {result.memory_after:.0f}",
        f"{(result.memory_after - result.memory_before) / readers:.2f}",
        f"{result.cpu / (SECONDS + think) * 100:.0f} %",
    ]


def main() -> None:
    """Run both loads on both servers, each load on a fresh process, and report."""
    rows, remarks = [], []
    for name, serve, walk in (
        ("bare page", serve_bare, [("", [""])]),
        ("dashboard", serve_app, [PAGES[key] for key in WALK]),
    ):
        for readers, think, budget in LOADS:
            with serve() as server:
                result = asyncio.run(load(server, readers, think, walk))
            rows.append(describe(name, readers, think, result))
            if result.first_problem:
                remarks.append(f"First problem of {name} with {readers} readers: {result.first_problem}.")
            if name == "dashboard" and budget and percentile(result.times, 95) > budget:
                remarks.append(f"Budget p95 ≤ {budget} ms with {readers} readers: missed.")
    head = ["load", "reruns", "p50 ms", "p95 ms", "p99 ms", "errors", "memory MB", "MB a session", "one core"]
    remarks.append(f"Each load: everybody arrives within one thinking time, then {SECONDS:.0f} s are measured.")
    report("sessions", "Many readers at once, one process", table(head, rows) + "\n\n" + " ".join(remarks))


if __name__ == "__main__":
    main()
