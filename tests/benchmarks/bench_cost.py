"""Time of helpers/cost.py beside a plain loop over plans. README.md says how to run it."""

import os
import platform
import statistics
import sys
import time
from dataclasses import replace
from importlib.metadata import version

import numpy as np
from threadpoolctl import threadpool_limits

from helpers.cost import INPUTS, Plan, estimate, life_cycle, sensitivity, simulate

DRAWS, TARGET, REPEATS = 10_000, 50, 15
PLAN = Plan(
    items=10_000,
    human_share=0.2,
    usd_per_human_label=0.3,
    raters_per_item=3,
    usd_per_real_input=0.05,
    prelabel_discount=0.25,
    usd_per_machine_item=0.02,
    usd_per_machine_label=0.004,
    usd_conditioning=1500,
    usd_filters=700,
    reject_rate=0.2,
    review_share=0.15,
    usd_per_review=0.12,
    rework_rate=0.03,
    usd_maintenance_per_month=110,
    months=8,
    drift_share_per_month=0.01,
    usd_audit=950,
    iterations=2,
    exchange_rate=0.4,
)
PEOPLE = replace(PLAN, human_share=1, prelabel_discount=0)
RANGES = {
    name: tuple(float(np.clip(getattr(PLAN, name) * by, meaning["low"], meaning["high"])) for by in (0.5, 1, 2))
    for name, meaning in INPUTS.items()
}


def loop(draws):
    """As one would write it down: a plan for each draw, with the same shape."""
    rng, totals = np.random.default_rng(0), []
    for _ in range(draws):
        drawn = {}
        for name, (low, likely, high) in RANGES.items():
            up = (likely - low) / (high - low)
            drawn[name] = low + (high - low) * rng.beta(1 + 4 * up, 5 - 4 * up)
        totals.append(estimate(Plan(**drawn)).total)
    return np.quantile(totals, [0.05, 0.5, 0.95])


def milliseconds(function, repeats=REPEATS):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main():
    print(f"Python {platform.python_version()}, numpy {version('numpy')}, pandas {version('pandas')}")
    if hasattr(os, "getloadavg"):
        print(f"load {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores")
    missed = 0
    with threadpool_limits(1):
        ours = simulate(RANGES, np.random.default_rng(0), DRAWS, plan=PLAN, measure="total")
        if not np.allclose([ours.low, ours.median, ours.high], loop(DRAWS), rtol=0.02):
            sys.exit("The loop and ours differ.")
        for what, function, limit, repeats in (
            (
                "10,000 draws of 20 inputs",
                lambda: simulate(RANGES, np.random.default_rng(0), plan=PLAN, measure="total"),
                TARGET,
                REPEATS,
            ),
            (
                "the same, two plans",
                lambda: simulate(RANGES, np.random.default_rng(0), plan=PLAN, rival=PEOPLE, measure="total"),
                TARGET,
                REPEATS,
            ),
            (
                "the same, worth for worth, log scale",
                lambda: simulate(RANGES, np.random.default_rng(0), plan=PLAN, rival=PEOPLE, shape="log_pert"),
                TARGET,
                REPEATS,
            ),
            ("the same, a plain loop", lambda: loop(DRAWS), None, 3),
            ("tornado of 20 inputs, two plans", lambda: sensitivity(RANGES, plan=PLAN, rival=PEOPLE), None, REPEATS),
            ("months of a plan", lambda: life_cycle(PLAN), None, REPEATS),
            ("one estimate", lambda: estimate(PLAN), None, REPEATS),
        ):
            took = milliseconds(function, repeats)
            missed += limit is not None and took > limit
            print(f"{what:<38}{took:>10.2f}{limit or '':>8}")
    print("All targets met." if not missed else f"{missed} targets missed.")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
