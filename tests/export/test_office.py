"""PowerPoint files as LibreOffice draws them: every slide a page, its words and numbers readable, no letter missing."""

import io
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from pptx import Presentation
from pptx.util import Inches
from pypdf import PageObject, PdfReader

from dashboard.export.deck import Deck, build_named, parse_languages
from dashboard.export.deck.powerpoint import write_pptx
from dashboard.export.shelf import Shelf

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
LINES = ("zh-TW", "en", "both")
CONTROL = "control"
pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(OFFICE is None, reason="soffice is not installed, so there is nothing to draw the slides with"),
]


@pytest.fixture(scope="module")
def decks(shelf: Shelf) -> dict[str, Deck]:
    """Hold the overview in each choice of languages."""
    return {lang: build_named(shelf.store, "overview", parse_languages(lang), shelf.day) for lang in LINES}


@pytest.fixture(scope="module")
def papers(decks: dict[str, Deck], tmp_path_factory: pytest.TempPathFactory) -> dict[str, PdfReader]:
    """Hold the decks as LibreOffice prints them; one run with a profile of its own draws all three."""
    folder = tmp_path_factory.mktemp("office")
    for lang, deck in decks.items():
        (folder / f"{lang}.pptx").write_bytes(write_pptx(deck, "https://outcomes.example.tw"))
    _write_control(folder / f"{CONTROL}.pptx")
    names = (*LINES, CONTROL)
    _print_slides(folder, [f"{name}.pptx" for name in names])
    return {name: PdfReader(folder / f"{name}.pdf") for name in names}


def _write_control(path: Path) -> None:
    """Write a slide with a letter of private use, which no font has."""
    file = Presentation()
    page = file.slides.add_slide(file.slide_layouts[6])
    page.shapes.add_textbox(0, 0, Inches(5), Inches(1)).text_frame.text = "A \U000f1234 臺"
    file.save(path)


def _print_slides(folder: Path, names: Sequence[str]) -> None:
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    call = [str(OFFICE), profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *names]
    done = subprocess.run(call, cwd=folder, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")


def _plain(words: str) -> str:
    return re.sub(r"\s", "", words)


@pytest.mark.parametrize("lang", LINES)
def test_every_slide_is_a_page_on_which_finding_number_doubt_and_address_are_read(
    lang: str, decks: dict[str, Deck], papers: dict[str, PdfReader]
) -> None:
    deck, pages = decks[lang], papers[lang].pages
    assert len(pages) == len(deck.slides) == 6
    for slide, page in zip(deck.slides, pages, strict=True):
        words = _plain(page.extract_text())
        for language in deck.languages:
            assert _plain(slide.title[language]) in words
            assert slide.number is not None
            assert _plain(slide.number.words[language]) in words
            assert _plain(slide.doubt[language]) in words
            assert _plain(slide.grade_words[language]) in words
        assert f"outcomes.example.tw{slide.path}" in words


@pytest.mark.parametrize("lang", LINES)
def test_the_values_of_the_charts_are_read(lang: str, decks: dict[str, Deck], papers: dict[str, PdfReader]) -> None:
    compared = 0
    for slide, page in zip(decks[lang].slides, papers[lang].pages, strict=True):
        chart = slide.chart
        if chart is None or chart.unit_kind not in ("percent", "count"):
            continue
        last = next(point.value for point in reversed(chart.series[0].points) if point.value is not None)
        sign = "%" if chart.unit_kind == "percent" else ""
        # Once set large, once at the end of the line.
        assert _plain(page.extract_text()).count(f"{last:,.{chart.decimals}f}{sign}") >= 2, slide.item
        compared += 1
    assert compared >= 4


@pytest.mark.parametrize("lang", LINES)
def test_no_letter_is_replaced_by_a_box(lang: str, papers: dict[str, PdfReader]) -> None:
    for page in papers[lang].pages:
        assert not set(page.extract_text()) & set("\ufffd\u25a1\u25af")
        assert _fonts_with_boxes(page) == []


def test_a_letter_no_font_has_is_noticed(papers: dict[str, PdfReader]) -> None:
    assert _fonts_with_boxes(papers[CONTROL].pages[0])


def _fonts_with_boxes(page: PageObject) -> list[str]:
    """Return the embedded fonts in which a letter looks like the first glyph, which stands for letters a font lacks."""
    faults = []
    for name, font in page["/Resources"]["/Font"].items():  # type: ignore[index]
        program = font.get_object()["/FontDescriptor"].get_object().get("/FontFile2")
        if program is None:
            # Not TrueType: programs fall back to TrueType fonts for letters others lack.
            continue
        held = TTFont(io.BytesIO(program.get_object().get_data()))
        missing, *letters = held.getGlyphOrder()
        shapes = held["glyf"]
        if shapes[missing].numberOfContours and any(shapes[letter] == shapes[missing] for letter in letters):
            faults.append(name)
    return faults
