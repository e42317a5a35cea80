"""A deck as a PowerPoint file: one finding a slide, charts that can be edited, notes for the one who speaks."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

from pptx.enum.text import MSO_ANCHOR

from dashboard.evidence import GRADES
from dashboard.export.deck.frame import (
    MARGIN,
    WIDTH,
    Frame,
    add_rect,
    begin_presentation,
    hide_from_voices,
    place_box,
    say_in,
    set_alt,
    set_fonts,
    write_text,
)
from dashboard.export.deck.model import Deck, Slide
from dashboard.export.deck.native import add_chart
from dashboard.export.deck.scales import axis_note
from dashboard.export.deck.slides import say_as_of
from dashboard.export.fonts import measure, wrap
from dashboard.export.sheet import fit_lines
from dashboard.language import LANGUAGES, Language, text
from dashboard.markup import LEVELS, RESULTS
from dashboard.models import ResultLevel
from dashboard.settings import get_settings

FLOOR = 6.42
"""Where figure, number and doubt end."""
ASIDE = 9.45
"""Left edge of the column of number and doubt."""
GAP = 6
"""Points between a doubt in one language and in the other."""
BESIDE_HAN = re.compile(r"(?<=[\u2e80-\uffef]) | (?=[\u2e80-\uffef])")
"""Spaces between Han and Latin letters."""
FIRST_DAY = (1980, 1, 1, 0, 0, 0)


def write_pptx(deck: Deck, base: str = "") -> bytes:
    """Return a deck as a PowerPoint file; the same deck gives the same bytes.

    Args:
        deck: what to write.
        base: the address of the site, for links and their square codes; that of the settings when empty.
    """
    presentation = begin_presentation()
    base = (base or get_settings().public_url).rstrip("/")
    for slide in deck.slides:
        _add_slide(presentation, slide, deck, base)
    _describe(presentation, deck)
    buffer = io.BytesIO()
    presentation.save(buffer)
    return _settle(buffer.getvalue())


def _describe(presentation: Any, deck: Deck) -> None:
    about = presentation.core_properties
    about.title = say_in(deck.title, deck.languages, " / ")
    about.author = about.last_modified_by = text("product", deck.languages[0])
    about.created = about.modified = dt.datetime.combine(deck.day, dt.time())
    about.last_printed = about.created
    about.language = deck.languages[0]
    about.subject = deck.edition
    about.revision = 1


def _settle(file: bytes) -> bytes:
    """Return the same file with the hours of writing taken out."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            plain = zipfile.ZipInfo(entry.filename, FIRST_DAY)
            plain.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(plain, old.read(entry.filename))
    return buffer.getvalue()


def _add_slide(presentation: Any, slide: Slide, deck: Deck, base: str) -> None:
    page = presentation.slides.add_slide(presentation.slide_layouts[0])
    languages = deck.languages
    top = _write_title(page, slide, languages)
    _write_level(page, slide, languages)
    if slide.chart is not None:
        aside = Frame(ASIDE, top, WIDTH - MARGIN - ASIDE, FLOOR - top)
        _add_figure(page, slide, deck, Frame(MARGIN, top, 8.55, FLOOR - top))
        _write_aside(page, slide, languages, aside)
    else:
        _write_statement(page, slide, languages, top)
    _write_foot(page, slide, deck, base)
    _write_notes(page, slide, languages)


def _write_title(page: Any, slide: Slide, languages: Sequence[Language]) -> float:
    """Write the finding and return where the figure may begin."""
    holder = page.shapes.title.text_frame
    width = (WIDTH - 2 * MARGIN) * 72 * 0.97
    twins = len(languages) > 1
    # Two long titles share the height with the chart, so each gets smaller before it takes a second line.
    sizes = ((38, 36, 34, 32), (28, 26, 24, 22, 20)) if twins else ((38, 36),)
    paragraphs, chosen, high = [], [], 0.0
    for language, allowed in zip(languages, sizes, strict=True):
        room = width - spread(slide.title[language], allowed[0])
        size, lines = fit_lines(slide.title[language], room, allowed, most=1 if twins else 2)
        if len(lines) == 1 and lines[0].endswith("…"):
            size, lines = fit_lines(slide.title[language], room, allowed[-1:], most=2)
        # A vertical tab breaks the line where it reads best and keeps the paragraph whole.
        paragraphs.append("\v".join(lines))
        chosen.append(size)
        high += len(lines) * size * 1.2 / 72
    write_text(holder, paragraphs, size=38, bold=True, leading=0.95, sizes=chosen)
    title = page.shapes.title
    title.left, title.top, title.width, title.height = Frame(MARGIN, 0.72, WIDTH - 2 * MARGIN, high + 0.05).emu
    return 0.72 + high + 0.22


