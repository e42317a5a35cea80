"""Women and young people among candidates and winners: reserved seats, small bases, no names."""

import csv
from pathlib import Path

import pytest

from dashboard.exceptions import IngestError
from dashboard.ingest import local_candidates

HEADER = "area,cand_no,cand_name,cand_sex,ticket_num,prv_code,city_code,area_code,year,office,age_election,elected\n"
# Constituency 01 of Taipei has four seats. The file marks three men; the fourth seat is reserved for the woman with
# 70 votes, although a man has 80 and another woman 60. In Kinmen all seats were won by votes.
COUNCIL = [
    ("63", "000", "01", "直轄市議員", "m", 100, 50, "True"),
    ("63", "000", "01", "直轄市議員", "m", 95, 34, "True"),
    ("63", "000", "01", "直轄市議員", "m", 90, 35, "True"),
    ("63", "000", "01", "直轄市議員", "m", 80, 60, "False"),
    ("63", "000", "01", "直轄市議員", "f", 70, 30, "False"),
    ("63", "000", "01", "直轄市議員", "f", 60, 29, "False"),
    ("09", "020", "01", "縣市議員", "f", 40, 45, "True"),
]
OTHERS = [
    ("63", "000", "01", "村里長", "m", 50, 61, "True"),
    ("63", "000", "01", "村里長", "f", 40, 52, "False"),
    ("10", "005", "00", "鄉鎮市長", "f", 50, 40, "True"),
    ("64", "000", "00", "直轄市山地原住民區長", "m", 50, 40, "True"),
]
Person = tuple[str, str, str, str, str, int, int, str]


def write(folder: Path, people: list[Person]) -> tuple[Path, Path]:
    raw, data = folder / "raw", folder / "data"
    (data / "indicators").mkdir(parents=True)
    raw.mkdir()
    lines = [HEADER]
    for number, (province, city, area, office, sex, votes, age, elected) in enumerate(people):
        lines.append(
            f"某區,{number},某人{number},{sex},{votes},{province},{city},{area},2022,{office},{age},{elected}\n"
        )
    (raw / "local_candidates_2014_2018_2022.csv").write_text("".join(lines), encoding="utf-8")
    return raw, data


def read(data: Path, code: str) -> dict[tuple[str, str], dict[str, str]]:
    with (data / "indicators" / f"{code}.csv").open(encoding="utf-8", newline="") as file:
        return {(row["ref_area"], row.get("breakdown") or "_T"): row for row in csv.DictReader(file)}


@pytest.fixture(autouse=True)
def one_reserved_seat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_candidates, "RESERVED", frozenset({("2022", "63000", "01")}))
    monkeypatch.setattr(local_candidates, "SEATS", {"2022": 5})


def test_a_reserved_seat_goes_to_the_best_placed_woman(tmp_path: Path) -> None:
    raw, data = write(tmp_path, COUNCIL + OTHERS)
    local_candidates.ingest(raw, data)
    people = read(data, "councillors_elected")
    assert [people["TW-TPE", part]["obs_value"] for part in ("_T", "women", "men")] == ["4", "1", "3"]
    assert read(data, "women_share_of_councillors_elected")["TWN", "_T"]["obs_value"] == "40"
    assert "1 席" in read(data, "women_share_of_councillors_elected")["TW-TPE", "_T"]["note_zh_tw"]
    # Under 35: the man of 34 and the woman of 30 who holds the reserved seat; 35 is not under 35.
    assert read(data, "under_35_councillors_elected")["TW-TPE", "_T"]["obs_value"] == "2"


def test_candidates_are_everybody_who_stood(tmp_path: Path) -> None:
    raw, data = write(tmp_path, COUNCIL + OTHERS)
    local_candidates.ingest(raw, data)
    assert read(data, "council_candidates")["TWN", "_T"]["obs_value"] == "7"
    assert read(data, "women_share_of_candidates")["TW-TPE", "_T"]["obs_value"] == "33.3333"
    assert "補列" not in read(data, "women_share_of_candidates")["TW-TPE", "_T"]["note_zh_tw"]


def test_a_small_base_is_marked(tmp_path: Path) -> None:
    raw, data = write(tmp_path, COUNCIL + OTHERS)
    local_candidates.ingest(raw, data)
    row = read(data, "women_share_of_councillors_elected")["TW-KIN", "_T"]
    assert (row["obs_status"], row["obs_value"]) == ("U", "100")
    assert "1 people" in row["note_en"]


def test_a_large_base_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_candidates, "SMALL_BASE", 2)
    raw, data = write(tmp_path, COUNCIL + OTHERS)
    local_candidates.ingest(raw, data)
    assert not read(data, "under_35_share_of_candidates")["TW-TPE", "_T"].get("obs_status")


def test_other_offices_stand_apart(tmp_path: Path) -> None:
    raw, data = write(tmp_path, COUNCIL + OTHERS)
    local_candidates.ingest(raw, data)
    assert read(data, "women_share_of_village_chiefs")["TWN", "_T"]["obs_value"] == "0"
    heads = read(data, "women_share_of_township_heads")
    assert [(place, row["obs_value"]) for (place, _), row in heads.items()] == [("TWN", "50")]


def test_no_name_is_written(tmp_path: Path) -> None:
    raw, data = write(tmp_path, COUNCIL + OTHERS)
    local_candidates.ingest(raw, data)
    assert not any("某" in path.read_text(encoding="utf-8") for path in (data / "indicators").glob("*.csv"))


@pytest.mark.parametrize(
    ("people", "words"),
    [
        (COUNCIL[:-1], "council seats filled"),
        (COUNCIL[:4], "no woman stood unelected"),
        ([("63", "000", "01", "直轄市議員", "x", 1, 50, "True")], "sex is"),
        ([*COUNCIL, ("99", "999", "01", "村里長", "m", 1, 50, "True")], "no county code"),
        ([], "must have the columns"),
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, people: list[Person], words: str) -> None:
    with pytest.raises(IngestError, match=words):
        local_candidates.ingest(*write(tmp_path, people))
