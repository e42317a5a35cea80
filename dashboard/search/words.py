"""How words are cut and written alike before they are compared: 臺 and 台, full and half width, Han and Latin.

A Han character is a token, and so is a run of letters and digits. A word of several characters is looked for as a
phrase of its tokens, so that no dictionary is needed and a name nobody has heard of yet is found as well.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
TOKEN = re.compile(rf"[{HAN}]|[^\W_{HAN}]+")
RUN = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
IS_HAN = re.compile(rf"[{HAN}]")
VARIANTS = str.maketrans("臺佈佔裏羣着峯啓衆麽敎", "台布占裡群著峰啟眾麼教")
"""Characters Taiwan writes in two ways; the right-hand one is compared."""
_COMMON = (
    "a an and are at by for from has have how in into is it many much of on or the to was were what which who with "
    "的 了 嗎 呢 在 與 及 和 是 有"
)
STOP = frozenset(_COMMON.split())
"""Words too common to look for."""

SHORTEST_PLURAL = 5
"""Letters from which an ending in s is taken for a plural: not in OCDS."""

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Run:
    """Tokens of one script that stand together without a space."""

    tokens: Phrase
    han: bool


@lru_cache(maxsize=16384)
def _fold_letter(letter: str) -> str:
    folded = unicodedata.normalize("NFKC", letter).lower().translate(VARIANTS)
    return folded if len(folded) == 1 else letter


def fold(words: str) -> str:
    """Return text in the one spelling that is compared; letter by letter, so that every position stays the same."""
    return "".join(map(_fold_letter, words))


def tokens_of(words: str) -> Phrase:
    """Return the tokens of a text, folded."""
    return tuple(TOKEN.findall(fold(words)))


def runs_of(words: str) -> list[Run]:
    """Return the runs of a text: Han characters that touch each other, and each other word by itself."""
    found = RUN.findall(fold(words))
    return [Run(tuple(run), True) if IS_HAN.match(run) else Run((run,), False) for run in found]


def singular(phrase: Phrase) -> Phrase:
    """Return a phrase with its last Latin word in the singular, as far as the ending tells; for looking up names."""
    last = phrase[-1]
    if IS_HAN.match(last) or len(last) < SHORTEST_PLURAL or not last.endswith("s") or last.endswith("ss"):
        return phrase
    return (*phrase[:-1], f"{last[:-3]}y" if last.endswith("ies") else last[:-1])


def pattern_of(phrase: Phrase) -> str:
    """Return a regular expression that finds a phrase in folded text; a Latin word may go on after its last letter."""
    words = r"[\W_]*".join(map(re.escape, phrase))
    # A Latin word may touch Han characters on either side.
    start = "" if IS_HAN.match(phrase[0]) else r"(?<!\d)" if phrase[0].isdigit() else "(?<![a-z0-9])"
    tail = "" if IS_HAN.match(phrase[-1]) else r"(?!\d)" if phrase[-1].isdigit() else "[a-z]*"
    return f"{start}{words}{tail}"


@lru_cache(maxsize=256)
def _compile(phrases: tuple[Phrase, ...]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=lambda phrase: -len("".join(phrase)))
    return re.compile("|".join(map(pattern_of, longest_first)))


def find_marks(words: str, phrases: tuple[Phrase, ...]) -> list[tuple[int, int]]:
    """Return where phrases stand in a text as (start, end), in order and without overlap."""
    return [match.span() for match in _compile(phrases).finditer(fold(words))] if phrases else []
