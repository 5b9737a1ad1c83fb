"""The review panel where a reader meets it, in lesson 05: keys, a restarted kernel, and no sentence in any file."""

import html
import json
from pathlib import Path

import pytest
from browsing import KERNEL
from playwright.sync_api import expect

from helpers.course.datasets import prelabelled
from helpers.course.steps import BUILD
from helpers.course.strict import review_file

NAME = "05_hybrid.ipynb"
PAUSE = 800  # milliseconds: an item must be seen for .7 seconds before an answer counts


@pytest.fixture
def lesson(lab):
    """The lesson as it is stored; no decision is there yet."""
    folder = review_file("review_05").parent
    assert folder != BUILD, "a learner's decisions lie there"
    for file in folder.glob("review_05*"):
        file.unlink()
    lab.open(NAME)
    # the worst case: what widgets say is stored with the notebook
    lab.command("@jupyter-widgets/jupyterlab-manager:saveWidgetState")
    return lab


def place(lab, begins):
    """The place of the cell that begins with these words."""
    sources = ["".join(cell["source"]) for cell in lab.saved(NAME)["cells"]]
    return next(n for n, source in enumerate(sources) if source.startswith(begins))


def run(lab, begins, above=False):
    """Run a cell, and all above it if so wanted."""
    lab.page.evaluate(
        "place => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = place }", place(lab, begins)
    )
    if above:
        lab.command("notebook:run-all-above", 120)
    lab.command("notebook:run-cell", 120)
    lab.page.wait_for_function(f"{KERNEL}.status === 'idle'", timeout=120_000)


def press(lab, key, says):
    lab.page.wait_for_timeout(PAUSE)
    lab.page.keyboard.press(key)
    expect(lab.page.locator(".kit-panel")).to_contain_text(says)


def test_a_reader_reviews_restarts_and_goes_on_and_no_sentence_is_stored(lesson, picture):
    page = lesson.page
    run(lesson, "names = pd.Series", above=True)
    item, panel = page.locator(".kit-item"), page.locator(".kit-panel")
    expect(panel).to_contain_text("0 of 30 decided, 0 skipped, 30 open")
    page.get_by_role("textbox", name="Key").click()
    press(lesson, "1", "1 of 30 decided")
    press(lesson, "s", "1 of 30 decided, 1 skipped")
    press(lesson, "u", "1 of 30 decided, 0 skipped")
    press(lesson, "3", "2 of 30 decided")
    press(lesson, "d", "3 of 30 decided, 0 skipped, 27 open")
    expect(panel).to_contain_text("as recorded, and is named as its rater.")
    press(lesson, "x", "Not done: Key must be one of 1, 2, 3, s, u, d, g; got 'x'.")
    seen = hash(item.inner_text())  # a sentence of a person, which a failing test must not print
    panel.scroll_into_view_if_needed()
    picture(page, "-panel")

    lesson.command("docmanager:save")
    page.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")
    assert hash(item.inner_text()) == seen
    expect_no_sentence_in_a_file(lesson)

    page.evaluate(f"{KERNEL}.restart()")
    page.wait_for_function(f"{KERNEL}.status === 'idle'", timeout=60_000)
    run(lesson, "names = pd.Series", above=True)
    expect(panel).to_contain_text("Going on where you stopped: 3 of 30 were decided before.")
    assert hash(item.inner_text()) == seen
    run(lesson, "desk.decide_for_me")
    expect(panel).to_contain_text("20 of 30 decided")
    assert lesson.kernel_errors() == [] and lesson.complaints == [] and lesson.elsewhere == []


def expect_no_sentence_in_a_file(lab):
    """Search everything that was saved for the sentences at which the machine said 0; a failure names none."""
    widgets = lab.saved(NAME)["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    said = [each["state"] for each in widgets.values() if "kit-said" in each["state"].get("_dom_classes", ())]
    assert [state["value"] for state in said] == ["[human sentences; run the cell]"]
    texts = prelabelled()[0].query("machine == 0")["text"].str.strip()
    forms = {form for text in texts if len(text) > 40 for form in (text, html.escape(text), json.dumps(text)[1:-1])}
    for folder in (lab.folder, review_file("review_05").parent):
        for file in filter(Path.is_file, folder.rglob("*")):
            content = file.read_bytes().decode("utf-8", "replace")
            if any(form in content for form in forms):
                pytest.fail(f"{file.name} holds a sentence of the queue", pytrace=False)
