"""The app in the frame of a host that shows it under a prefix, as Streamlit Community Cloud does."""

import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import ROOT, App, Tab
from framed import PREFIX
from playwright.sync_api import Frame, expect

UVICORN = ("uvicorn", "framed:app", "--host", "127.0.0.1", "--port")


@pytest.fixture(scope="module")
def host(start_app: Callable[..., App]) -> str:
    """Return the address of a host that shows the app in a frame."""
    paths = [str(Path(__file__).parent), str(ROOT), os.environ.get("PYTHONPATH", "")]
    return start_app(UVICORN, PYTHONPATH=os.pathsep.join(filter(None, paths))).url


def test_every_address_holds_under_a_prefix(host: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(host)
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    tab.page.on("websocket", lambda socket: asked.append(urlsplit(socket.url).path))

    def open_frame(path: str) -> Frame:
        tab.page.goto(host + path)
        frame = tab.page.frames[1]
        frame.wait_for_selector(".stMain h1", timeout=30_000)
        frame.wait_for_selector(".js-plotly-plot .main-svg", timeout=30_000)
        return frame

    open_frame("/?lang=en")
    with tab.page.expect_response(lambda answer: ".geojson" in answer.url and answer.ok, timeout=30_000):
        open_frame("/places?lang=zh-TW")
    frame = open_frame("/indicator?code=cpi_score&lang=en")
    # A link changes the page without a reload, and a page outside the app has its style and its picture.
    frame.evaluate("window.stays = true")
    frame.locator(".stMain .stHtml a[href^='./claim?']").first.click()
    frame.wait_for_url("**/claim?*", timeout=15_000)
    assert frame.evaluate("window.stays")
    frame.locator("details.cite summary").click()
    frame.locator("details.cite a[href^='./share/']").click()
    frame.wait_for_url("**/share/claim/*", timeout=15_000)
    assert frame.evaluate("document.styleSheets.length") == 2
    assert frame.evaluate("[...document.images].every((one) => one.complete && one.naturalWidth)")
    expect(frame.get_by_role("heading", level=1)).to_be_visible()
    for width in (1280, 400):
        tab.page.set_viewport_size({"width": width, "height": 800})
        frame.goto(f"{host}{PREFIX}/embed/indicator/cpi_score?lang=en")
        frame.wait_for_function("document.images[0].complete && document.images[0].naturalWidth", timeout=15_000)
    outside = {path for path in asked if path and not path.startswith((f"{PREFIX}/", "blob:", "http"))}
    assert outside == {"/", "/places", "/indicator"}
    assert f"{PREFIX}/_stcore/stream" in asked
    assert not tab.outside and not tab.violations
