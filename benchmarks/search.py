"""Time of a question to the search index beside a plain LIKE scan of the same text in the same run.

Asked are the fixed questions of the tests and questions made to be slow: long ones of the commonest characters and
words, and ones of misspelt words, which are compared with every name.
"""

import csv
import datetime as dt
import random
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.common import ROOT, percentile, report, table

BUDGET = 150
ROUNDS = 3
QUESTIONS = ROOT / "tests" / "search_queries.csv"


def read_questions() -> list[str]:
    """Return the fixed questions."""
    with QUESTIONS.open(encoding="utf-8", newline="") as file:
        return [row["words"] for row in csv.DictReader(file)]


def make_slow_questions(texts: Sequence[str]) -> list[str]:
    """Return questions as long as the field takes, of what is found most often and of what is nearly a word."""
    from dashboard.search.words import IS_HAN, tokens_of

    counted = Counter(token for words in texts for token in tokens_of(words)).most_common()
    han = [token for token, _ in counted if IS_HAN.match(token)][:60]
    latin = [token for token, _ in counted if not IS_HAN.match(token) and len(token) > 3][:200]
    chance = random.Random(20261123)
    made = ["".join(chance.choices(han[:size], k=80)) for size in (1, 2, 5, 20, 60) for _ in range(4)]
    made += [" ".join(chance.choices(latin, k=14))[:80] for _ in range(20)]
    made += [" ".join("".join(chance.choices(han, k=size)) for _ in range(80 // (size + 1))) for size in (3, 6, 9)]
    made += [" ".join(f"{word[:3]}x{word[3:]}" for word in chance.choices(latin, k=8))[:80] for _ in range(10)]
    return made


def measure(ask: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    """Return how many milliseconds each question took, the best of the rounds."""
    found = []
    for words in questions:
        times = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            ask(words)
            times.append(1000 * (time.perf_counter() - start))
        found.append(min(times))
    return found


def scan(texts: Sequence[str]) -> Callable[[str], object]:
    """Return the floor: every text is looked through for the words as they were typed."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE document (words TEXT)")
    connection.executemany("INSERT INTO document VALUES (?)", [(words,) for words in texts])
    ask = "SELECT rowid FROM document WHERE words LIKE '%' || ? || '%'"
    return lambda words: connection.execute(ask, (words,)).fetchall()


def count_trigram(texts: Sequence[str], questions: Sequence[str]) -> int:
    """Return how many questions SQLite's own trigram tokenizer finds nothing for."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE document USING fts5(words, tokenize='trigram')")
    connection.executemany("INSERT INTO document VALUES (?)", [(words,) for words in texts])
    ask = "SELECT rowid FROM document WHERE document MATCH ? LIMIT 1"
    quoted = ['"' + words.replace('"', '""') + '"' for words in questions]
    return sum(connection.execute(ask, (words,)).fetchone() is None for words in quoted)


def main() -> None:
    """Measure and report."""
    from dashboard.search import get_index, search
    from dashboard.settings import Settings
    from dashboard.store import build_store, open_store

    day = dt.date.today()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(store=Path(folder))
        build_store(settings, progress=lambda words: None)
        store = open_store(settings, build=False)
        start = time.perf_counter()
        index = get_index(store, day)
        built = 1000 * (time.perf_counter() - start)
        texts = [" ".join((*row.title.values(), row.names, *row.body.values())) for row in index.documents]
        fixed = read_questions()
        rows: list[list[object]] = []
        slowest = 0.0
        for name, questions in (("fixed questions", fixed), ("made to be slow", make_slow_questions(texts))):
            floor = measure(scan(texts), questions)
            times = measure(lambda words: search(store, words, day, "en"), questions)
            slowest = max(slowest, *times)
            cells = [f"{percentile(times, share):.1f}" for share in (50, 95)]
            ratio = percentile(times, 50) / percentile(floor, 50)
            rows.append([name, len(questions), *cells, f"{max(times):.1f}", f"{ratio:.1f}"])
        store.engine.dispose()
        missed = count_trigram(texts, fixed)
        missed_here = sum(not search(store, words, day, "en") for words in fixed)
    verdict = "met" if slowest <= BUDGET else "missed"
    body = "\n\n".join(
        [
            table(["questions", "number", "p50 ms", "p95 ms", "slowest ms", "p50 ÷ LIKE scan"], rows),
            f"{len(texts):,} documents, indexed in {built:.0f} ms before the first reader. "
            f"Budget ≤ {BUDGET} ms: {verdict}.",
            f"Of the fixed questions the trigram tokenizer finds nothing for {missed}, this index for {missed_here}.",
        ]
    )
    report("search", "Search beside a plain LIKE scan", body)


if __name__ == "__main__":
    main()
