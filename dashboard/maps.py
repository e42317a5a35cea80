"""Maps of counties and townships: five classes fixed across time, islands in frames, hatch where there is no value.

Geometry goes to the browser by address, never inside the figure: a township map stays under 20 kB on the socket.
The map library knows no pattern fill, so hatches are stripes with a geometry of their own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.ingest.boundaries import MOVES, shift_point
from dashboard.ingest.common import COUNTY_CODES
from dashboard.language import Language, format_number, format_period, pick, text
from dashboard.models import Place, Project
from dashboard.palette import FONT, SEQUENTIAL, Mode, base_layout, colour
from dashboard.queries import IndicatorCard

Rows = dict[str, dict[Any, Any]]

CLASSES = 5
WEST_EAST, SOUTH_NORTH = (119.1, 122.1), (21.8, 25.6)
"""Degrees a map of Taiwan shows, the moved islands included."""
HEIGHT = 560
WORLD = {"lon": 105, "lat": 22}
WORLD_ZOOM = 1.05
"""Fits the whole world on a wide screen; on a narrow one the reader begins in Asia."""
WORLD_HEIGHT = 600
LAYERS = {"county": "counties", "township": "townships", "country": "countries"}
COUNTIES = tuple(sorted(COUNTY_CODES.values()))
FRAMED = tuple(MOVES)
SHAPED_BY_PEOPLE = ("county", "township")
DIVERGING: dict[Mode, tuple[str, ...]] = {
    "light": ("#9C3B10", "#E3A27F", "#F1EEE8", "#8DB6D6", "#12436D"),
    "dark": ("#F2905F", "#8F4A2A", "#2B3640", "#35658C", "#9CC8EC"),
}
"""Fell much, fell, about the same, rose, rose much."""
OTHER_LAND = ("ESH", "FLK", "NCL", "XNC", "XSO")
"""Shapes on the world map that no rating covers under a code of their own."""
CROWDED = 0.8
"""Share of places in one class above which classes of equal count replace classes of equal width."""


@dataclass(frozen=True)
class Classes:
    """Upper edges of five classes, and whether they hold equal widths or equal counts."""

    edges: tuple[float, ...]
    low: float
    equal_width: bool

    def index(self, value: float) -> int:
        """Return the class of a value, 0 to 4."""
        return next((place for place, edge in enumerate(self.edges) if value <= edge), len(self.edges) - 1)

    def bounds(self, index: int) -> tuple[float, float]:
        """Return the lower and upper edge of a class."""
        return (self.low if index == 0 else self.edges[index - 1]), self.edges[index]


def compute_classes(values: Sequence[float]) -> Classes:
    """Return five classes over all values of all periods, so that one colour means one thing in every year.

    Classes have equal width. Where that would put more than four in five places into one class, they hold equal counts.
    """
    ordered = sorted(values)
    low, high = ordered[0], ordered[-1]
    width = (high - low) / CLASSES
    equal = Classes((*(low + width * (place + 1) for place in range(CLASSES - 1)), high), low, True)
    counts = [0] * CLASSES
    for value in ordered:
        counts[equal.index(value)] += 1
    if max(counts) <= CROWDED * len(ordered) or width == 0:
        return equal
    cuts = [ordered[round((place + 1) * len(ordered) / CLASSES) - 1] for place in range(CLASSES - 1)]
    edges: list[float] = []
    for cut in [*cuts, high]:
        edges.append(cut if not edges or cut > edges[-1] else edges[-1])
    return Classes(tuple(edges), low, False)


def is_mappable(card: IndicatorCard) -> bool:
    """Tell whether a choropleth may show this unit: shares, rates and scores, never raw counts or money."""
    return card.unit.kind in ("percent", "rate", "index", "score", "duration", "ratio", "points")


def _style(mode: Mode) -> dict[str, Any]:
    """Return a map style without tiles, glyphs or sprites: it asks nobody for anything."""
    paint = {"background-color": colour("paper", mode), "background-opacity": 0}
    return {"version": 8, "sources": {}, "layers": [{"id": "paper", "type": "background", "paint": paint}]}


def map_layout(mode: Mode) -> dict[str, Any]:
    """Return the layout of a map of Taiwan, which fits its room.

    It is drawn as shapes of the page and not by the graphics card: where there is none, a change is seen much sooner.
    """
    ground = {
        "visible": False,
        "bgcolor": "rgba(0,0,0,0)",
        "projection": {"type": "mercator"},
        "lonaxis": {"range": WEST_EAST},
        "lataxis": {"range": SOUTH_NORTH},
    }
    buttons = {"bgcolor": "rgba(0,0,0,0)", "color": colour("muted", mode), "activecolor": colour("ink", mode)}
    return _bare_layout(mode, HEIGHT) | {"geo": ground, "modebar": buttons}


def world_layout(mode: Mode) -> dict[str, Any]:
    """Return the layout of a map of the world, which the reader moves by dragging."""
    return _bare_layout(mode, WORLD_HEIGHT) | {"map": {"style": _style(mode), "center": WORLD, "zoom": WORLD_ZOOM}}


def _bare_layout(mode: Mode, height: int) -> dict[str, Any]:
    layout = base_layout(mode, height)
    layout.pop("xaxis")
    layout.pop("yaxis")
    return layout | {"margin": {"l": 0, "r": 0, "t": 0, "b": 0}, "dragmode": "pan"}


def layer_of(level: str, by: str) -> str:
    """Return the name of the shapes a map of one level is drawn with: land, or circles as large as their people."""
    return f"{LAYERS[level]}-people" if by == "people" and level in SHAPED_BY_PEOPLE else LAYERS[level]


def build_choropleth_figure(
    frame: pd.DataFrame,
    card: IndicatorCard,
    language: Language,
    mode: Mode,
    places: Mapping[str, Place],
    classes: Classes,
    urls: Mapping[str, str],
    level: str,
    *,
    by: str = "land",
) -> go.Figure:
    """Return a map of one period and part, or of how far each place moved since another.

    Args:
        frame: one row a place; rows without a value are hatched and say why. With columns ``now`` and ``then`` the
            value is their difference.
        card: the indicator.
        language: of every word.
        mode: light or dark.
        places: by code, for names.
        classes: fixed across all periods.
        urls: addresses of ``counties``, ``townships``, ``countries``, their ``-hatch``, circles and ``frames``.
        level: country, county or township.
        by: ``land``, or ``people`` for circles.
    """
    layer = layer_of(level, by)
    held: Rows = {str(row["ref_area"]): row for row in frame.to_dict("records")}
    valued, absent = _part_places(held, places, level)
    line = {"color": colour("quiet", mode), "width": 0.8 if level == "county" else 0.4}
    shapes = go.Choroplethmap if level == "country" else go.Choropleth
    figure = go.Figure(layout=world_layout(mode) if level == "country" else map_layout(mode))
    if layer != LAYERS[level]:
        figure.add_trace(
            _outline("ground", urls["counties"], COUNTIES, colour("hairline", mode), colour("absent", mode))
        )
    figure.add_trace(
        shapes(
            name="values",
            geojson=urls[layer],
            locations=valued,
            z=[classes.index(float(held[code]["obs_value"])) for code in valued],
            zmin=-0.5,
            zmax=CLASSES - 0.5,
            colorscale=_class_colours("then" in frame, mode),
            showscale=False,
            marker={"line": line},
            text=[_hover(held[code], places, code, card, language) for code in valued],
            hoverinfo="text",
        )
    )
    if absent:
        words = [_absent_hover(code, held, places, language) for code in absent]
        figure.add_traces(_hatch(shapes, absent, words, mode, urls[layer], urls[f"{layer}-hatch"], line))
    if level != "country":
        figure.add_trace(_outline("frames", urls["frames"], FRAMED, colour("quiet", mode)))
    return figure


def _part_places(held: Rows, places: Mapping[str, Place], level: str) -> tuple[list[str], list[str]]:
    """Return the places of a level that have a value, and the shapes that have none."""
    wanted = [place.code for place in places.values() if place.level == level]
    valued = [code for code in wanted if code in held and not pd.isna(held[code]["obs_value"])]
    absent = [code for code in wanted if code not in set(valued)] + list(OTHER_LAND if level == "country" else ())
    return valued, absent


def _class_colours(swing: bool, mode: Mode) -> list[list[Any]]:
    """Return the colour scale of five classes, a step for each."""
    tints = (DIVERGING if swing else SEQUENTIAL)[mode]
    return [[edge, tints[place]] for place in range(CLASSES) for edge in (place / CLASSES, (place + 1) / CLASSES)]


def _outline(name: str, url: str, codes: Sequence[str], edge: str, fill: str = "rgba(0,0,0,0)") -> go.Choropleth:
    """Return shapes without values: the frames round the moved islands, or the land that lies quietly under circles."""
    return go.Choropleth(
        name=name,
        geojson=url,
        locations=codes,
        z=[0] * len(codes),
        colorscale=[[0, fill], [1, fill]],
        showscale=False,
        marker={"line": {"color": edge, "width": 1}},
        hoverinfo="skip",
    )


def full_name(places: Mapping[str, Place], code: str, language: Language) -> str:
    """Return a place's name with its county where it is a township: ``Banqiao District, New Taipei City``."""
    place = places.get(code)
    if place is None:
        return code
    name = pick(place, "title", language)
    if place.level != "township" or place.parent is None or place.parent not in places:
        return name
    county = pick(places[place.parent], "title", language)
    return f"{county}{name}" if language == "zh-TW" else f"{name}, {county}"


