"""The decision: risks never make it bolder, over the whole grid; what it rests on; the articles' rule; records."""

import itertools
import json
import math
import random
import re
import sys
import tomllib
import types
from dataclasses import FrozenInstanceError, replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from helpers import decide
from helpers.decide import (
    CONTROLS,
    FIELDS,
    GRADES,
    PRESETS,
    RULES,
    Answers,
    article_advice,
    decision_record,
    read_record,
    recommend,
)

ROOT = Path(__file__).resolve().parents[1]
RISKS = {name: asked.safe_to_risky for name, asked in FIELDS.items() if asked.risk}
CAREFUL = ("go", "pilot", "stop")
SAFE = {name: asked.best for name, asked in FIELDS.items() if asked.answers} | {"baseline": "piloted"}
PLAIN = Answers(**SAFE)  # nothing speaks against machine rows
TEXT = Answers(**SAFE | {"formal_rule": "no"})


def rules(answers):
    return {reason.rule for reason in recommend(answers).reasons}


# ---- by name


def test_nothing_answered_means_a_pilot_and_people():
    advice = recommend(Answers())
    assert (advice.status, advice.mix, advice.human_share) == ("pilot", "human", (1.0, 1.0, "judgement"))
    assert advice.controls == tuple(CONTROLS)
    assert {each.field for each in advice.unknowns} == set(FIELDS)
    assert advice.contradictions == ()


@pytest.mark.parametrize(("needed", "labelled", "enough"), [(1000, 1000, True), (0, 0, True), (1001, 1000, False)])
def test_you_have_enough(needed, labelled, enough):
    advice = recommend(replace(PLAIN, items_needed=needed, items_labelled=labelled))
    assert ("you have enough" in {each.rule for each in advice.reasons}) == enough
    assert advice.mix == ("human" if enough else "synthetic")
    if enough:
        assert next(each for each in advice.reasons if each.rule == "you have enough").text.startswith(
            "You have enough"
        )
        assert advice.human_share.source == "sums" and "learning curve" in advice.next_experiment.text


@pytest.mark.parametrize(
    ("needed", "labelled", "least", "mix"),
    [
        (999, None, 1000, "human"),
        (1000, None, 1000, "synthetic"),
        (1999, 1000, 1000, "human"),  # the missing ones count
        (2000, 1000, 1000, "synthetic"),
        (10**15, 0, math.inf, "human"),  # the machine never gets cheaper
        (500, 600, 0, "human"),  # enough
        (500, 100, None, "synthetic"),
        (None, None, 1000, "synthetic"),
    ],
)
def test_fewer_than_the_break_even_means_people(needed, labelled, least, mix):
    answers = replace(PLAIN, items_needed=needed, items_labelled=labelled, break_even_items=least)
    assert recommend(answers).mix == mix


def test_volume_alone_moves_nothing():
    seen = [recommend(replace(PLAIN, items_needed=n, items_labelled=0)) for n in (1, 10**3, 10**15)]
    assert seen[0] == seen[1] == seen[2]


def test_private_and_nobody_may_label_is_a_contradiction_that_is_said():
    advice = recommend(Answers(privacy="yes", people_may_label="no"))
    assert advice.status == "pilot"
    assert {each.rule for each in advice.contradictions} == {"people needed, nobody may", "private, nobody may"}
    assert "contradict" in advice.contradictions[0].text
    record = decision_record(Answers(privacy="yes", people_may_label="no"), advice)
    assert "**Settle the contradiction first. Now: pilot. " in record
    assert recommend(PRESETS["patient records"].answers).contradictions


def test_nobody_may_label_contradicts_only_advice_that_needs_labels():
    for answers in (PLAIN, replace(PLAIN, items_needed=100, items_labelled=100)):
        advice = recommend(replace(answers, people_may_label="no"))
        assert advice.contradictions == () and advice.status == "pilot"
        assert "nobody labels" in {each.rule for each in advice.reasons}
    for answers in (TEXT, replace(PLAIN, items_needed=100, break_even_items=1000)):
        said = recommend(replace(answers, people_may_label="no")).contradictions
        assert [each.rule for each in said] == ["people needed, nobody may"]


