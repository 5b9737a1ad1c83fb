"""The panel of a rare event: counts and risks against simulation, the cheapest threshold, words for every case."""

import math
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy.special import expit, logit
from sklearn.metrics import roc_auc_score

from helpers.panels.imbalance import (
    KNOBS,
    ImbalanceInputs,
    imbalance_figure,
    imbalance_html,
    imbalance_panel,
    imbalance_result,
)

PLAIN = ImbalanceInputs()
TRAININGS = ["plain", "balanced", "undone"]


def simulate(inputs, people=400_000):
    """Labels and shown risks of people whose scores are drawn; the risk by Bayes' rule, written out."""
    rng = np.random.default_rng(0)
    distance = imbalance_result(inputs).distance
    event = rng.random(people) < inputs.prevalence
    score = rng.normal(size=people) + distance * event
    shown = 0.5 if inputs.training == "balanced" else inputs.prevalence
    with_event, without = (np.exp(-((score - middle) ** 2) / 2) for middle in (distance, 0))
    return event, shown * with_event / (shown * with_event + (1 - shown) * without)


@pytest.mark.parametrize("training", TRAININGS)
@pytest.mark.parametrize("prevalence, auc, threshold", [(0.1, 0.8, 0.15), (0.3, 0.66, 0.4), (0.05, 0.95, 0.5)])
def test_counts_and_risks_are_those_of_a_simulation(training, prevalence, auc, threshold):
    inputs = ImbalanceInputs(prevalence, auc, 1, 9, threshold, training)
    result = imbalance_result(inputs)
    event, risk = simulate(inputs)
    alarm = risk > threshold
    found = result.chosen
    for expected, cell in (
        (found.hits, event & alarm),
        (found.false_alarms, ~event & alarm),
        (found.misses, event & ~alarm),
        (found.quiet, ~event & ~alarm),
    ):
        assert expected == pytest.approx(10_000 * cell.mean(), rel=0.03, abs=2)
    assert found.precision == pytest.approx(event[alarm].mean(), rel=0.02)
    assert found.recall == pytest.approx(alarm[event].mean(), rel=0.02)
    assert found.cost == pytest.approx(10_000 * ((~event & alarm).mean() + 9 * (event & ~alarm).mean()), rel=0.02)
    assert result.mean_risk == pytest.approx(risk.mean(), rel=0.01)
    assert roc_auc_score(event, risk) == pytest.approx(auc, abs=0.005)


@pytest.mark.parametrize("training", TRAININGS)
@pytest.mark.parametrize("miss_cost", [2, 19, 99, 400])
def test_no_threshold_is_cheaper_than_the_cheapest(training, miss_cost):
    inputs = replace(PLAIN, miss_cost=miss_cost, training=training)
    result = imbalance_result(inputs)
    costs = [imbalance_result(replace(inputs, threshold=t)).chosen.cost for t in np.linspace(0.001, 0.999, 500)]
    rivals = [result.nobody.cost, result.everybody.cost, *costs]
    assert result.best.cost <= min(rivals) + 1e-9
    if training != "balanced":
        assert result.best.threshold == pytest.approx(1 / (1 + miss_cost))


def test_nobody_and_everybody():
    result = imbalance_result(replace(PLAIN, false_alarm_cost=2))
    assert (result.nobody.cost, result.nobody.recall) == (pytest.approx(100 * 50), 0)
    assert (result.everybody.cost, result.everybody.recall) == (pytest.approx(9_900 * 2), 1)
    assert math.isnan(result.nobody.precision) and result.everybody.precision == pytest.approx(0.01)


def test_half_finds_nobody_where_the_event_is_rare():
    result = imbalance_result(PLAIN)
    assert result.chosen.hits < 0.5
    assert "At a threshold of 50% nobody is alarmed: all 100 people with the event are missed." in imbalance_html(
        result
    )


def test_half_after_balancing_is_the_prevalence_before_it():
    balanced = imbalance_result(replace(PLAIN, training="balanced"))
    plain = imbalance_result(replace(PLAIN, threshold=0.01))
    assert balanced.true_threshold == pytest.approx(0.01)
    for field in ("hits", "false_alarms", "misses", "quiet", "precision", "recall", "cost"):
        assert getattr(balanced.chosen, field) == pytest.approx(getattr(plain.chosen, field))
    assert balanced.best.cost == pytest.approx(plain.best.cost)
    assert balanced.mean_risk > 20 * plain.mean_risk
    assert [true for _, true in balanced.true_risks] == pytest.approx(
        [float(expit(logit(shown) + logit(0.01))) for shown, _ in balanced.true_risks]
    )


def test_undone_is_plain_again():
    undone = imbalance_result(replace(PLAIN, training="undone", threshold=0.02))
    plain = imbalance_result(replace(PLAIN, threshold=0.02))
    assert replace(undone, inputs=plain.inputs, nobody=plain.nobody) == plain  # NaN is not NaN, so nobody is left out


