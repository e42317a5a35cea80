import dataclasses
import datetime as dt
import itertools
import math
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest
from depth import some
from hypothesis import given
from hypothesis import strategies as st
from samples import SERIES

from dashboard.axes import find_holes, nice_ticks, position_period, time_axis
from dashboard.barfigures import build_bar_figure, build_stacked_figure
from dashboard.figures import build_figure, build_spark, choose_chart
from dashboard.language import LANGUAGES, Language, pick, text
from dashboard.linefigures import build_line_figure
from dashboard.linemarks import LABEL_GAP, fold_labels, spread_labels
from dashboard.maps import full_name
from dashboard.models import TOTAL, Event, Observation, SeriesBreak, Target
from dashboard.palette import HEIGHT, PALETTE, Mode, colour
from dashboard.palette import SERIES as COLOURS
from dashboard.queries import IndicatorCard, get_cards, get_observations, get_places
from dashboard.rows import split_sources
from dashboard.store import Store
from dashboard.views import list_chart_notes

DAY = dt.date(2099, 1, 1)
LARGEST = 300_000
ENDS = 130
"""Pixels the labels at the ends of lines may take: of a phone's 358, two thirds are left for lines and axis."""
MODES: tuple[Mode, ...] = ("light", "dark")
NAMES = {"TWN": "Taiwan", "JPN": "Japan", "KOR": "Korea"}


@pytest.fixture(scope="module")
def cards(store: Store) -> dict[str, IndicatorCard]:
    return get_cards(store)


def _rows(store: Store, code: str, **chosen: Any) -> pd.DataFrame:
    return get_observations(store, code, DAY, **chosen)


def _total(store: Store, code: str) -> pd.DataFrame:
    return _rows(store, code, ref_areas=["TWN"], breakdown="_T")


def _line(frame: pd.DataFrame, card: IndicatorCard, **how: Any) -> go.Figure:
    return build_line_figure(frame, card, "en", "light", NAMES, **how)


def _lines(figure: go.Figure) -> list[go.Scatter]:
    """Return the traces that join points, without bands."""
    return [trace for trace in figure.data if "lines" in (trace.mode or "") and trace.name != "band"]


def _points(figure: go.Figure) -> list[go.Scatter]:
    """Return the traces that stand alone: rivals, disagreements, targets."""
    return [trace for trace in figure.data if (trace.mode or "").startswith("markers")]


def _joined(figure: go.Figure) -> set[tuple[float, float]]:
    """Return every pair of values that a line joins."""
    return {pair for trace in _lines(figure) for pair in itertools.pairwise(trace.y)}


def _drawn(figure: go.Figure) -> list[float]:
    return [value for trace in _lines(figure) for value in trace.y]


def _set(frame: pd.DataFrame, period: str, **values: Any) -> pd.DataFrame:
    changed = frame.copy()
    for name, value in values.items():
        changed.loc[changed["time_period"] == period, name] = value
    return changed


# Lines.


def test_a_whole_series_is_one_line(store: Store, cards: dict[str, IndicatorCard]) -> None:
    figure = _line(_total(store, SERIES), cards[SERIES])
    (line,) = _lines(figure)
    assert list(line.y) == [87.06, 85.7, 84.53, 83.9]
    assert list(line.x) == [2019, 2020, 2021, 2022]


def test_a_gap_stays_a_gap(store: Store, cards: dict[str, IndicatorCard]) -> None:
    frame = _set(_total(store, SERIES), "2021", obs_value=None, obs_status="L")
    figure = _line(frame, cards[SERIES])
    assert _joined(figure) == {(87.06, 85.7)}
    assert _drawn(figure) == [87.06, 85.7, 83.9]


def test_a_line_is_cut_at_a_break(store: Store, cards: dict[str, IndicatorCard]) -> None:
    card = dataclasses.replace(
        cards[SERIES], breaks=[SeriesBreak(indicator_code=SERIES, time_period="2021", note_zh_tw="改", note_en="New")]
    )
    plain = _line(_total(store, SERIES), cards[SERIES])
    cut = _line(_total(store, SERIES), card)
    assert _joined(cut) == {(87.06, 85.7), (84.53, 83.9)}
    assert len(cut.layout.shapes) == len(plain.layout.shapes) + 1, "the break is marked"
    assert 2020 < cut.layout.shapes[-1].x0 <= 2021
    assert len(cut.layout.annotations) == len(plain.layout.annotations) + 1, "and named"


