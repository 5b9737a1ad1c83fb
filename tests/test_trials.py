"""Verdicts: the interval covers, the words follow the rule, and every misuse gets a sentence."""

import os
import warnings
from functools import partial

import joblib
import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.metrics import average_precision_score, balanced_accuracy_score, roc_auc_score

from helpers.trials import balanced_item_scores, block_scores, compare, run_trials

STUDIES = 400


def frame(**arms):
    """Per-item scores, each arm an array (repeats, items), as run_trials returns them."""
    repeats, items = next(iter(arms.values())).shape
    index = pd.MultiIndex.from_product([range(repeats), range(items)], names=["repeat", "item"])
    return pd.DataFrame({arm: scores.ravel() for arm, scores in arms.items()}, index=index)


def numbers(**arms):
    """One number a repeat, as run_trials returns them."""
    return pd.DataFrame(arms).rename_axis("repeat")


def two_classifiers(rng, repeats=20, items=300, train=20, effects=(0.8, 0.5)):
    """Two thresholds on two independent features, trained anew in each repeat, tested on the same gold items.

    The true difference has a closed form, because the threshold is normal with variance 1/(2 train).
    """
    label = rng.integers(0, 2, items) * 2 - 1
    arms = {}
    for name, effect in zip("ab", effects, strict=True):
        feature = label * effect + rng.standard_normal(items)
        threshold = rng.standard_normal((repeats, 1)) / np.sqrt(2 * train)
        arms[name] = (np.where(feature[None, :] > threshold, 1, -1) == label[None, :]).astype(float)
    spread = np.sqrt(1 + 1 / (2 * train))
    return arms, stats.norm.cdf(effects[1] / spread) - stats.norm.cdf(effects[0] / spread)


def covers(table, truth):
    return table.loc["b", "low"] <= truth <= table.loc["b", "high"]


def test_interval_covers_where_the_naive_one_does_not():
    rng = np.random.default_rng(1)
    held, naive_held = 0, 0
    for _ in range(STUDIES):
        arms, truth = two_classifiers(rng)
        held += covers(compare(frame(**arms), "a"), truth)
        by_repeat = (arms["b"] - arms["a"]).mean(axis=1)
        low, high = stats.t.interval(0.95, len(by_repeat) - 1, by_repeat.mean(), stats.sem(by_repeat))
        naive_held += low <= truth <= high
    assert held / STUDIES >= 0.93
    assert naive_held / STUDIES < 0.80


def test_groups_cover_where_items_of_a_document_hang_together():
    rng = np.random.default_rng(2)
    documents = np.repeat(np.arange(40), rng.integers(2, 12, 40))
    held, without = 0, 0
    for _ in range(STUDIES):
        effect = rng.standard_normal(40)[documents] + rng.standard_normal(len(documents))
        repeat = rng.standard_normal((20, 1)) * 0.2
        result = frame(a=np.zeros((20, len(documents))), b=0.3 + effect[None, :] + repeat)
        held += covers(compare(result, "a", groups=documents), 0.3)
        without += covers(compare(result, "a"), 0.3)
    assert held / STUDIES >= 0.93
    assert without / STUDIES < 0.75


def test_pool_share_covers_where_repeats_draw_from_a_small_pool():
    rng = np.random.default_rng(3)
    held, without = 0, 0
    for _ in range(STUDIES):
        pool = rng.standard_normal(100)
        draws = np.array([rng.permutation(pool)[:50].mean() for _ in range(20)])
        result = frame(a=np.zeros((20, 50)), b=draws[:, None] + rng.standard_normal(50) * 0.1)
        held += covers(compare(result, "a", pool_share=0.5), 0.0)
        without += covers(compare(result, "a"), 0.0)
    assert held / STUDIES >= 0.93
    assert without / STUDIES < 0.75


