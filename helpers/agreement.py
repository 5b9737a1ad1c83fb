"""Say how well raters agree, and whether a machine may take the place of one of them.

Ratings travel as a long table with one row a rating: `item` (what was rated), `rater` (who rated) and `rating` (a
number). Agreement is no quality: two people who are right 19 times in 20 have a low kappa where one answer is rare,
and where opinions differ a low alpha is a fact about people.

Stop using it when you want the probable truth of each item from raters of unequal skill (go to crowd-kit).

Sources: Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011); Cohen, "A coefficient of agreement for
nominal scales" (1960); Calderon, Reichart & Dror, "The Alternative Annotator Test for LLM-as-a-Judge", ACL 2025.
Needs: numpy, pandas 2, scipy 1.11, or newer. Licence: MIT.

Three lines:

    import numpy, pandas, agreement
    people = pandas.DataFrame({"item": list("aabbcc"), "rater": [1, 2] * 3, "rating": [0, 0, 1, 1, 0, 1]})
    print(agreement.agreement(people, "nominal", rng=numpy.random.default_rng(0)))
"""

from __future__ import annotations

import math
import numbers
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

__all__ = [
    "Agreement",
    "AnnotatorTest",
    "ReplacementTest",
    "agreement",
    "alternative_annotator_test",
    "false_alarm_rate",
    "kappa_from_accuracy",
    "replacement_test",
]

_COLUMNS = ["item", "rater", "rating"]
_MOST_LEVELS = 101  # as many as a slider from 0 to 100 has
_LARGEST = 1e100  # its square is still a number
_BLOCK = 4_000_000  # numbers in memory at once


class Agreement(NamedTuple):
    """Krippendorff's alpha, with an interval from resampled items, and the number of items that count."""

    alpha: float
    low: float
    high: float
    items: int


class AnnotatorTest(NamedTuple):
    """The result of the alternative annotator test.

    `passes` is whether the machine wins against at least half of the raters, `winning_rate` the share of raters it wins
    against, `advantage` the share of items on which it is at least as close to the others as a rater is, on average,
    and `raters` a table with one row a rater.
    """

    passes: bool
    winning_rate: float
    advantage: float
    raters: pd.DataFrame


class ReplacementTest(NamedTuple):
    """How much more often the machine is at least as close to the others as a rater is (`difference`, interval).

    `replaces` is whether the interval's lower end lies above -epsilon; `p` is that test's one-sided p-value.
    """

    replaces: bool
    difference: float
    low: float
    high: float
    p: float
    items: int


def agreement(
    ratings: pd.DataFrame,
    level: str = "interval",
    *,
    rng: np.random.Generator,
    confidence: float = 0.95,
    resamples: int = 200,
) -> Agreement:
    """Krippendorff's alpha: how much raters agree, beyond what chance would give.

    Parameters
    ----------
    ratings : DataFrame with columns item, rater, rating
        Any number of raters an item, gaps allowed; an item with one rater does not count. At most 101 different values.
    level : "nominal", "ordinal", "interval" or "ratio"
        What the numbers mean: names, ranks, distances, or amounts from 0 on.
    rng : numpy.random.Generator
    confidence : float, above 0 and below 1
    resamples : int, 100 or more
        Of items, for the interval.

    Returns
    -------
    Agreement (alpha, low, high, items)
        1 when all agree, 0 as by chance, below 0 when worse. Krippendorff's own rule of thumb, a convention: rely on
        labels above 0.8, draw tentative conclusions above 0.667. It depends on how the items were chosen: rare labels
        lower it. Where people's opinions differ, a low alpha is a fact about people, not a fault. The interval is
        narrow where items are few: simulated, 95% intervals held the truth in 84% (10 items), 89% (20), 93% (50).

    Raises
    ------
    TypeError, ValueError
        When a column is missing, the table is empty, a rating is no finite number, or a rater rated an item twice; when
        level is unknown, fewer than two items have two raters, or all their ratings are the same.

    Examples
    --------
    >>> pairs = [("a", 1, 0), ("a", 2, 0), ("b", 1, 1), ("b", 2, 1), ("c", 1, 0), ("c", 2, 1)]
    >>> people = pd.DataFrame(pairs, columns=["item", "rater", "rating"])
    >>> round(agreement(people, "nominal", rng=np.random.default_rng(0)).alpha, 3)
    0.444
    """
    item, _, x = _check(ratings, "ratings")
    _check_rng(rng)
    if not isinstance(level, str) or level not in _DISTANCES:
        raise ValueError(f"level must be one of {', '.join(_DISTANCES)}; got {level!r}.")
    _check_range("confidence", confidence, inner=True)
    _check_count("resamples", resamples, 100)
    several = np.bincount(item)[item] > 1
    item, x = pd.factorize(item[several])[0], x[several]
    levels, items = np.unique(x), len(np.unique(item))
    if items < 2 or len(levels) < 2:
        why = f"got {items} such items" if items < 2 else f"every rating there is {levels[0]:g}"
        raise ValueError(f"ratings must differ, on 2 or more items with two or more raters; {why}.")
    _check_few("ratings", levels)
    if level == "ratio" and levels[0] < 0:
        raise ValueError(f"ratings must be 0 or more for level='ratio'; got {levels[0]:g}. Use level='interval'.")
    counts = _counts(item, x, levels)
    counts = counts[np.lexsort(counts.T)]  # the interval must not depend on the order of the rows
    weights = rng.multinomial(items, np.full(items, 1 / items), size=resamples)
    weights = np.vstack([np.ones(items), weights])
    pairs = _pairs(counts, weights)
    alphas = [_alpha(o, n, levels, level) for o, n in zip(pairs, weights @ counts, strict=True)]
    low, high = np.nanquantile(alphas[1:], [(1 - confidence) / 2, (1 + confidence) / 2])
    return Agreement(float(alphas[0]), float(low), float(high), items)


