"""The movie task of the lessons: what is bought, what is dropped, and that nothing of the gold is trained on."""

import numpy as np
import pandas as pd
import pytest

from helpers.course.movies import MovieTask


@pytest.fixture(scope="module")
def task():
    return MovieTask()


def test_labels_are_shuffled_and_never_gold(task):
    person, labelled, written = task.shuffled(np.random.default_rng(0))
    for labels in (person, labelled, written):
        assert labels.index.is_unique and labels.isin([-1, 0, 1]).all()
        assert not labels.index.isin(task.gold.index).any()
    assert set(task.texts.loc[person.index[:30], "part"]) == {"example"}
    assert set(task.texts.loc[person.index[30:], "part"]) == {"pool"}
    again, other = (task.shuffled(np.random.default_rng(seed))[0] for seed in (0, 1))
    pd.testing.assert_series_equal(again, person)
    assert list(other.index) != list(person.index)


def test_zeros_are_not_trained_on(task):
    person, labelled, _ = task.shuffled(np.random.default_rng(0))
    own, unclear = person[:200], person[person == 0][:50]
    np.testing.assert_array_equal(task.predict(own, unclear), task.predict(own))
    assert set(task.predict(own)) == {-1, 1}
    ids = labelled.index[:40]
    chances = task.probabilities(own, ids)
    np.testing.assert_array_equal(chances.idxmax(axis=1), task.predict(own, ids=ids))


def test_weights_are_of_rows_beside_each_other(task):
    """Equal weights change nothing; twice for one is half for the other; next to no weight is no row."""
    person, labelled, _ = task.shuffled(np.random.default_rng(0))
    own, more = person[:130], labelled[:200]
    np.testing.assert_array_equal(task.predict(own, more, weights=[7, 7]), task.predict(own, more))
    double, half = (task.predict(own, more, weights=weights) for weights in ([2, 1], [1, 0.5]))
    np.testing.assert_array_equal(double, half)
    assert (double != task.predict(own, more)).any()
    alone = task.predict(more)
    assert (task.predict(own, more, weights=[1e-6, 1]) == alone).mean() > 0.98


def test_out_of_fold_never_learned_from_the_row(task):
    """A row whose label is turned round is judged as before; the rows of the other half may be judged otherwise."""
    person, _, written = task.shuffled(np.random.default_rng(0))
    rows = written[:100]
    said = task.out_of_fold(rows, person[:100])
    turned = rows.where(rows.index != rows.index[0], -rows)
    now = task.out_of_fold(turned, person[:100])
    assert list(said.index) == list(rows.index)
    pd.testing.assert_series_equal(now.iloc[::2], said.iloc[::2])
