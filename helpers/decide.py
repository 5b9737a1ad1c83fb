"""Decide who makes your training labels: people, a machine, or both, with a reason, its evidence, and what to do next.

`recommend` reads a table of rules, `RULES`. A rule can only ask for more: a larger share of people's labels, one more
control, more care. The most careful rule wins, so a risk that you add never makes the advice bolder. What you leave
unanswered counts as the riskier answer, save that only known answers stop you or contradict each other, and open
numbers move nothing. The advice is a place to start from; what decides is your own pilot, on labels that people made
and no generator has seen.

The questions come from four articles for buyers of data, and nobody has tested their checklists; nor this one. Each
reason says what it rests on: "measured" in the lessons of this kit (with the id of a finding), "A" a theorem, sums or
well repeated research, "B" one solid study or sound reasoning, "C" said by people of the trade (A to C with the id of a
claim, whose sources are on the kit's page playbook/evidence.md), "judgement" ours. Claims that research contradicts
drive no rule: no share of human rows is known below which models collapse, and no regulation that forbids such rows.

Stop using it when you have run a pilot on your own task: believe the pilot. For records that an auditor accepts use a
form made for them (datasheets, model cards); for law ask a lawyer.

Sources: the questions, [1] S. Kim, "Synthetic Data vs Human Annotation: When to Use Which", SyncSoft.AI 2026; [2] N.
Bennett on synthetic against annotated data, AI Taggers 2026, whose rule is `article_advice`; [3] Careerflow on human
data in post-training; [4] a vendor's framework of six questions. The evidence: Stadler, Oprisanu & Troncoso, USENIX
Security 2022; Tobin et al., IROS 2017; Regulation (EU) 2024/1689, Article 10.
Needs: the standard library. Licence: MIT.

Three lines:

    from decide import Answers, decision_record, recommend
    answers = Answers(test_set="yes", formal_rule="no", expert="no", consequences="no", low_resource="no")
    print(decision_record(answers, recommend(answers)))
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from numbers import Integral
from types import MappingProxyType
from typing import NamedTuple

__all__ = [
    "CONTROLS",
    "FIELDS",
    "GRADES",
    "PRESETS",
    "RULES",
    "Answers",
    "Experiment",
    "HumanShare",
    "Preset",
    "Question",
    "Reason",
    "Recommendation",
    "Rule",
    "Unknown",
    "article_advice",
    "decision_record",
    "read_record",
    "recommend",
]

GRADES = {
    "measured": "measured in the lessons of this kit; the evidence is the id of a finding",
    "A": "a theorem, sums, or research that others repeated",
    "B": "one solid study, or sound reasoning that was checked",
    "C": "said by people of the trade; no independent evidence found",
    "judgement": "ours",
}
CONTROLS = {
    "human gold": "a test set that people labelled, fixed before any generator is used and shown to none",
    "pilot": "people's labels, the machine's, and both, compared for the same money on the human gold",
    "soft labels": "ratings of several people an item, kept one by one; score the shares of answers",
    "review share": "people check a random sample of the machine's rows, and all that could do harm",
    "fresh human share": "new human rows in each round, and no human row deleted",
    "drift audit": "people label a random sample of what really comes in, every month or after every change",
    "provenance": "for each row: who or what made it, when, from what, under which licence",
    "licence check": "contracts and licences of the source and of the generator, read for derived works",
    "privacy test": "can a person be found again in the machine's rows? Compare with people held out",
}

_STATUS = ("go", "pilot", "stop")  # from bold to careful
_SHARES = {"people=0.2": 0.2, "people=0.5": 0.5, "people=1": 1.0}  # of the labels to train on, at least
_FOLLOWS = dict.fromkeys(("enough", "pays", "share"), ("yes", "no", "unknown"))  # what follows from other answers
_EDITION = "November 2026"


class Question(NamedTuple):
    """One question: its words, the answers allowed (none: a number), and where it comes from.

    `safe_to_risky` has the same answers from the safest to the riskiest; it is empty where none is riskier. `risk`
    marks the ten risks: a riskier answer never makes the advice bolder. All but the regulator move the human share.
    The others bring controls, experiments and status; the three numbers move the share by sums alone.
    """

    text: str
    answers: tuple[str, ...]
    safe_to_risky: tuple[str, ...]
    risk: bool
    source: str

    @property
    def best(self) -> str:
        """The safest answer, or the first one where none is safer."""
        return (self.safe_to_risky or self.answers)[0]

    def check(self, name: str, value) -> None:
        """Raise when a value is no answer to it."""
        if self.answers and (not isinstance(value, str) or value not in self.answers):
            raise ValueError(f"{name} must be one of {', '.join(self.answers)}; got {value!r}. {self.text}")
        if not self.answers and value is not None:
            if isinstance(value, bool) or not isinstance(value, (float, Integral)):
                raise TypeError(f"{name} must be a number or None (not known); got {value!r}. {self.text}")
            if not (0 <= value <= 10**18 or value == math.inf):
                raise ValueError(f"{name} must be 0 to 10^18, inf or None (not known); got {value!r:.20}. {self.text}")


_YES = ("no", "unknown", "yes")  # yes is the riskiest answer
_NO = _YES[::-1]


def _ask(text: str, source: str, order: tuple[str, ...] = _YES, answers: tuple[str, ...] = (), risk: bool = False):
    allowed = answers or (*(each for each in sorted(order, reverse=True) if each != "unknown"), "unknown")
    return field(default="unknown", metadata={"question": Question(text, allowed, order, risk, source)})


def _number(text: str, source: str):
    return field(default=None, metadata={"question": Question(text, (), (), False, source)})


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What you know of your task. Every question may stay open: "unknown", or None for a number.

    `FIELDS` has the words of each question. A wrong answer raises a ValueError or TypeError with the answers allowed.
    """

    formal_rule: str = _ask("Does a formal rule or a simulator give the right label?", "[2] 2, [4] 1", _NO, risk=True)
    test_set: str = _ask("Have people labelled a test set that no generator has seen?", "[2] 6", _NO, risk=True)
    consequences: str = _ask("Could a wrong label do serious harm to somebody?", "[3] 1", risk=True)
    expert: str = _ask("Does the right label need an expert that the machine is not?", "[1], [3] 2", risk=True)
    low_resource: str = _ask("Is it a language or dialect of which there is little text?", "[2], [4]", risk=True)
    diversity: str = _ask("May people differ on an item, and does the difference count?", "[2] 5", risk=True)
    fidelity: str = _ask("Must training rows be distributed like the real ones, rare kinds too?", "[2] 1", risk=True)
    adversarial: str = _ask("Will somebody attack the system, or audit its errors?", "[4] 2", risk=True)
    stationary: str = _ask("Will the inputs stay as they are now?", "[4] 3", _NO, risk=True)
    regulated: str = _ask("Does the result go to a regulator?", "[2] 4, [4] 2", risk=True)
    iterative: str = _ask("Will models be trained again on what models made?", "[2] 3")
    edge_cases: str = _ask("Does the value lie in rare or unusual inputs?", "[3] 3")
    privacy: str = _ask("Are the real inputs private or secret?", "[1], [2], [4]")
    people_may_label: str = _ask("Is there somebody who can label real inputs, and may?", "[2], [4]", _NO)
    licence: str = _ask("Does a contract or licence limit what may be made from the data?", "[4] 4")
    real_inputs: str = _ask("Are there real inputs without labels at hand?", "this kit", _NO)
    baseline: str = _ask(
        "What is there: nothing, a model on people's labels, or a pilot in which machine rows won?",
        "[3] 4, [4] 5",
        ("piloted", "human", "unknown", "none"),
        ("none", "human", "piloted", "unknown"),
    )
    modality: str = _ask("What are the inputs?", "[2]", (), ("text", "image", "table", "audio", "other", "unknown"))
    items_needed: float | None = _number("How many labelled items do you need?", "[2], [4] 6")
    items_labelled: float | None = _number("How many have people labelled already?", "[2], [4] 6")
    break_even_items: float | None = _number("From how many new items is a machine cheaper? (inf: never)", "[2], [4] 6")

    def __post_init__(self):
        for name, question in FIELDS.items():
            question.check(name, getattr(self, name))


