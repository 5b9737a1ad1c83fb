"""Notebooks are run, stored and registered as the command says, and the pages say what the notebooks measured."""

import copy
import json
import shutil
import tomllib
from pathlib import Path

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.course import notebooks, pages
from helpers.course.findings import MIME, load_findings
from helpers.course.notebooks import NotebookError, find_notebooks, main, register, run_notebook, store_notebook
from helpers.course.pages import (
    all_notebooks,
    compare_stored_with_registry,
    notebook_name,
    refresh,
    stale_figures,
    stale_numbers,
)
from helpers.course.steps import BUILD
from helpers.course.strict import review_file

ROOT = Path(__file__).parents[1]

ENTRY = """
["t.share"]  # a person's note
claim = "A third survives."
value = 0.30  # set by the refresh
low = 0.25
high = 0.40
holds = "> 0.2"
format = ".2f"
unit = ""
notebook = "00_t"

["t.word"]
claim = "Nothing is gained."
value = "equivalent"
notebook = "00_t"
"""
PAGE = "# Page\n\nOf the words **0.30**<!-- t.share --> survive; it is **equivalent** <!-- t.word -->.\n"


def emitted(**data):
    return new_output("display_data", {"text/plain": "line", MIME: data})


@pytest.fixture
def kit(tmp_path):
    """A small checkout with one page, one registry and one notebook with stored outputs."""
    (tmp_path / "notebooks" / "solutions").mkdir(parents=True)
    (tmp_path / "playbook").mkdir()
    write(tmp_path / "playbook" / "findings.toml", "# header\n" + ENTRY)
    write(tmp_path / "playbook" / "page.md", PAGE.replace("** <!--", "**<!--"))
    write(tmp_path / "README.md", "Only **0.30**<!-- t.share -->\n")
    stored(
        tmp_path,
        emitted(id="t.share", value=0.3, low=0.2, high=0.4, repeats=3),
        emitted(id="t.word", word="equivalent"),
    )
    return tmp_path


