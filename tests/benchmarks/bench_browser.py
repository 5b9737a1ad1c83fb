"""Time from a key to the new picture, in a real browser: JupyterLab and the app. README.md says how to run it."""

import json
import os
import platform
import statistics
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))

from browsing import Lab, open_browser, serve_app, serve_lab

MOVES = 20
TEXT, DRAWING = 100, 200  # milliseconds: panels of words alone, panels that draw
SLIDERS = {  # panel: the slider that is moved, and its target
    "kappa_panel": ("prevalence", TEXT),
    "equivalent_raters_panel": ("bias", TEXT),
    "imbalance_panel": ("threshold", DRAWING),
    "collapse_panel": ("seed", DRAWING),
    "decide_panel": ("expert", TEXT),  # it has no slider: answers are typed
    "cost_panel": ("human_share", DRAWING),
    "prelabels_panel": ("accuracy", DRAWING),
}
REVIEW = "review_panel"  # keys decide; the next item must be there
CELLS = [
    "from helpers.panels import agreement, collapse, cost, decide, imbalance, opinions, prelabels",
    "agreement.kappa_panel()",
    "opinions.equivalent_raters_panel()",
    "imbalance.imbalance_panel()",
    "collapse.collapse_panel()",
    "decide.decide_panel()",
    "cost.cost_panel()",
    "prelabels.prelabels_panel()",
    "import pandas as pd\nfrom helpers.panels.review import review_panel\n"
    "items = pd.DataFrame({'text': [f'Sentence number {n}.' for n in range(100)]})\n"
    "review_panel('review.db', items, ['yes', 'no'], 'ana')",
]

# from the key, or from leaving a box, to the first picture after the result has changed
STOPWATCH = """(panel, shown) => {
    window.kitTimes = [];
    let start = null;
    for (const event of ['keydown', 'change'])
        panel.addEventListener(event, () => { start = start ?? performance.now(); }, true);
    new MutationObserver(() => requestAnimationFrame(() => {
        if (start !== null) window.kitTimes.push(performance.now() - start);
        start = null;
    })).observe(panel.querySelector(shown), {childList: true, subtree: true, characterData: true});
}"""


def measure(page, panel, name):
    """Milliseconds of each of MOVES moves of one control."""
    panel.scroll_into_view_if_needed()
    panel.evaluate(STOPWATCH, ".kit-shown")
    row = panel.locator(f".widget-hbox > .widget-vbox > .kit-{name.replace('_', '-')}")
    handle, menu = row.locator(".noUi-handle"), row.locator("select")
    for move in range(MOVES):
        if handle.count():
            handle.focus()
            page.keyboard.press("ArrowLeft" if move % 2 else "ArrowRight")
        else:
            menu.select_option("yes" if move % 2 else "no")
        page.wait_for_function("count => window.kitTimes.length === count", arg=move + 1)
    return page.evaluate("window.kitTimes")


def measure_review(page, panel):
    """Milliseconds from each of MOVES keys to the next item; the panel wants an item to be seen for .7 seconds."""
    panel.scroll_into_view_if_needed()
    panel.evaluate(STOPWATCH, ".kit-said")
    panel.locator("input").click()
    for move in range(MOVES):
        page.wait_for_timeout(800)
        page.keyboard.press("12"[move % 2])
        page.wait_for_function("count => window.kitTimes.length === count", arg=move + 1)
    panel.get_by_text(f"{MOVES} of 100 decided").wait_for()
    return page.evaluate("window.kitTimes")


def in_lab(browser):
    """(panel, times) of all panels in one notebook of JupyterLab."""
    with tempfile.TemporaryDirectory() as place:
        notebooks = Path(place, "notebooks")
        notebooks.mkdir()
        cells = [
            {"cell_type": "code", "id": f"c{n}", "source": code, "metadata": {}, "outputs": [], "execution_count": None}
            for n, code in enumerate(CELLS)
        ]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
        (notebooks / "all.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        with serve_lab(Path(place), notebooks) as (address, token):
            lab = Lab(browser.new_page(viewport={"width": 1280, "height": 1000}), notebooks, address, token)
            lab.open("all.ipynb")
            lab.run_all(seconds=120)
            for number, (panel, (slider, _)) in enumerate(SLIDERS.items()):
                yield panel, measure(lab.page, lab.page.locator(".kit-panel").nth(number), slider)
            yield REVIEW, measure_review(lab.page, lab.page.locator(".kit-panel").last)


def in_app(browser):
    """(panel, times) of both tools in the app."""
    with serve_app() as address:
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.goto(address)
        page.locator(".kit-panel [role=status]").nth(1).wait_for(timeout=60_000)
        for number, panel in enumerate(("decide_panel", "cost_panel")):
            yield panel, measure(page, page.locator(".kit-panel").nth(number), SLIDERS[panel][0])


def main():
    packages = ("jupyterlab", "voila", "ipywidgets", "playwright")
    print(f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in packages))
    load = f", load {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores" if hasattr(os, "getloadavg") else ""
    print(f"{f'{MOVES} moves{load}':<52}{'median':>8}{'p90':>8}{'most':>8}{'target':>8}")
    missed = 0
    with open_browser() as browser:
        for where, measured in (("JupyterLab", in_lab), ("app", in_app)):
            for panel, times in measured(browser):
                target = TEXT if panel == REVIEW else SLIDERS[panel][1]
                median, ninth = statistics.median(times), statistics.quantiles(times, n=10)[-1]
                missed += median > target
                print(f"{f'{panel} in {where}':<52}{median:>8.0f}{ninth:>8.0f}{max(times):>8.0f}{target:>8}")
    print("All targets met." if not missed else f"{missed} targets missed.")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
