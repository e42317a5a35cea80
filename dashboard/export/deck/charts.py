"""From observations to what a slide draws: the page's choice of chart, with the room of a slide."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from dashboard import views
from dashboard.axes import find_holes
from dashboard.export.deck.model import Chart, ChartKind, Point, Series, Words
from dashboard.export.picture import write_filters
from dashboard.export.shelf import Shelf
from dashboard.figures import choose_chart, list_main_parts
from dashboard.language import LANGUAGES, Language, format_period, period_end, pick, place_in_time, text
from dashboard.maps import full_name
from dashboard.models import TOTAL, ClaimValue
from dashboard.queries import FilledClaim, IndicatorCard
from dashboard.rows import latest_of_each, split_sources
from dashboard.standings import Reading
from dashboard.views import Selection

MOST_BARS = 12
MOST_LINES = 12
COLOURED = 4
"""Lines told apart by colour in one chart; more parts stand in small charts of their own."""
MULTIPLES = 6
LINES = ("line", "places", "parts", "multiples")
"""Kinds of chart that join values over time."""


def say(key: str, **values: object) -> Words:
    """Return an interface text in each language; values that are words are taken in that language."""
    return {
        language: text(
            key, language, **{name: v[language] if isinstance(v, Mapping) else v for name, v in values.items()}
        )
        for language in LANGUAGES
    }


def say_field(row: Any, name: str) -> Words:
    """Return a bilingual field in each language."""
    return {language: pick(row, name, language) for language in LANGUAGES}


def say_period(period: str) -> Words:
    """Return a period in each language."""
    return {language: re.sub(r"至(?=\d)", "至 ", format_period(period, language)) for language in LANGUAGES}


def plain_period(period: str) -> str:
    """Return a period in digits alone, which two languages can share: ``2025-08 – 2025-12``."""
    return period.replace("/", " – ")


def say_value(card: IndicatorCard, value: float | None) -> Words:
    """Return a value of an indicator in each language."""
    return {language: card.format(value, language) for language in LANGUAGES}


def say_point(card: IndicatorCard, point: Point | Reading) -> Words:
    """Return a value in each language, with ≥ or ≤ where its source gives only a bound."""
    return {language: card.format(point.value, language, point.lower, point.upper) for language in LANGUAGES}


def say_place(shelf: Shelf, code: str) -> Words:
    """Return a place's name in each language."""
    return {language: full_name(shelf.places, code, language) for language in LANGUAGES}


def claim_selection(shelf: Shelf, filled: FilledClaim) -> Selection:
    """Return the rows a claim speaks of: its own places and parts, or those its indicator's page starts with."""
    code = filled.claim.indicator
    keys = [key for key in filled.keys if key.indicator_code == code and key.ref_area]
    areas = tuple(dict.fromkeys(str(key.ref_area) for key in keys)) or (filled.claim.ref_area,)
    parts = list(dict.fromkeys(key.breakdown for key in keys))
    headline = next((key.breakdown for key in keys if key.name == filled.claim.headline), None)
    if len(parts) == 1 or len(areas) > 1:
        return Selection(code, areas, part=headline or next(iter(parts), TOTAL))
    return Selection(code, areas)


def build_claim_chart(shelf: Shelf, filled: FilledClaim) -> Chart | None:
    """Return the chart of the series a claim's numbers stand in; None where a number says it all."""
    card = shelf.cards[filled.claim.indicator]
    own = claim_selection(shelf, filled)
    parts = {key.breakdown for key in filled.keys if key.indicator_code == own.code}
    frame = shelf.select(own)
    if own.part is None:
        frame = frame[frame["breakdown"].isin(parts)]
    chart = build_chart(shelf, own, frame, card)
    if chart is None or not holds(chart, filled):
        chart = build_indicator_chart(shelf, own.code)
    # Bars are of one period and lines of one place, which may not be those of the number.
    return chart if chart is not None and holds(chart, filled) else None


