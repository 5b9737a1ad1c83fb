"""What tests of several folders share."""

import pytest


@pytest.fixture(scope="session")
def built_book():
    """The folder of the kit's own book, built once for all tests."""
    from helpers.course import book  # here, because few tests need it and it takes a second

    assert book.main([]) == 0
    return book.ROOT / ".build" / "book"
