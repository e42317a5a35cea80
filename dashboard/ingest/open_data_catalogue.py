"""Supply and use of every data set listed on data.gov.tw on 20 July 2018.

Source: the portal's own list of views and downloads, saved by a volunteer (OGDL 1.0 metadata), one row a data set.
"""

import csv
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from statistics import median

from dashboard.exceptions import IngestError
from dashboard.ingest.common import COUNTY_CODES, NATION, county_of_name, write_observations

SOURCE = "od_catalogue_2018"
DAY = "2018-07-20"
COLUMNS = ("agency", "title", "downloads", "published", "county")
FEW = 10
OTHER_AGENCIES = "other"

AGENCIES = {
    "交通部中央氣象局": "weather_bureau",
    "台灣電力股份有限公司": "taipower",
    "文化部": "culture",
    "桃園市政府交通局": "taoyuan_transport",
    "衛生福利部疾病管制署": "disease_control",
    "國家災害防救科技中心": "disaster_reduction",
    "行政院環境保護署": "environment",
    "金融監督管理委員會證券期貨局": "securities_futures",
    "金融監督管理委員會": "financial_supervision",
    "衛生福利部食品藥物管理署": "food_drug",
}
"""The ten offices with most downloads, as they sign their data sets → code of the part."""

Row = dict[str, str]
Rows = list[dict[str, object]]


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or any(column not in rows[0] for column in COLUMNS):
        raise IngestError(f"{path.name} must have the columns {', '.join(COLUMNS)}")
    return rows


def _observation(value: float, part: str = "", place: str = NATION, period: str = DAY) -> dict[str, object]:
    return {
        "ref_area": place,
        "time_period": period,
        "breakdown": part,
        "obs_value": value,
        "source_code": SOURCE,
    }


def measure_concentration(downloads: list[int]) -> dict[str, float]:
    """Return the percent of all downloads that falls on the most and on the least downloaded data sets.

    Raises:
        IngestError: when nothing was downloaded.
    """
    ranked = sorted(downloads, reverse=True)
    total = sum(ranked)
    if not total:
        raise IngestError("the catalogue counts no download")
    half = len(ranked) // 2
    held = {
        "top_10": ranked[:10],
        "top_1_percent": ranked[: len(ranked) // 100],
        "top_10_percent": ranked[: len(ranked) // 10],
        "lower_half": ranked[len(ranked) - half :],
    }
    return {part: sum(counts) / total * 100 for part, counts in held.items()}


def measure_neglect(downloads: list[int]) -> dict[str, float]:
    """Return the percent of data sets nobody downloaded, and of those downloaded fewer than ten times."""
    never = sum(count == 0 for count in downloads)
    few = sum(count < FEW for count in downloads)
    return {"never": never / len(downloads) * 100, "under_10": few / len(downloads) * 100}


def _sum_agencies(rows: Iterable[Row]) -> Counter[str]:
    totals: Counter[str] = Counter()
    for row in rows:
        totals[AGENCIES.get(row["agency"], OTHER_AGENCIES)] += int(row["downloads"])
    missing = sorted(set(AGENCIES.values()) - set(totals))
    if missing:
        raise IngestError(f"no data set of these offices is listed: {', '.join(missing)}")
    return totals


def _sum_counties(rows: Iterable[Row]) -> tuple[Counter[str], Counter[str]]:
    """Return data sets and downloads of each county whose name opens the name of the publishing office."""
    datasets: Counter[str] = Counter()
    downloads: Counter[str] = Counter()
    for row in rows:
        if row["county"]:
            code = county_of_name(row["county"])
            datasets[code] += 1
            downloads[code] += int(row["downloads"])
    return datasets, downloads


def _populations(data: Path) -> dict[str, int]:
    with (data / "places" / "counties.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: int(row["population"]) for row in csv.DictReader(file)}


def _per_100k(counts: Counter[str], populations: dict[str, int]) -> Rows:
    return [
        _observation(round(counts[code] / people * 100_000, 4), place=code)
        for code, people in sorted(populations.items())
    ]


def _kept(path: Path) -> Rows:
    """Return the rows other sources already have in a file we share with them."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [dict(row) for row in csv.DictReader(file) if row.get("source_code") != SOURCE]


def _listed_by_year(rows: Iterable[Row]) -> Rows:
    # 704 data sets carry no day of listing and stay outside.
    years = Counter(row["published"][:4] for row in rows if row["published"])
    return [_observation(count, period=year) for year, count in years.items()]


def ingest(raw: Path, data: Path) -> None:
    """Write the observations read from ``catalogue_35955.csv``: how much is listed, and how much of it is used."""
    rows = _read(raw / "catalogue_35955.csv")
    downloads = [int(row["downloads"]) for row in rows]
    datasets, county_downloads = _sum_counties(rows)
    populations = _populations(data)
    by_county = [_observation(datasets[code], place=code) for code in sorted(COUNTY_CODES.values())]
    county_file = data / "indicators" / "open_datasets_by_county.csv"
    written: dict[str, Rows] = {
        "open_data_downloads_concentration": [
            _observation(round(value, 4), part) for part, value in measure_concentration(downloads).items()
        ],
        "open_data_rarely_downloaded_share": [
            _observation(round(value, 4), part) for part, value in measure_neglect(downloads).items()
        ],
        "open_data_median_downloads": [_observation(median(downloads))],
        "open_data_downloads_by_agency": [_observation(count, part) for part, count in _sum_agencies(rows).items()],
        "open_datasets_listed_by_year": _listed_by_year(rows),
        "open_datasets_by_county": by_county + _kept(county_file),
        "open_datasets_by_county_per_100k": _per_100k(datasets, populations),
        "open_data_downloads_by_county_per_100k": _per_100k(county_downloads, populations),
    }
    for code, observations in written.items():
        write_observations(data / "indicators" / f"{code}.csv", observations)
