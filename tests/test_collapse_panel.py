"""The panel of loops: medians meet the closed forms, regimes order as they must, words for every case."""

import math
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers.collapse import accumulated_variance, gaussian_log_variance
from helpers.panels.collapse import (
    FREQUENCIES,
    KNOBS,
    CollapseInputs,
    collapse_figure,
    collapse_html,
    collapse_panel,
    collapse_result,
)

LOOP = CollapseInputs()
REGIMES = ["replace", "accumulate", "fixed", "redrawn", "fresh"]
LOOPS = ["numbers", "words"]


@pytest.mark.parametrize("size", [10, 20, 50, 200])
def test_replaced_numbers_shrink_as_the_formula_says(size):
    result = collapse_result(replace(LOOP, size=size, generations=50))
    for generation in (1, 10, 50):
        variance = gaussian_log_variance(size, generation + 1).variance
        error = 1.25 * math.sqrt(variance) / 2 / math.sqrt(result.count)  # of a median, of a log of a spread
        assert math.log(result.median[generation]) == pytest.approx(math.log(result.formula[generation]), abs=4 * error)
    assert result.formula[0] == 1


@pytest.mark.parametrize("size", [10, 30, 100])
def test_accumulated_numbers_come_to_rest_as_the_formula_says(size):
    inputs = replace(LOOP, regime="accumulate", size=size, generations=50)
    typical = math.exp(gaussian_log_variance(size, 1).mean)  # the unit, squared
    squares = [np.mean(np.square(collapse_result(replace(inputs, seed=seed)).loops), axis=0) for seed in range(20)]
    assert np.mean(squares, axis=0)[25:].mean() * typical == pytest.approx(
        accumulated_variance(size), abs=0.25 / math.sqrt(size)
    )
    result = collapse_result(inputs)
    assert (result.halved, result.formula, result.by_size) == (None, (), ())
    assert f"at {accumulated_variance(size):.3f} of the human one" in collapse_html(result)


@pytest.mark.parametrize("size, error", [(50, 0.02), (200, 0.02)])
def test_replaced_words_die_out_as_the_formula_says(size, error):
    result = collapse_result(replace(LOOP, loop="words", size=size, generations=50))
    for generation in (1, 5, 20, 50):
        assert result.median[generation] == pytest.approx(result.formula[generation], abs=error)


@pytest.mark.parametrize("size", [10, 200])
def test_what_another_human_sample_has(size):
    rng = np.random.default_rng(0)
    shares = []
    for _ in range(2000):
        start, other = (set(rng.choice(len(FREQUENCIES), size, p=FREQUENCIES)) for _ in range(2))
        shares.append((len(start & other), len(start)))
    kept, had = np.sum(shares, axis=0)
    assert collapse_result(replace(LOOP, loop="words", size=size)).human == pytest.approx(kept / had, rel=0.02)
    assert collapse_result(LOOP).human == 1


@pytest.mark.parametrize("loop", LOOPS)
def test_the_first_generation_is_human(loop):
    for regime in REGIMES:
        result = collapse_result(replace(LOOP, loop=loop, regime=regime, size=50))
        assert result.median[0] == pytest.approx(1, abs=0.05 if loop == "numbers" else 0)
        assert len(result.median) == len(result.low) == len(result.high) == 31
        assert all(
            low <= middle <= high for low, middle, high in zip(result.low, result.median, result.high, strict=True)
        )
        assert len(result.loops) == 20 and len(result.loops[0]) == 31


def test_small_loops_collapse_first():
    half = [collapse_result(replace(LOOP, size=size, generations=50)).halved for size in (10, 20, 40)]
    assert None not in half[:2] and half[0] < half[1] and (half[2] is None or half[1] < half[2])
    left = [value for _, value in collapse_result(LOOP).by_size]
    assert left == sorted(left)


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("regime", ["fixed", "redrawn", "fresh"])
@pytest.mark.parametrize("size", [20, 100])
def test_there_is_no_step_at_a_third(loop, regime, size):
    by_share = dict(collapse_result(replace(LOOP, loop=loop, regime=regime, size=size, generations=50)).by_share)
    assert by_share[0.4] > by_share[0]
    below, above = by_share[0.2] - by_share[0], by_share[0.4] - by_share[0.2]
    assert above < 1.2 * below


def test_new_human_rows_beat_the_same_ones():
    last = {regime: collapse_result(replace(LOOP, regime=regime, real_share=0.1)).median[-1] for regime in REGIMES}
    assert last["replace"] < last["fixed"] < last["fresh"]


