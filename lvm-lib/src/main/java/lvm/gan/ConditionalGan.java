package lvm.gan;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import lvm.data.Dataset;
import lvm.linalg.RowOps;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.model.SinglePrecision;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.FMatrixRMaj;

/**
 * A generative adversarial network of labelled rows: both players are told the class,
 *
 * <p>x = G(z, y), z ~ N(0, I) of K dimensions, y one of C classes,
 *
 * <p>and the discriminator is to tell rows with their labels from draws of the same labels. M. Mirza and S. Osindero (2014),
 * Conditional generative adversarial nets. The class is a row of C zeros and ones beside z, and beside x. Immutable.
 */
public final class ConditionalGan extends SavedModel implements SinglePrecision {
    private final GanNet net;

    private ConditionalGan(GanNet net, ModelSummary summary) {
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
    public static ConditionalGan load(Path file) {
        return Models.load(file, ConditionalGan.class);
    }

    @Override
    public void store(ModelData data) {
        net.store(data);
    }

    static ConditionalGan read(ModelData data) {
        return new ConditionalGan(GanNet.read(data), data.summary());
    }

    @Override
    public int dim() {
        return net.shape.dim();
    }

    /** {@return the number of latent variables, K} */
    public int latentDim() {
        return net.shape.latent();
    }

    /** {@return the number of classes, C} */
    public int classes() {
        return net.shape.classes();
    }

    /** {@return how many rows the discriminator sees at once, m} */
    public int packing() {
        return net.shape.packing();
    }

    /** {@return the names of the C classes: the labels of the data of the fit} */
    public List<String> classNames() {
        return summary().classNames(classes());
    }

    /**
     * The parameters of both players, and what is kept beside them, as {@link Gan#parameters}.
     *
     * @return copies by name
     */
    public Map<String, FMatrixRMaj> parameters() {
        return net.copies();
    }

    private FMatrixRMaj oneHot(String method, int[] classes, int rows) {
        return RowOps.oneHot("ConditionalGan." + method, classes, rows, classes(), new FMatrixRMaj(0, 0));
    }

    /**
     * Draws x = G(z, y) with z ~ N(0, I), one for each class given.
     *
     * @param classes yᵢ for each draw, each in 0..C−1; not modified
     * @param rng the source of randomness; advanced
     * @return a row of D values for each class
     * @throws IllegalArgumentException if there is no such class
     */
    public FMatrixRMaj sample(int[] classes, RandomGenerator rng) {
        FMatrixRMaj y = oneHot("sample", classes, classes.length);
        return net.decode("ConditionalGan.sample", net.prior(classes.length, rng), y);
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
        Require.atLeast("ConditionalGan.samplePrior", "n", 0, n);
        return net.prior(n, rng);
    }

    /**
     * G(z, y): one z with several classes is one style in several.
     *
     * @param z n×K rows of latent variables; not modified
     * @param classes yᵢ for each row; not modified
     * @return n×D observations
     * @throws IllegalArgumentException if z has another number of columns than there are latent variables or holds a number that is not
     *     finite, or there is no such class
     */
    public FMatrixRMaj decode(FMatrixRMaj z, int... classes) {
        return net.decode("ConditionalGan.decode", z, oneHot("decode", classes, z.numRows));
    }

    /**
     * What the discriminator says of rows with their classes, as {@link Gan#discriminate}.
     *
     * @param x n×D rows of observations, m after each other of which are one pack; not modified
     * @param classes yᵢ for each row; not modified
     * @return n/m outputs
     * @throws IllegalArgumentException as there, or if there is no such class
     */
    public double[] discriminate(FMatrixRMaj x, int... classes) {
        String where = "ConditionalGan.discriminate";
        Require.finiteRows(where, "x", x, dim());
        return net.discriminate(where, net.scaling.of(x), oneHot("discriminate", classes, x.numRows));
    }

    /**
     * As {@link #discriminate(FMatrixRMaj, int...)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names, each with a label
     * @return n/m outputs
     * @throws IllegalArgumentException as there
     */
    public double[] discriminate(Dataset data) {
        String where = "ConditionalGan.discriminate";
        return net.discriminate(where, seen(where, data), oneHot("discriminate", labels(where, data), data.rows()));
    }

    private FMatrixRMaj seen(String where, Dataset data) {
        return net.scaling.rows(where, data.matching(columns(), where), dim());
    }

    private int[] labels(String where, Dataset data) {
        return data.matchingClasses(classNames(), where).labels();
    }

    /**
     * Searches latent variables whose G(z, y) is near rows, as {@link Gan#searchCodes}.
     *
     * @param x n×D rows of observations; not modified
     * @param classes yᵢ for each row; not modified
     * @param starts the draws to begin at for each row, at least 1
     * @param steps the steps from each, at least 0
     * @param rng the source of randomness; advanced
     * @return the codes, and how far from the rows their images are
     * @throws IllegalArgumentException as there, or if there is no such class
     */
    public Codes searchCodes(FMatrixRMaj x, int[] classes, int starts, int steps, RandomGenerator rng) {
        String where = "ConditionalGan.searchCodes";
        Require.finiteRows(where, "x", x, dim());
        FMatrixRMaj y = oneHot("searchCodes", classes, x.numRows);
        return CodeSearch.of(where, net, net.scaling.of(x), y, starts, steps, rng);
    }

    /**
     * As {@link #searchCodes(FMatrixRMaj, int[], int, int, RandomGenerator)}, for the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names, each with a label
     * @param starts the draws to begin at for each row, at least 1
     * @param steps the steps from each, at least 0
     * @param rng the source of randomness; advanced
     * @return the codes, and how far from the rows their images are
     * @throws IllegalArgumentException as there
     */
    public Codes searchCodes(Dataset data, int starts, int steps, RandomGenerator rng) {
        String where = "ConditionalGan.searchCodes";
        FMatrixRMaj y = oneHot("searchCodes", labels(where, data), data.rows());
        return CodeSearch.of(where, net, seen(where, data), y, starts, steps, rng);
    }

    @Override
    public String toString() {
        return "ConditionalGan of " + dim() + " observed and " + latentDim() + " latent variables and " + classes()
                + " classes, " + summary().settings().get("loss");
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the latent variables and both networks must be set
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Trains a conditional adversarial network on a data set whose every row has a label. */
    public static final class Builder extends GanBuilder<Builder, ConditionalGan> {
        private Builder() {}

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * Trains the networks.
         *
         * @param data n rows of D observations, each with a label
         * @return the model; if the thread was interrupted, that of the last complete step
         * @throws IllegalArgumentException if a setting or a label is missing, settings do not go together, a network does not fit
         *     the columns, or a minibatch is smaller than a pack
         * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite: the game has diverged
         * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
         */
        @Override
        public ConditionalGan fit(Dataset data) {
            if (!data.hasLabels()) {
                throw new IllegalArgumentException(
                        "ConditionalGan.fit: the data set has no labels; give it some, or fit a Gan");
            }
            RowOps.oneHot("ConditionalGan.fit", data.labels(), data.rows(), data.classes(), new FMatrixRMaj(0, 0));
            return fit(data, data.classes(), ConditionalGan::new);
        }
    }
}
