"""Exercises check themselves: right, a hint in words, never the solution, never a hidden bug."""

import ast
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest

from helpers.course import checking
from helpers.course.checking import WrongAnswerError, all_exercises, exercise
from helpers.course.exercises import check

SOLUTIONS = sorted((Path(__file__).parents[1] / "notebooks" / "solutions").glob("*.ipynb"))


@pytest.fixture
def registry(monkeypatch):
    """An empty register, so that a test can't meet or leave an exercise."""
    monkeypatch.setattr(checking, "_EXERCISES", {})


@pytest.fixture
def lenient(monkeypatch):
    monkeypatch.delenv("KIT_STRICT", raising=False)


@pytest.fixture
def share(registry):
    @exercise("03a", takes="number", wrong=[0.4])
    def hint(answer):
        return "That is the first generation. Look at the last row." if answer > 0.3 else None


def test_right(share, lenient):
    result = check("03a", 0.15)
    assert (result.right, result.hint) == (True, None)
    assert repr(result) == "Exercise 03a: right."
    assert "<strong>right.</strong>" in result._repr_html_()


def test_wrong_gets_its_hint(share, lenient):
    result = check("03a", 0.4)
    assert not result.right
    assert repr(result) == "Exercise 03a: not yet. That is the first generation. Look at the last row."
    assert "not yet" in result._repr_html_()


def test_a_hint_is_escaped(registry, lenient):
    exercise("00a", takes="text", wrong=["b"])(lambda answer: "a < b")
    assert "a &lt; b" in check("00a", "b")._repr_html_()


def test_strict_raises_with_the_hint_for_wrong_and_not_for_right(share, monkeypatch):
    monkeypatch.setenv("KIT_STRICT", "1")
    with pytest.raises(WrongAnswerError, match="first generation"):
        check("03a", 0.4)
    with pytest.raises(WrongAnswerError, match="should be a number"):
        check("03a", "0.1")
    assert check("03a", 0.15).right


@pytest.mark.parametrize("answer", [..., [0.1, ...], (..., ...), {"a": ...}])
def test_dots_are_no_error_even_when_strict(share, answer, monkeypatch):
    monkeypatch.setenv("KIT_STRICT", "1")
    result = check("03a", answer)
    assert not result.right
    assert "in place of the dots" in result.hint


@pytest.mark.parametrize(
    ("takes", "answer", "words"),
    [
        ("number", "0.3", "yours is a text in quotes. Leave the quotes out"),
        ("number", None, "yours is None"),
        ("number", True, "yours is True or False"),
        ("number", [1], "yours is a list"),
        ("number", np.array([1, 2]), "yours is a ndarray"),
        ("number", float("nan"), "finite number; yours is nan"),
        ("number", check, "yours is a function"),
        ("text", 3, "a text in quotes; yours is an int"),
        ("yes or no", "yes", "True or False, without quotes"),
        ("yes or no", 1, "True or False, without quotes"),
        ("numbers", 3, "should be a list"),
        ("numbers", ["a"], "should be a number"),
        ("texts", "word", "should be a list"),
        (pd.DataFrame, {"a": [1]}, "should be a DataFrame; yours is a dict"),
    ],
)
def test_an_answer_of_another_kind_gets_words(registry, lenient, takes, answer, words):
    exercise("00a", takes=takes, wrong=[1])(lambda answer: pytest.fail("the check function must not see it"))
    assert words in check("00a", answer).hint


@pytest.mark.parametrize(
    ("takes", "answer", "arrives"),
    [
        ("number", np.float64(0.5), 0.5),
        ("number", np.array(3), 3),
        ("text", "  Forest ", "forest"),
        ("yes or no", np.bool_(True), True),
        ("numbers", pd.Series([1, 2]), [1, 2]),
        ("numbers", (1, np.int64(2)), [1, 2]),
        ("texts", np.array(["A", "b"]), ["a", "b"]),
    ],
)
def test_what_the_check_function_gets(registry, lenient, takes, answer, arrives):
    seen = []
    exercise("00a", takes=takes, wrong=[1])(seen.append)
    assert check("00a", answer).right
    assert seen == [arrives]
    assert type(seen[0]) is type(arrives)


def test_a_bug_in_the_check_function_is_not_hidden(registry, lenient):
    exercise("00a", takes="number", wrong=[1])(lambda answer: answer.no_such_thing)
    with pytest.raises(AttributeError, match="no_such_thing"):
        check("00a", 1)


@pytest.mark.parametrize("returned", [False, True, "", " ", 3])
def test_a_check_function_that_returns_no_hint_is_a_bug(registry, lenient, returned):
    exercise("00a", takes="number", wrong=[1])(lambda answer: returned)
    with pytest.raises(TypeError, match="must return a hint or None"):
        check("00a", 1)


def test_an_unknown_id_names_the_nearest(share):
    with pytest.raises(ValueError, match="'03b' is no exercise; the nearest are 03a"):
        check("03b", 1)
    with pytest.raises(ValueError, match="no exercise"):
        check(None, 1)


@pytest.mark.parametrize(
    ("id", "keywords", "message"),
    [
        ("3a", {"takes": "number", "wrong": [1]}, "two digits and a letter"),
        ("03a", {"takes": "number", "wrong": [1]}, "is taken by hint"),
        ("03b", {"takes": "thing", "wrong": [1]}, "takes must be"),
        ("03b", {"takes": "number", "wrong": []}, "at least one typical wrong answer"),
        ("03b", {"takes": "number", "wrong": 1}, "at least one typical wrong answer"),
    ],
)
def test_a_bad_registration_is_refused(share, id, keywords, message):
    with pytest.raises(ValueError, match=message):
        exercise(id, **keywords)


# ---- the exercises of the lessons


@pytest.mark.parametrize("id", all_exercises())
def test_each_typical_wrong_answer_gets_a_hint(id, lenient):
    for answer in all_exercises()[id].wrong:
        result = check(id, answer)
        assert not result.right, f"{id}: {answer!r} passes"
        assert "The answer should be" not in result.hint, f"{id}: {answer!r} is of the wrong kind, not typical"
        assert len(result.hint.split()) > 3, f"{id}: the hint for {answer!r} says too little"


def solved() -> dict[str, object]:
    """The answers that solutions give as plain numbers or words."""
    answers = {}
    for path in SOLUTIONS:
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code" and "check(" in cell.source:
                answers.update(_literals(cell.source))
    return answers


def _literals(source: str) -> dict[str, object]:
    source = "\n".join(line for line in source.splitlines() if not line.startswith(("%", "!")))
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and len(node.args) == 2]
    named = [call for call in calls if getattr(call.func, "id", getattr(call.func, "attr", "")) == "check"]
    return {c.args[0].value: c.args[1].value for c in named if all(isinstance(a, ast.Constant) for a in c.args)}


def test_no_hint_shows_a_solution(lenient):
    answers = {id: answer for id, answer in solved().items() if not isinstance(answer, bool)}
    for id in answers.keys() & all_exercises().keys():
        for wrong in all_exercises()[id].wrong:
            assert str(answers[id]) not in check(id, wrong).hint.split(), f"{id}: the hint for {wrong!r} tells"


def test_literal_answers_are_read_from_code():
    assert _literals(
        '%time 1\ncheck("00a", 0.5)\nexercises.check("00b", "forest")\ncheck("00c", x)\nprint("a", 1)'
    ) == {
        "00a": 0.5,
        "00b": "forest",
    }
