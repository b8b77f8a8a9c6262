package lvm.evaluation;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import lvm.linalg.Doubles;
import lvm.linalg.Logs;
import lvm.model.Require;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * The posterior of two latent variables z given one observation x, by integration on a grid instead of an approximation:
 * p(z | x) = p(x, z)/p(x) and p(x) = ∫ p(x, z) dz. A coarse grid over [−5, 5]² finds where the joint density is not next to nothing, a
 * finer one covers that place, and a finer one again the place that is left: for priors such as N(0, I). What lies between the points
 * of the coarse grid, 0.2 apart, and is much narrower than that, is not found.
 *
 * <pre>{@code
 * var exact = PlanarPosterior.of(z -> vae.logJoint(x, z), 61);
 * double gap = exact.logP() - vae.elbo(x, 1000, rng)[0];
 * }</pre>
 */
public final class PlanarPosterior {
    private static final double REACH = 5;
    private static final int COARSE = 51;

    /** How many nats below the highest point the first finer grid still covers, and the second. */
    private static final double[] WORTH = {60, 30};

    private final double[] low;
    private final double[] step;
    private final int edge;
    private final double[] logJoint;
    private final double logP;

    private PlanarPosterior(Function<FMatrixRMaj, ? extends Matrix> logJoint, double[] low, double[] step, int edge) {
        this.low = low;
        this.step = step;
        this.edge = edge;
        FMatrixRMaj z = new FMatrixRMaj(edge * edge, 2);
        for (int i = 0; i < z.numRows; i++) {
            z.set(i, 0, (float) point(i, 0));
            z.set(i, 1, (float) point(i, 1));
        }
        Matrix joint = logJoint.apply(z);
        if (joint.getNumRows() * joint.getNumCols() != z.numRows) {
            throw new IllegalArgumentException("PlanarPosterior.of: " + joint.getNumRows() + "×" + joint.getNumCols()
                    + " log densities of " + z.numRows + " points, expected one of each");
        }
        this.logJoint = Arrays.copyOf(Doubles.of("PlanarPosterior.of", joint).data, z.numRows);
        logP = Logs.logSumExp(this.logJoint) + Math.log(cell());
    }

    /**
     * The posterior of one observation.
     *
     * @param logJoint log p(x, z) in nats of M rows of two latent variables: 1×M or M×1 numbers of either precision
     * @param edge the points of the grids in each direction, at least 3
     * @return the posterior
     * @throws IllegalArgumentException if edge is below 3, there are not as many log densities as points, or none is finite
     */
    public static PlanarPosterior of(Function<FMatrixRMaj, ? extends Matrix> logJoint, int edge) {
        Require.atLeast("PlanarPosterior.of", "edge", 3, edge);
        double apart = 2 * REACH / (COARSE - 1);
        PlanarPosterior found =
                new PlanarPosterior(logJoint, new double[] {-REACH, -REACH}, new double[] {apart, apart}, COARSE);
        for (double worth : WORTH) {
            found = found.finer(logJoint, worth, edge);
        }
        return found;
    }

    private PlanarPosterior finer(Function<FMatrixRMaj, ? extends Matrix> joint, double worth, int points) {
        double most = Arrays.stream(logJoint).max().orElseThrow();
        if (!Double.isFinite(most)) {
            throw new IllegalArgumentException("PlanarPosterior.of: the largest log density is " + most);
        }
        double[] from = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
        double[] to = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};
        for (int i = 0; i < logJoint.length; i++) {
            for (int k = 0; k < 2 && logJoint[i] > most - worth; k++) {
                from[k] = Math.min(from[k], point(i, k) - step[k]);
                to[k] = Math.max(to[k], point(i, k) + step[k]);
            }
        }
        double[] apart = {(to[0] - from[0]) / (points - 1), (to[1] - from[1]) / (points - 1)};
        return new PlanarPosterior(joint, from, apart, points);
    }

    private double point(int i, int k) {
        return low[k] + (k == 0 ? i / edge : i % edge) * step[k];
    }

    /** {@return log p(x) in nats, by the sum over the grid} */
    public double logP() {
        return logP;
    }

    /** {@return the number of points of the grid} */
    public int size() {
        return logJoint.length;
    }

    /** {@return the area that belongs to a point of the grid} */
    public double cell() {
        return step[0] * step[1];
    }

    /**
     * {@return a point z of the grid}
     *
     * @param i the point, from 0 to {@link #size()} − 1
     */
    public double[] point(int i) {
        return new double[] {point(i, 0), point(i, 1)};
    }

    /**
     * {@return log p(z | x) in nats at a point of the grid}
     *
     * @param i the point, from 0 to {@link #size()} − 1
     */
    public double logDensity(int i) {
        return logJoint[i] - logP;
    }

    /**
     * {@return p(z | x) at the nearest point of the grid; 0 beside the grid, where next to nothing is left}
     *
     * @param z1 the first latent variable
     * @param z2 the second
     */
    public double density(double z1, double z2) {
        long i = Math.round((z1 - low[0]) / step[0]);
        long j = Math.round((z2 - low[1]) / step[1]);
        return i < 0 || j < 0 || i >= edge || j >= edge ? 0 : Math.exp(logDensity((int) (i * edge + j)));
    }

    /** {@return the posterior means of the two latent variables} */
    public double[] mean() {
        return new double[] {expectation(0, z -> z), expectation(1, z -> z)};
    }

    /** {@return the posterior variances of the two latent variables} */
    public double[] variance() {
        double[] m = mean();
        return new double[] {expectation(0, z -> (z - m[0]) * (z - m[0])), expectation(1, z -> (z - m[1]) * (z - m[1]))
        };
    }

    private double expectation(int k, DoubleUnaryOperator f) {
        double sum = 0;
        for (int i = 0; i < logJoint.length; i++) {
            sum += Math.exp(logDensity(i)) * cell() * f.applyAsDouble(point(i, k));
        }
        return sum;
    }
}
