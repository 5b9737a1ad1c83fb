"""Random halves of raters, one to judge the other, and the items on which raters differ most."""

import numpy as np
import pandas as pd

__all__ = ["halves", "most_split"]


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
