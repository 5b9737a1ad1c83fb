"""Human sentences stay on the screen: what Jupyter saves holds a line in their place, and all other work."""

import asyncio
import copy
import json

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from tornado.web import HTTPError
from traitlets.config import Config

from helpers.course.save import TAG, placeholder, placeholder_hook, strip_human_text
from helpers.course.texts import show_texts

SECRET = "what a person wrote"


def tagged(n=2):
    data = {"text/plain": SECRET, "text/html": f"<p>{SECRET}</p>", "application/json": {"a": SECRET}}
    return new_output("display_data", data, metadata={TAG: n})


def a_notebook():
    """A notebook with human text in an output, and with other work of every kind."""
    other = new_output("display_data", {"text/html": "<b>3</b>", "text/plain": "3"}, metadata={"mine": 1})
    stream = new_output("stream", text="printed\n")
    cell = new_code_cell("show()", outputs=[stream, tagged(), other], metadata={TAG: 1, "tags": ["x"]})
    return new_notebook(cells=[new_markdown_cell("my notes"), cell], metadata={"mine": [1, 2]})


def save(tmp_path, model, path="a.ipynb"):
    """Save through the contents manager of a Jupyter server, with the line of configuration that the set-up writes."""
    config = Config({"ContentsManager": {"pre_save_hook": "helpers.course.save.placeholder_hook"}})
    manager = AsyncLargeFileManager(root_dir=str(tmp_path), config=config)
    return asyncio.run(manager.save(model, path))


def test_jupyter_saves_the_placeholder_and_all_other_work(tmp_path):
    notebook = a_notebook()
    save(tmp_path, {"type": "notebook", "format": "json", "content": copy.deepcopy(notebook)})
    text = (tmp_path / "a.ipynb").read_text(encoding="utf-8")
    assert SECRET not in text
    saved = json.loads(text)
    assert [cell["source"] for cell in saved["cells"]] == [["my notes"], ["show()"]]
    assert saved["cells"][1]["outputs"][1]["data"] == {"text/plain": ["[2 human sentences; run the cell]"]}
    assert saved["cells"][1]["outputs"][2]["data"] == {"text/html": ["<b>3</b>"], "text/plain": ["3"]}
    assert saved["cells"][1]["outputs"][2]["metadata"] == {"mine": 1}
    assert saved["cells"][1]["metadata"] == {TAG: 1, "tags": ["x"]}
    assert saved["metadata"] == {"mine": [1, 2]}


def test_without_the_hook_the_sentence_would_be_saved(tmp_path):
    manager = AsyncLargeFileManager(root_dir=str(tmp_path))
    asyncio.run(manager.save({"type": "notebook", "format": "json", "content": a_notebook()}, "a.ipynb"))
    assert SECRET in (tmp_path / "a.ipynb").read_text(encoding="utf-8")


def test_a_notebook_that_cannot_be_searched_is_not_saved_and_jupyter_says_why(tmp_path):
    deep = []
    for _ in range(5000):
        deep = [deep]
    content = a_notebook()
    content.metadata["deep"] = deep
    with pytest.raises(HTTPError, match="could not be searched for human sentences"):
        save(tmp_path, {"type": "notebook", "format": "json", "content": content})
    assert not (tmp_path / "a.ipynb").exists()


@pytest.mark.parametrize("content", ['{"cells": []}', [1], 3])
def test_a_content_that_is_no_notebook_is_refused(content):
    with pytest.raises(HTTPError, match="not saved"):
        placeholder_hook({"type": "notebook", "content": content}, path="a.ipynb")


def test_files_and_folders_are_left_alone(tmp_path):
    save(tmp_path, {"type": "file", "format": "text", "content": "my words"}, "a.txt")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "my words"
    save(tmp_path, {"type": "directory"}, "folder")
    assert (tmp_path / "folder").is_dir()
    placeholder_hook({"type": "notebook", "content": None})


def test_captured_and_stored_by_a_widget_it_is_found_too():
    state = {"abc": {"model_name": "OutputModel", "state": {"outputs": [dict(tagged())]}}}
    notebook = new_notebook(metadata={"widgets": {"application/vnd.jupyter.widget-state+json": {"state": state}}})
    assert strip_human_text(notebook) == 1
    assert SECRET not in json.dumps(notebook)


