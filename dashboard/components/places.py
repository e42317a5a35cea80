"""Pieces of the places page: layers, ranked tables beside maps, named projects, a county's profile."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import maps, markup
from dashboard.components.atlas import choose_map_view, get_swing, ranked_changes, ranked_places, without_size
from dashboard.components.charts import show_project_map
from dashboard.components.choices import read_choices, url_choice
from dashboard.components.layout import address, link
from dashboard.components.reader import (
    Reader,
    get_cards,
    get_observations,
    get_places,
    get_profile,
    get_rows,
    get_summary,
    kept,
    show_html,
    split_sources,
)
from dashboard.markup import Linked
from dashboard.models import TOTAL
from dashboard.queries import IndicatorCard

LAYERS = ("indicators", "projects")
KINDS = ("integrity_platform", "hackathon_winner")
MAP_CHOICES = ("show", "kind", "indicator", "map_level", "part", "period", "since", "by")
DEFAULT_INDICATOR = "referendum_turnout"
DEFAULT_COUNTY = "TW-TPE"


def choose_layer(reader: Reader) -> str:
    """Return whether the map shows an indicator or named projects."""
    labels = {layer: reader.text(f"layer_{layer}") for layer in LAYERS}
    return url_choice(
        st.segmented_control, reader.text("layer"), labels, key="show", default=LAYERS[0],
        label_visibility="collapsed", required=True,
    ) or LAYERS[0]  # fmt: skip


@kept
def list_mapped_indicators(reader: Reader) -> dict[str, str]:
    """Return the indicators a choropleth may show, by theme: rates and shares with at least ten places."""
    summary = get_summary(reader)
    return {
        code: f"{reader.pick(card.theme, 'title')} · {reader.pick(card.indicator, 'title')}"
        for code, card in sorted(get_cards(reader).items(), key=lambda item: item[1].theme.position)
        if maps.is_mappable(card) and (summary[code]["counties"] >= 10 or summary[code]["townships"] >= 10)
    }


def choose_map(reader: Reader) -> tuple[str, dict[str, str]] | None:
    """Return the indicator and the view of its map; None when no map was published by the day."""
    labels = list_mapped_indicators(reader)
    if not labels:
        then = reader.text("not_published_then", day=reader.period(reader.day.isoformat()))
        show_html(markup.paragraph(then, "muted"))
        return None
    default = DEFAULT_INDICATOR if DEFAULT_INDICATOR in labels else next(iter(labels))
    code = url_choice(st.selectbox, reader.text("indicator"), labels, key="indicator", default=default) or default
    return code, choose_map_view(reader, get_cards(reader)[code])


@kept
def map_title(reader: Reader, card: IndicatorCard, query: dict[str, str]) -> str:
    """Return what a map shows, as a heading that leads to the same map on the indicator's page."""
    names = {row.code: reader.pick(row, "title") for row in card.breakdowns}
    title = reader.pick(card.indicator, "title")
    part, period = names.get(query["part"], ""), reader.period(query["period"])
    if "since" in query:
        _, (other, when) = get_swing(reader, card.indicator.code, **without_size(query))
        then, now = (reader.period(when), period) if other == query["part"] else (names[other], part)
        title = reader.text("swing_title", title=title, then=then, now=now)
    else:
        title = " · ".join(filter(None, (title, part, period)))
    chosen = {"map_level" if name == "level" else name: value for name, value in query.items()}
    href = link("indicator", reader, code=card.indicator.code, view="map", **chosen)
    return f'<h2 class="map-title"><a href="{href}">{markup.escape(title)}</a></h2>'


def _nation_change(reader: Reader, card: IndicatorCard, query: dict[str, str], now: float) -> str:
    """Return how far the nation moved since the earlier map; empty where it has no value of then."""
    _, (part, period) = get_swing(reader, card.indicator.code, **without_size(query))
    frame = get_observations(reader, card.indicator.code, areas=["TWN"], part=part, period=period)
    then = split_sources(frame, card)[0].dropna(subset=["obs_value"])
    return maps.write_points(now - then.iloc[0]["obs_value"], card, reader.language) if len(then) else ""


@kept
def show_ranked_places(reader: Reader, card: IndicatorCard, query: dict[str, str]) -> None:
    """Show the sorted table beside a map, with the nation's value above it."""
    part, period = query["part"], query["period"]
    nation = get_observations(reader, card.indicator.code, areas=["TWN"], part=part, period=period)
    nation = split_sources(nation, card)[0].dropna(subset=["obs_value"])
    swing = "since" in query
    if len(nation):
        value = card.write(nation.iloc[0], reader.language)
        change = _nation_change(reader, card, query, nation.iloc[0]["obs_value"]) if swing else ""
        words = " · ".join(filter(None, (reader.text("nation"), change)))
        show_html(f'<p class="number"><b>{markup.escape(value)}</b> <span>{markup.escape(words)}</span></p>')
    table = (ranked_changes if swing else ranked_places)(reader, card, **without_size(query))
    words = reader.text(
        "alt_swing_table" if swing else "alt_ranked", title=reader.pick(card.indicator, "title"), count=len(table)
    )
    narrow = {"#": st.column_config.Column(width=48)}
    st.dataframe(table, hide_index=True, width="stretch", height=520, alt=words, column_config=narrow)


