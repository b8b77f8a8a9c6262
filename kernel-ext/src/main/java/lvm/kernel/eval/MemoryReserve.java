package lvm.kernel.eval;

/**
 * Memory that is kept to be let go: when a cell has filled the heap, all threads of the process lack memory, those of the
 * sockets too, and some die of it. So the first to see the error makes room at once.
 */
public final class MemoryReserve {
    private static final int PIECES = 64;
    /** Small enough that the pieces find room between other things. */
    private static final int PIECE_BYTES = 256 * 1024;

    private static final long ENOUGH_BYTES = 3L * PIECES * PIECE_BYTES;

    private static volatile byte[][] reserve = new byte[PIECES][PIECE_BYTES];

    private MemoryReserve() {}

    /**
     * Makes room if an error says that there is none.
     *
     * @param thrown what was thrown
     */
    public static void releaseFor(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError) {
                reserve = null;
                return;
            }
        }
    }

    /** Takes the memory back, if there is enough. Until then this collects what cells have let go. */
    public static void restore() {
        if (reserve != null) {
            return;
        }
        if (left() <= ENOUGH_BYTES) {
            System.gc();
        }
        if (left() > ENOUGH_BYTES) {
            try {
                reserve = new byte[PIECES][PIECE_BYTES];
            } catch (OutOfMemoryError e) {
                // A thread of a cell was faster; the next cell's end is the next chance.
                return;
            }
        }
    }

    private static long left() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
    }
}
