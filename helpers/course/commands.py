"""The commands of `python3 -m helpers`: each takes a list of arguments and returns an exit code.

Standard library only, because they run before anything is installed.
"""

import errno
import os
import re
import shutil
import socket

from helpers.course import environment, fetch
from helpers.course.steps import BUILD, COMMAND, ROOT, CommandError, say

FIRST_NOTEBOOK = "notebooks/00_start_here.ipynb"

# What `check` runs: what to do when it fails, and the module with its arguments.
CHECKS = {
    f"mend the code where the lines above say ({COMMAND} check --fix mends a part of it)": ["ruff", "check", "."],
    f"bring the files into form with {COMMAND} check --fix": ["ruff", "format", "--check", "."],
    "do what the lines of the failed tests above say": [
        *("pytest", "-q", "tests/test_house_rules.py"),
        "tests/test_notebooks.py::test_the_pages_say_what_was_measured",
        "tests/test_notebooks.py::test_stored_outputs_and_registry_agree",
        "tests/test_notebooks.py::test_a_notebook_is_stored_as_the_command_stores_it",
        "tests/test_notebooks.py::test_figures_of_the_playbook_are_those_of_the_notebooks",
    ],
}


def module(name):
    """Return a command that is a module of its own.

    Parameters
    ----------
    name : str
        The command sets up, then calls `main(arguments)` of `helpers.course.NAME` in the environment.

    Returns
    -------
    function
        Takes the list of arguments, returns the exit code.
    """

    def command(arguments):
        environment.set_up()
        call = f"import sys; from helpers.course.{name} import main; sys.exit(main(sys.argv[1:]))"
        return environment.run_python("-c", call, *arguments)

    return command


def bring(arguments):
    """Bring the human text into the cache.

    Parameters
    ----------
    arguments : list of str
        Empty, or `--from` and a file.

    Returns
    -------
    int
        0.

    Raises
    ------
    CommandError
        If the arguments are others, or the text cannot be brought.
    """
    match arguments:
        case []:
            file = None
            if not fetch.is_there():
                environment.make()  # pip stands in it
        case ["--from", file]:
            pass
        case [option] if option.startswith("--from="):
            file = option.removeprefix("--from=")
        case _:
            raise CommandError(f"fetch takes nothing or --from FILE, and got: {' '.join(arguments)}")
    say(f"The human text is in {fetch.fetch(file, environment.python())}, whole.")
    return 0


def test(arguments):
    """Set up, then run the tests.

    Parameters
    ----------
    arguments : list of str
        `--browser` adds the tests in a browser; the others go to pytest.

    Returns
    -------
    int
        pytest's exit code.

    Raises
    ------
    CommandError
        If the set-up fails, or there is no browser for `--browser`.
    """
    rest = [argument for argument in arguments if argument != "--browser"]
    variables = {}
    if rest == arguments:
        rest = ["--ignore=tests/browser", *rest]
    else:
        variables["KIT_CHROMIUM"] = chromium()
    environment.set_up()
    code = environment.run_python("-m", "pytest", *rest, **variables)
    if not variables:
        say(f"The browser tests were left out; {COMMAND} test --browser runs them too.")
    return code


def check(arguments):
    """Set up, then check style and house rules, and that registry, pages and stored notebooks agree.

    Parameters
    ----------
    arguments : list of str
        Empty, or `--fix`, which first mends what ruff can mend.

    Returns
    -------
    int
        0, or 1 when a check failed.

    Raises
    ------
    CommandError
        If the arguments are others, or the set-up fails.
    """
    if arguments not in ([], ["--fix"]):
        raise CommandError(f"check takes nothing or --fix, and got: {' '.join(arguments)}")
    environment.set_up()
    if arguments:
        environment.run_python("-m", "ruff", "check", "--fix", "--quiet", ".")
        environment.run_python("-m", "ruff", "format", "--quiet", ".")
    # all three, so that one run shows everything there is to do
    failed = [advice for advice, command in CHECKS.items() if environment.run_python("-m", *command)]
    say(f"To do: {'; '.join(failed)}." if failed else "Style and house rules are kept. The tests say the rest.")
    return 1 if failed else 0


