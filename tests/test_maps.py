import dataclasses
import datetime as dt
import gzip
import itertools
import json
import re
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.language import LANGUAGES, Language
from dashboard.maps import (
    CLASSES,
    build_choropleth_figure,
    build_project_figure,
    compute_classes,
    full_name,
    is_mappable,
)
from dashboard.models import Place
from dashboard.palette import SEQUENTIAL, Mode, colour
from dashboard.queries import IndicatorCard, get_cards, get_observations, get_places, get_projects
from dashboard.settings import ROOT
from dashboard.store import Store

DAY = dt.date(2099, 1, 1)
SHAPES = ROOT / "data" / "places"
MODES: tuple[Mode, ...] = ("light", "dark")
LAYERS = ("counties", "townships", "counties-hatch", "townships-hatch", "frames")
URLS = {name: f"/assets/0123456789ab/{name}.geojson" for name in LAYERS}
CODE = "voting_age_turnout"
values = st.floats(-1e9, 1e9, allow_subnormal=False)


@pytest.fixture(scope="module")
def card(store: Store) -> IndicatorCard:
    return get_cards(store)[CODE]


@pytest.fixture(scope="module")
def places(store: Store) -> dict[str, Place]:
    return get_places(store)


# Classes.


@given(st.lists(values, min_size=1, max_size=80))
def test_every_value_falls_in_exactly_one_class(numbers: list[float]) -> None:
    classes = compute_classes(numbers)
    assert len(classes.edges) == CLASSES
    assert all(earlier <= later for earlier, later in itertools.pairwise(classes.edges))
    assert classes.low == min(numbers) and classes.edges[-1] == max(numbers)
    for number in numbers:
        index = classes.index(number)
        low, high = classes.bounds(index)
        assert number <= high and (number > low or index == 0)
        held = [
            place
            for place in range(CLASSES)
            if (classes.bounds(place)[0] < number or place == 0) and number <= classes.bounds(place)[1]
        ]
        assert held == [index]


@given(st.lists(values, min_size=1, max_size=40))
def test_a_larger_value_never_falls_in_a_lower_class(numbers: list[float]) -> None:
    classes = compute_classes(numbers)
    indices = [classes.index(number) for number in sorted(numbers)]
    assert indices == sorted(indices)


def test_classes_have_equal_width_unless_nearly_all_would_share_one() -> None:
    even = compute_classes([float(number) for number in range(101)])
    assert even.equal_width and even.edges == (20, 40, 60, 80, 100)
    crowded = compute_classes([float(number) for number in range(1, 96)] + [10_000.0] * 5)
    assert not crowded.equal_width
    counts = [crowded.index(float(number)) for number in range(1, 96)]
    assert max(counts.count(place) for place in range(CLASSES)) < 30


def test_one_value_alone_has_a_class() -> None:
    classes = compute_classes([7.0])
    assert classes.bounds(classes.index(7.0))[1] == 7.0


def test_classes_do_not_depend_on_the_order_of_the_values() -> None:
    numbers = [5.0, 1.0, 9.0, 3.0, 3.0]
    assert compute_classes(numbers) == compute_classes(sorted(numbers))


# Choropleths.


def _frame(store: Store, level: str) -> pd.DataFrame:
    return get_observations(store, CODE, DAY, level=level, breakdown="_T")


def _map(frame: pd.DataFrame, card: IndicatorCard, places: dict[str, Place], level: str, **how: Any) -> Any:
    classes = compute_classes(frame["obs_value"].dropna().tolist())
    language, mode = how.get("language", "en"), how.get("mode", "light")
    return build_choropleth_figure(frame, card, language, mode, places, classes, URLS, level)


def _traces(figure: Any) -> dict[str, Any]:
    return {trace.name: trace for trace in figure.data}


@pytest.mark.parametrize(("level", "whole"), [("county", 22), ("township", 368)])
def test_every_place_is_coloured_by_its_class(
    level: str, whole: int, store: Store, card: IndicatorCard, places: dict[str, Place]
) -> None:
    frame = _frame(store, level)
    trace = _traces(_map(frame, card, places, level))["values"]
    held = dict(zip(frame["ref_area"], frame["obs_value"], strict=True))
    classes = compute_classes(list(held.values()))
    assert len(trace.locations) == whole == len(set(trace.locations))
    assert [classes.index(held[code]) for code in trace.locations] == list(trace.z)
    tints = [tint for _, tint in trace.colorscale]
    assert tints == [tint for tint in SEQUENTIAL["light"] for _ in range(2)]
    assert trace.zmin < 0 and trace.zmax > CLASSES - 1


