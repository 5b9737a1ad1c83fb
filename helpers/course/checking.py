"""How an exercise checks itself.

In a notebook: `check("03a", answer)` on the last line of a cell. It says right, or gives a hint made for the typical
wrong answer. It never shows the solution; those stand in `notebooks/solutions/`.

To add one, write in `exercises.py` a function that takes the answer and returns a hint, or None when it is right:

    @exercise("03a", takes="number", wrong=[0.4])
    def _share(answer):
        if answer > 0.3:
            return "That is the share in the first generation. Look at the last row."
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from numbers import Integral

import numpy as np

from helpers.course.strict import is_strict

__all__ = ["Exercise", "Result", "WrongAnswerError", "all_exercises", "check", "compare_guess", "exercise"]


class WrongAnswerError(Exception):
    """A wrong answer under test, where solutions must be right."""


@dataclass(frozen=True)
class Result:
    """What `check` says about one answer: `right`, and a `hint` in words when it is not (None when it is)."""

    id: str
    right: bool
    hint: str | None = None

    def __repr__(self) -> str:
        return f"Exercise {self.id}: {self._word}." + (f" {self.hint}" if self.hint else "")

    def _repr_html_(self) -> str:
        colour = "var(--jp-success-color1, #2e7d32)" if self.right else "var(--jp-warn-color1, #b26a00)"
        return (
            f'<div class="mathjax_ignore tex2jax_ignore" style="border-left: 4px solid {colour}; padding-left: 0.8em">'
            f"Exercise {html.escape(self.id)}: <strong>{self._word}.</strong> {html.escape(self.hint or '')}</div>"
        )

    @property
    def _word(self) -> str:
        return "right" if self.right else "not yet"


@dataclass(frozen=True)
class Exercise:
    """One registered exercise: its check function, what it takes, and typical wrong answers for the tests."""

    id: str
    hint: Callable[[object], str | None]
    takes: str | type
    wrong: tuple


_EXERCISES: dict[str, Exercise] = {}


def check(id: str, answer) -> Result:
    """Check an answer to an exercise.

    Parameters
    ----------
    id : str
        The exercise, such as "03a".
    answer
        What the exercise asks for. `...` is no error: the exercise is still open.

    Returns
    -------
    Result
        Shown by Jupyter when it is the last line of a cell. `.right` is True or False, `.hint` says what to look at.

    Raises
    ------
    ValueError
        For an unknown id; the error lists the nearest ones.
    WrongAnswerError
        For a wrong answer when the tests run the notebook (KIT_STRICT=1). `...` passes.
    """
    if id not in _EXERCISES:
        raise ValueError(f"id {id!r} is no exercise; {_nearest(id)}")
    if _is_open(answer):
        return Result(id, False, "Put your answer in place of the dots, then run the cell again.")
    hint = _hint(_EXERCISES[id], answer)
    result = Result(id, hint is None, hint)
    if hint is not None and is_strict():
        raise WrongAnswerError(repr(result))
    return result


def compare_guess(guess, measured: float, unit: str, *, signed: bool = False) -> str:
    """Say how far a prediction was from what was measured.

    Parameters
    ----------
    guess : number, or `...` when none was made
    measured : float
        Above 0, unless it is signed.
    unit : str
        What is counted, such as "human labels".
    signed : bool
        Both are differences, above or below zero: say whether the guess lies on the right side.

    Returns
    -------
    str
        One or two sentences, for `print`. Never an error: a guess can't be wrong in kind.

    Examples
    --------
    >>> compare_guess(1500, 1000, "human labels")
    'You guessed 1,500 human labels; measured: 1,000. Too high by half or more.'
    >>> compare_guess(..., 1000, "human labels")
    'Measured: 1,000 human labels. You made no guess; next time, type one before you run the cell.'
    >>> compare_guess(2, -1.84, "words", signed=True)
    'You guessed +2 words; measured: -1.8. It lies on the other side of zero.'
    """
    whole = measured >= 10 or isinstance(measured, Integral)
    shown = f"{measured:+,.1f}" if signed else f"{measured:,.0f}" if whole else f"{measured:.2f}"
    try:
        value = _number(guess)
    except _WrongKindError:
        return f"Measured: {shown} {unit}. You made no guess; next time, type one before you run the cell."
    if signed:
        side = "the right side" if value * measured > 0 else "the other side"
        return f"You guessed {value:+,} {unit}; measured: {shown}. It lies on {side} of zero."
    share = value / measured
    close = [(0.5, "Too low by half or more."), (0.8, "Too low."), (1.25, "Close."), (1.5, "Too high.")]
    words = next((words for limit, words in close if share < limit), "Too high by half or more.")
    return f"You guessed {value:,} {unit}; measured: {shown}. {words}"


def exercise(id: str, *, takes: str | type, wrong: list) -> Callable:
    """Register a check function (a decorator).

    Parameters
    ----------
    id : str
        Two digits for the lesson and a letter: "03a".
    takes : {"number", "text", "yes or no", "numbers", "texts"} or a type
        The kind of answer. Any other kind gets a hint before the check function sees it, so an exception in the
        function is a bug in it and is not hidden. A number comes as float or int and is finite; a text comes
        stripped and in lower case; lists come as Python lists.
    wrong : list
        At least one typical wrong answer of this kind. The tests require that each gets a hint.

    Returns
    -------
    callable
        The function, unchanged.

    Raises
    ------
    ValueError, TypeError
        For a bad or a second use of an id, an unknown kind, no wrong answer.
    """
    if not re.fullmatch(r"\d\d[a-z]", id):
        raise ValueError(f"id must be two digits and a letter; got {id!r}. Write it as '03a'.")
    if id in _EXERCISES:
        raise ValueError(f"id {id!r} is taken by {_EXERCISES[id].hint.__name__}. Take the next letter.")
    if takes not in _KINDS and not isinstance(takes, type):
        raise ValueError(f"takes must be a type or one of {', '.join(_KINDS)}; got {takes!r}.")
    if not isinstance(wrong, list) or not wrong:
        raise ValueError(f"wrong must be a list with at least one typical wrong answer; got {wrong!r}.")

    def register(function: Callable[[object], str | None]) -> Callable:
        _EXERCISES[id] = Exercise(id, function, takes, tuple(wrong))
        return function

    return register


def all_exercises() -> dict[str, Exercise]:
    """Every registered exercise by id, in order; for the tests.

    Returns
    -------
    dict of str to Exercise
    """
    return dict(sorted(_EXERCISES.items()))


def _nearest(id) -> str:
    if not _EXERCISES:
        return "none is registered. Write one in helpers/course/exercises.py."
    near = get_close_matches(str(id), _EXERCISES, n=3, cutoff=0.3) or sorted(_EXERCISES)[:3]
    return f"the nearest are {', '.join(sorted(near))}. Correct the id."


def _is_open(answer) -> bool:
    """Whether dots are left in the answer, alone or in a list or dict."""
    if isinstance(answer, dict):
        answer = list(answer.values())
    return answer is ... or (isinstance(answer, list | tuple) and any(part is ... for part in answer))


def _hint(exercise: Exercise, answer) -> str | None:
    try:
        answer = _as(exercise.takes, answer)
    except _WrongKindError as error:
        return str(error)
    hint = exercise.hint(answer)
    if hint is not None and (not isinstance(hint, str) or not hint.strip()):
        raise TypeError(f"the check of exercise {exercise.id} must return a hint or None; got {hint!r}.")
    return hint


# ---- kinds of answer: each takes what a learner may give to one Python type, or says what is wrong


class _WrongKindError(Exception):
    """The hint for an answer of the wrong kind."""


def _as(kind: str | type, answer):
    if isinstance(kind, str):
        return _KINDS[kind](answer)
    if not isinstance(answer, kind):
        raise _WrongKindError(f"The answer should be a {kind.__name__}; yours is {_named(answer)}.")
    return answer


def _number(answer) -> float | int:
    if isinstance(answer, np.ndarray) and answer.ndim == 0:
        answer = answer[()]
    if isinstance(answer, bool | np.bool_) or not isinstance(answer, int | float | np.integer | np.floating):
        quotes = " Leave the quotes out." if isinstance(answer, str) else ""
        raise _WrongKindError(f"The answer should be a number, such as 12 or 0.5; yours is {_named(answer)}.{quotes}")
    if not np.isfinite(answer):
        raise _WrongKindError(f"The answer should be a finite number; yours is {answer}. Look for a division by zero.")
    return answer.item() if isinstance(answer, np.generic) else answer


def _text(answer) -> str:
    if not isinstance(answer, str):
        raise _WrongKindError(f"The answer should be a text in quotes; yours is {_named(answer)}.")
    return answer.strip().lower()


def _yes_or_no(answer) -> bool:
    if not isinstance(answer, bool | np.bool_):
        raise _WrongKindError(f"The answer should be True or False, without quotes; yours is {_named(answer)}.")
    return bool(answer)


def _list_of(part: Callable, example: str) -> Callable:
    def convert(answer) -> list:
        # a Series, an array or an index is as good as a list
        answer = answer.tolist() if hasattr(answer, "tolist") else answer
        if not isinstance(answer, list | tuple):
            raise _WrongKindError(f"The answer should be a list, such as {example}; yours is {_named(answer)}.")
        return [part(each) for each in answer]

    return convert


def _named(answer) -> str:
    names = {"NoneType": "None", "str": "a text in quotes", "bool": "True or False", "method": "a function"}
    name = type(answer).__name__
    return names.get(name, f"an {name}" if name[0].lower() in "aeiou" else f"a {name}")


_KINDS: dict[str, Callable] = {
    "number": _number,
    "text": _text,
    "yes or no": _yes_or_no,
    "numbers": _list_of(_number, "[0.2, 0.5]"),
    "texts": _list_of(_text, '["first", "second"]'),
}
