"""Tables of ratings that every helper which takes one must refuse, and in which words. NAME is the parameter's name."""

import numpy as np
import pandas as pd

BAD_TABLES = [
    (lambda t: t.to_dict(), TypeError, "NAME must be a DataFrame with columns item, rater, rating; got dict"),
    (lambda t: t["rating"], TypeError, "NAME must be a DataFrame .*; got Series"),
    (lambda t: t.rename(columns={"rater": "who"}), ValueError, "NAME must have the columns .*; rater not found once"),
    (lambda t: t.set_index(["item", "rater"]), ValueError, r"item, rater not found once.* reset_index\(\)"),
    (lambda t: t.drop(columns="rater"), ValueError, r"machine's rater is one judge: .assign\(rater='judge'\), or the"),
    (lambda t: pd.concat([t, t[["rating"]]], axis=1), ValueError, "NAME .*each once; rating not found once"),
    (lambda t: pd.concat({"x": t}, axis=1), ValueError, "NAME must have the columns .*; item, rater, rating not"),
    (lambda t: t.head(0), ValueError, "NAME must hold at least one rating; got an empty table"),
    (lambda t: t.assign(rating=t["rating"].where(t["item"] != 3)), ValueError, "NAME must have no gaps; .* of item 3"),
    (lambda t: t.assign(rater=t["rater"].where(t["item"] != 3)), ValueError, "NAME must have no gaps; .*Drop them"),
    (lambda t: t.assign(item=t["item"].where(t["item"] != 3)), ValueError, "NAME must have no gaps; .*of item nan"),
    (lambda t: t.assign(rating="good"), TypeError, r"NAME\['rating'\] must hold numbers; got 'good'. Map words"),
    (lambda t: t.assign(rating="4"), TypeError, r"NAME\['rating'\] must hold numbers; got '4'.*pandas.to_numeric"),
    (lambda t: t.assign(rating=["x" if k == 5 else k for k in range(len(t))]), TypeError, "got 'x'"),
    (lambda t: t.assign(rating=pd.Categorical(["good"] * len(t))), TypeError, "got 'good'"),
    (lambda t: t.assign(rating=t["rating"] + 1j), TypeError, r"NAME\['rating'\] must hold numbers; got .*j"),
    (lambda t: t.assign(rating=pd.Timestamp("2020-01-01")), TypeError, "must hold numbers; got Timestamp"),
    (
        lambda t: t.replace({"rating": {1: np.inf}}),
        ValueError,
        r"NAME\['rating'\] must hold finite numbers; \d+ are inf",
    ),
    (lambda t: t.assign(rating=t["rating"] * 1e200), ValueError, r"NAME\['rating'\] must .*or above 1e\+100"),
    (
        lambda t: pd.concat([t, t.iloc[[7]]]),
        ValueError,
        r"NAME: each rater .* once; 1 rows come again, .* rater \d+, item \d",
    ),
    (lambda t: pd.concat([t, t.head(9)]), ValueError, "NAME: each rater rates an item once; 9 rows come again"),
    (lambda t: t.assign(item=[[k] for k in t["item"]]), TypeError, r"NAME\['item'\] must hold text or numbers"),
    (lambda t: t.assign(rater=[(k, 1) for k in t["rater"]]), TypeError, r"NAME\['rater'\] must hold text or numbers"),
]