def test_places_without_a_value_are_hatched_and_say_why(
    store: Store, card: IndicatorCard, places: dict[str, Place]
) -> None:
    frame = _frame(store, "county")
    frame.loc[frame["ref_area"] == "TW-LIE", ["obs_value", "obs_status"]] = [None, "Q"]
    frame = frame[frame["ref_area"] != "TW-KIN"]
    figure = _map(frame, card, places, "county")
    traces = _traces(figure)
    coloured, hatched = traces["values"], [traces["absent"], traces["hatch"]]
    assert not {"TW-LIE", "TW-KIN"} & set(coloured.locations)
    assert len(coloured.locations) == 20
    assert all(set(trace.locations) == {"TW-LIE", "TW-KIN"} for trace in hatched)
    assert URLS["counties-hatch"] in [trace.geojson for trace in hatched]
    spoken = next(trace for trace in hatched if trace.hoverinfo == "text")
    words = dict(zip(spoken.locations, spoken.text, strict=True))
    assert (
        words["TW-LIE"] != words["TW-LIE"].split("<br>")[0]
        and words["TW-LIE"].split("<br>")[1] != (words["TW-KIN"].split("<br>")[1])
    ), "withheld is not the same as absent"


def test_no_hatch_is_drawn_where_every_place_has_a_value(
    store: Store, card: IndicatorCard, places: dict[str, Place]
) -> None:
    assert list(_traces(_map(_frame(store, "township"), card, places, "township"))) == ["values", "frames"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("level", ["county", "township"])
def test_geometry_goes_by_address_only(
    level: str, language: Language, mode: Mode, store: Store, card: IndicatorCard, places: dict[str, Place]
) -> None:
    frame = _frame(store, level).assign(obs_value=lambda rows: rows["obs_value"].where(rows.index % 7 != 0))
    figure = _map(frame, card, places, level, language=language, mode=mode)
    words = figure.to_json()
    assert "coordinates" not in words and "Polygon" not in words
    assert {trace.geojson for trace in figure.data} <= set(URLS.values())
    assert _traces(figure)["frames"].geojson == URLS["frames"]
    assert len(gzip.compress(words.encode())) < 20_000
    assert "http" not in words, "a map asks nobody for anything"


def test_words_on_a_map_follow_the_language(store: Store, card: IndicatorCard, places: dict[str, Place]) -> None:
    frame = _frame(store, "township")
    english, chinese = (_map(frame, card, places, "township", language=language) for language in ("en", "zh-TW"))
    assert not re.search(r"[\u4e00-\u9fff]", " ".join(english.data[0].text))
    assert all(re.search(r"[\u4e00-\u9fff]", words) for words in chinese.data[0].text)


def test_a_name_says_which_county_a_township_is_in(places: dict[str, Place]) -> None:
    town = next(place for place in places.values() if place.level == "township" and place.parent == "TW-NWT")
    assert full_name(places, town.code, "en") == f"{town.title_en}, {places['TW-NWT'].title_en}"
    assert full_name(places, town.code, "zh-TW") == f"{places['TW-NWT'].title_zh_tw}{town.title_zh_tw}"
    assert full_name(places, "TW-TPE", "en") == places["TW-TPE"].title_en
    assert full_name(places, "NOWHERE", "en") == "NOWHERE"


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [("percent", True), ("rate", True), ("index", True), ("count", False), ("money", False), ("rank", False)],
)
def test_raw_counts_and_money_are_not_mapped(kind: str, wanted: bool, card: IndicatorCard) -> None:
    unit = card.unit.model_copy(update={"kind": kind})
    assert is_mappable(dataclasses.replace(card, unit=unit)) is wanted


