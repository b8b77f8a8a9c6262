/**
 * Generative adversarial networks: a generator that learns from a discriminator.
 *
 * <pre>{@code
 * Gan gan = Gan.builder()
 *         .latent(2)
 *         .generator(NetworkFactory.mlp(Activation.RELU, 64, 64))
 *         .discriminator(NetworkFactory.mlp(Activation.LEAKY_RELU, 64, 64))
 *         .loss(GanLoss.wassersteinGradientPenalty(0.1))
 *         .criticSteps(5)
 *         .epochs(200)
 *         .fit(data);
 * FMatrixRMaj draws = gan.sample(1000);
 * double[] critic = gan.discriminate(data);
 * }</pre>
 *
 * <p>{@link lvm.gan.GanLoss} has the objectives, {@link lvm.gan.GanBuilder} all settings: packing, spectral normalisation, feature
 * matching, minibatch discrimination, a moving average of the generator. {@link lvm.gan.ConditionalGan} learns from labelled rows.
 * Networks for images are {@link lvm.nn.NetworkFactory#dcganGenerator} and {@link lvm.nn.NetworkFactory#dcganDiscriminator}.
 */
package lvm.gan;
