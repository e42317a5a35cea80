"""The page about the public interface, which is no page of the framework."""

from collections.abc import Callable

import pytest
from barriers import list_barriers
from playwright.sync_api import Page

LOOKS = [("zh-TW", "light"), ("en", "dark")]


def _is_sideways(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_the_page_about_the_interface_can_be_read_by_everyone(open_tab: Callable, language: str, scheme: str) -> None:
    tab = open_tab(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    page = tab.page
    page.goto(f"{tab.base}/api/?lang={language}")
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert not _is_sideways(page), f"{width} px"
    assert list_barriers(page) == []
    assert tab.outside == []
    assert tab.violations == []


def test_an_example_opens_from_the_page(open_tab: Callable) -> None:
    tab = open_tab()
    tab.page.goto(f"{tab.base}/api/?lang=en")
    with tab.page.expect_response("**/api/v1/observations?**") as answer:
        tab.page.locator(".examples a").first.click()
    assert answer.value.status == 200
    assert '"rows":[{' in answer.value.text()
