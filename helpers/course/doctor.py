"""Check this computer and the kit, one line a check, and say what to do where something is not as it should be.

Standard library only, because it works before anything is installed; it needs no network and changes nothing. What
can only be asked of the environment (versions, fonts) is asked of its own Python.
"""

import json
import os
import platform
import re
import shutil
import subprocess
import tempfile
from typing import NamedTuple

from helpers.course import commands, copying, environment, fetch, steps
from helpers.course.steps import COMMAND, CommandError, say

LITTLE_ROOM = 500_000_000  # bytes; below it a notebook with its outputs may not be saved
PATIENCE = 60  # seconds for a question to the environment's Python; its first look at the fonts takes some
ANEW = f"To make the environment anew, delete the folder .venv and run: {COMMAND} lab"
NAME, VERSION = r"[A-Za-z0-9][\w.-]*", r"[\w.!+-]+"
LOCK_LINE = re.compile(rf"({NAME})==({VERSION})(?: ; ([^\\]+?))? \\| +--hash=sha256:[0-9a-f]{{64}}(?: \\)?|#.*|\s*")

# Run by the environment's Python: reads [[name, version, marker], ...], prints those that differ with what is there.
VERSIONS = """
import json, sys
from importlib import metadata
try:
    from packaging.markers import Marker
except ImportError:
    from pip._vendor.packaging.markers import Marker
def version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
wanted = [[name, wish] for name, wish, marker in json.load(sys.stdin) if not marker or Marker(marker).evaluate()]
print(json.dumps([[name, wish, version(name)] for name, wish in wanted if version(name) != wish]))
"""

# The same for the font of the figures, with seaborn's list of fonts.
FONTS = """
import pathlib, seaborn
from matplotlib import font_manager
seaborn.set_theme()
try:
    print(pathlib.Path(font_manager.findfont(font_manager.FontProperties(), fallback_to_default=False)).name)
except ValueError:
    print()
"""


class Finding(NamedTuple):
    """What a check found. An empty `todo` is ok; `stops` says that the lab will not start or no lesson will run."""

    text: str
    todo: str = ""
    stops: bool = False


def doctor(arguments):
    """Check and print one line a check: `ok` and what was found, or `look` and what to do.

    Parameters
    ----------
    arguments : list of str
        Empty.

    Returns
    -------
    int
        0 when nothing stops the lab, else 1.

    Raises
    ------
    CommandError
        If there are arguments.
    """
    if arguments:
        raise CommandError(f"doctor takes nothing, and got: {' '.join(arguments)}. Run: {COMMAND} doctor")
    copying.print_anything()
    stopping = []
    for name, check in CHECKS.items():
        finding = _ask(check)
        if finding:
            said = f"{finding.text}. {finding.todo}" if finding.todo else finding.text
            say(f"{'look' if finding.todo else 'ok':<6}{name:<13}{said}")
            stopping += [name] * finding.stops
    if stopping:
        say(f"\nThe lab will not work until this is put right: {', '.join(stopping)}.")
        return 1
    say(f"\nNothing here stops the lab: {COMMAND} lab")
    return 0


def _ask(check):
    """Return what a check found, whatever happens in it: one that fails must not hide the others."""
    try:
        return check()
    except Exception as problem:
        reason = " ".join(f"{type(problem).__name__}: {problem}".split())
        return Finding(f"could not be checked ({reason})", "If the lab works, never mind; if not, report these words.")


def _python():
    return Finding(f"{platform.python_version()} on {platform.system()} ({platform.machine()})")


def _environment():
    try:
        wrong = environment.whats_wrong()
    except (OSError, ValueError, KeyError) as problem:
        what = f"requirements.lock or pyproject.toml cannot be read ({' '.join(str(problem).split())})"
        return Finding(what, "To bring them back, run: git restore requirements.lock pyproject.toml", stops=True)
    if environment.OLD.exists():
        return Finding("a set-up is at work or was cut short", f"If none is at work, {COMMAND} lab puts it right.")
    if not wrong:
        return Finding("stands in .venv")
    if not shutil.which("uv") and not _has_ensurepip():
        advice = "On Debian and Ubuntu run: sudo apt install python3-venv. Elsewhere install uv."
        return Finding(f"must be made ({wrong}), and this Python has no ensurepip to do it with", advice, stops=True)
    return Finding(f"must be made: {wrong}", f"{COMMAND} lab makes it, in about a minute; it needs a network for that.")


def _has_ensurepip():
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        return False
    return True


def _must_be_made():
    """Say whether the next `lab` makes the environment, as far as that can be told."""
    try:
        return bool(environment.whats_wrong())
    except (OSError, ValueError, KeyError):
        return True


