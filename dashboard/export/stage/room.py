"""How much height a slide leaves its chart, so that the chart is drawn in the shape it will have.

A slide is a hundred units wide on every screen, so the lines its words take can be counted beforehand with the font
that pictures use. The numbers are those of ``stage.css``; where a browser's font breaks a line elsewhere, the chart
is scaled a little.
"""

from collections.abc import Sequence

from dashboard.export.deck import Slide, Words
from dashboard.export.deck.scales import axis_note
from dashboard.export.deck.slides import say_as_of
from dashboard.export.fonts import wrap
from dashboard.language import Language, text

WHOLE, WIDE, FIGURE = 56.25, 91.2, 64.8
"""Units: height of a slide, width of its words, width of its chart."""
MOST = 9
SENTENCES = (2.2, 2.0, 1.85, 1.7, 1.55)
"""Sizes of the sentence beside a number, in units; the second language is four fifths of it."""


def count_lines(words: str, size: float, width: float, *, bold: bool = False) -> int:
    """Return how many lines words take, at a size and a width in units."""
    return len(wrap(words, size, width, most=MOST, bold=bold)) if words else 0


def estimate_room(slide: Slide, languages: Sequence[Language], scope: Words) -> float:
    """Return the height of a chart's room for a width of one.

    Args:
        slide: what stands around the chart.
        languages: those shown.
        scope: what stands beside the chart's title.
    """
    return max(_body(slide, languages) - _caption(slide, languages, scope), 0.0) / FIGURE


def fit_sentence(slide: Slide, languages: Sequence[Language], number: float) -> float:
    """Return the size of a sentence beside a number so wide, in units, at which it does not run into the doubt."""
    width = WIDE - number - 5 - 2.4 if number else WIDE - 2.4
    high = _body(slide, languages)
    for size in SENTENCES:
        used = size * 0.5 * (len(languages) - 1)
        for language in languages:
            each = size if language == languages[0] else size * 0.8
            used += count_lines(slide.sentence[language], each, min(width, 34 * size)) * each * 1.5
        if used <= high:
            return size
    return SENTENCES[-1]


def _body(slide: Slide, languages: Sequence[Language]) -> float:
    """Return the height between headline and doubt."""
    twins = len(languages) > 1
    around = 1.6 if twins else 2.6
    used = _head(slide, languages, twins=twins) + around + _proof(slide, languages) + _foot(slide, languages)
    return WHOLE - used


def _head(slide: Slide, languages: Sequence[Language], *, twins: bool) -> float:
    first = count_lines(slide.title[languages[0]], 3.25 if twins else 3.6, WIDE, bold=True)
    if not twins:
        return 3.2 + 1.8 + 0.9 + first * 3.6 * 1.22
    second = count_lines(slide.title[languages[1]], 2.55, WIDE, bold=True)
    return 2.3 + 1.8 + 0.6 + first * 3.25 * 1.18 + second * 2.55 * 1.2


def _caption(slide: Slide, languages: Sequence[Language], scope: Words) -> float:
    chart = slide.chart
    assert chart is not None
    titles = "  ".join(chart.title[language] for language in languages)
    scopes = "  ".join(scope[language] for language in languages)
    one = count_lines(f"{titles}  {scopes}", 1.45, FIGURE) == 1
    lines = 1 if one else count_lines(titles, 1.45, FIGURE, bold=True) + count_lines(scopes, 1.45, FIGURE)
    marks = " ".join(filter(None, (words[code] for code in languages for words in (axis_note(chart), chart.notes))))
    below = count_lines(marks, 1.25, FIGURE)
    return lines * 1.45 * 1.35 + 0.5 + (0.4 + below * 1.25 * 1.4 if below else 0.0)


def _proof(slide: Slide, languages: Sequence[Language]) -> float:
    size = 1.28 if len(languages) > 1 else 1.5
    chip = 1.68 * 0.94 * size
    width = WIDE - 1.6 - 9 * size
    label = "doubt" if slide.grade else "deck_caution"
    lines = sum(count_lines(text(label, code) + slide.doubt[code], size, width) for code in languages)
    chips = chip * len(languages) + 0.4 * (len(languages) - 1)
    return 0.5 + max(lines * size * 1.42, chips)


def _foot(slide: Slide, languages: Sequence[Language]) -> float:
    sources = "  ".join(slide.source[language] for language in languages)
    dates = "  ".join(dict.fromkeys(say_as_of(slide, languages)[language] for language in languages))
    return 1.7 + 1.7 + (count_lines(f"{sources} · {dates}", 1.2, WIDE - 11) + 1) * 1.2 * 1.4
