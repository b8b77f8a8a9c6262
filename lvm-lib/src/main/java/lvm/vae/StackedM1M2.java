package lvm.vae;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.model.FittedModel;
import lvm.model.GenerativeModel;
import lvm.model.History;
import lvm.model.ModelSummary;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * M1+M2, the generative model of semi-supervised learning with two levels of latent variables:
 *
 * <p>p(x, y, z₁, z₂) = p(y) p(z₂) p(z₁ | y, z₂) p(x | z₁).
 *
 * <p>p(x | z₁) and q(z₁ | x) are those of a variational autoencoder (M1), learnt before from x alone. Over it stands {@link M2}
 * with z₁ in the place of the observation: p(z₁ | y, z₂) is a Gaussian with means and variances from its decoder. Every minibatch
 * draws z₁ ~ q(z₁ | x) anew. D. P. Kingma, D. J. Rezende, S. Mohamed and M. Welling (2014), Semi-supervised learning with deep
 * generative models.
 */
public final class StackedM1M2 implements GenerativeModel<FMatrixRMaj>, FittedModel, Classifier {
    private final Vae features;
    private final M2 top;
    private final History history;
    private final SemiSupervisedBuilder.Card card;

    StackedM1M2(Vae features, M2 top, History history, SemiSupervisedBuilder.Card card) {
        this.features = features;
        this.top = top;
        this.history = history;
        this.card = card;
    }

    /**
     * The lower level, p(x | z₁) and q(z₁ | x).
     *
     * @return M1's autoencoder
     */
    public Vae features() {
        return features;
    }

    /**
     * The upper level, the model of z₁ and y.
     *
     * @return M2 with z₁ as its observations
     */
    public M2 top() {
        return top;
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
    public FMatrixRMaj classProbabilities(FMatrixRMaj x) {
        return top.classProbabilities(features.encode(x));
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
        return top.classify(features.encode(x));
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
        Inputs.requireX("StackedM1M2.logJoint", x, features.net());
        Inputs.requireDraws("StackedM1M2.logJoint", draws);
        M2.LogMeans means = new M2.LogMeans(x.numRows, classes());
        for (int s = 0; s < draws; s++) {
            FMatrixRMaj z = new FMatrixRMaj(x.numRows, features.latentDim());
            double[] below = below(x, z, rng);
            double[] terms = top.pairs(z, null, true, rng);
            for (int i = 0; i < terms.length; i++) {
                terms[i] += below[i / classes()];
            }
            means.add(terms);
        }
        return means.result(draws);
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
        return M2.largest(logJoint(x, draws, rng));
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
        Inputs.requireX("StackedM1M2.unlabelledBound", x, features.net());
        Inputs.requireDraws("StackedM1M2.unlabelledBound", draws);
        double[] mean = new double[x.numRows];
        for (int s = 0; s < draws; s++) {
            FMatrixRMaj z = new FMatrixRMaj(x.numRows, features.latentDim());
            double[] below = below(x, z, rng);
            double[] above = top.unlabelledBound(z, 1, rng);
            for (int i = 0; i < mean.length; i++) {
                mean[i] += (below[i] + above[i]) / draws;
            }
        }
        return mean;
    }

    /** log p(x | z₁) − log q(z₁ | x) at draws z₁ ~ q(z₁ | x), which are written to z. */
    private double[] below(FMatrixRMaj x, FMatrixRMaj z, RandomGenerator rng) {
        VaeNet net = features.net();
        double[] terms = new double[x.numRows];
        Tape tape = Tape.withoutGradients();
        for (int from = 0; from < x.numRows; from += M2.PAIRS) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("interrupted");
            }
            int to = Math.min(x.numRows, from + M2.PAIRS);
            Var part = tape.reset().constant(VaeNet.rows(x, from, to));
            VaeNet.Posterior q = net.encode(tape, part, null);
            Var draw = q.draw(rng);
            float[] likelihoods = net.logLikelihood(tape, part, draw, null).value().data;
            float[] densities = q.logDensity(draw).value().data;
            for (int i = from; i < to; i++) {
                terms[i] = (double) likelihoods[i - from] - densities[i - from];
            }
            System.arraycopy(draw.value().data, 0, z.data, from * z.numCols, (to - from) * z.numCols);
        }
        return terms;
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
        return top.encode(features.encode(x), labels);
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
        return features.decode(top.decode(z, labels));
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
        return features.decode(top.analogies(features.encode(x), labels));
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
        return features.net().sample(z, null, rng);
    }

    @Override
    public History history() {
        return history;
    }

    @Override
    public ModelSummary summary() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("observed variables", String.valueOf(dim()));
        all.put("features", features.toString());
        all.putAll(card.settings());
        return new ModelSummary("StackedM1M2", all, card.results(), history);
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

        private Builder() {}

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
            if (features == null) {
                throw new IllegalArgumentException("StackedM1M2: features not set");
            }
            if (features.hasPosteriorFlow()) {
                throw new IllegalArgumentException(
                        "StackedM1M2: the features have a flow as posterior, expected Gaussian"
                                + " q(z₁ | x), whose moments are computed once");
            }
            if (data.dim() != features.dim()) {
                throw new IllegalArgumentException("StackedM1M2.fit: the data have " + data.dim()
                        + " columns, the features are of " + features.dim());
            }
            if (data.binarization() == Dataset.Binarization.ANEW) {
                throw new IllegalArgumentException(
                        "StackedM1M2.fit: the data are binarised anew at each reading, expected"
                                + " fixed ones: the posterior of z₁ is computed once");
            }
            Parts given = parts(data);
            Parts parts = new Parts(
                    moments(given.labelled()),
                    given.unlabelled() == null ? null : moments(given.unlabelled()),
                    given.classes());
            M2Net net = start(spread(parts), parts.classes(), Likelihood.GAUSSIAN);
            return train(net, parts, StackedM1M2::draw, (history, about) -> {
                M2 top = new M2(net.copy(), history, about);
                return new StackedM1M2(features, top, history, about);
            });
        }

        /** Means and standard deviations of q(z₁ | x) in the place of x. */
        private Dataset moments(Dataset rows) {
            int k = features.latentDim();
            Vae.Posterior q = features.posterior(rows.floatMatrix());
            FMatrixRMaj both = new FMatrixRMaj(rows.rows(), 2 * k);
            for (int i = 0; i < rows.rows(); i++) {
                for (int j = 0; j < k; j++) {
                    both.data[2 * k * i + j] = q.mean().get(i, j);
                    both.data[2 * k * i + k + j] =
                            (float) Math.sqrt(q.variance().get(i, j));
                }
            }
            Dataset data = Dataset.of(both).named(rows.name());
            return rows.hasLabels() ? data.withLabels(rows.labels()) : data;
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
