/** The Java kernel. */
package lvm.kernel;
