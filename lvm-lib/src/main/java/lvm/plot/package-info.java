/**
 * Fluent builders of XChart charts and images in one theme: labelled axes, readable sizes, colour-blind-safe colours.
 *
 * <p>Start at {@link lvm.plot.Plots}. Everything that can be shown is a {@link lvm.plot.Picture}. Text in labels may use
 * Greek letters, sub- and superscript digits, ℒ, ℓ, ℝ, 𝔼, combining hats (x̂): DejaVu Sans, the one font that is always
 * there, has them. It lacks the mathematical alphabets (𝓛, 𝒩, 𝐱, 𝜃); where the font at hand can not show one, the plain
 * letter takes its place, except 𝓛 and ℰ-like capitals that have an older form (ℒ).
 */
package lvm.plot;
