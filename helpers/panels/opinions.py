"""What a machine's ratings are worth in people, alone and mixed with people's.

All errors are about the mean rating of one item: how far an estimate lies from the mean of endlessly many people.
"""

import math
from dataclasses import dataclass

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes

from helpers.course.figures import COLOURS, new_axes
from helpers.panels.controls import Knob, Panel, check_inputs, sentence_html, table_html

__all__ = [
    "EquivalentRatersInputs",
    "EquivalentRatersResult",
    "Estimate",
    "equivalent_raters_figure",
    "equivalent_raters_html",
    "equivalent_raters_panel",
    "equivalent_raters_result",
]

FEWEST = 4  # items that a straight line needs before its expected error is finite

KNOBS = {
    "people": Knob("People", "How many people rate each item.", 0, 20, 1),
    "machine_ratings": Knob("Machine ratings", "How often the machine rates each item.", 0, 20, 1),
    "machine_share": Knob("Machine's share", "0: only the people's mean. 1: only the machine's.", 0, 1, 0.01),
    "items": Knob(
        "Correction items", "Items with human ratings that the correction is fitted on. 0: none.", 0, 200, 10
    ),
    "item_raters": Knob("Raters a correction item", "How many people rate each correction item.", 1, 50, 1),
    "correctable": Knob(
        "Correctable bias",
        "The share of the bias that a straight line removes, fitted on endlessly many items.",
        0,
        1,
        0.01,
    ),
    "bias": Knob("Machine's bias, squared", "Its squared error that asking more often does not remove.", 0, 4, 0.01),
    "noise": Knob("Machine's noise", "The variance of its ratings of one item.", 0, 4, 0.01),
    "disagreement": Knob("People's disagreement", "The variance of people's ratings of one item.", 0.01, 4, 0.01),
}


@dataclass(frozen=True)
class EquivalentRatersInputs:
    """What is bought, and what was measured.

    `bias`, `noise` and `disagreement` mean what they mean in `helpers.opinions.equivalent_raters`: squares, in squared
    units of the rating.
    """

    people: int = 3
    machine_ratings: int = 8
    machine_share: float = 0.5
    items: int = 0
    item_raters: int = 20
    correctable: float = 0.54
    bias: float = 0.299
    noise: float = 0.073
    disagreement: float = 0.795


@dataclass(frozen=True)
class Estimate:
    """One way to estimate an item's mean: its expected squared error, and the number of people who err as much."""

    error: float
    people: float


@dataclass(frozen=True)
class EquivalentRatersResult:
    """Four estimates of one item's mean, and what they cost.

    `mixed` gives the machine the share of the inputs, `best` gives it `best_share`. `ceiling` is the number of people
    that the machine is worth however often it is asked. `uncorrected` is the machine's squared error without the
    correction, `paid` the human ratings that the correction costs.
    """

    inputs: EquivalentRatersInputs
    humans: Estimate
    machine: Estimate
    mixed: Estimate
    best: Estimate
    best_share: float
    ceiling: float
    uncorrected: float
    paid: int


def equivalent_raters_result(inputs: EquivalentRatersInputs) -> EquivalentRatersResult:
    """Calculate the expected squared errors, in closed form.

    With m people, R machine ratings and the machine's share w:

        people    disagreement / m
        machine   bias + noise / R
        mixed     (1 - w)^2 people + w^2 machine, since people's noise is independent of the machine
        best      w = people / (people + machine), the error is people * machine / (people + machine)

    A straight line from the machine's mean to the people's mean leaves `rest = (1 - correctable) bias + noise / R`.
    It is fitted on n items with k raters each, whose points lie off the line by the variance `rest + disagreement / k`.
    That times 2 (n - 1) / (n (n - 3)), near 2 / n, is what the fit adds to the error of another item: 1 / n for the
    height of the line, (n + 1) / (n (n - 3)) for its slope (exact when the machine's means are normal and the residuals
    independent of them). The noise is kept whole, though a slope below 1 shrinks it a little.

    Parameters
    ----------
    inputs : EquivalentRatersInputs

    Returns
    -------
    EquivalentRatersResult
        An error is `inf` where there is nobody to ask; an estimate without error is worth `inf` people.

    Raises
    ------
    ValueError
        For an input outside its range, fewer than 4 correction items, or neither people nor machine.

    Examples
    --------
    >>> result = equivalent_raters_result(EquivalentRatersInputs(people=3, machine_ratings=8))
    >>> round(result.machine.people, 1), round(result.best.people, 1)
    (2.6, 5.6)
    """
    check_inputs(inputs, KNOBS)
    if 0 < inputs.items < FEWEST:
        raise ValueError(f"Correction items must be 0 or at least {FEWEST}, to fit a line; got {inputs.items}.")
    if not inputs.people and not inputs.machine_ratings:
        raise ValueError("People and Machine ratings must not both be 0: nobody is asked. Raise one of them.")
    humans = inputs.disagreement / inputs.people if inputs.people else math.inf
    machine = _machine_error(inputs, inputs.machine_ratings, inputs.items)
    best_share = _best_share(humans, machine)
    errors = humans, machine, _mixed(humans, machine, inputs.machine_share), _mixed(humans, machine, best_share)
    return EquivalentRatersResult(
        inputs,
        *(Estimate(error, _worth(inputs, error)) for error in errors),
        best_share=best_share,
        ceiling=_worth(inputs, _machine_error(inputs, math.inf, inputs.items)),
        uncorrected=_machine_error(inputs, inputs.machine_ratings, 0),
        paid=inputs.items * inputs.item_raters,
    )


