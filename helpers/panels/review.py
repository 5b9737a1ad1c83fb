"""Review items one by one, with the mouse or with single keys; every decision is in a file before the next appears.

`helpers/review.py` keeps the decisions; this is what is clicked. Nothing leaves this computer.
"""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from os import PathLike

import pandas as pd

from helpers.panels.buttons import Buttons
from helpers.panels.controls import STYLE, problem_html, sentence_html, table_html
from helpers.review import Agreement, Item, Progress, Review

__all__ = [
    "ReviewPanel",
    "ReviewResult",
    "ReviewState",
    "progress_html",
    "review_html",
    "review_panel",
    "review_result",
]

CARD = """<style>
.kit-item { font-size: 1.25em; line-height: 1.5; min-height: 4.5em; max-width: 40em; margin: 0.5em 0;
  padding: 0.6em 1em; border: 1px solid var(--jp-border-color1, #888); border-left-width: 6px }
.kit-item, .kit-guideline { white-space: pre-wrap; overflow-wrap: anywhere }
.kit-guideline { max-width: 50em }
.kit-panel .kit-note { min-height: 1.5em; margin: 0.2em 0 }
.kit-done { max-width: 44em; height: 0.8em; border: 1px solid var(--jp-content-font-color1, currentColor) }
.kit-done div { height: 100%; background: var(--jp-content-font-color2, #666) }
</style>"""


@dataclass(frozen=True)
class ReviewState:
    """Where a reviewer stands. It has no text of an item, so it may be printed and stored."""

    reviewer: str
    item: object
    total: int
    decided: int
    skipped: int
    gold_right: int
    gold_of: int


@dataclass(frozen=True)
class ReviewResult:
    """What the panel shows: the `item` (None when all are decided), how far it is, and what the last key did.

    `every` is how many decisions make a block of the agreement (0: no gold is hidden), `gold` the hidden items with
    text, label and right label, once they are shown.
    """

    reviewer: str
    item: Item | None
    progress: Progress
    agreement: Agreement
    every: int = 0
    note: str = ""
    problem: str = ""
    gold: tuple[tuple[str, str, str], ...] | None = None


def review_result(review: Review, every: int = 10, **said) -> ReviewResult:
    """Look at the file and say where the reviewer stands.

    Parameters
    ----------
    review : Review
    every : int
        Decisions in a block of the agreement; 0 where no gold is hidden.
    said
        `note`, `problem` and `gold` of the result.

    Raises
    ------
    ValueError
        When the file can't be read.
    """
    return ReviewResult(review.reviewer, *review.snapshot(every or 1, recorded=True), every, **said)


def review_html(result: ReviewResult) -> str:
    """The item; at the end the hidden gold items, once they are shown.

    Parameters
    ----------
    result : ReviewResult
    """
    item, parts = result.item, []
    if item is None:
        parts.append(sentence_html(f"All {result.progress.total:,} items are decided. Thank you.", bold=True))
    else:
        parts.append(f'<div class="kit-item" role="status">{html.escape(item.text)}</div>')
        if item.machine is not None:
            parts.append(sentence_html(f"The machine says {item.machine}. It may be wrong."))
        if item.skipped:
            parts.append(sentence_html("This one was skipped before. Only skipped items are left."))
    if result.gold is not None:
        differ = [row for row in result.gold if row[1] != row[2]]
        verb = "differs" if len(differ) == 1 else "differ"
        parts.append(sentence_html(f"{len(result.gold)} decided items were hidden gold; {len(differ)} {verb} from it."))
        parts.append(table_html("Where they differ", ["item", "decided", "gold"], differ) if differ else "")
    return "".join(parts)


def progress_html(result: ReviewResult) -> str:
    """What the last key did, how far the reviewer is, in a bar and in words, and the agreement with hidden gold.

    Parameters
    ----------
    result : ReviewResult
    """
    note = sentence_html(result.note)
    if result.problem:
        note = problem_html(result.problem).replace("No result:", "Not done:")
    done = result.progress.decided / result.progress.total
    bar = f'<div class="kit-done" aria-hidden="true"><div style="width: {done:.1%}"></div></div>'
    words = "".join(sentence_html(f"{name}: {words}.") for name, words in _standing(result))
    return f'<div class="kit-note" role="status">{note}</div>{bar}{words}'


