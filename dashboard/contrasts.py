"""Figures of several series: stacked panels on one time axis, lines on one common scale, and pairs as points.

There is never a second vertical axis. Panels keep their own units; one scale is used only where it has one meaning.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.axes import label_width, nice_ticks, position_period, time_axis
from dashboard.comparison import Strand, write_aligned
from dashboard.language import Language, format_number, format_period, period_end, text
from dashboard.linefigures import MARKED_POINTS, build_line_figure, cut_segments, mark_symbols
from dashboard.linemarks import LABEL_SHIFT, fold_labels, shorten_name, spread_labels
from dashboard.palette import DASHES, SERIES, Mode, base_layout, colour, fade

PANEL = 210
"""Pixels of a panel's height."""
BESIDE = 14
"""Pixels between the words of a vertical axis and both its neighbours."""
SIDES = ("top center", "bottom center", "middle right", "middle left")
NAMED_POINTS = 14
"""Points up to which each of a scatter plot carries its period."""


def is_mixed(strands: Sequence[Strand]) -> bool:
    """Tell whether any series holds more than whole years."""
    return any(len(period_end(period)) > 4 for strand in strands for period in strand.valued["time_period"])


def _span(strands: Sequence[Strand], *, mixed: bool) -> tuple[list[str], list[float]]:
    periods = [period for strand in strands for period in strand.valued["time_period"]]
    return periods, [position_period(period, mixed=mixed) for period in periods]


def build_panels(strands: Sequence[Strand], language: Language, mode: Mode) -> list[go.Figure]:
    """Return one figure a series, each with its own unit, all on the same time axis and of the same width."""
    mixed = is_mixed(strands)
    periods, positions = _span(strands, mixed=mixed)
    pad = max((max(positions) - min(positions)) * 0.03, 0.08)
    ticks = time_axis(periods, positions, language)
    figures = []
    for strand in strands:
        places = dict.fromkeys(strand.frame["ref_area"])
        figure = build_line_figure(
            strand.frame, strand.card, language, mode, dict.fromkeys(places, ""), highlight=tuple(places),
            height=PANEL, mixed=mixed,
        )  # fmt: skip
        figure.update_xaxes(range=[min(positions) - pad, max(positions) + pad], **ticks)
        figure.update_yaxes(automargin=False)
        figures.append(figure)
    # The widest of each side's words, so that all panels are as wide and a phone loses no more than it must.
    left = max(label_width(words) for figure in figures for words in figure.layout.yaxis.ticktext) + BESIDE
    right = max(figure.layout.margin.r for figure in figures)
    for figure in figures:
        figure.update_layout(margin={"l": left, "r": right, "t": 30, "b": 26})
    return figures


def build_common_figure(
    strands: Sequence[Strand], originals: Sequence[Strand], language: Language, mode: Mode, *, level: float, scale: str
) -> go.Figure:
    """Return series that were brought to one scale as lines with direct labels, with a line at ``level``.

    Args:
        strands: the series on their common scale.
        originals: the same series in their own units, for the words on hover.
        language: of every word.
        mode: light or dark.
        level: what all are counted from: 100 for an index, 0 for standard deviations.
        scale: what the vertical axis counts, in words.
    """
    mixed = is_mixed(strands)
    periods, positions = _span(strands, mixed=mixed)
    values = [value for strand in strands for value in strand.valued["obs_value"]]
    ticks = nice_ticks(min([*values, level]), max([*values, level]))
    room = (ticks[-1] - ticks[0]) * 0.04
    span = [ticks[0] - room, ticks[-1] + room]
    height = 420
    layout = base_layout(mode, height)
    layout["xaxis"] |= time_axis(periods, positions, language)
    layout["yaxis"] |= {"tickvals": ticks, "ticktext": [_plain(tick) for tick in ticks], "range": span}
    figure = go.Figure(layout=layout)
    figure.add_annotation(_axis_words(scale, mode))
    figure.add_hline(y=level, line={"color": colour("muted", mode), "width": 1})
    for place, (strand, original) in enumerate(zip(strands, originals, strict=True)):
        _add_strand(figure, strand, original, place, language, mode, mixed=mixed)
    _add_breaks(figure, strands, language, mode, positions, mixed=mixed)
    _name_lines(figure, strands, mode, span, height, mixed=mixed)
    pad = max((max(positions) - min(positions)) * 0.03, 0.08)
    figure.update_xaxes(range=[min(positions) - pad, max(positions) + pad])
    return figure


