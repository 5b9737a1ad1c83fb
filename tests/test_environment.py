"""The set-up and the commands, met as a user meets them: in a copy of the kit, by `python -m helpers ...`.

`uv` is a stand-in here, so that an environment takes a tenth of a second and no network, and can be made to fail,
wait or be killed at will; one test goes the way of venv and pip for real.
"""

import ast
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from helpers.course import app, environment, steps

ROOT = Path(__file__).resolve().parents[1]
FIRST_MET = ["helpers/__init__.py", "helpers/__main__.py"]
SET_UP = [
    *FIRST_MET,
    *(
        f"helpers/course/{name}.py"
        for name in ["__init__", "steps", "fetch", "environment", "commands", "copying", "doctor", "app"]
    ),
]
HUMAN_TEXT = b"the human text"

CATALOG = f"""
[hutto]
package = "x==1"
package_sha256 = ""
member = "x-1/text.tar.gz"
sha256 = "{hashlib.sha256(HUMAN_TEXT).hexdigest()}"
"""

PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "synthetic-or-human"
[tool.setuptools]
packages = ["helpers"]
"""

# What pip asks for when it installs the kit: a wheel with nothing in it but its name and a path.
BACKEND = """
import os, zipfile
def build_editable(folder, settings=None, metadata=None):
    name = "synthetic_or_human-0.1.0-py3-none-any.whl"
    info = "synthetic_or_human-0.1.0.dist-info/"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        wheel.writestr("kit.pth", os.getcwd())
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: synthetic-or-human\\nVersion: 0.1.0\\n")
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "RECORD", "")
    return name
"""

# Stands in for uv: makes a bare environment, and "installs" a jupyterlab, a voila, a pytest and a ruff that print
# their arguments. Before installing it does what the file `uv_does` in the kit's folder says.
UV = """
import pathlib, subprocess, sys, time
here = pathlib.Path.cwd()
with open(here / "uv_calls", "a") as calls:
    print(*sys.argv[1:], file=calls)
if sys.argv[1] == "venv":
    sys.exit(subprocess.call([sys.executable, "-m", "venv", "--without-pip", sys.argv[-1]]))
exec((here / "uv_does").read_text() if (here / "uv_does").exists() else "")
if "-e" in sys.argv:
    python = pathlib.Path(sys.argv[sys.argv.index("--python") + 1])
    path = subprocess.check_output([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True)
    for name in ("synthetic_or_human", "jupyterlab", "voila", "pytest", "ruff"):
        package, info = pathlib.Path(path.strip(), name), pathlib.Path(path.strip(), name + "-0.1.0.dist-info")
        package.mkdir(), info.mkdir()
        (package / "__init__.py").touch()
        program = "import json, os, sys; print(json.dumps([sys.argv[1:], dict(os.environ)]))"
        (package / "__main__.py").write_text(program)
        needs = "Requires-Dist: jupyterlab" if name.startswith("synthetic") else ""
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\\nName: {name}\\nVersion: 0.1.0\\n{needs}\\n")
        (info / "RECORD").write_text(f"{name}/__init__.py,,\\n")
"""


class Kit:
    """A copy of the set-up's files, in a folder whose name has a space and a letter that is not ASCII."""

    def __init__(self, place):
        self.folder = place / "the kit für alle"
        for name in SET_UP:
            target = self.folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target)
        self.write("datasets/catalog.toml", CATALOG)
        self.write(".build/human_text/text.tar.gz", HUMAN_TEXT.decode())
        self.write("pyproject.toml", PYPROJECT)
        self.write("backend.py", BACKEND)
        self.write("requirements.lock", "")
        self.tools = place / "tools"
        self.tools.mkdir()
        self.venv = self.folder / ".venv"
        self.mark = self.venv / "the one from before"

    def write(self, name, text):
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def with_uv(self):
        script = self.tools / "uv.py"
        script.write_text(UV)
        if os.name == "nt":
            (self.tools / "uv.bat").write_text(f'@"{sys.executable}" "{script}" %*')
        else:
            (self.tools / "uv").write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n')
            (self.tools / "uv").chmod(0o755)
        return self

    def start(self, *arguments, first="", python=sys.executable, **variables):
        """Start a command; `first` is run before it, to provoke what cannot be provoked from outside."""
        ours = {"PATH": os.pathsep.join([str(self.tools), os.defpath]), "PIP_CONFIG_FILE": os.devnull, **variables}
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "UV_", "KIT_", "JUPYTER_", "PYTHON"))}
        code = ["-c", f"{first}\nimport runpy; runpy.run_module('helpers', run_name='__main__', alter_sys=True)"]
        return subprocess.Popen(
            [python, *(code if first else ["-m", "helpers"]), *arguments],
            **{"cwd": self.folder, "env": {**kept, **ours}, "stdin": subprocess.DEVNULL, "text": True},
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "start_new_session": True, "encoding": "utf-8"},
        )

    def run(self, *arguments, **options):
        """Run a command to its end."""
        process = self.start(*arguments, **options)
        out, err = process.communicate(timeout=60)
        assert "Traceback" not in err
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def fails(self, *arguments, **options):
        """Run a command that must fail with exit code 1; return what it says about it."""
        done = self.run(*arguments, **options)
        assert done.returncode == 1, done
        return done.stderr

    def set_up(self):
        """Set up, then leave a mark that tells this environment from a later one."""
        done = self.run("test")
        assert done.returncode == 0, done
        self.mark.touch()
        return self

    def out_of_date(self):
        self.write("requirements.lock", "# another\n")
        return self

    def calls(self):
        """What uv was called for."""
        return [line.split()[0] for line in (self.folder / "uv_calls").read_text().splitlines()]

    def no_leftovers(self):
        return not (self.folder / ".venv.old").exists() and not (self.venv / "kit-unfinished").exists()


