"""The text classifier of the lessons: words and pairs of words, weighed by TF-IDF, and logistic regression."""

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression

__all__ = ["WordCounts"]


class WordCounts:
    """Counts the words of all sentences once, so that a lesson can fit hundreds of classifiers in seconds.

    Parameters
    ----------
    texts : Series of str, index unique ids
        Every sentence that will be used, for training or for testing.

    Examples
    --------
    >>> texts = pd.Series({"a": "good film", "b": "bad film", "c": "good plot", "d": "bad plot"})
    >>> WordCounts(texts).fit_predict(["a", "b"], [1, 0], ["c", "d"]).tolist()
    [1, 0]
    """

    def __init__(self, texts: pd.Series):
        if not texts.index.is_unique:
            raise ValueError(f"texts must have unique ids; {texts.index[texts.index.duplicated()][0]!r} recurs.")
        self._row = pd.Series(np.arange(len(texts)), index=texts.index)
        self._counts = CountVectorizer(ngram_range=(1, 2)).fit_transform(texts)

    def fit_predict(
        self, train: Sequence[Hashable], labels: Sequence[int], test: Sequence[Hashable], C: float = 10.0
    ) -> np.ndarray:
        """Fit on some sentences and predict the labels of others.

        The words and weights come from the training sentences alone: the result is to the bit what scikit-learn's
        `TfidfVectorizer(ngram_range=(1, 2))` and `LogisticRegression(solver="liblinear", C=C)` give, without counting
        again.

        Parameters
        ----------
        train : ids of n sentences
        labels : n labels
        test : ids of m sentences
        C : float, above 0
            How little the weights are held back. On the movie sentences cross-validation finds a plateau from 3 to
            100. scikit-learn's default, 1, holds back so much that adding any rows helps, even copies of the same.

        Returns
        -------
        ndarray (m,), a label each

        Raises
        ------
        KeyError
            For an id that was not among the texts.
        ValueError
            When the labels are all the same (from scikit-learn).
        """
        rows = self._counts[self._row.loc[train].to_numpy()]
        seen = np.unique(rows.indices)
        weights = TfidfTransformer().fit(rows[:, seen])
        model = LogisticRegression(solver="liblinear", C=C).fit(weights.transform(rows[:, seen]), labels)
        return model.predict(weights.transform(self._counts[self._row.loc[test].to_numpy()][:, seen]))
