"""Random halves of raters, and the items on which raters differ most."""

import numpy as np
import pandas as pd
import pytest

from helpers.course.datasets import rated_by_both
from helpers.course.raters import after_review, draw_raters, halves, most_split


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


def test_drawn_raters_are_ratings_of_the_item_each_at_most_once():
    table = pd.DataFrame({"item": np.repeat(["a", "b"], 5), "rater": range(10), "rating": range(10)})
    drawn = draw_raters(table, ["b", "a"], 5, np.random.default_rng(0))
    assert list(drawn.index) == ["b", "a"]
    assert sorted(drawn.loc["a"]) == [0, 1, 2, 3, 4] and sorted(drawn.loc["b"]) == [5, 6, 7, 8, 9]


def test_every_rating_is_drawn_as_often():
    table = pd.DataFrame({"item": "a", "rater": range(4), "rating": range(4)})
    rng = np.random.default_rng(0)
    counts = np.bincount([draw_raters(table, ["a"], 1, rng).iloc[0, 0] for _ in range(400)])
    assert counts.min() > 70


def test_more_raters_than_there_are_get_a_sentence():
    table = pd.DataFrame({"item": list("aab"), "rater": range(3), "rating": [1, 2, 3]})
    with pytest.raises(ValueError, match="count must be at most"):
        draw_raters(table, ["a", "b"], 2, np.random.default_rng(0))
    with pytest.raises(ValueError, match="count must be at most"):
        draw_raters(table, ["a", "b"], 3, np.random.default_rng(0))


def test_only_ratings_near_zero_are_reviewed():
    machine = pd.Series({"a": -3, "b": -1, "c": 0, "d": 1, "e": 2})
    people = pd.DataFrame({"item": np.repeat(list("abcdef"), 3), "rater": range(18), "rating": [4, 4, 1] * 6})
    ways = after_review(machine, people, np.random.default_rng(0))
    pd.testing.assert_series_equal(ways["machine alone"], machine)
    for ratings in ways.values():
        assert ratings["a"] == -3 and ratings["e"] == 2
    assert ways["three people added"][["b", "c", "d"]].tolist() == [2, 2.25, 2.5]
    assert ways["three people, only zeros"][["b", "c", "d"]].tolist() == [-1, 3, 1]
    assert ways["nobody, 0 is positive"].tolist() == [-3, -1, 1, 1, 2]
    assert ways["one person replaces"][["b", "c", "d"]].isin([1, 4]).all()
    assert ways["one person, only zeros"][["b", "d"]].tolist() == [-1, 1]
    assert ways["one person, only zeros"]["c"] == ways["one person replaces"]["c"]


def test_zeros_and_ties_keep_what_the_machine_said():
    machine = pd.Series({"a": -1, "b": -1, "c": 1, "d": 0})
    people = pd.DataFrame({"item": np.repeat(list("abcd"), 3), "rater": range(12)})
    people["rating"] = np.repeat([0, 1, -3, -2], 3)
    ways = after_review(machine, people, np.random.default_rng(0))
    assert ways["one person replaces"].tolist() == [0, 1, -3, -2]
    assert ways["one person, 0 keeps"].tolist() == [-1, 1, -3, -2]
    assert ways["one person added"].tolist() == [-0.5, -1, -1, -1]
    assert ways["three people added"].tolist() == [-0.25, 0.5, -2, -1.5]
    assert ways["three people, only zeros"].tolist() == [-1, -1, 1, -2]
    thirds = people.assign(rating=[1, 0, 0] * 4)
    added = after_review(machine, thirds, np.random.default_rng(0))["three people added"]
    assert added.tolist() == [-1, -1, 0.5, 0.25]  # -1 and 1 make 0: the machine's stays
