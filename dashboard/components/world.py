"""Pieces of the world page: has Taiwan moved, where does it stand, who says so, and among which countries."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import markup, standings, worldfigures
from dashboard.components.atlas import show_map
from dashboard.components.charts import CHART_CONFIG, describe, fit_column, show_source_note, write_alternative
from dashboard.components.choices import url_choice, url_choices
from dashboard.components.compare import show_bench
from dashboard.components.layout import link
from dashboard.components.reader import (
    Reader,
    get_cards,
    get_observations,
    get_places,
    get_rows,
    get_summary,
    kept,
    show_html,
    split_sources,
)
from dashboard.components.take import show_downloads
from dashboard.language import close_han, period_end
from dashboard.models import TOTAL
from dashboard.queries import IndicatorCard
from dashboard.rows import has_interval

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
ORDER = ("better", "higher", "worse", "lower", "overlap", "broken", "no_interval")
"""Verdicts as the table sorts them: what can be said first."""


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


@kept
def list_world_indices(reader: Reader) -> dict[str, str]:
    """Return the ratings published for several countries and for Taiwan in several periods, total only, by title."""
    summary = get_summary(reader)
    return {
        code: reader.pick(card.indicator, "title")
        for code, card in get_cards(reader).items()
        if card.indicator.kind in KINDS
        and not card.breakdowns
        and summary[code]["countries"] >= LEAST_COUNTRIES
        and len(own_periods(rated(reader, code))) > 1
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
    labels = list_world_indices(reader)
    if not labels:
        show_html(markup.paragraph(reader.text("no_value"), "muted"))
        st.stop()
    default = DEFAULT_INDEX if DEFAULT_INDEX in labels else next(iter(labels))
    columns = st.columns([3, 3, 1, 1])
    with columns[0]:
        code = url_choice(st.selectbox, reader.text("indicator"), labels, key="i", default=default) or default
    names, periods = list_rated(reader, code)
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
    first = standings.choose_start(earlier, end) or earlier[0]
    with columns[2]:
        start = url_choice(st.selectbox, reader.text("from_period"), starts, key="since", default=first) or first
    return View(code, group, tuple(picked), start, end)


@kept
def list_rated(reader: Reader, code: str) -> tuple[dict[str, str], list[str]]:
    """Return the countries an index is published for, but Taiwan, by name, and the periods Taiwan has a value for."""
    frame = rated(reader, code)
    held = set(frame["ref_area"]) - {NATION}
    places = get_places(reader)
    names = {
        place: reader.pick(row, "title") for place, row in places.items() if place in held and row.level == "country"
    }
    return names, own_periods(frame)


def rated(reader: Reader, code: str) -> pd.DataFrame:
    """Return the preferred rows of an index, total only."""
    return split_sources(get_observations(reader, code, part=TOTAL), get_cards(reader)[code])[0]


def own_periods(frame: pd.DataFrame) -> list[str]:
    """Return the periods Taiwan has a value for, oldest first."""
    own = frame[(frame["ref_area"] == NATION) & frame["obs_value"].notna()]
    return sorted(set(own["time_period"]), key=period_end)


@kept
def show_scoreboard(reader: Reader, group: str) -> None:
    """Show every rating of Taiwan ten years ago and now, with what the intervals allow to say and who says it."""
    members = group_members(reader, group)
    rows = []
    for code in list_world_indices(reader):
        card, frame = get_cards(reader)[code], rated(reader, code)
        periods = own_periods(frame)
        start = standings.choose_start(periods, periods[-1])
        change = start and standings.compare_periods(frame, NATION, start, periods[-1], card)
        if change:
            rows.append(_score_row(reader, card, change, _stand(frame, card, periods[-1], members), group))
    rows.sort(key=lambda row: ORDER.index(row[0]))
    heads = "".join(
        f'<th scope="col">{reader.html(key)}</th>'
        for key in ("index", "comparison_verdict", "then_value", "now_value", "standing", "who_says")
    )
    caption = reader.html("scoreboard_caption", count=len(rows))
    show_html(
        f'<div class="scroll" tabindex="0" role="region" aria-label="{caption}"><table class="scoreboard">'
        f"<caption>{caption}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{''.join(row[1] for row in rows)}</tbody></table></div>"
        f"{markup.paragraph(reader.text('scoreboard_note'), 'muted small')}"
    )


def _stand(frame: pd.DataFrame, card: IndicatorCard, period: str, members: set[str]) -> standings.Standing | None:
    rows = frame[(frame["time_period"] == period) & frame["ref_area"].isin(members)]
    return standings.find_standing(standings.rank_rows(rows, card), NATION, card)


def _score_row(
    reader: Reader, card: IndicatorCard, change: standings.Change, standing: standings.Standing | None, group: str
) -> tuple[str, str]:
    href = link("world", reader, i=card.indicator.code, group=group)
    rank = "" if standing is None or standing.ranked < LEAST_COUNTRIES else _rank_words(reader, standing)
    cells = [
        f'<a href="{href}">{reader.words(card.indicator, "title")}</a>',
        f'<span class="verdict {change.verdict}">{reader.html(f"verdict_{change.verdict}")}</span>',
        _value_cell(reader, card, change.first),
        _value_cell(reader, card, change.last),
        markup.escape(rank),
        reader.words(card.indicator, "custodian"),
    ]
    return change.verdict, f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _rank_words(reader: Reader, standing: standings.Standing) -> str:
    key = "rank_tied" if standing.tied else "rank_of"
    return reader.text(key, rank=standing.rank, count=standing.ranked)


def _value_cell(reader: Reader, card: IndicatorCard, reading: standings.Reading) -> str:
    parts = [_interval(reader, card, reading)] if reading.has_interval else []
    details = " · ".join([*parts, reader.period(reading.time_period)])
    value = markup.escape(card.format(reading.value, reader.language))
    return f"<b>{value}</b><br><small>{markup.escape(details)}</small>"


def _interval(reader: Reader, card: IndicatorCard, reading: standings.Reading) -> str:
    return f"{card.format(reading.lower, reader.language)}–{card.format(reading.upper, reader.language)}"


def read_change(reader: Reader, view: View) -> str:
    """Return in words how Taiwan moved between the two periods, where it stands, and who says so."""
    return _read_change(reader, view.code, view.group, view.start, view.end)


@kept
def _read_change(reader: Reader, code: str, group: str, start: str, end: str) -> str:
    card = get_cards(reader)[code]
    frame = rated(reader, code)
    change = standings.compare_periods(frame, NATION, start, end, card)
    if change is None:
        return reader.text("no_value")
    words = [
        reader.text(
            "change_reading",
            start=reader.period(start),
            first=_value_words(reader, card, change.first),
            end=reader.period(end),
            last=_value_words(reader, card, change.last),
            verdict=reader.text(f"reading_{change.verdict}"),
        )
    ]
    standing = _stand(frame, card, end, group_members(reader, group))
    if standing is not None and standing.ranked >= LEAST_COUNTRIES:
        words.append(
            reader.text(
                "standing_interval" if standing.has_intervals else "standing_plain",
                end=reader.period(end),
                group=reader.text(f"group_{group}"),
                rank=_rank_words(reader, standing),
                overlapping=standing.overlapping,
                best=standing.best,
                worst=standing.worst,
            )
        )
    words.append(reader.text("who_says_sentence", custodian=reader.pick(card.indicator, "custodian")))
    return (" " if reader.language == "en" else "").join(words)


def _value_words(reader: Reader, card: IndicatorCard, reading: standings.Reading) -> str:
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


def show_world_chart(reader: Reader, view: View, chart: str) -> None:
    """Show the chosen chart with its note, source and the rows behind it."""
    if chart == "map":
        show_map(reader, view.code, level="country", part=TOTAL, period=view.end, key="world-map")
        show_html(markup.paragraph(reader.text("note_borders"), "muted small"))
    elif chart == "table":
        _show_world_table(reader, view.code, view.group, view.highlight, view.start, view.end)
    else:
        _show_group_chart(reader, view.code, view.group, view.highlight, view.start, view.end, chart)
    query = _query(view, chart, group_members(reader, view.group))
    show_source_note(reader, get_cards(reader)[view.code], query, view.end)
    show_downloads(reader, view.code, query)
    show_bench(reader, view.code, query)


@kept
def _show_group_chart(
    reader: Reader, code: str, group: str, highlight: tuple[str, ...], start: str, end: str, chart: str
) -> None:
    card, frame = get_cards(reader)[code], rated(reader, code)
    places = get_places(reader)
    names = {place: reader.pick(places[place], "title") for place in set(frame["ref_area"])}
    members = group_members(reader, group)
    inside = frame[frame["ref_area"].isin(members)]
    picked = frame[frame["ref_area"].isin(highlight)]
    both = frame[frame["ref_area"].isin({*inside["ref_area"], *highlight})]
    look = (card, reader.language, reader.mode, names, highlight)
    shown = picked
    if chart == "lines":
        figure = worldfigures.build_group_lines(picked, inside, *look)
    elif chart == "slope":
        shown = both[both["time_period"].isin((start, end))]
        figure = worldfigures.build_slope_figure(both, *look, (start, end))
    else:
        shown = both[both["time_period"] == end]
        figure = worldfigures.build_rank_figure(shown, *look, members)
    st.plotly_chart(
        figure,
        theme=None,
        config=CHART_CONFIG,
        key=f"world-{chart}",
        height=figure.layout.height,
        alt=describe(reader, card, picked),
    )
    count = inside[inside["time_period"] == end]["obs_value"].count()
    notes = [reader.text(f"world_note_{chart}", group=reader.text(f"group_{group}"), count=count)]
    if chart == "rank" and not members.issuperset(shown["ref_area"]):
        notes.append(reader.text("world_note_outside"))
    if has_interval(frame).any():
        notes.append(reader.text("note_interval"))
    if card.breaks and chart == "lines":
        notes.append(reader.text("note_break"))
    words = (" " if reader.language == "en" else "").join(notes)
    show_html(markup.paragraph(words, "muted small") + write_alternative(reader, card, shown))


def _query(view: View, chart: str, members: set[str]) -> dict[str, Any]:
    """Return the parameters that download the rows of a chart."""
    if chart == "map":
        return {"level": "country", "part": TOTAL, "period": view.end}
    if view.group == "world":
        return {"level": "country", "part": TOTAL}
    return {"areas": sorted({*members, *view.highlight}), "part": TOTAL}


@kept
def _show_world_table(reader: Reader, code: str, group: str, highlight: tuple[str, ...], start: str, end: str) -> None:
    card = get_cards(reader)[code]
    frame = rated(reader, code)
    inside = frame[frame["ref_area"].isin({*group_members(reader, group), *highlight})]
    members = group_members(reader, group)
    ranked = standings.rank_rows(inside[inside["time_period"] == end], card, members)
    joined = get_rows(reader, "get_memberships").get("ogp", {})
    places = get_places(reader)
    rows: list[dict[str, str]] = []
    for place, rank in zip(ranked["ref_area"], ranked["rank"], strict=True):
        change = standings.compare_periods(inside, place, start, end, card)
        last = standings.read_value(inside, place, end)
        rows.append(
            {
                reader.text("standing"): "" if pd.isna(rank) else str(rank),
                reader.text("column_country"): reader.pick(places[place], "title"),
                reader.period(start): "" if change is None else _value_words(reader, card, change.first),
                reader.period(end): "" if last is None else _value_words(reader, card, last),
                reader.text("comparison_verdict"): "" if change is None else reader.text(f"verdict_{change.verdict}"),
                reader.text("joined_ogp"): _joined_words(reader, joined.get(place)),
            }
        )
    table = pd.DataFrame(rows)
    st.dataframe(
        table, hide_index=True, width="stretch", height=min(520, 38 + 35 * len(rows)),
        column_config=fit_column(table, reader.text("column_country")) if rows else None,
        alt=reader.text("alt_ranked", title=reader.pick(card.indicator, "title"), count=len(rows)),
    )  # fmt: skip
    notes = [reader.text("world_note_table")]
    if not members.issuperset(ranked["ref_area"]):
        notes.append(reader.text("world_note_outside"))
    show_html(markup.paragraph((" " if reader.language == "en" else "").join(notes), "muted small"))


def _joined_words(reader: Reader, member: Any) -> str:
    if member is None:
        return ""
    if member.until is None:
        return reader.period(member.since)
    return reader.text("joined_until", since=reader.period(member.since), until=reader.period(member.until))


@kept
def show_group_note(reader: Reader, group: str) -> None:
    """Say who is in the group, by which rule, and from which sources."""
    count = len(group_members(reader, group))
    words = reader.text(f"group_note_{group}", count=count)
    memberships = get_rows(reader, "get_memberships")
    sources = get_rows(reader, "get_sources")
    rows = [row for name in GROUPS[group] for row in memberships.get(name, {}).values()]
    codes = sorted({code for row in rows for code in (row.source_code, row.until_source_code) if code})
    items = "".join(f"<li>{markup.source_link(sources[code], reader.language)}</li>" for code in codes)
    title = close_han(f"{words} {reader.text('group_sources', count=len(codes))}")
    show_html(
        f'<details class="muted small"><summary>{markup.escape(title)}</summary>'
        f'<ol class="cited">{items}</ol></details>'
    )
