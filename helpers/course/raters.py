"""Raters drawn at random: halves, one to judge the other, and panels; and the items on which raters differ most."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

__all__ = ["after_review", "draw_raters", "halves", "most_split"]


def halves(ratings: pd.DataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split the raters of each item into two halves at random.

    Parameters
    ----------
    ratings : DataFrame with the columns item, rater, rating
    rng : numpy.random.Generator

    Returns
    -------
    two DataFrames
        As `ratings`, in random order, with a column `place` that counts the raters of each item in each half from 0 on:
        `half[half["place"] < 3]` is a random panel of three. The second half is the larger one where a number is odd.

    Examples
    --------
    >>> table = pd.DataFrame({"item": list("aaaaa"), "rater": range(5), "rating": range(5)})
    >>> first, second = halves(table, np.random.default_rng(0))
    >>> len(first), len(second), second["place"].tolist()
    (2, 3, [0, 1, 2])
    """
    mixed = ratings.sample(frac=1, random_state=rng)
    raters = mixed.groupby("item")["item"].transform("size")
    first = mixed.groupby("item").cumcount() < raters // 2
    return tuple(half.assign(place=half.groupby("item").cumcount()) for half in (mixed[first], mixed[~first]))


def draw_raters(ratings: pd.DataFrame, items: Sequence, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw so many ratings of each item at random, as if that many people were asked.

    Parameters
    ----------
    ratings : DataFrame with the columns item, rater, rating
    items : sequence of items, the rows of the result
    count : int, 1 or more
    rng : numpy.random.Generator

    Returns
    -------
    DataFrame, index item, columns 0 to `count` - 1

    Raises
    ------
    ValueError
        When an item has fewer ratings than `count`.

    Examples
    --------
    >>> table = pd.DataFrame({"item": list("aabb"), "rater": range(4), "rating": [3, 3, -1, -1]})
    >>> draw_raters(table, ["b", "a"], 1, np.random.default_rng(0))[0].to_dict()
    {'b': -1, 'a': 3}
    """
    mixed = ratings.sample(frac=1, random_state=rng)
    mixed = mixed.assign(place=mixed.groupby("item").cumcount()).query("place < @count")
    drawn = mixed.pivot(index="item", columns="place", values="rating").reindex(items)
    if drawn.shape[1] < count or drawn.isna().any(axis=None):
        raise ValueError(f"count must be at most the number of ratings of each item; got {count}. Ask for fewer.")
    return drawn.astype(int)


def after_review(machine: pd.Series, ratings: pd.DataFrame, rng: np.random.Generator) -> dict[str, pd.Series]:
    """A machine's ratings after people have reviewed those near 0, and rivals that ask nobody.

    Parameters
    ----------
    machine : Series, index item, ratings from -4 to 4
        Those of -1, 0 and 1 are reviewed; the others stay.
    ratings : DataFrame with the columns item, rater, rating
        The people who review: three or more an item. A draw decides who, anew for each item.
    rng : numpy.random.Generator

    Returns
    -------
    dict from way to Series with the index of `machine`
        `machine alone`, as it was; `one person replaces`, whose answer takes its place; `one person, 0 keeps`, who
        replaces it unless the answer is 0; `one person added`, the mean of the person and the machine; `one
        person, only zeros`, who is asked only where the machine said 0; `three people added`, the mean of the three
        and the machine; `three people, only zeros`, the mean of the three where the machine said 0; `nobody, 0 is
        positive`, the machine's ratings with 1 for each 0. Where people and machine add up to 0, the machine's stays.

    Examples
    --------
    >>> people = pd.DataFrame({"item": list("aaabbb"), "rater": range(6), "rating": [-3] * 3 + [1] * 3})
    >>> ways = after_review(pd.Series({"a": 1, "b": 0}), people, np.random.default_rng(0))
    >>> [ways[way].tolist() for way in ("machine alone", "one person replaces", "one person added")]
    [[1, 0], [-3, 1], [-1.0, 0.5]]
    """
    people = draw_raters(ratings[ratings["item"].isin(machine.index)], machine.index, 3, rng)
    one, three = people[0], people.sum(axis=1)
    said = {"machine alone": machine, "one person replaces": one, "one person, 0 keeps": one.where(one != 0, machine)}
    said["one person added"] = ((machine + one) / 2).where(machine + one != 0, machine)
    said["one person, only zeros"] = one.where(machine == 0, machine)
    said["three people added"] = ((machine + three) / 4).where(machine + three != 0, machine)
    said["three people, only zeros"] = (three / 3).where(machine == 0, machine)
    said["nobody, 0 is positive"] = machine.replace(0, 1)
    return {way: machine.where(machine.abs() > 1, reviewed) for way, reviewed in said.items()}


def most_split(ratings: pd.DataFrame, count: int, rng: np.random.Generator) -> set:
    """The items on which these ratings lie furthest apart.

    Parameters
    ----------
    ratings : DataFrame with the columns item, rater, rating
    count : int, how many items
    rng : numpy.random.Generator
        Ties are broken at random, so that a machine that never differs from itself finds what chance finds.

    Examples
    --------
    >>> table = pd.DataFrame({"item": list("aabbcc"), "rater": [1, 2] * 3, "rating": [0, 0, -3, 3, 1, 2]})
    >>> most_split(table, 1, np.random.default_rng(0))
    {'b'}
    """
    variance = ratings.groupby("item")["rating"].var().fillna(0)
    return set((variance.round(9) + 1e-10 * rng.random(len(variance))).nlargest(count).index)
