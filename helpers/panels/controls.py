"""The parts of every panel: numbers with text box and slider, menus, and the frame that shows what follows.

A panel has three layers. A pure function turns its inputs (a frozen dataclass) into a result (another one), a pure
formatter turns the result into HTML, and `Panel` puts controls beside that HTML. Only this file knows of widgets.
"""

import html
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import ipywidgets as widgets

__all__ = [
    "Choice",
    "Control",
    "Knob",
    "Menu",
    "Panel",
    "check_inputs",
    "problem_html",
    "read_choice",
    "read_number",
    "sentence_html",
    "table_html",
]

# Colours of JupyterLab's theme, light or dark; on a page without them the text keeps the colour of the page.
STYLE = """<style>
.kit-panel .widget-html-content, .kit-still { color: var(--jp-content-font-color1, inherit); line-height: 1.5 }
.kit-panel table, .kit-still table { border-collapse: collapse; margin: 0.6em 0; font-size: inherit }
.kit-panel tr, .kit-still tr { border-bottom: 1px solid var(--jp-border-color2, #bbb) }
.kit-panel p { margin: 0.4em 0 }
.kit-panel .widget-text .widget-label { position: absolute; clip-path: inset(50%) }
.kit-bar { height: 0.8em; min-width: 1px; outline: 1px solid var(--jp-content-font-color1, currentColor) }
.kit-bars { width: 9em }
.kit-problem { border-left: 4px solid var(--jp-error-color1, #b00020); padding-left: 0.8em }
</style>"""
# Written into each cell, since JupyterLab takes STYLE out of a stored output that it did not make itself.
CELL = 'style="text-align: left; padding: 0.2em 1em 0.2em 0"'


@dataclass(frozen=True)
class Knob:
    """What a control is called, says and allows. A whole `step` allows whole numbers only."""

    label: str
    tooltip: str
    low: float
    high: float
    step: float


@dataclass(frozen=True)
class Choice:
    """What a menu is called, is about, and offers: each value with its meaning in a few words."""

    label: str
    about: str
    options: Mapping[str, str]

    @property
    def tooltip(self) -> str:
        """All that there is to choose from, in words."""
        return f"{self.about} " + "; ".join(f"{value}: {meaning}" for value, meaning in self.options.items()) + "."


class Control:
    """A number to move or to type. The text box is what counts: the slider follows it, and fills it when moved.

    The sliders of ipywidgets have no name that a screen reader could say; text boxes have. A text box also takes
    numbers between two steps, and keeps what was typed wrongly, to be mended.
    """

    def __init__(self, knob: Knob, value: float):
        self._knob = knob
        slider = widgets.IntSlider if isinstance(knob.step, int) else widgets.FloatSlider
        self.slider = slider(
            min=knob.low, max=knob.high, step=knob.step, description=knob.label, tooltip=knob.tooltip, readout=False
        )
        self.slider.style.description_width, self.slider.layout.width = "13em", "25em"
        # its description is its name; for the eye the label of the slider is enough, so STYLE hides this one
        self.text = widgets.Text(description=knob.label, tooltip=knob.tooltip, continuous_update=False)
        self.text.layout.width = "6em"
        self.text.observe(self._typed, "value")
        self.slider.observe(self._moved, "value")
        self.widgets = self.slider, self.text
        self.value = value

    @property
    def value(self) -> float:
        """The number; a ValueError says in words what is wrong with the text."""
        return read_number(self.text.value, self._knob)

    @value.setter
    def value(self, value: float) -> None:
        self.text.value = _as_text(value)

    def _typed(self, change) -> None:
        with suppress(ValueError):  # the panel shows the words; the slider waits for a number
            self.slider.value = self.value

    def _moved(self, change) -> None:
        with suppress(ValueError):
            # JupyterLab's slider rounds a number to its step and says that it was moved: no move, .299 stays .299
            if abs(self.value - self.slider.value) < 0.51 * self._knob.step:
                return
        self.value = self.slider.value


