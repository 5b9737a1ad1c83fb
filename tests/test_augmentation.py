"""Augmentation: pixels as scipy makes them, texts and names that stay whole, and every misuse gets a sentence."""

from collections import Counter
from copy import deepcopy

import numpy as np
import pandas as pd
import pytest
from scipy import ndimage, stats
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_score

from helpers import augmentation
from helpers.augmentation import (
    augment,
    copy_folds,
    drop_words,
    flip_images,
    label_change_rate,
    rotate_images,
    shift_images,
    swap_entities,
    swap_words,
)

SIZES = [(8, 8), (5, 9), (9, 4), (1, 1), (1, 6), (28, 28)]
IMAGE_TRANSFORMS = [shift_images, rotate_images, flip_images]
TEXT_TRANSFORMS = [drop_words, swap_words]


def seeded(seed=0):
    return np.random.default_rng(seed)


class Fixed(np.random.Generator):
    """A generator that draws the same number always."""

    def __new__(cls, value):
        return super().__new__(cls, np.random.PCG64(0))

    def __init__(self, value):
        super().__init__(np.random.PCG64(0))
        self.value = value

    def uniform(self, low, high, size):
        return np.full(size, self.value)


# Images


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("max_pixels", [0.6, 1, 2.7, 40])
def test_shift_is_the_one_of_scipy(size, max_pixels):
    images = seeded(1).random((40, *size))
    shifts = seeded(2).uniform(-max_pixels, max_pixels, (2, 40)).T
    expected = [
        ndimage.shift(image, by, order=1, mode="grid-constant") for image, by in zip(images, shifts, strict=True)
    ]
    np.testing.assert_allclose(shift_images(images, seeded(2), max_pixels), expected, atol=1e-12)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("max_degrees", [8, 60, 180])
def test_rotation_is_the_one_of_scipy(size, max_degrees):
    images = seeded(1).random((40, *size))
    angles = np.deg2rad(seeded(2).uniform(-max_degrees, max_degrees, 40))
    middle = (np.array(size) - 1) / 2
    expected = []
    for image, angle in zip(images, angles, strict=True):
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        expected.append(
            ndimage.affine_transform(image, turn, middle - turn @ middle, order=1, mode="grid-constant", cval=0)
        )
    np.testing.assert_allclose(rotate_images(images, seeded(2), max_degrees), expected, atol=1e-10)


def test_rotation_by_right_angles():
    images = seeded().random((3, 6, 6))
    np.testing.assert_allclose(rotate_images(images, Fixed(90), 180), np.rot90(images, -1, (1, 2)), atol=1e-12)
    np.testing.assert_allclose(rotate_images(images, Fixed(-90), 180), np.rot90(images, 1, (1, 2)), atol=1e-12)
    np.testing.assert_allclose(rotate_images(images[:, :4], Fixed(180), 180), images[:, 3::-1, ::-1], atol=1e-12)


def test_shift_by_hand():
    image = np.array([[[0, 0, 0], [0, 8, 0], [0, 0, 0]]])
    assert shift_images(image, Fixed(0.25)).tolist() == [[[0, 0, 0], [0, 4.5, 1.5], [0, 1.5, 0.5]]]
    assert shift_images(image, Fixed(-1), 1).tolist() == [[[8, 0, 0], [0, 0, 0], [0, 0, 0]]]


def test_shifts_are_even_within_the_limit_in_both_directions():
    """Measured on the images: a shift moves the centre of mass of a dot by as much, and keeps its ink."""
    dots = np.zeros((3000, 9, 11))
    dots[:, 4, 5] = 7
    moved = shift_images(dots, seeded(3), 2.5)
    np.testing.assert_allclose(moved.sum(axis=(1, 2)), 7)
    down = (moved.sum(axis=2) @ np.arange(9)) / 7 - 4
    right = (moved.sum(axis=1) @ np.arange(11)) / 7 - 5
    for by in (down, right):
        assert np.abs(by).max() <= 2.5 + 1e-9
        assert stats.kstest(by, stats.uniform(-2.5, 5).cdf).pvalue > 0.01
    assert abs(np.corrcoef(down, right)[0, 1]) < 0.06


