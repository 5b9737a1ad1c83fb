"""Draw digits from fonts, a small simulator with free labels, and see what carries over to real data.

A *simulator* makes data from what its builder knows, here the shapes of printed digits, and not from data: a
*generator* is fitted to data. A simulator's labels are free and right. Whether a model that learned from it can read
the world is another question, and tests on more of the simulator's output cannot answer it: `transfer_table` sets
all four pairs of training and test side by side. `upright` takes out of pictures what often differs and says little of
the label: lean, width, place from left to right. `render_digits` is to try ideas with; `upright` takes any small
pictures of one thing on empty paper, `transfer_table` any data and any classifier. Of matplotlib only the fonts are
used.

Stop using it for pictures larger than a thumbnail (go to a renderer with a scene, such as Blender with BlenderProc,
or to SynthDoG and TextRecognitionDataGenerator for text), and once you know which knobs matter in your world: then
write your own simulator, and keep the table.

Sources: domain randomisation, Tobin et al., "Domain randomization for transferring deep neural networks from
simulation to the real world", IROS 2017; train on synthetic and test on real, Esteban, Hyland & Raetsch (2017),
arXiv:1706.02633; the 8 x 8 pixels, Alpaydin & Kaynak, "Optical recognition of handwritten digits", UCI (1998).
Needs: numpy, pandas, scipy, scikit-learn, pillow, matplotlib. Licence: MIT.

Three lines:

    import numpy, simulation as sim; from sklearn.svm import SVC; rng = numpy.random.default_rng(0)
    draw = lambda vary: sim.render_digits(500, rng, vary)  # four draws; plain print plays the real world
    print(sim.transfer_table(SVC(), draw(False), draw(True), draw(False), draw(True)))
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
from matplotlib import get_data_path
from PIL import Image, ImageFont
from scipy.ndimage import map_coordinates
from sklearn.base import clone
from sklearn.metrics import accuracy_score

__all__ = ["KNOBS", "digit_fonts", "render_digits", "transfer_table", "upright"]

KNOBS = MappingProxyType(
    {
        "width": (0.8, 1.5),
        "shear": (-0.3, 0.3),
        "rotation": (-12.0, 12.0),
        "blur": (0.0, 0.7),
        "noise": (0.0, 2.0),
    }
)

_DOTS = 32  # a picture is first drawn in 32 x 32 black or white dots; a pixel counts the black ones among 4 x 4
_GLYPH, _EDGE = 96, 16  # dots of a glyph's height, and of the empty edge around it
_CANVAS = _GLYPH + 2 * _EDGE
_BLOCK = 500  # pictures that are drawn or moved at once


def render_digits(
    n: int,
    rng: np.random.Generator,
    randomise: bool | Iterable[str] | Mapping[str, tuple[float, float]] = True,
    fonts: Sequence[str | os.PathLike] | None = None,
    *,
    digits: Sequence[int] = range(10),
) -> tuple[np.ndarray, np.ndarray]:
    """Draw printed digits in the form of scikit-learn's handwritten ones, with their labels.

    Parameters
    ----------
    n : int, 1 or more
        Pictures.
    rng : numpy.random.Generator
    randomise : bool, names, or mapping from name to range
        What differs from picture to picture beside the font: True for all of `KNOBS`, False for nothing, or some of
        their names. A mapping sets ranges of its own, such as `{"shear": (-0.5, 0.5)}`, and leaves out what it does
        not name. Each value is drawn evenly from its range. `width`: times the font's own, 0.1 to 4. `shear`: how
        far the top moves to the right, in heights, -2 to 2. `rotation`: degrees to the left, -180 to 180. `blur`: the
        standard deviation of a Gaussian blur in pixels, 0 to 3. `noise`: the standard deviation of what is added to a
        pixel, 0 to 16; paper can't grow whiter nor ink blacker, so noise greys both. None of the knobs moves a digit or
        thickens its stroke.
    fonts : paths of TrueType or OpenType files, or None
        One is drawn for each picture. None takes `digit_fonts()`. A font of symbols with ten signs in the places of
        the digits is taken for digits: look at a picture of each first.
    digits : sequence of int, 0 to 9
        Which digits to draw, in equal numbers as far as n allows. `[8]` draws eights alone; `[8, 8, 3]` two eights
        for each three.

    Returns
    -------
    images : ndarray (n, 64) of float, whole numbers from 0 (paper) to 16 (ink)
        8 rows of 8 pixels; `images.reshape(-1, 8, 8)` shows them. A digit is as high as the picture, as in
        scikit-learn's `load_digits`, where a pixel counts the black dots among 4 x 4 as well.
    labels : ndarray (n,) of int
        What was drawn, in random order. They are right by construction; that says nothing of the pictures' likeness
        to anything real.

    Raises
    ------
    TypeError, ValueError
        When n, rng, a knob, its range, a font or a digit is none that can be drawn.

    Examples
    --------
    >>> images, labels = render_digits(20, np.random.default_rng(0))
    >>> images.shape, images.min().item(), images.max().item()
    ((20, 64), 0.0, 16.0)
    >>> np.bincount(labels).tolist()
    [2, 2, 2, 2, 2, 2, 2, 2, 2, 2]
    >>> render_digits(3, np.random.default_rng(0), ["shear", "blur"], digits=[8])[1].tolist()
    [8, 8, 8]
    """
    _check_count(n)
    _check_rng(rng)
    ranges = _check_knobs(randomise)
    digits = _check_digits(digits)
    glyphs = _glyphs(tuple(_check_fonts(fonts)))
    labels = rng.permutation(np.resize(digits, n))
    which = rng.integers(len(glyphs), size=n)
    # A knob that is off draws as well: so two calls with one seed differ in nothing but their knobs.
    drawn = {knob: rng.random(n, dtype=np.float32) for knob in KNOBS}
    grain = rng.standard_normal((n, 8, 8), dtype=np.float32)
    settings = {knob: _between(*ranges.get(knob, _OFF[knob]), drawn[knob]) for knob in KNOBS}
    images = np.empty((n, 8, 8), np.float32)
    for start in range(0, n, _BLOCK):
        part = slice(start, start + _BLOCK)
        images[part] = _draw(glyphs, which[part], labels[part], *(settings[k][part] for k in _SHAPE))
    images = _blurred(images, settings["blur"]) + settings["noise"][:, None, None] * grain
    return np.clip(np.rint(images), 0, 16).reshape(n, 64).astype(float), labels


def digit_fonts() -> list[str]:
    """Paths of the fonts that matplotlib brings along and that have the ten digits in one height.

    Parameters
    ----------
    None

    Returns
    -------
    list of str, sorted
        21 with matplotlib 3.11: DejaVu, STIX and Computer Modern, upright and slanted, light and bold. Fonts of
        symbols, with old-style figures, and LastResort (a box for every letter) are left out. They are print: none
        of them is handwriting.

    Raises
    ------
    FileNotFoundError
        When matplotlib has no such fonts where it keeps them.

    Examples
    --------
    >>> len(digit_fonts()) > 10, any("LastResort" in font for font in digit_fonts())
    (True, False)
    """
    folder = Path(get_data_path()) / "fonts" / "ttf"
    found = sorted(str(file) for pattern in _FONTS for file in folder.glob(pattern))
    if not found:
        raise FileNotFoundError(f"matplotlib has no fonts in {folder}. Give paths of your own: fonts=[...].")
    return found


def upright(images: np.ndarray, *, width: float | None = None) -> np.ndarray:
    """Take each picture's lean out, move it to the middle from left to right, bring it to one width. No labels needed.

    Do it to the made *and* the real pictures, in training and in use: then these three hardly tell them apart. Crop
    pictures to their ink first: height and rows stay as they are, and width counts in shares of the picture. To move
    pixels blurs a little, both kinds alike. Where lean or width tells classes apart (1 from 0, I from /), it takes
    that out as well: look at each class's score.

    Parameters
    ----------
    images : ndarray (n, height, width), or (n, pixels) of square pictures; 0 is paper, more is ink, at least 0
        One thing on empty paper. Dark things on white: give `white - images`; grey paper: take its value off first.
        A single picture: `picture[None]`.
    width : float above 0, or None
        The standard deviation of the ink in the rows, in pixels, that each picture gets. None takes 3/16 of the
        pictures' width, 1.5 for 8 pixels. Nothing is widened more than three times.

    Returns
    -------
    ndarray of float, of the form of images, within the old range
        What would lie outside is cut off. An empty picture stays empty.

    Raises
    ------
    TypeError, ValueError
        When images are no pictures, have colours, or hold gaps or negative ink, or width is no number above 0. A
        warning when most of the picture is ink.

    Examples
    --------
    >>> leaning = np.fliplr(np.eye(5))[None]  # one picture with a stroke from the lower left to the upper right
    >>> upright(leaning).round(1)[0, 0].tolist()  # its top row: the stroke stands in the middle, blurred
    [0.3, 0.7, 1.0, 0.7, 0.3]
    """
    pictures = _check_pictures(images)
    width = 3 * pictures.shape[2] / 16 if width is None else _check_width(width)
    done = [_straightened(pictures[start : start + _BLOCK], width) for start in range(0, len(pictures), _BLOCK)]
    return np.concatenate(done).reshape(np.shape(images))


def _straightened(pictures: np.ndarray, width: float) -> np.ndarray:
    n, height, across = pictures.shape
    total = pictures.sum(axis=(1, 2), keepdims=True)
    ink = pictures / np.where(total > 0, total, 1)  # each pixel's share of the ink
    row, column = np.mgrid[0:height, 0:across]

    def mean(values):
        return (ink * values).sum(axis=(1, 2), keepdims=True)

    row, x = row - mean(row), mean(column)
    tall = mean(row**2)
    lean = mean(row * (column - x)) / np.where(tall > 0, tall, 1)
    found = np.sqrt(mean((column - x - lean * row) ** 2))
    # where each pixel of the new picture lies in the old one
    from_column = x + lean * row + np.maximum(found / width, 1 / 3) * (column - (across - 1) / 2)
    places = np.broadcast_arrays(np.arange(n)[:, None, None], np.arange(height)[:, None], from_column)
    return map_coordinates(pictures, places, order=1, mode="grid-constant")


def transfer_table(
    model,
    real_train: tuple,
    machine_train: tuple,
    real_test: tuple,
    machine_test: tuple,
    score: Callable | None = None,
) -> pd.DataFrame:
    """Train on real or machine-made data, test on real or machine-made data: all four.

    Parameters
    ----------
    model : classifier of scikit-learn, or with its `fit` and `predict`
        It is cloned, or copied when it can't be, so yours stays unfitted. Its chance (`random_state`) is its own.
    real_train, machine_train, real_test, machine_test : pairs (X, y)
        Of one kind: the same columns, labels with the same names. No pair is both train and test. The real test is
        held out by person, document or place before any generator sees the data.
    score : callable(y, predicted), or None
        None takes accuracy, the share that is right. For classes of unequal size
        `sklearn.metrics.balanced_accuracy_score`.

    Returns
    -------
    DataFrame, index `arm`: TRTR, TSTR, TRTS, TSTS
        `train` and `test` (real or machine), `n_train`, `n_test`, and `score`. Only the rows that are tested on real
        data speak of your task. TSTR below TRTR: that much the machine's data lack, at these sizes. A high TSTS says
        that the machine's data are easy, and nothing else. TRTS above TSTR: the made items look like easy real ones,
        but do not cover them. One table is one draw: repeat it before a verdict.

    Raises
    ------
    TypeError, ValueError
        When a pair is none, is empty or has lengths that differ, when columns differ, when a train pair is its test
        pair, or when no label of `machine_train` is one of `real_test`. A warning when some of them are missing there.

    Examples
    --------
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> real, made = ([[0.0], [2.0]], ["no", "yes"]), ([[0.0], [9.0]], ["no", "yes"])
    >>> new_real, new_made = ([[0.1], [2.1]], ["no", "yes"]), ([[0.1], [9.1]], ["no", "yes"])
    >>> transfer_table(KNeighborsClassifier(1), real, made, new_real, new_made)["score"].to_dict()
    {'TRTR': 1.0, 'TSTR': 0.5, 'TRTS': 1.0, 'TSTS': 1.0}
    """
    if not hasattr(model, "fit") or not hasattr(model, "predict") or isinstance(model, type):
        raise TypeError(f"model must be a classifier with fit and predict, such as SVC(); got {model!r}.")
    pairs = {
        "real_train": real_train,
        "machine_train": machine_train,
        "real_test": real_test,
        "machine_test": machine_test,
    }
    if score is not None and not callable(score):
        raise TypeError(f"score must be a function of (y, predicted), such as accuracy_score; got {score!r}.")
    _check_pairs(pairs)
    _check_labels(pairs)
    score = score or accuracy_score
    rows = {}
    for train, letter in (("real", "R"), ("machine", "S")):
        fitted = _fresh(model)
        fitted.fit(*pairs[f"{train}_train"])
        for test, other in (("real", "R"), ("machine", "S")):
            X, y = pairs[f"{test}_test"]
            sizes = len(pairs[f"{train}_train"][1]), len(y)
            rows[f"T{letter}T{other}"] = (train, test, *sizes, float(score(y, fitted.predict(X))))
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["train", "test", "n_train", "n_test", "score"])
    return table.loc[["TRTR", "TSTR", "TRTS", "TSTS"]].rename_axis("arm")


# ---- drawing

_OFF = {"width": (1.0, 1.0), "shear": (0.0, 0.0), "rotation": (0.0, 0.0), "blur": (0.0, 0.0), "noise": (0.0, 0.0)}
_SHAPE = ("width", "shear", "rotation")
_LIMITS = {"width": (0.1, 4), "shear": (-2, 2), "rotation": (-180, 180), "blur": (0, 3), "noise": (0, 16)}
_FONTS = (
    "DejaVuSans.ttf",
    "DejaVuSans-*.ttf",
    "DejaVuSansMono*.ttf",
    "DejaVuSerif.ttf",
    "DejaVuSerif-*.ttf",
    "STIXGeneral*.ttf",
    *(f"cm{style}10.ttf" for style in ("b", "r", "ss", "ti", "tt")),
)


def _between(low: float, high: float, share: np.ndarray) -> np.ndarray:
    return (low + (high - low) * share).astype(np.float32)


@lru_cache(maxsize=4)
def _glyphs(fonts: tuple[str, ...]) -> np.ndarray:
    """Black and white pictures of ten digits in each font, all of one height, in the middle: (fonts, 10, y, x)."""
    pictures = np.zeros((len(fonts), 10, _CANVAS, _CANVAS), np.uint8)
    for place, path in enumerate(fonts):
        try:
            font = ImageFont.truetype(path, 2 * _GLYPH)
        except OSError:
            raise ValueError(f"fonts must be TrueType or OpenType files that can be read; got {path!r}.") from None
        for digit in range(10):
            mask = font.getmask(str(digit), mode="L")
            ink = Image.frombytes("L", mask.size, bytes(mask))
            box = ink.getbbox()
            if box is None:
                raise ValueError(
                    f"fonts must have ink for all ten digits; {path!r} has none for {digit}. Leave it out."
                )
            ink = ink.crop(box)
            width = min(_CANVAS, max(1, round(ink.width * _GLYPH / ink.height)))
            left = (_CANVAS - width) // 2
            shrunk = np.asarray(ink.resize((width, _GLYPH))) > 127
            pictures[place, digit, _EDGE : _EDGE + _GLYPH, left : left + width] = shrunk
        if len({picture.tobytes() for picture in pictures[place]}) < 10:
            raise ValueError(f"fonts must have ten different digits; {path!r} draws some of them alike. Leave it out.")
    return pictures


def _draw(glyphs, which, labels, width, shear, rotation) -> np.ndarray:
    """Every picture's 32 x 32 dots looked up in its glyph, then counted in blocks of 4 x 4."""
    scale = _GLYPH / _DOTS
    dots = (np.arange(_DOTS, dtype=np.float32) + 0.5 - _DOTS / 2) * scale
    y, x = dots[None, :, None], dots[None, None, :]
    angle = np.deg2rad(rotation)[:, None, None]
    cosine, sine = np.cos(angle), np.sin(angle)
    # from where a dot is to where it came from: turn back, push back, narrow back
    from_y = cosine * y + sine * x
    from_x = (cosine * x - sine * y + shear[:, None, None] * from_y) / width[:, None, None]
    last = _CANVAS - 1
    from_y = np.clip(from_y + _CANVAS / 2, 0, last).astype(np.int32)
    from_x = np.clip(from_x + _CANVAS / 2, 0, last).astype(np.int32)
    base = ((which * 10 + labels) * _CANVAS * _CANVAS)[:, None, None]
    black = glyphs.ravel()[base + from_y * _CANVAS + from_x]
    return black.reshape(-1, 8, 4, 8, 4).sum(axis=(2, 4), dtype=np.float32)


