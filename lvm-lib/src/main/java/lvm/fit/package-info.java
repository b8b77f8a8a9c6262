/**
 * How anything iterative is set up and trained.
 *
 * <ul>
 *   <li>{@link lvm.fit.TrainStep} moves the parameters once and returns the objective per row; {@link lvm.fit.Fit} is the loop
 *       that repeats it, over minibatches ({@link lvm.fit.Batch}) of a data set or over nothing, under
 *       {@link lvm.fit.FitOptions}.
 *   <li>{@link lvm.fit.Parameters} are what a step moves, by name: checkpoints are written from them, and a fit that goes on
 *       from one gives the bits of a fit that never stopped.
 *   <li>{@link lvm.fit.FitBuilder} is the base of all builders of models: the seed and every form of data. Below it,
 *       {@link lvm.fit.IterativeFitBuilder} has checkpoints, {@link lvm.fit.NeuralFitBuilder} budget, batches, optimiser,
 *       validation and listener, and {@link lvm.fit.ConvergentFitBuilder} what EM and its like have: iterations on all the
 *       data, a tolerance, the best of several starts.
 *   <li>{@link lvm.fit.Learner} says what moves in a neural fit, {@link lvm.fit.Stages} which learners come one after the
 *       other.
 *   <li>A step or an objective that meets an interrupt throws a {@link java.util.concurrent.CancellationException} and leaves
 *       the thread's flag set; the fit ends with the last complete step, as {@code History.Stop.INTERRUPTED}.
 *   <li>{@link lvm.fit.NonFiniteObjectiveException} ends a fit whose objective or parameters are no numbers any more.
 * </ul>
 */
package lvm.fit;
