"""A finding holds a measured number to its registered band, condition and claim."""

import json
import math
import re

import numpy as np
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from scipy import stats

from helpers.course import findings
from helpers.course.findings import MIME, FindingError, closed_form, finding, holds, load_findings, summarise

REGISTERED = """
["a.share"]
claim = "A third survives when <fresh> text is added."
value = 0.33
low = 0.30
high = 0.36
holds = "> 0.25"
format = ".2f"
unit = "of the words"
notebook = "03_collapse"

["a.count"]
claim = "Break-even is at this many items."
value = 26560
low = 26560
high = 26560
holds = "> 0"
format = ",.0f"
unit = "items"
notebook = "07_cost"

["a.word"]
claim = "Nothing is gained."
value = "no clear difference"
notebook = "01_augmentation"
"""
INSIDE = [0.32, 0.33, 0.34]
OUTSIDE = [0.50, 0.51, 0.52]


@pytest.fixture
def registry(tmp_path, monkeypatch):
    """A registry of its own; a function that writes another text into it."""
    path = tmp_path / "findings.toml"
    monkeypatch.setattr(findings, "REGISTRY", path)
    monkeypatch.delenv("KIT_STRICT", raising=False)

    def write(text: str):
        path.write_text(text, encoding="utf-8", newline="\n")
        return path

    write(REGISTERED)
    return write


@pytest.fixture
def strict(registry, monkeypatch):
    monkeypatch.setenv("KIT_STRICT", "1")


def test_the_registry_of_the_kit_is_right():
    load_findings()


# ---- what a cell measured


def test_the_band_is_where_an_honest_second_run_stays():
    values = np.random.default_rng(0).normal(5, 2, 20)
    seen = summarise(values)
    half = stats.t.ppf(0.9995, 19) * np.sqrt(2 / 20) * np.std(values, ddof=1)
    assert (seen.value, seen.low, seen.high) == pytest.approx(
        (values.mean(), values.mean() - half, values.mean() + half), rel=1e-5
    )
    assert half / np.std(values, ddof=1) == pytest.approx(1.23, abs=0.005)
    assert seen.repeats == 20


def test_a_closed_form_has_its_tolerance_as_band():
    assert summarise(closed_form(8.0, 0.25)) == findings.Measured(8.0, 6.0, 10.0)
    assert summarise(closed_form(-8.0, 0.25)) == findings.Measured(-8.0, -10.0, -6.0)


def test_second_runs_leave_the_band_in_about_one_of_a_thousand():
    rng = np.random.default_rng(1)
    bands = [summarise(rng.normal(size=8)) for _ in range(3000)]
    left = [not band.low <= rng.normal(size=8).mean() <= band.high for band in bands]
    assert 0 < np.sum(left) < 12


@pytest.mark.parametrize("kind", [list, np.array, pd.Series, lambda x: pd.Series(x, index=[7, 8, 9])])
def test_repeats_come_as_any_sequence(kind):
    assert summarise(kind(INSIDE)) == summarise(INSIDE)


def test_counts_are_exact_and_plain():
    seen = summarise(np.int64(26560))
    assert (seen.value, seen.low, seen.high) == (26560, 26560, 26560)
    assert type(seen.value) is int


@pytest.mark.parametrize(
    ("measured", "message"),
    [
        (0.33, "single value 0.33, which has no band. Give a list of one value per repeat"),
        (np.float32(2), "single value"),
        (True, "single value True"),
        (None, "single value None"),
        ([], "at least 2 repeats; got 0"),
        ([0.3], "at least 2 repeats; got 1"),
        (pd.Series(dtype=float), "at least 2 repeats; got 0"),
        ([0.3, float("nan")], "1 of 2 values are nan or inf"),
        ([0.3, float("inf")], "1 of 2 values are nan or inf"),
        ([0.3, None], "1 of 2 values are nan or inf"),
        (["a", "b"], "must hold numbers; got list"),
        ({"a": 1.0}, "must hold numbers; got dict"),
        ((x for x in INSIDE), "must hold numbers; got generator"),
        (np.ones((2, 2)), "one dimension, the repeats; got 2"),
        ((0.3, 0.4), "must be (value, low, high); got 2 parts"),
        ((0.3, 0.4, 0.5), "low <= value <= high; got value 0.3, low 0.4, high 0.5"),
        ((0.3, 0.2, float("nan")), "nan or inf"),
        ("good", "must be one of better, worse, equivalent, no clear difference; got 'good'"),
    ],
)
def test_a_bad_measurement_is_refused_in_words(registry, measured, message):
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        finding("a.share", measured)


