"""The exercises, by lesson: for each a function that returns a hint, or None when the answer is right.

`checking.py` says how to add one. Notebooks take `check` and `compare_guess` from here: then every exercise is known.
"""

from helpers.course.checking import check, compare_guess, exercise

__all__ = ["check", "compare_guess"]

# ---- lesson 00


@exercise("00a", takes="number", wrong=[-5, 0.66, 800, 2400])
def _labels_for_the_same_accuracy(answer):
    if answer <= 0:
        return "A number of labels is above 0."
    if answer < 1:
        return "That is an accuracy. Go on from it: to the left until you meet 'people label', then straight down."
    if not 300 <= answer <= 700:
        return "Find 800 on the line 'machine writes'. From there go left to 'people label', then straight down."


@exercise("00b", takes="text", wrong=["better", "no clear difference"])
def _verdict_with_a_margin(answer):
    if answer == "better":
        return "That is the verdict without a margin. Look whether all of low to high lies within -MARGIN and MARGIN."
    if answer != "equivalent":
        return "It is the word in the column verdict of versus(3000, human, both, 3000 / len(pool), margin=MARGIN)."


@exercise("00c", takes="number", wrong=[0.34, 0.5, 1.5, 16])
def _highest_price(answer):
    if answer > 1.5:
        return "Give the price in the same money as the 0.50 of a label."
    if answer > 0.4:
        return "A sentence replaces less than one label, so it must cost less than a label. Multiply, don't divide."
    if not 0.08 <= answer <= 0.28:
        return "The rate says what part of a label one sentence replaces. What would you pay for that part?"


# ---- lesson 01


@exercise("01a", takes="text", wrong=["forest", "ridge"])
def _better_without_copies(answer):
    if answer == "forest":
        return "The forest is the one that gained. Compare its column 'nudged' with 'without' of the others."
    if answer not in ("svm", "svc", "support vector machine"):
        return "Look at 10 per class: which other model's 'without' is level with the forest's 'nudged'?"


@exercise("01b", takes="text", wrong=["invert", "both"])
def _changes_the_label(answer):
    if answer == "invert":
        return "Look at the third row of the five digits: would you read another digit? A puzzled model proves nothing."
    if answer not in ("flip", "flips", "flipped"):
        return "It is one of the two, 'flip' or 'invert'. Look at the five digits: which row can you still read?"


@exercise("01c", takes="text", wrong=["gold", "more sentences"])
def _missing_arm(answer):
    if not any(word in answer for word in ("plain", "cop", "unchanged", "duplicate", "repeat")):
        return "One arm has 1,500 rows, the other 500. Which arm would have 1,500 rows and no rewording?"


@exercise("01d", takes="text", wrong=["mixed", "together"])
def _rows_between_rows(answer):
    if answer == "together":
        return "A new row has two parents. When one of them is held out, where is the row, and what does it know?"
    if answer != "split first":
        return "It is one of three ways to cross-validate. Which one came closest to the score on the other sentences?"


# ---- lesson 02


@exercise("02a", takes="number", wrong=[0.9, 0.009, 0.018, 0.09, 0.0909, 0.5, 90, 8.3])
def _risk_undone(answer):
    if not 0 < answer < 1:
        return "Give a share between 0 and 1, not per cent."
    if 0.08 <= answer <= 0.085:
        return None
    if abs(answer - 0.9) < 0.01:
        return "That is what the balanced model says. In truth positives are far rarer than a half."
    if 0.085 < answer < 0.1:
        return "Those are the odds, positives for each negative. Turn them into a share: odds / (1 + odds)."
    if answer < 0.02:
        return "Shares can't be multiplied, odds can: 0.9 is 9 to 1. Multiply by the true odds, 1 to 99."
    return "The first number is the risk that the model states, then the share that it saw, then the true share."


@exercise("02b", takes="number", wrong=[20 / 420, 0.048, 0.5, 0.95, 19, 5, 380])
def _worth_a_check(answer):
    if not 0 < answer < 1:
        return "A risk is a share between 0 and 1."
    if abs(answer - 0.05) < 0.0005:
        return None
    if 0.047 <= answer < 0.0485:
        return "Nearly. The check of a true fraud costs 20, too: what does missing one cost more than checking it?"
    if answer > 0.9:
        return "That is the miss's part of both costs. The limit is the false alarm's part."
    return "A false alarm costs 20, a miss 400 - 20 more than a check. The limit is the first, divided by their sum."


