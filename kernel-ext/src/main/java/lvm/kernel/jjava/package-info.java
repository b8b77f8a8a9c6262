/**
 * Extensions written for JJava, in our kernel; and our renderers in kernels that are built on JJava. Only this package
 * may import JJava's base library, whose API is not final yet.
 *
 * <ul>
 *   <li>{@link lvm.kernel.jjava.JJava}: what the kernel calls: start, stop, render a foreign type, run a magic, handle a
 *       comm.
 *   <li>{@link lvm.kernel.jjava.Front}: what the kernel provides for that; the tests or another kernel could provide it
 *       as well.
 *   <li>{@code HostedKernel} is the kernel that extensions see. {@code HostedRenderer}, {@code HostedComms} and
 *       {@code HostedEnvironment} are its parts; all that they send goes through {@code Front}.
 *   <li>{@code DisplayDatas} turns what JJava renders into our {@link lvm.kernel.render.Renderers.Bundle}.
 *   <li>{@link lvm.kernel.jjava.JJavaExtension}, named in {@code META-INF/services}, goes the other way: it registers our
 *       renderers with any kernel that is built on JJava.
 * </ul>
 */
package lvm.kernel.jjava;
