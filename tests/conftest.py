"""What tests of several folders share."""

import pytest

from helpers.course import book


@pytest.fixture(scope="session")
def built_book():
    """The folder of the kit's own book, built once for all tests."""
    assert book.main([]) == 0
    return book.ROOT / ".build" / "book"
