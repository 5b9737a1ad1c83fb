"""The review panel without a browser: what it says, what each key does, what came too soon, and what is stored."""

import re
import sqlite3

import pandas as pd
import pytest

from helpers.course.save import TAG
from helpers.panels import review as module
from helpers.panels.buttons import Buttons
from helpers.panels.review import ReviewState, progress_html, review_html, review_panel, review_result
from helpers.review import Agreement, Item, Progress, Review

SECRET = "A <b>private</b> sentence"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "review.db"


def table(rows=4, **columns):
    return pd.DataFrame({"text": [f"{SECRET} {row}." for row in range(rows)], **columns}, index=range(rows))


def opened(path, items=None, labels=("yes", "no"), **options):
    return review_panel(path, table() if items is None else items, labels, "ana", "Be <i>kind</i>.", pause=0, **options)


def shown(panel):
    """The HTML on the screen."""
    return "".join(part.value for part in panel.widget.children if hasattr(part, "value"))


def words(panel):
    return re.sub(r"<style>.*?</style>|<[^>]+>", " ", shown(panel), flags=re.DOTALL)


# ---- pure parts


def test_the_result_is_what_the_file_says(path):
    review = Review(path, table(gold=["yes", None, None, None]), ["yes", "no"], "ana")
    review.decide(0, "no")
    result = review_result(review, 1, note="Noted.")
    assert (result.item.id, result.progress, result.note) == (1, Progress(4, 1, 0), "Noted.")
    assert (result.agreement.right, result.agreement.of, result.every) == (0, 1, 1)


NO_GOLD = Agreement(0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    "item, counts, agreement, every, said",
    [
        (Item(1, "<script>"), (9, 0, 0), NO_GOLD, 0, ["&lt;script&gt;", "0 of 9 decided, 0 skipped, 9 open."]),
        (Item(1, "x", "<i>no"), (9, 0, 0), NO_GOLD, 5, ["The machine says &lt;i&gt;no. It may be wrong."]),
        (Item(1, "x", 0), (9, 0, 0), NO_GOLD, 5, ["The machine says 0.", "no number yet; counted after every 5 dec"]),
        (
            Item(1, "x", None, True),
            (9, 5, 4),
            Agreement(0, 0, 0, 0, 5),
            5,
            ["skipped before", "Hidden gold: none among all decisions."],
        ),
        (
            Item(1, "x"),
            (2000, 1500, 0),
            Agreement(7, 9, 0.453, 0.937, 1500),
            10,
            ["7 of 9 alike (45% to 94%, 95% interval) among the first 1,500 decisions; counted after every 10 d"],
        ),
        (None, (9, 9, 0), Agreement(1, 2, 0.1, 0.9, 9), 5, ["All 9 items are decided. Thank you.", "all decisions."]),
    ],
)
def test_what_is_said(item, counts, agreement, every, said):
    result = module.ReviewResult("ana", item, Progress(*counts), agreement, every)
    page = review_html(result) + progress_html(result)
    for text in said:
        assert text in page
    assert ("Hidden gold" in page) == bool(every)
    assert ("The machine says" in page) == (item is not None and item.machine is not None)


def test_the_gold_that_differs_is_shown_escaped(path):
    gold = (("<b>", "yes", "no"), ("x", "no", "no"))
    page = review_html(module.ReviewResult("ana", None, Progress(2, 2, 0), Agreement(1, 2, 0, 1, 2), 5, gold=gold))
    assert "2 decided items were hidden gold; 1 differs from it." in page
    assert "&lt;b&gt;" in page and "<b>" not in page and page.count("<tr>") == 2


# ---- keys


def test_keys_decide_skip_undo(path):
    panel = opened(path)
    panel.press("1"), panel.press("2"), panel.press("s")
    assert panel.state == ReviewState("ana", 3, 4, 2, 1, 0, 0)
    assert "Skipped; it comes back after the others." in words(panel)
    panel.press("u")
    assert "Taken back." in words(panel) and panel.state.item == 2
    assert panel.review.export()[["item", "rating"]].values.tolist() == [[0, "yes"], [1, "no"]]


def test_each_decision_is_in_the_file_before_the_next_item_is_on_the_screen(path, monkeypatch):
    panel, seen = opened(path), []

    def look(result):
        with sqlite3.connect(path) as db:
            seen.append((result.item.id, db.execute("SELECT count(*) FROM journal").fetchone()[0]))
        db.close()
        return ""

    monkeypatch.setattr(module, "review_html", look)
    panel.press("1"), panel.press("2")
    assert seen == [(1, 1), (2, 2)]


def test_the_buttons_do_what_the_keys_do(path):
    panel = opened(path)
    assert [button.description for button in panel.keys.buttons.values()] == ["1 yes", "2 no", "s skip", "u undo"]
    panel.keys.buttons["2"].click()
    panel.keys.box.value = " S"
    assert panel.keys.box.value == ""
    assert panel.state == ReviewState("ana", 2, 4, 1, 1, 0, 0)


