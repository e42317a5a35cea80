"""Take a picture of every page with `make screenshots`: Chinese and English, 1280 and 390 px, three in the dark too."""

import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from benchmarks.common import serve_app
from tests.browser.addresses import address
from tests.browser.chromium import FLAGS, find_chromium

FOLDER = Path(__file__).with_name("screenshots")
PAGES = (
    "overview",
    "indicators",
    "indicator",
    "places",
    "world",
    "opinions",
    "voices",
    "compare",
    "query",
    "changes",
    "decks",
    "plans",
    "plans_timeline",
    "stories",
    "story",
    "failures",
    "ledger",
    "claim",
    "search",
    "about",
)
DARK = ("overview", "indicator", "places")
WIDTHS = {1280: 900, 390: 844}
TALLEST = 1600
COLORS = 96
LIMIT = 7_000_000
READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'


@dataclass(frozen=True)
class Shot:
    """One picture to take."""

    page: str
    language: str
    width: int
    scheme: Literal["light", "dark"]

    @property
    def path(self) -> Path:
        """Return where it goes."""
        return FOLDER / f"{self.page}-{self.language}-{self.width}-{self.scheme}.png"


def list_shots() -> Iterator[Shot]:
    """Return every picture to take."""
    for page, language, width in product(PAGES, ("zh-TW", "en"), WIDTHS):
        yield Shot(page, language, width, "light")
        if page in DARK:
            yield Shot(page, language, width, "dark")


def take(browser: Browser, base: str, shot: Shot) -> None:
    """Take one picture of the page at its full height, clipped, in few colours."""
    context = browser.new_context(
        viewport={"width": shot.width, "height": WIDTHS[shot.width]},
        color_scheme=shot.scheme,
        locale=shot.language,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(base + address(shot.page, shot.language))
    page.wait_for_selector(READY, timeout=30_000)
    page.wait_for_selector("[data-testid=stSkeleton]", state="detached", timeout=20_000)
    tall = page.locator("[data-testid=stMain]").evaluate("main => main.scrollHeight + main.offsetTop")
    page.set_viewport_size({"width": shot.width, "height": min(int(tall), TALLEST)})
    page.wait_for_timeout(1500)  # maps draw
    picture = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    picture.quantize(COLORS, dither=Image.Dither.NONE).save(shot.path, optimize=True)
    context.close()


def main() -> int:
    """Take all pictures; complain when the folder grows too heavy for a repository."""
    chromium = find_chromium()
    if chromium is None:
        print("no Chromium found; on Debian: apt-get install chromium fonts-noto-cjk", file=sys.stderr)
        return 1
    FOLDER.mkdir(exist_ok=True)
    with serve_app() as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for shot in list_shots():
            take(browser, app.url, shot)
            print(f"{shot.path.name}  {shot.path.stat().st_size / 1000:.0f} kB", flush=True)
        browser.close()
    size = sum(path.stat().st_size for path in FOLDER.glob("*.png"))
    print(f"{size / 1e6:.1f} MB in {FOLDER.name}/")
    return 1 if size > LIMIT else 0


if __name__ == "__main__":
    sys.exit(main())
