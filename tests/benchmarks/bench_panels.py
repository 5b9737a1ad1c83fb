"""Time that every panel takes to follow a moved control. README.md says how to run it."""

import os
import platform
import statistics
import sys
import tempfile
import time
from importlib.metadata import version
from itertools import product
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from threadpoolctl import threadpool_limits

from helpers.panels.agreement import kappa_panel
from helpers.panels.collapse import KNOBS as COLLAPSE
from helpers.panels.collapse import collapse_figure, collapse_panel
from helpers.panels.cost import cost_figure, cost_panel
from helpers.panels.decide import decide_panel
from helpers.panels.imbalance import imbalance_figure, imbalance_panel
from helpers.panels.opinions import equivalent_raters_panel
from helpers.panels.prelabels import prelabels_figure, prelabels_panel
from helpers.panels.review import review_panel

REPEATS = 15
TEXT, DRAWING = 100, 200  # milliseconds: panels of words alone, panels that draw

CORNERS = [
    {"loop": loop, "regime": regime, "real_share": 1, "size": size, "generations": COLLAPSE["generations"].high}
    for loop, regime, size in product(
        COLLAPSE["loop"].options, COLLAPSE["regime"].options, (COLLAPSE["size"].low, COLLAPSE["size"].high)
    )
]


def redraw(panel, name, values):
    """Median milliseconds from a moved control to new HTML; the message to the browser is not in it."""
    times = []
    for repeat in range(REPEATS):
        start = time.perf_counter()
        getattr(panel, name).value = values[repeat % 2]
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def figure(draw, state):
    """Median milliseconds to draw the figure of the page, with its picture."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        ax, _ = draw(state)
        ax.figure.canvas.draw()
        times.append(1000 * (time.perf_counter() - start))
        plt.close(ax.figure)
    return statistics.median(times)


def decide(items, before=0):
    """Median milliseconds from a key to the next item's HTML, the decision on the disk, after so many before."""
    table = pd.DataFrame({"text": [f"Sentence number {n}." for n in range(items)]})
    with tempfile.TemporaryDirectory() as folder:
        panel = review_panel(Path(folder, "review.db"), table, ["yes", "no"], "ana", pause=0)
        for item in range(before):
            panel.review.decide(item, "yes")
        panel.press("s")
        times = []
        for repeat in range(REPEATS):
            start = time.perf_counter()
            panel.press("12"[repeat % 2])
            times.append(1000 * (time.perf_counter() - start))
        assert panel.state.decided == before + REPEATS
    return statistics.median(times)


def rows():
    """(what, milliseconds, target)."""
    yield "kappa", redraw(kappa_panel(items=1000), "prevalence", (0.1, 0.2)), TEXT
    yield "equivalent raters", redraw(equivalent_raters_panel(items=50), "people", (3, 4)), TEXT
    yield "imbalance", redraw(imbalance_panel(), "threshold", (0.5, 0.02)), DRAWING
    yield "imbalance, balanced", redraw(imbalance_panel(training="balanced"), "prevalence", (0.01, 0.02)), DRAWING
    yield "collapse", redraw(collapse_panel(), "seed", (0, 1)), DRAWING
    corners = {tuple(corner.values()): redraw(collapse_panel(**corner), "seed", (0, 1)) for corner in CORNERS}
    slowest = max(corners, key=corners.get)
    loop, regime, share, size, generations = slowest
    name = f"collapse, slowest of {len(CORNERS)} corners ({loop}, {regime}, share {share}, {size} rows, {generations})"
    yield name, corners[slowest], DRAWING
    yield "decide, all open", redraw(decide_panel(), "expert", ("yes", "unknown")), TEXT
    yield "cost", redraw(cost_panel(), "items", (5000, 6000)), DRAWING
    listed = {"usd_per_human_label_from": "human_label", "usd_filters_from": "filters", "usd_filters": 5000}
    yield "cost, prices from the list", redraw(cost_panel(**listed), "review_share", (0.1, 0.2)), DRAWING
    yield "prelabels", redraw(prelabels_panel(), "accuracy", (0.9, 0.95)), DRAWING
    yield "review, 30 items", decide(30), TEXT
    yield "review, 10,000 items, 2,000 decided", decide(10_000, 2000), TEXT
    yield "figure of imbalance", figure(imbalance_figure, imbalance_panel().state), None
    yield "figure of collapse", figure(collapse_figure, collapse_panel().state), None
    yield "figure of cost", figure(cost_figure, cost_panel().state), None
    yield "figure of prelabels", figure(prelabels_figure, prelabels_panel().state), None


def main():
    packages = ("numpy", "scipy", "ipywidgets")
    print(f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in packages))
    load = f", load {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores" if hasattr(os, "getloadavg") else ""
    print(f"{f'panel{load}':<76}{'ms':>8}{'target':>8}")
    missed = 0
    with threadpool_limits(1):
        for what, own, target in rows():
            missed += target is not None and own > target
            print(f"{what:<76}{own:>8.1f}{target or '':>8}")
    print("All targets met." if not missed else f"{missed} targets missed.")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
