"""scikit-learn's side of RbmBench: argv is a directory with the images; reads a line for an epoch, writes a line.

The first line tells the versions. A task is the number of hidden units and of rows in a batch; the answer is the seconds of
a fit of one epoch by persistent contrastive divergence, the mean pseudo-likelihood after it, and the number of threads.
"""

import sys
import time
from pathlib import Path

import numpy as np
import sklearn
from sklearn.neural_network import BernoulliRBM
from threadpoolctl import threadpool_info

with open(Path(sys.argv[1]) / "images", "rb") as f:
    n, d = np.frombuffer(f.read(8), ">i4")
    x = np.fromfile(f, "u1").reshape(n, d).astype("f4")
threads = max(p["num_threads"] for p in threadpool_info() if p["user_api"] == "blas")
print("scikit-learn", sklearn.__version__, "numpy", np.__version__, threads, "threads of its BLAS", flush=True)
for line in sys.stdin:
    hidden, batch = map(int, line.split())
    model = BernoulliRBM(hidden, learning_rate=0.01, batch_size=batch, n_iter=1, random_state=1)
    before = time.perf_counter()
    model.fit(x)
    seconds = time.perf_counter() - before
    print(seconds, repr(float(model.score_samples(x[:1000]).mean())), threads, flush=True)
