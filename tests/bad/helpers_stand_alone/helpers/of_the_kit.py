"""Count things, and say how many there are.

Stop using it for large things (go to a package).

Sources: none.
Needs: the standard library. Licence: MIT.

Three lines:

    import of_the_kit
    things = [1, 2]
    print(of_the_kit.count(things))
"""

from helpers.course import steps


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
