"""What holds on every page, in both languages."""

from collections.abc import Callable
from typing import Literal

import pytest
from addresses import HTML_LANG, PAGES, address, choose_language
from barriers import list_barriers
from depth import THOROUGH, some
from playwright.sync_api import Page

from dashboard.language import LANGUAGES, Language

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PATHS: dict[str, list[str]] = {}
"""The names of the views of each page."""
for _name, _address in PAGES.items():
    PATHS.setdefault(_address.partition("?")[0], []).append(_name)


@pytest.mark.parametrize("path", PATHS)
def test_page_stays_at_home_names_itself_fits_a_phone_and_is_open_to_all(open_tab: Callable, path: str) -> None:
    """Each page is loaded once and other views of it are gone to from there: to load costs more than to look.

    Every other view begins in English and goes on in Chinese. The rules of accessibility, which take the longest, are
    asked in the language a view ends in, by turns in the light and in the dark; in a thorough run in both.
    """
    views = [PATHS[path][0], *some(PATHS[path][1:], 2)]
    tab = open_tab(viewport={"width": 390, "height": 844})
    for name in views:
        place = list(PAGES).index(name)
        first, second = LANGUAGES[:: 1 if place % 2 else -1]
        page = tab.open(address(name, first)) if name == views[0] else tab.walk(address(name, first))
        page.set_viewport_size({"width": 390, "height": 844})
        _check(page, first, 390, name)
        page.set_viewport_size({"width": 320, "height": 844})
        choose_language(page, second)
        tab.settle()
        _check(page, second, 320, name)
        page.set_viewport_size({"width": 1280, "height": 800})
        for scheme in SCHEMES if THOROUGH else [SCHEMES[place // 2 % 2]]:
            assert _list_barriers(page, scheme) == [], name
        page.emulate_media(color_scheme="light")
    assert tab.loads == 1
    assert tab.outside == []
    assert tab.violations == []


def _check(page: Page, language: Language, width: int, name: str) -> None:
    """Look at what a page has to keep in one language: its names, one heading, no fault, and room on a phone."""
    assert page.locator("html").get_attribute("lang") == HTML_LANG[language]
    product = "開放政府成果" if language == "zh-TW" else "Open Government Outcomes"
    assert product in page.title() or page.title().strip() not in ("", "Streamlit", "streamlit_app")
    assert page.locator(".stMain h1").count() == 1
    assert page.locator("[data-testid=stException]").count() == 0
    assert _sideways_after_settling(page) == [], f"{name}, {width} px, {language}"


def _sideways_after_settling(page: Page) -> list[str]:
    """Return what is too wide once drawn tables have had time to follow the screen's width."""
    for _ in range(12):
        page.wait_for_timeout(300)
        if not (found := _sideways(page)):
            break
    return found


def _sideways(page: Page) -> list[str]:
    """Return what makes the page wider than the screen."""
    return page.evaluate(
        """() => {
          const main = document.querySelector('[data-testid=stMain]');
          const wide = box => box.scrollWidth > box.clientWidth + 1;
          if (!wide(document.documentElement) && !wide(main)) return [];
          const own = [...main.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > innerWidth + 1);
          const name = e => e.dataset.testid || e.getAttribute('class') || e.tagName;
          const names = own.map(e => name(e) + ': ' + e.textContent.slice(0, 30));
          return names.length ? names.slice(-5) : ['something'];
        }"""
    )


def _list_barriers(page: Page, scheme: Literal["light", "dark"]) -> list[str]:
    """Return the serious findings in a theme, once it has been put on."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_timeout(300)
    return [f"{scheme} {found}" for found in list_barriers(page)]
