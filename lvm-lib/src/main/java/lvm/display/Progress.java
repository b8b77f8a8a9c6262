package lvm.display;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * How far a loop has come, how fast it goes, how long it will take and where its objective stands. In a notebook it is one
 * bar that moves, in a terminal a line now and then. Work that lasts less than half a second shows nothing at all, and a
 * notebook does not keep the bar of work that has ended: what is stored depends on no machine's speed.
 *
 * <pre>{@code
 * try (Progress progress = Progress.start("EM", maxIterations)) {
 *     for (...) {
 *         ...
 *         progress.step(logLikelihood);
 *     }
 * }
 * }</pre>
 *
 * <p>Thread-safe; steps may come from many threads and as often as they like: the output sees at most ten states a
 * second, and always the last one. If the output fails, the work goes on without it.
 */
public final class Progress implements AutoCloseable {

    /** The total of work whose end is not known. */
    public static final long UNKNOWN = -1;

    /** Work that lasts no longer than this is never shown. */
    static final long QUIET_NANOS = 500_000_000L;

    /**
     * A moment of the work.
     *
     * @param label what is being done
     * @param done the steps done
     * @param total the steps to do, {@link #UNKNOWN} if that is not known
     * @param elapsed the time since the work began or went on
     * @param rate steps a second on average since the work began or went on, NaN before the first
     * @param remaining the time that the rest takes at that rate; null if that is not known, zero at the end
     * @param objectiveName what the objective is called
     * @param objective its value after the last step, NaN if there is none
     * @param finished whether the work has ended, at its total or before
     * @param interrupted whether it ended because it was interrupted
     */
    public record State(
            String label,
            long done,
            long total,
            Duration elapsed,
            double rate,
            Duration remaining,
            String objectiveName,
            double objective,
            boolean finished,
            boolean interrupted) {

        /** {@return the share of the work that is done, from 0 to 1; NaN if the total is not known} */
        public double fraction() {
            return total < 0 ? Double.NaN : total == 0 ? 1 : Math.min(1, (double) done / total);
        }

        /**
         * The state in one line, such as {@code EM: 30/200 (15 %), 12/s, 14 s left, objective -1130.26}.
         *
         * @return a line of text
         */
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(label).append(": ").append(done);
            if (total >= 0) {
                text.append('/').append(total);
            }
            if (finished) {
                text.append(interrupted ? " interrupted" : " finished")
                        .append(" after ")
                        .append(time(elapsed));
            } else if (total >= 0) {
                text.append(String.format(Locale.ROOT, " (%.0f %%)", 100 * fraction()));
            }
            if (rate > 0) {
                text.append(String.format(Locale.ROOT, rate < 10 ? ", %.1f/s" : ", %.0f/s", rate));
            }
            if (!finished && remaining != null) {
                text.append(", ").append(time(remaining)).append(" left");
            }
            if (!Double.isNaN(objective)) {
                text.append(", ").append(objectiveName).append(' ').append(number(objective));
            }
            return text.toString();
        }
    }

    private final LongSupplier nanoTime;
    private final Shown shown;
    private final String label;
    private final long total;
    private final long start;
    private String objectiveName = "objective";
    private double objective = Double.NaN;
    private long done;
    private long resumedAt;
    private boolean interrupted;
    private boolean closed;
    private long end;

    Progress(String label, long total, LiveOutput output, LongSupplier nanoTime) {
        this.label = Objects.requireNonNull(label, "Progress.start: label");
        if (total < UNKNOWN) {
            throw new IllegalArgumentException(
                    "Progress.start: total " + total + ", expected 0 or more, or Progress.UNKNOWN");
        }
        this.total = total;
        this.shown = new Shown(output);
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    /**
     * Begins work of a known length.
     *
     * @param label what is being done
     * @param total the number of steps, {@link #UNKNOWN} if it is not known
     * @return the progress; close it when the work ends
     * @throws IllegalArgumentException if the total is below {@link #UNKNOWN}
     */
    public static Progress start(String label, long total) {
        return new Progress(label, total, Display.output(), System::nanoTime);
    }

    /**
     * Begins work whose end is not known.
     *
     * @param label what is being done
     * @return the progress; close it when the work ends
     */
    public static Progress start(String label) {
        return start(label, UNKNOWN);
    }

    /**
     * Names the objective.
     *
     * @param name the quantity and its unit, by default "objective"
     * @return this
     */
    public synchronized Progress objectiveName(String name) {
        objectiveName = Objects.requireNonNull(name, "Progress.objectiveName");
        return this;
    }

    /**
     * Says how many steps an earlier run of the same work has done; they are left out of the rate.
     *
     * @param done the steps done before
     * @return this
     * @throws IllegalArgumentException if done is negative
     */
    public synchronized Progress resumedAt(long done) {
        if (done < 0) {
            throw new IllegalArgumentException("Progress.resumedAt: " + done + " steps done, expected 0 or more");
        }
        resumedAt = done;
        this.done = Math.max(this.done, done);
        return this;
    }

    /** Counts one more step as done; ignored after {@link #close}. */
    public synchronized void step() {
        advance(done + 1, objective);
    }

    /**
     * Counts one more step as done; ignored after {@link #close}.
     *
     * @param objective the objective after it
     */
    public synchronized void step(double objective) {
        advance(done + 1, objective);
    }

    /**
     * Sets the number of steps done; ignored after {@link #close}.
     *
     * @param done the steps done since the start
     * @param objective the objective now, NaN for none
     * @throws IllegalArgumentException if done is negative
     */
    public synchronized void step(long done, double objective) {
        if (done < 0) {
            throw new IllegalArgumentException("Progress.step: " + done + " steps done, expected 0 or more");
        }
        advance(done, objective);
    }

    private void advance(long done, double objective) {
        if (closed) {
            return;
        }
        this.done = done;
        this.objective = objective;
        long now = nanoTime.getAsLong();
        if (shown.due(now) && (shown.visible() || now - start > QUIET_NANOS)) {
            shown.show(state(now), now);
        }
    }

    /** Records that the work ends because it was interrupted; the state that {@link #close} shows says so. */
    public synchronized void interrupted() {
        interrupted = true;
    }

    /** {@return an immutable snapshot of the state at this moment} */
    public synchronized State state() {
        return state(closed ? end : nanoTime.getAsLong());
    }

    private State state(long now) {
        long elapsed = Math.max(0, now - start);
        double rate = done > resumedAt && elapsed > 0 ? (done - resumedAt) / (elapsed / 1e9) : Double.NaN;
        Duration remaining = null;
        if (closed) {
            remaining = Duration.ZERO;
        } else if (total >= 0 && rate > 0) {
            double seconds = Math.min(Math.max(0, total - done) / rate, 1e9);
            remaining = Duration.ofMillis(Math.round(1000 * seconds));
        }
        return new State(
                label,
                done,
                total,
                Duration.ofNanos(elapsed),
                rate,
                remaining,
                objectiveName,
                objective,
                closed,
                closed && interrupted);
    }

    /** Ends the work. Its last state is shown if an earlier one was, or if the work took longer than half a second. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        end = nanoTime.getAsLong();
        interrupted |= Thread.currentThread().isInterrupted() && done != total;
        closed = true;
        State last = state(end);
        if (!shown.visible() && end - start > QUIET_NANOS) {
            shown.show(last, end);
        }
        shown.close(last);
    }

    /** A time span in the two units that matter. */
    static String time(Duration span) {
        long seconds = span.toSeconds();
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1f s", span.toMillis() / 1e3);
        }
        if (seconds < 100) {
            return seconds + " s";
        }
        if (seconds < 6000) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        return seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
    }

    /** A number with about six digits, no exponent where none is needed. */
    static String number(double value) {
        double size = Math.abs(value);
        if (!Double.isFinite(value)) {
            return Double.toString(value);
        }
        if (size != 0 && (size < 1e-3 || size >= 1e7)) {
            return String.format(Locale.ROOT, "%.3e", value);
        }
        int decimals = size >= 1e4 ? 0 : size >= 100 ? 2 : 4;
        String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
        return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
    }
}