def spread(words: str, size: float) -> float:
    """Return how much wider some office programs set a text: they part Han from Latin where a space does already.

    They also take ≥ and ≤ beside Han from a Chinese font, in which these are as wide as a character and parted too.
    """
    return 0.25 * size * len(BESIDE_HAN.findall(words)) + 0.75 * size * len(re.findall("[≥≤](?=[一-鿿])", words))


def _write_level(page: Any, slide: Slide, languages: Sequence[Language]) -> None:
    """Draw the ladder of levels with the step filled; its word stands in both languages on every slide."""
    step = LEVELS.index(ResultLevel(slide.level))
    tone = "accent" if slide.level in RESULTS else "muted"
    for place in range(len(LEVELS)):
        high = 0.06 + 0.035 * place
        tint = tone if place == step else "hairline"
        bar = add_rect(page, Frame(MARGIN + place * 0.085, 0.6 - high, 0.06, high), tint)
        hide_from_voices(bar)
    level = " ".join(text(f"level_{slide.level}", language) for language in LANGUAGES)
    words = f"{level} · {say_in(slide.theme, languages)}"
    place_box(page, Frame(MARGIN + 0.55, 0.36, 9, 0.3), [words], size=14, tint=tone)


def _add_figure(page: Any, slide: Slide, deck: Deck, room: Frame) -> None:
    """Set measure and scope over the chart, and what its marks mean under it."""
    chart, languages = slide.chart, deck.languages
    if chart is None:
        return
    top = room.top
    for words, size, tint, bold in _chart_lines(slide, languages):
        lines = wrap(words, size * 1.06, room.width * 72, most=2, bold=bold)
        high = len(lines) * size * 1.22 / 72
        place_box(page, Frame(room.left, top, room.width, high), [words], size=size, tint=tint, bold=bold)
        top += high
    notes = " ".join(filter(None, (say_in(axis_note(chart), languages, " "), say_in(chart.notes, languages, " "))))
    lines = wrap(notes, 12 * 1.06, room.width * 72, most=3) if notes else []
    below = len(lines) * 12 * 1.22 / 72
    bottom = room.top + room.height - below
    if notes:
        place_box(page, Frame(room.left, bottom, room.width, below), [notes], size=12, tint="muted")
    add_chart(page, chart, Frame(room.left, top + 0.06, room.width, bottom - top - 0.1), languages, deck.day)


def _chart_lines(slide: Slide, languages: Sequence[Language]) -> list[tuple[str, float, str, bool]]:
    """Return the measure with its unit, and the scope, one line a language."""
    assert slide.chart is not None
    lines = []
    for language in languages:
        unit = slide.chart.unit[language]
        measure_words = text("measure", language, title=slide.chart.title[language], unit=unit)
        lines.append((measure_words, 14.0, "ink", True))
    scope = say_in(slide.chart.scope, languages, " / ")
    return [*lines, (scope, 12.0, "muted", False)]


def _write_aside(page: Any, slide: Slide, languages: Sequence[Language], room: Frame) -> None:
    """Set number and doubt one above the other; a long doubt makes the number smaller, never itself cut."""
    lines = _doubt_lines(slide, languages)
    largest, size, high = 60, 12.0, 0.0
    for largest in (60, 48, 36, 28):
        used = _lay_number(slide, languages, room, largest)[-1] - room.top
        size, high = fit(lines, room.width, room.height - used - 0.3, (16, 15, 14, 13, 12), GAP)
        if used + high + 0.3 <= room.height:
            break
    _write_number(page, slide, languages, room, largest=largest)
    top = room.top + room.height - high
    rule = add_rect(page, Frame(room.left, top - 0.12, room.width, 0.012), "hairline")
    hide_from_voices(rule)
    place_box(page, Frame(room.left, top, room.width, high), lines, size=size, tint="ink", leading=1.05, gap=GAP)


