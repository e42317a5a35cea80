"""One selection's rows in the form a reader asked for, and checksums over files."""

import hashlib
from collections.abc import Mapping

import pandas as pd

from dashboard.export.shelf import Shelf
from dashboard.export.tables import build_table, describe_data, write_csv, write_json, write_parquet
from dashboard.language import Language
from dashboard.views import Selection

FORMS = ("csv", "xlsx", "json", "parquet")
"""Forms a table may be had in."""


def write_table(form: str, frame: pd.DataFrame, shelf: Shelf, selection: Selection, language: Language) -> bytes:
    """Return a selection's rows as ``csv``, ``parquet``, ``json`` or ``xlsx``."""
    if form == "json":
        return write_json(describe_data(frame, shelf, selection))
    table = build_table(frame, shelf.cards[selection.code], shelf.places, language)
    if form == "xlsx":
        from dashboard.export.workbook import write_workbook

        return write_workbook(table, shelf, shelf.cards[selection.code], language)
    return write_csv(table) if form == "csv" else write_parquet(table)


def write_sums(files: Mapping[str, bytes]) -> bytes:
    """Return checksums as ``sha256sum -c`` reads them."""
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items())]
    return "".join(lines).encode()
