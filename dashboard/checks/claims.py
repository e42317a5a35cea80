"""Checks of claims and of what they are worded with: values, numbers, grades, bases, words."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator

from dashboard.catalog import Catalog, today
from dashboard.checks.common import check, count_claims
from dashboard.checks.stories import JUDGED_SECTIONS, split_sections
from dashboard.evidence import PLACEHOLDER, find_observation, index_observations, list_regrades
from dashboard.language import LANGUAGES, Language, pick
from dashboard.models import CaseStudy, Claim, ClaimValue, Indicator, IndicatorSource, Unit
from dashboard.wording import find_faults

SMALLEST_BASE = 30
# Numbers that prose may carry without a claim: years, days, and names of things that have a number in them.
ALLOWED_NUMBER = re.compile(
    r"\{[^}]*\}|\(https?://[^)]*\)|https?://\S+|\b(19|20)\d\d\b(\s?年)?|\d{1,2}\s?月(\s?\d{1,2}\s?日)?"
    r"|\b\d{1,2}\s(January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"|[Cc]ommitments?\s[N\d][-\d]*|承諾\s?[N\d][-\d]*|(NAP|NAP )\d|g0v|\b[345]G\b|Terminal \d|第三航站|^\d+\.\s",
    re.MULTILINE,
)


@check(lambda catalog: len(catalog.rows(Claim)))
def check_a_change_of_grade_changes_it(catalog: Catalog) -> Iterator[str]:
    """等級的每次變動都與前一等級不同，並附理由。

    Every change of a claim's grade leads to another grade and gives its reason.
    """
    for claim in catalog.rows(Claim):
        for day, before, after, _ in list_regrades(claim, dt.date.max):
            if before == after:
                yield f"claim {claim.id}: {day}: {before} is the grade it still has"


@check(count_claims)
def check_claims_name_their_values(catalog: Catalog) -> Iterator[str]:
    """宣稱的中英文句子使用同一組數值，且每個數值都指向一個觀測值。

    The Chinese and English sentences of a claim use the same values, each defined once.
    """
    names: dict[str, set[str]] = defaultdict(set)
    for value in catalog.rows(ClaimValue):
        names[value.claim_id].add(value.name)
    for claim in catalog.rows(Claim):
        chinese = set(PLACEHOLDER.findall(claim.sentence_zh_tw))
        english = set(PLACEHOLDER.findall(claim.sentence_en))
        if chinese != english:
            yield f"{claim.id}: {sorted(chinese ^ english)}"
        for words in (claim.title_zh_tw, claim.title_en, claim.biggest_doubt_zh_tw, claim.biggest_doubt_en):
            chinese |= set(PLACEHOLDER.findall(words))
        if unknown := chinese - names[claim.id]:
            yield f"{claim.id}: {sorted(unknown)} not among its values"


def _typed_numbers(words: str) -> list[str]:
    return re.findall(r"\d[\d,.]*%?", ALLOWED_NUMBER.sub(" ", words))


@check(lambda catalog: count_claims(catalog) + len(catalog.rows(CaseStudy)))
def check_numbers_come_from_observations(catalog: Catalog) -> Iterator[str]:
    """宣稱與故事中的數字都由觀測值填入，除年份與日期外沒有手打的數字。

    Every number in a claim or a story is filled from an observation; only years and days are typed.
    """
    fields = ("sentence", "title", "biggest_doubt")
    for claim in catalog.rows(Claim):
        for name in fields:
            for ending in ("zh_tw", "en"):
                if typed := _typed_numbers(getattr(claim, f"{name}_{ending}")):
                    yield f"{claim.id}, {name}_{ending}: {', '.join(typed)}"
    for story in catalog.rows(CaseStudy):
        for group in (story.ladder, story.borrow):
            for step, words in group.items():
                if typed := _typed_numbers(" ".join(words.values())):
                    yield f"{story.slug}, {step}: {', '.join(typed)}"
        for name in ("title", "summary", "body"):
            for ending in ("zh_tw", "en"):
                if typed := _typed_numbers(getattr(story, f"{name}_{ending}")):
                    yield f"{story.slug}, {name}_{ending}: {', '.join(typed)}"


@check(count_claims)
def check_findings_are_short(catalog: Catalog) -> Iterator[str]:
    """發現的標題不超過 24 個中文字或 10 個英文字。

    A finding's title has at most 24 Chinese characters or 10 English words.
    """
    for claim in catalog.rows(Claim):
        bare = PLACEHOLDER.sub("", claim.title_zh_tw)
        if len(bare) > 24:
            yield f"{claim.id}: {len(bare)} characters"
        if len(claim.title_en.split()) > 10:
            yield f"{claim.id}: {len(claim.title_en.split())} words"


def _linted(catalog: Catalog) -> Iterator[tuple[str, str, Language, str, str]]:
    """Yield where, sentence, language, grade and level of everything the wording rules read.

    Placeholders stand as a number. A story's title, summary, results and reach are held to its strongest claim.
    """
    best: dict[str, str] = {}
    for claim in catalog.rows(Claim):
        if claim.case_study:
            best[claim.case_study] = max(best.get(claim.case_study, "E0"), claim.grade)
        for name in ("title", "sentence"):
            for language in LANGUAGES:
                words = PLACEHOLDER.sub("12", pick(claim, name, language))
                yield f"{claim.id}, {name}", words, language, claim.grade, claim.result_level
    for story in catalog.rows(CaseStudy):
        for language in LANGUAGES:
            sections = split_sections(pick(story, "body", language))
            parts = [pick(story, "title", language), pick(story, "summary", language)]
            parts += [words for place, (_, words) in enumerate(sections) if place in JUDGED_SECTIONS]
            for words in parts:
                plain = re.sub(r"\{[^}]*\}", "12", re.sub(r"\{\{[^}]*\}\}", "", words))
                yield story.slug, plain, language, best.get(story.slug, "E0"), "outcome"


@check(lambda catalog: sum(1 for _ in _linted(catalog)))
def check_words_do_not_outrun_the_proof(catalog: Catalog) -> Iterator[str]:
    """宣稱與故事的用字不強於其證據等級：因果、改善、升降、保證等詞各有最低等級，產出不得寫成成果，名次必附總數。

    No claim or story uses words stronger than its grade: causal words, improvement, rise and fall, and certainty each
    need their grade, outputs are not worded as outcomes, and a rank comes with the number ranked.
    """
    for where, words, language, grade, level in _linted(catalog):
        for fault in find_faults(words, language, grade or "E0", level):
            yield f'{where} ({language}, {grade}): "{fault.words}" — {fault.code}; say what was measured instead'


@check(count_claims)
def check_percentages_have_a_base(catalog: Catalog) -> Iterator[str]:
    """不以少於 30 個的母數宣稱百分比。

    No claim states a percentage on fewer than 30.
    """
    units = {unit.code: unit.kind for unit in catalog.rows(Unit)}
    percent = {row.code for row in catalog.rows(Indicator) if units[row.unit] == "percent"}
    index = index_observations(catalog.observations, today(), catalog.rows(IndicatorSource))
    reliable = {claim.id: claim.reliability == "sufficient" for claim in catalog.rows(Claim)}
    bases = {(claim.id, claim.base) for claim in catalog.rows(Claim) if claim.base}
    for value in catalog.rows(ClaimValue):
        row = find_observation(index, value) if value.operation is None else None
        if row is None:
            continue
        if (value.claim_id, value.name) in bases and (row.obs_value or 0) < SMALLEST_BASE:
            yield f"{value.claim_id}: its base is {row.obs_value:g}"
        if value.indicator_code in percent and row.obs_status == "U" and reliable[value.claim_id]:
            yield f"{value.claim_id}, {value.name}: the share is marked as of low reliability"
