"""The learner's own table: every kind of bad file gets its sentence, and what can be put right is put right."""

from itertools import pairwise
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest

from helpers.course import own_data, own_report
from helpers.course.notebooks import run_notebook
from helpers.course.own_data import OwnDataError, example_file, read_own
from helpers.course.own_training import (
    TextTask,
    fix_gold,
    sizes_to_try,
    split_singly,
    together,
    training_rows,
    twins,
)

ROOT = Path(__file__).parents[1]
WORDS = {
    "good": ["fine", "lovely", "warm", "bright", "happy", "clever"],
    "bad": ["dull", "grey", "cold", "slow", "sad", "clumsy"],
}
FILLER = [
    "film",
    "story",
    "actor",
    "scene",
    "plot",
    "music",
    "end",
    "start",
    "camera",
    "joke",
    "city",
    "street",
    "house",
    "child",
    "dog",
]


def made(rows=240, labels=("good", "bad"), seed=0):
    """Texts of made-up words, of which one tells the label."""
    rng = np.random.default_rng(seed)
    label = rng.choice(labels, rows)
    pools = [WORDS.get(each, [f"word{each}{k}" for k in range(6)]) for each in label]
    text = [
        " ".join(rng.permutation([*rng.choice(FILLER, 6), rng.choice(pool), f"n{k}"])) for k, pool in enumerate(pools)
    ]
    return pd.DataFrame({"text": text, "label": label})


def csv_of(table, **how):
    return table.to_csv(index=False, lineterminator="\n", **how)


@pytest.fixture
def put(tmp_path):
    """Write a file of this content, and say where."""

    def write(content, name="mine.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    return write


def refused(file, **knobs):
    """The sentence that a file gets; it holds no text of the table."""
    with pytest.raises(OwnDataError) as error:
        read_own(file, **knobs)
    sentence = str(error.value)
    assert sentence.endswith((".", "?")) and len(sentence) < 500, sentence
    assert not any(word in sentence for words in WORDS.values() for word in words), sentence
    return sentence


# ---- what is refused


def test_no_file(tmp_path):
    assert "the folder is there, the file is not" in refused(tmp_path / "mine.csv")
    assert "no such folder" in refused(tmp_path / "nowhere" / "mine.csv")


def test_a_name_that_is_nearly_right_is_named(put):
    path = put(csv_of(made()), "reviews_2026.csv")
    assert "Near it there is reviews_2026.csv." in refused(path.with_name("review_2026.csv"))
    assert "Near it there is reviews_2026.csv." in refused(path.with_name("REVIEW_2026.CSV"))


def test_a_folder_names_its_tables(put):
    folder = put(csv_of(made())).parent
    assert refused(folder) == f"FILE is a folder, {folder.name}. It holds mine.csv: add the name."


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("", "FILE is empty"),
        (7, "FILE must be a path in quotes"),
        ("https://example.org/mine.csv", "opens no connection"),
        ("C:\new\table.csv", 'FILE = r"C:\\work\\reviews.csv"'),
        (r"C:\work\reviews.csv", "There is no file"),
    ],
)
def test_what_is_no_path(file, says):
    assert says in refused(file)


