"""Two questions: has a place moved, and where does it stand among others?

Nothing is asserted that the data do not carry. Two values of different sources, definitions or lengths of time give no
change; where intervals overlap none can be asserted; and a rank comes with the number ranked and the ranks the
intervals leave possible.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from dashboard.evidence import NOMINAL_YEARS
from dashboard.language import period_end, period_year
from dashboard.models import Direction, Kind, ObsStatus
from dashboard.queries import IndicatorCard

Verdict = Literal["better", "worse", "higher", "lower", "unchanged", "overlap", "no_interval", "broken"]
Obstacle = Literal["broken", "sources", "unreliable", "lengths", "nominal", "bound", "overlap"]

YEARS_BACK = 10
"""Years a rating is looked back on unless the reader asks for others."""
SAME_LENGTH = pd.Timedelta(days=3)
"""Two stretches of as many months differ by no more than this."""


class Ends:
    """What a value's interval says of it, where either end may be open."""

    lower: float | None
    upper: float | None

    @property
    def has_interval(self) -> bool:
        """Tell whether the publisher says how sure it is."""
        return self.lower is not None and self.upper is not None

    @property
    def is_bound(self) -> bool:
        """Tell whether the value is only a bound: its interval is open at one end."""
        return (self.lower is None) != (self.upper is None)


@dataclass(frozen=True)
class Reading(Ends):
    """One value with its period, its status, its source and, where the publisher gives one, its interval."""

    time_period: str
    value: float
    lower: float | None = None
    upper: float | None = None
    status: str = "A"
    source: str = ""


@dataclass(frozen=True)
class Change:
    """Two readings of one place and what may be said of them."""

    first: Reading
    last: Reading
    verdict: Verdict


@dataclass(frozen=True)
class Standing:
    """A place's rank, 1 the best; equal values share the better rank.

    ``best`` and ``worst`` are the ranks its own and the others' intervals leave possible; both are the rank itself
    where no intervals are given.
    """

    rank: int
    ranked: int
    tied: bool
    overlapping: int
    best: int
    worst: int
    has_intervals: bool


def _number(value: Any) -> float | None:
    return None if value is None or value != value else float(value)


def read_value(rows: pd.DataFrame, place: str, time_period: str) -> Reading | None:
    """Return what a frame of preferred rows says of a place in a period, or None."""
    found = rows[(rows["ref_area"] == place) & (rows["time_period"] == time_period)].dropna(subset=["obs_value"])
    if found.empty:
        return None
    return read_row(found.iloc[0])


def read_row(row: Any) -> Reading:
    """Return what one observation with a value says, from a row by column."""
    return Reading(
        str(row["time_period"]), float(row["obs_value"]), _number(row["lower"]), _number(row["upper"]),
        str(row["obs_status"]), str(row["source_code"]),
    )  # fmt: skip


def lower_is_better(card: IndicatorCard) -> bool:
    """Tell whether a small value is the good one."""
    return card.unit.kind == "rank" or card.indicator.direction == Direction.LOWER


def compare_periods(rows: pd.DataFrame, place: str, start: str, end: str, card: IndicatorCard) -> Change | None:
    """Return a place's change between two periods; None when one of them has no value."""
    first, last = read_value(rows, place, start), read_value(rows, place, end)
    if first is None or last is None:
        return None
    return Change(first, last, judge(first, last, card))


def judge(first: Reading, last: Reading, card: IndicatorCard) -> Verdict:
    """Return what may be said of two readings of one series; a rating needs its intervals for it."""
    if _is_broken(first, last, card):
        return "broken"
    if _overlap(first, last):
        return "overlap"
    if card.indicator.kind != Kind.MEASURED and not (first.has_interval and last.has_interval):
        return "no_interval"
    if last.value == first.value:
        return "unchanged"
    rose = last.value > first.value
    if card.indicator.direction == Direction.NEUTRAL:
        return "higher" if rose else "lower"
    return "better" if rose != lower_is_better(card) else "worse"


