"""What moved against its direction: the nation's series of every indicator, and the parts and counties of one."""

from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from dashboard.export.shelf import Shelf
from dashboard.language import period_end
from dashboard.models import TOTAL, Direction
from dashboard.queries import IndicatorCard, get_every_observation
from dashboard.rows import split_sources
from dashboard.standings import find_obstacle, judge, read_row
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
    first, last = read_row((base or ordered)[0]), read_row(ordered[-1])
    if period_end(first.time_period) >= period_end(last.time_period) or find_obstacle(first, last, card):
        return None
    verdict = judge(first, last, card)
    if verdict not in ("better", "worse", "unchanged"):
        return None
    return Move(
        card.indicator.code,
        str(ordered[-1]["ref_area"]),
        str(ordered[-1]["breakdown"]),
        first.time_period,
        first.value,
        last.time_period,
        last.value,
        verdict == "worse",
    )


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