def wait_for(file):
    end = time.monotonic() + 20
    while not file.exists():
        assert time.monotonic() < end, f"{file} did not appear"
        time.sleep(0.02)


@pytest.fixture
def bare(tmp_path):
    return Kit(tmp_path)


@pytest.fixture
def kit(bare):
    return bare.with_uv()


# ---------------------------------------------------------------- the entry


@pytest.mark.parametrize("name", FIRST_MET)
def test_an_old_python_can_read_what_it_meets_first(name):
    ast.parse((ROOT / name).read_text(encoding="utf-8"), feature_version=(3, 8))
    with pytest.raises(SyntaxError):  # the check itself sees newer syntax
        ast.parse((ROOT / "helpers/course/commands.py").read_text(encoding="utf-8"), feature_version=(3, 8))


def old_pythons():
    """Every older Python that runs on this machine, and this one that says it is old."""
    names = [shutil.which(f"python3.{minor}") for minor in range(6, 11)]
    names += [str(path) for path in Path.home().glob(".pyenv/versions/3.[6-9].*/bin/python")]
    runs = [name for name in names if name and subprocess.run([name, "--version"], capture_output=True).returncode == 0]
    return [(name, "") for name in runs] + [(sys.executable, "import sys; sys.version_info = (3, 8, 18, 'final', 0)")]


@pytest.mark.parametrize(("python", "first"), old_pythons())
def test_an_old_python_gets_a_sentence(bare, python, first):
    said = bare.fails("lab", python=python, first=first)
    assert "the kit needs Python 3.11 or newer. Install a newer Python" in said
    assert said.count("\n") == 1
    assert not (bare.folder / ".venv").exists()


def test_alone_it_lists_the_commands(bare):
    for arguments in [], ["--help"], ["-h"]:
        done = bare.run(*arguments)
        assert done.returncode == 0
        names = ["lab", "app", "test", "check", "fetch", "list", "copy", "doctor", "notebooks", "pages", "book"]
        assert [line.split()[0] for line in done.stdout.splitlines()[1:]] == names


def test_an_unknown_command_gets_the_closest_match(bare):
    assert "There is no command 'lba'. Did you mean 'lab'?" in bare.fails("lba")
    assert "Did you mean" not in bare.fails("qqqqqq")


def test_a_module_gets_its_arguments_in_the_environment(kit):
    kit.write("helpers/course/notebooks.py", "import sys\ndef main(argv):\n    print(sys.prefix, argv)\n    return 7\n")
    done = kit.run("notebooks", "--register", "a b")
    assert done.returncode == 7
    assert done.stdout.splitlines()[-1] == f"{kit.venv} ['--register', 'a b']"