def test_provisional_and_estimated_points_are_hollow(store: Store, cards: dict[str, IndicatorCard]) -> None:
    frame = _set(_total(store, SERIES), "2022", obs_status="P")
    frame = _set(frame, "2021", obs_status="E")
    (line,) = _lines(_line(frame, cards[SERIES]))
    hollow = [symbol.endswith("-open") for symbol in line.marker.symbol]
    assert hollow == [False, False, True, True]


def test_a_forecast_line_is_not_solid(store: Store, cards: dict[str, IndicatorCard]) -> None:
    solid = _lines(_line(_total(store, SERIES), cards[SERIES]))[0].line.dash
    dotted = _lines(_line(_total(store, SERIES).assign(obs_status="F"), cards[SERIES]))[0].line.dash
    assert solid in (None, "solid") and dotted not in (None, "solid")


def test_an_interval_is_a_band_between_its_bounds(store: Store, cards: dict[str, IndicatorCard]) -> None:
    frame = _total(store, "cpi_score")
    figure = _line(frame, cards["cpi_score"])
    (band,) = [trace for trace in figure.data if trace.fill is not None]
    known = frame.dropna(subset=["lower", "upper"])
    assert sorted(band.y) == sorted([*known["lower"], *known["upper"]])
    assert set(band.x) == {float(period) for period in known["time_period"]}
    low, high = figure.layout.yaxis.range
    assert low <= known["lower"].min() and high >= known["upper"].max()


def test_years_without_an_interval_between_two_with_one_have_no_band(
    store: Store, cards: dict[str, IndicatorCard]
) -> None:
    frame = _total(store, "cpi_score")
    known = frame["time_period"].isin(["2012", "2016", "2017"])
    figure = _line(
        frame.assign(lower=frame["lower"].where(known), upper=frame["upper"].where(known)), cards["cpi_score"]
    )
    bands = [trace for trace in figure.data if trace.name == "band"]
    assert [(set(trace.x), trace.fill) for trace in bands] == [({2012.0}, None), ({2016.0, 2017.0}, "toself")]


def test_no_band_is_drawn_without_bounds(store: Store, cards: dict[str, IndicatorCard]) -> None:
    assert not [trace for trace in _line(_total(store, SERIES), cards[SERIES]).data if trace.fill is not None]


def test_disagreeing_figures_stand_apart_and_are_never_joined(store: Store, cards: dict[str, IndicatorCard]) -> None:
    figure = _line(_total(store, "integrity_platforms"), cards["integrity_platforms"])
    assert _drawn(figure) == [25, 45, 46]
    alone = [trace.y[0] for trace in _points(figure)]
    assert sorted(alone) == [52, 90], "the undated thirty-four has no place on a time axis"
    assert all(len(trace.y) == 1 for trace in _points(figure))


def test_a_source_that_gives_the_same_value_is_no_rival(real_sqlite_store: Store) -> None:
    card = get_cards(real_sqlite_store)["internet_use_rate"]
    frame = _rows(real_sqlite_store, card.indicator.code)
    again = frame["time_period"].duplicated()
    assert again.any(), "two sources tell of one year"
    assert split_sources(frame, card)[1].empty
    assert len(split_sources(frame.assign(obs_value=frame["obs_value"].mask(again, 1.0)), card)[1]) == again.sum()


def test_a_value_after_the_end_of_a_line_stands_over_the_lines_own_last_value(real_sqlite_store: Store) -> None:
    card = get_cards(real_sqlite_store)["ogp_participating_countries"]
    figure = _line(_rows(real_sqlite_store, card.indicator.code), card)
    after = [trace for trace in _points(figure) if trace.x[0] > max(_lines(figure)[0].x)]
    assert sorted(trace.y[0] for trace in after) == [76, 77]
    assert {trace.textposition for trace in after} == {"top left"}
    (own,) = [note for note in figure.layout.annotations if note.text == "<b>75</b>"]
    assert own.yshift < 0, "a cross stands beside the end of the line, so its value stands under it"


def test_an_event_before_a_figure_begins_does_not_push_the_next_one_down(real_sqlite_store: Store) -> None:
    card = get_cards(real_sqlite_store)["fraud_cases_monthly"]
    figure = _line(_rows(real_sqlite_store, card.indicator.code), card)
    (shown,) = [note for note in figure.layout.annotations if note.yref == "paper"]
    assert len(card.events) == 2, "the other one was five months earlier"
    assert shown.yshift == 22


