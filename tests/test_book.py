"""The book: every link of every page leads somewhere, nothing comes from another host, and a warning is an error."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from helpers.course import book
from helpers.course.book_pages import write_pages
from helpers.course.pages import NUMBER, all_notebooks, notebook_name, stored_findings
from helpers.course.save import TAG

ROOT = Path(__file__).parents[1]
REGISTRY = """["a.word"]
claim = "One \\"is\\" | more."
value = "better"
notebook = "00_one"
"""


class Page(HTMLParser):
    """What a page of the book loads, where it leads, what can be led to, and its pictures' words."""

    def __init__(self, path):
        super().__init__()
        self.loads, self.leads, self.ids, self.alts = [], [], set(), []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.ids |= {given[key] for key in ("id", "name") if given.get(key)}
        if tag == "a":
            self.leads.append(given.get("href") or "")
        elif tag == "link":
            self.loads.append(given["href"])
        elif "src" in given:
            self.loads.append(given["src"])
        if tag == "img":
            self.alts.append(given.get("alt"))


@pytest.fixture(scope="module")
def built_book():
    """The folder of the kit's own book."""
    assert book.main([]) == 0
    return book.ROOT / ".build" / "book"


@pytest.fixture(scope="module")
def pages(built_book):
    """The pages of the kit's book, by path."""
    return {path: Page(path) for path in built_book.rglob("*.html") if "_static" not in path.parts}


def led_to(path, link):
    """The file that a link of a page leads to, and the place in it."""
    split = urlsplit(link)
    return (path.parent / unquote(split.path)).resolve() if split.path else path, unquote(split.fragment)


def test_every_link_leads_to_a_file_and_every_anchor_to_a_place(pages):
    dead = []
    for path, page in pages.items():
        for link in [*page.leads, *page.loads]:
            if urlsplit(link).scheme or link in ("", "#"):
                continue
            file, anchor = led_to(path, link)
            if not file.is_file() or (anchor and anchor not in pages[file].ids):
                dead.append(f"{path.name}: {link}")
    assert dead == []


def test_nothing_is_loaded_from_another_host(pages, built_book):
    loaded = {link for page in pages.values() for link in page.loads}
    assert {link for link in loaded if urlsplit(link).scheme not in ("", "data") or urlsplit(link).netloc} == set()
    styles = "".join(path.read_text(encoding="utf-8") for path in built_book.rglob("*.css"))
    assert re.findall(r"(?:@import|url\()\s*[\"']?(?:https?:)?//[^)\s]+", styles) == []


def test_every_picture_has_words(pages):
    alts = [alt for page in pages.values() for alt in page.alts]
    assert len(alts) > 10
    assert [alt for alt in alts if not alt] == []


def test_every_page_of_the_playbook_and_every_notebook_is_there(pages, built_book):
    written = [*(ROOT / "playbook").glob("*.md"), *all_notebooks(ROOT)]
    assert {path.relative_to(ROOT).with_suffix(".html") for path in written} <= {
        path.relative_to(built_book) for path in pages
    }


def test_every_number_leads_to_its_finding_and_back(pages, built_book):
    for path in all_notebooks(ROOT):
        ids = {finding["id"] for finding in stored_findings(json.loads(path.read_text(encoding="utf-8")))}
        assert ids <= pages[built_book / path.relative_to(ROOT).with_suffix(".html")].ids
    for path in [ROOT / "README.md", *(ROOT / "playbook").glob("*.md")]:
        built = built_book / path.relative_to(ROOT).with_suffix(".html")
        ways = {urlsplit(link).fragment: link for link in pages[built].leads}
        for number in NUMBER.finditer(path.read_text(encoding="utf-8")):
            notebook, id = led_to(built, ways[number[2]])
            assert id in pages[notebook].ids
            assert built in {led_to(notebook, link)[0] for link in pages[notebook].leads}


def test_lessons_stand_in_the_order_of_their_readme(built_book):
    readme = (ROOT / "notebooks" / "README.md").read_text(encoding="utf-8")
    named = [name for name in re.findall(r"\]\((\w+)\.ipynb\)", readme)]
    sidebar = (built_book / "notebooks" / "README.html").read_text(encoding="utf-8")
    listed = re.findall(r'<li class="toctree-l2[^"]*"><a class="reference internal" href="(\w+)\.html">\d\d ', sidebar)
    assert (
        listed
        == named
        == [notebook_name(path, ROOT) for path in all_notebooks(ROOT) if path.parent.name != "solutions"]
    )


def test_sentences_of_people_have_a_line_in_their_place(built_book):
    for path in all_notebooks(ROOT):
        outputs = [
            output for cell in json.loads(path.read_text("utf-8"))["cells"] for output in cell.get("outputs", [])
        ]
        counts = [output["metadata"][TAG] for output in outputs if TAG in output.get("metadata", {})]
        page = (built_book / path.relative_to(ROOT).with_suffix(".html")).read_text(encoding="utf-8")
        assert re.findall(r"Sentences that people wrote: (\d+)\.", page) == [str(count) for count in counts]
        assert "; run the cell]" not in page


# ---- a small checkout


def notebook(*cells):
    """A notebook, as text."""
    cells = [{**cell, "id": f"c{number}"} for number, cell in enumerate(cells)]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def prose(text):
    """A cell of markdown."""
    return {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}


