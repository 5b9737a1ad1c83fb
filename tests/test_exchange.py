"""What other data are worth in human labels: exact on known curves, honest about chance, silent about nothing."""

import numpy as np
import pandas as pd
import pytest

from helpers.exchange import Equivalent, exchange_rate, human_equivalent

SIZES = [100, 300, 1000, 3000, 10000]


def score_at(size):
    return 0.5 + 0.05 * np.log(np.asarray(size) / 50)  # a straight line in log n: read off without error


def study(rng, arms, repeats=20, items=400):
    """Scores of arms with chance from the training draw (shared within a repeat) and from the gold items."""
    index = pd.MultiIndex.from_product([range(repeats), range(items)], names=["repeat", "item"])
    draw, item = rng.normal(0, 0.01, (repeats, 1)), rng.normal(0, 0.3, (1, items))
    noise = {arm: draw + item * 0.5 + rng.normal(0, 0.3, (repeats, items)) for arm in arms}
    return pd.DataFrame({arm: (mean + noise[arm]).ravel() for arm, mean in arms.items()}, index=index)


def exact(**extra):
    return pd.DataFrame({size: [score_at(size)] * 2 for size in SIZES} | extra)


@pytest.mark.parametrize("labels", [100, 137, 1000, 2500, 10000])
def test_reads_a_known_curve_exactly(labels):
    found = human_equivalent(exact(), float(score_at(labels)), rng=np.random.default_rng(0))
    assert found == pytest.approx((labels, labels, labels))


def test_says_above_and_below_the_curve_instead_of_extrapolating():
    rng = np.random.default_rng(0)
    assert str(human_equivalent(exact(), 0.99, rng=rng)) == "above the curve [above the curve, above the curve]"
    assert str(human_equivalent(exact(), 0.40, rng=rng)) == "below the curve [below the curve, below the curve]"
    assert human_equivalent(exact(), 0.99, rng=rng).labels == np.inf


def test_a_dip_in_the_curve_is_flattened():
    curve = pd.DataFrame({100: [0.6] * 2, 200: [0.8] * 2, 400: [0.7] * 2, 800: [0.9] * 2})
    # 0.8 and 0.7 become 0.75 both; the first of the two reaches 0.75
    assert human_equivalent(curve, 0.75, rng=np.random.default_rng(0)).labels == pytest.approx(200)


def test_columns_may_be_text_and_in_any_order():
    curve = exact()[[1000, 100, 10000, 300, 3000]].rename(columns=str)
    assert human_equivalent(curve, float(score_at(500)), rng=np.random.default_rng(0)).labels == pytest.approx(500)


def test_interval_covers():
    rng = np.random.default_rng(1)
    arms = {size: score_at(size) for size in SIZES} | {"other": score_at(900)}
    held = 0
    for _ in range(200):
        result = study(rng, arms)
        found = human_equivalent(result[SIZES], result["other"], rng=rng, draws=300)
        held += found.low <= 900 <= found.high
    assert held / 200 >= 0.93


def test_halves_bring_in_the_luck_of_the_batches():
    """The set at hand came in 8 batches that differ; the truth is what new batches would give."""
    rng = np.random.default_rng(2)
    arms = {size: score_at(size) for size in SIZES}
    held, without = 0, 0
    for _ in range(200):
        batches = score_at(900) + rng.normal(0, 0.03, 8)
        chosen = [rng.permutation(8)[:4] for _ in range(20)]
        result = study(rng, arms | {"whole": batches.mean()})
        half = np.repeat([batches[some].mean() - batches.mean() for some in chosen], 400)
        with_halves = human_equivalent(
            result[SIZES], result["whole"], rng=rng, halves=result["whole"] + half, draws=300
        )
        alone = human_equivalent(result[SIZES], result["whole"], rng=rng, draws=300)
        held += with_halves.low <= 900 <= with_halves.high
        without += alone.low <= 900 <= alone.high
    assert held / 200 >= 0.93
    assert without / 200 < 0.90


