"""Turnout and yes share of the national ballots of 2018, 2021 and 2022 by township, county and nation.

Source: Central Election Commission, counts by polling station (OGDL 1.0), summed to places beforehand.
Rows of other sources in the same files (the ballot of 2025, known for the nation only) are kept.
"""

import csv
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from dashboard.exceptions import IngestError
from dashboard.ingest.common import NATION, county_of_name, write_observations

VOTING_DAYS = {"2018": "2018-11-24", "2021": "2021-12-18", "2022": "2022-11-26"}
CONSTITUTIONAL_YEAR = "2022"
VOTING_AGE = "voting_age_18"
PLACES = {"nation": 1, "county": 22, "town": 368}
COUNTS = ("agree_ticket", "disagree_ticket", "valid_ticket", "invalid_ticket", "vote_ticket", "votable_population")
# The nation came first; the share of electors in its counties and townships was published a day later.
PLACES_PUBLISHED = "2026-11-24"
# Share of all electors that must say yes; a ballot that changes the constitution needs more than half.
ORDINARY_QUORUM, CONSTITUTIONAL_QUORUM = 0.25, 0.5

Row = dict[str, str]
Observation = dict[str, object]


def ballot_code(row: Row) -> str:
    """Return the part a row belongs to: ``case_07`` … ``case_20`` or ``voting_age_18``."""
    return VOTING_AGE if row["year"] == CONSTITUTIONAL_YEAR else f"case_{int(row['case_no']):02}"


def _place(row: Row) -> str:
    if row["level"] == "nation":
        return NATION
    return row["TOWNCODE"] if row["level"] == "town" else county_of_name(row["county"])


def _first_public(row: Row) -> str:
    return "" if row["level"] == "nation" else PLACES_PUBLISHED


def _check(path: Path, rows: list[Row]) -> None:
    levels = Counter((ballot_code(row), row["level"]) for row in rows)
    for (ballot, level), count in levels.items():
        if count != PLACES.get(level):
            raise IngestError(f"{path.name}: {ballot} has {count} rows of level {level}, not {PLACES.get(level)}")
    for row in rows:
        yes, no, valid, invalid, votes, electors = (int(row[name]) for name in COUNTS)
        if yes + no != valid or valid + invalid != votes or votes > electors or not valid:
            raise IngestError(f"{path.name}: the counts of {ballot_code(row)} in {row['area_name']} do not add up")


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    missing = {"year", "case_no", "level", "county", "TOWNCODE", *COUNTS} - set(rows[0] if rows else ())
    if missing:
        raise IngestError(f"{path.name} lacks the columns {', '.join(sorted(missing))}")
    _check(path, rows)
    return rows


def _observation(row: Row, value: float, **more: object) -> Observation:
    return {"ref_area": _place(row), "time_period": VOTING_DAYS[row["year"]], "obs_value": value, **more}


def turnout(row: Row) -> float:
    """Return the ballot papers cast in percent of electors."""
    return int(row["vote_ticket"]) / int(row["votable_population"]) * 100


def yes_share(row: Row) -> float:
    """Return yes in percent of yes and no: papers that are not valid are left out."""
    return int(row["agree_ticket"]) / int(row["valid_ticket"]) * 100


def yes_share_of_electors(row: Row) -> float:
    """Return yes in percent of all electors, the share the law looks at."""
    return int(row["agree_ticket"]) / int(row["votable_population"]) * 100


def adopted(row: Row) -> bool:
    """Tell whether a national count meets both rules: more yes than no, and enough of all electors."""
    yes, electors = int(row["agree_ticket"]), int(row["votable_population"])
    if row["year"] == CONSTITUTIONAL_YEAR:
        return yes > electors * CONSTITUTIONAL_QUORUM
    return yes > int(row["disagree_ticket"]) and yes >= electors * ORDINARY_QUORUM


def _ballots(nation: Iterable[Row]) -> list[Observation]:
    counts: Counter[tuple[str, str]] = Counter()
    for row in nation:
        day = VOTING_DAYS[row["year"]]
        counts[day, "held"] += 1
        counts[day, "more_yes_than_no"] += int(row["agree_ticket"]) > int(row["disagree_ticket"])
        counts[day, "adopted"] += adopted(row)
    return [
        {"ref_area": NATION, "time_period": day, "breakdown": part, "obs_value": count}
        for (day, part), count in counts.items()
    ]


def _other_sources(path: Path) -> list[Observation]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [dict(row) for row in csv.DictReader(file) if row.get("source_code")]


def ingest(raw: Path, data: Path) -> None:
    """Write six indicators read from ``referendum_township.csv``."""
    rows = _read(raw / "referendum_township.csv")
    nation = [row for row in rows if row["level"] == "nation"]
    voting_age = [row for row in rows if ballot_code(row) == VOTING_AGE]
    tables: dict[str, list[Observation]] = {
        "referendum_turnout": [_observation(row, turnout(row), breakdown=ballot_code(row)) for row in rows],
        "referendum_yes_share": [_observation(row, yes_share(row), breakdown=ballot_code(row)) for row in rows],
        "referendum_yes_share_of_electors": [
            _observation(row, yes_share_of_electors(row), breakdown=ballot_code(row), published=_first_public(row))
            for row in rows
        ],
        "referendum_ballots": _ballots(nation),
        "voting_age_turnout": [_observation(row, turnout(row)) for row in voting_age],
        "voting_age_yes_share": [_observation(row, yes_share(row)) for row in voting_age],
    }
    for code, table in tables.items():
        path = data / "indicators" / f"{code}.csv"
        write_observations(path, table + _other_sources(path))
