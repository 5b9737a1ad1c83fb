"""Keep human sentences out of saved notebooks.

`show_texts` tags its outputs; here tagged outputs are reduced to a line such as `[12 human sentences; run the cell]`
before a notebook reaches the disk. JupyterLab does it through `placeholder_hook`, the `notebooks` command through
`strip_human_text`. On the screen the sentences stay. So do those in a panel, whose widgets carry the tag as a class:
JupyterLab stores what widgets say only if told to (*Settings*, *Save Widget State Automatically*).
"""

from collections.abc import Iterator

__all__ = ["TAG", "placeholder", "placeholder_hook", "strip_human_text"]

# The key in an output's metadata; its value is the number of sentences. And a class of widgets.
TAG = "kit_human_text"


def placeholder(n) -> str:
    """The line that stands in a saved notebook where human sentences were shown.

    Parameters
    ----------
    n : int
        How many sentences. Anything but a whole number from 0 gives the line without a number.

    Returns
    -------
    str

    Examples
    --------
    >>> placeholder(12)
    '[12 human sentences; run the cell]'
    >>> placeholder(1)
    '[1 human sentence; run the cell]'
    >>> placeholder("?")
    '[human sentences; run the cell]'
    """
    if isinstance(n, bool) or not isinstance(n, int) or n < 0:
        return "[human sentences; run the cell]"
    return f"[{n} human sentence{'' if n == 1 else 's'}; run the cell]"


def strip_human_text(notebook: dict) -> int:
    """Reduce every tagged output of a notebook to its placeholder, in place.

    Outputs that were captured by a widget and stored with the notebook are found too, and so is what tagged widgets
    say. Nothing else is touched.

    Parameters
    ----------
    notebook : dict
        A notebook as parsed from its JSON (nbformat 4).

    Returns
    -------
    int
        The number of outputs and widgets reduced, counting those that were placeholders already.

    Raises
    ------
    TypeError
        When the notebook is no dict, since its outputs can't be seen then.

    Examples
    --------
    >>> output = {"data": {"text/html": "<p>a sentence</p>"}, "metadata": {"kit_human_text": 1}}
    >>> strip_human_text({"cells": [{"outputs": [output]}]})
    1
    >>> output["data"]
    {'text/plain': '[1 human sentence; run the cell]'}
    """
    if not isinstance(notebook, dict):
        raise TypeError(f"notebook must be a dict; got {type(notebook).__name__}. Parse the file's JSON first.")
    said = list(_said(notebook.get("metadata")))
    for state in said:
        state["value"] = placeholder(None)
    tagged = list(_tagged(notebook))
    for output in tagged:
        output["data"] = {"text/plain": placeholder(output["metadata"][TAG])}
        # An output knows no other place for text; an unknown key of a later format could be one.
        for key in set(output) - {"output_type", "data", "metadata", "execution_count"}:
            del output[key]
        output["metadata"] = {TAG: output["metadata"][TAG]}
    return len(tagged) + len(said)


def placeholder_hook(model: dict, path: str | None = None, contents_manager=None, **kwargs) -> None:
    """Reduce tagged outputs when Jupyter saves a notebook (a contents manager's `pre_save_hook`).

    Parameters
    ----------
    model : dict
        What is about to be saved; changed in place. Files and folders are left alone.
    path, contents_manager, kwargs
        Given by Jupyter; the path is only named in the error.

    Raises
    ------
    tornado.web.HTTPError
        When the notebook can't be searched. Jupyter refuses the save with these words and the work stays in the
        browser. Any other exception would only be logged, and the sentences saved.
    """
    if model.get("type") != "notebook" or model.get("content") is None:
        return
    try:
        strip_human_text(model["content"])
    except Exception as error:
        from tornado.web import HTTPError  # not at the top: this file must not need a server to be imported

        message = (
            f"{path or 'The notebook'} was not saved: its outputs could not be searched for human sentences "
            f"({type(error).__name__}). Clear the outputs (Edit, Clear Outputs of All Cells) and save again."
        )
        raise HTTPError(500, message, reason="Outputs could not be searched for human sentences") from error


def _said(node) -> Iterator[dict]:
    """The state of every widget below `node` that has the tag among its classes."""
    if isinstance(node, dict):
        if TAG in (node.get("_dom_classes") or ()):
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from _said(child)


def _tagged(node) -> Iterator[dict]:
    """Every output below `node` that carries the tag."""
    if isinstance(node, dict):
        metadata = node.get("metadata")
        # a cell has metadata too, so a tag that someone gave to a cell must not empty the cell
        if isinstance(metadata, dict) and TAG in metadata and "cell_type" not in node and "cells" not in node:
            yield node
        else:
            for child in node.values():
                yield from _tagged(child)
    elif isinstance(node, list):
        for child in node:
            yield from _tagged(child)
