"""`list` and `copy`, run as a user runs them. That the files work alone, and say what they need, is a house rule."""

import ast
import errno
import os
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from rules.helpers import bare

from helpers import __version__
from helpers.__main__ import main
from helpers.course import copying, steps

ROOT = Path(__file__).resolve().parents[1]
TOPICS = sorted(file.stem for file in (ROOT / "helpers").glob("*.py") if not file.name.startswith("__"))
STAMP = f'\n\nCopied from "Synthetic or human?" {__version__}; keep this header.\n"""\n'


def run(*arguments, cwd=ROOT, **variables):
    """Run a command of the kit, without the settings of the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KIT_", "PYTHON", "COLUMNS"))}
    command = [sys.executable, "-m", "helpers", *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, env={**kept, **variables}, capture_output=True, text=True, encoding="utf-8")
    assert "Traceback" not in done.stderr
    return done


def fails(*arguments, **options):
    """Run a command that must fail; return the sentence that it says and nothing else."""
    done = run(*arguments, **options)
    assert (done.returncode, done.stdout) == (1, ""), done
    return done.stderr.strip()


@pytest.fixture
def kit(tmp_path):
    """A copy of the kit that a test may damage."""
    for part in "helpers", "helpers/course":
        shutil.copytree(ROOT / part, tmp_path / "kit" / part, dirs_exist_ok=True)
    return tmp_path / "kit"


@pytest.fixture
def project(tmp_path):
    """An empty folder whose name has a space and a letter that is not ASCII."""
    folder = tmp_path / "mein Übungsprojekt"
    folder.mkdir()
    return folder


def files(folder):
    return sorted(path.name for path in folder.iterdir())


# ---------------------------------------------------------------- list


def test_list_names_every_file_with_needs_and_lines():
    said = run("list", COLUMNS="120").stdout
    rows = {line.split()[0]: line for line in said.splitlines() if line and line.split()[0] in TOPICS}
    assert sorted(rows) == TOPICS
    assert re.fullmatch(
        r"exchange +What other data are .* with an interval +numpy, pandas, scipy +\d+", rows["exchange"]
    )
    assert rows["trials"].endswith(f" {len((ROOT / 'helpers/trials.py').read_text().splitlines())}")


@pytest.mark.parametrize("columns", [80, 100, 200])
def test_the_table_fits_the_terminal(columns):
    lines = run("list", COLUMNS=str(columns)).stdout.splitlines()
    assert max(map(len, lines)) <= min(columns, 120)


def test_list_in_a_bare_process_without_any_package(kit):
    command = [sys.executable, "-S", "-m", "helpers", "list"]
    done = subprocess.run(command, cwd=kit, capture_output=True, text=True)
    assert done.returncode == 0, done
    assert all(topic in done.stdout for topic in TOPICS)


def test_a_file_that_is_not_meant_to_be_copied_is_left_out(kit):
    (kit / "helpers/notes.py").write_text("x = 1\n")
    assert "notes" not in run("list", cwd=kit).stdout


@pytest.mark.parametrize("content", [b"def (:\n", b"\xff\xfe", b"x = '\0'"])
def test_a_damaged_file(kit, content):
    (kit / "helpers/trials.py").write_bytes(content)
    said = fails("list", cwd=kit)
    assert said.startswith("helpers/trials.py is damaged: Python cannot read it")
    assert said.endswith("run: git restore helpers/trials.py")


def test_no_file_at_all(kit):
    for topic in TOPICS:
        (kit / f"helpers/{topic}.py").unlink()
    assert "holds no file to copy. To bring them back, run: git restore helpers" in fails("list", cwd=kit)


def test_list_takes_nothing():
    assert fails("list", "trials").startswith("list takes nothing, and got: trials. To copy a file: ")


# ---------------------------------------------------------------- copy


@pytest.mark.parametrize("topic", TOPICS)
def test_the_copy_is_the_file_with_the_version_in_its_header(topic, project):
    done = run("copy", topic, project)
    assert done.returncode == 0, done
    assert done.stdout.startswith(f"{topic} {__version__} is now in {project / topic}.py\n")
    original, copied = (folder / f"{topic}.py" for folder in (ROOT / "helpers", project))
    assert copied.read_text(encoding="utf-8").count(STAMP) == 1
    assert copied.read_text(encoding="utf-8").replace(STAMP, '\n"""\n') == original.read_text(encoding="utf-8")
    assert files(project) == [f"{topic}.py"]


