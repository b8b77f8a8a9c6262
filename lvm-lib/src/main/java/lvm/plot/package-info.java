/**
 * Fluent builders of XChart charts and images in one theme: labelled axes, readable sizes, colour-blind-safe colours.
 *
 * <p>Start at {@link lvm.plot.Plots}. Everything that can be shown is a {@link lvm.plot.Picture}. Labels may use Greek
 * letters, sub- and superscripts, ℒ, ℓ, ℝ, 𝔼 and combining hats (x̂): DejaVu Sans, which every Linux machine has, shows
 * them. It lacks the other mathematical alphabets (𝓛, 𝒩, 𝐱, 𝜃); where the font at hand can not show such a letter, its
 * older form (ℒ, ℰ) or the plain letter (N, x, θ) takes its place.
 */
package lvm.plot;
