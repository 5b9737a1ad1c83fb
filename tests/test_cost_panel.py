"""The panel of the cost: sums are those of cost.py, prices with source and age, every kind of bad input, every end."""

import html
import math
import re
from dataclasses import replace
from datetime import date

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from helpers.cost import INPUTS, LINES, Plan, break_even_plans, estimate
from helpers.course.datasets import prices
from helpers.course.findings import read_findings
from helpers.panels.controls import Choice, Knob
from helpers.panels.cost import CostInputs, cost_figure, cost_html, cost_knobs, cost_panel, cost_result

TODAY = date(2026, 11, 21)
START = CostInputs()
KNOBS = cost_knobs()
NUMBERS = [name for name in INPUTS if isinstance(KNOBS[name], Knob)]


def shown(panel):
    return panel.widget.children[1].children[1].value


def words(page):
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def plan_of(inputs):
    return Plan(**{name: getattr(inputs, name) for name in INPUTS})


@pytest.mark.parametrize(
    "change",
    [{}, {"human_share": 0}, {"human_share": 1}, {"prelabel_discount": 0.3}, {"months": 24, "reject_rate": 0.4}],
)
def test_sums_are_those_of_the_helper(change):
    inputs = replace(START, usd_per_real_input=0.02, usd_maintenance_per_month=100, usd_audit=300, **change)
    result = cost_result(inputs, TODAY)
    plan, people = plan_of(inputs), replace(plan_of(inputs), human_share=1, prelabel_discount=0)
    assert (result.plan, result.people) == (estimate(plan), estimate(people))
    assert result.break_even == tuple(break_even_plans(plan, people, useful=each) for each in (False, True))
    for labels, *costs in result.ends:
        worth = result.plan.useful_labels / plan.items
        enough = (replace(plan, items=max(1, labels / worth)), replace(people, items=labels))
        assert costs == pytest.approx([estimate(each).total for each in enough], rel=1e-3 if labels == 1 else 1e-9)
    page = words(cost_html(result))
    for name, meaning in LINES.items():
        assert (f" {meaning} " in page) == bool(result.plan.lines[name] or result.people.lines[name])


def test_the_interval_holds_nine_tenths_and_closes_where_nothing_is_unsure():
    sure = cost_result(replace(START, unsure=0), TODAY)
    for spread, costs in zip(sure.total, (sure.plan, sure.people), strict=True):
        assert spread.low == pytest.approx(spread.median) == pytest.approx(spread.high) == pytest.approx(costs.total)
    assert sure.total_enough[0].median == pytest.approx(sure.enough.total)
    assert sure.enough.useful_labels == pytest.approx(START.items)
    assert sure.cheaper == (1, 1)
    wide, wider = (cost_result(replace(START, unsure=share), TODAY).total[0] for share in (0.2, 0.6))
    assert wider.low < wide.low < wide.median < wide.high < wider.high


@pytest.mark.parametrize("rate", [0, -0.1])
def test_items_that_are_worth_nothing_buy_no_label(rate):
    result = cost_result(replace(START, human_share=0, exchange_rate=rate), TODAY)
    page = words(cost_html(result))
    assert result.enough is None and math.isinf(result.total_enough[0].median)
    assert "But no number of its items is worth as many labels of people." in page
    assert "Worth for worth it is never cheaper than people only" in page
    assert "For the worth of as many labels it costs more than any sum, and is the cheaper one in 0%" in page
    assert "inf" not in page and "nan" not in page


@pytest.mark.parametrize(
    "change, says",
    [
        ({"usd_conditioning": 0}, "Item by item it is cheaper from the first item on"),
        ({"usd_per_machine_item": 1}, "Item by item it is never cheaper than people only"),
        ({"human_share": 1}, "Item by item it is never cheaper than people only"),
        ({"exchange_rate": 0.02}, "Worth for worth it is never cheaper than people only"),
        (
            {"exchange_rate": 0.9},
            "Its items are worth 9,100 labels of people; for the worth of 10,000 it takes 10,989 of",
        ),
    ],
)
def test_break_even_has_words_for_every_case(change, says):
    assert says in words(cost_html(cost_result(replace(START, **change), TODAY)))


# ---- prices from the list


def test_each_price_of_the_list_is_on_the_menu_of_its_input():
    table = prices()
    for name, rows in table.groupby("input"):
        choice = KNOBS[f"{name}_from"]
        assert isinstance(choice, Choice) and set(choice.options) == {"own", *rows.index}
    assert set(KNOBS["exchange_rate_from"].options) == {"own", "written", "labelled"}


