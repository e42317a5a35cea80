"""The portal's catalogue: concentration, neglect, counties and offices."""

import csv
from pathlib import Path

import pytest

from dashboard.exceptions import IngestError
from dashboard.ingest.common import COUNTY_CODES
from dashboard.ingest.open_data_catalogue import AGENCIES, ingest, measure_concentration, measure_neglect

HEADER = "agency,title,views,downloads,rating,published,county\n"


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    raw, data = tmp_path / "raw", tmp_path / "data"
    (data / "indicators").mkdir(parents=True)
    (data / "places").mkdir()
    raw.mkdir()
    lines = [f"{name},a,10,{100},,2017-02-14,\n" for name in AGENCIES if not name.startswith("桃園市")]
    # A county's office, a county written with the other form of the character, no date, a comma in a title.
    lines += [
        "桃園市政府交通局,路外停車資訊,10,800,80.0,2015-09-18,桃園市\n",
        '台東縣政府,"甲,乙",10,0,,,台東縣\n',
        "鄉公所,c,10,0,,2018-01-01,\n",
    ]
    (raw / "catalogue_35955.csv").write_text(HEADER + "".join(lines), encoding="utf-8")
    places = "".join(f"{code},200000\n" for code in COUNTY_CODES.values())
    (data / "places" / "counties.csv").write_text("code,population\n" + places, encoding="utf-8")
    return raw, data


def test_concentration_is_a_share_of_downloads() -> None:
    shares = measure_concentration([500, 300, 100, 100, *[0] * 196])
    assert shares == {"top_10": 100.0, "top_1_percent": 80.0, "top_10_percent": 100.0, "lower_half": 0.0}


def test_concentration_needs_a_download() -> None:
    with pytest.raises(IngestError, match="no download"):
        measure_concentration([0, 0])


def test_never_downloaded_counts_among_fewer_than_ten() -> None:
    assert measure_neglect([0, 9, 10, 1000]) == {"never": 25.0, "under_10": 50.0}


def test_every_county_has_a_row_even_without_data_sets(folders: tuple[Path, Path]) -> None:
    ingest(*folders)
    rows = {
        row["ref_area"]: row["obs_value"] for row in read(folders[1] / "indicators" / "open_datasets_by_county.csv")
    }
    assert len(rows) == 22
    assert (rows["TW-TAO"], rows["TW-TTT"], rows["TW-TPE"]) == ("1", "1", "0")


def test_rates_use_the_population_in_places(folders: tuple[Path, Path]) -> None:
    ingest(*folders)
    rows = read(folders[1] / "indicators" / "open_data_downloads_by_county_per_100k.csv")
    assert {row["ref_area"]: row["obs_value"] for row in rows}["TW-TAO"] == "400"


def test_data_sets_without_a_day_are_not_given_a_year(folders: tuple[Path, Path]) -> None:
    ingest(*folders)
    rows = read(folders[1] / "indicators" / "open_datasets_listed_by_year.csv")
    assert {row["time_period"]: row["obs_value"] for row in rows} == {"2015": "1", "2017": "9", "2018": "1"}


def test_offices_below_the_ten_are_summed(folders: tuple[Path, Path]) -> None:
    ingest(*folders)
    rows = read(folders[1] / "indicators" / "open_data_downloads_by_agency.csv")
    parts = {row["breakdown"]: row["obs_value"] for row in rows}
    assert len(parts) == 11
    assert (parts["taoyuan_transport"], parts["other"]) == ("800", "0")


def test_a_missing_office_is_named(folders: tuple[Path, Path]) -> None:
    path = folders[0] / "catalogue_35955.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("文化部", "文化局"), encoding="utf-8")
    with pytest.raises(IngestError, match="culture"):
        ingest(*folders)


def test_rows_of_other_sources_stay(folders: tuple[Path, Path]) -> None:
    path = folders[1] / "indicators" / "open_datasets_by_county.csv"
    path.write_text(
        "ref_area,time_period,obs_value,source_code\n"
        "TW-TPE,2018-03-20,1039,od_agency_page_2018\n"
        "TW-TPE,2018-07-20,999,od_catalogue_2018\n",
        encoding="utf-8",
    )
    ingest(*folders)
    ingest(*folders)
    rows = [row for row in read(path) if row["ref_area"] == "TW-TPE"]
    assert [(row["time_period"], row["obs_value"]) for row in rows] == [
        ("2018-03-20", "1039"),
        ("2018-07-20", "999"),
        ("2018-07-20", "0"),
    ]


def test_another_shape_is_refused(folders: tuple[Path, Path]) -> None:
    (folders[0] / "catalogue_35955.csv").write_text("agency,title\nx,y\n", encoding="utf-8")
    with pytest.raises(IngestError, match="must have the columns"):
        ingest(*folders)
