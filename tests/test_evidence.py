import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import SERIES, change_rows

from dashboard.catalog import Catalog, load_catalog
from dashboard.evidence import (
    GRADES,
    REVIEW_DUE_MONTHS,
    Comparison,
    Grade,
    fill,
    grade_claim,
    grade_claims,
    index_observations,
    is_review_due,
    list_regrades,
    resolve_values,
)
from dashboard.exceptions import CatalogError, UnknownCodeError
from dashboard.models import (
    Claim,
    ClaimValue,
    Design,
    Independence,
    Indicator,
    Kind,
    Observation,
    Reliability,
    SeriesBreak,
    check_regrades,
)

DAY = dt.date(2026, 11, 23)
TESTED = {"theory_of_change": True, "rival_explanations_en": ["a", "b"]}


def _claim(**parts: Any) -> Claim:
    row: dict[str, Any] = {
        "id": "c", "design": Design.BEFORE_AFTER, "reliability": Reliability.SUFFICIENT,
        "independence": Independence.EXTERNAL, "theory_of_change": False, "single_source": False,
        "self_selected": False, "contradicted": False, "partial_coverage": False, "survey_undescribed": False,
        "rival_explanations_en": [],
    }  # fmt: skip
    return Claim(**row | parts)


def _graded(
    *, compared: bool = True, broken: bool = False, nominal: bool = False, kind: Kind = Kind.MEASURED, **parts: Any
) -> Grade:
    return grade_claim(_claim(**parts), Indicator(code="x", kind=kind), Comparison(compared, broken, nominal))


def _grade(**parts: Any) -> str:
    return _graded(**parts).code


def _reasons(**parts: Any) -> list[str]:
    return _graded(**parts).reasons


@pytest.mark.parametrize(
    ("parts", "grade"),
    [
        pytest.param({"design": "Ds0"}, "E0", id="somebody says so"),
        pytest.param({"design": "Ds1"}, "E1", id="a record"),
        pytest.param({"design": "Ds1", "compared": False}, "E1", id="a record of one period"),
        pytest.param({"design": "Ds2"}, "E2", id="before and after"),
        pytest.param({"design": "Ds2", "compared": False}, "E1", id="no baseline"),
        pytest.param({"design": "Ds2", "independence": "I0"}, "E2", id="own measurement"),
        pytest.param({"design": "Ds3", **TESTED}, "E3", id="contribution tested"),
        pytest.param({"design": "Ds3", **TESTED, "compared": False}, "E1", id="contribution without baseline"),
        pytest.param({"design": "Ds3", **TESTED, "theory_of_change": False}, "E2", id="no theory"),
        pytest.param({"design": "Ds3", **TESTED, "rival_explanations_en": ["a"]}, "E2", id="one rival only"),
        pytest.param({"design": "Ds3", **TESTED, "independence": "I1"}, "E2", id="nobody outside"),
        pytest.param({"design": "Ds4"}, "E4", id="comparison group"),
        pytest.param({"design": "Ds4", "compared": False}, "E1", id="comparison without baseline"),
        pytest.param({"design": "Ds4", "independence": "I1"}, "E2", id="comparison by its own author"),
        pytest.param({"design": "Ds4", "independence": "I3"}, "E4", id="comparison once"),
        pytest.param({"design": "Ds5"}, "E4", id="repeated but not independently"),
        pytest.param({"design": "Ds5", "independence": "I3"}, "E5", id="replicated"),
        pytest.param({"design": "Ds5", "independence": "I1"}, "E2", id="repeated by its own author"),
    ],
)
def test_a_grade_needs_each_of_its_conditions(parts: dict[str, Any], grade: str) -> None:
    assert _grade(**parts) == grade


@pytest.mark.parametrize(
    ("cap", "reason", "limit"),
    [
        pytest.param({"reliability": "not_sufficient"}, "data_not_sufficient", "E0", id="data not sufficient"),
        pytest.param({"reliability": "undetermined"}, "data_undetermined", "E1", id="data undetermined"),
        pytest.param({"broken": True}, "series_broken", "E1", id="break between the periods"),
        pytest.param({"single_source": True}, "single_source", "E1", id="single source"),
        pytest.param({"self_selected": True}, "self_selected", "E1", id="self-selected"),
        pytest.param({"contradicted": True}, "contradicted", "E1", id="contradicted"),
        pytest.param({"partial_coverage": True}, "partial_coverage", "E1", id="covers too little"),
        pytest.param({"survey_undescribed": True}, "survey_undescribed", "E1", id="survey without its method"),
        pytest.param({"nominal": True}, "nominal_money", "E1", id="money of different years"),
        pytest.param({"kind": Kind.PERCEPTION}, "perception_only", "E2", id="perception"),
        pytest.param({"kind": Kind.COUNTRY_SCORE}, "perception_only", "E2", id="country score"),
    ],
)
def test_each_weakness_holds_the_best_claim_back(cap: dict[str, Any], reason: str, limit: str) -> None:
    best = {"design": "Ds5", "independence": "I3", **TESTED}
    assert _grade(**best) == "E5"
    assert _grade(**best | cap) == limit
    assert reason in _reasons(**best | cap)
    assert reason not in _reasons(**best)