@pytest.fixture
def live_kit(kit, monkeypatch):
    """The same, with the code of the kit in it, which a kernel takes before the installed one."""
    shutil.copytree(ROOT / "helpers", kit / "helpers", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setenv("PYTHONPATH", str(kit))
    return kit


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def stored(kit: Path, *outputs, name="00_t") -> Path:
    return code(kit, new_code_cell("1", outputs=list(outputs)), name=name)


def code(kit: Path, *cells, name="00_t") -> Path:
    path = kit / "notebooks" / f"{name}.ipynb"
    cells = [cell if isinstance(cell, dict) else new_code_cell(cell) for cell in cells]
    nbformat.write(new_notebook(cells=[new_markdown_cell("# T"), *cells]), path)
    return path


# ---- the kit's own notebooks and pages


def test_the_pages_say_what_was_measured():
    assert stale_numbers() == []


def test_stored_outputs_and_registry_agree():
    assert compare_stored_with_registry() == []


@pytest.mark.parametrize("path", all_notebooks(ROOT), ids=lambda path: path.stem)
def test_a_notebook_is_stored_as_the_command_stores_it(path):
    notebook = nbformat.read(path, as_version=4)
    tidy = copy.deepcopy(notebook)
    notebooks._tidy(tidy)
    assert notebook == tidy, f"run: python -m helpers notebooks {path.stem}"


# ---- finding


def test_notebooks_are_found_by_glob_less_the_ones_that_need_more(kit):
    for name in ("20_live", "10_more", "solutions/00_s"):
        code(kit, "1", name=name)
    assert [notebook_name(path, kit) for path in find_notebooks(kit)] == ["00_t", "10_more", "solutions/00_s"]
    assert [path.stem for path in find_notebooks(kit, ["20_live"])] == ["20_live"]
    assert [path.stem for path in find_notebooks(kit, [str(kit / "notebooks" / "10_more.ipynb"), "00_t"])] == [
        "00_t",
        "10_more",
    ]


def test_an_unknown_name_is_an_error_in_words(kit, capsys):
    assert main(["03_none"], kit) == 1
    assert "No notebook is called 03_none. There are: 00_t." in capsys.readouterr().err


# ---- running, in a real kernel

LESSON = """
from helpers.course.findings import finding
from helpers.course.texts import show_texts
import os, pandas as pd
finding("t.share", [0.33, 0.34, 0.35])
finding("t.word", "equivalent")
show_texts(pd.DataFrame({"text": ["what a person wrote"]}))
"""
BAR = "from tqdm.notebook import tqdm\nlist(tqdm(range(2)))\nprint(os.getcwd(), os.environ['KIT_STRICT'])"


def test_run_store_and_refresh(live_kit, capsys):
    path = code(live_kit, LESSON, BAR)
    ids = [cell["id"] for cell in json.loads(read(path))["cells"]]
    assert main(["--refresh"], live_kit) == 0, capsys.readouterr().err

    text = read(path)
    notebook = json.loads(text)
    assert "what a person wrote" not in "".join(str(cell["outputs"]) for cell in notebook["cells"][1:])
    assert "[1 human sentence; run the cell]" in text
    assert "widget-view" not in text and "widgets" not in notebook["metadata"]
    assert "0/2" in text  # the plain text of the bar
    assert f"{path.parent} 1" in text
    assert [cell["id"] for cell in notebook["cells"]] == ids
    assert all("execution" not in cell["metadata"] for cell in notebook["cells"])
    assert [cell["execution_count"] for cell in notebook["cells"][1:]] == [1, 2]
    assert notebook["metadata"] == {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }

    assert tomllib.loads(read(live_kit / "playbook" / "findings.toml"))["t.share"]["value"] == 0.34
    assert "**0.34**<!-- t.share -->" in read(live_kit / "playbook" / "page.md")
    assert read(live_kit / "README.md") == "Only **0.34**<!-- t.share -->\n"
    assert stale_numbers(live_kit) == compare_stored_with_registry(live_kit) == []
    assert "00_t  " in capsys.readouterr().out


def test_a_run_sees_no_decisions_of_a_learner_and_leaves_none(live_kit, tmp_path, monkeypatch):
    monkeypatch.setenv("KIT_REVIEWS", str(tmp_path / "learner"))
    learners = review_file("review_00")
    learners.write_text("decided")
    source = "from helpers.course.strict import review_file\nfile = review_file('review_00')\n"
    path = code(live_kit, source + "print(file.exists(), file)\nfile.touch()")
    for options in ([], ["--lenient"]):
        assert main(options, live_kit) == 0
        seen, _, used = json.loads(read(path))["cells"][1]["outputs"][0]["text"][0].strip().partition(" ")
        assert seen == "False" and Path(used) != learners and not Path(used).exists()
    assert learners.read_text() == "decided"


def test_a_learners_decisions_lie_where_git_sees_nothing(monkeypatch):
    assert review_file("review_05").parent != BUILD
    monkeypatch.delenv("KIT_REVIEWS")
    assert review_file("review_05") == BUILD / "review_05.db"


def test_a_failing_notebook_keeps_its_file_and_is_named(live_kit, capsys):
    path = code(live_kit, "1", "from helpers.course.findings import finding\nfinding('t.share', [0.5, 0.51, 0.52])")
    before, page = path.read_bytes(), read(live_kit / "playbook" / "page.md")
    assert main(["--refresh"], live_kit) == 1
    error = capsys.readouterr().err
    assert "00_t.ipynb, cell [2]: FindingError: finding 't.share': Outside the band" in error
    assert "No number was refreshed" in error
    assert path.read_bytes() == before
    assert read(live_kit / "playbook" / "page.md") == page
    assert not [child for child in psutil.Process().children() if "ipykernel_launcher" in " ".join(child.cmdline())]

    assert main(["--lenient"], live_kit) == 0
    assert "Look here: A third survives. Measured: 0.51" in read(path)


def test_an_endless_cell_and_a_dead_kernel_are_named(kit, monkeypatch):
    monkeypatch.setattr(notebooks, "SECONDS_A_CELL", 1)
    with pytest.raises(NotebookError, match=r"00_t.ipynb, cell \[1\]: .*timed out"):
        run_notebook(code(kit, "import time; time.sleep(60)"))
    with pytest.raises(NotebookError, match=r"cell \[1\]: Kernel died"):
        run_notebook(code(kit, "import os; os._exit(1)"))


def test_register_then_write_the_claim(live_kit, capsys):
    lesson = 'from helpers.course.findings import finding\nfinding("t.new", [0.31, 0.33, 0.32])\nfinding("t.n", 7)'
    path = code(live_kit, lesson)
    before = path.read_bytes()
    registry = live_kit / "playbook" / "findings.toml"
    text = read(registry)
    assert main(["--register", "t.new", "t.n"], live_kit) == 0, capsys.readouterr().err
    assert read(registry).startswith(text), "what a person wrote must stand as it was"
    assert path.read_bytes() == before
    entries = tomllib.loads(read(registry))
    assert entries["t.n"] == {
        "claim": "", "value": 7, "low": 7, "high": 7, "holds": "", "format": ",.0f", "unit": "", "notebook": "00_t",
    }  # fmt: skip
    new = entries["t.new"]
    assert (new["value"], new["format"], new["claim"], new["holds"]) == (0.32, ".1f", "", "")
    assert new["low"] < 0.32 < new["high"]
    with pytest.raises(ValueError, match="claim and holds still to be written by a person"):
        load_findings(registry)


def test_register_refuses_a_known_id_and_one_that_no_notebook_measures(kit, capsys):
    before = read(kit / "playbook" / "findings.toml")
    assert main(["--register", "t.share"], kit) == 1
    assert "t.share: registered already" in capsys.readouterr().err
    assert main(["--register", "t.nowhere"], kit) == 1
    assert 'no notebook has "t.nowhere" in its code' in capsys.readouterr().err
    assert read(kit / "playbook" / "findings.toml") == before


@pytest.mark.parametrize(("emissions", "times"), [([], 0), ([("t.new", 3), ("t.new", 4)], 2)])
def test_register_wants_an_id_measured_once(kit, monkeypatch, emissions, times):
    outputs = [emitted(id=id, value=n, low=n, high=n, repeats=None) for id, n in emissions]
    run = new_notebook(cells=[new_code_cell("1", outputs=outputs)])
    monkeypatch.setattr(notebooks, "run_notebook", lambda path, strict: run)
    with pytest.raises(NotebookError, match=f"t.new: measured {times} times in 00_t"):
        register(["t.new"], ["00_t"], kit)


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [
        (0.33, 0.31, 0.35, ".2f"),
        (0.0012, 0.001, 0.0014, ".4f"),
        (960.2, 880, 1050, ",.0f"),
        (7, 7, 7, ",.0f"),
        (0.5, 0.5, 0.5, ".3g"),
    ],
)
def test_the_guess_of_a_format(value, low, high, expected):
    assert notebooks._format(value, low, high) == expected


