"""Who should make the labels: questions on menus, the advice with its reasons, and a record to copy and paste back.

Questions, rules and examples are those of helpers/decide.py; nothing of them is written here a second time.
"""

import html
from dataclasses import dataclass
from functools import cache, lru_cache, partial

import pandas as pd

from helpers.course.evidence import read_claims
from helpers.course.findings import read_findings, show_number
from helpers.decide import (
    CONTROLS,
    FIELDS,
    PRESETS,
    Answers,
    Question,
    Reason,
    Recommendation,
    article_advice,
    decision_record,
    read_record,
    recommend,
)
from helpers.panels.controls import (
    Choice,
    Entry,
    Examples,
    Panel,
    Record,
    check_inputs,
    sentence_html,
    table_html,
    warning_html,
)

__all__ = ["DecideResult", "decide_html", "decide_panel", "decide_result", "decide_table"]

FIRST = 5  # open questions that are shown before the fold
HEADINGS = {
    "formal_rule": "These move the share of labels by people",
    "regulated": "These add controls and experiments",
    "items_needed": "Numbers, as far as you know them",
}
STATUS = {"stop": "Stop, settle this first", "pilot": "Try it small first, in a pilot", "go": "Go ahead"}
MIX = {
    "human": "people make all labels to train on",
    "hybrid": "people and machine share the labels to train on",
    "synthetic": "the machine makes all or nearly all labels to train on",
}
GRADES = {
    "A": "well established",
    "B": "one solid study, or sound reasoning that was checked",
    "C": "people of the trade say so",
    "judgement": "our judgement",
}
ARTICLES = (
    "[1] S. Kim, SyncSoft.AI 2026; [2] N. Bennett, AI Taggers 2026; [3] Careerflow; [4] a vendor's six questions. All "
    "sell labels or data. Nobody has tested their questions, nor these."
)
ARTICLE_SAYS = {
    "synthetic": "go synthetic",
    "human": "people label, with machine rows in support at most",
    "pilot": "unsure, so a pilot",
}


def read_amount(typed: object, question: str) -> float | None:
    """The number that somebody typed, or none.

    Parameters
    ----------
    typed : str or number
        Nothing, or `unknown`, is no number; `inf` is one.
    question : str

    Raises
    ------
    ValueError
        When it is neither a number from 0 nor left empty.

    Examples
    --------
    >>> read_amount("1e4", "How many?"), read_amount(" ", "How many?")
    (10000.0, None)
    """
    text = str(typed).strip().lower()
    if text in ("", "unknown", "none"):
        return None
    try:
        amount = float(text)
    except ValueError:
        amount = float("nan")
    if not amount >= 0:
        hint = " Put nothing between thousands." if "," in text else ""
        raise ValueError(f"{question} Type a number, 0 or more, or leave the box empty; got {typed!r}.{hint}")
    return amount


def _knob(asked: Question) -> Choice | Entry:
    if not asked.answers:
        read = partial(read_amount, question=asked.text)
        return Entry(asked.text, f"A number, or nothing. Asked in {asked.source}.", read)
    risky = f" The riskier answer: {asked.safe_to_risky[-1]}; so counts unknown." if asked.safe_to_risky else ""
    return Choice(asked.text, f"Asked in {asked.source}.{risky} Answers:", dict.fromkeys(asked.answers, ""))


KNOBS = {name: _knob(asked) for name, asked in FIELDS.items()}


@dataclass(frozen=True)
class DecideResult:
    """The answers, the advice for them, what the second article's own rule says, and the example they come from."""

    answers: Answers
    advice: Recommendation
    article: str
    example: str | None


def decide_result(answers: Answers) -> DecideResult:
    """Ask the rules.

    Parameters
    ----------
    answers : Answers

    Returns
    -------
    DecideResult
        `example` is the name of the example with the same answers, or None.

    Raises
    ------
    TypeError, ValueError
        For something else than answers, or an answer that is not on its menu.

    Examples
    --------
    >>> result = decide_result(PRESETS["dialect"].answers)
    >>> result.example, result.advice.mix, result.article
    ('dialect', 'human', 'human')
    """
    check_inputs(answers, KNOBS)
    example = next((name for name, preset in PRESETS.items() if preset.answers == answers), None)
    return DecideResult(answers, _advice(answers), article_advice(answers), example)


def decide_html(result: DecideResult) -> str:
    """Put the advice into words and tables.

    Parameters
    ----------
    result : DecideResult
    """
    advice = result.advice
    answered = [reason for reason in advice.reasons if not reason.unanswered]
    assumed = [reason for reason in advice.reasons if reason.unanswered]
    controls = [[name, CONTROLS[name]] for name in advice.controls]
    return "".join(
        [
            sentence_html(f"{STATUS[advice.status]}: {MIX[advice.mix]}.", bold=True),
            sentence_html(_share(advice)),
            *(warning_html(reason.text) for reason in advice.contradictions),
            sentence_html(f"Try next: {advice.next_experiment.text} Lesson {advice.next_experiment.lesson} shows how."),
            _example(result),
            _open_html(advice),
            _reasons_html("Why", answered),
            table_html("What to have in place", ["control", "what it is"], controls),
            _folded(
                f"Reasons from open questions: {len(assumed)}", _reasons_html("Counted as the riskier answer", assumed)
            ),
            sentence_html(
                f"The rule of article [2], which looks at five answers, says: {ARTICLE_SAYS[result.article]}."
            ),
            sentence_html(f"The articles: {ARTICLES}"),
        ]
    )


