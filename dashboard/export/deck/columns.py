"""What a chart of a slide draws: its categories, and the columns of the workbook inside it.

Lines are cut at breaks, missing values and holes in time into columns of their own, so that no program joins them.
"""

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx.enum.chart import XL_MARKER_STYLE
from pptx.enum.dml import MSO_LINE

from dashboard.axes import number_stretches
from dashboard.export.deck.charts import plain_period
from dashboard.export.deck.frame import say_in
from dashboard.export.deck.model import Chart, Point, Series
from dashboard.language import Language, period_end
from dashboard.palette import SERIES

DASHES = (None, MSO_LINE.DASH, MSO_LINE.ROUND_DOT, MSO_LINE.DASH_DOT)
MARKERS = {"P": XL_MARKER_STYLE.CIRCLE, "E": XL_MARKER_STYLE.DIAMOND, "F": XL_MARKER_STYLE.DIAMOND,
           "U": XL_MARKER_STYLE.SQUARE}  # fmt: skip
"""Status → marker of a value that is not final; drawn hollow."""
STACK = ("accent", "second", "quiet", "fourth", "third", "muted")
NAMED = 8
"""Periods up to which an axis may name each."""


@dataclass(frozen=True)
class Column:
    """A column of the workbook: a stretch of a series with nothing to cut it, or all of it."""

    name: str
    code: str
    points: tuple[Point, ...]  # never empty
    tint: str
    highlight: bool
    dash: Any
    ends: bool
    """Whether the series ends here, so that its name belongs here."""
    begins: bool


def list_categories(chart: Chart) -> list[Point]:
    """Return one point for each category: periods in order, or bars as they stand."""
    seen: dict[str, Point] = {}
    for series in chart.series:
        for point in series.points:
            seen.setdefault(point.category, point)
    if chart.kind in ("bar_places", "bar_parts"):
        return list(seen.values())
    return sorted(seen.values(), key=lambda point: period_end(point.period))


def needs_dates(periods: Sequence[str]) -> bool:
    """Tell whether periods stand so unevenly, or are so many, that their axis must be one of dates."""
    days = [period_day(period) for period in periods]
    if len(set(days)) < len(days) or len(days) < 3:
        return False
    if len(days) > NAMED:
        return True
    steps = [(later - earlier).days for earlier, later in itertools.pairwise(days)]
    return max(steps) > 1.3 * min(steps)


def period_day(period: str) -> dt.date:
    """Return the day a period is drawn at: the first of a year, the middle of a quarter or month."""
    end = period_end(period)
    year = int(end[:4])
    if len(end) == 4:
        return dt.date(year, 1, 1)
    if "Q" in end:
        return dt.date(year, int(end[-1]) * 3 - 1, 15)
    return dt.date(year, int(end[5:7]), int(end[8:10]) if len(end) > 7 else 15)


def name_category(point: Point, chart: Chart, languages: Sequence[Language], *, dated: bool) -> Any:
    """Return what the workbook calls a category: a day on an axis of dates, else words."""
    if dated:
        return period_day(point.period)
    if chart.kind in ("bar_places", "bar_parts"):
        return say_in(point.label, languages, "\n" if len(chart.series[0].points) <= 6 else " ")
    if point.period.isdigit():
        return point.period
    return plain_period(point.period) if len(languages) > 1 else point.label[languages[0]]


def cut_points(series: Series, breaks: Sequence[str]) -> list[tuple[Point, ...]]:
    """Return the stretches of a series between breaks, missing values and holes in time."""
    known = [point.value is not None for point in series.points]
    numbers = number_stretches([point.period for point in series.points], known, breaks)
    stretches: dict[int, list[Point]] = {}
    for point, number in zip(series.points, numbers, strict=True):
        if point.value is not None:
            stretches.setdefault(number, []).append(point)
    return [tuple(stretch) for stretch in stretches.values()]


def build_line_columns(chart: Chart, languages: Sequence[Language]) -> list[Column]:
    """Return a column for each stretch of each line."""
    columns = []
    rank = 0
    # Grey lines first, so that those in colour lie above them.
    for series in sorted(chart.series, key=lambda row: row.highlight):
        tint, dash = ("quiet", None)
        if series.highlight:
            tint, dash = SERIES[rank % len(SERIES)], DASHES[rank % len(DASHES)]
            rank += 1
        stretches = cut_points(series, chart.breaks)
        for place, points in enumerate(stretches):
            last = place == len(stretches) - 1
            name = say_in(series.name, languages, "\n" if len(chart.series) <= 4 else " ")
            span = f"{say_in(series.name, languages)} ({points[0].period}–{points[-1].period})"
            columns.append(
                Column(name if last else span, series.code, points, tint, series.highlight, dash, last, place == 0)
            )
    return columns


def build_bar_columns(chart: Chart, languages: Sequence[Language]) -> list[Column]:
    """Return a column for each series of bars; nothing cuts them."""
    return [
        Column(
            say_in(series.name, languages),
            series.code,
            series.points,
            STACK[place % len(STACK)] if chart.kind == "stacked" else "accent",
            True,
            None,
            True,
            True,
        )
        for place, series in enumerate(chart.series)
    ]
