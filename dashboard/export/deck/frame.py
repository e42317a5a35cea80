"""Paper, type and marks of a PowerPoint slide: the master, text boxes, names of fonts, alt texts."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE
from pptx.oxml.ns import qn
from pptx.util import Inches, Length, Pt

from dashboard.export.deck.model import Words
from dashboard.export.sheet import MARK
from dashboard.language import Language, text
from dashboard.palette import colour

WIDTH, HEIGHT = 13.333, 7.5
MARGIN = 0.6
SMALLEST = 12
"""Points of the smallest letters."""
LATIN, EAST_ASIAN = "Arial", "Microsoft JhengHei"
"""Fonts every office program has or replaces well; the second is named for Chinese explicitly."""


@dataclass(frozen=True)
class Frame:
    """A part of a slide, in inches."""

    left: float
    top: float
    width: float
    height: float

    @property
    def emu(self) -> tuple[Length, Length, Length, Length]:
        """Return left, top, width and height as the file counts them."""
        return Inches(self.left), Inches(self.top), Inches(self.width), Inches(self.height)


def rgb(name: str) -> RGBColor:
    """Return a colour of the palette."""
    return RGBColor.from_string(colour(name, "light").removeprefix("#"))


def say_in(words: Words, languages: Sequence[Language], joint: str = " ") -> str:
    """Return words in the languages shown, once where they are the same."""
    return joint.join(dict.fromkeys(filter(None, (words[language] for language in languages))))


def set_alt(shape: Any, words: str) -> None:
    """Give a shape a text for those who do not see it."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", words)


def set_fonts(font: Any, *, size: float, tint: str, bold: bool = False) -> None:
    """Set size, colour and the names of both fonts."""
    font.size, font.bold = Pt(size), bold
    font.color.rgb = rgb(tint)
    font.name = LATIN
    properties = font._element if hasattr(font, "_element") else font._rPr
    for old in properties.findall(qn("a:ea")):
        properties.remove(old)
    face = etree.Element(qn("a:ea"))
    face.set("typeface", EAST_ASIAN)
    properties.find(qn("a:latin")).addnext(face)


def language_of(words: str) -> str:
    """Return the language tag of a text, for spelling and for voices."""
    return "zh-TW" if any("\u4e00" <= letter <= "\u9fff" for letter in words) else "en-US"


def place_box(
    slide: Any,
    frame: Frame,
    paragraphs: Sequence[str],
    *,
    size: float,
    tint: str = "ink",
    bold: bool = False,
    anchor: Any = MSO_ANCHOR.TOP,
    leading: float = 1.0,
    gap: float = 0.0,
) -> Any:
    """Add a text box without margins and return it."""
    box = slide.shapes.add_textbox(*frame.emu)
    write_text(box.text_frame, paragraphs, size=size, tint=tint, bold=bold, anchor=anchor, leading=leading, gap=gap)
    return box


def write_text(
    holder: Any,
    paragraphs: Sequence[str],
    *,
    size: float,
    tint: str = "ink",
    bold: bool = False,
    anchor: Any = MSO_ANCHOR.TOP,
    leading: float = 1.0,
    gap: float = 0.0,
    sizes: Sequence[float] = (),
) -> None:
    """Write paragraphs into a text frame, ``gap`` points apart.

    ``sizes`` gives each paragraph its own size, a vertical tab breaks a line.
    """
    holder.word_wrap = True
    holder.auto_size = MSO_AUTO_SIZE.NONE
    holder.margin_left = holder.margin_right = holder.margin_top = holder.margin_bottom = 0
    holder.vertical_anchor = anchor
    for place, words in enumerate(paragraphs):
        paragraph = holder.paragraphs[0] if place == 0 else holder.add_paragraph()
        paragraph.line_spacing = leading
        if place and gap:
            paragraph.space_before = Pt(gap)
        for row, line in enumerate(words.split("\v")):
            if row:
                paragraph.add_line_break()
            run = paragraph.add_run()
            run.text = line
            set_fonts(run.font, size=sizes[place] if sizes else size, tint=tint, bold=bold)
            run._r.get_or_add_rPr().set("lang", language_of(words))


def add_rect(slide: Any, frame: Frame, fill: str | None, *, line: str | None = None, rounded: bool = False) -> Any:
    """Add a rectangle without shadow."""
    kind = MSO_SHAPE.ROUNDED_RECTANGLE if rounded else MSO_SHAPE.RECTANGLE
    shape = slide.shapes.add_shape(kind, *frame.emu)
    # Without its style a shape takes no shadow and no line from the theme of whoever opens the file.
    shape._element.remove(shape._element.find(qn("p:style")))
    if fill is None:
        shape.fill.background()
    else:
        shape.fill.solid()
        shape.fill.fore_color.rgb = RGBColor.from_string(fill.removeprefix("#")) if fill[0] == "#" else rgb(fill)
    if line is None:
        shape.line.fill.background()
    else:
        shape.line.color.rgb = rgb(line)
        shape.line.width = Pt(1)
    if rounded:
        shape.adjustments[0] = 0.18
    return shape


