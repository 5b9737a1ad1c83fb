"""Count things, and say how many there are.

Stop using it for large things (go to a package).

Sources: none.
Needs: the standard library. Licence: MIT.

Three lines:

    import terse
    things = [1, 2]
    print(terse.count(things))
"""

__all__ = ["Thing", "bare", "few", "half", "none"]


class Thing:
    pass


def bare(things):
    return things


def few(things, *more, limit=1, **others):
    """Few.

    Parameters
    ----------
    things, limit : whatever

    Returns
    -------
    int

    Raises
    ------
    ValueError

    Examples
    --------
    Call it.
    """


def half(things):
    """Half.

    Returns
    -------
    int
    """


def none():
    """None.

    Returns
    -------
    None

    Raises
    ------
    ValueError

    Examples
    --------
    >>> none()
    """


def not_listed(things):
    pass
