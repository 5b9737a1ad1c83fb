"""Costs: every line by hand, the articles' arithmetic, break-even and simulation in closed form, bad input."""

import math
from dataclasses import FrozenInstanceError, fields, replace
from decimal import Decimal

import numpy as np
import pytest

from helpers.cost import (
    INPUTS,
    LINES,
    Breakdown,
    Plan,
    break_even,
    break_even_plans,
    compare_plans,
    cost_per_useful_label,
    estimate,
    life_cycle,
    resize,
    sensitivity,
    simulate,
)
from helpers.course import datasets

PEOPLE = Plan(items=1000, human_share=1, usd_per_human_label=0.5)
MACHINE = replace(PEOPLE, human_share=0, usd_per_machine_item=0.1, usd_filters=200, exchange_rate=0.5)
# all that a plan can have, with numbers of which no two are alike
FULL = Plan(
    items=10_000,
    human_share=0.2,
    usd_per_human_label=0.3,
    raters_per_item=3,
    usd_per_real_input=0.05,
    prelabel_discount=0.25,
    usd_per_machine_item=0.02,
    usd_per_machine_label=0.004,
    usd_conditioning=1500,
    usd_filters=700,
    reject_rate=0.2,
    review_share=0.15,
    usd_per_review=0.12,
    rework_rate=0.03,
    usd_maintenance_per_month=110,
    months=8,
    drift_share_per_month=0.01,
    usd_audit=950,
    iterations=2,
    exchange_rate=0.4,
)
RANGES = {
    "usd_per_human_label": (0.2, 0.3, 0.8),
    "usd_per_machine_item": (0.002, 0.02, 0.05),
    "review_share": (0.1, 0.15, 0.2),
    "exchange_rate": (-0.1, 0.4, 0.7),
}


def seeded(seed=0):
    return np.random.default_rng(seed)


# ---------------------------------------------------------------- the lines


def test_every_line_by_hand():
    expected = {
        "real_inputs": 2000 * 0.05,
        "human_labels": 2000 * 0.9 * 0.75,
        "prelabels": 2000 * 0.004,
        "machine_items": 20_000 * 0.02,  # 8,000 kept of 10,000 made, twice
        "machine_labels": 20_000 * 0.004,
        "review": 20_000 * 0.15 * 0.12,
        "conditioning": 1500,
        "filters": 700,
        "maintenance": 8 * 110,
        "rework": 300 * 0.9,
        "drift": 0.08 * (100 + 1350 + 8 + 400 + 80 + 360),
        "audit": 950,
    }
    costs = estimate(FULL)
    assert costs.lines == pytest.approx(expected, rel=1e-12)
    assert (costs.items_made, costs.items_kept, costs.useful_labels) == (20_000, 10_000, 2000 + 240 + 0.4 * 7760)
    assert costs.total == pytest.approx(sum(expected.values()), rel=1e-12)


@pytest.mark.parametrize("share", [0, 0.3, 1])
def test_what_goes_out_of_date_is_made_again_by_whoever_made_it(share):
    """A tenth of the items anew costs a tenth of making them, so worth for worth drift is no dearer by the rate."""
    plan = replace(FULL, human_share=share, months=2, drift_share_per_month=0.05, rework_rate=0)
    costs, once = estimate(plan), estimate(replace(plan, drift_share_per_month=0))
    making = ("real_inputs", "human_labels", "prelabels", "machine_items", "machine_labels", "review")
    assert costs.drift == pytest.approx(0.1 * sum(once.lines[name] for name in making))
    assert costs.useful_labels == once.useful_labels
    per_label = [estimate(resize(replace(MACHINE, months=1, drift_share_per_month=0.1), n)).drift / n for n in (10, 99)]
    assert per_label == pytest.approx([0.1 * 0.1 / 0.5] * 2)


