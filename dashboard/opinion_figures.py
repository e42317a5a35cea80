"""Figures of an online consultation: the map of opinions, growth over time, who cast the votes."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from dashboard.axes import position_period
from dashboard.language import Language, format_number, format_period, text
from dashboard.models import GrowthStep, OpinionCell, OpinionGroup, VoteShare
from dashboard.palette import SERIES, Mode, base_layout, colour, fade

SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross")
GROUP_COLOURS = (*SERIES, "ink")
SMALLEST_POINT, LARGEST_POINT = 6, 18
OUTSIDE, EDGE = 0.002, 0.5
"""Share of people that may stand beyond each side of the frame, and the space between the frame and the rest."""


def group_colour(place: int, mode: Mode) -> str:
    """Return the colour of a group by its place among the groups."""
    return colour(GROUP_COLOURS[place % len(GROUP_COLOURS)], mode)


def frame_people(cells: Sequence[OpinionCell]) -> tuple[tuple[float, float, float, float], int]:
    """Return the frame (left, right, bottom, top) that holds nearly everybody, and how many people stand outside it.

    One person far out would else press all others into a corner.
    """
    most = sum(cell.people for cell in cells) * OUTSIDE
    edges = []
    for where in (lambda cell: cell.x, lambda cell: cell.y):
        for sign in (1, -1):
            ordered = sorted(cells, key=lambda cell: sign * where(cell))
            passed, place = 0, 0
            while place < len(ordered) - 1 and passed + ordered[place].people <= most:
                passed += ordered[place].people
                place += 1
            edges.append(where(ordered[place]) - sign * EDGE if ordered else -sign)
    left, right, bottom, top = edges
    inside = sum(cell.people for cell in cells if left <= cell.x <= right and bottom <= cell.y <= top)
    return (left, right, bottom, top), sum(cell.people for cell in cells) - inside


def _frame_axis(mode: Mode) -> dict[str, Any]:
    """Return an axis without numbers: only nearness means something on this map."""
    return {
        "showticklabels": False,
        "showgrid": False,
        "zeroline": True,
        "zerolinecolor": colour("hairline", mode),
        "linecolor": "rgba(0,0,0,0)",
        "fixedrange": True,
    }


def build_opinion_map(
    cells: Sequence[OpinionCell],
    groups: Sequence[OpinionGroup],
    names: Mapping[str, str],
    mode: Mode,
    language: Language,
) -> go.Figure:
    """Return people by where they stand; each group has a colour and a shape, whoever is in none is grey."""
    figure = go.Figure()
    places = {group.code: place for place, group in enumerate(groups)}
    largest = max((cell.people for cell in cells), default=1)
    for code in sorted({cell.group_code for cell in cells}, key=lambda code: places.get(code, -1)):
        held = [cell for cell in cells if cell.group_code == code]
        tint = group_colour(places[code], mode) if code in places else colour("quiet", mode)
        name = names.get(code, text("no_group", language))
        span = LARGEST_POINT - SMALLEST_POINT
        figure.add_scatter(
            x=[cell.x for cell in held],
            y=[cell.y for cell in held],
            mode="markers",
            name=name,
            marker={
                "color": fade(tint, 0.62),
                "symbol": SYMBOLS[places.get(code, 0) % len(SYMBOLS)],
                "size": [SMALLEST_POINT + span * ((cell.people - 1) / max(largest - 1, 1)) ** 0.5 for cell in held],
                "line": {"width": 0},
            },
            hovertext=[f"{name} · {text('accounts_here', language, count=cell.people)}" for cell in held],
            hoverinfo="text",
        )
    layout = base_layout(mode, 460)
    (left, right, bottom, top), _ = frame_people(cells)
    layout["xaxis"] = _frame_axis(mode) | {"range": [left, right]}
    layout["yaxis"] = _frame_axis(mode) | {"range": [bottom, top], "scaleanchor": "x"}
    layout["annotations"] = [_name_group(group, place, names, mode) for place, group in enumerate(groups)]
    figure.update_layout(layout)
    return figure


def _name_group(group: OpinionGroup, place: int, names: Mapping[str, str], mode: Mode) -> dict[str, Any]:
    return {
        "x": group.x,
        "y": group.y,
        "text": f"<b>{names[group.code]}</b>",
        "showarrow": False,
        "font": {"size": 15, "color": group_colour(place, mode)},
        "bgcolor": fade(colour("card", mode), 0.86),
        "borderpad": 3,
    }


def build_growth_figure(steps: Sequence[GrowthStep], mode: Mode, language: Language) -> go.Figure:
    """Return the votes of each day or month as bars, with the first, the last and the highest named."""
    daily = len(steps[0].time_period) > 7
    where = [position_period(step.time_period, mixed=True) for step in steps]
    figure = go.Figure(
        go.Bar(
            x=where,
            y=[step.votes for step in steps],
            marker={"color": colour("accent", mode)},
            width=(0.8 / 365 if daily else 0.8 / 12),
            hovertext=[
                text(
                    "growth_hover",
                    language,
                    period=format_period(step.time_period, language),
                    votes=format_number(step.votes, 0),
                    voters=format_number(step.voters, 0),
                    statements=format_number(step.statements, 0),
                )
                for step in steps
            ],
            hoverinfo="text",
        )
    )
    highest = max(range(len(steps)), key=lambda place: steps[place].votes)
    layout = base_layout(mode, 280)
    layout["margin"] |= {"l": 48, "r": 12, "b": 32}
    layout["yaxis"] |= {"rangemode": "tozero", "nticks": 5, "tickformat": ",d"}
    shown = sorted({0, len(steps) - 1} | ({highest} if 0.12 < highest / max(len(steps) - 1, 1) < 0.88 else set()))
    layout["xaxis"] |= {"tickvals": [where[place] for place in shown], "showticklabels": False}
    # As notes the outer two can lean inwards; as labels of the axis they would be dropped where they do not fit.
    layout["annotations"] = [
        {
            "x": where[place], "y": 0, "yref": "paper", "yanchor": "top", "yshift": -4, "showarrow": False,
            "xanchor": "left" if place == 0 else "right" if place == len(steps) - 1 else "center",
            "text": format_period(steps[place].time_period, language),
            "font": {"size": 13, "color": colour("muted", mode)},
        }
        for place in shown
    ]  # fmt: skip
    figure.update_layout(layout)
    return figure


def build_share_figure(shares: Sequence[VoteShare], mode: Mode, language: Language) -> go.Figure:
    """Return the Lorenz curve of votes beside the line of equal shares."""
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 100], y=[0, 100], mode="lines", hoverinfo="skip", line={"color": colour("quiet", mode), "dash": "dot"}
    )
    figure.add_scatter(
        x=[step.voters_pct for step in shares],
        y=[step.votes_pct for step in shares],
        mode="lines+markers",
        line={"color": colour("accent", mode), "width": 2.5},
        marker={"size": 6},
        hovertext=[
            text("share_hover", language, voters=step.voters_pct, votes=format_number(step.votes_pct, 0))
            for step in shares
        ],
        hoverinfo="text",
    )
    layout = base_layout(mode, 280)
    layout["margin"] |= {"r": 28, "t": 32}
    quiet = {"size": 13, "color": colour("muted", mode)}
    for axis in ("xaxis", "yaxis"):
        layout[axis] |= {"range": [0, 102], "tickvals": [0, 50, 100], "ticktext": ["0%", "50%", "100%"]}
    layout["xaxis"]["title"] = {"text": text("share_of_voters", language), "font": quiet}
    layout["annotations"] = [
        {
            "x": 42, "y": 48, "text": text("equal_shares", language), "showarrow": False, "textangle": 0,
            "xanchor": "right", "font": quiet,
        },
        # Written level above its axis: Han characters laid on their side are hard to read.
        {
            "x": 0, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom",
            "text": text("share_of_votes", language), "showarrow": False, "font": quiet,
        },
    ]  # fmt: skip
    figure.update_layout(layout)
    return figure
