"""Indigenous electors: shares of all electors, and turnouts that would tell on single people."""

import csv
from pathlib import Path

import pytest

from dashboard.exceptions import IngestError
from dashboard.ingest import indigenous_electors

ELECTORS = (
    "year,kind,county,name,TOWNCODE,electors,votes\n"
    "2020,山地,臺北市,松山區,63000010,40,20\n2020,山地,高雄市,田寮區,64000220,3,3\n"
    "2020,平地,臺北市,松山區,63000010,60,40\n2020,平地,高雄市,田寮區,64000220,0,0\n"
)
EVERYONE = (
    "year,county,name,TOWNCODE,electors,votes,valid,invalid\n"
    "2016,臺北市,松山區,63000010,9,9,9,0\n"
    "2020,臺北市,松山區,63000010,1000,700,690,10\n2020,高雄市,田寮區,64000220,600,300,300,0\n"
)


def write(folder: Path, electors: str = ELECTORS, everyone: str = EVERYONE) -> tuple[Path, Path]:
    raw, data = folder / "raw", folder / "data"
    (data / "indicators").mkdir(parents=True)
    raw.mkdir()
    (raw / "indigenous_electors_township_2020_2024.csv").write_text(electors, encoding="utf-8")
    (raw / "president_turnout_township.csv").write_text(everyone, encoding="utf-8")
    return raw, data


def read(data: Path, code: str) -> dict[tuple[str, str], dict[str, str]]:
    with (data / "indicators" / f"{code}.csv").open(encoding="utf-8", newline="") as file:
        return {(row["ref_area"], row["breakdown"]): row for row in csv.DictReader(file)}


@pytest.fixture(autouse=True)
def two_townships(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indigenous_electors, "TOWNSHIPS", 2)


def test_shares_take_the_electors_of_the_same_year(tmp_path: Path) -> None:
    raw, data = write(tmp_path)
    indigenous_electors.ingest(raw, data)
    shares = read(data, "indigenous_electors_share")
    assert shares["63000010", "_T"]["obs_value"] == "10"
    assert shares["TWN", "_T"]["obs_value"] == "6.4375"
    assert shares["TW-TPE", "mountain"]["obs_value"] == "4"


def test_townships_have_no_parts(tmp_path: Path) -> None:
    raw, data = write(tmp_path)
    indigenous_electors.ingest(raw, data)
    assert {part for place, part in read(data, "indigenous_electors") if place.isdigit()} == {"_T"}


def test_turnout_of_a_few_people_is_withheld(tmp_path: Path) -> None:
    raw, data = write(tmp_path)
    indigenous_electors.ingest(raw, data)
    turnouts = read(data, "indigenous_turnout")
    for key in (("64000220", "_T"), ("TW-KHH", "_T"), ("TW-KHH", "plains")):
        assert (turnouts[key]["obs_value"], turnouts[key]["obs_status"]) == ("", "Q")
        assert turnouts[key]["note_zh_tw"]
    assert (turnouts["63000010", "_T"]["obs_value"], turnouts["63000010", "_T"]["obs_status"]) == ("60", "")


@pytest.mark.parametrize(
    ("electors", "everyone", "words"),
    [
        (ELECTORS.replace("山地", "其他"), EVERYONE, "of kind 其他"),
        (ELECTORS.replace("40,20", "40,50"), EVERYONE, "too many votes"),
        (ELECTORS.replace("64000220", "63000010"), EVERYONE, "must list 2 townships"),
        (ELECTORS, EVERYONE.replace("1000", "50"), "indigenous electors of 50"),
        (ELECTORS, "year\n2020\n", "must have the columns"),
    ],
)
def test_files_of_another_shape_are_refused(tmp_path: Path, electors: str, everyone: str, words: str) -> None:
    with pytest.raises(IngestError, match=words):
        indigenous_electors.ingest(*write(tmp_path, electors, everyone))
