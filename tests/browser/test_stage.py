"""Present mode as somebody uses it: clicks from the landing page, keys, the network cut, two windows, paper."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from barriers import OF_COLOUR, list_barriers
from depth import some
from playwright.sync_api import Browser, BrowserContext, Page

LINES = ("zh-TW", "en", "both")
LONG = "claim:fraudlaw_counts_differ,claim:cov_built_beyond_first_goal,claim:hackwin_tracking,indicator:cpi_score"
"""Slides with much to say: a long sentence beside a number, a legend, many names."""
SCREEN = {"width": 1280, "height": 720}
each_language = pytest.mark.parametrize("lang", LINES)


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """Open a browser of one's own, whose network may be cut."""
    made = chromium.new_context(viewport=SCREEN, reduced_motion="reduce", locale="zh-TW", bypass_csp=False)  # type: ignore[arg-type]
    yield made
    made.close()


@pytest.fixture
def stage(context: BrowserContext, app_url: str) -> Callable[..., Page]:
    """Open present mode; whatever the page's script or the policy complains about fails the test."""
    troubles: list[str] = []

    def show(path: str = "/present/overview?lang=en") -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda said: troubles.append(said.text) if "Security Policy" in said.text else None)
        page.goto(app_url + path)
        page.wait_for_selector(".slide:not([hidden])")
        assert troubles == []
        return page

    return show


def shown(page: Page) -> int:
    """Return the number of the slide that is on the screen; there is exactly one."""
    slides = page.locator(".slide:visible")
    assert slides.count() == 1
    return int((slides.get_attribute("id") or "").removeprefix("slide-"))


@pytest.mark.parametrize("language", ["zh-TW", "en"])
def test_from_the_landing_page_to_a_headline_and_back(open_tab: Callable, language: str) -> None:
    tab = open_tab(viewport=SCREEN, locale=language)
    page = tab.open(f"/?lang={language}")
    start = page.url
    page.locator("p.present a.button").first.click()
    page.wait_for_selector(".slide:not([hidden])")
    assert shown(page) == 1
    assert page.locator("[data-testid=stHeader], [data-testid=stApp], footer.app").count() == 0
    page.keyboard.press("ArrowRight")
    assert shown(page) == 2
    way = page.locator(".bar a", has_text="PowerPoint")
    assert re.fullmatch(rf"\.\./deck/overview\.pptx\?lang={language}", way.get_attribute("href") or "")
    page.keyboard.press("Escape")
    page.wait_for_url(start)
    tab.settle()
    assert tab.outside == []
    assert tab.violations == []


def test_keys_and_clicker_move_through_the_slides(stage: Callable[..., Page]) -> None:
    page = stage()
    whole = page.locator(".slide").count()
    for key, place in (
        ("ArrowRight", 2), ("PageDown", 3), ("Space", 4), ("ArrowLeft", 3), ("PageUp", 2), ("End", whole),
        ("ArrowRight", whole), ("Home", 1), ("ArrowLeft", 1), ("ArrowDown", 2), ("ArrowUp", 1),
    ):  # fmt: skip
        page.keyboard.press(key)
        assert shown(page) == place, key
    page.keyboard.press("End")
    assert page.url.endswith(f"#{whole}")
    assert str(whole) in page.locator("[role=status]").inner_text()
    page.mouse.click(SCREEN["width"] * 0.05, 300)
    assert shown(page) == whole - 1
    page.mouse.click(SCREEN["width"] * 0.95, 300)
    assert shown(page) == whole


def test_the_address_names_the_slide(stage: Callable[..., Page]) -> None:
    assert shown(stage("/present/overview?lang=en#3")) == 3
    assert shown(stage("/present/overview?lang=en#999")) > 3
    assert shown(stage("/present/overview?lang=en#nothing")) == 1