def _standing(result: ReviewResult) -> list[list[str]]:
    """Progress and agreement, each with a name."""
    progress, said = result.progress, result.agreement
    counts = f"{progress.decided:,} of {progress.total:,} decided, {progress.skipped:,} skipped, {progress.open:,} open"
    rows = [["Progress", counts]]
    if result.every:
        known = f"{said.right} of {said.of} alike ({said.low:.0%} to {said.high:.0%}, 95% interval)"
        basis = f"the first {said.counted:,} decisions" if progress.open else "all decisions"
        words = f"{known if said.of else 'none'} among {basis}" if said.counted else "no number yet"
        words += f"; {said.recorded} of these {said.of} are recorded answers of others" if said.recorded else ""
        later = f"; counted after every {result.every} decisions" if progress.open else ""
        rows.append(["Hidden gold", words + later])
    return rows


def review_panel(
    path: str | PathLike,
    items: pd.DataFrame,
    labels: Sequence,
    reviewer: str,
    guideline: str = "",
    *,
    recorded: pd.DataFrame | None = None,
    every: int = 10,
    **options,
) -> "ReviewPanel":
    """A queue to review with the mouse or with single keys.

    Parameters
    ----------
    path, items, labels, reviewer, guideline
        As `helpers.review.Review` takes them. The first nine labels have the keys 1 to 9.
    recorded : DataFrame with the columns item, rater, rating
        Answers that people gave earlier, for the button *Decide for me*. The first row of an item counts.
    every : int
        The agreement with hidden gold moves after so many decisions.
    options
        `show_machine`, `clock` and `wait` of `Review`; `pause`, the seconds that an item must have been on the screen.

    Returns
    -------
    ReviewPanel
        `panel.press("1")` is a key, `panel.decide_for_me(until=20)` fills in recorded answers, `panel.state` says where
        it stands, `panel.review.export()` gives the decisions.

    Examples
    --------
    >>> import tempfile
    >>> table = pd.DataFrame({"text": ["A gem.", "So dull."]}, index=["a", "b"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     panel = review_panel(f"{folder}/review.db", table, ["good", "bad"], "ana")
    ...     panel.press("1")
    ...     panel.state
    ReviewState(reviewer='ana', item='b', total=2, decided=1, skipped=0, gold_right=0, gold_of=0)
    """
    pause, review, failed = options.pop("pause", 0.7), None, ""
    gold = isinstance(items, pd.DataFrame) and "gold" in items and items["gold"].notna().any()
    try:
        answers = _answers(recorded)
        review = Review(path, items, labels, reviewer, guideline, **options)
    except (TypeError, ValueError) as error:
        answers, failed = {}, str(error)
    return ReviewPanel(review, failed, answers, every if gold else 0, pause)


def _answers(recorded: pd.DataFrame | None) -> dict[str, tuple[str, object]]:
    """Rater and answer for each item, the first of each."""
    if recorded is None:
        return {}
    if not isinstance(recorded, pd.DataFrame) or not {"item", "rater", "rating"} <= set(recorded):
        raise ValueError(
            f"recorded must be a DataFrame with item, rater, rating; got {type(recorded).__name__} "
            f"{list(recorded) if hasattr(recorded, '__iter__') else recorded!r}. Rename its columns."
        )
    rows = recorded[["item", "rater", "rating"]][::-1].itertuples(index=False)
    # as Review does: whole numbers that became floats are whole numbers
    return {_as_text(item): (str(rater), rating) for item, rater, rating in rows}


def _as_text(item: object) -> str:
    return str(int(item) if isinstance(item, float) and item.is_integer() else item)


