"""Filters: every pair that a plain comparison finds, crowds of copies, what each filter drops, batches, bad input."""

import tracemalloc
import warnings
from functools import partial
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression

from helpers import filters
from helpers.filters import apply_filters, find_leaks, label_disagreement, length_outliers, near_duplicates

WORDS = [
    "film",
    "plot",
    "actor",
    "scene",
    "music",
    "dull",
    "bright",
    "warm",
    "slow",
    "funny",
    "sharp",
    "tender",
    "brave",
]


def seeded(seed=0):
    return np.random.default_rng(seed)


def written(n, rng, low=2, high=14):
    """Texts of few words, so that many are somewhat alike."""
    return [" ".join(rng.choice(WORDS, rng.integers(low, high))) for _ in range(n)]


def typo(text, rng):
    place = rng.integers(len(text))
    return text[:place] + "x" + text[place + 1 :]


def sample(n=300, seed=0):
    """Texts, copies with a typo or in capitals, and texts without words."""
    rng = seeded(seed)
    texts = written(n, rng)
    changed = [typo(text, rng) for text in texts[: n // 3]] + [text.upper() + "!" for text in texts[: n // 5]]
    return [*texts, *changed, "", "!!", "I", "a b", "  ", "?"]


def runs(text, size=5):
    """The runs of letters, one by one: within words, with the space before and behind; short words whole."""
    found = set()
    for word in text.split(" ") if text else []:
        word = f" {word} "
        found |= {word[place : place + size] for place in range(max(1, len(word) - size + 1))}
    return found


def plainly(texts):
    """Similarity of all pairs by dictionaries, slow."""
    cut = [runs(text) for text in texts]
    count = {run: sum(run in each for each in cut) for run in set().union(*cut)}
    n = len(texts)
    weight = {run: np.log((1 + n) / (1 + max(times, 0.01 * n))) + 1 for run, times in count.items()}
    length = [np.sqrt(sum(weight[run] ** 2 for run in each)) for each in cut]
    return {
        (i, j): sum(weight[run] ** 2 for run in cut[i] & cut[j]) / (length[i] * length[j])
        for i, j in combinations(range(n), 2)
        if cut[i] & cut[j]
    }


# ---------------------------------------------------------------- near duplicates


@pytest.mark.parametrize("threshold", [0.05, 0.3, 0.5, 0.7, 0.8, 0.95, 1])
def test_finds_every_pair_that_a_plain_comparison_finds(threshold):
    texts = list(dict.fromkeys(map(filters._evened, sample())))
    expected = {pair: alike for pair, alike in plainly(texts).items() if alike >= threshold - 1e-5}
    sure = {pair for pair, alike in expected.items() if alike >= threshold + 1e-5}
    pairs = near_duplicates(texts, threshold, partners=10_000)
    found = dict(zip(zip(pairs["first"], pairs["second"], strict=True), pairs["similarity"], strict=True))
    assert sure <= set(found) <= set(expected)
    assert all(abs(found[pair] - expected[pair]) < 2e-5 for pair in found)
    assert len(found) > 20 or threshold > 0.9


def test_batches_and_threads_change_nothing(monkeypatch):
    texts = sample(2500)  # more than one task
    whole = near_duplicates(texts, 0.75, partners=10_000)
    for entries, threads in ((50_000, 1), (200_000, 4)):
        monkeypatch.setattr(filters, "_ENTRIES", entries)
        pd.testing.assert_frame_equal(whole, near_duplicates(texts, 0.75, partners=10_000, threads=threads))


def test_case_punctuation_spaces_and_word_order_make_no_difference():
    texts = [
        "A fine, warm film!",
        "a  FINE warm\nfilm",
        "Film: a warm, fine",
        "ﬁne café a warm film",
        "fine cafe\u0301 a warm film",
    ]
    pairs = near_duplicates(texts, 1)
    assert list(zip(pairs["first"], pairs["second"], strict=True)) == [(0, 1), (0, 2), (3, 4)]
    assert (pairs["similarity"] == 1).all()


def test_texts_without_a_word_are_compared_as_they_stand():
    pairs = near_duplicates(["!!", "", ":-)", " ", "!!", ":)", "\n"], 0.5)
    assert list(zip(pairs["first"], pairs["second"], strict=True)) == [(1, 3), (0, 4), (1, 6)]


def test_a_repeated_word_counts_once():
    texts = ["@name @name @name @name hello there", "@name @name @name @name good night", *written(50, seeded(1))]
    assert near_duplicates(texts, 0.6).query("first < 2 and second < 2").empty


def test_short_words_are_not_lost():
    pairs = near_duplicates(["I", "a b", "i", "A B C"], 0.5)
    assert {(0, 2), (1, 3)} == set(zip(pairs["first"], pairs["second"], strict=True))


def test_labels_of_the_index_come_back_and_the_input_stays():
    texts = pd.Series(["a fine film", "dull", "A FINE film"], index=["x", "y", "z"])
    before = texts.copy()
    pairs = near_duplicates(texts)
    assert pairs.to_dict("records") == [{"first": "x", "second": "z", "similarity": 1.0}]
    pd.testing.assert_series_equal(texts, before)
    assert near_duplicates(texts[["y"]]).empty and list(near_duplicates(["one"]).columns) == list(pairs.columns)


def test_dropping_every_second_leaves_none_alike():
    texts = pd.Series(sample(400))
    left = texts.drop(near_duplicates(texts, 0.7, partners=1000)["second"].unique())
    weights = filters._weights([filters._evened(text) for text in texts])  # similarity in the whole set
    alike = (weights[left.index] @ weights[left.index].T).toarray()
    assert np.triu(alike, 1).max() < 0.7


def test_a_thousand_equal_copies_give_a_pair_each():
    texts = ["the same text again"] * 1000 + ["the same text again?", "another one", "the same texts again"]
    pairs = near_duplicates(texts, 0.5)
    assert (pairs["first"] == 0).all() and set(pairs["second"]) == {*range(1, 1001), 1002}


def template(n):
    return [
        f"Dear customer, thank you very much: your order number {i} was sent today and comes soon" for i in range(n)
    ]


def test_a_crowd_is_cut_with_a_warning_and_nobody_is_hidden():
    texts = [*written(2000, seeded(2)), *template(150)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        whole = near_duplicates(texts, partners=150)
    assert len(whole.query("first >= 2000")) == 150 * 149 / 2
    crowded = (whole.groupby("second").size() > 10).sum()
    with pytest.warns(UserWarning, match=rf"{crowded} texts are like more than 10 earlier .* Raise partners="):
        cut = near_duplicates(texts, partners=10)
    assert crowded >= 139 and set(cut["second"]) == set(whole["second"])
    assert cut.groupby("second").size().max() == 10
    assert set(zip(cut["first"], cut["second"], strict=True)) <= set(zip(whole["first"], whole["second"], strict=True))


def test_memory_stays_bounded_in_a_crowd():
    """4,000 texts that are all alike are 8 million pairs; with all similarities at a time some 200 MB."""
    texts = [*written(1000, seeded(2)), *template(4000)]
    tracemalloc.start()
    with pytest.warns(UserWarning, match="more than 5 earlier"):
        near_duplicates(texts, partners=5, threads=1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 150e6


def test_a_text_of_a_megabyte():
    rng = seeded(3)
    words = ["".join(rng.choice(list("abcdefghij"), 6)) for _ in range(5000)]
    long = " ".join(rng.choice(words, 150_000))
    assert len(long) > 1_000_000
    pairs = near_duplicates([long, "a film", long[:-100] + " the end", "x" * 1_000_000, "a film."])
    assert list(zip(pairs["first"], pairs["second"], strict=True)) == [(0, 2), (1, 4)]


def test_planted_copies_are_found_and_little_else():
    rng = seeded(4)
    words = ["".join(rng.choice(list("abcdefghijklmnop"), rng.integers(2, 9))) for _ in range(4000)]
    texts = [" ".join(words[k] for k in rng.integers(4000, size=rng.integers(8, 25))) for _ in range(2000)]
    copies = [typo(text, rng) for text in texts[:400]]
    pairs = near_duplicates([*texts, *copies])
    found = set(zip(pairs["first"], pairs["second"], strict=True))
    planted = {(place, 2000 + place) for place in range(400)}
    assert len(found & planted) / 400 > 0.97 and len(found & planted) / len(found) > 0.93


# ---------------------------------------------------------------- leaks


def test_leaks_are_the_pairs_between_the_sets():
    texts = list(dict.fromkeys(map(filters._evened, sample())))
    train, test = texts[:350], texts[350:]
    expected = {pair for pair, alike in plainly(texts).items() if alike >= 0.7 and pair[0] < 350 <= pair[1]}
    leaks = find_leaks(train, test, 0.7)
    assert {(i, j + 350) for i, j in zip(leaks["train"], leaks["test"], strict=True)} == expected
    assert len(expected) > 5


def test_every_copy_in_the_test_set_is_named():
    train = pd.Series(["a fine film", "A fine film!", "dull"], index=[7, 8, 9])
    test = pd.Series(["A FINE FILM", "slow", "a fine film.", "fine film a"], index=list("abcd"))
    leaks = find_leaks(train, test)
    assert list(zip(leaks["train"], leaks["test"], strict=True)) == [(7, "a"), (7, "c"), (7, "d")]
    assert find_leaks(["a"], ["b"]).empty
    with pytest.warns(UserWarning, match="1 texts are like more than 3"):
        leaks = find_leaks([*written(2000, seeded(5)), *template(20)], [template(30)[-1]], partners=3)
    assert len(leaks) == 3


# ---------------------------------------------------------------- labels


class Neighbour(ClassifierMixin, BaseEstimator):
    """Says what the training rows with the same number say; without one, the first class."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.seen_ = dict(zip(np.asarray(X)[:, 0].tolist(), y, strict=True))
        return self

    def predict(self, X):
        return self.predict_proba(X).argmax(axis=1)

    def predict_proba(self, X):
        codes = [self.seen_.get(number, self.classes_[0]) for number in np.asarray(X)[:, 0].tolist()]
        return (np.array(codes)[:, None] == self.classes_).astype(float)


def test_a_second_rating():
    labels, second = pd.Series([1, 4, -2], index=list("abc")), pd.Series([2, -3, -2], index=list("abc"))
    assert label_disagreement(labels, second)["disagrees"].tolist() == [True, True, False]
    assert label_disagreement(labels, second, tolerance=1)["disagrees"].tolist() == [False, True, False]
    found = label_disagreement(labels, [2, -3, -2], tolerance=7)
    assert found.index.tolist() == list("abc") and not found["disagrees"].any()
    assert label_disagreement(["good", "bad"], ["good", "good"])["suggested"].tolist() == ["good", "good"]


@pytest.mark.parametrize(
    ("labels", "second"), [([1, 0], ["1", "0"]), (["a"], [1]), ([1, -1] * 10, [0.9, 0.2] * 10)], ids=str
)
def test_two_ratings_without_a_common_value_get_a_sentence(labels, second):
    with pytest.raises(ValueError, match="they share none"):
        label_disagreement(labels, second)


def test_a_batch_in_which_all_disagree_is_no_error():
    assert label_disagreement([1, 1], [-1, -1])["disagrees"].all()
    assert label_disagreement([3, 1], [2, 4])["disagrees"].all()
    assert label_disagreement([1] * 30, [-1] * 30)["disagrees"].all()


def test_a_filter_that_returns_a_table_is_told_which_column():
    table = pd.DataFrame({"text": ["one fine film", "one fine film"]})
    with pytest.raises(TypeError, match=r"Pairs\? rows\.index\.isin\(pairs\['second'\]\)"):
        apply_filters(table, {"copies": lambda rows: near_duplicates(rows["text"])})


def test_a_model_finds_flipped_labels():
    rng = seeded(6)
    X = rng.normal(size=(600, 2))
    labels = np.where(X[:, 0] > 0, "good", "bad").astype(object)
    flipped = (np.abs(X[:, 0]) > 0.8) & (rng.random(600) < 0.1)
    labels[flipped] = np.where(labels[flipped] == "good", "bad", "good")
    found = label_disagreement(labels, model=LogisticRegression(), X=X, rng=rng, confidence=0.6)
    assert found["disagrees"][flipped].mean() > 0.95 and found["disagrees"][~flipped].mean() < 0.05
    assert (found["suggested"] != found["label"])[flipped].mean() > 0.95
    assert found["probability"].between(0, 1).all()
    surer = label_disagreement(labels, model=LogisticRegression(), X=X, rng=seeded(), confidence=0.99)["disagrees"]
    assert surer.sum() < found["disagrees"].sum()


def test_a_group_is_never_on_both_sides():
    groups = np.repeat(np.arange(50), 4)
    labels = np.tile([0, 1], 100)[np.argsort(seeded(7).random(200))]
    labels = np.where(groups % 2 == 0, 0, labels)  # both classes are there
    X = groups[:, None].astype(float)
    seen = label_disagreement(np.where(groups % 3 == 0, 1, 0), model=Neighbour(), X=X, rng=seeded())
    apart = label_disagreement(np.where(groups % 3 == 0, 1, 0), model=Neighbour(), X=X, groups=groups, rng=seeded())
    assert seen["disagrees"].mean() < 0.05  # a row of the same group told it
    assert (apart["suggested"] == 0).all()  # none did


def test_texts_and_a_pipeline():
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.pipeline import make_pipeline

    texts = ["good film", "a good plot", "good", "bad film", "a bad plot", "bad"] * 5
    labels = [1, 1, 1, 0, 0, 0] * 4 + [1, 1, 1, 0, 0, 1]
    model = make_pipeline(CountVectorizer(), LogisticRegression())
    found = label_disagreement(labels, model=model, X=texts, rng=seeded())
    assert np.flatnonzero(found["disagrees"]).tolist() == [29]
    assert not hasattr(model[-1], "coef_")  # a copy was fitted


MODEL = {"model": LogisticRegression(), "X": np.zeros((6, 1)), "rng": seeded()}


@pytest.mark.parametrize(
    ("labels", "options", "error", "says"),
    [
        ([0, 1], {}, ValueError, "not both, not neither"),
        ([0, 1], {"second": [0, 1], "model": LogisticRegression()}, ValueError, "not both, not neither"),
        ([0, 1], {"second": [0]}, ValueError, "second must have as many rows as labels, 2; got 1"),
        ([0, None], {"second": [0, 1]}, ValueError, "labels must not have gaps; 1 of 2 do. Drop"),
        ("01", {"second": "01"}, TypeError, "labels must be a list or Series"),
        (["a", "b"], {"second": ["a", "b"], "tolerance": 1}, TypeError, "labels must be numbers to have a tolerance"),
        ([0, 1], {"second": [0, 1], "tolerance": -1}, ValueError, "tolerance must be a number, 0 or more; got -1"),
        (pd.Series([0, 1]), {"second": pd.Series([0, 1], [1, 2])}, ValueError, "must have the index of labels"),
        ([0, 1] * 3, {**MODEL, "folds": 1}, ValueError, "folds must be a whole number, 2 or more; got 1"),
        ([0, 1] * 3, {**MODEL, "folds": 5}, ValueError, "each class must have 5 rows, one a fold; 0 has 3"),
        ([0] * 6, MODEL, ValueError, "two classes or more; got 1"),
        (
            [0, 1] * 3,
            {**MODEL, "folds": 3, "groups": [0] * 6},
            ValueError,
            "groups must be 3 or more, one a fold; got 1",
        ),
        ([0, 1] * 3, {**MODEL, "rng": None}, TypeError, "rng must be a numpy.random.Generator"),
        ([0, 1] * 3, {**MODEL, "X": None}, ValueError, "X must have as many rows as labels, 6; got None"),
        (
            [0, 1] * 3,
            {**MODEL, "model": object()},
            TypeError,
            "model must have fit, predict and predict_proba; got object",
        ),
        ([0, 1] * 3, {**MODEL, "confidence": 60}, ValueError, "confidence must be a number, 0 to 1; got 60"),
    ],
)
def test_labels_that_cannot_be_compared(labels, options, error, says):
    with pytest.raises(error, match=says):
        label_disagreement(labels, **options)


# ---------------------------------------------------------------- lengths


def test_lengths_by_limits_by_a_reference_and_by_themselves():
    texts = pd.Series(["", "one", "one two three", " ".join("w" * 50)], index=list("abcd"))
    assert length_outliers(texts, limits=(1, 3)).to_dict() == {"a": True, "b": False, "c": False, "d": True}
    human = [" ".join("w" * n) for n in (2, 3, 3, 4, 4, 5)]
    assert length_outliers(texts, human).tolist() == [True, True, False, True]
    assert not length_outliers(["w w w"] * 20).any()
    assert length_outliers(["w w w"] * 20 + ["w"]).tolist() == [False] * 20 + [True]
    logs = seeded(8).normal(3, 0.4, 20_000)
    normal = [" ".join("w" * n) for n in np.expm1(logs).round().astype(int)]
    assert 0.004 < length_outliers(normal).mean() < 0.011  # 0.7%, as Tukey's rule has it


def test_lengths_of_a_batch_do_not_depend_on_the_batch():
    assert length_outliers(pd.Series([], dtype=str), limits=(1, 3)).tolist() == []
    assert length_outliers(["a b", "a b"], limits=(1, 3)).dtype == bool


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: length_outliers([]), "texts must hold a text or more; got none"),
        (lambda: length_outliers(["a"], []), "reference must hold a text or more"),
        (lambda: length_outliers(["a"], ["b"], limits=(1, 2)), "either reference or limits"),
        (lambda: length_outliers(["a"], limits=(5, 2)), r"low and high, such as \(3, 60\); got \(5, 2\)"),
        (lambda: length_outliers(["a"], limits=5), "limits must be two numbers"),
        (lambda: length_outliers(["a"], limits=(np.nan, 3)), "limits must be two numbers"),
        (lambda: length_outliers(["a"], fence=-1), "fence must be a number, 0 or more; got -1"),
    ],
)
def test_lengths_without_a_rule(call, says):
    with pytest.raises(ValueError, match=says):
        call()


# ---------------------------------------------------------------- apply_filters


def table():
    texts = ["a fine film", "A fine film!", "", "far too long for a film", "far too long, for a film", "slow"]
    return pd.DataFrame({"text": texts, "rating": [3, 2, 9, -1, 9, 0]}, index=list("abcdef"))


def copies(rows):
    return rows.index.isin(near_duplicates(rows["text"])["second"])


def lengths(rows):
    return length_outliers(rows["text"], limits=(1, 5))


def wrong_rating(rows):
    return rows["rating"].abs() > 4


FILTERS = {"copy": copies, "length": lengths, "rating": wrong_rating}


def test_drops_and_overlaps_by_hand():
    given = table()
    kept, report = apply_filters(given, FILTERS)
    pd.testing.assert_frame_equal(given, table())
    pd.testing.assert_frame_equal(kept, given.loc[["a", "f"]])
    assert report.counts["drops"].to_dict() == {"copy": 2, "length": 3, "rating": 2}
    assert report.counts["only_this"].to_dict() == {"copy": 1, "length": 1, "rating": 0}
    np.testing.assert_allclose(report.counts["share"], [2 / 6, 3 / 6, 2 / 6])
    assert report.overlaps.to_numpy().tolist() == [[2, 1, 1], [1, 3, 2], [1, 2, 2]]
    assert report.reasons.to_dict() == {"b": "copy", "c": "length, rating", "d": "length", "e": "copy, length, rating"}
    assert sorted([*kept.index, *report.reasons.index]) == given.index.tolist()  # nothing is lost
    assert given[report.flags["rating"]].index.tolist() == ["c", "e"]
    kept.loc["a", "rating"] = 0
    pd.testing.assert_frame_equal(given, table())


def test_order_of_filters_and_rows_does_not_matter():
    kept, report = apply_filters(table(), dict(reversed(FILTERS.items())))
    assert kept.index.tolist() == ["a", "f"] and report.counts.loc["copy", "only_this"] == 1
    shuffled = {
        name: lambda rows, f=function: pd.Series(f(rows), rows.index)[::-1] for name, function in FILTERS.items()
    }
    pd.testing.assert_frame_equal(apply_filters(table(), shuffled)[1].flags, apply_filters(table(), FILTERS)[1].flags)


def test_a_filter_cannot_change_the_table():
    def greedy(rows):
        rows["text"] = "gone"
        rows.loc["new"] = rows.loc["a"]
        return [False] * 6

    kept, _ = apply_filters(table(), {"greedy": greedy, "copy": copies})
    assert kept.index.tolist() == ["a", "c", "d", "f"] and kept.loc["a", "text"] == "a fine film"


def test_everything_filtered_away():
    with pytest.raises(ValueError, match=r"they drop all 6 \(all 6, rating 2\).*allow_empty=True"):
        apply_filters(table(), {"all": lambda rows: [True] * 6, "rating": wrong_rating})
    kept, report = apply_filters(table(), {"all": lambda rows: [True] * 6}, allow_empty=True)
    assert kept.empty and list(kept.columns) == ["text", "rating"] and len(report.reasons) == 6


def test_an_empty_table():
    with pytest.raises(ValueError, match="table must have rows; got none"):
        apply_filters(table()[:0], FILTERS)
    kept, report = apply_filters(table()[:0], {"length": lengths, "rating": wrong_rating}, allow_empty=True)
    assert len(kept) == len(report.reasons) == len(report.flags) == 0
    assert report.counts["drops"].tolist() == [0, 0] and report.overlaps.to_numpy().tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        ({}, ValueError, "name a function or more; got none"),
        ([copies], TypeError, "filters must map names to functions, .*; got list"),
        ({"a": 1}, TypeError, "got 'a': 1"),
        ({1: copies}, TypeError, "got 1: <function"),
        (
            {"a": lambda rows: [True]},
            ValueError,
            r"filter 'a' must return a bool for each of the 6 rows; got shape \(1,\)",
        ),
        ({"a": lambda rows: True}, ValueError, r"each of the 6 rows; got shape \(\)"),
        ({"a": lambda rows: rows["rating"]}, TypeError, "filter 'a' must return bools without gaps, .*; got int64"),
        ({"a": lambda rows: pd.Series([True, None] * 3, rows.index)}, TypeError, "bools without gaps"),
        ({"a": lambda rows: pd.Series([True, None] * 3, rows.index, "boolean")}, TypeError, "bools without gaps"),
        ({"a": lambda rows: pd.Series([True] * 6)}, ValueError, "filter 'a' .* its index is another"),
        ({"a": lambda rows: wrong_rating(rows)[:3]}, ValueError, "filter 'a' .* its index is another"),
    ],
)
def test_filters_that_are_none(given, error, says):
    with pytest.raises(error, match=says):
        apply_filters(table(), given)


def test_tables_that_are_none():
    with pytest.raises(TypeError, match="table must be a DataFrame; got list"):
        apply_filters([1], FILTERS)
    with pytest.raises(ValueError, match=r"unique index; 'a' is there twice\. Call"):
        apply_filters(pd.concat([table(), table()]), FILTERS)


def rows_only(rows):
    """What a cluster runs on each batch of rows."""
    return apply_filters(rows, {"length": lengths, "rating": wrong_rating}, allow_empty=True)[0]


def disagreement(rows):
    return label_disagreement(rows["rating"], rows["checked"], tolerance=1)["disagrees"]


def test_filters_of_rows_run_as_they_are_on_a_dask_cluster():
    import dask.dataframe as dd
    from dask.distributed import Client, LocalCluster

    rng = seeded(9)
    texts = [*written(2000, rng, 1, 9), ""]
    given = pd.DataFrame({"text": texts, "rating": rng.integers(-6, 7, 2001), "checked": rng.integers(-4, 5, 2001)})
    given.loc[:400, "rating"] = 9  # one batch of rows is filtered away as a whole
    settings = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with LocalCluster(host="127.0.0.1", **settings) as cluster, Client(cluster):
        frame = dd.from_pandas(given, npartitions=8)
        flags = frame["text"].map_partitions(partial(length_outliers, limits=(1, 5)), meta=("length_outlier", bool))
        disagrees = frame.map_partitions(disagreement, meta=("disagrees", bool)).compute()
        kept, flags = frame.map_partitions(rows_only, meta=given[:0]).compute(), flags.compute()
    pd.testing.assert_series_equal(flags, lengths(given))
    pd.testing.assert_series_equal(disagrees, disagreement(given))
    pd.testing.assert_frame_equal(kept, rows_only(given), check_dtype=False)
    assert 0 < len(kept) < 1600


# ---------------------------------------------------------------- bad texts


@pytest.mark.parametrize("call", [near_duplicates, lambda texts: find_leaks(["a"], texts), length_outliers])
@pytest.mark.parametrize(
    ("texts", "says"),
    [
        (["a", None], r"must hold texts only; row 1 is None. Drop such rows \(.dropna\(\)\)"),
        (["a", np.nan], "row 1 is nan"),
        (["a", 5], "row 1 is 5"),
        (["a", b"x" * 1_000_000], "row 1 is b'xxxx.{,60}Drop"),
        (pd.Series(["a", None], index=["p", "q"]), "row 'q' is"),
        ("a text", r"must be a list or Series of texts; got str. Write \[text\]."),
        (None, "must be a list or Series of texts; got NoneType"),
        (pd.DataFrame({"text": ["a"]}), r'got DataFrame. Take its column: table\["text"\]'),
    ],
)
def test_what_is_no_text(call, texts, says):
    with pytest.raises(TypeError, match=says):
        call(texts)


@pytest.mark.parametrize("threshold", [0, -0.1, 1.01, 80, np.nan, np.inf])
def test_a_threshold_outside_its_range(threshold):
    with pytest.raises(ValueError, match="threshold must be above 0 and at most 1; got"):
        near_duplicates(["a", "b"], threshold)
    with pytest.raises(ValueError, match="threshold must be"):
        find_leaks(["a"], ["b"], threshold)


def test_other_numbers_outside_their_range():
    with pytest.raises(ValueError, match="divide by 100"):
        near_duplicates(["a"], 80)
    for threshold in ("0.8", None, True):
        with pytest.raises(TypeError, match="threshold must be a number"):
            near_duplicates(["a"], threshold)
    for wrong in (0, 2.5, True):
        with pytest.raises(ValueError, match="partners must be a whole number, 1 or more"):
            near_duplicates(["a"], partners=wrong)
        with pytest.raises(ValueError, match="threads must be a whole number, 1 or more"):
            find_leaks(["a"], ["b"], threads=wrong)


def test_no_texts_and_ids_that_are_there_twice():
    for texts in ([], pd.Series([], dtype=str)):
        with pytest.raises(ValueError, match="texts must hold a text or more; got none"):
            near_duplicates(texts)
    with pytest.raises(ValueError, match="test_texts must hold a text or more"):
        find_leaks(["a"], [])
    with pytest.raises(ValueError, match=r"unique index; 7 is there twice\. Call"):
        near_duplicates(pd.Series(["a", "b"], index=[7, 7]))
    with pytest.raises(ValueError, match="train_texts must have a unique index"):
        find_leaks(pd.Series(["a", "b"], index=[7, 7]), ["a"])


def test_broken_characters_do_no_harm():
    pairs = near_duplicates(
        ["bro\ud800ken text here", "nul\0 and \x1f", "bro\ud800ken text here", "日本語の文章です", "日本語の文章です。"]
    )
    assert list(zip(pairs["first"], pairs["second"], strict=True)) == [(0, 2), (3, 4)]
