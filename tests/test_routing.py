"""Routing: the order of each strategy against slow loops, threshold learning in closed form, bad input."""

import tracemalloc
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse, stats

from helpers.routing import STRATEGIES, route


def seeded(seed=0):
    return np.random.default_rng(seed)


def pool(n=200, classes=4, columns=3, seed=0):
    rng = seeded(seed)
    return rng.dirichlet(np.ones(classes), size=n), rng.normal(size=(n, columns))


def away(X, Y):
    return np.sqrt(((X[:, None] - Y) ** 2).sum(axis=2))


# What each strategy chooses


def test_margin_is_the_distance_between_the_two_most_likely():
    p, _ = pool()
    best = np.sort(p, axis=1)
    assert route(p, 200).tolist() == np.argsort(best[:, -1] - best[:, -2], kind="stable").tolist()


def test_entropy_is_that_of_scipy():
    p, _ = pool()
    p[7] = [0, 0, 1, 0]
    assert route(p, 200, "entropy").tolist() == np.argsort(-stats.entropy(p, axis=1), kind="stable").tolist()
    assert route(p, 200, "entropy")[-1] == 7, "certainty comes last"


def test_with_two_classes_margin_and_entropy_agree_and_with_more_they_need_not():
    p, _ = pool(classes=2)
    assert route(p, 50).tolist() == route(p, 50, "entropy").tolist()
    assert route([[0.5, 0.5, 0], [0.4, 0.3, 0.3]], 1).tolist() == [0]
    assert route([[0.5, 0.5, 0], [0.4, 0.3, 0.3]], 1, "entropy").tolist() == [1]


@pytest.mark.parametrize("kind", [np.array, sparse.csr_array, sparse.csc_matrix, sparse.coo_array, pd.DataFrame])
@pytest.mark.parametrize("given", [0, 1, 100])
def test_diverse_against_a_slow_loop(kind, given):
    p, X = pool()
    known = seeded(9).normal(size=(given, 3))
    far = away(X, known).min(axis=1) if given else None
    expected = [] if given else [route(p, 1)[0]]
    while len(expected) < 30:
        near = away(X, X[expected]).min(axis=1) if expected else np.inf
        expected.append(int(np.argmax(near if far is None else np.minimum(near, far))))
    found = route(p, 30, "diverse", kind(X), labelled=kind(known) if given else None)
    assert found.tolist() == expected


def test_the_radius_is_at_most_twice_the_smallest_possible():
    for seed in range(20):
        p, X = pool(n=12, columns=2, seed=seed)
        away_from = away(X, X)
        best = min(away_from[:, list(some)].min(axis=1).max() for some in combinations(range(12), 3))
        assert away_from[:, route(p, 3, "diverse", X)].min(axis=1).max() <= 2 * best


def test_diverse_looks_at_no_probability_after_the_first_item():
    p, X = pool()
    first = route(p, 1)[0]
    sure = np.tile([1.0, 0, 0, 0], (200, 1))
    sure[first] = p[first]
    assert route(sure, 20, "diverse", X).tolist() == route(p, 20, "diverse", X).tolist()


def test_diverse_far_from_zero_and_with_one_far_item():
    p, X = pool()
    expected = route(p, 20, "diverse", X).tolist()
    assert route(p, 20, "diverse", X + 1e7).tolist() == expected
    X[3] = 1e7
    found = route(p, 20, "diverse", X).tolist()
    assert 3 in found[:2] and len(set(found) & set(expected)) >= 15
    assert route(p, 20, "diverse", X[:, :1].astype(np.float32)).dtype == np.intp


def test_random_gives_each_item_the_same_chance_in_any_order():
    rng, p = seeded(), np.full((5, 2), 0.5)
    draws = np.array([route(p, 2, "random", rng=rng) for _ in range(5000)])
    assert stats.chisquare(np.bincount(draws[:, 0])).pvalue > 0.001
    assert stats.chisquare(np.bincount(draws.ravel())).pvalue > 0.001
    assert (draws[:, 0] != draws[:, 1]).all()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_chooses_each_item_once_and_repeats_itself(strategy):
    p, X = pool()
    before = p.copy(), X.copy()
    for budget in (1, 37, 200):
        found, again = (route(p, budget, strategy, X, seeded(3)) for _ in range(2))
        assert found.tolist() == again.tolist()
        assert len(set(found.tolist())) == len(found) == budget
        assert 0 <= found.min() <= found.max() < 200
    np.testing.assert_array_equal(p, before[0])
    np.testing.assert_array_equal(X, before[1])


