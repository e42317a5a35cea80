"""The frame every picture has: level, finding, measure and filters above; notes, source, date and licence below."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dashboard.evidence import GRADES
from dashboard.export.canvas import Box, Canvas
from dashboard.export.fonts import measure, split, wrap
from dashboard.language import HTML_LANG, Language, text
from dashboard.markup import LEVELS, RESULTS
from dashboard.models import ResultLevel
from dashboard.palette import colour

Size = Literal["card", "square", "wide"]
SIZES: dict[Size, tuple[int, int]] = {"card": (1200, 628), "square": (1080, 1080), "wide": (1600, 900)}
"""Pixels across and down: a card for links, a square for feeds, 16:9 for slides."""
SCALES: dict[Size, float] = {"card": 1.3, "square": 1.5, "wide": 1.65}
"""How many pixels of a picture a pixel of the page becomes."""
BREATHS = "，；：、。,;:"
"""Signs after which a title's line likes to end."""
MARK = ((2, 20, 4), (8, 16, 8), (14, 12, 12), (20, 8, 16), (26, 4, 20))
"""Steps of the product's ladder: left edge, top and height on a sheet of 32 by 26."""


@dataclass(frozen=True)
class Caption:
    """The words of a picture."""

    title: str
    kicker: str
    level: str
    subtitle: str
    filters: str
    source: str
    notes: Sequence[str] = ()

    def describe(self) -> str:
        """Return the words in one line, for those who do not see the picture."""
        return " ".join(filter(None, (self.subtitle, self.filters, *self.notes, self.source)))


@dataclass(frozen=True)
class Sheet:
    """A picture begun: its canvas, the room left for what it shows, and its scale."""

    canvas: Canvas
    caption: Caption
    body: Box
    scale: float
    language: Language

    def write(self) -> str:
        """Return the picture as SVG."""
        return self.canvas.write_svg(self.caption.title, self.caption.describe(), HTML_LANG[self.language])


def _tint(name: str) -> str:
    return colour(name, "light")


def draw_mark(canvas: Canvas, left: float, top: float, scale: float) -> None:
    """Draw the product's ladder, 32 by 26 times the scale."""
    for place, (x, y, height) in enumerate(MARK):
        tint = _tint("accent") if place > 2 else "#8FA9BF"
        canvas.rect(Box(left + x * scale, top + y * scale, 5 * scale, height * scale), tint, radius=scale)


def draw_level(canvas: Canvas, level: str, words: str, left: float, baseline: float, size: float) -> None:
    """Draw the five-step ladder with one step filled, and the kicker after it."""
    step = LEVELS.index(ResultLevel(level))
    tone = _tint("accent") if level in RESULTS else _tint("muted")
    wide = size * 0.3
    for place in range(len(LEVELS)):
        high = size * (0.28 + 0.16 * place)
        box = Box(left + place * wide * 1.35, baseline - high, wide, high)
        canvas.rect(box, tone if place == step else _tint("hairline"))
    canvas.text((left + wide * 1.35 * 5 + size * 0.4, baseline), words, size, tone)


def draw_grade(canvas: Canvas, grade: str, left: float, top: float, size: float, language: Language) -> float:
    """Draw the evidence grade as an outlined chip with five ticks and return its width."""
    words = f"{grade} {text(f'grade_{grade}', language)}"
    ticks = size * 2.6
    width = ticks + measure(words, size) + size * 1.6
    canvas.rect(Box(left, top, width, size * 1.8), _tint("card"), stroke=_tint("muted"), radius=size * 0.35)
    for place in range(5):
        on = place < GRADES.index(grade)
        box = Box(left + size * (0.6 + place * 0.48), top + size * 0.5, size * 0.3, size * 0.8)
        canvas.rect(box, _tint("accent") if on else _tint("hairline"))
    canvas.text((left + ticks + size * 0.9, top + size * 1.26), words, size, _tint("ink"))
    return width


