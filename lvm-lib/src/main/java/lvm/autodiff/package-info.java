/** Reverse-mode gradients over float matrices: a tape of operations, its variables, and parameters. */
package lvm.autodiff;
