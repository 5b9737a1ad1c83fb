"""The data of the lessons, as tidy tables.

Human ratings and sentences come from the cache that `python -m helpers fetch` fills; machine-written files and
everything else are in the checkout or in an installed package. `datasets/README.md` has a card for each set.
"""

import re
import tarfile
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import load_digits

from helpers.course.fetch import archive

__all__ = [
    "DOMAINS",
    "digits",
    "doctor_visits",
    "machine_chains",
    "machine_ratings",
    "machine_reviews",
    "movie_labels",
    "ner_sentences",
    "own_table_example",
    "predicted_distributions",
    "prelabelled",
    "prelabels",
    "prices",
    "rated_by_both",
    "rated_sentences",
    "ratings",
    "rule_scores",
    "shown_to_model",
]

MACHINE_WRITTEN = Path(__file__).parents[2] / "datasets" / "machine_written"

# domain -> how its two files in the archive begin
_FILES = {
    "tweets": "tweets",
    "amazon": "amazonReviewSnippets",
    "movies": "movieReviewSnippets",
    "nyt": "nytEditorialSnippets",
}
DOMAINS = tuple(_FILES)

# m4 ... p4: how many people rate -4 ... 4
_RATING_OF_COLUMN = dict(zip(["m4", "m3", "m2", "m1", "z0", "p1", "p2", "p3", "p4"], range(-4, 5), strict=True))

# one name with its kind, [Marta Lindqvist|PER], or one word
_NAME_OR_WORD = re.compile(r"\[([^\[\]|]+)\|([A-Z]+)\]|(\S+)")

# Sentences of one document stand together in these two; in the others each sentence stands for itself.
_DOMAINS_WITH_DOCUMENTS = {"amazon", "nyt"}


def rated_sentences(domain: str) -> pd.DataFrame:
    """Human-written sentences with the mean of their human ratings.

    Parameters
    ----------
    domain : {"tweets", "amazon", "movies", "nyt"}

    Returns
    -------
    DataFrame, one row a sentence, in the order of the source (4,200 tweets, 3,708 amazon, 10,605 movies, 5,190 nyt)
        `item` (str, the id in the source), `document` (str; the review or article it stands in, for tweets and
        movies the item itself), `text` (str), `mean_rating` (float, -4 to 4) and `raters` (int, how many ratings).
        The mean is computed from the ratings: in the tweets' file of means 196 rows disagree with them.

    Raises
    ------
    ValueError
        For another domain, or a damaged cache.
    FileNotFoundError
        When the human text has not been fetched; the message has the command.

    Examples
    --------
    >>> movies = rated_sentences("movies")
    >>> len(movies), list(movies.columns)
    (10605, ['item', 'document', 'text', 'mean_rating', 'raters'])
    """
    items, texts, raters, values = _read(_check_domain(domain))
    mean = np.add.reduceat(values, np.r_[0, raters.cumsum()[:-1]]) / raters
    document = [item.split("_")[0] for item in items] if domain in _DOMAINS_WITH_DOCUMENTS else items
    columns = {"item": items, "document": document, "text": texts, "mean_rating": mean, "raters": raters}
    return pd.DataFrame(columns)


def ratings(domain: str) -> pd.DataFrame:
    """Every single human rating, as a long table.

    Parameters
    ----------
    domain : {"tweets", "amazon", "movies", "nyt"}

    Returns
    -------
    DataFrame, one row a rating
        `item` (str), `rater` (str, `item:position`) and `rating` (int, -4 to 4). No rater recurs on a second item:
        the source lists ratings in columns, and the columns are not people.

    Raises
    ------
    ValueError, FileNotFoundError
        As `rated_sentences`.

    Examples
    --------
    >>> table = ratings("amazon")
    >>> int(table.groupby("item").size().min())
    20
    """
    items, _, raters, values = _read(_check_domain(domain))
    rater = [f"{item}:{place}" for item, count in zip(items, raters, strict=True) for place in range(count)]
    return pd.DataFrame({"item": np.repeat(items, raters), "rater": rater, "rating": values})


