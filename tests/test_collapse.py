"""Collapse: simulations meet every closed form, human rows are used when they should be, misuse gets a sentence."""

import math
from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from helpers import collapse
from helpers.collapse import (
    accumulated_variance,
    best_real_weight,
    fresh_error_ratio,
    gaussian_log_variance,
    run_chain,
    survival_probability,
)

CHAINS = 20_000


def seeded(seed=0):
    return np.random.default_rng(seed)


# Many chains at once: one row a draw, one column a chain.


def fit_gaussian(rows, ddof=1):
    return rows.mean(axis=0), rows.std(axis=0, ddof=ddof)


def draw_gaussian(model, n, rng, shrink=1.0):
    return model[0] + model[1] * math.sqrt(shrink) * rng.standard_normal((n, len(model[0])))


def moments(rows, ddof=1):
    """What a fit to these rows finds, over chains."""
    mean, sd = fit_gaussian(rows, ddof)
    return {
        "log": np.log(sd**2).mean(),
        "spread": np.log(sd**2).var(),
        "sd": sd.mean(),
        "variance": (sd**2).mean(),
        "error": (mean**2).mean(),
        "distance": (mean**2 + (sd - 1) ** 2).mean(),  # squared Wasserstein distance of two Gaussians
    }


def gaussian_chain(n, fits, regime="replace", real_share=0.0, ddof=1, shrink=1.0, chains=CHAINS, seed=0):
    """One row for each fit: what the fits find."""
    rng = seeded(seed)
    human = int(n * real_share + 0.5)
    rows = n + human * (fits - 1) if regime == "fresh" else n
    return run_chain(
        rng.standard_normal((rows, chains)),
        partial(fit_gaussian, ddof=ddof),
        partial(draw_gaussian, shrink=shrink),
        generations=fits - 1,
        size=n,
        regime=regime,
        real_share=real_share,
        rng=rng,
        measure=partial(moments, ddof=ddof),
        look_at="training",
    )


# Closed forms


@pytest.mark.parametrize(("n", "fits", "chains"), [(10, 5, 20_000), (100, 10, 20_000), (25, 8, 30_000), (4, 3, 60_000)])
def test_gaussians_fitted_to_gaussians(n, fits, chains):
    """GT1: the mean and spread of the log variance, the mean sd, the drift of the mean, the distance."""
    found = gaussian_chain(n, fits, chains=chains).iloc[-1]
    expected = gaussian_log_variance(n, fits)
    # the ledger's 3% is one standard error here; 3.5 of them where that is more
    error = math.sqrt(expected.variance / chains)
    assert found["log"] == pytest.approx(expected.mean, rel=0.03, abs=3.5 * error)
    assert found["spread"] == pytest.approx(expected.variance, rel=0.03)
    c4 = math.sqrt(2 / (n - 1)) * math.exp(special.gammaln(n / 2) - special.gammaln((n - 1) / 2))
    assert found["sd"] == pytest.approx(c4**fits, rel=0.03)
    assert found["error"] == pytest.approx(fits / n, rel=0.03)
    assert found["distance"] == pytest.approx(fits / n + 2 - 2 * c4**fits, rel=0.03)


@pytest.mark.parametrize(
    ("n", "fits", "mean"),
    [
        (10, 1, -0.1152),
        (10, 5, -0.5760),
        (10, 10, -1.1521),
        (100, 10, -0.1014),
        (100, 50, -0.5068),
        (1000, 50, -0.0501),
    ],
)
def test_log_variance_at_the_points_of_the_ledger(n, fits, mean):
    assert gaussian_log_variance(n, fits).mean == pytest.approx(mean, abs=6e-5)


def test_log_variance_is_that_of_chi_square():
    """The mean over the distribution itself, by integration."""
    for n in (2, 3, 17):
        chi2 = stats.chi2(n - 1)
        mean = chi2.expect(lambda x, n=n: np.log(x / (n - 1)))
        found = gaussian_log_variance(n, [0, 1, 4])
        assert found.mean == pytest.approx([0, mean, 4 * mean], rel=1e-6)
        square = chi2.expect(lambda x, n=n: np.log(x / (n - 1)) ** 2)
        assert found.variance == pytest.approx([0, square - mean**2, 4 * (square - mean**2)], rel=1e-5)


@pytest.mark.parametrize(("n", "fits", "expected"), [(10, 10, 0.3487), (50, 10, 0.8171)])
def test_ddof_decides_what_happens_to_the_mean_variance(n, fits, expected):
    """GT1, trap 1: with ddof 0 the mean variance falls; with ddof 1 it stays, and only its logarithm falls."""
    assert gaussian_chain(n, fits, ddof=0, chains=CHAINS).iloc[-1]["variance"] == pytest.approx(expected, rel=0.03)
    early = gaussian_chain(n, 3).iloc[-1]["variance"]
    assert early == pytest.approx(1, rel=0.03)


