"""The figures in the docstrings of helpers/opinions.py and agreement.py, simulated. README.md says how to run it."""

import sys
from itertools import product

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from helpers.agreement import agreement, alternative_annotator_test, replacement_test
from helpers.opinions import correct_ratings, equivalent_raters, prediction_powered_mean

STUDIES = 1000
SEED = 0


def long(x, first=0):
    """A matrix of items x raters as a long table."""
    table = pd.DataFrame(x).stack().rename_axis(["item", "rater"]).rename("rating").reset_index()
    return table.assign(rater=table["rater"] + first)


def judge(x):
    """The machine's table: one column, or several samples."""
    return long(np.asarray(x).reshape(len(x), -1), first=1000)


def by_item(documents):
    return pd.Series(documents, pd.RangeIndex(len(documents), name="item"))


def opinions(rng, items, raters, scale="1 to 5"):
    """Ratings about each item's value; from 1 to 5, or on a scale so fine that nobody ties."""
    x = rng.normal(3, 1, (items, 1)) + rng.normal(0, 0.8, (items, raters))
    return np.clip(x.round(), 1, 5) if scale == "1 to 5" else x


def share(study, *settings, studies=STUDIES):
    """In which share of the studies something holds, each with a generator of its own."""
    rngs = np.random.default_rng(SEED).spawn(studies)
    return np.mean(Parallel(n_jobs=-1, batch_size=20)(delayed(study)(rng, *settings) for rng in rngs), axis=0)


# ---- agreement


