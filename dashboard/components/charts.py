"""Charts, maps, tables and downloads of a selection, each with its words."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import figures, maps, markup, reading
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
from dashboard.models import Project
from dashboard.palette import SEQUENTIAL
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
    """Return what a chart shows in one sentence; it is the chart's text alternative."""
    return reading.describe(reader, card, split_sources(frame, card)[0], get_places(reader))


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
        steps.append((SEQUENTIAL[reader.mode][place], words, indices.count(place)))
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
    """Return observations with words for every code, newest first; the day of a value put right among them."""
    marked = mark_replaced(frame, cached_corrections(reader.key, reader.store))
    return reading.build_observation_table(reader, card, marked, get_places(reader))


@kept
def show_source_note(reader: Reader, card: IndicatorCard, period: str = "") -> None:
    """Show the line under a figure: publisher, as-of date, licence, and the way to the proof."""
    show_html(markup.source_line(card, period, reader.language))


def describe_progress(reader: Reader, card: IndicatorCard, frame: pd.DataFrame) -> list[tuple[str, str]]:
    """Return latest value, change since the baseline and distance to the target as terms and words."""
    return reading.describe_progress(reader, card, split_sources(frame, card)[0])
