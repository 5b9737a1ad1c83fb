"""What a labelled data set costs in all, from when on a machine is cheaper than people, and how sure that is.

A `Plan` says what you buy: how many items, by people or by machine, at which prices, and all that comes on top.
`estimate` turns it into named lines that sum to the total, `compare_plans` puts plans side by side, `break_even` says
from how many items on a set-up pays, `simulate` draws what you are unsure of, `sensitivity` says which input matters.

Count in labels' worth, too: a machine-made item is rarely worth as much as a person's label. Measure its worth on your
own task (`exchange_rate`) before you believe any saving: no price list has it. The prices, too, are yours to find.

Stop using it when there are taxes or interest to count (a spreadsheet does), when unknowns rise and fall together (the
draws are independent), or when errors have a price of their own, as in medicine. Prices are what you pay, not wages.

Sources: PERT, Malcolm, Roseboom, Clark & Fazar, Operations Research 7 (1959), 646-669; the tornado, Eschenbach,
"Spiderplots versus Tornado Diagrams for Sensitivity Analysis", Interfaces 22 (1992), 40-46.
Needs: numpy 1.25, pandas 2, or newer. Licence: MIT.

Three lines:

    import cost, dataclasses; plan = cost.Plan(items=10_000, human_share=0.1, usd_per_human_label=0.4,
        usd_per_machine_item=0.01, usd_conditioning=2000, review_share=0.15, usd_per_review=0.15, exchange_rate=0.4)
    print(cost.compare_plans({"hybrid": plan, "people": dataclasses.replace(plan, human_share=1)}).T.round(2))
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from decimal import Decimal

import numpy as np
import pandas as pd

__all__ = [
    "INPUTS",
    "LINES",
    "MEASURES",
    "Breakdown",
    "Plan",
    "Simulation",
    "break_even",
    "break_even_plans",
    "compare_plans",
    "cost_per_useful_label",
    "estimate",
    "life_cycle",
    "resize",
    "sensitivity",
    "simulate",
]

MEASURES = ("total", "per_item", "per_useful_label", "total_useful")
_MOST_USD, _MOST_ITEMS = 1e9, 1e15


def _input(default, unit: str, low: float, high: float, slider: tuple[float, float, float], label: str, about: str):
    """One field: its unit, what it allows, the ends and step of a slider for it, its name, and what it means."""
    names, values = ("unit", "low", "high", "slider", "label", "about"), (unit, low, high, slider, label, about)
    return field(default=default, metadata=dict(zip(names, values, strict=True)))


def _usd(default, slider: tuple[float, float, float], label: str, about: str):
    return _input(default, "USD", 0, _MOST_USD, slider, label, about)


def _share(default, label: str, about: str, high: float = 1):
    return _input(default, "share", 0, high, (0, high, 0.01), label, about)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What you buy, and its prices. `INPUTS` has for each field a label, what it means, its unit and its range.

    Only the first three must be given; what is left out costs nothing. Any one currency will do.

    How each line of an estimate is computed; `people's price` is usd_per_human_label x raters_per_item:

    - human items = items x human_share; machine items = the rest. Amounts are expected ones, not rounded.
    - made = machine items / (1 - reject_rate) x iterations: rejects, and each round, are made, labelled and reviewed
    - real_inputs = human items x usd_per_real_input
    - human_labels = human items x people's price x (1 - prelabel_discount)
    - prelabels = human items x usd_per_machine_label, where there is a prelabel_discount
    - machine_items = made x usd_per_machine_item; machine_labels = made x usd_per_machine_label
    - review = made x review_share x usd_per_review
    - conditioning, once, and maintenance = months x usd_maintenance_per_month: if a machine makes or pre-labels items
    - filters, once: if a machine makes items; audit, once, always
    - rework = items x rework_rate x people's price; a machine's item that is labelled anew is worth a person's label
    - drift = drift_share_per_month x months x the first six lines: the plan makes the same mix again
    """

    items: float = _input(MISSING, "items", 1, _MOST_ITEMS, (100, 200_000, 100), "Items", "What you keep in the end.")
    human_share: float = _share(MISSING, "Share by people", "Of the items, labelled by people; the rest by a machine.")
    usd_per_human_label: float = _usd(MISSING, (0, 5, 0.01), "Person's label", "What you pay for one; not a wage.")
    raters_per_item: float = _input(1, "people", 1, 1000, (1, 20, 1), "People per item", "How many label one item.")
    usd_per_real_input: float = _usd(0, (0, 1, 0.01), "Real input", "Finding one item for people to label.")
    prelabel_discount: float = _share(0, "Pre-label discount", "What people cost less as they correct a machine.")
    usd_per_machine_item: float = _usd(0, (0, 0.5, 0.001), "Machine item", "Making one, or finding one to label.")
    usd_per_machine_label: float = _usd(0, (0, 0.5, 0.001), "Machine label", "The machine labels one item.")
    usd_conditioning: float = _usd(0, (0, 50_000, 100), "Prompts, tuning", "Work until the machine can do it, once.")
    usd_filters: float = _usd(0, (0, 50_000, 100), "Filters", "Work until automatic checks drop bad items, once.")
    reject_rate: float = _share(0, "Rejected", "Of the made items, dropped by checks and people.", 0.99)
    review_share: float = _share(0, "Reviewed", "Of the made items, looked at by a person.")
    usd_per_review: float = _usd(0, (0, 5, 0.01), "Review", "What you pay for one look at an item; not a wage.")
    rework_rate: float = _share(0, "Rework", "Of the items, found wrong and labelled anew by people.")
    usd_maintenance_per_month: float = _usd(0, (0, 10_000, 50), "Upkeep a month", "Prompts, tools and filters.")
    months: float = _input(0, "months", 0, 600, (0, 60, 1), "Months", "How long the data set is kept up.")
    drift_share_per_month: float = _share(0, "Out of date a month", "Of the items, replaced as the world moves on.")
    usd_audit: float = _usd(0, (0, 50_000, 100), "Audit", "A test set by people, records of origin, lawyers; once.")
    iterations: float = _input(1, "rounds", 1, 1000, (1, 10, 1), "Rounds", "How often the machine's items are made.")
    exchange_rate: float = _input(1, "labels", -10, 100, (-0.5, 2, 0.01), "Worth of a machine item", "In human labels.")

    def __post_init__(self):
        for name in INPUTS:
            object.__setattr__(self, name, _check_input(name, getattr(self, name)))


