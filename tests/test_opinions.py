"""What people's ratings say together: plain loops, intervals by simulation; every misuse gets a sentence."""

import inspect
import itertools
import math
import tracemalloc
from collections import Counter
from statistics import fmean, variance

import numpy as np
import pandas as pd
import pytest
from rating_tables import BAD_TABLES
from scipy.stats import t, wasserstein_distance

from helpers import agreement, opinions
from helpers.opinions import (
    correct_ratings,
    distribution_distance,
    equivalent_raters,
    panel_error,
    prediction_powered_mean,
    soft_labels,
    spread,
)

pytestmark = pytest.mark.filterwarnings("error")


def seeded(seed=0):
    return np.random.default_rng(seed)


def long(matrix):
    """A table with one row a rating, from items x raters; NaN where a rater did not rate."""
    item, rater = np.nonzero(~np.isnan(matrix))
    return pd.DataFrame({"item": item, "rater": rater, "rating": matrix[item, rater]})


def documents_of(codes):
    return pd.Series(codes, pd.RangeIndex(len(codes), name="item"))


def unequal(rng, x, least):
    """Take ratings away, but leave each item the least number of raters."""
    keep = (rng.random(x.shape) < 0.6) | (np.arange(x.shape[1]) < least)
    return long(np.where(keep, x, np.nan))


def whole(rng, items=30, raters=6, least=2):
    return unequal(rng, rng.integers(-2, 3, (items, 1)) + rng.integers(-2, 3, (items, raters)) * 1.0, least)


def by_item(table):
    """{item: [ratings]}"""
    found = {}
    for row in table.itertuples():
        found.setdefault(row.item, []).append(row.rating)
    return found


# Spread and panels


def test_spread_is_that_of_plain_loops():
    table = whole(seeded(1), least=1).sample(frac=1, random_state=0)
    found = spread(table)
    assert found.index.tolist() == list(by_item(table))
    for item, ratings in by_item(table).items():
        shares = [count / len(ratings) for count in Counter(ratings).values()]
        row = found.loc[item]
        assert row["raters"] == len(ratings)
        assert row["mean"] == pytest.approx(fmean(ratings))
        assert row["entropy"] == pytest.approx(-sum(share * math.log2(share) for share in shares))
        assert row["opposite_signs"] == (min(ratings) < 0 < max(ratings))
        if len(ratings) > 1:
            assert row["variance"] == pytest.approx(variance(ratings))
        else:
            assert math.isnan(row["variance"])


def test_no_spread():
    found = spread(long(np.full((1, 5), -0.1)))
    assert found.loc[0].tolist() == [5, -0.1, 0, 0, False]
    assert not np.signbit(found.loc[0, "entropy"])


def test_as_many_ratings_as_raters():
    """No two ratings are the same, so an item's entropy is the logarithm of its raters."""
    x = seeded(1).normal(size=(400, 5))
    assert spread(long(x))["entropy"].to_numpy() == pytest.approx(math.log2(5))


INVERSE = pow(301, -1, 2**64)  # among 301 items, a rater who looks, to the quick check, like rater 0 of the next item


@pytest.mark.parametrize(
    ("raters", "kind"),
    [
        ([0, 1, 255], "uint8"),
        ([-128, 0, 127], "int8"),
        ([0, 2**63, 2**64 - 1], "uint64"),
        ([-(2**63), 0, 2**63 - 1], "int64"),
        ([0, 1, INVERSE], "uint64"),
        ([0, 1, INVERSE], object),
        ([0, 1, 2], "Int64"),
        ([0.5, -0.5, 0.25], float),
        ([True, False], bool),
    ],
)
def test_ids_of_any_width(raters, kind):
    """The quick check for raters who rate twice overflows without harm; it never refuses, and never overlooks."""
    table = pd.DataFrame({"item": np.repeat(np.arange(301), len(raters)), "rating": 1.0})
    table["rater"] = pd.Series(raters * 301, dtype=kind)
    assert (spread(table)["raters"] == len(raters)).all()
    twice = table.copy()
    twice.loc[len(raters), "rater"] = twice.loc[len(raters) + 1, "rater"]
    with pytest.raises(ValueError, match=r"1 rows come again, the first: rater .*, item 1\. Keep"):
        spread(twice)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_panel_error_is_that_of_all_panels(size):
    """Every panel of every item against the mean of those who are left out."""
    table = whole(seeded(2))
    rated = [ratings for ratings in by_item(table).values() if len(ratings) > size]
    errors = []
    for ratings in rated:
        panels = list(itertools.combinations(ratings, size))
        inside = [(fmean(panel), (sum(ratings) - sum(panel)) / (len(ratings) - size)) for panel in panels]
        errors.append(fmean((panel - others) ** 2 for panel, others in inside))
    found = panel_error(table, size).loc[size]
    assert found["rmse_to_others"] == pytest.approx(math.sqrt(fmean(errors)))
    assert found["items"] == len(rated)
    assert found["rmse"] == pytest.approx(math.sqrt(fmean(variance(ratings) / size for ratings in rated)))


def test_panel_error_of_published_ratings():
    """Variance within an item 1.0527, as in VADER's lexicon; a panel of m against 5 others."""
    for size, squared in ((1, 1.263), (2, 0.737), (3, 0.561), (5, 0.421)):
        ratings = seeded(3).normal(size=(4, size + 5))
        ratings *= np.sqrt(1.0527 / ratings.var(axis=1, ddof=1, keepdims=True))
        assert panel_error(long(ratings), size).loc[size, "rmse_to_others"] ** 2 == pytest.approx(squared, abs=6e-4)


def test_panel_error_to_endlessly_many():
    rng = seeded(4)
    truth = rng.normal(size=(4000, 1))
    x = truth + rng.normal(0, 1.5, (4000, 6))
    table = panel_error(long(x), [1, 4])
    for size in (1, 4):
        measured = np.sqrt(np.mean((x[:, :size].mean(axis=1) - truth[:, 0]) ** 2))
        assert table.loc[size, "rmse"] == pytest.approx(measured, rel=0.03)


