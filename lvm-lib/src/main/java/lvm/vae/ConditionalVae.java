package lvm.vae;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Tape;
import lvm.data.Dataset;
import lvm.fit.Learner;
import lvm.linalg.Logs;
import lvm.linalg.RowOps;
import lvm.model.Card;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.optim.Optimizer;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * A conditional variational autoencoder: a {@link Vae} of x whose decoder and encoder also see the class y of x,
 *
 * <p>p(z) = N(0, I), p(x | y, z), q(z | x, y) = N(μ(x, y), diag σ²(x, y)),
 *
 * <p>log p(x | y) ≥ E_q[log p(x | y, z)] − KL(q(z | x, y) ‖ p(z)). What the class says need not be in z: z is left with the
 * style. The class enters as a column of ones and zeros for each of the C classes. K. Sohn, H. Lee and X. Yan (2015), with a
 * prior that does not depend on y. Immutable.
 */
public final class ConditionalVae extends SavedModel {
    private final VaeNet net;

    ConditionalVae(VaeNet net, ModelSummary summary) {
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
    public static ConditionalVae load(Path file) {
        return Models.load(file, ConditionalVae.class);
    }

    @Override
    public void store(ModelData data) {
        net.store(data);
    }

    static ConditionalVae read(ModelData data) {
        return new ConditionalVae(VaeNet.read(data), data.summary());
    }

    VaeNet net() {
        return net;
    }

    /** {@return the number of observed dimensions, D} */
    public int dim() {
        return net.dim;
    }

    /** {@return the number of latent variables, K} */
    public int latentDim() {
        return net.latent;
    }

    /** {@return the number of classes, C} */
    public int classes() {
        return net.conditions;
    }

    /** {@return the names of the C classes: the labels of the data of the fit} */
    public List<String> classNames() {
        return summary().classNames(classes());
    }

    /**
     * The parameters of both networks, and of the likelihood: where columns are standardised, of what the networks see.
     *
     * @return copies by name: those of the encoder begin with {@code encoder}, those of the decoder with {@code decoder}
     */
    public Map<String, FMatrixRMaj> parameters() {
        return VaeNet.copies(net.values());
    }

    private FMatrixRMaj oneHot(String method, int[] labels, int rows) {
        return RowOps.oneHot("ConditionalVae." + method, labels, rows, net.conditions, new FMatrixRMaj(0, 0));
    }

    /**
     * Draws x ~ p(x | y, z) with z ~ N(0, I), one for each class given.
     *
     * @param classes yᵢ for each draw, each in 0..C−1; not modified
     * @param rng the source of randomness; advanced
     * @return a row of D values for each class
     * @throws IllegalArgumentException if there is no such class
     */
    public FMatrixRMaj sample(int[] classes, RandomGenerator rng) {
        FMatrixRMaj y = oneHot("sample", classes, classes.length);
        return net.sample(net.prior(classes.length, rng), y, rng);
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
        Require.atLeast("ConditionalVae.samplePrior", "n", 0, n);
        return net.prior(n, rng);
    }

    /**
     * The mean of p(x | y, z): one z with several classes is one style in several.
     *
     * @param z n×K rows of latent variables; not modified
     * @param classes yᵢ for each row; not modified
     * @return n×D observations without noise
     * @throws IllegalArgumentException if z has another number of columns than there are latent variables or holds a NaN, or
     *     there is no such class
     */
    public FMatrixRMaj decode(FMatrixRMaj z, int... classes) {
        net.requireZ("ConditionalVae.decode", z);
        return net.decodeMean(z, oneHot("decode", classes, z.numRows));
    }

    /**
     * The mean of q(z | x, y).
     *
     * @param x n×D rows of observations; not modified
     * @param classes yᵢ for each row; not modified
     * @return n×K latent variables
     * @throws IllegalArgumentException if x has another number of columns than the model or a value that the likelihood can
     *     not give, or there is no such class
     */
    public FMatrixRMaj encode(FMatrixRMaj x, int... classes) {
        return posterior(x, classes).mean();
    }

    /** The rows of data as the model takes them. */
    private FMatrixRMaj rows(Dataset data) {
        return data.matching(summary().columns(), "ConditionalVae").floatMatrix(new SplittableRandom(0));
    }

    /**
     * As {@link #encode(FMatrixRMaj, int...)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names, each with a label
     * @return n×K latent variables
     * @throws IllegalArgumentException as there
     */
    public FMatrixRMaj encode(Dataset data) {
        return encode(
                rows(data),
                data.matchingClasses(classNames(), "ConditionalVae.encode").labels());
    }

    /**
     * The distribution q(z | x, y) that stands for the posterior.
     *
     * @param x n×D rows of observations; not modified
     * @param classes yᵢ for each row; not modified
     * @return its means and variances, a row an observation
     * @throws IllegalArgumentException as {@link #encode}
     */
    public Vae.Posterior posterior(FMatrixRMaj x, int... classes) {
        FMatrixRMaj[] q =
                net.posterior(net.observation.seen("ConditionalVae.encode", x), oneHot("encode", classes, x.numRows));
        return new Vae.Posterior(q[0], q[1]);
    }

    /**
     * As {@link #posterior(FMatrixRMaj, int...)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names, each with a label
     * @return its means and variances, a row an observation
     * @throws IllegalArgumentException as there
     */
    public Vae.Posterior posterior(Dataset data) {
        return posterior(
                rows(data),
                data.matchingClasses(classNames(), "ConditionalVae.posterior").labels());
    }

    /**
     * The lower bound of log p(x | y) of every row, from draws of z; unbiased for the bound.
     *
     * @param x n×D rows of observations; not modified
     * @param classes yᵢ for each row; not modified
     * @param draws the draws of z for each row, at least 1
     * @param rng the source of randomness; advanced
     * @return n estimates of the lower bound in nats, summed over the D dimensions
     * @throws IllegalArgumentException as {@link #encode}, or if there is no draw
     */
    public double[] elbo(FMatrixRMaj x, int[] classes, int draws, RandomGenerator rng) {
        FMatrixRMaj seen = net.observation.seen("ConditionalVae.elbo", x);
        Require.atLeast("ConditionalVae.elbo", "draws", 1, draws);
        FMatrixRMaj y = oneHot("elbo", classes, x.numRows);
        return Vae.rowMeans(net.terms(seen, y, draws, BoundForm.ANALYTIC_KL, rng));
    }

    /**
     * As {@link #elbo(FMatrixRMaj, int[], int, RandomGenerator)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names, each with a label
     * @param draws the draws of z for each row, at least 1
     * @param rng the source of randomness; advanced
     * @return n estimates of the lower bound in nats, summed over the D dimensions
     * @throws IllegalArgumentException as there
     */
    public double[] elbo(Dataset data, int draws, RandomGenerator rng) {
        return elbo(
                rows(data),
                data.matchingClasses(classNames(), "ConditionalVae.elbo").labels(),
                draws,
                rng);
    }

    /**
     * Log importance weights, log p(x, z | y) − log q(z | x, y) with z ~ q(z | x, y).
     *
     * @param x n×D rows of observations; not modified
     * @param classes yᵢ for each row; not modified
     * @param draws the draws of z for each row, at least 1
     * @param rng the source of randomness; advanced
     * @return n×draws values, nats
     * @throws IllegalArgumentException as {@link #elbo}
     */
    public DMatrixRMaj logWeights(FMatrixRMaj x, int[] classes, int draws, RandomGenerator rng) {
        FMatrixRMaj seen = net.observation.seen("ConditionalVae.logWeights", x);
        Require.atLeast("ConditionalVae.logWeights", "draws", 1, draws);
        FMatrixRMaj y = oneHot("logWeights", classes, x.numRows);
        return net.terms(seen, y, draws, BoundForm.SAMPLED, rng);
    }

    /**
     * As {@link #logWeights(FMatrixRMaj, int[], int, RandomGenerator)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names, each with a label
     * @param draws the draws of z for each row, at least 1
     * @param rng the source of randomness; advanced
     * @return n×draws values, nats
     * @throws IllegalArgumentException as there
     */
    public DMatrixRMaj logWeights(Dataset data, int draws, RandomGenerator rng) {
        return logWeights(
                rows(data),
                data.matchingClasses(classNames(), "ConditionalVae.logWeights").labels(),
                draws,
                rng);
    }

    /**
     * What every class says of every row: the importance-sampled log p(x | y) for all y. The class of the largest is the most
     * probable one where all are equally frequent.
     *
     * @param x n×D rows of observations; not modified
     * @param draws the draws of z for each row and class, at least 1
     * @param rng the source of randomness; advanced
     * @return n×C estimates of log p(xᵢ | y) in nats, in expectation lower bounds
     * @throws IllegalArgumentException as {@link #elbo}
     */
    public DMatrixRMaj logLikelihoodByClass(FMatrixRMaj x, int draws, RandomGenerator rng) {
        DMatrixRMaj all = new DMatrixRMaj(x.numRows, net.conditions);
        int[] classes = new int[x.numRows];
        for (int y = 0; y < net.conditions; y++) {
            Arrays.fill(classes, y);
            DMatrixRMaj weights = logWeights(x, classes, draws, rng);
            for (int i = 0; i < x.numRows; i++) {
                all.set(i, y, Logs.logMeanExp(weights.data, i * draws, draws));
            }
        }
        return all;
    }

    /**
     * As {@link #logLikelihoodByClass(FMatrixRMaj, int, RandomGenerator)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param draws the draws of z for each row and class, at least 1
     * @param rng the source of randomness; advanced
     * @return n×C estimates of log p(xᵢ | y) in nats, in expectation lower bounds
     * @throws IllegalArgumentException as there
     */
    public DMatrixRMaj logLikelihoodByClass(Dataset data, int draws, RandomGenerator rng) {
        return logLikelihoodByClass(rows(data), draws, rng);
    }

    @Override
    public String toString() {
        return "ConditionalVae of " + dim() + " observed and " + latentDim() + " latent variables and " + classes()
                + " classes, " + net.likelihood();
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the latent variables and the networks must be set
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Trains a conditional variational autoencoder on a data set whose every row has a label. */
    public static final class Builder extends VaeBuilder<Builder, ConditionalVae> {
        private Builder() {}

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        void describe(Card card, Dataset data) {
            card.classes(data.labelNames()).setting("classes", data.classes());
        }

        /**
         * Trains the networks.
         *
         * @param data n rows of D observations, each with a label
         * @return the model; if the thread was interrupted, that of the last complete step
         * @throws IllegalArgumentException if a setting or a label is missing, there is no row, or a value can not be given by
         *     the likelihood
         * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
         * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
         */
        @Override
        public ConditionalVae fit(Dataset data) {
            if (!data.hasLabels()) {
                throw new IllegalArgumentException("ConditionalVae.fit: the data set has no labels");
            }
            int classes = data.classes();
            RowOps.oneHot("ConditionalVae.fit", data.labels(), data.rows(), classes, new FMatrixRMaj(0, 0));
            Objective objective = objective();
            VaeNet net = start(data, classes);
            Optimizer optimizer = optimizer().over(net.params(), learningRate());
            Tape tape = new Tape();
            Tape values = Tape.withoutGradients();
            FMatrixRMaj y = new FMatrixRMaj(0, 0);
            Learner learner = Learner.of(
                            (batch, rng) -> {
                                RowOps.oneHot("ConditionalVae.fit", batch.labels(), batch.size(), classes, y);
                                tape.reset().training(rng);
                                return optimizer.ascend(objective.value(
                                                tape,
                                                net,
                                                tape.constant(batch.x()),
                                                tape.constant(y),
                                                optimizer.steps(),
                                                rng))
                                        + net.observation.units;
                            },
                            optimizer)
                    .scaling(net.observation.scaling)
                    .classes(data.classNames())
                    .buffers(net.buffers())
                    .objective((batch, rng) -> {
                        RowOps.oneHot("ConditionalVae.fit", batch.labels(), batch.size(), classes, y);
                        return objective.plainBound(values.reset(), net, batch.x(), y, rng);
                    })
                    .objectiveName(objective.name());
            Card card = card("ConditionalVae", data, net, learner);
            return train(data, learner, history -> new ConditionalVae(net.copy(), summary(card, history, data)));
        }
    }
}
