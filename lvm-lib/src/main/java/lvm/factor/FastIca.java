package lvm.factor;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import lvm.fit.ConvergentFitBuilder;
import lvm.linalg.Products;
import lvm.model.Card;
import lvm.model.DoublePrecision;
import lvm.model.HasDecoder;
import lvm.model.HasEncoder;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.DMatrixRMaj;

/**
 * Independent component analysis by fixed-point iterations: x = A h + b with independent sources h ∈ ℝᴷ of mean 0 and
 * variance 1, the mixing matrix A, D×K, and the mean b. At most one source may be Gaussian. Immutable.
 *
 * <p>The data are whitened, z = Q (x − b); then directions w of length 1 are sought along which wᵀz is least Gaussian, by
 * w ← E[z g(wᵀz)] − E[g′(wᵀz)] w with the derivative g of a {@link Contrast} (A. Hyvärinen 1999, Fast and robust fixed-point
 * algorithms for independent component analysis, equation 20). The sources are h = W Q (x − b).
 *
 * <p>Data do not tell order and sign of the sources. Here those come first that contribute most to the variance of x, that
 * is, whose column of A is longest, and the sign is the one that makes the largest number of that column positive.
 *
 * <p>Columns may have any units: where there are as many sources as columns, a factor for a column changes its row of A by that
 * factor, and so perhaps the order. Fewer sources are looked for in the leading principal directions, which depend on the
 * units of the columns beside each other; so may the order in which {@link Algorithm#DEFLATION} finds sources.
 *
 * <p>Without sources to be found, as in Gaussian data, the iterations do not settle. The model is then returned as it is;
 * {@link #converged()}, {@link #change()} and the summary tell.
 */
