"""The command `app`: the decision tool and the cost tool in a browser, for people who do not write Python.

Voila serves one page that is written here: a notebook of one cell, without its code, and a template that asks nothing
of another computer. Standard library only, because it runs before anything is installed.
"""

import json
import re
import secrets
import socket
import threading
import time
import webbrowser

from helpers.course import environment
from helpers.course.commands import option, port_problem
from helpers.course.steps import BUILD, COMMAND, CommandError, say

FOLDER = BUILD / "app"
NOTEBOOK = FOLDER / "Decide and cost.ipynb"  # its name is the title of the page while it loads
CELL = "from helpers.panels.app import app_page\n\napp_page()"
USUAL_PORT = 8866
PATIENCE = 60  # seconds until the server must answer

# Voila's own template asks another computer for the pictures on buttons; there are none here. Its style sheets stay.
TEMPLATE = """{%- extends "lab/index.html.j2" -%}
{%- block notebook_css -%}
{{ super() | replace("https://cdn.jsdelivr.net/npm/@fortawesome/fontawesome-free@^5/css/", "data:text/css,") }}
{%- endblock notebook_css -%}
"""


def app(arguments):
    """Set up, then serve the two tools as a page, to this computer alone and to those who have the token.

    Parameters
    ----------
    arguments : list of str
        `--no-browser` opens none; `--port N` asks for a port.

    Returns
    -------
    int
        Voila's exit code.

    Raises
    ------
    CommandError
        If there are other arguments, the set-up fails, or the port that is named cannot be used.
    """
    port, opens = _read(arguments)
    environment.set_up()
    port = _free_port(port)
    write_page()
    token = secrets.token_urlsafe(24)
    threading.Thread(target=_announce, args=(port, token, opens), daemon=True).start()
    say("Starting the app. Ctrl-C ends it.")
    settings = ["--Voila.ip=127.0.0.1", f"--Voila.port={port}", "--Voila.port_retries=0", "--no-browser", "--token"]
    settings += ["--VoilaConfiguration.template=kit", "--Voila.log_level=ERROR"]
    settings += ["--VoilaConfiguration.extension_denylist=@voila-dashboards/jupyterlab-preview"]
    settings += ["--KernelManager.transport_encryption=auto", "--Voila.tornado_settings=ws_ping_timeout=30000"]
    # Each page that is opened has a kernel, which ends some minutes after the page is closed; what Voila itself sends
    # at closing lacks the token that the server asks for.
    settings += ["--MappingKernelManager.cull_idle_timeout=300", "--MappingKernelManager.cull_interval=60"]
    # The token is no argument, since whoever uses this computer can read those. No setting of the user's own is read:
    # it could take the token away.
    variables = {"JUPYTER_TOKEN": token, "JUPYTER_NO_CONFIG": "1", "JUPYTER_PREFER_ENV_PATH": "1"}
    variables["JUPYTER_PATH"] = str(FOLDER / "jupyter")
    return environment.run_python("-m", "voila", *settings, NOTEBOOK, **variables)


def write_page():
    """Write the notebook of one cell and the template that Voila makes the page of."""
    cell = {"cell_type": "code", "id": "tools", "source": CELL, "metadata": {}, "outputs": [], "execution_count": None}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    template = FOLDER / "jupyter" / "voila" / "templates" / "kit"
    template.mkdir(parents=True, exist_ok=True)
    notebook = {"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    NOTEBOOK.write_text(json.dumps(notebook), encoding="utf-8")
    (template / "conf.json").write_text(json.dumps({"base_template": "lab"}), encoding="utf-8")
    (template / "index.html.j2").write_text(TEMPLATE, encoding="utf-8")


def _read(arguments):
    """Return the port that was asked for, or None, and whether to open a browser."""
    rest = [argument for argument in arguments if argument != "--no-browser"]
    port = option(rest, "port")
    if rest and (port is None or rest not in ([f"--port={port}"], ["--port", port])):
        raise CommandError(
            f"app takes --no-browser and --port N, and got: {' '.join(arguments)}. It serves this computer alone; to "
            "reach it from elsewhere, use a tunnel (ssh -L 8866:localhost:8866)."
        )
    if port is not None and not (re.fullmatch(r"\d{1,5}", port) and 0 < int(port) < 65536):
        raise CommandError(f"--port must be a number from 1 to 65535, and got: {port!r}. {COMMAND} app chooses one.")
    return port and int(port), "--no-browser" not in arguments


def _free_port(named):
    """Return the port to use: the one that was asked for, else the usual one, else any that is free."""
    if problem := port_problem(named or USUAL_PORT):
        if named:
            raise CommandError(f"Port {named} cannot be used: {problem}. Name another one, or leave --port out.")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            return free.getsockname()[1]
    return named or USUAL_PORT


def _announce(port, token, opens):
    """Say the address as soon as the server answers, and open it in a browser."""
    address = f"http://127.0.0.1:{port}/?token={token}"
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            say(f"The decision tool and the cost tool: {address}")
            if opens:
                webbrowser.open(address)
            return
