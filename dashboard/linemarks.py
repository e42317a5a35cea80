"""What stands beside lines: other sources, targets, breaks, events, and the names at their ends."""

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.axes import HAN, label_width, position_period, time_range
from dashboard.language import Language, pick, text
from dashboard.models import Disagreement
from dashboard.palette import HEIGHT, Mode, colour
from dashboard.queries import IndicatorCard
from dashboard.rows import hover_words, publisher_names, short_value

LABEL_WIDTH = 20
"""Widths of a Latin letter a line's name may take in one line; a Han letter takes two."""
FOLDED_WIDTH = 14
"""The same in a label of several lines, which leaves a phone two thirds of its width for the lines of the chart."""
EVENT_WIDTH = 30
"""Letters of an event's name on a line; it has two lines where there are few events."""
NEAR_END = 0.15
"""Share of a figure's width after the end of a line that what is written there takes."""
LABEL_GAP = 17
"""Pixels a line of words takes at the right end of lines."""
LABEL_SHIFT = 9
"""Pixels between the end of a line and its label."""
AROUND = 70
"""Pixels of a figure's height above and below its plot."""
End = tuple[float, tuple[str, str, float]]
"""The end of a line: its value, then code, colour of its name, and place in time."""


def add_rivals(
    figure: go.Figure,
    rivals: pd.DataFrame,
    card: IndicatorCard,
    language: Language,
    mode: Mode,
    positions: Sequence[float],
    *,
    mixed: bool,
) -> None:
    """Mark the values of other sources that disagree with the preferred one; no line joins them."""
    rows = rivals.dropna(subset=["obs_value"])
    if rows.empty:
        return
    places = [position_period(period, mixed=mixed) for period in rows["time_period"]]
    middle = (min(positions) + max(positions)) / 2
    publishers = publisher_names(card, language)
    figure.add_trace(
        go.Scatter(
            x=places,
            y=rows["obs_value"].tolist(),
            mode="markers+text",
            marker={"symbol": "x-thin", "size": 10, "line": {"width": 2.5, "color": colour("late", mode)}},
            text=[short_value(card, row, language) for row in rows.itertuples()],
            textposition=["bottom left" if where > middle else "bottom right" for where in places],
            textfont={"color": colour("late", mode), "size": 12},
            hovertext=[hover_words(row, card, language, publishers[str(row.source_code)]) for row in rows.itertuples()],
            hoverinfo="text",
            name=text("other_source", language),
        )
    )


def add_disagreements(
    figure: go.Figure,
    items: Sequence[Disagreement],
    card: IndicatorCard,
    language: Language,
    mode: Mode,
    positions: Sequence[float],
    *,
    mixed: bool,
) -> None:
    """Mark figures of others that must not be joined to the line, their values on the side towards the middle.

    After the line's end a value stands over its cross, because the line's own last value lies beside it.
    """
    low, high = min(positions), max(positions)
    for item in items:
        where = position_period(item.time_period, mixed=mixed)
        side = "top left" if where > high else ("middle left" if where > (low + high) / 2 else "middle right")
        _add_disagreement(figure, item, where, card, language, mode, side)


def _add_disagreement(
    figure: go.Figure,
    item: Disagreement,
    where: float,
    card: IndicatorCard,
    language: Language,
    mode: Mode,
    side: str,
) -> None:
    figure.add_trace(
        go.Scatter(
            x=[where],
            y=[item.obs_value],
            mode="markers+text",
            marker={"symbol": "x-thin", "size": 10, "line": {"width": 2.5, "color": colour("late", mode)}},
            text=[short_value(card, item, language)],
            textposition=side,
            textfont={"color": colour("late", mode), "size": 12},
            hovertext=f"{card.format(item.obs_value, language)}<br>{text('not_joined', language)}",
            hoverinfo="text",
            name=text("not_joined", language),
        )
    )


