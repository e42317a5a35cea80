"""Endorsements of one Join petition by county, and gender-related Join proposals by status.

Sources: the platform's endorsement list of petition 842b1b2a (copy in github.com/kiang/join.gov.tw, names and reasons
removed) and a citizen's list of 81 proposals (github.com/yuchun-wang/Claude_2026_JoinGovIssue_List, July 2026).
"""

import csv
from collections import Counter
from pathlib import Path

from dashboard.exceptions import IngestError
from dashboard.ingest.common import NATION, county_of_name, write_observations

ENDORSEMENTS = "petition_842b1b2a_endorsements_anonymised.csv"
PROPOSALS = "join_gender_proposals_81.csv"
SNAPSHOT = "2026-07-02"
PER = 100_000
STATUSES = {"Completed": "completed", "FirstSigned": "collecting", "Ready": "not_started"}
"""Status as the platform codes it → our part."""


def _rows(path: Path, needed: set[str]) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or not needed <= set(rows[0]):
        raise IngestError(f"{path.name}: expected rows with the columns {', '.join(sorted(needed))}")
    return rows


def _population(data: Path) -> dict[str, int]:
    rows = _rows(data / "places" / "counties.csv", {"code", "population"})
    return {row["code"]: int(float(row["population"])) for row in rows}


def _rate(place: str, period: str, count: int, people: int) -> dict[str, object]:
    return {
        "ref_area": place,
        "time_period": period,
        "obs_value": count / people * PER,
        "note_zh_tw": f"{count:,} 人附議。",
        "note_en": f"{count:,} endorsements.",
    }


def endorsement_rates(rows: list[dict[str, str]], population: dict[str, int]) -> list[dict[str, object]]:
    """Return endorsements per 100,000 registered people for the nation and every county, none left out."""
    days = sorted(row["endorsed_at"][:10] for row in rows)
    period = f"{days[0]}/{days[-1]}"
    counts = Counter(county_of_name(row["county"]) for row in rows)
    # A county nobody signed from is a true zero: the list is complete.
    rates = [_rate(code, period, counts[code], people) for code, people in population.items()]
    return [_rate(NATION, period, len(rows), sum(population.values())), *rates]


def status_counts(rows: list[dict[str, str]]) -> list[dict[str, object]]:
    """Return the number of proposals in each status, and of all."""
    counts = Counter(row["rawStatus"] for row in rows)
    if unknown := sorted(set(counts) - set(STATUSES)):
        raise IngestError(f"{PROPOSALS}: unknown status {', '.join(unknown)}")
    parts = [("_T", len(rows)), *((STATUSES[status], counts[status]) for status in STATUSES)]
    return [
        {"ref_area": NATION, "time_period": SNAPSHOT, "breakdown": part, "obs_value": count} for part, count in parts
    ]


def ingest(raw: Path, data: Path) -> None:
    """Write the observations of both indicators; ``raw`` holds the two lists, ``data/places`` the population."""
    endorsed = _rows(raw / ENDORSEMENTS, {"endorsed_at", "county"})
    proposals = _rows(raw / PROPOSALS, {"id", "rawStatus"})
    indicators = data / "indicators"
    rates = endorsement_rates(endorsed, _population(data))
    write_observations(indicators / "join_petition_endorsements_rate.csv", rates)
    write_observations(indicators / "join_gender_proposals.csv", status_counts(proposals))