class ReviewPanel:
    """Shows one item, a button for each label, and how far the reviewer is; see `review_panel`, which makes it."""

    def __init__(self, review: Review | None, failed: str, recorded: dict, every: int, pause: float):
        self.review, self._failed, self._recorded, self._every = review, failed, recorded, every
        self._result = self._gold = None
        labels = review.labels if review else ()
        self._labels = {str(place) if place < 10 else f" {place}": label for place, label in enumerate(labels, 1)}
        self.keys = Buttons(self._words(), self.press, lambda problem: self._show(problem=problem), pause)
        head = STYLE + CARD + (_head(review) if review else problem_html(failed))
        self.widget = self.keys.frame(head, alone=review is None)
        if review:
            self._show()
            self._show(_resumed(self._result.progress))

    @property
    def state(self) -> ReviewState:
        """Where the reviewer stands; a ValueError says in words why the file could not be opened."""
        if self._result is None:
            raise ValueError(self._failed)
        item, progress, gold = self._result.item, self._result.progress, self._result.agreement
        counts = progress.total, progress.decided, progress.skipped, gold.right, gold.of
        return ReviewState(self._result.reviewer, item and item.id, *counts)

    def press(self, key: str) -> None:
        """Do what a key does: 1 to 9 a label, s skip, u undo, d decide for me, g show the gold items."""
        steps = {"s": self._skip, "u": self._undo, "d": self._take_recorded, "g": self._reveal}
        self._do(steps.get(key, lambda: self._decide(key)))

    def decide_for_me(self, until: int) -> None:
        """Fill in recorded answers until so many items are decided; an item without one is skipped."""
        if not self._recorded:
            raise ValueError("recorded must be given to review_panel, with item, rater, rating; there is none.")
        while self.state.decided < until and (item := self._result.item):
            known = _as_text(item.id) in self._recorded
            if known or not item.skipped:
                self._do(self._take_recorded if known else self._skip)
            if self._result.problem or (item.skipped and not known):
                break

    # ---- what the keys do, and what is said about it

    def _decide(self, key: str) -> str:
        if key not in self._labels:
            raise ValueError(f"Key must be one of {', '.join(self._words())}; got {key!r}.")
        self.review.decide(self._on_screen(), self._labels[key])
        return f"Written down: {self._labels[key]}."

    def _skip(self) -> str:
        self.review.skip(self._on_screen())
        return "Skipped; it comes back after the others."

    def _undo(self) -> str:
        self.review.undo()
        return "Taken back."

    def _take_recorded(self) -> str:
        answer = self._recorded.get(_as_text(self._on_screen()))
        if answer is None:
            raise ValueError("No recorded answer to this item is there. Decide it yourself, or skip it.")
        rater, label = answer
        self.review.decide(self._on_screen(), label, recorded_rater=rater)
        return f"Written down: {label}. So answered {rater}, as recorded, and is named as its rater."

    def _reveal(self) -> str:
        rows = self.review.reveal()[["text", "label", "gold"]].astype(str).itertuples(index=False)
        self._gold = tuple(tuple(row) for row in rows)
        return ""

    def _on_screen(self) -> object:
        """The item that a key is about, which may not be the one that the file has next: see two windows."""
        if self._result.item is None:
            raise ValueError("No item is left. Undo takes the last decision back.")
        return self._result.item.id

    # ---- the screen

    def _words(self) -> dict[str, str]:
        words = {key: str(label) for key, label in self._labels.items()} | {"s": "skip", "u": "undo"}
        words |= {"d": "decide for me (recorded)"} if self._recorded else {}
        return words | ({"g": "show the gold"} if self._every else {})

    def _do(self, step: Callable[[], str]) -> None:
        if self.review is None:
            raise ValueError(self._failed)
        self._gold, note = None, ""
        problem = "this panel failed in a way that it did not foresee. Run its cell again."
        try:
            note, problem = step(), ""
        except (TypeError, ValueError) as error:
            problem = str(error)
        finally:
            self._show(note, problem)

    def _show(self, note: str = "", problem: str = "") -> None:
        before = self._result
        try:
            self._result = review_result(self.review, self._every, note=note, problem=problem, gold=self._gold)
        except ValueError as error:
            if before is None:
                raise
            # the file can't be read: the item stays on the screen, to be tried again
            self._result = replace(before, note="", problem=str(error))
        if before is None or before.item != self._result.item:
            self.keys.changed()
        self.keys.above.value, self.keys.below.value = review_html(self._result), progress_html(self._result)
        for key, button in self.keys.buttons.items():
            left = self._result.progress.open if key == "g" else self._result.item is None
            button.disabled = bool(left) and key != "u"

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        """The panel; and, for the stored notebook, how far it is. No text of an item, no place on this computer."""
        title = "Review, item by item"
        rows = [["Progress", "the file could not be opened"]] if self._result is None else _standing(self._result)
        if self._result is not None:
            rows += [["Reviewer", self._result.reviewer], ["File", self.review.path.name]]
        table = table_html("As it stood when this cell ran; run it in Jupyter to review", ["what", "value"], rows)
        return {
            **self.widget._repr_mimebundle_(),
            "text/html": f'{STYLE}<div class="kit-still"><strong>{title}</strong>{table}</div>',
            "text/plain": f"{title} [run this cell in Jupyter to use it] " + "; ".join(": ".join(row) for row in rows),
        }


def _resumed(progress: Progress) -> str:
    """What a reviewer who comes back is told."""
    if not progress.decided + progress.skipped:
        return ""
    return f"Going on where you stopped: {progress.decided:,} of {progress.total:,} were decided before."


def _head(review: Review) -> str:
    """What is the same for every item: who, where the file is, and the guideline."""
    where = sentence_html(f"Reviewer: {review.reviewer}. Nothing leaves this computer; decisions are in {review.path}")
    told = f'<div class="kit-guideline">{html.escape(review.guideline)}</div>'
    told = f"<details open><summary>Guideline</summary>{told}</details>" if review.guideline.strip() else ""
    return f"<strong>Review, item by item</strong>{where}{told}"
