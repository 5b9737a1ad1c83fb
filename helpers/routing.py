"""Choose which items of a pool go to a person, when there is not the time for all of them.

`route` ranks a pool by what a model is unsure of (`margin`, `entropy`), spreads the choice over the features
(`diverse`), or draws it (`random`).

The labels of a routed batch are for *training*. An accuracy counted on it is biased: margin and entropy pick the items
that the model is likely to get wrong, diverse picks outliers. Nor do classes have their true shares in it. So pay for
an audit as well: items drawn by `route(..., "random", rng=rng)` from the *whole* pool, before or after, never from what
routing left over (that is biased the other way). An item that is in both counts in both. With n audited items an
accuracy a is known to about 1.96 sqrt(a (1 - a) / n), 200 items at .9: 4 points.

Random is also the rival: routing pays only if a model trained on a routed batch beats one trained on a random batch of
the same size, on human gold that nobody routed. Where labels are noisy, or the pool has items that no one can label,
the unsure items are the noisy ones, and the lead can vanish. Margins say nothing about what a model is wrong about and
sure of.

Stop using it when you want committees, stopping rules or a loop that is run for you (scikit-activeml), batches for deep
networks (baal, BADGE), or label errors in data that are labelled already (cleanlab).

Sources: margin and entropy, Settles, "Active Learning Literature Survey", Univ. of Wisconsin 1648 (2009); greedy
k-center, Gonzalez, Theoretical Computer Science 38 (1985), 293-306, and for training sets Sener & Savarese, ICLR 2018;
how routing disappoints, Lowell, Lipton & Wallace, EMNLP 2019.
Needs: numpy, scipy. Licence: MIT.

Three lines:

    import numpy, routing; rng = numpy.random.default_rng(0)
    p = rng.dirichlet([1, 1], size=1000)  # or model.predict_proba(pool): one row an item, one column a class
    print(routing.route(p, 5), routing.route(p, 0.005, "random", rng=rng))  # to label, and to measure
"""

from __future__ import annotations

import numbers

import numpy as np
from scipy import sparse
from scipy.special import entr

__all__ = ["STRATEGIES", "route"]

STRATEGIES = ("margin", "entropy", "diverse", "random")

# How many numbers the centers that are worked on together may have, and how many centers.
_BLOCK_NUMBERS, _BLOCK_CENTERS = 2_000_000, 32


def route(
    probabilities,
    budget: float,
    strategy: str = "margin",
    features=None,
    rng: np.random.Generator | None = None,
    *,
    labelled=None,
):
    """Choose the items of a pool that go to a person, the most urgent first.

    Parameters
    ----------
    probabilities : array or DataFrame (n, classes), each 0 to 1, each row with sum 1
        What the model says of each item, such as `model.predict_proba(X)`. Two classes are two columns. Ratings
        around 0 are none: `ratings.abs().nsmallest(budget).index` are the least sure. Before there is a model, for
        `diverse` and `random`: `numpy.full((n, 2), 0.5)`.
    budget : int from 1 to n, or float above 0 and up to 1
        How many items, or which share of the pool (rounded down). So 1 is one item and 1.0 is all.
    strategy : str
        `margin`: the smallest distance between the two most likely classes first. `entropy`: the most evenly spread
        probabilities first; with two classes the same order as margin. `diverse`: greedy k-center, first the item with
        the smallest margin, then always the one that is farthest from all chosen ones; it looks at no probability after
        the first. `random`: drawn, each item with the same chance.
    features : array, scipy sparse matrix or DataFrame (n, p) of finite numbers
        For `diverse` alone, the others don't look at it. Distances are Euclidean: scale the columns before (TF-IDF rows
        have length 1 already). Sparse stays sparse. Images: `X.reshape(len(X), -1)`.
    rng : numpy.random.Generator
        For `random`, which alone draws.
    labelled : array, sparse matrix or DataFrame (m, p), or None
        For `diverse`: features of items that have their labels already, so that a second round does not choose next to
        the first. Without it the choice begins at the smallest margin.

    Returns
    -------
    ndarray of positions, or the index labels of `probabilities` if it is a DataFrame
        In the order of urgency, no item twice, so that a person who stops early has done the best part. Ties: the item
        that comes first in the pool goes first (margins and entropies are compared to 12 decimals), so two runs agree;
        shuffle a pool that is sorted by class or time. `diverse` takes copies of one item only after all others.
        For the unsure *and* diverse: `rows = route(p, 0.2)`, then `rows[route(p[rows], 50, "diverse", X[rows])]`.
        Never count an accuracy on the items of another strategy than `random`; see the top of the file.

    Raises
    ------
    TypeError
        When something is no number, rng is missing for `random`, or features are missing for `diverse`.
    ValueError
        When the pool is empty, the budget or the strategy is none of those above, a probability is missing or outside 0
        to 1, a row does not sum to 1 (to 0.001), or features are missing, infinite, or of other items.

    Examples
    --------
    >>> p = [[0.9, 0.1], [0.5, 0.5], [0.4, 0.6], [0.02, 0.98]]
    >>> route(p, 2).tolist(), route(p, 0.5, "diverse", features=[[0], [1], [2], [9]]).tolist()
    ([1, 2], [1, 3])
    """
    if strategy not in STRATEGIES:
        raise ValueError(f"strategy must be one of {', '.join(STRATEGIES)}; got {strategy!r}.")
    p = _check_probabilities(probabilities)
    index = _index("probabilities", probabilities)
    count = _check_budget(budget, len(p))
    if strategy == "random":
        rows = _check_rng(rng).choice(len(p), count, replace=False)
    elif strategy == "diverse":
        X, known = _check_features(features, len(p), index, labelled)
        rows = _k_center(X, known, count, int(np.argmin(_margins(p))))
    else:
        urgency = _margins(p) if strategy == "margin" else -entr(p).sum(axis=1).round(12)
        rows = np.argsort(urgency, kind="stable")[:count]
    return rows if index is None else index[rows]


