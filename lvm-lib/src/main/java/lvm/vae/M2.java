package lvm.vae;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.distribution.Latents;
import lvm.fit.Scaling;
import lvm.linalg.Interrupts;
import lvm.linalg.RowOps;
import lvm.model.Card;
import lvm.model.GenerativeModel;
import lvm.model.HasClassProbabilities;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.model.SinglePrecision;
import lvm.random.Fill;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * The generative model of semi-supervised learning called M2: an observation is made of a class and of what is the same for all
 * classes, its style.
 *
 * <p>p(y) = Cat(y | 1/K, …), p(z) = N(z | 0, I), p(x | y, z) = f(x; y, z, θ); q(y | x) = Cat(y | π(x)), q(z | x, y) =
 * N(z | μ(x, y), diag σ²(x, y)), all functions multilayer perceptrons.
 *
 * <p>A labelled row has the lower bound −L(x, y) = E_q(z | x, y)[log p(x | y, z) + log p(y) + log p(z) − log q(z | x, y)] ≤
 * log p(x, y), a row without label −U(x) = Σ_y q(y | x) (−L(x, y)) + H(q(y | x)) ≤ log p(x), with the sum over all classes
 * taken. What is minimised is Jᵅ = Σ L + Σ U + α n E[−log q(y | x)] over the labelled rows, with n rows in all. D. P. Kingma,
 * D. J. Rezende, S. Mohamed and M. Welling (2014), Semi-supervised learning with deep generative models.
 */
