package lvm.factor;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import lvm.fit.Batch;
import lvm.fit.ConvergentFitBuilder;
import lvm.linalg.Products;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/** The iteration of {@link FastIca} on whitened data. What it holds is always a matrix with orthonormal rows. */
abstract class FixedPoint implements ConvergentFitBuilder.Iteration {
    private static final String WHERE = "FastIca.fit";

    /** The directions, a row each. */
    final DMatrixRMaj w;

    final ComponentPass pass;
    final int n;
    final double tolerance;

    /** How far the last step turned a direction; NaN before the first. */
    double change = Double.NaN;

    /** The direction that was turned by it. */
    int turned;

    /** The greatest of the last changes of the directions that are done. */
    double worst;

    private FixedPoint(FastIca.Contrast contrast, DMatrixRMaj z, int rows, DMatrixRMaj start, double tolerance) {
        this.n = z.numCols;
        this.pass = new ComponentPass(z, rows, derivative(contrast));
        this.w = start;
        this.tolerance = tolerance;
    }

    /**
     * The iteration from a start.
     *
     * @param z K×n whitened data, a dimension a row; kept and not modified
     * @param start K×K, a direction a row. Modified
     * @throws IllegalArgumentException if the rows of the start are linearly dependent
     */
    static FixedPoint of(
            FastIca.Algorithm algorithm,
            FastIca.Contrast contrast,
            DMatrixRMaj z,
            DMatrixRMaj start,
            double tolerance,
            int maxIterations) {
        return algorithm == FastIca.Algorithm.SYMMETRIC
                ? new Symmetric(contrast, z, start, tolerance)
                : new Deflation(contrast, z, start, tolerance, maxIterations);
    }

    @Override
    public final boolean converged() {
        return worst <= tolerance;
    }

    @Override
    public final double quality() {
        return -worst;
    }

    @Override
    public final Map<String, Matrix> values() {
        return Map.of("directions", w);
    }

    private static final class Symmetric extends FixedPoint {
        Symmetric(FastIca.Contrast contrast, DMatrixRMaj z, DMatrixRMaj start, double tolerance) {
            super(contrast, z, z.numRows, start, tolerance);
            if (!orthogonalise(w, w)) {
                throw new IllegalArgumentException(
                        WHERE + ": the rows of the start are linearly dependent, expected independent ones");
            }
        }

        @Override
        public double step(Batch batch, RandomGenerator rng) {
            int k = w.numRows;
            pass.run(w.data);
            DMatrixRMaj next = new DMatrixRMaj(k, k);
            for (int i = 0; i < k; i++) {
                for (int j = 0; j < k; j++) {
                    next.set(i, j, (pass.products[i * k + j] - pass.sums[i] * w.get(i, j)) / n);
                }
            }
            if (!orthogonalise(next, next)) {
                throw new IllegalArgumentException(WHERE + ": two directions have become one; set another seed");
            }
            change = 0;
            for (int i = 0; i < k; i++) {
                double cos = 0;
                for (int j = 0; j < k; j++) {
                    cos += next.get(i, j) * w.get(i, j);
                }
                change = Math.max(change, Math.abs(1 - Math.abs(cos)));
            }
            w.setTo(next);
            worst = change;
            return -change;
        }

        @Override
        public boolean ended() {
            return change <= tolerance;
        }

        @Override
        public List<String> columns() {
            return List.of("change");
        }

        @Override
        public double[] row() {
            return new double[] {change};
        }

        @Override
        public Map<String, Double> scalars() {
            return Map.of("change", change);
        }

        @Override
        public void setState(Map<String, Matrix> state, Map<String, Double> scalars) {
            change = worst = scalars.get("change");
        }
    }

    /** (W Wᵀ)^(−1/2) W, which is U Vᵀ with the singular value decomposition W = U S Vᵀ. False if W is singular. */
    private static boolean orthogonalise(DMatrixRMaj w, DMatrixRMaj out) {
        int k = w.numRows;
        SingularValueDecomposition_F64<DMatrixRMaj> svd = DecompositionFactory_DDRM.svd(k, k, true, true, false);
        if (!svd.decompose(w.copy())) {
            return false;
        }
        double[] s = svd.getSingularValues();
        double greatest = Arrays.stream(s).max().orElse(0);
        if (!(Arrays.stream(s).min().orElse(0) > 1e-14 * greatest)) {
            return false;
        }
        Products.mult(svd.getU(null, false), svd.getV(null, true), out);
        return true;
    }

    private static final class Deflation extends FixedPoint {
        private final int maxIterations;
        private final double[] direction;
        private int done;
        private int iterations;

        Deflation(FastIca.Contrast contrast, DMatrixRMaj z, DMatrixRMaj start, double tolerance, int maxIterations) {
            super(contrast, z, 1, start, tolerance);
            this.maxIterations = maxIterations;
            direction = new double[w.numRows];
            // The rows below stay what the start says until their turn, but orthonormal to those above.
            for (int i = 0; i < w.numRows; i++) {
                System.arraycopy(w.data, i * w.numCols, direction, 0, w.numCols);
                if (!makeOrthogonal(direction, i)) {
                    throw new IllegalArgumentException(
                            WHERE + ": the rows of the start are linearly dependent, expected independent ones");
                }
                System.arraycopy(direction, 0, w.data, i * w.numCols, w.numCols);
            }
        }

