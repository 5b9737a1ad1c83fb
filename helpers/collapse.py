"""Feed a model's output back into its training, watch what gets lost, and compare it with exact formulas.

A *chain* fits a model on human rows, lets it write rows, fits the next model on those, and so on. `run_chain` runs one
with any model and five ways (*regimes*) of bringing human rows in; the other functions say in closed form what a chain
must do, so that a simulation can be checked and a budget planned without one. What a chain loses depends on the regime:
before you trust a result, run the rivals too, above all models fitted on the human rows alone.

Stop using it when a generation takes hours (keep each on disk, in a workflow tool such as Snakemake or DVC), or when
the question is what a large language model forgets: these models show the mechanism, not the size of the effect.

Sources: Shumailov et al., "AI models collapse when trained on recursively generated data", Nature 631 (2024); Kazdan et
al., "Collapse or Thrive?" (2024), for `accumulated_variance`; Alemohammad et al., "Self-Consuming Generative Models Go
MAD", ICLR 2024, for fixed and fresh rows; He, Xu & Cheng, arXiv 2502.18049 (2025), for `best_real_weight`; words that
die out, Seddik et al., "How bad is training on synthetic data?" (2024), and branching processes since Galton & Watson.
Needs: numpy 1.25, pandas 2, scipy, tqdm, or newer. Licence: MIT.

Three lines:

    import numpy, collapse; rng = numpy.random.default_rng(0); write = lambda m, n, rng: rng.normal(m[0], m[1], n)
    fit = lambda x: (x.mean(), x.std(ddof=1))  # 40 numbers a generation: do they still vary after 100?
    print(collapse.run_chain(rng.normal(size=40), fit, write, generations=100, rng=rng, measure=numpy.std).tail(1))
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Mapping
from itertools import repeat
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special
from tqdm.auto import tqdm

__all__ = [
    "LogVariance",
    "accumulated_variance",
    "best_real_weight",
    "fresh_error_ratio",
    "gaussian_log_variance",
    "run_chain",
    "survival_probability",
]

_MIXED = ("accumulate", "fixed", "redrawn", "fresh")  # in which a share of each generation's rows may be human
_REGIMES = ("replace", *_MIXED)
_NEW = ("accumulate", "fresh")  # in which those human rows were never used before
_VIEWS = ("machine", "training")


class LogVariance(NamedTuple):
    """Mean and variance of the logarithm of a chain's variance, in units of the human variance."""

    mean: float | np.ndarray
    variance: float | np.ndarray