def test_sizes_in_any_list():
    table = whole(seeded(2))
    expected = panel_error(table, [3, 1])
    assert expected.index.tolist() == [3, 1]
    for sizes in ((3, 1), np.array([3, 1]), pd.Series([3, 1]), iter([3, 1])):
        pd.testing.assert_frame_equal(panel_error(table, sizes), expected)
    pd.testing.assert_frame_equal(panel_error(table, np.int64(3)), expected.head(1))


# What a machine is worth in people


def parts_of(machine, human):
    """Bias, noise and disagreement by their formulas, an item at a time."""
    machine, human = by_item(machine), by_item(human)
    rows = []
    for item in human:
        if item in machine:
            said, own = machine[item], human[item]
            noise = variance(said) if len(said) > 1 else 0.0
            error = (fmean(said) - fmean(own)) ** 2 - variance(own) / len(own) - noise / len(said)
            rows.append((error, noise, variance(own)))
    return [fmean(column) for column in zip(*rows, strict=True)]


@pytest.mark.parametrize("size", [1, 2, 7])
def test_equivalent_raters_is_that_of_plain_loops(size):
    human, machine = whole(seeded(5)), whole(seeded(6), raters=4)
    machine["rating"] += 1
    machine, human = machine[machine["item"] > 2], human[human["item"] < 28]
    bias, noise, disagreement = parts_of(machine, human)
    found = equivalent_raters(machine, human, size, rng=seeded())
    assert (found.bias, found.noise, found.disagreement) == pytest.approx((bias, noise, disagreement))
    assert found.raters == pytest.approx(disagreement / (bias + noise / size))
    assert found.ceiling == pytest.approx(disagreement / bias)
    assert found.items == 25
    assert found.low < found.raters < found.high
    assert found.ceiling_low < found.ceiling < found.ceiling_high


def test_a_large_panel_is_worth_the_ceiling():
    human, machine = whole(seeded(5)), whole(seeded(6))
    found = equivalent_raters(machine, human, 10**9, rng=seeded())
    assert found.raters == pytest.approx(found.ceiling, rel=1e-6)


def shares_by_steps(machine, human):
    """The parts of the shares, a step of the scale at a time."""
    levels = sorted({*machine["rating"], *human["rating"]})
    total = np.zeros(3)
    for low, high in itertools.pairwise(levels):
        above = [table.assign(rating=1.0 * (table["rating"] > low)) for table in (machine, human)]
        total += (high - low) * np.array(parts_of(*above))
    return total


@pytest.mark.parametrize("size", [1, 3])
def test_shares_are_those_of_plain_loops(size):
    human, machine = whole(seeded(5)), whole(seeded(6), raters=4)
    machine["rating"] = machine["rating"] * 1.5 + 1  # off people's scale, and its steps are uneven
    bias, noise, disagreement = shares_by_steps(machine, human)
    found = equivalent_raters(machine, human, size, of="shares", rng=seeded())
    assert (found.bias, found.noise, found.disagreement) == pytest.approx((bias, noise, disagreement))
    assert found.raters == pytest.approx(disagreement / (bias + noise / size))
    assert found.ceiling == pytest.approx(disagreement / bias if bias > 0 else math.inf)


def test_the_error_of_the_shares_is_cramers_distance():
    """One rating against many: the squared error of shares, less what so few people would have."""
    machine, human = whole(seeded(6), raters=3), whole(seeded(5), raters=12, least=12)
    found = equivalent_raters(machine, human, of="shares", rng=seeded())
    levels = sorted({*machine["rating"], *human["rating"]})
    f, g = (np.cumsum(soft_labels(table, levels).sort_index().to_numpy(), axis=1)[:, :-1] for table in (machine, human))
    distance = ((f - g) ** 2 @ np.diff(levels)).mean()
    n = spread(machine)["raters"].to_numpy()
    noise = [sum(parts) for parts in zip(*(noise_of_item(machine, levels, n)), strict=True)]
    assert distance == pytest.approx(found.bias + noise[0] + found.disagreement / 12)


def noise_of_item(machine, levels, n):
    """The noise of the machine's panel on each item, over its number of ratings."""
    for low, high in itertools.pairwise(levels):
        by = spread(machine.assign(rating=1.0 * (machine["rating"] > low)))["variance"].to_numpy()
        yield ((high - low) * np.mean(by / n),)


def opinions_of(rng, shape, items=300):
    """Whole ratings from 1 to 5, around a point and with a spread that are those of the item."""
    middle, width = rng.uniform(1.5, 4.5, (items, 1)), rng.uniform(0.4, 1.6, (items, 1))
    return [np.clip(np.round(middle + width * rng.normal(size=(items, n))), 1, 5) for n in shape]


@pytest.mark.parametrize(("of", "size"), [("mean", 1), ("shares", 1), ("shares", 4)])
def test_people_in_place_of_the_machine_are_worth_their_number(of, size):
    """For shares and for means: `size` people predict what others say as well as `size` people do."""
    rng, found = seeded(29), []
    for _ in range(20):
        machine, human = map(long, opinions_of(rng, (max(size, 2), 10), items=200))
        machine["rater"] += 100
        found.append(equivalent_raters(machine, human, size, of=of, rng=rng, resamples=100))
    bias = np.array([each.bias for each in found])
    assert abs(bias.mean()) < 3.5 * bias.std() / math.sqrt(20)
    assert np.median([each.raters for each in found]) == pytest.approx(size, rel=0.15)
    assert np.mean([each.low <= size <= each.high for each in found]) >= 0.75


def test_shares_see_the_spread_and_means_do_not():
    """A machine that says everybody's mean knows the means, and not what people answer."""
    rng = seeded(24)
    many, human = opinions_of(rng, (2000, 10))
    middle = long(np.round(many.mean(axis=1, keepdims=True), 1))
    means, shares = (equivalent_raters(middle, long(human), of=of, rng=rng).raters for of in ("mean", "shares"))
    assert means > 50
    assert shares < 3


