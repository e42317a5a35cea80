"""A sheet to draw on: lines, areas and letters in pixels from the top left, written as SVG or PNG.

Letters are outlines, so a picture looks the same on every machine and needs no font there. Every line of text also
stands in its group's ``aria-label``, where screen readers and tests find it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from dashboard.export.fonts import WEIGHTS, get_glyph, measure, units_per_em

Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]
DASHES = {"solid": (), "dot": (1, 1.6), "dash": (4, 2.2), "dashdot": (4, 2, 1, 2)}
"""Lengths of strokes and gaps, in widths of the line, by Plotly's names."""


@dataclass(frozen=True)
class Box:
    """A part of the sheet."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Return the right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Return the lower edge."""
        return self.top + self.height


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _path(points: Sequence[Point], *, closed: bool) -> str:
    steps = " ".join(f"{_number(x)} {_number(y)}" for x, y in points)
    return f"M{steps}{'Z' if closed else ''}"


@dataclass
class Canvas:
    """A sheet of a size in pixels and what has been drawn on it so far."""

    width: int
    height: int
    parts: list[str] = field(default_factory=list)
    glyphs: dict[tuple[str, str], str] = field(default_factory=dict)

    def rect(self, box: Box, fill: str, *, stroke: str = "none", radius: float = 0) -> None:
        """Draw a rectangle."""
        self.parts.append(
            f'<rect x="{_number(box.left)}" y="{_number(box.top)}" width="{_number(box.width)}" '
            f'height="{_number(box.height)}" rx="{_number(radius)}" fill="{fill}" stroke="{stroke}"/>'
        )

    def line(
        self, points: Sequence[Point], stroke: str, width: float = 1, *, dash: str = "solid", opacity: float = 1
    ) -> None:
        """Draw a line through points, with a dash of Plotly's names."""
        lengths = " ".join(_number(length * width) for length in DASHES[dash])
        dashes = f' stroke-dasharray="{lengths}"' if lengths else ""
        faded = f' opacity="{opacity}"' if opacity < 1 else ""
        self.parts.append(
            f'<path d="{_path(points, closed=False)}" fill="none" stroke="{stroke}" stroke-width="{_number(width)}" '
            f'stroke-linejoin="round" stroke-linecap="{"butt" if lengths else "round"}"{dashes}{faded}/>'
        )

    def area(
        self, rings: Sequence[Sequence[Point]], fill: str, *, stroke: str = "none", width: float = 0, opacity: float = 1
    ) -> None:
        """Draw a filled area; rings inside others are holes."""
        path = "".join(_path(ring, closed=True) for ring in rings)
        faded = f' fill-opacity="{_number(opacity)}"' if opacity < 1 else ""
        edge = f' stroke="{stroke}" stroke-width="{_number(width)}"' if width else ""
        self.parts.append(f'<path d="{path}" fill="{fill}" fill-rule="evenodd"{faded}{edge}/>')

    def marker(self, at: Point, symbol: str, size: float, tint: str, paper: str) -> None:
        """Draw a point by Plotly's name of its shape; hollow ones are filled with the paper."""
        x, y = at
        half = size / 2
        hollow = symbol.endswith("-open")
        fill, width = (paper, max(1.6, size / 4.5)) if hollow else (tint, 0)
        edge = f' stroke="{tint}" stroke-width="{_number(width)}"' if hollow else ""
        if symbol.startswith("circle"):
            self.parts.append(f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{_number(half)}" fill="{fill}"{edge}/>')
        elif symbol.startswith(("diamond", "square")):
            turn = 0 if symbol.startswith("diamond") else math.pi / 4
            reach = half * (1.2 if symbol.startswith("diamond") else 1.3)
            ring = [
                (x + reach * math.cos(turn + step * math.pi / 2), y + reach * math.sin(turn + step * math.pi / 2))
                for step in range(4)
            ]
            self.area([ring], fill, stroke=tint, width=width)
        elif symbol == "line-ew":
            self.line([(x - half, y), (x + half, y)], tint, 3)
        else:
            self.line([(x - half, y - half), (x + half, y + half)], tint, 2.5)
            self.line([(x - half, y + half), (x + half, y - half)], tint, 2.5)

    def text(
        self, at: Point, words: str, size: float, fill: str, *, bold: bool = False, anchor: Anchor = "start"
    ) -> float:
        """Write one line with its baseline at a point and return its width."""
        weight = WEIGHTS[bold]
        whole = measure(words, size, bold=bold)
        shift = {"start": 0.0, "middle": whole / 2, "end": whole}[anchor]
        scale = size / units_per_em(weight)
        placed, along = [], 0.0
        for letter in words:
            width, outline = get_glyph(letter, weight)
            if outline:
                name = self.glyphs.setdefault((weight, letter), f"{weight[0].lower()}{ord(letter):x}")
                placed.append(f'<use xlink:href="#{name}" x="{_number(along)}"/>')
            along += width
        move = f"translate({_number(at[0] - shift)} {_number(at[1])}) scale({scale:.5f} {-scale:.5f})"
        self.parts.append(
            f'<g role="text" aria-label={quoteattr(words)} transform="{move}" fill="{fill}">{"".join(placed)}</g>'
        )
        return whole

    def paragraph(
        self, at: Point, lines: Sequence[str], size: float, fill: str, *, leading: float = 1.3, bold: bool = False
    ) -> float:
        """Write lines under each other from a top edge and return the edge below them."""
        x, top = at
        for place, line in enumerate(lines):
            self.text((x, top + size * (0.92 + place * leading)), line, size, fill, bold=bold)
        return top + size * leading * len(lines)

    def write_svg(self, title: str, description: str, language: str) -> str:
        """Return the sheet as SVG with its title and description for those who do not see it."""
        shapes = "".join(
            f'<path id="{name}" d="{get_glyph(letter, weight)[1]}"/>' for (weight, letter), name in self.glyphs.items()
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'width="{self.width}" height="{self.height}" viewBox="0 0 {self.width} {self.height}" role="img" '
            f"lang={quoteattr(language)}>"
            f"<title>{escape(title)}</title><desc>{escape(description)}</desc><defs>{shapes}</defs>"
            f"{''.join(self.parts)}</svg>\n"
        )


def write_png(svg: str) -> bytes:
    """Return a picture as PNG, pixel for pixel."""
    import resvg_py

    return bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True))
