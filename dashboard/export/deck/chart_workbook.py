"""The workbook inside a chart, with which it is edited. Its values are those of the data file."""

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

from dashboard.export.deck.columns import Column, name_category
from dashboard.export.deck.model import Chart, Point
from dashboard.export.deck.scales import mark_bound, number_format
from dashboard.language import Language

ROWS = ("indicator_code", "ref_area", "time_period", "breakdown", "obs_value", "obs_status", "lower", "upper",
        "source_code", "published")  # fmt: skip


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
    plain, styles = number_format(chart, languages), {}
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("Sheet1")
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, max(len(columns), 1), 18)
    for down, point in enumerate(categories, start=1):
        where = name_category(point, chart, languages, dated=dated)
        if dated:
            sheet.write_datetime(down, 0, dt.datetime.combine(where, dt.time()), date)
        else:
            sheet.write_string(down, 0, where)
    for across, column in enumerate(columns, start=1):
        sheet.write_string(0, across, column.name)
        held = {point.category: point for point in column.points}
        for down, category in enumerate(categories, start=1):
            point = held.get(category.category)
            if point is not None and point.value is not None:
                code = mark_bound(plain, point)
                if code not in styles:
                    styles[code] = book.add_format({"num_format": code})
                sheet.write_number(down, across, point.value, styles[code])
    _write_rows(book.add_worksheet("data"), chart)
    book.close()
    return buffer.getvalue()


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
