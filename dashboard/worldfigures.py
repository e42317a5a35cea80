"""Figures of the world page: lines against a group of countries, slopes, ranks, and the paths of the event study."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.axes import label_width, nice_ticks, position_period
from dashboard.language import Language, format_period, pick, text
from dashboard.linefigures import build_line_figure
from dashboard.linemarks import shorten_name
from dashboard.palette import SERIES, Mode, base_layout, colour, fade
from dashboard.queries import IndicatorCard
from dashboard.standings import lower_is_better, rank_rows

HEIGHT = 440
ROW_HEIGHT = 19
MOST_ROWS = 44
"""Places a chart of ranks shows; of more it keeps the best three, those picked, and the neighbours of Taiwan."""
LEAST_FOR_MEDIAN = 8
"""Places a group must have in a year for its middle to be drawn."""
STUDY_HEIGHT = 360
LEFT_NAMES = 110
"""Pixels up to which the names stand left of a slope too; wider ones leave a phone no room for the lines."""
Names = Mapping[str, str]


def build_group_lines(
    frame: pd.DataFrame, group: pd.DataFrame, card: IndicatorCard, language: Language, mode: Mode, names: Names,
    highlight: Sequence[str],
) -> go.Figure:  # fmt: skip
    """Return the picked places as lines with their bands, over the middle half and the median of a group.

    Args:
        frame: preferred rows of the picked places.
        group: preferred rows of every place of the group.
        card: the indicator, whose breaks are drawn.
        language: of every word.
        mode: light or dark.
        names: code → name.
        highlight: picked places in the order of their colours.
    """
    lines = build_line_figure(frame, card, language, mode, names, highlight=highlight, height=HEIGHT)
    middle = _middle_of(group)
    behind = [trace for part in _between_breaks(middle, card) for trace in _middle_traces(part, card, language, mode)]
    # The group's middle lies behind the lines of the places.
    figure = go.Figure([*behind, *lines.data], lines.layout)  # type: ignore[misc]
    if len(middle):
        _make_room(figure, middle)
    return figure


def _middle_of(group: pd.DataFrame) -> pd.DataFrame:
    """Return quartiles and median of a group by period, for periods with enough places."""
    valued = group.dropna(subset=["obs_value"])
    sizes = valued.groupby("time_period")["obs_value"].agg(
        low=lambda held: held.quantile(0.25), middle="median", high=lambda held: held.quantile(0.75), places="size"
    )
    return sizes[sizes["places"] >= LEAST_FOR_MEDIAN].reset_index().sort_values("time_period")


def _between_breaks(middle: pd.DataFrame, card: IndicatorCard) -> list[pd.DataFrame]:
    starts = sorted(row.time_period for row in card.breaks)
    era = middle["time_period"].map(lambda period: sum(period >= start for start in starts))
    return [part for _, part in middle.groupby(era)]


def _middle_traces(part: pd.DataFrame, card: IndicatorCard, language: Language, mode: Mode) -> list[go.Scatter]:
    x = [position_period(period, mixed=False) for period in part["time_period"]]
    quiet = colour("quiet", mode)
    hover = [
        f"{text('group_median', language)} <b>{card.format(middle, language)}</b><br>"
        f"{text('group_half', language)} {card.format(low, language)} – {card.format(high, language)}<br>"
        f"{text('countries_count', language, count=count)}<br>{format_period(period, language)}"
        for period, low, middle, high, count in part.itertuples(index=False)
    ]
    half = go.Scatter(
        x=x + x[::-1], y=part["high"].tolist() + part["low"].tolist()[::-1], fill="toself", mode="lines",
        fillcolor=fade(quiet, 0.22), line={"width": 0}, hoverinfo="skip", name="half",
    )  # fmt: skip
    line = go.Scatter(
        x=x, y=part["middle"].tolist(), mode="lines",
        line={"color": colour("muted", mode), "width": 1.5, "dash": "dot"},
        text=hover, hoverinfo="text", name="median",
    )  # fmt: skip
    return [half, line]


def _make_room(figure: go.Figure, middle: pd.DataFrame) -> None:
    """Widen the value axis where the group's middle half lies outside it."""
    first, last = figure.layout.yaxis.range
    low, high = min(first, last), max(first, last)
    wanted = min(low, middle["low"].min()), max(high, middle["high"].max())
    figure.update_yaxes(range=list(wanted) if first <= last else list(wanted)[::-1])


