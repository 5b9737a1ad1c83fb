"""What other data are worth in human labels: exact on known curves, honest about chance, silent about nothing."""

import numpy as np
import pandas as pd
import pytest

from helpers.exchange import Equivalent, exchange_rate, human_equivalent
from helpers.trials import compare

SIZES = [100, 300, 1000, 3000, 10000]


def score_at(size):
    return 0.5 + 0.05 * np.log(np.asarray(size) / 50)  # a straight line in log n: read off without error


def study(rng, arms, repeats=20, items=400, hard=0.3):
    """Scores of arms with chance from the training draw (shared within a repeat) and from the gold items."""
    index = pd.MultiIndex.from_product([range(repeats), range(items)], names=["repeat", "item"])
    draw = rng.normal(0, 0.01, (repeats, 1))
    # each arm finds other items hard: that is what the choice of the gold items decides
    noise = {arm: draw + rng.normal(0, hard, (1, items)) + rng.normal(0, 0.3, (repeats, items)) for arm in arms}
    return pd.DataFrame({arm: (mean + noise[arm]).ravel() for arm, mean in arms.items()}, index=index)


def exact(**extra):
    return numbers({size: [score_at(size)] * 5 for size in SIZES} | extra)


def numbers(arms):
    """One number a repeat, as run_trials returns them."""
    return pd.DataFrame(arms).rename_axis("repeat")


@pytest.mark.parametrize("labels", [100, 137, 1000, 2500, 10000])
def test_reads_a_known_curve_exactly(labels):
    found = human_equivalent(exact(), float(score_at(labels)), rng=np.random.default_rng(0), shared=0)
    assert found == pytest.approx((labels, labels, labels))


def test_says_above_and_below_the_curve_instead_of_extrapolating():
    rng = np.random.default_rng(0)
    assert (
        str(human_equivalent(exact(), 0.99, rng=rng, shared=0)) == "above the curve [above the curve, above the curve]"
    )
    assert (
        str(human_equivalent(exact(), 0.40, rng=rng, shared=0)) == "below the curve [below the curve, below the curve]"
    )
    assert human_equivalent(exact(), 0.99, rng=rng, shared=0).labels == np.inf


def test_a_dip_in_the_curve_is_flattened():
    curve = numbers({100: [0.6] * 5, 200: [0.8] * 5, 400: [0.7] * 5, 800: [0.9] * 5})
    # 0.8 and 0.7 become 0.75 both; the first of the two reaches 0.75
    assert human_equivalent(curve, 0.75, rng=np.random.default_rng(0), shared=0).labels == pytest.approx(200)


def test_columns_may_be_text_and_in_any_order():
    curve = exact()[[1000, 100, 10000, 300, 3000]].rename(columns=str)
    assert human_equivalent(
        curve, float(score_at(500)), rng=np.random.default_rng(0), shared=0
    ).labels == pytest.approx(500)


def test_interval_covers():
    rng = np.random.default_rng(1)
    arms = {size: score_at(size) for size in SIZES} | {"other": score_at(900)}
    held = 0
    for _ in range(200):
        result = study(rng, arms)
        found = human_equivalent(result[SIZES], result["other"], rng=rng, draws=300)
        held += found.low <= 900 <= found.high
    assert 0.93 <= held / 200 <= 0.995


def test_items_are_drawn_too():
    """With hard items that differ from arm to arm the gold set is the larger chance, and the interval must know it."""
    rng = np.random.default_rng(9)
    arms = {size: score_at(size) for size in SIZES} | {"other": score_at(900)}
    widths = []
    for hard in (0.0, 1.0):
        result = study(rng, arms, hard=hard)
        found = human_equivalent(result[SIZES], result["other"], rng=rng)
        widths.append(np.log(found.high / found.low))
    assert widths[1] > 2 * widths[0]


