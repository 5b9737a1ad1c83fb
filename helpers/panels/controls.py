"""The parts of every panel: numbers with text box and slider, menus, boxes, and the frame that shows what follows.

A panel has three layers. A pure function turns its inputs (a frozen dataclass) into a result (another one), a pure
formatter turns the result into HTML, and `Panel` puts controls beside that HTML. Only this file and
`buttons.py` know of widgets.
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
    "Entry",
    "Examples",
    "Knob",
    "Menu",
    "Panel",
    "Record",
    "check_inputs",
    "problem_html",
    "read_choice",
    "read_number",
    "sentence_html",
    "stack",
    "table_html",
    "warning_html",
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
.kit-warning { border-left: 4px solid var(--jp-warn-color1, #b26a00); padding-left: 0.8em }
.kit-old { opacity: 0.5; filter: grayscale(1) }
.kit-table { overflow-x: auto }
.kit-shown .widget-html-content { min-width: 0; width: 100% }
.kit-panel h3 { margin: 0.8em 0 0; font-size: inherit }
.kit-panel .widget-hslider, .kit-panel .widget-dropdown, .kit-panel select, .kit-panel .widget-text { min-width: 0 }
.kit-panel .kit-question > * { height: auto; align-items: center }
.kit-panel .kit-question select { height: var(--jp-widgets-inline-height, 28px) }
.kit-panel .kit-question .widget-label {
    white-space: normal; text-align: left; line-height: 1.3; height: auto; padding: 3px 0 }
.kit-panel .kit-alone .widget-label { position: static; clip-path: none }
.kit-panel .kit-record { flex-direction: column; height: auto }
.kit-panel .kit-record .widget-label { white-space: normal; text-align: left; height: auto; width: 100% }
.kit-panel .kit-record textarea {
    font-family: var(--jp-code-font-family, monospace); width: 100%; box-sizing: border-box; flex: none }
.kit-many > * { flex-shrink: 0 }
@media (min-width: 60em) {
    .kit-many { max-height: 46em; overflow-y: auto; border-bottom: 1px solid var(--jp-border-color2, #bbb) }
}
@media (max-width: 30em) {
    .kit-panel .kit-question { align-items: flex-end }
    .kit-panel .kit-question > .widget-dropdown { flex-wrap: wrap }
    .kit-panel .kit-question > .widget-dropdown .widget-label { width: 100% !important }
}
</style>"""
MANY = 16  # controls; more of them scroll
OWN = "own"  # on a menu of examples: none of them
# Written into each cell, since JupyterLab takes STYLE out of a stored output that it did not make itself.
CELL = 'style="text-align: left; padding: 0.2em 1em 0.2em 0"'


@dataclass(frozen=True)
class Knob:
    """What a control is called, says and allows. A whole `step` allows whole numbers only.

    The slider goes from `low` to `high`; what is typed may go from `least` to `most`, where these are given.
    """

    label: str
    tooltip: str
    low: float
    high: float
    step: float
    least: float | None = None
    most: float | None = None

    @property
    def allowed(self) -> tuple[float, float]:
        """The smallest and the largest number that may be typed."""
        return self.low if self.least is None else self.least, self.high if self.most is None else self.most


@dataclass(frozen=True)
class Choice:
    """What a menu is called, is about, and offers: each value with its meaning in a few words."""

    label: str
    about: str
    options: Mapping[str, str]

    @property
    def tooltip(self) -> str:
        """All that there is to choose from, in words."""
        meanings = [f"{value}: {meaning}" if meaning else value for value, meaning in self.options.items()]
        return f"{self.about} " + "; ".join(meanings) + "."

    @property
    def is_question(self) -> bool:
        """Whether the label is a sentence, which needs more room than a name."""
        return self.label.endswith("?") or len(self.label) > 30


@dataclass(frozen=True)
class Entry:
    """What a box is called and is about, and how it is read: `read(text)` gives the value, or a ValueError in words."""

    label: str
    tooltip: str
    read: Callable[[str], object]

    @property
    def is_question(self) -> bool:
        """Whether the label is a sentence, which needs more room than a name."""
        return self.label.endswith("?") or len(self.label) > 30


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
            # JupyterLab's slider rounds a number to its step and says that it was moved: no move, .299 stays .299; nor
            # is it one when a number beyond the end of the slider is typed
            nearest = max(self._knob.low, min(self.value, self._knob.high))
            if abs(nearest - self.slider.value) < 0.51 * self._knob.step:
                return
        self.value = self.slider.value


