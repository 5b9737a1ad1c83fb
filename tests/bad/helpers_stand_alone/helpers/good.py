"""Count things, and say how many there are.

Stop using it for large things (go to a package).

Sources: none.
Needs: the standard library. Licence: MIT.

Three lines:

    import good
    things = [1, 2]
    print(good.count(things))
"""


__all__ = ["count"]


def count(things):
    """Count.

    Parameters
    ----------
    things : list

    Returns
    -------
    int

    Raises
    ------
    TypeError
        For what has no length.

    Examples
    --------
    >>> count([1, 2])
    2
    """
    return len(things)