def equivalent_raters_html(result: EquivalentRatersResult) -> str:
    """Put the result into words and a table.

    Parameters
    ----------
    result : EquivalentRatersResult
    """
    inputs = result.inputs
    corrected = f", corrected on {inputs.items} items" if inputs.items else ""
    estimates = {
        f"{inputs.people} people": (result.humans, COLOURS["human"]),
        f"{inputs.machine_ratings} machine ratings{corrected}": (result.machine, COLOURS["machine"]),
        f"your mix, machine's share {inputs.machine_share:.0%}": (result.mixed, COLOURS["both"]),
        f"best mix, machine's share {result.best_share:.0%}": (result.best, COLOURS["both"]),
    }
    rows = [[name, _people(each.people), _number(math.sqrt(each.error))] for name, (each, _) in estimates.items()]
    longest = max(each.error for each, _ in estimates.values() if each.error < math.inf) or 1
    bars = [(math.sqrt(min(each.error / longest, 1)), colour) for each, colour in estimates.values()]
    notes = [
        *_ceiling(result),
        *_correction(result),
        "All this is about the mean of an item. The spread of opinions is lost when a machine's answers are averaged: "
        "ask it for the split, and check that against people.",
    ]
    head = ["estimate of an item's mean", "worth", "typical error"]
    caption = "Typical error, with a bar: the root of the mean squared error, in units of the rating; smaller is better"
    table = table_html(caption, head, rows, bars)
    return sentence_html(_advice(result), bold=True) + table + "".join(map(sentence_html, notes))


def equivalent_raters_figure(inputs: EquivalentRatersInputs) -> tuple[Axes, str]:
    """Draw the error against the machine's share: what the panel says, without a kernel.

    Parameters
    ----------
    inputs : EquivalentRatersInputs
        Such as `panel.state`; with at least one person and one machine rating.

    Returns
    -------
    Axes, and a description of the figure in words
        Show both with `show_figure(*equivalent_raters_figure(panel.state))`.

    Raises
    ------
    ValueError
        As `equivalent_raters_result`; or when there is nothing to mix.
    """
    if not inputs.people or not inputs.machine_ratings:
        raise ValueError("People and Machine ratings must both be 1 or more for a figure of the mix; one is 0.")
    result = equivalent_raters_result(inputs)
    shares = np.linspace(0, 1, 101)
    curve = [math.sqrt(_mixed(result.humans.error, result.machine.error, share)) for share in shares]
    ax = new_axes(f"The best mix, machine's share {result.best_share:.0%}, is worth {_people(result.best.people)}")
    sns.lineplot(x=shares, y=curve, color=COLOURS["both"], linewidth=2.5, ax=ax)
    points = [
        (0, result.humans, f"{inputs.people} people", "human", "o"),
        (1, result.machine, f"{inputs.machine_ratings} machine ratings", "machine", "s"),
        (result.best_share, result.best, f"best share {result.best_share:.0%}", "both", "^"),
    ]
    for share, estimate, name, who, marker in points:
        ax.scatter(share, math.sqrt(estimate.error), color=COLOURS[who], marker=marker, s=110, zorder=3)
        ax.annotate(
            name, (share, math.sqrt(estimate.error)), (0, 12), textcoords="offset points", ha="center", weight="bold"
        )
    ax.set(xlabel="machine's share of the mean", ylabel="typical error, in units of the rating")
    ax.set(xlim=(-0.12, 1.15), ylim=(0, max(curve) * 1.2))
    alt = "Typical error of an item's mean against the machine's share of it. " + " ".join(
        f"{name}: {math.sqrt(each.error):.2f}, worth {_people(each.people)}." for _, each, name, _, _ in points
    )
    return ax, alt


