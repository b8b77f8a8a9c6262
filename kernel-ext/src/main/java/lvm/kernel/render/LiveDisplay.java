package lvm.kernel.render;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import lvm.display.Display;
import lvm.display.LiveOutput;
import lvm.display.Progress;

/**
 * Live output as one display of the notebook, updated at most ten times a second. A state that comes too soon after
 * another waits for the next one, for the end of the output, or for {@link #flush}.
 *
 * <p>Whether a bar of progress appears depends on the speed of the machine, so a notebook must not keep it: {@link #over}
 * names those to take back when their cell ends. A bar that was interrupted stays, and curves always do.
 */
public final class LiveDisplay implements LiveOutput {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final BiConsumer<String, Object> show;
    private final BiConsumer<String, Object> update;
    private final Set<Shown> pending = ConcurrentHashMap.newKeySet();
    private final Set<String> over = ConcurrentHashMap.newKeySet();

    /**
     * Live output by the displays of a kernel.
     *
     * @param show shows a new display with an id and a value
     * @param update shows a value in the display with an id
     */
    public LiveDisplay(BiConsumer<String, Object> show, BiConsumer<String, Object> update) {
        this.show = show;
        this.update = update;
    }

    /** Sends live output here, unless a kernel has set an output of its own already. */
    public void installUnlessSet() {
        LiveOutput before = Display.install(this);
        // The output to a terminal is of the package of Display; any other was set by a kernel.
        if (!before.getClass().getPackageName().equals(Display.class.getPackageName())) {
            Display.install(before);
        }
    }

    @Override
    public Handle show(Object value) {
        Shown shown = new Shown(UUID.randomUUID().toString());
        show.accept(shown.id, value);
        shown.note(value);
        return shown;
    }

    /**
     * Whether a state waits to be shown.
     *
     * @return whether {@link #flush} has something to do
     */
    public boolean isWaiting() {
        return !pending.isEmpty();
    }

    /** Shows the states that wait; at the end of a cell. */
    public void flush() {
        pending.forEach(Shown::flush);
    }

    /**
     * Progress that has ended by itself since this was asked last.
     *
     * @return the ids of its displays
     */
    public Set<String> over() {
        Set<String> ids = Set.copyOf(over);
        over.removeAll(ids);
        return ids;
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
            update.accept(id, value);
            note(value);
            last = System.nanoTime();
        }

        void note(Object value) {
            if (value instanceof Progress.State state && state.finished() && !state.interrupted()) {
                over.add(id);
            }
        }

        synchronized void flush() {
            if (waiting != null) {
                close(waiting);
            }
        }
    }
}
