"""What playbook/claims.toml calls calculated: each test is the calculation behind one claim, small enough to read."""

import numpy as np
import pytest
from scipy.stats import skew
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import cohen_kappa_score, roc_auc_score
from threadpoolctl import threadpool_limits

from helpers.text import NgramModel


@pytest.fixture(autouse=True)
def one_thread():
    """Sums this small get slower with more."""
    with threadpool_limits(1):
        yield


# ---- the articles' own arithmetic


def test_the_recipe_expands_4_to_50_times():
    assert (20_000 / 5000, 100_000 / 2000) == (4, 50)


def test_5_to_1_and_10_to_1_hold_a_sixth_and_an_eleventh_of_human_rows():
    assert [1 / (1 + ratio) for ratio in (5, 10)] == pytest.approx([0.167, 0.091], abs=1e-3)


def test_to_see_one_event_in_ten_million_km_takes_thirty_million():
    assert np.exp(-3e7 / 1e7) == pytest.approx(0.05, abs=2e-3)  # the chance to see none


# ---- how much


def test_pooling_beats_people_alone_only_while_the_bias_is_small():
    """The mean of n human and 10 n machine rows; the machine is off by `bias` standard errors of the human mean."""
    rng = np.random.default_rng(0)
    human = rng.normal(size=100_000)

    def error(bias):
        machine = bias + rng.normal(size=human.size) / np.sqrt(10)
        return np.mean(((human + 10 * machine) / 11) ** 2)

    assert error(0) == pytest.approx(1 / 11, rel=0.02)
    assert error(1) < 0.95 < 1.05 < error(1.1)  # people alone: 1
    assert error(2) == pytest.approx(3.4, rel=0.02)


def test_the_right_weight_never_loses_to_people_alone():
    for bias in (0, 0.5, 1, 2, 10):
        machine = bias**2 + 1 / 10
        weight = machine / (1 + machine)
        assert weight**2 + (1 - weight) ** 2 * machine == pytest.approx(weight) and weight < 1


# ---- loops


def test_a_constant_share_of_biased_labels_leaves_a_floor():
    """A tenth of the labels comes from another line: more rows do not help beyond that."""
    rng = np.random.default_rng(0)
    rows, size, share = 100_000, 5, 0.1
    x = rng.normal(size=(rows, size))
    away = np.full(size, 1 / np.sqrt(size))  # of length 1
    y = (rng.random(rows) < share) * (x @ away) + rng.normal(size=rows)
    weights, *_ = np.linalg.lstsq(x, y, rcond=None)
    assert np.sum(weights**2) == pytest.approx(share**2, rel=0.15)


def test_a_cut_tail_is_a_floor_that_no_number_of_rows_removes():
    """Words with Zipf frequencies; a writer who knows only the 100 commonest."""
    p = np.arange(1, 200_001) ** -2.0
    p /= p.sum()

    def missing(rows, known):
        return np.sum(p * (1 - np.where(np.arange(p.size) < known, p, 0)) ** rows)

    whole = [missing(rows, p.size) for rows in (1e3, 1e5)]
    cut = [missing(rows, 100) for rows in (1e5, 1e7)]
    assert whole[0] / whole[1] == pytest.approx(10, rel=0.1)  # keeps falling, with the root of the rows
    assert cut[0] == pytest.approx(p[100:].sum(), rel=0.03) and cut[1] == pytest.approx(cut[0], rel=0.03)


# ---- labels


def digits(seed, rows=400):
    X, y = load_digits(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(y))
    gold, train = order[:797], order[797 : 797 + rows]
    return X[train] / 16, y[train], X[gold] / 16, y[gold]


def spoilt(labels, share, seed, random):
    """Some labels wrong: anything else, or always the next digit."""
    rng = np.random.default_rng(seed)
    steps = rng.integers(1, 10, len(labels)) if random else 1
    return np.where(rng.random(len(labels)) < share, (labels + steps) % 10, labels)


def trained(X, y):
    return LogisticRegression(max_iter=200).fit(X, y)


