"""Time, memory and finds of helpers/filters.py on planted copies, beside datasketch. README.md says how to run it."""

import json
import math
import os
import platform
import resource
import string
import subprocess
import sys
import time
from functools import partial
from importlib.metadata import version

import numpy as np

from helpers import filters
from helpers.course.datasets import DOMAINS, rated_sentences
from helpers.filters import near_duplicates
from helpers.text import NgramModel

SIZE, COPIED = 100_000, 0.2
THRESHOLD, SECONDS, MEGABYTES, RECALL, PRECISION = 0.8, 10, 500, 0.97, 0.93
EDITS = ("typo", "drop", "swap", "case", "punctuation")
RUN = "import bench_filters as b, json, sys; print(json.dumps(b.measure(*json.loads(sys.argv[1]))))"


def human():
    return [text for domain in DOMAINS for text in rated_sentences(domain)["text"]]


def originals(n, rng):
    """n different texts of 6 to 40 words: word by word from pairs of words in the human sentences."""
    model, found = NgramModel(2).fit(human()), {}
    while len(found) < n:
        found |= {text.lower(): text for text in model.sample(n, rng) if 6 <= len(text.split()) <= 40}
    return list(found.values())[:n]


def edited(text, edits, rng, kinds=EDITS):
    """So many small edits, each of a kind and at a place drawn at random."""
    words = text.split()
    for kind in rng.choice(kinds, edits):
        place = rng.integers(len(words))
        word = words[place]
        if kind == "typo":  # a letter too many, another one, or none
            letter, cut = string.ascii_lowercase[rng.integers(26)], rng.integers(len(word))
            words[place] = word[:cut] + (letter, letter, "")[how := rng.integers(3)] + word[cut + (how > 0) :] or letter
        elif kind == "drop" and len(words) > 3:
            del words[place]
        elif kind == "swap" and place:
            words[place - 1 : place + 1] = word, words[place - 1]
        elif kind == "case":
            words[place] = word.upper() if word != word.upper() else word.lower()
        elif kind == "punctuation":
            words[place] = word.strip(string.punctuation) + "!,.;?"[rng.integers(5)]
    return " ".join(words)


def planted(size, edits, seed, real=False, kinds=EDITS):
    """Texts of which the last fifth are edited copies of others, and the pairs of original and copy."""
    rng = np.random.default_rng(seed)
    copies = int(size * COPIED)
    if real:
        texts = list({text.lower(): text for text in human() if len(text.split()) >= 6}.values())
        texts = [texts[place] for place in rng.permutation(len(texts))[: size - copies]]
    else:
        texts = originals(size - copies, rng)
    source = rng.choice(len(texts), copies, replace=False)
    low, high = (edits, edits) if isinstance(edits, int) else edits
    made = [edited(texts[place], rng.integers(low, high + 1), rng, kinds) for place in source]
    return texts + made, set(zip(source.tolist(), range(len(texts), size), strict=True))


def ours(texts, threshold):
    pairs = near_duplicates(texts, threshold)
    return set(zip(pairs["first"].tolist(), pairs["second"].tolist(), strict=True))


def theirs(texts, threshold, even=str.lower):
    """MinHash LSH, 128 permutations, on runs of 5 letters of the text in lower case, as its users mostly do."""
    from datasketch import MinHash, MinHashLSH

    index, found = MinHashLSH(threshold=threshold, num_perm=128), set()
    runs = [{text[place : place + 5].encode() for place in range(max(1, len(text) - 4))} for text in map(even, texts)]
    for place, hashed in enumerate(MinHash.generator(map(list, runs), num_perm=128)):
        found |= {(other, place) for other in index.query(hashed)}
        index.insert(place, hashed)
    return found


def measure(who, threshold, *planting):
    """Seconds, megabytes above those before, recall and precision, in this process."""
    texts, truth = planted(*planting)
    finder = {"ours": ours, "theirs": theirs, "evened": partial(theirs, even=filters._evened)}[who]
    finder(texts[:100], threshold)  # imports and first use
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    cpu = time.process_time()
    found = finder(texts, threshold)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / (1e3 if sys.platform != "darwin" else 1e6)
    return seconds, cpu, more, len(found & truth) / len(truth), len(found & truth) / max(1, len(found)), len(found)


def in_a_process_of_its_own(*arguments):
    """Its peak of memory is not that of the run before."""
    folder = os.path.dirname(os.path.abspath(__file__))
    path = os.pathsep.join([os.getcwd(), folder, os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-c", RUN, json.dumps(arguments)]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def rows():
    """(what, arguments of `measure`, is it held to the targets)."""
    yield "100,000 texts, 1 or 2 edits: ours", ("ours", THRESHOLD, SIZE, [1, 2], 0), True
    for threshold in (0.8, 0.7, 0.6):
        yield f"  MinHash LSH at {threshold}", ("theirs", threshold, SIZE, [1, 2], 0), False
    yield "  MinHash LSH at 0.6, texts evened out as ours", ("evened", 0.6, SIZE, [1, 2], 0), False
    for edits in (1, 2, 3, 4, 6):
        yield f"20,000 texts, {edits} edits: ours", ("ours", THRESHOLD, 20_000, edits, 1), False
    for kind in EDITS:
        yield f"20,000 texts, 2 edits, {kind}: ours", ("ours", THRESHOLD, 20_000, 2, 1, False, [kind]), False
    for threshold in (0.9, 0.8, 0.7, 0.6):
        yield (
            f"20,000 human texts, 1 or 2 edits, {threshold}: ours",
            ("ours", threshold, 20_000, [1, 2], 2, True),
            False,
        )
        yield f"  MinHash LSH at {threshold}", ("theirs", threshold, 20_000, [1, 2], 2, True), False


def main():
    names = ("numpy", "pandas", "scipy", "datasketch")
    print(f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in names))
    if hasattr(os, "getloadavg"):
        print(f"load {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores")
    missed = 0
    print(f"{'what':<52}{'seconds':>8}{'of cpu':>8}{'MB':>6}{'recall':>8}{'precision':>10}{'pairs':>8}")
    for what, arguments, held in rows():
        seconds, cpu, memory, recall, precision, pairs = in_a_process_of_its_own(*arguments)
        print(
            f"{what:<52}{seconds:>8.1f}{cpu:>8.1f}{memory:>6.0f}{recall:>8.3f}{precision:>10.3f}{pairs:>8}", flush=True
        )
        targets = ((SECONDS, seconds), (MEGABYTES, memory), (recall, RECALL), (precision, PRECISION))
        missed += held and sum(not (math.isfinite(low) and low >= high) for low, high in targets)
    print("All targets met." if not missed else f"{missed} targets missed.")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
