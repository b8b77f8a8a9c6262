/**
 * The Java kernel for Jupyter. {@link lvm.kernel.Main} is the command line of the jar; {@code kernel FILE} starts a
 * {@link lvm.kernel.Kernel}, whose parts have one job each:
 *
 * <ul>
 *   <li>{@code Kernel} takes the requests, on a thread for cells and one for interrupts, and hands them out.
 *   <li>{@code ShellQueue} holds the requests that wait; {@code Answers} answers those that only ask.
 *   <li>{@code CellSession} runs cells by an {@link lvm.kernel.eval.Evaluator} and stops them.
 *   <li>{@code Displays} shows values by {@link lvm.kernel.render.Renderers} and, for foreign types, by
 *       {@link lvm.kernel.jjava.JJava}; {@code KernelFront} is what JJava's extensions reach of the kernel.
 *   <li>{@code Sender} sends, {@code Contents} makes what several messages contain; both through {@link lvm.kernel.wire}.
 *   <li>{@code CellInput} and {@code CellOutput} are {@code System.in}, {@code out} and {@code err} of cells.
 *   <li>{@code Rehearsal} is a session without a front end, for the archive of classes that the installer makes.
 *   <li>{@link lvm.kernel.Interact} shows what follows controls, by {@link lvm.kernel.widget}.
 *   <li>{@link lvm.kernel.Notebook} has the methods that cells call without an import, such as {@code display}.
 * </ul>
 */
package lvm.kernel;
