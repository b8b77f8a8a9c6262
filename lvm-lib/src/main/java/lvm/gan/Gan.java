package lvm.gan;

import java.nio.file.Path;
import java.util.Map;
import java.util.random.RandomGenerator;
import lvm.data.Dataset;
import lvm.distribution.Latents;
import lvm.model.GenerativeModel;
import lvm.model.HasDecoder;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.model.SinglePrecision;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.FMatrixRMaj;

/**
 * A generative adversarial network. A generator makes rows of latent variables,
 *
 * <p>x = G(z), z ~ N(0, I) of K dimensions, x of D,
 *
 * <p>and has no density that could be asked for. It learns from a discriminator that is to tell rows of the data from draws, by
 * one of the losses of {@link GanLoss}. For given densities p of the data and q of the draws the best discriminator is
 * D*(x) = p(x)/(p(x) + q(x)), its logit log p(x)/q(x), and the value of the game −ln 4 + 2 JSD(p, q). I. Goodfellow and others (2014),
 * Generative adversarial nets, propositions 1 and 2. Immutable.
 *
 * <p>Draws are those of a distribution on the image of G, which can leave out parts of the data (modes that are dropped) without
 * anything in the objective that says so: {@code lvm.evaluation} has what looks at that.
 */
public final class Gan extends SavedModel
        implements SinglePrecision, GenerativeModel<FMatrixRMaj>, HasDecoder<FMatrixRMaj> {
    private final GanNet net;

    private Gan(GanNet net, ModelSummary summary) {
        super(summary);
        this.net = net;
    }

    /**
     * Reads a model from a file.
     *
     * @param file a file of {@link #save(Path)}
     * @return the model, with the same bits
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static Gan load(Path file) {
        return Models.load(file, Gan.class);
    }

    @Override
    public void store(ModelData data) {
        net.store(data);
    }

    static Gan read(ModelData data) {
        return new Gan(GanNet.read(data), data.summary());
    }

    @Override
    public int dim() {
        return net.shape.dim();
    }

    @Override
    public int latentDim() {
        return net.shape.latent();
    }

    /** {@return how many rows the discriminator sees at once, m} */
    public int packing() {
        return net.shape.packing();
    }

    /**
     * The parameters of both players, and what is kept beside them: running moments, singular vectors of spectral normalisation.
     * Weights are those before it.
     *
     * @return copies by name: those of the generator begin with {@code generator}, those of the discriminator with
     *     {@code discriminator}
     */
    public Map<String, FMatrixRMaj> parameters() {
        return net.copies();
    }

    /** Draws x = G(z) with z ~ N(0, I); of grey levels and bits numbers between 0 and 1. */
    @Override
    public FMatrixRMaj sample(int n, RandomGenerator rng) {
        Require.atLeast("Gan.sample", "n", 0, n);
        return net.decode("Gan.sample", net.prior(n, rng), null);
    }

    /**
     * Draws z ~ N(0, I).
     *
     * @param n the number of draws, at least 0
     * @param rng the source of randomness; advanced
     * @return n×K latent variables
     * @throws IllegalArgumentException if n is negative
     */
    public FMatrixRMaj samplePrior(int n, RandomGenerator rng) {
        Require.atLeast("Gan.samplePrior", "n", 0, n);
        return net.prior(n, rng);
    }

    /** G(z): p(x | z) is this one point. */
    @Override
    public FMatrixRMaj decode(FMatrixRMaj z) {
        return net.decode("Gan.decode", z, null);
    }

    /**
     * The generator with an observation noise, x = G(z) + σ ε with ε ~ N(0, I), which has a density where the generator alone has none.
     *
     * @param deviation σ in the units of the data, above 0 and finite
     * @return the model, with the networks of this one
     * @throws IllegalArgumentException if it is out of range
     */
    public NoisyGenerator withNoise(double deviation) {
        return new NoisyGenerator(this, net, deviation);
    }

    /**
     * What the discriminator says: a logit log D(x)/(1 − D(x)) with the minimax and the non-saturating loss, else the number that it
     * regresses, or the value of the critic. With minibatch discrimination it is about the rows as a minibatch.
     *
     * @param x n×D rows of observations, m after each other of which are one pack; not modified
     * @return n/m outputs
     * @throws IllegalArgumentException if x has another number of columns than the model, holds a NaN or an infinite number, or n
     *     is not a multiple of {@link #packing}
     */
    public double[] discriminate(FMatrixRMaj x) {
        Require.finiteRows("Gan.discriminate", "x", x, dim());
        return net.discriminate("Gan.discriminate", net.scaling.of(x), null);
    }

    /**
     * As {@link #discriminate(FMatrixRMaj)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @return n/m outputs
     * @throws IllegalArgumentException as there
     */
    public double[] discriminate(Dataset data) {
        return net.discriminate("Gan.discriminate", seen("Gan.discriminate", data), null);
    }

    private FMatrixRMaj seen(String where, Dataset data) {
        return net.scaling.rows(where, data.matching(columns(), where), dim());
    }

    /**
     * Walks between codes, on arcs ({@link Latents#arcs}): the draws between are as likely codes as the ends.
     *
     * @param from n×K latent variables
     * @param to n×K latent variables
     * @param steps the points on each walk with both ends, at least 2
     * @return n·steps × D observations, walk after walk
     * @throws IllegalArgumentException if the shapes do not fit or there are fewer than two steps
     */
    public FMatrixRMaj walk(FMatrixRMaj from, FMatrixRMaj to, int steps) {
        Require.finiteRows("Gan.walk", "from", from, latentDim());
        Require.finiteRows("Gan.walk", "to", to, latentDim());
        return decode(Latents.arcs(from, to, steps));
    }

    /**
     * G(z) while one latent variable runs through a range and the others are 0.
     *
     * @param latent the variable, counted from 0
     * @param from its first value, such as −3
     * @param to its last value
     * @param steps how many values, at least 2
     * @return steps×D observations
     * @throws IllegalArgumentException if there is no such variable or there are fewer than two steps
     */
    public FMatrixRMaj traverse(int latent, double from, double to, int steps) {
        return decode(Latents.traversal(latentDim(), latent, from, to, steps));
    }

    /**
     * Searches latent variables whose G(z) is near rows, since there is no encoder: Adam on ‖x − G(z)‖², of standardised columns where
     * the model standardises, from several draws of z, of which the nearest counts.
     *
     * @param x n×D rows of observations; not modified
     * @param starts the draws to begin at for each row, at least 1
     * @param steps the steps from each, at least 0
     * @param rng the source of randomness; advanced
     * @return the codes, and how far from the rows their images are
     * @throws IllegalArgumentException if x has another number of columns than the model or holds a number that is not finite,
     *     there is no start or the steps are negative
     */
    public Codes searchCodes(FMatrixRMaj x, int starts, int steps, RandomGenerator rng) {
        Require.finiteRows("Gan.searchCodes", "x", x, dim());
        return CodeSearch.of("Gan.searchCodes", net, net.scaling.of(x), null, starts, steps, rng);
    }

    /**
     * As {@link #searchCodes(FMatrixRMaj, int, int, RandomGenerator)}, for the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param starts the draws to begin at for each row, at least 1
     * @param steps the steps from each, at least 0
     * @param rng the source of randomness; advanced
     * @return the codes, and how far from the rows their images are
     * @throws IllegalArgumentException as there
     */
    public Codes searchCodes(Dataset data, int starts, int steps, RandomGenerator rng) {
        return CodeSearch.of("Gan.searchCodes", net, seen("Gan.searchCodes", data), null, starts, steps, rng);
    }

    @Override
    public String toString() {
        return "Gan of " + dim() + " observed and " + latentDim() + " latent variables, "
                + summary().settings().get("loss");
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the latent variables and both networks must be set
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Trains a generative adversarial network. */
    public static final class Builder extends GanBuilder<Builder, Gan> {
        private Builder() {}

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * Trains the networks.
         *
         * @param data n rows of D observations; labels are not looked at
         * @return the model; if the thread was interrupted, that of the last complete step
         * @throws IllegalArgumentException if a setting is missing, settings do not go together, a network does not fit the
         *     columns, or a minibatch is smaller than a pack
         * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite: the game has diverged
         * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
         */
        @Override
        public Gan fit(Dataset data) {
            return fit(data, 0, Gan::new);
        }
    }
}
