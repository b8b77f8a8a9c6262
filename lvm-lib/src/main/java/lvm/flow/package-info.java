/**
 * Normalizing flows: densities that are those of a simple distribution carried by invertible maps, with exact likelihoods and
 * draws. Observations are in single precision, one a row.
 */
package lvm.flow;
