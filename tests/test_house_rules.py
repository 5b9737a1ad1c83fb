"""The kit keeps its house rules, and each rule finds what it is for. The rules are in rules/, with what they mean."""

import json
from pathlib import Path

import pytest
from rules import RULES

ROOT = Path(__file__).resolve().parents[1]
BAD = ROOT / "tests" / "bad"


@pytest.mark.parametrize("rule", RULES)
def test_the_kit_keeps(rule):
    problems = list(RULES[rule](ROOT))
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


@pytest.mark.parametrize("rule", RULES)
def test_the_bad_example_breaks(rule):
    expected = (BAD / f"{rule}.txt").read_text(encoding="utf-8").splitlines()
    assert expected
    assert list(RULES[rule](BAD / rule)) == expected


def test_every_rule_has_its_bad_example():
    assert sorted(path.name for path in BAD.iterdir()) == sorted([*RULES, *(f"{rule}.txt" for rule in RULES)])


# ---- what would be too large, or cannot stand, in a file of tests/bad/


def test_a_notebook_that_is_too_large_is_found(tmp_path):
    output = {"output_type": "stream", "text": "x" * 500_000}
    cell = {"cell_type": "code", "source": "1", "execution_count": 1, "outputs": [output]}
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "00_large.ipynb").write_text(json.dumps({"cells": [cell]}))
    (problem,) = RULES["notebooks_are_stored_whole"](tmp_path)
    assert problem.startswith("notebooks/00_large.ipynb: 500,") and "at most 500,000 are allowed" in problem


def test_the_folder_of_the_checkout_is_found(tmp_path):
    (tmp_path / "notes.md").write_text(f"# Notes\nSee {tmp_path}/notes.md\n")
    problems = list(RULES["nothing_private_is_committed"](tmp_path))
    assert any(line.startswith("notes.md:2: holds the folder of this checkout") for line in problems)
