"""The page of themes without a lesson: each has all its parts, stays short, and cites claims with their grades."""

import re
from pathlib import Path

import pytest

from helpers.course.evidence import claims_of, read_claims

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "playbook" / "themes.md"
PARTS = ("Claimed", "Known", "Not tested", "On Monday", "What would settle it")
LAW = ("Law", "Draft or voluntary", "A vendor's reading", *PARTS[2:])  # the parts where it is about law
THEMES = 10
WORDS = 120


@pytest.fixture(scope="module")
def sections():
    parts = re.split(r"^## (.+)\n", PAGE.read_text(encoding="utf-8").rsplit("\n*", 1)[0], flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_every_theme_has_its_parts_in_order(sections):
    assert len(sections) == THEMES
    for theme, text in sections.items():
        parts = re.findall(r"^- \*\*([^*:]+):\*\*\s+\S", text, re.MULTILINE)
        assert tuple(parts) == (LAW if theme == "Regulation" else PARTS), theme


def test_every_theme_is_short(sections):
    shown = {theme: re.sub(r"<!--.*?-->|\]\([^)]*\)", "", text) for theme, text in sections.items()}
    assert {theme: len(text.split()) for theme, text in shown.items() if len(text.split()) > WORDS} == {}


def test_claims_are_cited_by_their_titles_and_grades(sections):
    claims = {claim["title"]: claim["grade"] for claim in claims_of(read_claims()).values()}
    for theme, text in sections.items():
        cited = re.findall(r"\[([^\]]+)\]\(evidence\.md#[^)]+\)(?: \((\w)\)|, (\w)\))?", text)
        assert cited, f"{theme} cites no claim"
        for title, after, within in cited:
            assert claims.get(title) == (after or within), f"{theme}: {title}"


def test_the_theme_of_law_has_a_date(sections):
    assert re.search(r"As read in \w+ \d{4}; no legal advice\.", sections["Regulation"])
