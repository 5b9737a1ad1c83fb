"""Buttons that have keys, and the text box that takes the keys.

JupyterLab takes letters and digits for itself (x cuts a cell, 1 makes a heading) unless a text box has the focus. So
there is one, and after a click on a button it has the focus again.
"""

import time
from collections.abc import Callable, Mapping

import ipywidgets as widgets

from helpers.course.save import TAG

__all__ = ["Buttons"]

STYLE = "<style>.kit-panel .kit-keys input { width: 16em; max-width: 100% }</style>"


class Buttons:
    """A row of buttons, each with a key that stands on it; words `above` and `below` them, and all in a `frame`.

    A click or a key that comes too soon after the last change of the screen is not acted on: the second click of a
    double click, or a key that is held down (it repeats after a quarter to two thirds of a second on most systems),
    would answer a question that nobody has read.

    Parameters
    ----------
    keys : mapping of key to what its button says; keys that begin with a blank have a button alone
    act : function that takes a key
    refuse : function that takes a sentence, for a key that does nothing or came too soon
    pause : seconds after the last change of the screen; half of it must lie between two keys
    clock : function that gives seconds
    """

    def __init__(
        self,
        keys: Mapping[str, str],
        act: Callable[[str], None],
        refuse: Callable[[str], None],
        pause: float = 0.7,
        clock: Callable[[], float] = time.monotonic,
    ):
        self._act, self._refuse, self._pause, self._clock = act, refuse, pause, clock
        self._changed = self._pressed = float("-inf")
        self.buttons = {}
        for key, says in keys.items():
            named = says if key.startswith(" ") else f"{key} {says}"
            button = widgets.Button(description=named, tooltip=named, layout=widgets.Layout(width="auto"))
            button.on_click(lambda _, key=key: self._clicked(key))
            self.buttons[key] = button.add_class("kit-button")
        self._keys = [key for key in keys if not key.startswith(" ")]
        self.box = widgets.Text(description="Key", placeholder=f"keys here: {' '.join(self._keys)}").add_class(
            "kit-keys"
        )
        self.box.tooltip = "Click here once; then each key acts as the button that shows it."
        self.box.observe(self._typed, "value")
        row = widgets.HBox([*self.buttons.values()], layout=widgets.Layout(flex_flow="row wrap", grid_gap="0.2em"))
        self._row = row, widgets.HBox([self.box, widgets.HTML(STYLE)])
        self.above, self.below = widgets.HTML().add_class("kit-said"), widgets.HTML().add_class("kit-progress")
        self.above.add_class(TAG)  # texts of people may stand here

    def frame(self, head: str, alone: bool = False) -> widgets.VBox:
        """The panel: a head, which is HTML, and all the rest; or the head alone."""
        rest = [] if alone else [self.above, *self._row, self.below]
        return widgets.VBox([widgets.HTML(head), *rest]).add_class("kit-panel")

    def changed(self) -> None:
        """Say that the screen has changed just now."""
        self._changed = self._clock()

    def _clicked(self, key: str) -> None:
        self._take(key)
        self.box.focus()

    def _typed(self, change) -> None:
        typed = change["new"].strip().lower()
        self.box.value = ""
        if len(typed) == 1:
            self._take(typed)
        elif typed:  # they piled up while the kernel was busy
            self._pressed = self._clock()
            self._refuse("Several keys came at once, or a key was held down. Press again.")

    def _take(self, key: str) -> None:
        now = self._clock()
        waited, apart, self._pressed = now - self._changed, now - self._pressed, now
        if key not in self.buttons:
            self._refuse(f"Key must be one of {', '.join(self._keys)}; got {key!r}.")
        elif waited < self._pause or apart < self._pause / 2:
            self._refuse("That was too soon to have read the item, or a key was held down. Press again.")
        elif not self.buttons[key].disabled:
            self._act(key)