@pytest.mark.parametrize("strategy", ["margin", "entropy", "diverse"])
def test_stopping_early_does_the_most_urgent_part(strategy):
    p, X = pool()
    assert route(p, 80, strategy, X)[:20].tolist() == route(p, 20, strategy, X).tolist()


def test_unsure_and_diverse_as_the_docstring_says():
    p, X = pool()
    rows = route(p, 0.2)
    both = rows[route(p[rows], 10, "diverse", X[rows])]
    assert set(both) <= set(route(p, 40)) and both[0] == route(p, 1)[0]


# Ties


def test_ties_go_by_position():
    p = np.tile([[0.2, 0.3, 0.5], [0.3, 0.5, 0.2], [0.5, 0.2, 0.3]], (4, 1))
    for strategy in ("margin", "entropy"):
        assert route(p, 12, strategy).tolist() == [*range(12)]
    assert route([[0.4, 0.6], [0.6, 0.4], [1 - 0.6, 0.6]], 3).tolist() == [0, 1, 2], "0.2 by two roundings"


@pytest.mark.parametrize("kind", [np.array, sparse.csr_array])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, int])
def test_copies_come_after_all_others_and_by_position(kind, dtype):
    X = kind(np.array([[3, 1], [3, 1], [7, 7], [3, 1], [0, 5], [7, 7]], dtype=dtype))
    assert route(np.full((6, 2), 0.5), 6, "diverse", X).tolist() == [0, 2, 4, 1, 3, 5]


def test_equal_distances_on_a_grid_go_by_position():
    grid = np.array([[x, y] for x in range(-5, 6) for y in range(-5, 6)]) / 7 + 100
    p = np.full((121, 2), 0.5)
    p[60] = [0.5, 0.5]
    p[:60], p[61:] = [0.9, 0.1], [0.9, 0.1]
    assert route(p, 5, "diverse", grid).tolist() == [60, 0, 10, 110, 120]


# What it is for


def test_threshold_learning_meets_both_closed_forms():
    """Binary search misses by 2^-(n + 2) on average, random labels by 1 / (2 (n + 2)) (ground truth 20)."""
    rng, n, x = seeded(1), 6, np.linspace(0, 1, 4097)[1::2]
    routed, drawn = [], []
    for theta in rng.random(600):
        low, high = 0.0, 1.0
        for _ in range(n):  # the threshold lies between low and high, anywhere as likely
            yes = np.clip((x - low) / (high - low), 0, 1)
            asked = x[route(np.column_stack([1 - yes, yes]), 1)[0]]
            low, high = (low, asked) if asked > theta else (asked, high)
        routed.append(abs(theta - (low + high) / 2))
        asked = x[route(np.full((len(x), 2), 0.5), n, "random", rng=rng)]
        low, high = max(asked[asked <= theta], default=0), min(asked[asked > theta], default=1)
        drawn.append(abs(theta - (low + high) / 2))
    for errors, expected in ((routed, 2 ** -(n + 2)), (drawn, 1 / (2 * (n + 2)))):
        assert np.mean(errors) == pytest.approx(expected, abs=4 * np.std(errors) / np.sqrt(600))
    assert np.mean(routed) < np.mean(drawn) / 10


def test_accuracy_on_a_routed_batch_is_biased_and_on_an_audit_it_is_not():
    """As the top of the file says, for a model whose probabilities are true."""
    rng = seeded(2)
    p = rng.dirichlet([0.5, 0.5], size=20_000)
    right = rng.random(20_000) < p.max(axis=1)
    truth = right.mean()
    batch = route(p, 1000)
    assert right[batch].mean() < truth - 0.2
    assert right[np.setdiff1d(np.arange(20_000), batch)].mean() > truth + 0.005, "what is left over: the other way"
    audits = [right[route(p, 200, "random", rng=rng)].mean() for _ in range(400)]
    assert np.mean(audits) == pytest.approx(truth, abs=4 * np.std(audits) / 20)
    assert 1.96 * np.std(audits) == pytest.approx(1.96 * np.sqrt(truth * (1 - truth) / 200), rel=0.15)
    assert 1.96 * np.sqrt(0.9 * 0.1 / 200) == pytest.approx(0.04, abs=0.005), "200 items at .9: 4 points"