def code(*outputs):
    """A cell of code with outputs, each data and metadata."""
    outputs = [{"output_type": "display_data", "data": data, "metadata": metadata} for data, metadata in outputs]
    return {"cell_type": "code", "metadata": {}, "source": "1", "execution_count": 1, "outputs": outputs}


@pytest.fixture
def checkout(tmp_path):
    """A kit of three pages and one lesson, and a function that writes one more file into it."""

    def write(name, text):
        file = tmp_path / "kit" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return tmp_path / "kit"

    write("playbook/findings.toml", REGISTRY)
    write("playbook/README.md", "# Playbook\n\n[b](b.md) [a](a.md) [all](findings.toml)\n")
    write("playbook/a.md", "# A?\n\n**better**<!-- a.word --> in [it](../notebooks/00_one.ipynb#The-End)\n")
    listed = "1. So:\n\n   ```\n   [x](findings.toml)\n   ```\n"
    write("playbook/b.md", f"# B?\n\n`**better**<!-- a.word -->` and `[x](y)`, [data](../data/t.csv)\n\n{listed}")
    write("data/t.csv", "a,b\n1,2\n")
    write("helpers/__odd__.py", "ODD = 1\n")
    write("notebooks/00_one.ipynb", notebook(prose("# One?"), prose("## The End\n\n[it](../helpers/__odd__.py)")))
    return write("README.md", "# The kit\n\n[pages](playbook/README.md) [pages again](playbook/) [data](data/)\n")


def test_links_numbers_and_code_become_what_the_book_needs(checkout, tmp_path):
    assert write_pages(checkout, tmp_path / "out") == 10

    def read(name):
        return (tmp_path / "out" / name).read_text(encoding="utf-8")

    claim = "One &quot;is&quot; &#124; more."
    assert read("playbook/a.md").splitlines()[2] == (
        f'<a class="kit-number" href="../notebooks/00_one.html#a.word" title="{claim}">**better**</a> in '
        "[it](../notebooks/00_one.ipynb#the-end)"
    )
    assert "`**better**<!-- a.word -->` and `[x](y)`, [data](../data/t.csv)" in read("playbook/b.md")
    assert "   [x](findings.toml)\n" in read("playbook/b.md")
    contents = ["/playbook/b.md", "/playbook/a.md", "/playbook/findings.toml.md", "```"]
    assert read("playbook/README.md").splitlines()[-4:] == contents
    assert read("helpers/__odd__.py.md").startswith("# \\_\\_odd\\_\\_.py\n")
    assert "../helpers/__odd__.py.md" in read("notebooks/00_one.ipynb")
    assert "[pages again](playbook/README.md)" in read("README.md")
    assert read("data/README.md") == "# Data\n\n- [t.csv](t.csv)"
    assert read("notebooks/README.md").splitlines() == [
        "# Notebooks",
        "",
        "```{toctree}",
        ":maxdepth: 1",
        "",
        "00 One? </notebooks/00_one.ipynb>",
        "```",
    ]
    assert read("data/t.csv") == "a,b\n1,2\n"


def test_outputs_become_what_the_book_needs(checkout, tmp_path):
    finding = {"application/vnd.kit.finding+json": {"id": "a.word"}, "text/html": ["<b>Finding</b>"]}
    picture = {"image/png": "AA\nBB", "text/plain": "Image"}
    human = {"text/plain": "[2 human sentences; run the cell]"}
    cell = code((finding, {}), (picture, {"image/png": {"alt": 'a "b" <c>'}}), (human, {TAG: 2}))
    (checkout / "notebooks" / "00_one.ipynb").write_text(notebook(prose("# One?"), cell), encoding="utf-8")
    write_pages(checkout, tmp_path / "out")
    stored = json.loads((tmp_path / "out" / "notebooks" / "00_one.ipynb").read_text(encoding="utf-8"))
    shown = [output["data"]["text/html"] for output in stored["cells"][1]["outputs"]]
    assert shown[:2] == [
        '<div class="kit-finding" id="a.word"><b>Finding</b><p>Cited in: <a href="../playbook/a.html">A?</a></p></div>',
        '<img alt="a &quot;b&quot; &lt;c&gt;" src="data:image/png;base64,AABB">',
    ]
    assert "Sentences that people wrote: 2." in shown[2]


def test_a_warning_is_an_error_and_the_book_from_before_stays(checkout, capsys):
    assert book.main([], checkout) == 0
    assert "10 pages" in capsys.readouterr().out
    built = checkout / ".build" / "book"
    before = (built / "index.html").read_text(encoding="utf-8")
    assert "The kit" in before
    (checkout / "playbook" / "a.md").write_text(
        "# A?\n\n[gone](gone.md)\n\n[no place](b.md#none)\n\n[out](../..)\n", encoding="utf-8"
    )
    assert book.main([], checkout) == 1
    problems = capsys.readouterr().err.splitlines()
    assert [problem.partition(": ")[0] for problem in problems] == [f"playbook/a.md:{line}" for line in (3, 5, 7)]
    assert (built / "index.html").read_text(encoding="utf-8") == before
    assert [path.name for path in (checkout / ".build").iterdir()] == ["book"]
