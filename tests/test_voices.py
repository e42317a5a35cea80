import csv
import io
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from voice_samples import TOPICS, make_opinions, watched

from dashboard import voices
from dashboard.exceptions import VoicesError
from dashboard.language import load_texts
from dashboard.voices import UNSORTED, Voices


def subject(words: str) -> str:
    plain = words.rstrip("。")
    return next(name for name, group in TOPICS.items() if plain in group)


@pytest.fixture(scope="module")
def grouped() -> Voices:
    """Hold the three subjects in three groups."""
    return voices.group_opinions(voices.list_opinions(make_opinions()), 3)


# Reading a file.


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp950", "big5hkscs"])
@pytest.mark.parametrize("mark", [",", "\t", ";"], ids=["comma", "tab", "semicolon"])
def test_a_file_in_any_usual_encoding_is_read(encoding: str, mark: str) -> None:
    words = f'編號{mark}意見\r\n1{mark}"公車{mark}太少"\r\n2{mark}路燈不亮\r\n'
    table = voices.read_table(words.encode(encoding))
    assert table.columns == ("編號", "意見")
    assert table.column(1) == [f"公車{mark}太少", "路燈不亮"]
    assert voices.guess_column(table) == 1


def test_plain_lines_are_one_column() -> None:
    table = voices.read_table("意見\n公車太少\n\n路燈不亮\n".encode())
    assert table.columns == ("意見",)
    assert table.column(0) == ["公車太少", "路燈不亮"]


def test_short_and_long_lines_lose_no_words() -> None:
    table = voices.read_table(b"id,text\n1\n2,one,two\n")
    assert table.rows == (("1", ""), ("2", "one,two"))


def test_two_columns_of_one_name_are_told_apart() -> None:
    assert voices.read_table(b"text,text,\na,b,c\n").columns == ("text", "text (2)", "#3")


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "voices_empty"),
        (b" \n ", "voices_empty"),
        (b"a" * (voices.MOST_BYTES + 1), "voices_too_large"),
        (b"text\n" + b"a\n" * (voices.MOST_ROWS + 1), "voices_too_many"),
        (b"\xff\xfe\x00", "voices_encoding"),
        (b"\x80\xff\xff", "voices_encoding"),
    ],
    ids=["empty", "blank", "large", "many", "half utf-16", "no text"],
)
def test_what_cannot_be_read_is_told_in_a_sentence_of_both_languages(data: bytes, key: str) -> None:
    with pytest.raises(VoicesError) as raised:
        voices.read_table(data)
    assert raised.value.key == key
    for words in load_texts()[key].values():
        assert words.format(**raised.value.values)


@given(st.binary(max_size=400))
def test_any_bytes_give_a_table_or_a_sentence(data: bytes) -> None:
    try:
        table = voices.read_table(data)
    except VoicesError as error:
        assert error.key in load_texts()
        return
    assert len(set(table.columns)) == len(table.columns)
    assert all(len(row) == len(table.columns) for row in table.rows)
    assert 0 <= voices.guess_column(table) < len(table.columns)


nasty = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ['"', '""",', "\r", "\n\n", "=cmd|' /C calc'!A0", "\x00", "\ufeff", "ﾃｽﾄ", "🙂🙂", "a" * 5000, "公車公車"]
    ),
)


@given(st.lists(st.lists(nasty, min_size=1, max_size=4), min_size=1, max_size=30))
def test_any_table_survives_the_way_through_a_file(rows: list[list[str]]) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    try:
        table = voices.read_table(buffer.getvalue().encode("utf-8", "surrogatepass"))
    except VoicesError as error:
        assert error.key in load_texts()
        return
    assert len(table.rows) < len(rows) + sum(cell.count("\n") + cell.count("\r") for row in rows for cell in row) + 1


# Grouping.


def test_opinions_on_one_subject_come_together_in_both_languages(grouped: Voices) -> None:
    held = {group: {subject(grouped.texts[row]) for row in grouped.rows(group)} for group in grouped.sizes}
    assert sorted(map(sorted, held.values())) == [["bus"], ["school"], ["tax"]]


