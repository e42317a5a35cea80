"""A reader's words find what they mean, whatever they type; the fixed list of questions is in search_queries.csv."""

import csv
import datetime as dt
from collections.abc import Iterator
from itertools import pairwise
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
from dashboard.queries import get_publication_days, get_synonyms, read_rows
from dashboard.search import KINDS, LONGEST, Hit, find_marks, search, suggest_words
from dashboard.search.context import LONGEST_LATIN, choose_context
from dashboard.search.documents import UNNAMED_AGENCY
from dashboard.search.words import fold, runs_of, singular, tokens_of
from dashboard.settings import Settings, get_settings
from dashboard.store import Store, build_store

DAY = dt.date(2026, 11, 23)
BEFORE_ANYTHING = dt.date(2020, 1, 1)
LIST = Path(__file__).with_name("search_queries.csv")
TOP = 3


def _questions() -> Iterator[tuple[str, str, str]]:
    with LIST.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["words"], row["expected"], row["why"]


QUESTIONS = list(_questions())


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hit_says_what_it_is_and_where_it_stands(site: Store, language: Language) -> None:
    (hit,) = [hit for hit in ask(site, "清廉印象指數分數", language) if hit.code == "cpi_score"]
    assert (hit.kind, hit.page, hit.query) == ("indicator", "indicator", (("code", "cpi_score"),))
    assert hit.level == "impact"
    assert hit.grade is None
    assert hit.title == {"zh-TW": "清廉印象指數分數", "en": "Corruption Perceptions Index, score"}[language]
    assert hit.context


def test_every_kind_can_be_found_and_nothing_is_found_twice(site: Store) -> None:
    asked = ("廉政平台", "桃園市", "法務部", "投票年齡", "捷運", "Uber", "公投電子連署")
    found = [hit for words in asked for hit in ask(site, words)]
    assert {hit.kind for hit in found} == set(KINDS)
    for words in asked:
        assert len(set(names(ask(site, words)))) == len(ask(site, words))


def test_a_claim_brings_its_grade_and_its_numbers_in_the_language_of_the_reader(site: Store) -> None:
    for language in LANGUAGES:
        hit = next(hit for hit in ask(site, "廉政平台", language) if hit.code == "integrity_platforms_counted")
        assert hit.grade is not None and hit.grade.startswith("E")
        assert "{" not in hit.title + hit.context


def test_the_language_changes_the_words_and_not_the_order(site: Store) -> None:
    for words in ("廉政平台", "turnout", "AAC"):
        chinese, english = (ask(site, words, language) for language in LANGUAGES)
        assert names(chinese) == names(english)
        assert [hit.title for hit in chinese] != [hit.title for hit in english]


def test_outcomes_stand_before_outputs_and_titles_before_texts_when_all_else_is_equal(site: Store) -> None:
    hits = ask(site, "turnout")
    titles = [bool(find_marks(hit.title, hit.phrases)) for hit in ask(site, "turnout", "en")]
    assert titles[:TOP] == [True] * TOP
    assert not all(titles)
    levels = [hit.level for hit in hits if hit.kind == "indicator"]
    assert levels[0] in ("outcome", "impact")


def test_hits_come_best_first_and_no_more_than_asked_for(site: Store) -> None:
    hits = ask(site, "公投")
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len(search(site, "公投", DAY, "en", most=4)) == 4


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("臺北", "台北"),
        ("採購廉政平臺", "採購廉政平台"),
        ("ＯＣＤＳ", "ocds"),
        ("18 歲公民權", "18歲公民權"),
        ("referendums", "referendum"),
        ("WHISTLEBLOWERS", "whistleblower"),
        ("　公投　", "公投"),
        ("公投！？", "公投"),
        ("貪汙", "貪污"),
        ("投票率的", "投票率"),
    ],
)
def test_two_ways_of_writing_find_the_same(site: Store, one: str, other: str) -> None:
    assert set(names(ask(site, one))) == set(names(ask(site, other)))


@pytest.mark.parametrize("words", ["", " ", "　", "?!…，。", "*", '"', "()", "\x00", "的", "of the", "🙂", "--", "^:-"])
def test_nothing_to_look_for_finds_nothing(site: Store, words: str) -> None:
    assert ask(site, words) == []


