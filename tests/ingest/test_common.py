"""What is written once is never lost: a source read again adds to the record and takes nothing from it."""

import csv
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.catalog import TEMPLATE_MARK, today
from dashboard.exceptions import IngestError
from dashboard.ingest.common import write_observations

FIRST = [
    {"ref_area": "TWN", "time_period": "2021", "obs_value": 84.53},
    {"ref_area": "TWN", "time_period": "2022", "obs_value": 83.9},
]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_reading_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "open_share.csv"
    write_observations(path, FIRST)
    before = path.read_bytes()
    write_observations(path, [FIRST[0] | {"obs_value": "84.530"}, FIRST[1]])
    assert path.read_bytes() == before


def test_a_changed_value_is_a_new_row_of_today_and_asks_for_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "open_share.csv"
    write_observations(path, FIRST)
    assert write_observations(path, [FIRST[0], FIRST[1] | {"obs_value": 83.7}]) == 3
    rows = read(path)
    assert [row["obs_value"] for row in rows] == ["84.53", "83.9", "83.7"]
    assert [row["published"] for row in rows] == ["", "", today().isoformat()]
    assert rows[2]["note_en"] == rows[2]["note_zh_tw"] == TEMPLATE_MARK
    assert not rows[1]["note_en"]


def test_a_new_period_is_a_row_of_today_without_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "open_share.csv"
    write_observations(path, FIRST)
    write_observations(path, [*FIRST, {"ref_area": "TWN", "time_period": "2023", "obs_value": 83.1}])
    assert [(row["time_period"], row["published"]) for row in read(path)] == [
        ("2021", ""),
        ("2022", ""),
        ("2023", today().isoformat()),
    ]


def test_what_the_source_no_longer_gives_is_withdrawn_and_stays_on_record(tmp_path: Path) -> None:
    path = tmp_path / "open_share.csv"
    write_observations(path, FIRST)
    for _ in range(2):
        write_observations(path, FIRST[:1])
    rows = read(path)
    assert [(row["time_period"], row["obs_value"], row["obs_status"]) for row in rows] == [
        ("2021", "84.53", ""),
        ("2022", "83.9", ""),
        ("2022", "", "Z"),
    ]
    assert rows[2]["note_en"] == TEMPLATE_MARK


def test_two_rows_for_one_cell_are_an_error_of_the_source(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="TWN/2022"):
        write_observations(tmp_path / "open_share.csv", [*FIRST, FIRST[1]])


values = st.dictionaries(st.sampled_from(["2019", "2020", "2021"]), st.sampled_from([1.5, 2.0, 2.25]), min_size=1)


@given(readings=st.lists(values, min_size=1, max_size=4))
def test_no_row_ever_leaves_a_file(readings: list[dict[str, float]], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("again") / "open_share.csv"
    held: list[dict[str, Any]] = []
    for reading in readings:
        rows = [{"ref_area": "TWN", "time_period": year, "obs_value": value} for year, value in reading.items()]
        write_observations(path, rows)
        now = [{key: value for key, value in row.items() if value} for row in read(path)]
        assert all(now.count(row) >= held.count(row) for row in held)
        held = now