def test_a_small_pool_widens_the_interval():
    result = study(np.random.default_rng(3), {size: score_at(size) for size in SIZES})
    wide, narrow = (
        human_equivalent(result, float(score_at(6000)), rng=np.random.default_rng(0), pool=pool)
        for pool in (11_000, 1_000_000)
    )
    assert wide.high - wide.low > narrow.high - narrow.low


def test_exchange_rate_on_known_curves():
    owned = {size: [score_at(size + 500)] * 2 for size in (100, 1000)}
    table = exchange_rate(exact(), pd.DataFrame(owned), 1000, rng=np.random.default_rng(0), paid=100)
    assert table["worth"].tolist() == pytest.approx([600, 1500])
    assert table["rate"].tolist() == pytest.approx([0.4, 0.4])
    assert table["gained"].tolist() == pytest.approx([score_at(600) - score_at(100), score_at(1500) - score_at(1000)])
    assert (table["low"] == table["rate"]).all()


def test_exchange_rate_beyond_the_curve_is_a_lower_bound():
    hybrid = pd.DataFrame({10000: [score_at(10000) + 0.001] * 2})
    table = exchange_rate(exact(), hybrid, 1000, rng=np.random.default_rng(0))
    assert table.loc[10000, "rate"] == np.inf


def test_same_rng_same_interval():
    result = study(np.random.default_rng(4), {size: score_at(size) for size in SIZES})
    one, two = (human_equivalent(result, 0.65, rng=np.random.default_rng(5)) for _ in range(2))
    assert one == two


def test_equivalent_in_words():
    assert str(Equivalent(1234.4, 0.0, np.inf)) == "1,234 [below the curve, above the curve]"


@pytest.mark.parametrize(
    ("curve", "score", "settings", "error", "words"),
    [
        ({100: [1]}, 0.5, {}, TypeError, "curve must be the DataFrame that run_trials returns; got dict"),
        (exact(human=[0.5, 0.5]), 0.5, {}, ValueError, "columns of curve must be numbers of human labels"),
        (
            exact()[[100, 300]],
            0.5,
            {},
            ValueError,
            r"3 different numbers of labels or more, above 0; got \[100.0, 300.0\]",
        ),
        (exact().head(1), 0.5, {}, ValueError, "two repeats or more"),
        (exact().replace(score_at(300), np.nan), 0.5, {}, ValueError, "Every score of curve must be a finite number"),
        (exact(), np.nan, {}, TypeError, "score must be a Series.*or a number.*got nan"),
        (exact(), pd.Series([0.5]), {}, ValueError, "score must have the index of curve"),
        (exact(), pd.Series([0.5, np.nan]), {}, ValueError, "Every score of score must be a finite number"),
        (exact(), 0.5, {"halves": pd.Series([0.5, 0.5])}, TypeError, "score must be a Series"),
        (exact(), 0.5, {"rng": 0}, TypeError, "rng must be a numpy.random.Generator.*got 0"),
        (exact(), 0.5, {"draws": 10}, ValueError, "draws must be 100 or more.*got 10"),
        (exact(), 0.5, {"confidence": 95}, ValueError, r"confidence within \(0, 1\).*95"),
        (exact(), 0.5, {"pool": 10_000}, ValueError, "pool must be larger than the largest number of labels"),
    ],
)
def test_bad_input(curve, score, settings, error, words):
    with pytest.raises(error, match=words):
        human_equivalent(curve, score, **{"rng": np.random.default_rng(0), **settings})


@pytest.mark.parametrize(
    ("hybrid", "settings", "words"),
    [
        (pd.DataFrame({200: [0.5, 0.5]}), {}, r"Every column of hybrid must be one of curve .*\[200.0\] are not"),
        (pd.DataFrame({"both": [0.5, 0.5]}), {}, "columns of hybrid must be numbers"),
        (exact(), {"machine_items": 0}, "machine_items must be 1 or more.*got 0"),
        (exact(), {"paid": -1}, "paid 0 or more.*-1"),
    ],
)
def test_bad_exchange(hybrid, settings, words):
    with pytest.raises(ValueError, match=words):
        exchange_rate(exact(), hybrid, **{"machine_items": 10, "rng": np.random.default_rng(0), **settings})
