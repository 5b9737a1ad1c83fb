"""Time the same repeats with one worker, two workers and a Dask cluster of two, and with one and two maths threads.

Run from the top of the repository: `.venv/bin/python tests/benchmarks/bench_scaling.py`. playbook/scaling.md has the
figures. The ways take turns, because others may use the machine; the quickest round counts.
"""

import os
import time
from functools import partial

import joblib
import numpy as np
import psutil
from dask.distributed import Client, LocalCluster
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from helpers.trials import run_trials

ROUNDS = 3
X, y = load_digits(return_X_y=True)
ORDER = np.random.default_rng(0).permutation(len(y))
GOLD, POOL = ORDER[:900], ORDER[900:]


def trial(rng, trees):
    """One repeat: two arms, 100 training images, 900 of gold."""
    drawn = rng.choice(POOL, 100, replace=False)
    forest = RandomForestClassifier(trees, random_state=int(rng.integers(2**31)))
    arms = {"linear": LogisticRegression(max_iter=300), "forest": forest}
    return {arm: model.fit(X[drawn], y[drawn]).predict(X[GOLD]) == y[GOLD] for arm, model in arms.items()}


def quiet_trial(rng, trees):
    """The same; the forest does not hand its trees to the cluster, one by one."""
    with joblib.parallel_config(backend="sequential"):
        return trial(rng, trees)


def on_dask(repeat):
    with joblib.parallel_config(backend="dask"):
        return run_trials(repeat)


def small_fits(threads):
    """Work of small matrices, as in most lessons."""
    with threadpool_limits(threads):
        for C in np.geomspace(0.01, 10, 10):
            LogisticRegression(C=C, max_iter=300).fit(X[:300], y[:300])


def seconds(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def memory():
    return psutil.Process().memory_info().rss / 1e6


def show(what, times):
    print(f"{what:45} quickest {min(times):6.2f} s, median {np.median(times):6.2f} s", flush=True)


if __name__ == "__main__":
    print(f"cores {os.cpu_count()}, load {os.getloadavg()[0]:.1f}, {ROUNDS} rounds")
    start = time.perf_counter()
    cluster = LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None)
    with cluster, Client(cluster) as client:
        client.wait_for_workers(2)
        print(f"start of the cluster {time.perf_counter() - start:.1f} s")
        print("MB a worker, empty:", [round(mb) for mb in client.run(memory).values()])
        for name, trees in (("short repeats", 10), ("long repeats", 100)):
            repeat, quiet = partial(trial, trees=trees), partial(quiet_trial, trees=trees)
            ways = {
                "1 worker": partial(run_trials, repeat, n_jobs=1),
                "2 workers": partial(run_trials, repeat, n_jobs=2),
                "Dask, 2 workers": partial(on_dask, quiet),
                "Dask, trees handed on": partial(on_dask, repeat),
            }
            results = [way() for way in ways.values()]  # warms up, too
            assert all(results[0].equals(other) for other in results[1:])
            times = {way: [] for way in ways}
            for _ in range(ROUNDS):
                for way, call in ways.items():
                    times[way].append(seconds(call))
            for way in ways:
                show(f"{name}, {way}", times[way])
        print("MB a worker, after all repeats:", [round(mb) for mb in client.run(memory).values()])
    times = {1: [], 2: []}
    for _ in range(ROUNDS):
        for threads in times:
            times[threads].append(seconds(partial(small_fits, threads)))
    for threads in times:
        show(f"small fits, maths threads: {threads}", times[threads])
    print(f"load {os.getloadavg()[0]:.1f}")