INPUTS = {each.name: dict(each.metadata) for each in fields(Plan)}

LINES = {  # what each line of an estimate pays for
    "real_inputs": "finding real items",
    "human_labels": "people's labels",
    "prelabels": "a machine's proposals to people",
    "machine_items": "making items",
    "machine_labels": "the machine's labels",
    "review": "people who look at made items",
    "conditioning": "prompts or tuning, once",
    "filters": "filters, once",
    "maintenance": "upkeep, monthly",
    "rework": "wrong items, labelled anew",
    "drift": "the same mix anew as the world moves on",
    "audit": "audit, once",
}
_FIXED = ("conditioning", "filters", "maintenance", "audit")


@dataclass(frozen=True, kw_only=True)
class Breakdown:
    """What a plan costs: one amount a line (see `LINES`), in the unit of the plan's prices.

    `items_made` counts rejects and all rounds; `items_kept` are worth `useful_labels` labels of people.
    """

    real_inputs: float
    human_labels: float
    prelabels: float
    machine_items: float
    machine_labels: float
    review: float
    conditioning: float
    filters: float
    maintenance: float
    rework: float
    drift: float
    audit: float
    items_made: float
    items_kept: float
    useful_labels: float

    @property
    def lines(self) -> dict[str, float]:
        """The amounts by line; `sum(breakdown.lines.values())` is the total, to the last digit."""
        return {name: getattr(self, name) for name in LINES}

    @property
    def total(self) -> float:
        """The sum of the lines."""
        return sum(self.lines.values())

    @property
    def per_item(self) -> float:
        """The total over the items kept."""
        return self.total / self.items_kept

    @property
    def per_useful_label(self) -> float:
        """The total over the useful labels; infinite where there are none."""
        return self.total / self.useful_labels if self.useful_labels > 0 else math.inf


@dataclass(frozen=True, eq=False)
class Simulation:
    """What a cost may be: its median, and a 90% interval from `low` to `high`, over all `draws`.

    Of two plans, `rival` is the same for the other one, `saving` for what `plan` costs less than it, and `cheaper` the
    share of the draws in which `plan` is the cheaper one (a tie counts half). For one plan they are None.
    """

    median: float
    low: float
    high: float
    draws: np.ndarray
    rival: Simulation | None = None
    saving: Simulation | None = None
    cheaper: float | None = None

    def __str__(self) -> str:
        return f"{_money(self.median)} [{_money(self.low)}, {_money(self.high)}]"


