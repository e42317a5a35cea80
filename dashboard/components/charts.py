"""Charts, maps, tables and downloads of a selection, each with its words."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import figures, maps, markup
from dashboard.components.layout import link
from dashboard.components.reader import (
    Reader,
    cached_corrections,
    cached_observations,
    get_cards,
    get_observations,
    get_places,
    get_rows,
    kept,
    mark_replaced,
    show_html,
    split_sources,
)
from dashboard.exceptions import StoreError
from dashboard.language import format_number, period_end
from dashboard.models import TOTAL, Project
from dashboard.queries import IndicatorCard
from dashboard.store import Store
from dashboard.web.assets import shape_urls

LISTED_ROWS = 120
"""Rows a chart's own table holds; the table view of the indicator has them all."""
CHART_CONFIG = {"displayModeBar": False, "responsive": True}
MAP_CONFIG = {"displayModeBar": False, "scrollZoom": False, "responsive": True}


@kept
def show_figure(
    reader: Reader,
    code: str,
    *,
    areas: Sequence[str] | None = None,
    level: str | None = None,
    part: str | None = None,
    period: str | None = None,
    highlight: Sequence[str] = ("TWN",),
    key: str = "",
    told: bool = False,
) -> dict[str, Any] | None:
    """Show the chart of a selection with its words and numbers, and return it; None where a number says it all.

    With ``told`` the page says in words itself what the chart shows, and only the numbers stand under it.
    """
    card = get_cards(reader)[code]
    frame = get_observations(reader, code, areas=areas, level=level, part=part, period=period)
    if frame.empty:
        return None
    names = {place: maps.full_name(get_places(reader), place, reader.language) for place in frame["ref_area"]}
    marked = mark_replaced(frame, cached_corrections(reader.key, reader.store))
    built = figures.build_figure(marked, card, reader.language, reader.mode, names, highlight=highlight)
    if built is None:
        return None
    figure = built.to_plotly_json()
    st.plotly_chart(
        figure,
        theme=None,
        config=CHART_CONFIG,
        key=f"chart-{key or code}",
        alt=describe(reader, card, frame),
        height=figure["layout"]["height"],
    )
    show_html(_write_alternative(reader, card, frame, told=told))
    return figure


def _write_alternative(reader: Reader, card: IndicatorCard, frame: pd.DataFrame, *, told: bool = False) -> str:
    """Return what a chart or map shows in one paragraph and as a table, from the same rows, folded up."""
    table = build_observation_table(reader, card, frame)
    headings = [str(name) for name in table]
    rows = [tuple(map(str, row)) for row in table.head(LISTED_ROWS).itertuples(index=False)]
    value = next(place for place, name in enumerate(headings) if name.startswith(reader.text("column_value")))
    body = markup.data_table(headings, rows, reader.pick(card.indicator, "title"), numeric=(value,))
    if not told:
        body = markup.paragraph(describe(reader, card, frame), "reading") + body
    if len(table) > LISTED_ROWS:
        href = link("indicator", reader, code=card.indicator.code, view="table")
        body += f'<p><a href="{href}">{reader.html("all_rows", count=len(table))}</a></p>'
    summary = reader.html("in_numbers" if told else "in_words_and_numbers")
    return f'<details class="alternative"><summary>{summary}</summary>{body}</details>'


def describe(reader: Reader, card: IndicatorCard, frame: pd.DataFrame) -> str:
    """Return what a chart shows in one sentence, from the same rows; it is the chart's text alternative."""
    preferred, _ = split_sources(frame, card)
    rows = preferred.dropna(subset=["obs_value"])
    title = reader.pick(card.indicator, "title")
    if rows["time_period"].nunique() > 1 and (rows["ref_area"].nunique() > 1 or rows["breakdown"].nunique() > 1):
        return describe_lines(reader, card, rows)
    if rows.empty:
        return reader.text("alt_empty", title=title)
    first, last = rows.iloc[0], rows.iloc[-1]
    if len(rows) == 1 or first["time_period"] == last["time_period"]:
        low, high = rows["obs_value"].min(), rows["obs_value"].max()
        return reader.text(
            "alt_range",
            title=title,
            period=reader.period(str(last["time_period"])),
            count=len(rows),
            low=card.format(low, reader.language),
            high=card.format(high, reader.language),
        )
    return reader.text(
        "alt_change",
        title=title,
        count=len(rows),
        first=card.format(first["obs_value"], reader.language),
        start=reader.period(str(first["time_period"])),
        last=card.format(last["obs_value"], reader.language),
        end=reader.period(str(last["time_period"])),
    )