def test_names_of_lines_that_end_a_year_apart_stand_in_one_column(real_sqlite_store: Store) -> None:
    card = get_cards(real_sqlite_store)["cpi_score"]
    frame = _rows(real_sqlite_store, "cpi_score")
    figure = _line(frame[frame["ref_area"].isin(("TWN", "JPN", "KOR"))], card, highlight=("TWN", "JPN", "KOR"))
    ends = [note for note in figure.layout.annotations if note.text.startswith("<b>")]
    assert len(ends) == 3
    assert {note.x for note in ends} == {2025}, "the others have no value for 2025; the first line would cross them"


def test_a_rival_source_is_marked_and_the_preferred_one_drawn(store: Store, cards: dict[str, IndicatorCard]) -> None:
    card, frame = cards["fraud_losses_monthly"], _total(store, "fraud_losses_monthly")
    preferred, rivals = split_sources(frame, card)
    assert "2024-08" in set(rivals["time_period"])
    figure = _line(frame, card)
    assert sorted(_drawn(figure)) == sorted(preferred["obs_value"])
    alone = [value for trace in _points(figure) for value in trace.y]
    assert set(rivals["obs_value"]) <= set(alone) and not set(rivals["obs_value"]) & set(_drawn(figure))


def test_the_first_source_listed_is_preferred(store: Store, cards: dict[str, IndicatorCard]) -> None:
    card, frame = cards["fraud_losses_monthly"], _total(store, "fraud_losses_monthly")
    turned = dataclasses.replace(card, sources=card.sources[::-1])
    one, other = split_sources(frame, card), split_sources(frame, turned)
    assert one[0].loc[one[0]["time_period"] == "2024-08", "source_code"].item() != (
        other[0].loc[other[0]["time_period"] == "2024-08", "source_code"].item()
    )
    for preferred, rivals in (one, other):
        assert len(preferred) + len(rivals) == len(frame)
        assert not preferred.duplicated(["ref_area", "time_period", "breakdown"]).any()


def test_ranks_run_downwards(store: Store, cards: dict[str, IndicatorCard]) -> None:
    figure = _line(_total(store, "trace_rank"), cards["trace_rank"])
    bottom, top = figure.layout.yaxis.range
    assert bottom > max(_drawn(figure)) and top < min(_drawn(figure))
    assert min(figure.layout.yaxis.tickvals) >= 1


def test_values_run_upwards(store: Store, cards: dict[str, IndicatorCard]) -> None:
    low, high = _line(_total(store, SERIES), cards[SERIES]).layout.yaxis.range
    assert low < 83.9 and high > 87.06


def test_a_line_carries_its_last_value_and_its_name(store: Store, cards: dict[str, IndicatorCard]) -> None:
    def words(figure: go.Figure) -> str:
        return " ".join(annotation.text for annotation in figure.layout.annotations)

    assert "83.90%" in words(_line(_total(store, SERIES), cards[SERIES]))
    both = _rows(store, "cpi_score", ref_areas=["TWN", "JPN"])
    named = words(_line(both, cards["cpi_score"], highlight=("TWN", "JPN")))
    assert "Taiwan" in named and "Japan" in named


def test_names_at_the_end_of_lines_do_not_cover_each_other(store: Store, cards: dict[str, IndicatorCard]) -> None:
    both = _rows(store, "cpi_score", ref_areas=["TWN", "JPN"])
    twin = both.assign(obs_value=70.0, lower=None, upper=None)
    figure = _line(twin, cards["cpi_score"], highlight=("TWN", "JPN"))
    one, other = (
        annotation for annotation in figure.layout.annotations if annotation.text.endswith(("Taiwan", "Japan"))
    )
    assert abs((one.yshift or 0) - (other.yshift or 0)) >= 12


def test_lines_differ_in_more_than_colour(store: Store, cards: dict[str, IndicatorCard]) -> None:
    both = _rows(store, "cpi_score", ref_areas=["TWN", "JPN"])
    lines = _lines(_line(both, cards["cpi_score"], highlight=("TWN", "JPN")))
    assert len({(line.line.color, line.line.dash) for line in lines}) == 2
    assert len({line.line.dash for line in lines}) == 2


