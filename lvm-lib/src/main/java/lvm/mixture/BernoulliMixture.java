package lvm.mixture;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import lvm.data.Chunks;
import lvm.data.ColumnRanges;
import lvm.data.Dataset;
import lvm.fit.Batch;
import lvm.fit.ConvergentFitBuilder;
import lvm.fit.FitsChunks;
import lvm.linalg.Interrupts;
import lvm.linalg.Logs;
import lvm.linalg.Parallel;
import lvm.linalg.Products;
import lvm.model.Card;
import lvm.model.DoublePrecision;
import lvm.model.GenerativeModel;
import lvm.model.HasComponents;
import lvm.model.HasDensity;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.random.Seeds;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * A mixture of products of Bernoulli distributions, for rows of zeros and ones: the code of an observation is one of K
 * components, which is not distributed over several variables.
 *
 * <p>p(z = k) = πₖ, p(x | z = k) = Πⱼ μₖⱼ^xⱼ (1 − μₖⱼ)^(1 − xⱼ), x ∈ {0, 1}ᴰ,
 *
 * <p>log p(x) = log Σₖ πₖ p(x | k). EM: r(i, k) ∝ πₖ p(xᵢ | k), then πₖ = Nₖ/n and μₖ = Σᵢ r(i, k) xᵢ/Nₖ with Nₖ = Σᵢ r(i, k);
 * neither step lowers the likelihood. G. J. McLachlan and D. Peel (2000), Finite mixture models; C. M. Bishop (2006), Pattern
 * recognition and machine learning, equations 9.47 to 9.60. A probability may become 0 or 1, and then other values of that
 * variable have the log-likelihood −∞ in that component. Immutable.
 */
