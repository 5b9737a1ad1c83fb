"""Agreement: published values, plain loops, and error rates by simulation; every misuse gets a sentence."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from rating_tables import BAD_TABLES
from scipy import stats
from sklearn.metrics import cohen_kappa_score
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.multitest import multipletests

from helpers.agreement import (
    agreement,
    alternative_annotator_test,
    false_alarm_rate,
    kappa_from_accuracy,
    replacement_test,
)

pytestmark = pytest.mark.filterwarnings("error")
LEVELS = ["nominal", "ordinal", "interval", "ratio"]


def seeded(seed=0):
    return np.random.default_rng(seed)


def long(matrix):
    """A table with one row a rating, from items x raters; NaN where a rater did not rate."""
    item, rater = np.nonzero(~np.isnan(matrix))
    return pd.DataFrame({"item": item, "rater": rater, "rating": matrix[item, rater]})


def judge(matrix):
    """The same of a machine: its names are not those of people."""
    return long(matrix).assign(rater=lambda table: table["rater"] + 100)


def documents_of(codes):
    return pd.Series(codes, pd.RangeIndex(len(codes), name="item"))


def coders(*lines):
    """The same from one line a rater, a sign a unit, a dot where there is no rating."""
    return long(np.array([[np.nan if sign == "." else int(sign, 36) for sign in line] for line in lines], float).T)


def gappy(rng, items, raters, keep=0.6):
    """Whole ratings around a value for each item, with gaps: some items have one rater, some none."""
    matrix = rng.integers(0, 6, (items, 1)) + rng.integers(0, 3, (items, raters))
    return long(np.where(rng.random((items, raters)) < keep, matrix, np.nan))


def by_item(table):
    """{item: {rater: rating}}"""
    found = {}
    for row in table.itertuples():
        found.setdefault(row.item, {})[row.rater] = row.rating
    return found


# Krippendorff's alpha


# Krippendorff (2011), sections A to D, and the three coders of the encyclopedia
MISSING = coders("123321412...", "1233224125..", ".33323422513", "12332441251.")
BINARY = coders("0100000010", "1110010000")
LETTERS = coders("aabbdcccedda", "babbbccceddd")
THREE = coders(".....34121133.3", "1.213343.......", "..21344.21133.4")


@pytest.mark.parametrize(
    ("table", "level", "value"),
    [
        (MISSING, "nominal", 0.7434),
        (MISSING, "ordinal", 0.8154),
        (MISSING, "interval", 0.8491),
        (MISSING, "ratio", 0.7974),
        (BINARY, "nominal", 0.0952),
        (LETTERS, "nominal", 0.6920),
        (THREE, "nominal", 0.6914),
        (THREE, "interval", 0.8108),
    ],
)
def test_alpha_of_published_examples(table, level, value):
    assert agreement(table, level, rng=seeded()).alpha == pytest.approx(value, abs=6e-5)


def alpha_of(units, level):
    """Alpha by the book: every pair of ratings of a unit against every pair of ratings of all units."""
    units = [list(unit) for unit in units if len(unit) > 1]
    every = sorted(rating for unit in units for rating in unit)

    def between(a, b):
        low, high = min(a, b), max(a, b)
        if level == "nominal":
            return float(a != b)
        if level == "ordinal":
            ranks = sum(low <= rating <= high for rating in every) - (every.count(a) + every.count(b)) / 2
            return ranks**2 if a != b else 0.0
        if level == "ratio":
            return ((a - b) / (a + b)) ** 2 if a + b else 0.0
        return (a - b) ** 2

    known = {(a, b): between(a, b) for a in set(every) for b in set(every)}
    within = sum(known[pair] / (len(unit) - 1) for unit in units for pair in itertools.permutations(unit, 2))
    chance = sum(known[pair] for pair in itertools.permutations(every, 2))
    return 1 - (len(every) - 1) * within / chance


@pytest.mark.parametrize("level", LEVELS)
def test_alpha_is_that_of_plain_loops(level):
    for seed in range(12):
        table = gappy(seeded(seed), items=15, raters=2 + seed % 4)
        units = [unit.values() for unit in by_item(table).values()]
        found = agreement(table, level, rng=seeded(), resamples=100)
        assert found.alpha == pytest.approx(alpha_of(units, level))
        assert found.items == sum(len(unit) > 1 for unit in units)


@pytest.mark.parametrize("level", LEVELS)
def test_the_interval_resamples_items(level):
    """Quantiles of alpha over samples of units, drawn here one by one."""
    units = [list(unit.values()) for unit in by_item(gappy(seeded(1), items=25, raters=4)).values()]
    rng = seeded(2)
    drawn = [alpha_of([units[k] for k in rng.integers(0, len(units), len(units))], level) for _ in range(60)]
    found = agreement(gappy(seeded(1), items=25, raters=4), level, rng=seeded(3), resamples=2000)
    width = np.std(drawn)
    assert found.low == pytest.approx(np.mean(drawn) - 1.96 * width, abs=0.6 * width)
    assert found.high == pytest.approx(np.mean(drawn) + 1.96 * width, abs=0.6 * width)
    half = agreement(gappy(seeded(1), items=25, raters=4), level, rng=seeded(3), resamples=2000, confidence=0.5)
    assert 0.2 < (half.high - half.low) / (found.high - found.low) < 0.5


@pytest.mark.parametrize(("items", "at_least"), [(20, 0.85), (100, 0.91)])
def test_the_interval_covers(items, at_least):
    """Ratings = an item's value (variance 2) + a rater's chance (variance 2/3): interval alpha is 0.75."""
    held, rng = 0, seeded(4)
    for _ in range(150):
        matrix = rng.integers(0, 3, (items, 5)) * 1.0 + rng.integers(-2, 3, (items, 1))
        matrix[rng.random((items, 5)) < 0.3] = np.nan
        found = agreement(long(matrix), rng=rng, resamples=100)
        held += found.low <= 0.75 <= found.high
    assert at_least <= held / 150 <= 0.99


def test_alpha_of_words():
    words = LETTERS.assign(rating=LETTERS["rating"].map(lambda x: "abcdefghijklmno"[int(x)]))
    assert agreement(words, "nominal", rng=seeded()) == agreement(LETTERS, "nominal", rng=seeded())
    mixed = words.assign(rating=words["rating"].where(words["rating"] != words["rating"][0], 7))
    assert agreement(mixed, "nominal", rng=seeded()).alpha == pytest.approx(0.6920, abs=6e-5)


def test_alpha_without_an_interval():
    """The number and the count stay; there are no ends, and nothing is drawn."""
    rng = seeded()
    found = agreement(MISSING, rng=rng, resamples=0)
    assert (found.alpha, found.items) == (agreement(MISSING, rng=seeded()).alpha, 11)
    assert np.isnan([found.low, found.high]).all()
    assert rng.random() == seeded().random()


def test_alpha_resamples_documents():
    """Sentences of a document are alike: their value, and so alpha, hangs on few draws."""
    document, rng, held = np.repeat(np.arange(20), 15), seeded(14), {}
    for _ in range(60):
        value = 1.4 * rng.normal(size=(20, 1))[document] + 0.2 * rng.normal(size=(300, 1))
        table = long(np.round(value + rng.normal(size=(300, 3))))
        for name, series in (("by document", documents_of(document)), ("by item", None)):
            found = agreement(table, documents=series, rng=rng, resamples=100)
            held.setdefault(name, []).append(found.low <= 2 / (3 + 1 / 12) <= found.high)
    assert np.mean(held["by document"]) > 0.72
    assert np.mean(held["by item"]) < 0.6


def test_a_document_of_one_item_each_is_no_document():
    table = gappy(seeded(5), items=30, raters=4)
    singles = documents_of([f"d{k}" for k in range(30)])
    assert agreement(table, documents=singles, rng=seeded()) == agreement(table, rng=seeded())
    machine, human = study(seeded(5))
    assert replacement_test(machine, human, 0.1, documents=singles.reindex(range(45), fill_value="d").index.to_series())


def test_the_order_of_rows_and_documents_does_not_matter():
    table = gappy(seeded(5), items=60, raters=4)
    documents = documents_of(np.arange(60) % 9)
    expected = agreement(table, documents=documents, rng=seeded())
    for seed in range(4):
        mixed = table.sample(frac=1, random_state=seed)
        found = agreement(mixed, documents=documents.sample(frac=1, random_state=seed), rng=seeded())
        assert found == pytest.approx(expected)
    assert agreement(table, documents=documents_of(np.arange(60) // 7), rng=seeded()) != pytest.approx(expected)


def test_extremes_of_alpha():
    same = agreement(coders("0123", "0123"), rng=seeded())
    assert same[:3] == (1, 1, 1)
    assert agreement(coders("0101", "1010"), "nominal", rng=seeded()).alpha < -0.7
    chance = long(seeded().integers(0, 3, (3000, 3)).astype(float))
    assert agreement(chance, rng=seeded()).alpha == pytest.approx(0, abs=0.03)


def test_items_with_one_rater_do_not_count():
    alone = pd.concat([MISSING, pd.DataFrame({"item": [99, 98], "rater": 0, "rating": [1000.0, -5.0]})])
    for level in LEVELS:
        assert agreement(alone, level, rng=seeded()) == agreement(MISSING, level, rng=seeded())


@pytest.mark.parametrize("level", LEVELS)
def test_names_and_order_do_not_matter(level):
    table = gappy(seeded(5), items=30, raters=4)
    expected = agreement(table, level, rng=seeded())
    mixed = table.sample(frac=1, random_state=1)
    for item, rater in [
        (str, str),
        (float, lambda k: -1 - k),
        (lambda k: k if k % 2 else str(k), lambda k: f"n{9 - k}"),
    ]:
        renamed = mixed.assign(item=mixed["item"].map(item), rater=mixed["rater"].map(rater))
        assert agreement(renamed, level, rng=seeded()) == pytest.approx(expected, rel=1e-12)


def test_many_values_in_little_memory():
    """The blocks of a fine scale, against the whole."""
    table = long(seeded(6).integers(0, 101, (420, 3)).astype(float))
    units = [unit.values() for unit in by_item(table).values()]
    between = sum((a - b) ** 2 / 2 for unit in units for a, b in itertools.permutations(unit, 2))
    x = table["rating"]
    expected = 1 - between / (2 * len(x) * x.var())
    assert agreement(table, rng=seeded(), resamples=100).alpha == pytest.approx(expected)


# Kappa


@pytest.mark.parametrize(
    ("prevalence", "kappa", "needed"),
    [
        (0.5, 0.810, 0.9330),
        (0.3, 0.782, None),
        (0.2, 0.732, 0.9539),
        (0.1, 0.605, 0.9725),
        (0.05, 0.448, 0.9849),
        (0.01, 0.144, 0.9967),
    ],
)
def test_kappa_falls_where_yes_is_rare(prevalence, kappa, needed):
    assert kappa_from_accuracy(0.95, 0.95, prevalence) == pytest.approx(kappa, abs=6e-4)
    assert kappa_from_accuracy(0.95, 0.95, 1 - prevalence) == pytest.approx(kappa, abs=6e-4)
    if needed:
        assert kappa_from_accuracy(needed, needed, prevalence) == pytest.approx(0.75, abs=4e-3)


@pytest.mark.parametrize(("a", "b", "prevalence"), [(0.95, 0.95, 0.1), (0.9, 0.7, 0.3), (0.2, 0.9, 0.6), (1, 0.8, 0.5)])
def test_kappa_is_that_of_simulated_raters(a, b, prevalence):
    rng = seeded(7)
    truth = rng.random(200_000) < prevalence
    said = [np.where(rng.random(len(truth)) < right, truth, ~truth) for right in (a, b)]
    assert kappa_from_accuracy(a, b, prevalence) == pytest.approx(cohen_kappa_score(*said), abs=0.01)


def test_extremes_of_kappa():
    assert kappa_from_accuracy(1, 1, 0.3) == 1
    assert kappa_from_accuracy(0.5, 0.9, 0.3) == 0
    assert kappa_from_accuracy(1, 0, 0.5) == -1
    assert kappa_from_accuracy(1, 1, 1e-300) == 1


@pytest.mark.parametrize(("items", "rate"), [(50, 0.23), (100, 0.20), (200, 0.14), (500, 0.038), (1000, 0.006)])
def test_false_alarms(items, rate):
    assert false_alarm_rate(0.8, items, 0.75, rng=seeded()) == pytest.approx(rate, abs=0.02)


@pytest.mark.parametrize(
    ("kappa", "items", "threshold", "prevalence"), [(0.8, 8, 0.75, 0.5), (0.5, 10, 0.6, 0.3), (0.0, 5, 0.2, 0.2)]
)
def test_false_alarms_by_enumeration(kappa, items, threshold, prevalence):
    """Every table of both, one, other, none, with its probability; kappa in fractions, so that ties are ties."""
    split = prevalence * (1 - prevalence) * (1 - kappa)
    chances = (prevalence - split, split, split, 1 - prevalence - split)
    expected = 0.0
    for cells in itertools.product(range(items + 1), repeat=4):
        if sum(cells) != items:
            continue
        both, one, other, none = cells
        chance = Fraction((both + one) * (both + other) + (none + one) * (none + other), items**2)
        if chance < 1 and (Fraction(both + none, items) - chance) / (1 - chance) < Fraction(str(threshold)):
            ways = math.factorial(items) / math.prod(map(math.factorial, cells))
            expected += ways * math.prod(p**k for p, k in zip(chances, cells, strict=True))
    found = false_alarm_rate(kappa, items, threshold, prevalence, rng=seeded(), draws=200_000)
    assert found == pytest.approx(expected, abs=0.005)


def test_kappa_on_the_threshold_is_no_alarm():
    """Two items, one yes and one no for both: kappa is 1; or all the same, and it is not defined."""
    assert false_alarm_rate(1, 2, 1, rng=seeded()) == 0


# The alternative annotator test


def study(rng, items=45, raters=5, keep=0.8, machine_keep=0.9):
    """Whole ratings with many ties, gaps on both sides, and a machine that rates up to three times."""
    truth = rng.integers(-2, 3, (items, 1))
    human, machine = (
        np.where(rng.random((items, k)) < share, truth + rng.integers(-1, 2, (items, k)), np.nan)
        for k, share in ((raters, keep), (3, machine_keep))
    )
    return judge(machine), long(human)


def commonest(ratings):
    """Of equally common ones the lowest."""
    return min(ratings, key=lambda rating: (-list(ratings).count(rating), rating))


def mean(ratings):
    return sum(map(Fraction, ratings)) / len(ratings)


def duels(machine, human, level="interval", always=False):
    """{rater: {item: (machine is as close, rater is as close)}}, in fractions: squared errors to the others, or how
    many of them said the same. `always`: the machine says one rating of all items.
    """
    machine, human = by_item(machine), by_item(human)
    found, compared = {}, {item: x for item, x in human.items() if item in machine and len(x) > 1}
    every = [rating for ratings in compared.values() for rating in ratings.values()]
    near_the_mean = min(sorted(set(every)), key=lambda value: abs(Fraction(value) - mean(every)))
    constant = near_the_mean if level == "interval" else commonest(every)
    for item, ratings in compared.items():
        said = (mean if level == "interval" else commonest)(machine[item].values())
        said = constant if always else said
        for rater, own in ratings.items():
            others = [Fraction(rating) for other, rating in ratings.items() if other != rater]
            if level == "interval":
                far, near = (sum((x - other) ** 2 for other in others) for x in (said, Fraction(own)))
            else:
                far, near = (-sum(x == other for other in others) for x in (said, own))
            found.setdefault(rater, {})[item] = (far <= near, near <= far)
    return found


def against_each(wins_of_raters, epsilon):
    """{rater: items, shares, p} of those with 30 items or more, by plain loops."""
    expected = {}
    for rater, wins in sorted(wins_of_raters.items()):
        if len(wins) >= 30:
            behind = [int(own) - int(other) for other, own in wins.values()]
            t = (np.mean(behind) - epsilon) / (np.std(behind, ddof=1) / math.sqrt(len(behind)))
            expected[rater] = (len(wins), *np.mean(list(wins.values()), axis=0), stats.t.cdf(t, len(behind) - 1))
    return expected


@pytest.mark.parametrize("level", ["interval", "nominal"])
@pytest.mark.parametrize("epsilon", [0, 0.1, 0.3])
def test_the_test_is_that_of_plain_loops(epsilon, level):
    for seed in range(3):
        machine, human = study(seeded(seed))
        expected = against_each(duels(machine, human, level), epsilon)
        found = alternative_annotator_test(machine, human, epsilon, level=level)
        assert found.raters.index.tolist() == list(expected)
        assert found.raters.columns.tolist() == ["items", "machine", "rater", "p", "wins"]
        assert found.raters.reset_index().columns[0] == "id"
        np.testing.assert_allclose(found.raters.drop(columns="wins"), list(expected.values()), rtol=1e-9)
        rejected = multipletests(found.raters["p"], 0.05, method="fdr_by")[0]
        assert found.raters["wins"].tolist() == rejected.tolist()
        assert found.winning_rate == rejected.mean()
        assert found.passes is bool(rejected.mean() >= 0.5)
        assert found.advantage == pytest.approx(np.mean([row[1] for row in expected.values()]))
        constant = against_each(duels(machine, human, level, always=True), epsilon)
        assert found.constant == multipletests([row[-1] for row in constant.values()], 0.05, method="fdr_by")[0].mean()


def rare_labels(rng, items=200):
    """5% of the items are a yes, three people are right on 95%, and so is a machine."""
    truth = rng.random((items, 1)) < 0.05
    x = np.where(rng.random((items, 4)) < 0.95, truth, ~truth).astype(float)
    return judge(x[:, :1]), long(x[:, 1:])


@pytest.mark.parametrize("level", ["interval", "nominal"])
def test_where_yes_is_rare_a_judge_that_always_says_no_passes(level):
    """The tests cannot tell it from a machine; `constant` says so. Where yes is common it wins against nobody."""
    machine, human = rare_labels(seeded(15))
    assert alternative_annotator_test(machine, human, 0.2, level=level).constant == 1
    never = machine.assign(rating=0.0)
    found = replacement_test(never, human, 0.2, level=level)
    assert found.replaces
    assert found.constant == found.difference
    found = replacement_test(machine, human, 0.2, level=level)
    assert found.replaces
    assert found.constant == pytest.approx(found.difference, abs=0.02)
    x = (seeded(16).random((200, 1)) < 0.5) * np.ones((1, 4))
    found = alternative_annotator_test(judge(x[:, :1]), long(x[:, 1:]), 0.2, level=level)
    assert (found.winning_rate, found.constant) == (1, 0)
    assert replacement_test(judge(x[:, :1]), long(x[:, 1:]), 0.2, level=level).constant < -0.4


def test_the_constant_judge_counts_on_the_items_that_are_compared():
    """People's other items, full of nines, do not change what is commonest, nor the mean."""
    machine, human = rare_labels(seeded(15))
    more = pd.concat([human, pd.DataFrame({"item": range(1000, 3000), "rater": 0, "rating": 9.0})])
    for level in ("interval", "nominal"):
        assert replacement_test(machine, more, 0.1, level=level) == replacement_test(machine, human, 0.1, level=level)