def _blurred(images: np.ndarray, sigma: np.ndarray) -> np.ndarray:
    """Each picture blurred by its own Gaussian, paper outside."""
    distance = np.abs(np.arange(8)[:, None] - np.arange(8)).astype(np.float32)
    safe = np.maximum(sigma, 1e-3)[:, None, None]
    weights = np.exp(-0.5 * (distance / safe) ** 2)
    reach = np.exp(-0.5 * (np.arange(-12, 13, dtype=np.float32) / safe[:, :, 0]) ** 2).sum(axis=1)
    weights /= reach[:, None, None]
    return weights @ images @ weights


# ---- checks


def _check_rng(rng) -> None:
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator; got {rng!r}. Write numpy.random.default_rng(0).")


def _check_count(n) -> None:
    if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 1:
        raise ValueError(f"n must be a whole number, 1 or more; got {n!r}.")


def _check_knobs(randomise) -> dict[str, tuple[float, float]]:
    if isinstance(randomise, (bool, np.bool_)):
        return dict(KNOBS) if randomise else {}
    if isinstance(randomise, str) or not isinstance(randomise, Iterable):
        raise TypeError(
            f"randomise must be True, False, names such as ['shear'], or ranges such as {{'shear': (-0.5, 0.5)}}; "
            f"got {randomise!r}."
        )
    named = dict(randomise) if isinstance(randomise, Mapping) else {knob: None for knob in randomise}
    for knob, limits in named.items():
        if knob not in KNOBS:
            raise ValueError(f"randomise must name some of {', '.join(KNOBS)}; got {knob!r}.")
        named[knob] = KNOBS[knob] if limits is None else _check_limits(knob, limits)
    return named