@pytest.mark.parametrize("parts", [6, 8, 9])
def test_halves_bring_in_the_luck_of_the_batches(parts):
    """The set at hand came in few batches that differ; the truth is what new batches would give."""
    rng = np.random.default_rng(2)
    arms = {size: score_at(size) for size in SIZES}
    held, without = 0, 0
    for _ in range(200):
        batches = score_at(900) + rng.normal(0, 0.05, parts)
        chosen = [rng.permutation(parts)[: parts // 2] for _ in range(20)]
        result = study(rng, arms | {"whole": batches.mean()}, hard=0.05)
        half = np.repeat([batches[some].mean() - batches.mean() for some in chosen], 400)
        settings = {"halves": result["whole"] + half, "parts": parts, "draws": 300}
        with_halves = human_equivalent(result[SIZES], result["whole"], rng=rng, **settings)
        alone = human_equivalent(result[SIZES], result["whole"], rng=rng, draws=300)
        held += with_halves.low <= 900 <= with_halves.high
        without += alone.low <= 900 <= alone.high
    assert held / 200 >= 0.90
    assert without / 200 < 0.70


def test_documents_are_drawn_as_a_whole():
    rng = np.random.default_rng(10)
    documents = np.repeat(np.arange(20), 20)
    held, without = 0, 0
    for _ in range(200):
        result = study(rng, {size: score_at(size) for size in SIZES} | {"other": score_at(900)}, hard=0.0)
        result["other"] += np.tile(rng.normal(0, 0.1, 20)[documents], 20)
        settings = {"rng": rng, "draws": 300}
        found = human_equivalent(result[SIZES], result["other"], groups=documents, **settings)
        alone = human_equivalent(result[SIZES], result["other"], **settings)
        held += found.low <= 900 <= found.high
        without += alone.low <= 900 <= alone.high
    assert held / 200 >= 0.92
    assert without / 200 < 0.75


@pytest.mark.parametrize("repeats", [5, 20])
def test_one_number_a_repeat_covers(repeats):
    rng = np.random.default_rng(11)
    arms = {size: score_at(size) for size in SIZES} | {"other": score_at(900)}
    held = 0
    for _ in range(300):
        result = numbers({arm: mean + rng.normal(0, 0.02, repeats) for arm, mean in arms.items()})
        found = human_equivalent(result[SIZES], result["other"], rng=rng, shared=0, draws=300)
        held += found.low <= 900 <= found.high
    assert held / 300 >= 0.92


def test_the_pool_counts_as_in_compare():
    """The interval of the gain is about that of `compare` for the same two arms."""
    result = study(np.random.default_rng(12), {size: score_at(size) for size in SIZES} | {"both": score_at(1200)})
    arms = result[[1000, "both"]]
    expected = compare(arms, 1000, pool_share=1000 / 12_000).loc["both"]
    hybrid = result[["both"]].set_axis([1000], axis=1)
    table = exchange_rate(result[SIZES], hybrid, 500, rng=np.random.default_rng(0), pool=12_000)
    width = table.loc[1000, "gained_high"] - table.loc[1000, "gained_low"]
    assert width == pytest.approx(expected["high"] - expected["low"], rel=0.3)


def test_a_small_pool_widens_the_interval():
    result = study(np.random.default_rng(3), {size: score_at(size) for size in SIZES})
    wide, narrow = (
        human_equivalent(result, float(score_at(6000)), rng=np.random.default_rng(0), pool=pool)
        for pool in (11_000, 1_000_000)
    )
    assert wide.high - wide.low > narrow.high - narrow.low


def test_exchange_rate_on_known_curves():
    owned = {size: [score_at(size + 500)] * 5 for size in (100, 1000)}
    table = exchange_rate(exact(), numbers(owned), 1000, rng=np.random.default_rng(0), paid=100, shared=0)
    assert table["worth"].tolist() == pytest.approx([600, 1500])
    assert table["rate"].tolist() == pytest.approx([0.4, 0.4])
    assert table["gained"].tolist() == pytest.approx([score_at(600) - score_at(100), score_at(1500) - score_at(1000)])
    assert table["low"].tolist() == pytest.approx(table["rate"].tolist())


def test_exchange_rate_beyond_the_curve_is_a_lower_bound():
    hybrid = numbers({10000: [score_at(10000) + 0.001] * 5})
    table = exchange_rate(exact(), hybrid, 1000, rng=np.random.default_rng(0), shared=0)
    assert table.loc[10000, "rate"] == np.inf


def test_same_rng_same_interval():
    result = study(np.random.default_rng(4), {size: score_at(size) for size in SIZES})
    one, two = (human_equivalent(result, 0.65, rng=np.random.default_rng(5)) for _ in range(2))
    assert one == two


def test_equivalent_in_words():
    assert str(Equivalent(1234.4, 0.0, np.inf)) == "1,234 [below the curve, above the curve]"


SOME_MISSING = pd.Series([0.5] * 4 + [np.nan]).rename_axis("repeat")


@pytest.mark.parametrize(
    ("curve", "score", "settings", "error", "words"),
    [
        ({100: [1]}, 0.5, {}, TypeError, "curve must be the DataFrame that run_trials returns; got dict"),
        (exact(human=[0.5] * 5), 0.5, {}, ValueError, "columns of curve must be different numbers of human labels"),
        (
            exact()[[100, 300]],
            0.5,
            {},
            ValueError,
            r"3 different numbers of labels or more, above 0; got \[100.0, 300.0\]",
        ),
        (exact().head(4), 0.5, {}, ValueError, "5 repeats or more, for an interval; got 4"),
        (exact().replace(score_at(300), np.nan), 0.5, {}, ValueError, "Every score of curve must be a finite number"),
        (exact(), np.nan, {}, TypeError, "score must be a Series.*or a finite number .*got float nan"),
        (exact(), pd.Series([0.5]), {}, ValueError, "score must have the index of curve"),
        (
            exact(),
            SOME_MISSING,
            {},
            ValueError,
            "Every score of score must be a finite number",
        ),
        (exact(), 0.5, {"halves": pd.Series([0.5] * 5)}, TypeError, "score must be a Series"),
        (exact(), 0.5, {"rng": 0}, TypeError, "rng must be a numpy.random.Generator.*got 0"),
        (exact(), 0.5, {"draws": 10}, ValueError, "draws must be a whole number, 100 or more; got 10"),
        (exact(), 0.5, {"confidence": 95}, ValueError, "confidence must be a number above 0 and below 1.*got 95"),
        (exact(), 0.5, {"draws": 1e9 + 0.5}, ValueError, "draws must be a whole number"),
        (exact(), 0.5, {"pool": -5}, ValueError, "pool must be a whole number, 10001 or more; got -5"),
        (exact(), 0.5, {"shared": None}, ValueError, "shared must be given where a repeat has one number"),
        (exact(), 0.5, {"shared": 1}, ValueError, "shared must be a number, 0 or more and below 1; got 1"),
        (exact(), True, {}, TypeError, "score must be a Series"),
        (exact(), 0.5, {"pool_share": 0.2}, TypeError, "pool_share needs a Series"),
        (
            exact(),
            exact()[1000],
            {"halves": exact()[1000]},
            ValueError,
            "parts must be a whole number, 4 or more",
        ),
        (exact().reset_index(drop=True), 0.5, {}, ValueError, r"its index is \[None\]"),
        (exact() * 0 + 0.5, 0.5, {}, ValueError, "do not rise with the number of labels"),
        (exact().astype(str), 0.5, {}, TypeError, "scores of curve must be numbers; some are text"),
        (exact(), 0.5, {"pool": 10_000}, ValueError, "pool must be a whole number, 10001 or more; got 10000"),
    ],
)
def test_bad_input(curve, score, settings, error, words):
    with pytest.raises(error, match=words):
        human_equivalent(curve, score, **{"rng": np.random.default_rng(0), "shared": 0, **settings})


@pytest.mark.parametrize(
    ("hybrid", "settings", "words"),
    [
        (numbers({200: [0.5] * 5}), {}, r"columns of hybrid must be among .*\[200.0\] are not"),
        (numbers({"both": [0.5] * 5}), {}, "columns of hybrid must be different numbers"),
        (exact(), {"machine_items": 0}, "machine_items must be a whole number, 1 or more; got 0"),
        (exact(), {"machine_items": np.nan}, "machine_items must be a whole number, 1 or more; got nan"),
        (exact(), {"paid": -1}, "paid must be a whole number, 0 or more; got -1"),
        (
            exact(),
            {"halves": exact()[[100]], "parts": 8},
            "columns of halves .*all of them; .* are missing",
        ),
    ],
)
def test_bad_exchange(hybrid, settings, words):
    with pytest.raises(ValueError, match=words):
        exchange_rate(
            exact(), hybrid, **{"machine_items": 10, "rng": np.random.default_rng(0), "shared": 0, **settings}
        )
