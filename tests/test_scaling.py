"""The commands of playbook/scaling.md run as they stand there, on a cluster of two workers, and print what it says."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "playbook" / "scaling.md"
BLOCK = re.compile(r"^( *)```(bash|python)\n(.*?)^ *```\n(?: *```text\n(.*?)^ *```$)?", re.MULTILINE | re.DOTALL)
FILES = ("trials.py", "filters.py")


def blocks(language):
    """Code of the page, and what it says that the code prints."""
    found = [match.groups() for match in BLOCK.finditer(PAGE.read_text(encoding="utf-8"))]
    return [(textwrap.dedent(code), textwrap.dedent(says or "")) for _, kind, code, says in found if kind == language]


@pytest.fixture(scope="module")
def port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return str(one.getsockname()[1])


@pytest.fixture(scope="module")
def cluster(tmp_path_factory, port):
    """The page's own commands, from a folder that has none of the files, as on another machine."""
    ((commands, _),) = blocks("bash")
    there, running = tmp_path_factory.mktemp("there"), []
    try:
        for command in commands.replace("8786", port).splitlines():
            with (there / "log").open("a") as log:
                words = [sys.executable, "-m", *command.split()]
                running.append(subprocess.Popen(words, cwd=there, env=clean(), stdout=log, stderr=log))
            wait_for(port, there / "log")
        yield
    finally:
        for process in reversed(running):
            process.terminate()
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(3)
            process.kill()


def clean():
    """The environment without what tests set: no maths threads, no folder of modules."""
    return {name: value for name, value in os.environ.items() if name not in ("OMP_NUM_THREADS", "PYTHONPATH")}


def wait_for(port, log, seconds=60):
    for _ in range(seconds * 5):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", int(port)), 1):
            return
        time.sleep(0.2)
    pytest.fail(f"The scheduler does not answer: {log.read_text()}")


@pytest.mark.parametrize("code, says", blocks("python"), ids=["repeats", "rows", "copies", "threads"])
def test_a_block_prints_what_the_page_says(code, says, cluster, port, tmp_path):
    for name in FILES:
        shutil.copy(ROOT / "helpers" / name, tmp_path)
    assert "tcp://127.0.0.1:8786" in code and says
    (tmp_path / "block.py").write_text(code.replace("8786", port), encoding="utf-8")
    # a call to workers that lack a file waits for ever, hence the limit
    run = [sys.executable, "block.py"]
    done = subprocess.run(run, cwd=tmp_path, env=clean(), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout == says, done.stderr


def test_the_page_has_its_parts():
    """As a page for a decision has, in their order."""
    text = PAGE.read_text(encoding="utf-8")
    parts = re.findall(r"^(?:## (.+)|(<details>).*)$", text, re.MULTILINE)
    expected = [
        "What you need",
        "Steps",
        "Decide",
        "Worked example",
        "How it goes wrong",
        "<details>",
        "Open questions",
    ]
    assert [heading or fold for heading, fold in parts] == expected
    assert text.startswith("# Will it run on more than one laptop?\n\n**")
    assert text.rstrip().endswith("*") and "What would change our mind:" in text