def run_chain(
    real,
    fit: Callable,
    sample: Callable,
    *,
    generations: int,
    size: int | None = None,
    start: int | None = None,
    regime: str = "replace",
    real_share: float = 0.0,
    rng: np.random.Generator,
    measure: Callable | None = None,
    look_at: str = "machine",
    progress: bool = False,
):
    """Fit a model on human rows, the next one on what it writes, and so on.

    Parameters
    ----------
    real : array of numbers (n, ...), DataFrame or list of n texts, without gaps
        The human rows, those to start with first. Where new human rows come in (`fresh`, and `accumulate` with a
        share) the others are used later, in their order (as they come in; shuffle them first if they are sorted).
    fit : callable
        `fit(data)` returns a model. It gets rows of the kind of `real`, human ones first (under `accumulate`, oldest
        first).
    sample : callable
        `sample(model, n, rng)` returns n rows of that kind, each as good as the others. A second array axis may hold
        independent chains: 20,000 of them run at once as columns.
    generations : int, 1 or more
        How often a model writes, and as many fits.
    size : int, 1 or more, or None
        Rows that every model after the first is fitted on, human ones included; under `accumulate` the rows that each
        generation adds. None: as many as `real` has. Where new human rows come in it must be given.
    start : int, 1 or more, or None
        How many rows of `real` the first model is fitted on; `fixed` and `redrawn` draw from these, and no other regime
        sees more of them at the start. None: all of `real`, but where new human rows come in the first `size`. To
        compare regimes with one `real`, give it: otherwise they start from other human rows.
    regime : {"replace", "accumulate", "fixed", "redrawn", "fresh"}
        `replace`: fit on the last generation's rows alone. `accumulate`: on everything so far, so a generation costs
        more each time. The others replace too, but `real_share` of the rows are human: `fixed`, the same rows each
        time (drawn once from the start); `redrawn`, drawn anew from the start each time; `fresh`, rows never used
        before.
    real_share : float, 0 to 1
        For all but `replace`; round(real_share x size) rows are human. Under `accumulate` they are never used before,
        as under `fresh`, and kept as all rows are: this is the loop that throws nothing away.
    rng : numpy.random.Generator
    measure : callable or None
        `measure(data)` returns a number, or a mapping from names to numbers; the rows are then not kept.
    look_at : {"machine", "training"}
        What `measure` or you get to see of a generation: `size` rows that its model writes, so that no human row
        flatters it and the regimes compare (each has written as many), or the rows that the next model is fitted on.
    progress : bool
        Show a progress bar.

    Returns
    -------
    list of generations + 1 data sets of the kind of `real`, or DataFrame with index `generation`
        0 is what the first model is fitted on, all human. Generation g has been through g models. With `measure` a
        row of numbers for each (one number: column `value`). One chain is one draw: repeat it before you compare.

    Raises
    ------
    TypeError
        For data of another kind, a rng that is none, or a measure that returns no numbers.
    ValueError
        For a parameter out of its range, gaps in the data, a share that comes to no row, too few human rows, or a
        sampler that returns other rows than it was asked for. What `fit` or `sample` raise gets a note with the
        generation.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> bag = dict(fit=lambda rows: rows, sample=lambda rows, n, rng: rows[rng.integers(len(rows), size=n)])
    >>> distinct = lambda rows: len(np.unique(rows))
    >>> run_chain(np.arange(100), **bag, generations=3, rng=rng, measure=distinct)["value"].tolist()
    [100, 62, 47, 43]
    >>> kept = run_chain(np.arange(160), **bag, generations=3, size=100, regime="fresh", real_share=0.2, rng=rng)
    >>> [len(rows) for rows in kept]
    [100, 100, 100, 100]
    """
    _check_calls(fit, sample, measure, rng, look_at)
    real = _check_rows("real", real)
    size, start, human = _plan(len(real), generations, size, start, regime, real_share)
    # The rows that are looked at come from a generator of their own, so that looking does not change the chain.
    look_rng = rng.spawn(1)[0] if human and look_at == "machine" else None
    training = _take(real, np.arange(start))
    fixed = rng.choice(start, human, replace=False) if regime == "fixed" else None
    seen = [_seen(training, measure, 0)]
    for generation in tqdm(range(1, generations + 1), desc="generations", disable=not progress, leave=False):
        try:
            model = fit(training)
            shown = None if look_rng is None else _written(sample(model, size, look_rng), real, size)
            parts = [training] if regime == "accumulate" else []
            if human:
                parts.append(_take(real, _human_rows(regime, generation, start, human, fixed, rng)))
            if human < size:
                parts.append(_written(sample(model, size - human, rng), real, size - human))
            if look_at == "machine" and shown is None:
                shown = parts[-1]
            training = _join(parts)
            seen.append(_seen(training if shown is None else shown, measure, generation))
        except Exception as error:
            error.add_note(f"This was in generation {generation} of {generations}, regime {regime!r}.")
            raise
    return seen if measure is None else _as_table(seen)


def gaussian_log_variance(size: int, generations) -> LogVariance:
    """Say how the variance shrinks when Gaussians are fitted to Gaussians (`replace`), exactly.

    Parameters
    ----------
    size : int, 2 or more
        Numbers in each generation.
    generations : int, 0 or more, or array of them
        How often a variance has been estimated (ddof=1), first from human rows: the variance of generation g of
        `run_chain` is estimate g + 1.

    Returns
    -------
    LogVariance
        `mean` and `variance` of log(v / human variance). Their sum over generations is what makes collapse certain: the
        typical chain has exp(mean) of the variance, about exp(-generations / (size - 1)), though the *mean* of v never
        moves; a few chains with huge variances keep it up. So compare logarithms.

    Raises
    ------
    ValueError
        When size is below 2 or generations are no whole numbers, 0 or more.

    Examples
    --------
    >>> mean, variance = gaussian_log_variance(size=100, generations=10)
    >>> round(mean, 4), round(variance, 4)
    (-0.1014, 0.2041)
    """
    _check_count("size", size, 2)
    times = _counts("generations", generations)
    half = (size - 1) / 2
    step = special.digamma(half) - math.log(half)
    return LogVariance(_plain(times * step), _plain(times * special.polygamma(1, half)))