def _axis_words(words: str, mode: Mode) -> dict[str, Any]:
    """Return what a vertical axis counts, written above it where it reads without turning the head."""
    return {
        "x": 0, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "yshift": 8,
        "text": words, "showarrow": False, "font": {"size": 13, "color": colour("muted", mode)},
    }  # fmt: skip


def _plain(value: float) -> str:
    return f"{value:,.10g}".replace("-", "−")


def _tint(place: int, mode: Mode) -> str:
    return colour(SERIES[place], mode) if place < len(SERIES) else colour("quiet", mode)


def _add_strand(
    figure: go.Figure, strand: Strand, original: Strand, place: int, language: Language, mode: Mode, *, mixed: bool
) -> None:
    tint, named = _tint(place, mode), place < len(SERIES)
    for part in cut_segments(strand.frame, strand.card):
        words = [
            f"<b>{format_number(row['scaled'], 1)}</b><br>{strand.name}"
            f"<br>{format_period(row['time_period'], language)}"
            f"<br>{strand.card.write(row, language)}{_status(row['obs_status'], language)}"
            for row in original.frame.loc[part.index].assign(scaled=part["obs_value"]).to_dict("records")
        ]
        dotted = bool(part["obs_status"].isin(["E", "F"]).all())
        figure.add_trace(
            go.Scatter(
                x=[position_period(period, mixed=mixed) for period in part["time_period"]],
                y=part["obs_value"].tolist(),
                mode="lines+markers" if named and len(part) <= MARKED_POINTS else "lines",
                line={"color": tint, "width": 2.5 if named else 1, "dash": "dot" if dotted else DASHES[place % 4]},
                marker={"size": 8, "symbol": mark_symbols(part), "line": {"width": 2, "color": tint}, "color": tint},
                opacity=1 if named else 0.6,
                text=words,
                hoverinfo="text",
                name=strand.name,
            )
        )


def _status(status: str, language: Language) -> str:
    return "" if status in ("A", "B") else f"<br>{text(f'status_{status}', language)}"


def _add_breaks(
    figure: go.Figure, strands: Sequence[Strand], language: Language, mode: Mode, positions: list[float], *, mixed: bool
) -> None:
    """Draw the breaks of every series, each named after the series it belongs to where there are several."""
    marks: dict[float, list[str]] = {}
    for place, strand in enumerate(strands):
        for row in strand.card.breaks:
            where = position_period(row.time_period, mixed=mixed) - (0 if mixed else 0.5)
            name = text("break", language) if place >= len(SERIES) else f"{text('break', language)} · {strand.name}"
            if min(positions) - 0.5 <= where <= max(positions) + 0.5:
                marks.setdefault(where, []).append(name)
    for level, (where, names) in enumerate(sorted(marks.items())):
        figure.add_vline(x=where, line={"color": colour("muted", mode), "width": 1})
        right = where > (min(positions) + max(positions)) / 2
        figure.add_annotation(
            x=where, y=1, yref="paper", yanchor="top", yshift=22 - (level % 4) * 16, showarrow=False,
            text=shorten_name(names[0]) if len(dict.fromkeys(names)) == 1 else text("break", language),
            xanchor="right" if right else "left", xshift=-4 if right else 4,
            font={"size": 12, "color": colour("muted", mode)},
        )  # fmt: skip