FIELDS = MappingProxyType({each.name: each.metadata["question"] for each in fields(Answers)})


class Rule(NamedTuple):
    """One row of the table: when all of `when` hold, what it asks for, and why.

    `people` is the smallest share of the training labels that people make; `status` is go, pilot or stop. `evidence` is
    the id of a finding or of a claim ("against" stands before a claim that it contradicts). `share_from` says where the
    number in `people` comes from.
    """

    name: str
    when: Mapping[str, tuple[str, ...]]
    people: float
    status: str
    controls: tuple[str, ...]
    contradiction: bool
    grade: str
    evidence: str
    page: str
    text: str

    @property
    def share_from(self) -> str:
        """A finding, "sums", "judgement", or nothing where the rule asks for no share."""
        return _SHARES_FROM.get(self.evidence, "judgement") if self.people else ""

    @property
    def direction(self) -> str:
        """What it does: stop, contradiction, people (a larger share), pilot, control, or note (it moves nothing)."""
        if self.status == "stop" or self.contradiction:
            return "contradiction" if self.contradiction else "stop"
        effects = {"people": self.people, "pilot": self.status == "pilot", "control": self.controls, "note": True}
        return next(name for name, does in effects.items() if does)


class Reason(NamedTuple):
    """Why: a rule that holds. Read `text`, and `grade` before you believe it; `page` is the playbook's.

    `share_from` says where the share comes from that it asks for, if it asks for one; `unanswered` names the questions
    that were left open and counted as the riskier answer.
    """

    rule: str
    direction: str
    grade: str
    evidence: str
    page: str
    text: str
    share_from: str
    unanswered: tuple[str, ...]

    @property
    def rests_on(self) -> str:
        """Grade, evidence, and what of it is judgement alone."""
        words = self.grade if self.evidence == self.grade else f"{self.grade}: {self.evidence}"
        return f"{words}; the share: judgement" if self.share_from == "judgement" != self.grade else words


