"""Where corrections go: named wherever a reader looks for it, and promised nowhere when there is no address."""

from collections.abc import Iterator

import pytest
import streamlit as st
from reading import new_session, visit

from dashboard.export.readme import write_contact
from dashboard.language import LANGUAGES, Language, text
from dashboard.settings import ROOT, get_settings
from dashboard.store import Store

ADDRESS = "mailto:corrections@example.org"
SHOWN = "corrections@example.org"
PLACES = {
    "indicator": {"code": "cpi_score"},
    "about": {},
    "changes": {},
}


@pytest.fixture
def named(site: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Name an address for corrections, as an operator does."""
    monkeypatch.setenv("DASHBOARD_FEEDBACK_URL", ADDRESS)
    get_settings.cache_clear()
    st.cache_resource.clear()
    yield
    monkeypatch.undo()
    get_settings.cache_clear()
    st.cache_resource.clear()


@pytest.mark.parametrize("page", PLACES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_named_address_is_told_on_the_page_and_at_its_foot(page: str, language: Language, named: None) -> None:
    seen = visit(new_session(), page, lang=language, **PLACES[page])
    body = "".join(seen.html)
    assert body.count(f'<a href="{ADDRESS}">') == 2
    assert f'<a href="{ADDRESS}">{SHOWN}</a>' in body
    assert text("feedback", language) in seen.text()
    assert text("no_contact", language) not in seen.text()


@pytest.mark.parametrize("page", [*PLACES, "overview"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_without_an_address_no_page_promises_one_and_about_says_so(page: str, language: Language) -> None:
    assert get_settings().feedback_url == ""
    words = visit(new_session(), page, lang=language, **PLACES.get(page, {})).text()
    for promise in ("告訴我們", "Tell us", text("feedback", language)):
        assert promise not in words
    assert (text("no_contact", language) in words) == (page == "about")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pack_names_the_address_or_none(language: Language, named: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert SHOWN in write_contact(["CEC"], language)
    monkeypatch.delenv("DASHBOARD_FEEDBACK_URL")
    get_settings.cache_clear()
    told = write_contact(["CEC"], language)
    assert told.count("<p>") == 1
    assert "CEC" in told
    assert "/about" not in told


def test_the_readme_says_what_the_variable_does() -> None:
    row = next(line for line in (ROOT / "README.md").read_text("utf-8").splitlines() if "_FEEDBACK_URL" in line)
    for place in ("footer", "indicator pages", "About", "packs"):
        assert place in row
