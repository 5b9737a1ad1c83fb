"""What a plan with a machine costs beside people alone: all lines, the break-even, an interval, what a label costs.

The arithmetic is that of helpers/cost.py, and so are the words of most controls. Prices can be taken from
datasets/prices.csv: then their source and age are said.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from helpers.cost import INPUTS, LINES, Breakdown, Plan, break_even_plans, estimate, resize, simulate
from helpers.course.datasets import prices as listed_prices
from helpers.course.figures import COLOURS, label_lines, new_axes
from helpers.course.findings import read_findings
from helpers.panels.controls import (
    OWN,
    Choice,
    Entry,
    Knob,
    Panel,
    check_inputs,
    sentence_html,
    table_html,
    warning_html,
)
from helpers.panels.drawing import Axis, Line, Spot, drawing_html

__all__ = ["CostInputs", "CostResult", "Spread", "cost_figure", "cost_html", "cost_knobs", "cost_panel", "cost_result"]

DRAWS = 10_000
OLD = 365  # days, after which a price is called old
FIXED = ("items", "human_share", "raters_per_item", "months", "iterations")  # you decide these, so they are not unsure
FROM = "_from"  # a field that ends so says where the field without it was taken from
RATES = {
    "written": ("hybrid.worth_written", 2400),
    "labelled": ("hybrid.worth_labelled", 800),
}  # what lesson 05 measured a pile to be worth, in labels of one person, and the rows in it
ONCE = ("conditioning", "filters", "maintenance", "audit")  # lines that do not grow with the pile
SIZES = {1e12: "trillion ", 1e9: "billion ", 1e6: "million ", 1: ""}
HEADINGS = {
    "name": "What you need",
    "usd_per_human_label": "People",
    "usd_per_machine_item": "The machine",
    "reject_rate": "Checks",
    "usd_maintenance_per_month": "Later",
    "iterations": "What it is worth",
}


@dataclass(frozen=True, kw_only=True)
class CostInputs(Plan):
    """A plan with a name, how unsure its numbers are, and where they come from: `own`, or a row of the price list.

    The numbers at the start are an example. `unsure` is the share by which each number that is not taken from the list
    may be lower or higher.
    """

    name: str = "machine plan"
    items: float = 10_000
    human_share: float = 0.1
    usd_per_human_label: float = 0.4
    usd_per_human_label_from: str = OWN
    usd_per_machine_item: float = 0.01
    usd_per_machine_item_from: str = OWN
    usd_conditioning: float = 2000
    usd_conditioning_from: str = OWN
    usd_filters: float = 0
    usd_filters_from: str = OWN
    review_share: float = 0.15
    review_share_from: str = OWN
    usd_per_review: float = 0.15
    usd_per_review_from: str = OWN
    exchange_rate: float = 0.4
    exchange_rate_from: str = OWN
    unsure: float = 0.25


@dataclass(frozen=True)
class Spread:
    """The median of the draws, and the interval in which 90% of them lie."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class CostResult:
    """The plan beside the same plan with people only: `plan` and `people` have all lines of the two.

    `enough` is the plan with so many items that they are worth as many labels as people's, or None where no number of
    them is. `total` and `total_enough` are pairs of spreads, the plan's and people's. `cheaper` are the shares of the
    draws in which the plan is the cheaper one, for as many items and for the worth of as many labels; `break_even` is
    from how many items on it is, and from how many labels' worth. `ends` are two points of the lines in the drawing:
    useful labels, cost of the plan, cost of people. `sources` are the rows of the price list that were used, `warnings`
    what is to be said about them.
    """

    inputs: CostInputs
    plan: Breakdown
    people: Breakdown
    enough: Breakdown | None
    total: tuple[Spread, Spread]
    total_enough: tuple[Spread, Spread]
    cheaper: tuple[float, float]
    break_even: tuple[float, float]
    ends: tuple[tuple[float, float, float], ...]
    sources: tuple[tuple[str, ...], ...]
    warnings: tuple[str, ...]


def cost_knobs(prices: pd.DataFrame | None = None) -> dict[str, Knob | Choice | Entry]:
    """The controls: a number for each input of a plan, and a menu of prices for those that the list has.

    Parameters
    ----------
    prices : DataFrame as `helpers.course.datasets.prices()` gives it, or None for that one
    """
    about = "Each number that is not from the list, prices and rates alike, may be this share lower or higher."
    knobs = {"name": Entry("Name of the plan", "What to call the plan with the machine.", read_name)}
    for name, meaning in INPUTS.items():
        knobs[name] = _knob(meaning)
        if name + FROM in CostInputs.__dataclass_fields__:
            options = {row: words for row, (words, *_) in _rows(name, prices).items()}
            label = "Worth, from" if name == "exchange_rate" else f"{meaning['label']}, from"
            where = "Where the number above comes from; a row of the list puts it at its middle:"
            knobs[name + FROM] = Choice(label, where, {OWN: "your number", **options})
    return {**knobs, "unsure": Knob("Unsure by", about, 0, 0.9, 0.05)}


