"""Repeat a comparison and say honestly whether one arm beats another.

An *arm* is one way of getting training data or one model; a *repeat* draws the training data anew and scores every
arm once. `run_trials` runs the repeats, `compare` gives each arm's difference to a baseline with an interval and a
verdict in words. Score every arm and repeat on the same held-out human items (the *gold*), and hand over the score
of every item: then the interval counts both sources of chance, the training draw and the choice of gold items. An
interval over repeats alone counts only the first; in this kit's tests such a "95%" interval held the truth in fewer
than 80 of 100 simulated studies.

Stop using it when every arm is one model and the question is only about these test items (a paired test on the
items: `scipy.stats.ttest_rel`, or McNemar's in statsmodels), or when arms have several crossed sources of chance
(a mixed model: statsmodels' `MixedLM`).

Sources: two-way variance components, Searle, Casella & McCulloch, "Variance Components" (1992); random splits of one
table, Nadeau & Bengio, "Inference for the Generalization Error", Machine Learning 52 (2003).
Needs: numpy 1.25, pandas 2, scipy, joblib 1.3, threadpoolctl, tqdm, or newer. Licence: MIT.

Three lines:

    import numpy, trials; gold = numpy.linspace(0, 1, 500)  # 500 made-up test items, from easy to hard
    result = trials.run_trials(lambda r: {"old": gold < r.normal(0.7, 0.02), "new": gold < r.normal(0.8, 0.02)})
    print(trials.compare(result, "old", margin=0.01))

A trial on data of your own (X, y arrays; `fit` returns a fitted model), with the gold fixed before the first repeat:

    order = numpy.random.default_rng(0).permutation(len(y))
    gold, pool = order[:500], order[500:]

    def trial(rng):
        drawn = rng.choice(pool, 100, replace=False)  # one training draw, the same for every arm
        arms = {"old": fit(X[drawn], y[drawn]), "new": other_fit(X[drawn], y[drawn])}
        return {arm: model.predict(X[gold]) == y[gold] for arm, model in arms.items()}

    print(compare(run_trials(trial), "old", margin=0.01, pool_share=100 / len(pool)))
"""

from __future__ import annotations

import math
import numbers
import warnings
from collections.abc import Callable, Hashable, Mapping, Sequence

import joblib
import numpy as np
import pandas as pd
from scipy import stats
from threadpoolctl import threadpool_limits
from tqdm.auto import tqdm

__all__ = ["balanced_item_scores", "block_scores", "compare", "run_trials"]

Trial = Callable[[np.random.Generator], Mapping[Hashable, "float | np.ndarray"]]


