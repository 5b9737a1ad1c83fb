"""The panel of the decision: it says what the rules say, in words; every answer; records pasted back; bad input."""

import html
import math
import re

import pytest

from helpers.course.pages import ROOT
from helpers.decide import CONTROLS, FIELDS, PRESETS, Answers, article_advice, decision_record, recommend
from helpers.panels.decide import KNOBS, decide_html, decide_panel, decide_result, decide_table, read_amount


def shown(panel):
    return panel.widget.children[1].children[1].value


def words(page):
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def rows(page):
    """The names of all rows of tables."""
    return [html.unescape(name) for name in re.findall(r'<th scope="row"[^>]*>(.*?)</th>', page)]


@pytest.mark.parametrize("answers", [Answers(), *(preset.answers for preset in PRESETS.values())])
def test_the_panel_says_what_the_rules_say(answers):
    result, advice = decide_result(answers), recommend(answers)
    page = decide_html(result)
    assert result.advice == advice and result.article == article_advice(answers)
    assert page.count('role="status"') == 1
    said = words(page)
    assert [name for name in rows(page) if name in CONTROLS] == list(advice.controls)
    for reason in advice.reasons:
        assert reason.text in said and reason.page in said
    for unknown in advice.unknowns:
        assert (unknown.question in rows(page)) == bool(unknown.changes)
    assert advice.next_experiment.text in said and advice.next_experiment.lesson in said


def test_every_kind_of_advice_has_words():
    assert "Stop, settle this first: people make all labels" in decide_html(
        decide_result(Answers(test_set="no", consequences="yes"))
    )
    plain = PRESETS["rendered objects"].answers
    assert "The number is" not in decide_html(decide_result(plain))
    all_open = words(decide_html(decide_result(Answers())))
    assert all_open.startswith(
        " Try it small first, in a pilot: people make all labels to train on. All of these labels"
    )
    assert "a judgement, and a place to start from; nobody measured it" in all_open
    assert "that follows from your numbers" in decide_html(
        decide_result(Answers(**{**vars(plain), "items_needed": 100, "items_labelled": 100}))
    )
    with_share = Answers(**{**vars(plain), "formal_rule": "no"})
    assert "The lower end was measured in lesson 05: " in decide_html(decide_result(with_share))


def test_answers_that_contradict_each_other_are_said_above_the_reasons():
    page = decide_html(decide_result(Answers(privacy="yes", people_may_label="no")))
    assert page.count("kit-warning") == len(recommend(Answers(privacy="yes", people_may_label="no")).contradictions) > 0
    assert page.index("kit-warning") < page.index("<table")


def test_open_questions_are_ranked_and_the_first_five_are_seen():
    page = decide_html(decide_result(Answers()))
    ranked = [unknown.question for unknown in recommend(Answers()).unknowns if unknown.changes]
    assert [name for name in rows(page) if name in ranked] == ranked
    before, _, folded = page.partition("<details>")
    assert [name for name in rows(before) if name in ranked] == ranked[:5]
    assert rows(folded)[: len(ranked) - 5] == ranked[5:]


def test_a_number_is_measured_where_the_registry_says_so():
    table = decide_table(Answers())
    assert set(table.columns) == {"asks_for", "because", "rests_on", "page"}
    assert table["rests_on"].str.startswith("measured in lesson ").sum() >= 5
    assert not table["rests_on"].str.contains("None|nan").any()
    assert table.loc["opinions", "rests_on"].endswith("; the share: our judgement")
    assert not table.loc["no formal rule", "rests_on"].endswith("judgement")


def test_a_published_grade_names_the_claim_by_its_title_on_the_page():
    table, page = decide_table(Answers()), (ROOT / "playbook/evidence.md").read_text(encoding="utf-8")
    graded = [reason.rule for reason in recommend(Answers()).reasons if reason.grade in "ABC"]
    assert len(graded) >= 4
    for rule in graded:
        title = re.search("“(.+)” on the page evidence", table.loc[rule, "rests_on"])[1]
        assert f"\n### {title}\n" in page
    assert "against “" in table.loc["private", "rests_on"]
    assert all((ROOT / "playbook" / f"{page}.md").exists() for page in table["page"] if page != "decide")


# ---- the panel


def test_there_is_a_control_for_each_question_in_its_own_words():
    panel = decide_panel()
    assert list(KNOBS) == list(FIELDS) == list(vars(panel.state))
    for name, asked in FIELDS.items():
        assert panel.__dict__[name].text.description == asked.text
        if asked.answers:
            assert [value for _, value in panel.__dict__[name].menu.options] == list(asked.answers)


