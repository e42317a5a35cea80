"""Parts of a chart's XML that python-pptx has no words for: fonts, plot area, labels of points, error bars."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any
from xml.sax.saxutils import quoteattr

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]
from pptx.oxml.ns import qn

from dashboard.export.deck.columns import Column
from dashboard.export.deck.frame import EAST_ASIAN, LATIN, SMALLEST
from dashboard.export.deck.model import Point
from dashboard.export.deck.scales import mark_bound
from dashboard.palette import colour

CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"


def name_fonts(drawn: Any) -> None:
    """Name the fonts of a whole chart, the East Asian one among them."""
    properties = drawn._chartSpace.find(qn("c:txPr")).find(f".//{qn('a:defRPr')}")
    for tag in ("a:latin", "a:ea", "a:cs"):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
    for tag, face in (("a:latin", LATIN), ("a:ea", EAST_ASIAN), ("a:cs", LATIN)):
        etree.SubElement(properties, qn(tag)).set("typeface", face)


def set_plot_area(drawn: Any, right: float) -> None:
    """Fix where the plot stands, so that names fit beside the ends of lines in every program."""
    area = drawn._chartSpace.chart.plotArea
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    xml = (
        f'<c:layout xmlns:c="{CHART}"><c:manualLayout><c:layoutTarget val="outer"/><c:xMode val="edge"/>'
        f'<c:yMode val="edge"/><c:x val="0.0"/><c:y val="0.03"/><c:w val="{1 - right:.3f}"/><c:h val="0.96"/>'
        "</c:manualLayout></c:layout>"
    )
    area.insert(0, etree.fromstring(xml))


def span_blanks(drawn: Any) -> None:
    """Join lines across categories where they have no value."""
    space = drawn._chartSpace.chart
    blanks = space.find(qn("c:dispBlanksAs"))
    if blanks is None:
        blanks = etree.SubElement(space, qn("c:dispBlanksAs"))
        space.remove(blanks)
        space.find(qn("c:plotVisOnly")).addnext(blanks)
    blanks.set("val", "span")


def delete_label(series: Any, place: int) -> None:
    """Leave one point of a series without its label."""
    labels = series._element.get_or_add_dLbls()
    label = etree.Element(qn("c:dLbl"))
    etree.SubElement(label, qn("c:idx")).set("val", str(place))
    etree.SubElement(label, qn("c:delete")).set("val", "1")
    labels.insert(len(labels.findall(qn("c:dLbl"))), label)


def mark_bounds(series: Any, points: Sequence[Point], categories: Sequence[Point]) -> None:
    """Give each value that is only a bound a format of its own, which its label follows."""
    held = {point.category: point for point in points}
    values = _cache(series)
    plain = values.findtext(qn("c:formatCode"))
    for drawn in values.iter(qn("c:pt")):
        code = mark_bound(plain, held.get(categories[int(drawn.get("idx"))].category))
        if code != plain:
            drawn.set("formatCode", code)


def sign_labels(series: Any) -> None:
    """Give each bound a label of its own, like the others but for its format.

    LibreOffice does not follow the format of a point, only that of a label.
    """
    labels = series._element.get_or_add_dLbls()
    taken = {label.find(qn("c:idx")).get("val") for label in labels.findall(qn("c:dLbl"))}
    usual = [one for one in labels if one.tag not in (qn("c:dLbl"), qn("c:numFmt"), qn("c:extLst"))]
    for place, code in _own_formats(series).items():
        if place not in taken:
            label = etree.Element(qn("c:dLbl"))
            etree.SubElement(label, qn("c:idx")).set("val", place)
            numbers = etree.SubElement(label, qn("c:numFmt"))
            numbers.set("formatCode", code)
            numbers.set("sourceLinked", "0")
            label.extend([deepcopy(one) for one in usual])
            labels.insert(len(labels.findall(qn("c:dLbl"))), label)


def _cache(series: Any) -> Any:
    """Return the values a chart keeps beside its workbook."""
    return series._element.find(f"{qn('c:val')}//{qn('c:numCache')}")


def _own_formats(series: Any) -> dict[str, str]:
    """Return the formats of bounds, by the place of their points."""
    points = _cache(series).iter(qn("c:pt"))
    return {point.get("idx"): point.get("formatCode") for point in points if point.get("formatCode")}


def label_point(
    series: Any,
    place: int,
    position: str,
    column: Column,
    *,
    name: bool,
    shift: float = 0.0,
    aside: float = 0.0,
    apart: bool = False,
) -> None:
    """Write value, and name where there are several lines, beside a point; both follow the workbook.

    ``apart`` sets the value on a line below the name.
    """
    labels = series._element.get_or_add_dLbls()
    for tag in ("c:showLegendKey", "c:showVal", "c:showCatName", "c:showSerName", "c:showPercent", "c:showBubbleSize"):
        element = labels.find(qn(tag))
        if element is not None:
            element.set("val", "0")
    tint = colour(column.tint if column.highlight else "muted", "light").removeprefix("#")
    size = 1400 if column.highlight else SMALLEST * 100
    layout = ""
    if abs(shift) > 0.005 or aside:
        layout = f'<c:layout><c:manualLayout><c:x val="{aside}"/><c:y val="{shift:.4f}"/></c:manualLayout></c:layout>'
    if labels.find(qn("c:extLst")) is None:
        # Without this, a name pushed aside gets a line drawn to its point.
        labels.append(
            etree.fromstring(
                f'<c:extLst xmlns:c="{CHART}"><c:ext uri="{{CE6537A1-D6FC-4f65-9D91-7224C49458BB}}" '
                'xmlns:c15="http://schemas.microsoft.com/office/drawing/2012/chart"><c15:showLeaderLines val="0"/>'
                "</c:ext></c:extLst>"
            )
        )
    own = _own_formats(series).get(str(place))
    numbers = f'<c:numFmt formatCode={quoteattr(own)} sourceLinked="0"/>' if own else ""
    value = int(column.highlight or not name)
    xml = (
        f'<c:dLbl xmlns:c="{CHART}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        f'<c:idx val="{place}"/>{layout}{numbers}<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>'
        '<c:txPr><a:bodyPr wrap="none" lIns="38100" tIns="0" rIns="0" bIns="0"/><a:lstStyle/><a:p><a:pPr>'
        f'<a:defRPr sz="{size}" b="{int(column.highlight)}"><a:solidFill><a:srgbClr val="{tint}"/></a:solidFill>'
        f'<a:latin typeface="{LATIN}"/><a:ea typeface="{EAST_ASIAN}"/></a:defRPr></a:pPr>'
        '<a:endParaRPr lang="en-US"/></a:p></c:txPr>'
        f'<c:dLblPos val="{position}"/><c:showLegendKey val="0"/><c:showVal val="{value}"/><c:showCatName val="0"/>'
        f'<c:showSerName val="{int(name)}"/><c:showPercent val="0"/><c:showBubbleSize val="0"/>'
        f"<c:separator>{chr(10) if apart else ' '}</c:separator></c:dLbl>"
    )
    labels.insert(len(labels.findall(qn("c:dLbl"))), etree.fromstring(xml))


def add_error_bars(series: Any, points: Sequence[Point], categories: Sequence[Point], *, direction: str | None) -> None:
    """Draw the intervals the source publishes."""
    held = {point.category: point for point in points}
    if not any(point.has_interval for point in points):
        return
    sides = {}
    for side in ("plus", "minus"):
        cells = []
        for place, category in enumerate(categories):
            point = held.get(category.category)
            if point is None or point.value is None or point.lower is None or point.upper is None:
                size = 0.0
            else:
                size = point.upper - point.value if side == "plus" else point.value - point.lower
            cells.append(f'<c:pt idx="{place}"><c:v>{max(size, 0.0):.10g}</c:v></c:pt>')
        sides[side] = (
            f"<c:{side}><c:numLit><c:formatCode>General</c:formatCode>"
            f'<c:ptCount val="{len(cells)}"/>{"".join(cells)}</c:numLit></c:{side}>'
        )
    ink = colour("muted", "light").removeprefix("#")
    way = f'<c:errDir val="{direction}"/>' if direction else ""
    xml = (
        f'<c:errBars xmlns:c="{CHART}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">{way}'
        f'<c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="0"/>{sides["plus"]}{sides["minus"]}'
        f'<c:spPr><a:ln w="12700"><a:solidFill><a:srgbClr val="{ink}"/></a:solidFill></a:ln></c:spPr></c:errBars>'
    )
    # The schema wants them just before the categories.
    series._element.find(qn("c:cat")).addprevious(etree.fromstring(xml))
