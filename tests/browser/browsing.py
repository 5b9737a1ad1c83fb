"""JupyterLab and the app as servers, a page that notes what goes wrong, and panels moved by their keys."""

import contextlib
import html
import inspect
import json
import os
import pkgutil
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

import helpers.panels
from helpers.course.commands import chromium
from helpers.panels.controls import Choice, Knob, Panel

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / ".build" / "screenshots"
FLAGS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]

# the kernel of the notebook that is open
KERNEL = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"
# an error in a function that a control calls is seen in no cell and on no console, only here
WATCH = f"""() => {{
    window.kitErrors = [];
    {KERNEL}.iopubMessage.connect((_, message) => {{
        const text = message.content.text || '';
        if (message.header.msg_type === 'error') window.kitErrors.push(message.content.evalue);
        else if (message.content.name === 'stderr' && text.includes('Traceback')) window.kitErrors.push(text);
    }});
}}"""


# ---- servers and browser


@contextlib.contextmanager
def open_browser() -> Iterator[Browser]:
    """Chromium."""
    # it refuses its sandbox to root, which is who runs in a container
    flags = [*FLAGS, "--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else FLAGS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=flags)
        yield browser
        browser.close()


@contextlib.contextmanager
def serve_lab(folder: Path, notebooks: Path) -> Iterator[tuple[str, str]]:
    """JupyterLab with the settings that the set-up wrote and nothing of the user's own; its address and token."""
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
        yield address, token
    finally:
        process.terminate()
        process.wait(20)


@contextlib.contextmanager
def serve_app() -> Iterator[str]:
    """The app, started as a user starts it; its address, with the token."""
    command = [sys.executable, "-m", "helpers", "app", "--no-browser"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER_")}
    process = subprocess.Popen(
        command, cwd=ROOT, env=kept, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", line):
                break
        else:
            raise AssertionError(f"The app did not start: {''.join(said)}")
        # its later words are read too, or it would wait for a reader
        threading.Thread(target=said.extend, args=(process.stdout,), daemon=True).start()
        yield found[0]
    finally:
        if os.name == "nt":
            process.terminate()
        else:
            os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C does
        process.wait(30)


def _wait_for(address: str, process: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(address).close()
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")


# ---- pages


class Watched:
    """A page, with its errors, and with what it asked of other computers."""

    def __init__(self, page: Page):
        self.page = page
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        page.on("console", lambda message: self._note(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self._note(str(error)))
        page.on("request", lambda request: self._asked(request.url))

    def _note(self, text: str) -> None:
        self.complaints.append(text)

    def _asked(self, address: str) -> None:
        if not re.match(r"(https?|wss?)://127\.0\.0\.1:|data:|blob:|about:", address):
            self.elsewhere.append(address)


class Lab(Watched):
    """A JupyterLab on a copy of the notebooks, and the page that shows one of them."""

    def __init__(self, page: Page, folder: Path, address: str, token: str):
        super().__init__(page)
        self.folder, self._address, self._token = folder, address, token

    def write(self, name: str, sources: list[str]) -> None:
        """Put a notebook of these cells beside the lessons."""
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        cells = [new_code_cell(source) for source in sources]
        nbformat.write(new_notebook(cells=cells, metadata=kernel), self.folder / name)

    def open(self, name: str) -> None:
        """Open a notebook alone in the window and wait for its kernel."""
        self.page.goto(f"{self._address}/doc/tree/{name}?token={self._token}")
        self.page.wait_for_function(f"{KERNEL}?.connectionStatus === 'connected' && {KERNEL}.status === 'idle'")
        self.page.evaluate(WATCH)

    def run_all(self, seconds: int) -> None:
        """Run every cell and wait until the kernel is idle again."""
        self.command("notebook:run-all-cells", seconds)
        self.page.wait_for_function(f"{KERNEL}.status === 'idle'", timeout=seconds * 1000)

    def command(self, name: str, seconds: int = 30) -> None:
        """Run a command of JupyterLab, as its menu would."""
        self.page.set_default_timeout(seconds * 1000)
        self.page.evaluate("name => window.jupyterapp.commands.execute(name)", name)
        self.page.set_default_timeout(30_000)

    def kernel_errors(self) -> list[str]:
        """Errors that the kernel told of since the notebook was opened, those of controls among them."""
        return self.page.evaluate("window.kitErrors")

    def saved(self, name: str) -> dict:
        """The notebook as it now stands on the disk."""
        return json.loads((self.folder / name).read_text(encoding="utf-8"))


# ---- panels


def panel_makers() -> dict[str, callable]:
    """Every panel with knobs by its title: functions of helpers/panels that end in _panel and need nothing given."""
    makers = {}
    for module in pkgutil.iter_modules(helpers.panels.__path__):
        for name, make in inspect.getmembers(import_module(f"helpers.panels.{module.name}"), inspect.isfunction):
            needs = [each for each in inspect.signature(make).parameters.values() if each.default is each.empty]
            if name.endswith("_panel") and all(each.kind is each.VAR_KEYWORD for each in needs):
                makers[title(make())] = make
    return makers


def title(panel: Panel) -> str:
    """What stands above a panel, as text."""
    return html.unescape(re.sub(r"<style>.*</style>|<[^>]+>", "", panel.widget.children[0].value, flags=re.DOTALL))


class Driver:
    """Moves the controls of a panel by their keys; its twin, a panel in this process, says what must be seen then.

    The twin is the panel's pure function and formatter, with the numbers that stand in the boxes of the page.
    """

    def __init__(self, page: Page, panel: Locator, makers: dict[str, callable]):
        self.page, self.panel = page, panel
        panel.scroll_into_view_if_needed()  # what is out of sight may not be drawn
        self.twin = makers[panel.locator("strong").first.text_content()]()
        self.names = list(vars(self.twin.state))

    def row(self, name: str) -> Locator:
        """The row of a control."""
        return self.panel.locator(f".widget-hbox > .widget-vbox > .kit-{name.replace('_', '-')}")

    def box(self, name: str) -> Locator:
        """The text box of a control."""
        return self.row(name).locator("input[type=text]")

    def expect_what_the_pure_functions_say(self) -> None:
        """Read all boxes, and compare what the page shows with what the twin shows for them."""
        for name in self.names:
            typed, text = self.box(name).input_value(), getattr(self.twin, name).text
            if text.value != typed:
                text.value = typed
        said = self.page.evaluate(TEXT, self.twin.widget.children[1].children[1].value)
        shown = self.panel.locator(".kit-shown .widget-html-content")
        self.page.wait_for_function(
            "([panel, said]) => panel.textContent.replace(/\\s+/g, ' ').trim() === said",
            arg=[shown.element_handle(), said],
            timeout=10_000,
        )

    def move(self, name: str) -> None:
        """Move one control by its keys, compare, and put a choice or a text back."""
        knob, box = self.twin._knobs[name], self.box(name)
        before = box.input_value()
        if isinstance(knob, Knob):
            slider = getattr(self.twin, name).slider
            self.row(name).locator(".noUi-handle").focus()
            self.page.keyboard.press("ArrowLeft" if slider.value >= slider.max else "ArrowRight")
            expect(box).not_to_have_value(before)
            self.expect_what_the_pure_functions_say()
            return
        other = next(each for each in knob.options if each != before) if isinstance(knob, Choice) else "12"
        others = {each: self.box(each).input_value() for each in self.names}  # a choice may move a number
        for each, typed in [(name, other), *others.items()]:
            if self.box(each).input_value() != typed:
                self.box(each).fill(typed)
                self.page.keyboard.press("Tab")
                self.expect_what_the_pure_functions_say()


TEXT = """html => {
    const element = document.createElement('template');
    element.innerHTML = html;
    return element.content.textContent.replace(/\\s+/g, ' ').trim();
}"""
