"""The review panel in a real JupyterLab: real keys, nobody's script runs, a killed kernel loses nothing."""

import json
import os
import signal

import pandas as pd
import pytest
from browsing import KERNEL, ROOT
from contrast import CONTRAST
from playwright.sync_api import expect

from helpers.review import Review

NAME = "review.ipynb"
SCRIPT = "<script>window.broken = true</script><img src=x onerror='window.broken = true'>"
TEXTS = [SCRIPT, *(f"Item number {n}." for n in range(1, 10))]
CELLS = [
    "import os, pandas as pd\nfrom helpers.panels.review import review_panel\n"
    f"items = pd.DataFrame({{'text': {TEXTS!r}, 'gold': ['yes', None] * 5}})\n"
    "given = pd.DataFrame({'item': range(2, 10), 'rater': 'Kim', 'rating': 'no'})\nprint(os.getpid())",
    "panel = review_panel('review.db', items, ['yes', 'no'], 'ana', 'Say <b>yes</b>.', recorded=given, every=5)\npanel",
    "",
]
PAUSE = 800  # milliseconds: an item must be seen for .7 seconds before an answer counts


@pytest.fixture
def notebook(lab):
    """A notebook with the panel, not run yet; the file of decisions goes with it."""
    lab.write(NAME, CELLS)
    yield lab
    for file in lab.folder.glob("review*"):
        file.unlink()


@pytest.fixture
def panel(notebook):
    """The panel, with its first item on the screen."""
    show(notebook)
    return notebook


def show(lab):
    lab.open(NAME)
    lab.run_all(seconds=60)
    expect(lab.page.locator(".kit-item")).to_be_visible()


def item(lab):
    return lab.page.locator(".kit-item")


def box(lab):
    return lab.page.get_by_role("textbox", name="Key")


def press(lab, key, says):
    """A key on the keyboard, wherever the focus is, after the item was read; wait for what the panel says to it."""
    lab.page.wait_for_timeout(PAUSE)
    lab.page.keyboard.press(key)
    expect(lab.page.locator(".kit-panel")).to_contain_text(says)


def click(lab, name, says):
    lab.page.wait_for_timeout(PAUSE)
    lab.page.get_by_role("button", name=name).click()
    expect(lab.page.locator(".kit-panel")).to_contain_text(says)


def decided(lab):
    """What the file holds, read by this process."""
    review = Review(lab.folder / "review.db", pd.DataFrame({"text": TEXTS}), ["yes", "no"], "ana", "Say <b>yes</b>.")
    return review.export()[["item", "rater", "rating"]].values.tolist()


def cells(lab):
    """Type and source of every cell, as JupyterLab has them now."""
    return lab.page.evaluate(
        "[...window.jupyterapp.shell.currentWidget.content.model.cells].map(c => [c.type, c.sharedModel.getSource()])"
    )


def test_keys_decide_skip_and_undo_and_jupyterlab_takes_none(panel):
    before = cells(panel)
    expect(item(panel)).to_have_text(SCRIPT)
    expect(panel.page.locator(".kit-guideline")).to_have_text("Say <b>yes</b>.")
    assert panel.page.evaluate("window.broken") is None

    box(panel).click()
    press(panel, "1", "Item number 1.")
    assert decided(panel) == [[0, "ana", "yes"]], "in the file before the next item is there"
    press(panel, "s", "Item number 2.")
    press(panel, "u", "Item number 1.")
    expect(panel.page.locator(".kit-progress")).to_contain_text("1 of 10 decided, 0 skipped, 9 open")

    click(panel, "2 no", "Item number 2.")
    expect(box(panel)).to_be_focused()
    for key in "xab3<":  # JupyterLab's own for cutting a cell, two new ones, and a heading
        press(panel, key, f"Not done: Key must be one of 1, 2, s, u, d, g; got '{key}'.")
        expect(box(panel)).to_have_value("")
    press(panel, "2", "Item number 3.")
    expect(panel.page.get_by_role("alert")).to_have_count(0)
    assert decided(panel) == [[0, "ana", "yes"], [1, "ana", "no"], [2, "ana", "no"]]
    assert cells(panel) == before
    assert panel.complaints == []