def _lay_number(
    slide: Slide, languages: Sequence[Language], room: Frame, largest: float
) -> tuple[list[str], float, list[str], float, float, float]:
    """Return the number's lines and size, the lines and size of what stands under it, and both lower edges."""
    if slide.number is None:
        return [], largest, [], 16.0, room.top, room.top
    lines = list(dict.fromkeys(slide.number.words[language] for language in languages))
    size = largest if len(lines) == 1 else largest * 0.62
    widest = max(measure(line, 1.0, bold=True) + spread(line, 1.0) for line in lines)
    size = max(22.0, min(size, room.width * 72 / (widest * 1.06)))
    wrapped = sum(len(wrap(line, size * 1.02, room.width * 72, most=3, bold=True)) for line in lines)
    edge = room.top + wrapped * size * 1.2 / 72
    below = [_join(slide.number.unit[language], slide.number.period[language]) for language in languages]
    below = list(dict.fromkeys(below))
    joined = " / ".join(below)
    if len(below) > 1 and measure(joined, 14 * 1.06) + spread(joined, 14) <= room.width * 72:
        below = [joined]
    small = 16.0 if len(below) == 1 else 14.0
    count = sum(len(wrap(words, small * 1.06, room.width * 72, most=3)) for words in below)
    return lines, size, below, small, edge, edge + 0.04 + count * small * 1.22 / 72


def _write_number(page: Any, slide: Slide, languages: Sequence[Language], room: Frame, *, largest: float) -> None:
    """Set the number large with unit and period under it."""
    lines, size, below, small, edge, end = _lay_number(slide, languages, room, largest)
    if not lines:
        return
    place_box(page, Frame(room.left, room.top, room.width, edge - room.top), lines, size=size, tint="accent", bold=True)
    place_box(page, Frame(room.left, edge + 0.04, room.width, end - edge - 0.04), below, size=small, tint="muted")


def _join(*words: str) -> str:
    return " · ".join(filter(None, words))


def _doubt_lines(slide: Slide, languages: Sequence[Language]) -> list[str]:
    # Without a grade there is no doubt of a claim, only what an indicator's users are warned of.
    label = "doubt" if slide.grade else "deck_caution"
    return [
        f"{text(label, language)}{' ' if language == 'en' else ''}{slide.doubt[language]}" for language in languages
    ]


def fit(
    lines: Sequence[str], width: float, height: float, sizes: Sequence[float], gap: float = 0.0
) -> tuple[float, float]:
    """Return the largest size at which paragraphs fit into a box, and the height they take; in points and inches.

    ``gap`` is what keeps paragraphs apart, in points.
    """
    high = 0.0
    for size in sizes:
        count = sum(len(wrap(line, size * 1.06, width * 72, most=40)) for line in lines)
        high = (count * size * 1.28 + gap * (len(lines) - 1)) / 72
        if high <= height:
            return size, high
    return sizes[-1], high


def _write_statement(page: Any, slide: Slide, languages: Sequence[Language], top: float) -> None:
    """Set number and sentence side by side where there is no series to draw."""
    top += 0.25
    left = Frame(MARGIN, top, 4.9, FLOOR - top)
    _write_number(page, slide, languages, left, largest=88)
    right = Frame(6.1, top, WIDTH - MARGIN - 6.1, FLOOR - top)
    rule = add_rect(page, Frame(right.left - 0.35, right.top, 0.012, right.height), "hairline")
    hide_from_voices(rule)
    sentences = [slide.sentence[language] for language in languages]
    doubts = _doubt_lines(slide, languages)
    small, below = fit(doubts, right.width, 1.5, (15, 14, 13, 12))
    size, high = fit(sentences, right.width, right.height - below - 0.25, (24, 22, 20, 18, 16, 15, 14, 13, 12))
    place_box(page, Frame(right.left, right.top, right.width, high), sentences, size=size, leading=1.08)
    edge = max(right.top + high + 0.2, right.top + right.height - below)
    place_box(page, Frame(right.left, edge, right.width, below), doubts, size=small, tint="muted", leading=1.05)