def chromium():
    """Return the path of Chromium or Chrome: the one that `KIT_CHROMIUM` names, or the first one on the PATH.

    Raises
    ------
    CommandError
        If there is none.
    """
    names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
    for name in [os.environ.get("KIT_CHROMIUM"), *names]:
        found = name and shutil.which(name)
        if found:
            return found
    raise CommandError(
        "NO BROWSER TEST WAS RUN: neither Chromium nor Chrome was found. Install Chromium (on Debian: sudo apt install "
        "chromium), or name the program in the variable KIT_CHROMIUM, and run the same command again."
    )


def lab(arguments):
    """Set up, then open the first notebook in JupyterLab, which serves this computer alone and asks for a token.

    Parameters
    ----------
    arguments : list of str
        Go to JupyterLab.

    Returns
    -------
    int
        JupyterLab's exit code.

    Raises
    ------
    CommandError
        If the set-up fails, the port that is named is taken, or an argument would let others in.
    """
    _refuse_open_doors(arguments)
    environment.set_up()
    _check_the_port(arguments)
    if getattr(os, "geteuid", lambda: 1)() == 0:
        say("You are root, so JupyterLab is given --allow-root.")
        arguments = ["--allow-root", *arguments]
    say("Starting JupyterLab. Ctrl-C ends it.")
    settings = [
        f"--ServerApp.root_dir={ROOT}",
        f"--LabApp.default_url=/lab/tree/{FIRST_NOTEBOOK}",  # so that the address that is printed opens it too
        f"--LabApp.workspaces_dir={BUILD / 'lab_workspaces'}",  # which tabs are open: of this copy of the kit alone
        "--ServerApp.ip=127.0.0.1",
        "--Application.log_level=WARN",
    ]
    # A kernel or a setting of the same name in the learner's home must not win over the environment's.
    return environment.run_python("-m", "jupyterlab", *settings, *arguments, JUPYTER_PREFER_ENV_PATH="1")


def option(arguments, name):
    """Find an option among arguments, as `--port=1`, `--port 1` or `--X.port=1`.

    Parameters
    ----------
    arguments : list of str
    name : str
        Such as `port`.

    Returns
    -------
    str or None
        What is given for it; None when it is not there.
    """
    for place, argument in enumerate(arguments):
        if match := re.fullmatch(rf"--(?:\w+\.)?{name}(?:=(.*))?", argument):
            return "".join(arguments[place + 1 : place + 2]) if match[1] is None else match[1]
    return None


def _refuse_open_doors(arguments):
    """Stop when an argument would let others in: whoever reaches a JupyterLab can run programs here."""
    if option(arguments, "ip") is not None:
        raise CommandError(
            "--ip would open this computer to others, so the kit does not take it: it serves this computer alone. "
            "Leave it out; to reach JupyterLab from elsewhere, use a tunnel (ssh -L 8888:localhost:8888)."
        )
    if option(arguments, "token") == "":
        raise CommandError("An empty token would let anybody in, so the kit does not take it. Leave that argument out.")


def _check_the_port(arguments):
    """Stop when the port that the user names is taken; say so when it is JupyterLab's usual one."""
    named = option(arguments, "port")
    port = named or os.environ.get("JUPYTER_PORT", "8888")
    if not re.fullmatch(r"\d{1,4}|[1-5]\d{4}|6[0-4]\d{3}", port):
        return  # JupyterLab says itself what it thinks of such a port
    problem = port_problem(int(port))
    if problem and named:
        raise CommandError(f"Port {port} cannot be used: {problem}. Name another one, or leave --port out.")
    if problem:
        say(f"Port {port} cannot be used ({problem}), so JupyterLab takes another one: see the address below.")


def port_problem(port):
    """Return why a port of this computer cannot be used; an empty text when it can.

    Parameters
    ----------
    port : int
        0 asks for any port.

    Returns
    -------
    str
        The middle of a sentence.
    """
    with socket.socket() as trial:
        if os.name != "nt":  # as JupyterLab does, so that a port left a minute ago counts as free
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError as error:
            return "another program is using it" if error.errno == errno.EADDRINUSE else error.strerror.lower()
    return ""
