"""The page on the articles' claims: read playbook/claims.toml, check it, and write playbook/evidence.md from it.

`python -m helpers pages` writes the page anew; the tests fail when it is stale or a claim is not whole.
"""

import re
import tomllib
from collections import Counter
from pathlib import Path

from helpers.course.findings import read_findings, show_number

__all__ = ["GRADES", "anchor", "claim_flaws", "claims_of", "evidence_page", "read_claims"]

ROOT = Path(__file__).parents[2]
GRADES = {
    "A": "holds: repeated in studies that experts checked before print, or proved, or plain arithmetic",
    "B": "holds within limits: one solid study, or sound reasoning that was checked here",
    "C": "open: somebody says so; no independent evidence was found, or the evidence is divided",
    "D": "as it is said, contradicted or without support",
}
KINDS = ("mechanism", "number", "price", "recommendation", "regulation")
LOOKED_UP = {
    "read": "literature",
    "computed": "calculated or measured here",
    "searched": "we searched and found no independent source",
}
KEYS = {"title", "says", "who", "kind", "grade", "why", "sources", "looked_up", "tested_by"}
TOP = ("articles", "groups", "claims")

INTRO = """\
# The articles' claims, graded

**What four articles say about synthetic and human data, in our words, and how far the evidence carries it.**

This page is written by `python3 -m helpers pages` from [`claims.toml`](claims.toml). Change that file, not this page.
"""
WHO_WE_ARE = """\
## How we graded, and who we are

We wrote the lessons of this kit, and before that we read four articles whose authors sell data, labels or work. Each
claim is put into our own words and graded from the literature that could be looked up in 2026. *Literature* mostly
means the summary of a paper, a quoted passage or an official page, seldom the whole paper. Each link was checked in
November 2026: we saw a copy of the page, or another public page that gives this address for the same work. What we
recalled but could neither look up nor calculate was left out. No vendor paid for this. Nobody outside has reviewed it;
we may be wrong.

A grade says what the literature carries (or the arithmetic, where a claim is about numbers). *From the lessons* is what
this kit found: one task, one model, small data. It illustrates a grade and does not make it. Where it speaks against a
claim, the entry says so under *Instead*. Where nothing is measured or calculated, it says *Not tested here*.

Prices are what one vendor wrote. Rules and laws are as of November 2026, and no legal advice.
"""


def read_claims(root: Path = ROOT) -> dict:
    """The claims as they stand, unchecked.

    Parameters
    ----------
    root : path
        A checkout.

    Returns
    -------
    dict
        `articles` and `groups` by id, in the order of the page; `claims` by group, then by id.
    """
    with (root / "playbook" / "claims.toml").open("rb") as file:
        return tomllib.load(file)


def claims_of(book: dict) -> dict[str, dict]:
    """All claims by id, with the group that each stands in.

    Parameters
    ----------
    book : dict
        From `read_claims`.

    Returns
    -------
    dict of id to claim

    Examples
    --------
    >>> claims_of({"claims": {"loops": {"rare-goes-first": {"grade": "A"}}}})
    {'rare-goes-first': {'grade': 'A', 'group': 'loops'}}
    """
    return {id: {**claim, "group": group} for group, claims in book["claims"].items() for id, claim in claims.items()}


def claim_flaws(book: dict, root: Path = ROOT) -> list[str]:
    """What is wrong with the claims.

    Parameters
    ----------
    book : dict
        From `read_claims`.
    root : path
        The checkout with the findings, notebooks and tests that the claims name.

    Returns
    -------
    list of str
        One line each, with what to do.
    """
    if tuple(book) != TOP:
        return [f"playbook/claims.toml: the tables must be {', '.join(TOP)}, in this order; got {', '.join(book)}."]
    problems = []
    if list(book["claims"]) != list(book["groups"]):
        problems.append("the claims must stand in the order of the groups, and each group have some; move them.")
    counts = Counter(id for claims in book["claims"].values() for id in claims)
    problems += [f"{id}: stands in {count} groups; keep one." for id, count in counts.items() if count > 1]
    for group, claims in book["claims"].items():
        if list(claims) != sorted(claims):
            problems.append(f"{group}: its claims are not sorted by id; sort them.")
    measured = set(read_findings(root / "playbook" / "findings.toml"))
    for id, claim in claims_of(book).items():
        problems += [
            f"{id}: {flaw}" for flaw in _flaws(id, claim, book) or _unknown(claim["tested_by"], measured, root)
        ]
    return [f"playbook/claims.toml: {problem}" for problem in problems]


