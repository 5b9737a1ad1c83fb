"""Provenance: what a stamp writes, keeps and refuses; every kind of leak by hand; the kit's own tables."""

import io
import json
import pickle
import tomllib
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_human_text import windows

from helpers.course.datasets import machine_reviews, prelabels, rated_sentences, shown_to_model
from helpers.provenance import COLUMNS, SplitLeakError, guard_split, report, stamp


def notes(*ids, **columns):
    return pd.DataFrame({"text": [f"text {each}" for each in ids], **columns}, index=list(ids))


def human(*ids):
    return stamp(notes(*ids), "human", licence="MIT")


def machine(*ids, parents=None):
    return stamp(notes(*ids), "machine", "model-1", "zero_shot", parents, "CC0-1.0")


def leaks(*arguments, **options):
    """What guard_split finds, as (row, problem, of), in its order."""
    with pytest.raises(SplitLeakError) as caught:
        guard_split(*arguments, **options)
    rows = caught.value.rows
    return [tuple(None if pd.isna(each) else each for each in row) for row in rows.drop(columns="similarity").values]


# stamp


def test_a_stamp_adds_five_columns_and_changes_nothing_else():
    table = notes("a", "b", rating=[1, 2])
    before = table.copy()
    stamped = stamp(table, "machine", "model-1", "few_shot", ["h1", "h2"], "CC0-1.0")
    pd.testing.assert_frame_equal(table, before)
    pd.testing.assert_frame_equal(stamped[["text", "rating"]], before)
    assert tuple(stamped.columns[2:]) == COLUMNS
    assert stamped.loc["b"].tolist()[2:] == ["machine", "model-1", "few_shot", '["h1", "h2"]', "CC0-1.0"]
    stamped.loc["a", "rating"] = 9
    pd.testing.assert_frame_equal(table, before)


def test_what_is_not_said_is_none():
    assert stamp(notes("a"), "human").loc["a"].tolist()[1:] == ["human", None, None, None, None]
    nothing = pd.Series([None, np.nan], ["a", "b"])
    stamped = stamp(notes("a", "b"), "machine", nothing, nothing, nothing, np.nan)
    assert stamped[["generator", "prompt", "parents", "licence"]].isna().all(axis=None)


def test_row_by_row_by_the_index_of_the_series():
    table = notes("a", "b", "c")
    stamped = stamp(
        table,
        pd.Series(["machine", "human", "machine"], ["c", "b", "a"], dtype="category"),
        pd.Series(["m1", None, "m2"], ["a", "b", "c"]),
        parents=pd.Series([["h1", "h2"], None, "h3"], ["a", "b", "c"]),
    )
    assert stamped["origin"].tolist() == ["machine", "human", "machine"]
    assert stamped["generator"].tolist() == ["m1", None, "m2"]
    assert stamped["parents"].tolist() == ['["h1", "h2"]', None, '["h3"]']


@pytest.mark.parametrize(
    ("parents", "written"),
    [
        ("h1", ["h1"]),
        (5, ["5"]),
        (5.0, ["5"]),
        (0, ["0"]),
        (["b", "a", "b"], ["b", "a"]),
        (("a", 1), ["a", "1"]),
        ({"b", "a"}, ["a", "b"]),
        (np.array([3, 4]), ["3", "4"]),
        (pd.Index([3.0, 4.5]), ["3", "4.5"]),
        ('["h1", "h2"]', ["h1", "h2"]),
        ('["h1', ['["h1']),
        (['a "quoted" id, ü'], ['a "quoted" id, ü']),
        ([], None),
    ],
)
def test_parents_in_many_forms(parents, written):
    found = stamp(notes("x"), "machine", parents=parents).loc["x", "parents"]
    assert (found if found is None else json.loads(found)) == written
    each = pd.Series([parents], ["x"], dtype=object)
    assert stamp(notes("x"), "machine", parents=each).loc["x", "parents"] == found


