"""Count things, and say how many there are.

Stop using it for large things (go to a package).

Sources: none.
Needs: the standard library. Licence: MIT.

Three lines:

    import wrong_example
    things = [1, 2]
    print(wrong_example.count(things))
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
    3
    """
    return len(things)
