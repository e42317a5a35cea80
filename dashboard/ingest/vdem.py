"""Democracy indices of V-Dem, 2000 on: two for every country they rate, the others for the countries compared.

Sources: V-Dem v15 with its bounds (CC BY 4.0; copy in the R package ``democracyData``, saved as CSV), and four indices
of V-Dem v14 as prepared by V-Dem's own ``demspaces`` project. That project publishes no bounds and has turned public
sector corruption round (1 minus V-Dem's index), so that higher is better in all of them.
"""

from pathlib import Path
from typing import Any

import pandas as pd

from dashboard.exceptions import IngestError
from dashboard.ingest.boundaries import read_places
from dashboard.ingest.common import COMPARED, NATION, WORLDWIDE, number, write_observations

FIRST_YEAR = 2000
WITH_BOUNDS = {
    "vdem_liberal_democracy": "v2x_libdem",
    "vdem_electoral_democracy": "v2x_polyarchy",
    "vdem_participatory_democracy": "v2x_partipdem",
    "vdem_deliberative_democracy": "v2x_delibdem",
    "vdem_egalitarian_democracy": "v2x_egaldem",
}
WITHOUT_BOUNDS = {
    "vdem_horizontal_accountability": "v2x_horacc_osp",
    "vdem_vertical_accountability": "v2x_veracc_osp",
    "vdem_public_sector_corruption": "v2x_pubcorr",
    "vdem_civil_society": "v2xcs_ccsi",
}


def _read(path: Path, columns: list[str], countries: set[str]) -> Any:
    frame: Any = pd.read_csv(path)
    if missing := sorted({"country_text_id", "year", *columns} - set(frame.columns)):
        raise IngestError(f"{path.name}: no column {', '.join(missing)}")
    frame = frame[frame["country_text_id"].isin(countries) & (frame["year"] >= FIRST_YEAR)]
    if NATION not in set(frame["country_text_id"]):
        raise IngestError(f"{path.name}: no rows for {NATION}")
    return frame


def _rows(frame: Any, code: str, column: str, *, bounds: bool) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    if code not in WORLDWIDE:
        frame = frame[frame["country_text_id"].isin(COMPARED)]
    for record in frame[frame[column].notna()].to_dict("records"):
        # The R table keeps years as decimals: 2024.0.
        row: dict[str, object] = {
            "ref_area": record["country_text_id"],
            "time_period": str(int(record["year"])),
            "obs_value": number(record[column]),
        }
        if bounds:
            row["lower"] = number(record[f"{column}_codelow"])
            row["upper"] = number(record[f"{column}_codehigh"])
        rows.append(row)
    return rows


def ingest(raw: Path, data: Path) -> None:
    """Write the nine ``vdem_*`` observation files.

    ``raw`` holds ``vdem_simple_v15_1990on.csv`` and ``demspaces_vdem_v14_1968_2023.csv``.
    """
    places = read_places(data / "places" / "countries.csv")
    countries = {code for code, place in places.items() if place["level"] == "country"}
    bounds = [f"{column}{end}" for column in WITH_BOUNDS.values() for end in ("", "_codelow", "_codehigh")]
    newer = _read(raw / "vdem_simple_v15_1990on.csv", bounds, countries)
    older = _read(raw / "demspaces_vdem_v14_1968_2023.csv", list(WITHOUT_BOUNDS.values()), countries)
    for code, column in WITH_BOUNDS.items():
        write_observations(data / "indicators" / f"{code}.csv", _rows(newer, code, column, bounds=True))
    for code, column in WITHOUT_BOUNDS.items():
        write_observations(data / "indicators" / f"{code}.csv", _rows(older, code, column, bounds=False))
