package lvm.vae;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.linalg.Interrupts;
import lvm.linalg.Logs;
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
 * M1+M2, the generative model of semi-supervised learning with two levels of latent variables:
 *
 * <p>p(x, y, z₁, z₂) = p(y) p(z₂) p(z₁ | y, z₂) p(x | z₁).
 *
 * <p>p(x | z₁) and q(z₁ | x) are those of a variational autoencoder (M1), learnt before from x alone. Over it stands {@link M2}
 * with z₁ in the place of the observation: p(z₁ | y, z₂) is a Gaussian with means and variances from its decoder. Every minibatch
 * draws z₁ ~ q(z₁ | x) anew. Features that say nothing of x, see {@link Builder#leastDeviation}, are left out of M2: they are
 * N(0, 1) whatever y and z₂ are. D. P. Kingma, D. J. Rezende, S. Mohamed and M. Welling (2014), Semi-supervised learning with deep
 * generative models.
 */
public final class StackedM1M2 extends SavedModel
        implements SinglePrecision, GenerativeModel<FMatrixRMaj>, HasClassProbabilities {

    private final Vae features;
    private final M2 top;
    /** The columns of z₁ that M2 sees. */
    private final int[] kept;

    StackedM1M2(Vae features, M2 top, int[] kept, ModelSummary summary) {
        super(summary);
        this.features = features;
        this.top = top;
        this.kept = kept;
    }

    /**
     * Reads a model from a file.
     *
     * @param file a file of {@link #save(Path)}
     * @return the model, with the same bits
     * @throws java.io.UncheckedIOException as {@link Models#load(Path)}
     */
    public static StackedM1M2 load(Path file) {
        return Models.load(file, StackedM1M2.class);
    }

    @Override
    public void store(ModelData data) {
        data.put("kept", kept).putModel("features", features).putModel("top", top);
    }

    static StackedM1M2 read(ModelData data) {
        return new StackedM1M2(
                data.model("features", Vae.class), data.model("top", M2.class), data.integers("kept"), data.summary());
    }

    /** {@return the lower level, p(x | z₁) and q(z₁ | x): M1's autoencoder} */
    public Vae features() {
        return features;
    }

    /** {@return the upper level, the model of z₁ and y: M2 with the columns {@link #kept} of z₁ as its observations} */
    public M2 top() {
        return top;
    }

    /**
     * The features that the upper level models; the others are N(0, 1).
     *
     * @return columns of z₁, counted from 0, ascending
     */
    public int[] kept() {
        return kept.clone();
    }

    @Override
    public int dim() {
        return features.dim();
    }

    @Override
    public int classes() {
        return top.classes();
    }

    /**
     * The recognition networks' class probabilities, at the mean of q(z₁ | x).
     *
     * @param x n×D rows of observations; not modified
     * @return n×K probabilities q(y | z₁ = μ(xᵢ))
     * @throws IllegalArgumentException if x has another number of columns, a NaN, or values that the likelihood can not give
     */
    @Override
    public FMatrixRMaj classProbabilities(FMatrixRMaj x) {
        return top.classProbabilities(columns(features.encode(x), kept));
    }

    /**
     * As {@link #classProbabilities(FMatrixRMaj)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @return n×K probabilities q(y | z₁ = μ(xᵢ))
     * @throws IllegalArgumentException as there
     */
    @Override
    public FMatrixRMaj classProbabilities(Dataset data) {
        return classProbabilities(observations(data));
    }

    /**
     * The most probable class by the recognition networks.
     *
     * @param x n×D rows of observations; not modified
     * @return n classes counted from 0
     * @throws IllegalArgumentException as {@link #classProbabilities}
     */
    @Override
    public int[] classify(FMatrixRMaj x) {
        return top.classify(columns(features.encode(x), kept));
    }

    @Override
    public int[] classify(Dataset data) {
        return top.classify(columns(features.encode(data), kept));
    }

    /**
     * Estimates of log p(x, y) for every class by importance sampling: log of the mean over draws of
     * p(x | z₁) p(z₁ | y, z₂) p(z₂) p(y) / (q(z₁ | x) q(z₂ | z₁, y)).
     *
     * @param x n×D rows of observations; not modified
     * @param draws the draws of z₁ for each row and of z₂ for each row and class, at least 1
     * @param rng the source of randomness; advanced
     * @return n×K estimates in nats; the exponential of each is unbiased, its logarithm low in expectation
     * @throws IllegalArgumentException as {@link #classProbabilities}, or if there is no draw
     */
    public DMatrixRMaj logJoint(FMatrixRMaj x, int draws, RandomGenerator rng) {
        FMatrixRMaj seen = features.net().observation.seen("StackedM1M2.logJoint", x);
        Require.atLeast("StackedM1M2.logJoint", "draws", 1, draws);
        M2.LogMeans means = new M2.LogMeans(x.numRows, classes());
        for (int s = 0; s < draws; s++) {
            FMatrixRMaj z = new FMatrixRMaj(x.numRows, kept.length);
            double[] below = below(seen, z, rng);
            double[] terms = top.pairs(z, null, true, rng);
            for (int i = 0; i < terms.length; i++) {
                terms[i] += below[i / classes()];
            }
            means.add(terms);
        }
        return means.result(draws);
    }

    /**
     * As {@link #logJoint(FMatrixRMaj, int, RandomGenerator)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param draws the draws of z₁ for each row and of z₂ for each row and class, at least 1
     * @param rng the source of randomness; advanced
     * @return n×K estimates in nats; the exponential of each is unbiased, its logarithm low in expectation
     * @throws IllegalArgumentException as there
     */
    public DMatrixRMaj logJoint(Dataset data, int draws, RandomGenerator rng) {
        return logJoint(observations(data), draws, rng);
    }

    /**
     * The most probable class by importance sampling, the largest of {@link #logJoint}.
     *
     * @param x n×D rows of observations; not modified
     * @param draws the draws, at least 1
     * @param rng the source of randomness; advanced
     * @return n classes counted from 0
     * @throws IllegalArgumentException as {@link #logJoint}
     */
    public int[] classify(FMatrixRMaj x, int draws, RandomGenerator rng) {
        return RowOps.largest(logJoint(x, draws, rng));
    }

    /**
     * As {@link #classify(FMatrixRMaj, int, RandomGenerator)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param draws the draws, at least 1
     * @param rng the source of randomness; advanced
     * @return n classes counted from 0
     * @throws IllegalArgumentException as there
     */
    public int[] classify(Dataset data, int draws, RandomGenerator rng) {
        return classify(observations(data), draws, rng);
    }

    /**
     * The lower bound of rows without labels, E_q(z₁ | x)[log p(x | z₁) − log q(z₁ | x) − U(z₁)] ≤ log p(x), from draws:
     * unbiased for the bound.
     *
     * @param x n×D rows of observations; not modified
     * @param draws the draws of z₁ for each row, at least 1
     * @param rng the source of randomness; advanced
     * @return n estimates of the lower bound in nats, summed over the D dimensions
     * @throws IllegalArgumentException as {@link #logJoint}
     */
    public double[] unlabelledBound(FMatrixRMaj x, int draws, RandomGenerator rng) {
        FMatrixRMaj seen = features.net().observation.seen("StackedM1M2.unlabelledBound", x);
        Require.atLeast("StackedM1M2.unlabelledBound", "draws", 1, draws);
        double[] mean = new double[x.numRows];
        for (int s = 0; s < draws; s++) {
            FMatrixRMaj z = new FMatrixRMaj(x.numRows, kept.length);
            double[] below = below(seen, z, rng);
            double[] above = top.unlabelledBound(z, 1, rng);
            for (int i = 0; i < mean.length; i++) {
                mean[i] += (below[i] + above[i]) / draws;
            }
        }
        return mean;
    }

    /**
     * As {@link #unlabelledBound(FMatrixRMaj, int, RandomGenerator)}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param draws the draws of z₁ for each row, at least 1
     * @param rng the source of randomness; advanced
     * @return n estimates of the lower bound in nats, summed over the D dimensions
     * @throws IllegalArgumentException as there
     */
    public double[] unlabelledBound(Dataset data, int draws, RandomGenerator rng) {
        return unlabelledBound(observations(data), draws, rng);
    }

    /**
     * log p(x | z₁) − log q(z₁ | x) of standardised rows at draws z₁ ~ q(z₁ | x), of which what M2 sees is written to z; with log p of what it does
     * not see.
     */
    private double[] below(FMatrixRMaj x, FMatrixRMaj z, RandomGenerator rng) {
        VaeNet net = features.net();
        double[] terms = new double[x.numRows];
        Tape tape = Tape.withoutGradients();
        for (int from = 0; from < x.numRows; from += M2.PAIRS) {
            Interrupts.check("StackedM1M2");
            int to = Math.min(x.numRows, from + M2.PAIRS);
            Var part = tape.reset().constant(RowOps.part(x, from, to));
            VaeNet.Posterior q = net.encode(tape, part, null);
            Var draw = q.draw(rng);
            float[] likelihoods = net.logLikelihood(tape, part, draw, null).value().data;
            float[] densities = q.logDensity(draw).value().data;
            FMatrixRMaj all = draw.value();
            for (int i = from; i < to; i++) {
                terms[i] = (double) likelihoods[i - from] - densities[i - from] + net.observation.units;
                int next = 0;
                for (int j = 0; j < all.numCols; j++) {
                    float value = all.data[(i - from) * all.numCols + j];
                    if (next < kept.length && kept[next] == j) {
                        z.data[i * kept.length + next] = value;
                        next++;
                    } else {
                        terms[i] -= 0.5 * ((double) value * value + Logs.LOG_2_PI);
                    }
                }
            }
        }
        return terms;
    }

    private static FMatrixRMaj columns(FMatrixRMaj z, int[] kept) {
        if (kept.length == z.numCols) {
            return z;
        }
        FMatrixRMaj part = new FMatrixRMaj(z.numRows, kept.length);
        for (int i = 0; i < z.numRows; i++) {
            for (int j = 0; j < kept.length; j++) {
                part.data[i * kept.length + j] = z.data[i * z.numCols + kept[j]];
            }
        }
        return part;
    }

    /** All of z₁ from what M2 sees of it: the rest is drawn, or 0 without a generator. */
    private FMatrixRMaj whole(FMatrixRMaj z, RandomGenerator rng) {
        int columns = features.latentDim();
        if (kept.length == columns) {
            return z;
        }
        FMatrixRMaj all = new FMatrixRMaj(z.numRows, columns);
        if (rng != null) {
            Fill.normal(all, rng);
        }
        for (int i = 0; i < z.numRows; i++) {
            for (int j = 0; j < kept.length; j++) {
                all.data[i * columns + kept[j]] = z.data[i * kept.length + j];
            }
        }
        return all;
    }

    /**
     * The style of observations, the means of q(z₂ | z₁, y) at the mean of q(z₁ | x).
     *
     * @param x n×D rows of observations; not modified
     * @param labels n classes counted from 0
     * @return n×Z means
     * @throws IllegalArgumentException as {@link #classProbabilities}, or if a label is no class
     */
    public FMatrixRMaj encode(FMatrixRMaj x, int[] labels) {
        return top.encode(columns(features.encode(x), kept), labels);
    }

    /**
     * As {@link #encode(FMatrixRMaj, int[])}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names, each with a label
     * @return n×Z means
     * @throws IllegalArgumentException as there
     */
    public FMatrixRMaj encode(Dataset data) {
        return encode(
                observations(data),
                data.matchingClasses(classNames(), "StackedM1M2.encode").labels());
    }

    /**
     * The means of p(x | z₁) at the mean of p(z₁ | y, z₂).
     *
     * @param z n×Z rows of z₂; not modified
     * @param labels n classes counted from 0
     * @return n×D observations without noise
     * @throws IllegalArgumentException if z has another number of columns or a NaN, or a label is no class
     */
    public FMatrixRMaj decode(FMatrixRMaj z, int[] labels) {
        return features.decode(whole(top.decode(z, labels), null));
    }

    /**
     * Every class in the style of every observation, see {@link M2#analogies}.
     *
     * @param x n×D rows of observations; not modified
     * @param labels n classes counted from 0
     * @return nK×D means: the K classes of the first observation, those of the next, …
     * @throws IllegalArgumentException as {@link #encode}
     */
    public FMatrixRMaj analogies(FMatrixRMaj x, int[] labels) {
        return features.decode(whole(top.analogies(columns(features.encode(x), kept), labels), null));
    }

    /**
     * As {@link #analogies(FMatrixRMaj, int[])}, of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names, each with a label
     * @return nK×D means: the K classes of the first observation, those of the next, …
     * @throws IllegalArgumentException as there
     */
    public FMatrixRMaj analogies(Dataset data) {
        return analogies(
                observations(data),
                data.matchingClasses(classNames(), "StackedM1M2.analogies").labels());
    }

    @Override
    public FMatrixRMaj sample(int n, RandomGenerator rng) {
        return draw(top.sample(n, rng), rng);
    }

    /**
     * Draws from p(x | y), of given classes.
     *
     * @param labels n classes counted from 0
     * @param rng the source of randomness; advanced
     * @return n×D draws, one a row
     * @throws IllegalArgumentException if a label is no class
     */
    public FMatrixRMaj sample(int[] labels, RandomGenerator rng) {
        return draw(top.sample(labels, rng), rng);
    }

    private FMatrixRMaj draw(FMatrixRMaj z, RandomGenerator rng) {
        return features.net().sample(whole(z, rng), null, rng);
    }

    @Override
    public String toString() {
        return "M1+M2 of " + dim() + " observed, " + features.latentDim() + " and " + top.latentDim()
                + " latent variables, " + classes() + " classes";
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the features, the latent variables z₂ and the hidden layers must be set
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Trains the upper level over a fitted autoencoder. */
    public static final class Builder extends SemiSupervisedBuilder<Builder, StackedM1M2> {
        private Vae features;
        private double leastDeviation;

        private Builder() {
            super("−J/n of z₁, nats per row");
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * M1, the lower level; must be set.
         *
         * @param features learnt from rows of the same kind, with or without labels; kept
         * @return this
         */
        public Builder features(Vae features) {
            this.features = Objects.requireNonNull(features, "StackedM1M2: features");
            return this;
        }

        /**
         * Leaves features out that say nothing of x: those of which the means of q(z₁ⱼ | x) have a standard deviation of at most
         * this over the rows. An autoencoder does not use all that it has; what is left of the others is noise, which hides
         * from few labels what tells the classes apart. The original program of the publication takes 0.1.
         *
         * @param deviation at least 0 and finite; by default 0, all are kept
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder leastDeviation(double deviation) {
            this.leastDeviation = Require.notNegative("StackedM1M2", "leastDeviation", deviation);
            return this;
        }

        /**
         * Trains the networks. An epoch is a pass over the rows without labels, or over all if all have one. z₁ is drawn anew at
         * each reading.
         *
         * @param data n rows of D observations, of which at least one has a label, the others {@link Dataset#UNLABELLED}
         * @return the model; if the thread was interrupted, that of the last complete step
         * @throws IllegalArgumentException if a setting is missing, there is no label, or the features do not take the data
         * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
         * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
         */
        @Override
        public StackedM1M2 fit(Dataset data) {
            Require.set("StackedM1M2", "features", features != null);
            unused("a fit over features, which standardise by themselves,", "standardize");
            if (features.hasPosteriorFlow()) {
                throw new IllegalArgumentException(
                        "StackedM1M2: the features have a flow as posterior, expected Gaussian"
                                + " q(z₁ | x), whose moments are computed once");
            }
            requireReadable("the data", data);
            Parts given = parts(data);
            Vae.Posterior known = features.posterior(given.labelled());
            Vae.Posterior rest = given.unlabelled() == null ? null : features.posterior(given.unlabelled());
            int[] kept = kept(known.mean(), rest == null ? null : rest.mean());
            Parts parts = new Parts(
                    moments(given.labelled(), known, kept),
                    rest == null ? null : moments(given.unlabelled(), rest, kept),
                    given.classes());
            M2Net net = start(spread(parts), parts.classes(), Likelihood.GAUSSIAN);
            Card card = Card.of("StackedM1M2")
                    .columns(data.columns())
                    .classes(data.labelNames())
                    .setting("observed variables", data.dim())
                    .setting("features", features);
            if (kept.length < features.latentDim()) {
                card.setting("features kept", kept.length + " of " + features.latentDim());
            }
            return train(
                    card,
                    net,
                    parts,
                    validation(kept),
                    StackedM1M2::draw,
                    summary -> new StackedM1M2(features, new M2(net.copy(), alone(summary)), kept, summary));
        }

        /** What M2 says of itself: its columns are features and have no names. */
        private static ModelSummary alone(ModelSummary summary) {
            return new ModelSummary(
                    "M2", summary.settings(), summary.results(), summary.history(), List.of(), summary.classNames());
        }

        /** The columns that tell something, by the means of all rows. */
        private int[] kept(FMatrixRMaj... means) {
            int[] kept = IntStream.range(0, features.latentDim())
                    .filter(j -> leastDeviation == 0 || deviation(j, means) > leastDeviation)
                    .toArray();
            if (kept.length == 0) {
                throw new IllegalArgumentException("StackedM1M2.fit: no feature's mean has a standard deviation above "
                        + leastDeviation + " over the rows");
            }
            return kept;
        }

        private static double deviation(int column, FMatrixRMaj... parts) {
            int n = 0;
            double mean = 0;
            double squares = 0;
            for (FMatrixRMaj part : parts) {
                for (int i = 0; part != null && i < part.numRows; i++) {
                    n++;
                    double change = part.get(i, column) - mean;
                    mean += change / n;
                    squares += change * (part.get(i, column) - mean);
                }
            }
            return Math.sqrt(squares / n);
        }

        /** The validation rows as the upper level sees them, or null. */
        private Dataset validation(int... kept) {
            Dataset rows = validation();
            if (rows == null) {
                return null;
            }
            requireReadable("the validation rows", rows);
            return moments(rows, features.posterior(rows.floatMatrix()), kept);
        }

        private void requireReadable(String what, Dataset rows) {
            if (rows.dim() != features.dim()) {
                throw new IllegalArgumentException("StackedM1M2.fit: " + what + " have " + rows.dim()
                        + " columns, the features are of " + features.dim());
            }
            if (rows.binarization() == Dataset.Binarization.ANEW) {
                throw new IllegalArgumentException("StackedM1M2.fit: " + what
                        + " are binarised anew at each reading, expected"
                        + " fixed ones: the posterior of z₁ is computed once");
            }
        }

        /** Means and standard deviations of q(z₁ | x) in the place of x. */
        private static Dataset moments(Dataset rows, Vae.Posterior q, int... kept) {
            int k = kept.length;
            FMatrixRMaj both = new FMatrixRMaj(rows.rows(), 2 * k);
            for (int i = 0; i < rows.rows(); i++) {
                for (int j = 0; j < k; j++) {
                    both.data[2 * k * i + j] = q.mean().get(i, kept[j]);
                    both.data[2 * k * i + k + j] =
                            (float) Math.sqrt(q.variance().get(i, kept[j]));
                }
            }
            Dataset data = Dataset.of(both).named(rows.name());
            return data.withLabelsOf(rows);
        }

        /** Means and variances of the columns of z₁ over rows and draws. */
        private static Moments spread(Parts parts) {
            int k = parts.labelled().dim() / 2;
            double[] means = new double[k];
            double[] squares = new double[k];
            for (Dataset rows : new Dataset[] {parts.labelled(), parts.unlabelled()}) {
                for (int i = 0; rows != null && i < rows.rows(); i++) {
                    for (int j = 0; j < k; j++) {
                        double mean = rows.get(i, j);
                        double sigma = rows.get(i, k + j);
                        means[j] += mean / parts.rows();
                        squares[j] += (mean * mean + sigma * sigma) / parts.rows();
                    }
                }
            }
            for (int j = 0; j < k; j++) {
                squares[j] -= means[j] * means[j];
            }
            return new Moments(means, squares);
        }
    }

    /** z₁ = μ + σ ε of rows of means and standard deviations. */
    static void draw(FMatrixRMaj moments, FMatrixRMaj out, int at, RandomGenerator rng) {
        int k = out.numCols;
        for (int i = 0; i < moments.numRows; i++) {
            int from = 2 * k * i;
            int to = (at + i) * k;
            for (int j = 0; j < k; j++) {
                out.data[to + j] = moments.data[from + j] + moments.data[from + k + j] * (float) rng.nextGaussian();
            }
        }
    }
}