def test_a_share_of_none_is_replace_and_other_regimes_set_it_aside():
    plain = collapse_result(LOOP)
    for regime in ("fixed", "redrawn", "fresh"):
        none = collapse_result(replace(LOOP, regime=regime, real_share=0))
        assert (none.median, none.formula, none.share) == (plain.median, plain.formula, 0)
        assert f"With a human share of 0, {regime} is replace." in collapse_html(none)
    assert collapse_result(replace(LOOP, real_share=0.9)).median == plain.median
    assert "The human share is not used" in collapse_html(plain)


@pytest.mark.parametrize("regime, used", [("replace", 20), ("fixed", 20), ("redrawn", 20), ("fresh", 20 + 30 * 6)])
def test_human_rows_are_counted(regime, used):
    assert collapse_result(replace(LOOP, regime=regime)).human_rows == used


def test_the_same_inputs_give_the_same_numbers_and_another_seed_others():
    assert collapse_result(LOOP) == collapse_result(LOOP)
    assert collapse_result(replace(LOOP, seed=1)).median != collapse_result(LOOP).median


@pytest.mark.parametrize(
    "inputs, words",
    [
        ({}, "After 30 generations the typical spread is 0.48 of the human one. It was halved by generation "),
        ({"regime": "accumulate"}, "It was never halved."),
        ({"regime": "accumulate"}, "the loop comes to rest"),
        ({"loop": "words"}, "of the words of the start are still written. Half of them were gone by generation "),
        ({"loop": "words"}, "More than that is memory of the start, less is loss."),
        ({"regime": "fresh"}, "in the long run the squared error of the mean is 1.96 times that of 20 human rows"),
        ({"regime": "fixed"}, "Fixed: the next model learns from some human rows, the same each time; the other rows"),
        ({"regime": "redrawn"}, "more human rows keep more, at 30 or 40% as anywhere else"),
        ({"regime": "fresh"}, "Human rows that one loop has used, with the start: 200."),
    ],
)
def test_the_panel_says(inputs, words):
    shown = collapse_html(collapse_result(replace(LOOP, **inputs)))
    assert words in shown
    rival = "train once, keep that model, and never train again" in shown
    assert rival == (inputs.get("regime", LOOP.regime) != "replace")


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("size, generations, share", [(10, 2, 0.05), (200, 2, 1), (10, 50, 1), (200, 50, 0)])
def test_every_corner_has_a_result(loop, regime, size, generations, share):
    shown = collapse_html(collapse_result(CollapseInputs(loop, regime, share, size, generations)))
    assert "nan" not in shown and "inf" not in shown


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"size": 0}, "Rows a generation must be a whole number from 10 to 200; got 0."),
        ({"generations": 0}, "Generations must be a whole number from 2 to 50; got 0."),
        ({"real_share": 1.5}, "Human share must be a number from 0 to 1; got 1.5."),
        ({"seed": -1}, "Seed must be a whole number from 0 to 999; got -1."),
        ({"regime": "keep"}, "Regime must be one of replace, accumulate, fixed, redrawn, fresh; got 'keep'."),
        ({"loop": 3}, "What is written must be one of numbers, words; got 3."),
        (
            {"regime": "fresh", "real_share": 0.01},
            "Human share must come to 1 row or more: 0.01 of 20 rows is none. Raise one of the two.",
        ),
    ],
)
def test_inputs_that_make_no_sense_are_refused_in_words(wrong, words):
    with pytest.raises(ValueError) as refused:
        collapse_result(replace(LOOP, **wrong))
    assert str(refused.value) == words


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("regime", ["replace", "accumulate", "redrawn"])
def test_the_twin_is_a_figure_with_words(loop, regime):
    ax, alt = collapse_figure(replace(LOOP, loop=loop, regime=regime))
    assert len(alt) > 100 and len(ax.figure.get_suptitle()) <= 60
    assert ax.get_xlabel() == "generation" and ax.get_ylabel()
    assert {text.get_text() for text in ax.texts} >= {"median", "human"}
    plt.close(ax.figure)


def test_the_longest_title_is_short_enough():
    ax, _ = collapse_figure(replace(LOOP, regime="accumulate", size=200, generations=50))
    assert len(ax.figure.get_suptitle()) <= 60
    plt.close(ax.figure)


def test_the_panel_moves_and_reads_back():
    panel = collapse_panel(size=50)
    assert panel.state == replace(LOOP, size=50)
    for name, value in (("regime", "fresh"), ("loop", "words"), ("real_share", 0.1), ("generations", 5), ("seed", 7)):
        getattr(panel, name).value = value
        assert getattr(panel.state, name) == value
    assert set(KNOBS) == set(vars(panel.state))
