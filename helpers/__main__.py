"""One entry for everything: `python3 -m helpers COMMAND` (on Windows `py -m helpers COMMAND`).

An old Python meets this file and `helpers/__init__.py` first, so both are written in the syntax of Python 3.6 to
3.8, and nothing newer is imported before the version is known to be good.
"""

import difflib
import sys

NEEDED = (3, 11)

if sys.version_info < NEEDED:
    sys.exit(
        "This is Python {}.{}, and the kit needs Python {}.{} or newer. Install a newer Python, then run the same "
        "command with it, for example: python3.12 -m helpers lab".format(*sys.version_info[:2], *NEEDED)
    )

from helpers.course import app, commands, copying, doctor, steps  # noqa: E402 (an old Python could not read them)

# name: what it calls with the list of arguments, and what the list of commands says about it
COMMANDS = {
    "lab": (commands.lab, "set up, then open the first notebook; arguments go to JupyterLab (--no-browser)"),
    "app": (app.app, "set up, then open the decision tool and the cost tool, without code; --port N, --no-browser"),
    "test": (commands.test, "set up, then run the tests; --browser adds those in a browser; the rest goes to pytest"),
    "check": (commands.check, "set up, then check style and house rules before a commit; --fix mends what it can"),
    "fetch": (commands.bring, "bring the human-written sentences; --from FILE takes them from this disk"),
    "list": (copying.show, "list the files to copy into your own project"),
    "copy": (copying.copy, "copy one: copy TOPIC FOLDER; --force replaces a file that is there"),
    "doctor": (doctor.doctor, "check this computer and the kit, and say what to do"),
    "notebooks": (commands.module("notebooks"), "run the notebooks and store their outputs"),
    "pages": (commands.module("pages"), "bring numbers, figures and evidence.md of the playbook up to date"),
    "book": (commands.module("book"), "build the book: the playbook and the lessons, to read in a browser"),
}


def usage():
    """Return the list of commands, one line each."""
    lines = ["  {:<11}{}".format(name, text) for name, (_, text) in COMMANDS.items()]
    return "\n".join([steps.COMMAND + " COMMAND, where COMMAND is one of", *lines])


def dispatch(arguments):
    """Run the command that the arguments name and return its exit code."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print(usage())
        return 0
    name = arguments[0]
    if name in COMMANDS:
        return COMMANDS[name][0](arguments[1:])
    close = difflib.get_close_matches(name, COMMANDS, 1, 0.4)
    hint = " Did you mean '{}'?".format(close[0]) if close else ""
    raise steps.CommandError("There is no command '{}'.{} {} lists them all.".format(name, hint, steps.COMMAND))


def main(arguments):
    """Run a command and return its exit code; what a user can put right is said in a sentence, not a traceback."""
    try:
        return dispatch(arguments)
    except steps.CommandError as problem:
        print(problem, file=sys.stderr)
        return 1
    except OSError as problem:
        print(steps.sentence_for(problem), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. To go on, run the same command again.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    steps.end_children_with_us()
    sys.exit(main(sys.argv[1:]))
