"""Findings: the numbers that the playbook states, each tied to the notebook cell that measured it.

`finding(id, measured)` compares what a cell measured with `playbook/findings.toml`. When the tests run the notebook, a
number outside its band is an error: so running the notebooks tests the playbook.
"""

import html
import math
import operator
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from helpers.course.strict import is_strict
from helpers.course.texts import show_bundle

__all__ = [
    "MIME",
    "VERDICTS",
    "FindingError",
    "Measured",
    "closed_form",
    "finding",
    "holds",
    "load_findings",
    "read_findings",
    "show_number",
    "summarise",
]

MIME = "application/vnd.kit.finding+json"
VERDICTS = ("better", "worse", "equivalent", "no clear difference")
REGISTRY = Path(__file__).parents[2] / "playbook" / "findings.toml"
NUMBER_KEYS = {"claim", "value", "low", "high", "holds", "format", "unit", "notebook"}
WORD_KEYS = {"claim", "value", "notebook"}


class FindingError(Exception):
    """Under test: a finding that its own notebook no longer supports."""


@dataclass(frozen=True)
class Measured:
    """What a cell measured: a number with its band, or a verdict with neither band nor repeats."""

    value: float | int | str
    low: float | int | None = None
    high: float | int | None = None
    repeats: int | None = None


def finding(id: str, measured) -> None:
    """Show a measured number beside the claim and the band that the kit registered for it.

    Parameters
    ----------
    id : str
        The finding, of a-z, 0-9, _ and dots, such as "collapse.survival.fresh_10".
    measured : sequence of at least 2 numbers, tuple (value, low, high), int, or str
        One value per repeat (or per repeat and gold item, a column of `run_trials`); or a value with its band, from
        a joint bootstrap or a closed form with its tolerance; or an exact count; or a verdict: better, worse,
        equivalent, no clear difference.

    Returns
    -------
    None
        It shows one line, and stores the number as data for the `notebooks` command. An amber line says in words what
        is off: outside the band is expected when you turned a knob.

    Raises
    ------
    ValueError, TypeError
        For a bad id or measurement.
    FindingError
        When the tests run the notebook (KIT_STRICT=1) and the number left its band, its condition fails, the word
        differs, or the id is not registered.

    Examples
    --------
    >>> finding("Worth of labels", [0.30, 0.32, 0.34])
    Traceback (most recent call last):
    ValueError: id must be of a-z, 0-9, _ and dots; got 'Worth of labels'. Write it as 'collapse.survival.fresh_10'.
    """
    _check_id(id)
    if not is_strict() and isinstance(measured, tuple) and any(map(_is_infinite, measured)):
        # Happens to a learner who turned a knob: the interval then reaches past what was measured.
        line = f"Look here: {id}: the value or its interval lies above the curve, so there is nothing to compare."
        show_bundle({"text/plain": line, "text/html": _html(line, line)})
        return
    seen = summarise(measured)
    entry = read_findings().get(id)
    problem = _problem(id, entry, seen)
    line = _line(id, entry, seen, problem)
    show_bundle({"text/plain": line, "text/html": _html(line, problem), MIME: _data(id, seen)})
    if problem and is_strict():
        raise FindingError(f"finding {id!r}: {problem}")


def closed_form(value: float, tolerance: float = 1e-4) -> tuple[float, float, float]:
    """A number that is calculated, not drawn, with its tolerance: what `finding` takes.

    Parameters
    ----------
    value : float
    tolerance : float, 0 or more
        The part of the value by which it may be off: rounding, or the band of a finding that goes into it.

    Returns
    -------
    tuple (value, low, high)

    Examples
    --------
    >>> closed_form(-200.0, tolerance=0.5)
    (-200.0, -300.0, -100.0)
    """
    return value, value - tolerance * abs(value), value + tolerance * abs(value)


def summarise(measured) -> Measured:
    """The value and the band of a measurement, to six significant digits.

    The band of J repeats is mean +- t.9995(J-1) sqrt(2/J) sd: where an honest second run of J repeats stays, in 999
    of 1,000 runs.

    Parameters
    ----------
    measured : sequence of at least 2 numbers, tuple (value, low, high), int, or str
        As in `finding`.

    Returns
    -------
    Measured

    Raises
    ------
    ValueError, TypeError
        Saying what to give instead.

    Examples
    --------
    >>> summarise([0.30, 0.32, 0.34])
    Measured(value=0.32, low=-0.19601, high=0.83601, repeats=3)
    >>> summarise((0.5, 0.4, 0.65))
    Measured(value=0.5, low=0.4, high=0.65, repeats=None)
    >>> summarise(26560)
    Measured(value=26560, low=26560, high=26560, repeats=None)
    >>> summarise("equivalent").value
    'equivalent'
    """
    if isinstance(measured, str):
        if measured not in VERDICTS:
            raise ValueError(
                f"measured must be one of {', '.join(VERDICTS)}; got {measured!r}. Give compare's verdict."
            )
        return Measured(str(measured))
    if isinstance(measured, int | np.integer) and not isinstance(measured, bool):
        return Measured(*[int(measured)] * 3)
    if isinstance(measured, tuple):
        return _banded(measured)
    return _repeated(measured)


