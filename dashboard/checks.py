"""One function a check. Its docstring is the sentence readers see: Chinese first, then English.

A check yields what is wrong, one short line each; yielding nothing means it passed. ``Check.failing`` says whether
a finding stops the build or is only shown.
"""

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from dashboard.catalog import Catalog, today
from dashboard.evidence import PLACEHOLDER, find_observation, index_observations, list_regrades
from dashboard.language import LANGUAGES, Language, load_texts, period_end, pick
from dashboard.models import (
    WITHOUT_VALUE,
    Breakdown,
    CaseStudy,
    CheckResult,
    Claim,
    ClaimValue,
    Commitment,
    Indicator,
    IndicatorSource,
    Milestone,
    ObsStatus,
    Place,
    Project,
    ResultLevel,
    Source,
    Target,
    Unit,
)
from dashboard.wording import find_faults, find_wrong_name

EXAMPLES = 5
SMALLEST_BASE = 30
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
BORROW = ("prerequisites", "cost", "time", "steps", "risks", "files", "contact")
TOWNSHIPS, COUNTIES = 368, 22
# Numbers that prose may carry without a claim: years, days, and names of things that have a number in them.
ALLOWED_NUMBER = re.compile(
    r"\{[^}]*\}|\(https?://[^)]*\)|https?://\S+|\b(19|20)\d\d\b(\s?年)?|\d{1,2}\s?月(\s?\d{1,2}\s?日)?"
    r"|\b\d{1,2}\s(January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"|[Cc]ommitments?\s[N\d][-\d]*|承諾\s?[N\d][-\d]*|(NAP|NAP )\d|g0v|\b[345]G\b|Terminal \d|第三航站|^\d+\.\s",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Check:
    """A check with what it counts and whether a finding stops the build."""

    run: Callable[[Catalog], Iterator[str]]
    count: Callable[[Catalog], int]
    failing: bool = True

    @property
    def code(self) -> str:
        """Return the name the check is known by."""
        return self.run.__name__.removeprefix("check_")

    @property
    def sentences(self) -> tuple[str, str]:
        """Return the published sentence in Chinese and in English."""
        chinese, english = (self.run.__doc__ or "").strip().split("\n\n")
        return " ".join(chinese.split()), " ".join(english.split())


CHECKS: list[Check] = []


def check(count: Callable[[Catalog], int], *, failing: bool = True) -> Callable[[Any], Any]:
    """Register a check."""

    def register(run: Callable[[Catalog], Iterator[str]]) -> Callable[[Catalog], Iterator[str]]:
        CHECKS.append(Check(run, count, failing))
        return run

    return register


def _observations(catalog: Catalog) -> int:
    return len(catalog.observations)


def _indicators(catalog: Catalog) -> int:
    return len(catalog.rows(Indicator))


def _claims(catalog: Catalog) -> int:
    return len(catalog.rows(Claim))


@check(_observations)
def check_keys_are_unique(catalog: Catalog) -> Iterator[str]:
    """同一指標、地區、期間、分項、來源與發布日只有一列。

    One row for each indicator, place, period, part, source and day of publication.
    """
    keys = Counter(
        (row.indicator_code, row.ref_area, row.time_period, row.breakdown, row.source_code, row.published)
        for row in catalog.observations
    )
    for key, times in keys.items():
        if times > 1:
            yield f"{'/'.join(map(str, key))} × {times}"


@check(_observations)
def check_replaced_rows_say_why(catalog: Catalog) -> Iterator[str]:
    """取代舊數值的列都以兩種語言說明原因。

    A row that replaces an earlier one says why in both languages.
    """
    first: dict[tuple[str, ...], dt.date] = {}
    for row in catalog.observations:
        key = (row.indicator_code, row.ref_area, row.time_period, row.breakdown, row.source_code)
        first[key] = min(row.published, first.get(key, row.published))
    for row in catalog.observations:
        key = (row.indicator_code, row.ref_area, row.time_period, row.breakdown, row.source_code)
        if row.published > first[key] and not (row.note_zh_tw and row.note_en):
            yield f"{'/'.join(key)}: {row.published}"
        elif row.obs_status == ObsStatus.WITHDRAWN and row.published == first[key]:
            yield f"{'/'.join(key)}: Z"


@check(_observations)
def check_missing_values_have_a_reason(catalog: Catalog) -> Iterator[str]:
    """沒有數值的列必須以狀態碼說明原因，有數值的列不得標為缺漏。

    A row without a value carries a status that says why; a row with a value is never marked missing.
    """
    for row in catalog.observations:
        if (row.obs_value is None) != (row.obs_status in WITHOUT_VALUE):
            yield f"{row.indicator_code} {row.ref_area} {row.time_period}: {row.obs_value} {row.obs_status}"


@check(_observations)
def check_values_are_in_range(catalog: Catalog) -> Iterator[str]:
    """百分比與指數落在定義的範圍內，件數與名次不為負。

    Percentages and indices lie within their scale; counts and ranks are not negative.
    """
    limits = {"percent": (0, 100), "percent_2": (0, 100), "score_0_100": (0, 100), "index_0_1": (0, 1)}
    limits |= {"percentile": (0, 100), "score_0_10": (0, 10)}
    kinds = {unit.code: unit.kind for unit in catalog.rows(Unit)}
    units = {indicator.code: indicator.unit for indicator in catalog.rows(Indicator)}
    for row in catalog.observations:
        unit = units[row.indicator_code]
        low = 0 if kinds[unit] in ("count", "rank", "money", "rate", "duration") else None
        low, high = limits.get(unit, (low, None))
        value = row.obs_value
        if value is not None and ((low is not None and value < low) or (high is not None and value > high)):
            yield f"{row.indicator_code} {row.ref_area} {row.time_period}: {value}"


@check(_observations)
def check_intervals_hold_their_value(catalog: Catalog) -> Iterator[str]:
    """附有上下界的數值落在其區間內。

    A value published with an interval lies inside it.
    """
    for row in catalog.observations:
        if row.obs_value is None or row.lower is None or row.upper is None:
            continue
        if not row.lower <= row.obs_value <= row.upper:
            yield f"{row.indicator_code} {row.ref_area} {row.time_period}: {row.lower} {row.obs_value} {row.upper}"


@check(_observations)
def check_maps_are_complete(catalog: Catalog) -> Iterator[str]:
    """有鄉鎮市區的期間涵蓋 368 個鄉鎮市區，有縣市全表的期間涵蓋 22 個縣市，缺者須列出並說明原因。

    A period with townships lists all 368, and one with a county table lists all 22; those without a value say why.
    """
    levels = {place.code: place.level for place in catalog.rows(Place)}
    found: dict[tuple[str, str, str, str], int] = Counter()
    for row in catalog.observations:
        level = levels.get(row.ref_area, "")
        if level in ("township", "county"):
            found[row.indicator_code, row.time_period, row.breakdown, level] += 1
    for (code, period, part, level), count in found.items():
        whole = TOWNSHIPS if level == "township" else COUNTIES
        if count < whole and (level == "township" or count >= COUNTIES - 2):
            yield f"{code} {period} {part}: {count} of {whole}"


@check(_indicators)
def check_indicators_have_observations(catalog: Catalog) -> Iterator[str]:
    """每個指標至少有一個觀測值。

    Every indicator has at least one observation.
    """
    held = {row.indicator_code for row in catalog.observations}
    for indicator in catalog.rows(Indicator):
        if indicator.code not in held:
            yield indicator.code


def _texts(catalog: Catalog) -> Iterator[tuple[str, str, str, str]]:
    """Yield model name, label, field stem and the two languages of every bilingual text."""
    for model, rows in catalog.tables.items():
        stems = [name.removesuffix("_zh_tw") for name in model.model_fields if name.endswith("_zh_tw")]
        stems = [stem for stem in stems if stem != "revised"]
        for row in rows:
            label = next(
                (getattr(row, key) for key in ("code", "id", "slug", "indicator_code") if hasattr(row, key)), ""
            )
            for stem in stems:
                chinese, english = getattr(row, f"{stem}_zh_tw"), getattr(row, f"{stem}_en")
                yield f"{model.__name__.lower()} {label}, {stem}", stem, chinese or "", english or ""


def _bilingual(catalog: Catalog) -> int:
    return sum(1 for _ in _texts(catalog))


@check(_bilingual)
def check_both_languages_are_there(catalog: Catalog) -> Iterator[str]:
    """每段文字都有中文與英文。

    Every text exists in Chinese and in English.
    """
    for where, _, chinese, english in _texts(catalog):
        if bool(chinese) != bool(english):
            yield where


@check(lambda catalog: len(catalog.rows(Claim)))
def check_a_change_of_grade_changes_it(catalog: Catalog) -> Iterator[str]:
    """等級的每次變動都與前一等級不同，並附理由。

    Every change of a claim's grade leads to another grade and gives its reason.
    """
    for claim in catalog.rows(Claim):
        for day, before, after, _ in list_regrades(claim, dt.date.max):
            if before == after:
                yield f"claim {claim.id}: {day}: {before} is the grade it still has"


@check(_bilingual)
def check_languages_stay_apart(catalog: Catalog) -> Iterator[str]:
    """中文欄位確實含有漢字，英文欄位不以漢字寫成。

    Chinese texts hold Han characters; English texts are not written in them.
    """
    han = re.compile(r"[\u4e00-\u9fff]")
    for where, stem, chinese, english in _texts(catalog):
        if stem == "rival_explanations":
            chinese, english = "".join(chinese), " ".join(english)
        if english and len(han.findall(english)) > len(english) / 5:
            yield f"{where}: English text in Han characters"
        if len(chinese) > 12 and not han.search(chinese):
            yield f"{where}: Chinese text without Han characters"


@check(_bilingual)
def check_taiwan_is_called_what_it_is(catalog: Catalog) -> Iterator[str]:
    """文字不把臺灣稱為 OGP 會員，也不把比照其方法的獨立審查稱為 IRM 報告。

    No text calls Taiwan an OGP member, or the independent review following the IRM method an IRM report.
    """
    for where, _, chinese, english in _texts(catalog):
        for language, words in zip(LANGUAGES, (chinese, english), strict=True):
            if found := find_wrong_name("".join(words), language):
                yield f"{where}: {found}"


def _cited(catalog: Catalog) -> Iterator[str | None]:
    """Yield the code of every source that anything cites."""
    for model, rows in catalog.tables.items():
        columns = model.__table__.columns  # type: ignore[attr-defined]
        names = [
            column.name
            for column in columns
            if any(key.target_fullname == "source.code" for key in column.foreign_keys)
        ]
        for row in rows:
            yield from (getattr(row, name) for name in names)
            yield from getattr(row, "sources", [])


@check(lambda catalog: len(catalog.rows(Source)))
def check_sources_are_used(catalog: Catalog) -> Iterator[str]:
    """每個來源都有網址，且至少被引用一次。

    Every source has an address and is cited at least once.
    """
    cited = set(_cited(catalog))
    for source in catalog.rows(Source):
        if not source.url.startswith(("http://", "https://")):
            yield f"{source.code}: {source.url}"
        if source.code not in cited:
            yield f"{source.code}: cited by nothing; cite it or remove it"


@check(lambda catalog: len(catalog.rows(Target)))
def check_targets_lie_after_their_baseline(catalog: Catalog) -> Iterator[str]:
    """目標期間晚於基準期間。

    Every target's period lies after the baseline's.
    """
    baselines = {row.code: row.baseline_period for row in catalog.rows(Indicator)}
    for target in catalog.rows(Target):
        baseline = baselines[target.indicator_code]
        if baseline and period_end(target.time_period) <= period_end(baseline):
            yield f"{target.indicator_code}: {target.time_period} ≤ {baseline}"


@check(_indicators)
def check_baselines_exist(catalog: Catalog) -> Iterator[str]:
    """指標的基準期間確有觀測值。

    The baseline period of an indicator has an observation.
    """
    held = {(row.indicator_code, row.time_period) for row in catalog.observations}
    for indicator in catalog.rows(Indicator):
        if indicator.baseline_period and (indicator.code, indicator.baseline_period) not in held:
            yield f"{indicator.code}: {indicator.baseline_period}"


@check(_indicators)
def check_results_are_levelled_strictly(catalog: Catalog) -> Iterator[str]:
    """國家評比與觀感指數一律列為影響層級的背景，不計入成果。

    Country scores and perception indices stand at impact level as context and never count as outcomes.
    """
    for indicator in catalog.rows(Indicator):
        if indicator.kind != "measured" and indicator.result_level == "outcome":
            yield indicator.code


@check(_claims)
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


@check(lambda catalog: _claims(catalog) + len(catalog.rows(CaseStudy)))
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


@check(_claims)
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


@check(_indicators, failing=False)
def check_reviews_are_on_time(catalog: Catalog) -> Iterator[str]:
    """指標未超過下次檢視日期。

    No indicator is past the day of its next review.
    """
    for indicator in catalog.rows(Indicator):
        if indicator.next_review < today():
            yield f"{indicator.code}: {indicator.next_review}"


@check(lambda catalog: len(catalog.rows(Milestone)))
def check_late_steps_say_so(catalog: Catalog) -> Iterator[str]:
    """里程碑的完成日期不早於開始日期，未完成者不得有完成日期。

    A milestone is not met before it starts, and one that is not met has no day on which it was met.
    """
    for row in catalog.rows(Milestone):
        if row.date_met and row.start_date and row.date_met[:7] < row.start_date[:7]:
            yield f"{row.code}: {row.date_met} < {row.start_date}"
        if row.date_met and row.status in ("notMet", "scheduled"):
            yield f"{row.code}: {row.status} {row.date_met}"


@check(lambda catalog: len(catalog.rows(Commitment)))
def check_commitments_have_sources(catalog: Catalog) -> Iterator[str]:
    """每項承諾至少有一個來源。

    Every commitment has at least one source.
    """
    for row in catalog.rows(Commitment):
        if not row.sources:
            yield row.code


@check(lambda catalog: len(catalog.rows(Project)))
def check_projects_lie_in_taiwan(catalog: Catalog) -> Iterator[str]:
    """專案座標落在臺灣範圍內，經緯度成對出現。

    Coordinates of projects come in pairs and lie within Taiwan.
    """
    for row in catalog.rows(Project):
        if (row.latitude is None) != (row.longitude is None):
            yield f"{row.code}: one coordinate is missing"
        elif not (21.5 < (row.latitude or 23) < 26.6 and 117.9 < (row.longitude or 121) < 122.3):
            yield f"{row.code}: {row.latitude}, {row.longitude}"


@check(lambda catalog: len(catalog.rows(Breakdown)))
def check_parts_are_used(catalog: Catalog) -> Iterator[str]:
    """指標列出的每個分項都有觀測值。

    Every part an indicator lists has an observation.
    """
    used = {(row.indicator_code, row.breakdown) for row in catalog.observations}
    for part in catalog.rows(Breakdown):
        if (part.indicator_code, part.code) not in used:
            yield f"{part.indicator_code} {part.code}"


@check(_observations)
def check_nothing_is_published_twice_under_two_units(catalog: Catalog) -> Iterator[str]:
    """一個指標只有一個單位，金額類指標以元為單位。

    One unit to an indicator; money is in whole dollars, never in thousands or 億.
    """
    units = {indicator.code: indicator.unit for indicator in catalog.rows(Indicator)}
    for row in catalog.observations:
        if units[row.indicator_code] == "twd" and row.obs_value is not None and 0 < row.obs_value < 100:
            yield f"{row.indicator_code} {row.time_period}: {row.obs_value}"


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
    """宣稱與故事的用字不強於其證據等級：因果、改善、保證等詞各有最低等級，產出不得寫成成果，名次必附總數。

    No claim or story uses words stronger than its grade: causal words, improvement and certainty each need their grade,
    outputs are not worded as outcomes, and a rank comes with the number ranked.
    """
    for where, words, language, grade, level in _linted(catalog):
        for fault in find_faults(words, language, grade or "E0", level):
            yield f'{where} ({language}, {grade}): "{fault.words}" — {fault.code}; say what was measured instead'


def split_sections(body: str) -> list[tuple[str, str]]:
    """Return the sections of a story's body: heading and words."""
    parts = re.split(r"^## (.+)$", body, flags=re.MULTILINE)
    return [(heading.strip(), words.strip()) for heading, words in zip(parts[1::2], parts[2::2], strict=True)]


@check(lambda catalog: len(catalog.rows(CaseStudy)))
def check_stories_are_whole(catalog: Catalog) -> Iterator[str]:
    """每個故事兩種語言都寫滿九節，至少三個來源、其中一個獨立於政府，並說明如何借用。

    Every story fills all nine sections in both languages, has three sources with one independent of government, and
    says how to borrow it.
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


@check(_claims)
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


def run_checks(catalog: Catalog) -> list[CheckResult]:
    """Return the result of every check, in the order they are written."""
    results = []
    for item in CHECKS:
        found = list(item.run(catalog))
        outcome = "passed" if not found else "failed" if item.failing else "warned"
        chinese, english = item.sentences
        results.append(
            CheckResult(
                code=item.code,
                sentence_zh_tw=chinese,
                sentence_en=english,
                outcome=outcome,
                checked=item.count(catalog),
                examples=found if outcome == "failed" else found[:EXAMPLES],
            )
        )
    return results
