from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from dashboard import standings
from dashboard.models import SeriesBreak
from dashboard.queries import IndicatorCard, get_cards
from dashboard.standings import Reading, choose_start, compare_periods, find_obstacle, find_standing, judge, rank_rows
from dashboard.store import Store


@pytest.fixture
def card(real_sqlite_store: Store) -> IndicatorCard:
    return get_cards(real_sqlite_store)["cpi_score"]


def frame(*rows: tuple[str, str, float | None, float | None, float | None]) -> pd.DataFrame:
    columns = ["ref_area", "time_period", "obs_value", "lower", "upper"]
    return pd.DataFrame(rows, columns=columns).assign(obs_status="A", source_code="one")


TWO_YEARS: list[tuple[tuple[float, float, float], tuple[float, float, float], str]] = [
    ((60, 58, 62), (70, 66, 74), "better"),
    ((70, 66, 74), (60, 58, 62), "worse"),
    ((60, 58, 62), (63, 61, 65), "overlap"),
    ((60, 58, 62), (64, 62, 66), "overlap"),
]


@pytest.mark.parametrize(("first", "last", "verdict"), TWO_YEARS, ids=["apart", "below", "overlap", "touching"])
def test_intervals_decide_what_is_said(first: Any, last: Any, verdict: str, card: IndicatorCard) -> None:
    change = compare_periods(frame(("TWN", "2012", *first), ("TWN", "2022", *last)), "TWN", "2012", "2022", card)
    assert change is not None
    assert change.verdict == verdict


def test_without_an_interval_on_both_sides_nothing_is_judged(card: IndicatorCard) -> None:
    rows = frame(("TWN", "2012", 60, 58, 62), ("TWN", "2022", 90, None, None))
    change = compare_periods(rows, "TWN", "2012", "2022", card)
    assert change is not None
    assert change.verdict == "no_interval"


@pytest.mark.parametrize(("period", "verdict"), [("2012", "better"), ("2015", "broken"), ("2022", "broken")])
def test_a_break_between_the_years_forbids_comparing(period: str, verdict: str, card: IndicatorCard) -> None:
    broken = replace(card, breaks=[SeriesBreak(indicator_code="x", time_period=period, note_zh_tw="", note_en="")])
    rows = frame(("TWN", "2012", 60, 58, 62), ("TWN", "2022", 90, 88, 92))
    change = compare_periods(rows, "TWN", "2012", "2022", broken)
    assert change is not None
    assert change.verdict == verdict


def test_a_year_without_a_value_is_no_change_at_all(card: IndicatorCard) -> None:
    rows = frame(("TWN", "2012", None, None, None), ("TWN", "2022", 90, 88, 92))
    assert compare_periods(rows, "TWN", "2012", "2022", card) is None


PLAIN = Reading("2012", 60, status="A", source="one")


@pytest.mark.parametrize(
    ("code", "last", "obstacle"),
    [
        ("water_leakage_rate", replace(PLAIN, time_period="2022", value=50), None),
        ("water_leakage_rate", replace(PLAIN, time_period="2022", source="two"), "sources"),
        ("water_leakage_rate", replace(PLAIN, time_period="2022", status="U"), "unreliable"),
        ("water_leakage_rate", replace(PLAIN, time_period="2022/2023"), "lengths"),
        ("anti_fraud_budget_as_criticised", replace(PLAIN, time_period="2015"), None),
        ("anti_fraud_budget_as_criticised", replace(PLAIN, time_period="2016"), "nominal"),
        ("data_requests", replace(PLAIN, time_period="2019", source="two"), "broken"),
        ("water_leakage_rate", replace(PLAIN, time_period="2022", value=50, lower=50), "bound"),
        ("water_leakage_rate", replace(PLAIN, time_period="2022", value=50, upper=50), "bound"),
        ("water_leakage_rate", replace(PLAIN, time_period="2022", value=50, lower=49, upper=51), None),
    ],
)
def test_two_readings_that_do_not_compare_give_no_change(
    code: str, last: Reading, obstacle: str | None, real_sqlite_store: Store
) -> None:
    assert find_obstacle(PLAIN, last, get_cards(real_sqlite_store)[code]) == obstacle