@pytest.mark.parametrize(
    "words",
    [
        "'; DROP TABLE document; --",
        '" OR 1=1 --',
        "title:cpi",
        "{title names} : cpi",
        "cpi* NOT score",
        'NEAR("cpi" "score", 2)',
        "a" * 5000,
        "的" * 5000,
        "政府" * 2000,
        "廉政平台 " * 500,
        "\ud800",
        "\u202e廉政",
        "x" * 79 + "臺",
        "NEAR",
        "AND OR",
        "%00",
    ],
    ids=lambda words: ascii(words[:12]),
)
def test_what_is_not_meant_as_words_is_read_as_words(site: Store, words: str) -> None:
    hits = ask(site, words)
    assert names(hits) == names(ask(site, words[:LONGEST]))
    assert len(ask(site, "cpi")) > 0, "the index is whole"


@hypothesis_settings(max_examples=150)
@given(words=st.one_of(st.text(max_size=120), st.lists(st.sampled_from([row[0] for row in QUESTIONS])).map(" ".join)))
def test_any_text_gives_hits_in_order_with_marks_inside_their_words(site: Store, words: str) -> None:
    for language in LANGUAGES:
        hits = ask(site, words, language)
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        assert {hit.kind for hit in hits} <= set(KINDS)
        for hit in hits:
            assert hit.score > 0
            spans = find_marks(hit.context, hit.phrases)
            assert all(0 <= start < end <= len(hit.context) for start, end in spans)
            assert all(before[1] <= after[0] for before, after in pairwise(spans))


@given(st.text())
def test_folding_keeps_every_position_and_does_not_change_twice(words: str) -> None:
    assert len(fold(words)) == len(words)
    assert fold(fold(words)) == fold(words)
    assert tokens_of(fold(words)) == tokens_of(words)


@given(st.text())
def test_the_runs_of_a_text_hold_its_tokens_in_order(words: str) -> None:
    assert tuple(token for run in runs_of(words) for token in run.tokens) == tokens_of(words)


@pytest.mark.parametrize(
    ("words", "left"),
    [("platforms", "platform"), ("parties", "party"), ("OCDS", "ocds"), ("process", "process"), ("平臺", "平台")],
)
def test_a_plural_is_looked_up_in_the_singular(words: str, left: str) -> None:
    assert singular(tokens_of(words)) == tokens_of(left)


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("機關採購廉政平臺成立件數", "廉政平台", ["廉政平臺"]),
        ("Platforms and a platform", "platform", ["Platforms", "platform"]),
        ("18 歲公民權", "18歲", ["18 歲"]),
        ("118 歲", "18歲", []),
        ("recorruption corruption", "corruption", ["corruption"]),
        ("以OCDS公開", "ocds", ["OCDS"]),
        ("nothing here", "廉政", []),
    ],
)
def test_the_words_asked_for_are_marked_where_they_stand(text: str, words: str, marked: list[str]) -> None:
    spans = find_marks(text, (tokens_of(words),))
    assert [text[start:end] for start, end in spans] == marked


def test_nothing_is_marked_when_nothing_was_asked() -> None:
    assert find_marks("廉政", ()) == []


def test_the_context_is_the_sentence_with_most_of_the_words_on_one_line() -> None:
    text = "The first sentence. Turnout fell\nin the second. A third one."
    assert choose_context(text, (("turnout",),)) == "Turnout fell in the second."
    assert choose_context(text, (("absent",),)) == "The first sentence."
    assert choose_context("", (("turnout",),)) == ""


def test_a_long_sentence_is_cut_around_the_words_with_a_mark_on_each_cut_side() -> None:
    text = " ".join(["before"] * 40 + ["turnout"] + ["after"] * 40)
    line = choose_context(text, (("turnout",),))
    assert line.startswith("…") and line.endswith("…") and "turnout" in line
    assert len(line) <= LONGEST_LATIN + 2
    chinese = choose_context("前" * 80 + "投票率" + "後" * 80, (("投", "票", "率"),))
    assert "投票率" in chinese and chinese.startswith("…") and chinese.endswith("…")


@pytest.mark.parametrize(
    ("words", "one_of"), [("transparancy", "Transparency"), ("公投投票綠", "公"), ("貪圬署", "貪")]
)
def test_words_that_look_alike_are_suggested_and_found(site: Store, words: str, one_of: str) -> None:
    suggested = suggest_words(site, words, DAY)
    assert any(one_of in name for name in suggested)
    assert all(ask(site, name) for name in suggested)


