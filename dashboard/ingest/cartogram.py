"""Circles for places: as many people, as much area. Drawn where the place lies, pushed apart until none overlap.

A cartogram of the kind Daniel Dorling described (Area Cartograms, 1996), because a map by area shows empty mountains
large and the cities, where most people live, not at all.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

FILLED = 0.42
"""Share of a layer's area that its circles cover together: more, and Taipei no longer lies where it is looked for."""
CORNERS = 20
ROUNDS = 1500
GAP = 0.03
"""Space kept between two circles, in parts of their radii together."""
PULL = 0.006
"""How far a circle goes back towards its place each round, in parts of the way."""


def separate_circles(centres: np.ndarray, radii: np.ndarray) -> np.ndarray:
    """Return centres near those given, moved until no two circles overlap.

    Args:
        centres: one row of x and y a circle, all different.
        radii: in the same measure.
    """
    home, spots = centres.copy(), centres.copy()
    least = (radii[:, None] + radii[None, :]) * (1 + GAP)
    np.fill_diagonal(least, 0)
    for turn in range(ROUNDS):
        away = spots[:, None, :] - spots[None, :, :]
        distance = np.hypot(away[..., 0], away[..., 1])
        np.fill_diagonal(distance, 1)
        overlap = np.clip(least - distance, 0, None)
        if turn > ROUNDS * 3 // 4 and not (overlap > least * GAP / (1 + GAP)).any():
            break
        # The smaller circle gives way: each moves by the other's share of the two areas.
        share = radii[None, :] ** 2 / (radii[:, None] ** 2 + radii[None, :] ** 2)
        push = (away / distance[..., None] * (overlap * share)[..., None]).sum(axis=1)
        pull = (home - spots) * (PULL if turn < ROUNDS * 3 // 4 else 0)
        spots = spots + push * 0.6 + pull
    return spots


def draw_circles(shapes: Mapping[str, Any], people: Mapping[str, float]) -> list[tuple[str, Any]]:
    """Return a circle for every shape, by code, in degrees.

    Args:
        shapes: code → shape as it is drawn, moved islands included.
        people: code → number of people, above zero.
    """
    from shapely.geometry import Polygon

    codes = sorted(shapes)
    spots = np.array([[shapes[code].centroid.x, shapes[code].centroid.y] for code in codes])
    # A degree east is shorter than a degree north: what is round on the map is flat in degrees.
    flat = math.cos(math.radians(float(spots[:, 1].mean())))
    centres = spots * [flat, 1]
    counts = np.array([people[code] for code in codes], dtype=float)
    ground = sum(shapes[code].area for code in codes) * flat
    radii = np.sqrt(counts / counts.sum() * ground * FILLED / math.pi)
    turns = np.linspace(0, 2 * math.pi, CORNERS, endpoint=False)
    # A polygon of so many corners with the area of its circle, or small circles would lose a few percent.
    reach = math.sqrt(2 * math.pi / (CORNERS * math.sin(2 * math.pi / CORNERS)))
    circles = []
    for code, (x, y), radius in zip(codes, separate_circles(centres, radii), radii, strict=True):
        ring = [((x + radius * reach * math.cos(t)) / flat, y + radius * reach * math.sin(t)) for t in turns]
        circles.append((code, Polygon(ring)))
    return circles