@pytest.mark.parametrize("id", ["A.b", "a b", "", "a-b", None, 3])
def test_a_bad_id_is_refused_in_words(registry, id):
    with pytest.raises(ValueError, match="id must be of a-z, 0-9, _ and dots; got"):
        finding(id, INSIDE)


# ---- what a learner sees


def test_a_finding_that_holds(registry, capsys):
    finding("a.share", INSIDE)
    assert capsys.readouterr().out == (
        "Finding: A third survives when <fresh> text is added. Measured: 0.33 of the words.\n"
    )
    finding("a.count", 26560)
    finding("a.word", "no clear difference")
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].startswith("Finding: ") and "26,560 items" in shown[0]
    assert shown[1] == "Finding: Nothing is gained. Measured: no clear difference."


@pytest.mark.parametrize(
    ("id", "measured", "words"),
    [
        ("a.share", OUTSIDE, "Outside the band that the kit measured. This is expected if you turned a knob."),
        ("a.share", "better", "The kit registered 0.33"),
        ("a.count", 26561, "Outside the band"),
        ("a.word", "better", "The kit registered 'no clear difference'. This is expected if you turned a knob."),
        ("a.word", INSIDE, "The kit registered 'no clear difference'"),
        ("a.new", INSIDE, "Not registered. To register it: python -m helpers notebooks --register a.new"),
    ],
)
def test_a_learner_is_told_in_words_and_nothing_raises(registry, capsys, id, measured, words):
    finding(id, measured)
    shown = capsys.readouterr().out
    assert shown.startswith("Look here: ")
    assert words in shown


def test_a_broken_entry_does_not_stop_a_learner(registry, capsys):
    registry(REGISTERED.replace('".2f"', '".2q"'))
    finding("a.share", INSIDE)
    assert "has to be corrected" in capsys.readouterr().out


def test_in_a_notebook_it_is_a_line_and_data(registry):
    InteractiveShell.instance()
    try:
        with capture_output() as captured:
            assert finding("a.share", INSIDE) is None
            finding("a.word", "no clear difference")
            finding("a.share", OUTSIDE)
    finally:
        InteractiveShell.clear_instance()
    number, word, amber = [output.data for output in captured.outputs]
    assert number[MIME] == {"id": "a.share", "value": 0.33, "low": 0.0719948, "high": 0.588005, "repeats": 3}
    assert json.loads(json.dumps(word[MIME])) == {"id": "a.word", "word": "no clear difference"}
    assert "&lt;fresh&gt;" in number["text/html"] and "<fresh>" not in number["text/html"]
    assert "--jp-success-color1" in number["text/html"] and "<strong>Finding:</strong>" in number["text/html"]
    assert "--jp-warn-color1" in amber["text/html"] and "<strong>Look here:</strong>" in amber["text/html"]


# ---- under test


@pytest.mark.parametrize(
    ("id", "measured", "message"),
    [
        ("a.share", OUTSIDE, "'a.share': Outside the band"),
        ("a.count", 26559, "Outside the band"),
        ("a.word", "better", "The kit registered"),
        ("a.new", INSIDE, "Not registered"),
    ],
)
def test_strict_raises(strict, id, measured, message):
    with pytest.raises(FindingError, match=message):
        finding(id, measured)


def test_strict_lets_what_holds_pass(strict):
    finding("a.share", INSIDE)
    finding("a.share", (0.33, 0.1, 0.5))
    finding("a.count", 26560)
    finding("a.word", "no clear difference")


def test_strict_raises_where_the_entry_is_unfinished(strict, registry):
    registry(REGISTERED.replace('holds = "> 0.25"', 'holds = ""'))
    with pytest.raises(FindingError, match="holds still to be written by a person"):
        finding("a.share", INSIDE)


