"""Corruption Perceptions Index on its 0 to 100 scale, 2012 to 2024, with the published 90 % interval.

Source: Transparency International (CC BY-ND 4.0: values are shown, the table is not offered again). Taiwan and a few
countries beside it are taken; ranks only for Taiwan, each with the number of places ranked that year.
"""

from pathlib import Path
from typing import Any

import pandas as pd

from dashboard.exceptions import IngestError
from dashboard.ingest.by_hand import cited_rows
from dashboard.ingest.common import NATION, write_observations

COUNTRIES = (NATION, "JPN", "KOR", "SGP", "AUS", "EST", "GBR", "USA")
COLUMNS = ["ISO3", "Year", "CPI score", "Rank", "Lower CI", "Upper CI"]


def _read(path: Path) -> Any:
    frame: Any = pd.read_csv(path, encoding="utf-8-sig")
    if missing := sorted(set(COLUMNS) - set(frame.columns)):
        raise IngestError(f"{path.name}: no column {', '.join(missing)}")
    if frame["CPI score"].max() <= 10:
        raise IngestError(f"{path.name}: scores on the old scale of 0 to 10, which must not be joined to the new")
    return frame


def _score_rows(frame: Any) -> list[dict[str, object]]:
    return [
        {
            "ref_area": record["ISO3"],
            "time_period": str(record["Year"]),
            "obs_value": record["CPI score"],
            "lower": record["Lower CI"],
            "upper": record["Upper CI"],
        }
        for record in frame[frame["ISO3"].isin(COUNTRIES)].to_dict("records")
    ]


def _rank_rows(frame: Any) -> list[dict[str, object]]:
    ranked = frame.groupby("Year")["Rank"].count()
    return [
        {
            "ref_area": NATION,
            "time_period": str(record["Year"]),
            "obs_value": record["Rank"],
            "note_zh_tw": f"表列 {ranked[record['Year']]} 個國家與地區中的名次",
            "note_en": f"Among {ranked[record['Year']]} countries and territories in the table",
        }
        for record in frame[frame["ISO3"] == NATION].to_dict("records")
    ]


def ingest(raw: Path, data: Path) -> None:
    """Write ``cpi_score`` and ``cpi_rank``, keeping the years a person read elsewhere.

    ``raw`` holds ``cpi_2012_2024.csv``.
    """
    frame = _read(raw / "cpi_2012_2024.csv")
    for code, rows in (("cpi_score", _score_rows(frame)), ("cpi_rank", _rank_rows(frame))):
        path = data / "indicators" / f"{code}.csv"
        write_observations(path, [*rows, *cited_rows(path)])