@exercise("02c", takes="number", wrong=[90, 99, 0.009, 0.01, 1, 10, 9])
def _frauds_among_alarms(answer):
    if answer >= 50:
        return "That is how many frauds are found. Ask it the other way: of those with an alarm, how many are frauds?"
    if 0.85 <= answer <= 0.95:
        return None
    if 0.95 < answer < 1.5:
        return "Very near. Give one decimal: of 10,000 payments, how many alarms are true, and how many false?"
    if answer < 0.05:
        return "That is a share. How many is it of 100 alarms?"
    return "Take 10,000 payments: 1 fraud, 9,999 honest ones. How many true alarms, and how many false ones?"


# ---- lesson 03


@exercise("03a", takes="number", wrong=[-8.8, 0.17, 0.2, 0.98, 0.89, 1.8, 8.8, 10.6, 83, 79])
def _loss_prevented(answer):
    if answer < 0:
        return "A share prevented is above 0: take the smaller coverage from the larger one, each time."
    if 1 <= answer <= 20:
        return "Those are words of 100. Divide by the words that 'replace' lost to 'never retrained'."
    if answer > 20:
        return "Give a share between 0 and 1, such as 0.25."
    if 0.13 <= answer <= 0.21:
        return "That share of the loss is left. Which share is prevented?"
    if answer > 0.87:
        return "Not one coverage by another: the loss is 'never retrained' less 'replace'. What part is won back?"
    if answer < 0.79:
        return "Won back: 'fresh 30%' less 'replace'. Lost: 'never retrained' less 'replace'. Divide."


@exercise("03b", takes="number", wrong=[0.019, 0.268, 0.39, 0.8, 0.804, 61])
def _a_word_three_times(answer):
    if answer > 1:
        return "Give a probability between 0 and 1."
    if abs(answer - 0.804) < 0.01:
        return "Three times 0.268 counts cases twice in which two places live on; for ten places it would be above 1."
    if answer < 0.03:
        return "That is the chance that all three places live on. One is enough for the word."
    if abs(answer - 0.392) < 0.01:
        return "That is the chance that all three places die out. The question is the other one."
    if not 0.6 <= answer <= 0.615:
        return "The word is gone when each of its three places has died out, each with probability 1 - 0.268."


@exercise("03c", takes="number", wrong=[0.1, 0.2, 0.4, 47, 0.72])
def _share_for_half_the_error(answer):
    if answer > 1:
        return "Give the share as a number between 0 and 1, such as 0.2."
    if answer <= 0.2:
        return "More human rows, less error: the share must be above 0.2."
    if abs(answer - 0.4) < 0.01:
        return "Twice the share is not half of the error here. Compare fresh_error_ratio(0.2) with (0.4)."
    if not 0.46 <= answer <= 0.485:
        return "Half of fresh_error_ratio(0.2) is about 1.39. For which share does fresh_error_ratio give that?"


# ---- lesson 04


@exercise("04a", takes="number", wrong=[-1, 0.22, 0.28, 2.14, 4.3, 5.04, 5.3])
def _worth_with_half_the_bias(answer):
    if answer < 1:
        return "Divide one person's squared error by the machine's new one; the machine's stands below."
    if 3.4 <= answer <= 3.8:
        return None
    if 4 <= answer <= 4.6:
        return "Only the bias is halved; the noise stays. Add up the machine's new error before you divide."
    if answer > 4.6:
        return "The machine is asked once: its error is half of the bias plus the whole noise of one rating."
    return "The machine's error is half of the bias plus the noise. Divide one person's squared error by that."


@exercise("04b", takes="number", wrong=[0.35, 35, 135, 165, 2000])
def _people_without_the_machine(answer):
    if answer <= 100:
        return "The machine helped, so without it you need more than 100 ratings."
    if not 280 <= answer <= 291:
        return "Twice as many ratings give half of the variance. How many times as many give 7/20 of it?"


@exercise("04c", takes="number", wrong=[0.75, 0.95, 0.985, 0.99, 0.993, 1, 99.4])
def _accuracy_for_a_kappa(answer):
    if not 0 <= answer <= 1:
        return "Give the accuracy as a share, such as 0.95."
    if answer < 0.9935:
        return "With this accuracy kappa is still below 0.75. Only 2% of the items are a yes; go higher."
    if answer > 0.9945:
        return "That is enough, but not the lowest that is. Go down in steps of 0.001."


# ---- lesson 05