@pytest.mark.parametrize("rate", [-0.5, 0, 0.4, 1])
def test_an_item_labelled_anew_is_worth_a_persons_label(rate):
    plan = replace(MACHINE, exchange_rate=rate, human_share=0.25)
    for rework in (0, 0.2, 1):
        costs = estimate(replace(plan, rework_rate=rework))
        assert costs.useful_labels == pytest.approx(250 + 750 * (rework + (1 - rework) * rate))
        assert costs.rework == rework * estimate(PEOPLE).total
    assert cost_per_useful_label(replace(plan, rework_rate=1)) < math.inf


def test_lines_sum_exactly_to_the_total():
    rng = seeded()
    for _ in range(200):
        drawn = {name: rng.uniform(0, 0.9) * (1e6 if name == "items" else 1) for name in INPUTS}
        plan = Plan(**{name: max(value, INPUTS[name]["low"]) for name, value in drawn.items()})
        costs = estimate(plan)
        assert sum(costs.lines.values()) == costs.total
        assert costs.per_item * costs.items_kept == pytest.approx(costs.total)
        assert list(costs.lines) == list(LINES)
        assert compare_plans({"": plan}).loc["", list(LINES)].to_dict() == costs.lines


def test_people_alone_pay_nothing_for_a_machine():
    alone = estimate(replace(FULL, human_share=1, prelabel_discount=0)).lines
    machine = ["prelabels", "machine_items", "machine_labels", "review", "conditioning", "filters", "maintenance"]
    assert all(alone[name] == 0 for name in machine)
    with_proposals = estimate(replace(FULL, human_share=1)).lines
    assert with_proposals["conditioning"] == 1500 and with_proposals["filters"] == 0
    assert with_proposals["prelabels"] == 10_000 * 0.004
    assert estimate(replace(FULL, human_share=0, prelabel_discount=0)).human_labels == 0


def test_each_price_moves_the_lines_that_it_pays_and_no_others():
    moved = {
        "usd_per_human_label": {"human_labels", "rework", "drift"},
        "raters_per_item": {"human_labels", "rework", "drift"},
        "usd_per_real_input": {"real_inputs", "drift"},
        "prelabel_discount": {"human_labels", "drift"},
        "usd_per_machine_item": {"machine_items", "drift"},
        "usd_per_machine_label": {"machine_labels", "prelabels", "drift"},
        "usd_conditioning": {"conditioning"},
        "usd_filters": {"filters"},
        "reject_rate": {"machine_items", "machine_labels", "review", "drift"},
        "iterations": {"machine_items", "machine_labels", "review", "drift"},
        "review_share": {"review", "drift"},
        "usd_per_review": {"review", "drift"},
        "rework_rate": {"rework"},
        "usd_maintenance_per_month": {"maintenance"},
        "months": {"maintenance", "drift"},
        "drift_share_per_month": {"drift"},
        "usd_audit": {"audit"},
        "exchange_rate": set(),
    }
    assert set(moved) == set(INPUTS) - {"items", "human_share"}
    before = estimate(FULL).lines
    for name, lines in moved.items():
        after = estimate(replace(FULL, **{name: getattr(FULL, name) * 1.1})).lines
        assert {line for line in LINES if after[line] != before[line]} == lines, name


def test_plans_and_estimates_are_frozen_and_their_inputs_explained():
    for frozen, name in ((FULL, "items"), (estimate(FULL), "review")):
        with pytest.raises(FrozenInstanceError):
            setattr(frozen, name, 1)
    assert set(LINES) < {each.name for each in fields(Breakdown)}
    for name, meaning in INPUTS.items():
        low, high, step = meaning["slider"]
        assert meaning["low"] <= low < high <= meaning["high"] and 0 < step < high
        assert meaning["about"].endswith(".") and meaning["label"] and meaning["unit"]
        for end in (meaning["low"], meaning["high"]):
            assert math.isfinite(estimate(replace(FULL, **{name: end})).total)


