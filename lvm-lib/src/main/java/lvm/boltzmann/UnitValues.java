package lvm.boltzmann;

/** The two values of a binary unit. */
public enum UnitValues {
    /** 0 and 1. */
    BITS(0, 1),
    /** −1 and +1. */
    SPINS(-1, 1);

    private final int low;
    private final int high;

    UnitValues(int low, int high) {
        this.low = low;
        this.high = high;
    }

    /** {@return the value of a unit that is off} */
    public int low() {
        return low;
    }

    /** {@return the value of a unit that is on} */
    public int high() {
        return high;
    }

    /** The difference of the two. */
    int span() {
        return high - low;
    }
}