GOOD = csv_of(made())
HEAD, *LINES = GOOD.splitlines()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param("", "is empty", id="empty"),
        pytest.param("\n \n", "is empty", id="blank"),
        pytest.param("text,label\n", "no rows below", id="header alone"),
        pytest.param(csv_of(made(10)), "has 10 rows by people with a label, and 100 are the least", id="ten rows"),
        pytest.param(csv_of(made().assign(label="good")), "Every label", id="one class"),
        pytest.param(
            csv_of(made(labels=[f"c{k}" for k in range(300)], rows=900)), "join the rare ones", id="300 classes"
        ),
        pytest.param(csv_of(made().assign(label=np.arange(240) / 7)), "cut the numbers into a few", id="measurements"),
        pytest.param(csv_of(made().assign(label=lambda t: t["text"] + t["text"])), "no labels", id="texts as labels"),
        pytest.param(csv_of(made().assign(text="the same")), "All 240 texts are the same", id="one text"),
        pytest.param(csv_of(made().assign(text="")), "No row of mine.csv has a text", id="no texts"),
        pytest.param(csv_of(made().assign(label="")), "No row of mine.csv has a label", id="no labels"),
        pytest.param(csv_of(made().assign(origin="machine")), "no row by people", id="machine alone"),
        pytest.param(csv_of(made().assign(origin="gpt")), "'gpt' (240 rows)", id="strange origin"),
        pytest.param(csv_of(made(103, ["good"] * 12 + ["bad"])), "Fewer than 2 labels", id="rare"),
        pytest.param("\n".join(LINES), "looks like a row", id="no header"),
        pytest.param("text\n" + "\n".join(made()["text"]), "has one column alone", id="one column"),
        pytest.param(
            "\n".join([HEAD + ",label", *(f"{line},x" for line in LINES)]), "two columns named label", id="twice"
        ),
        pytest.param("\n".join([HEAD, "one, two, and three,good", *LINES]), "see line 2", id="comma without quotes"),
        pytest.param(
            "\n".join([HEAD, '"one, two",good', *LINES[:50], '"' + LINES[50], *LINES[51:]]),
            'line 53 a quote (") is opened and never closed',
            id="open",
        ),
        pytest.param("\n".join([HEAD, '"he said "no", then left",good', *LINES]), "must be doubled", id="inner quote"),
        pytest.param(
            "\n".join([HEAD, '"' + LINES[0], *LINES[1:9], f'{LINES[9][:5]}",good', *LINES[10:]]),
            "whole rows",
            id="swallowed",
        ),
        pytest.param(b"PK\x03\x04" + bytes(200), "Save As, CSV UTF-8", id="xlsx"),
        pytest.param(b"\xd0\xcf\x11\xe0" + bytes(200), "old Excel workbook", id="xls"),
        pytest.param(b"\x1f\x8b\x08" + bytes(20), "Unpack it", id="gzip"),
        pytest.param('[{"text": "a", "label": "b"}]', "is no CSV file but JSON", id="json"),
        pytest.param("<html><body></body></html>", "a web page", id="html"),
        pytest.param(b"text,label\n" + b"a\0b,good\n" * 10, "zero bytes", id="zero bytes"),
        pytest.param(b"text,label\n" + bytes(200_000), "zero bytes", id="a download that broke off"),
        pytest.param(GOOD + "a\0b,good\n", "zero bytes", id="a zero byte far down"),
        pytest.param("\n\n" + GOOD, "The first line of mine.csv is empty. Delete", id="empty lines above"),
        pytest.param("My reviews,\n" + GOOD, "has 1 name, and the rows have 2 columns", id="a title above"),
    ],
)
def test_a_bad_file_gets_a_sentence(put, content, says):
    assert says in refused(put(content))


def test_a_true_workbook_is_refused(put):
    import io
    import zipfile

    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
    assert "Excel workbook" in refused(put(file.getvalue(), "mine.xlsx"))


def test_two_gigabytes_are_refused_before_they_are_read(tmp_path, monkeypatch):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(2_000_000_000)  # takes no place
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("it was read"))
    assert "has 2,000 MB, and at most 500 MB are read. A sample says as much" in refused(path)


def test_unknown_columns_are_asked_for(put):
    table = made().rename(columns={"text": "review", "label": "verdict"}).assign(day=1)
    said = refused(put(csv_of(table)))
    assert "Its columns are review, verdict, day. Which is the text, which the label?" in said
    assert 'TEXT = "review" and LABEL = "verdict" (2 different values)' in said
    assert len(read_own(put(csv_of(table)), text="review", label="verdict").rows) == 240


def test_the_same_column_twice_is_asked_for(put):
    assert "TEXT and LABEL are both 'label'" in refused(put(GOOD), text="label")


@pytest.mark.parametrize("knob", [{"origin": "who"}, {"group": "who"}, {"raters": ["who"]}])
def test_a_knob_that_names_no_column(put, knob):
    (name,) = knob
    assert name.upper() in (said := refused(put(GOOD), **knob)) and "text, label" in said


