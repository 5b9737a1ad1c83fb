"""Time and results of helpers/augmentation.py beside packages that do the same. README.md says how to run it."""

import os
import platform
import random
import statistics
import sys
import time
from functools import partial
from importlib.metadata import version

import numpy as np
from scipy import ndimage
from sklearn.datasets import load_digits
from threadpoolctl import threadpool_limits

from helpers.augmentation import drop_words, rotate_images, shift_images, swap_words

REPEATS = 15
MAX_PIXELS = {8: 0.6, 28: 2.1}  # the same share of the image
MAX_DEGREES = 8.0
SHARE = 0.15


def pictures(size):
    """The 1,797 digits of scikit-learn, 8 x 8 or enlarged, 0 to 1."""
    small = load_digits().images / 16
    return small if size == 8 else ndimage.zoom(small, (1, size / 8, size / 8), order=1)


def sentences(count=2000):
    """Texts of 1 to 40 words; within a text every word is another one."""
    rng = np.random.default_rng(0)
    return [" ".join(f"word{word}" for word in rng.permutation(5000)[:length]) for length in rng.integers(1, 41, count)]


class Albumentations:
    """Albumentations draws once a call, so every image needs its own call. It takes float32, and no float64."""

    def __init__(self):
        os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"  # it would ask the network for its newest version
        import albumentations
        import cv2

        class FineShift(albumentations.Affine):
            """As it is it cuts every shift to whole pixels: 0.6 would be none."""

            def _get_translate_params(self, image_shape):
                return {
                    axis: self.py_random.uniform(*self.translate_percent[axis]) * image_shape[axis == "x"]
                    for axis in "xy"
                }

        self.rows = {"interpolation": cv2.INTER_LINEAR, "border_mode": cv2.BORDER_CONSTANT, "fill": 0, "p": 1.0}
        self.package, self.fine_shift, self.cv2 = albumentations, FineShift, cv2
        cv2.setNumThreads(0)

    def shift(self, y, x):
        """Ranges in parts of the size."""
        return self.fine_shift(translate_percent={"y": y, "x": x}, scale=1.0, **self.rows)

    def rotation(self, degrees):
        return self.package.Rotate(limit=degrees, **self.rows)

    def bare_shift(self, images, rng, limit):
        """OpenCV alone, which does the work inside albumentations, in the shortest loop."""
        shifts = rng.uniform(-limit, limit, (len(images), 2)).tolist()
        pairs = zip(images, shifts, strict=True)
        return np.stack([self._warp(image, np.array([[1, 0, x], [0, 1, y]])) for image, (y, x) in pairs])

    def bare_rotation(self, images, rng):
        height, width = images.shape[1:]
        middle = ((width - 1) / 2, (height - 1) / 2)
        angles = rng.uniform(-MAX_DEGREES, MAX_DEGREES, len(images)).tolist()
        turns = (self.cv2.getRotationMatrix2D(middle, angle, 1) for angle in angles)
        return np.stack([self._warp(image, turn) for image, turn in zip(images, turns, strict=True)])

    def _warp(self, image, matrix):
        return self.cv2.warpAffine(image, matrix, image.shape[::-1], flags=self.cv2.INTER_LINEAR)


def one_by_one(transform, images):
    return np.stack([transform(image=image)["image"] for image in images])


def plain_swap(texts, rng):
    """The loop that one would write first."""
    swapped = []
    for text in texts:
        words = text.split()
        if len(words) > 1:
            i, j = rng.choice(len(words), 2, replace=False)
            words[i], words[j] = words[j], words[i]
        swapped.append(" ".join(words))
    return swapped


def keen_swap(texts, rng):
    """The same with numpy's cheapest draw of one number."""
    swapped = []
    for text in texts:
        words = text.split()
        if len(words) > 1:
            i, j = rng.integers(len(words)), rng.integers(len(words) - 1)
            j += j >= i
            words[i], words[j] = words[j], words[i]
        swapped.append(" ".join(words))
    return swapped


