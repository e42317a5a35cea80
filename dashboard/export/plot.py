"""A Plotly figure of ``figures`` drawn on a sheet: the page's own traces, axes and labels, so there is no second rule.

Only what ``figures`` uses is known here: lines with markers, bands, crosses with text, horizontal bars with whiskers,
vertical rules, annotations.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.export.canvas import Anchor, Box, Canvas
from dashboard.export.fonts import HAN, measure, wrap
from dashboard.palette import colour

TAG = re.compile(r"</?b>")
LARGEST_LABELS = 0.38
"""Share of the width that names beside a chart may take."""
LARGEST_ENDS = 0.46
"""The same for values and names at the ends of lines, which would else stand on the lines."""
LEGEND_ROW = 19
"""Pixels of a page between the rows of a legend."""
BAR_SHARE = 0.65
POINT = 6
"""Size of a lone value of a line that has no markers."""


@dataclass(frozen=True)
class Frame:
    """Where values stand on the sheet."""

    box: Box
    x: Callable[[float], float]
    y: Callable[[float], float]
    scale: float


def _plain(words: object) -> str:
    return TAG.sub("", str(words or ""))


def _tint(rgba: str) -> tuple[str, float]:
    """Return a colour and its opacity from ``rgba(…)`` or ``#rrggbb``."""
    found = re.fullmatch(r"rgba\((\d+),(\d+),(\d+),([\d.]+)\)", rgba)
    if found is None:
        return rgba, 1.0
    return "#" + "".join(f"{int(part):02x}" for part in found.groups()[:3]), float(found[4])


def _values(values: Any) -> list[Any]:
    return [] if values is None else list(values)