def test_as_many_items_as_anyone_could_want():
    assert estimate(replace(MACHINE, items=10**15)).machine_items == pytest.approx(1e14)
    many = replace(MACHINE, items=10**15), replace(PEOPLE, items=10**15)
    assert break_even_plans(*many, useful=False) == pytest.approx(500)
    assert break_even_plans(*many) == pytest.approx(200 / (0.5 - 0.1 / 0.5))
    with pytest.raises(ValueError, match=r"^items must be a number, 1 to 1e\+15; got 10000000000000000\.$"):
        replace(PEOPLE, items=10**16)


# ---------------------------------------------------------------- the articles' arithmetic


def test_the_example_of_100_000_items():
    plan = Plan(items=100_000, human_share=0, usd_per_human_label=0.4, review_share=0.15, usd_per_review=0.15)
    assert estimate(plan).review == 2250
    making = [estimate(replace(plan, usd_per_machine_item=price)).machine_items for price in (0.001, 0.05)]
    assert making == pytest.approx([100, 5000])


def test_break_even_of_the_articles_figures():
    assert break_even(10_000, 0.40, 0.001, 0.15 * 0.15) == pytest.approx(26_560, abs=0.5)
    assert break_even(50_000, 0.08, 0.05, 0.15 * 0.15) == pytest.approx(6_666_667, abs=0.5)


def test_review_alone_is_a_fifth_of_what_the_article_says_of_checks_or_less():
    table = datasets.prices()
    review, share = table.loc["review"], table.loc["review_share"]
    assert (share["low"] * review["low"], share["high"] * review["high"]) == pytest.approx((0.005, 0.08))
    assert tuple(table.loc["qa_claimed", ["low", "high"]]) == (0.03, 0.40)
    assert tuple(table.loc["filters", ["low", "high"]] / 100_000) == (0.03, 0.20), "what the filters add to so many"


def test_all_in_price_of_an_item():
    """Set-up of the text's own parts (conditioning and filters) does not give it; the worked example's set-up does."""
    table = datasets.prices()
    allin = []
    for end, setup in (("low", 10_000), ("high", 50_000)):
        plan = Plan(
            items=100_000,
            human_share=0,
            usd_per_human_label=0.4,
            usd_conditioning=setup,
            usd_per_machine_item=table.loc["machine_item", end],
            review_share=0.15,
            usd_per_review=0.15,
        )
        allin.append(estimate(plan).per_item)
    assert allin == pytest.approx([0.1235, 0.5725])


def test_the_recipe_keeps_less_real_data_than_its_own_rule():
    table = datasets.prices()
    people, machine = table.loc["recipe_human"], table.loc["recipe_machine"]
    shares = [people[a] / (people[a] + machine[b]) for a, b in (("low", "high"), ("high", "low"))]
    assert shares == pytest.approx([0.0196, 0.20], abs=5e-5)
    assert shares[1] < 0.30, "the article's rule asks for 30-40%"
    real = 1000
    assert real / (real + 10 * real) == pytest.approx(1 / 11), "ten made items for each real one"


def test_every_price_is_within_what_its_input_allows_and_says_whence_it_is():
    table = datasets.prices()
    assert table.index.is_unique and set(table["input"].dropna()) <= set(INPUTS)
    assert (table["low"] <= table["high"].fillna(math.inf)).all() and (table["low"] > 0).all()
    assert table[["what", "unit", "modality", "domain", "source", "note"]].notna().all(axis=None)
    for _, row in table.dropna(subset="input").iterrows():
        for end in ("low", "high"):
            replace(FULL, **{row["input"]: row[end]})


# ---------------------------------------------------------------- useful labels and break-even


def test_a_useful_label_costs_more_than_an_item_where_the_machine_is_worth_less():
    costs = estimate(MACHINE)
    assert (costs.total, costs.useful_labels, costs.per_useful_label) == (300, 500, 0.6)
    assert cost_per_useful_label(replace(MACHINE, human_share=0.5)) == pytest.approx((250 + 50 + 200) / 750)


@pytest.mark.parametrize("rate", [0, -0.3])
def test_no_money_buys_what_is_worth_nothing(rate):
    plan = replace(MACHINE, exchange_rate=rate)
    assert cost_per_useful_label(plan) == math.inf
    assert compare_plans({"machine": plan}).loc["machine", "per_useful_label"] == math.inf
    assert cost_per_useful_label(replace(plan, human_share=0.5)) == pytest.approx(500 / (500 + rate * 500))
    assert break_even_plans(plan, PEOPLE, useful=True) == math.inf