class HumanShare(NamedTuple):
    """Of the labels to train on, the share that people make: at least `low`, at most `high`; where `low` comes from."""

    low: float
    high: float
    source: str


class Unknown(NamedTuple):
    """An open question, and how many parts of the advice hang on it when the other open ones turn out well."""

    field: str
    question: str
    changes: int


class Experiment(NamedTuple):
    """What to try next, and the lesson that shows how."""

    text: str
    lesson: str


@dataclass(frozen=True)
class Recommendation:
    """The advice. `status` is stop, pilot or go; `mix` is human, hybrid or synthetic. See `recommend`."""

    status: str
    mix: str
    human_share: HumanShare
    controls: tuple[str, ...]
    reasons: tuple[Reason, ...]
    unknowns: tuple[Unknown, ...]
    next_experiment: Experiment

    @property
    def contradictions(self) -> tuple[Reason, ...]:
        """Answers that don't go together: settle these first."""
        return tuple(reason for reason in self.reasons if reason.direction == "contradiction")


# A row: rule | when | asks for | rests on | page, and below it the reason. `expert | expert=yes? | people=1 | C ...`:
# when `expert` is yes or not known, people make all labels (1); graded C. `no?` is no or not known; all conditions of a
# row must hold. `enough` and `pays` follow from the three numbers, `share` (do rules ask for people's labels?) from the
# other rows. A row only asks for more (people's share of the labels, a status, controls), and never where a riskier
# answer would not: so risks add up and can't cancel out. A word that the table does not know is an error at import.
_RULES = """
test on people | | human gold | measured start.tested_on_machine_text | start_here
    On test rows that a machine wrote, a poor classifier looked good. Test on people's labels alone.
no test set | test_set=no? | people=1, pilot | measured start.tested_on_human_gold | start_here
    Without a human test set nobody sees what machine rows are worth. People label, the test set first.
harm unseen | test_set=no consequences=yes | stop | judgement | start_here
    Errors can do harm, and nothing would show them. Stop until people have labelled a test set.
nothing to test on | test_set=no people_may_label=no | stop | judgement | decide
    There is no human test set and nobody who may make one, so no result could be believed. Stop.
nobody labels | people_may_label=no? | pilot | judgement | decide
    Without somebody who can and may label real inputs there is no pilot, no review and no audit. Find somebody.
people needed, nobody may | people_may_label=no share=yes enough=no? | pilot, contradiction | judgement | decide
    These answers contradict each other: the advice needs people's labels, and nobody may make them.
private, nobody may | people_may_label=no privacy=yes | pilot, contradiction | judgement | decide
    Whether made-up rows are good, and give nobody away, shows on private ones only. Get a few people cleared.
harm | consequences=yes? formal_rule=no? | people=1, review share, drift audit | judgement | hybrid
    Where a wrong label does harm to somebody, people decide. A machine may point at items to look at twice.
harm despite a rule | consequences=yes? | people=0.5, review share, drift audit | judgement | hybrid
    The labels of a rule can miss the real thing. Where that does harm, let people label as many real items.
expert | expert=yes? | people=1 | C labels.experts-cant-be-replaced | hybrid
    Plausible errors don't average out. Experts label, until the machine is compared with two on the same items.
little text | low_resource=yes? | people=1 | C when.low-resource-languages-need-people | decide
    Often said, and likely: a generator writes poorly where it read little. No number found. Native speakers first.
opinions | diversity=yes? | people=0.5, soft labels | measured opinions.found_repeats | opinions
    A machine's repeated answers hardly show where people differ. Several people rate each item of a part.
like the real ones | fidelity=yes? | people=0.5 | measured start.written_against_people_at_2000 | start_here
    At equal numbers written rows trained a worse classifier than people's.
regulator | regulated=yes? | provenance | A rules.the-ai-act-asks-for-the-origin-of-data | hybrid
    EU law asks of high-risk systems a record of where data come from and how they were labelled, machine rows too. It
    is often said that machine rows are forbidden; we found no rule that says so. Other regulators: ask yours.
attack or audit | adversarial=yes? | people=0.5, review share, drift audit | judgement | hybrid
    Who attacks looks for what the generator left out. Machines may write attacks; people say what is one.
moving world | stationary=no? | drift audit | measured hybrid.random_batch_off | hybrid
    Accuracy counted on a random sample was about right; counted on items that the model doubts, it was far off.
moving world, new rows | stationary=no? | people=0.2, fresh human share | judgement | hybrid
    A generator may stay behind when inputs change. Have some new ones labelled by people.
no formal rule | formal_rule=no? | people=0.2 | measured hybrid.fifth_labelled | hybrid
    Of 600 rows a fifth labelled by people, the rest by a machine: no clear difference to people alone. Less: not tried.
rows must be written | formal_rule=no? real_inputs=no? | review share | measured start.written_rate | start_here
    Written rows count for less: of 2,400 each was worth well under one label of people. Compare the price.
label before you write | formal_rule=no? real_inputs=yes | review share | measured start.labelled_rate | start_here
    A machine's label of a real sentence was worth about one of people's: have those made before it writes new ones.
loop | iterative=yes? | fresh human share, provenance | measured collapse.fresh_30_behind_never | collapse
    With 30% new human rows a round a loop ended behind its first model, and behind these rows alone. Try both rivals
    first, and keep every human row. No threshold at 30 to 40% was found.
rare cases | edge_cases=yes? | review share | measured imbalance.found_more_smote | imbalance
    Made-up rare rows showed no gain over a moved threshold (up to 20 in 100 more can't be excluded). People check them.
private | privacy=yes? | privacy test | B against rules.without-personal-data-it-is-private | decide
    Machine rows made from private ones can give persons away: synthetic is not anonymous. Test it.
contract | licence=yes? | licence check, provenance | C rules.a-licence-is-inherited | hybrid
    Whether machine rows inherit the licence of what they were made from is unsettled. Read it first.
try it | baseline=human,unknown,none enough=no? | pilot | measured decide.same_answers_helped | decide
    With the same answers to all these questions machine rows helped in some comparisons, not in others. Run a pilot.
not measured here | modality=audio,other,unknown enough=no? | pilot | judgement | decide
    This kit measured short English texts, small images and a few tables, nothing else.
you have enough | enough=yes | people=1 | A sums | start_here
    You have enough: people have labelled as many items as you need. Make none before you know that more would help.
too few to pay | pays=no | people=1 | A cost.small-projects-pay-more | cost
    The items still missing are fewer than the number from which on the machine is cheaper. People label.
labels for nothing | formal_rule=yes | | B when.rendered-scenes-come-with-labels | decide
    A detector trained on varied simulations alone worked on real pictures. Does yours? People's labels show it.
one rule, many opinions | formal_rule=yes diversity=yes | contradiction | judgement | opinions
    These answers contradict each other: a rule gives one label, people give several. Which one is right?
"""
_SHARES_FROM = {each: each for each in ("sums", "hybrid.fifth_labelled")} | {"cost.small-projects-pay-more": "sums"}

