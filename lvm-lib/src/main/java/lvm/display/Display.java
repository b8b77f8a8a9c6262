package lvm.display;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** The output to which {@link Progress} and {@link LiveCurve} write: one for the whole program, which a kernel replaces. */
public final class Display {
    private static final AtomicReference<LiveOutput> OUTPUT = new AtomicReference<>(new TextOutput());

    private Display() {}

    /**
     * The output in use: the notebook's where a kernel has installed one, else plain text on standard output.
     *
     * @return the output
     */
    public static LiveOutput output() {
        return OUTPUT.get();
    }

    /**
     * Replaces the output for all progress and live curves that begin from now on.
     *
     * @param output the new output
     * @return the one that was in use
     */
    public static LiveOutput install(LiveOutput output) {
        return OUTPUT.getAndSet(Objects.requireNonNull(output, "Display.install: output"));
    }
}