def _margins(p: np.ndarray) -> np.ndarray:
    top = np.partition(p, -2, axis=1)[:, -2:]
    return (top[:, 1] - top[:, 0]).round(12)


def _k_center(X, known, count: int, first: int) -> np.ndarray:
    """Greedy k-center: always the row that is farthest from all chosen and all known ones.

    |x - c|^2 = |x|^2 + |c|^2 - 2 x c, so a step is one product of X with a column, dense or sparse.
    """
    if not sparse.issparse(X):  # the product loses digits far from zero
        middle = X.mean(axis=0)
        X, known = X - middle, None if known is None else known - middle
    norms = _squares("features", X)
    far = np.full(len(norms), np.inf, norms.dtype)
    if known is not None:
        known_norms = _squares("labelled", known)
        step = min(_BLOCK_CENTERS, max(1, _BLOCK_NUMBERS // X.shape[1]))
        for start in range(0, len(known_norms), step):
            block = slice(start, start + step)
            np.minimum(far, _distances(X, norms, known[block], known_norms[block]).min(axis=1), out=far)
    blur = 64 * np.finfo(norms.dtype).eps * norms  # what rounding may add to a squared distance, for each of its ends
    chosen = np.empty(count, dtype=np.intp)
    for place in range(count):
        if place or known is not None:
            first = int(np.argmax(far))
            first = int(np.argmax(far >= far[first] - 2 * blur[first]))  # of a tie, the first
        chosen[place] = row = first
        away = _distances(X, norms, X[row : row + 1], norms[row : row + 1])[:, 0]
        away[away <= blur + blur[row]] = 0
        np.minimum(far, away, out=far)
        far[row] = -np.inf
    return chosen


def _squares(name: str, X) -> np.ndarray:
    with np.errstate(over="ignore"):
        squares = np.asarray(X.multiply(X).sum(axis=1)).ravel() if sparse.issparse(X) else np.einsum("ij,ij->i", X, X)
    if not np.isfinite(squares).all():
        row = int(np.argmin(np.isfinite(squares)))
        raise ValueError(f"{name} must be small enough to be squared; row {row} is too large. Scale the columns.")
    return squares


def _distances(X, norms: np.ndarray, centers, center_norms: np.ndarray) -> np.ndarray:
    """Squared distances (n, centers), up to rounding."""
    columns = centers.toarray().T if sparse.issparse(centers) else centers.T
    away = X @ columns
    away *= -2
    away += norms[:, None]
    away += center_norms
    return away


def _index(name: str, table):
    """The index of a DataFrame, else None. Asked for by its methods, so that pandas is not needed."""
    if not (hasattr(table, "columns") and hasattr(table, "iloc")):
        return None
    if not table.index.is_unique:
        label = table.index[table.index.duplicated()][0]
        raise ValueError(
            f"{name} must have each label once in its index, or the chosen items could not be told apart; {label!r} is "
            "there twice. Use reset_index(drop=True), or pass to_numpy() to get positions."
        )
    return table.index


def _numbers(name: str, values, hint: str) -> np.ndarray:
    """An array of float32 or float64. What is missing becomes NaN."""
    if sparse.issparse(values):
        raise TypeError(f"{name} must be an array; got a sparse matrix. Take toarray().")
    try:
        missing = hasattr(values, "columns") and hasattr(values, "iloc")
        array = values.to_numpy(float, na_value=np.nan) if missing else np.asarray(values)
        if array.dtype.kind not in "fiub":
            array = array.astype(float) if array.dtype.kind == "O" else np.asarray(array, dtype="f8", casting="safe")
    except (TypeError, ValueError):
        raise TypeError(f"{name} must hold numbers only, in rows of one length; got something else. {hint}") from None
    return array if array.dtype in (np.float32, np.float64) else array.astype(float)


def _check_probabilities(probabilities) -> np.ndarray:
    p = _numbers("probabilities", probabilities, "Take model.predict_proba(X).").astype(float, copy=False)
    if p.size == 0:
        raise ValueError(f"probabilities must have an item or more; got shape {p.shape}. Is anything left in the pool?")
    if p.ndim != 2 or p.shape[1] < 2:
        hint = "Of the positive class alone? numpy.column_stack([1 - p, p])." if p.ndim < 3 else "Reshape it."
        raise ValueError(f"probabilities must have one row an item and a column for each class; got {p.shape}. {hint}")
    bad = ~((p >= -1e-9) & (p <= 1 + 1e-9))  # NaN is bad too
    if bad.any():
        row, column = map(int, np.argwhere(bad)[0])
        raise ValueError(
            f"probabilities must be numbers from 0 to 1; row {row} has {p[row, column]:g} in column {column}. "
            "Ratings have no probabilities: take ratings.abs().nsmallest(budget).index. Scores or logits? Turn them "
            "into probabilities first. Missing? Drop the item."
        )
    sums = p.sum(axis=1)
    wrong = np.abs(sums - 1) > 1e-3
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ValueError(
            f"probabilities must sum to 1 in each row; row {row} sums to {sums[row]:.4g}, and {int(wrong.sum())} of "
            f"{len(p)} rows are off. Is a column missing? If they were rounded: p / p.sum(axis=1, keepdims=True)."
        )
    return p.clip(0, 1)


def _check_budget(budget, n: int) -> int:
    rule = f"budget must be a whole number from 1 to the {n} items of the pool, or a share above 0 and up to 1.0"
    if isinstance(budget, bool | np.bool_) or not isinstance(budget, numbers.Real):
        raise TypeError(f"{rule}; got {budget!r}.")
    if isinstance(budget, numbers.Integral):
        if budget > n:
            raise ValueError(f"{rule}; got {budget}. For all that there are: min({budget}, {n}).")
        if budget < 1:
            raise ValueError(f"{rule}; got {budget}. With nothing to spend, don't call it.")
        return int(budget)
    if not 0 < budget <= 1:
        hint = f" For a number of items: int({budget!r})." if 1 < budget < float("inf") else ""
        raise ValueError(f"{rule}; got {budget!r}.{hint}")
    count = int(round(budget * n, 6))  # .29 x 100 is a hair below 29
    if count < 1:
        raise ValueError(f"{rule}; {budget!r} of {n} is less than one item. Give a number of items.")
    return count


def _check_rng(rng) -> np.random.Generator:
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            "rng must be a numpy.random.Generator, such as numpy.random.default_rng(0), when strategy is 'random'; "
            f"got {rng!r}."
        )
    return rng


def _check_features(features, n: int, index, labelled):
    if features is None:
        raise TypeError("features must be given when strategy is 'diverse': one row an item; got None.")
    X = _check_matrix("features", features)
    own = _index("features", features)
    if X.shape[0] != n:
        raise ValueError(f"features must have a row for each item; got {X.shape[0]} for {n} items of probabilities.")
    if index is not None and own is not None and not index.equals(own):
        place = next(place for place, pair in enumerate(zip(index, own, strict=True)) if pair[0] != pair[1])
        raise ValueError(
            f"features must have the index of probabilities; at place {place} it has {own[place]!r}, they have "
            f"{index[place]!r}. Use features.loc[probabilities.index]."
        )
    if labelled is None:
        return X, None
    known = _check_matrix("labelled", labelled)
    if known.shape[1] != X.shape[1]:
        raise ValueError(
            f"labelled must have the {X.shape[1]} columns of features; it has {known.shape[1]}. Use the same transform."
        )
    if sparse.issparse(X) != sparse.issparse(known):
        raise TypeError("features and labelled must both be sparse, or neither; got one of each. Convert one.")
    return X, known.astype(X.dtype, copy=False) if known.shape[0] else None


def _check_matrix(name: str, values):
    """A dense or sparse matrix (n, p) of finite numbers, float32 or float64."""
    if sparse.issparse(values):
        X = sparse.csr_array(values)
        if X.dtype not in (np.float32, np.float64):
            X = X.astype(float)
        finite = np.isfinite(X.data)
        row = np.searchsorted(X.indptr, np.argmin(finite), side="right") - 1 if not finite.all() else None
    else:
        X = _numbers(name, values, "Encode texts and categories first, such as by TfidfVectorizer.")
        if X.ndim != 2:
            hint = "X.reshape(-1, 1)" if X.ndim == 1 else "X.reshape(len(X), -1)"
            raise ValueError(f"{name} must have one row an item, two dimensions; got shape {X.shape}. Take {hint}.")
        finite = np.isfinite(X).all(axis=1)
        row = np.argmin(finite) if not finite.all() else None
    if row is not None:
        raise ValueError(f"{name} must be finite; row {int(row)} has a gap or an infinite number. Fill or drop it.")
    if not X.shape[1]:
        raise ValueError(f"{name} must have a column or more; got shape {X.shape}.")
    return X
