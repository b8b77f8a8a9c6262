/**
 * Our renderers in IJava and other kernels on its base library. Only this package may import that library.
 *
 * <p>There is one class, {@link lvm.kernel.ijava.IJavaExtension}. IJava does not look for extensions, so a cell or a
 * start-up script calls {@code install} with the running kernel. It registers each
 * {@link lvm.kernel.render.TypeRenderer} with the kernel's renderer, and a {@link lvm.kernel.render.LiveDisplay} as the
 * place of live output. What renders and what updates is common to all kernels and stands in {@link lvm.kernel.render};
 * here are only the calls that differ from {@link lvm.kernel.jjava.JJavaExtension} in the types that they name.
 *
 * <p>The jar for other kernels has this package, {@code lvm.kernel.render}, {@code JJavaExtension} and the library.
 */
package lvm.kernel.ijava;