def test_shares_on_any_scale():
    """Units do not matter, nor do the names of steps that are even; of uneven steps each counts by its width."""
    machine, human = whole(seeded(6)), whole(seeded(5))
    expected = worth(machine, human, 2, of="shares")
    for change in (lambda x: x * 1e6, lambda x: x / 7 - 3, lambda x: -x):
        moved = [table.assign(rating=change(table["rating"])) for table in (machine, human)]
        found = worth(*moved, 2, of="shares")
        assert (found.raters, found.low, found.high, found.ceiling) == pytest.approx(
            (expected.raters, expected.low, expected.high, expected.ceiling)
        )
    stretched = [table.assign(rating=table["rating"] ** 3) for table in (machine, human)]
    assert worth(*stretched, 2, of="shares").raters != pytest.approx(expected.raters, rel=1e-3)


def test_of_yes_or_no_shares_are_means():
    machine, human = (t.assign(rating=t["rating"] > 0) for t in (whole(seeded(6)), whole(seeded(5))))
    assert worth(machine, human, 2, of="shares") == pytest.approx(worth(machine, human, 2))


@pytest.mark.parametrize("share", [0, 0.5])
def test_items_that_the_machine_rated_once(share):
    """Its noise is then within its error, which is all that counts for a panel of one."""
    human, machine = whole(seeded(5)), whole(seeded(6))
    machine = machine[(machine["rater"] == 0) | (machine["item"] < 30 * share)]
    bias, noise, disagreement = parts_of(machine, human)
    found = equivalent_raters(machine, human, rng=seeded())
    assert found.raters == pytest.approx(disagreement / (bias + noise))
    assert found.disagreement == pytest.approx(disagreement)
    assert np.isnan([found.bias, found.noise, found.ceiling, found.ceiling_low, found.ceiling_high]).all()


def test_no_error_is_worth_endlessly_many():
    x = np.array([[0.0, 2.0], [1.0, 3.0], [2.0, 6.0]])
    found = equivalent_raters(long(x), long(x), rng=seeded())
    assert (found.raters, found.high, found.ceiling) == (math.inf, math.inf, math.inf)
    assert found.bias < 0
    # a draw of the first item alone has no disagreement, and an error
    machine, human = long(x + np.array([[9], [0], [0]])), long(x * np.array([[0], [1], [1]]))
    assert equivalent_raters(machine, human, rng=seeded()).low == 0


@pytest.mark.parametrize("of", ["mean", "shares"])
@pytest.mark.parametrize("value", [0.1, 7e5, 0])
def test_people_who_all_agree_are_no_measure(of, value):
    """Each is as good as all of them; 0 people would be no answer. Other items do not count."""
    human = pd.concat([long(np.full((4, 3), value)), pd.DataFrame({"item": 9, "rater": [1, 2], "rating": [0.0, 1.0]})])
    with pytest.raises(ValueError, match=r"human must differ on some item; on each of 4 all people say the same. Add"):
        worth(long(np.arange(8.0).reshape(4, 2)), human, of=of)


def machine_study(rng, items, bias=0.5):
    """Disagreement 1, bias 0.25 or as given (its root for each item), noise 0.5; unequal numbers of ratings."""
    truth = rng.normal(size=(items, 1))
    off = bias * rng.normal(size=(items, 1)) if np.ndim(bias) == 0 else bias[:, None]
    machine, human = truth + off + math.sqrt(0.5) * rng.normal(size=(items, 4)), truth + rng.normal(size=(items, 6))
    machine, human = unequal(rng, machine, 2), unequal(rng, human, 2)
    return machine.assign(rater=machine["rater"] + 100), human


def test_parts_are_unbiased_and_intervals_cover():
    """The machine's two ratings are worth 1/(0.25 + 0.5/2) = 2 people, and endlessly many 1/0.25 = 4."""
    rng = seeded(7)
    found = [equivalent_raters(*machine_study(rng, 120), 2, rng=rng, resamples=150) for _ in range(100)]
    for part, value in (("bias", 0.25), ("noise", 0.5), ("disagreement", 1.0)):
        measured = np.array([getattr(each, part) for each in found])
        assert abs(measured.mean() - value) < 3.5 * measured.std() / math.sqrt(100)
    assert 0.90 <= np.mean([each.low <= 2 <= each.high for each in found]) <= 0.985
    assert 0.90 <= np.mean([each.ceiling_low <= 4 <= each.ceiling_high for each in found]) <= 0.985


def test_documents_are_resampled_as_a_whole():
    """Items of a document share their bias (1, so worth is 0.8), and 30 documents know less than 300 items."""
    rng = seeded(8)
    document = np.repeat(np.arange(30), 10)
    series = documents_of(document).sample(frac=1, random_state=0)
    held, alone = [], []
    for _ in range(40):
        study = machine_study(rng, 300, rng.normal(size=30)[document])
        for documents, into in ((series, held), (None, alone)):
            found = equivalent_raters(*study, 2, documents=documents, rng=rng, resamples=100)
            into.append(found.low <= 0.8 <= found.high)
    assert 0.82 <= np.mean(held) <= 0.99
    assert np.mean(alone) < 0.72


def test_a_document_of_one_item_each_is_no_document():
    study = machine_study(seeded(9), 50)
    singles = documents_of([f"d{k}" for k in range(60)])
    assert equivalent_raters(*study, rng=seeded(), documents=singles) == equivalent_raters(*study, rng=seeded())


def test_the_machine_left_among_people():
    """After a concat the machine is compared with itself; nine ratings may be chance."""
    machine, human = machine_study(seeded(9), 50)
    both = pd.concat([human, machine[machine["rater"] == 100]])
    with pytest.raises(ValueError, match=r"people only; its rater 100 gave the very same \d\d ratings in machine"):
        worth(machine, both)
    with pytest.raises(ValueError, match="people only; its rater 0 gave the very same"):
        worth(human, human)
    worth(machine, both[(both["rater"] != 100) | (both["item"] < 9)])
    worth(machine, both.assign(rating=both["rating"] + 1e-9 * (both["rater"] == 100)))


