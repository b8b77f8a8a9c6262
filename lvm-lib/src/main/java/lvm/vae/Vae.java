package lvm.vae;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Tape;
import lvm.data.Dataset;
import lvm.distribution.Architecture;
import lvm.fit.Learner;
import lvm.fit.TrainStep;
import lvm.linalg.VectorMath;
import lvm.mcmc.Hmc;
import lvm.model.Card;
import lvm.model.GenerativeModel;
import lvm.model.HasBound;
import lvm.model.HasDecoder;
import lvm.model.HasEncoder;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.model.SinglePrecision;
import lvm.optim.Optimizer;
import lvm.random.Seeds;
import lvm.store.ModelData;
import lvm.store.Models;
import lvm.store.SavedModel;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * A variational autoencoder. A decoder network makes p(x | z) of K latent variables, an encoder network the distribution that
 * stands for their posterior:
 *
 * <p>p(z) = N(0, I), p(x | z) by the {@link Likelihood} at the decoder's outputs, q(z | x) = N(μ(x), diag σ²(x)),
 *
 * <p>log p(x) ≥ E_q[log p(x | z)] − KL(q(z | x) ‖ p(z)). Both networks ascend this bound together, through draws
 * z = μ + σ ∘ ε, ε ~ N(0, I). D. P. Kingma and M. Welling (2014), Auto-encoding variational Bayes, equations 3, 7 and 10;
 * D. J. Rezende, S. Mohamed and D. Wierstra (2014). Immutable.
 *
 * <p>With {@link Builder#posteriorFlow} q(z | x) is richer, z = f(z₀; h(x)) of a Gaussian z₀: log q(z | x) = log q(z₀ | x) −
 * log|det ∂f/∂z₀|. It can be drawn from and bounds log p(x), but its mean, its divergence from p(z) and its density elsewhere
 * have no closed form: methods that need these say so.
 */
public final class Vae extends SavedModel
        implements SinglePrecision,
                GenerativeModel<FMatrixRMaj>,
                HasEncoder<FMatrixRMaj>,
                HasDecoder<FMatrixRMaj>,
                HasBound<FMatrixRMaj> {
    private final VaeNet net;

    Vae(VaeNet net, ModelSummary summary) {
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
    public static Vae load(Path file) {
        return Models.load(file, Vae.class);
    }

    @Override
    public void store(ModelData data) {
        net.store(data);
    }

    static Vae read(ModelData data) {
        return new Vae(VaeNet.read(data), data.summary());
    }

    /**
     * The mean and the variance of q(z | x).
     *
     * @param mean μ, n×K
     * @param variance σ², n×K
     */
    public record Posterior(FMatrixRMaj mean, FMatrixRMaj variance) {}

    /** The networks: for other models of this family, which must not modify them. */
    VaeNet net() {
        return net;
    }

    @Override
    public int dim() {
        return net.dim;
    }

    @Override
    public int latentDim() {
        return net.latent;
    }

    /**
     * The distribution of x given z.
     *
     * @return what the model was fitted with
     */
    public Likelihood likelihood() {
        return net.likelihood();
    }

    /**
     * The parameters of both networks, and of the likelihood: where columns are standardised, of what the networks see.
     *
     * @return copies by name: those of the encoder begin with {@code encoder}, those of the decoder with {@code decoder}, those
     *     of the posterior's flow with {@code posterior}
     */
    public Map<String, FMatrixRMaj> parameters() {
        return VaeNet.copies(net.values());
    }

    // --- the generative model

    /**
     * Draws x ~ p(x | z) with z ~ N(0, I): binary for a Bernoulli likelihood. {@link #decode} of {@link #samplePrior} gives
     * pictures without the last noise.
     */
    @Override
    public FMatrixRMaj sample(int n, RandomGenerator rng) {
        Require.atLeast("Vae.sample", "n", 0, n);
        return net.sample(net.prior(n, rng), null, rng);
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
        Require.atLeast("Vae.samplePrior", "n", 0, n);
        return net.prior(n, rng);
    }

    /** The mean of p(x | z): probabilities of ones for a Bernoulli likelihood. */
    @Override
    public FMatrixRMaj decode(FMatrixRMaj z) {
        net.requireZ("Vae.decode", z);
        return net.decodeMean(z, null);
    }

    /**
     * The variances of p(x | z).
     *
     * @param z n×K rows of latent variables; not modified
     * @return n×D variances
     * @throws IllegalArgumentException if z has another number of columns than there are latent variables, or holds a NaN
     */
    public FMatrixRMaj decodeVariance(FMatrixRMaj z) {
        net.requireZ("Vae.decodeVariance", z);
        return net.decodeVariance(z, null);
    }

    // --- inference

    /** The mean μ of q(z | x); with a flow its image f(μ), which is not the mean of the images. */
    @Override
    public FMatrixRMaj encode(FMatrixRMaj x) {
        return net.latents(net.observation.seen("Vae.encode", x), null);
    }

    @Override
    public FMatrixRMaj encode(Dataset data) {
        return net.latents(seen(data), null);
    }

    /** The rows of data as the networks see them, which is more exact than rows in floats. */
    private FMatrixRMaj seen(Dataset data) {
        return net.observation.seen("Vae", data.matching(columns(), "Vae"));
    }

    /**
     * Whether q(z | x) is a Gaussian with a flow.
     *
     * @return true if the model was fitted with {@link Builder#posteriorFlow}
     */
    public boolean hasPosteriorFlow() {
        return net.flow != null;
    }

    private void requireGaussian(String where, String instead) {
        if (net.flow != null) {
            throw new UnsupportedOperationException(
                    where + ": the posterior has a flow and is not Gaussian; " + instead);
        }
    }

    /**
     * The distribution q(z | x) that stands for the posterior.
     *
     * @param x n×D rows of observations; not modified
     * @return its means and variances, a row an observation
     * @throws IllegalArgumentException if x has another number of columns than the model, or a value that the likelihood can
     *     not give
     * @throws UnsupportedOperationException if the posterior has a flow
     */
    public Posterior posterior(FMatrixRMaj x) {
        requireGaussian("Vae.posterior", "encode(x, rng) draws from it");
        FMatrixRMaj[] q = net.posterior(net.observation.seen("Vae.posterior", x), null);
        return new Posterior(q[0], q[1]);
    }

    /** The same of the rows of data. */
    Posterior posterior(Dataset data) {
        FMatrixRMaj[] q = net.posterior(seen(data), null);
        return new Posterior(q[0], q[1]);
    }

    /**
     * Draws z ~ q(z | x), one for each row.
     *
     * @param x n×D rows of observations; not modified
     * @param rng the source of randomness; advanced
     * @return n×K latent variables
     * @throws IllegalArgumentException as {@link #posterior}
     */
    public FMatrixRMaj encode(FMatrixRMaj x, RandomGenerator rng) {
        if (net.flow != null) {
            return net.latents(net.observation.seen("Vae.encode", x), rng);
        }
        Posterior q = posterior(x);
        FMatrixRMaj z = q.mean();
        for (int i = 0; i < z.getNumElements(); i++) {
            z.data[i] += (float) (Math.sqrt(q.variance().data[i]) * rng.nextGaussian());
        }
        return z;
    }

    /**
     * The mean of p(x | z) at the mean of q(z | x), see {@link #encode(FMatrixRMaj)}.
     *
     * @param x n×D rows of observations; not modified
     * @return n×D reconstructions
     * @throws IllegalArgumentException as {@link #posterior}
     */
    public FMatrixRMaj reconstruct(FMatrixRMaj x) {
        return net.decodeMean(encode(x), null);
    }

    /**
     * The divergence of each latent variable, KL(q(zⱼ | xᵢ) ‖ p(zⱼ)): that of a collapsed one is 0 for every row.
     *
     * @param x n×D rows of observations; not modified
     * @return n×K values, nats
     * @throws IllegalArgumentException as {@link #posterior}
     * @throws UnsupportedOperationException if the posterior has a flow
     */
    public FMatrixRMaj klPerLatent(FMatrixRMaj x) {
        requireGaussian("Vae.klPerLatent", "its divergence has no closed form, logWeights has draws of it");
        FMatrixRMaj[] q = net.moments(net.observation.seen("Vae.klPerLatent", x), null);
        FMatrixRMaj kl = new FMatrixRMaj(x.numRows, net.latent);
        for (int i = 0; i < kl.getNumElements(); i++) {
            double mean = q[0].data[i];
            double logVariance = q[1].data[i]; // the variance itself may be below all floats
            kl.data[i] = (float) (0.5 * (mean * mean + Math.expm1(logVariance) - logVariance));
        }
        return kl;
    }

    /**
     * The lower bound with the divergence in closed form, see {@link BoundForm#ANALYTIC_KL}; where the posterior has a flow all
     * of it from draws, {@link BoundForm#SAMPLED}.
     */
    @Override
    public double[] elbo(FMatrixRMaj x, int draws, RandomGenerator rng) {
        return elbo(x, draws, form(), rng);
    }

    /**
     * The evidence lower bound of every row, E_q[log p(x, z) − log q(z | x)] ≤ log p(x), from draws of z.
     *
     * @param x n×D rows of observations; not modified
     * @param draws the draws of z for each row, at least 1
     * @param form how it is estimated; unbiased in both forms
     * @param rng the source of randomness; advanced
     * @return n estimates of the lower bound in nats, summed over the D dimensions
     * @throws IllegalArgumentException as {@link #posterior}, or if there is no draw
     * @throws UnsupportedOperationException if the form is analytic and the posterior has a flow
     */
    public double[] elbo(FMatrixRMaj x, int draws, BoundForm form, RandomGenerator rng) {
        return bound(net.observation.seen("Vae.elbo", x), draws, form, rng);
    }

    @Override
    public double[] elbo(Dataset data, int draws, RandomGenerator rng) {
        return bound(seen(data), draws, form(), rng);
    }

    private BoundForm form() {
        return net.flow == null ? BoundForm.ANALYTIC_KL : BoundForm.SAMPLED;
    }

    private double[] bound(FMatrixRMaj seen, int draws, BoundForm form, RandomGenerator rng) {
        if (form == BoundForm.ANALYTIC_KL) {
            requireGaussian("Vae.elbo", "its divergence has no closed form, SAMPLED takes draws");
        }
        Require.atLeast("Vae.elbo", "draws", 1, draws);
        return rowMeans(net.terms(seen, null, draws, form, rng));
    }

    static double[] rowMeans(DMatrixRMaj m) {
        double[] mean = new double[m.numRows];
        for (int i = 0; i < mean.length; i++) {
            for (int s = 0; s < m.numCols; s++) {
                mean[i] += m.get(i, s) / m.numCols;
            }
        }
        return mean;
    }

    @Override
    public DMatrixRMaj logWeights(FMatrixRMaj x, int draws, RandomGenerator rng) {
        return weights(net.observation.seen("Vae.logWeights", x), draws, rng);
    }

    @Override
    public DMatrixRMaj logWeights(Dataset data, int draws, RandomGenerator rng) {
        return weights(seen(data), draws, rng);
    }

    private DMatrixRMaj weights(FMatrixRMaj seen, int draws, RandomGenerator rng) {
        Require.atLeast("Vae.logWeights", "draws", 1, draws);
        return net.terms(seen, null, draws, BoundForm.SAMPLED, rng);
    }

    /**
     * Chains of Hamiltonian Monte Carlo at the posterior p(z | x) itself, one for each row, from draws of q(z | x).
     *
     * @param x n×D rows of observations; copied
     * @param leapfrogSteps the steps of a transition, at least 1
     * @param stepSize above 0; {@link Hmc#adapt} finds a good one
     * @param rng the source of randomness; advanced
     * @return the chains; their log density is log p(x, z)
     * @throws IllegalArgumentException as {@link #posterior}, or if a setting is out of range
     */
    public Hmc posteriorChains(FMatrixRMaj x, int leapfrogSteps, double stepSize, RandomGenerator rng) {
        FMatrixRMaj start = encode(x, rng);
        DMatrixRMaj z = new DMatrixRMaj(start.numRows, start.numCols);
        for (int i = 0; i < z.getNumElements(); i++) {
            z.data[i] = start.data[i];
        }
        return new Hmc(
                new PosteriorTarget(net)
                        .at(net.observation.seen("Vae.posteriorChains", x).copy()),
                z,
                leapfrogSteps,
                stepSize);
    }

    // --- what is between the bound and the likelihood

    /**
     * The best Gaussian for each row: the mean and the variances of the q(z) that has the highest bound of all products of
     * Gaussians, whatever the encoder says. What the bound gains over that of {@link #posterior} is the amortisation gap, what is
     * left to log p(x) the approximation gap, C. Cremer, X. Li and D. Duvenaud (2018). Found by stochastic ascent from the
     * encoder's answer, so a local maximum.
     *
     * @param x n×D rows of observations; not modified
     * @param steps of the ascent, at least 1; some hundreds
     * @param rng the source of randomness; advanced
     * @return the means and variances, a row an observation
     * @throws IllegalArgumentException as {@link #posterior}, or if there is no step
     * @throws UnsupportedOperationException if the posterior has a flow, so that there is no Gaussian to start from
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public Posterior bestPosterior(FMatrixRMaj x, int steps, RandomGenerator rng) {
        requireGaussian("Vae.bestPosterior", "give a Gaussian to start from");
        FMatrixRMaj seen = net.observation.seen("Vae.bestPosterior", x);
        FMatrixRMaj[] start = net.moments(seen, null);
        return best(seen, start[0], start[1], steps, rng);
    }

    /**
     * The same from another start, for posteriors with more than one mode.
     *
     * @param x n×D rows of observations; not modified
     * @param start a Gaussian for each row; not modified
     * @param steps of the ascent, at least 1; some hundreds
     * @param rng the source of randomness; advanced
     * @return the means and variances, a row an observation
     * @throws IllegalArgumentException as {@link #posterior}, if there is no step, or if start has not n rows of K means and
     *     variances above 0
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public Posterior bestPosterior(FMatrixRMaj x, Posterior start, int steps, RandomGenerator rng) {
        String where = "Vae.bestPosterior";
        FMatrixRMaj seen = net.observation.seen(where, x);
        return best(seen, start.mean(), logVariances(where, x, start), steps, rng);
    }

    private Posterior best(
            FMatrixRMaj seen, FMatrixRMaj means, FMatrixRMaj logVariances, int steps, RandomGenerator rng) {
        if (steps < 1) {
            throw new IllegalArgumentException("Vae.bestPosterior: " + steps + " steps, expected at least 1");
        }
        FMatrixRMaj[] q = net.bestPosterior(seen, means, logVariances, steps, rng);
        VectorMath.exp(q[1], q[1]);
        return new Posterior(q[0], q[1]);
    }

    /** The logarithms of the variances of Gaussians for the rows of x. */
    private FMatrixRMaj logVariances(String where, FMatrixRMaj x, Posterior q) {
        net.requireZ(where, q.mean());
        net.requireZ(where, q.variance());
        if (q.mean().numRows != x.numRows || q.variance().numRows != x.numRows) {
            throw new IllegalArgumentException(where + ": x has " + x.numRows + " rows, q has " + q.mean().numRows
                    + " means and " + q.variance().numRows + " variances");
        }
        FMatrixRMaj logVariance = new FMatrixRMaj(x.numRows, net.latent);
        for (int i = 0; i < logVariance.getNumElements(); i++) {
            if (!(q.variance().data[i] > 0)) {
                throw new IllegalArgumentException(
                        where + ": a variance of q is " + q.variance().data[i] + ", expected above 0");
            }
            logVariance.data[i] = (float) Math.log(q.variance().data[i]);
        }
        return logVariance;
    }

    /**
     * The logarithms of importance weights from Gaussians of the caller's choice, log p(xᵢ, zᵢₛ) − log q(zᵢₛ) for zᵢₛ ~ q. Their
     * mean is an unbiased estimate of the lower bound with this q.
     *
     * @param x n×D rows of observations; not modified
     * @param q a Gaussian for each row; not modified
     * @param draws the draws of z for each row, at least 1
     * @param rng the source of randomness; advanced
     * @return n×draws values, nats
     * @throws IllegalArgumentException as {@link #posterior}, if there is no draw, or if q has not n rows of K means and
     *     variances above 0
     */
    public DMatrixRMaj logWeights(FMatrixRMaj x, Posterior q, int draws, RandomGenerator rng) {
        String where = "Vae.logWeights";
        FMatrixRMaj seen = net.observation.seen(where, x);
        Require.atLeast(where, "draws", 1, draws);
        return net.terms(seen, null, q.mean(), logVariances(where, x, q), draws, BoundForm.SAMPLED, rng);
    }

    /**
     * The joint density of every observation with every value of the latent variables: summed over a grid of z it gives p(x), where
     * K is small enough for a grid.
     *
     * @param x n×D rows of observations; not modified
     * @param z m×K rows of latent variables; not modified
     * @return n×m values of log p(xᵢ | zⱼ) + log p(zⱼ), nats
     * @throws IllegalArgumentException as {@link #posterior} and {@link #decode}
     */
    public DMatrixRMaj logJoint(FMatrixRMaj x, FMatrixRMaj z) {
        net.requireZ("Vae.logJoint", z);
        return net.logJoint(net.observation.seen("Vae.logJoint", x), z);
    }

    /**
     * The log-likelihood of every row by chains at the posterior, without q(z | x) but as the chains' start: draws of Hamiltonian
     * Monte Carlo give a Gaussian g(z), new ones give 1/p(x) = E[g(z)/p(x, z)], z ~ p(z | x). D. P. Kingma and M. Welling (2014),
     * appendix D. Unbiased for 1/p(x), were the draws independent, so that its logarithm is on average too high; reliable for
     * a few latent variables only. It tells apart models whose encoders are not to be compared.
     *
     * @param x n×D rows of observations; not modified
     * @param draws the draws for the Gaussian and again for the mean, at least K + 1
     * @param leapfrogSteps the steps of a transition, at least 1
     * @param rng the source of randomness; advanced
     * @return n estimates of log p(xᵢ), nats
     * @throws IllegalArgumentException as {@link #posterior}, or if a setting is out of range
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public double[] logLikelihoodByChains(FMatrixRMaj x, int draws, int leapfrogSteps, RandomGenerator rng) {
        if (draws <= net.latent) {
            throw new IllegalArgumentException("Vae.logLikelihoodByChains: " + draws + " draws for " + net.latent
                    + " latent variables, expected more draws");
        }
        return PosteriorLikelihood.estimate(posteriorChains(x, leapfrogSteps, 0.1, rng), draws, rng);
    }

    @Override
    public String toString() {
        return "Vae of " + dim() + " observed and " + latentDim() + " latent variables, " + net.likelihood()
                + (net.flow == null ? "" : ", a flow as posterior");
    }

    /**
     * Starts the settings of a fit.
     *
     * @return a builder; the latent variables and the networks must be set
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Trains a variational autoencoder. The objective is the bound in nats per row, with what {@code beta}, {@code klWarmUp} and
     * {@code freeBits} make of it; the objective on validation rows is the bound itself, of one draw.
     */
    public static final class Builder extends VaeBuilder<Builder, Vae> {
        private VaeLearning learning = VaeLearning.BOUND;
        private Architecture posteriorFlow;

        private Builder() {}

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * How the networks learn.
         *
         * @param learning by default {@link VaeLearning#BOUND}; the others do not go with settings of the objective
         * @return this
         */
        public Builder learning(VaeLearning learning) {
            this.learning = Objects.requireNonNull(learning, "Vae: learning");
            return this;
        }

        /**
         * A flow on the Gaussian of the encoder, so that q(z | x) is no product: z = f(z₀; h), z₀ ~ N(μ(x), diag σ²(x)). The
         * encoder gives the context h(x) after the means and the log variances, and the flow's own parameters are learnt with
         * it. D. J. Rezende and S. Mohamed (2015); D. P. Kingma and others (2016). It goes with {@link VaeLearning#BOUND} and the
         * bound from draws.
         *
         * @param flow such as {@code Planar.conditional(8)} or {@code Iaf.conditional(2, 16, 64)}; by default none
         * @return this
         */
        public Builder posteriorFlow(Architecture flow) {
            this.posteriorFlow = Objects.requireNonNull(flow, "Vae: posteriorFlow");
            return given("posteriorFlow");
        }

        @Override
        Architecture posteriorFlow() {
            return posteriorFlow;
        }

        /**
         * Trains the networks.
         *
         * @param data n rows of D observations; grey levels that are binarised anew at each reading are so in each epoch
         * @return the model; if the thread was interrupted, that of the last complete step
         * @throws IllegalArgumentException if a setting is missing, there is no row, or a value can not be given by the
         *     likelihood
         * @throws lvm.fit.NonFiniteObjectiveException if the objective or a parameter becomes NaN or infinite
         * @throws java.io.UncheckedIOException if a checkpoint can not be written or read
         */
        @Override
        public Vae fit(Dataset data) {
            Objective objective = objective();
            VaeNet net = start(data, 0);
            Optimizer optimizer = optimizer().over(net.params(), learningRate());
            if (learning != VaeLearning.BOUND) {
                unused(
                        "learning(" + learning + ")",
                        "posteriorFlow",
                        "bound",
                        "beta",
                        "klWarmUp",
                        "freeBits",
                        "draws",
                        "importanceWeighted");
            }
            Map<String, FMatrixRMaj> buffers = new LinkedHashMap<>(net.buffers());
            TrainStep step = switch (learning.kind) {
                case BOUND -> new Ascent(net, optimizer, objective);
                case WAKE_SLEEP -> new WakeSleep(net, optimizer);
                case MONTE_CARLO_EM -> {
                    SplittableRandom rng = new SplittableRandom(Seeds.split(seed(), "chains"));
                    MonteCarloEm em = new MonteCarloEm(net, optimizer, learning, data.rows(), rng);
                    buffers.putAll(em.buffers());
                    yield em;
                }
            };
            Tape values = Tape.withoutGradients();
            Learner learner = Learner.of(step, optimizer)
                    .scaling(net.observation.scaling)
                    .buffers(buffers)
                    .objective((batch, rng) -> objective.plainBound(values.reset(), net, batch.x(), null, rng))
                    .objectiveName(learning.objectiveName(objective));
            Card card = card("Vae", data, net, learner);
            if (learning != VaeLearning.BOUND) {
                card.setting("learning", learning);
            }
            return train(data, learner, history -> new Vae(net.copy(), summary(card, history, data)));
        }
    }
}
