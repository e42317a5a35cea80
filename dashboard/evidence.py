"""From a claim's parts to its grade, and from its placeholders to a sentence.

The grade is computed, never typed. It says how strong the proof is, not how large the effect is:

- E0 stated: somebody says so
- E1 documented: a public record that can be traced
- E2 measured change: a baseline and at least one later value, alike in definition
- E3 contribution supported: E2, a stated theory of change, two rival explanations examined, an outside assessor
- E4 effect estimated: E2, a comparison group or the like, an outside assessor
- E5 replicated: found again independently

The weakest link rules: reliability of the data, an unbridged break, one's own word without review and perception
indices hold a claim back; so do figures that cover under 80% of what is spoken of, sample surveys without size, days
and mode, and money compared over more than three years at the prices of the day. Each such cap is told with the grade.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from dashboard.catalog import Catalog
from dashboard.exceptions import CatalogError, UnknownCodeError
from dashboard.language import Language, close_han, period_end, text
from dashboard.models import (
    Claim,
    ClaimValue,
    Design,
    Independence,
    Indicator,
    IndicatorSource,
    Kind,
    Observation,
    ObsStatus,
    Reliability,
    SeriesBreak,
    Unit,
)

GRADES = ("E0", "E1", "E2", "E3", "E4", "E5")
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
STORY_PLACEHOLDER = re.compile(r"\{([a-z0-9_]+\.[a-z0-9_]+)\}")
"""A number in a story: ``{claim.value}``."""
REVIEW_DUE_MONTHS = 24
NOMINAL_YEARS = 3
"""Years after which two sums of money at the prices of their day no longer compare."""

TOLD_ANYWAY = ("perception_only", "contradicted", "single_source", "partial_coverage", "survey_undescribed")
"""Caps that say something of a claim even where its grade is no higher."""

Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Grade:
    """A grade with the codes of the reasons that set and held it; texts for the codes are interface texts."""

    code: str
    reasons: list[str] = field(default_factory=list)


def index_observations(
    observations: Iterable[Observation], on: dt.date, links: Iterable[IndicatorSource] = ()
) -> dict[Key, dict[str, Observation]]:
    """Return the latest row published by a day: (indicator, place, period, part) → source → row.

    With ``links`` the preferred source of each indicator stands first.
    """
    index: dict[Key, dict[str, Observation]] = {}
    for row in observations:
        if row.published > on:
            continue
        by_source = index.setdefault((row.indicator_code, row.ref_area, row.time_period, row.breakdown), {})
        known = by_source.get(row.source_code)
        if known is None or known.published <= row.published:
            by_source[row.source_code] = row
    order = {(link.indicator_code, link.source_code): link.position for link in links}
    for key, newest in index.items():
        by_source = {code: row for code, row in newest.items() if row.obs_status != ObsStatus.WITHDRAWN}
        index[key] = by_source
        if len(by_source) > 1:
            ranked = sorted(by_source.items(), key=lambda item: order.get((key[0], item[0]), len(order)))
            index[key] = dict(ranked)
    return index


def resolve_values(
    values: Iterable[ClaimValue],
    find: Callable[[ClaimValue], float | None],
) -> dict[str, float]:
    """Return each named value of a claim: read from its observation or worked out from two others.

    Raises:
        UnknownCodeError: when an observation or an operand does not exist or has no value.
    """
    pending = {value.name: value for value in values}
    done: dict[str, float] = {}
    for name, value in pending.items():
        if value.operation is None:
            number = find(value)
            if number is None:
                key = "/".join(filter(None, (value.indicator_code, value.ref_area, value.time_period, value.breakdown)))
                raise UnknownCodeError("observations", key)
            done[name] = number
    for name, value in pending.items():
        if value.operation is not None:
            try:
                done[name] = _work_out(value.operation, done[value.operand_a or ""], done[value.operand_b or ""])
            except KeyError as error:
                raise UnknownCodeError(f"values of claim {value.claim_id}", str(error.args[0])) from error
            except ZeroDivisionError as error:
                raise UnknownCodeError(
                    f"claim {value.claim_id}, values to divide by", f"{value.operand_b} = 0"
                ) from error
    return done


def _work_out(operation: str, a: float, b: float) -> float:
    if operation == "difference":
        return a - b
    return a / b if operation == "ratio" else (a / b - 1) * 100


def fill(sentence: str, written: Mapping[str, str]) -> str:
    """Return a sentence with each ``{name}`` replaced by its written value.

    Raises:
        UnknownCodeError: when the sentence names a value the claim does not have.
    """

    def replace(match: re.Match[str]) -> str:
        if match[1] not in written:
            raise UnknownCodeError("values", match[1])
        return written[match[1]]

    return close_han(PLACEHOLDER.sub(replace, sentence))


def fill_story(words: str, written: Mapping[str, str], language: Language) -> str:
    """Return prose with every ``{claim.value}`` replaced by what is written for it.

    A number that was not public on the day has nothing written for it, and the prose says so: ``check`` has refused
    every name no claim has, and no placeholder may reach a reader.
    """
    missing = text("not_yet", language)
    return close_han(STORY_PLACEHOLDER.sub(lambda match: written.get(match[1], missing), words))


@dataclass(frozen=True)
class Comparison:
    """What the values of a claim compare.

    ``compared``: at least two periods of one series from one source. ``broken``: a break lies between those periods.
    ``nominal``: they are sums of money, each at the prices of its day, more than three years apart.
    """

    compared: bool = False
    broken: bool = False
    nominal: bool = False


def grade_claim(claim: Claim, indicator: Indicator, comparison: Comparison) -> Grade:
    """Return a claim's grade with its reasons.

    Args:
        claim: the recorded parts.
        indicator: the indicator it rests on.
        comparison: what its values compare.
    """
    reasons: list[str] = []
    design = list(Design).index(claim.design)
    reached = min(design, 1)
    if design >= 2 and comparison.compared:
        reached = 2
    elif design >= 2:
        reasons.append("no_baseline")
    outside = claim.independence in (Independence.EXTERNAL, Independence.REPLICATED)
    if reached == 2 and design >= 4 and outside:
        reached = 5 if design == 5 and claim.independence == Independence.REPLICATED else 4
    elif reached == 2 and design >= 3:
        if claim.theory_of_change and len(claim.rival_explanations_en) >= 2 and outside:
            reached = 3
        else:
            reasons.append("contribution_not_tested" if outside else "own_statement")
    reached, caps = _apply_caps(claim, indicator, reached, comparison)
    return Grade(GRADES[reached], [f"design_{claim.design}", *reasons, *caps])


def _apply_caps(claim: Claim, indicator: Indicator, reached: int, comparison: Comparison) -> tuple[int, list[str]]:
    rules: list[tuple[str, bool, int]] = [
        ("data_not_sufficient", claim.reliability == Reliability.NOT_SUFFICIENT, 0),
        ("data_undetermined", claim.reliability == Reliability.UNDETERMINED, 1),
        ("series_broken", comparison.broken, 1),
        ("nominal_money", comparison.nominal, 1),
        ("partial_coverage", claim.partial_coverage, 1),
        ("survey_undescribed", claim.survey_undescribed, 1),
        ("single_source", claim.single_source, 1),
        ("self_selected", claim.self_selected, 1),
        ("contradicted", claim.contradicted, 1),
        ("perception_only", indicator.kind != Kind.MEASURED, 2),
    ]
    caps = []
    for code, applies, limit in rules:
        if applies:
            if reached > limit:
                reached = limit
                caps.append(code)
            elif code in TOLD_ANYWAY:
                caps.append(code)
    return reached, caps


def list_regrades(claim: Claim, on: dt.date) -> list[tuple[dt.date, str, str, dict[str, str]]]:
    """Return the changes of a claim's grade until a day: day, grade before, grade after, reason in both languages."""
    after = [*(row["before"] for row in claim.regraded), claim.grade][1:]
    rows = [
        (dt.date.fromisoformat(row["day"]), row["before"], grade, row)
        for row, grade in zip(claim.regraded, after, strict=True)
    ]
    return [row for row in rows if row[0] <= on]


