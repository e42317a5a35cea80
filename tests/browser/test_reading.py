"""What a reader does: switch language, follow links, go back, read a map, take data away, mistype an address."""

import csv
import io
import re
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from addresses import HTML_LANG, choose_language
from playwright.sync_api import expect

from dashboard.language import LANGUAGES
from dashboard.web.shell import FORM_PIECES, PIECES


def _query(page: object) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)  # type: ignore[attr-defined]


def test_language_switch_keeps_page_and_filters_without_a_reload(open_tab: Callable) -> None:
    tab = open_tab()
    page = tab.open("/places?lang=zh-TW&county=TW-TAO")
    title = page.title()
    choose_language(page, "en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    tab.settle()
    expect(page.locator(".stMain h1")).not_to_contain_text(re.compile("[一-鿿]"))
    assert urlsplit(page.url).path == "/places"
    assert _query(page)["county"] == ["TW-TAO"]
    assert _query(page)["lang"] == ["en"]
    assert page.title() != title
    assert tab.loads == 1
    choose_language(page, "zh-TW")
    expect(page.locator("html")).to_have_attribute("lang", HTML_LANG["zh-TW"])
    assert _query(page)["county"] == ["TW-TAO"]
    assert tab.loads == 1


def test_link_in_our_own_text_changes_the_page_without_a_reload_and_back_works(open_tab: Callable) -> None:
    tab = open_tab()
    page = tab.open("/?lang=en")
    headline = page.locator(".stMain h1").inner_text()
    page.locator(".stMain .stHtml a[href^='./indicator?']").first.click()
    page.wait_for_url("**/indicator?**")
    expect(page.locator(".stMain h1")).not_to_have_text(headline)
    tab.settle()
    assert tab.loads == 1
    assert page.locator("html").get_attribute("lang") == "en"
    page.go_back()
    expect(page.locator(".stMain h1")).to_have_text(headline)
    assert tab.loads == 1


@pytest.mark.parametrize(("width", "by"), [(1280, "keyboard"), (390, "mouse")])
def test_a_county_is_one_click_away_and_its_profile_comes_into_sight(open_tab: Callable, width: int, by: str) -> None:
    tab = open_tab(viewport={"width": width, "height": 844})
    page = tab.open("/places?lang=zh-TW")
    county = page.locator("ul.chips a[href*='county=TW-KIN']")
    county.focus()
    county.press("Enter") if by == "keyboard" else county.click()
    head = page.locator("#profile-TW-KIN")
    expect(head).to_be_focused()
    tab.settle()
    expect(head).to_be_focused()
    expect(head).to_have_text("金門縣")
    place = head.bounding_box()
    assert place is not None
    assert 60 <= place["y"] < 844 - 200
    assert _query(page)["county"] == ["TW-KIN"]
    assert page.locator("ul.chips a[aria-current]").inner_text() == "金門縣"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.profile') !== null"), "the table is next"
    page.go_back()
    expect(page.locator("#profile-TW-TPE")).to_be_visible()
    page.go_forward()
    expect(head).to_be_visible()
    assert tab.loads == 1
    page.locator(".profile td a").first.click()
    page.wait_for_url("**/indicator?**")
    tab.settle()
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0, (
        "another page begins at its top"
    )


def test_navigation_keeps_the_language(open_tab: Callable) -> None:
    tab = open_tab()
    page = tab.open("/?lang=en")
    page.get_by_test_id("stTopNavLink").nth(3).click()
    page.wait_for_url("**/world**")
    tab.settle()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".stMain h1")).not_to_contain_text(re.compile("[一-鿿]"))


def test_the_menu_of_a_phone_lies_over_the_switches(open_tab: Callable) -> None:
    page = open_tab(viewport={"width": 390, "height": 844}).open("/plans?lang=en")
    page.get_by_test_id("stExpandSidebarButton").click()
    covered = page.wait_for_function(
        """() => {
          const lens = document.querySelector('a.lens').getBoundingClientRect();
          const top = document.elementFromPoint(lens.x + lens.width / 2, lens.y + lens.height / 2);
          return top !== null && top.closest('[data-testid=stSidebar]') !== null;
        }""",
        timeout=5_000,
    )
    assert covered.json_value() is True


def test_a_page_chosen_in_the_menu_of_a_narrow_window_is_not_covered_by_it(open_tab: Callable) -> None:
    tab = open_tab(viewport={"width": 390, "height": 844})
    page = tab.open("/plans?lang=en")
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_test_id("stSidebarNavLink").nth(2).click()
    page.wait_for_url("**/places**")
    tab.settle()
    expect(page.get_by_test_id("stExpandSidebarButton")).to_be_visible()


