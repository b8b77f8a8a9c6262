package lvm.display;

/**
 * A value that an output shows and that changes: at most ten states a second reach the output. If the output fails, nothing
 * more is sent to it and the work goes on. Not thread-safe; its owner locks.
 */
final class Shown {

    /** The least time between two states. */
    static final long INTERVAL_NANOS = 100_000_000L;

    private final LiveOutput output;
    private LiveOutput.Handle handle;
    private boolean failed;
    private long shownAt;

    Shown(LiveOutput output) {
        this.output = output;
    }

    /** Whether a state has been shown. */
    boolean visible() {
        return handle != null;
    }

    /** Whether the output should get a state at this moment: the first always, another when enough time has passed. */
    boolean due(long now) {
        return !failed && (handle == null || now - shownAt >= INTERVAL_NANOS);
    }

    /** Shows a state, in place of the one before. */
    void show(Object state, long now) {
        shownAt = now;
        deliver(() -> {
            if (handle == null) {
                handle = output.show(state);
            } else {
                handle.update(state);
            }
        });
    }

    /** Shows the last state, if one has been shown before. */
    void close(Object last) {
        if (handle != null) {
            deliver(() -> handle.close(last));
        }
    }

    private void deliver(Runnable delivery) {
        if (failed) {
            return;
        }
        try {
            delivery.run();
        } catch (RuntimeException e) {
            failed = true;
        }
    }
}
