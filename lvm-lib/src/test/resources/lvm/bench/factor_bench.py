"""scikit-learn's side of FactorBench: argv is a directory with the data; reads a task a line, writes a line a task.

The first line tells the versions. A task is a name and its settings; the answer is seconds and what was found.
"""

import sys
import time
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn.decomposition import PCA, FactorAnalysis, FastICA

warnings.filterwarnings("ignore")  # that a fixed number of iterations has not converged is wanted here
here = Path(sys.argv[1])


def read(name):
    with open(here / name, "rb") as f:
        n, d = np.frombuffer(f.read(8), ">i4")
        return np.fromfile(f, ">f4").astype("f8").reshape(n, d)


def threadpools():
    try:
        from threadpoolctl import threadpool_info

        return [p for p in threadpool_info() if p["user_api"] == "blas"]
    except ImportError:
        return []


def pca(x, solver, k):
    model = PCA(int(k), svd_solver=solver, random_state=1)
    return model, lambda: model.explained_variance_.sum()


def fa(x, k, iterations, tolerance):
    model = FactorAnalysis(int(k), noise_variance_init=x.var(0) / 2, max_iter=int(iterations), tol=float(tolerance))
    return model, lambda: model.score(x) * len(x)


def ica(x, k, iterations):
    start = read("start").reshape(int(k), int(k))
    model = FastICA(int(k), whiten="unit-variance", w_init=start, max_iter=int(iterations), tol=0)
    return model, lambda: model.n_iter_


blas = [f"{p['internal_api']} {p['version']}, {p['num_threads']} threads" for p in threadpools()]
print("scikit-learn", sklearn.__version__, "numpy", np.__version__, *blas, flush=True)
loaded = {}
for line in sys.stdin:
    name, *settings = line.split()
    if name not in loaded:
        loaded = {name: read(name)}
    x = loaded[name]
    model, found = {"pca": pca, "fa": fa, "ica": ica}[name](x, *settings)
    before = time.perf_counter()
    model.fit(x)
    seconds = time.perf_counter() - before
    print(seconds, repr(float(found())), getattr(model, "n_iter_", 0), flush=True)