def test_storing_never_leaves_half_a_file(kit, monkeypatch):
    path = kit / "notebooks" / "00_t.ipynb"
    before = path.read_bytes()

    def full_disk(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(pages.os, "replace", full_disk)
    with pytest.raises(OSError, match="No space"):
        store_notebook(new_notebook(), path)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir() if file.is_file()] == ["00_t.ipynb"]


# ---- the registry, the stored outputs and the pages


def test_all_in_step(kit):
    assert compare_stored_with_registry(kit) == []
    assert stale_numbers(kit) == []
    assert refresh(kit) == []


def test_refresh_changes_values_and_nothing_that_a_person_wrote(kit):
    stored(kit, emitted(id="t.share", value=0.341, low=0.1, high=0.9, repeats=9), emitted(id="t.word", word="better"))
    assert refresh(kit) == [
        "t.share: 0.3 is now 0.341",
        "t.word: equivalent is now better",
        "playbook/page.md: 0.30 is now 0.34 (t.share)",
        "playbook/page.md: equivalent is now better (t.word)",
        "README.md: 0.30 is now 0.34 (t.share)",
    ]
    text = "# header\n" + ENTRY.replace("value = 0.30", "value = 0.341").replace('"equivalent"', '"better"')
    assert read(kit / "playbook" / "findings.toml") == text
    assert refresh(kit) == []


