"""What was published when: days of publication, what changed between two of them, and what was corrected.

Rows are only ever added, so every earlier state can be asked for. A change of words in definitions and stories is not
kept here; git has it.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from dashboard.evidence import compare_values, grade_claim
from dashboard.language import period_end
from dashboard.models import Observation
from dashboard.queries import CELL, FilledClaim, IndicatorCard, ask, get_claims, list_cells
from dashboard.store import Store

DayProblem = Literal["asof_malformed", "asof_future", "asof_early"]
CHANGE_COLUMNS = (
    "indicator_code",
    "ref_area",
    "time_period",
    "breakdown",
    "source_code",
    "change",
    "old_value",
    "old_status",
    "old_lower",
    "old_upper",
    "new_value",
    "new_status",
    "new_lower",
    "new_upper",
    "published",
    "scheduled",
    "note_zh_tw",
    "note_en",
)
"""What is told of a changed cell: its key, what it held and holds, the day, whether it was announced, and why."""
ROWS = """
    SELECT *, row_number() OVER (
        PARTITION BY indicator_code, ref_area, time_period, breakdown, source_code ORDER BY published DESC
    ) AS newest
    FROM read_parquet($path) WHERE published <= {day}
"""
DIFFERS = " OR ".join(
    f"n.{name} IS DISTINCT FROM o.{name}"
    for name in ("obs_value", "obs_status", "lower", "upper", "note_zh_tw", "note_en")
)
CELLS = """
    o.obs_value AS old_value, o.obs_status AS old_status, o.lower AS old_lower, o.upper AS old_upper,
    n.obs_value AS new_value, n.obs_status AS new_status, n.lower AS new_lower, n.upper AS new_upper,
    n.published, coalesce(o.obs_status IN ('P', 'F'), false) AND n.obs_status <> 'Z' AS scheduled,
    n.note_zh_tw, n.note_en
"""
ORDER = "n.indicator_code, n.ref_area, regexp_extract(n.time_period, '([^/]+)$', 1), n.breakdown, n.source_code"


@dataclass(frozen=True)
class AskedDay:
    """The day whose data are shown, and what was wrong with the day that was asked for."""

    day: dt.date
    problem: DayProblem | None = None


def read_day(asked: str, days: Sequence[dt.date], today: dt.date) -> AskedDay:
    """Return the day an address asks for, or the nearest one that can be shown and why.

    A day after today is today, a day before the first publication is the first, what is no day at all is today.
    """
    try:
        day = dt.date.fromisoformat(asked) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", asked) else None
    except ValueError:
        day = None
    if day is None:
        return AskedDay(today, "asof_malformed")
    if day > today:
        return AskedDay(today, "asof_future")
    if days and day < days[0]:
        return AskedDay(days[0], "asof_early")
    return AskedDay(day)


def get_changes(store: Store, day_from: dt.date, day_to: dt.date) -> pd.DataFrame:
    """Return every cell that differs between two days: ``new``, ``revised`` or ``withdrawn``.

    Columns are ``CHANGE_COLUMNS``. ``scheduled`` tells whether the earlier value was marked provisional or forecast,
    so that its replacement was announced. The notes are those of the later row: a correction's reason.
    ``day_from`` must not lie after ``day_to``.
    """
    sql = f"""
        WITH o AS (SELECT * FROM ({ROWS.format(day="$before")}) WHERE newest = 1 AND obs_status <> 'Z'),
             n AS (SELECT * FROM ({ROWS.format(day="$day")}) WHERE newest = 1)
        SELECT n.indicator_code, n.ref_area, n.time_period, n.breakdown, n.source_code,
               CASE WHEN o.indicator_code IS NULL THEN 'new'
                    WHEN n.obs_status = 'Z' THEN 'withdrawn' ELSE 'revised' END AS change, {CELLS}
        FROM n LEFT JOIN o USING (indicator_code, ref_area, time_period, breakdown, source_code)
        WHERE CASE WHEN o.indicator_code IS NULL THEN n.obs_status <> 'Z' ELSE {DIFFERS} END
        ORDER BY {ORDER}
    """
    return ask(store, sql, day_to, before=day_from)


def get_corrections(store: Store, day: dt.date, indicator_code: str | None = None) -> pd.DataFrame:
    """Return every replacement of a published row until ``day``, the latest first, with what it replaced.

    Columns are ``CHANGE_COLUMNS``; ``change`` is ``revised`` or ``withdrawn``. A scheduled revision replaces a value
    that was marked provisional or forecast; every other replacement is an unscheduled correction.
    """
    kept = "" if indicator_code is None else "AND indicator_code = $code"
    sql = f"""
        WITH held AS ({ROWS.format(day="$day")} {kept})
        SELECT n.indicator_code, n.ref_area, n.time_period, n.breakdown, n.source_code,
               CASE WHEN n.obs_status = 'Z' THEN 'withdrawn' ELSE 'revised' END AS change, {CELLS}
        FROM held n JOIN held o ON o.newest = n.newest + 1
             AND o.indicator_code = n.indicator_code AND o.ref_area = n.ref_area AND o.time_period = n.time_period
             AND o.breakdown = n.breakdown AND o.source_code = n.source_code
        WHERE {DIFFERS}
        ORDER BY n.published DESC, {ORDER}
    """
    values = {} if indicator_code is None else {"code": indicator_code}
    return ask(store, sql, day, **values)


@dataclass(frozen=True)
class ClaimChange:
    """A claim that reads otherwise on two days; None where it could not be made on that day."""

    before: FilledClaim | None
    after: FilledClaim | None
    grade_before: str | None
    grade_after: str | None

    @property
    def kind(self) -> Literal["new", "withdrawn", "revised"]:
        """Return what happened to it."""
        if self.before is None:
            return "new"
        return "withdrawn" if self.after is None else "revised"

    @property
    def claim_id(self) -> str:
        """Return the claim's id."""
        held = self.after or self.before
        return held.claim.id if held else ""


