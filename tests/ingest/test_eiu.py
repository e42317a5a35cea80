import csv
from pathlib import Path

import pytest

from dashboard.exceptions import IngestError
from dashboard.ingest import eiu

FILE = "owid_eiu_democracy_2006_2024.csv"


def _folders(tmp_path: Path, text: str) -> tuple[Path, Path]:
    raw, data = tmp_path / "raw", tmp_path / "data"
    raw.mkdir()
    (data / "indicators").mkdir(parents=True)
    (raw / FILE).write_text(text, encoding="utf-8")
    return raw, data


def test_aggregates_and_other_countries_are_left_out(tmp_path: Path) -> None:
    raw, data = _folders(
        tmp_path,
        "Entity,Code,Year,Democracy Index,World region according to OWID\n"
        "Taiwan,TWN,2024,8.78,Asia\nNorway,NOR,2024,9.81,Europe\nJapan,JPN,2024,,Asia\n"
        "World,OWID_WRL,2024,5.174551,\nWorld (population-weighted),,2024,4.922177,\n",
    )
    eiu.ingest(raw, data)
    with (data / "indicators" / "eiu_democracy_index.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == [{"ref_area": "TWN", "time_period": "2024", "obs_value": "8.78"}]


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    raw, data = _folders(tmp_path, "Entity,Code,Year\nTaiwan,TWN,2024\n")
    with pytest.raises(IngestError, match="Democracy Index"):
        eiu.ingest(raw, data)