# The first row that holds is what to try next: lesson | when | what.
_EXPERIMENTS = """
00_start_here | test_set=no? | Have people label a test set: 1,000 items are a start (a judgement).
00_start_here | people_may_label=no? | Have 100 real inputs labelled by somebody who may.
00_start_here | enough=yes | Draw the learning curve: does the score still rise with more labels?
04_opinions | diversity=yes? | Ask ten people each about 100 items, and the machine how people would answer.
03_collapse | iterative=yes? | Run your loop beside its rivals: no retraining, and human rows alone.
02_imbalance | edge_cases=yes? | Compare made-up rare rows with a moved threshold and plain copies.
00_start_here | real_inputs=yes | Let people and the machine label the same 400 inputs.
01_augmentation | modality=image | Compare changed copies with plain copies, for two models.
05_hybrid | | Spend the same money three ways: people label, the machine labels, it writes.
"""

# Name | source | answers beyond the plain ones (no risk, but no formal rule either), and what the articles say.
_PRESETS = """
rare driving events | [2], [4] | formal_rule consequences regulated adversarial edge_cases stationary=no modality=image
    Simulate them, beside real driving data and not in their place.
clinical images | [2] | fidelity expert consequences regulated privacy edge_cases modality=image
    People at the core; synthetic images only for very rare findings.
dialect | [2], [4] | low_resource fidelity modality=text
    Native speakers; nothing takes their place.
toxic comments | [2] | diversity fidelity adversarial consequences stationary=no modality=text
    A small human set is better than one machine's scores of everything.
fraud | [2], [4] | fidelity regulated adversarial edge_cases privacy stationary=no modality=table
    Make more cases of fraud: that finds more, and is better than copies.
code examples | [2] | formal_rule licence modality=text
    Have a much stronger model write them.
preferences for a chatbot | [1] to [4] | diversity fidelity iterative edge_cases modality=text
    People only, says one: a machine's preferences go round in circles. Another praises machine-made ones at scale.
attacks for a safety test | [4] | adversarial edge_cases consequences stationary=no modality=text
    Have machines write them: enough can't be had otherwise.
legal documents | [4] | expert consequences regulated privacy modality=text
    People are the anchor; about one synthetic row for each of theirs.
patient records | [1], [2], [4] | fidelity expert consequences regulated privacy people_may_label=no modality=table
    Synthetic records keep the statistics, and whoever likes may label them.
rendered objects | [2] | formal_rule modality=image
    The clearest gain: the renderer gives the labels.
"""