def evidence_page(root: Path = ROOT) -> str:
    """The page that the claims make, with the numbers that the registry has now.

    Parameters
    ----------
    root : path
        A checkout.

    Returns
    -------
    str
        Markdown.

    Raises
    ------
    ValueError
        With one line for each claim that is not whole.
    """
    book = read_claims(root)
    if flaws := claim_flaws(book, root):
        raise ValueError("\n".join(flaws))
    findings = read_findings(root / "playbook" / "findings.toml")
    claims = claims_of(book)
    parts = [INTRO, _key(claims), _contents(book, claims), WHO_WE_ARE, _articles(book["articles"])]
    for group, question in book["groups"].items():
        parts.append(f"## {question}\n")
        parts += [_entry(claims[id], book["articles"], findings) for id in _by_grade(group, claims)]
    return "\n".join(parts)


# ---- checks


def _flaws(id: str, claim: dict, book: dict) -> list[str]:
    wanted = KEYS | {"group"}
    if not wanted <= set(claim) <= wanted | {"true_instead"}:
        return [f"needs the keys {', '.join(sorted(KEYS))} and may have true_instead; got {', '.join(sorted(claim))}."]
    flaws = []
    if anchor(claim["title"]) != id:
        flaws.append(f"its heading makes the anchor {anchor(claim['title'])}; give it this id, or mend the title.")
    if claim["grade"] not in GRADES:
        flaws.append(f"has the grade {claim['grade']!r}; it is one of {', '.join(GRADES)}.")
    if claim["kind"] not in KINDS:
        flaws.append(f"has the kind {claim['kind']!r}; it is one of {', '.join(KINDS)}.")
    for key in ("says", "why", "true_instead"):
        if not re.fullmatch(r"[A-Z\d].*[.?]", claim.get(key, "Left out.")):
            flaws.append(f"{key} is no sentence; begin with a capital, end with a full stop.")
    if claim["grade"] == "D" and "true_instead" not in claim:
        flaws.append("is graded D; say in true_instead what is true.")
    return flaws + _flaws_of_lists(claim, book)


def _flaws_of_lists(claim: dict, book: dict) -> list[str]:
    flaws, how = [], claim["looked_up"]
    if not claim["who"] or not set(claim["who"]) <= set(book["articles"]):
        flaws.append(f"who is {claim['who']}; name one or more of {', '.join(book['articles'])}.")
    if not how or not set(how) <= set(LOOKED_UP):
        flaws.append(f"looked_up is {how}; it has one or more of {', '.join(LOOKED_UP)}.")
    if ("read" in how) != bool(claim["sources"]):
        flaws.append("sources and looked_up disagree: what was read is a source, and the other way round.")
    if ("computed" in how) != bool(claim["tested_by"]):
        flaws.append("tested_by and looked_up disagree: what was computed names its finding, notebook or test.")
    return flaws


def _unknown(tests: list[str], measured: set[str], root: Path) -> list[str]:
    return [
        f"tested_by names {test}, which is no finding, no notebook and no test; correct it."
        for test in tests
        if test not in measured and not (root / "notebooks" / f"{test}.ipynb").is_file() and not _is_test(test, root)
    ]


def _is_test(test: str, root: Path) -> bool:
    file, _, name = test.partition("::")
    path = root / file
    if not re.fullmatch(r"tests/\w+\.py", file) or not path.is_file():
        return False
    return bool(re.search(rf"^def {re.escape(name)}\(", path.read_text(encoding="utf-8"), re.MULTILINE))


