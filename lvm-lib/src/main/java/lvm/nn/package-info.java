/**
 * Networks over the tape: layers with parameters, their start values, and factories that make a network of given sizes.
 *
 * <pre>{@code
 * var net = new Sequential(
 *         new Linear("0", 4, 16, Activation.RELU, WeightInit.HE, rng),
 *         new BatchNorm("1", 16),
 *         new Linear("2", 16, 3, Activation.IDENTITY, WeightInit.GLOROT, rng));
 * Optimizer adam = new Adam(net.params(), 1e-3);
 * adam.ascend(net.forward(tape.reset().training(rng), tape.constant(x)).categoricalLogLikelihood(labels).mean());
 * NetworkFactory factory = NetworkFactory.mlp(Activation.TANH, 32, 32); // for builders: .encoder(factory)
 * NetworkFactory same = NetworkFactory.of(factory.recipe().orElseThrow());
 * Layer copy = factory.copy("encoder", 4, 3, factory.make("encoder", 4, 3, rng));
 * }</pre>
 *
 * <p>{@link lvm.nn.Module} is what all of these and invertible maps are: parameters, buffers, copies. A layer of your own is a
 * {@link lvm.nn.Layer}: its parameters, and what it does to a variable.
 */
package lvm.nn;