@pytest.mark.parametrize(("pool_share", "repeats"), [(0.05, 20), (0.1, 50), (0.3, 20)])
def test_pool_share_covers_whatever_the_share(pool_share, repeats):
    """More repeats from one pool do not make the pool larger."""
    rng = np.random.default_rng(6)
    held = 0
    for _ in range(STUDIES):
        pool = rng.standard_normal(400)
        draws = np.array([rng.permutation(pool)[: int(400 * pool_share)].mean() for _ in range(repeats)])
        result = frame(a=np.zeros((repeats, 30)), b=draws[:, None] + rng.standard_normal(30) * 0.01)
        held += covers(compare(result, "a", pool_share=pool_share), 0.0)
    assert 0.92 <= held / STUDIES <= 0.99


def split_anew(rng):
    """What many people write: each repeat splits one table into training and test rows."""
    x = np.random.default_rng(5).standard_normal((400, 4))
    y = x[:, 0] + np.random.default_rng(6).standard_normal(400) > 0
    order = rng.permutation(400)
    train, test = order[:200], order[200:]
    weights = x[train].T @ (2 * y[train] - 1)
    return {"all": (x[test] @ weights > 0) == y[test], "one": (x[test, 0] > 0) == y[test]}


def fixed_gold(rng):
    x = np.random.default_rng(5).standard_normal((400, 4))
    y = x[:, 0] + np.random.default_rng(6).standard_normal(400) > 0
    train, test = rng.permutation(200)[:50], np.arange(200, 400)
    weights = x[train].T @ (2 * y[train] - 1)
    return {"all": (x[test] @ weights > 0) == y[test], "one": (x[test, 0] > 0) == y[test]}


def test_a_gold_that_moves_is_noticed():
    with pytest.warns(UserWarning, match="as if each repeat had other gold items. Fix the gold before"):
        compare(run_trials(split_anew), "all")


@pytest.mark.parametrize("repeats", [2, 3, 20])
def test_a_gold_that_stays_is_not(repeats):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        compare(run_trials(fixed_gold, repeats), "all")


def test_a_trial_that_draws_nothing_is_noticed():
    result = run_trials(lambda rng: {"a": np.arange(30) % 2, "b": np.arange(30) % 3}, 5)
    with pytest.raises(ValueError, match=r"all gave the same scores\. Does the trial use its rng"):
        compare(result, "a")


@pytest.mark.parametrize("n_jobs", [0, "2", 1.5, True])
def test_workers_are_a_whole_number(n_jobs):
    with pytest.raises(ValueError, match="n_jobs must be None, a number of workers, or -1 for all cores; got"):
        run_trials(fixed_gold, 2, n_jobs=n_jobs)


def test_few_documents_cover_too():
    rng = np.random.default_rng(7)
    documents = np.repeat(np.arange(6), 30)
    held = 0
    for _ in range(STUDIES):
        effect = rng.standard_normal(6)[documents] + rng.standard_normal(len(documents))
        b = effect + rng.normal(0, 0.001, (20, 180))
        held += covers(compare(frame(a=np.zeros((20, 180)), b=b), "a", groups=documents), 0.0)
    assert 0.92 <= held / STUDIES <= 0.98


def test_groups_follow_their_items():
    """In whatever order the rows stand, and whether groups come as a list or by item."""
    rng = np.random.default_rng(8)
    documents = pd.Series(np.repeat(list("abcdefgh"), 10), index=[f"s{place}" for place in range(80)])
    effect = rng.standard_normal(8).repeat(10)
    index = pd.MultiIndex.from_product([range(5), documents.index], names=["repeat", "item"])
    result = pd.DataFrame({"a": 0.0, "b": np.tile(effect, 5) + rng.standard_normal(400)}, index=index)
    expected = compare(result, "a", groups=documents.to_list()).loc["b"]
    shuffled = documents.sample(frac=1, random_state=0)
    pd.testing.assert_series_equal(compare(result, "a", groups=shuffled).loc["b"], expected)
    turned = result.sort_index(level="item", sort_remaining=False, ascending=False).sort_index(
        level="repeat", sort_remaining=False
    )
    pd.testing.assert_series_equal(compare(turned, "a", groups=documents).loc["b"], expected)
    assert expected["high"] - expected["low"] > 2 * (compare(result, "a").loc["b", "high"] - expected["difference"])


