"""What a threshold on a risk costs where the event is rare, and what balanced training data do to the risk.

The model is simpler than a real one: the scores of people without and with the event are two bell curves of the same
width. How far apart they lie is the model's quality; everything else follows from formulas, without simulation.
"""

import math
from dataclasses import dataclass

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from scipy.special import expit, logit
from scipy.stats import norm

from helpers.course.figures import COLOURS, label_lines, new_axes
from helpers.imbalance import cost_threshold, undo_prior_shift
from helpers.panels.controls import Choice, Knob, Panel, check_inputs, sentence_html, table_html
from helpers.panels.drawing import Axis, Line, Spot, drawing_html

__all__ = [
    "ImbalanceInputs",
    "ImbalanceResult",
    "Outcome",
    "imbalance_figure",
    "imbalance_html",
    "imbalance_panel",
    "imbalance_result",
]

PEOPLE = 10_000
SHOWN_RISKS = (0.1, 0.5, 0.9)
THRESHOLDS = expit(np.linspace(logit(0.0005), logit(0.9995), 241))  # of the curve, on a scale without ends
TICKS = [(0.001, "0.1%"), (0.01, "1%"), (0.1, "10%"), (0.5, "50%"), (0.9, "90%"), (0.99, "99%")]

KNOBS = {
    "prevalence": Knob("Prevalence", "The share of people who have the event.", 0.001, 0.5, 0.001),
    "auc": Knob(
        "Model's quality (AUC)",
        "Take one person with the event and one without: how often the first has the higher score. 0.5 is guessing.",
        0.51,
        0.99,
        0.01,
    ),
    "false_alarm_cost": Knob("Cost of a false alarm", "Of an alarm for a person without the event.", 0.5, 100, 0.5),
    "miss_cost": Knob("Cost of a miss", "Of no alarm for a person with the event, in the same unit.", 0.5, 1000, 0.5),
    "threshold": Knob("Threshold", "Alarm when the risk that the model shows is above it.", 0.001, 0.999, 0.001),
    "training": Choice(
        "Training data",
        "What share of events the model saw in training.",
        {
            "plain": "as many events as in the world",
            "balanced": "half with the event, as SMOTE makes them",
            "undone": "balanced, then the risks put right",
        },
    ),
}


@dataclass(frozen=True)
class ImbalanceInputs:
    """A rare event, a model that scores people, what errors cost, and a threshold on the risk that it shows."""

    prevalence: float = 0.01
    auc: float = 0.8
    false_alarm_cost: float = 1
    miss_cost: float = 50
    threshold: float = 0.5
    training: str = "plain"


@dataclass(frozen=True)
class Outcome:
    """What one rule does to 10,000 people, and its cost. `threshold` is on the risk that the model shows.

    `hits` have the event and an alarm, `false_alarms` an alarm alone, `misses` the event alone, `quiet` neither.
    `precision` is the share of right alarms (NaN without alarms), `recall` the share of events that get an alarm.
    """

    threshold: float
    hits: float
    false_alarms: float
    misses: float
    quiet: float
    precision: float
    recall: float
    cost: float


@dataclass(frozen=True)
class ImbalanceResult:
    """The threshold that was chosen (`chosen`), its rivals, and what the shown risks are worth.

    `distance` is how far the two bell curves lie apart, in widths (standard deviations). `best` is the cheapest
    threshold, `nobody` and `everybody` are the rules that need no model. `mean_risk` is the mean of the shown risks,
    which should be the prevalence. `true_risks` are pairs of a shown risk and the share of people with that risk who
    have the event; `true_threshold` is the true risk of those who stand at the threshold.
    """

    inputs: ImbalanceInputs
    distance: float
    chosen: Outcome
    best: Outcome
    nobody: Outcome
    everybody: Outcome
    mean_risk: float
    true_risks: tuple[tuple[float, float], ...]
    true_threshold: float


