"""Pictures of what a page shows, as SVG: the same rows, the same figure, with finding, source and licence inside.

No browser takes part. A picture is always light, because it leaves the reader's theme behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from dashboard import views
from dashboard.exceptions import UnknownCodeError
from dashboard.export.canvas import Box
from dashboard.export.fonts import wrap
from dashboard.export.mapping import draw_extremes, draw_legend, draw_map
from dashboard.export.plot import draw_figure
from dashboard.export.sheet import SCALES, Caption, Sheet, Size, begin_sheet, draw_grade, fit_lines
from dashboard.export.shelf import Shelf
from dashboard.figures import build_figure, choose_chart
from dashboard.language import Language, close_han, format_period, period_end, pick, text
from dashboard.maps import DIVERGING, change_unit, compute_classes, full_name, is_mappable, layer_of
from dashboard.markup import fill_claim
from dashboard.models import TOTAL, Source
from dashboard.palette import SEQUENTIAL, colour
from dashboard.queries import FilledClaim, IndicatorCard, get_observations
from dashboard.rows import cite_rows, credit, split_sources
from dashboard.settings import get_settings
from dashboard.swings import compute_swing_classes, subtract
from dashboard.views import Selection

LISTED_PLACES = 4
"""Places a picture names in its filters; more are counted."""
ROW_PIXELS = 27
"""Height a bar needs on the page for its name to be read."""


def _get_card(shelf: Shelf, code: str) -> IndicatorCard:
    if code not in shelf.cards:
        raise UnknownCodeError("indicators", code)
    return shelf.cards[code]


def _join(words: Sequence[str]) -> str:
    return " · ".join(filter(None, words))


def write_source(
    card: IndicatorCard,
    frame: pd.DataFrame,
    language: Language,
    sources: Sequence[Source] = (),
    *,
    boundaries: bool = False,
) -> str:
    """Return publisher, data period, day of publication, licence and the address of the proof in one line.

    Without sources they are those of the rows.
    """
    publisher, license_words = credit(sources or cite_rows(frame, card), card, language)
    valued = frame.dropna(subset=["obs_value"])
    last = max(valued["time_period"], key=period_end, default="")
    published = max(frame["published"], default=None)
    words = _join(
        (
            f"{text('source', language)} {publisher}",
            f"{text('as_of', language)} {format_period(last, language)}" if last else "",
            text("published_on", language, day=format_period(str(published)[:10], language)) if published else "",
            license_words,
            text("boundaries", language) if boundaries else "",
            f"{get_settings().public_url}/indicator/{card.indicator.code}",
        )
    )
    return close_han(words)


def _unit(card: IndicatorCard, language: Language) -> str:
    return "" if card.unit.kind in ("percent", "money") else pick(card.unit, "title", language)


def write_filters(
    selection: Selection, frame: pd.DataFrame, card: IndicatorCard, shelf: Shelf, language: Language
) -> str:
    """Return places, periods and part of a selection in words."""
    areas = list(dict.fromkeys(frame["ref_area"]))
    joint = text("comma", language)
    named = [full_name(shelf.places, code, language) for code in areas]
    where = joint.join(named)
    if len(named) > LISTED_PLACES:
        nation = views.NATION in areas
        where = text("nation_and" if nation else "by_place", language, count=len(named) - int(nation))
    periods = sorted(set(frame["time_period"]), key=period_end)
    when = format_period(periods[0], language) if periods else ""
    if len(periods) > 1:
        first, last = min(period.partition("/")[0] for period in periods), period_end(periods[-1])
        when = text("from_to", language, start=format_period(first, language), end=format_period(last, language))
    parts = {row.code: pick(row, "title", language) for row in card.breakdowns}
    part = parts.get(selection.part or "", "") if selection.part != TOTAL else ""
    if selection.part is None and frame["breakdown"].nunique() > 1:
        part = text("by_part", language, count=frame["breakdown"].nunique())
    return _join((where, when, part))


def _caption(
    shelf: Shelf, selection: Selection, frame: pd.DataFrame, language: Language, finding: FilledClaim | None
) -> Caption:
    card = shelf.cards[selection.code]
    row = card.indicator
    title = pick(row, "title", language)
    unit = pick(card.unit, "title", language)
    return Caption(
        title=fill_claim(finding, "title", language) if finding else title,
        kicker=f"{text(f'level_{row.result_level}', language)} · {pick(card.theme, 'title', language)}",
        level=row.result_level,
        subtitle=text("measure", language, title=title, unit=unit) if finding else text("in_unit", language, unit=unit),
        filters=write_filters(selection, frame, card, shelf, language),
        source=write_source(card, frame, language),
    )


def draw_indicator(shelf: Shelf, selection: Selection, language: Language, size: Size) -> str:
    """Return the picture of a selection of one indicator's rows as SVG.

    The finding stands as title over the default view only, because another selection may not show it.

    Raises:
        UnknownCodeError: when there is no such indicator, or no row in the selection.
    """
    card = _get_card(shelf, selection.code)
    whole = views.complete(selection, card, shelf.rows(selection.code), shelf.places)
    default = views.complete(Selection(selection.code), card, shelf.rows(selection.code), shelf.places)
    frame = shelf.select(whole)
    if frame.empty:
        raise UnknownCodeError("rows", selection.code)
    finding = views.find_claim(shelf.claims.values(), selection.code) if whole == default else None
    caption = _caption(shelf, whole, frame, language, finding)
    if whole.is_map and is_mappable(card) and frame["obs_value"].notna().any():
        return _draw_map_sheet(shelf, whole, frame, caption, language, size)
    return _draw_chart_sheet(shelf, whole.areas or (), frame, caption, language, size)


def _draw_chart_sheet(
    shelf: Shelf, areas: Sequence[str], frame: pd.DataFrame, caption: Caption, language: Language, size: Size
) -> str:
    card = shelf.cards[str(frame["indicator_code"].iloc[0])]
    # A figure tells which notes it needs, and notes take a line or two of its room: too little to build it again.
    room = begin_sheet(caption, size, language).body
    figure = build_series(shelf, frame, card, areas, language, room, size)
    notes = _list_notes(frame, card, figure, language)
    sheet = begin_sheet(replace(caption, notes=notes), size, language)
    draw_series(sheet, frame, card, figure, sheet.body)
    return sheet.write()


def build_series(
    shelf: Shelf,
    frame: pd.DataFrame,
    card: IndicatorCard,
    areas: Sequence[str],
    language: Language,
    room: Box,
    size: Size,
) -> Any:
    """Return the figure the page would draw of these rows, made for the room there is; None for a lone number."""
    high = room.height / SCALES[size]
    return build_figure(
        frame,
        card,
        language,
        "light",
        {code: full_name(shelf.places, code, language) for code in set(frame["ref_area"])},
        highlight=views.list_highlights(areas),
        # Names beside lines are kept apart by a rule that takes 70 pixels off for margins; a picture has 39 of them.
        height=int(high) + 31,
        most=max(3, int(high / ROW_PIXELS)),
    )


def _list_notes(frame: pd.DataFrame, card: IndicatorCard, figure: Any, language: Language) -> list[str]:
    """Return what the marks mean and how many bars found no room."""
    if figure is None:
        return []
    notes = views.list_chart_notes(frame, card, figure.to_plotly_json(), language, "crosses")
    if choose_chart(frame, card) in ("bar_parts", "bar_places"):
        shown = len(figure.data[0].x)
        count = views.count_bars(frame, card)
        if shown < count:
            notes.append(text("bars_left_out", language, shown=shown, count=count))
    return notes


def draw_series(sheet: Sheet, frame: pd.DataFrame, card: IndicatorCard, figure: Any, box: Box) -> None:
    """Draw a figure of rows, or their one number where there is no figure."""
    if figure is not None:
        draw_figure(sheet.canvas, figure, box, sheet.scale, colour("paper", "light"))
        return
    rows = split_sources(frame, card)[0].dropna(subset=["obs_value"])
    if rows.empty:
        words = text("no_value", sheet.language)
        sheet.canvas.paragraph((box.left, box.top), [words], 20 * sheet.scale, colour("muted", "light"))
        return
    row = rows.iloc[-1]
    when = format_period(str(row["time_period"]), sheet.language)
    number = card.write(row, sheet.language)
    shown = Number(number, _join((_unit(card, sheet.language), when)))
    draw_statement(sheet, shown, pick(card.indicator, "definition", sheet.language), "")


@dataclass(frozen=True)
class Number:
    """A number set large: its words, what stands under it, and the grade of the claim it belongs to."""

    words: str
    below: str
    grade: str = ""


def draw_number(sheet: Sheet, box: Box, number: str, words: str, *, middle: bool = True) -> float:
    """Set one number large with its unit and period under it; return the edge below."""
    size, lines = fit_lines(number, box.width, [110 * sheet.scale, 84 * sheet.scale, 60 * sheet.scale, 44 * sheet.scale,
                                                 32 * sheet.scale], most=1)  # fmt: skip
    size = min(size, box.height * 0.5)
    small = 17 * sheet.scale
    top = box.top + max(0.0, (box.height - size * 1.1 - small * 1.5) / 2) if middle else box.top
    sheet.canvas.paragraph((box.left, top), lines, size, colour("accent", "light"), leading=1.1, bold=True)
    lines = wrap(words, small, box.width, most=2)
    return sheet.canvas.paragraph((box.left, top + size * 1.16), lines, small, colour("muted", "light"), leading=1.35)


def _draw_map_sheet(
    shelf: Shelf, selection: Selection, frame: pd.DataFrame, caption: Caption, language: Language, size: Size
) -> str:
    card = shelf.cards[selection.code]
    level, part = str(selection.level), str(selection.part)
    earlier = shelf.find_earlier(selection)
    rows = split_sources(frame[(frame["breakdown"] == part) & (frame["time_period"] == selection.period)], card)[0]
    if earlier is None:
        every = shelf.select(replace(selection, period=None, since=None))
        classes = compute_classes(every["obs_value"].dropna().tolist())
        notes = [text("classes_equal_width" if classes.equal_width else "classes_equal_count", language)]
    else:
        rows = subtract(rows, split_sources(shelf.select(earlier), card)[0])
        classes = compute_swing_classes(rows["obs_value"])
        notes = [text("classes_swing_picture", language, unit=change_unit(card, language))]
        caption = replace(caption, filters=_write_swing(earlier, selection, card, language))
    whole = sum(place.level == level for place in shelf.places.values())
    notes.append(text("moved_islands", language))
    notes += [text("people_circles", language)] if selection.by else []
    caption = replace(caption, notes=notes, source=write_source(card, frame, language, boundaries=True))
    sheet = begin_sheet(caption, size, language, title_share=1.0 if size == "square" else 0.6)
    folder = get_settings().data / "places"
    body, letters = sheet.body, 15 * sheet.scale
    beside = body.left + body.width * (0.5 if size == "square" else 0.62)
    top = body.top if size == "square" else 34 * sheet.scale
    values = {
        str(row["ref_area"]): float(row["obs_value"]) for row in rows.dropna(subset=["obs_value"]).to_dict("records")
    }
    around = Box(beside, top, body.right - beside, body.bottom - top)
    tints = (SEQUENTIAL if earlier is None else DIVERGING)["light"]
    draw_map(sheet.canvas, values, classes, folder, around, layer=layer_of(level, selection.by or "land"), tints=tints)
    room = Box(body.left, body.top + 10 * sheet.scale, beside - body.left - 60 * sheet.scale, body.height)
    legend = room if size == "square" else Box(room.left, room.top, room.width * 0.46, room.height)
    y = draw_legend(sheet.canvas, rows, classes, card, whole, language, legend, letters)
    aside = Box(room.left, y + letters, room.width, body.bottom - y - letters)
    if size != "square":
        aside = Box(room.left + room.width * 0.54, room.top - letters * 0.2, room.width * 0.46, body.bottom - room.top)
    draw_extremes(sheet.canvas, rows, card, shelf.places, language, aside, letters)
    return sheet.write()


def _write_swing(earlier: Selection, selection: Selection, card: IndicatorCard, language: Language) -> str:
    """Return what a map of changes compares, in words."""
    parts = {row.code: pick(row, "title", language) for row in card.breakdowns}
    then, now = (
        format_period(str(each.period), language) if earlier.part == selection.part else parts[str(each.part)]
        for each in (earlier, selection)
    )
    return text("swing_filters", language, then=then, now=now)


def _claim_number(filled: FilledClaim, card: IndicatorCard, language: Language) -> Number:
    """Return a claim's headline number with its unit, where that is the indicator's, its period and grade."""
    claim = filled.claim
    key = filled.headline
    plain = key is None or (key.operation is None and key.indicator_code == claim.indicator)
    period = (key.time_period if key else None) or filled.last_period
    words = _join((_unit(card, language) if plain else "", format_period(period, language) if period else ""))
    return Number(filled.say_headline(language), words, claim.grade)


def draw_claim(shelf: Shelf, claim_id: str, language: Language, size: Size) -> str:
    """Return the picture of a claim as SVG: finding, number, grade, doubt, and its series where there is one.

    Raises:
        UnknownCodeError: when there is no such claim.
    """
    filled = shelf.claims.get(claim_id)
    if filled is None:
        raise UnknownCodeError("claims", claim_id)
    claim = filled.claim
    card = shelf.cards[claim.indicator]
    part = next((key.breakdown for key in filled.keys if key.indicator_code == claim.indicator), None)
    frame = get_observations(shelf.store, claim.indicator, shelf.day, ref_areas=[claim.ref_area], breakdown=part)
    frame = frame if len(frame) else shelf.rows(claim.indicator)
    doubt = close_han(f"{text('doubt', language)} {fill_claim(filled, 'biggest_doubt', language)}")
    drawn = frame["time_period"].nunique() > 1
    sentence = fill_claim(filled, "sentence", language)
    caption = Caption(
        title=fill_claim(filled, "title", language),
        kicker=f"{text(f'level_{claim.result_level}', language)} · {pick(card.theme, 'title', language)}",
        level=claim.result_level,
        subtitle=sentence if drawn else "",
        filters="",
        source=write_source(card, frame, language, filled.sources),
        notes=[doubt] if drawn else [],
    )
    sheet = begin_sheet(caption, size, language)
    if drawn:
        _draw_claim_series(sheet, shelf, filled, frame, card, size)
    else:
        draw_statement(sheet, _claim_number(filled, card, language), sentence, doubt)
    return sheet.write()


def draw_graded_number(sheet: Sheet, shown: Number, box: Box) -> None:
    """Set a number large, with its grade under it where it has one."""
    chip = 46 * sheet.scale if shown.grade else 0.0
    y = box.top
    if shown.words:
        y = draw_number(sheet, Box(box.left, box.top, box.width, box.height - chip), shown.words, shown.below)
    if shown.grade:
        draw_grade(sheet.canvas, shown.grade, box.left, y + 14 * sheet.scale, 15 * sheet.scale, sheet.language)


def draw_statement(sheet: Sheet, shown: Number, sentence: str, doubt: str) -> None:
    """Set one number with the sentence it stands for, and its doubt, beside or below it."""
    body, scale = sheet.body, sheet.scale
    tall = body.height > body.width * 0.6
    if tall:
        number = Box(body.left, body.top, body.width, body.height * 0.5)
        words = Box(body.left, number.bottom + 20 * scale, body.width, body.height * 0.5 - 20 * scale)
    else:
        number = Box(body.left, body.top, body.width * 0.44, body.height)
        words = Box(body.left + body.width * 0.5, body.top + 20 * scale, body.width * 0.5, body.height - 20 * scale)
        rule = words.left - 22 * scale
        ends = [(rule, words.top - 4 * scale), (rule, body.bottom - 16 * scale)]
        sheet.canvas.line(ends, colour("hairline", "light"), scale)
    draw_graded_number(sheet, shown, number)
    sizes = [22 * scale, 19 * scale, 17 * scale, 15 * scale]
    size, lines = fit_lines(sentence, words.width, sizes, most=5 if doubt else 8, bold=False)
    y = sheet.canvas.paragraph((words.left, words.top), lines, size, colour("ink", "light"), leading=1.45)
    if doubt:
        small = 14.5 * scale
        room = max(int((words.bottom - y - 10 * scale) / (small * 1.45)), 1)
        lines = wrap(doubt, small, words.width, most=room)
        sheet.canvas.paragraph((words.left, y + 10 * scale), lines, small, colour("muted", "light"), leading=1.45)


def _draw_claim_series(
    sheet: Sheet, shelf: Shelf, filled: FilledClaim, frame: pd.DataFrame, card: IndicatorCard, size: Size
) -> None:
    """Set a claim's number and grade beside, or above, the series it stands in."""
    body, scale = sheet.body, sheet.scale
    head = 26 * scale
    if body.height > body.width * 0.6:
        left = Box(body.left, body.top, body.width, body.height * 0.34)
        chart = Box(body.left, left.bottom + head, body.width, body.bottom - left.bottom - head)
    else:
        left = Box(body.left, body.top, body.width * 0.36, body.height)
        chart = Box(body.left + body.width * 0.4, body.top + head, body.width * 0.6, body.height - head)
    draw_graded_number(sheet, _claim_number(filled, card, sheet.language), left)
    name = wrap(pick(card.indicator, "title", sheet.language), 14 * scale, chart.width, most=1, bold=True)
    sheet.canvas.paragraph((chart.left, chart.top - head), name, 14 * scale, colour("muted", "light"), bold=True)
    figure = build_series(shelf, frame, card, [filled.claim.ref_area], sheet.language, chart, size)
    draw_series(sheet, frame, card, figure, chart)