def test_the_cheaper_item_can_be_the_dearer_label():
    table = compare_plans({"people": PEOPLE, "machine": MACHINE})
    assert table["per_item"].idxmin() == "machine" and table["per_useful_label"].idxmin() == "people"
    assert list(table.columns) == [*LINES, "total", "per_item", "useful_labels", "per_useful_label"]


def test_as_many_items_as_are_worth_so_many_labels():
    plan = resize(FULL, 1000)
    assert estimate(plan).useful_labels == pytest.approx(1000) and replace(plan, items=FULL.items) == FULL
    assert resize(PEOPLE, 77).items == 77
    table = sensitivity({"exchange_rate": (-0.1, 0.4, 0.5)}, plan=MACHINE, measure="total_useful")
    assert table.loc["exchange_rate", ["at_low", "likely", "at_high"]].tolist() == [math.inf, 450, 400]


def test_the_fair_total_buys_more_items_where_each_is_worth_less():
    ranges = {"exchange_rate": (0.2, 0.5, 0.6)}
    result = simulate(ranges, seeded(), 100_000, plan=MACHINE, rival=PEOPLE, measure="total_useful")
    rates = 0.1 * 1000 / (result.draws - 200)  # 200 for filters, the rest for items at 0.1 each
    assert rates.min() >= 0.2 and rates.max() <= 0.6
    assert rates.mean() == pytest.approx((0.2 + 4 * 0.5 + 0.6) / 6, abs=0.001)
    assert result.rival.low == result.rival.high == 500


@pytest.mark.parametrize("useful", [False, True])
@pytest.mark.parametrize("share", [0, 0.1, 0.7])
def test_at_the_break_even_both_plans_cost_the_same(useful, share):
    plan, rival = replace(FULL, human_share=share), replace(FULL, human_share=1, prelabel_discount=0)
    amount = break_even_plans(plan, rival, useful=useful)
    assert 0 < amount < math.inf
    worth = estimate(plan).useful_labels / plan.items if useful else 1
    ours, theirs = (estimate(replace(each, items=amount / per)) for each, per in ((plan, worth), (rival, 1)))
    assert ours.total == pytest.approx(theirs.total)
    more = [estimate(replace(each, items=2 * amount / per)).total for each, per in ((plan, worth), (rival, 1))]
    assert more[0] < more[1]


def test_break_even_at_the_ends():
    item_by_item = break_even_plans(MACHINE, PEOPLE, useful=False)
    assert item_by_item == pytest.approx(break_even(200, 0.5, 0.1, 0)) == pytest.approx(500)
    assert break_even_plans(replace(MACHINE, usd_filters=0), PEOPLE) == 0
    assert break_even_plans(PEOPLE, MACHINE) == math.inf, "people are cheaper for fewer items, not from some number on"
    assert break_even_plans(replace(MACHINE, usd_per_machine_item=0.5), PEOPLE) == math.inf
    assert break_even_plans(PEOPLE, PEOPLE) == math.inf, "neither is ever the cheaper one"
    assert break_even_plans(PEOPLE, replace(PEOPLE, usd_audit=1)) == 0
    assert break_even(0, 0.5, 0.1, 0) == 0
    assert break_even(0, 0.1, 0.1, 0) == math.inf
    assert break_even_plans(PEOPLE, replace(MACHINE, exchange_rate=0), useful=True) == 0


# ---------------------------------------------------------------- months


@pytest.mark.parametrize("months", [0, 1, 8, 7.5, 0.25])
def test_months_sum_to_the_lines(months):
    plan = replace(FULL, months=months)
    table = life_cycle(plan)
    assert list(table.index) == list(range(math.ceil(months) + 1)) and list(table.columns) == list(LINES)
    assert table.sum().to_dict() == pytest.approx(estimate(plan).lines)
    assert (table >= 0).all(axis=None)
    if months:
        assert (table.loc[1:].drop(columns=["maintenance", "drift"]) == 0).all(axis=None)
        assert table.loc[1, "maintenance"] == pytest.approx(110 * min(1, months))


