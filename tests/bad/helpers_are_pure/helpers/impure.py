"""Count things, and say how many there are.

Stop using it for large things (go to a package).

Sources: none.
Needs: numpy, matplotlib. Licence: MIT.

Three lines:

    import impure
    things = [1, 2]
    print(impure.count(things))
"""

import random

import matplotlib.pyplot as plt
import numpy as np

TOTAL = 0
RNG = np.random.default_rng(0)


def count(things, seed=0):
    """Count."""
    global TOTAL
    np.random.seed(seed)
    print(np.random.default_rng(seed).random())
    with open("things") as file:
        return file


def draw(rng: np.random.Generator):
    """Draw."""
    return np.random.default_rng().random()
