"""Write texts with an n-gram model, and measure how varied texts are and which rare words are gone.

Words are what white space separates, so lower-case the texts and split punctuation off first if that matters. Every
count here depends on how much text there is: compare the same number of texts, and state it. Put a second human sample
of that size beside the machine's: a person's next 2,000 sentences do not repeat all your rare words either. A rare word
that a loop copies from its start corpus proves memory; ask for words of *held-out* human texts as well.

Stop using it when texts must make sense (go to transformers, and a language model), for smoothed n-gram probabilities
(NLTK's `nltk.lm`, or KenLM), for diversity that ignores length (lexicalrichness), or for languages written without
spaces (cut them into words first, with jieba or MeCab).

Sources: n-gram models, Jurafsky & Martin, "Speech and Language Processing", chapter 3; words seen once and what is
missing, Good, Biometrika (1953).
Needs: numpy. Licence: MIT.

Three lines:

    import numpy, text; human = ["a dog barks", "a cat sleeps", "a bird sings"]
    written = text.NgramModel(order=2).fit(human).sample(3, numpy.random.default_rng(0))
    print(text.text_diversity(written), text.tail_survival(human, written))
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain, repeat

import numpy as np

__all__ = ["NgramModel", "lost_words", "tail_survival", "text_diversity"]

_END = "\0"  # stands for the end of a text, so no text may hold it


class NgramModel:
    """Texts word by word: each drawn from those that followed the same `order` - 1 words in the training texts.

    Nothing is smoothed, so it knows no new word and no new run of `order` words. A text ends where a training text did
    after the same words. With order 1 there is nothing to look back at: the words are drawn one by one, and the length
    is that of a training text drawn at random.

    Parameters
    ----------
    order : int, 1 to 8
        1 words, 2 pairs, 3 triples of words.

    Examples
    --------
    >>> model = NgramModel(order=2).fit(["a dog barks", "the dog sleeps"])
    >>> model.sample(3, np.random.default_rng(0))
    ['the dog barks', 'the dog barks', 'the dog barks']
    """

    def __init__(self, order: int = 3):
        if isinstance(order, bool) or not isinstance(order, (int, np.integer)) or not 1 <= order <= 8:
            raise ValueError(f"order must be a whole number, 1 to 8; got {order!r}.")
        self.order = int(order)

    def fit(self, texts: Sequence[str]) -> NgramModel:
        """Learn from texts, at least one of them with a word; returns the model.

        Parameters
        ----------
        texts : sequence of texts

        Raises
        ------
        TypeError, ValueError
            When texts is a single text, holds something else, or has no word.
        """
        texts = _check_texts("texts", texts)
        # All texts in one go, each with an end behind it: far fewer small lists than text by text.
        words = f" {_END} ".join([*texts, ""]).split()
        code = dict(zip(dict.fromkeys([_END, *words]), range(len(words) + 1), strict=False))
        follower = np.fromiter(map(code.__getitem__, words), np.int64, len(words))
        self._words = np.array(list(code), dtype=object)
        self._lengths = np.diff(np.flatnonzero(follower == 0), prepend=-1) - 1
        if self.order == 1:
            self._follower = follower[follower > 0]
        else:
            self._index(follower)
        return self

    def _index(self, follower: np.ndarray) -> None:
        """Sort what follows (a word, or the end, 0) by what it follows."""
        place = np.arange(len(follower)) - np.repeat(np.cumsum(self._lengths + 1), self._lengths + 1)
        place += np.repeat(self._lengths + 1, self._lengths + 1)  # of a word in its text
        # The number of a context: the word before, the two words before, and so on; 0 before the first.
        context, back = np.zeros(len(follower), np.int64), np.zeros(len(follower), np.int64)
        for step in range(1, self.order):
            back[step:] = follower[:-step]
            back[place < step] = 0
            context = context * len(self._words) + back
            if 1 < step < self.order - 1:  # keep the numbers small
                context = np.unique(context, return_inverse=True)[1].reshape(-1)
        order = np.argsort(context, kind="stable")
        ranked = context[order]
        new = np.r_[True, ranked[1:] != ranked[:-1]]
        context[order] = np.cumsum(new) - 1
        self._follower = follower[order]
        self._first = np.flatnonzero(new)
        self._runs = np.diff(self._first, append=len(new))
        # After the word at a place comes the context of the next place. After an end nothing comes.
        self._next = np.r_[context[1:], 0][order]
        self._start = context[0]

    def sample(self, n: int, rng: np.random.Generator) -> list[str]:
        """Write n texts.

        Parameters
        ----------
        n : int, 0 or more
        rng : numpy.random.Generator

        Returns
        -------
        list of n texts, the words joined by single spaces

        Raises
        ------
        TypeError, ValueError
            When n is no whole number, 0 or more, rng is no generator, or the model is not fitted.
        """
        if not hasattr(self, "_words"):
            raise ValueError("The model must be fitted before it writes. Call fit(texts) first.")
        if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 0:
            raise ValueError(f"n must be a whole number, 0 or more; got {n!r}.")
        if not isinstance(rng, np.random.Generator):
            raise TypeError(f"rng must be a numpy.random.Generator, such as numpy.random.default_rng(0); got {rng!r}.")
        words, ends = self._draw_bag(n, rng) if self.order == 1 else self._draw(n, rng)
        words = self._words[words].tolist()
        return [" ".join(words[start:end]) for start, end in zip([0, *ends], ends, strict=False)]

    def _draw_bag(self, n: int, rng: np.random.Generator) -> tuple[np.ndarray, list[int]]:
        lengths = self._lengths[rng.integers(len(self._lengths), size=n)]
        return self._follower[rng.integers(len(self._follower), size=lengths.sum())], np.cumsum(lengths).tolist()

    def _draw(self, n: int, rng: np.random.Generator) -> tuple[np.ndarray, list[int]]:
        """The words of all texts one after the other, and where each text ends. All texts grow at once."""
        writing, context = np.arange(n), np.full(n, self._start)
        steps = []
        while len(writing):
            place = self._first[context] + rng.integers(self._runs[context])
            word, context = self._follower[place], self._next[place]
            going = word > 0
            writing, word, context = writing[going], word[going], context[going]
            steps.append((writing, word))
        lengths = np.bincount(np.concatenate([writing for writing, _ in steps]), minlength=n) if steps else np.zeros(0)
        ends = np.cumsum(lengths, dtype=np.int64)
        words = np.empty(int(ends[-1]) if n else 0, np.int64)
        for step, (writing, word) in enumerate(steps):
            words[ends[writing] - lengths[writing] + step] = word
        return words, ends.tolist()


def text_diversity(texts: Sequence[str], *, opening: int = 2, first_words: int | None = None) -> dict[str, float]:
    """Describe how varied texts are, in a few numbers.

    Parameters
    ----------
    texts : sequence of texts, at least one with a word
    opening : int, 1 or more
        How many words an opening has.
    first_words : int, 1 or more, or None
        Count distinct words in the first so many words alone, so that longer texts do not look richer.

    Returns
    -------
    dict
        `words`: how many, counted as often as they occur. `distinct_words`. `seen_once`: the share of the distinct
        words that occurs once; rare words die first. `mean_length` and `length_sd`, in words (ddof=1; 0 for one text).
        `distinct_openings` and `distinct_texts`: divided by the number of texts, so 1 when no two are alike. All but
        the lengths depend on how many texts there are: compare equally many.

    Raises
    ------
    TypeError, ValueError
        When texts is a single text, holds something else or has no word, or a number is out of its range.

    Examples
    --------
    >>> found = text_diversity(["a dog barks", "a dog sleeps", "a cat sleeps"])
    >>> found["distinct_words"], found["seen_once"], round(found["distinct_openings"], 2)
    (5, 0.4, 0.67)
    """
    split = list(map(str.split, _check_texts("texts", texts)))
    _check_count("opening", opening)
    words = list(chain.from_iterable(split))
    if first_words is not None:
        _check_count("first_words", first_words)
        if len(words) < first_words:
            raise ValueError(
                f"first_words must be at most the {len(words)} words there are; got {first_words}. Take fewer."
            )
        words = words[:first_words]
    counts, lengths = Counter(words), [len(words) for words in split]
    return {
        "words": sum(lengths),
        "distinct_words": len(counts),
        "seen_once": sum(count == 1 for count in counts.values()) / len(counts),
        "mean_length": float(np.mean(lengths)),
        "length_sd": float(np.std(lengths, ddof=1)) if len(lengths) > 1 else 0.0,
        "distinct_openings": len({tuple(words[:opening]) for words in split}) / len(split),
        "distinct_texts": len(set(map(tuple, split))) / len(split),
    }


def tail_survival(reference: Sequence[str], current: Sequence[str], *, at_most: int = 1) -> dict[str, float]:
    """Say how much of the vocabulary of human texts, above all of the rare words, other texts still use.

    Parameters
    ----------
    reference : sequence of human texts
        The start corpus asks what a loop remembers; texts that it never saw ask what it still covers. The two can
        rank loops the other way round.
    current : sequence of texts
        As many for everything that is compared.
    at_most : int, 1 or more
        A word is rare when it occurs at most so often in the reference.

    Returns
    -------
    dict
        `rare_words`: how many the reference has. `rare_kept`: the share of them that occurs in current. `words_kept`:
        the same of all distinct words. `unseen`: the share of the reference's words, counted as often as they occur,
        that current never uses (the out-of-vocabulary rate). Read them beside those of a second human sample: that is
        the best that can be had, and far from 1 and 0.

    Raises
    ------
    TypeError, ValueError
        When one is a single text, holds something else or has no word, no word is rare, or at_most is below 1.

    Examples
    --------
    >>> tail_survival(["a dog barks", "a cat sleeps"], ["a dog sleeps"])
    {'rare_words': 4, 'rare_kept': 0.5, 'words_kept': 0.6, 'unseen': 0.3333333333333333}
    """
    counts, used, rare = _tail(reference, current, at_most)
    if not rare:
        raise ValueError(f"reference must have words that occur at most {at_most} times; it has none. Raise at_most.")
    return {
        "rare_words": len(rare),
        "rare_kept": sum(word in used for word in rare) / len(rare),
        "words_kept": len(counts.keys() & used) / len(counts),
        "unseen": sum(count for word, count in counts.items() if word not in used) / sum(counts.values()),
    }


def lost_words(reference: Sequence[str], current: Sequence[str], *, at_most: int = 1) -> list[str]:
    """Name the rare words of human texts that other texts no longer use.

    Parameters
    ----------
    reference, current, at_most
        As in `tail_survival`.

    Returns
    -------
    list of words, in the order of the reference
        Look for what they have in common: names, numbers, the words of one topic or group.

    Raises
    ------
    TypeError, ValueError
        As in `tail_survival`.

    Examples
    --------
    >>> lost_words(["a dog barks", "a cat sleeps"], ["a dog sleeps"])
    ['barks', 'cat']
    """
    _, used, rare = _tail(reference, current, at_most)
    return [word for word in rare if word not in used]


def _tail(reference, current, at_most: int) -> tuple[Counter, set[str], list[str]]:
    """The words of the reference with counts, the words of current, and which of the reference's are rare."""
    _check_count("at_most", at_most)
    counts = Counter(" ".join(_check_texts("reference", reference)).split())
    used = set(" ".join(_check_texts("current", current)).split())
    return counts, used, [word for word, count in counts.items() if count <= at_most]


def _check_texts(name: str, texts: Sequence[str]) -> list[str]:
    if isinstance(texts, str):
        raise TypeError(f"{name} must be a list of texts; got a single text. Write [text].")
    if hasattr(texts, "columns") or isinstance(texts, Mapping):  # list() would give names of columns
        raise TypeError(f"{name} must be a list of texts; got a table. Hand over one column, such as df['text'].")
    texts = list(texts)
    if not all(map(isinstance, texts, repeat(str))):
        place, text = next((place, text) for place, text in enumerate(texts) if not isinstance(text, str))
        raise TypeError(f"{name} must hold texts only; place {place} is {text!r}. Drop or fill it first.")
    if not any(map(str.strip, texts)):
        raise ValueError(f"{name} must hold a word or more; got {len(texts)} texts without any. Was the file read?")
    if any(map(str.__contains__, texts, repeat(_END))):
        raise ValueError(
            f"{name} must not hold the character {_END!r}; some do. Remove it: text.replace({_END!r}, '')."
        )
    return texts


def _check_count(name: str, value: int) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        raise ValueError(f"{name} must be a whole number, 1 or more; got {value!r}.")
