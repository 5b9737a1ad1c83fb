"""What the book is made of: a copy of the pages and notebooks in which every link leads to a page of the book.

A link to a file of code leads to a page that shows it, a number in bold to the output that measured it. Which pages
there are, and in which order, is read from the links.
"""

import html
import json
import os
import re
import shutil
from pathlib import Path

from helpers.course.findings import MIME, read_findings
from helpers.course.pages import NUMBER, all_notebooks
from helpers.course.save import TAG

__all__ = ["write_pages"]

SHOWN = {".py": "python", ".toml": "toml", "": "text"}  # files that get a page; others (.csv) are downloads
LINK = re.compile(r"\]\((?![a-z]+:)(?P<target>[^()\s#]+)(?P<anchor>#[^()\s]*)?\)")
# code comes first: what stands in it is no link and no number
MARK = re.compile(rf"(?P<code>^```.*?^```|`[^`\n]+`)|{LINK.pattern}|{NUMBER.pattern}", re.MULTILINE | re.DOTALL)
HUMAN_TEXT = (
    '<p class="kit-human-text">Sentences that people wrote: {}. They are never stored with a lesson; '
    "run the cell above to read them.</p>"
)


def write_pages(root: Path, target: Path) -> int:
    """Write the sources of the book: the README, the playbook, the notebooks, and all that they lead to.

    Parameters
    ----------
    root : path
        The checkout.
    target : path
        An empty folder.

    Returns
    -------
    int
        The number of pages.
    """
    book = _Book(root, target)
    for path in [root / "README.md", *sorted((root / "playbook").glob("*.md")), *all_notebooks(root)]:
        book.add(path)
    return book.write_contents()


class _Book:
    """The files of a checkout on their way into the book, and the links between them."""

    def __init__(self, root: Path, target: Path):
        self.root, self.target = root, target
        self.findings = read_findings(root / "playbook" / "findings.toml")
        self.links: dict[Path, list[Path]] = {}  # for each file, where it leads to, in order

    def add(self, path: Path) -> None:
        """Write a file, and every file that it leads to."""
        if path in self.links:
            return
        self.links[path] = []
        place = self.target / self.place(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".ipynb":
            place.write_text(json.dumps(self._notebook(path)), encoding="utf-8")
        elif self.place(path).suffix == ".md":
            place.write_text(self._text(path), encoding="utf-8")
        if path.suffix not in (".md", ".ipynb") and path.is_file():
            shutil.copy(path, place.with_name(path.name))
        for linked in self.links[path]:
            self.add(linked)

    def place(self, path: Path) -> Path:
        """Where in the book the page of a file stands; for a file without a page, the file."""
        path = path / "README.md" if path.is_dir() else path
        inside = path.relative_to(self.root)
        return inside.with_name(f"{path.name}.md") if path.suffix in SHOWN else inside

    def write_contents(self) -> int:
        """Give every page its place below the README of its folder, in that README's order; return their number."""
        pages = {self.place(path): links for path, links in self.links.items()}
        pages = {page: links for page, links in pages.items() if page.suffix in (".md", ".ipynb")}
        below: dict[Path, list[Path]] = {}
        for page in pages:
            folders = page.parents[1:] if page.name == "README.md" else page.parents
            if above := next((folder / "README.md" for folder in folders if folder / "README.md" in pages), None):
                below.setdefault(above, []).append(page)
        for readme, inside in below.items():
            order = [self.place(path) for path in pages[readme]]
            inside.sort(key=lambda page: (order.index(page) if page in order else len(order), page))
            entries = "\n".join(f"/{page.as_posix()}" for page in inside)
            with (self.target / readme).open("a", encoding="utf-8") as file:
                file.write(f"\n```{{toctree}}\n:hidden:\n\n{entries}\n```\n")
        return len(pages)

    # ---- what a page says

    def _text(self, path: Path) -> str:
        if path.is_dir():
            names = sorted(each.name for each in path.iterdir())
            return self._marked(f"# `{path.name}/`\n\n" + "\n".join(f"- [{name}]({name})" for name in names), path)
        if path.suffix == ".md":
            return self._marked(path.read_text(encoding="utf-8"), path)
        return (
            f"# `{path.name}`\n\n`{path.relative_to(self.root).as_posix()}` · {{download}}`download <{path.name}>`\n\n"
            f"```{{literalinclude}} {path.name}\n:language: {SHOWN[path.suffix]}\n```\n"
        )

    def _notebook(self, path: Path) -> dict:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "markdown":
                cell["source"] = self._marked("".join(cell["source"]), path)
            for output in cell.get("outputs", []):
                if "data" in output:
                    output["data"] = _shown(output["data"], output["metadata"])
        return notebook

    def _marked(self, text: str, path: Path) -> str:
        """Markdown with its links and numbers leading to the pages of the book."""

        def lead(found: re.Match) -> str:
            if found["code"]:
                return found[0]
            return self._link(found, path) if found["target"] else self._number(found[0], path)

        return MARK.sub(lead, text)

    def _link(self, found: re.Match, path: Path) -> str:
        linked = (_folder(path) / found["target"]).resolve()
        if not linked.exists():
            return found[0]  # Sphinx says where it is
        self.links[path].append(linked)
        anchor = found["anchor"] or ""
        # Jupyter keeps the capitals of a heading, the book does not
        return f"]({self._way(path, linked)}{anchor.lower() if linked.suffix == '.ipynb' else anchor})"

    def _number(self, text: str, path: Path) -> str:
        number, id = NUMBER.fullmatch(text).groups()
        if not number or id not in self.findings:
            return text
        entry = self.findings[id]
        notebook = self.root / "notebooks" / f"{entry['notebook']}.ipynb"
        page = self._way(path, notebook).removesuffix(".ipynb")
        claim = html.escape(entry["claim"]).replace("|", "&#124;")  # which would end the cell of a table
        return f'<a class="kit-number" href="{page}.html#{id}" title="{claim}">**{number}**</a>'

    def _way(self, path: Path, linked: Path) -> str:
        way = os.path.relpath(self.root / self.place(linked), _folder(path))
        return way.replace(os.sep, "/")


def _folder(path: Path) -> Path:
    return path if path.is_dir() else path.parent


def _shown(data: dict, metadata: dict) -> dict:
    """An output as the book shows it."""
    if TAG in metadata:
        return {"text/html": HUMAN_TEXT.format(metadata[TAG])}
    if "image/png" in data:
        alt = html.escape(metadata.get("image/png", {}).get("alt", ""))
        picture = "".join(data["image/png"]).replace("\n", "")
        return {"text/html": f'<img alt="{alt}" src="data:image/png;base64,{picture}">'}
    if MIME in data:
        return {"text/html": f'<div class="kit-finding" id="{data[MIME]["id"]}">{"".join(data["text/html"])}</div>'}
    return data
