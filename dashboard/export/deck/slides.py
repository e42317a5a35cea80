"""One slide from a claim, an indicator or a story, with its words held to its grade."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from dashboard import views
from dashboard.exceptions import UnknownCodeError, WordingError
from dashboard.export.deck.charts import (
    build_claim_chart,
    build_indicator_chart,
    holds,
    mark_told,
    plain_period,
    say,
    say_field,
    say_period,
    say_point,
)
from dashboard.export.deck.model import Chart, Note, Number, Point, QuestionCard, Slide, Words, both
from dashboard.export.deck.questions import build_questions
from dashboard.export.deck.titles import shorten_claim, write_finding
from dashboard.export.shelf import Shelf
from dashboard.language import LANGUAGES, Language, close_han, pick
from dashboard.markup import fill_claim
from dashboard.models import CaseStudy, ClaimValue, Source
from dashboard.queries import FilledClaim, IndicatorCard
from dashboard.rows import cite_rows, credit, split_sources
from dashboard.standings import Reading, read_row
from dashboard.wording import find_faults


def build_slide(shelf: Shelf, item: str) -> Slide:
    """Return the slide of an item such as ``claim:<id>``, ``indicator:<code>`` or ``story:<slug>``.

    Raises:
        UnknownCodeError: when there is no such thing, or nothing of it is public yet.
        WordingError: when its words are stronger than its grade.
    """
    kind, _, key = item.partition(":")
    builders: dict[str, Callable[[Shelf, str], Slide]] = {
        "claim": _build_claim,
        "indicator": _build_indicator,
        "story": _build_story,
    }
    if kind not in builders:
        raise UnknownCodeError("slides", item)
    slide = builders[kind](shelf, key)
    check_words(slide)
    return slide


def check_words(slide: Slide) -> None:
    """Refuse a slide whose title or sentence says more than its grade and level allow.

    A title computed for an ungraded indicator may say what was measured, which is what E2 may say.

    Raises:
        WordingError: with the words.
    """
    for language in LANGUAGES:
        for words in (slide.title[language], slide.sentence[language] if slide.grade else ""):
            if faults := find_faults(words, language, slide.grade or "E2", slide.level):
                raise WordingError(slide.item, [fault.words for fault in faults])


def say_claim(filled: FilledClaim, name: str) -> Words:
    """Return a claim's title, sentence or doubt with its numbers, in each language."""
    return {language: fill_claim(filled, name, language) for language in LANGUAGES}


def say_reasons(filled: FilledClaim) -> tuple[Words, ...]:
    """Return what set and held a claim's grade."""
    return tuple(say(f"reason_{code}") for code in filled.claim.grade_reasons)


def _unit_of(card: IndicatorCard) -> Words:
    return both("") if card.unit.kind in ("percent", "money") else say_field(card.unit, "title")


def claim_number(shelf: Shelf, filled: FilledClaim) -> Number | None:
    """Return a claim's headline number with its unit and period."""
    key = filled.headline
    if key is None or key.name not in filled.values:
        return None
    words: Words = {language: filled.say_headline(language) for language in LANGUAGES}
    period = key.time_period or filled.last_period
    return Number(filled.values[key.name], words, _claim_unit(shelf, filled, key), say_period(period))


def _claim_unit(shelf: Shelf, filled: FilledClaim, key: ClaimValue) -> Words:
    """Return the unit of a claim's value: of a difference of shares it is percentage points, a ratio has none."""
    origin: ClaimValue | None = key
    while origin is not None and origin.operation is not None:
        wanted = origin.operand_a
        origin = next((item for item in filled.keys if item.name == wanted), None)
    card = shelf.cards.get(origin.indicator_code or "") if origin else None
    if card is None or key.operation in ("ratio", "percent_change"):
        return both("")
    if key.operation == "difference" and card.unit.kind == "percent":
        return say("points")
    return _unit_of(card)


