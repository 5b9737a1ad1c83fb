"""The lessons' own comparisons of people's rows with and without a machine's, beside what a checklist would be told.

What was measured stands in the registry of findings, and is read from there.
"""

from collections.abc import Mapping

import pandas as pd

from helpers.course.findings import read_findings

__all__ = ["LEAST", "TASKS", "measured_gains"]

LEAST = 0.01  # the smallest gain that counts as help, in the unit of the finding (mostly accuracy)

# Each task: what a checklist would be told beyond "no risk, no formal rule, a human test set", and the comparisons.
# A minus in front: the finding says how far the people's rows are ahead.
TASKS = {
    "movie reviews, rows written": (
        {"modality": "text"},
        "start.gain_with_100_labels start.gain_with_1000_labels start.gain_with_4000_labels hybrid.added_10_n "
        "hybrid.worth_written",
    ),
    "movie reviews, real ones labelled": ({"modality": "text"}, "hybrid.worth_labelled"),
    "movie reviews, words changed": (
        {"modality": "text"},
        "augmentation.swapped_against_plain augmentation.left_out_against_plain",
    ),
    "digits, nudged copies": (
        {"formal_rule": "yes", "modality": "image"},  # a nudged 3 is a 3
        "augmentation.forest_gain_3 augmentation.forest_gain_10 augmentation.svm_gain_3 augmentation.svm_gain_10 "
        "augmentation.ridge_gain_3",
    ),
    "digits, mirrored copies": ({"modality": "image"}, "augmentation.svm_flipped_3 augmentation.ridge_flipped_3"),
    "names in sentences, swapped": (
        {"formal_rule": "yes", "modality": "text"},  # who swaps a name knows where it stands
        "augmentation.own_names_40 augmentation.made_up_names_40 augmentation.made_up_names_10",
    ),
    "rare visits to the doctor": (
        {"fidelity": "yes", "edge_cases": "yes", "modality": "table"},  # the risks must be right
        "imbalance.found_more_smote imbalance.found_more_generator",
    ),
    "rare digits": ({"edge_cases": "yes", "modality": "image"}, "imbalance.svm_smote imbalance.forest_smote"),
    "a loop of sentences": (
        {"fidelity": "yes", "iterative": "yes", "modality": "text"},  # rare words count
        "-collapse.people_30_ahead_of_fresh_30 -collapse.kept_machine_rows_cost",
    ),
    "a loop of digits": ({"iterative": "yes", "modality": "image"}, "-collapse.digits_people_ahead"),
    "on which sentences people differ": (
        {"fidelity": "yes", "diversity": "yes", "modality": "text"},
        "opinions.who_repeats opinions.who_personas opinions.who_predicted",
    ),
}


def measured_gains(tasks: Mapping[str, tuple[dict, str]] = TASKS) -> pd.DataFrame:
    """Every comparison of the tasks, as the registry has it.

    Parameters
    ----------
    tasks : mapping of name to (answers, comparisons)
        As `TASKS`.

    Returns
    -------
    DataFrame, one row a comparison
        `task`, `finding`, `gain` (what the machine's rows bring; NaN where the finding is a verdict), `helped`: the
        gain is `LEAST` or more and its whole band lies above 0. A verdict counts as help only if it is "better".
    """
    registry, rows = read_findings(), []
    for task, (_, comparisons) in tasks.items():
        for comparison in comparisons.split():
            entry, sign = registry[comparison.removeprefix("-")], -1 if comparison[0] == "-" else 1
            word = isinstance(entry["value"], str)
            gain, worst = (
                (float("nan"),) * 2 if word else (sign * entry["value"], min(sign * entry["low"], sign * entry["high"]))
            )
            helped = entry["value"] == "better" if word else gain >= LEAST and worst > 0
            rows.append({"task": task, "finding": comparison.removeprefix("-"), "gain": gain, "helped": helped})
    return pd.DataFrame(rows)
