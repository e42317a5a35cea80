"""Circles as large as their people: none overlaps, none wanders off, areas follow the counts."""

import itertools
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box, shape

from dashboard.ingest import cartogram
from dashboard.ingest.boundaries import read_places
from dashboard.settings import ROOT

PLACES = ROOT / "data" / "places"
spots = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=9, unique=True)


@settings(max_examples=25)
@given(spots, st.lists(st.floats(0.2, 2), min_size=9, max_size=9))
def test_circles_are_pushed_apart(held: list[tuple[int, int]], sizes: list[float]) -> None:
    centres, radii = np.array(held, dtype=float), np.array(sizes[: len(held)])
    moved = cartogram.separate_circles(centres, radii)
    for one, other in itertools.combinations(range(len(held)), 2):
        assert np.hypot(*(moved[one] - moved[other])) >= (radii[one] + radii[other]) * 0.999


def test_circles_that_do_not_touch_stay_where_they_are() -> None:
    centres = np.array([[0.0, 0.0], [10.0, 0.0]])
    assert cartogram.separate_circles(centres, np.array([1.0, 1.0])) == pytest.approx(centres)


def test_a_circle_with_four_times_the_people_has_four_times_the_area() -> None:
    shapes = {"a": box(120, 23, 120.5, 23.5), "b": box(121, 23, 121.5, 23.5)}
    held = dict(cartogram.draw_circles(shapes, {"a": 100, "b": 400}))
    assert held["b"].area / held["a"].area == pytest.approx(4)
    ground = sum(square.area for square in shapes.values())
    assert sum(circle.area for circle in held.values()) == pytest.approx(cartogram.FILLED * ground)


@pytest.mark.parametrize("layer", ["counties", "townships"])
def test_the_shipped_circles_follow_the_people_and_stay_near_home(layer: str) -> None:
    land, circles = (
        {each["id"]: shape(each["geometry"]) for each in json.loads((PLACES / name).read_text("utf-8"))["features"]}
        for name in (f"{layer}.geojson", f"{layer}-people.geojson")
    )
    people = {code: float(row["population"]) for code, row in read_places(PLACES / f"{layer}.csv").items()}
    assert set(circles) == set(land) == set(people)
    whole, everybody = sum(circle.area for circle in circles.values()), sum(people.values())
    for code, circle in circles.items():
        assert circle.area / whole == pytest.approx(people[code] / everybody, rel=0.05, abs=2e-6), code
        assert math.dist(circle.centroid.coords[0], land[code].centroid.coords[0]) < 0.6, code
    ordered = list(circles.values())
    overlap = sum(one.intersection(other).area for one, other in itertools.combinations(ordered, 2))
    assert overlap < whole * 1e-4