@exercise("05a", takes="number", wrong=[-8, 0.12, 5, 17, 33, 48, 253, 4210])
def _answers_for_a_point(answer):
    if answer < 1:
        return "Divide the answers by the credit, not the other way round."
    if 7 <= answer <= 10:
        return None
    if answer > 1000:
        return "The difference is an average over the counted labels. Multiply it by len(asked) to have all the credit."
    if 14 <= answer <= 60:
        return "That is another row of the table. Take the row one person, only zeros."
    return "Answers: the column answers. Credit gained: the column difference, times len(asked). Divide."


@exercise("05b", takes="number", wrong=[-0.01, 0.0261, 0.026, 0.0044, 0.3, 1.6])
def _price_at_which_both_cost_the_same(answer):
    if answer <= 0:
        return "A labelled row is worth more than a written one, so a real sentence may cost something."
    if 0.011 <= answer <= 0.022:
        return None
    if 0.022 < answer < 0.04:
        return "That is the price of the whole row. The machine's answer is a part of it; take that off."
    return "Worth of one row: divide by the rows bought. How many times a written row is a labelled one worth?"


@exercise("05c", takes="number", wrong=[-10, 0.022, 0.069, 2.2, 32, 1450])
def _worth_of_a_point(answer):
    if answer <= 0:
        return "What the step costs, divided by the hundredths that it gains: both are above 0."
    if 11 <= answer <= 20:
        return None
    if answer > 500:
        return "Give the price of a hundredth of accuracy, 0.01."
    if answer < 1:
        return "Divide the cost by the gain, not the other way round. The cost: 400 labels, each with its sentence."
    return "The step costs 400 times the price of people label. Divide that by the gain in hundredths."


# ---- lesson 06


@exercise("06a", takes="number", wrong=[7, 6, 4, 2, 0])
def _most_that_a_list_gets_right(answer):
    if answer == 3:
        return None
    if answer == 7:
        return "One of the seven is not clear, and all have the same answers: a list says the same every time."
    if answer == 6:
        return "All six have the same answers, so a list says the same six times. Did the copies help in all six?"
    return (
        "A list says the same six times. Look at the figure: in how many of the six did copies help, in how many not?"
    )


@exercise("06b", takes="number", wrong=[2, 0, 32, 31])
def _patterns_without_a_loop(answer):
    if answer == 1:
        return None
    if answer == 2:
        return "That is the rule as it stands. Look at the two patterns: which of them has a loop?"
    if answer == 0:
        return "A pattern without a loop is left. Look at the table of the two patterns."
    return "32 of the 64 patterns have no loop, but the other five answers must be right, too."


@exercise(
    "06c",
    takes="texts",
    wrong=[
        ["test_set"],
        ["test_set", "expert", "low_resource", "consequences"],
        ["privacy"],
        ["expert", "low_resource"],
    ],
)
def _answers_for_another_mix(answer):
    needed, given = {"test_set", "expert", "low_resource"}, set(answer) - {"formal_rule"}
    if "consequences" in given and needed <= given:
        return "That works, with one answer too many. With a formal rule, what does harm still ask for?"
    if needed < given:
        return "That works, with more answers than needed. Leave them out one by one."
    if not given & needed:
        return "Look at the table of rules: which of them ask for a share of 1, without asking about a formal rule?"
    if given != needed:
        return "Something that asks for people alone is missing still. Look for a share of 1 in the table of rules."


# ---- lesson 07


@exercise("07a", takes="number", wrong=[0.57, 4744, 13404, 14014, 23108, 14484, 3000])
def _labels_from_which_the_project_pays_with_cheaper_filters(answer):
    if answer < 100:
        return "That may be what a label's worth saves. Divide the set-up, with the offer in it, by that."
    if 4600 <= answer <= 5400:
        return "The work on prompts is still to be paid. Add both parts of the set-up."
    if 13_300 <= answer <= 13_500:
        return "The machine's items and their review are not free: take off what they cost for a label's worth."
    if 13_900 <= answer <= 14_100:
        return "That is item for item. An item is worth less than a label, so count in labels' worth."
    if 23_000 <= answer <= 23_300:
        return "That is without the offer: the filters now cost 3,000."
    if not 14_750 <= answer <= 14_900:
        return (
            "Set-up, divided by what a label's worth saves: a person's label, less items and review. Or let "
            "`cost.break_even_plans` do it, with `replace(project, usd_filters=3000)` and `people`."
        )


@exercise("07b", takes="number", wrong=[-1, 0.09, 4000, 5128, 20000, 21999])
def _labels_from_which_proposals_pay(answer):
    if answer <= 100:
        return "Divide the set-up by what each label saves, not the other way round."
    if 19_900 <= answer <= 20_100:
        return "Each label is cheaper by that much; but each needs a proposal, too, which has its price."
    if answer < 10_000:
        return "People are still paid for each label; what is saved on it is a fifth of the price, less the proposal."
    if not 22_100 <= answer <= 22_400:
        return "Set-up, divided by what one label saves: a fifth of its price, less the price of a proposal."


