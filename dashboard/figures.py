"""Frame, indicator and language in, Plotly figure out; the palette everything shares.

Conventions (all of them tested): gaps stay gaps, a line is never joined across a break, provisional and estimated
values look different, bars start at zero, ranks run downwards, intervals are bands, lines carry their names.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import pandas as pd
import plotly.graph_objects as go

from dashboard.language import Language, format_period, period_end, pick, text
from dashboard.models import PERIOD, TOTAL
from dashboard.queries import IndicatorCard

Mode = Literal["light", "dark"]

PALETTE: dict[str, tuple[str, str]] = {
    "paper": ("#FBFAF7", "#11161C"),
    "card": ("#FFFFFF", "#182028"),
    "hairline": ("#E3E0D8", "#2A343F"),
    "ink": ("#1B2733", "#E8E6E1"),
    "muted": ("#55606B", "#A8B0B8"),
    "accent": ("#12436D", "#7FB3E0"),
    "second": ("#1F7F76", "#4CC2B8"),
    "third": ("#801650", "#E59AC4"),
    "fourth": ("#B4441C", "#F08A5D"),
    "late": ("#B4441C", "#F08A5D"),
    "quiet": ("#9AA3AB", "#66717C"),
    "absent": ("#EDEAE3", "#202A33"),
}
"""Every colour of the product: name → (light, dark)."""

SERIES = ("accent", "fourth", "second", "third")
DASHES = ("solid", "dash", "dot", "dashdot")
SEQUENTIAL: dict[Mode, tuple[str, ...]] = {
    "light": ("#DCE9F2", "#A9CBE3", "#6BA3CC", "#2F74AC", "#12436D"),
    "dark": ("#1D3A54", "#28577E", "#3B7BAE", "#6BA7D6", "#B5D7F2"),
}
FONT = "'Source Sans', 'Noto Sans TC', 'Noto Sans CJK TC', 'PingFang TC', 'Microsoft JhengHei', sans-serif"
HEIGHT = 400
CEILINGS = {"index_0_1": 1, "score_0_100": 100, "percentile": 100, "score_0_10": 10, "score_0_4": 4, "score_1_5": 5}
"""Ends of scales, which an axis does not pass."""
MARKED_POINTS = 16
"""Points up to which a line shows a marker at each of them."""
LABEL_WIDTH = 20
"""Widths of a Latin letter a line's name may take at its end; a Han letter takes two."""
MOST_BARS = 24
NAMED_LINES = 8
"""Grey lines that still carry their names; more of them would only be a thicket."""
MOST_LINES = 60
"""Grey lines that can be told apart by pointing at them; more are drawn as one quiet thicket."""
LABEL_GAP = 17
"""Pixels kept between two names at the right end of lines."""


def colour(name: str, mode: Mode) -> str:
    """Return a colour of the palette for the reader's theme."""
    return PALETTE[name][mode == "dark"]


