"""Which rows a view holds: the choices of an indicator's page and what stands for a choice nobody made.

Pages, pictures and packs ask here, so that a picture of the default view is the chart of the default page.
"""

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from dashboard.axes import find_holes
from dashboard.figures import choose_chart
from dashboard.language import Language, period_end, period_year, text
from dashboard.models import TOTAL, Place
from dashboard.queries import FilledClaim, IndicatorCard
from dashboard.rows import has_interval, is_bound, split_sources

ANY = "all"
GROUP = "group"
NATION = "TWN"
COMPARED = ("JPN", "KOR", "SGP", "AUS", "NZL", "USA", "GBR", "EST")
"""Countries drawn beside Taiwan unless the reader picks others."""
CROWD = 12
"""Countries above which a chart starts with the short list."""
LISTED_PARTS = 12
NAMED_AREAS = 4
"""Places up to which each has a colour of its own; with more of them only the nation has."""
MAPPED_LEVELS = ("county", "township")
MAP_SIZES = ("land", "people")
"""What makes a place large on a map: its area, or how many people are registered there."""
OLD_YEARS = 4
"""A figure whose latest period ended more than this many years ago is counted as old."""
FLAGS = ("break", "disagreement", "due", "old")
"""What a reader is warned of beside an indicator: its definition changed, its sources disagree, its review is due, its
latest figure is old."""
SELECTED = ("place", "level", "part", "period", "since", "by")
"""Parameters of an address that choose rows and the form of a map."""


@dataclass(frozen=True)
class Selection:
    """The rows a view holds; what is None is not narrowed down."""

    code: str
    areas: tuple[str, ...] | None = None
    level: str | None = None
    part: str | None = None
    period: str | None = None
    since: str | None = None
    """What a map is compared with: an earlier period, or another part."""
    by: str | None = None
    """``people`` where places are as large as their people, not their land."""

    @property
    def is_map(self) -> bool:
        """Tell whether places of one level are asked for, which a map may show."""
        return self.level in MAPPED_LEVELS and self.areas is None


def compared_level(held: Collection[str]) -> str | None:
    """Return the level of places a chart may compare, or None where there is only the nation."""
    if any(area.startswith("TW-") for area in held):
        return "county"
    return "country" if sum(bool(re.fullmatch("[A-Z]{3}", area)) for area in held) > 1 else None


def default_areas(held: Collection[str]) -> str:
    """Return the choice of places a chart starts with: a short list of countries in a crowd, else all there is."""
    return GROUP if compared_level(held) == "country" and len(held) > CROWD else ANY


def list_areas(chosen: str, held: Collection[str], places: Mapping[str, Place]) -> list[str]:
    """Return the places of a choice: the nation, and what the choice puts beside it."""
    level = compared_level(held)
    if level is None:
        return [NATION]
    nation = [NATION] if NATION in held else []
    if chosen == GROUP:
        return [*nation, *[code for code in COMPARED if code in held]]
    if chosen != ANY:
        return [*nation, chosen]
    if level == "county" and nation:
        return nation
    others = [code for code, place in places.items() if code in held and place.level == level and code != NATION]
    return [*nation, *others]


def needs_one_part(card: IndicatorCard, areas: Collection[str]) -> bool:
    """Tell whether a chart has room for one part only, because there are several places or too many parts."""
    return len(areas) > 1 or len(card.breakdowns) > LISTED_PARTS


def list_parts(card: IndicatorCard, held: Collection[str]) -> list[str]:
    """Return the codes of the parts that have rows, the total first."""
    return [code for code in dict.fromkeys([TOTAL, *[row.code for row in card.breakdowns]]) if code in held]


def default_part(card: IndicatorCard, parts: list[str], *, every: bool) -> str | None:
    """Return the part a view starts with; None for all of them side by side.

    Parts stand side by side, unless a total says it in one line and the parts need not add up to it.
    """
    if len(parts) < 2:
        return next(iter(parts), None)
    if every and not (parts[0] == TOTAL and card.indicator.chart not in ("stacked", "bar")):
        return None
    return parts[0]


def list_highlights(areas: Collection[str]) -> list[str]:
    """Return the places a chart draws in colour."""
    return [NATION, *list(areas)[1:]] if len(areas) <= NAMED_AREAS else [NATION]


def complete(selection: Selection, card: IndicatorCard, rows: pd.DataFrame, places: Mapping[str, Place]) -> Selection:
    """Return the selection a picture shows: choices nobody made are those the page starts with.

    Args:
        selection: what an address asks for.
        card: the indicator.
        rows: all its observations.
        places: every place by code.
    """
    if selection.is_map:
        return _complete_map(selection, card, rows)
    held = list(dict.fromkeys(rows["ref_area"]))
    areas = selection.areas
    asked_for_all = areas is not None and selection.part is None
    if areas is None and selection.level is None:
        chosen = list_areas(default_areas(held), held, places)
        areas = tuple(chosen) if set(chosen) & set(held) else tuple(held)
    kept = rows if areas is None else rows[rows["ref_area"].isin(areas)]
    part = selection.part
    one = needs_one_part(card, areas or held)
    parts = list_parts(card, set(kept["breakdown"]))
    if part is None and parts and (one or not asked_for_all):
        part = default_part(card, parts, every=not one)
    return replace(selection, areas=areas, part=part)


def _complete_map(selection: Selection, card: IndicatorCard, rows: pd.DataFrame) -> Selection:
    pattern = r"TW-.*" if selection.level == "county" else r"\d{8}"
    kept = rows[rows["ref_area"].str.fullmatch(pattern)]
    parts = list_parts(card, set(kept["breakdown"]))
    part = selection.part or default_part(card, parts, every=False) or TOTAL
    periods = kept[kept["breakdown"] == part]["time_period"]
    period = selection.period or max(periods, key=period_end, default=None)
    return replace(selection, part=part, period=period)