@pytest.mark.parametrize(
    ("first", "last", "obstacle"),
    [
        ("2024-08/2024-12", "2025-08/2025-12", None),
        ("2023-03/2023-12", "2024-03/2024-12", None),
        ("2019-07/2020-07", "2020-11/2020-12", "lengths"),
        ("2018/2019-06", "2018/2022", "lengths"),
    ],
)
def test_stretches_of_time_compare_where_they_are_as_long(
    first: str, last: str, obstacle: str | None, card: IndicatorCard
) -> None:
    assert find_obstacle(replace(PLAIN, time_period=first), replace(PLAIN, time_period=last), card) == obstacle


def test_a_measured_value_is_judged_without_an_interval_and_a_rating_is_not(real_sqlite_store: Store) -> None:
    cards = get_cards(real_sqlite_store)
    lower = replace(PLAIN, time_period="2022", value=50)
    assert judge(PLAIN, lower, cards["water_leakage_rate"]) == "better"
    assert judge(lower, PLAIN, cards["women_share_of_councillors_elected"]) == "better"
    assert judge(PLAIN, lower, cards["presidential_turnout"]) == "lower"
    assert judge(PLAIN, replace(lower, value=60), cards["water_leakage_rate"]) == "unchanged"
    assert judge(PLAIN, lower, cards["freedom_house_total"]) == "no_interval"


def test_equal_values_share_the_better_rank_and_intervals_widen_it(card: IndicatorCard) -> None:
    rows = frame(
        ("AAA", "2022", 90, 89, 91),
        ("BBB", "2022", 70, 66, 74),
        ("TWN", "2022", 70, 67, 73),
        ("CCC", "2022", 65, 61, 69),
        ("DDD", "2022", 20, 18, 22),
        ("EEE", "2022", None, None, None),
    )
    ranked = rank_rows(rows, card)
    assert ranked["rank"].tolist() == [1, 2, 2, 4, 5]
    standing = find_standing(ranked, "TWN", card)
    assert standing == standings.Standing(2, 5, True, 2, 2, 4, True)
    assert find_standing(ranked, "EEE", card) is None


def test_who_is_not_of_the_group_stands_by_its_value_and_has_no_rank(card: IndicatorCard) -> None:
    rows = frame(*((code, "2022", value, None, None) for code, value in zip("ABCD", (90, 80, 70, 60), strict=True)))
    ranked = rank_rows(rows, card, {"A", "C", "D"})
    assert ranked["ref_area"].tolist() == ["A", "B", "C", "D"]
    assert ranked["rank"].isna().tolist() == [False, True, False, False]
    assert ranked["rank"].dropna().tolist() == [1, 2, 3]


def test_where_low_is_good_low_ranks_first(card: IndicatorCard) -> None:
    low = replace(card, unit=card.unit.model_copy(update={"kind": "rank"}))
    rows = frame(("AAA", "2022", 3, None, None), ("TWN", "2022", 1, None, None), ("BBB", "2022", 2, None, None))
    ranked = rank_rows(rows, low)
    assert ranked["ref_area"].tolist() == ["TWN", "BBB", "AAA"]
    standing = find_standing(ranked, "TWN", low)
    assert standing is not None
    assert (standing.rank, standing.best, standing.worst, standing.has_intervals) == (1, 1, 1, False)


@pytest.mark.parametrize(
    ("periods", "start"),
    [(["2000", "2013", "2014", "2023"], "2013"), (["2012", "2015", "2023"], "2015"), (["2023"], None), ([], None)],
)
def test_ten_years_back_or_the_earliest_after(periods: list[str], start: str | None) -> None:
    assert choose_start(periods, "2023") == start


def test_every_verdict_and_group_has_its_words() -> None:
    from dashboard.components.world import GROUPS
    from dashboard.language import load_texts

    verdicts = ("better", "worse", "higher", "lower", "overlap", "no_interval", "broken")
    wanted = {f"{kind}_{verdict}" for kind in ("verdict", "reading") for verdict in verdicts}
    wanted |= {f"{kind}_{group}" for kind in ("group", "group_note") for group in GROUPS}
    assert wanted <= set(load_texts())
