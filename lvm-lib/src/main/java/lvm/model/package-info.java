/**
 * What a fitted model can do. A model implements only the interfaces that are true of it; log densities are in nats and
 * summed over the dimensions of a row.
 *
 * <p>{@link lvm.model.Observed} is where all begin: rows of D numbers, in the matrices of {@link lvm.model.SinglePrecision} or
 * {@link lvm.model.DoublePrecision}, or a {@link lvm.data.Dataset} whose columns are matched by name. From there
 * {@link lvm.model.GenerativeModel} draws, {@link lvm.model.HasDensity} has log p(x), {@link lvm.model.HasEnergy} has it up to a
 * constant, {@link lvm.model.HasBound} a lower bound of it; {@link lvm.model.HasEncoder} goes from observations to latent
 * variables, {@link lvm.model.HasDecoder} back, {@link lvm.model.HasComponents} tells components, {@link lvm.model.Classifier}
 * classes. {@link lvm.model.FittedModel} knows how it was made: a {@link lvm.model.ModelSummary}, put together by
 * {@link lvm.model.Card}, with its {@link lvm.model.History}. {@link lvm.model.Require} checks arguments.
 */
package lvm.model;
