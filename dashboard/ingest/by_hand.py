"""Rows a person read elsewhere, which stand in the same file as rows taken from a publisher's table.

A table's own rows leave ``source_code`` empty and so belong to the indicator's first source. A row that names a
source was read by a person and must survive when the table is ingested again.
"""

import csv
from pathlib import Path


def cited_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of an observations file that name a source of their own."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row.get("source_code")]