# ---------------------------------------------------------------- what we are unsure of


@pytest.mark.parametrize(
    ("shape", "mean"), [("triangular", (0.2 + 0.3 + 0.8) / 3), ("pert", (0.2 + 4 * 0.3 + 0.8) / 6)]
)
def test_draws_have_the_mean_of_their_shape_and_stay_within_the_range(shape, mean):
    result = simulate({"usd_per_human_label": (0.2, 0.3, 0.8)}, seeded(), 200_000, plan=PEOPLE, shape=shape)
    assert result.draws.mean() == pytest.approx(1000 * mean, rel=0.003)
    assert 200 <= result.draws.min() < result.low < result.median < result.high < result.draws.max() <= 800


def test_a_hump_on_a_log_scale_has_its_middle_at_the_root_of_low_times_high():
    settings = {"plan": PEOPLE, "shape": "log_pert"}
    result = simulate({"usd_per_human_label": (0.08, math.sqrt(0.08 * 5), 5)}, seeded(), 200_000, **settings)
    assert result.median == pytest.approx(1000 * math.sqrt(0.4), rel=0.01)
    assert result.low * result.high == pytest.approx(1e6 * 0.4, rel=0.02), "as far below as above, in factors"
    assert result.draws.min() >= 80 and result.draws.max() <= 5000
    logs = np.log(result.draws / 1000)
    # a beta(3, 3) has a standard deviation of sqrt(1/28) of its range
    assert logs.std() == pytest.approx(math.log(5 / 0.08) / math.sqrt(28), rel=0.01)
    from_zero = {"usd_audit": (0, 100, 300)}
    assert (simulate(from_zero, seeded(), **settings).draws == simulate(from_zero, seeded(), plan=PEOPLE).draws).all()
    known = simulate({"usd_per_human_label": (0.3, 0.3, 0.3)}, seeded(), **settings)
    assert known.low == known.high == 300


def test_the_interval_of_a_triangle_in_closed_form():
    result = simulate({"usd_audit": (0, 100, 200)}, seeded(), 400_000, plan=PEOPLE, shape="triangular")
    # the share below x is x^2 / 20,000 up to the middle
    at_5_percent = math.sqrt(0.05 * 20_000)
    assert (result.low, result.median, result.high) == pytest.approx(
        (500 + at_5_percent, 600, 700 - at_5_percent), abs=0.5
    )


def test_each_draw_is_the_estimate_of_its_plan():
    """The same arithmetic for one plan and for all draws at once: every corner, and the ends of ranges."""
    for share in (0, 0.2, 1):
        for measure in ("total", "per_item", "per_useful_label"):
            plan = replace(FULL, human_share=share)
            ranges = {name: (getattr(plan, name),) * 3 for name in INPUTS}
            result = simulate(ranges, seeded(), 100, plan=plan, measure=measure)
            assert np.ptp(result.draws) == 0 and result.draws[0] == getattr(estimate(plan), measure)
        same = simulate(ranges, seeded(), 100, plan=plan, measure="total_useful").draws[0]
        assert same == pytest.approx(estimate(resize(plan, plan.items)).total)


def test_a_range_that_makes_the_machine_harmful_has_draws_without_a_price():
    result = simulate({"exchange_rate": (-1, 0.1, 0.5)}, seeded(), plan=MACHINE, measure="per_useful_label")
    assert result.high == math.inf and result.low < math.inf
    assert not np.isnan(result.draws).any()
    both = simulate({"exchange_rate": (-1, -0.5, 0)}, seeded(), plan=MACHINE, rival=MACHINE, measure="per_useful_label")
    assert both.cheaper == 0.5 and both.saving.median == 0


