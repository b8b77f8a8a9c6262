package lvm.boltzmann;

/** The kinds of visible units of a restricted machine. */
public enum VisibleUnits {
    /** Zeros and ones; numbers between them are taken as probabilities. */
    BINARY("binary"),
    /** Real numbers, Gaussian given the hidden units, with a variance for each column. */
    GAUSSIAN("Gaussian");

    private final String text;

    VisibleUnits(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
