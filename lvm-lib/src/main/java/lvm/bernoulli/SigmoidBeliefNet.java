package lvm.bernoulli;

import java.util.ArrayList;
import java.util.Arrays;
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
import lvm.linalg.VectorMath;
import lvm.model.FittedModel;
import lvm.model.GenerativeModel;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.nn.Layer;
import lvm.optim.Optimizer;
import lvm.random.Fill;
import lvm.random.Seeds;
import org.ejml.data.FMatrixRMaj;

/**
 * A sigmoid belief network of M stochastic levels over x = z₀, with the recognition network that stands for its posterior:
 *
 * <p>p(x, z) = p(z_M | β) Πₘ p(zₘ₋₁ | zₘ), q(z | x) = Πₘ q(zₘ | zₘ₋₁), m = 1 … M,
 *
 * <p>every factor a product of Bernoulli distributions whose logits are a network's: a decoder from zₘ to zₘ₋₁ in p, an
 * encoder from zₘ₋₁ to zₘ in q. R. M. Neal (1992), Connectionist learning of belief networks; P. Dayan, G. E. Hinton,
 * R. M. Neal and R. S. Zemel (1995), The Helmholtz machine. With M = 1 it is the {@link BernoulliLvm} with an inference
 * network.
 *
 * <p>The parameters are live: who moves those of {@link #generativeParams} and {@link #recognitionParams} moves the network.
 */
public final class SigmoidBeliefNet implements GenerativeModel<FMatrixRMaj>, FittedModel {
    private final Param prior;
    private final List<Layer> decoders;
    private final List<Layer> encoders;
    private final int[] sizes;
    private final History history;
    private final Map<String, String> settings;
    private final Map<String, String> results;

    SigmoidBeliefNet(
            Param prior,
            List<Layer> decoders,
            List<Layer> encoders,
            History history,
            Map<String, String> settings,
            Map<String, String> results) {
        this.prior = prior;
        this.decoders = List.copyOf(decoders);
        this.encoders = List.copyOf(encoders);
        this.history = history;
        this.settings = settings;
        this.results = results;
        int m = decoders.size();
        if (m == 0 || encoders.size() != m) {
            throw new IllegalArgumentException("SigmoidBeliefNet: " + m + " decoders and " + encoders.size()
                    + " encoders, expected one of each for every level");
        }
        sizes = new int[m + 1];
        sizes[m] = prior.value().numCols;
        for (int level = m; level >= 1; level--) {
            sizes[level - 1] = outputs(decoders.get(level - 1), sizes[level]);
        }
        for (int level = 1; level <= m; level++) {
            int out = outputs(encoders.get(level - 1), sizes[level - 1]);
            if (out != sizes[level]) {
                throw new IllegalArgumentException("SigmoidBeliefNet: the encoder to level " + level + " has " + out
                        + " outputs, the level has " + sizes[level] + " variables");
            }
        }
    }

    private static int outputs(Layer layer, int in) {
        Tape tape = Tape.withoutGradients();
        return layer.forward(tape, tape.constant(new FMatrixRMaj(1, in))).cols();
    }

    /**
     * A network of given parts.
     *
     * @param beta the prior probabilities of the top level, each above 0 and below 1
     * @param decoders from level m to level m − 1, for m = 1 … M: the one that makes x first; kept
     * @param encoders from level m − 1 to level m, for m = 1 … M: the one that takes x first; kept
     * @return the network; its history is a closed form's
     * @throws IllegalArgumentException if the parts do not fit together
     */
    public static SigmoidBeliefNet of(double[] beta, List<Layer> decoders, List<Layer> encoders) {
        if (decoders.isEmpty()) {
            throw new IllegalArgumentException("SigmoidBeliefNet.of: no decoders");
        }
        Param prior = BernoulliLvm.of(beta, decoders.get(decoders.size() - 1)).priorLogits();
        return new SigmoidBeliefNet(prior, decoders, encoders, History.closedForm(), Map.of(), Map.of());
    }

