"""What a reader's browser goes through: cold and warm first view in Chromium, beside a bare Streamlit page."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from benchmarks.common import percentile, report, serve_app, serve_bare, table
from tests.browser.chromium import FLAGS, find_chromium

ROUNDS = 3
PAGES = {
    "overview": "/?lang=zh-TW",
    "indicator": "/indicator?code=cpi_score&lang=zh-TW",
    "places": "/places?lang=zh-TW",
    "world": "/world?lang=en",
    "story": "/story?slug=open-contracting&lang=en",
}
WATCH = """
window.seen = {shift: 0, headline: 0, drawn: 0, unfinished: 0};
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.seen.shift += entry.value;
}).observe({type: 'layout-shift', buffered: true});
const look = () => {
  const now = performance.now(), app = document.querySelector('[data-testid=stApp]');
  const bare = !document.querySelector('.stMain .stHtml, .stMain [data-testid=stSkeleton]');
  const headline = document.querySelector('.stMain h1' + (bare ? ', .stMain [data-testid=stMarkdown] p' : ''));
  if (!window.seen.drawn && headline && headline.textContent.trim()) window.seen.drawn = now;
  const sent = document.querySelector('.first h1');
  if (!window.seen.headline && (window.seen.drawn || (sent && sent.offsetHeight))) window.seen.headline = now;
  const charts = [...document.querySelectorAll('[data-testid=stPlotlyChart]')];
  const drawn = charts.every(chart => chart.querySelector('.main-svg'));
  const maps = [...document.querySelectorAll('.maplibregl-map')];
  const lands = [...document.querySelectorAll('.js-plotly-plot .geo')];
  const drawnLands = lands.every(map => map.querySelector('.choroplethlayer path'));
  const mapped = drawnLands && maps.every(map => map.querySelector('canvas'));
  const ran = app && app.getAttribute('data-test-script-state') === 'notRunning' && window.seen.drawn;
  const waiting = document.querySelector('[data-testid=stSkeleton]');
  if (!ran || !drawn || !mapped || waiting) window.seen.unfinished = now;
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
"""Runs in the page: when the headline could be read, when the app had drawn it itself, when something was last
unfinished, what moved."""


@dataclass
class View:
    """What was seen of one view."""

    headline: float
    drawn: float
    everything: float
    shift: float
    bytes: int
    outside: list[str] = field(default_factory=list)


def look_at(context: BrowserContext, url: str) -> View:
    """Open a page in a new tab and wait until nothing happens any more."""
    page = context.new_page()
    page.add_init_script(WATCH)
    wire = {"bytes": 0}
    client = context.new_cdp_session(page)
    client.send("Network.enable")

    def count(event: dict) -> None:
        wire["bytes"] += int(event.get("encodedDataLength", 0))

    def count_frame(event: dict) -> None:
        wire["bytes"] += len(event["response"]["payloadData"]) * 3 // 4  # binary frames arrive as base64

    client.on("Network.loadingFinished", count)
    client.on("Network.webSocketFrameReceived", count_frame)
    outside: list[str] = []
    host = urlsplit(url).netloc

    def notice(request: object) -> None:
        target = urlsplit(request.url)  # type: ignore[attr-defined]
        if target.scheme in ("http", "https", "ws", "wss") and target.netloc != host:
            outside.append(target.netloc)

    page.on("request", notice)
    page.goto(url)
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=30_000)
    page.wait_for_timeout(2500)
    seen = page.evaluate("window.seen")
    loaded = page.evaluate("Math.max(0, ...performance.getEntriesByType('resource').map(entry => entry.responseEnd))")
    page.close()
    # A prefetch long after the page stands still is not part of the view.
    everything = max(seen["unfinished"], loaded if loaded < seen["unfinished"] + 1500 else 0)
    return View(seen["headline"], seen["drawn"], everything, seen["shift"], wire["bytes"], outside)


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()


def measure(browser: Browser, url: str) -> tuple[list[View], list[View]]:
    """Return cold views (empty cache) and warm ones (second visit in the same browser profile)."""
    cold, warm = [], []
    for _ in range(ROUNDS):
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-TW")
        cold.append(look_at(context, url))
        warm.append(look_at(context, url))
        context.close()
    return cold, warm


def _row(name: str, views: list[View]) -> list[object]:
    return [
        name,
        f"{percentile([view.headline for view in views], 50) / 1000:.2f}",
        f"{percentile([view.drawn for view in views], 50) / 1000:.2f}",
        f"{percentile([view.everything for view in views], 50) / 1000:.2f}",
        f"{percentile([view.bytes for view in views], 50) / 1e6:.2f}",
        f"{max(view.shift for view in views):.3f}",
        sum(len(view.outside) for view in views),
    ]


def main() -> None:
    """Measure and report."""
    rows = []
    with _chromium() as browser, serve_bare() as bare, serve_app() as app:
        measure(browser, app.url + PAGES["overview"])  # the server's own caches are warm from here on
        for name, url in {"bare page": bare.url, **{name: app.url + path for name, path in PAGES.items()}}.items():
            cold, warm = measure(browser, url)
            rows += [_row(f"{name}, cold", cold), _row(f"{name}, warm", warm)]
    head = [
        "view",
        "headline s",
        "drawn by the app s",
        "everything s",
        "MB over the wire",
        "layout shift",
        "requests to others",
    ]
    note = (
        f"Median of {ROUNDS} (layout shift: the worst). Cold: empty browser cache; warm: second visit; the server has "
        "answered before. A page comes with its headline, which the app draws again at the same place. Budgets: "
        "headline ≤ 1.5 s and everything ≤ 3 s warm, ≤ 3.5 MB cold, layout shift ≤ 0.1, "
        "no request to others. Chromium draws maps without a graphics card here."
    )
    report("first_view", "First view in the browser, 1280 × 900", f"{table(head, rows)}\n\n{note}")


if __name__ == "__main__":
    main()
