"""Turnout in the presidential elections of 2008 to 2024 by township, county and nation.

Source: Central Election Commission, election database (OGDL 1.0), summed to the 368 townships of today.
"""

import csv
from collections import defaultdict
from pathlib import Path

from dashboard.exceptions import IngestError
from dashboard.ingest.common import NATION, county_of_township, write_observations

COLUMNS = ("year", "TOWNCODE", "electors", "votes")
TOWNSHIPS = 368


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or any(column not in rows[0] for column in COLUMNS):
        raise IngestError(f"{path.name} must have the columns {', '.join(COLUMNS)}")
    townships: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        townships[row["year"]].add(row["TOWNCODE"])
        if not 0 <= int(row["votes"]) <= int(row["electors"]) or row["electors"] == "0":
            raise IngestError(f"{path.name}: {row['TOWNCODE']} in {row['year']} has more votes than electors")
    for year, codes in townships.items():
        if len(codes) != TOWNSHIPS or len(rows) != TOWNSHIPS * len(townships):
            raise IngestError(f"{path.name}: {year} must list {TOWNSHIPS} townships once")
    return rows


def ingest(raw: Path, data: Path) -> None:
    """Write ``presidential_turnout`` read from ``president_turnout_township.csv``."""
    electors: dict[tuple[str, str], int] = defaultdict(int)
    votes: dict[tuple[str, str], int] = defaultdict(int)
    for row in _read(raw / "president_turnout_township.csv"):
        township = row["TOWNCODE"]
        # Counties and the nation are summed from papers and electors, never averaged from shares.
        for place in (township, county_of_township(township), NATION):
            electors[place, row["year"]] += int(row["electors"])
            votes[place, row["year"]] += int(row["votes"])
    write_observations(
        data / "indicators" / "presidential_turnout.csv",
        [
            {"ref_area": place, "time_period": year, "obs_value": votes[place, year] / total * 100}
            for (place, year), total in electors.items()
        ],
    )
