import datetime as dt
import importlib
from collections import Counter
from collections.abc import Callable
from pkgutil import iter_modules
from typing import Any

import pytest
from samples import SERIES

from dashboard import checks
from dashboard.catalog import Catalog
from dashboard.checks import CHECKS, EXAMPLES, Check, run_checks
from dashboard.models import (
    Breakdown,
    CaseStudy,
    Claim,
    Commitment,
    Gap,
    Indicator,
    Milestone,
    Observation,
    ObsStatus,
    Plan,
    Project,
    ResultLevel,
    Source,
    Target,
)

BY_CODE = {check.code: check for check in CHECKS}
REAL_CODES = [
    "cpi_score",
    "cpi_rank",
    "integrity_platforms",
    "integrity_platforms_value",
    "integrity_platforms_by_county",
    "corruption_conviction_rate_cumulative",
    "trace_score",
    "trace_rank",
    "procurement_audit_rate",
    "political_donation_audit_rate",
    "procurement_awards",
    "procurement_awards_value",
    "procurement_open_share_count",
    "procurement_open_share_value",
    "open_tender_first_award_rate",
    "open_tender_retender_days",
    "equotation_cases",
    "public_works_reports_days",
    "single_tenderer_share",
    "youth_committee_proposals",
    "counties_with_youth_councils",
    "lets_talk_sessions",
    "lets_talk_recommendations",
    "under_35_share_of_candidates",
    "under_35_share_of_councillors_elected",
    "women_share_of_candidates",
    "women_share_of_councillors_elected",
    "voting_age_yes_share",
    "voting_age_turnout",
    "join_proposals",
    "join_proposals_passed",
    "join_visits",
    "collaboration_meetings",
    "join_petition_endorsements_rate",
    "join_petition_replies",
    "ereferendum_signatures",
    "referendum_turnout",
    "referendum_yes_share",
    "presidential_turnout",
    "participatory_budgeting_projects",
    "fraud_cases_monthly",
    "fraud_losses_monthly",
    "open_datasets",
    "open_data_views",
    "open_data_downloads",
    "open_data_downloads_concentration",
    "open_datasets_by_county_per_100k",
    "open_data_downloads_by_county_per_100k",
    "data_requests_replied_share",
    "open_data_gold_mark_share",
    "godi_score",
    "godi_rank",
    "internet_use_rate",
    "indigenous_electors",
    "tribal_wifi_sites_below_target_share",
    "same_sex_marriages",
    "new_residents_fund_seats_share",
    "hackathon_proposals",
    "leak_location_days",
    "leak_district_metered_areas",
    "emergency_records_hospitals",
    "air_sensor_inspections",
    "air_sensor_fines",
    "health_bank_users",
    "vdem_liberal_democracy",
    "wgi_voice_accountability",
    "eiu_democracy_index",
    "freedom_house_total",
    "rsf_press_freedom_rank",
    "imd_digital_rank",
    "global_data_barometer_modules",
    "oversight_budget_share",
]


def _observation(catalog: Catalog, code: str = SERIES, **wanted: Any) -> Observation:
    return next(
        row
        for row in catalog.observations
        if row.indicator_code == code and all(getattr(row, name) == value for name, value in wanted.items())
    )


def _row(catalog: Catalog, model: type[Any], **wanted: Any) -> Any:
    return next(
        row for row in catalog.rows(model) if all(getattr(row, name) == value for name, value in wanted.items())
    )


def _claim(catalog: Catalog) -> Claim:
    return _row(catalog, Claim, id="open_share_fell_by")


def _add_observation(catalog: Catalog, row: Observation, **changes: Any) -> None:
    catalog.observations.append(row.model_copy(update=changes))


def _drop_observations(catalog: Catalog, **wanted: Any) -> None:
    catalog.observations = [
        row for row in catalog.observations if not all(getattr(row, name) == value for name, value in wanted.items())
    ]


def _drop_township(catalog: Catalog) -> None:
    last = next(
        row for row in catalog.observations if row.indicator_code == "voting_age_turnout" and len(row.ref_area) == 8
    )
    catalog.observations.remove(last)


