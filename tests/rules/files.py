"""What the rules read: the files of a checkout, the cells of its notebooks, markdown without its code."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path


def tracked(root: Path) -> list[Path]:
    """Tracked files, and those that a person could commit next."""
    try:
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout.decode().split("\0")
        paths = [root / name for name in listed if name]
    except (OSError, subprocess.CalledProcessError):
        # a checkout that came as an archive: what is built stands in folders with a dot, or is Python's own
        built = re.compile(r"(^|/)(\.|__pycache__/)")
        paths = [path for path in root.rglob("*") if not built.search(name(path, root))]
    return sorted({path for path in paths if path.is_file()})


def files(root: Path, *suffixes: str) -> list[Path]:
    """The files that must keep the rules: all but the bad examples; only those with one of the suffixes, if any."""
    kept = [path for path in tracked(root) if root / "tests" / "bad" not in path.parents]
    return [path for path in kept if not suffixes or path.suffix in suffixes]


def name(path: Path, root: Path) -> str:
    """How a problem names a file."""
    return path.relative_to(root).as_posix()


def cells(path: Path) -> list[dict]:
    """The cells of a notebook, each with its `source` as one text and with `outputs`."""
    read = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [{"outputs": [], "metadata": {}, **cell, "source": "".join(cell["source"])} for cell in read]


def prose(cell: dict) -> bool:
    """Whether a cell is markdown."""
    return cell["cell_type"] == "markdown"


def without_code(markdown: str) -> str:
    """Markdown in which every letter of code is an x, so that lines and columns stay."""
    return re.sub(r"^```.*?^```|`[^`\n]+`", lambda code: re.sub(r"[^\n`]", "x", code[0]), markdown, flags=re.M | re.S)


def texts(root: Path) -> Iterator[tuple[Path, str, str]]:
    """Every markdown file and every markdown cell: path, what a problem names it by, text."""
    for path in files(root, ".md"):
        yield path, name(path, root), path.read_text(encoding="utf-8")
    for path in files(root, ".ipynb"):
        for number, cell in enumerate(cells(path), 1):
            if prose(cell):
                yield path, f"{name(path, root)}:cell {number}", cell["source"]