def test_angles_are_even_within_the_limit_both_ways():
    y, x = np.mgrid[:61, :61] - 30
    blob = np.exp(-((y**2 + (x - 18) ** 2) / 18))
    turned = rotate_images(np.tile(blob, (600, 1, 1)), seeded(4), 20)
    ink = turned.sum(axis=(1, 2))
    np.testing.assert_allclose(ink, blob.sum(), rtol=1e-3)
    angles = np.rad2deg(np.arctan2((turned * y).sum(axis=(1, 2)), (turned * x).sum(axis=(1, 2))))
    assert np.abs(angles).max() <= 20.01
    assert stats.kstest(angles, stats.uniform(-20, 40).cdf).pvalue > 0.01


@pytest.mark.parametrize(("transform", "limit"), [(shift_images, 0.6), (rotate_images, 8.0)])
def test_default_limits(transform, limit):
    images = seeded().random((20, 8, 8))
    assert np.array_equal(transform(images, seeded(5)), transform(images, seeded(5), limit))


@pytest.mark.parametrize("transform", [shift_images, rotate_images])
def test_a_limit_of_zero_changes_nothing(transform):
    images = seeded().random((20, 7, 8))
    np.testing.assert_allclose(transform(images, seeded(), 0), images, atol=1e-12)


def test_flips_mirror_left_to_right_and_twice_is_never():
    images = seeded().random((20, 3, 5))
    flipped = flip_images(images, seeded())
    assert np.array_equal(flipped, np.flip(images, axis=2))
    assert np.array_equal(flip_images(flipped, seeded()), images)


@pytest.mark.parametrize("share", [0, 0.3, 1])
def test_share_of_flips(share):
    images = np.tile([[[1.0, 2.0]]], (4000, 1, 1))
    flipped = flip_images(images, seeded(), share)[:, 0]
    assert {tuple(row) for row in flipped.tolist()} <= {(1, 2), (2, 1)}
    assert (flipped[:, 0] == 2).mean() == pytest.approx(share, abs=0.03 if 0 < share < 1 else 0)


@pytest.mark.parametrize("transform", IMAGE_TRANSFORMS)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("dtype", "expected"),
    [
        (bool, np.float32),
        (np.uint8, np.float32),
        (np.int64, np.float64),
        (np.float16, np.float32),
        (np.float32, np.float32),
        (np.float64, np.float64),
        (">f8", np.float64),
    ],
)
def test_any_size_and_type_and_the_input_stays(transform, size, dtype, expected):
    images = seeded().integers(0, 200, (6, *size)).astype(dtype)
    before = images.copy()
    changed = transform(images, seeded(1))
    assert changed.shape == images.shape
    assert changed.dtype == expected
    assert not np.shares_memory(changed, images)
    assert np.array_equal(images, before)
    np.testing.assert_allclose(changed, transform(before.astype(expected), seeded(1)), atol=2e-3)
    assert transform(images[:0], seeded()).shape == (0, *size)


@pytest.mark.parametrize("transform", IMAGE_TRANSFORMS)
def test_input_in_any_memory_order(transform):
    images = seeded().random((6, 5, 7))
    expected = transform(images, seeded(1))
    np.testing.assert_allclose(transform(np.asfortranarray(images), seeded(1)), expected, atol=1e-12)
    np.testing.assert_allclose(transform(images.tolist(), seeded(1)), expected, atol=1e-12)


@pytest.mark.parametrize("transform", [shift_images, rotate_images])
def test_blocks_do_not_show(transform, monkeypatch):
    images = seeded().random((50, 6, 9))
    expected = transform(images, seeded(1))
    for pixels in (1, 500, 10**9):
        monkeypatch.setattr(augmentation, "_BLOCK_PIXELS", pixels)
        np.testing.assert_allclose(transform(images, seeded(1)), expected, atol=1e-12)


@pytest.mark.parametrize(
    ("transform", "items"),
    [(t, seeded(9).random((30, 8, 8))) for t in (shift_images, rotate_images)]
    + [(lambda X, rng: flip_images(X, rng, 0.5), seeded(9).random((30, 8, 8)))]
    + [(t, ["one two three four five six seven eight nine ten"] * 30) for t in TEXT_TRANSFORMS],
)
def test_the_generator_alone_decides(transform, items):
    first = np.asarray(transform(items, seeded(1)))
    assert np.array_equal(first, transform(items, seeded(1)))
    assert not np.array_equal(first, transform(items, seeded(2)))
    rng = seeded(1)
    assert np.array_equal(first, transform(items, rng))
    assert not np.array_equal(first, transform(items, rng)), "the second copy is another one"