def build_slope_figure(
    group: pd.DataFrame, card: IndicatorCard, language: Language, mode: Mode, names: Names, highlight: Sequence[str],
    periods: tuple[str, str],
) -> go.Figure:  # fmt: skip
    """Return one line a place between two periods; picked places in colour with their intervals, the others grey."""
    figure = go.Figure()
    start, end = periods
    pairs = group.dropna(subset=["obs_value"]).pivot_table(index="ref_area", columns="time_period", values="obs_value")
    pairs = pairs.dropna(subset=[start, end]) if {start, end} <= set(pairs.columns) else pairs.iloc[:0]
    chosen = [code for code in highlight if code in pairs.index]
    values = pairs[[start, end]].to_numpy().ravel().tolist() if len(pairs) else [0.0, 1.0]
    gaps: list[Any] = []
    across: list[Any] = []
    for code in pairs.index:
        if code not in chosen:
            gaps += [pairs.loc[code, start], pairs.loc[code, end], None]
            across += [0, 1, None]
    figure.add_trace(
        go.Scatter(x=across, y=gaps, mode="lines", line={"color": colour("quiet", mode), "width": 0.8}, opacity=0.5,
                   hoverinfo="skip", name="group")
    )  # fmt: skip
    for place, code in enumerate(chosen):
        rows = group[(group["ref_area"] == code) & group["time_period"].isin(periods)].set_index("time_period")
        values += rows[["lower", "upper"]].to_numpy().ravel().tolist()
        figure.add_trace(_slope_line(rows, card, language, names[code], colour(SERIES[place], mode), periods))
    known = [value for value in values if value == value]
    ticks = nice_ticks(min(known), max(known))
    layout = base_layout(mode, HEIGHT)
    layout["xaxis"] |= {
        "range": [-0.02, 1.02], "tickvals": [0, 1], "ticktext": [format_period(period, language) for period in periods]
    }  # fmt: skip
    span = [ticks[0], ticks[-1]]
    layout["yaxis"] |= {
        "visible": False, "range": span[::-1] if lower_is_better(card) else span, "showgrid": False
    }  # fmt: skip
    figure.update_layout(layout)
    _label_slopes(figure, group, card, language, mode, names, chosen, periods, span)
    return figure


def _slope_line(
    rows: pd.DataFrame, card: IndicatorCard, language: Language, name: str, tint: str, periods: tuple[str, str]
) -> go.Scatter:
    columns = ("obs_value", "upper", "lower")
    values, upper, lower = ([float(value) for value in rows.loc[list(periods), name]] for name in columns)
    above = [high - value for high, value in zip(upper, values, strict=True)]
    below = [value - low for low, value in zip(lower, values, strict=True)]
    bounded = all(size == size for size in (*above, *below))
    whiskers = {"type": "data", "array": above, "arrayminus": below, "color": tint, "thickness": 1.5, "width": 5}
    return go.Scatter(
        x=[0, 1], y=values, mode="lines+markers", line={"color": tint, "width": 2.5}, marker={"size": 9, "color": tint},
        error_y=whiskers if bounded else None, name=name, hoverinfo="text",
        text=[f"{name} <b>{card.format(value, language)}</b><br>{format_period(period, language)}"
              for period, value in zip(periods, values, strict=True)],
    )  # fmt: skip


def _label_slopes(
    figure: go.Figure, group: pd.DataFrame, card: IndicatorCard, language: Language, mode: Mode, names: Names,
    chosen: Sequence[str], periods: tuple[str, str], span: Sequence[float],
) -> None:  # fmt: skip
    """Write value and name at both ends, pushed apart where they would touch; long names only on the right."""
    scale = (HEIGHT - 60) / ((span[1] - span[0]) or 1.0)
    sign = -1 if lower_is_better(card) else 1
    short = {code: shorten_name(names[code]) for code in chosen}
    first = group[group["time_period"] == periods[0]].set_index("ref_area")["obs_value"]
    figures = max((label_width(card.format(float(first[code]), language)) for code in chosen), default=0)
    wide = max((label_width(name) for name in short.values()), default=0)
    named = wide + figures <= LEFT_NAMES
    figure.update_layout(margin={"l": 24 + figures + (wide if named else 0), "r": 30 + figures + wide})
    for side, period in enumerate(periods):
        rows = group[group["time_period"] == period].set_index("ref_area")["obs_value"]
        order = sorted(chosen, key=lambda code: sign * float(rows[code]))
        placed: list[float] = []
        for code in order:
            wanted = sign * float(rows[code]) * scale
            placed.append(max(wanted, placed[-1] + 17) if placed else wanted)
            value = card.format(float(rows[code]), language)
            left = f"{short[code]} " if named else ""
            words = f"<b>{value}</b> {short[code]}" if side else f"{left}<b>{value}</b>"
            figure.add_annotation(
                x=side, y=float(rows[code]), yshift=placed[-1] - wanted, xanchor="left" if side else "right",
                xshift=12 if side else -12, text=words, showarrow=False,
                font={"size": 13, "color": colour(SERIES[chosen.index(code)], mode)},
            )  # fmt: skip