def imbalance_result(inputs: ImbalanceInputs) -> ImbalanceResult:
    """Calculate what becomes of 10,000 people, in closed form.

    Scores are normal with standard deviation 1, around 0 without the event and around d with it: AUC is the chance that
    the second is larger, Phi(d / sqrt 2). A score x has the odds exp(d x - d^2 / 2) of the event where it is as common
    as not, which is what a model shows that was trained on balanced data; at another prevalence, these odds times
    prevalence / (1 - prevalence).

    Parameters
    ----------
    inputs : ImbalanceInputs

    Returns
    -------
    ImbalanceResult

    Raises
    ------
    ValueError
        For an input outside its range.

    Examples
    --------
    >>> result = imbalance_result(ImbalanceInputs(prevalence=0.01, auc=0.8))
    >>> round(result.chosen.hits), round(result.best.hits), round(result.best.threshold, 4)
    (0, 51, 0.0196)
    """
    check_inputs(inputs, KNOBS)
    distance = math.sqrt(2) * norm.ppf(inputs.auc)
    shown, rare = _shown_prevalence(inputs), inputs.prevalence
    best = undo_prior_shift(cost_threshold(inputs.false_alarm_cost, inputs.miss_cost), rare, shown)
    scores = np.linspace(-9, 9 + distance, 2001)
    risks = expit(logit(shown) + distance * scores - distance**2 / 2)
    people = (1 - rare) * norm.pdf(scores) + rare * norm.pdf(scores - distance)
    return ImbalanceResult(
        inputs,
        distance,
        *(_outcome(inputs, threshold) for threshold in (inputs.threshold, best, 1.0, 0.0)),
        mean_risk=float((risks * people).sum() / people.sum()),
        true_risks=tuple((risk, undo_prior_shift(risk, shown, rare)) for risk in SHOWN_RISKS),
        true_threshold=undo_prior_shift(inputs.threshold, shown, rare),
    )


def imbalance_html(result: ImbalanceResult) -> str:
    """Put the result into words, two tables and a drawing.

    Parameters
    ----------
    result : ImbalanceResult
    """
    return "".join(
        [
            sentence_html(_message(result), bold=True),
            _rules_html(result),
            sentence_html(
                "Precision: the share of alarms that are right. Recall: the share of people with the event who get one."
            ),
            sentence_html(_money(result)),
            _drawing(result),
            *map(sentence_html, _truth(result)),
            _risks_html(result),
            sentence_html(_model(result)),
        ]
    )


def imbalance_figure(inputs: ImbalanceInputs) -> tuple[Axes, str]:
    """Draw the cost against the threshold: what the panel says, without a kernel.

    Parameters
    ----------
    inputs : ImbalanceInputs
        Such as `panel.state`.

    Returns
    -------
    Axes, and a description of the figure in words
        Show both with `show_figure(*imbalance_figure(panel.state))`.

    Raises
    ------
    ValueError
        For an input outside its range.
    """
    result = imbalance_result(inputs)
    chosen, best, nobody, everybody = result.chosen, result.best, result.nobody, result.everybody
    ax = new_axes(_title(result))
    sns.lineplot(x=THRESHOLDS, y=_costs(inputs), color=COLOURS["machine"], linewidth=2.5, ax=ax)
    names = {"alarm nobody": nobody.cost, "alarm everybody": everybody.cost}
    for cost in names.values():
        sns.lineplot(x=THRESHOLDS[[0, -1]], y=[cost, cost], color=COLOURS["baseline"], linestyle="--", ax=ax)
    for rule, name, marker, shift in ((chosen, "your threshold", "o", 10), (best, "cheapest", "^", -19)):
        spot = float(np.clip(rule.threshold, THRESHOLDS[0], THRESHOLDS[-1])), rule.cost
        ax.scatter(*spot, color=COLOURS["machine"], marker=marker, s=110, zorder=3, clip_on=False)
        label = f"{name}: {_risk(rule.threshold)}"
        ax.annotate(label, spot, (0, shift), textcoords="offset points", ha="center", weight="bold")
    ax.set(xscale="logit", xlim=THRESHOLDS[[0, -1]], ylim=(-0.05 * max(names.values()), 1.15 * max(names.values())))
    label_lines(ax, {"the model": COLOURS["machine"]} | dict.fromkeys(names, COLOURS["baseline"]), left=("the model",))
    ax.set_xticks([tick for tick, _ in TICKS], [name for _, name in TICKS])
    ax.minorticks_off()
    ax.set(xlabel="threshold on the risk that the model shows", ylabel=f"cost per {PEOPLE:,} people")
    alt = (
        f"Cost per {PEOPLE:,} people against the threshold, where {inputs.prevalence:.1%} have the event. At the left "
        f"everybody is alarmed, for {_cost(everybody.cost)}, at the right nobody, for {_cost(nobody.cost)}. In between "
        f"a valley: {_cost(best.cost)} at {_risk(best.threshold)}. Your threshold, {_risk(chosen.threshold)}, costs "
        f"{_cost(chosen.cost)}."
    )
    return ax, alt