def test_a_finger_turns_slides(chromium: Browser, app_url: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{app_url}/present/overview?lang=en")
    for across, place in ((-120, 2), (-120, 3), (120, 2)):
        page.evaluate(
            """across => {
              const at = (x) => new Touch({identifier: 1, target: document.body, clientX: x, clientY: 300});
              const send = (name, touches, changed) => document.body.dispatchEvent(
                new TouchEvent(name, {touches, changedTouches: changed, bubbles: true}));
              send('touchstart', [at(200)], [at(200)]);
              send('touchend', [], [at(200 + across)]);
            }""",
            across,
        )
        assert shown(page) == place
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


@each_language
def test_headlines_are_read_from_the_back_and_nothing_is_cut(stage: Callable[..., Page], lang: str) -> None:
    decks = ["/present/overview?", "/present/theme-integrity?", "/present/theme-youth?", f"/present?items={LONG}&"]
    for path in decks if lang == "both" else some(decks, 3):
        page = stage(f"{path}lang={lang}")
        found = page.evaluate(
            """() => [...document.querySelectorAll('.slide')].map((slide, at, all) => {
              for (const other of all) other.hidden = other !== slide;
              const low = document.querySelector('main').getBoundingClientRect().bottom;
              const body = slide.querySelector('.body');
              const sizes = [...slide.querySelectorAll(':scope > :not(dialog, .notes) *')]
                .filter((node) => node.tagName !== 'text' && [...node.childNodes].some(
                  (child) => child.nodeType === 3 && child.textContent.trim()) && node.offsetParent)
                .map((node) => parseFloat(getComputedStyle(node).fontSize));
              return {
                headline: parseFloat(getComputedStyle(slide.querySelector('.finding')).fontSize),
                second: Math.min(...[...slide.querySelectorAll('.finding .twin')].map(
                  (node) => parseFloat(getComputedStyle(node).fontSize)), 99),
                chart: Math.min(...[...slide.querySelectorAll('svg.wide')].map(
                  (node) => node.getBoundingClientRect().height), 999),
                smallest: Math.min(...sizes),
                label: Math.min(...[...slide.querySelectorAll('svg.wide')].map((node) => Math.min(
                  node.clientWidth / node.viewBox.baseVal.width, node.clientHeight / node.viewBox.baseVal.height)), 9),
                below: slide.querySelector('footer').getBoundingClientRect().bottom - low,
                over: [...body.children].some((child) =>
                  child.getBoundingClientRect().bottom > body.getBoundingClientRect().bottom + 2),
                wide: slide.scrollWidth - slide.clientWidth,
              };
            })"""
        )
        for slide in found:
            assert slide["headline"] >= 40
            assert slide["second"] >= 32
            assert (slide["second"] < 99) == (lang == "both")
            assert slide["chart"] >= 120
            assert slide["smallest"] >= 15
            assert slide["label"] >= 0.62, "labels 23 units high in the drawing are 14 pixels on the screen"
            assert slide["below"] <= 1
            assert not slide["over"]
            assert slide["wide"] <= 1


def test_with_the_network_cut_everything_goes_on(stage: Callable[..., Page], context: BrowserContext) -> None:
    page = stage()
    asked: list[str] = []
    context.set_offline(True)
    page.on("request", lambda request: asked.append(request.url))
    whole = page.locator(".slide").count()
    for place in range(2, whole + 1):
        page.keyboard.press("ArrowRight")
        assert shown(page) == place
        assert page.locator(".slide:visible .finding").inner_text().strip()
        assert page.locator(".slide:visible svg.wide, .slide:visible .sentence").count() >= 1
    page.keyboard.press("q")
    assert page.locator("dialog.questions[open]").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    with context.expect_page() as opened:
        page.keyboard.press("p")
    assert opened.value.locator("#notes dt").count() > 2
    assert [url for url in asked if not url.startswith(("about:", "data:")) and "favicon" not in url] == []


def test_the_presenter_has_notes_the_next_slide_and_a_clock(
    stage: Callable[..., Page], context: BrowserContext
) -> None:
    page = stage()
    findings = page.locator(".finding").all_text_contents()
    with context.expect_page() as opened:
        page.keyboard.press("p")
    desk = opened.value
    assert desk.locator("#now .finding").inner_text() == findings[0]
    assert desk.locator("#next .finding").inner_text() == findings[1]
    assert re.fullmatch(r"\d\d:\d\d", desk.locator("#clock").inner_text())
    assert re.fullmatch(r"\d\d:\d\d", desk.locator("#elapsed").inner_text())
    assert "Definition" in desk.locator("#notes").inner_text()
    desk.keyboard.press("ArrowRight")
    assert shown(page) == 2
    assert desk.locator("#now .finding").inner_text() == findings[1]
    page.bring_to_front()
    page.keyboard.press("End")
    assert desk.locator("#now .finding").inner_text() == findings[-1]
    desk.get_by_role("button", name="Previous").click()
    assert shown(page) == len(findings) - 1
    with desk.expect_event("close"):
        desk.evaluate(
            """() => { const key = new KeyboardEvent('keydown', {key: 'Escape', bubbles: true, view: window});
              setTimeout(() => document.body.dispatchEvent(key)); }"""
        )
    assert shown(page) == len(findings) - 1


def test_questions_open_with_one_key_and_with_one_click(stage: Callable[..., Page]) -> None:
    page = stage()
    for place in range(1, page.locator(".slide").count() + 1):
        assert shown(page) == place
        page.keyboard.press("q")
        card = page.locator("dialog.questions[open]")
        words = card.inner_text()
        for question in ("Compared with what?", "Who says so?", "What got worse?", "What is missing?", "How sure"):
            assert question in words
        page.keyboard.press("Escape")
        assert not card.is_visible()
        page.keyboard.press("ArrowRight")
    page.mouse.move(400, 300)
    page.get_by_role("button", name="Questions you may get").click()
    assert page.locator("dialog.questions[open]").is_visible()


def test_blank_theme_and_keys(stage: Callable[..., Page]) -> None:
    page = stage()
    page.keyboard.press("b")
    assert page.locator(".blank").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator(".blank").is_visible()
    assert "/present/" in page.url
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.keyboard.press("d")
    assert page.evaluate(paper) != light
    page.keyboard.press("?")
    assert page.locator("dialog.keys[open] kbd").count() > 9
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0


def test_everything_is_reached_by_tab(stage: Callable[..., Page]) -> None:
    page = stage()
    reached = set()
    for _ in range(20):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.textContent.trim()"))
    assert {"PowerPoint", "Offline copy", "Print questions"} <= reached
    for words in ("Next", "Questions you may get", "Presenter view", "Full screen", "Light or dark", "Keys"):
        assert any(words in name for name in reached), words


@pytest.mark.parametrize("lang", some(LINES, 2))
def test_the_copy_opens_from_a_disk_without_a_network(
    context: BrowserContext, app_url: str, tmp_path: Path, lang: str
) -> None:
    answer = context.request.get(f"{app_url}/present/overview.html?lang={lang}")
    path = tmp_path / "deck.html"
    path.write_bytes(answer.body())
    context.set_offline(True)
    page = context.new_page()
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.goto(path.as_uri())
    whole = page.locator(".slide").count()
    for _ in range(whole):
        page.keyboard.press("ArrowRight")
    assert shown(page) == whole
    size = page.locator(".slide:visible .finding").evaluate("node => parseFloat(getComputedStyle(node).fontSize)")
    assert size >= 40
    page.keyboard.press("q")
    assert page.locator("dialog.questions[open]").is_visible()
    page.keyboard.press("Escape")
    with context.expect_page() as opened:
        page.keyboard.press("p")
    assert opened.value.locator("#notes dt").count() > 2
    assert failed == []


@pytest.mark.parametrize(("path", "lang"), [("/present/overview", "both"), ("/questions/overview", "both")])
def test_no_serious_accessibility_finding(chromium: Browser, app_url: str, path: str, lang: str) -> None:
    context = chromium.new_context(viewport=SCREEN, bypass_csp=True, reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    problems = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(f"{app_url}{path}?lang={lang}")
        for key in ("", "q"):
            if key and "present" in path:
                page.keyboard.press(key)
            problems += [f"{scheme} {found}" for found in list_barriers(page, () if scheme == "light" else OF_COLOUR)]
    context.close()
    assert problems == []


@each_language
def test_question_cards_take_one_sheet_of_paper_each(context: BrowserContext, app_url: str, lang: str) -> None:
    page = context.new_page()
    page.goto(f"{app_url}/questions/overview?lang={lang}")
    sheets = page.locator(".sheet").count()
    pages = len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))
    assert pages <= sheets * (2 if lang == "both" else 1)


def test_slides_print_one_a_page(stage: Callable[..., Page]) -> None:
    page = stage()
    pages = len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))
    assert pages == page.locator(".slide").count()


def test_a_deck_is_built_shown_and_returned_to(open_tab: Callable) -> None:
    tab = open_tab(viewport=SCREEN, locale="en")
    page = tab.open("/decks?lang=en&items=claim:cpi_within_margin,indicator:same_sex_marriages&lang2=both")
    page.get_by_role("button", name="Move slide 2 up").click()
    page.wait_for_url(re.compile("items=indicator"))
    page.locator(".deck-ways a", has_text="Present").click()
    page.wait_for_selector(".slide:not([hidden])")
    assert page.locator(".slide").count() == 2
    assert page.locator("#slide-1 .finding .twin").count() == 1
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile(r"/decks\?"))
    tab.settle()
    assert page.locator(".slide-row").count() == 2
