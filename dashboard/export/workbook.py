"""A workbook of a view: its rows as a filtered table, what they mean, where they come from, what to mind."""

import datetime as dt
import io
from typing import Any

import pandas as pd

from dashboard.export.shelf import Shelf
from dashboard.export.tables import COMPILATION_LICENSE, describe_columns
from dashboard.language import Language, format_period, pick, text
from dashboard.palette import colour
from dashboard.queries import IndicatorCard
from dashboard.settings import get_settings

WIDTHS = {
    "indicator_code": 26, "indicator": 30, "result_level": 12, "ref_area": 11, "place": 20, "time_period": 13,
    "breakdown": 16, "obs_value": 15, "obs_status": 10, "lower": 11, "upper": 11, "source_code": 24, "published": 12,
    "note_zh_tw": 36, "note_en": 36, "part": 24, "unit": 20, "publisher": 28, "source_url": 40, "license": 28,
}  # fmt: skip
"""Widths of columns in letters."""
LONGEST_LINK = 2079
"""Letters of an address a spreadsheet takes as a link."""


def _number_format(card: IndicatorCard) -> str:
    decimals = f".{'0' * card.decimals}" if card.decimals else ""
    if card.unit.kind == "percent":
        return f'#,##0{decimals}"%"'
    return f"#,##0{decimals}" if decimals else "#,##0.##########"


