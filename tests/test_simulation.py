"""Simulation: digits as they were asked for, knobs that do what they say, four honest tests, a sentence for misuse."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import get_data_path
from sklearn.datasets import load_digits
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from helpers import simulation
from helpers.simulation import KNOBS, digit_fonts, render_digits, transfer_table, upright

SANS = [font for font in digit_fonts() if font.endswith("DejaVuSans.ttf")]


def seeded(seed=0):
    return np.random.default_rng(seed)


def square(images):
    return images.reshape(-1, 8, 8)


def one(digit, **ranges):
    """One digit of one font, with knobs that do not move."""
    return square(render_digits(1, seeded(), {knob: (at, at) for knob, at in ranges.items()}, SANS, digits=[digit])[0])[
        0
    ]


def middle(image):
    """Where the ink of each row is in the mean, for rows that have any."""
    rows = image[image.sum(axis=1) > 0]
    return rows @ np.arange(8) / rows.sum(axis=1)


# What is drawn


@pytest.mark.parametrize("n", [1, 7, 10, 499, 500, 501, 1203])
def test_as_many_as_asked_for_and_in_the_form_of_scikit_learn(n):
    images, labels = render_digits(n, seeded())
    real = load_digits().data
    assert images.shape == (n, 64) and images.dtype == real.dtype
    assert images.min() >= real.min() and images.max() <= real.max()
    assert np.array_equal(images, np.rint(images))
    counts = np.bincount(labels, minlength=10)
    assert counts.sum() == n and np.ptp(counts) <= 1


def test_the_same_seed_gives_the_same_and_another_one_does_not():
    first, again, other = (render_digits(50, seeded(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first[0], again[0]) and np.array_equal(first[1], again[1])
    assert not np.array_equal(first[0], other[0])


def test_what_is_kept_between_calls_is_not_spoiled_by_the_caller():
    first = render_digits(20, seeded())[0]
    kept = first.copy()
    first[:] = 99
    assert np.array_equal(render_digits(20, seeded())[0], kept)


def test_each_digit_of_each_font_is_its_own_shape():
    for font in digit_fonts():
        images, labels = render_digits(10, seeded(), False, [font])
        assert len(np.unique(images, axis=0)) == 10, font
        assert (images.sum(axis=1) > 40).all() and (images.mean(axis=1) < 14).all(), font
        assert sorted(labels) == list(range(10))


def test_a_model_of_some_fonts_reads_others():
    old, new = digit_fonts()[:14], digit_fonts()[14:]
    model = KNeighborsClassifier(1).fit(*render_digits(500, seeded(), False, old))
    assert model.score(*render_digits(200, seeded(1), False, new)) > 0.85


def test_digits_fill_the_height():
    images = square(render_digits(100, seeded(), False)[0])
    assert (images[:, 0].sum(axis=1) > 0).all() and (images[:, -1].sum(axis=1) > 0).all()


@pytest.mark.parametrize("digits", [[8], [8, 3], (0, 9), range(3), np.array([1, 1, 2])])
def test_only_the_digits_that_were_asked_for(digits):
    labels = render_digits(60, seeded(), digits=digits)[1]
    assert set(labels) == set(digits)
    for digit in set(digits):
        assert (labels == digit).sum() == 60 * list(digits).count(digit) / len(digits)


def test_fonts_are_those_with_digits_and_none_of_symbols():
    names = [font.rpartition("/")[2] for font in map(lambda font: font.replace("\\", "/"), digit_fonts())]
    assert len(set(names)) == len(names) >= 15 and sorted(digit_fonts()) == digit_fonts()
    assert not any(word in name for name in names for word in ("LastResort", "Siz", "NonUni", "cmex", "cmsy", "cmmi"))


# Knobs


def test_a_knob_that_is_off_changes_nothing():
    plain = render_digits(40, seeded(), False)[0]
    still = {"width": (1, 1), "shear": (0, 0), "rotation": (0, 0), "blur": (0, 0), "noise": (0, 0)}
    for how in ([], {}, still, set()):
        assert np.array_equal(render_digits(40, seeded(), how)[0], plain)


@pytest.mark.parametrize("knob", KNOBS)
def test_each_knob_alone_changes_pictures_and_no_labels(knob):
    plain, turned = render_digits(40, seeded(), False), render_digits(40, seeded(), [knob])
    assert np.array_equal(plain[1], turned[1])
    assert (plain[0] != turned[0]).any(axis=1).mean() > 0.4  # a little blur changes nothing


@pytest.mark.parametrize("how", [list(KNOBS), set(KNOBS), dict(KNOBS), KNOBS, iter(KNOBS)])
def test_all_names_are_the_same_as_true(how):
    assert np.array_equal(render_digits(30, seeded(), how)[0], render_digits(30, seeded(), True)[0])


def test_width_makes_wider():
    narrow, usual, wide = (one(0, width=width).sum(axis=0) > 0 for width in (0.5, 1, 1.4))
    assert narrow.sum() < usual.sum() < wide.sum()


def test_shear_moves_the_top_to_the_right_and_keeps_the_middle():
    upright, leaning = middle(one(1)), middle(one(1, shear=0.4))
    assert leaning[0] > upright[0] + 0.8 and leaning[-1] < upright[-1] - 0.8
    assert leaning[3:5].mean() == pytest.approx(upright[3:5].mean(), abs=0.4)


def test_rotation_goes_to_the_left_and_half_a_turn_turns_round():
    assert middle(one(1, rotation=15))[1] < middle(one(1))[1] - 0.3
    assert np.abs(one(8, rotation=180) - one(8)[::-1, ::-1]).max() <= 4  # a dot at the edge may round the other way


def test_blur_is_a_gaussian_one():
    from scipy.ndimage import gaussian_filter

    expected = np.rint(gaussian_filter(one(5), 1.0, mode="constant", truncate=9))
    assert np.abs(one(5, blur=1.0) - expected).max() <= 1


def test_noise_has_the_spread_that_was_asked_for():
    noisy = render_digits(400, seeded(), {"noise": (2, 2)}, SANS, digits=[8])[0]
    plain = render_digits(400, seeded(), False, SANS, digits=[8])[0]
    grey = (plain > 7) & (plain < 9)  # there nothing is cut off
    assert (noisy - plain)[grey].std() == pytest.approx((4 + 1 / 12) ** 0.5, rel=0.1)


# The table


def pair(n, shift=0.0, seed=0, classes=("no", "yes")):
    rng = seeded(seed)
    y = np.resize(classes, n)
    return rng.normal(size=(n, 2)) + shift + 3 * (y == classes[1])[:, None], y


@pytest.mark.parametrize("model", [SVC(), LogisticRegression(), KNeighborsClassifier(), DummyClassifier()])
def test_the_table_is_four_fits_by_hand(model):
    data = [pair(60), pair(80, 1.5, 1), pair(40, 0, 2), pair(50, 1.5, 3)]
    table = transfer_table(model, *data)
    assert table.index.tolist() == ["TRTR", "TSTR", "TRTS", "TSTS"] and table.index.name == "arm"
    for (train, test), score in zip([(0, 2), (1, 2), (0, 3), (1, 3)], table["score"], strict=True):
        assert score == model.fit(*data[train]).score(*data[test])
    assert table["n_train"].tolist() == [60, 80, 60, 80] and table["n_test"].tolist() == [40, 40, 50, 50]
    assert table.loc["TSTR", ["train", "test"]].tolist() == ["machine", "real"]


def test_the_model_stays_unfitted_and_the_data_as_they_were():
    model, data = SVC(), [pair(20, seed=seed) for seed in range(4)]
    before = [X.copy() for X, _ in data]
    transfer_table(model, *data)
    assert not hasattr(model, "classes_")
    assert all(np.array_equal(X, old) for (X, _), old in zip(data, before, strict=True))


def test_tables_lists_and_another_score():
    frames = [(pd.DataFrame(X, columns=["a", "b"]), pd.Series(y)) for X, y in map(pair, (20, 22, 24, 26))]
    lists = [(X.to_numpy().tolist(), y.tolist()) for X, y in frames]
    assert transfer_table(KNeighborsClassifier(), *frames).equals(transfer_table(KNeighborsClassifier(), *lists))
    uneven = (np.zeros((10, 1)), np.array(["no"] * 9 + ["yes"]))
    four = [(X.copy(), y) for X, y in [uneven] * 4]
    always_no = transfer_table(DummyClassifier(), *four, score=balanced_accuracy_score)
    assert always_no["score"].tolist() == [0.5] * 4


class Memory:
    """No model of scikit-learn: it has fit, which returns nothing, and predict."""

    def fit(self, X, y):
        self.most = max(set(y), key=list(y).count)

    def predict(self, X):
        return [self.most] * len(X)


def test_a_model_with_fit_and_predict_alone():
    model = Memory()
    table = transfer_table(model, *[pair(20, seed=seed) for seed in range(4)])
    assert table["score"].tolist() == [0.5] * 4 and not hasattr(model, "most")


def test_a_label_that_the_machine_never_made_is_said():
    data = [pair(20, seed=seed) for seed in range(4)]
    data[1] = data[1][0], np.array(["yes", "yes"] * 10)
    with pytest.warns(UserWarning, match="machine_train has no 'no'"):
        transfer_table(KNeighborsClassifier(), *data)


def test_a_label_that_the_real_rows_lack_is_said():
    data = [pair(20, seed=seed) for seed in range(4)]
    data[0] = data[0][0], np.array(["yes", "yes"] * 10)
    with pytest.warns(UserWarning, match="real_train has no 'no'"):
        transfer_table(KNeighborsClassifier(), *data)


def test_a_label_that_only_the_machine_has_is_said():
    data = [pair(20, seed=seed) for seed in range(4)]
    data[1] = data[1][0], np.array(["yes", "no", "maybe", "no"] * 5)
    with pytest.warns(UserWarning, match="machine_train has 'maybe', which no real data have"):
        transfer_table(KNeighborsClassifier(), *data)


# Straightened


def ink(image):
    """Mean row, mean column, lean and width of the ink, by plain sums."""
    row, column = np.mgrid[0 : image.shape[0], 0 : image.shape[1]]
    share = image / image.sum()
    y, x = (share * row).sum(), (share * column).sum()
    lean = (share * (row - y) * (column - x)).sum() / (share * (row - y) ** 2).sum()
    return y, x, lean, np.sqrt((share * (column - x - lean * (row - y)) ** 2).sum())


def test_upright_takes_out_place_lean_and_width_and_keeps_the_rows():
    drawn = square(render_digits(300, seeded(), {"shear": (-0.3, 0.3), "width": (0.8, 1.2)})[0])
    large = np.kron(drawn, np.ones((1, 4, 4)))  # so that pixels are small beside the digits
    before, after = (np.array([ink(image) for image in images]) for images in (large, upright(large)))
    assert np.abs(after[:, 1] - 15.5).max() < 0.5 < np.abs(before[:, 1] - 15.5).max()
    assert np.abs(after[:, 2]).max() < 0.06 < 0.25 < np.abs(before[:, 2]).max()
    assert np.abs(after[:, 3] - 6).max() < 0.6 < 2 < np.abs(before[:, 3] - 6).max()
    assert np.abs(after[:, 0] - before[:, 0]).max() < 0.5


def test_upright_leaves_what_is_upright_nearly_as_it_is():
    real = load_digits().data
    once = upright(real)
    assert np.abs(upright(once) - once).mean() < np.abs(once - real).mean() / 2
    assert once.min() >= 0 and once.max() <= real.max()


def test_upright_takes_both_forms_any_size_and_another_width():
    flat = load_digits().data[:20]
    assert np.array_equal(upright(flat), upright(square(flat)).reshape(20, 64))
    oblong = np.pad(square(flat), ((0, 0), (0, 0), (2, 2)))
    assert upright(oblong).shape == oblong.shape
    wide, narrow = (np.mean([ink(image)[3] for image in square(upright(flat, width=width))]) for width in (1.8, 1.2))
    assert wide > narrow + 0.3


def test_upright_says_when_paper_is_taken_for_ink():
    with pytest.warns(UserWarning, match="Give white - images"):
        upright(16 - load_digits().data[:20])


def test_upright_gives_the_same_in_blocks():
    real = load_digits().data[:1201]
    assert np.array_equal(upright(real)[1100:], upright(real[1100:]))


def test_upright_keeps_empty_pictures_lines_and_the_given_array():
    images = np.zeros((4, 8, 8))
    images[1, 3, 5], images[2, :, 1], images[3, 6, :] = 1, 1, 1
    given = images.copy()
    done = upright(images)
    assert np.array_equal(images, given) and np.isfinite(done).all()
    assert done[0].sum() == 0 and (done[1:].sum(axis=(1, 2)) > 0).all()
    assert ink(done[2])[1] == pytest.approx(3.5)


# Misuse


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"n": 0}, ValueError, "n must be a whole number, 1 or more; got 0"),
        ({"n": 2.0}, ValueError, "got 2.0"),
        ({"n": True}, ValueError, "got True"),
        ({"rng": 0}, TypeError, "rng must be a numpy.random.Generator; got 0"),
        ({"randomise": "shear"}, TypeError, "names such as"),
        ({"randomise": 3}, TypeError, "got 3"),
        ({"randomise": ["tilt"]}, ValueError, "width, shear, rotation, blur, noise; got 'tilt'"),
        ({"randomise": {"shear": 0.5}}, ValueError, "range of shear must be two numbers, low first, from -2 to 2"),
        ({"randomise": {"shear": (0.5, -0.5)}}, ValueError, "low first"),
        ({"randomise": {"width": (0, 1)}}, ValueError, "range of width"),
        ({"randomise": {"noise": (0, float("nan"))}}, ValueError, "range of noise"),
        ({"digits": [10]}, ValueError, "digits must be a list of whole numbers from 0 to 9"),
        ({"digits": []}, ValueError, "got []"),
        ({"digits": 8}, ValueError, r"Write [8] for eights"),
        ({"digits": ["8"]}, ValueError, "whole numbers"),
        ({"fonts": []}, ValueError, "one path or more"),
        ({"fonts": "a.ttf"}, TypeError, "Write ['a.ttf']"),
        ({"fonts": ["nowhere.ttf"]}, ValueError, "got 'nowhere.ttf'"),
        ({"fonts": (font for font in ["a.ttf", 1])}, TypeError, "got ['a.ttf', 1]"),
        ({"fonts": [1]}, TypeError, "fonts must be a list of paths; got [1]"),
        ({"fonts": [__file__]}, ValueError, "TrueType or OpenType"),
    ],
)
def test_bad_input_is_told_what_to_do(change, error, words):
    with pytest.raises(error) as caught:
        render_digits(**{"n": 5, "rng": seeded(), **change})
    assert words in str(caught.value)


def test_a_font_without_digits_is_refused():
    symbols = f"{get_data_path()}/fonts/ttf/STIXNonUni.ttf"
    with pytest.raises(ValueError, match="ink for all ten digits"):
        render_digits(5, seeded(), fonts=[symbols])


def test_a_font_that_draws_digits_alike_is_refused():
    boxes = f"{get_data_path()}/fonts/ttf/LastResortHE-Regular.ttf"
    with pytest.raises(ValueError, match="draws some of them alike"):
        render_digits(5, seeded(), fonts=[boxes])


def test_no_fonts_where_matplotlib_keeps_them(monkeypatch, tmp_path):
    monkeypatch.setattr(simulation, "get_data_path", lambda: str(tmp_path))
    with pytest.raises(FileNotFoundError, match="Give paths of your own"):
        digit_fonts()


@pytest.mark.parametrize(
    ("place", "bad", "error", "words"),
    [
        (0, "no model", TypeError, "model must be a classifier"),
        (0, SVC, TypeError, "model must be a classifier"),
        (1, np.zeros((4, 2)), TypeError, "real_train must be a pair (X, y); got a ndarray"),
        (1, ([[1, 2]], ["no"], ["yes"]), TypeError, "got a tuple of 3"),
        (3, (pd.DataFrame(np.zeros((2, 2))), pd.Series(["no", "yes"], index=[1, 0])), ValueError, "one index"),
        (2, (np.zeros((2, 2)), ["no", None]), ValueError, "machine_train must have a label for each row"),
        (2, (np.zeros((4, 2)), [1, 2]), ValueError, "machine_train must have as many labels as rows"),
        (3, (np.zeros((0, 2)), []), ValueError, "real_test must have as many labels as rows, 1 or more"),
        (4, (np.zeros((4, 3)), [1, 2, 1, 2]), ValueError, "machine_test (3,)"),
        (2, pair(20, classes=("NO", "YES")), ValueError, "got 'NO', 'YES' in place of 'no', 'yes'"),
        (2, pair(20, classes=(0, 1)), ValueError, "machine_train must have labels of real_test; got 0, 1"),
        (1, (np.zeros((4, 2)), None), TypeError, "real_train must be a pair of rows and their labels"),
        (1, ((row for row in [[1, 2]]), ["no"]), TypeError, "got generator, list"),
        (5, "f1", TypeError, "score must be a function"),
    ],
)
def test_a_bad_table_is_told_what_to_do(place, bad, error, words):
    given = [SVC(), *[pair(20, seed=seed) for seed in range(4)], None]
    given[place] = bad
    with pytest.raises(error) as caught:
        transfer_table(*given)
    assert words in str(caught.value)


def test_one_set_for_train_and_test_is_refused():
    one_pair, other = pair(20), pair(20, seed=1)
    for data, who in (
        ((one_pair, other, one_pair, pair(20, seed=2)), "real"),
        ((one_pair, other, pair(8), other), "machine"),
    ):
        with pytest.raises(ValueError, match=f"{who}_test must be other rows"):
            transfer_table(SVC(), *data)


def test_columns_in_another_order_are_refused():
    frames = [(pd.DataFrame(X, columns=["a", "b"]), y) for X, y in map(pair, (20, 22, 24, 26))]
    frames[2] = frames[2][0][["b", "a"]], frames[2][1]
    with pytest.raises(ValueError, match="same order; real_test has"):
        transfer_table(SVC(), *frames)


@pytest.mark.parametrize(
    ("images", "width", "error", "words"),
    [
        (np.zeros((2, 63)), None, ValueError, "must be square"),
        (np.zeros(64), None, TypeError, "got (64,) of float64"),
        (np.zeros((0, 64)), None, ValueError, "got none, of shape (0, 64)"),
        (np.ones((28, 28, 3)), None, ValueError, "looks like colours"),
        (np.array([["a"]]), None, TypeError, "images must be numbers"),
        (np.full((1, 64), -1), None, ValueError, "ink from 0 up"),
        (np.full((1, 64), np.nan), None, ValueError, "no gaps"),
        (np.eye(8)[None], 0, ValueError, "width must be a number of pixels above 0; got 0"),
        (np.eye(8)[None], "2", ValueError, "got '2'"),
        (np.eye(8)[None], True, ValueError, "got True"),
    ],
)
def test_bad_pictures_are_told_what_to_do(images, width, error, words):
    with pytest.raises(error) as caught:
        upright(images, width=width)
    assert words in str(caught.value)
