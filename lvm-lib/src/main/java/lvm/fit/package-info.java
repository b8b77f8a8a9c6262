/** How anything iterative is set up and trained. */
package lvm.fit;
