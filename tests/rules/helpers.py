"""Rules for the code in helpers/."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from helpers.course import copying
from rules.files import files, name

PACKAGES = {
    "PIL": "pillow",
    "imblearn": "imbalanced-learn",
    "sklearn": "scikit-learn",
}  # where a package is imported by another name than its own
NOT_PURE = {"matplotlib", "seaborn", "plotly", "random"}
PURE = {"matplotlib.get_data_path"}  # where its fonts are; it draws nothing
EFFECTS = {"print", "input", "open", "write_text", "write_bytes", "to_csv", "savefig"}
WRITES = {"review.py"}  # it keeps a person's decisions in a file, at the path that it is given
OLD_RANDOM = re.compile(r"(?:np|numpy)\.random\.(?!Generator|default_rng|SeedSequence|BitGenerator)(\w+)")
HEADER = {
    "when to stop using it": r"^Stop using it\b",
    "its sources": r"^Sources: ",
    "what it needs": r"^Needs: ",
    "its licence": r"\bLicence: \w",
}
FILE_LINES, FILE_CODE, FUNCTION_CODE, PANEL_CODE = 700, 400, 40, 30

Function = ast.FunctionDef | ast.AsyncFunctionDef


def topics(root: Path) -> list[Path]:
    """The files that are meant to be copied."""
    return sorted(path for path in (root / "helpers").glob("*.py") if not path.name.startswith("__"))


def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


# ---- alone


def bare(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run Python in a folder: nothing of ours in the variables, and the kit itself cannot be imported."""
    (folder / "helpers.py").write_text("raise ImportError('the kit is not here')\n")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("KIT_", "PYTHON"))}
    return subprocess.run([sys.executable, *arguments], cwd=folder, env=kept, capture_output=True, text=True)


def helpers_stand_alone(root: Path) -> Iterator[str]:
    """A file to copy is imported, and its examples run, in an empty folder and a bare process."""
    for path in topics(root):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(path, folder)
            done = bare(Path(folder), "-m", "doctest", path.name)
        if done.stderr:
            why = f"cannot be imported ({done.stderr.splitlines()[-1]}); put into the file what it takes from the kit"
        elif line := re.search(r"line (\d+)", done.stdout):
            why = f"the example at line {line[1]} fails; run `python -m doctest {path.name}` in its folder"
        if done.returncode:
            yield f"{name(path, root)}: {why}. A file to copy works alone in an empty folder."


# ---- imports