def test_number_and_kind_of_errors_matter_not_quality_alone():
    """400 digits with every tenth label wrong teach more than 100 without an error."""
    clean, random, few = [], [], []
    for seed in range(8):
        X, y, gold_X, gold_y = digits(seed)
        clean.append(trained(X, y).score(gold_X, gold_y))
        random.append(trained(X, spoilt(y, 0.1, seed, True)).score(gold_X, gold_y))
        few.append(trained(X[:100], y[:100]).score(gold_X, gold_y))
    assert np.mean(clean) - 0.01 > np.mean(random) > np.mean(few) + 0.02


def test_one_sided_errors_harm_more_and_are_believed():
    """30% of the labels wrong: at random, or always the next digit."""
    scores, belief = np.empty((8, 2)), np.empty((8, 2))
    for seed in range(8):
        X, y, gold_X, gold_y = digits(seed)
        for i, random in enumerate([True, False]):
            model = trained(X, spoilt(y, 0.3, seed, random))
            scores[seed, i] = model.score(gold_X, gold_y)
            belief[seed, i] = model.predict_proba(gold_X)[np.arange(len(gold_y)), (gold_y + 1) % 10].mean()
    assert scores[:, 0].mean() > scores[:, 1].mean() + 0.05
    assert belief[:, 1].mean() > 3 * belief[:, 0].mean()  # the same wrong answer, with confidence


def test_a_corrector_who_trusts_the_machine_keeps_its_errors():
    """The machine errs in 20%, the person in 5%, and takes the machine's label unread in `trust` of the cases."""
    rng = np.random.default_rng(0)
    machine, person = rng.random((2, 200_000)) < [[0.2], [0.05]]
    for trust in (0, 0.5, 1):
        wrong = np.where(rng.random(machine.size) < trust, machine, person).mean()
        assert wrong == pytest.approx(0.05 + 0.15 * trust, abs=3e-3)


def test_votes_of_three_and_five_help_only_if_errors_differ():
    rng = np.random.default_rng(0)
    right = rng.random((5, 200_000)) < 0.8
    assert (right[:3].sum(0) >= 2).mean() == pytest.approx(0.896, abs=3e-3)
    assert (right.sum(0) >= 3).mean() == pytest.approx(0.942, abs=3e-3)
    alike = np.where(rng.random(200_000) < 0.5, right[0], right)  # in half of the items all say what the first one says
    assert (alike.sum(0) >= 3).mean() == pytest.approx((0.8 + 0.942) / 2, abs=3e-3)


# ---- agreement and preference


def test_two_raters_right_19_times_in_20_reach_a_kappa_of_four_fifths_at_most():
    rng = np.random.default_rng(0)
    found = []
    for share in (0.5, 0.2, 0.1, 0.05):
        truth = rng.random(300_000) < share
        found.append(cohen_kappa_score(*(truth ^ (rng.random(truth.size) < 0.05) for _ in range(2))))
    assert found == pytest.approx([0.81, 0.732, 0.605, 0.448], abs=0.01)
    assert max(found) < 0.82


def test_choosing_the_best_of_many_by_a_proxy_turns_over():
    """What is wanted falls with too much of the second quality; the proxy does not know it."""
    rng = np.random.default_rng(0)
    proxy, wanted = [], []
    for n in (1, 32, 512):
        x = rng.normal(size=(4000, n, 2))
        score = x.sum(axis=2) / np.sqrt(2)
        best = x[np.arange(len(x)), score.argmax(axis=1)]
        proxy.append(score.max(axis=1).mean())
        wanted.append(np.mean(best[:, 0] + 0.5 * best[:, 1] - 0.5 * best[:, 1] ** 2))
    assert proxy[0] < proxy[1] < proxy[2]
    assert wanted[0] < wanted[2] < wanted[1] - 0.05


# ---- rare cases


def test_a_bell_curve_misses_the_corner_that_a_simulator_can_fill():
    """Two measures that are extreme together; a curve fitted to 500 rows, and a simulator whose knob is turned."""
    rng = np.random.default_rng(0)

    def world(n, shock=0.02):
        return rng.normal(size=(n, 2)) + 6 * (rng.random((n, 1)) < shock)

    rows = world(500)
    fitted = rng.multivariate_normal(rows.mean(axis=0), np.cov(rows.T), 400_000)

    def corner(rows):
        return np.mean((rows > 6).all(axis=1))

    assert corner(fitted) < corner(world(400_000)) / 20
    assert corner(world(400_000, shock=0.5)) > 20 * corner(world(400_000))


