"""Make changed copies of training items whose label stays what it was, and check that it does.

A transform is a function `transform(X, rng)` that returns a changed copy of every item. `augment` adds such copies to a
training set. To know whether they help, compare three arms on real held-out items, each with settings tuned for itself:
no copies, *plain* copies (`lambda X, rng: X`), changed copies. Copies of any kind act on a model's settings, so a gain
over no copies may have nothing to do with the change. And try a better model first.

Stop using it for colour images, boxes and masks (go to torchvision's transforms or albumentations), for text that must
stay grammatical or is written without spaces (nlpaug, or a language model), and for tables, which have no changes that
keep the label by nature. Copies belong in the training set alone: split first, augment then. In cross-validation use
`copy_folds`.

Sources: word swaps and deletions, Wei & Zou, "EDA", EMNLP 2019; a transform must keep the label of the task at hand,
Shorten & Khoshgoftaar, "A survey on Image Data Augmentation for Deep Learning", Journal of Big Data 6 (2019); the
interval of `label_change_rate`, Bonett & Price, Journal of Educational and Behavioral Statistics 37 (2012), 479-488.
Needs: numpy. Licence: MIT.

Three lines:

    import numpy, augmentation as aug
    rng = numpy.random.default_rng(0)
    X, y = aug.augment(rng.random((10, 8, 8)), range(10), aug.shift_images, 4, rng)  # 10 images become 50
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

__all__ = [
    "LabelChange",
    "augment",
    "copy_folds",
    "drop_words",
    "flip_images",
    "label_change_rate",
    "rotate_images",
    "shift_images",
    "swap_entities",
    "swap_words",
]

Transform = Callable[..., object]

# Images are worked on in blocks that fit a processor's cache.
_BLOCK_PIXELS = 60_000


class LabelChange(NamedTuple):
    """How often a model's label of an item is wrong after a transform (`rate`) and without it (`base_rate`).

    `excess` is their difference with a 95% interval, `low` to `high`.
    """

    rate: float
    base_rate: float
    excess: float
    low: float
    high: float


def augment(X, y, transform: Transform, copies: int, rng: np.random.Generator):
    """Add changed copies of every item, with the label of the original.

    Parameters
    ----------
    X : ndarray (n, ...), or list of n texts
    y : sequence of n labels
    transform : callable
        `transform(X, rng)` returns n changed items, such as `shift_images`. For other settings:
        `lambda X, rng: shift_images(X, rng, max_pixels=1)`. It gets a copy of X, so
        it may work in place. Plain copies: `lambda X, rng: X`.
    copies : int, 1 or more
        Changed copies of each item. The originals stay.
    rng : numpy.random.Generator

    Returns
    -------
    X_more : ndarray (n + n copies, ...), or list
    y_more : ndarray (n + n copies,)
        The originals come first, in their order; row i + k n is the k-th copy of item i, as `copy_folds` expects.

    Raises
    ------
    TypeError, ValueError
        When X and y differ in length or are empty, copies is below 1, or the transform returns something else than n
        items of the same kind.

    Examples
    --------
    >>> texts, labels = augment(["a good film"], [1], swap_words, 2, np.random.default_rng(0))
    >>> len(texts), labels.tolist()
    (3, [1, 1, 1])
    """
    y = _check_items(X, y, rng)
    _check_count("copies", copies)
    parts = [X, *(_changed(X, transform, rng) for _ in range(copies))]
    more = np.concatenate(parts) if isinstance(X, np.ndarray) else [item for part in parts for item in part]
    return more, np.tile(y, copies + 1)


def copy_folds(folds: Iterable, n: int, copies: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Folds for cross-validation with copies: an item and its copies stay together, and only originals are tested.

    Parameters
    ----------
    folds : iterable of pairs (training rows, test rows)
        Of the originals alone, such as `StratifiedKFold(3).split(X, y)`.
    n : int, 1 or more
        Originals.
    copies : int, 0 or more
        As in `augment`; 0 gives the folds back as they are.

    Returns
    -------
    iterator of pairs (training rows, test rows)
        Rows of what `augment` returns. For scikit-learn: `cv=list(copy_folds(...))`. Where copies borrow from other
        items (`swap_entities` without names of its own, SMOTE, mixup), it is not enough: split first and copy then.

    Raises
    ------
    TypeError, ValueError
        When n or copies is no whole number in its range, or a fold has a row that is not among the n.

    Examples
    --------
    >>> [(train.tolist(), test.tolist()) for train, test in copy_folds([([0], [1]), ([1], [0])], n=2, copies=1)]
    [([0, 2], [1]), ([1, 3], [0])]
    """
    _check_count("n", n)
    if copies != 0:
        _check_count("copies", copies)
    return _with_copies(folds, n, copies)