def _name_lines(
    figure: go.Figure, strands: Sequence[Strand], mode: Mode, span: list[float], height: int, *, mixed: bool
) -> None:
    ends: list[tuple[float, Any]] = []
    for place, strand in enumerate(strands[: len(SERIES)]):
        last = strand.valued.iloc[-1]
        where = position_period(last["time_period"], mixed=mixed)
        ends.append((last["obs_value"], (strand.name, _tint(place, mode), where)))
    labels = fold_labels([(format_number(value, 1), name) for value, (name, _, _) in ends], height)
    shifts = spread_labels(ends, span, height, [len(label) for label in labels])
    for (value, (_, tint, where)), label, shift in zip(ends, labels, shifts, strict=True):
        figure.add_annotation(
            x=where, y=value, xanchor="left", xshift=LABEL_SHIFT, yshift=shift, showarrow=False, align="left",
            text="<br>".join(label), font={"color": tint, "size": 13},
        )  # fmt: skip
    figure.update_layout(margin={"r": LABEL_SHIFT + max(label_width(line) for label in labels for line in label) + 4})


def build_scatter_figure(
    aligned: pd.DataFrame, first: Strand, second: Strand, language: Language, mode: Mode
) -> go.Figure:
    """Return the common points of two series, one on each axis, each point named by its period where there is room."""
    pairs = aligned[[first.key, second.key]].dropna()
    labels = [format_period(str(period), language) for period in pairs.index]
    near = len(pairs) <= NAMED_POINTS
    shown = [str(period) if near or place in (0, len(pairs) - 1) else "" for place, period in enumerate(pairs.index)]
    written = write_aligned([first, second], language).loc[pairs.index]
    words = [
        f"<b>{label}</b><br>{first.name} {x}<br>{second.name} {y}"
        for label, x, y in zip(labels, written[first.key], written[second.key], strict=True)
    ]
    figure = go.Figure(
        go.Scatter(
            x=pairs[first.key].tolist(),
            y=pairs[second.key].tolist(),
            mode="markers+text",
            marker={"size": 10, "color": fade(colour("accent", mode), 0.75)},
            text=shown,
            textposition=_spread_points(pairs[first.key].tolist(), pairs[second.key].tolist()),
            textfont={"size": 12, "color": colour("muted", mode)},
            cliponaxis=False,
            hovertext=words,
            hoverinfo="text",
            name="",
        ),
        layout=base_layout(mode, 400),
    )
    for strand, update in ((first, figure.update_xaxes), (second, figure.update_yaxes)):
        values = pairs[strand.key].tolist()
        ticks = nice_ticks(min(values), max(values))
        room = (ticks[-1] - ticks[0]) * 0.06
        update(
            tickvals=ticks,
            ticktext=[strand.card.format(tick, language) for tick in ticks],
            range=[ticks[0] - room, ticks[-1] + room],
            showgrid=True,
            gridcolor=colour("hairline", mode),
        )
    muted = {"size": 13, "color": colour("muted", mode)}
    figure.update_xaxes(title={"text": first.name, "font": muted, "standoff": 8})
    figure.add_annotation(_axis_words(second.name, mode))
    figure.update_layout(margin={"t": 40})
    return figure


def _spread_points(across: Sequence[float], up: Sequence[float]) -> list[str]:
    """Return on which side of its point each label stands, so that labels of points close together stay apart."""
    wide, high = (max(values) - min(values) or 1.0 for values in (across, up))
    sides: dict[int, str] = {}
    for place in sorted(range(len(up)), key=lambda place: -up[place]):
        near = [
            side
            for other, side in sides.items()
            if abs(across[other] - across[place]) < 0.06 * wide and abs(up[other] - up[place]) < 0.1 * high
        ]
        sides[place] = next((side for side in SIDES if side not in near), SIDES[0])
    return [sides[place] for place in range(len(up))]
