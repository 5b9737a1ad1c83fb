"""Imbalance: the shift in closed form and by simulation, every correction by what the model is shown, bad input."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.sparse import csr_matrix
from scipy.special import expit, logit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC

from helpers.imbalance import (
    CORRECTIONS,
    compare_corrections,
    cost_threshold,
    shortcut_rate,
    undo_prior_shift,
)

SHIFTING = [name for name in CORRECTIONS if name not in ("none", "threshold")]


def seeded(seed=0):
    return np.random.default_rng(seed)


def rare(n, rng, intercept=-3.81, slopes=(0.8, -0.6, 0.5, 0.3)):
    """Items that follow a logistic regression, one in 27 positive; the first item is all zeros."""
    X = rng.normal(size=(n, len(slopes)))
    X[0] = 0
    return X, (rng.random(n) < expit(intercept + X @ np.array(slopes))).astype(int)


class Plain(ClassifierMixin, BaseEstimator):
    """Its probability is the first column, whatever it was shown; what that was it tells `seen`."""

    def __init__(self, seen=None):
        self.seen = seen

    def __sklearn_clone__(self):
        return self

    def fit(self, X, y):
        if self.seen is not None:
            self.seen.append((X, y))
        return self

    def predict_proba(self, X):
        p = np.asarray(X)[:, 0]
        return np.column_stack([1 - p, p])


def small():
    """60 items, 10 positives, with overlap; one split in two for training and test."""
    rng = seeded(5)
    y = np.tile([1, 0, 0, 0, 0, 0], 20)
    X = rng.normal(size=(120, 3)) + y[:, None]
    return X[:60], y[:60], X[60:], y[60:]


# The shift, in closed form


@pytest.mark.parametrize(("train", "true"), [(0.5, 0.0368), (0.5, 0.001), (0.1, 0.6), (0.999, 0.001)])
def test_odds_are_multiplied_by_the_ratio_of_prior_odds(train, true):
    p = np.linspace(0.01, 0.99, 99)
    expected = logit(p) + logit(true) - logit(train)
    np.testing.assert_allclose(logit(undo_prior_shift(p, train, true)), expected, atol=1e-12)


def test_shift_there_and_back_and_to_nowhere():
    p = seeded().random(1000)
    np.testing.assert_allclose(undo_prior_shift(undo_prior_shift(p, 0.5, 0.01), 0.01, 0.5), p, rtol=1e-10)
    np.testing.assert_allclose(undo_prior_shift(p, 0.3, 0.3), p, rtol=1e-12)


def test_certainty_stays_and_one_half_becomes_the_prevalence():
    assert undo_prior_shift([0, 0.5, 1], 0.5, 0.02).tolist() == [0, pytest.approx(0.02), 1]
    assert undo_prior_shift([0, 1], 1e-9, 1 - 1e-9).tolist() == [0, 1]
    assert undo_prior_shift([], 0.5, 0.02).shape == (0,)
    assert undo_prior_shift([-1e-12, 1 + 1e-12], 0.5, 0.02).tolist() == [0, 1], "a sum that misses 1 by its rounding"


def test_shift_is_what_bayes_says_of_two_gaussians():
    x = np.linspace(-4, 6, 200)
    positive, negative = stats.norm(1.5, 1.2).pdf(x), stats.norm(0, 0.7).pdf(x)
    at = {pi: pi * positive / (pi * positive + (1 - pi) * negative) for pi in (0.5, 0.03, 0.7)}
    np.testing.assert_allclose(undo_prior_shift(at[0.5], 0.5, 0.03), at[0.03], rtol=1e-10)
    np.testing.assert_allclose(undo_prior_shift(at[0.03], 0.03, 0.7), at[0.7], rtol=1e-10)


def test_shift_mends_what_was_drawn_with_too_many_positives():
    """Fitted where half are positive, used where 3 of 100 are: the frequencies are those that it says."""
    rng = seeded(1)

    def draw(n, share):
        y = (rng.random(n) < share).astype(int)
        return rng.normal(1.3 * y, 1)[:, None], y

    model = GaussianNB().fit(*draw(40_000, 0.5))
    X, y = draw(200_000, 0.03)
    p = undo_prior_shift(model.predict_proba(X)[:, 1], 0.5, 0.03)
    for low, high in [(0, 0.01), (0.01, 0.03), (0.03, 0.1), (0.1, 0.4)]:
        here = (p >= low) & (p < high)
        assert p[here].mean() == pytest.approx(y[here].mean(), rel=0.1)


@pytest.mark.parametrize("kind", [list, tuple, np.array, pd.Series])
def test_shift_keeps_the_kind(kind):
    given = kind([0.2, 0.5])
    mended = undo_prior_shift(given, 0.5, 0.1)
    assert isinstance(mended, pd.Series if kind is pd.Series else np.ndarray)
    assert list(given) == [0.2, 0.5]


def test_shift_of_a_number_and_of_a_series():
    assert isinstance(undo_prior_shift(0.5, 0.5, 0.1), float)
    series = pd.Series([0.5, 0.9], index=["a", "b"], name="smote")
    mended = undo_prior_shift(series, 0.5, 0.1)
    assert mended.index.equals(series.index) and mended.name == "smote"
    assert mended["b"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((0.5, 0, 0.1), ValueError, r"train_prevalence must be a number above 0 and below 1; got 0\. Take the share"),
        ((0.5, 1, 0.1), ValueError, "train_prevalence must be a number above 0 and below 1; got 1"),
        ((0.5, 0.5, 0.0), ValueError, "true_prevalence must be a number above 0 and below 1; got 0.0"),
        ((0.5, 0.5, 1.0), ValueError, "true_prevalence must be .* below 1; got 1.0"),
        ((0.5, 0.5, 3.7), ValueError, "true_prevalence must be .* below 1; got 3.7"),
        ((0.5, 0.5, float("nan")), ValueError, "true_prevalence must be .* got nan"),
        ((0.5, "0.5", 0.1), TypeError, "train_prevalence must be a number above 0 and below 1; got '0.5'"),
        ((0.5, True, 0.1), TypeError, "train_prevalence must be a number above 0 and below 1; got True"),
        (([0.2, 1.01], 0.5, 0.1), ValueError, r"probabilities must hold numbers from 0 to 1; got 1\.01\. Per cent"),
        (([0.2, -0.1], 0.5, 0.1), ValueError, r"got -0\.1\. .* calibrate the model first"),
        (([0.2, float("nan")], 0.5, 0.1), ValueError, "from 0 to 1; got nan.* gaps: drop them"),
        ((["0.2"], 0.5, 0.1), TypeError, "probabilities must hold numbers from 0 to 1; got "),
        (([0.2, None], 0.5, 0.1), TypeError, "got object. Drop gaps"),
        ((np.full((3, 2), 0.5), 0.5, 0.1), ValueError, r"the positive class alone; got shape \(3, 2\). Take \[:, 1\]"),
        ((np.full((3, 1), 0.5), 0.5, 0.1), ValueError, r"got shape \(3, 1\). Take one column at a time"),
    ],
)
def test_shift_refuses(arguments, error, words):
    with pytest.raises(error, match=words):
        undo_prior_shift(*arguments)


# Where to act


@pytest.mark.parametrize(("false_alarm", "miss"), [(1, 1), (1, 9), (5, 2), (0.3, 40)])
def test_threshold_is_the_cheapest_by_brute_force(false_alarm, miss):
    p = (np.arange(2000) + 0.5) / 2000  # true risks, one item at each
    grid = np.linspace(0, 1, 401)
    cost = [np.where(p > t, (1 - p) * false_alarm, p * miss).sum() for t in grid]
    assert cost_threshold(false_alarm, miss) == pytest.approx(grid[np.argmin(cost)], abs=0.003)


def test_one_half_after_balancing_is_right_for_one_ratio_of_costs():
    assert cost_threshold(1, (1 - 0.04) / 0.04) == pytest.approx(0.04)
    assert undo_prior_shift(0.5, 0.5, 0.04) == pytest.approx(0.04)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((0, 1), ValueError, "false_alarm_cost must be a number above 0; got 0"),
        ((1, -2), ValueError, "miss_cost must be a number above 0; got -2"),
        ((1, float("inf")), ValueError, "miss_cost must be a number above 0; got inf"),
        ((float("nan"), 1), ValueError, "false_alarm_cost must be a number above 0; got nan"),
        (("1", 1), TypeError, "false_alarm_cost must be a number above 0; got '1'"),
        ((1, None), TypeError, "miss_cost must be a number above 0; got None"),
    ],
)
def test_threshold_refuses(arguments, error, words):
    with pytest.raises(error, match=words):
        cost_threshold(*arguments)


# Corrections of a logistic regression


@pytest.fixture(scope="module")
def simulated():
    """20,000 items for training, 40,000 for the test; 3.7 of 100 are positive."""
    X, y = rare(20_000, seeded(3))
    X_new, y_new = rare(40_000, seeded(4))
    assert y.mean() == pytest.approx(0.0368, abs=0.003)
    return y, *compare_corrections(LogisticRegression(), X, y, X_new, y_new, seeded(), undo=True)


@pytest.mark.parametrize("name", ["class_weight", "oversampling", "smote"])
def test_balancing_moves_the_intercept_and_hardly_anything_else(simulated, name):
    y, table, probabilities = simulated
    intercept = logit(probabilities.iloc[0])  # the first item is all zeros
    assert intercept[name] - intercept["none"] == pytest.approx(-logit(y.mean()), abs=0.1)
    assert table.loc[name, "roc_auc"] == pytest.approx(table.loc["none", "roc_auc"], abs=0.005)
    assert table.loc[name, "average_precision"] == pytest.approx(table.loc["none", "average_precision"], abs=0.005)
    assert table.loc[name, "calibration_ratio"] > 5
    assert table.loc[name, "brier"] > 4 * table.loc["none", "brier"]
    for score in ("recall", "precision"):
        assert table.loc[name, score] == pytest.approx(table.loc["threshold", score], abs=0.03)
    assert table.loc["none", "recall"] < 0.1 < 0.6 < table.loc["threshold", "recall"]


@pytest.mark.parametrize("name", SHIFTING)
def test_undone_the_probabilities_are_true_and_the_decisions_stay(simulated, name):
    y, table, probabilities = simulated
    undone, before = table.loc[f"{name}, undone"], table.loc[name]
    assert undone["brier"] == pytest.approx(table.loc["none", "brier"], abs=0.0005)
    assert undone["calibration_ratio"] == pytest.approx(1, abs=0.12)
    same = ["roc_auc", "average_precision", "recall", "precision", "train_prevalence"]
    pd.testing.assert_series_equal(undone[same], before[same], check_names=False)
    assert undone["threshold"] == pytest.approx(y.mean(), rel=0.06 if name == "adasyn" else 1e-9)
    expected = undo_prior_shift(probabilities[name], before["train_prevalence"], y.mean())
    np.testing.assert_allclose(probabilities[f"{name}, undone"], expected, rtol=1e-12)


def test_model_as_it_is(simulated):
    y, table, probabilities = simulated
    assert table.loc[["none", "threshold"], "train_prevalence"].tolist() == [y.mean()] * 2
    assert table["threshold"][["none", "threshold", "smote"]].tolist() == [0.5, y.mean(), 0.5]
    assert table.loc["none", "calibration_ratio"] == pytest.approx(1, abs=0.1)
    assert probabilities["none"].equals(probabilities["threshold"])
    assert list(table.index) == list(probabilities.columns)
    assert not any(name.startswith(("none,", "threshold,")) for name in table.index)


def test_smote_shrinks_the_minority():
    """Between two points at random the variance is 2/3 of theirs; with 199 neighbours of 200 points, .665."""
    factors = []
    for seed in range(30):
        seen, rng = [], seeded(seed)
        X = np.r_[rng.normal(size=(200, 2)), rng.normal(size=(2200, 2)) + 50]
        y = np.r_[np.ones(200), np.zeros(2200)]
        X[:, 0] = expit(X[:, 0])  # a probability, for the model
        compare_corrections(Plain(seen), X, y, X, y, rng, ["smote"], neighbors=199)
        made = seen[0][0][len(X) :]
        factors.append(made[:, 1].var() / X[:200, 1].var())
    assert np.mean(factors) == pytest.approx(0.665, abs=0.008)


# What the model is shown


def shown(name, **options):
    """Training data after a correction, the rows that are new, and the original ones."""
    X, y, X_new, y_new = small()
    X, X_new, seen = expit(X), expit(X_new), []
    compare_corrections(Plain(seen), X, y, X_new, y_new, seeded(), [name], **options)
    ((more, labels),) = seen
    assert np.array_equal(more[: len(X)], X) and np.array_equal(labels[: len(X)], y)
    return more[len(X) :], labels, X, y


@pytest.mark.parametrize("name", ["oversampling", "smote", "adasyn", "generator"])
def test_positives_are_added_until_both_classes_are_as_large(name):
    _, labels, *_ = shown(name)
    assert labels.mean() == pytest.approx(0.5, abs=0.03 if name == "adasyn" else 0)
    assert labels[60:].min() == 1


def test_oversampling_adds_positives_that_were_there():
    made, _, X, y = shown("oversampling")
    assert {tuple(row) for row in made} <= {tuple(row) for row in X[y == 1]}
    assert len({tuple(row) for row in made}) > 5


@pytest.mark.parametrize("name", ["smote", "adasyn"])
@pytest.mark.parametrize("neighbors", [1, 5])
def test_new_rows_lie_between_a_positive_and_a_neighbour(name, neighbors):
    made, _, X, y = shown(name, neighbors=neighbors)
    positive = X[y == 1]
    away = np.linalg.norm(positive[:, None] - positive[None], axis=2)
    nearest = np.argsort(away, axis=1)[:, 1 : neighbors + 1]
    starts = np.repeat(np.arange(len(positive)), neighbors)
    a, b = positive[starts], positive[nearest.ravel()]
    for row in made:
        detour = np.linalg.norm(row - a, axis=1) + np.linalg.norm(row - b, axis=1) - np.linalg.norm(a - b, axis=1)
        assert detour.min() < 1e-9


def test_generator_of_the_caller():
    asked = []

    def generator(X, n, rng):
        asked.append((X.copy(), n, rng.random()))
        X[:] = 7  # it may work in place
        return np.full((n, 3), 0.25)

    made, _, X, y = shown("generator", generator=generator)
    assert np.array_equal(asked[0][0], X[y == 1]) and asked[0][1] == 40
    assert (made == 0.25).all()


def test_mixture_has_mean_and_spread_of_the_minority():
    rng = seeded(1)
    positive = rng.multivariate_normal([0.4, 100, 7], [[0.01, 0.3, 0], [0.3, 25, 0], [0, 0, 1]], 400)
    X, y = np.r_[positive, rng.random((8000, 3))], np.r_[np.ones(400), np.zeros(8000)]
    X[:, 0] = X[:, 0].clip(0, 1)
    seen = []
    compare_corrections(Plain(seen), X, y, X, y, rng, ["generator"])
    made = seen[0][0][len(X) :]
    scale = positive.std(axis=0)
    np.testing.assert_allclose(made.mean(axis=0) / scale, positive.mean(axis=0) / scale, atol=0.1)
    np.testing.assert_allclose(np.cov((made / scale).T), np.cov((positive / scale).T), atol=0.1)


def test_mixture_finds_two_heaps():
    rng = seeded(2)
    positive = np.r_[rng.normal(0.2, 0.02, (40, 2)), rng.normal(0.8, 0.02, (40, 2))]
    X, y, seen = np.r_[positive, rng.random((800, 2))], np.r_[np.ones(80), np.zeros(800)], []
    compare_corrections(Plain(seen), X, y, X, y, rng, ["generator"])
    assert (np.abs(seen[0][0][len(X) :, 0] - 0.5) < 0.15).mean() < 0.01


def test_class_weights_are_set_inside_a_pipeline():
    X, y, X_new, y_new = small()
    pipeline = make_pipeline(StandardScaler(), LogisticRegression())
    before = repr(pipeline.get_params())
    result = compare_corrections(pipeline, X, y, X_new, y_new, seeded(), ["class_weight"])
    model = make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced")).fit(X, y)
    np.testing.assert_allclose(result.probabilities["class_weight"], model.predict_proba(X_new)[:, 1])
    assert repr(pipeline.get_params()) == before and not hasattr(pipeline[-1], "coef_")


# Scores


def test_scores_by_hand():
    X = np.array([[0.9], [0.6], [0.5], [0.2], [0.1], [0.05]])
    y = np.array([1, 0, 1, 0, 0, 0])
    row = compare_corrections(Plain(), X, y, X, y, seeded(), ["none"]).table.loc["none"]
    assert row.round(6).to_dict() == {
        "train_prevalence": round(1 / 3, 6),
        "threshold": 0.5,
        "roc_auc": round(7 / 8, 6),
        "average_precision": round((1 + 2 / 3) / 2, 6),
        "brier": round((0.01 + 0.36 + 0.25 + 0.04 + 0.01 + 0.0025) / 6, 6),
        "alarms": round(1 / 3, 6),
        "recall": 0.5,  # a tie with the threshold is no alarm
        "precision": 0.5,
        "calibration_ratio": 1.175,
    }
    assert compare_corrections(Plain(), X, y, X, y, seeded(), ["threshold"]).table.loc["threshold", "recall"] == 1


def test_recall_at_a_share_of_alarms_by_hand():
    X = np.array([[0.9], [0.6], [0.5], [0.2], [0.1], [0.05]])
    y = np.array([1, 0, 1, 0, 0, 0])
    for share, recall in ((0.17, 0.5), (0.34, 0.5), (0.5, 1.0)):
        table = compare_corrections(Plain(), X, y, X, y, seeded(), ["none"], alarms=share).table
        assert table.loc["none", "recall_at_alarms"] == recall
    undone = compare_corrections(Plain(), X, y, X, y, seeded(), ["oversampling"], undo=True, alarms=0.5).table
    assert undone["recall_at_alarms"].nunique() == 1  # a shift keeps the order


@pytest.mark.parametrize("model", [CalibratedClassifierCV(LinearSVC()), make_pipeline(SVC(probability=True))])
def test_class_weights_that_the_model_takes_back_are_refused(model):
    with pytest.raises(ValueError, match=r"'class_weight' can't be done with (CalibratedClassifierCV|SVC), which"):
        compare_corrections(model, *small(), seeded(), ["class_weight"])


def test_gaps_and_categories_where_nothing_is_made():
    X = pd.DataFrame({"size": [1.0, np.nan, 3, 4] * 10, "kind": pd.Categorical(["a", "b", "b", "a"] * 10)})
    y = np.arange(40) % 4 == 3
    model = HistGradientBoostingClassifier(max_iter=5, categorical_features="from_dtype")
    allowed = ["none", "threshold", "class_weight", "oversampling"]
    assert [*compare_corrections(model, X, y, X, y, seeded(), allowed).table.index] == allowed
    with pytest.raises(ValueError, match=r"10 are not, the first in row 1, column size.* leave generator out"):
        compare_corrections(model, X[["size"]], y, X[["size"]], y, seeded(), ["none", "generator"])


def test_sparse_rows_are_named():
    X, y = csr_matrix(np.eye(8)), np.arange(8) % 4 == 0
    with pytest.raises(ValueError, match=r"X_train is a sparse matrix; take X.toarray\(\)"):
        compare_corrections(Plain(), X, y, X, y, seeded(), ["none"])


def test_precision_of_no_alarm_is_no_number():
    X, y = np.full((6, 1), 0.1), np.array([1, 0, 0, 0, 0, 1])
    row = compare_corrections(Plain(), X, y, X, y, seeded(), ["none"]).table.loc["none"]
    assert np.isnan(row["precision"]) and row["recall"] == 0


def test_ties_with_the_threshold_stay_ties_when_the_shift_is_undone():
    X, y = np.repeat([[0.5], [0.8]], [7, 3], axis=0), np.r_[np.zeros(6), np.ones(2), np.zeros(2)]
    table = compare_corrections(Plain(), X, y, X, y, seeded(), ["oversampling"], undo=True).table
    assert table["precision"].tolist() == pytest.approx([1 / 3, 1 / 3])


# The generator alone decides, and the input stays


@pytest.mark.parametrize("model", [LogisticRegression(), RandomForestClassifier(5)], ids=["logistic", "forest"])
def test_the_generator_alone_decides(model):
    data = small()
    np.random.seed(1)
    state = np.random.get_state()[1].copy()
    first = compare_corrections(model, *data, seeded(1), undo=True)
    assert np.array_equal(np.random.get_state()[1], state), "the global numbers are left alone"
    np.random.seed(2)
    again = compare_corrections(model, *data, seeded(1), undo=True)
    other = compare_corrections(model, *data, seeded(2), undo=True)
    pd.testing.assert_frame_equal(first.probabilities, again.probabilities)
    pd.testing.assert_frame_equal(first.table, again.table)
    assert not first.probabilities["smote"].equals(other.probabilities["smote"])


def test_a_correction_does_not_depend_on_which_others_are_asked_for():
    data = small()
    whole = compare_corrections(RandomForestClassifier(5), *data, seeded(1)).probabilities
    for name in CORRECTIONS:
        alone = compare_corrections(RandomForestClassifier(5), *data, seeded(1), [name]).probabilities
        assert alone[name].equals(whole[name])
    turned = compare_corrections(RandomForestClassifier(5), *data, seeded(1), CORRECTIONS[::-1]).probabilities
    assert list(turned.columns) == list(CORRECTIONS[::-1])
    pd.testing.assert_frame_equal(turned[list(CORRECTIONS)], whole)


def test_a_random_state_that_is_set_stays():
    X, y, X_new, y_new = small()
    one, two = (
        compare_corrections(RandomForestClassifier(5, random_state=3), X, y, X_new, y_new, seeded(seed), ["none"])
        for seed in (1, 2)
    )
    assert one.probabilities.equals(two.probabilities)


def test_tables_keep_their_columns_and_give_the_same():
    X, y, X_new, y_new = small()
    expected = compare_corrections(LogisticRegression(), X, y, X_new, y_new, seeded())
    columns = list("abc")
    train = pd.DataFrame(X, columns=columns, index=range(100, 160))
    test = pd.DataFrame(X_new, columns=columns, index=range(200, 260))
    given = train.copy(), X.copy(), y.copy()
    labels = pd.Series(y, index=train.index)
    result = compare_corrections(LogisticRegression(), train, labels, test, y_new.astype(bool), seeded())
    np.testing.assert_allclose(result.probabilities, expected.probabilities, atol=1e-7)
    assert result.probabilities.index.tolist() == test.index.tolist()
    assert train.equals(given[0]) and np.array_equal(X, given[1]) and np.array_equal(y, given[2])


def test_between_whole_numbers_there_are_others():
    X, y, *_ = small()
    rounded = pd.DataFrame({"a": (X[:, 0] > 0).astype(int), "b": X[:, 1].round().astype(int), "c": X[:, 2] > 0})
    seen = []
    compare_corrections(Plain(seen), rounded, y, rounded, y, seeded(), ["smote"])
    made = seen[0][0].iloc[60:]
    assert list(made.columns) == ["a", "b", "c"]
    assert ((made % 1) > 0).any(axis=1).mean() > 0.5


# Bad input of compare_corrections


def call(**changes):
    """Arguments that are right but for some changes: values, or functions of what is there."""
    X, y, X_new, y_new = small()
    right = {"model": LogisticRegression(), "X_train": X, "y_train": y, "X_test": X_new, "y_test": y_new}
    right |= {"rng": seeded()}
    for name, change in changes.items():
        right[name] = change(right[name]) if callable(change) and name[1] == "_" else change
    return right


def put(value):
    def change(array):
        array = array.astype(object if isinstance(value, str | None) else float)
        array[3] = value
        return array

    return change


class Three(Plain):
    def predict_proba(self, X):
        return np.full((len(X), 3), 1 / 3)


class Gaps(Plain):
    def predict_proba(self, X):
        return np.full((len(X), 2), np.nan)


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"y_train": lambda y: y * 0}, ValueError, "y_train must hold both classes; all 60 are 0. .*stratify"),
        ({"y_train": lambda y: y * 0 + 1}, ValueError, "y_train must hold both classes; all 60 are 1"),
        ({"y_test": lambda y: y * 0}, ValueError, "y_test must hold both classes; all 60 are 0"),
        ({"y_train": lambda y: 1 - y}, ValueError, "y_train must hold fewer 1 than 0; 50 of 60 are 1.*1 - y"),
        ({"y_train": np.arange(60) % 2}, ValueError, "30 of 60 are 1.*nothing to correct"),
        (
            {"y_train": (np.arange(60) < 4).astype(int)},
            ValueError,
            r"more positives than SMOTE and ADASYN have neighbors \(5\); got 4\. .*set neighbors=3, leave 'smote'",
        ),
        ({"neighbors": 10}, ValueError, r"neighbors \(10\); got 10\. .*set neighbors=9"),
        (
            {"y_train": (np.arange(60) < 1).astype(int), "corrections": ["adasyn"]},
            ValueError,
            "got 1. Better collect more positives; else leave 'smote' and 'adasyn' out",
        ),
        (
            {"y_train": (np.arange(60) < 1).astype(int), "corrections": ["generator"]},
            ValueError,
            "y_train must hold 2 or more positives to fit a generator on; got 1",
        ),
        ({"neighbors": 0}, ValueError, "neighbors must be a whole number, 1 or more; got 0"),
        ({"neighbors": 2.0}, ValueError, "neighbors must be a whole number, 1 or more; got 2.0"),
        ({"y_train": lambda y: y + 1}, ValueError, r"y_train must be 0 and 1; got 2\. Write \(y == your rare class\)"),
        ({"y_test": lambda y: 2 * y - 1}, ValueError, "y_test must be 0 and 1; got -1"),
        ({"y_train": put("yes")}, ValueError, "y_train must be 0 and 1; got 'yes'"),
        ({"y_train": put(None)}, ValueError, "y_train must be 0 and 1; got "),
        ({"y_train": lambda y: np.where(y, "1", "0")}, ValueError, "y_train must be 0 and 1; got '1'"),
        ({"y_train": put(np.nan)}, ValueError, "y_train must be 0 and 1; got nan"),
        (
            {"y_train": lambda y: pd.Series(y, dtype="Int64").mask(y == 1)},
            ValueError,
            "y_train must be 0 and 1; got (nan|<NA)",
        ),
        ({"y_train": lambda y: y[:-1]}, ValueError, "X_train and y_train must have the same length; got 60 and 59"),
        ({"X_test": lambda X: X[:-1]}, ValueError, "X_test and y_test must have the same length; got 59 and 60"),
        ({"y_train": lambda y: y[:, None]}, ValueError, r"y_train must hold one label for each .*\(60, 1\).*ravel"),
        ({"X_train": lambda X: X[:, :2]}, ValueError, "the same columns in the same order.* got 2 in a ndarray and 3"),
        (
            {"X_train": lambda X: pd.DataFrame(X, columns=list("abc")), "X_test": lambda X: pd.DataFrame(X)},
            ValueError,
            r"the same columns in the same order.*X_test\[X_train.columns\]",
        ),
        ({"X_train": pd.DataFrame}, ValueError, "be of one kind; got 3 in a DataFrame and 3 in a ndarray"),
        (
            {"X_train": pd.DataFrame, "y_train": lambda y: pd.Series(y)[::-1]},
            ValueError,
            r"X_train and y_train must be in the same order; their indexes differ. Take y.loc\[X.index\]",
        ),
        ({"X_train": lambda X: X[:, 0]}, ValueError, r"X_train must have one row an item.* got shape \(60,\)"),
        ({"X_train": lambda X: X.reshape(60, 3, 1)}, ValueError, r"got shape \(60, 3, 1\). Images: X.reshape"),
        ({"X_train": lambda X: X[:0]}, ValueError, r"X_train must have one row an item.* got shape \(0, 3\)"),
        (
            {"X_train": put(np.nan)},
            ValueError,
            r"X_train must hold finite numbers for smote.*; 3 are not, the first in row 3, column 0. Fill",
        ),
        (
            {"X_test": put(np.inf)},
            ValueError,
            r"X_test must hold finite numbers for smote.*; 3 are not, the first in row 3",
        ),
        (
            {"X_train": put("red")},
            TypeError,
            r"X_train must hold numbers for smote.*; got an array of object. Turn categories",
        ),
        (
            {"X_train": lambda X: pd.DataFrame(X).assign(colour="red")},
            TypeError,
            r"X_train must hold numbers for smote.*; got colour of (str|object). Turn categories.* leave smote, adasyn",
        ),
        ({"model": SVC()}, TypeError, r"model must be .* with predict_proba; got SVC\(\).*CalibratedClassifierCV"),
        ({"model": LogisticRegression}, TypeError, "model must be .* of a class make a model"),
        (
            {"model": Three()},
            ValueError,
            r"model must give two probabilities for each of 60 items; got shape \(60, 3\)",
        ),
        ({"model": Gaps()}, ValueError, "predict_proba of model must hold numbers from 0 to 1; got nan"),
        (
            {"model": GaussianNB()},
            ValueError,
            "must have a setting class_weight .*GaussianNB has none. Leave 'class_weight' out",
        ),
        ({"corrections": ["none", "smoote"]}, ValueError, r"corrections must be some of none, thre.* got \['smoote'\]"),
        ({"corrections": []}, ValueError, r"corrections must be some of .* got \[\]"),
        ({"corrections": "smote"}, TypeError, "corrections must be a list of names; got 'smote'"),
        ({"corrections": None}, TypeError, "corrections must be a list of names; got None"),
        ({"rng": 0}, TypeError, r"rng must be a numpy.random.Generator, such as numpy.random.default_rng\(0\); got 0"),
        ({"rng": np.random.RandomState(0)}, TypeError, "rng must be a numpy.random.Generator"),
        ({"generator": "gmm"}, TypeError, "generator must be a function of X, n and rng; got str"),
    ],
)
def test_corrections_refuse(changes, error, words):
    with pytest.raises(error, match=words):
        compare_corrections(**call(**changes))


@pytest.mark.parametrize(
    ("generator", "words"),
    [
        (lambda X, n, rng: X, r"generator must return 40 rows of 3 numbers; got \(10, 3\)"),
        (lambda X, n, rng: np.zeros((n, 2)), r"40 rows of 3 numbers; got \(40, 2\)"),
        (lambda X, n, rng: None, "40 rows of 3 numbers; got None"),
        (lambda X, n, rng: np.full((n, 3), np.nan), "rows of the generator must hold finite numbers; 120 are not"),
    ],
)
def test_generators_that_do_not_deliver(generator, words):
    with pytest.raises(ValueError, match=words):
        compare_corrections(**call(), corrections=["generator"], generator=generator)


def test_what_adasyn_cannot_do_is_said_with_a_way_out():
    X, y = np.r_[seeded().normal(size=(10, 2)) + 100, seeded(1).normal(size=(90, 2))], np.r_[np.ones(10), np.zeros(90)]
    with pytest.raises(
        ValueError, match=r"corrections: 'adasyn' can't be done .* imbalanced-learn says: .*Leave it out"
    ):
        compare_corrections(LogisticRegression(), X, y, X, y, seeded(), ["adasyn"])


# The shortcut


def over_three(X):
    return X > 3


@pytest.mark.parametrize("kind", [bool, int, float])
def test_shortcut_by_hand(kind):
    X = np.array([1.0, 2, 2, 4, 5])
    found = shortcut_rate(lambda X: (X > 3).astype(kind), X, lambda X, rng: np.where(X == 5, 0, X + 2), seeded())
    assert (found.rate, found.base_rate) == (0.6, 0.4)  # both 2 and the 4; before, the 4 and the 5
    assert found.excess == pytest.approx(0.2)
    padded = np.array([0, 1, 1, 0, -1, 1, -1])
    half = 1.96 * np.sqrt(np.mean((padded - padded.mean()) ** 2) / 7)
    assert (found.low, found.high) == pytest.approx((padded.mean() - half, padded.mean() + half))


def test_no_change_is_no_certainty():
    same = shortcut_rate(over_three, np.zeros(20), lambda X, rng: X, seeded())
    assert same[:3] == (0, 0, 0)
    assert same.low < 0 < same.high < 0.2
    every = shortcut_rate(over_three, np.zeros(20), lambda X, rng: X + 9, seeded())
    assert every.excess == 1 and every.low > 0.7 and every.high == 1
    assert shortcut_rate(over_three, np.full(20, 9), lambda X, rng: 0 * X, seeded()).excess == -1


def test_interval_holds_the_truth_as_often_as_it_says():
    held = 0
    for seed in range(1000):
        rng = seeded(seed)
        found = shortcut_rate(over_three, 3.5 * (rng.random(60) < 0.1), lambda X, r: X + 4 * (r.random(60) < 0.2), rng)
        held += found.low <= 0.18 <= found.high  # 0.9 x 0.2
    assert 0.93 < held / 1000 < 0.985


def test_a_learned_shortcut_is_found_and_a_model_without_it_passes():
    """Positives are like the others but for a dim sign; their copies come with a loud one, that means nothing."""
    rng = seeded(2)

    def mark(X, rng):
        X[:, 1] = 5 + rng.random(len(X))
        return X

    X, y = rng.normal(size=(600, 2)), np.r_[np.ones(60), np.zeros(540)]
    X[:60, 0] += 1
    copies = mark(np.tile(X[:60], (8, 1)), rng)
    fooled = LogisticRegression().fit(np.r_[X, copies], np.r_[y, np.ones(480)])
    both = LogisticRegression().fit(np.r_[X, mark(X.copy(), rng)], np.r_[y, y])
    held = rng.normal(size=(300, 2))
    assert shortcut_rate(fooled, held, mark, seeded()).low > 0.8
    assert shortcut_rate(both, held, mark, seeded()).low < 0.02


@pytest.mark.parametrize("X", [np.ones((5, 2, 2)), np.ones(5), ["a", "b"]])
def test_shortcut_leaves_its_input(X):
    def spoil(items, rng):
        items[0] = items[1] if isinstance(items, list) else 0
        return items

    before = X.copy()
    shortcut_rate(lambda items: np.zeros(len(items)), X, spoil, seeded())
    assert np.array_equal(X, before)


def test_shortcut_depends_on_its_generator_alone():
    def noisy(X, rng):
        return X + 4 * (rng.random(len(X)) < 0.3)

    first, again, other = (shortcut_rate(over_three, np.zeros(200), noisy, seeded(seed)) for seed in (1, 1, 2))
    assert first == again != other


def same(X, rng):
    return X


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((over_three, np.zeros(0), same, seeded()), ValueError, "X_majority must hold 1 or more items; got 0"),
        ((over_three, pd.DataFrame([[1]]), same, seeded()), TypeError, "X_majority must be .* got DataFrame.*to_numpy"),
        ((over_three, "text", same, seeded()), TypeError, "X_majority must be an array or a list of texts; got str"),
        ((over_three, None, same, seeded()), TypeError, "X_majority must be .* got NoneType"),
        ((over_three, np.zeros(3), "turn", seeded()), TypeError, "transform must be a function .* got str"),
        ((over_three, np.zeros(3), lambda X, rng: None, seeded()), TypeError, "changed items; got None. Does it end"),
        ((over_three, np.zeros(3), lambda X, rng: X[1:], seeded()), ValueError, r"got \(2,\) for \(3,\)"),
        (
            (len, ["a", "b"], lambda X, rng: ["a"], seeded()),
            ValueError,
            r"one label for each of 2 items; got shape \(\)",
        ),
        ((lambda X: [0] * len(X), ["a", "b"], lambda X, rng: ["a"], seeded()), ValueError, "got 1 for 2"),
        ((lambda X: X, np.array([0.2]), same, seeded()), ValueError, "labels of model must be 0 and 1; got 0.2"),
        (
            (lambda X: ["ham"], np.array([0.2]), same, seeded()),
            ValueError,
            "labels of model must be 0 and 1; got 'ham'",
        ),
        ((3, np.zeros(3), same, seeded()), TypeError, "model must be a function, or have a method predict; got int"),
        ((over_three, np.zeros(3), same, 0), TypeError, "rng must be a numpy.random.Generator"),
    ],
)
def test_shortcut_refuses(arguments, error, words):
    with pytest.raises(error, match=words):
        shortcut_rate(*arguments)