def build_indicator_chart(shelf: Shelf, code: str, areas: tuple[str, ...] | None = None) -> Chart | None:
    """Return the chart an indicator's page starts with; None where a number says it all."""
    card = shelf.cards[code]
    whole = views.complete(Selection(code, areas), card, shelf.rows(code), shelf.places)
    return build_chart(shelf, whole, shelf.select(whole), card)


def build_chart(shelf: Shelf, selection: Selection, frame: pd.DataFrame, card: IndicatorCard) -> Chart | None:
    """Return the chart of rows; None where a number says it all."""
    kind = choose_chart(frame, card)
    if frame["obs_value"].notna().sum() < 2 or kind == "number":
        return None
    preferred = split_sources(frame, card)[0]
    if kind == "places" and views.NATION not in set(frame["ref_area"]) and frame["ref_area"].nunique() > COLOURED:
        kind = "bar_places"
    series, left_out = _SERIES[kind](shelf, preferred, card, selection.areas or ())
    final: ChartKind = "multiples" if kind == "parts" and len(series) > COLOURED else kind  # type: ignore[assignment]
    if final == "multiples":
        left_out += max(0, len(series) - MULTIPLES)
        series = tuple(replace(row, highlight=True) for row in series[:MULTIPLES])
    breaks = tuple(sorted({row.time_period for row in card.breaks}, key=period_end))
    drawn = {point.period for row in series for point in row.points}
    told = frame[frame["time_period"].isin(drawn)]
    chart = Chart(
        kind=final,
        indicator=card.indicator.code,
        title=say_field(card.indicator, "title"),
        scope={language: write_filters(selection, told, card, shelf, language) for language in LANGUAGES},
        unit=say_field(card.unit, "title"),
        unit_kind=card.unit.kind,
        decimals=card.decimals,
        series=series,
        breaks=breaks if final in LINES else (),
        left_out=left_out,
        notes=dict.fromkeys(LANGUAGES, ""),
        alt=dict.fromkeys(LANGUAGES, ""),
        areas=tuple(selection.areas or ()),
        frame=frame,
    )
    chart = replace(chart, notes={language: _write_notes(chart, language) for language in LANGUAGES})
    return replace(chart, alt={language: _write_alt(chart, card, language) for language in LANGUAGES})


def holds(chart: Chart, filled: FilledClaim) -> bool:
    """Tell whether a chart draws the number a claim sets large; one worked out needs no point of its own."""
    key = filled.headline
    if key is None or key.time_period is None:
        return True
    wanted = filled.values.get(key.name)
    points = (point for row in chart.series for point in row.points if point.period == key.time_period)
    return any(point.value is not None and point.value == wanted for point in points)


def mark_told(chart: Chart | None, number: ClaimValue | None) -> Chart | None:
    """Return a chart that also labels the point of the number set large, where a lone line goes on after it."""
    if chart is None or chart.kind != "line" or len(chart.series) != 1 or number is None:
        return chart
    if number.indicator_code != chart.indicator or number.ref_area != chart.series[0].code:
        return chart
    inner = [point.period for point in chart.series[0].points if point.value is not None][1:-1]
    return replace(chart, told=number.time_period) if number.time_period in inner else chart


def _point(row: Any, category: str, label: Words) -> Point:
    def number(value: Any) -> float | None:
        return None if value is None or value != value else float(value)

    return Point(
        category,
        label,
        str(row.time_period),
        number(row.obs_value),
        str(row.obs_status),
        number(row.lower),
        number(row.upper),
        str(row.source_code),
    )


def _over_time(rows: pd.DataFrame) -> tuple[Point, ...]:
    ordered = rows.iloc[sorted(range(len(rows)), key=lambda place: period_end(str(rows["time_period"].iloc[place])))]
    return tuple(
        _point(row, str(row.time_period), say_period(str(row.time_period))) for row in ordered.itertuples(index=False)
    )


def part_names(card: IndicatorCard) -> dict[str, Words]:
    """Return the name of every part of an indicator, the total among them."""
    return {TOTAL: say("total")} | {row.code: say_field(row, "title") for row in card.breakdowns}


