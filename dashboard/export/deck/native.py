"""Charts PowerPoint can edit: lines, bars, stacked bars, each with its workbook inside.

Lines are cut at breaks and missing values into columns of their own, so that no program joins them; provisional and
estimated points are hollow; intervals are error bars. Values in the workbook are those of the data file.
"""

import datetime as dt
import io
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_LINE
from pptx.oxml.ns import qn
from pptx.util import Pt

from dashboard.export.deck.charts import say
from dashboard.export.deck.frame import EAST_ASIAN, LATIN, Frame, place_box, rgb, say_in, set_alt, set_fonts
from dashboard.export.deck.model import Chart, Point, Series, Words, both
from dashboard.figures import SERIES, colour, nice_ticks
from dashboard.language import Language, period_end

DASHES = (None, MSO_LINE.DASH, MSO_LINE.ROUND_DOT, MSO_LINE.DASH_DOT)
MARKERS = {"P": XL_MARKER_STYLE.CIRCLE, "E": XL_MARKER_STYLE.DIAMOND, "F": XL_MARKER_STYLE.DIAMOND,
           "U": XL_MARKER_STYLE.SQUARE}  # fmt: skip
STACK = ("accent", "second", "quiet", "fourth", "third", "muted")
SMALLEST = 12
"""Points of the smallest letters."""
MARKED = 16
"""Points up to which a line marks each of them."""
TICKS = 7
"""Periods an axis names."""
NAMED = 8
"""Periods up to which an axis may name each."""
SMALL = 4.5
"""Inches below which a chart is one of several and says less."""
CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"


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


def add_chart(slide: Any, chart: Chart, frame: Frame, languages: Sequence[Language], day: dt.date) -> int:
    """Add a chart to a slide, small ones side by side where it asks for them; return how many were added."""
    if chart.kind == "multiples":
        return _add_multiples(slide, chart, frame, languages, day)
    _add_one(slide, chart, frame, languages, day)
    return 1


