"""One slide as HTML: finding top left, figure in the middle, number at right, grade and doubt, foot line, mark."""

import re
from collections.abc import Sequence
from urllib.parse import urlencode

from dashboard.export.deck import Change, Slide, Words
from dashboard.export.deck.slides import say_as_of
from dashboard.export.fonts import HAN, measure
from dashboard.export.sheet import MARK
from dashboard.export.shelf import Shelf
from dashboard.export.stage.chart import draw_chart
from dashboard.export.stage.room import estimate_room, fit_sentence
from dashboard.export.stage.words import tell, tell_text
from dashboard.language import Language, format_period, text
from dashboard.markup import LEVELS, RESULTS, escape, grade_mark
from dashboard.models import ResultLevel

CURRENCY = "新臺幣 "
"""Set small above the amount, which then has the room."""
FITTING = 10
"""Letters a number may have to stand on one line whatever its words."""


def write_slide(
    shelf: Shelf,
    slide: Slide,
    place: tuple[int, int],
    languages: Sequence[Language],
    base: str,
    changes: Sequence[Change] = (),
    since: str = "",
    asof: str = "",
) -> str:
    """Return a slide with its questions and notes, which stay hidden until asked for.

    Args:
        shelf: the catalogue the slide was built from.
        slide: what it holds.
        place: its number and how many there are.
        languages: those shown.
        base: the address of the site without a trailing slash; empty for addresses of the same host.
        changes: its numbers that are no longer what they were when the deck was made.
        since: the day the deck was made, in words.
        asof: the day the data are fixed at, ISO 8601; empty for today's.
    """
    number = place[0]
    hidden = "" if number == 1 else " hidden"
    body = _write_figure(shelf, slide, languages) if slide.chart else _write_statement(slide, languages)
    return (
        f'<section class="slide{" charted" if slide.chart else ""}" id="slide-{number}" tabindex="-1" '
        f'aria-labelledby="finding-{number}"{hidden}>'
        f'<header><p class="kicker">{write_level(slide.level, languages)}'
        f'<span class="theme">{tell(slide.theme, languages)}</span>{_write_day(asof, languages)}</p>'
        f'<h2 class="finding" id="finding-{number}">{_keep_amounts(tell(slide.title, languages))}</h2></header>'
        f'<div class="body">{body}</div>'
        f"{_write_doubt(slide, languages)}"
        f"{write_changes(changes, since, languages)}"
        f"{_write_foot(slide, place, languages, base, asof)}"
        f"{_write_questions(slide, number, languages)}{_write_notes(slide, languages)}</section>"
    )


def _keep_amounts(words: str) -> str:
    """Return a headline whose Chinese amounts of money are not broken over two lines."""
    return re.sub(r"新臺幣 [\d.,]+ ?[萬億兆]? ?元", lambda match: f'<span class="whole">{match[0]}</span>', words)


def write_level(level: str, languages: Sequence[Language]) -> str:
    """Return the five-step ladder with the step of this level filled, and its word in each language shown."""
    step = LEVELS.index(ResultLevel(level))
    steps = "".join(f'<i class="{"on" if place == step else ""}"></i>' for place in range(len(LEVELS)))
    tone = "result" if level in RESULTS else "quiet"
    words = tell_text(f"level_{level}", languages)
    return f'<span class="level {tone}"><span class="ladder" aria-hidden="true">{steps}</span><b>{words}</b></span>'


def _write_number(slide: Slide, languages: Sequence[Language]) -> str:
    if slide.number is None:
        return ""
    below: Words = {
        language: " · ".join(filter(None, (slide.number.unit[language], slide.number.period[language])))
        for language in languages
    }
    if below[languages[-1]] in below[languages[0]]:
        # A year of digits says all in both languages.
        below = dict.fromkeys(languages, below[languages[0]])
    return (
        f'<div class="number"><b style="--em:{_widest(slide.number.words[languages[0]]):.2f}">'
        f"{_write_amount(slide.number.words, languages)}</b><span>{tell(below, languages)}</span></div>"
    )


def _write_amount(words: Words, languages: Sequence[Language]) -> str:
    shown = tell(words, languages)
    return f"<small>{CURRENCY.strip()}</small>{shown.removeprefix(CURRENCY)}" if shown.startswith(CURRENCY) else shown


def _widest(words: str) -> float:
    """Return the width of the widest line of a number in parts of its size; lines of Latin words may break."""
    amount = words.removeprefix(CURRENCY)
    han = any(ord(letter) > HAN for letter in amount)
    pieces = [amount] if han or len(amount) < FITTING else amount.split()
    return max(measure(piece, 1.0, bold=True) for piece in pieces)


def _write_figure(shelf: Shelf, slide: Slide, languages: Sequence[Language]) -> str:
    chart = slide.chart
    assert chart is not None
    unit: Words = {
        language: " · ".join(filter(None, (chart.scope[language], _unit_words(slide, language))))
        for language in languages
    }
    drawing = draw_chart(shelf, chart, languages, estimate_room(slide, languages, unit))
    notes = f'<p class="marks">{tell(drawing.marks, languages)}</p>' if any(drawing.marks.values()) else ""
    return (
        f'<figure><figcaption><b>{tell(chart.title, languages)}</b><span class="scope">{tell(unit, languages)}</span>'
        f"</figcaption>{drawing.svg}{notes}</figure>{_write_number(slide, languages)}"
    )