def imbalance_panel(**inputs) -> Panel:
    """Sliders for the event, the model, the costs and the threshold; beside them what becomes of 10,000 people.

    Parameters
    ----------
    inputs
        Fields of `ImbalanceInputs` that begin with another value than their default.

    Returns
    -------
    Panel
        `panel.threshold.value = 0.02` moves a slider, `panel.training.value = "balanced"` chooses from the menu,
        `panel.state` gives the inputs as they stand.

    Examples
    --------
    >>> panel = imbalance_panel(miss_cost=99)
    >>> panel.threshold.value = 0.01
    >>> panel.training.value = "balanced"
    >>> panel.state.threshold, panel.state.training
    (0.01, 'balanced')
    """
    title = "A rare event, a model, and the threshold on its risk"
    return Panel(title, KNOBS, ImbalanceInputs(**inputs), lambda state: imbalance_html(imbalance_result(state)))


# ---- counts and costs


def _shown_prevalence(inputs: ImbalanceInputs) -> float:
    """How common the event is for the model."""
    return 0.5 if inputs.training == "balanced" else inputs.prevalence


def _alarms(inputs: ImbalanceInputs, threshold):
    """The shares of people with the event and of people without it who get an alarm; thresholds 0 and 1 too."""
    distance = math.sqrt(2) * norm.ppf(inputs.auc)
    cut = (logit(threshold) - logit(_shown_prevalence(inputs)) + distance**2 / 2) / distance
    return norm.sf(cut - distance), norm.sf(cut)


def _outcome(inputs: ImbalanceInputs, threshold: float) -> Outcome:
    recall, false_rate = map(float, _alarms(inputs, threshold))
    with_event, without = PEOPLE * inputs.prevalence, PEOPLE * (1 - inputs.prevalence)
    hits, false_alarms = with_event * recall, without * false_rate
    misses = with_event - hits
    alarms = hits + false_alarms
    return Outcome(
        threshold=threshold,
        hits=hits,
        false_alarms=false_alarms,
        misses=misses,
        quiet=without - false_alarms,
        precision=hits / alarms if alarms else math.nan,
        recall=recall,
        cost=inputs.false_alarm_cost * false_alarms + inputs.miss_cost * misses,
    )


def _costs(inputs: ImbalanceInputs) -> np.ndarray:
    """The curve: cost at each of THRESHOLDS."""
    recall, false_rate = _alarms(inputs, THRESHOLDS)
    rare = inputs.prevalence
    return PEOPLE * (inputs.false_alarm_cost * (1 - rare) * false_rate + inputs.miss_cost * rare * (1 - recall))


# ---- words


def _message(result: ImbalanceResult) -> str:
    inputs, chosen = result.inputs, result.chosen
    events, threshold = PEOPLE * inputs.prevalence, _risk(inputs.threshold)
    if chosen.hits + chosen.false_alarms < 0.5:
        return f"At a threshold of {threshold} nobody is alarmed: all {events:,.0f} people with the event are missed."
    if chosen.misses + chosen.quiet < 0.5:
        return f"At a threshold of {threshold} everybody is alarmed: {chosen.false_alarms:,.0f} of them for nothing."
    return (
        f"At a threshold of {threshold} the model finds {_count(chosen.hits)} of the {events:,.0f} people with the "
        f"event; of {_count(chosen.hits + chosen.false_alarms)} alarms {chosen.precision:.1%} are right."
    )


def _rules_html(result: ImbalanceResult) -> str:
    """The threshold beside its rivals."""
    rules = {
        f"yours, {_risk(result.chosen.threshold)}": (result.chosen, "machine"),
        f"cheapest, {_risk(result.best.threshold)}": (result.best, "machine"),
        "nobody": (result.nobody, "baseline"),
        "everybody": (result.everybody, "baseline"),
    }
    head = ["threshold", "right alarms", "false alarms", "misses", "rightly quiet", "precision", "recall", "cost"]
    rows = [
        [
            name,
            *(_count(each) for each in (rule.hits, rule.false_alarms, rule.misses, rule.quiet)),
            _precision(rule),
            f"{rule.recall:.0%}",
            _cost(rule.cost),
        ]
        for name, (rule, _) in rules.items()
    ]
    longest = max(rule.cost for rule, _ in rules.values())
    bars = [(rule.cost / longest, COLOURS[colour]) for rule, colour in rules.values()]
    caption = f"What becomes of {PEOPLE:,} people, on average; the bar is the cost"
    return table_html(caption, head, rows, bars)


