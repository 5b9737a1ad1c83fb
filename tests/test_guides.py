"""The playbook's index, workshop guide, checklists and paths: what they state besides findings is held here."""

import re
from collections import Counter

import numpy as np
import pytest
from scipy.stats import binom

from helpers.__main__ import COMMANDS
from helpers.course.evidence import claims_of, read_claims
from helpers.course.steps import ROOT

PLAYBOOK = ROOT / "playbook"
INDEX, WORKSHOP, CHECKLISTS, ROLES = (
    (PLAYBOOK / f"{page}.md").read_text(encoding="utf-8") for page in ("README", "workshop", "checklists", "roles")
)
PLANS = dict(re.findall(r"^## (\d+) minutes\n(.*?)(?=^## )", WORKSHOP, re.MULTILINE | re.DOTALL))


def test_the_workshop_has_three_lengths():
    assert [*PLANS] == ["60", "90", "180"]


@pytest.mark.parametrize("length", PLANS)
def test_the_parts_of_a_plan_fill_it(length):
    assert sum(map(int, re.findall(r"^\| (\d+) \|", PLANS[length], re.MULTILINE))) == int(length)


def test_each_lesson_of_a_plan_has_its_part():
    planned = set(re.findall(r"\]\(#(\d\d)-", "".join(PLANS.values())))
    parts = re.findall(r"^### (\d\d)", WORKSHOP, re.MULTILINE)
    assert planned == {*parts} and len(parts) == len({*parts})


def alive(rounds, slips=10):
    """The chance that a word on one of the slips stands on some slip after so many rounds of drawing anew."""
    step = np.array([binom.pmf(range(slips + 1), slips, share) for share in np.arange(slips + 1) / slips])
    return 1 - np.linalg.matrix_power(step, rounds)[1, 0]


def test_the_words_left_in_the_cup():
    row = re.search(r"^\| different words, on average \|(.+)\|$", WORKSHOP, re.MULTILINE)[1]
    assert [float(words) for words in row.split("|")] == [round(10 * alive(rounds), 1) for rounds in range(1, 6)]


def test_how_far_rooms_differ():
    low, high = map(
        float, re.search(r"lies\s+between\s+([\d.]+)\s+and\s+([\d.]+)\s+in 19 of 20 rooms", WORKSHOP).groups()
    )
    rng = np.random.default_rng(0)
    cups = np.tile(np.arange(10), (20_000, 1))  # ten pairs in each of 2,000 rooms
    for _ in range(3):
        cups = np.take_along_axis(cups, rng.integers(0, 10, cups.shape), axis=1)
    left = np.array([len({*cup}) for cup in cups]).reshape(-1, 10).mean(axis=1)
    assert np.mean((left >= low) & (left <= high)) == pytest.approx(0.95, abs=0.03)


@pytest.mark.parametrize("page", ["workshop", "checklists", "roles", "README"])
def test_commands_that_a_page_names_are_there(page):
    text = (PLAYBOOK / f"{page}.md").read_text(encoding="utf-8")
    named = set(re.findall(r"py(?:thon3)? -m helpers (\w+)", text))
    assert named <= {*COMMANDS}


def test_each_line_of_a_checklist_says_what_it_rests_on():
    lines = re.findall(r"^- \[ \] (.+?)(?=^- \[ \] |^## |\Z)", CHECKLISTS, re.MULTILINE | re.DOTALL)
    lists = re.findall(r"^## (.+)", CHECKLISTS, re.MULTILINE)
    assert len(lists) == 4 and len(lines) >= 32
    grounds = r"\((?:\[\w+\]\([\w.#-]+\)(?:,\s+)?)*(?:judgement(?: on the number)?|published)?\)$"
    assert [line for line in lines if not re.search(grounds, line.strip()) or "()" in line] == []


def test_every_page_is_in_the_index():
    table = INDEX.split("## Your question")[1].split("## The whole argument")[0]
    pages = {path.name for path in PLAYBOOK.glob("*.md")} - {"README.md"}
    assert pages == set(re.findall(r"\]\((\w+\.md)\)", table))
    lessons = {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert lessons == set(re.findall(r"\]\(\.\./notebooks/(\w+\.ipynb)\)", table))


def test_the_index_counts_the_claims():
    grades = Counter(claim["grade"] for claim in claims_of(read_claims()).values())
    counted = (
        f"Of {grades.total()} claims that four articles make about all this, [{grades['A']} hold, {grades['B']} hold "
        f"within limits, {grades['C']} are open and {grades['D']} do not stand as they are said]"
    )
    assert counted in " ".join(INDEX.split())


def test_each_role_has_a_path_and_questions():
    roles = re.findall(r"^## (.+?)\n(.*?)(?=^## )", ROLES, re.MULTILINE | re.DOTALL)
    assert [role for role, _ in roles] == ["ML engineer", "Data lead", "Product manager", "Auditor"]
    for _, path in roles:
        assert path.strip().startswith("*Your question:") and "**Ask" in path
        assert len(re.findall(r"^\d\. ", path, re.MULTILINE)) == 5
