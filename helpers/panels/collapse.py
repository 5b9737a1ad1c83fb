"""A model that learns from its own output again and again: what is left after some generations.

Two loops that need no text and no training. *Numbers*: the model knows the mean and the spread (standard deviation) of
its rows, and writes new ones from the bell curve with these two. *Words*: the model knows how often each word occurs
among its rows, and writes new words as often. Both are helpers.collapse.run_chain; many loops run at once, as columns.
"""

import math
from dataclasses import dataclass

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes

from helpers.collapse import (
    accumulated_variance,
    fresh_error_ratio,
    gaussian_log_variance,
    run_chain,
    survival_probability,
)
from helpers.course.figures import COLOURS, label_lines, new_axes
from helpers.panels.controls import Choice, Knob, Panel, check_inputs, sentence_html, table_html
from helpers.panels.drawing import Axis, Line, drawing_html

__all__ = [
    "CollapseInputs",
    "CollapseResult",
    "collapse_figure",
    "collapse_html",
    "collapse_panel",
    "collapse_result",
]

MIXED = ("fixed", "redrawn", "fresh")  # the regimes that mix human rows in
SHARES = (0, 0.1, 0.2, 0.3, 0.4, 0.6, 1)
SIZES = {"numbers": (10, 30, 100, 300, 1000), "words": (100, 1000, 10_000, 100_000)}
LAST = 5  # generations that the table by share looks at: their median is less noisy than that of one
DRAWN = 20  # loops in the drawing

# Few rows make noisy loops, so there are more of them: as many numbers are drawn at each size.
ROWS, MOST = 6000, 300

# The made-up language: its words from the most frequent on, the second half as frequent as the first, the third a
# third as frequent, and so on (Zipf's law).
WORDS = 1000
FREQUENCIES = 1 / np.arange(1, WORDS + 1)
FREQUENCIES /= FREQUENCIES.sum()

KNOBS = {
    "loop": Choice(
        "What is written",
        "What the rows are.",
        {"numbers": "from a bell curve", "words": f"of a language of {WORDS:,} words"},
    ),
    "regime": Choice(
        "Regime",
        "What the next model learns from.",
        {
            "replace": "the last model's rows alone",
            "accumulate": "all rows so far",
            "fixed": "some human rows, the same each time",
            "redrawn": "some human rows, drawn anew from the start's",
            "fresh": "some human rows, never used before",
        },
    ),
    "real_share": Knob("Human share", "What share of the rows is human, under fixed, redrawn and fresh.", 0, 1, 0.05),
    "size": Knob("Rows a generation", "How many rows each model writes; the first learns from as many.", 10, 200, 10),
    "generations": Knob("Generations", "How often a model learns and writes.", 2, 50, 1),
    "seed": Knob("Seed", "Another seed draws other random numbers.", 0, 999, 1),
}


@dataclass(frozen=True)
class CollapseInputs:
    """A loop in which models learn from models, and what human rows they get."""

    loop: str = "numbers"
    regime: str = "replace"
    real_share: float = 0.3
    size: int = 20
    generations: int = 30
    seed: int = 0


@dataclass(frozen=True)
class CollapseResult:
    """What each generation wrote, over many loops with the same inputs.

    For numbers, values are spreads in units of what as many human rows typically have; for words, the share of the
    start's kinds of words that are written. `median`, `low` and `high` (a tenth of the loops lies below `low`, a tenth
    above `high`) have a value for each generation from 0, which is human; so has each of `loops`, those to draw.
    `formula` says what `median` should be, and is empty where there is no formula. `human` is the value of other human
    rows. `halved` is the first generation with a median of a half or less, None when there is none. `by_share` and
    `by_size` are pairs: of a human share and the simulated value of the last five generations, and of a size and the
    last value by formula; empty where that makes no sense. `share` is the human share that was used, `count` the number
    of loops, `human_rows` how many human rows one loop has used.
    """

    inputs: CollapseInputs
    share: float
    count: int
    median: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    loops: tuple[tuple[float, ...], ...]
    formula: tuple[float, ...]
    human: float
    halved: int | None
    by_share: tuple[tuple[float, float], ...]
    by_size: tuple[tuple[int, float], ...]
    human_rows: int


