"""Panels in a real JupyterLab: by keyboard, by a cell; wrong numbers get words; nothing is said twice."""

import pytest
from contrast import CONTRAST
from playwright.sync_api import expect

NAME = "panels.ipynb"
CELLS = [
    "from helpers.panels.agreement import kappa_panel\nfrom helpers.panels.opinions import equivalent_raters_panel",
    "raters = equivalent_raters_panel()\nraters",
    "kappa = kappa_panel()\nkappa",
]


@pytest.fixture
def panels(lab):
    """A notebook that shows both panels, run from top to bottom."""
    lab.write(NAME, [*CELLS, ""])
    lab.open(NAME)
    lab.run_all(seconds=60)
    expect(lab.page.get_by_role("textbox", name="Prevalence")).to_be_visible()
    yield lab
    (lab.folder / NAME).unlink()


def run_cell(lab, source):
    """Put code into the last cell, run it, and give its printed words."""
    lab.page.evaluate(
        """source => {
            const notebook = window.jupyterapp.shell.currentWidget.content;
            notebook.activeCellIndex = notebook.widgets.length - 1;
            notebook.activeCell.model.sharedModel.setSource(source);
        }""",
        source,
    )
    lab.command("notebook:run-cell")
    return lab.page.locator(".jp-Cell").last.locator(".jp-OutputArea-output")


def test_a_number_is_typed(panels):
    prevalence = panels.page.get_by_role("textbox", name="Prevalence")
    sentence = panels.page.locator(".kit-panel [role=status]").last
    expect(sentence).to_contain_text("Kappa is 0.61")
    prevalence.fill("0.5")
    prevalence.press("Tab")
    expect(sentence).to_contain_text("Kappa is 0.81")
    expect(panels.page.locator(".kit-prevalence .noUi-handle")).to_have_attribute("aria-valuenow", "0.5")
    # Tab went on to the next input
    expect(panels.page.locator(".kit-panel").last.locator(".kit-items .noUi-handle")).to_be_focused()
    assert panels.complaints == []


def test_nonsense_gets_words_and_the_last_result_turns_grey(panels):
    items = panels.page.get_by_role("textbox", name="Correction items")
    items.fill("<i>many</i>")
    items.press("Enter")
    alert = panels.page.get_by_role("alert").filter(has_text="No result")
    expect(alert).to_contain_text("Correction items must be a whole number from 0 to 200; got '<i>many</i>'.")
    first = panels.page.locator(".kit-panel").first
    expect(first.locator("[role=status]")).to_have_count(0)
    assert first.locator(".kit-shown table").count() == first.locator(".kit-old table").count() > 0
    expect(first.get_by_role("region", name="The last result")).to_be_visible()
    items.fill("50")
    items.press("Enter")
    expect(alert).to_have_count(0)
    expect(first).to_contain_text("The correction costs 1,000 human ratings")
    assert panels.complaints == []


def test_every_text_box_has_the_name_that_is_seen_and_the_meaning_can_be_read(panels):
    for panel, inputs in zip(panels.page.locator(".kit-panel").all(), (9, 5), strict=True):
        panel.locator("summary").click()
        boxes, labels = panel.get_by_role("textbox"), panel.locator(".widget-hslider label")
        meanings = panel.locator("details tbody tr")
        assert boxes.count() == labels.count() == inputs
        for box, label, meaning in zip(boxes.all(), labels.all(), meanings.all(), strict=True):
            expect(box).to_have_accessible_name(label.inner_text())
            assert label.evaluate("label => label.scrollWidth <= label.clientWidth"), "the label is cut"
            expect(meaning).to_be_visible()
            expect(meaning).to_have_text(label.inner_text() + label.get_attribute("title"))


def test_what_was_measured_stays_when_it_is_shown(panels):
    """The slider rounds to its step; the number beside it, and the state, do not."""
    expect(panels.page.get_by_role("textbox", name="Machine's bias, squared")).to_have_value("0.299")
    expect(run_cell(panels, "print(raters.state)")).to_contain_text("bias=0.299, noise=0.073, disagreement=0.795)")


def test_a_cell_drives_a_panel_and_reads_it_back(panels):
    expect(run_cell(panels, "raters.items.value = 50\nprint(raters.state.items + 1)")).to_contain_text("51")
    expect(panels.page.get_by_role("textbox", name="Correction items")).to_have_value("50")
    expect(panels.page.locator(".kit-items .noUi-handle").first).to_have_attribute("aria-valuenow", "50.0")
    expect(panels.page.locator(".kit-panel").first).to_contain_text("corrected on 50 items")
    box = panels.page.get_by_role("textbox", name="Accuracy of rater B")
    box.fill(".8")
    box.press("Tab")
    expect(panels.page.locator(".kit-panel [role=status]").last).not_to_contain_text("Kappa is 0.61")
    expect(run_cell(panels, "print(kappa.state)")).to_contain_text("accuracy_b=0.8, prevalence=0.1")
    assert panels.complaints == []


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_the_words_stand_out_in_both_themes(panels, theme):
    panels.page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
    panels.page.wait_for_function("theme => document.body.dataset.jpThemeName === theme", arg=theme)
    for selector in ("[role=status]", "td", "caption", "input", "label"):
        assert panels.page.locator(f".kit-panel {selector}").first.evaluate(CONTRAST, "color") >= 4.5, selector
    panels.page.get_by_role("textbox", name="Prevalence").fill("rare")
    panels.page.keyboard.press("Tab")
    problem = panels.page.locator(".kit-problem")
    expect(problem).to_be_visible()
    assert problem.evaluate(CONTRAST, "color") >= 4.5