# ---------------------------------------------------------------- an environment that stands


def test_for_real_with_venv_and_pip(bare):
    """Also the offline half: the next set-up cannot reach a registry, and what was there comes back."""
    bare.write("helpers/course/notebooks.py", "import sys\ndef main(argv):\n    print('runs in', sys.prefix)\n")
    done = bare.run("notebooks")
    assert done.returncode == 0, done
    assert "1 of 4  making .venv with venv" in done.stdout
    assert done.stdout.splitlines()[-1] == f"runs in {bare.venv}"
    assert (bare.venv / "etc/jupyter/jupyter_server_config.json").exists()
    bare.mark.touch()
    bare.write("requirements.lock", f"nowhere==1.0 --hash=sha256:{'0' * 64}\n")
    said = bare.fails("lab", PIP_INDEX_URL="http://127.0.0.1:9/", PIP_RETRIES="1")
    assert "Installing the packages failed" in said
    assert "The package registry could not be reached. Check the network" in said
    assert bare.mark.exists() and bare.no_leftovers()


def test_a_second_start_is_quick_and_changes_nothing(kit):
    kit.set_up()
    calls = kit.calls()
    start = time.monotonic()
    done = kit.run("test", "-k", "x")
    assert time.monotonic() - start < 2
    assert done.returncode == 0
    assert kit.calls() == calls and kit.mark.exists()
    assert "Making" not in done.stdout


@pytest.mark.parametrize(
    ("change", "because"),
    [
        (lambda kit: kit.out_of_date(), "this changed since it was made: requirements.lock"),
        (lambda kit: kit.write("pyproject.toml", PYPROJECT.replace('["helpers"]', '["x"]')), "made: pyproject.toml"),
        (lambda kit: (kit.venv / "kit-stamp.json").write_text("{"), "made: requirements.lock, pyproject.toml"),
        (lambda kit: (kit.venv / "kit-stamp.json").unlink(), "the one in .venv was not made by this command"),
        (lambda kit: shutil.rmtree(next(kit.venv.rglob("jupyterlab"))), "it is damaged (gone: jupyterlab)"),
        (lambda kit: shutil.rmtree(next(kit.venv.rglob("synthetic*.dist-info"))), "(gone: synthetic-or-human)"),
        (lambda kit: shutil.rmtree(kit.venv / ("Scripts" if os.name == "nt" else "bin")), "its Python is gone"),
        (lambda kit: (kit.venv / "kit-unfinished").touch(), "an earlier set-up did not finish"),
    ],
)
def test_what_is_damaged_or_out_of_date_is_made_anew(kit, change, because):
    kit.set_up()
    change(kit)
    done = kit.run("test")
    assert done.returncode == 0, done
    assert re.match(f"Making the environment, because .*{re.escape(because)}", done.stdout)
    assert not kit.mark.exists() and kit.no_leftovers()


def test_a_moved_folder_gets_an_environment_of_its_own(kit):
    kit.set_up()
    kit.folder = kit.folder.rename(kit.folder.with_name("elsewhere"))
    done = kit.run("test")
    assert done.returncode == 0
    assert "this changed since it was made: the folder" in done.stdout


def test_from_its_own_python_it_is_made_anew_from_outside(kit):
    kit.set_up().out_of_date()
    inside = kit.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if os.name == "nt":
        assert "must be made anew, from outside of it" in kit.fails("test", python=inside)
        return
    done = kit.run("test", "-k", "x", python=inside)
    assert done.returncode == 0, done
    assert not kit.mark.exists() and kit.no_leftovers()
    assert str(inside) not in (kit.folder / "uv_calls").read_text().splitlines()[-3]  # the base of the new one
    assert started(done)[0][-2:] == ["-k", "x"]
    assert kit.run("test", python=inside).returncode == 0  # and it serves when nothing is to be made


# ---------------------------------------------------------------- a set-up that fails