def test_what_a_tagged_widget_says_is_not_stored(tmp_path):
    says = {"_dom_classes": ["other", TAG], "value": f"<p>{SECRET}</p>", "layout": "IPY_MODEL_b"}
    other = {"_dom_classes": ["other"], "value": "<p>3 of 9</p>"}
    state = {name: {"model_name": "HTMLModel", "state": each} for name, each in {"a": says, "b": other}.items()}
    widgets = {"widgets": {"application/vnd.jupyter.widget-state+json": {"state": state}}}
    save(tmp_path, {"type": "notebook", "format": "json", "content": new_notebook(metadata=copy.deepcopy(widgets))})
    text = (tmp_path / "a.ipynb").read_text(encoding="utf-8")
    assert SECRET not in text
    widgets["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]["a"]["state"]["value"] = (
        "[human sentences; run the cell]"
    )
    assert json.loads(text)["metadata"] == widgets


@pytest.mark.parametrize("n", [None, "2", -1, True, 2.5, [SECRET]])
def test_a_strange_count_gives_a_line_without_it(n):
    notebook = new_notebook(cells=[new_code_cell("1", outputs=[tagged(n)])])
    strip_human_text(notebook)
    assert notebook.cells[0].outputs[0].data == {"text/plain": "[human sentences; run the cell]"}


def test_reducing_twice_changes_nothing_more():
    notebook = a_notebook()
    strip_human_text(notebook)
    once = copy.deepcopy(notebook)
    assert strip_human_text(notebook) == 1
    assert notebook == once


# ---- show_texts


@pytest.fixture
def show():
    """Call show_texts as in a notebook, and hand back the one output."""
    InteractiveShell.instance()

    def call(*arguments):
        with capture_output() as captured:
            assert show_texts(*arguments) is None
        (output,) = captured.outputs
        return output.data, output.metadata

    yield call
    InteractiveShell.clear_instance()


def test_human_sentences_are_escaped_and_tagged(show):
    table = pd.DataFrame({"text": ["5 > 3 & <b>bold</b>", "It's fine"], "mean_rating": [1.234, float("nan")]})
    data, metadata = show(table, ["mean_rating"])
    assert metadata == {TAG: 2}
    assert data["text/plain"] == placeholder(2) == "[2 human sentences; run the cell]"
    assert "5 &gt; 3 &amp; &lt;b&gt;bold&lt;/b&gt;" in data["text/html"]
    assert "<b>" not in data["text/html"]
    assert ">1.23<" in data["text/html"] and "nan" not in data["text/html"]
    assert '<th scope="col"' in data["text/html"] and "<caption" in data["text/html"]
    assert "mathjax_ignore" in data["text/html"]


@pytest.mark.parametrize(
    "origin", [["machine", "human"], ["machine", None], ["human", "human"], ["Machine", "machine"]]
)
def test_a_mixed_table_counts_as_human(show, origin):
    data, metadata = show(pd.DataFrame({"text": [SECRET, "b"], "origin": origin}))
    assert metadata == {TAG: 2}
    assert SECRET not in data["text/plain"]


def test_sentences_built_from_human_ones_are_named_and_not_stored(show):
    data, metadata = show(pd.DataFrame({"text": [SECRET, "b"], "origin": "built from <human> ones"}))
    assert metadata == {TAG: 2} and SECRET not in data["text/plain"]
    assert ">2 sentences, built from &lt;human&gt; ones<" in data["text/html"]


def test_machine_sentences_may_be_stored(show):
    data, metadata = show(pd.DataFrame({"text": ["made up"], "origin": ["machine"]}))
    assert TAG not in metadata
    assert data["text/plain"] == "made up"


def test_an_empty_table_is_shown_as_empty(show):
    assert show(pd.DataFrame({"text": []}))[0]["text/plain"] == "[0 human sentences; run the cell]"


@pytest.mark.parametrize(
    ("table", "columns", "message"),
    [
        (["a"], (), "must be a DataFrame; got list"),
        (pd.DataFrame({"words": ["a"]}), (), "no column text; it has words"),
        (pd.DataFrame({"text": ["a"]}), ["mean"], "no column mean"),
        (pd.DataFrame({"text": ["a"] * 201}), (), "at most 200 rows; got 201"),
    ],
)
def test_a_bad_table_is_refused_in_words(table, columns, message):
    with pytest.raises((TypeError, ValueError), match=message):
        show_texts(table, columns)
