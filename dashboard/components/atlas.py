"""Maps of places: which one, drawn by land or by people, beside an earlier one, and how many people live where."""

import datetime as dt
from functools import lru_cache
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import maps, markup, reading, swings, views
from dashboard.components.charts import CHART_CONFIG, describe, fold_table, map_config, write_alternative
from dashboard.components.choices import nearest_period, settle_choice, url_choice
from dashboard.components.reader import (
    Reader,
    cached_observations,
    get_cards,
    get_observations,
    get_places,
    get_summary,
    kept,
    show_html,
    split_sources,
)
from dashboard.exceptions import StoreError
from dashboard.language import format_number, period_end
from dashboard.models import TOTAL
from dashboard.palette import SEQUENTIAL
from dashboard.queries import IndicatorCard
from dashboard.store import Store
from dashboard.views import ANY
from dashboard.web.assets import shape_urls

ROWS = ("areas", "level", "part", "period")
"""Choices that choose rows; the others shape a map."""
WORLD_CONFIG = {"displayModeBar": False, "scrollZoom": False, "responsive": True}
FEWEST = 10
"""Places below which a row of them by people says nothing."""


def rows_of(query: dict[str, Any]) -> dict[str, Any]:
    """Return the choices of a view that choose its rows, in the words of ``get_observations``."""
    return {name: value for name, value in query.items() if name in ROWS}


@kept
def list_held(reader: Reader, code: str, column: str, query: dict[str, Any]) -> list[str]:
    """Return the different codes or periods in a column of an indicator's rows, in their order."""
    return get_observations(reader, code, **query)[column].unique().tolist()


def choose_part(reader: Reader, card: IndicatorCard, query: dict[str, Any], *, every: bool) -> str | None:
    """Return the part to show of some rows, or None for all parts side by side."""
    labels = part_labels(reader, card, set(list_held(reader, card.indicator.code, "breakdown", query)))
    if len(labels) < 2:
        return next(iter(labels), None)
    default = views.default_part(card, list(labels), every=every) or ANY
    if every:
        labels = {ANY: reader.text("all_parts"), **labels}
    title = reader.pick(card.indicator, "breakdown_title") or reader.text("column_part")
    chosen = url_choice(st.selectbox, title, labels, key="part", default=default)
    return None if chosen == ANY else chosen


def part_labels(reader: Reader, card: IndicatorCard, held: set[str]) -> dict[str, str]:
    """Return the parts that have rows with their names, the total first."""
    titles = {TOTAL: reader.text("total")} | {row.code: reader.pick(row, "title") for row in card.breakdowns}
    return {code: titles[code] for code in views.list_parts(card, held)}


def choose_map_view(reader: Reader, card: IndicatorCard) -> dict[str, str]:
    """Return level, part and period of a map; where the reader asks for it, also ``since`` and ``by``."""
    summary = get_summary(reader)[card.indicator.code]
    levels = [level for level, column in (("township", "townships"), ("county", "counties")) if summary[column] > 1]
    level = levels[0]
    # Only what can be chosen takes room; a row that is too narrow breaks.
    row = st.container(horizontal=True, key="map-choices")
    if len(levels) > 1:
        labels = {code: reader.text(f"coverage_{code}") for code in levels}
        with row:
            level = url_choice(st.selectbox, reader.text("coverage"), labels, key="map_level", default=level) or level
    with row:
        part = choose_part(reader, card, {"level": level}, every=False) or TOTAL
    with row:
        period = _choose_period(reader, card, level, part)
    chosen = {"level": level, "part": part, "period": period}
    left, right = st.columns([2, 1])
    with left:
        since = _choose_since(reader, card, level, part, period)
    with right:
        by = _choose_size(reader)
    return chosen | ({"since": since} if since else {}) | ({"by": by} if by != views.MAP_SIZES[0] else {})


def _choose_period(reader: Reader, card: IndicatorCard, level: str, part: str) -> str:
    held = list_held(reader, card.indicator.code, "time_period", {"level": level, "part": part})
    labels = {period: reader.period(period) for period in sorted(held, key=period_end, reverse=True)}
    default = next(iter(labels))
    if len(labels) < 2:
        return settle_choice(labels, key="period", default=default, nearest=nearest_period) or default
    title = reader.text("column_period")
    return url_choice(
        st.selectbox, title, labels, key="period", default=default, nearest=nearest_period
    ) or default  # fmt: skip


@kept
def _list_earlier(reader: Reader, code: str, level: str, part: str, period: str) -> dict[str, tuple[str, str]]:
    rows = get_observations(reader, code, level=level)[["breakdown", "time_period"]].drop_duplicates()
    return views.list_earlier(rows.itertuples(index=False, name=None), part, period)


