import datetime as dt
import importlib.util
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import create_engine, inspect

from dashboard import models
from dashboard.models import TOTAL, WITHOUT_VALUE, Base, Observation, ObsStatus, Source, Target, Unit, check_period

ROW = {
    "indicator_code": "procurement_open_share_count",
    "ref_area": "TWN",
    "time_period": "2022",
    "source_code": "proc_ly_budget_2023",
    "published": "2026-11-23",
}

years = st.integers(1900, 2100).map(str)
months = st.builds("{}-{:02}".format, years, st.integers(1, 12))
quarters = st.builds("{}-Q{}".format, years, st.integers(1, 4))
days = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)).map(dt.date.isoformat)
points = st.one_of(years, months, days)


intervals = st.tuples(points, points).filter(lambda pair: pair[0][:4] < pair[1][:4]).map("/".join)


@given(st.one_of(points, quarters, intervals))
def test_periods_as_sdmx_and_iso_write_them_are_accepted(period: str) -> None:
    assert check_period(period) == period
    assert Observation.model_validate(ROW | {"time_period": period}).time_period == period


@given(st.text(max_size=12).filter(lambda words: not any(letter.isdigit() for letter in words)))
def test_words_are_not_periods(words: str) -> None:
    with pytest.raises(ValueError, match="is not a period"):
        check_period(words)


@pytest.mark.parametrize(
    "period",
    [
        "113",
        "22",
        "2024-13",
        "2024-00",
        "2024-1",
        "2024-Q5",
        "2024-03-32",
        "2024/",
        "/2024",
        "2024-2025",
        "2024 ",
        "2024/Q1",
    ],
)
def test_other_ways_to_write_a_period_are_rejected(period: str) -> None:
    with pytest.raises(ValidationError, match="is not a period such as 2024"):
        Observation.model_validate(ROW | {"time_period": period})


@pytest.mark.parametrize("period", ["2023-02-30", "2024-06-31", "2024\n", "2022/2016"])
def test_periods_that_cannot_be_are_rejected(period: str) -> None:
    with pytest.raises(ValueError, match="is not a period"):
        check_period(period)


def test_a_row_has_defaults_for_what_is_seldom_said() -> None:
    row = Observation.model_validate(ROW | {"obs_value": "83.9"})
    assert (row.obs_value, row.obs_status, row.breakdown) == (83.9, ObsStatus.NORMAL, TOTAL)
    assert row.published == dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("obs_value", "about ninety"),
        ("obs_status", "Y"),
        ("published", "soon"),
        ("lower", "low"),
        ("source_code", None),
    ],
)
def test_a_row_with_a_value_of_the_wrong_kind_is_rejected(field: str, value: object) -> None:
    with pytest.raises(ValidationError) as error:
        Observation.model_validate(ROW | {field: value})
    assert error.value.errors()[0]["loc"] == (field,)


def test_statuses_without_value_are_those_that_explain_an_absence() -> None:
    assert {status.value for status in WITHOUT_VALUE} == {"O", "M", "L", "Q", "X", "Z"}


def test_tables_validate_what_enters_through_model_validate() -> None:
    with pytest.raises(ValidationError):
        Unit.model_validate({"code": "percent", "title_zh_tw": "%", "title_en": "%", "kind": "percent", "decimals": 9})
    with pytest.raises(ValidationError):
        Source.model_validate({"code": "x", "kind": "hearsay"})
    with pytest.raises(ValidationError):
        Target.model_validate({"indicator_code": "x", "time_period": "2024", "obs_value": "many"})


def test_every_table_can_be_made_and_describes_itself() -> None:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    assert {"indicator", "source", "claim", "claimvalue", "commitment", "milestone", "project", "checkresult"} <= names
    for mapper in Base._sa_registry.mappers:
        assert mapper.class_.__doc__, mapper.class_


def test_the_module_can_be_imported_again_as_streamlit_does_when_a_file_changes() -> None:
    spec = importlib.util.spec_from_file_location("models_once_more", models.__file__)
    assert spec is not None and spec.loader is not None
    again = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = again
    try:
        spec.loader.exec_module(again)
        spec.loader.exec_module(again)
    finally:
        del sys.modules[spec.name]
    assert again.Source is not Source
    assert set(again.Base.metadata.tables) == set(Base.metadata.tables)
    assert again.Base.metadata is not Base.metadata
