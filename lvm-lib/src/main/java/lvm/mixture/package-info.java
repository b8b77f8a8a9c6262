/** Mixtures fitted by k-means and by the (variational) EM algorithm, in double precision. */
package lvm.mixture;