def _choose_since(reader: Reader, card: IndicatorCard, level: str, part: str, period: str) -> str | None:
    """Return the code of the earlier map to compare with, or None."""
    earlier = _list_earlier(reader, card.indicator.code, level, part, period)
    names = part_labels(reader, card, {name for name, _ in earlier.values()})
    labels = {ANY: reader.text("since_none")} | {
        code: reader.period(when) if name == part else names[name] for code, (name, when) in earlier.items()
    }
    if not earlier:
        settle_choice(labels, key="since", default=ANY)
        return None
    chosen = url_choice(st.selectbox, reader.text("since"), labels, key="since", default=ANY)
    return None if chosen in (None, ANY) else chosen


def _choose_size(reader: Reader) -> str:
    labels = {size: reader.text(f"map_by_{size}") for size in views.MAP_SIZES}
    return url_choice(
        st.segmented_control, reader.text("map_by"), labels, key="by", default=views.MAP_SIZES[0], required=True
    ) or views.MAP_SIZES[0]  # fmt: skip


@lru_cache(maxsize=64)
def _classes(key: tuple[str, dt.date], code: str, level: str, part: str, store: Store) -> maps.Classes | None:
    frame = cached_observations(key, code, None, level, part, None, store)
    values = frame["obs_value"].dropna().tolist()
    return maps.compute_classes(values) if values else None


def get_swing(
    reader: Reader, code: str, *, level: str, part: str, period: str, since: str
) -> tuple[pd.DataFrame, tuple[str, str]]:
    """Return how far each place moved since an earlier map, and the part and period of that map."""
    card = get_cards(reader)[code]
    before = _list_earlier(reader, code, level, part, period)[since]
    now, then = (
        split_sources(get_observations(reader, code, level=level, part=name, period=when), card)[0]
        for name, when in ((part, period), before)
    )
    return swings.subtract(now, then), before


def without_size(query: dict[str, str]) -> dict[str, str]:
    """Return the choices of a map but for what makes its places large."""
    return {name: value for name, value in query.items() if name != "by"}


def ranked_places(reader: Reader, card: IndicatorCard, *, level: str, part: str, period: str) -> pd.DataFrame:
    """Return the places of a map, highest value first, those without a value last."""
    frame = get_observations(reader, card.indicator.code, level=level, part=part, period=period)
    preferred, _ = split_sources(frame, card)
    rows = preferred.sort_values("obs_value", ascending=False, na_position="last", kind="stable")
    values = [
        card.write(row, reader.language) if known else reader.text(f"status_{row.obs_status}")
        for row, known in zip(rows.itertuples(), rows["obs_value"].notna(), strict=True)
    ]
    return _rank(reader, rows, {reader.pick(card.unit, "title"): values})


def ranked_changes(
    reader: Reader, card: IndicatorCard, *, level: str, part: str, period: str, since: str
) -> pd.DataFrame:
    """Return the places of a map of changes, the largest rise first, with both values."""
    query = {"level": level, "part": part, "period": period, "since": since}
    swing, _ = get_swing(reader, card.indicator.code, **query)
    rows = swing.dropna(subset=["obs_value"]).sort_values("obs_value", ascending=False, kind="stable")
    changes = [maps.write_points(value, card, reader.language, bare=True) for value in rows["obs_value"]]
    # A longer heading would push the two values out of the table.
    unit = reader.text("points_short") if card.unit.kind == "percent" else maps.change_unit(card, reader.language)
    columns = {reader.text("column_change", unit=unit): changes}
    columns |= {
        reader.text(f"column_{name}"): [card.format(value, reader.language) for value in rows[name]]
        for name in ("then", "now")
    }
    return _rank(reader, rows, columns)


def _rank(reader: Reader, rows: pd.DataFrame, columns: dict[str, list[str]]) -> pd.DataFrame:
    places = get_places(reader)
    ranks = rows["obs_value"].rank(ascending=False, method="min")
    names = [maps.full_name(places, code, reader.language) for code in rows["ref_area"]]
    return pd.DataFrame(
        {"#": ["" if rank != rank else str(int(rank)) for rank in ranks], reader.text("column_place"): names, **columns}
    )


