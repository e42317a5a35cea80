"""Charts PowerPoint can edit: lines, bars, stacked bars, each with its workbook inside.

``columns`` says what is drawn, ``scales`` between which values, ``lines`` and ``bars`` how it looks. Lines are cut at
breaks and missing values; provisional and estimated points are hollow; intervals are error bars.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE

from dashboard.export.deck.bars import dress_bars
from dashboard.export.deck.chart_workbook import write_workbook
from dashboard.export.deck.chart_xml import mark_bounds, name_fonts
from dashboard.export.deck.columns import (
    build_bar_columns,
    build_line_columns,
    list_categories,
    name_category,
    needs_dates,
)
from dashboard.export.deck.frame import SMALLEST, Frame, place_box, say_in, set_alt, set_fonts
from dashboard.export.deck.lines import MOST_ROOM, VALUE, dress_lines
from dashboard.export.deck.model import Chart
from dashboard.export.deck.scales import number_format
from dashboard.export.fonts import measure, wrap
from dashboard.language import Language


def add_chart(slide: Any, chart: Chart, frame: Frame, languages: Sequence[Language], day: dt.date) -> int:
    """Add a chart to a slide, small ones side by side where it asks for them; return how many were added."""
    if chart.kind == "multiples" or _needs_apart(chart, frame, languages):
        return _add_multiples(slide, chart, frame, languages, day)
    _add_one(slide, chart, frame, languages, day)
    return 1


def _needs_apart(chart: Chart, frame: Frame, languages: Sequence[Language]) -> bool:
    """Tell whether the names of three or four parts are too long to stand beside their lines in two languages."""
    if chart.kind != "parts" or len(chart.series) < 3 or len(languages) == 1:
        return False
    names = [series.name[language] for series in chart.series for language in languages]
    return max(measure(name, 14 * 1.06, bold=True) for name in names) / 72 + VALUE > MOST_ROOM * frame.width


def _add_multiples(slide: Any, chart: Chart, frame: Frame, languages: Sequence[Language], day: dt.date) -> int:
    """Add one small chart for each series, all on one scale, three in a row."""
    across = 3 if len(chart.series) > 4 else 2
    down = -(-len(chart.series) // across)
    width, height = frame.width / across, frame.height / down
    names = [say_in(series.name, languages) for series in chart.series]
    lines = max(len(wrap(name, SMALLEST * 1.06, (width - 0.15) * 72, most=3, bold=True)) for name in names)
    head = 0.08 + 0.2 * lines
    for place, series in enumerate(chart.series):
        left, top = frame.left + place % across * width, frame.top + place // across * height
        one = replace(chart, kind="line", series=(series,))
        title = Frame(left, top, width - 0.15, head)
        place_box(slide, title, [names[place]], size=SMALLEST, bold=True, tint="ink")
        room = Frame(left, top + head, width - 0.15, height - head - 0.06)
        _add_one(slide, one, room, languages, day, whole=chart, label=series.name)
    return len(chart.series)


def _add_one(
    slide: Any,
    chart: Chart,
    frame: Frame,
    languages: Sequence[Language],
    day: dt.date,
    *,
    whole: Chart | None = None,
    label: Any = None,
) -> None:
    """Add one chart; one of several has the periods, the scale and the numbers of the ``whole``."""
    whole = whole or chart
    bars = chart.kind in ("bar_places", "bar_parts", "stacked")
    columns = build_bar_columns(chart, languages) if bars else build_line_columns(chart, languages)
    categories = list_categories(whole)
    dated = not bars and needs_dates([point.period for point in categories])
    data = CategoryChartData(number_format=number_format(whole, languages))
    data.categories = [name_category(point, chart, languages, dated=dated) for point in categories]
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
    for column, series in zip(columns, drawn.plots[0].series, strict=True):
        mark_bounds(series, column.points, categories)
    drawn.has_title = False
    drawn.has_legend = False
    set_fonts(drawn.font, size=SMALLEST, tint="muted")
    name_fonts(drawn)
    if bars:
        dress_bars(drawn, chart, columns, categories)
    else:
        dress_lines(drawn, whole, columns, categories, frame, languages, dated=dated)