class Menu:
    """One of a few values to choose or to type. The text box is what counts, as in `Control`.

    On a menu that is not open JupyterLab takes the keys for itself: an arrow goes to the next cell, a letter may make
    one. In a text box it leaves them alone.
    """

    def __init__(self, choice: Choice, value: str):
        self._choice = choice
        options = [(f"{name}: {meaning}" if meaning else name, name) for name, meaning in choice.options.items()]
        self.menu = widgets.Dropdown(options=options, description=choice.label, tooltip=choice.tooltip)
        widths = ("20em", "28em") if choice.is_question else ("13em", "25em")
        self.menu.style.description_width, self.menu.layout.width = widths
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


class Box:
    """A text to type, which is read as the entry says. What was typed wrongly is kept, to be mended."""

    def __init__(self, entry: Entry, value: object):
        self._entry = entry
        self.text = widgets.Text(description=entry.label, tooltip=entry.tooltip, continuous_update=False)
        widths = ("20em", "34em") if entry.is_question else ("13em", "31em")
        self.text.style.description_width, self.text.layout.width = widths
        self.text.add_class("kit-alone")
        self.widgets = (self.text,)
        self.value = value

    @property
    def value(self) -> object:
        """What was typed, read; a ValueError says in words what is wrong with it."""
        return self._entry.read(self.text.value)

    @value.setter
    def value(self, value: object) -> None:
        self.text.value = "" if value is None else _as_text(value)


class Panel:
    """Controls and what follows from them. Each input is an attribute: `panel.items.value = 50` moves a slider.

    As the last line of a cell it shows itself. The stored notebook also holds what it showed as a table, so that a page
    without a kernel has it.
    """

    def __init__(self, title: str, knobs: Mapping[str, Knob | Choice | Entry], inputs, to_html, headings=None):
        self._title, self._knobs, self._inputs, self._to_html = title, knobs, type(inputs), to_html
        kinds = {Knob: Control, Choice: Menu, Entry: Box}
        self._controls = {name: kinds[type(knob)](knob, getattr(inputs, name)) for name, knob in knobs.items()}
        vars(self).update(self._controls)
        self._shown = widgets.HTML().add_class("kit-shown")
        self._good, self._waits, self.after = "", False, []  # `after`: called with each state that has a result
        for control in self._controls.values():
            control.text.observe(self._redraw, "value")
        self._shown.layout.flex = "1 1 30em"  # beside the controls, below them where the page is narrow
        self._shown.layout.min_width = "0"
        self.controls = widgets.VBox(self._rows(headings or {}), layout=widgets.Layout(max_width="36em"))
        if len(knobs) > MANY:  # they scroll, so that the result is seen beside those at the end, too
            self.controls.add_class("kit-many")
        layout = widgets.Layout(flex_flow="row wrap", grid_gap="0 2em")
        columns = widgets.HBox([self.controls, self._shown], layout=layout)
        head = widgets.HTML(f"{STYLE}<strong>{html.escape(title)}</strong>")
        self.widget = widgets.VBox([head, columns]).add_class("kit-panel")
        self._redraw()

    @property
    def state(self):
        """The inputs as they stand; a ValueError says in words which one can't be used."""
        return self._inputs(**{name: control.value for name, control in self._controls.items()})

    def fill(self, inputs) -> None:
        """Set all controls at once, and draw once.

        Parameters
        ----------
        inputs : dataclass, as `state` gives it
        """
        self._waits = True
        try:
            for name, control in self._controls.items():
                control.value = getattr(inputs, name)
        finally:
            self._waits = False
            self._redraw()

    def link(self, name: str, follow: Callable[[object], Mapping[str, object]]) -> None:
        """Let one control move others, before the panel draws.

        Parameters
        ----------
        name : str
            The control that is moved.
        follow : function
            Takes its value, returns the values of the controls that follow.
        """
        control = self._controls[name]

        def move(change) -> None:
            if self._waits:  # all controls are being set, each to its own value
                return
            self._waits = True
            with suppress(ValueError):
                for other, value in follow(control.value).items():
                    self._controls[other].value = value
            self._waits = False

        control.text.unobserve(self._redraw, "value")
        control.text.observe(move, "value")
        control.text.observe(self._redraw, "value")

    def complain(self, error: Exception) -> None:
        """Say in words what is wrong; the last good result stays below, grey.

        Parameters
        ----------
        error : Exception
        """
        self._shown.value = problem_html(str(error)) + self._old()

    def _old(self) -> str:
        """The last good result, marked as old for eyes and ears; it is no news, so it has no status."""
        if not self._good:
            return ""
        words = sentence_html("The last result, for the inputs before:")
        old = words + self._good.replace(' role="status"', "")
        return f'<section class="kit-old" style="opacity: 0.5" aria-label="The last result">{old}</section>'

    def _rows(self, headings: Mapping[str, str]) -> list[widgets.Widget]:
        rows = [widgets.HTML(f"{len(self._knobs)} inputs, to scroll through")] if len(self._knobs) > MANY else []
        for name, control in self._controls.items():
            if name in headings:
                rows.append(widgets.HTML(f"<h3>{html.escape(headings[name])}</h3>"))
            row = widgets.HBox(control.widgets).add_class(f"kit-{name.replace('_', '-')}")
            rows.append(row.add_class("kit-question") if getattr(self._knobs[name], "is_question", False) else row)
        meanings = table_html(
            "Each input in words", ["input", "meaning"], [[knob.label, knob.tooltip] for knob in self._knobs.values()]
        )
        return [*rows, widgets.HTML(f"<details><summary>What the inputs mean</summary>{meanings}</details>")]

    def _redraw(self, change=None) -> None:
        if self._waits:
            return
        shown, state = problem_html("this panel failed in a way that it did not foresee. Run its cell again."), None
        try:
            inputs = self.state
            shown = self._good = self._to_html(inputs)
            state = inputs
        except (TypeError, ValueError) as error:
            shown = problem_html(str(error)) + self._old()
        finally:  # whatever happens, an old result is never left standing as if it were this one
            self._shown.value = shown
        for follow in self.after if state is not None else ():
            follow(state)

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