def get_claim_changes(
    store: Store, cards: Mapping[str, IndicatorCard], day_from: dt.date, day_to: dt.date
) -> list[ClaimChange]:
    """Return the claims whose numbers, as they are written, or grade differ between two days, by id.

    The grade of a day is worked out from that day's rows and today's record of how a claim was established.
    """
    held = [_claims_of(store, cards, day) for day in (day_from, day_to)]
    changes = []
    for name in sorted(held[0].keys() | held[1].keys()):
        before, grade_before = held[0].get(name, (None, None))
        after, grade_after = held[1].get(name, (None, None))
        same = before is not None and after is not None and before.written == after.written
        if not same or grade_before != grade_after:
            changes.append(ClaimChange(before, after, grade_before, grade_after))
    return changes


def _claims_of(store: Store, cards: Mapping[str, IndicatorCard], day: dt.date) -> dict[str, tuple[FilledClaim, str]]:
    filled = [item for item in get_claims(store, dict(cards), day) if item.keys]
    index = _index_rows(store, filled, cards, day)
    breaks = {code: [period_end(row.time_period) for row in card.breaks] for code, card in cards.items()}
    money = {code for code, card in cards.items() if card.unit.kind == "money"}
    held = {}
    for item in filled:
        indicator = cards[item.claim.indicator].indicator
        grade = grade_claim(item.claim, indicator, compare_values(item.keys, breaks, index, money))
        held[item.claim.id] = (item, grade.code)
    return held


def _index_rows(
    store: Store, filled: Sequence[FilledClaim], cards: Mapping[str, IndicatorCard], day: dt.date
) -> dict[tuple[str, str, str, str], dict[str, Observation]]:
    """Return the rows claims rest on as of a day: key → source → row, the preferred source first."""
    sql = f"""
        SELECT * EXCLUDE (newest) FROM ({ROWS.format(day="$day")} AND {CELL} IN (SELECT unnest($cells)))
        WHERE newest = 1 AND obs_status <> 'Z'
    """
    cells = list_cells(key for item in filled for key in item.keys)
    index: dict[tuple[str, str, str, str], dict[str, Observation]] = {}
    for row in ask(store, sql, day, cells=cells).to_dict("records"):
        key = (row["indicator_code"], row["ref_area"], row["time_period"], row["breakdown"])
        index.setdefault(key, {})[row["source_code"]] = Observation.model_construct(**row)  # type: ignore[arg-type]
    order = {code: [source.code for source in card.sources] for code, card in cards.items()}
    return {
        key: dict(sorted(rows.items(), key=lambda item: order[key[0]].index(item[0]))) for key, rows in index.items()
    }
