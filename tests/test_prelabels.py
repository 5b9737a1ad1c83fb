"""Correcting a first pass: every formula by simulation or by hand, the interval's coverage, every kind of bad input."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from helpers.prelabels import (
    Corrections,
    accuracy_from_changes,
    break_even_accuracy,
    count_corrections,
    minutes_per_item,
    residual_error,
    settle_changes,
    several_looks,
    worth_prelabelling,
)

CASES = [(0.99, 0.5, 0.03), (0.65, 0.9, 0.03), (0.5, 0.2, 0.4), (0.8, 1, 0), (1, 0.3, 0.1), (0, 0.3, 0.1)]


def simulated(accuracy, caught, spoiled, people, rng, n=200_000):
    """Labels after a queue in which each person must agree, and the looks: item by item, with drawn opinions."""
    right = rng.random(n) < accuracy
    changed, looks = np.ones(n, bool), np.zeros(n)
    for _ in range(people):
        looks += changed
        changed &= rng.random(n) < np.where(right, spoiled, caught)
    return right, right ^ changed, looks


@pytest.mark.parametrize("people", [1, 2, 3])
@pytest.mark.parametrize("case", CASES)
def test_errors_and_looks_against_simulation(case, people):
    right, after, looks = simulated(*case, people, np.random.default_rng(0))
    found = several_looks(*case, people)
    assert found.error == pytest.approx(1 - after.mean(), abs=0.004)
    assert found.looks == pytest.approx(looks.mean(), abs=0.004)
    if people == 1:
        assert residual_error(*case) == found.error and found.looks == 1
        assert (1 - right.mean()) == pytest.approx(1 - case[0], abs=0.004)


@pytest.mark.parametrize("people", [1, 2, 3])
def test_break_even_is_where_correcting_changes_nothing(people):
    for caught, spoiled in [(0.6, 0.03), (0.9, 0.2), (0.1, 0.1), (0.2, 0.5)]:
        limit = break_even_accuracy(caught, spoiled, people)
        assert several_looks(limit, caught, spoiled, people).error == pytest.approx(1 - limit, abs=1e-12)
        for step, sign in [(-1e-6, 1), (1e-6, -1)]:
            gain = 1 - (limit + step) - several_looks(limit + step, caught, spoiled, people).error
            assert math.copysign(1, gain) == sign


def test_nodding_through_shrinks_harm_and_good_alike():
    for awake in (1, 0.5, 0.1):
        assert break_even_accuracy(0.6 * awake, 0.03 * awake) == pytest.approx(0.6 / 0.63)
        gain = worth_prelabelling(0.7, 0.6 * awake, 0.03 * awake).gain
        assert gain == pytest.approx(awake * worth_prelabelling(0.7, 0.6, 0.03).gain)


def test_ends():
    assert residual_error(1, 0) == 0 and residual_error(0, 1) == 0 and residual_error(0.9, 1) == 0
    assert break_even_accuracy(0.5, 0) == 1 and break_even_accuracy(0, 0.5) == 0
    assert break_even_accuracy(1e-9, 1e-12, people=1000) == 1
    assert several_looks(0.9, 0, 0, 5) == (pytest.approx(0.1), 1)


def test_counting_by_hand():
    #      kept right, fixed, missed, spoiled, wrong and changed into another wrong one
    counted = count_corrections([1, 2, 2, 1, 3], [1, 1, 2, 2, 2], [1, 1, 1, 1, 1])
    assert counted == Corrections(0.4, pytest.approx(1 / 3), 0.5, 5)
    assert residual_error(*counted[:3]) == pytest.approx(3 / 5)


def test_counting_where_there_is_nothing_to_count():
    faultless = count_corrections("ab", "ab", "ab")
    assert faultless.accuracy == 1 and math.isnan(faultless.caught)
    worth = worth_prelabelling(*faultless[:3], items=50)
    assert worth.verdict == "no clear difference" and math.isnan(worth.break_even)
    assert "break-even" not in str(worth) and "nan" not in str(worth) and "changes" not in str(worth)
    hopeless = worth_prelabelling(*count_corrections("aa", "bb", "bb")[:3])
    assert (hopeless.after, hopeless.verdict) == (1, "better") and math.isnan(hopeless.break_even)


@pytest.mark.parametrize(
    ("case", "items"), [((0.99, 0.5, 0.03), 400), ((0.9, 0.5, 0.05), 200), ((0.7, 0.9, 0.03), 100)]
)
def test_the_interval_covers(case, items):
    rng, held = np.random.default_rng(1), []
    truth = worth_prelabelling(*case).gain
    for _ in range(1000):
        right, after, _ = simulated(*case, 1, rng, items)
        counted = count_corrections(right, after, np.ones(items, bool))
        worth = worth_prelabelling(*counted[:3], items=items)
        held.append(worth.low <= truth <= worth.high)
        assert worth.low <= worth.gain <= worth.high
    assert np.mean(held) > 0.93


def test_the_interval_by_hand():
    """10 caught and 2 spoiled of 98: (11 - 3) / 100, and the variance of that."""
    worth = worth_prelabelling(78 / 98, 10 / 20, 2 / 78, items=98)
    half = 1.959964 * math.sqrt((0.14 - 0.08**2) / 100)
    assert (worth.low, worth.high) == (pytest.approx(0.08 - half), pytest.approx(0.08 + half))


def test_verdicts_and_words():
    better, worse = worth_prelabelling(0.65, 0.9, 0.03, items=400, scratch=0.8), worth_prelabelling(0.99, 0.5, 0.03)
    assert (better.verdict, worse.verdict) == ("better", "worse")
    assert str(better).startswith("Correct it: right 0.650 before") and "scratch: 0.800" in str(better)
    assert str(worse).startswith("Leave it") and "exact" in str(worse) and "nan" not in str(worse)
    few = worth_prelabelling(0.99, 0.5, 0.03, items=20)
    assert few.verdict == "no clear difference" and "more items" in str(few)
    assert worth_prelabelling(0.9, 0, 0).verdict == "no clear difference"


def test_a_gain_is_no_advice_where_labels_from_scratch_are_better():
    words = [str(worth_prelabelling(0.6, 0.7, 0.05, items=items, scratch=0.97)) for items in (None, 300)]
    assert all(each.startswith("Better than leaving it, but labels from scratch are better") for each in words)
    assert "but no clear difference from" in str(worth_prelabelling(0.6, 0.7, 0.05, items=300, scratch=0.86))
    assert str(worth_prelabelling(0.6, 0.7, 0.05, scratch=0.8)).startswith("Correct it")


@pytest.mark.parametrize("items", [None, 800])
def test_harm_sends_to_labels_from_scratch_where_these_are_better(items):
    case = {"accuracy": 0.9, "caught": 0.1, "spoiled": 0.1, "items": items}
    assert str(worth_prelabelling(**case, scratch=0.99)).startswith("Correcting does harm; label from scratch")
    assert [worth_prelabelling(**case, scratch=scratch).advice[:8] for scratch in (None, 0.8, 0.9)] == ["Leave it"] * 3


def test_no_clear_difference_sends_to_labels_from_scratch_where_these_are_better():
    advice = {
        scratch: worth_prelabelling(0.9, 0.3, 0.03, items=200, scratch=scratch).advice for scratch in (0.99, 0.93)
    }
    assert advice[0.99] == "Correcting makes no clear difference; labels from scratch are better"
    assert advice[0.93].startswith("No clear difference: save the work")


def test_scratch_is_weighed_against_the_accuracy_with_its_interval():
    """Right after correcting: 189 of 200."""
    low, high = binomtest(189, 200).proportion_ci(method="wilson")
    said = [
        worth_prelabelling(0.6, 0.9, 0.025, items=200, scratch=x).advice for x in (low - 1e-6, low + 1e-6, high + 1e-6)
    ]
    assert said[0] == "Correct it" and "no clear difference from" in said[1] and said[2].endswith("are better")


@pytest.mark.parametrize("changed", [1, 2, 7, 30, 400])
@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_settled_changes_against_scipy(changed, confidence):
    for right in {0, 1, changed // 3, changed // 2, changed}:
        settled = settle_changes(right, changed, confidence=confidence)
        expected = binomtest(right, changed).proportion_ci(confidence, method="exact")
        assert (settled.low, settled.high) == (pytest.approx(expected.low), pytest.approx(expected.high))
        assert settled.share == right / changed


def test_thirty_settled_changes():
    said = {right: settle_changes(right, 30) for right in range(31)}
    assert [right for right, settled in said.items() if settled.verdict == "worse"] == list(range(10))
    assert [right for right, settled in said.items() if settled.verdict == "better"] == list(range(21, 31))
    assert str(said[4]).startswith("Leave it") and "4 are right, 13% [4%, 31%]." in str(said[4])
    assert str(said[16]).startswith("No clear difference: settle more") and str(said[27]).startswith("Correct it")


@pytest.mark.parametrize("labels", [{"a", "b"}, {"a": 1}.keys(), np.array([["a"], ["b"]]), None, 7])
def test_what_has_no_order_is_refused(labels):
    with pytest.raises(TypeError, match=r"corrected must be a sequence of labels in order, .* got "):
        count_corrections(["a", "b"], labels, ["a", "b"])


def test_one_answer_that_nobody_had_is_a_third_answer():
    assert count_corrections("aabb", "acba", "aaba").spoiled == pytest.approx(1 / 3)
    assert count_corrections("aaa", "aab", "aaa").spoiled == pytest.approx(1 / 3)  # of all else one answer only


def test_the_gain_has_the_sign_of_the_changes_that_are_right():
    for case in CASES:
        worth = worth_prelabelling(*case)
        assert math.copysign(1, worth.gain) == math.copysign(1, worth.right_changes - 0.5)
    assert "Of the changes 14% are right" in str(worth_prelabelling(0.99, 0.5, 0.03))
    assert math.isnan(worth_prelabelling(0.9, 0, 0).right_changes)


def test_a_million_people_are_no_overflow():
    assert break_even_accuracy(0.001, 0.9, people=10**6) == 0


@pytest.mark.parametrize("table", [{"a": 1}, pd.DataFrame({"a": [1]})])
def test_a_table_is_no_column(table):
    with pytest.raises(TypeError, match="first must be a sequence of labels"):
        count_corrections(table, "a", "a")


def test_equal_labels_of_other_types_are_equal():
    counted = count_corrections(pd.Series([1, 0, 1]), np.array([1.0, 1.0, 1.0]), [True, True, 0])
    assert counted == (pytest.approx(1 / 3), 0.5, 0, 3)


def test_no_break_even_from_a_handful_of_wrong_labels():
    said = {items: worth_prelabelling(0.98, 0.5, 0.03, items=items) for items in (1450, 1500)}
    assert math.isnan(said[1450].break_even) and said[1500].break_even == break_even_accuracy(0.5, 0.03)
    assert "break-even" not in str(said[1450]) and "break-even is 0.94." in str(said[1500])
    assert "break-even is 0.943." in str(worth_prelabelling(0.98, 0.5, 0.03))


def test_minutes_by_hand():
    spent = minutes_per_item(0.9, 0.5, 0.1, read=1, check=0.1, change=0.2, label=0.3)
    assert spent == (pytest.approx(1.3), pytest.approx(1 + 0.1 + 0.2 * (0.05 + 0.09)))


@pytest.mark.parametrize("case", CASES)
def test_accuracy_behind_the_changes(case):
    accuracy, caught, spoiled = case
    changed = accuracy * spoiled + (1 - accuracy) * caught
    assert accuracy_from_changes(changed, caught, spoiled) == pytest.approx(accuracy)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: residual_error(95, 0.5), "accuracy must be a share from 0 to 1, not per cent; got 95"),
        (lambda: residual_error(0.5, -0.1), "caught must be a share"),
        (lambda: residual_error(0.5, 0.1, math.nan), "spoiled must be a share"),
        (lambda: break_even_accuracy(0, 0), "nobody changes anything"),
        (lambda: break_even_accuracy(0.5, 0.1, people=0), "people must be a whole number, 1 or more; got 0"),
        (lambda: several_looks(0.5, 0.5, 0.1, people=1.5), "people must be a whole number"),
        (lambda: count_corrections("ab", "ab", "a"), "as long as one another, with 1 item or more; got 2, 2 and 1"),
        (lambda: count_corrections("", "", ""), "1 item or more"),
        (lambda: count_corrections("a", [None], "a"), "label of corrected must be there; that of item 0 is missing"),
        (lambda: count_corrections([math.nan], "a", "a"), "label of first must be there"),
        (lambda: count_corrections([pd.NA], "a", "a"), "label of first must be there"),
        (lambda: count_corrections([" "], "a", "a"), "label of first must be there"),
        (lambda: count_corrections([1, 0], [1, 0], ["1", "1"]), "must be written alike in .*; got 1 and '1'"),
        (lambda: count_corrections(["Pos"], ["pos"], ["pos"]), "got 'Pos' and 'pos'"),
        (lambda: count_corrections(["neg "], ["neg"], ["neg"]), "got 'neg ' and 'neg'"),
        (lambda: count_corrections([1, 0], ["neg"] * 2, ["neg"] * 2), "first has 1, right has 'neg'"),
        (lambda: count_corrections(["p", "n"] * 3, ["1", "0"] * 3, ["p", "n"] * 3), "corrected has '1', which neither"),
        (lambda: count_corrections("pn", "px", "nn"), "corrected has 'x', which neither first nor right has"),
        (lambda: settle_changes(5, 4), "right must be at most changed; got 5 of 4"),
        (lambda: settle_changes(0, 0), "changed must be a whole number, 1 or more; got 0"),
        (lambda: settle_changes(-1, 3), "right must be a whole number, 0 or more; got -1"),
        (lambda: settle_changes(0.5, 3), "right must be a whole number"),
        (lambda: settle_changes(1, 3, confidence=95), "confidence must be a number above 0"),
        (lambda: worth_prelabelling(0.9, math.nan, 0.1), "caught must be a share"),
        (lambda: worth_prelabelling(0.9, 0.5, 0.1, scratch=2), "scratch must be a share"),
        (
            lambda: worth_prelabelling(0.9, 0.5, 0.1, items=5),
            "items must be a whole number, 10 or more; got 5. Count more items, or leave items out",
        ),
        (lambda: worth_prelabelling(0.9, 0.5, 0.1, items=50, confidence=95), "confidence must be a number above 0"),
        (
            lambda: minutes_per_item(0.9, 0.5, 0, read=-1, check=1, change=1, label=1),
            "read must be a number of minutes",
        ),
        (lambda: minutes_per_item(0.9, 0.5, 0, read=1, check="1", change=1, label=1), "check must be a number"),
        (lambda: accuracy_from_changes(0.1, 0.5, 0.5), "must differ; both are 0.5"),
    ],
)
def test_bad_numbers(call, words):
    with pytest.raises(ValueError, match=words.replace("(", r"\(")):
        call()


@pytest.mark.parametrize("value", [None, "0.5", True, [0.5]])
def test_what_is_no_number(value):
    with pytest.raises(TypeError, match="accuracy must be a share from 0 to 1; got"):
        residual_error(value, 0.5)


def test_numbers_of_numpy_are_numbers():
    assert residual_error(np.float64(0.75), np.float32(0.5), np.int64(0)) == 0.125
