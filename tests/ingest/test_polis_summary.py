"""Polis exports in small: doubled clicks, changed minds, late votes, passes, refused statements, a turned sign."""

import csv
import json
from pathlib import Path

import pandas as pd
import pytest

from dashboard.exceptions import IngestError
from dashboard.ingest.polis_summary import (
    AI,
    UBER,
    count_agreed,
    count_by_month,
    count_statements,
    ingest,
    latest_votes,
    measure_writers,
    rate_statements,
    read_uber,
    share_of_votes,
)

PEOPLE = 40
JULY, EVE_LATE, MEETING, LATER = (
    1_436_000_000_000,  # 4 July 2015
    1_440_604_800_000,  # 27 August 2015, 00:00 in Taipei; still the 26th in UTC
    1_440_680_000_000,  # 27 August 2015, evening
    1_443_700_000_000,  # 1 October 2015
)


def _write(path: Path, header: str, rows: list[tuple[object, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([header.split(","), *rows])


def _clicks() -> list[tuple[object, ...]]:
    """Statement 0: 32 of 40 agree, 8 pass. Statement 1: 30 agree, 10 against. 3 and 4 have one vote each."""
    clicks: list[tuple[object, ...]] = []
    for person in range(PEOPLE):
        clicks.append((JULY + person, "x", 0, person, 1 if person < 32 else 0))
        clicks.append((JULY + person, "x", 1, person, 1 if person < 30 else -1))
    clicks += [(JULY, "x", 3, 5, 1), (JULY, "x", 4, 6, 1)]
    clicks.append((JULY + 500, "x", 0, 0, 1))  # a doubled click
    clicks.append((JULY + 100, "x", 1, 7, -1))  # a change of mind …
    clicks.append((LATER, "x", 1, 7, 1))  # … and back again, later
    clicks.append((EVE_LATE, "x", 0, 90, -1))  # the day of the meeting in Taipei
    clicks.append((MEETING, "x", 0, 91, -1))
    return clicks


def _uber(raw: Path, agrees: int = 64) -> Path:
    folder = raw / UBER
    _write(folder / "votes.csv", "timestamp,datetime,comment-id,voter-id,vote", _clicks())
    people = [(0, 1, agrees), *[(person, "" if person > 9 else 0, 0) for person in range(1, 42)]]
    _write(folder / "participants-votes.csv", "participant,group-id,n-agree", people)
    # 2 was refused, 4 never judged; 3 came after the meeting.
    statements = [(JULY, 0, 0, 1), (JULY, 1, 5, 1), (JULY, 2, 5, -1), (LATER, 3, 5, 1), (JULY, 4, 6, 0)]
    rows = [(*row, "words\nin two lines") for row in statements]
    _write(folder / "comments.csv", "timestamp,comment-id,author-id,moderated,comment-body", rows)
    return folder


def _ai(raw: Path) -> None:
    folder = raw / AI
    folder.mkdir(parents=True)
    # Person 1 passes on 9, so that agreements are not simply the votes.
    votes = [
        {"participant_id": p, "statement_id": 9, "vote": 0 if p == 1 else 1, "modified": 1.7e12} for p in range(30)
    ]
    told = {
        "statement_id": 9,
        "participant_id": 0,
        "moderated": 1,
        "agree_count": 29,
        "created": "2023-08-16T20:00:00Z",
    }
    math = {"group-votes": {"0": {"n-members": 8}, "1": {"n-members": 12}}}
    for name, content in (("votes", votes), ("comments", [told]), ("math-pca2", math)):
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")


def test_only_the_latest_vote_of_a_person_counts(tmp_path: Path) -> None:
    votes = read_uber(_uber(tmp_path)).votes
    assert len(votes) == 2 * PEOPLE + 4
    changed = votes[(votes["voter"] == 7) & (votes["statement"] == 1)].iloc[0]
    assert (changed["vote"], changed["first_month"]) == (1, "2015-07")


def test_equal_times_keep_the_order_of_the_file() -> None:
    rows = pd.DataFrame({"timestamp": [1, 1], "voter": [3, 3], "statement": [0, 0], "vote": [1, -1]})
    assert latest_votes(rows)["vote"].tolist() == [-1]


def test_the_early_reading_ends_at_midnight_in_taipei(tmp_path: Path) -> None:
    early = read_uber(_uber(tmp_path), "2015-08-26")
    assert early.period == "2015-07-04/2015-08-26"
    assert early.votes["voter"].nunique() == PEOPLE
    changed = early.votes[(early.votes["voter"] == 7) & (early.votes["statement"] == 1)]
    assert changed["vote"].tolist() == [-1]
    assert count_statements(early)["_T"] == 4
    assert early.grouped is None


def test_passes_and_thin_statements(tmp_path: Path) -> None:
    early = read_uber(_uber(tmp_path), "2015-08-26")
    rated = rate_statements(early)
    assert rated.index.tolist() == [0, 1]
    # Statement 0: 32 of 40 with passes, 32 of 32 without; statement 1: 29 of 40 both ways.
    assert count_agreed(rated) == {"passes_counted": 1, "passes_left_out": 1}
    whole = rate_statements(read_uber(tmp_path / UBER))
    assert count_agreed(whole) == {"passes_counted": 0, "passes_left_out": 1}


def test_no_share_without_a_base() -> None:
    with pytest.raises(IngestError, match="30 people"):
        count_agreed(pd.DataFrame({"agree": [], "disagree": [], "voters": []}))


def test_statements_by_what_moderators_did(tmp_path: Path) -> None:
    counts = count_statements(read_uber(_uber(tmp_path)))
    assert counts == {"_T": 5, "accepted": 3, "rejected": 1, "undecided": 1, "accepted_organisers": 1, "rated": 2}


def test_writers_leave_the_organisers_out(tmp_path: Path) -> None:
    assert measure_writers(read_uber(_uber(tmp_path))) == (2, PEOPLE + 1)


def test_shares_of_the_busiest_and_the_quiet_half() -> None:
    counts = pd.Series([50, 20, 10, 10, 2, 2, 2, 2, 1, 1, 0])
    shares = share_of_votes(counts)
    assert shares["top_tenth"] == pytest.approx(50)
    assert shares["lower_half"] == pytest.approx(6)


def test_too_few_voters_have_no_tenth() -> None:
    with pytest.raises(IngestError, match="no tenth"):
        share_of_votes(pd.Series([3, 2, 1]))


def test_months_without_votes_are_zero(tmp_path: Path) -> None:
    _uber(tmp_path)
    with (tmp_path / UBER / "votes.csv").open("a", encoding="utf-8") as file:
        file.write(f"{LATER},x,1,92,-1\n")
    months = {row["time_period"]: row["obs_value"] for row in count_by_month(read_uber(tmp_path / UBER))}
    assert months == {"2015-07": 2 * PEOPLE + 2, "2015-08": 2, "2015-09": 0, "2015-10": 1}


def test_ingest_writes_counts_and_no_words(tmp_path: Path) -> None:
    _uber(tmp_path)
    _ai(tmp_path)
    data = tmp_path / "data"
    (data / "indicators").mkdir(parents=True)
    ingest(tmp_path, data)
    written = {path.stem: path.read_text(encoding="utf-8") for path in (data / "indicators").iterdir()}
    assert len(written) == 7
    assert not any("words" in text for text in written.values())
    voters = written["polis_consultation_voters"]
    assert "TWN,2015-07-04/2015-10-01,grouped,10,uberpolis_export_2015" in voters
    assert "TWN,2023-11-15/2023-11-15,grouped,20,uberpolis_ai_2023" in voters
    shares = written["polis_statements_agreed_share"]
    assert "passes_counted,100,uberpolis_ai_2023,1 之中的 1。,1 of 1." in shares


def test_a_file_with_the_sign_turned_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="agreements"):
        read_uber(_uber(tmp_path, agrees=11))


def test_missing_columns_and_files_are_named(tmp_path: Path) -> None:
    folder = _uber(tmp_path)
    _write(folder / "comments.csv", "timestamp,comment-id,moderated", [(JULY, 0, 1)])
    with pytest.raises(IngestError, match="author-id"):
        read_uber(folder)
    (folder / "votes.csv").unlink()
    with pytest.raises(IngestError, match=r"votes\.csv is missing"):
        read_uber(folder)
