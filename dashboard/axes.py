"""Where a period stands in time, round numbers on an axis, the words at its ticks, and how wide words are."""

import itertools
import math
import re
from collections.abc import Sequence
from statistics import median_low
from typing import Any

from dashboard.language import Language, format_period, period_end
from dashboard.queries import IndicatorCard

CEILINGS = {"index_0_1": 1, "score_0_100": 100, "percentile": 100, "score_0_10": 10, "score_0_4": 4, "score_1_5": 5}
"""Ends of scales, which an axis does not pass."""
HAN = "\u2e80"
"""Letters after this one are as wide as high."""
HOLE = 3
"""How many times the usual step from value to value may be taken before nothing is known in between."""
LEAST_HOLE = 2
"""Years that a step takes at least before it is a hole."""
YEAR_STEPS = 5
"""Steps of a time axis of years: six of them lie level beside one another on a phone."""


def position_period(period: str, *, mixed: bool) -> float:
    """Return where a period stands on a time axis, in years: its end for an interval, its middle for a whole year.

    A whole year stands on its own tick when a series holds nothing but years (``mixed`` false).
    """
    end = period_end(period)
    parts = end.split("-")
    year = int(parts[0])
    if len(parts) == 1:
        return year + 0.5 if mixed else float(year)
    if parts[1].startswith("Q"):
        return year + (int(parts[1][1]) - 0.5) / 4
    month = int(parts[1]) - 1
    day = int(parts[2]) - 1 if len(parts) > 2 else 14
    return year + (month + day / 31) / 12


def find_holes(periods: Sequence[str]) -> list[bool]:
    """Tell for each period, oldest first, whether nothing was measured for unusually long before it.

    Then a line that came from the value before would be a guess.
    """
    places = [position_period(period, mixed=True) for period in periods]
    steps = [later - earlier for earlier, later in itertools.pairwise(places)]
    usual = median_low(steps) if steps else 0
    # A hair more, because days of a year are counted as shares of months.
    return [False, *(step >= LEAST_HOLE and step > HOLE * usual + 0.01 for step in steps)][: len(places)]


def number_stretches(periods: Sequence[str], known: Sequence[bool], breaks: Sequence[str]) -> list[int]:
    """Return in which stretch of a line each period stands, oldest first: no line joins two of them.

    A new one begins at a break, at a value that is missing and after a hole in time.

    Args:
        periods: SDMX periods, oldest first.
        known: for each whether it has a value.
        breaks: periods from which on something else is counted.
    """
    starts = sorted(map(period_end, breaks))
    holes = iter(find_holes([period for period, here in zip(periods, known, strict=True) if here]))
    numbers: list[int] = []
    number, era = 0, None
    for period, here in zip(periods, known, strict=True):
        now = sum(period_end(period) >= start for start in starts)
        cut = next(holes) if here else True
        number += cut or (era is not None and now != era)
        numbers.append(number)
        era = now
    return numbers


def nice_ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Return round numbers that cover low to high."""
    if high <= low:
        high = low + 1
    rough = (high - low) / max(wanted - 1, 1)
    size = 10 ** math.floor(math.log10(rough))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= rough)
    # A value a hair beside a tick counts as standing on it, at both ends alike.
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(step * index, 10) for index in range(first, last + 1)]


def _keep_apart(marks: list[tuple[str, float]], least: float) -> list[tuple[str, float]]:
    """Return the marks that stand at least so far apart, the last one always among them."""
    kept = [marks[-1]]
    for mark in reversed(marks[:-1]):
        if kept[-1][1] - mark[1] >= least:
            kept.append(mark)
    return kept[::-1]


def time_axis(periods: Sequence[str], positions: Sequence[float], language: Language) -> dict[str, Any]:
    """Return the ticks of a time axis: years, or months where a figure spans little more than one year."""
    low, high = min(positions), max(positions)
    if high - low < 1.5 and any(len(period) > 4 for period in periods):
        months = {period_end(period)[:7]: where for period, where in zip(periods, positions, strict=True)}
        kept = _keep_apart(sorted(months.items(), key=lambda item: item[1]), (high - low) / 2.5)
        return {
            "tickvals": [where for _, where in kept],
            "ticktext": [format_period(month, language) for month, _ in kept],
            "tickangle": 0,
        }
    step = max(1, math.ceil((high - low) / YEAR_STEPS))
    years = list(range(math.floor(low), math.ceil(high) + 1, step))
    return {"tickvals": years, "ticktext": [str(year) for year in years], "tickangle": 0}


def value_axis(values: Sequence[float], card: IndicatorCard, language: Language, *, zero: bool) -> dict[str, Any]:
    """Return ticks, their words and the range of an axis of values; ranks run downwards, a scale has its ceiling."""
    low, high = min(values), max(values)
    if low == high:
        # A series that never moves needs room to be drawn in, below it because a scale may end at it.
        low -= max(abs(low) * 0.05, 1.0)
    if zero:
        low = min(0.0, low)
    elif card.unit.kind != "rank":
        low, high = low - (high - low) * 0.08, high + (high - low) * 0.08
        low = max(0.0, low) if min(values) >= 0 else low
    ticks = nice_ticks(low, high)
    ceiling = CEILINGS.get(card.unit.code, 100 if card.unit.kind == "percent" else None)
    if ceiling is not None:
        ticks = [tick for tick in ticks if tick <= ceiling] or ticks
        high = min(high, ceiling)
    if card.unit.kind == "rank":
        ticks = [tick for tick in ticks if tick >= 1] or [1]
        span = [max(high, ticks[-1]) * 1.04 + 0.5, min(low, ticks[0]) - 0.8]
    else:
        span = [min(ticks[0], low), max(ticks[-1], high)]
        pad = (span[1] - span[0]) * 0.04
        span = [span[0] - (0 if zero else pad), span[1] + pad]
    words = [_tick_words(tick, card, language) for tick in ticks]
    return {"tickvals": ticks, "ticktext": words, "range": span}


def _tick_words(value: float, card: IndicatorCard, language: Language) -> str:
    if card.unit.kind in ("money", "count", "rate", "index", "score", "duration", "points", "ratio"):
        written = card.format(value, language) if card.unit.kind in ("money", "count") else f"{value:,.10g}"
        return written.removeprefix("NT$").removeprefix("新臺幣 ").removesuffix("元")
    return f"{value:,.10g}%" if card.unit.kind == "percent" else f"{value:,.10g}"


def time_range(positions: Sequence[float]) -> tuple[float, float]:
    """Return where an axis of time begins and ends: a little outside its values."""
    low, high = min(positions), max(positions)
    pad = max((high - low) * 0.03, 0.08)
    return low - pad, high + pad


def label_width(words: str, size: int = 13) -> int:
    """Return about how many pixels words take; marks of bold words take none."""
    return math.ceil(sum(size if letter > HAN else 0.52 * size for letter in re.sub("</?b>", "", words)))