def read_name(typed: object) -> str:
    """The name that somebody typed.

    Parameters
    ----------
    typed : str

    Raises
    ------
    ValueError
        When there is none, or it is longer than 40 letters.
    """
    name = " ".join(str(typed).split())
    if not 1 <= len(name) <= 40:
        raise ValueError(f"Name of the plan must have 1 to 40 letters; got {len(name)}.")
    return name


def cost_result(inputs: CostInputs, today: date, prices: pd.DataFrame | None = None) -> CostResult:
    """Estimate both plans, and draw what is unsure.

    Parameters
    ----------
    inputs : CostInputs
    today : date
        Against which the age of a price is counted.
    prices : DataFrame as `helpers.course.datasets.prices()` gives it, or None for that one

    Returns
    -------
    CostResult
        The same inputs give the same numbers.

    Raises
    ------
    TypeError, ValueError
        For an input outside its range or on no menu, a number that is not within the price that it is said to come
        from, or a price without a source.

    Examples
    --------
    >>> result = cost_result(CostInputs(items=10_000, human_share=0), date(2026, 1, 1))
    >>> round(result.plan.total), round(result.people.total), round(result.break_even[0])
    (2325, 4000, 5442)
    """
    check_inputs(inputs, _own_knobs() if prices is None else cost_knobs(prices))
    people = replace(inputs, human_share=1, prelabel_discount=0)
    ranges = {name: _range(name, inputs, prices) for name in INPUTS if name not in FIXED}
    drawn = [
        simulate(ranges, np.random.default_rng(0), DRAWS, plan=inputs, rival=people, shape="log_pert", measure=measure)
        for measure in ("total", "total_useful")
    ]
    total, enough = (tuple(Spread(s.median, s.low, s.high) for s in (each, each.rival)) for each in drawn)
    break_even = tuple(break_even_plans(inputs, people, useful=useful) for useful in (False, True))
    most = max(2 * inputs.items, 1.3 * break_even[1] if break_even[1] < 10 * inputs.items else 0)
    ends = (1, min(most, INPUTS["items"]["high"]))
    sources, warnings = _sources(inputs, today, prices)
    return CostResult(
        inputs,
        estimate(inputs),
        estimate(people),
        _enough(inputs),
        total,
        enough,
        (drawn[0].cheaper, drawn[1].cheaper),
        break_even,
        tuple((n, *(_cost_of(n, estimate(each)) for each in (inputs, people))) for n in ends),
        sources,
        warnings,
    )


def cost_html(result: CostResult) -> str:
    """Put the result into words, a drawing and tables.

    Parameters
    ----------
    result : CostResult
    """
    return "".join(
        [
            sentence_html(_message(result), bold=True),
            *(warning_html(warning) for warning in result.warnings),
            sentence_html(_break_even(result)),
            sentence_html(_interval(result)),
            _drawing(result),
            _lines_html(result),
            sentence_html(_worth(result)),
            _sources_html(result),
            sentence_html("Wages, working conditions and how good the labels are do not stand in these sums."),
        ]
    )


def cost_figure(inputs: CostInputs) -> tuple[Axes, str]:
    """Draw cost against useful labels for the plan and for people only: what the panel shows, without a kernel.

    Parameters
    ----------
    inputs : CostInputs
        Such as `panel.state`.

    Returns
    -------
    Axes, and a description of the figure in words
        Show both with `show_figure(*cost_figure(panel.state))`.

    Raises
    ------
    TypeError, ValueError
        As `cost_result`.
    """
    result = cost_result(inputs, date.max)
    ax = new_axes(_title(result))
    places = [end[0] for end in result.ends]
    for who, (_, costs, spread) in _drawn(result).items():
        sns.lineplot(x=places, y=costs, color=COLOURS[who], linewidth=2.5, ax=ax)
        ax.vlines(inputs.items, spread.low, spread.high, color=COLOURS[who], alpha=0.5, linewidth=4)
    spots = _spots(result)
    sns.scatterplot(x=[s.x for s in spots], y=[s.y for s in spots], color=COLOURS["machine"], s=90, zorder=3, ax=ax)
    for spot in spots:
        ax.annotate(
            spot.name, (spot.x, spot.y), (0, 10 if spot.is_round else -18), textcoords="offset points", ha="center"
        )
    x, y = _axes(result)
    ax.set(xlabel=x.label, ylabel=y.label, xlim=(0, x.high), ylim=(0, y.high))
    ax.set_xticks(*zip(*x.ticks, strict=True))
    ax.set_yticks(*zip(*y.ticks, strict=True))
    # a sign of money would begin a formula
    label_lines(ax, {name.replace("$", r"\$"): COLOURS[who] for who, (name, *_) in _drawn(result).items()})
    alt = f"Cost against useful labels, straight lines that rise. {_message(result)} {_break_even(result)}"
    return ax, alt