class Menu:
    """One of a few values to choose or to type. The text box is what counts, as in `Control`.

    On a menu that is not open JupyterLab takes the keys for itself: an arrow goes to the next cell, a letter may make
    one. In a text box it leaves them alone.
    """

    def __init__(self, choice: Choice, value: str):
        self._choice = choice
        options = [(f"{name}: {meaning}", name) for name, meaning in choice.options.items()]
        self.menu = widgets.Dropdown(options=options, description=choice.label, tooltip=choice.tooltip)
        self.menu.style.description_width, self.menu.layout.width = "13em", "25em"
        self.text = widgets.Text(description=choice.label, tooltip=choice.tooltip, continuous_update=False)
        self.text.layout.width = "6em"
        self.text.observe(self._typed, "value")
        self.widgets = self.menu, self.text
        self.value = value
        self.menu.observe(self._chosen, "value")

    @property
    def value(self) -> str:
        """What is chosen; a ValueError says in words what is wrong with the text."""
        return read_choice(self.text.value.strip().lower(), self._choice)

    @value.setter
    def value(self, value: str) -> None:
        self.text.value = str(value)

    def _typed(self, change) -> None:
        with suppress(ValueError):  # the panel shows the words; the menu waits for a value
            self.menu.value = self.value

    def _chosen(self, change) -> None:
        with suppress(ValueError):
            if self.value == self.menu.value:  # it only follows what was typed
                return
        self.value = self.menu.value


class Panel:
    """Controls and what follows from them. Each input is an attribute: `panel.items.value = 50` moves a slider.

    As the last line of a cell it shows itself. The stored notebook also holds what it showed as a table, so that a page
    without a kernel has it.
    """

    def __init__(self, title: str, knobs: Mapping[str, Knob | Choice], inputs, to_html: Callable[[object], str]):
        self._title, self._knobs, self._inputs, self._to_html = title, knobs, type(inputs), to_html
        kinds = {Knob: Control, Choice: Menu}
        self._controls = {name: kinds[type(knob)](knob, getattr(inputs, name)) for name, knob in knobs.items()}
        vars(self).update(self._controls)
        self._shown = widgets.HTML().add_class("kit-shown")
        rows = []
        for name, control in self._controls.items():
            control.text.observe(self._redraw, "value")
            rows.append(widgets.HBox(control.widgets).add_class(f"kit-{name.replace('_', '-')}"))
        meanings = table_html(
            "Each input in words", ["input", "meaning"], [[knob.label, knob.tooltip] for knob in knobs.values()]
        )
        rows.append(widgets.HTML(f"<details><summary>What the inputs mean</summary>{meanings}</details>"))
        self._shown.layout.flex = "1 1 30em"  # beside the controls, below them where the page is narrow
        controls = widgets.VBox(rows, layout=widgets.Layout(max_width="34em"))
        columns = widgets.HBox([controls, self._shown], layout=widgets.Layout(flex_flow="row wrap", grid_gap="0 2em"))
        head = widgets.HTML(f"{STYLE}<strong>{html.escape(title)}</strong>")
        self.widget = widgets.VBox([head, columns]).add_class("kit-panel")
        self._redraw()

    @property
    def state(self):
        """The inputs as they stand; a ValueError says in words which one can't be used."""
        return self._inputs(**{name: control.value for name, control in self._controls.items()})

    def _redraw(self, change=None) -> None:
        shown = problem_html("this panel failed in a way that it did not foresee. Run its cell again.")
        try:
            shown = self._to_html(self.state)
        except (TypeError, ValueError) as error:
            shown = problem_html(str(error))
        finally:  # whatever happens, an old result is never left standing as if it were this one
            self._shown.value = shown

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        rows = [[knob.label, self._controls[name].text.value, knob.tooltip] for name, knob in self._knobs.items()]
        inputs = table_html("Inputs; run this cell in Jupyter to change them", ["input", "value", "meaning"], rows)
        title = f"<strong>{html.escape(self._title)}</strong>"
        words = "; ".join(f"{label}: {value}" for label, value, _ in rows)
        # JupyterLab takes drawings out of a stored output and leaves their letters: the tables must do
        shown = re.sub(r"<svg.*?</svg>", "", self._shown.value, flags=re.DOTALL)
        return {
            **self.widget._repr_mimebundle_(),
            "text/html": f'{STYLE}<div class="kit-still">{title}{inputs}{shown}</div>',
            "text/plain": f"{self._title} [run this cell in Jupyter to use it] {words}",
        }