def test_memory_does_not_grow_with_the_resamples():
    x = seeded(9).normal(size=(2000, 3))
    tables = long(x[:, :1]), long(x[:, 1:])
    peaks = []
    for resamples in (100, 1500):
        tracemalloc.start()
        worth(*tables, resamples=resamples)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 1e6, "the weights alone would be 24 MB"


def test_confidence_and_resamples():
    study = machine_study(seeded(9), 100)
    wide, narrow = (equivalent_raters(*study, rng=seeded(), confidence=level) for level in (0.95, 0.5))
    assert wide.low < narrow.low < wide.raters < narrow.high < wide.high
    assert equivalent_raters(*study, rng=seeded()) == wide
    assert equivalent_raters(*study, rng=seeded(1)) != wide
    many = equivalent_raters(*study, rng=seeded(), resamples=5000)
    assert (many.low, many.high) == pytest.approx((wide.low, wide.high), rel=0.1)


# Correction


def test_corrections_are_those_of_lines_without_the_item():
    machine, human = whole(seeded(10)), whole(seeded(11))
    chosen = [3, 5, 8, 13, 21, 29, 1]
    found = correct_ratings(machine, human, chosen)
    said, own = ({item: fmean(x) for item, x in by_item(table).items()} for table in (machine, human))
    for row, corrected in zip(machine.itertuples(), found["rating"], strict=True):
        fitted = [item for item in chosen if item != row.item]
        slope, intercept = np.polyfit([said[item] for item in fitted], [own[item] for item in fitted], 1)
        assert corrected == pytest.approx(intercept + slope * row.rating)
    pd.testing.assert_frame_equal(found.drop(columns="rating"), machine.drop(columns="rating"))


@pytest.mark.parametrize(("scale", "shift"), [(1e-7, 0), (1e6, 0), (1, 1e6), (1e-3, -50)])
def test_corrections_on_every_scale(scale, shift):
    machine, human = whole(seeded(10)), whole(seeded(11))
    moved = machine.assign(rating=machine["rating"] * scale + shift)
    expected = correct_ratings(machine, human, range(8))["rating"]
    np.testing.assert_allclose(correct_ratings(moved, human, range(8))["rating"], expected, atol=1e-7)


def test_items_in_any_list():
    machine, human = whole(seeded(10)), whole(seeded(11))
    expected = correct_ratings(machine, human, [2, 4, 6, 8])
    for items in (range(2, 9, 2), {2, 4, 6, 8}, np.array([8, 6, 4, 2]), pd.Index([2, 4, 6, 8, 8]), iter([2, 4, 6, 8])):
        np.testing.assert_allclose(correct_ratings(machine, human, items)["rating"], expected["rating"])
    as_category = pd.Series([2, 4, 6, 8]).astype("category")
    np.testing.assert_allclose(correct_ratings(machine, human, as_category)["rating"], expected["rating"])


def test_a_correction_brings_the_machine_closer():
    rng = seeded(12)
    truth = rng.normal(size=(400, 1))
    machine, human = long(2 + 3 * truth + rng.normal(size=(400, 2))), long(truth + rng.normal(size=(400, 5)))
    corrected = correct_ratings(machine, human, range(40))
    before, after = (np.mean((spread(t)["mean"].to_numpy() - truth[:, 0]) ** 2) for t in (machine, corrected))
    assert after < before / 20


# Distributions


def test_distance_is_that_of_scipy():
    a, b = whole(seeded(13), least=1), whole(seeded(14), least=1)
    b["rating"] = b["rating"] * 0.7 + 0.3
    a, b = a[a["item"] > 3], b[b["item"] < 25]
    found = distribution_distance(a, b)
    both = by_item(a).keys() & by_item(b).keys()
    assert set(found.index) == both
    for item in both:
        assert found[item] == pytest.approx(wasserstein_distance(by_item(a)[item], by_item(b)[item]))
    assert distribution_distance(b, a).to_dict() == pytest.approx(found.to_dict())
    assert (distribution_distance(a, a) == 0).all()


def test_soft_labels_are_counted():
    table = whole(seeded(15), least=1)
    levels = list(range(-4, 5))
    found = soft_labels(table, levels)
    assert found.columns.tolist() == levels
    assert found.index.tolist() == list(by_item(table))
    for item, ratings in by_item(table).items():
        assert found.loc[item].tolist() == pytest.approx([ratings.count(level) / len(ratings) for level in levels])
    for other in (tuple(levels), np.array(levels), pd.Index(levels), iter(levels)):
        pd.testing.assert_frame_equal(soft_labels(table, other), found)
    # a slider has 101 values, and one of them is used
    assert soft_labels(long(np.zeros((1, 2))), range(101)).loc[0, 0] == 1


# Prediction-powered mean


def pair(rng, n, correlation):
    y, other = rng.normal(size=(2, n))
    return y, correlation * y + math.sqrt(1 - correlation**2) * other


@pytest.mark.parametrize(("correlation", "ratio"), [(0.5, 0.760), (0.8, 0.385), (0.95, 0.132)])
def test_variance_falls_as_published(correlation, ratio):
    """200 human and 5000 machine ratings; the mean itself must vary as little as its interval says."""
    rng, found, alone = seeded(16), [], []
    for _ in range(120):
        y, f = pair(rng, 5200, correlation)
        found.append(prediction_powered_mean(y[:200] + 3, f[:200] - 7, f[200:] - 7))
        alone.append(y[:200].mean())
    assert np.mean([each.variance_ratio for each in found]) == pytest.approx(ratio, abs=0.01)
    assert np.var([each.mean for each in found]) / np.var(alone) == pytest.approx(ratio, abs=0.1)
    assert np.mean([each.mean for each in found]) == pytest.approx(3, abs=0.01), "the machine's bias cancels"
    assert 0.92 <= np.mean([each.low <= 3 <= each.high for each in found]) <= 0.98


