import csv
from pathlib import Path

import pandas as pd
import pytest

from dashboard.exceptions import IngestError
from dashboard.ingest.award_notices import FILE, ingest


def write_notices(folder: Path, tenderers: list[str], counts: list[int] | None = None) -> None:
    if counts is None:
        counts = [len(names.split("|")) if names else 0 for names in tenderers]
    pd.DataFrame({"row": range(1, len(tenderers) + 1), "tenderers": tenderers, "n_tenderers": counts}).to_parquet(
        folder / FILE
    )


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def test_share_leaves_out_notices_that_name_nobody(tmp_path: Path, data: Path) -> None:
    write_notices(tmp_path, ["甲公司", "甲公司|乙公司", "乙公司", ""])

    ingest(tmp_path, data)

    (row,) = read(data / "indicators" / "single_tenderer_share.csv")
    assert row == {"ref_area": "TWN", "time_period": "2016", "obs_value": "66.6667"}


def test_flagged_not_flagged_and_not_computable_add_up(tmp_path: Path, data: Path) -> None:
    write_notices(tmp_path, ["甲公司", "甲公司|乙公司", "乙公司", ""])

    ingest(tmp_path, data)

    rows = read(data / "indicators" / "single_tenderer_flag.csv")
    values = {row["breakdown"]: int(row["obs_value"]) for row in rows}
    assert values.pop("") == sum(values.values()) == 4
    assert values == {"flagged": 2, "not_flagged": 1, "not_computable": 1}


def test_classes_add_up_to_the_total(tmp_path: Path, data: Path) -> None:
    write_notices(tmp_path, ["|".join("甲" * n) for n in (1, 1, 2, 3, 4, 5, 9, 10, 158)] + [""])

    ingest(tmp_path, data)

    rows = read(data / "indicators" / "award_notices_by_tenderers.csv")
    values = {row["breakdown"]: int(row["obs_value"]) for row in rows}
    assert values.pop("") == sum(values.values()) == 9
    assert values == {"one": 2, "two": 1, "three": 1, "four": 1, "five_to_nine": 2, "ten_or_more": 2}


def test_names_and_count_must_agree(tmp_path: Path, data: Path) -> None:
    write_notices(tmp_path, ["甲公司|乙公司", "丙公司"], counts=[1, 1])

    with pytest.raises(IngestError, match="in 1 notices"):
        ingest(tmp_path, data)


@pytest.mark.parametrize("tenderers", [[""], []])
def test_a_file_without_tenderers_is_refused(tmp_path: Path, data: Path, tenderers: list[str]) -> None:
    write_notices(tmp_path, [*tenderers, ""])

    with pytest.raises(IngestError, match="no tenderer"):
        ingest(tmp_path, data)


def test_a_missing_file_is_named(tmp_path: Path, data: Path) -> None:
    with pytest.raises(IngestError, match=FILE):
        ingest(tmp_path, data)


def test_a_missing_column_is_named(tmp_path: Path, data: Path) -> None:
    pd.DataFrame({"tenderers": ["甲公司"]}).to_parquet(tmp_path / FILE)

    with pytest.raises(IngestError, match="n_tenderers"):
        ingest(tmp_path, data)
