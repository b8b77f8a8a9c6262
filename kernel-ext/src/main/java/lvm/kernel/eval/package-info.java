/** Evaluation of cells by JShell: splitting, running, interrupting, completing, inspecting, explaining errors. */
package lvm.kernel.eval;
