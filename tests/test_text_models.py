"""The word counts are a shortcut, so they must give what scikit-learn gives the long way."""

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

from helpers.course.datasets import machine_reviews, rated_sentences
from helpers.course.text_models import WordCounts


def test_predicts_what_refitting_predicts():
    reviews = machine_reviews().set_index("id").sample(400, random_state=0)
    train, test = reviews.iloc[:150], reviews.iloc[150:]
    long_way = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(solver="liblinear", C=3))
    expected = long_way.fit(train["text"], train["rating"] > 0).predict(test["text"])
    predicted = WordCounts(reviews["text"]).fit_predict(train.index, train["rating"] > 0, test.index, C=3)
    assert len(np.unique(predicted)) == 2
    np.testing.assert_array_equal(predicted, expected)


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
