"""Requests for data: states, undated replies and broken rows."""

import csv
from pathlib import Path

import pytest

from dashboard.exceptions import IngestError
from dashboard.ingest.data_requests import count_reply_years, ingest, measure_replied_share

HEADER = "id,title,agency,replied,reply_date,text_chars,agency2\n"
# A reply without a date, a row the parser could not read, an open request with a date, a sentence where the
# office should stand.
BODY = (
    "5,a,經濟部,True,2019-01-24,1,經濟部\n"
    "4,b,經濟部,True,2018-12-01,1,經濟部\n"
    "3,c,經濟部,True,,1,經濟部\n"
    "2,d,,,,9000,\n"
    '1,e,"方便資料,圖像化。",False,2018-06-04,1,\n'
)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    raw, data = tmp_path / "raw", tmp_path / "data"
    (data / "indicators").mkdir(parents=True)
    raw.mkdir()
    (raw / "data_requests_1229.csv").write_text(HEADER + BODY, encoding="utf-8")
    return raw, data


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_undated_replies_have_no_year() -> None:
    rows = [{"reply_date": "2018-12-01"}, {"reply_date": ""}, {"reply_date": "2018-01-01"}]
    assert count_reply_years(rows) == {"2018": 2}


def test_unknown_states_stay_outside_the_share() -> None:
    rows = [{"replied": "True"}, {"replied": "False"}, {"replied": ""}]
    assert measure_replied_share(rows) == 50.0


def test_a_share_needs_a_known_state() -> None:
    with pytest.raises(IngestError, match="no request"):
        measure_replied_share([{"replied": ""}])


def test_the_last_year_is_marked_as_a_part(folders: tuple[Path, Path]) -> None:
    ingest(*folders)
    rows = read(folders[1] / "indicators" / "data_requests.csv")
    assert [(row["time_period"], row["obs_value"], bool(row["note_en"])) for row in rows] == [
        ("2018", "2", False),
        ("2019", "1", True),
    ]


def test_the_share_counts_three_of_four(folders: tuple[Path, Path]) -> None:
    ingest(*folders)
    [row] = read(folders[1] / "indicators" / "data_requests_replied_share.csv")
    assert (row["time_period"], row["obs_value"]) == ("2019-01-25", "75")


def test_a_new_state_is_refused(folders: tuple[Path, Path]) -> None:
    (folders[0] / "data_requests_1229.csv").write_text(HEADER + "1,e,x,Maybe,,1,x\n", encoding="utf-8")
    with pytest.raises(IngestError, match="Maybe"):
        ingest(*folders)


def test_another_shape_is_refused(folders: tuple[Path, Path]) -> None:
    (folders[0] / "data_requests_1229.csv").write_text("id,title\n1,x\n", encoding="utf-8")
    with pytest.raises(IngestError, match="must have the columns"):
        ingest(*folders)