def test_strict_raises_where_the_condition_fails(strict, monkeypatch):
    monkeypatch.setattr(findings, "_flaw", lambda id, entry: None)
    monkeypatch.setattr(findings, "holds", lambda condition, x: False)
    with pytest.raises(FindingError, match=r"condition > 0\.25 fails"):
        finding("a.share", INSIDE)


# ---- the registry


def test_a_right_registry_loads(registry):
    assert list(load_findings(registry(REGISTERED))) == ["a.share", "a.count", "a.word"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("> 0.25", "> 0.31", "fails within the band, at 0.3"),
        ("> 0.25", "< 0.35", "fails within the band, at 0.36"),
        ("> 0.25", "is good", "holds must be like"),
        ("> 0.25", " ", "holds still to be written"),
        ('claim = "Nothing is gained."', 'claim = ""', "claim still to be written"),
        ("value = 0.33", "value = 0.37", "needs numbers low <= value <= high; got [0.3, 0.37, 0.36]"),
        ("low = 0.30", "low = nan", "needs numbers"),
        ("low = 0.30", 'low = "0.30"', "needs numbers"),
        ('".2f"', '".2q"', "a.share: "),
        ('".2f"', '"d"', "a.share: "),
        ("high = 0.36\n", "", "needs exactly the keys"),
        ('value = "no clear difference"', 'value = "fine"', "value must be one of"),
        ('["a.word"]', "[a.word]", "in quotes"),
        ('["a.word"]', '["a-word"]', "in quotes"),
        ('notebook = "01_augmentation"', 'notebook = "01_augmentation"\nlow = 1', "needs exactly the keys"),
    ],
)
def test_a_wrong_entry_is_named(registry, old, new, message):
    assert REGISTERED.count(old) == 1
    with pytest.raises(ValueError, match=re.escape(message)):
        load_findings(registry(REGISTERED.replace(old, new)))


def test_an_entry_may_say_why_no_page_cites_it(registry):
    entries = load_findings(registry(REGISTERED.replace("holds =", 'uncited = "a step on the way"\nholds =', 1)))
    assert entries["a.share"]["uncited"] == "a step on the way"


@pytest.mark.parametrize(
    ("condition", "x", "expected"),
    [
        ("> 0", 0, False),
        (">=0", 0, True),
        ("x < -1.5e-3", -0.1, True),
        ("<= .05", 0.05, True),
        ("== 3", 3, True),
        ("0.2 < x < 0.5", 0.5, False),
        ("0.5 > x >= 0.2", 0.2, True),
        ("-1 <= x <= +1", -1, True),
    ],
)
def test_conditions(condition, x, expected):
    assert holds(condition, x) is expected


@pytest.mark.parametrize(
    "condition",
    ["", "0", "> ", "> a", "!= 3", "> 1 or x < 0", "> 0; print(1)", "__import__('os')", "1 < 2 < 3", "> 1.2.3"],
)
def test_a_condition_that_cannot_be_read_is_refused(condition):
    with pytest.raises(ValueError, match="holds must be like"):
        holds(condition, 1)


def test_scores_of_gold_items_are_averaged_within_their_repeat():
    index = pd.MultiIndex.from_product([[0, 1], range(50)], names=["repeat", "item"])
    scores = pd.Series(np.r_[np.full(50, 0.4), np.full(50, 0.6)] + np.tile([-0.3, 0.3], 50), index=index)
    assert summarise(scores) == summarise([0.4, 0.6])


def test_an_interval_above_the_curve_is_said_to_a_learner_and_an_error_under_test(monkeypatch, capsys):
    monkeypatch.setenv("KIT_STRICT", "0")
    finding("start.written_worth", (900.0, 700.0, math.inf))
    assert "lies above the curve, so there is nothing to compare" in capsys.readouterr().out
    monkeypatch.setenv("KIT_STRICT", "1")
    with pytest.raises(ValueError, match="measured must be finite"):
        finding("start.written_worth", (900.0, 700.0, math.inf))
