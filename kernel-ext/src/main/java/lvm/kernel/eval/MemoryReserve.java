package lvm.kernel.eval;

/**
 * Memory that is kept to be let go: when a cell has filled the heap, all threads of the process lack memory, those of the
 * sockets too, and some die of it. So the first to see the error makes room at once.
 */
public final class MemoryReserve {
    private static final int BYTES = 16 * 1024 * 1024;

    private static volatile byte[] reserve = new byte[BYTES];

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

    /** Takes the memory back, if there is enough. */
    public static void restore() {
        Runtime runtime = Runtime.getRuntime();
        if (reserve == null && runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory() > 3L * BYTES) {
            reserve = new byte[BYTES];
        }
    }
}
