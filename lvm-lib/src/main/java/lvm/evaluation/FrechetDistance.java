package lvm.evaluation;

import java.util.Locale;
import lvm.linalg.SymmetricEigen;
import lvm.model.Require;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * The squared Fréchet distance of two Gaussians with the moments of two sets of features, ‖m₁ − m₂‖² + tr(S₁ + S₂ − 2 (S₁ S₂)^½). D. C.
 * Dowson and B. V. Landau (1982). With the features of the Inception network it is known as FID (M. Heusel and others 2017); in
 * other features it is another number, and is not called so here. Estimated from rows it is on average too large, the more the
 * fewer rows: numbers of unlike counts are not to be compared.
 *
 * @param squared the squared distance, in the squared unit of the features
 * @param features d, the columns
 * @param rows the rows of the first set; 0 where the moments were given
 * @param otherRows those of the second
 */
public record FrechetDistance(double squared, int features, int rows, int otherRows) {

    /**
     * The distance between rows of features; covariances with 1/(n − 1).
     *
     * @param features n×d; not modified
     * @param others m×d; not modified
     * @return the squared distance
     * @throws IllegalArgumentException if there are fewer than two rows in one, the columns differ, or a number is not finite
     */
    public static FrechetDistance of(Matrix features, Matrix others) {
        String where = "FrechetDistance.of";
        Rows a = Rows.of(where, "features", features, 2, -1);
        Rows b = Rows.of(where, "others", others, 2, a.d);
        double[] meanA = mean(a);
        double[] meanB = mean(b);
        double squared = squared(meanA, covariance(a, meanA), meanB, covariance(b, meanB));
        return new FrechetDistance(squared, a.d, a.n, b.n);
    }

    /**
     * The distance of Gaussians that are known.
     *
     * @param mean m₁, d numbers; not modified
     * @param covariance S₁, d×d, symmetric without a negative eigenvalue; not modified
     * @param otherMean m₂
     * @param otherCovariance S₂
     * @return the squared distance
     * @throws IllegalArgumentException if the shapes do not fit or a number is not finite
     */
    public static FrechetDistance ofMoments(
            double[] mean, DMatrixRMaj covariance, double[] otherMean, DMatrixRMaj otherCovariance) {
        String where = "FrechetDistance.ofMoments";
        int d = mean.length;
        if (otherMean.length != d || covariance.numRows != d || otherCovariance.numRows != d) {
            throw new IllegalArgumentException(where + ": means of " + d + " and " + otherMean.length
                    + " numbers, covariances of " + covariance.numRows + " and " + otherCovariance.numRows
                    + " rows, expected as many in all");
        }
        Require.finiteRows(where, "covariance", covariance, d);
        Require.finiteRows(where, "otherCovariance", otherCovariance, d);
        return new FrechetDistance(squared(mean, covariance, otherMean, otherCovariance), d, 0, 0);
    }

    /**
     * Whether a covariance has no inverse because there are too few rows for the features: the distance is defined then, too, but
     * says little.
     *
     * @return true if a set has at most d rows
     */
    public boolean isSingular() {
        return rows > 0 && Math.min(rows, otherRows) <= features;
    }

    private static double[] mean(Rows x) {
        double[] mean = new double[x.d];
        for (int i = 0; i < x.n; i++) {
            for (int j = 0; j < x.d; j++) {
                mean[j] += x.get(i, j) / x.n;
            }
        }
        return mean;
    }

    private static DMatrixRMaj covariance(Rows x, double[] mean) {
        DMatrixRMaj s = new DMatrixRMaj(x.d, x.d);
        for (int i = 0; i < x.n; i++) {
            for (int j = 0; j < x.d; j++) {
                double a = (x.get(i, j) - mean[j]) / (x.n - 1);
                for (int k = 0; k <= j; k++) {
                    s.data[j * x.d + k] += a * (x.get(i, k) - mean[k]);
                }
            }
        }
        for (int j = 0; j < x.d; j++) {
            for (int k = 0; k < j; k++) {
                s.set(k, j, s.get(j, k));
            }
        }
        return s;
    }

    /** tr (S₁ S₂)^½ is that of (S₁^½ S₂ S₁^½)^½, which is symmetric. */
    private static double squared(double[] m, DMatrixRMaj s, double[] otherM, DMatrixRMaj otherS) {
        int d = m.length;
        double sum = 0;
        for (int j = 0; j < d; j++) {
            sum += (m[j] - otherM[j]) * (m[j] - otherM[j]) + s.get(j, j) + otherS.get(j, j);
        }
        SymmetricEigen eigen = SymmetricEigen.of(s);
        double[] values = eigen.values();
        DMatrixRMaj v = eigen.vectors();
        // rows of B = V diag(√λ): S₁ = B Bᵀ, and Bᵀ S₂ B has the same eigenvalues other than 0
        DMatrixRMaj b = new DMatrixRMaj(d, d);
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                b.set(i, j, v.get(i, j) * Math.sqrt(Math.max(0, values[j])));
            }
        }
        DMatrixRMaj product = new DMatrixRMaj(d, d);
        DMatrixRMaj half = new DMatrixRMaj(d, d);
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                double element = 0;
                for (int k = 0; k < d; k++) {
                    element += otherS.get(i, k) * b.get(k, j);
                }
                half.set(i, j, element);
            }
        }
        for (int i = 0; i < d; i++) {
            for (int j = 0; j <= i; j++) {
                double element = 0;
                for (int k = 0; k < d; k++) {
                    element += b.get(k, i) * half.get(k, j);
                }
                product.set(i, j, element);
                product.set(j, i, element);
            }
        }
        for (double value : SymmetricEigen.of(product).values()) {
            sum -= 2 * Math.sqrt(Math.max(0, value));
        }
        return Math.max(0, sum); // 0 but for rounding
    }

    /** {@return the distance for people, and whether there were too few rows} */
    @Override
    public String toString() {
        String text = String.format(Locale.ROOT, "squared Fréchet distance %.4g in %d features", squared, features);
        if (rows > 0) {
            text += " of " + rows + " and " + otherRows + " rows";
        }
        return isSingular() ? text + ": a covariance is singular, there are no more rows than features" : text;
    }
}