NO_NETWORK = "The package registry could not be reached"
WORDS = {  # what uv and pip wrote when they were made to fail
    "cause: failed to copy file: No space left on device (os error 28)": "The disk is full",
    "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device": "The disk is full",
    "error: Request failed after 3 retries in 4.1s\n cause: error sending request\n cause: dns error": NO_NETWORK,
    "connection broken by 'NameResolutionError(...)'\nERROR: No matching distribution found for x==1": NO_NETWORK,
    "cause: invalid peer certificate: UnknownIssuer": "The registry's certificate is not trusted here",
    "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.": "is not the one the kit asked for",
    "error: Hash mismatch for `x==1`": "is not the one the kit asked for",
    "ERROR: No matching distribution found for x==1": "The package registry has no file for this system",
    "error: Read-only file system (os error 30)": "A file could not be written",
    "words that nobody foresaw": "if it fails again, the last lines of that file say why",
}


@pytest.mark.parametrize("words", WORDS)
def test_the_words_of_a_tool_become_a_sentence(words):
    assert WORDS[words] in steps.cause(words)


def test_a_failing_step_says_why_and_the_old_environment_is_back(kit):
    kit.set_up().out_of_date()
    kit.write("uv_does", "print('No space left on device (os error 28)'); sys.exit(2)")
    said = kit.fails("lab")
    log = kit.folder / ".build" / "setup.log"
    assert said.startswith(f"Installing the packages failed (its words are in {log}). The disk is full")
    assert "No space left" in log.read_text(encoding="utf-8")
    assert kit.mark.exists() and kit.no_leftovers()


def test_a_first_set_up_that_fails_leaves_nothing_and_the_next_goes_on(kit):
    kit.write("uv_does", "sys.exit(2)")
    kit.fails("lab")
    assert not kit.venv.exists()
    kit.write(".venv/kit-unfinished", "")  # as a killed one leaves it
    assert "back in place" not in kit.run("lab").stdout
    assert not kit.venv.exists() and kit.no_leftovers()
    kit.write("uv_does", "")
    assert kit.run("test").returncode == 0


def test_no_ensurepip(bare):
    bare.write("shadow/ensurepip.py", "raise ModuleNotFoundError('No module named ensurepip')")
    said = bare.fails("lab", PYTHONPATH=str(bare.folder / "shadow"))
    assert "On Debian and Ubuntu run: sudo apt install python3-venv. Elsewhere install uv" in said
    assert not bare.venv.exists()


def test_too_little_room_is_said_before_anything_is_touched(kit):
    kit.set_up().out_of_date()
    nearly_full = "import shutil, types; shutil.disk_usage = lambda path: types.SimpleNamespace(free=3e8)"
    assert "The environment needs 1.5 GB and the disk has 0.3 GB left" in kit.fails("lab", first=nearly_full)
    assert kit.mark.exists() and kit.no_leftovers()


def test_a_disk_that_fills_up_under_our_own_files(kit):
    full = "import errno, pathlib\ndef write(*_, **__): raise OSError(errno.ENOSPC, 'No space left on device')\n"
    said = kit.fails("lab", first=full + "pathlib.Path.write_text = write")
    assert said.startswith("The disk is full")
    assert not kit.venv.exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full; the test above stands in")
def test_a_disk_that_is_really_full(kit):
    (kit.folder / ".build/setup.log").symlink_to("/dev/full")
    assert kit.fails("lab").startswith("The disk is full")
    assert not kit.venv.exists()


def test_a_folder_that_cannot_be_written(kit):
    shutil.rmtree(kit.folder / ".build")
    if Path("/sys/kernel").is_dir():  # not even root can write there
        (kit.folder / ".build").symlink_to("/sys/kernel")
    else:
        kit.folder.chmod(0o555)
    said = kit.fails("lab")
    kit.folder.chmod(0o755)
    assert "cannot be written to. Copy the kit into a folder of your own" in said
    assert not kit.venv.exists()


@pytest.mark.skipif(os.name == "nt", reason="no way to send Ctrl-C to one program alone on Windows")
def test_ctrl_c(kit):
    kit.set_up().out_of_date()
    kit.write("uv_does", "(here / 'busy').touch(); time.sleep(60)")
    process = kit.start("lab")
    wait_for(kit.folder / "busy")
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=10)
    assert process.returncode == 130
    assert err.strip() == "Stopped. To go on, run the same command again."
    assert "The environment from before is back in place." in out
    assert kit.mark.exists() and kit.no_leftovers()


