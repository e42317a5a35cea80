"""Several series side by side: matched by period, set to 100, standardised, correlated. Frames in, frames out.

Nothing is interpolated: a period counts as common only where every series has a value of its own.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from dashboard.exceptions import OpenGovError
from dashboard.language import Language, period_end
from dashboard.queries import IndicatorCard

MINIMUM = 8
"""Common points below which no correlation is worked out."""
FEWEST_TO_STANDARDISE = 3


class ComparisonError(OpenGovError):
    """Raised when series cannot honestly be put into one form; ``kind`` names the sentence, ``name`` the series."""

    def __init__(self, kind: str, name: str = "") -> None:
        self.kind = kind
        self.name = name
        super().__init__(f"{kind}: {name}")


@dataclass(frozen=True)
class Strand:
    """One series: an indicator at a place, one part, the preferred source, oldest period first, gaps kept."""

    key: str
    name: str
    card: IndicatorCard
    frame: pd.DataFrame

    @property
    def valued(self) -> pd.DataFrame:
        """Return the rows that have a value."""
        return self.frame.dropna(subset=["obs_value"])


@dataclass(frozen=True)
class Correlation:
    """How two series move together over ``n`` common points; no coefficient below the minimum or where one is flat."""

    n: int
    pearson: float | None = None
    spearman: float | None = None
    changes: float | None = None
    """Pearson of the changes from one common point to the next, in which a shared trend has no part."""


def _is_fine(strand: Strand) -> bool:
    """Tell whether a series has more than one value in some year."""
    years = strand.valued["time_period"].map(period_end).str[:4]
    return bool(years.duplicated().any())


def align(strands: Sequence[Strand], column: str = "obs_value") -> pd.DataFrame:
    """Return one row a period, oldest first, and one column a series; no value is carried over.

    Series that all hold several values a year are matched by their periods, others by the year a period ends in; a
    year with several values is represented by its last.
    """
    fine = all(_is_fine(strand) for strand in strands)
    columns = {}
    for strand in strands:
        rows = strand.valued
        ends = rows["time_period"].map(period_end)
        labels = ends if fine else ends.str[:4]
        ordered = pd.Series(rows[column].to_numpy(), index=labels).iloc[ends.argsort(kind="stable")]
        columns[strand.key] = ordered[~ordered.index.duplicated(keep="last")]
    return pd.DataFrame(columns).sort_index()


def write_aligned(strands: Sequence[Strand], language: Language) -> pd.DataFrame:
    """Return what ``align`` does in words, bounds with their sign, and nothing where there is no value."""
    values, lower, upper = (align(strands, column) for column in ("obs_value", "lower", "upper"))
    cards = {strand.key: strand.card for strand in strands}
    words = {
        key: [
            card.format(value, language, *ends)
            for value, *ends in zip(values[key], lower[key], upper[key], strict=True)
        ]
        for key, card in cards.items()
    }
    return pd.DataFrame(words, index=values.index)


def _common(aligned: pd.DataFrame) -> pd.DataFrame:
    return aligned.dropna()


def index_strands(strands: Sequence[Strand]) -> tuple[list[Strand], str]:
    """Return every series with its value in the first common period set to 100, and that period.

    Raises:
        ComparisonError: when no period is common, or a base is zero, negative or a rank, so that an index of it would
            say nothing.
    """
    common = _common(align(strands))
    if common.empty:
        raise ComparisonError("no_common")
    base = str(common.index[0])
    scaled = []
    for strand in strands:
        value = common[strand.key].iloc[0]
        if strand.card.unit.kind == "rank":
            raise ComparisonError("rank_base", strand.name)
        if value <= 0:
            raise ComparisonError("bad_base", strand.name)
        scaled.append(_scale(strand, 100 / value, 0.0))
    return scaled, base


def standardise_strands(strands: Sequence[Strand]) -> tuple[list[Strand], int]:
    """Return every series in standard deviations from its mean, both over the common periods, and how many these are.

    Raises:
        ComparisonError: when too few periods are common, or a series never moves in them.
    """
    common = _common(align(strands))
    if len(common) < FEWEST_TO_STANDARDISE:
        raise ComparisonError("few_common")
    scaled = []
    for strand in strands:
        values = common[strand.key]
        deviation = values.std(ddof=0)
        if not deviation > abs(values.mean()) * 1e-12:
            raise ComparisonError("flat", strand.name)
        scaled.append(_scale(strand, 1 / deviation, -values.mean() / deviation))
    return scaled, len(common)


def _scale(strand: Strand, factor: float, shift: float) -> Strand:
    columns = {name: strand.frame[name] * factor + shift for name in ("obs_value", "lower", "upper")}
    return replace(strand, frame=strand.frame.assign(**columns))


def pearson(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Return the product-moment correlation; None where one of the two never moves."""
    count = len(first)
    means = sum(first) / count, sum(second) / count
    left = [value - means[0] for value in first]
    right = [value - means[1] for value in second]
    size = math.sqrt(sum(value * value for value in left) * sum(value * value for value in right))
    if not size > 1e-12 * max(map(abs, [*first, *second, 1e-300])) ** 2:
        return None
    return max(-1.0, min(1.0, sum(a * b for a, b in zip(left, right, strict=True)) / size))


def correlate(aligned: pd.DataFrame, first: str, second: str) -> Correlation:
    """Return how two columns move together over their common points."""
    pairs = aligned[[first, second]].dropna()
    if len(pairs) < MINIMUM:
        return Correlation(len(pairs))
    ranks, changes = pairs.rank(), pairs.diff().dropna()
    return Correlation(
        len(pairs),
        pearson(pairs[first].tolist(), pairs[second].tolist()),
        pearson(ranks[first].tolist(), ranks[second].tolist()),
        pearson(changes[first].tolist(), changes[second].tolist()),
    )


def find_breaks(strands: Sequence[Strand], since: str) -> Mapping[str, list[str]]:
    """Return the breaks of each series that lie after a period and within the series, by the series' key."""
    found: dict[str, list[str]] = {}
    for strand in strands:
        last = strand.valued["time_period"].map(period_end).max()
        periods = [row.time_period for row in strand.card.breaks if since < period_end(row.time_period) <= last]
        if periods:
            found[strand.key] = periods
    return found
