"""The template every story fills, and checks of stories: whole, the same in both languages, with numbers that exist."""

import re
from collections.abc import Iterator

from dashboard.catalog import Catalog
from dashboard.checks.common import check
from dashboard.language import LANGUAGES, Language, load_texts, pick
from dashboard.models import CaseStudy, Claim, ClaimValue, Commitment, Indicator, ResultLevel, Source

SHORTEST_SECTION = 60
SECTIONS: dict[Language, tuple[str, ...]] = {
    "zh-TW": (
        "問題與起點",
        "做了什麼，誰做的",
        "為什麼認為會有用",
        "結果",
        "觸及多少人、改變多大",
        "其他可能的解釋",
        "哪裡沒做到",
        "不同意見",
        "獨立審查怎麼說",
    ),
    "en": (
        "The problem and where it stood",
        "What was done, and by whom",
        "Why it was expected to work",
        "Results",
        "Reach and size",
        "Other explanations",
        "What did not work",
        "Dissent",
        "What the independent review says",
    ),
}
"""The template every story fills, in this order."""
FAILURE_SECTION = 6
JUDGED_SECTIONS = (3, 4)
"""Results and reach: what they say must not be stronger than the story's proof."""
ENDS: dict[Language, tuple[str, ...]] = {"zh-TW": ("。", "？", "。」", "？」"), "en": (".", '."', '?"')}
BORROW = ("prerequisites", "cost", "time", "steps", "risks", "files", "contact")


def split_sections(body: str) -> list[tuple[str, str]]:
    """Return the sections of a story's body: heading and words."""
    parts = re.split(r"^## (.+)$", body, flags=re.MULTILINE)
    return [(heading.strip(), words.strip()) for heading, words in zip(parts[1::2], parts[2::2], strict=True)]


@check(lambda catalog: len(catalog.rows(CaseStudy)))
def check_stories_are_whole(catalog: Catalog) -> Iterator[str]:
    """每個故事兩種語言都寫滿九節，至少三個來源、其中一個獨立於政府，說明如何借用，經過的每一步都是完整的句子。

    Every story fills all nine sections in both languages, has three sources with one independent of government, says
    how to borrow it, and tells each step of what happened in a whole sentence.
    """
    kinds = {source.code: source.kind for source in catalog.rows(Source)}
    for story in catalog.rows(CaseStudy):
        for language in LANGUAGES:
            sections = split_sections(pick(story, "body", language))
            wanted = list(SECTIONS[language])
            if [heading for heading, _ in sections] != wanted:
                missing = [heading for heading in wanted if heading not in dict(sections)]
                yield f"{story.slug} ({language}): sections missing or out of order: {', '.join(missing) or 'order'}"
            for heading, words in sections:
                if len(words) < SHORTEST_SECTION:
                    yield f'{story.slug} ({language}): section "{heading}" says too little'
            if found := [key for key in BORROW if not story.borrow.get(key, {}).get(language)]:
                yield f"{story.slug} ({language}): [borrow] lacks {', '.join(found)}"
            if open_ended := [step["date"] for step in story.timeline if not step[language].endswith(ENDS[language])]:
                yield f"{story.slug} ({language}): timeline without a full stop at {', '.join(open_ended)}"
        outside = [code for code in story.sources if kinds.get(code) in ("press", "academic", "civil_society")]
        if len(story.sources) < 3 or not outside:
            yield f"{story.slug}: {len(story.sources)} sources, {len(outside)} independent of government"


@check(lambda catalog: len(catalog.rows(CaseStudy)))
def check_stories_agree_between_languages(catalog: Catalog) -> Iterator[str]:
    """故事的中英文使用同一組數字、宣稱與圖。

    Both languages of a story use the same numbers, claims and figures.
    """
    marks = re.compile(r"\{\{[^}]+\}\}|\{[a-z0-9_]+\.[a-z0-9_]+\}")
    for story in catalog.rows(CaseStudy):
        for name in ("title", "summary", "body"):
            chinese, english = (set(marks.findall(pick(story, name, language))) for language in LANGUAGES)
            if chinese != english:
                yield f"{story.slug}, {name}: {', '.join(sorted(chinese ^ english))}"


@check(lambda catalog: len(catalog.rows(CaseStudy)))
def check_story_numbers_exist(catalog: Catalog) -> Iterator[str]:
    """故事裡的每個數字與每個圖都指向存在的宣稱與指標。

    Every number and figure mark in a story points at a claim's value or an indicator that exists.
    """
    values = {f"{value.claim_id}.{value.name}" for value in catalog.rows(ClaimValue)}
    indicators = {row.code for row in catalog.rows(Indicator)}
    known = {"claim": {claim.id for claim in catalog.rows(Claim)}, "number": values}
    known |= {"figure": indicators, "map": indicators}
    for story in catalog.rows(CaseStudy):
        prose = [pick(story, name, language) for name in ("title", "summary", "body") for language in LANGUAGES]
        steps = [words for group in (story.ladder, story.borrow) for step in group.values() for words in step.values()]
        everything = " ".join(prose + steps)
        for name in set(re.findall(r"(?<!\{)\{([a-z0-9_]+\.[a-z0-9_]+)\}", everything)) - values:
            yield f"{story.slug}: {{{name}}} is no claim's value"
        for mark, words in set(re.findall(r"\{\{(\w+):([^}]+)\}\}", everything)):
            if words.split("|")[0].strip() not in known.get(mark, set()):
                yield f"{story.slug}: {{{{{mark}:{words}}}}} points at nothing"


@check(lambda catalog: len(catalog.rows(CaseStudy)) + len(catalog.rows(Commitment)))
def check_tags_are_known(catalog: Catalog) -> Iterator[str]:
    """政策領域與 OGP 價值標籤都在代碼表中，階梯與借用欄位沒有不認得的鍵。

    Policy areas and OGP values are in their code lists; ladders and borrow panels have no unknown key.
    """
    known = load_texts()
    for story in catalog.rows(CaseStudy):
        for prefix, codes in (("policy", story.policy_areas), ("value", story.ogp_values)):
            for code in codes:
                if f"{prefix}_{code}" not in known:
                    yield f"{story.slug}: {prefix} {code}"
        for key in set(story.ladder) - set(ResultLevel) | set(story.borrow) - set(BORROW):
            yield f"{story.slug}: {key}"
        if not story.policy_areas or not story.ogp_values:
            yield f"{story.slug}: no policy area or OGP value"
    for row in catalog.rows(Commitment):
        for code in row.ogp_values:
            if f"value_{code}" not in known:
                yield f"{row.code}: value {code}"
