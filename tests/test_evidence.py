"""The articles' claims are graded, reasoned and whole, and playbook/evidence.md is what playbook/claims.toml makes."""

import copy
import re
from collections import Counter
from pathlib import Path

import pytest

from helpers.course.evidence import GRADES, claim_flaws, claims_of, evidence_page, read_claims
from helpers.course.findings import read_findings
from helpers.course.pages import NUMBER, main, refresh, stale_numbers

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "playbook" / "evidence.md"
GOOD = """
[articles.shop]
short = "the shop"
about = "an article by a shop."

[articles.mill]
short = "the mill"
about = "an article by a mill."

[groups]
loops = "May a model learn from itself?"
cost = "What does it cost?"

[claims.loops.it-always-fails]
title = "It always fails"
says = "Every loop fails."
who = ["mill", "shop"]
kind = "mechanism"
grade = "D"
why = "Some do not."
true_instead = "It depends on what is kept."
sources = ["[Somebody, 2024](https://example.org)"]
looked_up = ["read", "computed"]
tested_by = ["t.share", "t.word", "00_t", "tests/test_t.py::test_one_and_one"]

[claims.loops.no-one-knows]
title = "No one knows"
says = "The rest is open."
who = ["shop"]
kind = "number"
grade = "A"
why = "Nobody looked."
sources = []
looked_up = ["searched"]
tested_by = []

[claims.cost.a-label-costs-015]
title = "A label costs 0.15"
says = "A label costs 0.15 dollars."
who = ["mill"]
kind = "price"
grade = "C"
why = "One shop's price."
sources = []
looked_up = ["searched"]
tested_by = []
"""
FINDINGS = """
["t.share"]
claim = "A third survives."
value = 0.34
low = 0.25
high = 0.40
holds = "> 0.2"
format = ".2f"
unit = "of the words"
notebook = "00_t"

["t.word"]
claim = "Copies against nothing."
value = "equivalent"
notebook = "00_t"
"""


@pytest.fixture
def kit(tmp_path):
    """A small checkout with two findings, a notebook, a test, and three claims that are whole."""
    for folder in ("playbook", "notebooks/solutions", "tests"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "playbook" / "claims.toml").write_text(GOOD)
    (tmp_path / "playbook" / "findings.toml").write_text(FINDINGS)
    (tmp_path / "notebooks" / "00_t.ipynb").write_text('{"cells": []}')
    (tmp_path / "tests" / "test_t.py").write_text("def test_one_and_one():\n    assert 1 + 1 == 2\n")
    return tmp_path


# ---- the kit's own claims


def test_the_claims_are_whole():
    if flaws := claim_flaws(read_claims()):
        pytest.fail("\n".join(flaws), pytrace=False)


def test_the_page_is_what_the_claims_make():
    if PAGE.read_text(encoding="utf-8") != evidence_page():
        pytest.fail("playbook/evidence.md is stale; run python3 -m helpers pages.", pytrace=False)


def test_there_are_as_many_claims_as_the_pages_need():
    claims = claims_of(read_claims())
    assert len(claims) >= 40 and set(GRADES) == {claim["grade"] for claim in claims.values()}


def test_each_calculation_belongs_to_a_claim():
    named = {test for claim in claims_of(read_claims()).values() for test in claim["tested_by"]}
    text = (ROOT / "tests" / "test_claims.py").read_text(encoding="utf-8")
    assert {f"tests/test_claims.py::{name}" for name in re.findall(r"^def (test_\w+)", text, re.MULTILINE)} <= named


def test_the_page_counts_the_grades():
    counts = Counter(claim["grade"] for claim in claims_of(read_claims()).values())
    shown = dict(re.findall(r"^\| ([A-D]) \| .+ \| (\d+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert shown == {grade: str(count) for grade, count in counts.items()}


def test_each_claim_can_be_linked_to():
    headings = re.findall(r"^#+ (.+)", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    anchors = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
    assert set(claims_of(read_claims())) <= set(anchors) and len(anchors) == len(set(anchors))


def test_the_page_shows_the_numbers_of_the_registry():
    claims, findings = claims_of(read_claims()), read_findings()
    named = {test for claim in claims.values() for test in claim["tested_by"] if test in findings}
    assert {found[2] for found in NUMBER.finditer(PAGE.read_text(encoding="utf-8"))} == named


# ---- what is found wrong


def test_good_claims_have_no_flaw(kit):
    assert claim_flaws(read_claims(kit), kit) == []


CLAIM = "it-always-fails"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"grade": None}, "needs the keys"),
        ({"grade": "E"}, "has the grade 'E'"),
        ({"why": None}, "needs the keys"),
        ({"why": ""}, "why is no sentence"),
        ({"why": "some do not"}, "why is no sentence"),
        ({"true_instead": None}, "is graded D; say in true_instead"),
        ({"true_instead": ""}, "true_instead is no sentence"),
        ({"note": "more"}, "needs the keys"),
        ({"title": "It often fails"}, "its heading makes the anchor it-often-fails"),
        ({"kind": "rumour"}, "has the kind 'rumour'"),
        ({"who": []}, "who is []"),
        ({"who": ["stranger"]}, "who is ['stranger']"),
        ({"looked_up": []}, "looked_up is []"),
        ({"looked_up": ["remembered"]}, "looked_up is ['remembered']"),
        ({"sources": []}, "sources and looked_up disagree"),
        ({"looked_up": ["computed"]}, "sources and looked_up disagree"),
        ({"tested_by": []}, "tested_by and looked_up disagree"),
        ({"looked_up": ["read"]}, "tested_by and looked_up disagree"),
        ({"tested_by": ["t.gone"]}, "tested_by names t.gone"),
        ({"tested_by": ["09_gone"]}, "tested_by names 09_gone"),
        ({"tested_by": ["tests/test_t.py::test_two"]}, "tested_by names tests/test_t.py::test_two"),
        ({"tested_by": ["tests/test_t.py"]}, "tested_by names tests/test_t.py,"),
        ({"tested_by": ["tests/test_gone.py::test_one_and_one"]}, "tested_by names tests/test_gone.py"),
    ],
)
def test_a_claim_that_is_not_whole(kit, change, words):
    book = copy.deepcopy(read_claims(kit))
    claim = book["claims"]["loops"][CLAIM]
    for key, value in change.items():
        claim.pop(key, None)
        if value is not None:
            claim[key] = value
    flaws = claim_flaws(book, kit)
    assert flaws and all(flaw.startswith(f"playbook/claims.toml: {CLAIM}: ") for flaw in flaws)
    assert any(words in flaw for flaw in flaws)


