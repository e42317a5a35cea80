"""Overall score of the EIU Democracy Index, 2006 to 2024.

Source: Economist Intelligence Unit as packaged by Our World in Data (no open licence: values are shown for Taiwan and
a few countries beside it, the table is not offered again). No edition exists for 2007 and 2009.
"""

from pathlib import Path
from typing import Any

import pandas as pd

from dashboard.exceptions import IngestError
from dashboard.ingest.common import NATION, number, write_observations

COUNTRIES = (NATION, "JPN", "KOR", "SGP", "AUS", "EST", "GBR", "USA")
SCORE = "Democracy Index"


def ingest(raw: Path, data: Path) -> None:
    """Write ``eiu_democracy_index``.

    ``raw`` holds ``owid_eiu_democracy_2006_2024.csv``.
    """
    path = raw / "owid_eiu_democracy_2006_2024.csv"
    frame: Any = pd.read_csv(path)
    if missing := sorted({"Code", "Year", SCORE} - set(frame.columns)):
        raise IngestError(f"{path.name}: no column {', '.join(missing)}")
    # Rows without a code are aggregates that Our World in Data computed.
    frame = frame[frame["Code"].isin(COUNTRIES) & frame[SCORE].notna()]
    rows = [
        {"ref_area": record["Code"], "time_period": str(record["Year"]), "obs_value": number(record[SCORE], 2)}
        for record in frame.to_dict("records")
    ]
    write_observations(data / "indicators" / "eiu_democracy_index.csv", rows)