def test_a_formal_rule_and_a_regulator():
    """The law asks for origin and labelling on record. A share because of a regulator is a claim graded D."""
    advice = recommend(replace(PLAIN, regulated="yes"))
    assert advice.human_share == recommend(PLAIN).human_share
    assert advice.controls == ("human gold", "provenance")
    said = next(each.text for each in advice.reasons if each.rule == "regulator")
    assert "no rule that says so" in said


def test_subjective_labels_with_machines_as_the_only_raters_mean_soft_labels_by_people():
    advice = recommend(replace(TEXT, diversity="yes", people_may_label="no"))
    assert "soft labels" in advice.controls and advice.human_share.low >= 0.5
    assert "people" in CONTROLS["soft labels"] and advice.contradictions
    opinions = next(each for each in advice.reasons if each.rule == "opinions")
    assert (opinions.grade, opinions.evidence) == ("measured", "opinions.found_repeats")


def test_no_test_set_stops_only_where_harm_is_certain_or_nobody_can_make_one():
    assert recommend(replace(PLAIN, test_set="no")).status == "pilot"
    assert recommend(replace(PLAIN, test_set="no", consequences="unknown")).status == "pilot"
    assert recommend(replace(PLAIN, test_set="no", consequences="yes")).status == "stop"
    assert recommend(replace(PLAIN, test_set="no", people_may_label="no")).status == "stop"
    assert recommend(replace(PLAIN, test_set="unknown", people_may_label="no")).status == "pilot"


def test_unlabelled_inputs_are_labelled_before_new_ones_are_written():
    said = next(each for each in recommend(TEXT).reasons if each.rule == "label before you write")
    assert said.evidence == "start.labelled_rate" and "before it writes new ones" in said.text
    assert "review share" in recommend(TEXT).controls
    assert "label before you write" not in rules(replace(TEXT, real_inputs="no"))
    for real_inputs in ("no", "unknown"):  # written rows are reviewed too
        assert "review share" in recommend(replace(TEXT, real_inputs=real_inputs)).controls


def test_a_rule_and_many_opinions_contradict_each_other():
    advice = recommend(replace(PLAIN, diversity="yes"))
    assert [each.rule for each in advice.contradictions] == ["one rule, many opinions"]


def test_go_needs_a_pilot_that_machine_rows_won():
    assert recommend(PLAIN).status == "go"
    assert {recommend(replace(PLAIN, baseline=each)).status for each in ("none", "human", "unknown")} == {"pilot"}
    enough = replace(PLAIN, baseline="human", items_needed=10, items_labelled=10)
    assert recommend(enough).status == "go" and "people make all**" in decision_record(enough, recommend(enough))
    assert {recommend(replace(PLAIN, modality=each)).status for each in ("audio", "other", "unknown")} == {"pilot"}


@pytest.mark.parametrize(
    "change",
    [
        {"privacy": "yes"},
        {"licence": "yes"},
        {"edge_cases": "yes"},
        {"iterative": "yes"},
        {"items_needed": 10**6},
        {"items_labelled": 10**6},
        {"real_inputs": "no"},
        {"baseline": "none"},
        {"modality": "audio"},
        {"people_may_label": "no"},
    ],
)
@pytest.mark.parametrize("start", [PLAIN, TEXT, Answers()])
def test_these_alone_never_move_the_mix(start, change):
    """Volume does, through the two sums of three numbers: see you have enough, and the break-even."""
    before, after = recommend(start), recommend(replace(start, **change))
    assert (before.mix, before.human_share) == (after.mix, after.human_share)


# ---- risks only add up


def test_an_open_answer_is_never_the_riskiest_and_never_the_safest():
    for name, order in RISKS.items():
        assert set(order) == {"no", "unknown", "yes"} and order[1] == "unknown", name
    reversed_ones = {name for name, order in RISKS.items() if order[-1] == "no"}
    assert reversed_ones == {"formal_rule", "test_set", "stationary"}
    assert len(RISKS) == 10


