"""What other data are worth in human labels, with an interval.

Measure a learning curve (score against the number of human labels), measure the score of something else (machine-
written items, machine labels, both), and read off how many human labels would have given that score. Divide by the
number of machine items and you have their exchange rate: human labels per machine item.

Stop using it when the scores no longer rise with the labels (no curve to read from), or when you need the curve far
beyond what you measured: this file refuses to extrapolate and says "above the curve" (fit a power law then).

The curve is the isotonic (never falling) fit in log n. The interval comes from a joint bootstrap of repeats and gold
items, slightly wide by design; what is drawn few times (repeats, batches, documents) is spread by the quantile of t in
place of the normal.

Sources: the joint bootstrap, Owen, "The Pigeonhole Bootstrap", Annals of Applied Statistics 1 (2007); power laws fitted
to learning curves, Viering & Loog, "The Shape of Learning Curves: A Review", IEEE TPAMI 45 (2023).
Needs: numpy 1.25, pandas 2, scipy 1.12, or newer. Works on the frames of `run_trials` in `trials.py`. Licence: MIT.

Three lines:

    import exchange, numpy, pandas
    curve = pandas.DataFrame({100: [0.60, 0.61] * 3, 1000: [0.70, 0.71] * 3, 10000: [0.80, 0.81] * 3}, range(6))
    print(exchange.human_equivalent(curve.rename_axis("repeat"), 0.755, rng=numpy.random.default_rng(0), shared=0))
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats
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
    parts: int | None = None,
    pool: int | None = None,
    pool_share: float = 0.0,
    groups: Sequence | None = None,
    shared: float | None = None,
    confidence: float = 0.95,
    draws: int = 1000,
) -> Equivalent:
    """How many human labels give the same score.

    Parameters
    ----------
    curve : DataFrame
        A result of `run_trials` whose column names are numbers of human labels (3 or more); index `repeat`, or
        `repeat, item`. 5 repeats or more; 20 are better.
    score : float, or Series with the index of `curve`
        What is to be expressed in human labels. A Series (one arm of `run_trials` with the same seed and gold set)
        brings its own chance into the interval; a float counts as exactly known.
    rng : numpy.random.Generator
    halves : Series with the index of `curve`, or None
        The same arm, trained in each repeat on a random half of the fixed set (of generator batches, or of labelled
        sentences) that `score` was trained on whole. How much halves differ from one another is how much a new set
        of full size would differ from this one, because a half drawn from a set of B has the variance
        (1 - 1/2) s^2 / (B/2) = s^2 / B. Scores of halves vary more where the curve is steeper there, so the interval
        errs on the wide side. Without it the interval speaks of this very set.
    parts : int, 4 or more; needed with halves
        B: how many batches (or sentences) the halves were drawn from; the half is B // 2 of them.
    pool : int or None
        Number of items that the labels of the curve were drawn from. Repeats that draw from one pool overlap, and the
        interval is widened for that.
    pool_share : float in [0, 1)
        The same for `score`, where its training rows are drawn from a pool of their own: the share that a draw takes.
    groups : sequence, one entry an item, or None
        The document that each gold item comes from, in the order of the items.
    shared : float in [0, 1); needed for, and only for, one number a repeat
        0 when each repeat makes fresh data, n_test/(n_test + n_train) for random splits of one table.
    confidence : float in (0, 1)
    draws : int, 100 or more
        Bootstrap draws, 1,000 for a 95% interval.

    Returns
    -------
    Equivalent (labels, low, high)
        `inf` means above the curve: worth more than the largest number measured. 0 means below the curve.

    Raises
    ------
    TypeError, ValueError
        When the curve has no numeric column names, fewer than 3 points or 5 repeats, does not rise, has another index
        than the score, or scores that are missing; or a setting is out of its range.

    Examples
    --------
    >>> scores = {100: [0.60, 0.61] * 3, 1000: [0.70, 0.71] * 3, 10000: [0.80, 0.81] * 3}
    >>> curve = pd.DataFrame(scores).rename_axis("repeat")
    >>> round(human_equivalent(curve, 0.755, rng=np.random.default_rng(0), shared=0).labels)
    3162
    """
    curve = _check_curve(curve, pool)
    means = _Bootstrap(curve, rng, draws, confidence, groups, shared)
    scores = means.score(score, halves, parts, "score") + means.luck() * means.pool_sd(score, pool_share)
    return means.interval(_read_off(_isotonic(means.curve(means.luck(), pool)), curve.columns, scores))


def exchange_rate(
    curve: pd.DataFrame,
    hybrid: pd.DataFrame,
    machine_items: int,
    *,
    rng: np.random.Generator,
    halves: pd.DataFrame | None = None,
    parts: int | None = None,
    pool: int | None = None,
    paid: int = 0,
    groups: Sequence | None = None,
    shared: float | None = None,
    confidence: float = 0.95,
    draws: int = 1000,
) -> pd.DataFrame:
    """How many human labels one machine item is worth, and what the machine items add, at each number of labels owned.

    Parameters
    ----------
    curve, rng, parts, pool, groups, shared, confidence, draws
        As in `human_equivalent`.
    hybrid : DataFrame with the index of `curve`
        Column N holds the scores with N human labels and all machine items. Every N must be a column of `curve`.
    machine_items : int, 1 or more
        Number of machine items added.
    halves : DataFrame with the index of `curve`, or None
        As `hybrid`, with a random half of the machine items in each repeat; see `human_equivalent`.
    paid : int, 0 or more
        Human labels that the generator was shown and that are not among the N; they are part of the price, and are
        taken off the worth. (`gained` knows nothing of them: better give every arm the labels that were shown.)

    Returns
    -------
    DataFrame, index `labels_owned`
        `worth` (human labels with the same score, `inf` above the curve, 0 below it), `rate` = (worth - owned - paid)
        / machine_items with `low` and `high`, and `gained` (score added to the curve at N) with `gained_low` and
        `gained_high`. A rate of 0.4 says: ten machine items do what four human labels do. Where `rate` is `inf` only
        `low` is known; where `worth` is 0 the rate is only known to be at most what it says there, and its interval is
        too short. Rate and gain answer different questions: the rate can stay the same while the gain shrinks, because
        the curve flattens.

    Raises
    ------
    TypeError, ValueError
        As `human_equivalent`; also when `hybrid` or `halves` lack columns, or machine_items or paid is out of range.

    Examples
    --------
    >>> scores = {100: [0.60, 0.61] * 3, 1000: [0.70, 0.71] * 3, 10000: [0.80, 0.81] * 3}
    >>> curve = pd.DataFrame(scores).rename_axis("repeat")
    >>> table = exchange_rate(curve, curve[[1000]] + 0.05, 4324, rng=np.random.default_rng(0), shared=0)
    >>> table.loc[1000, ["worth", "rate"]].round(2).to_dict()
    {'worth': 3162.28, 'rate': 0.5}
    """
    curve, hybrid = _check_curve(curve, pool), _numeric_columns(hybrid, "hybrid")
    _check_hybrid(curve, hybrid, "hybrid")
    _check_whole("machine_items", machine_items, 1)
    _check_whole("paid", paid, 0)
    if halves is not None:
        halves = _numeric_columns(halves, "halves")
        _check_hybrid(
            hybrid, halves[[size for size in halves.columns if size in hybrid.columns]], "halves", all_of=True
        )
    means = _Bootstrap(curve, rng, draws, confidence, groups, shared)
    # The same draws trained both arms, so the luck of the pool is the same luck.
    luck = means.luck()
    curve_draws = means.curve(luck, pool)
    never_falling = _isotonic(curve_draws)
    rows = {}
    for size in hybrid.columns:
        half = None if halves is None else halves[size]
        scores = means.score(hybrid[size], half, parts, f"hybrid[{size:g}]")
        scores = scores + luck * means.pool_sd(hybrid[size], size / pool if pool else 0.0)
        worth = _read_off(never_falling, curve.columns, scores)
        rate = means.interval((worth - size - paid) / machine_items)
        gained = means.interval(scores - curve_draws[:, list(curve.columns).index(size)])
        rows[size] = (worth[0], *rate, *gained)
    columns = ["worth", "rate", "low", "high", "gained", "gained_low", "gained_high"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("labels_owned")


class _Bootstrap:
    """Means of any arm under one shared resampling of repeats and items; row 0 is the sample as it is."""

    def __init__(self, curve, rng, draws, confidence, groups, shared):
        _check_settings(rng, draws, confidence)
        self._curve, self._rng, self._confidence = curve, rng, confidence
        self.index, self.rows = curve.index, int(draws) + 1
        repeats, items = _matrix(curve.iloc[:, 0]).shape
        overlap = _check_shared(shared, self.index.nlevels)
        self._repeat_weights = self._weights(repeats, np.arange(repeats), math.sqrt(1 + repeats * overlap))
        self._item_weights = (
            self._weights(items, _check_groups(groups, items), 1.0) if items > 1 else np.ones((self.rows, 1))
        )

    def _weights(self, size: int, codes: np.ndarray, wider: float) -> np.ndarray:
        """(rows, size) weights that sum to 1: groups are drawn, and each brings its members."""
        count = codes.max() + 1
        drawn = self._rng.multinomial(count, np.full(count, 1 / count), self.rows - 1)[:, codes].astype(float)
        drawn /= drawn.sum(axis=1, keepdims=True)
        # A bootstrap of few is too narrow: by (count - 1) / count in variance, and by normal in place of t.
        wider *= math.sqrt(count / (count - 1)) * self._t_over_normal(count - 1)
        return np.vstack([np.full(size, 1 / size), 1 / size + wider * (drawn - 1 / size)])

    def _t_over_normal(self, degrees: int) -> float:
        upper = (1 + self._confidence) / 2
        return stats.t.ppf(upper, degrees) / stats.norm.ppf(upper)

    def means_of(self, scores: pd.Series) -> np.ndarray:
        """(rows,) means of one arm."""
        return np.einsum("dj,dj->d", self._repeat_weights, self._item_weights @ _matrix(scores).T)

    def luck(self) -> np.ndarray:
        """(rows,) normal random numbers: how lucky a pool was."""
        return np.r_[0, self._rng.standard_normal(self.rows - 1)]

    def pool_sd(self, scores: float | pd.Series, pool_share: float) -> float:
        """How much the mean would vary over pools; the same term as `pool_share` in `compare` of trials.py."""
        _check_share("pool_share", pool_share)
        if not pool_share:
            return 0.0
        if not isinstance(scores, pd.Series):
            raise TypeError(f"pool_share needs a Series of scores; score is {scores!r}.")
        table = _matrix(scores)
        by_repeat = table.mean(axis=1)
        residual = table - by_repeat[:, None] - table.mean(axis=0) + table.mean()
        from_items = (residual**2).sum() / max((table.shape[0] - 1) * (table.shape[1] - 1), 1) / table.shape[1]
        variance = max(by_repeat.var(ddof=1) - from_items, 0) * pool_share / (1 - pool_share)
        return math.sqrt(variance) * self._t_over_normal(len(table) - 1)

    def curve(self, luck: np.ndarray, pool: int | None) -> np.ndarray:
        """(rows, sizes) means of the curve; the luck of the pool moves all sizes together."""
        columns = []
        for size, scores in self._curve.items():
            columns.append(self.means_of(scores) + luck * self.pool_sd(scores, size / pool if pool else 0.0))
        return np.column_stack(columns)

    def score(self, score: float | pd.Series, halves: pd.Series | None, parts: int | None, name: str) -> np.ndarray:
        """(rows,) means of what is compared with the curve, with the luck of the fixed set where halves are given."""
        if _is_number(score) and halves is None:
            return np.full(self.rows, float(score))
        _check_series(score, self.index, name)
        if halves is None:
            return self.means_of(score)
        _check_series(halves, self.index, "halves")
        _check_whole("parts", parts, 4)
        # The difference within a repeat, because half and whole share that repeat's human labels.
        by_repeat = _matrix(halves - score).mean(axis=1)
        # The first factor: the mean was taken from the same halves. The second is 1 where the parts are even.
        wider = math.sqrt(len(by_repeat) / (len(by_repeat) - 1)) * math.sqrt((parts // 2) / (parts - parts // 2))
        deviation = (by_repeat - by_repeat.mean()) * wider * self._t_over_normal(parts - 1)
        return self.means_of(score) + np.r_[0, self._rng.choice(deviation, self.rows - 1)]

    def interval(self, values: np.ndarray) -> Equivalent:
        tail = (1 - self._confidence) / 2
        # No interpolation: between a number and infinity there is nothing to interpolate.
        low, high = np.quantile(values[1:], [tail, 1 - tail], method="closest_observation")
        return Equivalent(float(values[0]), float(low), float(high))


def _isotonic(curve_draws: np.ndarray) -> np.ndarray:
    fitted = np.array([isotonic_regression(scores).x for scores in curve_draws])
    if fitted[0, -1] <= fitted[0, 0]:
        raise ValueError(
            "The scores of curve do not rise with the number of labels, so nothing can be read off. Buy more labels, "
            "or look at what the classifier learns."
        )
    return fitted


def _read_off(curve_draws: np.ndarray, sizes: pd.Index, score_draws: np.ndarray) -> np.ndarray:
    """(rows,) the smallest n at which each never falling curve reaches its score; 0 below it, infinity above."""
    log_sizes = np.log(np.asarray(sizes, dtype=float))
    # First place that is as high as the score, but for the rounding of sums.
    reached = (curve_draws < score_draws[:, None] - 1e-12).sum(axis=1)
    after, before = np.clip(reached, 1, len(sizes) - 1), np.clip(reached, 1, len(sizes) - 1) - 1
    low, high = (np.take_along_axis(curve_draws, place[:, None], axis=1)[:, 0] for place in (before, after))
    share = np.divide(score_draws - low, high - low, out=np.zeros(len(low)), where=high > low)
    labels = np.exp(log_sizes[before] + np.clip(share, 0, 1) * (log_sizes[after] - log_sizes[before]))
    below = (reached == 0) & (score_draws < curve_draws[:, 0] - 1e-12)
    return np.where(reached == len(sizes), np.inf, np.where(below, 0.0, labels))


def _matrix(scores: pd.Series) -> np.ndarray:
    """(repeats, items); one number a repeat counts as one item."""
    if scores.index.nlevels == 1:
        return scores.to_numpy(float)[:, None]
    # The rows are complete and in order (checked), so no reshaping by label is needed.
    return scores.to_numpy(float).reshape(scores.index.get_level_values("repeat").nunique(), -1)


def _numeric_columns(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"{name} must be the DataFrame that run_trials returns; got {type(frame).__name__}.")
    try:
        sizes = [float(column) for column in frame.columns]
    except (TypeError, ValueError):
        sizes = [math.nan]
    if not all(map(math.isfinite, sizes)) or len(set(sizes)) < len(sizes) or not sizes:
        raise ValueError(
            f"The columns of {name} must be different numbers of human labels, such as 100; got {list(frame.columns)}."
        )
    return frame.set_axis(sizes, axis=1)[sorted(sizes)]


def _check_curve(curve: pd.DataFrame, pool: int | None) -> pd.DataFrame:
    curve = _numeric_columns(curve, "curve")
    if curve.shape[1] < 3 or curve.columns[0] <= 0:
        raise ValueError(f"curve needs 3 different numbers of labels or more, above 0; got {list(curve.columns)}.")
    index = curve.index
    if list(index.names) not in (["repeat"], ["repeat", "item"]) or not index.is_unique:
        raise ValueError(
            f"curve must have the index repeat, or repeat and item, each row once, as run_trials gives it; its index "
            f"is {list(index.names)}. From a file: pandas.read_csv(file, index_col=['repeat', 'item'])."
        )
    repeats = index.get_level_values("repeat").unique()
    if index.nlevels == 2:
        items = index.get_level_values("item").unique()
        if not index.equals(pd.MultiIndex.from_product([repeats, items], names=index.names)):
            raise ValueError("Every repeat of curve must score the same gold items in the same order; some differ.")
    if len(repeats) < 5:
        raise ValueError(f"curve needs 5 repeats or more, for an interval; got {len(repeats)}. 20 are better.")
    if not np.isfinite(_as_floats(curve, "curve")).all():
        raise ValueError("Every score of curve must be a finite number; some are missing or infinite.")
    if pool is not None:
        _check_whole("pool", pool, int(curve.columns[-1]) + 1)
    return curve


def _as_floats(table: pd.DataFrame | pd.Series, name: str) -> np.ndarray:
    kinds = [table.dtype] if isinstance(table, pd.Series) else table.dtypes
    if not all(map(pd.api.types.is_numeric_dtype, kinds)):
        raise TypeError(f"The scores of {name} must be numbers; some are text. Convert them first.")
    return table.to_numpy(float)


def _check_hybrid(curve: pd.DataFrame, hybrid: pd.DataFrame, name: str, all_of: bool = False) -> None:
    unknown = [size for size in hybrid.columns if size not in curve.columns]
    missing = [size for size in curve.columns if size not in hybrid.columns] if all_of else []
    if unknown or missing:
        raise ValueError(
            f"The columns of {name} must be among {list(curve.columns)}"
            + (f", all of them; {missing} are missing." if missing else f"; {unknown} are not.")
        )


def _check_series(scores, index: pd.Index, name: str) -> None:
    if not isinstance(scores, pd.Series):
        raise TypeError(
            f"{name} must be a Series with the index of curve, or a finite number (without halves); got "
            f"{type(scores).__name__} {repr(scores)[:40]}."
        )
    if not scores.index.equals(index):
        raise ValueError(f"{name} must have the index of curve: the same repeats and gold items, in the same order.")
    if not np.isfinite(_as_floats(scores, name)).all():
        raise ValueError(f"Every score of {name} must be a finite number; some are missing or infinite.")


def _check_settings(rng, draws, confidence) -> None:
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator, such as default_rng(0); got {rng!r}.")
    _check_whole("draws", draws, 100)
    if not _is_number(confidence) or not 0 < confidence < 1:
        raise ValueError(f"confidence must be a number above 0 and below 1, such as 0.95; got {confidence!r}.")


def _check_shared(shared: float | None, levels: int) -> float:
    """How much of the variance of a repeat is common to all of them, against what is its own."""
    if levels == 2 and shared is not None:
        raise ValueError(
            f"shared is for one number a repeat; curve has per-item scores. Leave it out (got {shared!r})."
        )
    if levels == 1 and shared is None:
        raise ValueError(
            "shared must be given where a repeat has one number: 0 when each repeat makes fresh data, "
            "n_test/(n_test + n_train) for random splits of one table. Or return one score for each gold item."
        )
    _check_share("shared", shared or 0.0)
    return (shared or 0.0) / (1 - (shared or 0.0))


def _check_groups(groups: Sequence | None, items: int) -> np.ndarray:
    if groups is None:
        return np.arange(items)
    codes, names = pd.factorize(np.asarray(groups, dtype=object) if np.ndim(groups) == 1 else np.array([]))
    if len(codes) != items or len(names) < 5 or (codes < 0).any():
        raise ValueError(
            f"groups must have one entry for each of the {items} items, none missing, with 5 groups or more; got "
            f"{len(codes)} entries, {len(names)} groups."
        )
    return codes


def _is_number(value) -> bool:
    return isinstance(value, (numbers.Real, np.floating)) and not isinstance(value, bool) and math.isfinite(value)


def _check_share(name: str, value) -> None:
    if not _is_number(value) or not 0 <= value < 1:
        raise ValueError(f"{name} must be a number, 0 or more and below 1; got {value!r}.")


def _check_whole(name: str, value, least: int) -> None:
    if not _is_number(value) or value != int(value) or value < least:
        raise ValueError(f"{name} must be a whole number, {least} or more; got {value!r}.")


def _say(labels: float) -> str:
    if labels == np.inf:
        return "above the curve"
    return f"{labels:,.0f}" if labels else "below the curve"
