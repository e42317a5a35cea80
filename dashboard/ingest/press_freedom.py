"""Ranks of the RSF World Press Freedom Index, editions 2002 to 2025.

Source: Reporters Without Borders as packaged by World Bank Data360 (no open licence stated: values are shown for
Taiwan and a few countries beside it). Years are columns; there was no edition of 2011.
"""

from pathlib import Path
from typing import Any

import pandas as pd

from dashboard.exceptions import IngestError
from dashboard.ingest.common import NATION, write_observations

COUNTRIES = (NATION, "JPN", "KOR", "SGP", "AUS", "EST", "GBR", "USA")
MEASURE = "RWB_PFI_RANK"


def ingest(raw: Path, data: Path) -> None:
    """Write ``rsf_press_freedom_rank``.

    ``raw`` holds ``rsf_rank_2002_2025_worldbank_data360.csv``.
    """
    path = raw / "rsf_rank_2002_2025_worldbank_data360.csv"
    frame: Any = pd.read_csv(path)
    years = [name for name in frame.columns if name.isdigit()]
    if not years or not {"REF_AREA", "INDICATOR"} <= set(frame.columns):
        raise IngestError(f"{path.name}: expected REF_AREA, INDICATOR and one column a year")
    frame = frame[(frame["INDICATOR"] == MEASURE) & frame["REF_AREA"].isin(COUNTRIES)]
    long = frame.melt(id_vars="REF_AREA", value_vars=years, var_name="year", value_name="rank").dropna()
    rows = [
        {"ref_area": record["REF_AREA"], "time_period": record["year"], "obs_value": int(record["rank"])}
        for record in long.to_dict("records")
    ]
    write_observations(data / "indicators" / "rsf_press_freedom_rank.csv", rows)
