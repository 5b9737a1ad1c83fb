"""What correcting a machine's labels leaves wrong, as the first pass, the people and their attention vary."""

from dataclasses import dataclass

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes

from helpers.course.figures import COLOURS, label_lines, new_axes
from helpers.panels.controls import Knob, Panel, check_inputs, sentence_html, table_html
from helpers.panels.drawing import Axis, Line, Spot, drawing_html
from helpers.prelabels import break_even_accuracy, several_looks

__all__ = [
    "PrelabelInputs",
    "PrelabelResult",
    "prelabels_figure",
    "prelabels_html",
    "prelabels_panel",
    "prelabels_result",
]

OF = 1000
ACCURACIES = np.linspace(0.5, 1, 101)  # of the curves

KNOBS = {
    "accuracy": Knob("First pass is right", "The share of the first labels that are right.", 0.5, 1, 0.005),
    "caught": Knob("Caught", "The share of the wrong labels that a person who thinks puts right.", 0.05, 1, 0.01),
    "spoiled": Knob("Spoiled", "The share of the right labels that a person who thinks makes wrong.", 0, 0.3, 0.005),
    "nodded": Knob("Nodded through", "The share of the labels that people accept without thinking.", 0, 0.95, 0.01),
    "scratch": Knob("From scratch", "The share that is right when people label without a first pass.", 0.5, 1, 0.005),
}


@dataclass(frozen=True)
class PrelabelInputs:
    """A first pass between two answers, the people who correct it, and the same people without it."""

    accuracy: float = 0.95
    caught: float = 0.8
    spoiled: float = 0.03
    nodded: float = 0
    scratch: float = 0.93


@dataclass(frozen=True)
class PrelabelResult:
    """Wrong labels of 1,000: `left` alone, `corrected` by one person, `agreed` by two, and from `scratch`.

    `break_even` is the accuracy of a first pass above which one person does more harm than good, `nod_limit` the share
    nodded through from which on labels from scratch are better than corrected ones: 0 when they are in any case, None
    when they never are.
    """

    inputs: PrelabelInputs
    left: float
    corrected: float
    agreed: float
    scratch: float
    break_even: float
    nod_limit: float | None


def prelabels_result(inputs: PrelabelInputs) -> PrelabelResult:
    """Calculate what each way leaves wrong.

    Parameters
    ----------
    inputs : PrelabelInputs

    Returns
    -------
    PrelabelResult
        `agreed` takes the two people to err independently.

    Raises
    ------
    ValueError
        For an input outside its range.

    Examples
    --------
    >>> result = prelabels_result(PrelabelInputs(accuracy=0.99, caught=0.5))
    >>> round(result.left, 1), round(result.corrected, 1), round(result.break_even, 3)
    (10.0, 34.7, 0.943)
    """
    check_inputs(inputs, KNOBS)
    left, scratch = OF * (1 - inputs.accuracy), OF * (1 - inputs.scratch)
    awake = OF * several_looks(inputs.accuracy, inputs.caught, inputs.spoiled, 1).error
    one, two = (OF * _after(inputs, inputs.accuracy, people) for people in (1, 2))
    limit = break_even_accuracy(inputs.caught, inputs.spoiled)
    return PrelabelResult(inputs, left, one, two, scratch, limit, _nod_limit(left, awake, scratch))


def prelabels_html(result: PrelabelResult) -> str:
    """Put the result into words, a drawing and a table.

    Parameters
    ----------
    result : PrelabelResult
    """
    ways = {"left as it is": "left", "one person corrects": "corrected", "two must agree": "agreed"}
    ways["labelled from scratch"] = "scratch"
    colours = [COLOURS[name] for name in ("machine", "human", "both", "baseline")]
    values = [getattr(result, name) for name in ways.values()]
    rows = [[way, f"{value:.0f}"] for way, value in zip(ways, values, strict=True)]
    bars = [(value / max(*values, 1), colour) for value, colour in zip(values, colours, strict=True)]
    return "".join(
        [
            sentence_html(_message(result), bold=True),
            sentence_html(f"For errors like these the break-even is {result.break_even:.1%}."),
            sentence_html(_against_scratch(result)),
            _drawing(result.inputs),
            table_html(f"Wrong labels of {OF:,}", ["way", "wrong"], rows, bars),
            sentence_html(
                "The lines take caught and spoiled to be the same for every first pass; of a better one's errors "
                "people catch fewer. Two who must agree are taken to err independently; real ones err on the same."
            ),
        ]
    )


