"""Axes of values and the formats of numbers, which spreadsheets and office programs read alike."""

from collections.abc import Sequence

from dashboard.axes import nice_ticks
from dashboard.export.deck.charts import say
from dashboard.export.deck.model import Chart, Words, both
from dashboard.language import Language


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
    if chart.unit_kind == "rank":
        ticks[0] = max(ticks[0], 1.0)
    ceiling = 100.0 if chart.unit_kind == "percent" and max(values) <= 100 else float("inf")
    return ticks[0], min(ticks[-1], ceiling), ticks[-1] - ticks[-2]


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
    largest = max(map(abs, values))
    if chart.unit_kind in ("money", "count") and largest >= 1e6:
        return _large_format(largest, languages, money=chart.unit_kind == "money")
    if chart.unit_kind == "count" and any(value != int(value) for value in values):
        decimals = max(decimals, 1)
    plain = "#,##0" + ("." + "0" * decimals if decimals else "")
    return f'{plain}"%"' if chart.unit_kind == "percent" else plain


def tick_format(chart: Chart, languages: Sequence[Language], step: float) -> str:
    """Return the format of an axis: no more decimals than its steps need."""
    largest = max(map(abs, known_values(chart)))
    if chart.unit_kind in ("money", "count") and largest >= 1e6:
        return _large_format(largest, languages, money=chart.unit_kind == "money", step=step)
    decimals = next((places for places in range(4) if round(step * 10**places, 6) % 1 == 0), 4)
    plain = "#,##0" + ("." + "0" * decimals if decimals else "")
    return f'{plain}"%"' if chart.unit_kind == "percent" else plain


def _large_format(largest: float, languages: Sequence[Language], *, money: bool, step: float = 0.0) -> str:
    """Return a format in steps of thousands; 億 and 萬 are no such steps, so their point is set by hand.

    An axis, whose ``step`` is given, has no more decimals than it needs, where the format can leave them out.
    """
    if tuple(languages) == ("zh-TW",):
        if largest >= 1e8:
            return _set_by_hand(1e11, '0\\.00,,"億"', '0\\,000\\.00,,"億"')
        return _set_by_hand(1e7, '0\\.0,"萬"', '0\\,000\\.0,"萬"')
    sign = '"NT$"' if money else ""
    unit, commas, name, decimals = (1e9, ",,,", "bn", 2 if largest < 2e10 else 1)
    if largest < 1e9:
        unit, commas, name, decimals = (1e6, ",,", "m", 1)
    if step:
        decimals = next((places for places in range(3) if round(step / unit * 10**places, 6) % 1 == 0), decimals)
    return f'{sign}#,##0{"." + "0" * decimals if decimals else ""}{commas}" {name}"'


def _set_by_hand(thousand: float, plain: str, parted: str) -> str:
    """Return a format that parts thousands of such units too, and writes zero as zero."""
    return f"[=0]0;[>={thousand:.0f}]{parted};{plain}"