@exercise("07c", takes="number", wrong=[7000, 2333, 583, 250, 55, -194])
def _upkeep_that_eats_the_advantage(answer):
    if answer < 0:
        return "The machine's plan is the cheaper one to make. Take its cost off people's, not the other way round."
    if 6900 <= answer <= 7100:
        return "That is the whole advantage. It is eaten up over all the months."
    if 2300 <= answer <= 2400:
        return "That is for a year. Upkeep is paid each month."
    if 570 <= answer <= 590:
        return "That spreads the advantage over one year; the data are used for three."
    if 240 <= answer <= 260:
        return "The machine's plan must be made, too: take that off first."
    if not 193 <= answer <= 196:
        return "What people cost more to make, divided by the months in which upkeep is paid."


# ---- lesson 10


@exercise("10a", takes="text", wrong=["TSTR", "TRTR", "TRTS"])
def _test_on_own_renders(answer):
    if answer in ("tstr", "trtr"):
        return "That one is tested on real data. Where do the pictures of the vendor's test come from?"
    if answer == "trts":
        return "That model learned from real data. The vendor's learned from the simulator."
    if answer != "tsts":
        return (
            "Four letters: T for train, R or S for what it learned from; T for test, R or S for what it was tested on."
        )


@exercise("10b", takes="number", wrong=[0.43, 41, 2, 48, -43, 98])
def _flattered_by_own_renders(answer):
    if answer in (0.43, -43):
        return "Nearly: give points above 0, of 100."
    if answer == 41:
        return "That compares two models, one of real data and one of renders. Here one model has two tests."
    if answer == 48:
        return "TRTS is the model of real data. Take the two tests of the one that learned from renders."
    if answer != 43:
        return "The model that was trained on renders begins with TS. Take its two tests, and their difference."


@exercise("10c", takes="text", wrong=["shear", "width", "all", "nothing"])
def _knob_that_is_missing(answer):
    if answer == "upright":
        return "That moves pictures to the left and right alone, and it is no knob."
    if answer in ("nothing", "no", "place", "shift", "no knob"):
        return "You have it. Write the word that the question gives for that."
    if answer != "none":
        return "Does any of the five move the whole digit down? The middle of the picture stays the middle."


# ---- lesson 13


@exercise("13a", takes="number", wrong=[6, 24, 38.8, 0.0448, 30, 968])
def _wrong_after_a_correction(answer):
    if 0 < answer < 1:
        return "That is a share. How many is it of 1,000?"
    if answer > 900:
        return "Those are the right ones. How many are wrong?"
    if 5.5 <= answer <= 6.5:
        return "Those are the wrong labels that nobody caught. What becomes of the 970 right ones?"
    if answer == 24:
        return "Those are mended. How many of the 30 stay wrong, and how many of the 970 right ones become wrong?"
    if 38 <= answer <= 39.5:
        return "Those are the spoiled ones. Add the wrong ones that nobody caught."
    if not 44 <= answer <= 45.5:
        return "30 of 1,000 are wrong, 970 right. How many of the 30 stay wrong, and how many of the 970 become wrong?"


@exercise("13b", takes="number", wrong=[0.95, 0.98, 0.97, 98.2, 5, 0.05, 0.018])
def _accuracy_behind_the_changes(answer):
    if answer > 1:
        return "Give a share from 0 to 1, as `accuracy_from_changes` does."
    if 0.979 < answer < 0.9815:
        return "Nearly. Give three digits, as it comes out."
    if answer == 0.95:
        return "That is the naive reading. Some of the changes are mistakes, and some mistakes stay."
    if answer < 0.1:
        return "That is about what is wrong. What share is right?"
    if not 0.9815 <= answer <= 0.983:
        return "changed=0.05, caught=0.6, spoiled=0.04. By hand: the share of changes is right x 4% + wrong x 60%."


@exercise("13c", takes="number", wrong=[0.938, 0.9375, 0.99, 0.998, 99.6, 15, 225])
def _break_even_of_two(answer):
    if answer > 1:
        return "Give a share from 0 to 1."
    if 0.936 < answer < 0.941:
        return "That is for one person. Two who must agree catch 0.6 x 0.6, and spoil ...?"
    if not 0.9955 <= answer <= 0.9957:
        return "Give four digits: caught^2 / (caught^2 + spoiled^2), or `break_even_accuracy` with people=2."
