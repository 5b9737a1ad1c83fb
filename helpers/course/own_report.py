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

from helpers import __version__
from helpers.course.own_data import OwnTable
from helpers.course.steps import ROOT
from helpers.course.texts import show_bundle

__all__ = [
    "Report",
    "Said",
    "measured_answers",
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

_MARK = "<!-- written by lesson 08 of Synthetic or human? -->"
_SIGNS = re.compile(r"([\\`*|~$]|(?<!\w)_|_(?!\w)|(?<=\])\()")


class Said(NamedTuple):
    """One result: `question`, `answer` in a few words, `number` with its interval (None: not measured), `meaning`."""

    question: str
    answer: str
    number: str | None
    meaning: str


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
    Do raters agree? Mostly. (0.81 [0.78, 0.84]) One rater a row will do.
    """

    def __init__(self, table: OwnTable, settings: Mapping[str, object]):
        self._table, self._settings, self._said, self._next = table, dict(settings), {}, []

    def add(self, said: Said, next_steps: Sequence[str] = ()) -> None:
        """Show a result and keep it for the page.

        Parameters
        ----------
        said : Said
        next_steps : sequence of str
            What to do, for the page's list.
        """
        self._said[said.question] = said
        self._next = [*next_steps] or self._next
        number = f" ({said.number})" if said.number else ""
        plain = f"{said.question} {said.answer}{number} {said.meaning}"
        shown = [html.escape(each) for each in (said.question, said.answer, number, said.meaning)]
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
        lines = [
            _MARK,
            f"# What {_mark(table.path.name)} says",
            f"{day.day} {day:%B %Y} · {table.rows_in_file:,} rows · sha256 {table.sha256[:12]} · kit {__version__}",
            *(f"**In short:** {_mark(each)}" for each in [self._short()] if each),
            "| question | answer | measured, with 95% interval |\n|---|---|---|\n"
            + "\n".join(
                f"| {_mark(each.question)} | **{_mark(each.answer)}** | {_mark(each.number)} |" for each in measured
            ),
            "## What it means",
            "\n".join(f"- **{_mark(each.question)}** {_mark(each.meaning)}" for each in measured),
            "## What to do next",
            "\n".join(f"{place}. {_mark(each)}" for place, each in enumerate(self._next, 1)) or "Nothing was advised.",
            "## What was not measured",
            "\n".join(f"- {_mark(each)}" for each in [*(f"{m.question} {m.meaning}" for m in missing), *_NEVER]),
            "## How",
            "\n".join(f"- {_mark(each)}" for each in [*table.notes, *_HOW, self._knobs()]),
        ]
        return "\n\n".join(lines) + "\n"

    def _short(self) -> str:
        """The answers that a reader in a hurry wants."""
        wanted = ("What to do now?", "Would more labels help?", "What is a machine's row worth?", "Do raters agree?")
        found = [self._said[each] for each in wanted if each in self._said and self._said[each].number]
        return " ".join(f"{each.question} {each.answer}" for each in found)

    def _knobs(self) -> str:
        return "Settings: " + ", ".join(f"{name} {value}" for name, value in self._settings.items()) + "."

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
    "are the human test set that the advice asks for: write test_set yes into ANSWERS."
)
_NEVER = (
    "Whether other inputs, next year's, or another model would say the same: one table, one month, one plain "
    "classifier (word counts and logistic regression). A larger model may need fewer labels.",
    "Whether the labels are right. What raters agree on can be wrong, and what they differ on can be opinion.",
)
_HOW = (
    "A score is the balanced accuracy: the share that is right, label by label, averaged. All scores are on the same "
    "test rows, labelled by people, and count two kinds of chance: which rows were learned from, and which tested on.",
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
    return Said("What is in the table?", _amount(people), number, meaning)


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
    meaning = f"You own about {rows - copies:,} different rows; paying for a copy buys nothing new. "
    if len(differ):
        meaning += (
            f"{len(differ):,} pairs of copies carry different labels: read these first. They are wrong labels, "
            "or texts on which people differ, or a small word matters (such as not)."
        )
    else:
        meaning += "Copies carry the labels of their originals."
    return Said("Are there copies?", answer, number, meaning)


def say_leaks(leaks: pd.DataFrame, gold: int, flattery: pd.Series | None = None) -> Said:
    """Say how many test rows stand among the training rows, too, and what that would have done.

    Parameters
    ----------
    leaks : DataFrame, from `find_leaks`
    gold : int, how many test rows
    flattery : Series with `difference`, `low` and `high`, or None
        What the score would have gained from them (a row of `compare`).

    Returns
    -------
    Said
    """
    tests, out = leaks["test"].nunique(), leaks["train"].nunique()
    number = f"{tests:,} of {gold:,} test rows ({_share(tests / gold)}) have a near copy among the training rows"
    if not tests:
        return Said("Does the test leak?", "No.", number, "No near copy crosses from training to test.")
    meaning = (
        f"{'The training row is' if out == 1 else f'The {out:,} training rows are'} left out, so the scores are not "
        "flattered. Do the same wherever you split this table."
    )
    if flattery is not None:
        meaning += f" With copies left in, the score would have moved by {_points(flattery)}."
    return Said("Does the test leak?", "Yes, and it is mended." if out else "No.", number, meaning)


def say_curve(
    score: pd.Series, step: pd.Series, sizes: Sequence[int], *, owned: int, gold: int, guess: float, margin: float
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
    gold : int, how many test rows
    guess : float, what guessing scores
    margin : float, the smallest difference that matters

    Returns
    -------
    list of two Said
    """
    half, most = sizes[-2:]
    lowest, highest = max(score["low"], 0), min(score["high"], 1)
    number = f"{score['mean']:.0%} [{lowest:.0%}, {highest:.0%}] with {most:,} labels"
    if score["low"] > guess:
        learned = "Yes." if score["low"] > guess + 0.1 else "A little."
        meaning = (
            f"Guessing gets {guess:.0%}. The labels can be learned from the words to that extent, on {gold:,} rows."
        )
    else:
        learned = "Not clearly."
        meaning = (
            f"Guessing gets {guess:.0%}, and that lies within the interval: from the words alone, these labels "
            "can't be told apart yet. Look whether two people would agree on them before you buy more."
        )
    first = Said("Can the labels be learned?", learned, number, meaning)
    low, high = step["low"], step["high"]
    doubled = f"{_points(step)} from {half:,} to {most:,} labels"
    answer, meaning = _of_doubling(low, high, margin)
    if "{rows}" in meaning:
        need = max(2, math.ceil(((high - low) / 2 / (0.5 * margin)) ** 2)) if margin else 4
        meaning = meaning.format(rows=f"{need * gold:,}" if need < 20 else "far more")
    if owned > 2 * most:
        meaning += f" The curve was followed to {most:,}; you own {owned:,}: set MOST_LABELS higher to go on."
    return [first, Said("Would more labels help?", answer, doubled, meaning)]


def _of_doubling(low: float, high: float, margin: float) -> tuple[str, str]:
    least = f"{100 * margin:g} points"
    if low > margin:
        return "Yes.", (
            "The curve still rises. A next doubling rarely brings more than the last one did, so take that as the most "
            "to hope for."
        )
    if high < 0:
        return "No.", "More labels made it worse: were they made in another way, or by other people? Look at them."
    if -margin <= low and high <= margin:
        return "No.", (
            f"The last doubling moved the score by less than the {least} that matter to you. More labels of this kind "
            "won't; other inputs, cleaner labels or a better model might."
        )
    if low > 0:
        return "Yes, somewhat.", (
            f"More labels did help; whether by the {least} that matter to you can't be told. A next doubling rarely "
            "brings more than the last one did."
        )
    return "It can't be told.", (
        "The interval holds both nothing and a gain that would matter. That is no sign that labels don't help: with "
        "about {rows} test rows it could be told."
    )


def ratings_of(table: OwnTable) -> tuple[pd.DataFrame, str]:
    """Single raters' labels as a long table, and the level on which to compare them.

    Parameters
    ----------
    table : OwnTable

    Returns
    -------
    ratings : DataFrame with the columns item, rater, rating
    level : "interval" where all are numbers of a scale (3 or more values), else "nominal"
    """
    wide = table.rows[list(table.raters)].rename_axis("item")
    long = wide.melt(ignore_index=False, var_name="rater", value_name="rating").dropna().reset_index()
    numbers = pd.to_numeric(long["rating"], errors="coerce")
    if len(long) and numbers.notna().all() and numbers.nunique() > 2:
        return long.assign(rating=numbers), "interval"
    return long.assign(rating=long["rating"].str.lower()), "nominal"


def say_agreement(alpha: Sequence[float], ratings: pd.DataFrame, level: str) -> Said:
    """Say how far raters agree.

    Parameters
    ----------
    alpha : (alpha, low, high, items), from `agreement`
    ratings, level
        From `ratings_of`.

    Returns
    -------
    Said
    """
    value, low, high, items = alpha
    raters = ratings["rater"].nunique()
    kind = "as numbers on a scale" if level == "interval" else "as names"
    number = f"alpha {value:.2f} [{low:.2f}, {high:.2f}], {raters} raters, {items:,} rows, {kind}"
    if low > 0.8:
        answer, meaning = "Yes.", "One rater a row will do for most rows; spend the money on more rows."
    elif high < 0.667:
        answer = "No."
        meaning = (
            "A single rater's label is uncertain. If there is one right answer, mend the guideline before you buy "
            "more; if opinions may differ, ask several people a row and keep every rating (lesson 04)."
        )
    else:
        answer, meaning = "Partly.", "Have two or three people label the rows that matter most, such as the test rows."
    scale = " 1 is full agreement, 0 is chance; 0.8 and 0.667 are Krippendorff's rule of thumb, a convention."
    return Said("Do raters agree?", answer, number, meaning + scale)


def say_exchange(rates: pd.DataFrame, machine_rows: int, at_most: pd.Series, margin: float) -> Said:
    """Say what the machine's rows are worth in labels of people.

    Parameters
    ----------
    rates : DataFrame, from `exchange_rate`
        Its first row is for few labels owned.
    machine_rows : int
    at_most : Series with `difference`, `low`, `high`; named by the most labels tried
        What the machine's rows add there.
    margin : float

    Returns
    -------
    Said
    """
    few = int(rates.index[0])
    rate, low, high = rates.loc[few, ["rate", "low", "high"]]
    number = f"{_rate(rate, low, high)} labels of people each, owning {few:,}"
    if low > 0:
        answer = f"About {rate:.2f} of a label each." if rate < 1 else "As much as people's labels, or more."
        worth = (
            f"together like {rate * machine_rows:,.0f} labels" if math.isfinite(rate) else "more than the curve shows"
        )
        meaning = f"To somebody with {few:,} labels the {machine_rows:,} machine rows are {worth}."
    elif high <= 0:
        answer, meaning = "They harm.", "With them the classifier is worse than without: leave them out."
    else:
        answer = "It can't be told."
        meaning = "The interval holds nothing at all and a gain: with so few test rows their worth does not show."
    gain = f"With {at_most.name:,} labels they add {_points(at_most)}"
    if at_most["low"] > margin:
        gain += ", which is a clear gain."
    elif at_most["high"] < 0:
        gain += ": there they harm."
    elif -margin <= at_most["low"] and at_most["high"] <= margin:
        gain += ", less than what matters to you: you have outgrown them."
    else:
        gain += ", which may be nothing."
    hidden = " If their generator was shown rows of this table, the number is too good."
    return Said("What is a machine's row worth?", answer, number, f"{meaning} {gain}{hidden}")


def say_budget(people: float, machine: Mapping[str, float] | None, wanted: int, currency: str = "USD") -> Said:
    """Say what the labels that are wanted cost, by people, and by machine where its worth was measured.

    Parameters
    ----------
    people : float
        What `wanted` labels cost when people make them.
    machine : mapping with `cost`, `low`, `high` (of rows of the same worth), `rows`, `measured` and `starts`, or None
        `rows`: how many that takes, NaN where the worth lies above the curve; `measured`: how many it was measured on;
        `starts`: from how many labels on the machine is the cheaper one.
    wanted : int
    currency : str

    Returns
    -------
    Said
    """
    question = f"What would {wanted:,} more labels cost?"
    if machine is None:
        meaning = "Only people's price can be said: the worth of a machine's row was not measured, or is not above 0."
        return Said(question, f"{people:,.0f} {currency} by people.", f"{people:,.0f} {currency}", meaning)
    low, cost, high = (machine[name] for name in ("low", "cost", "high"))
    above = math.isnan(machine["rows"])
    number = f"people {people:,.0f} {currency}; machine rows of the same worth {'' if above else _money(cost)} "
    number = f"{number.rstrip()} [{_money(low)}, {_money(high)}]"
    answer = (
        "Less by machine." if high < people else "Less by people." if low > people else "It is open who is cheaper."
    )
    if above:
        meaning = "A machine's row is worth more than the curve shows, so only the range is known. "
    else:
        meaning = f"To be worth {wanted:,} labels it takes about {machine['rows']:,.0f} machine rows. "
        if machine["rows"] > 2 * machine["measured"]:
            meaning += (
                f"Their worth was measured on {machine['measured']:,}; in a larger pile a row may be worth less. "
            )
        if math.isfinite(machine["starts"]):
            meaning += f"The machine is the cheaper one from about {machine['starts']:,.0f} labels on. "
        else:
            meaning += "At these prices the machine never gets cheaper. "
    meaning += "The interval is that of the worth alone; the prices stand under How."
    return Said(question, answer, number, meaning)


def measured_answers(table: OwnTable, gain: pd.Series | None, margin: float) -> dict[str, str]:
    """Which questions of the decision this table answers.

    Parameters
    ----------
    table : OwnTable
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
    if table.machine.empty:
        answers["test_set"] = "yes"
    if table.without_label:
        answers["real_inputs"] = "yes"
    return answers


def say_decision(advice, gold: int) -> tuple[Said, list[str]]:
    """Say what to do now, and the steps for the page.

    Parameters
    ----------
    advice : what `recommend` returned
    gold : int, how many test rows there are

    Returns
    -------
    said : Said
    steps : list of str
    """
    words = {
        "stop": "Stop, and settle what follows first.",
        "pilot": "Run a pilot.",
        "go": "Go ahead.",
    }[advice.status]
    share, todo = advice.human_share, f"{advice.next_experiment.text} See lesson {advice.next_experiment.lesson}."
    part = "all" if share.low == 1 else f"{share.low:.0%} to {share.high:.0%}"
    number = f"{advice.mix}: people make {part} of the labels to train on"
    meaning = f"Next: {todo} "
    if advice.unknowns:
        meaning += f"{len(advice.unknowns)} questions are open and count as the riskier answer. "
    meaning += f"{len(advice.reasons)} rules hold; lesson 06 shows each with what it rests on."
    steps = [todo]
    if any(each.field == "test_set" for each in advice.unknowns):
        steps.insert(0, _ASK_ABOUT_THE_TEST.format(gold=gold))
    if advice.unknowns:
        steps.append("Answer what moves the advice most: " + " ".join(each.question for each in advice.unknowns[:3]))
    if advice.controls:
        steps.append(f"Put in place (lesson 06 explains each): {', '.join(advice.controls)}.")
    return Said("What to do now?", words, number, meaning), steps


def say_skipped(question: str, why: str) -> Said:
    """Say that something was not measured.

    Parameters
    ----------
    question : str
    why : str
        And what the table would need.

    Returns
    -------
    Said
    """
    return Said(question, "Not measured.", None, why)


# ---- words


def _amount(people: int) -> str:
    return "Little." if people < 300 else "Enough for a first answer." if people < 2000 else "Plenty to measure with."


def _points(row: Mapping[str, float]) -> str:
    middle, low, high = (round(100 * row[name], 1) + 0.0 for name in ("difference", "low", "high"))  # no -0.0
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


def _money(amount: float) -> str:
    return "beyond all money" if math.isinf(amount) else f"{amount:,.0f}"


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
