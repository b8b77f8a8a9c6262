package lvm.boltzmann;

import java.util.random.RandomGenerator;
import lvm.fit.Scaling;
import org.ejml.data.FMatrixRMaj;

/** Gaussian units, then bits: the layers of even number of a deep machine beside each other, as the visible units of a restricted one. */
final class GaussianAndBits extends GaussianLayer {
    private final BinaryLayer bits;
    private final FMatrixRMaj first;
    private final FMatrixRMaj rest;

    GaussianAndBits(GaussianLayer gaussian, BinaryLayer bits) {
        this(gaussian.variances(), gaussian.scaling(), bits);
    }

    private GaussianAndBits(FMatrixRMaj variances, Scaling scaling, BinaryLayer bits) {
        super(variances, scaling);
        this.bits = bits;
        first = new FMatrixRMaj(0, variances.numCols);
        rest = new FMatrixRMaj(0, bits.binary());
    }

    private int gaussian() {
        return first.numCols;
    }

    /** Rows into their parts, or back. */
    private void split(FMatrixRMaj x, boolean into) {
        copy(x, 0, first, into);
        copy(x, gaussian(), rest, into);
    }

    private static void copy(FMatrixRMaj x, int from, FMatrixRMaj part, boolean into) {
        part.reshape(x.numRows, part.numCols);
        for (int i = 0; i < x.numRows; i++) {
            int at = i * x.numCols + from;
            if (into) {
                System.arraycopy(x.data, at, part.data, i * part.numCols, part.numCols);
            } else {
                System.arraycopy(part.data, i * part.numCols, x.data, at, part.numCols);
            }
        }
    }

    @Override
    void means(FMatrixRMaj x) {
        split(x, true);
        super.means(first);
        bits.means(rest);
        split(x, false);
    }

    @Override
    void draw(FMatrixRMaj x, RandomGenerator rng) {
        split(x, true);
        super.draw(first, rng);
        bits.draw(rest, rng);
        split(x, false);
    }

    @Override
    void means(double[] x, int at) {
        super.means(x, at);
        bits.means(x, at + gaussian());
    }

    @Override
    void draw(double[] means, FMatrixRMaj x, int row, RandomGenerator rng) {
        super.draw(means, x, row, rng);
        for (int k = gaussian(); k < x.numCols; k++) {
            x.data[row * x.numCols + k] = rng.nextDouble() < means[k] ? 1 : 0;
        }
    }

    @Override
    double logSum(double[] logits, int at) {
        return super.logSum(logits, at) + bits.logSum(logits, at + gaussian());
    }

    @Override
    VisibleLayer between(VisibleLayer base, double beta) {
        return new GaussianAndBits((GaussianLayer) super.between(base, beta), bits);
    }

    @Override
    VisibleLayer copy() {
        return new GaussianAndBits((GaussianLayer) super.copy(), bits);
    }
}