def test_the_highlighted_line_is_coloured_and_the_others_are_quiet(
    store: Store, cards: dict[str, IndicatorCard]
) -> None:
    frame = _rows(store, "cpi_score", level="country")
    names = {code: code for code in frame["ref_area"]}
    figure = build_line_figure(frame, cards["cpi_score"], "en", "dark", names)
    tints = {line.name: line.line.color for line in _lines(figure)}
    assert tints["TWN"] == colour("accent", "dark")
    assert {tint for name, tint in tints.items() if name != "TWN"} == {colour("quiet", "dark")}


def test_a_target_is_drawn_with_its_value(store: Store, cards: dict[str, IndicatorCard]) -> None:
    code = "remote_broadband_coverage"
    figure = _line(_total(store, code), cards[code])
    marked = {value for trace in _points(figure) for value in trace.y}
    assert {85, 95} <= marked
    low, high = figure.layout.yaxis.range
    assert low <= 85 and high >= 95


def test_an_event_within_the_years_is_drawn_and_one_outside_is_not(
    store: Store, cards: dict[str, IndicatorCard]
) -> None:
    def marks(date: str) -> int:
        event = Event(code="e", date=date, title_zh_tw="立法", title_en="Act passed")
        card = dataclasses.replace(cards[SERIES], events=[event])
        figure = _line(_total(store, SERIES), card)
        assert len(figure.layout.shapes) == sum("Act" in note.text for note in figure.layout.annotations)
        return len(figure.layout.shapes)

    assert marks("2020-06") == 1
    assert marks("2012-06") == marks("2032-06") == 0


def test_no_line_joins_values_between_which_nothing_was_measured_for_long(real_sqlite_store: Store) -> None:
    card = get_cards(real_sqlite_store)["internet_use_rate"]
    frame = _total(real_sqlite_store, "internet_use_rate")
    figure = _line(frame, card)
    value = split_sources(frame, card)[0].set_index("time_period")["obs_value"]
    assert (value["2005"], value["2006"]) in _joined(figure) and (value["2018"], value["2019"]) in _joined(figure)
    assert (value["2006"], value["2018"]) not in _joined(figure)
    assert sorted(_drawn(figure)) == sorted(value)
    for language in LANGUAGES:
        notes = list_chart_notes(frame, card, figure.to_plotly_json(), language, "crosses")
        assert text("note_hole", language) in notes
        later = frame[frame["time_period"] >= "2018"]
        assert text("note_hole", language) not in list_chart_notes(
            later, card, _line(later, card).to_plotly_json(), language, "crosses"
        )


@pytest.mark.parametrize(
    ("periods", "holes"),
    [
        ([], []),
        (["2020"], [False]),
        (["2005", "2018"], [False, False]),
        (["2008", "2012", "2016", "2020"], [False] * 4),
        (["2005", "2006", "2018", "2019", "2022"], [False, False, True, False, False]),
        (["2020-01", "2020-02", "2021-11"], [False] * 3),
        (["2020-01", "2020-02", "2022-11"], [False, False, True]),
    ],
)
def test_a_hole_is_a_step_much_longer_than_usual(periods: list[str], holes: list[bool]) -> None:
    assert find_holes(periods) == holes


def test_points_tell_their_publisher_where_a_line_is_made_of_several(
    store: Store, cards: dict[str, IndicatorCard]
) -> None:
    card, frame = cards["cpi_score"], _total(store, "cpi_score")
    published = {source.code: source.publisher_en for source in card.sources}
    told = [words for trace in _lines(_line(frame, card)) for words in trace.text]
    wanted = [published[code] for code in split_sources(frame, card)[0]["source_code"]]
    assert len(set(wanted)) > 1
    assert all(publisher in words for publisher, words in zip(wanted, told, strict=True))
    first = _line(frame[frame["source_code"] == card.sources[0].code], card)
    assert not [words for trace in _lines(first) for words in trace.text if published[card.sources[0].code] in words]


def test_words_follow_the_language_and_colours_the_theme(store: Store, cards: dict[str, IndicatorCard]) -> None:
    frame, card = _total(store, SERIES), cards[SERIES]
    hover = {
        language: build_line_figure(frame, card, language, "light", {"TWN": "x"}).data[0].text[0]
        for language in LANGUAGES
    }
    assert "2019 年" in hover["zh-TW"] and "年" not in hover["en"]
    tints = {mode: build_line_figure(frame, card, "en", mode, NAMES).layout.font.color for mode in MODES}
    assert tints == {mode: colour("ink", mode) for mode in MODES}


