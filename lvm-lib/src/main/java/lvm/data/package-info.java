/** Data sets, and Tablesaw tables in and out. */
package lvm.data;
