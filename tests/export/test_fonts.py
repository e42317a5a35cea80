import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.exceptions import OpenGovError
from dashboard.export.fonts import (
    ALWAYS,
    FONTS,
    NOT_AT_START,
    WEIGHTS,
    build_fonts,
    get_glyph,
    list_characters,
    measure,
    missing_characters,
    wrap,
)
from dashboard.settings import get_settings

REMEDY = "run: python -m dashboard export fonts FOLDER (a folder with NotoSansCJK-Regular.ttc and NotoSansCJK-Bold.ttc)"
letters = st.sampled_from(sorted(set("臺灣開放政府，。（）「」 abcdefg ABC 0123456789 .,;%")))


@pytest.mark.parametrize("weight", WEIGHTS)
def test_every_character_we_publish_can_be_drawn(weight: str) -> None:
    missing = missing_characters("".join(list_characters(get_settings())), weight)
    assert not missing, REMEDY


def test_the_fonts_are_small_and_carry_their_licence() -> None:
    sizes = [path.stat().st_size for path in FONTS.glob("*.otf")]
    assert len(sizes) == len(WEIGHTS)
    assert sum(sizes) < 1_500_000
    notice = (FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in notice
    assert all(path.name in notice for path in FONTS.glob("*.otf"))


def test_a_character_outside_the_font_is_told() -> None:
    assert missing_characters("臺灣\U0001f600") == {"\U0001f600"}
    assert get_glyph("\U0001f600", "Regular")[0] > 0


def test_a_folder_without_the_fonts_is_told(tmp_path: Path) -> None:
    with pytest.raises(OpenGovError, match=r"NotoSansCJK-Regular\.ttc"):
        build_fonts(tmp_path, get_settings())


@given(words=st.text(letters, max_size=80), width=st.integers(60, 400))
def test_lines_fit_their_width_and_lose_nothing(words: str, width: int) -> None:
    lines = wrap(words, 16, width, most=1000)
    if all(not line.endswith("…") for line in lines):
        assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", words)
    assert all(measure(line, 16) <= width + 0.01 for line in lines if len(line) > 1)


@given(words=st.text(letters, min_size=40, max_size=120), most=st.integers(1, 3))
def test_too_long_a_text_ends_with_an_ellipsis(words: str, most: int) -> None:
    lines = wrap(words, 16, 90, most=most)
    assert len(lines) <= most
    if len(wrap(words, 16, 90, most=1000)) > most:
        assert lines[-1].endswith("…")


def test_no_line_begins_with_a_full_stop() -> None:
    words = "政府採購逐則看得到，整體卻看不清。量得最清楚的一條趨勢是壞消息：採公開方式的決標件數占比，逐年下降。"
    for width in range(80, 400, 16):
        assert not [line for line in wrap(words, 16, width, most=50) if line[0] in NOT_AT_START]


def test_signs_of_latin_text_are_not_as_wide_as_han_letters() -> None:
    assert measure("·", 16) < measure("中", 16) / 2
    assert measure("1", 16) == measure("8", 16)
    assert set("–…（）") <= set(ALWAYS)
