"""Pieces of the world page: has Taiwan moved, where does it stand, who says so, and among which countries."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import comparison, figures, markup, worldfigures
from dashboard.components.charts import (
    CHART_CONFIG,
    describe,
    show_downloads,
    show_map,
    show_source_note,
)
from dashboard.components.choices import url_choice, url_choices
from dashboard.components.layout import link
from dashboard.components.reader import (
    KEEP,
    Reader,
    cached_cards,
    cached_observations,
    cached_rows,
    get_cards,
    get_observations,
    get_places,
    get_rows,
    get_summary,
    show_html,
    split_sources,
)
from dashboard.language import Language, period_end, pick
from dashboard.models import TOTAL
from dashboard.queries import IndicatorCard
from dashboard.store import Store

NATION = "TWN"
LEAST_COUNTRIES = 5
"""Countries an index must have before it is compared."""
DEFAULT_INDEX = "wgi_control_of_corruption"
DEFAULT_PLACES = ("JPN", "KOR", "EST")
MOST_PICKED = 3
GROUPS = {
    "oecd_asia": ("oecd", "asian_democracies"),
    "asia": ("asia",),
    "ogp": ("ogp",),
    "world": ("africa", "americas", "asia", "europe", "oceania"),
}
"""Choice of the reader → groups of countries it joins; Taiwan always stands beside them."""
VIEWS = ("lines", "slope", "rank", "map", "table")
KINDS = ("country_score", "perception")


@dataclass(frozen=True)
class View:
    """What the reader compares: an index, a group, picked places, and two periods."""

    code: str
    group: str
    picked: tuple[str, ...]
    start: str
    end: str

    @property
    def highlight(self) -> tuple[str, ...]:
        """Return the places in colour, Taiwan first."""
        return (NATION, *self.picked)


def world_indices(reader: Reader) -> dict[str, IndicatorCard]:
    """Return the ratings published for several countries and for Taiwan in several periods, total only."""
    return _indices(reader.key, reader)


@st.cache_resource(show_spinner=False, max_entries=4)
def _indices(key: tuple[str, dt.date], _reader: Reader) -> dict[str, IndicatorCard]:
    summary = get_summary(_reader)
    return {
        code: card
        for code, card in get_cards(_reader).items()
        if card.indicator.kind in KINDS
        and not card.breakdowns
        and summary[code]["countries"] >= LEAST_COUNTRIES
        and len(own_periods(rated(_reader, code))) > 1
    }


def group_members(reader: Reader, group: str) -> set[str]:
    """Return the countries of a choice of the reader, Taiwan among them."""
    memberships = get_rows(reader, "get_memberships")
    return {NATION} | {place for name in GROUPS[group] for place in memberships.get(name, {})}


def choose_group(reader: Reader) -> str:
    """Return which countries Taiwan stands among."""
    labels = {group: reader.text(f"group_{group}") for group in GROUPS}
    return url_choice(st.selectbox, reader.text("group"), labels, key="group", default="oecd_asia") or "oecd_asia"


def choose_world_view(reader: Reader, group: str) -> View:
    """Return the index, the picked countries and the two periods the reader looks at."""
    indices = world_indices(reader)
    labels = {code: reader.pick(card.indicator, "title") for code, card in indices.items()}
    if not labels:
        show_html(markup.paragraph(reader.text("no_value"), "muted"))
        st.stop()
    default = DEFAULT_INDEX if DEFAULT_INDEX in labels else next(iter(labels))
    columns = st.columns([3, 3, 1, 1])
    with columns[0]:
        code = url_choice(st.selectbox, reader.text("indicator"), labels, key="i", default=default) or default
    held, periods = _held(reader.key, code, reader)
    places = get_places(reader)
    names = {place: reader.pick(places[place], "title") for place in held}
    with columns[1]:
        picked = url_choices(
            reader.text("picked_countries"), names, key="place", default=DEFAULT_PLACES, most=MOST_PICKED
        )
    ends = {period: reader.period(period) for period in reversed(periods[1:])}
    with columns[3]:
        end = url_choice(st.selectbox, reader.text("to_period"), ends, key="period", default=periods[-1])
    end = end or periods[-1]
    earlier = [period for period in periods if period_end(period) < period_end(end)]
    starts = {period: reader.period(period) for period in reversed(earlier)}
    first = comparison.choose_start(earlier, end) or earlier[0]
    with columns[2]:
        start = url_choice(st.selectbox, reader.text("from_period"), starts, key="since", default=first) or first
    return View(code, group, tuple(picked), start, end)


@st.cache_resource(show_spinner=False, max_entries=64)
def _held(key: tuple[str, dt.date], code: str, _reader: Reader) -> tuple[list[str], list[str]]:
    """Keep the countries an index is published for, but Taiwan, and the periods Taiwan has a value for."""
    frame = rated(_reader, code)
    rated_places = set(frame["ref_area"])
    places = get_places(_reader)
    held = [place for place in places if place in rated_places and places[place].level == "country"]
    return [place for place in held if place != NATION], own_periods(frame)


def rated(reader: Reader, code: str) -> pd.DataFrame:
    """Return the preferred rows of an index, total only."""
    return split_sources(get_observations(reader, code, part=TOTAL), get_cards(reader)[code])[0]


def own_periods(frame: pd.DataFrame) -> list[str]:
    """Return the periods Taiwan has a value for, oldest first."""
    own = frame[(frame["ref_area"] == NATION) & frame["obs_value"].notna()]
    return sorted(set(own["time_period"]), key=period_end)


@st.cache_resource(show_spinner=False, max_entries=64)
def _scoreboard(view: tuple[Any, ...], group: str, _reader: Reader) -> str:
    members = group_members(_reader, group)
    rows = []
    for code, card in world_indices(_reader).items():
        frame = rated(_reader, code)
        periods = own_periods(frame)
        start = comparison.choose_start(periods, periods[-1]) if periods else None
        if start is None:
            continue
        change = comparison.compare_periods(frame, NATION, start, periods[-1], card)
        if change is not None:
            rows.append(_score_row(_reader, card, change, _stand(frame, card, periods[-1], members), group))
    order = ("better", "higher", "worse", "lower", "overlap", "broken", "no_interval")
    rows.sort(key=lambda row: order.index(row[0]))
    heads = "".join(
        f'<th scope="col">{_reader.html(key)}</th>'
        for key in ("index", "who_says", "then_value", "now_value", "comparison_verdict", "standing")
    )
    caption = _reader.html("scoreboard_caption", count=len(rows))
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{caption}"><table class="scoreboard">'
        f"<caption>{caption}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{''.join(row[1] for row in rows)}</tbody></table></div>"
    )


def _stand(frame: pd.DataFrame, card: IndicatorCard, period: str, members: set[str]) -> comparison.Standing | None:
    rows = frame[(frame["time_period"] == period) & frame["ref_area"].isin(members)]
    return comparison.find_standing(comparison.rank_rows(rows, card), NATION, card)


def _score_row(
    reader: Reader, card: IndicatorCard, change: comparison.Change, standing: comparison.Standing | None, group: str
) -> tuple[str, str]:
    href = link("world", reader, i=card.indicator.code, group=group)
    rank = "" if standing is None or standing.ranked < LEAST_COUNTRIES else _rank_words(reader, standing)
    cells = [
        f'<a href="{href}">{reader.words(card.indicator, "title")}</a>',
        reader.words(card.indicator, "custodian"),
        _value_cell(reader, card, change.first),
        _value_cell(reader, card, change.last),
        f'<span class="verdict {change.verdict}">{reader.html(f"verdict_{change.verdict}")}</span>',
        markup.escape(rank),
    ]
    return change.verdict, f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _rank_words(reader: Reader, standing: comparison.Standing) -> str:
    key = "rank_tied" if standing.tied else "rank_of"
    return reader.text(key, rank=standing.rank, count=standing.ranked)


def _value_cell(reader: Reader, card: IndicatorCard, reading: comparison.Reading) -> str:
    parts = [_interval(reader, card, reading)] if reading.has_interval else []
    details = " · ".join([*parts, reader.period(reading.time_period)])
    value = markup.escape(card.format(reading.value, reader.language))
    return f"<b>{value}</b><br><small>{markup.escape(details)}</small>"


def _interval(reader: Reader, card: IndicatorCard, reading: comparison.Reading) -> str:
    return f"{card.format(reading.lower, reader.language)}–{card.format(reading.upper, reader.language)}"


def show_scoreboard(reader: Reader, group: str) -> None:
    """Show every rating of Taiwan ten years ago and now, with what the intervals allow to say and who says it."""
    show_html(_scoreboard(reader.view, group, reader))
    show_html(markup.paragraph(reader.text("scoreboard_note"), "muted small"))


def read_change(reader: Reader, view: View) -> str:
    """Return in words how Taiwan moved between the two periods, where it stands, and who says so."""
    return _reading(reader.view, view.code, view.group, view.start, view.end, reader)


@st.cache_resource(show_spinner=False, max_entries=KEEP)
def _reading(view_key: tuple[Any, ...], code: str, group: str, start: str, end: str, _reader: Reader) -> str:
    card = get_cards(_reader)[code]
    frame = rated(_reader, code)
    change = comparison.compare_periods(frame, NATION, start, end, card)
    if change is None:
        return _reader.text("no_value")
    words = [
        _reader.text(
            "change_reading",
            start=_reader.period(start),
            first=_value_words(_reader, card, change.first),
            end=_reader.period(end),
            last=_value_words(_reader, card, change.last),
            verdict=_reader.text(f"reading_{change.verdict}"),
        )
    ]
    standing = _stand(frame, card, end, group_members(_reader, group))
    if standing is not None and standing.ranked >= LEAST_COUNTRIES:
        words.append(
            _reader.text(
                "standing_interval" if standing.has_intervals else "standing_plain",
                end=_reader.period(end),
                group=_reader.text(f"group_{group}"),
                rank=_rank_words(_reader, standing),
                overlapping=standing.overlapping,
                best=standing.best,
                worst=standing.worst,
            )
        )
    words.append(_reader.text("who_says_sentence", custodian=_reader.pick(card.indicator, "custodian")))
    return (" " if _reader.language == "en" else "").join(words)


def _value_words(reader: Reader, card: IndicatorCard, reading: comparison.Reading) -> str:
    value = card.format(reading.value, reader.language)
    if not reading.has_interval:
        return value
    return reader.text("value_interval", value=value, interval=_interval(reader, card, reading))


def choose_world_chart(reader: Reader, view: View) -> str:
    """Return lines, slope, rank, map or table; no map where few countries are published."""
    labels = {name: reader.text(f"world_{name}") for name in VIEWS}
    if get_summary(reader)[view.code]["countries"] < 2 * worldfigures.LEAST_FOR_MEDIAN:
        labels.pop("map")
    return url_choice(
        st.segmented_control, reader.text("view"), labels, key="view", default="lines", label_visibility="collapsed",
        required=True,
    ) or "lines"  # fmt: skip


@st.cache_resource(show_spinner=False, max_entries=KEEP)
def _world_figure(
    key: tuple[str, dt.date], code: str, members: tuple[str, ...], highlight: tuple[str, ...], chart: str,
    periods: tuple[str, str], language: Language, mode: figures.Mode, _store: Store,
) -> dict[str, Any]:  # fmt: skip
    card = cached_cards(key, _store)[code]
    frame = split_sources(cached_observations(key, code, None, None, TOTAL, None, _store), card)[0]
    places = cached_rows(key, "get_places", _store)
    names = {place: pick(places[place], "title", language) for place in set(frame["ref_area"])}
    group = frame[frame["ref_area"].isin({*members, *highlight})]
    if chart == "lines":
        picked = frame[frame["ref_area"].isin(highlight)]
        inside = frame[frame["ref_area"].isin(members)]
        figure = worldfigures.build_group_lines(picked, inside, card, language, mode, names, highlight)
    elif chart == "slope":
        figure = worldfigures.build_slope_figure(group, card, language, mode, names, highlight, periods)
    else:
        rows = group[group["time_period"] == periods[1]]
        figure = worldfigures.build_rank_figure(rows, card, language, mode, names, highlight)
    return figure.to_plotly_json()


def show_world_chart(reader: Reader, view: View, chart: str) -> None:
    """Show the chosen chart with its note, source and the rows behind it."""
    card = get_cards(reader)[view.code]
    members = group_members(reader, view.group)
    if chart == "map":
        show_map(reader, view.code, level="country", part=TOTAL, period=view.end, key="world-map")
        show_html(markup.paragraph(reader.text("note_borders"), "muted small"))
    elif chart == "table":
        _show_world_table(reader, view, card, members)
    else:
        figure = _world_figure(
            reader.key, view.code, tuple(sorted(members)), view.highlight, chart, (view.start, view.end),
            reader.language, reader.mode, reader.store,
        )  # fmt: skip
        alt, note = _chart_words(reader.view, view.code, view.group, view.highlight, view.end, chart, reader)
        st.plotly_chart(
            figure,
            theme=None,
            config=CHART_CONFIG,
            key=f"world-{chart}",
            height=figure["layout"]["height"],
            alt=alt,
        )
        show_html(markup.paragraph(note, "muted small"))
    show_source_note(reader, card, view.end)
    show_downloads(reader, view.code, **_query(view, chart, members))


def _query(view: View, chart: str, members: set[str]) -> dict[str, Any]:
    """Return the parameters that download the rows of a chart."""
    if chart == "map":
        return {"level": "country", "part": TOTAL, "period": view.end}
    if view.group == "world":
        return {"level": "country", "part": TOTAL}
    return {"place": sorted({*members, *view.highlight}), "part": TOTAL}


@st.cache_resource(show_spinner=False, max_entries=KEEP)
def _chart_words(
    view_key: tuple[Any, ...], code: str, group: str, highlight: tuple[str, ...], end: str, chart: str, _reader: Reader
) -> tuple[str, str]:
    """Keep a chart's text alternative and the note under it."""
    card = get_cards(_reader)[code]
    frame = rated(_reader, code)
    inside = frame["ref_area"].isin(group_members(_reader, group))
    held = frame[inside & (frame["time_period"] == end)].dropna(subset=["obs_value"])
    notes = [_reader.text(f"world_note_{chart}", group=_reader.text(f"group_{group}"), count=len(held))]
    if frame["lower"].notna().any():
        notes.append(_reader.text("note_interval"))
    if card.breaks and chart == "lines":
        notes.append(_reader.text("note_break"))
    alt = describe(_reader, card, frame[frame["ref_area"].isin(highlight)])
    return alt, (" " if _reader.language == "en" else "").join(notes)