def test_labels_have_no_distance():
    """People say 1 or 3, by halves; a machine that says 2 is in the middle, and nobody's label."""
    human = long(np.tile([1.0, 1.0, 3.0, 3.0], (40, 1)))
    middle = judge(np.where(np.arange(40)[:, None] < 39, 2.0, 1.0))
    assert replacement_test(middle, human, 0.1).difference > 0.9
    assert replacement_test(middle, human, 0.1, level="nominal").difference < -0.9


@pytest.mark.parametrize("test", [alternative_annotator_test, replacement_test])
def test_words_are_labels(test):
    """Words, words and numbers mixed, and numbers give the same; of equally common ones the first counts."""
    machine, human = study(seeded(6))
    expected = test(machine, human, 0.1, level="nominal")
    forms = [
        lambda x: f"label {chr(ord('k') + int(x))}",
        lambda x: "in the end" if x == human["rating"].max() else x,
    ]
    for form in forms:
        words = [table.assign(rating=table["rating"].map(form)) for table in (machine, human)]
        found = test(*words, 0.1, level="nominal")
        assert found[:3] == pytest.approx(expected[:3])
        for kind in ("category", object):
            assert test(*(t.astype({"rating": kind}) for t in words), 0.1, level="nominal")[:3] == found[:3]