@pytest.mark.parametrize(("n", "fits"), [(5, 25), (10, 15), (30, 8)])
def test_accumulating_stops_the_loss(n, fits):
    """GT2, with 20,000 chains within 3%."""
    found = gaussian_chain(n, fits, "accumulate", ddof=0, chains=16_000 if n < 30 else 8000)
    for fit in (1, 2, fits):
        assert found["variance"][fit - 1] == pytest.approx(accumulated_variance(n, fit), rel=0.03)
        assert found["error"][fit - 1] == pytest.approx(1 - accumulated_variance(n, fit), rel=0.04)


@pytest.mark.parametrize(("n", "limit"), [(5, 0.7020), (10, 0.8434), (100, 0.9836)])
def test_accumulated_variance(n, limit):
    assert accumulated_variance(n) == pytest.approx(limit, abs=6e-5)
    steps = np.arange(0, 400)
    product = np.r_[1, np.cumprod(1 - 1 / (n * np.arange(1, 400) ** 2))]
    np.testing.assert_allclose(accumulated_variance(n, steps), product, rtol=1e-11)
    assert accumulated_variance(n, 10**7) == pytest.approx(accumulated_variance(n), rel=1e-6)


def test_one_number_has_no_variance():
    assert accumulated_variance(1, [0, 1, 5]).tolist() == [1, 0, 0]
    assert accumulated_variance(1) == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize(("share", "tolerance"), [(0.1, 0.06), (0.2, 0.04), (0.4, 0.04), (0.75, 0.04)])
def test_fresh_rows_hold_the_chain(share, tolerance):
    """GT3: the error of the mean in the long run."""
    fits = 10 + round(3 / share)
    found = gaussian_chain(100, fits, "fresh", share, chains=6000)
    # the last fits are as good as stationary
    assert 100 * found["error"][-5:].mean() == pytest.approx(fresh_error_ratio(share), rel=tolerance)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5])
def test_rows_used_again_hold_it_less(share):
    """GT3: with the same human rows always, worse than these rows alone."""
    w = 1 - share
    expected = 1 / (100 * share) + w / (100 * (1 - w**2))
    found = gaussian_chain(100, 60, "fixed", share, chains=3000)["error"][-10:].mean()
    assert found == pytest.approx(expected, rel=0.06)
    assert found > 1 / (100 * share)


@pytest.mark.parametrize(("share", "expected"), [(0.1, 0.357), (0.3, 0.682), (0.5, 0.833)])
def test_a_narrow_sampler_settles_above_zero(share, expected):
    """GT3: a sampler that loses a fifth of the variance each time."""
    found = gaussian_chain(200, 25, "fresh", share, shrink=0.8, chains=500)["variance"].iloc[-1]
    assert found == pytest.approx(expected, rel=0.04)


def test_fresh_error_ratio():
    shares = [0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 1]
    expected = [50.25, 10.256, 5.263, 2.778, 1.961, 1.5625, 1.333, 1]
    assert fresh_error_ratio(shares) == pytest.approx(expected, rel=5e-4)
    assert fresh_error_ratio(0) == math.inf


@pytest.mark.parametrize(
    ("n_real", "n_machine", "weight"), [(50, 50, 0.6180), (10, 90, 0.2824), (30, 70, 0.4745), (60, 20, None)]
)
def test_best_weight(n_real, n_machine, weight):
    """GT4: the weight, its error, and that its neighbours do worse; the mean alone, in a chain of weighted means."""
    best = best_real_weight(n_real, n_machine)
    if weight:
        assert best == pytest.approx(weight, abs=6e-5)

    def error(w):
        def fit(rows):
            human, machine = rows[:n_real], rows[n_real:]
            return w * human.mean(axis=0) + (1 - w) * machine.mean(axis=0)

        fits = 30
        rows = seeded(1).standard_normal((n_real + n_machine + fits * n_real, 4000))
        size = n_real + n_machine
        kept = []

        def watched(rows):
            kept.append(((fit(rows)) ** 2).mean())
            return fit(rows)

        run_chain(
            rows,
            watched,
            lambda mean, n, rng: mean + rng.standard_normal((n, len(mean))),
            generations=fits,
            size=size,
            regime="fresh",
            real_share=n_real / size,
            rng=seeded(2),
            measure=len,
            look_at="training",
        )
        return np.mean(kept[-8:]) * n_real

    assert error(best) == pytest.approx(best, rel=0.04)
    naive = n_real / (n_real + n_machine)
    expected = (naive**2 + (1 - naive) ** 2 * n_real / n_machine) / (1 - (1 - naive) ** 2)
    assert error(naive) == pytest.approx(expected, rel=0.04)
    assert expected > best


def test_best_weight_at_its_ends():
    assert best_real_weight(0, 5) == 0
    assert best_real_weight(5, 0) == 1
    assert best_real_weight([1e15, 1], 1) == pytest.approx([1, (math.sqrt(5) - 1) / 2], rel=1e-12)