def draw_story(shelf: Shelf, slug: str, language: Language, size: Size) -> str:
    """Return the picture of a story as SVG: its finding over the chart of its leading indicator.

    Raises:
        UnknownCodeError: when there is no such story.
    """
    story = shelf.stories.get(slug)
    if story is None:
        raise UnknownCodeError("stories", slug)
    card = shelf.cards[story.lead_indicator]
    asked = Selection(story.lead_indicator, areas=(story.lead_ref_area,))
    rows = shelf.rows(story.lead_indicator)
    selection = views.complete(asked, card, rows, shelf.places)
    if selection.part is None:
        held = rows[rows["ref_area"] == story.lead_ref_area]
        part = views.default_part(card, views.list_parts(card, set(held["breakdown"])), every=True)
        selection = replace(selection, part=part)
    frame = shelf.select(selection)
    caption = _caption(shelf, selection, frame, language, None)
    caption = replace(
        caption,
        title=shelf.fill_story(story, pick(story, "title", language), language),
        kicker=f"{text('page_story', language)} · {pick(card.theme, 'title', language)}",
        subtitle=text(
            "measure", language, title=pick(card.indicator, "title", language), unit=pick(card.unit, "title", language)
        ),
    )
    return _draw_chart_sheet(shelf, [story.lead_ref_area], frame, caption, language, size)