def test_killed(kit):
    kit.set_up().out_of_date()
    kit.write("uv_does", "(here / 'busy').touch(); time.sleep(2)")
    process = kit.start("lab")
    wait_for(kit.folder / "busy")
    process.kill()
    process.communicate(timeout=10)
    assert not kit.mark.exists()
    kit.write("requirements.lock", "")  # what the environment from before was made of
    done = kit.run("test")
    assert done.returncode == 0
    if os.name != "nt":  # uv is still at work, and the next set-up must not come between
        assert "Another set-up is at work" in done.stdout
    assert "An earlier set-up was cut short; the environment from before is put back first." in done.stdout
    assert "Making" not in done.stdout
    assert kit.mark.exists() and kit.no_leftovers()


def test_killed_after_the_new_one_stands(kit):
    kit.set_up()
    shutil.copytree(kit.venv, kit.folder / ".venv.old", symlinks=True)
    assert kit.run("test").returncode == 0
    assert kit.mark.exists() and kit.no_leftovers()


def test_two_at_once(kit):
    kit.write("uv_does", "(here / 'busy').touch()\nwhile not (here / 'go').exists(): time.sleep(0.02)")
    first = kit.start("test")
    wait_for(kit.folder / "busy")
    second = kit.start("test")
    assert "Another set-up is at work in this folder; waiting until it is done" in second.stdout.readline()
    (kit.folder / "go").touch()
    for process in first, second:
        process.communicate(timeout=20)
        assert process.returncode == 0
    assert kit.calls() == ["venv", "pip", "pip"]


# ---------------------------------------------------------------- lab


def started(done):
    """What the stand-in for a program was given: its arguments and its environment variables."""
    return json.loads(next(line for line in done.stdout.splitlines() if line.startswith("[[")))


def test_lab_opens_the_first_notebook_on_this_computer_alone(kit):
    done = kit.run("lab", "--no-browser")
    arguments, variables = started(done)
    assert "--ServerApp.ip=127.0.0.1" in arguments
    assert "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb" in arguments
    assert f"--ServerApp.root_dir={kit.folder}" in arguments
    assert arguments[-1] == "--no-browser"
    assert not any("token" in argument or "password" in argument for argument in arguments)
    assert variables["JUPYTER_PREFER_ENV_PATH"] == "1"


@pytest.mark.parametrize("arguments", [["--ip=0.0.0.0"], ["--ip", "0.0.0.0"], ["--ServerApp.ip=*"]])
def test_lab_does_not_open_this_computer_to_others(kit, arguments):
    assert "--ip would open this computer to others" in kit.fails("lab", *arguments)


@pytest.mark.parametrize("arguments", [["--IdentityProvider.token="], ["--ServerApp.token", ""]])
def test_lab_keeps_its_token(kit, arguments):
    assert "An empty token would let anybody in" in kit.fails("lab", *arguments)


@pytest.fixture
def taken_port():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield str(other.getsockname()[1])


def test_a_port_that_is_named_and_taken(kit, taken_port):
    for arguments in ["--port", taken_port], [f"--port={taken_port}"], [f"--ServerApp.port={taken_port}"]:
        said = kit.fails("lab", *arguments)
        assert said.startswith(f"Port {taken_port} cannot be used: another program is using it. Name another one")


def test_the_usual_port_is_taken(kit, taken_port):
    done = kit.run("lab", JUPYTER_PORT=taken_port)
    assert f"Port {taken_port} cannot be used (another program is using it), so JupyterLab takes another" in done.stdout
    assert started(done)


# ---------------------------------------------------------------- app


