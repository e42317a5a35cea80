"""Names, codes and registered population of the 22 counties and 368 townships.

Sources: township names of the interior ministry; household registration, end of 2020 (both OGDL 1.0);
the list of 55 indigenous townships.
"""

import csv
import json
from collections import defaultdict
from pathlib import Path

from dashboard.exceptions import IngestError
from dashboard.ingest.common import COUNTY_CODES, NATION, county_of_township

POPULATION_MONTH = "202012"


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _middles(path: Path) -> dict[str, dict[str, float]]:
    """Return a point inside each drawn shape; islands are where the map draws them."""
    from shapely.geometry import shape

    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    points = {feature["id"]: shape(feature["geometry"]).representative_point() for feature in features}
    return {code: {"longitude": round(point.x, 4), "latitude": round(point.y, 4)} for code, point in points.items()}


def ingest(raw: Path, data: Path) -> None:
    """Write ``places/counties.csv`` and ``places/townships.csv``; ``ingest boundaries`` must have run before.

    ``raw`` holds ``town_codes_moi_zh_en.csv``, ``population_township_2014_2021.csv`` and ``indigenous_townships.csv``.
    """
    townships_drawn = _middles(data / "places" / "townships.geojson")
    counties_drawn = _middles(data / "places" / "counties.geojson")
    population = {
        row["TOWNCODE"]: int(row["人口"])
        for row in _rows(raw / "population_township_2014_2021.csv")
        if row["ym"] == POPULATION_MONTH
    }
    areas = {(row["county_en"], row["township_zh"]): row["type"] for row in _rows(raw / "indigenous_townships.csv")}
    counties: dict[str, dict[str, object]] = {}
    totals: dict[str, int] = defaultdict(int)
    townships: list[dict[str, object]] = []
    for row in sorted(_rows(raw / "town_codes_moi_zh_en.csv"), key=lambda row: row["TOWNCODE"]):
        code = row["TOWNCODE"]
        county = county_of_township(code)
        totals[county] += population[code]
        counties[county] = {
            "code": county,
            "title_zh_tw": row["COUNTYNAME"].replace("台", "臺"),
            "title_en": row["COUNTYENG"],
            "level": "county",
            "parent": NATION,
            **counties_drawn[county],
        }
        townships.append(
            {
                "code": code,
                "title_zh_tw": row["TOWNNAME"].replace("台", "臺"),
                "title_en": row["TOWNENG"],
                "level": "township",
                "parent": county,
                "population": population[code],
                **townships_drawn[code],
                "indigenous_area": areas.pop((row["COUNTYENG"], row["TOWNNAME"].replace("台", "臺")), ""),
            }
        )
    _write(data / "places" / "townships.csv", townships)
    order = [counties[code] | {"population": totals[code]} for code in sorted(COUNTY_CODES.values())]
    _write(data / "places" / "counties.csv", order)
    if areas:
        raise IngestError(f"indigenous townships without a code: {sorted(areas)}")
