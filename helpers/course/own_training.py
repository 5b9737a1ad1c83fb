"""The learner's own table, second part: which rows are tested, which are trained on, and what a score says.

Near copies stay together, and so do the rows of a group: they are all in the test or all out of it. So nothing leaks,
what recurs in the table recurs in the test as often, and an interval counts copies as one.
"""

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from helpers.course.own_data import OwnDataError
from helpers.course.text_models import WordCounts

__all__ = [
    "TextTask",
    "fix_gold",
    "sizes_to_try",
    "split_singly",
    "together",
    "training_rows",
    "twins",
    "without_chance",
]


def together(rows: pd.DataFrame, copies: pd.DataFrame) -> pd.Series:
    """Number the sets of rows that must not be parted: rows of one group, near copies, and copies of copies.

    Parameters
    ----------
    rows : DataFrame, `OwnTable.rows`
        Or only its column `group`.
    copies : DataFrame, from `near_duplicates` with ids

    Returns
    -------
    Series, index as in rows
        The number of its set; a row that is like no other has one of its own.

    Examples
    --------
    >>> rows = pd.DataFrame({"group": [None, "g", "g", None]}, index=[*"abcd"])
    >>> together(rows, pd.DataFrame({"first": ["a"], "second": ["b"]})).tolist()
    [0, 0, 0, 1]
    """
    place = pd.Series(np.arange(len(rows)), rows.index)
    grouped = rows["group"].dropna()
    first_of_group = place[grouped.index].groupby(grouped).transform("first")
    begin = np.r_[place[copies["first"]].to_numpy(), first_of_group.to_numpy()].astype(int)
    end = np.r_[place[copies["second"]].to_numpy(), place[grouped.index].to_numpy()].astype(int)
    edges = coo_array((np.ones(len(begin)), (begin, end)), shape=(len(rows), len(rows)))
    return pd.Series(connected_components(edges, directed=False)[1], rows.index)


def fix_gold(rows: pd.DataFrame, rng: np.random.Generator, share: float = 0.3, most: int = 2000) -> pd.Index:
    """Choose the test rows: people's alone, drawn at random, the same for every repeat.

    Parameters
    ----------
    rows : DataFrame with `label`, `origin` and `group`
        Rows of one group are drawn as one. A group that is larger than what its label may still give stays out of the
        test.
    rng : numpy.random.Generator
    share : float, 0.1 to 0.5
        Of people's rows.
    most : int

    Returns
    -------
    Index
        Ids of the test rows. Each label has its share in them, as far as whole groups allow.

    Raises
    ------
    OwnDataError
        When the share is out of its range, or groups are so large that a label has no row on one of the two sides.

    Examples
    --------
    >>> rows = pd.DataFrame({"label": ["a", "b"] * 10, "origin": "human", "group": None})
    >>> len(fix_gold(rows, np.random.default_rng(0)))
    6
    """
    if not 0.1 <= share <= 0.5:
        raise OwnDataError(f"GOLD_SHARE must be from 0.1 to 0.5; it is {share}. 0.3 is a good start.")
    people = rows[rows["origin"] == "human"]
    unit = people["group"].where(people["group"].notna(), pd.Series(people.index, people.index)).astype("category")
    units = people.groupby(unit.cat.codes)["label"].agg(["first", "size"])
    taken = []
    for _, alike in units.groupby("first"):
        left = round(min(share, most / len(people)) * alike["size"].sum())
        for each, size in alike["size"].iloc[rng.permutation(len(alike))].items():
            if size <= left:
                taken.append(each)
                left -= size
    inside = unit.cat.codes.isin(taken)
    for side in (people[inside], people[~inside]):
        if lost := sorted(set(people["label"]) - set(side["label"])):
            raise OwnDataError(
                f"With whole groups, or whole sets of copies, in the test or out of it, the label {', '.join(lost[:5])}"
                f" is on one side alone: its rows need more sets than these {len(units):,}. Set ALIKE higher; or set "
                "GROUP = None, if rows of one group are not alike."
            )
    return people.index[inside]


def training_rows(
    rows: pd.DataFrame, gold: pd.Index, rng: np.random.Generator, most: int = 8000
) -> tuple[pd.Index, pd.Index]:
    """The rows that may be trained on: no test rows, and none of a test row's group.

    Parameters
    ----------
    rows : DataFrame with `label`, `origin` and `group`
    gold : Index
        Ids of the test rows.
    rng : numpy.random.Generator
    most : int
        As in `sizes_to_try`. Of more than three times as many rows by people, and of more than as many by the
        machine, so many are drawn at random.

    Returns
    -------
    two Index
        Ids of rows by people, and of rows by a machine.

    Examples
    --------
    >>> rows = pd.DataFrame({"origin": ["human", "human", "machine"], "label": 1, "group": None}, index=[*"abc"])
    >>> people, machine = training_rows(rows, pd.Index(["b"]), np.random.default_rng(0))
    >>> list(people), list(machine)
    (['a'], ['c'])
    """
    tested = rows["group"].isin(rows.loc[gold, "group"].dropna())
    kept = rows[~rows.index.isin(gold) & ~tested]
    most = _affordable(most, rows.loc[gold, "label"].nunique())
    drawn = [kept.index[kept["origin"] == origin] for origin in ("human", "machine")]
    people, machine = (
        pd.Index(rng.choice(ids, most_of, replace=False)) if len(ids) > most_of else ids
        for ids, most_of in zip(drawn, (3 * most, most), strict=True)
    )
    return people, machine