def test_claims_out_of_order_or_twice(kit):
    book = read_claims(kit)
    loops, cost = book["claims"]["loops"], book["claims"]["cost"]
    unsorted = {**book, "claims": {"loops": dict(reversed(loops.items())), "cost": cost}}
    assert claim_flaws(unsorted, kit) == ["playbook/claims.toml: loops: its claims are not sorted by id; sort them."]
    twice = {**book, "claims": {"loops": loops, "cost": {**cost, CLAIM: loops[CLAIM]}}}
    assert claim_flaws(twice, kit) == [f"playbook/claims.toml: {CLAIM}: stands in 2 groups; keep one."]
    mixed = {**book, "claims": {"cost": cost, "loops": loops}}
    (flaw,) = claim_flaws(mixed, kit)
    assert "in the order of the groups" in flaw
    (flaw,) = claim_flaws({"claims": book["claims"]}, kit)
    assert "the tables must be articles, groups, claims" in flaw


# ---- the page


def test_an_entry_says_all(kit):
    page = evidence_page(kit)
    start = page.index("### It always fails")
    assert page[start : page.index("### ", start + 5)].index("\n## What does it cost?")
    for line in (
        "The mill and the shop (mechanism): Every loop fails.",
        "**Grade D.** Some do not.",
        "**Instead:** It depends on what is kept.",
        "Evidence: literature; calculated or measured here; [Somebody, 2024](https://example.org).",
        "- One and one ([test](../tests/test_t.py))",
        "- A third survives: **0.34**<!-- t.share --> of the words ([lesson 00](../notebooks/00_t.ipynb))",
        "- Copies against nothing: **equivalent**<!-- t.word --> ([lesson 00](../notebooks/00_t.ipynb))",
        "- The whole [lesson 00](../notebooks/00_t.ipynb)",
        "The mill (price, one vendor's): A label costs 0.15 dollars.",
        "Evidence: we searched and found no independent source.",
    ):
        assert f"\n{line}\n" in page
    assert page.count("Not tested here.\n") == 2
    assert page.index("### No one knows") < start  # what holds comes first


def test_a_stale_page_is_found_and_written_anew(kit, capsys):
    page = kit / "playbook" / "evidence.md"
    assert "playbook/evidence.md is stale; run python3 -m helpers pages." in stale_numbers(kit)
    assert refresh(kit) == ["playbook/evidence.md: written anew from playbook/claims.toml"]
    assert page.read_text(encoding="utf-8") == evidence_page(kit) and refresh(kit) == []
    page.write_text(page.read_text(encoding="utf-8").replace("Some do not.", "None does not."), encoding="utf-8")
    assert "playbook/evidence.md is stale; run python3 -m helpers pages." in stale_numbers(kit)
    findings = kit / "playbook" / "findings.toml"
    findings.write_text(findings.read_text().replace("0.34", "0.35"))
    assert main([], kit) == 0 and "**0.35**<!-- t.share -->" in page.read_text(encoding="utf-8")
    assert "written anew" in capsys.readouterr().out
    assert main([], kit) == 0 and "up to date" in capsys.readouterr().out
    assert main(["all"], kit) == 1 and "pages takes nothing" in capsys.readouterr().err


def test_a_flaw_leaves_the_page_as_it_is(kit, capsys):
    refresh(kit)
    page = kit / "playbook" / "evidence.md"
    before = page.read_text(encoding="utf-8")
    claims = kit / "playbook" / "claims.toml"
    claims.write_text(claims.read_text().replace('grade = "A"', 'grade = "Z"'))
    assert main([], kit) == 1 and "no-one-knows: has the grade 'Z'" in capsys.readouterr().err
    assert page.read_text(encoding="utf-8") == before


def test_a_checkout_without_claims_has_no_such_page(kit):
    (kit / "playbook" / "claims.toml").unlink()
    assert refresh(kit) == [] and not (kit / "playbook" / "evidence.md").exists()