    /**
     * A Bernoulli latent variable model with an inference network, as a network of one level that shares their parameters.
     *
     * @param model p(x, z); shared
     * @param encoder from x to the logits of q(z | x); shared
     * @return the network
     * @throws IllegalArgumentException if the encoder does not fit
     */
    public static SigmoidBeliefNet of(BernoulliLvm model, Layer encoder) {
        return new SigmoidBeliefNet(
                model.priorLogits(),
                List.of(model.decoder()),
                List.of(encoder),
                History.closedForm(),
                Map.of(),
                Map.of());
    }

    /**
     * A network of one level as the model with exact sums; it shares the parameters.
     *
     * @return p(x, z)
     * @throws IllegalStateException if there are more levels
     */
    public BernoulliLvm model() {
        if (levels() != 1) {
            throw new IllegalStateException(
                    "SigmoidBeliefNet.model: there are " + levels() + " levels, the Bernoulli model has 1");
        }
        return BernoulliLvm.of(prior, decoders.get(0));
    }

    /**
     * The number of stochastic levels.
     *
     * @return M
     */
    public int levels() {
        return decoders.size();
    }

    /**
     * The number of variables of a level.
     *
     * @param level 0 (x) to M
     * @return its size
     */
    public int size(int level) {
        return sizes[level];
    }

    @Override
    public int dim() {
        return sizes[0];
    }

    /**
     * The decoder from a level to the one below.
     *
     * @param level 1 to M
     * @return the network, live
     */
    public Layer decoder(int level) {
        return decoders.get(level - 1);
    }

    /**
     * The encoder to a level from the one below.
     *
     * @param level 1 to M
     * @return the network, live
     */
    public Layer encoder(int level) {
        return encoders.get(level - 1);
    }

    /**
     * The parameter of the prior of the top level.
     *
     * @return its logits, live
     */
    public Param priorLogits() {
        return prior;
    }

    /**
     * The parameters of p: θ and β.
     *
     * @return those of the prior and of the decoders, live
     */
    public List<Param> generativeParams() {
        List<Param> all = new ArrayList<>();
        all.add(prior);
        decoders.forEach(layer -> all.addAll(layer.params()));
        return all;
    }

    /**
     * The parameters of q: φ.
     *
     * @return those of the encoders, live
     */
    public List<Param> recognitionParams() {
        List<Param> all = new ArrayList<>();
        encoders.forEach(layer -> all.addAll(layer.params()));
        return all;
    }

    /** What the networks keep beside their parameters. */
    Map<String, FMatrixRMaj> buffers() {
        Map<String, FMatrixRMaj> all = new LinkedHashMap<>();
        decoders.forEach(layer -> all.putAll(layer.buffers()));
        encoders.forEach(layer -> all.putAll(layer.buffers()));
        return all;
    }

    // --- values

    /**
     * Draws of all levels.
     *
     * @param levels the matrices of level 0 (x) to M, n rows each
     */
    public record Draw(List<FMatrixRMaj> levels) {
        /**
         * Keeps the matrices.
         *
         * @param levels level 0 to M
         */
        public Draw {
            levels = List.copyOf(levels);
        }

        /**
         * The observations.
         *
         * @return n×L values
         */
        public FMatrixRMaj x() {
            return levels.get(0);
        }

        /**
         * One of the levels.
         *
         * @param level 0 (x) to M
         * @return n rows
         */
        public FMatrixRMaj z(int level) {
            return levels.get(level);
        }
    }