# ---- the page


def anchor(title: str) -> str:
    """What a link to a heading ends with.

    Parameters
    ----------
    title : str

    Returns
    -------
    str

    Examples
    --------
    >>> anchor("30 to 40% real data?")
    '30-to-40-real-data'
    """
    return re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")


def _by_grade(group: str, claims: dict[str, dict]) -> list[str]:
    """The claims of a group, what holds first."""
    return sorted((id for id in claims if claims[id]["group"] == group), key=lambda id: (claims[id]["grade"], id))


def _contents(book: dict, claims: dict[str, dict]) -> str:
    lines = ["## Contents\n", "Before each claim stands its grade.\n"]
    for group, question in book["groups"].items():
        lines.append(f"- [{question}](#{anchor(question)})")
        lines += [f"  - {claims[id]['grade']} [{claims[id]['title']}](#{id})" for id in _by_grade(group, claims)]
    return "\n".join(lines) + "\n"


def _key(claims: dict[str, dict]) -> str:
    counts = Counter(claim["grade"] for claim in claims.values())
    tested = sum(bool(claim["tested_by"]) for claim in claims.values())
    lines = ["## What the grades mean\n", "| grade | the claim | claims |", "|---|---|---|"]
    lines += [f"| {grade} | {meaning} | {counts[grade]} |" for grade, meaning in GRADES.items()]
    return "\n".join([*lines, f"\n{len(claims)} claims; {tested} of them are measured or calculated in this kit.\n"])


def _articles(articles: dict[str, dict]) -> str:
    lines = ["## The articles\n"]
    lines += [f"- *{_capital(article['short'])}*: {article['about']}" for article in articles.values()]
    return "\n".join(lines) + "\n"


def _entry(claim: dict, articles: dict[str, dict], findings: dict[str, dict]) -> str:
    *others, last = (articles[each]["short"] for each in claim["who"])
    who = f"{', '.join(others)} and {last}" if others else last
    kind = "price, one vendor's" if claim["kind"] == "price" else claim["kind"]
    parts = [f"### {claim['title']}", f"{_capital(who)} ({kind}): {claim['says']}"]
    parts.append(f"**Grade {claim['grade']}.** {claim['why']}")
    if "true_instead" in claim:
        parts.append(f"**Instead:** {claim['true_instead']}")
    looked_up = (LOOKED_UP[how] for how in claim["looked_up"])
    parts.append("Evidence: " + "; ".join([*looked_up, *claim["sources"]]) + ".")
    here = {
        "Calculated in a test": [_calculation(test) for test in claim["tested_by"] if test.startswith("tests/")],
        "From the lessons (small data, or arithmetic)": [
            _measurement(test, findings) for test in claim["tested_by"] if not test.startswith("tests/")
        ],
    }
    parts += [f"{what}:\n\n" + "\n".join(f"- {each}" for each in lines) for what, lines in here.items() if lines]
    return "\n\n".join(parts if claim["tested_by"] else [*parts, "Not tested here."]) + "\n"


def _calculation(test: str) -> str:
    """A test, by what its name says."""
    file, _, name = test.partition("::")
    return f"{_capital(name.removeprefix('test_').replace('_', ' '))} ([test](../{file}))"


def _measurement(test: str, findings: dict[str, dict]) -> str:
    """A finding with its number, or a whole lesson."""
    if test not in findings:
        return f"The whole {_lesson(test)}"
    entry = findings[test]
    number = f"**{show_number(entry, entry['value'])}**<!-- {test} --> {entry.get('unit', '')}".rstrip()
    return f"{entry['claim'].rstrip('.')}: {number} ({_lesson(entry['notebook'])})"


def _lesson(notebook: str) -> str:
    return f"[lesson {notebook.partition('_')[0]}](../notebooks/{notebook}.ipynb)"


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
