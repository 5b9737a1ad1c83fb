"""What the measurements on a learner's own table mean, in sentences made from the numbers, and a page to take away.

Each `say_...` takes what a helper returned and gives a `Said`: a question, a short answer, the number with its
interval, and what it means for the reader. A `Report` shows them in the notebook as they come and writes the page. No
sentence holds a text of the table.
"""

import datetime
import html
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes

from helpers import __version__
from helpers.course.own_data import OwnTable
from helpers.course.steps import ROOT
from helpers.course.texts import show_bundle

__all__ = [
    "Report",
    "Said",
    "frame_curve",
    "measured_answers",
    "pairs_to_read",
    "profile",
    "ratings_of",
    "say_agreement",
    "say_budget",
    "say_copies",
    "say_curve",
    "say_decision",
    "say_exchange",
    "say_leaks",
    "say_profile",
    "say_skipped",
]

_LEARNED, _MORE = "Can the labels be learned?", "Would more labels help?"
_WORTH, _AGREE = "What is a machine's row worth?", "Do raters agree?"
_FEW_TESTED = 20  # rows of a label in the test: with fewer, simulated intervals held the truth in some 87 to 92 of 100
_MARK = "<!-- written by lesson 08 of Synthetic or human? -->"
_SIGNS = re.compile(r"([\\`*|~$]|(?<!\w)_|_(?!\w)|(?<=\])\()")


class Said(NamedTuple):
    """One result: `question`, `answer` in a few words, `number` with its interval (None: not measured), `meaning`.

    `step` is what to do because of it, if anything.
    """

    question: str
    answer: str
    number: str | None
    meaning: str
    step: str = ""


