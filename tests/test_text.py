"""Text: n-grams as a plain dictionary writes them, diversity and lost words by hand, every misuse gets a sentence."""

import math
from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.collapse import run_chain, survival_probability
from helpers.text import NgramModel, lost_words, tail_survival, text_diversity

TEXTS = ["a dog barks", "a cat sleeps", "the dog sleeps", "the dog barks at a cat", "a cat", "no", "a dog barks"]


def seeded(seed=0):
    return np.random.default_rng(seed)


class Plain:
    """The same model, slow: a dictionary from the words before to a list of what followed."""

    def __init__(self, order):
        self.order, self.after = order, defaultdict(list)

    def fit(self, texts):
        for text in texts:
            words = [None] * (self.order - 1) + text.split() + [None]
            for place in range(self.order - 1, len(words)):
                self.after[tuple(words[place - self.order + 1 : place])].append(words[place])
        return self

    def sample(self, n, rng):
        written = []
        for _ in range(n):
            words = [None] * (self.order - 1)
            while True:
                choices = self.after[tuple(words[len(words) - self.order + 1 :])]
                word = choices[rng.integers(len(choices))]
                if word is None:
                    break
                words.append(word)
            written.append(" ".join(words[self.order - 1 :]))
        return written


def same_distribution(one, other):
    """Chi-square over the texts; those that are rare count as one."""
    names = Counter(one) + Counter(other)
    kept = [name for name, count in names.items() if count >= 20]
    table = [[Counter(texts)[name] for name in kept] for texts in (one, other)]
    table = [[*row, len(texts) - sum(row)] for row, texts in zip(table, (one, other), strict=True)]
    table = np.array(table)[:, np.sum(table, axis=0) > 0]
    return stats.chi2_contingency(table).pvalue


@pytest.mark.parametrize("order", [2, 3, 4, 6])
@pytest.mark.parametrize("texts", [TEXTS, ["", *TEXTS, " "], ["a a a b", "a a b a", "b a"], ["x"]])
def test_writes_what_a_plain_dictionary_writes(order, texts):
    fast = NgramModel(order).fit(texts).sample(6000, seeded(1))
    slow = Plain(order).fit(texts).sample(6000, seeded(2))
    assert set(fast) == set(slow) or order == 2 or "a a a b" in texts
    assert len(set(slow)) == 1 or same_distribution(fast, slow) > 0.01


def test_texts_of_one_kind_only_follow_what_was_seen():
    """Every run of `order` words, with start and end, is one of the training texts; on a larger corpus."""
    rng = seeded(3)
    corpus = [" ".join(f"w{word}" for word in rng.zipf(1.5, rng.integers(1, 15)) % 40) for _ in range(300)]
    for order in (2, 3, 5):
        seen = set(Plain(order).fit(corpus).after)
        found = Plain(order).fit(NgramModel(order).fit(corpus).sample(500, seeded(4)))
        assert set(found.after) <= seen
        pairs = {(key, word) for key, words in Plain(order).fit(corpus).after.items() for word in words}
        assert {(key, word) for key, words in found.after.items() for word in words} <= pairs


@pytest.mark.parametrize("order", [2, 3])
def test_each_step_has_the_shares_of_the_training_texts(order):
    rng = seeded(5)
    corpus = [" ".join(f"w{word}" for word in rng.integers(0, 5, rng.integers(0, 8))) for _ in range(120)]
    expected = Plain(order).fit(corpus).after
    found = Plain(order).fit(NgramModel(order).fit(corpus).sample(20_000, seeded(6))).after
    low = 0
    for context, words in expected.items():
        shares = Counter(words)
        counts = Counter(found[context])
        total = len(found[context])
        if total < 300 or len(shares) == 1:
            continue
        low += 1
        names = list(shares)
        pvalue = stats.chisquare([counts[n] for n in names], [total * shares[n] / len(words) for n in names]).pvalue
        assert pvalue > 1e-4, context
    assert low > 4


def test_long_contexts_over_many_words_stay_apart():
    """65,535 words and the end: five of them in a row are 80 bits, more than a whole number of numpy holds."""
    texts = ["a b c d e g", "a b c d f h", " ".join(f"w{word}" for word in range(65_535 - 8))]
    written = NgramModel(6).fit(texts).sample(200, seeded())
    assert len(set(" ".join(texts).split())) == 65_535
    assert set(written) == set(texts)


def test_the_default_order_is_three():
    assert NgramModel().order == 3
    assert NgramModel().fit(TEXTS).sample(50, seeded()) == NgramModel(3).fit(TEXTS).sample(50, seeded())


