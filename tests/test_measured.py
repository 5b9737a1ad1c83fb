"""The comparisons of lesson 06: read from the registry, and what counts as help."""

import pytest

from helpers.course.findings import read_findings
from helpers.course.measured import LEAST, TASKS, measured_gains
from helpers.decide import FIELDS, Answers


def test_every_comparison_is_a_finding_and_stands_once():
    gains = measured_gains()
    assert len(gains) == 28 and gains["finding"].is_unique
    assert set(gains["finding"]) <= set(read_findings())
    assert gains["task"].nunique() == len(TASKS) == 11


def test_help_means_a_point_or_more_and_a_band_above_zero():
    registry = read_findings()
    for row in measured_gains().itertuples():
        entry = registry[row.finding]
        if isinstance(entry["value"], str):
            assert not row.helped and row.gain != row.gain
        else:
            sign = 1 if row.gain == entry["value"] else -1
            assert row.gain == sign * entry["value"]
            assert row.helped == (row.gain >= LEAST and min(sign * entry["low"], sign * entry["high"]) > 0)


@pytest.mark.parametrize(
    ("comparison", "helped"),
    [
        ("start.gain_with_100_labels", True),
        ("start.gain_with_4000_labels", False),  # above zero, and less than a point
        ("opinions.who_repeats", False),  # a tenth, with a band around zero
        ("-collapse.digits_people_ahead", False),  # people ahead: the machine's rows harm
        ("collapse.digits_people_ahead", True),
        ("hybrid.half_written", False),  # a verdict that is not "better"
    ],
)
def test_by_hand(comparison, helped):
    (row,) = measured_gains({"a task": ({}, comparison)}).itertuples()
    assert row.helped == helped and row.finding == comparison.removeprefix("-")


def test_a_checklist_can_be_told_every_task():
    for said, _ in TASKS.values():
        answers = Answers(**said)
        assert answers.modality in ("text", "image", "table")
        assert set(said) <= set(FIELDS)