def alpha_holds(rng, items, per_document=1):
    """Item values of variance 1 (half of it the document's, if any), raters' chance of variance 0.5: alpha is 2/3."""
    documents = np.repeat(np.arange(items // per_document), per_document)
    common = np.sqrt(0.5) * rng.normal(size=documents.max() + 1)[documents] if per_document > 1 else 0
    value = common + np.sqrt(0.5 if per_document > 1 else 1) * rng.normal(size=items)
    x = (10 * (value[:, None] + np.sqrt(0.5) * rng.normal(size=(items, 5)))).round().clip(-50, 50)
    series = by_item(documents) if per_document > 1 else None
    found = agreement(long(x), documents=series, rng=rng)
    return found.low <= 2 / 3 <= found.high


def both_tests(rng, items, epsilon, scale):
    """A machine as good as a person, three people."""
    x = opinions(rng, items, 4, scale)
    tables = judge(x[:, 0]), long(x[:, 1:])
    return alternative_annotator_test(*tables, epsilon).passes, replacement_test(*tables, epsilon).replaces


def false_yes(rng, items, epsilon):
    """A machine that is behind by just epsilon: it loses so many items and ties on the others, never ahead."""
    ahead = rng.random(items) < epsilon
    return replacement_test(judge(ahead * 1.0), long(np.zeros((items, 3))), epsilon).replaces


def replacement_holds(rng, documents, given):
    """Ten items a document, in which the machine errs alike; its true difference is 0, by symmetry of the raters."""
    at = np.repeat(np.arange(documents), 10)
    value, chance = rng.normal(size=(len(at), 1)), rng.normal(size=(len(at), 5))
    error = rng.normal(size=documents)[at]
    machine = judge(value[:, 0] + error)
    found = replacement_test(machine, long(value + chance), 0.1, documents=by_item(at) if given else None)
    return found.low, found.high, found.difference


# ---- opinions


def worth_holds(rng, items, of="mean", per_document=1):
    """People's chance of variance 1; the machine errs like two people: shared bias 1/4, noise 1/2, asked twice."""
    at = np.repeat(np.arange(items // per_document), per_document)
    value = rng.normal(size=items)
    bias = 0.5 * rng.normal(size=at.max() + 1)[at]
    human = long(value[:, None] + rng.normal(size=(items, 10)))
    machine = judge(value[:, None] + bias[:, None] + np.sqrt(0.5) * rng.normal(size=(items, 2)))
    if of == "shares":  # two more people in place of the machine are worth two people
        x = np.clip((value[:, None] + rng.normal(size=(items, 12))).round(), -3, 3)
        machine, human = judge(x[:, :2]), long(x[:, 2:])
    documents = by_item(at) if per_document > 1 else None
    found = equivalent_raters(machine, human, 2, of=of, documents=documents, rng=rng, resamples=200)
    return found.low <= 2 <= found.high


def recurring_holds(rng, items):
    """The same three people rate everything, strict or mild by a quarter of the disagreement; a machine as good."""
    value = rng.normal(size=(items, 1))
    human = value + 0.5 * rng.normal(size=3) + np.sqrt(0.75) * rng.normal(size=(items, 3))
    machine = judge(value[:, 0] + rng.normal(size=items))
    found = equivalent_raters(machine, long(human), rng=rng, resamples=200)
    return found.low <= 1 <= found.high


def correction_harms(rng, items, shift, width):
    """One person on each of so many items; is the corrected machine further from the truth on 2,000 others?"""
    truth = rng.normal(size=items + 2000)
    machine = shift + width * truth + 0.5 * rng.normal(size=len(truth))
    human = truth[:items] + rng.normal(size=items)
    table = correct_ratings(judge(machine), long(human[:, None]), range(items))
    after = table.set_index("item")["rating"].to_numpy()
    squares = [np.mean((x[items:] - truth[items:]) ** 2) for x in (machine, after)]
    return squares[1] > squares[0]


def powered_holds(rng, documents, with_rest, with_human):
    """5 human and 20 other items a document, alike by a third of the variance of both; correlation about 0.8."""
    at = np.repeat(np.arange(documents), 25)
    y = np.sqrt(0.5) * rng.normal(size=documents)[at] + rng.normal(size=len(at))
    f = y + np.sqrt(0.5) * rng.normal(size=documents)[at] + 0.5 * rng.normal(size=len(at))
    rated = np.tile(np.arange(25) < 5, documents)
    given = {"documents": at[rated]} if with_human else {}
    given |= {"rest_documents": at[~rated]} if with_rest else {}
    found = prediction_powered_mean(y[rated], f[rated], f[~rated], **given)
    return found.low <= 0 <= found.high


def say(words, found):
    print(f"{words}: {', '.join(f'{100 * x:.0f}%' for x in np.ravel(found))}", flush=True)


def main():
    for items in (10, 20, 50):
        say(f"agreement, {items} items, interval holds", share(alpha_holds, items))
    for documents in (10, 30, 60):
        say(f"agreement, {documents} documents of 5", share(alpha_holds, 5 * documents, 5))
    for scale, (epsilon, items) in product(("1 to 5", "fine"), ((0.1, 30), (0.1, 100), (0.1, 300), (0.2, 100))):
        say(f"tests, {scale}, epsilon {epsilon}, {items} items", share(both_tests, items, epsilon, scale))
    alphas = [agreement(long(opinions(rng, 2000, 3)), rng=rng).alpha for rng in np.random.default_rng(SEED).spawn(5)]
    print(f"alpha of these ratings from 1 to 5: {np.mean(alphas):.2f}")
    for items, epsilon in ((30, 0.1), (100, 0.1), (300, 0.1), (30, 0.2), (100, 0.2)):
        say(f"replacement_test, false yes, ties only, {items} items, {epsilon}", share(false_yes, items, epsilon))
    truth = np.mean([replacement_holds(rng, 2000, False)[2] for rng in np.random.default_rng(SEED).spawn(10)])
    for documents, given in product((10, 30, 60), (True, False)):
        low, high, _ = np.array(
            [replacement_holds(rng, documents, given) for rng in np.random.default_rng(SEED).spawn(STUDIES)]
        ).T
        say(f"replacement_test, {documents} documents, given: {given}", np.mean((low <= truth) & (truth <= high)))
    for items in (30, 120):
        say(f"equivalent_raters, {items} items", share(worth_holds, items))
    for items in (50, 200):
        say(f"equivalent_raters, shares, {items} items", share(worth_holds, items, "shares"))
    for documents in (10, 30, 60):
        say(f"equivalent_raters, {documents} documents of 10", share(worth_holds, 10 * documents, "mean", 10))
    for items in (100, 1000):
        say(f"equivalent_raters, the same 3 people, {items} items", share(recurring_holds, items))
    for shift, width in ((0.3, 1.3), (0, 1)):
        harms = [share(correction_harms, items, shift, width) for items in (3, 5, 10, 20, 50)]
        say(f"correct_ratings worse, shift {shift}, width {width}, 3 5 10 20 50 items", harms)
    for documents, given in product((10, 30, 60), ((True, True), (False, True), (False, False))):
        words = f"prediction_powered_mean, {documents} documents, rest and human given: {given}"
        say(words, share(powered_holds, documents, *given))


if __name__ == "__main__":
    sys.exit(main())
