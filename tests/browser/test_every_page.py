"""What holds on every page, in both languages."""

from collections.abc import Callable, Sequence
from typing import Literal

import pytest
from addresses import HTML_LANG, PAGES, address, choose_language
from barriers import OF_COLOUR, list_barriers
from playwright.sync_api import Page

from dashboard.language import LANGUAGES, Language


@pytest.mark.parametrize("name", PAGES)
def test_page_stays_at_home_names_itself_fits_a_phone_and_is_open_to_all(open_tab: Callable, name: str) -> None:
    """One load serves all: to open a page costs more than what is looked at on it.

    Every other page is opened in English and goes on in Chinese. The rules of accessibility, which take the longest,
    are asked in the language a page ends in; so each language has them on half of the pages.
    """
    first, second = LANGUAGES[:: 1 if list(PAGES).index(name) % 2 else -1]
    tab = open_tab(viewport={"width": 390, "height": 844}, locale=first)
    page = tab.open(address(name, first))
    _check(page, first, 390)
    page.set_viewport_size({"width": 320, "height": 844})
    choose_language(page, second)
    tab.settle()
    _check(page, second, 320)
    page.set_viewport_size({"width": 1280, "height": 800})
    assert _list_barriers(page, "light") == []
    assert _list_barriers(page, "dark", OF_COLOUR) == []
    assert tab.outside == []
    assert tab.violations == []


def _check(page: Page, language: Language, width: int) -> None:
    """Look at what a page has to keep in one language: its names, one heading, no fault, and room on a phone."""
    assert page.locator("html").get_attribute("lang") == HTML_LANG[language]
    product = "開放政府成果" if language == "zh-TW" else "Open Government Outcomes"
    assert product in page.title() or page.title().strip() not in ("", "Streamlit", "streamlit_app")
    assert page.locator(".stMain h1").count() == 1
    assert page.locator("[data-testid=stException]").count() == 0
    assert _sideways_after_settling(page) == [], f"{width} px, {language}"


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


def _list_barriers(page: Page, scheme: Literal["light", "dark"], rules: Sequence[str] = ()) -> list[str]:
    """Return the serious findings in a theme, once it has been put on."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_timeout(300)
    return [f"{scheme} {found}" for found in list_barriers(page, rules)]
