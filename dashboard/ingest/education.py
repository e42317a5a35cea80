"""People aged 15 and over with a university degree, by township, end of 2020.

Source: household registration, education of the population by village (OGDL 1.0), summed to the 368 townships.
"""

import csv
from collections import defaultdict
from pathlib import Path

from dashboard.exceptions import IngestError
from dashboard.ingest.common import NATION, county_of_township, write_observations

SOURCE = "incl_education_township"
YEAR = "2020"
COLUMNS = ("yr", "TOWNCODE", "edu_age_15up_total", "univ_plus")
TOWNSHIPS = 368


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or any(column not in rows[0] for column in COLUMNS):
        raise IngestError(f"{path.name} must have the columns {', '.join(COLUMNS)}")
    year = [row for row in rows if row["yr"] == YEAR]
    if len({row["TOWNCODE"] for row in year}) != TOWNSHIPS:
        raise IngestError(f"{path.name}: {YEAR} must list {TOWNSHIPS} townships")
    return year


def ingest(raw: Path, data: Path) -> None:
    """Write township, county and national shares read from ``education_township_2013_2020.csv``."""
    adults: dict[str, float] = defaultdict(float)
    educated: dict[str, float] = defaultdict(float)
    for row in _read(raw / "education_township_2013_2020.csv"):
        township = row["TOWNCODE"]
        # Counties and the nation are summed from people, never averaged from shares.
        for place in (township, county_of_township(township), NATION):
            adults[place] += float(row["edu_age_15up_total"])
            educated[place] += float(row["univ_plus"])
    write_observations(
        data / "indicators" / "university_educated_share.csv",
        [
            {
                "ref_area": place,
                "time_period": YEAR,
                "obs_value": round(educated[place] / people * 100, 4),
                "source_code": SOURCE,
            }
            for place, people in adults.items()
        ],
    )
