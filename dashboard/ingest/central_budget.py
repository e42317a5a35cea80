"""Money for the bodies that oversee central government, and for indigenous affairs, fiscal years 2006 to 2025.

Source: proposed central budget by line item, DGBAS, made machine-readable by the g0v ``twbudget`` project (OGDL 1.0).
The lines add up to 83 to 90 % of the official totals, so shares are shares of the itemised lines.
"""

from pathlib import Path
from typing import Any

import pandas as pd

from dashboard.exceptions import IngestError
from dashboard.ingest.common import NATION, number, write_observations

FILE = "central_budget_2006_2025.parquet"
# Part → how the names of its budget units begin; audit offices in the special municipalities count with their head.
OVERSIGHT = {
    "legislative_yuan": ("立法院",),
    "control_yuan": ("監察院",),
    "audit_office": ("審計部",),
    "anti_corruption_agency": ("廉政署",),
    "public_construction_commission": ("公共工程委員會",),
    "central_election_commission": ("中央選舉委員會",),
    "national_archives": ("檔案管理局",),
}
# Until 2007 the Council was one unit with its subordinate body; the culture park was renamed in 2017.
INDIGENOUS = ("原住民族委員會", "文化園區管理局", "原住民族文化發展中心")
ANTI_CORRUPTION, OPENED = "anti_corruption_agency", 2011
BEFORE_OPENING = {
    "obs_status": "M",
    "note_zh_tw": "廉政署尚未成立",
    "note_en": "The Agency did not exist yet",
}
OPENING_YEAR = {
    "obs_status": "L",
    "note_zh_tw": "廉政署於年中成立，該年度預算案沒有它的科目",
    "note_en": "The Agency opened in mid-year; the budget proposal has no line for it",
}
HUMAN_RIGHTS_YEAR = {
    "obs_status": "B",
    "note_zh_tw": "自本年度起含國家人權業務科目",
    "note_en": "From this year includes a line for national human rights work",
}


def _read(path: Path) -> Any:
    frame: Any = pd.read_parquet(path)
    if missing := sorted({"year", "amount", "topname", "depname"} - set(frame.columns)):
        raise IngestError(f"{path.name}: no column {', '.join(missing)}")
    # One line of 2007 has no unit, and some names end in full-width spaces.
    return frame.assign(depname=frame["depname"].fillna("").str.strip())


def _sums(frame: Any, beginnings: tuple[str, ...]) -> dict[int, int]:
    chosen = frame[frame["depname"].str.startswith(beginnings)]
    return {int(year): int(amount) for year, amount in chosen.groupby("year")["amount"].sum().items()}


def _remark(part: str, year: int) -> dict[str, object]:
    if part == ANTI_CORRUPTION and year <= OPENED:
        return dict(BEFORE_OPENING if year < OPENED else OPENING_YEAR)
    return dict(HUMAN_RIGHTS_YEAR) if part == "control_yuan" and year == 2021 else {}


def _oversight_rows(frame: Any, totals: dict[int, int], *, share: bool) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for part, beginnings in OVERSIGHT.items():
        sums = _sums(frame, beginnings)
        for year, total in totals.items():
            row = {"ref_area": NATION, "time_period": str(year), "breakdown": part} | _remark(part, year)
            if row.get("obs_status") not in ("M", "L"):
                if year not in sums:
                    raise IngestError(f"{FILE}: no line of {part} in {year}; has the body been renamed?")
                row["obs_value"] = number(sums[year] / total * 100, 6) if share else sums[year]
            rows.append(row)
    return rows


def _indigenous_rows(frame: Any, totals: dict[int, int]) -> list[dict[str, object]]:
    sums = _sums(frame[frame["topname"] == "行政院主管"], INDIGENOUS)
    return [
        {"ref_area": NATION, "time_period": str(year), "obs_value": number(sums[year] / total * 100, 6)}
        for year, total in totals.items()
    ]


def ingest(raw: Path, data: Path) -> None:
    """Write ``oversight_budget_share``, ``oversight_budget_amount`` and ``indigenous_affairs_budget_share``.

    ``raw`` holds ``central_budget_2006_2025.parquet``.
    """
    frame = _read(raw / FILE)
    totals = {int(year): int(amount) for year, amount in frame.groupby("year")["amount"].sum().items()}
    folder = data / "indicators"
    write_observations(folder / "oversight_budget_share.csv", _oversight_rows(frame, totals, share=True))
    write_observations(folder / "oversight_budget_amount.csv", _oversight_rows(frame, totals, share=False))
    write_observations(folder / "indigenous_affairs_budget_share.csv", _indigenous_rows(frame, totals))
