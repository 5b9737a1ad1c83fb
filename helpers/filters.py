"""Filter machine-written rows: near copies, leaks into a test set, doubtful labels, odd lengths, and what each drops.

`near_duplicates` and `find_leaks` compare the spelling of all texts with all others; no pair above the threshold is
missed. `label_disagreement` asks a second rating, or a model that never saw the row, `length_outliers` counts words,
and `apply_filters` runs filters of any kind and says what each one drops, and what nothing else would have dropped.

A filter is a judgement: read what it drops before you believe it. Two texts with nearly the same letters may mean the
opposite ("a good film", "not a good film"), and two that say the same may share no word. Whether a filter helps is for
a model trained with and without it to say, on human test items that no filter has touched.

Stop using it when there are more than a few 100,000 texts (100,000 were measured), or long ones (MinHash LSH:
datasketch, or text-dedup); when copies are paraphrased (embeddings: sentence-transformers, SemHash); when many labels
are wrong (cleanlab); or when texts must be checked for personal data or poison (presidio, and people).

Sources: comparing all pairs by rare features first, Bayardo, Ma & Srikant, "Scaling Up All Pairs Similarity Search",
WWW 2007; that near copies flatter test scores, Lee et al., "Deduplicating Training Data Makes Language Models Better",
ACL 2022; labels judged out of fold, Northcutt, Jiang & Chuang, "Confident Learning", JAIR 70 (2021); the fences of
`length_outliers`, Tukey, "Exploratory Data Analysis" (1977).
Needs: numpy 1.25, pandas 2, scipy 1.11, scikit-learn 1.4, or newer. Licence: MIT.

Three lines:

    import filters, pandas; table = pandas.DataFrame({"text": ["A fine film!", "a fine  film", "Dull."]})
    copies = {"copy": lambda rows: rows.index.isin(filters.near_duplicates(rows["text"])["second"])}
    kept, report = filters.apply_filters(table, copies); print(kept); print(report.counts)
"""

from __future__ import annotations

import numbers
import re
import reprlib
import unicodedata
import warnings
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.base import clone
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold, cross_val_predict

__all__ = [
    "FilterReport",
    "apply_filters",
    "find_leaks",
    "label_disagreement",
    "length_outliers",
    "near_duplicates",
]

_LETTERS = 5  # of a run of letters; shorter ones are in too many texts, longer ones are lost by a single typo
_COMMON = 0.01  # a run in fewer texts than this share is taken for no rarer: else a typo, unique, would weigh most
_ENTRIES = 2_000_000  # what a thread holds at a time, in numbers; 4 to 16 bytes each
_ROW_BITS = 24  # of the number that holds a run of letters and the text that it stands in
_NO_LETTERS = {code: " " for code in range(128) if not chr(code).isalnum()}
_MIX, _MIX_MORE = np.uint64(0x100000001B3), np.uint64(0x9E3779B97F4A7C15)  # odd numbers that spread well


class FilterReport(NamedTuple):
    """What filters drop: `counts` and `overlaps` by filter, `reasons` by dropped row, `flags` for everything."""

    counts: pd.DataFrame
    overlaps: pd.DataFrame
    reasons: pd.Series
    flags: pd.DataFrame