def test_stamped_tables_are_put_together_and_survive_a_file():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        both = pd.concat([human("h1", "h2"), machine("m1", parents=["h2"]), stamp(notes("h3"), "human")])
    again = pd.read_csv(io.StringIO(both.to_csv()), index_col=0)
    pd.testing.assert_frame_equal(report(again), report(both))
    for table in (both, again):
        assert leaks(table.loc[["m1"]], table.loc[["h1", "h2"]]) == [("h2", "shown", None)]
    assert both.drop_duplicates().shape == both.shape, "no lists in cells"


def test_nothing_is_overwritten():
    stamped = human("a", "b")
    pd.testing.assert_frame_equal(stamp(stamped, "human", licence="MIT"), stamped, check_dtype=False)
    with pytest.raises(ValueError, match=r"must not lose its column 'origin'.* a, b \(2 of 2 rows\)"):
        stamp(stamped, "machine", licence="MIT")
    with pytest.raises(ValueError, match=r"'licence', .* pass licence=table\['licence'\]; else rename it"):
        stamp(stamped, "human")
    asked = notes("a", "b", prompt=["Be kind.", "Be curt."])
    with pytest.raises(ValueError, match=r"its column 'prompt'.* in b \(1 of 2 rows\)"):
        stamp(asked, "machine", prompt="Be kind.")
    assert stamp(asked, "machine", prompt=asked["prompt"])["prompt"].tolist() == ["Be kind.", "Be curt."]
    listed = notes("a", parents=[["h1"]])
    assert stamp(listed, "machine", parents=listed["parents"]).loc["a", "parents"] == '["h1"]'
    with pytest.raises(ValueError, match="its column 'parents'"):
        stamp(listed, "machine", parents=["h2"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("synthetic",), "origin must be 'human' or 'machine'; got 'synthetic'"),
        (("Human",), "got 'Human'"),
        ((None,), "got None"),
        ((pd.Series(["human", None], ["a", "b"]),), "got None"),
        (("human", "model-1"), r"generator must be None for human rows; it is 'model-1' for a, b\. Did a model"),
        ((pd.Series(["human", "machine"], ["a", "b"]), "m"), r"for a\. Did"),
        (("machine", " "), "generator must not be blank"),
        (("machine", "m", "x", ["h1", "b"]), "parents must be other rows; b would be made from itself"),
        (("machine", "m", "x", ["h1", None]), "parents must have no gaps; an id is None"),
        (
            ("machine", "m", pd.Series(["x", "y"])),
            "prompt as a Series must have the index of the table.* 'a'; it has 2",
        ),
        (("machine", "m", None, pd.Series(["h1", "h2", "h3"])), r"parents as a Series .* in all rows: list\(series\)"),
        (("machine", "m", pd.Series(["x", "y"], ["a", "a"])), "prompt as a Series must have the index"),
    ],
)
def test_stamps_that_are_wrong(arguments, words):
    with pytest.raises(ValueError, match=words):
        stamp(notes("a", "b"), *arguments)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((["human", "human"],), r"origin must be a text, .* pandas\.Series\(list\(values\), table\.index\)"),
        ((True,), "origin must be a text"),
        (("machine", 4), "generator must be a text"),
        (("machine", pd.Series(["m", 4], ["a", "b"])), "generator must be a text, .* got 4"),
        (("machine", "m", ["x", "y"]), "prompt must be a text"),
        (("machine", "m", None, {"h1": 1}), "parents must be a list of ids, or a Series; got dict"),
        (("machine", "m", None, pd.DataFrame()), "got DataFrame. Take its column"),
        (("machine", "m", None, [("movies", 1)]), r"numbers or texts; got \('movies', 1\)\. Join"),
        (("machine", "m", None, b"h1"), "numbers or texts"),
    ],
)
def test_stamps_of_the_wrong_kind(arguments, words):
    with pytest.raises(TypeError, match=words):
        stamp(notes("a", "b"), *arguments)


# ids, in every function


