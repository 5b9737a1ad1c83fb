"""Say how well raters agree, and whether a machine may take the place of one of them.

Ratings travel as a long table with one row a rating: `item` (what was rated), `rater` (who rated) and `rating` (a
number; for level "nominal" a word will do). For a machine `rater` is one judge: `.assign(rater="judge")`, or, where it
was asked several times, the number of the sample. A wide table becomes long by `table.melt(...).dropna()`.

May a machine take a rater's place? In this order: `agreement` of the people; `replacement_test`, with its `constant`
beside it; `equivalent_raters` of `opinions.py`, the other file; and where the machine may only help,
`prediction_powered_mean` of that file. Agreement is no quality: two people who are right 19 times in 20 have a low
kappa where one answer is rare, and where opinions differ a low alpha is a fact about people.

Stop using it when you want the probable truth of each item from raters of unequal skill (go to crowd-kit), or when
labels need a finer score than "the same or not" (go to the authors' own code: github.com/nitaytech/AltTest).

Sources: Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011); Cohen, "A coefficient of agreement for
nominal scales" (1960); Calderon, Reichart & Dror, "The Alternative Annotator Test for LLM-as-a-Judge", ACL 2025.
Needs: numpy, pandas 2, scipy 1.11, or newer. Licence: MIT.

Three lines:

    import agreement, numpy, pandas
    rated = pandas.DataFrame({"item": numpy.arange(90) // 3, "rater": [*"abm"] * 30, "rating": numpy.arange(90) // 8})
    print(agreement.replacement_test(rated[rated["rater"] == "m"], rated[rated["rater"] != "m"], 0.2))
"""

from __future__ import annotations