def near_duplicates(
    texts: Sequence[str], threshold: float = 0.8, *, partners: int = 100, threads: int = 2
) -> pd.DataFrame:
    """Find pairs of texts that are spelled nearly alike.

    Case, punctuation and spaces are evened out. What is left of a text is cut into runs of 5 letters that do not cross
    words, rare runs weigh more (IDF), and two texts are as alike as the cosine between their weights. A run counts once
    in a text, or "@name @name @name" would be all that two posts have to say.

    Parameters
    ----------
    texts : sequence of n texts, or a Series with a unique index; n from 1 to 16 million
        Texts without a letter or digit are compared as they stand. An empty text is like other empty texts alone.
    threshold : float in (0, 1]
        1 finds copies that differ at most in case, punctuation, spaces and the order of words. Lower ones take longer.
    partners : int, 1 or more
        For each text, name at most so many earlier ones that it is like. When there are more, a warning says so.
    threads : int, 1 or more
        As many as there are cores. The result is the same.

    Returns
    -------
    DataFrame, one row a pair: `first`, `second` (places from 0, or the labels of the index) and `similarity`
        `first` stands before `second` in texts. Of texts that are equal when evened out, each is paired with the first
        of them alone, and only that first is compared with others: 1,000 copies give 999 pairs, not 499,500. Every text
        that has a near duplicate before it is `second` in a row, so dropping all of `second` leaves none alike (and
        may drop a text that is like a dropped one only).

        At 0.8, of copies of made-up sentences of 6 to 40 words, 17 on average, 99% were found after one small edit (a
        typo, a word dropped or swapped, capitals, punctuation), 97% after two, 94% after three; 87% after two typos.
        Read the pairs before you trust a threshold: of texts of one to three words ("Problems.", "No problems.") those
        above it may say the opposite, and at 0.6 more of them only share a phrase. The order of words and emoticons do
        not count, and a "not" hardly. Similarity depends on the other texts, for what many of them share weighs less:
        "Your order 12 has shipped today" is like that of order 13 among film reviews, and not among ten thousand such
        orders, where the number is all that differs. So hold a threshold against texts of one set only.

    Raises
    ------
    TypeError
        When texts is a single text, or holds something else than texts.
    ValueError
        When texts is empty, its index is not unique, threshold is outside (0, 1], or partners or threads is
        below 1.

    Examples
    --------
    >>> near_duplicates(["A wonderful little film!", "Dull.", "a wonderfull little film"], threshold=0.7).round(2)
       first  second  similarity
    0      0       2        0.83
    """
    texts, labels = _check_texts("texts", texts)
    threshold = _check_threshold(threshold)
    partners, threads = _check_count("partners", partners), _check_count("threads", threads)
    even = [_evened(text) for text in texts]
    copy_of, _ = pd.factorize(np.array(even, dtype=object))
    chosen = np.sort(np.unique(copy_of, return_index=True)[1])  # the first of each
    weights = _weights([even[place] for place in chosen])
    steps = np.linspace(0, len(chosen), 1 + min(8, 1 + len(chosen) // 2000)).astype(int)  # later ones need no comparing
    tasks = [(start, stop, stop) for start, stop in pairwise(steps)]
    first, second, similarity = _alike(weights, tasks, threshold, partners, threads)
    again = np.setdiff1d(np.arange(len(texts)), chosen)
    first = np.r_[chosen[first], chosen[copy_of[again]]]
    second = np.r_[chosen[second], again]
    return _pairs(("first", "second"), labels[first], labels[second], np.r_[similarity, np.ones(len(again))], second)


def find_leaks(
    train_texts: Sequence[str],
    test_texts: Sequence[str],
    threshold: float = 0.8,
    *,
    partners: int = 100,
    threads: int = 2,
) -> pd.DataFrame:
    """Find test texts that are near copies of a training text.

    Parameters
    ----------
    train_texts, test_texts : sequences of texts, or Series, each with a unique index
        Training includes all that the model, or the model that wrote its texts, was shown. Alike as in
        `near_duplicates`.
    threshold : float in (0, 1]
    partners : int, 1 or more
        For each test text, name at most so many training texts. When there are more, a warning says so.
    threads : int, 1 or more

    Returns
    -------
    DataFrame, one row a pair: `train`, `test` (places from 0, or the labels of the index) and `similarity`
        Of training texts that are equal when evened out, the first is named. Every test text that leaks is in a row:
        `len(set(pairs["test"])) / len(test_texts)` is their share. Take these out of *training*: a test set from which
        the items like training are gone is no longer a fair sample.

    Raises
    ------
    TypeError, ValueError
        As `near_duplicates`.

    Examples
    --------
    >>> find_leaks(["The plot is thin.", "Great fun for all ages"], ["great fun, for all ages!!", "Too long."])
       train  test  similarity
    0      1     0         1.0
    """
    (train, train_labels), (test, test_labels) = (
        _check_texts(name, texts) for name, texts in (("train_texts", train_texts), ("test_texts", test_texts))
    )
    threshold = _check_threshold(threshold)
    partners, threads = _check_count("partners", partners), _check_count("threads", threads)
    train_even, test_even = ([_evened(text) for text in texts] for texts in (train, test))
    chosen = np.sort(np.unique(pd.factorize(np.array(train_even, dtype=object))[0], return_index=True)[1])
    weights = _weights([train_even[place] for place in chosen] + test_even)
    task = (len(chosen), weights.shape[0], len(chosen))
    first, second, similarity = _alike(weights, [task], threshold, partners, threads)
    second -= len(chosen)
    return _pairs(("train", "test"), train_labels[chosen[first]], test_labels[second], similarity, second)


def label_disagreement(
    labels: Sequence,
    second: Sequence | None = None,
    *,
    tolerance: float = 0,
    model=None,
    X=None,
    groups: Sequence | None = None,
    confidence: float = 0.5,
    folds: int = 5,
    rng: np.random.Generator | None = None,
) -> pd.DataFrame:
    """Find rows whose label a second rating contradicts, or a model that was fitted without them.

    Give either `second`, or `model`, `X` and `rng`.

    Parameters
    ----------
    labels : sequence of n labels or ratings, or a Series
    second : sequence of n, or a Series with the same index
        What somebody else said, in the same values. Blind to the first, or it proves little.
    tolerance : float, 0 or more, in the unit of the ratings
        With `second` alone: ratings so far apart still agree.
    model : classifier with `fit`, `predict` and `predict_proba`, or a pipeline
        A copy of it is fitted on the other folds. It takes the errors that it has learned for the truth: when many
        labels are wrong in the same way it agrees with them.
    X : array, DataFrame or list of n, whatever the model takes
    groups : sequence of n, or None
        Documents, people, prompts: rows of one group stand in one fold, or a model knows them by their neighbours.
    confidence : float, 0 to 1
        With `model` alone: its own choice must be at least so probable before it counts.
    folds : int, 2 or more
    rng : numpy.random.Generator
        Deals the rows into folds; the model's own `random_state` stays what it is.

    Returns
    -------
    DataFrame, one row a label in their order: `label`, `suggested`, `probability` and `disagrees` (bool)
        `probability` is what the model gives to the row's own label (NaN with `second`): read the smallest first.
        Disagreement is no proof of an error. The hard and the rare rows are where models err, and dropping them makes
        a data set that is easier than the world.

    Raises
    ------
    TypeError
        When model lacks `predict_proba`, ratings with a tolerance are no numbers, or rng is no generator.
    ValueError
        When both or neither of `second` and `model` are given, lengths differ, a label is missing, the two share no
        value, there is one class alone, a class (or the groups) are too few for the folds, or a number is out of range.

    Examples
    --------
    >>> label_disagreement([1, 4, -2], second=[2, -3, -2], tolerance=1)
       label  suggested  probability  disagrees
    0      1          2          NaN      False
    1      4         -3          NaN       True
    2     -2         -2          NaN      False
    """
    labels = _check_labels("labels", labels)
    if (second is None) == (model is None):
        raise ValueError("Give either second (what somebody else said), or model, X and rng; not both, not neither.")
    if second is not None:
        second = _check_labels("second", second, labels)
        differ = _apart(labels, second, _check_number("tolerance", tolerance, 0, np.inf))
        return pd.DataFrame({"label": labels, "suggested": second, "probability": np.nan, "disagrees": differ})
    _check_number("confidence", confidence, 0, 1)
    classes, coded = np.unique(labels.to_numpy(), return_inverse=True)
    cut = _check_folds(model, X, coded, classes, groups, folds, rng)
    p = cross_val_predict(clone(model), X, coded, groups=groups, cv=cut, method="predict_proba")
    best = p.argmax(axis=1)
    suggested = pd.Series(classes[best], labels.index)
    own = p[np.arange(len(p)), coded]
    disagrees = (best != coded) & (p.max(axis=1) >= confidence)
    return pd.DataFrame({"label": labels, "suggested": suggested, "probability": own, "disagrees": disagrees})


def length_outliers(
    texts: Sequence[str],
    reference: Sequence[str] | None = None,
    *,
    limits: tuple[float, float] | None = None,
    fence: float = 1.5,
) -> pd.Series:
    """Find texts with far fewer or far more words than is usual.

    Parameters
    ----------
    texts : sequence of texts, or a Series
        Words are what white space separates.
    reference : sequence of texts, or None
        Human texts that say what is usual. None: texts themselves; then a batch that is too long as a whole looks fine.
    limits : (low, high) numbers of words, or None
        Usual is low to high, both included, whatever the texts say. Then each row is judged alone, as a filter on
        batches of rows must.
    fence : float, 0 or more
        Without limits: how many times the middle half's width, beyond it, is still usual. In logarithms of 1 + words.

    Returns
    -------
    Series of bool, True for an outlier, with the index of texts or from 0
        1.5 is Tukey's rule of thumb; of normally distributed values it calls 0.7% outliers. Short human texts are
        common in some sources and not errors: look at both ends.

    Raises
    ------
    TypeError
        When texts or reference is a single text or holds something else than texts.
    ValueError
        When there is nothing that says what is usual, limits are no pair from low to high, or fence is below 0.

    Examples
    --------
    >>> length_outliers(["ok", "a fine film", "far too long to be fun"], limits=(2, 5)).tolist()
    [True, False, True]
    """
    texts, labels = _check_texts("texts", texts, empty=limits is not None or reference is not None, unique=False)
    words = np.fromiter((len(text.split()) for text in texts), np.int64, len(texts))
    if limits is None:
        usual = words
        if reference is not None:
            usual = np.array([len(text.split()) for text in _check_texts("reference", reference, unique=False)[0]])
        low, high = np.quantile(np.log1p(usual), [0.25, 0.75])
        width = _check_number("fence", fence, 0, np.inf) * (high - low) + 1e-9  # rounding
        low, high = np.expm1(low - width), np.expm1(high + width)
    else:
        low, high = _check_limits(limits, reference)
    return pd.Series((words < low) | (words > high), labels, name="length_outlier", dtype=bool)


def apply_filters(
    table: pd.DataFrame, filters: Mapping[str, Callable], *, allow_empty: bool = False
) -> tuple[pd.DataFrame, FilterReport]:
    """Drop the rows that any of several filters names, and say what each filter did.

    Parameters
    ----------
    table : DataFrame with a unique index
        Stays as it is; each filter gets a copy of all of it, so their order does not matter.
    filters : mapping of names to functions
        `function(table)` returns a bool for each row, True to drop it: a Series with the index of table, or an array in
        its order. One that needs more than the row, such as near duplicates, needs the whole table; all others can run
        on batches of rows, `frame.map_partitions(lambda t: apply_filters(t, filters, allow_empty=True)[0])` in Dask.
    allow_empty : bool
        Return an empty table when nothing is left, or was there, instead of raising.

    Returns
    -------
    kept : DataFrame
        The rows that no filter names, in their order.
    report : FilterReport (counts, overlaps, reasons, flags)
        `counts`, one row a filter: `drops`, `share` of all rows, `only_this` (rows that no other filter drops: what it
        adds to the others; 0 says that it can go). `overlaps`: rows that both of two filters drop. `reasons`, a Series:
        for each dropped row the names of its filters; `table.loc[report.reasons.index]` are these rows. `flags`: a bool
        for each row and filter. See too whether drops fall on one label or source: `table[report.flags["name"]]`.

    Raises
    ------
    TypeError
        When table is no DataFrame, filters is no mapping of texts to functions, or a filter returns no bools.
    ValueError
        When filters is empty, the index is not unique, a filter's result has other rows, or nothing is left.

    Examples
    --------
    >>> table = pd.DataFrame({"text": ["fine", "", "a b c d", "so so"], "rating": [3, 9, 9, 0]})
    >>> wrong = {"length": lambda t: length_outliers(t.text, limits=(1, 3)), "rating": lambda t: t.rating.abs() > 4}
    >>> kept, report = apply_filters(table, wrong)
    >>> kept.index.tolist(), report.reasons.to_dict()
    ([0, 3], {1: 'length, rating', 2: 'length, rating'})
    >>> report.counts  # doctest: +NORMALIZE_WHITESPACE
            drops  share  only_this
    filter
    length      2    0.5          0
    rating      2    0.5          0
    """
    _check_filters(table, filters)
    if not len(table) and not allow_empty:
        raise ValueError(
            "table must have rows; got none. Was it read, or filtered before? allow_empty=True accepts it."
        )
    flags = {name: _flags(name, function(table.copy()), table.index) for name, function in filters.items()}
    flags = pd.DataFrame(flags, index=table.index, dtype=bool).rename_axis(columns="filter")
    dropped = flags.any(axis=1).to_numpy()
    values = flags.to_numpy()
    drops, alone = values.sum(axis=0), (values & (values.sum(axis=1) == 1)[:, None]).sum(axis=0)
    if dropped.all() and not allow_empty:
        each = ", ".join(f"{name} {count}" for name, count in zip(flags, drops, strict=True))
        raise ValueError(
            f"filters must leave a row; they drop all {len(table)} ({each}). Loosen one, or look at the report: "
            "apply_filters(..., allow_empty=True)."
        )
    counts = {"drops": drops, "share": drops / max(len(table), 1), "only_this": alone}
    together = values.T.astype(np.int64) @ values
    names = np.array(list(flags), dtype=object)
    reasons = pd.Series([", ".join(names[row]) for row in values[dropped]], table.index[dropped], object, "reasons")
    report = FilterReport(
        pd.DataFrame(counts, flags.columns), pd.DataFrame(together, flags.columns, flags.columns), reasons, flags
    )
    return table[~dropped].copy(), report


# ---------------------------------------------------------------- how alike texts are


def _evened(text: str) -> str:
    """Lower case, words separated by single spaces, nothing else; what has no word stays as it is."""
    if text.isascii():  # the same as below, quicker
        text = text.lower()
        even = text.translate(_NO_LETTERS)
    else:
        text = unicodedata.normalize("NFKC", text).casefold()
        even = re.sub(r"[\W_]+", " ", text)
    return " ".join(even.split()) or " ".join(text.split())


def _weights(texts: list[str]) -> sparse.csr_matrix:
    """IDF of the runs of letters: a row a text, of length 1; columns from common to rare, those of one text out."""
    keys = np.concatenate([_runs(texts, start, stop) for start, stop in _batches([len(t) + 2 for t in texts])])
    keys.sort()
    keys = keys[np.r_[True, keys[1:] != keys[:-1]][: len(keys)]]  # a run counts once, however often a text repeats it
    row = (keys & np.uint64((1 << _ROW_BITS) - 1)).astype(np.int32)
    keys >>= np.uint64(_ROW_BITS)
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]][: len(keys)])
    texts_with = np.diff(np.r_[starts, len(keys)])
    rarity = np.log((1 + len(texts)) / (1 + np.maximum(texts_with, _COMMON * len(texts)))) + 1
    weight = np.repeat(rarity, texts_with)
    length = np.sqrt(np.bincount(row, weight**2, len(texts)))
    weight = (weight / length[row]).astype(np.float32)
    shared = texts_with > 1
    inside = np.repeat(shared, texts_with)
    ends = np.r_[0, np.cumsum(texts_with[shared])]
    columns = sparse.csc_matrix((weight[inside], row[inside], ends), shape=(len(texts), shared.sum()))
    weights = columns[:, np.argsort(-texts_with[shared], kind="stable")].tocsr()
    weights.sort_indices()
    return weights


