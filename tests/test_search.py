"""A reader's words find what they mean, whatever they type; the fixed list of questions is in search_queries.csv."""

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from samples import append, edit

from dashboard import search as searching
from dashboard.catalog import load_catalog
from dashboard.exceptions import CatalogError
from dashboard.language import LANGUAGES, Language
from dashboard.models import Commitment, Synonym
from dashboard.queries import get_claims, get_cards, get_synonyms, read_rows
from dashboard.search import KINDS, LONGEST, Hit, find_marks, search, suggest_words
from dashboard.search.context import LONGEST_LATIN, choose_context
from dashboard.search.documents import UNNAMED_AGENCY
from dashboard.search.words import fold, runs_of, singular, tokens_of
from dashboard.settings import Settings, get_settings
from dashboard.store import Store, build_store, current_store

DAY = dt.date(2026, 11, 23)
BEFORE_ANYTHING = dt.date(2020, 1, 1)
LIST = Path(__file__).with_name("search_queries.csv")
TOP = 3


def _questions() -> Iterator[tuple[str, str, str]]:
    with LIST.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["words"], row["expected"], row["why"]


QUESTIONS = list(_questions())


@pytest.fixture(scope="module")
def site(own_store: Path) -> Store:
    """Hold the store of everything we publish."""
    return current_store(get_settings())


def ask(store: Store, words: str, language: Language = "zh-TW", day: dt.date = DAY) -> list[Hit]:
    return search(store, words, day, language)


def names(hits: list[Hit]) -> list[str]:
    return [f"{hit.kind}:{hit.code}" for hit in hits]


def test_the_list_is_long_and_holds_both_languages_and_every_kind_a_reader_looks_for() -> None:
    assert len(QUESTIONS) >= 40
    assert len({words for words, _, _ in QUESTIONS}) == len(QUESTIONS)
    chinese = [words for words, _, _ in QUESTIONS if any(run.han for run in runs_of(words))]
    assert 20 <= len(chinese) <= len(QUESTIONS) - 20
    found = {name.partition(":")[0] for _, expected, _ in QUESTIONS for name in expected.split(" ") if ":" in name}
    assert {"indicator", "claim", "story", "commitment", "project", "place", "agency"} <= found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("words", "expected"), [row[:2] for row in QUESTIONS], ids=[row[0] for row in QUESTIONS])
def test_a_question_of_the_list_has_its_answer_among_the_first_three(
    site: Store, words: str, expected: str, language: Language
) -> None:
    best = names(ask(site, words, language)[:TOP])
    wanted = [unquote(name) for name in _split_names(expected)]
    assert not [name for name in wanted if name not in best], best


def _split_names(expected: str) -> list[str]:
    """Return ``kind:code`` names; a code may hold spaces, a kind never does."""
    found: list[str] = []
    for part in expected.split(" "):
        if part.partition(":")[0] in KINDS and ":" in part:
            found.append(part)
        else:
            found[-1] += f" {part}"
    return found
