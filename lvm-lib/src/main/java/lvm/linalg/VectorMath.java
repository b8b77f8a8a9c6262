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
     * y = ln(1 + eˣ) with its derivative d = 1 / (1 + e⁻ˣ), from one exponential; relative errors below 4e-7. The numbers
     * are those of the functions alone.
     *
     * @param x the array of the arguments; not modified, unless it is y or d
     * @param xFrom where the arguments begin
     * @param y the array of the values. Modified: the values
     * @param yFrom where the values begin
     * @param d the array of the derivatives, another than y. Modified: the derivatives
     * @param dFrom where the derivatives begin
     * @param n the number of values
     * @throws IllegalArgumentException if a part does not lie within its array, or y and d are the same
     */
    public static void softplus(float[] x, int xFrom, float[] y, int yFrom, float[] d, int dFrom, int n) {
        if (n < 0 || dFrom < 0 || n > d.length - dFrom) {
            throw new IllegalArgumentException(
                    "VectorMath.softplus: " + n + " derivatives from index " + dFrom + " of d, " + d.length + " long");
        }
        if (y == d) {
            throw new IllegalArgumentException("VectorMath.softplus: y and d are the same array");
        }
        elementwise("softplus", Function.SOFTPLUS, x, xFrom, y, yFrom, d, dFrom, n);
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
        rows(Function.LOG_SUM_EXP, x, y, null);
    }

    /**
     * yᵢⱼ = exp xᵢⱼ / Σₗ exp xᵢₗ for every row, without overflow: relative error below 4·10⁻⁷ where the terms xᵢⱼ − maxₗ xᵢₗ
     * are exact. A row of nothing but −∞ gives zeros; the terms of a row that are +∞ share 1 with each other.
     *
     * @param x m×n; not modified, unless it is y
     * @param y m×n. Modified: the values
     * @throws IllegalArgumentException if the shapes differ
     */
    public static void softmaxRows(FMatrixRMaj x, FMatrixRMaj y) {
        sameShape("softmaxRows", x, y);
        rows(Function.SOFTMAX, x, y, null);
    }

    /**
     * yᵢⱼ = exp xᵢⱼ / Σₗ exp xᵢₗ and ln Σₗ exp xᵢₗ for every row, in one pass; with the errors of {@link #softmaxRows(FMatrixRMaj,
     * FMatrixRMaj)} and {@link #logSumExpRows}.
     *
     * @param x m×n; not modified, unless it is y
     * @param y m×n. Modified: the values
     * @param logSums m×1. Modified: the logarithms of the sums
     * @throws IllegalArgumentException if the shapes do not fit
     */
    public static void softmaxRows(FMatrixRMaj x, FMatrixRMaj y, FMatrixRMaj logSums) {
        sameShape("softmaxRows", x, y);
        if (logSums.numRows != x.numRows || logSums.numCols != 1) {
            throw new IllegalArgumentException("VectorMath.softmaxRows: x is " + shape(x) + ", the log sums are "
                    + shape(logSums) + ", expected " + x.numRows + "×1");
        }
        rows(Function.SOFTMAX, x, y, logSums);
    }

    /**
     * Σ x in double precision, in a fixed order.
     *
     * @param x the array of the terms; not modified
     * @param from where the terms begin
     * @param n the number of terms
     * @return the sum, 0 for none
     */
    public static double sum(float[] x, int from, int n) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int end = from + n;
        int i = from;
        for (; i + 3 < end; i += 4) {
            s0 += x[i];
            s1 += x[i + 1];
            s2 += x[i + 2];
            s3 += x[i + 3];
        }
        for (; i < end; i++) {
            s0 += x[i];
        }
        return (s0 + s1) + (s2 + s3);
    }

    /**
     * Σ x y in double precision, in a fixed order.
     *
     * @param x the array of the first factors; not modified
     * @param xFrom where they begin
     * @param y the array of the second factors; not modified
     * @param yFrom where they begin
     * @param n the number of products
     * @return the sum, 0 for none
     */
    public static double dot(float[] x, int xFrom, float[] y, int yFrom, int n) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 3 < n; i += 4) {
            s0 += (double) x[xFrom + i] * y[yFrom + i];
            s1 += (double) x[xFrom + i + 1] * y[yFrom + i + 1];
            s2 += (double) x[xFrom + i + 2] * y[yFrom + i + 2];
            s3 += (double) x[xFrom + i + 3] * y[yFrom + i + 3];
        }
        for (; i < n; i++) {
            s0 += (double) x[xFrom + i] * y[yFrom + i];
        }
        return (s0 + s1) + (s2 + s3);
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
        run(function, x.data, 0, y.data, 0, null, 0, x.numRows * x.numCols);
    }

    private static void elementwise(String name, Function function, float[] x, int xFrom, float[] y, int yFrom, int n) {
        elementwise(name, function, x, xFrom, y, yFrom, null, 0, n);
    }

    private static void elementwise(
            String name,
            Function function,
            float[] x,
            int xFrom,
            float[] y,
            int yFrom,
            float[] slope,
            int slopeFrom,
            int n) {
        if (n < 0 || xFrom < 0 || yFrom < 0 || n > x.length - xFrom || n > y.length - yFrom) {
            throw new IllegalArgumentException("VectorMath." + name + ": " + n + " elements from index " + xFrom
                    + " of x, " + x.length + " long, to index " + yFrom + " of y, " + y.length + " long");
        }
        run(function, x, xFrom, y, yFrom, slope, slopeFrom, n);
    }

    private static void run(
            Function function, float[] x, int xFrom, float[] y, int yFrom, float[] slope, int slopeFrom, int n) {
        Job job = JOBS.get();
        job.function = function;
        job.x = x;
        job.xFrom = xFrom;
        job.y = y;
        job.yFrom = yFrom;
        job.slope = slope;
        job.slopeFrom = slopeFrom;
        Parallel.range(n, Parallel.grain(1), job);
        job.x = null;
        job.y = null;
        job.slope = null;
    }

    private static void rows(Function function, FMatrixRMaj x, FMatrixRMaj y, FMatrixRMaj logSums) {
        Job job = JOBS.get();
        job.function = function;
        job.x = x.data;
        job.y = y.data;
        job.logSums = logSums == null ? null : logSums.data;
        job.columns = x.numCols;
        Parallel.range(x.numRows, Parallel.grain(x.numCols), job);
        job.x = null;
        job.y = null;
        job.logSums = null;
    }

    /** One call, shared by the threads that take part. */
    private static final class Job implements Parallel.Body {
        private Function function;
        private float[] x;
        private int xFrom;
        private float[] y;
        private int yFrom;
        private float[] slope;
        private int slopeFrom;
        private float[] logSums;
        private int columns;

        @Override
        public void run(int from, int to) {
            Work work = WORKS.get();
            if (function == Function.SOFTMAX) {
                work.softmax(x, columns, y, logSums, from, to);
                return;
            }
            if (function == Function.LOG_SUM_EXP) {
                for (int i = from; i < to; i++) {
                    y[i] = work.logSumExp(x, i * columns, columns);
                }
                return;
            }
            for (int at = from; at < to; at += BLOCK) {
                int n = Math.min(BLOCK, to - at);
                System.arraycopy(x, xFrom + at, work.x, 0, n);
                work.apply(function, n);
                System.arraycopy(work.y, 0, y, yFrom + at, n);
                if (slope != null) {
                    work.softplusSlope(n);
                    System.arraycopy(work.w, 0, slope, slopeFrom + at, n);
                }
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
                    exp(t, t, n);
                    softplus(x, t, y, n);
                }
                case SIGMOID -> {
                    minusAbs(x, t, 1, n);
                    exp(t, t, n);
                    sigmoid(x, t, y, n);
                }
                case TANH -> {
                    minusAbs(x, t, 2, n);
                    exp(t, y, n);
                    tanh(x, y, n);
                }
                default -> throw new AssertionError(function);
            }
        }

        float logSumExp(float[] from, int at, int columns) {
            float max = max(from, at, columns);
            if (Float.isInfinite(max) || Float.isNaN(max)) {
                return max;
            }
            double sum = 0;
            for (int j = 0; j < columns; j += BLOCK) {
                int n = Math.min(BLOCK, columns - j);
                System.arraycopy(from, at + j, x, 0, n);
                minus(x, max, n);
                exp(x, y, n);
                sum += VectorMath.sum(y, 0, n);
            }
            return (float) (max + Math.log(sum));
        }

        /** The exponentials of all rows at once, for a row of few columns would not fill a vector. */
        void softmax(float[] from, int columns, float[] to, float[] logSums, int firstRow, int endRow) {
            for (int i = firstRow, at = firstRow * columns; i < endRow; i++, at += columns) {
                float max = max(from, at, columns);
                float shift = max == Float.NEGATIVE_INFINITY ? 0 : max;
                for (int j = at; j < at + columns; j++) {
                    to[j] = from[j] - shift;
                }
                if (max == Float.POSITIVE_INFINITY) {
                    certain(to, at, columns);
                }
                if (logSums != null) {
                    logSums[i] = max;
                }
            }
            for (int at = firstRow * columns; at < endRow * columns; at += BLOCK) {
                int n = Math.min(BLOCK, endRow * columns - at);
                System.arraycopy(to, at, x, 0, n);
                exp(x, y, n);
                System.arraycopy(y, 0, to, at, n);
            }
            for (int i = firstRow, at = firstRow * columns; i < endRow; i++, at += columns) {
                double sum = VectorMath.sum(to, at, columns);
                double scale = sum == 0 ? 0 : 1 / sum;
                for (int j = at; j < at + columns; j++) {
                    to[j] = (float) (to[j] * scale);
                }
                if (logSums != null && !Float.isInfinite(logSums[i])) {
                    logSums[i] = (float) (logSums[i] + Math.log(sum));
                }
            }
        }

        /** ∞ − ∞ is no number: the terms that are infinite are as large as each other, the others are nothing beside them. */
        private static void certain(float[] x, int from, int n) {
            for (int j = from; j < from + n; j++) {
                x[j] = Float.isNaN(x[j]) ? 0 : Float.NEGATIVE_INFINITY;
            }
        }

        private static float max(float[] x, int from, int n) {
            float max = Float.NEGATIVE_INFINITY;
            for (int j = from; j < from + n; j++) {
                max = Math.max(max, x[j]);
            }
            return max;
        }

        private static void minus(float[] x, float max, int n) {
            for (int i = 0; i < n; i++) {
                x[i] -= max;
            }
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

        /** ln(1 + e) with e = exp(−|x|) in [0, 1], plus the positive part of x. */
        private static void softplus(float[] x, float[] e, float[] y, int n) {
            for (int i = 0; i < n; i++) {
                y[i] = Math.max(x[i], 0) + twiceArtanh(e[i] / (2 + e[i]));
            }
        }

        /** The sigmoid of x in w, after a softplus, which left exp(−|x|) in t. */
        void softplusSlope(int n) {
            sigmoid(x, t, w, n);
        }

        private static void sigmoid(float[] x, float[] e, float[] y, int n) {
            for (int i = 0; i < n; i++) {
                float positive = Math.min(1, Math.max(0, x[i] * HUGE * HUGE));
                y[i] = Math.max(e[i], positive) / (1 + e[i]);
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