@pytest.mark.parametrize("path", ["/places?lang=en&show=projects", "/?lang=en"])
def test_map_draws_without_asking_anybody_outside(open_tab: Callable, path: str) -> None:
    tab = open_tab()
    with tab.page.expect_response(lambda response: ".geojson" in response.url and response.ok, timeout=30_000):
        tab.page.goto(tab.base + path)
    page = tab.settle()
    shapes = page.locator(".js-plotly-plot .choroplethlayer path")
    expect(shapes.nth(21)).to_be_attached(timeout=20_000)
    box = page.locator(".js-plotly-plot .choroplethlayer").bounding_box()
    assert box is not None
    assert box["width"] > 200
    assert box["height"] > 400
    assert tab.outside == []


@pytest.mark.parametrize(
    ("language", "names"), [("en", ["Zoom in", "Zoom out", "Whole map"]), ("zh-TW", ["放大", "縮小", "回到全圖"])]
)
def test_a_map_is_enlarged_by_keyboard_with_buttons_in_the_readers_language(
    open_tab: Callable, language: str, names: list[str]
) -> None:
    page = open_tab().open(f"/places?lang={language}")
    shape = page.locator(".js-plotly-plot .choroplethlayer path").nth(21)
    expect(shape).to_be_attached(timeout=20_000)
    buttons = page.locator(".js-plotly-plot .modebar-btn")
    assert [button.get_attribute("aria-label") for button in buttons.all()] == names
    outline = str(shape.get_attribute("d"))
    buttons.nth(0).focus()
    page.keyboard.press("Enter")
    expect(shape).not_to_have_attribute("d", outline)
    buttons.nth(2).focus()
    page.keyboard.press("Enter")
    expect(shape).to_have_attribute("d", outline)


def test_download_holds_the_rows_of_the_view_and_opens_in_a_spreadsheet(open_tab: Callable) -> None:
    tab = open_tab()
    page = tab.open("/indicator?code=cpi_score&lang=en&view=table")
    link = page.locator("a[href*='.csv']").first
    with page.expect_download() as waiting:
        link.click()
    body = Path(waiting.value.path()).read_bytes()
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert rows
    assert {row["indicator_code"] for row in rows} == {"cpi_score"}
    table = page.locator(".stMain [data-testid=stDataFrame] table")  # what the drawn table tells assistive technology
    expect(table).to_have_attribute("aria-rowcount", str(len(rows) + 1))


def test_the_address_of_a_view_is_copied_by_keyboard_and_opens_the_same_view_elsewhere(open_tab: Callable) -> None:
    tab = open_tab()
    page = tab.open("/indicator?code=voting_age_yes_share&view=map&map_level=county&lang=en&asof=2026-11-23")
    # As where the browser gives a page no clipboard: the old way must do.
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.evaluate("addEventListener('copy', () => { window.copied = getSelection().toString(); })")
    page.evaluate("document.addEventListener('copy', () => { window.copied = document.activeElement.value; })")
    button = page.locator(".footer button.copy-link")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".footer .copy [role=status]")).to_have_text("Copied")
    assert page.evaluate("document.activeElement.className") == "copy-link"
    copied = page.evaluate("window.copied")
    assert copied == page.url
    fresh = open_tab(color_scheme="dark").open(copied.removeprefix(tab.base))
    assert fresh.locator(".stMain h1").inner_text() == page.locator(".stMain h1").inner_text()
    assert fresh.locator(".asof").inner_text() == page.locator(".asof").inner_text()
    expect(fresh.locator(".choroplethlayer path").first).to_be_attached(timeout=20_000)


def test_a_day_stays_from_page_to_page_until_the_reader_goes_back_to_today(open_tab: Callable) -> None:
    tab = open_tab()
    page = tab.open("/?lang=en&asof=2026-11-23")
    banner = page.locator(".asof")
    expect(banner).to_contain_text("23 Nov 2026")
    page.get_by_test_id("stTopNavLink").nth(1).click()
    page.wait_for_url("**/indicators**")
    tab.settle()
    expect(banner).to_contain_text("23 Nov 2026")
    assert _query(page)["asof"] == ["2026-11-23"]
    page.locator(".stMain .list a").first.click()
    page.wait_for_url("**/indicator?**")
    tab.settle()
    assert _query(page)["asof"] == ["2026-11-23"]
    banner.locator("a").last.click()
    expect(banner).to_have_count(0)
    tab.settle()
    assert "asof" not in _query(page)
    assert tab.loads == 1


