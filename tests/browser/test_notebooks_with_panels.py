"""Each notebook with a panel in a real JupyterLab: it runs, and each control says what the pure functions say.

A panel without knobs, such as the one for reviews, has a test of its own.
"""

import json
import re

import pytest
from browsing import ROOT, Driver


def has_a_panel(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return any(re.search(r"helpers\.panels\.(?!review\b)", source) for source in sources)


NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb") if has_a_panel(path))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_runs_and_its_panels_say_what_the_pure_functions_say(lab, makers, picture, name):
    lab.open(name)
    lab.run_all(seconds=240)
    assert lab.kernel_errors() == []
    panels = lab.page.locator(".jp-OutputArea-output .kit-panel:has(.kit-shown)")
    assert panels.count() >= 1
    for number, panel in enumerate(panels.all()):
        driver = Driver(lab.page, panel, makers)
        driver.expect_what_the_pure_functions_say()
        for control in driver.names:
            driver.move(control)
        panel.scroll_into_view_if_needed()
        picture(lab.page, f"-panel-{number}")
    assert lab.kernel_errors() == [] and lab.complaints == [] and lab.elsewhere == []


def test_an_error_in_a_function_that_a_control_calls_is_seen(lab):
    """The check above can fail: such an error is in no cell and on no console, but on the kernel's channel."""
    name = "failing.ipynb"
    source = (
        "from helpers.panels.controls import Knob, Panel\nfrom dataclasses import dataclass\n"
        "@dataclass\nclass Inputs:\n    people: int = 1\n"
        "Panel('Division', {'people': Knob('People', 'How many.', 0, 20, 1)}, Inputs(), lambda s: f'{1 / s.people}')"
    )
    lab.write(name, [source])
    lab.open(name)
    lab.run_all(seconds=60)
    lab.page.locator(".kit-people .noUi-handle").focus()
    assert lab.kernel_errors() == []
    lab.page.keyboard.press("ArrowLeft")
    lab.page.wait_for_function("window.kitErrors.length > 0")
    assert "division by zero" in " ".join(lab.kernel_errors())