def run_trials(
    trial: Trial, repeats: int = 20, *, seed: int = 0, n_jobs: int | None = None, progress: bool = False
) -> pd.DataFrame:
    """Run a trial many times, each with its own random numbers, and collect the scores.

    Parameters
    ----------
    trial : callable
        `trial(rng)` draws training data with `rng` (a `numpy.random.Generator`), fits every arm, and returns a mapping
        from arm to its score: a number, or a vector with the score of each gold item (1 right, 0 wrong; for balanced
        accuracy see `balanced_item_scores`, for AUC and the like `block_scores`). The same arms, and items in the same
        order, in every repeat.
    repeats : int, 2 or more for a verdict
        20 is enough for most verdicts.
    seed : int, 0 or more
        One generator a repeat is spawned from it, so the result is the same for any `n_jobs`.
    n_jobs : int or None
        Workers, as in joblib; None leaves it to `joblib.parallel_config`, so that `backend="dask"` moves the repeats
        to a cluster. Each worker computes with one maths thread. A Dask cluster needs this file first,
        `client.upload_file("trials.py")`, or the call waits for ever; and a model that uses joblib itself, such as a
        forest, is fitted faster there within `joblib.parallel_config(backend="sequential")`.
    progress : bool
        Show a progress bar.

    Returns
    -------
    DataFrame
        One column an arm. One row a repeat (index `repeat`), or, where the scores are vectors, one row for each repeat
        and item (index `repeat, item`): `result.groupby("repeat").mean()` then gives one score a repeat.

    Raises
    ------
    TypeError
        When `trial` is not callable or returns no mapping, or seed is no whole number.
    ValueError
        When repeats is below 1, seed below 0, n_jobs is no number of workers, a score is missing or not finite, or
        arms or vector lengths differ.
    RuntimeError
        When the trial itself fails; names the repeat and the seed, and says how to run that repeat alone.

    Examples
    --------
    >>> result = run_trials(lambda rng: {"old": rng.normal(0.70, 0.01), "new": rng.normal(0.80, 0.01)}, repeats=3)
    >>> result.shape
    (3, 2)
    >>> gold = np.arange(4)
    >>> run_trials(lambda rng: {"always zero": gold == 0}, repeats=2).groupby("repeat").mean()["always zero"].tolist()
    [0.25, 0.25]
    """
    if not callable(trial):
        raise TypeError(f"trial must be a function of one generator; got {type(trial).__name__}.")
    if isinstance(repeats, bool) or not isinstance(repeats, (int, np.integer)) or repeats < 1:
        raise ValueError(f"repeats must be a whole number, 1 or more; got {repeats!r}. 20 is a good start.")
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
        raise TypeError(f"seed must be a whole number, so that a repeat can be run again; got {seed!r}.")
    if seed < 0:
        raise ValueError(f"seed must be 0 or more; got {seed!r}.")
    if n_jobs is not None and (isinstance(n_jobs, bool) or not isinstance(n_jobs, (int, np.integer)) or n_jobs == 0):
        raise ValueError(f"n_jobs must be None, a number of workers, or -1 for all cores; got {n_jobs!r}.")
    generators = np.random.default_rng(seed).spawn(repeats)
    calls = (joblib.delayed(_run_one)(trial, rng, place, repeats, seed) for place, rng in enumerate(generators))
    done = joblib.Parallel(n_jobs=n_jobs, return_as="generator")(calls)
    frames = list(tqdm(done, total=repeats, desc="repeats", disable=not progress, leave=False))
    _check_alike(frames)
    return pd.concat(dict(enumerate(frames)), names=["repeat"]) if frames[0].index.name == "item" else _rows(frames)


