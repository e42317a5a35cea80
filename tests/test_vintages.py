import datetime as dt
import itertools
import math
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import CLAIM, SERIES, change_rows, copy_data, copy_story, edit

from dashboard import catalog
from dashboard.evidence import fill
from dashboard.models import WITHOUT_VALUE
from dashboard.queries import get_cards, get_observations, get_publication_days
from dashboard.settings import Settings
from dashboard.store import OBSERVATION_SCHEMA, Store, build_store, open_store
from dashboard.vintages import (
    CHANGE_COLUMNS,
    get_changes,
    get_claim_changes,
    get_corrections,
    read_day,
)

DAY = dt.date
DAYS = [DAY(2026, 11, day) for day in (1, 5, 10, 20)]
KEY = ("indicator_code", "ref_area", "time_period", "breakdown", "source_code")
CONTENT = ("obs_value", "obs_status", "lower", "upper", "note_zh_tw", "note_en")
Row = dict[str, Any]
quickly = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])

# The slow and obvious second implementation: plain loops over the rows.


def _newest(rows: list[Row], day: dt.date) -> dict[tuple, Row]:
    held: dict[tuple, Row] = {}
    for row in sorted(rows, key=lambda row: row["published"]):
        if row["published"] <= day:
            held[tuple(row[name] for name in KEY)] = row
    return held


def _kind(before: Row | None, after: Row) -> str | None:
    was = before is not None and before["obs_status"] != "Z"
    now = after["obs_status"] != "Z"
    if now and not was:
        return "new"
    if was and not now:
        return "withdrawn"
    differs = before is not None and any(before[name] != after[name] for name in CONTENT)
    return "revised" if was and now and differs else None


def _tell(key: tuple, before: Row | None, after: Row, kind: str) -> Row:
    before = before if before is not None and before["obs_status"] != "Z" else {}
    told = dict(zip(KEY, key, strict=True)) | {"change": kind, "published": after["published"]}
    for name, column in (("value", "obs_value"), ("status", "obs_status"), ("lower", "lower"), ("upper", "upper")):
        told |= {f"old_{name}": before.get(column), f"new_{name}": after[column]}
    told["scheduled"] = before.get("obs_status") in ("P", "F") and after["obs_status"] != "Z"
    return told | {name: after[name] for name in ("note_zh_tw", "note_en")}


def _changes(rows: list[Row], day_from: dt.date, day_to: dt.date) -> list[Row]:
    old = _newest(rows, day_from)
    found = []
    for key, after in _newest(rows, day_to).items():
        kind = _kind(old.get(key), after)
        if kind:
            found.append(_tell(key, old.get(key), after, kind))
    return found


def _corrections(rows: list[Row], day: dt.date) -> list[Row]:
    found = []
    keys = {tuple(row[name] for name in KEY) for row in rows}
    for key in keys:
        own = [row for row in rows if tuple(row[name] for name in KEY) == key and row["published"] <= day]
        for before, after in itertools.pairwise(sorted(own, key=lambda row: row["published"])):
            if any(before[name] != after[name] for name in CONTENT):
                kind = "withdrawn" if after["obs_status"] == "Z" else "revised"
                told = _tell(key, None, after, kind)
                for name, column in (("value", "obs_value"), ("status", "obs_status")):
                    told[f"old_{name}"] = before[column]
                told |= {"old_lower": before["lower"], "old_upper": before["upper"]}
                told["scheduled"] = before["obs_status"] in ("P", "F") and after["obs_status"] != "Z"
                found.append(told)
    return found


