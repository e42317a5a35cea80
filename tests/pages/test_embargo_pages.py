"""No page shows a row, indicator, claim, story or opinion map before midnight in Taipei of its day."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from reading import open_page
from samples import INDICATORS, SEALED, SENTINELS, SERIES, copy_data, copy_shapes, copy_story, write_embargo

from dashboard.settings import Settings
from dashboard.store import build_store
from dashboard.web.shell import DETAILS, MORE, PAGES

MIDNIGHT = dt.datetime(2026, 11, 30, 16, tzinfo=dt.UTC)
KEYS = {
    "indicator": "sealed_share",
    "claim": "sealed_share",
    "story": "sealed-story",
    "search": "Quandary",
    "opinions": "sealed-consultation",
}
TELLING = ("indicators", "stories", "changes", *DETAILS)
"""Pages that must show something new when the embargo lifts."""


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Hold a small site with the shapes of places and something of every kind under embargo."""
    root = tmp_path_factory.mktemp("sealed")
    copy_data(root / "data", (*INDICATORS, "ogp_joining_estimates"))
    copy_story(root / "case_studies")
    copy_shapes(root / "data")
    write_embargo(root / "data", root / "case_studies")
    settings = Settings(data=root / "data", case_studies=root / "case_studies", store=Path(root / "build"))
    build_store(settings)
    return settings


@pytest.mark.parametrize("page", [*PAGES, *MORE, *DETAILS])
def test_no_page_tells_early(
    page: str, sealed: Settings, start: Callable[[Settings], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read before, after and before again: what a page has drawn is not shown on another day."""
    start(sealed)
    asked = {DETAILS[page]: KEYS[page]} if page in DETAILS else {}
    before = MIDNIGHT - dt.timedelta(seconds=1)
    for moment, out in ((before, False), (MIDNIGHT, True), (before, False)):
        monkeypatch.setattr("dashboard.catalog.now", lambda moment=moment: moment)
        for day in ({}, {"asof": "2026-12-01"}):
            seen = open_page(page, lang="en", **asked, **day)
            assert not seen.at.exception
            words = f"{seen.text()} {' '.join(seen.links)}"
            # The words looked for stand in the field; the code asked for in the links between the languages.
            told = [sentinel for sentinel in SENTINELS if sentinel in words and sentinel not in asked.values()]
            if not asked:
                told += [SEALED] * (SEALED in words)
            if page == "search":
                told = [href for href in seen.links if "code=sealed_share" in href]
            assert out or not told
        if page in TELLING and out:
            assert told


def test_a_series_shows_its_new_row_from_midnight_on(
    sealed: Settings, start: Callable[[Settings], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    start(sealed)
    for moment, out in ((MIDNIGHT - dt.timedelta(seconds=1), False), (MIDNIGHT, True)):
        monkeypatch.setattr("dashboard.catalog.now", lambda moment=moment: moment)
        assert ("71.37" in open_page("indicator", lang="en", code=SERIES, view="table").text()) == out
