"""Indigenous electors, their share of all electors and their turnout in 2020 and 2024.

Source: Central Election Commission, election database (OGDL 1.0): electors of the mountain and plains indigenous
constituencies of the legislature, and electors of the president, on the same two days.
"""

import csv
from collections import defaultdict
from pathlib import Path

from dashboard.exceptions import IngestError
from dashboard.ingest.common import NATION, county_of_township, write_observations

KINDS = {"山地": "mountain", "平地": "plains"}
TOWNSHIPS = 368
# Below this many electors a turnout would tell on single people.
FEWEST_ELECTORS = 30
WITHHELD = {
    "obs_status": "Q",
    "note_zh_tw": "選舉人不足 30 人，投票率不予公布。",
    "note_en": "Fewer than 30 electors; turnout is withheld.",
}

Key = tuple[str, str, str]
Counts = dict[Key, int]


def _read(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or any(column not in rows[0] for column in columns):
        raise IngestError(f"{path.name} must have the columns {', '.join(columns)}")
    return rows


def _count(path: Path) -> tuple[Counts, Counts]:
    """Return electors and votes by place, year and part; parts of townships are left out because they are tiny."""
    electors: Counts = defaultdict(int)
    votes: Counts = defaultdict(int)
    townships: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in _read(path, ("year", "kind", "TOWNCODE", "electors", "votes")):
        year, township = row["year"], row["TOWNCODE"]
        county = county_of_township(township)
        kind = KINDS.get(row["kind"])
        if kind is None or int(row["votes"]) > int(row["electors"]):
            raise IngestError(f"{path.name}: {township} in {year} is of kind {row['kind']} or has too many votes")
        townships[year, kind].add(township)
        keys = [(place, year, "_T") for place in (township, county, NATION)]
        for key in [*keys, (county, year, kind), (NATION, year, kind)]:
            electors[key] += int(row["electors"])
            votes[key] += int(row["votes"])
    for (year, kind), codes in townships.items():
        if len(codes) != TOWNSHIPS:
            raise IngestError(f"{path.name}: {year} {kind} must list {TOWNSHIPS} townships")
    return electors, votes


def _all_electors(path: Path, years: set[str]) -> Counts:
    electors: Counts = defaultdict(int)
    for row in _read(path, ("year", "TOWNCODE", "electors")):
        township = row["TOWNCODE"]
        if row["year"] in years:
            for place in (township, county_of_township(township), NATION):
                electors[place, row["year"], "_T"] += int(row["electors"])
    return electors


def _observation(key: Key, **more: object) -> dict[str, object]:
    place, year, part = key
    return {"ref_area": place, "time_period": year, "breakdown": part, **more}


def _turnout(key: Key, electors: int, votes: int) -> dict[str, object]:
    if electors < FEWEST_ELECTORS:
        return _observation(key, **WITHHELD)
    return _observation(key, obs_value=votes / electors * 100)


def ingest(raw: Path, data: Path) -> None:
    """Write three indicators from the township files of indigenous electors and of presidential elections."""
    electors, votes = _count(raw / "indigenous_electors_township_2020_2024.csv")
    everyone = _all_electors(raw / "president_turnout_township.csv", {year for _, year, _ in electors})
    shares = []
    for (place, year, part), count in electors.items():
        total = everyone[place, year, "_T"]
        if count > total:
            raise IngestError(f"{place} in {year}: {count} indigenous electors of {total} in all")
        shares.append(_observation((place, year, part), obs_value=count / total * 100))
    folder = data / "indicators"
    counts = [_observation(key, obs_value=count) for key, count in electors.items()]
    write_observations(folder / "indigenous_electors.csv", counts)
    write_observations(folder / "indigenous_electors_share.csv", shares)
    turnouts = [_turnout(key, count, votes[key]) for key, count in electors.items()]
    write_observations(folder / "indigenous_turnout.csv", turnouts)
