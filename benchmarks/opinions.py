"""Time of an opinion map of 50,000 votes beside plain numpy, and of grouping 20,000 texts by wording and by meaning."""

import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks.common import percentile, report, table
from dashboard import opinions, voices
from dashboard.ingest import polis
from dashboard.ingest.polis_files import Export

ROUNDS = 5
VOTES, PEOPLE, STATEMENTS = 50_000, 1_900, 200
BUDGET = 2.0
SUBJECTS = 12
METHODS: tuple[voices.Method, ...] = ("wording", "meaning")


def make_export() -> Export:
    """Return a consultation as large as that on Uber in 2015: two leanings, a few busy people, many who hardly vote."""
    random = np.random.default_rng(0)
    leaning = random.choice([-1, 1], (2, STATEMENTS))
    group = random.integers(0, 2, PEOPLE)
    busy = random.pareto(1.5, PEOPLE) + 0.2
    share = np.clip(busy / busy.mean() * 1.6 * VOTES / PEOPLE / STATEMENTS, 0, 1)
    chosen = random.random((PEOPLE, STATEMENTS)) < share[:, None]
    voter, statement = np.nonzero(chosen)
    draw = random.random(len(voter))
    vote = np.where(draw < 0.15, 0, np.where(draw < 0.3, -1, 1) * leaning[group[voter], statement])
    moments = pd.Timestamp("2015-07-01") + pd.to_timedelta(random.integers(0, 40 * 86400, len(voter)), unit="s")
    votes = pd.DataFrame({"voter": voter, "statement": statement, "vote": vote, "time": moments})
    votes = votes.sample(min(VOTES, len(votes)), random_state=0)
    numbers = pd.DataFrame({"statement": range(STATEMENTS), "author": 0, "state": 1, "time": pd.NaT})
    return Export(votes, numbers)


def plain_numpy(votes: pd.DataFrame) -> None:
    """Pivot and decompose, nothing else."""
    filled = votes.pivot(index="voter", columns="statement", values="vote")
    filled = filled.fillna(filled.mean()).to_numpy()
    np.linalg.svd(filled - filled.mean(axis=0), full_matrices=False)


def make_texts() -> list[str]:
    """Return 20,000 opinions of about forty letters, a dozen subjects, none twice the same."""
    random = np.random.default_rng(0)
    words = ["".join(map(chr, random.integers(0x4E00, 0x5E00, 4))) for _ in range(40 * SUBJECTS)]
    picked = random.integers(0, 40, (voices.MOST_ROWS, 10)) + random.integers(0, SUBJECTS, (voices.MOST_ROWS, 1)) * 40
    return ["，".join(words[place] for place in row) for row in picked]


def measure(task: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """Return the median of wall seconds and of this process' processor seconds."""
    walls, works = [], []
    for _ in range(rounds):
        wall, work = time.perf_counter(), time.process_time()
        task()
        walls.append(time.perf_counter() - wall)
        works.append(time.process_time() - work)
    return percentile(walls, 50), percentile(works, 50)


def main() -> None:
    """Measure and report."""
    export = make_export()
    found = polis.calculate(export)
    tasks = {
        "plain numpy: pivot and SVD": lambda: plain_numpy(export.votes),
        "positions": lambda: opinions.place_people(found.votes, opinions.find_axes(found.votes)),
        "map: table, positions, groups": lambda: polis.calculate(export),
        "tables of statements and groups": lambda: polis.describe_statements(found),
    }
    times = {name: measure(task) for name, task in tasks.items()}
    texts = make_texts()
    for method in METHODS:
        times[f"grouping {len(texts):,} texts by {method}"] = measure(
            lambda method=method: voices.group_opinions(texts, method=method), rounds=1
        )
    floor = times["plain numpy: pivot and SVD"][0]
    rows = [[name, f"{wall:.2f}", f"{work:.2f}", f"{wall / floor:.1f}"] for name, (wall, work) in times.items()]
    whole = times["map: table, positions, groups"][0] + times["tables of statements and groups"][0]
    verdict = "met" if whole <= BUDGET else "missed"
    size = f"{len(export.votes):,} votes, {len(found.matrix.people):,} people, {STATEMENTS} statements"
    body = "\n\n".join(
        [
            table(["step", "seconds", "processor seconds", "× floor"], rows),
            f"{size}; median of {ROUNDS} (texts: once). "
            f"Budget: map and tables ≤ {BUDGET:g} s: {verdict}, {whole:.2f} s.",
        ]
    )
    report("opinions", "Opinion maps and grouping of texts", body)


if __name__ == "__main__":
    main()
