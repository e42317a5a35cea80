"""A choropleth drawn on a sheet from the shapes we ship: same classes, hatches and frames as the page's map."""

import json
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from dashboard.export.canvas import Box, Canvas, Point
from dashboard.export.fonts import wrap
from dashboard.language import Language, text
from dashboard.maps import CLASSES, DIVERGING, Classes, full_name, write_points
from dashboard.models import Place
from dashboard.palette import SEQUENTIAL, colour
from dashboard.queries import IndicatorCard

Rings = list[list[Point]]
EXTREMES = 3
"""Places named at either end of the list beside a map."""


def _project(longitude: float, latitude: float) -> Point:
    """Return a place on the sheet of the web's usual projection, which the page's map uses too; y downwards."""
    return math.radians(longitude), -math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))


@lru_cache(maxsize=8)
def load_shapes(path: Path) -> dict[str, Rings]:
    """Return the rings of every shape of a file, projected, by code."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    shapes = {}
    for feature in features:
        shape = feature["geometry"]
        polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        shapes[feature["id"]] = [[_project(*point[:2]) for point in ring] for polygon in polygons for ring in polygon]
    return shapes


def _fit(shapes: Mapping[str, Rings], box: Box) -> tuple[float, float, float]:
    """Return scale and shifts that put all shapes in the middle of a box."""
    points = [point for rings in shapes.values() for ring in rings for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    north, south = min(y for _, y in points), max(y for _, y in points)
    scale = min(box.width / (east - west), box.height / (south - north))
    left = box.left + (box.width - (east - west) * scale) / 2 - west * scale
    return scale, left, box.top + (box.height - (south - north) * scale) / 2 - north * scale


def draw_map(
    canvas: Canvas,
    values: Mapping[str, float],
    classes: Classes,
    folder: Path,
    box: Box,
    *,
    layer: str,
    tints: Sequence[str] = SEQUENTIAL["light"],
) -> None:
    """Draw one period and part; a place without a value is hatched.

    Args:
        canvas: the sheet.
        values: place → value.
        classes: fixed across all periods.
        folder: where the shapes lie.
        box: the room there is.
        layer: name of the shapes, as ``layer_of`` gives it.
        tints: a colour for each class.
    """
    shapes = load_shapes(folder / f"{layer}.geojson")
    frames = load_shapes(folder / "frames.geojson")
    scale, left, top = _fit({**shapes, **{f"frame {code}": rings for code, rings in frames.items()}}, box)

    def place(rings: Rings) -> Rings:
        return [[(x * scale + left, y * scale + top) for x, y in ring] for ring in rings]

    edge = 0.4 if layer.startswith("townships") else 0.9
    outline = colour("quiet", "light")
    for code, rings in shapes.items():
        known = code in values
        tint = tints[classes.index(values[code])] if known else colour("absent", "light")
        canvas.area(place(rings), tint, stroke=outline, width=edge)
    absent = [code for code in shapes if code not in values]
    if absent:
        hatches = load_shapes(folder / f"{layer}-hatch.geojson")
        for code in absent:
            canvas.area(place(hatches.get(code, [])), colour("quiet", "light"))
    for rings in frames.values():
        for ring in place(rings):
            canvas.line([*ring, ring[0]], colour("quiet", "light"), 1)


def _write_edge(value: float, card: IndicatorCard, language: Language, *, swing: bool) -> str:
    return write_points(value, card, language, bare=True) if swing else card.format(value, language)


def draw_legend(
    canvas: Canvas,
    frame: pd.DataFrame,
    classes: Classes,
    card: IndicatorCard,
    whole: int,
    language: Language,
    box: Box,
    size: float,
) -> float:
    """Draw the five classes with how many places fall in each, and return the edge below."""
    values = frame["obs_value"].dropna().tolist()
    indices = [classes.index(value) for value in values]
    ink, muted = colour("ink", "light"), colour("muted", "light")
    y = box.top
    step = size * 1.65
    swing = "then" in frame
    tints = (DIVERGING if swing else SEQUENTIAL)["light"]
    rows: list[tuple[str, str, str]] = []
    for index in range(CLASSES):
        low, high = (_write_edge(edge, card, language, swing=swing) for edge in classes.bounds(index))
        words = text("change_range", language, low=low, high=high) if swing else f"{low} – {high}"
        rows.append((tints[index], words, str(indices.count(index))))
    if len(values) < whole:
        rows.append(("", text("no_data_count", language, count=whole - len(values)), ""))
    for tint, words, count in rows:
        swatch = Box(box.left, y, size * 1.5, size)
        canvas.rect(swatch, tint or colour("absent", "light"))
        if not tint:
            for shift in range(4):
                x = swatch.left + swatch.width * (shift + 0.2) / 4
                canvas.line([(x, swatch.bottom), (x + size * 0.3, swatch.top)], colour("quiet", "light"), 1.5)
        canvas.text((swatch.right + size * 0.6, y + size * 0.86), words, size, ink)
        if count:
            canvas.text((box.right, y + size * 0.86), count, size, muted, anchor="end")
        y += step
    return y


def draw_extremes(
    canvas: Canvas,
    frame: pd.DataFrame,
    card: IndicatorCard,
    places: Mapping[str, Place],
    language: Language,
    box: Box,
    size: float,
) -> float:
    """Name the highest and the lowest places with their values, and return the edge below."""
    ordered: Any = frame.dropna(subset=["obs_value"]).sort_values("obs_value", ascending=False, kind="stable")
    named = {"map_highest": ordered.head(EXTREMES), "map_lowest": ordered.tail(EXTREMES)}
    y = box.top
    for key, rows in named.items():
        if y + size * 1.5 * (len(rows) + 1) > box.bottom:
            break
        canvas.text((box.left, y + size), text(key, language), size, colour("muted", "light"))
        y += size * 1.6
        for row in rows.to_dict("records"):
            value = _write_edge(row["obs_value"], card, language, swing="then" in frame)
            room = box.width - size * (len(value) * 0.6 + 1)
            name = wrap(full_name(places, str(row["ref_area"]), language), size, room, most=1)[0]
            canvas.text((box.left, y + size), name, size, colour("ink", "light"))
            canvas.text((box.right, y + size), value, size, colour("accent", "light"), bold=True, anchor="end")
            y += size * 1.5
        y += size * 0.6
    return y