    /**
     * Ancestral sampling from the top level down.
     *
     * @param n the number of draws, at least 0
     * @param rng the source of randomness; advanced
     * @return all levels
     * @throws IllegalArgumentException if n is negative
     */
    public Draw sampleWithLatents(int n, RandomGenerator rng) {
        if (n < 0) {
            throw new IllegalArgumentException("SigmoidBeliefNet.sample: " + n + " draws, expected at least 0");
        }
        int m = levels();
        FMatrixRMaj[] z = new FMatrixRMaj[m + 1];
        FMatrixRMaj logits = new FMatrixRMaj(n, sizes[m]);
        for (int i = 0; i < n; i++) {
            System.arraycopy(prior.value().data, 0, logits.data, i * sizes[m], sizes[m]);
        }
        z[m] = draw(logits, rng);
        Tape tape = Tape.withoutGradients();
        for (int level = m; level >= 1; level--) {
            z[level - 1] = draw(
                    decoder(level)
                            .forward(tape.reset(), tape.constant(z[level]))
                            .value(),
                    rng);
        }
        return new Draw(Arrays.asList(z));
    }

    @Override
    public FMatrixRMaj sample(int n, RandomGenerator rng) {
        return sampleWithLatents(n, rng).x();
    }

    /**
     * The probabilities of the observed variables given draws of the first level: pictures with less noise than samples.
     *
     * @param n the number of draws, at least 0
     * @param rng the source of randomness; advanced
     * @return n×L probabilities
     * @throws IllegalArgumentException if n is negative
     */
    public FMatrixRMaj sampleMeans(int n, RandomGenerator rng) {
        return decode(sampleWithLatents(n, rng).z(1));
    }

    /**
     * The probabilities of the observed variables given states of the first level.
     *
     * @param z n rows of states of level 1; not modified
     * @return n×L probabilities p(xⱼ = 1 | z₁)
     */
    public FMatrixRMaj decode(FMatrixRMaj z) {
        Tape tape = Tape.withoutGradients();
        FMatrixRMaj logits = decoder(1).forward(tape, tape.constant(z)).value();
        FMatrixRMaj p = new FMatrixRMaj(logits.numRows, logits.numCols);
        VectorMath.sigmoid(logits, p);
        return p;
    }

    static FMatrixRMaj draw(FMatrixRMaj logits, RandomGenerator rng) {
        FMatrixRMaj z = new FMatrixRMaj(logits.numRows, logits.numCols);
        VectorMath.sigmoid(logits, z);
        Fill.bernoulli(z, z, rng);
        return z;
    }

    /**
     * Draws z ~ q(z | x).
     *
     * @param x n×L rows of zeros and ones; not modified
     * @param rng the source of randomness; advanced
     * @return all levels, x itself first
     * @throws IllegalArgumentException if x has another number of columns or holds something else than 0 and 1
     */
    public Draw recognize(FMatrixRMaj x, RandomGenerator rng) {
        States.requireBinary("SigmoidBeliefNet.recognize", x, dim());
        List<FMatrixRMaj> z = new ArrayList<>();
        z.add(x);
        Tape tape = Tape.withoutGradients();
        for (int level = 1; level <= levels(); level++) {
            z.add(draw(
                    encoder(level)
                            .forward(tape.reset(), tape.constant(z.get(level - 1)))
                            .value(),
                    rng));
        }
        return new Draw(z);
    }

    /**
     * One draw of the log importance weight, log p(x, z) − log q(z | x) with z ~ q(z | x), for each row: its mean over draws
     * is the lower bound, the log of the mean of its exponentials estimates log p(x).
     *
     * @param x n×L rows of zeros and ones; not modified
     * @param rng the source of randomness; advanced
     * @return n values, nats
     * @throws IllegalArgumentException if x has another number of columns or holds something else than 0 and 1
     */
    public double[] logWeights(FMatrixRMaj x, RandomGenerator rng) {
        States.requireBinary("SigmoidBeliefNet.logWeights", x, dim());
        Tape tape = Tape.withoutGradients();
        Pass pass = pass(tape, tape.constant(x), rng);
        return pass.signal(1);
    }

