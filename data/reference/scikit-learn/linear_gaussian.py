"""Fits scikit-learn's PCA and FactorAnalysis to data sets of data/ and writes what comes out to linear-gaussian.json.

FactorAnalysis starts from half of the variances as noise and runs until an iteration adds less than 1e-11 nats in total.
Run in this directory: python3 linear_gaussian.py
"""
import hashlib
import json
from pathlib import Path

import numpy
import sklearn
from sklearn.decomposition import PCA, FactorAnalysis

here = Path(__file__).parent
fits = []
for name, columns, pca, factors in (
    ("iris.csv", 4, (1, 2), ()),
    ("old-faithful.csv", 2, (1,), (1,)),
    ("wine.csv", 13, (1, 3), (2, 3)),
    ("breast-cancer.csv", 30, (2, 5), (2, 3)),
):
    path = here.parent.parent / name
    x = numpy.loadtxt(path, delimiter=",", skiprows=1, usecols=range(columns))
    about = {"data": name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "columns": columns}
    for k in pca:
        model = PCA(k, svd_solver="full").fit(x)
        fits.append(about | {
            "model": "PCA", "components": k, "logLikelihood": model.score(x) * len(x),
            "noiseVariance": model.noise_variance_, "explainedVariance": model.explained_variance_.tolist(),
            "directions": model.components_.tolist()})
    for k in factors:
        model = FactorAnalysis(k, svd_method="lapack", noise_variance_init=x.var(0) / 2, tol=1e-11, max_iter=100000).fit(x)
        fits.append(about | {
            "model": "FactorAnalysis", "components": k, "iterations": model.n_iter_,
            "logLikelihood": model.score(x) * len(x), "noiseVariances": model.noise_variance_.tolist(),
            "varimax": FactorAnalysis(k, svd_method="lapack", noise_variance_init=x.var(0) / 2, tol=1e-11,
                                      max_iter=100000, rotation="varimax").fit(x).components_.tolist()})
json.dump({"program": "scikit-learn " + sklearn.__version__ + ", numpy " + numpy.__version__,
           "function": "sklearn.decomposition.PCA and FactorAnalysis", "fits": fits},
          open(here / "linear-gaussian.json", "w"), indent=1)