def _latest_number(shelf: Shelf, card: IndicatorCard, chart: Chart | None) -> Number | None:
    """Return the latest value of the nation or the total, or of the first series drawn."""
    if chart is None:
        rows = split_sources(shelf.rows(card.indicator.code), card)[0].dropna(subset=["obs_value"])
        if rows.empty:
            return None
        row = rows.iloc[-1]
        return _number(card, read_row(row), str(row["time_period"]))
    series = next((row for row in chart.series if row.code in (views.NATION, "_T")), chart.series[0])
    points = [point for point in series.points if point.value is not None]
    if chart.kind in ("bar_places", "bar_parts"):
        points = [next((point for point in points if point.category in (views.NATION, "_T")), points[0])]
        named = _number(card, points[0], points[0].period)
        scope: Words = {language: f"{points[0].label[language]} · {named.period[language]}" for language in LANGUAGES}
        return Number(named.value, named.words, named.unit, scope)
    if not points or points[-1].value is None:
        return None
    return _number(card, points[-1], points[-1].period)


def _number(card: IndicatorCard, held: Point | Reading, period: str) -> Number:
    return Number(held.value or 0.0, say_point(card, held), _unit_of(card), say_period(period))


def say_source(sources: Sequence[Source], card: IndicatorCard) -> Words:
    """Return the publisher, how many others there are, and the licence."""
    return {
        language: close_han(f"{text_of('source')[language]} {' · '.join(credit(sources, card, language))}")
        for language in LANGUAGES
    }


def text_of(key: str) -> Words:
    """Return an interface text in each language."""
    return say(key)


def _published(frame: Any) -> str:
    return str(max(frame["published"]))[:10]


def _say_as_of(frame: Any, period: str) -> Words:
    day = say("published_on", day=say_period(_published(frame)))
    return {
        language: close_han(f"{text_of('as_of')[language]} {say_period(period)[language]} · {day[language]}")
        for language in LANGUAGES
    }


def say_as_of(slide: Slide, languages: Sequence[Language]) -> Words:
    """Return period and day of publication: in words for one language, as codes where two share the line."""
    if len(languages) == 1:
        return slide.as_of
    words, day = (" ".join(say(key)[language] for language in LANGUAGES) for key in ("as_of", "deck_published"))
    return both(f"{words} {plain_period(slide.period)} · {day} {slide.published}")


def _last_period(frame: Any) -> str:
    valued = frame.dropna(subset=["obs_value"])["time_period"]
    return max(valued if len(valued) else frame["time_period"], key=lambda period: str(period).rpartition("/")[2])


def first_sentence(words: str) -> str:
    """Return a text up to its first full stop."""
    return re.split(r"(?<=。)|(?<=[a-z)\d]\.)\s", words, maxsplit=1)[0].strip()


def _card(shelf: Shelf, code: str) -> IndicatorCard:
    """Return an indicator that has rows by now.

    Raises:
        UnknownCodeError: when there is none; one that is all under embargo does not exist yet.
    """
    if code not in shelf.cards or shelf.rows(code).empty:
        raise UnknownCodeError("indicators", code)
    return shelf.cards[code]


def _build_claim(shelf: Shelf, key: str) -> Slide:
    filled = shelf.claims.get(key)
    if filled is None:
        raise UnknownCodeError("claims", key)
    return _claim_slide(shelf, filled, f"claim:{key}", "claim", key, build_claim_chart(shelf, filled))


def _claim_slide(
    shelf: Shelf,
    filled: FilledClaim,
    item: str,
    kind: Any,
    key: str,
    chart: Chart | None,
    *,
    title: Words | None = None,
    lead: Words | None = None,
) -> Slide:
    claim = filled.claim
    card = _card(shelf, claim.indicator)
    frame = chart.frame if chart is not None else shelf.select(views.Selection(claim.indicator))
    chart = mark_told(chart, filled.headline)
    cards = build_questions(shelf, card, chart, filled)
    reasons = say_reasons(filled)
    if filled.claim.case_study and kind == "claim" and filled.claim.case_study not in shelf.stories:
        raise UnknownCodeError("stories", filled.claim.case_study)
    return Slide(
        item=item,
        kind=kind,
        key=key,
        level=claim.result_level,
        theme=say_field(card.theme, "title"),
        title=title or say_claim(filled, "title"),
        sentence=lead or say_claim(filled, "sentence"),
        number=claim_number(shelf, filled),
        chart=chart,
        grade=claim.grade,
        grade_words={language: f"{claim.grade} {say(f'grade_{claim.grade}')[language]}" for language in LANGUAGES},
        reasons=reasons,
        doubt=say_claim(filled, "biggest_doubt"),
        source=say_source(filled.sources, card),
        as_of=_say_as_of(frame, filled.last_period or _last_period(frame)),
        period=filled.last_period or _last_period(frame),
        published=_published(frame),
        path=f"/{kind}/{key}",
        values={name: {language: filled.written[language][name] for language in LANGUAGES} for name in filled.values},
        notes=_write_notes(
            card, chart, say_claim(filled, "sentence"), say_claim(filled, "biggest_doubt"), cards, reasons
        ),
        questions=cards,
    )


