package lvm.factor;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import lvm.data.Tables;
import lvm.fit.Batch;
import lvm.fit.Fit;
import lvm.fit.IterativeFitBuilder;
import lvm.fit.Parameters;
import lvm.fit.TrainStep;
import lvm.linalg.Products;
import lvm.model.FittedModel;
import lvm.model.HasLatent;
import lvm.model.History;
import lvm.model.ModelSummary;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;
import tech.tablesaw.api.Table;

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
 * <p>Without sources to be found, as in Gaussian data, the iterations do not settle. The model is then returned as it is;
 * {@link #converged()}, {@link #change()} and the summary tell.
 */
public final class FastIca implements HasLatent<DMatrixRMaj>, FittedModel {

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
    private final History history;
    private final Map<String, String> settings;
    private final Map<String, String> results;

    private FastIca(
            double[] mean,
            DMatrixRMaj whitening,
            DMatrixRMaj unmixing,
            DMatrixRMaj mixing,
            double change,
            History history,
            Map<String, String> settings,
            Map<String, String> results) {
        this.mean = mean;
        this.whitening = whitening;
        this.unmixing = unmixing;
        this.mixing = mixing;
        this.change = change;
        this.history = history;
        this.settings = settings;
        this.results = results;
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; nothing must be set
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The number of observed dimensions.
     *
     * @return D
     */
    public int dim() {
        return mixing.numRows;
    }

    /**
     * The number of sources.
     *
     * @return K
     */
    @Override
    public int latentDim() {
        return mixing.numCols;
    }

    /**
     * The mean b of the data.
     *
     * @return a copy of its D numbers
     */
    public double[] mean() {
        return mean.clone();
    }

    /**
     * The mixing matrix A, from sources to observations.
     *
     * @return a copy, D×K, a source a column
     */
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
        return history.stop() == History.Stop.CONVERGED;
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
     * The sources of each row of a table.
     *
     * @param table n rows of D numeric columns
     * @return n×K values, a source a column
     * @throws IllegalArgumentException as {@link #encode(DMatrixRMaj)} and {@link Tables#matrix(Table)}
     */
    public DMatrixRMaj encode(Table table) {
        return encode(Tables.matrix(table));
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
        return history;
    }

    @Override
    public ModelSummary summary() {
        return new ModelSummary("FastIca", settings, results, history);
    }

    @Override
    public String toString() {
        return summary().toString();
    }

    /** The settings of a fit. */
    public static final class Builder extends IterativeFitBuilder<Builder, FastIca> {
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
        private int maxIterations = DEFAULT_MAX_ITERATIONS;
        private double tolerance = DEFAULT_TOLERANCE;
        private DMatrixRMaj start;
        private String label = "FastICA";

        private Builder() {}

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
            return this;
        }

        /**
         * How the directions are found.
         *
         * @param algorithm the algorithm, by default {@link #DEFAULT_ALGORITHM}
         * @return this
         */
        public Builder algorithm(Algorithm algorithm) {
            this.algorithm = Objects.requireNonNull(algorithm, "FastIca: algorithm");
            return this;
        }

        /**
         * The measure of how far from Gaussian a source is.
         *
         * @param contrast the contrast, by default {@link #DEFAULT_CONTRAST}
         * @return this
         */
        public Builder contrast(Contrast contrast) {
            this.contrast = Objects.requireNonNull(contrast, "FastIca: contrast");
            return this;
        }

        /**
         * The budget of iterations, with deflation of each direction.
         *
         * @param maxIterations at least 1, by default {@link #DEFAULT_MAX_ITERATIONS}
         * @return this
         * @throws IllegalArgumentException if less than 1
         */
        public Builder maxIterations(int maxIterations) {
            this.maxIterations = requireAtLeast("maxIterations", 1, maxIterations);
            return this;
        }

        /**
         * The stopping rule: a direction has settled when it turns by an angle α with 1 − |cos α| at most this.
         *
         * @param tolerance at least 0, by default {@link #DEFAULT_TOLERANCE}
         * @return this
         * @throws IllegalArgumentException if negative or NaN
         */
        public Builder tolerance(double tolerance) {
            if (!(tolerance >= 0)) {
                throw new IllegalArgumentException("FastIca: tolerance is " + tolerance + ", expected at least 0");
            }
            this.tolerance = tolerance;
            return this;
        }

        /**
         * The directions in the whitened space to start from, instead of random ones.
         *
         * @param start K×K, a direction a row, linearly independent; copied
         * @return this
         * @throws IllegalArgumentException if not square, empty or not finite
         */
        public Builder start(DMatrixRMaj start) {
            Tables.requireFinite("FastIca: start", start);
            if (start.numRows != start.numCols) {
                throw new IllegalArgumentException("FastIca: start is " + start.numRows + "×" + start.numCols
                        + ", expected a square matrix, a direction of the whitened space a row");
            }
            this.start = start.copy();
            return this;
        }

        /** No progress, for a fit within another. */
        Builder quiet() {
            label = null;
            return this;
        }

        /**
         * Fits the model. An interrupt of the thread ends the fit early with the directions found so far; the history then
         * says {@link lvm.model.History.Stop#INTERRUPTED}, and the thread stays interrupted.
         *
         * @param x n×D rows of observations; not modified and not kept
         * @return the fitted model
         * @throws IllegalArgumentException if x is empty, holds a NaN or a constant column, has fewer columns or fewer
         *     linearly independent ones than components, or not more rows than components, or the start does not fit
         * @throws CancellationException if interrupted before the first iteration was done
         */
        @Override
        public FastIca fit(DMatrixRMaj x) {
            Whitening white = Whitening.of(WHERE, x, components);
            int k = white.matrix().numRows;
            if (start != null && start.numRows != k) {
                throw new IllegalArgumentException(
                        WHERE + ": the start is of " + start.numRows + " components, expected " + k);
            }
            Run run = algorithm == Algorithm.SYMMETRIC ? new Symmetric(white.data()) : new Deflation(white.data());
            boolean one = algorithm == Algorithm.SYMMETRIC;
            Fit fit = new Fit(run)
                    .options(options(0, one ? maxIterations : (long) maxIterations * k))
                    .label(label)
                    .objectiveName("change")
                    .columns(
                            one ? List.of("change") : List.of("change", "component"),
                            () -> one ? new double[] {run.change} : new double[] {run.change, run.turned})
                    .convergedWhen(run::finished)
                    .parameters(run);
            History history = fit.run();
            if (history.stop() == History.Stop.INTERRUPTED && history.size() == 0) {
                throw new CancellationException(WHERE + ": interrupted before there was a model");
            }
            if (history.stop() == History.Stop.CONVERGED && !(run.worst <= tolerance)) {
                history = history.ended(History.Stop.BUDGET); // a direction of the deflation used up its own
            }
            return model(x.numRows, white, run, history);
        }

        private FastIca model(int n, Whitening white, Run run, History history) {
            int k = run.w.numRows;
            DMatrixRMaj unmixing = Whitening.product(run.w, white.matrix());
            DMatrixRMaj mixing = new DMatrixRMaj(white.inverse().numRows, k);
            Products.multTransB(white.inverse(), run.w, mixing);
            settle(unmixing, mixing);
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put("components", String.valueOf(k));
            settings.put("dimensions", String.valueOf(mixing.numRows));
            settings.put("algorithm", algorithm.toString());
            settings.put("contrast", contrast.toString());
            settings.put("start", start == null ? "seed " + seed() : "given");
            settings.put("max iterations", String.valueOf(maxIterations));
            settings.put("tolerance", format("%.1e", tolerance));
            Map<String, String> results = new LinkedHashMap<>();
            results.put("rows", String.valueOf(n));
            results.put("iterations", history.size() + ", " + history.stop());
            double change = run.finished() ? run.worst : Math.max(run.worst, run.change);
            if (history.stop() != History.Stop.CONVERGED) {
                results.put(
                        "not converged",
                        format(
                                "1 − |cos| between the last two directions is %.2e, above the tolerance %.1e",
                                change, tolerance));
            }
            return new FastIca(white.mean(), white.matrix(), unmixing, mixing, change, history, settings, results);
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

        private static String format(String format, Object... arguments) {
            return String.format(Locale.ROOT, format, arguments);
        }

        /** The iteration. What it holds is always a matrix with orthonormal rows. */
        private abstract class Run implements TrainStep, Parameters {
            final DMatrixRMaj w;
            final ComponentPass pass;
            final int n;

            /** Of the last step. */
            double change = Double.NaN;

            /** The direction that was turned by it. */
            int turned;

            /** The greatest of the last changes of the directions that are done. */
            double worst;

            Run(DMatrixRMaj z, int rows) {
                int k = z.numRows;
                n = z.numCols;
                pass = new ComponentPass(z, rows, derivative(contrast));
                if (start == null) {
                    SplittableRandom rng = new SplittableRandom(seed());
                    w = new DMatrixRMaj(k, k);
                    for (int i = 0; i < k * k; i++) {
                        w.data[i] = rng.nextGaussian();
                    }
                } else {
                    w = start.copy();
                }
            }

            abstract boolean finished();

            @Override
            public Map<String, Matrix> values() {
                return Map.of("directions", w);
            }
        }

        private final class Symmetric extends Run {
            Symmetric(DMatrixRMaj z) {
                super(z, z.numRows);
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
            boolean finished() {
                return change <= tolerance;
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

        private final class Deflation extends Run {
            private final double[] direction;
            private int done;
            private int iterations;

            Deflation(DMatrixRMaj z) {
                super(z, 1);
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
            boolean finished() {
                return done == w.numRows;
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
        private static ComponentPass.Function derivative(Contrast contrast) {
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
}