def find_obstacle(first: Reading, last: Reading, card: IndicatorCard) -> Obstacle | None:
    """Return why two readings of one place and part give no change; None where they do.

    They do not when the definition changed in between, when two sources gave them, when one is of low reliability,
    when they count stretches of different length, when they are sums of money at the prices of years far apart, when
    one of them is only a bound, or when their intervals overlap.
    """
    if _is_broken(first, last, card):
        return "broken"
    if first.source != last.source:
        return "sources"
    if ObsStatus.LOW_RELIABILITY in (first.status, last.status):
        return "unreliable"
    if not _same_length(first.time_period, last.time_period):
        return "lengths"
    if card.unit.kind == "money" and period_year(last.time_period) - period_year(first.time_period) > NOMINAL_YEARS:
        return "nominal"
    if first.is_bound or last.is_bound:
        return "bound"
    return "overlap" if _overlap(first, last) else None


def _is_broken(first: Reading, last: Reading, card: IndicatorCard) -> bool:
    ends = period_end(first.time_period), period_end(last.time_period)
    return any(ends[0] < period_end(row.time_period) <= ends[1] for row in card.breaks)


def _overlap(first: Reading, last: Reading) -> bool:
    if first.lower is None or first.upper is None or last.lower is None or last.upper is None:
        return False
    return first.lower <= last.upper and last.lower <= first.upper


def _same_length(first: str, last: str) -> bool:
    """Tell whether two periods are as long as each other; points in time and calendar years have one length."""
    if "/" not in first + last:
        return True
    if "/" not in first or "/" not in last:
        return False
    spans = []
    for period in (first, last):
        start, _, end = period.partition("/")
        spans.append(pd.Period(end).end_time - pd.Period(start).start_time)
    return abs(spans[0] - spans[1]) <= SAME_LENGTH


def choose_start(periods: Collection[str], end: str) -> str | None:
    """Return the period ten years before the end, or the nearest later one that is there; None when there is none."""
    earlier = sorted((period for period in periods if period_end(period) < period_end(end)), key=period_end)
    goal = str(int(period_end(end)[:4]) - YEARS_BACK)
    return next((period for period in earlier if period_end(period)[:4] >= goal), None)


def rank_rows(rows: pd.DataFrame, card: IndicatorCard, among: Collection[str] | None = None) -> pd.DataFrame:
    """Return the rows of one period with a value, best first, with their ``rank``; equals share the better one.

    Where the countries ranked are given, others stand among them by their value and have no rank.
    """
    valued = rows.dropna(subset=["obs_value"])
    ascending = lower_is_better(card)
    counted = valued if among is None else valued[valued["ref_area"].isin(list(among))]
    ranks = counted["obs_value"].rank(method="min", ascending=ascending).astype("Int64")
    ranked = valued.assign(rank=ranks).sort_values("ref_area", kind="stable")
    return ranked.sort_values("obs_value", ascending=ascending, kind="stable").reset_index(drop=True)


def find_standing(ranked: pd.DataFrame, place: str, card: IndicatorCard) -> Standing | None:
    """Return where a place stands in ranked rows; None when it is not among them."""
    own = ranked[ranked["ref_area"] == place]
    if own.empty:
        return None
    row = own.iloc[0]
    others = ranked[ranked["ref_area"] != place]
    rank, tied = int(row["rank"]), bool((others["rank"] == row["rank"]).any())
    known = others.dropna(subset=["lower", "upper"])
    if not read_row(row).has_interval or len(known) < len(others) or others.empty:
        return Standing(rank, len(ranked), tied, 0, rank, rank, False)
    above = int((known["lower"] > row["upper"]).sum())
    below = int((known["upper"] < row["lower"]).sum())
    surely_better, surely_worse = (below, above) if lower_is_better(card) else (above, below)
    overlapping = len(known) - above - below
    return Standing(
        rank, len(ranked), tied, overlapping, 1 + surely_better, len(ranked) - surely_worse, has_intervals=True
    )