def test_powered_mean_is_that_of_the_formulas():
    rng = seeded(17)
    y, f = pair(rng, 300, 0.7)
    human, machine, rest = y[:60].tolist(), f[:60].tolist(), f[60:].tolist()
    for confidence in (0.95, 0.8):
        found = prediction_powered_mean(human, machine, rest, confidence)
        centre = (fmean(human), fmean(machine))
        together = sum((a - centre[0]) * (b - centre[1]) for a, b in zip(human, machine, strict=True)) / 59
        weight = together / variance(machine + rest) / (1 + 60 / 240)
        assert found.weight == pytest.approx(weight)
        assert found.mean == pytest.approx(fmean(human) + weight * (fmean(rest) - fmean(machine)))
        left = variance(a - weight * b for a, b in zip(human, machine, strict=True)) / 60
        total = left + weight**2 * variance(rest) / 240
        half = t.ppf((1 + confidence) / 2, 59) * math.sqrt(total)
        assert (found.low, found.high) == pytest.approx((found.mean - half, found.mean + half))
        assert found.variance_ratio == pytest.approx(total / (variance(human) / 60))


def test_a_useless_machine_gets_no_weight():
    y, f = pair(seeded(18), 500, 0.9)
    for machine in (-f, np.zeros(500)):
        found = prediction_powered_mean(y[:100], machine[:100], machine[100:])
        assert (found.mean, found.weight, found.variance_ratio) == pytest.approx((y[:100].mean(), 0, 1))
    noise = seeded(19).normal(size=5000)
    assert prediction_powered_mean(y[:100], noise[:100], noise[100:]).weight < 0.2
    assert prediction_powered_mean(y[:100], f[:100] / 9, f[100:] / 9).weight == 1, "never above 1"


def test_few_human_ratings_still_cover():
    rng, held = seeded(20), 0
    for _ in range(400):
        y, f = pair(rng, 60, 0.8)
        found = prediction_powered_mean(y[:12], f[:12], f[12:])
        held += found.low <= 0 <= found.high
    assert held / 400 >= 0.88


def test_powered_mean_by_documents_is_that_of_plain_loops():
    rng = seeded(25)
    y, f = pair(rng, 300, 0.7)
    names = [f"d{k}" for k in rng.integers(0, 12, 300)]
    human, machine, rest = y[:60], f[:60], f[60:]
    plain = prediction_powered_mean(human, machine, rest)
    left = human - plain.weight * machine
    for rest_documents in (None, names[60:], [f"other {name}" for name in names[60:]]):
        found = prediction_powered_mean(
            human, machine, rest, documents=names[:60], rest_documents=rest_documents, confidence=0.9
        )
        here, there = {}, {}
        for x, into, centre, scale, documents in (
            (left, here, left.mean(), 1 / 60, names),
            (rest, there, rest.mean(), plain.weight / 240, rest_documents or range(240)),
        ):
            for value, name in zip(x, documents, strict=False):
                into[name] = into.get(name, 0) + (value - centre) * scale
        groups, total = len(here), 0
        for sums in (here, there):
            total += len(sums) / (len(sums) - 1) * sum(each**2 for each in sums.values())
        total += 2 * sum(here[name] * there.get(name, 0) for name in here)
        assert (found.mean, found.weight) == pytest.approx((plain.mean, plain.weight))
        half = t.ppf(0.95, groups - 1) * math.sqrt(total)
        assert (found.low, found.high) == pytest.approx((found.mean - half, found.mean + half))
        alone = {name: sum(y[k] - human.mean() for k in range(60) if names[k] == name) / 60 for name in here}
        alone = groups / (groups - 1) * sum(each**2 for each in alone.values())
        assert found.variance_ratio == pytest.approx(total / alone)
    singles = {"documents": range(60), "rest_documents": [f"r{k}" for k in range(240)]}
    assert prediction_powered_mean(human, machine, rest, **singles) == pytest.approx(plain)


def test_powered_intervals_by_documents_cover():
    """20 documents; the machine is off by document, and each has 3 human ratings and 15 of the machine alone."""
    rng, held = seeded(26), {"both": 0, "first": 0, "none": 0}
    document = np.repeat(np.arange(20), 18)
    rated = np.arange(360) % 18 < 3
    for _ in range(80):
        y = 0.7 * rng.normal(size=20)[document] + rng.normal(size=360)
        f = y + 0.7 * rng.normal(size=20)[document] + 0.3 * rng.normal(size=360)
        documents = {"documents": document[rated], "rest_documents": document[~rated]}
        for name, some in (("both", documents), ("first", {"documents": document[rated]}), ("none", {})):
            found = prediction_powered_mean(y[rated], f[rated], f[~rated], **some)
            held[name] += (found.low <= 0 <= found.high) / 80
    assert held["both"] > 0.88
    assert held["none"] < held["first"] < held["both"]
    assert held["none"] < 0.8


# What must not matter


PEOPLE, MACHINE = whole(seeded(21), items=12), whole(seeded(22), items=12, raters=3)
DOCUMENTS = documents_of([0, 0, 1, 2, 2, 2, 3, 4, 1, 3, 3, 1])
TAKE_A_TABLE = {
    "spread: ratings": spread,
    "panel_error: ratings": lambda table: panel_error(table, [1, 2]),
    "equivalent_raters: machine": lambda table: equivalent_raters(table, PEOPLE, rng=seeded(), resamples=100),
    "equivalent_raters: human": lambda table: equivalent_raters(MACHINE, table, rng=seeded(), resamples=100),
    "correct_ratings: machine": lambda table: correct_ratings(table, PEOPLE, range(7)),
    "correct_ratings: human": lambda table: correct_ratings(MACHINE, table, range(7)),
    "distribution_distance: a": lambda table: distribution_distance(table, PEOPLE),
    "distribution_distance: b": lambda table: distribution_distance(PEOPLE, table),
    "soft_labels: ratings": lambda table: soft_labels(table, range(-5, 6)),
}


