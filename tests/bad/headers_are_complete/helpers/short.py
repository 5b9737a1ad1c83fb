"""Short.

Stop using it now. Sources: hidden. Needs: hidden.

Needs: numpy.

Three lines:

    one
    two
"""

__all__ = ["LIMIT", "gone"]

LIMIT = 3


def extra():
    """Extra."""


class Other:
    """Other."""


def _own():
    pass
