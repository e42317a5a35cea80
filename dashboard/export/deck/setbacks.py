"""What moved against its direction: the nation's series of every indicator, and the parts and counties of one."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from dashboard.evidence import NOMINAL_YEARS
from dashboard.export.shelf import Shelf
from dashboard.language import period_end, period_year
from dashboard.models import TOTAL, Direction
from dashboard.queries import IndicatorCard, get_every_observation
from dashboard.rows import split_sources
from dashboard.views import NATION


@dataclass(frozen=True)
class Move:
    """First and last value of a series that can be compared; ``worse`` by the direction of its indicator."""

    indicator: str
    ref_area: str
    breakdown: str
    start: str
    first: float
    end: str
    last: float
    worse: bool


def _compare(card: IndicatorCard, rows: pd.DataFrame) -> Move | None:
    """Return the move of one series from its baseline to its latest value; None where the two do not compare."""
    ordered = sorted(rows.to_dict("records"), key=lambda row: period_end(str(row["time_period"])))
    base = [row for row in ordered if row["time_period"] == card.indicator.baseline_period]
    first, last = (base or ordered)[0], ordered[-1]
    start, end = str(first["time_period"]), str(last["time_period"])
    if period_end(start) >= period_end(end) or "/" in start or "/" in end or _is_cut(card, start, end):
        return None
    if _overlap(first, last):
        return None
    change = float(last["obs_value"]) - float(first["obs_value"])
    worse = change < 0 if card.indicator.direction == Direction.HIGHER else change > 0
    return Move(
        card.indicator.code,
        str(last["ref_area"]),
        str(last["breakdown"]),
        start,
        float(first["obs_value"]),
        end,
        float(last["obs_value"]),
        worse,
    )


def _is_cut(card: IndicatorCard, start: str, end: str) -> bool:
    """Tell whether a break lies between two periods, or they are sums of money too far apart."""
    broken = any(period_end(start) < period_end(row.time_period) <= period_end(end) for row in card.breaks)
    return broken or (card.unit.kind == "money" and period_year(end) - period_year(start) > NOMINAL_YEARS)


def _overlap(first: Any, last: Any) -> bool:
    bounds = [first["lower"], first["upper"], last["lower"], last["upper"]]
    known = all(value is not None and value == value for value in bounds)
    return known and bounds[0] <= bounds[3] and bounds[2] <= bounds[1]


def _has_direction(card: IndicatorCard) -> bool:
    return card.indicator.direction != Direction.NEUTRAL


@lru_cache(maxsize=8)
def list_national_moves(shelf: Shelf) -> tuple[Move, ...]:
    """Return the national total's move of every indicator that has a direction and two values to compare."""
    every = get_every_observation(shelf.store, shelf.day)
    kept = every[(every["ref_area"] == NATION) & (every["breakdown"] == TOTAL) & every["obs_value"].notna()]
    moves = []
    for code, rows in kept.groupby("indicator_code", sort=True):
        card = shelf.cards.get(str(code))
        if card is not None and _has_direction(card) and len(rows) > 1:
            move = _compare(card, split_sources(rows, card)[0])
            moves += [move] if move else []
    return tuple(moves)


def list_own_moves(shelf: Shelf, card: IndicatorCard) -> list[Move]:
    """Return the moves of every place and part of one indicator."""
    if not _has_direction(card):
        return []
    rows = split_sources(shelf.rows(card.indicator.code), card)[0].dropna(subset=["obs_value"])
    groups = rows.groupby(["ref_area", "breakdown"], sort=False)
    return [move for _, part in groups if len(part) > 1 and (move := _compare(card, part))]
