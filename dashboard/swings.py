"""What the places of a map say together: how far each moved between two votes, and how many people live where.

Frames in, frames and figures out. Figures of places describe places: nothing here tells how any group of people voted.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from dashboard.axes import nice_ticks
from dashboard.language import Language, format_number, text
from dashboard.maps import CLASSES, Classes
from dashboard.models import Place
from dashboard.palette import Mode, base_layout, colour, fade
from dashboard.queries import IndicatorCard

HEIGHT = 340
OUTER = 0.95
"""Share of changes the five classes are laid out for; what lies beyond is in the outer two."""


@dataclass(frozen=True)
class Weighed:
    """Places in a row, highest value first, each as wide as its people."""

    rows: pd.DataFrame
    """``ref_area``, ``obs_value``, ``people``; ``start``, ``share``: percent of all people before and with this one."""
    middle: float
    """Half of the people live where the value is at least this."""
    middle_place: float
    """Half of the places have at least this."""

    def share_at_least(self, value: float) -> float:
        """Return how many percent of the people live in places with at least this value."""
        reached = self.rows[self.rows["obs_value"] >= value]
        return 0.0 if reached.empty else float(reached["share"].iloc[-1])

    def count_at_least(self, value: float) -> int:
        """Return how many places have at least this value."""
        return int((self.rows["obs_value"] >= value).sum())


def subtract(now: pd.DataFrame, then: pd.DataFrame) -> pd.DataFrame:
    """Return how far each place moved; a place without a value at both times keeps its status and has no value.

    Args:
        now: one row a place.
        then: one row a place, of an earlier vote or period.

    Returns:
        The rows of ``now`` with ``obs_value`` the difference, and columns ``now`` and ``then``.
    """
    before = then.drop_duplicates("ref_area").set_index("ref_area")["obs_value"]
    rows = now.drop_duplicates("ref_area").assign(now=lambda frame: frame["obs_value"])
    rows = rows.assign(then=rows["ref_area"].map(before))
    lost = rows["now"].notna() & rows["then"].isna()
    return rows.assign(obs_value=rows["now"] - rows["then"], obs_status=rows["obs_status"].mask(lost, "O"))


def compute_swing_classes(changes: pd.Series) -> Classes:
    """Return five classes of equal width round zero; the outer two also hold what lies beyond."""
    size = changes.dropna().abs()
    reach = float(size.quantile(OUTER)) or float(size.max()) or 1.0
    width = 2 * reach / CLASSES
    inner = tuple(-reach + width * (place + 1) for place in range(CLASSES - 1))
    return Classes((*inner, max(reach, float(changes.max()))), min(-reach, float(changes.min())), True)


def weigh_places(frame: pd.DataFrame, places: Mapping[str, Place]) -> Weighed | None:
    """Return the places of one map in a row by value, each as wide as its people; None where none is known."""
    rows = frame.dropna(subset=["obs_value"]).drop_duplicates("ref_area")
    people = pd.Series([places[code].population if code in places else None for code in rows["ref_area"]])
    rows = rows[["ref_area", "obs_value"]].assign(people=people.astype(float).to_numpy())
    rows = rows[rows["people"] > 0].sort_values("obs_value", ascending=False, kind="stable")
    if rows.empty:
        return None
    share = rows["people"].cumsum() / rows["people"].sum() * 100
    half = rows["obs_value"][share >= 50 - 1e-9].iloc[0]
    start = share.shift(fill_value=0.0)
    return Weighed(rows.assign(share=share, start=start), float(half), float(rows["obs_value"].median()))


def find_threshold(card: IndicatorCard, part: str) -> float | None:
    """Return what the nation must reach for a part of an indicator to pass, where there is such a rule."""
    return next((row.threshold for row in card.breakdowns if row.code == part), None)


def build_weighed_figure(
    weighed: Weighed, card: IndicatorCard, language: Language, mode: Mode, names: Mapping[str, str],
    threshold: float | None = None,
) -> go.Figure:  # fmt: skip
    """Return the places as steps, highest first and as wide as their people, with the threshold as a line.

    Args:
        weighed: places in a row.
        card: the indicator.
        language: of every word.
        mode: light or dark.
        names: of places, for pointing at a step.
        threshold: a value to compare with.
    """
    rows = weighed.rows
    known = [*rows["obs_value"], *([] if threshold is None else [threshold])]
    ticks = nice_ticks(min(0.0, *known), max(known))
    layout = base_layout(mode, HEIGHT)
    layout["xaxis"] |= {
        "range": [0, 100],
        "tickvals": [0, 25, 50, 75, 100],
        "ticktext": [f"{share}%" for share in (0, 25, 50, 75, 100)],
        "title": {"text": text("people_axis", language), "font": {"size": 13, "color": colour("muted", mode)}},
    }
    layout["yaxis"] |= {
        "range": [ticks[0], ticks[-1] * 1.06],
        "tickvals": ticks,
        "ticktext": [card.format(tick, language) for tick in ticks],
    }
    layout["margin"] = layout["margin"] | {"t": 16, "b": 54, "r": 24}
    layout |= {"showlegend": False, "hovermode": "x"}
    figure = go.Figure(layout=layout)
    passed = int((rows["obs_value"] >= threshold).sum()) if threshold is not None else len(rows)
    for part, opacity in ((rows.iloc[:passed], 0.75), (rows.iloc[passed:], 0.3)):
        if len(part):
            _add_steps(figure, part, card, language, fade(colour("accent", mode), opacity), names)
    if threshold is not None:
        _add_threshold(figure, threshold, card, language, mode)
    return figure


def _add_steps(
    figure: go.Figure, rows: pd.DataFrame, card: IndicatorCard, language: Language, tint: str, names: Mapping[str, str]
) -> None:
    """Draw places as one shape of steps: bars of their own would show seams as thin as the smallest of them."""
    words = [
        f"<b>{names[code]}</b><br>{card.format(value, language)}<br>"
        + text("people_hover", language, people=format_number(people), share=format_number(share, 1))
        for code, value, people, share, _ in rows.itertuples(index=False)
    ]
    values = rows["obs_value"].tolist()
    figure.add_trace(
        go.Scatter(
            x=[*rows["start"], rows["share"].iloc[-1]],
            y=[*values, values[-1]],
            mode="lines",
            line={"shape": "hv", "width": 0},
            fill="tozeroy",
            fillcolor=tint,
            text=[*words, words[-1]],
            hovertemplate="%{text}<extra></extra>",
        )
    )


def _add_threshold(figure: go.Figure, threshold: float, card: IndicatorCard, language: Language, mode: Mode) -> None:
    figure.add_hline(y=threshold, line={"color": colour("fourth", mode), "width": 2, "dash": "dash"})
    figure.add_annotation(
        x=100, xanchor="right", y=threshold, yanchor="bottom", showarrow=False, yshift=2,
        text=text("threshold_line", language, value=card.format(threshold, language)),
        font={"size": 13, "color": colour("fourth", mode)}, bgcolor=colour("paper", mode),
    )  # fmt: skip
