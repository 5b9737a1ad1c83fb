"""`doctor`, run as a user runs it: in a copy of the kit with a stand-in for the environment, each fault provoked."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from test_environment import HUMAN_TEXT, ROOT, Kit

from helpers.course import doctor

LOCK = f"six==1.17.0 \\\n    --hash=sha256:{'0' * 64}\nelsewhere==1.0 ; sys_platform == 'nowhere' \\\n"
FONT_MANAGER = """
def FontProperties(): pass
def findfont(font, fallback_to_default): return "fonts/DejaVuSans.ttf"
"""


def looks(done):
    """What each check said, by name; all lines are `ok` or `look`, but the last."""
    lines = done.stdout.splitlines()
    assert lines[-2] == "" and all(line[:6] in ("ok    ", "look  ") for line in lines[:-2]), done
    said = {line[6:19].strip(): (line[:6].strip(), line[19:]) for line in lines[:-2]}
    stopping = lines[-1].startswith("The lab will not work until this is put right: ")
    assert done.returncode == stopping
    assert stopping or lines[-1].startswith("Nothing here stops the lab: ")
    return said, lines[-1].partition("put right: ")[2].rstrip(".").split(", ") if stopping else []


class Patient(Kit):
    """A copy of the kit whose environment is bare but for stand-ins of what doctor asks it about."""

    def examine(self, **options):
        return looks(self.run("doctor", **options))

    def healthy(self):
        self.write("requirements.lock", LOCK)
        self.set_up()
        self.site = next(self.venv.rglob("synthetic_or_human")).parent
        for name, text in {
            "seaborn.py": "def set_theme(): pass\n",
            "matplotlib/font_manager.py": FONT_MANAGER,
            "six-1.17.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: six\nVersion: 1.17.0\n",
        }.items():
            self.write(self.site / name, text)
        import packaging

        shutil.copytree(Path(packaging.__file__).parent, self.site / "packaging")
        browser = self.tools / ("chromium.bat" if os.name == "nt" else "chromium")
        browser.write_text("#!/bin/sh\n")
        browser.chmod(0o755)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = str(free.getsockname()[1])
        return self

    def examine_but_for(self, *names, **options):
        """Examine; all checks but the named ones must be ok. Return what these say, and what stops the lab."""
        said, stopping = self.examine(**{"JUPYTER_PORT": self.port, **options})
        assert [name for name, (mark, _) in said.items() if mark == "look"] == list(names), said
        for name in names:
            assert len(said[name][1]) > 40  # it says what to do, too
        return " | ".join(said[name][1] for name in names), stopping


@pytest.fixture
def fresh(tmp_path):
    return Patient(tmp_path)


@pytest.fixture
def kit(fresh):
    return fresh.with_uv().healthy()


def test_a_healthy_kit(kit):
    said, stopping = kit.examine(JUPYTER_PORT=kit.port)
    assert stopping == [] and {mark for mark, _ in said.values()} == {"ok"}
    assert list(said) == [name for name in doctor.CHECKS if name != "notebooks"]  # it is no repository
    assert said["fonts"][1] == "DejaVuSans.ttf" and said["packages"][1] == "as in requirements.lock (2 entries)"


def test_this_very_kit():
    """The real environment, with the real packages and fonts."""
    command = [sys.executable, "-m", "helpers", "doctor"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    said, _ = looks(done)
    assert "Traceback" not in done.stderr
    if said["environment"][0] == "ok":
        assert said["packages"][0] == "ok" and said["fonts"][1].endswith((".ttf", ".ttc", ".otf"))


def test_before_the_set_up(fresh):
    shutil.rmtree(fresh.folder / ".build")
    said, stopping = fresh.examine(JUPYTER_PORT="0")
    assert stopping == []
    assert said["environment"][0] == "look"
    assert said["environment"][1].startswith("must be made: there is none yet. ")
    assert said["packages"] == ("ok", "0 in requirements.lock, to be compared when the environment stands")
    assert "fonts" not in said
    assert said["human text"][1].endswith("fetch --from FILE")
    assert not (fresh.folder / ".build").exists() and not fresh.venv.exists()  # it changes nothing


def test_no_way_to_make_an_environment(fresh):
    fresh.write("shadow/ensurepip.py", "raise ModuleNotFoundError('No module named ensurepip')")
    said, stopping = fresh.examine(PYTHONPATH=str(fresh.folder / "shadow"))
    assert "sudo apt install python3-venv" in said["environment"][1] and stopping == ["environment"]


def test_an_environment_that_is_out_of_date_or_unfinished(kit):
    kit.write("pyproject.toml", (kit.folder / "pyproject.toml").read_text() + "\n[tool.setuptools.x]\ny = 1\n")
    said, stopping = kit.examine(JUPYTER_PORT=kit.port)
    assert "must be made: this changed since it was made: pyproject.toml" in said["environment"][1]
    assert "lab makes it" in said["environment"][1] and stopping == [] and "fonts" not in said
    (kit.folder / ".venv.old").mkdir()
    assert "was cut short" in kit.examine(JUPYTER_PORT=kit.port)[0]["environment"][1]


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_a_file_that_the_environment_is_made_from_is_gone(kit, name):
    (kit.folder / name).unlink()
    said, stopping = kit.examine(JUPYTER_PORT=kit.port)
    assert said["environment"][1].endswith("run: git restore requirements.lock pyproject.toml")
    assert "environment" in stopping


def test_a_stamp_that_is_no_stamp_hides_no_other_check(kit):
    (kit.venv / "kit-stamp.json").write_text("[]")
    said, _ = kit.examine(JUPYTER_PORT=kit.port)
    assert said["environment"][1].startswith("could not be checked (AttributeError: ")
    assert said["browser"][0] == "ok"


def test_a_package_of_another_version(kit):
    metadata = next(kit.site.glob("six-*/METADATA"))
    metadata.write_text(metadata.read_text().replace("Version: 1.17.0", "Version: 1.16.0"))
    said, stopping = kit.examine_but_for("packages")
    assert said.startswith(
        "1 not as in requirements.lock: six 1.16.0, not 1.17.0. To make the environment anew, delete"
    )
    assert stopping == []


def test_a_package_that_is_missing(kit):
    shutil.rmtree(next(kit.site.glob("six-*")))
    said, stopping = kit.examine_but_for("packages")
    assert "six is missing, not 1.17.0" in said and stopping == ["packages"]


def test_versions_that_cannot_be_asked_for(kit):
    shutil.rmtree(kit.site / "packaging")  # and this environment has no pip
    said, stopping = kit.examine_but_for("packages")
    assert "could not be asked for their versions (ModuleNotFoundError" in said and stopping == []


@pytest.mark.parametrize("line", ["numpy", "numpy>=1", "numpy==2.0", "<<<<<<< HEAD", "    --hash=sha256:12", "\x00"])
def test_a_damaged_line_of_the_lock(fresh, line):
    fresh.write("requirements.lock", LOCK + line + "\n")
    said, stopping = fresh.examine()
    assert said["packages"][1].startswith("line 4 of requirements.lock is damaged: ")
    assert said["packages"][1].endswith("run: git restore requirements.lock") and stopping == ["packages"]


def test_every_line_of_the_real_lock_is_understood():
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    matches = [doctor.LOCK_LINE.fullmatch(line) for line in lines]
    assert all(matches)
    assert sum(match[1] is not None for match in matches) == sum("==" in line.partition(";")[0] for line in lines)


def test_the_human_text_is_not_there_or_damaged(kit):
    text = kit.folder / ".build/human_text/text.tar.gz"
    text.write_bytes(HUMAN_TEXT[:-1])
    assert "damaged, in " in kit.examine_but_for("human text")[0]
    text.unlink()
    said, stopping = kit.examine_but_for("human text")
    assert said.startswith(f"not in {text.parent} yet. ") and "fetch --from FILE" in said and stopping == []
    text.mkdir()
    said, stopping = kit.examine_but_for("human text")
    assert "is a directory" in said.lower() or "cannot be written" in said
    assert stopping == ["human text"]


def test_the_disk_is_nearly_full(kit, fresh):
    first = "import shutil, types; shutil.disk_usage = lambda path: types.SimpleNamespace(free=3e8)"
    said, stopping = kit.examine_but_for("free disk", first=first)
    assert said == "0.3 GB free. Free some room: notebooks that are saved need 0.5 GB." and stopping == []
    shutil.rmtree(kit.venv)
    said, stopping = kit.examine(first=first)
    assert said["free disk"][1] == "0.3 GB free. Free some room: the environment needs 1.5 GB."
    assert stopping == ["free disk"]


def test_the_folder_cannot_be_written_to(kit):
    first = "import errno, tempfile\ndef fail(dir): raise PermissionError(errno.EACCES, 'Permission denied', 'tmp1')\n"
    said, stopping = kit.examine_but_for("folder", first=first + "tempfile.TemporaryFile = fail")
    assert (
        f"no file can be made in it. {kit.folder} cannot be written to. Copy the kit into a folder of your own" in said
    )
    assert stopping == ["folder"]


def test_the_port_is_taken(kit):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        said, stopping = kit.examine_but_for("port", JUPYTER_PORT=port)
    assert said.startswith(f"{port} cannot be used: another program is using it. JupyterLab takes another one")
    assert stopping == []


@pytest.mark.parametrize("port", ["abc", "70000", "-1", ""])
def test_a_port_that_is_none(kit, port):
    said, stopping = kit.examine_but_for("port", JUPYTER_PORT=port)
    assert said.startswith(f"JUPYTER_PORT is {port!r}, which is no port. Remove") and stopping == ["port"]


def test_no_port_at_all(kit):
    first = "import socket\ndef bind(*_): raise OSError(99, 'Cannot assign requested address')\n"
    first += "socket.socket = type('Deaf', (socket.socket,), {'bind': bind})"
    said, stopping = kit.examine_but_for("port", first=first)
    assert said.startswith("no port of 127.0.0.1 can be used: cannot assign requested address. JupyterLab needs the")
    assert stopping == ["port"]


def test_no_browser(kit):
    next(kit.tools.glob("chromium*")).unlink()
    said, stopping = kit.examine_but_for("browser", PATH=str(kit.tools))
    assert said.startswith("no Chromium and no Chrome on the PATH. The lab opens in any browser;") and stopping == []


def test_no_font(kit):
    (kit.site / "matplotlib/font_manager.py").write_text(FONT_MANAGER.replace("return", "raise ValueError #"))
    said, stopping = kit.examine_but_for("fonts")
    assert said.startswith("no sans-serif font for the figures. Install DejaVu Sans.") and stopping == []


def test_figures_that_cannot_be_drawn(kit):
    (kit.site / "seaborn.py").write_text("import nowhere")
    said, stopping = kit.examine_but_for("fonts")
    assert "does not run (ModuleNotFoundError: No module named 'nowhere')" in said and stopping == ["fonts"]


@pytest.mark.skipif(not shutil.which("git"), reason="compares with what git holds")
def test_notebooks_that_differ(kit):
    def git(*arguments):
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *who, *arguments], cwd=kit.folder, check=True, capture_output=True)

    tools = os.pathsep.join([str(kit.tools), os.path.dirname(shutil.which("git")), os.defpath])
    kit.write("notebooks/a.ipynb", "1")
    git("init")
    git("add", "notebooks")
    git("commit", "-m", "a")
    kit.write("notebooks/mine.ipynb", "1")  # of their own: no original
    assert kit.examine(PATH=tools, JUPYTER_PORT=kit.port)[0]["notebooks"] == ("ok", "as they came")
    kit.write("notebooks/a.ipynb", "2")
    said, stopping = kit.examine_but_for("notebooks", PATH=tools)
    assert said.startswith("1 differs from the original. Your own answers do that.") and stopping == []
    assert said.endswith("git restore notebooks")


def test_a_terminal_without_the_letters_of_the_path(kit):
    said, _ = kit.examine_but_for(PYTHONIOENCODING="ascii")
    assert said == ""


@pytest.mark.skipif(not shutil.which("unshare"), reason="no way to cut the network here")
def test_with_the_network_cut():
    cut = ["unshare", "-n"]
    if subprocess.run([*cut, "true"], capture_output=True).returncode:
        cut = []  # not permitted here; the test then holds only that it asks nothing of a network
    done = subprocess.run([*cut, sys.executable, "-m", "helpers", "doctor"], cwd=ROOT, capture_output=True, text=True)
    said, stopping = looks(done)
    assert "Traceback" not in done.stderr and said["environment"][0] in ("ok", "look")
    assert stopping in ([], ["port"])  # without any interface JupyterLab could not serve


def test_a_check_that_breaks_hides_no_other(kit):
    first = "import shutil\ndef fail(path): raise OSError(5, 'Input/output error')\nshutil.disk_usage = fail"
    said, stopping = kit.examine_but_for("free disk", first=first)
    assert said.startswith("could not be checked (OSError: [Errno 5] Input/output error). If the lab works, never mind")
    assert stopping == []


def test_doctor_takes_nothing(fresh):
    assert fresh.fails("doctor", "--all").startswith("doctor takes nothing, and got: --all. Run: ")
