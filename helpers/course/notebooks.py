"""Run the notebooks, store their outputs, and keep the numbers of the playbook in step with them.

`python -m helpers notebooks [NAME ...]` runs and stores; `--register ID` writes a new finding; `--refresh` brings new
values into `playbook/findings.toml` and into the pages. Bands, conditions and claims are a person's: never changed.
"""

import argparse
import math
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat
import tomlkit
import zmq
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, CellExecutionError, DeadKernelError

from helpers.course.findings import read_findings
from helpers.course.pages import ROOT, all_notebooks, notebook_name, refresh, stored_findings, write_whole
from helpers.course.save import strip_human_text
from helpers.course.strict import REVIEWS

__all__ = ["NotebookError", "find_notebooks", "main", "register", "run_notebook", "store_notebook"]

SECONDS_A_CELL = 300
WIDGET = "application/vnd.jupyter.widget-view+json"


class NotebookError(Exception):
    """A notebook that can't be found or run, or a finding that can't be registered; says which, and what to do."""


def main(argv: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """The command `python -m helpers notebooks`.

    Parameters
    ----------
    argv : sequence of str
        The words after `notebooks`.
    root : path
        The checkout.

    Returns
    -------
    int
        0, or 1 when a notebook or a finding failed; the reason is printed.
    """
    options = _options(argv)
    try:
        if options.register:
            register(options.register, options.names, root)
            return 0
        failed = [path for path in find_notebooks(root, options.names) if not _run_and_store(path, options, root)]
        if options.refresh and not failed:
            print("\n".join(refresh(root)) or "Every number is up to date.")
    except (NotebookError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    if failed and options.refresh:
        print("No number was refreshed, since a notebook failed.", file=sys.stderr)
    return 1 if failed else 0


def find_notebooks(root: Path = ROOT, names: Sequence[str] = ()) -> list[Path]:
    """The notebooks of a checkout, sorted.

    Parameters
    ----------
    root : path
        The checkout.
    names : sequence of str
        Such as "00_start_here" or "solutions/00_start_here", or paths. Without any: all, less the ones that need a
        key, a GPU or the network (2x).

    Returns
    -------
    list of paths

    Raises
    ------
    NotebookError
        For a name that no notebook has.
    """
    paths = all_notebooks(root)
    if not names:
        return [path for path in paths if not path.name.startswith("2")]
    unknown = [name for name in names if not any(_is_called(path, name, root) for path in paths)]
    if unknown:
        have = ", ".join(notebook_name(path, root) for path in paths)
        raise NotebookError(f"No notebook is called {', '.join(unknown)}. There are: {have}.")
    return [path for path in paths if any(_is_called(path, name, root) for name in names)]


def run_notebook(path: Path, strict: bool = True) -> nbformat.NotebookNode:
    """Run a notebook in a fresh kernel of this environment, in its own folder.

    Parameters
    ----------
    path : path
    strict : bool
        Whether a finding outside its band and a wrong answer are errors.

    Returns
    -------
    NotebookNode
        With its outputs, ready to be stored: no human sentences, no timing. The file is not touched.

    Raises
    ------
    NotebookError
        With the notebook, the cell's number as Jupyter shows it, and the error.
    """
    notebook = nbformat.read(path, as_version=4)
    started = []
    client = NotebookClient(
        notebook,
        # no folder of kernels: a kernel that a user installed under the same name is never taken
        km=AsyncKernelManager(
            kernel_name="python3",
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
            transport_encryption="auto" if zmq.has("curve") else "disabled",
        ),
        resources={"metadata": {"path": str(path.parent)}},
        timeout=SECONDS_A_CELL,
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        on_cell_execute=lambda cell, cell_index: started.append(cell_index),
    )
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as empty:
            own = {"KIT_STRICT": "1" if strict else "0", REVIEWS: empty}
            client.execute(env={**os.environ, **own}, cleanup_kc=True)
    except (CellControlSignal, DeadKernelError) as error:
        raise NotebookError(f"{path.name}, cell [{len(started)}]: {_in_one_line(error)}") from error
    _tidy(notebook)
    return notebook


def store_notebook(notebook: nbformat.NotebookNode, path: Path) -> None:
    """Write a notebook so that the file is either the old one or the new one, whole.

    Human sentences are taken out first.

    Parameters
    ----------
    notebook : NotebookNode
    path : path
    """
    strip_human_text(notebook)
    nbformat.validate(notebook)
    write_whole(path, nbformat.writes(notebook) + "\n")


def register(ids: Sequence[str], names: Sequence[str] = (), root: Path = ROOT) -> None:
    """Measure findings and write them as new entries; claim and `holds` are left for a person to write.

    Parameters
    ----------
    ids : sequence of str
    names : sequence of str
        The notebooks to run; by default those whose code has an id in quotes.
    root : path

    Raises
    ------
    NotebookError
        When an id is registered already, or is not measured exactly once.
    """
    registry = root / "playbook" / "findings.toml"
    if known := sorted(set(ids) & set(read_findings(registry))):
        raise NotebookError(f"{', '.join(known)}: registered already. Delete the entry to measure it anew.")
    paths = find_notebooks(root, names) if names else _measuring(ids, root)
    runs = {notebook_name(path, root): stored_findings(run_notebook(path, strict=False)) for path in paths}
    document = tomlkit.parse(registry.read_text(encoding="utf-8"))
    for id in dict.fromkeys(ids):
        seen = [(name, data) for name, run in runs.items() for data in run if data["id"] == id]
        if len(seen) != 1:
            raise NotebookError(f"{id}: measured {len(seen)} times in {', '.join(runs)}; it must be once.")
        document[id] = _entry(*seen[0])
    write_whole(registry, tomlkit.dumps(document))
    print(f"{len(set(ids))} registered. Now write claim and holds in playbook/findings.toml, then run the notebook.")


# ---- running


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m helpers notebooks", description="Run notebooks, store outputs.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a notebook's name or path; all when left out")
    parser.add_argument("--lenient", action="store_true", help="go on where a finding leaves its band")
    parser.add_argument("--register", nargs="+", metavar="ID", help="measure new findings and write their entries")
    parser.add_argument("--refresh", action="store_true", help="then bring new values into the registry and the pages")
    return parser.parse_args(argv)


def _run_and_store(path: Path, options: argparse.Namespace, root: Path) -> bool:
    start = time.perf_counter()
    try:
        store_notebook(run_notebook(path, strict=not options.lenient), path)
    except NotebookError as error:
        print(f"{error}\n  Its file was left as it was.", file=sys.stderr)
        return False
    print(f"{notebook_name(path, root)}  {time.perf_counter() - start:.1f} s", flush=True)
    return True


def _in_one_line(error: Exception) -> str:
    if isinstance(error, CellExecutionError):
        return " ".join(f"{error.ename}: {error.evalue}".split())[:500]
    return str(error).strip().splitlines()[0]


def _tidy(notebook: nbformat.NotebookNode) -> None:
    """Take out what differs from run to run, or is dead on a page without a kernel."""
    strip_human_text(notebook)
    notebook.metadata["kernelspec"] = {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    }
    notebook.metadata["language_info"] = {"name": "python"}
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            # the state of widgets is not stored, so a view would stay "Loading widget"
            output.get("data", {}).pop(WIDGET, None)


def _is_called(path: Path, name: str, root: Path) -> bool:
    called = notebook_name(path, root)
    return name in (called, f"{called}.ipynb") or Path(name).resolve() == path.resolve()


# ---- findings


def _measuring(ids: Sequence[str], root: Path) -> list[Path]:
    """The notebooks whose code has one of the ids in quotes."""
    code = {path: "\n".join(_sources(path)) for path in all_notebooks(root)}
    for id in ids:
        if not any(f'"{id}"' in text or f"'{id}'" in text for text in code.values()):
            raise NotebookError(f'{id}: no notebook has "{id}" in its code. Name the notebook: notebooks NAME ...')
    return [path for path, text in code.items() if any(f'"{id}"' in text or f"'{id}'" in text for id in ids)]


def _sources(path: Path) -> Iterator[str]:
    return (cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code")


def _entry(name: str, data: dict) -> tomlkit.items.Table:
    entry = tomlkit.table()
    if "word" in data:
        entry.update({"claim": "", "value": data["word"], "notebook": name})
        return entry
    band = {key: data[key] for key in ("value", "low", "high")}
    entry.update({"claim": "", **band, "holds": "", "format": _format(**band), "unit": "", "notebook": name})
    return entry


def _format(value: float, low: float, high: float) -> str:
    """As many decimals as the band lets stand."""
    if isinstance(value, int) or high - low >= 2:
        return ",.0f"
    return ".3g" if high == low else f".{min(6, math.ceil(-math.log10((high - low) / 2)))}f"