def test_app_serves_this_computer_alone_and_asks_for_a_token(kit):
    arguments, variables = started(kit.run("app", "--no-browser", JUPYTER_TOKEN="", JUPYTER_CONFIG_DIR="mine"))
    assert "--Voila.ip=127.0.0.1" in arguments and "--token" in arguments
    assert re.fullmatch(r"[\w-]{32}", variables["JUPYTER_TOKEN"])
    assert variables["JUPYTER_TOKEN"] not in " ".join(arguments)
    assert variables["JUPYTER_NO_CONFIG"] == "1"  # a setting of the user's own could take the token away
    notebook = json.loads((kit.folder / arguments[-1]).read_text(encoding="utf-8"))
    assert [cell["source"].splitlines()[-1] for cell in notebook["cells"]] == ["app_page()"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--ip=0.0.0.0"],
        ["--Voila.ip=0.0.0.0"],
        ["--token="],
        ["other.ipynb"],
        ["--port", "8866", "--debug"],
        ["--port"],
    ],
)
def test_app_takes_nothing_that_would_let_others_in(kit, arguments):
    said = kit.fails("app", *arguments)
    assert said.startswith("app takes --no-browser and --port N, and got: ") or "--port must be a number" in said


@pytest.mark.parametrize("port", ["0", "65536", "eight", "-1", ""])
def test_app_takes_ports_that_there_are(kit, port):
    assert kit.fails("app", "--port", port).startswith(f"--port must be a number from 1 to 65535, and got: {port!r}.")


def test_app_and_a_port_that_is_taken(kit, taken_port):
    said = kit.fails("app", f"--port={taken_port}")
    assert said.startswith(f"Port {taken_port} cannot be used: another program is using it. Name another one")
    taken = f"import helpers.course.app; helpers.course.app.USUAL_PORT = {taken_port}"
    arguments, _ = started(kit.run("app", "--no-browser", first=taken))
    (port,) = [argument for argument in arguments if argument.startswith("--Voila.port=")]
    assert port not in (f"--Voila.port={taken_port}", "--Voila.port=0")


@pytest.mark.parametrize("opens", [True, False])
def test_app_says_its_address_when_it_answers_and_opens_it(opens, monkeypatch, capsys):
    opened = []
    monkeypatch.setattr(app.webbrowser, "open", opened.append)
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        app._announce(port, "secret", opens)
    assert capsys.readouterr().out == f"The decision tool and the cost tool: http://127.0.0.1:{port}/?token=secret\n"
    assert opened == ([f"http://127.0.0.1:{port}/?token=secret"] if opens else [])


def test_app_that_never_answers_is_not_announced(monkeypatch, capsys, taken_port):
    monkeypatch.setattr(app, "PATIENCE", 0)
    app._announce(int(taken_port), "secret", False)
    assert capsys.readouterr().out == ""


# ---------------------------------------------------------------- Jupyter's settings


def test_jupyter_takes_the_settings(tmp_path):
    """The real Jupyter reads what the set-up writes: hook and token are in, toasts and Voila's address are off."""
    environment.write_jupyter_settings(tmp_path)
    code = """
        from jupyter_server.serverapp import ServerApp
        from jupyterlab_server.settings_utils import _get_overrides
        app = ServerApp()
        app.initialize(argv=["--allow-root"], new_httpserver=False)
        hook = app.contents_manager.pre_save_hook
        print(hook.__module__, hook.__name__, len(app.identity_provider.token) > 20)
        print(_get_overrides("nowhere")[0]["@jupyterlab/apputils-extension:notification"])
        print(app.jpserver_extensions["voila.server_extension"])
    """
    folders = {"JUPYTER_CONFIG_PATH": str(tmp_path), "JUPYTER_CONFIG_DIR": str(tmp_path / "own")}
    folders |= {"JUPYTER_RUNTIME_DIR": str(tmp_path / "run"), "JUPYTER_DATA_DIR": str(tmp_path / "data")}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER_")}
    command = [sys.executable, "-c", textwrap.dedent(code)]
    done = subprocess.run(command, env={**kept, **folders}, capture_output=True, text=True, cwd=tmp_path)
    hook, toasts, voila = done.stdout.splitlines()
    assert hook == "helpers.course.save placeholder_hook True"
    assert toasts == "{'fetchNews': 'false', 'checkForUpdates': False}"
    assert voila == "False"


# ---------------------------------------------------------------- test