def _scale_to(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    span = (high - low) or 1.0
    return lambda value: start + (float(value) - low) / span * (end - start)


def _categories(figure: Any) -> list[str]:
    """Return the periods of stacked bars, the only axis of words."""
    return [words for trace in figure.data for words in _values(trace.y) if isinstance(words, str)]


def _ranges(figure: Any) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the span of both axes; bars run downwards from the first."""
    bars = [trace for trace in figure.data if trace.type == "bar"]
    axis = figure.layout.xaxis
    if not bars:
        (low, high), (bottom, top) = axis.range, figure.layout.yaxis.range
        return (low, high), (bottom, top)
    names = list(dict.fromkeys(_categories(figure)))
    count = len(names) or max(len(_values(trace.y)) for trace in bars)
    if axis.range:
        across = (float(axis.range[0]), float(axis.range[1]))
    else:
        sums = [
            sum(trace.x[place] or 0 for trace in bars if trace.x[place] == trace.x[place]) for place in range(count)
        ]
        across = (0.0, float(max(sums)))
    return across, (count - 0.5, -0.5)


def _margins(figure: Any, box: Box, across: tuple[float, float], scale: float) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom margins that hold every label of the figure."""
    yaxis, xaxis = figure.layout.yaxis, figure.layout.xaxis
    size = (yaxis.tickfont.size or 13) * scale
    step = box.height / max(len(_ticks(figure)), 1)
    labels = [line for words in _ticks(figure) for line in _label_lines(str(words), size, step)]
    left = min(max((measure(line, size) for line in labels), default=0) + 10 * scale, box.width * LARGEST_LABELS)
    right = 6 * scale
    inner = box.width - left
    span = (across[1] - across[0]) or 1.0
    for note in figure.layout.annotations:
        if note.yref != "paper" and note.xanchor == "left":
            size, bold = note.font.size * scale, str(note.text).startswith("<b>")
            width = max(measure(_plain(line), size, bold=bold) for line in str(note.text).split("<br>"))
            # The axis gives up what the label takes, and with it a share of the room behind the last point.
            free = (across[1] - float(note.x)) / span
            right = max(right, (width + (note.xshift or 0) * scale - inner * free) / max(1 - free, 0.2))
    has_rules = any(note.yref == "paper" for note in figure.layout.annotations)
    top = 30 * scale if has_rules else 12 * scale
    if figure.layout.showlegend:
        rows = _legend_rows([trace for trace in figure.data if trace.type == "bar"], box.width - left - right, scale)
        top = (34 + LEGEND_ROW * (len(rows) - 1)) * scale
    bottom = 6 * scale if xaxis.visible is False else ((xaxis.tickfont.size or 13) + 14) * scale
    return left, top, min(right, box.width * LARGEST_ENDS), bottom


def _ticks(figure: Any) -> list[str]:
    names = list(dict.fromkeys(_categories(figure)))
    return names or _values(figure.layout.yaxis.ticktext)


def _label_lines(words: str, size: float, step: float) -> list[str]:
    """Return the lines of a label: two where there is room for two."""
    lines = words.split("<br>")
    if len(lines) * size * 1.2 <= step or len(lines) == 1:
        return lines
    return ["".join(lines) if ord(lines[0][-1]) > HAN and ord(lines[1][0]) > HAN else " ".join(lines)]


def draw_figure(canvas: Canvas, figure: Any, box: Box, scale: float, paper: str) -> None:
    """Draw a figure into a box; ``scale`` is how many pixels a pixel of the page becomes."""
    across, up = _ranges(figure)
    left, top, right, bottom = _margins(figure, box, across, scale)
    inner = Box(box.left + left, box.top + top, box.width - left - right, box.height - top - bottom)
    frame = Frame(
        inner,
        _scale_to(*across, inner.left, inner.right),
        _scale_to(*up, inner.bottom, inner.top),
        scale,
    )
    _draw_axes(canvas, figure, frame, box)
    # What lies outside the axis is not shown on the page either.
    low, high = min(across) - 1e-9, max(across) + 1e-9
    for shape in figure.layout.shapes:
        if not low <= float(shape.x0) <= high:
            continue
        where = frame.x(shape.x0)
        rule = [(where, inner.top - 4 * scale), (where, inner.bottom)]
        canvas.line(rule, shape.line.color, shape.line.width * scale, dash=shape.line.dash or "solid")
    bars = [trace for trace in figure.data if trace.type == "bar"]
    if bars:
        _draw_bars(canvas, figure, bars, frame)
    for trace in figure.data:
        if trace.type == "scatter" and any(low <= float(x) <= high for x in trace.x):
            _draw_trace(canvas, trace, frame, paper)
    for note in figure.layout.annotations:
        if low <= float(note.x) <= high:
            _draw_note(canvas, note, frame)


def _draw_axes(canvas: Canvas, figure: Any, frame: Frame, box: Box) -> None:
    xaxis, yaxis = figure.layout.xaxis, figure.layout.yaxis
    inner, scale = frame.box, frame.scale
    size = (yaxis.tickfont.size or 13) * scale
    ink = yaxis.tickfont.color
    grid = _values(yaxis.tickvals) if not _categories(figure) else []
    bars = any(trace.type == "bar" for trace in figure.data)
    for place, words in enumerate(_ticks(figure)):
        where = frame.y(grid[place] if grid else place)
        if yaxis.showgrid:
            canvas.line([(inner.left, where), (inner.right, where)], yaxis.gridcolor, scale)
        lines = _label_lines(str(words), size, inner.height / len(_ticks(figure)))
        lines = [wrap(line, size, inner.left - 9 * scale - box.left + 1, most=1)[0] for line in lines]
        down = where + size * 0.36 - size * 0.6 * (len(lines) - 1)
        for row, line in enumerate(lines):
            canvas.text((inner.left - 9 * scale, down + row * size * 1.2), line, size, ink, anchor="end")
    if bars:
        rule = colour("quiet", "light")
        canvas.line([(frame.x(0), inner.top), (frame.x(0), inner.bottom)], rule, scale)
    if xaxis.visible is False:
        return
    canvas.line([(inner.left, inner.bottom), (inner.right, inner.bottom)], xaxis.linecolor, scale)
    size = (xaxis.tickfont.size or 13) * scale
    reached = float("-inf")
    for value, words in zip(_values(xaxis.tickvals), _values(xaxis.ticktext), strict=True):
        where, width = frame.x(value), measure(str(words), size)
        if inner.left - 1 <= where <= inner.right + 1 and where - width / 2 > reached:
            middle = min(max(where, box.left + width / 2), box.right - width / 2)
            canvas.text((middle, inner.bottom + size * 1.35), str(words), size, ink, anchor="middle")
            reached = where + width / 2 + 6 * scale


def _draw_trace(canvas: Canvas, trace: Any, frame: Frame, paper: str) -> None:
    points = [
        (frame.x(x), frame.y(y)) for x, y in zip(_values(trace.x), _values(trace.y), strict=True) if y is not None
    ]
    if trace.fill == "toself":
        tint, opacity = _tint(trace.fillcolor)
        canvas.area([points], tint, opacity=opacity)
        return
    opacity = 1.0 if trace.opacity is None else float(trace.opacity)
    modes = (trace.mode or "").split("+")
    if "lines" in modes and len(points) > 1:
        width = trace.line.width * frame.scale
        canvas.line(points, trace.line.color, width, dash=trace.line.dash or "solid", opacity=opacity)
    # A lone value between two gaps has no line, so it needs its point.
    if "markers" in modes or len(points) == 1:
        _draw_markers(canvas, trace, points, frame, paper)
    if "text" in modes:
        sides = trace.textposition or "middle right"
        sides = [sides] * len(points) if isinstance(sides, str) else sides
        for at, words, side in zip(points, _values(trace.text), sides, strict=True):
            _draw_beside(canvas, at, str(words), side, trace.textfont, frame)


def _draw_markers(canvas: Canvas, trace: Any, points: Sequence[tuple[float, float]], frame: Frame, paper: str) -> None:
    shapes = trace.marker.symbol or "circle"
    shapes = [shapes] * len(points) if isinstance(shapes, str) else _values(shapes)
    tint = trace.marker.line.color or trace.marker.color or trace.line.color
    size = (trace.marker.size or POINT) * frame.scale
    for at, shape in zip(points, shapes, strict=True):
        canvas.marker(at, shape, size, tint, paper)


def _draw_beside(canvas: Canvas, at: tuple[float, float], words: str, side: str, font: Any, frame: Frame) -> None:
    size = font.size * frame.scale
    vertical, _, horizontal = side.partition(" ")
    anchor: Anchor = {"left": "end", "right": "start"}.get(horizontal, "middle")  # type: ignore[assignment]
    gap = 10 * frame.scale
    x = at[0] + {"end": -gap, "start": gap, "middle": 0.0}[anchor]
    y = at[1] + {"top": -gap, "bottom": gap + size * 0.75}.get(vertical, size * 0.36)
    if anchor == "middle":
        half = measure(words, size) / 2
        x = min(max(x, frame.box.left + half), canvas.width - 24 - half)
    canvas.text((x, y), words, size, font.color, anchor=anchor)


def _draw_note(canvas: Canvas, note: Any, frame: Frame) -> None:
    """Write an annotation, line under line; what stands between bold marks is bold."""
    size = note.font.size * frame.scale
    tint = note.font.color or colour("ink", "light")
    x = frame.x(note.x) + (note.xshift or 0) * frame.scale
    lines = str(note.text).split("<br>")
    if note.yref == "paper":
        y = frame.box.top - (note.yshift or 0) * frame.scale + size
    else:
        y = frame.y(note.y) - (note.yshift or 0) * frame.scale + size * (0.36 - 0.6 * (len(lines) - 1))
    for number, line in enumerate(lines):
        _write_line(canvas, line, (x, y + number * size * 1.2), size, tint, note.xanchor == "right")


def _write_line(canvas: Canvas, line: str, at: tuple[float, float], size: float, tint: str, ends: bool) -> None:
    """Write one line that begins at a point, or ends there, and stays inside the picture."""
    x, y = at
    pieces = re.findall(r"<b>(.*?)</b>|([^<]+)", line)
    runs = [(bold or plain, bool(bold)) for bold, plain in pieces]
    width = sum(measure(words, size, bold=bold) for words, bold in runs)
    x = min(x - width if ends else x, canvas.width - 8 - width)
    for words, bold in runs:
        x += canvas.text((x, y), words, size, tint, bold=bold)


def _draw_bars(canvas: Canvas, figure: Any, bars: Sequence[Any], frame: Frame) -> None:
    names = list(dict.fromkeys(_categories(figure)))
    count = len(names) or max(len(_values(trace.y)) for trace in bars)
    step = frame.box.height / count
    high = min(step * (BAR_SHARE if not names else 0.6), 44 * frame.scale)
    starts = [0.0] * count
    for trace in bars:
        tints = trace.marker.color
        for place, value in enumerate(_values(trace.x)):
            if value is None or value != value:
                continue
            middle = frame.y(place)
            begin = starts[place] if names else 0.0
            left, right = frame.x(begin), frame.x(begin + value)
            tint = tints if isinstance(tints, str) else tints[place]
            canvas.rect(Box(min(left, right), middle - high / 2, abs(right - left), high), tint)
            words = str(trace.text[place])
            if names:
                starts[place] += value
                _write_inside(canvas, words, (left, right), middle, 13 * frame.scale, tint)
            else:
                end = _draw_whisker(canvas, trace, place, value, middle, frame)
                size = min(trace.textfont.size * frame.scale, step * 0.8)
                canvas.text(
                    (max(right, end) + 7 * frame.scale, middle + size * 0.36), words, size, colour("ink", "light")
                )
    if figure.layout.showlegend:
        _draw_legend(canvas, bars, frame)


def _draw_whisker(canvas: Canvas, trace: Any, place: int, value: float, middle: float, frame: Frame) -> float:
    """Draw the interval of a bar and return where it ends; no interval ends at the left."""
    if trace.error_x is None or trace.error_x.array is None:
        return float("-inf")
    above, below = trace.error_x.array[place], trace.error_x.arrayminus[place]
    if not above and not below:
        return float("-inf")
    low, high = frame.x(value - below), frame.x(value + above)
    tint, cap = trace.error_x.color, 4 * frame.scale
    canvas.line([(low, middle), (high, middle)], tint, 1.2 * frame.scale)
    for where in (low, high):
        canvas.line([(where, middle - cap), (where, middle + cap)], tint, 1.2 * frame.scale)
    return high


def _write_inside(canvas: Canvas, words: str, ends: tuple[float, float], middle: float, size: float, tint: str) -> None:
    if measure(words, size) <= abs(ends[1] - ends[0]) - 8:
        light = tint.upper() in (colour("quiet", "light").upper(), colour("absent", "light").upper())
        ink = colour("ink", "light") if light else "#FFFFFF"
        canvas.text((sum(ends) / 2, middle + size * 0.36), words, size, ink, anchor="middle")


def _legend_rows(bars: Sequence[Any], width: float, scale: float) -> list[list[tuple[Any, float]]]:
    """Return the names of stacked bars in as many rows as they need, each with its place from the left."""
    size = 13 * scale
    rows: list[list[tuple[Any, float]]] = [[]]
    x = 0.0
    for trace in bars:
        taken = size + 6 + measure(trace.name, size)
        if rows[-1] and x + taken > width:
            rows.append([])
            x = 0.0
        rows[-1].append((trace, x))
        x += taken + 18 * scale
    return rows


def _draw_legend(canvas: Canvas, bars: Sequence[Any], frame: Frame) -> None:
    size = 13 * frame.scale
    rows = _legend_rows(bars, frame.box.width, frame.scale)
    for place, row in enumerate(rows):
        y = frame.box.top - size - LEGEND_ROW * frame.scale * (len(rows) - 1 - place)
        for trace, x in row:
            at = frame.box.left + x
            canvas.rect(Box(at, y - size * 0.8, size * 0.8, size * 0.8), trace.marker.color)
            canvas.text((at + size + 2, y), trace.name, size, colour("muted", "light"))