def test_shared_is_the_correction_of_nadeau_and_bengio():
    difference = np.array([0.01, 0.03, 0.02, 0.05])
    result = numbers(a=np.zeros(4), b=difference)
    error = difference.std(ddof=1) * np.sqrt(1 / 4 + 0.2 / 0.8)
    low, high = stats.t.interval(0.95, 3, difference.mean(), error)
    row = compare(result, "a", shared=0.2).loc["b"]
    assert row[["low", "high"]].tolist() == pytest.approx([low, high])


def test_two_way_error_by_hand():
    difference = np.array([[0.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 1.0, 1.0], [1.0, 1.0, 0.0]])
    rows, columns = difference.mean(axis=1), difference.mean(axis=0)
    # the same decomposition as a table of analysis of variance
    residual = (difference**2).sum() - 3 * (rows**2).sum() - 4 * (columns**2).sum() + 12 * difference.mean() ** 2
    repeats, items, both = rows.var(ddof=1) / 4, columns.var(ddof=1) / 3, residual / 6 / 12
    error = np.sqrt(max(repeats + items - both, repeats, items))  # t with as many degrees as the scarcer one has
    row = compare(frame(a=np.zeros((4, 3)), b=difference), "a").loc["b"]
    assert row["high"] - row["difference"] == pytest.approx(stats.t.ppf(0.975, 2) * error)


@pytest.mark.parametrize(
    ("low", "high", "margin", "word"),
    [
        (0.02, 0.06, 0.0, "better"),
        (0.02, 0.06, 0.03, "no clear difference"),
        (-0.06, -0.02, 0.0, "worse"),
        (-0.06, -0.02, 0.03, "no clear difference"),
        (-0.01, 0.02, 0.03, "equivalent"),
        (-0.01, 0.02, 0.0, "no clear difference"),
        (-0.01, 0.04, 0.03, "no clear difference"),
    ],
)
def test_verdicts(low, high, margin, word):
    middle, half = (low + high) / 2, (high - low) / 2
    spread = half / stats.t.ppf(0.975, 1) * np.sqrt(2)  # two repeats whose interval is exactly low to high
    result = numbers(a=[0.0, 0.0], b=middle + spread * np.array([-1, 1]) / np.sqrt(2))
    row = compare(result, "a", margin=margin, shared=0).loc["b"]
    assert (row["low"], row["high"]) == pytest.approx((low, high))
    assert row["verdict"] == word


def test_more_arms_make_each_interval_wider():
    rng = np.random.default_rng(4)
    result = numbers(**dict(zip("abcd", rng.normal(size=(4, 20)), strict=True)))
    alone, among = (compare(result[list(arms)], "a", shared=0).loc["b"] for arms in ("ab", "abcd"))
    assert among["high"] - among["low"] > alone["high"] - alone["low"]
    expected = compare(result[["a", "b"]], "a", shared=0, confidence=1 - 0.05 / 3).loc["b"]
    assert among["low"] == pytest.approx(expected["low"])


def test_balanced_item_scores_agree_with_scikit_learn():
    rng = np.random.default_rng(5)
    truth, predicted = rng.choice(3, 200, p=[0.7, 0.2, 0.1]), rng.integers(0, 3, 200)
    assert balanced_item_scores(truth, predicted).mean() == pytest.approx(balanced_accuracy_score(truth, predicted))


@pytest.mark.parametrize(
    ("truth", "predicted", "words"),
    [
        ([], [], "1 or more; got shapes"),
        ([1, 0], [1], r"got shapes \(2,\) and \(1,\)"),
        ([1.0, np.nan], [1.0, 1.0], "no missing labels"),
        ([1, 0], ["1", "0"], "truth has 1, predicted '1'"),
        ([1, 0], [0.7, 0.2], "a probability is no label"),
        (pd.Series([1, 0], index=[3, 4]), pd.Series([1, 0], index=[4, 3]), "the same order"),
    ],
)
def test_labels_that_can_not_be_compared(truth, predicted, words):
    with pytest.raises(ValueError, match=words):
        balanced_item_scores(truth, predicted)


def draw(rng):
    """A trial with a matrix product, where the number of maths threads could change the last digits."""
    matrix = rng.standard_normal((200, 200))
    return {"a": np.linalg.norm(matrix @ matrix), "b": os.environ.get("NO_SUCH_NAME") is None}


