"""Should people correct a machine's labels, or leave them, or label without them: errors and minutes.

A *first pass* is a label that stands before a person looks: a model's, a rule's, another person's. The person changes
some wrong labels into right ones (`caught`, a share of the wrong ones) and some right ones into wrong ones (`spoiled`,
a share of the right ones).

When you only ask whether it pays: let three people who never saw the first pass settle some thirty of the changes. It
pays when more than half of them are right; `settle_changes` says how sure that is. For the whole account
`residual_error` says what is wrong afterwards, `break_even_accuracy` how good a first pass may be before correcting it
does more harm than good, `worth_prelabelling` puts it into words, with an interval when you say on how many items the
shares were counted. `minutes_per_item` adds the time.

How to get the shares: take random items whose right labels you know from people who never saw the first pass. Send them
through the correction like all others, unmarked. Then `count_corrections`. 400 to 800 items show the harm to a first
pass that is right in 99 of 100 (measured in lesson 13 of the kit: 200 often miss it). Where those people err, it counts
as the first pass's error: for one that good, even with five of them, caught and the break-even come out too low, while
the gain hardly moves. Never take the shares from people who knew that they were tested, and never plan with caught = 1
and spoiled = 0. All shares, and so the break-even, belong to these people and this first pass: a better first pass
leaves harder errors, of which people catch fewer.

Stop using it when items come in documents (then the interval is too short: use `compare` with `groups` from
trials.py), or when wrong labels are not equally bad. With more than two answers counts, gain and break-even hold
(caught: from wrong to right); `accuracy_from_changes` and `several_looks` need two.

Sources: interval of a difference of paired shares, Bonett & Price, "Adjusted Wald Confidence Interval for a Difference
of Binomial Proportions Based on Paired Data", Journal of Educational and Behavioral Statistics 37 (2012); of one share,
Clopper & Pearson, Biometrika 26 (1934), exact, and Wilson, JASA 22 (1927); a rate behind imperfect checks, Rogan &
Gladen, American Journal of Epidemiology 107 (1978). Anchoring is known from experiments: Berzak et al., "Anchoring and
Agreement in Syntactic Annotations" (2016, arXiv 1605.04481); Beck et al., "Bias in the Loop" (2025, arXiv 2509.08514).
How strong it is with your people on your items only you can count.
Needs: scipy. Licence: MIT.

Three lines:

    import prelabels
    print(prelabels.worth_prelabelling(accuracy=0.99, caught=0.5, spoiled=0.04, items=400))
    print(prelabels.settle_changes(right=26, changed=30))
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from statistics import NormalDist
from typing import NamedTuple

from scipy.stats import binomtest

__all__ = [
    "Corrections",
    "Looks",
    "Minutes",
    "Settled",
    "Worth",
    "accuracy_from_changes",
    "break_even_accuracy",
    "count_corrections",
    "minutes_per_item",
    "residual_error",
    "settle_changes",
    "several_looks",
    "worth_prelabelling",
]

FEW = 30  # wrong or right first labels; from fewer no share, and so no break-even, is told
LEAVE = "Leave it, or let two people agree on each change"


class Corrections(NamedTuple):
    """What people did to a first pass: its `accuracy`, the shares `caught` and `spoiled`, counted on so many `items`.

    A share is nan where there was nothing to count: `caught` when no first label was wrong, `spoiled` when none was
    right.
    """

    accuracy: float
    caught: float
    spoiled: float
    items: int


class Looks(NamedTuple):
    """The `error` that is left, and how many people look at an item on average (`looks`)."""

    error: float
    looks: float


class Minutes(NamedTuple):
    """Minutes of people an item: labelled from `scratch`, and to `correct` a first pass."""

    scratch: float
    correct: float


@dataclass(frozen=True)
class Settled:
    """How many of the changes are right; print it to read it in words.

    `share` of the settled changes that are right, with `low` and `high`; `verdict` one of better, worse and no clear
    difference (of correcting, against leaving the first pass as it is), `advice` what to do.
    """

    right: int
    changed: int
    share: float
    low: float
    high: float
    verdict: str
    advice: str

    def __str__(self) -> str:
        interval = f"{self.share:.0%} [{self.low:.0%}, {self.high:.0%}]"
        return f"{self.advice}: of {self.changed} settled changes {self.right} are right, {interval}."


@dataclass(frozen=True)
class Worth:
    """What correcting does to a first pass; print it to read it in words.

    `before` and `after` are accuracies, `gain` their difference with `low` and `high` (nan without `items`),
    `right_changes` the share of the changes that are right (nan when nothing is changed), `break_even` the accuracy of
    a first pass with such errors above which these people do more harm than good (nan with `items` of which fewer than
    30 have a wrong or fewer than 30 a right first label: too few to count a share), `verdict` one of better, worse and
    no clear difference (of correcting, against leaving the first pass as it is), `advice` what to do. `scratch` is the
    accuracy of labels made without a first pass, or None; the advice weighs it, as if it were exact, against the
    intervals of `before` and `after` (Wilson).
    """

    before: float
    after: float
    gain: float
    low: float
    high: float
    right_changes: float
    break_even: float
    verdict: str
    advice: str
    scratch: float | None = None

    def __str__(self) -> str:
        counted = math.isfinite(self.low)
        interval = f" [{self.low:+.3f}, {self.high:+.3f}]" if counted else ", if these shares are exact"
        words = f"{self.advice}: right {self.before:.3f} before, {self.after:.3f} after, gain {self.gain:+.3f}"
        words += f"{interval}."
        if math.isfinite(self.right_changes):
            words += f" Of the changes {self.right_changes:.0%} are right."
        if math.isfinite(self.break_even):
            digits = 2 if counted and self.break_even < 0.995 else 3
            words += f" For errors like these the break-even is {self.break_even:.{digits}f}."
        if self.scratch is not None:
            words += f" Labels from scratch: {self.scratch:.3f}."
        return words


def residual_error(accuracy: float, caught: float, spoiled: float = 0.0) -> float:
    """What share of the labels is wrong after people have corrected a first pass.

    Parameters
    ----------
    accuracy : float in [0, 1]
        Share of the first labels that are right.
    caught : float in [0, 1]
        Share of the wrong first labels that people put right. People who nod a share a of everything through without
        thinking have (1 - a) times the caught and the spoiled of people who never do.
    spoiled : float in [0, 1]
        Share of the right first labels that people make wrong. 0 is what most plans assume; nobody has it.

    Returns
    -------
    float
        accuracy x spoiled + (1 - accuracy) x (1 - caught). Compare it with 1 - accuracy, the error before.

    Raises
    ------
    TypeError, ValueError
        When a share is no number from 0 to 1.

    Examples
    --------
    >>> residual_error(0.75, caught=0.5)  # the plan: nothing is spoiled
    0.125
    >>> residual_error(0.96875, caught=0.5, spoiled=0.03125) > 1 - 0.96875  # more errors than before
    True
    """
    accuracy, caught, spoiled = _shares(accuracy=accuracy, caught=caught, spoiled=spoiled)
    return accuracy * spoiled + (1 - accuracy) * (1 - caught)


def break_even_accuracy(caught: float, spoiled: float, people: int = 1) -> float:
    """How often a first pass may be right before correcting it does more harm than good.

    Parameters
    ----------
    caught, spoiled : float in [0, 1]
        As in `residual_error`, of one person.
    people : int, 1 or more
        How many must agree before a label is changed, each without knowing what the others said. The formula takes
        them to err independently; where they err on the same items, the truth lies between this and `people=1`.

    Returns
    -------
    float
        caught^n / (caught^n + spoiled^n), n the people. Below it correcting helps, above it it harms. 1 when nothing
        is spoiled: then correcting never harms. Anchoring that lowers both shares alike does not move it.

    Raises
    ------
    TypeError, ValueError
        When a share is no number from 0 to 1, both are 0 (then nothing is ever changed), or `people` is no whole
        number from 1 on.

    Examples
    --------
    >>> round(break_even_accuracy(0.6, 0.03), 3), round(break_even_accuracy(0.3, 0.015), 3)  # the second half asleep
    (0.952, 0.952)
    >>> round(break_even_accuracy(0.6, 0.03, people=2), 4)
    0.9975
    """
    caught, spoiled = _shares(caught=caught, spoiled=spoiled)
    people = _whole("people", people, 1)
    if caught == spoiled == 0:
        raise ValueError("caught and spoiled are both 0: nobody changes anything, so there is nothing to weigh.")
    # odds, because both shares to the power of n may be too small for a float
    try:
        odds = (spoiled / caught) ** people if caught else math.inf
    except OverflowError:
        odds = math.inf
    return 1 / (1 + odds)


def several_looks(accuracy: float, caught: float, spoiled: float, people: int = 2) -> Looks:
    """What is left wrong, and what it takes, when several people must agree before a label is changed.

    The next person is asked only where all before wanted the change, without being told so.

    Parameters
    ----------
    accuracy, caught, spoiled : float in [0, 1]
        As in `residual_error`, of one person who works alone.
    people : int, 1 or more

    Returns
    -------
    Looks (error, looks)
        By the formula for people who err independently. Real people err on the same items: expect an error between
        this one and that of one person.

    Raises
    ------
    TypeError, ValueError
        As `residual_error`; or `people` is no whole number from 1 on.

    Examples
    --------
    >>> [round(several_looks(0.99, 0.5, 0.03, people).error, 4) for people in (1, 2)]
    [0.0347, 0.0084]
    >>> round(several_looks(0.99, 0.5, 0.03, 2).looks, 4)  # a second look at few items
    1.0347
    """
    accuracy, caught, spoiled = _shares(accuracy=accuracy, caught=caught, spoiled=spoiled)
    people = _whole("people", people, 1)
    error = residual_error(accuracy, caught**people, spoiled**people)
    looks = sum(accuracy * spoiled**done + (1 - accuracy) * caught**done for done in range(people))
    return Looks(error, looks)


def count_corrections(first: Sequence, corrected: Sequence, right: Sequence) -> Corrections:
    """Count what people did to a first pass, on items whose right label is known.

    Parameters
    ----------
    first, corrected, right : sequences of labels, as long as one another
        The first pass, the label after correction, and the right label, item by item: by place, the index of a Series
        is not looked at. Leave out items to which the first pass gave no label: a person has to label those in any
        case. A right label must come from people who did not see the first pass, or everything looks better than it is.

    Returns
    -------
    Corrections (accuracy, caught, spoiled, items)
        Hand it on: `worth_prelabelling(*counted[:3], items=counted.items)`.

    Raises
    ------
    TypeError
        For a dict, a DataFrame or another table (give one column of it), and for a set, which has no order.
    ValueError
        When the three differ in length or are empty, a label is missing (None, nan, pandas.NA, an empty text), two
        labels only look alike (1 and "1", "pos" and "Pos"), no label of first is among the right ones, or every change
        leads to a label that neither first nor right has (another tool's names for the same answers).

    Examples
    --------
    >>> count_corrections(first="++-+", corrected="+--+", right="+-++")
    Corrections(accuracy=0.5, caught=0.5, spoiled=0.0, items=4)
    """
    for name, labels in {"first": first, "corrected": corrected, "right": right}.items():
        table = isinstance(labels, Mapping | Set) or hasattr(labels, "columns") or getattr(labels, "ndim", 1) != 1
        if table or not isinstance(labels, Iterable):
            raise TypeError(
                f"{name} must be a sequence of labels in order, such as a list or one column of a table; got "
                f"{type(labels).__name__}."
            )
    first, corrected, right = list(first), list(corrected), list(right)
    if not len(first) == len(corrected) == len(right) or not first:
        raise ValueError(
            f"first, corrected and right must be as long as one another, with 1 item or more; got {len(first)}, "
            f"{len(corrected)} and {len(right)}."
        )
    for name, labels in {"first": first, "corrected": corrected, "right": right}.items():
        if missing := [place for place, label in enumerate(labels) if _is_missing(label)]:
            raise ValueError(
                f"Every label of {name} must be there; that of item {missing[0]} is missing. Drop the item."
            )
    _check_same_labels(first, corrected, right)
    was = [one == truth for one, truth in zip(first, right, strict=True)]
    now = [one == truth for one, truth in zip(corrected, right, strict=True)]
    rights = sum(was)
    fixed = sum(after and not before for before, after in zip(was, now, strict=True))
    spoiled = sum(before and not after for before, after in zip(was, now, strict=True))
    wrongs = len(was) - rights
    shares = fixed / wrongs if wrongs else math.nan, spoiled / rights if rights else math.nan
    return Corrections(rights / len(was), *shares, len(was))


def settle_changes(right: int, changed: int, *, confidence: float = 0.95) -> Settled:
    """Whether correcting pays, from a few changes that others have settled: are more than half of them right?

    Labels that nobody wants to change don't count for that: gain and harm lie wholly in the changes.

    Parameters
    ----------
    right : int
        How many of the settled changes are right. The majority of three people says so who know neither the first
        label nor the changed one; leave out changes that they can't decide, and those from one wrong label to another.
    changed : int, 1 or more
        How many changes were settled, taken at random from all. Thirty are enough when nearly all or hardly any of
        them are right: from 21 right ones on correct, up to 9 leave; between these settle more.
    confidence : float in (0, 1)
        Of the interval (Clopper & Pearson, exact).

    Returns
    -------
    Settled
        With a verdict in words: better where the whole interval lies above one half, worse where it lies below. It
        knows nothing of labels from scratch; `worth_prelabelling` weighs those, too.

    Raises
    ------
    TypeError, ValueError
        When a count is no whole number, or more are right than settled.

    Examples
    --------
    >>> print(settle_changes(right=4, changed=30))
    Leave it, or let two people agree on each change: of 30 settled changes 4 are right, 13% [4%, 31%].
    >>> settle_changes(16, 30).advice
    'No clear difference: settle more changes, or save the work'
    """
    changed, right = _whole("changed", changed, 1), _whole("right", right, 0)
    if right > changed:
        raise ValueError(f"right must be at most changed; got {right} of {changed}.")
    _check_confidence(confidence)
    low, high = map(float, binomtest(right, changed).proportion_ci(confidence, method="exact"))
    verdict = "better" if low > 0.5 else "worse" if high < 0.5 else "no clear difference"
    advice = {
        "better": "Correct it, or label from scratch",
        "worse": LEAVE,
        "no clear difference": "No clear difference: settle more changes, or save the work",
    }[verdict]
    return Settled(right, changed, right / changed, low, high, verdict, advice)


def worth_prelabelling(
    accuracy: float,
    caught: float,
    spoiled: float,
    *,
    scratch: float | None = None,
    items: int | None = None,
    confidence: float = 0.95,
) -> Worth:
    """Whether people should correct a first pass or leave it alone.

    Parameters
    ----------
    accuracy, caught, spoiled : float in [0, 1]
        As in `residual_error`; from `count_corrections`. nan is taken where there was nothing to count (no first label
        was wrong, so none could be caught).
    scratch : float in [0, 1] or None
        How often people are right who label without a first pass: the advice weighs that, too.
    items : int, 10 or more, or None
        On how many random items the three shares were counted, all of them. Without it there is no interval, and
        the verdict takes the shares as exact.
    confidence : float in (0, 1)
        Of the interval (Bonett & Price).

    Returns
    -------
    Worth
        With a verdict in words: better where the whole interval of the gain lies above 0, worse where it lies below.

    Raises
    ------
    TypeError, ValueError
        When a number is out of its range.

    Examples
    --------
    >>> worth_prelabelling(0.99, 0.5, 0.03, items=1000).verdict
    'worse'
    >>> print(worth_prelabelling(0.6, 0.9, 0.05, scratch=0.92, items=200))
    Better than leaving it, but no clear difference from labels from scratch: right 0.600 before, 0.930 after, gain \
+0.330 [+0.253, +0.401]. Of the changes 92% are right. For errors like these the break-even is 0.95. Labels from \
scratch: 0.920.
    """
    accuracy = _share("accuracy", accuracy)
    uncounted = (accuracy == 1 and _is_missing(caught)) or (accuracy == 0 and _is_missing(spoiled))
    caught = _share("caught", 0.0 if uncounted and accuracy else caught)
    spoiled = _share("spoiled", 0.0 if uncounted and not accuracy else spoiled)
    scratch = None if scratch is None else _share("scratch", scratch)
    _check_confidence(confidence)
    won, lost = (1 - accuracy) * caught, accuracy * spoiled
    gain, low, high = won - lost, math.nan, math.nan
    if items is not None:
        low, high = _paired_interval(won, lost, _enough(items), confidence)
    below, above = (low, high) if items is not None else (gain, gain)
    verdict = "better" if below > 0 else "worse" if above < 0 else "no clear difference"
    few = uncounted or (items is not None and min(accuracy, 1 - accuracy) * items < FEW - 0.5)
    limit = math.nan if few or caught == spoiled == 0 else break_even_accuracy(caught, spoiled)
    right_changes = won / (won + lost) if won + lost else math.nan
    near = {"better": [accuracy + gain], "worse": [accuracy]}.get(verdict, [accuracy, accuracy + gain])
    lows, highs = zip(*(_wilson(share, items, confidence) for share in near), strict=True)
    advice = _advice(verdict, scratch, max(lows), max(highs))
    return Worth(accuracy, accuracy + gain, gain, low, high, right_changes, limit, verdict, advice, scratch)


def minutes_per_item(
    accuracy: float, caught: float, spoiled: float, *, read: float, check: float, change: float, label: float
) -> Minutes:
    """Minutes of people for one item, with and without a first pass.

    Time it: let one person do 50 items each way, in turn, and use the median. The first ten do not count.

    Parameters
    ----------
    accuracy, caught, spoiled : float in [0, 1]
        As in `residual_error`. They say how many labels are changed.
    read : float, minutes
        Reading the item. It is the same both ways, and where it is long a first pass saves little.
    check : float, minutes
        Judging whether the first label is right, after reading.
    change : float, minutes
        Putting another label in its place.
    label : float, minutes
        Finding and entering a label without a first pass, after reading.

    Returns
    -------
    Minutes (scratch, correct)
        read + label, and read + check + change x the share of labels that are changed.

    Raises
    ------
    TypeError, ValueError
        When a share is no number from 0 to 1, or minutes are negative.

    Examples
    --------
    >>> minutes_per_item(0.75, 0.5, 0.0, read=0.5, check=0.125, change=0.5, label=0.25)
    Minutes(scratch=0.75, correct=0.6875)
    """
    accuracy, caught, spoiled = _shares(accuracy=accuracy, caught=caught, spoiled=spoiled)
    for name, minutes in {"read": read, "check": check, "change": change, "label": label}.items():
        if not _is_number(minutes) or minutes < 0:
            raise ValueError(f"{name} must be a number of minutes, 0 or more; got {minutes!r}.")
    changed = (1 - accuracy) * caught + accuracy * spoiled
    return Minutes(float(read + label), float(read + check + change * changed))


def accuracy_from_changes(changed: float, caught: float, spoiled: float) -> float:
    """How often a first pass was right, from the share of its labels that people changed.

    "They changed 4 of 100, so the machine is right in 96" is wrong in both directions: some changes are mistakes, and
    some mistakes are not changed.

    Parameters
    ----------
    changed : float in [0, 1]
        Share of the first labels that people changed (between two answers).
    caught, spoiled : float in [0, 1]
        As in `residual_error`; they must differ.

    Returns
    -------
    float
        (caught - changed) / (caught - spoiled). Outside 0 to 1 the three shares do not go together: then those of your
        people differ from those that you entered. A small difference between `caught` and `spoiled` makes it shaky.

    Raises
    ------
    TypeError, ValueError
        When a share is no number from 0 to 1, or caught equals spoiled.

    Examples
    --------
    >>> round(accuracy_from_changes(0.0347, caught=0.5, spoiled=0.03), 4)  # the naive reading is 0.9653
    0.99
    """
    changed, caught, spoiled = _shares(changed=changed, caught=caught, spoiled=spoiled)
    if caught == spoiled:
        raise ValueError(
            f"caught and spoiled must differ; both are {caught:g}. People who change right and wrong labels equally "
            "often say nothing about the first pass."
        )
    return (caught - changed) / (caught - spoiled)


def _advice(verdict: str, scratch: float | None, low: float, high: float) -> str:
    """What to do; the best way to use the first pass has an accuracy from low to high."""
    better_anew, worse_anew = scratch is not None and scratch > high, scratch is None or scratch < low
    if verdict == "worse":
        return "Correcting does harm; label from scratch" if better_anew else LEAVE
    if verdict == "no clear difference":
        if better_anew:
            return "Correcting makes no clear difference; labels from scratch are better"
        return "No clear difference: save the work, or count on more items"
    if better_anew:
        return "Better than leaving it, but labels from scratch are better"
    return "Correct it" if worse_anew else "Better than leaving it, but no clear difference from labels from scratch"


def _wilson(share: float, items: int | None, confidence: float) -> tuple[float, float]:
    """The interval of one share, or the share twice when it is exact."""
    if items is None:
        return share, share
    return tuple(binomtest(round(share * items), items).proportion_ci(confidence, method="wilson"))


def _paired_interval(won: float, lost: float, items: int, confidence: float) -> tuple[float, float]:
    """Bonett & Price: one more of each kind of change, two more items, then the ordinary interval."""
    up, down = ((share * items + 1) / (items + 2) for share in (won, lost))
    half = NormalDist().inv_cdf((1 + confidence) / 2) * math.sqrt((up + down - (up - down) ** 2) / (items + 2))
    return max(-1.0, up - down - half), min(1.0, up - down + half)


def _shares(**values) -> tuple[float, ...]:
    return tuple(_share(name, value) for name, value in values.items())


def _share(name: str, value) -> float:
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a share from 0 to 1; got {type(value).__name__} {str(value)[:40]}.")
    if not 0 <= value <= 1:
        raise ValueError(f"{name} must be a share from 0 to 1, not per cent; got {value!r}.")
    return float(value)


def _check_confidence(confidence) -> None:
    if not _is_number(confidence) or not 0 < confidence < 1:
        raise ValueError(f"confidence must be a number above 0 and below 1, such as 0.95; got {confidence!r}.")


def _enough(items) -> int:
    try:
        return _whole("items", items, 10)
    except ValueError as error:
        raise ValueError(f"{error} Count more items, or leave items out.") from None


def _whole(name: str, value, least: int) -> int:
    if not _is_number(value) or value != int(value) or value < least:
        raise ValueError(f"{name} must be a whole number, {least} or more; got {value!r}.")
    return int(value)


def _is_number(value) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(value)


def _is_missing(label) -> bool:
    if label is None or (isinstance(label, str) and not label.strip()):
        return True
    try:
        return bool(label != label)  # nan and NaT differ from themselves
    except TypeError:
        return True  # pandas.NA is neither true nor false


def _check_same_labels(first: list, corrected: list, right: list) -> None:
    seen = {}
    for label in first + corrected + right:
        other = seen.setdefault(_plain(label), label)
        if other != label:
            raise ValueError(
                f"Labels must be written alike in first, corrected and right; got {other!r} and {label!r}."
            )
    given = {_plain(label) for label in first + right}
    changes = [new for old, new in zip(first, corrected, strict=True) if new != old]
    if changes and len(given) > 1 and not given & {_plain(label) for label in changes}:
        raise ValueError(
            f"corrected has {changes[0]!r}, which neither first nor right has. Write labels alike in all three."
        )
    names, known = {_plain(label) for label in first}, {_plain(label) for label in right}
    if not names & known and (len(names) > 1 or not known & {_plain(label) for label in corrected}):
        raise ValueError(f"No label of first is among the right ones: first has {first[0]!r}, right has {right[0]!r}.")


def _plain(label) -> str:
    """A label without what only looks different: 1, 1.0 and "1" are the same, "Pos" and "pos " too."""
    try:
        return repr(float(label))
    except (TypeError, ValueError):
        return str(label).strip().casefold()
