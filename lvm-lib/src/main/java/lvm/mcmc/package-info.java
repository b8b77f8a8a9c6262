/** Markov chains that leave a distribution invariant. */
package lvm.mcmc;
