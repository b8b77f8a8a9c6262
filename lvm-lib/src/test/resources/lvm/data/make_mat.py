"""Writes the small MATLAB files of the tests with SciPy, compressed: the forms of SVHN and of the Frey faces."""

import numpy as np
import scipy.io

# X[row, column, channel, image] = (8 row + 3 column + 50 channel + 11 image) mod 256; a 0 has the label 10.
row, column, channel, image = np.ogrid[:32, :32, :3, :4]
x = ((8 * row + 3 * column + 50 * channel + 11 * image) % 256).astype(np.uint8)
y = np.array([[1], [10], [9], [3]])
scipy.io.savemat("svhn-small.mat", {"X": x, "y": y.astype(np.uint8)}, do_compression=True)
scipy.io.savemat("svhn-doubles.mat", {"X": x, "y": y.astype(float)}, do_compression=False)
scipy.io.savemat("svhn-labels.mat", {"X": x, "y": np.array([[1], [0], [9], [3]], np.uint8)}, do_compression=True)
scipy.io.savemat("svhn-counts.mat", {"X": x, "y": y[:3].astype(np.uint8)}, do_compression=True)

# A column of ff is an image of 28 rows of 20 pixels, row by row: (7 row + 2 column + 31 image) mod 256.
row, column, image = np.ogrid[:28, :20, :3]
ff = ((7 * row + 2 * column + 31 * image) % 256).astype(np.uint8)
scipy.io.savemat("frey-small.mat", {"ff": ff.reshape(560, 3)}, do_compression=True)