def _check_limits(knob: str, limits) -> tuple[float, float]:
    smallest, largest = _LIMITS[knob]
    rule = f"the range of {knob} must be two numbers, low first, from {smallest} to {largest}; got {limits!r}."
    try:
        low, high = map(float, limits)
    except (TypeError, ValueError):
        raise ValueError(rule) from None
    if not smallest <= low <= high <= largest:
        raise ValueError(rule)
    return low, high


def _check_digits(digits) -> np.ndarray:
    found = np.asarray(list(digits) if isinstance(digits, Iterable) else digits)
    if found.ndim != 1 or not len(found) or found.dtype.kind not in "iu" or found.min() < 0 or found.max() > 9:
        raise ValueError(f"digits must be a list of whole numbers from 0 to 9; got {digits!r}. Write [8] for eights.")
    return found


def _check_fonts(fonts) -> list[str]:
    if fonts is None:
        return digit_fonts()
    if isinstance(fonts, (str, os.PathLike)):
        raise TypeError(f"fonts must be a list of paths; got a single one. Write [{str(fonts)!r}].")
    fonts = list(fonts)
    if not all(isinstance(font, (str, os.PathLike)) for font in fonts):
        raise TypeError(f"fonts must be a list of paths; got {fonts!r}.")
    fonts = [os.fspath(font) for font in fonts]
    if not fonts:
        raise ValueError("fonts must hold one path or more; got none. None takes those of matplotlib.")
    return fonts


