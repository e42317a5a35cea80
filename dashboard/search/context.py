"""One line of a text around the words that were asked for."""

import re

from dashboard.search.words import IS_HAN, Phrase, find_marks

SENTENCE = re.compile(r"[^。！？]*?(?:[。！？]|[.!?](?=\s|$)|\n\s*\n|$)", re.DOTALL)
LONGEST_HAN = 60
LONGEST_LATIN = 130
ELLIPSIS = "…"


def choose_context(words: str, phrases: tuple[Phrase, ...]) -> str:
    """Return the sentence that holds most of the phrases, cut to one line around them; the first sentence otherwise."""
    sentences = [" ".join(match.split()) for match in SENTENCE.findall(words)]
    sentences = [sentence for sentence in sentences if len(sentence) > 1]
    if not sentences:
        return ""
    marked = [(sentence, find_marks(sentence, phrases)) for sentence in sentences]
    sentence, marks = max(marked, key=lambda pair: len({pair[0][start:end].lower() for start, end in pair[1]}))
    return _shorten(sentence, marks[0][0] if marks else 0)


def _shorten(sentence: str, first: int) -> str:
    """Return a sentence cut to one line that still shows its character number ``first``."""
    longest = LONGEST_HAN if IS_HAN.search(sentence) else LONGEST_LATIN
    if len(sentence) <= longest:
        return sentence
    start = max(0, min(first - longest // 3, len(sentence) - longest))
    piece = sentence[start : start + longest]
    if longest == LONGEST_LATIN:
        piece = piece.partition(" ")[2] if start else piece
        piece = piece.rpartition(" ")[0] if start + longest < len(sentence) else piece
    return f"{ELLIPSIS if start else ''}{piece.strip()}{ELLIPSIS if start + longest < len(sentence) else ''}"