def _hover(row: Any, places: Mapping[str, Place], code: str, card: IndicatorCard, language: Language) -> str:
    return (_swing_hover if "then" in row else _place_hover)(row, places, code, card, language)


def _place_hover(row: Any, places: Mapping[str, Place], code: str, card: IndicatorCard, language: Language) -> str:
    unit = "" if card.unit.kind in ("percent", "money") else pick(card.unit, "title", language)
    value = f"<b>{card.write(row, language)}</b> {unit}".strip()
    return f"{full_name(places, code, language)}<br>{value}<br>{format_period(row['time_period'], language)}"


def write_points(change: float, card: IndicatorCard, language: Language, *, bare: bool = False) -> str:
    """Return a change with its sign, in percentage points where the values are shares; ``bare`` without the unit."""
    size = format_number(abs(change), card.decimals)
    points = "" if bare else f" {text('points', language)}"
    words = f"{size}{points}" if card.unit.kind == "percent" else card.format(abs(change), language)
    sign = "" if round(change, card.decimals) == 0 else ("+" if change > 0 else "−")
    return f"{sign}{words}"


def change_unit(card: IndicatorCard, language: Language) -> str:
    """Return what a change of an indicator is counted in."""
    return text("points", language) if card.unit.kind == "percent" else pick(card.unit, "title", language)


