"""Same-sex couples by county and year: whole years only, and small counts withheld."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from dashboard.exceptions import IngestError
from dashboard.ingest import same_sex_marriages

TOWNSHIPS = {"63000010": 10, "64000220": 4, "10016010": 3, "09007010": 1}


def write(folder: Path, december: dict[str, int], months: int = 12) -> tuple[Path, Path]:
    """Write a whole year 2021 with all couples in December, and a 2020 that is split from September."""
    raw, data = folder / "raw", folder / "data"
    (data / "indicators").mkdir(parents=True)
    raw.mkdir()
    rows = []
    for year, first, last in ((2020, 1, 12), (2021, 1, months)):
        for month in range(first, last + 1):
            for township, couples in december.items():
                split = year == 2021 or month >= 9
                same = (couples if month == months else 0) if split else None
                rows.append((year, month, township, 5 if split else None, same, 0 if split else None, same))
    frame = pd.DataFrame(rows, columns=same_sex_marriages.COLUMNS)
    frame.to_parquet(raw / "vital_events_township_month.parquet")
    return raw, data


def read(data: Path, code: str) -> dict[tuple[str, str], dict[str, str]]:
    with (data / "indicators" / f"{code}.csv").open(encoding="utf-8", newline="") as file:
        return {(row["ref_area"], row.get("breakdown") or "_T"): row for row in csv.DictReader(file)}


@pytest.fixture(autouse=True)
def four_townships(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(same_sex_marriages, "TOWNSHIPS", 4)


def test_only_whole_years_are_counted(tmp_path: Path) -> None:
    raw, data = write(tmp_path, TOWNSHIPS)
    same_sex_marriages.ingest(raw, data)
    rows = read(data, "same_sex_marriages")
    assert {row["time_period"] for row in rows.values()} == {"2021"}
    assert rows["TWN", "_T"]["obs_value"] == "18"
    assert (rows["TWN", "women"]["obs_value"], rows["TWN", "men"]["obs_value"]) == ("18", "0")
    assert read(data, "same_sex_share_of_marriages")["TW-TPE", "_T"]["obs_value"] == "14.2857"


def test_one_hidden_county_hides_the_next_smallest(tmp_path: Path) -> None:
    raw, data = write(tmp_path, TOWNSHIPS)
    same_sex_marriages.ingest(raw, data)
    for code in ("same_sex_marriages", "same_sex_share_of_marriages"):
        rows = read(data, code)
        hidden = {place for (place, _), row in rows.items() if row["obs_status"] == "Q"}
        assert hidden == {"TW-LIE", "TW-PEN"}
        assert all(not rows[place, "_T"]["obs_value"] and rows[place, "_T"]["note_en"] for place in hidden)


def test_no_couple_is_no_secret(tmp_path: Path) -> None:
    raw, data = write(tmp_path, TOWNSHIPS | {"09007010": 0})
    same_sex_marriages.ingest(raw, data)
    assert read(data, "same_sex_marriages")["TW-LIE", "_T"]["obs_value"] == "0"


def test_a_file_without_a_whole_year_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="no year has 12 months"):
        same_sex_marriages.ingest(*write(tmp_path, TOWNSHIPS, months=11))


def test_parts_that_do_not_add_up_are_refused(tmp_path: Path) -> None:
    raw, data = write(tmp_path, TOWNSHIPS)
    path = raw / "vital_events_township_month.parquet"
    pd.read_parquet(path).assign(marry_same_m=1).to_parquet(path)
    with pytest.raises(IngestError, match="do not add up"):
        same_sex_marriages.ingest(raw, data)


def test_a_missing_column_is_refused(tmp_path: Path) -> None:
    raw, data = write(tmp_path, TOWNSHIPS)
    path = raw / "vital_events_township_month.parquet"
    pd.read_parquet(path).drop(columns="marry_opp").to_parquet(path)
    with pytest.raises(IngestError, match="lacks the columns marry_opp"):
        same_sex_marriages.ingest(raw, data)