@pytest.mark.parametrize("name", [name for name, asked in FIELDS.items() if asked.answers])
def test_every_answer_can_be_chosen_and_typed(name):
    panel = decide_panel()
    for answer in FIELDS[name].answers:
        getattr(panel, name).menu.value = answer
        assert panel.state == Answers(**{name: answer})
        getattr(panel, name).text.value = f" {answer.upper()}"
        assert panel.state == Answers(**{name: answer})
        assert shown(panel) == decide_html(decide_result(panel.state))


@pytest.mark.parametrize("typed, amount", [("", None), (" ", None), ("unknown", None), ("0", 0), ("1e15", 1e15)])
def test_numbers_may_stay_open(typed, amount):
    panel = decide_panel()
    panel.items_needed.text.value = typed
    assert panel.state.items_needed == amount
    assert read_amount("inf", "How many?") == math.inf


@pytest.mark.parametrize("typed", ["many", "-1", "nan", "1,000", "<b>9</b>", "140%"])
def test_what_is_no_number_is_said_in_words_and_the_last_result_stays(typed):
    panel = decide_panel(expert="yes")
    before = shown(panel)
    panel.items_needed.text.value = typed
    new, _, old = shown(panel).partition('<section class="kit-old"')
    assert "How many labelled items do you need? Type a number, 0 or more, or leave the box empty; got" in words(new)
    assert before.replace(' role="status"', "") in old and "<b>9" not in shown(panel)
    panel.items_needed.text.value = ""
    assert shown(panel) == before


def test_an_answer_that_is_none_is_said_in_words():
    panel = decide_panel()
    panel.expert.text.value = "<i>maybe</i>"
    question = FIELDS["expert"].text
    assert f"{question} must be one of {', '.join(FIELDS['expert'].answers)}; got '<i>maybe</i>'." in words(
        shown(panel)
    )
    assert "<i>" not in shown(panel)


def test_an_example_fills_all_answers_and_draws_once():
    panel, drawn = decide_panel(), []
    panel.widget.children[1].children[1].observe(drawn.append, "value")
    panel.example.value = "dialect"
    assert panel.state == PRESETS["dialect"].answers and len(drawn) == 1
    assert PRESETS["dialect"].said in words(shown(panel))
    panel.expert.value = "yes"
    assert panel.example.value == "own" and PRESETS["dialect"].said not in words(shown(panel))
    panel.example.text.value = "martians"
    assert "Example must be one of own, " in shown(panel)
    panel.example.text.value = "Fraud"
    assert panel.state == PRESETS["fraud"].answers


def test_a_record_that_is_pasted_back_restores_the_answers():
    panel, other = decide_panel(), PRESETS["clinical images"].answers
    assert panel.record.text.value == decision_record(Answers(), recommend(Answers()))
    panel.record.text.value = "notes above\n" + decision_record(other, recommend(other)).replace("\n", "\r\n")
    assert panel.state == other and panel.example.value == "clinical images"
    panel.privacy.value = "no"
    assert panel.record.text.value == decision_record(panel.state, recommend(panel.state))


def test_a_date_that_is_filled_in_is_kept():
    panel = decide_panel()
    signed = panel.record.text.value.replace("Date: ____", "Date: today")
    panel.record.text.value = signed
    assert panel.record.text.value == signed and panel.state == Answers()


@pytest.mark.parametrize("pasted", ["", "hello", "```json\n{\n```\n", '```json\n{"expert": "<b>"}\n```\n'])
def test_a_record_that_is_none_gets_words_and_changes_nothing(pasted):
    panel = decide_panel(expert="yes")
    panel.record.text.value = pasted
    assert 'role="alert"' in shown(panel) and "kit-old" in shown(panel) and "<b>" not in shown(panel)
    assert panel.state == Answers(expert="yes") and panel.record.text.value == pasted
    panel.expert.value = "no"
    assert 'role="alert"' not in shown(panel)
    assert panel.record.text.value == decision_record(panel.state, recommend(panel.state))


def test_an_answer_that_is_typed_wrongly_waits_while_an_example_is_chosen():
    panel = decide_panel()
    panel.items_needed.text.value = "many"
    panel.example.value = "fraud"
    assert panel.state == PRESETS["fraud"].answers and 'role="alert"' not in shown(panel)


def test_the_stored_output_needs_no_kernel():
    panel = decide_panel(expert="yes")
    stored = panel._repr_mimebundle_()["text/html"]
    assert shown(panel) in stored and FIELDS["expert"].text in words(stored)
