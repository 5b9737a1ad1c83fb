"""The book in a real browser: on a screen and on a phone, in the light and in the dark, with no other host."""

import functools
import http.server
import re
import threading

import pytest
from contrast import CONTRAST
from playwright.sync_api import expect

from helpers.course.book import ROOT, main

PAGES = 10
KINDS = ["index.html", "search.html", "notebooks/solutions/README.html", "helpers/augmentation.py.html"]
WORDS = "p, li, td, th, a, code, pre, pre span, summary, h1, h2, strong"
# the words of a page that stand out least, each with its contrast
FAINT = f"""elements => elements.filter(element => element.innerText?.trim()).map(element => [
    ({CONTRAST})(element, "color"), element.innerText.trim().slice(0, 40)]).filter(([contrast]) => contrast < 4.5)"""


class Server(http.server.SimpleHTTPRequestHandler):
    """Serves files and prints nothing."""

    def log_message(self, *arguments):
        pass


class Reader:
    """A browser that reaches the book alone, and notes what goes wrong."""

    def __init__(self, browser, address, **screen):
        self.address, self.complaints = address, []
        self.context = browser.new_context(**screen)
        self.context.route(re.compile(f"^(?!{re.escape(address)}|data:)"), self._refuse)
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self._note(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self._note(str(error)))
        self.page.on("response", lambda response: self._note(f"missing: {response.url}") if not response.ok else None)
        self.page.on("requestfailed", self._failed)

    def open(self, name):
        """Open a page of the book."""
        self.page.goto(f"{self.address}/{name}")

    def _refuse(self, route):
        self._note(f"another host: {route.request.url}")
        route.abort()

    def _failed(self, request):
        if request.failure != "net::ERR_ABORTED":  # which is said of the icon when the next page is opened
            self._note(f"{request.failure}: {request.url}")

    def _note(self, text):
        self.complaints.append(f"{self.page.url}: {text}")


@pytest.fixture(scope="module")
def built_book():
    """The folder of the kit's own book."""
    assert main([]) == 0
    return ROOT / ".build" / "book"


@pytest.fixture(scope="module")
def address(built_book):
    """Where the book is served, to this computer alone."""
    handler = functools.partial(Server, directory=built_book)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def names(built_book):
    """One page of every kind, and the longest of the playbook and the lessons."""
    written = [path for folder in ("playbook", "notebooks") for path in (built_book / folder).glob("*.html")]
    written.sort(key=lambda path: path.stat().st_size, reverse=True)
    return [*KINDS, *(path.relative_to(built_book).as_posix() for path in written)][:PAGES]


@pytest.fixture
def reader(browser, address):
    """Opens the book with a screen as the test wants it: `reader(color_scheme="dark")`."""
    readers = []

    def make(**screen):
        readers.append(Reader(browser, address, **screen))
        return readers[-1]

    yield make
    for each in readers:
        each.context.close()


@pytest.mark.parametrize("theme, width", [("light", 1280), ("dark", 390)])
def test_ten_pages_are_read_in_both_themes_on_a_screen_and_a_phone(reader, names, theme, width):
    book = reader(color_scheme=theme, viewport={"width": width, "height": 844})
    faint, wide = {}, []
    for name in names:
        book.open(name)
        assert book.page.locator("html").get_attribute("data-theme") == theme
        expect(book.page.get_by_role("heading", level=1)).to_be_visible()
        if book.page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(name)
        if found := book.page.locator("main").locator(WORDS).evaluate_all(FAINT):
            faint[name] = found
    assert len(names) == PAGES
    assert (wide, faint, book.complaints) == ([], {}, [])


def test_a_number_leads_to_its_finding_and_back(reader):
    book = reader()
    book.open("playbook/start_here.html")
    number = book.page.locator("a.kit-number").first
    shown = number.inner_text()
    number.click()
    finding = book.page.locator(".kit-finding:target")
    expect(finding).to_be_in_viewport()
    expect(finding).to_contain_text(shown)
    finding.get_by_role("link", name="Should we write data, label data, or pay people?").click()
    expect(book.page).to_have_url(re.compile("playbook/start_here.html$"))
    assert book.complaints == []


def test_a_word_is_found(reader):
    book = reader()
    book.open("index.html")
    book.page.keyboard.press("Control+k")
    book.page.keyboard.type("reproduces its benchmark")
    book.page.keyboard.press("Enter")
    book.page.locator("#search-results").get_by_role("link", name="Data", exact=True).click()
    expect(book.page.get_by_role("heading", level=1)).to_contain_text("Data")
    assert book.complaints == []


def test_each_checklist_takes_one_sheet(reader):
    book = reader()
    book.open("playbook/checklists.html")
    boxes = book.page.locator("input[type=checkbox]")
    assert boxes.count() >= 32
    assert boxes.first.evaluate("box => parseFloat(getComputedStyle(box).borderTopWidth)") >= 1
    sheets = len(re.findall(rb"/Type\s*/Page\b", book.page.pdf(format="A4")))
    assert sheets == book.page.get_by_role("heading", level=2).count() == 4


def test_a_phone_has_the_contents_behind_a_button(reader):
    book = reader(viewport={"width": 390, "height": 844}, has_touch=True)
    book.open("index.html")
    lessons = book.page.locator(".bd-sidebar-primary").get_by_role("link", name="Lessons")
    expect(lessons).not_to_be_in_viewport()
    book.page.locator("button.primary-toggle:visible").click()
    lessons.click()
    expect(book.page.get_by_role("heading", name="Lessons")).to_be_visible()
    assert book.complaints == []


def test_what_goes_wrong_is_seen(reader, built_book):
    """The tests above can fail: another host, a missing file, an error and a wide page are noticed."""
    bad = '<body style="width: 500px"><h1>Bad</h1><img src="http://example.org/a.png"><script>gone()</script>'
    (built_book / "bad.html").write_text(bad + '<img src="gone.png">', encoding="utf-8")
    try:
        book = reader(viewport={"width": 390, "height": 844})
        book.open("bad.html")
        said = " ".join(book.complaints)
        assert all(words in said for words in ("another host: http://example.org", "gone is not defined", "missing: "))
        assert book.page.evaluate("document.documentElement.scrollWidth") > 390
    finally:
        (built_book / "bad.html").unlink()