def kappa_from_accuracy(accuracy_a: float, accuracy_b: float, prevalence: float) -> float:
    """Cohen's kappa of two raters of a yes-or-no question who err independently.

    Parameters
    ----------
    accuracy_a, accuracy_b : float, 0 to 1
        How often each is right, on yes and on no alike.
    prevalence : float, above 0 and below 1
        The share of items whose right answer is yes.

    Returns
    -------
    float, -1 to 1
        The same two raters have a lower kappa where yes (or no) is rare. So a threshold for kappa is no threshold for
        quality.

    Raises
    ------
    TypeError, ValueError
        When a number is outside its range.

    Examples
    --------
    >>> [round(kappa_from_accuracy(0.95, 0.95, share), 3) for share in (0.5, 0.1)]
    [0.81, 0.605]
    """
    a, b = _check_range("accuracy_a", accuracy_a), _check_range("accuracy_b", accuracy_b)
    yes = _check_range("prevalence", prevalence, inner=True)
    yes_a, yes_b = (yes * right + (1 - yes) * (1 - right) for right in (a, b))
    # above chance, and at most: written so that nothing cancels where yes is very rare
    covariance = (2 * a - 1) * (2 * b - 1) * yes * (1 - yes)
    return 2 * covariance / (yes_a * (1 - yes_b) + yes_b * (1 - yes_a))


def false_alarm_rate(
    kappa: float,
    items: int,
    threshold: float,
    prevalence: float = 0.5,
    *,
    rng: np.random.Generator,
    draws: int = 20_000,
) -> float:
    """Say how often a sample's kappa falls below a threshold although the true kappa is what it is.

    Parameters
    ----------
    kappa : float, 0 to 1
        The true kappa of two raters who say yes equally often.
    items : int, 2 or more
        Items in the sample.
    threshold : float, -1 to 1
        Below it an alarm is raised.
    prevalence : float, above 0 and below 1
        How often each of them says yes.
    rng : numpy.random.Generator
    draws : int, 1000 or more
        Simulated samples.

    Returns
    -------
    float, 0 to 1
        A share of false alarms where kappa is above the threshold. Samples in which kappa is not defined (all said the
        same) raise no alarm.

    Raises
    ------
    TypeError, ValueError
        When a number is outside its range.

    Examples
    --------
    >>> rate = false_alarm_rate(0.8, 50, 0.75, rng=np.random.default_rng(0))
    >>> 0.2 < rate < 0.27
    True
    """
    kappa, yes = _check_range("kappa", kappa), _check_range("prevalence", prevalence, inner=True)
    threshold = _check_range("threshold", threshold, -1)
    _check_count("items", items, 2)
    _check_count("draws", draws, 1000)
    _check_rng(rng)
    split = yes * (1 - yes) * (1 - kappa)  # one says yes and the other no
    both, one, other, none = rng.multinomial(items, [yes - split, split, split, 1 - yes - split], size=draws).T
    # in whole numbers, so that a kappa just on the threshold is not below it
    by_chance = (both + one) * (both + other) + (none + one) * (none + other)
    above, most = items * (both + none) - by_chance, items**2 - by_chance
    found = np.divide(above, most, out=np.full(draws, np.inf), where=most > 0)
    return float(np.mean(found < threshold))