import math
import numbers
from functools import partial
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
    `raters` a table with one row a rater, and `constant` the winning rate of a judge that says the same of all items.
    """

    passes: bool
    winning_rate: float
    advantage: float
    raters: pd.DataFrame
    constant: float


class ReplacementTest(NamedTuple):
    """How much more often the machine is at least as close to the others as a rater is (`difference`, 90% interval).

    `replaces` is whether the interval's lower end lies above -epsilon; `p` is that test's one-sided p-value. `constant`
    is the difference of a judge that says the same of all items.
    """

    replaces: bool
    difference: float
    low: float
    high: float
    p: float
    items: int
    constant: float


def agreement(
    ratings: pd.DataFrame,
    level: str = "interval",
    *,
    documents: pd.Series | None = None,
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
        What the ratings mean: names (words too), ranks, distances, or amounts from 0 on.
    documents : Series with the document of each item (index "item", each once; 5 documents or more), or None
        Items of one document are alike; the interval then resamples documents.
    rng : numpy.random.Generator
    confidence : float, above 0 and below 1
    resamples : int, 100 or more, or 0
        Of items, for the interval. 0: no interval (NaN), which saves the time for it.

    Returns
    -------
    Agreement (alpha, low, high, items)
        1 when all agree, 0 as by chance, below 0 when worse. Krippendorff's own rule of thumb, a convention: rely on
        labels above 0.8, draw tentative conclusions above 0.667. It depends on how the items were chosen: rare labels
        lower it. Where people's opinions differ, a low alpha is a fact about people, not a fault. The interval is
        narrow where items are few: simulated, 95% intervals held the truth in 80% (10 items), 86% (20), 92% (50); by
        documents in 79% (10 documents), 89% (30), 92% (60).

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
    _check_level(level, _DISTANCES)
    (ratings,) = _numbered(ratings) if level == "nominal" else (ratings,)
    item, names, x = _check(ratings, "ratings")
    _check_rng(rng)
    _check_range("confidence", confidence, inner=True)
    if resamples != 0:
        _check_count("resamples", resamples, 100)
    several = np.bincount(item)[item] > 1
    item, kept = pd.factorize(item[several])
    x, items = x[several], len(kept)
    levels = np.sort(pd.unique(x))
    if items < 2 or len(levels) < 2:
        why = f"got {items} such items" if items < 2 else "every rating there is the same"
        raise ValueError(f"ratings must differ, on 2 or more items with two or more raters; {why}.")
    _check_few("ratings", levels)
    if level == "ratio" and levels[0] < 0:
        raise ValueError(f"ratings must be 0 or more for level='ratio'; got {levels[0]:g}. Use level='interval'.")
    counts, groups = _in_order(_counts(item, x, levels), _groups(documents, names[kept]))
    weights = np.ones((resamples + 1, items))  # how often each item is drawn; in the first row, once
    size = groups.max() + 1
    for row in weights[1:]:  # ten times as fast as rng.multinomial
        drawn = np.bincount(rng.integers(size, size=size), minlength=size)
        row[:] = drawn if documents is None else drawn[groups]
    pairs = _pairs(counts, weights)
    alphas = [_alpha(o, n, levels, level) for o, n in zip(pairs, weights @ counts, strict=True)]
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    low, high = np.nanquantile(alphas[1:], tails) if resamples else (math.nan, math.nan)
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


def alternative_annotator_test(
    machine: pd.DataFrame, human: pd.DataFrame, epsilon: float, *, level: str = "interval"
) -> AnnotatorTest:
    """Ask whether the machine may take the place of one of the raters (Calderon et al. 2025).

    Each rater in turn steps back, and the machine is compared with that rater: which of the two is closer to the
    ratings of the others? The machine wins against a rater when it is clearly not behind by more than epsilon.

    Parameters
    ----------
    machine : DataFrame with columns item, rater, rating
        On people's scale: a mean of five samples, or a decimal, loses every tie with people; round it, or take the
        commonest. Several ratings of an item are averaged; for level "nominal" the commonest counts (of equally common
        ones the lowest number, or the word that comes first in the alphabet).
    human : DataFrame with columns item, rater, rating
        The same raters on many items: 3 raters or more, each on 30 or more items with another one at least. Raters on
        fewer get no row in the table; they still count among the others.
    epsilon : float, 0 to 1
        What a person may be ahead by and still not be worth the cost: in the share of items, not in rating units. The
        authors: 0.2 for experts, 0.15 for trained raters, 0.1 for crowd workers, and less where people agree little.
    level : "interval" or "nominal"
        "interval": closer to the mean of the others. "nominal": the same label, word or number, as more of the others.

    Returns
    -------
    AnnotatorTest (passes, winning_rate, advantage, raters, constant)
        `raters` has `items`, `machine` and `rater` (the share of items on which each is at least as close as the other;
        a tie counts for both), `p` (one-sided paired t-test) and `wins` (Benjamini-Yekutieli at 0.05). `constant` is
        the winning rate of a judge that always says one rating: the value of people's scale nearest to their mean, or
        the commonest label. Where it does as well as the machine, the result says nothing about the machine. Rare
        labels do this, and people who agree little: take a smaller epsilon there.

        It asks of each rater what `replacement_test` asks on average: believe it where these very raters are meant. It
        needs more items, and sloppy raters make it easy. Simulated, with a machine as good as a person, 3 raters,
        ratings from 1 to 5 (alpha 0.56) and epsilon 0.1 it passed in 5% (30 items), 24% (100) and 71% (300), and
        `replacement_test` said yes in 25%, 57% and 93%; with epsilon 0.2 and 100 items 83% and 97%. On a fine scale,
        where nobody ties, less: 2%, 8%, 32% and 18%, 36%, 76%; with 0.2 44% and 84%. Items of one document count as
        independent here: it has no `documents`.

    Raises
    ------
    TypeError, ValueError
        As `agreement`; when raters do not recur often enough (then use `replacement_test`); or when the machine's
        ratings stand in human too.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = pd.DataFrame(rng.normal(size=(300, 1)) + rng.normal(size=(300, 4)))
    >>> table = x.stack().rename_axis(["item", "rater"]).rename("rating").reset_index()
    >>> alternative_annotator_test(table[table["rater"] == 0], table[table["rater"] > 0], 0.2).winning_rate
    1.0
    """
    epsilon = _check_range("epsilon", epsilon)
    duels = _duels(machine, human, level)
    often = duels.groupby("rater")["item"].transform("size")
    raters = duels["rater"][often >= 30].nunique()
    if raters < 3:
        raise ValueError(
            "human must have 3 or more raters who recur on 30 or more items that the machine and another person rated; "
            f"got {raters}, and no rater has more than {often.max()} such items. Use replacement_test."
        )
    duels = duels[often >= 30]
    table, constant = (_against_each(duels[judge], duels["rater"], epsilon) for judge in ("machine", "constant"))
    rate = float(table["wins"].mean())
    return AnnotatorTest(rate >= 0.5, rate, float(table["machine"].mean()), table, float(constant["wins"].mean()))


def replacement_test(
    machine: pd.DataFrame,
    human: pd.DataFrame,
    epsilon: float,
    *,
    level: str = "interval",
    documents: pd.Series | None = None,
) -> ReplacementTest:
    """Ask the same where raters have no identities: may the machine take the place of a person?

    For each item, each of its raters in turn steps back, and the machine is compared with that rater: which of the two
    is closer to the mean of the others? The shares of wins are averaged within the item; the test is over items.

    Parameters
    ----------
    machine, human, epsilon, level
        As in `alternative_annotator_test`; the raters of one item need not be those of another, two are enough.
    documents : Series with the document of each item (index "item", each once; 5 documents or more), or None
        Items of one document are alike; the test is then over documents.

    Returns
    -------
    ReplacementTest (replaces, difference, low, high, p, items, constant)
        `difference` is how much more often the machine is at least as close than the rater is, -1 to 1, with a 90%
        interval. It replaces a person when the interval's lower end is above -epsilon: a one-sided test at 5%. "No" is
        no proof of the contrary. `constant` is the difference of a judge that always says one rating; read it as in
        `alternative_annotator_test`: where it is as high, the result says nothing about the machine. And one person
        replaced is not all of them: the machine has no spread.

        A machine that is behind by just epsilon gets about 5% of false yes (simulated). The weak spot: one that only
        ties with people who all agree, and never beats them, gets 20% with 30 items and epsilon 0.1, 13% with 100 items
        (12% and 8% with epsilon 0.2), and 9% with 300. By documents the interval held the truth in 90 to 91% (10, 30 or
        60 documents of 10 items), by items there in 55 to 57%. Believe this test where people are a crowd of which
        anyone may be replaced; how many items it takes stands in `alternative_annotator_test`.

    Raises
    ------
    TypeError, ValueError
        As `agreement`; when fewer than 30 items are rated by the machine and two people; or when the machine's ratings
        stand in human too.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = pd.DataFrame(rng.normal(size=(60, 1)) + rng.normal(size=(60, 5)))
    >>> table = x.stack().rename_axis(["item", "rater"]).rename("rating").reset_index()
    >>> replacement_test(table[table["rater"] == 0], table[table["rater"] > 0], 0.2).replaces
    True
    """
    epsilon = _check_range("epsilon", epsilon)
    ahead = _duels(machine, human, level).groupby("item", sort=False)[["machine", "constant"]].mean()
    groups = _groups(documents, ahead.index)
    middle, constant = ahead.mean()
    error = math.sqrt(_clustered(np.bincount(groups, ahead["machine"] - middle))) / len(ahead)
    half = stats.t.ppf(0.95, groups.max()) * error
    p = _p_less(-middle, error, groups.max(), epsilon)
    return ReplacementTest(
        p < 0.05, float(middle), float(middle - half), float(middle + half), p, len(ahead), float(constant)
    )


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


def _in_order(counts: np.ndarray, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Items and their groups by what is in them, so that the interval does not depend on the order of the rows."""
    order = np.lexsort(counts.T)
    counts, groups = counts[order], groups[order]
    if groups.max() + 1 == len(groups):
        return counts, np.arange(len(groups))  # each item is a group
    rank = np.append(0, np.cumsum((np.diff(counts, axis=0) != 0).any(axis=1)))
    place = np.argsort(np.lexsort([np.bincount(groups, rank**power) for power in (2.0, 1.0)]))
    return counts, place[groups]