def estimate(plan: Plan) -> Breakdown:
    """Say what a plan costs, line by line.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    Breakdown
        One amount for each of `LINES`, which sum exactly to `total`; `per_item`, `per_useful_label`. Hold it against
        the dullest rival: the same plan with `human_share=1`.

    Raises
    ------
    TypeError
        When plan is no Plan.

    Examples
    --------
    >>> plan = Plan(items=1000, human_share=0, usd_per_human_label=0.5, review_share=0.1, usd_per_review=0.25)
    >>> costs = estimate(replace(plan, reject_rate=0.5, usd_filters=400, exchange_rate=0.4))
    >>> costs.items_made, costs.review, costs.total, costs.per_useful_label
    (2000.0, 50.0, 450.0, 1.125)
    """
    values = _values(plan)
    return Breakdown(**{name: float(each) for name, each in (_lines(values) | _amounts(values)).items()})


def compare_plans(plans: Mapping[str, Plan]) -> pd.DataFrame:
    """Put plans side by side.

    Parameters
    ----------
    plans : mapping of str to Plan

    Returns
    -------
    DataFrame, index `plan`, in the order given
        A column for each of `LINES`, then `total`, `per_item`, `useful_labels` and `per_useful_label`: go by the last.

    Raises
    ------
    TypeError
        When plans is no mapping of names to plans, or empty.

    Examples
    --------
    >>> people = Plan(items=1000, human_share=1, usd_per_human_label=0.5)
    >>> machine = replace(people, human_share=0, usd_per_machine_item=0.1, exchange_rate=0.1)
    >>> compare_plans({"people": people, "machine": machine})["per_useful_label"].to_dict()
    {'people': 0.5, 'machine': 1.0}
    """
    given = plans.items() if isinstance(plans, Mapping) else ()
    if not given or not all(isinstance(name, str) and isinstance(plan, Plan) for name, plan in given):
        raise TypeError('plans must map names to Plans, 1 or more, as {"people": plan}; got ' + f"{plans!r:.60}.")
    columns = [*LINES, "total", "per_item", "useful_labels", "per_useful_label"]
    rows = {name: {each: getattr(estimate(plan), each) for each in columns} for name, plan in given}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("plan")


def cost_per_useful_label(plan: Plan) -> float:
    """Say what one label's worth of people costs, whoever makes the items.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    float
        The total over the useful labels; infinite where there are none.

    Raises
    ------
    TypeError
        When plan is no Plan.

    Examples
    --------
    >>> plan = Plan(items=1000, human_share=0, usd_per_human_label=0.5, usd_per_machine_item=0.1, exchange_rate=0.25)
    >>> cost_per_useful_label(plan), cost_per_useful_label(replace(plan, exchange_rate=-0.1))
    (0.4, inf)
    """
    return estimate(plan).per_useful_label


def resize(plan: Plan, useful_labels: float) -> Plan:
    """Give a plan as many items as are worth so many labels of people.

    Parameters
    ----------
    plan : Plan
    useful_labels : number above 0
        What you need, such as the labels that people alone would have to give.

    Returns
    -------
    Plan
        With other `items`. Beyond the size at which you measured the exchange rate, an item may be worth less.

    Raises
    ------
    TypeError, ValueError
        When plan is no Plan, its items are worth nothing, or more of them would be needed than a plan may have.

    Examples
    --------
    >>> plan = Plan(items=1, human_share=0.5, usd_per_human_label=0.5, exchange_rate=0.25)
    >>> resize(plan, 1000).items
    1600.0
    """
    worth = estimate(plan).useful_labels / plan.items
    if worth <= 0:
        raise ValueError(f"plan must have items that are worth something; got a worth of {worth:g} each. Buy others.")
    return replace(plan, items=_check_number("useful_labels", useful_labels, 0, _MOST_ITEMS) / worth)


