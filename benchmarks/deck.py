"""Time to build a deck of twelve slides as a PowerPoint file beside saving twelve empty slides in the same run."""

import io
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.common import percentile, report, table

BUDGET = 10
ROUNDS = 5
DECK = "theme-participation"


def measure(make: Callable[[], object]) -> list[float]:
    """Return the seconds of each round, the first one among them."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        make()
        times.append(time.perf_counter() - start)
    return times


def save_empty(count: int) -> bytes:
    """Return the floor: so many slides with nothing but a title."""
    from pptx import Presentation

    presentation = Presentation()
    for _ in range(count):
        presentation.slides.add_slide(presentation.slide_layouts[5])
    buffer = io.BytesIO()
    presentation.save(buffer)
    return buffer.getvalue()


def main() -> None:
    """Measure and report."""
    from dashboard.catalog import today
    from dashboard.export.deck import build_named, parse_languages
    from dashboard.export.deck.powerpoint import write_pptx
    from dashboard.settings import Settings
    from dashboard.store import build_store, open_store

    rows: list[list[object]] = []
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(store=Path(folder))
        build_store(settings, progress=lambda words: None)
        store = open_store(settings, build=False)
        count = len(build_named(store, DECK, ["en"], today()).slides)
        floor = percentile(measure(lambda: save_empty(count)), 50)
        for asked in ("zh-TW", "en", "both"):
            languages = parse_languages(asked)
            times = measure(lambda languages=languages: write_pptx(build_named(store, DECK, languages, today())))
            slowest = max(slowest, *times)
            middle = percentile(times, 50)
            rows.append([asked, count, f"{middle:.2f}", f"{max(times):.2f}", f"{middle / floor:.0f}"])
        store.engine.dispose()
    verdict = "met" if slowest <= BUDGET else "missed"
    body = "\n\n".join(
        [
            table(["languages", "slides", "p50 s", "slowest s", "p50 ÷ empty slides"], rows),
            f"Empty slides: {floor:.3f} s. Budget ≤ {BUDGET} s: {verdict}.",
        ]
    )
    report("deck", "A deck as a PowerPoint file", body)


if __name__ == "__main__":
    main()