def _duels(machine, human, level: str) -> pd.DataFrame:
    """One row a human rating: is a judge closer to the item's others than its rater (1), as close (0), or not (-1)?

    The judges are the machine and one that gives all items the same rating, in the middle of people's.
    """
    _check_level(level, ("interval", "nominal"))
    nominal = level == "nominal"
    machine, human = _numbered(machine, human) if nominal else (machine, human)
    machine_code, machine_items, machine_x = _check(machine, "machine")
    code, items, own = _check(human, "human")
    _check_apart(machine, human)
    levels = np.unique(np.concatenate([machine_x, own])) if nominal else None
    if nominal:
        _check_few("machine and human", levels)
        one = levels[np.argmax(_counts(machine_code, machine_x, levels), axis=1)]
    else:
        one = _moments(machine_code, machine_x)[1]
    said = pd.Series(one, index=machine_items).reindex(items).to_numpy()[code]
    keep = (np.bincount(code)[code] > 1) & ~np.isnan(said)
    if len(np.unique(code[keep])) < 30:
        raise ValueError(
            "machine and human must have 30 or more items in common, with 2 or more people each; got "
            f"{_overlap(machine, human)}"
        )
    table = pd.DataFrame({column: human[column].to_numpy()[keep] for column in ("item", "rater")})
    code, own = pd.factorize(code[keep])[0], own[keep]
    values, count = np.unique(own, return_counts=True)
    far = -count if nominal else np.abs(values - own.mean())
    always = np.full(len(own), values[np.argmax(far <= far.min() + 1e-9 * np.ptp(values) * (not nominal))])
    closer = partial(_more_alike, levels=levels) if nominal else _closer
    return table.assign(machine=closer(said[keep], own, code), constant=closer(always, own, code))


