"""What a reader's browser goes through: cold and warm first view in Chromium, beside a bare Streamlit page."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from benchmarks.common import percentile, report, serve_app, serve_bare, table
from benchmarks.rerun import PAGES
from tests.browser.chromium import FLAGS, find_chromium

ROUNDS = 3
HEADLINE, EVERYTHING, WIRE, SHIFT = 1.5, 3.0, 3.5, 0.1
"""Budgets: seconds of a warm view, megabytes of a cold one, layout shift of any."""
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


def _middle(views: list[View], name: str, unit: float = 1000) -> float:
    return percentile([getattr(view, name) for view in views], 50) / unit


def _row(name: str, views: list[View]) -> list[object]:
    return [
        name,
        *(f"{_middle(views, part):.2f}" for part in ("headline", "drawn", "everything")),
        f"{_middle(views, 'bytes', 1e6):.2f}",
        f"{max(view.shift for view in views):.3f}",
        sum(len(view.outside) for view in views),
    ]


def list_missed(cold: list[View], warm: list[View]) -> list[str]:
    """Return which budgets a page missed, in words."""
    found = {
        "headline": _middle(warm, "headline") > HEADLINE,
        "everything": _middle(warm, "everything") > EVERYTHING,
        "bytes": _middle(cold, "bytes", 1e6) > WIRE,
        "layout shift": max(view.shift for view in cold + warm) > SHIFT,
        "requests to others": any(view.outside for view in cold + warm),
    }
    return [name for name, missed in found.items() if missed]


def main() -> None:
    """Measure every page in turn in one language and the other, and report."""
    rows, missed = [], []
    with _chromium() as browser, serve_bare() as bare, serve_app() as app:
        urls = {"bare page": bare.url}
        for number, (name, (page, queries)) in enumerate(PAGES.items()):
            urls[name] = f"{app.url}/{page}?{queries[0].replace('lang=zh-TW', ('lang=zh-TW', 'lang=en')[number % 2])}"
            context = browser.new_context()
            look_at(context, urls[name])  # the server's own caches are warm from here on
            context.close()
        for name, url in urls.items():
            cold, warm = measure(browser, url)
            rows += [_row(f"{name}, cold", cold), _row(f"{name}, warm", warm)]
            if name != "bare page":
                missed += [f"{name} ({budget})" for budget in list_missed(cold, warm)]
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
        f"headline ≤ {HEADLINE} s and everything ≤ {EVERYTHING:.0f} s warm, ≤ {WIRE} MB cold, layout shift ≤ {SHIFT}, "
        f"no request to others: {'missed by ' + ', '.join(missed) if missed else 'met on every page'}. "
        "Chromium draws maps without a graphics card here."
    )
    report("first_view", "First view in the browser, 1280 × 900", f"{table(head, rows)}\n\n{note}")


if __name__ == "__main__":
    main()
