"""Rules for the notebooks, as they are stored."""

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

from helpers.course.pages import notebook_name
from rules.files import cells, name, prose, texts, without_code

CORE_CELLS, CELLS, BYTES = 20, 60, 500_000
MEDIAN, USUAL, LONGEST = 7, 10, 20  # lines of a code cell: the middle one, nine of ten, any
IMPORT = re.compile(r"(?:import|from) \w")
ALT = 40  # letters; `show_figure` refuses fewer
TOP = ("**Time**", "**Needs**", "**Runs on**")
CORE = {
    "The surprise": "what the reader did not expect, read off the figure",
    "**To discuss.**": "one question to talk about",
}
# Here readers put in data of their own: there is no surprise of ours, and no answer that we could check.
WORKBOOKS = {"08_your_data"}
NOT_IN_WORKBOOKS = ("## Go deeper",)
STAYS = "Nothing leaves this computer"
AFTER_CORE = ("## Go deeper", "## What this does not show", "## Summary", "**Next**")
EXERCISE = re.compile(r"^\*\*Exercise (\d\d[a-z])\.\*\*", re.MULTILINE)
PERCENT = r"\s?(?:%|per ?cent\b)"
# 0.83, .12, 1,797.5 or 3%; not 1, 8 x 8, 1,797 or 3.11.2
MEASURED = re.compile(rf"(?<![\w.,])(?:[\d,]*\.\d+(?:{PERCENT})?|[\d,]*\d{PERCENT})(?!\.?\w)")


def lessons(root: Path) -> list[Path]:
    """The lessons of a checkout."""
    return sorted((root / "notebooks").glob("[0-9]*.ipynb"))


def solutions(root: Path) -> list[Path]:
    """The notebooks with the solutions."""
    return sorted((root / "notebooks" / "solutions").glob("*.ipynb"))


def code(notebook: list[dict]) -> list[tuple[int, dict]]:
    """The code cells of a notebook with their numbers, counted from 1 over all cells."""
    return [(number, cell) for number, cell in enumerate(notebook, 1) if cell["cell_type"] == "code"]


def prose_of(notebook: list[dict]) -> str:
    """All markdown of some cells."""
    return "\n\n".join(cell["source"] for cell in notebook if prose(cell))


def syntax(cell: dict) -> ast.Module:
    """The syntax tree of a code cell, without its magics."""
    return ast.parse("\n".join(line for line in cell["source"].splitlines() if not line.startswith(("%", "!"))))


# ---- the parts of a lesson


def lessons_have_their_parts(root: Path) -> Iterator[str]:
    """A lesson has a question and a promise, knobs, a core with prediction and surprise, and a part to go deeper.

    A workbook, in which readers put in data of their own, has a prediction, and no surprise and no exercises.
    """
    for path in lessons(root):
        notebook = cells(path)
        end = next((n for n, cell in enumerate(notebook, 1) if "Here the core ends" in cell["source"]), None)
        parts = [_first_cell(notebook[0]), _knobs(notebook)]
        if path.stem in WORKBOOKS:
            parts += [_workbook(notebook, path, root)]
        else:
            parts += [_core(notebook, end, path), _rest(notebook, end, path, root)]
        for flaw in [flaw for part in parts for flaw in part]:
            yield f"{name(path, root)}:{flaw}"


def _first_cell(cell: dict) -> Iterator[str]:
    paragraphs = [*cell["source"].split("\n\n"), "", ""]
    if not re.fullmatch(r"# .+\?", paragraphs[0]):
        yield "cell 1: does not begin with a question; the title is the user's, as in `# Does it help?`."
    if paragraphs[1].startswith("**") or len(re.findall(r"[.?!](?=\s|$)", paragraphs[1])) != 1:
        yield "cell 1: has no promise below the title; say in a paragraph of one sentence what is measured."
    able = re.search(r"^\*\*You will be able to\*\*\n\n((?:- .+\n?)*)", cell["source"], re.MULTILINE)
    if not able or len(able[1].splitlines()) != 3:
        yield "cell 1: needs **You will be able to** and exactly 3 bullets, each beginning with a verb."
    for part in TOP:
        if part not in cell["source"]:
            yield f"cell 1: does not say {part}; a reader decides by it whether to begin."


def _knobs(notebook: list[dict]) -> Iterator[str]:
    tagged = [(number, cell) for number, cell in code(notebook) if "parameters" in cell["metadata"].get("tags", [])]
    if len(tagged) != 1:
        yield f"cell 1: has {len(tagged)} cells tagged `parameters`, must have one; put every knob there."
        return
    number, cell = tagged[0]
    names = _assigned(cell)
    if not all(isinstance(each, ast.Assign) for each in syntax(cell).body) or not all(map(str.isupper, names)):
        yield f"cell {number}: tagged `parameters`, holds more than NAME = value in capitals; move the rest below."
    if "SEED" not in names:
        yield f"cell {number}: tagged `parameters`, has no SEED; every draw of the notebook comes from it."


