/** Commands in cells that are not Java: dependencies, the class path, other files, timing. */
package lvm.kernel.magic;