def _runs(texts: list[str], start: int, stop: int) -> np.ndarray:
    """One number for each run of letters and the text that it stands in, the text in the last bits.

    Words have a space on both sides. A run lies within these; a word that is shorter is a run as a whole.
    """
    padded = [f" {text} " for text in texts[start:stop]]
    codes = np.frombuffer(("".join(padded) + " " * _LETTERS).encode("utf-32-le", "surrogatepass"), np.uint32)
    row = np.repeat(np.arange(start, stop, dtype=np.uint64), [len(text) for text in padded])
    space, n = codes == ord(" "), len(row)
    mixed, whole = codes[:n].astype(np.uint64), np.ones(n, bool)
    for place in range(1, _LETTERS):
        if place > 1:
            whole &= ~space[place - 1 : place - 1 + n]
        mixed = np.where(whole, mixed * _MIX + codes[place : place + n], mixed)
    kept = (whole | space[:n]) & ~space[1 : n + 1]
    mixed = mixed[kept] * _MIX_MORE
    return (mixed >> np.uint64(_ROW_BITS) << np.uint64(_ROW_BITS)) | row[kept]


def _alike(weights, tasks: list, threshold: float, partners: int, threads: int) -> tuple:
    """All pairs (earlier row, row, similarity) of the tasks (start, stop, end): rows start to stop, earlier below end.

    Each text has a common part, of length at most `bound`, and a rare one. Where two texts are alike, the rare parts
    alone reach the threshold less the longer of the common ones (by Cauchy-Schwarz), and rare parts are quick to
    compare: few texts share a rare run. What passes is then compared in full.
    """
    bound = max(threshold - 0.15, threshold / 2)
    squares = np.r_[0, np.cumsum(weights.data.astype(float) ** 2)]
    sizes = np.diff(weights.indptr)
    so_far = squares[1:] - np.repeat(squares[weights.indptr[:-1]], sizes)
    is_rare = so_far > bound**2
    row = np.repeat(np.arange(weights.shape[0]), sizes)
    common = np.sqrt(np.bincount(row[~is_rare], weights.data[~is_rare].astype(float) ** 2, weights.shape[0]))
    ends = np.r_[0, np.cumsum(np.bincount(row[is_rare], minlength=weights.shape[0]))]
    rare = sparse.csr_matrix((weights.data[is_rare], weights.indices[is_rare], ends), shape=weights.shape)
    needed = (threshold - common - 1e-5).astype(np.float32)  # the last for rounding

    def compare(start, columns, low, high):
        product = rare[start + low : start + high] @ columns
        second = np.repeat(np.arange(start + low, start + high, dtype=np.int32), np.diff(product.indptr))
        may = product.data >= np.minimum(needed[second], needed[product.indices])
        may &= product.indices < second
        return _verified(weights, product.indices[may], second[may], product.data[may], threshold, partners)

    found, crowded = [(np.zeros(0, int), np.zeros(0, int), np.zeros(0))], 0
    for start, stop, end in tasks:
        columns = rare[:end].T.tocsr()
        work = np.r_[0, np.cumsum(np.diff(columns.indptr)[rare.indices[ends[start] : ends[stop]]])]
        work = np.minimum(np.diff(work[ends[start : stop + 1] - ends[start]]), end)
        batches = [(start, columns, low, high) for low, high in _batches(work)]
        with ThreadPoolExecutor(threads) as pool:
            for pairs, cut in pool.map(lambda batch: compare(*batch), batches):
                found.append(pairs)
                crowded += cut
    if crowded:
        warnings.warn(
            f"{crowded} texts are like more than {partners} earlier ones, and only {partners} of them are returned for "
            "each. Raise partners= to see all, or drop these and call again.",
            stacklevel=3,
        )
    return tuple(np.concatenate(part) for part in zip(*found, strict=True))


