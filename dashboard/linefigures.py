"""Lines over time: gaps stay gaps, a line is never joined across a break, intervals are bands."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.axes import number_stretches, position_period, time_axis, time_range, value_axis
from dashboard.language import Language, period_end
from dashboard.linemarks import End, add_disagreements, add_end_labels, add_first_label, add_marks, add_rivals
from dashboard.models import PERIOD
from dashboard.palette import DASHES, HEIGHT, SERIES, Mode, base_layout, colour, fade
from dashboard.queries import IndicatorCard
from dashboard.rows import has_interval, hover_words, publisher_names, split_sources

Stretches = Sequence[Sequence[tuple[float, float]]]
"""What a line may join: runs of points, each with its place in time (years) and its value."""
MARKED_POINTS = 16
"""Points up to which a line shows a marker at each of them."""
NAMED_LINES = 8
"""Grey lines that still carry their names; more of them would only be a thicket."""
MOST_LINES = 60
"""Grey lines that can be told apart by pointing at them; more are drawn as one quiet thicket."""


def build_line_figure(
    frame: pd.DataFrame,
    card: IndicatorCard,
    language: Language,
    mode: Mode,
    names: Mapping[str, str],
    *,
    by: str = "ref_area",
    highlight: Sequence[str] = ("TWN",),
    height: int = HEIGHT,
    mixed: bool = False,
) -> go.Figure:
    """Return lines over time, one for each place or part.

    Args:
        frame: observations; only one part when ``by`` is ``ref_area``, only one place when it is ``breakdown``.
        card: the indicator: unit, breaks, events, targets, disagreements come from it.
        language: of every word.
        mode: light or dark.
        names: code → name of each line.
        by: the column that tells lines apart.
        highlight: codes drawn in colour and labelled; all others are grey. At most four.
        height: in pixels.
        mixed: whether whole years stand in the middle of their year because a figure beside it holds months.
    """
    preferred, rivals = split_sources(frame, card)
    valued = preferred.dropna(subset=["obs_value"])
    mixed = mixed or any(len(period_end(period)) > 4 for period in valued["time_period"])
    quiet, shown = _choose_lines(preferred, by, highlight)
    figure = go.Figure()
    ends = _add_lines(figure, preferred, card, language, mode, names, by, quiet, shown, mixed=mixed)
    drawn = [row for row in card.disagreements if PERIOD.match(row.time_period)] if len(shown) == 1 else []
    periods = [*valued["time_period"], *(row.time_period for row in drawn)]
    positions = [position_period(period, mixed=mixed) for period in periods]
    layout = base_layout(mode, height)
    layout["xaxis"] |= time_axis(periods, positions, language)
    layout["yaxis"] |= value_axis(_all_values(valued, rivals, card, drawn), card, language, zero=False)
    figure.update_layout(layout)
    add_rivals(figure, rivals, card, language, mode, positions, mixed=mixed)
    add_marks(figure, card, language, mode, positions, mixed=mixed)
    add_disagreements(figure, drawn, card, language, mode, positions[: len(valued)], mixed=mixed)
    told = {row[by]: card.write(row, language) for row in valued[valued[by].isin(shown)].to_dict("records")}
    add_end_labels(figure, ends, told, names, layout["yaxis"]["range"], height)
    add_first_label(figure, preferred, shown, by, card, language, height, mixed=mixed)
    figure.update_xaxes(range=time_range(positions))
    return figure


def _choose_lines(rows: pd.DataFrame, by: str, highlight: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the codes of grey lines and of lines in colour; a few lines are all in colour when none is named."""
    quiet = [code for code in dict.fromkeys(rows[by]) if code not in highlight]
    shown = [code for code in highlight if code in set(rows[by])][: len(SERIES)]
    if not shown and len(quiet) <= len(SERIES):
        return [], quiet
    return quiet, shown


def _add_lines(
    figure: go.Figure,
    preferred: pd.DataFrame,
    card: IndicatorCard,
    language: Language,
    mode: Mode,
    names: Mapping[str, str],
    by: str,
    quiet: list[str],
    shown: list[str],
    *,
    mixed: bool,
) -> list[End]:
    """Draw grey lines, then those in colour above them; return the ends that carry a name."""
    if len(quiet) > MOST_LINES:
        _add_thicket(figure, preferred[preferred[by].isin(quiet)], card, by, mode, mixed=mixed)
        quiet = []
    ends: list[End] = []
    for code in [*quiet, *shown]:
        rows = preferred[preferred[by] == code]
        rank = shown.index(code) if code in shown else None
        tint = colour(SERIES[rank], mode) if rank is not None else colour("quiet", mode)
        _add_line(figure, rows, card, language, names.get(code, ""), tint, rank, mixed=mixed)
        last = rows.dropna(subset=["obs_value"])
        if len(last) and (rank is not None or len(quiet) <= NAMED_LINES):
            where = position_period(last["time_period"].iloc[-1], mixed=mixed)
            ends.append(
                (last["obs_value"].iloc[-1], (code, tint if rank is not None else colour("muted", mode), where))
            )
    return ends


