import csv
from pathlib import Path

import pytest

from dashboard.exceptions import IngestError
from dashboard.ingest import open_data_index

HEADER = "id,name,slug,region,continent,rank,score,rank_2014,score_2014,rank_2013,score_2013\n"


def _folders(tmp_path: Path, lines: str, header: str = HEADER) -> tuple[Path, Path]:
    raw, data = tmp_path / "raw", tmp_path / "data"
    raw.mkdir()
    (data / "indicators").mkdir(parents=True)
    (data / "places").mkdir()
    (data / "places" / "countries.csv").write_text(
        "code,title_zh_tw,title_en,level,parent,population\n"
        "TWN,臺灣,Taiwan,country,,\nNZL,紐西蘭,New Zealand,country,,\n",
        encoding="utf-8",
    )
    (raw / "godi_places.csv").write_text(header + lines, encoding="utf-8")
    return raw, data


def _read(data: Path, code: str) -> dict[tuple[str, str], dict[str, str]]:
    with (data / "indicators" / f"{code}.csv").open(encoding="utf-8", newline="") as file:
        return {(row["ref_area"], row["time_period"]): row for row in csv.DictReader(file)}


def test_a_place_not_assessed_is_not_a_score_of_zero(tmp_path: Path) -> None:
    raw, data = _folders(
        tmp_path,
        "tw,Taiwan,taiwan,Asia,Asia,1,78,11,67,36,42\nnz,New Zealand,nz,Oceania,Oceania,123,0,5,72,9,66\n"
        "na,Namibia,na,Africa,Africa,50,20,,,,\nmm,Myanmar,mm,Asia,Asia,122,3,98,0,61,0\n",
    )
    open_data_index.ingest(raw, data)
    ranks = _read(data, "godi_rank")
    assert ranks["TWN", "2015"]["obs_value"] == "1"
    assert (ranks["NZL", "2015"]["obs_value"], ranks["NZL", "2015"]["obs_status"]) == ("", "L")
    assert ranks["NZL", "2014"]["obs_value"] == "5"
    assert _read(data, "godi_score")["NZL", "2013"]["obs_value"] == "66"


def test_the_edition_read_elsewhere_is_kept(tmp_path: Path) -> None:
    raw, data = _folders(tmp_path, "tw,Taiwan,taiwan,Asia,Asia,1,78,11,67,36,42\nmm,M,m,A,A,123,0,98,0,61,0\n")
    (data / "indicators" / "godi_rank.csv").write_text(
        "ref_area,time_period,obs_value,source_code\nTWN,2017,1,press\n", encoding="utf-8"
    )
    open_data_index.ingest(raw, data)
    assert _read(data, "godi_rank")["TWN", "2017"]["source_code"] == "press"


def test_a_file_without_taiwan_or_columns_is_refused(tmp_path: Path) -> None:
    raw, data = _folders(tmp_path, "nz,New Zealand,nz,O,O,123,0,5,72,9,66\n")
    with pytest.raises(IngestError, match="TWN"):
        open_data_index.ingest(raw, data)
    (raw / "godi_places.csv").write_text("id,rank\ntw,1\n", encoding="utf-8")
    with pytest.raises(IngestError, match="score_2013"):
        open_data_index.ingest(raw, data)