def _rows(table: str) -> list[list[str]]:
    """The cells of each row, with the indented lines below it as the last cell."""
    blocks = [block.partition("\n") for block in re.split(r"\n(?=\S)", table.strip())]
    if wrong := [head for head, _, text in blocks if "|" in text]:
        raise ValueError(f"a line below {wrong[0]!r} looks like a row; rows begin at the margin")
    return [[*map(str.strip, head.split("|")), " ".join(text.split())] for head, _, text in blocks]


def _when(conditions: str) -> dict[str, tuple[str, ...]]:
    """`test_set=no?` as {"test_set": ("no", "unknown")}; what no question allows is an error."""
    found = {}
    for each in conditions.split():
        name, _, said = each.partition("=")
        found[name] = tuple(said.replace("?", ",unknown").split(","))
        if not set(found[name]) <= set(FIELDS[name].answers if name in FIELDS else _FOLLOWS.get(name, ())):
            raise ValueError(f"{each!r} must be a question = its answers, such as test_set=no?")
    return found


def _rule(name: str, *cells: str) -> Rule:
    try:
        when, asked, rests_on, page, text = cells
        asks, (grade, _, evidence) = set(filter(None, asked.split(", "))), rests_on.partition(" ")
        if wrong := asks - {*CONTROLS, *_STATUS, *_SHARES, "contradiction"} or {grade} - {*GRADES}:
            raise ValueError(f"{', '.join(wrong)}: none of the words of the table")
        people = max((_SHARES[each] for each in asks & {*_SHARES}), default=0.0)
        status = max(asks & {*_STATUS}, key=_STATUS.index, default="go")
        controls, clash = tuple(each for each in CONTROLS if each in asks), "contradiction" in asks
        return Rule(name, _when(when), people, status, controls, clash, grade, evidence or grade, page, text)
    except ValueError as error:
        raise ValueError(f"rule {name!r}: {error}") from None