def _packages():
    wanted = []
    for number, line in enumerate(environment.LOCK.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        match = LOCK_LINE.fullmatch(line)
        if not match:
            restore = "To bring the original back, run: git restore requirements.lock"
            return Finding(f"line {number} of requirements.lock is damaged: {line.strip()[:60]!r}", restore, stops=True)
        if match[1]:
            wanted.append(match.groups())
    if not environment.python().exists():
        return Finding(f"{len(wanted)} in requirements.lock, to be compared when the environment stands")
    done = _run_inside(VERSIONS, json.dumps(wanted))
    if done.returncode:
        return Finding(f"could not be asked for their versions ({_last_line(done.stderr)})", ANEW)
    different = json.loads(done.stdout)
    if not different:
        return Finding(f"as in requirements.lock ({len(wanted)} entries)")
    said = [f"{name} {found or 'is missing'}, not {wish}" for name, wish, found in different]
    gone = any(found is None for *_, found in different)
    what = f"{len(said)} not as in requirements.lock: {'; '.join(said)}"
    return Finding(what, ANEW, gone and not _must_be_made())


def _run_inside(code, words=""):
    """Ask the environment's Python; in a folder of its own, so that no file of the learner's hides a module."""
    command = [environment.python(), "-I", "-c", code]
    return subprocess.run(command, input=words, capture_output=True, text=True, timeout=PATIENCE, cwd=steps.ROOT)


def _last_line(words):
    return (words.strip().splitlines() or ["no reason given"])[-1]


def _human_text():
    try:
        return Finding(f"whole, in {fetch.archive().parent}")
    except FileNotFoundError:
        advice = f"{COMMAND} lab brings it, with a network; without one: {COMMAND} fetch --from FILE"
        return Finding(f"not in {fetch.cache_folder()} yet", advice)
    except OSError as problem:
        return Finding("cannot be read", steps.sentence_for(problem), stops=True)
    except ValueError:
        return Finding(f"damaged, in {fetch.cache_folder()}", f"To bring it again, run: {COMMAND} fetch")


def _folder():
    try:
        with tempfile.TemporaryFile(dir=steps.ROOT):
            return Finding("can be written to")
    except OSError as problem:
        problem.filename = str(steps.ROOT)  # not the name of the file that was tried
        return Finding("no file can be made in it", steps.sentence_for(problem), stops=True)


def _disk():
    free = shutil.disk_usage(steps.ROOT).free
    needed = environment.ROOM if _must_be_made() else LITTLE_ROOM
    if free < needed:
        what = "the environment needs" if needed == environment.ROOM else "notebooks that are saved need"
        todo = f"Free some room: {what} {needed / 1e9:.1f} GB."
        return Finding(f"{free / 1e9:.1f} GB free", todo, stops=needed == environment.ROOM)
    return Finding(f"{free / 1e9:.1f} GB free")


def _port():
    port = os.environ.get("JUPYTER_PORT", "8888")
    if not re.fullmatch(r"\d{1,5}", port) or int(port) > 65535:
        todo = "Remove that variable, or give it a number up to 65535."
        return Finding(f"JUPYTER_PORT is {port!r}, which is no port", todo, stops=True)
    problem = commands.port_problem(int(port))
    if not problem:
        return Finding(f"{port} is free")
    if any_other := commands.port_problem(0):
        todo = "JupyterLab needs the loopback interface; ask who looks after this computer to bring it up."
        return Finding(f"no port of 127.0.0.1 can be used: {any_other}", todo, stops=True)
    todo = "JupyterLab takes another one and prints its address. If you left one open elsewhere, close it with Ctrl-C."
    return Finding(f"{port} cannot be used: {problem}", todo)


def _browser():
    try:
        return Finding(commands.chromium())
    except CommandError:
        return Finding(
            "no Chromium and no Chrome on the PATH",
            f"The lab opens in any browser; only {COMMAND} test --browser needs one of these two. To have it: install "
            "Chromium (on Debian: sudo apt install chromium), or name the program in the variable KIT_CHROMIUM.",
        )


def _fonts():
    """Return nothing without an environment, which is said elsewhere."""
    if not environment.python().exists() or _must_be_made():
        return None
    done = _run_inside(FONTS)
    if done.returncode:
        what = f"seaborn or matplotlib does not run ({_last_line(done.stderr)})"
        return Finding(what, ANEW, stops=True)
    font = done.stdout.strip()
    return Finding(font) if font else Finding("no sans-serif font for the figures", f"Install DejaVu Sans. {ANEW}")


def _notebooks():
    """Return nothing without git or outside a repository: then there is no original to compare with."""
    git = shutil.which("git")
    if not git or not (steps.ROOT / ".git").exists():
        return None
    command = [git, "--no-optional-locks", "status", "--porcelain", "--untracked-files=no", "--", "notebooks"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, cwd=steps.ROOT)
    if done.returncode:
        return None
    changed = len(done.stdout.splitlines())
    if not changed:
        return Finding("as they came")
    number = "1 differs" if changed == 1 else f"{changed} differ"
    return Finding(
        f"{number} from the original", "Your own answers do that. To undo all of them: git restore notebooks"
    )


CHECKS = {
    "Python": _python,
    "environment": _environment,
    "packages": _packages,
    "human text": _human_text,
    "folder": _folder,
    "free disk": _disk,
    "port": _port,
    "browser": _browser,
    "fonts": _fonts,
    "notebooks": _notebooks,
}
