"""What the book is made of: a copy of the pages and notebooks in which every link leads to a page of the book.

A link to a file of code leads to a page that shows it, a number in bold to the output that measured it, and that output
back to the pages that cite it. Which pages there are, and in which order, is read from the links.
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

__all__ = ["heading", "write_pages"]

PAGES = (".md", ".ipynb")
SHOWN = {".py": "python", ".toml": "toml", "": "text"}  # files that get a page; others (.csv) are downloads
LINK = re.compile(r"\]\((?![a-z]+:)(?P<target>[^()\s#]+)(?P<anchor>#[^()\s]*)?\)")
# code comes first: what stands in it is no link and no number
MARK = re.compile(rf"(?P<code>^ *```.*?^ *```|`[^`\n]+`)|{LINK.pattern}|{NUMBER.pattern}", re.MULTILINE | re.DOTALL)
HUMAN_TEXT = (
    '<p class="kit-human-text">Sentences that people wrote: {}. They are not stored with the lesson; whoever runs it '
    "reads them here.</p>"
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
    book = _Book(root.resolve(), target)
    for path in [*book.pages, *all_notebooks(book.root)]:
        book.add(path)
    return book.write_contents()


class _Book:
    """The files of a checkout on their way into the book, and the links between them."""

    def __init__(self, root: Path, target: Path):
        self.root, self.target = root, target
        self.pages = [root / "README.md", *sorted((root / "playbook").glob("*.md"))]
        self.cited = {page: _cited(page.read_text(encoding="utf-8")) for page in self.pages}
        self.findings = read_findings(root / "playbook" / "findings.toml")
        self.links: dict[Path, list[Path]] = {}  # for each file of the book, where it leads to, in order

    def add(self, path: Path) -> None:
        """Write a file, and every file that it leads to."""
        if path in self.links:
            return
        self.links[path] = []
        place = self.target / self.place(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".ipynb":
            place.write_text(json.dumps(self._notebook(path)), encoding="utf-8")
        elif place.suffix == ".md":
            place.write_text(self._text(path), encoding="utf-8")
        if path.suffix not in PAGES and path.is_file():
            shutil.copy(path, place.with_name(path.name))
        for linked in self.links[path]:
            self.add(linked)

    def place(self, path: Path) -> Path:
        """Where in the book the page of a file stands; for a file without a page, the file."""
        inside = path.relative_to(self.root)
        if path.is_dir():
            return inside / "README.md"
        return inside.with_name(f"{path.name}.md") if path.suffix in SHOWN else inside

    def write_contents(self) -> int:
        """Put every page below the README of its folder, in that README's order; return the number of pages."""
        places = {self.place(path): path for path in self.links if self.place(path).suffix in PAGES}
        readmes = {folder / "README.md" for page in places for folder in page.parents}
        for readme in readmes:
            order = [self.place(path) for path in self.links.get(places.get(readme), [])]
            inside = [page for page in places if page.parent == readme.parent]
            inside += [other for other in readmes if other.parent.parent == readme.parent]
            inside = sorted({*inside} - {readme}, key=lambda page: (_place_in(order, page), page))
            if not inside:
                continue
            entries = "\n".join(_entry(page, places.get(page)) for page in inside)
            # a folder without a README, such as notebooks/solutions, gets a page that shows its contents
            head, option = ("", ":hidden:") if readme in places else (f"# {heading(readme.parent)}\n", ":maxdepth: 1")
            with (self.target / readme).open("a", encoding="utf-8") as file:
                file.write(f"{head}\n```{{toctree}}\n{option}\n\n{entries}\n```\n")
        return len({*places} | readmes)

    # ---- what a page says

    def _text(self, path: Path) -> str:
        if path.suffix == ".md":
            return self._marked(path.read_text(encoding="utf-8"), path)
        if path.is_dir():
            names = sorted(each.name for each in path.iterdir() if each.name[0] not in "_.")
            lines = [f"# {heading(path)}\n", *(f"- [{name}]({name})" for name in names)]
            return self._marked("\n".join(lines), path)
        title, inside = heading(path).replace("_", r"\_"), path.relative_to(self.root).as_posix()
        shown = f"```{{literalinclude}} {path.name}\n:language: {SHOWN[path.suffix]}\n```"
        return f"# {title}\n\n{{download}}`{inside} <{path.name}>`\n\n{shown}\n"

    def _notebook(self, path: Path) -> dict:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "markdown":
                cell["source"] = self._marked("".join(cell["source"]), path)
            for output in cell.get("outputs", []):
                if "data" in output:
                    output["data"] = self._shown(output["data"], output["metadata"], path)
        return notebook

    def _shown(self, data: dict, metadata: dict, path: Path) -> dict:
        """An output as the book shows it."""
        if TAG in metadata:
            return {"text/html": HUMAN_TEXT.format(metadata[TAG])}
        if "image/png" in data:
            alt = html.escape(metadata.get("image/png", {}).get("alt", ""))
            picture = "".join(data["image/png"]).replace("\n", "")
            return {"text/html": f'<img alt="{alt}" src="data:image/png;base64,{picture}">'}
        if MIME in data:
            return {"text/html": self._finding(data[MIME]["id"], "".join(data["text/html"]), path)}
        return data

    def _finding(self, id: str, line: str, path: Path) -> str:
        ways = [
            f'<a href="{self._way(path, page).removesuffix(".md")}.html">{html.escape(heading(page))}</a>'
            for page in self.pages
            if id in self.cited[page]
        ]
        cited = f"<p>Cited in: {', '.join(ways)}</p>" if ways else ""
        return f'<div class="kit-finding" id="{id}">{line}{cited}</div>'

    # ---- where its links lead

    def _marked(self, text: str, path: Path) -> str:
        """Markdown with its links and numbers leading to the pages of the book."""

        def lead(found: re.Match) -> str:
            if found["code"]:
                return found[0]
            return self._link(found, path) if found["target"] else self._number(found[0], path)

        return MARK.sub(lead, text)

    def _link(self, found: re.Match, path: Path) -> str:
        linked = (_folder(path) / found["target"]).resolve()
        if (readme := linked / "README.md").exists():
            linked = readme
        if not linked.exists() or not linked.is_relative_to(self.root):
            return found[0]  # Sphinx says where it stands
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
        way = self._way(path, notebook).removesuffix(".ipynb")
        claim = html.escape(entry["claim"]).replace("|", "&#124;")  # which would end the cell of a table
        return f'<a class="kit-number" href="{way}.html#{id}" title="{claim}">**{number}**</a>'

    def _way(self, path: Path, linked: Path) -> str:
        way = os.path.relpath(self.root / self.place(linked), _folder(path))
        return way.replace(os.sep, "/")


def _folder(path: Path) -> Path:
    return path if path.is_dir() else path.parent


def _cited(text: str) -> set[str]:
    """The findings that a page cites; an example in code is none."""
    numbers = [NUMBER.fullmatch(found[0]) for found in MARK.finditer(text) if not found["code"]]
    return {number[2] for number in numbers if number}


def _place_in(order: list[Path], page: Path) -> int:
    return order.index(page) if page in order else len(order)


def _entry(page: Path, path: Path | None) -> str:
    """A line of the contents; lessons with their numbers, by which other pages call them."""
    number = re.match(r"\d+(?=_.*ipynb$)", page.name)
    return f"{number[0]} {heading(path)} </{page.as_posix()}>" if number else f"/{page.as_posix()}"


def heading(path: Path) -> str:
    """What a page is called: its title; for another file or a folder, its name.

    Parameters
    ----------
    path : path

    Returns
    -------
    str
    """
    if path.suffix not in PAGES:
        return path.name if path.suffix else path.name.capitalize()
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        text = "".join(json.loads(text)["cells"][0]["source"])
    return re.search(r"^# (.+)", text, re.MULTILINE)[1]