@pytest.mark.parametrize("topic", TOPICS)
def test_the_three_lines_that_are_printed_run_in_a_bare_process(topic, project):
    said = run("copy", topic, project / f"my_{topic}.py").stdout
    after = said.partition("Three lines")[2]
    lines = [line.removeprefix("    ") for line in after.splitlines() if line.startswith("    ")]
    assert len(lines) == 3 and f"my_{topic}" in "".join(lines)
    assert max(map(len, lines)) <= 116
    shown = {  # a new file needs an entry
        "trials": "better",
        "exchange": "3,162 [",
        "augmentation": "50 50",
        "imbalance": "calibration_ratio",
        "opinions": "opposite_signs",
        "agreement": "ReplacementTest(replaces=True",
        "collapse": "generation",
        "text": "'rare_kept'",
        "routing": "] [",
        "provenance": "parents_missing",
        "filters": "only_this",
        "cost": "per_useful_label",
        "prelabels": "Leave it, or let two people agree",
        "simulation": "TSTR",
        "decide": "# Decision record",
        "review": "Progress(total=2, decided=1, skipped=0)",
    }[topic]
    (project / "use.py").write_text("\n".join(lines) + ("\nprint(len(X), len(y))" if topic == "augmentation" else ""))
    done = bare(project, "use.py")
    assert done.returncode == 0, done.stderr
    assert shown in done.stdout
    assert "\n".join(f"    {line}" for line in lines) in (project / f"my_{topic}.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("topic", TOPICS)
def test_the_pip_line_names_what_the_header_declares(topic, project):
    said = run("copy", topic, project).stdout
    if not copying.helpers()[topic].needs:
        assert "It needs no packages." in said and "-m pip" not in said
        return
    line = next(line for line in said.splitlines() if "-m pip install" in line)
    needs = {need.name: need for need in map(Requirement, line.partition("install ")[2].replace('"', "").split())}
    assert set(needs) == set(copying.helpers()[topic].needs)
    assert all(need.specifier.contains(metadata.version(name)) for name, need in needs.items())


def test_a_file_that_needs_no_package(kit, project):
    (kit / "helpers/plain.py").write_text('"""Plain. More.\n\nNeeds: the standard library. Licence: MIT."""\nx = 1\n')
    said = run("copy", "plain", project, cwd=kit).stdout
    assert "It needs no packages." in said and "-m pip" not in said and "Three lines" not in said
    assert ast.get_docstring(ast.parse((project / "plain.py").read_text())).endswith(STAMP.strip()[:-4])


@pytest.mark.parametrize("name", ["trials", "trials.py", "helpers/trials.py", "helpers\\trials.py"])
def test_a_topic_may_be_named_by_its_file(name, project):
    assert run("copy", name, project).returncode == 0
    assert files(project) == ["trials.py"]


def test_a_path_that_ends_in_py_is_a_file_unless_it_is_a_folder(project):
    run("copy", "trials", project / "compare_arms.py")
    (project / "package.py").mkdir()
    run("copy", "trials", project / "package.py")
    assert files(project) == ["compare_arms.py", "package.py"]
    assert files(project / "package.py") == ["trials.py"]


def test_a_file_that_is_there_is_left_alone_unless_forced(project):
    copied = project / "trials.py"
    copied.write_text("mine\n")
    assert fails("copy", "trials", project) == (
        f"{copied} exists already and was left as it is. To replace it, run the same command with --force; what you "
        "changed in it is then lost."
    )
    assert copied.read_text() == "mine\n"
    assert run("copy", "--force", "trials", project).returncode == 0
    assert STAMP in copied.read_text(encoding="utf-8")


def test_another_version_replaces_a_copy(kit, project):
    run("copy", "trials", project)
    (kit / "helpers/__init__.py").write_text('"""Later."""\n__version__ = "9.9.9"\n')
    assert run("copy", "trials", project, "--force", cwd=kit).stdout.startswith("trials 9.9.9 is now in ")
    text = (project / "trials.py").read_text(encoding="utf-8")
    assert '" 9.9.9; keep' in text and text.count("Copied from") == 1


def test_a_link_that_leads_nowhere_is_there_too(project):
    (project / "trials.py").symlink_to(project / "nowhere")
    assert "exists already" in fails("copy", "trials", project)


@pytest.mark.parametrize(
    ("topic", "hint"), [("trails", " Did you mean 'trials'?"), ("qqqq", ""), ("__main__", ""), ("", ""), ("..", "")]
)
def test_an_unknown_topic(topic, hint, project):
    said = fails("copy", topic, project)
    assert said == f"There is no file to copy named '{topic}'.{hint} What can be copied: {', '.join(TOPICS)}."
    assert files(project) == []


@pytest.mark.parametrize("topic", ["course/fetch", "course.fetch", "fetch", "course", "panels", "helpers/panels/x.py"])
def test_files_of_the_lessons_are_not_copied(topic, project):
    assert fails("copy", topic, project) == (
        f"'{topic}' belongs to the lessons: it leans on other files of the kit, so a copy of it would not work alone. "
        f"What can be copied: {', '.join(TOPICS)}."
    )
    assert files(project) == []


@pytest.mark.parametrize("arguments", [[], ["trials"], ["trials", "a", "b"], ["trials", "--forse", "a"]])
def test_the_wrong_arguments(arguments):
    said = fails("copy", *arguments)
    assert said.startswith("copy takes a topic, a place and, if you like, --force, and got: ")
    assert " ".join(arguments) in said


def test_a_folder_that_is_not_there(project):
    wish = project / "new one"
    said = fails("copy", "trials", wish)
    assert said.startswith(f"There is no folder {wish}. Correct the name, or make it (mkdir ")
    assert fails("copy", "trials", wish / "trials.py") == said
    make = re.search(r"\((mkdir .*)\)", said)[1]
    subprocess.run(make, shell=True, check=True)
    assert run("copy", "trials", wish).returncode == 0


def test_a_file_where_a_folder_should_be(project):
    (project / "notes").write_text("mine")
    for wish in "notes", "notes/trials.py":
        said = fails("copy", "trials", project / wish)
        assert said == f"{project / 'notes'} is a file. Name a folder, or a path that ends in .py."
    (project / "trials.py").mkdir()
    assert fails("copy", "trials", project, "--force").startswith(f"{project / 'trials.py'} is a folder. Name another")


@pytest.mark.parametrize("name", ["my-trials.py", "2trials.py", "class.py"])
def test_a_name_that_python_cannot_import(name, project):
    said = fails("copy", "trials", project / name)
    assert said.startswith(f"Python could not import a file named {name}. ") and said.endswith("such as my_trials.py.")


@pytest.mark.parametrize("name", ["random.py", "numpy.py"])
def test_a_name_that_would_hide_a_module(name, project):
    said = fails("copy", "trials", project / name)
    assert said.startswith(f"A file named {name} would hide the module {name[:-3]} from Python. Name it otherwise")


def test_the_kit_is_not_overwritten(kit):
    before = (kit / "helpers/trials.py").read_bytes()
    for place in "helpers", "helpers/trials.py", "helpers/course":
        assert "lies in the kit's own folder of helpers" in fails("copy", "trials", place, "--force", cwd=kit)
    assert (kit / "helpers/trials.py").read_bytes() == before


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="no folder that not even root can write to")
def test_a_folder_that_cannot_be_written_to():
    assert fails("copy", "trials", "/sys/kernel") == "/sys/kernel cannot be written to. Name a folder of your own."


