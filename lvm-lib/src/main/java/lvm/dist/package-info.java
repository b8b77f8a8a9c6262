/** Densities and divergences, in nats; invertible maps that carry a density to another one. */
package lvm.dist;
