package lvm.factor;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import lvm.data.Dataset;
import lvm.data.Tables;
import lvm.fit.Batch;
import lvm.fit.Fit;
import lvm.fit.IterativeFitBuilder;
import lvm.fit.Parameters;
import lvm.fit.TrainStep;
import lvm.linalg.Products;
import lvm.model.FittedModel;
import lvm.model.GenerativeModel;
import lvm.model.HasLatent;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.random.Fill;
import lvm.random.Seeds;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;
import org.ejml.dense.row.CommonOps_DDRM;
import tech.tablesaw.api.Table;

/**
 * Sparse coding: x = W h + b + noise with the dictionary W, D×K with columns of length 1, codes h ∈ ℝᴷ of Laplace's
 * distribution p(hᵢ) = λ/4 exp(−λ|hᵢ|/2), and noise N(0, I/β). K may be greater than D. Immutable.
 *
 * <p>The encoder is an optimisation, h* = argmax p(h | x) = argmin λ‖h‖₁ + β‖x − b − W h‖², which makes many of the numbers of h
 * exactly 0 (B. A. Olshausen and D. J. Field 1996, Emergence of simple-cell receptive field properties by learning a sparse
 * code for natural images). Training alternates between the codes and the dictionary, on minibatches with sums that forget
 * (J. Mairal, F. Bach, J. Ponce and G. Sapiro 2010, Online learning for matrix factorization and sparse coding, algorithms
 * 1 and 2; here the columns have length 1, not at most 1), or on all rows at once, where the loss never rises. λ and β are
 * given, b is the mean of the data.
 */
public final class SparseCoding implements GenerativeModel<DMatrixRMaj>, HasLatent<DMatrixRMaj>, FittedModel {

    /** By what part of λ a code may violate the conditions of optimality. */
    public static final double TOLERANCE = 1e-6;

    private static final int BUDGET = 100_000;

    private final DMatrixRMaj atoms;
    private final double[] mean;
    private final double lambda;
    private final double beta;
    private final History history;
    private final Map<String, String> settings;
    private final Map<String, String> results;

    private SparseCoding(
            DMatrixRMaj atoms,
            double[] mean,
            double lambda,
            double beta,
            History history,
            Map<String, String> settings,
            Map<String, String> results) {
        this.atoms = atoms;
        this.mean = mean;
        this.lambda = lambda;
        this.beta = beta;
        this.history = history;
        this.settings = settings;
        this.results = results;
    }

