import csv
from pathlib import Path

import pytest

from dashboard.exceptions import IngestError
from dashboard.ingest import cpi

HEADER = (
    "\ufeffCountry / Territory,ISO3,Year,Region,CPI score,Rank,Standard error,Number of sources,Lower CI,Upper CI\n"
)


def _folders(tmp_path: Path, lines: str, header: str = HEADER) -> tuple[Path, Path]:
    raw, data = tmp_path / "raw", tmp_path / "data"
    raw.mkdir()
    (data / "indicators").mkdir(parents=True)
    (raw / "cpi_2012_2024.csv").write_text(header + lines, encoding="utf-8")
    return raw, data


def _read(data: Path, code: str) -> list[dict[str, str]]:
    with (data / "indicators" / f"{code}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


LINES = (
    "Taiwan,TWN,2023,AP,67,28,1.53,8,64,70\nTaiwan,TWN,2024,AP,67,25,2.05,7,64,70\n"
    "Denmark,DNK,2024,WE/EU,90,1,1.0,8,88,92\nJapan,JPN,2024,AP,71,20,2.58,9,67,75\n"
)


def test_scores_keep_their_interval_and_ranks_their_field(tmp_path: Path) -> None:
    raw, data = _folders(tmp_path, LINES)
    cpi.ingest(raw, data)
    scores = _read(data, "cpi_score")
    assert [(row["ref_area"], row["time_period"]) for row in scores] == [
        ("TWN", "2023"),
        ("JPN", "2024"),
        ("TWN", "2024"),
    ]
    assert (scores[2]["obs_value"], scores[2]["lower"], scores[2]["upper"]) == ("67", "64", "70")
    ranks = _read(data, "cpi_rank")
    assert [row["ref_area"] for row in ranks] == ["TWN", "TWN"]
    assert ranks[1]["note_en"].startswith("Among 3 ")


def test_a_year_read_elsewhere_survives_a_second_run(tmp_path: Path) -> None:
    raw, data = _folders(tmp_path, LINES)
    (data / "indicators" / "cpi_score.csv").write_text(
        "ref_area,time_period,obs_value,source_code\nTWN,2024,1,\nTWN,2025,68,press\n", encoding="utf-8"
    )
    cpi.ingest(raw, data)
    cpi.ingest(raw, data)
    rows = {(row["ref_area"], row["time_period"]): row for row in _read(data, "cpi_score")}
    assert rows["TWN", "2025"]["source_code"] == "press"
    assert rows["TWN", "2024"]["obs_value"] == "67"
    assert len(rows) == 4


def test_the_old_scale_is_refused(tmp_path: Path) -> None:
    raw, data = _folders(tmp_path, "Taiwan,TWN,2011,AP,6.1,32,0.3,9,5,7\n")
    with pytest.raises(IngestError, match="0 to 10"):
        cpi.ingest(raw, data)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    raw, data = _folders(tmp_path, "TWN,2024\n", header="ISO3,Year\n")
    with pytest.raises(IngestError, match="CPI score"):
        cpi.ingest(raw, data)
