/**
 * Everything that touches the JJava base library, whose API is not final yet: its renderers, extensions, magics and comms,
 * put on our own wire.
 */
package lvm.kernel.jjava;
