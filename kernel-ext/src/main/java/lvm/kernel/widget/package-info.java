/**
 * Controls in a notebook by Jupyter's widget protocol, of which front ends speak two generations.
 *
 * <ul>
 *   <li>{@link lvm.kernel.widget.Control} is one control: what its widget is like, and what its states mean as values.
 *   <li>{@link lvm.kernel.widget.Interaction} is a function of some controls with its display, and draws it anew.
 *   <li>{@link lvm.kernel.widget.WidgetComms} sends and takes the messages; {@code Generation} is how they differ.
 *   <li>{@link lvm.kernel.widget.Stage} is the kernel that shows them; {@link lvm.kernel.widget.StaticStage} is one that has
 *       no widgets, another Java kernel with the extension.
 *   <li>{@link lvm.kernel.widget.Frames} draws beforehand what is seen where there are no widgets.
 * </ul>
 *
 * <p>The picture is no widget but a display that is updated, so that every value can be one and pages that are exported
 * keep the last. {@link lvm.kernel.render.StaticForm} is what is seen where there are no widgets.
 */
package lvm.kernel.widget;