def equivalent_raters_panel(**inputs: float) -> Panel:
    """Sliders for people, machine and a correction; below them what each is worth in people.

    Parameters
    ----------
    inputs
        Fields of `EquivalentRatersInputs` that begin with another value than their default: what you measured.

    Returns
    -------
    Panel
        `panel.items.value = 50` moves a slider, `panel.state` gives the inputs as they stand.

    Examples
    --------
    >>> panel = equivalent_raters_panel(people=2, bias=0.25)
    >>> panel.items.value = 50
    >>> panel.state.items, panel.state.bias
    (50, 0.25)
    """
    title = "What a machine's ratings are worth in people"
    state = EquivalentRatersInputs(**inputs)
    return Panel(title, KNOBS, state, lambda state: equivalent_raters_html(equivalent_raters_result(state)))


# ---- errors


def _machine_error(inputs: EquivalentRatersInputs, ratings: float, n: int) -> float:
    if not ratings:
        return math.inf
    if not n:
        return inputs.bias + inputs.noise / ratings
    rest = (1 - inputs.correctable) * inputs.bias + inputs.noise / ratings
    return rest + (rest + inputs.disagreement / inputs.item_raters) * 2 * (n - 1) / (n * (n - 3))


def _best_share(humans: float, machine: float) -> float:
    if math.inf in (humans, machine):
        return float(humans == math.inf)
    return humans / (humans + machine)


def _mixed(humans: float, machine: float, share: float) -> float:
    parts = [(1 - share, humans), (share, machine)]
    return sum(weight**2 * error for weight, error in parts if weight)  # a part without weight may be infinite


def _worth(inputs: EquivalentRatersInputs, error: float) -> float:
    return inputs.disagreement / error if error else math.inf


# ---- words


def _advice(result: EquivalentRatersResult) -> str:
    inputs, best = result.inputs, _people(result.best.people)
    if not inputs.machine_ratings:
        return f"Only people: {best}. There is no machine to mix in."
    if not inputs.people:
        return f"Only the machine: its mean is worth {best}."
    sentence = (
        f"At the best share, {result.best_share:.0%}, your {inputs.people} people and this machine together are worth "
        f"{best}"
    )
    if result.mixed.error > result.humans.error:
        return (
            f"Your share of {inputs.machine_share:.0%} trusts the machine too much: people alone do better. {sentence}."
        )
    return f"{sentence}; at your share, {inputs.machine_share:.0%}, {_people(result.mixed.people)}."


def _ceiling(result: EquivalentRatersResult) -> list[str]:
    inputs = result.inputs
    if not inputs.machine_ratings:
        return []
    if result.ceiling == math.inf:
        return ["This machine has no bias: asked often enough, it is worth any number of people."]
    before = " before the correction" if inputs.items else ""
    return [
        f"However often you ask it, this machine is worth at most {_people(result.ceiling)}: asking more often removes "
        f"its noise, never its bias, typically {math.sqrt(inputs.bias):.2f} on the rating scale{before}."
    ]


def _correction(result: EquivalentRatersResult) -> list[str]:
    if not result.inputs.items or not result.inputs.machine_ratings:
        return []
    before = _people(_worth(result.inputs, result.uncorrected))
    verdict = "helps" if result.machine.error < result.uncorrected else "does harm, with so few items"
    return [
        f"The correction costs {result.paid:,} human ratings, and {verdict}: without it the machine is worth {before}."
    ]


def _people(number: float) -> str:
    if number == math.inf:
        return "more than any number of people"
    return "nobody" if not number else f"{number:,.1f} people"


def _number(error: float) -> str:
    return "no rating" if error == math.inf else f"{error:.2f}"
