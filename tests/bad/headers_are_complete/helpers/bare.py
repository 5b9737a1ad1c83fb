"""Things."""


def count(things):
    """Count."""
