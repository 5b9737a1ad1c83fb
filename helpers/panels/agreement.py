"""Kappa of two raters, as accuracy, prevalence and sample size move it.

Cohen's kappa is agreement beyond chance: 1 when two raters always agree, 0 when only as often as by chance.
"""

from dataclasses import dataclass

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from scipy.optimize import brentq

from helpers.agreement import false_alarm_rate, kappa_from_accuracy
from helpers.course.figures import COLOURS, new_axes
from helpers.panels.controls import Knob, Panel, check_inputs, sentence_html, table_html

__all__ = ["KappaInputs", "KappaResult", "kappa_figure", "kappa_html", "kappa_panel", "kappa_result"]

PREVALENCES = (0.5, 0.3, 0.2, 0.1, 0.05, 0.01)
DRAWS = 10_000  # simulated samples: the share is right to .01, and drawing them takes 8 ms at most

KNOBS = {
    "accuracy_a": Knob("Accuracy of rater A", "How often A is right, on yes and on no alike.", 0.5, 1, 0.01),
    "accuracy_b": Knob("Accuracy of rater B", "How often B is right, on yes and on no alike.", 0.5, 1, 0.01),
    "prevalence": Knob("Prevalence", "The share of items whose right answer is yes.", 0.01, 0.99, 0.01),
    "items": Knob("Items in the sample", "How many items both raters label.", 10, 1000, 10),
    "threshold": Knob("Threshold for kappa", "Below it somebody raises an alarm.", 0.05, 0.95, 0.01),
}


@dataclass(frozen=True)
class KappaInputs:
    """Two raters of a yes-or-no question who err independently, and a rule that watches their kappa."""

    accuracy_a: float = 0.95
    accuracy_b: float = 0.95
    prevalence: float = 0.1
    items: int = 100
    threshold: float = 0.75


@dataclass(frozen=True)
class KappaResult:
    """What the raters' kappa is (`kappa`), and what a sample of it would say.

    `raw_agreement` is the share of items on which they agree, `below` the share of samples whose kappa falls below the
    threshold with these same raters, `accuracy_needed` what each rater would need for kappa at the threshold,
    `by_prevalence` pairs of a prevalence and the kappa of the same raters there.
    """

    inputs: KappaInputs
    kappa: float
    raw_agreement: float
    below: float
    accuracy_needed: float
    by_prevalence: tuple[tuple[float, float], ...]


def kappa_result(inputs: KappaInputs) -> KappaResult:
    """Calculate kappa and what a threshold on it does.

    Parameters
    ----------
    inputs : KappaInputs

    Returns
    -------
    KappaResult
        `below` is simulated from a fixed seed: the same inputs give the same number. It takes the raters to say yes
        equally often, at the mean of their two rates. Where accuracies differ that is an approximation: by simulation
        right to .02 for raters .05 apart and to .05 for raters .15 apart.

    Raises
    ------
    ValueError
        For an input outside its range.

    Examples
    --------
    >>> result = kappa_result(KappaInputs(prevalence=0.1))
    >>> round(result.kappa, 3), round(result.raw_agreement, 3)
    (0.605, 0.905)
    """
    check_inputs(inputs, KNOBS)
    a, b, yes, threshold = inputs.accuracy_a, inputs.accuracy_b, inputs.prevalence, inputs.threshold
    kappa = kappa_from_accuracy(a, b, yes)
    says_yes = yes * (a + b) / 2 + (1 - yes) * (1 - (a + b) / 2)
    rng = np.random.default_rng(0)
    return KappaResult(
        inputs,
        kappa,
        raw_agreement=a * b + (1 - a) * (1 - b),
        below=false_alarm_rate(float(np.clip(kappa, 0, 1)), inputs.items, threshold, says_yes, rng=rng, draws=DRAWS),
        accuracy_needed=brentq(lambda right: kappa_from_accuracy(right, right, yes) - threshold, 0.5, 1),
        by_prevalence=tuple((share, kappa_from_accuracy(a, b, share)) for share in PREVALENCES),
    )


