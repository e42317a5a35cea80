"""Event-study estimators on a panel of countries by year: an outcome before and after a country joined something.

A panel is a frame with ``unit``, ``period`` (a year), ``joined`` (the year of joining, 0 for never) and ``value``.
Three estimators, all computed by pyfixest and clustered by unit:

- ``twfe``: two-way fixed effects, the customary regression; it may weigh early joiners wrongly when effects change.
- ``sun_abraham``: one effect for each joining year and distance, then averaged by the number of joiners (Sun and
  Abraham 2021); robust to staggered joining; only countries that never joined serve as comparison.
- ``did2s``: two stages (Gardner 2022); the path without joining is fitted on all years before joining, also of later
  joiners; robust to staggered joining.

pyfixest is imported only when something is estimated: the app reads finished tables.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

ESTIMATORS = ("did2s", "sun_abraham", "twfe")
BEFORE, AFTER = 6, 8
"""Years before and after joining that are shown; years beyond are kept in the regression as one group at each end."""
LEADS = 5
"""Years before joining whose joint difference from zero is tested."""
LEVEL = 1.959963984540054
"""Standard errors in half a 95 % interval."""
NEVER = -999


@dataclass(frozen=True)
class Estimate:
    """A number with its standard error, 95 % interval and p-value, and what it rests on."""

    value: float
    std_error: float
    p_value: float
    units: int
    joiners: int
    observations: int

    @property
    def lower(self) -> float:
        """Return the lower end of the 95 % interval."""
        return self.value - LEVEL * self.std_error

    @property
    def upper(self) -> float:
        """Return the upper end of the 95 % interval."""
        return self.value + LEVEL * self.std_error


def _pyfixest() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pyfixest

    return pyfixest


def _prepare(panel: pd.DataFrame) -> pd.DataFrame:
    """Return the panel with distance to joining; countries with a single year, or treated throughout, are left out."""
    frame = panel.dropna(subset=["value"])[["unit", "period", "joined", "value"]].copy()
    frame["treated"] = (frame["joined"] > 0) & (frame["period"] >= frame["joined"])
    frame["distance"] = np.where(frame["joined"] > 0, frame["period"] - frame["joined"], NEVER)
    clean = frame.groupby("unit")["treated"].transform(lambda held: (~held).any() and len(held) > 1)
    return frame[clean].sort_values(["unit", "period"], kind="stable").reset_index(drop=True)


def _clip(distance: pd.Series) -> pd.Series:
    """Return distances with everything beyond the window in one group at each end; never-joiners keep their mark."""
    return distance.where(distance == NEVER, distance.clip(-BEFORE - 1, AFTER + 1))


def _describe(frame: pd.DataFrame, value: float, std_error: float) -> Estimate:
    from math import erfc, sqrt

    p_value = erfc(abs(value / std_error) / sqrt(2)) if std_error > 0 else float("nan")
    joiners = frame.loc[frame["treated"], "unit"].nunique()
    return Estimate(float(value), float(std_error), float(p_value), frame["unit"].nunique(), joiners, len(frame))


def _fit(formula: str, frame: pd.DataFrame) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _pyfixest().feols(formula, data=frame, vcov={"CRV1": "unit"})


def _two_stage(frame: pd.DataFrame, second_stage: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _pyfixest().did2s(
            frame.copy(),
            yname="value",
            first_stage="~ 0 | unit + period",
            second_stage=second_stage,
            treatment="treated",
            cluster="unit",
        )


def _predictable(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows the first stage can speak of: at least two open observations of the year and of the country.

    Open is an observation before joining. Dropping a country may close a year, hence the loop.
    """
    while True:
        open_rows = frame[~frame["treated"]]
        kept = frame
        for column in ("period", "unit"):
            sizes = open_rows[column].value_counts()
            kept = kept[kept[column].isin(set(sizes[sizes > 1].index))]
        if len(kept) == len(frame):
            return frame.reset_index(drop=True)
        frame = kept


def _interacted(frame: pd.DataFrame, distance: pd.Series) -> tuple[Any, pd.DataFrame]:
    """Return the regression with one effect for each joining year and distance, and the size of each such cell."""
    own = frame.assign(distance=distance)
    base = (own["distance"] == NEVER) | (own["distance"] == -1)
    own["cell"] = np.where(base, "base", own["joined"].astype(str) + "@" + own["distance"].astype(str))
    model = _fit("value ~ i(cell, ref='base') | unit + period", own)
    cells = own[~base].groupby(["joined", "distance", "cell"]).size().rename("size").reset_index()
    names = {cell: f"cell::{cell}" for cell in cells["cell"]}
    cells["name"] = cells["cell"].map(names)
    return model, cells[cells["name"].isin(model._coefnames)]