# Texts


def in_order(left, words):
    """Whether left is what remains of words, in their order."""
    words = iter(words)
    return all(word in words for word in left)


@pytest.mark.parametrize("share", [0, 0.15, 0.6, 0.95, 1])
def test_drop_words_keeps_order_and_a_word(share):
    texts = [" ".join(f"w{word}" for word in range(length)) for length in seeded().integers(1, 30, 500)]
    dropped = drop_words(texts, seeded(1), share)
    assert len(dropped) == len(texts)
    for old, new in zip(texts, dropped, strict=True):
        assert new
        assert in_order(new.split(), old.split())
        if share in (0, 1):
            assert len(new.split()) == (1 if share else len(old.split()))


@pytest.mark.parametrize("share", [None, 0.15, 0.5])
def test_every_word_is_as_likely_to_be_dropped(share):
    texts = [" ".join("abcdefghijkl")] * 5000
    dropped = drop_words(texts, seeded(1)) if share is None else drop_words(texts, seeded(1), share)
    kept = Counter(word for text in dropped for word in text.split())
    assert [kept[word] / 5000 for word in "abcdefghijkl"] == pytest.approx([1 - (share or 0.15)] * 12, abs=0.025)


def test_the_word_that_stays_is_any():
    stayed = Counter(drop_words(["a b c"] * 3000, seeded(1), 1))
    assert set(stayed) == {"a", "b", "c"}
    assert stats.chisquare(list(stayed.values())).pvalue > 0.01


@pytest.mark.parametrize("transform", TEXT_TRANSFORMS)
def test_short_texts_and_white_space(transform):
    assert transform(["", "  \n", " word\t", "word"], seeded()) == ["", "", "word", "word"]
    assert transform([], seeded()) == []
    assert len(transform(["  a \n b\tc  "] * 5, seeded())) == 5
    assert not any("  " in text or "\n" in text or text != text.strip() for text in transform(["  a \n b  "], seeded()))


@pytest.mark.parametrize("transform", TEXT_TRANSFORMS)
@pytest.mark.parametrize("kind", [tuple, np.array, pd.Series, iter])
def test_any_sequence_of_texts(transform, kind):
    texts = ["one two three four", "five six seven"] * 20
    assert transform(kind(texts), seeded(1)) == transform(texts, seeded(1))


@pytest.mark.parametrize("swaps", [1, 2, 7])
def test_swap_words_keeps_the_words(swaps):
    texts = [" ".join(seeded(k).choice(list("abcd"), length)) for k, length in enumerate(seeded().integers(0, 12, 300))]
    for old, new in zip(texts, swap_words(texts, seeded(1), swaps), strict=True):
        assert Counter(new.split()) == Counter(old.split())


def test_one_swap_takes_every_pair_of_places_as_often():
    words = list("abcde")
    pairs = Counter()
    for text in swap_words([" ".join(words)] * 6000, seeded(1)):
        moved = tuple(place for place, word in enumerate(text.split()) if word != words[place])
        assert len(moved) == 2
        pairs[moved] += 1
    assert len(pairs) == 10
    assert stats.chisquare(list(pairs.values())).pvalue > 0.01


def test_swaps_follow_each_other():
    """Two words change places at every swap; of three, two swaps make all even orders, a third of them the first."""
    assert swap_words(["a b"], seeded(), 2) == ["a b"]
    assert swap_words(["a b"], seeded(), np.int64(3)) == ["b a"]
    orders = Counter(swap_words(["a b c"] * 3000, seeded(1), 2))
    assert set(orders) == {"a b c", "b c a", "c a b"}
    assert stats.chisquare(list(orders.values())).pvalue > 0.01


# Named entities


NAMES = {"PER": ["p1", "p2 p3", "p4 p5 p6"], "LOC": ["l1  l2", "l3"]}


