"""Plain pages without scripts, on paper and in frames of another site; copying a citation by keyboard."""

import http.server
import re
import threading
from collections.abc import Callable, Iterator
from itertools import cycle

import pytest
from addresses import HTML_LANG
from barriers import OF_COLOUR, list_barriers
from playwright.sync_api import Browser, expect

from dashboard.language import LANGUAGES

PLAIN = {
    "indicator": "/share/indicator/cpi_score?",
    "indicator_of_places": "/share/indicator/voting_age_yes_share?",
    "claim": "/share/claim/cpi_within_margin?",
    "story": "/share/story/open-contracting?",
    "list": "/share/?",
    "frame": "/embed/claim/cpi_within_margin?",
}
A4_PAGES = 5
in_both_languages = pytest.mark.parametrize("language", LANGUAGES)
every_plain_page = pytest.mark.parametrize(("name", "language"), list(zip(PLAIN, cycle(LANGUAGES), strict=False)))
"""Each page in one language, by turns."""


@every_plain_page
def test_plain_page_reads_without_scripts_stays_at_home_and_fits_a_small_phone(
    chromium: Browser, app_url: str, name: str, language: str
) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    answer = page.goto(f"{app_url}{PLAIN[name]}lang={language}")
    assert answer is not None
    assert answer.status == 200
    assert all(url.startswith(app_url) for url in asked)
    assert page.locator("html").get_attribute("lang") == HTML_LANG[language]
    expect(page.locator("h1")).to_be_visible()
    context.close()
    context = chromium.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(f"{app_url}{PLAIN[name]}lang={language}")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 1
    context.close()


@every_plain_page
def test_plain_page_has_no_serious_accessibility_finding(
    open_tab: Callable, app_url: str, name: str, language: str
) -> None:
    page = open_tab(bypass_csp=True).page
    page.goto(f"{app_url}{PLAIN[name]}lang={language}")
    problems = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        problems += [f"{scheme} {found}" for found in list_barriers(page, () if scheme == "light" else OF_COLOUR)]
    assert problems == []


@in_both_languages
@pytest.mark.parametrize("slug", ["uber-consultation-and-its-limits", "deliberation-fraud-law-and-losses"])
def test_story_prints_on_five_sheets_of_a4_with_text_and_links(
    open_tab: Callable, app_url: str, slug: str, language: str
) -> None:
    page = open_tab().page
    page.goto(f"{app_url}/share/story/{slug}?lang={language}")
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) <= A4_PAGES
    size = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", paper)
    assert size is not None
    assert [round(float(side)) for side in size.groups()] in ([595, 842], [596, 842], [595, 841])
    assert paper.count(b"/URI") > 10
    assert b"/Font" in paper
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 695, "height": 1000})
    assert page.evaluate("document.documentElement.scrollWidth") <= 695, "wider than the sheet, so it would be shrunk"


@pytest.fixture
def other_site(app_url: str) -> Iterator[str]:
    """Serve a page of another origin that holds one of our frames and one of our plain pages."""
    body = (
        "<!DOCTYPE html><title>x</title>"
        f'<iframe id="frame" src="{app_url}/embed/claim/cpi_within_margin?lang=en"></iframe>'
        f'<iframe id="plain" src="{app_url}/share/claim/cpi_within_margin?lang=en"></iframe>'
    ).encode()

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


def test_another_site_may_hold_the_frame_and_nothing_else(chromium: Browser, other_site: str) -> None:
    page = chromium.new_page()
    page.goto(other_site)
    expect(page.frame_locator("#frame").locator("h1")).to_be_visible()
    expect(page.frame_locator("#plain").locator("body.sheet")).to_have_count(0)
    page.close()


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("/indicator?code=cpi_score", "zh-TW"),
        ("/claim?id=cpi_within_margin", "en"),
        ("/story?slug=open-contracting", "zh-TW"),
    ],
)
def test_citation_is_copied_by_keyboard_and_said(open_tab: Callable, app_url: str, path: str, language: str) -> None:
    tab = open_tab(permissions=["clipboard-read", "clipboard-write"])
    page = tab.open(f"{path}&lang={language}")
    panel = page.locator("details.cite")
    panel.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(panel.locator(".copyable")).to_have_count(6)
    for place in (0, 3, 5):
        button = panel.locator("button.copy").nth(place)
        button.focus()
        page.keyboard.press("Enter")
        expect(panel.get_by_role("status")).to_have_text("已複製" if language == "zh-TW" else "Copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.replace("\r\n", "\n") == panel.locator("pre").nth(place).text_content()
        assert app_url in copied
    assert tab.violations == []
    assert tab.loads == 1


def test_citation_is_selected_where_the_browser_does_not_let_it_be_copied(open_tab: Callable) -> None:
    tab = open_tab()
    tab.page.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', {value: undefined}); document.execCommand = () => false;"
    )
    page = tab.open("/claim?id=cpi_within_margin&lang=en")
    panel = page.locator("details.cite")
    panel.locator("summary").click()
    panel.locator("button.copy").first.click()
    expect(panel.get_by_role("status")).to_have_text("Could not copy; the text is selected")
    assert (
        page.evaluate("getSelection().toString()").strip() == (panel.locator("pre").first.text_content() or "").strip()
    )


def test_link_to_a_plain_page_leaves_the_app(open_tab: Callable) -> None:
    page = open_tab().open("/claim?id=cpi_within_margin&lang=en")
    page.locator("details.cite summary").click()
    page.locator("details.cite a[href^='./share/']").click()
    page.wait_for_url("**/share/claim/**")
    expect(page.locator("body.sheet h1")).to_be_visible()
