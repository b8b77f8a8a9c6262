package lvm.data;

import java.util.Locale;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.linalg.Logs;
import org.ejml.data.DMatrixRMaj;
import tech.tablesaw.api.Table;

/** Distributions in the plane that a model can be watched on. The component that a point was drawn from is its label. */
public enum Toy2d {

    /**
     * Two half circles of radius 1 that reach into each other, around (0, 0) and (1, ½), with normal noise of standard
     * deviation 0.1. The set that scikit-learn made common.
     */
    TWO_MOONS(2) {
        @Override
        void draw(int component, RandomGenerator rng, double[] z) {
            double angle = Math.PI * rng.nextDouble();
            double side = component == 0 ? 1 : -1;
            z[0] = (component == 0 ? 0 : 1) + side * Math.cos(angle) + 0.1 * rng.nextGaussian();
            z[1] = (component == 0 ? 0 : 0.5) + side * Math.sin(angle) + 0.1 * rng.nextGaussian();
        }
    },

    /**
     * Four circles around the origin: the angle is uniform, the radius normal with means 1, 2, 3, 4 and standard deviation
     * 0.1: p(z) = ¼ Σₖ N(‖z‖; k, 0.1²) / (2π‖z‖).
     */
    RINGS(4) {
        @Override
        void draw(int component, RandomGenerator rng, double[] z) {
            double radius = 1 + component + RING_WIDTH * rng.nextGaussian();
            double angle = 2 * Math.PI * rng.nextDouble();
            z[0] = radius * Math.cos(angle);
            z[1] = radius * Math.sin(angle);
        }

        @Override
        public boolean hasDensity() {
            return true;
        }

        @Override
        public double logDensity(double x, double y) {
            double radius = Math.hypot(x, y);
            double[] logs = new double[4];
            for (int k = 0; k < 4; k++) {
                logs[k] = Logs.logNormal((radius - 1 - k) / RING_WIDTH) - Math.log(RING_WIDTH);
            }
            return Logs.logSumExp(logs) - Math.log(4) - Math.log(2 * Math.PI * radius);
        }
    },

    /**
     * Two arms of a spiral, opposite to each other: (−r cos r, r sin r) / 3 with r = 3π√u, u uniform in [0,1], with normal
     * noise of standard deviation 0.1.
     */
    SPIRALS(2) {
        @Override
        void draw(int component, RandomGenerator rng, double[] z) {
            double r = 3 * Math.PI * Math.sqrt(rng.nextDouble());
            double side = component == 0 ? 1 : -1;
            z[0] = -side * r * Math.cos(r) / 3 + 0.1 * rng.nextGaussian();
            z[1] = side * r * Math.sin(r) / 3 + 0.1 * rng.nextGaussian();
        }
    },

    /**
     * Five bent blades: (a, b) with a ~ N(1, 0.3²) and b ~ N(0, 0.1²), turned by 2πk/5 + ¼ exp(a) and doubled; after M. J.
     * Johnson et al. (2016), Composing graphical models with neural networks.
     */
    PINWHEEL(5) {
        @Override
        void draw(int component, RandomGenerator rng, double[] z) {
            double a = 1 + 0.3 * rng.nextGaussian();
            double b = 0.1 * rng.nextGaussian();
            double angle = 2 * Math.PI * component / 5 + 0.25 * Math.exp(a);
            z[0] = 2 * (a * Math.cos(angle) - b * Math.sin(angle));
            z[1] = 2 * (a * Math.sin(angle) + b * Math.cos(angle));
        }
    },

    /** Uniform on every second of the sixteen squares of edge 2 in [−4, 4]²: p(z) = 1/32 there; entropy ln 32. */
    CHECKERBOARD(8) {
        @Override
        void draw(int component, RandomGenerator rng, double[] z) {
            int row = component / 2;
            int column = 2 * (component % 2) + row % 2;
            z[0] = -4 + 2 * (column + rng.nextDouble());
            z[1] = -4 + 2 * (row + rng.nextDouble());
        }

        @Override
        public boolean hasDensity() {
            return true;
        }

        @Override
        public double logDensity(double x, double y) {
            boolean within = x >= -4 && x < 4 && y >= -4 && y < 4;
            boolean dark = (Math.floor(x / 2) + Math.floor(y / 2)) % 2 == 0;
            return within && dark ? -Math.log(32) : Double.NEGATIVE_INFINITY;
        }

        @Override
        public double entropy() {
            return Math.log(32);
        }
    },

