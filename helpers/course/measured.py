"""The lessons' own comparisons of people's rows with and without a machine's, beside what a checklist would be told.

What was measured stands in the registry of findings, and is read from there.

The rule of choice: every finding of lessons 00 to 05 that scores a model trained on people's rows together with a
machine's, less one trained on the same people's rows without, both on labels that people made. Where the machine only
changes, mixes or repeats people's rows, the rival has plain copies of them, if the lesson has measured that. The same
rows scored twice count once. `LEFT_OUT` names what comes near and does not fit.
"""

from collections.abc import Mapping

import pandas as pd

from helpers.course.findings import read_findings

__all__ = ["LEAST", "LEFT_OUT", "TASKS", "measured_gains"]

LEAST = 0.02  # two points: the smallest gain that is of use, and the margin of lessons 00, 03 and 05
POINTS = {"of 100 words": 100}  # other units are parts of 1, and gains in labels (against none) have no point

# Each task: what a checklist is told beyond "no risk, no formal rule, a human test set", and its comparisons, each
# with what was compared. One task has one set of answers, whatever was measured. A minus in front of a finding: it says
# how far the people's rows are ahead.
TASKS = {
    "movie reviews": (
        {"modality": "text"},
        {
            "start.gain_with_100_labels": "100 labels, and 2,400 sentences written by the machine",
            "start.gain_with_1000_labels": "1,000 labels, and 2,400 written sentences",
            "start.gain_with_4000_labels": "4,000 labels, and 2,400 written sentences",
            "hybrid.added_10_n": "100 labels, and 1,000 written sentences",
            "hybrid.worth_written": "130 labels of one person each, and 2,400 written sentences",
            "hybrid.worth_labelled": "130 labels of one person each, and 800 real sentences that the machine labelled",
            "augmentation.swapped_against_plain": "300 labels, and copies with words swapped",
            "augmentation.left_out_against_plain": "300 labels, and copies with words left out",
        },
    ),
    "names in sentences": (
        {"modality": "text"},
        {
            "augmentation.made_up_names_10": "10 sentences, and copies with made-up names",
            "augmentation.made_up_names_40": "40 sentences, and copies with made-up names",
            "augmentation.own_names_40": "40 sentences, and copies with each other's names",
        },
    ),
    "digits": (
        {"modality": "image"},
        {
            "augmentation.forest_gain_3": "a forest, 3 digits a class, and nudged copies",
            "augmentation.forest_gain_10": "a forest, 10 digits a class, and nudged copies",
            "augmentation.svm_gain_3": "an SVM, 3 digits a class, and nudged copies",
            "augmentation.svm_gain_10": "an SVM, 10 digits a class, and nudged copies",
            "augmentation.ridge_gain_3": "a linear model, 3 digits a class, and nudged copies",
            "augmentation.svm_flipped_3": "an SVM, 3 digits a class, and mirrored copies",
            "augmentation.ridge_flipped_3": "a linear model, 3 digits a class, and mirrored copies",
        },
    ),
    "rare visits to the doctor": (
        {"fidelity": "yes", "edge_cases": "yes", "modality": "table"},  # the risks must be right
        {
            "imbalance.found_more_smote": "a logistic regression, and rare rows by SMOTE",
            "imbalance.found_more_generator": "a logistic regression, and rare rows by a generator",
        },
    ),
    "rare digits": (
        {"edge_cases": "yes", "modality": "image"},
        {
            "imbalance.svm_smote": "an SVM, and rare digits by SMOTE",
            "imbalance.forest_smote_to_copies": "a forest, and rare digits by SMOTE",
            "imbalance.neighbours_smote_to_copies": "nearest neighbours, and rare digits by SMOTE",
            "imbalance.forest_turned": "a forest, and changed copies of the rare digits alone",
            "imbalance.forest_turned_rounded": "the same, the trace of the change rounded away",
        },
    ),
    "a loop of sentences": (
        {"fidelity": "yes", "iterative": "yes", "modality": "text"},  # rare words count
        {
            "-collapse.people_30_ahead_of_fresh_30": "30% new human sentences a round, mixed with the machine's",
            "-collapse.kept_machine_rows_cost": "all human sentences kept, and all of the machine's",
            "-collapse.accumulate_behind_never": "the first human sentences, and all that the machine wrote after",
            "collapse.carried_on": "the newest human sentences, the older deleted, and the machine's",
        },
    ),
    "a loop of digits": (
        {"iterative": "yes", "modality": "image"},
        {
            "-collapse.digits_people_ahead": "30% new human digits a round, mixed with the machine's",
            "collapse.digits_accumulate": "the first human digits, and all that the machine made after",
        },
    ),
}