def show_projects(reader: Reader) -> None:
    """Show named integrity platforms and hackathon winners as points, and as a list that says what became of each."""
    labels = {"all": reader.text("kind_all")} | {kind: reader.text(f"kind_{kind}") for kind in KINDS}
    chosen = url_choice(
        st.segmented_control, reader.text("kind"), labels, key="kind", default="all", label_visibility="collapsed",
        required=True,
    )  # fmt: skip
    kinds = KINDS if chosen == "all" else (chosen or KINDS[0],)
    left, right = st.columns([3, 2], gap="large")
    with left:
        show_project_map(reader, kinds, listed=True)
    with right:
        _show_project_list(reader, kinds)


@kept
def _show_project_list(reader: Reader, kinds: Sequence[str]) -> None:
    projects = [row for row in get_rows(reader, "get_projects") if row.kind in kinds]
    sources = get_rows(reader, "get_sources")
    places = get_places(reader)
    items = []
    for row in projects:
        words = [
            maps.full_name(places, row.ref_area, reader.language) if row.ref_area != "TWN" else reader.text("no_county")
        ]
        words += [reader.period(row.start)] if row.start else []
        if row.money_twd:
            amount = reader.money(row.money_twd)
            words.append(f"{amount} ({reader.text(f'money_{row.money_meaning}')})")
        items.append(
            f"<details><summary><b>{reader.words(row, 'title')}</b>"
            f"{markup.state_mark(row.state, reader.text(f'project_state_{row.state}'))}"
            f'<small class="muted">{markup.escape(" · ".join(words))}</small></summary>'
            f"{markup.paragraph(reader.pick(row, 'agency'), 'muted')}"
            f"{markup.paragraph(reader.pick(row, 'status'))}"
            f'<p class="source">{markup.source_link(sources[row.source_code], reader.language)}</p></details>'
        )
    count = reader.text("projects_count", count=len(projects))
    body = f'<div class="projects" tabindex="0">{"".join(items)}</div>'
    show_html(f'<p class="muted">{markup.escape(count)}</p>{body}')


def _profile_id(county: str) -> str:
    """Return the name of a county's profile in the page, which links and the site's script know it by."""
    return f"profile-{county}"


def choose_county(reader: Reader) -> str:
    """Return the county whose profile is shown, from a list of names that are one click each or from a box."""
    labels = {
        code: reader.pick(place, "title") for code, place in get_places(reader).items() if place.level == "county"
    }
    names = st.container()
    default = DEFAULT_COUNTY
    shown = url_choice(st.selectbox, reader.text("county"), labels, key="county", default=default) or default
    with names:
        _show_counties(reader, labels, shown)
    return shown


def _show_counties(reader: Reader, labels: dict[str, str], shown: str) -> None:
    """Show every county as a link to its profile; the one whose profile stands below says so."""
    kept = {name: value for name, value in read_choices().items() if name in MAP_CHOICES}
    items = "".join(
        f'<li><a href="{link("places", reader, **kept, county=code)}" data-goal="{_profile_id(code)}"'
        f"{' aria-current=true' if code == shown else ''}>{markup.escape(name)}</a></li>"
        for code, name in labels.items()
    )
    show_html(f'<ul class="chips">{items}</ul>')


@kept
def show_profile(reader: Reader, county: str) -> None:
    """Show a county's latest value of every indicator; rates carry their rank, counts have none.

    Each value leads to its indicator with the county chosen. The heading takes the focus of who chose the county.
    """
    frame = get_profile(reader, county)
    totals = set(frame[frame["breakdown"] == TOTAL]["indicator_code"])
    frame = frame[(frame["breakdown"] == TOTAL) | ~frame["indicator_code"].isin(totals)]
    rows = [_profile_row(reader, county, row) for row in frame.to_dict("records")]
    rows.sort(key=lambda row: row[0])
    headings = [reader.text(key) for key in ("theme", "indicator", "column_value", "rank_column", "column_period")]
    name = reader.pick(get_places(reader)[county], "title")
    caption = reader.text("profile_caption", place=name, count=len(rows))
    table = markup.data_table(headings, rows, caption, numeric=(2,))
    head = f'<h3 id="{_profile_id(county)}" tabindex="-1">{markup.escape(name)}</h3>'
    show_html(f'<div class="profile">{head}{table}</div>')
    projects = [row for row in get_rows(reader, "get_projects") if row.ref_area == county]
    if projects:
        names = "".join(f"<li>{reader.words(row, 'title')}</li>" for row in projects)
        title = reader.html("profile_projects", count=len(projects))
        show_html(f'<h4>{title}</h4><ul class="plain-list columns">{names}</ul>')


def _profile_row(reader: Reader, county: str, row: dict[Any, Any]) -> tuple[str, Linked, str, str, str]:
    """Return theme, indicator and part, value, rank and period of one of a county's latest values."""
    card = get_cards(reader)[row["indicator_code"]]
    chosen = {} if row["breakdown"] == TOTAL else {"part": row["breakdown"]}
    parts = {item.code: reader.pick(item, "title") for item in card.breakdowns}
    name = " · ".join(filter(None, (reader.pick(card.indicator, "title"), parts.get(row["breakdown"], ""))))
    unit = "" if card.unit.kind in ("percent", "money") else f" {reader.pick(card.unit, 'title')}"
    return (
        reader.pick(card.theme, "title"),
        Linked(name, address("indicator", reader, code=card.indicator.code, place=county, **chosen)),
        f"{card.write(row, reader.language)}{unit}",
        reader.text("rank_of", rank=row["rank_high"], count=row["counties"]) if _ranked(card, row) else "",
        reader.period(row["time_period"]),
    )


def _ranked(card: IndicatorCard, row: dict[Any, Any]) -> bool:
    return maps.is_mappable(card) and row["counties"] >= 10