    /**
     * The lower bound of every row, E_q[log p(x, z) − log q(z | x)] ≤ log p(x), from draws: unbiased.
     *
     * @param x n×L rows of zeros and ones; not modified
     * @param draws the draws of z for each row, at least 1
     * @param rng the source of randomness; advanced
     * @return n estimates, nats
     * @throws IllegalArgumentException if x has another number of columns or holds something else than 0 and 1, or there
     *     is no draw
     */
    public double[] bound(FMatrixRMaj x, int draws, RandomGenerator rng) {
        if (draws < 1) {
            throw new IllegalArgumentException("SigmoidBeliefNet.bound: " + draws + " draws, expected at least 1");
        }
        double[] mean = new double[x.numRows];
        for (int draw = 0; draw < draws; draw++) {
            double[] f = logWeights(x, rng);
            for (int i = 0; i < mean.length; i++) {
                mean[i] += f[i] / draws;
            }
        }
        return mean;
    }

    // --- on a tape

    /** The factors of p and q at one draw of all levels, on a tape: n×1 log probabilities. */
    static final class Pass {
        final Var[] z;
        /** The logits of q(zₘ | zₘ₋₁), from level 1. */
        final Var[] logits;
        /** log q(zₘ | zₘ₋₁), from level 1. */
        final Var[] logQ;
        /** log p(zₘ | zₘ₊₁), from level 0; that of level M is log p(z_M). */
        final Var[] logP;

        private Pass(int levels) {
            z = new Var[levels + 1];
            logits = new Var[levels + 1];
            logQ = new Var[levels + 1];
            logP = new Var[levels + 1];
        }

        int rows() {
            return z[0].rows();
        }

        /**
         * What depends on the draw of a level: Σ over j ≥ m−1 of log p(zⱼ | zⱼ₊₁) − Σ over j ≥ m of log q(zⱼ | zⱼ₋₁). From
         * level 1, log p(x, z) − log q(z | x).
         */
        double[] signal(int level) {
            double[] f = new double[rows()];
            for (int j = level - 1; j < logP.length; j++) {
                float[] p = logP[j].value().data;
                float[] q = j >= level ? logQ[j].value().data : null;
                for (int i = 0; i < f.length; i++) {
                    f[i] += q == null ? p[i] : (double) p[i] - q[i];
                }
            }
            return f;
        }

        /** log p(x, z). */
        Var logJoint() {
            Var sum = logP[0];
            for (int j = 1; j < logP.length; j++) {
                sum = sum.add(logP[j]);
            }
            return sum;
        }
    }

    /** A draw z ~ q(z | x) with all factors. */
    Pass pass(Tape tape, Var x, RandomGenerator rng) {
        return generation(tape, recognition(tape, x, rng));
    }

    /** All factors at given values of all levels. */
    Pass pass(Tape tape, Draw draw) {
        return generation(tape, recognition(tape, draw));
    }

    /** A draw z ~ q(z | x) with the factors of q. */
    Pass recognition(Tape tape, Var x, RandomGenerator rng) {
        Pass pass = new Pass(levels());
        pass.z[0] = x;
        for (int level = 1; level <= levels(); level++) {
            pass.logits[level] = encoder(level).forward(tape, pass.z[level - 1]);
            pass.z[level] = tape.constant(draw(pass.logits[level].value(), rng));
            pass.logQ[level] = pass.logits[level].bernoulliLogLikelihood(pass.z[level]);
        }
        return pass;
    }

    /** The factors of q at given values of all levels. */
    Pass recognition(Tape tape, Draw draw) {
        Pass pass = new Pass(levels());
        pass.z[0] = tape.constant(draw.x());
        for (int level = 1; level <= levels(); level++) {
            pass.logits[level] = encoder(level).forward(tape, pass.z[level - 1]);
            pass.z[level] = tape.constant(draw.z(level));
            pass.logQ[level] = pass.logits[level].bernoulliLogLikelihood(pass.z[level]);
        }
        return pass;
    }

    /** Adds the factors of p at the values of a pass, on a tape that need not be the pass's own. */
    Pass generation(Tape tape, Pass pass) {
        Var[] z = new Var[levels() + 1];
        for (int level = 0; level <= levels(); level++) {
            z[level] = pass.z[level].tape() == tape ? pass.z[level] : tape.constant(pass.z[level].value());
        }
        for (int level = 1; level <= levels(); level++) {
            pass.logP[level - 1] = decoder(level).forward(tape, z[level]).bernoulliLogLikelihood(z[level - 1]);
        }
        pass.logP[levels()] = logPrior(tape, z[levels()]);
        return pass;
    }

