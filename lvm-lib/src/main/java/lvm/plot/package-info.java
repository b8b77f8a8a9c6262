/**
 * Charts and grids of images in one theme, on XChart: labelled axes, readable sizes, colours that the colour-blind can tell.
 *
 * <p>A tour:
 *
 * <pre>{@code
 * Plots.scatter(vae.encode(x), labels);                   // rows of a matrix as points, grouped; floats or doubles
 * Plots.contour(flow);                                    // the density of any model in the plane
 * Plots.histogram(values).asDensity()                     // layers lie on each other; settings change the last one
 *         .function("p(x)", p, -4, 4).color(1).dashed()
 *         .vertical("mean", 0.3)
 *         .title("Draws").xLabel("x").yLabel("density");  // say what the axes show
 * Plots.history(gmm.history());                           // the course of a fit
 * Plots.bars("E", "M").series("KL", 3.2, 0.1);            // bars over named categories
 * Plots.images(vae.sample(20, rng), 28, 28).columns(10);  // an image a row
 * Plots.graph().latent("z", 0, 0).observed("x", 0, 1).arrow("z", "x");
 * Plots.grid(2, left, right);                             // any pictures side by side
 * Plots.film(frames).title("EM").framesPerSecond(2);      // and one after the other
 * }</pre>
 *
 * <p>Everything that can be shown is a {@link lvm.plot.Picture}; {@code build()} of a plot gives the chart of XChart, for
 * settings that the builders do not offer.
 *
 * <p>Labels may use Greek letters, sub- and superscripts, ℒ, ℓ, ℝ, 𝔼 and combining hats (x̂): DejaVu Sans, which every
 * Linux machine has, shows them. It lacks the other mathematical alphabets (𝓛, 𝒩, 𝐱, 𝜃); where the font at hand can not
 * show such a letter, its older form (ℒ, ℰ) or the plain letter (N, x, θ) takes its place.
 */
package lvm.plot;
