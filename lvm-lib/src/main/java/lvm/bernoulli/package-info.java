/**
 * Models with binary latent variables: small ones whose sums over all states are done exactly, and sigmoid belief networks;
 * gradient estimators for discrete draws, wake-sleep. Observations are binary, in single precision, one a row.
 */
package lvm.bernoulli;