def decide_table(answers: Answers) -> pd.DataFrame:
    """The reasons as a table: what the panel says, without a kernel.

    Parameters
    ----------
    answers : Answers
        Such as `panel.state`.

    Returns
    -------
    DataFrame, index `rule`
        `asks_for`, `because`, `rests_on`, `page`: one row for each rule that holds, answered questions first.

    Examples
    --------
    >>> decide_table(PRESETS["dialect"].answers).loc["little text", "rests_on"]
    'people of the trade say so: “Low-resource languages need people” on the page evidence; the share: our judgement'
    """
    reasons = sorted(decide_result(answers).advice.reasons, key=lambda reason: bool(reason.unanswered))
    rows = [(each.rule, each.direction, each.text, _rests_on(each), each.page) for each in reasons]
    return pd.DataFrame(rows, columns=["rule", "asks_for", "because", "rests_on", "page"]).set_index("rule")


def decide_panel(**answers) -> Panel:
    """A menu for each question; beside them who should label, with what controls, and why.

    Parameters
    ----------
    answers
        Fields of `Answers` that are answered at the start.

    Returns
    -------
    Panel
        `panel.expert.value = "yes"` answers a question, `panel.example.value = "fraud"` all of them,
        `panel.record.text.value` is the record, and `panel.state` gives the answers as they stand.

    Examples
    --------
    >>> panel = decide_panel(expert="yes")
    >>> panel.test_set.value = "yes"
    >>> panel.state.test_set, panel.state.expert
    ('yes', 'yes')
    """
    panel = Panel(
        "Who should make the labels?",
        KNOBS,
        Answers(**answers),
        lambda state: decide_html(decide_result(state)),
        HEADINGS,
    )
    examples = {name: preset.answers for name, preset in PRESETS.items()}
    panel.example = Examples(panel, "Example", "Answers that fit an example of the articles.", examples).menu
    panel.record = Record(
        panel,
        "The decision record: copy it, then fill in task, date and names. Paste one to get its answers back.",
        lambda state: decision_record(state, _advice(state)),
        read_record,
    )
    return panel


# ---- words


def _share(advice: Recommendation) -> str:
    low, high, source = advice.human_share
    share = "All of these labels are people's" if low == 1 else f"People make {low:.0%} to {high:.0%} of these labels"
    if source == "judgement":
        share += ": a judgement, and a place to start from; nobody measured it"
    elif source == "sums":
        share += ": that follows from your numbers"
    else:
        share += f". The lower end was {_measured(source)}. On your task only a pilot can tell"
    return f"{share}. The test labels are people's in any case."


def _rests_on(reason: Reason) -> str:
    words = _measured(reason.evidence) if reason.grade == "measured" else GRADES[reason.grade]
    if reason.grade not in ("measured", "judgement"):
        words += f": {_claim(reason.evidence)}"
    return f"{words}; the share: our judgement" if reason.share_from == "judgement" != reason.grade else words


def _claim(evidence: str) -> str:
    """The title of a claim of the page evidence.md, or the evidence as it stands."""
    group, _, id = evidence.removeprefix("against ").partition(".")
    claim = _claims().get(group, {}).get(id)
    if claim is None:
        return evidence
    against = "against " if evidence.startswith("against ") else ""
    return f"{against}“{claim['title']}” on the page evidence"


@cache
def _claims() -> dict[str, dict]:
    return read_claims()["claims"]


def _measured(finding: str) -> str:
    entry = _findings().get(finding)
    if entry is None:
        return f"measured ({finding})"
    return f"measured in lesson {entry['notebook'][:2]}: {entry['claim']} ({_number(entry)})"


def _number(entry: dict) -> str:
    unit = entry.get("unit", "")
    return f"{show_number(entry, entry['value'])} {unit}".strip()


@lru_cache(1)
def _advice(answers: Answers) -> Recommendation:
    """The advice for the panel and for its record, calculated once."""
    return recommend(answers)


@cache
def _findings() -> dict[str, dict]:
    return read_findings()


def _example(result: DecideResult) -> str:
    if result.example is None:
        return ""
    preset = PRESETS[result.example]
    return sentence_html(
        f"This is the example “{result.example}”, with answers that we gave for it. "
        f"Of it {preset.source} said: {preset.said}"
    )


def _open_html(advice: Recommendation) -> str:
    rows = [[unknown.question, str(unknown.changes)] for unknown in advice.unknowns if unknown.changes]
    if not rows:
        return sentence_html("No open question would change the advice.")
    head = ["open question", "parts of the advice that hang on it"]
    first = table_html("Answer these first", head, rows[:FIRST])
    return first + _folded(
        f"Other open questions: {len(rows) - FIRST}", table_html("In this order", head, rows[FIRST:])
    )


def _reasons_html(caption: str, reasons: list[Reason]) -> str:
    rows = [[each.rule, each.text, _rests_on(each), each.page] for each in reasons]
    return table_html(caption, ["rule", "because", "rests on", "playbook page"], rows)


def _folded(summary: str, content: str) -> str:
    """What is shown when asked for; nothing where the number in the summary is 0 or less."""
    if int(summary.rpartition(" ")[2]) <= 0:
        return ""
    return f"<details><summary>{html.escape(summary)}</summary>{content}</details>"