@kept
def show_map(
    reader: Reader,
    code: str,
    *,
    level: str,
    part: str,
    period: str,
    since: str | None = None,
    by: str = "land",
    key: str = "map",
) -> None:
    """Show the choropleth of one period and part, or of the change since another, with its legend."""
    card = get_cards(reader)[code]
    frame = get_observations(reader, code, level=level, part=part, period=period)
    before = (part, period)
    if since is None:
        classes = _classes(reader.key, code, level, part, reader.store)
        if classes is None:
            raise StoreError(f"{code} has no value at level {level}")
        rows, words = split_sources(frame, card)[0], describe(reader, card, frame)
    else:
        rows, before = get_swing(reader, code, level=level, part=part, period=period, since=since)
        classes = swings.compute_swing_classes(rows["obs_value"])
        words = reading.describe_swing(reader, card, rows, (part, period), before, get_places(reader))
    figure = maps.build_choropleth_figure(
        rows, card, reader.language, reader.mode, get_places(reader), classes, shape_urls(), level, by=by
    )
    config = WORLD_CONFIG if level == "country" else map_config(reader.language)
    st.plotly_chart(figure, theme=None, config=config, key=key, alt=words, height=figure.layout.height)
    _show_legend(reader, card, rows, level, classes, by)
    if since is None:
        show_html(write_alternative(reader, card, frame.sort_values("obs_value", na_position="first", kind="stable")))
    else:
        table = ranked_changes(reader, card, level=level, part=part, period=period, since=since)
        warning = reader.text("swing_ballots" if before[0] != part else "swing_fallacy")
        show_html(markup.paragraph(warning, "muted small") + fold_table(reader, words, table, (0, 2, 3, 4)))


def _show_legend(
    reader: Reader, card: IndicatorCard, frame: pd.DataFrame, level: str, classes: maps.Classes, by: str
) -> None:
    """Show the five classes with how many places fall in each, and what the hatch, frames and circles mean."""
    swing = "then" in frame
    values = frame["obs_value"].dropna().tolist()
    indices = [classes.index(value) for value in values]
    tints = (maps.DIVERGING if swing else SEQUENTIAL)[reader.mode]
    steps = []
    for place in range(maps.CLASSES):
        low, high = (
            maps.write_points(edge, card, reader.language, bare=True) if swing else card.format(edge, reader.language)
            for edge in classes.bounds(place)
        )
        words = reader.text("change_range", low=low, high=high) if swing else f"{low} – {high}"
        steps.append((tints[place], words, indices.count(place)))
    whole = sum(place.level == level for place in get_places(reader).values())
    hatch = reader.text("no_data_count", count=whole - len(values)) if len(values) < whole else None
    kind = "classes_swing" if swing else ("classes_equal" if classes.equal_width else "classes_count")
    notes = [reader.text(kind, unit=maps.change_unit(card, reader.language)) if swing else reader.text(kind)]
    notes += [] if level == "country" else [reader.text("moved_islands")]
    notes += [reader.text("people_circles")] if by == "people" else []
    show_html(markup.legend(steps, "".join(notes), hatch))


@kept
def show_weighed_places(
    reader: Reader, code: str, *, level: str, part: str, period: str, since: str | None = None, by: str = "land"
) -> None:
    """Show the places of a map in a row, as wide as their people, with the threshold where there is one."""
    del since, by  # The row of places is that of the map's own period, however the map is drawn.
    card = get_cards(reader)[code]
    frame = split_sources(get_observations(reader, code, level=level, part=part, period=period), card)[0]
    places = get_places(reader)
    weighed = swings.weigh_places(frame, places)
    if weighed is None or len(weighed.rows) < FEWEST:
        return
    threshold = swings.find_threshold(card, part)
    names = {place: maps.full_name(places, place, reader.language) for place in weighed.rows["ref_area"]}
    figure = swings.build_weighed_figure(weighed, card, reader.language, reader.mode, names, threshold)
    words = reading.describe_weighed(reader, card, weighed, threshold)
    show_html(f"<h3>{reader.html('section_weighed')}</h3>")
    st.plotly_chart(
        figure, theme=None, config=CHART_CONFIG, key=f"weighed-{code}", alt=words, height=figure.layout.height
    )
    table = pd.DataFrame(
        {
            reader.text("column_place"): list(names.values()),
            reader.pick(card.indicator, "title"): [
                card.format(value, reader.language) for value in weighed.rows["obs_value"]
            ],
            reader.text("column_people"): [format_number(people) for people in weighed.rows["people"]],
            reader.text("people_axis"): [f"{format_number(share, 1)}%" for share in weighed.rows["share"]],
        }
    )
    show_html(
        markup.paragraph(words)
        + markup.paragraph(reader.text("weighed_note"), "muted small")
        + fold_table(reader, words, table, (1, 2, 3))
    )