def begin_sheet(caption: Caption, size: Size, language: Language, *, title_share: float = 1.0) -> Sheet:
    """Return a sheet with its words set and the room left between them.

    Args:
        caption: the words.
        size: the picture's format.
        language: of the product's name.
        title_share: the part of the width the words above may take, where a map stands beside them.
    """
    width, height = SIZES[size]
    canvas = Canvas(width, height)
    unit = SCALES[size] / 1.3
    margin = 56 * unit
    canvas.rect(Box(0, 0, width, height), _tint("paper"))
    top = _draw_head(canvas, caption, Box(margin, 40 * unit, (width - 2 * margin) * title_share, 0), unit)
    bottom = _draw_foot(canvas, caption, Box(margin, 0, width - 2 * margin, height), unit, language)
    body = Box(margin, top + 10 * unit, width - 2 * margin, bottom - top - 22 * unit)
    return Sheet(canvas, caption, body, SCALES[size], language)


def _draw_head(canvas: Canvas, caption: Caption, room: Box, unit: float) -> float:
    """Write kicker, title, subtitle and filters; return the edge below them."""
    draw_level(canvas, caption.level, caption.kicker, room.left, room.top + 18 * unit, 19 * unit)
    size, lines = fit_lines(caption.title, room.width, [42 * unit, 38 * unit, 34 * unit, 30 * unit], most=2)
    y = canvas.paragraph((room.left, room.top + 32 * unit), lines, size, _tint("ink"), leading=1.22, bold=True)
    y += 5 * unit
    for words, most in ((caption.subtitle, 2), (caption.filters, 1)):
        if words:
            lines = wrap(words, 19 * unit, room.width, most=most)
            y = canvas.paragraph((room.left, y), lines, 19 * unit, _tint("muted"), leading=1.36)
    return y


def fit_lines(
    words: str, width: float, sizes: Sequence[float], *, most: int, bold: bool = True
) -> tuple[float, list[str]]:
    """Return the largest size at which text fits into so many lines, and those lines."""
    for size in sizes:
        lines = wrap(words, size, width, most=most + 1, bold=bold)
        whole = not any(line.endswith("…") for line in lines) or words.endswith("…")
        if len(lines) <= most and whole:
            return size, _balance(words, size, width, bold=bold) if len(lines) == 2 else lines
    return sizes[-1], wrap(words, sizes[-1], width, most=most, bold=bold)


def _balance(words: str, size: float, width: float, *, bold: bool) -> list[str]:
    """Return two lines broken where it reads best: at a comma, then between words, never far from the middle."""
    pieces = split(words)
    best, cost = wrap(words, size, width, most=2, bold=bold), float("inf")
    for place in range(1, len(pieces)):
        lines = ["".join(pieces[:place]).strip(), "".join(pieces[place:]).strip()]
        longest = max(measure(line, size, bold=bold) for line in lines)
        inside = (
            0.0 if pieces[place - 1][-1] in BREATHS else width * 0.25 if lines[0][-1] == pieces[place - 1][-1] else 0.0
        )
        if longest <= width and longest + inside < cost:
            best, cost = lines, longest + inside
    return best


def _draw_foot(canvas: Canvas, caption: Caption, room: Box, unit: float, language: Language) -> float:
    """Write notes, source and the product's mark at the lower edge; return the edge above them."""
    size = 15.5 * unit
    name = text("product", language)
    brand = measure(name, size, bold=True) + 40 * unit
    source = wrap(caption.source, size, room.width - brand - 36 * unit, most=3)
    rule = room.bottom - 26 * unit - size * 1.36 * max(len(source), 2)
    canvas.line([(room.left, rule), (room.right, rule)], _tint("hairline"), unit)
    canvas.paragraph((room.left, rule + 10 * unit), source, size, _tint("muted"), leading=1.36)
    draw_mark(canvas, room.right - brand, rule + 11 * unit, 0.95 * unit)
    canvas.text((room.right, rule + 32 * unit), name, size, _tint("ink"), bold=True, anchor="end")
    notes = wrap(" ".join(caption.notes), size, room.width, most=2) if caption.notes else []
    top = rule - 8 * unit - size * 1.36 * len(notes)
    canvas.paragraph((room.left, top), notes, size, _tint("muted"), leading=1.36)
    return top
