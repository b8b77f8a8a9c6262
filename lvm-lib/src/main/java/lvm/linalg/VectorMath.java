package lvm.linalg;

import org.ejml.data.FMatrixRMaj;

/**
 * Elementary functions of whole float buffers, several times faster than {@link Math} in a loop. Each function is a few
 * short loops without branches over a block that stays in the first-level cache, and without a look at the bits of a
 * number: 2ⁿ and the exponent of a number are found by arithmetic that is exact. That is the form which the JIT compiler
 * turns into vector instructions. Large buffers use all threads; every element is the same number in any case.
 *
 * <p>Errors are relative to the exact value for the given float, wherever the exact value is a normal float; results below
 * {@link Float#MIN_NORMAL} are off by at most 2 of {@link Float#MIN_VALUE}. Infinities and NaN give what {@link Math}
 * gives. Output may be the input itself; with other overlap the result is undefined. Nothing is allocated once a thread is
 * warm.
 *
 * <p>The polynomials are Chebyshev interpolants computed for this class in 30 digits; the splitting of ln 2 is that of
 * W. J. Cody and W. Waite, Software Manual for the Elementary Functions (1980).
 */
public final class VectorMath {
    /** Elements of a block. */
    private static final int BLOCK = 1024;

    /** Elements worth a thread. */
    private static final int GRAIN = 8192;

    /** Added and subtracted it rounds a float below 2²² to an integer. */
    private static final float ROUND = 0x1.8p23f;

    private static final float HUGE = 0x1p127f;

    private static final float LN2_HIGH = 0.693145751953125f;
    private static final float LN2_LOW = 1.42860677e-6f;

    private static final ThreadLocal<Job> JOBS = ThreadLocal.withInitial(Job::new);
    private static final ThreadLocal<Work> WORKS = ThreadLocal.withInitial(Work::new);

    private VectorMath() {}

    /**
     * y = eˣ, elementwise; relative error below 2e-7.
     *
     * @param x the arguments; not modified, unless it is y
     * @param y of the shape of x. Modified: the values
     * @throws IllegalArgumentException if the shapes differ
     */
    public static void exp(FMatrixRMaj x, FMatrixRMaj y) {
        elementwise("exp", Function.EXP, x, y);
    }

    /**
     * y = eˣ, for a part of an array; relative error below 2e-7.
     *
     * @param x the array of the arguments; not modified, unless it is y
     * @param xFrom where the arguments begin
     * @param y the array of the values. Modified: the values
     * @param yFrom where the values begin
     * @param n the number of values
     * @throws IllegalArgumentException if a part does not lie within its array
     */
    public static void exp(float[] x, int xFrom, float[] y, int yFrom, int n) {
        elementwise("exp", Function.EXP, x, xFrom, y, yFrom, n);
    }

    /**
     * y = ln x; −∞ at 0 and NaN below, elementwise; relative error below 2e-7.
     *
     * @param x the arguments; not modified, unless it is y
     * @param y of the shape of x. Modified: the values
     * @throws IllegalArgumentException if the shapes differ
     */
    public static void log(FMatrixRMaj x, FMatrixRMaj y) {
        elementwise("log", Function.LOG, x, y);
    }

    /**
     * y = ln x; −∞ at 0 and NaN below, for a part of an array; relative error below 2e-7.
     *
     * @param x the array of the arguments; not modified, unless it is y
     * @param xFrom where the arguments begin
     * @param y the array of the values. Modified: the values
     * @param yFrom where the values begin
     * @param n the number of values
     * @throws IllegalArgumentException if a part does not lie within its array
     */
    public static void log(float[] x, int xFrom, float[] y, int yFrom, int n) {
        elementwise("log", Function.LOG, x, xFrom, y, yFrom, n);
    }

