"""Every page with the catalogue on PostgreSQL says word for word what it says with SQLite."""

import os
import re
from collections.abc import Iterator

import pytest
import streamlit as st
from depth import some
from reading import Page, new_session, visit
from sqlalchemy import event

from dashboard import store as store_module
from dashboard.language import LANGUAGES, Language
from dashboard.settings import get_settings
from dashboard.store import Store, current_store
from dashboard.web.shell import DETAILS, MORE, PAGES

THINGS = {
    "indicator": {"code": "cpi_score"},
    "claim": {"id": "integrity_platforms_counted"},
    "story": {"slug": "deliberation-fraud-law-and-losses"},
    "search": {"q": "廉政平台"},
    "query": {"sql": "SELECT code, title_en FROM theme ORDER BY code"},
}


@pytest.fixture
def statements(real_store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Let the pages read everything from PostgreSQL, with nothing remembered; collect what it is asked."""
    address = real_store.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("DASHBOARD_STORE", str(real_store.folder.parent))
    monkeypatch.setenv("DASHBOARD_DATABASE_URL", address)
    _forget(monkeypatch)
    opened = current_store(get_settings())
    asked: list[str] = []
    event.listen(opened.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    yield asked
    opened.engine.dispose()
    monkeypatch.undo()
    _forget(monkeypatch)
    monkeypatch.undo()


def _forget(monkeypatch: pytest.MonkeyPatch) -> None:
    get_settings.cache_clear()
    st.cache_resource.clear()
    st.cache_data.clear()
    monkeypatch.setattr(store_module, "_opened", {})


def read_everything(language: Language) -> dict[str, str]:
    """Return the words of every page, and its charts."""
    at = new_session()
    found = {}
    for name in (*PAGES, *MORE, *DETAILS):
        page = visit(at, name, lang=language, **THINGS.get(name, {}))
        if name == "query" and not page.tables:  # a query has little time, and this machine may have been busy
            page = visit(new_session(), name, lang=language, **THINGS[name])
        assert not page.at.exception, name
        words = page.text()
        if name == "query":  # it tells how long it took, which is another time each time
            assert page.tables
            words = re.sub(r"[\d.]+ (毫秒|ms)", "…", words)
        found[name] = f"{words}\n{_charts(page)}"
    return found


def _charts(page: Page) -> str:
    return "\n".join(chart.spec for chart in page.charts)


def test_this_run_reads_from_the_database_it_was_asked_to(site: Store) -> None:
    wanted = "postgresql" if os.environ.get("DASHBOARD_TEST_SITE") == "postgres" else "sqlite"
    assert site.engine.dialect.name == wanted


@pytest.fixture(scope="module")
def on_sqlite(site: Store) -> dict[Language, dict[str, str]]:
    """Hold what the pages say with SQLite."""
    if site.engine.dialect.name != "sqlite":
        pytest.skip("every page of this run is read from PostgreSQL already")
    return {language: read_everything(language) for language in some(LANGUAGES, 2)}


@pytest.mark.parametrize("backend", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_pages_say_the_same_from_either_database(
    on_sqlite: dict[Language, dict[str, str]], statements: list[str]
) -> None:
    for language in on_sqlite:
        said = read_everything(language)
        assert [name for name, words in said.items() if words != on_sqlite[language][name]] == []
        assert all(len(words) > 200 for words in said.values())
    assert {"indicator", "claim", "theme"} <= {
        name for statement in statements for name in re.findall(r"\.(\w+)", statement)
    }
