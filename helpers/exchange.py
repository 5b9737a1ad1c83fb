"""What other data are worth in human labels, with an interval.

Measure a learning curve (score against the number of human labels), measure the score of something else (machine-
written items, machine labels, both), and read off how many human labels would have given that score. Divide by the
number of machine items and you have their exchange rate: human labels per machine item.

Stop using it when the scores no longer rise with the labels (no curve to read from), or when you need the curve far
beyond what you measured: this file refuses to extrapolate and says "above the curve". For power laws fitted to
learning curves see Viering & Loog, "The Shape of Learning Curves", IEEE TPAMI 45 (2023).

The curve is the isotonic (never falling) fit in log n. The interval comes from a joint bootstrap of repeats and gold
items (Owen, "The Pigeonhole Bootstrap", Annals of Applied Statistics 1 (2007)), slightly wide by design.
Needs: numpy, pandas, scipy. Works on the frames of `run_trials` in `trials.py`. Licence: MIT.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import isotonic_regression

__all__ = ["Equivalent", "exchange_rate", "human_equivalent"]


class Equivalent(NamedTuple):
    """A number of human labels with its interval; `inf` is above the curve, 0 below it.

    Examples
    --------
    >>> print(Equivalent(960.0, 880.4, float("inf")))
    960 [880, above the curve]
    """

    labels: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{_say(self.labels)} [{_say(self.low)}, {_say(self.high)}]"


def human_equivalent(
    curve: pd.DataFrame,
    score: float | pd.Series,
    *,
    rng: np.random.Generator,
    halves: pd.Series | None = None,
    pool: int | None = None,
    confidence: float = 0.95,
    draws: int = 1000,
) -> Equivalent:
    """How many human labels give the same score.

    Parameters
    ----------
    curve : DataFrame
        A result of `run_trials` whose column names are numbers of human labels (3 or more); index `repeat`, or
        `repeat, item`.
    score : float, or Series with the index of `curve`
        What is to be expressed in human labels. A Series (one arm of `run_trials` with the same seed and gold set)
        brings its own chance into the interval; a float counts as exactly known.
    rng : numpy.random.Generator
    halves : Series with the index of `curve`, or None
        The same arm, trained in each repeat on a random half of the fixed set (of generator batches, or of labelled
        sentences) that `score` was trained on whole. How much halves differ from one another is how much a new set
        of full size would differ from this one, because a half drawn from a set of B has the variance
        (1 - 1/2) s^2 / (B/2) = s^2 / B. Without it the interval speaks of this very set.
    pool : int or None
        Number of items that the labels of the curve were drawn from. Where a draw takes more than a tenth of them the
        repeats overlap, and the interval is widened.
    confidence : float in (0, 1)
    draws : int
        Bootstrap draws, 1,000 for a 95% interval.

    Returns
    -------
    Equivalent (labels, low, high)
        `inf` means above the curve: worth more than the largest number measured. 0 means below the curve.

    Raises
    ------
    TypeError, ValueError
        When the curve has no numeric column names, fewer than 3 points or 2 repeats, another index than the score, or
        scores that are missing.

    Examples
    --------
    >>> curve = pd.DataFrame({100: [0.60, 0.61], 1000: [0.70, 0.71], 10000: [0.80, 0.81]})
    >>> human_equivalent(curve, 0.755, rng=np.random.default_rng(0)).labels.__round__()
    3162
    """
    curve = _check_curve(curve)
    means = _Bootstrap(curve, rng, draws, confidence)
    scores = _score_draws(means, score, halves, "score")
    return means.interval(_read_off(_isotonic(means.curve(pool)), curve.columns, scores))


def exchange_rate(
    curve: pd.DataFrame,
    hybrid: pd.DataFrame,
    machine_items: int,
    *,
    rng: np.random.Generator,
    halves: pd.DataFrame | None = None,
    pool: int | None = None,
    paid: int = 0,
    confidence: float = 0.95,
    draws: int = 1000,
) -> pd.DataFrame:
    """How many human labels one machine item is worth, and what the machine items add, at each number of labels owned.

    Parameters
    ----------
    curve, rng, pool, confidence, draws
        As in `human_equivalent`.
    hybrid : DataFrame with the index of `curve`
        Column N holds the scores with N human labels and all machine items. Every N must be a column of `curve`.
    machine_items : int
        Number of machine items added.
    halves : DataFrame with the index of `curve`, or None
        As `hybrid`, with a random half of the machine items in each repeat; see `human_equivalent`.
    paid : int
        Human labels that the generator was shown; they are part of the price and are taken off.

    Returns
    -------
    DataFrame, index `labels_owned`
        `worth` (human labels with the same score, `inf` above the curve), `rate` = (worth - owned - paid) /
        machine_items with `low` and `high`, and `gained` (score added to the curve at N) with `gained_low` and
        `gained_high`. A rate of 0.4 says: ten machine items do what four human labels do. Where `rate` is `inf` only
        `low` is known. Rate and gain answer different questions: the rate can stay the same while the gain shrinks,
        because the curve flattens.

    Raises
    ------
    TypeError, ValueError
        As `human_equivalent`; also when `hybrid` has a column that the curve lacks, or machine_items is below 1.

    Examples
    --------
    >>> curve = pd.DataFrame({100: [0.60, 0.61], 1000: [0.70, 0.71], 10000: [0.80, 0.81]})
    >>> hybrid = pd.DataFrame({100: [0.70, 0.71]})
    >>> exchange_rate(curve, hybrid, 1800, rng=np.random.default_rng(0)).loc[100, ["worth", "rate"]].round(2).to_dict()
    {'worth': 1000.0, 'rate': 0.5}
    """
    curve, hybrid = _check_curve(curve), _numeric_columns(hybrid, "hybrid")
    unknown = [size for size in hybrid.columns if size not in curve.columns]
    if unknown:
        raise ValueError(f"Every column of hybrid must be one of curve {list(curve.columns)}; {unknown} are not.")
    if machine_items < 1 or paid < 0:
        raise ValueError(f"machine_items must be 1 or more and paid 0 or more; got {machine_items!r} and {paid!r}.")
    halves = None if halves is None else _numeric_columns(halves, "halves")
    means = _Bootstrap(curve, rng, draws, confidence)
    curve_draws = means.curve(pool)
    never_falling = _isotonic(curve_draws)
    rows = {}
    for size in hybrid.columns:
        half = None if halves is None else halves[size]
        scores = _score_draws(means, hybrid[size], half, f"hybrid[{size:g}]")
        worth = _read_off(never_falling, curve.columns, scores)
        # Below the curve the worth is unknown but at most the smallest number measured: counted as nothing.
        rate = means.interval((worth - size - paid) / machine_items)
        gained = means.interval(scores - curve_draws[:, list(curve.columns).index(size)])
        rows[size] = (worth[0], *rate, *gained)
    columns = ["worth", "rate", "low", "high", "gained", "gained_low", "gained_high"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("labels_owned")


class _Bootstrap:
    """Means of any arm under one shared resampling of repeats and items; row 0 is the sample as it is."""

    def __init__(self, curve: pd.DataFrame, rng: np.random.Generator, draws: int, confidence: float):
        if not isinstance(rng, np.random.Generator):
            raise TypeError(f"rng must be a numpy.random.Generator, such as default_rng(0); got {rng!r}.")
        if draws < 100 or not 0 < confidence < 1:
            raise ValueError(f"draws must be 100 or more and confidence within (0, 1); got {draws!r}, {confidence!r}.")
        self._curve, self._rng, self._confidence = curve, rng, confidence
        self.index = curve.index
        self.repeats, self.items = _matrix(curve.iloc[:, 0]).shape
        self._repeat_weights = self._weights(self.repeats, draws)
        self._item_weights = self._weights(self.items, draws)
        self.rows = draws + 1

    def _weights(self, size: int, draws: int) -> np.ndarray:
        drawn = self._rng.multinomial(size, np.full(size, 1 / size), draws) / size
        return np.vstack([np.full(size, 1 / size), drawn])

    def means_of(self, scores: pd.Series) -> np.ndarray:
        """(1 + draws,) means of one arm."""
        return np.einsum("dj,dj->d", self._repeat_weights, self._item_weights @ _matrix(scores).T)

    def curve(self, pool: int | None) -> np.ndarray:
        """(1 + draws, sizes) means of the curve, widened where draws take much of the pool."""
        means = np.column_stack([self.means_of(self._curve[size]) for size in self._curve.columns])
        if pool is not None:
            # The luck of the pool is shared by all sizes, so one random number a draw moves them together.
            luck = np.r_[0, self._rng.standard_normal(self.rows - 1)]
            means += luck[:, None] * [_pool_sd(self._curve[size], size / pool) for size in self._curve.columns]
        return means

    def half_deviations(self, halves: pd.Series, whole: pd.Series) -> np.ndarray:
        """(1 + draws,) how far one random half lies from the halves together, each seen against the whole set."""
        # The difference within a repeat, because half and whole share that repeat's human labels.
        by_repeat = _matrix(halves - whole).mean(axis=1)
        # The mean was taken from the same halves, so the deviations are a little too small.
        deviation = (by_repeat - by_repeat.mean()) * np.sqrt(self.repeats / (self.repeats - 1))
        return np.r_[0, self._rng.choice(deviation, self.rows - 1)]

    def interval(self, values: np.ndarray) -> Equivalent:
        tail = (1 - self._confidence) / 2
        # No interpolation: between a number and infinity there is nothing to interpolate.
        low, high = np.quantile(values[1:], [tail, 1 - tail], method="closest_observation")
        return Equivalent(float(values[0]), float(low), float(high))


def _isotonic(curve_draws: np.ndarray) -> np.ndarray:
    return np.array([isotonic_regression(scores).x for scores in curve_draws])


def _read_off(curve_draws: np.ndarray, sizes: pd.Index, score_draws: np.ndarray) -> np.ndarray:
    """(1 + draws,) the smallest n at which each never falling curve reaches its score; 0 below it, infinity above."""
    log_sizes = np.log(np.asarray(sizes, dtype=float))
    reached = (curve_draws < score_draws[:, None]).sum(axis=1)  # first place that is as high as the score
    after, before = np.clip(reached, 1, len(sizes) - 1), np.clip(reached, 1, len(sizes) - 1) - 1
    low, high = (np.take_along_axis(curve_draws, place[:, None], axis=1)[:, 0] for place in (before, after))
    share = np.divide(score_draws - low, high - low, out=np.zeros(len(low)), where=high > low)
    labels = np.exp(log_sizes[before] + share * (log_sizes[after] - log_sizes[before]))
    below = (reached == 0) & (score_draws < curve_draws[:, 0])
    return np.where(reached == len(sizes), np.inf, np.where(below, 0.0, labels))


def _pool_sd(scores: pd.Series, pool_share: float) -> float:
    """Standard deviation of the luck of the pool itself; see "A finite pool" in `compare` of trials.py."""
    if not pool_share < 1:
        raise ValueError(f"pool must be larger than the largest number of labels; the share drawn is {pool_share:.2f}.")
    if pool_share <= 0.1:
        return 0.0
    table = _matrix(scores)
    by_repeat = table.mean(axis=1)
    residual = table - by_repeat[:, None] - table.mean(axis=0) + table.mean()
    degrees = max((table.shape[0] - 1) * (table.shape[1] - 1), 1)
    from_items = (residual**2).sum() / degrees / table.shape[1]
    return float(np.sqrt(max(by_repeat.var(ddof=1) - from_items, 0) * pool_share / (1 - pool_share)))


def _score_draws(means: _Bootstrap, score: float | pd.Series, halves: pd.Series | None, name: str) -> np.ndarray:
    if isinstance(score, (int, float)) and np.isfinite(score) and halves is None:
        return np.full(means.rows, float(score))
    if not isinstance(score, pd.Series):
        raise TypeError(
            f"{name} must be a Series with the index of curve, or a number (without halves); got {score!r}."
        )
    draws = means.means_of(_check_series(score, means.index, name))
    if halves is None:
        return draws
    return draws + means.half_deviations(_check_series(halves, means.index, "halves"), score)


def _matrix(scores: pd.Series) -> np.ndarray:
    """(repeats, items); numbers only count as one item."""
    return scores.unstack("item").to_numpy(float) if scores.index.nlevels == 2 else scores.to_numpy(float)[:, None]


def _check_curve(curve: pd.DataFrame) -> pd.DataFrame:
    curve = _numeric_columns(curve, "curve")
    if curve.shape[1] < 3 or (curve.columns <= 0).any() or not curve.columns.is_unique:
        raise ValueError(f"curve needs 3 different numbers of labels or more, above 0; got {list(curve.columns)}.")
    if curve.index.get_level_values(0).nunique() < 2:
        raise ValueError("curve needs two repeats or more, for an interval; call run_trials with repeats=20.")
    if not np.isfinite(curve.to_numpy(float)).all():
        raise ValueError("Every score of curve must be a finite number; some are missing or infinite.")
    return curve[sorted(curve.columns)]


def _numeric_columns(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"{name} must be the DataFrame that run_trials returns; got {type(frame).__name__}.")
    try:
        return frame.set_axis([float(column) for column in frame.columns], axis=1)
    except (TypeError, ValueError):
        raise ValueError(
            f"The columns of {name} must be numbers of human labels, such as 100; got {list(frame.columns)}."
        ) from None


def _check_series(scores: pd.Series, index: pd.Index, name: str) -> pd.Series:
    if not scores.index.equals(index):
        raise ValueError(f"{name} must have the index of curve: the same repeats and gold items, in the same order.")
    if not np.isfinite(scores.to_numpy(float)).all():
        raise ValueError(f"Every score of {name} must be a finite number; some are missing or infinite.")
    return scores


def _say(labels: float) -> str:
    if labels == np.inf:
        return "above the curve"
    return f"{labels:,.0f}" if labels else "below the curve"