def test_a_price_from_the_list_fills_its_number_says_its_source_and_draws_once():
    panel, drawn = cost_panel(today=TODAY), []
    panel.widget.children[1].children[1].observe(drawn.append, "value")
    panel.usd_per_human_label_from.value = "human_label_image"
    row = prices().loc["human_label_image"]
    assert row["low"] < panel.state.usd_per_human_label < row["high"] and len(drawn) == 1
    page = words(shown(panel))
    assert row["source"] in page and row["note"] in page and row["what"] in page
    assert "Person's label: this price has no date, so nobody can tell how old it is. Ask for an offer." in page
    panel.usd_per_human_label_from.value = "own"
    assert row["source"] not in words(shown(panel)) and "kit-warning" not in shown(panel)


def test_a_number_outside_the_price_it_is_taken_from_is_said_in_words():
    panel = cost_panel(today=TODAY, usd_per_human_label_from="human_label_image")
    panel.usd_per_human_label.value = 3
    assert (
        "Person's label must lie within what it is taken from, 0.15 to 0.8; got 3. To use a number of your own, set "
        "where it is taken from to own."
    ) in words(shown(panel))


def test_the_range_of_a_price_is_the_interval():
    wide = cost_result(replace(START, usd_per_human_label_from="human_label"), TODAY).total[1]
    narrow = cost_result(START, TODAY).total[1]
    assert wide.high > 2 * narrow.high


@pytest.mark.parametrize(
    "finding, size, row", [("hybrid.worth_written", 2400, "written"), ("hybrid.worth_labelled", 800, "labelled")]
)
def test_the_worth_of_an_item_comes_from_what_was_measured(finding, size, row):
    panel = cost_panel(today=TODAY)
    panel.exchange_rate_from.value = row
    assert panel.state.exchange_rate == pytest.approx(read_findings()[finding]["value"] / size)
    assert "as lesson 05 measured on short film reviews" in words(shown(panel))


def dated(day, source="A shop"):
    row = {"input": "usd_per_review", "what": "a <b>look</b>", "low": 0.1, "high": 0.4, "unit": "USD per item"}
    row |= {"source": source, "date": pd.Timestamp(day) if day else pd.NaT, "note": None}
    return pd.DataFrame([row], index=pd.Index(["look"], name="id"))


@pytest.mark.parametrize(
    "day, says",
    [
        ("2025-11-21", ""),
        ("2025-11-20", "Review: this price is of 2025-11-20, more than 12 months ago. Ask for an offer."),
        ("2026-11-21", ""),
        (None, "Review: this price has no date"),
    ],
)
def test_a_price_older_than_a_year_is_said_to_be(day, says):
    result = cost_result(replace(START, usd_per_review=0.2, usd_per_review_from="look"), TODAY, dated(day))
    assert says in " ".join(result.warnings) and bool(says) == bool(result.warnings)
    assert "<b>look" not in cost_html(result)


@pytest.mark.parametrize("source", [None, "", "  "])
def test_a_price_without_a_source_is_refused_until_one_of_your_own_is_typed(source):
    panel = cost_panel(TODAY, dated("2026-11-01", source))
    before = panel.usd_per_review.value
    panel.usd_per_review_from.value = "look"
    assert "Review: the price look has no source, so it is not used. Choose another one, or own and type" in shown(
        panel
    )
    panel.usd_per_review_from.value = "own"
    panel.usd_per_review.value = before
    assert 'role="alert"' not in shown(panel)


# ---- bad input


@pytest.mark.parametrize(
    "name, typed, says",
    [
        (
            "usd_per_human_label",
            "forty cents",
            "Person's label must be a number from 0 to 1000000000; got 'forty cents'.",
        ),
        ("usd_per_human_label", "-0.4", "Person's label must be a number from 0 to 1000000000; got '-0.4'."),
        ("usd_per_human_label", "0,40", "Write decimals with a point, as in 0.5, and nothing between thousands."),
        ("usd_per_human_label", "nan", "got 'nan'"),
        ("usd_per_human_label", "inf", "got 'inf'"),
        ("review_share", "1.4", "Reviewed must be a number from 0 to 1; got '1.4'."),
        ("review_share", "140%", "Reviewed must be a number from 0 to 1; got '140%'. Write 15% as 0.15."),
        ("items", "0", "Items must be a whole number from 1 to 1e+15; got '0'."),
        ("items", "1e16", "Items must be a whole number from 1 to 1e+15; got '1e16'."),
        ("items", "<script>alert(1)</script>", "got '<script>alert(1)</script>'"),
        ("reject_rate", "1", "Rejected must be a number from 0 to 0.99; got '1'."),
        ("usd_filters_from", "best", "Filters, from must be one of own, filters; got 'best'."),
        ("name", " ", "Name of the plan must have 1 to 40 letters; got 0."),
        ("name", "x" * 41, "Name of the plan must have 1 to 40 letters; got 41."),
    ],
)
def test_bad_input_gets_a_sentence_and_the_last_good_result_stays_grey(name, typed, says):
    panel = cost_panel(today=TODAY)
    before = shown(panel)
    getattr(panel, name).text.value = typed
    new, mark, old = shown(panel).partition('<section class="kit-old"')
    assert says in words(new) and mark and before.replace(' role="status"', "") in old
    assert "Traceback" not in shown(panel) and "<script" not in shown(panel)
    with pytest.raises(ValueError):
        _ = panel.state
    getattr(panel, name).value = getattr(START, name)
    assert shown(panel) == before