def test_same_result_for_any_number_of_workers():
    one = run_trials(draw, repeats=4, seed=7, n_jobs=1)
    two = run_trials(draw, repeats=4, seed=7, n_jobs=2)
    pd.testing.assert_frame_equal(one, two, check_exact=True)
    assert not one.equals(run_trials(draw, repeats=4, seed=8, n_jobs=1))


def test_trials_run_with_one_maths_thread():
    def threads(rng):
        from threadpoolctl import threadpool_info

        return {"threads": max(library["num_threads"] for library in threadpool_info())}

    for workers in (1, 2):
        assert run_trials(threads, repeats=2, n_jobs=workers)["threads"].tolist() == [1, 1]


def test_the_same_call_runs_on_a_dask_cluster():
    from dask.distributed import Client, LocalCluster

    here = run_trials(draw, repeats=4, seed=7)
    settings = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    on_dask = partial(joblib.parallel_config, backend="dask")
    with LocalCluster(host="127.0.0.1", **settings) as cluster, Client(cluster), on_dask():
        there = run_trials(draw, repeats=4, seed=7, progress=True)
    pd.testing.assert_frame_equal(here, there, check_exact=True)


def fail_in_the_third(rng):
    fail_in_the_third.calls += 1
    if fail_in_the_third.calls == 3:
        raise ZeroDivisionError("no positives in the draw")
    return {"a": 0.5}


def test_a_failing_trial_names_repeat_and_seed():
    fail_in_the_third.calls = 0
    with pytest.raises(
        RuntimeError, match=r"repeat 2 \(of 5, seed=9\): ZeroDivisionError: no positives.*spawn\(5\)\[2\]"
    ):
        run_trials(fail_in_the_third, repeats=5, seed=9)


def changing(**by_call):
    """A trial that returns something else in its second call."""
    answers = iter(by_call.values())
    return lambda rng: next(answers)


@pytest.mark.parametrize(
    ("trial", "error", "words"),
    [
        (lambda rng: {"a": np.nan, "b": 1.0}, ValueError, r"arm 'a' in repeat 0 .*seed=0.*has 1 that are not, of 1"),
        (lambda rng: {"a": [0, np.inf, 1]}, ValueError, r"arm 'a' in repeat 0 .*has 1 that are not, of 3"),
        (lambda rng: {"a": [0, 1], "b": [0, 1, 1]}, ValueError, r"shapes are \{'a': \(2,\), 'b': \(3,\)\}"),
        (lambda rng: {"a": [0, 1], "b": 0.5}, ValueError, "same gold items; in repeat 0"),
        (lambda rng: {"a": []}, ValueError, "finite number; arm 'a'"),
        (lambda rng: {}, TypeError, "one arm or more; repeat 0"),
        (lambda rng: 0.5, TypeError, "mapping from arm to score"),
        (changing(one={"a": 1.0}, two={"b": 1.0}), ValueError, r"repeat 0 has \['a'\], repeat 1 has \['b'\]"),
        (changing(one={"a": [1, 0]}, two={"a": [1]}), ValueError, "repeat 0 has 2 of them, repeat 1 has 1"),
        (changing(one={"a": [1, 0]}, two={"a": 1.0}), ValueError, "same gold items"),
        ("no function", TypeError, "trial must be a function.*got str"),
        (lambda rng: {"a": "high"}, TypeError, "arm 'a' in repeat 0 .* has 'high'"),
        (lambda rng: {"a": [[1], [1, 2]]}, TypeError, "arm 'a' in repeat 0 .* has .*1, 2"),
        (lambda rng: {None: 1.0}, ValueError, "Every arm needs a name; in repeat 0"),
    ],
)
def test_bad_trials(trial, error, words):
    with pytest.raises(error, match=words):
        run_trials(trial, repeats=2)


@pytest.mark.parametrize("repeats", [0, -1, 2.5, True, "20"])
def test_bad_repeats(repeats):
    with pytest.raises(ValueError, match=f"repeats must be a whole number, 1 or more; got {repeats!r}"):
        run_trials(lambda rng: {"a": 1.0}, repeats=repeats)


