"""Which steps of the plans are late, and by how much: one rule for every page that counts or lists them."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping

from dashboard.models import Milestone, MilestoneStatus


def month_number(date: str) -> float:
    """Return a date as months since year 0; a bare year stands at its end, a month in its middle."""
    parts = [int(part) for part in date.split("/")[-1].split("-")[:2]]
    return parts[0] * 12 + (parts[1] - 0.5 if len(parts) > 1 else 12)


def delay_months(step: Milestone) -> int:
    """Return by how many whole months a step is known to have missed its due date.

    Counted to the day it was met, or to the last day it was reported as not met. After that day nobody has said
    anything, so nothing is counted.
    """
    known = step.date_met or (None if step.status == MilestoneStatus.MET else step.status_date)
    if not step.due_date or not known or step.status == MilestoneStatus.UNKNOWN:
        return 0
    ends = [date[:7] if len(date) > 4 else f"{date}-12" for date in (step.due_date, known)]
    return max(0, round(month_number(ends[1]) - month_number(ends[0])))


def _is_overdue(step: Milestone, day: dt.date) -> bool:
    return step.status != MilestoneStatus.MET and delay_months(step) > 0


def _is_silent(step: Milestone, day: dt.date) -> bool:
    """Tell whether a step's due date has passed by the day, and no public word is known of what became of it then."""
    if step.status == MilestoneStatus.MET or not step.due_date or _is_overdue(step, day):
        return False
    # A due month or year has passed when it is over.
    return step.due_date < day.isoformat()[: len(step.due_date)]


def _is_met_late(step: Milestone, day: dt.date) -> bool:
    return step.status == MilestoneStatus.MET and delay_months(step) > 0


def _is_missed(step: Milestone, day: dt.date) -> bool:
    return step.status == MilestoneStatus.NOT_MET or delay_months(step) > 0


LATE: Mapping[str, Callable[[Milestone, dt.date], bool]] = {
    "overdue": _is_overdue,
    "silent": _is_silent,
    "met_late": _is_met_late,
    "missed": _is_missed,
}
"""Ways of being late, as addresses name them: known to be overdue, past due without a later word, met late, and all
that did not come as promised: not met, overdue or met late."""


def find_late(steps: Iterable[Milestone], way: str, day: dt.date) -> list[Milestone]:
    """Return the steps that are late in one way on a day, in the order they came."""
    return [step for step in steps if LATE[way](step, day)]
