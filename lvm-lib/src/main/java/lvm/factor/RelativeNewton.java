package lvm.factor;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import lvm.factor.MaximumLikelihoodIca.Source;
import lvm.fit.Batch;
import lvm.fit.ConvergentFitBuilder;
import lvm.fit.Parameters;
import lvm.linalg.Logs;
import lvm.linalg.Products;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;
import org.ejml.dense.row.CommonOps_DDRM;

/** The steps of {@link MaximumLikelihoodIca} on whitened data z: B = W⁻¹ there, y = B z. */
final class RelativeNewton implements ConvergentFitBuilder.Iteration {
    /** The least curvature of a step. */
    private static final double LEAST_CURVATURE = 0.01;

    private static final int HALVINGS = 40;

    private final int n;
    private final Likelihood likelihood;
    final Source[] densities;
    private final double logDeterminant;
    private final double tolerance;
    final DMatrixRMaj b;
    private Point at;
    private boolean stuck;

    /**
     * A start.
     *
     * @param z D×n whitened data, a dimension a row; kept and not modified
     * @param start B. Modified
     * @param densities those of the sources
     * @param logDeterminant log |det| of the whitening
     * @param tolerance what the gradient is compared with
     */
    RelativeNewton(DMatrixRMaj z, DMatrixRMaj start, Source[] densities, double logDeterminant, double tolerance) {
        this.n = z.numCols;
        this.densities = densities;
        this.logDeterminant = logDeterminant;
        this.tolerance = tolerance;
        likelihood = new Likelihood(z, densities);
        b = start;
        at = likelihood.at(b);
    }

    double logLikelihood() {
        return n * (logDeterminant - at.loss);
    }

    /** The greatest number of the natural gradient. */
    double gradient() {
        return at.greatest;
    }

    @Override
    public List<String> columns() {
        return List.of("logLikelihood", "gradient");
    }

    @Override
    public boolean converged() {
        return at.greatest <= tolerance;
    }

    @Override
    public boolean ended() {
        return stuck || converged(); // no step raises the likelihood any more
    }

    @Override
    public double quality() {
        return logLikelihood();
    }

    @Override
    public double[] row() {
        return new double[] {logLikelihood(), at.greatest};
    }

    @Override
    public double step(Batch batch, RandomGenerator rng) {
        int d = b.numRows;
        DMatrixRMaj direction = direction();
        double slope = CommonOps_DDRM.dot(
                new DMatrixRMaj(d * d, 1, true, at.gradient.data), new DMatrixRMaj(d * d, 1, true, direction.data));
        DMatrixRMaj next = new DMatrixRMaj(d, d);
        double length = 1;
        for (int halving = 0; halving < HALVINGS; halving++, length /= 2) {
            next.setTo(b);
            Products.gemm(false, false, length, direction, b, 1, next);
            Point there = likelihood.at(next);
            if (there.loss <= at.loss + 1e-4 * length * slope) {
                b.setTo(next);
                at = there;
                return logDeterminant - at.loss;
            }
            // Where the loss does not tell the two apart any more the gradient still does.
            if (there.loss <= at.loss + 1e-14 * Math.abs(at.loss) && there.greatest < at.greatest) {
                b.setTo(next);
                at = there;
                return logDeterminant - at.loss;
            }
        }
        stuck = true;
        return logDeterminant - at.loss;
    }

    /**
     * E with H E = −G: where the sources are independent the curvature H couples only Eᵢⱼ and Eⱼᵢ, by
     * E ψ′(yᵢ) E yⱼ² on the diagonal and 1 beside it.
     */
    private DMatrixRMaj direction() {
        int d = b.numRows;
        DMatrixRMaj direction = new DMatrixRMaj(d, d);
        for (int i = 0; i < d; i++) {
            double own = Math.max(at.slopeSquare[i] + 1, LEAST_CURVATURE);
            direction.set(i, i, -at.gradient.get(i, i) / own);
            for (int j = 0; j < i; j++) {
                double hij = at.slope[i] * at.square[j];
                double hji = at.slope[j] * at.square[i];
                double half = (hij - hji) / 2;
                double least = (hij + hji) / 2 - Math.sqrt(half * half + 1);
                double lift = Math.max(0, LEAST_CURVATURE - least);
                hij += lift;
                hji += lift;
                double determinant = hij * hji - 1;
                double gij = at.gradient.get(i, j);
                double gji = at.gradient.get(j, i);
                direction.set(i, j, -(hji * gij - gji) / determinant);
                direction.set(j, i, -(hij * gji - gij) / determinant);
            }
        }
        return direction;
    }