@pytest.mark.parametrize(("regime", "rounds"), [("replace", 5), ("accumulate", 5), ("replace", 2), ("accumulate", 10)])
def test_a_regression_in_a_loop(regime, rounds):
    """GT5 with new X every round: B rounds, and sum of sigma^2 d / (i (iT - d - 1))."""
    rows, d, studies = 100, 10, 600
    rng = seeded(3)

    def fit(table):
        x, y = np.swapaxes(table[..., :-1], 0, 1), np.swapaxes(table[..., -1:], 0, 1)
        transposed = np.swapaxes(x, 1, 2)
        return np.linalg.solve(transposed @ x, transposed @ y)[..., 0]

    def sample(weights, n, rng):
        x = rng.standard_normal((n, len(weights), d))
        y = np.einsum("nsd,sd->ns", x, weights) + rng.standard_normal((n, len(weights)))
        return np.concatenate([x, y[..., None]], axis=-1)

    def risk(table):
        return (fit(table) ** 2).sum(axis=1).mean()

    real = sample(np.zeros((studies, d)), rows, rng)
    options = dict(generations=rounds - 1, regime=regime, rng=rng, look_at="training", measure=risk)
    found = run_chain(real, fit, sample, **options)["value"].iloc[-1]
    steps = np.arange(1, rounds + 1)
    expected = {"replace": rounds * d / (rows - d - 1), "accumulate": (d / (steps * (steps * rows - d - 1))).sum()}
    assert found == pytest.approx(expected[regime], rel=0.05)


def redraw(rows, n, rng):
    return rows[rng.integers(len(rows), size=n)]


def bag(real, generations, rng, **options):
    """A loop of single words: what a model has seen is what it writes."""
    return run_chain(real, lambda rows: rows, redraw, generations=generations, rng=rng, **options)


def test_words_seen_once():
    """GT6: a corpus of 20,000 words seen once, and as many seen five times, each for itself within 1%."""
    found = np.zeros((2, 21))
    counts = np.repeat([1, 5], [20_000, 4_000])
    corpus = np.repeat(np.arange(24_000), counts)
    for seed in range(8):
        for generation, words in enumerate(bag(corpus, 20, seeded(seed))):
            there = np.bincount(words, minlength=24_000) > 0
            found[:, generation] += there[:20_000].mean() / 8, there[20_000:].mean() / 8
    steps = np.array([1, 2, 3, 5, 10, 20])
    assert survival_probability(1, steps) == pytest.approx([0.6321, 0.4685, 0.3741, 0.2681, 0.1582, 0.0876], abs=6e-5)
    np.testing.assert_allclose(found[0, steps], survival_probability(1, steps), rtol=0.02)
    np.testing.assert_allclose(found[1, steps], survival_probability(5, steps), rtol=0.02)


def test_survival_by_hand():
    assert survival_probability([0, 1, 3], 0).tolist() == [0, 1, 1]
    assert survival_probability(0, 5) == 0
    assert survival_probability(3, 1) == pytest.approx(1 - math.exp(-3))
    assert survival_probability(2, 2) == pytest.approx(1 - math.exp(2 * (math.exp(-1) - 1)))
    assert survival_probability(1, 10_000) == pytest.approx(2 / 10_000, rel=0.01)  # dies like 2 / t
    assert survival_probability(10**9, 3) == 1


def test_diversity_of_words_falls_as_wright_and_fisher_say():
    """GT6: Zipf, 50 words, 200 tokens: 1 - sum p^2 is lost at 1/n a generation; the mean of 3,000 loops."""
    share = 1 / np.arange(1, 51)
    share /= share.sum()
    rng, n, loops = seeded(4), 200, 3000
    start = rng.choice(50, (n, loops), p=share)

    def sample(rows, n, rng):
        return np.take_along_axis(rows, rng.integers(len(rows), size=(n, loops)), axis=0)

    def diversity(rows):
        counts = np.bincount((rows + 50 * np.arange(loops)).ravel(), minlength=50 * loops).reshape(loops, 50)
        return {"h": 1 - ((counts / n) ** 2).sum(axis=1).mean(), "support": (counts > 0).sum(axis=1).mean()}

    found = run_chain(start, lambda rows: rows, sample, generations=10, rng=rng, measure=diversity)
    expected = (1 - (share**2).sum()) * (1 - 1 / n) ** np.arange(1, 12)  # the start is itself a draw
    np.testing.assert_allclose(found["h"], expected, rtol=0.002)
    assert found["support"][0] == pytest.approx((1 - (1 - share) ** n).sum(), rel=0.01)