def list_earlier(rows: Iterable[tuple[str, str]], part: str, period: str) -> dict[str, tuple[str, str]]:
    """Return what a map of a part and period can be compared with, nearest first: code → part and period.

    These are the earlier periods of the same part. A part that was counted only once, such as a ballot, is compared
    with the other parts up to then.

    Args:
        rows: part and period of every map there is.
        part: of the map.
        period: of the map.
    """
    held = set(rows)
    end = period_end(period)
    same = [other for name, other in held if name == part and period_end(other) < end]
    if same or any(name == part and other != period for name, other in held):
        return {other: (part, other) for other in sorted(same, key=period_end, reverse=True)}
    others = [(name, other) for name, other in held if name != part and period_end(other) <= end]
    ordered = sorted(sorted(others), key=lambda item: period_end(item[1]), reverse=True)
    counted = {name: sum(item[0] == name for item in held) for name, _ in others}
    return {name: (name, other) for name, other in ordered if counted[name] == 1}


def list_flags(card: IndicatorCard, held: Mapping[str, Any], day: dt.date) -> list[str]:
    """Return what a reader is warned of on a day: one rule for the overview's counts and the list they lead to.

    Args:
        card: the indicator.
        held: its row of the summary.
        day: the day whose data are shown.
    """
    last = held["last_period"]
    found = {
        "break": bool(card.breaks),
        "disagreement": bool(card.disagreements or held["contested"]),
        "due": card.indicator.next_review < day,
        "old": isinstance(last, str) and period_year(last) < day.year - OLD_YEARS,
    }
    return [flag for flag in FLAGS if found[flag]]


def count_bars(frame: pd.DataFrame, card: IndicatorCard) -> int:
    """Return how many bars a chart of one period would need for all of its places or parts."""
    rows = split_sources(frame, card)[0].dropna(subset=["obs_value"])
    if rows["breakdown"].nunique() > 1:
        return rows["breakdown"].nunique()
    latest = max(rows["time_period"], key=period_end, default="")
    return int((rows["time_period"] == latest).sum())


def find_claim(claims: Iterable[FilledClaim], code: str) -> FilledClaim | None:
    """Return the strongest claim that rests on an indicator."""
    held = [filled for filled in claims if filled.claim.indicator == code]
    return max(held, key=lambda filled: (filled.claim.case_study is None, filled.claim.grade), default=None)


def headline_order(filled: FilledClaim, day: dt.date) -> tuple[int, int, int, int, str]:
    """Return a claim's place among the headlines: results, recent ones, stronger proof and fresher figures first."""
    claim = filled.claim
    result = claim.result_level in ("outcome", "impact")
    year = int(period_end(filled.last_period)[:4]) if filled.last_period else 0
    return (-int(result), -int(year >= day.year - 6), -int(claim.grade[1]), -year, claim.id)


def choose_headlines(
    claims: Sequence[FilledClaim], cards: Mapping[str, IndicatorCard], day: dt.date, most: int = 6
) -> list[FilledClaim]:
    """Return the headline results by the published rule.

    Results for people before what was delivered; the last six years before earlier ones; then the stronger proof;
    then the fresher figure. Ratings and perceptions stay out, so do claims with no record behind them, and no theme
    takes more than one place until every theme has had its turn.
    """
    fit = [
        filled
        for filled in claims
        if filled.claim.grade != "E0" and cards[filled.claim.indicator].indicator.kind == "measured"
    ]
    chosen: list[FilledClaim] = []
    themes: dict[str, int] = {}
    for limit in (1, 2):
        for filled in sorted(fit, key=lambda filled: headline_order(filled, day)):
            if len(chosen) < most and filled not in chosen and themes.get(filled.claim.theme, 0) < limit:
                chosen.append(filled)
                themes[filled.claim.theme] = themes.get(filled.claim.theme, 0) + 1
    return chosen


def list_chart_notes(
    frame: pd.DataFrame, card: IndicatorCard, figure: Mapping[str, Any], language: Language, crosses: str
) -> list[str]:
    """Return what the marks on a chart mean, only for marks that are there; ``crosses`` is the text for those."""
    kind = choose_chart(frame, card)
    lines = kind in ("line", "places", "parts")
    notes = []
    if lines and card.unit.kind == "rank":
        notes.append(text("axis_rank", language))
    elif lines and figure["layout"]["yaxis"]["tickvals"][0] > 0:
        notes.append(text("axis_not_zero", language))
    if has_interval(frame).any():
        notes.append(text("note_interval", language))
    if is_bound(frame).any():
        notes.append(text("note_bound", language))
    statuses = set(frame["obs_status"]) - {"A", "B"}
    notes += [text(f"mark_{status}", language) for status in ("P", "E", "U") if status in statuses]
    if any("star" in (trace.get("marker") or {}).get("symbol", ()) for trace in figure["data"]):
        notes.append(text("mark_replaced", language))
    if lines and _has_holes(split_sources(frame, card)[0].dropna(subset=["obs_value"])):
        notes.append(text("note_hole", language))
    if card.breaks and kind == "line":
        notes.append(text("note_break", language))
    names = (text("not_joined", language), text("other_source", language))
    if any(trace.get("name") in names for trace in figure["data"]):
        notes.append(text(crosses, language))
    return notes


def _has_holes(rows: pd.DataFrame) -> bool:
    series = rows.groupby(["ref_area", "breakdown"])["time_period"]
    return any(any(find_holes(periods.tolist())) for _, periods in series)
