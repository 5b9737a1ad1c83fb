"""No Needs line."""

import numpy
