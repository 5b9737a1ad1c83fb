"""Time that lesson 08 takes for small and large tables of one's own. README.md says how to run it."""

import os
import platform
import sys
import tempfile
import time
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from helpers.course.datasets import DOMAINS, rated_sentences

LESSON = Path(__file__).parents[2] / "notebooks" / "08_your_data.ipynb"
LETTERS = 6  # of a word of the human sentences, with its blank, on average
TABLES = {  # rows, letters of a text, different labels, what the texts are made of; target in seconds
    "1,000 sentences": (1000, 110, 2, "sentences", 30),
    "1,000 long texts, words": (1000, 1200, 2, "words", 30),
    "100,000 sentences, two joined": (100_000, 220, 2, "sentences", 300),
    "100,000 long texts, sentences": (100_000, 1200, 2, "sentences", 300),
    "100,000 long texts, words": (100_000, 1200, 2, "words", 300),
    "100,000 long texts, words, 40 labels": (100_000, 1200, 40, "words", 300),
}


def texts_of(kind, rows, letters, rng):
    """Texts, and a number for each that says how positive what it is made of was rated."""
    human = pd.concat([rated_sentences(domain) for domain in DOMAINS], ignore_index=True)
    parts, rated = human["text"].to_numpy(), human["mean_rating"].to_numpy()
    if kind == "words":  # each drawn alone, so that pairs of words are as many and as rare as can be
        split = human["text"].str.split()
        rated = np.repeat(rated, split.str.len())
        parts = np.array([word for words in split for word in words], dtype=object)
    length = max(1, round(letters / (LETTERS if kind == "words" else human["text"].str.len().mean())))
    drawn = rng.integers(len(parts), size=(rows, length))
    return [" ".join(row) for row in parts[drawn]], rated[drawn].sum(axis=1)


def write_table(path, rows, letters, labels, kind):
    """People's rows, a fifth by a machine, and two raters, of whom one errs."""
    rng = np.random.default_rng(0)
    texts, rated = texts_of(kind, rows, letters, rng)
    table = pd.DataFrame({"text": texts})
    for name, noise in (("label", 0), ("rater_1", 0), ("rater_2", 1)):
        noisy = rated + noise * rated.std() / 2 * rng.normal(size=rows)
        table[name] = "label " + pd.Series(pd.qcut(noisy, labels, labels=False, duplicates="drop")).astype(str)
    table["origin"] = np.where(rng.random(rows) < 0.8, "human", "machine")
    table.to_csv(path, index=False)


def run(path):
    """Seconds of the lesson on a table, with its kernel's start, and of cpu; its slowest cells, by first words."""
    notebook = nbformat.read(LESSON, as_version=4)
    knobs = next(cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", []))
    knobs.source += f"\nFILE = {str(path)!r}"
    notebook.cells.append(new_code_cell("import time; print(time.process_time())"))
    client = NotebookClient(notebook, timeout=1800, resources={"metadata": {"path": str(LESSON.parent)}})
    start = time.perf_counter()
    client.execute()
    seconds = time.perf_counter() - start
    cpu = float(notebook.cells[-1].outputs[0]["text"])
    slowest = sorted(map(_timed, (cell for cell in notebook.cells if cell.cell_type == "code")), reverse=True)
    return seconds, cpu, [f"{took:.0f} {begins}" for took, begins in slowest[:4]]


def _timed(cell):
    timing = cell.metadata["execution"]
    begin, end = (datetime.fromisoformat(timing[key]) for key in ("iopub.execute_input", "shell.execute_reply"))
    return (end - begin).total_seconds(), cell.source.strip().splitlines()[0][:30]


def main(names):
    packages = ("numpy", "pandas", "scikit-learn")
    print(f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in packages))
    load = f", load {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores" if hasattr(os, "getloadavg") else ""
    print(f"{f'table{load}':<52}{'seconds':>8}{'of cpu':>8}{'target':>8}")
    missed = 0
    for name in names or TABLES:
        *made, target = TABLES[name]
        with tempfile.TemporaryDirectory() as folder:
            write_table(Path(folder, "table.csv"), *made)
            seconds, cpu, slowest = run(Path(folder, "table.csv"))
        missed += seconds > target
        print(f"{name:<52}{seconds:>8.1f}{cpu:>8.1f}{target:>8}   {'; '.join(slowest)}", flush=True)
    print("All targets met." if not missed else f"{missed} targets missed.")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
