"""Lessons."""

import helpers.good
from helpers import __version__, good
from helpers.course import steps
from helpers.panels.view import show

from .. import lost