LEFT_OUT = {
    "the same rows, counted in another way": (
        "start.rate_owning_100 start.rate_owning_1000 imbalance.found_at_10_percent imbalance.risk_smote"
    ),
    "the machine's rows alone": (
        "start.written_worth start.labelled_worth start.written_rate start.written_rate_300 start.written_rate_800 "
        "start.labelled_rate collapse.replace_loses collapse.digits_replace_loses"
    ),
    "not the same people's rows on both sides": (
        "start.written_against_people_at_300 start.written_against_people_at_1000 start.written_against_people_at_2000 "
        "hybrid.people_instead hybrid.half_written hybrid.fifth_labelled hybrid.written_against_review "
        "imbalance.forest_same_money collapse.fresh_30_behind_never collapse.keeping_all_beats_never "
        "collapse.as_many_people_ahead"
    ),
    "machine's rows on both sides": (
        "hybrid.written_count_half hybrid.written_count_hundredth hybrid.attributes_against_zero_shot "
        "collapse.accumulate_over_fresh_30 collapse.keeping_wins_back collapse.redrawn_40_over_fresh_10"
    ),
    "against no copies, where plain copies were a rival too": (
        "augmentation.swapped_words_default augmentation.swapped_words_tuned imbalance.forest_smote"
    ),
    "two different models": (
        "augmentation.svm_without_over_forest_with_3 augmentation.svm_without_over_forest_with_10 "
        "imbalance.svm_to_forest_smote imbalance.svm_to_neighbours_smote"
    ),
    "no training rows, but ratings or forecasts": (
        "opinions.who_repeats opinions.who_personas opinions.who_predicted opinions.who_blurred "
        "opinions.predicted_against_hard opinions.powered_variance"
    ),
}


def measured_gains(tasks: Mapping[str, tuple[dict, Mapping]] = TASKS, least: float = LEAST) -> pd.DataFrame:
    """Every comparison of the tasks, as the registry has it.

    Parameters
    ----------
    tasks : mapping of name to (answers, mapping of finding to words)
        As `TASKS`.
    least : float, above 0
        The smallest gain that is of use.

    Returns
    -------
    DataFrame, one row a comparison
        `task`, `finding`, `compared` (words) and `outcome`. "helped": the whole band lies above no gain, and not below
        `least`. "did not help": the whole band lies below `least`; harm is among these. "not clear": the rest. Of the
        verdicts "better" helped, "no clear difference" is not clear, the others did not help.
    """
    registry = read_findings()
    return pd.DataFrame(
        {
            "task": task,
            "finding": comparison.removeprefix("-"),
            "compared": words,
            "outcome": _outcome(registry[comparison.removeprefix("-")], -1 if comparison[0] == "-" else 1, least),
        }
        for task, (_, comparisons) in tasks.items()
        for comparison, words in comparisons.items()
    )


def _outcome(entry: Mapping, sign: int, least: float) -> str:
    if isinstance(entry["value"], str):
        return {"better": "helped", "no clear difference": "not clear"}.get(entry["value"], "did not help")
    low, high = sorted(sign * entry[end] / POINTS.get(entry["unit"], 1) for end in ("low", "high"))
    if high < least:
        return "did not help"
    return "helped" if low > 0 else "not clear"