def _core(notebook: list[dict], end: int | None, path: Path) -> Iterator[str]:
    if end is None or end > CORE_CELLS + 1:
        yield (
            f"cell {end or 1}: *Here the core ends.* must follow after at most {CORE_CELLS} cells; move experiments "
            "below `## Go deeper`."
        )
    core = notebook[: end or CORE_CELLS]
    for words, meaning in CORE.items():
        if words not in prose_of(core):
            yield f"cell {end or 1}: the core has no {words!r}; it ends with {meaning}."
    if not any(id[:2] == path.name[:2] for id in EXERCISE.findall(prose_of(core))):
        yield f"cell {end or 1}: the core has no **Exercise {path.name[:2]}a.**; it ends with one."
    surprise = next((n for n, cell in enumerate(notebook, 1) if "The surprise" in cell["source"]), len(notebook))
    yield from _prediction(notebook, surprise, "before the surprise")


def _prediction(notebook: list[dict], last: int, where: str) -> Iterator[str]:
    guess = [n for n, cell in code(notebook) if "my_guess" in _assigned(cell)]
    if not guess or guess[0] > last:
        yield f"cell 1: no prediction {where}; let the reader type one: `my_guess = ...`."
    elif not any("my_guess" in cell["source"] for n, cell in code(notebook) if n > guess[0]):
        yield f"cell {guess[0]}: my_guess is never used again; compare it with what was measured."


def _workbook(notebook: list[dict], path: Path, root: Path) -> Iterator[str]:
    if STAYS not in notebook[0]["source"]:
        yield f"cell 1: does not say that the reader's data stay with the reader; begin a paragraph with {STAYS!r}."
    yield from _prediction(notebook, len(notebook), "in the workbook")
    yield from _end(notebook, path, root, [part for part in AFTER_CORE if part not in NOT_IN_WORKBOOKS])


def _assigned(cell: dict) -> set[str]:
    """The names that a cell sets at its top."""
    targets = [target for each in syntax(cell).body if isinstance(each, ast.Assign) for target in each.targets]
    return {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}


def _rest(notebook: list[dict], end: int | None, path: Path, root: Path) -> Iterator[str]:
    rest = notebook[(end or CORE_CELLS) - 1 :]
    yield from _end(notebook, path, root, AFTER_CORE, rest, [f"solutions/{path.name}"])
    if len(EXERCISE.findall(prose_of(rest))) < 2:
        yield f"cell {len(notebook)}: fewer than 2 exercises after the core; add one to *Go deeper*."


def _end(notebook: list[dict], path: Path, root: Path, parts, rest=None, more=()) -> Iterator[str]:
    """What every notebook ends with, and how long it may be."""
    last, rest = len(notebook), rest or notebook
    for part in parts:
        if not re.search(rf"^{re.escape(part)}", prose_of(rest), re.MULTILINE):
            yield f"cell {last}: {part!r} is missing after the core; every lesson has it."
    topic = path.stem.partition("_")[2]
    targets = ["../playbook/", *more]
    targets += [f"../helpers/{topic}.py"] if (root / "helpers" / f"{topic}.py").exists() else []
    for target in targets:
        if f"]({target}" not in prose_of(rest):
            yield f"cell {last}: no link to {target}; the reader goes on from there."
    if last > CELLS:
        yield f"cell {last}: {last} cells, at most {CELLS} are allowed; leave an experiment out, or make it a lesson."


# ---- cells and outputs


def cells_are_short(root: Path) -> Iterator[str]:
    """Code cells of a lesson are short: a median of 7 lines at most, 9 of 10 have 10, none over 20; imports aside."""
    for path in lessons(root):
        sizes = {
            n: len([line for line in cell["source"].splitlines() if line.strip() and not IMPORT.match(line)])
            for n, cell in code(cells(path))
        }
        for number, size in sizes.items():
            if size > LONGEST:
                yield f"{name(path, root)}:cell {number}: {size} lines, the limit is {LONGEST}; split the cell."
        long = sorted((size for size in sizes.values() if size > USUAL), reverse=True)
        if 10 * len(long) > len(sizes):
            yield (
                f"{name(path, root)}: {len(long)} of {len(sizes)} code cells have more than {USUAL} lines, one in ten "
                "may; split the longest."
            )
        if sizes and (median := statistics.median(sizes.values())) > MEDIAN:
            yield (
                f"{name(path, root)}: half of the code cells have {median:g} lines or more, {MEDIAN} is the limit; a "
                "cell does one thing that the next sentence reads."
            )


def figures_have_words(root: Path) -> Iterator[str]:
    """Every figure is shown by `show_figure`, which stores what it shows as alternative text."""
    for path in [*lessons(root), *solutions(root)]:
        for number, cell in code(cells(path)):
            if "plt.show(" in cell["source"]:
                yield f"{name(path, root)}:cell {number}: calls plt.show; call show_figure(ax, alt), which keeps words."
            for output in cell["outputs"]:
                for kind in (key for key in output.get("data", {}) if key.startswith("image/")):
                    if len(output.get("metadata", {}).get(kind, {}).get("alt", "")) < ALT:
                        yield (
                            f"{name(path, root)}:cell {number}: a picture without words; a figure is shown by "
                            "show_figure(ax, alt), alt says what the axes, lines and points do."
                        )


