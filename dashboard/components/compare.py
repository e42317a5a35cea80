"""Pieces of the comparison page: what is compared, the figures, how the series move together, words and tables."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import comparison, contrasts, maps, markup
from dashboard.comparison import MINIMUM, ComparisonError, Correlation, Strand
from dashboard.components.charts import CHART_CONFIG
from dashboard.components.choices import url_choice, url_choices
from dashboard.components.layout import link
from dashboard.components.query import selection_link
from dashboard.components.reader import (
    Reader,
    get_cards,
    get_observations,
    get_places,
    get_summary,
    kept,
    show_html,
    split_sources,
)
from dashboard.language import MINUS, MISSING, format_number, format_period, period_end
from dashboard.linefigures import build_line_figure
from dashboard.models import TOTAL
from dashboard.palette import SERIES, Mode
from dashboard.queries import IndicatorCard
from dashboard.rows import cite_rows, has_interval, is_bound, latest_period
from dashboard.views import COMPARED

MOST_INDICATORS = len(SERIES)
MOST_PLACES = 12
MOST_BANDS = 2
"""Lines up to which intervals are drawn; more of them would hide the lines."""
SEVERAL_PERIODS = 2
FIRST_PAIR = ("cpi_score", "wgi_control_of_corruption")
"""What an address without choices compares: two ratings of one thing by two houses."""
LEVELS = {"indexed": 100.0, "standardised": 0.0}
"""Forms with one scale for all, and what the scale is counted from."""
FORMS = ("small", "indexed", "standardised")


@dataclass(frozen=True)
class Drawn:
    """A comparison made ready: figures with their words, notes, a table, and the correlation of each pair."""

    figures: list[tuple[str, dict[str, Any], str]]
    notes: list[str]
    reading: str
    table: str
    pairs: list[tuple[Strand, Strand, Correlation]]
    aligned: pd.DataFrame


def choose_comparison(reader: Reader) -> tuple[list[str], list[str], str]:
    """Return the indicators, the places and the form the address asks for, or the nearest there are."""
    cards = _comparable(reader)
    _tell_single_periods(reader, cards)
    default = [code for code in FIRST_PAIR if code in cards] or list(cards)[:1]
    labels = {code: _label(reader, card) for code, card in cards.items()}
    title = reader.text("compare_indicators", most=MOST_INDICATORS)
    codes = url_choices(title, labels, key="i", default=default, most=MOST_INDICATORS)
    left, right = st.columns([2, 1])
    with left:
        places = _choose_places(reader, codes)
    with right:
        form_labels = {form: reader.text(f"compare_form_{form}") for form in FORMS}
        form = url_choice(
            st.segmented_control, reader.text("compare_form"), form_labels, key="form", default="small", required=True
        )
    return codes, places, form or "small"


def _comparable(reader: Reader) -> dict[str, IndicatorCard]:
    """Return the indicators with more than one period, in the order of the themes."""
    summary = get_summary(reader)
    held = [(code, card) for code, card in get_cards(reader).items() if code in summary]
    held = [(code, card) for code, card in held if summary[code]["periods"] >= SEVERAL_PERIODS]
    return dict(sorted(held, key=lambda item: (item[1].theme.position, item[0])))


def _label(reader: Reader, card: IndicatorCard) -> str:
    return f"{reader.pick(card.indicator, 'title')} · {reader.pick(card.theme, 'title')}"


def _tell_single_periods(reader: Reader, cards: Mapping[str, IndicatorCard]) -> None:
    """Say of an indicator that is asked for and has one period why it is not there, and take it out of the address."""
    asked = st.query_params.get_all("i")
    single = [code for code in asked if code in get_cards(reader) and code not in cards]
    for code in single[:1]:
        st.caption(reader.text("compare_no_series", name=reader.pick(get_cards(reader)[code].indicator, "title")))
    if single:
        st.query_params["i"] = [code for code in asked if code not in single]


def _choose_places(reader: Reader, codes: Sequence[str]) -> list[str]:
    """Return the places to compare, those that every chosen indicator has a series for coming first."""
    places = get_places(reader)
    held = [_places_of(reader, code) for code in codes]
    found = [code for code in dict.fromkeys(code for one in held for code in one) if code in places]
    several = len(codes) > 1
    order = sorted(found, key=lambda code: (-sum(code in one for one in held) if several else 0, code != "TWN"))
    labels = {code: maps.full_name(places, code, reader.language) for code in order}
    default = order[:1]
    if not several:
        default = [code for code in ("TWN", *COMPARED) if code in labels] if "JPN" in labels else order[: len(SERIES)]
    return url_choices(
        reader.text("compare_places"), labels, key="place", default=default, most=1 if several else MOST_PLACES
    )


def _places_of(reader: Reader, code: str) -> list[str]:
    """Return the places an indicator has several periods for, the nation first."""
    frame = _rows(reader, code)
    counts = frame.dropna(subset=["obs_value"]).groupby("ref_area", sort=False)["time_period"].nunique()
    return sorted(counts[counts >= SEVERAL_PERIODS].index, key=lambda place: place != "TWN")


def _part_of(reader: Reader, code: str) -> str:
    """Return the part that stands for an indicator: its total, or the first where there is none."""
    card = get_cards(reader)[code]
    held = set(get_observations(reader, code)["breakdown"])
    return TOTAL if TOTAL in held else next((row.code for row in card.breakdowns if row.code in held), TOTAL)


def _rows(reader: Reader, code: str) -> pd.DataFrame:
    frame = get_observations(reader, code, part=_part_of(reader, code))
    return split_sources(frame, get_cards(reader)[code])[0]


def _make_strand(reader: Reader, code: str, place: str, *, by_place: bool) -> Strand | None:
    card = get_cards(reader)[code]
    rows = _rows(reader, code)
    frame = rows[rows["ref_area"] == place].reset_index(drop=True)
    if frame["obs_value"].notna().sum() < SEVERAL_PERIODS:
        return None
    if by_place:
        return Strand(place, maps.full_name(get_places(reader), place, reader.language), card, frame)
    part = _part_of(reader, code)
    name = reader.pick(card.indicator, "title")
    word = next((reader.pick(row, "title") for row in card.breakdowns if row.code == part), "")
    return Strand(code, f"{name} · {word}" if word else name, card, frame)


def _make_strands(reader: Reader, codes: Sequence[str], places: Sequence[str]) -> tuple[list[Strand], list[str]]:
    """Return the series to compare, and in words what had to be left out."""
    if len(codes) == 1:
        several = [_make_strand(reader, codes[0], place, by_place=True) for place in places]
        return [strand for strand in several if strand is not None], []
    place = places[0] if places else "TWN"
    name = maps.full_name(get_places(reader), place, reader.language)
    made = {code: _make_strand(reader, code, place, by_place=False) for code in codes}
    notes = [reader.text("compare_one_place", place=name)]
    notes += [
        reader.text("compare_not_there", name=reader.pick(get_cards(reader)[code].indicator, "title"), place=name)
        for code, strand in made.items()
        if strand is None
    ]
    return [strand for strand in made.values() if strand is not None], notes


def _draw(reader: Reader, strands: list[Strand], form: str) -> Drawn:
    notes, figures, scaled = _draw_form(reader, strands, form, reader.mode)
    aligned = comparison.align(strands)
    fine = any("-" in str(label) for label in aligned.index)
    notes += _notes_of(reader, strands)
    notes.append(reader.text("compare_note_period" if fine else "compare_note_year"))
    pairs = [
        (first, second, comparison.correlate(aligned, first.key, second.key))
        for first, second in combinations(strands[: len(SERIES)], 2)
    ]
    table = _write_table(reader, strands, aligned, scaled, form)
    return Drawn(figures, notes, _read_aloud(reader, strands, scaled, form), table, pairs, aligned)


def _draw_form(
    reader: Reader, strands: list[Strand], form: str, mode: Mode
) -> tuple[list[str], list[tuple[str, dict[str, Any], str]], list[Strand]]:
    """Return notes, figures and the scaled series of a form; a form that would not be honest gives way to own units."""
    try:
        if form == "indexed" and len(strands) > 1:
            scaled, base = comparison.index_strands(strands)
            note = reader.text("compare_note_indexed", base=reader.period(base))
            return [note], [_common_figure(reader, scaled, strands, mode, form)], scaled
        if form == "standardised" and len(strands) > 1:
            scaled, count = comparison.standardise_strands(strands)
            note = reader.text("compare_note_standardised", count=count)
            return [note], [_common_figure(reader, scaled, strands, mode, form)], scaled
    except ComparisonError as error:
        refused = reader.text(f"compare_refused_{error.kind}", name=error.name)
        notes, figures, _ = _draw_form(reader, strands, "small", mode)
        return [refused, *notes], figures, []
    return _draw_own_units(reader, strands, mode)


def _draw_own_units(
    reader: Reader, strands: list[Strand], mode: Mode
) -> tuple[list[str], list[tuple[str, dict[str, Any], str]], list[Strand]]:
    if len({strand.card.indicator.code for strand in strands}) == 1 and len(strands) > 1:
        frame = pd.concat([strand.frame for strand in strands], ignore_index=True)
        banded = has_interval(frame).any()
        if banded and len(strands) > MOST_BANDS:
            frame.loc[has_interval(frame), ["lower", "upper"]] = math.nan
        names = {strand.key: strand.name for strand in strands}
        figure = build_line_figure(
            frame, strands[0].card, reader.language, mode, names, highlight=list(names)[: len(SERIES)]
        )
        card = strands[0].card
        title = reader.text("measure", title=reader.pick(card.indicator, "title"), unit=reader.pick(card.unit, "title"))
        notes = [reader.text("axis_rank" if card.unit.kind == "rank" else "axis_not_zero")]
        if banded:
            notes.append(reader.text("compare_note_bands" if len(strands) > MOST_BANDS else "note_interval"))
        if is_bound(frame).any():
            notes.append(reader.text("note_bound"))
        return notes, [(title, figure.to_plotly_json(), _read_aloud(reader, strands))], []
    panels = contrasts.build_panels(strands, reader.language, mode)
    figures = [
        (
            reader.text("measure", title=strand.name, unit=reader.pick(strand.card.unit, "title")),
            panel.to_plotly_json(),
            _read_aloud(reader, [strand]),
        )
        for strand, panel in zip(strands, panels, strict=True)
    ]
    bounds = any(is_bound(strand.frame).any() for strand in strands)
    return [reader.text("compare_note_small"), *([reader.text("note_bound")] if bounds else [])], figures, []


def _common_figure(
    reader: Reader, scaled: list[Strand], strands: list[Strand], mode: Mode, form: str
) -> tuple[str, dict[str, Any], str]:
    base = reader.period(str(comparison.align(strands).dropna().index[0]))
    scale = reader.text(f"compare_scale_{form}", base=base)
    figure = contrasts.build_common_figure(scaled, strands, reader.language, mode, level=LEVELS[form], scale=scale)
    return "", figure.to_plotly_json(), _read_aloud(reader, strands, scaled, form)


def _notes_of(reader: Reader, strands: list[Strand]) -> list[str]:
    first = min(period_end(period) for strand in strands for period in strand.valued["time_period"])
    notes = []
    for key, periods in comparison.find_breaks(strands, first).items():
        name = next(strand.name for strand in strands if strand.key == key)
        words = reader.text("comma").join(reader.period(period) for period in periods)
        notes.append(reader.text("compare_note_break", name=name, periods=words))
    statuses = {status for strand in strands for status in strand.valued["obs_status"]}
    notes += [reader.text(f"mark_{status}") for status in ("P", "E", "U") if status in statuses]
    if len(strands) > len(SERIES):
        notes.append(reader.text("compare_note_grey", count=len(SERIES)))
    return notes


def _read_aloud(reader: Reader, strands: Sequence[Strand], scaled: Sequence[Strand] = (), form: str = "") -> str:
    """Return first and last value of every series in one paragraph, and on the common scale where there is one."""
    lines = [
        _first_and_last(reader, strand, strand.name, partial(strand.card.write, language=reader.language))
        for strand in strands
    ]
    for strand in scaled:
        name = reader.text("compare_scaled", name=strand.name, form=reader.text(f"compare_form_{form}"))
        lines.append(_first_and_last(reader, strand, name, lambda row: format_number(row["obs_value"], 1)))
    joint = "；" if reader.language == "zh-TW" else "; "
    return joint.join(lines) + ("。" if reader.language == "zh-TW" else ".")


def _first_and_last(reader: Reader, strand: Strand, name: str, write: Callable[[pd.Series], str]) -> str:
    rows = strand.valued
    return reader.text(
        "compare_line_scaled",
        name=name,
        first=write(rows.iloc[0]),
        start=reader.period(str(rows["time_period"].iloc[0])),
        last=write(rows.iloc[-1]),
        end=reader.period(str(rows["time_period"].iloc[-1])),
    )


def _write_table(reader: Reader, strands: list[Strand], aligned: pd.DataFrame, scaled: list[Strand], form: str) -> str:
    """Return the numbers of the figures as a table, one row a period, newest first."""
    units = {strand.key: reader.pick(strand.card.unit, "title") for strand in strands}
    headings = [reader.text("column_period")]
    headings += [reader.text("compare_scaled", name=strand.name, form=units[strand.key]) for strand in strands]
    written = comparison.write_aligned(strands, reader.language)
    columns = [written[strand.key].tolist()[::-1] for strand in strands]
    if scaled:
        again = comparison.align(scaled)
        word = reader.text(f"compare_form_{form}")
        headings += [reader.text("compare_scaled", name=strand.name, form=word) for strand in scaled]
        columns += [[format_number(value, 2) for value in again[strand.key][::-1]] for strand in scaled]
    periods = [format_period(str(label), reader.language, roc=reader.roc) for label in aligned.index[::-1]]
    caption = reader.text("compare_table_caption", count=len(periods))
    rows = list(zip(periods, *columns, strict=True))
    table = markup.data_table(headings, rows, caption, numeric=tuple(range(1, len(headings))))
    return f'<div class="numbers">{table}</div>'


@kept
def show_comparison(reader: Reader, codes: list[str], places: list[str], form: str) -> None:
    """Show the series in the chosen form with notes, words, numbers, correlation and sources."""
    strands, left_out = _make_strands(reader, codes, places)
    for note in left_out:
        show_html(markup.paragraph(note, "muted small"))
    if not strands:
        show_html(markup.paragraph(reader.text("no_value"), "muted"))
        return
    drawn = _draw(reader, strands, form)
    for place, (title, figure, alt) in enumerate(drawn.figures):
        if title:
            show_html(f'<h3 class="panel-title">{markup.escape(title)}</h3>')
        st.plotly_chart(
            figure, theme=None, config=CHART_CONFIG, key=f"compare-{place}", alt=alt, height=figure["layout"]["height"]
        )
    show_html("".join(markup.paragraph(note, "muted small") for note in drawn.notes))
    if len(strands) == 1:
        show_html(markup.paragraph(reader.text("compare_alone")))
    words = reader.html("compare_reading")
    show_html(f"<h3>{words}</h3>{markup.paragraph(drawn.reading, 'reading')}")
    if drawn.pairs:
        _show_correlation(reader, drawn)
    show_html(f"<h3>{reader.html('compare_table')}</h3>{drawn.table}")
    _show_sources(reader, strands)


def _show_correlation(reader: Reader, drawn: Drawn) -> None:
    """Show how each pair moves together, or in words why that is not worked out; the first pair as points."""
    show_html(f"<h3>{reader.html('compare_correlation')}</h3>")
    told = [(first, second, held) for first, second, held in drawn.pairs if held.pearson is not None]
    silent = [(first, second, held) for first, second, held in drawn.pairs if held.pearson is None]
    lines = [_why_not(reader, first, second, held) for first, second, held in silent]
    if not told:
        show_html("".join(markup.paragraph(line) for line in lines))
        return
    first, second, held = told[0]
    headline = reader.text(
        "compare_found", first=first.name, second=second.name, count=held.n,
        pearson=_coefficient(held.pearson), spearman=_coefficient(held.spearman),
    )  # fmt: skip
    show_html(markup.paragraph(headline) + markup.paragraph(reader.text("compare_warning"), "warning"))
    _show_scatter(reader, drawn.aligned, first, second)
    headings = [reader.text("compare_pair"), "n"]
    headings += [reader.text(f"compare_{name}") for name in ("pearson", "spearman", "changes")]
    rows = [
        (f"{a.name} × {b.name}", str(c.n), _coefficient(c.pearson), _coefficient(c.spearman), _coefficient(c.changes))
        for a, b, c in told
    ]
    table = markup.data_table(headings, rows, reader.text("compare_pairs_caption"), numeric=(1, 2, 3, 4))
    show_html(table + "".join(markup.paragraph(line, "muted small") for line in lines))


def _why_not(reader: Reader, first: Strand, second: Strand, held: Correlation) -> str:
    if held.n < MINIMUM:
        return reader.text("compare_few", first=first.name, second=second.name, count=held.n, least=MINIMUM)
    return reader.text("compare_flat", first=first.name, second=second.name)


def _coefficient(value: float | None) -> str:
    return MISSING if value is None else f"{value:+.2f}".replace("-", MINUS)


def _show_scatter(reader: Reader, aligned: pd.DataFrame, first: Strand, second: Strand) -> None:
    pairs = aligned[[first.key, second.key]].dropna()
    names = [
        reader.text("measure", title=strand.name, unit=reader.pick(strand.card.unit, "title"))
        for strand in (first, second)
    ]
    show_html(markup.paragraph(reader.text("compare_scatter_title", first=names[0], second=names[1]), "muted small"))
    ends = [
        strand.card.format(value, reader.language)
        for strand in (first, second)
        for value in (pairs[strand.key].min(), pairs[strand.key].max())
    ]
    alt = reader.text(
        "compare_scatter_alt", count=len(pairs), first=first.name, second=second.name, low=ends[0], high=ends[1],
        bottom=ends[2], top=ends[3],
    )  # fmt: skip
    figure = contrasts.build_scatter_figure(aligned, first, second, reader.language, reader.mode)
    st.plotly_chart(figure, theme=None, config=CHART_CONFIG, key="compare-scatter", alt=alt, height=400)


def _show_sources(reader: Reader, strands: Sequence[Strand]) -> None:
    show_html(f"<h3>{reader.html('compare_sources')}</h3>")
    for code, card in {strand.card.indicator.code: strand.card for strand in strands}.items():
        rows = pd.concat([strand.valued for strand in strands if strand.card.indicator.code == code])
        href = link("indicator", reader, code=code)
        show_html(f'<p class="source-of"><a href="{href}">{reader.words(card.indicator, "title")}</a></p>')
        show_html(markup.source_line(cite_rows(rows, card), card, latest_period(rows), reader.language))


@kept
def show_bench(reader: Reader, code: str, query: dict[str, Any], *, quiet: bool = False) -> None:
    """Show the ways from a view of an indicator to the SQL behind it and to a comparison; ``quiet`` inside a text."""
    areas = query.get("areas")
    if areas is not None and set(areas) == set(get_observations(reader, code)["ref_area"]):
        # All of them: the query reads better, and fits into an address, without the list.
        areas = None
    choices = {name: query.get(name) for name in ("level", "part", "period")}
    ways = [(selection_link(reader, code, areas=areas, **choices), "sql_behind")]
    if code in _comparable(reader):
        ways.append((link("compare", reader, i=code), "compare_this"))
    kind, joint = ("ways", " · ") if quiet else ("button", " ")
    links = joint.join(f'<a class="{kind}" href="{href}">{reader.html(key)}</a>' for href, key in ways)
    show_html(f'<p class="{"muted small" if quiet else "downloads"}">{links}</p>')