def test_groups_are_marked_by_their_own_words(grouped: Voices) -> None:
    words = {subject(grouped.texts[grouped.rows(group)[0]]): grouped.words[group] for group in grouped.sizes}
    assert any("公車" in word for word in words["bus"])
    assert any("午餐" in word for word in words["school"])
    assert "tax" in words["tax"]
    assert not set(words["bus"]) & set(words["school"])


def test_representatives_are_opinions_of_the_group_each_once(grouped: Voices) -> None:
    for group in grouped.sizes:
        shown = voices.representatives(grouped, group)
        assert len(set(shown)) == len(shown) == voices.REPRESENTATIVES
        assert set(shown) <= {grouped.texts[row] for row in grouped.rows(group)}


def test_the_same_opinions_give_the_same_groups(grouped: Voices) -> None:
    assert voices.group_opinions(voices.list_opinions(make_opinions()), 3) == grouped


def test_the_number_of_groups_is_found_when_nobody_says() -> None:
    found = voices.group_opinions(voices.list_opinions(make_opinions(10)))
    assert 3 <= len(found.sizes) <= 8
    for group in found.sizes:
        assert len({subject(found.texts[row]) for row in found.rows(group)}) == 1


def test_opinions_without_words_are_left_unsorted() -> None:
    found = voices.group_opinions(voices.list_opinions([*make_opinions(), "！？", "123", "zzz"]), 3)
    assert found.sizes[UNSORTED] == 3
    assert list(found.sizes)[-1] == UNSORTED


@pytest.mark.parametrize(
    ("cells", "key"),
    [
        (["a b c"] * 5, "voices_too_few"),
        (["", "  "] * 50, "voices_too_few"),
        (["x"] * (voices.MOST_ROWS + 1), "voices_too_many"),
        ([f"{chr(0x4E00 + n * 7)}{chr(0x5E00 + n * 5)}" for n in range(40)], "voices_nothing_shared"),
        (["!!! ???"] * 40, "voices_nothing_shared"),
    ],
    ids=["few", "blank", "many", "nothing shared", "no words"],
)
def test_what_cannot_be_grouped_is_told_in_a_sentence(cells: list[str], key: str) -> None:
    with pytest.raises(VoicesError) as raised:
        voices.group_opinions(voices.list_opinions(cells))
    assert raised.value.key == key
    assert all(words.format(**raised.value.values) for words in load_texts()[key].values())


@settings(max_examples=25)
@given(st.lists(st.one_of(nasty, st.sampled_from(make_opinions(1))), min_size=20, max_size=60), st.integers(0, 15))
def test_any_opinions_are_grouped_or_told(cells: list[str], wanted: int) -> None:
    try:
        found = voices.group_opinions(voices.list_opinions(cells), wanted or None)
    except VoicesError as error:
        assert error.key in load_texts()
        return
    assert len(found.groups) == len(found.texts)
    assert sorted(found.order) == list(range(len(found.texts)))
    assert sum(found.sizes.values()) == len(found.texts)
    names = {group: str(group) for group in found.sizes}
    rows = voices.list_rows(found, names)
    assert Counter(words for _, words, _ in rows) == Counter(found.texts)
    assert voices.write_workbook({"a": rows}).startswith(b"PK")


# What a person changes.


def test_a_group_is_renamed_and_the_machines_name_comes_back(grouped: Voices) -> None:
    named = voices.rename(grouped, 0, "  Buses \n and stops ")
    assert named.names == {0: "Buses and stops"}
    assert voices.rename(named, 0, "").names == {}
    assert named.groups == grouped.groups


def test_merging_moves_all_and_loses_none(grouped: Voices) -> None:
    merged = voices.merge(voices.rename(grouped, 1, "gone"), 1, 0)
    assert set(merged.sizes) == {0, 2}
    assert merged.sizes[0] == grouped.sizes[0] + grouped.sizes[1]
    assert 1 not in merged.names
    assert voices.merge(grouped, 1, 1) == grouped


