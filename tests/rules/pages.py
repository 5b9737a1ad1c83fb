"""Rules for pages, tables, links, data, and for everything that is committed."""

import csv
import hashlib
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from helpers.course.findings import read_findings
from helpers.course.pages import NUMBER
from rules.files import cells, files, name, texts, without_code
from rules.notebooks import MEASURED, code, lessons

NO_DECISION = {"README.md", "evidence.md", "themes.md", "scaling.md", "glossary.md"}  # to look something up
NO_DECISION |= {"workshop.md", "checklists.md", "roles.md"}  # for a day, a wall, a person
PAGE_PARTS = ("**Applies**", "**Does not apply**", "## What you need", "## Steps", "## Worked example")
PAGE_PARTS += ("## How it goes wrong", "<details>", "## Open questions")
DECIDE = "| signal | threshold | action | evidence |"
EVIDENCE = ("measured", "published", "judgement")
TABLES = ("", "notebooks", "helpers", "playbook", "tests", "datasets")
ENTRIES = 10
CARD = {"title", "origin", "rows", "sha256", "source", "licence", "obtained", "used_in", "limits"}
# where the functions that load a data set are not named as the set
LOADERS = {
    "hutto": "ratings|rated_sentences|rated_by_both|movie_labels|prelabelled|MovieTask|read_own",
    "machine_reviews": "machine_reviews|movie_labels|MovieTask",
    "prelabels": "prelabels|prelabelled|movie_labels|MovieTask",
    "shown_to_model": "shown_to_model|movie_labels|MovieTask",
    "machine_ratings": "machine_ratings|rated_by_both|movie_labels|MovieTask",
    "own_table_example": "own_table_example|read_own",
    "predicted_distributions": "predicted_distributions|rated_by_both",
}
# The patterns are written so that they do not match themselves.
PRIVATE = {
    "a folder of somebody's computer": r"/home/\w|/Users/\w|/root/\w|\b[A-Za-z]:\\+Users\b",
    "a folder for temporary files": r"(?<![\w.])/tmp/\w",
    "the address of a package index": r"--(?:extra-)?index-url\b|\bpypi\.org/simple|\bfiles\.pythonhosted\.org",
    "a key": r"\bsk-[\w-]{20}|\bgh[pousr]_\w{20}|\bhf_[A-Za-z]{20}|\bAKIA[A-Z0-9]{12}|-BEGIN [A-Z ]*PRIVATE KEY-",
}
TEMPORARY_FOLDERS_ALLOWED = (".ci/", "tests/")  # scripts may name one, readers see neither


# ---- the playbook


def pages_have_their_parts(root: Path) -> Iterator[str]:
    """A playbook page has a question, an answer, its limits, steps, a table to decide by, and what would change it."""
    for path in sorted((root / "playbook").glob("*.md")):
        if path.name not in NO_DECISION:
            text, where = path.read_text(encoding="utf-8"), name(path, root)
            yield from (f"{where}: {flaw}" for flaw in [*_page(text), *_decide(text)])