def _add_multiples(slide: Any, chart: Chart, frame: Frame, languages: Sequence[Language], day: dt.date) -> int:
    """Add one small chart for each series, all on one scale, three in a row."""
    across = 3 if len(chart.series) > 4 else 2
    down = -(-len(chart.series) // across)
    width, height = frame.width / across, frame.height / down
    for place, series in enumerate(chart.series):
        left, top = frame.left + place % across * width, frame.top + place // across * height
        one = replace(chart, kind="line", series=(series,))
        title = Frame(left, top, width - 0.15, 0.28)
        place_box(slide, title, [say_in(series.name, languages)], size=SMALLEST, bold=True, tint="ink")
        room = Frame(left, top + 0.28, width - 0.15, height - 0.34)
        _add_one(slide, one, room, languages, day, scale=value_range(chart), label=series.name)
    return len(chart.series)


def _add_one(
    slide: Any,
    chart: Chart,
    frame: Frame,
    languages: Sequence[Language],
    day: dt.date,
    *,
    scale: tuple[float, float, float] | None = None,
    label: Any = None,
) -> None:
    bars = chart.kind in ("bar_places", "bar_parts", "stacked")
    columns = _bar_columns(chart, languages) if bars else _line_columns(chart, languages)
    categories = list_categories(chart)
    dated = not bars and needs_dates([point.period for point in categories])
    data = CategoryChartData(number_format=number_format(chart, languages))
    data.categories = [_category(point, chart, languages, dated=dated) for point in categories]
    for column in columns:
        held = {point.category: point.value for point in column.points}
        data.add_series(column.name, [held.get(point.category) for point in categories])
    kinds = {"stacked": XL_CHART_TYPE.BAR_STACKED, "line": XL_CHART_TYPE.LINE_MARKERS}
    kind = kinds.get(chart.kind, XL_CHART_TYPE.BAR_CLUSTERED if bars else XL_CHART_TYPE.LINE_MARKERS)
    shape = slide.shapes.add_chart(kind, *frame.emu, data)
    alt = say_in(chart.alt, languages, " ")
    set_alt(shape, f"{say_in(label, languages)} – {alt}" if label else alt)
    drawn = shape.chart
    drawn.part.chart_workbook.update_from_xlsx_blob(
        write_workbook(chart, columns, categories, languages, day, dated=dated)
    )
    drawn.has_title = False
    drawn.has_legend = False
    set_fonts(drawn.font, size=SMALLEST, tint="muted")
    _name_font(drawn)
    if bars:
        _dress_bars(drawn, chart, columns, categories)
    else:
        _dress_lines(drawn, chart, columns, categories, frame, scale or value_range(chart), languages, dated=dated)


def _name_font(drawn: Any) -> None:
    """Name the fonts of a whole chart, the East Asian one among them."""
    properties = drawn._chartSpace.find(qn("c:txPr")).find(f".//{qn('a:defRPr')}")
    for tag in ("a:latin", "a:ea", "a:cs"):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
    for tag, face in (("a:latin", LATIN), ("a:ea", EAST_ASIAN), ("a:cs", LATIN)):
        etree.SubElement(properties, qn(tag)).set("typeface", face)


# ---- what is drawn ---------------------------------------------------------------------------------------------------


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


def _category(point: Point, chart: Chart, languages: Sequence[Language], *, dated: bool) -> Any:
    if dated:
        return period_day(point.period)
    if chart.kind in ("bar_places", "bar_parts"):
        return say_in(point.label, languages, "\n" if len(chart.series[0].points) <= 6 else " ")
    if point.period.isdigit():
        return point.period
    return point.period if len(languages) > 1 else point.label[languages[0]]


def cut_points(series: Series, breaks: Sequence[str]) -> list[tuple[Point, ...]]:
    """Return the stretches of a series between breaks and missing values."""
    starts = sorted(map(period_end, breaks))
    stretches: list[list[Point]] = [[]]
    era = None
    for point in series.points:
        now = sum(period_end(point.period) >= start for start in starts)
        if point.value is None or (era is not None and now != era):
            stretches.append([])
        if point.value is not None:
            stretches[-1].append(point)
        era = now
    return [tuple(stretch) for stretch in stretches if stretch]


def _line_columns(chart: Chart, languages: Sequence[Language]) -> list[Column]:
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
            name = say_in(series.name, languages)
            span = f"{name} ({points[0].period}–{points[-1].period})"
            columns.append(
                Column(name if last else span, series.code, points, tint, series.highlight, dash, last, place == 0)
            )
    return columns


def _bar_columns(chart: Chart, languages: Sequence[Language]) -> list[Column]:
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


def _known(chart: Chart) -> list[float]:
    points = [point for series in chart.series for point in series.points if point.value is not None]
    return [value for point in points for value in (point.value, point.lower, point.upper) if value is not None]


def value_range(chart: Chart) -> tuple[float, float, float]:
    """Return lower end, upper end and step of the axis of values."""
    values = _known(chart)
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


# ---- numbers ---------------------------------------------------------------------------------------------------------


def number_format(chart: Chart, languages: Sequence[Language]) -> str:
    """Return the format of a chart's numbers, which spreadsheets and both office programs read alike."""
    decimals = chart.decimals
    values = _known(chart) or [0.0]
    largest = max(map(abs, values))
    if chart.unit_kind in ("money", "count") and largest >= 1e6:
        return _large_format(largest, languages, money=chart.unit_kind == "money")
    if chart.unit_kind == "count" and any(value != int(value) for value in values):
        decimals = max(decimals, 1)
    plain = "#,##0" + ("." + "0" * decimals if decimals else "")
    return f'{plain}"%"' if chart.unit_kind == "percent" else plain


def _tick_format(chart: Chart, languages: Sequence[Language], step: float) -> str:
    """Return the format of an axis: no more decimals than its steps need."""
    if chart.unit_kind in ("money", "count") and max(map(abs, _known(chart))) >= 1e6:
        return number_format(chart, languages)
    decimals = next((places for places in range(4) if round(step * 10**places, 6) % 1 == 0), 4)
    plain = "#,##0" + ("." + "0" * decimals if decimals else "")
    return f'{plain}"%"' if chart.unit_kind == "percent" else plain


def _large_format(largest: float, languages: Sequence[Language], *, money: bool) -> str:
    """Return a format in steps of thousands; 億 and 萬 are no such steps, so their point is set by hand."""
    if tuple(languages) == ("zh-TW",):
        if largest >= 1e8:
            return '0\\.00,,"億"'
        return '0\\.0,"萬"'
    sign = '"NT$"' if money else ""
    if largest >= 1e9:
        return f'{sign}#,##0.00,,," bn"' if largest < 2e10 else f'{sign}#,##0.0,,," bn"'
    return f'{sign}#,##0.0,," m"'


def write_workbook(
    chart: Chart,
    columns: Sequence[Column],
    categories: Sequence[Point],
    languages: Sequence[Language],
    day: dt.date,
    *,
    dated: bool,
) -> bytes:
    """Return the workbook inside a chart: what is drawn, and on a second sheet the same rows as in the data file."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": dt.datetime.combine(day, dt.time())})
    style = book.add_format({"num_format": number_format(chart, languages)})
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("Sheet1")
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, max(len(columns), 1), 18)
    for down, point in enumerate(categories, start=1):
        where = _category(point, chart, languages, dated=dated)
        if dated:
            sheet.write_datetime(down, 0, dt.datetime.combine(where, dt.time()), date)
        else:
            sheet.write_string(down, 0, where)
    for across, column in enumerate(columns, start=1):
        sheet.write_string(0, across, column.name)
        held = {point.category: point.value for point in column.points}
        for down, point in enumerate(categories, start=1):
            value = held.get(point.category)
            if value is not None:
                sheet.write_number(down, across, value, style)
    _write_rows(book.add_worksheet("data"), chart)
    book.close()
    return buffer.getvalue()


ROWS = ("indicator_code", "ref_area", "time_period", "breakdown", "obs_value", "obs_status", "lower", "upper",
        "source_code", "published")  # fmt: skip


def _write_rows(sheet: Any, chart: Chart) -> None:
    for across, name in enumerate(ROWS):
        sheet.write_string(0, across, name)
    for down, row in enumerate(chart.frame[list(ROWS)].to_dict("records"), start=1):
        for across, name in enumerate(ROWS):
            value = row[name]
            if value is None or value != value:
                continue
            if name in ("obs_value", "lower", "upper"):
                sheet.write_number(down, across, float(value))
            else:
                sheet.write_string(down, across, str(value)[:10] if name == "published" else str(value))


# ---- how it looks ----------------------------------------------------------------------------------------------------


def _dress_bars(drawn: Any, chart: Chart, columns: Sequence[Column], categories: Sequence[Point]) -> None:
    plot = drawn.plots[0]
    stacked = chart.kind == "stacked"
    plot.gap_width = 45
    plot.overlap = 100 if stacked else 0
    axis = drawn.category_axis
    axis.reverse_order = True
    axis.format.line.color.rgb = rgb("hairline")
    axis.major_tick_mark = XL_TICK_MARK.NONE
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    set_fonts(axis.tick_labels.font, size=13 if len(categories) <= 8 else SMALLEST, tint="ink")
    values = drawn.value_axis
    values.visible = False
    values.has_major_gridlines = False
    low, high = min(0.0, *_known(chart)), max(_known(chart))
    values.minimum_scale, values.maximum_scale = low, high + (high - low or 1.0) * 0.16
    held = [point for row in chart.series for point in row.points]
    whole = max(sum(p.value or 0 for p in held if p.category == c.category) for c in categories)
    if stacked:
        values.maximum_scale = whole
        drawn.has_legend = True
        drawn.legend.position = XL_LEGEND_POSITION.TOP
        drawn.legend.include_in_layout = False
        set_fonts(drawn.legend.font, size=SMALLEST, tint="ink")
    for column, series in zip(columns, plot.series, strict=True):
        series.invert_if_negative = False
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = rgb(column.tint)
        if stacked:
            _label_stack(series, column, categories, whole)
        else:
            _label_bars(series, column, categories, drawn, chart)


def _label_bars(series: Any, column: Column, categories: Sequence[Point], drawn: Any, chart: Chart) -> None:
    labels = series.data_labels
    labels.show_value = True
    labels.number_format_is_linked = True
    from pptx.enum.chart import XL_LABEL_POSITION

    labels.position = XL_LABEL_POSITION.OUTSIDE_END
    set_fonts(labels.font, size=14, tint="ink")
    marked = {"TWN"} & {point.category for point in categories}
    if marked and not chart.series[0].highlight:
        for place, point in enumerate(categories):
            fill = series.points[place].format.fill
            fill.solid()
            fill.fore_color.rgb = rgb("accent" if point.category in marked else "quiet")
    for place, point in enumerate(categories):
        if point.status in MARKERS:
            bar = series.points[place].format
            bar.fill.solid()
            bar.fill.fore_color.rgb = rgb("paper")
            bar.line.color.rgb, bar.line.width, bar.line.dash_style = rgb("accent"), Pt(1.5), MSO_LINE.DASH
    _add_error_bars(series, column.points, categories, direction=None)


def _label_stack(series: Any, column: Column, categories: Sequence[Point], whole: float) -> None:
    """Write values inside their pieces, where a piece is wide enough."""
    from pptx.enum.chart import XL_LABEL_POSITION

    labels = series.data_labels
    labels.show_value = True
    labels.position = XL_LABEL_POSITION.CENTER
    set_fonts(labels.font, size=SMALLEST, tint="ink" if column.tint == "quiet" else "card")
    held = {point.category: point.value or 0.0 for point in column.points}
    for place, point in enumerate(categories):
        if held.get(point.category, 0.0) < whole * 0.07:
            _delete_label(series, place)


def _delete_label(series: Any, place: int) -> None:
    labels = series._element.get_or_add_dLbls()
    label = etree.Element(qn("c:dLbl"))
    etree.SubElement(label, qn("c:idx")).set("val", str(place))
    etree.SubElement(label, qn("c:delete")).set("val", "1")
    labels.insert(len(labels.findall(qn("c:dLbl"))), label)


def _dress_lines(
    drawn: Any,
    chart: Chart,
    columns: Sequence[Column],
    categories: Sequence[Point],
    frame: Frame,
    scale: tuple[float, float, float],
    languages: Sequence[Language],
    *,
    dated: bool,
) -> None:
    low, high, step = scale
    values, axis = drawn.value_axis, drawn.category_axis
    small = frame.width <= SMALL
    values.minimum_scale, values.maximum_scale = low, high
    values.major_unit = high - low if small else step
    values.reverse_order = chart.unit_kind == "rank"
    values.has_major_gridlines = True
    values.major_gridlines.format.line.color.rgb = rgb("hairline")
    values.major_gridlines.format.line.width = Pt(0.75)
    values.format.line.fill.background()
    values.major_tick_mark = XL_TICK_MARK.NONE
    set_fonts(values.tick_labels.font, size=SMALLEST, tint="muted")
    values.tick_labels.number_format = _tick_format(chart, languages, step)
    values.tick_labels.number_format_is_linked = False
    axis.format.line.color.rgb = rgb("quiet")
    axis.major_tick_mark = XL_TICK_MARK.OUTSIDE
    axis.has_major_gridlines = False
    axis.tick_label_position = XL_TICK_LABEL_POSITION.HIGH if values.reverse_order else XL_TICK_LABEL_POSITION.LOW
    set_fonts(axis.tick_labels.font, size=SMALLEST, tint="muted")
    ends = [column for column in columns if column.ends]
    wide = _label_room(ends, chart, frame, dated=dated, categories=categories)
    _set_plot_area(drawn, wide)
    _fit_periods(axis, categories, 2 if small else TICKS, dated=dated)
    space = drawn._chartSpace.chart
    blanks = space.find(qn("c:dispBlanksAs"))
    if blanks is None:
        blanks = etree.SubElement(space, qn("c:dispBlanksAs"))
        space.remove(blanks)
        space.find(qn("c:plotVisOnly")).addnext(blanks)
    # Columns end where a line is cut, so what is blank inside one is a period other lines have and this one has not.
    blanks.set("val", "span")
    shifts = _spread_ends(ends, scale, frame, flipped=values.reverse_order)
    for column, series in zip(columns, drawn.plots[0].series, strict=True):
        _dress_line(series, column, categories, most=0 if small else MARKED)
        where = {point.category: place for place, point in enumerate(categories)}
        alone = len(ends) == 1
        first, second, last = column.points[0], column.points[min(1, len(column.points) - 1)], column.points[-1]
        if column.begins and alone and second is not first and not small:
            rising = (second.value or 0) >= (first.value or 0)
            below = rising != values.reverse_order
            # On an axis of dates the first point stands on the axis itself, so its label moves off it.
            wide = 1.0 if "NT$" in number_format(chart, languages) else 0.6
            aside = wide / 2 / frame.width if dated else 0.0
            place = where[first.category]
            _label_point(series, place, "b" if below else "t", column, name=False, aside=aside)
        if column.ends:
            shift = shifts[column.name] / frame.height
            _label_point(series, where[last.category], "r", column, name=not alone, shift=shift)
        if column.highlight:
            _add_error_bars(series, column.points, categories, direction="y")


def _label_room(
    ends: Sequence[Column], chart: Chart, frame: Frame, *, dated: bool, categories: Sequence[Point]
) -> float:
    """Return the share of the width that stays free at the right for the names of lines."""
    from dashboard.export.fonts import measure

    names = [column.name if len(ends) > 1 else "" for column in ends]
    widest = max((measure(name, SMALLEST * 1.1) for name in names), default=0.0) / 72
    return min(0.42, (widest + 0.95) / frame.width)


def _set_plot_area(drawn: Any, right: float) -> None:
    """Fix where the plot stands, so that names fit beside the ends of lines in every program."""
    area = drawn._chartSpace.chart.plotArea
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    xml = (
        f'<c:layout xmlns:c="{CHART}"><c:manualLayout><c:layoutTarget val="outer"/><c:xMode val="edge"/>'
        f'<c:yMode val="edge"/><c:x val="0.0"/><c:y val="0.03"/><c:w val="{1 - right:.3f}"/><c:h val="0.96"/>'
        "</c:manualLayout></c:layout>"
    )
    area.insert(0, etree.fromstring(xml))


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
    ends: Sequence[Column], scale: tuple[float, float, float], frame: Frame, *, flipped: bool
) -> dict[str, float]:
    """Return how far, in inches downwards, each name at the right is pushed so that none covers another."""
    low, high, _ = scale
    inches = frame.height * 0.85 / ((high - low) or 1)
    sign = 1 if flipped else -1
    order = sorted(ends, key=lambda column: sign * (column.points[-1].value or 0))
    placed: list[float] = []
    wanted = []
    for column in order:
        where = sign * (column.points[-1].value or 0) * inches
        wanted.append(where)
        placed.append(max(where, placed[-1] + 0.235) if placed else where)
    over = max(0.0, max((new - old for new, old in zip(placed, wanted, strict=True)), default=0.0)) / 2
    lift = over if over > 0.12 else 0.0
    return {column.name: new - old - lift for column, new, old in zip(order, placed, wanted, strict=True)}


def _dress_line(series: Any, column: Column, categories: Sequence[Point], *, most: int) -> None:
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
    where = {point.category: place for place, point in enumerate(categories)}
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


def _label_point(
    series: Any, place: int, position: str, column: Column, *, name: bool, shift: float = 0.0, aside: float = 0.0
) -> None:
    """Write value, and name where there are several lines, beside a point; both follow the workbook."""
    labels = series._element.get_or_add_dLbls()
    for tag in ("c:showLegendKey", "c:showVal", "c:showCatName", "c:showSerName", "c:showPercent", "c:showBubbleSize"):
        element = labels.find(qn(tag))
        if element is not None:
            element.set("val", "0")
    tint = colour(column.tint if column.highlight else "muted", "light").removeprefix("#")
    size = 1400 if column.highlight else SMALLEST * 100
    layout = ""
    if abs(shift) > 0.005 or aside:
        layout = f'<c:layout><c:manualLayout><c:x val="{aside}"/><c:y val="{shift:.4f}"/></c:manualLayout></c:layout>'
    if labels.find(qn("c:extLst")) is None:
        # Without this, a name pushed aside gets a line drawn to its point.
        labels.append(
            etree.fromstring(
                f'<c:extLst xmlns:c="{CHART}"><c:ext uri="{{CE6537A1-D6FC-4f65-9D91-7224C49458BB}}" '
                'xmlns:c15="http://schemas.microsoft.com/office/drawing/2012/chart"><c15:showLeaderLines val="0"/>'
                "</c:ext></c:extLst>"
            )
        )
    value = int(column.highlight or not name)
    xml = (
        f'<c:dLbl xmlns:c="{CHART}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        f'<c:idx val="{place}"/>{layout}<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>'
        '<c:txPr><a:bodyPr wrap="none" lIns="38100" tIns="0" rIns="0" bIns="0"/><a:lstStyle/><a:p><a:pPr>'
        f'<a:defRPr sz="{size}" b="{int(column.highlight)}"><a:solidFill><a:srgbClr val="{tint}"/></a:solidFill>'
        f'<a:latin typeface="{LATIN}"/><a:ea typeface="{EAST_ASIAN}"/></a:defRPr></a:pPr>'
        '<a:endParaRPr lang="en-US"/></a:p></c:txPr>'
        f'<c:dLblPos val="{position}"/><c:showLegendKey val="0"/><c:showVal val="{value}"/><c:showCatName val="0"/>'
        f'<c:showSerName val="{int(name)}"/><c:showPercent val="0"/><c:showBubbleSize val="0"/>'
        "<c:separator> </c:separator></c:dLbl>"
    )
    labels.insert(len(labels.findall(qn("c:dLbl"))), etree.fromstring(xml))


def _add_error_bars(
    series: Any, points: Sequence[Point], categories: Sequence[Point], *, direction: str | None
) -> None:
    """Draw the intervals the source publishes."""
    held = {point.category: point for point in points}
    if not any(point.lower is not None and point.upper is not None for point in points):
        return
    sides = {}
    for side in ("plus", "minus"):
        cells = []
        for place, category in enumerate(categories):
            point = held.get(category.category)
            if point is None or point.value is None or point.lower is None or point.upper is None:
                size = 0.0
            else:
                size = point.upper - point.value if side == "plus" else point.value - point.lower
            cells.append(f'<c:pt idx="{place}"><c:v>{max(size, 0.0):.10g}</c:v></c:pt>')
        sides[side] = (
            f"<c:{side}><c:numLit><c:formatCode>General</c:formatCode>"
            f'<c:ptCount val="{len(cells)}"/>{"".join(cells)}</c:numLit></c:{side}>'
        )
    ink = colour("muted", "light").removeprefix("#")
    way = f'<c:errDir val="{direction}"/>' if direction else ""
    xml = (
        f'<c:errBars xmlns:c="{CHART}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">{way}'
        f'<c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="0"/>{sides["plus"]}{sides["minus"]}'
        f'<c:spPr><a:ln w="12700"><a:solidFill><a:srgbClr val="{ink}"/></a:solidFill></a:ln></c:spPr></c:errBars>'
    )
    # The schema wants them just before the categories.
    series._element.find(qn("c:cat")).addprevious(etree.fromstring(xml))
