"""Global Open Data Index, editions 2013 to 2015: score and rank of every country shown.

Source: Open Knowledge (PDDL 1.0). One row a place with three editions side by side. A place that an edition did not
assess is not left empty there: it stands with score 0 and a shared rank below the last one given.
"""

from pathlib import Path
from typing import Any

import pandas as pd

from dashboard.exceptions import IngestError
from dashboard.ingest.boundaries import read_places
from dashboard.ingest.by_hand import cited_rows
from dashboard.ingest.common import NATION, write_observations

EDITIONS = {"2013": "_2013", "2014": "_2014", "2015": ""}
NOT_ASSESSED = {
    "obs_status": "L",
    "note_zh_tw": "該年未列入評比；原檔以零分與共同的末位名次表示",
    "note_en": "Not assessed that year; the file writes score 0 and a shared last rank",
}
ISO_ALPHA_2 = {
    "AUS": "au", "AUT": "at", "BEL": "be", "BRA": "br", "CAN": "ca", "CHE": "ch", "CHL": "cl", "COL": "co",
    "CRI": "cr", "CZE": "cz", "DEU": "de", "DNK": "dk", "ESP": "es", "EST": "ee", "FIN": "fi", "FRA": "fr",
    "GBR": "gb", "GRC": "gr", "HKG": "hk", "HUN": "hu", "IDN": "id", "IND": "in", "IRL": "ie", "ISL": "is",
    "ISR": "il", "ITA": "it", "JPN": "jp", "KOR": "kr", "LKA": "lk", "LTU": "lt", "LUX": "lu", "LVA": "lv",
    "MEX": "mx", "MNG": "mn", "MYS": "my", "NLD": "nl", "NOR": "no", "NZL": "nz", "PHL": "ph", "POL": "pl",
    "PRT": "pt", "SGP": "sg", "SVK": "sk", "SVN": "si", "SWE": "se", "THA": "th", "TLS": "tl", "TUR": "tr",
    "TWN": "tw", "USA": "us", "ZAF": "za",
}  # fmt: skip


def _rows(frame: Any, measure: str, countries: dict[str, str]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for year, ending in EDITIONS.items():
        score, rank = frame[f"score{ending}"], frame[f"rank{ending}"]
        absent = (score == 0) & (rank == rank.max())
        for index, value in frame[f"{measure}{ending}"].dropna().items():
            place = countries.get(str(frame.loc[index, "id"]))
            if place is None:
                continue
            rest: dict[str, object] = dict(NOT_ASSESSED) if absent[index] else {"obs_value": int(value)}
            rows.append({"ref_area": place, "time_period": year} | rest)
    return rows


def ingest(raw: Path, data: Path) -> None:
    """Write ``godi_score`` and ``godi_rank``, keeping the edition of 2017 a person read elsewhere.

    ``raw`` holds ``godi_places.csv``.
    """
    frame: Any = pd.read_csv(raw / "godi_places.csv", keep_default_na=False, na_values=[""])
    expected = {"id"} | {f"{name}{ending}" for name in ("rank", "score") for ending in EDITIONS.values()}
    if missing := sorted(expected - set(frame.columns)):
        raise IngestError(f"godi_places.csv: no column {', '.join(missing)}")
    places = read_places(data / "places" / "countries.csv")
    countries = {ISO_ALPHA_2[code]: code for code in places if code in ISO_ALPHA_2}
    if ISO_ALPHA_2[NATION] not in set(frame["id"]):
        raise IngestError(f"godi_places.csv: no row for {NATION}")
    for measure in ("score", "rank"):
        path = data / "indicators" / f"godi_{measure}.csv"
        write_observations(path, [*_rows(frame, measure, countries), *cited_rows(path)])
