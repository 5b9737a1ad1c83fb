"""The page of `python3 -m helpers app`: the decision tool and the cost tool, one below the other, without code."""

import ipywidgets as widgets

from helpers.panels.cost import cost_panel
from helpers.panels.decide import decide_panel

__all__ = ["app_page"]

HEAD = """<h1>Synthetic or human?</h1>
<p>Two tools, with no code. The first says who should make the labels for your model, and why; the second what that
costs. What you type stays on this computer, and is gone when you close the page: copy the record first. The lessons
show where the rules come from.</p>
<p><a href="?theme=light" style="text-decoration: underline">light page</a> &middot;
<a href="?theme=dark" style="text-decoration: underline">dark page</a></p>"""


def app_page() -> widgets.Widget:
    """Both tools with a few words about each."""
    tools = {"1. Decide": decide_panel(), "2. Cost": cost_panel()}
    parts = [widgets.HTML(HEAD)]
    for title, panel in tools.items():
        parts += [widgets.HTML(f"<h2>{title}</h2>"), panel.widget]
    return widgets.VBox(parts).add_class("kit-app")
