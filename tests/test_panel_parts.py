"""Parts of panels that the first ones do without: menus, and drawings that follow a slider."""

import re
from dataclasses import dataclass
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from helpers.panels.collapse import collapse_panel
from helpers.panels.controls import Choice, Control, Entry, Knob, Menu, Panel, read_choice, sentence_html
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


# ---- boxes, numbers beyond the slider, controls that move others


def test_a_number_may_be_typed_beyond_the_ends_of_its_slider():
    control = Control(Knob("Items", "How many.", 10, 100, 10, least=1, most=1e15), 50)
    control.text.value = "1e15"
    assert (control.value, control.text.value, control.slider.value) == (10**15, "1e15", 100)
    control.text.value = "3"
    assert (control.value, control.text.value, control.slider.value) == (3, "3", 10)
    control.slider.value = 20
    assert (control.value, control.text.value) == (20, "20")
    control.text.value = "0"
    with pytest.raises(ValueError, match=r"^Items must be a whole number from 1 to 1e\+15; got '0'\.$"):
        _ = control.value


def test_money_keeps_its_digits():
    assert Control(Knob("Sum", "How much.", 0, 1e7, 100.0), 1_250_000.0).text.value == "1250000"


@dataclass(frozen=True)
class Pair:
    """A number, a text, and where the number is from."""

    size: float = 5
    size_from: str = "own"
    name: str = "a"


def read_letter(typed):
    if len(typed) != 1:
        raise ValueError(f"Name must be one letter; got {typed!r}.")
    return typed


def pair_panel(headings=None):
    knobs = {
        "size": Knob("Size", "How large.", 0, 10, 1),
        "size_from": Choice("Size, from", "Where from.", {"own": "yours", "list": "the list"}),
        "name": Entry("Name of the letter", "What to call it.", read_letter),
    }
    panel = Panel("A pair", knobs, Pair(), lambda pair: sentence_html(f"{pair.name}: {pair.size}", bold=True), headings)
    panel.link("size_from", lambda row: {"size": 7} if row == "list" else {})
    return panel


def test_a_box_is_read_by_its_entry_and_keeps_what_is_wrong():
    panel = pair_panel()
    panel.name.text.value = "<b>"
    assert "Name must be one letter; got &#x27;&lt;b&gt;&#x27;." in shown(panel)
    assert "The last result, for the inputs before:" in shown(panel) and panel.name.text.value == "<b>"
    panel.name.value = "b"
    assert shown(panel) == '<p role="status"><strong>b: 5</strong></p>'


def test_a_control_moves_another_one_and_the_panel_draws_once():
    panel, drawn = pair_panel(), []
    panel.widget.children[1].children[1].observe(drawn.append, "value")
    panel.size_from.value = "list"
    assert panel.state == Pair(7, "list") and len(drawn) == 1
    panel.size.value = 3
    assert panel.state == Pair(3, "list")


def test_filling_all_controls_moves_nothing_else_and_draws_once():
    panel, drawn, followed = pair_panel(), [], []
    panel.widget.children[1].children[1].observe(drawn.append, "value")
    panel.after.append(followed.append)
    panel.fill(Pair(2, "list", "c"))
    assert panel.state == Pair(2, "list", "c") and len(drawn) == 1 and followed == [panel.state]


def test_a_heading_stands_above_its_control_as_text():
    panel = pair_panel({"name": "Names & <b>"})
    rows = panel.controls.children
    place = next(n for n, row in enumerate(rows) if "<h3>" in getattr(row, "value", ""))
    assert rows[place].value == "<h3>Names &amp; &lt;b&gt;</h3>" and rows[place + 1].children == panel.name.widgets


def test_what_follows_a_good_result_is_left_out_after_a_bad_one():
    panel, followed = pair_panel(), []
    panel.after.append(followed.append)
    panel.size.text.value = "many"
    assert followed == []
    panel.size.text.value = "4"
    assert followed == [Pair(4)]


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
