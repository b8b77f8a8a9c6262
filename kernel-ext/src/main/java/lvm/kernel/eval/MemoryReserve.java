package lvm.kernel.eval;

/**
 * Memory that is kept in reserve. When a cell has filled the heap, every thread of the process lacks memory, those of the
 * sockets too, and may die of an OutOfMemoryError. The first thread that sees the error releases the reserve.
 */
public final class MemoryReserve {
    private static final int PIECES = 64;
    /** So small that the pieces fit into a fragmented heap. */
    private static final int PIECE_BYTES = 256 * 1024;

    private static final long ENOUGH_BYTES = 3L * PIECES * PIECE_BYTES;

    private static volatile byte[][] reserve = new byte[PIECES][PIECE_BYTES];

    private MemoryReserve() {}

    /**
     * Releases the reserve if a throwable is an OutOfMemoryError or was caused by one.
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

    /** Allocates the reserve again if it was released and enough memory is free, after a garbage collection if needed. */
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
                // A thread of a cell has taken the memory first; the end of the next cell tries again.
                return;
            }
        }
    }

    private static long left() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
    }
}