@pytest.mark.parametrize("n", [100, 400])
def test_a_loop_that_swells(n):
    """GT7: smoothed resampling adds variance each time, 3%."""
    chains = 2000

    def sample(rows, n, rng):
        width = 1.06 * rows.std(axis=0) * n**-0.2
        picked = np.take_along_axis(rows, rng.integers(len(rows), size=(n, chains)), axis=0)
        return picked + width * rng.standard_normal((n, chains))

    real = seeded(5).standard_normal((n, chains))
    options = dict(generations=10, rng=seeded(6), measure=lambda rows: rows.var(axis=0).mean())
    found = run_chain(real, lambda rows: rows, sample, **options)["value"]
    step = (1 - 1 / n) * (1 + 1.06**2 * n**-0.4)
    assert found[1] / found[0] == pytest.approx(step, rel=0.03)
    assert found[10] / found[0] == pytest.approx(step**10, rel=0.04)


@pytest.mark.parametrize(("cut", "left"), [(2, 0.2773), (1.645, 0.0939), (1, 0.0021)])
def test_a_loop_that_cuts_its_tails(cut, left):
    """GT7: five generations of drawing within a few standard deviations."""
    low, high = stats.norm.cdf([-cut, cut])

    def sample(model, n, rng):
        return model[0] + model[1] * special.ndtri(rng.uniform(low, high, n))

    def fit(rows):
        return rows.mean(), rows.std()

    real = seeded(7).standard_normal(50_000)
    found = run_chain(real, fit, sample, generations=5, rng=seeded(8), measure=np.var)["value"].iloc[-1]
    assert found == pytest.approx(left, rel=0.04)


@pytest.mark.parametrize(("phi", "psi"), [(0.9, 0.5), (0.8, 0.2)])
def test_a_verifier_turns_a_loop_around(phi, psi):
    """GT11: what is kept is right more often than not iff p > psi / (phi + psi)."""
    d, n = 20, 20_000
    rng = seeded(9)
    towards = np.zeros(d)
    towards[0] = 1.0

    def labelled(n, rng):
        y = rng.choice([-1, 1], n)
        return np.c_[y[:, None] * towards + rng.standard_normal((n, d)), y]

    def write(p, n, rng):
        """Rows whose labels are right with probability p, of which the verifier lets n through."""
        kept = []
        while sum(map(len, kept)) < n:
            rows = labelled(n, rng)
            right = rng.random(n) < p
            rows[~right, -1] *= -1
            kept.append(rows[rng.random(n) < np.where(right, phi, psi)])
        return np.concatenate(kept)[:n]

    def accuracy(rows):
        direction = (rows[:, :-1] * rows[:, -1:]).mean(axis=0)
        return stats.norm.cdf(direction @ towards / np.linalg.norm(direction))

    border = psi / (phi + psi)
    for p, holds in ((border - 0.05, lambda a: a < 0.25), (border + 0.05, lambda a: a > 0.80)):
        options = dict(generations=1, rng=rng, measure=accuracy)
        found = run_chain(labelled(n, rng), lambda rows, p=p: p, write, **options)["value"]
        assert found[0] > 0.83 and holds(found[1])


# Which human rows are used when

N, G = 20, 6
HUMAN = 10**6  # machine rows are below, human rows from here on


class Watched:
    """A model of numbers that remembers what it was fitted on; human rows are told by their size."""

    def __init__(self):
        self.fitted, self.asked = [], []

    def fit(self, rows):
        self.fitted.append(np.array(rows))
        return len(self.fitted)

    def sample(self, model, n, rng):
        self.asked.append((model, n))
        return 100 * model + np.arange(n)  # which model wrote it

    def run(self, regime, share=0.0, rows=N, **options):
        real = HUMAN + np.arange(rows)
        options = dict(generations=G, size=N, rng=seeded(1), look_at="training") | options
        kept = run_chain(real, self.fit, self.sample, regime=regime, real_share=share, **options)
        assert len(self.fitted) == options["generations"]
        return [rows[rows >= HUMAN] - HUMAN for rows in kept], [rows[rows < HUMAN] for rows in kept], kept


@pytest.mark.parametrize("rows", [N, 7, 50])
@pytest.mark.parametrize("look_at", ["machine", "training"])
def test_replace_uses_human_rows_once(rows, look_at):
    human, machine, _ = Watched().run("replace", rows=rows, look_at=look_at)
    assert human[0].tolist() == list(range(rows)) and not any(map(len, human[1:]))
    assert [m.tolist() for m in machine[1:]] == [[100 * g + i for i in range(N)] for g in range(1, G + 1)]