def load_findings(path: Path | str | None = None) -> dict[str, dict]:
    """Read the registry and check every entry.

    Parameters
    ----------
    path : path, optional
        By default the registry of this checkout.

    Returns
    -------
    dict of id to entry

    Raises
    ------
    ValueError
        With one line for each entry that is incomplete, or whose condition fails somewhere in its band.
    """
    entries = read_findings(path)
    problems = [f"{id}: {flaw}" for id, entry in entries.items() if (flaw := _flaw(id, entry))]
    if problems:
        raise ValueError(f"{Path(path or REGISTRY).name} has entries to correct:\n" + "\n".join(problems))
    return entries


def read_findings(path: Path | str | None = None) -> dict[str, dict]:
    """The registry as it stands, unchecked.

    Parameters
    ----------
    path : path, optional
        By default the registry of this checkout.

    Returns
    -------
    dict of id to entry
    """
    with Path(path or REGISTRY).open("rb") as file:
        return tomllib.load(file)


def show_number(entry: dict, value: float | str) -> str:
    """A value as its entry wants it written, in the notebook and in the pages.

    Parameters
    ----------
    entry : dict
        Its `format` is a Python format for floats; without one, six digits.
    value : float or str
        A verdict stays as it is.

    Returns
    -------
    str

    Examples
    --------
    >>> show_number({"format": ".0%"}, 0.333), show_number({}, 26560), show_number({}, "better")
    ('33%', '26,560', 'better')
    """
    return value if isinstance(value, str) else format(float(value), entry.get("format", ",.6g"))


def holds(condition: str, x: float) -> bool:
    """Whether a condition of the registry is true for a number.

    Parameters
    ----------
    condition : str
        One of < <= > >= == and a number, or a range such as "0.2 < x <= 0.5".
    x : float

    Returns
    -------
    bool

    Raises
    ------
    ValueError
        When the condition can't be read.

    Examples
    --------
    >>> holds("> 0", 0.1), holds("0.2 < x <= 0.5", 0.5), holds("<= 0.05", 0.1)
    (True, True, False)
    """
    number = r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*"
    if one := re.fullmatch(rf"\s*(?:x\s*)?([<>]=?|==){number}", condition):
        return _COMPARE[one[1]](x, float(one[2]))
    if two := re.fullmatch(rf"{number}([<>]=?)\s*x\s*([<>]=?){number}", condition):
        return _COMPARE[two[2]](float(two[1]), x) and _COMPARE[two[3]](x, float(two[4]))
    raise ValueError(f"holds must be like '> 0', '<= 0.05' or '0.2 < x < 0.5'; got {condition!r}. Rewrite it.")


_COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq}


def _check_id(id: str) -> None:
    if not isinstance(id, str) or not re.fullmatch(r"[a-z0-9_.]+", id):
        raise ValueError(f"id must be of a-z, 0-9, _ and dots; got {id!r}. Write it as 'collapse.survival.fresh_10'.")


_FORMS = "Give a list of one value per repeat, (value, low, high), an int for an exact count, or a verdict."


def _is_infinite(part) -> bool:
    return isinstance(part, float) and math.isinf(part)


def _banded(measured: tuple) -> Measured:
    if len(measured) != 3:
        raise ValueError(f"measured as a tuple must be (value, low, high); got {len(measured)} parts. {_FORMS}")
    value, low, high = (_round(part) for part in _numbers(list(measured)))
    if not low <= value <= high:
        raise ValueError(f"measured must have low <= value <= high; got value {value}, low {low}, high {high}.")
    return Measured(value, low, high)


def _repeated(measured) -> Measured:
    if isinstance(measured, pd.Series) and measured.index.nlevels == 2:
        measured = measured.groupby("repeat").mean()  # one score for each gold item: the repeats are what varies
    values = _numbers(measured)
    repeats = len(values)
    if repeats < 2:
        raise ValueError(f"measured must have at least 2 repeats; got {repeats}. {_FORMS}")
    half = stdtrit(repeats - 1, 0.9995) * math.sqrt(2 / repeats) * values.std(ddof=1)
    mean = values.mean()
    return Measured(_round(mean), _round(mean - half), _round(mean + half), repeats)