class Report:
    """Collects what was said, shows each part in the notebook, and writes the page.

    Parameters
    ----------
    table : OwnTable
    settings : mapping of str to values
        Knobs that a reader of the page must know, such as prices.

    Examples
    --------
    >>> said = Said("Do raters agree?", "Mostly.", "0.81 [0.78, 0.84]", "One rater a row will do.")
    >>> from types import SimpleNamespace
    >>> report = Report(SimpleNamespace(notes=(), path=Path("mine.csv"), sha256="0" * 64, rows_in_file=9), {})
    >>> report.add(said)
    mine.csv: Do raters agree? Mostly. (0.81 [0.78, 0.84]) One rater a row will do.
    """

    def __init__(self, table: OwnTable, settings: Mapping[str, object]):
        self._table, self._settings, self._said, self._rules = table, dict(settings), {}, []

    def add(self, said: Said, rules: Sequence[str] = ()) -> None:
        """Show a result, with the name of the file, and keep it for the page.

        Parameters
        ----------
        said : Said
        rules : sequence of str
            What the rules of lesson 06 advise, for the page: its heading, and the steps.
        """
        self._said[said.question] = said
        self._rules = [*rules] or self._rules
        number = f" ({said.number})" if said.number else ""
        question = f"{self._table.path.name}: {said.question}"
        plain = f"{question} {said.answer}{number} {said.meaning}"
        shown = [html.escape(each) for each in (question, said.answer, number, said.meaning)]
        style = "border-left: 4px solid var(--jp-brand-color1, #1976d2); padding-left: 0.8em"
        block = '<div class="mathjax_ignore tex2jax_ignore" style="{}">{} <strong>{}</strong>{}<br>{}</div>'
        show_bundle({"text/plain": plain, "text/html": block.format(style, *shown)})

    def markdown(self, today: datetime.date | None = None) -> str:
        """The page.

        Parameters
        ----------
        today : date or None

        Returns
        -------
        str
        """
        table, day = self._table, today or datetime.date.today()
        measured = [each for each in self._said.values() if each.number]
        missing = [each for each in self._said.values() if not each.number]
        steps = [each.step for each in self._said.values() if each.step]
        lines = [
            _MARK,
            f"# What {_mark(table.path.name)} says",
            f"{day.day} {day:%B %Y} · {table.rows_in_file:,} rows · the file's fingerprint (sha256) "
            f"{table.sha256[:12]} · kit {__version__}",
            *(f"**In short:** {_mark(each)}" for each in [self._short()] if each),
            "| question | answer | what it rests on; in brackets a 95% interval |\n|---|---|---|\n"
            + "\n".join(
                f"| {_mark(each.question)} | **{_mark(each.answer)}** | {_mark(each.number)} |" for each in measured
            ),
            "## What it means",
            "\n".join(f"- **{_mark(each.question)}** {_mark(each.meaning)}" for each in measured),
            "## What to do next",
            _numbered(steps) or "What was measured calls for nothing.",
            *([f"### {self._rules[0]}", _numbered(self._rules[1:])] if self._rules else []),
            "## What was not measured",
            "\n".join(f"- {_mark(each)}" for each in [*(f"{m.question} {m.meaning}" for m in missing), *_NEVER]),
            "## How",
            "\n".join(f"- {_mark(each)}" for each in [*table.notes, *_HOW, self._knobs()]),
        ]
        return "\n\n".join(lines) + "\n"

    def _short(self) -> str:
        """The answers that a reader in a hurry wants."""
        wanted = (_LEARNED, _MORE, _WORTH, _AGREE)
        found = [self._said[each] for each in wanted if each in self._said and self._said[each].number]
        return " ".join(f"{each.question} {each.answer} ({each.number})" for each in found)

    def _knobs(self) -> str:
        said = {name: value for name, value in self._settings.items() if value not in (None, [], {})}
        return "Settings: " + ", ".join(f"{name} {value}" for name, value in said.items()) + "."

    def save(self, today: datetime.date | None = None) -> str:
        """Write the page beside the table, and show it.

        An older page of the same table is replaced; another file of that name is not.

        Parameters
        ----------
        today : date or None

        Returns
        -------
        str
            Where it is: from the kit's folder on when it lies in there.
        """
        text, folder, stem = self.markdown(today), self._table.path.parent, self._table.path.stem
        try:
            place = _write(folder, stem, text)
        except OSError:  # a folder that is not ours to write to
            place = _write(Path.cwd(), stem, text)
        show_bundle({"text/plain": text, "text/markdown": text})
        place = place.resolve()
        return str(place.relative_to(ROOT) if place.is_relative_to(ROOT) else place)


_ASK_ABOUT_THE_TEST = (
    "Find out whether the machine that made rows was shown rows of this table. If it was not, the {gold:,} test rows "
    "are the human test set that the advice asks for: write test_set yes into ANSWERS. Otherwise: {todo}"
)
_NEVER = (
    "Whether other inputs, next year's, or another model would say the same: one table, one month, one plain "
    "classifier (word counts and logistic regression). A larger model may need fewer labels.",
    "Whether the labels are right. What raters agree on can be wrong, and what they differ on can be opinion.",
    "Near copies that are spelled differently, such as a paraphrase.",
)
_HOW = (
    "A score is the balanced accuracy: the share that is right, label by label, averaged. All scores are on the same "
    "test rows, labelled by people, and count two kinds of chance: which rows were learned from, and which tested on.",
    "Near copies, and rows of one group, were drawn into the test together or not at all; intervals count them as one.",
)


# ---- what the numbers mean


def profile(table: OwnTable) -> pd.DataFrame:
    """Count rows by label and origin, and words.

    Parameters
    ----------
    table : OwnTable

    Returns
    -------
    DataFrame, index label, the most frequent first
        A column for each origin, and `words`, the median number of words of a text.
    """
    rows = table.rows
    counts = pd.crosstab(rows["label"], rows["origin"]).rename_axis(columns=None)
    counts["words"] = rows["text"].str.count(r"\S+").groupby(rows["label"]).median().astype(int)
    return counts.sort_values("human", ascending=False)