def _money(result: ImbalanceResult) -> str:
    inputs, best = result.inputs, result.best
    rule = cost_threshold(inputs.false_alarm_cost, inputs.miss_cost)
    why = f"{inputs.false_alarm_cost:g} / ({inputs.false_alarm_cost:g} + {inputs.miss_cost:g}) = {_risk(rule)}"
    if inputs.training == "balanced":
        why += f" as a true risk, which this model shows as {_risk(best.threshold)}"
    sentence = (
        "The cheapest threshold is the cost of a false alarm over the cost of a false alarm and a miss together: "
        f"{why}. Yours costs {_cost(result.chosen.cost)} per {PEOPLE:,} people, the cheapest {_cost(best.cost)}."
    )
    name, rival = min(("nobody", result.nobody), ("everybody", result.everybody), key=lambda pair: pair[1].cost)
    if best.cost > 0.98 * rival.cost:
        sentence += f" But at these costs the model is of little use: to alarm {name} costs {_cost(rival.cost)}."
    return sentence


def _truth(result: ImbalanceResult) -> list[str]:
    inputs, mean, rare = result.inputs, result.mean_risk, result.inputs.prevalence
    if inputs.training == "plain":
        return [
            f"The risks can be believed: their mean is {_risk(mean)}, and so is the share of people with the event."
        ]
    if inputs.training == "undone":
        return [
            "The model learned from balanced data, then its risks were put right by one multiplication of the odds: "
            f"their mean is {_risk(mean)} again. Counts and costs are those of the model that learned from the data as "
            "they are: balancing bought nothing here."
        ]
    return [
        f"The risks can't be believed: their mean is {_risk(mean)}, {mean / rare:.3g} times the share of people with "
        f"the event, {_risk(rare)}. The model learned from data where half of the people have it.",
        f"A shown risk of {_risk(inputs.threshold)} is a true risk of {_risk(result.true_threshold)}. So the model "
        "without balancing, at that threshold, alarms the same people.",
    ]


def _risks_html(result: ImbalanceResult) -> str:
    rows = [[_risk(shown), _risk(true)] for shown, true in result.true_risks]
    return table_html("What the shown risks are worth", ["risk shown", "of these people have the event"], rows)


def _model(result: ImbalanceResult) -> str:
    return (
        "The model is a simple one: the scores of people without and with the event are two bell curves of the same "
        f"width, {result.distance:.2f} widths (standard deviations) apart. Scores of real models are less regular: "
        "measure yours."
    )


def _drawing(result: ImbalanceResult) -> str:
    nobody, everybody = result.nobody.cost, result.everybody.cost
    ends = logit(THRESHOLDS[0]), logit(THRESHOLDS[-1])
    lines = [
        Line(logit(THRESHOLDS), _costs(result.inputs), COLOURS["machine"], 2.5),
        Line(ends, [nobody, nobody], COLOURS["baseline"], 1.5, dashed=True, name="alarm nobody"),
        Line(ends, [everybody, everybody], COLOURS["baseline"], 1.5, dashed=True, name="alarm everybody"),
    ]
    spots = [
        Spot(float(np.clip(logit(rule.threshold), *ends)), rule.cost, COLOURS["machine"], name, round_)
        for rule, name, round_ in ((result.chosen, "yours", True), (result.best, "cheapest", False))
    ]
    x = Axis("threshold on the risk that the model shows", *ends, [(logit(tick), name) for tick, name in TICKS])
    y = Axis.from_zero(f"cost per {PEOPLE:,} people", max(nobody, everybody))
    return drawing_html(_title(result), lines, x, y, spots)


def _title(result: ImbalanceResult) -> str:
    return f"Cheapest threshold: {_risk(result.best.threshold)}; yours: {_risk(result.chosen.threshold)}"


def _risk(share: float) -> str:
    """As a percentage, with three figures of what lies between it and the nearer end: 0.12%, 50%, 99.95%."""
    nearer = 100 * min(share, 1 - share)
    return f"{round(100 * share, 2 - math.floor(math.log10(nearer))) if nearer else 100 * share:.10g}%"


def _count(people: float) -> str:
    return f"{people:,.0f}" if people >= 9.5 or not round(people, 1) else f"{people:.1f}"


def _cost(cost: float) -> str:
    return f"{cost:,.0f}"


def _precision(rule: Outcome) -> str:
    return "no alarm" if rule.hits + rule.false_alarms < 0.5 else f"{rule.precision:.1%}"