def accumulated_variance(size: int, generations=None):
    """Say what variance is left when Gaussians are fitted to everything so far (`accumulate`), exactly.

    Parameters
    ----------
    size : int, 1 or more
        Human rows, and rows that every generation adds.
    generations : int, 0 or more, or array of them, or None
        How often a variance has been estimated (ddof=0), first from the human rows. None: endlessly often.

    Returns
    -------
    float or ndarray
        Mean of the estimated variance in units of the human one. It stops above 0, for endless generations at
        sin(x)/x with x = pi/sqrt(size). What is missing from 1 is the squared error of the mean.

    Raises
    ------
    ValueError
        When size is below 1 or generations are no whole numbers, 0 or more.

    Examples
    --------
    >>> round(accumulated_variance(10, 1), 4), round(accumulated_variance(10), 4)
    (0.9, 0.8434)
    """
    _check_count("size", size, 1)
    root = 1 / math.sqrt(size)
    limit = float(np.sinc(root))
    if generations is None:
        return limit
    times = _counts("generations", generations)
    if size == 1:  # one number has no variance
        return _plain(np.where(times == 0, 1.0, 0.0))
    # prod over j of 1 - 1/(size j^2), written with gamma functions
    logs = special.gammaln(times + 1 - root) + special.gammaln(times + 1 + root) - 2 * special.gammaln(times + 1)
    return _plain(limit * np.exp(logs))


def fresh_error_ratio(real_share):
    """Say how much human rows that are new in every generation (`fresh`) hold a chain back, in the long run.

    Parameters
    ----------
    real_share : float, 0 to 1, or array

    Returns
    -------
    float or ndarray
        Squared error of the mean in units of that of a generation of human rows alone: 1 / (share (2 - share)).
        Infinite at 0. It has no step, so no share is a threshold. Divided by 1 / share, the error of the fresh rows
        without the machine's: 1 / (2 - share), so the chain is worth at most twice the rows. Those who keep *all*
        human rows they ever had do better still.

    Raises
    ------
    ValueError
        When a share lies outside of 0 to 1.

    Examples
    --------
    >>> [round(fresh_error_ratio(share), 2) for share in (0.1, 0.3, 0.4, 1)]
    [5.26, 1.96, 1.56, 1.0]
    """
    share = _numbers("real_share", real_share, 1)
    with np.errstate(divide="ignore"):
        return _plain(1 / (share * (2 - share)))


def best_real_weight(n_real, n_machine):
    """Say how much the fresh human rows should count against the machine's, in every generation.

    Parameters
    ----------
    n_real, n_machine : float, 0 or more, or arrays
        Rows of each in a generation; not both 0.

    Returns
    -------
    float or ndarray, 0 to 1
        Weight of the human mean against the machine's, for the least error of a mean in the long run: the golden ratio
        0.618 when there are as many of each. That error is then this weight times the error of the fresh human rows
        alone. A model that takes weights gives each human row weight / n_real and each machine row
        (1 - weight) / n_machine. Pooling all rows as they are gives the human ones n_real / (n_real + n_machine).

    Raises
    ------
    ValueError
        When a number is negative, or both are 0.

    Examples
    --------
    >>> round(best_real_weight(100, 100), 3), round(best_real_weight(100, 900), 3)
    (0.618, 0.282)
    """
    n_real, n_machine = _numbers("n_real", n_real), _numbers("n_machine", n_machine)
    if np.any((n_real == 0) & (n_machine == 0)):
        raise ValueError("n_real and n_machine must not both be 0. Say how many rows a generation has.")
    with np.errstate(divide="ignore"):  # (sqrt(k^2 + 4k) - k) / 2 with k = n_real / n_machine, in a form without gaps
        return _plain(2 / (1 + np.sqrt(1 + 4 * (n_machine / n_real))))


def survival_probability(count, generations):
    """Say how likely a word (or any kind of row) is still there when whole corpora are redrawn word by word.

    Parameters
    ----------
    count : int, 0 or more, or array
        How often it occurs in the human corpus.
    generations : int, 0 or more, or array
        How often a corpus of the same size has been redrawn (`replace`), each word with its share in the last one.

    Returns
    -------
    float or ndarray, 0 to 1
        1 - 1/e = 0.632 for a word seen once, after one generation. The formula is for large corpora and words that are
        rare in them (a branching process); for a corpus of N words the first generation has 1 - (1 - count/N)^N.

    Raises
    ------
    ValueError
        When one is no whole number, 0 or more.

    Examples
    --------
    >>> [round(survival_probability(1, generations), 4) for generations in (1, 2, 10)]
    [0.6321, 0.4685, 0.1582]
    >>> round(survival_probability(5, 10), 4)
    0.5774
    """
    count, times = _counts("count", count), _counts("generations", generations).astype(int)
    alive = [1.0]
    for _ in range(int(times.max(initial=0))):
        alive.append(-math.expm1(-alive[-1]))
    return _plain(1 - (1 - np.array(alive)[times]) ** count)


