"""What a slide holds, before anybody decides whether it becomes PowerPoint, a page or paper.

Words are kept in both languages; a deck's ``languages`` say which are shown, and both of them mean side by side.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from dashboard.language import LANGUAGES, Language
from dashboard.standings import Ends

Words = Mapping[Language, str]
"""The same words in each language."""
ChartKind = Literal["line", "places", "parts", "multiples", "bar_parts", "bar_places", "stacked"]
Question = Literal["compared", "who", "worse", "missing", "sure"]
QUESTIONS: tuple[Question, ...] = ("compared", "who", "worse", "missing", "sure")
MOST_SLIDES = 24


@dataclass(frozen=True)
class Point(Ends):
    """One observation as a chart draws it.

    ``category`` is a period on charts over time and a place or part on bars; ``label`` says it in words.
    """

    category: str
    label: Words
    period: str
    value: float | None
    status: str = "A"
    lower: float | None = None
    upper: float | None = None
    source: str = field(default="", repr=False)


@dataclass(frozen=True)
class Series:
    """Points of one place or part; ``highlight`` tells whether it has a colour of its own."""

    code: str
    name: Words
    points: tuple[Point, ...]
    highlight: bool = True


@dataclass(frozen=True)
class Chart:
    """What a slide draws, from the rows a page would draw.

    Attributes:
        kind: as ``figures.choose_chart`` names it, or ``multiples``: one small chart a series on one scale.
        indicator: code of the indicator.
        title: the measure.
        scope: places, periods and part.
        unit: title of the unit.
        unit_kind: percent, money, count, …
        decimals: how many the source supports.
        series: what is drawn, first the most important.
        breaks: periods from which values no longer compare with earlier ones.
        left_out: bars or lines there was no room for.
        notes: what the marks mean, for those that are there.
        alt: the chart in one sentence.
        areas: the places asked for, the nation first.
        frame: the observations behind it, columns as in ``Observation``.
        told: the period of the number set large where it is not the last one drawn, so that it gets a label; or empty.
    """

    kind: ChartKind
    indicator: str
    title: Words
    scope: Words
    unit: Words
    unit_kind: str
    decimals: int
    series: tuple[Series, ...]
    breaks: tuple[str, ...]
    left_out: int
    notes: Words
    alt: Words
    areas: tuple[str, ...]
    frame: pd.DataFrame = field(compare=False, repr=False)
    told: str = ""


@dataclass(frozen=True)
class Number:
    """The one number set large: in words, with its unit (empty where the words carry it) and its period."""

    value: float
    words: Words
    unit: Words
    period: Words


@dataclass(frozen=True)
class Note:
    """A heading and a text for the one who speaks."""

    heading: Words
    text: Words


@dataclass(frozen=True)
class QuestionCard:
    """A question a listener may ask, and what the data answer, sentence by sentence."""

    kind: Question
    question: Words
    answers: tuple[Words, ...]


@dataclass(frozen=True)
class Slide:
    """One finding.

    Attributes:
        item: what was asked for, such as ``claim:turnout_fell``.
        kind: claim, indicator or story.
        key: id, code or slug.
        level: step of the results chain: input, activity, output, outcome, impact.
        theme: title of the theme.
        title: the finding, at most ten English words or 24 Chinese characters.
        sentence: the finding with its numbers; the definition where no claim rests on the indicator.
        number: set large; None where there is no value.
        chart: None where a number says it all.
        grade: E0 to E5, or empty: not graded.
        grade_words: code and name of the grade.
        reasons: what set and held the grade.
        doubt: the biggest doubt.
        source: publisher, how many others, licence.
        as_of: the period of the data and the day they were published, in words.
        period: the same period by its code.
        published: the same day as ``YYYY-MM-DD``.
        path: the address of exactly this view on the site, without host and language.
        values: every number of the finding by name, in words.
        notes: definition, method, marks, doubt and questions.
        questions: the question cards.
    """

    item: str
    kind: Literal["claim", "indicator", "story"]
    key: str
    level: str
    theme: Words
    title: Words
    sentence: Words
    number: Number | None
    chart: Chart | None
    grade: str
    grade_words: Words
    reasons: tuple[Words, ...]
    doubt: Words
    source: Words
    as_of: Words
    period: str
    published: str
    path: str
    values: Mapping[str, Words]
    notes: tuple[Note, ...]
    questions: tuple[QuestionCard, ...]


@dataclass(frozen=True)
class Deck:
    """Slides in order; ``missing`` are items asked for that are not there, or not public yet."""

    name: str
    title: Words
    items: tuple[str, ...]
    languages: tuple[Language, ...]
    day: dt.date
    edition: str
    slides: tuple[Slide, ...]
    missing: tuple[str, ...] = ()


def both(words: str) -> Words:
    """Return words that are the same in each language."""
    return dict.fromkeys(LANGUAGES, words)