    /**
     * y = ln(1 + x); −∞ at −1 and NaN below, elementwise; relative error below 4e-7.
     *
     * @param x the arguments; not modified, unless it is y
     * @param y of the shape of x. Modified: the values
     * @throws IllegalArgumentException if the shapes differ
     */
    public static void log1p(FMatrixRMaj x, FMatrixRMaj y) {
        elementwise("log1p", Function.LOG1P, x, y);
    }

    /**
     * y = ln(1 + x); −∞ at −1 and NaN below, for a part of an array; relative error below 4e-7.
     *
     * @param x the array of the arguments; not modified, unless it is y
     * @param xFrom where the arguments begin
     * @param y the array of the values. Modified: the values
     * @param yFrom where the values begin
     * @param n the number of values
     * @throws IllegalArgumentException if a part does not lie within its array
     */
    public static void log1p(float[] x, int xFrom, float[] y, int yFrom, int n) {
        elementwise("log1p", Function.LOG1P, x, xFrom, y, yFrom, n);
    }

    /**
     * y = ln(1 + eˣ), without overflow, elementwise; relative error below 4e-7.
     *
     * @param x the arguments; not modified, unless it is y
     * @param y of the shape of x. Modified: the values
     * @throws IllegalArgumentException if the shapes differ
     */
    public static void softplus(FMatrixRMaj x, FMatrixRMaj y) {
        elementwise("softplus", Function.SOFTPLUS, x, y);
    }

    /**
     * y = ln(1 + eˣ), without overflow, for a part of an array; relative error below 4e-7.
     *
     * @param x the array of the arguments; not modified, unless it is y
     * @param xFrom where the arguments begin
     * @param y the array of the values. Modified: the values
     * @param yFrom where the values begin
     * @param n the number of values
     * @throws IllegalArgumentException if a part does not lie within its array
     */
    public static void softplus(float[] x, int xFrom, float[] y, int yFrom, int n) {
        elementwise("softplus", Function.SOFTPLUS, x, xFrom, y, yFrom, n);
    }

    /**
     * y = 1 / (1 + e⁻ˣ), elementwise; relative error below 4e-7.
     *
     * @param x the arguments; not modified, unless it is y
     * @param y of the shape of x. Modified: the values
     * @throws IllegalArgumentException if the shapes differ
     */
    public static void sigmoid(FMatrixRMaj x, FMatrixRMaj y) {
        elementwise("sigmoid", Function.SIGMOID, x, y);
    }

    /**
     * y = 1 / (1 + e⁻ˣ), for a part of an array; relative error below 4e-7.
     *
     * @param x the array of the arguments; not modified, unless it is y
     * @param xFrom where the arguments begin
     * @param y the array of the values. Modified: the values
     * @param yFrom where the values begin
     * @param n the number of values
     * @throws IllegalArgumentException if a part does not lie within its array
     */
    public static void sigmoid(float[] x, int xFrom, float[] y, int yFrom, int n) {
        elementwise("sigmoid", Function.SIGMOID, x, xFrom, y, yFrom, n);
    }

    /**
     * The hyperbolic tangent, elementwise; relative error below 4e-7.
     *
     * @param x the arguments; not modified, unless it is y
     * @param y of the shape of x. Modified: the values
     * @throws IllegalArgumentException if the shapes differ
     */
    public static void tanh(FMatrixRMaj x, FMatrixRMaj y) {
        elementwise("tanh", Function.TANH, x, y);
    }

    /**
     * The hyperbolic tangent, for a part of an array; relative error below 4e-7.
     *
     * @param x the array of the arguments; not modified, unless it is y
     * @param xFrom where the arguments begin
     * @param y the array of the values. Modified: the values
     * @param yFrom where the values begin
     * @param n the number of values
     * @throws IllegalArgumentException if a part does not lie within its array
     */
    public static void tanh(float[] x, int xFrom, float[] y, int yFrom, int n) {
        elementwise("tanh", Function.TANH, x, xFrom, y, yFrom, n);
    }

