"""The page of `python3 -m helpers app`: the decision tool and the cost tool, one below the other, without code.

Only these two: the panels of the lessons need the lesson around them to be understood.
"""

from helpers.panels.controls import stack
from helpers.panels.cost import cost_panel
from helpers.panels.decide import decide_panel

__all__ = ["app_page"]

HEAD = """<h1>Synthetic or human?</h1>
<p>Two tools, with no code. The first says who should make the labels for your model, and why; the second what that
costs. What you type stays on this computer, and is gone when you close the page: copy the record first. The lessons
show where the rules come from.</p>
<p><a href="?theme=light" style="text-decoration: underline">light page</a> &middot;
<a href="?theme=dark" style="text-decoration: underline">dark page</a></p>"""


def app_page():
    """Both tools with a few words about each, as a widget."""
    page = stack(HEAD, "<h2>1. Decide</h2>", decide_panel(), "<h2>2. Cost</h2>", cost_panel())
    return page.add_class("kit-app")
