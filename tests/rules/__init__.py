"""The house rules: what must hold in every file of the kit, and would be forgotten otherwise.

A rule is a function of a checkout's root that yields its problems, one line each: where, what is wrong, what the rule
is and what to do. Its docstring is the rule. `tests/bad/NAME/` is a tiny checkout that breaks it in every way that it
knows, `tests/bad/NAME.txt` the lines that it must yield there.
"""

from rules import helpers, notebooks, pages

RULES = {
    rule.__name__: rule
    for rule in [
        helpers.helpers_stand_alone,
        helpers.imports_point_the_right_way,
        helpers.helpers_are_pure,
        helpers.headers_are_complete,
        helpers.functions_are_explained,
        helpers.files_and_functions_are_short,
        notebooks.lessons_have_their_parts,
        notebooks.cells_are_short,
        notebooks.figures_have_words,
        notebooks.notebooks_are_stored_whole,
        notebooks.solutions_lead_back,
        notebooks.exercises_have_solutions,
        notebooks.prose_measures_nothing,
        pages.pages_have_their_parts,
        pages.bold_numbers_are_findings,
        pages.findings_are_used,
        pages.tables_name_what_is_there,
        pages.links_lead_somewhere,
        pages.nothing_private_is_committed,
        pages.data_are_as_catalogued,
    ]
}