def test_a_percentage_that_never_leaves_its_ceiling_can_be_drawn(store: Store, cards: dict[str, IndicatorCard]) -> None:
    low, high = _line(_total(store, SERIES).assign(obs_value=100.0), cards[SERIES]).layout.yaxis.range
    assert low < 100 <= high


# Bars.


def test_bars_start_at_zero_with_the_largest_on_top(store: Store, cards: dict[str, IndicatorCard]) -> None:
    frame = _rows(store, "cpi_score", level="country", time_period="2020")
    names = {code: code for code in frame["ref_area"]}
    figure = build_bar_figure(frame, cards["cpi_score"], "en", "light", names, by="ref_area", highlight=("TWN",))
    (bars,) = figure.data
    assert figure.layout.xaxis.range[0] == 0 and bars.base is None
    assert list(bars.x) == sorted(frame["obs_value"], reverse=True)
    assert figure.layout.yaxis.autorange == "reversed"
    tints = dict(zip(figure.layout.yaxis.ticktext, bars.marker.color, strict=True))
    accented = [name for name, tint in tints.items() if tint == colour("accent", "light")]
    assert accented == ["TWN"]


def test_bars_of_ranks_have_the_best_on_top(store: Store, cards: dict[str, IndicatorCard]) -> None:
    frame = _rows(store, "cpi_score", level="country", time_period="2020").assign(lower=None, upper=None)
    figure = build_bar_figure(frame, cards["trace_rank"], "en", "light", {}, by="ref_area")
    assert list(figure.data[0].x) == sorted(frame["obs_value"])


def test_bars_of_parts_stand_in_the_order_of_the_catalogue(store: Store, cards: dict[str, IndicatorCard]) -> None:
    code = "youth_committee_proposals"
    frame = _rows(store, code, time_period="2016-11/2018-10")
    held = split_sources(frame, cards[code])[0].dropna(subset=["obs_value"]).set_index("breakdown")["obs_value"]
    for parts in (cards[code].breakdowns, cards[code].breakdowns[::-1]):
        figure = build_bar_figure(
            frame, dataclasses.replace(cards[code], breakdowns=parts), "en", "light", {}, by="breakdown"
        )
        order = [part for part in (TOTAL, *(row.code for row in parts)) if part in held]
        assert list(figure.data[0].x) == [held[part] for part in order]


def test_a_long_value_has_room_beyond_its_bar_on_a_phone(store: Store, cards: dict[str, IndicatorCard]) -> None:
    frame = _rows(store, "cpi_score", level="country", time_period="2020").assign(lower=None, upper=None)
    short = build_bar_figure(frame, cards["cpi_score"], "en", "light", {}, by="ref_area")
    dear = dataclasses.replace(cards["cpi_score"], unit=cards["cpi_score"].unit.model_copy(update={"kind": "money"}))
    long = build_bar_figure(frame.assign(obs_value=136.6e6), dear, "en", "light", {}, by="ref_area")
    assert long.data[0].text[0] == "NT$136.6 million"
    assert long.layout.margin.r > short.layout.margin.r + 60


def test_bars_carry_their_interval_as_whiskers(store: Store, cards: dict[str, IndicatorCard]) -> None:
    frame = _rows(store, "cpi_score", level="country", time_period="2020")
    (bars,) = build_bar_figure(frame, cards["cpi_score"], "en", "light", {}, by="ref_area").data
    held = frame.sort_values("obs_value", ascending=False, kind="stable")
    assert list(bars.error_x.array) == pytest.approx((held["upper"] - held["obs_value"]).tolist())
    assert list(bars.error_x.arrayminus) == pytest.approx((held["obs_value"] - held["lower"]).tolist())