def test_moved_opinions_are_in_the_other_group_and_known_as_moved(grouped: Voices) -> None:
    rows = grouped.rows(0)[:2]
    moved = voices.move(grouped, rows, 1)
    assert set(rows) <= set(moved.rows(1))
    assert moved.rows(1)[-2:] == rows, "they are not what is typical of the group"
    placed = {words: who for _, words, who in voices.list_rows(moved, {0: "a", 1: "b", 2: "c"})}
    assert [placed[grouped.texts[row]] for row in rows] == ["person", "person"]
    assert Counter(placed.values())["person"] == 2


def test_a_group_left_out_is_not_exported_and_can_come_back(grouped: Voices) -> None:
    names = {0: "a", 1: "b", 2: "c"}
    without = voices.exclude(grouped, 1)
    assert {name for name, _, _ in voices.list_rows(without, names)} == {"a", "c"}
    assert voices.exclude(without, 1, False) == grouped


# Files to take away.


def test_the_csv_reads_back_with_every_opinion(grouped: Voices) -> None:
    rows = voices.list_rows(grouped, {0: "甲", 1: "乙", 2: "丙"})
    data = voices.write_csv(rows, ["群", "意見", "由誰"])
    assert data.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert read[0] == ["群", "意見", "由誰"]
    assert [tuple(row) for row in read[1:]] == rows


@pytest.mark.parametrize("words", ["=1+1", "+886", "-5", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")'])
def test_no_opinion_becomes_a_formula(words: str) -> None:
    assert voices.safe_cell(words) == f"'{words}"
    book = load_workbook(io.BytesIO(voices.write_workbook({"a": [[words]]})))
    cell = book["a"]["A1"]
    assert cell.data_type != "f"
    assert cell.value == f"'{words}"


def test_the_workbook_reads_back_sheet_by_sheet() -> None:
    sheets = {"意見 <1>": [["群", "意見"], ["甲 & 乙", 'say "no"\n  twice']], "群": [["a"]]}
    book = load_workbook(io.BytesIO(voices.write_workbook(sheets)))
    assert book.sheetnames == list(sheets)
    for name, rows in sheets.items():
        assert [[cell.value for cell in row] for row in book[name].iter_rows()] == rows


@settings(max_examples=40)
@given(st.lists(st.lists(nasty, min_size=1, max_size=3), min_size=1, max_size=5))
def test_any_words_can_be_written_as_a_workbook(rows: list[list[str]]) -> None:
    book = load_workbook(io.BytesIO(voices.write_workbook({"[a]:/" * 20: rows})))
    assert all(cell.data_type in ("s", "n", "inlineStr") for row in book.worksheets[0].iter_rows() for cell in row)


# Personal data, and nothing kept.


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("請寄到 wang.da@example.org.tw 謝謝", "email"),
        ("我的手機 0912-345-678", "phone"),
        ("+886 912 345 678", "phone"),
        ("電話 02-2345-6789", "phone"),
        ("身分證 A123456789", "national_id"),
    ],
)
def test_what_looks_personal_is_counted_and_covered(words: str, kind: str) -> None:
    assert voices.find_personal([words, "公車太少"]) == {kind: 1}
    covered = voices.mask(words)
    assert voices.find_personal([covered]) == {}
    assert "▇" in covered


@pytest.mark.parametrize("words", ["第 120 號提案", "2015 年 7 月 23 日", "NT$1,234,567,890", "A1 road", "pol.is"])
def test_plain_numbers_are_not_taken_for_persons(words: str) -> None:
    assert voices.find_personal([words]) == {}
    assert voices.mask(words) == words


def test_the_watch_sees_a_file_being_written(tmp_path: Path) -> None:
    with watched() as written:
        (tmp_path / "x").write_text("x", encoding="utf-8")
    assert any(str(tmp_path) in line for line in written)


def test_grouping_and_exporting_write_no_file_and_call_nobody(caplog: pytest.LogCaptureFixture) -> None:
    with watched() as written:
        table = voices.read_table("\n".join(["意見", *make_opinions()]).encode("cp950"))
        found = voices.group_opinions(voices.list_opinions(table.column(0)))
        rows = voices.list_rows(found, {group: str(group) for group in found.sizes})
        voices.write_csv(rows, ["a", "b", "c"])
        voices.write_workbook({"a": rows})
    assert [line for line in written if "__pycache__" not in line] == []
    assert caplog.records == []
