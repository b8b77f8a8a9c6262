package lvm.data;

import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;

/**
 * Five independent signals and their mixtures, for independent component analysis: x = A s with s, x ∈ ℝ⁵ and A 5×5.
 *
 * <p>The sources over n moments, each with mean 0 and variance 1 over these: a sine of 7.3 periods, a square wave of 11.7, a
 * sawtooth of 17.1, independent noise of Laplace's distribution (super-Gaussian), and noise that comes and goes like
 * speech, normal noise smoothed over three moments under an envelope of bursts and pauses. Their phases are drawn at random.
 */
public final class Sources {

    /** The number of sources and of mixtures. */
    public static final int COUNT = 5;

    /** The greatest ratio of the singular values of a mixing matrix. */
    public static final double GREATEST_CONDITION = 10;

    private final Dataset sources;
    private final Dataset mixtures;
    private final DMatrixRMaj mixing;

    private Sources(Dataset sources, Dataset mixtures, DMatrixRMaj mixing) {
        this.sources = sources;
        this.mixtures = mixtures;
        this.mixing = mixing;
    }

    /**
     * Draws signals and a mixing matrix.
     *
     * @param rows n, the number of moments, at least 100
     * @param seed the seed of everything random
     * @return the sources, the matrix, and the mixtures
     * @throws IllegalArgumentException if rows is below 100
     */
    public static Sources generate(int rows, long seed) {
        if (rows < 100) {
            throw new IllegalArgumentException("Sources.generate: " + rows + " rows, expected at least 100");
        }
        SplittableRandom rng = new SplittableRandom(seed);
        double[][] signals = {
            wave(rows, 7.3, rng.nextDouble(), phase -> Math.sin(2 * Math.PI * phase)),
            wave(rows, 11.7, rng.nextDouble(), phase -> phase < 0.5 ? 1 : -1),
            wave(rows, 17.1, rng.nextDouble(), phase -> 2 * phase - 1),
            laplace(rows, rng),
            speech(rows, rng)
        };
        DMatrixRMaj s = new DMatrixRMaj(rows, COUNT);
        for (int j = 0; j < COUNT; j++) {
            standardize(signals[j]);
            for (int i = 0; i < rows; i++) {
                s.set(i, j, signals[j][i]);
            }
        }
        DMatrixRMaj a = new DMatrixRMaj(COUNT, COUNT);
        do {
            for (int i = 0; i < COUNT * COUNT; i++) {
                a.data[i] = rng.nextGaussian();
            }
        } while (!(NormOps_DDRM.conditionP2(a) < GREATEST_CONDITION));
        DMatrixRMaj x = new DMatrixRMaj(rows, COUNT);
        CommonOps_DDRM.multTransB(s, a, x); // rows are observations: X = S Aᵀ
        return new Sources(
                Dataset.of(s)
                        .withColumns("sine", "square", "sawtooth", "laplace", "speech")
                        .named("sources"),
                Dataset.of(x).withColumns("x1", "x2", "x3", "x4", "x5").named("mixtures"),
                a);
    }

    private interface Shape {
        double at(double phase);
    }

    private static double[] wave(int rows, double periods, double phase, Shape shape) {
        double[] signal = new double[rows];
        for (int i = 0; i < rows; i++) {
            double turns = phase + periods * i / rows;
            signal[i] = shape.at(turns - Math.floor(turns));
        }
        return signal;
    }

    private static double[] laplace(int rows, SplittableRandom rng) {
        double[] signal = new double[rows];
        for (int i = 0; i < rows; i++) {
            // By inversion; 1 - u is never 0.
            double size = -Math.log(1 - rng.nextDouble());
            signal[i] = rng.nextBoolean() ? size : -size;
        }
        return signal;
    }

    private static double[] speech(int rows, SplittableRandom rng) {
        double syllables = rng.nextDouble();
        double words = rng.nextDouble();
        double[] signal = new double[rows];
        double older = rng.nextGaussian();
        double old = rng.nextGaussian();
        for (int i = 0; i < rows; i++) {
            double now = rng.nextGaussian();
            double t = i / (double) rows;
            double loud = Math.max(0, Math.sin(2 * Math.PI * (words + 4.3 * t)));
            double envelope = loud * Math.pow(Math.sin(Math.PI * (syllables + 23.9 * t)), 2);
            signal[i] = envelope * (older + 2 * old + now);
            older = old;
            old = now;
        }
        return signal;
    }

    private static void standardize(double[] signal) {
        double mean = 0;
        for (double value : signal) {
            mean += value / signal.length;
        }
        double variance = 0;
        for (double value : signal) {
            variance += (value - mean) * (value - mean) / signal.length;
        }
        for (int i = 0; i < signal.length; i++) {
            signal[i] = (signal[i] - mean) / Math.sqrt(variance);
        }
    }

    /**
     * The signals before they were mixed.
     *
     * @return n × 5 values of s: sine, square, sawtooth, laplace, speech; as a table by {@link Dataset#asTable}
     */
    public Dataset sources() {
        return sources;
    }

    /**
     * What is heard.
     *
     * @return n × 5 values of x = A s, named x1 to x5; as a table by {@link Dataset#asTable}
     */
    public Dataset mixtures() {
        return mixtures;
    }

    /** {@return a copy of the mixing matrix A, 5×5} */
    public DMatrixRMaj mixing() {
        return mixing.copy();
    }
}