def cost_panel(today: date | None = None, prices: pd.DataFrame | None = None, **inputs) -> Panel:
    """Controls for a plan; beside them what it costs, line by line, and what people alone would.

    Parameters
    ----------
    today : date or None
        Against which the age of a price is counted; None: this day.
    prices : DataFrame as `helpers.course.datasets.prices()` gives it, or None for that one
    inputs
        Fields of `CostInputs` that begin with another value than their default.

    Returns
    -------
    Panel
        `panel.items.value = 50_000` moves a slider, `panel.usd_filters_from.value = "filters"` takes a price from the
        list, `panel.state` gives the inputs as they stand.

    Examples
    --------
    >>> panel = cost_panel(items=5000)
    >>> panel.usd_per_human_label_from.value = "human_label_image"
    >>> panel.state.items, panel.state.usd_per_human_label
    (5000.0, 0.346)
    """
    day = today or date.today()
    panel = Panel(
        "What does it cost, all in?",
        cost_knobs(prices),
        CostInputs(**inputs),
        lambda state: cost_html(cost_result(state, day, prices)),
        HEADINGS,
    )
    for name in INPUTS:
        if name + FROM in vars(panel):
            rows = _rows(name, prices)
            panel.link(name + FROM, lambda row, name=name, rows=rows: {name: rows[row][2]} if row in rows else {})
    return panel


# ---- where numbers come from


def _knob(meaning: Mapping) -> Knob:
    low, high, step = meaning["slider"]
    if meaning["unit"] in ("USD", "share", "labels"):
        step = float(step)
    unit = {"USD": "In USD.", "share": "0 to 1: 0.15 is 15%."}.get(meaning["unit"], "")
    about = f"{meaning['about']} {unit}".strip()
    return Knob(meaning["label"], about, low, high, step, least=meaning["low"], most=meaning["high"])


def _rows(name: str, prices: pd.DataFrame | None) -> dict[str, tuple[str, float, float, float]]:
    """The rows for an input: what it is in words, and low, middle and high."""
    if name == "exchange_rate":
        words = {"written": "a sentence that the machine writes", "labelled": "a real one that it labels"}
        rows = {}
        for row, (finding, size) in RATES.items():
            if finding in _findings():
                low, middle, high = (_findings()[finding][end] / size for end in ("low", "value", "high"))
                rows[row] = (f"{words[row]}, {low:.2f} to {high:.2f} (lesson 05)", low, middle, high)
        return rows
    table = _prices(prices)
    table = table[table["input"] == name]
    return {
        row.Index: (
            f"{row.what}, {row.low:g} to {row.high:g} {row.unit}",
            row.low,
            _middle(row.low, row.high),
            row.high,
        )
        for row in table.itertuples()
    }


def _middle(low: float, high: float) -> float:
    """As many times above the low end as below the high end, with three figures; a plain mean where one end is 0."""
    middle = math.sqrt(low * high) if low > 0 else (low + high) / 2
    return min(max(float(f"{middle:.3g}"), low), high)


def _range(name: str, inputs: CostInputs, prices: pd.DataFrame | None) -> tuple[float, float, float]:
    """Low, likely, high: those of the row that the number was taken from, or the number with what it is unsure by."""
    value, row, meaning = getattr(inputs, name), getattr(inputs, name + FROM, OWN), INPUTS[name]
    if row != OWN:
        _, low, _, high = _rows(name, prices)[row]
        if not low <= value <= high:
            raise ValueError(
                f"{meaning['label']} must lie within what it is taken from, {low:g} to {high:g}; got {value:g}. To use "
                f"a number of your own, set where it is taken from to {OWN}."
            )
        return low, value, high
    ends = sorted(value * (1 + sign * inputs.unsure) for sign in (-1, 1))
    return max(ends[0], meaning["low"]), value, min(ends[1], meaning["high"])