def _line(
    shelf: Shelf, rows: pd.DataFrame, card: IndicatorCard, areas: Sequence[str]
) -> tuple[tuple[Series, ...], int]:
    return _places(shelf, rows, card, areas)


def _places(
    shelf: Shelf, rows: pd.DataFrame, card: IndicatorCard, areas: Sequence[str]
) -> tuple[tuple[Series, ...], int]:
    codes = [code for code in dict.fromkeys([*areas, *rows["ref_area"]]) if code in set(rows["ref_area"])]
    marked = set(views.list_highlights(codes)) if len(codes) > 1 else set(codes)
    if len(codes) > 1 and not marked & set(codes):
        marked = set(codes[:COLOURED])
    ranked = sorted(codes, key=lambda code: code not in marked)
    series = [
        Series(code, say_place(shelf, code), _over_time(rows[rows["ref_area"] == code]), code in marked)
        for code in ranked
    ]
    return tuple(series[:MOST_LINES]), max(0, len(series) - MOST_LINES)


def _parts(shelf: Shelf, rows: pd.DataFrame, card: IndicatorCard, _: Sequence[str]) -> tuple[tuple[Series, ...], int]:
    names = part_names(card)
    main = list(list_main_parts(rows))
    codes = [*main, *[code for code in names if code in set(rows["breakdown"]) and code not in main]]
    series = [
        Series(code, names[code], _over_time(rows[rows["breakdown"] == code]), code in main)
        for code in codes
        if rows[rows["breakdown"] == code]["obs_value"].notna().any()
    ]
    return tuple(series), 0


def _bars(rows: pd.DataFrame, by: str, names: Mapping[str, Words], marked: set[str]) -> tuple[tuple[Series, ...], int]:
    points = [_point(row, str(getattr(row, by)), names[str(getattr(row, by))]) for row in rows.itertuples(index=False)]
    kept = [point for place, point in enumerate(points) if place < MOST_BARS or point.category in marked]
    if len(kept) > MOST_BARS:
        loose = [point for point in kept if point.category not in marked][: MOST_BARS - len(marked)]
        kept = [point for point in kept if point in loose or point.category in marked]
    return (Series("", rows_name(rows), tuple(kept), highlight=not marked),), len(points) - len(kept)


def rows_name(rows: pd.DataFrame) -> Words:
    """Return the period bars stand for, where it is one."""
    periods = sorted(set(rows["time_period"]), key=period_end)
    return say_period(periods[-1]) if len(periods) == 1 else say("column_value")


def _bar_places(
    shelf: Shelf, rows: pd.DataFrame, card: IndicatorCard, areas: Sequence[str]
) -> tuple[tuple[Series, ...], int]:
    valued = rows.dropna(subset=["obs_value"])
    # The latest period may hold one place only; bars compare places of the period most of them share.
    counts = valued.groupby("time_period")["ref_area"].nunique()
    latest = max(counts.index, key=lambda period: (counts[period] >= counts.max() * 0.5, period_end(str(period))))
    valued = valued[valued["time_period"] == latest]
    ranked = valued.sort_values("obs_value", ascending=card.unit.kind == "rank", kind="stable")
    names = {code: say_place(shelf, code) for code in ranked["ref_area"]}
    marked = {views.NATION} & set(names) if len(names) > COLOURED else set()
    return _bars(ranked, "ref_area", names, marked)


def _bar_parts(
    shelf: Shelf, rows: pd.DataFrame, card: IndicatorCard, _: Sequence[str]
) -> tuple[tuple[Series, ...], int]:
    latest = latest_of_each(rows)
    order = {code: place for place, code in enumerate(part_names(card))}
    ranked = latest.iloc[sorted(range(len(latest)), key=lambda place: order.get(latest["breakdown"].iloc[place], 99))]
    return _bars(ranked, "breakdown", part_names(card), set())


