"""What of a deck is no longer as it was: its numbers, the values in its charts, its grades, slides that are gone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from dashboard.evidence import list_regrades
from dashboard.exceptions import UnknownCodeError
from dashboard.export.deck.charts import part_names, say, say_period, say_place, say_value
from dashboard.export.deck.model import Deck, Slide, Words
from dashboard.export.deck.slides import build_slide
from dashboard.export.shelf import Shelf, open_shelf
from dashboard.models import TOTAL

TOLD = 3
"""Values of one chart that are told one by one; the rest is counted."""
KEY = ["ref_area", "breakdown", "time_period", "source_code"]

Kind = Literal["value", "point", "more", "grade", "gone", "new"]


@dataclass(frozen=True)
class Change:
    """Something of a deck that is no longer as it was.

    Attributes:
        item: the slide.
        title: its finding; that of the earlier day where the slide is gone.
        kind: a named number, a value of the chart, further values, the grade, a slide that is gone or new.
        name: of the number; empty for the rest.
        old: in words; None where there was none.
        new: in words; None where there is none.
        sentence: all of it in a sentence.
    """

    item: str
    title: Words
    kind: Kind
    name: str
    old: Words | None
    new: Words | None
    sentence: Words


def list_changes(shelf: Shelf, old: Deck, new: Deck) -> list[Change]:
    """Return everything that differs between a deck as of two days.

    A deck of one's own has the same items on both; a ready-made one has those its rule chose on each day.

    Args:
        shelf: the catalogue as of the later day.
        old: the deck as of the earlier day.
        new: the deck as of the later day.
    """
    before = {slide.item: slide for slide in old.slides}
    now = {slide.item for slide in new.slides}
    changes: list[Change] = []
    for slide in new.slides:
        past = before.get(slide.item)
        if past is None:
            why = "joined" if _can_show(open_shelf(shelf.store, old.day), slide.item) else "new"
            changes.append(Change(slide.item, slide.title, "new", "", None, None, say(f"deck_change_{why}")))
            continue
        values = list(_compare_values(past, slide))
        told = {(_key(change.old), _key(change.new)) for change in values}
        points = [change for change in _compare_points(shelf, past, slide)
                  if (_key(change.old), _key(change.new)) not in told]  # fmt: skip
        changes += [*values, *_bound(slide, points), *_compare_grades(shelf, old, past, slide)]
    for slide in old.slides:
        if slide.item not in now:
            why = "left" if slide.item not in new.missing and _can_show(shelf, slide.item) else "gone"
            changes.append(Change(slide.item, slide.title, "gone", "", None, None, say(f"deck_change_{why}")))
    return changes


def _can_show(shelf: Shelf, item: str) -> bool:
    try:
        build_slide(shelf, item)
    except UnknownCodeError:
        return False
    return True


def tell_slides(changes: Iterable[Change]) -> Words | None:
    """Return in one sentence which slides are no longer there and which are new; None where they are the same."""
    listed = [change for change in changes if change.kind in ("gone", "new")]
    found = {kind: [change.title for change in listed if change.kind == kind] for kind in ("gone", "new")}
    named = {kind: _quote(titles) for kind, titles in found.items() if titles}
    return say(f"deck_slides_{'both' if len(named) > 1 else next(iter(named))}", **named) if named else None


def _quote(titles: Iterable[Words]) -> Words:
    quoted = [say("deck_quoted", title=title) for title in titles]
    comma = say("comma")
    return {language: comma[language].join(words[language] for words in quoted) for language in comma}


def _key(words: Words | None) -> str:
    return words["en"] if words else ""


def _tell(kind: Literal["value", "point", "grade"], old: Words | None, new: Words | None, **more: Words) -> Words:
    ending = "" if old and new else "_added" if new else "_removed"
    given = {name: words for name, words in (("old", old), ("new", new)) if words}
    return say(f"deck_change_{kind}{ending}", **given, **more)


def _compare_values(past: Slide, slide: Slide) -> Iterator[Change]:
    for name in dict.fromkeys([*past.values, *slide.values]):
        was, now = past.values.get(name), slide.values.get(name)
        if was != now:
            yield Change(slide.item, slide.title, "value", name, was, now, _tell("value", was, now))


def _rows(slide: Slide) -> pd.Series:
    if slide.chart is None:
        return pd.Series(dtype=float)
    return slide.chart.frame.dropna(subset=["obs_value"]).drop_duplicates(KEY).set_index(KEY)["obs_value"]


def _compare_points(shelf: Shelf, past: Slide, slide: Slide) -> Iterator[Change]:
    """Yield the values of a chart that differ: first those that were changed, then those added, then those gone."""
    chart = slide.chart or past.chart
    if chart is None or (past.chart and past.chart.indicator != chart.indicator):
        return
    was, now = _rows(past), _rows(slide)
    card = shelf.cards[chart.indicator]
    keys = [
        *(key for key in now.index if key in was.index and was[key] != now[key]),
        *(key for key in now.index if key not in was.index),
        *(key for key in was.index if key not in now.index),
    ]
    for key in keys:
        old = say_value(card, float(was[key])) if key in was.index else None
        new = say_value(card, float(now[key])) if key in now.index else None
        if old != new:
            sentence = _tell("point", old, new, where=_name_point(shelf, card, key))
            yield Change(slide.item, slide.title, "point", "", old, new, sentence)


def _name_point(shelf: Shelf, card: Any, key: tuple[str, str, str, str]) -> Words:
    """Return place, part and period of a value in words."""
    area, part, period, _ = key
    pieces = [say_place(shelf, area), *([part_names(card)[part]] if part != TOTAL else []), say_period(period)]
    return {language: say("comma")[language].join(words[language] for words in pieces) for language in pieces[0]}


def _bound(slide: Slide, points: list[Change]) -> list[Change]:
    if len(points) <= TOLD:
        return points
    sentence = say("deck_change_more", count=len(points) - TOLD)
    return [*points[:TOLD], Change(slide.item, slide.title, "more", "", None, None, sentence)]


def _compare_grades(shelf: Shelf, old: Deck, past: Slide, slide: Slide) -> Iterator[Change]:
    """Yield a change of grade: between the slides, or as the claim's record tells it since the earlier day."""
    was = past.grade
    if was == slide.grade and slide.kind == "claim":
        later = [row for row in list_regrades(shelf.claims[slide.key].claim, shelf.day) if row[0] > old.day]
        was = later[0][1] if later else was
    if was != slide.grade:
        before, after = _name_grade(was), _name_grade(slide.grade)
        yield Change(slide.item, slide.title, "grade", "", before, after, _tell("grade", before, after))


def _name_grade(grade: str) -> Words:
    if not grade:
        return say("deck_ungraded")
    words = say(f"grade_{grade}")
    return {language: f"{grade} {words[language]}" for language in words}