def describe_lines(reader: Reader, card: IndicatorCard, rows: pd.DataFrame) -> str:
    """Return first and last value of each of several lines, the nation or the total first, at most five of them."""
    by = "ref_area" if rows["ref_area"].nunique() > 1 else "breakdown"
    places = get_places(reader)
    names = {row.code: reader.pick(row, "title") for row in card.breakdowns}
    codes = sorted(dict.fromkeys(rows[by]), key=lambda code: code not in ("TWN", TOTAL))
    lines = []
    for code in codes[:5]:
        part = rows[rows[by] == code]
        name = (
            maps.full_name(places, code, reader.language) if by == "ref_area" else names.get(code, reader.text("total"))
        )
        key = "alt_line" if part["time_period"].nunique() > 1 else "alt_point"
        lines.append(
            reader.text(
                key,
                name=name,
                first=card.format(part.iloc[0]["obs_value"], reader.language),
                start=reader.period(str(part.iloc[0]["time_period"])),
                last=card.format(part.iloc[-1]["obs_value"], reader.language),
                end=reader.period(str(part.iloc[-1]["time_period"])),
            )
        )
    more = reader.text("alt_more", count=len(codes) - 5) if len(codes) > 5 else ""
    joint = "；" if reader.language == "zh-TW" else "; "
    return (
        f"{reader.pick(card.indicator, 'title')}: {joint.join(lines)}{more}"
        if reader.language == "en"
        else (f"{reader.pick(card.indicator, 'title')}：{joint.join(lines)}{more}")
    )


@st.cache_resource(show_spinner=False, max_entries=64)
def _classes(key: tuple[str, dt.date], code: str, level: str, part: str, _store: Store) -> maps.Classes | None:
    frame = cached_observations(key, code, None, level, part, None, _store)
    values = frame["obs_value"].dropna().tolist()
    return maps.compute_classes(values) if values else None


@kept
def show_map(reader: Reader, code: str, *, level: str, part: str, period: str, key: str = "map") -> None:
    """Show the choropleth of one period and part, with its legend."""
    card = get_cards(reader)[code]
    frame = get_observations(reader, code, level=level, part=part, period=period)
    classes = _classes(reader.key, code, level, part, reader.store)
    if classes is None:
        raise StoreError(f"{code} has no value at level {level}")
    preferred, _ = split_sources(frame, card)
    figure = maps.build_choropleth_figure(
        preferred, card, reader.language, reader.mode, get_places(reader), classes, shape_urls(), level
    )
    st.plotly_chart(
        figure, theme=None, config=MAP_CONFIG, key=key, alt=describe(reader, card, frame), height=figure.layout.height
    )
    show_legend(reader, card, frame, level, part)
    ranked = frame.sort_values("obs_value", na_position="first", kind="stable")
    show_html(_write_alternative(reader, card, ranked))


def show_legend(reader: Reader, card: IndicatorCard, frame: pd.DataFrame, level: str, part: str) -> None:
    """Show the five classes with how many places fall in each, and what the hatch and the frames mean."""
    classes = _classes(reader.key, card.indicator.code, level, part, reader.store)
    if classes is None:
        return
    values = frame["obs_value"].dropna().tolist()
    indices = [classes.index(value) for value in values]
    steps = []
    for place in range(maps.CLASSES):
        low, high = classes.bounds(place)
        words = f"{card.format(low, reader.language)} – {card.format(high, reader.language)}"
        steps.append((figures.SEQUENTIAL[reader.mode][place], words, indices.count(place)))
    whole = sum(place.level == level for place in get_places(reader).values())
    hatch = reader.text("no_data_count", count=whole - len(values)) if len(values) < whole else None
    note = reader.text("classes_equal" if classes.equal_width else "classes_count")
    note += "" if level == "country" else reader.text("moved_islands")
    show_html(markup.legend(steps, note, hatch))


@kept
def show_project_map(reader: Reader, kinds: Sequence[str], key: str = "projects", *, listed: bool = False) -> None:
    """Show named projects as points; with ``listed`` the page itself lists them."""
    projects = [row for row in get_rows(reader, "get_projects") if row.kind in kinds]
    figure = maps.build_project_figure(projects, get_places(reader), reader.language, reader.mode, shape_urls())
    alt = reader.text("alt_projects", count=len(projects))
    st.plotly_chart(figure, theme=None, config=MAP_CONFIG, key=key, alt=alt, height=figure.layout.height)
    show_html(markup.paragraph(reader.text("project_map_note") + reader.text("moved_islands"), "muted small"))
    if not listed:
        show_html(_list_projects(reader, projects))


def _list_projects(reader: Reader, projects: Sequence[Project]) -> str:
    """Return what a map of projects shows in words and as a table, folded up."""
    places = get_places(reader)
    headings = [reader.text(key) for key in ("indicator_project", "column_place", "column_status")]
    rows = [
        (
            reader.pick(row, "title"),
            reader.text("no_county")
            if row.ref_area == "TWN"
            else maps.full_name(places, row.ref_area, reader.language),
            reader.text(f"project_state_{row.state}"),
        )
        for row in projects
    ]
    words = reader.text("alt_projects", count=len(projects))
    body = markup.paragraph(words, "reading") + markup.data_table(headings, rows, words)
    return f'<details class="alternative"><summary>{reader.html("in_words_and_numbers")}</summary>{body}</details>'


@kept
def show_observation_table(reader: Reader, card: IndicatorCard) -> None:
    """Show the rows of an indicator as a table: place, period, part, value, status, source."""
    frame = get_observations(reader, card.indicator.code)
    table = build_observation_table(reader, card, frame)
    st.dataframe(
        table, hide_index=True, width="stretch", height=min(420, 38 + 35 * len(table)),
        alt=describe(reader, card, frame),
    )  # fmt: skip