    /**
     * Eight normal distributions of standard deviation 0.2, their means at equal distances on the circle of radius 2:
     * p(z) = ⅛ Σₖ N(z; 2 (cos πk/4, sin πk/4), 0.2² I).
     */
    EIGHT_GAUSSIANS(8) {
        @Override
        void draw(int component, RandomGenerator rng, double[] z) {
            z[0] = 2 * Math.cos(Math.PI * component / 4) + SPOT_WIDTH * rng.nextGaussian();
            z[1] = 2 * Math.sin(Math.PI * component / 4) + SPOT_WIDTH * rng.nextGaussian();
        }

        @Override
        public boolean hasDensity() {
            return true;
        }

        @Override
        public double logDensity(double x, double y) {
            double[] logs = new double[8];
            for (int k = 0; k < 8; k++) {
                logs[k] = Logs.logNormal((x - 2 * Math.cos(Math.PI * k / 4)) / SPOT_WIDTH)
                        + Logs.logNormal((y - 2 * Math.sin(Math.PI * k / 4)) / SPOT_WIDTH);
            }
            return Logs.logSumExp(logs) - Math.log(8) - 2 * Math.log(SPOT_WIDTH);
        }
    };

    private static final double RING_WIDTH = 0.1;
    private static final double SPOT_WIDTH = 0.2;

    private final int components;

    Toy2d(int components) {
        this.components = components;
    }

    /** A point of one of the components. */
    abstract void draw(int component, RandomGenerator rng, double[] z);

    /**
     * The number of parts that the distribution is made of, each with the same probability.
     *
     * @return K; labels go from 0 to K − 1
     */
    public int components() {
        return components;
    }

    /**
     * Whether the density is known in closed form.
     *
     * @return whether {@link #logDensity} may be called
     */
    public boolean hasDensity() {
        return false;
    }

    /**
     * The density.
     *
     * @param x the first coordinate
     * @param y the second coordinate
     * @return log p(x, y) in nats, minus infinity where the density is 0
     * @throws UnsupportedOperationException if it is not known in closed form, see {@link #hasDensity}
     */
    public double logDensity(double x, double y) {
        throw new UnsupportedOperationException(
                "Toy2d.logDensity: that of " + name() + " is not known in closed form; ask hasDensity() first");
    }

    /**
     * The differential entropy −E[log p], which no model's mean log-likelihood can beat on average.
     *
     * @return nats, NaN where it is not known in closed form
     */
    public double entropy() {
        return Double.NaN;
    }

    /**
     * Draws points.
     *
     * @param rows n, at least 1
     * @param seed the seed of the draw
     * @return n × 2 coordinates x and y, with the component of each point as its label
     * @throws IllegalArgumentException if rows is not positive
     */
    public Dataset generate(int rows, long seed) {
        if (rows < 1) {
            throw new IllegalArgumentException("Toy2d.generate: " + rows + " rows, expected at least 1");
        }
        SplittableRandom rng = new SplittableRandom(seed);
        DMatrixRMaj points = new DMatrixRMaj(rows, 2);
        int[] labels = new int[rows];
        double[] z = new double[2];
        for (int i = 0; i < rows; i++) {
            labels[i] = rng.nextInt(components);
            draw(labels[i], rng, z);
            points.set(i, 0, z[0]);
            points.set(i, 1, z[1]);
        }
        return Dataset.of(points)
                .withColumns("x", "y")
                .withClasses(labels, components)
                .named(toString());
    }

    /**
     * Draws the same points as {@link #generate}, as a table.
     *
     * @param rows n, at least 1
     * @param seed the seed of the draw
     * @return n rows of x, y and label
     * @throws IllegalArgumentException if rows is not positive
     */
    public Table table(int rows, long seed) {
        return generate(rows, seed).asTable();
    }

    /**
     * The name in words.
     *
     * @return such as {@code two moons}
     */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
