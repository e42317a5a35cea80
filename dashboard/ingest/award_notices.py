"""How many suppliers tendered, in the award notices of the 2016 procurement data challenge.

Source: 64,782 award notices of the Public Construction Commission, line-aligned in a public repository
(r3dmaohong/govProcurement); the notices carry no date, buyer or procedure, so nothing can be split by them.
Negotiated and restricted procurement, where one tenderer is the rule, is in the count with everything else.
"""

from pathlib import Path

import pandas as pd

from dashboard.exceptions import IngestError
from dashboard.ingest.common import NATION, write_observations

FILE = "pcc_awards_64782.parquet"
COLUMNS = ("tenderers", "n_tenderers")
SEPARATOR = "|"
PERIOD = "2016"
CLASSES = (
    ("one", 1, 1),
    ("two", 2, 2),
    ("three", 3, 3),
    ("four", 4, 4),
    ("five_to_nine", 5, 9),
    ("ten_or_more", 10, 0),
)
"""Code, least and greatest number of tenderers; 0 for no upper limit."""


def _read(path: Path) -> pd.Series:
    """Return the number of tenderers of each notice, checked against the names listed.

    Raises:
        IngestError: when the file is missing, lacks a column or miscounts its own names.
    """
    if not path.exists():
        raise IngestError(f"{path.name} is missing; put it into the folder given as raw")
    table = pd.read_parquet(path)
    if missing := [name for name in COLUMNS if name not in table]:
        raise IngestError(f"{path.name} has no column {', '.join(missing)}")
    names = table["tenderers"].fillna("")
    counted = names.str.count("[" + SEPARATOR + "]") + (names != "")
    if wrong := int((counted != table["n_tenderers"]).sum()):
        raise IngestError(f"{path.name}: in {wrong} notices the names listed are not n_tenderers many")
    return table["n_tenderers"]


def _row(value: float, **more: str) -> dict[str, object]:
    return {"ref_area": NATION, "time_period": PERIOD, "obs_value": value, **more}


def _distribution(counts: pd.Series) -> list[dict[str, object]]:
    """Return notices by number of tenderers, with the total of those that list any."""
    rows = [_row(int((counts > 0).sum()))]
    for code, least, greatest in CLASSES:
        inside = (counts >= least) & ((counts <= greatest) | (greatest == 0))
        rows.append(_row(int(inside.sum()), breakdown=code))
    return rows


def _flags(counts: pd.Series) -> list[dict[str, object]]:
    """Return how many notices raise the signal of a single tenderer, do not, or cannot be judged; they add up."""
    parts = {"flagged": counts == 1, "not_flagged": counts > 1, "not_computable": counts == 0}
    return [_row(len(counts)), *(_row(int(kept.sum()), breakdown=code) for code, kept in parts.items())]


def ingest(raw: Path, data: Path) -> None:
    """Write ``single_tenderer_share.csv``, ``single_tenderer_flag.csv`` and ``award_notices_by_tenderers.csv``.

    Raises:
        IngestError: when the file is missing or has not the expected shape.
    """
    counts = _read(raw / FILE)
    listed = int((counts > 0).sum())
    if not listed:
        raise IngestError(f"{FILE} names no tenderer at all")
    folder = data / "indicators"
    folder.mkdir(parents=True, exist_ok=True)
    # A notice that names nobody tells nothing about competition and stays out of numerator and denominator.
    share = round(int((counts == 1).sum()) / listed * 100, 4)
    write_observations(folder / "single_tenderer_share.csv", [_row(share)])
    write_observations(folder / "single_tenderer_flag.csv", _flags(counts))
    write_observations(folder / "award_notices_by_tenderers.csv", _distribution(counts))