def test_accumulate_keeps_everything():
    human, machine, kept = Watched().run("accumulate", rows=30)
    assert all(h.tolist() == list(range(30)) for h in human)
    assert [len(m) for m in machine] == [N * g for g in range(G + 1)]
    for before, after in pairwise(kept):
        assert after[: len(before)].tolist() == before.tolist()
    _, machine, _ = Watched().run("accumulate", rows=30, look_at="machine")
    assert [len(m) for m in machine] == [0, *[N] * G]


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_accumulate_with_new_human_rows_throws_nothing_away(share):
    k = round(share * N)
    human, machine, kept = Watched().run("accumulate", share, rows=N + k * G + 3)
    for g in range(G + 1):
        assert human[g].tolist() == list(range(N + k * g)), "all so far, each once, in their order"
        assert len(machine[g]) == (N - k) * g
    for before, after in pairwise(kept):
        assert after[: len(before)].tolist() == before.tolist()
    watched = Watched()
    looked = watched.run("accumulate", share, rows=N + k * G, look_at="machine")[1]
    assert [len(rows) for rows in looked] == [0, *[N] * G]
    assert [len(rows) for rows in watched.fitted] == [len(rows) for rows in kept[:-1]], "looking changes nothing"


@pytest.mark.parametrize("share", [0.05, 0.3, 1.0])
@pytest.mark.parametrize("rows", [N, 35])
def test_fixed_uses_the_same_rows(share, rows):
    human, machine, kept = Watched().run("fixed", share, rows=rows)
    k = round(share * N)
    assert len(set(human[1].tolist())) == k
    assert all(h.tolist() == human[1].tolist() for h in human[1:])
    for g in range(1, G + 1):
        assert len(kept[g]) == N and set(machine[g].tolist()) == {100 * g + i for i in range(N - k)}
        assert (kept[g][:k] >= HUMAN).all(), "human rows come first"


def test_fixed_rows_are_any_rows():
    drawn = np.concatenate([Watched().run("fixed", 0.25, rng=seeded(seed))[0][1] for seed in range(400)])
    assert stats.chisquare(np.bincount(drawn, minlength=N)).pvalue > 0.01


def test_redrawn_draws_anew_and_none_twice_in_a_generation():
    human, _, kept = Watched().run("redrawn", 0.3, rows=35, generations=200)
    assert all(len(set(h.tolist())) == 6 for h in human[1:]) and all(len(rows) == N for rows in kept[1:])
    drawn = np.concatenate(human[1:])
    assert set(drawn) == set(range(35))
    assert stats.chisquare(np.bincount(drawn)).pvalue > 0.01
    # one draw says nothing about the next
    assert np.mean([len(np.intersect1d(a, b)) for a, b in pairwise(human[1:])]) < 36 / 35 + 0.3


def test_fresh_never_uses_a_row_twice():
    human, _, kept = Watched().run("fresh", 0.3, rows=N + 6 * G)
    assert np.concatenate(human).tolist() == list(range(N + 6 * G)), "each once, in their order"
    assert [len(rows) for rows in kept] == [N] * (G + 1)


@pytest.mark.parametrize(
    ("regime", "share"),
    [("replace", 0), ("accumulate", 0), ("accumulate", 0.3), ("fixed", 0.3), ("redrawn", 0.3), ("fresh", 0.3)],
)
@pytest.mark.parametrize("start", [15, N, 35])
def test_with_a_start_all_regimes_begin_with_the_same_rows(regime, share, start):
    model, rows = Watched(), start + 6 * G
    human, _, _ = model.run(regime, share, rows=rows, start=start, rng=seeded(3))
    assert human[0].tolist() == list(range(start)) == (model.fitted[0] - HUMAN).tolist()
    used = set(np.concatenate(human[1:]).astype(int))
    if regime == "fresh":
        assert used == set(range(start, rows)), "new ones from behind the start"
    elif share and regime == "accumulate":
        assert used == set(range(rows))
    else:
        assert used <= set(range(start))


@pytest.mark.parametrize("regime", ["accumulate", "fresh"])
def test_new_rows_begin_behind_size_rows_when_no_start_is_given(regime):
    plain, told = (Watched().run(regime, 0.3, rows=N + 6 * G, **start)[2] for start in ({}, {"start": N}))
    assert all(map(np.array_equal, plain, told))


def test_the_size_is_that_of_the_start_unless_it_is_given():
    texts = [f"text {place}" for place in range(30)]
    kept = run_chain(texts, list, lambda m, n, rng: m[:n], generations=2, start=7, rng=seeded())
    assert [len(rows) for rows in kept] == [7, 7, 7]


def test_a_pool_that_runs_out_is_refused_before_anything_is_fitted():
    model = Watched()
    with pytest.raises(ValueError, match=r"real must have 56 human rows .*20 to start with and 6 in each of 6 gen.*55"):
        model.run("fresh", 0.3, rows=N + 6 * G - 1)
    assert not model.fitted


@pytest.mark.parametrize("regime", ["fixed", "redrawn", "fresh"])
def test_a_share_of_nothing_is_replace(regime):
    expected = Watched().run("replace")[2]
    assert [rows.tolist() for rows in Watched().run(regime, 0.0)[2]] == [rows.tolist() for rows in expected]


def test_a_share_of_nothing_is_plain_accumulate():
    expected = Watched().run("accumulate", rows=30)[2]
    assert [rows.tolist() for rows in Watched().run("accumulate", 0.0, rows=30)[2]] == [r.tolist() for r in expected]


