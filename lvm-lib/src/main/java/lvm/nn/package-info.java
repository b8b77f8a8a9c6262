/** Layers of neural networks over the tape, and their start values. */
package lvm.nn;
