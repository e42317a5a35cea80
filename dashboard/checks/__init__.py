"""One function a check. Its docstring is the sentence readers see: Chinese first, then English.

A check yields what is wrong, one short line each; yielding nothing means it passed. ``Check.failing`` says whether
a finding stops the build or is only shown. A new check goes into the module of its subject and into ``CHECKS``.
"""

from dashboard.catalog import Catalog
from dashboard.checks import claims, indicators, observations, plans, stories, texts
from dashboard.checks.common import Check
from dashboard.checks.stories import BORROW, FAILURE_SECTION, SECTIONS, split_sections
from dashboard.models import CheckResult

__all__ = [
    "BORROW",
    "CHECKS",
    "EXAMPLES",
    "FAILURE_SECTION",
    "SECTIONS",
    "Check",
    "run_checks",
    "split_sections",
]

EXAMPLES = 5
"""Findings shown of a check that only warns."""

CHECKS: list[Check] = [
    observations.check_keys_are_unique,
    observations.check_replaced_rows_say_why,
    observations.check_missing_values_have_a_reason,
    observations.check_values_are_in_range,
    observations.check_intervals_hold_their_value,
    observations.check_maps_are_complete,
    indicators.check_indicators_have_observations,
    texts.check_both_languages_are_there,
    claims.check_a_change_of_grade_changes_it,
    texts.check_languages_stay_apart,
    texts.check_taiwan_is_called_what_it_is,
    indicators.check_sources_are_used,
    indicators.check_targets_lie_after_their_baseline,
    indicators.check_baselines_exist,
    indicators.check_results_are_levelled_strictly,
    claims.check_claims_name_their_values,
    claims.check_numbers_come_from_observations,
    claims.check_findings_are_short,
    indicators.check_reviews_are_on_time,
    plans.check_late_steps_say_so,
    plans.check_commitments_have_sources,
    plans.check_projects_lie_in_taiwan,
    indicators.check_parts_are_used,
    observations.check_nothing_is_published_twice_under_two_units,
    claims.check_words_do_not_outrun_the_proof,
    stories.check_stories_are_whole,
    stories.check_stories_agree_between_languages,
    stories.check_story_numbers_exist,
    stories.check_tags_are_known,
    claims.check_percentages_have_a_base,
]
"""Every check, in the order readers see them."""


def run_checks(catalog: Catalog) -> list[CheckResult]:
    """Return the result of every check, in the order of the list."""
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