def _verified(weights, first, second, promise, threshold: float, partners: int):
    """The candidates that are alike, at most `partners` for each second, and how many seconds have more than these.

    The most promising ones come first; the others are looked at only where these are too few.
    """
    order = np.lexsort((-promise, second))
    first, second = first[order].astype(np.int64), second[order]
    begins = np.flatnonzero(np.r_[True, second[1:] != second[:-1]][: len(second)])
    sizes = np.diff(np.r_[begins, len(second)])
    group, rank = np.repeat(np.arange(len(begins)), sizes), np.arange(len(second)) - np.repeat(begins, sizes)
    similarity = np.zeros(len(second))
    for round_ in (rank <= 2 * partners, rank > 2 * partners):
        enough = np.bincount(group[similarity >= threshold], minlength=len(begins)) > partners
        places = np.flatnonzero(round_ & ~enough[group])
        similarity[places] = _similarity(weights, first[places], second[places])
    alike = np.flatnonzero(similarity >= threshold)
    alike = alike[np.lexsort((first[alike], -similarity[alike], second[alike]))]
    counts = np.bincount(group[alike], minlength=len(begins))
    rank = np.arange(len(alike)) - np.repeat(np.cumsum(counts) - counts, counts)
    kept = alike[rank < partners]
    return (first[kept], second[kept], similarity[kept]), int((counts > partners).sum())