@pytest.mark.parametrize(("end", "sign"), [("lower", "≥"), ("upper", "≤")])
def test_a_bound_has_its_sign_and_neither_band_nor_whisker(
    end: str, sign: str, store: Store, cards: dict[str, IndicatorCard]
) -> None:
    card, frame = cards[SERIES], _total(store, SERIES)
    bound = frame.assign(**{end: frame["obs_value"]})
    line = _line(bound, card)
    assert [note.text for note in line.layout.annotations if "83.90" in note.text] == [f"<b>{sign}83.90%</b>"]
    assert all(words.startswith(f"<b>{sign}") for trace in _lines(line) for words in trace.text)
    assert not [trace for trace in line.data if trace.name == "band"]
    (bars,) = build_bar_figure(bound.tail(1), card, "en", "light", {}, by="ref_area").data
    assert bars.text == (f"{sign}83.90%",)
    assert bars.error_x.array is None
    for language in LANGUAGES:
        notes = list_chart_notes(bound, card, line.to_plotly_json(), language, "crosses")
        assert text("note_bound", language) in notes
        assert text("note_interval", language) not in notes
        assert text("note_bound", language) not in list_chart_notes(
            frame, card, line.to_plotly_json(), language, "crosses"
        )


def test_stacked_bars_add_up_to_what_is_published(store: Store, cards: dict[str, IndicatorCard]) -> None:
    code = "youth_committee_proposals"
    frame = _rows(store, code)
    names = {part.code: part.title_en for part in cards[code].breakdowns}
    figure = build_stacked_figure(frame, cards[code], "en", "light", names)
    assert figure.layout.barmode == "stack" and figure.layout.showlegend
    shown = {trace.name: [value for value in trace.x if value is not None and value == value] for trace in figure.data}
    for part, name in names.items():
        values = split_sources(frame[frame["breakdown"] == part], cards[code])[0]["obs_value"].dropna()
        assert sorted(shown.get(name, [])) == sorted(values)
    assert len({trace.marker.color for trace in figure.data}) == len(figure.data)


# Which chart.


def _made(periods: int, parts: int, places: int) -> pd.DataFrame:
    rows = [
        Observation(
            indicator_code="x", ref_area=f"A{place}", time_period=str(2000 + period), breakdown=f"b{part}",
            obs_value=1.0, source_code="s", published=DAY,
        ).model_dump()
        for period in range(periods)
        for part in range(parts)
        for place in range(places)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(Observation.model_fields))


@pytest.mark.parametrize(
    ("shape", "chart", "kind"),
    [
        ((1, 1, 1), None, "number"), ((3, 1, 1), None, "line"), ((3, 2, 1), None, "parts"),
        ((1, 2, 1), None, "bar_parts"),
        ((3, 1, 2), None, "places"), ((1, 1, 2), None, "bar_places"), ((3, 2, 1), "stacked", "stacked"),
        ((3, 2, 1), "bar", "bar_parts"), ((3, 1, 2), "bar", "bar_places"),
    ],
)  # fmt: skip
def test_the_chart_follows_from_the_selection(
    shape: tuple[int, int, int], chart: str | None, kind: str, cards: dict[str, IndicatorCard]
) -> None:
    card = dataclasses.replace(cards[SERIES], indicator=cards[SERIES].indicator.model_copy(update={"chart": chart}))
    assert choose_chart(_made(*shape), card) == kind


def test_one_value_needs_no_chart(store: Store, cards: dict[str, IndicatorCard]) -> None:
    assert build_figure(_total(store, SERIES).head(1), cards[SERIES], "en", "light", NAMES) is None
    none = _total(store, SERIES).assign(obs_value=None, obs_status="L")
    assert build_figure(none, cards[SERIES], "en", "light", NAMES) is None


def test_only_rows_with_a_value_count_as_periods(store: Store, cards: dict[str, IndicatorCard]) -> None:
    frame = _total(store, SERIES).head(2)
    assert choose_chart(_set(frame, "2020", obs_value=None), cards[SERIES]) == "number"


# Axes.


thousandths = st.integers(-(10**12), 10**12).map(lambda number: number / 1000)


@given(thousandths, st.integers(1, 10**12).map(lambda number: number / 1000), st.integers(3, 8))
def test_ticks_are_round_even_and_cover_the_values(low: float, width: float, wanted: int) -> None:
    high = low + width
    ticks = nice_ticks(low, high, wanted)
    slack = 1e-6 * max(abs(low), abs(high), 1)
    assert ticks == sorted(set(ticks))
    assert ticks[0] <= low + slack and ticks[-1] >= high - slack
    assert 2 <= len(ticks) <= 2 * wanted + 2
    steps = [later - earlier for earlier, later in itertools.pairwise(ticks)]
    assert max(steps) - min(steps) <= slack
    lead = steps[0] / 10 ** math.floor(math.log10(steps[0]) + 1e-9)
    assert min(abs(lead - factor) for factor in (1, 2, 2.5, 5, 10)) < 1e-2