def notebooks_are_stored_whole(root: Path) -> Iterator[str]:
    """A notebook is stored as one run from top to bottom left it, without an error, in at most 500 kB."""
    for path in [*lessons(root), *solutions(root)]:
        notebook, where = code(cells(path)), name(path, root)
        if [cell.get("execution_count") for _, cell in notebook] != [*range(1, len(notebook) + 1)]:
            again = f"python3 -m helpers notebooks {notebook_name(path, root)}"
            yield f"{where}: not run once from top to bottom; run `{again}`."
        for number, cell in notebook:
            if any(output["output_type"] == "error" for output in cell["outputs"]):
                yield f"{where}:cell {number}: stores an error; mend the cell and run the notebook again."
        if (size := path.stat().st_size) > BYTES:
            yield f"{where}: {size:,} bytes, at most {BYTES:,} are allowed; show fewer rows or a smaller figure."


# ---- solutions and exercises


def solutions_lead_back(root: Path) -> Iterator[str]:
    """A solutions notebook is named and titled as its lesson, and links back to it."""
    for path in solutions(root):
        where, lesson = name(path, root), root / "notebooks" / path.name
        if not lesson.exists():
            yield f"{where}: there is no lesson of this name; rename it as its lesson."
            continue
        first = cells(path)[0]["source"]
        title = cells(lesson)[0]["source"].splitlines()[0] + " Solutions"
        if first.splitlines()[0] != title:
            yield f"{where}:cell 1: the title is not that of the lesson; write `{title}`."
        if f"](../{path.name})" not in first:
            yield f"{where}:cell 1: no link back; write `[the lesson](../{path.name})`."


def exercises_have_solutions(root: Path) -> Iterator[str]:
    """Every registered exercise is asked and checked in its lesson and solved in the solutions, and nothing else is."""
    registry = root / "helpers" / "course" / "exercises.py"
    calls = ast.walk(ast.parse(registry.read_text(encoding="utf-8")))
    registered = {id for call in calls if (id := _first_argument(call, "exercise"))}
    asked = [(id, path) for path in lessons(root) for id in EXERCISE.findall(prose_of(cells(path)))]
    checked = [(id, path) for path in lessons(root) for id, _ in _checked(path)]
    solved = [(id, path) for path in solutions(root) for id, answer in _checked(path) if answer != "..."]
    for id in sorted(registered | {id for id, _ in [*asked, *checked, *solved]}):
        if id not in registered:
            yield f"{name(registry, root)}: exercise {id} is used in a notebook and not registered; add it here."
            continue
        for done, places, folder in (("asked", asked, ""), ("checked", checked, ""), ("solved", solved, "solutions/")):
            found = [path for each, path in places if each == id]
            if len(found) != 1 or found[0].name[:2] != id[:2]:
                seen = ", ".join(name(path, root) for path in found) or "nowhere"
                yield (
                    f"{name(registry, root)}: exercise {id} is {done} in: {seen}. It must be once, in "
                    f"notebooks/{folder}{id[:2]}_*.ipynb."
                )


def _checked(path: Path) -> list[tuple[str, str]]:
    """Id and answer, as written, of every call of `check`."""
    calls = [call for _, cell in code(cells(path)) for call in ast.walk(syntax(cell))]
    return [(id, ast.unparse(call.args[1])) for call in calls if (id := _first_argument(call, "check"))]


def _first_argument(call: ast.AST, function: str) -> str | None:
    """The first argument when this is a call of the function with a text."""
    if isinstance(call, ast.Call) and getattr(call.func, "id", "") == function:
        return getattr(call.args[0], "value", None)
    return None


# ---- numbers


def prose_measures_nothing(root: Path) -> Iterator[str]:
    """No decimal fraction or percentage in a notebook's prose that is not in its code too.

    Measured numbers come from `finding` and from outputs, which are renewed by a run; prose is not. Free are headings,
    `code`, and numbers that a cell of the notebook sets or prints.
    """
    written = {path: "\n".join(cell["source"] for _, cell in code(cells(path))) for path in _notebooks(root)}
    for path, where, text in texts(root):
        if path not in written:
            continue
        text = re.sub(r"^#.*|\]\([^)]*\)", "", without_code(text), flags=re.MULTILINE)
        for found in MEASURED.finditer(text):
            if not _set_in(written[path], found[0]):
                yield (
                    f"{where}: the number {found[0]} looks measured. Prose is not renewed by a run: let finding() "
                    "or an output say it, or set it in a code cell."
                )


def _notebooks(root: Path) -> list[Path]:
    return [*lessons(root), *solutions(root)]


def _set_in(written: str, number: str) -> bool:
    """Whether code has the number: a fraction by its value, a percentage as it stands or as a fraction."""
    value = float(re.match(r"[\d,.]+", number)[0].replace(",", ""))
    values = {float(each) for each in re.findall(r"(?<![\w.])\d*\.?\d+(?![\w.])", written)}
    if re.search(PERCENT, number):
        return round(value / 100, 9) in values or number in written
    return value in values