@st.cache_resource(show_spinner=False, max_entries=64)
def _world_table(
    view_key: tuple[Any, ...], code: str, start: str, end: str, members: tuple[str, ...], _reader: Reader
) -> pd.DataFrame:
    card = get_cards(_reader)[code]
    frame = rated(_reader, code)
    inside = frame[frame["ref_area"].isin(members)]
    ranked = comparison.rank_rows(inside[inside["time_period"] == end], card)
    joined = get_rows(_reader, "get_memberships").get("ogp", {})
    places = get_places(_reader)
    rows: list[dict[str, str]] = []
    for row in ranked.to_dict("records"):
        change = comparison.compare_periods(inside, row["ref_area"], start, end, card)
        last = comparison.read_value(inside, row["ref_area"], end)
        member = joined.get(row["ref_area"])
        rows.append({
            _reader.text("rank_column"): str(row["rank"]),
            _reader.text("column_country"): _reader.pick(places[row["ref_area"]], "title"),
            _reader.period(start): "" if change is None else _value_words(_reader, card, change.first),
            _reader.period(end): "" if last is None else _value_words(_reader, card, last),
            _reader.text("comparison_verdict"): "" if change is None else _reader.text(f"verdict_{change.verdict}"),
            _reader.text("joined_ogp"): _joined_words(_reader, member),
        })  # fmt: skip
    return pd.DataFrame(rows)