def keep_neighbours(ranked: pd.DataFrame, highlight: Sequence[str]) -> pd.DataFrame:
    """Return the ranked rows a chart has room for."""
    if len(ranked) <= MOST_ROWS:
        return ranked
    middle = ranked.index[ranked["ref_area"] == highlight[0]] if highlight else []
    centre = int(middle[0]) if len(middle) else 0
    reach = (MOST_ROWS - 3 - len(highlight)) // 2
    near = (ranked.index >= centre - reach) & (ranked.index <= centre + reach)
    return ranked[near | (ranked.index < 3) | ranked["ref_area"].isin(list(highlight))]


def build_rank_figure(
    rows: pd.DataFrame, card: IndicatorCard, language: Language, mode: Mode, names: Names, highlight: Sequence[str],
    among: Collection[str] | None = None,
) -> go.Figure:  # fmt: skip
    """Return the places of one period, best on top, each with its rank and its interval; outsiders without a rank."""
    shown = keep_neighbours(rank_rows(rows, card, among), highlight)
    tints = {code: colour(SERIES[place], mode) for place, code in enumerate(highlight)}
    colours = [tints.get(code, colour("quiet", mode)) for code in shown["ref_area"]]
    height = 70 + ROW_HEIGHT * len(shown)
    figure = go.Figure()
    bounded = shown.dropna(subset=["lower", "upper"])
    where = {code: place for place, code in enumerate(shown["ref_area"])}
    for own in (False, True):
        part = bounded[bounded["ref_area"].isin(list(highlight)) == own]
        for code, low, high in part[["ref_area", "lower", "upper"]].itertuples(index=False):
            figure.add_shape(
                type="line", x0=low, x1=high, y0=where[code], y1=where[code],
                line={"color": tints.get(code, colour("quiet", mode)), "width": 4 if own else 3}, opacity=0.45,
            )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=shown["obs_value"].tolist(), y=list(range(len(shown))), mode="markers", hoverinfo="text",
            marker={"size": 9, "color": colours},
            text=[f"{names.get(code, code)} <b>{card.format(value, language)}</b>"
                  for code, value in zip(shown["ref_area"], shown["obs_value"], strict=True)],
        )
    )  # fmt: skip
    values = [*shown["obs_value"], *bounded["lower"], *bounded["upper"]]
    ticks = nice_ticks(min(values), max(values))
    layout = base_layout(mode, height)
    layout["xaxis"] |= {"showgrid": True, "gridcolor": colour("hairline", mode), "tickvals": ticks, "side": "top",
                        "ticktext": [f"{tick:,.10g}" for tick in ticks]}  # fmt: skip
    pad = (ticks[-1] - ticks[0]) * 0.02
    span = [ticks[0] - pad, ticks[-1] + pad]
    layout["xaxis"]["range"] = span[::-1] if lower_is_better(card) else span
    layout["yaxis"] |= {
        "tickvals": list(range(len(shown))), "showgrid": False, "range": [len(shown) - 0.4, -0.8],
        "ticktext": [_rank_words(row, names, tints) for row in shown.itertuples()], "tickfont": {"size": 12,
        "color": colour("ink", mode)},
    }  # fmt: skip
    figure.update_layout(layout, margin={"t": 36})
    return figure


def _rank_words(row: Any, names: Names, tints: Mapping[str, str]) -> str:
    name = names.get(row.ref_area, row.ref_area)
    words = name if pd.isna(row.rank) else f"{row.rank}. {name}"
    return f"<b>{words}</b>" if row.ref_area in tints else words


def build_path_figure(paths: pd.DataFrame, language: Language, mode: Mode, estimators: Sequence[str]) -> go.Figure:
    """Return the estimated differences by years since joining, with their 95 % bands; joining is a vertical line."""
    figure = go.Figure()
    tints = [colour(name, mode) for name in SERIES]
    dashes = ("solid", "dash", "dot")
    values = [0.0]
    for place, estimator in enumerate(estimators):
        rows = paths[paths["estimator"] == estimator].sort_values("distance")
        if rows.empty:
            continue
        x, tint = rows["distance"].tolist(), tints[place]
        name = text(f"estimator_{estimator}", language)
        if place == 0:
            values += rows["lower"].tolist() + rows["upper"].tolist()
            figure.add_trace(
                go.Scatter(x=x + x[::-1], y=rows["upper"].tolist() + rows["lower"].tolist()[::-1], fill="toself",
                           fillcolor=fade(tint, 0.16), line={"width": 0}, mode="lines", hoverinfo="skip", name="band")
            )  # fmt: skip
        values += rows["value"].tolist()
        figure.add_trace(
            go.Scatter(
                x=x, y=rows["value"].tolist(), mode="lines+markers", name=name, hoverinfo="text",
                line={"color": tint, "width": 2.5 if place == 0 else 1.5, "dash": dashes[place]},
                marker={"size": 7 if place == 0 else 5, "color": tint},
                text=[_path_hover(row, language, name) for row in rows.itertuples()],
            )
        )  # fmt: skip
    _lay_out_path(figure, values, language, mode)
    return figure