def check_pictures(peer, images, size):
    """Given the same shifts and angles both make the same images."""
    limit, count = MAX_PIXELS[size], len(images)
    shifts = np.random.default_rng(1).uniform(-limit, limit, (2, count)).T / size
    angles = np.random.default_rng(1).uniform(-MAX_DEGREES, MAX_DEGREES, count)
    single = images.astype(np.float32)
    moved = [peer.shift((y, y), (x, x))(image=one)["image"] for one, (y, x) in zip(single, shifts, strict=True)]
    np.testing.assert_allclose(shift_images(images, np.random.default_rng(1), limit), moved, atol=1e-4)
    for sign in (1, -1):  # which way is positive does not matter: the range has two sides
        turned = [peer.rotation((sign * a,) * 2)(image=one)["image"] for one, a in zip(single, angles, strict=True)]
        if np.allclose(rotate_images(images, np.random.default_rng(1), MAX_DEGREES), turned, atol=1e-4):
            return
    raise AssertionError("Rotations differ from albumentations.")


def check_texts(ours, peer, texts):
    """Both drop as many words."""
    long = [text for text in texts if text.count(" ") > 9]
    kept = [sum(len(text.split()) for text in function(long)) for function in (ours, peer)]
    assert abs(kept[0] / kept[1] - 1) < 0.02, kept


def check_swaps(functions, texts):
    """All move exactly two words of each text that has two."""
    for function in functions:
        moved = [
            sum(a != b for a, b in zip(old.split(), new.split(), strict=True))
            for old, new in zip(texts, function(texts, np.random.default_rng(1)), strict=True)
        ]
        assert moved == [2 if " " in text else 0 for text in texts], function


def medians(ours, peer):
    """Milliseconds of both, in alternation, after one run of each that does not count."""
    times = [], []
    for repeat in range(REPEATS + 1):
        for place, function in enumerate((ours, peer)):
            start = time.perf_counter()
            function()
            if repeat:
                times[place].append((time.perf_counter() - start) * 1000)
    return tuple(map(statistics.median, times))


def image_rows(peer):
    """(what, ours, peer, target): calls to time; where the target is None the row is for information."""
    rng = np.random.default_rng(0)
    for size, target in ((8, 0.2), (28, 0.5)):
        images, limit = pictures(size), MAX_PIXELS[size]
        single, part = images.astype(np.float32), (-limit / size, limit / size)
        check_pictures(peer, images[:200], size)
        shift, rotate = partial(shift_images, images, rng, limit), partial(rotate_images, images, rng, MAX_DEGREES)
        what = f"1,797 images {size} x {size}"
        yield f"shift, {what}: albumentations", shift, partial(one_by_one, peer.shift(part, part), single), target
        turn = peer.rotation((-MAX_DEGREES, MAX_DEGREES))
        yield f"rotate, {what}: albumentations", rotate, partial(one_by_one, turn, single), target
        yield f"shift, {what}: OpenCV alone", shift, partial(peer.bare_shift, single, rng, limit), None
        yield f"rotate, {what}: OpenCV alone", rotate, partial(peer.bare_rotation, single, rng), None


def text_rows():
    from textaugment import EDA

    random.seed(0)
    rng, texts = np.random.default_rng(0), sentences()
    eda = EDA.__new__(EDA)  # its __init__ fetches word lists that dropping and swapping do not use
    drop = partial(drop_words, rng=rng, share=SHARE)

    def peer_drop(texts):
        return [eda.random_deletion(text, p=SHARE) for text in texts]

    def peer_swap(texts, rng):
        return [eda.random_swap(text) for text in texts]

    check_texts(drop, peer_drop, texts)
    check_swaps((swap_words, plain_swap, keen_swap), texts)
    swap = partial(swap_words, texts, rng)
    yield "drop words, 2,000 texts: textaugment", partial(drop, texts), partial(peer_drop, texts), 1.0
    yield "swap words, 2,000 texts: numpy loop", swap, partial(plain_swap, texts, rng), 0.4
    yield "swap words, 2,000 texts: loop, cheapest draw", swap, partial(keen_swap, texts, rng), None
    yield "swap words, 2,000 texts: textaugment", swap, partial(peer_swap, texts, rng), None


def main():
    packages = ("numpy", "albumentations", "opencv-python-headless", "textaugment", "nltk")
    print(f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in packages))
    print(f"{'what: peer':<48}{'ours ms':>9}{'peer ms':>9}{'ratio':>7}{'target':>8}")
    missed = 0
    with threadpool_limits(1):
        for what, ours, peer, target in (*image_rows(Albumentations()), *text_rows()):
            own, other = medians(ours, peer)
            missed += target is not None and own / other > target
            print(f"{what:<48}{own:>9.2f}{other:>9.2f}{own / other:>7.3f}{target or '':>8}")
    print("All targets met." if not missed else f"{missed} targets missed.")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