def _check_pictures(images) -> np.ndarray:
    """The pictures as (n, height, width)."""
    found = np.asarray(images)
    if not found.size:
        raise ValueError(f"images must hold a picture or more; got none, of shape {found.shape}.")
    if found.dtype.kind not in "biuf" or found.ndim not in (2, 3):
        raise TypeError(
            f"images must be numbers of shape (n, pixels) or (n, height, width); got {found.shape} of {found.dtype}."
        )
    if found.ndim == 3 and found.shape[2] in (3, 4):
        raise ValueError(
            f"images must have one channel; got {found.shape}, which looks like colours. Give one of them."
        )
    found = found.astype(float)
    side = round(found.shape[1] ** 0.5)
    if found.ndim == 2 and side * side != found.shape[1]:
        raise ValueError(
            f"images must be square, or have the shape (n, height, width); got {found.shape[1]} pixels in a row."
        )
    if not np.isfinite(found).all() or found.min() < 0:
        raise ValueError("images must hold ink from 0 up and no gaps; got less, or a gap. Paper is 0, ink is more.")
    if found.max() > 0 and np.median(found) > found.max() / 2:
        warnings.warn(
            "images look like dark things on white paper. Give white - images, with ink above 0.", stacklevel=3
        )
    return found.reshape(-1, side, side) if found.ndim == 2 else found