public final class FastIca extends SavedModel
        implements DoublePrecision, HasEncoder<DMatrixRMaj>, HasDecoder<DMatrixRMaj> {

    /** How the directions are found. */
    public enum Algorithm {
        /** All at once, W ← (W Wᵀ)^(−1/2) W after each step. */
        SYMMETRIC,
        /** One after another, each orthogonal to those before it. */
        DEFLATION
    }

    /** The function G whose mean tells how far from Gaussian a source is; g is its derivative. */
    public enum Contrast {
        /** G(y) = log cosh y, g(y) = tanh y; for general use. */
        LOGCOSH,
        /** G(y) = −exp(−y²/2), g(y) = y exp(−y²/2); for very peaked sources, little moved by outliers. */
        EXP,
        /** G(y) = y⁴/4, g(y) = y³: kurtosis; for flat sources without outliers. */
        CUBE
    }

    private final double[] mean;
    private final DMatrixRMaj whitening;
    private final DMatrixRMaj unmixing;
    private final DMatrixRMaj mixing;
    private final double change;

    private FastIca(
            double[] mean,
            DMatrixRMaj whitening,
            DMatrixRMaj unmixing,
            DMatrixRMaj mixing,
            double change,
            ModelSummary summary) {
        super(summary);
        this.mean = mean;
        this.whitening = whitening;
        this.unmixing = unmixing;
        this.mixing = mixing;
        this.change = change;
    }

    /** {@return the settings of a fit by fixed-point iterations; nothing must be set} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@return the mixing and unmixing as it was saved, the same in every bit}
     *
     * @param file a file of {@link #save(Path)}
     */
    public static FastIca load(Path file) {
        return Models.load(file, FastIca.class);
    }

    @Override
    public void store(ModelData data) {
        data.put("mean", mean)
                .put("whitening", whitening)
                .put("unmixing", unmixing)
                .put("mixing", mixing)
                .put("change", change);
    }

    static FastIca read(ModelData data) {
        return new FastIca(
                data.doubleArray("mean"),
                data.doubles("whitening"),
                data.doubles("unmixing"),
                data.doubles("mixing"),
                data.number("change"),
                data.summary());
    }

    @Override
    public int dim() {
        return mixing.numRows;
    }

    /** {@return the number of sources, K} */
    @Override
    public int latentDim() {
        return mixing.numCols;
    }

    /** {@return a copy of the D numbers of the mean b} */
    public double[] mean() {
        return mean.clone();
    }

    /** {@return the mixing matrix A, from sources to observations, a copy, D×K, a source a column} */
    public DMatrixRMaj mixing() {
        return mixing.copy();
    }

    /**
     * The unmixing matrix W Q, from centred observations to sources: the pseudo-inverse of A.
     *
     * @return a copy, K×D, a source a row
     */
    public DMatrixRMaj unmixing() {
        return unmixing.copy();
    }

    /**
     * The whitening matrix Q: z = Q (x − b) has the covariance I on the data of the fit.
     *
     * @return a copy, K×D
     */
    public DMatrixRMaj whitening() {
        return whitening.copy();
    }

    /**
     * Whether every direction settled within the budget.
     *
     * @return true if the last change of each was at most the tolerance
     */
    public boolean converged() {
        return history().stop() == History.Stop.CONVERGED;
    }

    /**
     * How far the directions turned in the last iteration.
     *
     * @return the greatest 1 − |cos α| with α the angle between a direction before and after it; NaN without an iteration
     */
    public double change() {
        return change;
    }

    /**
     * The sources of each row, h = W Q (x − b).
     *
     * @param x n×D rows of observations; not modified
     * @return n×K values, a source a column
     * @throws IllegalArgumentException if x has another number of columns than the model, or holds a NaN
     */
    @Override
    public DMatrixRMaj encode(DMatrixRMaj x) {
        return LinearMap.encode("FastIca.encode", x, mean, unmixing);
    }

    /**
     * The mixture of given sources, x = A h + b.
     *
     * @param h n×K values, a source a column; not modified
     * @return n×D rows
     * @throws IllegalArgumentException if h has another number of columns than there are sources, or holds a NaN
     */
    @Override
    public DMatrixRMaj decode(DMatrixRMaj h) {
        return LinearMap.decode("FastIca.decode", h, mean, mixing);
    }

    /**
     * The course of the fit, one row an iteration: {@code change}, the greatest 1 − |cos α| with α the angle by which a
     * direction turned. With deflation also {@code component}, counted from 0 in the order in which they were found.
     */
    @Override
    public History history() {
        return super.history();
    }

    /**
     * The settings of a fit. A direction has settled when it turns by an angle α with 1 − |cos α| at most the
     * {@link #tolerance}; the fit has converged when all have. With deflation each direction has the whole budget of
     * {@link #maxIterations}.
     */
    public static final class Builder extends ConvergentFitBuilder<Builder, FastIca> {
        /** The algorithm used when none is set. */
        public static final Algorithm DEFAULT_ALGORITHM = Algorithm.SYMMETRIC;

        /** The contrast used when none is set. */
        public static final Contrast DEFAULT_CONTRAST = Contrast.LOGCOSH;

        /** The budget of iterations used when none is set. */
        public static final int DEFAULT_MAX_ITERATIONS = 200;

        /** The tolerance used when none is set. */
        public static final double DEFAULT_TOLERANCE = 1e-6;

        private static final String WHERE = "FastIca.fit";

        private int components;
        private Algorithm algorithm = DEFAULT_ALGORITHM;
        private Contrast contrast = DEFAULT_CONTRAST;
        private DMatrixRMaj start;
        private String label = "FastICA";

        private Builder() {
            super(DEFAULT_MAX_ITERATIONS, DEFAULT_TOLERANCE, 1);
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * The number of sources; with fewer than D the data are first projected on their leading principal directions.
         *
         * @param components K, at least 1; by default the number D of columns
         * @return this
         * @throws IllegalArgumentException if less than 1
         */
        public Builder components(int components) {
            this.components = requireAtLeast("components", 1, components);
            return given("components");
        }

        /**
         * How the directions are found.
         *
         * @param algorithm the algorithm, by default {@link #DEFAULT_ALGORITHM}
         * @return this
         */
        public Builder algorithm(Algorithm algorithm) {
            this.algorithm = Objects.requireNonNull(algorithm, "FastIca: algorithm");
            return given("algorithm");
        }

        /**
         * The measure of how far from Gaussian a source is.
         *
         * @param contrast the contrast, by default {@link #DEFAULT_CONTRAST}
         * @return this
         */
        public Builder contrast(Contrast contrast) {
            this.contrast = Objects.requireNonNull(contrast, "FastIca: contrast");
            return given("contrast");
        }

        /**
         * The directions in the whitened space to start from, instead of random ones.
         *
         * @param start K×K, a direction a row, linearly independent; copied
         * @return this
         * @throws IllegalArgumentException if not square, empty or not finite
         */
        public Builder start(DMatrixRMaj start) {
            Require.finite("FastIca", "start", start);
            if (start.numRows != start.numCols || start.numRows == 0) {
                throw new IllegalArgumentException("FastIca: start is " + start.numRows + "×" + start.numCols
                        + ", expected a square matrix, a direction of the whitened space a row");
            }
            this.start = start.copy();
            return given("start");
        }

        /** No progress, for a fit within another. */
        Builder quiet() {
            label = null;
            return this;
        }

        /**
         * Fits the model.
         *
         * @param x n×D rows of observations; not modified and not kept
         * @param columns the names of the columns; none if they have none
         * @return the fitted model
         * @throws IllegalArgumentException if x is empty, holds a NaN or a constant column, has fewer columns or fewer
         *     linearly independent ones than components, or not more rows than components, or the start does not fit
         * @throws java.util.concurrent.CancellationException if interrupted before there was a start
         */
        @Override
        protected FastIca fit(DMatrixRMaj x, List<String> columns) {
            Whitening white = Whitening.of(WHERE, x, components);
            int k = white.matrix().numRows;
            if (start != null && start.numRows != k) {
                throw new IllegalArgumentException(
                        WHERE + ": the start is of " + start.numRows + " components, expected " + k);
            }
            return converge(
                    x,
                    label,
                    "change",
                    i -> FixedPoint.of(algorithm, contrast, white.data(), start(k), tolerance(), maxIterations()),
                    (run, history) -> model(x.numRows, white, run, history, columns));
        }

        private DMatrixRMaj start(int k) {
            if (start != null) {
                return start.copy();
            }
            SplittableRandom rng = new SplittableRandom(seed());
            DMatrixRMaj w = new DMatrixRMaj(k, k);
            for (int i = 0; i < k * k; i++) {
                w.data[i] = rng.nextGaussian();
            }
            return w;
        }

        private FastIca model(int n, Whitening white, FixedPoint run, History history, List<String> columns) {
            DMatrixRMaj unmixing = Whitening.product(run.w, white.matrix());
            DMatrixRMaj mixing = new DMatrixRMaj(white.inverse().numRows, run.w.numRows);
            Products.multTransB(white.inverse(), run.w, mixing);
            settle(unmixing, mixing);
            double change = run.ended() ? run.worst : Math.max(run.worst, run.change);
            Card card = Card.of("FastIca")
                    .setting("components", mixing.numCols)
                    .setting("dimensions", mixing.numRows)
                    .setting("algorithm", algorithm)
                    .setting("contrast", contrast)
                    .setting("start", start == null ? "seed " + seed() : "given")
                    .setting("max iterations", maxIterations())
                    .setting("tolerance", "%.1e", tolerance())
                    .result("rows", n)
                    .result("iterations", history.size() + ", " + history.stop())
                    .columns(columns);
            if (history.stop() != History.Stop.CONVERGED) {
                card.result(
                        "not converged",
                        "1 − |cos| between the last two directions is %.2e, above the tolerance %.1e",
                        change,
                        tolerance());
            }
            return new FastIca(white.mean(), white.matrix(), unmixing, mixing, change, card.summary(history));
        }

        /** Brings the sources into their order and gives them their signs. */
        private static void settle(DMatrixRMaj unmixing, DMatrixRMaj mixing) {
            int d = mixing.numRows;
            int k = mixing.numCols;
            double[] length = new double[k];
            double[] largest = new double[k];
            for (int i = 0; i < d; i++) {
                for (int j = 0; j < k; j++) {
                    double a = mixing.get(i, j);
                    length[j] += a * a;
                    if (Math.abs(a) > Math.abs(largest[j])) {
                        largest[j] = a;
                    }
                }
            }
            int[] order = IntStream.range(0, k)
                    .boxed()
                    .sorted(Comparator.comparingDouble(j -> -length[j]))
                    .mapToInt(Integer::intValue)
                    .toArray();
            DMatrixRMaj u = unmixing.copy();
            DMatrixRMaj a = mixing.copy();
            for (int j = 0; j < k; j++) {
                double sign = largest[order[j]] < 0 ? -1 : 1;
                for (int i = 0; i < d; i++) {
                    unmixing.set(j, i, sign * u.get(order[j], i));
                    mixing.set(i, j, sign * a.get(i, order[j]));
                }
            }
        }
    }
}