def collapse_result(inputs: CollapseInputs) -> CollapseResult:
    """Run the loops.

    Parameters
    ----------
    inputs : CollapseInputs
        Under `replace` and `accumulate` the human share is set aside (`share` is 0).

    Returns
    -------
    CollapseResult
        The same inputs give the same numbers.

    Raises
    ------
    ValueError
        For an input outside its range, or a human share that comes to no row.

    Examples
    --------
    >>> result = collapse_result(CollapseInputs(size=10, generations=30))
    >>> result.median[30] < 0.5 < result.median[1], result.human
    (True, 1.0)
    """
    check_inputs(inputs, KNOBS)
    mixed = inputs.regime in MIXED
    share = inputs.real_share if mixed else 0.0
    if share and not _human_rows(share, inputs.size):
        raise ValueError(
            f"Human share must come to 1 row or more: {share:g} of {inputs.size} rows is none. Raise one of the two."
        )
    real = _human(inputs)
    loops = _loops(inputs, share, real)
    median = np.median(loops, axis=1)
    halved = np.flatnonzero(median <= 0.5)
    formula = _formula(inputs.loop, inputs.regime, share, inputs.size, np.arange(inputs.generations + 1))
    return CollapseResult(
        inputs,
        share,
        loops.shape[1],
        *(tuple(map(float, values)) for values in (median, *np.quantile(loops, [0.1, 0.9], axis=1))),
        loops=tuple(tuple(map(float, loop)) for loop in loops.T[:DRAWN]),
        formula=tuple(map(float, formula)),
        human=_human_value(inputs),
        halved=int(halved[0]) if len(halved) else None,
        by_share=_by_share(inputs, real) if mixed else (),
        by_size=_by_size(inputs) if len(formula) else (),
        human_rows=inputs.size + (_human_rows(share, inputs.size) * inputs.generations * (inputs.regime == "fresh")),
    )


def collapse_html(result: CollapseResult) -> str:
    """Put the result into words, a drawing and tables.

    Parameters
    ----------
    result : CollapseResult
    """
    regime = result.inputs.regime
    rest = "; the other rows are the last model's" if regime in MIXED else ""
    learned = f"{regime.capitalize()}: the next model learns from {KNOBS['regime'].options[regime]}{rest}."
    parts = [sentence_html(_message(result), bold=True), sentence_html(learned), _drawing(result)]
    parts += [_generations_html(result)]
    parts += map(sentence_html, _rivals(result))
    if result.by_share:
        rows = [[f"{share:.0%}", _value(value, result)] for share, value in result.by_share]
        bars = [(_bar(value), COLOURS["both"]) for _, value in result.by_share]
        caption = f"The last {LAST} of {result.inputs.generations} generations with another human share"
        parts += [table_html(caption, ["human share", _what(result)], rows, bars)]
    if result.by_size:
        rows = [[f"{size:,}", _value(value, result)] for size, value in result.by_size]
        bars = [(_bar(value), COLOURS["machine"]) for _, value in result.by_size]
        caption = f"After {result.inputs.generations} generations of other sizes, by formula"
        parts += [table_html(caption, ["rows a generation", _what(result)], rows, bars)]
    return "".join([*parts, *map(sentence_html, _notes(result))])


