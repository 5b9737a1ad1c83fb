"""Lessons in a real JupyterLab: they run from top to bottom, and what people wrote stays on the screen alone."""

import urllib.error
import urllib.request

import pytest

from helpers.course.pages import stored_findings
from helpers.course.save import TAG


def test_lesson_00_runs_from_top_to_bottom(lab):
    name = "00_start_here.ipynb"
    committed = lab.saved(name)
    lab.open(name)
    lab.page.get_by_role("heading", name="What is a machine-written training set worth?").wait_for()
    lab.run_all(seconds=120)

    # the sentences of people are on the screen ...
    sentences = lab.page.locator(".jp-OutputArea-output caption", has_text="4 human sentences").first
    sentences.wait_for()
    assert lab.page.locator(".jp-OutputArea-output", has_text="Finding:").count() >= 15
    lab.command("docmanager:save")
    lab.page.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")
    assert sentences.is_visible()

    # ... and not in the file
    saved = lab.saved(name)
    outputs = [output for cell in saved["cells"] for output in cell.get("outputs", [])]
    human = [output for output in outputs if TAG in output.get("metadata", {})]
    assert [list(output["data"]) for output in human] == [["text/plain"]]
    assert "".join(human[0]["data"]["text/plain"]) == "[4 human sentences; run the cell]"

    assert [output for output in outputs if output["output_type"] == "error"] == []
    assert all(cell["execution_count"] for cell in saved["cells"] if cell["cell_type"] == "code")
    before, after = ([finding["id"] for finding in stored_findings(notebook)] for notebook in (committed, saved))
    assert before == after
    assert lab.complaints == []


def test_nobody_gets_in_without_the_token(server):
    _, address, _ = server
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{address}/api/contents/00_start_here.ipynb")
    assert refused.value.code == 403


def test_a_failing_cell_is_seen(lab):
    """The check above can fail: an error in a cell does reach the saved notebook."""
    name = "00_start_here.ipynb"
    path = lab.folder / "broken.ipynb"
    path.write_text((lab.folder / name).read_text(encoding="utf-8"), encoding="utf-8")
    lab.open("broken.ipynb")
    lab.page.evaluate(
        """() => {
            const model = window.jupyterapp.shell.currentWidget.content.model;
            model.cells.get(1).sharedModel.setSource('1 / 0');
        }"""
    )
    lab.page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    lab.page.locator(".jp-OutputArea-output", has_text="ZeroDivisionError").first.wait_for()
    lab.command("docmanager:save")
    lab.page.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")
    outputs = [output for cell in lab.saved("broken.ipynb")["cells"] for output in cell.get("outputs", [])]
    assert "error" in {output["output_type"] for output in outputs}