def _check_width(width) -> float:
    if isinstance(width, bool) or not isinstance(width, (int, float, np.number)) or not 0 < width < np.inf:
        raise ValueError(f"width must be a number of pixels above 0; got {width!r}. None takes 3/16 of the width.")
    return float(width)


def _check_pairs(pairs: Mapping[str, tuple]) -> None:
    widths = {}
    for name, pair in pairs.items():
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            parts = f" of {len(pair)}" if isinstance(pair, (tuple, list)) else ""
            raise TypeError(f"{name} must be a pair (X, y); got a {type(pair).__name__}{parts}.")
        X, y = pair
        if y is None or not (hasattr(X, "shape") or hasattr(X, "__len__")):
            raise TypeError(
                f"{name} must be a pair of rows and their labels; got {type(X).__name__}, {type(y).__name__}."
            )
        rows = X.shape[0] if hasattr(X, "shape") else len(X)
        if not rows or rows != len(y):
            raise ValueError(f"{name} must have as many labels as rows, 1 or more; got {rows} rows, {len(y)} labels.")
        if hasattr(X, "index") and isinstance(y, pd.Series) and not X.index.equals(y.index):
            raise ValueError(
                f"{name} must have X and y with one index; theirs differ. Sort them alike: y = y[X.index]."
            )
        if pd.isna(np.asarray(y)).any():
            raise ValueError(f"{name} must have a label for each row; got gaps. Drop them from X and y.")
        shape = np.shape(X)
        widths[name] = shape[1:]
    if len(set(widths.values())) > 1:
        said = ", ".join(f"{name} {shape}" for name, shape in widths.items())
        raise ValueError(f"all four must have the same columns; got {said}. Bring them to one form first.")
    orders = {name: list(X.columns) for name, (X, _) in pairs.items() if hasattr(X, "columns")}
    for name, columns in orders.items():
        if columns != next(iter(orders.values())):
            raise ValueError(f"all four must have the same columns in the same order; {name} has {columns}.")
    for who in ("real", "machine"):
        if pairs[f"{who}_train"][0] is pairs[f"{who}_test"][0]:
            raise ValueError(f"{who}_test must be other rows than {who}_train; got the same. Hold some out.")


def _check_labels(pairs: Mapping[str, tuple]) -> None:
    """Labels that a model can never say, or that nobody asks for, are data's likeliest flaw, and a silent one."""
    made, asked, real = (set(np.asarray(pairs[name][1]).ravel().tolist()) for name in _LABELLED)
    if not asked & made:
        raise ValueError(
            f"machine_train must have labels of real_test; got {_listed(made)} in place of {_listed(asked)}."
        )
    for name, known in (("machine_train", made), ("real_train", real)):
        if asked - known:
            warnings.warn(f"{name} has no {_listed(asked - known)}, which real_test asks for.", stacklevel=3)
    if made - asked - real:
        said = _listed(made - asked - real)
        warnings.warn(f"machine_train has {said}, which no real data have. Is it spelled alike?", stacklevel=3)


_LABELLED = ("machine_train", "real_test", "real_train")


def _listed(labels: set) -> str:
    return ", ".join(sorted(map(repr, labels)))


def _fresh(model):
    try:
        return clone(model)
    except TypeError:  # not scikit-learn's: it has no get_params
        return deepcopy(model)