def _similarity(weights, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    sizes = np.diff(weights.indptr)
    found = [np.zeros(0)]
    for low, high in _batches(sizes[first] + sizes[second]):
        product = weights[first[low:high]].multiply(weights[second[low:high]])
        found.append(np.asarray(product.sum(axis=1)).ravel())
    return np.minimum(np.concatenate(found).round(5), 1)


def _batches(sizes) -> list[tuple[int, int]]:
    """Where to cut, so that a batch has at most `_ENTRIES` (or a single row)."""
    total = np.cumsum(np.asarray(sizes, dtype=np.int64))
    cuts = [0]
    while cuts[-1] < len(total):
        before = total[cuts[-1] - 1] if cuts[-1] else 0
        cuts.append(max(cuts[-1] + 1, int(np.searchsorted(total, before + _ENTRIES, side="right"))))
    return list(pairwise(cuts))


def _pairs(names, first, second, similarity, place) -> pd.DataFrame:
    table = pd.DataFrame({names[0]: first, names[1]: second, "similarity": similarity})
    return table.iloc[np.lexsort((-similarity, place))].reset_index(drop=True)


# ---------------------------------------------------------------- labels, filters


def _apart(labels: pd.Series, second: pd.Series, tolerance: float) -> np.ndarray:
    if not tolerance:
        _check_same_values(labels, second)
        return (labels != second).to_numpy()
    for name, values in (("labels", labels), ("second", second)):
        if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
            raise TypeError(f"{name} must be numbers to have a tolerance; got {values.dtype}. Leave tolerance at 0.")
    return ((labels - second).abs() > tolerance).to_numpy()


def _flags(name: str, flags, index: pd.Index) -> np.ndarray:
    """What a filter returned, as bools in the order of the table."""
    if isinstance(flags, pd.DataFrame):
        hint = "Pairs? rows.index.isin(pairs['second']). Disagreement? ['disagrees']."
        raise TypeError(f"filter {name!r} must return a bool for each row; got columns {[*flags]}. {hint}")
    if not isinstance(flags, pd.Series):
        flags = np.asarray(flags)
        if flags.shape != (len(index),):
            raise ValueError(
                f"filter {name!r} must return a bool for each of the {len(index)} rows; got shape {flags.shape}."
            )
        flags = pd.Series(flags, index)
    if not pd.api.types.is_bool_dtype(flags) or flags.isna().any():
        raise TypeError(
            f"filter {name!r} must return bools without gaps, True to drop a row; got {flags.dtype}. Compare with "
            "something (scores > 3), and .fillna(False) where that leaves gaps."
        )
    if not flags.index.equals(index):
        if not (flags.index.is_unique and len(flags) == len(index) and index.isin(flags.index).all()):
            raise ValueError(
                f"filter {name!r} must return a bool for each row of the table; its index is another. Return "
                "table.index.isin(...), or .reindex(table.index, fill_value=False)."
            )
        flags = flags.reindex(index)
    return flags.to_numpy(dtype=bool)


# ---------------------------------------------------------------- checks


def _check_texts(name: str, texts, *, empty: bool = False, unique: bool = True) -> tuple[list[str], pd.Index]:
    if isinstance(texts, (str, bytes)) or (isinstance(texts, pd.DataFrame) or not hasattr(texts, "__iter__")):
        hint = {str: "Write [text].", pd.DataFrame: 'Take its column: table["text"].'}.get(type(texts), "")
        raise TypeError(f"{name} must be a list or Series of texts; got {type(texts).__name__}. {hint}".rstrip())
    labels = texts.index if isinstance(texts, pd.Series) else None
    texts = list(texts)
    labels = pd.RangeIndex(len(texts)) if labels is None else labels
    for place, text in enumerate(texts):
        if not isinstance(text, str):
            row = labels[place : place + 1].tolist()[0]
            raise TypeError(
                f"{name} must hold texts only; row {row!r} is {reprlib.repr(text)}. Drop such rows (.dropna()), or "
                'fill them: .fillna("").'
            )
    if not texts and not empty:
        raise ValueError(f"{name} must hold a text or more; got none. Was the file read?")
    if unique and not labels.is_unique:
        twice = labels[labels.duplicated()].tolist()[0]
        raise ValueError(f"{name} must have a unique index; {twice!r} is there twice. Call .reset_index(drop=True).")
    if len(texts) >= 1 << _ROW_BITS:
        raise ValueError(f"{name} must be fewer than {1 << _ROW_BITS:,}; got {len(texts):,}. Use MinHash LSH.")
    return texts, labels


def _check_threshold(threshold: float) -> float:
    if isinstance(threshold, bool) or not isinstance(threshold, numbers.Real):
        raise TypeError(f"threshold must be a number above 0 and at most 1; got {threshold!r}.")
    if not 0 < threshold <= 1:
        hint = " Per cent: divide by 100." if 1 < threshold <= 100 else ""
        raise ValueError(f"threshold must be above 0 and at most 1; got {threshold!r}.{hint}")
    return float(threshold)


def _check_count(name: str, value: int, low: int = 1) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < low:
        raise ValueError(f"{name} must be a whole number, {low} or more; got {value!r}.")
    return int(value)


def _check_number(name: str, value: float, low: float, high: float) -> float:
    limit = f"a number, {low} or more" if high == np.inf else f"a number, {low} to {high}"
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be {limit}; got {value!r}.")
    if not low <= value <= high:
        raise ValueError(f"{name} must be {limit}; got {value!r}.")
    return float(value)


def _check_limits(limits, reference) -> tuple[float, float]:
    if reference is not None:
        raise ValueError("Give either reference or limits, not both: limits hold whatever the reference says.")
    try:
        low, high = (float(each) for each in limits)
    except (TypeError, ValueError):
        low, high = 1.0, 0.0
    if not low <= high:
        raise ValueError(f"limits must be two numbers of words, low and high, such as (3, 60); got {limits!r}.")
    return low, high


def _check_labels(name: str, labels, like: pd.Series | None = None) -> pd.Series:
    if isinstance(labels, str) or not hasattr(labels, "__len__"):
        raise TypeError(f"{name} must be a list or Series of labels; got {type(labels).__name__}.")
    if like is not None and len(labels) != len(like):
        raise ValueError(f"{name} must have as many rows as labels, {len(like)}; got {len(labels)}.")
    if like is not None and isinstance(labels, pd.Series) and not labels.index.equals(like.index):
        raise ValueError(f"{name} must have the index of labels; it differs. Call .reindex(labels.index) on it first.")
    found = labels if isinstance(labels, pd.Series) else pd.Series(list(labels), None if like is None else like.index)
    if found.isna().any():
        raise ValueError(f"{name} must not have gaps; {int(found.isna().sum())} of {len(found)} do. Drop them first.")
    return found


def _check_same_values(labels: pd.Series, second: pd.Series) -> None:
    """Refuse 1 beside "1", and signs beside ratings such as 0.9: all would disagree, and nobody would notice."""
    here, there = set(labels), set(second)
    one_is_text = len({pd.api.types.infer_dtype(values) == "string" for values in (labels, second)}) == 2
    many = len(labels) >= 20 and min(len(here), len(there)) > 1  # a few rows may well differ in each
    if here.isdisjoint(there) and (one_is_text or many):
        hint = f"such as {labels.iloc[0]!r} and {second.iloc[0]!r}. Bring both to one type: second.astype(int)."
        raise ValueError(f"second must have the values of labels; they share none, {hint}")


def _check_filters(table: pd.DataFrame, filters: Mapping[str, Callable]) -> None:
    if not isinstance(table, pd.DataFrame):
        raise TypeError(f"table must be a DataFrame; got {type(table).__name__}. pandas.DataFrame(...) makes one.")
    if not isinstance(filters, Mapping):
        raise TypeError(f"filters must map names to functions, {{'short': is_short}}; got {type(filters).__name__}.")
    for name, function in filters.items():
        if not isinstance(name, str) or not callable(function):
            raise TypeError(f"filters must map names to functions; got {name!r}: {reprlib.repr(function)}.")
    if not filters:
        raise ValueError("filters must name a function or more; got none.")
    if not table.index.is_unique:
        twice = table.index[table.index.duplicated()].tolist()[0]
        raise ValueError(f"table must have a unique index; {twice!r} is there twice. Call .reset_index(drop=True).")


def _check_folds(model, X, coded, classes, groups, folds, rng):
    """Check what a model needs; return the folds."""
    if not all(callable(getattr(model, name, None)) for name in ("fit", "predict", "predict_proba")):
        raise TypeError(f"model must have fit, predict and predict_proba; got {type(model).__name__}.")
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator, such as numpy.random.default_rng(0); got {rng!r}.")
    for name, value in (("X", X), ("groups", groups)):
        size = value.shape[0] if hasattr(value, "shape") else None if value is None else len(value)
        if (value is not None or name == "X") and size != len(coded):
            raise ValueError(f"{name} must have as many rows as labels, {len(coded)}; got {size}.")
    _check_count("folds", folds, 2)
    if len(classes) < 2:
        raise ValueError(f"labels must have two classes or more; got {len(classes)}.")
    rarest = np.bincount(coded).argmin()
    if np.bincount(coded)[rarest] < folds:
        raise ValueError(
            f"each class must have {folds} rows, one a fold; {classes[rarest].item()!r} has "
            f"{np.bincount(coded)[rarest]}. Take fewer folds, or join classes."
        )
    if groups is not None and len(pd.unique(np.asarray(groups))) < folds:
        raise ValueError(f"groups must be {folds} or more, one a fold; got {len(pd.unique(np.asarray(groups)))}.")
    kind = StratifiedKFold if groups is None else StratifiedGroupKFold
    return kind(folds, shuffle=True, random_state=int(rng.integers(2**31)))
