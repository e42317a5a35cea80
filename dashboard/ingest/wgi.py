"""Percentile ranks of the Worldwide Governance Indicators with their 90 % bounds, 2000 on.

Source: World Bank, long table 1996 to 2023 (CC BY 4.0). The table writes ``..`` for missing, has no 2001, keeps
old codes of six economies (TMP for Timor-Leste), and names Taiwan "Taiwan, China"; only its code is read here.
"""

from pathlib import Path
from typing import Any

import pandas as pd

from dashboard.exceptions import IngestError
from dashboard.ingest.boundaries import read_places
from dashboard.ingest.common import COMPARED, NATION, WORLDWIDE, number, write_observations

FIRST_YEAR = 2000
DIMENSIONS = {
    "va": "wgi_voice_accountability",
    "cc": "wgi_control_of_corruption",
    "ge": "wgi_government_effectiveness",
    "rl": "wgi_rule_of_law",
    "rq": "wgi_regulatory_quality",
}
OLD_CODES = {"TMP": "TLS", "ZAR": "COD", "ROM": "ROU", "WBG": "PSE", "KSV": "XKX", "ADO": "AND"}
VALUES = ["pctrank", "pctranklower", "pctrankupper"]


def _read(path: Path, countries: set[str]) -> Any:
    frame: Any = pd.read_excel(path, na_values=[".."])
    if missing := sorted({"code", "year", "indicator", *VALUES} - set(frame.columns)):
        raise IngestError(f"{path.name}: no column {', '.join(missing)}")
    frame["code"] = frame["code"].replace(OLD_CODES)
    frame = frame[frame["code"].isin(countries) & (frame["year"] >= FIRST_YEAR) & frame["pctrank"].notna()]
    if NATION not in set(frame["code"]):
        raise IngestError(f"{path.name}: no rows for {NATION}")
    return frame


def _row(record: dict[str, object]) -> dict[str, object]:
    value, lower, upper = (number(float(str(record[name]))) for name in VALUES)
    return {
        "ref_area": record["code"],
        "time_period": str(record["year"]),
        "obs_value": value,
        "lower": lower,
        "upper": upper,
    }


def ingest(raw: Path, data: Path) -> None:
    """Write the five ``wgi_*`` observation files.

    ``raw`` holds ``wgidataset_1996_2023_long.xlsx``.
    """
    places = read_places(data / "places" / "countries.csv")
    countries = {code for code, place in places.items() if place["level"] == "country"}
    frame = _read(raw / "wgidataset_1996_2023_long.xlsx", countries)
    for dimension, code in DIMENSIONS.items():
        rows = frame[frame["indicator"] == dimension]
        if code not in WORLDWIDE:
            rows = rows[rows["code"].isin(COMPARED)]
        records = rows.to_dict("records")
        write_observations(data / "indicators" / f"{code}.csv", [_row(record) for record in records])
