"""Random halves of raters, and the items on which raters differ most."""

import numpy as np
import pandas as pd

from helpers.course.datasets import rated_by_both
from helpers.course.raters import halves, most_split


def test_halves_hold_every_rating_once():
    people = rated_by_both()[1]["people"]
    first, second = halves(people, np.random.default_rng(0))
    together = pd.concat([first, second])
    pd.testing.assert_frame_equal(together[people.columns].sort_index(), people)
    sizes = together.groupby("item").size()
    assert (first.groupby("item").size() == sizes // 2).all()
    for half in (first, second):
        numbered = half.groupby("item")["place"].agg(["min", "max", "nunique", "size"])
        assert (numbered["min"] == 0).all() and (numbered["max"] + 1 == numbered["size"]).all()
        assert (numbered["nunique"] == numbered["size"]).all()


def test_halves_are_drawn_at_random_and_leave_the_table_alone():
    people = rated_by_both()[1]["people"]
    before = people.copy()
    draws = [set(halves(people, np.random.default_rng(seed))[0].index) for seed in (0, 0, 1)]
    assert draws[0] == draws[1] != draws[2]
    pd.testing.assert_frame_equal(people, before)


def test_most_split_are_the_items_of_largest_variance():
    people = rated_by_both()[1]["people"]
    found = most_split(people, 60, np.random.default_rng(0))
    variance = people.groupby("item")["rating"].var()
    assert len(found) == 60
    assert variance[list(found)].min() >= variance.drop(list(found)).max() - 1e-8


def test_ties_are_broken_at_random():
    """A machine that never differs from itself must find what chance finds, not the first items of the table."""
    same = pd.DataFrame({"item": np.repeat(range(300), 2), "rater": [1, 2] * 300, "rating": 0})
    rng = np.random.default_rng(0)
    hits = [len(most_split(same, 60, rng) & set(range(60))) for _ in range(200)]
    assert 11 < np.mean(hits) < 13