def say_profile(table: OwnTable) -> Said:
    """Say how much of the table can be used.

    Parameters
    ----------
    table : OwnTable

    Returns
    -------
    Said
    """
    people, machine = len(table.people), len(table.machine)
    shares = table.people["label"].value_counts(normalize=True)
    common, rare = shares.index[0], shares.index[-1]
    number = f"{people + machine:,} of {table.rows_in_file:,} rows: {people:,} by people, {machine:,} by a machine"
    meaning = f"{len(shares)} labels; of people's rows {shares.iloc[0]:.0%} are {common!r}, {shares.iloc[-1]:.0%} are "
    meaning += f"{rare!r}. "
    if shares.iloc[0] > 1.5 / len(shares):
        meaning += (
            f"Who always says {common!r} is right in {shares.iloc[0]:.0%} and has learned nothing; so scores here are "
            f"averaged over labels, and guessing gets {1 / len(shares):.0%}."
        )
    else:
        meaning += f"No label crowds out the others; guessing gets {1 / len(shares):.0%}."
    least = int(table.people["label"].value_counts().min())
    return Said("What is in the table?", _amount(people, least, rare), number, meaning)


def say_copies(pairs: pd.DataFrame, table: OwnTable) -> Said:
    """Say how many rows are near copies of others, and whether their labels agree.

    Parameters
    ----------
    pairs : DataFrame, from `near_duplicates` with ids
    table : OwnTable

    Returns
    -------
    Said
    """
    labels, rows = table.rows["label"], len(table.rows)
    copies = pairs["second"].nunique()
    differ = pairs[labels.loc[pairs["first"]].to_numpy() != labels.loc[pairs["second"]].to_numpy()]
    share = copies / rows
    number = f"{copies:,} of {rows:,} rows ({_share(share)}) are near copies of an earlier one"
    if not copies:
        return Said(
            "Are there copies?", "No.", number, "Every row says something of its own, as far as spelling shows."
        )
    answer = "Hardly." if share < 0.01 else "Some." if share < 0.1 else "Many."
    meaning = f"If these are copies (read some), you own about {rows - copies:,} different rows, and paying for more "
    meaning += "copies buys nothing new. "
    if not len(differ):
        return Said("Are there copies?", answer, number, meaning + "Copies carry the labels of their originals.")
    meaning += (
        f"Of the {_pairs(len(pairs))}, {len(differ):,} carry different labels: wrong labels, or texts on which people "
        "differ, or a small word matters (such as not)."
    )
    step = f"Read the {_pairs(len(differ))} of near copies with different labels; section 3 shows some."
    return Said("Are there copies?", answer, number, meaning, step)


