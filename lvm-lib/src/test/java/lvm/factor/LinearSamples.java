package lvm.factor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;

/** Data and textbook formulas for the tests of linear Gaussian models. */
final class LinearSamples {
    private LinearSamples() {}

    static DMatrixRMaj normal(int rows, int columns, RandomGenerator rng) {
        DMatrixRMaj x = new DMatrixRMaj(rows, columns);
        for (int i = 0; i < x.getNumElements(); i++) {
            x.data[i] = rng.nextGaussian();
        }
        return x;
    }

    /** Rows with a mean away from 0, correlated columns and well separated variances along the principal directions. */
    static DMatrixRMaj correlated(int n, int d, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        DMatrixRMaj mix = normal(d, d, rng);
        DMatrixRMaj h = normal(n, d, rng);
        for (int i = 0; i < h.getNumElements(); i++) {
            h.data[i] *= Math.pow(.6, i % d);
        }
        DMatrixRMaj x = product(h, mix);
        for (int i = 0; i < x.getNumElements(); i++) {
            x.data[i] += 3 - i % d;
        }
        return x;
    }

    static DMatrixRMaj product(DMatrixRMaj a, DMatrixRMaj b) {
        DMatrixRMaj c = new DMatrixRMaj(a.numRows, b.numCols);
        CommonOps_DDRM.mult(a, b, c);
        return c;
    }

    static DMatrixRMaj transpose(DMatrixRMaj a) {
        return CommonOps_DDRM.transpose(a, null);
    }

    /** Mean and covariance by their definition, the squares divided by n. */
    static double[] mean(DMatrixRMaj x) {
        double[] mean = new double[x.numCols];
        for (int i = 0; i < x.getNumElements(); i++) {
            mean[i % x.numCols] += x.data[i] / x.numRows;
        }
        return mean;
    }

    static DMatrixRMaj covariance(DMatrixRMaj x) {
        DMatrixRMaj centred = x.copy();
        double[] mean = mean(x);
        for (int i = 0; i < x.getNumElements(); i++) {
            centred.data[i] -= mean[i % x.numCols];
        }
        DMatrixRMaj s = product(transpose(centred), centred);
        CommonOps_DDRM.divide(s, x.numRows);
        return s;
    }

    /** log N(x; mean, sigma) of one row by inverse and determinant. */
    static double logNormal(double[] x, double[] mean, DMatrixRMaj sigma) {
        int d = x.length;
        DMatrixRMaj e = new DMatrixRMaj(d, 1);
        for (int j = 0; j < d; j++) {
            e.data[j] = x[j] - mean[j];
        }
        var lu = DecompositionFactory_DDRM.lu(d, d);
        lu.decompose(sigma.copy());
        DMatrixRMaj solved = new DMatrixRMaj(d, 1);
        CommonOps_DDRM.solve(sigma, e, solved);
        double logDet = 0;
        DMatrixRMaj upper = lu.getUpper(null);
        for (int j = 0; j < d; j++) {
            logDet += Math.log(Math.abs(upper.get(j, j)));
        }
        return -.5 * (d * Math.log(2 * Math.PI) + logDet + CommonOps_DDRM.dot(e, solved));
    }

    static double[] row(DMatrixRMaj x, int i) {
        return java.util.Arrays.copyOfRange(x.data, i * x.numCols, (i + 1) * x.numCols);
    }

    /** All but those entries NaN with the given probability; a row keeps at least one entry, so does a column. */
    static DMatrixRMaj withHoles(DMatrixRMaj x, double probability, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        DMatrixRMaj holes = x.copy();
        int d = x.numCols;
        for (int i = 0; i < x.numRows; i++) {
            int kept = rng.nextInt(d);
            for (int j = 0; j < d; j++) {
                if (j != kept && rng.nextDouble() < probability) {
                    holes.data[i * d + j] = Double.NaN;
                }
            }
        }
        return holes;
    }

    /** Central differences of a value in every parameter vanish; the parameters come in groups. */
    static void assertStationary(
            double step, double tolerance, ToDoubleFunction<double[][]> value, double[]... parameters) {
        for (int group = 0; group < parameters.length; group++) {
            double[] numbers = parameters[group];
            for (int i = 0; i < numbers.length; i++) {
                double at = numbers[i];
                numbers[i] = at + step;
                double up = value.applyAsDouble(parameters);
                numbers[i] = at - step;
                double down = value.applyAsDouble(parameters);
                numbers[i] = at;
                assertEquals(0, (up - down) / (2 * step), tolerance, "parameter " + i + " of group " + group);
            }
        }
    }
}