def _all_values(valued: pd.DataFrame, rivals: pd.DataFrame, card: IndicatorCard, drawn: Sequence[Any]) -> list[float]:
    values = valued["obs_value"].tolist() + rivals["obs_value"].dropna().tolist()
    values += valued["lower"].dropna().tolist() + valued["upper"].dropna().tolist()
    return values + [row.obs_value for row in card.targets] + [row.obs_value for row in drawn]


def _add_line(
    figure: go.Figure,
    rows: pd.DataFrame,
    card: IndicatorCard,
    language: Language,
    name: str,
    tint: str,
    rank: int | None,
    *,
    mixed: bool,
) -> None:
    told = rows["source_code"].map(publisher_names(card, language))
    # A line made of what several publishers said tells at each point whose value it is.
    rows = rows.assign(whose=(f"{name}<br>" if name else "") + told if told.nunique() > 1 else name)
    for part in cut_segments(rows, card):
        x = [position_period(period, mixed=mixed) for period in part["time_period"]]
        if rank is not None:
            figure.add_traces(_band(part, x, tint))
        dotted = bool(part["obs_status"].isin(["E", "F"]).all())
        dash = "dot" if dotted else DASHES[rank or 0]
        lone = len(part) == 1  # a line of one point would not be seen
        marked = lone or (rank is not None and len(part) <= MARKED_POINTS)
        marker = {
            "size": 8 if rank is not None else 4,
            "symbol": mark_symbols(part),
            "line": {"width": 2, "color": tint},
            "color": tint,
        }
        figure.add_trace(
            go.Scatter(
                x=x,
                y=part["obs_value"].tolist(),
                mode="lines+markers" if marked else "lines",
                line={"color": tint, "width": 2.5 if rank is not None else 1, "dash": dash},
                marker=marker if marked else None,
                opacity=1 if rank is not None else 0.55,
                text=[hover_words(row, card, language, str(row.whose)) for row in part.itertuples()],
                hoverinfo="text",
                name=name,
            )
        )


def cut_segments(rows: pd.DataFrame, card: IndicatorCard) -> list[pd.DataFrame]:
    """Return a series cut at every break, every missing value and every hole in time."""
    known = rows["obs_value"].notna()
    breaks = [item.time_period for item in card.breaks]
    numbers = pd.Series(number_stretches(rows["time_period"].tolist(), known.tolist(), breaks), index=rows.index)
    return [part for _, part in rows[known].groupby(numbers[known])]


def place_stretches(rows: pd.DataFrame, card: IndicatorCard) -> Stretches:
    """Return the stretches of a series, oldest first."""
    parts = [(part["time_period"].tolist(), part["obs_value"].tolist()) for part in cut_segments(rows, card)]
    return [
        [(position_period(period, mixed=True), value) for period, value in zip(*part, strict=True)] for part in parts
    ]


def mark_symbols(rows: pd.DataFrame) -> list[str]:
    """Return the markers of rows: hollow where a value is provisional, estimated or of low reliability."""
    shapes = {"P": "circle-open", "E": "diamond-open", "F": "diamond-open", "U": "square-open"}
    replaced = rows["replaced"] if "replaced" in rows else [False] * len(rows)
    normal = ["star" if again else "circle" for again in replaced]
    return [shapes.get(status, usual) for status, usual in zip(rows["obs_status"], normal, strict=True)]


def _band(part: pd.DataFrame, x: list[float], tint: str) -> list[go.Scatter]:
    """Return a band for each run of neighbours with an interval, and a thin line for a lone one: nothing between."""
    known = has_interval(part)
    rows = part[known].assign(_x=[place for place, keep in zip(x, known, strict=True) if keep])
    traces = []
    for _, run in rows.groupby((~known).cumsum()[known]):
        where, lower, upper = (run[name].tolist() for name in ("_x", "lower", "upper"))
        lone = len(run) == 1
        traces.append(
            go.Scatter(
                x=where + where[::-1],
                y=upper + lower[::-1],
                fill=None if lone else "toself",
                fillcolor=None if lone else fade(tint, 0.14),
                line={"width": 2, "color": fade(tint, 0.35)} if lone else {"width": 0},
                hoverinfo="skip",
                mode="lines",
                name="band",
            )
        )
    return traces


def _add_thicket(
    figure: go.Figure, rows: pd.DataFrame, card: IndicatorCard, by: str, mode: Mode, *, mixed: bool
) -> None:
    """Draw very many lines as one trace: nobody could tell them apart, and each point's words would weigh too much."""
    x: list[float | None] = []
    y: list[float | None] = []
    for _, own in rows.groupby(by, sort=False):
        for part in cut_segments(own, card):
            x += [*(position_period(period, mixed=mixed) for period in part["time_period"]), None]
            y += [*part["obs_value"].tolist(), None]
    line = {"color": colour("quiet", mode), "width": 0.7}
    figure.add_trace(go.Scatter(x=x, y=y, mode="lines", line=line, opacity=0.35, hoverinfo="skip", name="others"))