def break_even(setup: float, human_per_item: float, machine_per_item: float, review_per_item: float) -> float:
    """Say from how many items on a machine with a set-up is cheaper than people.

    Parameters
    ----------
    setup : number, 0 or more
        What the machine costs before its first item.
    human_per_item, machine_per_item, review_per_item : numbers, 0 or more
        People's price of an item, the machine's, and review share x price of a review. To count in useful labels,
        divide the last two by the exchange rate.

    Returns
    -------
    float
        setup / (human_per_item - machine_per_item - review_per_item), infinite where the machine saves nothing on an
        item. Need fewer, and people are cheaper.

    Raises
    ------
    TypeError, ValueError
        When something is no number, missing, or below 0.

    Examples
    --------
    >>> break_even(setup=1000, human_per_item=0.5, machine_per_item=0.05, review_per_item=0.2)
    4000.0
    """
    names = ("setup", "human_per_item", "machine_per_item", "review_per_item")
    given = dict(zip(names, (setup, human_per_item, machine_per_item, review_per_item), strict=True))
    setup, human, machine, review = (_check_number(name, each, 0, _MOST_USD * 1e3) for name, each in given.items())
    saved = human - machine - review
    return setup / saved if saved > 0 else math.inf


def break_even_plans(plan: Plan, rival: Plan, *, useful: bool = True) -> float:
    """Say from how many useful labels, or items, on a whole plan is cheaper than another one.

    Parameters
    ----------
    plan, rival : Plan
        Their `items` don't matter: all else stays, and the number of items grows.
    useful : bool
        Count in labels' worth of people; False: in items, whatever they are worth.

    Returns
    -------
    float
        0 where `plan` is always the cheaper one; infinite where it never is, or only for *fewer* (then swap the two).

    Raises
    ------
    TypeError
        When a plan is no Plan.

    Examples
    --------
    >>> people = Plan(items=1, human_share=1, usd_per_human_label=0.5)
    >>> machine = replace(people, human_share=0, usd_per_machine_item=0.1, usd_filters=1000, exchange_rate=0.5)
    >>> round(break_even_plans(machine, people), 1), break_even_plans(machine, people, useful=False)
    (3333.3, 2500.0)
    """
    (fixed, each), (rival_fixed, rival_each) = (_fixed_and_each(one, useful) for one in (plan, rival))
    extra, saved = fixed - rival_fixed, rival_each - each
    if saved > 0:
        return max(extra, 0.0) / saved
    return 0.0 if saved == 0 and extra < 0 else math.inf


def life_cycle(plan: Plan) -> pd.DataFrame:
    """Spread the lines of a plan over its months.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    DataFrame, index `month`, a column for each of `LINES`
        Month 0 is the making; maintenance and drift are spread evenly over the others (the last may be a part of one).
        Columns sum to the lines of `estimate`.

    Raises
    ------
    TypeError
        When plan is no Plan.

    Examples
    --------
    >>> plan = Plan(items=1000, human_share=1, usd_per_human_label=0.5, months=2, drift_share_per_month=0.1)
    >>> life_cycle(plan)[["human_labels", "drift"]].T  # doctest: +NORMALIZE_WHITESPACE
    month             0     1     2
    human_labels  500.0   0.0   0.0
    drift           0.0  50.0  50.0
    """
    lines, months = estimate(plan).lines, plan.months
    lengths = np.minimum(1, months - np.arange(math.ceil(months)))  # 1 for each month, less for a part of one
    once, monthly = np.r_[1, 0 * lengths], np.r_[0, lengths] / (months or 1)
    shape = {name: monthly if months and name in ("maintenance", "drift") else once for name in LINES}
    index = pd.RangeIndex(len(once), name="month")
    return pd.DataFrame({name: amount * shape[name] for name, amount in lines.items()}, index)


