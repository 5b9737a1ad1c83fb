"""Panels: results against formulas and simulations, words and HTML, and controls that move each other."""

import html
import math
import re
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import multinomial

from helpers.agreement import kappa_from_accuracy
from helpers.panels.agreement import KappaInputs, kappa_figure, kappa_html, kappa_panel, kappa_result
from helpers.panels.controls import Control, Knob, Panel, problem_html, read_number, sentence_html, table_html
from helpers.panels.opinions import (
    EquivalentRatersInputs,
    equivalent_raters_figure,
    equivalent_raters_html,
    equivalent_raters_panel,
    equivalent_raters_result,
)

RATERS = EquivalentRatersInputs()
KAPPA = KappaInputs()


def cells(shown):
    """The words of the rows of all tables, less the bars."""
    rows = re.findall(r'<tr><th scope="row".*?</tr>', shown)
    return [[html.unescape(cell) for cell in re.findall(r"<t[hd] (?!class)[^>]*>(.*?)</t", row)] for row in rows]


# ---- what a machine is worth in people: the numbers


def test_people_and_machine_without_a_correction():
    result = equivalent_raters_result(RATERS)
    assert result.humans.error == pytest.approx(0.795 / 3)
    assert result.humans.people == pytest.approx(3)
    assert result.machine.error == result.uncorrected == pytest.approx(0.299 + 0.073 / 8)
    assert result.machine.people == pytest.approx(0.795 / (0.299 + 0.073 / 8))
    assert result.ceiling == pytest.approx(0.795 / 0.299)
    assert result.paid == 0


def test_the_best_mix_is_worth_the_people_and_the_machine_together():
    result = equivalent_raters_result(RATERS)
    assert result.best.people == pytest.approx(result.humans.people + result.machine.people)
    for share in np.linspace(0, 1, 21):
        other = equivalent_raters_result(replace(RATERS, machine_share=share))
        assert other.mixed.error >= result.best.error
        assert other.best == result.best
    at_best = equivalent_raters_result(replace(RATERS, machine_share=result.best_share))
    assert at_best.mixed.error == pytest.approx(result.best.error)


@pytest.mark.parametrize("share, same_as", [(0, "humans"), (1, "machine")])
def test_the_ends_of_the_mix_are_people_and_machine(share, same_as):
    result = equivalent_raters_result(replace(RATERS, machine_share=share))
    assert result.mixed == getattr(result, same_as)


def test_nobody_to_mix_with():
    alone = equivalent_raters_result(replace(RATERS, people=0))
    assert (alone.best_share, alone.best.error) == (1, alone.machine.error)
    assert (alone.humans.error, alone.humans.people, alone.mixed.error) == (math.inf, 0, math.inf)
    people = equivalent_raters_result(replace(RATERS, machine_ratings=0))
    assert (people.best_share, people.best.error) == (0, people.humans.error)


def test_a_perfect_machine_is_worth_more_than_any_number_of_people():
    result = equivalent_raters_result(replace(RATERS, bias=0, noise=0))
    assert (result.machine.people, result.ceiling, result.best.people) == (math.inf, math.inf, math.inf)
    assert "more than any number of people" in equivalent_raters_html(result)
    assert "asked often enough, it is worth any number of people" in equivalent_raters_html(result)
    only_noise = equivalent_raters_result(replace(RATERS, bias=0))
    assert only_noise.ceiling == math.inf > only_noise.machine.people


def simulate_mix(rng, people, machine_ratings, share, draws=200_000):
    """Squared error of the mixed mean over items whose bias differs, all with the default variances."""
    bias = rng.normal(0.2, math.sqrt(RATERS.bias - 0.04), draws)
    machine = bias + rng.normal(0, math.sqrt(RATERS.noise / machine_ratings), draws)
    human = rng.normal(0, math.sqrt(RATERS.disagreement / people), draws)
    return np.mean(((1 - share) * human + share * machine) ** 2)


