/**
 * Densities and divergences, in nats; invertible maps that carry a density to another one; densities known up to their normaliser.
 *
 * <pre>{@code
 * Bijector map = Bijectors.affine(2, 1).then(Bijectors.sigmoid()); // x = σ(2z + 1)
 * Bijector.Values there = map.forward(z); // there.y(), there.logDet()
 * Bijector.Values back = map.inverse(there.y());
 * Bijector logit = Bijectors.sigmoid().inverted();
 * Energy well = Energy.of(2, x -> x[0] * x[0] + Math.abs(x[1])); // p(x) = e^−U(x) / Z
 * Architecture deep = Architecture.repeated("planar", 8, Planar::new);
 * Bijector layers = deep.make(2, rng);
 * Mapped onTape = layers.forward(tape, tape.constant(z)); // with gradients
 * double z975 = Normal.quantile(0.975);
 * Enumeration p = BinaryStates.enumerate(10, logWeight); // exact sums over 2^10 states: p.logZ(), p.means(), p.marginal(2, 5)
 * }</pre>
 *
 * <p>A {@link lvm.distribution.Bijector} may take a context for each row, {@code map.forward(tape, z, context)}; an
 * {@link lvm.distribution.Architecture} makes maps for any number of columns.
 */
package lvm.distribution;