def test_projects_stand_where_they_are_or_in_their_county(store: Store, places: dict[str, Place]) -> None:
    projects = get_projects(store)
    figure = build_project_figure(projects, places, "en", "light", URLS)
    traces = _traces(figure)
    points = [traces["exact"], traces["county"]]
    shown = sum(len(trace.lon) for trace in points)
    exact = [project for project in projects if project.longitude is not None]
    tied = [project for project in projects if project.longitude is None and project.ref_area.startswith("TW-")]
    assert shown == len(exact) + len(tied) > 30
    spots = [spot for trace in points for spot in zip(trace.lon, trace.lat, strict=True)]
    assert all(118 < lon < 122.5 and 21.5 < lat < 26 for lon, lat in spots), "islands are drawn in their frames"
    assert "coordinates" not in figure.to_json()
    for trace in points:
        assert len(trace.text) == len(trace.lon) == len(trace.lat)


def test_projects_of_one_county_do_not_cover_each_other(store: Store, places: dict[str, Place]) -> None:
    loose = [row for row in get_projects(store) if row.longitude is None and row.ref_area.startswith("TW-")]
    fullest = max((row.ref_area for row in loose), key=[row.ref_area for row in loose].count)
    tied = [row for row in loose if row.ref_area == fullest][:5]
    figure = build_project_figure(tied, places, "en", "light", URLS)
    points = [trace for trace in figure.data if trace.type == "scattergeo"]
    spots = [spot for trace in points for spot in zip(trace.lon, trace.lat, strict=True)]
    assert len(set(spots)) == len(tied) > 1


def test_a_map_takes_the_colours_of_the_theme(store: Store, card: IndicatorCard, places: dict[str, Place]) -> None:
    figure = _map(_frame(store, "county"), card, places, "county", mode="dark")
    assert [tint for _, tint in figure.data[0].colorscale][::2] == list(SEQUENTIAL["dark"])
    assert figure.layout.font.color == colour("ink", "dark")


# Shapes.


def _features(name: str) -> list[dict[str, Any]]:
    return json.loads((SHAPES / f"{name}.geojson").read_text(encoding="utf-8"))["features"]


@pytest.mark.parametrize(("name", "level", "whole"), [("counties", "county", 22), ("townships", "township", 368)])
def test_every_place_has_one_shape(name: str, level: str, whole: int, places: dict[str, Place]) -> None:
    wanted = {place.code for place in places.values() if place.level == level}
    for layer in (name, f"{name}-hatch"):
        ids = [feature["id"] for feature in _features(layer)]
        assert len(ids) == len(set(ids)) == whole
        assert set(ids) == wanted
        assert all(feature["geometry"]["coordinates"] for feature in _features(layer))


@pytest.mark.parametrize(("name", "most"), [("counties", 40_000), ("townships", 120_000)])
def test_shapes_are_small_enough_to_send(name: str, most: int) -> None:
    for layer in (name, f"{name}-hatch"):
        assert len(gzip.compress((SHAPES / f"{layer}.geojson").read_bytes(), 6)) <= most


def _points(shape: Any) -> list[tuple[float, float]]:
    if isinstance(shape[0], (int, float)):
        return [(shape[0], shape[1])]
    return [point for part in shape for point in _points(part)]


def test_a_map_of_taiwan_has_room_for_every_shape(store: Store, card: IndicatorCard, places: dict[str, Place]) -> None:
    seen = _map(_frame(store, "county"), card, places, "county").layout.geo
    (west, east), (south, north) = seen.lonaxis.range, seen.lataxis.range
    for layer in ("frames", "counties", "townships", "counties-people", "townships-people"):
        for feature in _features(layer):
            for x, y in _points(feature["geometry"]["coordinates"]):
                assert west < x < east and south < y < north


@pytest.mark.parametrize("layer", ["frames", "counties", "townships", "counties-people", "townships-hatch"])
def test_outer_rings_run_clockwise_or_they_would_fill_the_world(layer: str) -> None:
    for feature in _features(layer):
        shape = feature["geometry"]
        for polygon in shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]:
            turns = sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in itertools.pairwise(polygon[0]))
            assert turns >= 0, feature["id"]


def test_moved_islands_lie_inside_the_drawn_frames() -> None:
    frames = [_points(feature["geometry"]["coordinates"]) for feature in _features("frames")]
    boxes = [
        (min(x for x, _ in box), max(x for x, _ in box), min(y for _, y in box), max(y for _, y in box))
        for box in frames
    ]
    assert boxes
    for feature in _features("counties"):
        if feature["id"] in ("TW-KIN", "TW-LIE"):
            for x, y in _points(feature["geometry"]["coordinates"]):
                assert any(west <= x <= east and south <= y <= north for west, east, south, north in boxes)
