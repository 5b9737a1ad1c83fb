"""A person's decisions: the queue, what is kept of it, who may touch the file, and faults that are really provoked."""

import json
import math
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from helpers.review import Item, Progress, Review, ReviewFileError, hide_gold, read_review

ROOT = Path(__file__).parents[1]
LABELS = ["positive", "negative"]
FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork, so no child is killed quickly")


def table(rows=4, **columns):
    return pd.DataFrame({"text": [f"Text {row}." for row in range(rows)], **columns}, index=[*"abcdefghij"][:rows])


class Clock:
    """A minute later each time that it is asked."""

    def __init__(self):
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self):
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def path(tmp_path):
    return tmp_path / "review.db"


@pytest.fixture
def quick():
    """As `path`, in memory where the system has such a folder: on a busy disk each decision waits for it."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=memory if os.access(memory, os.W_OK) else None))
    folder.chmod(0o755)  # pytest's own folders lie in one that only their owner may enter
    yield folder / "review.db"
    folder.chmod(0o755)
    shutil.rmtree(folder)


def opened(path, items=None, reviewer="ana", labels=LABELS, **options):
    return Review(path, table() if items is None else items, labels, reviewer, **options)


def ids(review):
    """What comes next until all is decided, each decided as it comes."""
    seen = []
    while (item := review.next()) and len(seen) < 20:
        seen.append(item.id)
        review.decide(item.id, "positive")
    return seen


def everything(folder):
    """The bytes of every file in a folder."""
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file()}


# ---------------------------------------------------------------- the queue


def test_items_come_in_their_order_and_then_no_more(path):
    review = opened(path)
    assert review.next() == Item("a", "Text 0.", None, False)
    assert ids(review) == ["a", "b", "c", "d"]
    assert review.next() is None
    assert review.progress() == Progress(4, 4, 0)


def test_looking_changes_nothing(path):
    review = opened(path)
    before = path.read_bytes()
    assert review.next() == review.next()
    review.progress(), review.agreement(), review.export(), review.history(), review.snapshot()
    assert path.read_bytes() == before


def test_skipped_items_come_back_after_all_others_in_the_order_of_skipping(path):
    review = opened(path)
    review.skip("b"), review.skip("a")
    assert review.progress() == Progress(4, 0, 2)
    assert review.progress().open == 2
    review.decide("c", "negative"), review.decide("d", "negative")
    assert review.next() == Item("b", "Text 1.", None, True)
    review.skip("b")
    assert review.next().id == "a"
    assert ids(review) == ["a", "b"]


def test_undo_goes_back_step_by_step(path):
    review = opened(path)
    review.decide("a", "positive"), review.skip("b"), review.decide("c", "positive")
    assert [review.undo().id for _ in range(3)] == ["c", "b", "a"]
    assert review.next() == Item("a", "Text 0.", None, False)
    with pytest.raises(ValueError, match=r"^undo must have a decision to take back; ana has none in this queue\.$"):
        review.undo()
    assert review.history()["action"].tolist() == ["decide", "skip", "decide", "undo", "undo", "undo"]
    assert len(review.export()) == 0


def test_undo_then_another_decision(path):
    review = opened(path)
    review.decide("a", "positive"), review.decide("b", "positive"), review.undo()
    assert review.next().id == "b"
    review.decide("b", "negative")
    assert review.export()["rating"].tolist() == ["positive", "negative"]
    assert review.undo().id == "b"


def test_undo_leaves_another_queue_and_another_reviewer_alone(path):
    first, second = opened(path), opened(path, table(8).iloc[4:])
    first.decide("a", "positive"), second.decide("e", "positive"), opened(path, reviewer="ben").decide("b", "positive")
    assert first.undo().id == "a"
    assert second.undo().id == "e"
    assert opened(path).export()["reviewer"].tolist() == ["ben"]


def test_a_decided_item_is_not_decided_again(path):
    review = opened(path)
    review.decide("a", "positive")
    before = path.read_bytes()
    words = r"^item must be open; 'a' was decided as 'positive' already, perhaps in another window of ana\. Nothing was"
    for again in (lambda: review.decide("a", "negative"), lambda: review.skip("a")):
        with pytest.raises(ValueError, match=words):
            again()
    assert path.read_bytes() == before


@pytest.mark.parametrize("index", [range(4), [0.0, 1.0, 2.0, 3.0], ["0", "1", "2", "3"], np.arange(4)])
def test_an_id_is_the_same_as_number_and_as_text(path, index):
    items = table().set_axis(index)
    opened(path, items).decide(0, "positive")
    opened(path, table().set_axis([0, 1, 2, 3])).decide("1", "negative")
    review = opened(path, items)
    assert review.next().id == items.index[2]
    assert review.export()["item"].tolist() == items.index[:2].tolist()


def test_the_numbers_of_a_scale_are_labels(path):
    items = table(gold=[2.0, None, -1, None], machine=np.array([1, 2, 3, 4]))
    review = opened(path, items, labels=np.arange(-2, 3), show_machine=True)
    assert review.labels == (-2, -1, 0, 1, 2)
    review.decide("a", 2.0), review.decide("b", np.int64(-2)), review.decide("c", 0)
    ratings = review.export()["rating"]
    assert (ratings.tolist(), ratings.dtype) == ([2, -2, 0], np.int64)
    assert review.agreement(1).right == 1
    with pytest.raises(ValueError, match=r"^label must be one of -2, -1, 0, 1, 2; got '2'\.$"):
        review.decide("d", "2")


# ---------------------------------------------------------------- resuming, together and alone


def test_another_start_goes_on_where_it_stopped(path):
    opened(path).decide("a", "positive")
    opened(path).skip("b")
    review = opened(path)
    assert (review.next().id, review.progress()) == ("c", Progress(4, 1, 1))


def test_two_reviewers_keep_both_their_rows(path):
    ana, ben = opened(path), opened(path, reviewer="ben")
    ana.decide("a", "positive"), ben.decide("a", "negative"), ana.decide("b", "positive")
    assert (ana.next().id, ben.next().id) == ("c", "b")
    assert ana.undo().id == "b"
    assert ana.export()[["item", "rater", "rating"]].values.tolist() == [
        ["a", "ana", "positive"],
        ["a", "ben", "negative"],
    ]


def test_two_windows_of_one_reviewer_share_the_work(path):
    """Both show item a; the second answer is refused, and neither is lost or doubled."""
    one, two = opened(path), opened(path)
    assert one.next() == two.next()
    one.decide("a", "positive")
    with pytest.raises(ValueError, match="perhaps in another window of ana"):
        two.decide("a", "negative")
    assert two.next().id == "b"
    two.decide("b", "negative")
    assert one.next().id == "c"
    assert one.undo().id == "b", "the last decision of the reviewer, in whichever window"
    assert one.export()["rating"].tolist() == ["positive"]


def test_more_items_may_come_and_old_ones_may_go(path):
    opened(path).decide("a", "positive")
    review = opened(path, table(6).iloc[1:])
    assert review.progress() == Progress(5, 0, 0)
    assert review.export()["item"].tolist() == ["a"]


def test_a_name_in_another_spelling_is_no_other_person(path):
    opened(path, reviewer=" Ana ").decide("a", "positive")
    assert opened(path, reviewer="Ana").next().id == "b"
    with pytest.raises(ValueError, match=r"^reviewer must be written as in the file, 'Ana'; got 'ana'\.$"):
        opened(path, reviewer="ana")


def test_other_texts_under_the_same_ids_are_refused(path):
    opened(path).decide("a", "positive")
    before = path.read_bytes()
    other = table().assign(text="Something else.")
    words = (
        r"^items must have the texts that were decided on in review\.db; another text under the same id: a \(1 in all"
    )
    for name in ("ana", "ben"):
        with pytest.raises(ValueError, match=words):
            opened(path, other, reviewer=name)
    assert path.read_bytes() == before


def test_labels_may_be_added_and_none_taken_away_by_anybody(path):
    opened(path, labels=[*LABELS, "neither"]).decide("a", "neither")
    assert opened(path, labels=["none", *LABELS, "neither"]).progress().decided == 1
    before = path.read_bytes()
    words = r"^labels must hold all that review\.db has; missing: neither, none\. Add them, or give another path"
    for name in ("ana", "ben"):
        with pytest.raises(ValueError, match=words):
            opened(path, reviewer=name)
    assert path.read_bytes() == before


def test_a_file_from_before_labels_were_kept_is_gone_on_with(path):
    opened(path, labels=["gut", "schlecht"]).decide("a", "gut")
    with sqlite3.connect(path) as db:
        db.execute("DROP TABLE label")
    db.close()
    with pytest.raises(ValueError, match="missing: gut"):
        opened(path, reviewer="cyd")
    assert opened(path, labels=["gut", "schlecht"]).progress().decided == 1


def test_a_text_that_nothing_stands_on_may_be_mended(path):
    review = opened(path)
    review.decide("a", "positive"), review.undo()
    mended = opened(path, table().assign(text=["Mended.", *table()["text"][1:]]))
    assert mended.next().text == "Mended."


def test_nothing_stays_open_between_two_calls(path):
    review = opened(path)
    review.decide("a", "positive")
    assert [file.name for file in path.parent.iterdir()] == ["review.db"]
    if Path("/proc/self/fd").is_dir():
        links = [os.readlink(link) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
        assert not any("review.db" in link for link in links)
    copy = shutil.copy(path, path.with_name("copy.db"))
    assert opened(copy).progress().decided == 1


def test_the_file_is_in_wal_mode_and_its_journal_only_grows(path):
    opened(path).decide("a", "positive")
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        for change in ("DELETE FROM journal", "UPDATE journal SET label = 'negative'"):
            with pytest.raises(sqlite3.IntegrityError, match="the journal only grows"):
                db.execute(change)
    db.close()


# ---------------------------------------------------------------- export


def test_the_long_table_says_who_when_and_by_what(path):
    items = table(machine=["positive", "negative", None, "negative"])
    opened(path, items, guideline="Be kind.", clock=Clock()).decide("a", "negative")
    opened(path, items, guideline="Be strict.", clock=Clock(), show_machine=True).decide("b", "positive")
    opened(path, items, guideline="Be strict.", clock=Clock(), show_machine=True).decide("c", "positive")
    opened(path, items, reviewer="ben", clock=Clock()).decide("a", "negative", recorded_rater="person 7")
    exported = opened(path, items).export()
    exported["machine"] = exported["machine"].fillna("none")
    assert exported.drop(columns=["guideline", "guideline_text", "decided"]).to_dict("split")["data"] == [
        ["a", "ana", "negative", "human", "ana", False, "positive", False],
        ["b", "ana", "positive", "human", "ana", False, "negative", True],
        ["c", "ana", "positive", "human", "ana", False, "none", False],
        ["a", "person 7", "negative", "human", "ben", True, "positive", False],
    ]
    assert exported["decided"].tolist() == [pd.Timestamp("2026-01-01 00:01", tz="UTC")] * 4
    kind, strict, again, none = exported["guideline"]
    assert strict == again and len({kind, strict, none}) == 3
    assert exported["guideline_text"].tolist() == ["Be kind.", "Be strict.", "Be strict.", ""]


def test_a_file_is_read_without_its_items_on_another_day(path):
    opened(path, pd.DataFrame({"text": ["x", "y"]}, index=[5, 6]), guideline="Be kind.").decide(5, "positive")
    found = read_review(path)
    assert found[["item", "rater", "rating", "guideline_text"]].values.tolist() == [
        ["5", "ana", "positive", "Be kind."]
    ]
    with pytest.raises(ReviewFileError, match="is not there"):
        read_review(path.with_name("other.db"))
    assert not path.with_name("other.db").exists()


def test_an_empty_table_has_its_columns(path):
    exported = opened(path).export()
    assert exported.columns[:3].tolist() == ["item", "rater", "rating"] and len(exported) == 0
    assert str(exported["decided"].dtype).endswith("UTC]")


def test_the_same_recorded_answer_in_two_queues_is_one_row(path):
    for name in ("ana", "ben"):
        opened(path, reviewer=name).decide("a", "positive", recorded_rater="7")
    assert opened(path).export()[["item", "rater"]].values.tolist() == [["a", "7"]]
    assert opened(path).progress().decided == opened(path, reviewer="ben").progress().decided == 1


def test_times_of_any_zone_become_utc(path):
    east = timezone(timedelta(hours=5))
    opened(path, clock=lambda: datetime(2026, 1, 1, 2, tzinfo=east)).decide("a", "positive")
    assert opened(path).export()["decided"][0] == pd.Timestamp("2025-12-31 21:00", tz="UTC")
    review = opened(path, clock=lambda: datetime(2026, 1, 1))
    with pytest.raises(ValueError, match=r"^clock must give a time with its zone; got 2026-01-01 00:00:00\. Use "):
        review.decide("b", "positive")
    assert review.progress().decided == 1


def test_the_file_holds_neither_texts_nor_gold(path):
    items = table(gold=["secret", None, None, None]).assign(text="A private sentence.")
    review = opened(path, items, labels=["secret", "other"])
    review.decide("b", "other")
    assert b"private" not in path.read_bytes()
    with sqlite3.connect(path) as db:
        assert "secret" not in str(db.execute("SELECT * FROM journal").fetchall())  # but it is among the labels
    db.close()


# ---------------------------------------------------------------- gold


@pytest.mark.parametrize("right, of", [(0, 1), (1, 1), (7, 9), (9, 9), (0, 40), (180, 200)])
def test_the_interval_is_wilsons(path, right, of):
    items = pd.DataFrame({"text": "x", "gold": "positive"}, index=range(of))
    review = opened(path, items)
    review._standing = {str(n): (n, "decide", LABELS[n >= right], "ana") for n in range(of)}
    said = review._agreement(1, recorded=False)
    assert (said.right, said.of, said.counted) == (right, of, of)
    assert (said.low, said.high) == pytest.approx(proportion_confint(right, of, method="wilson"), abs=1e-12)


def test_agreement_moves_in_blocks_until_the_end(path):
    items = pd.DataFrame({"text": "x", "gold": ["positive"] * 7}, index=range(7))
    review, seen = opened(path, items), []
    for item in range(7):
        said = review.agreement(3)
        seen.append((said.right, said.of, said.counted))
        review.decide(item, "positive")
    assert seen == [(0, 0, 0)] * 3 + [(3, 3, 3)] * 3 + [(6, 6, 6)]
    assert review.agreement(3).of == 7
    nothing = opened(path, items, reviewer="ben").agreement()
    assert (nothing.right, nothing.of, math.isnan(nothing.low), math.isnan(nothing.high)) == (0, 0, True, True)


def test_undo_does_not_tell_which_item_is_gold(path):
    items = table(8).assign(gold=[None, None, "positive", None, "negative", None, None, None])
    review = opened(path, items)
    for item in items.index[:5]:
        review.decide(item, "positive")
    before = review.agreement(5)
    assert (before.right, before.of) == (1, 2)
    review.undo(), review.decide(items.index[4], "negative")
    assert review.agreement(5) == before == opened(path, items).agreement(5)
    for _ in range(4):
        review.undo()
    assert review.agreement(5) == before and review.agreement(1).of == 0


def test_recorded_answers_are_not_the_reviewers(path):
    review = opened(path, table(gold=["positive"] * 4))
    for item in "abc":
        review.decide(item, "positive", recorded_rater="7")
    review.decide("d", "negative")
    own, all_four = review.agreement(), review.agreement(recorded=True)
    assert (own.right, own.of, own.recorded) == (0, 1, 0)
    assert (all_four.right, all_four.of, all_four.recorded) == (3, 4, 3)


def test_what_it_remembers_is_what_the_file_says(path):
    items = table(6, gold=["positive", None, "negative", None, "positive", None])
    rng, one, two = np.random.default_rng(0), opened(path, items), opened(path, items)
    for step in range(60):
        window = (one, two)[step % 2]
        item = window.next()
        choice = rng.integers(4)
        if (choice == 0 or item is None) and window.progress() != Progress(6, 0, 0):
            window.undo()
        elif item is not None:
            window.skip(item.id) if choice == 1 else window.decide(item.id, LABELS[choice - 2])
        for every in (1, 2, 4):
            assert str(window.snapshot(every)) == str(opened(path, items).snapshot(every))


def test_without_gold_there_is_nothing_to_agree_with(path):
    review = opened(path)
    ids(review)
    assert review.agreement().of == 0 and len(review.reveal()) == 0


def test_an_undone_and_a_skipped_gold_item_do_not_count(path):
    review = opened(path, table(gold=["positive"] * 4))
    review.decide("a", "negative"), review.decide("b", "positive"), review.undo(), review.skip("c")
    assert (review.agreement(1).right, review.agreement(1).of) == (0, 1)


@pytest.mark.parametrize("every", [0, -1, 2.0, True, "3"])
def test_a_block_is_a_whole_number(path, every):
    with pytest.raises(ValueError, match="every must be a whole number, 1 or more; got "):
        opened(path).agreement(every)


def test_gold_is_shown_at_the_end_and_then_stands(path):
    review = opened(path, table(gold=["positive", None, None, "negative"]))
    review.decide("a", "negative"), review.decide("b", "positive"), review.skip("d")
    with pytest.raises(ValueError, match=r"^reveal must wait until no item is open; 1 of 4 are\.$"):
        review.reveal()
    review.decide("c", "positive")
    assert review.reveal().to_dict("index") == {"a": {"text": "Text 0.", "label": "negative", "gold": "positive"}}
    assert [review.undo().id for _ in range(3)] == ["c", "d", "b"], "what was not shown may be taken back"
    with pytest.raises(ValueError, match=r"undo must leave a gold item as it is once its answer was shown; 'a' stands"):
        opened(path, table(gold=["positive", None, None, "negative"])).undo()


def test_gold_is_hidden_at_random_places_and_the_queue_keeps_its_order():
    items, gold = table(8), pd.DataFrame({"text": ["x", "y"], "gold": LABELS, "note": 1}, index=["p", "q"])
    counts, rng = np.zeros(10), np.random.default_rng(0)
    for _ in range(200):
        mixed = hide_gold(items, gold, rng)
        assert [each for each in mixed.index if each not in "pq"] == items.index.tolist()
        counts += mixed["gold"].notna().to_numpy()
    assert mixed.loc["q", ["text", "gold"]].tolist() == ["y", "negative"]
    assert counts.min() > 15 and counts.sum() == 400  # 40 each, sd 6


def test_a_queue_with_hidden_gold_is_reviewed(path):
    mixed = hide_gold(table(), pd.DataFrame({"text": ["x"], "gold": ["negative"]}, [99]), np.random.default_rng(1))
    review = opened(path, mixed)
    assert sorted(map(str, ids(review))) == ["99", "a", "b", "c", "d"]
    assert review.agreement().of == 1


@pytest.mark.parametrize(
    "change, words",
    [
        ({"items": [1]}, r"^items must be a DataFrame; got list"),
        ({"gold": pd.DataFrame({"text": ["x"]})}, r"^gold must have the column 'gold'; it has text\."),
        (
            {"gold": pd.DataFrame({"text": ["x"], "gold": [None]})},
            r"^gold must have its right label in every row; 1 have",
        ),
        (
            {"gold": pd.DataFrame({"text": ["x"], "gold": ["y"]}, ["a"])},
            r"^gold must have other ids than items; in both",
        ),
        ({"rng": 0}, r"^rng must be a numpy Generator; got 0\."),
    ],
)
def test_what_hide_gold_refuses(change, words):
    given = {"items": table(), "gold": pd.DataFrame({"text": ["x"], "gold": ["y"]}), "rng": np.random.default_rng(0)}
    with pytest.raises((TypeError, ValueError), match=words):
        hide_gold(**given | change)


# ---------------------------------------------------------------- input


@pytest.mark.parametrize(
    "change, words",
    [
        ({"items": [1]}, r"^items must be a DataFrame; got list\. Its index holds the ids\.$"),
        ({"items": table().iloc[:0]}, r"^items must have a row or more; it is empty\. Was everything filtered away\?$"),
        (
            {"items": table().rename(columns={"text": "t"})},
            r"^items must have the column 'text'; it has t\. Rename one\.$",
        ),
        (
            {"items": table().set_axis([*"aabc"])},
            r"^the index of items must have each id once; 'a' is there twice\. Use",
        ),
        (
            {"items": table().set_axis([1, "1", 2, 3])},
            r"^the index of items must have each id once; '1' is there twice",
        ),
        (
            {"items": table().set_axis([None, *"abc"])},
            r"^the index of items must have no gaps; an id is (None|nan)\. Drop",
        ),
        ({"items": table().set_axis([(1, 2), *"abc"])}, r"^the index of items must be numbers or texts; got \(1, 2\)"),
        (
            {"items": table().assign(text=[None, *"abc"])},
            r"^items must have a text in each row; 'a' has (None|nan)\. Drop it",
        ),
        (
            {"items": table(gold=["Positive"] * 4)},
            r"^gold must be one of the labels positive, negative; got Positive\. Is",
        ),
        ({"items": table(machine=[[1]] * 4)}, r"^machine and gold must be texts or numbers; got \[1\] for 'a'\.$"),
        ({"labels": "positive"}, r"^labels must be a list of texts or numbers; got 'positive'\.$"),
        ({"labels": 2}, r"^labels must be a list of texts or numbers; got 2\.$"),
        ({"labels": [True, False]}, r"^labels must be texts or numbers; got True\. For yes or no: \['yes', 'no'\]\.$"),
        ({"labels": [None, "x"]}, r"^labels must be texts or numbers; got None\."),
        ({"labels": ["x"]}, r"^labels must be two or more, all different, none empty; got \['x'\]\.$"),
        ({"labels": ["x", "x "]}, r"^labels must be two or more, all different"),
        ({"labels": [1, "1"]}, r"^labels must be two or more, all different"),
        ({"labels": ["x", " "]}, r"^labels must be two or more, all different, none empty"),
        ({"reviewer": ""}, r"^reviewer must be a name; got ''\. Any text will do, such as 'ana'\.$"),
        ({"reviewer": 7}, r"^reviewer must be a name; got 7\."),
        ({"guideline": None}, r"^guideline must be a text; got None\. Read it from its file first\.$"),
    ],
)
def test_what_is_refused_before_a_file_is_made(path, change, words):
    given = {"items": table(), "labels": LABELS, "reviewer": "ana"} | change
    with pytest.raises((TypeError, ValueError), match=words):
        Review(path, **given)
    assert not path.exists()


def test_gold_must_not_stand_out_by_a_missing_machine_label(path):
    items = table(gold=["positive", None, None, None], machine=[None, *LABELS, "positive"])
    opened(path, items)
    with pytest.raises(ValueError, match="items must have a machine label in each gold row, or"):
        opened(path, items, show_machine=True)


@pytest.mark.parametrize(
    "step, words",
    [
        (lambda review: review.decide("z", "positive"), r"^item must be an id of this queue, such as 'a'; got 'z'\.$"),
        (lambda review: review.skip(None), r"^item must have no gaps; an id is None\."),
        (lambda review: review.decide("a", "Positive"), r"^label must be one of positive, negative; got 'Positive'\.$"),
        (lambda review: review.decide("a", None), r"^label must be one of positive, negative; got None\.$"),
        (lambda review: review.decide("a", "positive", 7), r"^recorded_rater must be a name; got 7\."),
        (
            lambda review: review.decide("a", "positive", "ana "),
            r"^recorded_rater must be somebody else than the review",
        ),
    ],
)
def test_a_wrong_step_changes_nothing(path, step, words):
    review = opened(path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match=words):
        step(review)
    assert path.read_bytes() == before


# ---------------------------------------------------------------- files that are no review of ours


def database(path, *statements, wal_left=False):
    """A database of somebody else; with `wal_left` as a crash leaves it, its last changes beside the file."""
    made = path.with_name("made")
    made.mkdir()
    db = sqlite3.connect(made / path.name, isolation_level=None)
    if wal_left:
        db.execute("PRAGMA journal_mode = WAL")
    db.execute("CREATE TABLE t (x)")
    for statement in statements:
        db.execute(statement)
    for file in made.iterdir():
        shutil.copy(file, path.parent / file.name)
    db.close()
    shutil.rmtree(made)


def newer(path):
    opened(path).decide("a", "positive")
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 2")
    db.close()


def damaged(path):
    review = opened(path, table(), guideline="A long guideline. " * 1000)
    review.decide("a", "positive")
    data = bytearray(path.read_bytes())
    data[5000:] = b"\x07" * (len(data) - 5000)
    path.write_bytes(data)


def crashed(path):
    database(path, "INSERT INTO t VALUES (1)", wal_left=True)


STRANGE = "is of another program. It was not changed."
BAD = {
    "empty": (lambda path: path.write_bytes(b""), "is no database: it is empty."),
    "text": (lambda path: path.write_text("text,label\nx,1\n" * 30), "is no database: it begins with b'text,label"),
    "a header alone": (lambda path: path.write_bytes(b"SQLite format 3\0"), "is no database: it begins with b'SQLite"),
    "of another program": (database, STRANGE),
    "of another program, after a crash": (crashed, STRANGE),
    "with another mark": (lambda path: database(path, "PRAGMA application_id = 7"), STRANGE),
    "of a newer version": (newer, "is of version 2. Get the newer review.py for it."),
    "damaged": (damaged, "is damaged ("),
    "a folder": (lambda path: path.mkdir(), "is none. If it is a folder, add a name, such as review.db."),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_file_that_is_none_of_ours_gets_a_sentence_and_stays_as_it_is(path, kind):
    make, words = BAD[kind]
    make(path)
    before = everything(path.parent)
    with pytest.raises(ReviewFileError) as refused:
        opened(path)
    assert str(refused.value).startswith("path must be ") and str(path) in str(refused.value)
    assert words in str(refused.value)
    assert everything(path.parent) == before


def test_a_folder_that_is_not_there(path):
    with pytest.raises(
        ReviewFileError, match=r"path must be in a folder that is there; .*nowhere is not\. Make it first"
    ):
        opened(path.parent / "nowhere" / "review.db")


def test_a_path_with_odd_letters(tmp_path):
    folder = tmp_path / "mein Übung #1?%20"
    folder.mkdir()
    review = opened(folder / "ré view?mode=ro.db")
    review.decide("a", "positive")
    assert [file.name for file in folder.iterdir()] == ["ré view?mode=ro.db"]
    assert opened(folder / "ré view?mode=ro.db").next().id == "b"


def test_another_working_folder_later(path, monkeypatch):
    monkeypatch.chdir(path.parent)
    review = opened("review.db")
    monkeypatch.chdir("/")
    review.decide("a", "positive")
    assert opened(path).progress().decided == 1


@pytest.mark.parametrize("lock", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
def test_a_locked_file(path, lock):
    review = opened(path, wait=0.1)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute(lock)
    before = path.read_bytes()
    words = r"^path must be free to write to; another program has locked .*review\.db for 0\.1 s\. Close it there"
    for step in (lambda: opened(path, wait=0.1), lambda: review.decide("a", "positive"), lambda: review.undo()):
        with pytest.raises(ReviewFileError, match=words):
            step()
    assert review.next().id == "a", "who only writes does not keep anybody from looking"
    assert path.read_bytes() == before
    other.close()
    review.decide("a", "positive")
    assert review.progress().decided == 1


@pytest.mark.parametrize("lock", [["BEGIN IMMEDIATE"], ["PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE"]])
def test_a_file_that_is_locked_for_a_moment_is_waited_for(path, lock):
    review, held = opened(path), threading.Event()

    def hold():
        other = sqlite3.connect(path, isolation_level=None)
        for statement in lock:
            other.execute(statement)
        held.set()
        time.sleep(0.3)
        other.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    review.decide("a", "positive")
    holder.join()
    assert review.next().id == "b"


def test_a_file_that_goes_away_is_not_made_anew(path):
    review = opened(path)
    path.unlink()
    with pytest.raises(
        ReviewFileError, match=r"^path must be there still, .* can't be opened\. Bring it back, then repe"
    ):
        review.decide("a", "positive")
    assert not path.exists()


def test_a_file_that_is_swapped_for_another_is_seen(path):
    review = opened(path)
    path.unlink()
    database(path)
    before = everything(path.parent)
    with pytest.raises(ReviewFileError, match="of another program"):
        review.decide("a", "positive")
    assert everything(path.parent) == before


def test_a_full_disk_loses_nothing(path, monkeypatch):
    review = opened(path, guideline="Short.")
    review.decide("a", "positive")
    connect, pages = sqlite3.connect, path.stat().st_size // 4096

    def small(*arguments, **options):
        db = connect(*arguments, **options)
        db.execute(f"PRAGMA max_page_count = {pages}")
        return db

    monkeypatch.setattr(sqlite3, "connect", small)
    full = opened(path, pd.DataFrame({"text": "x"}, [f"{n:0300d}" for n in range(99)]), reviewer="ben")
    with pytest.raises(
        ReviewFileError, match=r"^path must be on a disk with room; that of .* is full\. Free some space, "
    ):
        for _ in range(99):
            full.decide(full.next().id, "positive")
    monkeypatch.undo()
    kept = full.progress().decided
    assert 0 < kept < 99 and len(full.export()) == kept + 1
    full.decide(full.next().id, "positive")
    assert full.progress().decided == kept + 1


# ---------------------------------------------------------------- other processes

START = """
import json, os, random, signal, sqlite3, sys, time
from pathlib import Path
import pandas as pd
from helpers.review import Review, ReviewFileError