def simulate(
    plan_ranges: Mapping[str, tuple[float, float, float]],
    rng: np.random.Generator,
    draws: int = 10_000,
    *,
    plan: Plan,
    rival: Plan | None = None,
    rival_ranges: Mapping[str, tuple[float, float, float]] | None = None,
    shape: str = "pert",
    measure: str = "total_useful",
) -> Simulation:
    """Say how sure a cost is, when you know some inputs only within a range.

    Parameters
    ----------
    plan_ranges : mapping of str to (low, likely, high)
        Fields of the plan that you are unsure of.
    rng : numpy.random.Generator
    draws : int, 100 or more
    plan, rival : Plan; the second may be None
        Everything else, and a second plan to compare with.
    rival_ranges : mapping as plan_ranges, or None
        Its ranges; None: those of the plan, for each field in which the two plans are alike. A field with the same
        three numbers in both is one unknown, such as a price that both pay, and is drawn once for both.
    shape : str
        `pert` (a smooth hump; the likely value weighs four times an end), `triangular` (fatter ends), or `log_pert` (a
        hump on a log scale, for prices that differ by factors; a range that reaches 0 is drawn as `pert`).
    measure : str
        `total_useful`: each plan buys as many items as are worth `items` labels of people (see `resize`), which is fair
        where you need so many labels, whoever makes them; or `total`, `per_item`, `per_useful_label`, item for item.

    Returns
    -------
    Simulation
        90% of the draws lie between `low` and `high`, which is as good as your ranges; people make them too narrow.
        With a rival, `cheaper` near 0.5 says that you can't tell which plan is the cheaper one.

    Raises
    ------
    TypeError, ValueError
        When a range is out of order or out of what its field allows, or a setting is none of those above.

    Examples
    --------
    >>> people = Plan(items=1000, human_share=1, usd_per_human_label=0.5)
    >>> machine = replace(people, human_share=0, usd_per_machine_item=0.1, usd_filters=200)
    >>> ranges = {"usd_per_human_label": (0.2, 0.5, 0.8), "usd_filters": (100, 200, 600)}
    >>> result = simulate(ranges, np.random.default_rng(0), plan=machine, rival=people)
    >>> print(result, "against", result.rival)
    338 [230, 505] against 504 [315, 688]
    >>> round(result.cheaper, 2)
    0.85
    """
    _check_settings(rng, draws, shape, measure)
    streams = dict(zip(INPUTS, zip(*[iter(rng.spawn(2 * len(INPUTS)))] * 2, strict=True), strict=True))
    ranges, others = _both_ranges(plan, plan_ranges, rival, rival_ranges)
    drawn = {name: _draw(span, streams[name][0], int(draws), shape) for name, span in ranges.items()}
    usd = _measured({**_values(plan), **drawn}, measure, int(draws))
    if rival is None:
        return _summary(usd)
    theirs = {
        name: drawn[name] if ranges.get(name) == span else _draw(span, streams[name][1], int(draws), shape)
        for name, span in others.items()
    }
    rival_usd = _measured({**_values(rival), **theirs}, measure, int(draws))
    saving = np.zeros(len(usd))
    np.subtract(rival_usd, usd, out=saving, where=~(np.isinf(usd) & np.isinf(rival_usd)))
    cheaper = float(np.mean((saving > 0) + 0.5 * (saving == 0)))
    return replace(_summary(usd), rival=_summary(rival_usd), saving=_summary(saving), cheaper=cheaper)


def sensitivity(
    plan_ranges: Mapping[str, tuple[float, float, float]],
    *,
    plan: Plan,
    rival: Plan | None = None,
    rival_ranges: Mapping[str, tuple[float, float, float]] | None = None,
    measure: str = "total_useful",
) -> pd.DataFrame:
    """Move one input at a time from its low to its high value, the others likely: the numbers of a tornado.

    Parameters
    ----------
    plan_ranges, plan, rival, rival_ranges, measure
        As in `simulate`. With a rival, what is moved is what `plan` costs less than it (below 0: more).

    Returns
    -------
    DataFrame, index `input`, widest first
        `moves` (`plan`, `rival` or `both`), `input_low`, `input_high`, the amount `at_low`, `likely` and `at_high`, and
        `swing`, how far these lie apart. Spend your time on the first rows. With a rival, `decides` says whether the
        input alone can change which plan is the cheaper one.

    Raises
    ------
    TypeError, ValueError
        As `simulate`.

    Examples
    --------
    >>> plan = Plan(items=1000, human_share=0.5, usd_per_human_label=0.5, usd_per_machine_item=0.01)
    >>> ranges = {"usd_per_machine_item": (0.001, 0.01, 0.05), "usd_per_human_label": (0.2, 0.5, 0.8)}
    >>> sensitivity(ranges, plan=plan)["swing"].round(1).to_dict()
    {'usd_per_human_label': 300.0, 'usd_per_machine_item': 24.5}
    """
    _check_one_of("measure", measure, MEASURES)
    ranges, others = _both_ranges(plan, plan_ranges, rival, rival_ranges)
    mine = {**_values(plan), **{name: span[1] for name, span in ranges.items()}}
    theirs = None if rival is None else {**_values(rival), **{name: span[1] for name, span in others.items()}}

    def amount(of_plan, of_rival):
        usd = float(_measured({**mine, **of_plan}, measure)[0])
        if theirs is None:
            return usd
        other = float(_measured({**theirs, **of_rival}, measure)[0])
        return 0.0 if math.isinf(usd) and math.isinf(other) else other - usd

    rows, likely = [], amount({}, {})
    for name, span, moves in _moved(ranges, others):
        ends = [{name: end} for end in (span[0], span[2])]
        low, high = (amount(end if moves != "rival" else {}, end if moves != "plan" else {}) for end in ends)
        widest = max(low, high, likely) - min(low, high, likely) if not low == high == likely else 0.0
        row = {"input": name, "moves": moves, "input_low": span[0], "input_high": span[2]}
        row |= {"at_low": low, "likely": likely, "at_high": high, "swing": widest}
        rows.append(row if rival is None else row | {"decides": min(low, high, likely) < 0 < max(low, high, likely)})
    return pd.DataFrame(rows).set_index("input").sort_values("swing", ascending=False, kind="stable")


