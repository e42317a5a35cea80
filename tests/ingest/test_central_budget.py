import csv
from pathlib import Path

import pandas as pd
import pytest

from dashboard.exceptions import IngestError
from dashboard.ingest import central_budget

EXECUTIVE = "行政院主管"
BODIES = [
    ("立法院主管", "立法院"),
    ("監察院主管", "監察院"),
    ("監察院主管", "審計部"),
    ("監察院主管", "審計部臺北市審計處　　"),
    (EXECUTIVE, "公共工程委員會"),
    (EXECUTIVE, "中央選舉委員會及所屬"),
    (EXECUTIVE, "檔案管理局"),
    (EXECUTIVE, "原住民族委員會"),
    (EXECUTIVE, "文化園區管理局"),
    ("文化部主管", "原住民族文化發展中心"),
]


def _folders(tmp_path: Path, years: dict[int, list[tuple[str, str | None]]]) -> tuple[Path, Path]:
    raw, data = tmp_path / "raw", tmp_path / "data"
    raw.mkdir()
    (data / "indicators").mkdir(parents=True)
    records = [(year, 1000, top, unit) for year, units in years.items() for top, unit in units]
    frame = pd.DataFrame(records, columns=["year", "amount", "topname", "depname"])
    frame.to_parquet(raw / central_budget.FILE)
    return raw, data


def _read(data: Path, code: str) -> dict[tuple[str, str], dict[str, str]]:
    with (data / "indicators" / f"{code}.csv").open(encoding="utf-8", newline="") as file:
        return {(row["time_period"], row.get("breakdown", "_T")): row for row in csv.DictReader(file)}


def test_shares_are_of_all_lines_and_branches_are_added(tmp_path: Path) -> None:
    units = [*BODIES, ("法務部主管", "廉政署"), ("調整待遇準備", None)]
    raw, data = _folders(tmp_path, {2021: units})
    central_budget.ingest(raw, data)
    amounts, shares = _read(data, "oversight_budget_amount"), _read(data, "oversight_budget_share")
    assert amounts["2021", "audit_office"]["obs_value"] == "2000"
    assert shares["2021", "audit_office"]["obs_value"] == "16.666667"
    assert shares["2021", "control_yuan"]["obs_status"] == "B"
    # A unit of the same name under another ministry is not the Council's.
    assert _read(data, "indigenous_affairs_budget_share")["2021", "_T"]["obs_value"] == "16.666667"


def test_years_before_the_agency_have_no_value_and_a_reason(tmp_path: Path) -> None:
    raw, data = _folders(tmp_path, {2010: BODIES, 2011: BODIES, 2012: [*BODIES, ("法務部主管", "廉政署")]})
    central_budget.ingest(raw, data)
    rows = _read(data, "oversight_budget_amount")
    agency = [rows[year, "anti_corruption_agency"] for year in ("2010", "2011", "2012")]
    assert [(row["obs_value"], row["obs_status"]) for row in agency] == [("", "M"), ("", "L"), ("1000", "")]
    assert agency[1]["note_en"]


def test_a_body_that_vanishes_is_noticed(tmp_path: Path) -> None:
    raw, data = _folders(tmp_path, {2010: BODIES, 2012: BODIES})
    with pytest.raises(IngestError, match="anti_corruption_agency in 2012"):
        central_budget.ingest(raw, data)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    raw, data = _folders(tmp_path, {2010: BODIES})
    pd.DataFrame({"year": [2010]}).to_parquet(raw / central_budget.FILE)
    with pytest.raises(IngestError, match="amount, depname, topname"):
        central_budget.ingest(raw, data)