@pytest.mark.parametrize(("encoding", "says"), [("utf-81", "unknown to Python"), ("ascii", "is not in ascii")])
def test_an_encoding_that_does_not_fit(put, encoding, says):
    assert says in refused(put(GOOD.replace("film", "Köln")), encoding=encoding)


def test_a_file_that_may_not_be_read(put, monkeypatch):
    path = put(GOOD)
    monkeypatch.setattr(
        Path, "read_bytes", lambda self: (_ for _ in ()).throw(PermissionError(13, "Permission denied"))
    )
    assert "can't be opened (Permission denied)" in refused(path)


# ---- what is put right, and noted


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (GOOD.replace("film", "Köln").encode("cp1252"), "read as Windows-1252"),
        (GOOD.replace("film", "Köln").encode("utf-16"), "in UTF-16"),
        (GOOD.replace("film", "Köln").encode("utf-16-le"), "in UTF-16"),
        (GOOD.replace("film", "Köln").encode("utf-16-be"), "in UTF-16"),
        (GOOD.replace("film", "Köln").replace(",", "\t").encode("utf-16"), "tabs"),  # what Excel calls Unicode text
        (GOOD.replace("film", "Köln").encode("utf-32"), "in UTF-32"),
        (GOOD.replace("film", "Köln").encode("utf-8-sig"), None),
        (GOOD.replace("film", "Köln").replace("\n", "\r").encode(), None),
        (GOOD.replace("film", "Köln").replace("\n", "\r\n").encode(), None),
        (GOOD.replace("film", "Köln").replace(",", ";").encode(), "semicolons"),
        (("sep=;\n" + GOOD.replace("film", "Köln").replace(",", ";")).encode(), "semicolons"),
        (GOOD.replace("film", "Köln").replace(",", "\t").encode(), "tabs"),
    ],
)
def test_encodings_and_separators(put, content, note):
    table = read_own(put(content))
    assert len(table.rows) == 240 and table.rows["text"].str.contains("Köln").any()
    assert table.rows["label"].value_counts().index.isin(["good", "bad"]).all()
    assert (note is None) or any(note in each for each in table.notes)


def test_an_encoding_can_be_said(put):
    content = GOOD.replace("film", "Привет").encode("cp1251")
    assert read_own(put(content), encoding="cp1251").rows["text"].str.contains("Привет").any()
    assert not read_own(put(content)).rows["text"].str.contains("Привет").any()


def noted(put, table, **knobs):
    read = read_own(put(table if isinstance(table, str | bytes) else csv_of(table)), **knobs)
    return read, " ".join(read.notes)


def test_rows_without_text_or_label_are_left_out(put):
    table = made()
    table.loc[:2, "text"], table.loc[3:8, "label"], table.loc[9, "text"] = ["", "NaN", " "], "", "null"
    read, notes = noted(put, table)
    assert (len(read.rows), read.without_label, read.rows_in_file) == (230, 6, 240)
    assert "4 rows without a text" in notes and "6 rows with a text and no label" in notes


def test_errors_of_a_spreadsheet_are_no_labels(put):
    table = made()
    table.loc[:29, "label"] = "#NV"
    read, notes = noted(put, table)
    assert set(read.rows["label"]) == {"good", "bad"} and "30 cells held an error of a spreadsheet" in notes


def test_none_is_a_label(put):
    assert set(noted(put, made(labels=["none", "good"]))[0].rows["label"]) == {"none", "good"}


def test_labels_are_joined_over_capitals_and_spaces(put):
    table = made()
    table.loc[:9, "label"] = [" Good ", "GOOD", "good", "Bad", "bad "] * 2
    read, notes = noted(put, table)
    assert set(read.rows["label"]) == {"good", "bad"} and "5 became 2" in notes


def test_labels_are_joined_over_signs_that_nobody_sees(put):
    table = made()
    table.loc[:9, "label"] = ["good\u200b", "go\u00adod", "\ufeffgood", "good\u00a0", "bad"] * 2
    assert set(noted(put, table)[0].rows["label"]) == {"good", "bad"}
    table = made(labels=["caf\u00e9", "not good"])
    table.loc[:9, "label"] = ["cafe\u0301", "not\u00a0good", "not  good", "caf\u00e9", "not good"] * 2
    read, notes = noted(put, table)
    assert set(read.rows["label"]) == {"caf\u00e9", "not good"} and "5 became 2" in notes