def pairs_to_read(pairs: pd.DataFrame, table: OwnTable, most: int = 5) -> pd.DataFrame:
    """The pairs of near copies to read first: those with different labels, the least alike among them first.

    Parameters
    ----------
    pairs : DataFrame, from `near_duplicates` with ids
    table : OwnTable
    most : int

    Returns
    -------
    DataFrame, two rows a pair: `pair`, `alike` (from 0 to 1), `label`, `text`; index id
    """
    labels = table.rows["label"]
    differ = labels.loc[pairs["first"]].to_numpy() != labels.loc[pairs["second"]].to_numpy()
    first = pairs.assign(same=~differ).sort_values(["same", "similarity"]).head(most)
    read = first[["first", "second"]].stack()
    shown = table.rows.loc[read, ["label", "text"]]
    shown.insert(0, "pair", [place // 2 + 1 for place in range(len(read))])
    shown.insert(1, "alike", first["similarity"].repeat(2).round(2).to_numpy())
    return shown


def say_leaks(left: int, singly: int, gold: int, flattery: pd.Series | None = None, twins: int = 0) -> Said:
    """Say that no copy crosses from training to test, and what would have crossed.

    Parameters
    ----------
    left : int
        Training rows that `find_leaks` still found, and that were taken out.
    singly : int, from `split_singly`
        Test rows with a copy outside of the test, had rows been drawn one by one.
    gold : int, how many test rows
    flattery : Series with `difference`, `low` and `high`, or None
        What the score gains when copies of test rows are learned from (a row of `compare`).
    twins : int
        How many copies that were.

    Returns
    -------
    Said
    """
    question = "Does the test leak?"
    if not singly and not left:
        return Said(question, "No.", f"0 of {gold:,} test rows have a near copy elsewhere", "No near copy crosses.")
    number = f"drawn one by one, {singly:,} of {gold:,} test rows ({_share(singly / gold)}) would have a copy outside"
    meaning = "Near copies were drawn together, so none is in training and in the test. "
    meaning += f"{left:,} more were taken out of training. " if left else ""
    meaning += "Do the same wherever you split this table."
    if flattery is not None:
        meaning += (
            f" With {_count(twins, 'copy', 'copies')} of test rows in training, in place of as many other rows, the "
            f"score on these test rows moves by {_points(flattery)}."
        )
    return Said(question, "No: that was seen to.", number, meaning)


def say_curve(
    score: pd.Series,
    step: pd.Series,
    sizes: Sequence[int],
    *,
    owned: int,
    wanted: int,
    tested: pd.Series,
    learned: pd.Series,
    margin: float,
) -> list[Said]:
    """Say how good the labels make a plain classifier, and whether more of them would help.

    Parameters
    ----------
    score : Series with `mean`, `low`, `high`
        With the most labels tried.
    step : Series with `difference`, `low`, `high`
        What the last doubling brought.
    sizes : sequence of int, at least 2
        Numbers of labels that were tried.
    owned : int
        How many of people's rows there are to train on.
    wanted : int
        The most that the curve was to be followed to.
    tested, learned : Series
        How often each label is in the test, and among the rows to train on.
    margin : float, the smallest difference that matters

    Returns
    -------
    list of two Said
    """
    half, most = sizes[-2:]
    doubled = f"{_points(step)} from {half:,} to {most:,} labels"
    guess, rare, common = 1 / len(tested), learned.idxmin(), learned.idxmax()
    if math.isnan(score["low"]) and score["mean"] <= guess + 1e-9:
        meaning = (
            f"With {most:,} labels the classifier says {common!r} for every row: {learned[rare]:,} rows of {rare!r} "
            f"among the {owned:,} to train on are too few to learn from."
        )
        todo = f"Collect rows of {rare!r} first: lesson 02 says how. More rows of {common!r} won't help."
        first = Said(_LEARNED, "Not yet.", f"{guess:.0%}, as guessing, with {most:,} labels", meaning, todo)
        second = "Nothing can be read from a curve that has not begun to rise."
        return [first, Said(_MORE, "It can't be told.", doubled, second)]
    first = _of_score(score, most, tested, learned)
    answer, meaning, todo = _of_doubling(step, first.answer, margin)
    if owned > 2 * most and most > wanted / 2:
        meaning += f" The curve was followed to {most:,}; you own {owned:,}: set MOST_LABELS higher to go on."
    elif owned > most:
        meaning += f" The curve ends at some 60% of the {owned:,} rows there are to train on, so that repeats differ."
    return [first, Said(_MORE, answer, doubled, meaning, todo)]


def _of_score(score: pd.Series, most: int, tested: pd.Series, learned: pd.Series) -> Said:
    guess, rare, gold = 1 / len(tested), tested.idxmin(), tested.sum()
    lowest, highest = max(score["low"], 0), min(score["high"], 1)
    interval = "the same in every repeat" if math.isnan(score["low"]) else f"[{lowest:.0%}, {highest:.0%}]"
    number = f"{score['mean']:.0%} {interval} with {most:,} labels"
    few = (
        f" {rare!r} has {_count(tested[rare], 'test row')}: the interval is somewhat too short (have {_FEW_TESTED} or "
        "more)."
        if tested[rare] < _FEW_TESTED
        else ""
    )
    if not score["low"] <= guess:
        answer = "Yes." if not score["low"] <= guess + 0.1 else "A little."
        meaning = f"Guessing gets {guess:.0%}. From their words the labels can be told that far, on {gold:,} test rows."
        return Said(_LEARNED, answer, number, meaning + few)
    meaning = (
        f"Guessing gets {guess:.0%}, and that lies within the interval: from the words alone, these labels can't be "
        "told apart yet."
    )
    todo = "Let two people label the same 100 rows before you buy more labels: do they agree on them?"
    if learned.min() < 100:
        todo += f" And collect rows of {learned.idxmin()!r}: there are {learned.min():,} to learn from."
    return Said(_LEARNED, "Not clearly.", number, meaning + few, todo)


def _of_doubling(step: pd.Series, learned: str, margin: float) -> tuple[str, str, str]:
    """Answer, what it means, and what to do."""
    low, high, least = step["low"], step["high"], f"{100 * margin:g} points"
    beyond = "The next doubling may bring more or less than the last: a curve is silent about what lies beyond its end."
    if math.isnan(low):
        return "No.", "In every repeat half the labels scored the same.", ""
    if high < 0:
        meaning = "More labels made it worse: were they made in another way, or by other people?"
        return "No.", meaning, "Look at the labels: more of them made the score worse."
    if -margin <= low and high <= margin:
        meaning = (
            f"The last doubling moved the score by less than the {least} that matter to you. Other inputs, cleaner "
            "labels or a better model might move it more."
        )
        return "No.", meaning, "Read what the classifier gets wrong, before you pay for more labels of this kind."
    if learned == "Not clearly.":
        meaning = "While the labels can't be told from guessing, this question has no answer."
        return "It can't be told.", meaning, ""
    if low > margin:
        return "Yes.", f"The curve still rises. {beyond}", "Get more labels of this kind, at the price of section 7."
    if low > 0:
        meaning = f"More labels did help; whether by the {least} that matter to you can't be told. {beyond}"
        return "Yes, somewhat.", meaning, "Weigh the price of more labels (section 7) against what they brought."
    meaning = (
        "The interval holds both nothing and a gain that would matter. That is no sign that labels don't help. More "
        "rows, to train on and to test on, and more REPEATS make it shorter."
    )
    return "It can't be told.", meaning, "Set REPEATS to 30 and run again: does the last doubling show then?"


def ratings_of(table: OwnTable) -> tuple[pd.DataFrame, str, pd.DataFrame | None]:
    """Single raters' labels as a long table, and how to compare them.

    Parameters
    ----------
    table : OwnTable

    Returns
    -------
    ratings : DataFrame with the columns item, rater, rating
    level : "nominal", as the labels are taken here; "interval" where raters gave numbers that are not the labels
    scale : the same ratings as numbers, to show beside level nominal; None without a scale of three or more
    """
    wide = table.rows[list(table.raters)].rename_axis("item")
    long = wide.melt(ignore_index=False, var_name="rater", value_name="rating").dropna().reset_index()
    numbers = pd.to_numeric(long["rating"], errors="coerce")
    names = long.assign(rating=long["rating"].str.lower().str.replace(r"^(-?\d+)\.0+$", r"\1", regex=True))
    if not (len(long) and numbers.notna().all() and numbers.nunique() > 2):
        return names, "nominal", None
    scale = long.assign(rating=numbers)
    if set(names["rating"]) <= set(table.rows["label"].str.lower()):
        return names, "nominal", scale
    return scale, "interval", None


def say_agreement(
    alpha: Sequence[float], ratings: pd.DataFrame, level: str, on_scale: Sequence[float] | None = None
) -> Said:
    """Say how far raters agree.

    Parameters
    ----------
    alpha : (alpha, low, high, items), from `agreement`
    ratings, level
        From `ratings_of`.
    on_scale : the same on the level interval, to show beside, or None

    Returns
    -------
    Said
    """
    value, low, high, items = alpha
    kind = "as names" if level == "nominal" else "as numbers on a scale, which are not the labels"
    number = f"alpha {value:.2f} [{low:.2f}, {high:.2f}], {ratings['rater'].nunique()} raters, {items:,} rows, {kind}"
    meaning, step = "", ""
    if low > 0.8:
        answer, meaning = "Yes.", "One rater a row will do for most rows: our judgement."
    elif high < 0.667:
        answer, meaning = "No.", "A single rater's label is uncertain."
        step = (
            "If there is one right answer, mend the guideline before you buy more labels; if opinions may differ, ask "
            "several people a row and keep every rating (lesson 04)."
        )
    else:
        answer, step = "Partly.", "Have two or three people label the rows that matter most, such as the test rows."
    if on_scale is not None:
        value, low, high, _ = on_scale
        meaning += f" As numbers, where 4 is close to 5, alpha is {value:.2f} [{low:.2f}, {high:.2f}]."
    meaning += " 1 is full agreement, 0 is chance; 0.8 and 0.667 are Krippendorff's rule of thumb, a convention."
    return Said(_AGREE, answer, number, meaning.strip(), step)


def say_exchange(
    rates: pd.DataFrame, machine_rows: int, at_most: pd.Series, margin: float, like_people: int = 0
) -> Said:
    """Say what the machine's rows are worth in labels of people.

    Parameters
    ----------
    rates : DataFrame, from `exchange_rate`
        Its first row is for few labels owned.
    machine_rows : int
    at_most : Series with `difference`, `low`, `high`; named by the most labels tried
        What the machine's rows add there.
    margin : float
    like_people : int
        How many of the machine's rows are near copies of rows by people.

    Returns
    -------
    Said
    """
    few = int(rates.index[0])
    rate, low, high = rates.loc[few, ["rate", "low", "high"]]
    number, step = f"{_rate(rate, low, high)} labels of people each, owning {few:,}", ""
    if math.isinf(low):
        answer = f"More than the curve shows, with {few:,} labels."
        meaning = f"With them {few:,} labels score more than {at_most.name:,} labels alone."
    elif low > 0:
        upper = "" if math.isinf(high) else f" to {high:.2f}"
        answer = f"{'' if upper else 'At least '}{low:.2f}{upper} of a label each, with {few:,} labels."
        total = f"{low * machine_rows:,.0f} {f'to {high * machine_rows:,.0f}' if upper else 'or more'}"
        meaning = f"To somebody with {few:,} labels the {machine_rows:,} machine rows are together like {total} labels."
    elif high <= 0:
        answer, meaning = "They harm.", "With them the classifier is worse than without."
        step = "Leave the machine's rows out."
    else:
        answer = "It can't be told."
        meaning = f"With {few:,} labels the interval holds both harm and a gain."
    gain = f"With {at_most.name:,} labels they add {_points(at_most)}"
    if math.isnan(at_most["low"]):
        gain += ", in every repeat."
    elif at_most["low"] > margin:
        gain, step = f"{gain}, which is a clear gain.", step or "Keep the machine's rows: they add to all your labels."
    elif at_most["high"] < 0:
        gain, step = f"{gain}: there they harm.", "Leave the machine's rows out."
    elif -margin <= at_most["low"] and at_most["high"] <= margin:
        gain, step = f"{gain}, less than what matters to you.", step or "More machine rows like these won't help."
    else:
        gain += ", which may be nothing."
    hidden = " If their generator was shown rows of this table, the number is too good."
    if like_people:
        what = "is a near copy" if like_people == 1 else "are near copies"
        hidden = (
            f" {_count(like_people, 'machine row')} of these {what} of people's rows, whose labels come from people: "
            "read the worth as too high."
        )
        step = f"{step} Leave out machine rows that copy people's ({like_people:,}), and run again.".strip()
    return Said(_WORTH, answer, number, f"{meaning} {gain}{hidden}", step)


def say_budget(
    people: float, set_up: float, machine: float, wanted: int, most: int, measured: bool, currency: str = "USD"
) -> Said:
    """Say what the labels that are wanted cost by people, and what a machine's row must be worth to be cheaper.

    Parameters
    ----------
    people : float
        What `wanted` labels cost when people make them.
    set_up : float
        What is paid before the first machine row.
    machine : float
        What as many machine rows cost, with the set-up.
    wanted : int
    most : int
        The most labels tried.
    measured : bool
        Whether a worth was measured at all.
    currency : str

    Returns
    -------
    Said
    """
    number = f"people {people:,.0f} {currency}; by machine {set_up:,.0f} {currency} before the first row"
    if people > set_up:
        needed = (machine - set_up) / (people - set_up)
        meaning = f"Machine rows are the cheaper way if one is worth {needed:.2f} of a label or more. "
    else:
        meaning = f"Whatever a machine's row is worth: for {wanted:,} labels its set-up alone costs as much, or more. "
    if measured and people > set_up:
        meaning += (
            f"That would be its worth to somebody who owns {most:,} labels or more, which is not known: the curve ends "
            "there. What it is worth to somebody with few labels (section 6) is no answer to this. "
        )
    elif people > set_up:
        meaning += "What one is worth was not measured. "
    question = f"What would {wanted:,} more labels cost?"
    return Said(question, f"{people:,.0f} {currency} by people.", number, meaning + "The prices stand under How.")


def measured_answers(table: OwnTable, gold: int, gain: pd.Series | None, margin: float) -> dict[str, str]:
    """Which questions of the decision this table answers.

    Parameters
    ----------
    table : OwnTable
    gold : int, how many test rows; from 300 on they are a test set (our judgement)
    gain : Series with `low`, or None
        What the machine's rows add to the most labels tried.
    margin : float

    Returns
    -------
    dict from field of `Answers` to answer
        What is not in it stays open: only the reader knows.
    """
    answers = {"modality": "text", "people_may_label": "yes", "items_labelled": len(table.people)}
    answers["baseline"] = "piloted" if gain is not None and gain["low"] > margin else "human"
    if table.machine.empty and gold >= 300:
        answers["test_set"] = "yes"
    if table.without_label >= 100:  # fewer may have been forgotten
        answers["real_inputs"] = "yes"
    return answers


def say_decision(advice, gold: int, questions: int) -> tuple[Said, list[str]]:
    """Say what the rules of lesson 06 advise, and the steps for the page.

    Parameters
    ----------
    advice : what `recommend` returned
    gold : int, how many test rows there are
    questions : int, how many the decision asks

    Returns
    -------
    said : Said
    rules : list of str
        The heading of that part of the page, and the steps.
    """
    words = {
        "stop": "Stop, and settle what follows first.",
        "pilot": "Run a pilot.",
        "go": "Go ahead.",
    }[advice.status]
    share, todo = advice.human_share, f"{advice.next_experiment.text} See lesson {advice.next_experiment.lesson}."
    part = "all" if share.low == 1 else f"{share.low:.0%} to {share.high:.0%}"
    number = f"rules, not a measurement; {advice.mix}: people make {part} of the labels to train on"
    still = f"{len(advice.unknowns)} of {questions} questions are open"
    meaning = f"Next: {todo} "
    if advice.unknowns:
        meaning += f"{still} and count as the riskier answer: this is their advice more than that of your table. "
    meaning += f"{len(advice.reasons)} rules hold; lesson 06 shows each with what it rests on."
    if gold >= 300 and any(each.field == "test_set" for each in advice.unknowns):
        todo = _ASK_ABOUT_THE_TEST.format(gold=gold, todo=todo)
    heading = f"What the rules of lesson 06 say{f' while {still}' if advice.unknowns else ''}"
    steps = [heading, todo]
    if advice.unknowns:
        steps.append("Answer what moves the advice most: " + " ".join(each.question for each in advice.unknowns[:3]))
    if advice.controls:
        steps.append(f"Put in place (lesson 06 explains each): {', '.join(advice.controls)}.")
    return Said("What do the rules of lesson 06 say?", words, number, meaning), steps


def frame_curve(ax: Axes, levels: pd.DataFrame, guessing: float, colours: Mapping[str, str]) -> None:
    """Add to a learning curve its intervals and the line of guessing; its axis is 0.2 high or more.

    Parameters
    ----------
    ax : Axes
    levels : DataFrame with `mean`, `low`, `high`; index: numbers of labels
        Missing intervals are not drawn.
    guessing : float
    colours : mapping with `human` and `baseline`
    """
    ax.vlines(levels.index, *levels[["low", "high"]].astype(float).to_numpy().T, color=colours["human"], alpha=0.5)
    ax.axhline(guessing, color=colours["baseline"], linestyle="--")
    ax.text(levels.index[0], guessing, "guessing", va="bottom", color=colours["baseline"])
    ends = [
        *levels[["low", "high", "mean"]].stack().dropna(),
        guessing,
        *(y for line in ax.lines for y in line.get_ydata()),
    ]
    low, high = min(ends) - 0.02, max(ends) + 0.02
    ax.set(xlabel="labels (each size is twice the one before)", ylabel="balanced accuracy on the gold")
    ax.set_ylim(low, max(high, low + 0.2))


def say_skipped(question: str, why: str, step: str = "") -> Said:
    """Say that something was not measured.

    Parameters
    ----------
    question : str
    why : str
        And what the table would need.
    step : str
        What to do for it.

    Returns
    -------
    Said
    """
    return Said(question, "Not measured.", None, why, step)


# ---- words


def _amount(people: int, least: int, rare: str) -> str:
    if people >= 300 and least < 100:
        return f"Many rows, and {least} of {rare!r} alone." if people >= 2000 else f"Enough rows; {least} of {rare!r}."
    return "Little." if people < 300 else "Enough for a first answer." if people < 2000 else "Plenty to measure with."


def _numbered(steps: Sequence[str]) -> str:
    return "\n".join(f"{place}. {_mark(each)}" for place, each in enumerate(steps, 1))


def _points(row: Mapping[str, float]) -> str:
    middle, low, high = (round(100 * row[name], 1) + 0.0 for name in ("difference", "low", "high"))  # no -0.0
    if math.isnan(low):
        return f"{middle:+.1f} points in every repeat"
    return f"{middle:+.1f} points [{low:+.1f}, {high:+.1f}]"


def _share(share: float) -> str:
    return "none" if share == 0 else "under 0.1%" if share < 0.001 else f"{share:.1%}"


def _rate(rate: float, low: float, high: float) -> str:
    """The curve ends somewhere: what lies above its end is only known to be more."""
    if math.isinf(low):
        return "more than the curve shows"
    if math.isinf(rate):
        return f"at least {low:.2f}"
    return f"{rate:.2f} [{low:.2f}, {'or more' if math.isinf(high) else f'{high:.2f}'}]"


def _pairs(count: int) -> str:
    return _count(count, "pair")


def _count(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def _mark(text: str) -> str:
    """Text for a page of Markdown: its signs stay signs, and names of labels can't become markup."""
    return _SIGNS.sub(r"\\\1", " ".join(text.split())).replace("<", "&lt;")


def _write(folder: Path, stem: str, text: str) -> Path:
    for place in range(1, 100):
        path = folder / f"{stem}_report{'' if place == 1 else f'_{place}'}.md"
        if not path.exists() or path.read_text(encoding="utf-8", errors="replace").startswith(_MARK):
            path.write_text(text, encoding="utf-8", newline="\n")
            return path
    raise OSError(f"There are 99 reports of {stem} in {folder.name} already.")
