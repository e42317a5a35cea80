import csv
from pathlib import Path

import pytest

from dashboard.exceptions import IngestError
from dashboard.ingest import press_freedom

FILE = "rsf_rank_2002_2025_worldbank_data360.csv"


def _folders(tmp_path: Path, text: str) -> tuple[Path, Path]:
    raw, data = tmp_path / "raw", tmp_path / "data"
    raw.mkdir()
    (data / "indicators").mkdir(parents=True)
    (raw / FILE).write_text(text, encoding="utf-8")
    return raw, data


def test_years_become_rows_and_gaps_stay_gaps(tmp_path: Path) -> None:
    raw, data = _folders(
        tmp_path,
        'REF_AREA,INDICATOR,REF_AREA_LABEL,2010,2012\nTWN,RWB_PFI_RANK,"Taiwan, China",48.0,46.0\n'
        "USA,RWB_PFI_RANK,United States,,\nTWN,RWB_PFI_SCORE,Taiwan,1.0,2.0\nARE,RWB_PFI_RANK,UAE,87.0,112.0\n",
    )
    press_freedom.ingest(raw, data)
    with (data / "indicators" / "rsf_press_freedom_rank.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == [
            {"ref_area": "TWN", "time_period": "2010", "obs_value": "48"},
            {"ref_area": "TWN", "time_period": "2012", "obs_value": "46"},
        ]


def test_a_long_table_is_refused(tmp_path: Path) -> None:
    raw, data = _folders(tmp_path, "REF_AREA,INDICATOR,TIME_PERIOD,OBS_VALUE\nTWN,RWB_PFI_RANK,2012,46\n")
    with pytest.raises(IngestError, match="one column a year"):
        press_freedom.ingest(raw, data)