def _sources(inputs: CostInputs, today: date, prices: pd.DataFrame | None) -> tuple[tuple, tuple]:
    """The rows of the list that were taken, and what is to be said about their age; one without a source is refused."""
    table = _prices(prices)
    taken = {name: getattr(inputs, name + FROM, OWN) for name in INPUTS if name != "exchange_rate"}
    rows, warnings = [], []
    for name, row in taken.items():
        if row == OWN:
            continue
        entry, label = table.loc[row], INPUTS[name]["label"]
        if not isinstance(entry["source"], str) or not entry["source"].strip():
            raise ValueError(
                f"{label}: the price {row} has no source, so it is not used. Choose another one, or {OWN} and type "
                "your own number."
            )
        dated = entry["date"].date() if pd.notna(entry["date"]) else None
        rows.append((label, entry["what"], f"{entry['source']}, {dated or 'no date'}", _text(entry["note"])))
        if dated is None:
            warnings.append(f"{label}: this price has no date, so nobody can tell how old it is. Ask for an offer.")
        elif (today - dated).days > OLD:
            warnings.append(f"{label}: this price is of {dated}, more than 12 months ago. Ask for an offer.")
    return tuple(rows), tuple(warnings)


def _prices(prices: pd.DataFrame | None) -> pd.DataFrame:
    return _list() if prices is None else prices.dropna(subset=["low", "high"])


@cache
def _list() -> pd.DataFrame:
    return listed_prices().dropna(subset=["low", "high"])


@cache
def _own_knobs() -> dict[str, Knob | Choice | Entry]:
    return cost_knobs()


@cache
def _findings() -> dict[str, dict]:
    return read_findings()


# ---- words


def _message(result: CostResult) -> str:
    inputs, plan, enough = result.inputs, result.plan, result.enough
    sentence = (
        f"For {inputs.items:,.0f} items “{inputs.name}” costs {_usd(plan.total)} USD in all, people only "
        f"{_usd(result.people.total)} USD."
    )
    if inputs.human_share == 1 or inputs.exchange_rate == 1:
        return sentence
    if enough is None and plan.useful_labels > 0:
        return f"{sentence} For the worth of as many labels it takes more items than can be counted here."
    if enough is None:
        return f"{sentence} But no number of its items is worth as many labels of people."
    return (
        f"{sentence} Its items are worth {plan.useful_labels:,.0f} labels of people; for the worth of "
        f"{inputs.items:,.0f} it takes {enough.items_kept:,.0f} of them, and {_usd(enough.total)} USD."
    )


def _enough(inputs: CostInputs) -> Breakdown | None:
    try:
        return estimate(resize(inputs, inputs.items))
    except ValueError:  # they are worth nothing, or there can't be so many
        return None


def _cost_of(labels: float, costs: Breakdown) -> float:
    """Of so many labels' worth: what is paid once, and the rest for each label; infinite where nothing buys one."""
    once = sum(costs.lines[name] for name in ONCE)
    return once + (costs.total - once) / costs.useful_labels * labels if costs.useful_labels > 0 else math.inf


def _break_even(result: CostResult) -> str:
    in_all, useful = result.break_even
    return f"Worth for worth {_from_on(useful, 'label')}. Item by item {_from_on(in_all, 'item')}."


def _from_on(amount: float, what: str) -> str:
    if math.isinf(amount):
        return "it is never cheaper than people only"
    if amount <= 1:
        return f"it is cheaper from the first {what} on"
    return f"it is cheaper from {math.ceil(amount):,} {what}s on"


def _interval(result: CostResult) -> str:
    name, (plan, people), (cheaper, enough) = result.inputs.name, result.total, result.cheaper
    return (
        f"Numbers that are not from the list may be {result.inputs.unsure:.0%} lower or higher. Then in 90% of "
        f"{DRAWS:,} draws “{name}” costs {_span(plan)}, people only {_span(people)}. It is the cheaper one in "
        f"{_percent(cheaper)} of the draws. For the worth of as many labels it costs {_span(result.total_enough[0])}, "
        f"and is the cheaper one in {_percent(enough)}."
    )


def _span(spread: Spread) -> str:
    if math.isinf(spread.low):
        return "more than any sum"
    return (
        f"{_usd(spread.low)} USD or more"
        if math.isinf(spread.high)
        else f"{_usd(spread.low)} to {_usd(spread.high)} USD"
    )


def _worth(result: CostResult) -> str:
    row, rate = result.inputs.exchange_rate_from, result.inputs.exchange_rate
    if row != OWN:
        return (
            f"A machine item counts as {rate:.3g} labels of people, as lesson 05 measured on short film reviews, in a "
            "pile of that size beside 130 labels of people. On your task it is another number: measure it."
        )
    return f"A machine item counts as {rate:g} labels of people. No price list has this number: lesson 05 measures it."