def test_a_text_as_long_as_a_book_is_read(put):
    table = made()
    table.loc[3, "text"] = "word " * 60_000
    read, notes = noted(put, table)
    assert len(read.rows) == 240 and "Of 1 long text only the first 2,000 letters" in notes


@pytest.mark.parametrize("knob", [{"text": None}, {"label": 5}, {"origin": ["a"]}, {"group": 1}])
def test_a_knob_that_is_no_name(put, knob):
    assert f"{next(iter(knob)).upper()} must be the name of a column, in quotes" in refused(put(GOOD), **knob)


def test_numbers_are_labels(put):
    read, notes = noted(put, made(labels=[1.0, 2.0, 3.0]))
    assert set(read.rows["label"]) == {"1", "2", "3"} and "count as names" in notes
    assert "count as names" not in noted(put, made(labels=[0, 1]))[1]


def test_rare_labels_are_left_out(put):
    table = made(labels=["good", "bad"])
    table.loc[:4, "label"] = "odd"
    read, notes = noted(put, table)
    assert set(read.rows["label"]) == {"good", "bad"} and "Left out: 5 rows with labels" in notes and "odd" in notes


def test_ids(put):
    table = made().assign(id=[f"r{k}" for k in range(240)])
    assert noted(put, table)[0].rows.index[0] == "r0"
    read, notes = noted(put, table.assign(id="r7"))
    assert read.rows.index[0] == "row 1" and "same id twice (239 rows)" in notes


def test_origins(put):
    table = made().assign(origin=["Human"] * 150 + ["machine "] * 80 + [""] * 10)
    read, notes = noted(put, table)
    assert (len(read.people), len(read.machine)) == (150, 80) and "10 rows without an origin" in notes
    assert "no column origin" in noted(put, made())[1]


def test_rater_columns_are_found_or_named(put):
    table = made().assign(rater_1="good", Rater2="bad", annotator="good", third="bad")
    assert noted(put, table)[0].raters == ("rater_1", "Rater2", "annotator")
    assert noted(put, table, raters=["third", "rater2"])[0].raters == ("third", "Rater2")


def test_columns_are_found_in_other_spellings(put):
    assert len(noted(put, made().rename(columns={"text": "Text ", "label": "LABEL"}))[0].rows) == 240


def test_texts_with_quotes_that_are_letters(put):
    content = "text\tlabel\n" + "\n".join(f'"{text} he\t{label}' for text, label in made().to_numpy())
    read, notes = noted(put, content)
    assert len(read.rows) == 240 and "taken for letters" in notes


def test_a_single_open_quote_is_a_letter_where_nothing_else_is_quoted(put):
    content = "\n".join([HEAD, *LINES[:50], '"' + LINES[50], *LINES[51:]])
    read, notes = noted(put, content)
    assert len(read.rows) == 240 and "taken for letters" in notes
    quoted = "\n".join([f'"{text}","{label}"' for text, label in made().to_numpy()])
    read, _ = noted(put, f'text,label\n{quoted}\n"one more,good')
    assert len(read.rows) == 241 and set(read.rows["label"]) == {"good", "bad"}


def test_texts_with_line_breaks_and_commas(put):
    table = made().assign(text=lambda t: t["text"] + ', "so"\nhe said')
    assert noted(put, table)[0].rows["text"].str.contains("\n").all()


def test_damaged_and_long_texts_are_counted(put):
    table = made()
    table.loc[0, "text"], table.loc[1, "text"] = "itâ€™s over", "word " * 1000
    read, notes = noted(put, table)
    assert "stand in 1 text:" in notes and "Of 1 long text " in notes
    assert read.rows["text"].str.len().max() == own_data.MOST_LETTERS


def test_more_rows_than_can_be_done_are_drawn(put, monkeypatch):
    monkeypatch.setattr(own_data, "MOST_ROWS", 200)
    read, notes = noted(put, made())
    assert len(read.rows) == 200 and "Of 240 rows with a label 200 were drawn" in notes


