"""Keep the registry and the pages in step with what the notebooks measured.

Numbers in playbook/*.md and README.md carry the id of their finding, `**0.33**<!-- collapse.survival.fresh_10 -->`.
Figures come from the cells tagged `figure-NAME` and stand in playbook/figures/NAME.png. Both are refreshed by
`python -m helpers notebooks --refresh`, and the tests fail when one is stale. `python -m helpers pages` does the same
from what the notebooks store, without running them. Both write playbook/evidence.md from playbook/claims.toml.
"""

import base64
import json
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import tomlkit

from helpers.course.evidence import evidence_page
from helpers.course.findings import MIME, load_findings, read_findings, show_number

__all__ = [
    "all_notebooks",
    "compare_stored_with_registry",
    "main",
    "notebook_name",
    "refresh",
    "stale_figures",
    "stale_numbers",
    "stored_findings",
    "write_whole",
]

ROOT = Path(__file__).parents[2]
# a number of a page with the id of its finding: **0.33**<!-- collapse.survival.fresh_10 -->
NUMBER = re.compile(r"(?:\*\*([^*\n]+)\*\*)?<!--\s*([a-z0-9_]+(?:\.[a-z0-9_]+)+)\s*-->")
FIGURE_TAG = "figure-"


def all_notebooks(root: Path = ROOT) -> list[Path]:
    """Every notebook of a checkout with the solutions, sorted.

    Parameters
    ----------
    root : path

    Returns
    -------
    list of paths
    """
    folder = root / "notebooks"
    return sorted([*folder.glob("*.ipynb"), *(folder / "solutions").glob("*.ipynb")])


def notebook_name(path: Path, root: Path) -> str:
    """What a notebook is called in the registry: `00_start_here`, or `solutions/00_start_here`.

    Parameters
    ----------
    path, root : paths

    Returns
    -------
    str
    """
    return path.relative_to(root / "notebooks").with_suffix("").as_posix()


def write_whole(path: Path, text: str) -> None:
    """Write a text file so that it is either the old one or the new one, whole.

    Parameters
    ----------
    path : path
    text : str
    """
    draft = path.with_name(f".{path.name}.new")
    try:
        draft.write_text(text, encoding="utf-8", newline="\n")
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def stored_findings(notebook: dict) -> list[dict]:
    """What the findings of a notebook emitted, in order.

    Parameters
    ----------
    notebook : dict
        A notebook with outputs.

    Returns
    -------
    list of dict
        Each with `id`, and either `word` or `value`, `low`, `high`, `repeats`.

    Examples
    --------
    >>> data = {"application/vnd.kit.finding+json": {"id": "a.b", "word": "better"}}
    >>> stored_findings({"cells": [{"outputs": [{"data": data}]}]})
    [{'id': 'a.b', 'word': 'better'}]
    """
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    return [output["data"][MIME] for output in outputs if MIME in output.get("data", {})]


def main(argv: Sequence[str] = (), root: Path = ROOT) -> int:
    """The command `python -m helpers pages`.

    Parameters
    ----------
    argv : sequence of str
        Empty.
    root : path
        The checkout.

    Returns
    -------
    int
        0, or 1 when a finding or a claim has to be corrected first; the reason is printed.
    """
    if argv:
        print(f"pages takes nothing, and got: {' '.join(argv)}", file=sys.stderr)
        return 1
    try:
        print("\n".join(refresh(root)) or "Every page is up to date.")
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def refresh(root: Path = ROOT) -> list[str]:
    """Bring the stored values into the registry, and the registry's values into the pages.

    Parameters
    ----------
    root : path

    Returns
    -------
    list of str
        What was changed, one line each.

    Raises
    ------
    ValueError
        When an entry would be no longer right, as with a value outside its band. Nothing is written then.
    """
    registry = root / "playbook" / "findings.toml"
    before = load_findings(registry)
    document = tomlkit.parse(registry.read_text(encoding="utf-8"))
    for _, data in _stored(root):
        if data["id"] in before:
            document[data["id"]]["value"] = data.get("word", data.get("value"))
    draft = registry.with_name(".findings.toml")
    try:
        write_whole(draft, tomlkit.dumps(document))
        after = load_findings(draft)
        os.replace(draft, registry)
    finally:
        draft.unlink(missing_ok=True)
    changed = [f"{id}: {before[id]['value']} is now {after[id]['value']}" for id in after if after[id] != before[id]]
    return changed + _refresh_evidence(root) + _refresh_pages(root, after) + _refresh_figures(root)


def stale_numbers(root: Path = ROOT) -> list[str]:
    """What is wrong with the numbers that the pages tie to a finding.

    Parameters
    ----------
    root : path

    Returns
    -------
    list of str
        One line for each number that is unknown, stale, not in bold, or measured by no notebook's stored outputs, and
        one when playbook/evidence.md is not what playbook/claims.toml makes.
    """
    entries = read_findings(root / "playbook" / "findings.toml")
    measured = {data["id"] for _, data in _stored(root)}
    problems = []
    for path in _pages(root):
        text = path.read_text(encoding="utf-8")
        for found in NUMBER.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            if flaw := _stale(found[1], found[2], entries, measured):
                problems.append(f"{path.relative_to(root).as_posix()}:{line}: {flaw}")
    return problems + ["playbook/evidence.md is stale; run python3 -m helpers pages."] * (
        _new_evidence(root) is not None
    )