def _page(text: str) -> Iterator[str]:
    paragraphs = [*text.strip().split("\n\n"), ""]
    if not re.fullmatch(r"# .+\?", paragraphs[0]):
        yield "the title is no question; a page answers one question of its reader."
    if not re.fullmatch(r"\*\*[^*]+\.\*\*", paragraphs[1]):
        yield "has no answer below the title; one paragraph in bold says it in a sentence."
    for part in PAGE_PARTS:
        if not re.search(rf"^{re.escape(part)}", text, re.MULTILINE):
            yield f"lacks {part}; every page has it, so that readers find their way."
    steps = re.search(r"^## Steps\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    if steps and not 1 <= len(re.findall(r"^\d+\. ", steps[1], re.MULTILINE)) <= 5:
        yield "has no numbered steps or more than 5; what is more belongs in a lesson."
    if not re.fullmatch(r"\*\w+ \d{4}\. What would change our mind: [^*]+\*", paragraphs[-2]):
        yield "does not end with `*Month year. What would change our mind: ...*`; a page says when it is out of date."


def _decide(text: str) -> Iterator[str]:
    table = re.search(r"^## Decide\n+(.+)\n\|[-| ]+\|\n((?:\|.*\n?)+)", text, re.MULTILINE)
    if not table or table[1] != DECIDE:
        yield f"has no `## Decide` with the table `{DECIDE}`."
        return
    for row in table[2].splitlines():
        evidence = row.strip("| ").split("|")[-1].strip()
        if not evidence.startswith(EVIDENCE):
            yield f"a row to decide by rests on {evidence!r}; evidence begins with {', '.join(EVIDENCE)}."


def bold_numbers_are_findings(root: Path) -> Iterator[str]:
    """A decimal fraction or percentage in bold, in README.md and the playbook, carries the id of its finding."""
    for path in _pages(root):
        text = path.read_text(encoding="utf-8")
        for bold in re.finditer(r"\*\*([^*]+)\*\*(<!--)?", text):
            if not bold[2] and (number := MEASURED.search(bold[1])):
                yield (
                    f"{_place(name(path, root), text, bold)}: {number[0]} is in bold without a finding. What is in "
                    "bold is measured; write the id behind it, **0.33**<!-- id -->, or take the bold away."
                )


def _pages(root: Path) -> list[Path]:
    """The pages that cite findings."""
    return [path for path in [root / "README.md", *sorted((root / "playbook").glob("*.md"))] if path.exists()]


def _place(where: str, text: str, found: re.Match) -> str:
    """Where something was found: the line of a file, the cell of a notebook."""
    return where if ":cell " in where else f"{where}:{text.count(chr(10), 0, found.start()) + 1}"


def findings_are_used(root: Path) -> Iterator[str]:
    """A finding is a sentence, and cited by a page or says why not (`uncited = "..."`)."""
    registry = root / "playbook" / "findings.toml"
    text = "".join(path.read_text(encoding="utf-8") for path in _pages(root))
    cited = {found[2] for found in NUMBER.finditer(text)}
    for id, entry in read_findings(registry).items():
        where = f"{name(registry, root)}: {id}"
        if id not in cited and not entry.get("uncited"):
            yield f'{where} is cited by no page; cite it, delete it, or say in a key why not: uncited = "why".'
        if id in cited and "uncited" in entry:
            yield f"{where} is cited by a page; delete its key `uncited`."
        if not re.fullmatch(r"[A-Z\d].*\.", entry.get("claim", "")):
            yield f"{where}: the claim is no sentence; begin it with a capital and end it with a full stop."


# ---- tables and links


def tables_name_what_is_there(root: Path) -> Iterator[str]:
    """A folder's README names everything in it, its tables nothing else, and the top has ten entries at most."""
    inside = [path.relative_to(root) for path in files(root)]
    top = {path.parts[0] for path in inside if path.parts[0][0] != "."}
    if len(top) > ENTRIES:
        yield f"README.md: {len(top)} files and folders at the top, at most {ENTRIES}; move one into a folder."
    for folder in TABLES:
        readme = root / folder / "README.md"
        entries = {path.relative_to(folder).parts[0] for path in inside if path.is_relative_to(folder)}
        if not entries:
            continue
        text = readme.read_text(encoding="utf-8") if readme.exists() else ""
        for entry in sorted(entries - {"README.md", "__init__.py"}):
            shown = re.escape(re.sub(r"\.(ipynb|csv)$", "", entry))  # notebooks and tables go by their names
            if entry[0] != "." and not re.search(rf"[`(\[]{shown}(?:\.ipynb|\.csv)?/?[`)\]]", text):
                yield f"{name(readme, root)}: does not name {entry}; a folder's README names all that is in it: add it."
        for line, row in enumerate(text.splitlines(), 1):
            first = re.sub(r"\]\([^)]*\)", "]", row.split("|")[1]) if row.startswith("|") else ""
            for each in re.findall(r"`([^`]+)`", first):
                if not any((readme.parent / f"{each}{suffix}").exists() for suffix in ("", ".ipynb")):
                    yield f"{name(readme, root)}:{line}: the table names {each}, which is not there; mend the row."


def links_lead_somewhere(root: Path) -> Iterator[str]:
    """A relative link leads to a file that is committed, an anchor to a heading, and a picture has words."""
    there = {folder for path in files(root) for folder in [path, *path.parents]}
    for path, where, text in texts(root):
        text = without_code(text)
        for found in re.finditer(r"!\[([^\[\]]*)\]\(|<img\b([^>]*)>", text):
            if not (found[1] or "").strip() and not re.search(r'\balt="[^"]', found[2] or ""):
                yield f"{_place(where, text, found)}: a picture without words; say in [...] or in alt what it shows."
        for found in re.finditer(r"\]\(([^()\s]+)\)|\b(?:src|href)=\"([^\"]+)\"", text):
            target, _, anchor = (link := found[1] or found[2]).partition("#")
            file = (path.parent / target).resolve() if target else path
            if re.match(r"[a-z]+:", target):
                continue
            if file not in there:
                yield f"{_place(where, text, found)}: the link {link} leads to no file that is committed; correct it."
            elif anchor and anchor not in _anchors(file):
                yield f"{_place(where, text, found)}: the link {link} leads to no heading; correct what follows the #."


def _anchors(path: Path) -> set[str]:
    """What links to the headings of a page, or of a notebook, end with."""
    if path.suffix == ".ipynb":
        headings = re.findall(r"^#+ (.+)", "\n".join(cell["source"] for cell in cells(path)), re.MULTILINE)
        return {heading.strip().replace(" ", "-") for heading in headings}
    if path.suffix != ".md":
        return set()
    headings = re.findall(r"^#+ (.+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


# ---- all that is committed


def nothing_private_is_committed(root: Path) -> Iterator[str]:
    """No path of somebody's computer, no address of a package index, no key in any text or notebook output.

    Scripts in .ci/ and the tests may name a folder for temporary files. Pictures and tables of data are not searched.
    """
    own = {"the folder of this checkout": rf"(?<![\w.]){re.escape(str(root))}(?![\w-])"}
    for path in files(root):
        allowed = name(path, root).startswith(TEMPORARY_FOLDERS_ALLOWED)
        for where, text in _searched(path, root):
            for what, pattern in {**PRIVATE, **own}.items():
                for found in re.finditer(pattern, text) if not (allowed and "temporary" in what) else ():
                    yield (
                        f"{_place(where, text, found)}: holds {what} ({found[0][:12]}...), which belongs to one "
                        "person or machine; take it out."
                    )


def _searched(path: Path, root: Path) -> Iterator[tuple[str, str]]:
    where = name(path, root)
    if path.suffix == ".ipynb":
        for number, cell in enumerate(cells(path), 1):
            for output in cell["outputs"]:
                output["data"] = {k: v for k, v in output.get("data", {}).items() if not k.startswith("image/")}
            yield f"{where}:cell {number}", json.dumps(cell, ensure_ascii=False)
    elif path.suffix not in (".png", ".csv"):
        yield where, path.read_text(encoding="utf-8", errors="replace")


def data_are_as_catalogued(root: Path) -> Iterator[str]:
    """Every data file has a whole entry in the catalog, a row and a card; rows, hash and `used_in` are true."""
    folder = root / "datasets"
    catalog = tomllib.loads((folder / "catalog.toml").read_text(encoding="utf-8"))
    sets = {id: card for id, card in catalog.items() if id != "machine_written"}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*.csv")}
    for file in sorted(there - {card.get("file") for card in sets.values()}):
        yield f"datasets/{file}: is not in datasets/catalog.toml; write an entry, a row and a card for it."
    for id, card in sets.items():
        flaws = _entry(card) or [*_file(card, folder), *_card(id, card, folder), *_users(id, card, root)]
        yield from (f"datasets/catalog.toml: {id} {flaw}" for flaw in flaws)


def _entry(card: dict) -> list[str]:
    flaws = [f"has no {key}; an entry has {', '.join(sorted(CARD))}." for key in sorted(CARD - set(card))]
    if card.get("origin", "human") not in ("human", "machine", "measured"):
        flaws.append(f"has the origin {card['origin']!r}; it is human, machine or measured.")
    flaws += [f"has an empty {key}; every set has one." for key in ("licence", "limits") if not card.get(key, True)]
    return flaws


def _file(card: dict, folder: Path) -> Iterator[str]:
    if "file" not in card:
        return
    path = folder / card["file"]
    if not path.exists():
        yield f"names {card['file']}, which is not there; correct it."
        return
    content = path.read_bytes().replace(b"\r\n", b"\n")  # as git may check it out on Windows
    if (found := hashlib.sha256(content).hexdigest()) != card["sha256"]:
        yield f"has another sha256 than its file ({found}); say in the card what changed, then correct it."
    rows = len([*csv.reader(content.decode().splitlines(keepends=True))]) - 1
    if rows != card["rows"]:
        yield f"has {card['rows']} rows by the catalog, {rows} in the file; correct it."


def _card(id: str, card: dict, folder: Path) -> Iterator[str]:
    readme = (folder / "README.md").read_text(encoding="utf-8")
    rows = card["rows"]
    if isinstance(rows, dict):  # of the sentences; `ratings` counts something else
        rows = sum(count for part, count in rows.items() if part != "ratings")
    row = rf"\| \[{id}\]\(#{id}\) \| .+ \| {rows:,} \| {card['origin']} \| "
    if not re.search(row, readme):
        yield f"has no row with {rows:,} rows and {card['origin']} in datasets/README.md; correct one."
    if f"\n## {id}\n" not in readme:
        yield f"has no card; write `## {id}` in datasets/README.md."


def _users(id: str, card: dict, root: Path) -> Iterator[str]:
    call = re.compile(rf"\b(?:{LOADERS.get(id, id)})\(")
    users = [path.stem for path in lessons(root) if any(call.search(cell["source"]) for _, cell in code(cells(path)))]
    if sorted(card["used_in"]) != users:
        yield f"is used in {users} and says {card['used_in']}; correct used_in."