def _drop_county(catalog: Catalog) -> None:
    _drop_observations(catalog, indicator_code="same_sex_marriages", ref_area="TW-TPE", time_period="2024")


# Check → things that break exactly what it promises, each with words its finding must hold.
COUNTEREXAMPLES: list[tuple[str, str, Callable[[Catalog], object], str]] = [
    ("keys_are_unique", "same key twice", lambda c: _add_observation(c, _observation(c), obs_value=1.0), SERIES),
    ("replaced_rows_say_why", "no reason",
     lambda c: _add_observation(c, _observation(c), published=dt.date(2027, 1, 1)), SERIES),
    ("replaced_rows_say_why", "withdrawn before it was published",
     lambda c: _add_observation(
         c, _observation(c), obs_value=None, obs_status=ObsStatus.WITHDRAWN, time_period="2010",
         note_zh_tw="撤回。", note_en="Withdrawn."
     ), "2010"),
    ("missing_values_have_a_reason", "no value but normal",
     lambda c: setattr(_observation(c), "obs_value", None), SERIES),
    ("missing_values_have_a_reason", "value but missing",
     lambda c: setattr(_observation(c), "obs_status", ObsStatus.MISSING), SERIES),
    ("values_are_in_range", "percent above 100", lambda c: setattr(_observation(c), "obs_value", 100.1), SERIES),
    ("values_are_in_range", "percent below 0", lambda c: setattr(_observation(c), "obs_value", -0.1), SERIES),
    ("values_are_in_range", "negative count",
     lambda c: setattr(_observation(c, "integrity_platforms"), "obs_value", -1.0), "integrity_platforms"),
    ("values_are_in_range", "score above its scale",
     lambda c: setattr(_observation(c, "cpi_score"), "obs_value", 101.0), "cpi_score"),
    ("intervals_hold_their_value", "value above its interval",
     lambda c: setattr(_observation(c, "cpi_score", ref_area="JPN"), "upper", 1.0), "cpi_score JPN"),
    ("intervals_hold_their_value", "a bound that is not the value",
     lambda c: setattr(_observation(c), "upper", 1.0), SERIES),
    ("maps_are_complete", "a township is missing", _drop_township, "367 of 368"),
    ("maps_are_complete", "a county is missing", _drop_county, "21 of 22"),
    ("indicators_have_observations", "no rows", lambda c: _drop_observations(c, indicator_code=SERIES), SERIES),
    ("both_languages_are_there", "no English", lambda c: setattr(_row(c, Gap), "note_en", ""), "note"),
    ("both_languages_are_there", "no Chinese",
     lambda c: setattr(_row(c, Milestone, code="nap1-1-1.1"), "next_step_zh_tw", None), "nap1-1-1.1"),
    ("languages_stay_apart", "English in Han", lambda c: setattr(_claim(c), "title_en", "公開方式下降"), "title"),
    ("languages_stay_apart", "Chinese without Han",
     lambda c: setattr(_row(c, Plan), "summary_zh_tw", "A plan of two years."), "summary"),
    ("taiwan_is_called_what_it_is", "member",
     lambda c: setattr(_row(c, Gap), "note_en", "As an OGP member, …"), "note"),
    ("taiwan_is_called_what_it_is", "report",
     lambda c: setattr(_row(c, Plan), "summary_zh_tw", "IRM 報告稱許"), "summary"),
    ("sources_are_used", "no address", lambda c: setattr(_row(c, Source), "url", "see the library"), "library"),
    ("targets_lie_after_their_baseline", "target before baseline",
     lambda c: setattr(_row(c, Indicator, code="remote_broadband_coverage"), "baseline_period", "2017-11"), "2014"),
    ("baselines_exist", "no such period",
     lambda c: setattr(_row(c, Indicator, code=SERIES), "baseline_period", "2018"), "2018"),
    ("results_are_levelled_strictly", "perception as outcome",
     lambda c: setattr(_row(c, Indicator, code="cpi_score"), "result_level", ResultLevel.OUTCOME), "cpi_score"),
    ("claims_name_their_values", "languages differ",
     lambda c: setattr(_claim(c), "sentence_en", "It fell from {first}."), "last"),
    ("claims_name_their_values", "value unknown",
     lambda c: setattr(_claim(c), "biggest_doubt_en", "Why {other}?"), "other"),
    ("numbers_come_from_observations", "typed in a claim",
     lambda c: setattr(_claim(c), "sentence_en", "It fell from {first} to {last}, by 3.2 points."), "3.2"),
    ("numbers_come_from_observations", "typed in a story",
     lambda c: setattr(_row(c, CaseStudy), "body_zh_tw", "共 46 個平臺。"), "46"),
    ("numbers_come_from_observations", "typed on a ladder",
     lambda c: setattr(_row(c, CaseStudy), "ladder", {"output": {"zh-TW": "共四十六個", "en": "46 of them"}}), "46"),
    ("numbers_come_from_observations", "typed percent",
     lambda c: setattr(_claim(c), "title_zh_tw", "占比 83.9% 為最低"), "83.9%"),
    ("findings_are_short", "too many words",
     lambda c: setattr(_claim(c), "title_en", "one two three four five six seven eight nine ten eleven"), "11 words"),
    ("findings_are_short", "too many characters", lambda c: setattr(_claim(c), "title_zh_tw", "公" * 25), "25"),
    ("reviews_are_on_time", "overdue",
     lambda c: setattr(_row(c, Indicator, code=SERIES), "next_review", dt.date(2020, 1, 1)), "2020-01-01"),
    ("late_steps_say_so", "met before it began",
     lambda c: setattr(_row(c, Milestone, code="nap1-1-1.2"), "date_met", "2020-12-01"), "2020-12-01"),
    ("late_steps_say_so", "not met but dated",
     lambda c: setattr(_row(c, Milestone, code="nap1-1-1.5"), "date_met", "2025-07-01"), "notMet"),
    ("commitments_have_sources", "none", lambda c: setattr(_row(c, Commitment), "sources", []), "nap1"),
    ("projects_lie_in_taiwan", "one coordinate",
     lambda c: setattr(_row(c, Project, code="ip_taoyuan_aerotropolis"), "latitude", None), "ip_taoyuan_aerotropolis"),
    ("projects_lie_in_taiwan", "swapped",
     lambda c: setattr(_row(c, Project, code="ip_taoyuan_aerotropolis"), "latitude", 121.2), "121.2"),
    ("parts_are_used", "part without rows",
     lambda c: _drop_observations(c, indicator_code="integrity_platforms", breakdown="running"), "running"),
    ("words_do_not_outrun_the_proof", "a cause at E2",
     lambda c: setattr(_claim(c), "title_en", "The law caused a fall of {fall}"), "open_share_fell_by"),
    ("words_do_not_outrun_the_proof", "a cause at E2 in Chinese",
     lambda c: setattr(_claim(c), "sentence_zh_tw", "因此由 {first} 降為 {last}，相差 {fall}。"), "open_share"),
    ("words_do_not_outrun_the_proof", "a fall at E1", lambda c: setattr(_claim(c), "grade", "E1"), '"fell" — change'),
    ("a_change_of_grade_changes_it", "to the grade it had",
     lambda c: (setattr(_claim(c), "grade", "E2"), setattr(_claim(c), "regraded", [
         {"day": "2026-11-24", "before": "E2", "zh-TW": "理由", "en": "Reason"}])), "is the grade it still has"),
    ("stories_are_whole", "no sections", lambda c: setattr(_row(c, CaseStudy), "body_en", "Once."), "sections missing"),
    ("stories_are_whole", "one source",
     lambda c: setattr(_row(c, CaseStudy), "sources", ["proc_ly_budget_2023"]), "1 sources, 0 independent"),
    ("stories_are_whole", "half a sentence",
     lambda c: setattr(_row(c, CaseStudy), "timeline", [{"date": "2020", "zh-TW": "上線", "en": "It opens"}]),
     "without a full stop at 2020"),
    ("stories_are_whole", "nothing to borrow", lambda c: setattr(_row(c, CaseStudy), "borrow", {}), "lacks"),
    ("stories_agree_between_languages", "a number in one language",
     lambda c: setattr(_row(c, CaseStudy), "title_en", "It fell to {open_share_fell_by.last}"), "title"),
    ("story_numbers_exist", "no such value",
     lambda c: setattr(_row(c, CaseStudy), "title_en", "It fell to {open_share_fell_by.lowest}"), "lowest"),
    ("story_numbers_exist", "no such claim",
     lambda c: setattr(_row(c, CaseStudy), "body_en", "{{claim:nothing_of_the_kind}}"), "points at nothing"),
    ("tags_are_known", "unknown area", lambda c: setattr(_row(c, CaseStudy), "policy_areas", ["luck"]), "luck"),
    ("tags_are_known", "unknown value", lambda c: setattr(_row(c, Commitment), "ogp_values", ["glory"]), "glory"),
    ("tags_are_known", "unknown step",
     lambda c: setattr(_row(c, CaseStudy), "ladder", {"luck": {"zh-TW": "運", "en": "luck"}}), "luck"),
    ("percentages_have_a_base", "share of low reliability",
     lambda c: setattr(_observation(c, time_period="2022"), "obs_status", ObsStatus.LOW_RELIABILITY), "open_share"),
    ("nothing_is_published_twice_under_two_units", "in hundred millions",
     lambda c: setattr(_observation(c, "fraud_losses_monthly"), "obs_value", 95.7), "fraud_losses_monthly"),
]  # fmt: skip