@pytest.mark.parametrize("training", TRAININGS)
@pytest.mark.parametrize("prevalence", [0.001, 0.011, 0.5])
@pytest.mark.parametrize("auc", [0.51, 0.99])
def test_the_mean_of_true_risks_is_the_prevalence(training, prevalence, auc):
    result = imbalance_result(ImbalanceInputs(prevalence=prevalence, auc=auc, training=training))
    if training == "balanced" and prevalence < 0.5:
        assert result.mean_risk > prevalence
    else:
        assert result.mean_risk == pytest.approx(prevalence, rel=1e-6)


@pytest.mark.parametrize(
    "inputs, words",
    [
        ({"threshold": 0.0196}, "At a threshold of 1.96% the model finds 51 of the 100 people with the event; of 1,2"),
        ({"prevalence": 0.5, "auc": 0.51, "threshold": 0.1}, "everybody is alarmed: 5,000 of them for nothing"),
        ({}, "1 / (1 + 50) = 1.96%. Yours costs 4,997 per 10,000 people, the cheapest 3,658."),
        ({"auc": 0.51}, "the model is of little use: to alarm nobody costs 5,000"),
        ({"auc": 0.51, "miss_cost": 1000}, "the model is of little use: to alarm everybody costs 9,900"),
        ({}, "The risks can be believed: their mean is 1%, and so is the share of people with the event."),
        ({"training": "balanced"}, "The risks can&#x27;t be believed"),
        ({"training": "balanced"}, "A shown risk of 50% is a true risk of 1%"),
        ({"training": "balanced"}, "1.96% as a true risk, which this model shows as 66.4%"),
        ({"training": "undone"}, "put right by one multiplication of the odds: their mean is 1% again"),
    ],
)
def test_the_panel_says(inputs, words):
    shown = imbalance_html(imbalance_result(replace(PLAIN, **inputs)))
    assert words in shown
    assert ("of little use" in shown) == (inputs.get("auc") == 0.51)


@pytest.mark.parametrize("end", ["low", "high"])
@pytest.mark.parametrize("name", [name for name in KNOBS if name != "training"])
@pytest.mark.parametrize("training", TRAININGS)
def test_the_ends_of_every_slider_have_a_result(name, end, training):
    inputs = replace(PLAIN, training=training, **{name: getattr(KNOBS[name], end)})
    shown = imbalance_html(imbalance_result(inputs))
    assert "nan" not in shown and "inf" not in shown and "-0" not in shown.partition("<svg")[0]
    assert "width: -" not in shown


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"prevalence": 0}, "Prevalence must be a number from 0.001 to 0.5; got 0."),
        ({"prevalence": 1}, "Prevalence must be a number from 0.001 to 0.5; got 1."),
        ({"auc": 0.5}, "Model's quality (AUC) must be a number from 0.51 to 0.99; got 0.5."),
        ({"threshold": math.nan}, "Threshold must be a number from 0.001 to 0.999; got nan."),
        ({"miss_cost": -1}, "Cost of a miss must be a number from 0.5 to 1000; got -1."),
        ({"training": "smote"}, "Training data must be one of plain, balanced, undone; got 'smote'."),
        ({"training": None}, "Training data must be one of plain, balanced, undone; got None."),
    ],
)
def test_inputs_that_make_no_sense_are_refused_in_words(wrong, words):
    with pytest.raises(ValueError) as refused:
        imbalance_result(replace(PLAIN, **wrong))
    assert str(refused.value) == words


@pytest.mark.parametrize("training", TRAININGS)
@pytest.mark.parametrize(
    "change", [{}, {"miss_cost": 99}, {"prevalence": 0.001, "false_alarm_cost": 100, "miss_cost": 0.5}]
)
def test_the_twin_is_a_figure_with_words(training, change):
    inputs = replace(PLAIN, training=training, **change)
    ax, alt = imbalance_figure(inputs)
    assert len(alt) > 100 and len(ax.figure.get_suptitle()) <= 60
    assert ax.get_xlabel() and ax.get_ylabel()
    ax.figure.canvas.draw()
    names = {text.get_text(): text.get_window_extent() for text in ax.texts}
    assert not names["alarm nobody"].overlaps(names["alarm everybody"])
    for place in ax.collections:
        assert np.isfinite(place.get_offsets()).all()
    plt.close(ax.figure)


def test_the_panel_moves_and_reads_back():
    panel = imbalance_panel(miss_cost=99)
    assert panel.state == replace(PLAIN, miss_cost=99)
    panel.training.value = "balanced"
    panel.threshold.slider.value = 0.25
    assert (panel.state.training, panel.state.threshold) == ("balanced", 0.25)
