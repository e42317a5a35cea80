"""Presidential turnout by township, county and nation."""

import csv
from pathlib import Path

import pytest

from dashboard.exceptions import IngestError
from dashboard.ingest import presidential_turnout

HEADER = "year,county,name,TOWNCODE,electors,votes,valid,invalid\n"
TAIPEI = "2024,臺北市,松山區,63000010,300,210,205,5\n2024,臺北市,信義區,63000020,100,90,90,0\n"


def write(folder: Path, lines: str) -> tuple[Path, Path]:
    raw, data = folder / "raw", folder / "data"
    (data / "indicators").mkdir(parents=True)
    raw.mkdir()
    (raw / "president_turnout_township.csv").write_text(HEADER + lines, encoding="utf-8")
    return raw, data


@pytest.fixture(autouse=True)
def two_townships(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presidential_turnout, "TOWNSHIPS", 2)


def test_counties_and_nation_are_summed_from_papers(tmp_path: Path) -> None:
    raw, data = write(tmp_path, TAIPEI)
    presidential_turnout.ingest(raw, data)
    with (data / "indicators" / "presidential_turnout.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["ref_area"]: row["obs_value"] for row in csv.DictReader(file)}
    # 300 of 400, not the mean of 70 and 90 %.
    assert rows == {"63000010": "70", "63000020": "90", "TW-TPE": "75", "TWN": "75"}


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (TAIPEI.splitlines()[0] + "\n", "must list 2 townships"),
        (TAIPEI + TAIPEI, "must list 2 townships once"),
        (TAIPEI.replace("300,210", "200,210"), "more votes than electors"),
        ("", "must have the columns"),
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, lines: str, words: str) -> None:
    with pytest.raises(IngestError, match=words):
        presidential_turnout.ingest(*write(tmp_path, lines))