RULES = tuple(_rule(*row) for row in _rows(_RULES))
_NEXT = tuple((_when(when), Experiment(text, lesson)) for lesson, when, text, _ in _rows(_EXPERIMENTS))


class Preset(NamedTuple):
    """Answers that fit an example of the articles (ours, to be changed), and what the articles say of it."""

    answers: Answers
    said: str
    source: str


def _preset(name: str, source: str, answers: str, said: str) -> tuple[str, Preset]:
    plain = {each: asked.best for each, asked in FIELDS.items() if asked.answers}
    given = dict((each if "=" in each else f"{each}=yes").split("=") for each in answers.split())
    return name, Preset(Answers(**(plain | {"formal_rule": "no", "baseline": "human"} | given)), said, source)


PRESETS = MappingProxyType(dict(_preset(*row) for row in _rows(_PRESETS)))


def recommend(answers: Answers) -> Recommendation:
    """Say who should make the training labels, with what controls, why, and what to find out next.

    Parameters
    ----------
    answers : Answers

    Returns
    -------
    Recommendation
        `status`: "stop" (settle this first), "pilot" (try it small, on human gold) or "go". `mix`: "human" (people make
        all labels to train on), "hybrid", or "synthetic" (they make few or none; the test set stays human).
        `human_share`: its `source` says whether the lower end was measured or is a judgement; either way it is where a
        pilot may start, no law. `controls`: `CONTROLS` explains them. `reasons`: the rules that hold. `unknowns`: the
        open questions, those first on which most parts of the advice hang (status, mix, share, each control, next
        experiment), supposing that the other open questions turn out well. `next_experiment`: what to try. A risk that
        is raised makes status, share and controls no less careful; contradictions and experiment may change either way.

    Raises
    ------
    TypeError
        When `answers` are none.

    Examples
    --------
    >>> advice = recommend(Answers())  # nothing answered
    >>> advice.status, advice.mix, advice.human_share.low
    ('pilot', 'human', 1.0)
    >>> labels = dict(test_set="yes", consequences="no", expert="no", low_resource="no", fidelity="no", regulated="no")
    >>> advice = recommend(Answers(**labels, adversarial="no", diversity="no", formal_rule="no", stationary="yes"))
    >>> advice.mix, advice.human_share
    ('hybrid', HumanShare(low=0.2, high=1.0, source='hybrid.fifth_labelled'))
    """
    _check_answers(answers)
    facts = _facts(vars(answers))
    status, mix, share, controls, experiment = _advise(facts)
    reasons = tuple(_reason(rule, facts) for rule in RULES if _holds(rule.when, facts))
    return Recommendation(status, mix, share, controls, reasons, _unknowns(answers), experiment)