def entities_in(words, tags):
    """[(kind, words)], what is no entity word by word with kind O; an I- that continues nothing begins."""
    found, last = [], "O"
    for word, tag in zip(words, tags, strict=True):
        if tag != "O" and tag[0] == "I" and last[2:] == tag[2:]:
            found[-1][1].append(word)
        else:
            found.append((tag[2:] or "O", [word]))
        last = tag
    return found


def random_sentences(rng, count=60):
    """Any tags in any order: I- without B-, entities beside each other, empty sentences."""
    kinds = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-X-Y", "I-X-Y"]
    tags = [rng.choice(kinds, rng.integers(0, 12)).tolist() for _ in range(count)]
    return [[f"w{row}_{place}" for place in range(len(labels))] for row, labels in enumerate(tags)], tags


@pytest.mark.parametrize("seed", range(20))
def test_entities_change_and_all_else_stays_in_line(seed):
    tokens, tags = random_sentences(seeded(seed))
    before = deepcopy((tokens, tags, NAMES))
    new_tokens, new_tags = swap_entities(tokens, tags, seeded(seed), NAMES)
    assert (tokens, tags, NAMES) == before
    assert len(new_tokens) == len(new_tags) == len(tokens)
    used = set()
    for sentence in zip(tokens, tags, new_tokens, new_tags, strict=True):
        old, new = entities_in(*sentence[:2]), entities_in(*sentence[2:])
        assert [kind for kind, _ in old] == [kind for kind, _ in new]
        assert sum(tag[0] == "B" for tag in sentence[3]) == sum(kind != "O" for kind, _ in new), "every one has its B-"
        for (kind, words), (_, name) in zip(old, new, strict=True):
            if kind in NAMES:
                assert name in [one.split() for one in NAMES[kind]]
                used.add(" ".join(name))
            else:
                assert name == words
    assert used == {"p1", "p2 p3", "p4 p5 p6", "l1 l2", "l3"}


def test_entities_of_the_data_keep_their_kind_and_mix():
    tokens, tags = random_sentences(seeded(1))
    own = {(kind, *words) for pair in zip(tokens, tags, strict=True) for kind, words in entities_in(*pair)}
    seen, moved = set(), 0
    for seed in range(40):
        for row, pair in enumerate(zip(*swap_entities(tokens, tags, seeded(seed)), strict=True)):
            for kind, words in entities_in(*pair):
                assert (kind, *words) in own
                seen.add((kind, *words))
                moved += kind != "O" and not words[0].startswith(f"w{row}_")
    assert seen == own
    assert moved > 100


def test_names_of_no_kind_that_is_tagged():
    words = r"entities must have names for a kind that is tagged; it has PERSON, tagged are PER, LOC\. Rename one"
    with pytest.raises(ValueError, match=words):
        swap_entities([["Ann", "Rome"]], [["B-PER", "B-LOC"]], seeded(), {"PERSON": ["Li Na"]})


def test_a_word_with_a_space_stays_one_word():
    tokens, tags = [["New York", "is", "big"]], [["B-LOC", "O", "O"]]
    assert swap_entities(tokens, tags, seeded()) == (tokens, tags)


def test_names_are_drawn_as_often():
    tokens, _ = swap_entities([["x"]] * 3000, [["B-A"]] * 3000, seeded(1), {"A": ["a", "b", "c"]})
    assert stats.chisquare(list(Counter(words[0] for words in tokens).values())).pvalue > 0.01


def test_entities_by_hand():
    tokens, tags = [["Ann", "Bo", "Lee", "in", "Rome"]], [["B-PER", "B-PER", "I-PER", "O", "I-LOC"]]
    assert swap_entities(tokens, tags, seeded(), {"PER": ["Li Na"], "LOC": [], "ORG": ["UN"]}) == (
        [["Li", "Na", "Li", "Na", "in", "Rome"]],
        [["B-PER", "I-PER", "B-PER", "I-PER", "O", "B-LOC"]],
    )
    assert swap_entities([["a", "b"]], [["B-X", "I-Y"]], seeded(), {"Y": np.array(["c d"])}) == (
        [["a", "c", "d"]],
        [["B-X", "B-Y", "I-Y"]],
    )
    assert swap_entities([], [], seeded()) == ([], [])
    assert swap_entities([[]], [[]], seeded()) == ([[]], [[]])
    assert swap_entities([["a"]], [["O"]], seeded(), {}) == ([["a"]], [["O"]])