@pytest.mark.parametrize("use", [lambda table: stamp(table, "human"), report, lambda table: guard_split(table, table)])
def test_tables_without_usable_ids(use):
    for table, words in (
        (notes(), "must have a row or more; it is empty"),
        (notes("a", "b", "a"), r"each id once; more often: a \(1 ids\).* 'movies:12'"),
        (notes(5, "5"), "each id once; more often: 5"),
        (notes("a", None), "must have no gaps; an id is (None|nan)"),
        (notes("a", float("nan")), "must have no gaps"),
        (pd.concat([notes("a")] * 2, axis=1), "each column once; 'text' is there twice"),
    ):
        with pytest.raises(ValueError, match=words):
            use(table)
    with pytest.raises(TypeError, match="its index has 2 levels"):
        use(notes("a").set_index("text", append=True))
    for table in (None, [1, 2], {"text": ["a"]}, notes("a")["text"]):
        with pytest.raises(TypeError, match="must be a DataFrame; got "):
            use(table)


def test_tables_without_stamps():
    for use in (report, lambda table: guard_split(table, human("x")), lambda table: guard_split(human("x"), table)):
        with pytest.raises(ValueError, match="must be stamped; it lacks origin, generator, prompt, parents, licence"):
            use(notes("a"))
        with pytest.raises(ValueError, match="must be stamped; it lacks parents"):
            use(human("a").drop(columns="parents"))
        with pytest.raises(ValueError, match=r"an origin in each row; none in b \(1 of 2\)\. Stamp each table"):
            use(pd.concat([human("a"), notes("b")]))
        with pytest.raises(ValueError, match="must be 'human' or 'machine'; got 'Machine'"):
            use(human("a").assign(origin="Machine"))
        for wrong in ("h1;h2", ["h1"], 5, "[1, 2]"):
            with pytest.raises(ValueError, match="parents must be lists in JSON, as stamp writes them"):
                use(human("a").assign(parents=pd.Series([wrong], ["a"], dtype=object)))


# guard_split


def test_a_fair_split_passes():
    train = pd.concat([human("h1", "h2"), machine("m1", "m2", parents=["h1"])])
    pairs = pd.DataFrame({"first": ["h1", "h3"], "second": ["m1", "h4"], "similarity": [0.9, 0.8]})
    assert guard_split(train, human("h3", "h4"), pairs, known=["h1", "h9"]) is None
    assert guard_split(train, human("h3"), pairs[:0]) is None


def test_every_kind_of_leak_is_named():
    train = pd.concat([human("h1", "h2"), machine("m1", parents=["h1", "h3"])])
    test = pd.concat([human("h2", "h3", "h4", "h6"), machine("m2", parents=["h4", "h1"])])
    pairs = pd.DataFrame({"first": ["h6", "x", "m1"], "second": ["m1", "h6", "h4"], "similarity": [0.91, 1.0, 0.95]})
    assert leaks(train, test, pairs) == [
        ("h2", "same id", "h2"),
        ("h3", "shown", None),
        ("h4", "shown", None),
        ("m2", "machine", None),
        ("m2", "made from train", "h1"),
        ("h6", "near-copy", "m1"),
        ("h4", "near-copy", "m1"),
    ]
    with pytest.raises(ValueError) as caught:
        guard_split(train, test, pairs)
    assert str(caught.value).splitlines() == [
        "test must be human, new to every generator and apart from train; 5 of its 5 rows are not:",
        "- written by a machine (1): m2",
        "- shown to a generator (2): h3, h4",
        "- in train, too (1): h2",
        "- made from rows of train (1): m2 of h1",
        "- near-copies of rows of train (2): h4 of m1 (0.95), h6 of m1 (0.91)",
        "After `except SplitLeakError as leak`, test.drop(leak.rows['row']) is what may stay; or take what they leak "
        "from out of train.",
    ]


def test_what_is_left_after_the_drop_passes():
    ids = [f"h{place}" for place in range(30)]
    train, test = machine("m1", parents=ids[:8]), human(*ids)
    before = train.copy(), test.copy()
    with pytest.raises(SplitLeakError, match=r"shown to a generator \(8\): h0, h1, h2, h3, h4 and 3 more") as caught:
        guard_split(train, test)
    pd.testing.assert_frame_equal(train, before[0])
    pd.testing.assert_frame_equal(test, before[1])
    left = test.drop(caught.value.rows["row"])
    assert left.index.tolist() == ids[8:]
    guard_split(train, left, known=ids)


