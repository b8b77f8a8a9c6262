/** Makes the kernel known to Jupyter. */
package lvm.kernel.install;