def machine_reviews() -> pd.DataFrame:
    """2,400 machine-written sentences of movie reviews, with the rating that the writer meant.

    Returns
    -------
    DataFrame
        `id`, `recipe` (zero_shot, few_shot, attributes), `batch` (8 contexts of 300 sentences), `rating` (int, -4 to
        4, never 0; what the writer meant), `checked_rating` (int; what a second, blind context gave it), `text`.

    Examples
    --------
    >>> machine_reviews().groupby("recipe").size().to_dict()
    {'attributes': 600, 'few_shot': 900, 'zero_shot': 900}
    """
    return _machine_written("reviews.csv")


def machine_ratings() -> pd.DataFrame:
    """14 machine ratings of each of 300 human-written sentences.

    Returns
    -------
    DataFrame
        `domain` (tweets, amazon, movies), `item`, `rater` (n1-n8, p1-p6: these do recur), `style` (plain, persona)
        and `rating` (int, -4 to 4).

    Examples
    --------
    >>> machine_ratings()["rater"].nunique()
    14
    """
    return _machine_written("ratings.csv")


def predicted_distributions() -> pd.DataFrame:
    """How the model thinks that 20 people would rate each of the same 300 sentences.

    Returns
    -------
    DataFrame
        `domain`, `item` and the counts `m4 ... m1, z0, p1 ... p4` of the ratings -4 to 4, which sum to 20.

    Examples
    --------
    >>> table = predicted_distributions()
    >>> set(table.drop(columns=["domain", "item"]).sum(axis=1).astype(int))
    {20}
    """
    return _machine_written("predicted_distributions.csv")


def rated_by_both() -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """The 300 sentences that people and the machine rated, with all ratings of each.

    Returns
    -------
    sentences : DataFrame, index item (such as "amazon:274_3": with the domain, because ids recur across domains)
        As `rated_sentences`, and `domain`.
    ratings : dict of DataFrames with the columns item, rater, rating
        `people`: about 20 a sentence. `repeats`: the machine, asked the plain question 8 times. `personas`: the
        machine, answering as 6 people would. `predicted`: 20 ratings a sentence, as the machine thinks people answer.

    Raises
    ------
    FileNotFoundError
        As `rated_sentences`.

    Examples
    --------
    >>> sentences, ratings = rated_by_both()
    >>> {name: len(table) for name, table in ratings.items()}
    {'people': 7547, 'repeats': 2400, 'personas': 1800, 'predicted': 6000}
    """
    machine, counts = _named(machine_ratings()), _named(predicted_distributions())
    domains = machine["domain"].unique()
    sentences = _together(rated_sentences, domains)
    sentences = sentences[sentences["item"].isin(machine["item"])].set_index("item")
    people = _together(ratings, domains)
    people["rater"] = people["domain"] + ":" + people["rater"]
    counts = counts.melt(["domain", "item"], var_name="rating", value_name="times")
    counts["rating"] = counts["rating"].map(_RATING_OF_COLUMN)
    predicted = counts.loc[counts.index.repeat(counts["times"])].sort_values(["item", "rating"])
    tables = {
        "people": people[people["item"].isin(sentences.index)],
        "repeats": machine[machine["style"] == "plain"],
        "personas": machine[machine["style"] == "persona"],
        "predicted": predicted.assign(rater=predicted.groupby("item").cumcount()),
    }
    columns = ["item", "rater", "rating"]
    return sentences, {name: table[columns].reset_index(drop=True) for name, table in tables.items()}


