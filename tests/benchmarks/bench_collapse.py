"""Time of helpers/collapse.py and text.py, and how it grows. README.md says how to run it."""

import os
import platform
import sys
from functools import partial
from importlib.metadata import version

import numpy as np
from stopwatch import quickest
from threadpoolctl import threadpool_limits

from helpers.collapse import gaussian_log_variance, run_chain
from helpers.course.datasets import rated_sentences
from helpers.text import NgramModel

REPEATS = 15
SLACK = 1.15  # a cost that is linear has an exponent of 1; caches and other people's load add to it


def trigrams(texts, generations, rng):
    return run_chain(texts, NgramModel().fit, NgramModel.sample, generations=generations, rng=rng)


def gaussians(points, chains, generations, rng):
    """Every point is drawn; a column is a chain."""

    def fit(rows):
        return rows.mean(axis=0), rows.std(axis=0, ddof=1)

    def sample(model, n, rng):
        rows = rng.standard_normal((n, chains))
        rows *= model[1]
        rows += model[0]
        return rows

    real = rng.standard_normal((points, chains))
    return run_chain(real, fit, sample, generations=generations, rng=rng, measure=len)


def sufficient(points, chains, generations, rng):
    """The same chains from their means and variances alone, which is exact for Gaussians."""
    mean, variance = np.zeros(chains), np.ones(chains)
    for _ in range(generations):
        mean += np.sqrt(variance / points) * rng.standard_normal(chains)
        variance *= rng.standard_gamma((points - 1) / 2, chains) * (2 / (points - 1))
    return mean, variance


def unigrams(tokens, generations, rng):
    def redraw(rows, n, rng):
        return rows[rng.integers(len(rows), size=n)]

    return run_chain(tokens, lambda rows: rows, redraw, generations=generations, rng=rng, measure=len)


def times(texts, tokens, rng):
    """(what, call, target in seconds)."""
    yield "trigrams, 2,000 sentences, 8 generations", partial(trigrams, texts[:2000], 8, rng), 0.2
    yield "20,000 Gaussian chains, 50 generations of 10", partial(gaussians, 10, 20_000, 50, rng), 0.3
    yield "  drawing alone", partial(rng.standard_normal, (50, 10, 20_000)), None
    yield "  from sufficient statistics", partial(sufficient, 10, 20_000, 50, rng), 0.05
    yield "one-word loop, 65,000 tokens, 30 generations", partial(unigrams, tokens, 30, rng), 0.02


def growth(texts, tokens, rng):
    """(what, sizes, call of a size): how the time grows."""
    sentences, steps = [500, 1000, 2000, 4000, 8000], [4, 8, 16, 32]
    yield "trigrams: sentences", sentences, lambda n: trigrams(texts[:n], 4, rng)
    # machine text gets poorer, so the same corpus is fitted and written from, again and again
    yield "trigrams: generations", steps, lambda n: [NgramModel().fit(texts[:1000]).sample(1000, rng) for _ in range(n)]
    yield "one-word loop: tokens", [10_000, 30_000, 100_000, 300_000], lambda n: unigrams(np.arange(n), 10, rng)
    yield "one-word loop: generations", [25, 50, 100, 200], lambda n: unigrams(tokens[:10_000], n, rng)


def exponent(sizes, call):
    """Slope of log time over log size."""
    seconds = [quickest(partial(call, size), repeats=REPEATS)[0] / 1000 for size in sizes]
    return np.polyfit(np.log(sizes), np.log(seconds), 1)[0], seconds


def check(rng):
    """The sufficient statistics are those of the formula, or the comparison would be worth nothing."""
    logs = np.log(sufficient(10, 200_000, 5, rng)[1])
    expected = gaussian_log_variance(10, 5)
    np.testing.assert_allclose([logs.mean(), logs.var()], expected, rtol=0.02)


def main():
    print(
        f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in ("numpy", "pandas"))
    )
    if hasattr(os, "getloadavg"):
        print(f"load {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores")
    rng, missed = np.random.default_rng(0), 0
    texts = rng.permutation(np.array(rated_sentences("movies")["text"], dtype=object)).tolist()
    tokens = rng.zipf(1.3, 65_000) % 3000
    with threadpool_limits(1):
        check(rng)
        print(f"{'what':<48}{'seconds':>9}{'target':>8}")
        for what, call, target in times(texts, tokens, rng):
            seconds = quickest(call, repeats=REPEATS)[0] / 1000
            missed += target is not None and seconds > target
            print(f"{what:<48}{seconds:>9.3f}{target or '':>8}")
        print(f"{'how it grows':<48}{'exponent':>9}{'target':>8}   seconds")
        for what, sizes, call in growth(texts, tokens, rng):
            slope, seconds = exponent(sizes, call)
            missed += slope > SLACK
            print(f"{what:<48}{slope:>9.2f}{SLACK:>8}   " + ", ".join(f"{s:.3f}" for s in seconds))
    print("All targets met." if not missed else f"{missed} targets missed.")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
