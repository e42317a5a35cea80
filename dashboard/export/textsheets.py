"""Rows of text as CSV and XLSX, written in memory alone; a spreadsheet takes every cell as text."""

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

FORMULA = ("=", "+", "-", "@", "\t", "\r")
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
"""Letters a spreadsheet file cannot hold."""
LONGEST_CELL = 32_000
OFFICE = "http://schemas.openxmlformats.org"
MAIN = f"{OFFICE}/spreadsheetml/2006/main"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
QUOTED = {'"': "&quot;"}
RELATIONS = f'<Relationships xmlns="{OFFICE}/package/2006/relationships">{{}}</Relationships>'
SHEET = f'<worksheet xmlns="{MAIN}"><sheetData>{{}}</sheetData></worksheet>'
WORKBOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}/officeDocument/2006/relationships"><sheets>{{}}</sheets></workbook>'
)
CONTENT_TYPES = (
    f'<Types xmlns="{OFFICE}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{SPREADSHEET}.sheet.main+xml"/>{{}}</Types>'
)
"""The parts of an XLSX file around its cells."""


def safe_cell(words: str) -> str:
    """Return a text that a spreadsheet takes as text: never a formula, no letter it cannot hold."""
    plain = UNWRITABLE.sub("", words)
    return f"'{plain}" if plain.startswith(FORMULA) else plain


def write_csv(rows: Sequence[Sequence[str]], headings: Sequence[str]) -> bytes:
    """Return rows as CSV with a byte-order mark, so that spreadsheets read Chinese."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([[safe_cell(cell) for cell in row] for row in rows])
    return ("\ufeff" + buffer.getvalue()).encode("utf-8")


def write_workbook(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """Return sheets of text as an XLSX workbook; the first row of each holds its headings.

    Written part by part in memory: the usual packages put every sheet into a temporary file first.
    """
    parts = {"_rels/.rels": RELATIONS.format(_relate("rId1", "officeDocument", "xl/workbook.xml"))}
    kinds, names, links = "", "", ""
    for number, (title, rows) in enumerate(sheets.items(), start=1):
        path = f"worksheets/sheet{number}.xml"
        kinds += f'<Override PartName="/xl/{path}" ContentType="{SPREADSHEET}.worksheet+xml"/>'
        plain = escape(re.sub(r"[\\/*?:\[\]]", " ", UNWRITABLE.sub("", title))[:31], QUOTED)
        names += f'<sheet name="{plain}" sheetId="{number}" r:id="rId{number}"/>'
        links += _relate(f"rId{number}", "worksheet", path)
        parts[f"xl/{path}"] = SHEET.format("".join(map(_write_row, rows)))
    parts["[Content_Types].xml"] = CONTENT_TYPES.format(kinds)
    parts["xl/workbook.xml"] = WORKBOOK.format(names)
    parts["xl/_rels/workbook.xml.rels"] = RELATIONS.format(links)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(zipfile.ZipInfo(name), XML + body, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _relate(code: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{code}" Type="{OFFICE}/officeDocument/2006/relationships/{kind}" Target="{target}"/>'


def _write_row(row: Sequence[str]) -> str:
    cells = (escape(safe_cell(cell)[:LONGEST_CELL]) for cell in row)
    return (
        "<row>"
        + "".join(f'<c t="inlineStr"><is><t xml:space="preserve">{cell}</t></is></c>' for cell in cells)
        + "</row>"
    )