def test_the_weakest_link_rules() -> None:
    weak = {"reliability": Reliability.NOT_SUFFICIENT, "contradicted": True, "kind": Kind.PERCEPTION}
    assert _grade(design="Ds5", independence="I3", **weak) == "E0"


def test_a_cap_never_raises_a_grade() -> None:
    assert _grade(design="Ds0", single_source=True) == "E0"
    assert _grade(design="Ds1", kind=Kind.PERCEPTION) == "E1"


def test_a_claim_without_baseline_says_so() -> None:
    assert "no_baseline" in _reasons(compared=False)
    assert "no_baseline" not in _reasons()


def test_the_first_reason_is_the_design() -> None:
    assert [_reasons(design=design)[0] for design in Design] == [f"design_{design}" for design in Design]


def test_an_evaluation_of_ones_own_is_held_back_as_such() -> None:
    assert "own_statement" in _reasons(design="Ds4", independence="I0")


@given(
    st.sampled_from(list(Design)), st.sampled_from(list(Reliability)), st.sampled_from(list(Independence)),
    st.sampled_from(list(Kind)), st.lists(st.booleans(), min_size=9, max_size=9), st.integers(0, 3),
)  # fmt: skip
def test_no_mixture_of_parts_breaks_the_rules(
    design: Design, reliability: Reliability, independence: Independence, kind: Kind, flags: list[bool], rivals: int
) -> None:
    theory, single, selected, contradicted, partial, survey, compared, broken, nominal = flags
    grade = GRADES.index(
        _grade(
            design=design, reliability=reliability, independence=independence, kind=kind, theory_of_change=theory,
            single_source=single, self_selected=selected, contradicted=contradicted, partial_coverage=partial,
            survey_undescribed=survey, compared=compared, broken=broken, nominal=nominal,
            rival_explanations_en=["r"] * rivals,
        )
    )  # fmt: skip
    if grade >= 1:
        assert design != "Ds0" and reliability != "not_sufficient"
    if grade >= 2:
        assert compared and reliability == "sufficient"
        assert not (broken or nominal or single or selected or contradicted or partial or survey)
    if grade >= 3:
        assert independence in ("I2", "I3") and kind == "measured"
    if grade == 3:
        assert theory and rivals >= 2
    if grade >= 4:
        assert design in ("Ds4", "Ds5")
    assert grade < 5 or (design == "Ds5" and independence == "I3")


# Review.


@pytest.mark.parametrize(
    ("on", "due"),
    [("2026-05-15", False), ("2027-05-15", False), ("2028-05-15", False), ("2028-05-16", True), ("2028-06-01", True)],
)
def test_a_claim_is_due_for_review_after_two_years(on: str, due: bool) -> None:
    assert is_review_due(dt.date(2026, 5, 15), dt.date.fromisoformat(on)) is due
    assert REVIEW_DUE_MONTHS == 24


@given(st.dates(dt.date(2000, 1, 1), dt.date(2050, 1, 1)), st.integers(0, 2000), st.integers(0, 2000))
def test_once_due_always_due(checked: dt.date, soon: int, later: int) -> None:
    first, second = (checked + dt.timedelta(days=days) for days in sorted((soon, later)))
    assert is_review_due(checked, second) or not is_review_due(checked, first)


# Sentences.


def test_placeholders_are_filled_and_others_left_alone() -> None:
    assert fill("From {first} to {last}, {first}.", {"first": "1", "last": "2"}) == "From 1 to 2, 1."
    assert fill("{{figure:x}} {A} {}", {}) == "{{figure:x}} {A} {}"


def test_a_value_the_claim_does_not_have_is_an_error() -> None:
    with pytest.raises(UnknownCodeError, match="other"):
        fill("It was {other}.", {"first": "1"})