def test_a_shared_input_is_drawn_once():
    """Both pay the same unknown price, so the plan with fewer labels is the cheaper one in every draw."""
    fewer = replace(PEOPLE, items=900)
    ranges = {"usd_per_human_label": (0.01, 0.5, 5)}
    shared = simulate(ranges, seeded(), plan=fewer, rival=PEOPLE)
    assert shared.cheaper == 1 and np.allclose(shared.rival.draws / shared.draws, 10 / 9)
    assert np.allclose(shared.saving.draws, shared.rival.draws - shared.draws)
    own = simulate(ranges, seeded(), plan=fewer, rival=PEOPLE, rival_ranges={"usd_per_human_label": (0.01, 0.5, 5.001)})
    assert 0.4 < own.cheaper < 0.7
    assert np.corrcoef(own.draws, own.rival.draws)[0, 1] == pytest.approx(0, abs=0.03)


def test_what_differs_on_purpose_stays_as_it_is():
    """Without ranges of its own, a rival is as unsure as the plan, but only where the two are alike."""
    ranges = {"human_share": (0, 0.1, 0.3), "usd_per_human_label": (0.2, 0.5, 0.8)}
    result = simulate(ranges, seeded(), plan=replace(MACHINE, human_share=0.2), rival=PEOPLE)
    alone = simulate({"usd_per_human_label": (0.2, 0.5, 0.8)}, seeded(), plan=PEOPLE)
    assert (result.rival.draws == alone.draws).all()
    table = sensitivity(ranges, plan=replace(MACHINE, human_share=0.2), rival=PEOPLE)
    assert table["moves"].to_dict() == {"human_share": "plan", "usd_per_human_label": "both"}


def test_plans_alike_are_level():
    result = simulate(RANGES, seeded(), plan=FULL, rival=FULL)
    assert result.cheaper == 0.5 and (result.saving.low, result.saving.high) == (0, 0)


def test_how_often_one_is_cheaper_in_closed_form():
    """A uniform price would be below 1 with chance 1/4; a triangle with its tip at 0 with 1 - (3/4)^2."""
    machine = replace(MACHINE, usd_per_machine_item=0, usd_filters=0)
    ranges = {"usd_per_machine_item": (0, 0, 2)}
    result = simulate(ranges, seeded(), 200_000, plan=machine, rival=PEOPLE, shape="triangular", measure="total")
    assert result.cheaper == pytest.approx(1 - 0.75**2, abs=0.005)


def test_one_range_more_leaves_the_other_draws_alone():
    price = {"usd_per_human_label": (0.2, 0.3, 0.8)}
    alone = simulate(price, seeded(), plan=PEOPLE)
    more = simulate({"months": (1, 2, 3), **price, "exchange_rate": (0, 1, 2)}, seeded(), plan=PEOPLE)
    assert (alone.draws == more.draws).all()


def test_the_likely_values_take_the_place_of_the_plans():
    ranges = {"usd_per_human_label": (0.2, 0.6, 0.8)}
    assert sensitivity(ranges, plan=PEOPLE)["likely"].item() == 600
    with pytest.raises(ValueError, match="read-only"):
        simulate(ranges, seeded(), plan=PEOPLE).draws[0] = 0


@pytest.mark.parametrize("measure", ["total", "per_item", "per_useful_label"])
def test_a_tornado_moves_one_input_at_a_time(measure):
    table = sensitivity(RANGES, plan=FULL, measure=measure)
    assert table["swing"].is_monotonic_decreasing and set(table["moves"]) == {"plan"}
    likely = replace(FULL, **{name: span[1] for name, span in RANGES.items()})
    for name, row in table.iterrows():
        for end, column in ((0, "at_low"), (1, "likely"), (2, "at_high")):
            moved = replace(likely, **{name: RANGES[name][end]})
            assert row[column] == pytest.approx(getattr(estimate(moved), measure))
    assert (table.loc["exchange_rate", "swing"] == 0) == (measure != "per_useful_label")