def test_labels_keep_their_kind_and_are_compared_as_text():
    train = stamp(notes("m1"), "machine", parents=["7", 8.0])
    test = stamp(notes(7, 8, 9), "human")
    assert leaks(train, test) == [(7, "shown", None), (8, "shown", None)]
    assert leaks(human("7"), stamp(notes(7.0, 8.0), "human")) == [(7.0, "same id", "7")]
    assert leaks(human("1"), human("2"), pd.DataFrame({"first": [1], "second": [2.0]})) == [("2", "near-copy", "1")]


def test_a_machine_row_of_the_test_set_tells_what_its_generator_was_shown():
    assert leaks(human("h1"), pd.concat([human("h2"), machine("m1", parents=["h2"])])) == [
        ("h2", "shown", None),
        ("m1", "machine", None),
    ]


def test_a_person_may_rewrite_within_the_test_set_and_not_across():
    rewritten = stamp(notes("r1"), "human", parents=["h1"])
    guard_split(human("h2"), pd.concat([human("h1"), rewritten]))
    assert leaks(human("h1"), rewritten) == [("r1", "made from train", "h1")]
    assert leaks(rewritten, human("h1")) == [("h1", "shown", None)]


def test_near_copies_as_train_and_test_go_one_way():
    pairs = pd.DataFrame({"train": ["m1", "h2"], "test": ["h1", "m1"], "similarity": [0.9, 1.0]})
    assert leaks(machine("m1", "m2"), human("h1", "h2"), pairs) == [("h1", "near-copy", "m1")]
    swapped = pairs.rename(columns={"train": "test", "test": "train"})[:1]
    guard_split(machine("m1"), human("h1"), swapped)


def test_copies_of_a_copy_need_no_pair_of_their_own():
    """Of equal texts each may be paired with the first alone, and that first alone with what is like it."""
    pairs = pd.DataFrame(
        {"first": ["a", "a", "b", "x"], "second": ["c", "d", "a", "a"], "similarity": [1.0, 1.0, 0.9, 0.95]}
    )
    assert leaks(human("c", "h1"), human("a", "b", "d", "h2"), pairs) == [
        ("a", "near-copy", "c"),
        ("d", "near-copy", "c"),
        ("b", "near-copy", "c"),
    ]
    guard_split(human("h1"), human("a", "b", "c", "d"), pairs)
    many = pd.DataFrame({"first": ["0"] * 1999, "second": map(str, range(1, 2000)), "similarity": 1.0})
    ids = list(map(str, range(2000)))
    assert len(leaks(human(*ids[1000:]), human(*ids[:1000]), many)) == 1000


def test_tables_that_both_count_from_0():
    train, test = (stamp(pd.DataFrame({"text": list("ab")}), "human") for _ in range(2))
    with pytest.raises(ValueError, match=r"both count their rows from 0\. Use table\.set_index"):
        guard_split(train, test)
    guard_split(train[:1], train[1:])
    guard_split(train, test.set_axis([2, 3]))


@pytest.mark.parametrize(
    ("pairs", "error", "words"),
    [
        ([("h1", "h2")], TypeError, "near_copies must be a DataFrame of pairs, or None; got list"),
        (pd.DataFrame({"first": ["m1"]}), ValueError, "first and second, or train and test; got first. Rename"),
        (pd.DataFrame(), ValueError, "got none. Rename"),
        (pd.DataFrame({"first": [0], "second": [3]}), ValueError, "none of its labels is there, such as '0'"),
        (pd.DataFrame({"first": ["m1"], "second": [None]}), ValueError, "near_copies must have no gaps"),
    ],
)
def test_near_copies_that_cannot_be_used(pairs, error, words):
    with pytest.raises(error, match=words):
        guard_split(machine("m1"), human("h1"), pairs)


def test_parents_that_do_not_exist():
    train = machine("m1", parents=["1788", "1789"])
    with pytest.warns(UserWarning, match="None of the 2 parents"):
        guard_split(train, human("movies:1"))
    with pytest.raises(
        ValueError, match=r"parents in train .* unknown: 1788, 1789\. Ids of items look like 'movies:2'"
    ):
        guard_split(train, human("movies:1"), known=["movies:2", "movies:1"])
    with pytest.raises(ValueError, match="parents in test must be known items; unknown: h9"):
        guard_split(human("h1"), stamp(notes("h2"), "human", parents="h9"), known=[])