def test_labels_beyond_nine_have_a_button_alone(path):
    panel = opened(path, labels=range(-5, 6))
    named = [button.description for button in panel.keys.buttons.values()]
    assert named[:11] == ["1 -5", "2 -4", "3 -3", "4 -2", "5 -1", "6 0", "7 1", "8 2", "9 3", "4", "5"]
    panel.keys.buttons[" 11"].click()
    assert panel.review.export()["rating"].tolist() == [5]


@pytest.mark.parametrize(
    "key, said",
    [
        ("3", "Key must be one of 1, 2, s, u; got &#x27;3&#x27;."),
        ("<", "Key must be one of 1, 2, s, u; got &#x27;&lt;&#x27;."),
        ("u", "undo must have a decision to take back; ana has none in this queue."),
    ],
)
def test_a_key_that_does_nothing_gets_a_sentence(path, key, said):
    panel = opened(path)
    before = path.read_bytes()
    panel.keys.box.value = key
    assert 'role="alert"' in shown(panel) and f"<strong>Not done:</strong> {said}" in shown(panel)
    assert path.read_bytes() == before and panel.state.item == 0
    panel.press("1")
    assert 'role="alert"' not in shown(panel)


def test_the_end_and_back(path):
    panel = opened(path, table(2))
    panel.press("1"), panel.press("1")
    assert "All 2 items are decided. Thank you." in words(panel) and panel.state.item is None
    assert [key for key, button in panel.keys.buttons.items() if button.disabled] == ["1", "2", "s"]
    panel.press("2")
    assert "No item is left. Undo takes the last decision back." in words(panel)
    panel.press("u")
    assert panel.state.item == 1 and not any(button.disabled for button in panel.keys.buttons.values())


def test_gold_is_shown_at_the_end_alone(path):
    panel = opened(path, table(gold=["yes", "no", None, None]), every=2)
    panel.press("1"), panel.press("g")
    assert "reveal must wait until no item is open; 3 of 4 are" in words(panel)
    assert panel.keys.buttons["g"].disabled and panel.state.gold_of == 0
    panel.press("1"), panel.press("1"), panel.press("1")
    assert (panel.state.gold_right, panel.state.gold_of) == (1, 2) and not panel.keys.buttons["g"].disabled
    assert "hidden gold;" not in words(panel)
    panel.press("g")
    assert "2 decided items were hidden gold; 1 differs from it." in words(panel)
    panel.press("u")
    assert "hidden gold;" not in words(panel), "an open item is on the screen again"


def test_two_windows(path):
    one, two = opened(path), opened(path)
    one.press("1"), two.press("2")
    assert "item must be open; 0 was decided as &#x27;yes&#x27; already, perhaps in another window of ana" in shown(two)
    assert one.state.item == two.state.item == 1
    assert one.review.export()["rating"].tolist() == ["yes"]


# ---- recorded answers


RECORDED = pd.DataFrame({"item": [0, 0, 2, 3], "rater": [7, 8, 9, 9], "rating": ["no", "yes", "yes", "maybe"]})


def test_recorded_answers_name_the_person(path):
    panel = opened(path, recorded=RECORDED)
    panel.press("d")
    assert "Written down: no. So answered 7, as recorded, and is named as its rater." in words(panel)
    panel.press("d")
    assert "No recorded answer to this item is there." in words(panel)
    exported = panel.review.export()
    assert exported[["item", "rater", "reviewer", "recorded"]].values.tolist() == [[0, "7", "ana", True]]


def test_deciding_for_me_stops_where_it_is_told_and_resumes(path):
    panel = opened(path, recorded=RECORDED[:3])
    panel.decide_for_me(until=1)
    assert panel.state == ReviewState("ana", 1, 4, 1, 0, 0, 0)
    panel.decide_for_me(until=1)
    assert panel.state.decided == 1
    panel = opened(path, recorded=RECORDED[:3])
    panel.decide_for_me(until=4)
    assert panel.state == ReviewState("ana", 1, 4, 2, 2, 0, 0), "two have no recorded answer and were skipped"
    panel.decide_for_me(until=4)
    assert panel.review.history()["action"].tolist() == ["decide", "skip", "decide", "skip"]


def test_who_comes_back_is_told_so_until_the_next_key(path):
    panel = opened(path)
    assert "Going on" not in words(panel)
    panel.press("1")
    panel = opened(path)
    assert "Going on where you stopped: 1 of 4 were decided before." in words(panel)
    panel.press("s")
    assert "Going on" not in words(panel)


def test_a_recorded_answer_that_is_no_label_stops_it(path):
    panel = opened(path, recorded=RECORDED)
    panel.decide_for_me(until=4)
    assert "label must be one of yes, no; got &#x27;maybe&#x27;." in shown(panel) and panel.state.decided == 2