def _stacked(shelf: Shelf, rows: pd.DataFrame, card: IndicatorCard, _: Sequence[str]) -> tuple[tuple[Series, ...], int]:
    held = rows.dropna(subset=["obs_value"])
    series = [
        Series(code, name, _over_time(held[held["breakdown"] == code]))
        for code, name in part_names(card).items()
        if code != TOTAL and (held["breakdown"] == code).any()
    ]
    return tuple(series), 0


_SERIES = {
    "line": _line,
    "places": _places,
    "parts": _parts,
    "bar_places": _bar_places,
    "bar_parts": _bar_parts,
    "stacked": _stacked,
}


def _write_notes(chart: Chart, language: Language) -> str:
    statuses = {point.status for row in chart.series for point in row.points if point.value is not None}
    missing = sorted(
        {point.period for row in chart.series for point in row.points if point.value is None}, key=period_end
    )
    if chart.kind in ("bar_places", "bar_parts"):
        notes = [text("deck_hollow_bars", language)] if statuses & set("PEFU") else []
    else:
        # A forecast is drawn like an estimate.
        statuses |= {"E"} if "F" in statuses else set()
        notes = [text(f"mark_{status}", language) for status in ("P", "E", "U") if status in statuses]
    inside = {point.period for row in chart.series for point in row.points}
    if any(min(map(period_end, inside)) < period_end(start) <= max(map(period_end, inside)) for start in chart.breaks):
        notes.append(text("deck_break", language, periods=_list_periods(chart.breaks, language)))
    if missing:
        notes.append(text("deck_missing", language, periods=_list_periods(missing, language)))
    known = [[point.period for point in row.points if point.value is not None] for row in chart.series]
    if chart.kind in LINES and any(any(find_holes(periods)) for periods in known):
        notes.append(text("note_hole", language))
    points = [point for row in chart.series for point in row.points]
    if any(point.has_interval for point in points):
        notes.append(text("note_interval", language))
    if any(point.is_bound for point in points):
        notes.append(text("note_bound", language))
    if chart.left_out:
        notes.append(text("deck_left_out", language, count=chart.left_out))
    return (" " if language == "en" else "").join(notes)


def _list_periods(periods: Sequence[str], language: Language) -> str:
    """Return periods in words; years that follow one another are told by the first and the last."""
    runs: list[list[str]] = []
    for period in periods:
        follows = runs and period.isdigit() and runs[-1][-1].isdigit() and int(period) == int(runs[-1][-1]) + 1
        if follows:
            runs[-1].append(period)
        else:
            runs.append([period])
    named = [[f"{run[0]}/{run[-1]}"] if len(run) > 2 else run for run in runs]
    return text("comma", language).join(say_period(period)[language] for run in named for period in run)


def _write_alt(chart: Chart, card: IndicatorCard, language: Language) -> str:
    """Return what is drawn in words: first and last value of each line, or every bar's value, at most six of them."""
    pieces = []
    bars = chart.kind in ("bar_places", "bar_parts")
    listed = [point for row in chart.series for point in row.points] if bars else list(chart.series)
    for item in listed[:6]:
        if isinstance(item, Point):
            value = say_point(card, item)[language]
            pieces.append(text("deck_alt_bar", language, name=item.label[language], value=value))
            continue
        known = [point for point in item.points if point.value is not None]
        if known:
            first, last = known[0], known[-1]
            key = "alt_line" if first is not last else "alt_point"
            pieces.append(
                text(
                    key,
                    language,
                    name=item.name[language],
                    first=say_point(card, first)[language],
                    start=place_in_time(first.label[language], language),
                    last=say_point(card, last)[language],
                    end=place_in_time(last.label[language], language),
                )
            )
    more = text("alt_more", language, count=len(listed) - 6) if len(listed) > 6 else ""
    joint = "；" if language == "zh-TW" else "; "
    colon = "：" if language == "zh-TW" else ": "
    return f"{chart.title[language]}{colon}{joint.join(pieces)}{more}"