def test_a_tornado_of_two_plans_says_what_decides():
    rival = replace(FULL, human_share=1, prelabel_discount=0)
    settings = {"plan": FULL, "rival": rival, "measure": "total"}
    table = sensitivity(RANGES, rival_ranges={"usd_per_human_label": (0.2, 0.3, 0.8)}, **settings)
    assert table["moves"].to_dict() == dict.fromkeys(RANGES, "plan") | {"usd_per_human_label": "both"}
    likely = estimate(rival).total - estimate(FULL).total
    assert table["likely"].to_numpy() == pytest.approx(likely)
    assert table["decides"].tolist() == [min(row) < 0 < max(row) for row in table[["at_low", "at_high"]].to_numpy()]
    own = sensitivity({"months": (1, 8, 20)}, plan=FULL, rival=rival, rival_ranges={"months": (1, 8, 9)})
    assert own["moves"].tolist() == ["plan", "rival"]


def test_a_tornado_with_prices_that_are_infinite():
    ranges = {"exchange_rate": (-0.5, 0.5, 1), "usd_per_machine_item": (0.05, 0.1, 0.2)}
    table = sensitivity(ranges, plan=MACHINE, measure="per_useful_label")
    assert table.index[0] == "exchange_rate" and table["swing"].iloc[0] == math.inf
    assert table.loc["usd_per_machine_item", "swing"] == pytest.approx((400 - 250) / 500)


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("given", "kind", "said"),
    [
        ({"usd_per_human_label": "cheap"}, TypeError, "usd_per_human_label must be a number; got 'cheap'. Write 0.4,"),
        ({"usd_per_human_label": "0,40"}, TypeError, "Write 0.4, without a sign of money and with a point."),
        ({"usd_per_human_label": None}, TypeError, "usd_per_human_label must be a number; got None."),
        ({"months": True}, TypeError, "months must be a number; got True."),
        ({"usd_per_human_label": -0.1}, ValueError, "usd_per_human_label must be a number, 0 to 1e+09; got -0.1."),
        ({"usd_audit": math.inf}, ValueError, "usd_audit must be a number, 0 to 1e+09; got inf."),
        ({"review_share": 1.4}, ValueError, "review_share must be a number, 0 to 1; got 1.4. Write 0.15 for 15%."),
        ({"review_share": 140}, ValueError, "review_share must be a number, 0 to 1; got 140. Write 0.15 for 15%."),
        ({"reject_rate": 1}, ValueError, "reject_rate must be a number, 0 to 0.99; got 1."),
        ({"items": 0}, ValueError, "items must be a number, 1 to 1e+15; got 0."),
        ({"items": float("nan")}, ValueError, "items must be a number; got NaN. If you don't know it, take a wide"),
        ({"raters_per_item": 0}, ValueError, "raters_per_item must be a number, 1 to 1000; got 0."),
        ({"items": 10**400}, ValueError, "items must be a number, 1 to 1e+15; got "),
        ({"items": "<b>9</b>" * 99}, TypeError, "items must be a number; got '<b>9</b><b>"),
    ],
)
def test_inputs_of_a_plan(given, kind, said):
    with pytest.raises(kind) as error:
        replace(PEOPLE, **given)
    assert said in str(error.value) and len(str(error.value)) < 200


