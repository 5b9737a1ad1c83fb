"""The panel of pre-labels: errors against simulation, when labels from scratch are better, words for every corner."""

from dataclasses import replace
from itertools import product

import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers.panels.prelabels import (
    KNOBS,
    PrelabelInputs,
    prelabels_figure,
    prelabels_html,
    prelabels_panel,
    prelabels_result,
)

START = PrelabelInputs()


@pytest.mark.parametrize("nodded", [0, 0.4, 0.95])
@pytest.mark.parametrize("accuracy, caught, spoiled", [(0.95, 0.8, 0.03), (0.6, 0.9, 0.1), (0.99, 0.5, 0)])
def test_errors_are_those_of_a_simulation(accuracy, caught, spoiled, nodded):
    rng, n = np.random.default_rng(0), 400_000
    right = rng.random(n) < accuracy
    wants = (rng.random(n) < np.where(right, spoiled, caught)) & (rng.random(n) >= nodded)
    agrees = wants & (rng.random(n) < np.where(right, spoiled, caught))
    result = prelabels_result(PrelabelInputs(accuracy, caught, spoiled, nodded))
    assert result.left == pytest.approx(1000 * (1 - right.mean()), abs=3)
    assert result.corrected == pytest.approx(1000 * (1 - (right ^ wants).mean()), abs=3)
    assert result.agreed == pytest.approx(1000 * (1 - (right ^ agrees).mean()), abs=3)


def test_above_the_break_even_it_harms():
    limit = prelabels_result(START).break_even
    for step, word in [(-0.02, "helps"), (0.02, "harms")]:
        result = prelabels_result(replace(START, accuracy=limit + step))
        assert (result.corrected < result.left) == (word == "helps")
        assert f"Correcting {word}" in prelabels_html(result)
    assert "changes little" in prelabels_html(prelabels_result(replace(START, accuracy=limit)))


def test_nodding_moves_no_break_even_and_scratch_wins_at_the_limit():
    inputs = replace(START, accuracy=0.7, scratch=0.85)
    result = prelabels_result(inputs)
    assert 0 < result.nod_limit < 1
    at_limit = prelabels_result(replace(inputs, nodded=result.nod_limit))
    assert at_limit.corrected == pytest.approx(at_limit.scratch)
    assert at_limit.break_even == result.break_even
    assert f"more than {result.nod_limit:.0%} are nodded" in prelabels_html(result)


def test_scratch_always_or_never():
    assert prelabels_result(replace(START, scratch=1)).nod_limit == 0
    assert prelabels_result(replace(START, scratch=0.6)).nod_limit is None
    between = prelabels_result(PrelabelInputs(accuracy=0.99, caught=0.5, spoiled=0.1, scratch=0.95))
    assert between.nod_limit is None and between.left < between.scratch < between.corrected
    assert "not the first pass left alone" in prelabels_html(between)
    assert "no better than corrected" in prelabels_html(prelabels_result(replace(START, scratch=0.6)))


@pytest.mark.parametrize("ends", [*product((0, 1), repeat=len(KNOBS))])
def test_every_corner_has_words_and_a_figure(ends):
    inputs = PrelabelInputs(*[(knob.low, knob.high)[end] for knob, end in zip(KNOBS.values(), ends, strict=True)])
    page = prelabels_html(prelabels_result(inputs))
    assert "nan" not in page and "<svg" in page and "Wrong labels of 1,000" in page
    if ends[0] == ends[1]:
        ax, alt = prelabels_figure(inputs)
        assert len(alt) > 100 and "nan" not in alt
        plt.close(ax.figure)


def test_the_panel_follows_and_complains_in_words():
    panel = prelabels_panel()
    before = panel.widget.children[1].children[1].value
    panel.accuracy.value = 0.6
    assert panel.state.accuracy == 0.6 and panel.widget.children[1].children[1].value != before
    with pytest.raises(ValueError, match="First pass is right must be a number from"):
        prelabels_result(replace(START, accuracy=0.2))
