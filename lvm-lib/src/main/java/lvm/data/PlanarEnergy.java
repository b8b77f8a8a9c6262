package lvm.data;

import java.util.SplittableRandom;
import lvm.linalg.Logs;
import org.ejml.data.DMatrixRMaj;
import tech.tablesaw.api.Table;

/**
 * The four energies U(z), z ∈ ℝ², by which planar flows were first tried: p(z) = exp(−U(z)) / Z.
 *
 * <p>Source: D. J. Rezende and S. Mohamed (2015), Variational inference with normalizing flows, table 1, with
 *
 * <pre>w₁(z) = sin(2π z₁ / 4),  w₂(z) = 3 exp(−½ ((z₁ − 1) / 0.6)²),  w₃(z) = 3 σ((z₁ − 1) / 0.3)</pre>
 *
 * <p>The last three do not fall with |z₁|, so that exp(−U) has no finite integral over the plane. {@link #logDensity} and
 * {@link #generate} therefore restrict these to |z₁| ≤ 4, the part that the paper shows; {@link #energy} does not.
 */
public enum PlanarEnergy {

    /** U₁(z) = ½ ((‖z‖ − 2) / 0.4)² − ln(exp(−½ ((z₁ − 2) / 0.6)²) + exp(−½ ((z₁ + 2) / 0.6)²)): a ring in two halves. */
    U1(Double.POSITIVE_INFINITY) {
        @Override
        public double energy(double z1, double z2) {
            return halfSquare((Math.hypot(z1, z2) - 2) / 0.4)
                    - Logs.logSumExp(-halfSquare((z1 - 2) / 0.6), -halfSquare((z1 + 2) / 0.6));
        }

        @Override
        double logZ() {
            return Ring.LOG_Z;
        }

        @Override
        void draw(SplittableRandom rng, double[] z) {
            // Rejection: exp(-U) is at most 1 + exp(-½ (4 / 0.6)²), and of no account outside this square.
            do {
                z[0] = 12 * rng.nextDouble() - 6;
                z[1] = 12 * rng.nextDouble() - 6;
            } while (rng.nextDouble() * 1.001 >= Math.exp(-energy(z[0], z[1])));
        }
    },

    /** U₂(z) = ½ ((z₂ − w₁(z)) / 0.4)²: a wave. */
    U2(4) {
        @Override
        public double energy(double z1, double z2) {
            return halfSquare((z2 - w1(z1)) / 0.4);
        }

        @Override
        double logZ() {
            return Math.log(8 * Math.sqrt(2 * Math.PI) * 0.4);
        }

        @Override
        void draw(SplittableRandom rng, double[] z) {
            z[0] = 8 * rng.nextDouble() - 4;
            z[1] = w1(z[0]) + 0.4 * rng.nextGaussian();
        }
    },

    /** U₃(z) = −ln(exp(−½ ((z₂ − w₁(z)) / 0.35)²) + exp(−½ ((z₂ − w₁(z) + w₂(z)) / 0.35)²)): a wave that parts and joins. */
    U3(4) {
        @Override
        public double energy(double z1, double z2) {
            double d = z2 - w1(z1);
            return -Logs.logSumExp(-halfSquare(d / 0.35), -halfSquare((d + w2(z1)) / 0.35));
        }

        @Override
        double logZ() {
            return Math.log(8 * Math.sqrt(2 * Math.PI) * (0.35 + 0.35));
        }

        @Override
        void draw(SplittableRandom rng, double[] z) {
            z[0] = 8 * rng.nextDouble() - 4;
            z[1] = w1(z[0]) - (rng.nextBoolean() ? w2(z[0]) : 0) + 0.35 * rng.nextGaussian();
        }
    },

    /** U₄(z) = −ln(exp(−½ ((z₂ − w₁(z)) / 0.4)²) + exp(−½ ((z₂ − w₁(z) + w₃(z)) / 0.35)²)): a wave that forks. */
    U4(4) {
        @Override
        public double energy(double z1, double z2) {
            double d = z2 - w1(z1);
            return -Logs.logSumExp(-halfSquare(d / 0.4), -halfSquare((d + w3(z1)) / 0.35));
        }

        @Override
        double logZ() {
            return Math.log(8 * Math.sqrt(2 * Math.PI) * (0.4 + 0.35));
        }

        @Override
        void draw(SplittableRandom rng, double[] z) {
            z[0] = 8 * rng.nextDouble() - 4;
            z[1] = rng.nextDouble() < 0.4 / (0.4 + 0.35)
                    ? w1(z[0]) + 0.4 * rng.nextGaussian()
                    : w1(z[0]) - w3(z[0]) + 0.35 * rng.nextGaussian();
        }
    };

    /** The normaliser of U₁, by sums over a grid, which for a smooth function that vanishes at the edge are exact. */
    private static final class Ring {
        private static final double LOG_Z = logZ();

        private static double logZ() {
            double step = 0.02;
            double sum = 0;
            for (int i = -300; i <= 300; i++) {
                for (int j = -300; j <= 300; j++) {
                    sum += Math.exp(-U1.energy(i * step, j * step));
                }
            }
            return Math.log(sum * step * step);
        }
    }

    private final double reach; // the greatest |z1|

    PlanarEnergy(double reach) {
        this.reach = reach;
    }

    /**
     * The energy.
     *
     * @param z1 the first coordinate
     * @param z2 the second coordinate
     * @return U(z) in nats
     */
    public abstract double energy(double z1, double z2);

    abstract double logZ();

    abstract void draw(SplittableRandom rng, double[] z);

    /**
     * The density, restricted to |z₁| ≤ 4 but for U₁.
     *
     * @param z1 the first coordinate
     * @param z2 the second coordinate
     * @return −U(z) − ln Z in nats, minus infinity where |z₁| &gt; 4 but for U₁
     */
    public double logDensity(double z1, double z2) {
        return Math.abs(z1) <= reach ? -energy(z1, z2) - logZ() : Double.NEGATIVE_INFINITY;
    }

    /**
     * Draws points of the density, exactly.
     *
     * @param rows n, at least 1
     * @param seed the seed of the draw
     * @return n × 2 coordinates z1 and z2, without labels
     * @throws IllegalArgumentException if rows is not positive
     */
    public Dataset generate(int rows, long seed) {
        if (rows < 1) {
            throw new IllegalArgumentException("PlanarEnergy.generate: " + rows + " rows, expected at least 1");
        }
        SplittableRandom rng = new SplittableRandom(seed);
        DMatrixRMaj points = new DMatrixRMaj(rows, 2);
        double[] z = new double[2];
        for (int i = 0; i < rows; i++) {
            draw(rng, z);
            points.set(i, 0, z[0]);
            points.set(i, 1, z[1]);
        }
        return Dataset.of(points).withColumns("z1", "z2").named(name());
    }

    /**
     * Draws the same points as {@link #generate}, as a table.
     *
     * @param rows n, at least 1
     * @param seed the seed of the draw
     * @return n rows of z1 and z2
     * @throws IllegalArgumentException if rows is not positive
     */
    public Table table(int rows, long seed) {
        return generate(rows, seed).asTable();
    }

    private static double halfSquare(double t) {
        return 0.5 * t * t;
    }

    private static double w1(double z1) {
        return Math.sin(2 * Math.PI * z1 / 4);
    }

    private static double w2(double z1) {
        return 3 * Math.exp(-halfSquare((z1 - 1) / 0.6));
    }

    private static double w3(double z1) {
        return 3 / (1 + Math.exp(-(z1 - 1) / 0.3));
    }
}
