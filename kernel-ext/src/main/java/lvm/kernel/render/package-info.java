/** How values look in a notebook, independent of the kernel that shows them. */
package lvm.kernel.render;
