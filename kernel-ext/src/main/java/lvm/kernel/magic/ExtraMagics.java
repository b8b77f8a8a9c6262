package lvm.kernel.magic;

import java.util.List;
import java.util.Set;

/** Magics that come from elsewhere: the kernel has those of JJava's extensions. */
public interface ExtraMagics {

    /**
     * The names of the line magics.
     *
     * @return the names, without percent sign
     */
    Set<String> lineMagics();

    /**
     * The names of the cell magics.
     *
     * @return the names, without percent signs
     */
    Set<String> cellMagics();

    /**
     * Runs a line magic.
     *
     * @param name one of {@link #lineMagics()}
     * @param arguments the words behind it
     * @return its value, or null
     * @throws Exception what it throws
     */
    Object line(String name, List<String> arguments) throws Exception;

    /**
     * Runs a cell magic.
     *
     * @param name one of {@link #cellMagics()}
     * @param arguments the words behind it
     * @param body the rest of the cell
     * @return its value, or null
     * @throws Exception what it throws
     */
    Object cell(String name, List<String> arguments, String body) throws Exception;
}
