"""The learner's own table: find it, read it, and say in a sentence what is wrong with it and how to mend that.

Lesson 08 takes one CSV file with a text and a label in each row. Files of people's own come in every shape, so each
thing that can be wrong has a sentence, and what can be put right without a person is put right and noted. Nothing here
opens a connection, and no message holds a text: it names lines, columns, labels and numbers.
"""

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.course.datasets import own_table_example, rated_sentences
from helpers.course.steps import BUILD, ROOT

__all__ = ["OwnDataError", "OwnTable", "example_file", "read_own"]

MOST_MEGABYTES = 500
MOST_ROWS = 100_000
MOST_LABELS = 50  # different ones
LEAST_A_LABEL = 20  # rows by people, so that some are left for the test
LEAST_ROWS = 100  # by people, with a label
MOST_LETTERS = 2_000  # of a text; what follows is not read
COMPARED_LETTERS = 40_000_000  # of all texts together, when copies are looked for
NAMED = 5  # how many lines, labels or columns a message names

_EMPTY = {"", "nan", "null", "<na>"}  # not "none" or "na": these are labels, too
_EXCEL_ERRORS = {
    *("#n/a", "#nv", "#n/d", "#n/v", "#wert!", "#value!", "#valeur!", "#valor!", "#bezug!", "#ref!", "#name?"),
    *("#nom?", "#div/0!", "#zahl!", "#num!", "#null!"),
}
_ORIGINS = ("human", "machine")
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_OTHER_KINDS = {
    b"PK\x03\x04": "an Excel workbook, or another packed file. In Excel: File, Save As, CSV UTF-8; then give that file",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook. In Excel: File, Save As, CSV UTF-8; then give that file",
    b"\x1f\x8b": "packed with gzip. Unpack it, and give the CSV file that comes out",
    b"PAR1": 'a Parquet file. In Python: pandas.read_parquet("it").to_csv("it.csv", index=False)',
    b"%PDF": "a PDF. Copy its table into a spreadsheet, and save that as CSV UTF-8",
    b"{": 'JSON. In Python: pandas.read_json("it", lines=True).to_csv("it.csv", index=False)',
    b"[": 'JSON. In Python: pandas.read_json("it").to_csv("it.csv", index=False)',
    b"<": "a web page or XML. Open it in a spreadsheet, and save it as CSV UTF-8",
}
_WIDE = {
    b"\xff\xfe\0\0": "utf-32",  # before UTF-16, which begins alike
    b"\0\0\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")  # signs that take no room on the screen
_DAMAGED = re.compile(r"Ã[\x80-\xbf©¨¤¶¼]|â€|\ufffd")  # what UTF-8 looks like when it was taken for Windows-1252


class OwnDataError(ValueError):
    """The table can't be used as it is. The message says why and what to do; in a notebook it stands alone."""

    def _render_traceback_(self) -> list[str]:
        older = "What stands below this cell is older: the kit's example, or a table that you put in before."
        return [f"Your table can't be used yet. {self} {older}"]


@dataclass(frozen=True)
class OwnTable:
    """A table that can be used.

    `rows` has unique ids as index and the columns `text`, `label`, `origin` (human or machine), `group` (None without
    one), and those named in `raters`. `without_label` counts rows that have a text alone. `notes` are sentences on what
    was put right or left out.
    """

    rows: pd.DataFrame
    raters: tuple[str, ...]
    without_label: int
    path: Path
    sha256: str
    rows_in_file: int
    notes: tuple[str, ...]

    @property
    def people(self) -> pd.DataFrame:
        """The rows by people."""
        return self.rows[self.rows["origin"] == "human"]

    @property
    def machine(self) -> pd.DataFrame:
        """The rows by a machine."""
        return self.rows[self.rows["origin"] == "machine"]

    @property
    def to_compare(self) -> pd.Series:
        """The texts, those of large tables cut short: copies show in how they begin."""
        return self.rows["text"].str.slice(0, _compared(len(self.rows)))


