/**
 * Autoencoders and what is made of them. {@link lvm.vae.Vae} is the variational one,
 *
 * <pre>{@code
 * Vae vae = Vae.builder().latent(20).hidden(500).epochs(50).fit(images);
 * vae.elbo(images, 10, rng);              // lower bounds of log p(x), nats
 * vae.sample(16, rng);                    // new images
 * }</pre>
 *
 * by the bound or by its rivals ({@link lvm.vae.VaeLearning}), with a {@link lvm.vae.Likelihood} of grey or real values and a
 * flow for a posterior, if wanted. {@link lvm.vae.ConditionalVae} sees a class beside x. {@link lvm.vae.M1},
 * {@link lvm.vae.M2} and {@link lvm.vae.StackedM1M2} learn from few labels. {@link lvm.vae.Autoencoder},
 * {@link lvm.vae.DenoisingAutoencoder} and {@link lvm.vae.ContractiveAutoencoder} have a code without a distribution.
 */
package lvm.vae;
