"""Count things, and say how many there are.

Stop using it for large things (go to a package).

Sources: none.
Needs: the standard library. Licence: MIT.

Three lines:

    import review
    things = [1, 2]
    print(review.count(things))
"""


def keep(path):
    """May write."""
    path.open("w")