path, rest = Path(sys.argv[1]), sys.argv[2:]
items = pd.DataFrame({"text": [f"Text {n}." for n in range(1_200)]})
opened = lambda name="ana", count=1_200, **options: Review(path, items[:count], ["yes", "no"], name, **options)
"""


def start(script, path, *arguments):
    command = [sys.executable, "-c", START + script, str(path), *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finished(*processes):
    """What each of them said, as JSON in its last line."""
    done = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes), done
    return [json.loads(out.splitlines()[-1]) for out, _ in done]


KILLS = """
def killed(after, sign):
    '''Fork a reviewer, kill it so many seconds after the sign, and return the items whose decisions were confirmed.'''
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        review = opened()
        while True:
            item = review.next().id
            review.decide(item, "yes")
            os.write(write, b"%d\\n" % item)
    os.close(write)
    said = sign(read) or b""
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    while more := os.read(read, 10_000):
        said += more
    os.close(read)
    return [int(line) for line in said.split()]

def first_decision(read):
    return os.read(read, 10_000)

def first_file(read):
    while not any(file.name.startswith(path.name) for file in path.parent.iterdir()):
        pass

rng, confirmed, standing, extra, beside = random.Random(0), [], [], 0, 0
for _ in range(50):
    before = len(standing)
    new = killed(rng.uniform(0, 0.02), first_decision)
    confirmed += new
    beside += any(file != path for file in path.parent.iterdir())
    standing = opened().export()["item"].tolist()
    assert len(standing) == len(set(standing)), "nothing doubled"
    assert set(confirmed) <= set(standing), "nothing lost"
    assert 0 <= len(standing) - before - len(new) <= 1, "at most the one in flight"
    extra += len(standing) - before - len(new)
    confirmed = standing
