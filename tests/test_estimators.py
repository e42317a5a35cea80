"""Planted effects are found, planted nulls stay nulls, and the intervals are as wide as they claim to be."""

import numpy as np
import pandas as pd
import pytest
from depth import tries

from dashboard.estimators import (
    AFTER,
    BEFORE,
    ESTIMATORS,
    check_before,
    estimate_average,
    estimate_path,
    simulate_panel,
)

EFFECT = 0.4
TRIALS = tries(10)


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("effect", [EFFECT, 0.0], ids=["effect", "null"])
def test_a_planted_effect_is_found_and_its_interval_covers_it_as_often_as_it_says(
    estimator: str, effect: float
) -> None:
    found = [estimate_average(simulate_panel(seed, effect=effect), estimator) for seed in range(TRIALS)]
    covered = sum(one.lower <= effect <= one.upper for one in found)
    # With a true coverage of 95 %, fewer than 8 of 10 happen once in some ninety runs, fewer than 40 of 50 hardly ever.
    assert covered >= 0.8 * TRIALS
    spread = np.std([one.value for one in found])
    assert abs(np.mean([one.value for one in found]) - effect) < 3 * spread / np.sqrt(TRIALS) + 0.01
    assert 0.6 < np.mean([one.std_error for one in found]) / spread < 1.7


def test_growing_effects_mislead_the_customary_regression_but_not_the_robust_ones() -> None:
    panels = [simulate_panel(seed, effect=0.0, growth=0.15, noise=0.1) for seed in range(6)]
    treated = pd.concat(panels).query("joined > 0 and period >= joined")
    planted = (0.15 * (treated["period"] - treated["joined"])).mean()
    means = {
        name: np.mean([estimate_average(panel, name).value for panel in panels])
        for name in ("did2s", "sun_abraham", "twfe")
    }
    assert abs(means["did2s"] - planted) < 0.05
    assert abs(means["sun_abraham"] - planted) < 0.08
    assert planted - means["twfe"] > 0.08


def test_where_effects_differ_by_cohort_and_grow_the_robust_intervals_hold_the_truth_and_the_customary_do_not() -> None:
    trials = tries(5)
    covered = dict.fromkeys(ESTIMATORS, 0)
    for seed in range(trials):
        panel = simulate_panel(seed, effect=0.2, growth=0.1, noise=0.15)
        since = panel["period"] - panel["joined"]
        joined = (panel["joined"] > 0) & (since >= 0)
        # Those that joined first gain more; half of the units never join.
        more = (2014 - panel["joined"]) / 6 * 0.3
        truth = (0.2 + 0.1 * since + more)[joined].mean()
        staggered = panel.assign(value=panel["value"] + more.where(joined, 0.0))
        for name in ESTIMATORS:
            found = estimate_average(staggered, name)
            covered[name] += found.lower <= truth <= found.upper
    assert covered["did2s"] >= 0.8 * trials
    assert covered["sun_abraham"] >= 0.8 * trials
    assert covered["twfe"] <= trials / 2


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_a_path_is_flat_before_joining_and_rises_after(estimator: str) -> None:
    path = estimate_path(simulate_panel(3, effect=EFFECT, growth=0.1, noise=0.05), estimator)
    assert set(path) <= set(range(-BEFORE, AFTER + 1))
    assert all(abs(one.value) < 0.1 for distance, one in path.items() if distance < 0)
    assert path[0].value == pytest.approx(EFFECT, abs=0.1)
    assert path[5].value == pytest.approx(EFFECT + 0.5, abs=0.12)


def test_groups_that_part_before_joining_are_noticed_and_parallel_ones_are_not() -> None:
    parallel = simulate_panel(5, effect=EFFECT)
    assert check_before(parallel)[1] > 0.05
    near = parallel["joined"].gt(0) & (parallel["period"] - parallel["joined"]).between(-4, -1)
    parted = parallel.assign(value=parallel["value"] + 0.5 * near)
    assert check_before(parted)[1] < 0.001


def test_countries_that_cannot_be_compared_are_left_out_and_counted_so() -> None:
    panel = simulate_panel(2, effect=EFFECT)
    always = panel[panel["unit"] == "U000"].assign(unit="ALWAYS", joined=1990)
    once = panel.iloc[[0]].assign(unit="ONCE")
    hole = panel.assign(value=panel["value"].where(panel["unit"] != "U001"))
    found = estimate_average(pd.concat([hole, always, once]), "did2s")
    assert (found.units, found.joiners) == (59, 30)


def test_with_later_joiners_alone_the_years_nobody_is_left_to_compare_with_are_dropped() -> None:
    panel = simulate_panel(4, effect=EFFECT, noise=0.05)
    found = estimate_average(panel[panel["joined"] > 0], "did2s")
    assert found.lower < EFFECT < found.upper or abs(found.value - EFFECT) < 0.05
    assert found.observations < (panel["joined"] > 0).sum()


def test_the_same_panel_gives_the_same_numbers_whatever_the_order_of_its_rows() -> None:
    panel = simulate_panel(7, effect=EFFECT)
    shuffled = panel.sample(frac=1, random_state=1)
    assert estimate_average(panel, "did2s").value == pytest.approx(estimate_average(shuffled, "did2s").value, abs=1e-9)


def test_an_estimator_nobody_knows_is_refused() -> None:
    with pytest.raises(KeyError):
        estimate_average(simulate_panel(1, effect=0.0), "magic")
