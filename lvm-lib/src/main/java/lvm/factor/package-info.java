/**
 * Linear factor models: an observation is x = W h + b, with or without noise, and the models differ in what they ask of h. All
 * matrices are in double precision.
 *
 * <ul>
 *   <li>{@link lvm.factor.Pca}: the plane nearest to the data; no density.
 *   <li>{@link lvm.factor.ProbabilisticPca} and {@link lvm.factor.FactorAnalysis}: Gaussian h and Gaussian noise, of the same
 *       variance for all columns or of one for each; in closed form or by EM, also with missing entries.
 *   <li>{@link lvm.factor.FastIca} and {@link lvm.factor.MaximumLikelihoodIca}: independent h that are not Gaussian, found by
 *       how far from Gaussian they are or by the likelihood.
 *   <li>{@link lvm.factor.SparseCoding}: more columns of W than of x, few of which are in use at a time.
 *   <li>{@link lvm.factor.SlowFeatureAnalysis}: features of a signal that change slowly.
 * </ul>
 */
package lvm.factor;
