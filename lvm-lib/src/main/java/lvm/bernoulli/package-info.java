/**
 * Models with binary latent variables of binary observations, in single precision, one a row.
 *
 * <pre>{@code
 * BernoulliLvm exact = BernoulliLvm.builder().latent(8).learning(Learning.EM).fit(pictures);  // sums over all 2^8 states
 * double[] logP = exact.logDensity(x);
 * DMatrixRMaj q = exact.posterior(x);
 * SigmoidBeliefNet net = SigmoidBeliefNet.builder().latent(200, 200)                          // too many states for sums
 *         .learning(GradientEstimator.nvil()).epochs(50).fit(pictures);
 * double[] bound = net.elbo(x, 20, rng);
 * FMatrixRMaj dreams = net.sampleMeans(10, rng);
 * net.save(Path.of("net.safetensors"));
 * }</pre>
 *
 * <p>{@link lvm.bernoulli.BernoulliLvm} has one level of few variables, and everything exactly;
 * {@link lvm.bernoulli.SigmoidBeliefNet} has any number of levels and a recognition network. Its gradients are estimates,
 * because discrete draws have no derivative: {@link lvm.bernoulli.GradientEstimator} makes all kinds, of which
 * {@link lvm.bernoulli.HelmholtzMachine} is wake-sleep, and {@link lvm.bernoulli.GradientReport} measures them against the exact
 * one. {@link lvm.bernoulli.VariationalBound} takes the bound of small models apart; {@link lvm.bernoulli.BitTable} is any
 * function of a few bits.
 */
package lvm.bernoulli;
