import csv
import json
from pathlib import Path

import pytest

from dashboard.exceptions import IngestError
from dashboard.ingest import global_data_barometer as barometer


def _folders(tmp_path: Path, measures: list[dict[str, str]]) -> tuple[Path, Path]:
    raw, data = tmp_path / "raw", tmp_path / "data"
    raw.mkdir()
    (data / "indicators").mkdir(parents=True)
    (raw / "gdb1_measures_110_countries.json").write_text(json.dumps(measures), encoding="utf-8")
    return raw, data


def _measure(iso: str) -> dict[str, str]:
    return {"iso": iso} | dict.fromkeys([*barometer.MODULES, *barometer.ITEMS], "51")


def test_text_scores_become_numbers_and_zero_is_a_score(tmp_path: Path) -> None:
    taiwan = _measure("TWN") | {"A.PI.LOBBY": "0", "A.COMPANY.BOT": ""}
    raw, data = _folders(tmp_path, [taiwan, _measure("AGO")])
    barometer.ingest(raw, data)
    with (data / "indicators" / "global_data_barometer_items.csv").open(encoding="utf-8", newline="") as file:
        items = {row["breakdown"]: row["obs_value"] for row in csv.DictReader(file)}
    assert items["lobbying"] == "0"
    assert "beneficial_ownership" not in items
    with (data / "indicators" / "global_data_barometer_modules.csv").open(encoding="utf-8", newline="") as file:
        assert {(row["ref_area"], row["breakdown"]) for row in csv.DictReader(file)} >= {("TWN", "_T")}


def test_a_missing_measure_is_named(tmp_path: Path) -> None:
    taiwan = _measure("TWN")
    del taiwan["PF"]
    raw, data = _folders(tmp_path, [taiwan])
    with pytest.raises(IngestError, match="PF"):
        barometer.ingest(raw, data)
