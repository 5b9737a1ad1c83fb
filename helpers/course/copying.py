"""List the files that are meant to be copied, and copy one of them into somebody's project.

What a file says about itself stands in its module docstring, and only there: the first sentence (what for), the line
that begins with `Needs:`, and, under `Three lines:`, the lines that use it.

Standard library only, because both commands work before anything is installed.
"""

import ast
import difflib
import errno
import keyword
import os
import re
import secrets
import shlex
import shutil
import sys
import textwrap
from pathlib import Path
from typing import NamedTuple

from helpers import __version__
from helpers.course import steps
from helpers.course.steps import COMMAND, CommandError, say

FOLDER = steps.ROOT / "helpers"
KEPT = ("course", "panels")
STAMP = f'Copied from "Synthetic or human?" {__version__}; keep this header.'


class Helper(NamedTuple):
    """A file to copy, as its header describes it.

    `needs` maps each package to the oldest version that will do, or to an empty text; `use` holds the three lines.
    """

    topic: str
    what_for: str
    needs: dict
    use: list
    text: str


def helpers(folder=FOLDER):
    """Return the files to copy, by topic.

    Parameters
    ----------
    folder : Path, optional
        Where they stand; by default in this checkout.

    Returns
    -------
    dict of str to Helper
        A file in `helpers/` without a `Needs:` line in its docstring is not meant to be copied and is left out.

    Raises
    ------
    CommandError
        If a file is damaged, or there is none.
    """
    read = [_read(file) for file in sorted(folder.glob("*.py")) if not file.name.startswith("__")]
    found = {helper.topic: helper for helper in read if helper}
    if not found:
        raise CommandError(f"{folder} holds no file to copy. To bring them back, run: git restore helpers")
    return found


def show(arguments):
    """Print a table of the files to copy.

    Parameters
    ----------
    arguments : list of str
        Empty.

    Returns
    -------
    int
        0.

    Raises
    ------
    CommandError
        If there are arguments, or a file is damaged.
    """
    if arguments:
        raise CommandError(f"list takes nothing, and got: {' '.join(arguments)}. To copy a file: {_example()}")
    print_anything()
    rows = [("topic", "what for", "needs", "lines")]
    for helper in helpers().values():
        needs = ", ".join(helper.needs) or "nothing"
        rows.append((helper.topic, helper.what_for, needs, str(len(helper.text.splitlines()))))
    say(_table(rows, min(shutil.get_terminal_size().columns, 120)))
    say(f"\nTo copy one: {_example()}")
    return 0


def copy(arguments):
    """Copy a file, whole or not at all, with the kit's version in its header; say what it needs and how to use it.

    Parameters
    ----------
    arguments : list of str
        A topic and a folder (or a path that ends in `.py`); `--force` replaces a file that is there.

    Returns
    -------
    int
        0.

    Raises
    ------
    CommandError
        If the topic is unknown or not meant to be copied, or the place cannot take the file.
    """
    force = "--force" in arguments
    rest = [argument for argument in arguments if argument != "--force"]
    if len(rest) != 2 or any(argument.startswith("-") for argument in rest):
        got = " ".join(arguments) or "nothing"
        raise CommandError(f"copy takes a topic, a place and, if you like, --force, and got: {got}. Try: {_example()}")
    helper = _find(rest[0])
    place = _place(helper, rest[1], force)
    use = _named(helper, place.stem)
    _write(place, _stamped(helper, use).encode())
    _explain(helper, place, use)
    return 0