def _values(**operations: tuple[str, str, str]) -> list[ClaimValue]:
    read = [ClaimValue(claim_id="c", name=name, indicator_code=name) for name in ("a", "b")]
    worked = [
        ClaimValue(claim_id="c", name=name, operation=operation, operand_a=one, operand_b=other)
        for name, (operation, one, other) in operations.items()
    ]
    return [*worked, *read]


def _find(value: ClaimValue) -> float | None:
    return {"a": 30.0, "b": 40.0}.get(value.indicator_code or "")


def test_differences_ratios_and_changes_are_worked_out() -> None:
    values = _values(
        fall=("difference", "a", "b"), share=("ratio", "a", "b"), change=("percent_change", "a", "b")
    )  # fmt: skip
    assert resolve_values(values, _find) == {"a": 30, "b": 40, "fall": -10, "share": 0.75, "change": -25}


def test_a_value_may_be_worked_out_from_a_worked_out_one() -> None:
    values = _values(fall=("difference", "a", "b"), half=("ratio", "fall", "b"))
    assert resolve_values(values, _find)["half"] == -0.25


def test_a_value_worked_out_from_nothing_is_an_error() -> None:
    with pytest.raises(UnknownCodeError, match="lost"):
        resolve_values(_values(fall=("difference", "a", "lost")), _find)
    with pytest.raises(UnknownCodeError, match="observations"):
        resolve_values([ClaimValue(claim_id="c", name="x", indicator_code="x", time_period="2024")], _find)


@pytest.mark.parametrize("operation", ["ratio", "percent_change"])
def test_a_ratio_over_nothing_is_an_error_that_names_the_claim(operation: str) -> None:
    with pytest.raises(UnknownCodeError):
        resolve_values(_values(share=(operation, "a", "b")), lambda value: 0.0)


# The whole catalogue.


def _row(published: str, value: float, source: str = "s") -> Observation:
    return Observation.model_validate(
        {"indicator_code": "x", "ref_area": "TWN", "time_period": "2022", "obs_value": value, "source_code": source,
         "published": published}
    )  # fmt: skip


def test_the_latest_row_published_by_a_day_counts() -> None:
    rows = [_row("2026-02-01", 2), _row("2026-01-01", 1), _row("2026-03-01", 3), _row("2026-01-01", 9, "t")]
    key = ("x", "TWN", "2022", "_T")

    def held(day: str) -> dict[str, float | None]:
        found = index_observations(rows, dt.date.fromisoformat(day)).get(key, {})
        return {source: row.obs_value for source, row in found.items()}

    assert held("2025-12-31") == {}
    assert held("2026-01-31") == {"s": 1, "t": 9}
    assert held("2026-02-01") == {"s": 2, "t": 9}
    assert held("2026-12-31") == {"s": 3, "t": 9}


def _grades(catalog: Catalog) -> dict[str, str]:
    grade_claims(catalog, DAY)
    return {row.id: row.grade for row in catalog.rows(Claim)}


def test_the_claims_of_the_small_data_are_graded(catalog: Catalog) -> None:
    grades = _grades(catalog)
    assert grades["open_share_fell_by"] == "E2"
    assert grades["integrity_platforms_counted"] == "E1"  # contradicted
    assert grades["first_calls_mostly_fail"] == "E1"  # one period
    assert grades["cpi_within_margin"] <= "E2"  # perception


def test_a_break_between_the_periods_holds_a_claim_at_documented(catalog: Catalog) -> None:
    catalog.rows(SeriesBreak).append(
        SeriesBreak(indicator_code=SERIES, time_period="2021", note_zh_tw="改", note_en="New")
    )
    assert _grades(catalog)["open_share_fell_by"] == "E1"


@pytest.mark.parametrize("period", ["2019", "2018", "2023"])
def test_a_break_outside_the_periods_does_no_harm(period: str, catalog: Catalog) -> None:
    catalog.rows(SeriesBreak).append(
        SeriesBreak(indicator_code=SERIES, time_period=period, note_zh_tw="改", note_en="New")
    )
    assert _grades(catalog)["open_share_fell_by"] == "E2"


@pytest.mark.parametrize(("first", "grade"), [("2018", "E1"), ("2019", "E2")])
def test_money_of_different_years_compares_over_three_years_at_most(first: str, grade: str, catalog: Catalog) -> None:
    next(row for row in catalog.rows(Indicator) if row.code == SERIES).unit = "twd"
    catalog.observations += [
        row.model_copy(update={"time_period": "2018"})
        for row in catalog.observations
        if row.indicator_code == SERIES and row.time_period == "2019"
    ]
    for row in catalog.rows(ClaimValue):
        if row.indicator_code == SERIES and row.claim_id == "open_share_fell_by":
            row.time_period = {"first": first}.get(row.name, row.time_period)
    claim = next(row for row in catalog.rows(Claim) if row.id == "open_share_fell_by")
    assert _grades(catalog)["open_share_fell_by"] == grade
    assert ("nominal_money" in claim.grade_reasons) is (grade == "E1")