def _check_calls(fit, sample, measure, rng, look_at) -> None:
    for name, function in (("fit", fit), ("sample", sample), *([("measure", measure)] if measure else [])):
        if not callable(function):
            raise TypeError(f"{name} must be a function; got {function!r}. Hand over its name, without brackets.")
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator, such as numpy.random.default_rng(0); got {rng!r}.")
    if look_at not in _VIEWS:
        raise ValueError(f"look_at must be one of {', '.join(_VIEWS)}; got {look_at!r}.")


def _plan(
    rows: int, generations: int, size: int | None, start: int | None, regime: str, real_share: float
) -> tuple[int, int, int]:
    """Rows of a generation, those of the start, and how many of a generation are human; refuses what can't be run."""
    _check_count("generations", generations, 1)
    for name, count in (("size", size), ("start", start)):
        if count is not None:
            _check_count(name, count, 1)
    if regime not in _REGIMES:
        raise ValueError(f"regime must be one of {', '.join(_REGIMES)}; got {regime!r}.")
    share = float(_numbers("real_share", real_share, 1, one=True))
    if share and regime not in _MIXED:
        raise ValueError(
            f"real_share must be 0 under regime {regime!r}, which mixes no human rows in; got {real_share!r}. Choose "
            f"one of {', '.join(_MIXED)}."
        )
    if size is None:
        if share and regime in _NEW and start is None:
            raise ValueError(
                f"size must be given under regime {regime!r} with new human rows: the first `size` rows of real start "
                "the chain, the others are used later; got None."
            )
        size = rows if start is None else start
    human = math.floor(share * size + 0.5)
    if share and not human:
        raise ValueError(
            f"real_share must come to 1 row or more; {real_share!r} of size {size} is none. Take a larger size, or a "
            f"share of at least {1 / size:.3g}."
        )
    return size, _start(rows, generations, size, start, regime, human), human


def _start(rows: int, generations: int, size: int, start: int | None, regime: str, human: int) -> int:
    """How many human rows the first model is fitted on; refuses what has too few for the later ones."""
    new = human and regime in _NEW
    if start is None:
        start = size if new else rows
    if start > rows:
        raise ValueError(f"start must be at most {rows}, the rows of real; got {start}. Start with fewer.")
    if not new and human > start:
        raise ValueError(
            f"real must have {human} human rows to start with under regime {regime!r}; got {start}. Bring more, or "
            "take a smaller size or real_share."
        )
    needed = start + generations * human if new else start
    if needed > rows:
        why = f"{start} to start with and {human} in each of {generations} generations"
        raise ValueError(
            f"real must have {needed} human rows under regime {regime!r} ({why}); got {rows}. Bring more, or take a "
            "smaller size or real_share, or fewer generations."
        )
    return start


def _human_rows(regime, generation, start, human, fixed, rng) -> np.ndarray:
    """Which human rows the training set of a generation holds."""
    if regime == "fixed":
        return fixed
    if regime == "redrawn":
        return rng.choice(start, human, replace=False)
    return np.arange(human) + start + (generation - 1) * human


def _check_rows(name: str, data):
    """The data as one of the three kinds: array, DataFrame or list of texts; with rows, and without gaps."""
    if isinstance(data, pd.DataFrame):
        numbers_only = data.select_dtypes("number").to_numpy(dtype=float, na_value=np.nan)
        gaps, kind = data.isna().to_numpy().any() or not np.isfinite(numbers_only).all(), data
    elif isinstance(data, np.ndarray) and data.dtype.kind in "biuf" and data.ndim:
        # a sum is not finite when any number is not; only then look closer (finite ones can overflow)
        gaps, kind = not math.isfinite(data.sum(dtype=float)) and not np.isfinite(data).all(), data
    elif isinstance(data, (list, tuple)) and all(map(isinstance, data, repeat(str))):
        gaps, kind = False, list(data)
    else:
        raise TypeError(f"{name} must be an array of numbers, a DataFrame or a list of texts; got {_remedy(data)}")
    if not len(kind):
        raise ValueError(f"{name} must have 1 row or more; got none.")
    if gaps:
        raise ValueError(
            f"{name} must have finite numbers and no gaps; some are missing or infinite. Drop or fill them."
        )
    return kind


