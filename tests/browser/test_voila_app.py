"""The app in a real browser: nobody without the token, nothing from elsewhere, both tools by keyboard, a phone."""

import re
import urllib.error
import urllib.request

import pytest
from browsing import Driver, Watched, serve_app
from contrast import CONTRAST
from playwright.sync_api import expect

from helpers.decide import PRESETS, Answers, decision_record, read_record, recommend
from helpers.panels.cost import CostInputs


@pytest.fixture(scope="module")
def address():
    """The address that the command says, with its token."""
    with serve_app() as address:
        yield address


@pytest.fixture(scope="module")
def app(browser, address):
    """The page, opened once: each opening starts a kernel."""
    app = Watched(browser.new_page(viewport={"width": 1280, "height": 1000}))
    app.page.goto(address)
    expect(app.page.locator(".kit-panel [role=status]")).to_have_count(2, timeout=60_000)
    yield app
    app.page.close()


def tool(app, number):
    return app.page.locator(".kit-panel").nth(number)


class Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirection."""

    def redirect_request(self, *given):
        return None


@pytest.mark.parametrize("token", ["", "?token=", "?token=guess"])
@pytest.mark.parametrize("path", ["", "api/kernels/x", "voila/files/app.ipynb", "voila/api/shutdown/x"])
def test_without_the_token_nobody_gets_in(address, path, token):
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.build_opener(Stay).open(f"{address.partition('?')[0]}{path}{token}")
    assert refused.value.code in (302, 403, 404, 405)
    assert refused.value.code != 302 or refused.value.headers["Location"].startswith("/login?")


def test_a_page_without_the_token_asks_for_it(browser, address):
    page = browser.new_page()
    page.goto(address.partition("?")[0])
    expect(page.get_by_role("textbox", name="Password or token:")).to_be_visible()
    expect(page.locator(".kit-panel")).to_have_count(0)
    page.close()


def test_nothing_comes_from_elsewhere_and_nothing_goes_wrong(app, picture):
    expect(app.page.get_by_role("heading", name="Synthetic or human?")).to_be_visible()
    assert app.elsewhere == [] and app.complaints == []
    assert "helpers.panels" not in app.page.locator("body").inner_text()  # no code
    picture(app.page)


@pytest.mark.parametrize("number", [0, 1], ids=["decide", "cost"])
def test_every_control_says_what_the_pure_functions_say(app, makers, picture, number):
    driver = Driver(app.page, tool(app, number), makers)
    driver.expect_what_the_pure_functions_say()
    for name in driver.names:
        driver.move(name)
    picture(app.page)
    assert app.complaints == []


def test_an_example_is_chosen_and_its_record_copied_and_pasted_back(app):
    panel, other = tool(app, 0), PRESETS["dialect"].answers
    record = panel.get_by_label(re.compile("^The decision record"))
    panel.get_by_role("combobox", name="Example").select_option("fraud")
    expect(panel.get_by_role("combobox", name="Are the real inputs private or secret?")).to_have_value("yes")
    expect(record).to_have_value(re.compile('"privacy": "yes"'))
    assert read_record(record.input_value()) == PRESETS["fraud"].answers
    record.fill(decision_record(other, recommend(other)))
    record.press("Tab")
    expect(panel.get_by_role("textbox", name="Example")).to_have_value("dialect")
    expect(panel.locator(".kit-shown")).to_contain_text("This is the example “dialect”")
    record.fill("no record")
    record.press("Tab")
    expect(panel.get_by_role("alert")).to_contain_text("No result: text must have one block from")
    record.fill(decision_record(Answers(), recommend(Answers())))
    record.press("Tab")
    expect(panel.get_by_role("alert")).to_have_count(0)
    assert app.complaints == []


@pytest.mark.parametrize(
    "name, typed, says",
    [
        ("Person's label", "forty cents", "Person's label must be a number from 0 to 1000000000; got 'forty cents'."),
        ("Person's label", "-1", "Person's label must be a number from 0 to 1000000000; got '-1'."),
        ("Reviewed", "140%", "Reviewed must be a number from 0 to 1; got '140%'. Write 15% as 0.15."),
        ("Items", "0", "Items must be a whole number from 1 to 1e+15; got '0'."),
        ("Name of the plan", "", "Name of the plan must have 1 to 40 letters; got 0."),
    ],
)
def test_bad_input_gets_a_sentence_and_the_last_result_stays_grey(app, name, typed, says):
    panel = tool(app, 1)
    box = panel.get_by_role("textbox", name=name, exact=True)
    before, result = box.input_value(), panel.locator("[role=status]").inner_text()
    box.fill(typed)
    box.press("Tab")
    expect(panel.get_by_role("alert")).to_have_text(f"No result: {says}")
    old = panel.get_by_role("region", name="The last result")
    expect(old).to_contain_text(result)
    assert float(old.evaluate("old => getComputedStyle(old).opacity")) < 0.7
    expect(panel).not_to_contain_text("Traceback")
    box.fill(before)
    box.press("Tab")
    expect(panel.get_by_role("alert")).to_have_count(0)
    expect(panel.locator("[role=status]")).to_have_text(result)
    assert app.complaints == []


def test_a_million_billion_items_and_html_in_a_name(app):
    panel = tool(app, 1)
    items, name = (panel.get_by_role("textbox", name=each, exact=True) for each in ("Items", "Name of the plan"))
    for box, typed in ((items, "1e15"), (name, "<img src=x> & co")):
        box.fill(typed)
        box.press("Tab")
    expect(panel.locator("[role=status]")).to_contain_text("For 1,000,000,000,000,000 items “<img src=x> & co” costs")
    expect(panel.locator(".kit-shown img")).to_have_count(0)
    for box, typed in ((items, f"{CostInputs().items:g}"), (name, CostInputs().name)):
        box.fill(typed)
        box.press("Tab")
    assert app.complaints == []


def test_it_fits_a_phone(app, picture):
    app.page.set_viewport_size({"width": 400, "height": 1000})
    expect(tool(app, 1).locator("svg.kit-drawing")).to_be_visible()
    # a table that is too wide scrolls alone; nothing else is cut
    wide = app.page.evaluate(
        """() => [...document.querySelectorAll('.kit-app *')].filter(
            each => each.getBoundingClientRect().right > innerWidth + 1 && !each.closest('.kit-table')
        ).map(each => each.outerHTML.slice(0, 80))"""
    )
    assert wide == []
    picture(app.page)
    tool(app, 1).scroll_into_view_if_needed()
    picture(app.page, "-cost")
    app.page.set_viewport_size({"width": 1280, "height": 1000})


def test_a_dark_page(app, address, picture):
    """The last test: the page is opened anew."""
    app.page.get_by_role("link", name="dark page").click()
    expect(app.page.locator("body[data-jp-theme-light=false] .kit-panel [role=status]")).to_have_count(
        2, timeout=60_000
    )
    for selector in ("[role=status]", "td", "select", "label", "input", "h3"):
        assert app.page.locator(f".kit-panel {selector}").first.evaluate(CONTRAST, "color") >= 4.5, selector
    for text in app.page.locator("svg.kit-drawing text").all():
        assert text.evaluate(CONTRAST, "fill") >= 4.5, text.text_content()
    picture(app.page)
    tool(app, 1).scroll_into_view_if_needed()
    picture(app.page, "-cost")
    # a page that is left asks for its kernel's end without what the server wants to see for that: it ends later, unused
    left = [complaint for complaint in app.complaints if not complaint.endswith("status of 403 (Forbidden)")]
    assert app.elsewhere == [] and left == []