assert standing == list(range(len(standing))), "in order, without a gap"
assert len(opened().history()) == len(standing)
made = []
for n in range(20):  # while the file is being made
    path = path.with_name(f"new{n}.db")
    new = killed(rng.uniform(0, 0.004), first_file)
    made.append(path.exists())
    assert 0 <= opened().progress().decided - len(new) <= 1
print(json.dumps({"decided": len(standing), "extra": extra, "beside": beside, "made": sum(made)}))
"""


@FORKS
def test_fifty_kills_in_mid_write_lose_nothing_and_double_nothing(quick):
    (said,) = finished(start(KILLS, quick))
    assert said["decided"] >= 50 and said["beside"] >= 10, said  # SQLite's own files were left for the next start


WRITER = """
review, count, refused = opened(rest[0], int(rest[1])), 0, 0
print("ready", flush=True)
sys.stdin.readline() if len(rest) > 2 else None
while item := review.next():
    try:
        review.decide(item.id, rest[2])
        count += 1
    except ReviewFileError:
        raise
    except ValueError:
        refused += 1
print(json.dumps({"count": count, "refused": refused}))
"""


def test_two_reviewers_write_at_the_same_time(quick):
    said = finished(start(WRITER, quick, "ana", 200, "yes"), start(WRITER, quick, "ben", 200, "no"))
    assert [each["count"] for each in said] == [200, 200]
    exported = opened(quick, labels=["yes", "no"]).export()
    assert exported.groupby("rater")["rating"].agg(["size", "unique"]).to_dict("index") == {
        "ana": {"size": 200, "unique": ["yes"]},
        "ben": {"size": 200, "unique": ["no"]},
    }
    assert not exported.duplicated(["item", "rater"]).any()


def test_two_windows_of_one_reviewer_at_the_same_time(quick):
    said = finished(start(WRITER, quick, "ana", 200, "yes"), start(WRITER, quick, "ana", 200, "no"))
    assert sum(each["count"] for each in said) == 200
    exported = opened(quick, labels=["yes", "no"]).export()
    assert sorted(exported["item"].astype(int)) == list(range(200))


RIGHTS = """
if os.geteuid() == 0:  # whom no file refuses
    os.chown(path.parent, 65534, 65534)
    os.setuid(65534)