def stale_figures(root: Path = ROOT) -> list[str]:
    """Figures of the pages that are not the ones that the notebooks store.

    Parameters
    ----------
    root : path

    Returns
    -------
    list of str
        One line for each picture in playbook/figures that is missing, stale, or made by no notebook.

    Raises
    ------
    ValueError
        When a tagged cell stores no picture, or more than one.
    """
    wanted = _stored_figures(root)
    there = set((root / "playbook" / "figures").glob("*.png"))
    problems = [f"{path.name}: missing" for path in wanted if path not in there]
    problems += [f"{path.name}: stale" for path in wanted if path in there and path.read_bytes() != wanted[path]]
    return problems + [f"{path.name}: no notebook makes it" for path in sorted(there - set(wanted))]


def compare_stored_with_registry(root: Path = ROOT) -> list[str]:
    """Where the stored outputs of the notebooks and the registry say different things.

    Parameters
    ----------
    root : path

    Returns
    -------
    list of str
        One line for each finding that differs in what a reader sees, is measured by another notebook, twice or not at
        all, or is not registered.
    """
    entries = read_findings(root / "playbook" / "findings.toml")
    stored = _stored(root)
    problems = [flaw for name, data in stored if (flaw := _difference(name, data, entries.get(data["id"])))]
    ids = [data["id"] for _, data in stored]
    problems += [f"{id}: measured {ids.count(id)} times; keep one" for id in sorted(set(ids)) if ids.count(id) > 1]
    return problems + [f"{id}: registered, but no notebook's stored outputs have it" for id in entries if id not in ids]


# ---- what the notebooks stored


def _stored(root: Path) -> list[tuple[str, dict]]:
    """Notebook and data of every finding in the stored outputs."""
    notebooks = {
        notebook_name(path, root): json.loads(path.read_text(encoding="utf-8")) for path in all_notebooks(root)
    }
    return [(name, data) for name, notebook in notebooks.items() for data in stored_findings(notebook)]


def _difference(name: str, data: dict, entry: dict | None) -> str | None:
    id = data["id"]
    if entry is None:
        return f"{id}: measured by {name} but not registered"
    if entry["notebook"] != name:
        return f"{id}: measured by {name}, registered for {entry['notebook']}"
    stored, registered = (show_number(entry, value) for value in (data.get("word", data.get("value")), entry["value"]))
    return None if stored == registered else f"{id}: {name} shows {stored}, the registry has {registered}"


def _stored_figures(root: Path) -> dict[Path, bytes]:
    """Where each tagged figure belongs, and its picture."""
    figures = {}
    for path in all_notebooks(root):
        for cell in _load(path)["cells"]:
            for tag in cell["metadata"].get("tags", []):
                if tag.startswith(FIGURE_TAG):
                    target = root / "playbook" / "figures" / f"{tag.removeprefix(FIGURE_TAG)}.png"
                    figures[target] = _picture(cell, f"{path.name}: the cell tagged {tag}")
    return figures


def _load(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def _picture(cell: dict, where: str) -> bytes:
    pictures = [
        output["data"]["image/png"] for output in cell.get("outputs", []) if "image/png" in output.get("data", {})
    ]
    if len(pictures) != 1:
        raise ValueError(f"{where} must store exactly one picture; it stores {len(pictures)}. Run the notebook.")
    return base64.b64decode("".join(pictures[0]))


# ---- pages


def _new_evidence(root: Path) -> str | None:
    """The page that the claims make, when it is not the one that is there."""
    if not (root / "playbook" / "claims.toml").exists():
        return None
    page, new = root / "playbook" / "evidence.md", evidence_page(root)
    return None if page.exists() and page.read_text(encoding="utf-8") == new else new


def _refresh_evidence(root: Path) -> list[str]:
    if (new := _new_evidence(root)) is None:
        return []
    write_whole(root / "playbook" / "evidence.md", new)
    return ["playbook/evidence.md: written anew from playbook/claims.toml"]


def _pages(root: Path) -> list[Path]:
    readme = root / "README.md"
    return sorted((root / "playbook").glob("*.md")) + ([readme] if readme.exists() else [])


def _stale(shown: str | None, id: str, entries: dict[str, dict], measured: set[str]) -> str | None:
    if id not in entries:
        return f"{id} is not in playbook/findings.toml"
    if id not in measured:
        return f"{id} is measured by no notebook's stored outputs"
    right = show_number(entries[id], entries[id]["value"])
    if shown is None:
        return f"{id} has no number in bold before it; write **{right}**<!-- {id} -->"
    return None if shown == right else f"{id} is {right}, the page says {shown}"


def _refresh_pages(root: Path, entries: dict[str, dict]) -> list[str]:
    changed = []

    def current(found: re.Match) -> str:
        if found[1] is None or found[2] not in entries:
            return found[0]
        right = show_number(entries[found[2]], entries[found[2]]["value"])
        if right != found[1]:
            changed.append(f"{path.relative_to(root).as_posix()}: {found[1]} is now {right} ({found[2]})")
        return f"**{right}**" + found[0].removeprefix(f"**{found[1]}**")

    for path in _pages(root):
        text = path.read_text(encoding="utf-8")
        if (new := NUMBER.sub(current, text)) != text:
            write_whole(path, new)
    return changed


def _refresh_figures(root: Path) -> list[str]:
    stale = stale_figures(root)
    for target, picture in _stored_figures(root).items():
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(picture)
    return stale