def test_each_rule_that_asks_for_something_reaches_up_to_the_riskiest_answer():
    """So what it asks for stays when a risk is raised: the advice is a maximum and a union over such rules."""
    for rule in RULES:
        if rule.people or rule.status != "go" or rule.controls:
            assert rule.when.get("share", ("yes",)) == ("yes",), "more people's labels can't undo it"
            for name, answers in rule.when.items():
                if name in RISKS:
                    order = RISKS[name]
                    assert set(answers) == set(order[min(map(order.index, answers)) :]), (rule.name, name)


@cache
def grid():
    """What every combination of risks advises, the other questions answered as the key says."""
    found = {}
    for key, others in {"safe": {}, "open": {name: "unknown" for name in SAFE if name not in RISKS}}.items():
        fixed = {**SAFE, **others, "items_needed": None, "items_labelled": None, "break_even_items": None}
        for combination in itertools.product(*RISKS.values()):
            facts = decide._facts(fixed | dict(zip(RISKS, combination, strict=True)))
            status, mix, share, controls, _ = decide._advise(facts)
            found[key, combination] = CAREFUL.index(status), share.low, share.high, frozenset(controls), mix
    return found


def test_raising_a_risk_never_makes_the_advice_bolder_over_the_whole_grid():
    """3^10 combinations, twice, and every single step up from each."""
    advice, orders = grid(), [*RISKS.values()]
    assert len(advice) == 2 * 3**10
    for (key, combination), (status, low, high, controls, _) in advice.items():
        for place, order in enumerate(orders):
            at = order.index(combination[place])
            if at < 2:
                raised = advice[key, (*combination[:place], order[at + 1], *combination[place + 1 :])]
                assert raised[0] >= status and raised[1] >= low and raised[2] >= high and raised[3] >= controls


def test_raising_any_risk_with_any_other_answers():
    """20,000 draws over all questions, numbers too."""
    rng = random.Random(0)
    numbers = {name: (None, 0, 500, 2000, math.inf) for name, asked in FIELDS.items() if not asked.answers}
    choices = {name: asked.answers or numbers[name] for name, asked in FIELDS.items()}
    for _ in range(20_000):
        answers = Answers(**{name: rng.choice(values) for name, values in choices.items()})
        name = rng.choice([*RISKS])
        order = RISKS[name]
        raised = replace(answers, **{name: order[min(order.index(getattr(answers, name)) + 1, 2)]})
        (status, _, share, controls, _), after = (
            decide._advise(decide._facts(vars(each))) for each in (answers, raised)
        )
        assert CAREFUL.index(after[0]) >= CAREFUL.index(status)
        assert after[2].low >= share.low and set(after[3]) >= set(controls)


def test_the_mix_is_the_share_in_a_word():
    for _, low, high, _, mix in grid().values():
        assert mix == ("human" if low == 1 else "hybrid" if low else "synthetic")
        assert 0 <= low <= high <= 1


def test_recommend_says_what_the_grid_says():
    rng = random.Random(1)
    for _, combination in rng.sample([*grid()], 300):
        answers = replace(PLAIN, **dict(zip(RISKS, combination, strict=True)))
        advice = recommend(answers)
        status, low, high, controls, mix = grid()["safe", combination]
        assert (advice.status, advice.human_share[:2], advice.mix) == (CAREFUL[status], (low, high), mix)
        assert set(advice.controls) == controls


# ---- what it rests on


FINDINGS = tomllib.loads((ROOT / "playbook/findings.toml").read_text(encoding="utf-8"))
CLAIMS = {
    f"{group}.{id}": claim
    for group, claims in tomllib.loads((ROOT / "playbook/claims.toml").read_text(encoding="utf-8"))["claims"].items()
    for id, claim in claims.items()
}
MAY_CARRY_A_SHARE = {"hybrid.fifth_labelled", "sums", "cost.small-projects-pay-more"}  # read by a person