# Copies and the check


def numbered(X, rng):
    """Mark every copy with a number that is drawn once a call."""
    mark = int(rng.integers(1000)) / 1000
    return X + mark if isinstance(X, np.ndarray) else [f"{text} {mark}" for text in X]


def test_row_i_plus_k_n_is_copy_k_of_item_i():
    X, rng = np.arange(5.0)[:, None, None] * np.ones((1, 2, 3)), seeded()
    marks = [int(rng.integers(1000)) / 1000 for _ in range(3)]
    more, labels = augment(X, list("abcde"), numbered, 3, seeded())
    assert more.shape == (20, 2, 3)
    assert labels.tolist() == list("abcde") * 4
    for i in range(5):
        for k, mark in enumerate([0, *marks]):
            assert np.all(more[i + k * 5] == i + mark)
    texts, labels = augment(["x", "y"], (1, 0), numbered, 3, seeded())
    assert texts == ["x", "y", *(f"{text} {mark}" for mark in marks for text in "xy")]
    assert labels.tolist() == [1, 0] * 4
    assert len(set(marks)) == 3


def test_augment_leaves_its_input_alone_and_calls_once_a_copy():
    X, y, calls = ["a b", "c d"], [0, 1], []
    augment(X, y, lambda X, rng: calls.append(1) or list(X), np.int64(4), seeded())
    assert (X, y) == (["a b", "c d"], [0, 1])
    assert len(calls) == 4


@pytest.mark.parametrize("kind", [list, tuple, np.array, pd.Series, lambda texts: np.array(texts, dtype=object)])
def test_augment_takes_texts_as_they_come(kind):
    texts = ["good film", "what a long word"]
    more, labels = augment(kind(texts), pd.Series([1, 0], index=[7, 8]), swap_words, 1, seeded(1))
    assert list(more) == texts + swap_words(texts, seeded(1))
    assert labels.tolist() == [1, 0, 1, 0]


def test_augment_real_pictures():
    images = seeded().integers(0, 16, (4, 8, 8))
    more, _ = augment(images, range(4), shift_images, 2, seeded(1))
    rng = seeded(1)
    assert np.array_equal(more, np.concatenate([images, shift_images(images, rng), shift_images(images, rng)]))


class First:
    """A model whose answer is the first column."""

    def predict(self, X):
        return X[:, 0]


def turn(X, rng):
    return X[:, ::-1]


def test_label_change_rate_by_hand():
    """Wrong before: the last. Wrong after: the first two. With one pair more of each kind: (2 - 1) / 6 -+ 1.96 se."""
    X = np.array([[0, 1], [0, 1], [0, 0], [1, 0]])
    result = label_change_rate(First(), X, np.zeros(4), turn, seeded())
    assert result._fields == ("rate", "base_rate", "excess", "low", "high")
    assert result == pytest.approx((0.5, 0.25, 0.25, 1 / 6 - 0.718171, 1 / 6 + 0.718171), abs=1e-5)
    assert all(type(value) is float for value in result)


def test_label_change_rate_against_a_published_value():
    """The example of ci.prop.ps in the R package statpsych: 26 turned wrong, 4 turned right, of 48."""
    X = np.array([[0, 1]] * 26 + [[1, 0]] * 4 + [[1, 1]] * 6 + [[0, 0]] * 12)
    result = label_change_rate(First(), X, np.zeros(48), turn, seeded())
    assert (result.low, result.high) == pytest.approx((0.2548067, 0.6251933), abs=1e-4)


@pytest.mark.parametrize("items", [1, 5, 1000])
def test_no_change_in_few_items_is_not_certainty(items):
    result = label_change_rate(First(), np.zeros((items, 2)), np.zeros(items), turn, seeded())
    assert result[:3] == (0, 0, 0)
    assert result.low == -result.high
    assert result.high == pytest.approx(1.96 * np.sqrt(2) / (items + 2) if items > 1 else 0.924, abs=1e-3)


def test_the_interval_stays_within_what_a_share_can_be():
    result = label_change_rate(First(), np.array([[0, 1]]), [0], turn, seeded())
    assert result[:3] == (1, 0, 1)
    assert -1 <= result.low < 0 < result.high == 1


