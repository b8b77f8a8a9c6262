/**
 * Optimisers: how parameters move along gradients.
 *
 * <ul>
 *   <li>{@link lvm.optim.Optimizer} is the base: the step, gradient clipping by value and by norm, the max-norm constraint, the
 *       state for checkpoints. Other kinds can be added by extending it.
 *   <li>{@link lvm.optim.Sgd} descends, with momentum or Nesterov's momentum; {@link lvm.optim.RmsProp},
 *       {@link lvm.optim.Adam} and {@link lvm.optim.AdamW} scale each element by its own gradients.
 *   <li>{@link lvm.optim.Schedule} changes the learning rate with the steps.
 *   <li>{@link lvm.optim.MovingAverage} keeps averages of the parameters beside them.
 * </ul>
 *
 * <p>The builders of models take an optimiser as a factory: {@code optimizer(RmsProp::new).learningRate(1e-3)}.
 */
package lvm.optim;