public final class M2 extends SavedModel
        implements SinglePrecision, GenerativeModel<FMatrixRMaj>, HasClassProbabilities {
    static final int PAIRS = 2000;

    private final M2Net net;

    M2(M2Net net, ModelSummary summary) {
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
    public static M2 load(Path file) {
        return Models.load(file, M2.class);
    }

    @Override
    public void store(ModelData data) {
        net.store(data);
    }

    static M2 read(ModelData data) {
        return new M2(M2Net.read(data), data.summary());
    }

    M2Net net() {
        return net;
    }

    @Override
    public int dim() {
        return net.shape.dim();
    }

    /**
     * The number of latent variables beside the class.
     *
     * @return the columns of z
     */
    public int latentDim() {
        return net.shape.latent();
    }

    @Override
    public int classes() {
        return net.shape.classes();
    }

    /**
     * The distribution of x given the class and z.
     *
     * @return the likelihood
     */
    public Likelihood likelihood() {
        return net.shape.likelihood();
    }

    /** {@return copies of the parameters of the networks, by name: where columns are standardised, of what the networks see} */
    public Map<String, FMatrixRMaj> parameters() {
        return VaeNet.copies(net.values());
    }

    // --- classification

    /**
     * The recognition network's class probabilities.
     *
     * @param x n×D rows of observations; not modified
     * @return n×K probabilities q(y | xᵢ)
     * @throws IllegalArgumentException if x has another number of columns, a NaN, or values that the likelihood can not give
     */
    @Override
    public FMatrixRMaj classProbabilities(FMatrixRMaj x) {
        return probabilities(net.observation.seen("M2.classProbabilities", x));
    }

    /**
     * The recognition network's class probabilities for the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @return n×K probabilities q(y | xᵢ)
     * @throws IllegalArgumentException as {@link #classProbabilities(FMatrixRMaj)}
     */
    @Override
    public FMatrixRMaj classProbabilities(Dataset data) {
        return probabilities(net.observation.seen("M2", data.matching(columns(), "M2")));
    }

    /** The probabilities of standardised rows. */
    FMatrixRMaj probabilities(FMatrixRMaj x) {
        FMatrixRMaj q = new FMatrixRMaj(x.numRows, classes());
        Tape tape = Tape.withoutGradients();
        for (int from = 0; from < x.numRows; from += PAIRS) {
            FMatrixRMaj part = RowOps.part(x, from, Math.min(x.numRows, from + PAIRS));
            Var p = net.classifier.forward(tape.reset(), tape.constant(part)).softmax();
            System.arraycopy(p.value().data, 0, q.data, from * q.numCols, part.numRows * q.numCols);
        }
        return q;
    }

    /**
     * The most probable class by the recognition network.
     *
     * @param x n×D rows of observations; not modified
     * @return n classes counted from 0, those of the largest q(y | xᵢ)
     * @throws IllegalArgumentException as {@link #classProbabilities(FMatrixRMaj)}
     */
    @Override
    public int[] classify(FMatrixRMaj x) {
        return RowOps.largest(classProbabilities(x));
    }

    @Override
    public int[] classify(Dataset data) {
        return RowOps.largest(classProbabilities(data));
    }

    /**
     * Estimates of log p(x, y) for every class, log p(y) + log (1/S) Σₛ p(x, zₛ | y)/q(zₛ | x, y) with zₛ ~ q(z | x, y): the
     * classification by importance sampling, where the recognition network only proposes z.
     *
     * @param x n×D rows of observations; not modified
     * @param draws S, at least 1
     * @param rng the source of randomness; advanced
     * @return n×K estimates in nats; the exponential of each is unbiased, its logarithm low in expectation
     * @throws IllegalArgumentException as {@link #classProbabilities(FMatrixRMaj)}, or if there is no draw
     */
    public DMatrixRMaj logJoint(FMatrixRMaj x, int draws, RandomGenerator rng) {
        FMatrixRMaj seen = net.observation.seen("M2.logJoint", x);
        Require.atLeast("M2.logJoint", "draws", 1, draws);
        LogMeans means = new LogMeans(x.numRows, classes());
        for (int s = 0; s < draws; s++) {
            means.add(pairs(seen, null, true, rng));
        }
        return means.result(draws);
    }

    /**
     * Estimates of log p(x, y) for every class and the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param draws the draws of z for each row and class, at least 1
     * @param rng the source of randomness; advanced
     * @return n×K estimates in nats
     * @throws IllegalArgumentException as {@link #logJoint(FMatrixRMaj, int, RandomGenerator)}
     */
    public DMatrixRMaj logJoint(Dataset data, int draws, RandomGenerator rng) {
        return logJoint(observations(data), draws, rng);
    }

    /** Logarithms of means of exponentials. */
    static final class LogMeans {
        private final DMatrixRMaj most;
        private final DMatrixRMaj sums;

        LogMeans(int rows, int columns) {
            most = new DMatrixRMaj(rows, columns);
            Arrays.fill(most.data, Double.NEGATIVE_INFINITY);
            sums = new DMatrixRMaj(rows, columns);
        }

        void add(double[] terms) {
            for (int i = 0; i < terms.length; i++) {
                if (terms[i] == Double.NEGATIVE_INFINITY) {
                    continue; // adds 0, and −∞ − (−∞) would not be a number
                }
                double high = Math.max(most.data[i], terms[i]);
                sums.data[i] = sums.data[i] * Math.exp(most.data[i] - high) + Math.exp(terms[i] - high);
                most.data[i] = high;
            }
        }

        DMatrixRMaj result(int count) {
            for (int i = 0; i < sums.data.length; i++) {
                sums.data[i] = most.data[i] + Math.log(sums.data[i] / count);
            }
            return sums;
        }
    }

    /**
     * The most probable class by importance sampling, the largest of {@link #logJoint(FMatrixRMaj, int, RandomGenerator)}.
     *
     * @param x n×D rows of observations; not modified
     * @param draws the draws of z for each row and class, at least 1
     * @param rng the source of randomness; advanced
     * @return n classes counted from 0
     * @throws IllegalArgumentException as {@link #logJoint(FMatrixRMaj, int, RandomGenerator)}
     */
    public int[] classify(FMatrixRMaj x, int draws, RandomGenerator rng) {
        return RowOps.largest(logJoint(x, draws, rng));
    }

    /**
     * The most probable class of the rows of data by importance sampling.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param draws the draws of z for each row and class, at least 1
     * @param rng the source of randomness; advanced
     * @return n classes counted from 0
     * @throws IllegalArgumentException as {@link #logJoint(FMatrixRMaj, int, RandomGenerator)}
     */
    public int[] classify(Dataset data, int draws, RandomGenerator rng) {
        return classify(observations(data), draws, rng);
    }

    // --- bounds

    /**
     * The lower bound of rows with labels, −L(xᵢ, yᵢ) ≤ log p(xᵢ, yᵢ), from draws of z: unbiased for the bound.
     *
     * @param x n×D rows of observations; not modified
     * @param labels n classes counted from 0, or one that all rows have
     * @param draws the draws of z for each row, at least 1
     * @param rng the source of randomness; advanced
     * @return n estimates of the lower bound in nats, summed over the D dimensions
     * @throws IllegalArgumentException as {@link #classProbabilities(FMatrixRMaj)}, or if a label is no class or there is no draw
     */
    public double[] labelledBound(FMatrixRMaj x, int[] labels, int draws, RandomGenerator rng) {
        FMatrixRMaj seen = net.observation.seen("M2.labelledBound", x);
        int[] all = labels("M2.labelledBound", labels, x.numRows);
        Require.atLeast("M2.labelledBound", "draws", 1, draws);
        double[] mean = new double[x.numRows];
        for (int s = 0; s < draws; s++) {
            double[] terms = pairs(seen, all, false, rng);
            for (int i = 0; i < mean.length; i++) {
                mean[i] += terms[i] / draws;
            }
        }
        return mean;
    }

    /**
     * The lower bound of the rows of data with their labels.
     *
     * @param data n rows with the columns of the model, matched by name where both have names; each has a label
     * @param draws the draws of z for each row and class, at least 1
     * @param rng the source of randomness; advanced
     * @return n estimates of the lower bound in nats
     * @throws IllegalArgumentException as {@link #labelledBound(FMatrixRMaj, int[], int, RandomGenerator)}
     */
    public double[] labelledBound(Dataset data, int draws, RandomGenerator rng) {
        return labelledBound(observations(data), labelsOf("M2.labelledBound", data), draws, rng);
    }

    /** The labels of data as classes of the model. */
    private int[] labelsOf(String where, Dataset data) {
        return data.matchingClasses(classNames(), where).labels();
    }

    /**
     * The lower bound of rows without labels, −U(xᵢ) = Σ_y q(y | xᵢ)(−L(xᵢ, y)) + H(q(y | xᵢ)) ≤ log p(xᵢ), with the sum over
     * all classes and draws of z: unbiased for the bound.
     *
     * @param x n×D rows of observations; not modified
     * @param draws the draws of z for each row and class, at least 1
     * @param rng the source of randomness; advanced
     * @return n estimates of the lower bound in nats, summed over the D dimensions
     * @throws IllegalArgumentException as {@link #classProbabilities(FMatrixRMaj)}, or if there is no draw
     */
    public double[] unlabelledBound(FMatrixRMaj x, int draws, RandomGenerator rng) {
        FMatrixRMaj seen = net.observation.seen("M2.unlabelledBound", x);
        FMatrixRMaj q = probabilities(seen);
        Require.atLeast("M2.unlabelledBound", "draws", 1, draws);
        int k = classes();
        double[] bound = new double[x.numRows];
        for (int s = 0; s < draws; s++) {
            double[] terms = pairs(seen, null, false, rng);
            for (int i = 0; i < terms.length; i++) {
                double p = q.data[i];
                bound[i / k] += p > 0 ? p * (terms[i] - Math.log(p)) / draws : 0;
            }
        }
        return bound;
    }

    /**
     * The lower bound of the rows of data without their labels.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param draws the draws of z for each row and class, at least 1
     * @param rng the source of randomness; advanced
     * @return n estimates of the lower bound in nats
     * @throws IllegalArgumentException as {@link #unlabelledBound(FMatrixRMaj, int, RandomGenerator)}
     */
    public double[] unlabelledBound(Dataset data, int draws, RandomGenerator rng) {
        return unlabelledBound(observations(data), draws, rng);
    }

    /** One draw of the bound of every standardised row with its label, or of every row with every class, row by row. */
    double[] pairs(FMatrixRMaj x, int[] labels, boolean sampled, RandomGenerator rng) {
        int per = labels == null ? classes() : 1;
        int step = Math.max(1, PAIRS / per);
        double[] all = new double[x.numRows * per];
        Tape tape = Tape.withoutGradients();
        for (int from = 0; from < x.numRows; from += step) {
            Interrupts.check("M2");
            int to = Math.min(x.numRows, from + step);
            int[] rows = new int[(to - from) * per];
            int[] classes = new int[rows.length];
            for (int r = 0; r < rows.length; r++) {
                rows[r] = r / per;
                classes[r] = labels == null ? r % per : labels[from + r];
            }
            tape.reset();
            Var part = tape.constant(RowOps.part(x, from, to));
            float[] terms = net.pairs(tape, part, rows, classes, sampled, rng).value().data;
            for (int r = 0; r < rows.length; r++) {
                all[from * per + r] = terms[r] + net.observation.units;
            }
        }
        return all;
    }

    // --- generation

    /**
     * The means of q(z | x, y), the style of observations.
     *
     * @param x n×D rows of observations; not modified
     * @param labels n classes counted from 0, such as {@link #classify(FMatrixRMaj)} finds, or one that all rows have
     * @return n×Z means
     * @throws IllegalArgumentException as {@link #classProbabilities(FMatrixRMaj)}, or if a label is no class
     */
    public FMatrixRMaj encode(FMatrixRMaj x, int... labels) {
        FMatrixRMaj seen = net.observation.seen("M2.encode", x);
        int[] all = labels("M2.encode", labels, x.numRows);
        FMatrixRMaj mean = new FMatrixRMaj(x.numRows, latentDim());
        Tape tape = Tape.withoutGradients();
        for (int from = 0; from < x.numRows; from += PAIRS) {
            int to = Math.min(x.numRows, from + PAIRS);
            int[] rows = new int[to - from];
            Arrays.setAll(rows, i -> i);
            Var part = tape.reset().constant(RowOps.part(seen, from, to));
            Var moments = net.encode(tape, part, rows, Arrays.copyOfRange(all, from, to));
            float[] means = moments.columns(0, latentDim()).value().data;
            System.arraycopy(means, 0, mean.data, from * latentDim(), rows.length * latentDim());
        }
        return mean;
    }

    /**
     * The means of q(z | x, y) for the rows of data with their labels.
     *
     * @param data n rows with the columns of the model, matched by name where both have names; each has a label
     * @return n×Z means
     * @throws IllegalArgumentException as {@link #encode(FMatrixRMaj, int[])}
     */
    public FMatrixRMaj encode(Dataset data) {
        return encode(observations(data), labelsOf("M2.encode", data));
    }

    /**
     * The means of p(x | y, z).
     *
     * @param z n×Z rows of latent variables; not modified
     * @param labels n classes counted from 0, or one that all rows have
     * @return n×D observations without noise
     * @throws IllegalArgumentException if z has another number of columns or a NaN, or a label is no class
     */
    public FMatrixRMaj decode(FMatrixRMaj z, int... labels) {
        return net.observation.mean(outputs("M2.decode", z, labels));
    }

    private FMatrixRMaj outputs(String where, FMatrixRMaj z, int[] labels) {
        Require.rows(where, "z", z, latentDim());
        int[] classes = labels(where, labels, z.numRows);
        FMatrixRMaj all = new FMatrixRMaj(z.numRows, likelihood().outputs(dim()));
        Tape tape = Tape.withoutGradients();
        for (int from = 0; from < z.numRows; from += PAIRS) {
            int to = Math.min(z.numRows, from + PAIRS);
            Var part = tape.reset().constant(RowOps.part(z, from, to));
            float[] values = net.decode(tape, part, Arrays.copyOfRange(classes, from, to))
                    .value()
                    .data;
            System.arraycopy(values, 0, all.data, from * all.numCols, (to - from) * all.numCols);
        }
        return all;
    }

    @Override
    public FMatrixRMaj sample(int n, RandomGenerator rng) {
        Require.atLeast("M2.sample", "n", 0, n);
        int[] labels = new int[n];
        Arrays.setAll(labels, i -> rng.nextInt(classes()));
        return sample(labels, rng);
    }

    /**
     * Draws from p(x | y), of given classes with z ~ p(z).
     *
     * @param labels n classes counted from 0
     * @param rng the source of randomness; advanced
     * @return n×D draws, one a row
     * @throws IllegalArgumentException if a label is no class
     */
    public FMatrixRMaj sample(int[] labels, RandomGenerator rng) {
        FMatrixRMaj z = new FMatrixRMaj(labels.length, latentDim());
        Fill.normal(z, rng);
        return net.observation.sample(outputs("M2.sample", z, labels), rng);
    }

    /**
     * Every class in the style of every observation: z is that of the observation and the class that it is of, then the class
     * is swapped.
     *
     * @param x n×D rows of observations; not modified
     * @param labels n classes counted from 0, such as {@link #classify(FMatrixRMaj)} finds
     * @return nK×D means of p(x | y, zᵢ): the K classes of the first observation, those of the next, …
     * @throws IllegalArgumentException as {@link #encode(FMatrixRMaj, int[])}
     */
    public FMatrixRMaj analogies(FMatrixRMaj x, int[] labels) {
        FMatrixRMaj z = encode(x, labels);
        int k = classes();
        FMatrixRMaj each = new FMatrixRMaj(z.numRows * k, z.numCols);
        int[] all = new int[each.numRows];
        for (int r = 0; r < all.length; r++) {
            System.arraycopy(z.data, r / k * z.numCols, each.data, r * z.numCols, z.numCols);
            all[r] = r % k;
        }
        return decode(each, all);
    }

    /**
     * Every class in the style of every row of data, read with its label.
     *
     * @param data n rows with the columns of the model, matched by name where both have names; each has a label
     * @return nK×D means of p(x | y, zᵢ): the K classes of the first row, those of the next, …
     * @throws IllegalArgumentException as {@link #encode(FMatrixRMaj, int[])}
     */
    public FMatrixRMaj analogies(Dataset data) {
        return analogies(observations(data), labelsOf("M2.analogies", data));
    }

    /**
     * One class in every style: the means of p(x | y, z) over the plane of two latent variables, at a square grid of equal
     * probability under the prior, rows from the top.
     *
     * @param label the class, counted from 0
     * @param edge how many values of each latent variable
     * @return edge²×D observations without noise
     * @throws IllegalArgumentException if there are other than two latent variables, there is no such class, or edge is below 1
     */
    public FMatrixRMaj styles(int label, int edge) {
        if (latentDim() != 2) {
            throw new IllegalArgumentException("M2.styles: " + latentDim() + " latent variables, a plane has two");
        }
        return decode(Latents.grid(edge), label);
    }

    /** A label for each row, from as many or from one for all. */
    private int[] labels(String where, int[] labels, int rows) {
        if (labels.length != rows && labels.length != 1) {
            throw new IllegalArgumentException(where + ": " + labels.length + " labels for " + rows + " rows");
        }
        int[] all = new int[rows];
        for (int i = 0; i < rows; i++) {
            all[i] = labels[labels.length == 1 ? 0 : i];
            if (all[i] < 0 || all[i] >= classes()) {
                throw new IllegalArgumentException(
                        where + ": label " + all[i] + " of row " + i + ", expected 0 to " + (classes() - 1));
            }
        }
        return all;
    }

    @Override
    public String toString() {
        return "M2 of " + dim() + " observed and " + latentDim() + " latent variables, " + classes() + " classes, "
                + likelihood();
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the latent variables and the hidden layers must be set
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Trains M2 on rows of which some have labels. */
    public static final class Builder extends SemiSupervisedBuilder<Builder, M2> {
        private Likelihood likelihood = Likelihood.BERNOULLI;

        private Builder() {
            super("−J/n, nats per row");
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * The distribution of x given the class and z.
         *
         * @param likelihood by default {@link Likelihood#BERNOULLI}
         * @return this
         */
        public Builder likelihood(Likelihood likelihood) {
            this.likelihood = Objects.requireNonNull(likelihood, "M2: likelihood");
            return this;
        }

        /**
         * Trains the networks. An epoch is a pass over the rows without labels, or over all if all have one.
         *
         * @param data n rows of D observations, of which at least one has a label, the others
         *     {@link Dataset#UNLABELLED}; grey levels that are binarised anew at each reading are so in each epoch
         * @return the model; if the thread was interrupted, that of the last complete step
         * @throws IllegalArgumentException if a setting is missing, there is no label, or a value can not be given by the
         *     likelihood
         * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
         * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
         */
        @Override
        public M2 fit(Dataset data) {
            Scaling.Kind kind = kind(data);
            Scaling scaling = likelihood.isOfLevels() ? Scaling.none() : scaling(data, kind);
            Parts parts = parts(data);
            M2Net net = start(Moments.of("M2.fit", data, likelihood, scaling), parts.classes(), likelihood);
            Card card = Card.of("M2")
                    .columns(data.columns())
                    .classes(data.labelNames())
                    .setting("observed variables", data.dim());
            if (!likelihood.isOfLevels()) {
                describe(card, scaling, kind, data);
            }
            return train(
                    card, net, parts, validation(), SemiSupervisedStep.ROWS, summary -> new M2(net.copy(), summary));
        }
    }
}