def collapse_figure(inputs: CollapseInputs) -> tuple[Axes, str]:
    """Draw the loops over their generations: what the panel says, without a kernel.

    Parameters
    ----------
    inputs : CollapseInputs
        Such as `panel.state`.

    Returns
    -------
    Axes, and a description of the figure in words
        Show both with `show_figure(*collapse_figure(panel.state))`.

    Raises
    ------
    ValueError
        As `collapse_result`.
    """
    result = collapse_result(inputs)
    ax = new_axes(_title(result))
    generations = range(inputs.generations + 1)
    lines = _lines(result)
    for name, (values, colour, style) in lines.items():
        sns.lineplot(x=generations, y=values, color=colour, linewidth=2.5, linestyle=style, ax=ax, label=name)
    ax.get_legend().remove()
    for loop in result.loops:
        ax.plot(generations, loop, color=COLOURS["machine"], alpha=0.25, linewidth=0.8, zorder=1)
    ax.set(xlabel="generation", ylabel=_what(result), xlim=(0, inputs.generations), ylim=(0, _top(result)))
    label_lines(ax, {name: colour for name, (_, colour, _) in lines.items()}, gap=0.07)
    last = result.median[-1]
    alt = (
        f"{_what(result).capitalize()} over {inputs.generations} generations of {inputs.regime}, {inputs.size} rows "
        f"each: thin lines for {len(result.loops)} loops, a thick one for the median. It begins at "
        f"{_value(result.median[0], result)} and ends at {_value(last, result)}. Other human rows: "
        f"{_value(result.human, result)}, a dashed line."
    )
    if result.formula:
        alt += f" The formula, dotted, ends at {_value(result.formula[-1], result)}."
    return ax, alt


def collapse_panel(**inputs) -> Panel:
    """Menus and sliders for the loop; beside them what is left after some generations.

    Parameters
    ----------
    inputs
        Fields of `CollapseInputs` that begin with another value than their default.

    Returns
    -------
    Panel
        `panel.regime.value = "fresh"` chooses from the menu, `panel.size.value = 100` moves a slider, `panel.state`
        gives the inputs as they stand.

    Examples
    --------
    >>> panel = collapse_panel(size=30, generations=10)
    >>> panel.regime.value = "fresh"
    >>> panel.state
    CollapseInputs(loop='numbers', regime='fresh', real_share=0.3, size=30, generations=10, seed=0)
    """
    title = "Models that learn from models: what is left?"
    return Panel(title, KNOBS, CollapseInputs(**inputs), lambda state: collapse_html(collapse_result(state)))


# ---- the loops


def _loops(inputs: CollapseInputs, share: float, real: np.ndarray) -> np.ndarray:
    """Generations x loops: what each generation wrote. `real` has at least as many human rows as are needed."""
    rows = inputs.size + (inputs.generations * _human_rows(share, inputs.size) if inputs.regime == "fresh" else 0)
    fit, write, measure = (_gaussian if inputs.loop == "numbers" else _unigrams)(inputs, real)
    written = run_chain(
        real[:rows],
        fit,
        write,
        generations=inputs.generations,
        size=inputs.size,
        regime=inputs.regime,
        real_share=share,
        rng=np.random.default_rng([inputs.seed, 1]),
    )
    return np.array([measure(rows) for rows in written])


