/**
 * What a fitted model can do. A model implements only the interfaces that are true of it; log densities are in nats and
 * summed over the dimensions of a row.
 */
package lvm.model;
