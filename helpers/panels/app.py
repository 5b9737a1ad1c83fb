"""The page of `python3 -m helpers app`: both tools, one below the other, without code."""

import ipywidgets as widgets

from helpers.panels.collapse import collapse_panel
from helpers.panels.imbalance import imbalance_panel

__all__ = ["app_page"]


def app_page() -> widgets.Widget:
    """The decision tool and the cost tool with a few words about each."""
    return widgets.VBox([imbalance_panel().widget, collapse_panel().widget])
