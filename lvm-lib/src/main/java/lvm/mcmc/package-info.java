/**
 * Sampling by Markov chains. A {@link lvm.mcmc.Transition} is one step that leaves a distribution invariant, and says what
 * happened; transitions are put one after the other by {@code then} and {@code repeated}.
 *
 * <p>{@link lvm.mcmc.BlockGibbs} draws blocks of variables from their conditionals, {@link lvm.mcmc.MetropolisHastings} proposes
 * and accepts, {@link lvm.mcmc.Hmc} follows the gradient of a log density. A {@link lvm.mcmc.Chain} is a state on its way, which
 * can be written to a file and goes on from there with the same bits:
 *
 * <pre>{@code
 * Chain<DMatrixRMaj> chain = new Chain<>(transition, start, 1);
 * chain.run(1000);
 * }</pre>
 */
package lvm.mcmc;