@pytest.mark.parametrize("spelled", ["{}", '"{}"', " {} "])
def test_paths_as_people_paste_them(put, spelled):
    assert len(read_own(spelled.format(put(GOOD))).rows) == 240


def test_relative_paths_of_windows(put, monkeypatch):
    path = put(GOOD)
    (path.parent / "data").mkdir()
    path.rename(path.parent / "data" / "mine.csv")
    monkeypatch.chdir(path.parent)
    assert len(read_own(r"data\mine.csv").rows) == len(read_own("data/mine.csv").rows) == 240


def test_an_error_stands_alone_in_a_notebook():
    (line,) = OwnDataError("It is empty.")._render_traceback_()
    assert line.startswith("Your table can't be used yet. It is empty. What stands below this cell is older")


# ---- the example


def test_the_example_has_its_human_texts_in_the_cache_alone():
    table = read_own(None)
    assert (len(table.people), len(table.machine), table.without_label) == (2855, 900, 145)
    shipped = pd.read_csv(ROOT / "datasets" / "own_table_example.csv", keep_default_na=False)
    assert shipped.loc[shipped["origin"] == "human", "text"].eq("").all()
    assert shipped.loc[shipped["origin"] == "machine", "text"].ne("").all()
    assert example_file().is_relative_to(ROOT / ".build")


def test_the_example_keeps_clear_of_what_the_model_was_given():
    from helpers.course.datasets import movie_labels

    pool = movie_labels()
    people = read_own(None).people.index.str.removeprefix("movies:")
    assert set(pool.loc[people, "part"]) <= {"pool", "gold"}


# ---- test rows and training rows


def rows_of(labels, **columns):
    rows = pd.DataFrame({"label": labels, "origin": "human", "group": None} | columns)
    return rows.set_index("r" + rows.index.astype(str))


def test_the_gold_is_human_and_has_every_label():
    rows = rows_of(["a", "a", "a", "b"] * 100, origin=["human", "human", "machine", "human"] * 100)
    gold = fix_gold(rows, np.random.default_rng(0), share=0.3)
    assert rows.loc[gold, "origin"].eq("human").all() and len(gold) == 90
    assert rows.loc[gold, "label"].value_counts().to_dict() == {"a": 60, "b": 30}
    assert len(fix_gold(rows, np.random.default_rng(0), most=30)) == 30


