"""The word counts are a shortcut, so they must give what scikit-learn gives the long way."""

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from helpers.course.datasets import machine_reviews
from helpers.course.text_models import WordCounts


def test_predicts_what_refitting_predicts():
    reviews = machine_reviews().set_index("id").sample(400, random_state=0)
    train, test = reviews.iloc[:150], reviews.iloc[150:]
    long_way = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(solver="liblinear"))
    expected = long_way.fit(train["text"], train["rating"] > 0).predict(test["text"])
    predicted = WordCounts(reviews["text"]).fit_predict(train.index, train["rating"] > 0, test.index)
    assert len(np.unique(predicted)) == 2
    np.testing.assert_array_equal(predicted, expected)


def test_ids_must_be_unique_and_known():
    with pytest.raises(ValueError, match="texts must have unique ids; 'a' recurs"):
        WordCounts(pd.Series({"a": "one", "b": "two"}).iloc[[0, 0]])
    words = WordCounts(pd.Series({"a": "one film", "b": "two films"}))
    with pytest.raises(KeyError):
        words.fit_predict(["a", "b"], [0, 1], ["c"])