def test_order_one_draws_words_and_lengths_apart():
    written = NgramModel(1).fit(TEXTS).sample(5000, seeded(7))
    lengths = Counter(len(text.split()) for text in written)
    assert set(lengths) == {1, 2, 3, 6}
    expected = [5000 * share / 7 for share in (1, 1, 4, 1)]
    assert stats.chisquare([lengths[k] for k in (1, 2, 3, 6)], expected).pvalue > 0.01
    words, was = Counter(" ".join(written).split()), Counter(" ".join(TEXTS).split())
    total = sum(words.values())
    names = list(was)
    expected = [total * was[n] / sum(was.values()) for n in names]
    assert stats.chisquare([words[n] for n in names], expected).pvalue > 0.01
    second = Counter(text.split()[1] for text in written if len(text.split()) > 1)
    assert second["no"] > 0, "no word knows its place"


def test_words_die_as_wright_and_fisher_say():
    """GT6: an order-1 model of texts of one word is the exact process; hapaxes within 2% over the runs."""
    rng, runs = seeded(8), 4
    corpus = [f"once{i}" for i in range(6000)] + [f"five{i}" for i in range(1000) for _ in range(5)]
    left = np.zeros((2, 9))
    for _ in range(runs):
        kept = run_chain(corpus, NgramModel(1).fit, NgramModel.sample, generations=8, rng=rng)
        for generation, texts in enumerate(kept):
            there = set(texts)
            left[:, generation] += [sum(word.startswith(kind) for word in there) for kind in ("once", "five")]
    assert len(kept[-1]) == len(corpus)
    np.testing.assert_allclose(left[0] / 6000 / runs, survival_probability(1, range(9)), rtol=0.04)
    np.testing.assert_allclose(left[1] / 1000 / runs, survival_probability(5, range(9)), rtol=0.04)
    assert left[0, 1] / 6000 / runs == pytest.approx(1 - (1 - 1 / len(corpus)) ** len(corpus), rel=0.02)


def test_a_trigram_chain_loses_words_and_finds_no_new_ones():
    rng = seeded(9)
    corpus = [" ".join(f"w{word}" for word in rng.zipf(1.3, 12) % 3000) for _ in range(400)]
    kept = run_chain(corpus, NgramModel().fit, NgramModel.sample, generations=5, rng=rng)
    vocabularies = [set(" ".join(texts).split()) for texts in kept]
    for before, after in pairwise(vocabularies):
        assert after < before


@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_generator_alone_decides(order):
    model = NgramModel(order).fit(TEXTS)
    first = model.sample(40, seeded(1))
    assert first == model.sample(40, seeded(1)) == NgramModel(order).fit(TEXTS).sample(40, seeded(1))
    assert first != model.sample(40, seeded(2))
    rng = seeded(1)
    assert model.sample(40, rng) == first and model.sample(40, rng) != first
    assert model.sample(0, seeded()) == []


@pytest.mark.parametrize("kind", [tuple, np.array, pd.Series, iter])
@pytest.mark.parametrize("order", [1, 3])
def test_any_sequence_and_any_white_space(kind, order):
    expected = NgramModel(order).fit(TEXTS).sample(30, seeded())
    assert (
        NgramModel(order).fit(kind([f" {text}\t\n".replace(" ", "  ") for text in TEXTS])).sample(30, seeded())
        == expected
    )
    assert NgramModel(order).fit(kind(["", "", *TEXTS])).sample(200, seeded()).count("") > 0


def test_fitting_again_forgets():
    model = NgramModel(2).fit(TEXTS)
    model.sample(3, seeded())
    assert model.fit(["x y"]).sample(2, seeded()) == ["x y", "x y"]


# Measures


def test_diversity_by_hand():
    found = text_diversity(["a dog barks", "a dog sleeps now", "a cat", "a dog barks"])
    assert found == pytest.approx(
        {
            "words": 12,
            "distinct_words": 6,
            "seen_once": 3 / 6,
            "mean_length": 3,
            "length_sd": np.std([3, 4, 2, 3], ddof=1),
            "distinct_openings": 2 / 4,
            "distinct_texts": 3 / 4,
        }
    )
    assert text_diversity(["a b", "a c"], opening=1)["distinct_openings"] == 1 / 2
    assert text_diversity(["a b", "a c", "a"], opening=9)["distinct_openings"] == 1
    assert text_diversity(["one"])["length_sd"] == 0