def alternative_annotator_test(machine: pd.DataFrame, human: pd.DataFrame, epsilon: float) -> AnnotatorTest:
    """Ask whether the machine may take the place of one of the raters (Calderon et al. 2025).

    Each rater in turn steps back, and the machine is compared with that rater: which of the two is closer to the
    ratings of the others? The machine wins against a rater when it is clearly not behind by more than epsilon.

    Parameters
    ----------
    machine : DataFrame with columns item, rater, rating
        Several ratings of an item are averaged.
    human : DataFrame with columns item, rater, rating
        The same raters on many items: 3 raters or more, each on 30 or more items with another one at least.
    epsilon : float, 0 to 1
        What a person may be ahead by and still not be worth the cost. The authors: 0.2 for experts, 0.15 for trained
        raters, 0.1 for crowd workers.

    Returns
    -------
    AnnotatorTest (passes, winning_rate, advantage, raters)
        `raters` has `items`, `machine` and `rater` (the share of items on which each is at least as close as the other;
        a tie counts for both), `p` (one-sided paired t-test) and `wins` (Benjamini-Yekutieli at 0.05).

    Raises
    ------
    TypeError, ValueError
        As `agreement`; or when raters do not recur often enough. Then use `replacement_test`.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = pd.DataFrame(rng.normal(size=(300, 1)) + rng.normal(size=(300, 4)))
    >>> table = x.stack().rename_axis(["item", "rater"]).rename("rating").reset_index()
    >>> alternative_annotator_test(table[table["rater"] == 0], table[table["rater"] > 0], 0.2).winning_rate
    1.0
    """
    epsilon = _check_range("epsilon", epsilon)
    duels = _duels(machine, human)
    often = duels.groupby("rater")["item"].transform("size") >= 30
    table = duels[often].groupby("rater")[["machine_wins", "rater_wins"]].mean()
    if len(table) < 3:
        most = duels.groupby("rater").size().max() if len(duels) else 0
        raise ValueError(
            "human must have 3 or more raters who recur on 30 or more items that the machine and another person rated; "
            f"got {len(table)}, and no rater has more than {most} such items. Are the ids of one kind? If so, use "
            "replacement_test."
        )
    ahead = duels[often]["rater_wins"].astype(float) - duels[often]["machine_wins"]
    table["p"] = ahead.groupby(duels[often]["rater"]).apply(lambda d: _p_less(d.to_numpy(), epsilon))
    table["wins"] = stats.false_discovery_control(table["p"], method="by") <= 0.05
    rate = float(table["wins"].mean())
    return AnnotatorTest(rate >= 0.5, rate, float(table["machine_wins"].mean()), table)


def replacement_test(machine: pd.DataFrame, human: pd.DataFrame, epsilon: float) -> ReplacementTest:
    """Ask the same where raters have no identities: may the machine take the place of a person?

    For each item, each of its raters in turn steps back, and the machine is compared with that rater: which of the two
    is closer to the mean of the others? The shares of wins are averaged within the item; the test is over items.

    Parameters
    ----------
    machine, human, epsilon
        As in `alternative_annotator_test`; the raters of one item need not be those of another.

    Returns
    -------
    ReplacementTest (replaces, difference, low, high, p, items)
        `difference` is how much more often the machine is at least as close than the rater is, -1 to 1, with a 95%
        interval. It replaces a person when the difference is clearly (p below 0.05) above -epsilon. A machine that is
        behind by just epsilon gets about 5% of false yes (simulated), with 30 items up to 18% where it only ties with
        people and never beats them. "No" is no proof of the contrary. And one person replaced is not all of them: the
        machine has no spread.

    Raises
    ------
    TypeError, ValueError
        As `agreement`; or when fewer than 30 items are rated by the machine and two people.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = pd.DataFrame(rng.normal(size=(60, 1)) + rng.normal(size=(60, 5)))
    >>> table = x.stack().rename_axis(["item", "rater"]).rename("rating").reset_index()
    >>> replacement_test(table[table["rater"] == 0], table[table["rater"] > 0], 0.2).replaces
    True
    """
    epsilon = _check_range("epsilon", epsilon)
    duels = _duels(machine, human)
    ahead = (duels["machine_wins"].astype(float) - duels["rater_wins"]).groupby(duels["item"]).mean().to_numpy()
    if len(ahead) < 30:
        raise ValueError(
            "machine and human must have 30 or more items in common, with 2 or more people each; got "
            f"{len(ahead)}. Are the ids of one kind?"
        )
    half = stats.t.ppf(0.975, len(ahead) - 1) * ahead.std(ddof=1) / math.sqrt(len(ahead))
    p, middle = _p_less(-ahead, epsilon), ahead.mean()
    return ReplacementTest(bool(p < 0.05), *map(float, (middle, middle - half, middle + half, p)), len(ahead))


def _ordinal(x, n):
    place = np.cumsum(n) - n / 2
    return (place[:, None] - place) ** 2


def _ratio(x, n):
    total = x[:, None] + x
    return np.divide(x[:, None] - x, total, out=np.zeros_like(total), where=total > 0) ** 2


_DISTANCES = {
    "nominal": lambda x, n: 1.0 - np.eye(len(x)),
    "ordinal": _ordinal,
    "interval": lambda x, n: (x[:, None] - x) ** 2,
    "ratio": _ratio,
}