def _closer(said: np.ndarray, own: np.ndarray, code: np.ndarray) -> np.ndarray:
    """1 where what was said is closer than one's own rating to the mean of the item's others, 0 as close, else -1."""
    others = (np.bincount(code, own)[code] - own) / (np.bincount(code)[code] - 1)
    # Squared distances to the others, own less said, in two factors. Means of ratings carry rounding errors in
    # proportion to the ratings, and a tie must stay one.
    rounding = 1e-12 * (np.abs(said) + np.bincount(code, np.abs(own))[code])
    apart, middle = own - said, (said + own) / 2 - others
    return np.where((np.abs(apart) <= rounding) | (np.abs(middle) <= rounding), 0.0, np.sign(apart) * np.sign(middle))


def _more_alike(said: np.ndarray, own: np.ndarray, code: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """1 where more of the item's others said this than said one's own label, 0 where as many, else -1."""
    counts = _counts(code, own, levels)
    agree = counts[code, np.searchsorted(levels, said)] - (said == own)
    return np.sign(agree - (counts[code, np.searchsorted(levels, own)] - 1))


def _against_each(ahead: pd.Series, rater: pd.Series, epsilon: float) -> pd.DataFrame:
    """One row a rater: on how many items, how often who is at least as close, and the test that the judge wins."""
    rows = {}
    for name, x in ahead.groupby(rater):
        p = _p_less(-x.mean(), x.std() / math.sqrt(len(x)), len(x) - 1, epsilon)
        rows[name] = len(x), (x >= 0).mean(), (x <= 0).mean(), p
    table = pd.DataFrame(list(rows.values()), pd.Index(list(rows), name="id"), ["items", "machine", "rater", "p"])
    return table.assign(wins=stats.false_discovery_control(table["p"], method="by") <= 0.05)


def _p_less(mean: float, error: float, freedom: int, limit: float) -> float:
    """The one-sided p-value of the t-test that a mean with this standard error is below a limit."""
    if error < 1e-12:  # shares of wins that are all the same, but for rounding
        return 0.0 if mean < limit - 1e-12 else 1.0
    return float(stats.t.cdf((mean - limit) / error, freedom))


def _numbered(*tables) -> tuple:
    """The tables with words as numbers, in the order of the alphabet. What is no table stays, to be refused later."""
    if any(not isinstance(table, pd.DataFrame) or list(table.columns).count("rating") != 1 for table in tables):
        return tables
    said = [table["rating"].dropna().tolist() for table in tables]
    strange = [label for some in said for label in some if not isinstance(label, (str, numbers.Real))]
    if strange:
        raise TypeError(f"rating must hold words or numbers as labels; got {strange[0]!r}.")
    known = [set(some) for some in said]
    if all(known) and not set.intersection(*known):
        raise ValueError(
            f"machine and human must use the same labels; machine says {said[0][0]!r}, human says {said[1][0]!r}, and "
            "none is in both. Rename the machine's."
        )
    if not any(isinstance(label, str) for some in known for label in some):
        return tables
    order = sorted(set.union(*known), key=lambda label: (isinstance(label, str), label))
    number = {label: place for place, label in enumerate(order)}
    return tuple(table.assign(rating=table["rating"].astype(object).map(number).astype(float)) for table in tables)


def _check_level(level, levels) -> None:
    if not isinstance(level, str) or level not in levels:
        raise ValueError(f"level must be one of {', '.join(levels)}; got {level!r}.")


def _overlap(machine: pd.DataFrame, human: pd.DataFrame) -> str:
    """How many items both tables have, and what may be wrong with them."""
    people = human["item"][human["item"].isin(machine["item"])].astype(object).value_counts()
    if people.empty:
        return "none that is in both. Are the ids of one kind?"
    several = int((people > 1).sum())
    return f"{len(people)} items in common, " + (
        f"{several} with two people." if several else "none with two people. Are machine and human swapped?"
    )


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
