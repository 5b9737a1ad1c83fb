"""Compare corrections for rare classes, mend the probabilities that they bend, and spot a learned shortcut.

Class weights, oversampling and SMOTE show a model more positives than there are, so its probabilities come out too
high. The decisions that they buy can often be had by moving the threshold, and then the probabilities stay true.
`compare_corrections` puts them side by side on real held-out items, `undo_prior_shift` takes a known shift out again,
`cost_threshold` says where to act, and `shortcut_rate` asks whether a model that saw changed copies of the minority
alone has learned the change instead of the class.

Split first, resample then: rows that were made from a test item, or it itself, must not be in training. Where a person,
a document or a place has several rows, split by it: else a forest knows them again and looks far too good. Compare
with the cheapest rivals too: a moved threshold, plain copies (`oversampling`) beside SMOTE, and a better model.

Stop using it when there are more than two classes, columns of categories (SMOTENC in imbalanced-learn), or costs that
differ from item to item; when a threshold is to be tuned rather than calculated (`TunedThresholdClassifierCV` in
scikit-learn); or when probabilities are bent in other ways than by a shift (`CalibratedClassifierCV` there).

Sources: the shift, King & Zeng, "Logistic Regression in Rare Events Data", Political Analysis 9 (2001), 137-163, and
Saerens, Latinne & Decaestecker, Neural Computation 14 (2002), 21-41; the threshold, Elkan, "The Foundations of
Cost-Sensitive Learning", IJCAI 2001; that corrections bend probabilities and a threshold does as well, van den
Goorbergh et al., JAMIA 29 (2022), 1525-1534; the interval of `shortcut_rate`, Bonett & Price, Journal of Educational
and Behavioral Statistics 37 (2012), 479-488.
Needs: numpy 1.25, pandas 2, scikit-learn 1.4, imbalanced-learn 0.12, or newer. Licence: MIT.

Three lines:

    import imbalance, numpy; from sklearn.linear_model import LogisticRegression; r = numpy.random.default_rng(0)
    X = r.normal(size=(4000, 2)); y = X[:, 0] + r.normal(size=4000) > 2.5; halves = X[::2], y[::2], X[1::2], y[1::2]
    print(imbalance.compare_corrections(LogisticRegression(), *halves, r).table.round(3).T.to_string())

With `trials.py`, whether a correction finds more at the same number of alarms (here 5%); half of the people train, the
others test, and `person` says whose each row is:

    def trial(rng):
        train = numpy.isin(person, rng.permutation(numpy.unique(person))[::2])
        data = X[train], y[train], X[~train], y[~train]
        table = imbalance.compare_corrections(model, *data, rng, ["none", "smote"], alarms=0.05).table
        return dict(table.recall_at_alarms)

    print(trials.compare(trials.run_trials(trial), "none", shared=0.5))  # shared: the test part of the rows
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from imblearn.over_sampling import ADASYN, SMOTE, RandomOverSampler
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.metrics import average_precision_score, brier_score_loss, precision_score, recall_score, roc_auc_score
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import StandardScaler

__all__ = [
    "CORRECTIONS",
    "Comparison",
    "ShortcutRate",
    "compare_corrections",
    "cost_threshold",
    "shortcut_rate",
    "undo_prior_shift",
]

CORRECTIONS = ("none", "threshold", "class_weight", "oversampling", "smote", "adasyn", "generator")


class Comparison(NamedTuple):
    """Scores of each correction (`table`, one row each) and its probability of each test item (`probabilities`)."""

    table: pd.DataFrame
    probabilities: pd.DataFrame


class ShortcutRate(NamedTuple):
    """The share of majority items called positive after a transform (`rate`) and without it (`base_rate`).

    `excess` is their difference with a 95% interval, `low` to `high`.
    """

    rate: float
    base_rate: float
    excess: float
    low: float
    high: float


def undo_prior_shift(probabilities, train_prevalence: float, true_prevalence: float):
    """Turn the probabilities of a model that saw too many positives into those for the true share of positives.

    The odds are multiplied by true / (1 - true) x (1 - train) / train; on the logit that is a shift, the same for every
    item. So ranking, AUC and average precision stay; 0 stays 0 and 1 stays 1.

    Parameters
    ----------
    probabilities : number, sequence of n numbers or Series, 0 to 1
        Of the positive class, such as `model.predict_proba(X)[:, 1]`.
    train_prevalence : float in (0, 1)
        The share of positives that the model was fitted on, after resampling: 0.5 for balanced data and for
        `class_weight="balanced"`.
    true_prevalence : float in (0, 1)
        The share where the model will be used: of the training data before resampling, if they are a fair sample.

    Returns
    -------
    float, ndarray (n,) or Series, as `probabilities`
        Read them as risks only if the model's own were right for the data that it was fitted on, as those of a logistic
        regression mostly are. A model that learns copies by heart, such as a forest of deep trees, is not mended by a
        shift: compare the mean with the true share, and draw a calibration curve.

    Raises
    ------
    TypeError
        When something is no number.
    ValueError
        When a probability is missing or outside 0 to 1, both columns of `predict_proba` are given, or a prevalence is
        not between 0 and 1.

    Examples
    --------
    >>> undo_prior_shift([0.0, 0.5, 0.9, 1.0], train_prevalence=0.5, true_prevalence=0.1).round(3).tolist()
    [0.0, 0.1, 0.5, 1.0]
    """
    p = _check_probabilities("probabilities", probabilities)
    if p.ndim > 1:
        hint = "[:, 1]" if p.shape[1:] == (2,) else "one column at a time"
        raise ValueError(f"probabilities must be of the positive class alone; got shape {p.shape}. Take {hint}.")
    train, true = (
        _check_between(name, value, 0, 1)
        for name, value in (("train_prevalence", train_prevalence), ("true_prevalence", true_prevalence))
    )
    yes, no = p * (true / train), (1 - p) * ((1 - true) / (1 - train))
    mended = yes / (yes + no)
    if isinstance(probabilities, pd.Series):
        return pd.Series(mended, probabilities.index, name=probabilities.name)
    return mended if p.ndim else float(mended)


def cost_threshold(false_alarm_cost: float, miss_cost: float) -> float:
    """Say above which probability acting costs less than not acting.

    Parameters
    ----------
    false_alarm_cost : float above 0
        What acting on a negative costs more than leaving it alone.
    miss_cost : float above 0, in the same unit
        What leaving a positive alone costs more than acting on it. Where acting has a price, count it off here.

    Returns
    -------
    float in (0, 1)
        false_alarm_cost / (false_alarm_cost + miss_cost); 0.5 when both cost the same. Act when the probability is
        above it. That is the cheapest rule for probabilities that are true: put it on those of a model without
        correction, or mended by `undo_prior_shift`. Balancing the classes and acting above 0.5 amounts to the threshold
        at the prevalence: right only if a miss costs (1 - prevalence) / prevalence times a false alarm.

    Raises
    ------
    TypeError, ValueError
        When a cost is no number above 0.

    Examples
    --------
    >>> cost_threshold(false_alarm_cost=1, miss_cost=19)
    0.05
    """
    false_alarm = _check_between("false_alarm_cost", false_alarm_cost, 0, math.inf)
    return false_alarm / (false_alarm + _check_between("miss_cost", miss_cost, 0, math.inf))


def compare_corrections(
    model,
    X_train,
    y_train,
    X_test,
    y_test,
    rng: np.random.Generator,
    corrections: Sequence[str] = CORRECTIONS,
    *,
    undo: bool = False,
    alarms: float | None = None,
    neighbors: int = 5,
    generator: Callable | None = None,
) -> Comparison:
    """Fit a model with each correction for a rare class, and score all on the same test items.

    Parameters
    ----------
    model : classifier with `fit` and `predict_proba`, or a scikit-learn pipeline
        Stays as it is; a copy is fitted for each correction. One with folds of its own (CalibratedClassifierCV,
        GridSearchCV, early stopping) deals copies and made-up rows out to both sides of them: then put the correction
        inside, with imblearn's pipeline. Where its `random_state` is None it is drawn from `rng`,
        the same for every correction. Put scaling into a pipeline: SMOTE and ADASYN look for neighbours before it.
    X_train, X_test : arrays or DataFrames of finite numbers, (n, p) and (m, p)
        Test items are real, never resampled, and share nothing with the training items. SMOTE, ADASYN and the
        generator make values in between, of whole numbers and 0/1 columns too. Gaps and categories only without these
        three, and with a model that takes them.
    y_train, y_test : sequences of n and m labels, 0 or 1
        1 is the rare class, less than half of `y_train`. Both classes are in both.
    rng : numpy.random.Generator
        Each correction has random numbers of its own, so that one does not depend on which others are asked for.
    corrections : sequence of names
        `none`: the model as it is, acting above 0.5. `threshold`: the same model, acting above the share of positives
        in `y_train`. All others act above 0.5: `class_weight` ("balanced"); `oversampling` (positives again and again),
        `smote` and `adasyn` as in imbalanced-learn; `generator` (see there). They add positives until both classes have
        the same size; ADASYN, about.
    undo : bool
        Add a row for each correction that shifts the share of positives, as `smote, undone`: its probabilities mended
        by `undo_prior_shift`, its threshold moved with them, so that its decisions are the same.
    alarms : float in (0, 1) or None
        Add a column `recall_at_alarms`: the recall when this share of the test items gets an alarm, those with the
        highest probabilities. The fair comparison, for the number of alarms alone lifts recall.
    neighbors : int, 1 or more
        Of SMOTE and ADASYN.
    generator : callable or None
        `generator(X, n, rng)` returns n new positives (n, p), given those in training. None: a Gaussian mixture with
        up to 3 parts, as many as BIC likes best.

    Returns
    -------
    Comparison (table, probabilities)
        `table`, index `correction`: `train_prevalence` (share of positives that the model saw), `threshold`, then on
        the test items `roc_auc`, `average_precision` (by chance the share of positives), `brier` (mean squared error
        of the probabilities; small by nature when the class is rare, so hold it against prevalence x (1 - prevalence),
        which is what the prevalence for everyone gets), `alarms` (share of test items above the threshold), `recall`,
        `precision` (NaN when nothing is above the threshold) and `calibration_ratio` (mean probability / share of
        positives: 1 is right, 10 says ten times too often). `probabilities`: one row a test item, one column a
        correction. One split is one draw: repeat it, and judge differences by an interval over repeats.

    Raises
    ------
    TypeError
        When the model lacks `predict_proba`, X holds no numbers, or rng, corrections or generator is of another kind.
    ValueError
        When lengths or columns differ, labels are not 0 and 1, a class is missing or 1 is not the rare one, positives
        are no more than `neighbors`, a correction is unknown or can't be done, or something is missing or infinite.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> X = np.arange(200.0)[:, None] / 200
    >>> y = (X[:, 0] > 0.9) | (np.arange(200) % 50 == 0)
    >>> wanted = ["none", "threshold", "class_weight"]
    >>> result = compare_corrections(LogisticRegression(), X, y, X, y, np.random.default_rng(0), wanted, undo=True)
    >>> result.table[["threshold", "recall", "calibration_ratio"]].round(2)  # doctest: +NORMALIZE_WHITESPACE
                          threshold  recall  calibration_ratio
    correction
    none                       0.50    0.00               1.00
    threshold                  0.12    0.87               1.00
    class_weight               0.50    0.87               3.26
    class_weight, undone       0.12    0.87               0.83
    """
    corrections = _check_corrections(corrections)
    X, y, X_new, y_new = _check_both(X_train, y_train, X_test, y_test, corrections)
    prevalence = _check_rare(y, neighbors, corrections)
    _check_rng(rng)
    alarms = None if alarms is None else _check_between("alarms", alarms, 0, 1)
    if not (generator is None or callable(generator)):
        raise TypeError(f"generator must be a function of X, n and rng; got {type(generator).__name__}.")
    own, *streams = rng.spawn(1 + len(CORRECTIONS))  # one for each, asked for or not
    streams, model = dict(zip(CORRECTIONS, streams, strict=True)), _seeded(_check_model(model), own)
    rows, probabilities = {}, {}
    for name in corrections:
        if name == "class_weight":
            share, p = 0.5, _fitted(_weighted(model), X, y, X_new)
        else:
            more, labels = _resampled(name, X, y, streams[name], neighbors, generator or _mixture)
            share, p = labels.mean(), _fitted(model, more, labels, X_new)
        probabilities[name] = p
        rows[name] = _scores(y_new, p, share, prevalence if name == "threshold" else 0.5, alarms)
        if undo and name not in ("none", "threshold"):
            mended, threshold = (undo_prior_shift(each, share, prevalence) for each in (p, 0.5))
            probabilities[f"{name}, undone"] = mended
            rows[f"{name}, undone"] = _scores(y_new, mended, share, threshold, alarms)
    index = X_test.index if isinstance(X_test, pd.DataFrame) else None
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("correction")
    return Comparison(table, pd.DataFrame(probabilities, index).rename_axis("item"))


def shortcut_rate(model, X_majority, transform: Callable, rng: np.random.Generator) -> ShortcutRate:
    """Ask whether a model takes a transform for the rare class: count the majority items that it turns positive.

    For models whose training had changed copies (or machine-made items) of the minority alone. Give it the transform
    that made them.

    Parameters
    ----------
    model : fitted classifier with `predict`, or a function from items to labels 0 and 1
        For another threshold, `lambda X: model.predict_proba(X)[:, 1] > 0.1`; for images and a model that takes rows of
        pixels, `lambda X: model.predict(X.reshape(len(X), -1))`.
    X_majority : ndarray (n, ...), or list of n texts
        Real held-out items of class 0, in the form that both the transform and the model take.
    transform : callable
        `transform(X, rng)` returns n changed items. It gets a copy of X, so it may work in place.
    rng : numpy.random.Generator

    Returns
    -------
    ShortcutRate (rate, base_rate, excess, low, high)
        `rate` is the share called positive after the transform, `base_rate` the share without it. A large `excess`
        is an alarm: to this model the change is a sign of the class. Hold it against the excess of a model that never
        saw the transform, and of one trained with changed copies of *both* classes; a few per cent there are usual, so
        that low above 0 alone says little. The alarm is about the model, not its score: real items come without the
        change, and some models do well on them in spite of it. Score it on real items, too. No alarm is no permission:
        a shortcut can lower scores without a single item crossing the threshold. What was learned may be a trace of the
        making instead of the change, such as grey values that no camera gives: try a transform with the trace alone.

    Raises
    ------
    TypeError, ValueError
        When X_majority is empty or a table, the transform returns something else than n items, the model something
        else than n labels 0 and 1, or rng is no generator.

    Examples
    --------
    >>> model = lambda X: X.sum(axis=1) != 3  # says yes to whatever is out of the ordinary
    >>> shortcut_rate(model, np.ones((98, 3)), lambda X, rng: 2 * X, np.random.default_rng(0))[:3]
    (1.0, 0.0, 1.0)
    """
    _check_rng(rng)
    if hasattr(X_majority, "columns") or isinstance(X_majority, str) or not hasattr(X_majority, "__len__"):
        raise TypeError(
            f"X_majority must be an array or a list of texts; got {type(X_majority).__name__}. Of a table, to_numpy()."
        )
    if not len(X_majority):
        raise ValueError("X_majority must hold 1 or more items; got 0. Hold some out.")
    predict = model.predict if hasattr(model, "predict") else model
    before = _positive(predict, X_majority)
    after = _positive(predict, _changed(X_majority, transform, rng))
    difference = after - before
    # Bonett & Price: one item more that turned positive and one that turned back, so that no change at all in a few
    # items is not taken for certainty.
    padded = np.append(difference, [1.0, -1.0])
    middle, half = padded.mean(), 1.96 * padded.std() / math.sqrt(len(padded))
    low, high = max(middle - half, -1.0), min(middle + half, 1.0)
    return ShortcutRate(*map(float, (after.mean(), before.mean(), difference.mean(), low, high)))


def _scores(y: np.ndarray, p: np.ndarray, share: float, threshold: float, alarms: float | None) -> dict[str, float]:
    decided = p > threshold  # as in `predict`, a tie is no alarm
    scores = {
        "train_prevalence": share,
        "threshold": threshold,
        "roc_auc": roc_auc_score(y, p),
        "average_precision": average_precision_score(y, p),
        "brier": brier_score_loss(y, p),
        "alarms": decided.mean(),
        "recall": recall_score(y, decided),
        "precision": precision_score(y, decided, zero_division=np.nan),
        "calibration_ratio": p.mean() / y.mean(),
    }
    if alarms is not None:
        highest = np.argsort(-p, kind="stable")[: round(alarms * len(p))]
        scores["recall_at_alarms"] = y[highest].sum() / y.sum()
    return scores


def _fitted(model, X, y: np.ndarray, X_new) -> np.ndarray:
    """The probability of class 1 for each new item."""
    both = np.asarray(clone(model).fit(X, y).predict_proba(X_new))
    if both.shape != (len(X_new), 2):
        raise ValueError(f"model must give two probabilities for each of {len(X_new)} items; got shape {both.shape}.")
    return _check_probabilities("predict_proba of model", both[:, 1])


def _seeded(model, rng: np.random.Generator):
    """A copy in which every random_state that is None has a value."""
    settings = model.get_params()
    empty = [name for name, value in settings.items() if name.split("__")[-1] == "random_state" and value is None]
    return clone(model).set_params(**dict.fromkeys(empty, _integer(rng)))


def _weighted(model):
    names = [name for name in model.get_params() if name.split("__")[-1] == "class_weight"]
    if not names:
        hint = f"{type(model).__name__} has none. Leave 'class_weight' out of corrections."
        raise ValueError(f"model must have a setting class_weight for the correction of that name; {hint}")
    for part in (model, *model.get_params().values()):
        if isinstance(part, CalibratedClassifierCV) or getattr(part, "probability", False) is True:
            raise ValueError(
                f"corrections: 'class_weight' can't be done with {type(part).__name__}, which fits its probabilities "
                "to the rows without weights, so that little of the shift is left. Leave it out; take 'oversampling'."
            )
    return clone(model).set_params(**dict.fromkeys(names, "balanced"))


def _resampled(name: str, X, y: np.ndarray, rng, neighbors: int, generator: Callable):
    """Training data after a correction."""
    if name in ("none", "threshold"):
        return X, y
    if name == "generator":
        new = generator(X[y == 1], int((y == 0).sum() - (y == 1).sum()), rng)
        return _with_new(X, y, new)
    seed = _integer(rng)
    sampler = {
        "oversampling": lambda: RandomOverSampler(random_state=seed),
        "smote": lambda: SMOTE(k_neighbors=neighbors, random_state=seed),
        "adasyn": lambda: ADASYN(n_neighbors=neighbors, random_state=seed),
    }[name]()
    try:
        return sampler.fit_resample(X, y)
    except (ValueError, RuntimeError) as error:
        raise ValueError(
            f"corrections: {name!r} can't be done with these data; imbalanced-learn says: {error} Leave it out, or "
            "change neighbors."
        ) from error


def _with_new(X, y: np.ndarray, new):
    count = int((y == 0).sum() - (y == 1).sum())
    if np.shape(new) != (count, X.shape[1]):
        got = np.shape(new) if hasattr(new, "__len__") else new
        raise ValueError(f"generator must return {count} rows of {X.shape[1]} numbers; got {got!r}.")
    new = _check_finite("rows of the generator", np.asarray(new, dtype=float))
    if isinstance(X, pd.DataFrame):
        more = pd.concat([X, pd.DataFrame(new, columns=X.columns)], ignore_index=True)
    else:
        more = np.vstack([X, new])
    return more, np.append(y, np.ones(count, dtype=int))


def _mixture(X, n: int, rng: np.random.Generator) -> np.ndarray:
    """New rows from a Gaussian mixture with as many parts as BIC likes best, one for every 20 rows at most."""
    if len(X) < 2:
        raise ValueError("y_train must hold 2 or more positives to fit a generator on; got 1. Collect more.")
    scaler, seed = StandardScaler(), _integer(rng)
    Z = scaler.fit_transform(np.asarray(X, dtype=float))
    parts = range(1, min(3, max(1, len(Z) // 20)) + 1)
    # a little noise in every direction, so that fewer rows than columns still have a density
    fits = [GaussianMixture(k, reg_covar=1e-3, random_state=seed).fit(Z) for k in parts]
    best = min(fits, key=lambda fit: fit.bic(Z))
    return scaler.inverse_transform(best.sample(n)[0])


def _integer(rng: np.random.Generator) -> int:
    return int(rng.integers(2**31))


def _changed(X, transform: Callable, rng: np.random.Generator):
    if not callable(transform):
        raise TypeError(f"transform must be a function of items and generator; got {type(transform).__name__}.")
    changed = transform(X.copy() if isinstance(X, np.ndarray) else list(X), rng)
    if not hasattr(changed, "__len__"):
        raise TypeError(f"transform must return the changed items; got {changed!r}. Does it end with a return?")
    if len(changed) != len(X) or (isinstance(X, np.ndarray) and np.shape(changed) != X.shape):
        raise ValueError(
            "transform must return one changed item for each, of the same shape; got "
            f"{getattr(changed, 'shape', len(changed))} for {getattr(X, 'shape', len(X))}."
        )
    return changed


def _positive(predict: Callable, X) -> np.ndarray:
    """1.0 for each item that the model calls positive."""
    if not callable(predict):
        raise TypeError(f"model must be a function, or have a method predict; got {type(predict).__name__}.")
    labels = np.asarray(predict(X))
    if labels.shape != (len(X),):
        raise ValueError(f"model must predict one label for each of {len(X)} items; got shape {labels.shape}.")
    return _check_labels("labels of model", labels).astype(float)


def _check_rng(rng) -> None:
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator, such as numpy.random.default_rng(0); got {rng!r}.")


def _check_model(model):
    if isinstance(model, type) or not all(hasattr(model, name) for name in ("fit", "predict_proba", "get_params")):
        raise TypeError(
            f"model must be a scikit-learn classifier with predict_proba; got {model!r:.80}. For an SVM, wrap it: "
            "CalibratedClassifierCV(SVC()); of a class make a model: LogisticRegression()."
        )
    return model


def _check_corrections(corrections) -> list[str]:
    if isinstance(corrections, str) or not np.iterable(corrections):
        raise TypeError(f"corrections must be a list of names; got {corrections!r}. Write ['none', 'smote'].")
    corrections = list(dict.fromkeys(corrections))
    unknown = [name for name in corrections if name not in CORRECTIONS]
    if unknown or not corrections:
        raise ValueError(f"corrections must be some of {', '.join(CORRECTIONS)}; got {unknown or corrections}.")
    return corrections


def _check_both(X_train, y_train, X_test, y_test, corrections: list[str]) -> tuple:
    made = [name for name in corrections if name in ("smote", "adasyn", "generator")]
    X, y = _check_data("train", X_train, y_train, made)
    X_new, y_new = _check_data("test", X_test, y_test, made)
    _check_alike(X, X_new)
    return X, y, X_new, y_new


def _check_data(part: str, X, y, made: list[str]) -> tuple:
    """The rows and their labels as whole numbers; for corrections that make values, the rows as finite numbers."""
    name, labels = f"X_{part}", f"y_{part}"
    if isinstance(X, pd.DataFrame) and isinstance(y, pd.Series) and not X.index.equals(y.index):
        raise ValueError(f"{name} and {labels} must be in the same order; their indexes differ. Take y.loc[X.index].")
    if hasattr(X, "toarray"):
        raise ValueError(f"{name} is a sparse matrix; take X.toarray().")
    X = X if isinstance(X, pd.DataFrame) else np.asarray(X)
    if X.ndim != 2 or not X.size:
        raise ValueError(
            f"{name} must have one row an item and one column or more; got shape {X.shape}. Images: "
            "X.reshape(len(X), -1); a single column: X.reshape(-1, 1)."
        )
    if made:
        columns = X.dtypes.to_dict() if isinstance(X, pd.DataFrame) else {"an array": X.dtype}
        words = [f"{column} of {kind}" for column, kind in columns.items() if not pd.api.types.is_numeric_dtype(kind)]
        if words:
            raise TypeError(
                f"{name} must hold numbers for {', '.join(made)}; got {words[0]}. Turn categories into 0/1 columns and "
                f"dates into days; or, with a model that takes them, leave {', '.join(made)} out of corrections."
            )
        X = X.astype(float)  # else what is made in between whole numbers would be cut off
        _check_no_gaps(name, X, made)
    y = np.asarray(y)
    if y.ndim != 1:
        raise ValueError(f"{labels} must hold one label for each item; got shape {y.shape}. A column: y.ravel().")
    if len(y) != len(X):
        raise ValueError(f"{name} and {labels} must have the same length; got {len(X)} and {len(y)}.")
    y = _check_labels(labels, y)
    if y.min() == y.max():
        raise ValueError(
            f"{labels} must hold both classes; all {len(y)} are {y[0]}. Split by class (train_test_split(..., "
            "stratify=y)), or collect the other one."
        )
    return X, y


def _check_no_gaps(name: str, X, made: list[str]) -> None:
    missing = np.argwhere(~np.isfinite(np.asarray(X)))
    if len(missing):
        row, column = missing[0]
        if isinstance(X, pd.DataFrame):
            row, column = X.index[row], X.columns[column]
        raise ValueError(
            f"{name} must hold finite numbers for {', '.join(made)}; {len(missing)} are not, the first in row {row}, "
            f"column {column}. Fill them with values from the training part; or, with a model that takes gaps, leave "
            f"{', '.join(made)} out of corrections."
        )


def _check_finite(name: str, values: np.ndarray) -> np.ndarray:
    missing = ~np.isfinite(values)
    if missing.any():
        raise ValueError(
            f"{name} must hold finite numbers; {missing.sum()} are not, the first in row {np.nonzero(missing)[0][0]}. "
            "Fill or drop them."
        )
    return values


def _check_labels(name: str, y: np.ndarray) -> np.ndarray:
    wrong = [value for value in pd.unique(pd.Series(y)).tolist() if pd.isna(value) or value not in (0, 1)]
    if wrong:
        raise ValueError(f"{name} must be 0 and 1; got {wrong[0]!r}. Write (y == your rare class).astype(int).")
    return y.astype(int)


def _check_rare(y: np.ndarray, neighbors: int, corrections: list[str]) -> float:
    """The share of positives."""
    count, prevalence = int(y.sum()), float(y.mean())
    if prevalence >= 0.5:
        raise ValueError(
            f"y_train must hold fewer 1 than 0; {count} of {len(y)} are 1. If 0 is the rare class, give 1 - y; where "
            "both are as frequent there is nothing to correct."
        )
    if isinstance(neighbors, bool) or not isinstance(neighbors, (int, np.integer)) or neighbors < 1:
        raise ValueError(f"neighbors must be a whole number, 1 or more; got {neighbors!r}.")
    if count <= neighbors and {"smote", "adasyn"} & {*corrections}:
        fewer = f"set neighbors={count - 1}, " if count > 1 else ""
        raise ValueError(
            f"y_train must hold more positives than SMOTE and ADASYN have neighbors ({neighbors}); got {count}. "
            f"Better collect more positives; else {fewer}leave 'smote' and 'adasyn' out of corrections."
        )
    return prevalence


def _check_alike(X, X_new) -> None:
    both = [isinstance(each, pd.DataFrame) for each in (X, X_new)]
    if X.shape[1] != X_new.shape[1] or (all(both) and not X.columns.equals(X_new.columns)) or both[0] != both[1]:
        raise ValueError(
            f"X_train and X_test must have the same columns in the same order, and be of one kind; got {X.shape[1]} in "
            f"a {type(X).__name__} and {X_new.shape[1]} in a {type(X_new).__name__}. Take X_test[X_train.columns]."
        )


def _check_probabilities(name: str, probabilities) -> np.ndarray:
    p = np.asarray(probabilities)
    if p.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold numbers from 0 to 1; got {p.dtype}. Drop gaps, then .astype(float).")
    wrong = p[~((p >= -1e-9) & (p <= 1 + 1e-9))]  # sums of a model may miss 1 by their rounding
    if wrong.size:
        raise ValueError(
            f"{name} must hold numbers from 0 to 1; got {wrong.flat[0]:g}. Per cent: divide by 100; scores that are no "
            "probabilities: calibrate the model first (CalibratedClassifierCV); gaps: drop them."
        )
    return p.astype(float).clip(0, 1)


def _check_between(name: str, value: float, low: float, high: float) -> float:
    limit = f"a number above {low}" + ("" if high == math.inf else f" and below {high}")
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be {limit}; got {value!r}.")
    if not low < value < high:
        hint = " Take the share of positives, such as y.mean()." if "prevalence" in name else ""
        raise ValueError(f"{name} must be {limit}; got {value!r}.{hint}")
    return float(value)
