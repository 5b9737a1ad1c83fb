"""Let a person label items one by one; every decision is in a file before the next item appears.

`Review` opens a queue of items: `next()` gives the first open one, `decide`, `skip` and `undo` write a line into the
journal of the file and return when it is on the disk. So a killed process loses nothing, and the same call resumes
where it stopped. `progress()` counts, `agreement()` compares with gold items that are hidden in the queue (`hide_gold`
mixes them in), and `export()`, or on another day `read_review`, gives the long table item, rater, rating with who,
when, by which guideline, and whether the machine's label was on the screen.

The file is an SQLite database in WAL mode with a journal that nothing is deleted from: an undo is a line, too. It holds
ids, decisions, guidelines, machine labels and a hash of each text; neither texts nor gold. Between two calls it is
closed, so it can be copied. Several reviewers may use one file at the same time, and each goes through the whole queue.

An agreement with gold that is looked at often will look good once by chance: fix before at how many items you judge it.
A machine's label on the screen draws people towards it; compare with items where it was not shown. To change an answer,
undo all that came after it, too. A step takes a few milliseconds, with 100,000 items some more.

Stop using it when reviewers sit at several computers, or the folder is on a network drive or synchronised (WAL needs
one computer); when there are spans, boxes or audio to mark, or tasks to hand out: Label Studio, Argilla, doccano, or
Prodigy (to pay for); or when nobody must be able to change the file: this journal keeps honest people from slips.

Sources: the interval, Wilson, Journal of the American Statistical Association 22 (1927), 209-212; that a label on the
screen draws people, Schroeder, Roy & Kabbara, "Just Put a Human in the Loop?", ACL 2025; SQLite, "Write-Ahead Logging".
Needs: pandas 2, or newer. Licence: MIT.

Three lines:

    import pandas, review; items = pandas.DataFrame({"text": ["A gem.", "So dull."]}, index=["a", "b"])
    queue = review.Review("review.db", items, ["positive", "negative"], "ana"); item = queue.next()
    queue.decide("a", "positive") if item and item.id == "a" else None; print(queue.progress(), queue.export())

To the end, by hand, with a table `gold` of other items whose right label is known; agreement.py takes the export:

    queue = Review("review.db", hide_gold(items, gold, numpy.random.default_rng(0)), ["positive", "negative"], "ana")
    while item := queue.next():
        print(item.text); queue.decide(item.id, input("positive or negative? "))
    print(queue.agreement(), queue.reveal(), queue.export())
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import os
import sqlite3
import unicodedata
from collections import namedtuple
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import NormalDist

import pandas as pd

__all__ = ["Agreement", "Item", "Progress", "Review", "ReviewFileError", "hide_gold", "read_review"]

_APPLICATION, _VERSION = 0x52767731, 1  # in the header of the file: whose it is, and the form of its tables
_LABEL = "CREATE TABLE IF NOT EXISTS label (label PRIMARY KEY)"  # older files have none
_SCHEMA = f"""
CREATE TABLE guideline (hash TEXT PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE journal (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, reviewer TEXT NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('decide', 'skip', 'undo', 'reveal')),
    item TEXT, text TEXT, label, rater TEXT, guideline TEXT REFERENCES guideline, machine, machine_shown INTEGER
);
{_LABEL};
CREATE INDEX latest ON journal (reviewer, item, id);
CREATE TRIGGER no_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END;
CREATE TRIGGER no_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END;
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {_VERSION};
"""
_MAGIC = b"SQLite format 3\0"
_NAMED = 5  # items that a message names


class ReviewFileError(ValueError):
    """The file of a review can't be used: locked, read-only, full, damaged, or none of ours. It was not changed."""


@dataclass(frozen=True)
class Item:
    """What a reviewer sees: `id`, `text`, the `machine` label (None where it is not to be seen), `skipped` before."""

    id: Hashable
    text: str
    machine: object = None
    skipped: bool = False


@dataclass(frozen=True)
class Progress:
    """How many items the queue has (`total`), and how many of them this reviewer has decided and skipped."""

    total: int
    decided: int
    skipped: int

    @property
    def open(self) -> int:
        """Items that were neither decided nor skipped."""
        return self.total - self.decided - self.skipped