def test_parents_that_nobody_meets_are_warned_of():
    """With 1788 for movies:1788 no shown item is found; without `known` there must be a sign of it."""
    made = stamp(notes("m1"), "machine", "a model", parents=["1788"])
    with pytest.warns(UserWarning, match=r"None of the 1 parents \(1788\) is in train or test"):
        guard_split(made, human("movies:1788"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        guard_split(made, human("movies:1"), known=["1788"])
        guard_split(pd.concat([made, human("1788")]), human("movies:1"))


def test_the_error_comes_back_whole_from_another_process():
    with pytest.raises(SplitLeakError) as caught:
        guard_split(human("h1"), human("h1"))
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)
    pd.testing.assert_frame_equal(again.rows, caught.value.rows)


# report


def test_report_counts_by_hand():
    table = pd.concat(
        [
            human("h1", "h2", "h3"),
            machine("m1", "m2", parents=["h1", "h2"]),
            machine("m3", parents=["h2", "gone"]),
            stamp(notes("m4", "m5"), "machine", "model-2"),
        ]
    )
    found = report(table)
    assert found.index.names == ["origin", "generator", "prompt", "licence"]
    assert found.reset_index().astype(object).values.tolist() == [
        ["human", "", "", "MIT", 3, 3 / 8, 0, 0],
        ["machine", "model-1", "zero_shot", "CC0-1.0", 3, 3 / 8, 3, 1],
        ["machine", "model-2", "not said", "not said", 2, 2 / 8, 0, 0],
    ]
    assert found.groupby("origin")["share"].sum().to_dict() == {"human": 3 / 8, "machine": 5 / 8}
    pd.testing.assert_frame_equal(report(table.sample(frac=1, random_state=0)), found)


# The kit's own tables


def movies():
    table = rated_sentences("movies")
    return stamp(table.set_index("movies:" + table["item"]), "human", licence="MIT")


def reviews():
    shown = shown_to_model().query("use == 'few_shot_example'")
    table = machine_reviews().set_index("id")
    parents = [list("movies:" + shown["item"]) if recipe == "few_shot" else None for recipe in table["recipe"]]
    return stamp(
        table, "machine", "one model", table["recipe"], pd.Series(parents, table.index), licence="CC0-1.0"
    ), list("movies:" + shown["item"])


def test_the_reviews_and_the_sentences_that_their_writer_was_shown():
    people, (made, shown) = movies(), reviews()
    counts = report(pd.concat([people, made]))
    assert counts["rows"].tolist() == [10605, 900, 900, 600]
    assert counts["parents"].tolist() == [0, 30, 0, 0] and not counts["parents_missing"].any()
    assert {row for row, _, _ in leaks(made, people, known=people.index)} == set(shown)
    guard_split(made, people.drop(shown), known=people.index)


def test_pre_labelled_sentences_are_no_gold():
    labelled, people = prelabels().query("domain == 'movies'"), movies()
    labelled = stamp(labelled.set_index("movies:" + labelled["item"]), "machine", "one model", "prelabel")
    assert {problem for _, problem, _ in leaks(people, labelled)} == {"machine", "same id"}
    assert len(leaks(labelled, people)) == 800


def test_a_model_writes_what_nobody_showed_it():
    """The stamps pass, and yet four rows share 8 words in a row with human sentences: those that the catalog lists."""
    people, (made, shown) = movies(), reviews()
    known, people = people.index, people.drop(shown)
    guard_split(made, people, known=known)
    of_window = {window: row for row, text in people["text"].items() for window in windows(text)}
    pairs = {
        (row, of_window[window]) for row, text in made["text"].items() for window in windows(text) & of_window.keys()
    }
    found = leaks(made, people, pd.DataFrame(sorted(pairs), columns=["first", "second"]), known=known)
    assert {problem for _, problem, _ in found} == {"near-copy"}
    catalog = Path(__file__).parents[1] / "datasets" / "catalog.toml"
    listed = tomllib.loads(catalog.read_text(encoding="utf-8"))["machine_written"]["shares_words_with_human_text"]
    assert {of for _, _, of in found} == {each for each in listed if ":" not in each}