def shift_images(
    images: np.ndarray, rng: np.random.Generator, max_pixels: float = 0.6, fill: float = 0.0
) -> np.ndarray:
    """Shift every image by a random amount, up to `max_pixels` in each direction.

    Parameters
    ----------
    images : ndarray (n, height, width)
        Without gaps: a pixel that is NaN makes its neighbours NaN.
    rng : numpy.random.Generator
    max_pixels : float, 0 or more
        In pixels, so choose it for the size of your images; parts of a pixel are allowed (bilinear, which blurs a
        little).
    fill : float
        What moves in from outside: the value of the background.

    Returns
    -------
    ndarray (n, height, width) of float, in the range that the images have
        float32 for images of 8 or 16 bits, else as they are or float64.

    Raises
    ------
    TypeError, ValueError
        When images are not three-dimensional, or max_pixels is negative.

    Examples
    --------
    >>> dot = np.zeros((1, 3, 3)); dot[0, 1, 1] = 4
    >>> shift_images(dot, np.random.default_rng(0), max_pixels=0.5).sum().item()
    4.0
    """
    images = _check_images(images, rng)
    _check_range("max_pixels", max_pixels, 0, math.inf)
    images = images - images.dtype.type(fill)
    count, height, width = images.shape
    down, right = rng.uniform(-max_pixels, max_pixels, (2, count, 1, 1)).astype(images.dtype)
    shifted = np.empty_like(images)
    for block in _blocks(count, max(height, width) ** 2):
        rows = _shift_matrix(height, down[block])
        columns = _shift_matrix(width, right[block])
        shifted[block] = rows @ images[block] @ columns.swapaxes(1, 2)
    return shifted + images.dtype.type(fill)


def rotate_images(
    images: np.ndarray, rng: np.random.Generator, max_degrees: float = 8.0, fill: float = 0.0
) -> np.ndarray:
    """Rotate every image about its middle by a random angle, up to `max_degrees` either way.

    Parameters
    ----------
    images : ndarray (n, height, width)
        Without gaps: a pixel that is NaN makes its neighbours NaN.
    rng : numpy.random.Generator
    max_degrees : float, 0 to 180
    fill : float
        What comes in from outside: the value of the background.

    Returns
    -------
    ndarray (n, height, width) of float, in the range that the images have
        Bilinear; float32 for images of 8 or 16 bits, else as they are or float64.

    Raises
    ------
    TypeError, ValueError
        When images are not three-dimensional, or max_degrees is outside its range.

    Examples
    --------
    >>> bar = np.zeros((1, 3, 3)); bar[0, :, 1] = 1
    >>> rotate_images(bar, np.random.default_rng(0), max_degrees=0).tolist() == bar.tolist()
    True
    """
    images = _check_images(images, rng)
    _check_range("max_degrees", max_degrees, 0, 180)
    images = images - images.dtype.type(fill)
    count, height, width = images.shape
    angle = np.deg2rad(rng.uniform(-max_degrees, max_degrees, (count, 1, 1))).astype(images.dtype)
    y, x = np.ogrid[:height, :width]
    y, x = (y - (height - 1) / 2).astype(images.dtype), (x - (width - 1) / 2).astype(images.dtype)
    rotated = np.empty_like(images)
    for block in _blocks(count, height * width):
        cosine, sine = np.cos(angle[block]), np.sin(angle[block])
        from_y = cosine * y - sine * x + images.dtype.type((height - 1) / 2)
        from_x = sine * y + cosine * x + images.dtype.type((width - 1) / 2)
        rotated[block] = _sample(images[block], from_y, from_x)
    return rotated + images.dtype.type(fill)