def test_sparse_features_are_never_made_dense():
    rng = seeded()
    place = np.repeat(np.arange(20_000), 10), rng.integers(50_000, size=200_000)
    X = sparse.csr_array((rng.random(200_000), place), shape=(20_000, 50_000))
    p = rng.dirichlet([1, 1], size=20_000)
    tracemalloc.start()
    found = route(p, 20, "diverse", X, labelled=X[:200])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(set(found.tolist())) == 20
    assert peak < 100e6, "dense it would take 8 GB"


# Budgets and tables


@pytest.mark.parametrize(
    ("budget", "count"),
    [(1, 1), (1.0, 100), (100, 100), (0.29, 29), (0.155, 15), (np.int64(3), 3), (np.float32(0.1), 10), (0.01, 1)],
)
def test_budget_as_number_and_as_share(budget, count):
    assert len(route(pool(100)[0], budget)) == count


def test_a_table_gets_its_labels_back():
    p, X = pool(4)
    table = pd.DataFrame(p, index=["d", "b", "c", "a"], columns=list("wxyz"))
    for strategy in STRATEGIES:
        positions = route(p, 3, strategy, X, seeded())
        labels = route(table, 3, strategy, pd.DataFrame(X, table.index), seeded())
        assert isinstance(labels, pd.Index) and labels.tolist() == table.index[positions].tolist()
        assert table.loc[labels].shape == (3, 4)
    assert route(table, 2, "diverse", X).tolist() == table.index[route(p, 2, "diverse", X)].tolist()


def test_rounded_and_float32_probabilities():
    p, _ = pool()
    assert route(p.astype(np.float32), 5).tolist() == route(p, 5).tolist()
    assert route([[-1e-12, 1 + 1e-12], [0.5, 0.5]], 2).tolist() == [1, 0]
    assert route([[1, 0], [0, 1]], 2, "entropy").tolist() == [0, 1], "whole numbers, and no NaN from 0 log 0"


# Bad input

P = [[0.5, 0.5], [0.1, 0.9], [0.7, 0.3]]


@pytest.mark.parametrize(
    ("budget", "words"),
    [
        (4, r"from 1 to the 3 items of the pool, .* got 4\. For all that there are: min\(4, 3\)"),
        (0, r"got 0\. With nothing to spend, don't call it"),
        (-2, "got -2"),
        (0.0, r"got 0\.0"),
        (-0.5, r"got -0\.5"),
        (1.5, r"got 1\.5\. For a number of items: int\(1\.5\)"),
        (float("nan"), "got nan"),
        (float("inf"), "got inf"),
        (0.1, "0.1 of 3 is less than one item"),
    ],
)
def test_a_budget_that_cannot_be_spent(budget, words):
    with pytest.raises(ValueError, match=words):
        route(P, budget)


@pytest.mark.parametrize("budget", [None, "10%", True, [1], 1j])
def test_a_budget_that_is_no_number(budget):
    with pytest.raises(TypeError, match="budget must be a whole number"):
        route(P, budget)


@pytest.mark.parametrize(
    ("probabilities", "words"),
    [
        ([], "have an item or more.*left in the pool"),
        (np.empty((0, 3)), "have an item or more"),
        (pd.DataFrame(columns=["no", "yes"]), "have an item or more"),
        ([0.2, 0.8], r"column for each class; got \(2,\)\. .*column_stack\(\[1 - p, p\]\)"),
        (pd.Series([0.2, 0.8]), "column for each class"),
        ([[0.2], [0.8]], r"got \(2, 1\)"),
        (np.full((2, 2, 2), 0.5), r"got \(2, 2, 2\)"),
        ([[0.5, 0.5], [0.5, np.nan]], "row 1 has nan in column 1"),
        ([[0.5, None]], "row 0 has nan in column 1"),
        (pd.DataFrame({"a": pd.array([None], dtype="Float64"), "b": [0.5]}), "row 0 has nan in column 0"),
        ([[0.5, 0.5], [-0.1, 1.1]], r"row 1 has -0\.1 in column 0\. .* Scores or logits"),
        ([[0.5, 0.5], [0.5, 0.6], [1, 1]], "row 1 sums to 1.1, and 2 of 3 rows are off"),
        ([[0.33, 0.33, 0.33]], r"If they were rounded: p / p\.sum"),
        ([[0, 0]], "row 0 sums to 0"),
        (pd.DataFrame([[0.5, 0.5]] * 2, index=["a", "a"]), "'a' is there twice"),
    ],
)
def test_probabilities_that_are_none(probabilities, words):
    with pytest.raises(ValueError, match=f"probabilities must .*{words}"):
        route(probabilities, 1)