def flaw(rule):
    """What speaks against a rule's grade or evidence, or nothing."""
    against, id = rule.evidence.startswith("against "), rule.evidence.removeprefix("against ")
    if rule.grade == "judgement":
        return None if id == "judgement" else "judgement rests on nothing else"
    if rule.grade == "measured":
        return None if id in FINDINGS else "no finding"
    if id == "sums":
        return None if set(rule.when) <= {"enough", "pays"} else "not by sums alone"
    if id not in CLAIMS:
        return "no claim"
    if against:  # what a claim graded D denies: it may carry a control, never a share
        return None if CLAIMS[id]["grade"] == "D" and not rule.people else "against a claim that is not graded D"
    return None if CLAIMS[id]["grade"] == rule.grade != "D" else f"the claim is graded {CLAIMS[id]['grade']}"


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_no_claim_graded_d_drives_a_rule_and_grades_are_those_of_the_claims(rule):
    assert rule.grade in GRADES and flaw(rule) is None
    if rule.people:
        assert (rule.share_from == "judgement") == (rule.evidence not in MAY_CARRY_A_SHARE)
    else:
        assert rule.share_from == ""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"grade": "D", "evidence": "rules.no-path-through-regulators"}, "the claim is graded D"),
        ({"grade": "C", "evidence": "rules.only-people-leave-an-audit-trail"}, "the claim is graded D"),
        ({"grade": "A", "evidence": "when.low-resource-languages-need-people"}, "the claim is graded C"),
        ({"grade": "B", "evidence": "Dohmatob et al. 2024"}, "no claim"),
        ({"grade": "measured", "evidence": "start.never"}, "no finding"),
        ({"grade": "A", "evidence": "sums", "when": {"expert": ("yes",)}}, "not by sums alone"),
        ({"grade": "B", "evidence": "against rules.no-path-through-regulators", "people": 0.5}, "against a claim"),
    ],
)
def test_a_rule_on_weak_ground_is_seen(change, words):
    assert flaw(RULES[0]._replace(**change)).startswith(words)


def test_every_article_and_study_that_is_cited_stands_in_the_header():
    for cited in {asked.source for asked in FIELDS.values()} | {preset.source for preset in PRESETS.values()}:
        for word in re.findall(r"\[\d\]", cited):
            assert f"{word} " in decide.__doc__
    assert all(
        id in CLAIMS for id in ("rules.without-personal-data-it-is-private", "when.rendered-scenes-come-with-labels")
    )


def test_every_page_and_lesson_is_there():
    assert {rule.page for rule in RULES} <= {path.stem for path in (ROOT / "playbook").glob("*.md")}
    lessons = {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {experiment.lesson for _, experiment in decide._NEXT} <= lessons


def test_a_share_says_where_it_comes_from():
    assert recommend(TEXT).human_share == (0.2, 1.0, "hybrid.fifth_labelled")
    assert recommend(replace(PLAIN, stationary="no")).human_share == (0.2, 1.0, "judgement")
    assert recommend(replace(TEXT, fidelity="yes")).human_share == (0.5, 1.0, "judgement")
    assert recommend(PLAIN).human_share == (0.0, 0.2, "judgement")


def test_the_table_of_rules_is_well_formed():
    assert len({rule.name for rule in RULES}) == len(RULES)
    heads = [line for line in decide._RULES.splitlines() if line and not line.startswith(" ")]
    assert len(heads) == len(RULES)
    for rule in RULES:
        assert rule.text.endswith((".", "?", ")")) and 20 < len(rule.text) < 330, rule.name


EXPERT = "expert | expert=yes? | people=1 | C labels.experts-cant-be-replaced | hybrid"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("expert | exprt=yes? | people=1 | judgement | hybrid", "rule 'expert': 'exprt=yes?' must be a question"),
        ("expert | expert=Yes? | people=1 | judgement | hybrid", "'expert=Yes?' must be"),
        ("expert | expert=yes?, privacy=yes? | people=1 | judgement | hybrid", "'expert=yes?,' must be"),
        ("expert | expert | people=1 | judgement | hybrid", "'expert' must be"),
        ("expert | expert=yes? | poeple=1 | judgement | hybrid", "poeple=1: none of the words"),
        ("expert | expert=yes? | people: 1 | judgement | hybrid", "people: 1: none"),
        ("expert | expert=yes? | people=1.5 | judgement | hybrid", "people=1.5: none"),
        ("expert | expert=yes? | people=1,pilot | judgement | hybrid", "people=1,pilot: none"),
        ("expert | expert=yes? | privacy tests | judgement | hybrid", "privacy tests: none"),
        ("expert | expert=yes? | stopp | judgement | hybrid", "stopp: none"),
        ("expert | expert=yes? | people=1 | measurd start.x | hybrid", "measurd: none"),
        ("expert | expert=yes? | people=1 | judgement", "rule 'expert': not enough values"),
        (f"  {EXPERT}", "looks like a row; rows begin at the margin"),
    ],
)
def test_a_slip_in_the_table_is_an_error_at_import_with_the_name_of_the_rule(row, words):
    source = Path(decide.__file__).read_text(encoding="utf-8")
    assert source.count(EXPERT) == 1
    module = types.ModuleType("slipped")
    sys.modules["slipped"] = module  # dataclasses look there
    try:
        with pytest.raises(ValueError) as caught:
            exec(compile(source.replace(EXPERT, row), "slipped", "exec"), module.__dict__)
    finally:
        del sys.modules["slipped"]
    assert words in str(caught.value)