def flip_images(images: np.ndarray, rng: np.random.Generator, share: float = 1.0) -> np.ndarray:
    """Mirror images left to right.

    Parameters
    ----------
    images : ndarray (n, height, width)
    rng : numpy.random.Generator
    share : float, 0 to 1
        The chance of each image to be flipped; the others stay as they are.

    Returns
    -------
    ndarray (n, height, width) of float

    Raises
    ------
    TypeError, ValueError
        When images are not three-dimensional, or share is outside its range.

    Examples
    --------
    >>> flip_images(np.array([[[1.0, 2.0]]]), np.random.default_rng(0)).tolist()
    [[[2.0, 1.0]]]
    """
    images = _check_images(images, rng)
    _check_range("share", share, 0, 1)
    flip = rng.random(len(images)) < share
    return np.where(flip[:, None, None], images[:, :, ::-1], images)


def drop_words(texts: Sequence[str], rng: np.random.Generator, share: float = 0.15) -> list[str]:
    """Leave out words at random.

    Parameters
    ----------
    texts : sequence of n texts
        Split at white space.
    rng : numpy.random.Generator
    share : float, 0 to 1
        The chance of each word to be left out. One word always stays.

    Returns
    -------
    list of n texts, the words joined by single spaces

    Raises
    ------
    TypeError, ValueError
        When texts is a single text or holds something else, or share is outside its range.

    Examples
    --------
    >>> drop_words(["a very long and slow film"], np.random.default_rng(1), share=0.5)
    ['a very and']
    """
    split = _check_texts(texts, rng)
    _check_range("share", share, 0, 1)
    ends = np.cumsum([len(words) for words in split])
    keep = rng.random(int(ends[-1]) if len(ends) else 0) >= share
    lucky = rng.random(len(split))
    dropped = []
    for words, end, luck in zip(split, ends.tolist(), lucky.tolist(), strict=True):
        stay = keep[end - len(words) : end].tolist()
        left = [word for word, kept in zip(words, stay, strict=True) if kept]
        dropped.append(" ".join(left or words[int(luck * len(words)) :][:1]))
    return dropped


def swap_words(texts: Sequence[str], rng: np.random.Generator, swaps: int = 1) -> list[str]:
    """Exchange two random words of every text, `swaps` times.

    Parameters
    ----------
    texts : sequence of n texts
        Split at white space. A text of fewer than two words stays as it is.
    rng : numpy.random.Generator
    swaps : int, 1 or more

    Returns
    -------
    list of n texts, the words joined by single spaces

    Raises
    ------
    TypeError, ValueError
        When texts is a single text or holds something else, or swaps is below 1.

    Examples
    --------
    >>> swap_words(["good film"], np.random.default_rng(0))
    ['film good']
    """
    split = _check_texts(texts, rng)
    _check_count("swaps", swaps)
    first, other = rng.random((2, swaps, len(split))).tolist()
    for one, two in zip(first, other, strict=True):
        for words, a, b in zip(split, one, two, strict=True):
            if len(words) > 1:
                i = int(a * len(words))
                j = (i + 1 + int(b * (len(words) - 1))) % len(words)  # another place than i, each as likely
                words[i], words[j] = words[j], words[i]
    return [" ".join(words) for words in split]