def _joined_words(reader: Reader, member: Any) -> str:
    if member is None:
        return ""
    if member.until is None:
        return reader.period(member.since)
    return reader.text("joined_until", since=reader.period(member.since), until=reader.period(member.until))


def _show_world_table(reader: Reader, view: View, card: IndicatorCard, members: set[str]) -> None:
    everybody = tuple(sorted({*members, *view.highlight}))
    table = _world_table(reader.view, view.code, view.start, view.end, everybody, reader)
    st.dataframe(
        table, hide_index=True, width="stretch", height=min(520, 38 + 35 * len(table)),
        alt=reader.text("alt_ranked", title=reader.pick(card.indicator, "title"), count=len(table)),
    )  # fmt: skip
    show_html(markup.paragraph(reader.text("world_note_table"), "muted small"))


def show_group_note(reader: Reader, group: str) -> None:
    """Say who is in the group, by which rule, and from which sources."""
    count = len(group_members(reader, group))
    words = reader.text(f"group_note_{group}", count=count)
    memberships = get_rows(reader, "get_memberships")
    sources = get_rows(reader, "get_sources")
    codes = sorted({row.source_code for name in GROUPS[group] for row in memberships.get(name, {}).values()})
    items = "".join(f"<li>{markup.source_link(sources[code], reader.language)}</li>" for code in codes)
    title = reader.html("group_sources", count=len(codes))
    show_html(
        f'<details class="muted small"><summary>{markup.escape(words)} {title}</summary>'
        f'<ol class="cited">{items}</ol></details>'
    )