def _found(check: Check, catalog: Catalog) -> list[str]:
    return list(check.run(catalog))


@pytest.mark.parametrize("code", BY_CODE)
def test_a_check_passes_on_the_small_data(code: str, small_catalog: Catalog) -> None:
    if code != "reviews_are_on_time":  # depends on the day; its counterexample shows that it works
        assert _found(BY_CODE[code], small_catalog) == []


@pytest.mark.parametrize(
    ("code", "spoil", "words"),
    [pytest.param(code, spoil, words, id=f"{code}: {name}") for code, name, spoil, words in COUNTEREXAMPLES],
)
def test_a_check_finds_its_counterexample(
    code: str, spoil: Callable[[Catalog], object], words: str, catalog: Catalog
) -> None:
    before = _found(BY_CODE[code], catalog)
    spoil(catalog)
    found = [line for line in _found(BY_CODE[code], catalog) if line not in before]
    assert len(found) >= 1
    assert any(words in line for line in found)


def test_every_check_written_is_in_the_list_once() -> None:
    modules = [importlib.import_module(f"dashboard.checks.{found.name}") for found in iter_modules(checks.__path__)]
    written = [item for module in modules for item in vars(module).values() if isinstance(item, Check)]
    assert sorted(check.code for check in CHECKS) == sorted(check.code for check in written)


