"""Several series side by side: what is common, what is scaled, what is refused, and how they are drawn."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import comparison, contrasts
from dashboard.comparison import MINIMUM, ComparisonError, Strand
from dashboard.models import SeriesBreak
from dashboard.queries import IndicatorCard, get_cards
from dashboard.store import Store

STEADY = "procurement_open_share_count"


@pytest.fixture(scope="module")
def card(store: Store) -> IndicatorCard:
    """Hold a card without breaks, targets or disagreements."""
    return replace(get_cards(store)[STEADY], breaks=[], targets=[], disagreements=[], events=[])


@pytest.fixture
def make(card: IndicatorCard) -> Any:
    """Make a series from periods and values."""

    def build(key: str, values: dict[str, float | None], status: str = "A", **changes: Any) -> Strand:
        frame = pd.DataFrame(
            {
                "indicator_code": card.indicator.code, "ref_area": "TWN", "time_period": list(values),
                "breakdown": "_T", "obs_value": pd.array(list(values.values()), dtype="float64"),
                "obs_status": status, "lower": np.nan, "upper": np.nan, "source_code": card.sources[0].code,
            }
        )  # fmt: skip
        return Strand(key, f"Series {key}", replace(card, **changes), frame)

    return build


def years(values: list[float], first: int = 2000) -> dict[str, float | None]:
    return {str(first + place): value for place, value in enumerate(values)}


# ---- common periods --------------------------------------------------------------------------------------------------


def test_whole_years_and_days_meet_in_the_year_and_the_last_of_a_year_counts(make: Any) -> None:
    yearly = make("a", years([1, 2, 3]))
    daily = make("b", {"2000-03-01": 10, "2000-11-01": 11, "1999/2002-06": 12})
    aligned = comparison.align([yearly, daily])
    assert list(aligned.index) == ["2000", "2001", "2002"]
    assert aligned["b"].tolist()[::2] == [11, 12]
    assert np.isnan(aligned["b"].iloc[1])


def test_months_meet_in_the_month(make: Any) -> None:
    first = make("a", {"2000-01": 1, "2000-02": 2})
    second = make("b", {"2000-02": 5, "2000-03": 6})
    aligned = comparison.align([first, second])
    assert aligned.dropna().index.tolist() == ["2000-02"]


def test_a_missing_value_is_never_carried_over(make: Any) -> None:
    aligned = comparison.align([make("a", {"2000": 1, "2001": None, "2002": 3}), make("b", years([1, 2, 3]))])
    assert aligned.dropna().index.tolist() == ["2000", "2002"]


# ---- index and standard deviations -----------------------------------------------------------------------------------


def test_an_index_sets_the_first_common_period_to_100(make: Any) -> None:
    scaled, base = comparison.index_strands([make("a", years([5, 10, 20], 1999)), make("b", years([50, 25]))])
    assert base == "2000"
    assert scaled[0].frame["obs_value"].tolist() == [50, 100, 200]
    assert scaled[1].frame["obs_value"].tolist() == [100, 50]


@pytest.mark.parametrize("base", [0.0, -3.0])
def test_an_index_of_nothing_or_less_is_refused(make: Any, base: float) -> None:
    with pytest.raises(ComparisonError) as caught:
        comparison.index_strands([make("a", years([1, 2])), make("b", years([base, 2]))])
    assert (caught.value.kind, caught.value.name) == ("bad_base", "Series b")


def test_an_index_of_ranks_or_of_strangers_is_refused(make: Any, card: IndicatorCard) -> None:
    rank = replace(card, unit=card.unit.model_copy(update={"kind": "rank"})).unit
    with pytest.raises(ComparisonError, match="rank_base"):
        comparison.index_strands([make("a", years([1, 2])), make("b", years([1, 2]), unit=rank)])
    with pytest.raises(ComparisonError, match="no_common"):
        comparison.index_strands([make("a", years([1, 2])), make("b", years([1, 2], 2010))])


def test_standard_deviations_are_counted_over_the_common_periods(make: Any) -> None:
    strands = [make("a", years([1, 2, 3, 100])), make("b", years([10, 30, 20]))]
    scaled, count = comparison.standardise_strands(strands)
    assert count == 3
    common = comparison.align(scaled).dropna()
    assert common.mean().abs().max() < 1e-12
    assert common.std(ddof=0).tolist() == pytest.approx([1, 1])


def test_too_few_or_flat_series_are_not_standardised(make: Any) -> None:
    with pytest.raises(ComparisonError, match="few_common"):
        comparison.standardise_strands([make("a", years([1, 2])), make("b", years([1, 2]))])
    with pytest.raises(ComparisonError, match="flat"):
        comparison.standardise_strands([make("a", years([1, 2, 3])), make("b", years([7, 7, 7]))])


# ---- correlation -----------------------------------------------------------------------------------------------------


def test_below_the_minimum_there_is_a_count_and_no_coefficient(make: Any) -> None:
    values = list(range(MINIMUM - 1))
    aligned = comparison.align([make("a", years(values)), make("b", years(values))])
    found = comparison.correlate(aligned, "a", "b")
    assert found == comparison.Correlation(MINIMUM - 1)


pairs = st.lists(st.tuples(st.integers(-1000, 1000), st.integers(-1000, 1000)), min_size=MINIMUM, max_size=30)


@given(values=pairs)
def test_coefficients_are_those_of_the_textbook(values: list[tuple[int, int]]) -> None:
    """Compare with numpy, and ranks with the plainest way to rank."""
    left, right = (np.array(side, dtype=float) for side in zip(*values, strict=True))
    found = comparison.correlate(pd.DataFrame({"a": left, "b": right}), "a", "b")

    def plain(first: np.ndarray, second: np.ndarray) -> float | None:
        if first.std() == 0 or second.std() == 0:
            return None
        return float(np.corrcoef(first, second)[0, 1])

    def ranks(side: np.ndarray) -> np.ndarray:
        return np.array([(side < value).sum() + ((side == value).sum() + 1) / 2 for value in side])

    assert found.n == len(values)
    for value, wanted in (
        (found.pearson, plain(left, right)),
        (found.spearman, plain(ranks(left), ranks(right))),
        (found.changes, plain(np.diff(left), np.diff(right))),
    ):
        assert (value is None) == (wanted is None)
        assert value is None or value == pytest.approx(wanted, abs=1e-9)


def test_a_shared_trend_correlates_and_its_changes_do_not(make: Any) -> None:
    wobble = [0.3, 0.3, -0.3, -0.3] * 3
    rising = [place + value for place, value in enumerate(wobble)]
    other = [2 * place + value for place, value in enumerate(wobble[1:] + wobble[:1])]
    found = comparison.correlate(comparison.align([make("a", years(rising)), make("b", years(other))]), "a", "b")
    assert found.pearson is not None
    assert found.pearson > 0.95
    assert found.changes is not None
    assert abs(found.changes) < 0.6


# ---- figures ---------------------------------------------------------------------------------------------------------


def break_in(period: str, code: str = STEADY) -> SeriesBreak:
    return SeriesBreak(indicator_code=code, time_period=period, note_zh_tw="改", note_en="changed")


def test_panels_share_the_time_axis_and_never_a_value_axis(make: Any) -> None:
    strands = [make("a", years([1, 2, 3])), make("b", {"2001-02": 100, "2009-12": 300})]
    figures = contrasts.build_panels(strands, "en", "light")
    assert len(figures) == 2
    assert len({tuple(figure.layout.xaxis.range) for figure in figures}) == 1
    assert len({(figure.layout.margin.l, figure.layout.margin.r) for figure in figures}) == 1
    assert figures[0].layout.yaxis.range != figures[1].layout.yaxis.range
    for figure in figures:
        assert not [axis for axis in figure.layout.to_plotly_json() if axis.startswith("yaxis") and axis != "yaxis"]


def test_lines_on_one_scale_are_named_cut_at_breaks_and_marked(make: Any) -> None:
    strands = [
        make("a", years([1, 2, 3, 4]), breaks=[break_in("2002")]),
        make("b", years([4, 5, 6, 5]), status="P"),
    ]
    scaled, _ = comparison.index_strands(strands)
    figure = contrasts.build_common_figure(scaled, strands, "en", "dark", level=100, scale="2000 = 100")
    named = [trace.name for trace in figure.data]
    assert named.count("Series a") == 2
    assert named.count("Series b") == 1
    assert set(figure.data[-1].marker.symbol) == {"circle-open"}
    words = " ".join(note.text for note in figure.layout.annotations)
    assert "Series b" in words
    assert "2000 = 100" in words
    assert "Series a" in words
    assert len(figure.layout.shapes) == 2
    assert strands[0].card.format(4, "en") in figure.data[1].text[-1]
    assert comparison.find_breaks(strands, "2000") == {"a": ["2002"]}
    assert comparison.find_breaks(strands, "2002") == {}


def test_more_series_than_colours_are_grey_and_unnamed(make: Any) -> None:
    strands = [make(str(place), years([place + 1, 2, 3])) for place in range(6)]
    figure = contrasts.build_common_figure(strands, strands, "zh-TW", "light", level=0, scale="x")
    colours = [trace.line.color for trace in figure.data]
    assert colours[4] == colours[5]
    assert len(set(colours)) == 5


def test_a_scatter_plot_holds_the_common_points_and_names_both_axes(make: Any) -> None:
    strands = [make("a", years([1, 2, 2.01, 4])), make("b", years([4, 5, 5.01], 2000))]
    figure = contrasts.build_scatter_figure(comparison.align(strands), *strands, "en", "light")
    (points,) = figure.data
    assert list(points.x) == [1, 2, 2.01]
    assert list(points.text) == ["2000", "2001", "2002"]
    assert points.textposition[1] != points.textposition[2]
    assert figure.layout.xaxis.title.text == "Series a"
    assert "Series b" in [note.text for note in figure.layout.annotations]


def test_only_the_ends_of_a_long_scatter_plot_are_named(make: Any) -> None:
    values = [float(place) for place in range(20)]
    strands = [make("a", years(values)), make("b", years(values[::-1]))]
    (points,) = contrasts.build_scatter_figure(comparison.align(strands), *strands, "en", "light").data
    assert [label for label in points.text if label] == ["2000", "2019"]
