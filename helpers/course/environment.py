"""Make the environment in `.venv`, and keep it.

Standard library only, because it runs before anything is installed.

The way of a set-up: an environment that is there is moved aside to `.venv.old`; the new one is made in `.venv`
(it cannot be made elsewhere and moved, because its scripts hold its path); a stamp is its last file; then the old
one goes. When a step fails the old one is moved back; when the set-up is killed, the next one moves it back.
"""

import contextlib
import functools
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

from helpers.course import fetch, steps
from helpers.course.steps import BUILD, ROOT, CommandError, say, step

VENV = ROOT / ".venv"
OLD = ROOT / ".venv.old"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "kit-stamp.json"
UNFINISHED = VENV / "kit-unfinished"
ROOM = 1_500_000_000  # bytes; the environment takes 1.3 GB

# Written into the environment, so that a learner's own Jupyter settings stay as they are: human sentences are not
# saved into notebooks, JupyterLab asks nothing of the network, and pages open as pages. Voila, which the app needs,
# adds neither a button nor an address to JupyterLab.
JUPYTER_SETTINGS = {
    "jupyter_server_config.json": {
        "ContentsManager": {"pre_save_hook": "helpers.course.save.placeholder_hook"},
        "ServerApp": {"jpserver_extensions": {"voila.server_extension": False}},
    },
    "labconfig/page_config.json": {"disabledExtensions": {"@voila-dashboards/jupyterlab-preview": True}},
    "labconfig/default_setting_overrides.json": {
        "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
        "@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Markdown Preview"}},
    },
}

# Run by the environment's Python: prints the packages that the kit asks for and that are gone, whole or in part.
CHECK = """
import re
from importlib import metadata
KIT = "synthetic-or-human"
def whole(name):
    try:
        package = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    # not package.files, which leaves out what is gone (from Python 3.12 on)
    first_files = re.findall(r"^([^/,]+/__init__[.]py),", package.read_text("RECORD") or "", re.MULTILINE)
    return all(package.locate_file(file).exists() for file in first_files)
names = [KIT] + ([re.match(r"[\\w.-]+", need)[0] for need in metadata.requires(KIT) or []] if whole(KIT) else [])
print(*(name for name in names if not whole(name)), sep=", ")
"""


def python():
    """Return the path of the environment's interpreter."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def run_python(*arguments, **variables):
    """Run the environment's Python in the kit's folder and return its exit code.

    Ctrl-C is left to the program, which gets it too and may ask back; when we are ended, so is it.
    """
    program = subprocess.Popen([python(), *arguments], cwd=ROOT, env={**os.environ, **variables})
    try:
        while True:
            with contextlib.suppress(KeyboardInterrupt):
                return program.wait()
    finally:
        if program.poll() is None:
            program.terminate()
            program.wait()


def set_up():
    """Make the environment when there is none, or it is damaged or out of date; bring the human text.

    Raises
    ------
    CommandError
        If a step fails. An environment that was there before is there again.
    """
    made = make()
    if not fetch.is_there():
        with step(("4 of 4  " if made else "") + "bringing the human text"):
            fetch.fetch(python=python())


def make():
    """Make the environment unless a good one is there; return whether it was made."""
    if not OLD.exists() and not whats_wrong():
        return False
    _leave_the_environment()
    with _one_at_a_time() as lock:
        _tidy_up()
        wrong = whats_wrong()  # asked again: the set-up that we waited for may have put it right
        if wrong:
            say(f"Making the environment, because {wrong}. Details: {steps.LOG}")
            _make_anew(lock)
        return bool(wrong)


def whats_wrong():
    """Say why `.venv` cannot be used as it is, as the end of a sentence; an empty text when it can."""
    if not VENV.exists():
        return "there is none yet"
    if UNFINISHED.exists():
        return "an earlier set-up did not finish"
    if not STAMP.exists():
        return "the one in .venv was not made by this command"
    stamp = _read_stamp()
    changed = [name for name, value in _stamp().items() if stamp.get(name) != value]
    if changed:
        return f"this changed since it was made: {', '.join(changed)}"
    try:
        check = subprocess.run([python(), "-I", "-c", CHECK], capture_output=True, text=True, cwd=ROOT)
    except OSError:
        return "its Python is gone"
    if check.returncode:
        return "its Python does not run"
    gone = check.stdout.strip()
    return f"it is damaged (gone: {gone})" if gone else ""


def _stamp():
    """Return what an environment is made of; one that was made of something else is out of date."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = {"build": project["build-system"], "project": project["project"], "tool": project["tool"]["setuptools"]}
    return {
        "requirements.lock": hashlib.sha256(LOCK.read_bytes()).hexdigest(),
        "pyproject.toml": hashlib.sha256(json.dumps(project, sort_keys=True).encode()).hexdigest(),
        "Jupyter's settings": JUPYTER_SETTINGS,
        "Python": f"{sys.implementation.cache_tag} {platform.machine()}",
        "the folder": str(ROOT),
    }