def read_number(typed: object, knob: Knob) -> float:
    """The number that somebody typed.

    Parameters
    ----------
    typed : str or number
    knob : Knob

    Returns
    -------
    int or float
        An int where the step is whole.

    Raises
    ------
    ValueError
        When it is no number, or outside the range.

    Examples
    --------
    >>> people = Knob("People", "How many people rate each item.", 0, 20, 1)
    >>> read_number("3", people)
    3
    >>> read_number("three", people)
    Traceback (most recent call last):
    ValueError: People must be a whole number from 0 to 20; got 'three'.
    """
    whole = isinstance(knob.step, int)
    try:
        value = float(typed)
    except (TypeError, ValueError):
        value = float("nan")
    if not knob.low <= value <= knob.high or (whole and value % 1):
        kind = "whole number" if whole else "number"
        hint = " Write decimals with a point, as in 0.5." if "," in str(typed) else ""
        raise ValueError(f"{knob.label} must be a {kind} from {knob.low} to {knob.high}; got {typed!r}.{hint}")
    return int(value) if whole else value


def read_choice(chosen: object, choice: Choice) -> str:
    """The value that somebody chose.

    Parameters
    ----------
    chosen : str
    choice : Choice

    Raises
    ------
    ValueError
        When it is not on the menu.

    Examples
    --------
    >>> order = Choice("Order", "Which way.", {"up": "from the smallest", "down": "from the largest"})
    >>> read_choice("sideways", order)
    Traceback (most recent call last):
    ValueError: Order must be one of up, down; got 'sideways'.
    """
    if not isinstance(chosen, str) or chosen not in choice.options:
        raise ValueError(f"{choice.label} must be one of {', '.join(choice.options)}; got {chosen!r}.")
    return chosen


def check_inputs(inputs, knobs: Mapping[str, Knob | Choice]) -> None:
    """Refuse inputs that the controls would not let through, in the same words.

    Parameters
    ----------
    inputs : dataclass with one field a knob
    knobs : mapping of field name to Knob or Choice

    Raises
    ------
    ValueError
        For the first field that is no number or outside its range, or not on its menu.
    """
    for name, knob in knobs.items():
        read = read_choice if isinstance(knob, Choice) else read_number
        read(getattr(inputs, name), knob)


def sentence_html(text: str, bold: bool = False) -> str:
    """A sentence as a paragraph; the bold one is the message, which screen readers say when it changes.

    Parameters
    ----------
    text : str, escaped here
    bold : bool

    Examples
    --------
    >>> sentence_html("3 < 5")
    '<p>3 &lt; 5</p>'
    """
    text = html.escape(text)
    return f'<p role="status"><strong>{text}</strong></p>' if bold else f"<p>{text}</p>"


def problem_html(text: str) -> str:
    """What is wrong, in words, said at once by a screen reader.

    Parameters
    ----------
    text : str, escaped here

    Examples
    --------
    >>> problem_html("People must be 3 < 5.")
    '<p role="alert" class="kit-problem"><strong>No result:</strong> People must be 3 &lt; 5.</p>'
    """
    return f'<p role="alert" class="kit-problem"><strong>No result:</strong> {html.escape(text)}</p>'


def table_html(
    caption: str,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    bars: Sequence[tuple[float, str]] = (),
) -> str:
    """A table, with a bar at the end of each row if you like. The bars repeat a number, so readers lose nothing.

    Parameters
    ----------
    caption : str, escaped here
    head : names of the columns, escaped here
    rows : rows of texts, escaped here; the first of each names the row
    bars : one (length from 0 to 1, colour) a row, or none

    Examples
    --------
    >>> table_html("Ages", ["who", "age"], [["A & B", "3"]]).count("A &amp; B")
    1
    """
    top = "".join(f'<th scope="col" {CELL}>{html.escape(name)}</th>' for name in head)
    lines = [
        f'<th scope="row" {CELL}>{html.escape(row[0])}</th>'
        + "".join(f"<td {CELL}>{html.escape(cell)}</td>" for cell in row[1:])
        for row in rows
    ]
    drawn = [f'<div class="kit-bar" style="width: {share:.1%}; background: {colour}"></div>' for share, colour in bars]
    for number, bar in enumerate(drawn):
        lines[number] += f'<td class="kit-bars" aria-hidden="true">{bar}</td>'
    top += '<td aria-hidden="true"></td>' if bars else ""
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    title = f'<caption style="text-align: left">{html.escape(caption)}</caption>'
    return (
        f'<table class="mathjax_ignore tex2jax_ignore">{title}'
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    )


def _as_text(value: object) -> str:
    """As a person would write it: no 0.30000000000000004, no 50.0."""
    return f"{value:.6g}" if isinstance(value, float) else str(value)