def is_review_due(checked: dt.date, on: dt.date) -> bool:
    """Tell whether more than 24 months have passed since a claim was checked."""
    months = (on.year - checked.year) * 12 + on.month - checked.month
    return months > REVIEW_DUE_MONTHS or (months == REVIEW_DUE_MONTHS and on.day > checked.day)


def grade_claims(catalog: Catalog, on: dt.date) -> None:
    """Work out every claim's values and set its grade.

    Raises:
        CatalogError: with every claim that points at an observation which does not exist.
    """
    links = catalog.rows(IndicatorSource)
    held = index_observations(catalog.observations, on, links)
    announced = index_observations(catalog.observations, dt.date.max, links)
    indicators = {row.code: row for row in catalog.rows(Indicator)}
    money_units = {row.code for row in catalog.rows(Unit) if row.kind == "money"}
    money = {row.code for row in indicators.values() if row.unit in money_units}
    breaks: dict[str, list[str]] = defaultdict(list)
    for row in catalog.rows(SeriesBreak):
        breaks[row.indicator_code].append(period_end(row.time_period))
    values: dict[str, list[ClaimValue]] = defaultdict(list)
    for value in catalog.rows(ClaimValue):
        values[value.claim_id].append(value)
    problems = []
    for claim in catalog.rows(Claim):
        own = values[claim.id]
        # A claim on a row under embargo is graded now and shown when the row's day has come.
        problem, index = _resolve_in(own, held), held
        if problem is not None:
            problem, index = _resolve_in(own, announced), announced
        if problem is not None:
            problems.append(f"claim {claim.id}: {problem}")
            continue
        grade = grade_claim(claim, indicators[claim.indicator], compare_values(own, breaks, index, money))
        claim.grade, claim.grade_reasons = grade.code, grade.reasons
    if problems:
        raise CatalogError(problems)


