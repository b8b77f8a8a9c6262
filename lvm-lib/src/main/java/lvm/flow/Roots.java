package lvm.flow;

/** A root find that cannot fail: Newton's steps, and halving where they would leave what is known to hold the root. */
final class Roots {
    private static final int MOST_STEPS = 200;
    private static final double PRECISION = 1e-13;
    private static final double ROUNDING = 0x1p-53;

    private Roots() {}

    /**
     * The root of a + r tanh(q a + c) = t, whose left side rises with a as r q &gt; −1.
     *
     * @return a, to the precision of a double
     */
    static double tanhLine(double r, double q, double c, double t) {
        double low = t - Math.abs(r);
        double high = t + Math.abs(r);
        double a = t;
        for (int step = 0; step < MOST_STEPS; step++) {
            double h = Math.tanh(q * a + c);
            double f = a + r * h - t;
            if (f == 0) {
                return a;
            }
            if (f < 0) {
                low = a;
            } else {
                high = a;
            }
            double slope = 1 + r * q * (1 - h * h);
            double next = a - f / slope;
            if (!(next > low && next < high)) {
                next = 0.5 * (low + high);
            }
            // As near as a, or the sum that is rounded, can tell.
            if (Math.abs(next - a) <= PRECISION * Math.abs(a) + ROUNDING * (Math.abs(t) + Math.abs(r * h))) {
                return next;
            }
            a = next;
        }
        return a;
    }
}