def split_singly(alike: pd.Series, gold: pd.Index, people: pd.Index, rng: np.random.Generator) -> int:
    """Count the test rows that would have a copy outside of the test, had rows been drawn one by one.

    Parameters
    ----------
    alike : Series, from `together`
    gold, people : Index
        The test rows, and all rows by people; so many as in gold are drawn from people.
    rng : numpy.random.Generator

    Returns
    -------
    int

    Examples
    --------
    >>> alike = pd.Series([0, 0, 1], index=[*"abc"])
    >>> split_singly(alike, pd.Index(["a"]), pd.Index(["a", "b"]), np.random.default_rng(0))
    1
    """
    drawn = alike.index.isin(rng.choice(people, len(gold), replace=False))
    return int(alike[drawn].isin(alike[~drawn]).sum())


def twins(alike: pd.Series, gold: pd.Index, most: int, least: int = 10) -> pd.Index:
    """Rows that copy a test row and that are left out of training for it: to measure what they would have done.

    Parameters
    ----------
    alike : Series, from `together`
        Of all rows, by people and by a machine.
    gold : Index
        Test rows. The first of a set of copies remains to be tested on; the others are twins.
    most : int
        So many at most.
    least : int
        None, when there are fewer: they would show nothing.

    Returns
    -------
    Index

    Examples
    --------
    >>> twins(pd.Series([0, 0, 1, 1, 2], index=[*"abcde"]), pd.Index(["a", "b", "c"]), 10, least=1).tolist()
    ['b', 'd']
    """
    tested = alike[gold].drop_duplicates()
    found = alike.index[alike.isin(tested) & ~alike.index.isin(tested.index)][:most]
    return found if len(found) >= least else found[:0]


def sizes_to_try(pool: int, labels: int, most: int = 8000) -> list[int]:
    """The numbers of labels for a learning curve: each is twice the one before.

    Parameters
    ----------
    pool : int
        How many of people's rows can be trained on. At most 60% of them are drawn, so that repeats differ.
    labels : int
        How many different labels there are: the smallest number is at least 5 a label, and 20.
    most : int
        The largest number; less with more than 10 labels, for each label takes a classifier of its own.

    Returns
    -------
    list of 3 to 6 numbers, from small to large

    Examples
    --------
    >>> sizes_to_try(700, 2)
    [26, 52, 104, 208, 416]
    """
    largest = min(int(0.6 * pool), _affordable(most, labels))
    largest -= largest % (32 if largest >= 640 else 8)  # so that halves are whole numbers
    sizes = [largest // 2**step for step in range(5, -1, -1)]
    kept = [size for size in sizes if size >= max(20, 5 * labels)]
    return kept if len(kept) >= 3 else sizes[-3:]


class TextTask:
    """Predicts the labels of the test rows after training on other rows: word counts and logistic regression.

    Parameters
    ----------
    rows : DataFrame with `text` and `label`
        All that will be trained on or tested.
    gold : Index
        Ids of the test rows.

    Examples
    --------
    >>> rows = pd.DataFrame({"text": ["good one", "bad one", "good two", "bad two"], "label": list("pnpn")})
    >>> TextTask(rows, rows.index[2:]).predict([0, 1]).tolist()
    ['p', 'n']
    """

    def __init__(self, rows: pd.DataFrame, gold: pd.Index):
        self.gold, self.truth, self._labels = gold, rows.loc[gold, "label"].to_numpy(), rows["label"]
        self._words = WordCounts(rows["text"])

    def predict(self, ids: Sequence) -> np.ndarray:
        """Train on these rows, and predict the test rows; where all have one label, that one.

        Parameters
        ----------
        ids : sequence of ids

        Returns
        -------
        ndarray of labels, in the order of the test rows
        """
        labels = self._labels.loc[ids]
        if labels.nunique() == 1:
            return np.full(len(self.gold), labels.iloc[0], dtype=object)
        return self._words.fit_predict(ids, labels, self.gold)


def without_chance(pair: pd.DataFrame, before: Hashable, after: Hashable) -> pd.Series | None:
    """The row of a comparison in which every repeat gave the same scores, so that chance can't be seen.

    A classifier that knows one label only is such a one; `compare` refuses it.

    Parameters
    ----------
    pair : DataFrame, from `run_trials`, with a score for each test row and two arms
    before, after : names of the arms

    Returns
    -------
    Series as in a row of `compare`, without `low` and `high`; or None, when repeats differ

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([range(2), range(3)], names=["repeat", "item"])
    >>> without_chance(pd.DataFrame({"a": 0.5, "b": 0.5}, index), "a", "b")["verdict"]
    'the same in every repeat'
    """
    if (pair.groupby("item").nunique() > 1).any(axis=None):
        return None
    means = pair.mean()
    row = {"mean": means[after], "difference": means[after] - means[before], "low": np.nan, "high": np.nan}
    return pd.Series(row | {"verdict": "the same in every repeat"}, name=after)


def _affordable(most: int, labels: int) -> int:
    return most * 10 // max(labels, 10)
