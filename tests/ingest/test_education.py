"""University-educated people by township, county and nation."""

import csv
from pathlib import Path

import pytest

from dashboard.exceptions import IngestError
from dashboard.ingest.education import TOWNSHIPS, ingest

HEADER = "yr,TOWNCODE,edu_age_15up_total,univ_plus\n"


def write(folder: Path, townships: int) -> tuple[Path, Path]:
    raw, data = folder / "raw", folder / "data"
    (data / "indicators").mkdir(parents=True)
    raw.mkdir()
    # One small well-educated township in Taipei; the others, in Lienchiang, are large and less so.
    lines = ["2020,63000010,100.0,90.0\n", "2019,63000010,100.0,10.0\n"]
    lines += [f"2020,09007{number:03},1000.0,100.0\n" for number in range(1, townships)]
    (raw / "education_township_2013_2020.csv").write_text(HEADER + "".join(lines), encoding="utf-8")
    return raw, data


def test_counties_and_nation_are_summed_from_people(tmp_path: Path) -> None:
    raw, data = write(tmp_path, TOWNSHIPS)
    ingest(raw, data)
    with (data / "indicators" / "university_educated_share.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["ref_area"]: float(row["obs_value"]) for row in csv.DictReader(file)}
    assert len(rows) == TOWNSHIPS + 3
    assert (rows["63000010"], rows["TW-TPE"], rows["TW-LIE"]) == (90.0, 90.0, 10.0)
    assert rows["TWN"] == round((90 + 36700) / 367100 * 100, 4)


def test_a_missing_township_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="368 townships"):
        ingest(*write(tmp_path, 10))