def test_nothing_is_suggested_for_what_looks_like_nothing(site: Store) -> None:
    assert suggest_words(site, "…", DAY) == []


def test_every_group_of_synonyms_finds_something_by_each_of_its_words(site: Store) -> None:
    groups = get_synonyms(site)
    assert len(groups) > 40
    for group in groups:
        found = [set(names(ask(site, word)[:TOP])) for word in group.words]
        assert all(found), group.code
        everything = set(names(search(site, group.words[0], DAY, "en", most=5000)))
        assert all(hits <= everything for hits in found), group.code


def test_an_agency_nobody_named_is_not_offered(site: Store) -> None:
    unnamed = [row for row in read_rows(site, Commitment) if row.lead_agency_en == UNNAMED_AGENCY]
    assert unnamed
    assert f"agency:{UNNAMED_AGENCY}" not in names(search(site, UNNAMED_AGENCY, DAY, "en", most=500))


def test_what_rests_on_figures_under_embargo_cannot_be_found_yet(site: Store) -> None:
    kinds = {hit.kind for words in ("公投", "廉政平台", "CPI") for hit in ask(site, words, day=BEFORE_ANYTHING)}
    assert not kinds & {"indicator", "claim"}
    assert {hit.kind for hit in ask(site, "公投", day=dt.date.max)} == {hit.kind for hit in ask(site, "公投")}


def test_days_between_two_publications_share_one_index(site: Store) -> None:
    last = get_publication_days(site)[-1]
    assert searching.get_index(site, last) is searching.get_index(site, dt.date(2099, 1, 1))
    assert searching.get_index(site, DAY) is not searching.get_index(site, BEFORE_ANYTHING)


def test_only_a_few_indexes_are_kept(any_settings: Settings, open_built: object) -> None:
    build_store(any_settings)
    store = open_built(any_settings, build=False)  # type: ignore[operator]
    first = searching.get_index(store, DAY)
    assert ask(store, "採購")
    assert searching.get_index(store, DAY) is first
    assert len(searching._indexes) <= searching.KEPT_INDEXES


def test_a_new_word_is_found_once_the_store_is_built_again(any_settings: Settings, open_built: object) -> None:
    build_store(any_settings)
    before = open_built(any_settings, build=False)  # type: ignore[operator]
    wanted = names(ask(before, "透明採購"))
    append(any_settings.data / "synonyms.toml", '\n[new]\nwords = ["嶄新詞", "公開招標"]\n')
    edit(any_settings.data / "synonyms.toml", 'words = ["公開招標", ', "words = [")
    build_store(any_settings)
    after = open_built(any_settings, build=False)  # type: ignore[operator]
    assert names(ask(after, "透明採購")) == wanted
    assert not ask(before, "嶄新詞")
    assert set(names(ask(after, "嶄新詞"))) >= set(names(ask(after, "公開招標"))) != set()


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ('[one]\nwords = ["alone"]\n', "at least two words"),
        ('[one]\nwords = ["AAC", "anything"]\n', "stands in [anti_corruption_agency] as well"),
        ('[one]\nwords = ["臺灣好", "台灣好"]\n', "stands in [one] as well"),
        ('[one]\nwords = ["…", "dots"]\n', "has no letter"),
        ('[one]\nword = ["a", "b"]\n', "words"),
        ('[anti_corruption_agency]\nwords = ["x", "y"]\n', "is not valid TOML"),
    ],
    ids=["one word", "in two groups", "twice", "no letter", "misspelt key", "name taken"],
)
def test_synonyms_that_break_the_rules_stop_the_build_with_file_and_place(
    settings: Settings, table: str, problem: str
) -> None:
    append(settings.data / "synonyms.toml", f"\n{table}")
    with pytest.raises(CatalogError) as caught:
        load_catalog(settings.data, settings.case_studies)
    assert any(problem in line and "data/synonyms.toml" in line for line in caught.value.problems)


def test_the_synonyms_of_the_catalogue_are_those_of_the_store(site: Store) -> None:
    catalog = load_catalog(get_settings().data, get_settings().case_studies)
    assert {row.code for row in catalog.rows(Synonym)} == {row.code for row in get_synonyms(site)}