def _human(inputs: CollapseInputs) -> np.ndarray:
    """Human rows x loops, enough for every share. Words are numbered by how frequent they are."""
    rng = np.random.default_rng(inputs.seed)
    shape = inputs.size * (1 + inputs.generations * (inputs.regime == "fresh")), min(ROWS // inputs.size, MOST)
    if inputs.loop == "numbers":
        return rng.standard_normal(shape)
    places = np.searchsorted(FREQUENCIES.cumsum(), rng.random(shape, dtype=np.float32))
    return np.minimum(places, WORDS - 1).astype(np.int16)


def _human_rows(share: float, size: int) -> int:
    return math.floor(share * size + 0.5)


def _gaussian(inputs: CollapseInputs, real: np.ndarray):
    """Fit, write and measure of the numbers. The formula of `accumulate` is for ddof=0, that of `replace` for 1."""
    ddof = 0 if inputs.regime == "accumulate" else 1
    typical = math.exp(gaussian_log_variance(inputs.size, 1).mean / 2)  # of human rows: a little below the true spread

    def fit(rows):
        return rows.mean(axis=0), rows.std(axis=0, ddof=ddof)

    def write(model, n, rng):
        mean, spread = model
        return mean + spread * rng.standard_normal((n, len(mean)))

    return fit, write, lambda rows: rows.std(axis=0, ddof=1) / typical


def _unigrams(inputs: CollapseInputs, real: np.ndarray):
    """Fit, write and measure of the words. To draw a row at random is to draw words as often as they occur."""
    start, columns = real[: inputs.size], np.arange(real.shape[1])
    at_start = np.zeros((WORDS, len(columns)), dtype=bool)
    at_start[start, columns] = True
    kinds = np.count_nonzero(at_start, axis=0)

    def alive(rows):
        ordered = np.sort(rows, axis=0)
        first = np.ones(ordered.shape, dtype=bool)  # of its kind
        first[1:] = ordered[1:] != ordered[:-1]
        return (first & at_start[ordered, columns]).sum(axis=0) / kinds

    def write(rows, n, rng):
        return rows[rng.integers(len(rows), size=(n, len(columns))), columns]

    return lambda rows: rows, write, alive


def _formula(loop: str, regime: str, share: float, size: int, generations: np.ndarray) -> np.ndarray:
    """What the typical loop has left; empty where there is no formula."""
    if regime == "accumulate" or share:
        return np.array([])
    if loop == "numbers":
        return np.exp(gaussian_log_variance(size, generations).mean / 2)
    # each of a word's occurrences at the start has descendants in generation g with the probability `alive`
    alive = survival_probability(1, generations)
    return (1 - (1 - np.outer(alive, FREQUENCIES)) ** size).sum(axis=1) / _kinds(size)


def _kinds(size: int) -> float:
    """How many kinds of words a human sample has, on average."""
    return float((1 - (1 - FREQUENCIES) ** size).sum())


def _human_value(inputs: CollapseInputs) -> float:
    """What other human rows would have."""
    if inputs.loop == "numbers":
        return 1.0
    return float(((1 - (1 - FREQUENCIES) ** inputs.size) ** 2).sum() / _kinds(inputs.size))


def _by_share(inputs: CollapseInputs, real: np.ndarray) -> tuple[tuple[float, float], ...]:
    some = real[:, : real.shape[1] // 2]  # half as many loops will do
    return tuple((share, float(np.median(_loops(inputs, share, some)[-LAST:]))) for share in SHARES)


def _by_size(inputs: CollapseInputs) -> tuple[tuple[int, float], ...]:
    last = np.array([inputs.generations])
    sizes = SIZES[inputs.loop]
    return tuple((size, float(_formula(inputs.loop, inputs.regime, 0, size, last)[0])) for size in sizes)


# ---- words


def _what(result: CollapseResult) -> str:
    return "spread, human = 1" if result.inputs.loop == "numbers" else "share of the start's words"


def _value(value: float, result: CollapseResult) -> str:
    return f"{value:.2f}" if result.inputs.loop == "numbers" else f"{value:.0%}"


def _bar(value: float) -> float:
    return min(max(value, 0), 1)


def _message(result: CollapseResult) -> str:
    inputs, last, half = result.inputs, _value(result.median[-1], result), result.halved
    if inputs.loop == "numbers":
        halved = "It was never halved" if half is None else f"It was halved by generation {half}"
        return f"After {inputs.generations} generations the typical spread is {last} of the human one. {halved}."
    halved = "Half of them were never gone" if half is None else f"Half of them were gone by generation {half}"
    return f"After {inputs.generations} generations {last} of the words of the start are still written. {halved}."


def _generations_html(result: CollapseResult) -> str:
    last = result.inputs.generations
    chosen = sorted({0, 1, round(last / 4), round(last / 2), round(3 * last / 4), last})
    head = ["generation", _what(result), "eight in ten loops", *(["by formula"] if result.formula else [])]
    rows = [
        [
            f"{number}" + ("" if number else ", human"),
            _value(result.median[number], result),
            f"{_value(result.low[number], result)} to {_value(result.high[number], result)}",
            *([_value(result.formula[number], result)] if result.formula else []),
        ]
        for number in chosen
    ]
    bars = [(_bar(result.median[number]), COLOURS["machine" if number else "human"]) for number in chosen]
    caption = f"Median of {result.count} loops with the same inputs, with a bar"
    return table_html(caption, head, rows, bars)


def _rivals(result: CollapseResult) -> list[str]:
    sentences = []
    if result.inputs.regime != "replace":  # whoever looks for a rescue; before that it would only say too much
        once = _value(result.median[1], result)
        sentences += [f"The cheapest rival: train once, keep that model, and never train again. That stays at {once}."]
    if result.inputs.loop == "words":
        sentences += [
            f"Another human sample of this size has {_value(result.human, result)} of the start's words. More than "
            "that is memory of the start, less is loss.",
            f"The language has {WORDS:,} words: the second is half as frequent as the first, the third a third as "
            "frequent, and so on. Most are rare.",
        ]
    return sentences


def _notes(result: CollapseResult) -> list[str]:
    inputs = result.inputs
    notes = []
    if inputs.regime not in MIXED:
        notes += [f"The human share is not used: {inputs.regime} mixes no human rows in after the start."]
    elif not result.share:
        notes += [f"With a human share of 0, {inputs.regime} is replace."]
    else:
        notes += [f"Human rows that one loop has used, with the start: {result.human_rows:,}."]
    if result.by_share:
        notes += [
            "A rule of thumb says that 30 to 40% human rows stop the collapse. Look for such a step in the table by "
            "human share: more human rows keep more, at 30 or 40% as anywhere else."
        ]
    if inputs.regime == "fresh" and result.share and inputs.loop == "numbers":
        ratio = float(fresh_error_ratio(result.share))
        notes += [
            f"The spread is not all: in the long run the squared error of the mean is {ratio:.2f} times that of "
            f"{inputs.size} human rows, by formula."
        ]
    if inputs.regime == "accumulate":
        notes += ["Nothing is thrown away, so the human start stays in every training set and the loop comes to rest."]
    if inputs.regime == "accumulate" and inputs.loop == "numbers":
        notes += [
            f"By formula the squared spread rests, on average, at {accumulated_variance(inputs.size):.3f} of the human "
            f"one, and with 1,000 rows at {accumulated_variance(1000):.3f}."
        ]
    return notes


def _title(result: CollapseResult) -> str:
    inputs, left = result.inputs, _value(result.median[-1], result)
    return f"{inputs.regime.capitalize()}, {inputs.size} rows: {left} left after {inputs.generations} generations"


def _top(result: CollapseResult) -> float:
    return max(1.1, 1.1 * max(result.high)) if result.inputs.loop == "numbers" else 1.05


def _lines(result: CollapseResult) -> dict[str, tuple]:
    """The lines with names: values, colour and style of each."""
    human = [result.human] * len(result.median)
    lines = {"median": (result.median, COLOURS["machine"], "-"), "human": (human, COLOURS["human"], "--")}
    if result.formula:
        lines["formula"] = (result.formula, COLOURS["baseline"], ":")
    return lines


def _drawing(result: CollapseResult) -> str:
    last = result.inputs.generations
    generations = range(last + 1)
    lines = [Line(generations, loop, COLOURS["machine"], 0.8, opacity=0.5) for loop in result.loops]
    for name, (values, colour, style) in _lines(result).items():
        lines += [Line(generations, values, colour, 2.5, dashed=style != "-", name=name)]
    marks = sorted({round(last * part / 5) for part in range(6)})
    x = Axis("generation", 0, last, [(mark, f"{mark}") for mark in marks])
    values = (0, 0.25, 0.5, 0.75, 1, 1.5, 2, 3)
    y = Axis(_what(result), 0, _top(result), [(v, _value(v, result)) for v in values if v <= _top(result)])
    return drawing_html(_title(result), lines, x, y)