def _write_foot(page: Any, slide: Slide, deck: Deck, base: str) -> None:
    """Set grade, source, date, link and its square code below the hairline.

    The address shown is short; where it leads, by click or by code, the data are those of the deck's day.
    """
    languages = deck.languages
    chip = _draw_grade(page, slide, languages)
    code = WIDTH - MARGIN - 0.55 - 0.72
    left = MARGIN + chip + 0.22
    width = code - left - 0.2 if base else WIDTH - MARGIN - 0.6 - left
    link = f"{base}{slide.path}"
    shown = link.partition("://")[2] or link
    dated = say_in(say_as_of(slide, languages), languages)
    # Where date and address fit on one line, a long source gets the line between them.
    one = measure(f"{dated} · {shown}", 12.7) <= width * 72
    lines = _wrap_sources(slide, languages, width * 72, most=3 if one else 2)
    if not one and lines[-1].endswith("…"):
        lines = [*_wrap_sources(slide, languages, width * 72, most=3, more=f" · {dated}"), shown]
    else:
        lines += [f"{dated} · "] if one else [dated, shown]
    box = place_box(page, Frame(left, 6.66, width, 0.2 * len(lines)), [], size=12)
    write_text(box.text_frame, lines, size=12, tint="muted")
    if one:
        run = box.text_frame.paragraphs[-1].add_run()
        run.text = shown
        set_fonts(run.font, size=12, tint="muted")
    if base:
        last = box.text_frame.paragraphs[-1].runs[-1]
        dated = f"{link}?lang={languages[0]}&asof={deck.day.isoformat()}"
        last.hyperlink.address = dated
        _add_code(page, dated, code, languages)


def _wrap_sources(slide: Slide, languages: Sequence[Language], width: float, *, most: int, more: str = "") -> list[str]:
    """Return the source on so many lines at most: one for each language, or run on where one of them is too long.

    ``more`` follows where they run on.
    """
    sources = [slide.source[language] for language in languages]
    if len(sources) > 1 and all(measure(words, 12.7) <= width for words in sources):
        return list(dict.fromkeys(sources))
    return wrap(" / ".join(dict.fromkeys(sources)) + more, 12.7, width, most=most)


def _add_code(page: Any, link: str, left: float, languages: Sequence[Language]) -> None:
    import segno

    buffer = io.BytesIO()
    segno.make(link, error="m", micro=False).save(
        buffer, kind="png", scale=8, border=2, dark="#1B2733", light="#FBFAF7"
    )
    buffer.seek(0)
    picture = page.shapes.add_picture(buffer, *Frame(left, 6.7, 0.72, 0.72).emu)
    set_alt(picture, " ".join(text("deck_code", language, link=link) for language in languages))


def _draw_grade(page: Any, slide: Slide, languages: Sequence[Language]) -> float:
    """Draw the grade as an outlined chip with five ticks and return its width."""
    lines = list(dict.fromkeys(slide.grade_words[language] for language in languages))
    wide = max(measure(line, 12 * 1.08) for line in lines) / 72 + 0.75
    high = 0.34 if len(lines) == 1 else 0.5
    add_rect(page, Frame(MARGIN, 6.7, wide, high), "card", line="muted", rounded=True)
    reached = GRADES.index(slide.grade) if slide.grade else 0
    for place in range(5):
        tint = "accent" if place < reached else "hairline"
        tick = add_rect(page, Frame(MARGIN + 0.1 + place * 0.085, 6.7 + high / 2 - 0.075, 0.05, 0.15), tint)
        hide_from_voices(tick)
    words = Frame(MARGIN + 0.6, 6.7, wide - 0.62, high)
    place_box(page, words, lines, size=12, anchor=MSO_ANCHOR.MIDDLE)
    return wide


def _write_notes(page: Any, slide: Slide, languages: Sequence[Language]) -> None:
    """Write what the speaker needs: the sentence, definition, marks, doubt and likely questions."""
    paragraphs = []
    for language in languages:
        level = f"{text(f'level_{slide.level}', language)} · {slide.grade_words[language]}"
        paragraphs += [slide.title[language], level]
        for note in slide.notes:
            paragraphs += ["", note.heading[language], *note.text[language].split("\n")]
        paragraphs += ["", f"{slide.source[language]} · {slide.as_of[language]}", ""]
    write_text(page.notes_slide.notes_text_frame, paragraphs[:-1], size=12)