@pytest.mark.parametrize(("seed", "error"), [("x", TypeError), (1.5, TypeError), (None, TypeError), (-1, ValueError)])
def test_bad_seeds(seed, error):
    with pytest.raises(error, match="seed must be"):
        run_trials(lambda rng: {"a": 1.0}, repeats=2, seed=seed)


NUMBERS = numbers(a=[0.1, 0.2, 0.3], b=[0.2, 0.3, 0.3])
ITEMS = frame(a=np.eye(3), b=np.ones((3, 3)))


@pytest.mark.parametrize(
    ("result", "settings", "words"),
    [
        (NUMBERS, {"shared": 0, "baseline": "c"}, r"baseline must be one of the arms \['a', 'b'\]; got 'c'"),
        (NUMBERS, {}, "shared must be given.*n_test/"),
        (NUMBERS, {"shared": 1.0}, "shared must be a number, 0 or more and below 1; got 1.0"),
        (NUMBERS, {"shared": 0, "pool_share": 0.2}, "need one score for each gold item"),
        (NUMBERS.head(1), {"shared": 0}, "two repeats or more, for an interval; got 1"),
        (NUMBERS[["a"]], {"shared": 0}, r"two different arms or more, each a column; got \['a'\]"),
        (NUMBERS.replace(0.1, np.nan), {"shared": 0}, r"missing, infinite or text\): \['a'\]"),
        (NUMBERS, {"shared": 0, "margin": -0.1}, "margin must be a number, 0 or more; got -0.1"),
        (NUMBERS, {"shared": 0, "confidence": 95}, "confidence must be a number, above 0 and below 1; got 95"),
        (ITEMS, {"shared": 0.5}, "result has per-item scores. Leave it out"),
        (ITEMS, {"pool_share": 1.0}, "pool_share must be below 1; got 1: every repeat trains on the whole pool"),
        (ITEMS, {"pool_share": 1.2}, "pool_share must be a number, 0 or more and below 1; got 1.2"),
        (ITEMS, {"groups": [1, 2]}, "one entry for each of the 3 items.*got 2 entries"),
        (ITEMS, {"groups": 5}, "one entry for each of the 3 items.*got 0 entries"),
        (ITEMS, {"groups": ["x", None, "y"]}, "got 3 entries, 2 groups, 1 missing"),
        (ITEMS, {"margin": "1"}, "margin must be a number, 0 or more; got '1'"),
        (NUMBERS, {"shared": "0"}, "shared must be a number, 0 or more and below 1; got '0'"),
        (
            numbers(a=[0.7, 0.7], b=[0.8, 0.8]),
            {"shared": 0},
            r"Arm 'b' differs by exactly .* Does the trial use its rng",
        ),
        (NUMBERS.astype(str), {"shared": 0}, r"missing, infinite or text\): \['a', 'b'\]"),
        (ITEMS.reset_index(drop=True), {"shared": 0}, r"its index is \[None\]. From a file: pandas.read_csv"),
        (ITEMS.swaplevel(), {}, r"its index is \['item', 'repeat'\]"),
        (pd.concat([ITEMS, ITEMS]), {}, "each row once"),
        (ITEMS, {"groups": [1, 1, 1]}, "5 groups or more; got 3 entries, 1 groups"),
        (ITEMS.drop((0, 0)), {}, "Every repeat must score the same gold items"),
        (frame(a=np.eye(3)[:, :1], b=np.ones((3, 1))), {}, "two gold items or more, for an interval; got 1"),
    ],
)
def test_bad_comparisons(result, settings, words):
    with pytest.raises(ValueError, match=words):
        compare(result, **{"baseline": "a", **settings})


def test_compare_wants_a_frame():
    with pytest.raises(TypeError, match="DataFrame that run_trials returns; got dict"):
        compare({"a": [1, 2]}, "a")


# ---- measures without items


