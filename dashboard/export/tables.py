"""Observations as files: one tidy table for CSV, Parquet, JSON and workbook, with what every column means."""

import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd

from dashboard.export.shelf import Shelf
from dashboard.language import LANGUAGES, Language, pick, text
from dashboard.maps import full_name
from dashboard.models import ObsStatus, Source
from dashboard.queries import IndicatorCard
from dashboard.views import Selection

BOM = "\ufeff"
COLUMNS = (
    "indicator_code", "indicator", "result_level", "ref_area", "place", "time_period", "breakdown", "obs_value",
    "obs_status", "lower", "upper", "source_code", "published", "note_zh_tw", "note_en", "part", "unit", "publisher",
    "source_url", "license",
)  # fmt: skip
"""Columns of a table, in order; their meanings are the texts ``field_<column>``."""
COMPILATION_LICENSE = "https://creativecommons.org/licenses/by/4.0/"


def build_table(
    frame: pd.DataFrame, card: IndicatorCard, places: Mapping[str, Any], language: Language
) -> pd.DataFrame:
    """Return observations with the names and terms a reader of the file needs, one row an observation."""
    licenses = {source.code: card.licenses[source.license] for source in card.sources}
    sources = {source.code: source for source in card.sources}
    parts = {row.code: pick(row, "title", language) for row in card.breakdowns}
    table = frame.copy()
    table["indicator"] = pick(card.indicator, "title", language)
    table["result_level"] = str(card.indicator.result_level)
    table["place"] = [full_name(places, code, language) for code in table["ref_area"]]
    table["part"] = [parts.get(code, "") for code in table["breakdown"]]
    table["unit"] = pick(card.unit, "title", language)
    table["publisher"] = [pick(sources[code], "publisher", language) for code in table["source_code"]]
    table["source_url"] = [sources[code].url for code in table["source_code"]]
    table["license"] = [pick(licenses[code], "title", language) for code in table["source_code"]]
    return table[list(COLUMNS)]


def write_csv(table: pd.DataFrame) -> bytes:
    """Return a table as CSV with a byte-order mark, so that spreadsheets read Chinese."""
    return (BOM + table.to_csv(index=False, lineterminator="\r\n")).encode("utf-8")


def write_parquet(table: pd.DataFrame) -> bytes:
    """Return a table as Parquet."""
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    return buffer.getvalue()


def both(row: Any, field: str) -> dict[str, str]:
    """Return a field in both languages."""
    return {language: pick(row, field, language) for language in LANGUAGES}


def describe_columns(language: Language) -> dict[str, str]:
    """Return what each column of a table means."""
    return {column: text(f"field_{column}", language) for column in COLUMNS}


def describe_source(source: Source, card: IndicatorCard) -> dict[str, Any]:
    """Return everything a reader needs to find and cite a source."""
    terms = card.licenses[source.license]
    return {
        "code": source.code,
        "publisher": both(source, "publisher"),
        "title": source.title,
        "language": source.language,
        "url": source.url,
        "kind": source.kind,
        "issued": source.issued,
        "accessed": source.accessed.isoformat(),
        "license": {
            "code": terms.code,
            "title": both(terms, "title"),
            "url": terms.url,
            "redistribute": terms.redistribute,
        },
        "note": both(source, "note"),
    }


def describe_indicator(card: IndicatorCard) -> dict[str, Any]:
    """Return an indicator's metadata in both languages: definition, method, limits, breaks, targets, rival figures."""
    row = card.indicator
    fields = ("title", "definition", "processing", "usage_warnings", "custodian")
    kept = ("result_level", "kind", "direction", "frequency", "baseline_period")
    return {
        "code": row.code,
        **{name: both(row, name) for name in fields},
        **{name: getattr(row, name) for name in kept},
        "theme": {"code": card.theme.code, "title": both(card.theme, "title")},
        "unit": {"code": card.unit.code, "title": both(card.unit, "title")},
        **{name: getattr(row, name).isoformat() for name in ("published", "reviewed", "next_review")},
        "parts": [{"code": part.code, "title": both(part, "title")} for part in card.breakdowns],
        "breaks": [{"time_period": item.time_period, "note": both(item, "note")} for item in card.breaks],
        "targets": [_describe_value(item) for item in card.targets],
        "disagreements": [_describe_value(item) for item in card.disagreements],
        "events": [
            {"date": item.date, "title": both(item, "title"), "note": both(item, "note")} for item in card.events
        ],
    }


def _describe_value(item: Any) -> dict[str, Any]:
    return {
        "time_period": item.time_period,
        "obs_value": item.obs_value,
        "source_code": item.source_code,
        "note": both(item, "note"),
    }


def list_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return observations as plain rows; what is missing is None."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(key): _plain(value) for key, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    return value.isoformat()[:10] if hasattr(value, "isoformat") else value


def describe_data(frame: pd.DataFrame, shelf: Shelf, selection: Selection) -> dict[str, Any]:
    """Return a selection's rows with all their metadata, in both languages."""
    card = shelf.cards[selection.code]
    return {
        "indicator": describe_indicator(card),
        "selection": {key: value for key, value in asdict(selection).items() if key != "code" and value is not None},
        "as_of": shelf.day.isoformat(),
        "edition": shelf.edition,
        "license": {"compilation": COMPILATION_LICENSE, "sources": "see sources[].license"},
        "sources": [describe_source(source, card) for source in card.sources],
        "fields": {language: describe_columns(language) for language in LANGUAGES},
        "statuses": {
            status.value: {language: text(f"status_{status.value}", language) for language in LANGUAGES}
            for status in ObsStatus
        },
        "observations": list_rows(frame),
    }


def write_json(content: Any) -> bytes:
    """Return a document as JSON in UTF-8, Chinese readable."""
    return (json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n").encode()
