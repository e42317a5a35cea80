"""A finding for an indicator nobody has made a claim on: computed from its rows, in words its data allow.

"Rose" and "fell" are said only of two values of one series that compare (``standings.find_obstacle``), and never of
ranks or ratings; else the two values stand side by side, or the latest stands alone. Places are ranked only where all
of them are there, in one period.
"""

import re
from collections.abc import Iterable

from dashboard.export.deck.charts import say, say_field, say_period, say_point, say_value
from dashboard.export.deck.model import Chart, Point, Series, Words, both
from dashboard.export.shelf import Shelf
from dashboard.language import LANGUAGES, Language, close_han, period_end, period_year
from dashboard.models import TOTAL, Kind
from dashboard.queries import IndicatorCard
from dashboard.standings import Reading, find_obstacle, read_row
from dashboard.views import NATION

LONGEST: dict[Language, int] = {"zh-TW": 24, "en": 10}
"""Characters or words a title may have; a number counts as one word and as no Chinese character."""


def measure_title(words: str, language: Language) -> int:
    """Return how long a title is: English words, a number with its unit being one, or Chinese characters."""
    if language == "en":
        return len(re.sub(r"(\d) (million|billion|trillion)\b", r"\1", words).split())
    return len(re.sub(r"[\s\d.,%−–≥≤]", "", words))


def fits(words: str, language: Language) -> bool:
    """Tell whether a text is short enough for a title."""
    return measure_title(words, language) <= LONGEST[language]


def _first_fit(candidates: Iterable[Words]) -> Words:
    """Return the first candidate short enough, chosen for each language by itself; the last one when none is."""
    listed = list(candidates)
    chosen = {}
    for language in LANGUAGES:
        short = [words[language] for words in listed if fits(words[language], language)]
        chosen[language] = close_han(short[0] if short else listed[-1][language])
    return chosen


def write_finding(shelf: Shelf, card: IndicatorCard, chart: Chart | None) -> Words:
    """Return what an indicator's rows show, as a title."""
    if chart is None:
        return _first_fit(_latest_of_rows(shelf, card))
    if chart.kind in ("bar_places", "bar_parts"):
        return _first_fit(_write_bars(shelf, card, chart))
    if chart.kind == "stacked":
        return _first_fit(_write_latest(card, chart.series[0], subject=chart.series[0].name))
    series = next((row for row in chart.series if row.code in (NATION, TOTAL)), chart.series[0])
    if chart.kind == "places" and series.code != NATION and len(chart.series) > 1:
        ends = [_valued(row)[-1].value or 0.0 for row in chart.series if _valued(row)]
        return _first_fit([say("deck_range", low=say_value(card, min(ends)), high=say_value(card, max(ends)))])
    subject = series.name if len(chart.series) > 1 and series.code != TOTAL else say_field(card.indicator, "title")
    return _first_fit(_write_line(card, chart, series, subject))


def _valued(series: Series) -> list[Point]:
    return [point for point in series.points if point.value is not None]


def _when(point: Point, other: Point) -> Words:
    """Return a period as short as it can be said: the year where the two years differ."""
    year, end = period_year(point.period), period_year(other.period)
    return say_period(str(year)) if year != end else say_period(period_end(point.period))


def _write_line(card: IndicatorCard, chart: Chart, series: Series, subject: Words) -> list[Words]:
    points = _valued(series)
    if len(points) < 2:
        return _write_latest(card, series, subject)
    first, last = points[0], points[-1]
    change = _name_change(card, first, last)
    if change is None:
        return _write_latest(card, series, subject)
    values = {
        "first": say_point(card, first),
        "last": say_point(card, last),
        "start": _when(first, last),
        "end": _when(last, first),
    }
    named = [] if change == "two" else [say(f"deck_{change}_named", subject=subject, **values)]
    return [*named, say(f"deck_{change}", **values), *_write_latest(card, series, subject)]


def _name_change(card: IndicatorCard, first: Point, last: Point) -> str | None:
    """Return which words two values of a series allow: rose, fell, held, or two (side by side); None: not even that."""
    obstacle = find_obstacle(_read(first), _read(last), card)
    if obstacle in ("broken", "unreliable"):
        return None
    if obstacle or card.unit.kind == "rank" or card.indicator.kind != Kind.MEASURED or "/" in first.period:
        return "two"
    if card.format(first.value, "en") == card.format(last.value, "en"):
        return "held"
    return "rose" if _read(last).value > _read(first).value else "fell"


def _read(point: Point) -> Reading:
    assert point.value is not None
    return Reading(point.period, point.value, point.lower, point.upper, point.status, point.source)


def _write_latest(card: IndicatorCard, series: Series, subject: Words) -> list[Words]:
    points = _valued(series)
    if not points:
        return [subject]
    last = points[-1]
    value, year = say_point(card, last), say_period(str(period_year(last.period)))
    return [
        say("deck_latest_named", subject=subject, value=value, end=year),
        say("deck_latest", value=value, end=year),
    ]


def _write_bars(shelf: Shelf, card: IndicatorCard, chart: Chart) -> list[Words]:
    points = chart.series[0].points
    known = [point for point in points if point.value is not None]
    total = next((point for point in known if point.category == TOTAL), None)
    if total is not None:
        return _write_latest(card, Series(TOTAL, total.label, (total,)), say_field(card.indicator, "title"))
    by_value = sorted(known, key=lambda point: point.value or 0.0)
    low, high = by_value[0], by_value[-1]
    spread = {"low": say_point(card, low), "high": say_point(card, high)}
    # Of countries we hold a chosen few: the highest of them is nobody's highest.
    chosen = any(point.category in shelf.places and shelf.places[point.category].level == "country" for point in known)
    first = next((point for point in known if point.category == NATION), known[0])
    named = say("deck_latest_named", subject=first.label, value=say_point(card, first), end=_year(first))
    if chosen or len(known) < 2:
        return [named]
    plain = named if chart.left_out else say("deck_range", **spread)
    # Nothing is ranked where intervals may overlap, where ranks are the values, or across periods.
    if any(point.lower is not None or point.upper is not None for point in known) or card.unit.kind == "rank":
        return [plain]
    if chart.kind == "bar_parts":
        return [named, plain]
    if len({point.period for point in known}) > 1:
        return [plain]
    if chart.left_out:
        # What was left out lies below what is drawn, so the highest is known and the lowest is not.
        return [say("deck_highest_alone", place=high.label, high=spread["high"]), plain]
    names = {"place": high.label, "low_place": low.label}
    return [
        say("deck_highest", **names, **spread),
        say("deck_highest_alone", place=high.label, high=spread["high"]),
        plain,
    ]


def _year(point: Point) -> Words:
    return say_period(str(period_year(point.period)))


def _latest_of_rows(shelf: Shelf, card: IndicatorCard) -> list[Words]:
    rows = shelf.rows(card.indicator.code).dropna(subset=["obs_value"])
    if rows.empty:
        return [say_field(card.indicator, "title")]
    held = read_row(rows.iloc[-1])
    period, words = held.time_period, say_period(held.time_period)
    point = Point(period, words, period, held.value, held.status, held.lower, held.upper, held.source)
    return _write_latest(card, Series("", both(""), (point,)), say_field(card.indicator, "title"))


def shorten_claim(words: Words, claim_title: Words | None) -> Words:
    """Return words if they fit a title in both languages, else those of a claim."""
    if claim_title is None or all(fits(pick_words, language) for language, pick_words in words.items()):
        return words
    return claim_title