    /**
     * A model of given parameters.
     *
     * @param dictionary W, D×K, an atom a column, of any length; copied
     * @param mean b, D numbers; copied
     * @param lambda λ &gt; 0
     * @param beta β &gt; 0, the precision of the noise
     * @return the model; its history is a closed form's
     * @throws IllegalArgumentException if the shapes do not agree or a number is out of range
     */
    public static SparseCoding of(DMatrixRMaj dictionary, double[] mean, double lambda, double beta) {
        Tables.requireFinite("SparseCoding.of: dictionary", dictionary);
        if (mean.length != dictionary.numRows) {
            throw new IllegalArgumentException("SparseCoding.of: the mean has " + mean.length
                    + " numbers, the dictionary has " + dictionary.numRows + " rows");
        }
        for (double value : mean) {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("SparseCoding.of: the mean holds " + value);
            }
        }
        return new SparseCoding(
                CommonOps_DDRM.transpose(dictionary, null),
                mean.clone(),
                positive("lambda", lambda),
                positive("beta", beta),
                History.closedForm(),
                Map.of(),
                Map.of());
    }

    private static double positive(String name, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("SparseCoding: " + name + " is " + value + ", expected above 0");
        }
        return value;
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; components must be set
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public int dim() {
        return atoms.numCols;
    }

    /**
     * The number of atoms of the dictionary.
     *
     * @return K
     */
    @Override
    public int latentDim() {
        return atoms.numRows;
    }

    /**
     * The dictionary W.
     *
     * @return a copy, D×K, an atom a column
     */
    public DMatrixRMaj dictionary() {
        return CommonOps_DDRM.transpose(atoms, null);
    }

    /**
     * The mean b.
     *
     * @return a copy of its D numbers
     */
    public double[] mean() {
        return mean.clone();
    }

    /**
     * The weight of the L¹ norm.
     *
     * @return λ
     */
    public double lambda() {
        return lambda;
    }

    /**
     * The precision of the noise.
     *
     * @return β
     */
    public double beta() {
        return beta;
    }

    /**
     * The most probable code of each row, h* = argmin λ‖h‖₁ + β‖x − b − W h‖², the mode of the posterior. It meets the
     * conditions of optimality up to {@link #TOLERANCE}.
     *
     * @param x n×D rows of observations; not modified
     * @return n×K codes; numbers that are not needed are exactly 0
     * @throws IllegalArgumentException if x has another number of columns than the model, or holds a NaN
     * @throws IllegalStateException if the optimum was not reached; the message has the row and the violation
     * @throws CancellationException if the thread is interrupted
     */
    @Override
    public DMatrixRMaj encode(DMatrixRMaj x) {
        DMatrixRMaj centred = centred("SparseCoding.encode", x);
        DMatrixRMaj h = new DMatrixRMaj(x.numRows, latentDim());
        int unfinished = new Lasso(atoms, lambda / (2 * beta)).solve(centred, TOLERANCE, BUDGET, h);
        if (unfinished >= 0) {
            double violation = violation(x, h)[unfinished];
            if (violation > TOLERANCE) {
                throw new IllegalStateException("SparseCoding.encode: after " + BUDGET + " iterations the code of row "
                        + unfinished + " violates the conditions of optimality by " + violation
                        + " λ, expected at most "
                        + TOLERANCE + "; the atoms of the dictionary may be too much alike");
            }
        }
        return h;
    }

    /**
     * The codes of the rows of a table.
     *
     * @param table n rows of D numeric columns
     * @return n×K codes
     * @throws IllegalArgumentException as {@link #encode(DMatrixRMaj)} and {@link Tables#matrix(Table)}
     */
    public DMatrixRMaj encode(Table table) {
        return encode(Tables.matrix(table));
    }

    /**
     * The mean of p(x | h), W h + b.
     *
     * @param h n×K codes; not modified
     * @return n×D rows
     * @throws IllegalArgumentException if h has another number of columns than there are atoms, or holds a NaN
     */
    @Override
    public DMatrixRMaj decode(DMatrixRMaj h) {
        return LinearMap.decode("SparseCoding.decode", h, mean, dictionary());
    }

    private DMatrixRMaj centred(String where, DMatrixRMaj x) {
        LinearMap.require(where, "x", x, dim(), "dimensions");
        DMatrixRMaj centred = new DMatrixRMaj(x.numRows, dim());
        for (int i = 0; i < centred.data.length; i++) {
            centred.data[i] = x.data[i] - mean[i % mean.length];
        }
        return centred;
    }

    private void requireCodes(String where, DMatrixRMaj x, DMatrixRMaj h) {
        LinearMap.require(where, "h", h, latentDim(), "atoms");
        if (h.numRows != x.numRows) {
            throw new IllegalArgumentException(
                    where + ": " + h.numRows + " codes for " + x.numRows + " rows of observations");
        }
    }

    /**
     * What a code minimises, λ‖h‖₁ + β‖x − b − W h‖².
     *
     * @param x n×D rows of observations; not modified
     * @param h n×K codes; not modified
     * @return n values; twice −log p(h | x) up to a constant
     * @throws IllegalArgumentException if shapes do not agree, or there is a NaN
     */
    public double[] loss(DMatrixRMaj x, DMatrixRMaj h) {
        DMatrixRMaj rest = centred("SparseCoding.loss", x);
        requireCodes("SparseCoding.loss", x, h);
        Products.gemm(false, false, -1, h, atoms, 1, rest);
        double[] loss = new double[x.numRows];
        for (int i = 0; i < loss.length; i++) {
            loss[i] = lambda * absoluteSum(h, i) + beta * squareSum(rest, i);
        }
        return loss;
    }

    private static double absoluteSum(DMatrixRMaj x, int row) {
        double sum = 0;
        for (int j = row * x.numCols; j < (row + 1) * x.numCols; j++) {
            sum += Math.abs(x.data[j]);
        }
        return sum;
    }

    private static double squareSum(DMatrixRMaj x, int row) {
        double sum = 0;
        for (int j = row * x.numCols; j < (row + 1) * x.numCols; j++) {
            sum += x.data[j] * x.data[j];
        }
        return sum;
    }

    /**
     * How far codes are from the conditions of optimality: with cⱼ = 2β wⱼᵀ(x − b − W h) these are cⱼ = λ sign hⱼ where hⱼ ≠ 0, and
     * |cⱼ| ≤ λ where hⱼ = 0.
     *
     * @param x n×D rows of observations; not modified
     * @param h n×K codes; not modified
     * @return n values, the greatest violation of each code as a part of λ; 0 at the optimum
     * @throws IllegalArgumentException if shapes do not agree, or there is a NaN
     */
    public double[] violation(DMatrixRMaj x, DMatrixRMaj h) {
        DMatrixRMaj rest = centred("SparseCoding.violation", x);
        requireCodes("SparseCoding.violation", x, h);
        Products.gemm(false, false, -1, h, atoms, 1, rest);
        int k = latentDim();
        DMatrixRMaj c = new DMatrixRMaj(x.numRows, k);
        Products.gemm(false, true, 2 * beta / lambda, rest, atoms, 0, c);
        double[] violation = new double[x.numRows];
        for (int i = 0; i < violation.length; i++) {
            for (int j = i * k; j < (i + 1) * k; j++) {
                double by = h.data[j] == 0
                        ? Math.max(0, Math.abs(c.data[j]) - 1)
                        : Math.abs(c.data[j] - Math.signum(h.data[j]));
                violation[i] = Math.max(violation[i], by);
            }
        }
        return violation;
    }

    @Override
    public DMatrixRMaj sample(int n, RandomGenerator rng) {
        if (n < 0) {
            throw new IllegalArgumentException("SparseCoding.sample: n is " + n + ", expected at least 0");
        }
        DMatrixRMaj h = new DMatrixRMaj(n, latentDim());
        for (int i = 0; i < h.data.length; i++) {
            double size = -2 / lambda * Math.log(1 - rng.nextDouble());
            h.data[i] = rng.nextBoolean() ? size : -size;
        }
        DMatrixRMaj x = decode(h);
        double deviation = 1 / Math.sqrt(beta);
        for (int i = 0; i < x.data.length; i++) {
            x.data[i] += deviation * rng.nextGaussian();
        }
        return x;
    }

    /**
     * The course of the fit, one row an epoch, all means over the rows with the dictionary that each row met: {@code loss} is
     * λ‖h‖₁ + β‖x − b − W h‖², {@code squaredError} is ‖x − b − W h‖², and {@code active} the number of atoms in use, hⱼ ≠ 0.
     */
    @Override
    public History history() {
        return history;
    }

    @Override
    public ModelSummary summary() {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("components", String.valueOf(latentDim()));
        shown.put("dimensions", String.valueOf(dim()));
        shown.put("λ", String.valueOf(lambda));
        shown.put("β", String.valueOf(beta));
        shown.putAll(settings);
        return new ModelSummary("SparseCoding", shown, results, history);
    }

    @Override
    public String toString() {
        return summary().toString();
    }

    /** The settings of a fit. */
    public static final class Builder extends IterativeFitBuilder<Builder, SparseCoding> {
        /** The weight of the L¹ norm used when none is set. */
        public static final double DEFAULT_LAMBDA = 1;

        /** The precision of the noise used when none is set. */
        public static final double DEFAULT_BETA = 1;

        /** The number of passes over the data when none is set. */
        public static final int DEFAULT_EPOCHS = 10;

        /** The rows in a minibatch when no number is set. */
        public static final int DEFAULT_BATCH_SIZE = 256;

        private static final String WHERE = "SparseCoding.fit";

        /** Rounds of the dictionary update on all rows at once; one is enough for a minibatch. */
        private static final int ROUNDS = 10;

        /**
         * The minibatch t has a weight about proportional to t to this power less one: the last twentieth counts. A longer
         * memory holds the dictionary near its start.
         */
        private static final double FORGETTING = 20;

        /** The cosine of atoms of the start that would do the same work. */
        private static final double ALIKE = 0.99;

        private int components;
        private double lambda = DEFAULT_LAMBDA;
        private double beta = DEFAULT_BETA;
        private int epochs = DEFAULT_EPOCHS;
        private int batchSize = DEFAULT_BATCH_SIZE;

        private Builder() {}

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * The number of atoms; must be set.
         *
         * @param components K, at least 1; it may be greater than the number of columns
         * @return this
         * @throws IllegalArgumentException if less than 1
         */
        public Builder components(int components) {
            this.components = requireAtLeast("components", 1, components);
            return this;
        }

        /**
         * The weight of the L¹ norm: the greater, the sparser the codes.
         *
         * @param lambda λ &gt; 0, by default {@link #DEFAULT_LAMBDA}
         * @return this
         * @throws IllegalArgumentException if not positive and finite
         */
        public Builder lambda(double lambda) {
            this.lambda = positive("lambda", lambda);
            return this;
        }

        /**
         * The precision of the noise.
         *
         * @param beta β &gt; 0, by default {@link #DEFAULT_BETA}
         * @return this
         * @throws IllegalArgumentException if not positive and finite
         */
        public Builder beta(double beta) {
            this.beta = positive("beta", beta);
            return this;
        }

        /**
         * The number of passes over the data.
         *
         * @param epochs at least 1, by default {@link #DEFAULT_EPOCHS}
         * @return this
         * @throws IllegalArgumentException if less than 1
         */
        public Builder epochs(int epochs) {
            this.epochs = requireAtLeast("epochs", 1, epochs);
            return this;
        }

        /**
         * The rows in a minibatch. As many as there are rows or more: codes and dictionary are minimised over in turn.
         *
         * @param batchSize at least 1, by default {@link #DEFAULT_BATCH_SIZE}
         * @return this
         * @throws IllegalArgumentException if less than 1
         */
        public Builder batchSize(int batchSize) {
            this.batchSize = requireAtLeast("batchSize", 1, batchSize);
            return this;
        }

        /**
         * Learns the dictionary. An interrupt of the thread ends the fit early with the dictionary of the last minibatch; the
         * history then says {@link lvm.model.History.Stop#INTERRUPTED}, and the thread stays interrupted.
         *
         * @param x n×D rows of observations; not modified and not kept
         * @return the fitted model
         * @throws IllegalArgumentException if the components are not set, x is empty or holds a NaN, or all rows are equal
         * @throws CancellationException if interrupted before the first minibatch was done
         */
        @Override
        public SparseCoding fit(DMatrixRMaj x) {
            if (components == 0) {
                throw new IllegalArgumentException("SparseCoding: components not set");
            }
            Tables.requireFinite(WHERE, x);
            DMatrixRMaj centred = x.copy();
            double[] mean = Whitening.centre(centred);
            double variance = 0;
            double size = 0;
            for (int i = 0; i < x.data.length; i++) {
                variance += centred.data[i] * centred.data[i];
                size += x.data[i] * x.data[i];
            }
            if (!(variance > 1e-28 * size)) {
                throw new IllegalArgumentException(WHERE + ": all rows of x are equal, there is nothing to code"
                        + (x.numRows == 1 ? " in one" : ""));
            }
            if (!Double.isFinite(variance)) {
                throw new IllegalArgumentException(WHERE + ": the squares of x overflow; scale x to a moderate range");
            }
            Learner learner = new Learner(centred);
            History history = new Fit(learner)
                    .options(options(0, epochs).batchSize(batchSize))
                    .label("sparse coding")
                    .objectiveName("loss")
                    .columns(List.of("loss", "squaredError", "active"), learner::means)
                    .parameters(learner)
                    .run(Dataset.of(centred));
            if (history.stop() == History.Stop.INTERRUPTED && learner.steps == 0) {
                throw new CancellationException(WHERE + ": interrupted before there was a model");
            }
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put("epochs", String.valueOf(epochs));
            settings.put("batch size", String.valueOf(Math.min(batchSize, x.numRows)));
            settings.put("seed", String.valueOf(seed()));
            Map<String, String> results = new LinkedHashMap<>();
            results.put("rows", String.valueOf(x.numRows));
            results.put("epochs", history.size() + ", " + history.stop());
            if (history.size() > 0) {
                results.put("loss per row", String.format(Locale.ROOT, "%.6g", history.last("loss")));
                results.put("squared error per row", String.format(Locale.ROOT, "%.6g", history.last("squaredError")));
                results.put("atoms in use per row", String.format(Locale.ROOT, "%.2f", history.last("active")));
            }
            return new SparseCoding(learner.atoms, mean, lambda, beta, history, settings, results);
        }

        private final class Learner implements TrainStep, Parameters {
            private final int n;
            private final int d;
            private final int k = components;
            private final DMatrixRMaj atoms;

            /** The forgetting means of h hᵀ and of h xᵀ. */
            private final DMatrixRMaj codes;

            private final DMatrixRMaj products;

            /** How often each atom was in use in this epoch. */
            private final DMatrixRMaj used;

            private double steps;
            private double rows;
            private double loss;
            private double squaredError;
            private double active;

            Learner(DMatrixRMaj centred) {
                n = centred.numRows;
                d = centred.numCols;
                atoms = new DMatrixRMaj(k, d);
                codes = new DMatrixRMaj(k, k);
                products = new DMatrixRMaj(k, d);
                used = new DMatrixRMaj(1, k);
                start(centred);
            }

            /** Rows of different directions at random; where they are too few, random directions. */
            private void start(DMatrixRMaj centred) {
                SplittableRandom rng = new SplittableRandom(Seeds.split(seed(), "dictionary"));
                int found = 0;
                for (int row : Fill.permutation(n, rng)) {
                    if (found == k) {
                        return;
                    }
                    System.arraycopy(centred.data, row * d, atoms.data, found * d, d);
                    if (normalise(found) && isNew(found)) {
                        found++;
                    }
                }
                while (found < k) {
                    for (int j = 0; j < d; j++) {
                        atoms.set(found, j, rng.nextGaussian());
                    }
                    if (normalise(found)) {
                        found++;
                    }
                }
            }

            private boolean isNew(int atom) {
                for (int other = 0; other < atom; other++) {
                    double cos = 0;
                    for (int j = 0; j < d; j++) {
                        cos += atoms.data[atom * d + j] * atoms.data[other * d + j];
                    }
                    if (Math.abs(cos) > ALIKE) {
                        return false;
                    }
                }
                return true;
            }

            private boolean normalise(int atom) {
                double norm = Math.sqrt(squareSum(atoms, atom));
                if (!(norm > Double.MIN_NORMAL)) {
                    return false;
                }
                for (int j = atom * d; j < (atom + 1) * d; j++) {
                    atoms.data[j] /= norm;
                }
                return true;
            }

            double[] means() {
                return new double[] {loss / rows, squaredError / rows, active / rows};
            }

            @Override
            public double step(Batch batch, RandomGenerator rng) {
                DMatrixRMaj x = batch.doubles();
                int m = x.numRows;
                DMatrixRMaj h = new DMatrixRMaj(m, k);
                new Lasso(atoms, lambda / (2 * beta)).solve(x, TOLERANCE, BUDGET, h);
                if (rows == n) {
                    rows = loss = squaredError = active = 0;
                    used.zero();
                }
                DMatrixRMaj rest = x.copy();
                Products.gemm(false, false, -1, h, atoms, 1, rest);
                double sum = 0;
                for (int i = 0; i < m; i++) {
                    double square = squareSum(rest, i);
                    squaredError += square;
                    sum += lambda * absoluteSum(h, i) + beta * square;
                    for (int j = 0; j < k; j++) {
                        if (h.data[i * k + j] != 0) {
                            active++;
                            used.data[j]++;
                        }
                    }
                }
                loss += sum;
                rows += m;
                steps++;
                // All rows at once need no memory.
                boolean whole = m == n;
                double rate = whole ? 1 : Math.min(1, FORGETTING / (steps + FORGETTING - 1));
                Products.gemm(true, false, rate / m, h, h, 1 - rate, codes);
                Products.gemm(true, false, rate / m, h, x, 1 - rate, products);
                for (int round = 0; round < (whole ? ROUNDS : 1); round++) {
                    for (int j = 0; j < k; j++) {
                        improve(j);
                    }
                }
                if (rows == n) {
                    replaceUnused(x, rest);
                }
                return -sum / m;
            }

            /**
             * The best atom j for given others among those of length 1: along Σ h_j (x − Σ_{l≠j} w_l h_l).
             */
            private void improve(int j) {
                if (codes.get(j, j) <= 0) {
                    return; // not in use
                }
                double[] direction = Arrays.copyOfRange(products.data, j * d, (j + 1) * d);
                for (int l = 0; l < k; l++) {
                    double a = codes.data[j * k + l];
                    if (l != j && a != 0) {
                        for (int i = 0; i < d; i++) {
                            direction[i] -= a * atoms.data[l * d + i];
                        }
                    }
                }
                double square = 0;
                for (double value : direction) {
                    square += value * value;
                }
                double norm = Math.sqrt(square);
                if (norm > Double.MIN_NORMAL) {
                    for (int i = 0; i < d; i++) {
                        atoms.data[j * d + i] = direction[i] / norm;
                    }
                }
            }

            /** An atom that no row of the epoch used becomes the row of this minibatch that is coded worst, one for each. */
            private void replaceUnused(DMatrixRMaj x, DMatrixRMaj rest) {
                double[] errors = new double[x.numRows];
                Arrays.setAll(errors, i -> squareSum(rest, i));
                for (int j = 0; j < k; j++) {
                    if (used.data[j] > 0) {
                        continue;
                    }
                    int worst = 0;
                    for (int i = 1; i < errors.length; i++) {
                        worst = errors[i] > errors[worst] ? i : worst;
                    }
                    if (!(errors[worst] > 0)) {
                        return;
                    }
                    errors[worst] = 0;
                    System.arraycopy(x.data, worst * d, atoms.data, j * d, d);
                    normalise(j);
                    for (int l = 0; l < k; l++) {
                        codes.set(j, l, 0);
                        codes.set(l, j, 0);
                    }
                    Arrays.fill(products.data, j * d, (j + 1) * d, 0);
                }
            }

            @Override
            public Map<String, Matrix> values() {
                return Map.of("atoms", atoms);
            }

            @Override
            public Map<String, Matrix> state() {
                Map<String, Matrix> state = new LinkedHashMap<>();
                state.put("codes", codes);
                state.put("products", products);
                state.put("used", used);
                return state;
            }

            @Override
            public Map<String, Double> scalars() {
                Map<String, Double> scalars = new LinkedHashMap<>();
                scalars.put("steps", steps);
                scalars.put("rows", rows);
                scalars.put("loss", loss);
                scalars.put("squaredError", squaredError);
                scalars.put("active", active);
                return scalars;
            }

            @Override
            public void setState(Map<String, Matrix> state, Map<String, Double> scalars) {
                Parameters.copy(state, state());
                steps = scalars.get("steps");
                rows = scalars.get("rows");
                loss = scalars.get("loss");
                squaredError = scalars.get("squaredError");
                active = scalars.get("active");
            }
        }
    }
}