    /**
     * ln Σⱼ exp xᵢⱼ for every row, without overflow: absolute error below 3·10⁻⁷ times the larger of 1 and the value. −∞ for
     * a row without columns.
     *
     * @param x m×n; not modified
     * @param y m×1. Modified: the values
     * @throws IllegalArgumentException if y is not m×1, or shares its array with x
     */
    public static void logSumExpRows(FMatrixRMaj x, FMatrixRMaj y) {
        if (y.numRows != x.numRows || y.numCols != 1) {
            throw new IllegalArgumentException("VectorMath.logSumExpRows: x is " + shape(x) + ", y is " + shape(y)
                    + ", expected " + x.numRows + "×1");
        }
        if (x.data == y.data && x.numRows > 0) {
            throw new IllegalArgumentException("VectorMath.logSumExpRows: y shares its array with x");
        }
        rows(Function.LOG_SUM_EXP, x, y);
    }

    /**
     * yᵢⱼ = exp xᵢⱼ / Σₗ exp xᵢₗ for every row, without overflow: relative error below 4·10⁻⁷ where the terms xᵢⱼ − maxₗ xᵢₗ
     * are exact. A row that has +∞, or nothing but −∞, gives NaN.
     *
     * @param x m×n; not modified, unless it is y
     * @param y m×n. Modified: the values
     * @throws IllegalArgumentException if the shapes differ
     */
    public static void softmaxRows(FMatrixRMaj x, FMatrixRMaj y) {
        sameShape("softmaxRows", x, y);
        rows(Function.SOFTMAX, x, y);
    }

    private enum Function {
        EXP,
        LOG,
        LOG1P,
        SOFTPLUS,
        SIGMOID,
        TANH,
        LOG_SUM_EXP,
        SOFTMAX
    }

    private static String shape(FMatrixRMaj x) {
        return x.numRows + "×" + x.numCols;
    }

    private static void sameShape(String name, FMatrixRMaj x, FMatrixRMaj y) {
        if (x.numRows != y.numRows || x.numCols != y.numCols) {
            throw new IllegalArgumentException(
                    "VectorMath." + name + ": x is " + shape(x) + ", y is " + shape(y) + ", expected the same shape");
        }
    }

    private static void elementwise(String name, Function function, FMatrixRMaj x, FMatrixRMaj y) {
        sameShape(name, x, y);
        run(function, x.data, 0, y.data, 0, x.numRows * x.numCols);
    }

    private static void elementwise(String name, Function function, float[] x, int xFrom, float[] y, int yFrom, int n) {
        if (n < 0 || xFrom < 0 || yFrom < 0 || n > x.length - xFrom || n > y.length - yFrom) {
            throw new IllegalArgumentException("VectorMath." + name + ": " + n + " elements from index " + xFrom
                    + " of x, " + x.length + " long, to index " + yFrom + " of y, " + y.length + " long");
        }
        run(function, x, xFrom, y, yFrom, n);
    }

    private static void run(Function function, float[] x, int xFrom, float[] y, int yFrom, int n) {
        Job job = JOBS.get();
        job.function = function;
        job.x = x;
        job.xFrom = xFrom;
        job.y = y;
        job.yFrom = yFrom;
        Parallel.range(n, GRAIN, job);
        job.x = null;
        job.y = null;
    }

    private static void rows(Function function, FMatrixRMaj x, FMatrixRMaj y) {
        Job job = JOBS.get();
        job.function = function;
        job.x = x.data;
        job.y = y.data;
        job.columns = x.numCols;
        Parallel.range(x.numRows, Math.max(1, GRAIN / Math.max(1, x.numCols)), job);
        job.x = null;
        job.y = null;
    }

    /** One call, shared by the threads that take part. */
    private static final class Job implements Parallel.Body {
        private Function function;
        private float[] x;
        private int xFrom;
        private float[] y;
        private int yFrom;
        private int columns;