class Says:
    """A model that says what it is told."""

    def __init__(self, labels):
        self.labels = labels

    def predict(self, X):
        return self.labels


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (np.zeros((4, 1)), r"one label for each of 4 items; got shape \(4, 1\).*ravel"),
        (np.zeros((4, 2)), r"got shape \(4, 2\). Of probabilities take the most likely class"),
        ([0, 0, 0], r"got shape \(3,\)"),
        (["0"] * 4, "labels as in y; y has 0, the model says '0'. Text is no number"),
        ([None] * 4, "y has 0, the model says None"),
        ([0.3] * 4, "y has 0, the model says 0.3"),
    ],
)
def test_what_a_model_predicts_is_checked(labels, words):
    with pytest.raises(ValueError, match=words):
        label_change_rate(Says(labels), np.zeros((4, 2)), [0, 0, 0, 0], turn, seeded())


def test_a_model_may_be_a_function():
    X = np.array([[0, 1], [0, 1], [0, 0], [1, 0]])
    by_function = label_change_rate(lambda X: X[:, 0], X, np.zeros(4), turn, seeded())
    assert by_function == label_change_rate(First(), X, np.zeros(4), turn, seeded())
    with pytest.raises(TypeError, match="model must be a function, or have a method predict; got int"):
        label_change_rate(3, X, np.zeros(4), turn, seeded())


def test_label_change_rate_of_texts():
    class Ends:
        def predict(self, texts):
            return [text.split()[-1] for text in texts]

    result = label_change_rate(Ends(), ["not good", "very bad"], ["good", "good"], swap_words, seeded())
    assert result[:3] == (1, 0.5, 0.5)


@pytest.mark.parametrize(("both", "before", "after"), [(0.1, 0.05, 0.05), (0.05, 0.05, 0.2), (0.3, 0.2, 0.02)])
def test_interval_covers(both, before, after):
    """The two rates are of the same items: an interval for independent ones would be wider."""
    rng, held, width = seeded(1), 0, []
    cases = np.array([[1, 1], [1, 0], [0, 1], [0, 0]])
    for _ in range(1500):
        X = cases[rng.choice(4, 200, p=[both, before, after, 1 - both - before - after])]
        result = label_change_rate(First(), X, np.zeros(200), turn, rng)
        held += result.low <= after - before <= result.high
        width.append(result.high - result.low)
    assert 0.93 <= held / 1500 <= 0.97
    paired = 2 * 1.96 * np.sqrt((before + after - (after - before) ** 2) / 200)
    assert np.mean(width) == pytest.approx(paired, rel=0.05)


# Misuse