@pytest.mark.parametrize(
    "probabilities",
    [[["a", "b"]], [["0.5", "0.5"]], [[0.5, 0.5], [1]], [[0.5, 0.5j]], None, "ab", sparse.csr_array([[0.5, 0.5]])],
)
def test_probabilities_that_are_no_numbers(probabilities):
    with pytest.raises((TypeError, ValueError), match="probabilities must "):
        route(probabilities, 1)


@pytest.mark.parametrize("strategy", ["Margin", "kcenter", None, 3, ["margin"]])
def test_an_unknown_strategy(strategy):
    with pytest.raises(ValueError, match="strategy must be one of margin, entropy, diverse, random; got"):
        route(P, 1, strategy)


@pytest.mark.parametrize("rng", [None, 0, np.random.RandomState(0), np.random])
def test_random_without_a_generator(rng):
    with pytest.raises(TypeError, match="rng must be a numpy"):
        route(P, 1, "random", rng=rng)


@pytest.mark.parametrize(
    ("features", "words"),
    [
        ([[1], [2]], "a row for each item; got 2 for 3 items"),
        (sparse.csr_array((2, 5)), "got 2 for 3 items"),
        ([1, 2, 3], r"X\.reshape\(-1, 1\)"),
        (np.zeros((3, 2, 2)), r"X\.reshape\(len\(X\), -1\)"),
        ([[1.0], [np.nan], [2.0]], "row 1 has a gap"),
        ([[1.0], [2.0], [np.inf]], "row 2 has a gap or an infinite number"),
        (sparse.csr_array([[0, 1.0], [0, 0], [np.nan, 0]]), "row 2 has a gap"),
        (np.zeros((3, 0)), "have a column or more"),
        ([[1e200], [1.0], [2.0]], "row . is too large. Scale"),
        (pd.DataFrame([[1], [2], [3]], index=["a", "a", "b"]), "'a' is there twice"),
    ],
)
def test_features_that_do_not_fit(features, words):
    with pytest.raises(ValueError, match=f"features must .*{words}"):
        route(P, 2, "diverse", features)


@pytest.mark.parametrize("features", [None, [["a"], ["b"], ["c"]], [[1], [2, 3], [4]]])
def test_features_that_are_none(features):
    with pytest.raises(TypeError, match="features must "):
        route(P, 2, "diverse", features)


def test_features_in_another_order_than_probabilities():
    p = pd.DataFrame(P, index=["a", "b", "c"])
    with pytest.raises(ValueError, match=r"at place 1 it has 'c', they have 'b'. Use features.loc"):
        route(p, 1, "diverse", pd.DataFrame([[1], [2], [3]], index=["a", "c", "b"]))


def test_labelled_that_does_not_fit():
    with pytest.raises(ValueError, match="labelled must have the 1 columns of features; it has 2"):
        route(P, 1, "diverse", [[1], [2], [3]], labelled=[[1, 2]])
    with pytest.raises(TypeError, match="must both be sparse, or neither"):
        route(P, 1, "diverse", [[1], [2], [3]], labelled=sparse.csr_array([[1]]))
    with pytest.raises(ValueError, match="labelled must be finite"):
        route(P, 1, "diverse", [[1], [2], [3]], labelled=[[np.nan]])


def test_ratings_are_told_another_way():
    with pytest.raises(ValueError, match=r"Ratings have no probabilities: take ratings\.abs\(\)\.nsmallest\(budget\)"):
        route([[-1, 2], [0, 1]], 1)
