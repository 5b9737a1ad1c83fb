"""The tables are what the catalog says, down to the last row; a missing cache gets one clear sentence.

That files, catalog and cards agree is a house rule (rules/pages.py).
"""

import ast
import hashlib
import io
import tarfile
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.course import datasets
from helpers.course.fetch import archive

FOLDER = Path(__file__).parents[1] / "datasets"
CATALOG = tomllib.loads((FOLDER / "catalog.toml").read_text(encoding="utf-8"))
SETS = {name: card for name, card in CATALOG.items() if name != "machine_written"}


@pytest.mark.parametrize("domain", datasets.DOMAINS)
def test_every_sentence_and_rating_loads(domain):
    sentences, ratings = datasets.rated_sentences(domain), datasets.ratings(domain)
    assert len(sentences) == CATALOG["hutto"]["rows"][domain]
    assert list(sentences) == ["item", "document", "text", "mean_rating", "raters"]
    assert sentences["item"].is_unique and sentences["text"].str.len().min() > 0
    assert list(ratings) == ["item", "rater", "rating"]
    assert ratings["rater"].is_unique, "no rater id may recur: the columns are not people"
    assert ratings["rating"].between(-4, 4).all()
    by_item = ratings.groupby("item")["rating"].agg(["mean", "size"]).loc[sentences["item"]]
    np.testing.assert_allclose(by_item["mean"], sentences["mean_rating"])
    np.testing.assert_array_equal(by_item["size"], sentences["raters"])


def test_all_ratings_together():
    assert sum(len(datasets.ratings(domain)) for domain in datasets.DOMAINS) == CATALOG["hutto"]["rows"]["ratings"]


def test_sentences_and_ratings_are_read_as_the_source_has_them():
    """An independent, slow reading of two files, with the standard library's parser for the lists."""
    with tarfile.open(archive()) as tar:
        raw = tar.extractfile("hutto_ICWSM_2014/amazonReviewSnippets_anonDataRatings.txt").read().decode("utf-8-sig")
    expected = {row.split("\t")[0]: ast.literal_eval(row.split("\t")[3].strip()) for row in io.StringIO(raw)}
    found = datasets.ratings("amazon").groupby("item")["rating"].agg(list).to_dict()
    assert found == expected
    assert datasets.rated_sentences("amazon")["item"].iloc[0] == "1_1", "the byte-order mark is no part of the id"


def test_documents():
    amazon, tweets = datasets.rated_sentences("amazon"), datasets.rated_sentences("tweets")
    assert amazon["document"].nunique() == 300  # the numbers go up to 309, with gaps
    assert (amazon["item"].str.startswith(amazon["document"].iloc[0] + "_") == (amazon["document"] == "1")).all()
    assert (tweets["document"] == tweets["item"]).all()


def test_tweet_means_follow_the_ratings():
    with tarfile.open(archive()) as tar:
        raw = tar.extractfile("hutto_ICWSM_2014/tweets_GroundTruth.txt").read().decode("utf-8-sig")
    stated = np.array([float(row.split("\t")[1]) for row in raw.split("\n") if row.strip()])
    assert int((np.abs(stated - datasets.rated_sentences("tweets")["mean_rating"]) > 0.01).sum()) == 196


def test_unknown_domain():
    with pytest.raises(ValueError, match="domain must be one of tweets, amazon, movies, nyt; got 'films'"):
        datasets.rated_sentences("films")


def test_missing_cache_is_one_sentence_with_the_command(tmp_path, monkeypatch):
    monkeypatch.setenv("KIT_CACHE", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="helpers fetch"):
        datasets.rated_sentences("movies")


def test_damaged_cache_is_not_read(tmp_path, monkeypatch):
    (tmp_path / archive().name).write_bytes(archive().read_bytes()[:-1] + b"x")
    monkeypatch.setenv("KIT_CACHE", str(tmp_path))
    with pytest.raises(ValueError, match="helpers fetch"):
        datasets.ratings("movies")


@pytest.mark.parametrize("name", [name for name, card in SETS.items() if "file" in card])
def test_every_row_of_a_file_loads(name):
    assert len(getattr(datasets, name)()) == SETS[name]["rows"]