def compare(
    result: pd.DataFrame,
    baseline: Hashable,
    *,
    margin: float = 0.0,
    confidence: float = 0.95,
    shared: float | None = None,
    pool_share: float = 0.0,
    groups: Sequence | None = None,
) -> pd.DataFrame:
    """Compare every arm with a baseline: difference, interval, verdict.

    Parameters
    ----------
    result : DataFrame
        From `run_trials`: one column an arm, index `repeat` or `repeat, item`. Two repeats or more; with fewer than 5
        the intervals are too wide to be of use.
    baseline : name of a column
    margin : float, 0 or more, in units of the score
        The smallest difference that matters to you. Decide before you look.
    confidence : float in (0, 1)
        Of the whole call: against k arms each interval has the level 1 - (1 - confidence)/k.
    shared : float in [0, 1), for numbers only
        How much the repeats share: 0 when each repeat makes fresh data, n_test/(n_test + n_train) for random splits
        of one table. With one score an item it is not needed and must be left out.
    pool_share : float in [0, 1), for per-item scores
        The share of the available training pool that one repeat draws, such as 1000 of 7500. Repeats that draw from
        one pool overlap and look more alike than new data would, so the interval is widened. Without it more repeats
        would make the interval too narrow, not better. One call per budget, each with its own. Who always trains on
        all of the pool has one draw and no repeats: draw 80% of it.
    groups : sequence, one entry an item, for per-item scores
        The document (or person) that each gold item comes from, in the order of the items, or a Series indexed by
        item. Items of one document are not independent. 5 documents or more; 20 are better.

    Returns
    -------
    DataFrame, index arm, the baseline first
        `mean` score, `difference` to the baseline, `low` and `high` (interval of the difference) and `verdict`:
        `better` (low > margin), `worse` (high < -margin), `equivalent` (margin > 0 and the interval within -margin to
        margin), else `no clear difference`. The last means that these data can't tell; it is no evidence that there
        is none. Ask for more gold items or a larger pool, or for `equivalent` with a margin.

    Raises
    ------
    TypeError
        When `result` is no DataFrame.
    ValueError
        For one repeat, an unknown baseline, no other arm, an index other than `run_trials` gives, scores that are
        missing, repeats that are all the same, or a parameter out of its range.

    Warns
    -----
    UserWarning
        When the items look as if each repeat had other ones: the interval would be too narrow.

    Examples
    --------
    Numbers, fresh data in every repeat:

    >>> scores = {"old": [0.70, 0.72, 0.71, 0.69], "new": [0.80, 0.83, 0.80, 0.79]}
    >>> result = pd.DataFrame(scores).rename_axis("repeat")
    >>> compare(result, "old", shared=0).round(3)  # doctest: +NORMALIZE_WHITESPACE
          mean  difference    low   high   verdict
    arm
    old  0.705         0.0  0.000  0.000  baseline
    new  0.805         0.1  0.087  0.113    better

    Per-item scores (2 repeats, 4 gold items): the estimate is the same, the interval counts the items too.

    >>> index = pd.MultiIndex.from_product([[0, 1], [0, 1, 2, 3]], names=["repeat", "item"])
    >>> items = pd.DataFrame({"old": [0, 0, 1, 1, 0, 1, 1, 1], "new": [1, 1, 1, 1, 1, 1, 1, 0]}, index=index)
    >>> compare(items, "old").loc["new", "verdict"]
    'no clear difference'
    """
    _check_result(result, baseline)
    _check_number("margin", margin, 0, math.inf)
    _check_number("confidence", confidence, 0, 1, open_low=True)
    per_item = result.index.nlevels == 2
    if per_item:
        items = result.index.get_level_values("item")[: result.index.get_level_values("item").nunique()]
        groups = _check_item_settings(items, shared, pool_share, groups)
        scores = {arm: result[arm].unstack("item")[items].to_numpy(float) for arm in result.columns}
        _check_repeats(scores)
    else:
        _check_number_settings(shared, pool_share, groups)
        scores = {arm: result[arm].to_numpy(float) for arm in result.columns}
    others = [arm for arm in result.columns if arm != baseline]
    level = 1 - (1 - confidence) / len(others)
    rows = {baseline: (scores[baseline].mean(), 0.0, 0.0, 0.0, "baseline")}
    for arm in others:
        difference = scores[arm] - scores[baseline]
        if per_item:
            error, degrees = _two_way_error(difference, pool_share, groups)
        else:
            error, degrees = _number_error(arm, difference, shared), len(difference) - 1
        half = stats.t.ppf((1 + level) / 2, degrees) * error
        low, high = difference.mean() - half, difference.mean() + half
        rows[arm] = (scores[arm].mean(), difference.mean(), low, high, _verdict(low, high, margin))
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["mean", "difference", "low", "high", "verdict"])
    return table.rename_axis("arm")


def balanced_item_scores(truth: Sequence, predicted: Sequence) -> np.ndarray:
    """Per-item scores whose mean is the balanced accuracy.

    A right item counts n / (classes x items of its class), a wrong one 0, so that every class weighs the same.

    Parameters
    ----------
    truth, predicted : sequences of n labels, in the same order

    Returns
    -------
    ndarray (n,)
        Its mean is the balanced accuracy, the mean over classes of the share that is right: 1/classes is guessing.

    Raises
    ------
    ValueError
        When the lengths or the kinds of labels differ, labels are missing, or there are no items.

    Examples
    --------
    >>> balanced_item_scores(["yes", "no", "no", "no"], ["yes", "no", "no", "yes"]).mean().round(3).item()
    0.833
    """
    aligned = not (isinstance(truth, pd.Series) and isinstance(predicted, pd.Series)) or truth.index.equals(
        predicted.index
    )
    truth, predicted = np.asarray(truth), np.asarray(predicted)
    if truth.shape != predicted.shape or truth.ndim != 1 or not len(truth):
        raise ValueError(
            f"truth and predicted must be lists of the same length, 1 or more; got shapes {truth.shape} and "
            f"{predicted.shape}. Predict a label for every gold item."
        )
    if pd.isna(truth).any() or pd.isna(predicted).any() or not aligned:
        raise ValueError("truth and predicted must have no missing labels, and the same order. Drop or sort them.")
    if not np.isin(predicted, truth).any():
        raise ValueError(
            f"predicted must be labels as in truth; truth has {truth.tolist()[0]!r}, predicted "
            f"{predicted.tolist()[0]!r}. Text is no number, and a probability is no label."
        )
    _, code, count = np.unique(truth, return_inverse=True, return_counts=True)
    return (truth == predicted) * len(truth) / (len(count) * count[code])


