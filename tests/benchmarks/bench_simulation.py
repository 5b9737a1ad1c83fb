"""Time of helpers/simulation.py. README.md says how to run it."""

import platform
import sys
from functools import partial
from importlib.metadata import version

import numpy as np
from stopwatch import quickest
from threadpoolctl import threadpool_limits

from helpers import simulation
from helpers.simulation import KNOBS, render_digits

RENDERS, TARGET, REPEATS = 10_000, 3000, 7


def anew(n, rng):
    """The first call of a process: the fonts are read as well."""
    simulation._glyphs.cache_clear()
    render_digits(n, rng)


def main():
    packages = ("numpy", "pillow", "matplotlib")
    print(f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in packages))
    rng = np.random.default_rng(0)
    calls = {f"{RENDERS:,} renders, all knobs": partial(render_digits, RENDERS, rng)}
    calls["the same, fonts read anew"] = partial(anew, RENDERS, rng)
    calls["the same, no knob"] = partial(render_digits, RENDERS, rng, False)
    calls |= {f"the same, {knob} alone": partial(render_digits, RENDERS, rng, [knob]) for knob in KNOBS}
    calls["100 renders"] = partial(render_digits, 100, rng)
    with threadpool_limits(1):
        times = dict(zip(calls, quickest(*calls.values(), repeats=REPEATS), strict=True))
    for what, took in times.items():
        print(f"{what:<36}{took:>9.1f}")
    missed = [what for what in list(calls)[:2] if times[what] > TARGET]
    print(f"Targets missed: {', '.join(missed)}." if missed else "All targets met.")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