def _plain(frame: pd.DataFrame) -> list[Row]:
    def clean(value: Any) -> Any:
        if isinstance(value, pd.Timestamp):
            return value.date()
        return None if value is None or (isinstance(value, float) and math.isnan(value)) else value

    return [{str(name): clean(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _sorted(rows: list[Row]) -> list[tuple]:
    return sorted(tuple(str(row[name]) for name in CHANGE_COLUMNS) for row in rows)


# A small file of rows as they could be: four periods of a share, one or two sources, published and replaced.


@st.composite
def cells(draw: st.DrawFn) -> list[Row]:
    """Give the vintages of one key: each on a later day, the later ones with a reason."""
    key = {
        "indicator_code": draw(st.sampled_from(["open_share", "reply_days"])),
        "ref_area": draw(st.sampled_from(["TWN", "TW-TPE"])),
        "time_period": draw(st.sampled_from(["2021", "2022", "2022-Q3"])),
        "breakdown": draw(st.sampled_from(["_T", "women"])),
        "source_code": draw(st.sampled_from(["ministry", "audit"])),
    }
    days = sorted(draw(st.sets(st.sampled_from(DAYS), min_size=1)))
    rows = []
    for place, day in enumerate(days):
        status = draw(st.sampled_from(["A", "P", "E", "F", "O", "Q", *(["Z"] if place else [])]))
        value = None if status in WITHOUT_VALUE else draw(st.sampled_from([12.5, 13.0, 13.25]))
        note = "更正。" if place else None
        rows.append(
            key
            | {"obs_value": value, "obs_status": status, "published": day, "lower": None, "upper": None}
            | {"note_zh_tw": note, "note_en": note and "Corrected."}
        )
    return rows


def _unique(groups: list[list[Row]]) -> list[Row]:
    held = {tuple(rows[0][name] for name in KEY): rows for rows in groups}
    return [row for rows in held.values() for row in rows]


samples = st.lists(cells(), min_size=1, max_size=8).map(_unique)


def _write(rows: list[Row], folder: Path) -> Store:
    table = pa.Table.from_pylist(rows, schema=OBSERVATION_SCHEMA)
    pq.write_table(table, folder / "observations.parquet")
    return Store(folder, None, "sample", dt.datetime(2026, 11, 23, tzinfo=dt.UTC))  # type: ignore[arg-type]


@quickly
@given(rows=samples, days=st.tuples(*[st.dates(DAY(2026, 10, 30), DAY(2026, 11, 25))] * 2))
def test_the_difference_of_two_days_is_every_changed_cell(rows: list[Row], days: tuple[dt.date, dt.date]) -> None:
    day_from, day_to = sorted(days)
    with tempfile.TemporaryDirectory() as folder:
        frame = get_changes(_write(rows, Path(folder)), day_from, day_to)
    assert list(frame.columns) == list(CHANGE_COLUMNS)
    assert _sorted(_plain(frame)) == _sorted(_changes(rows, day_from, day_to))


@quickly
@given(rows=samples, day=st.sampled_from(DAYS))
def test_corrections_are_all_replacements_until_a_day(rows: list[Row], day: dt.date) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = _write(rows, Path(folder))
        frame = get_corrections(store, day)
        one = get_corrections(store, day, "open_share")
    assert list(frame.columns) == list(CHANGE_COLUMNS)
    assert _sorted(_plain(frame)) == _sorted(_corrections(rows, day))
    assert _sorted(_plain(one)) == _sorted(
        [row for row in _corrections(rows, day) if row["indicator_code"] == "open_share"]
    )
    assert frame["published"].is_monotonic_decreasing


@quickly
@given(rows=samples, days=st.tuples(*[st.sampled_from(DAYS)] * 2))
def test_the_rows_of_the_earlier_day_and_the_difference_give_those_of_the_later(
    rows: list[Row], days: tuple[dt.date, dt.date]
) -> None:
    day_from, day_to = sorted(days)
    with tempfile.TemporaryDirectory() as folder:
        store = _write(rows, Path(folder))
        held = {}
        for day in (day_from, day_to):
            frames = [get_observations(store, code, day) for code in ("open_share", "reply_days")]
            found = [row for frame in frames for row in _plain(frame)]
            held[day] = {tuple(row[name] for name in KEY): (row["obs_value"], row["obs_status"]) for row in found}
        patched = dict(held[day_from])
        for row in _plain(get_changes(store, day_from, day_to)):
            key = tuple(row[name] for name in KEY)
            patched[key] = (row["new_value"], row["new_status"])
            if row["change"] == "withdrawn":
                del patched[key]
    assert patched == held[day_to]


@quickly
@given(rows=samples, day=st.dates(DAY(2026, 10, 30), DAY(2026, 11, 25)))
def test_days_of_publication_are_those_that_have_come(rows: list[Row], day: dt.date) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = get_publication_days(_write(rows, Path(folder)), day)
    assert found == sorted({row["published"] for row in rows if row["published"] <= day})


@pytest.mark.parametrize(
    ("asked", "day", "problem"),
    [
        ("2026-11-05", DAY(2026, 11, 5), None),
        ("2026-11-07", DAY(2026, 11, 7), None),
        ("2026-11-23", DAY(2026, 11, 23), None),
        ("2026-11-24", DAY(2026, 11, 23), "asof_future"),
        ("9999-12-31", DAY(2026, 11, 23), "asof_future"),
        ("2026-10-31", DAY(2026, 11, 1), "asof_early"),
        ("0001-01-01", DAY(2026, 11, 1), "asof_early"),
        ("2026-02-30", DAY(2026, 11, 23), "asof_malformed"),
        ("20261105", DAY(2026, 11, 23), "asof_malformed"),
        ("2026-W45-4", DAY(2026, 11, 23), "asof_malformed"),
        ("２０２６-11-05", DAY(2026, 11, 23), "asof_malformed"),
        ("2026-11-05 ", DAY(2026, 11, 23), "asof_malformed"),
        ("", DAY(2026, 11, 23), "asof_malformed"),
    ],
)
def test_a_day_that_cannot_be_shown_is_the_nearest_one_and_says_why(
    asked: str, day: dt.date, problem: str | None
) -> None:
    found = read_day(asked, DAYS, DAY(2026, 11, 23))
    assert (found.day, found.problem) == (day, problem)


@given(asked=st.text())
def test_any_words_are_some_day(asked: str) -> None:
    found = read_day(asked, DAYS, DAY(2026, 11, 23))
    assert DAYS[0] <= found.day <= DAY(2026, 11, 23)


# Claims on a store of real rows: published, withdrawn in part, continued by another source across a break.


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Hold a small store in which the plain series was published, and on two later days corrected and withdrawn."""
    root = tmp_path_factory.mktemp("moved")
    data = copy_data(root / "data")
    copy_story(root / "case_studies")
    note = {"note_zh_tw": "發布者更正。", "note_en": "Corrected by the publisher."}

    def revise(rows: list[Row]) -> list[Row]:
        first = [row | {"published": "2026-11-01"} for row in rows]
        corrected = first[-1] | {"obs_value": "83.7", "published": "2026-11-10"} | note
        gone = first[-1] | {"obs_value": "", "obs_status": "Z", "published": "2026-11-20"} | note
        back = first[-1] | {"published": "2026-11-22"} | note
        return [*first, corrected, gone, back]

    change_rows(data / "indicators" / f"{SERIES}.csv", revise)
    where = Settings(data=data, case_studies=root / "case_studies", store=root / "build")
    build_store(where)
    store = open_store(where, build=False)
    yield store
    store.engine.dispose()


def _claims(store: Store, day_from: dt.date, day_to: dt.date) -> dict[str, tuple]:
    found = get_claim_changes(store, get_cards(store), day_from, day_to)
    return {item.claim_id: (item.kind, item.grade_before, item.grade_after) for item in found}


def test_a_claim_moves_with_its_rows_and_goes_when_one_is_withdrawn(moved: Store) -> None:
    cards = get_cards(moved)
    assert _claims(moved, DAYS[0], DAYS[1]) == {}
    assert _claims(moved, DAYS[0], DAYS[2])["open_share_fell_by"] == ("revised", "E2", "E2")
    change = next(
        item
        for item in get_claim_changes(moved, cards, DAYS[0], DAYS[2])
        if item.claim_id == "open_share_fell_by" and item.before and item.after
    )
    assert change.before is not None and change.after is not None
    said = [fill(item.claim.sentence_en, item.written["en"]) for item in (change.before, change.after)]
    assert said == ["It fell from 87.06% to 83.90%, by 3.16.", "It fell from 87.06% to 83.70%, by 3.36."]
    assert _claims(moved, DAYS[2], DAYS[3])["open_share_fell_by"] == ("withdrawn", "E2", None)
    assert _claims(moved, DAYS[3], DAY(2026, 11, 22))["open_share_fell_by"] == ("new", None, "E2")


def test_a_claim_that_reads_the_same_on_both_days_has_not_changed(real_sqlite_store: Store) -> None:
    first, *_, last = get_publication_days(real_sqlite_store, DAY(2026, 11, 24))
    changes = get_claim_changes(real_sqlite_store, get_cards(real_sqlite_store), first, last)
    for change in changes:
        if change.before and change.after and change.grade_before == change.grade_after:
            assert change.before.written != change.after.written, change.claim_id


def test_what_is_withdrawn_is_gone_from_its_day_on_and_stays_before(moved: Store) -> None:
    def periods(day: dt.date) -> set[str]:
        return set(get_observations(moved, SERIES, day)["time_period"])

    assert "2022" in periods(DAY(2026, 11, 19))
    assert "2022" not in periods(DAYS[3])
    assert "2022" in periods(DAY(2026, 11, 22))


def test_a_grade_falls_when_a_correction_takes_one_end_of_the_comparison_from_another_source(tmp_path: Path) -> None:
    data = copy_data(tmp_path / "data")
    copy_story(tmp_path / "case_studies")
    own, other = "proc_ly_budget_2023", _cited(data)[0]
    edit(data / "indicators" / f"{SERIES}.toml", f'sources = ["{own}"]', f'sources = ["{other}", "{own}"]')

    def replace(rows: list[Row]) -> list[Row]:
        first = [row | {"published": "2026-11-01", "source_code": own} for row in rows]
        return [*first, first[-1] | {"obs_value": "83.7", "published": "2026-11-05", "source_code": other}]

    # At E1, where the claim ends, nothing "fell": such words stop the build.
    neutral = CLAIM.replace("降為", "到").replace("share fell", "share moved").replace("It fell", "It went")
    edit(data / "claims" / "procurement.toml", CLAIM, neutral)
    change_rows(data / "indicators" / f"{SERIES}.csv", replace)
    where = Settings(data=data, case_studies=tmp_path / "case_studies", store=tmp_path / "build")
    build_store(where)
    store = open_store(where, build=False)
    assert _claims(store, DAYS[0], DAYS[1])["open_share_fell_by"] == ("revised", "E2", "E1")
    store.engine.dispose()


def _cited(data: Path) -> list[str]:
    """Return the sources of another indicator of the sample."""
    with (data / "indicators" / "cpi_score.toml").open("rb") as file:
        return tomllib.load(file)["sources"]


# The clock.


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-11-23T15:59:59", DAY(2026, 11, 23)),
        ("2026-11-23T16:00:00", DAY(2026, 11, 24)),
        ("2026-11-23T23:59:59", DAY(2026, 11, 24)),
        ("2026-11-24T00:00:00", DAY(2026, 11, 24)),
        ("2026-12-31T15:59:59", DAY(2026, 12, 31)),
        ("2026-12-31T16:00:00", DAY(2027, 1, 1)),
    ],
)
def test_the_day_turns_at_midnight_in_taipei(moment: str, day: dt.date, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "now", lambda: dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC))
    assert catalog.today() == day
