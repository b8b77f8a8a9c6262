package lvm.kernel.eval;

import java.util.List;

/** A cell that ended in an error, in the form in which a front end shows it. */
public final class CellException extends Exception {
    private static final long serialVersionUID = 1;

    private final String name;
    private final transient List<String> traceback;

    /**
     * An error to show.
     *
     * @param name the short name, such as {@code IllegalArgumentException}, {@code CompilationError}, {@code Interrupted}
     * @param message one line
     * @param traceback the lines to show, with ANSI colours readable on light and dark backgrounds
     * @param cause the exception behind it, or null
     */
    public CellException(String name, String message, List<String> traceback, Throwable cause) {
        super(message, cause);
        this.name = name;
        this.traceback = List.copyOf(traceback);
    }

    /**
     * The short name of the error.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * The lines to show.
     *
     * @return the lines, without line ends
     */
    public List<String> traceback() {
        return traceback;
    }
}