def build_observation_table(reader: Reader, card: IndicatorCard, frame: pd.DataFrame) -> pd.DataFrame:
    """Return observations with words for every code, newest first; columns nobody fills are left out."""
    places = get_places(reader)
    parts = {row.code: reader.pick(row, "title") for row in card.breakdowns}
    publishers = {source.code: reader.pick(source, "publisher") for source in card.sources}
    rows = frame.iloc[::-1]
    columns: dict[str, list[Any]] = {
        reader.text("column_place"): [maps.full_name(places, code, reader.language) for code in rows["ref_area"]],
        reader.text("column_period"): [reader.period(period) for period in rows["time_period"]],
    }
    if parts:
        columns[reader.text("column_part")] = [parts.get(code, reader.text("total")) for code in rows["breakdown"]]
    columns[f"{reader.text('column_value')} ({reader.pick(card.unit, 'title')})"] = [
        card.format(value, reader.language) for value in rows["obs_value"]
    ]
    if rows["lower"].notna().any():
        columns[reader.text("interval")] = [
            f"{card.format(low, reader.language)} – {card.format(high, reader.language)}" if low == low else ""
            for low, high in zip(rows["lower"], rows["upper"], strict=True)
        ]
    if (rows["obs_status"] != "A").any():
        columns[reader.text("column_status")] = [reader.text(f"status_{status}") for status in rows["obs_status"]]
    marked = mark_replaced(rows, cached_corrections(reader.key, reader.store))
    if "replaced" in marked:
        days = [reader.period(str(day)[:10]) for day in marked["published"]]
        columns[reader.text("replaced")] = [
            day if again else "" for day, again in zip(days, marked["replaced"], strict=True)
        ]
    notes = rows[f"note_{'zh_tw' if reader.language == 'zh-TW' else 'en'}"]
    if notes.notna().any():
        columns[reader.text("column_note")] = notes.fillna("").tolist()
    if len(card.sources) > 1:
        columns[reader.text("column_source")] = [publishers.get(code, code) for code in rows["source_code"]]
    return pd.DataFrame(columns)


@kept
def show_source_note(reader: Reader, card: IndicatorCard, period: str = "") -> None:
    """Show the line under a figure: publisher, as-of date, licence, and the way to the proof."""
    show_html(markup.source_line(card, period, reader.language))


def describe_progress(reader: Reader, card: IndicatorCard, frame: pd.DataFrame) -> list[tuple[str, str]]:
    """Return latest value, change since the baseline and distance to the target as terms and words.

    The rule: progress to a target is the way gone from baseline to latest, over the way from baseline to target, one
    place, one part, one source. Without a target there is a change and no verdict; across a break there is neither.
    """
    preferred, _ = split_sources(frame, card)
    rows = preferred.dropna(subset=["obs_value"])
    if rows.empty:
        return []
    last = rows.iloc[-1]
    facts = [(reader.text("latest"), write_value(reader, card, last["obs_value"], last["time_period"]))]
    base_period = card.indicator.baseline_period or rows.iloc[0]["time_period"]
    base = rows[rows["time_period"] == base_period]
    if base.empty or base_period == last["time_period"]:
        return facts
    start = base.iloc[0]
    facts.append((reader.text("baseline"), write_value(reader, card, start["obs_value"], base_period)))
    ends = (period_end(base_period), period_end(last["time_period"]))
    if any(ends[0] < period_end(item.time_period) <= ends[1] for item in card.breaks):
        facts.append((reader.text("change"), reader.text("change_broken")))
        return facts
    change = last["obs_value"] - start["obs_value"]
    facts.append((reader.text("change"), write_change(reader, card, change)))
    if card.targets:
        target = card.targets[-1]
        facts.append((reader.text("target"), write_value(reader, card, target.obs_value, target.time_period)))
        way = target.obs_value - start["obs_value"]
        if way:
            facts.append((reader.text("progress"), f"{format_number(100 * change / way, 0)}%"))
    return facts


def write_value(reader: Reader, card: IndicatorCard, value: float, period: str) -> str:
    """Return a value with its unit, where that is not a scale, and its period."""
    unit = f" {reader.pick(card.unit, 'title')}" if card.unit.kind in ("count", "duration", "rate", "points") else ""
    return reader.text("value_at", value=f"{card.format(value, reader.language)}{unit}", period=reader.period(period))


def write_change(reader: Reader, card: IndicatorCard, change: float) -> str:
    """Return a change with its sign, unit and, where the indicator has a direction, which way that is."""
    decimals = card.decimals
    if card.unit.kind == "percent":
        size = f"{format_number(abs(change), decimals)} {reader.text('points')}"
    else:
        size = card.format(abs(change), reader.language)
    direction = card.indicator.direction
    if round(change, 6) == 0:
        return reader.text("unchanged")
    better = (change > 0) == (direction == "higher_is_better")
    verdict = "" if direction == "neutral" else reader.text("better" if better else "worse")
    return f"{'+' if change > 0 else '−'}{size}{verdict}"
