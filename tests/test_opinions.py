import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from polis_samples import make_votes

from dashboard import opinions
from dashboard.opinions import Axes, Matrix


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    """Hold a consultation of two groups of 40 and 25."""
    return opinions.build_matrix(long(make_votes()["votes"]))


def long(votes: pd.DataFrame) -> pd.DataFrame:
    return votes.rename(columns={"voter-id": "voter", "comment-id": "statement"})


def place_slowly(votes: np.ndarray, axes: Axes) -> list[list[float]]:
    """Place people vote by vote: a second, obvious implementation of Polis' projection."""
    placed = []
    for row in votes:
        cast, where = 0, [0.0, 0.0]
        for statement, vote in enumerate(row):
            if not math.isnan(vote):
                cast += 1
                for axis in (0, 1):
                    where[axis] += (vote - axes.center[statement]) * axes.components[axis][statement]
        placed.append([part * math.sqrt(len(row) / max(cast, 1)) for part in where])
    return placed


def test_the_table_of_votes_holds_every_vote(matrix: Matrix) -> None:
    votes = make_votes()["votes"]
    assert matrix.votes.shape == (65, 30)
    assert matrix.counts.sum() == len(votes)
    for row in votes.sample(50, random_state=0).itertuples():
        person = list(matrix.people).index(row[2])
        assert matrix.votes[person, list(matrix.statements).index(row[3])] == row[4]


def test_people_stand_where_the_slow_way_puts_them(matrix: Matrix) -> None:
    axes = opinions.find_axes(matrix.votes)
    assert opinions.place_people(matrix.votes, axes) == pytest.approx(np.array(place_slowly(matrix.votes, axes)))


def test_the_axes_are_the_principal_components_of_votes_with_gaps_at_the_mean(matrix: Matrix) -> None:
    axes = opinions.find_axes(matrix.votes)
    means = np.nanmean(matrix.votes, axis=0)
    filled = np.where(np.isnan(matrix.votes), means, matrix.votes) - means
    _, sizes, vectors = np.linalg.svd(filled, full_matrices=False)
    assert axes.center == pytest.approx(means)
    for mine, theirs in zip(axes.components, vectors[:2], strict=True):
        assert abs(mine @ theirs) == pytest.approx(1)
        assert mine[np.abs(mine).argmax()] > 0
    assert axes.explained == pytest.approx((sizes**2 / (sizes**2).sum())[:2])


def test_few_votes_are_pushed_outwards_by_the_root_of_statements_over_votes() -> None:
    axes = Axes(np.zeros(4), np.array([[1.0, 0, 0, 0], [0, 1, 0, 0]]), np.array([0.5, 0.5]))
    one, all_four = opinions.place_people(np.array([[1, np.nan, np.nan, np.nan], [1, 0, 0, 0]]), axes)
    assert one == pytest.approx([2, 0])
    assert all_four == pytest.approx([1, 0])


def test_a_statement_stands_where_somebody_would_who_only_agrees_with_it(matrix: Matrix) -> None:
    axes = opinions.find_axes(matrix.votes)
    lone = np.full((1, 30), np.nan)
    lone[0, 11] = opinions.AGREE
    assert opinions.place_statements(axes)[11] == pytest.approx(opinions.place_people(lone, axes)[0])


def test_rejected_statements_count_as_zero_for_everybody(matrix: Matrix) -> None:
    votes = opinions.zero_out(matrix, [28, 29])
    assert (votes[:, 28:] == 0).all()
    assert np.array_equal(votes[:, :28], matrix.votes[:, :28], equal_nan=True)
    assert opinions.find_axes(votes).components[:, 28:] == pytest.approx(0)


def test_planted_groups_are_found_and_stand_apart(matrix: Matrix) -> None:
    positions = opinions.place_people(matrix.votes, opinions.find_axes(matrix.votes))
    found = opinions.find_groups(positions, opinions.choose_people(matrix))
    planted = np.repeat([0, 1], [40, 25])
    assert found.count == 2
    assert opinions.measure_same(planted, found.labels) == 1
    assert list(found.labels) == list(planted), "the largest group comes first"
    assert found.silhouettes[2] == max(found.silhouettes.values()) > 0.5
    assert opinions.measure_stability(matrix.votes, opinions.choose_people(matrix), found.labels) > 0.95


def test_a_given_number_of_groups_is_made(matrix: Matrix) -> None:
    positions = opinions.place_people(matrix.votes, opinions.find_axes(matrix.votes))
    assert opinions.find_groups(positions, opinions.choose_people(matrix), 3).count == 3


def test_people_who_all_vote_alike_are_one_group() -> None:
    votes = np.ones((30, 12))
    positions = opinions.place_people(votes, opinions.find_axes(votes))
    found = opinions.find_groups(positions, np.ones(30, dtype=bool))
    assert found.count == 1
    assert found.silhouettes == {}