def _build_indicator(shelf: Shelf, code: str) -> Slide:
    card = _card(shelf, code)
    chart = build_indicator_chart(shelf, code)
    finding = views.find_claim(shelf.claims.values(), code)
    if finding is not None:
        if chart is None or not holds(chart, finding):
            chart = build_claim_chart(shelf, finding)
        return _claim_slide(shelf, finding, f"indicator:{code}", "indicator", code, chart)
    frame = chart.frame if chart is not None else shelf.rows(code)
    cards = build_questions(shelf, card, chart, None)
    number = _latest_number(shelf, card, chart)
    warnings = say_field(card.indicator, "usage_warnings")
    doubt: Words = {language: first_sentence(warnings[language]) for language in LANGUAGES}
    return Slide(
        item=f"indicator:{code}",
        kind="indicator",
        key=code,
        level=card.indicator.result_level,
        theme=say_field(card.theme, "title"),
        title=write_finding(shelf, card, chart),
        sentence=say_field(card.indicator, "definition"),
        number=number,
        chart=chart,
        grade="",
        grade_words=say("deck_ungraded"),
        reasons=(),
        doubt=doubt,
        source=say_source(cite_rows(frame, card), card),
        as_of=_say_as_of(frame, _last_period(frame)),
        period=_last_period(frame),
        published=_published(frame),
        path=f"/indicator/{code}",
        values={"latest": number.words} if number else {},
        notes=_write_notes(card, chart, None, warnings, cards, ()),
        questions=cards,
    )


def _build_story(shelf: Shelf, slug: str) -> Slide:
    story = shelf.stories.get(slug)
    if story is None:
        raise UnknownCodeError("stories", slug)
    finding = strongest_claim(shelf, story)
    if finding is None:
        raise UnknownCodeError("claims of the story", slug)
    own: Words = {language: shelf.fill_story(story, pick(story, "title", language), language) for language in LANGUAGES}
    title = shorten_claim(own, say_claim(finding, "title"))
    chart = build_claim_chart(shelf, finding)
    return _claim_slide(
        shelf, finding, f"story:{slug}", "story", slug, chart, title=title, lead=None if title is own else own
    )


def strongest_claim(shelf: Shelf, story: CaseStudy) -> FilledClaim | None:
    """Return the story's claim with the strongest proof, on its leading indicator where it can be."""
    held = [filled for filled in shelf.claims.values() if filled.claim.case_study == story.slug]
    return max(
        held,
        key=lambda filled: (filled.claim.grade, filled.claim.indicator == story.lead_indicator, filled.claim.id),
        default=None,
    )


def _write_notes(
    card: IndicatorCard,
    chart: Chart | None,
    sentence: Words | None,
    doubt: Words,
    cards: Iterable[QuestionCard],
    reasons: tuple[Words, ...],
) -> tuple[Note, ...]:
    notes = []
    if sentence is not None:
        notes.append(Note(say("deck_note_sentence"), sentence))
    notes.append(Note(say("definition"), say_field(card.indicator, "definition")))
    notes.append(Note(say("processing"), say_field(card.indicator, "processing")))
    if chart is not None and chart.notes["en"]:
        notes.append(Note(say("deck_note_marks"), chart.notes))
    notes.append(Note(say("deck_note_doubt"), doubt))
    if reasons:
        notes.append(Note(say("deck_note_grade"), _join(reasons)))
    for question in cards:
        notes.append(Note(question.question, _join(question.answers)))
    return tuple(notes)


def _join(lines: Iterable[Words]) -> Words:
    listed = list(lines)
    return {language: "\n".join(line[language] for line in listed) for language in LANGUAGES}