def print_anything():
    """Let a terminal that lacks a letter of a path show a stand-in for it instead of stopping the command."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")


def _example():
    return f"{COMMAND} copy trials ../my_project"


def _read(file):
    """Return what a file says about itself, or None when it is not meant to be copied."""
    text = file.read_text(encoding="utf-8", errors="surrogateescape")
    try:
        docstring = ast.get_docstring(ast.parse(text.encode("utf-8", "surrogateescape"))) or ""
    except (SyntaxError, ValueError) as problem:
        where = f" (line {problem.lineno})" if getattr(problem, "lineno", None) else ""
        raise CommandError(
            f"helpers/{file.name} is damaged: Python cannot read it{where}. "
            f"To bring the original back, run: git restore helpers/{file.name}"
        ) from None
    needs = re.search(r"^Needs: (.*?)\.(?:\s|$)", docstring, re.MULTILINE | re.DOTALL)
    if not needs:
        return None
    wanted = re.findall(r"([A-Za-z][\w.-]*)(?: (\d[\w.]*))?(?:,|$)", " ".join(needs[1].split()))
    packages = {} if needs[1] == "the standard library" else {k: v for k, v in wanted if k != "newer"}
    first = re.match(r"(.*?)[.?!](?:\s|$)", docstring, re.DOTALL)
    use = re.search(r"^Three lines:\n\n?((?:    .*\n?)+)", docstring, re.MULTILINE)
    lines = textwrap.dedent(use[1]).splitlines() if use else []
    return Helper(file.stem, " ".join((first[1] if first else docstring).split()), packages, lines, text)


def _table(rows, width):
    """Lay rows of four texts out in columns, with the longer texts wrapped so that the table fits the width."""
    topic, lines = (max(len(row[column]) for row in rows) for column in (0, 3))
    needs = max(16, (width - topic - lines) // 3)
    widths = topic, max(24, width - topic - lines - needs - 6), needs, lines
    printed = []
    for row in rows:
        cells = [textwrap.wrap(text, size) for text, size in zip(row, widths, strict=True)]
        for place in range(max(map(len, cells))):
            parts = [cell[place] if place < len(cell) else "" for cell in cells]
            parts = [part.ljust(size) for part, size in zip(parts[:3], widths, strict=False)] + [parts[3].rjust(lines)]
            printed.append("  ".join(parts).rstrip())
    return "\n".join(printed)


def _find(name):
    """Return the helper that a user names as `trials`, `trials.py` or `helpers/trials.py`."""
    found = helpers()
    topic = name.replace("\\", "/").removeprefix("helpers/").removesuffix(".py").strip("/")
    if topic in found:
        return found[topic]
    listed = ", ".join(found)
    first, _, file = topic.replace(".", "/").rpartition("/")
    if topic in KEPT or first in KEPT or any((FOLDER / part / f"{file}.py").exists() for part in KEPT if not first):
        raise CommandError(
            f"'{name}' belongs to the lessons: it leans on other files of the kit, so a copy of it would not work "
            f"alone. What can be copied: {listed}."
        )
    close = difflib.get_close_matches(topic, found, 1, 0.4)
    hint = f" Did you mean '{close[0]}'?" if close else ""
    raise CommandError(f"There is no file to copy named '{name}'.{hint} What can be copied: {listed}.")


def _place(helper, wish, force):
    """Return the file to write, after checking that it may be written."""
    wished = Path(os.path.expanduser(wish))
    is_file = wished.suffix == ".py" and not wished.is_dir()
    place = wished if is_file else wished / f"{helper.topic}.py"
    if place.parent.exists() and not place.parent.is_dir():
        raise CommandError(f"{place.parent} is a file. Name a folder, or a path that ends in .py.")
    if not place.parent.exists():
        make = f'mkdir "{place.parent}"' if os.name == "nt" else f"mkdir -p {shlex.quote(str(place.parent))}"
        raise CommandError(
            f"There is no folder {place.parent}. Correct the name, or make it ({make}), and run the same command again."
        )
    _check_the_name(helper, place)
    if FOLDER.resolve() in place.resolve().parents:
        raise CommandError(f"{place} lies in the kit's own folder of helpers. Name a folder of your project.")
    if place.is_dir():
        raise CommandError(f"{place} is a folder. Name another place, or move that folder away.")
    if os.path.lexists(place) and not force:
        raise CommandError(
            f"{place} exists already and was left as it is. To replace it, run the same command with --force; what "
            "you changed in it is then lost."
        )
    return place


def _check_the_name(helper, place):
    """Stop when a file of that name could not be imported, or would hide what it needs itself."""
    name = place.stem
    if not name.isidentifier() or keyword.iskeyword(name):
        raise CommandError(
            f"Python could not import a file named {place.name}. Use letters, digits and _, such as "
            f"my_{helper.topic}.py."
        )
    if name in sys.stdlib_module_names or name in helper.needs:
        raise CommandError(
            f"A file named {place.name} would hide the module {name} from Python. Name it otherwise, such as "
            f"my_{helper.topic}.py."
        )


def _named(helper, name):
    """Return the three lines for a file that goes by this name."""
    return [re.sub(rf"\b{helper.topic}\b", name, line) for line in helper.use]


def _stamped(helper, use):
    """Return the file's text with the kit's version at the end of the docstring, and the three lines as given."""
    docstring = ast.parse(helper.text).body[0].value
    lines = helper.text.splitlines(keepends=True)
    last = lines[docstring.end_lineno - 1].encode()
    quotes = docstring.end_col_offset - 3
    before = "".join(lines[: docstring.end_lineno - 1]) + last[:quotes].decode()
    after = last[quotes:].decode() + "".join(lines[docstring.end_lineno :])
    for old, new in zip(helper.use, use, strict=True):
        before = before.replace(f"\n    {old}\n", f"\n    {new}\n", 1)
    return f"{before.rstrip()}\n\n{STAMP}\n{after}"


def _write(place, content):
    """Put a file in its place in one step, so that nobody ever sees half of it."""
    part = place.with_name(f".{place.name}.{secrets.token_hex(4)}.part")
    try:
        try:
            part.write_bytes(content)
            os.replace(part, place)
        finally:
            part.unlink(missing_ok=True)
    except OSError as problem:
        raise CommandError(_why_not(problem, place)) from None


def _why_not(problem, place):
    """Say why a file could not be written; nothing of it is there."""
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk that holds {place.parent} is full. Free some room and run the same command again."
    if problem.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return f"{place.parent} cannot be written to. Name a folder of your own."
    return steps.sentence_for(OSError(problem.errno, problem.strerror, str(place)))


def _explain(helper, place, use):
    """Print where the file went, what it needs, and the three lines that use it."""
    print_anything()
    say(f"{helper.topic} {__version__} is now in {place}")
    if helper.needs:
        wishes = [f'"{name}>={version}"' if version else name for name, version in helper.needs.items()]
        pip = "py -m pip" if os.name == "nt" else "python3 -m pip"
        say(f"\nWhat it needs, to be run in your project's environment:\n\n    {pip} install {' '.join(wishes)}")
    else:
        say("\nIt needs no packages.")
    if use:
        say("\nThree lines that use it; from the file's folder they run as they are, with made-up numbers:\n")
        say(textwrap.indent("\n".join(use), "    "))
        say("\nPut your own data in their place.", end=" ")
    say(f"help({place.stem}) explains every function, and says when to stop using it.")