def test_a_machine_off_the_scale_loses_its_ties():
    """What the docstring warns of: the mean of five samples is behind where the rounded mean is not."""
    rng = seeded(17)
    truth = rng.integers(1, 6, (200, 1))
    human = long(np.where(rng.random((200, 3)) < 0.95, truth, truth + 1.0))
    samples = np.where(rng.random((200, 5)) < 0.8, truth, truth + 1.0)
    assert replacement_test(judge(samples), human, 0.1).difference < -0.3
    assert replacement_test(judge(samples), human, 0.1, level="nominal").difference > -0.1
    assert replacement_test(judge(np.round(samples.mean(axis=1, keepdims=True))), human, 0.1).difference > -0.1


def test_the_machine_left_among_people():
    """After a concat the machine competes with itself; other raters of the same name are nobody's concern."""
    machine, human = study(seeded(2), keep=1, machine_keep=1)
    both = pd.concat([human, machine[machine["rater"] == 101]])
    for test in (alternative_annotator_test, replacement_test):
        with pytest.raises(
            ValueError, match=r"people only; its rater 101 gave the very same 45 ratings in machine. Drop"
        ):
            test(machine, both, 0.1)
        with pytest.raises(ValueError, match="the very same 45 ratings"):
            test(human, human, 0.1)
        words = [table.astype({"rating": str, "rater": "category"}) for table in (machine, both)]
        with pytest.raises(ValueError, match="the very same 45 ratings"):
            test(*words, 0.1, level="nominal")
        for other in (
            both.assign(rating=both["rating"] + (both["rater"] == 101) * (both["item"] == 7)),  # one is another
            both[(both["rater"] != 101) | (both["item"] < 9)],  # nine may be chance
            both.assign(rater=both["rater"].replace(101, 7)),
        ):
            test(machine, other, 0.1)