def fade(hex_colour: str, opacity: float) -> str:
    """Return a colour with an opacity, as CSS writes it."""
    red, green, blue = (int(hex_colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def base_layout(mode: Mode, height: int = HEIGHT) -> dict[str, Any]:
    """Return what all figures share: paper, type, margins, quiet axes."""
    axis = {
        "showgrid": False,
        "zeroline": False,
        "linecolor": colour("hairline", mode),
        "tickfont": {"color": colour("muted", mode), "size": 13},
        "automargin": True,
        "fixedrange": True,
    }
    return {
        "template": "none",
        "height": height,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 14, "color": colour("ink", mode)},
        "margin": {"l": 8, "r": 8, "t": 28, "b": 8},
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "hoverlabel": {
            "bgcolor": colour("card", mode),
            "bordercolor": colour("hairline", mode),
            "font": {"family": FONT, "size": 14, "color": colour("ink", mode)},
            "align": "left",
        },
        "xaxis": dict(axis),
        "yaxis": dict(axis) | {"showgrid": True, "gridcolor": colour("hairline", mode), "linecolor": "rgba(0,0,0,0)"},
    }


def position_period(period: str, *, mixed: bool) -> float:
    """Return where a period stands on a time axis, in years: its end for an interval, its middle for a whole year.

    A whole year stands on its own tick when a series holds nothing but years (``mixed`` false).
    """
    end = period_end(period)
    parts = end.split("-")
    year = int(parts[0])
    if len(parts) == 1:
        return year + 0.5 if mixed else float(year)
    if parts[1].startswith("Q"):
        return year + (int(parts[1][1]) - 0.5) / 4
    month = int(parts[1]) - 1
    day = int(parts[2]) - 1 if len(parts) > 2 else 14
    return year + (month + day / 31) / 12


def nice_ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Return round numbers that cover low to high."""
    if high <= low:
        high = low + 1
    rough = (high - low) / max(wanted - 1, 1)
    size = 10 ** math.floor(math.log10(rough))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= rough)
    # A value a hair beside a tick counts as standing on it, at both ends alike.
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(step * index, 10) for index in range(first, last + 1)]


def split_sources(frame: pd.DataFrame, card: IndicatorCard) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the preferred row for each place, period and part, and the rows of other sources that disagree with it."""
    order = {source.code: place for place, source in enumerate(card.sources)}
    ranked = frame.assign(_order=frame["source_code"].map(order)).sort_values("_order", kind="stable")
    rival = ranked.duplicated(["ref_area", "time_period", "breakdown"], keep="first")
    preferred = ranked[~rival].drop(columns="_order").sort_index()
    return preferred, ranked[rival].drop(columns="_order").sort_index()


def _keep_apart(marks: list[tuple[str, float]], least: float) -> list[tuple[str, float]]:
    """Return the marks that stand at least so far apart, the last one always among them."""
    kept = [marks[-1]]
    for mark in reversed(marks[:-1]):
        if kept[-1][1] - mark[1] >= least:
            kept.append(mark)
    return kept[::-1]


def time_axis(periods: Sequence[str], positions: Sequence[float], language: Language) -> dict[str, Any]:
    """Return the ticks of a time axis: years, or months where a figure spans little more than one year."""
    low, high = min(positions), max(positions)
    if high - low < 1.5 and any(len(period) > 4 for period in periods):
        months = {period_end(period)[:7]: where for period, where in zip(periods, positions, strict=True)}
        kept = _keep_apart(sorted(months.items(), key=lambda item: item[1]), (high - low) / 4)
        return {
            "tickvals": [where for _, where in kept],
            "ticktext": [format_period(month, language) for month, _ in kept],
            "tickangle": 0,
        }
    step = max(1, math.ceil((high - low) / 7))
    years = list(range(math.floor(low), math.ceil(high) + 1, step))
    return {"tickvals": years, "ticktext": [str(year) for year in years]}


def _value_axis(values: Sequence[float], card: IndicatorCard, language: Language, *, zero: bool) -> dict[str, Any]:
    low, high = min(values), max(values)
    if low == high:
        # A series that never moves needs room to be drawn in, below it because a scale may end at it.
        low -= max(abs(low) * 0.05, 1.0)
    if zero:
        low = min(0.0, low)
    elif card.unit.kind != "rank":
        low, high = low - (high - low) * 0.08, high + (high - low) * 0.08
        low = max(0.0, low) if min(values) >= 0 else low
    ticks = nice_ticks(low, high)
    ceiling = CEILINGS.get(card.unit.code, 100 if card.unit.kind == "percent" else None)
    if ceiling is not None:
        ticks = [tick for tick in ticks if tick <= ceiling] or ticks
        high = min(high, ceiling)
    if card.unit.kind == "rank":
        ticks = [tick for tick in ticks if tick >= 1] or [1]
        span = [max(high, ticks[-1]) * 1.04 + 0.5, min(low, ticks[0]) - 0.8]
    else:
        span = [min(ticks[0], low), max(ticks[-1], high)]
        pad = (span[1] - span[0]) * 0.04
        span = [span[0] - (0 if zero else pad), span[1] + pad]
    words = [_tick_words(tick, card, language) for tick in ticks]
    return {"tickvals": ticks, "ticktext": words, "range": span}


def _tick_words(value: float, card: IndicatorCard, language: Language) -> str:
    if card.unit.kind in ("money", "count", "rate", "index", "score", "duration", "points", "ratio"):
        written = card.format(value, language) if card.unit.kind in ("money", "count") else f"{value:,.10g}"
        return written.removeprefix("NT$").removeprefix("新臺幣 ").removesuffix("元")
    return f"{value:,.10g}%" if card.unit.kind == "percent" else f"{value:,.10g}"


def _hover(row: Any, card: IndicatorCard, language: Language, name: str) -> str:
    lines = [f"<b>{card.format(row.obs_value, language)}</b> {_unit_words(card, language)}".rstrip()]
    if name:
        lines.append(name)
    lines.append(format_period(row.time_period, language))
    if row.lower == row.lower and row.upper == row.upper and row.lower is not None:
        interval = f"{card.format(row.lower, language)} – {card.format(row.upper, language)}"
        lines.append(f"{text('interval', language)} {interval}")
    if row.obs_status not in ("A", "B"):
        lines.append(text(f"status_{row.obs_status}", language))
    if getattr(row, "replaced", False):
        lines.append(text("replaced", language))
    return "<br>".join(lines)


def _unit_words(card: IndicatorCard, language: Language) -> str:
    return "" if card.unit.kind in ("percent", "money") else pick(card.unit, "title", language)


def cut_segments(rows: pd.DataFrame, card: IndicatorCard) -> list[pd.DataFrame]:
    """Return a series cut at every break and at every missing value."""
    starts = sorted(period_end(item.time_period) for item in card.breaks)
    ends = rows["time_period"].map(period_end)
    era = ends.map(lambda end: sum(end >= start for start in starts))
    hole = rows["obs_value"].isna()
    group = era.astype(str) + "/" + hole.cumsum().astype(str)
    kept = rows[~hole]
    return [part for _, part in kept.groupby(group[~hole], sort=False)]


def mark_symbols(rows: pd.DataFrame) -> list[str]:
    """Return the markers of rows: hollow where a value is provisional, estimated or of low reliability."""
    shapes = {"P": "circle-open", "E": "diamond-open", "F": "diamond-open", "U": "square-open"}
    replaced = rows["replaced"] if "replaced" in rows else [False] * len(rows)
    normal = ["star" if again else "circle" for again in replaced]
    return [shapes.get(status, usual) for status, usual in zip(rows["obs_status"], normal, strict=True)]


def _band(part: pd.DataFrame, x: list[float], tint: str) -> list[go.Scatter]:
    known = part["lower"].notna() & part["upper"].notna()
    if known.sum() < 2:
        return []
    where = [value for value, keep in zip(x, known, strict=True) if keep]
    upper, lower = part.loc[known, "upper"].tolist(), part.loc[known, "lower"].tolist()
    edge = {"width": 0}
    return [
        go.Scatter(
            x=where + where[::-1],
            y=upper + lower[::-1],
            fill="toself",
            fillcolor=fade(tint, 0.14),
            line=edge,
            hoverinfo="skip",
            mode="lines",
            name="band",
        )
    ]


def spread_labels(labels: list[tuple[float, Any]], span: Sequence[float], height: int) -> list[float]:
    """Return pixel shifts that keep labels (value, …) apart at the right edge; input order is kept."""
    scale = (height - 70) / abs(span[1] - span[0])
    flipped = -1 if span[1] < span[0] else 1
    order = sorted(range(len(labels)), key=lambda index: flipped * labels[index][0])
    placed: list[float] = []
    shifts = [0.0] * len(labels)
    for index in order:
        wanted = flipped * labels[index][0] * scale
        where = max(wanted, placed[-1] + LABEL_GAP) if placed else wanted
        placed.append(where)
        shifts[index] = where - wanted
    # Half of the last push goes back down, so that a crowded top does not leave the figure.
    spare = max(shifts, default=0.0) / 2
    return [shift - spare for shift in shifts] if spare > LABEL_GAP else shifts


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
    periods = valued["time_period"].tolist()
    mixed = mixed or any(len(period_end(period)) > 4 for period in periods)
    codes = [code for code in dict.fromkeys(preferred[by]) if code not in highlight]
    shown = [code for code in highlight if code in set(preferred[by])][: len(SERIES)]
    if not shown and len(codes) <= len(SERIES):
        shown, codes = codes, []
    figure = go.Figure()
    ends: list[tuple[float, tuple[str, str, float]]] = []
    if len(codes) > MOST_LINES:
        _add_thicket(figure, preferred[preferred[by].isin(codes)], card, by, mode, mixed=mixed)
        codes = []
    for code in [*codes, *shown]:
        rows = preferred[preferred[by] == code]
        rank = shown.index(code) if code in shown else None
        tint = colour(SERIES[rank], mode) if rank is not None else colour("quiet", mode)
        _add_line(figure, rows, card, language, names.get(code, ""), tint, rank, mixed=mixed)
        last = rows.dropna(subset=["obs_value"])
        if len(last) and (rank is not None or len(codes) <= NAMED_LINES):
            where = position_period(last["time_period"].iloc[-1], mixed=mixed)
            ends.append(
                (last["obs_value"].iloc[-1], (code, tint if rank is not None else colour("muted", mode), where))
            )
    drawn = [row for row in card.disagreements if PERIOD.match(row.time_period)] if len(shown) == 1 else []
    values = _all_values(valued, rivals, card, drawn)
    positions = [position_period(period, mixed=mixed) for period in periods]
    positions += [position_period(row.time_period, mixed=mixed) for row in drawn]
    periods += [row.time_period for row in drawn]
    layout = base_layout(mode, height)
    layout["xaxis"] |= time_axis(periods, positions, language)
    layout["yaxis"] |= _value_axis(values, card, language, zero=False)
    figure.update_layout(layout)
    _add_rivals(figure, rivals, card, language, mode, mixed=mixed)
    _add_marks(figure, card, language, mode, positions, mixed=mixed)
    for item in drawn:
        where = position_period(item.time_period, mixed=mixed)
        beyond = where > (min(positions) + max(positions)) / 2
        _add_disagreement(figure, item, card, language, mode, mixed=mixed, beyond=beyond)
    _add_end_labels(figure, ends, card, language, names, layout["yaxis"]["range"], height, bold=shown)
    _add_first_label(figure, preferred, shown, by, card, language, mixed=mixed)
    _fit_time_range(figure, positions)
    return figure


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
    for part in cut_segments(rows, card):
        x = [position_period(period, mixed=mixed) for period in part["time_period"]]
        if rank is not None:
            figure.add_traces(_band(part, x, tint))
        dotted = bool(part["obs_status"].isin(["E", "F"]).all())
        dash = "dot" if dotted else DASHES[rank or 0]
        marked = rank is not None and len(part) <= MARKED_POINTS
        marker = {"size": 8, "symbol": mark_symbols(part), "line": {"width": 2, "color": tint}, "color": tint}
        figure.add_trace(
            go.Scatter(
                x=x,
                y=part["obs_value"].tolist(),
                mode="lines+markers" if marked else "lines",
                line={"color": tint, "width": 2.5 if rank is not None else 1, "dash": dash},
                marker=marker if marked else None,
                opacity=1 if rank is not None else 0.55,
                text=[_hover(row, card, language, name) for row in part.itertuples()],
                hoverinfo="text",
                name=name,
            )
        )


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


def _add_rivals(
    figure: go.Figure, rivals: pd.DataFrame, card: IndicatorCard, language: Language, mode: Mode, *, mixed: bool
) -> None:
    rows = rivals.dropna(subset=["obs_value"])
    if rows.empty:
        return
    publishers = {source.code: pick(source, "publisher", language) for source in card.sources}
    figure.add_trace(
        go.Scatter(
            x=[position_period(period, mixed=mixed) for period in rows["time_period"]],
            y=rows["obs_value"].tolist(),
            mode="markers+text",
            marker={"symbol": "x-thin", "size": 10, "line": {"width": 2.5, "color": colour("late", mode)}},
            text=[card.format(value, language) for value in rows["obs_value"]],
            textposition="bottom center",
            textfont={"color": colour("late", mode), "size": 12},
            hovertext=[_hover(row, card, language, publishers[str(row.source_code)]) for row in rows.itertuples()],
            hoverinfo="text",
            name=text("other_source", language),
        )
    )


def _add_disagreement(
    figure: go.Figure, item: Any, card: IndicatorCard, language: Language, mode: Mode, *, mixed: bool, beyond: bool
) -> None:
    where = position_period(item.time_period, mixed=mixed)
    figure.add_trace(
        go.Scatter(
            x=[where],
            y=[item.obs_value],
            mode="markers+text",
            marker={"symbol": "x-thin", "size": 10, "line": {"width": 2.5, "color": colour("late", mode)}},
            text=[card.format(item.obs_value, language)],
            textposition="middle left" if beyond else "middle right",
            textfont={"color": colour("late", mode), "size": 12},
            hovertext=f"{card.format(item.obs_value, language)}<br>{text('not_joined', language)}",
            hoverinfo="text",
            name=text("not_joined", language),
        )
    )


def _add_marks(
    figure: go.Figure, card: IndicatorCard, language: Language, mode: Mode, positions: Sequence[float], *, mixed: bool
) -> None:
    """Draw targets, breaks and events that fall within the figure."""
    low, high = min(positions), max(positions)
    muted = colour("muted", mode)
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
    marks = [(position_period(row.time_period, mixed=mixed), text("break", language), "solid") for row in card.breaks]
    marks += [(position_period(row.date, mixed=True), pick(row, "title", language), "dot") for row in card.events]
    level = 0
    for where, words, dash in sorted(marks):
        if low - 0.5 <= where <= high + 1:
            spot = where - 0.5 if dash == "solid" and not mixed else where
            figure.add_vline(x=spot, line={"color": muted, "width": 1, "dash": dash})
            short = words if len(words) <= 28 else words[:27] + "…"
            right = where > (low + high) / 2
            figure.add_annotation(
                x=spot,
                y=1,
                yref="paper",
                yanchor="top",
                yshift=22 - level * 16,
                text=short,
                showarrow=False,
                xanchor="right" if right else "left",
                xshift=-4 if right else 4,
                font={"size": 12, "color": muted},
            )
            level += 1


def _add_end_labels(
    figure: go.Figure,
    ends: list[tuple[float, tuple[str, str, float]]],
    card: IndicatorCard,
    language: Language,
    names: Mapping[str, str],
    span: Sequence[float],
    height: int,
    *,
    bold: Sequence[str],
) -> None:
    single = len(ends) == 1
    shifts = spread_labels(ends, span, height)
    for (value, (code, tint, where)), shift in zip(ends, shifts, strict=True):
        short = shorten_name(names.get(code, code))
        name = "" if single else f" {short}"
        figure.add_annotation(
            x=where,
            y=value,
            xanchor="left",
            xshift=9,
            yshift=shift,
            text=f"<b>{card.format(value, language)}</b>{name}" if code in bold else short,
            showarrow=False,
            font={"color": tint, "size": 14 if code in bold else 12},
            align="left",
        )
    widest = max((label_width(shorten_name(names.get(end[1][0], ""))) for end in ends if not single), default=0)
    money = 60 if card.unit.kind == "money" else 0
    figure.update_layout(margin={"r": 64 + money + widest})


def shorten_name(name: str) -> str:
    """Return a name that fits beside the end of a line; the hover text has it whole."""
    size = 0
    for place, letter in enumerate(name):
        size += 2 if ord(letter) > 0x2E80 else 1
        if size > LABEL_WIDTH:
            return name[:place].rstrip() + "…"
    return name


def label_width(name: str) -> int:
    """Return about how many pixels a name takes."""
    return sum(14 if ord(letter) > 0x2E80 else 7 for letter in name)


def _add_first_label(
    figure: go.Figure,
    preferred: pd.DataFrame,
    shown: Sequence[str],
    by: str,
    card: IndicatorCard,
    language: Language,
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
    figure.add_annotation(
        x=position_period(first["time_period"], mixed=mixed),
        y=first["obs_value"],
        text=card.format(first["obs_value"], language),
        showarrow=False,
        yshift=-15 if below else 15,
        xanchor="left",
        font={"size": 13},
    )


def _fit_time_range(figure: go.Figure, positions: Sequence[float]) -> None:
    low, high = min(positions), max(positions)
    pad = max((high - low) * 0.03, 0.08)
    figure.update_xaxes(range=[low - pad, high + pad])


def build_bar_figure(
    frame: pd.DataFrame,
    card: IndicatorCard,
    language: Language,
    mode: Mode,
    names: Mapping[str, str],
    *,
    by: str,
    highlight: Sequence[str] = (),
    sort: bool = True,
    most: int = MOST_BARS,
) -> go.Figure:
    """Return horizontal bars from zero, one for each place or part of one period; the largest on top.

    Intervals are drawn as whiskers. Bars of ``highlight`` take the accent colour when any is named.
    """
    preferred, _ = split_sources(frame, card)
    rows = preferred.dropna(subset=["obs_value"])
    if sort:
        best_first = card.unit.kind == "rank"
        rows = rows.sort_values("obs_value", ascending=best_first, kind="stable")
    rows = _keep_highlighted(rows, by, highlight, most)
    accent, quiet = colour("accent", mode), colour("quiet", mode)
    tints = [accent if not highlight or code in highlight else quiet for code in rows[by]]
    height = max(160, 60 + 30 * len(rows))
    whiskers = None
    if rows["lower"].notna().any():
        above = (rows["upper"] - rows["obs_value"]).fillna(0).tolist()
        below = (rows["obs_value"] - rows["lower"]).fillna(0).tolist()
        ink = colour("ink", mode)
        whiskers = {"type": "data", "array": above, "arrayminus": below, "color": ink, "thickness": 1.2, "width": 3}
    labels = [names.get(code, code) for code in rows[by]]
    figure = go.Figure(
        go.Bar(
            x=rows["obs_value"].tolist(),
            y=list(range(len(rows))),
            orientation="h",
            marker={"color": tints},
            error_x=whiskers,
            text=[card.format(value, language) for value in rows["obs_value"]],
            textposition="outside",
            cliponaxis=False,
            textfont={"size": 13},
            hovertext=[
                _hover(row, card, language, label) for row, label in zip(rows.itertuples(), labels, strict=True)
            ],
            hoverinfo="text",
        )
    )
    layout = base_layout(mode, height)
    top = max([*rows["obs_value"].tolist(), *rows["upper"].dropna().tolist(), 0.0])
    low = min([*rows["obs_value"].tolist(), *rows["lower"].dropna().tolist(), 0.0])
    room = 0.22 * ((top - low) or 1.0)
    layout["xaxis"] |= {"visible": False, "range": [low - room if low < 0 else 0, top + room if top > 0 else 0]}
    layout["yaxis"] |= {
        "tickvals": list(range(len(rows))),
        "ticktext": [_wrap(label) for label in labels],
        "autorange": "reversed",
        "showgrid": False,
    }
    if low < 0:
        figure.add_vline(x=0, line={"color": colour("muted", mode), "width": 1})
    figure.update_layout(layout, bargap=0.35, margin={"l": 8, "r": 8, "t": 8, "b": 8})
    return figure


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
    tints = [colour(name, mode) for name in ("accent", "second", "quiet", "fourth", "third", "muted")]
    figure = go.Figure()
    parts = {code: name for code, name in names.items() if code != TOTAL}
    for index, (code, name) in enumerate(parts.items()):
        part = rows[rows["breakdown"] == code].set_index("time_period")["obs_value"].reindex(periods)
        if part.notna().any():
            figure.add_trace(
                go.Bar(
                    y=[format_period(period, language) for period in periods],
                    x=part.tolist(),
                    orientation="h",
                    name=name,
                    marker={"color": tints[index % len(tints)]},
                    text=[card.format(value, language) if value == value else "" for value in part],
                    textposition="inside",
                    insidetextanchor="middle",
                    hovertext=[f"<b>{card.format(value, language)}</b><br>{name}" for value in part],
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
    latest = _latest_period(frame)
    builders: dict[str, Callable[[], go.Figure]] = {
        "line": lambda: build_line_figure(
            frame, card, language, mode, place_names, highlight=tuple(dict.fromkeys(frame["ref_area"])), height=height
        ),
        "places": lambda: build_line_figure(
            frame, card, language, mode, place_names, highlight=highlight, height=height
        ),
        "parts": lambda: build_line_figure(
            frame, card, language, mode, part_names, by="breakdown", highlight=list_main_parts(frame), height=height
        ),
        "bar_parts": lambda: build_bar_figure(
            latest_of_each(frame),
            card,
            language,
            mode,
            part_names,
            by="breakdown",
            sort=False,
            most=most,
        ),
        "bar_places": lambda: build_bar_figure(
            frame[frame["time_period"] == latest],
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


def _latest_period(frame: pd.DataFrame) -> str:
    periods = frame.dropna(subset=["obs_value"])["time_period"]
    return max(periods, key=period_end, default="")


def latest_of_each(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the latest row with a value of each part."""
    rows = frame.dropna(subset=["obs_value"])
    order = rows["time_period"].map(period_end)
    return rows.loc[order.groupby(rows["breakdown"]).idxmax().sort_values()]


def list_main_parts(frame: pd.DataFrame) -> tuple[str, ...]:
    """Return up to four parts to draw in colour: the total first, then the largest at the end."""
    rows = latest_of_each(frame).sort_values("obs_value", ascending=False)
    codes = rows["breakdown"].tolist()
    if TOTAL in codes:
        codes = [TOTAL, *[code for code in codes if code != TOTAL]]
    return tuple(codes[: len(SERIES)])


def build_spark(values: Sequence[float], *, width: int = 132, height: int = 40) -> str:
    """Return a small SVG line of a series with its last point marked; colour follows the text round it."""
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    step = (width - 12) / max(len(values) - 1, 1)
    points = [
        (6 + index * step, height - 6 - (value - low) / span * (height - 12)) for index, value in enumerate(values)
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<polyline points="{path}" fill="none" stroke="COLOUR" stroke-width="2" stroke-linejoin="round"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="COLOUR"/></svg>'
    )
