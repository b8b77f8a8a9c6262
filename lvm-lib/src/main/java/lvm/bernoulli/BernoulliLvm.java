package lvm.bernoulli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.distribution.BinaryStates;
import lvm.linalg.Logs;
import lvm.linalg.VectorMath;
import lvm.model.Card;
import lvm.model.GenerativeModel;
import lvm.model.HasDecoder;
import lvm.model.HasDensity;
import lvm.model.HasEncoder;
import lvm.model.History;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.model.SinglePrecision;
import lvm.nn.Layer;
import lvm.nn.NetworkFactory;
import lvm.random.Fill;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.Recipe;
import lvm.store.SavedModel;
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
public final class BernoulliLvm extends SavedModel
        implements SinglePrecision,
                GenerativeModel<FMatrixRMaj>,
                HasDensity<FMatrixRMaj>,
                HasEncoder<FMatrixRMaj>,
                HasDecoder<FMatrixRMaj> {
    /** The most latent variables of a sum over all states. */
    public static final int MAX_LATENT = 22;

    /** The most latent variables of a sum over all states that is differentiated on a tape. */
    public static final int MAX_LATENT_ON_TAPE = 14;

    /** The most numbers in a table of all states by all rows. */
    private static final long MAX_TABLE = 1L << 24;

    private final Param prior;
    private final Layer decoder;
    private final Optional<Recipe> decoderRecipe;
    private final int dim;

    BernoulliLvm(Param prior, Layer decoder, Optional<Recipe> decoderRecipe, int dim, ModelSummary summary) {
        super(summary);
        this.prior = prior;
        this.decoder = decoder;
        this.decoderRecipe = decoderRecipe;
        this.dim = dim;
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
        return of(Networks.prior("BernoulliLvm.of", beta), decoder, decoder.recipe());
    }

    static BernoulliLvm of(Param prior, Layer decoder, Optional<Recipe> recipe) {
        int latent = prior.value().numCols;
        int dim = Networks.outputs(decoder, latent);
        return new BernoulliLvm(prior, decoder, recipe, dim, card(latent, dim).summary(History.closedForm()));
    }

    static Card card(int latent, int dim) {
        return Card.of("BernoulliLvm").setting("latent variables", latent).setting("observed variables", dim);
    }

    /**
     * Reads a model from a file.
     *
     * @param file a file of {@link #save(Path)}
     * @return the model, with the same bits; its network has the name {@code decoder}
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static BernoulliLvm load(Path file) {
        return Models.load(file, BernoulliLvm.class);
    }

    @Override
    public void store(ModelData data) {
        data.put("dim", dim).put("prior", prior.value()).put("decoder", decoderRecipe);
        data.put("decoder", Networks.numbered(decoder));
    }

    static BernoulliLvm read(ModelData data) {
        Param prior = new Param("prior", data.floats("prior"));
        int dim = data.integer("dim");
        NetworkFactory made = data.code("decoder", NetworkFactory.class, NetworkFactory::of);
        Layer decoder = made.make("decoder", prior.value().numCols, dim, new SplittableRandom(0));
        data.copyTo("decoder", Networks.numbered(decoder));
        return new BernoulliLvm(prior, decoder, Networks.recipe(made.recipe(), decoder), dim, data.summary());
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
        FMatrixRMaj z = new FMatrixRMaj(Require.atLeast("BernoulliLvm.sample", "n", 0, n), latentDim());
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
        Require.finite("BernoulliLvm.decode", "z", z);
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
     * @return n×2^K values in nats, the states in the order of {@link BinaryStates}
     * @throws IllegalArgumentException as {@link #logDensity}, or if the result had more than 2^24 values
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public DMatrixRMaj logJoint(FMatrixRMaj x) {
        return logJoint("logJoint", x);
    }

    /**
     * As {@link #logJoint(FMatrixRMaj)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @return n×2^K values in nats, the states in the order of {@link BinaryStates}
     * @throws IllegalArgumentException as there
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public DMatrixRMaj logJoint(Dataset data) {
        return logJoint(observations(data));
    }

    private DMatrixRMaj logJoint(String method, FMatrixRMaj x) {
        JointBlocks enumeration = enumeration(method, x);
        if ((long) x.numRows << latentDim() > MAX_TABLE) {
            throw new IllegalArgumentException("BernoulliLvm." + method + ": " + x.numRows + " rows of "
                    + BinaryStates.terms(latentDim()) + " are more than " + String.format(Locale.ROOT, "%,d", MAX_TABLE)
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
     * @return n×2^K probabilities, the states in the order of {@link BinaryStates}
     * @throws IllegalArgumentException as {@link #logJoint(FMatrixRMaj)}
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public DMatrixRMaj posterior(FMatrixRMaj x) {
        DMatrixRMaj p = logJoint("posterior", x);
        normalize(p, null);
        return p;
    }

    /**
     * As {@link #posterior(FMatrixRMaj)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @return n×2^K probabilities, the states in the order of {@link BinaryStates}
     * @throws IllegalArgumentException as there
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public DMatrixRMaj posterior(Dataset data) {
        return posterior(observations(data));
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
            double sum = Logs.softmax(p.data, i * p.numCols, p.data, i * p.numCols, p.numCols);
            if (logP != null) {
                logP[i] = sum;
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
        Require.binary("BernoulliLvm.logJoint", "x", x, dim);
        requireLatent("logJoint", z);
        if (x.numRows != z.numRows) {
            throw new IllegalArgumentException(
                    "BernoulliLvm.logJoint: " + x.numRows + " rows of x, " + z.numRows + " of z");
        }
        Tape tape = Tape.withoutGradients();
        FMatrixRMaj logits = decoder.forward(tape, tape.constant(z)).value();
        double[] logP = lvm.distribution.Bernoulli.logProbability(x, logits);
        for (int i = 0; i < logP.length; i++) {
            BinaryStates.index("BernoulliLvm.logJoint", z, i);
            for (int k = 0; k < latentDim(); k++) {
                logP[i] += lvm.distribution.Bernoulli.logProbability(z.get(i, k), prior.value().data[k]);
            }
        }
        return logP;
    }

    /**
     * As {@link #logJoint(FMatrixRMaj, FMatrixRMaj)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param z n×K states; not modified
     * @return n values of log p(xᵢ, zᵢ) in nats
     * @throws IllegalArgumentException as there
     */
    public double[] logJoint(Dataset data, FMatrixRMaj z) {
        return logJoint(observations(data), z);
    }

    private JointBlocks enumeration(String method, FMatrixRMaj x) {
        String where = "BernoulliLvm." + method;
        Require.binary(where, "x", x, dim);
        if (latentDim() > MAX_LATENT) {
            throw new IllegalArgumentException(
                    where + ": p(x) is a sum of " + BinaryStates.terms(latentDim()) + " with " + latentDim()
                            + " latent variables; it is done for up to " + MAX_LATENT + ", which are "
                            + BinaryStates.terms(MAX_LATENT) + ". A lower bound needs no such sum");
        }
        return new JointBlocks(where, prior.value(), decoder, dim);
    }

    private void requireLatent(String method, FMatrixRMaj z) {
        Require.columns("BernoulliLvm." + method, "z", z, latentDim());
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
     * @return n×2^K values, nats, the states in the order of {@link BinaryStates}
     * @throws IllegalArgumentException as {@link #logDensity(Tape, Var)}
     */
    public Var logJointOfStates(Tape tape, Var x) {
        requireOnTape("BernoulliLvm.logDensity", latentDim());
        Var z = tape.constant(BinaryStates.all(latentDim()));
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
            throw new IllegalArgumentException(where + ": a sum of " + BinaryStates.terms(latent)
                    + " on a tape; it is done for" + " up to " + MAX_LATENT_ON_TAPE + " latent variables");
        }
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the number of latent variables must be set
     */
    public static BernoulliLvmBuilder builder() {
        return new BernoulliLvmBuilder();
    }
}