def test_packaged_data_are_what_the_catalog_says():
    images, labels = datasets.digits()
    visits = datasets.doctor_visits()
    found = {
        "digits": (len(images), images.astype("u1").tobytes() + labels.astype("u1").tobytes()),
        "doctor_visits": (len(visits), np.ascontiguousarray(visits.to_numpy("<f8")).tobytes()),
    }
    for name, (rows, content) in found.items():
        assert (rows, hashlib.sha256(content).hexdigest()) == (SETS[name]["rows"], SETS[name]["sha256"])


def test_items_of_the_machine_files_are_items_of_the_sentences():
    known = {domain: set(datasets.rated_sentences(domain)["item"]) for domain in datasets.DOMAINS}
    for load in (
        datasets.machine_ratings,
        datasets.prelabels,
        datasets.shown_to_model,
        datasets.predicted_distributions,
        datasets.rule_scores,
    ):
        table = load()
        strangers = [
            item for domain, item in zip(table["domain"], table["item"], strict=True) if item not in known[domain]
        ]
        assert strangers == [], load.__name__


def test_sentences_that_people_and_the_machine_rated():
    sentences, ratings = datasets.rated_by_both()
    assert len(sentences) == 300 and sentences.index.is_unique
    for table in ratings.values():
        assert list(table.columns) == ["item", "rater", "rating"]
        assert set(table["item"]) == set(sentences.index)
        assert not table.duplicated(["item", "rater"]).any()
        assert table["rating"].between(-4, 4).all()
    assert (ratings["predicted"].groupby("item").size() == 20).all()


def test_joined_ratings_are_those_of_the_files():
    sentences, ratings = datasets.rated_by_both()
    people = ratings["people"].groupby("item")["rating"].mean()
    np.testing.assert_allclose(people[sentences.index], sentences["mean_rating"])
    row = datasets.predicted_distributions().set_index(["domain", "item"]).loc[("amazon", "101_2")]
    imagined = ratings["predicted"].query("item == 'amazon:101_2'")["rating"]
    assert imagined.value_counts().to_dict() == {1: row["p1"], 2: row["p2"], 3: row["p3"], 4: row["p4"]}
    said = datasets.machine_ratings().query("domain == 'amazon' and item == '101_2' and style == 'persona'")
    found = ratings["personas"].query("item == 'amazon:101_2'")
    assert found.set_index("rater")["rating"].to_dict() == said.set_index("rater")["rating"].to_dict()


def test_tables_are_frames_of_their_own():
    """A learner who changes a table must not change what the next call returns."""
    first = datasets.rated_sentences("amazon")
    first["mean_rating"] = 0.0
    assert isinstance(first, pd.DataFrame) and datasets.rated_sentences("amazon")["mean_rating"].abs().max() > 0


def test_movie_labels_keep_the_gold_clean():
    table = datasets.movie_labels()
    assert table.index.is_unique
    gold = table[table["part"] == "gold"]
    given = {*datasets.shown_to_model()["item"], *datasets.machine_ratings().query("domain == 'movies'")["item"]}
    assert not given & set(gold.index) and gold["machine"].isna().all()
    assert set(gold["people"]) == {-1, 1}
    assert set(table.loc[table["part"].isin(["labelled", "written"]), "machine"]) == {-1, 0, 1}
    assert table.loc[table["part"] != "written", ["people", "person"]].notna().all(axis=None)
    other = datasets.movie_labels(gold_items=500, gold_seed=1)
    assert (other["part"] == "gold").sum() == 500
    pd.testing.assert_series_equal(other["person"], table["person"])


def test_prelabelled_sentences_keep_their_domains_apart():
    sentences, people = datasets.prelabelled()
    assert sentences["domain"].value_counts().to_dict() == {"movies": 800, "tweets": 450, "nyt": 450}
    assert set(people["item"]) == set(sentences.index) and sentences.index.is_unique
    means = people.groupby("item")["rating"].mean()[sentences.index]
    np.testing.assert_allclose(means, sentences["mean_rating"])
    assert sentences["document"].str.startswith("nyt:").sum() == 450
    rules = datasets.rule_scores()
    assert (rules["domain"] + ":" + rules["item"]).tolist() == sentences.index.tolist()