@pytest.mark.parametrize("regime", ["fixed", "redrawn", "fresh"])
def test_all_human_rows_ask_no_machine(regime):
    model = Watched()
    human, machine, _ = model.run(regime, 1.0, rows=N * (G + 1))
    assert all(len(h) == N for h in human[1:]) and not any(map(len, machine)) and not model.asked


def test_what_is_looked_at_is_machine_written_and_as_much_in_every_regime():
    for regime, share in (("replace", 0), ("accumulate", 0), ("fixed", 0.4), ("redrawn", 0.4), ("fresh", 0.4)):
        human, _, kept = Watched().run(regime, share, rows=200, look_at="machine")
        assert [len(rows) for rows in kept[1:]] == [N] * G
        assert not any(map(len, human[1:]))


def gaussian(**options):
    rng = seeded(1)
    real = rng.standard_normal((200, 2))
    options = dict(generations=5, size=40, regime="redrawn", real_share=0.3, rng=rng) | options
    return run_chain(real, fit_gaussian, draw_gaussian, **options)


def test_looking_does_not_change_the_chain():
    fitted = []

    def fit(rows):
        fitted[-1].append(rows.copy())
        return fit_gaussian(rows)

    for look_at in ("machine", "training"):
        fitted.append([])
        options = dict(generations=5, regime="redrawn", real_share=0.3, rng=seeded(1), look_at=look_at)
        run_chain(seeded(2).standard_normal((40, 3)), fit, draw_gaussian, **options)
    np.testing.assert_array_equal(*fitted)


# One result whatever way it is asked for


@pytest.mark.parametrize("regime", ["replace", "accumulate", "fixed", "redrawn", "fresh"])
@pytest.mark.parametrize("look_at", ["machine", "training"])
def test_measured_is_what_is_kept(regime, look_at):
    share = 0.25 if regime in ("fixed", "redrawn", "fresh") else 0
    kept, measured, same, other = (
        gaussian(regime=regime, real_share=share, look_at=look_at, rng=seeded(seed), measure=measure)
        for seed, measure in ((3, None), (3, np.sum), (3, np.sum), (4, np.sum))
    )
    assert measured["value"].tolist() == [rows.sum() for rows in kept] == same["value"].tolist()
    assert measured["value"].tolist() != other["value"].tolist()
    assert measured.index.name == "generation" and measured.index.tolist() == list(range(6))


@pytest.mark.parametrize("regime", ["replace", "accumulate", "fixed", "redrawn", "fresh"])
def test_arrays_tables_and_texts_give_the_same(regime):
    """The same bag of numbers as an array, a table, a list of texts."""
    options = dict(generations=4, size=30, regime=regime, real_share=0.2 if regime[0] in "f" else 0)
    if regime == "redrawn":
        options["real_share"] = 0.2
    numbers = seeded().permutation(60)

    def chain(real, take, back):
        def sample(rows, n, rng):
            return take(rows, rng.integers(len(rows), size=n))

        return [list(back(rows)) for rows in run_chain(real, lambda rows: rows, sample, rng=seeded(2), **options)]

    array = chain(numbers, lambda rows, i: rows[i], list)
    frame = pd.DataFrame({"a": numbers, "b": "x"}, index=numbers[::-1])
    assert chain(frame, lambda rows, i: rows.iloc[i], lambda rows: rows["a"]) == array
    assert chain(list(map(str, numbers)), lambda rows, i: [rows[j] for j in i], lambda rows: map(int, rows)) == array


def test_tables_keep_columns_types_and_a_plain_index():
    frame = pd.DataFrame({"a": [1, 2, 3], "b": ["x", "y", "z"]}, index=[7, 7, 7])
    for regime, share in (("accumulate", 0), ("fixed", 0.4), ("replace", 0)):
        options = dict(generations=2, regime=regime, real_share=share, rng=seeded(), look_at="training")
        kept = run_chain(frame, lambda rows: rows, lambda rows, n, rng: rows.sample(n, random_state=rng), **options)
        assert all(rows.dtypes.equals(frame.dtypes) for rows in kept)
        assert kept[0].index.tolist() == [0, 1, 2]
    assert frame.index.tolist() == [7, 7, 7]


def test_nobody_else_s_rows_are_touched():
    """A fit that sorts in place, and a sampler that returns the same array each time."""
    real = seeded().standard_normal(30)
    before, buffer = real.copy(), np.empty(30)

    def fit(rows):
        rows.sort()
        return rows.mean()

    def sample(mean, n, rng):
        buffer[:] = mean + rng.standard_normal(30)
        return buffer[:n]

    kept = run_chain(real, fit, sample, generations=3, rng=seeded(1))
    np.testing.assert_array_equal(real, before)
    np.testing.assert_array_equal(kept[0], before)
    assert len({rows.tobytes() for rows in kept}) == 4


