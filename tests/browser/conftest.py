"""A real JupyterLab, driven in a real Chromium."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from helpers.course.commands import chromium

ROOT = Path(__file__).parents[2]

FLAGS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]


class Lab:
    """A JupyterLab on a copy of the notebooks, and the page that shows one of them."""

    def __init__(self, page: Page, folder: Path, address: str, token: str):
        self.page, self.folder, self._address, self._token = page, folder, address, token
        self.complaints: list[str] = []
        page.on("console", lambda message: self._note(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self._note(str(error)))

    def open(self, name: str) -> None:
        """Open a notebook alone in the window and wait for its kernel."""
        self.page.goto(f"{self._address}/doc/tree/{name}?token={self._token}")
        self.page.wait_for_function(f"{KERNEL}?.connectionStatus === 'connected' && {KERNEL}.status === 'idle'")

    def run_all(self, seconds: int) -> None:
        """Run every cell and wait until the kernel is idle again."""
        self.command("notebook:run-all-cells", seconds)
        self.page.wait_for_function(f"{KERNEL}.status === 'idle'", timeout=seconds * 1000)

    def command(self, name: str, seconds: int = 30) -> None:
        """Run a command of JupyterLab, as its menu would."""
        self.page.set_default_timeout(seconds * 1000)
        self.page.evaluate("name => window.jupyterapp.commands.execute(name)", name)

    def saved(self, name: str) -> dict:
        """The notebook as it now stands on the disk."""
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    def _note(self, text: str) -> None:
        self.complaints.append(text)


# the kernel of the notebook that is open
KERNEL = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"


# Both fixtures live as long as a module, not the session: while Playwright runs, no other test can start a loop.
@pytest.fixture(scope="module")
def browser():
    """Chromium, started once for the tests of a module."""
    # Chromium refuses its sandbox to root, which is who runs in a container.
    flags = [*FLAGS, "--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else FLAGS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """JupyterLab with the settings that the set-up wrote, on a copy of the notebooks; nothing of the user's own."""
    folder = tmp_path_factory.mktemp("lab")
    notebooks = shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    own = {f"JUPYTER_{kind}_DIR": str(folder / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    settings = ["--no-browser", f"--ServerApp.root_dir={notebooks}", f"--ServerApp.port={port}", "--allow-root"]
    settings += [f"--IdentityProvider.token={token}", "--LabApp.expose_app_in_browser=True", "--ServerApp.ip=127.0.0.1"]
    settings += [
        f"--LabApp.workspaces_dir={folder / 'workspaces'}",
        f"--LabApp.user_settings_dir={folder / 'settings'}",
    ]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *settings], env=os.environ | own, stdout=log, stderr=subprocess.STDOUT
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/api?token={token}", process, folder / "server.log")
        yield notebooks, address, token
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def lab(browser, server, request):
    """A fresh page on the server; a picture of it is kept in .build/screenshots."""
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    yield Lab(page, *server)
    pictures = ROOT / ".build" / "screenshots"
    pictures.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=pictures / f"{request.node.name}.png")
    page.close()


def _wait_for(address: str, process: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(address).close()
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")