def block_scores(
    score: Callable[[np.ndarray, np.ndarray], float],
    truth: Sequence,
    predicted: Sequence,
    *,
    blocks: int = 20,
    groups: Sequence | None = None,
) -> np.ndarray:
    """Scores by block of items, for a measure that single items don't have, such as AUC or average precision.

    The items are dealt out to blocks, every class and whole groups, without chance: a block holds the same items in
    every repeat. A block's score says what the measure owes to it (the measure on all items against the measure
    without the block, the jackknife's pseudo-value). `compare` then takes the blocks for items: leave out its
    `groups`, give `pool_share` as ever.

    Parameters
    ----------
    score : callable
        `score(truth, predicted)` is a number, such as `sklearn.metrics.roc_auc_score`. It is called blocks + 1 times.
        It must be smooth: a median or a largest value jumps, and its interval would be wrong.
    truth : sequence of n labels or numbers
    predicted : sequence of n numbers or labels, in the same order, as `score` takes them
    blocks : int from 5 to n, or to the number of groups
        20 do in general; more take longer.
    groups : sequence of n entries, or None
        The document (or person) that each item comes from.

    Returns
    -------
    ndarray (blocks,)
        Its mean is the measure on all items. Simulated, with 5 to 90 events among 400 to 4,000 items, 95% intervals of
        `compare` held the truth in 94 to 99% (AUC, average precision).

    Raises
    ------
    TypeError
        When `score` is not callable.
    ValueError
        When lengths differ, entries are missing, items or groups are fewer than blocks, or the measure is no finite
        number, on all items or without one block.

    Notes
    -----
    Jackknife with blocks: Efron & Tibshirani, "An Introduction to the Bootstrap" (1993).

    Examples
    --------
    >>> from sklearn.metrics import roc_auc_score
    >>> truth = np.arange(20) % 2
    >>> block_scores(roc_auc_score, truth, truth + np.arange(20) % 7, blocks=5).mean().round(3).item()
    0.675
    """
    if not callable(score):
        raise TypeError(
            f"score must be a function of truth and predicted, such as sklearn.metrics.roc_auc_score; got {score!r}."
        )
    truth, predicted = np.asarray(truth), np.asarray(predicted)
    if truth.ndim != 1 or not len(truth) or len(predicted) != len(truth):
        raise ValueError(
            f"truth and predicted must have the same length, 1 or more; got shapes {truth.shape} and "
            f"{predicted.shape}. Predict every gold item."
        )
    if pd.isna(truth).any() or pd.isna(predicted).any():
        raise ValueError("truth and predicted must have no missing entries. Drop those items from all arms.")
    block = _deal(truth, blocks, groups)
    on_all = _finite_score(score, truth, predicted, "on all items")
    without = [
        _finite_score(score, truth[block != b], predicted[block != b], f"without block {b}") for b in range(blocks)
    ]
    # The mean of pseudo-values is a little off the measure itself; comparisons are about the measure.
    return on_all - (blocks - 1) * (np.array(without) - np.mean(without))


