/**
 * The {@code install} command of the kernel's jar, which makes the kernel known to Jupyter. It needs no Python.
 *
 * <ul>
 *   <li>{@link lvm.kernel.install.InstallCommand} reads the options and says what was done or what is wrong.
 *   <li>{@code JupyterPaths} knows where Jupyter looks for kernels: for one user, in an environment, under a prefix; on
 *       Linux, macOS and Windows.
 *   <li>{@code KernelSpec} is one kernel there: a folder with {@code kernel.json}, logos and the jar. It is written beside
 *       its place and moved, so that Jupyter finds the old one or the new one.
 *   <li>{@link lvm.kernel.install.ClassArchive} makes the archive of classes with which the kernel starts faster.
 * </ul>
 *
 * <p>The options of the virtual machine in {@code kernel.json} are {@link lvm.kernel.JvmFlags}.
 */
package lvm.kernel.install;
