"""Charts, maps, tables and downloads of a selection, each with its words."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from dashboard import figures, maps, markup, reading
from dashboard.components.reader import (
    Reader,
    cached_observations,
    get_cards,
    get_observations,
    get_places,
    get_rows,
    kept,
    show_html,
    split_sources,
)
from dashboard.exceptions import StoreError
from dashboard.queries import IndicatorCard
from dashboard.store import Store
from dashboard.web.assets import shape_urls

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
) -> dict[str, Any] | None:
    """Show the chart of a selection and return it; None where there is nothing to draw but a number."""
    card = get_cards(reader)[code]
    frame = get_observations(reader, code, areas=areas, level=level, part=part, period=period)
    if frame.empty:
        return None
    names = {place: maps.full_name(get_places(reader), place, reader.language) for place in frame["ref_area"]}
    built = figures.build_figure(frame, card, reader.language, reader.mode, names, highlight=highlight)
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
    return figure


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
    note = reader.text("classes_equal" if classes.equal_width else "classes_count") + reader.text("moved_islands")
    show_html(markup.legend(steps, note, hatch))


@kept
def show_project_map(reader: Reader, kinds: Sequence[str], key: str = "projects") -> None:
    """Show named projects as points."""
    projects = [row for row in get_rows(reader, "get_projects") if row.kind in kinds]
    figure = maps.build_project_figure(projects, get_places(reader), reader.language, reader.mode, shape_urls())
    alt = reader.text("alt_projects", count=len(projects))
    st.plotly_chart(figure, theme=None, config=MAP_CONFIG, key=key, alt=alt, height=figure.layout.height)
    show_html(markup.paragraph(reader.text("project_map_note") + reader.text("moved_islands"), "muted small"))


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
    """Return observations with words for every code, newest first."""
    return reading.build_observation_table(reader, card, frame, get_places(reader))


@kept
def show_source_note(reader: Reader, card: IndicatorCard, period: str = "") -> None:
    """Show the line under a figure: publisher, as-of date, licence, and the way to the proof."""
    show_html(markup.source_line(card, period, reader.language))


@kept
def show_downloads(reader: Reader, code: str, query: dict[str, Any]) -> None:
    """Show links to the rows of exactly this view as CSV and Parquet."""
    rest = {name: value for name, value in query.items() if name != "areas"}
    tail = urlencode({"lang": reader.language, "place": query.get("areas") or [], **rest}, doseq=True)
    links = " ".join(
        f'<a class="button" href="/data/{code}.{form}?{tail}" download>{reader.html(f"download_{form}")}</a>'
        for form in ("csv", "parquet")
    )
    show_html(f'<p class="downloads">{links}</p>')


def describe_progress(reader: Reader, card: IndicatorCard, frame: pd.DataFrame) -> list[tuple[str, str]]:
    """Return latest value, change since the baseline and distance to the target as terms and words."""
    return reading.describe_progress(reader, card, split_sources(frame, card)[0])