def test_every_check_has_a_counterexample() -> None:
    assert {code for code, *_ in COUNTEREXAMPLES} == set(BY_CODE)


@pytest.mark.parametrize("code", BY_CODE)
def test_a_check_says_what_it_checks_in_both_languages(code: str, small_catalog: Catalog) -> None:
    chinese, english = BY_CODE[code].sentences
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese) and chinese.endswith("。")
    assert english.endswith(".") and english[0].isascii()
    assert BY_CODE[code].count(small_catalog) > 0


def test_a_source_nobody_cites_is_found(catalog: Catalog) -> None:
    spare = _row(catalog, Source).model_copy(update={"code": "cited_by_nobody"})
    catalog.rows(Source).append(spare)
    assert any("cited_by_nobody" in line for line in _found(BY_CODE["sources_are_used"], catalog))


def test_a_denial_does_not_excuse_a_second_mention(catalog: Catalog) -> None:
    _row(catalog, Gap).note_en = "Taiwan is not an OGP member. The IRM report praises it."
    assert _found(BY_CODE["taiwan_is_called_what_it_is"], catalog)


@pytest.mark.parametrize(
    "words",
    [
        "In 2022 and 2019–2021", "2022 年 4 月 20 日", "on 16 June 2025", "commitment 1-1", "承諾 4-2", "NAP2",
        "Terminal 3", "see https://example.org/2024/1234", "it fell to {last}",
    ],
)  # fmt: skip
def test_years_days_and_names_may_be_typed(words: str, catalog: Catalog) -> None:
    _row(catalog, CaseStudy).body_en = words
    assert _found(BY_CODE["numbers_come_from_observations"], catalog) == []


