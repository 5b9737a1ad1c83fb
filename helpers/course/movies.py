"""The task of several lessons: is a sentence from a movie review positive or negative?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.course.datasets import movie_labels
from helpers.course.text_models import WordCounts

__all__ = ["MovieTask"]


class MovieTask:
    """Gold sentences, everything that can be trained on, and the classifier of lesson 00.

    Labels travel as Series: index ids of sentences, values -1, 0 or 1. A 0, "neither", is paid for and can't be used,
    so training drops it.

    Parameters
    ----------
    gold_items, gold_seed : int
        As in `movie_labels`.

    Attributes
    ----------
    texts : DataFrame, as `movie_labels` gives it
    gold : DataFrame, its rows with the part "gold"

    Examples
    --------
    >>> task = MovieTask()
    >>> person, labelled, written = task.shuffled(np.random.default_rng(0))
    >>> len(person), len(labelled), len(written)
    (6735, 800, 2400)
    >>> int((task.predict(person[:130], labelled) == task.gold["people"]).mean() * 100)
    69
    """

    def __init__(self, gold_items: int = 3000, gold_seed: int = 0):
        self.texts = movie_labels(gold_items, gold_seed)
        self.gold = self.texts[self.texts["part"] == "gold"]
        self._words = WordCounts(self.texts["text"])

    def shuffled(self, rng: np.random.Generator) -> tuple[pd.Series, pd.Series, pd.Series]:
        """All labels that can be bought, in a new random order.

        Parameters
        ----------
        rng : numpy.random.Generator

        Returns
        -------
        three Series
            One person's labels (first the 30 sentences that the machine was shown, so they count as bought), the
            machine's labels of real sentences, and those of the sentences that it wrote.
        """
        parts = self.texts.groupby("part").groups
        order = {part: rng.permutation(parts[part]) for part in ("example", "pool", "labelled", "written")}
        person = self.texts.loc[[*order["example"], *order["pool"]], "person"]
        return person, *(self.texts.loc[order[part], "machine"] for part in ("labelled", "written"))

    def predict(
        self, *labels: pd.Series, ids: Sequence | None = None, weights: Sequence[float] | None = None
    ) -> np.ndarray:
        """Train on one or more sets of labels, and predict.

        Parameters
        ----------
        labels : Series, one or more
        ids : sequence of ids, or None
            What to predict; the gold without it.
        weights : sequence of numbers above 0, or None
            How much a row of each set counts, beside the rows of the others. The average row counts 1 in any case,
            so that weights don't change how far the model is held back.

        Returns
        -------
        ndarray, -1 or 1 for each
        """
        train = self._usable(labels)
        ids = self.gold.index if ids is None else ids
        if weights is not None:
            weights = np.repeat(weights, [(part != 0).sum() for part in labels])
            weights = weights / weights.mean()
        return self._words.fit_predict(train.index, train, ids, weights=weights)

    def probabilities(self, labels: pd.Series, ids: Sequence) -> pd.DataFrame:
        """Train on labels, and give the probability of each label for other sentences.

        Parameters
        ----------
        labels : Series
        ids : sequence of ids

        Returns
        -------
        DataFrame, index `ids`, columns -1 and 1
        """
        train = self._usable([labels])
        return self._words.fit_probabilities(train.index, train, ids)

    def out_of_fold(self, labels: pd.Series, own: pd.Series) -> pd.Series:
        """What a classifier says of each row that learned from `own` and from the half of the rows without it.

        Parameters
        ----------
        labels : Series
            The rows to judge, in random order.
        own : Series
            Labels that are trusted.

        Returns
        -------
        Series with the index of `labels`
        """
        halves = labels.iloc[::2], labels.iloc[1::2]
        said = [
            pd.Series(self.predict(own, train, ids=judged.index), judged.index)
            for train, judged in (halves, halves[::-1])
        ]
        return pd.concat(said)[labels.index]

    def _usable(self, labels: Sequence[pd.Series]) -> pd.Series:
        together = pd.concat(labels)
        return together[together != 0]