def read_own(
    file: str | Path | None,
    *,
    text: str = "text",
    label: str = "label",
    origin: str = "origin",
    raters: Sequence[str] = (),
    group: str | None = None,
    encoding: str | None = None,
    seed: int = 0,
) -> OwnTable:
    """Read a CSV file and check it.

    Parameters
    ----------
    file : path
        Relative ones are looked for in the folder of the notebook, then in the kit's. None: `example_file()`.
    text, label : str
        Names of the two columns that are needed.
    origin : str
        Name of the column that says human or machine. Without such a column every row counts as human.
    raters : sequence of str
        Columns with the labels of single raters. Empty: those whose names begin with rater or annotator.
    group : str or None
        Column that names the document or person of a row: rows of one group stay together, in the test or out of it.
    encoding : str or None
        Such as "cp1251". None finds out: UTF-8, UTF-16, else Windows-1252.
    seed : int
        For the draw of rows when there are too many.

    Returns
    -------
    OwnTable

    Raises
    ------
    OwnDataError
        With a sentence on what is wrong, and what to do.
    FileNotFoundError
        For the example, when the human sentences have not been fetched.
    """
    for knob, said in (("TEXT", text), ("LABEL", label), ("ORIGIN", origin), ("GROUP", group)):
        if not isinstance(said, str) and (said is not None or knob in ("TEXT", "LABEL")):
            raise OwnDataError(f'{knob} must be the name of a column, in quotes, such as "text"; it is {said!r}.')
    raters = [raters] if isinstance(raters, str) else raters
    path = example_file() if file is None else _find(file)
    content = _content(path)
    notes = []
    decoded = _decode(content, encoding, path.name, notes)
    raw = _parse(decoded, (text, label), path.name, notes)
    rows_in_file = len(raw)
    columns = _columns(raw, text, label, origin, raters, group, path.name, notes)
    rows, without_label = _rows(raw, columns, path.name, notes)
    if len(rows) > MOST_ROWS:
        notes.append(f"Of {len(rows):,} rows with a label {MOST_ROWS:,} were drawn at random, to be done in minutes.")
        rows = rows.sample(MOST_ROWS, random_state=seed).sort_index()
    rows = _enough(rows, path.name, notes)
    if (rows["text"].str.len() > _compared(len(rows))).any():
        notes.append(f"Copies are looked for in the first {_compared(len(rows)):,} letters of each text.")
    digest = hashlib.sha256(content).hexdigest()
    raters = tuple(name for name in rows.columns if name not in ("text", "label", "origin", "group"))
    return OwnTable(rows, raters, without_label, path, digest, rows_in_file, tuple(notes))


def example_file() -> Path:
    """Write the kit's example, a table as yours could be, and say where it is.

    `datasets/own_table_example.csv` has machine-written sentences with their texts, and of people's sentences the ids,
    labels and single ratings alone. Their texts are put in from the cache, so the whole file lies in `.build/`, which
    git does not see.

    Returns
    -------
    Path
        `.build/your_data/example.csv`, with the columns id, text, label, origin, rater_1, rater_2, rater_3.

    Raises
    ------
    FileNotFoundError
        When the human sentences have not been fetched; says the command.
    """
    table = own_table_example()
    movies = rated_sentences("movies").set_index("item")["text"]
    people = table["origin"] == "human"
    table.loc[people, "text"] = table.loc[people, "id"].str.removeprefix("movies:").map(movies)
    path = BUILD / "your_data" / "example.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
    return path


# ---- the file


