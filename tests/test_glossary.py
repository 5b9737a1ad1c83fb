"""The glossary: its order, its links, no word that nobody uses, and all words that the kit has fixed."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "playbook" / "glossary.md"
ENTRY = re.compile(
    r"^- \*\*(?P<term>[^*]+)\*\*: (?P<words>.+?) \(\[[^\]]+\]\(\.\./(?P<file>[^)]+)\)\)$", re.DOTALL | re.MULTILINE
)
# What code, prose and columns call things: the same words everywhere.
FIXED = """
    accumulate, fixed, fresh, generator, gold, item, label, origin, rater, rating, real share, redrawn, regime, replace,
    arm, baseline, band, equivalent, finding, interval, margin, no clear difference, pool, repeat, trial, verdict,
    exchange rate, labels' worth, machine label, worth
"""
WORDS = 50  # of an entry, at most: one line or two
EMPHASIS = {"one person", "one vendor's figures", "plain", "ten times cheaper"}  # in bold in a lesson, and no term


def plain(text):
    """Lower case, and spaces where code has underscores and prose has hyphens or ends its line."""
    return re.sub(r"[\s_-]+", " ", text.lower())


def singular(word):
    return re.sub(r"ies$", "y", word) if word.endswith("ies") else re.sub(r"(?<=ch)es$|s$", "", word)


def said_in(path):
    """What a page, a helper or the cells of a notebook say."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        text = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    return plain(text)


@pytest.fixture(scope="module")
def entries():
    return [found.groupdict() for found in ENTRY.finditer(PAGE.read_text(encoding="utf-8"))]


def test_every_line_is_an_entry(entries):
    assert len(entries) == len(re.findall(r"^- ", PAGE.read_text(encoding="utf-8"), re.MULTILINE)) > 60


def test_terms_stand_once_and_in_order_under_their_letter(entries):
    terms = [entry["term"] for entry in entries]
    assert terms == sorted(set(terms), key=str.lower)
    sections = re.split(r"^## (.+)\n", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    for letter, section in zip(sections[::2], sections[1::2], strict=True):
        assert {found["term"][0].upper() for found in ENTRY.finditer(section)} == {letter}


def test_no_entry_is_longer_than_two_lines_or_so(entries):
    assert {
        entry["term"]: len(entry["words"].split()) for entry in entries if len(entry["words"].split()) > WORDS
    } == {}


def test_what_an_entry_leads_to_uses_the_term(entries):
    for entry in entries:
        term, said = plain(entry["term"]), said_in(ROOT / entry["file"])
        assert term in said or re.sub("y$", "ies", term) in said, f"{entry['file']} does not use {term!r}"


def test_the_words_that_the_kit_has_fixed_are_in_it(entries):
    fixed = {term.strip() for term in plain(FIXED).split(",")}
    assert fixed - {plain(entry["term"]) for entry in entries} == set()


def test_words_that_an_entry_sends_to_are_entries(entries):
    terms = {plain(entry["term"]) for entry in entries}
    sent = [found for entry in entries for found in re.findall(r"; see\s+([\w\s-]+?)(?:[.;]|$)", entry["words"])]
    assert len(sent) > 3
    assert {plain(word) for word in sent} - terms == set()


def test_words_that_lessons_explain_are_in_it(entries):
    """A lesson sets a word in bold, in lower case and within a sentence, where it explains it."""
    terms = {plain(entry["term"]) for entry in entries}
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = [
            cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "markdown"
        ]
        text = "\n".join("".join(cell["source"]) for cell in cells)
        explained = {plain(found) for found in re.findall(r"[\w,;:)] \*\*([a-z][\w' -]+)\*\*", text)}
        words = {word for word in explained - EMPHASIS if len(word.split()) <= 3}
        lacking = {word for word in words if not {word, singular(word), word.split()[-1]} & terms}  # human *gold*
        assert lacking == set(), f"{path.name} explains words that playbook/glossary.md lacks; add them: {lacking}"
