"""How bars and stacked bars look: from zero, values written beside or inside them."""

from collections.abc import Sequence
from typing import Any

from pptx.enum.chart import XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_LINE
from pptx.util import Pt

from dashboard.export.deck.chart_xml import add_error_bars, delete_label, sign_labels
from dashboard.export.deck.columns import MARKERS, Column
from dashboard.export.deck.frame import SMALLEST, rgb, set_fonts
from dashboard.export.deck.model import Chart, Point
from dashboard.export.deck.scales import known_values


def dress_bars(drawn: Any, chart: Chart, columns: Sequence[Column], categories: Sequence[Point]) -> None:
    """Dress a chart of bars: its axes, its legend where they are stacked, each series with its values."""
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
    low, high = min(0.0, *known_values(chart)), max(known_values(chart))
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
            _label_bars(series, column, categories, chart)
        sign_labels(series)


def _label_bars(series: Any, column: Column, categories: Sequence[Point], chart: Chart) -> None:
    labels = series.data_labels
    labels.show_value = True
    labels.number_format_is_linked = True
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
    add_error_bars(series, column.points, categories, direction=None)


def _label_stack(series: Any, column: Column, categories: Sequence[Point], whole: float) -> None:
    """Write values inside their pieces, where a piece is wide enough."""
    labels = series.data_labels
    labels.show_value = True
    labels.position = XL_LABEL_POSITION.CENTER
    set_fonts(labels.font, size=SMALLEST, tint="ink" if column.tint == "quiet" else "card")
    held = {point.category: point.value or 0.0 for point in column.points}
    for place, point in enumerate(categories):
        if held.get(point.category, 0.0) < whole * 0.07:
            delete_label(series, place)