def kappa_html(result: KappaResult) -> str:
    """Put the result into words and a table.

    Parameters
    ----------
    result : KappaResult
    """
    limit = result.inputs.threshold
    rows = [[f"{share:.0%}", f"{kappa:.2f}", _side(kappa, limit)] for share, kappa in result.by_prevalence]
    bars = [(max(kappa, 0), COLOURS["human"]) for _, kappa in result.by_prevalence]
    return "".join(
        [
            sentence_html(
                f"Kappa is {result.kappa:.2f} ({_side(result.kappa, limit)}): these raters agree on "
                f"{result.raw_agreement:.1%} of the items.",
                bold=True,
            ),
            sentence_html(
                f"Of samples of {result.inputs.items} items, about {result.below:.0%} show a kappa below {limit:g}"
                + (": false alarms." if result.kappa >= limit else "; the true kappa is below it, too.")
            ),
            sentence_html(
                f"For kappa at {limit:g} at this prevalence, each rater must be right on {result.accuracy_needed:.1%} "
                "of the items."
            ),
            table_html("The same two raters at other prevalences", ["prevalence", "kappa", "threshold"], rows, bars),
            sentence_html("A threshold on kappa is no threshold on quality: it also moves with how rare yes is."),
        ]
    )


def kappa_figure(inputs: KappaInputs) -> tuple[Axes, str]:
    """Draw kappa against prevalence for these raters, with the threshold: what the panel says, without a kernel.

    Parameters
    ----------
    inputs : KappaInputs
        Such as `panel.state`.

    Returns
    -------
    Axes, and a description of the figure in words
        Show both with `show_figure(*kappa_figure(panel.state))`.

    Raises
    ------
    ValueError
        For an input outside its range.
    """
    result, limit = kappa_result(inputs), inputs.threshold
    shares = np.linspace(0.01, 0.99, 99)
    ax = new_axes("Same raters: kappa falls where one answer is rare")
    curve = [kappa_from_accuracy(inputs.accuracy_a, inputs.accuracy_b, share) for share in shares]
    sns.lineplot(x=shares, y=curve, color=COLOURS["human"], linewidth=2.5, ax=ax)
    ax.axhline(limit, color=COLOURS["baseline"], linestyle="--")
    ax.text(0.01, limit + 0.02, f"threshold {limit:g}")
    sns.scatterplot(x=[inputs.prevalence], y=[result.kappa], color=COLOURS["human"], s=110, zorder=3, ax=ax)
    inwards, side = (8, "left") if inputs.prevalence < 0.5 else (-8, "right")
    spot = inputs.prevalence, result.kappa
    ax.annotate(f"{result.kappa:.2f}", spot, (inwards, -14), textcoords="offset points", ha=side)
    ax.set(xlabel="share of items whose right answer is yes", ylabel="Cohen's kappa", xlim=(0, 1), ylim=(0, 1.02))
    alt = (
        f"Kappa of two raters who are right on {inputs.accuracy_a:.0%} and {inputs.accuracy_b:.0%} of the items, "
        f"against the share of items whose right answer is yes. A hill: {max(curve):.2f} at its top, {curve[0]:.2f} at "
        f"1%. At {inputs.prevalence:.0%} it is {result.kappa:.2f}, {_side(result.kappa, limit)} of {limit:g}."
    )
    return ax, alt


def kappa_panel(**inputs: float) -> Panel:
    """Sliders for two raters, prevalence, sample and threshold; below them what becomes of kappa.

    Parameters
    ----------
    inputs
        Fields of `KappaInputs` that begin with another value than their default.

    Returns
    -------
    Panel
        `panel.prevalence.value = 0.01` moves a slider, `panel.state` gives the inputs as they stand.

    Examples
    --------
    >>> panel = kappa_panel(items=50)
    >>> panel.prevalence.value = 0.5
    >>> panel.state
    KappaInputs(accuracy_a=0.95, accuracy_b=0.95, prevalence=0.5, items=50, threshold=0.75)
    """
    title = "Two raters, a yes-or-no question, and a threshold on kappa"
    return Panel(title, KNOBS, KappaInputs(**inputs), lambda state: kappa_html(kappa_result(state)))


def _side(kappa: float, limit: float) -> str:
    return "below the threshold" if kappa < limit else "above the threshold"