def as_frame(found):
    """Any result as numbers in a fixed order."""
    if isinstance(found, tuple):
        return pd.DataFrame([found], dtype=float)
    if "rating" in found:
        found = found[["item", "rater", "rating"]].astype(float).reset_index(drop=True)
        return found.sort_values(["item", "rater"], ignore_index=True)
    return (found.to_frame() if isinstance(found, pd.Series) else found).sort_index().astype(float)


@pytest.mark.parametrize("call", TAKE_A_TABLE)
def test_order_of_rows_does_not_matter(call):
    table = MACHINE if call.endswith("machine") else PEOPLE
    mixed = table.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(as_frame(TAKE_A_TABLE[call](mixed)), as_frame(TAKE_A_TABLE[call](table)))


def test_each_item_stays_in_its_document():
    """Whichever item comes first, and in whichever order the documents are named."""
    expected = equivalent_raters(MACHINE, PEOPLE, documents=DOCUMENTS, rng=seeded())
    machine, human = (table.sample(frac=1, random_state=1) for table in (MACHINE, PEOPLE))
    found = equivalent_raters(machine, human, documents=DOCUMENTS[::-1], rng=seeded())
    assert found == pytest.approx(expected)
    other = documents_of(DOCUMENTS.tolist()[::-1])
    assert equivalent_raters(MACHINE, PEOPLE, documents=other, rng=seeded()) != pytest.approx(expected)


@pytest.mark.parametrize("rename", [str, lambda k: k if k % 2 else f"item {k}", float, lambda k: 10**12 - k])
def test_names_do_not_matter(rename):
    """Items and raters of any kind, mixed kinds among them."""
    human, machine = (table.assign(item=table["item"].map(rename)) for table in (PEOPLE, MACHINE))
    human["rater"] = human["rater"].map(rename)
    back = {rename(item): item for item in range(12)}
    documents = DOCUMENTS.rename(rename).astype("category")
    for find in (spread, lambda t: soft_labels(t, range(-5, 6)), lambda t: panel_error(t, 2)):
        found = find(human)
        pd.testing.assert_frame_equal(found.rename(index=back), find(PEOPLE), check_index_type=False)
    chosen = [rename(item) for item in range(7)]
    corrected = correct_ratings(machine, human, chosen)["rating"]
    np.testing.assert_allclose(corrected, correct_ratings(MACHINE, PEOPLE, range(7))["rating"])
    distance = distribution_distance(human, machine)
    assert distance.rename(back).to_dict() == distribution_distance(PEOPLE, MACHINE).to_dict()
    found = equivalent_raters(machine, human, documents=documents, rng=seeded())
    assert found == equivalent_raters(MACHINE, PEOPLE, documents=DOCUMENTS, rng=seeded())


@pytest.mark.parametrize("call", TAKE_A_TABLE)
def test_the_table_stays_and_its_form_does_not_matter(call):
    """Yes and no, categories, nullable columns and a repeated index are read as the numbers that they are."""
    table = MACHINE if call.endswith("machine") else PEOPLE
    table = table.assign(rating=table["rating"] + table["item"] % 3 > 0.5)
    expected = as_frame(TAKE_A_TABLE[call](table.astype({"rating": float})))
    forms = [
        table,
        table.astype({"rating": "category", "item": "category", "rater": "category"}),
        table.astype({"rating": "Int64", "item": "Int64", "rater": "Int64"}),
        table.astype(object),
        table.assign(item=pd.Categorical(table["item"], categories=range(20, -1, -1))),
        table.set_index(pd.Index([0] * len(table), name="item")),
        table.assign(extra=None)[["extra", "rating", "rater", "item"]],
    ]
    for form in forms:
        before = form.copy(deep=True)
        pd.testing.assert_frame_equal(as_frame(TAKE_A_TABLE[call](form)), expected, check_index_type=False)
        pd.testing.assert_frame_equal(form, before)


def test_lists_stay():
    human, machine, rest = (seeded(k).normal(size=20) for k in range(3))
    copies = [x.copy() for x in (human, machine, rest)]
    prediction_powered_mean(human, machine, rest)
    documents = DOCUMENTS.copy()
    equivalent_raters(MACHINE, PEOPLE, documents=DOCUMENTS, rng=seeded())
    for now, before in zip((human, machine, rest), copies, strict=True):
        assert np.array_equal(now, before)
    pd.testing.assert_series_equal(DOCUMENTS, documents)


def test_both_files_share_their_checks():
    """Each file is copied alone, so what both need stands in both; a correction in one belongs into the other."""
    shared = [
        name for name in vars(opinions).keys() & vars(agreement).keys() if inspect.isroutine(vars(opinions)[name])
    ]
    assert len(shared) >= 9
    for name in shared:
        assert inspect.getsource(vars(opinions)[name]) == inspect.getsource(vars(agreement)[name])


# Misuse


@pytest.mark.parametrize(("spoil", "error", "words"), BAD_TABLES)
def test_bad_table(spoil, error, words):
    for call, function in TAKE_A_TABLE.items():
        name = call.split(": ")[1]
        good = MACHINE if name == "machine" else PEOPLE
        with pytest.raises(error, match=words.replace("NAME", name)):
            function(spoil(good))


FINE = whole(seeded(3), raters=4, least=4), whole(seeded(4), raters=9)
STRANGE = MACHINE.astype({"item": str})
ONCE = MACHINE[MACHINE["rater"] == 0]
ALIKE = MACHINE.assign(rating=0.1 + (MACHINE["item"] == 3))
TEN = [float(k % 4) for k in range(10)]


NAMED = pd.Series(TEN, list("hijklmnopq"))


def powered(human=TEN, machine_on_human=TEN, machine_rest=TEN, **settings):
    return prediction_powered_mean(human, machine_on_human, machine_rest, **settings)


