"""Charts, maps, tables and downloads of a selection, each with its words."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import figures, maps, markup, reading
from dashboard.axes import label_width
from dashboard.components.layout import link
from dashboard.components.reader import (
    Reader,
    cached_corrections,
    get_cards,
    get_observations,
    get_places,
    get_rows,
    kept,
    mark_replaced,
    show_html,
    split_sources,
)
from dashboard.language import Language, text
from dashboard.models import Project
from dashboard.queries import IndicatorCard
from dashboard.rows import cite_rows, latest_period
from dashboard.web.assets import BASE_SHAPES, shape_urls

LISTED_ROWS = 120
"""Rows a chart's own table holds; the table view of the indicator has them all."""
TABLE_TYPE, CELL_PADDING, WIDEST_NAMES = 14, 20, 300
CHART_CONFIG = {"displayModeBar": False, "responsive": True}
MAP_BUTTONS = {
    "zoomInGeo": ("Zoom in", "map_zoom_in"),
    "zoomOutGeo": ("Zoom out", "map_zoom_out"),
    "resetGeo": ("Reset", "map_reset"),
}
"""Buttons of a map of Taiwan: name → what the chart library calls it, and our text."""


def map_config(language: Language) -> dict[str, Any]:
    """Return what the chart library is told of a map: three buttons in the reader's language, nothing from outside."""
    words = {english: text(key, language) for english, key in MAP_BUTTONS.values()}
    return {
        "displaylogo": False,
        "displayModeBar": True,
        "modeBarButtons": [list(MAP_BUTTONS)],
        "locale": language,
        "locales": {language: {"dictionary": words, "format": {}}},
        "scrollZoom": False,
        "topojsonURL": f".{BASE_SHAPES}",
        "responsive": True,
    }


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
    show_html(write_alternative(reader, card, frame, told=told))
    return figure


def write_alternative(reader: Reader, card: IndicatorCard, frame: pd.DataFrame, *, told: bool = False) -> str:
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


def fold_table(reader: Reader, words: str, table: pd.DataFrame, numeric: Sequence[int] = ()) -> str:
    """Return what a figure shows in one paragraph and as a table, folded up; the table's columns are words already."""
    rows = [tuple(map(str, row)) for row in table.head(LISTED_ROWS).itertuples(index=False)]
    body = markup.paragraph(words, "reading") + markup.data_table(list(map(str, table)), rows, words, numeric=numeric)
    if len(table) > LISTED_ROWS:
        body += markup.paragraph(reader.text("first_rows", shown=LISTED_ROWS, count=len(table)), "muted small")
    return f'<details class="alternative"><summary>{reader.html("in_words_and_numbers")}</summary>{body}</details>'


def describe(reader: Reader, card: IndicatorCard, frame: pd.DataFrame) -> str:
    """Return what a chart shows in one sentence; it is the chart's text alternative."""
    return reading.describe(reader, card, split_sources(frame, card)[0], get_places(reader))


@kept
def show_project_map(reader: Reader, kinds: Sequence[str], key: str = "projects", *, listed: bool = False) -> None:
    """Show named projects as points; with ``listed`` the page itself lists them."""
    projects = [row for row in get_rows(reader, "get_projects") if row.kind in kinds]
    figure = maps.build_project_figure(projects, get_places(reader), reader.language, reader.mode, shape_urls())
    alt = reader.text("alt_projects", count=len(projects))
    st.plotly_chart(
        figure, theme=None, config=map_config(reader.language), key=key, alt=alt, height=figure.layout.height
    )
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
        alt=describe(reader, card, frame), column_config=fit_column(table, reader.text("column_place")),
    )  # fmt: skip


def fit_column(table: pd.DataFrame, name: str) -> dict[str, Any]:
    """Return how wide a table's column of names has to be; by itself the grid measures its first rows only.

    On a phone no room is left over, and a longer name further down would be cut off.
    """
    widest = max(label_width(str(words), TABLE_TYPE) for words in (name, *table[name]))
    return {name: st.column_config.Column(width=min(widest + CELL_PADDING, WIDEST_NAMES))}


def build_observation_table(reader: Reader, card: IndicatorCard, frame: pd.DataFrame) -> pd.DataFrame:
    """Return observations with words for every code, newest first; the day of a value put right among them."""
    marked = mark_replaced(frame, cached_corrections(reader.key, reader.store))
    return reading.build_observation_table(reader, card, marked, get_places(reader))


@kept
def show_source_note(reader: Reader, card: IndicatorCard, query: dict[str, Any], period: str = "") -> None:
    """Show the line under a figure of some rows: publisher, as-of date (the latest, or the one named), licence."""
    frame = get_observations(reader, card.indicator.code, **query)
    period = period or latest_period(frame)
    show_html(markup.source_line(cite_rows(frame, card), card, period, reader.language))


def describe_progress(reader: Reader, card: IndicatorCard, frame: pd.DataFrame) -> list[tuple[str, str]]:
    """Return latest value, change since the baseline and distance to the target as terms and words."""
    return reading.describe_progress(reader, card, split_sources(frame, card)[0])
