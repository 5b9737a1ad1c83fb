"""Write down where each row came from, and stop a test set that holds what a machine wrote or saw.

`stamp` adds five columns to a table: origin, generator, prompt, parents (what the row was made from), licence. Stamp
each source when it arrives, and put stamped tables together by `pandas.concat`. `guard_split` then raises, with names,
when the test set holds machine rows, items that a generator was shown, items of the training set, or near-copies of its
rows. `report` counts who wrote what, under which licence.

Who labelled or reviewed a row is your own column (`labelled_by`); a row that a machine labelled counts as machine here,
under an id of its own, with the text's id as parent.

A stamp is a note, not a proof: it knows what you told it. A model may know a text by heart that nobody showed it, so
look for near-copies too. `guard_split` looks one step back: where machine rows were made from machine rows, keep those
in the table, or name the human parents of both. Rows of one person, document or place may leak as well: split by it.

Stop using it when you need signed or public credentials (C2PA), lineage across jobs (OpenLineage), versions of whole
data sets (DVC), or to find out who wrote a text: no table can tell, and detectors err.

Sources: what to record, Gebru et al., "Datasheets for Datasets", Communications of the ACM 64 (2021); how leaks of this
kind spoil results, Kapoor & Narayanan, Patterns 4 (2023).
Needs: pandas 2, or newer. Licence: MIT.

Three lines:

    import pandas, provenance as p; note = pandas.DataFrame({"text": ["good", "bad"]}, index=["h1", "h2"])
    own, made = p.stamp(note, "human"), p.stamp(note.set_axis(["m1", "m2"]), "machine", "model-1", parents=["h2"])
    p.guard_split(made, own[:1], known=own.index); print(p.report(pandas.concat([own, made])))  # own[1:] would raise
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Hashable, Iterable, Mapping

import pandas as pd

__all__ = ["COLUMNS", "SplitLeakError", "guard_split", "report", "stamp"]

COLUMNS = ("origin", "generator", "prompt", "parents", "licence")

_ORIGINS = ("human", "machine")
_NAMED = 5  # rows that a message names


class SplitLeakError(ValueError):
    """A test set must not be used as it is. `rows` says why.

    A DataFrame, one line a reason: `row` (label of the test row), `problem` (machine, shown, same id, made from train,
    near-copy), `of` (label of the training row, where there is one), `similarity` (of near-copies, if it was given).
    """

    def __init__(self, message: str, rows: pd.DataFrame):
        super().__init__(message, rows)  # both, so that it comes back whole from another process

    def __str__(self) -> str:
        return self.args[0]

    @property
    def rows(self) -> pd.DataFrame:
        return self.args[1]


def stamp(table: pd.DataFrame, origin, generator=None, prompt=None, parents=None, licence=None) -> pd.DataFrame:
    """Add where the rows of a table came from.

    Parameters
    ----------
    table : DataFrame, a row or more
        Its index holds the ids of the rows, each once. Ids are compared as text: 5 and "5" are one id. Where several
        sources count alike, put the source in front: `table.set_index("movies:" + table["item"])`.
    origin : "human" or "machine", or Series
        Machine, if a model wrote, changed or labelled it: what counts is whether you would test on it.
    generator : text, Series or None
        Name and version of the model. For machine rows alone.
    prompt : text, Series or None
        The prompt, or the name of the recipe.
    parents : list of ids, Series or None
        What a row was made from or its generator was shown, by id. A list: the same for all rows. A Series: row by row,
        each an id, a list of ids, or None.
    licence : text, Series or None
        What may be done with the row.

    Returns
    -------
    DataFrame
        A copy with five more columns. What was not said is None; `parents` is a list in JSON, which survives a file
        (`'["h1", "h2"]'`). A Series is matched by its index.

    Raises
    ------
    TypeError
        When table is no DataFrame, or a value is of another kind than above.
    ValueError
        When the table is empty, an id is missing or stands there twice, origin is unknown, a human row has a generator,
        a text is blank, a row is its own parent, the index of a Series differs, or the table has such a column with
        other values: nothing is overwritten.

    Examples
    --------
    >>> written = pd.DataFrame({"text": ["A fine film."]}, index=["m1"])
    >>> stamp(written, "machine", "model-1", parents=["h1", "h2"]).loc["m1"].tolist()
    ['A fine film.', 'machine', 'model-1', None, '["h1", "h2"]', None]
    """
    ids = _ids("table", table)
    given = dict(zip(COLUMNS, (origin, generator, prompt, parents, licence), strict=True))
    new = {
        name: _parents_column(table, value) if name == "parents" else _texts(name, table, value)
        for name, value in given.items()
    }
    _check_origins("origin", new["origin"])
    wrong = new["generator"].notna() & (new["origin"] == "human")
    if wrong.any():
        raise ValueError(
            f"generator must be None for human rows; it is {new['generator'][wrong].iloc[0]!r} for "
            f"{_some(ids[wrong])}. Did a model write or change the text, or the label? Then origin is 'machine'."
        )
    own = [row for row, named in zip(ids, _lists(new["parents"]), strict=True) if row in named]
    if own:
        raise ValueError(
            f"parents must be other rows; {_some(own)} would be made from itself. Give it an id of its own."
        )
    for name, column in new.items():
        _check_kept(name, table, column)
    return table.assign(**new)


def guard_split(
    train: pd.DataFrame, test: pd.DataFrame, near_copies: pd.DataFrame | None = None, *, known: Iterable | None = None
) -> None:
    """Raise when the test set holds what is no fair test; do nothing when it is one.

    Parameters
    ----------
    train, test : DataFrames, stamped
        Each id once: guard first, and make copies (oversampling) then.
    near_copies : DataFrame or None
        Pairs of near-copies, by label: columns `first` and `second`, or `train` and `test`, and if there is one
        `similarity` (copies of a copy are found where it is 1). Pairs within train or within test, or of rows that are
        in neither, do no harm. None: near-copies are not looked for.
    known : iterable of ids, or None
        All ids that there are, such as the index of the human table before the split. Then every parent must be among
        them, or in train or test: with `1788` for `movies:1788` no shown item would ever be found. None: a warning when
        rows have parents and not one of them is in train or test.

    Returns
    -------
    None
        No error means: every test row is human by its stamp, was shown to no generator whose rows are here, is not in
        train and made from nothing there. It does not mean that no model has ever read it.

    Raises
    ------
    SplitLeakError
        A ValueError that names the rows. After `except SplitLeakError as leak`, `test.drop(leak.rows["row"])` is what
        may stay; say how many you dropped. Where `of` names a row of train, better drop that one, and guard again: a
        test without the items that are like training is no fair sample.
    TypeError
        When something is no DataFrame, or an id no number or text.
    ValueError
        When a table is empty or not stamped, an id is missing or stands there twice, near_copies lacks its columns or
        knows none of the rows, or a parent is unknown.

    Examples
    --------
    >>> human = stamp(pd.DataFrame({"text": ["good", "bad"]}, index=["h1", "h2"]), "human")
    >>> made = stamp(pd.DataFrame({"text": ["fine"]}, index=["m1"]), "machine", "model-1", parents=["h2"])
    >>> guard_split(made, human.loc[["h1"]], known=human.index)
    >>> try:
    ...     guard_split(made, human)
    ... except SplitLeakError as leak:
    ...     print(leak.rows.loc[0, ["row", "problem"]].tolist())
    ['h2', 'shown']
    """
    ids = {name: _stamped(name, table) for name, table in (("train", train), ("test", test))}
    if all(isinstance(table.index, pd.RangeIndex) and table.index[0] == 0 for table in (train, test)):
        raise ValueError(
            "train and test must have ids as index; both count their rows from 0. Use table.set_index('id') before "
            "stamping, and keep the index when you split."
        )
    row_of = {
        name: dict(zip(ids[name], table.index, strict=True)) for name, table in (("train", train), ("test", test))
    }
    parents = {
        name: dict(zip(ids[name], _lists(table["parents"]), strict=True))
        for name, table in (("train", train), ("test", test))
    }
    if known is None:
        _warn_of_strangers(row_of, parents)
    else:
        _check_known(known, row_of, parents)
    found = [*_by_stamp(test, row_of, parents), *_near(near_copies, row_of)]
    if found:
        rows = pd.DataFrame(found, columns=["row", "problem", "of", "similarity"])
        raise SplitLeakError(_complaint(rows, len(test)), rows)


def report(table: pd.DataFrame) -> pd.DataFrame:
    """Count the rows of a stamped table by origin, generator, prompt and licence.

    Parameters
    ----------
    table : DataFrame, stamped
        For the parents, the whole of it: before the split.

    Returns
    -------
    DataFrame, index origin, generator, prompt, licence
        `rows`; `share` of all rows, 0 to 1; `parents`, how many different ids they were made from or their generator
        was shown (their labels were paid for, and they are in no test set); `parents_missing`, how many of these are
        not in the table: above 0 in a whole table, look for a slip in the ids. "not said" stands where a stamp is
        silent: without a licence, ask before you publish. Shares by origin alone:
        `report(table).groupby("origin")["share"].sum()`.

    Raises
    ------
    TypeError, ValueError
        When table is no DataFrame, empty or not stamped, or an id is missing or stands there twice.

    Examples
    --------
    >>> notes = pd.DataFrame({"text": list("abcd")}, index=["h1", "h2", "m1", "m2"])
    >>> human = stamp(notes[:2], "human", licence="MIT")
    >>> made = stamp(notes[2:], "machine", "model-1", "few_shot", ["h2", "h9"], "CC0-1.0")
    >>> list(report(pd.concat([human, made])).reset_index().astype(object).loc[1])
    ['machine', 'model-1', 'few_shot', 'CC0-1.0', 2, 0.5, 2, 1]
    """
    ids = _stamped("table", table)
    fields = [name for name in COLUMNS if name != "parents"]
    said = table[fields].astype(object)
    said = said.where(said.notna(), "not said")
    unused = table[["generator", "prompt"]].isna().mul(table["origin"] == "human", axis=0)
    said[["generator", "prompt"]] = said[["generator", "prompt"]].mask(unused, "")
    said["parents"], there = pd.Series(_lists(table["parents"]), table.index, dtype=object), set(ids)
    rows = []
    for key, group in said.groupby(fields, sort=False):
        named = set().union(*group["parents"])
        rows.append([*key, len(group), len(group) / len(table), len(named), len(named - there)])
    counts = pd.DataFrame(rows, columns=[*fields, "rows", "share", "parents", "parents_missing"])
    order = counts.assign(rows=-counts["rows"]).sort_values(["origin", "rows", *fields[1:]], kind="stable").index
    return counts.loc[order].set_index(fields)


def _by_stamp(test: pd.DataFrame, row_of: Mapping, parents: Mapping) -> Iterable[tuple]:
    """What the stamps alone say: (test row, problem, training row, similarity)."""
    machine = dict(zip(row_of["test"], test["origin"] == "machine", strict=True))
    shown = set().union(*parents["train"].values(), *(parents["test"][row] for row in machine if machine[row]))
    for row, label in row_of["test"].items():
        if machine[row]:
            yield label, "machine", None, None
        if row in shown:
            yield label, "shown", None, None
        if row in row_of["train"]:
            yield label, "same id", row_of["train"][row], None
        if made_from := [of for of in parents["test"][row] if of in row_of["train"]]:
            yield label, "made from train", row_of["train"][made_from[0]], None


def _near(pairs: pd.DataFrame | None, row_of: Mapping) -> Iterable[tuple]:
    """A line for each test row and each text of train that it is like."""
    if pairs is None:
        return
    first, second, similarity, directed = _check_pairs(pairs, row_of)
    train, test = row_of["train"], row_of["test"]
    groups, done = {} if directed else _copies(first, second, similarity), set()
    for one, other, alike in zip(first, second, similarity, strict=True):
        for named, partners in ((other, one),) if directed else ((other, one), (one, other)):
            ours, theirs = groups.setdefault(named, [named]), groups.setdefault(partners, [partners])
            if (id(ours), id(theirs)) in done:
                continue
            done.add((id(ours), id(theirs)))
            there = [label for label in theirs if label in train][:2]
            for label in ours:
                of = next((each for each in there if each != label), None)
                if label in test and of is not None:
                    yield test[label], "near-copy", train[of], alike


def _copies(first: list, second: list, similarity: list) -> dict[str, list]:
    """For each label of a pair of equal texts, all that are equal. Of 100 copies, 99 pairs with the first may be named.

    So two copies may stand on both sides of the split without a pair of their own.
    """
    groups = {}
    for one, other, alike in zip(first, second, similarity, strict=True):
        if alike >= 1 - 1e-9:
            joined, more = (groups.setdefault(label, [label]) for label in (one, other))
            if joined is not more:
                joined += more
                groups.update(dict.fromkeys(more, joined))
    return groups


def _check_pairs(pairs: pd.DataFrame, row_of: Mapping) -> tuple[list, list, list, bool]:
    """Labels of both sides, similarities, and whether the first side is that of train."""
    if not isinstance(pairs, pd.DataFrame):
        raise TypeError(f"near_copies must be a DataFrame of pairs, or None; got {type(pairs).__name__}.")
    directed = {"train", "test"} <= set(pairs.columns)
    sides = ["train", "test"] if directed else ["first", "second"]
    if not set(sides) <= set(pairs.columns):
        raise ValueError(
            "near_copies must have the columns first and second, or train and test; got "
            f"{', '.join(map(str, pairs.columns)) or 'none'}. Rename them."
        )
    first, second = ([_text("near_copies", label) for label in pairs[side]] for side in sides)
    there = row_of["train"].keys() | row_of["test"].keys()
    if len(pairs) and there.isdisjoint(first) and there.isdisjoint(second):
        raise ValueError(
            "near_copies must name rows by their labels in train and test; none of its labels is there, such as "
            f"{first[0]!r}. Look for near-copies in Series that have the ids as index, such as table['text']."
        )
    similarity = pairs["similarity"] if "similarity" in pairs else pd.Series([None] * len(pairs), dtype=float)
    return first, second, pd.to_numeric(similarity, errors="coerce").tolist(), directed


_REASONS = {
    "machine": "written by a machine",
    "shown": "shown to a generator",
    "same id": "in train, too",
    "made from train": "made from rows of train",
    "near-copy": "near-copies of rows of train",
}


def _complaint(rows: pd.DataFrame, tested: int) -> str:
    said = [
        f"test must be human, new to every generator and apart from train; {rows['row'].nunique()} of its {tested} "
        "rows are not:"
    ]
    for problem, reason in _REASONS.items():
        group = rows[rows["problem"] == problem].sort_values("similarity", ascending=False, kind="stable")
        names = list(dict.fromkeys(map(_named, group.itertuples())))
        if names:
            said.append(f"- {reason} ({group['row'].nunique()}): {_some(names)}")
    said.append(
        "After `except SplitLeakError as leak`, test.drop(leak.rows['row']) is what may stay; or take what they leak "
        "from out of train."
    )
    return "\n".join(said)


def _named(row) -> str:
    if row.problem in ("near-copy", "made from train"):
        alike = "" if pd.isna(row.similarity) else f" ({row.similarity:.2f})"
        return f"{row.row} of {row.of}{alike}"
    return str(row.row)


def _check_known(known: Iterable, row_of: Mapping, parents: Mapping) -> None:
    items = [*(_text("known", each) for each in known), *row_of["test"]]
    there = {*items, *row_of["train"]}
    for name, named in parents.items():
        lost = list(dict.fromkeys(each for row in named.values() for each in row if each not in there))
        if lost:
            raise ValueError(
                f"parents in {name} must be known items; unknown: {_some(lost)}. Ids of items look like "
                f"{items[0]!r}: are these written in the same way?"
            )


def _warn_of_strangers(row_of: Mapping, parents: Mapping) -> None:
    named = list(dict.fromkeys(each for rows in parents.values() for row in rows.values() for each in row))
    if named and not any(each in row_of[name] for each in named for name in ("train", "test")):
        warnings.warn(
            f"None of the {len(named)} parents ({_some(named)}) is in train or test, so no shown item can be found. "
            "Are ids written in one way? known=table.index, of the human table before the split, checks it.",
            stacklevel=3,
        )


def _texts(name: str, table: pd.DataFrame, value) -> pd.Series:
    """A column of texts and None, from one text for all rows or a Series."""
    column = _aligned(name, table, value)
    wrong = next((each for each in column if not (each is None or isinstance(each, str))), None)
    if wrong is not None:
        raise TypeError(
            f"{name} must be a text, a Series of texts with the table's index, or None; got {wrong!r}. For a list: "
            f"{_FROM_LIST}."
        )
    if any(each is not None and not each.strip() for each in column):
        raise ValueError(f"{name} must not be blank; it is for some rows. Say None where it is not known.")
    return column


def _parents_column(table: pd.DataFrame, value) -> pd.Series:
    if isinstance(value, pd.DataFrame | Mapping):
        raise TypeError(
            f"parents must be a list of ids, or a Series; got {type(value).__name__}. Take its column of ids."
        )
    if not isinstance(value, pd.Series) and value is not None:
        value = _json(value)
    column = _aligned("parents", table, value)
    return pd.Series([None if each is None else _json(each) for each in column], table.index, dtype=object)


def _aligned(name: str, table: pd.DataFrame, value) -> pd.Series:
    """One value for all rows, or a Series brought into the order of the table; what is missing is None."""
    if not isinstance(value, pd.Series):
        return pd.Series([None if _missing(value) else value] * len(table), table.index, dtype=object)
    if len(value) != len(table) or not value.index.is_unique or not value.index.isin(table.index).all():
        hint = f"For {'the same parents in all rows: list(series)' if name == 'parents' else f'a list: {_FROM_LIST}'}."
        raise ValueError(
            f"{name} as a Series must have the index of the table, {len(table)} labels such as {table.index[0]!r}; it "
            f"has {len(value)}, such as {next(iter(value.index), None)!r}. {hint}"
        )
    column = value.astype(object).reindex(table.index)
    return pd.Series([None if _missing(each) else each for each in column], table.index, dtype=object)


_FROM_LIST = "pandas.Series(list(values), table.index)"


def _json(ids) -> str | None:
    """An id or several, as `stamp` writes them; a text that it wrote stays as it is."""
    if isinstance(ids, str) and (parsed := _parsed(ids)) is not None:
        ids = parsed
    if isinstance(ids, Mapping):
        raise TypeError(f"parents must be ids; got {ids!r}. Take list(ids).")
    if isinstance(ids, str | bytes) or not isinstance(ids, Iterable):
        ids = [ids]
    if isinstance(ids, set | frozenset):
        ids = sorted(ids, key=str)
    names = list(dict.fromkeys(_text("parents", each) for each in ids))
    return json.dumps(names, ensure_ascii=False) if names else None


def _parsed(text: str) -> list | None:
    try:
        found = json.loads(text) if text.startswith("[") else None
    except ValueError:
        return None
    return found if isinstance(found, list) and all(isinstance(each, str) for each in found) else None


def _lists(column: pd.Series) -> list[list[str]]:
    """The parents of each row. Rows mostly share them, so each text is read once."""
    seen = {}
    for each in column:
        if isinstance(each, Hashable) and each in seen:
            continue
        if _missing(each):
            seen[each] = []
        elif not isinstance(each, str) or (parsed := _parsed(each)) is None:
            raise ValueError(
                f"parents must be lists in JSON, as stamp writes them; got {each!r}. Pass it to stamp as a Series."
            )
        else:
            seen[each] = parsed
    return [seen.get(each, []) for each in column]


def _text(name: str, label) -> str:
    """An id as text. Whole numbers that became floats, because a neighbour is missing, are whole numbers again."""
    if _missing(label):
        raise ValueError(f"{name} must have no gaps; an id is {label!r}. Drop the row, or give it an id.")
    if not pd.api.types.is_scalar(label) or isinstance(label, bytes):
        raise TypeError(f"{name} must have ids that are numbers or texts; got {label!r}. Join its parts to one text.")
    whole = not isinstance(label, bool) and hasattr(label, "is_integer") and label.is_integer()
    return str(int(label)) if whole else str(label)


def _missing(value) -> bool:
    return bool(pd.api.types.is_scalar(value) and pd.isna(value))


def _ids(name: str, table: pd.DataFrame) -> pd.Index:
    """The index as texts, each once."""
    if not isinstance(table, pd.DataFrame):
        raise TypeError(f"{name} must be a DataFrame; got {type(table).__name__}.")
    if not len(table):
        raise ValueError(f"{name} must have a row or more; it is empty. Was everything filtered away?")
    if not table.columns.is_unique:
        raise ValueError(
            f"{name} must have each column once; {table.columns[table.columns.duplicated()][0]!r} is there twice."
        )
    if isinstance(table.index, pd.MultiIndex):
        raise TypeError(
            f"{name} must have one id a row; its index has {table.index.nlevels} levels. Join them to one text."
        )
    ids = pd.Index([_text(f"the index of {name}", label) for label in table.index], dtype=object)
    twice = ids[ids.duplicated()].unique()
    if len(twice):
        raise ValueError(
            f"the index of {name} must have each id once; more often: {_some(twice)} ({len(twice)} ids). Use set_index "
            "with your ids; where sources count alike, put the source in front, as in 'movies:12'."
        )
    return ids


def _stamped(name: str, table: pd.DataFrame) -> pd.Index:
    ids = _ids(name, table)
    if lacking := [column for column in COLUMNS if column not in table]:
        raise ValueError(
            f"{name} must be stamped; it lacks {', '.join(lacking)}. Use stamp({name}, 'human') or 'machine'."
        )
    if (silent := table["origin"].isna()).any():
        raise ValueError(
            f"{name} must have an origin in each row; none in {_some(ids[silent])} ({silent.sum()} of {len(ids)}). "
            "Stamp each table before you put them together."
        )
    _check_origins(f"the origin in {name}", table["origin"])
    return ids


def _check_origins(name: str, column: pd.Series) -> None:
    wrong = column[~column.isin(_ORIGINS)]
    if len(wrong):
        raise ValueError(
            f"{name} must be 'human' or 'machine'; got {wrong.iloc[0]!r}. What a model wrote, changed or labelled is "
            "'machine'."
        )


def _check_kept(name: str, table: pd.DataFrame, new: pd.Series) -> None:
    """A column that is there already may be written only if nothing changes."""
    if name not in table:
        return
    try:
        old = _parents_column(table, table[name]) if name == "parents" else _aligned(name, table, table[name])
    except (TypeError, ValueError):
        old = table[name]
    changed = [row for row, was, now in zip(table.index, old, new, strict=True) if was != now]
    if changed:
        raise ValueError(
            f"table must not lose its column {name!r}, and other values would replace it in {_some(changed)} "
            f"({len(changed)} of {len(table)} rows). To use it, pass {name}=table[{name!r}]; else rename it first."
        )


def _some(names: Iterable) -> str:
    names = list(map(str, names))
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
