"""Freedom in the World: total score and question C3 on openness, editions 2013 to 2024.

Source: Freedom House (attribution, non-commercial: values are shown for Taiwan and a few countries beside it). An
edition covers the year before it, so the edition of 2024 is written as 2023.
"""

from pathlib import Path
from typing import Any

import pandas as pd

from dashboard.exceptions import IngestError
from dashboard.ingest.by_hand import cited_rows
from dashboard.ingest.common import NATION, write_observations

SHEET = "FIW13-24"
COUNTRIES = {
    "Taiwan": NATION,
    "Japan": "JPN",
    "South Korea": "KOR",
    "Estonia": "EST",
    "New Zealand": "NZL",
    "United Kingdom": "GBR",
    "United States": "USA",
}
MEASURES = {"freedom_house_total": "Total", "freedom_house_openness": "C3"}


def _read(path: Path) -> Any:
    # The first line of the sheet is a title.
    frame: Any = pd.read_excel(path, sheet_name=SHEET, header=1)
    frame = frame.rename(columns=lambda name: str(name).strip())
    if missing := sorted({"Country/Territory", "Edition", *MEASURES.values()} - set(frame.columns)):
        raise IngestError(f"{path.name}: no column {', '.join(missing)}")
    frame["ref_area"] = frame["Country/Territory"].str.strip().map(COUNTRIES)
    if absent := sorted(set(COUNTRIES.values()) - set(frame["ref_area"].dropna())):
        raise IngestError(f"{path.name}: no rows for {', '.join(absent)}; has a country been renamed?")
    return frame[frame["ref_area"].notna()]


def ingest(raw: Path, data: Path) -> None:
    """Write ``freedom_house_total`` and ``freedom_house_openness``, keeping the rows a person read elsewhere.

    ``raw`` holds ``All_data_FIW_2013-2024.xlsx``.
    """
    frame = _read(raw / "All_data_FIW_2013-2024.xlsx")
    for code, column in MEASURES.items():
        path = data / "indicators" / f"{code}.csv"
        rows: list[dict[str, object]] = [
            {
                "ref_area": record["ref_area"],
                "time_period": str(int(record["Edition"]) - 1),
                "obs_value": int(record[column]),
            }
            for record in frame.to_dict("records")
        ]
        write_observations(path, [*rows, *cited_rows(path)])
