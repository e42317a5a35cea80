"""Endorsements by county and proposals by status, from lists in the shape of the real ones."""

import csv
from pathlib import Path

import pytest

from dashboard.exceptions import IngestError
from dashboard.ingest.join_petition import ENDORSEMENTS, PROPOSALS, endorsement_rates, ingest, status_counts

POPULATION = {"TW-TPE": 200_000, "TW-TNN": 100_000, "TW-LIE": 50_000}


def _signed(county: str, at: str = "2025-10-16 01:29:32") -> dict[str, str]:
    return {"endorsed_at": at, "county": county, "town": "", "TOWNCODE": ""}


def test_rate_is_per_100_000_people_of_the_county() -> None:
    rows = [_signed("臺南市"), _signed("台南市", "2025-12-14 22:04:19"), _signed("臺北市")]
    rates = {row["ref_area"]: row for row in endorsement_rates(rows, POPULATION)}
    assert rates["TW-TNN"]["obs_value"] == pytest.approx(2)
    assert rates["TW-TPE"]["obs_value"] == pytest.approx(0.5)
    assert rates["TWN"]["obs_value"] == pytest.approx(3 / 350_000 * 100_000)
    assert rates["TWN"]["time_period"] == "2025-10-16/2025-12-14"


def test_county_without_endorsements_is_zero_not_missing() -> None:
    rates = {row["ref_area"]: row["obs_value"] for row in endorsement_rates([_signed("臺北市")], POPULATION)}
    assert rates["TW-LIE"] == 0


def test_unknown_county_is_refused() -> None:
    with pytest.raises(IngestError, match="不詳"):
        endorsement_rates([_signed("不詳")], POPULATION)


def test_every_status_is_counted_even_when_nobody_has_it() -> None:
    rows = [{"id": "a", "rawStatus": "Completed"}, {"id": "b", "rawStatus": "Ready"}]
    counts = {row["breakdown"]: row["obs_value"] for row in status_counts(rows)}
    assert counts == {"_T": 2, "completed": 1, "collecting": 0, "not_started": 1}


def test_new_status_is_refused() -> None:
    with pytest.raises(IngestError, match="Archived"):
        status_counts([{"id": "a", "rawStatus": "Archived"}])


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    # The published lists begin with a byte order mark.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _folders(tmp_path: Path) -> tuple[Path, Path]:
    raw, data = tmp_path / "raw", tmp_path / "data"
    for folder in (raw, data / "indicators", data / "places"):
        folder.mkdir(parents=True)
    counties = [{"code": code, "population": str(people)} for code, people in POPULATION.items()]
    _write(data / "places" / "counties.csv", counties)
    return raw, data


def test_ingest_writes_both_tables(tmp_path: Path) -> None:
    raw, data = _folders(tmp_path)
    _write(raw / ENDORSEMENTS, [_signed("臺北市"), _signed("臺南市")])
    _write(raw / PROPOSALS, [{"id": "a", "rawStatus": "FirstSigned"}])
    ingest(raw, data)
    rates = (data / "indicators" / "join_petition_endorsements_rate.csv").read_text(encoding="utf-8").splitlines()
    assert rates[0] == "ref_area,time_period,obs_value,note_zh_tw,note_en"
    assert "TW-LIE,2025-10-16/2025-10-16,0,0 人附議。,0 endorsements." in rates
    statuses = (data / "indicators" / "join_gender_proposals.csv").read_text(encoding="utf-8")
    assert "TWN,2026-07-02,collecting,1" in statuses


def test_file_without_the_expected_columns_is_refused(tmp_path: Path) -> None:
    raw, data = _folders(tmp_path)
    _write(raw / ENDORSEMENTS, [{"when": "2025-10-16", "where": "臺北市"}])
    with pytest.raises(IngestError, match="endorsed_at"):
        ingest(raw, data)
