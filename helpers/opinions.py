"""Measure what people's ratings say together, and how far a machine's ratings can stand in for them.

Ratings travel as a long table with one row a rating: `item` (what was rated), `rater` (who rated) and `rating` (a
number). For a machine `rater` is one judge: `.assign(rater="judge")`, or, where it was asked several times, the number
of the sample. A wide table becomes long by `table.melt(...).dropna()`. These functions keep apart what a mean hides:
the spread of people, the error of a small panel, and a machine's noise, which more asking removes, from its bias.

May a machine take people's place? In this order: `agreement` and `replacement_test` of `agreement.py`, the other file;
`equivalent_raters`; and where the machine may only help, `prediction_powered_mean`.

Stop using it when raters must be modelled one by one (go to crowd-kit), when the scale is ordinal and raters are few
(go to brms for R, its cumulative models), or for prediction-powered estimates of anything but a mean (pip install
ppi-python, import ppi_py).

Sources: analysis of variance, Searle, Casella & McCulloch, "Variance Components" (1992); Angelopoulos et al.,
"Prediction-powered inference", Science 382 (2023), and "PPI++" (2023) for its weight.
Needs: numpy, pandas 2, scipy, or newer. Licence: MIT.

Three lines:

    import pandas, opinions
    people = pandas.DataFrame({"item": list("aaabbb"), "rater": [1, 2, 3] * 2, "rating": [3, 1, 2, -2, 2, 0]})
    print(opinions.spread(people), opinions.panel_error(people, 2))
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

__all__ = [
    "EquivalentRaters",
    "PoweredMean",
    "correct_ratings",
    "distribution_distance",
    "equivalent_raters",
    "panel_error",
    "prediction_powered_mean",
    "soft_labels",
    "spread",
]

_COLUMNS = ["item", "rater", "rating"]
_MOST_LEVELS = 101  # as many as a slider from 0 to 100 has
_LARGEST = 1e100  # its square is still a number


class EquivalentRaters(NamedTuple):
    """How many people one machine panel is worth (`raters`, with `low` and `high`), and at most (`ceiling`...).

    `bias` is the squared error that more asking does not remove, `noise` the variance of one machine rating,
    `disagreement` that of people's ratings of an item, `items` how many items were compared: those that both rated.
    """

    raters: float
    low: float
    high: float
    ceiling: float
    ceiling_low: float
    ceiling_high: float
    bias: float
    noise: float
    disagreement: float
    items: int


class PoweredMean(NamedTuple):
    """A mean of human ratings made sharper by machine ratings; `weight` says how far these are trusted (0 to 1).

    `variance_ratio` is its variance against that of the human ratings alone (0.5: as good as twice as many people).
    """

    mean: float
    low: float
    high: float
    weight: float
    variance_ratio: float


def spread(ratings: pd.DataFrame) -> pd.DataFrame:
    """Describe how far the ratings of each item lie apart.

    Parameters
    ----------
    ratings : DataFrame with columns item, rater, rating
        Items may have different numbers of raters.

    Returns
    -------
    DataFrame, index item, in order of first appearance
        `raters`, `mean`, `variance` (ddof 1; NaN with one rater), `entropy` (bits; 0 when all agree) and
        `opposite_signs` (True when some ratings are above 0 and some below).

    Raises
    ------
    TypeError, ValueError
        When a column is missing, the table is empty, a rating is no finite number, or a rater rated an item twice.

    Examples
    --------
    >>> people = pd.DataFrame({"item": ["a", "a"], "rater": [1, 2], "rating": [3, -1]})
    >>> spread(people).to_dict("records")
    [{'raters': 2, 'mean': 1.0, 'variance': 8.0, 'entropy': 1.0, 'opposite_signs': True}]
    """
    item, items, x = _check(ratings, "ratings")
    n, mean, variance = _moments(item, x)
    level, levels = pd.factorize(x)
    cells = pd.Series(item * len(levels) + level).value_counts(
        sort=False
    )  # the raters that chose one rating of an item
    of_item = cells.index.to_numpy() // len(levels)
    share = cells.to_numpy() / n[of_item]
    entropy = np.bincount(of_item, -share * np.log2(share), len(n))
    both = (np.bincount(item, x > 0) > 0) & (np.bincount(item, x < 0) > 0)
    columns = {"raters": n, "mean": mean, "variance": variance, "entropy": entropy, "opposite_signs": both}
    return pd.DataFrame(columns, index=pd.Index(items, name="item"))


def panel_error(ratings: pd.DataFrame, size: int | Sequence[int]) -> pd.DataFrame:
    """Say how far the mean of a few raters lies from what everybody thinks, in closed form.

    Parameters
    ----------
    ratings : DataFrame with columns item, rater, rating
        Raters of an item must be a random draw of the people that matter.
    size : int, 1 or more, or several
        Raters in the panel.

    Returns
    -------
    DataFrame, index size
        `rmse`: root of the mean squared error against the mean of endlessly many people, in units of the rating.
        `rmse_to_others`: against the mean of the *other* raters at hand, as one would measure it; larger, because they
        are few. `items`: those with more raters than the panel, which count.

    Raises
    ------
    TypeError, ValueError
        As `spread`; or when a size is below 1, or no item has more raters than it.

    Examples
    --------
    >>> people = pd.DataFrame({"item": ["a"] * 4, "rater": [1, 2, 3, 4], "rating": [1, 2, 3, 4]})
    >>> panel_error(people, [1, 3]).round(3).to_dict("index")
    {1: {'rmse': 1.291, 'rmse_to_others': 1.491, 'items': 1}, 3: {'rmse': 0.745, 'rmse_to_others': 1.491, 'items': 1}}
    """
    item, _, x = _check(ratings, "ratings")
    n, _, variance = _moments(item, x)
    sizes = [size] if isinstance(size, numbers.Number) else _as_series("size", size, "whole numbers").tolist()
    rows = []
    for m in sizes:
        _check_count("size", m)
        more = n > m
        if not more.any():
            raise ValueError(f"size must be below the raters of some item; got {m}, and none has more than {n.max()}.")
        s = variance[more]
        rows.append((np.sqrt(np.mean(s / m)), np.sqrt(np.mean(s / m + s / (n[more] - m))), int(more.sum())))
    return pd.DataFrame(rows, index=pd.Index(sizes, name="size"), columns=["rmse", "rmse_to_others", "items"])


def equivalent_raters(
    machine: pd.DataFrame,
    human: pd.DataFrame,
    size: int = 1,
    *,
    of: str = "mean",
    documents: pd.Series | None = None,
    rng: np.random.Generator,
    confidence: float = 0.95,
    resamples: int = 1000,
) -> EquivalentRaters:
    """Say how many people a machine's ratings are worth, for the mean or for the shares of people.

    A panel of k people errs by disagreement/k (squared), one of `size` machine ratings by bias + noise/size. Equal
    errors give k. More asking removes the noise and never the bias, so there is a ceiling.

    Parameters
    ----------
    machine : DataFrame with columns item, rater, rating
        With two or more ratings of each item its noise is measured; else only size 1 is known, and the parts are NaN.
    human : DataFrame with columns item, rater, rating
        Two or more raters an item, who must be a random draw: where the same few rated all items, the interval misses
        their own luck (simulated, 3 strict or mild raters: it held the truth in 73% with 100 items, 32% with 1,000).
    size : int, 1 or more
        Machine ratings that are averaged. A machine that predicts what n people answer has n ratings an item: size n.
    of : "mean" or "shares"
        The mean rating, or the shares of people at each rating: then the three parts are those of the share that rates
        above a step of the scale, added up over the steps, each by its width (Cramer's distance).
    documents : Series with the document of each item (index "item", each once; 5 documents or more), or None
        Items of one document are alike; the interval then resamples documents.
    rng : numpy.random.Generator
    confidence : float, above 0 and below 1
    resamples : int, 100 or more

    Returns
    -------
    EquivalentRaters
        `raters` people are as close to endlessly many people as the machine panel is; `inf` when its error can't be
        told from 0. The mean says nothing about the spread of opinions. Shares reward a spread of the right width, even
        the same for all items: whether the machine knows which items split people, the variances of `spread` tell.
        Simulated, 95% intervals held the truth in 90% (30 items) and 93% (120), for shares in 93% (50) and 94% (200);
        by documents in 85% (10 documents), 90% (30) and 92% (60).

    Raises
    ------
    TypeError, ValueError
        As `spread`; or when fewer than 2 items are common, an item has one human rater, people agree fully, human holds
        the machine too, its noise is unknown and size above 1, or shares are of more than 101 different ratings.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = pd.DataFrame(rng.normal(size=(200, 1)) + rng.normal(size=(200, 21)))
    >>> table = x.stack().rename_axis(["item", "rater"]).rename("rating").reset_index()
    >>> machine = table["rater"] == 0
    >>> 0.8 < equivalent_raters(table[machine], table[~machine], rng=rng).raters < 1.2
    True
    """
    table = _machine_and_people(machine, human, of)
    groups = _groups(documents, table.index)
    _check_count("size", size)
    _check_rng(rng)
    _check_range("confidence", confidence, inner=True)
    _check_count("resamples", resamples, 100)
    noise_known = bool((table["ratings"] > 1).all())
    if size > 1 and not noise_known:
        raise ValueError(f"size must be 1 where the machine rated an item once: its noise is unknown; got {size}.")
    # the noise of an item with one rating is 0 here: it is within its error, where it belongs for size 1
    sums = np.stack([np.bincount(groups, table[part]) for part in ("variance", "error", "noise")], axis=1)
    sums = sums[np.lexsort(sums.round(9).T)]  # the interval must not depend on the order of the rows
    totals, count = np.empty((resamples + 1, 3)), len(sums)
    totals[0] = sums.sum(axis=0)
    for row in totals[1:]:  # all at once would take gigabytes
        row[:] = np.bincount(rng.integers(count, size=count), minlength=count) @ sums
    worth = _worth(totals, size)
    ceilings = _worth(totals, math.inf) if noise_known else np.full(len(worth), math.nan)
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    ends, most = (np.quantile(found[1:], tails, method="nearest") for found in (worth, ceilings))
    variance, error, noise = totals[0] / len(table)
    parts = (error, noise) if noise_known else (math.nan, math.nan)
    numbers_found = (worth[0], *ends, ceilings[0], *most, *parts, variance)
    return EquivalentRaters(*map(float, numbers_found), len(table))


def correct_ratings(machine: pd.DataFrame, human: pd.DataFrame, items: Sequence[Hashable]) -> pd.DataFrame:
    """Correct a machine's ratings by a straight line, fitted on a few items that people rated too.

    Parameters
    ----------
    machine, human : DataFrames with columns item, rater, rating
    items : 3 or more items that both have rated
        The line goes through their means: people's against the machine's. Few items do harm. Simulated, with one person
        an item, a machine 0.3 standard deviations too high and 1.3 times too wide was worse after than before in 77%
        (3 items), 58% (5), 31% (10), 9% (20), 0% (50); one neither too high nor too wide in 96%, 93%, 83%, 67%, 34%.

    Returns
    -------
    DataFrame like machine, with corrected ratings
        Cross-fitted: an item of `items` is corrected by the line through the other ones, so that its own human ratings
        do not flatter it. Beyond the machine's ratings of `items` the line is a guess, and may leave the scale.

    Raises
    ------
    TypeError, ValueError
        As `spread`; or when fewer than 3 items are given, one is not rated by both, or the machine rates them alike.

    Examples
    --------
    >>> machine = pd.DataFrame({"item": [1, 2, 3, 4], "rater": "m", "rating": [-4.0, 0.0, 2.0, 4.0]})
    >>> people = pd.DataFrame({"item": [1, 2, 3], "rater": "p", "rating": [-2.0, 0.0, 1.0]})
    >>> correct_ratings(machine, people, [1, 2, 3])["rating"].tolist()
    [-2.0, 0.0, 1.0, 2.0]
    """
    code, rated, x = _check(machine, "machine")
    human_code, human_items, human_x = _check(human, "human")
    items = _as_series("items", items, "item ids")
    _check_ids(items, "items")
    items = pd.Index(items.unique())
    both = items.isin(rated) & items.isin(human_items)
    if len(items) < 3 or not both.all():
        why = f"got {both.sum()} of {len(items)}" + (f"; {items[~both].tolist()[0]!r} is not" if not both.all() else "")
        hint = "" if both.any() else " Are the ids of one kind?"
        raise ValueError(f"items must be 3 or more that both machine and people rated; {why}.{hint}")
    sides = (rated, code, x), (human_items, human_code, human_x)
    slope, intercept = _lines(*(_moments(item, y)[1][names.get_indexer(items)] for names, item, y in sides))
    line = pd.DataFrame({"slope": slope[-1], "intercept": intercept[-1]}, index=rated)
    line.loc[items, "slope"], line.loc[items, "intercept"] = slope[:-1], intercept[:-1]
    return machine.assign(rating=line["intercept"].to_numpy()[code] + line["slope"].to_numpy()[code] * x)


def distribution_distance(a: pd.DataFrame, b: pd.DataFrame) -> pd.Series:
    """Say how far two sets of ratings of an item lie apart, as distributions and not only in their means.

    Parameters
    ----------
    a, b : DataFrames with columns item, rater, rating
        On one scale of at most 101 values. Items in only one of them are left out.

    Returns
    -------
    Series, index item
        The Wasserstein distance: how far a rating must be moved on average, in its units, to turn one distribution
        into the other. Few ratings make it larger: compare with what a panel of so many people has.

    Raises
    ------
    TypeError, ValueError
        As `spread`; or when no item is in both, or there are more than 101 values.

    Examples
    --------
    >>> people = pd.DataFrame({"item": ["a", "a"], "rater": [1, 2], "rating": [3, -1]})
    >>> machine = pd.DataFrame({"item": ["a", "a"], "rater": [1, 2], "rating": [1, 1]})
    >>> distribution_distance(people, machine)["a"].item()
    2.0
    """
    (_, items_a, x_a), (_, items_b, x_b) = _check(a, "a"), _check(b, "b")
    common = items_a[items_a.isin(items_b)]
    if not len(common):
        raise ValueError("a and b must have items in common; none is in both. Are the ids of one kind?")
    levels = np.unique(np.concatenate([x_a, x_b]))
    _check_few("a and b", levels)
    shares = [soft_labels(side, levels).loc[common].to_numpy() for side in (a, b)]
    gaps = np.abs(np.cumsum(shares[0] - shares[1], axis=1))[:, :-1]
    return pd.Series(gaps @ np.diff(levels), index=pd.Index(common, name="item"), name="distance")


def soft_labels(ratings: pd.DataFrame, levels: Sequence[float]) -> pd.DataFrame:
    """Turn the ratings of each item into shares, one for each value of the scale.

    Parameters
    ----------
    ratings : DataFrame with columns item, rater, rating
    levels : the values of the scale, from low to high, at most 101

    Returns
    -------
    DataFrame, index item, one column a level, rows sum to 1

    Raises
    ------
    TypeError, ValueError
        As `spread`; or when a rating is not on the scale, or the scale is none.

    Examples
    --------
    >>> people = pd.DataFrame({"item": ["a", "a"], "rater": [1, 2], "rating": [1, 0]})
    >>> soft_labels(people, [-1, 0, 1]).loc["a"].to_dict()
    {-1: 0.0, 0: 0.5, 1: 0.5}
    """
    item, items, x = _check(ratings, "ratings")
    names = _as_series("levels", levels, "numbers")
    scale = _floats(names, "levels")
    _check_few("levels", scale)
    if not np.isfinite(scale).all() or (np.diff(scale) <= 0).any():
        raise ValueError(f"levels must be different finite numbers from low to high; got {names.tolist()}.")
    off = ~np.isin(x, scale)
    if off.any():
        first = _first(ratings, off)
        raise ValueError(
            f"ratings must be on the scale of levels; {off.sum()} are not: item {first!r} has {x[off][0]:g}."
        )
    counts = _counts(item, x, scale)
    shares = counts / counts.sum(axis=1, keepdims=True)
    return pd.DataFrame(shares, index=pd.Index(items, name="item"), columns=names.tolist())


def prediction_powered_mean(
    human: Sequence[float],
    machine_on_human: Sequence[float],
    machine_rest: Sequence[float],
    confidence: float = 0.95,
    *,
    documents: Sequence[Hashable] | None = None,
    rest_documents: Sequence[Hashable] | None = None,
) -> PoweredMean:
    """Estimate the mean of what people would say of all items from a few human ratings and many machine ratings.

    The machine's mean, corrected by how far it is off where people rated too: its bias cancels. The better it follows
    people, the narrower the interval (PPI++, with the weight that makes it narrowest).

    Parameters
    ----------
    human, machine_on_human : n numbers each, 10 or more
        Of the same items in the same order, drawn at random. Yes or no: 10 or more of the rarer answer.
    machine_rest : N numbers, 10 or more
        Of other items of the same kind.
    confidence : float, above 0 and below 1
    documents, rest_documents : the document of each of the n and of each of the N items, 5 documents or more, or None
        Items of one document are alike; the variance is then one over documents, of which n and N may share some. None
        takes the items for independent.

    Returns
    -------
    PoweredMean (mean, low, high, weight, variance_ratio)
        Simulated, by documents 95% intervals held the truth in 94 to 96% (10, 30 or 60 documents with 5 human and 20
        other items each), without `rest_documents` in 87 to 89%, without either in 67%.

    Raises
    ------
    TypeError, ValueError
        When one is too short or holds no finite numbers, all human ratings are the same, or items do not match.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.normal(size=5200)
    >>> machine = truth + rng.normal(size=5200) + 1
    >>> round(prediction_powered_mean(truth[:200], machine[:200], machine[200:]).variance_ratio, 1)
    0.5
    """
    named = {"human": human, "machine_on_human": machine_on_human, "machine_rest": machine_rest}
    y, f, rest = (_check_numbers(name, values) for name, values in named.items())
    n, more = len(y), len(rest)
    if n != len(f):
        raise ValueError(f"human and machine_on_human must be of the same items; got {n} and {len(f)} numbers.")
    _check_indexes(human, machine_on_human, machine_rest, documents)
    if (y == y[0]).all():
        raise ValueError(f"human must differ, for an interval; all {n} ratings are {y[0]:g}. Have more items rated.")
    _check_range("confidence", confidence, inner=True)
    spread_of_machine = np.concatenate([f, rest]).var(ddof=1)
    weight = np.cov(y, f)[0, 1] / spread_of_machine / (1 + n / more) if spread_of_machine > 0 else 0.0
    weight = min(max(weight, 0.0), 1.0)
    mean = y.mean() + weight * (rest.mean() - f.mean())
    left = y - weight * f
    here = _by_document("documents", (left - left.mean()) / n, documents)
    there = _by_document("rest_documents", (rest - rest.mean()) * weight / more, rest_documents)
    variance = _clustered(here) + _clustered(there)
    if documents is not None and rest_documents is not None:
        variance += 2 * (here * there.reindex(here.index)).sum()  # documents that are in both
    half = stats.t.ppf((1 + confidence) / 2, len(here) - 1) * math.sqrt(variance)
    alone = _clustered(_by_document("documents", (y - y.mean()) / n, documents))
    ratio = variance / alone if alone > 0 else math.nan
    return PoweredMean(*map(float, (mean, mean - half, mean + half, weight, ratio)))


def _worth(sums: np.ndarray, size: float) -> np.ndarray:
    """sigma^2 / (bias + noise / size) for each row of summed (sigma^2, bias, noise); inf where that is not above 0."""
    error = sums[:, 1] + sums[:, 2] / size
    return np.divide(sums[:, 0], error, out=np.full(len(sums), np.inf), where=error > 0)


def _machine_and_people(machine, human, of: str) -> pd.DataFrame:
    """One row a common item: its human variance, the machine's squared error, its noise, and how often it rated."""
    if of not in ("mean", "shares"):
        raise ValueError(f"of must be 'mean' or 'shares'; got {of!r}.")
    sides = {name: _check(table, name) for name, table in (("machine", machine), ("human", human))}
    _check_apart(machine, human)
    table = _errors(sides)
    if table["variance"].max() <= 1e-24 * np.max(np.abs(sides["human"][2])) ** 2:  # 0 but for rounding
        raise ValueError(f"human must differ on some item; on each of {len(table)} all people say the same. Add items.")
    if of == "mean":
        return table
    levels = np.unique(np.concatenate([x for *_, x in sides.values()]))
    _check_few("machine and human", levels)
    parts = {"variance": 0, "error": 0, "noise": 0}
    for level, step in zip(levels, np.diff(levels), strict=False):
        above = {name: (item, items, (x > level) * math.sqrt(step)) for name, (item, items, x) in sides.items()}
        parts = {part: total + _errors(above)[part] for part, total in parts.items()}
    return table.assign(**parts)


def _errors(sides: dict) -> pd.DataFrame:
    moments = {}
    for name, (item, items, x) in sides.items():
        moments[name] = pd.DataFrame(dict(zip(["n", "mean", "variance"], _moments(item, x), strict=True)), index=items)
    both = moments["machine"].add_suffix("_m").join(moments["human"].add_suffix("_h"), how="inner")
    if len(both) < 2:
        hint = "" if len(both) else " Are the ids of one kind?"
        raise ValueError(f"machine and human must have 2 or more items in common; got {len(both)}.{hint}")
    alone = both.index[both["n_h"] < 2]
    if len(alone):
        hint = "Drop them." if len(alone) < len(both) else "Are machine and human swapped?"
        raise ValueError(
            f"human must have 2 or more raters for each item; {len(alone)} of {len(both)} items have 1, such as "
            f"{alone.tolist()[0]!r}. {hint}"
        )
    noise = both["variance_m"].fillna(0.0)
    error = (both["mean_m"] - both["mean_h"]) ** 2 - both["variance_h"] / both["n_h"] - noise / both["n_m"]
    return pd.DataFrame({"variance": both["variance_h"], "error": error, "noise": noise, "ratings": both["n_m"]})


def _groups(documents, items: pd.Index) -> np.ndarray:
    """The code of each item's document; without documents each item is its own."""
    if documents is None:
        return np.arange(len(items))
    if not isinstance(documents, pd.Series) or documents.index.names != ["item"]:
        raise TypeError(
            "documents must be a Series with the document of each item and an index named 'item'. Take "
            "table.set_index('item')['document'], or human.groupby('item')['document'].first()."
        )
    if not documents.index.is_unique:
        again = documents.index[documents.index.duplicated()].tolist()[0]
        raise ValueError(
            f"documents must have each item once; {again!r} is there twice. Take groupby(level=0).first()."
        )
    found = documents.reindex(items)
    if found.isna().any():
        first = items[found.isna().to_numpy()].tolist()[0]
        raise ValueError(f"documents must name the document of every item; none for {first!r}.")
    _check_ids(found, "documents")
    codes, names = pd.factorize(found)
    if len(names) < 5:
        raise ValueError(f"documents must be 5 or more, for an interval; got {len(names)}.")
    return codes


def _clustered(sums: np.ndarray) -> float:
    """The variance of a sum, from the sums of its deviations in groups that are independent of each other."""
    return float(sums @ sums) * len(sums) / (len(sums) - 1)


def _check_apart(machine: pd.DataFrame, human: pd.DataFrame) -> None:
    """Refuse ratings of the machine that stand in human too, as they do where both came out of one table."""
    known = machine["rater"].isin(human["rater"])
    if not known.any():
        return
    some = machine[known], human[human["rater"].isin(machine["rater"])]
    mine, theirs = (table[_COLUMNS].astype(object).reset_index(drop=True) for table in some)
    both = mine.merge(theirs, on=["item", "rater"])
    same = (both["rating_x"] == both["rating_y"]).groupby(both["rater"], sort=False).agg(["size", "all"])
    copied = same["size"][(same["size"] >= 10) & same["all"].astype(bool)]
    if len(copied):
        raise ValueError(
            f"human must hold people only; its rater {copied.index.tolist()[0]!r} gave the very same {copied.iloc[0]} "
            "ratings in machine. Drop it from human; if it is somebody else, rename it."
        )


def _by_document(name: str, e: np.ndarray, documents) -> pd.Series:
    """The numbers summed by document; without documents each is its own."""
    if documents is None:
        return pd.Series(e)
    documents = _as_series(name, documents, "documents")
    if documents.count() != len(e) or len(documents) != len(e):
        raise ValueError(f"{name} must hold the document of each of the {len(e)} items; got {documents.count()}.")
    _groups(documents.set_axis(pd.RangeIndex(len(e), name="item")), pd.RangeIndex(len(e)))  # for its checks
    return pd.Series(e).groupby(documents.to_numpy(), sort=False).sum()


def _check_indexes(human, machine_on_human, machine_rest, documents) -> None:
    """Where pandas knows the items: the same in human, machine_on_human and documents, others in machine_rest."""
    for name, side in (("machine_on_human", machine_on_human), ("documents", documents)):
        if isinstance(human, pd.Series) and isinstance(side, pd.Series) and not human.index.equals(side.index):
            raise ValueError(
                f"{name} must be in the order of human; their indexes differ. Take {name}.loc[human.index]."
            )
    ids = [x.index for x in (machine_on_human, machine_rest) if isinstance(x, pd.Series)]
    if len(ids) == 2 and not any(isinstance(x, pd.RangeIndex) for x in ids) and ids[1].isin(ids[0]).any():
        raise ValueError(
            f"machine_rest must be of other items; {ids[1].isin(ids[0]).sum()} are in machine_on_human too. Take "
            "machine_rest.drop(machine_on_human.index); where the index is no item, reset_index(drop=True)."
        )


def _lines(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slope and intercept of the straight line b(a) without each point in turn, and at last with all of them."""
    da, db = a - a.mean(), b - b.mean()  # from the middle, so that little cancels
    x = np.stack([da, db, da**2, da * db])
    others = (x.sum(axis=1, keepdims=True) - x) / (len(a) - 1)
    mean_a, mean_b, squares, products = np.column_stack([others, x.mean(axis=1)])
    variance = squares - mean_a**2
    if (variance <= 1e-12 * np.max(da**2) + 1e-24 * np.max(a**2)).any():
        same = a.mean() + mean_a[np.argmin(variance)]
        raise ValueError(f"items must differ in what the machine says, even without one; it says {same:g}. Add items.")
    slope = (products - mean_a * mean_b) / variance
    return slope, b.mean() + mean_b - slope * (a.mean() + mean_a)


def _counts(item: np.ndarray, x: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """How many raters of each item chose each level."""
    cell = item * len(levels) + np.searchsorted(levels, x)
    counts = np.bincount(cell, minlength=(item.max() + 1) * len(levels))
    return counts.reshape(-1, len(levels)).astype(float)


def _check(ratings, name: str) -> tuple[np.ndarray, pd.Index, np.ndarray]:
    """The code of each rating's item, the items, and the ratings as floats."""
    if not isinstance(ratings, pd.DataFrame):
        raise TypeError(f"{name} must be a DataFrame with columns item, rater, rating; got {type(ratings).__name__}.")
    wrong = [column for column in _COLUMNS if list(ratings.columns).count(column) != 1]
    if wrong:
        raise ValueError(
            f"{name} must have the columns item, rater, rating, each once; {', '.join(wrong)} not found once. Rename "
            "yours, or reset_index() where they are in the index. A machine's rater is one judge: "
            ".assign(rater='judge'), or the number of the sample."
        )
    if ratings.empty:
        raise ValueError(f"{name} must hold at least one rating; got an empty table.")
    gaps = ratings[_COLUMNS].isna().any(axis=1).to_numpy()
    if gaps.any():
        first = _first(ratings, gaps)
        raise ValueError(
            f"{name} must have no gaps; {gaps.sum()} rows have one, the first of item {first!r}. Drop them."
        )
    x = _floats(ratings["rating"], f"{name}['rating']")
    endless = ~(np.abs(x) < _LARGEST)
    if endless.any():
        raise ValueError(
            f"{name}['rating'] must hold finite numbers; {endless.sum()} are infinite (or above {_LARGEST:g}), the "
            f"first of item {_first(ratings, endless)!r}. Drop them."
        )
    for column in ("item", "rater"):
        _check_ids(ratings[column], f"{name}[{column!r}]")
    item, items = pd.factorize(ratings["item"])
    # a quick look first; the exact one, ten times slower, only where codes meet (by chance, or where they overflow)
    raters = ratings["rater"].to_numpy()
    whole = raters.dtype.kind in "iu"
    raters = raters.astype(np.int64) if whole else np.fromiter(map(hash, raters.astype(object)), np.int64, len(x))
    if not pd.Index(raters * len(items) + item).is_unique:
        twice = ratings.duplicated(["item", "rater"]).to_numpy()
        if twice.any():
            raise ValueError(
                f"{name}: each rater rates an item once; {twice.sum()} rows come again, the first: rater "
                f"{_first(ratings, twice, 'rater')!r}, item {_first(ratings, twice)!r}. Keep one rating, or name the "
                "raters apart."
            )
    return item, pd.Index(items.to_numpy()), x  # plain, so that ids of a column of categories meet those of text


def _first(ratings: pd.DataFrame, where: np.ndarray, column: str = "item"):
    return ratings[column][where].tolist()[0]


def _floats(values: pd.Series, name: str) -> np.ndarray:
    """The values as floats. Text is no number, even where it has only digits; yes and no are 1 and 0."""
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_complex_dtype(values):
        return values.to_numpy(float, na_value=math.nan)
    strange = [value for value in values.tolist() if not isinstance(value, numbers.Real)]
    if strange:
        raise TypeError(
            f"{name} must hold numbers; got {strange[0]!r}. Map words to numbers; for text, pandas.to_numeric."
        )
    return np.array(values.tolist(), dtype=float)


def _moments(item: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each item the number, mean and variance (ddof 1) of its ratings."""
    n = np.bincount(item)
    mean = np.bincount(item, x) / n
    squares = np.bincount(item, (x - mean[item]) ** 2)
    return n, mean, np.divide(squares, n - 1, out=np.full(len(n), np.nan), where=n > 1)


def _check_ids(column: pd.Series, name: str) -> None:
    if column.dtype == object or isinstance(column.dtype, pd.CategoricalDtype):
        lists = [value for value in column.tolist() if pd.api.types.is_list_like(value)]
        if lists:
            raise TypeError(f"{name} must hold text or numbers as ids; got {lists[0]!r}. Join them into a text.")


def _check_count(name: str, value: int, least: int = 1) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise ValueError(f"{name} must be a whole number, {least} or more; got {value!r}.")


def _check_rng(rng) -> None:
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator, such as numpy.random.default_rng(0); got {rng!r}.")


def _check_range(name: str, value: float, low: int = 0, high: int = 1, inner: bool = False) -> float:
    limit = f"a number above {low} and below {high}" if inner else f"a number from {low} to {high}"
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be {limit}; got {value!r}.")
    if not (low < value < high if inner else low <= value <= high):
        raise ValueError(f"{name} must be {limit}; got {value!r}.")
    return float(value)


def _check_few(name: str, levels: np.ndarray) -> None:
    if len(levels) > _MOST_LEVELS:
        most = f"at most {_MOST_LEVELS} different values"
        raise ValueError(f"{name} must hold {most}; got {len(levels)}. Round them to a scale, or join rare ones.")


def _as_series(name: str, values, of: str) -> pd.Series:
    if isinstance(values, (str, dict)) or not np.iterable(values):
        raise TypeError(f"{name} must be a list of {of}; got {values!r:.60}.")
    series = values if isinstance(values, pd.Series) else pd.Series(list(values))
    if series.empty:
        raise ValueError(f"{name} must be a list of {of}; got an empty one.")
    return series


def _check_numbers(name: str, values) -> np.ndarray:
    found = _floats(_as_series(name, values, "numbers"), name)
    if len(found) < 10:
        raise ValueError(f"{name} must hold 10 or more numbers; got {len(found)}.")
    endless = ~(np.abs(found) < _LARGEST)
    if endless.any():
        raise ValueError(f"{name} must hold finite numbers; {endless.sum()} are missing or infinite. Drop those items.")
    return found