public final class BernoulliMixture extends SavedModel
        implements DoublePrecision, GenerativeModel<DMatrixRMaj>, HasDensity<DMatrixRMaj>, HasComponents<DMatrixRMaj> {
    private final double[] weights;
    private final DMatrixRMaj probabilities;

    private BernoulliMixture(double[] weights, DMatrixRMaj probabilities, ModelSummary summary) {
        super(summary);
        this.weights = weights;
        this.probabilities = probabilities;
    }

    /**
     * A mixture of given parameters.
     *
     * @param weights π, K numbers of at least 0 that sum to 1; copied
     * @param probabilities μ, K×D numbers within [0,1]; copied
     * @return the mixture
     * @throws IllegalArgumentException if a number is out of range, or there are other numbers of rows than weights
     */
    public static BernoulliMixture of(double[] weights, double[][] probabilities) {
        DMatrixRMaj mu = new DMatrixRMaj(probabilities);
        double sum = 0;
        for (double weight : weights) {
            sum += Require.notNegative("BernoulliMixture.of", "a weight", weight);
        }
        if (mu.numRows != weights.length || !(Math.abs(sum - 1) <= 1e-9)) {
            throw new IllegalArgumentException("BernoulliMixture.of: " + weights.length + " weights that sum to " + sum
                    + " and " + mu.numRows + " rows of probabilities, expected as many, and the sum 1");
        }
        for (double p : mu.data) {
            if (!(p >= 0 && p <= 1)) {
                throw new IllegalArgumentException(
                        "BernoulliMixture.of: a probability is " + p + ", expected within [0,1]");
            }
        }
        return new BernoulliMixture(
                weights.clone(), mu, card(weights.length, mu.numCols).summary(History.closedForm()));
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the components must be set
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Reads a model.
     *
     * @param file a file of {@link #save(Path)}
     * @return the model, the same in every bit
     * @throws java.io.UncheckedIOException as {@link Models#load(Path, Class)}
     */
    public static BernoulliMixture load(Path file) {
        return Models.load(file, BernoulliMixture.class);
    }

    @Override
    public void store(ModelData data) {
        data.put("weights", weights).put("probabilities", probabilities);
    }

    static BernoulliMixture read(ModelData data) {
        return new BernoulliMixture(data.doubleArray("weights"), data.doubles("probabilities"), data.summary());
    }

    @Override
    public int dim() {
        return probabilities.numCols;
    }

    @Override
    public int components() {
        return weights.length;
    }

    /** {@return the probabilities π of the components, a copy of K numbers} */
    public double[] weights() {
        return weights.clone();
    }

    /** {@return the probabilities μ of ones, a copy, K×D, a component a row} */
    public DMatrixRMaj probabilities() {
        return probabilities.copy();
    }

    /**
     * The log-likelihood of every row together with every component, log πₖ + log p(xᵢ | k).
     *
     * @param x n×D zeros and ones; not modified
     * @return n×K values in nats, summed over the D dimensions
     * @throws IllegalArgumentException if x has another number of columns, or something else than 0 and 1
     */
    public DMatrixRMaj logJoint(DMatrixRMaj x) {
        Require.binary("BernoulliMixture.logJoint", "x", x, dim());
        return logJoint(x, weights, probabilities);
    }

    /**
     * As {@link #logJoint(DMatrixRMaj)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @return n×K values in nats, summed over the D dimensions
     * @throws IllegalArgumentException as there
     */
    public DMatrixRMaj logJoint(Dataset data) {
        return logJoint(observations(data));
    }

    @Override
    public double[] logDensity(DMatrixRMaj x) {
        Require.binary("BernoulliMixture.logDensity", "x", x, dim());
        return normalise(logJoint(x, weights, probabilities));
    }

    @Override
    public DMatrixRMaj responsibilities(DMatrixRMaj x) {
        Require.binary("BernoulliMixture.responsibilities", "x", x, dim());
        DMatrixRMaj r = logJoint(x, weights, probabilities);
        normalise(r);
        return r;
    }

    @Override
    public DMatrixRMaj sample(int n, RandomGenerator rng) {
        Require.atLeast("BernoulliMixture.sample", "n", 0, n);
        DMatrixRMaj x = new DMatrixRMaj(n, dim());
        for (int i = 0; i < n; i++) {
            double u = rng.nextDouble();
            int k = 0;
            while (k < weights.length - 1 && u >= weights[k]) {
                u -= weights[k++];
            }
            for (int j = 0; j < dim(); j++) {
                x.set(i, j, rng.nextDouble() < probabilities.get(k, j) ? 1 : 0);
            }
        }
        return x;
    }

    private static Card card(int components, int dim) {
        return Card.of("BernoulliMixture").setting("components", components).setting("dimensions", dim);
    }

    /**
     * log πₖ + x·(log μₖ − log(1 − μₖ)) + Σⱼ log(1 − μₖⱼ). Where μ is 0 or 1 a logarithm is −∞; it is left out, and what is
     * impossible is counted instead, as 0 · ∞ is no number.
     */
    static DMatrixRMaj logJoint(DMatrixRMaj x, double[] weights, DMatrixRMaj mu) {
        int k = mu.numRows;
        int d = mu.numCols;
        DMatrixRMaj odds = new DMatrixRMaj(k, d);
        DMatrixRMaj certain = new DMatrixRMaj(k, d); // 1 where a one is impossible, −1 where a zero is
        double[] offset = new double[k];
        double[] impossible = new double[k]; // how many variables can not be zero
        boolean any = false;
        for (int c = 0; c < k; c++) {
            offset[c] = Math.log(weights[c]);
            for (int j = 0; j < d; j++) {
                double p = mu.get(c, j);
                if (p == 0 || p == 1) {
                    any = true;
                    certain.set(c, j, p == 0 ? 1 : -1);
                    impossible[c] += p;
                } else {
                    odds.set(c, j, Logs.logit(p));
                    offset[c] += Math.log1p(-p);
                }
            }
        }
        DMatrixRMaj joint = new DMatrixRMaj(x.numRows, k);
        Products.multTransB(x, odds, joint);
        DMatrixRMaj counts = new DMatrixRMaj(any ? x.numRows : 0, k);
        if (any) {
            Products.multTransB(x, certain, counts);
        }
        for (int i = 0; i < x.numRows; i++) {
            for (int c = 0; c < k; c++) {
                boolean out = any && counts.get(i, c) + impossible[c] > .5;
                joint.set(i, c, out ? Double.NEGATIVE_INFINITY : joint.get(i, c) + offset[c]);
            }
        }
        return joint;
    }

    /** log Σₖ of each row; the rows become the shares in that, equal ones where nothing is possible. */
    static double[] normalise(DMatrixRMaj joint) {
        int k = joint.numCols;
        double[] logP = new double[joint.numRows];
        Parallel.range(joint.numRows, Parallel.grain(16 * k), (from, to) -> {
            for (int i = from; i < to; i++) {
                logP[i] = Logs.softmax(joint.data, i * k, joint.data, i * k, k);
            }
        });
        return logP;
    }

    /**
     * The settings of a fit by EM. It has converged when an iteration raises the log-likelihood by at most the
     * {@link #tolerance}, in nats per row; of several starts the one with the highest likelihood is returned. A start has
     * equal weights and, for each component, probabilities half way between ½ and a row that is drawn.
     */
    public static final class Builder extends ConvergentFitBuilder<Builder, BernoulliMixture>
            implements FitsChunks<BernoulliMixture> {
        /** The number of starts used when none is set. */
        public static final int DEFAULT_RESTARTS = 5;

        /** The budget of iterations used when none is set. */
        public static final int DEFAULT_MAX_ITERATIONS = 1000;

        /** The tolerance used when none is set, in nats per row. */
        public static final double DEFAULT_TOLERANCE = 1e-9;

        private static final String WHERE = "BernoulliMixture.fit";

        private int components;

        private Builder() {
            super(DEFAULT_MAX_ITERATIONS, DEFAULT_TOLERANCE, DEFAULT_RESTARTS);
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * The number of components; must be set.
         *
         * @param components K, at least 1
         * @return this
         * @throws IllegalArgumentException if less than 1
         */
        public Builder components(int components) {
            this.components = requireAtLeast("components", 1, components);
            return this;
        }

        @Override
        public Builder restarts(int restarts) {
            return super.restarts(restarts);
        }

        @Override
        protected BernoulliMixture fit(DMatrixRMaj x, List<String> columns) {
            Require.set("BernoulliMixture", "components", components > 0);
            Require.atLeastRows(WHERE, "x", x, 1);
            Require.binary(WHERE, "x", x, x.numCols);
            return fit(new BitRows.InMemory(x), () -> Dataset.digest(x), columns);
        }

        @Override
        public BernoulliMixture fit(Chunks x) {
            Require.set("BernoulliMixture", "components", components > 0);
            Require.binary(WHERE, "x", ColumnRanges.of(x));
            return fit(new BitRows.InChunks(x), x::digest, x.columns());
        }

        @Override
        protected BernoulliMixture fitOnDisk(Dataset data) {
            return fit(data.chunks());
        }

        private BernoulliMixture fit(BitRows x, Supplier<String> digest, List<String> columns) {
            SplittableRandom seeds = new SplittableRandom(Seeds.split(seed(), "starts"));
            return converge(
                    digest,
                    "BernoulliMixture",
                    Em.COLUMN,
                    start -> new Em(x, components, tolerance(), seeds.split()),
                    (em, history) -> model(em, history, columns));
        }

        private BernoulliMixture model(Em em, History history, List<String> columns) {
            DMatrixRMaj mu = em.mu.copy();
            ModelSummary summary = card(components, mu.numCols)
                    .setting("restarts", restarts())
                    .setting("max iterations", maxIterations())
                    .setting("tolerance", tolerance())
                    .setting("seed", seed())
                    .result("log-likelihood", "%.6f nats", em.logLikelihood)
                    .results("weights", "%.4f", components, em.weights.data)
                    .result("iterations", history.size() + ", " + history.stop())
                    .columns(columns)
                    .summary(history);
            return new BernoulliMixture(Arrays.copyOf(em.weights.data, components), mu, summary);
        }
    }

    /** EM from one start. Between two steps the responsibilities and the likelihood are those of the parameters. */
    private static final class Em implements ConvergentFitBuilder.Iteration {
        static final String COLUMN = "logLikelihood";

        private final BitRows x;
        private final double tolerance;
        private final DMatrixRMaj weights;
        private final DMatrixRMaj mu;
        private BitRows.Sums sums;
        private double logLikelihood;
        private boolean converged;

        Em(BitRows x, int k, double tolerance, RandomGenerator rng) {
            this.x = x;
            this.tolerance = tolerance;
            weights = new DMatrixRMaj(1, k);
            mu = new DMatrixRMaj(k, x.dim());
            for (int c = 0; c < k; c++) {
                weights.data[c] = 1.0 / k;
                double[] row = x.row(Lloyd.draw(x.rows(), rng));
                for (int j = 0; j < row.length; j++) {
                    mu.set(c, j, .25 + .5 * row[j]);
                }
            }
            eStep();
        }

        private void eStep() {
            sums = x.eStep(weights.data, mu);
            logLikelihood = sums.logLikelihood();
        }

        private void mStep() {
            for (int c = 0; c < mu.numRows; c++) {
                double n = sums.rows()[c];
                weights.data[c] = n / x.rows();
                for (int j = 0; j < mu.numCols && n > 0; j++) {
                    mu.set(c, j, Math.min(1, sums.ones().get(c, j) / n)); // the sums round apart from each other
                }
            }
        }

        @Override
        public double step(Batch batch, RandomGenerator rng) {
            Interrupts.check(Builder.WHERE);
            double before = logLikelihood;
            mStep();
            eStep();
            converged = logLikelihood - before <= tolerance * x.rows();
            return logLikelihood / x.rows();
        }

        @Override
        public List<String> columns() {
            return List.of(COLUMN);
        }

        @Override
        public double[] row() {
            return new double[] {logLikelihood};
        }

        @Override
        public boolean converged() {
            return converged;
        }

        @Override
        public double quality() {
            return logLikelihood;
        }

        @Override
        public Map<String, Matrix> values() {
            return Map.of("weights", weights, "probabilities", mu);
        }

        @Override
        public void setValues(Map<String, Matrix> values) {
            weights.setTo((DMatrixRMaj) values.get("weights"));
            mu.setTo((DMatrixRMaj) values.get("probabilities"));
            eStep();
        }
    }
}
