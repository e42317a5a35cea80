"""From a reader's words to what is looked for: synonyms taken together, misspellings mended, the rest cut up."""

from dataclasses import dataclass

from dashboard.search.index import Index
from dashboard.search.words import STOP, Phrase, Run, runs_of, singular

LONGEST = 80
"""Characters of a question that are read; a search field takes no more either."""
MOST_UNITS = 8


@dataclass(frozen=True)
class Unit:
    """One thing that was asked for: phrases of which any will do."""

    phrases: tuple[Phrase, ...]
    weight: float = 1.0


def read_query(words: str, index: Index) -> list[Unit]:
    """Return what a reader asks for; nothing when no telling word is in it.

    The first ``LONGEST`` characters count. A group of synonyms is one unit, the longest match first: 採購廉政平臺 is
    not 採購 and 廉政平臺 where a group knows it whole.
    """
    runs = runs_of(words[:LONGEST])
    units: list[Unit] = []
    for part in _take_synonyms(_mend_latin(runs, index), index):
        units += [part] if isinstance(part, Unit) else _cut(part, index)
    return list(dict.fromkeys(unit for unit in units if not _is_common(unit)))[:MOST_UNITS]


def _is_common(unit: Unit) -> bool:
    return all(len(phrase) == 1 and phrase[0] in STOP for phrase in unit.phrases)


def _mend_latin(runs: list[Run], index: Index) -> list[Run]:
    """Return the runs with each unknown Latin word replaced by the name closest to it, when one is close."""
    mended = []
    for run in runs:
        known = run.han or run.tokens[0] in STOP or index.knows(run.tokens)
        near = [] if known else index.near(run.tokens)
        mended.append(Run(near[0], False) if near else run)
    return mended


def _take_synonyms(runs: list[Run], index: Index) -> list[Unit | Run]:
    """Return units for the words some group knows, and what is left between them."""
    tokens = [token for run in runs for token in run.tokens]
    owner = [number for number, run in enumerate(runs) for _ in run.tokens]
    parts: list[Unit | Run] = []
    start = 0
    while start < len(tokens):
        for size in range(min(index.longest_synonym, len(tokens) - start), 0, -1):
            phrase = singular(tuple(tokens[start : start + size]))
            if phrase in index.synonyms:
                parts.append(Unit(index.synonyms[phrase], 1.5))
                start += size
                break
        else:
            run, last = runs[owner[start]], parts[-1] if parts else None
            if isinstance(last, Run) and last.han and run.han and start and owner[start] == owner[start - 1]:
                parts[-1] = Run((*last.tokens, tokens[start]), True)
            else:
                parts.append(Run((tokens[start],), run.han))
            start += 1
    return parts


def _cut(run: Run, index: Index) -> list[Unit]:
    """Return the units of a run no group knows: whole, else mended, else in the longest pieces that are known."""
    if not run.han or len(run.tokens) == 1 or index.knows(run.tokens):
        return [Unit((run.tokens,), 1.0 if len(run.tokens) > 1 or not run.han else 0.3)]
    pieces, missed = _known_pieces(run.tokens, index)
    if missed and (near := index.near(run.tokens)):
        return _take_near(near, index)
    return [Unit((piece,)) for piece in pieces] or [Unit((run.tokens,))]


def _take_near(near: list[Phrase], index: Index) -> list[Unit]:
    """Return one unit of what a misspelt run may have meant, with the synonyms of each."""
    wider = [phrase for found in near for phrase in index.synonyms.get(found, (found,))]
    return [Unit(tuple(dict.fromkeys(wider)), 1.5)]


def _known_pieces(tokens: Phrase, index: Index) -> tuple[list[Phrase], int]:
    """Return the longest pieces of two or more characters that some document holds, and how many are left over."""
    pieces: list[Phrase] = []
    start = missed = 0
    while start < len(tokens):
        end = start + 2
        while end <= len(tokens) and index.knows(tokens[start:end]):
            end += 1
        if end - 1 - start > 1:
            pieces.append(tokens[start : end - 1])
            start = end - 1
        else:
            missed += 1
            start += 1
    return pieces, missed