def movie_labels(gold_items: int = 3000, gold_seed: int = 0) -> pd.DataFrame:
    """All that can be trained on, and the gold, of the task of the first lesson: is a movie sentence positive?

    Parameters
    ----------
    gold_items : int, 2 or more
        How many sentences with a clear sign are kept for testing; at most half of those that the model was not given.
    gold_seed : int
        Which.

    Returns
    -------
    DataFrame, index unique ids of sentences
        `text`; `part`: `gold`, `pool` (human labels can be bought), `example` (30 that the model was shown), `labelled`
        (800 that the model rated), `written` (2,400 that it wrote) or `kept out`. Labels, -1, 0 or 1: `people` (the
        sign of the mean of about 20 people; 0 where it is less than half a point from 0), `person` (one person drawn
        at random, the same in every call), `machine` (what the model rated, or meant when it wrote). Missing where
        there is none. `recipe`, `batch` and `checked` (the sign that a second, blind context gave) of written ones.

    Raises
    ------
    FileNotFoundError
        As `rated_sentences`.

    Examples
    --------
    >>> movie_labels()["part"].value_counts().to_dict()
    {'pool': 6705, 'gold': 3000, 'written': 2400, 'labelled': 800, 'kept out': 70, 'example': 30}
    """
    human = rated_sentences("movies").set_index("item")
    human["people"] = np.sign(human["mean_rating"]).where(human["mean_rating"].abs() >= 0.5, 0)
    drawn = ratings("movies").sample(frac=1, random_state=0).drop_duplicates("item").set_index("item")
    human["person"] = np.sign(drawn["rating"])
    rated = prelabels().query("domain == 'movies'").set_index("item")["rating"]
    human["machine"] = np.sign(rated)
    shown = shown_to_model().query("domain == 'movies'").set_index("item")["use"]
    given = [*rated.index, *shown.index, *machine_ratings().query("domain == 'movies'")["item"]]
    clear = human[human["people"] != 0].drop(given, errors="ignore")
    gold = clear.sample(min(gold_items, len(clear) // 2), random_state=gold_seed).index
    human["part"] = "pool"
    for part, ids in {"gold": gold, "kept out": shown.index, "labelled": rated.index}.items():
        human.loc[human.index.isin(ids), "part"] = part
    human.loc[shown.index[shown == "few_shot_example"], "part"] = "example"
    written = machine_reviews().set_index("id").assign(part="written")
    written["machine"], written["checked"] = np.sign(written["rating"]), np.sign(written["checked_rating"])
    columns = ["text", "part", "people", "person", "machine", "recipe", "batch", "checked"]
    return pd.concat([human, written])[columns].rename_axis("id")


def prelabelled() -> tuple[pd.DataFrame, pd.DataFrame]:
    """The 1,700 sentences that the machine rated once, and all human ratings of them.

    Returns
    -------
    sentences : DataFrame, index item (such as "nyt:274_3")
        As `rated_sentences`, with `domain`, `document` (with the domain before it) and `machine` (int, -4 to 4).
    people : DataFrame with the columns item, rater, rating

    Raises
    ------
    FileNotFoundError
        As `rated_sentences`.

    Examples
    --------
    >>> sentences, people = prelabelled()
    >>> len(sentences), people["item"].nunique()
    (1700, 1700)
    """
    machine = _named(prelabels()).set_index("item")["rating"]
    domains = prelabels()["domain"].unique()
    sentences = _together(rated_sentences, domains)
    sentences = sentences.set_index("item").loc[machine.index].assign(machine=machine)
    sentences["document"] = sentences["domain"] + ":" + sentences["document"]
    people = _together(ratings, domains)
    people = people[people["item"].isin(machine.index)]
    people["rater"] = people["domain"] + ":" + people["rater"]
    return sentences, people[["item", "rater", "rating"]].reset_index(drop=True)


def machine_chains() -> pd.DataFrame:
    """Two recorded chains of a language model that reads its own output, 5 generations each.

    Returns
    -------
    DataFrame
        `chain` (replace, anchored), `generation` (1 to 5), `n` (place in its generation) and `text`.

    Examples
    --------
    >>> machine_chains()["generation"].max().item()
    5
    """
    return _machine_written("chains.csv")


def prelabels() -> pd.DataFrame:
    """One machine rating for each of 1,700 human-written sentences.

    Returns
    -------
    DataFrame
        `domain` (800 movies, 450 tweets, 450 nyt, drawn at random), `item` and `rating` (int, -4 to 4, zeros
        included).

    Examples
    --------
    >>> len(prelabels())
    1700
    """
    return _machine_written("prelabels.csv")


def rule_scores() -> pd.DataFrame:
    """What the rules of a program from 2014 say about the sentences of `prelabels`.

    Returns
    -------
    DataFrame
        `domain`, `item` and `compound` (float, -1 to 1): the score of VADER, a list of words with rules. By its
        authors' convention -0.05 and below is negative, 0.05 and above positive.

    Examples
    --------
    >>> rule_scores()["compound"].between(-1, 1).all().item()
    True
    """
    return pd.read_csv(MACHINE_WRITTEN.parent / "rule_scores.csv", dtype={"item": str}, encoding="utf-8")


def shown_to_model() -> pd.DataFrame:
    """The 100 human items that the model was shown; keep them out of every test set.

    Returns
    -------
    DataFrame
        `use` (few_shot_example, chain_seed, chain_anchor), `domain`, `item` and `generation` (missing for the first).

    Examples
    --------
    >>> len(shown_to_model())
    100
    """
    return _machine_written("shown_to_model.csv")


def ner_sentences() -> pd.DataFrame:
    """240 machine-written sentences in which the names of people, organisations and places are marked.

    Returns
    -------
    DataFrame, one row a sentence
        `id` (S001 to S240), `tokens` (list of words, punctuation apart) and `tags` (list of BIO tags, one a word:
        `B-PER` begins a name, `I-PER` goes on with it, `O` is none; kinds PER, ORG, LOC).

    Examples
    --------
    >>> sentence = ner_sentences().loc[8]
    >>> list(zip(sentence["tokens"], sentence["tags"]))[:4]
    [('Talks', 'O'), ('between', 'O'), ('Oslo', 'B-LOC'), ('and', 'O')]
    """
    table = pd.read_csv(MACHINE_WRITTEN.parent / "ner_sentences.csv", encoding="utf-8")
    tokens, tags = zip(*map(_tagged, table["text"]), strict=True)
    return pd.DataFrame({"id": table["id"], "tokens": tokens, "tags": tags})


def prices() -> pd.DataFrame:
    """Prices that the source articles state for labelling, generating and checking data.

    Returns
    -------
    DataFrame, index `id`
        `input` (the field of `Plan` in cost.py that the row can fill; missing where none), `what`, `low`, `high`,
        `unit`, `modality`, `domain`, `source`, `date` (of the source; NaT where it has none) and `note`. They are
        claims of firms that sell labels, some without a date: enter your own before you decide anything.

    Examples
    --------
    >>> prices().loc["human_label_image", ["low", "high"]].astype(float).tolist()
    [0.15, 0.8]
    """
    return pd.read_csv(MACHINE_WRITTEN.parent / "prices.csv", index_col="id", parse_dates=["date"], encoding="utf-8")


def own_table_example() -> pd.DataFrame:
    """A table as a reader's own could be, as it is committed: the texts of people's rows are not in it.

    `own_data.example_file` puts them in.

    Returns
    -------
    DataFrame of str
        `id`, `text` (empty for rows by people), `label` (positive, negative, or empty), `origin` (human, machine),
        `rater_1` to `rater_3` (-4 to 4, empty for rows by the machine).

    Examples
    --------
    >>> own_table_example()["origin"].value_counts().to_dict()
    {'human': 3000, 'machine': 900}
    """
    return pd.read_csv(
        MACHINE_WRITTEN.parent / "own_table_example.csv", dtype=str, keep_default_na=False, encoding="utf-8"
    )


def digits() -> tuple[np.ndarray, np.ndarray]:
    """Handwritten digits, from scikit-learn.

    Returns
    -------
    images : ndarray (1797, 8, 8), 0 (paper) to 16 (ink)
    labels : ndarray (1797,), 0 to 9

    Examples
    --------
    >>> images, labels = digits()
    >>> images.shape, float(images.max())
    ((1797, 8, 8), 16.0)
    """
    data = load_digits()
    return data.images, data.target


def doctor_visits() -> pd.DataFrame:
    """Visits to the doctor in the RAND Health Insurance Experiment, from statsmodels.

    Returns
    -------
    DataFrame, one row a person and year (20,190)
        The columns of statsmodels' `randhie`: `mdvis` (visits in the year), then `lncoins`, `idp`, `lpi`, `fmde`,
        `physlm`, `disea`, `hlthg`, `hlthf`, `hlthp`. A person has several years and the table has no person id, so a
        random split puts the same people on both sides. Rows that are equal in all columns but the first are one
        person's years, or those of people alike: keep them on one side.

    Examples
    --------
    >>> visits = doctor_visits()
    >>> len(visits), round(float((visits["mdvis"] >= 20).mean()), 3)
    (20190, 0.011)
    """
    from statsmodels.datasets import randhie  # takes a second to import, and one lesson needs it

    return randhie.load_pandas().data


def _named(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(item=table["domain"] + ":" + table["item"])


def _together(load: Callable[[str], pd.DataFrame], domains: Iterable[str]) -> pd.DataFrame:
    """The tables of several domains in one, each item with its domain before it."""
    return pd.concat([_named(load(domain).assign(domain=domain)) for domain in domains])


def _check_domain(domain: str) -> str:
    if domain not in DOMAINS:
        raise ValueError(f"domain must be one of {', '.join(DOMAINS)}; got {domain!r}.")
    return domain


def _machine_written(name: str) -> pd.DataFrame:
    # Ids such as "1788" are names, not numbers, wherever they stand.
    return pd.read_csv(MACHINE_WRITTEN / name, dtype={"item": str}, encoding="utf-8")


def _tagged(text: str) -> tuple[list[str], list[str]]:
    tokens, tags = [], []
    for name, kind, word in _NAME_OR_WORD.findall(text):
        words = name.split() or [word]
        tokens += words
        tags += [f"B-{kind}"] + [f"I-{kind}"] * (len(words) - 1) if kind else ["O"]
    return tokens, tags


def _read(domain: str) -> tuple[list[str], list[str], np.ndarray, np.ndarray]:
    """Items, texts, number of ratings per item, and all ratings one after the other; shared, not to be written to."""
    path = archive()
    return _parse(path, path.stat().st_mtime_ns, domain)


@lru_cache(maxsize=len(_FILES))
def _parse(path: Path, changed: int, domain: str) -> tuple[list[str], list[str], np.ndarray, np.ndarray]:
    # `changed` is part of the key, so a file fetched anew is read anew.
    with tarfile.open(path) as tar:
        sentences = _rows(tar, f"{_FILES[domain]}_GroundTruth.txt")
        lists = {row[0]: row[3].strip("[] ") for row in _rows(tar, f"{_FILES[domain]}_anonDataRatings.txt")}
    items = [row[0] for row in sentences]
    ordered = [lists[item] for item in items]
    counts = np.array([values.count(",") + 1 for values in ordered])
    # One split for half a million ratings: a tenth of the time of one a sentence.
    return items, [row[2] for row in sentences], counts, np.array(",".join(ordered).split(","), dtype=int)


def _rows(tar: tarfile.TarFile, name: str) -> list[list[str]]:
    text = tar.extractfile(f"hutto_ICWSM_2014/{name}").read().decode("utf-8-sig")  # one file has a byte-order mark
    return [line.split("\t") for line in text.replace("\r\n", "\n").split("\n") if line]