def test_every_rule_and_every_control_can_be_reached():
    reached, controls, directions = set(), set(), set()
    numbers = [{}, {"items_needed": 1, "items_labelled": 2}, {"items_needed": 1, "break_even_items": 2}]
    for start, more in itertools.product((PLAIN, TEXT, Answers()), numbers):
        for names in itertools.combinations(FIELDS, 2):
            for values in itertools.product(*(FIELDS[name].answers or (None,) for name in names)):
                answers = replace(start, **more | dict(zip(names, values, strict=True)))
                facts = decide._facts(vars(answers))
                reached |= {rule.name for rule in RULES if decide._holds(rule.when, facts)}
    for rule in RULES:
        controls |= set(rule.controls)
        directions.add(rule.direction)
    assert reached == {rule.name for rule in RULES}
    assert controls == set(CONTROLS)
    assert directions == {"stop", "contradiction", "people", "pilot", "control", "note"}


def test_no_number_of_the_articles_drives_a_rule():
    """30 to 40% is named once, to say that it was not found."""
    for rule in RULES:
        assert rule.people in (0, 0.2, 0.5, 1)
        assert "30 to 40%" not in rule.text or "No threshold at 30 to 40% was found" in rule.text


# ---- what to find out first


def test_unknowns_are_ranked_by_what_hangs_on_them():
    asked = [each.changes for each in recommend(Answers()).unknowns]
    assert asked == sorted(asked, reverse=True)
    assert recommend(Answers()).unknowns[0].field == "test_set"
    assert recommend(PLAIN).unknowns[0].field.startswith("items") and recommend(PLAIN).unknowns[0].changes == 0
    lone = recommend(replace(PLAIN, items_needed=None, items_labelled=500)).unknowns[0]
    assert (lone.field, lone.changes) == ("items_needed", 3)  # mix, share, next experiment


def test_the_count_by_hand():
    """Open: low_resource alone. Answered yes, mix and share change; its controls are none."""
    (first, *_) = recommend(replace(PLAIN, low_resource="unknown")).unknowns
    assert first == ("low_resource", FIELDS["low_resource"].text, 2)


# ---- the second article


SIX = ("fidelity", "formal_rule", "iterative", "regulated", "diversity", "test_set")


def test_the_second_article_says_synthetic_in_2_of_64():
    said = {
        each: article_advice(Answers(**dict(zip(SIX, each, strict=True))))
        for each in itertools.product(("no", "yes"), repeat=6)
    }
    synthetic = [each for each, advice in said.items() if advice == "synthetic"]
    assert len(said) == 64 and set(said.values()) == {"human", "synthetic"}
    assert synthetic == [("no", "yes", "no", "no", "no", "yes"), ("no", "yes", "yes", "no", "no", "yes")]


