import datetime as dt
from typing import Any

import pytest

from dashboard.models import Milestone
from dashboard.steps import LATE, delay_months, find_late, month_number

TODAY = dt.date(2026, 11, 29)


def _milestone(**parts: Any) -> Milestone:
    row: dict[str, Any] = {"status": "met", "due_date": "2021-12", "date_met": None, "status_date": None}
    return Milestone(code="m", **row | parts)


@pytest.mark.parametrize(
    ("parts", "months_late"),
    [
        pytest.param({"date_met": "2022-03"}, 3, id="met late"),
        pytest.param({"date_met": "2022-03-31"}, 3, id="met late on a day"),
        pytest.param({"date_met": "2021-10"}, 0, id="met early"),
        pytest.param({"date_met": "2021-12-31"}, 0, id="met on time"),
        pytest.param({"status_date": "2024-01"}, 0, id="met, nobody says when"),
        pytest.param({"status": "notMet", "status_date": "2022-06"}, 6, id="reported as not met"),
        pytest.param({"status": "notMet", "status_date": "2021-06"}, 0, id="reported before it was due"),
        pytest.param({"status": "notMet"}, 0, id="not met, never reported"),
        pytest.param({"status": "unknown", "status_date": "2024-06"}, 0, id="unknown"),
        pytest.param({"status": "met", "due_date": None, "date_met": "2024-06"}, 0, id="no due date"),
        pytest.param({"due_date": "2021", "date_met": "2022"}, 12, id="years only"),
    ],
)
def test_a_delay_is_counted_only_as_far_as_it_is_known(parts: dict[str, Any], months_late: int) -> None:
    assert delay_months(_milestone(**parts)) == months_late


def test_a_bare_year_stands_at_its_end_and_a_month_in_its_middle() -> None:
    assert month_number("2021") == month_number("2021-12") + 0.5
    assert month_number("2020/2021-03") == month_number("2021-03-31")


@pytest.mark.parametrize(
    ("parts", "ways"),
    [
        pytest.param({"date_met": "2022-03"}, {"met_late", "missed"}, id="met late"),
        pytest.param({"date_met": "2021-12"}, set(), id="met on time"),
        pytest.param({"status": "partiallyMet", "status_date": "2022-06"}, {"overdue", "missed"}, id="overdue"),
        pytest.param({"status": "notMet", "status_date": "2022-06"}, {"overdue", "missed"}, id="overdue and not met"),
        pytest.param({"status": "partiallyMet", "status_date": "2021-06"}, {"silent"}, id="no word since it was due"),
        pytest.param({"status": "scheduled"}, {"silent"}, id="nobody ever said anything"),
        pytest.param({"status": "unknown", "status_date": "2024-06"}, {"silent"}, id="looked for and not found"),
        pytest.param({"status": "unknown", "due_date": None}, set(), id="without a due date nothing is past due"),
        pytest.param({"status": "notMet", "due_date": None}, {"missed"}, id="not met, no due date"),
        pytest.param({"status": "scheduled", "due_date": "2026"}, set(), id="the year is not over"),
        pytest.param({"status": "scheduled", "due_date": "2026-11"}, set(), id="the month is not over"),
        pytest.param({"status": "scheduled", "due_date": "2026-11-28"}, {"silent"}, id="the day is over"),
        pytest.param({"status": "scheduled", "due_date": "2028"}, set(), id="to come"),
    ],
)
def test_each_way_of_being_late_has_one_rule(parts: dict[str, Any], ways: set[str]) -> None:
    step = _milestone(**parts)
    assert {way for way in LATE if find_late([step], way, TODAY)} == ways


def test_a_step_becomes_silent_on_the_day_after_its_due_month() -> None:
    step = _milestone(status="scheduled", due_date="2026-11")
    assert not find_late([step], "silent", dt.date(2026, 11, 30))
    assert find_late([step], "silent", dt.date(2026, 12, 1))
