/**
 * Mixtures: every observation belongs to one of K components. All matrices are in double precision.
 *
 * <ul>
 *   <li>{@link lvm.mixture.GaussianMixture} is a mixture of Gaussians: density, responsibilities, draws, information criteria.
 *       {@link lvm.mixture.GaussianMixtureBuilder} fits one by EM: {@code GaussianMixture.builder().components(3).fit(x)}.
 *   <li>{@link lvm.mixture.Covariance} is the form of the covariances, {@link lvm.mixture.Init} where EM starts.
 *   <li>{@link lvm.mixture.VariationalEm} has the steps of EM one by one, with the bound, its gap and its gradients.
 *   <li>{@link lvm.mixture.KMeans} puts every row to the nearest of K centres.
 *   <li>Inside, EM is made of a start, of sufficient statistics (responsibilities and the moments weighted by them), of an
 *       M-step on these and of the steps that take turns; k-means of Lloyd's iteration.
 * </ul>
 */
package lvm.mixture;
