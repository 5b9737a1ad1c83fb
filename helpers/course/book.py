"""Build the book: the playbook and the lessons as they are stored, to read without Jupyter, without a network.

`python -m helpers book` writes `.build/book`. Nothing is run and nothing is listed by hand: the book holds every page
of the playbook, every notebook, and what their links lead to, in the order in which the READMEs name it.
"""

import argparse
import io
import os
import re
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Sequence
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from helpers.course.book_pages import heading, write_pages
from helpers.course.steps import COMMAND, ROOT

__all__ = ["BookError", "build_book", "main"]

STYLE, ICON = (Path(__file__).with_name(name) for name in ("book.css", "book.svg"))
SETTINGS = {
    "extensions": ["myst_nb"],
    "root_doc": "README",
    "language": "en",
    "nitpicky": True,
    # as stored: no kernel, and no program from another host for widgets or formulas ("$5 and $10" is no formula)
    "nb_execution_mode": "off",
    "nb_ipywidgets_js": {},
    "myst_update_mathjax": False,
    "myst_enable_extensions": ["tasklist"],
    "myst_heading_anchors": 6,
    "html_theme": "sphinx_book_theme",
    "html_theme_options": {
        "use_download_button": False,
        "use_fullscreen_button": False,
        "navbar_persistent": [],  # one field to search, at the left, is enough
        "search_bar_text": "Search",
        "footer_content_items": ["extra-footer.html"],
        "extra_footer": f"The lessons are shown as they are stored. To run them: <code>{COMMAND} lab</code>",
    },
    "html_context": {"default_mode": "auto"},
    "html_copy_source": False,
    "html_show_copyright": False,
    "html_use_index": False,
    "html_static_path": ["_static"],
    "html_css_files": [STYLE.name],
    "html_favicon": f"_static/{ICON.name}",
}


class BookError(Exception):
    """The book can't be built; says what is wrong where."""


def main(argv: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """The command `python -m helpers book`.

    Parameters
    ----------
    argv : sequence of str
        The words after `book`: none.
    root : path
        The checkout.

    Returns
    -------
    int
        0, or 1 when a page has a problem; the problems are printed, and a book from before stays.
    """
    argparse.ArgumentParser(prog="python -m helpers book", description="Build the book.").parse_args(argv)
    start = time.perf_counter()
    try:
        pages = build_book(root, target := root / ".build" / "book")
    except BookError as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"{pages} pages, {time.perf_counter() - start:.0f} s. Open {target / 'index.html'}")
    return 0


def build_book(root: Path, target: Path) -> int:
    """Build the book of a checkout.

    Parameters
    ----------
    root : path
        The checkout.
    target : path
        The folder to write. What stood there goes when the new book is whole.

    Returns
    -------
    int
        The number of pages.

    Raises
    ------
    BookError
        With one line for each problem: a warning of Sphinx is an error here.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="book-") as folder:
        source, new = Path(folder, "source"), Path(folder, "html")
        pages = write_pages(root, source)
        (source / "_static").mkdir()
        for file in (STYLE, ICON):
            shutil.copy(file, source / "_static")
        _run_sphinx(source, new, heading(root / "README.md"))
        shutil.copy(new / "README.html", new / "index.html")  # where a browser and a server look first
        shutil.rmtree(target, ignore_errors=True)
        new.rename(target)
    return pages


def _run_sphinx(source: Path, target: Path, title: str) -> None:
    said = io.StringIO()
    settings = {**SETTINGS, "project": title, "html_title": title}
    with patch_docutils(source), docutils_namespace(), warnings.catch_warnings():
        # not the pages' problem: its packages call each other by names that will go
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        doctrees = source.with_name("doctrees")
        app = Sphinx(source, None, target, doctrees, "html", settings, None, said, warningiserror=True)
        app.build()
    if app.statuscode:
        plain = re.sub(r"\x1b\[[\d;]*m", "", said.getvalue()).strip()
        raise BookError(plain.replace(f"{source}{os.sep}", ""))  # as the file is called in the checkout
