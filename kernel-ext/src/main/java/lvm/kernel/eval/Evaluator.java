package lvm.kernel.eval;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** A language as the kernel uses it. One cell runs at a time; {@link #interrupt} may be called from any thread. */
public interface Evaluator extends AutoCloseable {

    /**
     * Runs a cell.
     *
     * @param code the text of the cell, Java without magics
     * @param cell the number shown beside the cell, used in stack traces
     * @return the value of a last expression without a trailing semicolon, or nothing (a null value counts as nothing)
     * @throws CellException if the cell does not compile, throws, or was interrupted
     */
    Optional<Object> evaluate(String code, int cell) throws CellException;

    /**
     * Runs code of the user's program that is no cell where {@link #interrupt} reaches it, such as what draws a value. It may
     * evaluate cells itself.
     *
     * @param <T> the type of its value
     * @param code the code
     * @return its value
     * @throws CellException if it throws or was interrupted
     */
    <T> T call(Callable<T> code) throws CellException;

    /** A cell is about to be evaluated, or code called: an interrupt that comes before it runs is kept for it. */
    void announce();

    /** Stops what is running or announced, if anything: it ends with a {@link CellException} within two seconds. */
    void interrupt();

    /**
     * Candidates for completing the text at the cursor.
     *
     * @param code the text of the cell
     * @param cursor an offset in UTF-16 units
     * @return the candidates and the range that they replace
     */
    Completion complete(String code, int cursor);

    /**
     * Documentation of the program element at the cursor.
     *
     * @param code the text of the cell
     * @param cursor an offset in UTF-16 units
     * @param detail 0 for the signature and a summary, 1 for all documentation
     * @return signature and documentation, or nothing
     */
    Optional<Inspection> inspect(String code, int cursor, int detail);

    /**
     * Whether a text is a complete cell.
     *
     * @param code the text
     * @return complete, incomplete with the indent of the next line, or invalid
     */
    Completeness isComplete(String code);

    /**
     * Adds a jar or a folder of classes to what cells can use.
     *
     * @param entry an existing jar or folder
     */
    void addToClasspath(Path entry);

    @Override
    void close();

    /**
     * Candidates for the text at the cursor.
     *
     * @param matches the candidates, best first
     * @param start where the replaced range starts, UTF-16 units
     * @param end where it ends
     */
    record Completion(List<String> matches, int start, int end) {}

    /**
     * Documentation of a program element.
     *
     * @param text plain text
     * @param html the same as HTML
     */
    record Inspection(String text, String html) {}

    /**
     * Whether a text is a complete cell.
     *
     * @param status {@code complete}, {@code incomplete}, {@code invalid} or {@code unknown}
     * @param indent the indent of the next line if incomplete, else empty
     */
    record Completeness(String status, String indent) {}
}
