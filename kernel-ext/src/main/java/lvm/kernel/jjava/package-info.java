/** Everything that touches the JJava base library, whose API is not final yet. */
package lvm.kernel.jjava;