def worth(machine=MACHINE, human=PEOPLE, size=1, **settings):
    return equivalent_raters(machine, human, size, **{"rng": seeded(), "resamples": 100, **settings})


def test_plain_numbers_of_other_items_may_share_their_places():
    """Lists, and Series that are numbered from 0, say nothing of the items; nor do others of other names."""
    expected = powered()
    both = pd.Series(TEN), pd.Series(TEN, list("klmnopqrst"))
    for on_human, rest in ((both[0], both[0]), (both[0], NAMED), (NAMED, both[0]), (NAMED, TEN), (TEN, NAMED)):
        assert powered(machine_on_human=on_human, machine_rest=rest) == expected
    assert powered(machine_on_human=pd.Series(TEN, list("abcdefghij")), machine_rest=both[1]) == expected


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: panel_error(PEOPLE, 0), ValueError, "size must be a whole number, 1 or more; got 0"),
        (lambda: panel_error(PEOPLE, [1, 1.5]), ValueError, "size must be a whole number, 1 or more; got 1.0"),
        (lambda: panel_error(PEOPLE, True), ValueError, "size must be a whole number, 1 or more; got True"),
        (lambda: panel_error(PEOPLE, []), ValueError, "size must be a list of whole numbers; got an empty one"),
        (lambda: panel_error(PEOPLE, "2"), TypeError, "size must be a list of whole numbers; got '2'"),
        (lambda: panel_error(PEOPLE, None), TypeError, "size must be a list of whole numbers; got None"),
        (lambda: panel_error(PEOPLE, 6), ValueError, "size must be below the raters of some item; got 6, .* than 5"),
        (lambda: worth(size=0), ValueError, "size must be a whole number, 1 or more; got 0"),
        (lambda: worth(size=math.inf), ValueError, "size must be a whole number, 1 or more; got inf"),
        (lambda: worth(ONCE, size=2), ValueError, "size must be 1 where the machine rated an item once.*; got 2"),
        (lambda: worth(STRANGE), ValueError, "2 or more items in common; got 0. Are the ids of one kind"),
        (lambda: worth(of="share"), ValueError, "of must be 'mean' or 'shares'; got 'share'"),
        (
            lambda: worth(*(t.assign(rating=np.arange(len(t)) / 7 + len(t)) for t in FINE), of="shares"),
            ValueError,
            "machine and human must hold at most 101 different values; got [12][0-9][0-9]. Round",
        ),
        (lambda: worth(MACHINE[MACHINE["item"] == 1]), ValueError, "2 or more items in common; got 1.$"),
        (
            lambda: worth(PEOPLE, MACHINE.drop_duplicates("item")),
            ValueError,
            "for each item; 12 of 12 items have 1, such as 0. Are machine and human swapped",
        ),
        (
            lambda: worth(human=PEOPLE[(PEOPLE["item"] != 4) | (PEOPLE["rater"] == 0)]),
            ValueError,
            "human must have 2 or more raters for each item; 1 of 12 items have 1, such as 4. Drop them",
        ),
        (lambda: worth(rng=0), TypeError, "rng must be a numpy.random.Generator.*; got 0"),
        (lambda: worth(confidence=0), ValueError, "confidence must be a number above 0 and below 1; got 0"),
        (lambda: worth(confidence=1), ValueError, "confidence must be .*; got 1"),
        (lambda: worth(confidence=1.5), ValueError, "confidence must be .*; got 1.5"),
        (lambda: worth(confidence=None), TypeError, "confidence must be .*; got None"),
        (lambda: worth(resamples=99), ValueError, "resamples must be a whole number, 100 or more; got 99"),
        *(
            (lambda documents=documents: worth(documents=documents), TypeError, words)
            for words in ("documents must be a Series with the document of each item and an index named 'item'",)
            for documents in (
                list(DOCUMENTS),
                DOCUMENTS.to_dict(),
                DOCUMENTS.to_frame(),
                DOCUMENTS.set_axis(pd.MultiIndex.from_product([range(12), [0]], names=["item", "part"])),
                DOCUMENTS.reset_index(drop=True),
            )
        ),
        (
            lambda: worth(documents=PEOPLE.assign(document=PEOPLE["item"] % 5)["document"]),
            TypeError,
            r"Take table.set_index\('item'\)\['document'\], or human.groupby\('item'\)\['document'\].first\(\)",
        ),
        (
            lambda: worth(documents=PEOPLE.set_index("item")["rater"]),
            ValueError,
            r"documents must have each item once; 0 is there twice. Take groupby\(level=0\).first\(\)",
        ),
        (lambda: worth(documents=DOCUMENTS.drop(4)), ValueError, "the document of every item; none for 4"),
        (lambda: worth(documents=DOCUMENTS.where(DOCUMENTS.index != 4)), ValueError, "every item; none for 4"),
        (lambda: worth(documents=DOCUMENTS.rename(str)), ValueError, "every item; none for 0"),
        (lambda: worth(documents=DOCUMENTS % 4), ValueError, "documents must be 5 or more, for an interval; got 4"),
        (lambda: worth(documents=DOCUMENTS.map(lambda k: [k])), TypeError, "documents must hold text or numbers"),
        (lambda: correct_ratings(MACHINE, PEOPLE, [1, 2]), ValueError, "items must be 3 or more .*; got 2 of 2.$"),
        (lambda: correct_ratings(MACHINE, PEOPLE, [1, 2, 2]), ValueError, "items must be 3 or more .*; got 2 of 2.$"),
        (lambda: correct_ratings(MACHINE, PEOPLE, [1, 2, 99]), ValueError, "both .* rated; got 2 of 3; 99 is not.$"),
        (lambda: correct_ratings(MACHINE, PEOPLE, [1, 2, np.nan]), ValueError, "got 2 of 3; nan is not.$"),
        (lambda: correct_ratings(MACHINE, PEOPLE, list("123")), ValueError, "got 0 of 3; '1' is not. Are the ids of"),
        (lambda: correct_ratings(MACHINE, PEOPLE, "123"), TypeError, "items must be a list of item ids; got '123'"),
        (lambda: correct_ratings(MACHINE, PEOPLE, 5), TypeError, "items must be a list of item ids; got 5"),
        (lambda: correct_ratings(MACHINE, PEOPLE, []), ValueError, "items must be a list of item ids; got an empty"),
        (
            lambda: correct_ratings(MACHINE, PEOPLE, pd.MultiIndex.from_product([[1], [2, 3]])),
            TypeError,
            r"items must hold text or numbers as ids; got \(1, 2\)",
        ),
        (lambda: correct_ratings(MACHINE, PEOPLE, [[1], [2], [3]]), TypeError, r"items must hold text .*; got \[1\]"),
        (
            lambda: correct_ratings(ALIKE, PEOPLE, [1, 2, 3, 4]),
            ValueError,
            "items must differ in what the machine says, even without one; it says 0.1. Add items",
        ),
        (lambda: correct_ratings(ALIKE, PEOPLE, [1, 2, 4]), ValueError, "items must differ in what the machine says"),
        (lambda: distribution_distance(STRANGE, PEOPLE), ValueError, "a and b must have items in common; none is"),
        (
            lambda: distribution_distance(PEOPLE, long(np.arange(120.0).reshape(12, 10))),
            ValueError,
            "a and b must hold at most 101 different values; got 12[0-9]. Round",
        ),
        (lambda: soft_labels(PEOPLE, [-1, 0, 1]), ValueError, r"on the scale of levels; \d+ are not: item 0 has "),
        (lambda: soft_labels(PEOPLE, [4, 3, 2]), ValueError, r"levels must be .* from low to high; got \[4, 3, 2\]"),
        (lambda: soft_labels(PEOPLE, [1, 1, 2]), ValueError, "levels must be different finite numbers"),
        (lambda: soft_labels(PEOPLE, [0, np.nan]), ValueError, "levels must be different finite numbers"),
        (lambda: soft_labels(PEOPLE, [0, np.inf]), ValueError, "levels must be different finite numbers"),
        (lambda: soft_labels(PEOPLE, []), ValueError, "levels must be a list of numbers; got an empty one"),
        (lambda: soft_labels(PEOPLE, 5), TypeError, "levels must be a list of numbers; got 5"),
        (lambda: soft_labels(PEOPLE, ["low", "high"]), TypeError, "levels must hold numbers; got 'low'"),
        (lambda: soft_labels(PEOPLE, range(200)), ValueError, "levels must hold at most 101 different values; got 200"),
        (lambda: prediction_powered_mean(TEN[1:], TEN, TEN), ValueError, "human must hold 10 or more numbers; got 9"),
        (lambda: prediction_powered_mean(TEN, [*TEN, 1], TEN), ValueError, "same items; got 10 and 11 numbers"),
        (
            lambda: prediction_powered_mean(TEN, TEN, []),
            ValueError,
            "machine_rest must be a list of numbers; got an em",
        ),
        (lambda: prediction_powered_mean(TEN, TEN, 5), TypeError, "machine_rest must be a list of numbers; got 5"),
        (lambda: prediction_powered_mean(["1"] * 10, TEN, TEN), TypeError, "human must hold numbers; got '1'"),
        (
            lambda: prediction_powered_mean(TEN, [None] * 10, TEN),
            TypeError,
            "machine_on_human must hold numbers; got N",
        ),
        (
            lambda: prediction_powered_mean([*TEN, math.nan, math.inf], [*TEN, 1, 1], TEN),
            ValueError,
            "human must hold finite numbers; 2 are missing or infinite. Drop",
        ),
        (lambda: prediction_powered_mean(np.ones((10, 2)), TEN, TEN), TypeError, "human must hold numbers; got array"),
        (
            lambda: prediction_powered_mean(pd.Series(TEN), pd.Series(TEN)[::-1], TEN),
            ValueError,
            r"machine_on_human must be in the order of human; .* differ. Take machine_on_human.loc\[human.index\]",
        ),
        (
            lambda: powered(human=pd.Series(TEN), documents=pd.Series(range(10))[::-1]),
            ValueError,
            r"documents must be in the order of human; their indexes differ. Take documents.loc\[human.index\]",
        ),
        (
            lambda: powered(human=[1] * 10),
            ValueError,
            "human must differ, for an interval; all 10 ratings are 1. Have more items rated",
        ),
        (
            lambda: powered(machine_on_human=pd.Series(TEN, list("abcdefghij")), machine_rest=NAMED),
            ValueError,
            r"machine_rest must be of other items; 3 are in machine_on_human too. Take machine_rest.drop\(machine_on_h",
        ),
        (
            lambda: powered(documents=range(9)),
            ValueError,
            "documents must hold the document of each of the 10 items; got 9",
        ),
        (lambda: powered(documents=[*range(9), None]), ValueError, "document of each of the 10 items; got 9"),
        (lambda: powered(rest_documents=range(11)), ValueError, "rest_documents must hold .* 10 items; got 11"),
        (lambda: powered(documents=[1, 2, 3, 4, 4] * 2), ValueError, "documents must be 5 or more, .*; got 4"),
        (lambda: powered(documents="abcdefghij"), TypeError, "documents must be a list of documents; got 'abcdefghij'"),
        (lambda: powered(documents=5), TypeError, "documents must be a list of documents; got 5"),
        (lambda: prediction_powered_mean(TEN, TEN, TEN, 0), ValueError, "confidence must be .*above 0 .*; got 0"),
        (lambda: prediction_powered_mean(TEN, TEN, TEN, 1), ValueError, "confidence must be .*; got 1"),
        (lambda: prediction_powered_mean(TEN, TEN, TEN, 95), ValueError, "confidence must be .*; got 95"),
        (lambda: prediction_powered_mean(TEN, TEN, TEN, True), TypeError, "confidence must be .*; got True"),
    ],
)
def test_bad_input(call, error, words):
    with pytest.raises(error, match=words):
        call()
