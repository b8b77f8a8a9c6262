/** The extension's entry for IJava and other kernels on its base library; nothing else may use that library. */
package lvm.kernel.ijava;