REASONS = {
    errno.ENOSPC: "The disk that holds {} is full. Free some room and run the same command again.",
    errno.EDQUOT: "The disk that holds {} is full. Free some room and run the same command again.",
    errno.EROFS: "{} cannot be written to. Name a folder of your own.",
    errno.EACCES: "{} cannot be written to. Name a folder of your own.",
    errno.EIO: "{}/trials.py: input/output error. Put that right and run the same command again.",
}


@pytest.mark.parametrize("number", REASONS)
@pytest.mark.parametrize("step", ["write_bytes", "replace"])
def test_a_copy_that_fails_half_way_leaves_what_was_there(number, step, project, monkeypatch, capsys):
    copied = project / "trials.py"
    copied.write_text("mine\n")

    def fail(*arguments):
        if step == "write_bytes":
            with open(arguments[0], "wb") as part:
                part.write(arguments[1][:100])  # half of it is on the disk already
        raise OSError(number, os.strerror(number), str(arguments[0]))

    monkeypatch.setattr(Path if step == "write_bytes" else os, step, fail)
    assert main(["copy", "trials", str(project), "--force"]) == 1
    assert capsys.readouterr().err.strip() == REASONS[number].format(project)
    assert copied.read_text() == "mine\n" and files(project) == ["trials.py"]


def test_a_terminal_without_the_letters_of_the_path(project):
    done = run("copy", "trials", project, PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done
    assert "mein \\xdcbungsprojekt" in done.stdout


def test_a_home_folder(project):
    assert run("copy", "trials", "~", HOME=str(project), USERPROFILE=str(project)).returncode == 0
    assert files(project) == ["trials.py"]


def test_every_file_is_meant_to_be_copied():
    assert sorted(copying.helpers()) == TOPICS
    assert copying.FOLDER == steps.ROOT / "helpers"
