"""The word counts give what scikit-learn gives the long way; the tagger's scores are those that one counts by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline

from helpers.course.datasets import machine_reviews, ner_sentences, rated_sentences
from helpers.course.text_models import NameTagger, WordCounts, _columns


def test_predicts_what_refitting_predicts():
    reviews = machine_reviews().set_index("id").sample(400, random_state=0)
    train, test = reviews.iloc[:150], reviews.iloc[150:]
    long_way = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(solver="liblinear", C=3))
    expected = long_way.fit(train["text"], train["rating"] > 0).predict(test["text"])
    predicted = WordCounts(reviews["text"]).fit_predict(train.index, train["rating"] > 0, test.index, C=3)
    assert len(np.unique(predicted)) == 2
    np.testing.assert_array_equal(predicted, expected)


def test_columns_are_picked_as_scipy_picks_them():
    counts = sparse.random(40, 300, 0.005, format="csr", random_state=0)  # some rows are empty
    kept = np.random.default_rng(0).random(300) < 0.4
    ours, theirs = _columns(counts, kept), counts[:, np.flatnonzero(kept)]
    assert ours.shape == theirs.shape
    for name in ("data", "indices", "indptr"):
        np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name))


def test_many_labels_get_what_the_slower_form_of_the_solver_gives():
    sentences = rated_sentences("movies").set_index("item").head(2500)
    labels = pd.qcut(sentences["mean_rating"], 8, labels=False)
    train, test = sentences.index[:1500], sentences.index[1500:]
    slower = OneVsRestClassifier(LogisticRegression(solver="liblinear", C=10))
    long_way = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), slower)
    expected = long_way.fit(sentences.loc[train, "text"], labels[train]).predict(sentences.loc[test, "text"])
    words = WordCounts(sentences["text"])
    predicted = words.fit_predict(train, labels[train], test)
    assert np.mean(predicted != expected) <= 0.002
    np.testing.assert_array_equal(predicted, words.fit_predict(train, labels[train], test))


def test_probabilities_go_with_the_predictions():
    reviews = machine_reviews().set_index("id").sample(300, random_state=0)
    train, test = reviews.iloc[:100], reviews.iloc[100:]
    words = WordCounts(reviews["text"])
    labels = np.sign(train["rating"])
    table = words.fit_probabilities(train.index, labels, test.index)
    assert list(table.columns) == [-1, 1] and list(table.index) == list(test.index)
    np.testing.assert_allclose(table.sum(axis=1), 1)
    np.testing.assert_array_equal(table.idxmax(axis=1), words.fit_predict(train.index, labels, test.index))


def test_ids_must_be_unique_and_known():
    with pytest.raises(ValueError, match="texts must have unique ids; 'a' recurs"):
        WordCounts(pd.Series({"a": "one", "b": "two"}).iloc[[0, 0]])
    words = WordCounts(pd.Series({"a": "one film", "b": "two films"}))
    with pytest.raises(KeyError):
        words.fit_predict(["a", "b"], [0, 1], ["c"])


def test_the_default_lies_on_the_plateau_of_cross_validation():
    """The text of `C` says so; here it is measured, on sentences that serve for training in the lessons."""
    movies = rated_sentences("movies").set_index("item")
    drawn = movies[movies["mean_rating"].abs() >= 0.5].sample(1000, random_state=100)

    def accuracy(C):
        model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(solver="liblinear", C=C))
        return cross_val_score(model, drawn["text"], drawn["mean_rating"] > 0, cv=3, scoring="balanced_accuracy").mean()

    plateau = [accuracy(C) for C in (3, 10, 100)]
    assert max(plateau) - min(plateau) < 0.015
    assert accuracy(0.1) < min(plateau) - 0.02


class Says(NameTagger):
    """A tagger that says what it is told."""

    def __init__(self, kinds):
        self._model = self
        self.predict = lambda features: np.array(kinds)


SENTENCES = pd.DataFrame(
    {
        "tokens": [["Li", "Na", "met", "Ada"], ["no", "names"], ["in", "Oslo"]],
        "tags": [["B-PER", "I-PER", "O", "B-PER"], ["O", "O"], ["O", "B-LOC"]],
    }
)


@pytest.mark.parametrize(
    ("said", "scores"),
    [
        ("PER PER O PER  O O  O LOC", [1, 1, 1]),
        ("PER O O PER  O O  O O", [0.5, 1, 0]),  # half of a name is no name: 1 found of 2 marked and 2 said
        ("PER PER O O  O PER  O PER", [2 / 3, 0, 0]),  # invented in the second, the wrong kind in the third
        ("PER PER O PER  PER O  O LOC", [1, 0, 1]),  # a name ends with its sentence
    ],
)
def test_scores_of_a_tagger_by_hand(said, scores):
    assert Says(said.split()).sentence_scores(SENTENCES) == pytest.approx(scores)


def test_the_tagger_learns_names_that_it_has_not_met():
    table = ner_sentences().sample(frac=1, random_state=0)
    learned = NameTagger().fit(table[:180]).sentence_scores(table[180:]).mean()
    silent = Says(["O"] * table[180:]["tokens"].map(len).sum()).sentence_scores(table[180:]).mean()
    assert learned > silent + 0.2
