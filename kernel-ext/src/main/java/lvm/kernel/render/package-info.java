/**
 * How values look in a notebook, independent of the kernel that shows them.
 *
 * <ul>
 *   <li>{@link lvm.kernel.render.Renderers} lists the types that the library shows; each has a
 *       {@link lvm.kernel.render.TypeRenderer}, which makes a {@code Bundle} of MIME forms. A new type is a line there.
 *   <li>{@code TableRenderer} and {@code MatrixRenderer} lay out a {@code Grid}; {@code Numbers} reads matrices and arrays
 *       and writes their numbers.
 *   <li>{@code DrawingRenderer} paints a {@code Drawing}, a chart or a picture; {@code ImageRenderer} writes images, {@code FilmRenderer}
 *       pictures one after the other.
 *   <li>{@code ModelRenderer}, {@code HistoryRenderer} and {@code LiveRenderer} show models, the course of fits, and fits
 *       that are running. {@code Html} escapes text.
 *   <li>{@link lvm.kernel.render.StaticForm} is frames to look through where no kernel runs.
 *   <li>{@link lvm.kernel.render.LiveDisplay} is live output as one display that is updated, in every kernel.
 * </ul>
 */
package lvm.kernel.render;