def swap_entities(
    tokens: Sequence[Sequence[str]],
    tags: Sequence[Sequence[str]],
    rng: np.random.Generator,
    entities: Mapping[str, Sequence[str]] | None = None,
) -> tuple[list[list[str]], list[list[str]]]:
    """Replace every named entity by another one of its kind; tokens and tags stay aligned.

    Parameters
    ----------
    tokens : n sentences, each a list of words
    tags : n sentences, each a list of BIO tags (`B-PER`, `I-PER`, `O`), one a word
    rng : numpy.random.Generator
    entities : mapping from kind to names, or None
        Names to draw from, words separated by spaces, such as {"PER": ["Ada Lovelace"]}; Faker can make them
        (`[fake.name() for _ in range(500)]`). None draws from the entities of these sentences, so that the names of all
        sentences mix: then cross-validate by splitting first, and make copies of each training fold alone. A name may
        draw itself again. A kind without names stays as it is.

    Returns
    -------
    tokens, tags : lists like the input
        A name may have more or fewer words than the one it replaces; its tags grow or shrink with it. A name that
        begins with I- comes back with B-.

    Raises
    ------
    TypeError, ValueError
        When tokens and tags differ in length, a tag is neither O nor B- or I- and a kind, or entities has names for
        none of the kinds that are tagged.

    Examples
    --------
    >>> swap_entities([["Ada", "sings"]], [["B-PER", "O"]], np.random.default_rng(0), {"PER": ["Li Na"]})
    ([['Li', 'Na', 'sings']], [['B-PER', 'I-PER', 'O']])
    """
    _check_rng(rng)
    sentences = _spans(tokens, tags)
    there = _names_in(sentences)
    names_of = there if entities is None else _check_names(entities)
    if there and not there.keys() & names_of.keys():
        raise ValueError(
            f"entities must have names for a kind that is tagged; it has {', '.join(names_of) or 'none'}, tagged are "
            f"{', '.join(there)}. Rename one."
        )
    new_tokens, new_tags = [], []
    for spans in sentences:
        words, labels = [], []
        for kind, span in spans:
            names = names_of.get(kind)
            name = names[rng.integers(len(names))] if names else span
            words += name
            labels += ["O"] * len(name) if kind is None else [f"B-{kind}", *[f"I-{kind}"] * (len(name) - 1)]
        new_tokens.append(words)
        new_tags.append(labels)
    return new_tokens, new_tags


def label_change_rate(model, X, y, transform: Transform, rng: np.random.Generator) -> LabelChange:
    """Ask a good model how often a transform changes the label of an item.

    Parameters
    ----------
    model : fitted classifier with `predict`, or a function from items to labels
        As good as you have: fitted on *other* items, all that you own, without the transform. For images and a model
        that takes rows of pixels: `lambda X: model.predict(X.reshape(len(X), -1))`.
    X : ndarray (n, ...), or list of n texts
        Held-out items, in the form that both the transform and `model.predict` take.
    y : sequence of n labels
    transform : callable, as in `augment`
    rng : numpy.random.Generator

    Returns
    -------
    LabelChange (rate, base_rate, excess, low, high)
        `rate` is the share of items that get a wrong label after the transform, `base_rate` the share without it. A
        clear `excess` (low above 0) is a warning: either the transform changes the label, or it takes items to where
        the model has seen nothing. Look at some of them. No alarm is no permission: a few dozen items hardly ever raise
        one, and an excess near 0 does not promise that augmenting helps.

    Raises
    ------
    TypeError, ValueError
        When X and y differ in length or are empty, the transform returns something else than n items, or the model
        something else than n labels of the kind in y.

    Examples
    --------
    >>> class Sign:
    ...     def predict(self, X):
    ...         return np.sign(X)
    >>> X = np.array([-2.0, -1.0, 1.0, 2.0])
    >>> label_change_rate(Sign(), X, np.sign(X), lambda X, rng: -X, np.random.default_rng(0)).rate
    1.0
    """
    y = _check_items(X, y, rng)
    predict = model.predict if hasattr(model, "predict") else model
    labels = _labels(predict, X, y)
    if not np.isin(labels, y).any():
        raise ValueError(
            f"model must predict labels as in y; y has {y.tolist()[0]!r}, the model says {labels.tolist()[0]!r}. Text "
            "is no number."
        )
    before, after = labels != y, _labels(predict, _changed(X, transform, rng), y) != y
    difference = after.astype(float) - before
    # Bonett & Price: one item more that turned wrong and one that turned right, so that no change at all in a few
    # items is not taken for certainty.
    padded = np.append(difference, [1.0, -1.0])
    middle, half = padded.mean(), 1.96 * padded.std() / math.sqrt(len(padded))
    low, high = max(middle - half, -1.0), min(middle + half, 1.0)
    return LabelChange(*map(float, (after.mean(), before.mean(), difference.mean(), low, high)))