def test_two_parts_of_one_period_are_no_comparison(catalog: Catalog) -> None:
    for row in catalog.rows(ClaimValue):
        if row.claim_id == "open_share_fell_by" and row.name == "first":
            row.time_period = "2022"
    claim = next(row for row in catalog.rows(Claim) if row.id == "open_share_fell_by")
    assert _grades(catalog)["open_share_fell_by"] == "E1"
    assert "no_baseline" in claim.grade_reasons


def test_a_claim_on_an_observation_that_is_not_there_is_told(catalog: Catalog) -> None:
    for row in catalog.rows(ClaimValue):
        if row.name == "last" and row.claim_id in ("open_share_fell_by", "cpi_within_margin"):
            row.time_period = "1999"
    with pytest.raises(CatalogError) as error:
        grade_claims(catalog, DAY)
    assert any("open_share_fell_by" in problem and "1999" in problem for problem in error.value.problems)


def test_a_claim_that_rests_on_a_row_under_embargo_may_be_built(folders: Any) -> None:
    def later(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [row | {"published": "2099-01-01" if row["time_period"] == "2022" else "2026-11-01"} for row in rows]

    change_rows(folders / "data" / "indicators" / f"{SERIES}.csv", later)
    catalog = load_catalog(folders / "data", folders / "case_studies")
    grade_claims(catalog, DAY)
    assert catalog.rows(Claim)


def test_where_sources_disagree_a_claim_is_graded_on_the_preferred_one(folders: Any) -> None:
    # A rival row for 2022 stands above the preferred one: the claim still compares two years of one source.
    toml = folders / "data" / "indicators" / f"{SERIES}.toml"
    words = toml.read_text(encoding="utf-8").replace('["proc_ly_budget_2023"]', '["proc_ly_budget_2023", "plan_tf_10"]')
    toml.write_text(words, encoding="utf-8")

    def rival_first(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [rows[-1] | {"obs_value": "82.0", "source_code": "plan_tf_10"}, *rows]

    change_rows(toml.with_suffix(".csv"), rival_first)
    catalog = load_catalog(folders / "data", folders / "case_studies")
    assert _grades(catalog)["open_share_fell_by"] == "E2"


def test_every_published_claim_has_a_grade_and_a_reason(real_catalog: Catalog) -> None:
    grades = _grades(real_catalog)
    assert len(grades) >= 60
    assert set(grades.values()) <= set(GRADES)
    assert all(row.grade_reasons for row in real_catalog.rows(Claim))


# Changes of grade.


def test_each_change_of_a_grade_leads_from_the_grade_before_to_the_next() -> None:
    words = {"zh-TW": "理由", "en": "Reason"}
    claim = _claim(
        grade="E1",
        regraded=[{"day": "2026-01-01", "before": "E3", **words}, {"day": "2026-02-01", "before": "E2", **words}],
    )
    told = [row[:3] for row in list_regrades(claim, dt.date(2026, 2, 1))]
    assert told == [(dt.date(2026, 1, 1), "E3", "E2"), (dt.date(2026, 2, 1), "E2", "E1")]
    assert [row[:3] for row in list_regrades(claim, dt.date(2026, 1, 31))] == told[:1]
    assert list_regrades(_claim(grade="E1", regraded=[]), DAY) == []


@pytest.mark.parametrize(
    "row",
    [
        {"day": "2026-01-01", "before": "E2", "en": "Reason"},
        {"day": "January", "before": "E2", "zh-TW": "理由", "en": "Reason"},
        {"day": "2026-01-01", "before": "E9", "zh-TW": "理由", "en": "Reason"},
        {"day": "2026-01-01", "before": "E2", "zh-TW": "", "en": "Reason"},
    ],
)
def test_a_change_of_grade_that_says_too_little_is_refused(row: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        check_regrades([row])


def test_changes_of_grade_stand_in_order() -> None:
    rows = [{"day": day, "before": "E2", "zh-TW": "理由", "en": "Reason"} for day in ("2026-02-01", "2026-01-01")]
    with pytest.raises(ValueError, match="order"):
        check_regrades(rows)