def prelabels_figure(inputs: PrelabelInputs) -> tuple[Axes, str]:
    """Draw what each way leaves wrong against the accuracy of the first pass: the panel without a kernel.

    Parameters
    ----------
    inputs : PrelabelInputs
        Such as `panel.state`.

    Returns
    -------
    Axes, and a description of the figure in words
        Show both with `show_figure(*prelabels_figure(panel.state))`.

    Raises
    ------
    ValueError
        For an input outside its range.
    """
    result = prelabels_result(inputs)
    ax = new_axes("Where the lines cross, correcting turns from help to harm")
    curves = _curves(inputs)
    for curve, colour, dashed in curves.values():
        sns.lineplot(x=ACCURACIES, y=curve, color=colour, linewidth=2.5, linestyle="--" if dashed else "-", ax=ax)
    top = 1.1 * max(curve[0] for curve, *_ in curves.values())
    ax.set(
        xlabel="share of right labels in the first pass", ylabel="wrong labels of 1,000", xlim=(0.5, 1), ylim=(0, top)
    )
    label_lines(ax, {name: colour for name, (_, colour, _) in curves.items()}, gap=0.048)
    sns.scatterplot(x=[inputs.accuracy], y=[result.corrected], color=COLOURS["human"], s=110, zorder=3, ax=ax)
    alt = (
        f"Wrong labels of 1,000 against the accuracy of the first pass. {_message(result)} At that accuracy two who "
        f"must agree leave {result.agreed:.0f}, labels from scratch {result.scratch:.0f}. The lines of left and "
        f"corrected cross at {result.break_even:.1%}."
    )
    return ax, alt


def prelabels_panel(**inputs: float) -> Panel:
    """Sliders for a first pass and the people who correct it; below them what stays wrong.

    Parameters
    ----------
    inputs
        Fields of `PrelabelInputs` that begin with another value than their default.

    Returns
    -------
    Panel
        `panel.nodded.value = 0.5` moves a slider, `panel.state` gives the inputs as they stand.

    Examples
    --------
    >>> panel = prelabels_panel(accuracy=0.6)
    >>> panel.nodded.value = 0.5
    >>> panel.state
    PrelabelInputs(accuracy=0.6, caught=0.8, spoiled=0.03, nodded=0.5, scratch=0.93)
    """
    title = "A first pass, and the people who correct it"
    return Panel(title, KNOBS, PrelabelInputs(**inputs), lambda state: prelabels_html(prelabels_result(state)))


def _after(inputs: PrelabelInputs, accuracy: float, people: int) -> float:
    """The share of wrong labels; only the first person sees the label, so only the first may nod it through."""
    awake = several_looks(accuracy, inputs.caught, inputs.spoiled, people).error
    return (1 - inputs.nodded) * awake + inputs.nodded * (1 - accuracy)


def _nod_limit(left: float, awake: float, scratch: float) -> float | None:
    if scratch <= min(left, awake):
        return 0.0
    # Nodding moves the errors in a straight line from those of people awake to those of the first pass.
    return (scratch - awake) / (left - awake) if awake < scratch < left else None


def _message(result: PrelabelResult) -> str:
    before, after = f"{result.left:.0f}", f"{result.corrected:.0f}"
    does = "changes little" if before == after else "helps" if result.corrected < result.left else "harms"
    return f"Correcting {does}: of {OF:,} labels {before} are wrong before, {after} after."


def _against_scratch(result: PrelabelResult) -> str:
    if result.nod_limit is None and result.corrected > result.scratch:
        return "Labels from scratch beat corrected ones, but not the first pass left alone."
    if result.nod_limit is None:
        return "Labels from scratch are no better than corrected ones."
    if result.nod_limit == 0:
        return "Labels from scratch are better, even if nothing is nodded through."
    return f"When more than {result.nod_limit:.0%} are nodded through, labels from scratch are better."


def _curves(inputs: PrelabelInputs) -> dict[str, tuple[np.ndarray, str, bool]]:
    """For each way its wrong labels at every accuracy, its colour, and whether its line is dashed."""
    one, two = (np.array([OF * _after(inputs, share, people) for share in ACCURACIES]) for people in (1, 2))
    return {
        "left": (OF * (1 - ACCURACIES), COLOURS["machine"], False),
        "one corrects": (one, COLOURS["human"], False),
        "two must agree": (two, COLOURS["both"], False),
        "from scratch": (np.full(len(ACCURACIES), OF * (1 - inputs.scratch)), COLOURS["baseline"], True),
    }


def _drawing(inputs: PrelabelInputs) -> str:
    curves = _curves(inputs)
    lines = [Line(ACCURACIES, y, colour, dashed=dashed, name=name) for name, (y, colour, dashed) in curves.items()]
    x = Axis("share of right labels in the first pass", 0.5, 1, [(t, f"{t:.0%}") for t in (0.5, 0.6, 0.7, 0.8, 0.9, 1)])
    y = Axis.from_zero("wrong of 1,000", max(curve[0] for curve, *_ in curves.values()))
    spot = Spot(inputs.accuracy, OF * _after(inputs, inputs.accuracy, 1), COLOURS["human"], "")
    return drawing_html("Wrong labels against the accuracy of the first pass", lines, x, y, [spot])
