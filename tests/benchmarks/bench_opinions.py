"""Time and results of helpers/opinions.py and agreement.py beside krippendorff. README.md says how to run it."""

import os
import platform
import sys
from functools import partial
from importlib.metadata import version
from itertools import chain, zip_longest

import numpy as np
import pandas as pd
from stopwatch import quickest
from threadpoolctl import threadpool_limits

from helpers.agreement import agreement
from helpers.course.datasets import DOMAINS, ratings
from helpers.opinions import panel_error, spread

REPEATS = 15
RESAMPLES = 200
CALLS = 10  # of the 200 of the loop; its time is taken times 20
PANELS = [1, 2, 5, 10]
SECOND = 1000.0  # in milliseconds


def long_table():
    """All 536,520 human ratings of the 23,703 sentences. Ids clash between domains, hence the prefix."""
    tables = []
    for domain in DOMAINS:
        table = ratings(domain)
        tables.append(table.assign(item=f"{domain}:" + table["item"], rater=f"{domain}:" + table["rater"]))
    return pd.concat(tables, ignore_index=True)


def flat(lists):
    """From a list of ratings for each item: the number of the item and the rating, one after the other."""
    sizes = np.fromiter(map(len, lists), int, len(lists))
    return np.repeat(np.arange(len(lists)), sizes), np.fromiter(chain.from_iterable(lists), int, sizes.sum())


def table_of(lists):
    item, rating = flat(lists)
    return pd.DataFrame({"item": item, "rater": np.arange(len(item)), "rating": rating})


def count_cells(item, rating):
    values, place = np.unique(rating, return_inverse=True)
    items = item.max() + 1
    return np.bincount(item * len(values) + place, minlength=items * len(values)).reshape(-1, len(values)), values


class Krippendorff:
    """The ways to the package krippendorff, from the table or from lists. It takes counts, or a matrix with gaps."""

    def __init__(self, table):
        import krippendorff

        self.alpha, self.table = krippendorff.alpha, table
        self.lists = table.groupby("item", sort=False)["rating"].agg(list).tolist()

    def counts(self):
        """The quickest way to the counts (items x values) that we know."""
        return count_cells(pd.factorize(self.table["item"])[0], self.table["rating"].to_numpy())

    def counts_of_lists(self):
        return count_cells(*flat(self.lists))

    def grouped(self):
        """The same in one line of pandas."""
        counts = self.table.groupby(["item", "rating"]).size().unstack(fill_value=0)
        return counts.to_numpy(), counts.columns.to_numpy()

    def crosstab(self):
        """The line of pandas that one would find first."""
        counts = pd.crosstab(self.table["item"], self.table["rating"])
        return counts.to_numpy(), counts.columns.to_numpy()

    def matrix(self):
        """Places x items. One row a rater would take 100 GB: no rater recurs. Alpha does not ask who is who."""
        item, items = pd.factorize(self.table["item"])
        place = self.table.groupby("item").cumcount().to_numpy()
        matrix = np.full((place.max() + 1, len(items)), np.nan)
        matrix[place, item] = self.table["rating"]
        return matrix

    def matrix_of_lists(self):
        return np.array(list(zip_longest(*self.lists, fillvalue=np.nan)))

    def from_counts(self, count, level="interval"):
        counts, values = count()
        return self.alpha(value_counts=counts, value_domain=values, level_of_measurement=level)

    def from_matrix(self, fill):
        return self.alpha(fill(), level_of_measurement="interval")

    def ways(self):
        """From the long table, and from lists: (name, call, target).

        The targets are for what its documentation shows (the matrix) and for the line that one would find first.
        """
        table = (
            ("table, quickest counts", partial(self.from_counts, self.counts), None),
            ("table, counts by groupby", partial(self.from_counts, self.grouped), None),
            ("table, counts by crosstab", partial(self.from_counts, self.crosstab), 0.5),
            ("table, matrix", partial(self.from_matrix, self.matrix), None),
        )
        lists = (
            ("lists, quickest counts", partial(self.from_counts, self.counts_of_lists), None),
            ("lists, matrix", partial(self.from_matrix, self.matrix_of_lists), 0.5),
        )
        return table, lists

    def resample_counts(self, counts, values, rng, calls):
        """The items are counted once, before the loop."""
        draws = (rng.integers(len(counts), size=len(counts)) for _ in range(calls))
        return [self.alpha(value_counts=counts[draw], value_domain=values) for draw in draws]

    def resample_matrix(self, matrix, rng, calls):
        draws = (rng.integers(matrix.shape[1], size=matrix.shape[1]) for _ in range(calls))
        return [self.alpha(matrix[:, draw]) for draw in draws]


def check_alpha(peer, table):
    """Both give the same alpha on every level, by all ways, and bootstraps of the same width."""
    rng = np.random.default_rng(0)
    amounts = table.assign(rating=table["rating"] - table["rating"].min())
    for level, some in (("nominal", table), ("ordinal", table), ("interval", table), ("ratio", amounts)):
        there = Krippendorff(some)
        ours = agreement(some, level, rng=rng, resamples=0).alpha
        np.testing.assert_allclose(ours, there.from_counts(there.counts, level), atol=1e-9, rtol=0)
    found = agreement(table, "interval", rng=rng, resamples=RESAMPLES)
    np.testing.assert_allclose([way() for _, way, _ in chain(*peer.ways())], found.alpha, atol=1e-9, rtol=0)
    from_lists = agreement(table_of(peer.lists), "interval", rng=rng, resamples=0)
    np.testing.assert_allclose(from_lists.alpha, found.alpha, atol=1e-9, rtol=0)
    theirs = peer.resample_counts(*peer.counts(), rng, RESAMPLES)
    low, high = np.quantile(theirs, [0.025, 0.975])
    # an end that comes from 200 draws is uncertain by 0.19 of their standard deviation; the two ends differ more
    assert max(abs(found.low - low), abs(found.high - high)) < np.std(theirs), (found, low, high)
    return found


def alpha_rows(peer, table):
    """(what, ours, theirs, target): milliseconds."""
    rng = np.random.default_rng(0)
    ours = partial(agreement, level="interval", rng=rng)
    calls = (
        partial(ours, table, resamples=0),
        partial(ours, table, resamples=RESAMPLES),
        lambda: ours(table_of(peer.lists), resamples=0),
        partial(peer.resample_counts, *peer.counts(), rng, CALLS),
        partial(peer.resample_matrix, peer.matrix(), rng, CALLS),
    )
    sources = peer.ways()
    alone, many, alone_of_lists, loop, matrix_loop, *theirs = quickest(
        *calls, *(way for _, way, _ in chain(*sources)), repeats=REPEATS
    )
    for ways, own in zip(sources, (alone, alone_of_lists), strict=True):
        for name, _, target in ways:
            yield f"alpha: {name}", own, theirs.pop(0), target
    yield "200 resamples: loop over counts", many - alone, loop * RESAMPLES / CALLS, 0.02
    yield "200 resamples: loop over matrix", many - alone, matrix_loop * RESAMPLES / CALLS, None


def table_rows(table):
    """(what, ours, target): milliseconds."""
    functions = partial(spread, table), partial(panel_error, table, PANELS)
    for what, own in zip(("spread", "panel_error, 4 sizes"), quickest(*functions, repeats=REPEATS), strict=True):
        yield what, own, 0.2 * SECOND


def main():
    packages = ("numpy", "pandas", "scipy", "krippendorff")
    print(f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in packages))
    load = f", load {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores" if hasattr(os, "getloadavg") else ""
    missed = 0
    with threadpool_limits(1):
        table = long_table()
        peer = Krippendorff(table)
        found = check_alpha(peer, table)
        print(f"{len(table):,} ratings of {found.items:,} items{load}: both say alpha {found.alpha:.9f}")
        print(f"{'what: peer':<48}{'ours ms':>9}{'peer ms':>9}{'ratio':>7}{'target':>8}")
        for what, own, other, target in alpha_rows(peer, table):
            missed += target is not None and own / other > target
            print(f"{what:<48}{own:>9.1f}{other:>9.1f}{own / other:>7.3f}{target or '':>8}")
        for what, own, target in table_rows(table):
            missed += own > target
            print(f"{what:<48}{own:>9.1f}{'':>16}{target:>5.0f} ms")
    print("All targets met." if not missed else f"{missed} targets missed.")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
