"""Search without a mouse: slash, arrows, Enter."""

from collections.abc import Callable

from playwright.sync_api import expect

FIELD = ".st-key-search-field input"


def test_slash_leads_from_any_page_to_the_field_and_arrows_through_the_results(open_tab: Callable) -> None:
    tab = open_tab(locale="en-US")
    page = tab.open("/indicators?lang=en")
    page.locator("body").press("/")
    page.wait_for_url("**/search?**")
    expect(page.locator(FIELD)).to_be_focused(timeout=15_000)
    assert tab.loads == 1
    page.keyboard.type("voting age")
    page.keyboard.press("Enter")
    page.wait_for_selector(".results a")
    tab.settle()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".results a").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".results a").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator(FIELD)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/search" not in address)
    assert tab.loads == 1
    page.go_back()
    expect(page.locator(FIELD)).to_have_value("voting age")


def test_a_slash_typed_in_a_field_is_a_slash(open_tab: Callable) -> None:
    page = open_tab(locale="en-US").open("/search?lang=en")
    page.locator("body").press("/")
    page.keyboard.type("18/19")
    expect(page.locator(FIELD)).to_have_value("18/19")


def test_the_lens_can_be_seen_and_pressed_on_a_phone(open_tab: Callable) -> None:
    tab = open_tab(viewport={"width": 390, "height": 844})
    page = tab.open("/?lang=zh-TW")
    lens = page.locator("a.lens")
    box = lens.bounding_box()
    assert box is not None and box["width"] >= 24 and box["height"] >= 24
    era = page.locator(".st-key-era").bounding_box()
    menu = page.locator("[data-testid=stExpandSidebarButton], [data-testid=stHeader] button").first.bounding_box()
    assert era is not None and box["x"] + box["width"] <= era["x"]
    assert menu is None or menu["x"] + menu["width"] <= box["x"]
    lens.click()
    page.wait_for_url("**/search?**")
    assert tab.loads == 1
