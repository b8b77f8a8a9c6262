package lvm.factor;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import lvm.data.Dataset;
import lvm.data.Tables;
import lvm.fit.Fit;
import lvm.fit.IterativeFitBuilder;
import lvm.linalg.Products;
import lvm.model.Card;
import lvm.model.DoublePrecision;
import lvm.model.GenerativeModel;
import lvm.model.HasDecoder;
import lvm.model.HasEncoder;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

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
public final class SparseCoding extends SavedModel
        implements DoublePrecision, GenerativeModel<DMatrixRMaj>, HasEncoder<DMatrixRMaj>, HasDecoder<DMatrixRMaj> {

    /** By what part of λ a code may violate the conditions of optimality. */
    public static final double TOLERANCE = 1e-6;

    static final int BUDGET = 100_000;

    private final DMatrixRMaj atoms;
    private final double[] mean;
    private final double lambda;
    private final double beta;

    private SparseCoding(DMatrixRMaj atoms, double[] mean, double lambda, double beta, ModelSummary summary) {
        super(summary);
        this.atoms = atoms;
        this.mean = mean;
        this.lambda = lambda;
        this.beta = beta;
    }

    private static Card card(DMatrixRMaj atoms, double lambda, double beta) {
        return Card.of("SparseCoding")
                .setting("components", atoms.numRows)
                .setting("dimensions", atoms.numCols)
                .setting("λ", lambda)
                .setting("β", beta);
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
        String where = "SparseCoding.of";
        Require.finite(where, "the dictionary", dictionary);
        if (mean.length != dictionary.numRows || dictionary.numCols == 0) {
            throw new IllegalArgumentException(where + ": the mean has " + mean.length + " numbers, the dictionary is "
                    + dictionary.numRows + "×" + dictionary.numCols);
        }
        Require.finite(where, "the mean", new DMatrixRMaj(1, mean.length, true, mean));
        Require.positive(where, "lambda", lambda);
        Require.positive(where, "beta", beta);
        DMatrixRMaj atoms = CommonOps_DDRM.transpose(dictionary, null);
        ModelSummary summary = card(atoms, lambda, beta).summary(History.closedForm());
        return new SparseCoding(atoms, mean.clone(), lambda, beta, summary);
    }

    /** {@return the settings of learning a dictionary; components must be set} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@return the dictionary as it was saved, the same in every bit}
     *
     * @param file a file of {@link #save(Path)}
     */
    public static SparseCoding load(Path file) {
        return Models.load(file, SparseCoding.class);
    }

    @Override
    public void store(ModelData data) {
        data.put("atoms", atoms).put("mean", mean).put("lambda", lambda).put("beta", beta);
    }

    static SparseCoding read(ModelData data) {
        return new SparseCoding(
                data.doubles("atoms"),
                data.doubleArray("mean"),
                data.number("lambda"),
                data.number("beta"),
                data.summary());
    }

    @Override
    public int dim() {
        return atoms.numCols;
    }

    /** {@return the number of atoms of the dictionary, K} */
    @Override
    public int latentDim() {
        return atoms.numRows;
    }

    /** {@return the dictionary W, a copy, D×K, an atom a column} */
    public DMatrixRMaj dictionary() {
        return CommonOps_DDRM.transpose(atoms, null);
    }

    /** {@return a copy of the D numbers of the mean b} */
    public double[] mean() {
        return mean.clone();
    }

    /** {@return the weight λ of the L¹ norm} */
    public double lambda() {
        return lambda;
    }

    /** {@return the precision β of the noise} */
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
        Require.finiteRows(where, "x", x, dim());
        return Centered.minus(x, mean);
    }

    private void requireCodes(String where, DMatrixRMaj x, DMatrixRMaj h) {
        Require.finiteRows(where, "h", h, latentDim());
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

    /**
     * As {@link #loss(DMatrixRMaj, DMatrixRMaj)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param h n×K codes; not modified
     * @return n values; twice −log p(h | x) up to a constant
     * @throws IllegalArgumentException as there
     */
    public double[] loss(Dataset data, DMatrixRMaj h) {
        return loss(observations(data), h);
    }

    static double absoluteSum(DMatrixRMaj x, int row) {
        double sum = 0;
        for (int j = row * x.numCols; j < (row + 1) * x.numCols; j++) {
            sum += Math.abs(x.data[j]);
        }
        return sum;
    }

    static double squareSum(DMatrixRMaj x, int row) {
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

    /**
     * As {@link #violation(DMatrixRMaj, DMatrixRMaj)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param h n×K codes; not modified
     * @return n values, the greatest violation of each code as a part of λ; 0 at the optimum
     * @throws IllegalArgumentException as there
     */
    public double[] violation(Dataset data, DMatrixRMaj h) {
        return violation(observations(data), h);
    }

    @Override
    public DMatrixRMaj sample(int n, RandomGenerator rng) {
        Require.atLeast("SparseCoding.sample", "n", 0, n);
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
        return super.history();
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
            return given("components");
        }

        /**
         * The weight of the L¹ norm: the greater, the sparser the codes.
         *
         * @param lambda λ &gt; 0, by default {@link #DEFAULT_LAMBDA}
         * @return this
         * @throws IllegalArgumentException if not positive and finite
         */
        public Builder lambda(double lambda) {
            this.lambda = Require.positive("SparseCoding", "lambda", lambda);
            return given("lambda");
        }

        /**
         * The precision of the noise.
         *
         * @param beta β &gt; 0, by default {@link #DEFAULT_BETA}
         * @return this
         * @throws IllegalArgumentException if not positive and finite
         */
        public Builder beta(double beta) {
            this.beta = Require.positive("SparseCoding", "beta", beta);
            return given("beta");
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
            return given("epochs");
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
            return given("batchSize");
        }

        /**
         * Learns the dictionary. An interrupt of the thread ends the fit early with the dictionary of the last minibatch; the
         * history then says {@link lvm.model.History.Stop#INTERRUPTED}, and the thread stays interrupted.
         *
         * @param x n×D rows of observations; not modified and not kept
         * @param columns the names of the columns; none if they have none
         * @return the fitted model
         * @throws IllegalArgumentException if the components are not set, x is empty or holds a NaN, or all rows are equal
         * @throws CancellationException if interrupted before the first minibatch was done
         */
        @Override
        protected SparseCoding fit(DMatrixRMaj x, List<String> columns) {
            Require.set("SparseCoding", "components", components > 0);
            Tables.requireFinite(WHERE, x);
            Require.moderateTogether(WHERE, "x", x);
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
            DictionaryLearning learning = new DictionaryLearning(centred, components, lambda, beta, seed());
            Fit fit = new Fit(learning)
                    .options(options(0, epochs).batchSize(batchSize))
                    .label("sparse coding")
                    .objectiveName("loss")
                    .columns(List.of("loss", "squaredError", "active"), learning::means)
                    .parameters(learning);
            if (keepsCheckpoints()) {
                fit.digest(Dataset.digest(x)); // centred data do not tell their mean
            }
            History history = fit.run(Dataset.of(centred));
            if (history.stop() == History.Stop.INTERRUPTED && !learning.begun()) {
                throw new CancellationException(WHERE + ": interrupted before there was a model");
            }
            Card card = card(learning.atoms, lambda, beta)
                    .setting("epochs", epochs)
                    .setting("batch size", Math.min(batchSize, x.numRows))
                    .setting("seed", seed())
                    .result("rows", x.numRows)
                    .result("epochs", history.size() + ", " + history.stop())
                    .columns(columns);
            if (history.size() > 0) {
                card.result("loss per row", "%.6g", history.last("loss"))
                        .result("squared error per row", "%.6g", history.last("squaredError"))
                        .result("atoms in use per row", "%.2f", history.last("active"));
            }
            return new SparseCoding(learning.atoms, mean, lambda, beta, card.summary(history));
        }
    }
}
