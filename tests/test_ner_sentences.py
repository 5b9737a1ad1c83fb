"""The machine-written sentences with names: the markup is whole, and no sentence repeats another."""

import csv
import re
from collections import Counter
from pathlib import Path

FILE = Path(__file__).parents[1] / "datasets" / "ner_sentences.csv"
with FILE.open(encoding="utf-8", newline="") as stream:
    ROWS = list(csv.DictReader(stream))
MARKED = re.compile(r"\[([^\[\]|]+)\|([^\[\]|]+)\]")


def names(text: str) -> list[tuple[str, str]]:
    return MARKED.findall(text)


def tokens(text: str) -> list[str]:
    return MARKED.sub(r"\1", text).split(" ")


def test_rows_and_ids():
    assert list(ROWS[0]) == ["id", "text"]
    assert [row["id"] for row in ROWS] == [f"S{number:03d}" for number in range(1, 241)]


def test_the_markup_is_whole():
    for row in ROWS:
        assert not set("[]|") & set("".join(tokens(row["text"]))), f"{row['id']}: a bracket or bar is left over"
        assert not re.search(r"\S\[|\]\S", row["text"]), f"{row['id']}: a name must be a token of its own"


def test_kinds_and_length_of_names():
    found = [name for row in ROWS for name in names(row["text"])]
    assert Counter(kind for _, kind in found) == {"PER": 117, "LOC": 113, "ORG": 76}
    assert all(1 <= len(words.split(" ")) <= 3 for words, _ in found)
    assert all(len(names(row["text"])) <= 4 for row in ROWS)
    assert sum(not names(row["text"]) for row in ROWS) == 25


def test_names_stand_apart():
    """Two names of one kind without a word between them would be one name to a tagger without B and I."""
    assert not [row["id"] for row in ROWS if "] [" in row["text"]]


def test_most_names_stand_once():
    seen = Counter(words for row in ROWS for words, _ in names(row["text"]))
    assert max(seen.values()) <= 3
    assert sum(count > 1 for count in seen.values()) <= 8


def test_tokens():
    for row in ROWS:
        words = tokens(row["text"])
        assert 5 <= len(words) <= 25, row["id"]
        assert all(words), f"{row['id']}: tokens are separated by single spaces"
        for word in words:
            inner = word == "'s" or re.fullmatch(r"\w+([-.]\w+)*", word) or re.fullmatch(r"[.,;:!?%&-]", word)
            assert inner, f"{row['id']}: punctuation must be a token of its own: {word!r}"


def test_no_eight_words_in_a_row_stand_twice():
    seen: dict[tuple[str, ...], str] = {}
    for row in ROWS:
        words = [word.lower() for word in tokens(row["text"])]
        for start in range(len(words) - 7):
            window = tuple(words[start : start + 8])
            assert window not in seen, f"{row['id']} repeats 8 words of {seen[window]}"
            seen[window] = row["id"]