def test_a_table_of_several_numbers_and_a_bar(capsys):
    options = dict(generations=2, rng=seeded(), measure=lambda rows: {"n": len(rows), "gap": math.nan}, progress=True)
    found = run_chain(np.arange(5.0), lambda rows: rows, redraw, **options)
    assert list(found.columns) == ["n", "gap"] and len(found) == 3
    assert "generations" in capsys.readouterr().err
    run_chain(np.arange(5.0), lambda rows: rows, redraw, **(options | {"progress": False}))
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("kind", [list, tuple])
def test_texts_in_any_sequence(kind):
    kept = run_chain(kind(["a", "b"]), lambda t: t, lambda t, n, rng: kind(t[:1] * n), generations=1, rng=seeded())
    assert kept == [["a", "b"], ["a", "a"]]


# Bad input: each sentence names the parameter, the rule, the value and the next step


def refuse(error, message, real=None, fit=lambda rows: rows, sample=redraw, **options):
    options = dict(generations=3, rng=seeded()) | options
    with pytest.raises(error, match=message):
        run_chain(np.arange(10.0) if real is None else real, fit, sample, **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"generations": 0}, r"generations must be a whole number, 1 or more; got 0\."),
        ({"generations": 2.5}, r"generations must be .*got 2\.5"),
        ({"generations": True}, "generations must be .*got True"),
        ({"size": 0}, r"size must be a whole number, 1 or more; got 0\."),
        ({"size": 3.0}, "size must be"),
        ({"regime": "refresh"}, "regime must be one of replace, accumulate, fixed, redrawn, fresh; got 'refresh'"),
        ({"regime": "fixed", "real_share": 1.1}, r"real_share must be a number, 0 to 1; got 1\.1"),
        ({"regime": "fixed", "real_share": -0.1}, r"real_share must be .*got -0\.1"),
        ({"regime": "fixed", "real_share": math.nan}, "real_share must be .*got nan"),
        ({"regime": "fixed", "real_share": [0.1]}, "real_share must be a number"),
        ({"regime": "fixed", "real_share": "10%"}, "real_share must be .*got '10%'"),
        ({"real_share": 0.1}, "real_share must be 0 under regime 'replace'.*got 0.1. Choose one of accumulate, fixed"),
        (
            {"regime": "fixed", "real_share": 0.04},
            "real_share must come to 1 row or more; 0.04 of size 10 is none.*0.1",
        ),
        ({"regime": "fresh", "real_share": 0.2}, "size must be given under regime 'fresh' with new human rows"),
        ({"regime": "accumulate", "real_share": 0.2}, "size must be given under regime 'accumulate' with new human"),
        ({"regime": "accumulate", "real_share": 0.5, "size": 5}, r"real must have 14 human rows .*got 10\. Bring more"),
        ({"regime": "fresh", "real_share": 0.5, "size": 5}, r"real must have 14 human rows .*got 10\. Bring more"),
        (
            {"regime": "fixed", "real_share": 0.5, "size": 40},
            "real must have 20 human rows to start with under regime 'fixed'; got 10",
        ),
        ({"regime": "redrawn", "real_share": 0.5, "size": 40}, "real must have 20 human rows"),
        ({"start": 0}, r"start must be a whole number, 1 or more; got 0\."),
        ({"start": 11}, "start must be at most 10, the rows of real; got 11"),
        (
            {"start": 4, "size": 10, "regime": "fixed", "real_share": 0.5},
            "real must have 5 human rows to start .*got 4",
        ),
        (
            {"start": 7, "size": 4, "regime": "fresh", "real_share": 0.5},
            r"13 human rows .*7 to start with and 2 in .*10",
        ),
        ({"look_at": "both"}, "look_at must be one of machine, training; got 'both'"),
        ({"real": np.array([1, math.nan])}, "real must have finite numbers and no gaps.*Drop or fill"),
        ({"real": np.array([1, math.inf])}, "real must have finite numbers"),
        ({"real": pd.DataFrame({"a": [1, None]})}, "real must have finite numbers and no gaps"),
        ({"real": pd.DataFrame({"a": [1, math.inf], "b": ["x", "y"]})}, "real must have finite numbers and no gaps"),
        ({"real": np.array([])}, "real must have 1 row or more; got none"),
        ({"real": []}, "real must have 1 row or more; got none"),
        ({"real": pd.DataFrame({"a": []})}, "real must have 1 row or more"),
        ({"sample": lambda m, n, rng: m[: n - 1]}, "must return 10 rows like those of real; got 9.*Draw again"),
        ({"sample": lambda m, n, rng: np.r_[m, m]}, "must return 10 rows .*got 20"),
        (
            {"sample": lambda m, n, rng: m * math.nan},
            "what sample returned must have finite numbers.*collapsed, or grown",
        ),
        ({"sample": lambda m, n, rng: m[:0]}, "what sample returned must have 1 row or more"),
        ({"sample": lambda m, n, rng: m[:, None]}, r"must return 10 rows like.*shape \(10, 1\) for rows of shape \(\)"),
        ({"sample": lambda m, n, rng: ["a"] * n}, "must return 10 rows like those of real; got list for ndarray"),
        ({"measure": lambda rows: {str(rows[0]): 1}}, "measure must return the same names each time"),
    ],
)
def test_values_that_are_refused(options, message):
    refuse(ValueError, message, **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rng": 0}, r"rng must be a numpy.random.Generator.*got 0"),
        ({"rng": None}, "rng must be a numpy.random.Generator"),
        ({"fit": None}, "fit must be a function; got None"),
        ({"sample": 3}, "sample must be a function; got 3"),
        ({"measure": "mean"}, "measure must be a function; got 'mean'"),
        ({"measure": lambda rows: None}, "measure must return a number or a mapping.*generation 0 'value' is None"),
        ({"measure": lambda rows: rows}, "measure must return a number"),
        ({"real": "a text"}, "real must be an array of numbers, a DataFrame or a list of texts; got str"),
        ({"real": [1, 2]}, r"real must be an array of numbers.*got list of int\. Wrap it: numpy.asarray"),
        ({"real": ["a", None]}, "real must be .*got NoneType at place 1 among texts. Drop or fill it"),
        ({"real": (np.ones((3, 2)), np.ones(3))}, r"got tuple of arrays.*numpy.column_stack\(\(X, y\)\)"),
        ({"real": (text for text in "ab")}, r"got generator\. Wrap it: list"),
        ({"real": np.array(["a"])}, "real must be .*got array of <U1.*tolist"),
        ({"real": pd.Series([1.0])}, r"got Series\. Wrap it: \.to_numpy\(\) for numbers, \.tolist\(\) for texts"),
        ({"real": np.array(1.0)}, "real must be"),
        ({"sample": lambda m, n, rng: None}, "what sample returned must be an array"),
        (
            {"sample": lambda m, n, rng: [1.0] * n},
            r"what sample returned must .*Wrap it: numpy.asarray\(\.\.\.\)\.\s+This was in",
        ),
    ],
)
def test_types_that_are_refused(options, message):
    refuse(TypeError, message, **options)


