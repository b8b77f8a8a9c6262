/** Densities and divergences, in nats. */
package lvm.dist;