@pytest.mark.parametrize(
    ("changed", "kind", "said"),
    [
        ({"plan_ranges": {}}, TypeError, "plan_ranges must map fields to (low, likely, high)"),
        ({"plan_ranges": 3}, TypeError, "plan_ranges must map fields to (low, likely, high)"),
        ({"plan_ranges": {"price": (1, 2, 3)}}, ValueError, "plan_ranges must name fields of Plan; got 'price'."),
        ({"plan_ranges": {"months": (1, 2)}}, ValueError, "plan_ranges['months'] must be three numbers"),
        ({"plan_ranges": {"months": "abc"}}, ValueError, "plan_ranges['months'] must be three numbers"),
        ({"plan_ranges": {"months": np.array(3)}}, ValueError, "plan_ranges['months'] must be three numbers"),
        ({"plan_ranges": {"months": {1, 2, 3}}}, ValueError, "plan_ranges['months'] must be three numbers"),
        ({"plan_ranges": {"months": [1, [2], 3]}}, TypeError, "months must be a number; got [2]."),
        ({"plan_ranges": {"months": ("a", "b", "c")}}, TypeError, "months must be a number; got 'a'."),
        ({"plan_ranges": {"months": (3, 2, 1)}}, ValueError, "in order, low <= likely <= high; got 3, 2, 1."),
        ({"plan_ranges": {"review_share": (0.1, 0.2, 1.4)}}, ValueError, "review_share must be a number, 0 to 1"),
        ({"plan_ranges": {"months": (1, math.nan, 3)}}, ValueError, "months must be a number; got NaN."),
        ({"rng": 0}, TypeError, "rng must be a numpy.random.Generator"),
        ({"draws": 10}, ValueError, "draws must be a number, 100 to 1e+08; got 10."),
        ({"draws": 100.5}, ValueError, "draws must be a whole number, 100 or more; got 100.5."),
        ({"draws": "many"}, TypeError, "draws must be a number; got 'many'."),
        ({"shape": "uniform"}, ValueError, "shape must be one of pert, triangular, log_pert; got 'uniform'."),
        (
            {"measure": "usd"},
            ValueError,
            "measure must be one of total, per_item, per_useful_label, total_useful; got 'usd'.",
        ),
        ({"measure": np.array(["total", "usd"])}, ValueError, "measure must be one of total, per_item, per_useful"),
        ({"plan": {"items": 3}}, TypeError, "plan must be a Plan, as Plan(items=1000, ...); got {'items': 3}."),
        ({"rival": "people"}, TypeError, "plan must be a Plan, as Plan(items=1000, ...); got 'people'."),
        ({"rival_ranges": {"months": (1, 2, 3)}}, ValueError, "rival_ranges needs a rival; got none."),
    ],
)
def test_settings_of_a_simulation(changed, kind, said):
    settings = {"plan_ranges": {"months": (1, 2, 3)}, "rng": seeded(), "draws": 100, "plan": FULL} | changed
    with pytest.raises(kind) as error:
        simulate(**settings)
    assert said in str(error.value)


def test_bad_plans_and_numbers_elsewhere():
    for function in (estimate, cost_per_useful_label, life_cycle):
        with pytest.raises(TypeError, match=r"^plan must be a Plan"):
            function({"items": 3})
    with pytest.raises(TypeError, match=r"^plan must be a Plan"):
        break_even_plans(PEOPLE, None)
    with pytest.raises(TypeError, match=r"^plan must be a Plan"):
        sensitivity({"months": (1, 2, 3)}, plan=None)
    with pytest.raises(TypeError, match=r"^plans must map names to Plans"):
        compare_plans([PEOPLE])
    with pytest.raises(TypeError, match=r"^plans must map names to Plans"):
        compare_plans({1: PEOPLE})
    with pytest.raises(TypeError, match=r"^plans must map names to Plans, 1 or more, as .*; got {}\.$"):
        compare_plans({})
    with pytest.raises(ValueError, match=r"^plan must have items that are worth something; got a worth of 0 each"):
        resize(replace(MACHINE, exchange_rate=0), 100)
    with pytest.raises(ValueError, match=r"^items must be a number, 1 to 1e\+15; got 2000000000000000\.0\."):
        resize(MACHINE, 1e15)
    with pytest.raises(TypeError, match=r"^useful_labels must be a number; got 'many'"):
        resize(MACHINE, "many")
    with pytest.raises(ValueError, match=r"^setup must be a number, 0 to"):
        break_even(-1, 1, 0, 0)
    with pytest.raises(TypeError, match=r"^review_per_item must be a number; got '15%'"):
        break_even(1, 1, 0, "15%")
    assert replace(PEOPLE, usd_per_human_label=Decimal("0.40")).usd_per_human_label == 0.4
    with pytest.raises(TypeError, match="unexpected keyword"):
        Plan(items=1, human_share=1, usd_per_human_label=1, usd_per_label=1)