def _read_stamp():
    try:
        return json.loads(STAMP.read_text(encoding="utf-8"))
    except ValueError:
        return {}


def _leave_the_environment():
    """Go on with the Python that the environment was made from: a program cannot replace the one it runs on."""
    if Path(sys.prefix).resolve() != VENV.resolve():
        return
    outside = getattr(sys, "_base_executable", sys.executable)
    if os.name == "nt":  # where the folder of a running program cannot be moved
        raise CommandError(
            f'The environment must be made anew, from outside of it. Run: "{outside}" -m helpers {sys.argv[1]}'
        )
    os.chdir(ROOT)
    os.execv(outside, [outside, "-m", "helpers", *sys.argv[1:]])


@contextlib.contextmanager
def _one_at_a_time():
    """Hold the lock of the set-up; wait for it when another set-up is at work. Gives the lock's open file."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "setup.lock").open("a") as lock:
        if not _take(lock):
            say("Another set-up is at work in this folder; waiting until it is done (Ctrl-C stops the waiting).")
            while not _take(lock):
                time.sleep(0.2)
        yield lock


def _take(lock):
    """Try to take the lock. The system lets go of it when its holder ends, however that ends."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _tidy_up():
    """Finish what a killed set-up left: the old environment goes when the new one stands, else it comes back."""
    if not OLD.exists():
        return
    if STAMP.exists():
        _remove(OLD)
    else:
        say("An earlier set-up was cut short; the environment from before is put back first.")
        _remove(VENV)
        OLD.rename(VENV)


def _make_anew(lock):
    uv = shutil.which("uv")
    _check_the_means(uv)
    if UNFINISHED.exists():
        _remove(VENV)
    if VENV.exists():
        _move_aside()
    try:
        _build(uv, lock)
    except BaseException:  # Ctrl-C too
        # What cannot be put back now is put back by the next set-up.
        with contextlib.suppress(OSError):
            _remove(VENV)
            if OLD.exists():
                OLD.rename(VENV)
                say("The environment from before is back in place.")
        raise
    if OLD.exists():
        with contextlib.suppress(OSError), step("removing the environment from before"):
            _remove(OLD)


def _check_the_means(uv):
    """Stop before anything is touched when the disk is too full or nothing can install packages."""
    free = shutil.disk_usage(ROOT).free
    if free < ROOM:
        raise CommandError(
            f"The environment needs {ROOM / 1e9:.1f} GB and the disk has {free / 1e9:.1f} GB left. Free some room, or "
            "move the kit to another disk, and run the same command again."
        )
    if uv:
        return
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        raise CommandError(
            "This Python cannot make an environment with pip, because its module ensurepip is missing. On Debian and "
            "Ubuntu run: sudo apt install python3-venv. Elsewhere install uv, or Python as its makers ship it. Then "
            "run the same command again."
        ) from None


def _move_aside():
    try:
        VENV.rename(OLD)
    except PermissionError:
        raise CommandError(
            f"{VENV} cannot be moved, so a program still uses it or the folder is not yours. Close JupyterLab and "
            "other programs that use it, and run the same command again."
        ) from None


def _build(uv, lock):
    """Make the environment in `.venv`, which is free; the stamp comes last."""
    steps.start_log()
    run = functools.partial(steps.run, holding=[lock.fileno()])
    with step(f"1 of 4  making .venv with {'uv' if uv else 'venv'} for Python {platform.python_version()}"):
        VENV.mkdir()
        UNFINISHED.touch()
        if uv:
            run([uv, "venv", "--allow-existing", "--python", sys.executable, VENV], "Making .venv")
            install = [uv, "pip", "install", "--python", python(), "--compile-bytecode"]
        else:
            run([sys.executable, "-m", "venv", "--without-pip", VENV], "Making .venv")
            run([python(), "-I", "-m", "ensurepip", "--default-pip"], "Putting pip into .venv")
            install = [python(), "-I", "-m", "pip", "install"]
    with step("2 of 4  installing the packages, which takes about a minute"):
        run([*install, "--require-hashes", "-r", LOCK], "Installing the packages")
    with step("3 of 4  adding the kit itself and Jupyter's settings"):
        run([*install, "--no-deps", "--no-build-isolation", "-e", ROOT], "Installing the kit itself")
        _remove(ROOT / "synthetic_or_human.egg-info")  # a by-product that nothing reads
        write_jupyter_settings(VENV / "etc" / "jupyter")
    UNFINISHED.write_text(json.dumps(_stamp()), encoding="utf-8")
    UNFINISHED.replace(STAMP)


def write_jupyter_settings(folder):
    """Write the kit's Jupyter settings into a folder that Jupyter reads.

    Parameters
    ----------
    folder : Path
        Such as `.venv/etc/jupyter`.
    """
    for name, content in JUPYTER_SETTINGS.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content, indent=2), encoding="utf-8")


def _remove(path):
    """Remove a file, a link or a folder with all that is in it, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