def _deal(truth: np.ndarray, blocks: int, groups: Sequence | None) -> np.ndarray:
    """The block of each item: each kind of label, and with groups each size of group, goes round the blocks."""
    if isinstance(blocks, bool) or not isinstance(blocks, (int, np.integer)) or blocks < 5:
        raise ValueError(f"blocks must be a whole number, 5 or more; got {blocks!r}. 20 is a good start.")
    labels = np.unique(truth, return_inverse=True)[1]
    unit = np.arange(len(truth)) if groups is None else pd.factorize(np.asarray(groups, dtype=object))[0]
    if len(unit) != len(truth) or (unit < 0).any():
        raise ValueError(
            f"groups must have one entry for each of the {len(truth)} items, none missing; got {len(unit)} entries, "
            f"{(unit < 0).sum()} missing."
        )
    if unit.max() + 1 < blocks:
        kind = "items" if groups is None else "groups"
        raise ValueError(f"blocks must be no more than there are {kind}, {unit.max() + 1}; got {blocks}. Take fewer.")
    ranked = np.lexsort((np.bincount(unit), np.bincount(unit, weights=labels)))
    place = np.empty(len(ranked), dtype=int)
    place[ranked] = np.arange(len(ranked)) % blocks
    return place[unit]


def _finite_score(score: Callable, truth: np.ndarray, predicted: np.ndarray, where: str) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn warns and gives nan; the error below says more
        value = score(truth, predicted)
    if not isinstance(value, numbers.Real) or not math.isfinite(value):
        raise ValueError(
            f"score must give a finite number; {where} ({len(truth)} left) it gave {value!r}. Each class needs "
            f"items in two blocks or more: get more of the rarest, or take fewer blocks."
        )
    return float(value)


def _run_one(trial: Trial, rng: np.random.Generator, place: int, repeats: int, seed: int) -> pd.DataFrame | pd.Series:
    where = f"repeat {place} (of {repeats}, seed={seed})"
    try:
        # With two threads small sums come out in another order, and far slower.
        with threadpool_limits(1):
            scores = trial(rng)
    except Exception as error:
        raise RuntimeError(
            f"The trial failed in {where}: {type(error).__name__}: {error}. "
            f"Run that repeat alone with trial(numpy.random.default_rng({seed}).spawn({repeats})[{place}])."
        ) from error
    return _as_frame(scores, where)


def _as_frame(scores: Mapping, where: str) -> pd.DataFrame | pd.Series:
    """Scores of one repeat: a Series (numbers) or a DataFrame with index `item` (vectors)."""
    if not isinstance(scores, Mapping) or not scores:
        raise TypeError(
            f"trial must return a mapping from arm to score, with one arm or more; {where} gave {scores!r:.200}. "
            "A column of a table, or a table with one column an arm: dict(it)."
        )
    arrays = {arm: _as_numbers(arm, score, where) for arm, score in scores.items()}
    shapes = {arm: array.shape for arm, array in arrays.items()}
    if len(set(shapes.values())) > 1 or next(iter(arrays.values())).ndim > 1:
        raise ValueError(
            f"All arms must be numbers, or vectors over the same gold items; in {where} the shapes are {shapes}. "
            f"Score every arm on the same gold set."
        )
    for arm, array in arrays.items():
        if not array.size or not np.isfinite(array).all():
            raise ValueError(
                f"Every score must be a finite number; arm {arm!r} in {where} has {np.sum(~np.isfinite(array))} that "
                f"are not, of {array.size}. Look at what that arm predicted."
            )
    if next(iter(arrays.values())).ndim == 0:
        return pd.Series(arrays, dtype=float)
    return pd.DataFrame(arrays).rename_axis("item")


def _as_numbers(arm: Hashable, score, where: str) -> np.ndarray:
    if arm is None or (isinstance(arm, float) and math.isnan(arm)):
        raise ValueError(f"Every arm needs a name; in {where} one is called {arm!r}.")
    try:
        if isinstance(score, (str, bytes, set, Mapping)) or np.iscomplexobj(score):
            raise TypeError
        return np.asarray(score, dtype=float)
    except (TypeError, ValueError):
        raise TypeError(
            f"A score must be a number or a vector of numbers; arm {arm!r} in {where} has {repr(score)[:80]}."
        ) from None


