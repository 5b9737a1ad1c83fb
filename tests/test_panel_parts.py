"""Parts of panels that the first ones do without: menus, and drawings that follow a slider."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from helpers.panels.collapse import collapse_panel
from helpers.panels.controls import Choice, Menu, read_choice
from helpers.panels.drawing import HEIGHT, WIDTH, Axis, Line, Spot, drawing_html
from helpers.panels.imbalance import imbalance_panel

ORDER = Choice("Order", "Which way.", {"up": "from the smallest", "down": "from the largest"})
X = Axis("steps", 0, 10, [(0, "0"), (10, "10")])
Y = Axis.from_zero("height", 10)


def shown(panel):
    return panel.widget.children[1].children[1].value


# ---- menus


def test_menu_and_text_follow_each_other():
    menu = Menu(ORDER, "down")
    assert (menu.value, menu.menu.value, menu.text.value) == ("down", "down", "down")
    menu.menu.value = "up"
    assert (menu.value, menu.text.value) == ("up", "up")
    menu.text.value = " Down "
    assert (menu.value, menu.menu.value, menu.text.value) == ("down", "down", " Down ")
    menu.value = "up"
    assert (menu.value, menu.menu.value) == ("up", "up")


def test_what_is_not_on_the_menu_is_kept_and_refused_in_words():
    menu = Menu(ORDER, "up")
    menu.text.value = "sideways"
    with pytest.raises(ValueError, match=r"^Order must be one of up, down; got 'sideways'\.$"):
        _ = menu.value
    assert (menu.menu.value, menu.text.value) == ("up", "sideways")
    menu.menu.value = "down"
    assert menu.value == "down"


def test_a_menu_can_be_left_where_it_stands_after_nonsense():
    menu = Menu(ORDER, "up")
    menu.text.value = "sideways"
    menu.text.value = "up"
    assert menu.value == "up"


@pytest.mark.parametrize("wrong", ["", "Up", None, 1, ["up"]])
def test_only_names_on_the_menu_are_read(wrong):
    with pytest.raises(ValueError, match="Order must be one of up, down; got "):
        read_choice(wrong, ORDER)


def test_a_menu_says_what_each_choice_means():
    assert ORDER.tooltip == "Which way. up: from the smallest; down: from the largest."
    assert Menu(ORDER, "up").menu.options == (("up: from the smallest", "up"), ("down: from the largest", "down"))


@pytest.mark.parametrize("make, name", [(collapse_panel, "regime"), (imbalance_panel, "training")])
def test_a_wrong_choice_at_the_start_is_said_in_words(make, name):
    panel = make(**{name: "<b>none</b>"})
    assert "must be one of" in shown(panel) and "&lt;b&gt;none" in shown(panel) and "<b>none" not in shown(panel)
    getattr(panel, name).value = getattr(panel, name).menu.options[1][1]
    assert 'role="status"' in shown(panel)


# ---- panels with menus and drawings


@pytest.mark.parametrize("make", [collapse_panel, imbalance_panel])
def test_each_control_moves_state_and_page_and_draws_once(make):
    start = make(**({"regime": "fresh"} if make is collapse_panel else {}))
    for name, old in vars(start.state).items():
        panel = make(**vars(start.state))
        drawn, control = [], getattr(panel, name)
        panel.widget.children[1].children[1].observe(drawn.append, "value")
        if isinstance(control, Menu):
            control.menu.value = next(value for _, value in control.menu.options if value != old)
        else:
            control.slider.value = control.slider.min if old != control.slider.min else control.slider.max
        assert getattr(panel.state, name) == control.value != old
        assert len(drawn) == 1, name


@pytest.mark.parametrize("make", [collapse_panel, imbalance_panel])
def test_every_control_has_a_description_and_a_tooltip(make):
    panel = make()
    for name in vars(panel.state):
        for widget in getattr(panel, name).widgets:
            assert len(widget.description) > 3 and len(widget.tooltip) > 15


@pytest.mark.parametrize("make", [collapse_panel, imbalance_panel])
def test_the_stored_output_has_tables_and_no_letters_of_a_drawing(make):
    panel = make()
    stored = panel._repr_mimebundle_()["text/html"]
    assert "<svg" in shown(panel) and "svg" not in stored and "<text" not in stored
    assert re.sub(r"<svg.*</svg>", "", shown(panel), flags=re.DOTALL) in stored
    for name in vars(panel.state):
        assert getattr(panel, name).text.value in stored


# ---- drawings


def shapes(drawing, kind):
    return [shape for shape in ElementTree.fromstring(drawing).iter() if shape.tag.endswith(kind)]


def test_a_drawing_goes_through_its_points():
    drawing = drawing_html("A line", [Line([0, 10], [0, Y.high], "#112233")], X, Y, [Spot(0, 0, "#445566", "here")])
    points = [tuple(map(float, point.split(","))) for point in shapes(drawing, "polyline")[0].get("points").split()]
    (left, bottom), (right, top) = points
    assert 0 < left < right < WIDTH and 0 < top < bottom < HEIGHT
    circle = shapes(drawing, "circle")[0]
    assert (float(circle.get("cx")), float(circle.get("cy"))) == (left, bottom)


def test_names_at_the_ends_of_lines_do_not_touch():
    lines = [Line([0, 10], [5, end], "#000000", name=f"line {end}") for end in (5, 5.1, 5.2, 9)]
    heights = sorted(float(t.get("y")) for t in shapes(drawing_html("Four", lines, X, Y), "text") if "line" in t.text)
    assert all(lower - upper >= 14.9 for upper, lower in pairwise(heights))


def test_texts_of_a_drawing_are_escaped():
    nasty = '"><script>alert("x")</script>'
    axis = Axis(nasty, 0, 1, [(0, nasty)])
    line, spot = Line([0, 1], [0, 1], nasty, name=nasty), Spot(0, 0, nasty, nasty, is_round=False)
    drawing = drawing_html(nasty, [line], axis, axis, [spot])
    assert "<script" not in drawing
    assert ElementTree.fromstring(drawing).get("aria-label") == nasty


@pytest.mark.parametrize("high", [0.003, 0.7, 1, 5_000, 9_900, 123_456, 2_500_000])
def test_marks_are_few_and_round(high):
    axis = Axis.from_zero("cost", high)
    assert 3 <= len(axis.ticks) <= 7
    assert axis.low == 0 and axis.high > high >= axis.ticks[-1][0] / 1.08
    assert all(len(text.replace(",", "").strip("0.")) <= 3 for _, text in axis.ticks)