def article_advice(answers: Answers) -> str:
    """Say what the second article's own rule says, which looks at five of its six questions.

    No to fidelity, regulated and diversity, yes to formal rule and test set: synthetic. All else: human, with machine
    rows in support at most. Unsure: a pilot. Whether training goes in a loop is asked and not used.

    Parameters
    ----------
    answers : Answers

    Returns
    -------
    str
        "synthetic", "human", or "pilot" where an open answer could still tip it.

    Raises
    ------
    TypeError
        When `answers` are none.

    Examples
    --------
    >>> article_advice(Answers(fidelity="no", regulated="no", diversity="no", formal_rule="yes", test_set="yes"))
    'synthetic'
    >>> article_advice(Answers(fidelity="yes")), article_advice(Answers())
    ('human', 'pilot')
    """
    _check_answers(answers)
    wanted = {"fidelity": "no", "regulated": "no", "diversity": "no", "formal_rule": "yes", "test_set": "yes"}
    given = {(getattr(answers, name), answer) for name, answer in wanted.items()}
    if all(said == answer for said, answer in given):
        return "synthetic"
    return "human" if any(said not in (answer, "unknown") for said, answer in given) else "pilot"


def decision_record(answers: Answers, recommendation: Recommendation) -> str:
    """Write the decision down: a page of Markdown with a block from which `read_record` restores the answers.

    Parameters
    ----------
    answers : Answers
    recommendation : Recommendation
        What `recommend(answers)` gave.

    Returns
    -------
    str
        Save it beside the data. Fill in task, date and who decided; read it again when an answer changes.

    Raises
    ------
    TypeError
        When `answers` are none.
    ValueError
        When the recommendation belongs to other answers.

    Examples
    --------
    >>> answers = Answers(modality="text", items_needed=5000)
    >>> decision_record(answers, recommend(answers)).splitlines()[0]
    '# Decision record'
    """
    if recommendation != recommend(answers):
        raise ValueError("recommendation must belong to these answers; got another one. Give recommend(answers).")
    share, next_one = recommendation.human_share, recommendation.next_experiment
    everything = "all" if recommendation.status == "go" else "all, until a pilot says otherwise"
    part = everything if share.low == 1 else f"{share.low:.0%} to {share.high:.0%}"
    first = "Settle the contradiction first. " if recommendation.contradictions else ""
    lines = [
        f"# Decision record\n\nTask: ____ Date: ____ By: ____ Rules of: {_EDITION}\n",
        f"**{first}Now: {recommendation.status}. Mix: {recommendation.mix}. Of the labels to train on, people make "
        f"{part}** (lower end: {share.source}).\n",
        f"Next: {next_one.text} (lesson {next_one.lesson})\n",
        "## Controls\n",
        *(f"- [ ] {name}: {CONTROLS[name]}" for name in recommendation.controls),
        "\n## Why\n\n| rule | does | because | rests on |\n|---|---|---|---|",
        *(
            f"| {each.rule}{' (not answered)' if each.unanswered else ''} | {each.direction} | {each.text} | "
            f"{each.rests_on} |"
            for each in recommendation.reasons
        ),
        "\n## Still open\n",
        *(f"- {each.question}" for each in recommendation.unknowns or [Unknown("", "Nothing.", 0)]),
        "\n## Answers\n\n```json",
        json.dumps({n: "inf" if v == math.inf else v for n, v in asdict(answers).items()}, indent=1, default=int),
        "```\n",
    ]
    return "\n".join(lines)


def read_record(text: str) -> Answers:
    """Restore the answers from a record.

    Parameters
    ----------
    text : str
        What `decision_record` wrote, whatever else was added around its block of answers.

    Returns
    -------
    Answers
        As they were. A question that the block leaves out counts as open. The advice in the text is not read: run
        `recommend` again, since somebody may have edited it, or older rules have given it.

    Raises
    ------
    TypeError
        When it is no text.
    ValueError
        When the block is missing, there twice, or damaged, or an answer is none of those allowed.

    Examples
    --------
    >>> answers = Answers(modality="text", items_needed=5000)
    >>> read_record(decision_record(answers, recommend(answers))) == answers
    True
    """
    if not isinstance(text, str):
        raise TypeError(f"text must be the text of a record; got {type(text).__name__}. Read the file first.")
    blocks = re.findall(r"^```json[ \t]*\r?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    if len(blocks) != 1:
        raise ValueError(f"text must have one block from ```json to ```, at the margin, as written; got {len(blocks)}.")
    try:
        found = json.loads(blocks[0], object_pairs_hook=_once)
        if not isinstance(found, dict) or (strange := sorted(set(found) - set(FIELDS))):
            named = ", ".join(map(repr, strange)) if isinstance(found, dict) else type(found).__name__
            raise ValueError(f"it must hold the fields of Answers alone; got {named}.")
        return Answers(**{name: math.inf if value == "inf" else value for name, value in found.items()})
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"The block of answers is damaged: {error} Mend it, or answer anew.") from None


