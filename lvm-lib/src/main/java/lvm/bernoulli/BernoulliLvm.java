package lvm.bernoulli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.fit.NeuralFitBuilder;
import lvm.fit.TrainStep;
import lvm.linalg.VectorMath;
import lvm.model.FittedModel;
import lvm.model.GenerativeModel;
import lvm.model.HasDensity;
import lvm.model.HasLatent;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.nn.Layer;
import lvm.optim.Optimizer;
import lvm.random.Fill;
import lvm.random.Seeds;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * The Bernoulli latent variable model of K binary latent and L binary observed variables,
 *
 * <p>z ~ p(z | β) = Πₖ βₖ^zₖ (1 − βₖ)^(1 − zₖ), x ~ p(x | z) = Πⱼ Bernoulli(xⱼ | sigmoid(lⱼ(z))),
 *
 * <p>with logits l(z) of any network, the decoder. For up to {@link #MAX_LATENT} latent variables the sum
 * p(x) = Σ_z p(x | z) p(z) is done exactly, so that every approximation has its exact twin here.
 *
 * <p>The parameters are live: who moves those of {@link #params} moves the model.
 */
public final class BernoulliLvm
        implements GenerativeModel<FMatrixRMaj>, HasDensity<FMatrixRMaj>, HasLatent<FMatrixRMaj>, FittedModel {
    /** The most latent variables of a sum over all states. */
    public static final int MAX_LATENT = 22;

    /** The most latent variables of a sum over all states that is differentiated on a tape. */
    public static final int MAX_LATENT_ON_TAPE = 14;

    /** The most numbers in a table of all states by all rows. */
    private static final long MAX_TABLE = 1L << 24;

    private final Param prior;
    private final Layer decoder;
    private final int dim;
    private final History history;
    private final Map<String, String> settings;
    private final Map<String, String> results;

    BernoulliLvm(
            Param prior,
            Layer decoder,
            int dim,
            History history,
            Map<String, String> settings,
            Map<String, String> results) {
        this.prior = prior;
        this.decoder = decoder;
        this.dim = dim;
        this.history = history;
        this.settings = settings;
        this.results = results;
    }

    /**
     * A model of given parameters.
     *
     * @param beta the K prior probabilities, each above 0 and below 1
     * @param decoder the network from K bits to L logits; kept
     * @return the model; its history is a closed form's
     * @throws IllegalArgumentException if there is no probability or one is out of range, or the decoder does not take K
     *     columns
     */
    public static BernoulliLvm of(double[] beta, Layer decoder) {
        if (beta.length == 0) {
            throw new IllegalArgumentException(
                    "BernoulliLvm.of: no prior probabilities, expected one a latent variable");
        }
        FMatrixRMaj logits = new FMatrixRMaj(1, beta.length);
        for (int k = 0; k < beta.length; k++) {
            if (!(beta[k] > 0 && beta[k] < 1)) {
                throw new IllegalArgumentException("BernoulliLvm.of: prior probability " + k + " is " + beta[k]
                        + ", expected above 0 and below 1");
            }
            logits.data[k] = (float) (Math.log(beta[k]) - Math.log1p(-beta[k]));
        }
        return of(new Param("prior", logits), decoder);
    }

    static BernoulliLvm of(Param prior, Layer decoder) {
        Tape tape = Tape.withoutGradients();
        int dim = decoder.forward(tape, tape.constant(new FMatrixRMaj(1, prior.value().numCols)))
                .cols();
        return new BernoulliLvm(prior, decoder, dim, History.closedForm(), Map.of(), Map.of());
    }

    @Override
    public int latentDim() {
        return prior.value().numCols;
    }

    @Override
    public int dim() {
        return dim;
    }

    /**
     * The prior probabilities.
     *
     * @return the K numbers βₖ = p(zₖ = 1)
     */
    public double[] prior() {
        double[] beta = new double[latentDim()];
        for (int k = 0; k < beta.length; k++) {
            beta[k] = 1 / (1 + Math.exp(-prior.value().data[k]));
        }
        return beta;
    }

    /**
     * The parameter of the prior.
     *
     * @return the 1×K logits of β, live
     */
    public Param priorLogits() {
        return prior;
    }

    /**
     * The decoder.
     *
     * @return the network from K bits to L logits, live
     */
    public Layer decoder() {
        return decoder;
    }

    /**
     * The parameters θ and β.
     *
     * @return those of the prior and of the decoder, live
     */
    public List<Param> params() {
        List<Param> all = new ArrayList<>();
        all.add(prior);
        all.addAll(decoder.params());
        return all;
    }

    // --- sampling

    /**
     * Draws with the states that made them.
     *
     * @param z n×K states
     * @param x n×L observations
     */
    public record Draw(FMatrixRMaj z, FMatrixRMaj x) {
        /**
         * Keeps the matrices.
         *
         * @param z n×K states
         * @param x n×L observations
         */
        public Draw {}
    }

    /**
     * The first step of sampling: z ~ p(z | β).
     *
     * @param n the number of draws, at least 0
     * @param rng the source of randomness; advanced
     * @return n×K states
     * @throws IllegalArgumentException if n is negative
     */
    public FMatrixRMaj samplePrior(int n, RandomGenerator rng) {
        if (n < 0) {
            throw new IllegalArgumentException("BernoulliLvm.sample: " + n + " draws, expected at least 0");
        }
        FMatrixRMaj z = new FMatrixRMaj(n, latentDim());
        double[] beta = prior();
        for (int i = 0; i < z.getNumElements(); i++) {
            z.data[i] = rng.nextDouble() < beta[i % beta.length] ? 1 : 0;
        }
        return z;
    }

    /**
     * The second step of sampling: z through the network.
     *
     * @param z n×K states; networks take means of states too, tables do not
     * @return n×L probabilities p(xⱼ = 1 | z)
     * @throws IllegalArgumentException if z has another number of columns or holds a NaN
     */
    @Override
    public FMatrixRMaj decode(FMatrixRMaj z) {
        requireLatent("decode", z);
        for (int i = 0; i < z.getNumElements(); i++) {
            if (!Float.isFinite(z.data[i])) {
                throw new IllegalArgumentException("BernoulliLvm.decode: z has " + z.data[i] + " in row "
                        + i / z.numCols + ", column " + i % z.numCols + ", expected a finite number");
            }
        }
        Tape tape = Tape.withoutGradients();
        FMatrixRMaj p = new FMatrixRMaj(z.numRows, dim);
        VectorMath.sigmoid(decoder.forward(tape, tape.constant(z)).value(), p);
        return p;
    }

    /**
     * Ancestral sampling in its three steps: z ~ p(z | β), the network, x ~ p(x | z).
     *
     * @param n the number of draws, at least 0
     * @param rng the source of randomness; advanced
     * @return the states and the observations
     * @throws IllegalArgumentException if n is negative
     */
    public Draw sampleWithLatents(int n, RandomGenerator rng) {
        FMatrixRMaj z = samplePrior(n, rng);
        FMatrixRMaj x = decode(z);
        Fill.bernoulli(x, x, rng);
        return new Draw(z, x);
    }

    @Override
    public FMatrixRMaj sample(int n, RandomGenerator rng) {
        return sampleWithLatents(n, rng).x();
    }

    // --- exact sums

    /**
     * The exact log p(x) = log Σ_z p(x | z) p(z) of every row, over all 2^K states in blocks of bounded memory.
     *
     * @param x n×L rows of zeros and ones; not modified
     * @return n values of log p(xᵢ) in nats
     * @throws IllegalArgumentException if x has another number of columns or holds something else than 0 and 1, or there
     *     are more than {@link #MAX_LATENT} latent variables
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    @Override
    public double[] logDensity(FMatrixRMaj x) {
        return enumeration("logDensity", x).logDensity(x);
    }

    /**
     * log p(x, z) = log p(x | z) + log p(z) for every row and every state.
     *
     * @param x n×L rows of zeros and ones; not modified
     * @return n×2^K values in nats, the states in the order of {@link States}
     * @throws IllegalArgumentException as {@link #logDensity}, or if the result had more than 2^24 values
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public DMatrixRMaj logJoint(FMatrixRMaj x) {
        return logJoint("logJoint", x);
    }

    private DMatrixRMaj logJoint(String method, FMatrixRMaj x) {
        Enumeration enumeration = enumeration(method, x);
        if ((long) x.numRows << latentDim() > MAX_TABLE) {
            throw new IllegalArgumentException("BernoulliLvm." + method + ": " + x.numRows + " rows of "
                    + States.terms(latentDim()) + " are more than " + String.format(Locale.ROOT, "%,d", MAX_TABLE)
                    + " numbers; take fewer rows at a time");
        }
        int states = 1 << latentDim();
        DMatrixRMaj all = new DMatrixRMaj(x.numRows, states);
        enumeration.run(x, (row, state, joint) -> {
            for (int i = 0; i < joint.numRows; i++) {
                System.arraycopy(joint.data, i * joint.numCols, all.data, (row + i) * states + state, joint.numCols);
            }
        });
        return all;
    }

    /**
     * The exact posterior p(z | x) of every row.
     *
     * @param x n×L rows of zeros and ones; not modified
     * @return n×2^K probabilities, the states in the order of {@link States}
     * @throws IllegalArgumentException as {@link #logJoint(FMatrixRMaj)}
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public DMatrixRMaj posterior(FMatrixRMaj x) {
        DMatrixRMaj p = logJoint("posterior", x);
        normalize(p, null);
        return p;
    }

    /**
     * The exact posterior means E[z | x] of every row.
     *
     * @param x n×L rows of zeros and ones; not modified
     * @return n×K probabilities p(zₖ = 1 | xᵢ)
     * @throws IllegalArgumentException as {@link #logJoint(FMatrixRMaj)}
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    @Override
    public FMatrixRMaj encode(FMatrixRMaj x) {
        DMatrixRMaj p = logJoint("encode", x);
        normalize(p, null);
        int k = latentDim();
        FMatrixRMaj means = new FMatrixRMaj(x.numRows, k);
        for (int i = 0; i < x.numRows; i++) {
            for (int j = 0; j < k; j++) {
                double sum = 0;
                for (int s = 0; s < p.numCols; s++) {
                    if ((s >> (k - 1 - j) & 1) == 1) {
                        sum += p.data[i * p.numCols + s];
                    }
                }
                means.data[i * k + j] = (float) Math.min(1, sum);
            }
        }
        return means;
    }

    /** Log joints to posteriors in place, and their log-sum-exps. */
    static void normalize(DMatrixRMaj p, double[] logP) {
        for (int i = 0; i < p.numRows; i++) {
            int at = i * p.numCols;
            double max = Double.NEGATIVE_INFINITY;
            for (int s = at; s < at + p.numCols; s++) {
                max = Math.max(max, p.data[s]);
            }
            double sum = 0;
            for (int s = at; s < at + p.numCols; s++) {
                p.data[s] = Math.exp(p.data[s] - max);
                sum += p.data[s];
            }
            for (int s = at; s < at + p.numCols; s++) {
                p.data[s] /= sum;
            }
            if (logP != null) {
                logP[i] = max + Math.log(sum);
            }
        }
    }

    /**
     * log p(x, z) of pairs.
     *
     * @param x n×L rows of zeros and ones; not modified
     * @param z n×K states; not modified
     * @return n values of log p(xᵢ, zᵢ) in nats
     * @throws IllegalArgumentException if the shapes do not fit or x or z holds something else than 0 and 1
     */
    public double[] logJoint(FMatrixRMaj x, FMatrixRMaj z) {
        States.requireBinary("BernoulliLvm.logJoint", x, dim);
        requireLatent("logJoint", z);
        if (x.numRows != z.numRows) {
            throw new IllegalArgumentException(
                    "BernoulliLvm.logJoint: " + x.numRows + " rows of x, " + z.numRows + " of z");
        }
        Tape tape = Tape.withoutGradients();
        FMatrixRMaj logits = decoder.forward(tape, tape.constant(z)).value();
        double[] logP = lvm.dist.Bernoulli.logProbability(x, logits);
        for (int i = 0; i < logP.length; i++) {
            States.index("BernoulliLvm.logJoint", z, i);
            for (int k = 0; k < latentDim(); k++) {
                logP[i] += lvm.dist.Bernoulli.logProbability(z.get(i, k), prior.value().data[k]);
            }
        }
        return logP;
    }

    private Enumeration enumeration(String method, FMatrixRMaj x) {
        String where = "BernoulliLvm." + method;
        States.requireBinary(where, x, dim);
        if (latentDim() > MAX_LATENT) {
            throw new IllegalArgumentException(
                    where + ": p(x) is a sum of " + States.terms(latentDim()) + " with " + latentDim()
                            + " latent variables; it is done for up to " + MAX_LATENT + ", which are "
                            + States.terms(MAX_LATENT) + ". A lower bound needs no such sum");
        }
        return new Enumeration(where, prior.value(), decoder, dim);
    }

    private void requireLatent(String method, FMatrixRMaj z) {
        if (z.numCols != latentDim()) {
            throw new IllegalArgumentException("BernoulliLvm." + method + ": z has " + z.numCols
                    + " columns, the model has " + latentDim() + " latent variables");
        }
    }

    // --- on a tape

    /**
     * log p(x) on a tape: the sum over all states is differentiated.
     *
     * @param tape the tape
     * @param x n×L rows of zeros and ones
     * @return n×1 values of log p(xᵢ), nats
     * @throws IllegalArgumentException if the shapes do not fit or there are more than {@link #MAX_LATENT_ON_TAPE} latent
     *     variables
     */
    public Var logDensity(Tape tape, Var x) {
        return logJointOfStates(tape, x).logSumExp();
    }

    /**
     * log p(x, z) of all states on a tape.
     *
     * @param tape the tape
     * @param x n×L rows of zeros and ones
     * @return n×2^K values, nats, the states in the order of {@link States}
     * @throws IllegalArgumentException as {@link #logDensity(Tape, Var)}
     */
    public Var logJointOfStates(Tape tape, Var x) {
        requireOnTape("BernoulliLvm.logDensity", latentDim());
        Var z = tape.constant(States.all(latentDim()));
        Var logits = decoder.forward(tape, z);
        FMatrixRMaj ones = new FMatrixRMaj(1, dim);
        ones.fill(1);
        Var normaliser = tape.constant(ones).multTransB(logits.softplus());
        Var a = tape.param(prior);
        Var logPrior = a.multTransB(z).sub(a.softplus().sumPerRow());
        return x.multTransB(logits).add(logPrior.sub(normaliser));
    }

    static void requireOnTape(String where, int latent) {
        if (latent > MAX_LATENT_ON_TAPE) {
            throw new IllegalArgumentException(where + ": a sum of " + States.terms(latent)
                    + " on a tape; it is done for" + " up to " + MAX_LATENT_ON_TAPE + " latent variables");
        }
    }

    @Override
    public History history() {
        return history;
    }

    @Override
    public ModelSummary summary() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("latent variables", String.valueOf(latentDim()));
        all.put("observed variables", String.valueOf(dim));
        all.putAll(settings);
        return new ModelSummary("BernoulliLvm", all, results, history);
    }

    @Override
    public String toString() {
        return "BernoulliLvm of " + latentDim() + " latent and " + dim + " observed variables";
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the number of latent variables must be set
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Fits a model to binary observations by maximum likelihood, or with {@link Learning#MEAN_FIELD} by the bound of a free q
     * for each row. With a network for q, by estimates of the bound's gradient or by wake-sleep, it is the one level of a
     * {@link SigmoidBeliefNet}: {@code SigmoidBeliefNet.builder().levels(K)} and {@link SigmoidBeliefNet#model}.
     *
     * <p>The objective is log p(x), or the bound, in nats per row: in EM that before the M-step of each iteration.
     */
    public static final class Builder extends NeuralFitBuilder<Builder, BernoulliLvm> {
        /** The way to learn used when none is set. */
        public static final Learning DEFAULT_LEARNING = Learning.EXACT_GRADIENT;

        private static final double LEAST_MEAN = 0.01;
        private static final int SWEEPS = 20;

        private int latent;
        private Learning learning = DEFAULT_LEARNING;
        private LayerFactory decoder = LayerFactory.linear();

        private Builder() {}

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        protected String objectiveName() {
            return learning == Learning.MEAN_FIELD ? "bound, nats per row" : "log p(x), nats per row";
        }

        /**
         * The number of latent variables; must be set.
         *
         * @param latent K, 1 to {@link #MAX_LATENT_ON_TAPE}
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder latent(int latent) {
            this.latent = requireAtLeast("latent", 1, latent);
            requireOnTape("BernoulliLvm: latent", latent);
            return this;
        }

        /**
         * The decoder.
         *
         * @param decoder makes it; by default {@link LayerFactory#linear}
         * @return this
         */
        public Builder decoder(LayerFactory decoder) {
            this.decoder = Objects.requireNonNull(decoder, "BernoulliLvm: decoder");
            return this;
        }

        /**
         * The way to learn. Both forms of EM take all rows in each step and set the size of batches to that.
         *
         * @param learning by default {@link #DEFAULT_LEARNING}
         * @return this
         */
        public Builder learning(Learning learning) {
            this.learning = Objects.requireNonNull(learning, "BernoulliLvm: learning");
            return this;
        }

        /**
         * Fits the model.
         *
         * @param data n rows of L zeros and ones; in EM, grey levels that are binarised anew are drawn once, from the seed
         * @return the model; if the thread was interrupted, that of the last complete step
         * @throws IllegalArgumentException if the number of latent variables is not set, there is no row, or a value is not 0
         *     or 1
         * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
         * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
         */
        @Override
        public BernoulliLvm fit(Dataset data) {
            String where = "BernoulliLvm.fit";
            if (latent == 0) {
                throw new IllegalArgumentException("BernoulliLvm: latent not set");
            }
            if (data.rows() == 0) {
                throw new IllegalArgumentException(where + ": the data set has no rows");
            }
            FMatrixRMaj x = data.floatMatrix(new SplittableRandom(Seeds.split(seed(), "data")));
            States.requireBinary(where, x, data.dim());
            BernoulliLvm model = start(x);
            Optimizer optimizer = optimizer().over(model.params(), learningRate());
            Map<String, FMatrixRMaj> buffers = new LinkedHashMap<>(model.decoder.buffers());
            TrainStep step =
                    learning == Learning.EXACT_GRADIENT ? exactGradient(model, optimizer) : em(model, x, buffers);
            Map<String, String> about = new LinkedHashMap<>();
            about.put("learning", learning.toString());
            about.putAll(trainingSettings(optimizer));
            return train(
                    data,
                    optimizer,
                    buffers,
                    step,
                    (batch, rng) -> model.logLikelihood(batch.x()) / batch.size(),
                    history -> copy(model, history, about, data.rows()));
        }

        private static TrainStep exactGradient(BernoulliLvm model, Optimizer optimizer) {
            Tape tape = new Tape();
            return (batch, rng) -> {
                tape.reset().training(rng);
                Var logP = model.logDensity(tape, tape.constant(batch.x())).mean();
                tape.backward(logP.neg());
                optimizer.step();
                return logP.scalar();
            };
        }

        private TrainStep em(BernoulliLvm model, FMatrixRMaj x, Map<String, FMatrixRMaj> buffers) {
            batchSize(x.numRows);
            EmSteps steps = new EmSteps(model, x);
            if (learning == Learning.EM) {
                return (batch, rng) -> steps.exact();
            }
            FMatrixRMaj means = new FMatrixRMaj(x.numRows, latent);
            means.fill(0.5f);
            buffers.put("q.means", means);
            return (batch, rng) -> steps.meanField(means, SWEEPS);
        }

        private BernoulliLvm start(FMatrixRMaj x) {
            SplittableRandom rng = new SplittableRandom(Seeds.split(seed(), "start"));
            Layer network = decoder.make("decoder", latent, x.numCols, rng);
            // The observed variables begin near the frequencies of the data.
            double[] bias = new double[x.numCols];
            for (int i = 0; i < x.getNumElements(); i++) {
                bias[i % x.numCols] += (double) x.data[i] / x.numRows;
            }
            List<Param> params = network.params();
            FMatrixRMaj last = params.get(params.size() - 1).value();
            for (int i = 0; i < last.getNumElements() && last.numCols == x.numCols; i++) {
                double p = Math.min(1 - LEAST_MEAN, Math.max(LEAST_MEAN, bias[i % x.numCols]));
                last.data[i] += (float) Math.log(p / (1 - p));
            }
            return of(new Param("prior", new FMatrixRMaj(1, latent)), network);
        }

        private BernoulliLvm copy(BernoulliLvm model, History history, Map<String, String> about, int rows) {
            Map<String, String> results = new LinkedHashMap<>();
            results.put("rows", String.valueOf(rows));
            if (history.size() > 0) {
                results.put(
                        objectiveName(),
                        String.format(
                                Locale.ROOT,
                                "%.5f",
                                history.last(history.names().get(0))));
            }
            results.put("epochs", history.size() + ", " + history.stop());
            return new BernoulliLvm(
                    new Param("prior", model.prior.value().copy()),
                    decoder.copy("decoder", latent, model.dim, model.decoder),
                    model.dim,
                    history,
                    about,
                    results);
        }
    }
}
