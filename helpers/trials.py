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
Needs: numpy, pandas, scipy, joblib, threadpoolctl, tqdm. Licence: MIT.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence

import joblib
import numpy as np
import pandas as pd
from scipy import stats
from threadpoolctl import threadpool_limits
from tqdm.auto import tqdm

__all__ = ["balanced_item_scores", "compare", "run_trials"]

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
        accuracy see `balanced_item_scores`). The same arms, and items in the same order, in every repeat.
    repeats : int, 2 or more for a verdict
        20 is enough for most verdicts.
    seed : int
        One generator a repeat is spawned from it, so the result is the same for any `n_jobs`.
    n_jobs : int or None
        Workers, as in joblib; None leaves it to `joblib.parallel_config`, so that `backend="dask"` moves the repeats
        to a cluster. Each worker computes with one maths thread.
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
        When `trial` is not callable or returns no mapping.
    ValueError
        When repeats is below 1, a score is missing or not finite, or arms or vector lengths differ.
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
        From `run_trials`: one column an arm, index `repeat` or `repeat, item`. Two repeats or more.
    baseline : name of a column
    margin : float, 0 or more, in units of the score
        The smallest difference that matters to you. Decide before you look.
    confidence : float in (0, 1)
        Of the whole call: against k arms each interval has the level 1 - (1 - confidence)/k.
    shared : float in [0, 1), for numbers only
        How much the repeats share: 0 when each repeat makes fresh data, n_test/(n_test + n_train) for random splits
        of one table. With one score an item it is not needed and must be left out.
    pool_share : float in [0, 1), for per-item scores
        The share of the available training pool that one repeat draws. Above 0.1 the repeats overlap so much that
        they look more alike than new data would, and the interval is widened. One call per budget, each with its own.
    groups : sequence, one entry an item, for per-item scores
        The document (or person) that each gold item comes from; items of one document are not independent.

    Returns
    -------
    DataFrame, index arm, the baseline first
        `mean` score, `difference` to the baseline, `low` and `high` (interval of the difference) and `verdict`:
        `better` (low > margin), `worse` (high < -margin), `equivalent` (margin > 0 and the interval within -margin to
        margin), else `no clear difference`. The last means that these data can't tell; it is no evidence that there
        is none. Ask for more repeats or gold items, or for `equivalent` with a margin.

    Raises
    ------
    TypeError
        When `result` is no DataFrame.
    ValueError
        For one repeat, an unknown baseline, no other arm, scores that are missing, or a parameter out of its range.

    Examples
    --------
    Numbers, fresh data in every repeat:

    >>> result = pd.DataFrame({"old": [0.70, 0.72, 0.71, 0.69], "new": [0.80, 0.83, 0.80, 0.79]})
    >>> compare(result, "old", shared=0).round(3)
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
    _check_settings(margin, confidence)
    others = [arm for arm in result.columns if arm != baseline]
    level = 1 - (1 - confidence) / len(others)
    per_item = result.index.nlevels == 2
    if per_item:
        scores = {arm: result[arm].unstack("item").to_numpy(float) for arm in result.columns}
        groups = _check_item_settings(next(iter(scores.values())), shared, pool_share, groups)
    else:
        scores = {arm: result[arm].to_numpy(float) for arm in result.columns}
        _check_number_settings(shared, pool_share, groups)
    rows = {baseline: (scores[baseline].mean(), 0.0, 0.0, 0.0, "baseline")}
    for arm in others:
        difference = scores[arm] - scores[baseline]
        error = _two_way_error(difference, pool_share, groups) if per_item else _number_error(difference, shared)
        half = stats.t.ppf((1 + level) / 2, len(difference) - 1) * error
        low, high = difference.mean() - half, difference.mean() + half
        rows[arm] = (scores[arm].mean(), difference.mean(), low, high, _verdict(low, high, margin))
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["mean", "difference", "low", "high", "verdict"])
    return table.rename_axis("arm")


