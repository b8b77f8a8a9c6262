/**
 * What EJML lacks: matrix products at the speed of the machine, vectorised elementary functions, loops over two cores.
 */
package lvm.linalg;
