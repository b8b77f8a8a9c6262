package lvm.vae;

import java.util.random.RandomGenerator;
import lvm.data.Dataset;
import lvm.linalg.VectorMath;
import lvm.mcmc.Hmc;
import lvm.model.HasBound;
import lvm.model.HasEncoder;
import lvm.model.ModelSummary;
import lvm.model.Require;
import lvm.model.SinglePrecision;
import lvm.store.SavedModel;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/** What a {@link Vae} says of the latent variables of observations: q(z | x), the bound, and what is between the bound and log p(x). */
public abstract class VaeInference extends SavedModel
        implements SinglePrecision, HasEncoder<FMatrixRMaj>, HasBound<FMatrixRMaj> {
    /** The networks. */
    final VaeNet net;

    VaeInference(VaeNet net, ModelSummary summary) {
        super(summary);
        this.net = net;
    }

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
     * @return true if the model was fitted with {@link Vae.Builder#posteriorFlow}
     */
    public boolean hasPosteriorFlow() {
        return net.flow != null;
    }

    final void requireGaussian(String where, String instead) {
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
    public Vae.Posterior posterior(FMatrixRMaj x) {
        return gaussians(net.observation.seen("Vae.posterior", x));
    }

    /**
     * The distribution q(z | x) that stands for the posterior, for the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @return its means and variances, a row an observation
     * @throws IllegalArgumentException as {@link #posterior(FMatrixRMaj)}
     * @throws UnsupportedOperationException if the posterior has a flow
     */
    public Vae.Posterior posterior(Dataset data) {
        return gaussians(seen(data));
    }

    private Vae.Posterior gaussians(FMatrixRMaj seen) {
        requireGaussian("Vae.posterior", "encode(x, rng) draws from it");
        FMatrixRMaj[] q = net.posterior(seen, null);
        return new Vae.Posterior(q[0], q[1]);
    }

    /**
     * Draws z ~ q(z | x), one for each row.
     *
     * @param x n×D rows of observations; not modified
     * @param rng the source of randomness; advanced
     * @return n×K latent variables
     * @throws IllegalArgumentException as {@link #posterior(FMatrixRMaj)}
     */
    public FMatrixRMaj encode(FMatrixRMaj x, RandomGenerator rng) {
        return draw(net.observation.seen("Vae.encode", x), rng);
    }

    /**
     * Draws z ~ q(z | x), one for each row of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param rng the source of randomness; advanced
     * @return n×K latent variables
     * @throws IllegalArgumentException as {@link #posterior(FMatrixRMaj)}
     */
    public FMatrixRMaj encode(Dataset data, RandomGenerator rng) {
        return draw(seen(data), rng);
    }

    private FMatrixRMaj draw(FMatrixRMaj seen, RandomGenerator rng) {
        if (net.flow != null) {
            return net.latents(seen, rng);
        }
        Vae.Posterior q = gaussians(seen);
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
     * @throws IllegalArgumentException as {@link #posterior(FMatrixRMaj)}
     */
    public FMatrixRMaj reconstruct(FMatrixRMaj x) {
        return net.decodeMean(encode(x), null);
    }

    /**
     * The mean of p(x | z) at the mean of q(z | x), for the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @return n×D reconstructions
     * @throws IllegalArgumentException as {@link #posterior(FMatrixRMaj)}
     */
    public FMatrixRMaj reconstruct(Dataset data) {
        return net.decodeMean(encode(data), null);
    }

    /**
     * The divergence of each latent variable, KL(q(zⱼ | xᵢ) ‖ p(zⱼ)): that of a collapsed one is 0 for every row.
     *
     * @param x n×D rows of observations; not modified
     * @return n×K values, nats
     * @throws IllegalArgumentException as {@link #posterior(FMatrixRMaj)}
     * @throws UnsupportedOperationException if the posterior has a flow
     */
    public FMatrixRMaj klPerLatent(FMatrixRMaj x) {
        return kl(net.observation.seen("Vae.klPerLatent", x));
    }

    /**
     * The divergence of each latent variable, KL(q(zⱼ | xᵢ) ‖ p(zⱼ)), for the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @return n×K values, nats
     * @throws IllegalArgumentException as {@link #posterior(FMatrixRMaj)}
     * @throws UnsupportedOperationException if the posterior has a flow
     */
    public FMatrixRMaj klPerLatent(Dataset data) {
        return kl(seen(data));
    }

    private FMatrixRMaj kl(FMatrixRMaj seen) {
        requireGaussian("Vae.klPerLatent", "its divergence has no closed form, logWeights has draws of it");
        FMatrixRMaj[] q = net.moments(seen, null);
        FMatrixRMaj kl = new FMatrixRMaj(seen.numRows, net.latent);
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
     * @throws IllegalArgumentException as {@link #posterior(FMatrixRMaj)}, or if there is no draw
     * @throws UnsupportedOperationException if the form is analytic and the posterior has a flow
     */
    public double[] elbo(FMatrixRMaj x, int draws, BoundForm form, RandomGenerator rng) {
        return bound(net.observation.seen("Vae.elbo", x), draws, form, rng);
    }

    /**
     * The evidence lower bound of the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param draws the draws of z for each row, at least 1
     * @param form how it is estimated; unbiased in both forms
     * @param rng the source of randomness; advanced
     * @return n estimates of the lower bound in nats, summed over the D dimensions
     * @throws IllegalArgumentException as {@link #posterior(FMatrixRMaj)}, or if there is no draw
     * @throws UnsupportedOperationException if the form is analytic and the posterior has a flow
     */
    public double[] elbo(Dataset data, int draws, BoundForm form, RandomGenerator rng) {
        return bound(seen(data), draws, form, rng);
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
     * @throws IllegalArgumentException as {@link #posterior(FMatrixRMaj)}, or if a setting is out of range
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

    /**
     * Chains of Hamiltonian Monte Carlo at the posterior p(z | x) itself, one for each row of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param leapfrogSteps the steps of a transition, at least 1
     * @param stepSize above 0; {@link Hmc#adapt} finds a good one
     * @param rng the source of randomness; advanced
     * @return the chains; their log density is log p(x, z)
     * @throws IllegalArgumentException as {@link #posterior(FMatrixRMaj)}, or if a setting is out of range
     */
    public Hmc posteriorChains(Dataset data, int leapfrogSteps, double stepSize, RandomGenerator rng) {
        return posteriorChains(observations(data), leapfrogSteps, stepSize, rng);
    }

    // --- what is between the bound and the likelihood

    /**
     * The best Gaussian for each row: the mean and the variances of the q(z) that has the highest bound of all products of
     * Gaussians, whatever the encoder says. What the bound gains over that of {@link #posterior(FMatrixRMaj)} is the amortisation gap, what is
     * left to log p(x) the approximation gap, C. Cremer, X. Li and D. Duvenaud (2018). Found by stochastic ascent from the
     * encoder's answer, so a local maximum.
     *
     * @param x n×D rows of observations; not modified
     * @param steps of the ascent, at least 1; some hundreds
     * @param rng the source of randomness; advanced
     * @return the means and variances, a row an observation
     * @throws IllegalArgumentException as {@link #posterior(FMatrixRMaj)}, or if there is no step
     * @throws UnsupportedOperationException if the posterior has a flow, so that there is no Gaussian to start from
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public Vae.Posterior bestPosterior(FMatrixRMaj x, int steps, RandomGenerator rng) {
        requireGaussian("Vae.bestPosterior", "give a Gaussian to start from");
        FMatrixRMaj seen = net.observation.seen("Vae.bestPosterior", x);
        FMatrixRMaj[] start = net.moments(seen, null);
        return best(seen, start[0], start[1], steps, rng);
    }

    /**
     * The best Gaussian for each row of data, found by stochastic ascent from the encoder's answer.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param steps of the ascent, at least 1; some hundreds
     * @param rng the source of randomness; advanced
     * @return the means and variances, a row an observation
     * @throws IllegalArgumentException as {@link #posterior(FMatrixRMaj)}, or if there is no step
     * @throws UnsupportedOperationException if the posterior has a flow
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public Vae.Posterior bestPosterior(Dataset data, int steps, RandomGenerator rng) {
        return bestPosterior(observations(data), steps, rng);
    }

    /**
     * The same from another start, for posteriors with more than one mode.
     *
     * @param x n×D rows of observations; not modified
     * @param start a Gaussian for each row; not modified
     * @param steps of the ascent, at least 1; some hundreds
     * @param rng the source of randomness; advanced
     * @return the means and variances, a row an observation
     * @throws IllegalArgumentException as {@link #posterior(FMatrixRMaj)}, if there is no step, or if start has not n rows of K means and
     *     variances above 0
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public Vae.Posterior bestPosterior(FMatrixRMaj x, Vae.Posterior start, int steps, RandomGenerator rng) {
        String where = "Vae.bestPosterior";
        FMatrixRMaj seen = net.observation.seen(where, x);
        return best(seen, start.mean(), logVariances(where, x, start), steps, rng);
    }

    /**
     * The same for the rows of data, from another start.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param start a Gaussian for each row; not modified
     * @param steps of the ascent, at least 1; some hundreds
     * @param rng the source of randomness; advanced
     * @return the means and variances, a row an observation
     * @throws IllegalArgumentException as {@link #bestPosterior(FMatrixRMaj, Vae.Posterior, int, RandomGenerator)}
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public Vae.Posterior bestPosterior(Dataset data, Vae.Posterior start, int steps, RandomGenerator rng) {
        return bestPosterior(observations(data), start, steps, rng);
    }

    private Vae.Posterior best(
            FMatrixRMaj seen, FMatrixRMaj means, FMatrixRMaj logVariances, int steps, RandomGenerator rng) {
        if (steps < 1) {
            throw new IllegalArgumentException("Vae.bestPosterior: " + steps + " steps, expected at least 1");
        }
        FMatrixRMaj[] q = net.bestPosterior(seen, means, logVariances, steps, rng);
        VectorMath.exp(q[1], q[1]);
        return new Vae.Posterior(q[0], q[1]);
    }

    /** The logarithms of the variances of Gaussians for the rows of x. */
    private FMatrixRMaj logVariances(String where, FMatrixRMaj x, Vae.Posterior q) {
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
     * @throws IllegalArgumentException as {@link #posterior(FMatrixRMaj)}, if there is no draw, or if q has not n rows of K means and
     *     variances above 0
     */
    public DMatrixRMaj logWeights(FMatrixRMaj x, Vae.Posterior q, int draws, RandomGenerator rng) {
        String where = "Vae.logWeights";
        FMatrixRMaj seen = net.observation.seen(where, x);
        Require.atLeast(where, "draws", 1, draws);
        return net.terms(seen, null, q.mean(), logVariances(where, x, q), draws, BoundForm.SAMPLED, rng);
    }

    /**
     * The logarithms of importance weights from Gaussians of the caller's choice, for the rows of data.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param q a Gaussian for each row; not modified
     * @param draws the draws of z for each row, at least 1
     * @param rng the source of randomness; advanced
     * @return n×draws values, nats
     * @throws IllegalArgumentException as {@link #logWeights(FMatrixRMaj, Vae.Posterior, int, RandomGenerator)}
     */
    public DMatrixRMaj logWeights(Dataset data, Vae.Posterior q, int draws, RandomGenerator rng) {
        return logWeights(observations(data), q, draws, rng);
    }

    /**
     * The joint density of every observation with every value of the latent variables: summed over a grid of z it gives p(x), where
     * K is small enough for a grid.
     *
     * @param x n×D rows of observations; not modified
     * @param z m×K rows of latent variables; not modified
     * @return n×m values of log p(xᵢ | zⱼ) + log p(zⱼ), nats
     * @throws IllegalArgumentException as {@link #posterior(FMatrixRMaj)}, or if z has another number of columns or a NaN
     */
    public DMatrixRMaj logJoint(FMatrixRMaj x, FMatrixRMaj z) {
        net.requireZ("Vae.logJoint", z);
        return net.logJoint(net.observation.seen("Vae.logJoint", x), z);
    }

    /**
     * The joint density of every row of data with every value of the latent variables.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param z m×K rows of latent variables; not modified
     * @return n×m values of log p(xᵢ | zⱼ) + log p(zⱼ), nats
     * @throws IllegalArgumentException as {@link #posterior(FMatrixRMaj)}, or if z has another number of columns or a NaN
     */
    public DMatrixRMaj logJoint(Dataset data, FMatrixRMaj z) {
        return logJoint(observations(data), z);
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
     * @throws IllegalArgumentException as {@link #posterior(FMatrixRMaj)}, or if a setting is out of range
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public double[] logLikelihoodByChains(FMatrixRMaj x, int draws, int leapfrogSteps, RandomGenerator rng) {
        if (draws <= net.latent) {
            throw new IllegalArgumentException("Vae.logLikelihoodByChains: " + draws + " draws for " + net.latent
                    + " latent variables, expected more draws");
        }
        return PosteriorLikelihood.estimate(posteriorChains(x, leapfrogSteps, 0.1, rng), draws, rng);
    }

    /**
     * The log-likelihood of every row of data by chains at the posterior.
     *
     * @param data n rows with the columns of the model, matched by name where both have names
     * @param draws the draws for the Gaussian and again for the mean, at least K + 1
     * @param leapfrogSteps the steps of a transition, at least 1
     * @param rng the source of randomness; advanced
     * @return n estimates of log p(xᵢ), nats
     * @throws IllegalArgumentException as {@link #posterior(FMatrixRMaj)}, or if a setting is out of range
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public double[] logLikelihoodByChains(Dataset data, int draws, int leapfrogSteps, RandomGenerator rng) {
        return logLikelihoodByChains(observations(data), draws, leapfrogSteps, rng);
    }
}
