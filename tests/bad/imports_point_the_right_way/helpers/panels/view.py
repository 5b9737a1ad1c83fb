"""A panel may."""

from helpers import good
from helpers.course import upward
