"""The app once a run, on a store of its own, and a Chromium that may talk to nobody else."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from chromium import FLAGS, find_chromium
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ROOT = Path(__file__).resolve().parents[2]
READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'
STREAMLIT = ("streamlit", "run", str(ROOT / "streamlit_app.py"), "--server.address", "127.0.0.1", "--server.port")
FORGET = """
if (location.protocol.startsWith('http') && !sessionStorage.getItem('begun')) {
  localStorage.clear();
  sessionStorage.setItem('begun', 'yes');
}
"""
"""Each tab begins as a new reader: what the one before chose (an open menu) is forgotten, its cache is not."""
WALK = """
path => {
  history.pushState({}, '', path);
  dispatchEvent(new PopStateEvent('popstate', { state: {} }));
}
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, and skip them in one sentence where there is no browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if find_chromium() is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium found; on Debian: apt-get install chromium"))


@dataclass
class App:
    """A running app."""

    process: subprocess.Popen
    url: str


def _start(log: Path, command: Sequence[str], **environment: str) -> App:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *command, str(port)],
            cwd=ROOT,
            env=os.environ | environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=2).close()
            return App(process, url)
        except OSError:
            time.sleep(0.2)
    process.kill()
    raise RuntimeError(log.read_text(encoding="utf-8")[-2000:])


def _stop(app: App) -> None:
    app.process.terminate()
    try:
        app.process.wait(10)
    except subprocess.TimeoutExpired:
        app.process.kill()
        app.process.wait()


@pytest.fixture(scope="session")
def start_app(tmp_path_factory: pytest.TempPathFactory, published_store: Path) -> Iterator[Callable[..., App]]:
    """Start apps that are stopped when the run ends; each has a store of its own, of everything we publish."""
    started: list[App] = []

    def start(command: Sequence[str] = STREAMLIT, **environment: str) -> App:
        folder = tmp_path_factory.mktemp("app")
        shutil.copytree(published_store, folder / "store")
        environment = {"DASHBOARD_STORE": str(folder / "store")} | environment
        started.append(_start(folder / "log.txt", command, **environment))
        return started[-1]

    yield start
    for app in started:
        _stop(app)


@pytest.fixture(scope="session")
def app_url(start_app: Callable[..., App]) -> str:
    """Return the address of the app on all published data, with SQLite."""
    return start_app().url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium once."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Tab:
    """A page of the browser, with what it did."""

    page: Page
    base: str
    outside: list[str] = field(default_factory=list)
    """Requests to anybody but the app."""
    violations: list[str] = field(default_factory=list)
    """What the content security policy refused."""
    loads: int = 0
    """How many times a whole document was loaded."""
    runs: int = 0
    """How many runs of the script were told to be finished."""

    def open(self, path: str) -> Page:
        """Go to an address of the app and wait until the page stands still."""
        self.page.goto(self.base + path)
        return self.settle()

    def walk(self, path: str) -> Page:
        """Go to another address of the app as its own links do, without a load, and wait until it stands still."""
        before = self.runs
        self.page.evaluate(WALK, self.base + path)
        end = time.monotonic() + 30
        while self.runs == before:
            assert time.monotonic() < end, f"{path} did not come"
            self.page.wait_for_timeout(20)
        return self.settle()

    def settle(self) -> Page:
        """Wait until the script has finished and nothing is drawn as a placeholder any more."""
        self.page.wait_for_selector(READY, timeout=30_000)
        self.page.wait_for_selector(".stMain h1, .problem", timeout=15_000)
        self.page.wait_for_selector("[data-testid=stSkeleton]", state="detached", timeout=15_000)
        return self.page


@pytest.fixture(scope="session")
def profiles(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Return one browser profile for each set of options, so that scripts are read from its cache the second time."""
    made: dict[str, BrowserContext] = {}

    def get(**options: Any) -> BrowserContext:
        key = repr(sorted(options.items()))
        if key not in made:
            made[key] = chromium.new_context(**options)
        return made[key]

    yield get
    for context in made.values():
        context.close()


@pytest.fixture
def open_tab(profiles: Callable[..., BrowserContext], app_url: str) -> Iterator[Callable[..., Tab]]:
    """Open tabs: ``open_tab(color_scheme="dark", viewport=…)``."""
    tabs: list[Tab] = []

    def make(base: str = app_url, **options: Any) -> Tab:
        usual = {"viewport": {"width": 1280, "height": 900}, "locale": "zh-TW", "reduced_motion": "reduce"}
        tab = Tab(profiles(**usual | options).new_page(), base)
        tabs.append(tab)
        tab.page.add_init_script(FORGET)
        host = urlsplit(base).netloc

        def notice_request(request: Any) -> None:
            target = urlsplit(request.url)
            if target.scheme in ("http", "https", "ws", "wss") and target.netloc != host:
                tab.outside.append(request.url)
            tab.loads += request.resource_type == "document" and request.frame == tab.page.main_frame

        def notice_words(message: Any) -> None:
            if "Content Security Policy" in message.text:
                tab.violations.append(message.text)

        def notice_run(said: str | bytes) -> None:
            tab.runs += isinstance(said, bytes) and ForwardMsg.FromString(said).WhichOneof("type") == "script_finished"

        tab.page.on("websocket", lambda socket: socket.on("framereceived", notice_run))
        tab.page.on("request", notice_request)
        tab.page.on("console", notice_words)
        return tab

    yield make
    for tab in tabs:
        tab.page.close()
