"""Requests for new open data made on data.gov.tw, and how many were answered, as of 25 January 2019.

Source: crawl of the portal's request pages by the Data Opener volunteers; our tolerant parse, because about
45 % of its rows have broken quoting.
"""

import csv
from collections import Counter
from pathlib import Path

from dashboard.exceptions import IngestError
from dashboard.ingest.common import NATION, write_observations

SOURCE = "od_requests_crawl_2019"
DAY = "2019-01-25"
COLUMNS = ("id", "replied", "reply_date")
REPLIED, OPEN, UNKNOWN = "True", "False", ""

Row = dict[str, str]


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or any(column not in rows[0] for column in COLUMNS):
        raise IngestError(f"{path.name} must have the columns {', '.join(COLUMNS)}")
    unknown = {row["replied"] for row in rows} - {REPLIED, OPEN, UNKNOWN}
    if unknown:
        raise IngestError(f"{path.name}: replied must be True, False or empty, not {', '.join(sorted(unknown))}")
    return rows


def count_reply_years(rows: list[Row]) -> Counter[str]:
    """Return how many requests have a first reply dated in each year; undated replies are left out."""
    return Counter(row["reply_date"][:4] for row in rows if row["reply_date"])


def measure_replied_share(rows: list[Row]) -> float:
    """Return the percent replied to, over requests whose state is known.

    Raises:
        IngestError: when no request has a state.
    """
    states = Counter(row["replied"] for row in rows)
    known = states[REPLIED] + states[OPEN]
    if not known:
        raise IngestError("no request says whether it was replied to")
    return states[REPLIED] / known * 100


def ingest(raw: Path, data: Path) -> None:
    """Write the observations read from ``data_requests_1229.csv``."""
    rows = _read(raw / "data_requests_1229.csv")
    nation = {"ref_area": NATION, "source_code": SOURCE}
    part_year = {
        "note_zh_tw": "僅至 2019 年 1 月 25 日，不是全年",
        "note_en": "Only up to 25 January 2019, not a full year",
    }
    years = [
        nation | {"time_period": year, "obs_value": count} | (part_year if year == DAY[:4] else {})
        for year, count in count_reply_years(rows).items()
    ]
    share = nation | {"time_period": DAY, "obs_value": round(measure_replied_share(rows), 4)}
    write_observations(data / "indicators" / "data_requests.csv", years)
    write_observations(data / "indicators" / "data_requests_replied_share.csv", [share])
