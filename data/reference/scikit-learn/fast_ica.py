"""Fits scikit-learn's FastICA to ica-mixtures.csv and writes what comes out to fast-ica.json.

The mixtures are those of lvm.data.Sources.generate(1000, 1), rounded to six digits after the point.
Run in this directory: python3 fast_ica.py
"""
import hashlib
import json
from pathlib import Path

import numpy
import sklearn
from sklearn.decomposition import FastICA

here = Path(__file__).parent
data = here / "ica-mixtures.csv"
x = numpy.loadtxt(data, delimiter=",", skiprows=1)
start = numpy.random.RandomState(0).normal(size=(5, 5))
fits = []
for algorithm in ("parallel", "deflation"):
    for fun in ("logcosh", "exp", "cube"):
        model = FastICA(5, algorithm=algorithm, fun=fun, whiten="unit-variance", w_init=start,
                        tol=1e-14, max_iter=2000).fit(x)
        fits.append({"algorithm": algorithm, "contrast": fun, "unmixing": model.components_.tolist(),
                     "mixing": model.mixing_.tolist(), "whitening": model.whitening_.tolist()})
json.dump({"program": "scikit-learn " + sklearn.__version__ + ", numpy " + numpy.__version__,
           "function": "sklearn.decomposition.FastICA",
           "data": data.name, "sha256": hashlib.sha256(data.read_bytes()).hexdigest(),
           "start": start.tolist(), "fits": fits},
          open(here / "fast-ica.json", "w"), indent=1)