@pytest.mark.parametrize("people, machine_ratings, share", [(1, 1, 0.5), (3, 8, 0.46), (10, 2, 0.9)])
def test_the_mix_errs_as_simulated(people, machine_ratings, share):
    inputs = replace(RATERS, people=people, machine_ratings=machine_ratings, machine_share=share)
    simulated = simulate_mix(np.random.default_rng(0), people, machine_ratings, share)
    assert equivalent_raters_result(inputs).mixed.error == pytest.approx(simulated, rel=0.02)


def simulate_correction(rng, n, noise, draws=100_000):
    """Fit lines on n items each and correct another item: its squared error, and the inputs that describe the case.

    People's mean is 0.2 + 0.8 times the machine's, and an error of variance 0.15 that no line removes.
    """
    rest, raters, ratings = 0.15, 20, 8
    latent = rng.normal(size=(draws, n + 1))
    truth = 0.2 + 0.8 * latent + rng.normal(0, math.sqrt(rest), (draws, n + 1))
    x = latent + rng.normal(0, math.sqrt(noise / ratings), (draws, n + 1))
    y = truth[:, :n] + rng.normal(0, math.sqrt(RATERS.disagreement / raters), (draws, n))
    fit, new = x[:, :n], x[:, n]
    middle = fit.mean(axis=1, keepdims=True)
    slope = ((fit - middle) * y).sum(axis=1) / ((fit - middle) ** 2).sum(axis=1)
    guess = y.mean(axis=1) + slope * (new - middle[:, 0])
    bias = 0.2**2 + 0.2**2 + rest
    inputs = replace(RATERS, items=n, item_raters=raters, machine_ratings=ratings, noise=noise, bias=bias)
    return np.mean((guess - truth[:, n]) ** 2), replace(inputs, correctable=1 - rest / bias)


@pytest.mark.parametrize("n", [6, 20, 50])
def test_a_corrected_machine_errs_as_simulated(n):
    simulated, inputs = simulate_correction(np.random.default_rng(n), n, noise=0)
    assert equivalent_raters_result(inputs).machine.error == pytest.approx(simulated, rel=0.02)


def test_a_noisy_machine_errs_a_little_less_than_the_formula_says():
    simulated, inputs = simulate_correction(np.random.default_rng(1), 20, noise=0.4)
    assert simulated < equivalent_raters_result(inputs).machine.error < 1.15 * simulated


def test_few_items_do_harm_and_many_approach_the_limit():
    result = {n: equivalent_raters_result(replace(RATERS, items=n)) for n in (4, 20, 50, 200)}
    assert result[4].machine.error > result[4].uncorrected
    assert result[4].machine.error > result[20].machine.error > result[50].machine.error > result[200].machine.error
    limit = 0.46 * 0.299 + 0.073 / 8
    assert result[200].machine.error == pytest.approx(limit + 2 / 200 * (limit + 0.795 / 20), rel=0.001)
    assert result[50].paid == 1000


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"items": 3}, "Correction items must be 0 or at least 4, to fit a line; got 3."),
        ({"people": 0, "machine_ratings": 0}, "People and Machine ratings must not both be 0: nobody is asked."),
        ({"people": 2.5}, "People must be a whole number from 0 to 20; got 2.5."),
        ({"disagreement": 0}, "People's disagreement must be a number from 0.01 to 4; got 0."),
        ({"bias": -1}, "Machine's bias, squared must be a number from 0 to 4; got -1."),
        ({"noise": math.nan}, "Machine's noise must be a number from 0 to 4; got nan."),
        ({"machine_share": "half"}, "Machine's share must be a number from 0 to 1; got 'half'."),
    ],
)
def test_inputs_that_make_no_sense_are_refused_in_words(wrong, words):
    with pytest.raises(ValueError) as refused:
        equivalent_raters_result(replace(RATERS, **wrong))
    assert str(refused.value).startswith(words)


