package lvm.factor;

/**
 * Elementary functions of parts of double arrays, in short loops without branches and without a look at the bits of a
 * number, which the JIT compiler turns into vector instructions as it does in {@link lvm.linalg.VectorMath}. Arguments must
 * not be NaN.
 */
final class Elementary {
    /** Elements that are done at a time. */
    static final int BLOCK = 512;

    /** Added and subtracted it rounds a double below 2⁵¹ to an integer. */
    private static final double ROUND = 0x1.8p52;

    /** Beyond it tanh is ±1 in doubles, and a normal density is nothing beside its height. */
    private static final double LIMIT = 80;

    private static final double LN2_HIGH = 6.93147180369123816490e-01;
    private static final double LN2_LOW = 1.90821492927058770002e-10;
    private static final double LOG2_E = 1.4426950408889634;

    private final double[] z = new double[BLOCK];
    private final double[] f = new double[BLOCK];
    private final double[] power = new double[BLOCK];
    private final double[] spare = new double[BLOCK];

    /** y ← tanh y for at most a block; absolute error below 4e-16. */
    void tanh(double[] y, int from, int n) {
        twice(y, from, n);
        exp(n);
        fromExp(y, from, n);
    }

    /** The values of exp(−y²/2) for at most a block, in {@link #values()}; absolute error below 4e-16. */
    void bell(double[] y, int from, int n) {
        minusHalfSquare(y, from, n);
        exp(n);
        for (int i = 0; i < n; i++) {
            f[i] *= power[i];
        }
    }

    /** What {@link #bell} computed. Valid until the next call. */
    double[] values() {
        return f;
    }

    /** Room for a block, for the caller. */
    double[] spare() {
        return spare;
    }

    private void twice(double[] y, int from, int n) {
        for (int i = 0; i < n; i++) {
            z[i] = Math.max(-LIMIT, Math.min(LIMIT, 2 * y[from + i]));
        }
    }

    private void minusHalfSquare(double[] y, int from, int n) {
        for (int i = 0; i < n; i++) {
            double v = y[from + i];
            z[i] = Math.max(-LIMIT, -0.5 * v * v);
        }
    }

    private void fromExp(double[] y, int from, int n) {
        for (int i = 0; i < n; i++) {
            y[from + i] = 1 - 2 / (f[i] * power[i] + 1);
        }
    }

    /** exp z = f · power: z = k ln 2 + r, f = exp r from its series, power = 2ᵏ from the digits of k + 128 to the base 4. */
    private void exp(int n) {
        reduce(z, f, n);
        series(f, n);
        firstDigit(z, power, n);
        nextDigit(z, power, 1 / 16.0, 16, 7.5 / 16, n);
        nextDigit(z, power, 1 / 4.0, 4, 1.5 / 4, n);
        lastDigit(z, power, n);
    }

    private static void reduce(double[] z, double[] f, int n) {
        for (int i = 0; i < n; i++) {
            double v = z[i];
            double k = (v * LOG2_E + ROUND) - ROUND;
            z[i] = k + 128;
            f[i] = (v - k * LN2_HIGH) - k * LN2_LOW;
        }
    }

    /** Taylor's series of exp r up to r¹³; |r| is at most ln 2 / 2, where the rest is below 2⁻⁵⁷. */
    private static void series(double[] f, int n) {
        for (int i = 0; i < n; i++) {
            double r = f[i];
            double q = 1.0 / 6227020800.0;
            q = q * r + 1.0 / 479001600.0;
            q = q * r + 1.0 / 39916800.0;
            q = q * r + 1.0 / 3628800.0;
            q = q * r + 1.0 / 362880.0;
            q = q * r + 1.0 / 40320.0;
            q = q * r + 1.0 / 5040.0;
            q = q * r + 1.0 / 720.0;
            q = q * r + 1.0 / 120.0;
            q = q * r + 1.0 / 24.0;
            q = q * r + 1.0 / 6.0;
            q = q * r + 0.5;
            f[i] = 1 + (r + r * r * q);
        }
    }

    /** 2ᵈ for d = 0, 1, 2, 3; exact, also the product with a rounded 1/6. */
    private static double two(double d) {
        return (6 + d * (d * d + 5)) * (1 / 6.0);
    }

    private static void firstDigit(double[] k, double[] p, int n) {
        for (int i = 0; i < n; i++) {
            double v = k[i];
            double d = (v * (1 / 64.0) - 31.5 / 64 + ROUND) - ROUND;
            k[i] = v - 64 * d;
            double q = two(d);
            q *= q;
            p[i] = q * q;
        }
    }

    private static void nextDigit(double[] k, double[] p, double step, double weight, double half, int n) {
        for (int i = 0; i < n; i++) {
            double v = k[i];
            double d = (v * step - half + ROUND) - ROUND;
            k[i] = v - weight * d;
            double q = p[i] * two(d);
            q *= q;
            p[i] = q * q;
        }
    }

    private static void lastDigit(double[] k, double[] p, int n) {
        for (int i = 0; i < n; i++) {
            p[i] = p[i] * two(k[i]) * 0x1p-128;
        }
    }
}