def _unit_words(slide: Slide, language: Language) -> str:
    """Return the unit where the axis does not say it."""
    chart = slide.chart
    assert chart is not None
    signed = chart.unit_kind in ("percent", "money")
    return "" if signed else text("in_unit", language, unit=chart.unit[language])


def _write_statement(slide: Slide, languages: Sequence[Language]) -> str:
    """Return the number with the sentence it stands for, where there is no series to draw."""
    number = slide.number
    wide = 0.0
    if number is not None:
        em = _widest(number.words[languages[0]])
        below = [f"{number.unit[code]} · {number.period[code]}" for code in languages]
        wide = min(40.0, max(min(9.5 * em, 38.0), *(measure(words, 1.6) for words in below)))
    size = fit_sentence(slide, languages, wide)
    return (
        f"{_write_number(slide, languages)}"
        f'<p class="sentence" style="--size:{size}">{tell(slide.sentence, languages)}</p>'
    )


def _write_doubt(slide: Slide, languages: Sequence[Language]) -> str:
    if slide.grade:
        chips = "".join(
            f'<span class="{"twin" if place else ""}" lang="{language}">{grade_mark(slide.grade, language)}</span>'
            for place, language in enumerate(languages)
        )
        chip = f'<span class="chips">{chips}</span>'
    else:
        chip = f'<span class="chips"><span class="grade none">{tell(slide.grade_words, languages)}</span></span>'
    label = "doubt" if slide.grade else "deck_caution"
    lines = "".join(
        f'<span lang="{language}"><b>{escape(text(label, language))}</b>{" " if language == "en" else ""}'
        f"{escape(slide.doubt[language])}</span>"
        for language in languages
    )
    return f'<div class="proof">{chip}<p class="doubt">{lines}</p></div>'


def write_changes(changes: Sequence[Change], since: str, languages: Sequence[Language]) -> str:
    """Return what of a slide has changed since the deck was made."""
    if not changes:
        return ""
    items = (" " if languages[0] == "en" else "").join(
        dict.fromkeys(change.sentence[languages[0]] for change in changes)
    )
    return f'<p class="changed">{escape(text("deck_changed_since", languages[0], day=since))} {escape(items)}</p>'


def _write_day(asof: str, languages: Sequence[Language]) -> str:
    """Return that the data are those of an earlier day, where they are."""
    if not asof:
        return ""
    words: Words = {code: text("asof_notice", code, day=format_period(asof, code)) for code in languages}
    return f'<span class="dated">{tell(words, languages)}</span>'


def _write_foot(slide: Slide, place: tuple[int, int], languages: Sequence[Language], base: str, asof: str) -> str:
    number, whole = place
    shown = base.partition("://")[2] or base
    query = {"lang": languages[0]} | ({"asof": asof} if asof else {})
    address = f"{base}{slide.path}?{urlencode(query)}"
    mark = "".join(
        f'<rect x="{x}" y="{y}" width="5" height="{height}" rx="1" class="{"strong" if at > 2 else "faint"}"/>'
        for at, (x, y, height) in enumerate(MARK)
    )
    return (
        f'<footer><p class="source">{tell(slide.source, languages)}<span class="dot"> · </span>'
        f"{tell(say_as_of(slide, languages), languages)}"
        f'<a href="{escape(address)}">{escape(shown + slide.path)}</a></p>'
        f'<p class="place"><span>{number} / {whole}</span>'
        f'<svg class="mark" viewBox="0 0 32 26" aria-hidden="true">{mark}</svg></p></footer>'
    )


def write_answers(slide: Slide, languages: Sequence[Language], heading: str = "h3") -> str:
    """Return every question of a slide with its answers."""
    return "".join(
        f'<section class="question"><{heading}>{tell(card.question, languages)}</{heading}>'
        f"<ul>{''.join(f'<li>{tell(answer, languages)}</li>' for answer in card.answers)}</ul></section>"
        for card in slide.questions
    )


def _write_questions(slide: Slide, number: int, languages: Sequence[Language]) -> str:
    return (
        f'<dialog class="questions" aria-labelledby="questions-{number}">'
        f'<div class="head"><h2 id="questions-{number}">{tell_text("stage_questions", languages)}</h2>'
        f'<button type="button" data-act="close">{escape(text("stage_close", languages[0]))}</button></div>'
        f'<p class="about">{tell(slide.title, languages)}</p>'
        f'<div class="answers">{write_answers(slide, languages)}</div></dialog>'
    )


def _write_notes(slide: Slide, languages: Sequence[Language]) -> str:
    rows = "".join(
        f"<dt>{tell(note.heading, languages)}</dt><dd>{tell(note.text, languages)}</dd>" for note in slide.notes
    )
    return f'<div class="notes" hidden><dl>{rows}</dl></div>'