def test_the_page_shows_both_answers_for_every_pattern():
    page = (ROOT / "playbook/decide.md").read_text(encoding="utf-8")
    for *four, with_test, without in re.findall(r"^\| " + r"(yes|no) \| " * 4 + r"(.+?) \| (.+?) \|$", page, re.M):
        given = dict(zip(("fidelity", "formal_rule", "regulated", "diversity"), four, strict=True))
        for shown, test_set in ((with_test, "yes"), (without, "no")):
            for loop in ("no", "yes"):
                answers = replace(PLAIN, **given, test_set=test_set, iterative=loop)
                assert shown == f"{article_advice(answers)} / {recommend(answers).mix}"
    assert len(re.findall(r"(?:human|synthetic) / (?:human|hybrid|synthetic)", page)) == 32


def test_its_third_question_never_matters_and_no_other_is_asked():
    for six in itertools.product(("no", "unknown", "yes"), repeat=6):
        answers = Answers(**dict(zip(SIX, six, strict=True)))
        assert article_advice(answers) == article_advice(replace(answers, iterative="yes"))
        assert article_advice(answers) == article_advice(replace(answers, consequences="yes", licence="no"))


def test_the_article_sends_the_unsure_to_a_pilot():
    sure = dict(fidelity="no", formal_rule="yes", regulated="no", diversity="no", test_set="yes")
    for name in sure:
        assert article_advice(Answers(**sure | {name: "unknown"})) == "pilot"
        assert article_advice(Answers(**{name: {"no": "yes", "yes": "no"}[sure[name]]})) == "human"


def test_presets():
    assert len(PRESETS) == 11
    for preset in PRESETS.values():
        assert "unknown" not in {getattr(preset.answers, name) for name, asked in FIELDS.items() if asked.answers}
        assert preset.said.endswith(".") and preset.source.startswith("[")
        assert recommend(preset.answers).status == "pilot"
    mixes = {name: recommend(preset.answers).mix for name, preset in PRESETS.items()}
    assert mixes["code examples"] == mixes["rendered objects"] == "synthetic"
    assert mixes["fraud"] == mixes["rare driving events"] == mixes["preferences for a chatbot"] == "hybrid"
    assert mixes["clinical images"] == mixes["dialect"] == "human"


# ---- answers and records


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        ({"privacy": "maybe"}, ValueError, "privacy must be one of yes, no, unknown; got 'maybe'. Are the real inputs"),
        ({"privacy": "Yes"}, ValueError, "got 'Yes'"),
        ({"privacy": True}, ValueError, "got True"),
        ({"privacy": None}, ValueError, "got None"),
        ({"modality": "video"}, ValueError, "modality must be one of text, image, table, audio, other, unknown"),
        ({"baseline": "yes"}, ValueError, "baseline must be one of none, human, piloted, unknown"),
        ({"items_needed": "many"}, TypeError, "items_needed must be a number or None (not known); got 'many'"),
        ({"items_needed": "unknown"}, TypeError, "or None (not known)"),
        ({"items_labelled": True}, TypeError, "got True"),
        (
            {"items_labelled": -1},
            ValueError,
            "items_labelled must be 0 to 10^18, inf or None (not known); got -1",
        ),
        ({"break_even_items": math.nan}, ValueError, "got nan"),
        ({"items_needed": 10**400}, ValueError, "must be 0 to 10^18, inf or None"),
        ({"items_needed": Fraction(1, 3)}, TypeError, "must be a number or None"),
    ],
)
def test_a_wrong_answer_is_refused_with_the_answers_allowed(wrong, error, words):
    with pytest.raises(error) as caught:
        Answers(**wrong)
    assert words in str(caught.value)


def test_answers_are_frozen_and_named():
    with pytest.raises(FrozenInstanceError):
        Answers().privacy = "yes"
    with pytest.raises(TypeError):
        Answers("yes")
    with pytest.raises(TypeError):
        Answers(colour="blue")
    with pytest.raises(TypeError):
        FIELDS["colour"] = None
    assert hash(Answers()) == hash(Answers())


