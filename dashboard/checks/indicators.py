"""Checks of indicators: observations, baselines, targets, parts, levels, reviews, and the sources all of it cites."""

from collections.abc import Iterator

from dashboard.catalog import Catalog, today
from dashboard.checks.common import check, count_indicators
from dashboard.language import period_end
from dashboard.models import Breakdown, Indicator, Source, Target


@check(count_indicators)
def check_indicators_have_observations(catalog: Catalog) -> Iterator[str]:
    """每個指標至少有一個觀測值。

    Every indicator has at least one observation.
    """
    held = {row.indicator_code for row in catalog.observations}
    for indicator in catalog.rows(Indicator):
        if indicator.code not in held:
            yield indicator.code


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


@check(count_indicators)
def check_baselines_exist(catalog: Catalog) -> Iterator[str]:
    """指標的基準期間確有觀測值。

    The baseline period of an indicator has an observation.
    """
    held = {(row.indicator_code, row.time_period) for row in catalog.observations}
    for indicator in catalog.rows(Indicator):
        if indicator.baseline_period and (indicator.code, indicator.baseline_period) not in held:
            yield f"{indicator.code}: {indicator.baseline_period}"


@check(count_indicators)
def check_results_are_levelled_strictly(catalog: Catalog) -> Iterator[str]:
    """國家評比與觀感指數一律列為影響層級的背景，不計入成果。

    Country scores and perception indices stand at impact level as context and never count as outcomes.
    """
    for indicator in catalog.rows(Indicator):
        if indicator.kind != "measured" and indicator.result_level == "outcome":
            yield indicator.code


@check(count_indicators, failing=False)
def check_reviews_are_on_time(catalog: Catalog) -> Iterator[str]:
    """指標未超過下次檢視日期。

    No indicator is past the day of its next review.
    """
    for indicator in catalog.rows(Indicator):
        if indicator.next_review < today():
            yield f"{indicator.code}: {indicator.next_review}"


@check(lambda catalog: len(catalog.rows(Breakdown)))
def check_parts_are_used(catalog: Catalog) -> Iterator[str]:
    """指標列出的每個分項都有觀測值。

    Every part an indicator lists has an observation.
    """
    used = {(row.indicator_code, row.breakdown) for row in catalog.observations}
    for part in catalog.rows(Breakdown):
        if (part.indicator_code, part.code) not in used:
            yield f"{part.indicator_code} {part.code}"
