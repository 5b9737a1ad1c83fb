"""A real JupyterLab and the app, driven in a real Chromium."""

import shutil

import pytest
from browsing import PICTURES, ROOT, Lab, open_browser, panel_makers, serve_lab


# Both fixtures live as long as a module, not the session: while Playwright runs, no other test can start a loop.
@pytest.fixture(scope="module")
def browser():
    """Chromium, started once for the tests of a module."""
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """JupyterLab on a copy of the notebooks: their folder, the address, the token."""
    folder = tmp_path_factory.mktemp("lab")
    notebooks = shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    with serve_lab(folder, notebooks) as (address, token):
        yield notebooks, address, token


@pytest.fixture
def picture(request):
    """Take a picture of a page, and keep it in .build/screenshots under the test's name."""

    def take(page, more=""):
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"{request.node.name}{more}.png")

    return take


@pytest.fixture
def lab(browser, server, picture):
    """A fresh page on the server; a picture of it is kept."""
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    yield Lab(page, *server)
    picture(page)
    page.close()


@pytest.fixture(scope="session")
def makers():
    """Every panel of the kit by its title."""
    return panel_makers()