    Var logPrior(Tape tape, Var top) {
        Var a = tape.param(prior);
        return top.multTransB(a).sub(a.softplus().sumPerRow());
    }

    @Override
    public History history() {
        return history;
    }

    @Override
    public ModelSummary summary() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("observed variables", String.valueOf(dim()));
        all.put("stochastic levels", Arrays.toString(Arrays.copyOfRange(sizes, 1, sizes.length)));
        all.putAll(settings);
        return new ModelSummary("SigmoidBeliefNet", all, results, history);
    }

    @Override
    public String toString() {
        return "SigmoidBeliefNet of levels " + Arrays.toString(sizes);
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the sizes of the levels must be set
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Trains a network on binary observations. The objective is the lower bound, or what else the estimator says, in nats per
     * row; the objective on validation rows is the lower bound of one draw.
     */
    public static final class Builder extends NeuralFitBuilder<Builder, SigmoidBeliefNet> {
        private static final double LEAST_MEAN = 0.01;

        private int[] levels;
        private GradientEstimator.Factory estimator = GradientEstimator.nvil(100, true);
        private LayerFactory decoder = LayerFactory.linear();
        private LayerFactory encoder = LayerFactory.linear();

        private Builder() {}

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        protected String objectiveName() {
            return "bound, nats per row";
        }

        /**
         * The sizes of the stochastic levels; must be set.
         *
         * @param sizes from the one above x to the top, at least one number, each at least 1
         * @return this
         * @throws IllegalArgumentException if there is no level or one is empty
         */
        public Builder levels(int... sizes) {
            if (sizes.length == 0) {
                throw new IllegalArgumentException("SigmoidBeliefNet: no levels, expected at least one size");
            }
            for (int size : sizes) {
                requireAtLeast("levels", 1, size);
            }
            this.levels = sizes.clone();
            return this;
        }

        /**
         * How the network learns.
         *
         * @param estimator such as {@link GradientEstimator#nvil()} or {@link GradientEstimator#wakeSleep()}; by default NVIL
         *     with 100 hidden units in its baselines and normalised signals
         * @return this
         */
        public Builder estimator(GradientEstimator.Factory estimator) {
            this.estimator = Objects.requireNonNull(estimator, "SigmoidBeliefNet: estimator");
            return this;
        }

        /**
         * The networks of p, from each level to the one below.
         *
         * @param decoder makes them; by default {@link LayerFactory#linear}
         * @return this
         */
        public Builder decoder(LayerFactory decoder) {
            this.decoder = Objects.requireNonNull(decoder, "SigmoidBeliefNet: decoder");
            return this;
        }

        /**
         * The networks of q, from each level to the one above.
         *
         * @param encoder makes them; by default {@link LayerFactory#linear}
         * @return this
         */
        public Builder encoder(LayerFactory encoder) {
            this.encoder = Objects.requireNonNull(encoder, "SigmoidBeliefNet: encoder");
            return this;
        }

        /**
         * Trains the network.
         *
         * @param data n rows of L zeros and ones; grey levels that are binarised anew at each reading are so in each epoch
         * @return the network; if the thread was interrupted, that of the last complete step
         * @throws IllegalArgumentException if the levels are not set, there is no row, or a value is not 0 or 1
         * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
         * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
         */
        @Override
        public SigmoidBeliefNet fit(Dataset data) {
            String where = "SigmoidBeliefNet.fit";
            if (levels == null) {
                throw new IllegalArgumentException("SigmoidBeliefNet: levels not set");
            }
            double[] means = means(where, data);
            SplittableRandom start = new SplittableRandom(Seeds.split(seed(), "start"));
            SigmoidBeliefNet net = start(data.dim(), means, start);
            GradientEstimator gradient = estimator.over(net, start);
            List<Param> all = new ArrayList<>(net.generativeParams());
            all.addAll(net.recognitionParams());
            all.addAll(gradient.params());
            Optimizer optimizer = optimizer().over(all, learningRate());
            Map<String, FMatrixRMaj> buffers = new LinkedHashMap<>(net.buffers());
            buffers.putAll(gradient.buffers());
            Map<String, String> about = new LinkedHashMap<>();
            about.put("estimator", estimator.toString());
            about.putAll(trainingSettings(optimizer));
            return train(
                    data,
                    optimizer,
                    buffers,
                    (batch, rng) -> {
                        double bound = gradient.backward(batch.x(), rng);
                        optimizer.step();
                        return bound;
                    },
                    (batch, rng) -> Arrays.stream(net.bound(batch.x(), 1, rng))
                            .average()
                            .orElseThrow(),
                    history -> copy(net, history, about, data.rows()));
        }

        private static double[] means(String where, Dataset data) {
            if (data.rows() == 0) {
                throw new IllegalArgumentException(where + ": the data set has no rows");
            }
            int[] order = new int[data.rows()];
            Arrays.setAll(order, i -> i);
            double[] means = new double[data.dim()];
            FMatrixRMaj part = new FMatrixRMaj(0, 0);
            SplittableRandom rng = new SplittableRandom(0);
            for (int from = 0; from < order.length; from += 1000) {
                int count = Math.min(1000, order.length - from);
                data.copyRows(order, from, count, part, rng);
                States.requireBinary(where + ", rows from " + from, part, data.dim());
                for (int i = 0; i < part.getNumElements(); i++) {
                    means[i % means.length] += part.data[i] / order.length;
                }
            }
            return means;
        }

        private SigmoidBeliefNet start(int dim, double[] means, SplittableRandom rng) {
            int m = levels.length;
            List<Layer> decoders = new ArrayList<>();
            List<Layer> encoders = new ArrayList<>();
            for (int level = 1; level <= m; level++) {
                int below = level == 1 ? dim : levels[level - 2];
                decoders.add(decoder.make("decoder." + level, levels[level - 1], below, rng));
                encoders.add(encoder.make("encoder." + level, below, levels[level - 1], rng));
            }
            // The observed variables begin with the frequencies of the data.
            List<Param> last = decoders.get(0).params();
            FMatrixRMaj bias = last.get(last.size() - 1).value();
            if (bias.numRows == 1 && bias.numCols == dim) {
                for (int j = 0; j < dim; j++) {
                    double p = Math.min(1 - LEAST_MEAN, Math.max(LEAST_MEAN, means[j]));
                    bias.data[j] = (float) Math.log(p / (1 - p));
                }
            }
            Param prior = new Param("prior", new FMatrixRMaj(1, levels[m - 1]));
            return new SigmoidBeliefNet(prior, decoders, encoders, History.closedForm(), Map.of(), Map.of());
        }

        private SigmoidBeliefNet copy(SigmoidBeliefNet net, History history, Map<String, String> about, int rows) {
            List<Layer> decoders = new ArrayList<>();
            List<Layer> encoders = new ArrayList<>();
            for (int level = 1; level <= net.levels(); level++) {
                decoders.add(
                        decoder.copy("decoder." + level, net.size(level), net.size(level - 1), net.decoder(level)));
                encoders.add(
                        encoder.copy("encoder." + level, net.size(level - 1), net.size(level), net.encoder(level)));
            }
            Param prior = new Param("prior", net.prior.value().copy());
            Map<String, String> results = new LinkedHashMap<>();
            results.put("rows", String.valueOf(rows));
            if (history.size() > 0) {
                results.put(
                        "bound",
                        String.format(
                                Locale.ROOT,
                                "%.4f nats per row",
                                history.last(history.names().get(0))));
            }
            results.put("epochs", history.size() + ", " + history.stop());
            return new SigmoidBeliefNet(prior, decoders, encoders, history, about, results);
        }
    }
}
