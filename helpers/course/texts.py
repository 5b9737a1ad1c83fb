"""Show sentences in a notebook without committing what people wrote."""

import html
from collections.abc import Mapping, Sequence

import pandas as pd
from IPython import get_ipython
from IPython.display import display

from helpers.course.save import TAG, placeholder

__all__ = ["show_bundle", "show_texts"]

# A page of output. More is slow to draw and nobody reads it.
MAX_ROWS = 200


def show_texts(table: pd.DataFrame, columns: Sequence[str] = ()) -> None:
    """Show the sentences of a table as a list that is easy to read.

    Human sentences are shown on the screen only: a saved notebook holds `[12 human sentences; run the cell]`.
    Machine-written ones may be saved, and are when every row of the column `origin` says `machine`. Sentences that a
    machine built from human ones may not; give them an `origin` of your words, such as "built from human ones".

    Parameters
    ----------
    table : DataFrame, at most 200 rows
        Has a column `text`. Without a column `origin`, or with another word in it than `machine`, it counts as human.
        One other word or phrase in all rows of `origin` becomes the caption on the screen.
    columns : sequence of str
        Other columns to show, in this order, before the text.

    Returns
    -------
    None
        So that no sentence reaches the notebook as the value of a cell.

    Raises
    ------
    TypeError, ValueError
        For anything but a DataFrame, for a missing column, for too many rows.

    Examples
    --------
    >>> show_texts(pd.DataFrame({"text": ["A fine film."], "mean_rating": [2.1]}), ["mean_rating"])
    [1 human sentence; run the cell]
    >>> show_texts(pd.DataFrame({"text": ["A fine film."], "origin": ["machine"]}))
    A fine film.
    """
    columns = [columns] if isinstance(columns, str) else list(columns)
    _check_table(table, [*columns, "text"])
    plain = "\n".join(" | ".join(_cell(value) for value in row) for row in _rows(table, columns))
    if "origin" in table and len(table) and table["origin"].eq("machine").all():
        show_bundle({"text/plain": plain, "text/html": _html(table, columns, "machine-written")})
        return
    named = table["origin"].unique() if "origin" in table else []
    origin = named[0] if len(named) == 1 and isinstance(named[0], str) else "human"
    bundle = {"text/plain": placeholder(len(table)), "text/html": _html(table, columns, origin)}
    show_bundle(bundle, {TAG: len(table)})


def show_bundle(bundle: Mapping[str, object], metadata: Mapping[str, object] | None = None) -> None:
    """Show one output in several forms; outside a notebook, print its plain text.

    Parameters
    ----------
    bundle : mapping of mime type to content
        Has `text/plain`.
    metadata : mapping, optional
        Stored with the output.

    Examples
    --------
    >>> show_bundle({"text/plain": "3 items", "text/html": "<b>3</b> items"})
    3 items
    """
    if get_ipython() is None:
        print(bundle["text/plain"])
    else:
        display(dict(bundle), raw=True, metadata=dict(metadata or {}))


def _check_table(table, needed: list[str]) -> None:
    if not isinstance(table, pd.DataFrame):
        raise TypeError(
            f"table must be a DataFrame; got {type(table).__name__}. Give rated_sentences(domain).head(12)."
        )
    missing = [name for name in needed if name not in table]
    if missing:
        have = ", ".join(map(str, table.columns))
        raise ValueError(f"table has no column {', '.join(missing)}; it has {have}. Rename one, or leave it out.")
    if len(table) > MAX_ROWS:
        raise ValueError(f"table may have at most {MAX_ROWS} rows; got {len(table)}. Give table.head(20), or a sample.")


def _rows(table: pd.DataFrame, columns: list[str]) -> list[tuple]:
    return list(zip(*(table[name] for name in [*columns, "text"]), strict=True))


def _cell(value) -> str:
    if isinstance(value, float):
        return "" if pd.isna(value) else f"{value:.2f}"
    return str(value)


def _html(table: pd.DataFrame, columns: list[str], origin: str) -> str:
    """An escaped table. Its class stops MathJax, which would set `$5 and $10` as a formula."""
    style = 'style="text-align: left; vertical-align: top; padding: 0.2em 0.8em 0.2em 0"'
    head = "".join(f'<th scope="col" {style}>{html.escape(name)}</th>' for name in [*columns, "text"])
    body = "".join(
        "<tr>" + "".join(f"<td {style}>{html.escape(_cell(value))}</td>" for value in row) + "</tr>"
        for row in _rows(table, columns)
    )
    sentences = f"sentence{'' if len(table) == 1 else 's'}"
    known = origin in ("human", "machine-written")
    caption = f"{len(table)} {origin} {sentences}" if known else f"{len(table)} {sentences}, {html.escape(origin)}"
    return (
        f'<table class="mathjax_ignore tex2jax_ignore"><caption style="text-align: left">{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )
