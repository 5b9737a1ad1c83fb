"""How often the intervals of block_scores and compare hold, simulated. README.md says how to run it."""

import sys

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy.stats import rankdata

from helpers.trials import block_scores, compare

STUDIES, REPEATS, SEED = 400, 20, 0


def auc(truth, predicted):
    """As scikit-learn's roc_auc_score, without its checks: a study calls it 800 times."""
    events = truth.sum()
    ranks = rankdata(predicted)[truth == 1].sum()
    return (ranks - events * (events + 1) / 2) / (events * (len(truth) - events))


def average_precision(truth, predicted):
    """As scikit-learn's average_precision_score where no two predictions are the same."""
    found = truth[np.argsort(-predicted)]
    return (found.cumsum() / np.arange(1, len(found) + 1))[found == 1].mean()


def scores(rng, measure, items, prevalence, repeats, split):
    """Two models, of which one sees a further sign of the event, through weights that each training draw changes."""
    truth = np.zeros(items)
    truth[: rng.binomial(items - 4, prevalence) + 2] = 1
    first, second = (rng.normal(size=items) + effect * truth for effect in (1, 0.3))
    for _ in range(repeats):
        noise = 0.5 * rng.normal(size=(2, items))
        arms = {"one": first + noise[0], "two": first + (0.5 + 0.3 * rng.normal()) * second + noise[1]}
        yield {arm: split(measure, truth, predicted) for arm, predicted in arms.items()}


def difference(rng, measure, items, prevalence):
    """The difference in one study, without blocks."""
    arms = next(scores(rng, measure, items, prevalence, 1, lambda measure, *given: measure(*given)))
    return arms["two"] - arms["one"]


def holds(rng, measure, items, prevalence, true_difference):
    frames = [pd.DataFrame(arms) for arms in scores(rng, measure, items, prevalence, REPEATS, block_scores)]
    row = compare(pd.concat(dict(enumerate(frames)), names=["repeat", "item"]), "one").loc["two"]
    return row["low"] <= true_difference <= row["high"]


def main():
    rngs = np.random.default_rng(SEED).spawn(STUDIES + 1)
    for measure in (auc, average_precision):
        for items, prevalence in ((400, 0.0125), (400, 0.025), (1000, 0.05), (4000, 0.011), (900, 0.1)):
            given = measure, items, prevalence
            # Average precision depends on the number of items, so the truth is the mean over studies of this size.
            truth = np.mean(Parallel(n_jobs=-1)(delayed(difference)(rng, *given) for rng in rngs[-1].spawn(8000)))
            held = Parallel(n_jobs=-1)(delayed(holds)(rng, *given, truth) for rng in rngs[:STUDIES])
            words = f"{measure.__name__}, {items} items, about {items * prevalence:.0f} events"
            print(f"{words}: {np.mean(held):.1%}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