IMAGES, TEXTS, RNG = np.zeros((2, 3, 3)), ["a b", "c d"], seeded()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: shift_images(IMAGES, RNG, -1), ValueError, "max_pixels must be a number, 0 or more; got -1"),
        (lambda: shift_images(IMAGES, RNG, np.nan), ValueError, "max_pixels must be .* got nan"),
        (lambda: shift_images(IMAGES, RNG, np.inf), ValueError, "max_pixels must be .* got inf"),
        (lambda: shift_images(IMAGES, RNG, "1"), TypeError, "max_pixels must be a number, 0 or more; got '1'"),
        (lambda: shift_images(IMAGES, RNG, np.ones(2)), TypeError, "max_pixels must be a number"),
        (lambda: rotate_images(IMAGES, RNG, -1), ValueError, "max_degrees must be a number, 0 to 180; got -1"),
        (lambda: rotate_images(IMAGES, RNG, 180.1), ValueError, "max_degrees must be .* got 180.1"),
        (lambda: rotate_images(IMAGES, RNG, None), TypeError, "max_degrees must be .* got None"),
        (lambda: flip_images(IMAGES, RNG, -0.1), ValueError, "share must be a number, 0 to 1; got -0.1"),
        (lambda: flip_images(IMAGES, RNG, 15), ValueError, "share must be a number, 0 to 1; got 15"),
        (lambda: drop_words(TEXTS, RNG, 15), ValueError, "share must be a number, 0 to 1; got 15"),
        (lambda: drop_words(TEXTS, RNG, -0.1), ValueError, "share must be a number, 0 to 1; got -0.1"),
        *[
            (lambda bad=bad: swap_words(TEXTS, RNG, bad), ValueError, "swaps must be a whole number, 1 or more; got")
            for bad in (0, 1.5, True, np.inf, None)
        ],
        *[
            (
                lambda bad=bad: augment(TEXTS, [0, 1], swap_words, bad, RNG),
                ValueError,
                "copies must be a whole number, 1",
            )
            for bad in (0, 1.0, True, "2")
        ],
        (lambda: swap_entities(["a b"], [["O", "O", "O"]], RNG), ValueError, "sentence 0 has 3 words .* Split it"),
        (lambda: swap_entities([["a"], ["b"]], [["O"], []], RNG), ValueError, "sentence 1 has 1 words and 0 tags"),
        (lambda: swap_entities([["a"]], [], RNG), ValueError, "same length; got 1 and 0 sentences"),
        *[
            (lambda bad=bad: swap_entities([["a"]], [[bad]], RNG), ValueError, f"A tag must be O, .* has {bad!r}")
            for bad in ("PER", "B-", "B", "", "o", "S-PER", "O-PER", 3, None)
        ],
        (lambda: swap_entities([["a"]], [["O"]], RNG, ["Ada"]), TypeError, "entities must map a kind .* got list"),
        (lambda: swap_entities([["a"]], [["O"]], RNG, {"P": "Ada"}), ValueError, "list of names .* 'P' has 'Ada'"),
        (lambda: swap_entities([["a"]], [["O"]], RNG, {"P": ["Ada", " "]}), ValueError, "1 word or more; 'P' has ' '"),
        (lambda: swap_entities([["a"]], [["O"]], RNG, {"P": [["Ada"]]}), ValueError, r"'P' has \['Ada'\]"),
    ],
)
def test_misuse_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("transform", IMAGE_TRANSFORMS)
@pytest.mark.parametrize(
    ("images", "seen"),
    [
        (np.zeros((2, 64)), r"float64 of shape \(2, 64\).*images\.reshape"),
        (np.zeros((2, 8, 8, 3)), r"\(2, 8, 8, 3\).*Colour is not for this file.*torchvision"),
        (np.zeros(8), r"float64 of shape \(8,\).*image\[None\]"),
        (np.zeros((2, 0, 8)), r"\(2, 0, 8\)"),
        (np.zeros((2, 8, 0)), r"\(2, 8, 0\)"),
        (np.zeros((2, 3, 3), dtype=complex), "complex128"),
        (np.full((2, 3, 3), "a"), "<U1"),
    ],
)
def test_no_images(transform, images, seen):
    with pytest.raises(ValueError, match=rf"images must be numbers of shape .* got .*{seen}"):
        transform(images, seeded())


@pytest.mark.parametrize("transform", TEXT_TRANSFORMS)
def test_no_texts(transform):
    with pytest.raises(TypeError, match=r"a single text\. Write \[text\]"):
        transform("a good film", seeded())
    for bad in (None, np.nan, 3, ["a"]):
        with pytest.raises(TypeError, match=r"texts must hold texts only; place 1 is .*Drop or fill"):
            transform(["a b", bad], seeded())


@pytest.mark.parametrize("rng", [0, None, np.random.RandomState(0), np.random])
@pytest.mark.parametrize(
    "call",
    [lambda rng, t=t: t(IMAGES, rng) for t in IMAGE_TRANSFORMS]
    + [lambda rng, t=t: t(TEXTS, rng) for t in TEXT_TRANSFORMS]
    + [
        lambda rng: swap_entities([["a"]], [["O"]], rng),
        lambda rng: augment(TEXTS, [0, 1], lambda X, rng: X, 1, rng),
        lambda rng: label_change_rate(First(), np.zeros((2, 2)), [0, 1], turn, rng),
    ],
)
def test_no_generator(call, rng):
    with pytest.raises(
        TypeError, match=r"rng must be a numpy\.random\.Generator, such as numpy\.random\.default_rng\(0\)"
    ):
        call(rng)


class Zero:
    """A model that takes anything."""

    def predict(self, X):
        return np.zeros(len(X))


ITEMS = np.zeros((3, 2))


