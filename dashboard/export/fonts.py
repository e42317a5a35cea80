"""Letters for pictures: a small font of the characters our texts use, measured, broken into lines, drawn as outlines.

A host may have no Chinese font, so pictures carry outlines from ``fonts/``: Noto Sans CJK TC under the SIL Open Font
License 1.1 (``fonts/OFL.txt``), cut down to the characters of ``data/``, ``case_studies/`` and the interface. Two
weights take under 1 MB together; the whole font takes 35 MB. ``python -m dashboard export fonts FOLDER`` cuts it again
after new characters have come into our texts, and a test tells when that is due.
"""

import io
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from dashboard.exceptions import OpenGovError
from dashboard.language import TEXTS
from dashboard.settings import ROOT, Settings

FONTS = Path(__file__).with_name("fonts")
WEIGHTS = ("Regular", "Bold")
TRADITIONAL_CHINESE = "Noto Sans CJK TC"
LICENSE_NAMES: tuple[int, ...] = (0, 1, 2, 4, 13, 14)
"""Entries of a font's name table that stay: copyright, names, licence and its address."""
ALWAYS = (
    "".join(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x100)))) + "–—‘’“”…−×≤≥、。「」『』《》〈〉（），：；！？％／"
)
NOT_AT_START = "·，。；：、！？）」』》〉％%,.;:!?)]…"
NOT_AT_END = "（「『《〈([“"
HAN = 0x2E80
WIDE_SIGNS = "·‘’“”"
"""Signs that a Chinese font sets as wide as a Han letter; our Chinese has 「」, so these stand among Latin letters."""
SIGN_BEARING = 60.0
"""Room kept on either side of such a sign, in thousandths of the size."""


def list_characters(settings: Settings) -> set[str]:
    """Return every character of the published texts, the interface and the checks."""
    paths = [path for root in (settings.data, settings.case_studies) for path in root.rglob("*")]
    paths = [path for path in paths if path.suffix in (".toml", ".csv", ".md") and path.is_file()]
    paths += [TEXTS, *(ROOT / "dashboard" / "checks").glob("*.py")]
    found = set(ALWAYS).union(*(path.read_text(encoding="utf-8") for path in paths))
    return {letter for letter in found if letter.isprintable()}


def build_fonts(folder: Path, settings: Settings) -> list[Path]:
    """Cut both weights of Noto Sans CJK found in ``folder`` down to our characters and return the files written.

    Raises:
        OpenGovError: when the folder does not hold the fonts.
    """
    from fontTools import subset
    from fontTools.ttLib import TTCollection

    options = subset.Options()
    options.layout_features = []
    options.drop_tables += ["vhea", "vmtx", "BASE", "VORG", "GPOS", "GSUB", "GDEF"]
    options.name_IDs = list(LICENSE_NAMES)
    options.hinting = False
    options.notdef_outline = True
    written = []
    for weight in WEIGHTS:
        path = folder / f"NotoSansCJK-{weight}.ttc"
        if not path.is_file():
            raise OpenGovError(f"{path.name} is not in {folder}; Debian has it in the package fonts-noto-cjk")
        fonts = TTCollection(str(path)).fonts
        font = next(font for font in fonts if font["name"].getDebugName(1).startswith(TRADITIONAL_CHINESE))
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=sorted(map(ord, list_characters(settings))))
        cutter.subset(font)
        written.append(FONTS / f"NotoSansTC-{weight}-subset.otf")
        font.recalcTimestamp = False
        font.save(written[-1])
    return written


@lru_cache
def _open_font(weight: str) -> tuple[Any, dict[int, str], float]:
    from fontTools.ttLib import TTFont

    font: Any = TTFont(io.BytesIO((FONTS / f"NotoSansTC-{weight}-subset.otf").read_bytes()), lazy=True)
    return font, font.getBestCmap(), float(font["head"].unitsPerEm)


def missing_characters(words: Iterable[str], weight: str = "Regular") -> set[str]:
    """Return the characters a picture could not draw."""
    known = _open_font(weight)[1]
    return {letter for letter in set(words) if letter.isprintable() and ord(letter) not in known}


@lru_cache(maxsize=8192)
def get_glyph(letter: str, weight: str) -> tuple[float, str]:
    """Return a letter's width and its outline as SVG path data, both in parts of the font's size, y upwards."""
    from fontTools.pens.boundsPen import BoundsPen
    from fontTools.pens.svgPathPen import SVGPathPen
    from fontTools.pens.transformPen import TransformPen

    font, known, _ = _open_font(weight)
    glyphs = font.getGlyphSet()
    glyph = glyphs[known.get(ord(letter), ".notdef")]
    pen = SVGPathPen(glyphs, ntos=lambda value: f"{round(value)}")
    width, shift = float(glyph.width), 0.0
    if letter in WIDE_SIGNS:
        bounds = BoundsPen(glyphs)
        glyph.draw(bounds)
        left, _, right, _ = bounds.bounds
        width, shift = right - left + 2 * SIGN_BEARING, SIGN_BEARING - left
    glyph.draw(TransformPen(pen, (1, 0, 0, 1, shift, 0)))
    return width, pen.getCommands()


def units_per_em(weight: str) -> float:
    """Return how many units of an outline make the font's size."""
    return _open_font(weight)[2]


def measure(words: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a line of text in pixels."""
    weight = WEIGHTS[bold]
    return sum(get_glyph(letter, weight)[0] for letter in words) * size / units_per_em(weight)


def split(words: str) -> list[str]:
    """Return text cut wherever a line may break: after spaces and between Han characters, never before a full stop."""
    pieces: list[str] = []
    for letter in words:
        before = pieces[-1][-1] if pieces else ""
        breaks = before == " " or (before and (ord(before) > HAN or ord(letter) > HAN) and letter != " ")
        if not pieces or (breaks and letter not in NOT_AT_START and before not in NOT_AT_END):
            pieces.append(letter)
        else:
            pieces[-1] += letter
    return pieces


def wrap(words: str, size: float, width: float, *, most: int, bold: bool = False) -> list[str]:
    """Return text in lines no wider than ``width`` pixels; what does not fit into ``most`` lines ends with ``…``."""
    lines = [""]
    for piece in split(words):
        if lines[-1] and measure((lines[-1] + piece).rstrip(), size, bold=bold) > width:
            lines.append("")
        lines[-1] += piece
    lines = [line.strip() for line in lines]
    if len(lines) <= most:
        return [_cut(line, size, width, bold=bold) for line in lines]
    return [*lines[: most - 1], _cut(lines[most - 1] + "…", size, width, bold=bold, open_end=True)]


def _cut(line: str, size: float, width: float, *, bold: bool, open_end: bool = False) -> str:
    """Return a line shortened from its end until it fits."""
    if measure(line, size, bold=bold) <= width:
        return line
    kept = line.removesuffix("…") if open_end else line
    while kept and measure(kept.rstrip() + "…", size, bold=bold) > width:
        kept = kept[:-1]
    return kept.rstrip("，、 ,;；") + "…"