def test_groups_stay_together():
    rows = rows_of(["a", "b"] * 200, group=np.arange(400) // 20)
    gold = fix_gold(rows, np.random.default_rng(0))
    people, _ = training_rows(rows, gold, np.random.default_rng(0))
    assert set(rows.loc[gold, "group"]).isdisjoint(rows.loc[people, "group"]) and len(people) + len(gold) == 400
    with pytest.raises(OwnDataError, match="more sets"):
        fix_gold(rows_of(["a", "b"] * 200, group=np.arange(400) % 2), np.random.default_rng(0))


def test_near_copies_are_on_one_side_and_keep_their_share():
    rows = rows_of(["a"] * 300 + ["b"] * 100, origin=["human"] * 380 + ["machine"] * 20)
    ids = rows.index.to_series()
    copies = pd.DataFrame({"first": ids[:120:3], "second": ids[1:120:3].to_numpy()})
    copies.loc[len(copies)] = ["r0", "r399"]  # a machine row
    alike = together(rows, copies)
    assert alike.nunique() == 400 - 41 and alike["r0"] == alike["r399"]
    inside = []
    for seed in range(20):
        gold = fix_gold(rows.assign(group=alike), np.random.default_rng(seed))
        people, machine = training_rows(rows.assign(group=alike), gold, np.random.default_rng(0))
        assert len(gold) == 114 and set(alike[gold]).isdisjoint(alike[people.union(machine)])
        assert set(rows.loc[gold, "label"].value_counts()) == {90, 24}
        inside.append(gold.isin(copies.stack()).mean())
    assert np.mean(inside) == pytest.approx(80 / 380, abs=0.03), "what comes often comes as often in the test"
    assert 0 < split_singly(alike, gold, rows.index[:380], np.random.default_rng(0)) < 80
    assert set(twins(alike, gold, 50, least=1)).isdisjoint(people)


def test_one_great_set_of_copies_stays_in_training():
    rows = rows_of(["a", "b"] * 100, group=["all"] * 120 + [f"g{k}" for k in range(80)])
    gold = fix_gold(rows, np.random.default_rng(0))
    assert "all" not in set(rows.loc[gold, "group"]) and 0 < len(gold) <= 60


def test_a_share_out_of_range():
    with pytest.raises(OwnDataError, match=r"from 0.1 to 0.5; it is 0.9"):
        fix_gold(rows_of(["a", "b"]), np.random.default_rng(0), share=0.9)


def test_training_rows_are_no_test_rows_and_not_too_many():
    rows = rows_of(["a", "b"] * 50, origin=["human"] * 80 + ["machine"] * 20)
    people, machine = training_rows(rows, pd.Index(["r5"]), np.random.default_rng(0), most=10)
    assert (len(people), len(machine)) == (30, 10) and "r5" not in people
    people, machine = training_rows(rows, pd.Index(["r5"]), np.random.default_rng(0))
    assert (len(people), len(machine)) == (79, 20)


@pytest.mark.parametrize("pool", [70, 100, 700, 2000, 70_000])
@pytest.mark.parametrize("labels", [2, 50])
def test_sizes_double_and_fit(pool, labels):
    sizes = sizes_to_try(pool, labels)
    assert 3 <= len(sizes) <= 6 and sizes[-1] <= min(0.6 * pool, 8000)
    assert all(2 * before == after for before, after in pairwise(sizes))


def test_the_task_learns_any_number_of_labels():
    for labels in (["good", "bad"], ["a", "b", "c"]):
        rows = made(labels=labels)
        task = TextTask(rows, rows.index[:60])
        assert (task.predict(rows.index[60:]) == task.truth).mean() > 0.9
        assert set(task.predict(rows.index[60:][rows["label"][60:] == labels[0]])) == {labels[0]}


# ---- what is said


def row(low, high, name=400):
    return pd.Series({"difference": (low + high) / 2, "low": low, "high": high, "mean": 0.7}, name=name)


@pytest.mark.parametrize(
    ("low", "high", "answer"),
    [
        (0.03, 0.05, "Yes."),
        (0.01, 0.05, "Yes, somewhat."),
        (-0.01, 0.015, "No."),
        (-0.05, -0.01, "No."),
        (-0.03, 0.05, "It can't be told."),
        (0.001, 0.015, "No."),
    ],
)
def test_more_labels(low, high, answer):
    score = pd.Series({"mean": 0.7, "low": 0.6, "high": 0.8})
    counts = pd.Series({"a": 150, "b": 150})
    settings = {"owned": 700, "wanted": 8000, "tested": counts, "learned": counts, "margin": 0.02}
    first, said = own_report.say_curve(score, row(low, high), [100, 200, 400], **settings)
    assert said.answer == answer and "from 200 to 400 labels" in said.number and "{" not in said.meaning
    assert first.answer == "A little." and first.number == "70% [60%, 80%] with 400 labels"
    unclear, _ = own_report.say_curve(score - 0.15, row(low, high), [100, 200, 400], **settings)
    assert unclear.answer == "Not clearly." and "two people" in unclear.step
    assert "rarely" not in said.meaning and "60% of the 700 rows" in said.meaning
    settings["owned"], settings["wanted"] = 2000, 400
    assert "set MOST_LABELS higher" in own_report.say_curve(score, row(low, high), [200, 400], **settings)[1].meaning
    settings["tested"] = pd.Series({"a": 150, "b": 9})
    assert "'b' has 9 test rows" in own_report.say_curve(score, row(low, high), [200, 400], **settings)[0].meaning


def test_a_label_that_is_never_said():
    nothing = {"difference": 0.0, "mean": 0.5, "low": np.nan, "high": np.nan}
    counts = {"tested": pd.Series({"ok": 300, "fraud": 10}), "learned": pd.Series({"ok": 700, "fraud": 22})}
    first, second = own_report.say_curve(
        pd.Series(nothing), pd.Series(nothing), [200, 400], owned=722, wanted=8000, margin=0.02, **counts
    )
    assert first.answer == "Not yet." and "says 'ok' for every row: 22 rows of 'fraud'" in first.meaning
    assert second.answer == "It can't be told." and "Collect rows of 'fraud' first" in first.step
    sure = pd.Series(nothing | {"mean": 1.0})
    first, second = own_report.say_curve(
        sure, pd.Series(nothing), [200, 400], owned=722, wanted=8000, margin=0.02, **counts
    )
    assert first.answer == "Yes." and second.answer == "No."


@pytest.mark.parametrize(
    ("rate", "answer"),
    [
        ((0.5, 0.2, 0.8), "0.20 to 0.80 of a label each, with 100 labels."),
        ((np.inf, 0.9, np.inf), "At least 0.90 of a label each, with 100 labels."),
        ((np.inf, np.inf, np.inf), "More than the curve shows, with 100 labels."),
        ((-0.1, -0.3, 0.2), "It can't be told."),
        ((-0.2, -0.3, -0.1), "They harm."),
    ],
)
def test_the_worth_of_machine_rows(rate, answer):
    rates = pd.DataFrame([rate], [100.0], ["rate", "low", "high"])
    said = own_report.say_exchange(rates, 900, row(-0.01, 0.01), 0.02)
    assert said.answer == answer and "owning 100" in said.number and "less than what matters" in said.meaning
    copied = own_report.say_exchange(rates, 900, row(-0.01, 0.01), 0.02, like_people=212)
    assert "212 machine rows of these are near copies of people's rows" in copied.meaning and "212" in copied.step


def test_the_budget():
    said = own_report.say_budget(2000, 500, 650, 5000, 400, True)
    assert said.answer == "2,000 USD by people." and "worth 0.10 of a label or more" in said.meaning
    assert "owns 400 labels or more, which is not known" in said.meaning
    assert "was not measured" in own_report.say_budget(2000, 500, 650, 5000, 400, False).meaning
    assert "its set-up alone" in own_report.say_budget(2000, 3000, 3150, 5000, 400, True).meaning


def test_raters_are_numbers_or_names(put):
    read = noted(put, made().assign(rater_1=["1", "2", "3"] * 80, rater_2=[""] * 120 + ["2"] * 120))[0]
    ratings, level, scale = own_report.ratings_of(read)
    assert (len(ratings), level, scale) == (360, "interval", None)
    assert own_report.ratings_of(noted(put, made().assign(rater_1="Good", rater_2="bad"))[0])[1] == "nominal"


def test_stars_are_names_as_in_the_score_and_a_scale_beside(put):
    stars = made(labels=[1, 2, 3])
    read = noted(put, stars.assign(rater_1=stars["label"].astype(float), rater_2=2.0))[0]
    ratings, level, scale = own_report.ratings_of(read)
    assert level == "nominal" and set(ratings["rating"]) == {"1", "2", "3"} and scale["rating"].max() == 3
    said = own_report.say_agreement((0.45, 0.37, 0.53, 250), ratings, level, (0.84, 0.81, 0.88, 250))
    assert said.answer == "No." and "As numbers, where 4 is close to 5, alpha is 0.84" in said.meaning and said.step


def test_what_was_measured_comes_before_what_rules_say(put):
    read = noted(put, made())[0]
    report = own_report.Report(read, {})
    report.add(
        own_report.Said("Can the labels be learned?", "Not clearly.", "52% [46%, 57%]", "So.", "Ask two people.")
    )
    report.add(
        own_report.Said("What do the rules of lesson 06 say?", "Run a pilot.", "rules", "So."), ["Rules", "Wait."]
    )
    page = report.markdown()
    assert "**In short:** Can the labels be learned? Not clearly. (52% [46%, 57%])\n" in page
    steps = page.partition("## What to do next")[2]
    assert steps.index("1. Ask two people.") < steps.index("### Rules") < steps.index("1. Wait.")


def test_pairs_with_different_labels_are_read_first(put):
    read = noted(put, made())[0]
    ids = read.rows.index[read.rows["label"] == "good"], read.rows.index[read.rows["label"] == "bad"]
    pairs = pd.DataFrame(
        {"first": ids[0][:2], "second": [ids[0][3], ids[1][0]], "similarity": [0.99, 0.85]},
    )
    shown = own_report.pairs_to_read(pairs, read)
    assert shown["alike"].tolist() == [0.85, 0.85, 0.99, 0.99] and shown["label"].tolist()[:2] == ["good", "bad"]
    said = own_report.say_copies(pairs, read)
    assert "Of the 2 pairs, 1 carry" in said.meaning and "1 pair of" in said.step


def test_the_page(put, tmp_path, capsys):
    import datetime

    labels = ["<img src=x>", "![x](http://a.b/c.png)"]
    read = noted(put, made(labels=labels))[0]
    report = own_report.Report(read, {"SEED": 0})
    report.add(own_report.say_profile(read))
    report.add(own_report.say_skipped("Do raters agree?", "There are none."))
    page = report.markdown(datetime.date(2026, 11, 5))
    assert "# What mine.csv says" in page and "5 November 2026 · 240 rows · the file's fingerprint" in page
    assert "kit 0.1.0" in page
    assert "<img" not in page and "](http" not in page
    assert "Do raters agree? There are none." in page.partition("## What was not measured")[2]
    assert not any(text in page for text in read.rows["text"])
    assert report.save().endswith("mine_report.md") and report.save().endswith("mine_report.md")
    (tmp_path / "mine_report.md").write_text("a page of somebody's")
    assert report.save().endswith("mine_report_2.md")
    assert (tmp_path / "mine_report.md").read_text() == "a page of somebody's"
    capsys.readouterr()


# ---- the notebook, with other tables than the example


def run(file, **knobs):
    """Run the cells of the lesson on a file, and give the page."""
    space = {"display": lambda *what: None}
    for cell in nbformat.read(ROOT / "notebooks" / "08_your_data.ipynb", 4).cells:
        if cell.cell_type == "code":
            exec(cell.source, space)
        if "parameters" in cell.metadata.get("tags", []):
            space |= {"FILE": str(file), "REPEATS": 5} | knobs
    return space["report"].markdown()


def test_a_saved_notebook_holds_no_text_of_the_table(put, tmp_path):
    table = made(300)
    table.loc[290:299, "text"] = table.loc[0:9, "text"].to_numpy()  # near copies are shown
    source = nbformat.read(ROOT / "notebooks" / "08_your_data.ipynb", 4)
    knobs = next(cell for cell in source.cells if "parameters" in cell.metadata.get("tags", []))
    knobs.source += f"\nFILE = {str(put(csv_of(table)))!r}\nREPEATS = 5"
    nbformat.write(source, tmp_path / "08_your_data.ipynb")
    saved = nbformat.writes(run_notebook(tmp_path / "08_your_data.ipynb", strict=False))
    assert "10 human sentences; run the cell" in saved and "2,000 USD by people" in saved
    assert "mine.csv: What is in the table?" in saved
    assert not any(text in saved for text in table["text"])
    missing = (tmp_path / "mine_report.md").read_text(encoding="utf-8").partition("## What was not measured")[2]
    assert "Do raters agree?" in missing and "What is a machine's row worth?" in missing


@pytest.mark.parametrize("rare", [25, 60, 150])
def test_a_rare_label_ends_in_a_page(put, capsys, rare):
    table = made(2000)
    table["label"] = np.where(np.arange(2000) < rare, "fraud", "ok")
    page = run(put(csv_of(table)))
    assert "Collect rows of 'fraud' first" in page or "collect rows of 'fraud'" in page or rare == 150
    assert f"{rare} of 'fraud'" in page or rare == 150
    capsys.readouterr()


def test_the_notebook_with_everything(put, capsys):
    table = made(900, ["1", "2", "3"]).assign(origin=["human"] * 600 + ["machine"] * 300)
    table = table.assign(rater_1=table["label"], rater_2=["1", "2", "3"] * 300, doc=np.arange(900) // 5)
    table.loc[590:599, "text"] = table.loc[0:9, "text"].to_numpy()
    page = run(put(csv_of(table, sep=";")), GROUP="doc", LABELS_WANTED=100, MARGIN=0.01)
    assert "## What was not measured" in page and "alpha" in page and "labels of people each" in page
    capsys.readouterr()
