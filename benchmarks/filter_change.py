"""How long a reader waits after choosing something else, in Chromium: from the click until the page stands changed."""

from collections.abc import Iterator

from playwright.sync_api import Page, sync_playwright

from benchmarks.common import percentile, report, serve_app, serve_bare, table
from tests.browser.chromium import FLAGS, find_chromium

CLICKS = 30
BUDGET = 300
READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'
CHOICES = {
    "overview, map layer": ("/?lang=zh-TW", 0),
    "places, by land or people": ("/places?lang=zh-TW&indicator=presidential_turnout", 1),
    "indicator, chart or map": ("/indicator?code=women_share_of_councillors_elected&lang=en", 0),
    "world, lines or two years": ("/world?lang=en", 0),
    "plans, view": ("/plans?lang=zh-TW", 0),
    "about, view": ("/about?lang=en", 0),
}
"""Address, and which of the page's rows of buttons is used: the first two of its buttons in turn."""
CLICK = """async ([group, button]) => {
  const main = document.querySelector('[data-testid=stMain]'), app = document.querySelector('[data-testid=stApp]');
  const before = main.textContent, start = performance.now();
  const rows = [...main.querySelectorAll('[data-testid=stButtonGroup]')];
  rows.filter(row => !row.closest('.st-key-switches'))[group].querySelectorAll('button')[button].click();
  return await new Promise(done => {
    const look = () => {
      const waited = performance.now() - start;
      const ran = app.getAttribute('data-test-script-state') === 'notRunning';
      if (waited > 10000) done(null);
      else if (ran && main.textContent !== before) done(waited);
      else requestAnimationFrame(look);
    };
    look();
  });
}"""
BARE = """import streamlit as st

st.write(st.segmented_control("Choose", ["one", "two"], default="one", required=True))
"""
"""The floor: one choice, one word."""


def measure(page: Page, url: str, group: int) -> list[float]:
    """Return the waits in milliseconds; each of the two views is seen once before.

    Raises:
        RuntimeError: when the page does not change within ten seconds.
    """
    page.goto(url)
    page.wait_for_selector(READY, timeout=30_000)
    page.wait_for_timeout(2500)
    waits = list(_click(page, group))
    return waits[2:]


def _click(page: Page, group: int) -> Iterator[float]:
    for number in range(CLICKS + 2):
        waited = page.evaluate(CLICK, [group, (number + 1) % 2])
        if waited is None:
            raise RuntimeError(f"{page.url} did not change")
        yield waited
        page.wait_for_timeout(150)


def main() -> None:
    """Measure and report."""
    rows: list[list[object]] = []
    missed = []
    with serve_bare(BARE) as bare, serve_app() as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        floor = measure(page, bare.url, 0)
        rows.append(["bare choice", *_cells(floor, floor)])
        for name, (path, group) in CHOICES.items():
            waits = measure(page, app.url + path, group)
            rows.append([name, *_cells(waits, floor)])
            if percentile(waits, 95) > BUDGET:
                missed.append(name)
        browser.close()
    head = ["choice", "p50 ms", "p95 ms", "p50 ÷ bare"]
    verdict = f"Budget p95 ≤ {BUDGET} ms: " + (f"missed by {', '.join(missed)}." if missed else "met.")
    note = f"{CLICKS} clicks each, both views seen before; browser and server share the cores. {verdict}"
    report("filter_change", "From a click to the changed page", f"{table(head, rows)}\n\n{note}")


def _cells(waits: list[float], floor: list[float]) -> list[str]:
    middle = percentile(waits, 50)
    return [f"{middle:.0f}", f"{percentile(waits, 95):.0f}", f"{middle / percentile(floor, 50):.1f}"]


if __name__ == "__main__":
    main()