def _path_hover(row: Any, language: Language, name: str) -> str:
    year = text("years_since_joining", language, count=int(row.distance))
    return f"{name}<br>{year}<br><b>{row.value:+.2f}</b> ({row.lower:+.2f} – {row.upper:+.2f})"


def _signed(value: float) -> str:
    """Return an axis number with its sign, the minus as long as the plus."""
    return f"{value:+.10g}".replace("-", "−") if value else "0"


def _lay_out_path(figure: go.Figure, values: Sequence[float], language: Language, mode: Mode) -> None:
    ticks = nice_ticks(min(values), max(values))
    layout = base_layout(mode, STUDY_HEIGHT)
    layout["xaxis"] |= {"tickvals": list(range(-6, 9, 2)), "title": {"text": text("axis_distance", language),
                        "font": {"size": 13, "color": colour("muted", mode)}}}  # fmt: skip
    layout["yaxis"] |= {"tickvals": ticks, "ticktext": [_signed(tick) for tick in ticks],
                        "range": [ticks[0], ticks[-1]]}  # fmt: skip
    muted = colour("muted", mode)
    figure.update_layout(layout, showlegend=True, margin={"t": 44, "b": 44})
    figure.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "font": {"size": 13}})
    figure.for_each_trace(lambda trace: trace.update(showlegend=trace.name != "band"))
    figure.add_hline(y=0, line={"color": muted, "width": 1})
    figure.add_vline(x=-0.5, line={"color": muted, "width": 1, "dash": "dot"})
    figure.add_annotation(
        x=-0.5, y=1, yref="paper", yanchor="top", xanchor="left", xshift=4, text=text("joining", language),
        showarrow=False, font={"size": 12, "color": muted},
    )  # fmt: skip


def build_forest_figure(
    rows: pd.DataFrame, labels: Sequence[str], language: Language, mode: Mode, main: int = 0
) -> go.Figure:
    """Return estimates with their 95 % intervals below each other, zero as a line, the main one in colour."""
    count = len(rows)
    tints = [colour("accent" if place == main else "muted", mode) for place in range(count)]
    figure = go.Figure()
    for place, row in enumerate(rows.itertuples()):
        tint = colour("accent" if place == main else "quiet", mode)
        figure.add_shape(
            type="line", x0=row.lower, x1=row.upper, y0=place, y1=place, line={"color": tint, "width": 4}, opacity=0.6
        )
    figure.add_trace(
        go.Scatter(
            x=rows["value"].tolist(), y=list(range(count)), mode="markers", hoverinfo="text",
            marker={"size": 9, "color": tints},
            text=[f"{label}<br><b>{row.value:+.2f}</b> ({row.lower:+.2f} – {row.upper:+.2f})"
                  for label, row in zip(labels, rows.itertuples(), strict=True)],
        )
    )  # fmt: skip
    low, high = min([*rows["lower"], 0.0]), max([*rows["upper"], 0.0])
    ticks, pad = nice_ticks(low, high), (high - low) * 0.03
    layout = base_layout(mode, 60 + 24 * count)
    # Intervals are shapes, which an axis left to itself does not make room for.
    layout["xaxis"] |= {"range": [low - pad, high + pad], "showgrid": True, "gridcolor": colour("hairline", mode),
                        "tickvals": ticks, "ticktext": [_signed(tick) for tick in ticks]}  # fmt: skip
    layout["yaxis"] |= {"tickvals": list(range(count)), "ticktext": list(labels), "showgrid": False,
                        "range": [count - 0.4, -0.6],
                        "tickfont": {"size": 13, "color": colour("ink", mode)}}  # fmt: skip
    figure.update_layout(layout)
    figure.add_vline(x=0, line={"color": colour("muted", mode), "width": 1})
    return figure


def outcome_name(card: IndicatorCard, outcome: str, language: Language) -> str:
    """Return an outcome of the study in words; they stand with the indicator of its estimates."""
    return next((pick(row, "title", language) for row in card.breakdowns if row.code == outcome), outcome)
