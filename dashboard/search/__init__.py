"""Search over everything published, in both languages at once: ``search(store, words, day, language)``.

``words`` cuts and folds, ``documents`` says what can be found, ``index`` holds it, ``query`` reads the reader's
question; here the answers are put in order. The index is made once for each version of the store and each day on which
something was published, and kept in memory.
"""

import datetime as dt
import re
import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, field

from dashboard import queries
from dashboard.language import Language
from dashboard.search.context import choose_context
from dashboard.search.documents import RESULTS, Document, build_documents
from dashboard.search.index import Index
from dashboard.search.query import LONGEST, Unit, read_query
from dashboard.search.words import Phrase, find_marks, fold
from dashboard.store import Store

__all__ = ["KINDS", "LONGEST", "MOST", "Hit", "find_marks", "get_index", "search", "suggest_words"]

KINDS = ("indicator", "claim", "story", "commitment", "project", "place", "agency", "gap", "source")
"""What a hit can be."""
KIND_WEIGHTS = {
    "indicator": 1.0, "claim": 0.9, "story": 1.1, "commitment": 0.95, "agency": 1.0, "project": 0.8, "place": 1.2,
    "gap": 0.6, "source": 0.2,
}  # fmt: skip
MOST = 60
"""Hits returned unless the caller asks for another number."""
EDGES = re.compile(r"^[\W_]+|[\W_]+$")
ENOUGH = 3
"""Hits with everything asked for, below which hits with part of it are shown as well."""
FAINT = 0.01
"""Share of the best score below which a word in passing is no answer."""
KEPT_INDEXES = 4


@dataclass(frozen=True)
class Hit:
    """One thing found: what it is, how it is called, where it stands, and why it was found."""

    kind: str
    code: str
    title: str
    context: str
    """One line of its text around the words asked for, in the reader's language."""
    page: str
    query: tuple[tuple[str, str], ...]
    """The parameters of its address, without the language."""
    score: float
    """More is better; comparable within one answer only."""
    level: str | None = None
    """Result level of an indicator or a claim."""
    grade: str | None = None
    """Evidence grade of a claim."""
    parent: str = ""
    """What it belongs to, where the title alone is ambiguous: a township's county, a commitment's plan."""
    phrases: tuple[Phrase, ...] = field(default=(), repr=False)
    """What was looked for; ``find_marks(title, phrases)`` tells where it stands in a text."""


_indexes: OrderedDict[tuple[str, str, dt.date], Index] = OrderedDict()
_lock = threading.Lock()
_building = threading.Lock()


def get_index(store: Store, day: dt.date) -> Index:
    """Return the index of everything published by a day, from memory when it was asked for before.

    Nothing changes between two days of publication, so that any day asks for one of few indexes. While one is made,
    those that are there answer on.

    Raises:
        StoreError: when the store cannot be read.
    """
    days = _publication_days(store)
    place = bisect_right(days, day)
    key = (str(store.folder), store.built.isoformat(), days[place - 1] if place else dt.date.min)
    if (index := _kept(key)) is not None:
        return index
    with _building:
        if (index := _kept(key)) is None:
            groups = [row.words for row in queries.get_synonyms(store)]
            index = Index(build_documents(store, key[2]), groups)
            with _lock:
                _indexes[key] = index
                while len(_indexes) > KEPT_INDEXES:
                    _indexes.popitem(last=False)
        return index


def _kept(key: tuple[str, str, dt.date]) -> Index | None:
    with _lock:
        if key in _indexes:
            _indexes.move_to_end(key)
        return _indexes.get(key)


_days: dict[tuple[str, str], list[dt.date]] = {}


def _publication_days(store: Store) -> list[dt.date]:
    version = (str(store.folder), store.built.isoformat())
    if version not in _days:
        _days.clear()
        _days[version] = queries.get_publication_days(store)
    return _days[version]


def search(store: Store, words: str, day: dt.date, language: Language, *, most: int = MOST) -> list[Hit]:
    """Return what was published by a day and answers to some words in either language, the best first.

    Words are read through ``LONGEST`` characters; anything may stand in them. Titles count before other names and those
    before the text, outcomes and impacts before outputs. Hits hold everything asked for; only when these are few, hits
    with part of it follow.

    Raises:
        StoreError: when the store cannot be read.
    """
    index = get_index(store, day)
    units = read_query(words, index)
    if not units:
        return []
    ranked = _rank(index, units, words)[:most]
    phrases = tuple(dict.fromkeys(phrase for unit in units for phrase in unit.phrases))
    return [_make_hit(index.documents[number], score, phrases, language) for number, score in ranked]


def suggest_words(store: Store, words: str, day: dt.date, most: int = 3) -> list[str]:
    """Return names that look like some words nothing was found for."""
    return get_index(store, day).suggest(words[:LONGEST], most)


def _rank(index: Index, units: list[Unit], words: str) -> list[tuple[int, float]]:
    whole = sum(unit.weight for unit in units)
    reached: dict[int, float] = {}
    scores: dict[int, float] = {}
    in_title: dict[int, float] = {}
    for unit in units:
        for number, score in index.find(unit.phrases).items():
            reached[number] = reached.get(number, 0) + unit.weight / whole
            scores[number] = scores.get(number, 0) + unit.weight * max(score, 0.01)
            if index.in_title(number, unit.phrases):
                in_title[number] = in_title.get(number, 0) + unit.weight / whole
    complete = sum(share > 0.99 for share in reached.values())
    least = 0.99 if complete >= ENOUGH else 0.5 if complete else min(0.5, max(reached.values(), default=0))
    asked = EDGES.sub("", fold(words[:LONGEST]))
    found = [
        (
            number,
            scores[number]
            * share**2
            * (1 + in_title.get(number, 0))
            * _worth(index.documents[number])
            * _likeness(index.titles[number], asked),
        )
        for number, share in reached.items()
        if share >= least
    ]
    faint = max((score for _, score in found), default=0.0) * FAINT
    return sorted((item for item in found if item[1] >= faint), key=lambda item: (-item[1], item[0]))


def _worth(document: Document) -> float:
    """Return what a document counts before anything is asked: results before outputs, counties before townships."""
    worth = KIND_WEIGHTS[document.kind]
    if document.kind == "place" and document.parent:
        return worth * 0.5
    return worth * 1.2 if document.level in RESULTS else worth


def _likeness(titles: Collection[str], asked: str) -> float:
    """Return how much more a document counts whose title is, or begins with, the very words that were typed."""
    if asked in titles:
        return 3.0
    if any(title.startswith(asked) for title in titles):
        return 1.6
    return 1.3 if any(asked in title for title in titles) else 1.0


def _make_hit(document: Document, score: float, phrases: tuple[Phrase, ...], language: Language) -> Hit:
    return Hit(
        document.kind,
        document.code,
        document.title[language],
        choose_context(document.body.get(language, ""), phrases),
        document.page,
        tuple(document.query.items()),
        round(score, 3),
        document.level,
        document.grade,
        document.parent.get(language, ""),
        phrases,
    )