def _numbers(measured) -> np.ndarray:
    if isinstance(measured, bool | float | np.generic) or measured is None:
        raise TypeError(f"measured is the single value {measured!r}, which has no band. {_FORMS}")
    try:
        values = np.asarray(measured, dtype=float)
    except (TypeError, ValueError):
        raise TypeError(f"measured must hold numbers; got {type(measured).__name__} with others. {_FORMS}") from None
    if values.ndim != 1:
        raise ValueError(f"measured must have one dimension, the repeats; got {values.ndim}. {_FORMS}")
    if bad := int((~np.isfinite(values)).sum()):
        raise ValueError(f"measured must be finite; {bad} of {len(values)} values are nan or inf. Find out why first.")
    return values


def _round(x) -> float:
    # six digits: enough for any claim, and the last bits of two machines differ
    return float(f"{x:.6g}")


def _flaw(id: str, entry) -> str | None:
    """What is wrong with an entry of the registry, or None."""
    if not re.fullmatch(r"[a-z0-9_.]+", id) or not isinstance(entry, dict) or "value" not in entry:
        return 'must be a table with a value and an id of a-z, 0-9, _ and dots in quotes, such as ["a.b"]'
    is_word = isinstance(entry["value"], str)
    keys = WORD_KEYS if is_word else NUMBER_KEYS
    if set(entry) - {"uncited"} != keys:  # why no page cites it, for the few that none does
        return f"needs exactly the keys {', '.join(sorted(keys))}; got {', '.join(sorted(entry))}"
    if empty := [key for key in ("claim", "holds", "notebook") if key in keys and not str(entry[key]).strip()]:
        return f"{' and '.join(empty)} still to be written by a person"
    if is_word:
        return None if entry["value"] in VERDICTS else f"value must be one of {', '.join(VERDICTS)}"
    return _flaw_of_band(entry)


def _flaw_of_band(entry: dict) -> str | None:
    band = [entry["low"], entry["value"], entry["high"]]
    if not all(isinstance(number, int | float) and math.isfinite(number) for number in band) or band != sorted(band):
        return f"needs numbers low <= value <= high; got {band}"
    try:
        show_number(entry, entry["value"])
        crossed = [number for number in band if not holds(entry["holds"], number)]
    except (TypeError, ValueError) as error:
        return str(error)
    return f"holds {entry['holds']!r} fails within the band, at {crossed[0]}" if crossed else None


_KNOB = "This is expected if you turned a knob."


def _problem(id: str, entry: dict | None, seen: Measured) -> str | None:
    """Why what was seen doesn't support the registered claim, in words, or None."""
    if entry is None:
        return f"Not registered. To register it: python -m helpers notebooks --register {id}"
    if flaw := _flaw(id, entry):
        return f"Its entry in playbook/findings.toml has to be corrected: {flaw}."
    if isinstance(seen.value, str) or isinstance(entry["value"], str):
        return None if seen.value == entry["value"] else f"The kit registered {entry['value']!r}. {_KNOB}"
    if not entry["low"] <= seen.value <= entry["high"]:
        return f"Outside the band that the kit measured. {_KNOB}"
    return None if holds(entry["holds"], seen.value) else f"The condition {entry['holds']} fails. {_KNOB}"


def _line(id: str, entry: dict | None, seen: Measured, problem: str | None) -> str:
    if entry is None or _flaw(id, entry):
        # nothing of a broken entry can be trusted to be shown
        entry = {"claim": id}
    measured = f"{show_number(entry, seen.value)} {entry.get('unit', '')}".rstrip()
    band = ""
    if problem and "low" in entry:  # beside an interval a second range would puzzle; it is said when it matters
        band = f" (band of the kit: {show_number(entry, entry['low'])} to {show_number(entry, entry['high'])})"
    status = "Look here" if problem else "Finding"
    return f"{status}: {entry['claim'].rstrip('.')}. Measured: {measured}{band}. {problem or ''}".rstrip()


def _html(line: str, problem: str | None) -> str:
    colour = "var(--jp-warn-color1, #b26a00)" if problem else "var(--jp-success-color1, #2e7d32)"
    word, _, rest = line.partition(": ")
    return (
        f'<div class="mathjax_ignore tex2jax_ignore" style="border-left: 4px solid {colour}; padding-left: 0.8em">'
        f"<strong>{word}:</strong> {html.escape(rest)}</div>"
    )


def _data(id: str, seen: Measured) -> dict:
    if isinstance(seen.value, str):
        return {"id": id, "word": seen.value}
    return {"id": id, "value": seen.value, "low": seen.low, "high": seen.high, "repeats": seen.repeats}
