"""What a reader and the operator see when data, disk or database fail: a sentence, the last good data, the cause."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
import streamlit as st
from reading import HAN, Page, new_session, open_page, visit
from samples import SERIES, append, change_rows, write_vintages
from streamlit.testing.v1 import AppTest

from dashboard import store
from dashboard.catalog import load_catalog, today
from dashboard.exceptions import CatalogError
from dashboard.language import LANGUAGES, Language, format_period, text
from dashboard.settings import Settings, get_settings
from dashboard.store import build_store, current_store
from dashboard.web import shell

Start = Callable[[Settings], None]
in_both_languages = pytest.mark.parametrize("language", LANGUAGES)
PAGES = tuple(dict.fromkeys((*shell.PAGES, *shell.MORE, *shell.DETAILS)))
IN_ONE_LANGUAGE_EACH = [(page, LANGUAGES[place % 2]) for place, page in enumerate(PAGES)]
"""Every page, in turns in one of the languages: the sentence does not depend on the page."""
TRACES = re.compile(r"Traceback|File \"|Error\b|\.py\b|sqlite|duckdb|parquet", re.IGNORECASE)


def problems(page: Page) -> list[str]:
    """Return the sentences that say something went wrong."""
    return [found.words for body in page.html if 'role="alert"' in body for found in _words(body)]


def _words(body: str) -> list[Any]:
    from reading import read_html

    return read_html(body).found


def check_sentence(page: Page, language: Language) -> None:
    """Check that a reader sees one sentence in the right language and nothing of the machinery."""
    assert not page.at.exception
    said = problems(page)
    assert len(said) == 1
    assert bool(HAN.search(said[0])) == (language == "zh-TW")
    assert not TRACES.search(said[0])
    assert not page.charts


def see(page: str, language: Language = "en") -> Page:
    """Open a page of the small site as it is now."""
    slug = next(path.name for path in get_settings().case_studies.iterdir() if path.is_dir())
    keys = {
        "indicator": {"code": SERIES},
        "story": {"slug": slug},
        "claim": {"id": "open_share_fell_by"},
        "search": {"q": "採購"},
    }
    return open_page(page, lang=language, **keys.get(page, {}))


def spoil_syntax(settings: Settings) -> None:
    append(settings.data / "indicators" / f"{SERIES}.toml", "\nthis is [not TOML\n")


def spoil_translation(settings: Settings) -> None:
    path = settings.data / "indicators" / f"{SERIES}.toml"
    words = path.read_text(encoding="utf-8")
    shorter, count = re.subn(r'^(title = \{ zh-TW = "[^"]*"), en = "[^"]*"', r"\1", words, flags=re.MULTILINE)
    assert count == 1
    path.write_text(shorter, encoding="utf-8")


def spoil_half_a_table(settings: Settings) -> None:
    path = settings.data / "indicators" / f"{SERIES}.csv"
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.rindex(b",")])


def spoil_code(settings: Settings) -> None:
    change_rows(settings.data / "indicators" / f"{SERIES}.csv", lambda rows: [*rows, rows[-1] | {"ref_area": "TW-XXX"}])


def spoil_number(settings: Settings) -> None:
    change_rows(
        settings.data / "indicators" / f"{SERIES}.csv", lambda rows: [*rows[:-1], rows[-1] | {"obs_value": "183"}]
    )


def spoil_presence(settings: Settings) -> None:
    (settings.data / "units.toml").unlink()


SPOILS = {
    "broken TOML": spoil_syntax,
    "missing translation": spoil_translation,
    "half written table": spoil_half_a_table,
    "unknown place": spoil_code,
    "impossible share": spoil_number,
    "missing file": spoil_presence,
}
spoiled = pytest.mark.parametrize("spoil", SPOILS.values(), ids=SPOILS)


@spoiled
def test_what_is_spoiled_here_is_refused(spoil: Callable[[Settings], None], own_site: Settings) -> None:
    spoil(own_site)
    with pytest.raises(CatalogError):
        build_store(own_site)


def test_a_missing_translation_is_refused_by_name(own_site: Settings) -> None:
    spoil_translation(own_site)
    with pytest.raises(CatalogError, match=rf"{SERIES}\.toml.*title_en"):
        load_catalog(own_site.data, own_site.case_studies)


def test_without_a_store_and_without_good_data_every_page_is_one_sentence(
    own_site: Settings, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    spoil_syntax(own_site)
    start(own_site)
    for page, language in IN_ONE_LANGUAGE_EACH:
        check_sentence(see(page, language), language)
    assert f"{SERIES}.toml" in caplog.text
    assert not (own_site.store / "current.json").exists()


@spoiled
def test_the_operator_is_told_which_file_is_wrong(
    spoil: Callable[[Settings], None], own_site: Settings, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    spoil(own_site)
    start(own_site)
    check_sentence(see("overview"), "en")
    named = "units" if spoil is spoil_presence else SERIES
    assert any(record.levelname == "ERROR" and named in record.getMessage() for record in caplog.records)


def test_a_site_without_data_comes_up_by_itself_once_the_files_are_mended(own_site: Settings, start: Start) -> None:
    path = own_site.data / "indicators" / f"{SERIES}.toml"
    good = path.read_bytes()
    spoil_syntax(own_site)
    start(own_site)
    for _ in range(2):
        check_sentence(see("indicator"), "en")
    path.write_bytes(good)
    assert not problems(see("indicator"))


@pytest.mark.parametrize(("spoil", "language"), list(zip(SPOILS.values(), LANGUAGES * 3, strict=True)), ids=SPOILS)
def test_when_the_newest_files_are_wrong_the_last_good_data_stay_up_with_their_date(
    spoil: Callable[[Settings], None],
    language: Language,
    own_site: Settings,
    start: Start,
    caplog: pytest.LogCaptureFixture,
) -> None:
    build_store(own_site)
    start(own_site)
    good = see("indicator", language)
    assert not good.at.warning
    spoil(own_site)
    start(own_site)
    old = see("indicator", language)
    assert not old.at.exception
    assert not problems(old)
    notices = [str(notice.value) for notice in old.at.warning]
    assert len(notices) == 1
    assert bool(HAN.search(notices[0])) == (language == "zh-TW")
    built = current_store(get_settings()).built_day.isoformat()
    assert format_period(built, language) in notices[0]
    assert not TRACES.search(notices[0])
    assert old.title == good.title
    assert [figure["data"] for figure in old.figures] == [figure["data"] for figure in good.figures]
    assert old.html == good.html
    assert "last good version stays" in caplog.text


def test_every_page_stays_up_on_the_last_good_data(own_site: Settings, start: Start) -> None:
    build_store(own_site)
    spoil_syntax(own_site)
    start(own_site)
    for page in PAGES:
        seen = see(page)
        assert not seen.at.exception, page
        assert not problems(seen), page
        assert len(seen.at.warning) == 1, page
        assert seen.title, page


def test_the_notice_goes_when_better_files_are_built(own_site: Settings, start: Start) -> None:
    build_store(own_site)
    spoil_syntax(own_site)
    start(own_site)
    at = new_session()
    assert visit(at, "about", lang="en").at.warning
    path = own_site.data / "indicators" / f"{SERIES}.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("this is [not TOML", "# mended"), encoding="utf-8")
    build_store(own_site)
    assert not visit(at, "about", lang="en").at.warning


def test_the_notice_goes_when_the_files_are_put_back_as_they_were(own_site: Settings, start: Start) -> None:
    path = own_site.data / "indicators" / f"{SERIES}.toml"
    good = path.read_bytes()
    build_store(own_site)
    spoil_syntax(own_site)
    start(own_site)
    assert see("about").at.warning
    path.write_bytes(good)
    build_store(own_site)
    assert not see("about").at.warning


def test_a_running_site_shows_a_new_version_at_the_next_click(own_site: Settings, start: Start) -> None:
    build_store(own_site)
    start(own_site)
    at = new_session()
    before = visit(at, "indicator", lang="en", code=SERIES, view="table").tables[0]

    def revise(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        note = {"note_zh_tw": "發布者更正。", "note_en": "Corrected by the publisher."}
        return [*rows, rows[-1] | {"obs_value": "12.3", "published": today().isoformat()} | note]

    table = own_site.data / "indicators" / f"{SERIES}.csv"
    change_rows(table, lambda rows: [row | {"published": "2026-11-01"} for row in rows])
    change_rows(table, revise)
    build_store(own_site)
    after = visit(at, "indicator", lang="en", code=SERIES, view="table").tables[0]
    assert len(after) == len(before)
    assert [cell for cell in after.iloc[0] if cell.startswith("12.3")]
    assert not [cell for cell in before.iloc[0] if cell.startswith("12.3")]


def test_a_catalogue_that_went_away_is_told_in_one_sentence_on_every_page(
    own_site: Settings, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    build_store(own_site)
    start(own_site)
    opened = current_store(get_settings())
    opened.engine.dispose()
    (opened.folder / "catalogue.sqlite").unlink()
    for page, language in IN_ONE_LANGUAGE_EACH:
        caplog.clear()
        if page == "voices":  # it works on the reader's own file and asks the catalogue nothing
            assert not problems(see(page, language))
            continue
        check_sentence(see(page, language), language)
        assert any(record.exc_info for record in caplog.records if record.levelname == "ERROR"), page
        assert "the catalogue cannot be read" in caplog.text, page


@pytest.mark.parametrize("backend", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_a_database_server_that_lost_the_catalogue_is_told_in_one_sentence(
    any_settings: Settings, start: Start, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASHBOARD_DATABASE_URL", str(any_settings.database_url))
    append(any_settings.data / "themes.toml", "\n# the catalogue of this test alone\n")
    build_store(any_settings)
    start(any_settings)
    current_store(get_settings()).engine.dispose()
    address = str(any_settings.database_url)
    with sqlalchemy.create_engine(address, poolclass=sqlalchemy.NullPool).begin() as connection:
        schema = connection.execute(sqlalchemy.text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'outcomes%'"))
        for (name,) in schema.all():
            connection.execute(sqlalchemy.text(f'DROP SCHEMA "{name}" CASCADE'))
    for language in LANGUAGES:
        check_sentence(see("overview", language), language)
    assert "the catalogue cannot be read" in caplog.text


def test_what_has_been_read_once_outlives_the_catalogue(own_site: Settings, start: Start) -> None:
    build_store(own_site)
    start(own_site)
    # Pieces drawn on the equal store of another test would be replayed, and their rows not be read from this one.
    st.cache_resource.clear()
    before = {page: see(page) for page in ("overview", "indicator", "story")}
    opened = current_store(get_settings())
    opened.engine.dispose()
    (opened.folder / "catalogue.sqlite").unlink()
    for page, seen in before.items():
        after = see(page)
        assert not problems(after), page
        assert after.text() == seen.text(), page


@in_both_languages
def test_observations_cut_short_under_a_running_site_are_told_in_one_sentence(
    language: Language, own_site: Settings, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    build_store(own_site)
    start(own_site)
    opened = current_store(get_settings())
    opened.observations.write_bytes(opened.observations.read_bytes()[:100])
    check_sentence(see("overview", language), language)
    assert "the observations cannot be read" in caplog.text


def test_views_already_read_outlive_the_observations(own_site: Settings, start: Start) -> None:
    build_store(own_site)
    start(own_site)
    before = see("indicator")
    opened = current_store(get_settings())
    opened.observations.write_bytes(opened.observations.read_bytes()[:100])
    assert see("indicator").text() == before.text()
    check_sentence(open_page("indicator", lang="en", code="cpi_score"), "en")


def test_a_site_that_starts_on_damaged_observations_builds_them_again(own_site: Settings, start: Start) -> None:
    path = build_store(own_site) / "observations.parquet"
    for damage in (path.read_bytes()[:100], b"", None):
        if damage is None:
            path.unlink()
        else:
            path.write_bytes(damage)
        start(own_site)
        seen = see("indicator")
        assert not problems(seen)
        assert seen.charts
        assert path.stat().st_size > 100


@pytest.mark.parametrize("words", ["", '{"fingerprint": "../../etc"}'], ids=["empty", "elsewhere"])
def test_a_site_that_starts_on_a_damaged_pointer_builds_again(words: str, own_site: Settings, start: Start) -> None:
    build_store(own_site)
    (own_site.store / "current.json").write_text(words, encoding="utf-8")
    start(own_site)
    assert not problems(see("indicator"))


def test_a_reader_stays_served_while_the_pointer_is_gone_for_a_moment(own_site: Settings, start: Start) -> None:
    build_store(own_site)
    start(own_site)
    before = see("indicators")
    (own_site.store / "current.json").unlink()
    assert see("indicators").text() == before.text()
    assert not problems(see("plans"))


@in_both_languages
def test_what_no_page_expected_is_one_sentence_too(language: Language, caplog: pytest.LogCaptureFixture) -> None:
    def script() -> None:
        import streamlit as st  # the script is run by itself, without this file's imports

        from dashboard.components import show_failure

        assert show_failure(ZeroDivisionError("secret detail")) is True
        st.write("")

    at = AppTest.from_function(script)
    at.session_state["language"] = language
    at.run()
    check_sentence(Page(at), language)
    assert "secret detail" not in Page(at).text()
    assert "secret detail" in caplog.text


@in_both_languages
@pytest.mark.parametrize(
    ("page", "query", "key", "way"),
    [
        ("indicator", {"code": "no_such_code"}, "no_such_indicator", "/indicators?"),
        ("indicator", {}, "no_such_indicator", "/indicators?"),
        ("story", {"slug": "no-such-story"}, "no_such_story", "/stories?"),
        ("story", {}, "no_such_story", "/stories?"),
    ],
    ids=["unknown indicator", "no indicator", "unknown story", "no story"],
)
def test_an_unknown_thing_is_told_in_a_sentence_with_a_way_on(
    page: str, query: dict[str, str], key: str, way: str, language: Language
) -> None:
    seen = open_page(page, lang=language, **query)
    assert not seen.at.exception
    assert text(key, language) in seen.text()
    assert [href for href in seen.links if href.startswith(way) and f"lang={language}" in href]


def test_a_row_of_a_coming_day_is_on_no_page(own_site: Settings, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    write_vintages(own_site.data)
    build_store(own_site)
    start(own_site)

    def shown(day: dt.date) -> list[list[str]]:
        monkeypatch.setattr("dashboard.components.reader.today", lambda: day)
        seen = open_page("indicator", lang="en", code=SERIES, view="table")
        assert not seen.at.exception
        return seen.tables[0].iloc[:, 1:3].to_numpy().tolist()

    first = dict(shown(dt.date(2026, 11, 5)))
    corrected = dict(shown(dt.date(2026, 11, 15)))
    continued = dict(shown(dt.date(2026, 11, 25)))
    assert "2023" not in first
    assert "2023" not in corrected
    assert first["2022"] != corrected["2022"] == continued["2022"]
    assert set(continued) == {*first, "2023"}


def test_no_page_holds_the_store_open_for_writing(own_site: Settings, start: Start) -> None:
    from sqlalchemy import text as sql
    from sqlalchemy.exc import OperationalError

    build_store(own_site)
    start(own_site)
    see("overview")
    with store.current_store(get_settings()).engine.connect() as connection, pytest.raises(OperationalError):
        connection.execute(sql("DELETE FROM indicator"))


def test_the_real_site_is_untouched_by_these_tests(own_store: Path) -> None:
    assert get_settings().store == own_store
    assert not problems(see("about"))
