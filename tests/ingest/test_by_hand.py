from pathlib import Path

from dashboard.ingest.by_hand import cited_rows


def test_rows_that_name_a_source_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("ref_area,time_period,obs_value,source_code\nTWN,2024,67,\nTWN,2025,68,press\n", encoding="utf-8")
    assert [row["time_period"] for row in cited_rows(path)] == ["2025"]


def test_a_file_without_source_codes_keeps_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("ref_area,time_period,obs_value\nTWN,2024,67\n", encoding="utf-8")
    assert cited_rows(path) == []


def test_a_file_not_yet_written_keeps_nothing(tmp_path: Path) -> None:
    assert cited_rows(tmp_path / "absent.csv") == []
