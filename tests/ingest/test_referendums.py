"""National ballots by township: shares, rules of adoption, rows of other sources."""

import csv
from pathlib import Path

import pytest

from dashboard.exceptions import IngestError
from dashboard.ingest import referendums

HEADER = (
    "year,case_no,case,level,county,area_name,COUNTYCODE,TOWNCODE,valid_ticket,agree_ticket,"
    "disagree_ticket,invalid_ticket,vote_ticket,votable_population\n"
)
# Ballot 7 passes; ballot 17 has more yes than no but too few of all electors; 2022 needs more than half of them.
COUNTS = {("2018", "7"): "60,40,20,5,65,100", ("2021", "17"): "30,20,10,0,30,100", ("2022", "1"): "90,50,40,0,90,100"}


def write(folder: Path, counts: dict[tuple[str, str], str]) -> tuple[Path, Path]:
    raw, data = folder / "raw", folder / "data"
    (data / "indicators").mkdir(parents=True)
    raw.mkdir()
    lines = [HEADER]
    for (year, number), figures in counts.items():
        lines.append(f"{year},{number},x,nation,全國,全國,,,{figures}\n")
        lines.append(f"{year},{number},x,county,台北市,台北市,,,{figures}\n")
        lines.append(f"{year},{number},x,town,臺北市,松山區,63000,63000010,{figures}\n")
    (raw / "referendum_township.csv").write_text("".join(lines), encoding="utf-8")
    return raw, data


def read(data: Path, code: str) -> list[dict[str, str]]:
    with (data / "indicators" / f"{code}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(autouse=True)
def one_place_of_each_level(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(referendums, "PLACES", {"nation": 1, "county": 1, "town": 1})


def test_shares_leave_out_papers_that_are_not_valid(tmp_path: Path) -> None:
    raw, data = write(tmp_path, COUNTS)
    referendums.ingest(raw, data)
    shares = {(row["ref_area"], row["breakdown"]): row["obs_value"] for row in read(data, "referendum_yes_share")}
    turnouts = {(row["ref_area"], row["breakdown"]): row["obs_value"] for row in read(data, "referendum_turnout")}
    assert shares["TW-TPE", "case_07"] == "66.6667"
    assert turnouts["63000010", "case_07"] == "65"
    of_all = {(row["ref_area"], row["breakdown"]): row for row in read(data, "referendum_yes_share_of_electors")}
    assert of_all["TW-TPE", "case_07"]["obs_value"] == "40"
    assert of_all["63000010", "case_07"]["published"] > of_all["TWN", "case_07"]["published"] == ""
    assert [row["obs_value"] for row in read(data, "voting_age_yes_share")] == ["55.5556"] * 3


def test_each_ballot_is_judged_by_its_own_rule(tmp_path: Path) -> None:
    raw, data = write(tmp_path, COUNTS)
    referendums.ingest(raw, data)
    counts = {(row["time_period"][:4], row["breakdown"]): row["obs_value"] for row in read(data, "referendum_ballots")}
    assert [counts[year, "more_yes_than_no"] for year in ("2018", "2021", "2022")] == ["1", "1", "1"]
    assert [counts[year, "adopted"] for year in ("2018", "2021", "2022")] == ["1", "0", "0"]


def test_rows_of_another_source_stay(tmp_path: Path) -> None:
    raw, data = write(tmp_path, COUNTS)
    path = data / "indicators" / "referendum_turnout.csv"
    path.write_text(
        "ref_area,time_period,breakdown,obs_value,source_code\nTWN,2025-08-23,case_21,29.53,press\n"
        "TWN,2018-11-24,case_07,1,\n",
        encoding="utf-8",
    )
    referendums.ingest(raw, data)
    referendums.ingest(raw, data)
    rows = [row for row in read(data, "referendum_turnout") if row["ref_area"] == "TWN"]
    # What the table gives otherwise than before is added after the row it replaces.
    assert [row["obs_value"] for row in rows] == ["1", "65", "30", "90", "29.53"]
    assert [row["published"] for row in rows].index("") == 0


def test_counts_that_do_not_add_up_are_refused(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="do not add up"):
        referendums.ingest(*write(tmp_path, {("2018", "7"): "60,41,20,5,65,100"}))


def test_a_missing_place_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(referendums, "PLACES", {"nation": 1, "county": 22, "town": 368})
    with pytest.raises(IngestError, match="level county"):
        referendums.ingest(*write(tmp_path, COUNTS))


def test_a_missing_column_is_refused(tmp_path: Path) -> None:
    raw, data = write(tmp_path, {})
    (raw / "referendum_township.csv").write_text("year\n2018\n", encoding="utf-8")
    with pytest.raises(IngestError, match="lacks the columns"):
        referendums.ingest(raw, data)