def _rows(series: list[pd.Series]) -> pd.DataFrame:
    return pd.DataFrame([dict(row) for row in series]).rename_axis("repeat")


def _check_alike(frames: list[pd.DataFrame] | list[pd.Series]) -> None:
    """Every repeat must have the arms and the gold items of the first."""
    arms = [list(frame.columns if frame.ndim == 2 else frame.index) for frame in frames]
    for place, (frame, names) in enumerate(zip(frames, arms, strict=True)):
        if set(names) != set(arms[0]):
            raise ValueError(
                f"Every repeat must return the same arms; repeat 0 has {arms[0]}, repeat {place} has {names}. "
                f"Return a score for every arm each time."
            )
        if frame.ndim != frames[0].ndim or (frame.ndim == 2 and len(frame) != len(frames[0])):
            raise ValueError(
                f"Every repeat must score the same gold items; repeat 0 has {frames[0].shape[0]} of them, repeat "
                f"{place} has {frame.shape[0]}. Fix the gold set before the first repeat."
            )


def _check_repeats(scores: Mapping[Hashable, np.ndarray]) -> None:
    """Repeats must differ, and an item must be the same one in all of them."""
    if all((table == table[0]).all() for table in scores.values()):
        raise ValueError(
            "Every repeat must draw its own training data; all gave the same scores. Does the trial use its rng?"
        )
    repeats, items = next(iter(scores.values())).shape
    if repeats < 3 or items < 20:
        return
    # Fixed items are easy or hard in every repeat, so their means vary far more than the rest does. When each repeat
    # splits anew, place 7 is another item each time, and the two are alike.
    for table in scores.values():
        centred = table - table.mean(axis=1, keepdims=True)
        of_items = repeats * centred.mean(axis=0).var(ddof=1)
        rest = ((centred - centred.mean(axis=0)) ** 2).sum() / ((repeats - 1) * (items - 1))
        if of_items > 1.5 * rest:
            return
    warnings.warn(
        "No item is easier or harder than another over the repeats, as if each repeat had other gold items. Fix the "
        "gold before the first repeat, outside of the trial; otherwise the interval is too narrow.",
        stacklevel=3,
    )


def _two_way_error(difference: np.ndarray, pool_share: float, groups: np.ndarray | None) -> tuple[float, int]:
    """Standard error and degrees of freedom of the mean of a (repeats, items) table, both drawn by chance."""
    if groups is not None:
        difference = _sum_by_group(difference, groups)
    repeats, items = difference.shape
    by_repeat, by_item, mean = difference.mean(axis=1), difference.mean(axis=0), difference.mean()
    residual = difference - by_repeat[:, None] - by_item[None, :] + mean
    repeat_variance, item_variance = by_repeat.var(ddof=1), by_item.var(ddof=1)
    residual_variance = (residual**2).sum() / ((repeats - 1) * (items - 1))
    from_repeats, from_items = repeat_variance / repeats, item_variance / items
    # Both row and column means hold the residual, so it is taken off once; never below what either shows alone.
    variance = max(from_repeats + from_items - residual_variance / (repeats * items), from_repeats, from_items)
    variance += max(repeat_variance - residual_variance / items, 0) * pool_share / (1 - pool_share)
    # The scarcer of the two decides how well the variance is known.
    return float(np.sqrt(variance)), min(repeats, items) - 1


def _sum_by_group(difference: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """One column a group, scaled so that the mean stays what it was (the usual linearised ratio)."""
    mean = difference.mean()
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.r_[True, groups[order][1:] != groups[order][:-1]])
    sums = np.add.reduceat((difference - mean)[:, order], starts, axis=1)
    return mean + sums * len(starts) / difference.shape[1]


def _number_error(arm: Hashable, difference: np.ndarray, shared: float) -> float:
    spread = difference.std(ddof=1)
    if spread == 0 and difference[0] != 0:
        raise ValueError(
            f"Arm {arm!r} differs by exactly {float(difference[0])!r} in every repeat. Does the trial use its rng?"
        )
    return float(spread * np.sqrt(1 / len(difference) + shared / (1 - shared)))