def events(rng, items=400, groups=40):
    """Truth and predictions of 400 items in groups of ten that are alike, a tenth of them events."""
    group = rng.permutation(np.repeat(np.arange(groups), items // groups))
    alike = rng.standard_normal(groups)[group]
    truth = (alike + rng.standard_normal(items) > 1.8).astype(int)
    return truth, truth + alike + rng.standard_normal(items), group


@pytest.mark.parametrize("score", [roc_auc_score, average_precision_score])
def test_block_scores_have_the_measure_as_their_mean(score):
    truth, predicted, group = events(np.random.default_rng(0))
    for settings in ({}, {"blocks": 7}, {"groups": group}):
        assert block_scores(score, truth, predicted, **settings).mean() == pytest.approx(score(truth, predicted))


def test_block_scores_of_a_mean_are_the_means_of_the_blocks():
    truth = np.zeros(40)
    predicted = np.random.default_rng(0).standard_normal(40)
    by_block = block_scores(lambda _, values: values.mean(), truth, predicted, blocks=8)
    assert by_block == pytest.approx(predicted.reshape(5, 8).mean(axis=0))


def test_block_scores_have_the_error_of_a_bootstrap():
    rng = np.random.default_rng(4)
    truth, predicted, _ = events(rng, items=2000, groups=2000)
    draws = [rng.integers(0, 2000, 2000) for _ in range(500)]
    bootstrap = np.std([roc_auc_score(truth[draw], predicted[draw]) for draw in draws])
    assert stats.sem(block_scores(roc_auc_score, truth, predicted)) == pytest.approx(bootstrap, rel=0.4)


def test_a_group_stays_in_one_block():
    truth, _, group = events(np.random.default_rng(5))
    kept = []
    block_scores(lambda _, at: kept.append(at) or 0.0, truth, np.arange(400), groups=group)
    left_out = [set(group[np.setdiff1d(np.arange(400), at)]) for at in kept[1:]]
    assert sorted(g for groups in left_out for g in groups) == list(range(40))


def test_events_are_dealt_out_evenly():
    truth = np.repeat([0, 1], [970, 30])
    kept = []
    block_scores(lambda labels, _: kept.append(labels) or 0.0, truth, np.zeros(1000))
    assert {int(labels.sum()) for labels in kept[1:]} <= {28, 29}
    assert {len(labels) for labels in kept[1:]} == {950}


def quick_auc(truth, predicted):
    """As scikit-learn's, without its checks, which take most of its time."""
    events = truth.sum()
    ranks = stats.rankdata(predicted)[truth == 1].sum()
    return (ranks - events * (events + 1) / 2) / (events * (len(truth) - events))


def test_intervals_from_block_scores_cover():
    rng = np.random.default_rng(6)
    held = 0
    for _ in range(100):
        truth = np.repeat([0, 1], [270, 30])
        base = rng.standard_normal(300) + truth
        predicted = base + 0.5 * rng.standard_normal((2, 6, 300))  # of two equal models, in six repeats
        a, b = np.apply_along_axis(partial(block_scores, quick_auc, truth, blocks=10), 2, predicted)
        held += covers(compare(frame(a=a, b=b), "a"), 0)
    assert held >= 90


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"score": "roc_auc"}, TypeError, "score must be a function of truth and predicted, such as sklearn"),
        ({"predicted": [1.0]}, ValueError, "truth and predicted must have the same length"),
        ({"predicted": [np.nan] + [0.5] * 39}, ValueError, "must have no missing entries"),
        ({"blocks": 4}, ValueError, "blocks must be a whole number, 5 or more; got 4"),
        ({"blocks": 41}, ValueError, "blocks must be no more than there are items, 40; got 41"),
        ({"groups": [0] * 39}, ValueError, "groups must have one entry for each of the 40 items"),
        ({"groups": list("abcd") * 10}, ValueError, "no more than there are groups, 4; got 20"),
        ({"truth": [0] * 39 + [1]}, ValueError, "without block 19 \\(38 left\\) it gave nan"),
        ({"truth": [0] * 40}, ValueError, "on all items \\(40 left\\) it gave nan"),
    ],
)
def test_bad_block_scores(settings, error, words):
    truth = np.arange(40) % 2
    given = {"score": roc_auc_score, "truth": truth, "predicted": truth + np.arange(40) % 7} | settings
    with pytest.raises(error, match=words):
        block_scores(**given)
