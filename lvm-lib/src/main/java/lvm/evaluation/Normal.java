package lvm.evaluation;

/** The standard normal distribution. */
final class Normal {
    private static final double TAIL = 40;

    private Normal() {}

    /** Φ(x) = ½ + φ(x) (x + x³/3 + x⁵/(3·5) + …), a series of positive terms; beyond ±8.5 it is 0 or 1 to 16 digits. */
    static double cdf(double x) {
        if (Math.abs(x) > 8.5) {
            return x > 0 ? 1 : 0;
        }
        double term = x;
        double sum = x;
        for (int i = 3; Math.abs(term) > 1e-17 * Math.abs(sum); i += 2) {
            term *= x * x / i;
            sum += term;
        }
        return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    /** Φ⁻¹(p) for p in (0,1), by bisection: it is needed a few times, not often. */
    static double quantile(double p) {
        if (p < 0.5) {
            return -quantile(1 - p);
        }
        double low = 0;
        double high = TAIL;
        for (int i = 0; i < 100; i++) {
            double middle = (low + high) / 2;
            if (cdf(middle) < p) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }
}
