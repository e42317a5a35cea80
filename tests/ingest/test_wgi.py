import csv
from pathlib import Path

import pandas as pd
import pytest

from dashboard.exceptions import IngestError
from dashboard.ingest import wgi

COLUMNS = ["code", "countryname", "year", "indicator", "pctrank", "pctranklower", "pctrankupper"]


def _data(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    (data / "places").mkdir(parents=True)
    (data / "indicators").mkdir()
    (data / "places" / "countries.csv").write_text(
        "code,title_zh_tw,title_en,level,parent,population\n"
        "TWN,臺灣,Taiwan,country,,\nTLS,東帝汶,Timor-Leste,country,,\n",
        encoding="utf-8",
    )
    return data


def _raw(tmp_path: Path, records: list[list[object]]) -> Path:
    raw = tmp_path / "raw"
    raw.mkdir()
    pd.DataFrame(records, columns=COLUMNS).to_excel(raw / "wgidataset_1996_2023_long.xlsx", index=False)
    return raw


def _every_dimension(code: str, year: int, *values: object) -> list[list[object]]:
    return [[code, "name", year, dimension, *values] for dimension in wgi.DIMENSIONS]


def test_old_code_is_translated_and_missing_left_out(tmp_path: Path) -> None:
    records = _every_dimension("TWN", 2023, 84.43396, 79.71698, 90.56604)
    records += _every_dimension("TWN", 1998, 70, 60, 80) + _every_dimension("TMP", 2023, 50, 40, 60)
    records += _every_dimension("TMP", 2000, "..", "..", "..") + _every_dimension("AFG", 2023, 4, 0, 27)
    data = _data(tmp_path)
    wgi.ingest(_raw(tmp_path, records), data)
    with (data / "indicators" / "wgi_control_of_corruption.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["ref_area"], row["time_period"]) for row in rows] == [("TLS", "2023"), ("TWN", "2023")]
    assert (rows[1]["obs_value"], rows[1]["lower"], rows[1]["upper"]) == ("84.434", "79.717", "90.566")


def test_a_table_without_taiwan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="TWN"):
        wgi.ingest(_raw(tmp_path, _every_dimension("TMP", 2023, 50, 40, 60)), _data(tmp_path))


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    pd.DataFrame([["TWN", 2023]], columns=["code", "year"]).to_excel(
        raw / "wgidataset_1996_2023_long.xlsx", index=False
    )
    with pytest.raises(IngestError, match="pctrank"):
        wgi.ingest(raw, _data(tmp_path))
