"""No human sentence is committed: 8 words in a row of one stand in no file of the checkout.

Found sentences are named by their id and never printed.
"""

import csv
import html
import json
import re
import textwrap
import tomllib
import unicodedata
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from rules.files import tracked

from helpers.course.datasets import DOMAINS, rated_sentences
from helpers.course.save import TAG

ROOT = Path(__file__).parents[1]
MACHINE_WRITTEN = ROOT / "datasets" / "machine_written"
WINDOW = 8


class Quiet(dict):
    """Windows of human text, which a failing test must not print."""

    def __repr__(self) -> str:
        return f"<{len(self)} windows of human text>"


class QuietText(str):
    """A human sentence, which a failing test must not print."""

    def __repr__(self) -> str:
        return "<a human sentence>"


def words(text: str) -> list[str]:
    """Lower-case words without accents and apostrophes; the escapes of JSON and of code are undone."""
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), text)
    text = re.sub(r"\\[nrt]", " ", text)
    text = unicodedata.normalize("NFKD", text.lower())
    return re.findall(r"[^\W_]+", re.sub(r"['’‘`\u0300-\u036f]", "", text))


def windows(text: str) -> set[str]:
    """Every run of eight words."""
    found = words(text)
    return {" ".join(found[start : start + WINDOW]) for start in range(len(found) - WINDOW + 1)}


def windows_of_file(content: bytes) -> set[str]:
    """Eight words in a row of a file as it stands, and with its markup taken out."""
    utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = content.decode("utf-16" if utf16 else "utf-8", errors="replace")
    return windows(text) | windows(re.sub(r"<[^<>]{0,300}>", " ", html.unescape(text)))


@pytest.fixture(scope="module")
def human() -> Quiet:
    """Window -> the id of a human sentence that has it."""
    found = Quiet()
    for domain in DOMAINS:
        table = rated_sentences(domain)
        for item, text in zip(table["item"], table["text"], strict=True):
            found.update(dict.fromkeys(windows(text), f"{domain}:{item}"))
    return found


@pytest.fixture(scope="module")
def sentence(human) -> str:
    """A human sentence, taken at run time, long enough to be found and plain enough to be typed in any file."""
    texts = rated_sentences("movies")["text"]
    return QuietText(next(text for text in texts if len(words(text)) > 20 and "," in text and "'" in text))


def found_in(content: bytes, human: dict[str, str]) -> set[str]:
    return {human[window] for window in windows_of_file(content) & human.keys()}


def machine_rows() -> dict[str, str]:
    """The id and the whole row of every machine-written sentence."""
    rows = {}
    for name, keys in {"chains.csv": ("chain", "generation", "n"), "reviews.csv": ("id",)}.items():
        with (MACHINE_WRITTEN / name).open(encoding="utf-8", newline="") as file:
            rows.update({":".join(row[key] for key in keys): row["text"] for row in csv.DictReader(file)})
    return rows


def test_the_files_that_are_searched_are_those_of_the_kit():
    searched = {path.relative_to(ROOT).as_posix() for path in tracked(ROOT)}
    assert {"tests/test_human_text.py", "helpers/__main__.py", "datasets/machine_written/chains.csv"} <= searched
    assert not [name for name in searched if name.startswith((".venv/", ".build/"))]


def test_no_file_holds_a_human_sentence(human):
    # machine-written rows are held to the catalog's list, in the next test
    allowed = set().union(*(windows(text) for text in machine_rows().values()))
    problems = []
    for path in tracked(ROOT):
        found = windows_of_file(path.read_bytes()) & human.keys()
        if path.parent == MACHINE_WRITTEN:
            found -= allowed
        if ids := sorted({human[window] for window in found}):
            problems.append(f"{path.relative_to(ROOT).as_posix()} holds words of {', '.join(ids[:5])} ({len(ids)} ids)")
    if problems:
        pytest.fail("human sentences must not be committed:\n" + "\n".join(problems), pytrace=False)


def test_machine_rows_that_share_words_are_the_ones_listed(human):
    with (ROOT / "datasets" / "catalog.toml").open("rb") as file:
        listed = tomllib.load(file)["machine_written"]["shares_words_with_human_text"]
    seen = {id for id, text in machine_rows().items() if windows(text) & human.keys()}
    assert len(listed) == len(set(listed)), "an id is listed twice"
    assert sorted(seen) == sorted(listed)