@dataclass(frozen=True)
class Agreement:
    """Decisions on hidden gold items: `right` of `of`, with a 95% interval; `counted` decisions stand behind it.

    `low` and `high` are Wilson's, and nan while there is no gold item to count. They speak of items like the gold.
    `recorded` of the gold items were answered by somebody else, earlier.
    """

    right: int
    of: int
    low: float
    high: float
    counted: int
    recorded: int = 0


class Review:
    """A queue of items for one reviewer, whose decisions are kept in a file.

    Parameters
    ----------
    path : path
        Of the file. It is made when it is not there; one of an earlier day is gone on with. Its folder must be there.
    items : DataFrame, a row or more
        Its index holds the ids, each once; 5 and "5" are one id. Column `text`; if you like `machine` (the machine's
        label) and `gold` (the right label, for some rows; see `hide_gold`). The order is that of the queue: give
        `table.loc[route(...)]`, the most urgent first. Other columns are not looked at.
    labels : sequence of two or more texts or numbers
        What may be decided, by all reviewers of the file: more may be added later, none taken away. Give one for what
        can't be decided, such as "neither": a skipped item comes back.
    reviewer : str
        Who decides. The same name goes on with its own decisions; another name begins the queue anew.
    guideline : str
        What the reviewer was told to go by. Each decision has its hash beside it, the file has the text.
    show_machine : bool
        Whether the machine's label is on the screen; said beside each decision.
    clock : function without arguments, which gives the time with its zone
    wait : seconds, while another process writes

    Raises
    ------
    ReviewFileError (a ValueError)
        When the file is locked, read-only, damaged, no SQLite database, or of another program or a newer version. It is
        not changed.
    TypeError, ValueError
        For any other input that is not as above; when a label of the file is not among `labels`, or an item that
        somebody decided there had another text.

    Examples
    --------
    >>> import tempfile
    >>> table = pd.DataFrame({"text": ["A gem.", "So dull."], "gold": [None, "no"]}, index=["a", "b"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     queue = Review(Path(folder, "review.db"), table, ["yes", "no"], "ana")
    ...     queue.next()
    ...     queue.decide("a", "yes")
    ...     queue = Review(Path(folder, "review.db"), table, ["yes", "no"], "ana")  # as after a crash
    ...     queue.next().id
    ...     queue.export()[["item", "rater", "rating"]].values.tolist()
    Item(id='a', text='A gem.', machine=None, skipped=False)
    'b'
    [['a', 'ana', 'yes']]
    """

    def __init__(
        self,
        path: str | os.PathLike,
        items: pd.DataFrame,
        labels: Sequence,
        reviewer: str,
        guideline: str = "",
        *,
        show_machine: bool = False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        wait: float = 5.0,
    ):
        self.labels, self.reviewer = _check_labels(labels), _check_name("reviewer", reviewer)
        if not isinstance(guideline, str):
            raise TypeError(f"guideline must be a text; got {guideline!r}. Read it from its file first.")
        self.guideline, self._guideline = guideline, _hash(guideline)
        self._items = _check_items(items, self.labels, show_machine)
        self._show, self._clock, self._wait = show_machine, clock, wait
        self._keys = list(self._items)
        self._forget()
        self.path = Path(path).absolute()
        _check_file(self.path)
        with _step(self.path, self._wait) as db:
            if (found := db.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
                raise ReviewFileError(_damaged(self.path, found))
            self._check_resumed(db)
            db.execute("INSERT OR IGNORE INTO guideline VALUES (?, ?)", (self._guideline, guideline))

    def next(self) -> Item | None:
        """The first open item; when there is none, the item that was skipped longest ago; when all is decided, None."""
        return self._look()._next()

    def decide(self, item: Hashable, label, recorded_rater: str | None = None) -> None:
        """Write down a decision. When this returns, it is on the disk.

        Parameters
        ----------
        item : id
        label : one of `labels`
        recorded_rater : str or None
            Who gave this answer, if it was given earlier and is only entered now. The export names that person as rater
            and says `recorded`.

        Raises
        ------
        ValueError
            For an unknown id or label, or an item that is decided already, perhaps in another window.
        """
        plain = _plain(label)
        if plain not in self.labels:
            raise ValueError(f"label must be one of {', '.join(map(str, self.labels))}; got {label!r}.")
        rater = self.reviewer if recorded_rater is None else _check_name("recorded_rater", recorded_rater)
        if recorded_rater is not None and rater == self.reviewer:
            raise ValueError(f"recorded_rater must be somebody else than the reviewer, {rater!r}. Leave it out.")
        self._answer("decide", item, plain, rater)

    def skip(self, item: Hashable) -> None:
        """Put an item off: it comes back after all others, in the order of skipping. Raises as `decide` does."""
        self._answer("skip", item)

    def undo(self) -> Item:
        """Take back this reviewer's last decision or skip in this queue, and return its item, which is open again.

        Raises
        ------
        ValueError
            When there is none left, or it is a gold item that `reveal` has shown since.
        """
        with _step(self.path, self._wait) as db:
            self._read(db)
            if not self._standing:
                raise ValueError(f"undo must have a decision to take back; {self.reviewer} has none in this queue.")
            key = next(reversed(self._standing))
            row, (line, action, *_) = self._items[key], self._standing[key]
            if action == "decide" and row.gold is not None and line < self._shown:
                raise ValueError(f"undo must leave a gold item as it is once its answer was shown; {row.id!r} stands.")
            self._write(db, "undo", key)
            return self._seen(key, False)

    def progress(self) -> Progress:
        """How far this reviewer has come in this queue."""
        return self._look()._progress()

    def agreement(self, every: int = 10, recorded: bool = False) -> Agreement:
        """How often the decisions agree with hidden gold, without saying which items are gold.

        Parameters
        ----------
        every : int, 1 or more
            Only whole blocks of so many decisions are counted until no item is open. What a block has counted stays,
            also when it is undone: so nobody can try out at which item the number moves. 1 counts what stands now.
        recorded : bool
            Whether answers that others gave earlier (`recorded_rater`) count, too.
        """
        return self._look()._agreement(every, recorded)

    def snapshot(self, every: int = 10, recorded: bool = False) -> tuple[Item | None, Progress, Agreement]:
        """`next()`, `progress()` and `agreement(...)` from one look at the file, which is what a screen needs."""
        return self._look()._next(), self._progress(), self._agreement(every, recorded)

    def reveal(self) -> pd.DataFrame:
        """Say which decided items were gold: index item, columns text, label, gold. From then on these decisions stand.

        Raises
        ------
        ValueError
            While an item is open: the reviewer would know where to look.
        """
        with _step(self.path, self._wait) as db:
            self._read(db)
            if left := self._progress().open:
                raise ValueError(f"reveal must wait until no item is open; {left} of {len(self._items)} are.")
            self._write(db, "reveal")
        decided = [(self._items[key], line[2]) for key, line in self._standing.items() if line[1] == "decide"]
        rows = {row.id: [row.text, label, row.gold] for row, label in decided if row.gold is not None}
        return pd.DataFrame.from_dict(rows, orient="index", columns=["text", "label", "gold"]).rename_axis("item")

    def export(self) -> pd.DataFrame:
        """The decisions that stand, of all reviewers and all queues in this file, as a long table.

        Returns
        -------
        DataFrame, a row for each item and rater, in the order of deciding
            `item` (as in the index of `items`; ids that are not in it as text), `rater`, `rating`, `origin` (human: it
            says who decided, not who wrote the text), `reviewer` (whose queue), `recorded` (entered from an earlier
            answer of the rater), `decided` (time in UTC), `guideline` (its hash), `machine` (its
            label), `machine_shown` and `guideline_text`. The same recorded answer in two queues is one row. Hidden
            gold items are among the rows: drop their ids before you train.
        """
        with _step(self.path, self._wait, "BEGIN") as db:
            table = _decisions(db)
        return table.assign(item=[self._items[key].id if key in self._items else key for key in table["item"]])

    def history(self) -> pd.DataFrame:
        """Every line of the journal: `at`, `reviewer`, `action` (decide, skip, undo, reveal), item, label, rater."""
        with _step(self.path, self._wait, "BEGIN") as db:
            return _table(db, "SELECT at, reviewer, action, item, label, rater FROM journal ORDER BY id")

    # ---- the file

    def _write(self, db: sqlite3.Connection, action: str, key: str | None = None, label=None, rater=None) -> None:
        now = self._clock()
        if now.tzinfo is None:
            raise ValueError(f"clock must give a time with its zone; got {now}. Use datetime.now(UTC).")
        at = now.astimezone(UTC).isoformat(timespec="milliseconds")
        row = self._items.get(key)
        about = (_hash(row.text), row.machine, int(self._show and row.machine is not None)) if row else (None, None, 0)
        db.execute(
            "INSERT INTO journal (at, reviewer, action, item, label, rater, guideline, text, machine, machine_shown)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (at, self.reviewer, action, key, label, rater, self._guideline, *about),
        )

    def _answer(self, action: str, item: Hashable, label=None, rater: str | None = None) -> None:
        key = _key("item", item)
        if key not in self._items:
            raise ValueError(f"item must be an id of this queue, such as {next(iter(self._items))!r}; got {item!r}.")
        with _step(self.path, self._wait) as db:
            self._read(db)
            was = self._standing.get(key)
            if was and was[1] == "decide":
                raise ValueError(
                    f"item must be open; {item!r} was decided as {was[2]!r} already, perhaps in another window of "
                    f"{self.reviewer}. Nothing was changed: take next(), or go back with undo(), one by one."
                )
            self._write(db, action, key, label, rater)

    def _look(self) -> Review:
        with _step(self.path, self._wait, "BEGIN") as db:
            self._read(db)
        return self

    def _forget(self) -> None:
        """Nothing read yet. `_standing`: item to (line, action, label, rater), in the order of lines."""
        self._last, self._shown, self._first, self._lines, self._standing, self._skipped = None, 0, 0, [], {}, {}

    def _read(self, db: sqlite3.Connection) -> None:
        """Read the lines that were written since the last look; all of them, if the file is another one."""
        query = "SELECT id, at, reviewer, item, action, label, rater FROM journal WHERE id {} ? ORDER BY id"
        if self._last and db.execute(query.format("="), self._last[:1]).fetchone() != self._last:
            self._forget()
        for seen in db.execute(query.format(">"), (self._last[0] if self._last else 0,)).fetchall():
            line, _, reviewer, key, action, label, rater = self._last = seen
            self._shown = line if (reviewer, action) == (self.reviewer, "reveal") else self._shown
            if reviewer != self.reviewer or key not in self._items:
                continue
            self._lines.append((key, action, label, rater))
            self._standing.pop(key, None), self._skipped.pop(key, None)
            self._first *= action != "undo"
            if action != "undo":
                self._standing[key] = line, action, label, rater
            if action == "skip":
                self._skipped[key] = line

    def _check_resumed(self, db: sqlite3.Connection) -> None:
        """Refuse to go on where this reviewer began under another spelling, with other labels or other texts."""
        names = db.execute("SELECT DISTINCT reviewer FROM journal")
        alike = [name for (name,) in names if name.casefold() == self.reviewer.casefold()]
        if alike and self.reviewer not in alike:
            raise ValueError(f"reviewer must be written as in the file, {alike[0]!r}; got {self.reviewer!r}.")
        db.execute(_LABEL)
        used = "SELECT label FROM label UNION SELECT label FROM journal WHERE action = 'decide'"
        if lacking := sorted({str(label) for (label,) in db.execute(used)} - set(map(str, self.labels))):
            why = "Add them, or give another path: ratings on other labels can't be compared."
            raise ValueError(f"labels must hold all that {self.path.name} has; missing: {_some(lacking)}. {why}")
        db.executemany("INSERT OR IGNORE INTO label VALUES (?)", [(label,) for label in self.labels])
        lines = db.execute("SELECT max(id), item, text, action FROM journal WHERE item <> '' GROUP BY reviewer, item")
        texts = {item: text for _, item, text, action in sorted(lines) if action != "undo"}
        changed = [row.id for key, row in self._items.items() if key in texts and texts[key] != _hash(row.text)]
        if changed:
            raise ValueError(
                f"items must have the texts that were decided on in {self.path.name}; another text under the same id: "
                f"{_some(changed)} ({len(changed)} in all). Give new ids, or another path."
            )

    # ---- what it says

    def _next(self) -> Item | None:
        while self._first < len(self._keys) and self._keys[self._first] in self._standing:
            self._first += 1
        key = self._keys[self._first] if self._first < len(self._keys) else next(iter(self._skipped), None)
        return None if key is None else self._seen(key, key in self._skipped)

    def _seen(self, key: str, skipped: bool) -> Item:
        return Item(*self._items[key][:2], self._items[key].machine if self._show else None, skipped)

    def _progress(self) -> Progress:
        return Progress(len(self._items), len(self._standing) - len(self._skipped), len(self._skipped))

    def _agreement(self, every: int, recorded: bool) -> Agreement:
        if isinstance(every, bool) or not isinstance(every, int) or every < 1:
            raise ValueError(f"every must be a whole number, 1 or more; got {every!r}.")
        stands = [(key, *line[1:]) for key, line in self._standing.items()]
        closed, waiting, counted = set(), {}, {}
        for key, action, label, rater in stands if every == 1 else self._lines:
            waiting.pop(key, None)
            (closed.discard if action == "undo" else closed.add)(key)
            if action == "decide" and key not in counted and (recorded or rater == self.reviewer):
                waiting[key] = label, rater
            if len(waiting) == every or len(closed) == len(self._items):
                counted, waiting = counted | waiting, {}
        gold = [(*said, self._items[key].gold) for key, said in counted.items() if self._items[key].gold is not None]
        right, others = sum(each[0] == each[2] for each in gold), sum(each[1] != self.reviewer for each in gold)
        return Agreement(right, len(gold), *_wilson(right, len(gold)), len(counted), others)


def hide_gold(items: pd.DataFrame, gold: pd.DataFrame, rng) -> pd.DataFrame:
    """Mix items whose right label is known into a queue, at places drawn at random; the others keep their order.

    Parameters
    ----------
    items : DataFrame with a column `text`
        Index: ids, as in `Review`.
    gold : DataFrame with the columns `text` and `gold`
        Other ids than in `items`. One item in ten is usual; take them from the same source, or they stand out.
    rng : numpy.random.Generator

    Returns
    -------
    DataFrame
        Both, for `Review`; `gold` is missing in the rows of `items`.

    Raises
    ------
    TypeError, ValueError
        When one is no DataFrame or lacks a column, an id is in both, or rng is no Generator.

    Examples
    --------
    >>> import numpy
    >>> items = pd.DataFrame({"text": ["x", "y", "z"]}, index=[1, 2, 3])
    >>> known = pd.DataFrame({"text": ["w"], "gold": ["no"]}, index=[9])
    >>> list(hide_gold(items, known, numpy.random.default_rng(0)).index)
    [1, 2, 3, 9]
    """
    for name, table, needed in (("items", items, ["text"]), ("gold", gold, ["text", "gold"])):
        _check_columns(name, table, needed)
    if gold["gold"].isna().any():
        raise ValueError(f"gold must have its right label in every row; {gold['gold'].isna().sum()} have none.")
    if len(twice := items.index.intersection(gold.index)):
        raise ValueError(f"gold must have other ids than items; in both: {_some(twice)}. Drop them from items.")
    if not hasattr(rng, "choice") or not hasattr(rng, "spawn"):
        raise TypeError(f"rng must be a numpy Generator; got {rng!r}. Use numpy.random.default_rng(0).")
    places = set(rng.choice(len(items) + len(gold), len(gold), replace=False).tolist())
    here, there = iter(range(len(items))), iter(range(len(items), len(items) + len(gold)))
    order = [next(there if place in places else here) for place in range(len(items) + len(gold))]
    return pd.concat([items.drop(columns="gold", errors="ignore"), gold]).iloc[order]


def read_review(path: str | os.PathLike) -> pd.DataFrame:
    """The decisions of a file, without its items and labels: what `Review.export` gives, with ids as text.

    Parameters
    ----------
    path : path, of a file that `Review` made

    Returns
    -------
    DataFrame

    Raises
    ------
    ReviewFileError

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     queue = Review(f"{folder}/review.db", pd.DataFrame({"text": ["A gem."]}), ["yes", "no"], "ana")
    ...     len(read_review(f"{folder}/review.db"))
    0
    """
    path = Path(path).absolute()
    if not path.exists():
        raise ReviewFileError(f"path must be a file that Review made; {path} is not there. Correct it.")
    _check_file(path)
    with _step(path, 5.0, "BEGIN") as db:
        return _decisions(db)


# ---- the file, before it is trusted


@contextlib.contextmanager
def _step(path: Path, wait: float, begin: str = "BEGIN IMMEDIATE") -> Iterator[sqlite3.Connection]:
    """One transaction, written when the block ends without an error; afterwards the file is closed."""
    try:
        with contextlib.closing(_connect(path, wait, begin)) as db:
            yield db
            db.execute("COMMIT")
    except sqlite3.Error as error:
        raise ReviewFileError(_file_problem(path, error, wait)) from error


def _connect(path: Path, wait: float, begin: str) -> sqlite3.Connection:
    """Open the file, which waits while another process writes or is just closing it, and begin."""
    for place in (path, path.parent):  # by itself SQLite would first make read-only files beside it
        if place.exists() and not os.access(place, os.W_OK):
            raise ReviewFileError(_file_problem(place, "READONLY", wait))
    db = sqlite3.connect(f"{path.as_uri()}?mode=rw", timeout=wait, isolation_level=None, uri=True)
    try:
        db.execute("PRAGMA synchronous = FULL")
        db.execute(begin)
        header = tuple(db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
        if header != (_APPLICATION, _VERSION):
            raise ReviewFileError(_stranger(path, *header))
    except BaseException:
        db.close()
        raise
    return db


def _check_file(path: Path) -> None:
    """Make the file if there is none; refuse what is none of ours by its header, before SQLite may touch it."""
    folder = path.parent
    if not folder.is_dir():
        raise ReviewFileError(f"path must be in a folder that is there; {folder} is not. Make it first, or correct it.")
    if not path.exists():
        _make(path)
    if not path.is_file():
        raise ReviewFileError(f"path must be a file; {path} is none. If it is a folder, add a name, such as review.db.")
    try:
        with path.open("rb") as file:
            head = file.read(100)
    except OSError as error:
        raise ReviewFileError(f"path must be a file that you may read; {path}: {error.strerror}.") from error
    if not head.startswith(_MAGIC) or len(head) < 100:
        what = f"begins with {head[:16]!r}" if head else "is empty"
        raise ReviewFileError(f"path must be a file that Review made, or a new one; {path} is no database: it {what}.")
    version, application = (int.from_bytes(head[start : start + 4], "big") for start in (60, 68))
    if (application, version) != (_APPLICATION, _VERSION):
        raise ReviewFileError(_stranger(path, application, version))


def _table(db: sqlite3.Connection, query: str) -> pd.DataFrame:
    lines = db.execute(query)
    return pd.DataFrame(lines.fetchall(), columns=[column[0] for column in lines.description])


def _decisions(db: sqlite3.Connection) -> pd.DataFrame:
    """What stands, of all reviewers and queues; ids are texts."""
    table = _table(
        db,
        "SELECT item, rater, label AS rating, 'human' AS origin, reviewer, rater <> reviewer AS recorded,"
        " at AS decided, guideline, machine, machine_shown, guideline.text AS guideline_text"
        " FROM journal LEFT JOIN guideline ON hash = guideline WHERE action = 'decide' AND id IN"
        " (SELECT max(id) FROM journal WHERE item IS NOT NULL GROUP BY reviewer, item) ORDER BY id",
    )
    table = table.astype({"recorded": bool, "machine_shown": bool})
    table["decided"] = pd.to_datetime(table["decided"], utc=True, format="ISO8601")
    again = table["recorded"] & table.duplicated(["item", "rater", "rating", "recorded"])
    return table[~again].reset_index(drop=True)


def _make(path: Path) -> None:
    """A new file, whole from its first moment: made under another name, which is then given to it."""
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        new.unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(new)) as db:
            db.executescript(f"BEGIN; {_SCHEMA} COMMIT; PRAGMA journal_mode = WAL;")
        try:
            os.link(new, path)
        except FileExistsError:
            pass  # somebody else was quicker: theirs is as good
        except OSError:  # this disk knows no links
            new.rename(path)
    except (OSError, sqlite3.Error) as error:
        raise ReviewFileError(f"path must be where a file can be made; {path}: {error}. Is the disk full?") from error
    finally:
        with contextlib.suppress(OSError):
            new.unlink()


def _stranger(path: Path, application: int, version: int) -> str:
    if application == _APPLICATION:
        return f"path must be of version {_VERSION}; {path} is of version {version}. Get the newer review.py for it."
    return f"path must be a file that Review made, or a new one; {path} is of another program. It was not changed."


def _damaged(path: Path, what: object) -> str:
    what = f"{what}). Keep a copy, with the files beside it that are named alike; `sqlite3 FILE .recover` may help."
    return f"path must be a whole file; {path} is damaged ({what}"


def _file_problem(path: Path, error: sqlite3.Error | str, wait: float) -> str:
    """What a person can do about an error of SQLite, or a kind of errors: the word after SQLITE_ in its name."""
    kind = getattr(error, "sqlite_errorname", f"SQLITE_{error}").split("_")[1]
    if kind in ("CORRUPT", "NOTADB"):
        return _damaged(path, error)
    said = {
        "BUSY": f"free to write to; another program has locked {path} for {wait:g} s. Close it there",
        "READONLY": f"a file that you may write to, in such a folder; {path} is read-only. Change its rights",
        "CANTOPEN": f"there still, in a folder that you may write to; {path} can't be opened. Bring it back",
        "FULL": f"on a disk with room; that of {path} is full. Free some space",
    }
    if kind not in said:
        return f"path must be a file that can be used; {path}: {error}. Look at progress() to see what was saved."
    return f"path must be {said[kind]}, then repeat this step: it was not saved. All earlier ones are."


# ---- input


def _check_labels(labels: Sequence) -> tuple:
    if isinstance(labels, str | bytes) or not hasattr(labels, "__iter__"):
        raise TypeError(f"labels must be a list of texts or numbers; got {labels!r}.")
    plain = tuple(_plain(label) for label in labels)
    wrong = [each for each in plain if isinstance(each, bool) or not isinstance(each, str | int | float)]
    if wrong:
        raise TypeError(f"labels must be texts or numbers; got {wrong[0]!r}. For yes or no: ['yes', 'no'].")
    if len(plain) < 2 or len({str(each).strip() for each in plain} - {""}) < len(plain):
        raise ValueError(f"labels must be two or more, all different, none empty; got {list(labels)!r}.")
    return plain


def _check_name(name: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name} must be a name; got {value!r}. Any text will do, such as 'ana'.")
    return unicodedata.normalize("NFC", value.strip())


def _check_columns(name: str, table: object, needed: Sequence[str]) -> None:
    if not isinstance(table, pd.DataFrame):
        raise TypeError(f"{name} must be a DataFrame; got {type(table).__name__}. Its index holds the ids.")
    if lacking := [column for column in needed if column not in table]:
        raise ValueError(f"{name} must have the column {lacking[0]!r}; it has {_some(table.columns)}. Rename one.")


_Row = namedtuple("_Row", ["id", "text", "machine", "gold"])


def _check_items(items: pd.DataFrame, labels: tuple, show_machine: bool) -> dict[str, _Row]:
    """The rows by their id as text, in the order of the queue."""
    _check_columns("items", items, ["text"])
    if not len(items):
        raise ValueError("items must have a row or more; it is empty. Was everything filtered away?")
    nothing = [None] * len(items)
    columns = [items[name].tolist() if name in items else nothing for name in ("text", "machine", "gold")]
    rows = {}
    for label, text, machine, gold in zip(items.index, *columns, strict=True):
        key = _key("the index of items", label)
        if key in rows:
            raise ValueError(f"the index of items must have each id once; {key!r} is there twice. Use set_index.")
        if not isinstance(text, str):
            raise TypeError(f"items must have a text in each row; {label!r} has {text!r}. Drop it, or fill it.")
        if odd := [each for each in (machine, gold) if not isinstance(_plain(each), str | int | float | None)]:
            raise TypeError(f"machine and gold must be texts or numbers; got {odd[0]!r} for {label!r}.")
        rows[key] = _Row(label, text, _plain(machine), _plain(gold))
    answers = {row.gold for row in rows.values()} - {None}
    if odd := sorted(map(str, answers - set(labels))):
        raise ValueError(f"gold must be one of the labels {_some(labels)}; got {_some(odd)}. Is it written alike?")
    if show_machine and any(row.gold is not None and row.machine is None for row in rows.values()):
        raise ValueError("items must have a machine label in each gold row, or the reviewer sees which are gold.")
    return rows


def _key(name: str, label: object) -> str:
    """An id as text. Whole numbers that became floats, because a neighbour is missing, are whole numbers again."""
    plain = _plain(label)
    if plain is None:
        raise ValueError(f"{name} must have no gaps; an id is {label!r}. Drop the row, or give it an id.")
    if not isinstance(plain, str | int | float):
        raise TypeError(f"{name} must be numbers or texts; got {label!r}. Join its parts to one text.")
    return str(plain)


def _plain(value: object) -> object:
    """A number or text as Python has it, 1.0 as 1; None where it is missing."""
    value = value.item() if hasattr(value, "item") else value
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _wilson(right: int, of: int) -> tuple[float, float]:
    if not of:
        return math.nan, math.nan
    z = NormalDist().inv_cdf(0.975)
    middle, share = (right + z * z / 2) / (of + z * z), right / of
    half = z / (of + z * z) * math.sqrt(of * share * (1 - share) + z * z / 4)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def _some(names: Sequence) -> str:
    names = list(map(str, names))
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