review, said = opened(), []
review.decide(0, "yes")

def refused(step):
    try:
        step()
    except ReviewFileError as error:
        said.append(str(error))

for file, folder in ((0o444, 0o755), (0o644, 0o555)):
    before = path.read_bytes()
    path.chmod(file), path.parent.chmod(folder)
    refused(opened), refused(lambda: review.decide(1, "yes"))
    assert path.read_bytes() == before and os.listdir(path.parent) == [path.name]
    path.chmod(0o644), path.parent.chmod(0o755)
    assert opened().progress().decided == 1
path.chmod(0)
refused(opened)
path.chmod(0o644), path.parent.chmod(0o555)
path = path.with_name("new.db")
refused(opened)
print(json.dumps(said))
"""


@FORKS
def test_a_file_or_folder_that_is_read_only(quick):
    (said,) = finished(start(RIGHTS, quick))
    starts = [
        *["path must be a file that you may write to, in such a folder; "] * 4,
        "path must be a file that you may read; ",
        "path must be where a file can be made; ",
    ]
    assert [(start, text.startswith(start)) for start, text in zip(starts, said, strict=True)] == [
        (start, True) for start in starts
    ], said


LIMIT = """
import resource
review = opened(count=120, guideline="x" * 6_000)
review.decide(0, "yes")
resource.setrlimit(resource.RLIMIT_FSIZE, (33_000, resource.RLIM_INFINITY))
try:
    while True:
        review.decide(review.next().id, "yes")
except ReviewFileError as error:
    said = str(error)
stuck = review.progress().decided
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
while item := review.next():
    review.decide(item.id, "yes")
print(json.dumps([said, stuck, len(review.export()), len(review.history())]))
"""


@FORKS
def test_a_write_that_the_system_refuses(quick):
    ((said, stuck, decided, lines),) = finished(start(LIMIT, quick))
    assert said.startswith("path must be ") and "review.db" in said
    assert 0 < stuck < 120 and decided == lines == 120
