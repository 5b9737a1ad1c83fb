"""Strict mode: under test, a number outside its band and a wrong answer are errors.

A learner who turns a knob sees a line in words; the same notebook fails when the tests run it. Loaded by pytest
through `addopts = "-p helpers.course.strict"`, so that one notebook run alone is strict too. What a learner decided in
a review, and what a test decides, are kept apart.
"""

import os
import tempfile
from pathlib import Path

from helpers.course.steps import BUILD

__all__ = ["REVIEWS", "is_strict", "review_file"]

_VARIABLE = "KIT_STRICT"
REVIEWS = "KIT_REVIEWS"  # the folder for decisions; set for runs that must not see a learner's


def is_strict() -> bool:
    """Whether this process runs in strict mode.

    Returns
    -------
    bool
        True when the environment variable `KIT_STRICT` is 1: then `finding` and `check` raise.
    """
    return os.environ.get(_VARIABLE) == "1"


def review_file(name: str) -> Path:
    """Where the decisions of a review are kept, from one run of a lesson to the next.

    Parameters
    ----------
    name : str
        Such as "review_05".

    Returns
    -------
    Path
        In `.build/`, which git does not see. Under test and for the command `notebooks`, in an empty folder instead:
        what is stored must not hang on what a learner has decided.

    Examples
    --------
    >>> review_file("review_05").name
    'review_05.db'
    """
    folder = Path(os.environ.get(REVIEWS) or BUILD)
    folder.mkdir(exist_ok=True)
    return folder / f"{name}.db"


def pytest_configure(config) -> None:
    """Make every kernel that the tests start strict, with decisions of its own: kernels inherit the environment."""
    os.environ[_VARIABLE] = "1"
    config.kit_reviews = tempfile.TemporaryDirectory(prefix="kit-reviews-", ignore_cleanup_errors=True)
    os.environ[REVIEWS] = config.kit_reviews.name


def pytest_unconfigure(config) -> None:
    """Throw away what was decided under test."""
    config.kit_reviews.cleanup()