def test_unknown_page_is_not_found(open_tab: Callable) -> None:
    tab = open_tab()
    answer = tab.page.goto(tab.base + "/no-such-page?lang=en")
    assert answer is not None
    assert answer.status == 404
    expect(tab.page.locator("h1")).to_be_visible()
    assert tab.page.locator("html").get_attribute("lang") == "en"


# What only a browser shows of them; pages with wrong parameters have tests of their own without one.
BAD_ADDRESSES = [
    "/places?indicator=nothing&period=0000&level=galaxy",
    "/plans?view=<script>alert(1)</script>",
    "/story?slug=../../etc/passwd",
    "/indicators?theme=%00&q=" + "%E9%96%8B" * 200,
]


@pytest.mark.parametrize(("path", "language"), list(zip(BAD_ADDRESSES, cycle(LANGUAGES), strict=False)))
def test_bad_parameters_are_answered_in_a_sentence(open_tab: Callable, path: str, language: str) -> None:
    tab = open_tab()
    page = tab.open(f"{path}&lang={language}")
    assert page.locator("[data-testid=stException]").count() == 0
    words = page.locator(".stMain").inner_text()
    assert "Traceback" not in words
    assert len(words) > 40
    assert page.locator("html").get_attribute("lang") == HTML_LANG[language]


@pytest.mark.parametrize("language", ["zh-TW", "en"])
def test_broken_data_are_told_in_one_sentence(open_tab: Callable, start_broken: str, language: str) -> None:
    tab = open_tab(base=start_broken)
    tab.page.goto(f"{start_broken}/?lang={language}")
    problem = tab.page.locator(".problem")
    expect(problem).to_be_visible(timeout=30_000)
    words = problem.inner_text()
    assert re.search("[一-鿿]", words) if language == "zh-TW" else not re.search("[一-鿿]", words)
    assert "Traceback" not in tab.page.locator("body").inner_text()
    assert tab.page.locator("[data-testid=stException]").count() == 0


@pytest.fixture(scope="module")
def start_broken(start_app: Callable, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Start the app on a data folder that cannot be read, with no earlier store to fall back on."""
    folder = tmp_path_factory.mktemp("broken")
    (folder / "units.toml").write_text("this is = not [ toml", encoding="utf-8")
    return start_app(DASHBOARD_DATA=str(folder), DASHBOARD_STORE=str(folder / "store")).url


def test_a_page_is_drawn_without_placeholders_of_the_pieces_it_has_ready(open_tab: Callable) -> None:
    tab = open_tab()
    tab.page.add_init_script(
        """
        window.placeholders = [];
        const look = () => {
          if (document.querySelector('.stMain h1')) return;
          window.placeholders.push(document.querySelectorAll('.stMain [data-testid=stSkeleton]').length);
          requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
        """
    )
    page = tab.open("/ledger?lang=en")
    assert page.evaluate("Object.keys(pieces).sort()") == sorted((*PIECES, *FORM_PIECES))
    assert page.evaluate("Math.max(0, ...placeholders)") == 0


@pytest.mark.parametrize(
    ("path", "width"),
    [("/?lang=zh-TW", 390), ("/world?lang=en", 1280), ("/claim?id=cpi_within_margin&lang=zh-TW", 1280)],
)
def test_the_heading_a_page_comes_with_stands_where_the_app_draws_it(open_tab: Callable, path: str, width: int) -> None:
    tab = open_tab(viewport={"width": width, "height": 844})
    tab.page.add_init_script(
        """
        window.sent = null;
        const look = () => {
          const heading = document.querySelector('.first h1');
          if (heading) {
            const { x, y, width, height } = heading.getBoundingClientRect();
            if (height) window.sent = [x, y, width, height];
            requestAnimationFrame(look);
          } else if (!window.sent) requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
        """
    )
    page = tab.open(path)
    expect(page.locator(".first")).to_have_count(0)
    drawn = page.locator(".stMain h1").bounding_box()
    sent = page.evaluate("window.sent")
    assert drawn is not None
    assert sent == pytest.approx([drawn["x"], drawn["y"], drawn["width"], drawn["height"]], abs=1)


@pytest.mark.parametrize("path", ["/query?lang=en", "/voices?lang=zh-TW", "/indicators?lang=en", "/places?lang=zh-TW"])
def test_nothing_moves_while_a_page_with_fields_is_made(open_tab: Callable, path: str) -> None:
    tab = open_tab()
    tab.page.add_init_script(
        """
        window.shift = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
        }).observe({ type: 'layout-shift', buffered: true });
        """
    )
    for visit in ("first", "second"):  # scripts of fields come earlier the second time
        assert tab.open(path).evaluate("shift") <= 0.05, visit