def _find(file) -> Path:
    if not isinstance(file, str | Path):
        raise OwnDataError(f'FILE must be a path in quotes, such as "reviews.csv"; it is {type(file).__name__}.')
    said = str(file).strip().strip("\"'").strip()
    if not said:
        raise OwnDataError('FILE is empty. Write the path of your table, such as "reviews.csv", or None.')
    if found := re.search(r"[\x00-\x1f]", said):
        raise OwnDataError(
            f"FILE holds the sign {found[0]!r}, which Python made of a backslash and a letter. Write an r before the "
            r'quote: FILE = r"C:\work\reviews.csv".'
        )
    if re.match(r"[a-z0-9]+://", said.lower()):
        raise OwnDataError("FILE is an address of the web. Download the table first: this lesson opens no connection.")
    for path in _places(said):
        if path.is_dir():
            tables = sorted(each.name for each in path.glob("*.csv"))
            inside = f"It holds {_some(tables)}: add the name." if tables else "No file in it ends with .csv."
            raise OwnDataError(f"FILE is a folder, {path.name}. {inside}")
        if path.is_file():
            return path
    folder = _places(said)[0].parent
    there = {each.name.lower(): each.name for each in folder.glob("*.*")} if folder.is_dir() else {}
    near = [there[each] for each in get_close_matches(Path(said).name.lower(), there, 3)]
    hint = f"Near it there is {_some(near)}." if near else "A relative path begins at the folder of this notebook."
    where = "the folder is there, the file is not" if folder.is_dir() else "there is no such folder"
    raise OwnDataError(f"There is no file {said} ({where}). {hint}")


def _places(said: str) -> list[Path]:
    """Where a path may lead; a path of Windows works here, too, if it is relative."""
    spellings = dict.fromkeys([said, said.replace("\\", "/")])
    paths = [Path(each).expanduser() for each in spellings]
    return [path for each in paths for path in ([each] if each.is_absolute() else [Path.cwd() / each, ROOT / each])]


