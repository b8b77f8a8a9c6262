package lvm.display;

/**
 * A place that can show a value and later replace it by another: a cell of a notebook, a line of a terminal. The kernel
 * installs one for notebooks ({@link Display#install}); without it values are written as lines of text.
 */
public interface LiveOutput {

    /**
     * Shows a value.
     *
     * @param value anything; its {@code toString} is the text form
     * @return what replaces it later
     */
    Handle show(Object value);

    /** A value that is shown and can be replaced. */
    interface Handle {

        /**
         * Replaces what is shown.
         *
         * @param value the value to show from now on
         */
        void update(Object value);

        /**
         * Replaces what is shown by the final value, which stays.
         *
         * @param value the final value
         */
        void close(Object value);
    }
}