def test_the_browser_tests_are_left_out_unless_asked_for(kit):
    done = kit.run("test", "-k", "x")
    assert started(done)[0] == ["--ignore=tests/browser", "-k", "x"]
    assert done.stdout.splitlines()[-1].startswith("The browser tests were left out; ")


def test_the_browser_tests_are_told_where_the_browser_is(kit):
    done = kit.run("test", "--browser", "-x", KIT_CHROMIUM=sys.executable)
    arguments, variables = started(done)
    assert arguments == ["-x"]
    assert variables["KIT_CHROMIUM"] == sys.executable
    assert "left out" not in done.stdout


def test_no_browser_is_said_loudly(kit):
    said = kit.fails("test", "--browser", PATH=str(kit.tools))
    assert said.startswith("NO BROWSER TEST WAS RUN: neither Chromium nor Chrome was found. Install Chromium")


def test_the_exit_code_is_that_of_pytest(kit):
    kit.set_up()
    next(kit.venv.rglob("pytest/__main__.py")).write_text("raise SystemExit(5)")
    assert kit.run("test").returncode == 5


# ---------------------------------------------------------------- check


def ran(done):
    """What each stand-in was given, without the names of the tests."""
    lines = [json.loads(line)[0] for line in done.stdout.splitlines() if line.startswith("[[")]
    return [[word for word in words if not word.startswith("tests/")] for words in lines]


def test_check_sets_up_then_runs_style_and_rules(kit):
    done = kit.run("check")
    assert done.returncode == 0 and "1 of 4  making .venv" in done.stdout
    assert ran(done) == [["check", "."], ["format", "--check", "."], ["-q"]]
    assert done.stdout.splitlines()[-1] == "Style and house rules are kept. The tests say the rest."


def test_check_mends_first_when_asked_to(kit):
    mended = [["check", "--fix", "--quiet", "."], ["format", "--quiet", "."]]
    assert ran(kit.run("check", "--fix"))[:2] == mended
    assert "check takes nothing or --fix, and got: --fxi" in kit.fails("check", "--fxi")


def test_check_runs_all_three_when_one_fails_and_says_what_to_do(kit):
    kit.set_up()
    next(kit.venv.rglob("ruff/__main__.py")).write_text("raise SystemExit(1)")
    done = kit.run("check")
    assert done.returncode == 1 and ran(done) == [["-q"]]
    last = done.stdout.splitlines()[-1]
    assert re.fullmatch(r"To do: mend the code .*; bring the files into form with .* check --fix\.", last)


def test_check_for_real_on_a_kit_with_a_slip_of_each_kind(bare):
    """The real ruff and the real pytest take what they are given, and --fix mends what ruff can."""
    bare.write("pyproject.toml", PYPROJECT + '[tool.ruff]\nexclude = ["helpers", "backend.py"]\n')
    bare.write("slip.py", "import os\nx = ( 1 )\n")
    bare.write("tests/test_house_rules.py", 'def test_rule():\n    assert False, "a rule is broken"\n')
    names = re.findall(r"test_notebooks.py::(\w+)", (ROOT / "helpers/course/commands.py").read_text(encoding="utf-8"))
    bare.write("tests/test_notebooks.py", "\n\n\n".join(f"def {name}():\n    pass" for name in names) + "\n")
    here = "import sys; from helpers.course import environment; environment.set_up = lambda: None"
    here += "; environment.python = lambda: sys.executable"
    done = bare.run("check", first=here)
    assert done.returncode == 1
    assert "`os` imported but unused" in done.stdout and "1 file would be reformatted" in done.stdout
    assert "a rule is broken" in done.stdout and f"1 failed, {len(names)} passed" in done.stdout
    assert done.stdout.splitlines()[-1].count("; ") == 2

    bare.write("tests/test_house_rules.py", "def test_rule():\n    pass\n")
    assert bare.run("check", "--fix", first=here).returncode == 0
    assert (bare.folder / "slip.py").read_text() == "x = 1\n"


# ---------------------------------------------------------------- the rest


def test_other_errors_of_the_system_are_sentences_too():
    said = steps.sentence_for(IsADirectoryError(21, "Is a directory", "somewhere"))
    assert said == "somewhere: is a directory. Put that right and run the same command again."