@pytest.mark.parametrize(
    "call",
    [
        lambda X, y, transform: augment(X, y, transform, 1, seeded()),
        lambda X, y, transform: label_change_rate(Zero(), X, y, transform, seeded()),
    ],
    ids=["augment", "label_change_rate"],
)
@pytest.mark.parametrize(
    ("X", "y", "transform", "error", "words"),
    [
        (ITEMS, [0, 1], turn, ValueError, "same length, 1 or more; got 3 and 2"),
        (ITEMS[:0], [], turn, ValueError, "same length, 1 or more; got 0 and 0"),
        (ITEMS, np.zeros((3, 1)), turn, ValueError, r"one label for each item; got shape \(3, 1\).*ravel"),
        (ITEMS, "abc", turn, ValueError, r"one label for each item; got shape \(\)"),
        (pd.DataFrame(ITEMS), [0, 1, 1], turn, TypeError, "X must be .* got a table.*to_numpy"),
        (ITEMS, [0, 1, 1], "turn", TypeError, "transform must be a function .* got str"),
        (ITEMS, [0, 1, 1], lambda X, rng: None, TypeError, "transform must return the changed items; got None"),
        (ITEMS, [0, 1, 1], lambda X, rng: X[:2], ValueError, r"one changed item for each.* got \(2, 2\) for \(3, 2\)"),
        (ITEMS, [0, 1, 1], lambda X, rng: X[:, :1], ValueError, r"of the same shape; got \(3, 1\) for \(3, 2\)"),
        (["a", "b"], [0, 1], lambda X, rng: ["a"], ValueError, "one changed item for each.* got 1 for 2"),
    ],
)
def test_items_that_do_not_fit(call, X, y, transform, error, words):
    with pytest.raises(error, match=words):
        call(X, y, transform)


# Copies


def double_in_place(X, rng):
    if isinstance(X, np.ndarray):
        X *= 2
    else:
        X[0] = "changed"
    return X


def test_a_transform_that_works_in_place_harms_nothing():
    X = np.ones((2, 3))
    more, _ = augment(X, [0, 1], double_in_place, 2, seeded())
    assert more[:, 0].tolist() == [1, 1, 2, 2, 2, 2]
    assert (X == 1).all()
    texts = ["a", "b"]
    assert augment(texts, [0, 1], double_in_place, 1, seeded())[0] == ["a", "b", "changed", "b"]
    assert texts == ["a", "b"]
    label_change_rate(First(), X, [1, 1], double_in_place, seeded())
    assert (X == 1).all()


def test_folds_keep_copies_with_their_originals():
    y = np.repeat([0, 1], 6)
    folds = list(copy_folds(StratifiedKFold(3).split(y, y), len(y), 2))
    originals = np.tile(np.arange(12), 3)
    for train, test in folds:
        assert test.max() < 12 and not set(originals[train]) & set(test)
        assert len(train) == 8 * 3
    assert sorted(np.concatenate([test for _, test in folds])) == list(range(12))
    X, more_y = augment(np.arange(12.0)[:, None], y, lambda X, rng: X, 2, seeded())
    assert cross_val_score(DummyClassifier(), X, more_y, cv=folds).shape == (3,)


def test_folds_without_copies_are_the_folds():
    ((train, test),) = copy_folds([([0, 2], [1])], 3, 0)
    assert (train.tolist(), test.tolist()) == ([0, 2], [1])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([([0], [3])], 3, 1), r"folds must be of the n = 3 originals; one has row 3. Split before you augment"),
        (([], 0, 1), "n must be a whole number, 1 or more; got 0"),
        (([], 3, -1), "copies must be a whole number, 1 or more; got -1"),
    ],
)
def test_folds_refuse(arguments, words):
    with pytest.raises(ValueError, match=words):
        list(copy_folds(*arguments))


@pytest.mark.parametrize("transform", [shift_images, rotate_images])
def test_the_background_comes_in_from_outside(transform):
    images = seeded().uniform(0, 1, (5, 8, 8))
    strong = {"max_pixels": 3} if transform is shift_images else {"max_degrees": 40}
    paper = transform(1 - images, seeded(1), fill=1.0, **strong)
    np.testing.assert_allclose(paper, 1 - transform(images, seeded(1), **strong), atol=1e-12)
    blank = np.full((3, 5, 6), -1.0)
    np.testing.assert_allclose(transform(blank, seeded(), fill=-1.0, **strong), blank)