def add_marks(
    figure: go.Figure, card: IndicatorCard, language: Language, mode: Mode, positions: Sequence[float], *, mixed: bool
) -> None:
    """Draw targets, and the breaks and events that fall within the figure.

    One before the figure begins would not be seen, and would push the names of the others down among the values.
    """
    low, high = time_range(positions)
    muted = colour("muted", mode)
    _add_targets(figure, card, language, muted, mixed=mixed)
    marks = [(position_period(row.time_period, mixed=mixed), text("break", language), "solid") for row in card.breaks]
    marks += [(position_period(row.date, mixed=True), pick(row, "title", language), "dot") for row in card.events]
    spots = [(where - 0.5 if dash == "solid" and not mixed else where, words, dash) for where, words, dash in marks]
    inside = [mark for mark in sorted(spots) if low <= mark[0] <= high]
    level = 0
    for spot, words, dash in inside:
        figure.add_vline(x=spot, line={"color": muted, "width": 1, "dash": dash})
        lines = wrap(words, EVENT_WIDTH, max_lines=2 if len(inside) < 3 else 1, placeholder="…")
        right = spot > (low + high) / 2
        figure.add_annotation(
            x=spot,
            y=1,
            yref="paper",
            yanchor="top",
            yshift=22 - level * 16,
            text="<br>".join(lines),
            align="right" if right else "left",
            showarrow=False,
            xanchor="right" if right else "left",
            xshift=-4 if right else 4,
            font={"size": 12, "color": muted},
        )
        level += len(lines)


def _add_targets(figure: go.Figure, card: IndicatorCard, language: Language, muted: str, *, mixed: bool) -> None:
    for target in card.targets:
        where = position_period(target.time_period, mixed=mixed)
        note = f"{text('target', language)} {card.format(target.obs_value, language)}"
        figure.add_trace(
            go.Scatter(
                x=[where],
                y=[target.obs_value],
                mode="markers+text",
                marker={"symbol": "line-ew", "size": 22, "line": {"width": 3, "color": muted}},
                text=[note],
                textposition="top center",
                textfont={"color": muted, "size": 12},
                hoverinfo="skip",
                name=text("target", language),
            )
        )


def spread_labels(
    labels: Sequence[tuple[float, Any]], span: Sequence[float], height: int, rows: Sequence[int] = ()
) -> list[float]:
    """Return pixel shifts that keep labels (value, …) apart at the right edge; input order is kept.

    ``rows`` is how many lines of words each label has; one where nothing is said.
    """
    scale = (height - AROUND) / abs(span[1] - span[0])
    flipped = -1 if span[1] < span[0] else 1
    rows = rows or [1] * len(labels)
    order = sorted(range(len(labels)), key=lambda index: flipped * labels[index][0])
    shifts = [0.0] * len(labels)
    free = float("-inf")
    for index in order:
        wanted, half = flipped * labels[index][0] * scale, LABEL_GAP * rows[index] / 2
        where = max(wanted, free + half)
        free = where + half
        shifts[index] = where - wanted
    # Half of the last push goes back down, so that a crowded top does not leave the figure.
    spare = max(shifts, default=0.0) / 2
    return [shift - spare for shift in shifts] if spare > LABEL_GAP else shifts


def add_end_labels(
    figure: go.Figure,
    ends: list[End],
    told: Mapping[str, str],
    names: Mapping[str, str],
    span: Sequence[float],
    height: int,
) -> None:
    """Write value and name at the end of each line, apart from one another; those that are ``told`` with their value.

    A lone line's value stands under its end where the cross of another source stands close after it. Names of lines
    that end a little earlier than the longest stand in one column with its own, or it would run through them.
    """
    single = len(ends) == 1
    words = [(told.get(code, ""), "" if single else names.get(code, code)) for _, (code, _, _) in ends]
    labels = fold_labels(words, height)
    shifts = spread_labels(ends, span, height, [len(label) for label in labels])
    if single and _is_crossed(figure, ends[0], span, height):
        shifts = [-LABEL_GAP * (1 + len(labels[0])) / 2]
    last = max((where for _, (_, _, where) in ends), default=0.0)
    near = last - NEAR_END * (last - _first_position(figure, last))
    for (value, (code, tint, where)), label, shift in zip(ends, labels, shifts, strict=True):
        figure.add_annotation(
            x=last if where > near else where,
            y=value,
            xanchor="left",
            xshift=LABEL_SHIFT,
            yshift=shift,
            text="<br>".join(label),
            showarrow=False,
            font={"color": tint, "size": 14 if code in told else 12},
            align="left",
        )
    sizes = [14 if code in told else 12 for _, (code, _, _) in ends]
    widest = max(
        (label_width(line, size) for label, size in zip(labels, sizes, strict=True) for line in label), default=0
    )
    figure.update_layout(margin={"r": LABEL_SHIFT + widest + 4})


