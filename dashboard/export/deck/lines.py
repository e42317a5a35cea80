"""How lines look: names at their ends, hollow points where values are provisional or estimated, a quiet grid."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]
from pptx.enum.chart import XL_MARKER_STYLE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_LINE
from pptx.oxml.ns import qn
from pptx.util import Pt

from dashboard.export.deck.chart_xml import add_error_bars, label_point, set_plot_area, span_blanks
from dashboard.export.deck.columns import MARKERS, Column, period_day
from dashboard.export.deck.frame import SMALLEST, Frame, rgb, set_fonts
from dashboard.export.deck.model import Chart, Point
from dashboard.export.deck.scales import clear_side, number_format, tick_format, value_range
from dashboard.language import Language

MARKED = 16
"""Points up to which a line marks each of them."""
TICKS = 7
"""Periods an axis names."""
VALUE = 0.95
"""Inches a value beside a name takes."""
MOST_ROOM = 0.45
"""Share of the width the names of lines may take."""
SMALL = 4.5
"""Inches below which a chart is one of several and says less."""


def dress_lines(
    drawn: Any,
    chart: Chart,
    columns: Sequence[Column],
    categories: Sequence[Point],
    frame: Frame,
    languages: Sequence[Language],
    *,
    dated: bool,
) -> None:
    """Dress a chart of lines: its axes, each line, the names at their ends.

    Args:
        drawn: the chart as python-pptx made it.
        chart: what it shows, or what it is one of several of: scale and numbers are the same in all of them.
        columns: of its workbook, in the order of its series.
        categories: one point for each category.
        frame: where the chart stands on the slide.
        languages: of the words.
        dated: whether the axis of periods is one of dates.
    """
    small, flipped, scale = frame.width <= SMALL, chart.unit_kind == "rank", value_range(chart)
    _dress_values(drawn.value_axis, chart, scale, languages, small=small)
    _dress_periods(drawn.category_axis, flipped=flipped)
    ends = [column for column in columns if column.ends]
    room, apart, lines = _label_room(ends, frame)
    set_plot_area(drawn, room)
    _fit_periods(drawn.category_axis, categories, 2 if small else TICKS, dated=dated)
    # Columns end where a line is cut, so what is blank inside one is a period other lines have and this one has not.
    span_blanks(drawn)
    shifts = _spread_ends(ends, scale, frame, lines, flipped=flipped)
    # On an axis of dates the first point stands on the axis itself, so its label moves off it.
    wide = 1.1 if any(sign in number_format(chart, languages) for sign in ("NT$", "億", "萬")) else 0.6
    aside = wide / 2 / frame.width if dated else 0.0
    where = {point.category: place for place, point in enumerate(categories)}
    alone = len(ends) == 1
    for column, series in zip(columns, drawn.plots[0].series, strict=True):
        _dress_line(series, column, where, most=0 if small else MARKED)
        if column.begins and alone and not small:
            _label_first(series, column, where, aside, scale, flipped=flipped)
        _label_told(series, column, where, chart, frame)
        if column.ends:
            shift = shifts[column.name] / frame.height
            last = where[column.points[-1].category]
            label_point(series, last, "r", column, name=not alone, shift=shift, apart=apart)
        if column.highlight:
            add_error_bars(series, column.points, categories, direction="y")


def _dress_values(
    axis: Any, chart: Chart, scale: tuple[float, float, float], languages: Sequence[Language], *, small: bool
) -> None:
    low, high, step = scale
    axis.minimum_scale, axis.maximum_scale = low, high
    axis.major_unit = high - low if small else step
    axis.reverse_order = chart.unit_kind == "rank"
    axis.has_major_gridlines = True
    axis.major_gridlines.format.line.color.rgb = rgb("hairline")
    axis.major_gridlines.format.line.width = Pt(0.75)
    axis.format.line.fill.background()
    axis.major_tick_mark = XL_TICK_MARK.NONE
    set_fonts(axis.tick_labels.font, size=SMALLEST, tint="muted")
    axis.tick_labels.number_format = tick_format(chart, languages, low, high - low if small else step)
    axis.tick_labels.number_format_is_linked = False


def _dress_periods(axis: Any, *, flipped: bool) -> None:
    axis.format.line.color.rgb = rgb("quiet")
    axis.major_tick_mark = XL_TICK_MARK.OUTSIDE
    axis.has_major_gridlines = False
    axis.tick_label_position = XL_TICK_LABEL_POSITION.HIGH if flipped else XL_TICK_LABEL_POSITION.LOW
    set_fonts(axis.tick_labels.font, size=SMALLEST, tint="muted")


def _label_room(ends: Sequence[Column], frame: Frame) -> tuple[float, bool, int]:
    """Return what stays free at the right for the names of lines.

    That is: the share of the width, whether values stand on a line below their names, and how many lines that makes.
    """
    from dashboard.export.fonts import measure

    names = [column.name.split("\n") if len(ends) > 1 else [""] for column in ends]
    size = 14 * 1.06 if all(column.highlight for column in ends) else SMALLEST * 1.1
    widest = max((measure(line, size, bold=True) for lines in names for line in lines), default=0.0) / 72
    apart = (widest + VALUE) / frame.width > MOST_ROOM and len(ends) <= 4
    count = max((len(lines) for lines in names), default=1) + apart
    return min(MOST_ROOM, (max(widest + 0.2, VALUE) if apart else widest + VALUE) / frame.width), apart, count


def _fit_periods(axis: Any, categories: Sequence[Point], most: int, *, dated: bool) -> None:
    """Name no more periods than there is room for, all of them level."""
    element = axis._element
    body = element.find(f"{qn('c:txPr')}/{qn('a:bodyPr')}")
    body.set("rot", "0")
    body.set("vert", "horz")
    for tag in ("c:tickLblSkip", "c:tickMarkSkip", "c:majorUnit", "c:majorTimeUnit", "c:baseTimeUnit", "c:auto"):
        for old in element.findall(qn(tag)):
            element.remove(old)
    if not dated:
        skip = max(1, -(-len(categories) // most))
        position = element.find(qn("c:lblOffset"))
        for tag in ("c:tickMarkSkip", "c:tickLblSkip"):
            new = etree.Element(qn(tag))
            new.set("val", str(skip))
            position.addnext(new)
        return
    days = [period_day(point.period) for point in categories]
    years = (days[-1] - days[0]).days / 365.25
    by_year = years >= 3
    axis.tick_labels.number_format = "yyyy" if by_year else "yyyy-mm"
    axis.tick_labels.number_format_is_linked = False
    months = max(1, round(years * 12 / most))
    step = max(1, -(-int(years) // most)) if by_year else months
    position = element.find(qn("c:lblOffset"))
    unit = "years" if by_year else "months"
    base = "years" if all(day == dt.date(day.year, 1, 1) for day in days) else "days"
    # In the order the schema asks for: baseTimeUnit, majorUnit, majorTimeUnit.
    for tag, value in (("c:majorTimeUnit", unit), ("c:majorUnit", str(step)), ("c:baseTimeUnit", base)):
        new = etree.Element(qn(tag))
        new.set("val", value)
        position.addnext(new)


def _spread_ends(
    ends: Sequence[Column], scale: tuple[float, float, float], frame: Frame, lines: int, *, flipped: bool
) -> dict[str, float]:
    """Return how far, in inches downwards, each name of so many lines is pushed so that none covers another."""
    low, high, _ = scale
    inches = frame.height * 0.85 / ((high - low) or 1)
    sign = 1 if flipped else -1
    order = sorted(ends, key=lambda column: sign * (column.points[-1].value or 0))
    placed: list[float] = []
    wanted = []
    for column in order:
        where = sign * (column.points[-1].value or 0) * inches
        wanted.append(where)
        placed.append(max(where, placed[-1] + 0.235 * lines) if placed else where)
    over = max(0.0, max((new - old for new, old in zip(placed, wanted, strict=True)), default=0.0)) / 2
    lift = over if over > 0.12 else 0.0
    return {column.name: new - old - lift for column, new, old in zip(order, placed, wanted, strict=True)}


def _dress_line(series: Any, column: Column, where: Mapping[str, int], *, most: int) -> None:
    series.smooth = False
    line = series.format.line
    line.color.rgb = rgb(column.tint)
    line.width = Pt(2.75 if column.highlight else 1.25)
    if column.dash is not None:
        line.dash_style = column.dash
    marked = (column.highlight and len(column.points) <= most) or len(column.points) == 1
    series.marker.style = XL_MARKER_STYLE.CIRCLE if marked else XL_MARKER_STYLE.NONE
    if marked:
        series.marker.size = 7
        _fill(series.marker.format, column.tint, hollow=False)
    for point in column.points:
        if point.status in MARKERS:
            drawn = series.points[where[point.category]]
            drawn.marker.style, drawn.marker.size = MARKERS[point.status], 9
            _fill(drawn.marker.format, column.tint, hollow=True)
            drawn.format.line.color.rgb = rgb(column.tint)
            drawn.format.line.width = Pt(2.75 if column.highlight else 1.25)
            if point.status in ("E", "F"):
                drawn.format.line.dash_style = MSO_LINE.ROUND_DOT


def _fill(format_: Any, tint: str, *, hollow: bool) -> None:
    format_.fill.solid()
    format_.fill.fore_color.rgb = rgb("paper" if hollow else tint)
    format_.line.color.rgb = rgb(tint)
    format_.line.width = Pt(1.75)


def _label_told(series: Any, column: Column, where: Mapping[str, int], chart: Chart, frame: Frame) -> None:
    """Write the value of the number set large beside its point, where the line leaves room."""
    place = next((place for place, point in enumerate(column.points) if point.period == chart.told), None)
    if place is None or not chart.told or place == len(column.points) - 1:
        return
    side = clear_side(column.points, place, flipped=chart.unit_kind == "rank")
    lift = -0.1 / frame.height if side in ("l", "r") else 0.0
    label_point(series, where[column.points[place].category], side, column, name=False, shift=lift)


def _label_first(
    series: Any,
    column: Column,
    where: Mapping[str, int],
    aside: float,
    scale: tuple[float, float, float],
    *,
    flipped: bool,
) -> None:
    """Write the value of the first point on the side the line leaves free, where there is a second one.

    Below a point that lies nearly on the axis stand the periods, so there the value stands above.
    """
    if len(column.points) < 2:
        return
    first, second = column.points[:2]
    below = ((second.value or 0) >= (first.value or 0)) != flipped
    low, high, _ = scale
    below = below and abs((high if flipped else low) - (first.value or 0)) > 0.08 * (high - low)
    label_point(series, where[first.category], "b" if below else "t", column, name=False, aside=aside)
