package lvm.kernel.magic;

import java.util.List;
import lvm.kernel.eval.CellException;
import lvm.kernel.magic.CellSegments.Segment;

/** A magic of the kernel. */
interface Magic {

    /**
     * The forms of the magic: each begins with its name, {@code %name} for a line and {@code %%name} for a cell, and says
     * what may follow and what it does.
     */
    List<String> forms();

    /**
     * Runs the magic.
     *
     * @param use where it stands in a cell
     * @return its value, or null
     * @throws MagicException if it cannot do what it was asked for
     * @throws CellException if Java that it has run fails
     */
    Object run(Use use) throws MagicException, CellException;

    /** Whether what follows the name is Java, which is completed and explained as elsewhere in the cell. */
    default boolean takesJava() {
        return false;
    }

    /**
     * One use of a magic.
     *
     * @param form the form that is used, one of {@link Magic#forms()}
     * @param segment the part of the cell
     * @param cell the number of the cell
     */
    record Use(String form, Segment segment, int cell) {
        /** The name with its percent signs; of the magic itself where the cell has another name for it. */
        String name() {
            return Magics.name(form);
        }

        boolean ofCell() {
            return segment.ofCell();
        }

        /** What follows the name on its line. */
        String argument() {
            return segment.argument();
        }

        /** The words of the argument; quotes keep spaces. */
        List<String> words() {
            return segment.words();
        }

        /** The only word of the argument, which is to be such a thing. */
        String onlyWord(String what) throws MagicException {
            List<String> words = words();
            if (words.size() != 1) {
                throw new MagicException(name() + " takes " + what + ", got " + words.size() + " arguments; " + form);
            }
            return words.get(0);
        }

        /** Says what the use lacks, and what the magic takes. */
        MagicException lacks(String what) {
            return new MagicException(name() + ": " + what + "; " + form);
        }
    }
}