def _content(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MOST_MEGABYTES * 1e6:
            raise OwnDataError(
                f"{path.name} has {size / 1e6:,.0f} MB, and at most {MOST_MEGABYTES} MB are read. A sample says as "
                f"much: pandas.read_csv(FILE, nrows=1_000_000).sample({MOST_ROWS:_}).to_csv('sample.csv', index=False)."
            )
        content = path.read_bytes()
    except OSError as error:
        raise OwnDataError(
            f"{path.name} can't be opened ({error.strerror}). Is it open in another program, or not yours to read?"
        ) from None
    if not content.strip():
        raise OwnDataError(f"{path.name} is empty. Save it again from the program that made it.")
    for start, kind in _OTHER_KINDS.items():
        if content.lstrip()[: len(start)] == start:
            raise OwnDataError(f"{path.name} is no CSV file but {kind}.")
    return content


def _decode(content: bytes, encoding: str | None, name: str, notes: list[str]) -> str:
    if encoding is not None:
        try:
            return content.decode(encoding)
        except LookupError:
            raise OwnDataError(f"ENCODING = {encoding!r} is unknown to Python. None lets the kit find out.") from None
        except UnicodeError as error:
            raise OwnDataError(f"{name} is not in {encoding}: {error.reason}. None lets the kit find out.") from None
    if wide := _wide(content):
        notes.append(f"The file is in {wide[:6].upper()} and was read as such.")
        return content.decode(wide, errors="replace").lstrip("\ufeff")
    if b"\0" in content:
        raise OwnDataError(f"{name} is no text: it has zero bytes. Save it as CSV UTF-8.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        notes.append(
            f"The file is not in UTF-8 (line {line:,}) and was read as Windows-1252. Look at letters with accents; if "
            'they are wrong, save the file as CSV UTF-8, or set ENCODING, such as "cp1251" for Cyrillic.'
        )
        return content.decode("cp1252", errors="replace")


def _wide(content: bytes) -> str | None:
    """UTF-16 or UTF-32, by the mark at the beginning, or by a zero in every other byte."""
    for mark, encoding in _WIDE.items():
        if content.startswith(mark):
            return encoding
    odd, even = content[1:2000:2].count(0), content[0:2000:2].count(0)
    return "utf-16-le" if odd > 100 and not even else "utf-16-be" if even > 100 and not odd else None


def _parse(decoded: str, needed: tuple[str, str], name: str, notes: list[str]) -> pd.DataFrame:
    """The table as texts. Strict first: a quote that is open swallows rows without a word."""
    if "\n" not in decoded:
        decoded = decoded.replace("\r", "\n")  # an old Macintosh
    first, _, rest = decoded.partition("\n")
    if not first.strip():
        raise OwnDataError(f"The first line of {name} is empty. Delete what stands above the names of the columns.")
    if re.fullmatch(r"sep=.\r?", first.strip()):  # Excel's own line
        decoded, first = rest, rest.partition("\n")[0]
    delimiter = _delimiter(first, needed)
    if delimiter is None:
        raise OwnDataError(
            f"{name} has one column alone: no comma, semicolon or tab stands in its first line. It needs a first line "
            "with the names of the columns, such as text,label."
        )
    if delimiter != ",":
        notes.append(f"Columns are separated by {_DELIMITERS[delimiter]}.")
    try:
        records = _records(decoded, delimiter, csv.QUOTE_MINIMAL)
    except csv.Error as error:
        records = _without_quotes(decoded, delimiter)
        if records is None:
            raise OwnDataError(f"{name}: {_of_quotes(error)}") from None
        notes.append("Quotes in the texts do not follow the rules of CSV, and were taken for letters.")
    return _framed(records, delimiter, name)


def _delimiter(first: str, needed: tuple[str, str]) -> str | None:
    """The sign that gives the needed columns, else the one that gives most columns."""
    split = {sign: next(csv.reader([first], delimiter=sign), []) for sign in _DELIMITERS}
    found = {
        sign: (sum(_plain(each) in map(_plain, needed) for each in names), len(names))
        for sign, names in split.items()
        if len(names) > 1
    }
    return max(found, key=found.get) if found else None


def _records(decoded: str, delimiter: str, quoting: int) -> list[tuple[int, list[str]]]:
    """Each record with the line on which it begins."""
    csv.field_size_limit(int(MOST_MEGABYTES * 1e6))  # Python's own, 131,072 letters, is less than a long document has
    reader, found, line = csv.reader(io.StringIO(decoded, newline=""), delimiter=delimiter, strict=True), [], 1
    if quoting == csv.QUOTE_NONE:
        reader = csv.reader(io.StringIO(decoded, newline=""), delimiter=delimiter, quoting=quoting)
    try:
        for record in reader:
            if any(each.strip() for each in record):
                found.append((line, record))
            line = reader.line_num + 1
    except csv.Error as error:
        raise csv.Error(f"{line}|{error}") from None
    return found


def _without_quotes(decoded: str, delimiter: str) -> list[tuple[int, list[str]]] | None:
    """Every quote as a letter, but for those around a whole field; None if rows then differ in their columns."""
    records = _records(decoded, delimiter, csv.QUOTE_NONE)
    whole = [(line, [re.sub(r'^"(.*)"$', r"\1", each) for each in record]) for line, record in records]
    return whole if len({len(record) for _, record in records}) == 1 else None


def _of_quotes(error: csv.Error) -> str:
    line, _, why = str(error).partition("|")
    if "expected after" in why:
        return (
            f"in the record that begins on line {int(line):,} a quote stands in the middle of a quoted text. Inside, "
            'each quote must be doubled (""); a spreadsheet does that when it saves as CSV.'
        )
    return (
        f'in the record that begins on line {int(line):,} a quote (") is opened and never closed, so all that follows '
        "would be one text. Close it, or take it out."
    )


def _framed(records: list[tuple[int, list[str]]], delimiter: str, name: str) -> pd.DataFrame:
    header = [each.strip() for each in records[0][1]]
    while header and not header[-1]:
        header.pop()
    twice = [each for each, count in Counter(filter(None, header)).items() if count > 1]
    if twice:
        raise OwnDataError(f"{name} has two columns named {_some(twice)}. Rename or delete one.")
    wrong, kept = [], []
    [(usual, often)] = Counter(len(record) for _, record in records[1:]).most_common(1) or [(0, 0)]
    if usual > len(header) and often > 0.9 * (len(records) - 1):
        names = f"{len(header)} names" if len(header) > 1 else "1 name"
        raise OwnDataError(
            f"The first line of {name} has {names}, and the rows have {usual} columns. The first line must "
            "be the names of all columns: delete what stands above it, or add what is missing."
        )
    for line, record in records[1:]:
        if len(record) < len(header) or any(each.strip() for each in record[len(header) :]):
            wrong.append(line)
        kept.append(record[: len(header)])
    if wrong:
        raise OwnDataError(
            f"{name} has {len(header)} columns, and {len(wrong):,} of its {len(kept):,} rows have more or fewer: see "
            f"line {_some(f'{line:,}' for line in wrong)}. A text that holds {_DELIMITERS[delimiter]} or line breaks "
            "must stand in quotes; a spreadsheet does that when it saves as CSV."
        )
    if not kept:
        raise OwnDataError(f"{name} has a first line and no rows below it. Save it again, with its rows.")
    names = [each or f"column {place}" for place, each in enumerate(header, 1)]
    frame = pd.DataFrame(kept, columns=names, dtype=object)
    frame.attrs.update(lines=[line for line, _ in records[1:]], delimiter=delimiter)
    return frame


# ---- its columns and rows


def _plain(name: str) -> str:
    return name.strip().strip('"').lower()


def _columns(raw, text, label, origin, raters, group, name: str, notes: list[str]) -> dict[str, str]:
    """Which column of the file is which: a mapping from our name to the file's."""
    known = {_plain(each): each for each in raw.columns}
    if len(known) < len(raw.columns):
        known |= {each: each for each in raw.columns}

    def called(said):
        return said if said in raw.columns else known.get(_plain(str(said)))

    if called(text) is None or called(label) is None or called(text) == called(label):
        raise OwnDataError(_ask(raw, text, label, called, name))
    columns = {"text": called(text), "label": called(label)}
    for knob, said in (("ORIGIN", origin), ("GROUP", group)):
        if said is not None and called(said) is not None:
            columns[knob.lower()] = called(said)
        elif said not in (None, "origin"):
            raise OwnDataError(f"{knob} = {said!r} is no column of {name}; it has {_some(raw.columns, 12)}.")
    lost = [each for each in raters if called(each) is None]
    if lost:
        raise OwnDataError(f"RATERS names {_some(lost)}; {name} has {_some(raw.columns, 12)}.")
    taken = set(columns.values())
    chosen = [called(each) for each in raters] or [each for each in raw if re.match("rater|annotator", _plain(each))]
    columns |= {each: each for each in chosen if each not in taken}
    if "id" in known and known["id"] not in taken:
        columns["id"] = known["id"]
    if "origin" not in columns:
        notes.append("There is no column origin, so every row counts as written and labelled by people.")
    return columns


def _ask(raw: pd.DataFrame, text: str, label: str, called, name: str) -> str:
    """Which is the text, which is the label? With a guess at each."""
    if called(text) is not None and called(text) == called(label):
        return f"TEXT and LABEL are both {text!r}. Name two columns of {name}: {_some(raw.columns, 12)}."
    if any(each.count(" ") > 3 or len(each) > 40 for each in raw.columns):
        return (
            f"The first line of {name} looks like a row. Put a line above it with a name for each column, such as "
            f"{','.join(['text', 'label', *(f'more{place}' for place in range(1, raw.shape[1] - 1))])}."
        )
    lacking = " and ".join(repr(each) for each in (text, label) if called(each) is None)
    return (
        f"{name} has no column {lacking}. Its columns are {_some(raw.columns, 12)}. Which is the text, which the "
        f"label? Put their names into the knobs TEXT and LABEL. {_guess(raw.head(2000))}"
    )


def _guess(sample: pd.DataFrame) -> str:
    """The column with the longest texts, and the last one with few values: labels are added behind the rest."""
    words = sample.apply(lambda column: column.str.split().str.len().mean())
    if words.max() < 1.5:
        return "Or is the first line a row already? Then put a line with names above it."
    values = sample.drop(columns=words.idxmax()).nunique()
    few = values[(values > 1) & (values <= min(MOST_LABELS, max(2, len(sample) // 5)))]
    label = f' and LABEL = "{few.index[-1]}" ({few.iloc[-1]} different values)' if len(few) else ""
    return f'Perhaps TEXT = "{words.idxmax()}"{label}?'


def _rows(raw: pd.DataFrame, columns: dict[str, str], name: str, notes: list[str]) -> tuple[pd.DataFrame, int]:
    """The rows that can be used, and how many have a text and no label."""
    rows = pd.DataFrame({ours: raw[theirs].str.strip() for ours, theirs in columns.items()})
    _check_swallowed(raw, rows, name)
    errors = rows.apply(lambda column: column.str.lower().isin(_EXCEL_ERRORS))
    if wrong := int(errors.to_numpy().sum()):
        notes.append(f"{_count(wrong, 'cell')} held an error of a spreadsheet, such as #NV or #N/A: taken as empty.")
    rows = rows.mask(errors | rows.apply(lambda column: column.str.lower().isin(_EMPTY)))
    rows = rows.set_index(_ids(rows, notes))
    if empty := int(rows["text"].isna().sum()):
        notes.append(f"Left out: {_count(empty, 'row')} without a text.")
        rows = rows[rows["text"].notna()]
    if not len(rows):
        raise OwnDataError(f"No row of {name} has a text in the column {columns['text']!r}. Is it the right one?")
    rows["origin"] = _origin(rows, columns, name, notes)
    rows = rows[rows["origin"].notna()]
    if (distinct := rows["text"].nunique()) < 2:
        raise OwnDataError(f"All {len(rows):,} texts are the same. Is {columns['text']!r} the right column?")
    if distinct < len(rows) / 10:
        notes.append(f"There are only {distinct:,} different texts in {len(rows):,} rows.")
    if damaged := int(rows["text"].str.contains(_DAMAGED).sum()):
        notes.append(
            f"Signs such as Ã© or â€™ stand in {_count(damaged, 'text')}: a program once read them in a wrong encoding."
        )
    if long := int((rows["text"].str.len() > MOST_LETTERS).sum()):
        notes.append(f"Of {_count(long, 'long text')} only the first {MOST_LETTERS:,} letters are used.")
        rows["text"] = rows["text"].str.slice(0, MOST_LETTERS)
    if "group" not in rows:
        rows["group"] = None
    without = int(rows["label"].isna().sum())
    if without:
        notes.append(f"Left out: {_count(without, 'row')} with a text and no label.")
    rows = rows[rows["label"].notna()]
    if not len(rows):
        raise OwnDataError(f"No row of {name} has a label in the column {columns['label']!r}. Is it the right one?")
    rows["label"] = _labels(rows["label"], columns["label"], name, notes)
    return rows, without


def _check_swallowed(raw: pd.DataFrame, rows: pd.DataFrame, name: str) -> None:
    """A quote that is closed by the next one swallows whole rows; they show as lines that end with a label."""
    broken = rows["text"].str.contains("\n")
    if not broken.any():
        return
    sign = raw.attrs["delimiter"]
    labels = set(rows.loc[~broken, "label"].value_counts().head(MOST_LABELS).index) - {""}
    for place in np.flatnonzero(broken):
        lines = rows["text"].iloc[place].splitlines()
        swallowed = [each for each in lines if sign in each and set(map(str.strip, each.split(sign)[1:])) & labels]
        if swallowed:
            raise OwnDataError(
                f'{name}: the text on line {raw.attrs["lines"][place]:,} holds whole rows of the table. A quote (") '
                "is opened there and closed in a later row. Take it out, or close it."
            )


def _ids(rows: pd.DataFrame, notes: list[str]) -> pd.Index:
    numbers = pd.Index([f"row {place}" for place in range(1, len(rows) + 1)], name="id")
    if "id" not in rows:
        return numbers
    ids = rows.pop("id")
    again = int(ids.duplicated().sum() + ids.isna().sum())
    if again:
        notes.append(
            f"The column id has gaps or the same id twice ({_count(again, 'row')}), so rows are counted instead."
        )
        return numbers
    return pd.Index(ids, name="id")


def _origin(rows: pd.DataFrame, columns: dict[str, str], name: str, notes: list[str]) -> pd.Series:
    if "origin" not in rows:
        return pd.Series("human", rows.index)
    origin = rows["origin"].str.lower()
    strange = rows["origin"][origin.notna() & ~origin.isin(_ORIGINS)].value_counts()
    if len(strange):
        raise OwnDataError(
            f"The column {columns['origin']!r} of {name} must say human or machine; it also says "
            f"{_some(f'{_short(each)!r} ({count:,} rows)' for each, count in strange.items())}. Replace these words: "
            "machine is what a model wrote, changed or labelled."
        )
    if empty := int(origin.isna().sum()):
        notes.append(f"Left out: {_count(empty, 'row')} without an origin. Nobody knows whether to test on them.")
    return origin


def _labels(labels: pd.Series, column: str, name: str, notes: list[str]) -> pd.Series:
    """Labels as words: 1.0 is 1; capitals, blanks and signs that nobody sees make no other label."""
    before = labels.nunique()
    labels = labels.str.normalize("NFC").str.replace(_UNSEEN, "", regex=True).str.split().str.join(" ")
    labels = labels.str.replace(r"^(-?\d+)\.0+$", r"\1", regex=True)
    spelled = labels.groupby(labels.str.lower()).agg(lambda each: each.value_counts().index[0])
    joined = labels.str.lower().map(spelled)
    if before > joined.nunique():
        alike = "Labels that differ alone in capitals, blanks, unseen signs or a .0 were joined"
        notes.append(f"{alike}: {before} became {joined.nunique()}.")
    values = joined.value_counts()
    numbers = pd.to_numeric(values.index.to_series(), errors="coerce").notna().all()
    if values.index.str.len().to_series().median() > 60:
        raise OwnDataError(f"What stands in the column {column!r} of {name} are texts, no labels. Is it the right one?")
    if len(values) > MOST_LABELS:
        mend = "cut the numbers into a few classes" if numbers else "join the rare ones under one name"
        raise OwnDataError(
            f"The column {column!r} of {name} has {len(values):,} different values, and this lesson takes at most "
            f"{MOST_LABELS} labels. Is it the right column? If it is, {mend}."
        )
    if len(values) == 1:
        raise OwnDataError(
            f"Every label in the column {column!r} of {name} is {_short(values.index[0])!r}, so nothing can be told "
            "apart. Add rows with another label."
        )
    if numbers and len(values) > 2:
        notes.append(f"The {len(values)} labels are numbers, and count as names: that 4 is close to 5 is not used.")
    return joined


def _enough(rows: pd.DataFrame, name: str, notes: list[str]) -> pd.DataFrame:
    """Rows of labels that people gave often enough."""
    people = rows[rows["origin"] == "human"]
    if people.empty:
        raise OwnDataError(
            f"{name} has no row by people, so nothing in it can be tested on: what a machine wrote flatters a "
            f"model that learned from it. Have people label {LEAST_ROWS} real inputs, and add them."
        )
    if len(people) < LEAST_ROWS:
        raise OwnDataError(
            f"{name} has {len(people)} rows by people with a label, and {LEAST_ROWS} are the least from which anything "
            f"can be read; 500 are a good start. Have {LEAST_ROWS - len(people)} more labelled."
        )
    counts = people["label"].value_counts()
    rare = counts[counts < LEAST_A_LABEL].index.tolist() + sorted(set(rows["label"]) - set(counts.index))
    if len(counts) - sum(each in counts.index for each in rare) < 2:
        raise OwnDataError(
            f"Fewer than 2 labels of {name} have {LEAST_A_LABEL} rows by people ({_counted(counts)}). Have more "
            "rows of the rare ones labelled, or join labels."
        )
    if rare:
        kept = rows[~rows["label"].isin(rare)]
        notes.append(
            f"Left out: {_count(len(rows) - len(kept), 'row')} with labels that have fewer than {LEAST_A_LABEL} rows "
            f"by people: {_some(repr(_short(each)) for each in rare)}. Join these labels to others, or have more of "
            "them labelled."
        )
        return kept
    return rows


def _compared(rows: int) -> int:
    return max(400, COMPARED_LETTERS // rows)


def _counted(counts: pd.Series) -> str:
    return _some(f"{_short(label)}: {count:,}" for label, count in counts.items())


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _short(label: str) -> str:
    return label if len(label) <= 30 else f"{label[:27]}..."


def _some(names, most: int = NAMED) -> str:
    names = list(map(str, names))
    return ", ".join(names[:most]) + (f" and {len(names) - most:,} more" if len(names) > most else "")
