"""From a reader's words to what is looked for: synonyms taken together, misspellings mended, the rest cut up."""

from dataclasses import dataclass

from dashboard.search.index import Index
from dashboard.search.words import STOP, Phrase, Run, runs_of, singular

LONGEST = 80
"""Characters of a question that are read; a search field takes no more either."""
MOST_UNITS = 8
MOST_MENDED = 4
"""Unknown words of one question that are compared with every name."""


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
    mender = _Mender(index)
    runs = [mender.mend_latin(run) for run in runs_of(words[:LONGEST])]
    units: list[Unit] = []
    for part in _take_synonyms(runs, index):
        units += [part] if isinstance(part, Unit) else _cut(part, index, mender)
    return list(dict.fromkeys(unit for unit in units if not _is_common(unit)))[:MOST_UNITS]


def _is_common(unit: Unit) -> bool:
    return all(len(phrase) == 1 and phrase[0] in STOP for phrase in unit.phrases)


class _Mender:
    """Looks for what misspelt words may have meant; a question of nothing but nonsense is not mended word by word."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.left = MOST_MENDED

    def near(self, phrase: Phrase) -> list[Phrase]:
        self.left -= 1
        return self.index.near(phrase) if self.left >= 0 else []

    def mend_latin(self, run: Run) -> Run:
        """Return a run, an unknown Latin word replaced by the name closest to it when one is close."""
        if run.han or run.tokens[0] in STOP or self.index.knows(run.tokens):
            return run
        near = self.near(run.tokens)
        return Run(near[0], False) if near else run


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


def _cut(run: Run, index: Index, mender: _Mender) -> list[Unit]:
    """Return the units of a run no group knows: whole, else mended, else in the longest pieces that are known."""
    if not run.han or len(run.tokens) == 1 or index.knows(run.tokens):
        return [Unit((run.tokens,), 1.0 if len(run.tokens) > 1 or not run.han else 0.3)]
    pieces = _known_pieces(run.tokens, index)
    if all(known for _, known in pieces):
        return [Unit((piece,)) for piece, _ in pieces]
    if near := mender.near(run.tokens):
        return [_take_near(near, index)]
    return _mend_pieces(pieces, index, mender) or [Unit((run.tokens,))]


def _mend_pieces(pieces: list[tuple[Phrase, bool]], index: Index, mender: _Mender) -> list[Unit]:
    """Return units for the known pieces, each unknown one mended together with its neighbour where that is a name."""
    units: list[Unit] = []
    place = 0
    while place < len(pieces):
        piece, known = pieces[place]
        after, follows = pieces[place + 1] if place + 1 < len(pieces) else ((), False)
        if after and known != follows and (near := mender.near(piece + after)):
            units.append(_take_near(near, index))
            place += 1
        elif known:
            units.append(Unit((piece,)))
        place += 1
    return units


def _take_near(near: list[Phrase], index: Index) -> Unit:
    """Return one unit of what a misspelt run may have meant, with the synonyms of each."""
    wider = [phrase for found in near for phrase in index.synonyms.get(found, (found,))]
    return Unit(tuple(dict.fromkeys(wider)), 1.5)


def _known_pieces(tokens: Phrase, index: Index) -> list[tuple[Phrase, bool]]:
    """Return a run in pieces: the longest of two or more characters that are known, and what is left between them."""
    pieces: list[tuple[Phrase, bool]] = []
    start = 0
    while start < len(tokens):
        end = start + 2
        while end <= len(tokens) and index.knows(tokens[start:end]):
            end += 1
        known = end - 1 - start > 1
        end = end - 1 if known else start + 1
        if pieces and not known and not pieces[-1][1]:
            pieces[-1] = (pieces[-1][0] + tokens[start:end], False)
        else:
            pieces.append((tokens[start:end], known))
        start = end
    return pieces