def write_workbook(table: pd.DataFrame, shelf: Shelf, card: IndicatorCard, language: Language) -> bytes:
    """Return the rows of a table as a formatted workbook; the same rows give the same bytes."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    title = pick(card.indicator, "title", language)
    made = dt.datetime.combine(shelf.published or shelf.day, dt.time())
    book.set_properties({"title": title, "company": text("product", language), "created": made})
    formats = _make_formats(book)
    _write_data(book, table, card, formats, language)
    _write_metadata(book, table, shelf, card, formats, language)
    _write_sources(book, card, formats, language)
    _write_notes(book, table, card, formats, language)
    book.close()
    return buffer.getvalue()


def _make_formats(book: Any) -> dict[str, Any]:
    ink, accent = colour("ink", "light"), colour("accent", "light")
    base = {"font_name": "Microsoft JhengHei", "font_size": 10.5, "font_color": ink, "valign": "top"}
    return {
        "head": book.add_format(base | {"bold": True, "bottom": 1, "bg_color": colour("absent", "light")}),
        "title": book.add_format(base | {"bold": True, "font_size": 14}),
        "term": book.add_format(base | {"bold": True, "text_wrap": True}),
        "text": book.add_format(base),
        "wrap": book.add_format(base | {"text_wrap": True}),
        "date": book.add_format(base | {"num_format": "yyyy-mm-dd", "align": "left"}),
        "link": book.add_format(base | {"font_color": accent, "underline": 1}),
        "base": base,
    }


def _write_data(
    book: Any, table: pd.DataFrame, card: IndicatorCard, formats: dict[str, Any], language: Language
) -> None:
    sheet = book.add_worksheet(text("sheet_data", language))
    number = book.add_format(formats["base"] | {"num_format": _number_format(card)})
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, column, formats["head"])
        sheet.set_column(place, place, WIDTHS[column], formats["text"])
        for row, value in enumerate(table[column].tolist(), start=1):
            if value is None or value != value:
                continue
            if column in ("obs_value", "lower", "upper"):
                sheet.write_number(row, place, value, number)
            elif column == "published":
                sheet.write_datetime(row, place, pd.Timestamp(value).to_pydatetime(), formats["date"])
            elif column == "source_url":
                _write_link(sheet, row, place, str(value), formats)
            else:
                sheet.write_string(row, place, str(value), formats["text"])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(table), 1), len(table.columns) - 1)


def _write_link(sheet: Any, row: int, column: int, url: str, formats: dict[str, Any]) -> None:
    if url.startswith("http") and len(url) <= LONGEST_LINK:
        sheet.write_url(row, column, url, formats["link"], url)
    else:
        sheet.write_string(row, column, url, formats["text"])


def _write_pairs(sheet: Any, pairs: list[tuple[str, str]], formats: dict[str, Any], top: int) -> int:
    for row, (term, words) in enumerate(pairs, start=top):
        sheet.write_string(row, 0, term, formats["term"])
        if words.startswith(("http://", "https://")):
            _write_link(sheet, row, 1, words, formats)
        else:
            sheet.write_string(row, 1, words, formats["wrap"])
    return top + len(pairs)


def _write_metadata(
    book: Any, table: pd.DataFrame, shelf: Shelf, card: IndicatorCard, formats: dict[str, Any], language: Language
) -> None:
    sheet = book.add_worksheet(text("sheet_metadata", language))
    row = card.indicator
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 96)
    sheet.write_string(0, 0, pick(row, "title", language), formats["title"])
    pairs = [
        (text("definition", language), pick(row, "definition", language)),
        (text("unit", language), pick(card.unit, "title", language)),
        (text("result_level", language), text(f"level_{row.result_level}", language)),
        (text("direction", language), text(f"direction_{row.direction}", language)),
        (text("frequency", language), text(f"frequency_{row.frequency}", language)),
        (text("custodian", language), pick(row, "custodian", language)),
        (text("processing", language), pick(row, "processing", language)),
        (text("usage_warnings", language), pick(row, "usage_warnings", language)),
        (text("reviewed", language), format_period(row.reviewed.isoformat(), language)),
        (text("next_review", language), format_period(row.next_review.isoformat(), language)),
        (text("pack_as_of", language), format_period(shelf.day.isoformat(), language)),
        (text("pack_rows", language), str(len(table))),
        (text("license", language), f"{text('license_compilation', language)} {COMPILATION_LICENSE}"),
        (text("permanent_address", language), f"{get_settings().public_url}/indicator/{row.code}"),
    ]
    below = _write_pairs(sheet, pairs, formats, 2)
    sheet.write_string(below + 1, 0, text("sheet_columns", language), formats["head"])
    sheet.write_string(below + 1, 1, "", formats["head"])
    _write_pairs(sheet, list(describe_columns(language).items()), formats, below + 2)


def _write_sources(book: Any, card: IndicatorCard, formats: dict[str, Any], language: Language) -> None:
    sheet = book.add_worksheet(text("sheet_sources", language))
    heads = ("source_code", "publisher", "title", "url", "kind", "issued", "accessed", "license", "note")
    widths = (26, 30, 48, 44, 14, 13, 13, 30, 48)
    for place, (head, width) in enumerate(zip(heads, widths, strict=True)):
        sheet.write_string(0, place, text(f"source_head_{head}", language), formats["head"])
        sheet.set_column(place, place, width)
    for row, source in enumerate(card.sources, start=1):
        cells = (
            source.code,
            pick(source, "publisher", language),
            source.title,
            source.url,
            text(f"source_{source.kind}", language),
            source.issued or "",
            source.accessed.isoformat(),
            pick(card.licenses[source.license], "title", language),
            pick(source, "note", language),
        )
        for place, words in enumerate(cells):
            if heads[place] == "url":
                _write_link(sheet, row, place, words, formats)
            else:
                sheet.write_string(row, place, words, formats["wrap"])
    sheet.freeze_panes(1, 0)


def _write_notes(
    book: Any, table: pd.DataFrame, card: IndicatorCard, formats: dict[str, Any], language: Language
) -> None:
    """Write what may mislead, breaks, figures of others that disagree, and what the statuses in these rows mean."""
    sheet = book.add_worksheet(text("sheet_notes", language))
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 96)
    pairs = [(text("usage_warnings", language), pick(card.indicator, "usage_warnings", language))]
    for item in card.breaks:
        when = format_period(item.time_period, language)
        pairs.append((f"{text('break', language)} {when}", pick(item, "note", language)))
    for item in card.disagreements:
        value = card.write(item, language)
        pairs.append((f"{text('other_source', language)} {value}", pick(item, "note", language)))
    for status in sorted(set(table["obs_status"])):
        pairs.append((f"obs_status {status}", text(f"status_{status}", language)))
    _write_pairs(sheet, pairs, formats, 0)