def balanced_item_scores(truth: Sequence, predicted: Sequence) -> np.ndarray:
    """Per-item scores whose mean is the balanced accuracy.

    A right item counts n / (classes x items of its class), a wrong one 0, so that every class weighs the same.

    Parameters
    ----------
    truth, predicted : sequences of n labels

    Returns
    -------
    ndarray (n,)
        Its mean is the balanced accuracy, the mean over classes of the share that is right: 1/classes is guessing.

    Raises
    ------
    ValueError
        When the lengths differ or there are no items.

    Examples
    --------
    >>> balanced_item_scores(["yes", "no", "no", "no"], ["yes", "no", "no", "yes"]).mean().round(3).item()
    0.833
    """
    truth, predicted = np.asarray(truth), np.asarray(predicted)
    if truth.shape != predicted.shape or truth.ndim != 1 or not len(truth):
        raise ValueError(
            f"truth and predicted must be lists of the same length, 1 or more; got shapes {truth.shape} and "
            f"{predicted.shape}. Predict a label for every gold item."
        )
    _, code, count = np.unique(truth, return_inverse=True, return_counts=True)
    return (truth == predicted) * len(truth) / (len(count) * count[code])


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
            f"trial must return a mapping from arm to score, with one arm or more; {where} gave {scores!r}."
        )
    arrays = {arm: np.asarray(score, dtype=float) for arm, score in scores.items()}
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


def _two_way_error(difference: np.ndarray, pool_share: float, groups: np.ndarray | None) -> float:
    """Standard error of the mean of a (repeats, items) table in which both are drawn by chance."""
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
    if pool_share > 0.1:
        variance += max(repeat_variance - residual_variance / items, 0) * pool_share / (1 - pool_share)
    return float(np.sqrt(variance))


def _sum_by_group(difference: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """One column a group, scaled so that the mean stays what it was (the usual linearised ratio)."""
    mean = difference.mean()
    names, code = np.unique(groups, return_inverse=True)
    one_hot = np.eye(len(names))[code]
    return mean + (difference - mean) @ one_hot * len(names) / difference.shape[1]


def _number_error(difference: np.ndarray, shared: float) -> float:
    return float(difference.std(ddof=1) * np.sqrt(1 / len(difference) + shared / (1 - shared)))


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
    if baseline not in result.columns:
        raise ValueError(f"baseline must be one of the arms {list(result.columns)}; got {baseline!r}.")
    if not result.columns.is_unique or result.shape[1] < 2:
        raise ValueError(f"result needs two different arms or more; got {list(result.columns)}.")
    repeats = result.index.get_level_values(0).nunique()
    if repeats < 2:
        raise ValueError(
            f"result needs two repeats or more, for an interval; got {repeats}. Call run_trials with repeats=20."
        )
    bad = result.columns[~np.isfinite(result.to_numpy(float)).all(axis=0)]
    if len(bad):
        raise ValueError(f"Every score must be a finite number; arms with missing or infinite scores: {list(bad)}.")
    if result.index.nlevels > 2 or not result.index.is_unique:
        raise ValueError("result must have the index repeat, or repeat and item, each row once; see run_trials.")
    if result.index.nlevels == 2 and len(result) != repeats * result.index.get_level_values(1).nunique():
        raise ValueError("Every repeat must score the same gold items; some repeats lack items that others have.")


def _check_settings(margin: float, confidence: float) -> None:
    if not margin >= 0:
        raise ValueError(f"margin must be 0 or more, in units of the score; got {margin!r}.")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be between 0 and 1, such as 0.95; got {confidence!r}.")


def _check_number_settings(shared: float | None, pool_share: float, groups: Sequence | None) -> None:
    if shared is None:
        raise ValueError(
            "shared must be given where a repeat has one number an arm: 0 when each repeat makes fresh data, "
            "n_test/(n_test + n_train) for random splits of one table. Or return one score for each gold item."
        )
    if not 0 <= shared < 1:
        raise ValueError(f"shared must be at least 0 and below 1; got {shared!r}.")
    if pool_share or groups is not None:
        raise ValueError("pool_share and groups need one score for each gold item; result has one number a repeat.")


def _check_item_settings(
    scores: np.ndarray, shared: float | None, pool_share: float, groups: Sequence | None
) -> np.ndarray | None:
    if shared is not None:
        raise ValueError(
            f"shared is for one number a repeat; result has per-item scores. Leave it out (got {shared!r})."
        )
    if not 0 <= pool_share < 1:
        raise ValueError(
            f"pool_share must be at least 0 and below 1 (the pool is larger than the draw); got {pool_share!r}."
        )
    if scores.shape[1] < 2:
        raise ValueError(f"result needs two gold items or more, for an interval; got {scores.shape[1]}.")
    if groups is None:
        return None
    groups = np.asarray(groups)
    if groups.shape != (scores.shape[1],) or len(np.unique(groups)) < 2:
        raise ValueError(
            f"groups must have one entry for each of the {scores.shape[1]} items, with two groups or more; got "
            f"{len(groups)} entries."
        )
    return groups
