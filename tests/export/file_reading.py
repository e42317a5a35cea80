"""Read a picture back: what stands where."""

import re
from dataclasses import dataclass
from xml.etree import ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"
MOVE = re.compile(r"translate\(([-\d.]+) ([-\d.]+)\) scale\(([-\d.]+) ([-\d.]+)\)")


@dataclass(frozen=True)
class Line:
    """A line of text on a picture."""

    words: str
    x: float
    y: float
    size: float
    fill: str


@dataclass(frozen=True)
class Picture:
    """A picture read back from its SVG."""

    root: ET.Element
    lines: list[Line]

    @property
    def words(self) -> str:
        """Return all words, as one string without spaces at line ends."""
        return " ".join(line.words for line in self.lines)

    @property
    def squeezed(self) -> str:
        """Return all words without any space, so that line breaks do not matter."""
        return re.sub(r"\s", "", self.words)

    def count(self, tag: str) -> int:
        """Return how many shapes of a kind there are outside the definitions."""
        return sum(element.tag == f"{SVG}{tag}" for element in self.root)


def read_picture(svg: str) -> Picture:
    """Return a picture's text lines and shapes."""
    root = ET.fromstring(svg.encode())
    lines = []
    for element in root.iter(f"{SVG}g"):
        match = MOVE.fullmatch(element.attrib["transform"])
        assert match is not None
        x, y, scale, _ = map(float, match.groups())
        lines.append(Line(element.attrib["aria-label"], x, y, scale * 1000, element.attrib["fill"]))
    return Picture(root, lines)