# ---- how the rules are put together


def _facts(answers: Mapping) -> dict[str, str]:
    """The answers, and what follows from the three numbers and from the rules that ask for people's labels."""
    facts = {name: answer for name, answer in answers.items() if FIELDS[name].answers}
    needed, own, least = (answers[name] for name in ("items_needed", "items_labelled", "break_even_items"))
    facts["enough"] = "unknown" if needed is None or own is None else "yes" if own >= needed else "no"
    asked = needed is not None and least is not None and facts["enough"] != "yes"
    pays = asked and least < math.inf and needed - (own or 0) >= least  # inf: never
    facts["pays"] = ("yes" if pays else "no") if asked else "unknown"
    facts["share"] = "no"  # until a rule asks for people's labels
    facts["share"] = "yes" if any(rule.people for rule in RULES if _holds(rule.when, facts)) else "no"
    return facts


def _holds(when: Mapping[str, tuple[str, ...]], facts: Mapping[str, str]) -> bool:
    return all(facts[name] in answers for name, answers in when.items())


def _advise(facts: Mapping[str, str]) -> tuple[str, str, HumanShare, tuple[str, ...], Experiment]:
    """The most careful status, the largest share, and all controls of the rules that hold."""
    rules = [rule for rule in RULES if _holds(rule.when, facts)]
    status = max((rule.status for rule in rules), key=_STATUS.index)
    low = max(rule.people for rule in rules)
    mix = "human" if low == 1 else "hybrid" if low else "synthetic"
    sources = [rule.share_from for rule in rules if low and rule.people == low and rule.share_from != "judgement"]
    share = HumanShare(low, 1.0 if low else 0.2, sources[0] if sources else "judgement")
    asked = {name for rule in rules for name in rule.controls}
    experiment = next(experiment for when, experiment in _NEXT if _holds(when, facts))
    return status, mix, share, tuple(name for name in CONTROLS if name in asked), experiment


def _reason(rule: Rule, facts: Mapping[str, str]) -> Reason:
    open_ones = tuple(name for name in rule.when if facts[name] == "unknown")
    return Reason(rule.name, rule.direction, *rule[6:], rule.share_from, open_ones)  # 6: grade, evidence, page, text


def _unknowns(answers: Answers) -> tuple[Unknown, ...]:
    """The open questions, those first on which most parts of the advice hang when the other open ones turn out well."""
    given = vars(answers)
    still_open = [name for name, answer in given.items() if answer in ("unknown", None)]
    well = {name: FIELDS[name].best for name in still_open if FIELDS[name].answers}
    found = []
    for name in still_open:
        kept, changed = {**given, **well, name: given[name]}, set()
        for answer in FIELDS[name].answers or (0, math.inf):
            changed |= {part.partition(":")[0] for part in _parts(kept) ^ _parts({**kept, name: answer})}
        found.append(Unknown(name, FIELDS[name].text, len(changed)))
    return tuple(sorted(found, key=lambda each: -each.changes))


def _parts(answers: Mapping) -> set[str]:
    """The parts of the advice, each with its name in front: two sets differ in the parts that changed."""
    status, mix, share, controls, experiment = _advise(_facts(answers))
    named = {f"status:{status}", f"mix:{mix}", f"share:{share.low}", f"next:{experiment.text}"}
    return named | {f"control {name}:" for name in controls}


def _once(pairs: list[tuple]) -> dict:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("an answer is there twice")
    return dict(pairs)


def _check_answers(answers) -> None:
    if not isinstance(answers, Answers):
        raise TypeError(f"answers must be Answers; got {type(answers).__name__}. Write Answers(test_set='yes', ...).")
