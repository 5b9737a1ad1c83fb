"""The text models of the lessons: one that sorts sentences by their words, and one that marks names."""

from collections.abc import Hashable, Sequence
from functools import cache

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import LinearSVC

__all__ = ["NameTagger", "WordCounts"]


class WordCounts:
    """Counts the words of all sentences once, so that a lesson can fit hundreds of classifiers in seconds.

    Words and pairs of words, weighed by TF-IDF, and logistic regression.

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
        self,
        train: Sequence[Hashable],
        labels: Sequence[int],
        test: Sequence[Hashable],
        C: float = 10.0,
        weights: Sequence[float] | None = None,
    ) -> np.ndarray:
        """Fit on some sentences and predict the labels of others.

        The words and weights come from the training sentences alone: the result is to the bit what scikit-learn's
        `TfidfVectorizer(ngram_range=(1, 2))` and `LogisticRegression(solver="liblinear", C=C)` give, without counting
        again. More than two labels are told apart one against the rest, by the same solver's dual form: it takes half
        the time, and one prediction in a thousand may differ.

        Parameters
        ----------
        train : ids of n sentences
        labels : n labels
        test : ids of m sentences
        C : float, above 0
            How little the weights are held back. On the movie sentences cross-validation finds a plateau from 3 to
            100. scikit-learn's default, 1, holds back so much that adding any rows helps, even copies of the same.
        weights : n numbers above 0, or None
            How much each sentence counts in the fit (scikit-learn's `sample_weight`); 1 each without it.

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
        model, features = self._fit(train, labels, test, C, weights)
        return model.predict(features)

    def fit_probabilities(
        self, train: Sequence[Hashable], labels: Sequence[int], test: Sequence[Hashable], C: float = 10.0
    ) -> pd.DataFrame:
        """Fit on some sentences and give the probability of each label for others.

        Parameters
        ----------
        train, labels, test, C
            As in `fit_predict`.

        Returns
        -------
        DataFrame (m, classes), index the ids of `test`, columns the labels in order

        Raises
        ------
        KeyError, ValueError
            As `fit_predict`.
        """
        model, features = self._fit(train, labels, test, C)
        return pd.DataFrame(model.predict_proba(features), test, model.classes_)

    def _fit(self, train, labels, test, C, weights=None):
        """The fitted classifier, and the test sentences as it sees them."""
        rows, weighing = self._counts[self._row.loc[train].to_numpy()], TfidfTransformer()
        seen = np.zeros(rows.shape[1], dtype=bool)
        seen[rows.indices] = True
        model = LogisticRegression(solver="liblinear", C=C)
        if len(set(labels)) > 2:  # this solver tells two labels apart: one label against the rest, for each
            model = OneVsRestClassifier(model.set_params(dual=True, random_state=0))
        weighted = {} if weights is None else {"sample_weight": weights}
        model.fit(weighing.fit_transform(_columns(rows, seen)), labels, **weighted)
        return model, weighing.transform(_columns(self._counts[self._row.loc[test].to_numpy()], seen))


def _columns(counts: csr_matrix, kept: np.ndarray) -> csr_matrix:
    """`counts[:, kept]`, several times as fast where there are millions of columns."""
    inside = kept[counts.indices]
    ends = np.r_[0, np.cumsum(inside)][counts.indptr]
    columns = (np.cumsum(kept) - 1)[counts.indices[inside]]
    return csr_matrix((counts.data[inside], columns, ends), shape=(counts.shape[0], kept.sum()))


class NameTagger:
    """Marks the names in sentences, judging each word by its look, its ends and its two neighbours.

    A linear support vector machine, fitted in milliseconds. For real projects go to spaCy or a pre-trained model.

    Parameters
    ----------
    C : float, above 0
        How little the weights are held back.

    Examples
    --------
    >>> words = [["Ada", "sings"], ["Bob", "hums"], ["he", "hums"]]
    >>> tags = [["B-PER", "O"], ["B-PER", "O"], ["O", "O"]]
    >>> table = pd.DataFrame({"tokens": words, "tags": tags})
    >>> NameTagger().fit(table).sentence_scores(table).tolist()
    [1.0, 1.0, 1.0]
    """

    def __init__(self, C: float = 0.1):
        self._model = LinearSVC(C=C, tol=0.01, random_state=0)

    def fit(self, table: pd.DataFrame) -> "NameTagger":
        """Learn from marked sentences.

        Parameters
        ----------
        table : DataFrame with `tokens` and `tags`, as `datasets.ner_sentences` returns it

        Returns
        -------
        NameTagger, itself

        Raises
        ------
        ValueError
            When all words are of one kind (from scikit-learn).
        """
        self._model.fit(_features(table), _kinds(table))
        return self

    def sentence_scores(self, table: pd.DataFrame) -> np.ndarray:
        """Mark the names of other sentences and compare with the marks they have.

        Two names of one kind that touch are taken for one.

        Parameters
        ----------
        table : DataFrame with `tokens` and `tags`, n rows

        Returns
        -------
        ndarray (n,), 0 to 1
            The F1 of each sentence's names: 2 x found / (marked + said), where a name is found when all of its words
            and its kind are right. 1 where none is marked and none is said.
        """
        sentence = np.repeat(np.arange(len(table)), table["tokens"].map(len))
        marked, said = _names(_kinds(table), sentence), _names(self._model.predict(_features(table)), sentence)
        found, marked, said = (
            np.bincount([sentence[start] for start, _, _ in names], minlength=len(table))
            for names in (marked & said, marked, said)
        )
        return np.where(marked + said, 2 * found / np.maximum(marked + said, 1), 1.0)


def _kinds(table: pd.DataFrame) -> np.ndarray:
    """The kind of each word, such as PER, or O."""
    return np.array([tag[2:] or "O" for tags in table["tags"] for tag in tags])


def _names(kinds: np.ndarray, sentence: np.ndarray) -> set[tuple[int, int, str]]:
    """Each run of words of one kind in one sentence: (first word, one past the last, kind)."""
    starts = np.flatnonzero(np.r_[True, (kinds[1:] != kinds[:-1]) | (np.diff(sentence) > 0)])
    ends = np.r_[starts[1:], len(kinds)]
    return {(start, end, kinds[start]) for start, end in zip(starts, ends, strict=True) if kinds[start] != "O"}


def _features(table: pd.DataFrame) -> csr_matrix:
    """One row a word: what it looks like, what the word before it looks like, and the word after it."""
    words = [word for tokens in table["tokens"] for word in ["<s>", *tokens, "</s>"]]
    different, place = np.unique(words, return_inverse=True)
    looks = _LOOKS.transform(different)[place]
    here = np.array([i for i, word in enumerate(words) if word not in ("<s>", "</s>")])
    return hstack([looks[here - 1], looks[here], looks[here + 1]], format="csr")


@cache
def _look(word: str) -> list[str]:
    small = word.lower()
    capital = "capital" if word[0].isupper() else "no capital"
    return [small, f"{small[:3]}-", f"-{small[-3:]}", f"-{small[-2:]}", capital]


_LOOKS = HashingVectorizer(analyzer=_look, n_features=512, norm=None, alternate_sign=False)
