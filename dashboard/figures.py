"""Frame, indicator and language in, Plotly figure out: the chart a selection asks for.

Conventions (all of them tested): gaps stay gaps, a line is never joined across a break, provisional and estimated
values look different, bars start at zero, ranks run downwards, intervals are bands, lines carry their names. Lines are
drawn by ``linefigures``, bars by ``barfigures``; colours are those of ``palette``.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import pandas as pd
import plotly.graph_objects as go

from dashboard.barfigures import MOST_BARS, build_bar_figure, build_stacked_figure
from dashboard.language import Language, pick, text
from dashboard.linefigures import Stretches, build_line_figure
from dashboard.models import TOTAL
from dashboard.palette import HEIGHT, SERIES, Mode
from dashboard.queries import IndicatorCard
from dashboard.rows import latest_of_each, latest_period


def choose_chart(frame: pd.DataFrame, card: IndicatorCard) -> str:
    """Return the kind of chart a selection asks for: line, parts, places, stacked, bar_parts, bar_places or number.

    The rule readers see on the method page: time first; one period is compared by bars; one value is a number.
    """
    rows = frame.dropna(subset=["obs_value"])
    periods = rows["time_period"].nunique()
    parts = rows["breakdown"].nunique()
    places = rows["ref_area"].nunique()
    if parts > 1:
        if card.indicator.chart == "stacked":
            return "stacked"
        return "parts" if periods > 1 and card.indicator.chart != "bar" else "bar_parts"
    if places > 1:
        return "places" if periods > 1 and card.indicator.chart != "bar" else "bar_places"
    return "line" if periods > 1 else "number"


def build_figure(
    frame: pd.DataFrame,
    card: IndicatorCard,
    language: Language,
    mode: Mode,
    place_names: Mapping[str, str],
    *,
    highlight: Sequence[str] = ("TWN",),
    height: int = HEIGHT,
    most: int = MOST_BARS,
) -> go.Figure | None:
    """Return the chart a selection of one indicator's observations asks for; None where a number says it all.

    ``height`` in pixels is that of lines; ``most`` is how many bars there is room for.
    """
    kind = choose_chart(frame, card)
    part_names = {row.code: pick(row, "title", language) for row in card.breakdowns}
    part_names.setdefault(TOTAL, text("total", language))
    lines = partial(build_line_figure, frame, card, language, mode, height=height)
    builders: dict[str, Callable[[], go.Figure]] = {
        "line": lambda: lines(place_names, highlight=tuple(dict.fromkeys(frame["ref_area"]))),
        "places": lambda: lines(place_names, highlight=highlight),
        "parts": lambda: lines(part_names, by="breakdown", highlight=list_main_parts(frame)),
        "bar_parts": lambda: build_bar_figure(
            latest_of_each(frame), card, language, mode, part_names, by="breakdown", most=most
        ),
        "bar_places": lambda: build_bar_figure(
            frame[frame["time_period"] == latest_period(frame)],
            card,
            language,
            mode,
            place_names,
            by="ref_area",
            highlight=highlight,
            most=most,
        ),
        "stacked": lambda: build_stacked_figure(frame, card, language, mode, part_names),
    }
    return builders[kind]() if kind in builders else None


def list_main_parts(frame: pd.DataFrame) -> tuple[str, ...]:
    """Return up to four parts to draw in colour: the total first, then the largest at the end."""
    rows = latest_of_each(frame).sort_values("obs_value", ascending=False)
    codes = rows["breakdown"].tolist()
    if TOTAL in codes:
        codes = [TOTAL, *[code for code in codes if code != TOTAL]]
    return tuple(codes[: len(SERIES)])


def build_spark(stretches: Stretches, *, width: int = 132, height: int = 40) -> str:
    """Return a small SVG line of a series with its last point marked; colour follows the text round it.

    Args:
        stretches: what the line may join, oldest first; at least one point.
        width: in pixels.
        height: in pixels.
    """
    times, values = zip(*itertools.chain(*stretches), strict=True)
    along, up = (max(times) - min(times)) or 1.0, (max(values) - min(values)) or 1.0

    def place(point: tuple[float, float]) -> tuple[float, float]:
        time, value = point
        return (
            6 + (time - min(times)) / along * (width - 12),
            height - 6 - (value - min(values)) / up * (height - 12),
        )

    def draw_dot(point: tuple[float, float], radius: float) -> str:
        x, y = place(point)
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="COLOUR"/>'

    drawn = ""
    for stretch in stretches:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(place, stretch))
        drawn += f'<polyline points="{path}" fill="none" stroke="COLOUR" stroke-width="2" stroke-linejoin="round"/>'
        if len(stretch) == 1:  # a line of one point would not be seen
            drawn += draw_dot(stretch[0], 1.5)
    drawn += draw_dot((times[-1], values[-1]), 3.5)
    box = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}>{drawn}</svg>'
