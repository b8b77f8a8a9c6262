/** The messages of the Jupyter protocol: connection file, sockets, signatures, order and batching of output. */
package lvm.kernel.wire;