        /** Takes away the parts along the first rows and scales to length 1; false if nothing is left. */
        private boolean makeOrthogonal(double[] v, int rows) {
            int k = w.numRows;
            double before = norm(v);
            for (int twice = 0; twice < 2; twice++) {
                for (int i = 0; i < rows; i++) {
                    double cos = 0;
                    for (int j = 0; j < k; j++) {
                        cos += v[j] * w.data[i * k + j];
                    }
                    for (int j = 0; j < k; j++) {
                        v[j] -= cos * w.data[i * k + j];
                    }
                }
            }
            double norm = norm(v);
            if (!(norm > 1e-12 * before)) {
                return false;
            }
            for (int j = 0; j < k; j++) {
                v[j] /= norm;
            }
            return true;
        }

        private double norm(double[] v) {
            double sum = 0;
            for (double value : v) {
                sum += value * value;
            }
            return Math.sqrt(sum);
        }

        @Override
        public double step(Batch batch, RandomGenerator rng) {
            int k = w.numRows;
            double[] old = Arrays.copyOfRange(w.data, done * k, (done + 1) * k);
            pass.run(old);
            for (int j = 0; j < k; j++) {
                direction[j] = (pass.products[j] - pass.sums[0] * old[j]) / n;
            }
            if (makeOrthogonal(direction, done)) {
                System.arraycopy(direction, 0, w.data, done * k, k);
            }
            double cos = 0;
            for (int j = 0; j < k; j++) {
                cos += old[j] * w.data[done * k + j];
            }
            // The rows below must stay orthonormal: a stopped fit still has a proper matrix.
            for (int i = done + 1; i < k; i++) {
                System.arraycopy(w.data, i * k, direction, 0, k);
                if (makeOrthogonal(direction, i)) {
                    System.arraycopy(direction, 0, w.data, i * k, k);
                } else {
                    anyOrthogonal(i);
                }
            }
            turned = done;
            change = Math.abs(1 - Math.abs(cos));
            iterations++;
            if (change <= tolerance || iterations >= maxIterations) {
                worst = Math.max(worst, change);
                done++;
                iterations = 0;
            }
            return -change;
        }

        /** Fills a row with the part of the first unit vector that is far from the rows above. */
        private void anyOrthogonal(int row) {
            int k = w.numRows;
            double[] v = new double[k];
            for (int j = 0; j < k; j++) {
                Arrays.fill(v, 0);
                v[j] = 1;
                double inside = 0;
                for (int i = 0; i < row; i++) {
                    inside += w.data[i * k + j] * w.data[i * k + j];
                }
                if (inside < 1 - 0.5 / k && makeOrthogonal(v, row)) {
                    System.arraycopy(v, 0, w.data, row * k, k);
                    return;
                }
            }
            throw new AssertionError("no direction left in row " + row);
        }

        @Override
        public boolean ended() {
            return done == w.numRows;
        }

        @Override
        public List<String> columns() {
            return List.of("change", "component");
        }

        @Override
        public double[] row() {
            return new double[] {change, turned};
        }

        @Override
        public long steps(int iterations) {
            return (long) iterations * w.numRows;
        }

        @Override
        public Map<String, Double> scalars() {
            Map<String, Double> scalars = new LinkedHashMap<>();
            scalars.put("change", change);
            scalars.put("worst", worst);
            scalars.put("done", (double) done);
            scalars.put("iterations", (double) iterations);
            return scalars;
        }

        @Override
        public void setState(Map<String, Matrix> state, Map<String, Double> scalars) {
            change = scalars.get("change");
            worst = scalars.get("worst");
            done = scalars.get("done").intValue();
            iterations = scalars.get("iterations").intValue();
        }
    }

    /** y ← g(y), and the sum of g′(y). */
    private static ComponentPass.Function derivative(FastIca.Contrast contrast) {
        return new ComponentPass.Function() {
            @Override
            public int sums() {
                return 1;
            }

            @Override
            public void apply(int i, double[] y, int from, int n, Elementary elementary, double[] sums, int at) {
                switch (contrast) {
                    case LOGCOSH -> {
                        elementary.tanh(y, from, n);
                        sums[at] += n - sumOfSquares(y, from, n);
                    }
                    case EXP -> {
                        elementary.bell(y, from, n);
                        double[] bell = elementary.values();
                        sums[at] += bellSlope(y, from, n, bell);
                        for (int t = 0; t < n; t++) {
                            y[from + t] *= bell[t];
                        }
                    }
                    default -> {
                        sums[at] += 3 * sumOfSquares(y, from, n);
                        for (int t = from; t < from + n; t++) {
                            y[t] = y[t] * y[t] * y[t];
                        }
                    }
                }
            }
        };
    }

    private static double sumOfSquares(double[] y, int from, int n) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int t = from;
        int end = from + n;
        for (; t + 4 <= end; t += 4) {
            s0 += y[t] * y[t];
            s1 += y[t + 1] * y[t + 1];
            s2 += y[t + 2] * y[t + 2];
            s3 += y[t + 3] * y[t + 3];
        }
        for (; t < end; t++) {
            s0 += y[t] * y[t];
        }
        return s0 + s1 + (s2 + s3);
    }

    /** Σ (1 − y²) exp(−y²/2). */
    private static double bellSlope(double[] y, int from, int n, double[] bell) {
        double even = 0;
        double odd = 0;
        int t = 0;
        for (; t + 2 <= n; t += 2) {
            double a = y[from + t];
            double b = y[from + t + 1];
            even += (1 - a * a) * bell[t];
            odd += (1 - b * b) * bell[t + 1];
        }
        if (t < n) {
            even += (1 - y[from + t] * y[from + t]) * bell[t];
        }
        return even + odd;
    }
}
