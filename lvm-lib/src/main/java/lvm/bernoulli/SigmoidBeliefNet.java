package lvm.bernoulli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.linalg.Interrupts;
import lvm.linalg.VectorMath;
import lvm.model.Card;
import lvm.model.GenerativeModel;
import lvm.model.HasBound;
import lvm.model.HasDecoder;
import lvm.model.HasEncoder;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.model.SinglePrecision;
import lvm.nn.Layer;
import lvm.nn.Module;
import lvm.nn.NetworkFactory;
import lvm.random.Fill;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.Recipe;
import lvm.store.SavedModel;
import org.ejml.data.DMatrixRMaj;
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
public final class SigmoidBeliefNet extends SavedModel
        implements SinglePrecision,
                GenerativeModel<FMatrixRMaj>,
                HasBound<FMatrixRMaj>,
                HasEncoder<FMatrixRMaj>,
                HasDecoder<FMatrixRMaj> {
    private final Param prior;
    private final List<Layer> decoders;
    private final List<Layer> encoders;
    private final Optional<Recipe> decoderRecipe;
    private final Optional<Recipe> encoderRecipe;
    private final int[] sizes;

    SigmoidBeliefNet(
            Param prior,
            List<Layer> decoders,
            List<Layer> encoders,
            Optional<Recipe> decoderRecipe,
            Optional<Recipe> encoderRecipe,
            ModelSummary summary) {
        super(summary);
        this.prior = prior;
        this.decoders = List.copyOf(decoders);
        this.encoders = List.copyOf(encoders);
        this.decoderRecipe = Networks.recipe(decoderRecipe, decoders);
        this.encoderRecipe = Networks.recipe(encoderRecipe, encoders);
        sizes = sizes(prior, decoders, encoders);
    }

    /** The sizes of the levels from x up. */
    private static int[] sizes(Param prior, List<Layer> decoders, List<Layer> encoders) {
        int m = decoders.size();
        if (m == 0 || encoders.size() != m) {
            throw new IllegalArgumentException("SigmoidBeliefNet: " + m + " decoders and " + encoders.size()
                    + " encoders, expected one of each for every level");
        }
        int[] sizes = new int[m + 1];
        sizes[m] = prior.value().numCols;
        for (int level = m; level >= 1; level--) {
            sizes[level - 1] = Networks.outputs(decoders.get(level - 1), sizes[level]);
        }
        for (int level = 1; level <= m; level++) {
            int out = Networks.outputs(encoders.get(level - 1), sizes[level - 1]);
            if (out != sizes[level]) {
                throw new IllegalArgumentException("SigmoidBeliefNet: the encoder to level " + level + " has " + out
                        + " outputs, the level has " + sizes[level] + " variables");
            }
        }
        return sizes;
    }

    static Card card(int[] sizes) {
        return Card.of("SigmoidBeliefNet")
                .setting("observed variables", sizes[0])
                .setting("stochastic levels", Arrays.toString(Arrays.copyOfRange(sizes, 1, sizes.length)));
    }

    static SigmoidBeliefNet of(Param prior, List<Layer> decoders, List<Layer> encoders) {
        ModelSummary summary = card(sizes(prior, decoders, encoders)).summary(History.closedForm());
        return new SigmoidBeliefNet(prior, decoders, encoders, Optional.empty(), Optional.empty(), summary);
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
        return of(Networks.prior("SigmoidBeliefNet.of", beta), decoders, encoders);
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
        return of(model.priorLogits(), List.of(model.decoder()), List.of(encoder));
    }

    /**
     * Reads a network from a file.
     *
     * @param file a file of {@link #save(Path)}
     * @return the network, with the same bits; its parts have the names {@code decoder.m} and {@code encoder.m}
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static SigmoidBeliefNet load(Path file) {
        return Models.load(file, SigmoidBeliefNet.class);
    }

    @Override
    public void store(ModelData data) {
        data.put("sizes", sizes).put("prior", prior.value());
        data.put("decoder", decoderRecipe).put("encoder", encoderRecipe);
        for (int level = 1; level <= levels(); level++) {
            data.put("decoder." + level, Networks.numbered(decoder(level)));
            data.put("encoder." + level, Networks.numbered(encoder(level)));
        }
    }

    static SigmoidBeliefNet read(ModelData data) {
        int[] sizes = data.integers("sizes");
        NetworkFactory decoder = data.code("decoder", NetworkFactory.class, Networks::ofLevels);
        NetworkFactory encoder = data.code("encoder", NetworkFactory.class, Networks::ofLevels);
        List<Layer> decoders = new ArrayList<>();
        List<Layer> encoders = new ArrayList<>();
        SplittableRandom rng = new SplittableRandom(0);
        for (int level = 1; level < sizes.length; level++) {
            decoders.add(decoder.make("decoder." + level, sizes[level], sizes[level - 1], rng));
            encoders.add(encoder.make("encoder." + level, sizes[level - 1], sizes[level], rng));
            data.copyTo("decoder." + level, Networks.numbered(decoders.get(level - 1)));
            data.copyTo("encoder." + level, Networks.numbered(encoders.get(level - 1)));
        }
        Param prior = new Param("prior", data.floats("prior"));
        return new SigmoidBeliefNet(prior, decoders, encoders, decoder.recipe(), encoder.recipe(), data.summary());
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
        return BernoulliLvm.of(prior, decoders.get(0), decoderRecipe);
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
     * The number of variables of the first level, to which {@link #encode} goes and from which {@link #decode} comes.
     *
     * @return K₁
     */
    @Override
    public int latentDim() {
        return sizes[1];
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
        all.addAll(Module.params(decoders));
        return all;
    }

    /**
     * The parameters of q: φ.
     *
     * @return those of the encoders, live
     */
    public List<Param> recognitionParams() {
        return Module.params(encoders);
    }

    /** What the networks keep beside their parameters. */
    Map<String, FMatrixRMaj> buffers() {
        Map<String, FMatrixRMaj> all = new LinkedHashMap<>(Module.buffers(decoders));
        all.putAll(Module.buffers(encoders));
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
        Require.atLeast("SigmoidBeliefNet.sample", "n", 0, n);
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
     * @param z n×K₁ states of level 1; networks take means of states too, tables do not; not modified
     * @return n×L probabilities p(xⱼ = 1 | z₁)
     * @throws IllegalArgumentException if z has another number of columns or holds something else than finite numbers
     */
    @Override
    public FMatrixRMaj decode(FMatrixRMaj z) {
        Require.columns("SigmoidBeliefNet.decode", "z", z, latentDim());
        Require.finite("SigmoidBeliefNet.decode", "z", z);
        return means(decoder(1), z);
    }

    /**
     * The means of the recognition network's first level, which stand for those of the posterior.
     *
     * @param x n×L rows of zeros and ones; not modified
     * @return n×K₁ probabilities q(z₁ₖ = 1 | xᵢ)
     * @throws IllegalArgumentException if x has another number of columns or holds something else than 0 and 1
     */
    @Override
    public FMatrixRMaj encode(FMatrixRMaj x) {
        Require.binary("SigmoidBeliefNet.encode", "x", x, dim());
        return means(encoder(1), x);
    }

    private static FMatrixRMaj means(Layer network, FMatrixRMaj from) {
        Tape tape = Tape.withoutGradients();
        FMatrixRMaj logits = network.forward(tape, tape.constant(from)).value();
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
        Require.binary("SigmoidBeliefNet.recognize", "x", x, dim());
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
     * As {@link #recognize(FMatrixRMaj, RandomGenerator)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param rng the source of randomness; advanced
     * @return all levels, x itself first
     * @throws IllegalArgumentException as there
     */
    public Draw recognize(Dataset data, RandomGenerator rng) {
        return recognize(observations(data), rng);
    }

    @Override
    public DMatrixRMaj logWeights(FMatrixRMaj x, int draws, RandomGenerator rng) {
        Require.binary("SigmoidBeliefNet.logWeights", "x", x, dim());
        Require.atLeast("SigmoidBeliefNet.logWeights", "draws", 1, draws);
        DMatrixRMaj weights = new DMatrixRMaj(x.numRows, draws);
        for (int draw = 0; draw < draws; draw++) {
            Interrupts.check("SigmoidBeliefNet.logWeights");
            double[] f = signal(x, rng);
            for (int i = 0; i < f.length; i++) {
                weights.data[i * draws + draw] = f[i];
            }
        }
        return weights;
    }

    @Override
    public double[] elbo(FMatrixRMaj x, int draws, RandomGenerator rng) {
        Require.binary("SigmoidBeliefNet.elbo", "x", x, dim());
        Require.atLeast("SigmoidBeliefNet.elbo", "draws", 1, draws);
        double[] mean = new double[x.numRows];
        for (int draw = 0; draw < draws; draw++) {
            Interrupts.check("SigmoidBeliefNet.elbo");
            double[] f = signal(x, rng);
            for (int i = 0; i < mean.length; i++) {
                mean[i] += f[i] / draws;
            }
        }
        return mean;
    }

    /** One draw of log p(x, z) − log q(z | x) for each row. */
    private double[] signal(FMatrixRMaj x, RandomGenerator rng) {
        Tape tape = Tape.withoutGradients();
        return Pass.of(this, tape, tape.constant(x), rng).signal(1);
    }

    /** log p(z_M) of values of the top level, on a tape. */
    Var logPrior(Tape tape, Var top) {
        Var a = tape.param(prior);
        return top.multTransB(a).sub(a.softplus().sumPerRow());
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the numbers of latent variables must be set
     */
    public static SigmoidBeliefNetBuilder builder() {
        return new SigmoidBeliefNetBuilder();
    }
}
