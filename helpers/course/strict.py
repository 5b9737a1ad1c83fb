"""Strict mode: under test, a number outside its band and a wrong answer are errors.

A learner who turns a knob sees a line in words; the same notebook fails when the tests run it. Loaded by pytest
through `addopts = "-p helpers.course.strict"`, so that one notebook run alone is strict too.
"""

import os

__all__ = ["is_strict"]

_VARIABLE = "KIT_STRICT"


def is_strict() -> bool:
    """Whether this process runs in strict mode.

    Returns
    -------
    bool
        True when the environment variable `KIT_STRICT` is 1: then `finding` and `check` raise.
    """
    return os.environ.get(_VARIABLE) == "1"


def pytest_configure(config) -> None:
    """Make every kernel that the tests start strict: kernels inherit the environment."""
    os.environ[_VARIABLE] = "1"
