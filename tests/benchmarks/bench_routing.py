"""Time and covering radius of helpers/routing.py beside scikit-activeml. README.md says how to run it."""

import math
import os
import platform
import sys
from importlib.metadata import version

import numpy as np
from scipy import sparse
from stopwatch import quickest
from threadpoolctl import threadpool_limits

from helpers.routing import route

REPEATS = 7
ITEMS, CHOSEN = 20_000, 100


def cloud(columns, rng):
    """Items in 30 clusters of different sizes, with a few far away."""
    middle = 4 * rng.normal(size=(30, columns))
    X = middle[rng.choice(30, ITEMS, p=rng.dirichlet(np.ones(30)))] + rng.normal(size=(ITEMS, columns))
    X[:50] *= 2
    return rng.permutation(X)


def bags(rng):
    """Sparse rows of about 20 words of 50,000."""
    place = np.repeat(np.arange(ITEMS), 20), rng.integers(50_000, size=20 * ITEMS)
    return sparse.csr_array((rng.random(20 * ITEMS), place), shape=(ITEMS, 50_000))


def ours(X):
    """The first item has its label already, so both begin at the same place."""
    p = np.full((len(X) - 1, 2), 0.5)
    return route(p, CHOSEN, "diverse", features=X[1:], labelled=X[:1]) + 1


def theirs(X):
    from skactiveml.pool import CoreSet

    y = np.full(len(X), np.nan)
    y[0] = 0
    return CoreSet(random_state=0).query(X, y, batch_size=CHOSEN)


def slow(X):
    """Greedy k-center as one would write it down, with the differences themselves."""
    far, chosen = ((X - X[0]) ** 2).sum(axis=1), []
    for _ in range(CHOSEN):
        chosen.append(int(far.argmax()))
        far = np.minimum(far, ((X - X[chosen[-1]]) ** 2).sum(axis=1))
    return np.array(chosen)


def radius(X, chosen):
    """How far the item is that is farthest from all chosen ones and the first."""
    centers = X[np.r_[0, chosen]]
    return math.sqrt(
        max(((X[i : i + 200, None] - centers) ** 2).sum(axis=2).min(axis=1).max() for i in range(0, len(X), 200))
    )


def main():
    packages = ("numpy", "scipy", "scikit-learn", "scikit-activeml")
    print(f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in packages))
    if hasattr(os, "getloadavg"):
        print(f"load {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores")
    rng, missed = np.random.default_rng(0), 0
    print(f"{'100 of 20,000 by k-center':<34}{'ours ms':>9}{'peer ms':>9}{'ratio':>7}{'target':>8}")
    with threadpool_limits(1):
        for columns, target in ((8, None), (64, 0.5), (512, None)):
            X = cloud(columns, rng)
            covered = [radius(X, choose(X)) for choose in (ours, theirs, slow)]
            if not np.allclose(covered, covered[0], rtol=1e-9, atol=0):
                sys.exit(f"The covering radii differ: {covered}")
            own, other, plain = quickest(
                lambda X=X: ours(X), lambda X=X: theirs(X), lambda X=X: slow(X), repeats=REPEATS
            )
            for name, peer, limit in (("scikit-activeml", other, target), ("plain numpy", plain, None)):
                missed += limit is not None and own / peer > limit
                what = f"{columns} columns: {name}"
                print(f"{what:<34}{own:>9.1f}{peer:>9.1f}{own / peer:>7.3f}{limit or '':>8}   radius {covered[0]:.4f}")
        words = bags(rng)
        p = rng.dirichlet([1, 1], size=ITEMS)
        (sparse_words,) = quickest(lambda: route(p, CHOSEN, "diverse", words), repeats=REPEATS)
        print(f"{'50,000 columns, sparse, 20 words':<34}{sparse_words:>9.1f}")
        print(f"{'margin, 1,000,000 x 10':<34}", end="")
        p = rng.dirichlet(np.ones(10), size=1_000_000)
        print(f"{quickest(lambda: route(p, CHOSEN), repeats=REPEATS)[0]:>9.1f}")
    print("All targets met." if not missed else f"{missed} targets missed.")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
