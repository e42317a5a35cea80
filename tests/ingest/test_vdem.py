import csv
from pathlib import Path

import pytest

from dashboard.exceptions import IngestError
from dashboard.ingest import vdem

V15 = list(vdem.WITH_BOUNDS.values())
V14 = list(vdem.WITHOUT_BOUNDS.values())


def _data(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    (data / "places").mkdir(parents=True)
    (data / "indicators").mkdir()
    (data / "places" / "countries.csv").write_text(
        "code,title_zh_tw,title_en,level,parent,population\n"
        "TWN,臺灣,Taiwan,country,,\nHKG,香港,Hong Kong,country,,\nWLD,全球,World,group,,\n",
        encoding="utf-8",
    )
    return data


def _raw(tmp_path: Path, places: tuple[str, ...]) -> Path:
    raw = tmp_path / "raw"
    raw.mkdir()
    bounds = [f"{column}{end}" for column in V15 for end in ("", "_codelow", "_codehigh")]
    lines = [",".join(["country_text_id", "year", *bounds])]
    for place in places:
        lines += [f"{place},{year}.0" + ",0.7,0.642,0.751" * len(V15) for year in (1999, 2024)]
        lines.append(f"{place},2023.0" + ",,," * len(V15))
    (raw / "vdem_simple_v15_1990on.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    old = [",".join(["year", "country_text_id", *V14]), *(f"2023,{p}" + ",0.824" * len(V14) for p in places[:1])]
    (raw / "demspaces_vdem_v14_1968_2023.csv").write_text("\n".join(old) + "\n", encoding="utf-8")
    return raw


def _read(data: Path, code: str) -> list[dict[str, str]]:
    with (data / "indicators" / f"{code}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_bounds_whole_years_and_known_countries_only(tmp_path: Path) -> None:
    data = _data(tmp_path)
    vdem.ingest(_raw(tmp_path, ("TWN", "HKG", "XKX")), data)
    rows = _read(data, "vdem_liberal_democracy")
    assert [(row["ref_area"], row["time_period"]) for row in rows] == [("HKG", "2024"), ("TWN", "2024")]
    assert (rows[1]["lower"], rows[1]["obs_value"], rows[1]["upper"]) == ("0.642", "0.7", "0.751")


def test_the_older_version_has_no_bounds(tmp_path: Path) -> None:
    data = _data(tmp_path)
    vdem.ingest(_raw(tmp_path, ("TWN",)), data)
    assert _read(data, "vdem_public_sector_corruption") == [
        {"ref_area": "TWN", "time_period": "2023", "obs_value": "0.824"}
    ]


def test_a_table_without_taiwan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="TWN"):
        vdem.ingest(_raw(tmp_path, ("HKG",)), _data(tmp_path))


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    raw = _raw(tmp_path, ("TWN",))
    path = raw / "vdem_simple_v15_1990on.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("v2x_libdem_codelow", "low"), encoding="utf-8")
    with pytest.raises(IngestError, match="v2x_libdem_codelow"):
        vdem.ingest(raw, _data(tmp_path))