def test_ticks_cover_the_values_when_the_lowest_is_a_hair_below_a_tick() -> None:
    ticks = nice_ticks(-1e-12, 1.0)
    assert ticks[-1] >= 1.0


@given(thousandths)
def test_ticks_for_one_value_alone(value: float) -> None:
    ticks = nice_ticks(value, value)
    assert len(ticks) >= 2 and ticks[0] <= value + 1e-6 and ticks[-1] >= value - 1e-6


@given(st.lists(st.dates(dt.date(1950, 1, 1), dt.date(2050, 1, 1)), min_size=2, max_size=2, unique=True))
def test_later_days_stand_further_right(days: list[dt.date]) -> None:
    first, last = (position_period(day.isoformat(), mixed=True) for day in sorted(days))
    assert first <= last
    assert days[0].year == days[1].year or first < last


@pytest.mark.parametrize(
    ("period", "mixed", "where"),
    [
        ("2022", False, 2022.0), ("2022", True, 2022.5), ("2016/2022", False, 2022.0), ("2022-Q1", True, 2022.125),
        ("2022-Q4", True, 2022.875),
    ],
)  # fmt: skip
def test_a_period_stands_at_its_end_or_in_its_middle(period: str, mixed: bool, where: float) -> None:
    assert position_period(period, mixed=mixed) == where


@pytest.mark.parametrize("month", range(1, 13))
def test_a_month_stands_within_its_month(month: int) -> None:
    where = position_period(f"2022-{month:02}", mixed=True)
    assert 2022 + (month - 1) / 12 < where < 2022 + month / 12


# Small lines.


def _spark_points(drawn: str) -> list[list[tuple[float, float]]]:
    return [
        [(float(x), float(y)) for x, y in (point.split(",") for point in line.split('"')[0].split())]
        for line in drawn.split('points="')[1:]
    ]


@given(st.lists(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=9), min_size=1, max_size=5))
def test_a_small_line_stays_within_its_frame(values: list[list[float]]) -> None:
    years = itertools.count(2000)
    lines = _spark_points(
        build_spark([[(next(years), value) for value in run] for run in values], width=100, height=40)
    )
    assert [len(line) for line in lines] == [len(run) for run in values]
    for x, y in itertools.chain(*lines):
        assert 0 <= x <= 100 and 0 <= y <= 40


def test_points_of_a_small_line_stand_as_far_apart_as_their_years() -> None:
    ((first, second, third),) = _spark_points(build_spark([[(2012, 3.0), (2022, 2.0), (2024, 1.0)]]))
    assert (second[0] - first[0]) / (third[0] - second[0]) == pytest.approx(5, rel=0.01)


# All that is published.

# Words differ by language and colours by theme, neither by both: two pairs show all four.
DRAWN = [("zh-TW", "light"), ("en", "dark")]


def _selections(store: Store, card: IndicatorCard) -> list[tuple[pd.DataFrame, tuple[str, ...]]]:
    """Return the selections a reader meets first: the nation, all countries, a county beside it, one part of each."""
    whole = get_observations(store, card.indicator.code, DAY)
    nation = whole[whole["ref_area"] == "TWN"]
    countries = whole[whole["ref_area"].str.fullmatch("[A-Z]{3}")]
    counties = whole[whole["ref_area"].str.startswith("TW-")]
    part = next(iter(dict.fromkeys(whole["breakdown"])))
    found = [(nation, ("TWN",)), (nation[nation["breakdown"] == part], ("TWN",))]
    if countries["ref_area"].nunique() > 1:
        found.append((countries[countries["breakdown"] == countries["breakdown"].iloc[0]], ("TWN",)))
    if len(counties):
        one = counties["ref_area"].iloc[0]
        own = counties[counties["breakdown"] == counties["breakdown"].iloc[0]]
        found.append((own, ("TWN",)))
        found.append((pd.concat([nation, own[own["ref_area"] == one]]), ("TWN", one)))
    return [(frame, highlight) for frame, highlight in found if len(frame)]