@pytest.mark.parametrize(
    "inputs, words",
    [
        ({}, "At the best share, 46%, your 3 people and this machine together are worth 5.6 people"),
        ({"machine_share": 1}, "Your share of 100% trusts the machine too much"),
        ({"people": 0}, "Only the machine: its mean is worth 2.6 people."),
        ({"machine_ratings": 0}, "Only people: 3.0 people."),
        ({"items": 50}, "The correction costs 1,000 human ratings, and helps: without it the machine is worth 2.6"),
        ({"items": 4}, "The correction costs 80 human ratings, and does harm, with so few items"),
    ],
)
def test_the_panel_of_people_says(inputs, words):
    shown = equivalent_raters_html(equivalent_raters_result(replace(RATERS, **inputs)))
    assert words in shown
    assert "The spread of opinions is lost" in shown
    assert "nan" not in shown and ">inf" not in shown


# ---- kappa: the numbers


def test_kappa_and_raw_agreement():
    result = kappa_result(KAPPA)
    assert result.kappa == kappa_from_accuracy(0.95, 0.95, 0.1)
    assert result.raw_agreement == pytest.approx(0.905)
    assert dict(result.by_prevalence)[0.1] == result.kappa
    kappas = [kappa for _, kappa in result.by_prevalence]
    assert kappas == sorted(kappas, reverse=True)


@pytest.mark.parametrize("prevalence", [0.01, 0.1, 0.5, 0.9])
@pytest.mark.parametrize("threshold", [0.05, 0.75, 0.95])
def test_the_accuracy_that_a_threshold_needs(prevalence, threshold):
    both = prevalence * (1 - prevalence)
    square = threshold / (4 * both + threshold * (1 - 4 * both))  # of twice the accuracy less 1, solved by hand
    result = kappa_result(replace(KAPPA, prevalence=prevalence, threshold=threshold))
    assert result.accuracy_needed == pytest.approx((1 + math.sqrt(square)) / 2)


