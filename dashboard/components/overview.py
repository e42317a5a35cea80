"""Pieces of the overview: map layers, what is late or unknown, how to read the signs."""

from collections import Counter

import streamlit as st

from dashboard import markup
from dashboard.components.atlas import show_map
from dashboard.components.charts import show_project_map, show_source_note
from dashboard.components.choices import url_choice
from dashboard.components.compare import show_bench
from dashboard.components.layout import link
from dashboard.components.plans import ANY, timeline_link
from dashboard.components.reader import (
    Reader,
    get_cards,
    get_observations,
    get_rows,
    get_summary,
    kept,
    show_html,
)
from dashboard.evidence import GRADES
from dashboard.language import period_end
from dashboard.models import TOTAL
from dashboard.steps import find_late
from dashboard.views import list_flags

LAYERS: dict[str, tuple[str, str, str] | None] = {
    "women": ("women_share_of_councillors_elected", "county", TOTAL),
    "vote": ("voting_age_yes_share", "township", TOTAL),
    "projects": None,
}
"""Layers of the overview's map: name → indicator, level and part; the named projects are points."""


@kept
def data_day(reader: Reader) -> str:
    """Return the day the newest observation was published, in words."""
    newest = max(row["published"] for row in get_summary(reader).values())
    return reader.period(str(newest)[:10])


def show_map_layers(reader: Reader) -> None:
    """Show one map with a switch of layers."""
    cards = get_cards(reader)
    labels = {
        name: reader.text(f"layer_{name}") for name, place in LAYERS.items() if place is None or place[0] in cards
    }
    chosen = url_choice(
        st.segmented_control,
        reader.text("layer"),
        labels,
        key="layer",
        default=next(iter(labels)),
        label_visibility="collapsed",
        required=True,
    )
    _show_layer(reader, chosen or "projects")


@kept
def _show_layer(reader: Reader, name: str) -> None:
    layer = LAYERS[name]
    if layer is None:
        show_project_map(reader, ("integrity_platform", "hackathon_winner"))
        return
    code, level, part = layer
    cards = get_cards(reader)
    frame = get_observations(reader, code, level=level, part=part)
    period = max(frame["time_period"], key=period_end)
    href = link("indicator", reader, code=code, view="map")
    title = f"{reader.words(cards[code].indicator, 'title')} · {reader.when(period)}"
    show_html(f'<h3 class="map-title"><a href="{href}">{title}</a></h3>')
    show_map(reader, code, level=level, part=part, period=period)
    show_source_note(reader, cards[code], {"level": level, "part": part, "period": period})
    show_bench(reader, code, {"level": level, "part": part, "period": period}, quiet=True)


@kept
def show_open_questions(reader: Reader) -> None:
    """Show what is late, old, disputed or missing, each with the way to its list."""
    steps = get_rows(reader, "get_milestones")
    summary = get_summary(reader)
    flags = Counter(
        flag for code, card in get_cards(reader).items() for flag in list_flags(card, summary[code], reader.day)
    )
    gaps = get_rows(reader, "get_gaps")
    rows = [
        *[
            (len(find_late(steps, way, reader.day)), f"open_{way}", timeline_link(reader, plan=ANY, steps=way))
            for way in ("overdue", "silent")
        ],
        *[
            (flags[flag], f"open_{flag}", link("about", reader, view="freshness", flag=flag))
            for flag in ("old", "disagreement")
        ],
        (len(gaps), "open_gaps", link("about", reader, view="gaps")),
    ]
    items = "".join(
        f'<li><a href="{href}"><b>{count}</b><span>{reader.html(key if count != 1 else f"{key}_one")}</span></a></li>'
        for count, key, href in rows
    )
    examples = "".join(f"<li>{reader.words(gap, 'title')}</li>" for gap in _spread_gaps(gaps))
    show_html(
        f'<ul class="open">{items}</ul><h4>{reader.html("gaps_examples")}</h4><ul class="plain-list">{examples}</ul>'
    )


def _spread_gaps(gaps: list, most: int = 5) -> list:
    """Return a few gaps, one a theme, so that no field of government is singled out."""
    seen: Counter[str] = Counter()
    chosen = []
    for gap in gaps:
        if not seen[gap.theme] and len(chosen) < most:
            chosen.append(gap)
            seen[gap.theme] += 1
    return chosen


@kept
def show_reading_guide(reader: Reader) -> None:
    """Show the five levels and the six grades with a sentence each."""
    levels = "".join(
        f"<li>{markup.level_mark(level, reader.language)}<p>{reader.html(f'level_{level}_means')}</p></li>"
        for level in markup.LEVELS
    )
    grades = "".join(
        f"<li>{markup.grade_mark(grade, reader.language)}<p>{reader.html(f'grade_{grade}_means')}</p></li>"
        for grade in GRADES
    )
    show_html(f'<div class="guide"><ul>{levels}</ul><ul>{grades}</ul></div>')
