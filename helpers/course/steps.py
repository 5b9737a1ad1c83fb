"""Run a step, time it, keep its noise in a log, and say in a sentence why it failed.

Standard library only, because the set-up runs before anything is installed.
"""

import errno
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / ".build"
LOG = BUILD / "setup.log"
COMMAND = "py -m helpers" if os.name == "nt" else "python3 -m helpers"

DISK_FULL = (
    "The disk is full (the kit's own, or the one for temporary files). Free 2 GB and run the same command again."
)

# What pip, uv and venv write when they fail, and what a reader can do about it. The first match counts.
CAUSES = (
    (("no space left on device", "not enough space on the disk", "disk quota exceeded"), DISK_FULL),
    (
        ("certificate_verify_failed", "invalid peer certificate", "unknownissuer"),
        "The registry's certificate is not trusted here; often a proxy or a virus scanner stands in between. Ask for "
        "its certificate file, name it in the variables PIP_CERT and SSL_CERT_FILE, and run the same command again.",
    ),
    (
        ("do not match the hashes", "hash mismatch"),
        "A file that arrived is not the one the kit asked for, so it was not used. Run the same command again; if it "
        "happens again, something on the way changes files: try another network.",
    ),
    (
        (
            "failed to establish a new connection",
            "name resolution",
            "getaddrinfo failed",
            "network is unreachable",
            "connection refused",
            "connection broken",
            "connection reset",
            "connection aborted",
            "cannot connect to proxy",
            "dns error",
            "error sending request",
            "network connectivity is disabled",
            "timed out",
        ),
        "The package registry could not be reached. Check the network (behind a proxy, set HTTPS_PROXY) and run the "
        "same command again.",
    ),
    (
        ("no matching distribution", "no wheels", "no solution found"),
        "The package registry has no file for this system and Python {}.{}, or hides it. Try Python 3.12, or another "
        "network, and run the same command again.".format(*sys.version_info[:2]),
    ),
    (
        ("read-only file system", "permission denied", "access is denied"),
        "A file could not be written. Move the kit into a folder of your own, close programs that use its .venv, and "
        "run the same command again.",
    ),
)


class CommandError(Exception):
    """A command cannot go on. Its text is what the user reads: what failed, and what to do next."""


def sentence_for(problem):
    """Say in a sentence what an error of the operating system means for the reader.

    Parameters
    ----------
    problem : OSError

    Returns
    -------
    str
        What failed and what to do next.
    """
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return DISK_FULL
    place = problem.filename or ROOT
    if problem.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return f"{place} cannot be written to. Copy the kit into a folder of your own and run the command there."
    return f"{place}: {(problem.strerror or str(problem)).lower()}. Put that right and run the same command again."


def cause(noise):
    """Find in the words of pip, uv or venv why they failed.

    Parameters
    ----------
    noise : str
        What the tool wrote.

    Returns
    -------
    str
        A sentence or two for the reader.
    """
    noise = noise.lower()
    for signs, sentence in CAUSES:
        if any(sign in noise for sign in signs):
            return sentence
    return "Run the same command again; if it fails again, the last lines of that file say why."


def say(text, end="\n"):
    """Print one line of progress at once."""
    print(text, end=end, flush=True)


@contextmanager
def step(title):
    """Print what is being done, then how long it took."""
    say(f"{title} ...", end=" ")
    start = time.monotonic()
    try:
        yield
    except BaseException as problem:
        say("failed" if isinstance(problem, Exception) else "stopped")
        raise
    say(f"{time.monotonic() - start:.1f} s")


def start_log():
    """Begin the log anew: it holds the last set-up and what came after it."""
    BUILD.mkdir(exist_ok=True)
    LOG.write_bytes(b"")


def run(command, what, holding=()):
    """Run a tool with its noise in the log.

    Parameters
    ----------
    command : list of str or Path
        Program and arguments.
    what : str
        What the tool is for, as the start of the sentence that says it failed.
    holding : sequence of int, optional
        Open files that the tool keeps open too (not on Windows). With the lock among them, a tool that outlives
        us still counts as a set-up at work.

    Raises
    ------
    CommandError
        If the tool cannot be started or fails.
    """
    BUILD.mkdir(exist_ok=True)
    # PIP_USER would make pip leave the environment; nobody is there to answer a question.
    quiet = {"PIP_USER": "0", "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    with LOG.open("ab") as log:
        start = log.seek(0, os.SEEK_END)
        log.write(f"\n$ {subprocess.list2cmdline(map(str, command))}\n".encode())
        log.flush()
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **quiet},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=() if os.name == "nt" else holding,
        )
    if done.returncode:
        noise = LOG.read_bytes()[start:].decode("utf-8", "replace")
        raise CommandError(f"{what} failed (its words are in {LOG}). {cause(noise)}")


def end_children_with_us():
    """Make an order to end (`kill`, a closed terminal) run the clean-up, as Ctrl-C does."""
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda number, frame: sys.exit(128 + number))
