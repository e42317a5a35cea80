"""Nothing shows before its day: every route and every file, with the clock before and after midnight in Taipei."""

import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

import pandas as pd
import pytest
from client import HOST, Answer, Client
from samples import INDICATORS, SEALED, SENTINELS, SERIES, change_rows, copy_data, copy_story, write_embargo

from dashboard.export.shelf import open_shelf
from dashboard.language import LANGUAGES
from dashboard.queries import get_checks
from dashboard.settings import ROOT, Settings, get_settings
from dashboard.store import Store, build_store, current_store, open_store

MIDNIGHT = dt.datetime(2026, 11, 30, 16, tzinfo=dt.UTC)
"""The first moment of 1 December in Taipei."""
BEFORE = MIDNIGHT - dt.timedelta(seconds=1)
ITEMS = f"indicator:{SERIES},indicator:sealed_share,claim:sealed_share,story:sealed-story"
DATED = ("/api/v1", "/data/", "/share/i", "/share/c", "/embed", "/picture", "/pack", "/query",
         "/deck", "/present", "/questions")  # fmt: skip
"""Beginnings of addresses that give an earlier day when they are asked for it."""
FORMS = ("", ".csv", ".parquet")
TABLES = ("observation", "observation_vintage", "indicator", "target", "claim", "claimvalue", "casestudy")
SQL = "SELECT%20*%20FROM%20"
TELLING = [
    *[f"/api/v1/{name}{form}" for name in ("indicators", "claims", "stories") for form in FORMS],
    *[f"/api/v1/observations{form}?indicator={SERIES}" for form in FORMS],
    "/api/v1/indicators/sealed_share",
    "/api/v1/claims/sealed_share",
    "/api/v1/stories/sealed-story",
    *[f"/data/{code}.{form}" for code in (SERIES, "sealed_share") for form in ("csv", "xlsx", "json", "parquet")],
    "/data/package.zip",
    "/data/opinions/sealed-consultation/groups.csv",
    "/share/",
    f"/share/indicator/{SERIES}",
    "/share/indicator/sealed_share",
    "/share/claim/sealed_share",
    "/share/story/sealed-story",
    f"/embed/indicator/{SERIES}",
    "/embed/indicator/sealed_share",
    "/embed/claim/sealed_share",
    "/embed/story/sealed-story",
    f"/oembed?url=https%3A%2F%2F{HOST}%2Fshare%2Findicator%2Fsealed_share",
    "/feed.xml",
    "/sitemap.xml",
    f"/picture/indicator/{SERIES}.svg",
    "/picture/indicator/sealed_share.svg",
    "/picture/claim/sealed_share.svg",
    "/picture/story/sealed-story.svg",
    f"/pack/indicator/{SERIES}.zip",
    "/pack/indicator/sealed_share.zip",
    "/pack/story/sealed-story.zip",
    "/pack/story/open-procedures.zip",
    *[f"/query.csv?sql={SQL}{table}" for table in (*TABLES, "consultation", "statement", "studyestimate")],
    f"/deck.pptx?items={ITEMS}",
    f"/present?items={ITEMS}",
    f"/present.html?items={ITEMS}",
    f"/questions?items={ITEMS}",
    "/indicator?code=sealed_share",
    "/claim?id=sealed_share",
    "/story?slug=sealed-story",
    "/changes.csv?from=2026-11-23&to=2026-12-01",
    "/data/event_study/estimates.csv",
    "/data/event_study/panel.csv",
]
"""Addresses whose answer changes when the embargo lifts."""
SILENT = [
    "/",
    "/api/",
    "/api/v1/",
    "/api/v1/openapi.json",
    "/api/v1/sources",
    "/api/v1/places",
    "/api/v1/commitments",
    "/brief/theme/procurement",
    "/data/datapackage.json",
    "/deck/overview.pptx",
    "/deck/procurement.pptx",
    "/present/overview",
    "/questions/overview",
    "/robots.txt",
    "/share/story/open-procedures",
    f"/query.csv?sql={SQL}checkresult",
]
"""Addresses that need not change; they tell nothing early either."""


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Hold a small site with something of every kind under embargo, built by our own checks."""
    root = tmp_path_factory.mktemp("sealed")
    copy_data(root / "data", (*INDICATORS, "ogp_joining_estimates"))
    copy_story(root / "case_studies")
    write_embargo(root / "data", root / "case_studies")
    settings = Settings(data=root / "data", case_studies=root / "case_studies", store=root / "build")
    build_store(settings)
    return settings


@pytest.fixture
def set_clock(
    sealed: Settings, start: Callable[[Settings], None], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[dt.datetime], None]]:
    """Open the small site; give what sets its clock."""
    start(sealed)
    yield lambda moment: monkeypatch.setattr("dashboard.catalog.now", lambda: moment)


def read_whole(body: bytes) -> str:
    """Return the words of a file, those of files packed into it among them."""
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return "\n".join([*archive.namelist(), *(read_whole(archive.read(name)) for name in archive.namelist())])
    if body[:4] == b"PAR1":
        return pd.read_parquet(io.BytesIO(body)).to_csv()
    # JSON may write Han as escapes.
    words = body.decode("utf-8", errors="replace")
    return f"{words}\n{json.dumps(json.loads(words), ensure_ascii=False)}" if words[:1] == "{" else words


def find_leaks(answer: Answer, address: str) -> list[str]:
    """Return the sentinels an answer holds; a code it was asked for may come back in links to itself."""
    packed = answer.headers.get("content-encoding") == "gzip"
    words = answer.text if packed else read_whole(answer.body)
    words = re.sub(r"[A-Za-z0-9+/]{400,}=*", "", words)
    codes = () if SEALED in address else (SEALED,)
    return [sentinel for sentinel in (*SENTINELS, *codes) if sentinel in words]


# Each address in one language, by turns: what is held back is marked in both.
@pytest.mark.parametrize(("address", "language"), list(zip([*TELLING, *SILENT], cycle(LANGUAGES), strict=False)))
def test_nothing_under_embargo_is_told_before_midnight_in_taipei(
    address: str, language: str, client: Client, set_clock: Callable[[dt.datetime], None]
) -> None:
    """Asked before, after and before again: what is kept must not keep it back, nor give it away."""
    spoken = "" if address.startswith("/api/v1") else f"lang={language}"
    asked = f"{address}{'&' if '?' in address else '?'}{spoken}".rstrip("?&")
    later, earlier = (f"{asked}{'&' if '?' in asked else '?'}asof={day}" for day in ("2026-12-01", "2026-11-30"))
    set_clock(BEFORE)
    first = client.get(asked)
    assert first.status < 500
    assert not find_leaks(first, asked)
    assert not find_leaks(client.get(later), asked)
    set_clock(MIDNIGHT)
    out = client.get(asked)
    assert out.status < 500
    if address in TELLING:
        assert out.status == 200
        assert out.body != first.body
        assert find_leaks(out, asked) or "event_study" in asked or "studyestimate" in asked or ".svg" in asked
        if address.startswith(DATED):
            assert not find_leaks(client.get(earlier), asked)
    set_clock(BEFORE)
    assert not find_leaks(client.get(asked), asked)


@pytest.mark.parametrize("kind", ["indicator", "claim", "story"])
def test_pictures_of_what_is_under_embargo_are_not_there(
    kind: str, client: Client, set_clock: Callable[[dt.datetime], None]
) -> None:
    address = f"/picture/{kind}/{'sealed-story' if kind == 'story' else 'sealed_share'}.png?lang=en"
    for moment, status in ((BEFORE, 404), (MIDNIGHT, 200), (BEFORE, 404)):
        set_clock(moment)
        assert client.get(address).status == status


def test_before_the_day_the_package_is_the_one_of_a_site_that_does_not_hold_the_rows(
    client: Client, set_clock: Callable[[dt.datetime], None], tmp_path: Path, start: Callable[[Settings], None]
) -> None:
    """Whatever the tables are called, no row of them is there early."""
    set_clock(BEFORE)
    tables = _tables(client)
    copy_data(tmp_path / "data")
    copy_story(tmp_path / "case_studies")
    plain = Settings(data=tmp_path / "data", case_studies=tmp_path / "case_studies", store=tmp_path / "build")
    build_store(plain)
    start(plain)
    others = _tables(client)
    # The story's own claims rest on public figures; sources are told of whether anything public rests on them or not.
    shared = set(others) - {"source.csv", "studyestimate.csv", "claim.csv", "claimvalue.csv"}
    assert {name: tables[name] for name in shared} == {name: others[name] for name in shared}
    assert len(tables["studyestimate.csv"].splitlines()) == 1


def _tables(client: Client) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(client.get("/data/package.zip").body)) as archive:
        names = [name for name in archive.namelist() if name.endswith(".csv")]
        return {name.rpartition("/")[2]: archive.read(name).decode() for name in names}


def test_checks_give_no_example_of_what_is_under_embargo(sealed: Settings) -> None:
    store = open_store(sealed, build=False)
    for day, told in ((dt.date(2026, 11, 30), False), (dt.date(2026, 12, 1), True)):
        examples = " ".join(words for row in get_checks(store, day) for words in row.examples)
        assert told or SEALED not in examples
    store.engine.dispose()


def test_a_row_withdrawn_today_leaves_what_was_kept_of_yesterday(
    settings: Settings,
    client: Client,
    start: Callable[[Settings], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A withdrawal brings no value that is newer; pictures and packs are made again all the same."""
    note = {"note_zh_tw": "發布者撤回。", "note_en": "Withdrawn by the publisher."}

    def withdraw(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        last = rows[-1] | {"published": "2026-11-23"}
        later = last | {"time_period": "2023", "obs_value": "71.37"}
        gone = later | {"obs_value": "", "obs_status": "Z", "published": "2026-12-01"} | note
        return [*(row | {"published": "2026-11-23"} for row in rows), later, gone]

    change_rows(settings.data / "indicators" / f"{SERIES}.csv", withdraw)
    build_store(settings)
    start(settings)
    address = f"/picture/indicator/{SERIES}.png?lang=en"
    seen = []
    for moment in (BEFORE, MIDNIGHT):
        monkeypatch.setattr("dashboard.catalog.now", lambda moment=moment: moment)
        store = current_store(get_settings())
        seen.append((open_shelf(store, _day(moment)).edition, client.get(address).body))
    (before, picture), (after, redrawn) = seen
    assert before != after
    assert picture != redrawn


def _day(moment: dt.datetime) -> dt.date:
    return (moment + dt.timedelta(hours=8)).date()


def test_the_sentinels_stand_nowhere_in_what_we_publish(real_sqlite_store: Store) -> None:
    for folder in ("data/indicators", "data/claims", "data/opinions", "case_studies"):
        for path in (ROOT / folder).rglob("*.toml"):
            assert not [word for word in SENTINELS[:2] if word in path.read_text(encoding="utf-8")]