        @Override
        public void run(int from, int to) {
            Work work = WORKS.get();
            if (function == Function.LOG_SUM_EXP || function == Function.SOFTMAX) {
                for (int i = from; i < to; i++) {
                    work.row(function, x, i * columns, columns, y, function == Function.SOFTMAX ? i * columns : i);
                }
                return;
            }
            for (int at = from; at < to; at += BLOCK) {
                int n = Math.min(BLOCK, to - at);
                System.arraycopy(x, xFrom + at, work.x, 0, n);
                work.apply(function, n);
                System.arraycopy(work.y, 0, y, yFrom + at, n);
            }
        }
    }

    /** The block of a thread: x is the argument, y the value, the rest is in between. */
    private static final class Work {
        private final float[] x = new float[BLOCK];
        private final float[] y = new float[BLOCK];
        private final float[] t = new float[BLOCK];
        private final float[] u = new float[BLOCK];
        private final float[] v = new float[BLOCK];
        private final float[] w = new float[BLOCK];

        void apply(Function function, int n) {
            switch (function) {
                case EXP -> exp(x, y, n);
                case LOG -> log(x, y, n);
                case LOG1P -> {
                    onePlus(x, t, n);
                    log(t, y, n);
                    log1pCorrection(x, t, y, n);
                }
                case SOFTPLUS -> {
                    minusAbs(x, t, 1, n);
                    exp(t, y, n);
                    softplus(x, y, n);
                }
                case SIGMOID -> {
                    minusAbs(x, t, 1, n);
                    exp(t, y, n);
                    sigmoid(x, y, n);
                }
                case TANH -> {
                    minusAbs(x, t, 2, n);
                    exp(t, y, n);
                    tanh(x, y, n);
                }
                default -> throw new AssertionError(function);
            }
        }

        void row(Function function, float[] from, int at, int columns, float[] to, int toAt) {
            float max = Float.NEGATIVE_INFINITY;
            for (int j = at; j < at + columns; j++) {
                max = Math.max(max, from[j]);
            }
            boolean softmax = function == Function.SOFTMAX;
            if (!softmax && (Float.isInfinite(max) || Float.isNaN(max))) {
                to[toAt] = max;
                return;
            }
            double sum = 0;
            for (int j = 0; j < columns; j += BLOCK) {
                int n = Math.min(BLOCK, columns - j);
                System.arraycopy(from, at + j, x, 0, n);
                minus(x, max, n);
                exp(x, y, n);
                sum += sum(y, n);
                if (softmax) {
                    System.arraycopy(y, 0, to, toAt + j, n);
                }
            }
            if (!softmax) {
                to[toAt] = (float) (max + Math.log(sum));
                return;
            }
            for (int j = toAt; j < toAt + columns; j++) {
                to[j] = (float) (to[j] / sum);
            }
        }

        private static void minus(float[] x, float max, int n) {
            for (int i = 0; i < n; i++) {
                x[i] -= max;
            }
        }

        private static double sum(float[] y, int n) {
            double s0 = 0;
            double s1 = 0;
            double s2 = 0;
            double s3 = 0;
            int i = 0;
            for (; i + 4 <= n; i += 4) {
                s0 += y[i];
                s1 += y[i + 1];
                s2 += y[i + 2];
                s3 += y[i + 3];
            }
            for (; i < n; i++) {
                s0 += y[i];
            }
            return s0 + s1 + (s2 + s3);
        }

        private static void minusAbs(float[] x, float[] y, float factor, int n) {
            for (int i = 0; i < n; i++) {
                y[i] = -factor * Math.abs(x[i]);
            }
        }

        /**
         * exp x = p 2²ᵏ with k = round(x / 2 ln 2), p = exp(x − 2 k ln 2) from a polynomial, and 2ᵏ from the digits of k + 76
         * to the base 4. Multiplied by 2ᵏ twice, so that only the last product overflows or underflows.
         */
        private void exp(float[] from, float[] to, int n) {
            reduce(from, u, v, n);
            polynomial(v, n);
            firstDigit(u, w, n);
            nextDigit(u, w, 0.0625f, 16, 1, n);
            nextDigit(u, w, 0.25f, 4, 0x1p-38f, n);
            lastDigit(u, w, v, to, n);
        }