def test_questions_are_in_plain_words_with_a_source():
    for name, asked in FIELDS.items():
        assert asked.text.endswith(("?", "? (inf: never)")) and len(asked.text) < 100, name
        assert asked.source and (not asked.answers or asked.answers[-1] == "unknown"), name
        assert set(asked.safe_to_risky) in (set(asked.answers), set()), name


@pytest.mark.parametrize("thing", [None, {}, "yes"])
def test_what_are_no_answers(thing):
    for function in (recommend, article_advice):
        with pytest.raises(TypeError, match="answers must be Answers; got "):
            function(thing)


def test_a_record_restores_any_answers_exactly():
    rng = random.Random(2)
    numbers = (None, 0, 7, 1234.5, 1 / 3, 10**18, math.inf, np.int64(500), np.float64(0.1))
    for _ in range(200):
        answers = Answers(**{name: rng.choice(asked.answers or numbers) for name, asked in FIELDS.items()})
        text = decision_record(answers, recommend(answers))
        assert read_record(text) == answers
        assert read_record(f"Notes\n\n{text}\nMore.\n".replace("\n", "\r\n")) == answers


def test_a_record_is_one_page_and_names_everything():
    for answers in (Answers(), *(preset.answers for preset in PRESETS.values())):
        advice = recommend(answers)
        text = decision_record(answers, advice)
        assert len(text.splitlines()) < 120
        for word in (advice.status, advice.mix, *advice.controls, *(each.rule for each in advice.reasons)):
            assert word in text
        for row in [line for line in text.splitlines() if line.startswith("|")]:
            assert row.count("|") == 5
        for each in advice.reasons:
            share_is_ours = each.grade != "judgement" and each.share_from == "judgement"
            assert each.rests_on.endswith("; the share: judgement") == share_is_ours and f"| {each.rests_on} |" in text
    block = decision_record(PLAIN, recommend(PLAIN)).partition("```json")[2].partition("```")[0]
    assert json.loads(block)["modality"] == "text"


def test_a_record_of_other_answers_is_refused():
    with pytest.raises(ValueError, match="recommendation must belong to these answers"):
        decision_record(PLAIN, recommend(TEXT))


RECORD = decision_record(PLAIN, recommend(PLAIN))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "text must have one block from ```json to ```"),
        ('```json\n{"privacy": "yes", "privacy": "no"}\n```\n', "an answer is there twice"),
        (f"```json\n{'[' * 100_000}\n```\n", "The block of answers is damaged: "),
        ('```json\n{"items_needed": "many"}\n```\n', "items_needed must be a number"),
        ('```json\n{"items_needed": true}\n```\n', "items_needed must be a number"),
        ('```json\n{"items_needed": [1]}\n```\n', "items_needed must be a number"),
        ("\n".join(f"> {line}" for line in RECORD.splitlines()), "at the margin"),
        ("# Decision record\n", "got 0"),
        (RECORD + RECORD, "got 2"),
        (RECORD.replace('"privacy": "no",', '"privacy": "no'), "The block of answers is damaged: "),
        (RECORD.replace('"privacy"', '"colour"'), "got 'colour'"),
        (RECORD.replace('"privacy": "no"', '"privacy": "No"'), "privacy must be one of yes, no, unknown; got 'No'"),
        ("```json\n[1, 2]\n```\n", "it must hold the fields of Answers alone; got list"),
        ("```json\nnull\n```\n", "got NoneType"),
    ],
)
def test_a_bad_record_gets_a_clear_error(text, words):
    with pytest.raises(ValueError) as caught:
        read_record(text)
    assert words in str(caught.value)


def test_a_record_must_be_text():
    with pytest.raises(TypeError, match=r"text must be the text of a record; got \w+Path\."):
        read_record(ROOT)


def test_the_advice_in_a_record_is_not_read():
    assert read_record(RECORD.replace("Now: go", "Now: stop")) == PLAIN and "Rules of: " in RECORD


def test_what_a_block_leaves_out_counts_as_open():
    assert read_record('```json\n{"privacy": "yes"}\n```') == Answers(privacy="yes")