def _lines_html(result: CostResult) -> str:
    heads, columns = ["line", result.inputs.name, "people only"], [result.plan, result.people]
    if result.enough is not None:
        heads.append(f"{result.inputs.name}, worth {result.inputs.items:,.0f} labels")
        columns.append(result.enough)
    rows = [
        [words, *(_usd(each.lines[name]) for each in columns)]
        for name, words in LINES.items()
        if any(each.lines[name] for each in columns)
    ]
    for words, field in (("in all", "total"), ("per item kept", "per_item"), ("per useful label", "per_useful_label")):
        rows.append([words, *(_usd(getattr(each, field)) for each in columns)])
    rows.append(["items", *(f"{each.items_kept:,.0f}" for each in columns)])
    rows.append(["useful labels", *(f"{each.useful_labels:,.0f}" for each in columns)])
    return table_html("All lines, in USD", heads, rows)


def _sources_html(result: CostResult) -> str:
    if not result.sources:
        return sentence_html("All prices are your own numbers. A list of published ones is behind “from”.")
    return table_html("Where the prices come from", ["price", "of what", "source", "note"], result.sources)


def _drawing(result: CostResult) -> str:
    places, lines = [end[0] for end in result.ends], []
    for who, (name, costs, spread) in _drawn(result).items():
        lines.append(Line(places, costs, COLOURS[who], 2.5, name=name))
        lines.append(Line([result.inputs.items] * 2, [spread.low, spread.high], COLOURS[who], 7, opacity=0.4))
    return drawing_html(_title(result), lines, *_axes(result), _spots(result))


def _drawn(result: CostResult) -> dict[str, tuple[str, list[float], Spread]]:
    """Name, costs at both ends, and spread of each line; the plan has none where no number of its items is enough."""
    rows = {}
    for place, who, name in ((1, "machine", _shortened(result.inputs.name)), (2, "human", "people only")):
        costs, spread = [end[place] for end in result.ends], result.total_enough[place - 1]
        if math.isfinite(costs[-1]):
            top = min(spread.high, 3 * max(end[2] + costs[-1] for end in result.ends))  # it may be infinite
            rows[who] = name, costs, Spread(min(spread.median, top), min(spread.low, top), top)
    return rows


def _axes(result: CostResult) -> tuple[Axis, Axis]:
    highest = max(0.01, *(max(*costs, spread.high) for _, costs, spread in _drawn(result).values()))
    return _axis("useful labels (bars: 90% of the draws)", result.ends[-1][0]), _axis("USD in all", highest)


def _spots(result: CostResult) -> list[Spot]:
    """What you need, and the break-even where it is in the drawing."""
    even, (first, last), items = result.break_even[1], result.ends, result.inputs.items
    if math.isinf(last[1]):
        return [Spot(items, result.people.total, COLOURS["human"], "what you need")]
    spots = [Spot(items, _cost_of(items, result.plan), COLOURS["machine"], "what you need")]
    if 0.04 * last[0] < even < last[0]:  # further left its name would lie on the axis
        share = (even - first[0]) / (last[0] - first[0])
        height = first[1] + share * (last[1] - first[1])
        spots.append(Spot(even, height, COLOURS["machine"], "break-even", is_round=False))
    return spots


def _axis(label: str, high: float) -> Axis:
    """From zero, with marks that stay short: 2, 4, 6 on an axis of million items."""
    size = next((size for size in SIZES if high >= 2 * size), 1)
    axis = Axis.from_zero(f"{SIZES[size]}{label}", high / size)
    return Axis(axis.label, 0, axis.high * size, [(place * size, text) for place, text in axis.ticks])


def _title(result: CostResult) -> str:
    even = result.break_even[1]
    if math.isinf(even):
        return "Worth for worth, the machine is never cheaper than people"
    if even <= 1:
        return "Worth for worth, the machine pays from the first label on"
    words = f"{even:,.0f}" if even < 1e9 else f"{even:.1e}"
    return f"Worth for worth, the machine pays from {words} labels on"


def _shortened(name: str) -> str:
    return name if len(name) <= 16 else name[:15] + "…"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _percent(share: float) -> str:
    if 0 < share < 0.01:
        return "less than 1%"
    return "more than 99%" if 0.99 < share < 1 else f"{share:.0%}"


def _usd(amount: float) -> str:
    """With cents below 100, and with two figures below a tenth."""
    if math.isinf(amount):
        return "no price"
    if amount >= 100 or amount == 0:
        return f"{amount:,.0f}"
    return f"{amount:.2f}" if amount >= 0.1 else f"{amount:.2g}"