def test_half_of_the_raters_is_enough():
    """Two raters are always right with the machine, two are always alone: it wins against the latter only."""
    noise = seeded(1).integers(0, 2, 60) * 10.0
    human = long(np.column_stack([np.zeros(60), np.zeros(60), np.zeros(60), np.zeros(60), noise + 5, noise - 25]))
    machine = judge(np.full((60, 1), 1.0))
    found = alternative_annotator_test(machine, human[human["rater"] > 1], 0.1)
    assert found.raters["wins"].tolist() == [False, False, True, True]
    assert (found.winning_rate, found.passes) == (0.5, True)
    assert not alternative_annotator_test(machine, human[human["rater"] > 0], 0.1).passes


def test_raters_with_few_items_are_others_only():
    """A rater below 30 items gets no row, and still counts among the others."""
    machine, human = study(seeded(2), keep=1, machine_keep=1)
    short = human[(human["rater"] != 4) | (human["item"] < 29)]
    found = alternative_annotator_test(machine, short, 0.1)
    assert found.raters.index.tolist() == [0, 1, 2, 3]
    enough = human[(human["rater"] != 4) | (human["item"] < 30)]
    assert alternative_annotator_test(machine, enough, 0.1).raters.index.tolist() == [0, 1, 2, 3, 4]
    expected = duels(machine, short)[0].values()
    assert found.raters.loc[0, "machine"] == pytest.approx(np.mean([other for other, _ in expected]))