def test_other_columns_are_refused():
    frame = pd.DataFrame({"a": [1, 2], "b": [3, 4]})
    options = dict(generations=1, rng=seeded())
    with pytest.raises(ValueError, match=r"columns \['b', 'a'\] for \['a', 'b'\]"):
        run_chain(frame, lambda rows: rows, lambda rows, n, rng: rows[["b", "a"]], **options)


def test_a_failing_fit_says_in_which_generation():
    def fit(rows):
        if rows.std() < 0.5:
            raise ZeroDivisionError("the spread is gone")
        return rows

    with pytest.raises(ZeroDivisionError) as caught:
        run_chain(np.array([-1.0, 1.0]), fit, lambda rows, n, rng: rows * 0.8, generations=9, rng=seeded())
    assert caught.value.__notes__ == ["This was in generation 5 of 9, regime 'replace'."]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gaussian_log_variance(1, 3), "size must be a whole number, 2 or more; got 1"),
        (lambda: gaussian_log_variance(10, -1), "generations must be a number, 0 or more.*got -1"),
        (lambda: gaussian_log_variance(10, 1.5), "generations must be a whole number, 0 or more.*got 1.5"),
        (lambda: accumulated_variance(0), "size must be a whole number, 1 or more; got 0"),
        (lambda: accumulated_variance(10, -2), "generations must be .*got -2"),
        (lambda: fresh_error_ratio(1.2), "real_share must be a number, 0 to 1.*got 1.2"),
        (lambda: fresh_error_ratio([0.1, -1]), "real_share must be"),
        (lambda: fresh_error_ratio("a"), "real_share must be"),
        (lambda: best_real_weight(-1, 5), "n_real must be a number, 0 or more.*got -1"),
        (lambda: best_real_weight(0, 0), "n_real and n_machine must not both be 0"),
        (lambda: best_real_weight(1, math.inf), "n_machine must be"),
        (lambda: survival_probability(-1, 2), "count must be"),
        (lambda: survival_probability(1, 2.5), "generations must be a whole number"),
        (lambda: survival_probability(True, 2), "count must be"),
    ],
)
def test_formulas_refuse(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_formulas_take_arrays_and_give_numbers_for_numbers():
    assert all(
        isinstance(value, float)
        for value in (
            *gaussian_log_variance(np.int64(5), 3),
            accumulated_variance(5, 3),
            fresh_error_ratio(0.5),
            best_real_weight(1, 2),
            survival_probability(1, 2),
        )
    )
    assert gaussian_log_variance(5, range(4)).mean.shape == (4,)
    assert survival_probability([[1], [2]], [1, 2, 3]).shape == (2, 3)


def test_all_regimes_are_documented():
    assert all(f"`{regime}`" in run_chain.__doc__ for regime in collapse._REGIMES)
