"""Present mode in Chromium: how long a deck takes to come and a slide to change, beside an empty page's own change."""

from playwright.sync_api import sync_playwright

from benchmarks.common import percentile, report, serve_app, table
from tests.browser.chromium import FLAGS, find_chromium

ROUNDS = 5
"""Times each deck is walked through from the first slide to the last and back."""
DECKS = ("overview", "theme-integrity", "theme-participation")
LANGUAGES = ("zh-TW", "en", "both")
WALK = """
async ({rounds, floor}) => {
  const painted = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  const key = name => dispatchEvent(new KeyboardEvent('keydown', {key: name, bubbles: true}));
  const whole = document.querySelectorAll('.slide').length, times = [];
  for (let round = 0; round < rounds; round++)
    for (const name of ['ArrowRight', 'ArrowLeft'])
      for (let step = 1; step < whole; step++) {
        const start = performance.now();
        if (floor) document.body.toggleAttribute('data-floor'); else key(name);
        document.body.offsetHeight;
        await painted();
        times.push(performance.now() - start);
      }
  return times;
}
"""
"""Runs in the page: from a key to the second frame after it; the floor changes nothing that is drawn."""


def main() -> None:
    """Measure and report."""
    rows = []
    with sync_playwright() as playwright, serve_app() as app:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        for deck in DECKS:
            for language in LANGUAGES:
                url = f"{app.url}/present/{deck}?lang={language}"
                loads = []
                for _ in range(2):
                    page.goto(url)
                    loads.append(page.evaluate("performance.getEntriesByType('navigation')[0].duration"))
                size = page.evaluate("performance.getEntriesByType('navigation')[0].decodedBodySize")
                floor = percentile(page.evaluate(WALK, {"rounds": ROUNDS, "floor": True}), 50)
                times = page.evaluate(WALK, {"rounds": ROUNDS, "floor": False})
                p50, p95 = percentile(times, 50), percentile(times, 95)
                slides = page.locator(".slide").count()
                rows.append(
                    [
                        f"{deck}, {language}",
                        slides,
                        f"{size / 1000:.0f}",
                        *(f"{load / 1000:.2f}" for load in loads),
                        f"{p50:.0f}",
                        f"{p95:.0f}",
                        f"{p50 / floor:.1f}",
                    ]
                )
        browser.close()
    head = ["deck", "slides", "kB", "first load s", "again s", "change p50 ms", "change p95 ms", "p50 ÷ empty"]
    note = (
        "A change is the time from the key to the second frame painted after it, and so is an empty one. "
        "Budget: ≤ 200 ms. The document holds every slide with its questions and notes."
    )
    report("stage", "Present mode, 1280 × 720", f"{table(head, rows)}\n\n{note}")


if __name__ == "__main__":
    main()