class Examples:
    """A menu of examples at the top of a panel: choosing one fills all controls; it says "own" when they differ."""

    def __init__(self, panel: Panel, label: str, about: str, inputs: Mapping[str, object]):
        self._panel, self._inputs = panel, inputs
        self.menu = Menu(Choice(label, about, {OWN: "none of these", **dict.fromkeys(inputs, "")}), OWN)
        self.menu.text.observe(self._chosen, "value")
        panel.controls.children = (widgets.HBox(self.menu.widgets).add_class("kit-example"), *panel.controls.children)
        panel.after.append(self._follow)
        self._follow(panel.state)

    def _chosen(self, change) -> None:
        try:
            name = self.menu.value
        except ValueError as error:
            self._panel.complain(error)
            return
        with suppress(ValueError):
            if name == OWN or self._panel.state == self._inputs[name]:
                return
        self._panel.fill(self._inputs[name])

    def _follow(self, state) -> None:
        self.menu.value = next((name for name, inputs in self._inputs.items() if inputs == state), OWN)


class Record:
    """A page of text below a panel, to be copied; pasted back, it sets the controls to what it says."""

    def __init__(self, panel: Panel, label: str, write: Callable[[object], str], read: Callable[[str], object]):
        self._panel, self._write, self._read = panel, write, read
        self.text = widgets.Textarea(description=label, continuous_update=False, rows=14).add_class("kit-record")
        self.text.style.description_width, self.text.layout.width = "initial", "auto"
        panel.widget.children = (*panel.widget.children, self.text)
        panel.after.append(self._follow)
        self._follow(panel.state)
        self.text.observe(self._pasted, "value")

    def _follow(self, state) -> None:
        self._ours = self._write(state)
        self.text.value = self._ours

    def _pasted(self, change) -> None:
        if self.text.value == self._ours:
            return
        try:
            inputs = self._read(self.text.value)
        except (TypeError, ValueError) as error:
            self._panel.complain(error)
            return
        with suppress(ValueError):
            if inputs == self._panel.state:  # a name or a date was filled in: keep it
                return
        self._panel.fill(inputs)


def stack(*parts: str | Panel) -> widgets.Widget:
    """Pieces of HTML and panels, one below the other.

    Parameters
    ----------
    parts : str or Panel
        The HTML is shown as it is, so no text from data may stand in it.
    """
    return widgets.VBox([part.widget if isinstance(part, Panel) else widgets.HTML(part) for part in parts])


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
    least, most = knob.allowed
    if not least <= value <= most or (whole and value % 1):
        kind = "whole number" if whole else "number"
        hint = " Write decimals with a point, as in 0.5, and nothing between thousands." if "," in str(typed) else ""
        hint += " Write 15% as 0.15." if "%" in str(typed) else ""
        raise ValueError(f"{knob.label} must be a {kind} from {least} to {_as_text(most)}; got {typed!r}.{hint}")
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


def check_inputs(inputs, knobs: Mapping[str, Knob | Choice | Entry]) -> None:
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
        if not isinstance(knob, Entry):
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


def warning_html(text: str) -> str:
    """What to be careful with, in words; the result stands.

    Parameters
    ----------
    text : str, escaped here

    Examples
    --------
    >>> warning_html("3 < 5")
    '<p class="kit-warning"><strong>Careful:</strong> 3 &lt; 5</p>'
    """
    return f'<p class="kit-warning"><strong>Careful:</strong> {html.escape(text)}</p>'


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
        f'<div class="kit-table" style="overflow-x: auto"><table class="mathjax_ignore tex2jax_ignore">{title}'
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _as_text(value: object) -> str:
    """As a person would write it: no 0.30000000000000004, no 50.0."""
    return f"{value:.10g}" if isinstance(value, float) else str(value)
