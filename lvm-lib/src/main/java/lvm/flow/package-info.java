/**
 * Normalizing flows: densities that are those of a simple distribution carried by invertible maps, with exact likelihoods and
 * draws. Observations are in single precision, one a row.
 *
 * <pre>{@code
 * NormalizingFlow flow = NormalizingFlow.builder()
 *         .architecture(RealNvp.layers(8, 64, 64)) // or Planar, Radial, Sylvester, Nice, Glow, Maf
 *         .epochs(50)
 *         .seed(1)
 *         .fit(data);
 * double[] nats = flow.logDensity(x);
 * FMatrixRMaj draws = flow.sample(100, rng);
 * FMatrixRMaj z = flow.encode(x); // x = flow.decode(z)
 * Vae vae = Vae.builder().latent(8).hidden(64).posteriorFlow(Iaf.conditional(2, 16, 64)).fit(data);
 * }</pre>
 *
 * <p>An {@link lvm.distribution.Architecture} makes the {@link lvm.distribution.Bijector}s; a {@link lvm.flow.Transformer} is the map of a
 * single column in couplings and autoregressive layers.
 */
package lvm.flow;