def test_distinct_words_in_the_first_words():
    texts = ["a b a", "c d", "a"]
    assert [text_diversity(texts, first_words=n)["distinct_words"] for n in range(1, 7)] == [1, 2, 2, 3, 4, 4]
    assert text_diversity(texts, first_words=3)["seen_once"] == 1 / 2
    assert text_diversity(texts, first_words=3)["words"] == 6


def test_survival_by_hand():
    reference = ["a a b", "c d d", "e"]
    assert tail_survival(reference, ["a b x"]) == pytest.approx(
        {"rare_words": 3, "rare_kept": 1 / 3, "words_kept": 2 / 5, "unseen": 4 / 7}
    )
    assert tail_survival(reference, reference) == {"rare_words": 3, "rare_kept": 1, "words_kept": 1, "unseen": 0}
    assert tail_survival(reference, ["x"])["unseen"] == 1
    assert tail_survival(reference, ["d"], at_most=2)["rare_words"] == 5
    assert tail_survival(reference, ["d"], at_most=2)["rare_kept"] == 1 / 5
    assert lost_words(reference, ["a b x"]) == ["c", "e"]
    assert lost_words(reference, ["a b x"], at_most=2) == ["c", "d", "e"]
    assert lost_words(["a a"], ["b"]) == []


def test_words_do_not_run_together_over_texts():
    assert tail_survival(["a b", "c"], ["bc"])["rare_kept"] == 0


def test_the_measures_make_columns_of_a_chain():
    found = run_chain(TEXTS, NgramModel().fit, NgramModel.sample, generations=2, rng=seeded(), measure=text_diversity)
    assert found["distinct_words"][0] == text_diversity(TEXTS)["distinct_words"]
    assert list(found.columns) == list(text_diversity(TEXTS))


# Bad input

CALLS = {
    "texts": [lambda texts: NgramModel().fit(texts), text_diversity],
    "reference": [lambda texts: tail_survival(texts, TEXTS), lambda texts: lost_words(texts, TEXTS)],
    "current": [lambda texts: tail_survival(TEXTS, texts), lambda texts: lost_words(TEXTS, texts)],
}


@pytest.mark.parametrize(("name", "call"), [(name, call) for name, calls in CALLS.items() for call in calls])
def test_texts_that_are_refused(name, call):
    for empty in ([], ["", " \n"]):
        with pytest.raises(ValueError, match=rf"{name} must hold a word or more; got {len(empty)} texts without any"):
            call(empty)
    with pytest.raises(ValueError, match=rf"{name} must not hold the character '\\x00'.*Remove"):
        call(["a", "b \0 c"])
    with pytest.raises(TypeError, match=rf"{name} must be a list of texts; got a single text. Write \[text\]"):
        call("a text")
    for table in (pd.DataFrame({"text": TEXTS}), {"text": TEXTS}):
        with pytest.raises(TypeError, match=rf"{name} must be a list of texts; got a table.*df\['text'\]"):
            call(table)
    for gap in (None, math.nan, 3, ["a"]):
        with pytest.raises(TypeError, match=rf"{name} must hold texts only; place 1 is .*Drop or fill"):
            call(["a", gap])


@pytest.mark.parametrize("order", [0, -1, 9, 2.0, True, "3", None])
def test_orders_that_are_refused(order):
    with pytest.raises(ValueError, match=r"order must be a whole number, 1 to 8; got"):
        NgramModel(order)


@pytest.mark.parametrize("n", [-1, 2.0, True, None])
def test_numbers_of_texts_that_are_refused(n):
    with pytest.raises(ValueError, match="n must be a whole number, 0 or more; got"):
        NgramModel().fit(TEXTS).sample(n, seeded())


def test_other_misuse():
    with pytest.raises(ValueError, match=r"must be fitted before it writes. Call fit\(texts\)"):
        NgramModel().sample(1, seeded())
    with pytest.raises(TypeError, match=r"rng must be a numpy.random.Generator.*got 0"):
        NgramModel().fit(TEXTS).sample(1, 0)
    with pytest.raises(ValueError, match="opening must be a whole number, 1 or more; got 0"):
        text_diversity(TEXTS, opening=0)
    with pytest.raises(ValueError, match="first_words must be a whole number, 1 or more; got 0"):
        text_diversity(TEXTS, first_words=0)
    with pytest.raises(ValueError, match=r"first_words must be at most the 1 words there are; got 2. Take fewer"):
        text_diversity(["a"], first_words=2)
    with pytest.raises(ValueError, match="at_most must be a whole number, 1 or more; got 0"):
        tail_survival(TEXTS, TEXTS, at_most=0)
    with pytest.raises(ValueError, match=r"reference must have words that occur at most 1 times.*Raise at_most"):
        tail_survival(["a a"], TEXTS)
