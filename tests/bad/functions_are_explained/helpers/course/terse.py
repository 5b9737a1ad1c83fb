__all__ = ["listed"]


def listed(things):
    """Listed."""


def other(things):
    """Not listed, so it may be brief."""


def bare():
    pass


def _own():
    pass
