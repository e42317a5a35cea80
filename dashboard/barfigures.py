"""Bars from zero: places or parts of one period, and parts that add up."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.axes import label_width
from dashboard.language import Language, format_period
from dashboard.models import TOTAL
from dashboard.palette import Mode, base_layout, colour
from dashboard.queries import IndicatorCard
from dashboard.rows import has_interval, hover_words, order_parts, split_sources

MOST_BARS = 24
LEAST_ROOM = 16
"""Pixels the axis of a narrow figure leaves beyond the longest bar."""


def build_bar_figure(
    frame: pd.DataFrame,
    card: IndicatorCard,
    language: Language,
    mode: Mode,
    names: Mapping[str, str],
    *,
    by: str,
    highlight: Sequence[str] = (),
    most: int = MOST_BARS,
) -> go.Figure:
    """Return horizontal bars from zero, one for each place or part of one period.

    The largest place is on top; parts keep the catalogue's order. Intervals are drawn as whiskers. Bars of
    ``highlight`` take the accent colour when any is named.
    """
    preferred, _ = split_sources(frame, card)
    rows = preferred.dropna(subset=["obs_value"])
    if by == "breakdown":
        rows = order_parts(rows, card)
    else:
        best_first = card.unit.kind == "rank"
        rows = rows.sort_values("obs_value", ascending=best_first, kind="stable")
    rows = _keep_highlighted(rows, by, highlight, most)
    accent, quiet = colour("accent", mode), colour("quiet", mode)
    tints = [accent if not highlight or code in highlight else quiet for code in rows[by]]
    labels = [names.get(code, code) for code in rows[by]]
    values = [card.write(row, language) for row in rows.itertuples()]
    figure = go.Figure(
        go.Bar(
            x=rows["obs_value"].tolist(),
            y=list(range(len(rows))),
            orientation="h",
            marker={"color": tints},
            error_x=_whiskers(rows, mode),
            text=values,
            textposition="outside",
            cliponaxis=False,
            textfont={"size": 13},
            hovertext=[
                hover_words(row, card, language, label) for row, label in zip(rows.itertuples(), labels, strict=True)
            ],
            hoverinfo="text",
        )
    )
    top = max([*rows["obs_value"].tolist(), *rows["upper"].dropna().tolist(), 0.0])
    low = min([*rows["obs_value"].tolist(), *rows["lower"].dropna().tolist(), 0.0])
    if low < 0:
        figure.add_vline(x=0, line={"color": colour("muted", mode), "width": 1})
    # On a phone the axis leaves little room beyond the longest bar, however long its value is.
    right = max([8, *(label_width(words) - LEAST_ROOM for words in values)])
    figure.update_layout(_bar_layout(labels, low, top, mode), bargap=0.35, margin={"l": 8, "r": right, "t": 8, "b": 8})
    return figure


def _whiskers(rows: pd.DataFrame, mode: Mode) -> dict[str, Any] | None:
    if not has_interval(rows).any():
        return None
    above = (rows["upper"] - rows["obs_value"]).fillna(0).tolist()
    below = (rows["obs_value"] - rows["lower"]).fillna(0).tolist()
    ink = colour("ink", mode)
    return {"type": "data", "array": above, "arrayminus": below, "color": ink, "thickness": 1.2, "width": 3}


def _bar_layout(labels: Sequence[str], low: float, top: float, mode: Mode) -> dict[str, Any]:
    """Return a layout as high as there are bars, with room beyond their ends for the values."""
    layout = base_layout(mode, max(160, 60 + 30 * len(labels)))
    room = 0.22 * ((top - low) or 1.0)
    layout["xaxis"] |= {"visible": False, "range": [low - room if low < 0 else 0, top + room if top > 0 else 0]}
    layout["yaxis"] |= {
        "tickvals": list(range(len(labels))),
        "ticktext": [_wrap(label) for label in labels],
        "autorange": "reversed",
        "showgrid": False,
    }
    return layout


def _keep_highlighted(rows: pd.DataFrame, by: str, highlight: Sequence[str], most: int) -> pd.DataFrame:
    """Return the first rows, the highlighted ones always among them."""
    marked = rows[by].isin(highlight)
    return rows[marked | ((~marked).cumsum() <= most - int(marked.sum()))] if len(rows) > most else rows


def _wrap(label: str, width: int = 26) -> str:
    """Return a label broken into two lines where it is long; Han letters count double."""
    size = 0
    for index, letter in enumerate(label):
        size += 2 if ord(letter) > 0x2E80 else 1
        if size > width and index < len(label) - 2:
            cut = label.rfind(" ", 0, index + 1)
            cut = cut if cut > index // 2 else index
            rest = label[cut:].strip()
            return f"{label[:cut].strip()}<br>{rest if len(rest) <= width else rest[: width - 1] + '…'}"
    return label


def build_stacked_figure(
    frame: pd.DataFrame, card: IndicatorCard, language: Language, mode: Mode, names: Mapping[str, str]
) -> go.Figure:
    """Return one bar a period, stacked by part, each part labelled with its value; for parts that add up."""
    preferred, _ = split_sources(frame, card)
    rows = preferred.dropna(subset=["obs_value"])
    periods = list(dict.fromkeys(rows["time_period"]))
    tints = ("accent", "second", "quiet", "fourth", "third", "muted")
    figure = go.Figure()
    parts = {code: name for code, name in names.items() if code != TOTAL}
    for index, (code, name) in enumerate(parts.items()):
        part = rows[rows["breakdown"] == code].set_index("time_period").reindex(periods)
        known = part["obs_value"].notna()
        told = [card.write(row, language) if held else "" for row, held in zip(part.itertuples(), known, strict=True)]
        tint = tints[index % len(tints)]
        # Of all tints only the quiet one is pale on light paper and deep on dark.
        words = colour("paper", "dark") if (mode == "dark") != (tint == "quiet") else colour("card", "light")
        if known.any():
            figure.add_trace(
                go.Bar(
                    y=[format_period(period, language) for period in periods],
                    x=part["obs_value"].tolist(),
                    orientation="h",
                    name=name,
                    marker={"color": colour(tint, mode)},
                    text=told,
                    textposition="inside",
                    insidetextanchor="middle",
                    insidetextfont={"color": words},
                    hovertext=[f"<b>{value}</b><br>{name}" for value in told],
                    hoverinfo="text",
                )
            )
    layout = base_layout(mode, 110 + 62 * len(periods))
    layout["xaxis"] |= {"visible": False}
    layout["yaxis"] |= {"autorange": "reversed", "showgrid": False}
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"}
    figure.update_layout(layout, barmode="stack", showlegend=True, legend=legend, bargap=0.4)
    figure.update_layout(margin={"t": 52})
    return figure
