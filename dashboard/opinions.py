"""The opinion map as Polis draws it: votes in, positions, groups and what each statement divides or unites out.

The method is that of Polis' own calculation: rejected statements are set to zero, a missing vote is the mean of its
statement while the two main axes are found, and each person is placed by their own votes alone, pushed outwards by
the square root of statements over votes. Whoever voted seven times is grouped by k-means, the number of groups by
silhouette. Polis itself groups in two steps and remembers its earlier groups; that history is in no export, so a
stored grouping is reproduced closely and not to the last person. Nothing here knows who anybody is.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

AGREE, DISAGREE, PASS = 1, -1, 0
LEAST_VOTES = 7
"""Votes from which a person is placed in a group."""
FEWEST_PEOPLE = 15
"""Polis fills up to so many with the most active when fewer have voted enough."""
MOST_GROUPS = 5
SILHOUETTE_SAMPLE = 3000
"""People above whom a silhouette is taken from a sample: it compares everybody with everybody."""
STARTS, RERUNS, KEPT = 10, 20, 0.9
"""Random starts of k-means; reruns of the stability test, and the share of statements each rerun keeps."""

SMALL_GROUP, SMALL_BASE = 10, 30
"""People below whom counts are held back, and below whom counts are shown but no percentage."""

Array = np.ndarray


@dataclass(frozen=True)
class Matrix:
    """Votes as a table: people by statements, NaN where nobody voted."""

    people: Array
    statements: Array
    votes: Array

    @property
    def counts(self) -> Array:
        """Return how many votes each person cast."""
        return (~np.isnan(self.votes)).sum(axis=1)


@dataclass(frozen=True)
class Axes:
    """The two main axes: mean vote of each statement, and the weight of each statement on each axis."""

    center: Array
    components: Array
    explained: Array
    """Share of the variance each axis holds."""


@dataclass(frozen=True)
class Grouping:
    """People in groups: −1 for whoever is in none."""

    labels: Array
    silhouettes: dict[int, float]

    @property
    def count(self) -> int:
        """Return the number of groups."""
        return len(set(self.labels[self.labels >= 0]))


def build_matrix(votes: pd.DataFrame) -> Matrix:
    """Return the table of ``voter, statement, vote``; one vote each is expected."""
    people, rows = np.unique(votes["voter"].to_numpy(), return_inverse=True)
    statements, columns = np.unique(votes["statement"].to_numpy(), return_inverse=True)
    table = np.full((len(people), len(statements)), np.nan)
    table[rows, columns] = votes["vote"].to_numpy(dtype=float)
    return Matrix(people, statements, table)


def zero_out(matrix: Matrix, rejected: Sequence[int]) -> Array:
    """Return the votes with every rejected statement set to zero for everybody, as Polis does."""
    votes = matrix.votes.copy()
    votes[:, np.isin(matrix.statements, list(rejected))] = 0.0
    return votes


def find_axes(votes: Array) -> Axes:
    """Return the two main axes; a missing vote counts as the statement's mean. The sign of an axis is arbitrary."""
    known = ~np.isnan(votes)
    center = np.where(known, votes, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    centred = np.where(known, votes - center, 0.0)
    values, vectors = np.linalg.eigh(centred.T @ centred)
    components = np.zeros((2, votes.shape[1]))
    size = min(2, votes.shape[1])
    components[:size] = vectors[:, ::-1].T[:size]
    # The largest weight points to the right and up, so that the same votes always give the same picture.
    for row in components:
        row *= -1 if row[np.abs(row).argmax()] < 0 else 1
    explained = np.zeros(2)
    explained[:size] = values[::-1][:size] / max(values.sum(), 1e-12)
    return Axes(center, components, np.clip(explained, 0, 1))


def place_people(votes: Array, axes: Axes) -> Array:
    """Return each person's position from the votes they cast, scaled by √(statements / votes)."""
    known = ~np.isnan(votes)
    scale = np.sqrt(votes.shape[1] / np.maximum(known.sum(axis=1), 1))
    return np.where(known, votes - axes.center, 0.0) @ axes.components.T * scale[:, None]


def place_statements(axes: Axes) -> Array:
    """Return each statement's position: where somebody would stand whose only vote agrees with it."""
    return (axes.components * (AGREE - axes.center) * np.sqrt(len(axes.center))).T


def choose_people(matrix: Matrix) -> Array:
    """Return which people take part in the grouping: seven votes, or the most active when they are too few."""
    counts = matrix.counts
    chosen = counts >= min(LEAST_VOTES, len(matrix.statements))
    if chosen.sum() < FEWEST_PEOPLE:
        chosen[np.argsort(-counts, kind="stable")[:FEWEST_PEOPLE]] = True
    return chosen


def _cluster(positions: Array, count: int, starts: int = STARTS) -> Array:
    from sklearn import cluster
    from threadpoolctl import threadpool_limits

    maker: Any = cluster.KMeans  # the package has no types
    # So few points are grouped faster by one thread than several wait for each other.
    with threadpool_limits(1):
        return maker(count, n_init=starts, random_state=0).fit(positions).labels_


def find_groups(positions: Array, chosen: Array, count: int | None = None) -> Grouping:
    """Return the groups of the chosen people; their number by silhouette unless it is given.

    People who all stand in one place are one group.
    """
    from sklearn.metrics import silhouette_score

    points = positions[chosen]
    labels = np.full(len(positions), -1)
    distinct = len(np.unique(points.round(9), axis=0))
    tried: dict[int, tuple[float, Array]] = {}
    most = min(MOST_GROUPS, 2 + len(points) // 12, distinct - 1)
    wanted = range(2, most + 1) if count is None else range(count, min(count, most) + 1)
    for number in wanted:
        found = _cluster(points, number)
        sample = min(SILHOUETTE_SAMPLE, len(points))
        score = silhouette_score(points, found, sample_size=sample, random_state=0)
        tried[number] = float(score), found
    if not tried:
        labels[chosen] = 0
        return Grouping(labels, {})
    best = max(tried, key=lambda number: tried[number][0])
    labels[chosen] = order_groups(tried[best][1])
    return Grouping(labels, {number: score for number, (score, _) in tried.items()})


def order_groups(labels: Array) -> Array:
    """Return labels numbered by size, the largest group 0."""
    names, sizes = np.unique(labels, return_counts=True)
    ranks = {name: place for place, name in enumerate(names[np.argsort(-sizes, kind="stable")])}
    return np.array([ranks[label] for label in labels], dtype=int)


def measure_same(first: Array, second: Array) -> float:
    """Return the share of people in the same group when the names of the second grouping are matched to the first."""
    ones, twos = np.unique(first), np.unique(second)
    if len(ones) > len(twos):
        ones, twos, first, second = twos, ones, second, first
    table = np.array([[np.sum((first == one) & (second == two)) for two in twos] for one in ones])
    rows = np.arange(len(ones))
    best = max(table[rows, list(order)].sum() for order in itertools.permutations(range(len(twos)), len(ones)))
    return float(best / len(first)) if len(first) else float("nan")


def measure_stability(votes: Array, chosen: Array, labels: Array) -> float:
    """Return the mean share of people who keep their group when a random tenth of the statements is left out."""
    count = len(set(labels[chosen]))
    if count < 2 or votes.shape[1] < 10:
        return float("nan")
    random = np.random.default_rng(0)
    shares = []
    for _ in range(RERUNS):
        kept = np.sort(random.choice(votes.shape[1], int(votes.shape[1] * KEPT), replace=False))
        points = place_people(votes[:, kept], find_axes(votes[:, kept]))[chosen]
        shares.append(measure_same(labels[chosen], _cluster(points, count, starts=3)))
    return float(np.mean(shares))


def count_votes(matrix: Matrix, labels: Array) -> pd.DataFrame:
    """Return agree, disagree and passed for each statement and group; group −1 is everybody who voted."""
    frames = []
    for group in [-1, *sorted(set(labels[labels >= 0]))]:
        part = matrix.votes if group == -1 else matrix.votes[labels == group]
        kinds = {"agree": AGREE, "disagree": DISAGREE, "passed": PASS}
        counts = {name: (part == value).sum(axis=0) for name, value in kinds.items()}
        frames.append(pd.DataFrame({"statement": matrix.statements, "group": group, **counts}))
    table = pd.concat(frames, ignore_index=True)
    return table.assign(voters=table["agree"] + table["disagree"] + table["passed"])


def hide_small(cells: pd.DataFrame, everybody: Mapping[int, int], *, group_held_back: bool) -> pd.Series:
    """Return which counts of a group on a statement are held back.

    These are the counts under ten voters. Where what is held back could be found by taking the shown groups from
    everybody's votes, and fewer than ten people cast it, the smallest shown count is held back beside it.

    Args:
        cells: ``number`` of the statement and ``voters``, one row for each shown group.
        everybody: number → voters of all groups and of none.
        group_held_back: whether a whole group is not among the cells.
    """
    hidden = cells["voters"] < SMALL_GROUP
    for number, part in cells.groupby("number"):
        shown = part[~hidden[part.index]]
        rest = everybody[int(str(number))] - int(shown["voters"].sum())
        if len(shown) and 0 < rest < SMALL_GROUP and (group_held_back or len(shown) < len(part)):
            hidden |= cells.index == shown["voters"].idxmin()
    return hidden


def measure_consensus(counts: pd.DataFrame) -> pd.DataFrame:
    """Return for each statement how far all groups agree, how far all disagree, and how far they are apart.

    The first two are Polis' group-aware consensus: the product over groups of (votes + 1) / (voters + 2). ``gap`` is
    the distance in percentage points between the groups with the highest and the lowest share of agreement.
    """
    grouped = counts[counts["group"] >= 0]
    agree = ((grouped["agree"] + 1) / (grouped["voters"] + 2)).groupby(grouped["statement"]).prod()
    against = ((grouped["disagree"] + 1) / (grouped["voters"] + 2)).groupby(grouped["statement"]).prod()
    share = (grouped["agree"] / grouped["voters"].where(grouped["voters"] > 0) * 100).groupby(grouped["statement"])
    gap = (share.max() - share.min()).where(share.count() > 1)
    return pd.DataFrame({"consensus_agree": agree, "consensus_disagree": against, "gap": gap})


def score_representative(counts: pd.DataFrame) -> pd.Series:
    """Return how strongly a group's agreement differs from everybody else's: z of two proportions, Polis' way.

    One vote is added to each side, so that a handful of votes cannot look like certainty.
    """
    grouped = counts[counts["group"] >= 0]
    whole = grouped.groupby("statement")[["agree", "voters"]].transform("sum")
    mine, voters = grouped["agree"] + 1, grouped["voters"] + 1
    others, rest = whole["agree"] - grouped["agree"] + 1, whole["voters"] - grouped["voters"] + 1
    pooled = (mine + others) / (voters + rest)
    spread = np.sqrt(pooled * (1 - pooled) * (1 / voters + 1 / rest))
    z = (mine / voters - others / rest) / spread.where(spread > 0)
    return z.fillna(0.0).reindex(counts.index)


def measure_inequality(counts: Array) -> float:
    """Return the Gini coefficient of votes a person cast: 0 when all cast the same number, near 1 when one cast all."""
    ordered = np.sort(counts.astype(float))
    size = len(ordered)
    if not size or ordered.sum() == 0:
        return float("nan")
    return float((2 * np.arange(1, size + 1) - size - 1) @ ordered / (size * ordered.sum()))


def share_out(counts: Array, steps: int = 10) -> list[tuple[int, float]]:
    """Return (percent of voters, percent of votes they cast), the least active first: a Lorenz curve."""
    ordered = np.sort(counts.astype(float))
    sums = np.concatenate([[0.0], ordered.cumsum()])
    where = [len(ordered) * step / steps for step in range(steps + 1)]
    whole = sums[-1] or 1.0
    return [
        (100 * step // steps, float(np.interp(place, np.arange(len(sums)), sums) / whole * 100))
        for step, place in enumerate(where)
    ]