def test_refresh_refuses_a_value_outside_its_band_and_writes_nothing(kit):
    stored(kit, emitted(id="t.share", value=0.5, low=0.4, high=0.6, repeats=3))
    before = {path: path.read_bytes() for path in kit.rglob("*") if path.is_file()}
    with pytest.raises(ValueError, match=r"t\.share: needs numbers low <= value <= high"):
        refresh(kit)
    assert {path: path.read_bytes() for path in kit.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        ("**0.31**<!-- t.share -->", "playbook/page.md:2: t.share is 0.30, the page says 0.31"),
        ("**0.3**<!-- t.share -->", "t.share is 0.30, the page says 0.3"),
        ("**better**<!--t.word-->", "t.word is equivalent, the page says better"),
        ("**0.31**<!-- t.unknown -->", "t.unknown is not in playbook/findings.toml"),
        ("0.30<!-- t.share -->", "t.share has no number in bold before it"),
        ("**0.30** <!-- t.share -->", "t.share has no number in bold before it"),
        ("**7**<!-- t.unmeasured -->", "t.unmeasured is measured by no notebook's stored outputs"),
    ],
)
@pytest.mark.parametrize("name", ["playbook/page.md", "README.md"])
def test_a_wrong_number_of_a_page_is_named(kit, page, problem, name):
    with (kit / "playbook" / "findings.toml").open("a", encoding="utf-8", newline="\n") as file:
        file.write(ENTRY.split('["t.word"]')[0].replace("t.share", "t.unmeasured"))
    write(kit / name, f"# Page\n{page}\n")
    (found,) = stale_numbers(kit)
    assert problem.replace("playbook/page.md", name) in found


def test_other_comments_of_a_page_are_left_alone(kit):
    write(kit / "playbook" / "page.md", "**Bold** <!-- a remark. --> <!-- todo --> **0.30**\n")
    assert stale_numbers(kit) == []


SHARE = {"id": "t.share", "value": 0.3, "low": 0.2, "high": 0.4, "repeats": 3}
WORD = {"id": "t.word", "word": "equivalent"}


@pytest.mark.parametrize(
    ("emissions", "problem"),
    [
        ([SHARE | {"value": 0.31}, WORD], "t.share: 00_t shows 0.31, the registry has 0.30"),
        ([SHARE, WORD | {"word": "better"}], "t.word: 00_t shows better, the registry has equivalent"),
        ([SHARE], "t.word: registered, but no notebook's stored outputs have it"),
        ([SHARE, WORD, SHARE], "t.share: measured 2 times"),
        ([SHARE, WORD, {"id": "t.new", "word": "better"}], "t.new: measured by 00_t but not registered"),
    ],
)
def test_where_stored_outputs_and_registry_differ_it_is_named(kit, emissions, problem):
    stored(kit, *(emitted(**data) for data in emissions))
    (found,) = compare_stored_with_registry(kit)
    assert problem in found


def test_a_finding_measured_by_another_notebook_is_named(kit):
    stored(kit, emitted(**SHARE))
    stored(kit, emitted(**WORD), name="solutions/00_s")
    assert compare_stored_with_registry(kit) == ["t.word: measured by solutions/00_s, registered for 00_t"]


PICTURE = {"image/png": "aGVsbG8=", "text/plain": "a figure"}


def with_figure(kit, *bundles):
    cell = new_code_cell("draw()", metadata={"tags": ["figure-rows"]})
    cell.outputs = [new_output("display_data", data=data) for data in bundles]
    nbformat.write(new_notebook(cells=[cell]), kit / "notebooks" / "10_more.ipynb")
    return kit / "playbook" / "figures" / "rows.png"


def test_figures_of_the_pages_come_from_the_notebooks(kit):
    target = with_figure(kit, PICTURE)
    assert stale_figures(kit) == ["rows.png: missing"]
    assert "rows.png: missing" in refresh(kit)
    assert target.read_bytes() == b"hello" and stale_figures(kit) == []
    target.write_bytes(b"an older picture")
    assert stale_figures(kit) == ["rows.png: stale"]
    target.rename(target.with_name("other.png"))
    assert stale_figures(kit) == ["rows.png: missing", "other.png: no notebook makes it"]


def test_a_figure_cell_without_its_picture_is_named(kit):
    with_figure(kit)
    with pytest.raises(
        ValueError, match=r"10_more.ipynb: the cell tagged figure-rows .* exactly one picture; it stores 0"
    ):
        stale_figures(kit)


def test_figures_of_the_playbook_are_those_of_the_notebooks():
    assert stale_figures(ROOT) == []
