package lvm.kernel.jjava;

import java.util.UUID;
import java.util.concurrent.TimeUnit;
import lvm.display.LiveOutput;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;

/** Live output as one display of the notebook that is updated. */
record LiveDisplay(BaseKernel kernel) implements LiveOutput {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    @Override
    public Handle show(Object value) {
        String id = UUID.randomUUID().toString();
        DisplayData first = kernel.getRenderer().render(value);
        // Not setDisplayId, whose return type differs between versions of JJava.
        first.putTransientData("display_id", id);
        kernel.display(first);
        return new Handle() {
            private long last = System.nanoTime();

            @Override
            public synchronized void update(Object next) {
                // Ten a second are enough for the eye; what is closed shows the last state in any case.
                if (System.nanoTime() - last >= PAUSE_NANOS) {
                    close(next);
                }
            }

            @Override
            public synchronized void close(Object next) {
                kernel.getIO().display.updateDisplay(id, kernel.getRenderer().render(next));
                last = System.nanoTime();
            }
        };
    }
}
