"""The comparisons of lesson 06: their choice, read from the registry, and what counts as help."""

import pandas as pd
import pytest

from helpers.course.findings import read_findings
from helpers.course.measured import LEAST, LEFT_OUT, TASKS, measured_gains
from helpers.decide import FIELDS, Answers, recommend

OUTCOMES = {"helped", "did not help", "not clear"}


def test_every_comparison_is_a_finding_and_stands_once():
    gains = measured_gains()
    assert list(gains) == ["task", "finding", "compared", "outcome"]
    assert gains["finding"].is_unique and set(gains["finding"]) <= set(read_findings())
    assert gains["task"].nunique() == len(TASKS) and set(gains["outcome"]) == OUTCOMES
    assert gains["compared"].is_unique and gains["compared"].str.contains(",").all()


def test_what_is_left_out_is_a_finding_and_has_one_reason():
    left_out = [finding for findings in LEFT_OUT.values() for finding in findings.split()]
    assert len(set(left_out)) == len(left_out)
    assert set(left_out) <= set(read_findings()) - set(measured_gains()["finding"])


def test_every_finding_with_its_outcome_by_its_band():
    registry = read_findings()
    for row in measured_gains().itertuples():
        entry = registry[row.finding]
        if isinstance(entry["value"], str):
            assert row.outcome == ("not clear" if entry["value"] == "no clear difference" else "did not help")
            continue
        minus = any(f"-{row.finding}" in comparisons for _, comparisons in TASKS.values())
        low, high = sorted(-entry[end] if minus else entry[end] for end in ("low", "high"))
        least = 2 if entry["unit"] == "of 100 words" else LEAST
        assert (row.outcome == "did not help") == (high < least)
        assert (row.outcome == "helped") == (low > 0 and high >= least)


@pytest.mark.parametrize(
    ("comparison", "outcome"),
    [
        ("start.gain_with_100_labels", "helped"),
        ("start.gain_with_4000_labels", "did not help"),  # above zero, and less than two points
        ("augmentation.ridge_gain_3", "not clear"),
        ("-collapse.digits_people_ahead", "did not help"),  # people ahead: the machine's rows harm
        ("collapse.digits_people_ahead", "helped"),
        ("-collapse.kept_machine_rows_cost", "did not help"),  # words of 100, not parts of 1
        ("hybrid.worth_written", "helped"),  # in labels
        ("hybrid.half_written", "not clear"),  # no clear difference
        ("hybrid.replaces_movies", "did not help"),  # worse
        ("augmentation.swapped_against_plain", "did not help"),  # equivalent
    ],
)
def test_by_hand(comparison, outcome):
    (row,) = measured_gains({"a task": ({}, {comparison: "words, words"})}).itertuples()
    assert row.outcome == outcome and row.finding == comparison.removeprefix("-")


def test_a_larger_least_never_makes_more_comparisons_help():
    helped = [(measured_gains(least=least)["outcome"] == "helped").sum() for least in (0.005, 0.01, 0.02, 0.03, 0.1)]
    assert helped == sorted(helped, reverse=True)


def test_a_checklist_can_be_told_every_task_and_all_say_pilot():
    safe = {name: asked.best for name, asked in FIELDS.items() if asked.answers} | {"baseline": "human"}
    for said, _ in TASKS.values():
        assert said["modality"] in ("text", "image", "table") and set(said) <= set(FIELDS)
        assert recommend(Answers(**safe | {"formal_rule": "no"} | said)).status == "pilot"


def test_no_list_gets_more_right_than_one_answer_for_each_set_of_answers():
    """The same questions, the same answer: so movie reviews with both outcomes can't all come out right."""
    gains = measured_gains()
    gains["asked"] = [str(TASKS[task][0]) for task in gains["task"]]
    clear = gains[gains["outcome"] != "not clear"]
    counts = pd.crosstab(clear["asked"], clear["outcome"])
    assert counts.max(axis=1).sum() < len(clear)
    assert counts.loc[str(TASKS["movie reviews"][0])].min() > 0
