"""The numbers of mixture.json: EM for two full covariances on ../old-faithful.csv. Needs scikit-learn."""

from pathlib import Path

import numpy
import sklearn
from sklearn.mixture import GaussianMixture

x = numpy.loadtxt(Path(__file__).parent.parent / "old-faithful.csv", delimiter=",", skiprows=1)
model = GaussianMixture(2, tol=1e-14, reg_covar=0, max_iter=10_000, n_init=10, random_state=1).fit(x)
print("scikit-learn", sklearn.__version__)
print(f"log-likelihood, total {model.score(x) * len(x):.8f}")
print(f"smaller weight {model.weights_.min():.8f}")