# ---- the arithmetic, for numbers and arrays alike


def _lines(v: dict) -> dict:
    human, made = v["items"] * v["human_share"], _amounts(v)["items_made"]
    makes, proposes = v["human_share"] < 1, v["prelabel_discount"] > 0
    price = v["usd_per_human_label"] * v["raters_per_item"]
    mix = {
        "real_inputs": human * v["usd_per_real_input"],
        "human_labels": human * price * (1 - v["prelabel_discount"]),
        "prelabels": human * v["usd_per_machine_label"] * proposes,
        "machine_items": made * v["usd_per_machine_item"],
        "machine_labels": made * v["usd_per_machine_label"],
        "review": made * v["review_share"] * v["usd_per_review"],
    }
    return mix | {
        "conditioning": v["usd_conditioning"] * (makes | proposes),
        "filters": v["usd_filters"] * makes,
        "maintenance": v["months"] * v["usd_maintenance_per_month"] * (makes | proposes),
        "rework": v["items"] * v["rework_rate"] * price,
        "drift": v["drift_share_per_month"] * v["months"] * sum(mix.values()),
        "audit": v["usd_audit"],
    }


def _amounts(v: dict) -> dict:
    machine = v["items"] * (1 - v["human_share"])
    worth = v["rework_rate"] + v["exchange_rate"] * (1 - v["rework_rate"])  # of one of them
    return {
        "items_made": machine / (1 - v["reject_rate"]) * v["iterations"],
        "items_kept": v["items"],
        "useful_labels": v["items"] * v["human_share"] + worth * machine,
    }


def _measured(v: dict, measure: str, draws: int = 1) -> np.ndarray:
    """(draws,) costs."""
    if measure == "total_useful":
        worth = np.broadcast_to(_amounts({**v, "items": 1.0})["useful_labels"], draws)
        enough = v["items"] / np.where(worth > 0, worth, 1)
        return np.where(worth > 0, _measured({**v, "items": enough}, "total", draws), math.inf)
    total = np.broadcast_to(np.asarray(sum(_lines(v).values()), dtype=float), draws)
    if measure == "total":
        return total
    amount = np.broadcast_to(_amounts(v)["items_kept" if measure == "per_item" else "useful_labels"], draws)
    return np.divide(total, amount, out=np.full(draws, math.inf), where=amount > 0)


def _fixed_and_each(plan: Plan, useful: bool) -> tuple[float, float]:
    """What is paid however many items there are, and for each item or useful label."""
    costs = estimate(Plan(**_values(plan) | {"items": 1}))
    each = sum(amount for name, amount in costs.lines.items() if name not in _FIXED)
    worth = costs.useful_labels if useful else 1.0
    return sum(costs.lines[name] for name in _FIXED), each / worth if worth > 0 else math.inf


def _draw(span: tuple[float, float, float], rng: np.random.Generator, draws: int, shape: str) -> np.ndarray:
    low, likely, high = span
    if low == high:
        return np.full(draws, low)
    if shape == "log_pert" and low > 0:
        return np.clip(np.exp(_draw(tuple(np.log(span)), rng, draws, "pert")), low, high)
    if shape == "triangular":
        return rng.triangular(low, likely, high, draws)
    up = (likely - low) / (high - low)
    return low + (high - low) * rng.beta(1 + 4 * up, 1 + 4 * (1 - up), draws)