def test_a_held_key_and_a_double_click_decide_one_item(panel):
    box(panel).click()
    panel.page.wait_for_timeout(PAUSE)
    for wait in (500, *[30] * 20):
        panel.page.keyboard.down("1")  # again without `up`: what the browser gets from a key that is held
        panel.page.wait_for_timeout(wait)
    panel.page.keyboard.up("1")
    expect(panel.page.get_by_role("alert")).to_contain_text("a key was held down. Press again.")
    assert len(decided(panel)) == 1
    panel.page.wait_for_timeout(PAUSE)
    panel.page.get_by_role("button", name="1 yes").dblclick()
    expect(panel.page.locator(".kit-progress")).to_contain_text("2 of 10 decided")
    expect(panel.page.get_by_role("alert")).to_contain_text("Not done: That was too soon")
    assert len(decided(panel)) == 2


def test_a_killed_kernel_loses_nothing_and_no_text_is_stored(panel):
    box(panel).click()
    press(panel, "1", "Item number 1.")
    press(panel, "2", "Item number 2.")
    kernel = int(panel.page.locator(".jp-OutputArea-output").first.inner_text())
    os.kill(kernel, signal.SIGKILL)
    panel.page.get_by_role("button", name="Ok").click(timeout=60_000)
    panel.page.wait_for_function(f"{KERNEL}.status === 'idle'", timeout=60_000)
    panel.run_all(seconds=60)
    expect(item(panel)).to_have_text("Item number 2.")
    expect(panel.page.locator(".kit-progress")).to_contain_text("2 of 10 decided, 0 skipped, 8 open")
    box(panel).click()
    press(panel, "1", "Item number 3.")
    assert decided(panel) == [[0, "ana", "yes"], [1, "ana", "no"], [2, "ana", "yes"]]

    panel.command("docmanager:save")
    panel.page.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")
    saved = panel.saved(NAME)
    stored = json.dumps([saved["metadata"], *(cell["outputs"] for cell in saved["cells"])])
    assert "2 of 10 decided" in stored
    assert "Item number" not in stored and "window.broken" not in stored and str(panel.folder) not in stored


def test_recorded_answers_to_the_end_and_then_the_gold(panel):
    expect(panel.page.get_by_role("button", name="g show the gold")).to_be_disabled()
    box(panel).click()
    press(panel, "d", "Not done: No recorded answer to this item is there. Decide it yourself, or skip it.")
    press(panel, "1", "1 of 10 decided")
    press(panel, "2", "2 of 10 decided")
    for count in range(3, 11):
        click(panel, "decide for me", f"{count} of 10 decided")
    expect(panel.page.locator(".kit-said")).to_contain_text("All 10 items are decided. Thank you.")
    expect(panel.page.locator(".kit-progress")).to_contain_text(
        "Hidden gold: 1 of 5 alike (4% to 62%, 95% interval) among"
    )
    assert decided(panel) == [[0, "ana", "yes"], [1, "ana", "no"], *([n, "Kim", "no"] for n in range(2, 10))]
    press(panel, "g", "5 decided items were hidden gold; 4 differ from it.")
    expect(panel.page.locator(".kit-said tbody tr")).to_have_count(4)
    assert panel.complaints == []


def test_a_file_of_something_else_gets_a_sentence(notebook):
    file = notebook.folder / "review.db"
    file.write_text("text,label\n")
    notebook.open(NAME)
    notebook.run_all(seconds=60)
    expect(notebook.page.get_by_role("alert")).to_contain_text("is no database: it begins with b'text,label")
    expect(notebook.page.get_by_role("button", name="1 yes")).to_have_count(0)
    assert file.read_text() == "text,label\n"


def test_words_and_buttons_stand_out_in_both_themes(panel):
    box(panel).click()
    press(panel, "x", "Not done: Key must be")
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        panel.page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
        panel.page.wait_for_function("theme => document.body.dataset.jpThemeName === theme", arg=theme)
        for selector in (
            ".kit-item",
            ".kit-guideline",
            ".kit-note .kit-problem",
            ".kit-progress p",
            "button:enabled",
            "input",
        ):
            assert panel.page.locator(f".kit-panel {selector}").first.evaluate(CONTRAST, "color") >= 4.5, selector
        panel.page.screenshot(path=ROOT / ".build" / "screenshots" / f"review in {theme}.png")
