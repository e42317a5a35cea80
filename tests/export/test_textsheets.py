import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from voice_samples import nasty

from dashboard.export import textsheets


def test_the_csv_reads_back_row_by_row() -> None:
    rows = [("甲", "公車太少", "人"), ("乙", 'say "no"\n  twice', "機器"), ("乙", "a,b;c\td", "機器")]
    data = textsheets.write_csv(rows, ["群", "意見", "由誰"])
    assert data.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert read[0] == ["群", "意見", "由誰"]
    assert [tuple(row) for row in read[1:]] == rows


@pytest.mark.parametrize("words", ["=1+1", "+886", "-5", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")'])
def test_no_opinion_becomes_a_formula(words: str) -> None:
    assert textsheets.safe_cell(words) == f"'{words}"
    book = load_workbook(io.BytesIO(textsheets.write_workbook({"a": [[words]]})))
    cell = book["a"]["A1"]
    assert cell.data_type != "f"
    assert cell.value == f"'{words}"


def test_the_workbook_reads_back_sheet_by_sheet() -> None:
    sheets = {"意見 <1>": [["群", "意見"], ["甲 & 乙", 'say "no"\n  twice']], "群": [["a"]]}
    book = load_workbook(io.BytesIO(textsheets.write_workbook(sheets)))
    assert book.sheetnames == list(sheets)
    for name, rows in sheets.items():
        assert [[cell.value for cell in row] for row in book[name].iter_rows()] == rows


@settings(max_examples=40)
@given(st.lists(st.lists(nasty, min_size=1, max_size=3), min_size=1, max_size=5))
def test_any_words_can_be_written_as_a_workbook(rows: list[list[str]]) -> None:
    book = load_workbook(io.BytesIO(textsheets.write_workbook({"[a]:/" * 20: rows})))
    assert all(cell.data_type in ("s", "n", "inlineStr") for row in book.worksheets[0].iter_rows() for cell in row)
