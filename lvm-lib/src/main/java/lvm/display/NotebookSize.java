package lvm.display;

import java.util.Locale;

/**
 * How much a notebook computes: all of it, or a small version that shows the same in seconds, for tests. The environment
 * variable {@value #VARIABLE} says which; without it notebooks are {@link #FULL}. A full notebook whose data cannot be had
 * becomes a small one ({@link NotebookDigits}).
 *
 * <pre>{@code
 * int epochs = NotebookSize.pick(2, 50);
 * }</pre>
 */
public enum NotebookSize {
    /** Few data, few iterations: for tests. */
    SMALL,
    /** All data and iterations that the text of the notebook speaks of. */
    FULL;

    /** The environment variable: {@code small} or {@code full}. */
    public static final String VARIABLE = "LVM_SIZE";

    private static volatile boolean fellBack;

    /**
     * The size of this notebook.
     *
     * @return what is set, {@link #FULL} if nothing is; {@link #SMALL} if data for the full size could not be had
     * @throws IllegalArgumentException if the variable has another value than small and full
     */
    public static NotebookSize current() {
        NotebookSize asked = asked();
        return fellBack ? SMALL : asked;
    }

    /** The size that is set, whatever became of it. */
    static NotebookSize asked() {
        return parse(System.getenv(VARIABLE));
    }

    /** Whether a full notebook has become a small one. */
    static boolean fellBack() {
        return fellBack;
    }

    static void fallBack(boolean small) {
        fellBack = small;
    }

    static NotebookSize parse(String value) {
        if (value == null || value.isBlank()) {
            return FULL;
        }
        switch (value.strip().toLowerCase(Locale.ROOT)) {
            case "small":
                return SMALL;
            case "full":
                return FULL;
            default:
                throw new IllegalArgumentException("NotebookSize: the environment variable " + VARIABLE + " is \""
                        + value + "\", expected small or full");
        }
    }

    /**
     * A number that depends on the size.
     *
     * @param small its value in a small notebook
     * @param full its value in a full one
     * @return one of them
     * @throws IllegalArgumentException as {@link #current}
     */
    public static int pick(int small, int full) {
        return current() == SMALL ? small : full;
    }

    /**
     * A number that depends on the size.
     *
     * @param small its value in a small notebook
     * @param full its value in a full one
     * @return one of them
     * @throws IllegalArgumentException as {@link #current}
     */
    public static double pick(double small, double full) {
        return current() == SMALL ? small : full;
    }

    /**
     * Anything that depends on the size.
     *
     * @param <T> its type
     * @param small its value in a small notebook
     * @param full its value in a full one
     * @return one of them
     * @throws IllegalArgumentException as {@link #current}
     */
    public static <T> T pick(T small, T full) {
        return current() == SMALL ? small : full;
    }
}