def _pairs(counts: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The pairs of values within items (flat), for each row of weights; in blocks, since fine scales have many."""
    step = max(1, _BLOCK // counts.shape[1] ** 2)
    pairs = np.zeros((len(weights), counts.shape[1] ** 2))
    for start in range(0, len(counts), step):
        some = counts[start : start + step]
        within = some[:, :, None] * some[:, None, :] / (some.sum(axis=1) - 1)[:, None, None]
        pairs += weights[:, start : start + step] @ within.reshape(len(some), -1)
    return pairs


def _alpha(pairs: np.ndarray, counts: np.ndarray, levels: np.ndarray, level: str) -> float:
    """Alpha from the pairs of values within items (flat) and the counts of all values; NaN where all are the same."""
    distance = _DISTANCES[level](levels, counts)
    expected = counts @ distance @ counts
    return 1 - (counts.sum() - 1) * (pairs @ distance.ravel()) / expected if expected > 0 else math.nan


def _duels(machine, human) -> pd.DataFrame:
    """One row a human rating: is the machine, is the rater, at least as close to the mean of the item's others?"""
    machine_code, machine_items, machine_x = _check(machine, "machine")
    code, items, own = _check(human, "human")
    n = np.bincount(code)[code] - 1  # the others
    total = np.bincount(code, own)[code] - own
    said = pd.Series(_moments(machine_code, machine_x)[1], index=machine_items).reindex(items).to_numpy()[code]
    # Squared distances to the mean of the others, machine's less rater's, in two factors. Means of ratings carry
    # rounding errors in proportion to the ratings, and a tie must stay one.
    rounding = 1e-12 * (np.abs(said) + np.bincount(code, np.abs(own))[code])
    apart, middle = said - own, (said + own) / 2 - total / np.maximum(n, 1)
    gap = np.where((np.abs(apart) <= rounding) | (np.abs(middle) <= rounding), 0.0, apart * np.sign(middle))
    table = pd.DataFrame(
        {
            "item": human["item"].to_numpy(),
            "rater": human["rater"].to_numpy(),
            "machine_wins": gap <= 0,
            "rater_wins": gap >= 0,
        }
    )
    return table[(n > 0) & ~np.isnan(said)]


def _p_less(x: np.ndarray, limit: float) -> float:
    """The one-sided p-value of the t-test that the mean of x is below a limit."""
    if x.std() < 1e-12:  # shares of wins that are all the same, but for rounding
        return 0.0 if x.mean() < limit - 1e-12 else 1.0
    return float(stats.ttest_1samp(x, limit, alternative="less").pvalue)


def _counts(item: np.ndarray, x: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """How many raters of each item chose each level."""
    cell = item * len(levels) + np.searchsorted(levels, x)
    counts = np.bincount(cell, minlength=(item.max() + 1) * len(levels))
    return counts.reshape(-1, len(levels)).astype(float)


def _check(ratings, name: str) -> tuple[np.ndarray, pd.Index, np.ndarray]:
    """The code of each rating's item, the items, and the ratings as floats."""
    if not isinstance(ratings, pd.DataFrame):
        raise TypeError(
            f"{name} must be a DataFrame with the columns item, rater, rating; got {type(ratings).__name__}."
        )
    wrong = [column for column in _COLUMNS if list(ratings.columns).count(column) != 1]
    if wrong:
        raise ValueError(
            f"{name} must have the columns item, rater, rating, each once; {', '.join(wrong)} not found once. Rename "
            "yours, or reset_index() where they are in the index."
        )
    if ratings.empty:
        raise ValueError(f"{name} must hold at least one rating; got an empty table.")
    gaps = ratings[_COLUMNS].isna().any(axis=1).to_numpy()
    if gaps.any():
        raise ValueError(
            f"{name} must have no gaps; {gaps.sum()} rows have one, the first of item {_first(ratings, gaps)!r}. Drop "
            "them."
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
    # a quick look with hashes first; the exact one, ten times slower, only where they collide
    quick = np.fromiter(map(hash, np.asarray(ratings["rater"], dtype=object)), np.int64, len(x)) * 31 + item
    if not pd.Index(quick).is_unique:
        twice = ratings.duplicated(["item", "rater"]).to_numpy()
        if twice.any():
            raise ValueError(
                f"{name}: each rater rates an item once; rater {_first(ratings, twice, 'rater')!r} rated item "
                f"{_first(ratings, twice)!r} twice. Keep one rating, or name the raters apart."
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
            f"{name} must hold numbers; got {strange[0]!r}. Map words to numbers, or use pandas.to_numeric."
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
        raise ValueError(
            f"{name} must hold at most {_MOST_LEVELS} different values; got {len(levels)}. Round them to a scale."
        )