def test_stored_outputs_with_human_text_hold_the_placeholder_only():
    problems = []
    for path in tracked(ROOT):
        if path.suffix == ".ipynb":
            notebook = json.loads(path.read_text(encoding="utf-8"))
            problems += [f"{path.name}: {flaw}" for flaw in flaws_of_tagged(notebook)]
    assert not problems


def flaws_of_tagged(node) -> list[str]:
    """Tagged outputs, wherever they stand in a notebook, that hold more than the placeholder."""
    if isinstance(node, list):
        return [flaw for child in node for flaw in flaws_of_tagged(child)]
    if not isinstance(node, dict):
        return []
    if TAG in (node.get("metadata") or {}) and "data" in node:
        text = "".join(node["data"].get("text/plain", ""))
        is_placeholder = re.fullmatch(r"\[(\d+ )?human sentences?; run the cell\]", text)
        return [] if set(node["data"]) == {"text/plain"} and is_placeholder else [f"holds {sorted(node['data'])}"]
    return [flaw for child in node.values() for flaw in flaws_of_tagged(child)]


# ---- the search finds what it should: a sentence in a temporary file, in each disguise that a file gives it


def as_notebook(*cells) -> str:
    return nbformat.writes(new_notebook(cells=list(cells)))


DISGUISES = {
    "as it is": lambda text: f"# Notes\n{text}\n",
    "upper case": str.upper,
    "one word a line": lambda text: "\r\n".join(text.split()),
    "comment": lambda text: textwrap.fill(text, 30, initial_indent="    # ", subsequent_indent="    # "),
    "typographic": lambda text: text.replace("'", "’").replace(",", " — ").replace(" ", "\u00a0"),
    "without punctuation": lambda text: re.sub(r"[^\w\s]", "", text),
    "csv": lambda text: f'7,"{text}",2\n',
    "html": lambda text: f"<td>{html.escape(text).replace(' ', ' <b>', 3).replace(',', '</b>,<br/>')}</td>",
    "markdown": lambda text: " ".join(f"_{word}_" for word in text.split()),
    "json": lambda text: json.dumps({"text": text.replace(" ", "\n", 4).replace("'", "\u2019")}),
    "code": lambda text: "text = (\n" + "".join(f"    {part + ' '!r}\n" for part in textwrap.wrap(text, 30)) + ")\n",
    "notebook source": lambda text: as_notebook(new_markdown_cell(textwrap.fill(text, 25))),
    "notebook stream": lambda text: as_notebook(
        new_code_cell("1", outputs=[new_output("stream", text=textwrap.fill(text, 25))])
    ),
    "notebook html": lambda text: as_notebook(
        new_code_cell("1", outputs=[new_output("display_data", {"text/html": f"<p>{html.escape(text)}</p>"})])
    ),
    "a part": lambda text: " ".join(text.split()[3:14]),
}


@pytest.mark.parametrize("disguise", DISGUISES)
def test_the_search_finds(disguise, sentence, human, tmp_path):
    file = tmp_path / "file"
    file.write_text(DISGUISES[disguise](sentence), encoding="utf-8")
    # no plain assert: pytest would print the sentence with it
    if not found_in(file.read_bytes(), human):
        pytest.fail(f"{disguise}: not found", pytrace=False)


def test_the_search_finds_utf16(sentence, human):
    if not found_in(sentence.encode("utf-16"), human):
        pytest.fail("UTF-16: not found", pytrace=False)


def test_the_search_leaves_other_text_alone(human):
    assert not found_in(Path(__file__).read_bytes(), human)


def test_a_tagged_output_that_was_not_reduced_is_found():
    whole = new_output("display_data", {"text/plain": "a", "text/html": "b"}, metadata={TAG: 1})
    spoken = new_output("display_data", {"text/plain": "what a person wrote"}, metadata={TAG: 1})
    reduced = new_output("display_data", {"text/plain": "[1 human sentence; run the cell]"}, metadata={TAG: 1})
    notebook = new_notebook(cells=[new_code_cell("1", outputs=[whole, spoken, reduced])])
    assert len(flaws_of_tagged(notebook)) == 2