@pytest.mark.parametrize(("language", "mode"), DRAWN)
def test_every_published_indicator_can_be_drawn(language: Language, mode: Mode, real_sqlite_store: Store) -> None:
    places = get_places(real_sqlite_store)
    names = {code: full_name(places, code, language) for code in places}
    drawn = 0
    for code, card in some(get_cards(real_sqlite_store).items(), 8):
        selections = _selections(real_sqlite_store, card)
        # What is selected changes the traces, language and theme only their words and colours.
        for frame, highlight in selections if (language, mode) == ("zh-TW", "light") else selections[:1]:
            figure = build_figure(frame, card, language, mode, names, highlight=highlight)
            if figure is None:
                continue
            drawn += 1
            assert figure.layout.height, code
            assert figure.layout.margin.r <= ENDS, code
            if mode == "light":  # colours are of one length, so one theme tells the size of both
                words = figure.to_json()
                assert len(words.encode()) < LARGEST, code
                assert ">nan<" not in words, code
    assert drawn > 15


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_published_title_is_there_to_name_a_figure(language: Language, real_sqlite_store: Store) -> None:
    for code, card in get_cards(real_sqlite_store).items():
        assert pick(card.indicator, "title", language) and pick(card.unit, "title", language), code


def test_labels_at_the_ends_of_lines_are_folded_where_there_is_room() -> None:
    assert fold_labels([("68", "Taiwan"), ("", "United Kingdom")], HEIGHT) == [["<b>68</b> Taiwan"], ["United Kingdom"]]
    assert fold_labels([("84.53%", "Open procedures")], HEIGHT) == [["<b>84.53%</b>", "Open", "procedures"]]
    assert fold_labels([("NT$2.27 trillion", "")], HEIGHT) == [["<b>NT$2.27</b>", "<b>trillion</b>"]]
    assert fold_labels([("新臺幣 2.27 兆元", "")], HEIGHT) == [["<b>新臺幣</b>", "<b>2.27 兆元</b>"]]
    assert fold_labels([("", "行政院所屬機關與學校")], HEIGHT) == [["行政院所屬", "機關與學校"]]
    names = [("12", "Civil society organisations")]
    assert fold_labels(names, HEIGHT) == [["<b>12</b>", "Civil society", "organisations"]]
    assert fold_labels(names * 9, HEIGHT) == [["<b>12</b>", "Civil society…"]] * 9, "27 lines find no room"
    assert fold_labels([("NT$2.47 billion", "Legislative Yuan")] * 6, HEIGHT) == [
        ["<b>NT$2.47 billion</b>", "Legislative", "Yuan"]
    ] * 6, "where 24 lines find no room, amounts stay whole"  # fmt: skip
    assert fold_labels(names * 12, HEIGHT) == [["<b>12</b> Civil society organi…"]] * 12, "nor do 24"
    assert fold_labels(names, HEIGHT - 1) == [["<b>12</b> Civil society organi…"]]


def test_folded_labels_stand_apart() -> None:
    labels = [(50.0, "a"), (51.0, "b")]
    low, high = spread_labels(labels, [0, 100], 470, [3, 3])
    assert 4 + high - low == pytest.approx(3 * LABEL_GAP), "a unit is four pixels high"


def test_years_lie_level_and_leave_each_other_room_on_a_phone() -> None:
    for last in range(2001, 2040):
        axis = time_axis(["2000", str(last)], [2000.0, float(last)], "en")
        assert axis["tickangle"] == 0 and len(axis["tickvals"]) <= 6


def test_series_take_their_colours_from_the_palette(store: Store, cards: dict[str, IndicatorCard]) -> None:
    frame = _rows(store, "cpi_score", level="country")
    codes = list(dict.fromkeys(frame["ref_area"]))
    figure = build_line_figure(frame, cards["cpi_score"], "en", "light", {}, highlight=codes)
    tints = {line.line.color for line in _lines(figure)}
    assert tints <= {light for light, _ in PALETTE.values()}
    assert {colour(name, "light") for name in COLOURS} <= tints


def test_a_target_of_another_unit_of_time_is_drawn_too(store: Store, cards: dict[str, IndicatorCard]) -> None:
    goal = Target(
        indicator_code=SERIES, time_period="2024-05", obs_value=90, source_code="s", note_zh_tw="", note_en=""
    )
    figure = _line(_total(store, SERIES), dataclasses.replace(cards[SERIES], targets=[goal]))
    assert 90 in [value for trace in _points(figure) for value in trace.y]