def _combine(model: Any, cells: pd.DataFrame, frame: pd.DataFrame) -> Estimate:
    """Return the average of some cells' effects, each weighed by its number of observations."""
    weights = np.zeros(len(model._coefnames))
    for name, size in zip(cells["name"], cells["size"], strict=True):
        weights[model._coefnames.index(name)] = size / cells["size"].sum()
    variance = float(weights @ model._vcov @ weights)
    return _describe(frame, float(weights @ np.asarray(model._beta_hat)), float(np.sqrt(max(variance, 0.0))))


def estimate_average(panel: pd.DataFrame, estimator: str) -> Estimate:
    """Return the average difference in the years from joining on, against what the comparison countries lead to expect.

    Raises:
        KeyError: when there is no such estimator.
    """
    frame = _prepare(panel)
    if estimator == "twfe":
        model = _fit("value ~ treated | unit + period", frame.assign(treated=frame["treated"].astype(int)))
        return _describe(frame, model._beta_hat[0], float(np.sqrt(model._vcov[0, 0])))
    if estimator == "did2s":
        frame = _predictable(frame)
        model = _two_stage(frame.assign(after=frame["treated"].astype(int)), "~ after")
        return _describe(frame, model._beta_hat[0], float(np.sqrt(model._vcov[0, 0])))
    if estimator == "sun_abraham":
        model, cells = _interacted(frame, frame["distance"])
        return _combine(model, cells[cells["distance"] >= 0], frame)
    raise KeyError(estimator)


def estimate_path(panel: pd.DataFrame, estimator: str) -> dict[int, Estimate]:
    """Return the difference for each year of distance from joining, from ``-BEFORE`` to ``AFTER``.

    The year before joining is zero by construction, except for ``did2s``, which measures every year against the mean
    of all years before joining.
    """
    frame = _prepare(panel)
    distance = _clip(frame["distance"])
    if estimator == "sun_abraham":
        model, cells = _interacted(frame, distance)
        groups = {int(str(key)): rows for key, rows in cells.groupby("distance")}
        path = {key: _combine(model, rows, frame) for key, rows in groups.items()}
    else:
        if estimator == "did2s":
            frame = _predictable(frame)
            distance = _clip(frame["distance"])
            model = _two_stage(frame.assign(distance=distance), f"~ i(distance, ref={NEVER})")
        else:
            own = frame.assign(distance=distance.replace(NEVER, -1))
            model = _fit("value ~ i(distance, ref=-1) | unit + period", own)
        errors = np.sqrt(np.diag(model._vcov))
        path = {}
        for name, value, error in zip(model._coefnames, model._beta_hat, errors, strict=True):
            path[int(float(name.split("::")[-1]))] = _describe(frame, value, error)
    return {key: path[key] for key in sorted(path) if -BEFORE <= key <= AFTER}


def check_before(panel: pd.DataFrame, leads: int = LEADS) -> tuple[float, float]:
    """Return F and p of the joint test that joiners did not already differ in the years just before joining.

    Only observations before joining and of countries that never joined are used (Borusyak, Jaravel and Spiess 2024).
    A small p says the paths had already parted, and that the comparison cannot be trusted.
    """
    frame = _prepare(panel)
    frame = frame[~frame["treated"]].copy()
    frame["lead"] = frame["distance"].where(frame["distance"].between(-leads, -1), 0)
    model = _fit("value ~ i(lead, ref=0) | unit + period", frame)
    size = len(model._coefnames)
    result = model.wald_test(R=np.eye(size), distribution="F")
    return float(result["statistic"]), float(result["pvalue"])


def simulate_panel(
    seed: int,
    *,
    effect: float,
    growth: float = 0.0,
    units: int = 60,
    periods: Sequence[int] = range(2002, 2020),
    cohorts: Sequence[int] = (2008, 2010, 2012, 2014),
    noise: float = 0.3,
) -> pd.DataFrame:
    """Return a made-up panel with a planted effect that grows with each year since joining, for testing.

    Half of the units never join. Shocks of one unit are correlated over time, as those of countries are.
    """
    random = np.random.default_rng(seed)
    rows = []
    common = random.normal(0, 0.2, len(periods)).cumsum()
    for unit in range(units):
        joined = 0 if unit % 2 else cohorts[(unit // 2) % len(cohorts)]
        level, shock = random.normal(0, 1), 0.0
        for place, period in enumerate(periods):
            shock = 0.6 * shock + random.normal(0, noise)
            since = period - joined if joined and period >= joined else None
            added = 0.0 if since is None else effect + growth * since
            rows.append((f"U{unit:03d}", period, joined, level + common[place] + shock + added))
    return pd.DataFrame(rows, columns=["unit", "period", "joined", "value"])
