package lvm.kernel;

import java.util.List;
import lvm.kernel.render.Renderers.Bundle;

/** Methods for cells: showing values, asking the user, running magics. All are imported into every cell. */
public final class Notebook {
    private Notebook() {}

    static Kernel kernel() {
        Kernel kernel = Kernel.running();
        if (kernel == null) {
            throw new IllegalStateException("Notebook: there is no notebook here, no kernel runs in this process");
        }
        return kernel;
    }

    /**
     * Shows a value.
     *
     * @param value anything, null included
     * @return the id of the display, for {@link #updateDisplay(String, Object, String...)}
     */
    public static String display(Object value) {
        return display(value, new String[0]);
    }

    /**
     * Shows a value in certain forms.
     *
     * @param value anything, null included
     * @param types MIME types, such as {@code text/html} or {@code image/svg+xml}
     * @return the id of the display, for {@link #updateDisplay(String, Object, String...)}
     */
    public static String display(Object value, String... types) {
        return kernel().displays().show(value == null ? "null" : value, types);
    }

    /**
     * Shows a value in the place of another.
     *
     * @param id what {@link #display(Object)} returned
     * @param value anything, null included
     */
    public static void updateDisplay(String id, Object value) {
        updateDisplay(id, value, new String[0]);
    }

    /**
     * Shows a value in certain forms in the place of another.
     *
     * @param id what {@link #display(Object)} returned
     * @param value anything, null included
     * @param types MIME types
     */
    public static void updateDisplay(String id, Object value, String... types) {
        kernel().sender().display(render(value, types), id, true);
    }

    /** Removes the output of the running cell. */
    public static void clearOutput() {
        clearOutput(false);
    }

    /**
     * Removes the output of the running cell.
     *
     * @param wait whether to remove it only when the next output comes, which does not flicker
     */
    public static void clearOutput(boolean wait) {
        kernel().sender().clearOutput(wait);
    }

    /**
     * The forms of a value, without showing it.
     *
     * @param value anything, null included
     * @param types MIME types; the usual ones of the value if there are none
     * @return the forms
     */
    public static Bundle render(Object value, String... types) {
        return kernel().displays().render(value == null ? "null" : value, types);
    }

    /**
     * Shows a value in the pager at the bottom of the window, where the front end has one.
     *
     * @param value anything, null included
     */
    public static void page(Object value) {
        kernel().displays().page(render(value));
    }

    /** Asks the front end to end when the cell has ended, and with it the kernel. A notebook ignores it, a console obeys. */
    public static void exit() {
        kernel().displays().askExit();
    }

    /** The same as {@link #exit()}. */
    public static void quit() {
        exit();
    }

    /**
     * Asks for a line.
     *
     * @param prompt the question
     * @return the answer
     * @throws IllegalStateException if the front end takes no input, or the cell was interrupted
     */
    public static String input(String prompt) {
        return kernel().input().ask(prompt, false);
    }

    /**
     * Asks for a line that is not to be seen.
     *
     * @param prompt the question
     * @return the answer
     * @throws IllegalStateException if the front end takes no input, or the cell was interrupted
     */
    public static String password(String prompt) {
        return kernel().input().ask(prompt, true);
    }

    /**
     * Runs a line magic that an extension has registered.
     *
     * @param name its name, without the percent sign
     * @param arguments its arguments
     * @return its value, or null
     * @throws Exception what the magic throws
     */
    public static Object lineMagic(String name, List<String> arguments) throws Exception {
        return kernel().extensions().lineMagic(name, arguments);
    }

    /**
     * Runs a cell magic that an extension has registered.
     *
     * @param name its name, without the percent signs
     * @param arguments its arguments
     * @param body the text that it works on
     * @return its value, or null
     * @throws Exception what the magic throws
     */
    public static Object cellMagic(String name, List<String> arguments, String body) throws Exception {
        return kernel().extensions().cellMagic(name, arguments, body);
    }
}
