package lvm.kernel;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import lvm.display.LiveOutput;

/** Live output as one display that is updated, at most ten times a second; its last state stays. */
final class NotebookOutput implements LiveOutput {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Kernel kernel;
    private final Set<Shown> pending = ConcurrentHashMap.newKeySet();

    NotebookOutput(Kernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public Handle show(Object value) {
        Shown shown = new Shown(UUID.randomUUID().toString());
        kernel.display(kernel.render(value), shown.id, false);
        return shown;
    }

    /** Shows the states that came too soon after another; at the end of a cell. */
    void flush() {
        pending.forEach(Shown::flush);
    }

    private final class Shown implements Handle {
        private final String id;
        private long last = System.nanoTime();
        private Object waiting;

        Shown(String id) {
            this.id = id;
        }

        @Override
        public synchronized void update(Object value) {
            if (System.nanoTime() - last < PAUSE_NANOS) {
                waiting = value;
                pending.add(this);
            } else {
                close(value);
            }
        }

        @Override
        public synchronized void close(Object value) {
            waiting = null;
            pending.remove(this);
            kernel.display(kernel.render(value), id, true);
            last = System.nanoTime();
        }

        synchronized void flush() {
            if (waiting != null) {
                close(waiting);
            }
        }
    }
}