def _summary(usd: np.ndarray) -> Simulation:
    # no interpolation: between a number and infinity there is nothing to interpolate
    low, median, high = (float(each) for each in np.quantile(usd, [0.05, 0.5, 0.95], method="inverted_cdf"))
    draws = usd.copy()
    draws.flags.writeable = False
    return Simulation(median, low, high, draws)


def _moved(ranges: dict, others: dict) -> list[tuple]:
    """Each unknown with its range, and what it moves."""
    shared = {name for name, span in ranges.items() if others.get(name) == span}
    moves = [(name, span, "both" if name in shared else "plan") for name, span in ranges.items()]
    return moves + [(name, span, "rival") for name, span in others.items() if name not in shared]


def _money(usd: float) -> str:
    return f"{usd:,.0f}" if abs(usd) >= 100 or usd == 0 or math.isinf(usd) else f"{usd:.3g}"


# ---- what is refused, in words


def _check_input(name: str, value) -> float:
    meaning = INPUTS[name]
    hint = " Write 0.15 for 15%." if meaning["unit"] == "share" else ""
    return _check_number(name, value, meaning["low"], meaning["high"], hint)


def _check_number(name: str, value, low: float, high: float, hint: str = "") -> float:
    if isinstance(value, bool) or not isinstance(value, numbers.Real | Decimal):
        hint = " Write 0.4, without a sign of money and with a point." if isinstance(value, str) else ""
        raise TypeError(f"{name} must be a number; got {value!r:.40}.{hint}")
    if value != value:
        raise ValueError(f"{name} must be a number; got NaN. If you don't know it, take a wide range (`simulate`).")
    if not low <= value <= high:
        raise ValueError(f"{name} must be a number, {low:g} to {high:g}; got {str(value)[:40]}.{hint}")
    return float(value)


def _values(plan: Plan) -> dict[str, float]:
    if not isinstance(plan, Plan):
        raise TypeError(f"plan must be a Plan, as Plan(items=1000, ...); got {plan!r:.60}.")
    return {name: getattr(plan, name) for name in INPUTS}


def _check_settings(rng, draws, shape: str, measure: str) -> None:
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator, such as numpy.random.default_rng(0); got {rng!r:.60}.")
    if _check_number("draws", draws, 100, 1e8) != int(draws):
        raise ValueError(f"draws must be a whole number, 100 or more; got {draws!r}.")
    _check_one_of("shape", shape, ("pert", "triangular", "log_pert"))
    _check_one_of("measure", measure, MEASURES)


def _check_one_of(name: str, value, known: tuple[str, ...]) -> None:
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"{name} must be one of {', '.join(known)}; got {value!r:.40}.")


def _both_ranges(plan: Plan, plan_ranges, rival: Plan | None, rival_ranges) -> tuple[dict, dict]:
    ranges, of_plan = _check_ranges("plan_ranges", plan_ranges), _values(plan)
    if rival is None and rival_ranges is not None:
        raise ValueError("rival_ranges needs a rival; got none. Give the second plan as rival=...")
    if rival is None or rival_ranges is not None:
        return ranges, {} if rival is None else _check_ranges("rival_ranges", rival_ranges)
    return ranges, {name: span for name, span in ranges.items() if _values(rival)[name] == of_plan[name]}


def _check_ranges(of: str, ranges) -> dict[str, tuple[float, float, float]]:
    if not isinstance(ranges, Mapping) or not ranges:
        known = 'must map fields to (low, likely, high), as {"months": (6, 12, 36)}'
        raise TypeError(f"{of} {known}; got {ranges!r:.60}.")
    checked = {}
    for name, span in ranges.items():
        if name not in INPUTS:
            raise ValueError(f"{of} must name fields of Plan; got {name!r:.40}. It has {', '.join(INPUTS)}.")
        ends = span.tolist() if isinstance(span, np.ndarray | pd.Series) else span
        if not isinstance(ends, list | tuple) or len(ends) != 3:
            raise ValueError(f"{of}[{name!r}] must be three numbers, low, likely, high; got {span!r:.60}.")
        checked[name] = low, likely, high = tuple(_check_input(name, end) for end in ends)
        if not low <= likely <= high:
            said = f"must be in order, low <= likely <= high; got {low:g}, {likely:g}, {high:g}."
            raise ValueError(f"{of}[{name!r}] {said}")
    return checked