def _changed(X, transform: Transform, rng: np.random.Generator):
    if not callable(transform):
        raise TypeError(f"transform must be a function of items and generator; got {type(transform).__name__}.")
    changed = transform(X.copy() if isinstance(X, np.ndarray) else list(X), rng)
    if not hasattr(changed, "__len__"):
        raise TypeError(f"transform must return the changed items; got {changed!r}. Does it end with a return?")
    if len(changed) != len(X) or (isinstance(X, np.ndarray) and np.shape(changed) != X.shape):
        raise ValueError(
            f"transform must return one changed item for each, of the same shape; got "
            f"{getattr(changed, 'shape', len(changed))} for {getattr(X, 'shape', len(X))}."
        )
    return changed


def _with_copies(folds: Iterable, n: int, copies: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for train, test in folds:
        train, test = np.asarray(train, dtype=int), np.asarray(test, dtype=int)
        last = max(train.max(initial=0), test.max(initial=0))
        if last >= n:
            raise ValueError(f"folds must be of the n = {n} originals; one has row {last}. Split before you augment.")
        yield np.concatenate([train + n * copy for copy in range(copies + 1)]), test


def _labels(predict, X, y: np.ndarray) -> np.ndarray:
    if not callable(predict):
        raise TypeError(f"model must be a function, or have a method predict; got {type(predict).__name__}.")
    labels = np.asarray(predict(X))
    if labels.shape != y.shape:
        raise ValueError(
            f"model must predict one label for each of {len(y)} items; got shape {labels.shape}. Of probabilities take "
            "the most likely class, of a column its ravel()."
        )
    return labels


def _shift_matrix(size: int, shift: np.ndarray) -> np.ndarray:
    """(n, size, size) weights: how much of each source pixel lands on each target pixel (bilinear: a triangle)."""
    place = np.arange(size, dtype=shift.dtype)
    distance = np.abs(place[:, None] - shift - place)
    return np.maximum(0, 1 - distance, out=distance)


def _sample(images: np.ndarray, from_y: np.ndarray, from_x: np.ndarray) -> np.ndarray:
    """The images at places between pixels, bilinear; 0 outside."""
    count, height, width = images.shape
    # A border of zeros, so that a place just outside needs no special case; further out is drawn in to it.
    padded = np.zeros((count, height + 3, width + 3), images.dtype)
    padded[:, 1:-2, 1:-2] = images
    from_y, from_x = np.clip(from_y, -1, height), np.clip(from_x, -1, width)
    top, left = np.floor(from_y), np.floor(from_x)
    share_y, share_x = from_y - top, from_x - left
    corner = (np.arange(count)[:, None, None] * (height + 3) + top.astype(np.intp) + 1) * (width + 3)
    corner += left.astype(np.intp) + 1
    flat = padded.ravel()
    upper = flat[corner]
    upper += share_x * (flat[corner + 1] - upper)
    corner += width + 3
    lower = flat[corner]
    lower += share_x * (flat[corner + 1] - lower)
    return upper + share_y * (lower - upper)


def _blocks(count: int, pixels: int) -> list[slice]:
    size = max(1, _BLOCK_PIXELS // pixels)
    return [slice(start, start + size) for start in range(0, count, size)]


def _spans(tokens, tags) -> list[list[tuple[str | None, list[str]]]]:
    """For each sentence its spans: (kind, words), where the kind of what is no entity is None."""
    if len(tokens) != len(tags):
        raise ValueError(f"tokens and tags must have the same length; got {len(tokens)} and {len(tags)} sentences.")
    sentences = []
    for place, (words, labels) in enumerate(zip(tokens, tags, strict=True)):
        if isinstance(words, str) or len(words) != len(labels):
            raise ValueError(
                f"Every sentence must be a list of words with one tag each; sentence {place} has {len(words)} words "
                f"and {len(labels)} tags. Split it at white space, and tag each word."
            )
        spans: list[tuple[str | None, list[str]]] = []
        for word, label in zip(words, labels, strict=True):
            begin, _, kind = label.partition("-") if isinstance(label, str) else ("", "", "")
            if label != "O" and (begin not in ("B", "I") or not kind):
                raise ValueError(
                    f"A tag must be O, or B- or I- and a kind, such as B-PER; sentence {place} has {label!r}."
                )
            if spans and label != "O" and begin == "I" and spans[-1][0] == kind:
                spans[-1][1].append(word)
            else:
                spans.append((kind or None, [word]))
        sentences.append(spans)
    return sentences


def _names_in(sentences) -> dict[str, list[list[str]]]:
    names: dict[str, list[list[str]]] = {}
    for spans in sentences:
        for kind, words in spans:
            if kind is not None:
                names.setdefault(kind, []).append(words)
    return names


def _check_names(entities) -> dict[str, list[list[str]]]:
    if not isinstance(entities, Mapping):
        raise TypeError(f"entities must map a kind to a list of names; got {type(entities).__name__}.")
    for kind, names in entities.items():
        wrong = [names] if isinstance(names, str) else [n for n in names if not isinstance(n, str) or not n.split()]
        if wrong:
            raise ValueError(
                f"entities must map a kind to a list of names of 1 word or more; {kind!r} has {wrong[0]!r}. Write "
                f'{{"PER": ["Ada Lovelace"]}}.'
            )
    return {kind: [name.split() for name in names] for kind, names in entities.items()}


def _check_rng(rng) -> None:
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator, such as numpy.random.default_rng(0); got {rng!r}.")


def _check_items(X, y, rng) -> np.ndarray:
    _check_rng(rng)
    if hasattr(X, "columns"):
        raise TypeError("X must be an array or a list of texts; got a table. Give X.to_numpy() or one column.")
    y = np.asarray(y)
    if y.ndim != 1:
        raise ValueError(f"y must hold one label for each item; got shape {y.shape}. A column: y.ravel().")
    if not len(X) or len(X) != len(y):
        raise ValueError(f"X and y must have the same length, 1 or more; got {len(X)} and {len(y)}.")
    return y


def _check_images(images, rng) -> np.ndarray:
    _check_rng(rng)
    images = np.asarray(images)
    real = images.dtype.kind in "biuf"
    if images.ndim != 3 or 0 in images.shape[1:] or not real:
        mend = {
            2: "Rows of pixels: images.reshape(-1, height, width).",
            4: "Colour is not for this file, since a change must be the same in all channels: go to torchvision.",
        }
        raise ValueError(
            f"images must be numbers of shape (n, height, width); got {images.dtype} of shape {images.shape}. "
            + mend.get(images.ndim, "One image: image[None].")
        )
    if images.dtype in (np.float32, np.float64):
        return images
    return images.astype(np.float32 if images.dtype.itemsize <= 2 else np.float64)


def _check_texts(texts, rng) -> list[list[str]]:
    _check_rng(rng)
    if isinstance(texts, str):
        raise TypeError("texts must be a list of texts; got a single text. Write [text].")
    texts = list(texts)
    for place, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"texts must hold texts only; place {place} is {text!r}. Drop or fill it first.")
    return [text.split() for text in texts]


def _check_range(name: str, value: float, low: float, high: float) -> None:
    limit = f"a number, {low} or more" if high == math.inf else f"a number, {low} to {high}"
    try:
        fits = low <= value <= high and value < math.inf
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be {limit}; got {value!r}.") from None
    if not fits:
        raise ValueError(f"{name} must be {limit}; got {value!r}.")


def _check_count(name: str, value: int) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        raise ValueError(f"{name} must be a whole number, 1 or more; got {value!r}.")
