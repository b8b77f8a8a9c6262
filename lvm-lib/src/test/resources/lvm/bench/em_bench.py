"""scikit-learn's side of EmBench: argv is the file with start and data, iterations, repeats.

Prints a line on the versions, then median seconds and total log-likelihood.
"""

import sys
import time
import warnings

import numpy as np
import sklearn
from sklearn.mixture import GaussianMixture

warnings.filterwarnings("ignore")  # that a fixed number of iterations has not converged is wanted here


def main(path, iterations, repeats):
    with open(path, "rb") as f:
        n, d, k = np.frombuffer(f.read(12), ">i4")
        numbers = np.frombuffer(f.read(), ">f8").astype("f8")
    weights, means, covariances, x = np.split(numbers, np.cumsum([k, k * d, k * d * d]))
    covariances = covariances.reshape(k, d, d)
    x = x.reshape(n, d)
    seconds = []
    for _ in range(repeats):
        # A warm start, so that no time goes into an initialisation that the given start would replace.
        gmm = GaussianMixture(
            k, covariance_type="full", tol=0, reg_covar=0, max_iter=iterations, warm_start=True
        )
        gmm.weights_, gmm.means_, gmm.covariances_ = weights, means.reshape(k, d), covariances
        gmm.precisions_cholesky_ = np.array([np.linalg.inv(np.linalg.cholesky(c)).T for c in covariances])
        gmm.converged_, gmm.lower_bound_ = False, -np.inf
        before = time.perf_counter()
        gmm.fit(x)
        seconds.append(time.perf_counter() - before)
        assert gmm.n_iter_ == iterations, gmm.n_iter_
    blas = [f"{p['internal_api']} {p['version']}, {p['num_threads']} threads" for p in threadpools()]
    print("scikit-learn", sklearn.__version__, "numpy", np.__version__, *blas)
    print(sorted(seconds)[repeats // 2], repr(float(gmm.score(x) * n)))


def threadpools():
    try:
        from threadpoolctl import threadpool_info

        return [p for p in threadpool_info() if p["user_api"] == "blas"]
    except ImportError:
        return []


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