def _resolve_in(values: list[ClaimValue], index: Mapping[Key, Mapping[str, Observation]]) -> UnknownCodeError | None:
    """Return what keeps a claim's values from being worked out; None when nothing does."""
    try:
        resolve_values(values, lambda value: _find(index, value))
    except UnknownCodeError as error:
        return error
    return None


def _find(index: Mapping[Key, Mapping[str, Observation]], value: ClaimValue) -> float | None:
    row = find_observation(index, value)
    return None if row is None else row.obs_value


def find_observation(index: Mapping[Key, Mapping[str, Observation]], value: ClaimValue) -> Observation | None:
    """Return the observation a named value points at; the first source listed when none is named."""
    key = (value.indicator_code or "", value.ref_area or "", value.time_period or "", value.breakdown)
    rows = index.get(key, {})
    if value.source_code:
        return rows.get(value.source_code)
    return next(iter(rows.values()), None)


def compare_values(
    values: Iterable[ClaimValue],
    breaks: Mapping[str, list[str]],
    index: Mapping[Key, Mapping[str, Observation]],
    money: set[str],
) -> Comparison:
    """Return what the values of a claim compare; ``money`` names the indicators in sums of money."""
    series: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for value in values:
        row = find_observation(index, value)
        if row is not None:
            key = (row.indicator_code, row.ref_area, row.breakdown, row.source_code)
            series[key].append(period_end(row.time_period))
    compared = broken = nominal = False
    for key, periods in series.items():
        first, last = min(periods), max(periods)
        if first != last:
            compared = True
            broken |= any(first < start <= last for start in breaks[key[0]])
            nominal |= key[0] in money and int(last[:4]) - int(first[:4]) > NOMINAL_YEARS
    return Comparison(compared, broken, nominal)