def test_results_are_written_down_in_order(small_catalog: Catalog) -> None:
    results = run_checks(small_catalog)
    assert [result.code for result in results] == [check.code for check in CHECKS]
    assert {result.outcome for result in results} <= {"passed", "warned"}
    assert all(result.checked == BY_CODE[result.code].count(small_catalog) for result in results)


def test_a_finding_that_may_wait_only_warns(catalog: Catalog) -> None:
    for row in catalog.rows(Indicator):
        row.next_review = dt.date(2020, 1, 1)
    late = next(result for result in run_checks(catalog) if result.code == "reviews_are_on_time")
    assert late.outcome == "warned"
    assert len(late.examples) == EXAMPLES < len(catalog.rows(Indicator))


def test_a_failed_check_names_everything_it_found(catalog: Catalog) -> None:
    for row in catalog.rows(Commitment):
        row.sources = []
    failed = next(result for result in run_checks(catalog) if result.code == "commitments_have_sources")
    assert (failed.outcome, len(failed.examples)) == ("failed", len(catalog.rows(Commitment)))


# What is published.


def test_all_published_data_pass_every_check(real_catalog: Catalog) -> None:
    failed = {result.code: result.examples for result in run_checks(real_catalog) if result.outcome == "failed"}
    assert failed == {}


def test_as_much_is_published_as_was_promised(real_catalog: Catalog) -> None:
    assert len(real_catalog.rows(Indicator)) >= 90
    assert len(real_catalog.observations) >= 12_000
    results = [
        row
        for row in real_catalog.rows(Indicator)
        if row.result_level in (ResultLevel.OUTCOME, ResultLevel.IMPACT) and row.kind == "measured"
    ]
    assert len(results) >= 30
    assert Counter(row.kind for row in real_catalog.rows(Project)) == {"integrity_platform": 61, "hackathon_winner": 37}
    assert len(real_catalog.rows(Commitment)) == 26
    assert len(real_catalog.rows(Plan)) == 2
    assert len(real_catalog.rows(CaseStudy)) >= 3


@pytest.mark.parametrize("code", REAL_CODES)
def test_what_was_asked_for_is_published(code: str, real_catalog: Catalog) -> None:
    assert any(row.code == code for row in real_catalog.rows(Indicator))


def test_platforms_are_counted_by_one_source_with_the_others_beside(real_catalog: Catalog) -> None:
    rows = {
        row.time_period: row.obs_value
        for row in real_catalog.observations
        if row.indicator_code == "integrity_platforms" and row.breakdown == "_T"
    }
    assert rows == {"2021-05": 25, "2022-04-10": 45, "2022-04-20": 46}


def test_all_fifteen_ballots_are_there_by_township(real_catalog: Catalog) -> None:
    towns = Counter(
        row.breakdown
        for row in real_catalog.observations
        if row.indicator_code == "referendum_turnout" and len(row.ref_area) == 8
    )
    assert len(towns) == 15 and set(towns.values()) == {368}


def test_every_part_of_every_indicator_is_named(real_catalog: Catalog) -> None:
    named = {(row.indicator_code, row.code) for row in real_catalog.rows(Breakdown)}
    used = {(row.indicator_code, row.breakdown) for row in real_catalog.observations if row.breakdown != "_T"}
    assert named == used


def test_every_target_names_its_document(real_catalog: Catalog) -> None:
    sources = {row.code for row in real_catalog.rows(Source)}
    assert real_catalog.rows(Target)
    assert all(row.source_code in sources for row in real_catalog.rows(Target))