def _swing_hover(row: Any, places: Mapping[str, Place], code: str, card: IndicatorCard, language: Language) -> str:
    then, now = (card.format(float(row[name]), language) for name in ("then", "now"))
    change = write_points(float(row["obs_value"]), card, language)
    return f"{full_name(places, code, language)}<br><b>{change}</b><br>{then} → {now}"


def _absent_hover(code: str, held: Rows, places: Mapping[str, Place], language: Language) -> str:
    status = held[code]["obs_status"] if code in held else "O"
    name = f"{full_name(places, code, language)}<br>" if code in places else ""
    return f"{name}{text(f'status_{status}', language)}"


def _hatch(
    shapes: Callable[..., Any],
    codes: Sequence[str],
    words: Sequence[str],
    mode: Mode,
    url: str,
    stripes: str,
    line: dict[str, Any],
) -> list[Any]:
    """Return places without a value: their shapes, which say why, and the stripes over them."""
    return [
        shapes(
            name=name,
            geojson=source,
            locations=list(codes),
            z=[0] * len(codes),
            colorscale=[[0, tint], [1, tint]],
            showscale=False,
            marker={"line": edge},
            text=list(words),
            hoverinfo=hover,
        )
        for name, source, tint, edge, hover in (
            ("absent", url, colour("absent", mode), line, "text"),
            ("hatch", stripes, colour("quiet", mode), {"width": 0}, "skip"),
        )
    ]


def build_project_figure(
    projects: Sequence[Project],
    places: Mapping[str, Place],
    language: Language,
    mode: Mode,
    urls: Mapping[str, str],
) -> go.Figure:
    """Return a map with a point for each project that is tied to a place.

    A project known only by its county stands at the county's middle, hollow; several there fan out in a ring.
    """
    figure = go.Figure(layout=map_layout(mode))
    ground = colour("absent", mode)
    figure.add_trace(_outline("ground", urls["counties"], COUNTIES, colour("quiet", mode), ground))
    for exact in (True, False):
        shown = [project for project in projects if _is_placed(project, places, exact=exact)]
        spots = [_spot(project, places, shown) for project in shown]
        figure.add_trace(
            go.Scattergeo(
                name="exact" if exact else "county",
                lon=[spot[0] for spot in spots],
                lat=[spot[1] for spot in spots],
                mode="markers",
                marker={
                    "size": 13 if exact else 11,
                    "color": colour("accent" if exact else "second", mode),
                    "opacity": 0.85 if exact else 0.6,
                },
                text=[_project_hover(project, places, language) for project in shown],
                hoverinfo="text",
                hoverlabel={"font": {"family": FONT}},
            )
        )
    figure.add_trace(_outline("frames", urls["frames"], FRAMED, colour("quiet", mode)))
    return figure


def _is_placed(project: Project, places: Mapping[str, Place], *, exact: bool) -> bool:
    known = project.longitude is not None
    tied = project.ref_area in places and places[project.ref_area].longitude is not None
    return known if exact else (tied and not known)


def _spot(project: Project, places: Mapping[str, Place], shown: Sequence[Project]) -> tuple[float, float]:
    if project.longitude is not None and project.latitude is not None:
        return shift_point(project.longitude, project.latitude, project.ref_area)
    county = places[project.ref_area]
    neighbours = [other.code for other in shown if other.ref_area == project.ref_area]
    place = neighbours.index(project.code)
    east, north = ((0, 0), (0.07, 0), (-0.07, 0), (0, 0.06), (0, -0.06), (0.07, 0.06), (-0.07, -0.06))[place % 7]
    return (county.longitude or 0) + east, (county.latitude or 0) + north


def _project_hover(project: Project, places: Mapping[str, Place], language: Language) -> str:
    lines = [f"<b>{_fold(pick(project, 'title', language))}</b>", full_name(places, project.ref_area, language)]
    if project.start:
        lines.append(format_period(project.start, language))
    lines.append(text(f"project_state_{project.state}", language))
    return "<br>".join(lines)


def _fold(words: str, width: int = 40) -> str:
    size = 0
    lines = [""]
    for letter in words:
        size += 2 if ord(letter) > 0x2E80 else 1
        if size > width and (letter == " " or ord(letter) > 0x2E80):
            lines.append("")
            size = 0
        lines[-1] += letter
    return "<br>".join(line.strip() for line in lines)