def false_yes(test, items, raters, epsilon):
    """How often a machine that is behind by just epsilon passes: it ties with people, who always agree, or loses.

    The number of lost items is binomial, so the rate needs no chance: the chance of each number that passes.
    """
    human, rate = long(np.zeros((items, raters))), 0.0
    for lost in range(items + 1):
        chance = stats.binom.pmf(lost, items, epsilon)
        if chance > 1e-4:
            rate += chance * test(judge(1.0 * (np.arange(items)[:, None] < lost)), human, epsilon)[0]
    return rate


def test_error_rate_where_the_machine_is_behind_by_epsilon():
    """All raters stand and fall together here, the worst case for a false pass."""
    assert 0.03 < false_yes(alternative_annotator_test, 100, 3, 0.2) < 0.05


def test_one_more_person_passes_the_test():
    rng = seeded(9)
    passed = []
    for _ in range(30):
        x = rng.normal(size=(200, 1)) + rng.normal(size=(200, 5))
        passed.append(alternative_annotator_test(judge(x[:, :1]), long(x[:, 1:]), 0.2).passes)
    assert np.mean(passed) >= 0.7


# The test of replacement


def by_items(wins_of_raters):
    """{item: how much more often the machine is as close}"""
    ahead = {}
    for wins in wins_of_raters.values():
        for item, (other, own) in wins.items():
            ahead.setdefault(item, []).append(int(other) - int(own))
    return {item: np.mean(each) for item, each in ahead.items()}


@pytest.mark.parametrize("level", ["interval", "nominal"])
def test_replacement_is_that_of_plain_loops(level):
    for seed in range(6):
        machine, human = study(seeded(seed), raters=3 + seed % 3, keep=0.7)
        x = np.array(list(by_items(duels(machine, human, level)).values()))
        found = replacement_test(machine, human, 0.15, level=level)
        error = x.std(ddof=1) / math.sqrt(len(x))
        assert found.items == len(x)
        assert found.difference == pytest.approx(x.mean())
        assert (found.low, found.high) == pytest.approx(stats.t.interval(0.90, len(x) - 1, x.mean(), error))
        assert found.p == pytest.approx(stats.t.sf((x.mean() + 0.15) / error, len(x) - 1))
        assert found.replaces is (found.p < 0.05) is bool(found.low > -0.15)
        constant = by_items(duels(machine, human, level, always=True))
        assert found.constant == pytest.approx(np.mean(list(constant.values())))


