import datetime as dt
import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import reading, swings
from dashboard.language import LANGUAGES, Language
from dashboard.maps import CLASSES, DIVERGING, build_choropleth_figure, layer_of
from dashboard.models import Place
from dashboard.queries import IndicatorCard, get_cards, get_places
from dashboard.store import Store
from dashboard.web.assets import shape_urls

DAY = dt.date(2099, 1, 1)
CODE = "voting_age_turnout"
values = st.floats(-100, 100, allow_nan=False, allow_subnormal=False)
tables = st.dictionaries(st.sampled_from([f"P{place}" for place in range(9)]), st.none() | values, min_size=1)


class Speaker(reading.Voice):
    """Somebody who reads one language, without Republic-era years."""

    def __init__(self, language: Language) -> None:
        self.language, self.roc = language, False


def make_frame(held: dict[str, float | None]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "ref_area": list(held),
            "obs_value": pd.Series(list(held.values()), dtype=float),
            "obs_status": ["A" if value is not None else "O" for value in held.values()],
            "time_period": "2022",
        }
    )


def make_places(people: dict[str, float]) -> dict[str, Place]:
    return {
        code: Place(code=code, title_zh_tw=code, title_en=code, level="township", population=count)
        for code, count in people.items()
    }


@pytest.fixture(scope="module")
def card(store: Store) -> IndicatorCard:
    return get_cards(store)[CODE]


# Changes.


@given(tables, tables)
def test_a_change_is_now_less_then_and_needs_both(now: dict[str, float | None], then: dict[str, float | None]) -> None:
    rows = swings.subtract(make_frame(now), make_frame(then))
    assert list(rows["ref_area"]) == list(now)
    for row in rows.to_dict("records"):
        code = row["ref_area"]
        if now[code] is None or then.get(code) is None:
            assert math.isnan(row["obs_value"]) and row["obs_status"] == "O"
        else:
            assert row["obs_value"] == now[code] - then[code] and row["obs_status"] == "A"


def test_to_compare_changes_no_rows_of_others() -> None:
    now, then = make_frame({"P1": 3.0}), make_frame({"P1": None})
    swings.subtract(now, then)
    assert now["obs_value"].tolist() == [3.0] and now["obs_status"].tolist() == ["A"]


