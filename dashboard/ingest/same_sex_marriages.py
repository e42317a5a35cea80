"""Same-sex couples married, and their share of all marriages, by county and year.

Source: Ministry of the Interior, household registration by month (OGDL 1.0), summed to the 368 townships.
The register tells same-sex couples apart from September 2020, so the first whole year is 2021.
"""

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from pyarrow import parquet

from dashboard.exceptions import IngestError
from dashboard.ingest.common import NATION, county_of_township, write_observations

COLUMNS = ["y", "m", "TOWNCODE", "marry_opp", "marry_same", "marry_same_m", "marry_same_f"]
MONTHS, TOWNSHIPS = 12, 368
# One or two couples in a county could be recognised.
FEWEST_COUPLES = 3
PARTS = {"women": "marry_same_f", "men": "marry_same_m"}
FEW = {
    "obs_status": "Q",
    "note_zh_tw": "不足 3 對，不予公布。",
    "note_en": "Fewer than 3 couples; withheld.",
}
# With one county hidden the nation's total would give it away.
COMPLEMENT = {
    "obs_status": "Q",
    "note_zh_tw": "為避免由全國數減得另一縣的數字，一併不公布。",
    "note_en": "Withheld as well, so that another county's figure cannot be worked out from the national total.",
}

Row = dict[str, Any]
Observation = dict[str, object]
Counts = dict[str, Counter[str]]


def _months(rows: list[Row]) -> int:
    return len({(row["m"], row["TOWNCODE"]) for row in rows})


def _whole_years(path: Path) -> dict[int, list[Row]]:
    """Return the rows of each year in which every month and township tells same-sex couples apart."""
    rows: list[Row] = parquet.read_table(path).to_pylist()
    if missing := set(COLUMNS) - set(rows[0] if rows else ()):
        raise IngestError(f"{path.name} lacks the columns {', '.join(sorted(missing))}")
    years: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if row["marry_same"] is not None:
            years[row["y"]].append(row)
    whole = {year: rows for year, rows in years.items() if _months(rows) == len(rows) == MONTHS * TOWNSHIPS}
    if not whole:
        raise IngestError(f"{path.name}: no year has {MONTHS} months of {TOWNSHIPS} townships")
    return whole


def _count(path: Path, rows: list[Row]) -> Counts:
    """Return marriages by kind for each county and the nation."""
    counts: Counts = defaultdict(Counter)
    for row in rows:
        if row["marry_same"] != row["marry_same_m"] + row["marry_same_f"]:
            raise IngestError(f"{path.name}: couples of women and of men in {row['TOWNCODE']} do not add up")
        for place in (county_of_township(row["TOWNCODE"]), NATION):
            counts[place].update({name: int(row[name]) for name in COLUMNS[3:]})
    return counts


def _withheld(counts: Counts) -> dict[str, dict[str, str]]:
    """Return which counties of a year are hidden, and why."""
    couples = {place: count["marry_same"] for place, count in counts.items() if place != NATION}
    hidden = {county: FEW for county, count in couples.items() if 0 < count < FEWEST_COUPLES}
    if len(hidden) == 1:
        others = {county: count for county, count in couples.items() if count >= FEWEST_COUPLES}
        hidden[min(others, key=lambda county: others[county])] = COMPLEMENT
    return hidden


def _year(year: int, counts: Counts) -> tuple[list[Observation], list[Observation]]:
    """Return the rows of couples and of shares of one year."""
    couples: list[Observation] = []
    shares: list[Observation] = []
    hidden = _withheld(counts)
    for place, count in counts.items():
        key: Observation = {"ref_area": place, "time_period": str(year)}
        same, total = count["marry_same"], count["marry_same"] + count["marry_opp"]
        couples.append(key | (hidden.get(place) or {"obs_value": same}))
        shares.append(key | (hidden.get(place) or {"obs_value": same / total * 100}))
        if place == NATION:
            couples += [key | {"breakdown": part, "obs_value": count[column]} for part, column in PARTS.items()]
    return couples, shares


def ingest(raw: Path, data: Path) -> None:
    """Write two indicators read from ``vital_events_township_month.parquet``."""
    path = raw / "vital_events_township_month.parquet"
    couples: list[Observation] = []
    shares: list[Observation] = []
    for year, rows in _whole_years(path).items():
        more_couples, more_shares = _year(year, _count(path, rows))
        couples += more_couples
        shares += more_shares
    write_observations(data / "indicators" / "same_sex_marriages.csv", couples)
    write_observations(data / "indicators" / "same_sex_share_of_marriages.csv", shares)