def test_html_in_a_name_is_shown_as_text_everywhere():
    nasty = '<img src=x onerror="x()"> & co'
    panel = cost_panel(today=TODAY, name=nasty)
    assert "<img" not in shown(panel) and "&lt;img" in shown(panel) and nasty in words(shown(panel))
    assert "<img" not in panel._repr_mimebundle_()["text/html"]


def test_a_million_billion_items_are_counted():
    panel = cost_panel(today=TODAY)
    panel.items.text.value = "1e15"
    assert panel.state.items == 1e15 and panel.items.slider.value == panel.items.slider.max
    page = shown(panel)
    assert "For 1,000,000,000,000,000 items" in page and 'role="alert"' not in page
    assert ">trillion useful labels (bars: 90% of the draws)<" in page and ">trillion USD in all<" in page
    ax, _ = cost_figure(panel.state)
    ax.figure.canvas.draw()
    plt.close(ax.figure)


@pytest.mark.parametrize("end", ["least", "low", "high", "most"])
@pytest.mark.parametrize("name", NUMBERS)
def test_the_ends_of_every_number_have_a_result(name, end):
    least, most = KNOBS[name].allowed
    value = {"least": least, "low": KNOBS[name].low, "high": KNOBS[name].high, "most": most}[end]
    page = cost_html(cost_result(replace(START, **{name: value}), TODAY))
    assert "nan" not in page and "inf" not in page and 'width="-' not in page
    assert len(re.findall(r'text-anchor="middle">[^<]*</text>', page)) >= 3


# ---- the panel


@pytest.mark.parametrize("name", [*NUMBERS, "unsure"])
def test_each_slider_moves_state_and_page_and_draws_once(name):
    panel, drawn = cost_panel(today=TODAY, months=12), []
    panel.widget.children[1].children[1].observe(drawn.append, "value")
    control = getattr(panel, name)
    old = getattr(panel.state, name)
    control.slider.value = control.slider.min if old != control.slider.min else control.slider.max
    assert getattr(panel.state, name) == control.value != old
    # with neither upkeep nor drift, months cost nothing
    assert len(drawn) == (name != "months")


def test_every_control_has_a_description_and_a_tooltip():
    panel = cost_panel(today=TODAY)
    names = [getattr(panel, name).text.description for name in vars(panel.state)]
    assert len(names) == len(set(names))
    for name in vars(panel.state):
        for widget in getattr(panel, name).widgets:
            assert len(widget.description) > 4 and len(widget.tooltip) > 10


@pytest.mark.parametrize("change", [{}, {"usd_per_machine_item": 1}, {"usd_conditioning": 0}, {"items": 5e6}])
def test_the_twin_is_a_figure_with_words(change):
    ax, alt = cost_figure(replace(START, **change))
    assert len(alt) > 100 and len(ax.figure.get_suptitle()) <= 60
    assert ax.get_xlabel() and ax.get_ylabel()
    ax.figure.canvas.draw()
    plt.close(ax.figure)


def test_the_stored_output_needs_no_kernel():
    panel = cost_panel(today=TODAY)
    stored = panel._repr_mimebundle_()["text/html"]
    assert "svg" not in stored and re.sub(r"<svg.*</svg>", "", shown(panel), flags=re.DOTALL) in stored


def test_a_plan_is_moved_and_read_back():
    panel = cost_panel(today=TODAY, items=5000)
    panel.human_share.value = 0.5
    panel.name.value = " ours "
    assert panel.state == replace(START, items=5000, human_share=0.5, name="ours")
    panel.fill(START)
    assert panel.state == START
    assert math.isfinite(cost_result(panel.state, TODAY).total[0].median)
