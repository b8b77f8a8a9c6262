/** Fills and draws from a generator that the caller passes, and seeds for the parts of a program. */
package lvm.random;