@pytest.mark.parametrize(
    ("counts", "chosen"),
    [([7] * 20 + [6] * 5, 20), ([9] * 3 + [2] * 30, 15), ([1] * 4, 4)],
    ids=["seven votes", "filled up to fifteen", "fewer than fifteen"],
)
def test_who_is_grouped(counts: list[int], chosen: int) -> None:
    votes = np.full((len(counts), 12), np.nan)
    for row, count in enumerate(counts):
        votes[row, :count] = 1
    found = opinions.choose_people(Matrix(np.arange(len(counts)), np.arange(12), votes))
    assert found.sum() == chosen
    assert min(np.array(counts)[found]) >= max(
        [count for count, kept in zip(counts, found, strict=True) if not kept] or [0]
    )


@settings(max_examples=25)
@given(
    arrays.arrays(
        float,
        st.tuples(st.integers(1, 40), st.integers(1, 14)),
        elements=st.sampled_from([-1.0, 0.0, 1.0, math.nan]),
    )
)
def test_any_votes_give_a_place_and_a_group_or_none(votes: np.ndarray) -> None:
    matrix = Matrix(np.arange(len(votes)), np.arange(votes.shape[1]), votes)
    axes = opinions.find_axes(votes)
    positions = opinions.place_people(votes, axes)
    chosen = opinions.choose_people(matrix)
    assert np.isfinite(positions).all()
    assert np.isfinite(axes.components).all()
    labels = opinions.find_groups(positions, chosen).labels
    assert set(labels[~chosen]) <= {-1}
    assert labels[chosen].min() == 0
    sizes = np.bincount(labels[chosen])
    assert list(sizes) == sorted(sizes, reverse=True)
    assert len(sizes) <= opinions.MOST_GROUPS
    counts = opinions.count_votes(matrix, labels)
    assert counts[counts["group"] == -1]["voters"].sum() == matrix.counts.sum()
    assert np.isfinite(opinions.score_representative(counts)[counts["group"] >= 0]).all()


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30), st.permutations([0, 1, 2, 3]))
def test_names_of_groups_do_not_matter(labels: list[int], names: list[int]) -> None:
    first = np.array(labels)
    assert opinions.measure_same(first, np.array([names[label] for label in labels])) == 1


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=12))
def test_the_share_of_the_same_is_the_best_of_all_ways_to_match_the_names(pairs: list[tuple[int, int]]) -> None:
    first, second = (np.array(column) for column in zip(*pairs, strict=True))
    best = max(sum(order[one] == two for one, two in pairs) / len(pairs) for order in itertools.permutations(range(3)))
    assert opinions.measure_same(first, second) == pytest.approx(best)


def test_consensus_is_the_product_over_groups_and_the_gap_lies_between_the_furthest() -> None:
    rows = [(5, -1, 9, 1, 0), (5, 0, 8, 0, 0), (5, 1, 1, 1, 0), (6, -1, 0, 4, 0), (6, 0, 0, 2, 0), (6, 1, 0, 2, 0)]
    counts = pd.DataFrame(rows, columns=["statement", "group", "agree", "disagree", "passed"])
    counts["voters"] = counts["agree"] + counts["disagree"] + counts["passed"]
    found = opinions.measure_consensus(counts)
    assert found.loc[5, "consensus_agree"] == pytest.approx(9 / 10 * 2 / 4)
    assert found.loc[6, "consensus_disagree"] == pytest.approx(3 / 4 * 3 / 4)
    assert found.loc[5, "gap"] == pytest.approx(50)
    assert found.loc[6, "gap"] == 0


def test_a_group_that_agrees_more_than_the_others_has_a_high_z(matrix: Matrix) -> None:
    counts = opinions.count_votes(matrix, np.repeat([0, 1], [40, 25]))
    counts["z"] = opinions.score_representative(counts)
    for group in (0, 1):
        part = counts[(counts["group"] == group) & (counts["statement"] >= 6)]
        share = part["agree"] / part["voters"]
        assert (part[share > 0.7]["z"] > 2).all()
        assert (part[share < 0.3]["z"] < -2).all()
    agreed = counts[(counts["group"] >= 0) & (counts["statement"] < 6)]
    assert agreed["z"].abs().max() < 3


@pytest.mark.parametrize(
    ("counts", "gini"), [([5, 5, 5, 5], 0), ([0, 0, 0, 8], 0.75), ([1, 3], 0.25)], ids=["equal", "one", "two"]
)
def test_inequality_of_votes(counts: list[int], gini: float) -> None:
    assert opinions.measure_inequality(np.array(counts)) == pytest.approx(gini)


@given(st.lists(st.integers(1, 200), min_size=1, max_size=60))
def test_shares_of_votes_rise_from_nothing_to_all_and_never_above_equality(counts: list[int]) -> None:
    shares = opinions.share_out(np.array(counts))
    assert [voters for voters, _ in shares] == list(range(0, 101, 10))
    values = [votes for _, votes in shares]
    assert values[0] == 0
    assert values[-1] == pytest.approx(100)
    assert values == sorted(values)
    assert all(votes <= voters + 1e-9 for voters, votes in shares)
