"""Panels with menus and drawings in a real JupyterLab: every control, words for nonsense, both themes."""

import re

import pytest
from contrast import CONTRAST
from playwright.sync_api import expect

NAME = "menus.ipynb"
CELLS = [
    "from helpers.panels.collapse import collapse_panel\nfrom helpers.panels.imbalance import imbalance_panel",
    "rare = imbalance_panel()\nrare",
    "loop = collapse_panel()\nloop",
    "",
]


@pytest.fixture
def panels(lab):
    """A notebook that shows both panels, run from top to bottom."""
    lab.write(NAME, CELLS)
    lab.open(NAME)
    lab.run_all(seconds=60)
    expect(lab.page.locator(".kit-panel [role=status]")).to_have_count(2)
    yield lab
    (lab.folder / NAME).unlink()


def rare(lab):
    return lab.page.locator(".kit-panel").first


def loop(lab):
    return lab.page.locator(".kit-panel").last


def test_a_choice_is_typed(panels):
    panel, box = rare(panels), rare(panels).get_by_role("textbox", name="Training data")
    expect(panel).to_contain_text("The risks can be believed: their mean is 1%")
    for typed, words in (
        ("Balanced", "The risks can't be believed"),
        ("undone", "put right by one multiplication of the odds"),
        ("raw", "Training data must be one of plain, balanced, undone; got 'raw'."),
    ):
        box.fill(typed)
        box.press("Tab")
        expect(panel).to_contain_text(words)
    expect(panel.get_by_role("combobox")).to_have_value("undone: balanced, then the risks put right")
    assert panels.complaints == []


def test_a_choice_is_made_from_the_menu(panels):
    panel = loop(panels)
    panel.get_by_role("combobox", name="What is written").select_option("words: of a language of 1,000 words")
    expect(panel.get_by_role("textbox", name="What is written")).to_have_value("words")
    expect(panel).to_contain_text("of the words of the start are still written")
    assert panels.complaints == []


@pytest.mark.parametrize("which, menus", [(rare, 1), (loop, 2)])
def test_every_control_has_the_name_that_is_seen_and_a_meaning(panels, which, menus):
    panel = which(panels)
    panel.locator("summary").click()
    expect(panel.get_by_role("combobox")).to_have_count(menus)
    names = panel.locator(".widget-hslider label, .widget-dropdown label")
    meanings = panel.locator("details tbody tr")
    boxes = panel.get_by_role("textbox")
    for name, box, meaning in zip(names.all(), boxes.all(), meanings.all(), strict=True):
        assert name.evaluate("label => label.scrollWidth <= label.clientWidth"), "the label is cut"
        expect(box).to_have_accessible_name(name.inner_text())
        expect(meaning).to_be_visible()
        expect(meaning.locator("th")).to_have_text(name.inner_text())


def test_nonsense_gets_words_and_the_drawing_turns_grey(panels):
    panel = loop(panels)
    expect(panel.locator("svg.kit-drawing")).to_have_count(1)
    box = panel.get_by_role("textbox", name="Rows a generation")
    box.fill("<b>many</b>")
    box.press("Enter")
    expect(panel.get_by_role("alert")).to_contain_text("Rows a generation must be a whole number from 10 to 200; got")
    expect(panel.locator(".kit-old svg.kit-drawing")).to_have_count(1)
    box.fill("100")
    box.press("Enter")
    expect(panel.locator("svg.kit-drawing")).to_have_count(1)
    assert panels.complaints == []


def test_a_cell_chooses_and_reads_back(panels):
    panels.page.evaluate(
        """source => {
            const notebook = window.jupyterapp.shell.currentWidget.content;
            notebook.activeCellIndex = notebook.widgets.length - 1;
            notebook.activeCell.model.sharedModel.setSource(source);
        }""",
        "loop.regime.value = 'fixed'\nloop.real_share.value = 0.1\nprint(loop.state)",
    )
    panels.command("notebook:run-cell")
    said = panels.page.locator(".jp-Cell").last.locator(".jp-OutputArea-output")
    expect(said).to_contain_text("regime='fixed', real_share=0.1")
    expect(loop(panels).get_by_role("combobox", name="Regime")).to_have_value(
        "fixed: some human rows, the same each time"
    )
    expect(loop(panels).locator("svg.kit-drawing")).to_have_attribute(
        "aria-label", re.compile("^Fixed, 20 rows: 0.[0-9]+ left after 30 generations$")
    )
    assert panels.complaints == []


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_words_menus_and_drawings_stand_out_in_both_themes(panels, theme):
    panels.page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
    panels.page.wait_for_function("theme => document.body.dataset.jpThemeName === theme", arg=theme)
    for selector in ("[role=status]", "td", "select", "label"):
        assert panels.page.locator(f".kit-panel {selector}").first.evaluate(CONTRAST, "color") >= 4.5, selector
    for text in panels.page.locator("svg.kit-drawing text").all():
        assert text.evaluate(CONTRAST, "fill") >= 4.5, text.text_content()