def hide_from_voices(shape: Any) -> None:
    """Mark a shape as decoration, so that screen readers pass over it."""
    properties = shape._element.xpath(".//p:cNvPr")[0]
    xml = (
        '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        '<a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}">'
        '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/>'
        "</a:ext></a:extLst>"
    )
    properties.append(etree.fromstring(xml))


def begin_presentation() -> Any:
    """Return an empty presentation in our format: one layout with title, hairline and the product's mark."""
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Inches(WIDTH), Inches(HEIGHT)
    master = presentation.slide_master
    master.background.fill.solid()
    master.background.fill.fore_color.rgb = rgb("paper")
    _keep_one_layout(presentation)
    _dress_theme(master)
    layout = presentation.slide_layouts[0]
    for holder in (master, layout):
        _dress_placeholders(holder)
    _draw_fixed(presentation, layout)
    _drop_thumbnail(presentation)
    return presentation


def _keep_one_layout(presentation: Any) -> None:
    layouts = presentation.slide_layouts
    kept = next(layout for layout in layouts if layout.name == "Title Only")
    for layout in list(layouts):
        if layout is not kept:
            layouts.remove(layout)
    kept.name = text("product", "en")


def _dress_theme(master: Any) -> None:
    """Put our colours and fonts into the theme, so that what an editor adds looks like the rest."""
    part = next(rel.target_part for rel in master.part.rels.values() if rel.reltype.endswith("/theme"))
    theme = etree.fromstring(part.blob)
    space = {"a": "http://schemas.openxmlformats.org/drawingml/2006/main"}
    tints = {"dk1": "ink", "lt1": "card", "dk2": "accent", "lt2": "paper", "accent1": "accent", "accent2": "fourth",
             "accent3": "second", "accent4": "third", "accent5": "quiet", "accent6": "muted", "hlink": "accent",
             "folHlink": "third"}  # fmt: skip
    for name, tint in tints.items():
        slot = theme.find(f".//a:clrScheme/a:{name}", space)
        for old in list(slot):
            slot.remove(old)
        etree.SubElement(slot, qn("a:srgbClr")).set("val", colour(tint, "light").removeprefix("#"))
    for font in theme.findall(".//a:fontScheme/*", space):
        font.find("a:latin", space).set("typeface", LATIN)
        font.find("a:ea", space).set("typeface", EAST_ASIAN)
        for hant in font.findall('a:font[@script="Hant"]', space):
            hant.set("typeface", EAST_ASIAN)
    part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)


def _dress_placeholders(holder: Any) -> None:
    """Keep the title where our titles stand; all other placeholders go."""
    for shape in list(holder.placeholders):
        if shape.placeholder_format.type == 1:
            shape.left, shape.top, shape.width, shape.height = Frame(MARGIN, 0.72, WIDTH - 2 * MARGIN, 1.28).emu
            body = shape._element.txBody.find(qn("a:bodyPr"))
            body.set("anchor", "t")
            for side in ("lIns", "tIns", "rIns", "bIns"):
                body.set(side, "0")
        else:
            shape._element.getparent().remove(shape._element)
    styles = holder._element.find(qn("p:txStyles"))
    if styles is not None:
        level = styles.find(f"{qn('p:titleStyle')}/{qn('a:lvl1pPr')}")
        level.set("algn", "l")
        level.find(qn("a:defRPr")).set("sz", "3800")
        level.find(qn("a:defRPr")).set("b", "1")


def _draw_fixed(presentation: Any, layout: Any) -> None:
    """Draw the hairline and the ladder on the layout, where no slide can lose them."""
    draft = presentation.slides.add_slide(layout)
    rule = add_rect(draft, Frame(MARGIN, 6.56, WIDTH - 2 * MARGIN, 0.012), "hairline")
    hide_from_voices(rule)
    shapes = [rule]
    unit = 0.0135
    left, top = WIDTH - MARGIN - 32 * unit, 6.98
    for place, (x, y, height) in enumerate(MARK):
        tint = "accent" if place > 2 else "#8FA9BF"
        bar = add_rect(draft, Frame(left + x * unit, top + y * unit, 5 * unit, height * unit), tint)
        hide_from_voices(bar)
        shapes.append(bar)
    for shape in shapes:
        layout.shapes._spTree.append(copy.deepcopy(shape._element))
    number = presentation.slides._sldIdLst[0]
    presentation.part.drop_rel(number.rId)
    presentation.slides._sldIdLst.remove(number)


def _drop_thumbnail(presentation: Any) -> None:
    """Take out the picture of somebody else's slide that the empty file carries."""
    relations = presentation.part.package._rels
    for key in [key for key, rel in relations.items() if rel.reltype.endswith("/thumbnail")]:
        relations.pop(key)