def _remedy(data) -> str:
    """What was handed over, and how to turn it into rows."""
    if isinstance(data, np.ndarray):
        return f"array of {data.dtype}. An array of texts: wrap it, .tolist()."
    if isinstance(data, pd.Series):
        return "Series. Wrap it: .to_numpy() for numbers, .tolist() for texts."
    if isinstance(data, (list, tuple)):
        if any(isinstance(row, str) for row in data):
            place = next(place for place, row in enumerate(data) if not isinstance(row, str))
            return f"{type(data[place]).__name__} at place {place} among texts. Drop or fill it."
        if data and all(isinstance(part, np.ndarray) for part in data):
            return (
                f"{type(data).__name__} of arrays. Columns such as X and y go side by side: numpy.column_stack((X, y))."
            )
        return f"{type(data).__name__} of {type(data[0]).__name__}. Wrap it: numpy.asarray(...)."
    if hasattr(data, "__next__"):
        return f"{type(data).__name__}. Wrap it: list(...)."
    return f"{type(data).__name__}."


def _written(data, real, n: int):
    """What a sampler returned, if it is n rows of the kind of real."""
    mend = f"sample(model, {n}, rng) must return {n} rows like those of real"
    try:
        data = _check_rows("what sample returned", data)
    except ValueError as error:
        raise ValueError(f"{error} Look at the model that wrote it: has it collapsed, or grown without end?") from None
    alike = type(data) is type(real) or (isinstance(data, pd.DataFrame) and isinstance(real, pd.DataFrame))
    if not alike:
        raise ValueError(f"{mend}; got {type(data).__name__} for {type(real).__name__}.")
    if len(data) != n:
        raise ValueError(f"{mend}; got {len(data)}. Draw again until there are enough, or say so with a smaller size.")
    if isinstance(real, pd.DataFrame) and list(data.columns) != list(real.columns):
        raise ValueError(f"{mend}; got columns {list(data.columns)} for {list(real.columns)}. Put them in that order.")
    if isinstance(real, np.ndarray) and data.shape[1:] != real.shape[1:]:
        raise ValueError(f"{mend}; got shape {data.shape} for rows of shape {real.shape[1:]}.")
    return data


def _take(data, rows: np.ndarray):
    """A copy of some rows."""
    if isinstance(data, pd.DataFrame):
        return data.iloc[rows].reset_index(drop=True)
    return data[rows] if isinstance(data, np.ndarray) else [data[row] for row in rows]


def _join(parts: list):
    if len(parts) == 1:
        return parts[0]
    if isinstance(parts[0], pd.DataFrame):
        return pd.concat(parts, ignore_index=True)
    return np.concatenate(parts) if isinstance(parts[0], np.ndarray) else [row for part in parts for row in part]


def _seen(data, measure: Callable | None, generation: int):
    """The rows of a generation, or the numbers that a user takes from them."""
    if measure is None:
        # a copy, since a later fit may sort its rows in place
        return data[:] if isinstance(data, list) else data.copy()
    found = measure(data)
    values = dict(found) if isinstance(found, Mapping) else {"value": found}
    for name, value in values.items():
        if not isinstance(value, (numbers.Real, np.bool_)) and not (isinstance(value, np.ndarray) and value.ndim == 0):
            raise TypeError(
                f"measure must return a number or a mapping from names to numbers; in generation {generation} {name!r} "
                f"is {repr(value)[:60]}. Does it end with a return?"
            )
    return values


def _as_table(seen: list[dict]) -> pd.DataFrame:
    for generation, values in enumerate(seen):
        if values.keys() != seen[0].keys():
            raise ValueError(
                f"measure must return the same names each time; generation 0 has {list(seen[0])}, generation "
                f"{generation} has {list(values)}. Return every name, NaN where there is no number."
            )
    return pd.DataFrame(seen).rename_axis("generation")


def _check_count(name: str, value, low: int) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < low:
        raise ValueError(f"{name} must be a whole number, {low} or more; got {value!r}.")


def _counts(name: str, value) -> np.ndarray:
    """Whole numbers, 0 or more, as floats."""
    array = _numbers(name, value)
    if (array != np.floor(array)).any():
        raise ValueError(f"{name} must be a whole number, 0 or more, or an array of them; got {value!r}.")
    return array


def _numbers(name: str, value, high: float = math.inf, one: bool = False) -> np.ndarray:
    rule = f"{name} must be a number, 0 {'or more' if high == math.inf else f'to {high}'}"
    try:
        array = np.asarray(value, dtype=float)
        fits = not isinstance(value, (bool, str)) and ((array >= 0) & (array <= high) & (array < math.inf)).all()
    except (TypeError, ValueError):
        fits = False
    if not fits or (one and array.ndim):
        raise ValueError(f"{rule}{'' if one else ', or an array of them'}; got {value!r}.")
    return array


def _plain(array):
    """A number where one was asked for."""
    return array if np.ndim(array) else float(array)
