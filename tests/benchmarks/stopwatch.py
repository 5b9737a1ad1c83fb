"""How long calls take, for the benchmarks of this folder."""

import math
import time


def quickest(*functions, repeats):
    """Milliseconds of the quickest run of each, called in turn. A median would add what others do on the machine."""
    times = [math.inf] * len(functions)
    for _ in range(repeats):
        for place, function in enumerate(functions):
            start = time.perf_counter()
            function()
            times[place] = min(times[place], (time.perf_counter() - start) * 1000)
    return times
