"""An index of all documents: SQLite's full-text search in memory, filled from the store whatever database holds it.

Why this way, measured on the shipped catalogue (``benchmarks/search.py``): FTS5 ships with Python and ranks by BM25
with a weight for each column. Its trigram tokenizer finds nothing for words of two characters, which most Chinese
words are (廉政, 投票), so every Han character is made a token here and a word becomes a phrase of them. DuckDB's
full-text search is an extension that has to be fetched, cuts no Chinese, and must be rebuilt for each change as well.
What FTS5 cannot do, words written slightly wrong, rapidfuzz does over the words of the titles.
"""

import sqlite3
import threading
import weakref
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from dashboard.exceptions import StoreError
from dashboard.search.documents import Document
from dashboard.search.words import IS_HAN, Phrase, fold, runs_of, singular, tokens_of

WEIGHTS = (10.0, 5.0, 1.0)
"""What a match counts for in a title, in the other names, in the text."""
SHORTEST_PREFIX = 4
"""Letters from which a Latin word is looked for as a beginning: PEP must not find people."""
CLOSE_ENOUGH = 60
"""How alike, of 100, a name must look to be suggested."""
NEAR = 3
"""How many words close to a misspelt one are tried."""
SHORTEST_HAN, LONGEST_HAN = 3, 9
"""Characters of a Han word that may have been mistyped; with fewer, anything is close to anything."""
LONG_HAN = LONG_LATIN = 7
"""Letters from which a word may be wrong in two places."""


class Index:
    """Documents, the phrases in them, and the words a misspelling may have meant."""

    def __init__(self, documents: Sequence[Document], groups: Iterable[Sequence[str]]) -> None:
        self.documents = documents
        groups = list(groups)
        self._offered = {fold(word): word for group in groups for word in group}
        self._group_of = {fold(word): number for number, group in enumerate(groups) for word in group}
        for document in documents:
            if document.kind == "indicator":
                self._offered |= {fold(words): words for words in document.title.values()}
        self.synonyms = {singular(phrase): group for group in map(_phrases, groups) for phrase in group}
        self.longest_synonym = max(map(len, self.synonyms), default=0)
        self._title_tokens = [
            " ".join(["", *(token for words in document.title.values() for token in ("|", *tokens_of(words)))])
            for document in documents
        ]
        self.titles = [tuple(map(fold, document.title.values())) for document in documents]
        named = [(*document.title.values(), document.names) for document in documents if document.kind != "source"]
        self._names = [words for row in named for words in row]
        self._names += ["".join(phrase) if IS_HAN.match(phrase[0]) else " ".join(phrase) for phrase in self.synonyms]
        self._latin = sorted({run.tokens[0] for words in self._names for run in runs_of(words) if not run.han})
        self._han = {run.tokens for words in self._names for run in runs_of(words) if run.han}
        everything = [run for document in documents for words in _columns(document) for run in runs_of(words)]
        self._words = sorted({run.tokens[0] for run in everything if not run.han})
        self._text = " ".join({"".join(run.tokens) for run in everything if run.han})
        self._pairs = {pair for run in everything if run.han for pair in pairwise(run.tokens)}
        self._pieces = {size: _pieces_of(self._han, size) for size in range(SHORTEST_HAN - 1, LONGEST_HAN + 2)}
        self._lock = threading.Lock()
        try:
            self._connection = sqlite3.connect(":memory:", check_same_thread=False)
            self._fill()
        except sqlite3.Error as error:
            raise StoreError(f"the search index cannot be built: {error}") from error
        weakref.finalize(self, self._connection.close)

    def _fill(self) -> None:
        columns = [
            (number, *(" ".join(tokens_of(words)) for words in _columns(document)))
            for number, document in enumerate(self.documents)
        ]
        self._connection.execute(
            "CREATE VIRTUAL TABLE document USING fts5"
            "(title, names, body, content='', tokenize='porter unicode61', prefix='4 5 6')"
        )
        self._connection.executemany("INSERT INTO document (rowid, title, names, body) VALUES (?, ?, ?, ?)", columns)
        self._connection.execute("INSERT INTO document (document) VALUES ('optimize')")

    def find(self, phrases: Sequence[Phrase]) -> dict[int, float]:
        """Return the documents that hold one of the phrases, with how well they match; more is better."""
        ask = "SELECT rowid, -bm25(document, ?, ?, ?) FROM document WHERE document MATCH ?"
        with self._lock:
            return dict(self._connection.execute(ask, (*WEIGHTS, " OR ".join(map(_quote, phrases)))).fetchall())

    def in_title(self, number: int, phrases: Sequence[Phrase]) -> bool:
        """Tell whether a document's title holds one of the phrases."""
        return any(f" {' '.join(singular(phrase))}" in self._title_tokens[number] for phrase in phrases)

    def knows(self, phrase: Phrase) -> bool:
        """Tell whether a Han phrase stands, or a Latin word begins, anywhere in the documents."""
        if not IS_HAN.match(phrase[0]):
            place = bisect_left(self._words, phrase[0])
            return place < len(self._words) and self._words[place].startswith(phrase[0])
        return self._pairs.issuperset(pairwise(phrase)) and "".join(phrase) in self._text

    def near(self, phrase: Phrase) -> list[Phrase]:
        """Return the names closest to a phrase nobody uses: one letter away, or two in a long word."""
        if IS_HAN.match(phrase[0]):
            word = "".join(phrase)
            if not SHORTEST_HAN <= len(word) <= LONGEST_HAN:
                return []
            close = [piece for size in (0, -1, 1) for piece in self._pieces[len(word) + size]]
            return [tuple(found) for found in _nearest(word, close, 1 if len(word) < LONG_HAN else 2)]
        word = phrase[0]
        most = 0 if len(word) < SHORTEST_PREFIX else 1 if len(word) < LONG_LATIN else 2
        return [(found,) for found in _nearest(word, self._latin, most)] if most else []

    def suggest(self, words: str, most: int) -> list[str]:
        """Return names that look most like some words, as they are written; of a group of synonyms only one."""
        found = process.extract(fold(words), list(self._offered), limit=4 * most, score_cutoff=CLOSE_ENOUGH)
        chosen: dict[str | int, str] = {}
        for name, _, _ in found:
            chosen.setdefault(self._group_of.get(name, name), self._offered[name])
        return list(chosen.values())[:most]


def _columns(document: Document) -> tuple[str, str, str]:
    return " ".join(document.title.values()), document.names, " ".join(document.body.values())


def _phrases(group: Sequence[str]) -> tuple[Phrase, ...]:
    return tuple(dict.fromkeys(map(tokens_of, group)))


def _pieces_of(runs: Iterable[Phrase], size: int) -> list[str]:
    """Return every piece of so many characters that stands in a name."""
    return sorted({"".join(run[start : start + size]) for run in runs for start in range(len(run) - size + 1)})


def _quote(phrase: Phrase) -> str:
    """Return a phrase for MATCH; its tokens are letters and digits only, so that nothing in it is an operator."""
    last = phrase[-1]
    prefix = " *" if len(last) >= SHORTEST_PREFIX and not IS_HAN.match(last) else ""
    return f'"{" ".join(phrase)}"{prefix}'


def _nearest(word: str, choices: Sequence[str], most: int) -> list[str]:
    found = process.extract(word, choices, scorer=OSA.distance, score_cutoff=most, limit=NEAR)
    least = min((distance for _, distance, _ in found), default=0)
    return [choice for choice, distance, _ in found if distance == least]