# ---- privacy


def distance_to_nearest(rows, made):
    return ((rows[:, None] - made[None]) ** 2).sum(axis=2).min(axis=1)


def test_made_up_rows_can_tell_who_was_in_the_data():
    """From distances to the nearest made-up patient: copies drawn anew give members away, one bell curve hardly."""
    X, _ = load_breast_cancer(return_X_y=True)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    found = {"redrawn": [], "bell curve": []}
    for seed in range(6):
        rng = np.random.default_rng(seed)
        inside, outside = X[rng.permutation(len(X))[:568]].reshape(2, 284, -1)
        made = {
            "redrawn": inside[rng.integers(0, 284, 284)],
            "bell curve": rng.multivariate_normal(inside.mean(axis=0), np.cov(inside.T), 284),
        }
        for how, rows in made.items():
            near = -np.r_[distance_to_nearest(inside, rows), distance_to_nearest(outside, rows)]
            found[how].append(roc_auc_score(np.repeat([1, 0], 284), near))
    assert np.mean(found["redrawn"]) == pytest.approx(0.816, abs=0.02)
    assert np.mean(found["bell curve"]) == pytest.approx(0.51, abs=0.03)


def test_a_bell_curve_keeps_averages_and_loses_shape():
    X, _ = load_breast_cancer(return_X_y=True)
    made = np.random.default_rng(0).multivariate_normal(X.mean(axis=0), np.cov(X.T), 20_000)
    area = 13  # of the cells, with its error
    assert made[:, area].mean() == pytest.approx(X[:, area].mean(), rel=0.05)
    assert np.abs(np.corrcoef(made.T) - np.corrcoef(X.T)).max() < 0.03
    assert skew(X[:, area]) > 5 and abs(skew(made[:, area])) < 0.1
    assert (X[:, area] > 0).all() and (made[:, area] < 0).mean() > 0.15  # areas below zero


def test_a_seeded_generator_writes_the_same_rows_again():
    human = ["a dog barks", "the dog sleeps", "a cat sleeps", "the cat barks at a dog"]
    first, again = (NgramModel(2).fit(human).sample(50, np.random.default_rng(7)) for _ in range(2))
    assert first == again != NgramModel(2).fit(human).sample(50, np.random.default_rng(8))


# ---- evaluation


def test_a_generator_finds_itself_better_than_people_do():
    """Digits drawn from one bell curve a class: tested on more of the same, and on real ones."""
    itself, real = [], []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        X, y, gold_X, gold_y = digits(seed, rows=100)

        def draw(n, X=X, y=y, rng=rng):
            parts = [X[y == each] for each in range(10)]
            rows = [rng.multivariate_normal(p.mean(0), 0.9 * np.cov(p.T) + 0.02 * np.eye(64), n) for p in parts]
            return np.vstack(rows), np.repeat(range(10), n)

        model = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.1).fit(*draw(100))
        itself.append(model.score(*draw(80)))
        real.append(model.score(gold_X, gold_y))
    assert np.mean(itself) > 0.97 > 0.92 > np.mean(real)


def test_a_random_audit_is_sure_to_4_and_2_points():
    """Accuracy of 0.9, counted on 200 and on 1,000 random rows."""
    rng = np.random.default_rng(0)
    off = [1.96 * rng.binomial(n, 0.9, 200_000).std() / n for n in (200, 1000)]
    assert off == pytest.approx([0.042, 0.019], abs=1e-3)


def test_a_noisy_gold_set_makes_a_model_look_worse():
    """Right in 95 of 100 cases, counted against labels of which 5 in 100 are wrong."""
    rng = np.random.default_rng(0)
    model, gold = rng.random((2, 400_000)) < 0.95
    assert np.mean(model == gold) == pytest.approx(0.905, abs=3e-3)