def test_replacement_by_documents_is_that_of_statsmodels():
    machine, human = study(seeded(3), items=60)
    documents = documents_of(np.arange(60) // 7)
    found = replacement_test(machine, human, 0.1, documents=documents)
    x = pd.Series(by_items(duels(machine, human)))
    groups = documents[x.index].to_numpy()
    fit = OLS(x.to_numpy(), np.ones(len(x))).fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    error = fit.bse[0]
    assert found.difference == pytest.approx(fit.params[0])
    assert (found.low, found.high) == pytest.approx(stats.t.interval(0.90, 8, x.mean(), error))
    assert found.p == pytest.approx(stats.t.sf((x.mean() + 0.1) / error, 8))
    singles = documents_of([f"d{k}" for k in range(60)])
    expected = replacement_test(machine, human, 0.1)
    assert replacement_test(machine, human, 0.1, documents=singles) == pytest.approx(expected)
    named = [table.assign(item=table["item"].map("item {}".format)) for table in (machine, human)]
    again = replacement_test(*named, 0.1, documents=documents.rename("item {}".format).astype("category"))
    assert again == pytest.approx(found)


def test_intervals_by_documents_cover():
    """The machine is good in some documents and bad in others: 20 documents know less than 200 items."""
    rng, found = seeded(18), {"by document": [], "by item": []}
    document = np.repeat(np.arange(20), 10)
    for _ in range(40):
        far = np.where(rng.random(20) < 0.5, 0.0, 3.0)[document][:, None]
        truth = rng.normal(size=(200, 1))
        machine, human = judge(truth + far + 0.1 * rng.normal(size=(200, 1))), long(truth + rng.normal(size=(200, 3)))
        for name, series in (("by document", documents_of(document)), ("by item", None)):
            found[name].append(replacement_test(machine, human, 0.1, documents=series))
    truth = np.mean([each.difference for each in found["by item"]])
    covered = {name: np.mean([each.low <= truth <= each.high for each in tests]) for name, tests in found.items()}
    assert covered["by document"] > 0.82
    assert covered["by item"] < 0.65


def test_false_replacements():
    """A machine with more noise than people, behind by 0.152 (measured on 100,000 items), and epsilon is just that."""
    rng = seeded(10)
    replaced = []
    for _ in range(100):
        x = rng.normal(size=(60, 1)) + rng.normal(size=(60, 4)) + rng.normal(size=(60, 1)) * [1, 0, 0, 0]
        x = np.round(x)
        replaced.append(replacement_test(judge(x[:, :1]), long(x[:, 1:]), 0.152).replaces)
    assert 0.005 < np.mean(replaced) < 0.1


def test_more_false_replacements_where_the_machine_only_ties():
    """The worst case that the docstring names: few items, and a machine that never beats anybody."""
    assert 0.17 < false_yes(replacement_test, 30, 2, 0.1) < 0.19
    assert 0.04 < false_yes(replacement_test, 200, 2, 0.2) < 0.07


def test_one_more_person_makes_no_difference():
    """Of the same population: on average 0, the interval holds it, and with 200 items it replaces a person."""
    rng = seeded(11)
    found = []
    for _ in range(80):
        x = rng.normal(size=(200, 1)) + rng.normal(size=(200, 5))
        x[:, 1:][rng.random((200, 4)) < 0.2] = np.nan
        found.append(replacement_test(judge(x[:, :1]), long(x[:, 1:]), 0.2))
    difference = np.array([each.difference for each in found])
    assert abs(difference.mean()) < 3.5 * difference.std() / math.sqrt(80)
    assert 0.83 <= np.mean([each.low <= 0 <= each.high for each in found]) <= 0.96
    assert np.mean([each.replaces for each in found]) > 0.75


def test_a_worse_machine_replaces_nobody():
    rng = seeded(12)
    x = rng.normal(size=(300, 1)) + rng.normal(size=(300, 6)) * [3, 1, 1, 1, 1, 1]
    found = replacement_test(judge(x[:, :1]), long(x[:, 1:]), 0.1)
    assert found.high < -0.1
    assert found.p > 0.99
    assert not found.replaces


@pytest.mark.parametrize("test", [alternative_annotator_test, replacement_test])
def test_exactly_epsilon_behind_on_every_item_is_not_ahead(test):
    """Nothing varies, so there is no t-test; the answer is no, whichever way the last bit was rounded."""
    machine, human = judge(np.ones((60, 1))), long(np.zeros((60, 3)))
    found = test(machine, human, 1)
    assert not found[0]
    assert test(judge(np.zeros((60, 1))), human, 1)[0]


@pytest.mark.parametrize("change", [lambda x: x * 1e-7, lambda x: x * 1e7, lambda x: x / 10 + 3e4, lambda x: 0.1 - x])
def test_ties_are_ties_on_every_scale(change):
    """Means of ratings carry rounding errors; the duels must not see them."""
    machine, human = study(seeded(3), items=80)
    moved = [table.assign(rating=change(table["rating"])) for table in (machine, human)]
    assert replacement_test(*moved, 0.1) == pytest.approx(replacement_test(machine, human, 0.1))
    pd.testing.assert_frame_equal(
        alternative_annotator_test(*moved, 0.1).raters, alternative_annotator_test(machine, human, 0.1).raters
    )


def test_a_mean_between_two_values_of_the_scale():
    """The lower one is what the constant judge says, whatever the last bit of the mean; the other would be at -1/2."""
    human = np.tile([[0.1, 0.1, 0.1, 0.3], [0.1, 0.3, 0.1, 0.1], [0.3, 0.3, 0.3, 0.3]], (15, 1))
    for shift in np.arange(-2, 2, 0.1):
        found = replacement_test(judge(np.zeros((45, 1))), long(human + shift), 0.1)
        assert found.constant == pytest.approx(-1 / 6)


@pytest.mark.parametrize("test", [alternative_annotator_test, replacement_test])
def test_order_and_kind_of_ids_do_not_matter(test):
    machine, human = study(seeded(4))
    expected = test(machine, human, 0.2)
    renames = [str, lambda k: k if k % 2 else str(k)]
    for item, rater in itertools.product(renames, [str, lambda k: k if k % 2 else str(k)]):
        other = [table.sample(frac=1, random_state=1) for table in (machine, human)]
        other = [t.assign(item=t["item"].map(item), rater=t["rater"].map(rater)) for t in other]
        found = test(*other, 0.2)
        assert found[:3] == pytest.approx(expected[:3])
    other = [table.assign(item=table["item"].astype("category")) for table in (machine, human)]
    other[1]["rater"] = pd.Categorical(other[1]["rater"], categories=range(9))
    assert test(*other, 0.2)[:3] == pytest.approx(expected[:3])


# Misuse


MACHINE, PEOPLE = study(seeded(20), keep=1, machine_keep=1)
TAKE_A_TABLE = {
    "agreement: ratings": lambda table: agreement(table, rng=seeded()),
    "alternative_annotator_test: machine": lambda table: alternative_annotator_test(table, PEOPLE, 0.2),
    "alternative_annotator_test: human": lambda table: alternative_annotator_test(MACHINE, table, 0.2),
    "replacement_test: machine": lambda table: replacement_test(table, PEOPLE, 0.2),
    "replacement_test: human": lambda table: replacement_test(MACHINE, table, 0.2),
}
DOCUMENTS = documents_of(np.arange(45) // 9)


@pytest.mark.parametrize(("spoil", "error", "words"), BAD_TABLES)
def test_bad_table(spoil, error, words):
    for call, function in TAKE_A_TABLE.items():
        name = call.split(": ")[1]
        good = MACHINE if name == "machine" else PEOPLE
        with pytest.raises(error, match=words.replace("NAME", name)):
            function(spoil(good))


@pytest.mark.parametrize("call", TAKE_A_TABLE)
def test_the_table_stays_and_its_form_does_not_matter(call):
    """Yes and no, categories, nullable columns and a repeated index are read as the numbers that they are."""
    good = MACHINE if call.endswith("machine") else PEOPLE
    good = good.assign(rating=good["rating"] > 0)
    expected = TAKE_A_TABLE[call](good.astype({"rating": float}))
    forms = [
        good,
        good.astype({"rating": "category", "item": "category", "rater": "category"}),
        good.astype({"rating": "Int64", "item": "Int64", "rater": "string"}),
        good.astype(object),
        good.set_index(pd.Index([0] * len(good), name="item")),
        good.assign(extra=None)[["extra", "rating", "rater", "item"]],
    ]
    for form in forms:
        before = form.copy(deep=True)
        found = TAKE_A_TABLE[call](form)
        assert found[:3] == pytest.approx(expected[:3])
        pd.testing.assert_frame_equal(form, before)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda: agreement(PEOPLE, "euclid", rng=seeded()),
            ValueError,
            "level must be one of nominal, .*; got 'euclid'",
        ),
        (lambda: agreement(PEOPLE, ["ratio"], rng=seeded()), ValueError, r"level must be one of .*; got \['ratio'\]"),
        (
            lambda: agreement(PEOPLE, "ratio", rng=seeded()),
            ValueError,
            "0 or more for level='ratio'; got -3. Use level",
        ),
        (lambda: agreement(PEOPLE, rng=0), TypeError, "rng must be a numpy.random.Generator.*; got 0"),
        (lambda: agreement(PEOPLE, rng=np.random.RandomState(0)), TypeError, "rng must be a numpy.random.Generator"),
        (lambda: agreement(PEOPLE, rng=seeded(), confidence=0), ValueError, "confidence must be .*above 0 .*; got 0"),
        (lambda: agreement(PEOPLE, rng=seeded(), confidence=1), ValueError, "confidence must be .*below 1; got 1"),
        (lambda: agreement(PEOPLE, rng=seeded(), confidence=1.5), ValueError, "confidence must be .*; got 1.5"),
        (lambda: agreement(PEOPLE, rng=seeded(), confidence="95%"), TypeError, "confidence must be .*; got '95%'"),
        (lambda: agreement(PEOPLE, rng=seeded(), resamples=99), ValueError, "resamples .*, 100 or more; got 99"),
        (
            lambda: agreement(PEOPLE, rng=seeded(), resamples=1e3),
            ValueError,
            "resamples must be a whole .*; got 1000.0",
        ),
        (lambda: agreement(PEOPLE.head(1), rng=seeded()), ValueError, "2 or more items .* raters; got 0 such"),
        (lambda: agreement(coders("1", "2"), rng=seeded()), ValueError, "2 or more items .* raters; got 1 such"),
        (
            lambda: agreement(coders("11", "11"), rng=seeded()),
            ValueError,
            "ratings must differ.*every rating there is the same",
        ),
        # the one that differs has no partner
        (
            lambda: agreement(coders("112", "11."), rng=seeded()),
            ValueError,
            "ratings must differ.*every rating there is the same",
        ),
        (
            lambda: agreement(long(np.arange(204.0).reshape(102, 2)), rng=seeded()),
            ValueError,
            "ratings must hold at most 101 different values; got 204. Round",
        ),
        (lambda: kappa_from_accuracy(1.1, 0.5, 0.5), ValueError, "accuracy_a must be a number from 0 to 1; got 1.1"),
        (lambda: kappa_from_accuracy(0.5, math.nan, 0.5), ValueError, "accuracy_b must be .*; got nan"),
        (lambda: kappa_from_accuracy(0.5, True, 0.5), TypeError, "accuracy_b must be a number from 0 to 1; got True"),
        (
            lambda: kappa_from_accuracy(0.5, 0.5, 0),
            ValueError,
            "prevalence must be a number above 0 and below 1; got 0",
        ),
        (lambda: kappa_from_accuracy(0.5, 0.5, None), TypeError, "prevalence must be .*; got None"),
        (lambda: kappa_from_accuracy(0.5, 0.5, [0.1]), TypeError, r"prevalence must be .*; got \[0.1\]"),
        (lambda: false_alarm_rate(-0.1, 50, 0.7, rng=seeded()), ValueError, "kappa must be .* from 0 to 1; got -0.1"),
        (lambda: false_alarm_rate(0.8, 1, 0.7, rng=seeded()), ValueError, "items must be .*, 2 or more; got 1"),
        (
            lambda: false_alarm_rate(0.8, 50.0, 0.7, rng=seeded()),
            ValueError,
            "items must be a whole number.*; got 50.0",
        ),
        (lambda: false_alarm_rate(0.8, 50, math.nan, rng=seeded()), ValueError, "threshold must be .*; got nan"),
        (lambda: false_alarm_rate(0.8, 50, 75, rng=seeded()), ValueError, "threshold must be .* from -1 to 1; got 75"),
        (lambda: false_alarm_rate(0.8, 50, "x", rng=seeded()), TypeError, "threshold must be .*; got 'x'"),
        (lambda: false_alarm_rate(0.8, 50, 0.7, 1, rng=seeded()), ValueError, "prevalence must be .*; got 1"),
        (lambda: false_alarm_rate(0.8, 50, 0.7, rng=seeded(), draws=10), ValueError, "draws .* 1000 or more; got 10"),
        (lambda: false_alarm_rate(0.8, 50, 0.7, rng=None), TypeError, "rng must be a numpy.random.Generator.*got None"),
        (lambda: alternative_annotator_test(MACHINE, PEOPLE, 1.5), ValueError, "epsilon must be .*; got 1.5"),
        (lambda: replacement_test(MACHINE, PEOPLE, "0.2"), TypeError, "epsilon must be .*; got '0.2'"),
        (
            lambda: alternative_annotator_test(MACHINE, PEOPLE[PEOPLE["rater"] < 2], 0.2),
            ValueError,
            "human must have 3 or more raters who recur on 30 or more items .*; got 2, .* more than 45 such items",
        ),
        (
            lambda: alternative_annotator_test(MACHINE, PEOPLE.query("rater < 2 or rater < 4 and item < 29"), 0.2),
            ValueError,
            "raters who recur on 30 or more items .*; got 2, .* more than 45 such items",
        ),
        (
            lambda: alternative_annotator_test(MACHINE, PEOPLE.assign(rater=range(len(PEOPLE))), 0.2),
            ValueError,
            "got 0, and no rater has more than 1 such items. Use replacement_test",
        ),
        *(
            (lambda test=test, change=change: test(*change, 0.2), ValueError, words)
            for test in (alternative_annotator_test, replacement_test)
            for change, words in (
                ((MACHINE, PEOPLE[PEOPLE["item"] < 29]), "got 29 items in common, 29 with two people.$"),
                ((MACHINE[MACHINE["item"] < 29], PEOPLE), "30 or more items in common, .*; got 29 items in common"),
                ((MACHINE.astype({"item": str}), PEOPLE), "got none that is in both. Are the ids of one kind"),
                ((PEOPLE, MACHINE[MACHINE["rater"] == 100]), "got 45 items in common, none with two people. .*swapped"),
            )
        ),
        (
            lambda: replacement_test(MACHINE, PEOPLE, 0.2, level="ordinal"),
            ValueError,
            "level must be one of interval, nominal; got 'ordinal'",
        ),
        (
            lambda: alternative_annotator_test(MACHINE, PEOPLE, 0.2, level=None),
            ValueError,
            "level must be .*; got None",
        ),
        (
            lambda: replacement_test(MACHINE.assign(rating="Yes"), PEOPLE.assign(rating="yes"), 0.2, level="nominal"),
            ValueError,
            "same labels; machine says 'Yes', human says 'yes', and none is in both. Rename",
        ),
        (
            lambda: replacement_test(MACHINE.astype({"rating": str}), PEOPLE, 0.2, level="nominal"),
            ValueError,
            "same labels; machine says '-?[0-9].0', human says -?[0-9].0",
        ),
        (
            lambda: replacement_test(MACHINE, PEOPLE.assign(rating=[[1]] * len(PEOPLE)), 0.2, level="nominal"),
            TypeError,
            r"rating must hold words or numbers as labels; got \[1\]",
        ),
        (
            lambda: replacement_test(MACHINE, PEOPLE.assign(rating=None), 0.2, level="nominal"),
            ValueError,
            "human must have no gaps",
        ),
        (
            lambda: replacement_test(MACHINE, PEOPLE["rating"], 0.2, level="nominal"),
            TypeError,
            "human must be a DataFrame with columns item, rater, rating; got Series",
        ),
        (
            lambda: replacement_test(
                *(t.assign(rating=range(len(t))) for t in (MACHINE, PEOPLE)), 0.2, level="nominal"
            ),
            ValueError,
            "machine and human must hold at most 101 different values; got 225. .*join rare ones",
        ),
        *(
            (lambda call=call, given=given: call(given), error, words)
            for call in (
                lambda documents: replacement_test(MACHINE, PEOPLE, 0.2, documents=documents),
                lambda documents: agreement(PEOPLE, documents=documents, rng=seeded()),
            )
            for given, error, words in (
                (DOCUMENTS.rename_axis(None), TypeError, r"an index named 'item'. Take table.set_index\('item'\)"),
                (PEOPLE.assign(document=1)["document"], TypeError, r"human.groupby\('item'\)\['document'\].first"),
                (
                    PEOPLE.set_index("item")["rater"],
                    ValueError,
                    r"each item once; 0 is there twice. Take groupby\(level",
                ),
                (DOCUMENTS.drop(4), ValueError, "documents must name the document of every item; none for 4"),
                (DOCUMENTS.replace(4, 3), ValueError, "documents must be 5 or more, for an interval; got 4"),
                (DOCUMENTS.map(lambda k: [k]), TypeError, "documents must hold text or numbers"),
            )
        ),
    ],
)
def test_bad_input(call, error, words):
    with pytest.raises(error, match=words):
        call()
