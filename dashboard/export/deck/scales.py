"""Axes of values and the formats of numbers, which spreadsheets and office programs read alike."""

import re
from collections.abc import Sequence
from typing import Literal

from dashboard.axes import nice_ticks
from dashboard.export.deck.charts import say
from dashboard.export.deck.model import Chart, Point, Words, both
from dashboard.language import Language, bound_sign

LARGE = 1e6
"""From here on money and counts are written in 萬 and 億, or in million and billion."""
HUNDRED_MILLION = 1e8
LEAST_TICKS = 3


def known_values(chart: Chart) -> list[float]:
    """Return every value a chart shows, ends of intervals among them."""
    points = [point for series in chart.series for point in series.points if point.value is not None]
    return [value for point in points for value in (point.value, point.lower, point.upper) if value is not None]


def value_range(chart: Chart) -> tuple[float, float, float]:
    """Return lower end, upper end and step of the axis of values."""
    values = known_values(chart)
    low, high = min(values), max(values)
    if low == high:
        low, high = min(low, 0.0) if low >= 0 else low * 1.1, high * 1.1 or 1.0
    pad = (high - low) * 0.13
    low = max(0.0, low - pad) if low >= 0 else low - pad
    if low < 0.35 * high and low > 0 and chart.unit_kind != "rank":
        low = 0.0
    ticks = nice_ticks(max(1.0, low) if chart.unit_kind == "rank" else low, high)
    if _is_large(chart):
        # Fewer ticks, where those can be written without decimals in every language.
        coarser = (nice_ticks(low, high, wanted) for wanted in (5, 4, 3))
        ticks = next((few for few in coarser if _is_whole(few, _largest(chart)) and len(few) >= LEAST_TICKS), ticks)
    if chart.unit_kind == "rank":
        ticks[0] = max(ticks[0], 1.0)
    ceiling = 100.0 if chart.unit_kind == "percent" and max(values) <= 100 else float("inf")
    return ticks[0], min(ticks[-1], ceiling), ticks[-1] - ticks[-2]


def clear_side(points: Sequence[Point], place: int, *, flipped: bool) -> Literal["l", "r", "t", "b"]:
    """Return where beside a point of a line its value stands clear: under a valley, over a peak, else at one side.

    That side is the one the line comes from. ``flipped`` is an axis that runs downwards.
    """
    before, value, after = (
        points[at].value or 0.0 for at in (max(place - 1, 0), place, min(place + 1, len(points) - 1))
    )
    if before >= value and after >= value:
        return "t" if flipped else "b"
    if before <= value and after <= value:
        return "b" if flipped else "t"
    return "l" if (before <= value) != flipped else "r"


def axis_note(chart: Chart) -> Words:
    """Return what must be said of the axis of values: that it does not start at zero, or that ranks run downwards."""
    if chart.kind in ("bar_places", "bar_parts", "stacked"):
        return both("")
    if chart.unit_kind == "rank":
        return say("axis_rank")
    return say("axis_not_zero") if value_range(chart)[0] > 0 else both("")


def number_format(chart: Chart, languages: Sequence[Language]) -> str:
    """Return the format of a chart's numbers, which spreadsheets and both office programs read alike."""
    decimals = chart.decimals
    values = known_values(chart) or [0.0]
    if _is_large(chart):
        return _large_format(_largest(chart), languages, money=chart.unit_kind == "money")
    if chart.unit_kind == "count" and any(value != int(value) for value in values):
        decimals = max(decimals, 1)
    plain = "#,##0" + ("." + "0" * decimals if decimals else "")
    return f'{plain}"%"' if chart.unit_kind == "percent" else plain


def mark_bound(code: str, point: Point | None) -> str:
    """Return a format of numbers with ≥ or ≤ in each of its sections where a point is only a bound."""
    sign = bound_sign(point.value, point.lower, point.upper) if point else ""
    return re.sub(r"(^|;)(\[[^]]*\])?", rf'\1\2"{sign}"', code) if sign else code


def tick_format(chart: Chart, languages: Sequence[Language], low: float, step: float) -> str:
    """Return the format of an axis that has a tick every ``step`` from ``low``: no more decimals than they need."""
    if _is_large(chart):
        return _large_format(_largest(chart), languages, money=chart.unit_kind == "money", ticks=(low, low + step))
    decimals = _count_decimals((low, step), 3, 4)
    plain = "#,##0" + ("." + "0" * decimals if decimals else "")
    return f'{plain}"%"' if chart.unit_kind == "percent" else plain


def _largest(chart: Chart) -> float:
    return max(map(abs, known_values(chart) or [0.0]))


def _is_large(chart: Chart) -> bool:
    return chart.unit_kind in ("money", "count") and _largest(chart) >= LARGE


def _is_whole(ticks: Sequence[float], largest: float) -> bool:
    """Return whether a Chinese format can write ticks without decimals: steps of 十億 in 億, of 百萬 in 萬."""
    step = 1e9 if largest >= HUNDRED_MILLION else 1e6
    return all(tick % step == 0 for tick in ticks)


def _count_decimals(values: Sequence[float], most: int, otherwise: int) -> int:
    """Return with how few decimals values can be written, up to ``most``."""
    return next((n for n in range(most + 1) if all(round(value * 10**n, 6) % 1 == 0 for value in values)), otherwise)


def _large_format(largest: float, languages: Sequence[Language], *, money: bool, ticks: Sequence[float] = ()) -> str:
    """Return a format in steps of thousands; 億 and 萬 are no such steps, so their point is set by hand.

    An axis, whose ``ticks`` are given, has no more decimals than they need, where the format can leave them out: a
    format scales by thousands, so 億 loses its decimals where all are in steps of 十億, whose last zero is a letter.
    """
    if tuple(languages) == ("zh-TW",):
        whole = bool(ticks) and _is_whole(ticks, largest)
        if largest >= HUNDRED_MILLION:
            if whole:
                return _set_by_hand(1e11, '0,,,"0億"', '0\\,00,,,"0億"')
            return _set_by_hand(1e11, '0\\.00,,"億"', '0\\,000\\.00,,"億"')
        if whole:
            return _set_by_hand(1e7, '0,,"00萬"', '0\\,0,,"00萬"')
        return _set_by_hand(1e7, '0\\.0,"萬"', '0\\,000\\.0,"萬"')
    sign = '"NT$"' if money else ""
    unit, commas, name, decimals = (1e9, ",,,", "bn", 2 if largest < 2e10 else 1)
    if largest < 1e9:
        unit, commas, name, decimals = (1e6, ",,", "m", 1)
    if ticks:
        decimals = _count_decimals([tick / unit for tick in ticks], 2, decimals)
    return f'{sign}#,##0{"." + "0" * decimals if decimals else ""}{commas}" {name}"'


def _set_by_hand(thousand: float, plain: str, parted: str) -> str:
    """Return a format that parts thousands of such units too, and writes zero as zero."""
    return f"[=0]0;[>={thousand:.0f}]{parted};{plain}"