def test_nothing_recorded(path):
    with pytest.raises(
        ValueError, match=r"^recorded must be given to review_panel, with item, rater, rating; there is "
    ):
        opened(path).decide_for_me(until=4)
    panel = opened(path, recorded=RECORDED.rename(columns={"rating": "label"}))
    assert "recorded must be a DataFrame with item, rater, rating; got DataFrame" in words(panel)


# ---- faults


def test_a_file_that_cant_be_opened_is_said_and_no_button_is_there(path):
    path.write_text("text,label\n")
    panel = opened(path)
    assert "is no database: it begins with" in words(panel) and len(panel.widget.children) == 1
    for use in (lambda: panel.state, lambda: panel.press("1")):
        with pytest.raises(ValueError, match="is no database"):
            use()
    assert str(path) not in panel._repr_mimebundle_()["text/html"]


def test_a_locked_file_keeps_the_item_on_the_screen(path):
    panel = opened(path, wait=0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    panel.press("1")
    assert "another program has locked" in words(panel) and panel.state.item == 0
    other.close()
    panel.press("1")
    assert 'role="alert"' not in shown(panel) and panel.state.item == 1


def test_a_file_that_went_away_keeps_the_item_on_the_screen(path):
    panel = opened(path)
    path.unlink()
    panel.press("1")
    assert "can&#x27;t be opened. Bring it back" in shown(panel) and panel.state.item == 0


def test_a_fault_of_our_own_is_said(path, monkeypatch):
    panel = opened(path)
    monkeypatch.setattr(panel.review, "decide", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        panel.press("1")
    assert "this panel failed in a way that it did not foresee. Run its cell again." in words(panel)


# ---- too soon


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def buttons():
    """Buttons, a clock to turn, and what they did and refused."""
    clock, done, refused = Clock(), [], []
    made = Buttons({"1": "yes", "2": "no"}, done.append, refused.append, pause=0.7, clock=clock)
    made.changed()
    return made, clock, done, refused


def test_an_answer_counts_after_the_pause(buttons):
    made, clock, done, refused = buttons
    clock.now += 0.69
    made.box.value = "1"
    assert done == [] and refused == ["That was too soon to have read the item, or a key was held down. Press again."]
    clock.now += 0.36
    made.box.value = "1"
    assert done == ["1"] and len(refused) == 1


@pytest.mark.parametrize("delay, rate", [(0.25, 0.03), (0.375, 0.03), (0.5, 0.03), (0.66, 0.04), (0.5, 0.1)])
def test_a_held_key_answers_once(buttons, delay, rate):
    """Delays until a held key repeats, and its rates, on the usual systems."""
    made, clock, done, _ = buttons
    clock.now += 5
    for wait in (0, delay, *[rate] * 60):
        clock.now += wait
        before = len(done)
        made.box.value = "1"
        if len(done) > before:
            made.changed()
    assert done == ["1"]


def test_keys_that_pile_up_answer_nothing_and_a_double_click_answers_once(buttons):
    made, clock, done, refused = buttons
    clock.now += 5
    made.box.value = "12"
    made.box.value = "1"
    assert done == [] and len(refused) == 2 and refused[0].startswith("Several keys came at once")
    clock.now += 5
    made.buttons["2"].click(), made.buttons["2"].click()
    assert done == ["2"] and len(refused) == 3


def test_a_key_of_a_disabled_button_does_nothing(buttons):
    made, clock, done, refused = buttons
    clock.now += 5
    made.buttons["1"].disabled = True
    made.box.value = "1"
    assert done == refused == []


# ---- what is stored


def test_every_widget_that_says_a_text_has_the_tag_by_which_it_is_not_stored(path):
    panel = opened(path, table(gold=["yes"] * 4))
    for key in ("", *"2222g"):
        if key:
            panel.press(key)
        widgets = [panel.widget, *panel.widget.children, *panel.keys.buttons.values(), panel.keys.box]
        saying = [each for each in widgets if "private" in str(each.get_state())]
        assert all(TAG in each._dom_classes for each in saying) and len(saying) == (
            panel.state.decided < 4 or key == "g"
        )


def test_the_stored_page_has_the_progress_and_no_text(path):
    panel = opened(path, table(gold=["yes", None, None, None], machine=["yes"] * 4), every=1, show_machine=True)
    panel.press("2")
    bundle = panel._repr_mimebundle_()
    assert "1 of 4 decided, 0 skipped, 3 open" in bundle["text/html"] and "0 of 1 alike" in bundle["text/html"]
    for stored in (bundle["text/html"], bundle["text/plain"], repr(panel.state)):
        assert "private" not in stored and str(path.parent) not in stored
    assert "private" in shown(panel) and "<b>private" not in shown(panel)
    assert "Be &lt;i&gt;kind&lt;/i&gt;." in shown(panel) and str(path) in shown(panel)
    assert "application/vnd.jupyter.widget-view+json" in bundle