def below_exactly(inputs):
    """The share of samples below the threshold, summed over every possible sample of two raters who err on their own.

    Counts: both yes, only A, only B, neither.
    """
    a, b, yes, n = inputs.accuracy_a, inputs.accuracy_b, inputs.prevalence, inputs.items
    cells = [
        yes * a * b + (1 - yes) * (1 - a) * (1 - b),
        yes * a * (1 - b) + (1 - yes) * (1 - a) * b,
        yes * (1 - a) * b + (1 - yes) * a * (1 - b),
        yes * (1 - a) * (1 - b) + (1 - yes) * a * b,
    ]
    grid = np.stack(np.meshgrid(*[np.arange(n + 1)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    grid = grid[grid.sum(axis=1) <= n]
    both, one, other = grid.T
    none = n - grid.sum(axis=1)
    chance = (both + one) * (both + other) + (none + one) * (none + other)
    below = n * (both + none) - chance < inputs.threshold * (n * n - chance) - 1e-9
    return multinomial.pmf(np.column_stack([grid, none]), n, cells)[below].sum()


@pytest.mark.parametrize(
    "inputs, error",
    [
        (KappaInputs(items=30), 0.015),
        (KappaInputs(prevalence=0.5, items=40), 0.015),
        (KappaInputs(0.9, 0.85, 0.3, 30, 0.5), 0.025),
        (KappaInputs(0.95, 0.8, 0.3, 30, 0.5), 0.05),  # the helper takes both to say yes equally often
    ],
)
def test_the_share_of_samples_below_the_threshold(inputs, error):
    assert kappa_result(inputs).below == pytest.approx(below_exactly(inputs), abs=error)


def test_the_same_inputs_give_the_same_number():
    assert kappa_result(KAPPA) == kappa_result(KAPPA)


@pytest.mark.parametrize("corner", [{"accuracy_a": 1, "accuracy_b": 1}, {"accuracy_a": 0.5, "accuracy_b": 0.5}])
@pytest.mark.parametrize("prevalence", [0.01, 0.99])
def test_the_corners_have_a_kappa(corner, prevalence):
    result = kappa_result(replace(KAPPA, prevalence=prevalence, **corner))
    assert result.kappa == pytest.approx(1 if corner["accuracy_a"] == 1 else 0)
    assert "nan" not in kappa_html(result) and "-0.00" not in kappa_html(result)


def test_the_kappa_panel_says():
    shown = kappa_html(kappa_result(KAPPA))
    assert "Kappa is 0.61 (below the threshold): these raters agree on 90.5% of the items." in shown
    assert cells(shown)[-2:] == [["5%", "0.45", "below the threshold"], ["1%", "0.14", "below the threshold"]]
    assert "no threshold on quality" in shown
    with pytest.raises(ValueError, match=r"Prevalence must be a number from 0.01 to 0.99; got 0"):
        kappa_result(replace(KAPPA, prevalence=0))


# ---- words and HTML


@pytest.mark.parametrize("typed, number", [("3", 3), (" 7 ", 7), ("4.0", 4), (5, 5)])
def test_whole_numbers_are_read(typed, number):
    read = read_number(typed, Knob("People", "", 0, 20, 1))
    assert (read, type(read)) == (number, int)


@pytest.mark.parametrize("typed", ["", "abc", "2.5", "21", "-1", "nan", "inf", "1e9", None, "<b>3</b>"])
def test_what_is_no_whole_number_in_the_range_is_refused(typed):
    with pytest.raises(ValueError, match=r"^People must be a whole number from 0 to 20; got "):
        read_number(typed, Knob("People", "", 0, 20, 1))


def test_a_decimal_comma_gets_a_hint():
    with pytest.raises(ValueError, match=r"Write decimals with a point, as in 0.5"):
        read_number("0,7", Knob("Share", "", 0, 1, 0.01))


def test_text_is_escaped():
    nasty = '<script>alert("x")</script>'
    table = table_html(nasty, [nasty], [[nasty, nasty]])
    for shown in (sentence_html(nasty), sentence_html(nasty, bold=True), problem_html(nasty), table):
        assert "<script>" not in shown
        assert "&lt;script&gt;" in shown


def test_a_table_can_be_read_by_its_headings():
    shown = table_html("Errors", ["who", "error"], [["people", "0.5"]], [(0.5, "#000000")])
    assert '<th scope="col"' in shown and cells(shown) == [["people", "0.5"]]
    assert 'aria-hidden="true"><div class="kit-bar" style="width: 50.0%' in shown


# ---- controls


def test_text_and_slider_follow_each_other():
    control = Control(Knob("Share", "How much.", 0, 1, 0.01), 0.3)
    assert (control.value, control.text.value, control.slider.value) == (0.3, "0.3", 0.3)
    control.slider.value = 0.1 + 0.2 * 3
    assert (control.value, control.text.value) == (0.7, "0.7")
    control.text.value = ".25"
    assert (control.value, control.text.value, control.slider.value) == (0.25, ".25", 0.25)
    control.value = 0.546853  # finer than the slider's step: kept
    assert (control.value, control.slider.value) == (0.546853, 0.546853)


@pytest.mark.parametrize("measured, rounded", [(0.073, 0.07), (0.795, 0.8)])
def test_rounding_by_the_slider_is_no_move(measured, rounded):
    control = Control(Knob("Noise", "How much.", 0, 4, 0.01), measured)
    control.slider.value = rounded  # what JupyterLab sends when it has drawn the slider
    assert (control.value, control.text.value) == (measured, str(measured))
    control.slider.value = rounded + 0.01
    assert control.value == pytest.approx(rounded + 0.01)


def test_every_control_has_a_description_and_a_tooltip():
    for panel in (kappa_panel(), equivalent_raters_panel()):
        for name in vars(panel.state):
            control = getattr(panel, name)
            assert len(control.text.description) > 4 and control.slider.description == control.text.description
            assert len(control.text.tooltip) > 15 and control.slider.tooltip == control.text.tooltip


def shown(panel):
    return panel.widget.children[1].children[1].value


@pytest.mark.parametrize("make", [kappa_panel, equivalent_raters_panel])
def test_each_control_of_a_panel_moves_state_and_page(make):
    start = make(items=50)
    for name, old in vars(start.state).items():
        panel = make(items=50)
        before, control = shown(panel), getattr(panel, name)
        control.slider.value = control.slider.min if old != control.slider.min else control.slider.max
        assert getattr(panel.state, name) == control.value != old
        assert shown(panel) != before, name


def test_a_move_draws_once():
    drawn = []
    panel = kappa_panel()
    panel.widget.children[1].children[1].observe(drawn.append, "value")
    panel.prevalence.slider.value = 0.25
    panel.prevalence.text.value = ".3"
    panel.prevalence.value = 0.35
    assert len(drawn) == 3


def test_a_wrong_number_is_said_in_words_and_the_last_result_stays_below_it_grey():
    panel = kappa_panel()
    before = shown(panel)
    panel.prevalence.text.value = "<b>rare</b>"
    assert 'role="alert"' in shown(panel)
    assert "Prevalence must be a number from 0.01 to 0.99; got &#x27;&lt;b&gt;rare&lt;/b&gt;&#x27;." in shown(panel)
    new, mark, old = shown(panel).partition('<section class="kit-old"')
    assert mark and "Kappa is" not in new and "Kappa is" in old
    assert 'role="status"' not in old  # it is no news
    assert before.replace(' role="status"', "") in old
    with pytest.raises(ValueError, match="Prevalence must be"):
        _ = panel.state
    panel.items.text.value = "many"
    assert shown(panel).count("kit-old") == 1
    panel.items.value = 100
    panel.prevalence.slider.value = 0.2
    assert panel.prevalence.text.value == "0.2"
    assert "Kappa is" in shown(panel)
    panel.prevalence.value = 0.1
    assert shown(panel) == before


def test_inputs_that_do_not_go_together_are_said_in_words():
    panel = equivalent_raters_panel(people=0)
    panel.machine_ratings.value = 0
    assert "nobody is asked" in shown(panel)
    panel.machine_ratings.value = 1
    panel.items.value = 3
    assert "at least 4" in shown(panel)


def test_a_start_out_of_range_is_said_in_words():
    assert "Machine&#x27;s bias, squared must be a number from 0 to 4; got &#x27;9&#x27;" in shown(
        equivalent_raters_panel(bias=9)
    )
    with pytest.raises(TypeError):
        kappa_panel(rareness=0.1)


def test_a_failure_that_nobody_foresaw_leaves_no_old_result():
    knobs = {"people": Knob("People", "How many.", 0, 20, 1)}
    panel = Panel("Division", knobs, EquivalentRatersInputs(), lambda inputs: f"<p>{3 / inputs.people}</p>")
    assert shown(panel) == "<p>1.0</p>"
    with pytest.raises(ZeroDivisionError):
        panel.people.value = 0
    assert "failed in a way that it did not foresee" in shown(panel)


# ---- without a kernel


@pytest.mark.parametrize("make", [kappa_panel, equivalent_raters_panel])
def test_the_stored_output_is_a_table_that_needs_no_kernel(make):
    panel = make()
    bundle = panel._repr_mimebundle_()
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"}
    assert shown(panel) in bundle["text/html"]
    for control in (getattr(panel, name) for name in vars(panel.state)):
        assert [control.text.description, control.text.value, control.text.tooltip] in cells(bundle["text/html"])
    assert "[run this cell in Jupyter to use it]" in bundle["text/plain"]


@pytest.mark.parametrize("draw, inputs", [(kappa_figure, KAPPA), (equivalent_raters_figure, RATERS)])
def test_the_twin_is_a_figure_with_words(draw, inputs):
    ax, alt = draw(inputs)
    assert len(alt) > 100
    assert ax.get_xlabel() and ax.get_ylabel()
    ax.figure.clear()


def test_a_mix_of_one_has_no_figure():
    with pytest.raises(ValueError, match="must both be 1 or more for a figure"):
        equivalent_raters_figure(replace(RATERS, people=0))