def fold_labels(words: Sequence[tuple[str, str]], height: int) -> list[list[str]]:
    """Return labels (value, name) in lines, the value bold: as many lines as the height of the figure has room for."""
    for most in ((2, 2), (1, 2), (1, 1)) if height >= HEIGHT else ():
        folded = [_fold_label(value, name, *most) for value, name in words]
        if sum(map(len, folded)) * LABEL_GAP <= height - AROUND:
            return folded
    return [[f"{_bold(value)} {shorten_name(name)}".strip()] for value, name in words]


def _fold_label(value: str, name: str, values_most: int, names_most: int) -> list[str]:
    """Return value and name in one line where they fit, else one under the other, each in so many lines at most."""
    if _count_widths(f"{value} {name}".strip()) <= FOLDED_WIDTH:
        return [f"{_bold(value)} {name}".strip()]
    values = _fold_value(value) if values_most > 1 else [value]
    names = _fold_name(name) if names_most > 1 else [shorten_name(name, FOLDED_WIDTH)]
    return [_bold(part) for part in values if part] + [part for part in names if part]


def _fold_value(value: str) -> list[str]:
    """Return a long amount in two lines: it breaks behind its currency or before its unit, never inside the number."""
    return value.split(" ", 1) if _count_widths(value) > FOLDED_WIDTH else [value]


def _fold_name(name: str) -> list[str]:
    """Return a name in up to two lines of like length, broken at a space or between Han letters."""
    if _count_widths(name) <= FOLDED_WIDTH:
        return [name] if name else []
    breaks = [
        place
        for place in range(1, len(name))
        if (name[place] == " " or min(name[place - 1], name[place]) > HAN)
        and _count_widths(name[:place]) <= FOLDED_WIDTH
    ]
    if not breaks:
        return [shorten_name(name, FOLDED_WIDTH)]
    place = min(breaks, key=lambda place: max(_count_widths(name[:place]), _count_widths(name[place:].lstrip())))
    return [name[:place], shorten_name(name[place:].lstrip(), FOLDED_WIDTH)]


def _bold(words: str) -> str:
    return f"<b>{words}</b>" if words else ""


def _count_widths(words: str) -> int:
    return sum(2 if letter > HAN else 1 for letter in words)


def _first_position(figure: Any, otherwise: float) -> float:
    return min((x for trace in figure.data for x in trace.x or () if x is not None), default=otherwise)


def _is_crossed(figure: go.Figure, end: End, span: Sequence[float], height: int) -> bool:
    """Return whether a cross after the end of a line stands where the line's value would be written."""
    value, (_, _, last) = end
    room = NEAR_END * (last - _first_position(figure, last))
    drawn: Any = figure
    near = LABEL_GAP * abs(span[1] - span[0]) / (height - AROUND)
    return any(
        0 < x - last < room and abs(y - value) < near
        for trace in drawn.data
        if trace.marker.symbol == "x-thin"
        for x, y in zip(trace.x, trace.y, strict=True)
    )


def shorten_name(name: str, room: int = LABEL_WIDTH) -> str:
    """Return a name that fits beside the end of a line; the hover text has it whole."""
    size = 0
    for place, letter in enumerate(name):
        size += _count_widths(letter)
        if size > room:
            return name[:place].rstrip() + "…"
    return name


def add_first_label(
    figure: go.Figure,
    preferred: pd.DataFrame,
    shown: Sequence[str],
    by: str,
    card: IndicatorCard,
    language: Language,
    height: int,
    *,
    mixed: bool,
) -> None:
    """Label the first point of a lone line; with several lines the labels would collide."""
    if len(shown) != 1:
        return
    rows = preferred[(preferred[by] == shown[0]) & preferred["obs_value"].notna()]
    if len(rows) < 2:
        return
    first, second = rows.iloc[0], rows.iloc[1]
    rising = second["obs_value"] >= first["obs_value"]
    below = rising if card.unit.kind != "rank" else not rising
    words = card.write(first, language)
    # A long amount in one line would reach the line's next point on a phone.
    lines = _fold_value(words) if height >= HEIGHT else [words]
    away = 15 + LABEL_GAP * (len(lines) - 1) / 2
    bottom, top = figure.to_plotly_json()["layout"]["yaxis"]["range"]
    # Under a point that lies nearly on the axis stand the periods.
    room = abs(first["obs_value"] - bottom) / abs(top - bottom) * (height - AROUND)
    below = below and room > away + LABEL_GAP * len(lines) / 2
    figure.add_annotation(
        x=position_period(first["time_period"], mixed=mixed),
        y=first["obs_value"],
        text="<br>".join(lines),
        showarrow=False,
        yshift=-away if below else away,
        xanchor="left",
        align="left",
        font={"size": 13},
    )
