import csv
from pathlib import Path

import pandas as pd
import pytest

from dashboard.exceptions import IngestError
from dashboard.ingest import freedom_house

HEADER = ["Country/Territory", "Region", "C/T", "Edition", "C3", "Total"]


def _folders(tmp_path: Path, names: list[str], header: list[str] = HEADER) -> tuple[Path, Path]:
    raw, data = tmp_path / "raw", tmp_path / "data"
    raw.mkdir()
    (data / "indicators").mkdir(parents=True)
    lines = [["Freedom in the World 2013-2024 Raw Data", *[None] * (len(header) - 1)], header]
    lines += [[name, "Asia", "c", 2024, 4, 94][: len(header)] for name in names]
    pd.DataFrame(lines).to_excel(
        raw / "All_data_FIW_2013-2024.xlsx", sheet_name=freedom_house.SHEET, header=False, index=False
    )
    return raw, data


def test_an_edition_is_dated_by_the_year_it_covers(tmp_path: Path) -> None:
    raw, data = _folders(tmp_path, [*freedom_house.COUNTRIES, "Abkhazia"])
    path = data / "indicators" / "freedom_house_total.csv"
    path.write_text("ref_area,time_period,obs_value,source_code\nTWN,2024,94,later\n", encoding="utf-8")
    freedom_house.ingest(raw, data)
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["ref_area"] == "TWN"]
    assert [(row["time_period"], row["obs_value"], row["source_code"]) for row in rows] == [
        ("2023", "94", ""),
        ("2024", "94", "later"),
    ]


def test_a_renamed_country_is_noticed(tmp_path: Path) -> None:
    raw, data = _folders(tmp_path, [name for name in freedom_house.COUNTRIES if name != "South Korea"])
    with pytest.raises(IngestError, match="KOR"):
        freedom_house.ingest(raw, data)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    raw, data = _folders(tmp_path, ["Taiwan"], header=HEADER[:4])
    with pytest.raises(IngestError, match="Total"):
        freedom_house.ingest(raw, data)