@given(st.lists(values, min_size=1, max_size=60))
def test_classes_of_changes_hold_every_change_and_lie_evenly_round_zero(changes: list[float]) -> None:
    classes = swings.compute_swing_classes(pd.Series(changes))
    inner = classes.edges[:-1]
    assert inner == pytest.approx([-edge for edge in reversed(inner)], abs=1e-9)
    assert classes.low <= min(changes) and max(changes) <= classes.edges[-1]
    middle = classes.bounds(CLASSES // 2)
    assert middle[0] < 0 < middle[1]
    assert all(classes.index(change) >= 2 for change in changes if change > 0)
    assert all(classes.index(change) <= 2 for change in changes if change < 0)


def test_one_wild_place_does_not_pale_all_others() -> None:
    classes = swings.compute_swing_classes(pd.Series([float(step) for step in range(-20, 21)] + [1e6]))
    assert classes.index(18.0) == CLASSES - 1 and classes.index(-18.0) == 0


# People.


@given(st.dictionaries(st.sampled_from([f"P{place}" for place in range(9)]), values, min_size=1))
def test_places_stand_in_a_row_by_value_and_hold_everybody(held: dict[str, float]) -> None:
    people = {code: 10.0 * (place + 1) for place, code in enumerate(sorted(held))}
    weighed = swings.weigh_places(make_frame(dict(held)), make_places(people))
    assert weighed is not None
    rows = weighed.rows
    assert rows["obs_value"].is_monotonic_decreasing
    assert rows["share"].iloc[-1] == pytest.approx(100)
    for value in [*held.values(), 0.0]:
        living = sum(people[code] for code, own in held.items() if own >= value)
        assert weighed.share_at_least(value) == pytest.approx(100 * living / sum(people.values()))
        assert weighed.count_at_least(value) == sum(own >= value for own in held.values())
    assert weighed.share_at_least(weighed.middle) >= 50 - 1e-9


def test_half_of_the_people_are_not_half_of_the_places() -> None:
    weighed = swings.weigh_places(
        make_frame({"P1": 10.0, "P2": 20.0, "P3": 30.0}), make_places({"P1": 8, "P2": 1, "P3": 1})
    )
    assert weighed is not None and (weighed.middle, weighed.middle_place) == (10.0, 20.0)


def test_places_whose_people_are_not_known_are_left_out() -> None:
    assert swings.weigh_places(make_frame({"P1": 10.0}), {}) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_steps_are_the_rows_and_the_threshold_parts_them(card: IndicatorCard, language: Language) -> None:
    held = {"P1": 40.0, "P2": 25.0, "P3": 10.0}
    places = make_places({"P1": 50, "P2": 30, "P3": 20})
    weighed = swings.weigh_places(make_frame(dict(held)), places)
    assert weighed is not None
    names = {code: code for code in held}
    figure = swings.build_weighed_figure(weighed, card, language, "light", names, 25.0)
    reached, below = figure.data
    assert (list(reached.x), list(reached.y)) == ([0, 50, 80], [40, 25, 25])
    assert (list(below.x), list(below.y)) == ([80, 100], [10, 10])
    assert reached.fillcolor != below.fillcolor
    assert figure.layout.shapes[0].y0 == 25
    words = reading.describe_weighed(Speaker(language), card, weighed, 25.0)
    assert "2" in words and "80.0%" in words
    assert len(swings.build_weighed_figure(weighed, card, language, "light", names).data) == 1


def test_ballots_have_the_threshold_of_their_law(real_sqlite_store: Store) -> None:
    card = get_cards(real_sqlite_store)["referendum_yes_share_of_electors"]
    held = {row.code: swings.find_threshold(card, row.code) for row in card.breakdowns}
    assert held.pop("voting_age_18") == 50
    assert set(held.values()) == {25}


# Maps.


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_map_of_changes_says_both_values_and_how_far(store: Store, card: IndicatorCard, language: Language) -> None:
    places = get_places(store)
    now = make_frame({"TW-TPE": 50.0, "TW-KHH": 40.0, "TW-KIN": 30.0})
    swing = swings.subtract(now, make_frame({"TW-TPE": 40.0, "TW-KHH": 45.5}))
    classes = swings.compute_swing_classes(swing["obs_value"])
    figure = build_choropleth_figure(
        swing, card, language, "light", places, classes, shape_urls(), "county", by="people"
    )
    traces = {trace.name: trace for trace in figure.data}
    assert list(traces) == ["ground", "values", "absent", "hatch", "frames"], "what lies lower is drawn first"
    coloured = traces["values"]
    assert set(coloured.locations) == {"TW-TPE", "TW-KHH"} and "TW-KIN" in traces["absent"].locations
    assert {tint for _, tint in coloured.colorscale} == set(DIVERGING["light"])
    spoken = dict(zip(coloured.locations, coloured.text, strict=True))
    assert "+10.0" in spoken["TW-TPE"] and "−5.5" in spoken["TW-KHH"] and "40.0% → 50.0%" in spoken["TW-TPE"]
    assert coloured.geojson == shape_urls()["counties-people"]
    assert traces["ground"].geojson == shape_urls()["counties"]
    words = reading.describe_swing(Speaker(language), card, swing, ("_T", "2022"), ("_T", "2018"), places)
    assert "+10.0" in words and "−5.5" in words


def test_countries_are_never_circles() -> None:
    assert layer_of("country", "people") == "countries"
    assert layer_of("township", "people") == "townships-people"
    assert layer_of("township", "land") == "townships"