        private static void reduce(float[] x, float[] k, float[] f, int n) {
            for (int i = 0; i < n; i++) {
                float z = Math.max(-104, Math.min(89, x[i]));
                float r = (z * 0.72134752f + ROUND) - ROUND;
                k[i] = r + 76;
                f[i] = (z - r * (2 * LN2_HIGH)) - r * (2 * LN2_LOW);
            }
        }

        private static void polynomial(float[] f, int n) {
            for (int i = 0; i < n; i++) {
                float z = f[i];
                float q = 2.503904466e-5f;
                q = q * z + 2.007894795e-4f;
                q = q * z + 1.388830618e-3f;
                q = q * z + 8.332749919e-3f;
                q = q * z + 4.166667024e-2f;
                q = q * z + 1.666667024e-1f;
                q = q * z + 0.5f;
                f[i] = 1 + (z + z * z * q);
            }
        }

        /** 2ᵈ for d = 0, 1, 2, 3; exact, also the product with a rounded 1/6. */
        private static float two(float d) {
            return (6 + d * (d * d + 5)) * (1 / 6f);
        }

        private static void firstDigit(float[] k, float[] p, int n) {
            for (int i = 0; i < n; i++) {
                float z = k[i];
                float d = (z * 0.015625f - 0.498f + ROUND) - ROUND;
                k[i] = z - 64 * d;
                float q = two(d);
                p[i] = q * q;
            }
        }

        private static void nextDigit(float[] k, float[] p, float step, float weight, float scale, int n) {
            for (int i = 0; i < n; i++) {
                float z = k[i];
                float d = (z * step - 0.498f + ROUND) - ROUND;
                k[i] = z - weight * d;
                float q = p[i];
                q = q * q * two(d);
                p[i] = q * q * scale;
            }
        }

        private static void lastDigit(float[] k, float[] p, float[] f, float[] y, int n) {
            for (int i = 0; i < n; i++) {
                float q = p[i];
                q = q * q * two(k[i]);
                y[i] = f[i] * q * q;
            }
        }

        /** 2 artanh s = 2 s + s³ r(s²), which is ln((1 + s) / (1 − s)), for |s| up to 1/3. */
        private static float twiceArtanh(float s) {
            float z = s * s;
            float q = 2.328368428e-1f;
            q = q * z + 2.169502e-1f;
            q = q * z + 2.859304597e-1f;
            q = q * z + 3.999969361e-1f;
            q = q * z + 6.666666736e-1f;
            return 2 * s + s * (z * q);
        }

        /** ln(1 + y) with y = exp(−|x|) in [0, 1], plus the positive part of x. */
        private static void softplus(float[] x, float[] y, int n) {
            for (int i = 0; i < n; i++) {
                float e = y[i];
                y[i] = Math.max(x[i], 0) + twiceArtanh(e / (2 + e));
            }
        }

        private static void sigmoid(float[] x, float[] y, int n) {
            for (int i = 0; i < n; i++) {
                float e = y[i];
                float positive = Math.min(1, Math.max(0, x[i] * HUGE * HUGE));
                y[i] = Math.max(e, positive) / (1 + e);
            }
        }

        /** An odd polynomial up to 0.65, (1 − e) / (1 + e) with e = exp(−2|x|) above. */
        private void tanh(float[] x, float[] y, int n) {
            tanhNearZero(x, u, n);
            tanhFar(x, y, n);
            blend(x, u, y, n);
        }

        private static void tanhNearZero(float[] x, float[] y, int n) {
            for (int i = 0; i < n; i++) {
                float s = Math.max(-0.66f, Math.min(0.66f, x[i]));
                float z = s * s;
                float q = 2.150370345e-3f;
                q = q * z - 8.20884011e-3f;
                q = q * z + 2.172447587e-2f;
                q = q * z - 5.395336631e-2f;
                q = q * z + 1.333327665e-1f;
                q = q * z - 3.333333298e-1f;
                y[i] = s + s * (z * q);
            }
        }