    @Override
    public Map<String, Matrix> values() {
        return Map.of("unmixing", b);
    }

    @Override
    public void setValues(Map<String, Matrix> values) {
        Parameters.copy(values, values());
        at = likelihood.at(b);
    }

    @Override
    public Map<String, Double> scalars() {
        return Map.of("stuck", stuck ? 1.0 : 0);
    }

    @Override
    public void setState(Map<String, Matrix> state, Map<String, Double> scalars) {
        stuck = scalars.get("stuck") > 0;
    }

    /** What is known at one matrix B: y = B z. Means over the rows. */
    static final class Point {
        /** −log |det B| − Σᵢ E log pᵢ(yᵢ). */
        double loss;

        /** E[ψ(yᵢ) yⱼ] − δᵢⱼ. */
        DMatrixRMaj gradient;

        /** The greatest number of the gradient. */
        double greatest;

        /** E ψ′(yᵢ). */
        double[] slope;

        /** E ψ′(yᵢ) yᵢ². */
        double[] slopeSquare;

        /** E yᵢ². */
        double[] square;
    }

    static final class Likelihood {
        private final ComponentPass pass;
        private final int n;
        private final int d;

        Likelihood(DMatrixRMaj z, Source[] densities) {
            n = z.numCols;
            d = z.numRows;
            pass = new ComponentPass(z, d, new Scores(densities));
        }

        Point at(DMatrixRMaj b) {
            pass.run(b.data);
            Point point = new Point();
            point.loss = -MaximumLikelihoodIca.logAbsoluteDeterminant(b);
            point.slope = new double[d];
            point.slopeSquare = new double[d];
            point.square = new double[d];
            for (int i = 0; i < d; i++) {
                point.slope[i] = pass.sums[4 * i] / n;
                point.slopeSquare[i] = pass.sums[4 * i + 1] / n;
                point.square[i] = pass.sums[4 * i + 2] / n;
                point.loss += pass.sums[4 * i + 3] / n;
            }
            point.gradient = new DMatrixRMaj(d, d);
            DMatrixRMaj products = new DMatrixRMaj(d, d, true, pass.products);
            Products.gemm(false, true, 1.0 / n, products, b, 0, point.gradient);
            for (int i = 0; i < d; i++) {
                point.gradient.add(i, i, -1);
            }
            point.greatest = CommonOps_DDRM.elementMaxAbs(point.gradient);
            return point;
        }
    }

    /** y ← ψ(y), and the sums of ψ′, ψ′y², y² and −log p. */
    private static final class Scores implements ComponentPass.Function {
        private final Source[] densities;

        Scores(Source[] densities) {
            this.densities = densities.clone();
        }

        @Override
        public int sums() {
            return 4;
        }

        @Override
        public void apply(int i, double[] y, int from, int n, Elementary elementary, double[] sums, int at) {
            double[] before = elementary.spare();
            System.arraycopy(y, from, before, 0, n);
            elementary.tanh(y, from, n);
            // Σ log cosh y = Σ |y| − log Π (1 + |tanh y|), with factors from 1 to 2.
            double absolute = 0;
            double square = 0;
            double product = 1;
            double slope = 0;
            double slopeSquare = 0;
            for (int t = 0; t < n; t++) {
                double v = before[t];
                double tanh = y[from + t];
                absolute += Math.abs(v);
                square += v * v;
                product *= 1 + Math.abs(tanh);
                slope += tanh * tanh;
                slopeSquare += tanh * tanh * v * v;
            }
            double logCosh = absolute - Math.log(product);
            boolean peaked = densities[i] == Source.SUPER_GAUSSIAN;
            sums[at] += peaked ? n - slope : slope;
            sums[at + 1] += peaked ? square - slopeSquare : slopeSquare;
            sums[at + 2] += square;
            sums[at + 3] += peaked
                    ? logCosh + n * MaximumLikelihoodIca.LOG_PI
                    : (square + n) / 2 - logCosh + n * Logs.HALF_LOG_2_PI;
            if (!peaked) {
                for (int t = 0; t < n; t++) {
                    y[from + t] = before[t] - y[from + t];
                }
            }
        }
    }
}
