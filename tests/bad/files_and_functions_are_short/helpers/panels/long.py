def fits():
    """Doc.

    More.
    """
    # a comment

    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1


def too_long():
    """Doc.

    More.
    """
    # a comment

    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
    x = 1