        private static void tanhFar(float[] x, float[] y, int n) {
            for (int i = 0; i < n; i++) {
                float sign = Math.max(-1, Math.min(1, x[i] * HUGE * HUGE));
                y[i] = sign * ((1 - y[i]) / (1 + y[i]));
            }
        }

        private static void blend(float[] x, float[] near, float[] y, int n) {
            for (int i = 0; i < n; i++) {
                float far = Math.min(1, Math.max(0, (Math.abs(x[i]) - 0.65f) * HUGE));
                y[i] = far * y[i] + (1 - far) * near[i];
            }
        }

        private static void onePlus(float[] x, float[] y, int n) {
            for (int i = 0; i < n; i++) {
                y[i] = 1 + x[i];
            }
        }

        /** ln(1 + x) = ln u + (1 + x − u) / u to first order, with u the rounded sum. */
        private static void log1pCorrection(float[] x, float[] u, float[] y, int n) {
            for (int i = 0; i < n; i++) {
                float z = Math.min(x[i], Float.MAX_VALUE);
                float sum = Math.min(u[i], Float.MAX_VALUE);
                y[i] += (z - (sum - 1)) / Math.max(sum, Float.MIN_NORMAL);
            }
        }

        /** ln x = e ln 2 + ln m: x is brought to [1, 2) by factors of 2⁶⁴, 2³², …, 2, then m is in [√½, √2). */
        private void log(float[] from, float[] to, int n) {
            start(from, u, v, n);
            up(u, v, 0x1p-64f, 0x1p100f, 100, n);
            up(u, v, 1, 0x1p64f, 64, n);
            for (int power = 64; power >= 1; power /= 2) {
                down(u, v, (float) Math.scalb(1.0, power), (float) Math.scalb(1.0, -power), power, n);
            }
            down(u, v, 1.4142135f, 0.5f, 1, n);
            logOfRest(u, v, n);
            specials(from, v, to, n);
        }

        private static void start(float[] x, float[] m, float[] e, int n) {
            for (int i = 0; i < n; i++) {
                m[i] = Math.max(Float.MIN_VALUE, Math.min(Float.MAX_VALUE, x[i]));
                e[i] = 0;
            }
        }

        /** Where m is below the limit, m ← m · factor and e ← e − power. */
        private static void up(float[] m, float[] e, float limit, float factor, float power, int n) {
            for (int i = 0; i < n; i++) {
                float z = m[i];
                float below = Math.min(1, Math.max(0, (limit - z) * HUGE));
                m[i] = z * (1 - below) + Math.min(z, limit) * factor * below;
                e[i] -= power * below;
            }
        }

        /** Where m is at least the limit, m ← m · factor and e ← e + power. */
        private static void down(float[] m, float[] e, float limit, float factor, float power, int n) {
            for (int i = 0; i < n; i++) {
                float z = m[i];
                float below = Math.min(1, Math.max(0, (limit - z) * HUGE));
                m[i] = z * below + z * factor * (1 - below);
                e[i] += power * (1 - below);
            }
        }

        private static void logOfRest(float[] m, float[] e, int n) {
            for (int i = 0; i < n; i++) {
                float z = m[i];
                float k = e[i];
                e[i] = k * LN2_HIGH + (k * LN2_LOW + twiceArtanh((z - 1) / (z + 1)));
            }
        }

        /** +∞ at +∞, −∞ at 0, NaN below, by terms that are 0 elsewhere. */
        private static void specials(float[] x, float[] log, float[] y, int n) {
            for (int i = 0; i < n; i++) {
                float z = Math.min(x[i], Float.MAX_VALUE);
                float root = (float) Math.sqrt(z);
                float zero = (Math.max(Float.MIN_VALUE, z) - z) * HUGE * HUGE * HUGE;
                y[i] = log[i] + (x[i] - z) - zero + (root - root);
            }
        }
    }
}
