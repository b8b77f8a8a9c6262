package lvm.display;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Curves that grow while a loop runs, such as an objective over the epochs: in a notebook one chart that is drawn anew, in
 * a terminal a line now and then.
 *
 * <pre>{@code
 * try (LiveCurve curve = LiveCurve.start("VAE", "epoch", "ELBO [nats]", "training", "test")) {
 *     for (...) {
 *         curve.add(epoch, trainingElbo, testElbo);
 *     }
 * }
 * }</pre>
 *
 * <p>Thread-safe. The output sees at most ten states a second, and always the last one. Of very many points those are
 * kept that are the highest or lowest among their neighbours, so that peaks stay. If the output fails, the work goes on
 * without it.
 */
public final class LiveCurve implements AutoCloseable {

    /** The most points of a curve that are kept. */
    public static final int MOST_POINTS = 2000;

    /**
     * The curves at a moment.
     *
     * @param title the title, may be empty
     * @param xLabel the label of the horizontal axis
     * @param yLabel the label of the vertical axis
     * @param names the names of the m curves
     * @param xs n places, in the order in which they were added
     * @param ys m arrays of n heights; NaN where a curve has none
     * @param finished whether the curves are complete, as they are in the last state
     */
    public record State(
            String title,
            String xLabel,
            String yLabel,
            List<String> names,
            double[] xs,
            double[][] ys,
            boolean finished) {

        /**
         * Copies the arrays.
         *
         * @param title the title
         * @param xLabel the label of the horizontal axis
         * @param yLabel the label of the vertical axis
         * @param names the names of the curves
         * @param xs the places
         * @param ys the heights
         * @param finished whether the curves are complete, as they are in the last state
         */
        public State {
            names = List.copyOf(names);
            xs = xs.clone();
            ys = copy(ys);
        }

        /** {@return a copy of the n places} */
        @Override
        public double[] xs() {
            return xs.clone();
        }

        /** {@return a copy of the heights, m arrays of n numbers} */
        @Override
        public double[][] ys() {
            return copy(ys);
        }

        private static double[][] copy(double[][] arrays) {
            return Arrays.stream(arrays).map(double[]::clone).toArray(double[][]::new);
        }

        /**
         * The last values in one line, such as {@code VAE: epoch 12, training -98.2, test -101.5}.
         *
         * @return a line of text
         */
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(title);
            if (!title.isBlank()) {
                text.append(": ");
            }
            int n = xs.length;
            if (n == 0) {
                return text.append("no points yet").toString();
            }
            text.append(xLabel).append(' ').append(Progress.number(xs[n - 1]));
            for (int k = 0; k < names.size(); k++) {
                text.append(", ").append(names.get(k)).append(' ').append(Progress.number(ys[k][n - 1]));
            }
            return text.toString();
        }
    }

    private final LongSupplier nanoTime;
    private final Shown shown;
    private final String title;
    private final String xLabel;
    private final String yLabel;
    private final List<String> names;
    private final double[] xs = new double[MOST_POINTS];
    private final double[][] ys;
    private int n;
    private boolean closed;

    LiveCurve(
            String title, String xLabel, String yLabel, List<String> names, LiveOutput output, LongSupplier nanoTime) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("LiveCurve.start: no curve named");
        }
        if (names.size() > 50) {
            throw new IllegalArgumentException("LiveCurve.start: " + names.size() + " curves, expected at most 50");
        }
        if (names.stream().distinct().count() < names.size()) {
            throw new IllegalArgumentException("LiveCurve.start: a name occurs twice in " + names);
        }
        this.title = Objects.requireNonNull(title, "LiveCurve.start: title");
        this.xLabel = Objects.requireNonNull(xLabel, "LiveCurve.start: xLabel");
        this.yLabel = Objects.requireNonNull(yLabel, "LiveCurve.start: yLabel");
        this.names = List.copyOf(names);
        this.ys = new double[names.size()][MOST_POINTS];
        this.shown = new Shown(output);
        this.nanoTime = nanoTime;
    }

    /**
     * Begins curves; the first point shows them.
     *
     * @param title the title, may be empty
     * @param xLabel the label of the horizontal axis
     * @param yLabel the label of the vertical axis
     * @param names a name for each curve
     * @return the curves; close them when the work ends
     * @throws IllegalArgumentException if there is no name, one occurs twice, or there are more than 50
     */
    public static LiveCurve start(String title, String xLabel, String yLabel, String... names) {
        return new LiveCurve(title, xLabel, yLabel, List.of(names), Display.output(), System::nanoTime);
    }

    /**
     * Adds a point to each curve; ignored after {@link #close}.
     *
     * @param x the place
     * @param y a height for each curve, in the order of the names; NaN for none
     * @throws IllegalArgumentException if x is not finite, or there are not as many heights as curves
     */
    public synchronized void add(double x, double... y) {
        if (y.length != names.size()) {
            throw new IllegalArgumentException("LiveCurve.add: " + y.length + " values for the curves " + names);
        }
        if (!Double.isFinite(x)) {
            throw new IllegalArgumentException("LiveCurve.add: x is " + x + ", expected a finite number");
        }
        if (closed) {
            return;
        }
        if (n == MOST_POINTS) {
            thin();
        }
        xs[n] = x;
        for (int k = 0; k < y.length; k++) {
            ys[k][n] = y[k];
        }
        n++;
        long now = nanoTime.getAsLong();
        if (shown.due(now)) {
            shown.show(state(), now);
        }
    }

    /** Keeps of every 4m points in a row those at which one of the m curves is highest or lowest, and the first. */
    private void thin() {
        int m = ys.length;
        int width = 4 * m;
        int kept = 0;
        for (int from = 0; from < n; from += width) {
            int to = Math.min(n, from + width);
            boolean[] keep = new boolean[to - from];
            keep[0] = from == 0;
            for (double[] y : ys) {
                int lowest = -1;
                int highest = -1;
                for (int i = from; i < to; i++) {
                    if (!Double.isNaN(y[i])) {
                        lowest = lowest < 0 || y[i] < y[lowest] ? i : lowest;
                        highest = highest < 0 || y[i] > y[highest] ? i : highest;
                    }
                }
                if (lowest >= 0) {
                    keep[lowest - from] = true;
                    keep[highest - from] = true;
                }
            }
            for (int i = from; i < to; i++) {
                if (keep[i - from]) {
                    xs[kept] = xs[i];
                    for (double[] y : ys) {
                        y[kept] = y[i];
                    }
                    kept++;
                }
            }
        }
        n = kept;
    }

    /** {@return an immutable snapshot of the curves at this moment} */
    public synchronized State state() {
        double[][] values = new double[ys.length][];
        for (int k = 0; k < ys.length; k++) {
            values[k] = Arrays.copyOf(ys[k], n);
        }
        return new State(title, xLabel, yLabel, names, Arrays.copyOf(xs, n), values, closed);
    }

    /** Ends the curves. Their last state is shown and stays; what is added later is ignored. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        shown.close(state());
    }
}