def imported(path: Path, root: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that a file imports."""
    package = path.relative_to(root).parent.parts
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def imports_point_the_right_way(root: Path) -> Iterator[str]:
    """A topic helper imports what its header declares and nothing of the kit; course/ neither panels nor topics."""
    headers = copying.helpers(root / "helpers")
    for path in topics(root):
        yield from _undeclared(path, root, set(headers[path.stem].needs) if path.stem in headers else set())
    for path in sorted((root / "helpers" / "course").glob("*.py")):
        for line, module in imported(path, root):
            if module.startswith("helpers.") and module.split(".")[1] in {"panels", *headers}:
                yield (
                    f"{name(path, root)}:{line}: imports {module}. course/ imports neither panels/ nor a topic helper, "
                    "so that nothing runs back up; move the code, or hand the value over as an argument."
                )


def _undeclared(path: Path, root: Path, needs: set[str]) -> Iterator[str]:
    seen = set()
    for line, module in imported(path, root):
        package = PACKAGES.get(top := module.partition(".")[0], top)
        seen.add(package)
        if package not in needs | sys.stdlib_module_names:
            yield (
                f"{name(path, root)}:{line}: imports {top}, which is not in its header. A file to copy imports the "
                "standard library and the packages of its Needs line; declare it there, or do without."
            )
    for package in sorted(needs - seen):
        yield f"{name(path, root)}: needs {package} by its header and never imports it; take it out of the Needs line."
    for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if re.search(r"\bhelpers\.", text):
            yield (
                f"{name(path, root)}:{line}: has the word `helpers.`, which means nothing where the file is copied to; "
                "name the function or the file alone."
            )


# ---- pure


def helpers_are_pure(root: Path) -> Iterator[str]:
    """A topic helper draws, prints, plots and writes nothing, and takes its random numbers from the caller."""
    for path in topics(root):
        for line, flaw in sorted(_impure(path)):
            yield (
                f"{name(path, root)}:{line}: {flaw}. A file to copy has no side effects: return the value, and take "
                "`rng` or `seed` as a parameter."
            )


def _impure(path: Path) -> Iterator[tuple[int, str]]:
    tree = parsed(path)
    functions = [node for node in ast.walk(tree) if isinstance(node, Function)]
    seeded = {node for function in functions if "seed" in parameters(function) for node in ast.walk(function)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield node.lineno, f"changes the global {', '.join(node.names)}"
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func).rpartition(".")[2]
            if called in EFFECTS and path.name not in WRITES:
                yield node.lineno, f"calls {called}"
            if called == "default_rng" and node not in seeded:
                yield node.lineno, "makes a generator where no `seed` is a parameter"
        elif isinstance(node, ast.Attribute) and (old := OLD_RANDOM.fullmatch(ast.unparse(node))):
            yield node.lineno, f"uses the global numpy.random.{old[1]}"
    for line, module in imported(path, path.parents[1]):
        if (top := module.partition(".")[0]) in NOT_PURE and module not in PURE:
            yield line, f"imports {top}"


# ---- words


def headers_are_complete(root: Path) -> Iterator[str]:
    """A topic helper says what it is for, when to stop using it, its sources, needs, licence, and three lines."""
    headers = copying.helpers(root / "helpers")
    for path in topics(root):
        tree, where = parsed(path), name(path, root)
        docstring, header = ast.get_docstring(tree) or "", headers.get(path.stem)
        missing = [what for what, pattern in HEADER.items() if not re.search(pattern, docstring, re.MULTILINE)]
        if header and not 20 < len(header.what_for) < 120:
            missing.insert(0, "in its first sentence, 20 to 120 letters, what it is for")
        if header and len(header.use) != 3:
            missing.append("under `Three lines:`, three lines that use it")
        if missing:
            yield f"{where}: its docstring does not say {'; '.join(missing)}. See helpers/trials.py for the form."
        named, defined = exported(tree), {node.name for node in definitions(tree)}
        if named is None:
            yield f"{where}: has no `__all__`. A file to copy lists its public names; add it below the imports."
            continue
        for each in sorted(set(named) - defined - _constants(tree)):
            yield f"{where}: `__all__` names {each}, which the file does not define; correct the list."
        for each in sorted(defined - set(named)):
            yield f"{where}: {each} is public and not in `__all__`; add it, or begin its name with _."


def functions_are_explained(root: Path) -> Iterator[str]:
    """Functions of a topic helper have all sections of a docstring; public ones of course/ and panels/ have one."""
    for path in topics(root):
        tree = parsed(path)
        for node in definitions(tree):
            if node.name in (exported(tree) or []) and (flaws := _unexplained(node)):
                yield (
                    f"{name(path, root)}:{node.lineno}: {node.name} lacks {', '.join(flaws)}. Who copies the file "
                    "has nothing else to read; write it in numpy's style."
                )
    for path in files(root, ".py"):
        if {root / "helpers" / part for part in ("course", "panels")} & set(path.parents):
            tree = parsed(path)
            for node in definitions(tree):
                needed = isinstance(node, Function) and node.name in (exported(tree) or []) and parameters(node)
                docstring = ast.get_docstring(node) or ""
                if not docstring or (needed and not _section(docstring, "Parameters")):
                    yield (
                        f"{name(path, root)}:{node.lineno}: {node.name} lacks "
                        f"{'its Parameters' if docstring else 'a docstring'}. Public functions say what they do and, "
                        "when they stand in `__all__`, what they take."
                    )


def exported(tree: ast.Module) -> list[str] | None:
    """The names in `__all__`, or None."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return ast.literal_eval(node.value)
    return None


def definitions(tree: ast.Module) -> list:
    """The public functions and classes at the top of a file."""
    return [node for node in tree.body if isinstance(node, Function | ast.ClassDef) and node.name[0] != "_"]


def parameters(function: Function) -> list[str]:
    """The names of a function's parameters."""
    spec = function.args
    extra = [each for each in (spec.vararg, spec.kwarg) if each]
    return [each.arg for each in [*spec.posonlyargs, *spec.args, *spec.kwonlyargs, *extra]]


def _constants(tree: ast.Module) -> set[str]:
    return {ast.unparse(node.targets[0]) for node in tree.body if isinstance(node, ast.Assign)}


def _unexplained(node: Function | ast.ClassDef) -> list[str]:
    """The parts that a docstring lacks."""
    docstring = ast.get_docstring(node)
    if docstring is None or isinstance(node, ast.ClassDef):
        return [] if docstring else ["a docstring"]
    lacking = [f"its {part}" for part in ("Returns", "Raises", "Examples") if not _section(docstring, part)]
    if _section(docstring, "Examples") and ">>>" not in _section(docstring, "Examples"):
        lacking.append("a line with >>> in its Examples")
    lines = re.findall(r"^(?! )[^:\n]+", _section(docstring, "Parameters"), re.MULTILINE)
    explained = {each.strip(" *") for line in lines for each in line.split(",")}
    return lacking + [f"{each} among its Parameters" for each in parameters(node) if each not in explained]


def _section(docstring: str, title: str) -> str:
    found = re.search(rf"^{title}\n-+\n(.*?)(?=^\w+\n-+\n|\Z)", docstring, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


# ---- length


def files_and_functions_are_short(root: Path) -> Iterator[str]:
    """A file to copy has at most 700 lines, 400 of them code; a function at most 40 lines of code, in a panel 30.

    Code is what is left without docstrings, comments and blank lines.
    """
    for path in files(root, ".py"):
        if root / "helpers" not in path.parents:
            continue
        code, where = _code(path), name(path, root)
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if path.parent == root / "helpers" and (lines > FILE_LINES or len(code) > FILE_CODE):
            yield (
                f"{where}: {lines} lines, {len(code)} of them code. A file to copy has at most {FILE_LINES} and "
                f"{FILE_CODE}; leave out what a well-kept package does."
            )
        limit = PANEL_CODE if path.parent.name == "panels" else FUNCTION_CODE
        for node in ast.walk(parsed(path)):
            if isinstance(node, Function) and (size := len(code & {*range(node.lineno, node.end_lineno + 1)})) > limit:
                yield (
                    f"{where}:{node.lineno}: {node.name} has {size} lines of code, the limit here is {limit}; a "
                    "function does one thing: take a part out and name it."
                )


def _code(path: Path) -> set[int]:
    """The numbers of the lines that are neither docstring nor comment nor blank."""
    lines = path.read_text(encoding="utf-8").splitlines()
    code = {number for number, line in enumerate(lines, 1) if line.strip() and not line.lstrip().startswith("#")}
    for node in ast.walk(parsed(path)):
        if isinstance(node, Function | ast.ClassDef | ast.Module) and ast.get_docstring(node) is not None:
            code -= {*range(node.body[0].lineno, node.body[0].end_lineno + 1)}
    return code