def _verdict(low: float, high: float, margin: float) -> str:
    if low > margin:
        return "better"
    if high < -margin:
        return "worse"
    if margin > 0 and -margin <= low and high <= margin:
        return "equivalent"
    return "no clear difference"


def _check_result(result: pd.DataFrame, baseline: Hashable) -> None:
    if not isinstance(result, pd.DataFrame):
        raise TypeError(f"result must be the DataFrame that run_trials returns; got {type(result).__name__}.")
    names = list(result.index.names)
    if names not in (["repeat"], ["repeat", "item"]) or not result.index.is_unique:
        raise ValueError(
            f"result must have the index repeat, or repeat and item, each row once, as run_trials gives it; its index "
            f"is {names}. From a file: pandas.read_csv(file, index_col=['repeat', 'item'])."
        )
    if not result.columns.is_unique or result.shape[1] < 2 or result.columns.nlevels > 1:
        raise ValueError(f"result needs two different arms or more, each a column; got {list(result.columns)}.")
    if baseline not in result.columns:
        raise ValueError(f"baseline must be one of the arms {list(result.columns)}; got {baseline!r}.")
    repeats = result.index.get_level_values("repeat").nunique()
    if repeats < 2:
        raise ValueError(
            f"result needs two repeats or more, for an interval; got {repeats}. Call run_trials with repeats=20."
        )
    text = [arm for arm in result.columns if not pd.api.types.is_numeric_dtype(result[arm])]
    bad = text or list(result.columns[~np.isfinite(result.to_numpy(float)).all(axis=0)])
    if bad:
        raise ValueError(f"Every score must be a finite number; arms with others (missing, infinite or text): {bad}.")
    if len(names) == 2 and len(result) != repeats * result.index.get_level_values("item").nunique():
        raise ValueError("Every repeat must score the same gold items; some repeats lack items that others have.")


def _check_number(name: str, value, low: float, high: float, open_low: bool = False) -> None:
    """A number from low (not low itself, when open) up to but not including high."""
    number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not number or not (low < value if open_low else low <= value) or not value < high:
        start = f"above {low}" if open_low else f"{low} or more"
        end = "" if high == math.inf else f" and below {high}"
        raise ValueError(f"{name} must be a number, {start}{end}; got {value!r}.")


def _check_number_settings(shared: float | None, pool_share: float, groups: Sequence | None) -> None:
    if shared is None:
        raise ValueError(
            "shared must be given where a repeat has one number an arm: 0 when each repeat makes fresh data, "
            "n_test/(n_test + n_train) for random splits of one table. Or return one score for each gold item."
        )
    _check_number("shared", shared, 0, 1)
    if pool_share or groups is not None:
        raise ValueError("pool_share and groups need one score for each gold item; result has one number a repeat.")


def _check_item_settings(
    items: pd.Index, shared: float | None, pool_share: float, groups: Sequence | None
) -> np.ndarray | None:
    """The group of each item as a code, in the order of the items."""
    if shared is not None:
        raise ValueError(
            f"shared is for one number a repeat; result has per-item scores. Leave it out (got {shared!r})."
        )
    if pool_share == 1:
        raise ValueError(
            "pool_share must be below 1; got 1: every repeat trains on the whole pool, so no repeat is a new draw. "
            "Draw 80% of it in each repeat."
        )
    _check_number("pool_share", pool_share, 0, 1)
    if len(items) < 2:
        raise ValueError(f"result needs two gold items or more, for an interval; got {len(items)}.")
    if groups is None:
        return None
    if isinstance(groups, pd.Series) and set(items) <= set(groups.index):
        groups = groups.loc[items]
    codes, names = pd.factorize(np.asarray(groups, dtype=object).ravel() if np.ndim(groups) == 1 else np.array([]))
    if len(codes) != len(items) or len(names) < 5 or (codes < 0).any():
        raise ValueError(
            f"groups must have one entry for each of the {len(items)} items, none missing, with 5 groups or more; got "
            f"{len(codes)} entries, {len(names)} groups, {(codes < 0).sum()} missing."
        )
    return codes
