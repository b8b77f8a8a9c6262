package lvm.random;

import java.util.random.RandomGenerator;
import lvm.linalg.Parallel;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/** Random numbers for whole arrays and matrices, from a generator that the caller passes. Rows are filled in order. */
public final class Fill {
    private Fill() {}

    /**
     * Uniform numbers in [0, 1).
     *
     * @param x the array. Modified: every element
     * @param rng the generator
     */
    public static void uniform(float[] x, RandomGenerator rng) {
        uniform(x, x.length, rng);
    }

    /**
     * Uniform numbers in [0, 1).
     *
     * @param x the matrix. Modified: every element
     * @param rng the generator
     */
    public static void uniform(FMatrixRMaj x, RandomGenerator rng) {
        uniform(x.data, x.numRows * x.numCols, rng);
    }

    private static void uniform(float[] x, int n, RandomGenerator rng) {
        for (int i = 0; i < n; i++) {
            x[i] = rng.nextFloat();
        }
    }

    /**
     * Uniform numbers in [0, 1).
     *
     * @param x the array. Modified: every element
     * @param rng the generator
     */
    public static void uniform(double[] x, RandomGenerator rng) {
        uniform(x, x.length, rng);
    }

    /**
     * Uniform numbers in [0, 1).
     *
     * @param x the matrix. Modified: every element
     * @param rng the generator
     */
    public static void uniform(DMatrixRMaj x, RandomGenerator rng) {
        uniform(x.data, x.numRows * x.numCols, rng);
    }

    private static void uniform(double[] x, int n, RandomGenerator rng) {
        for (int i = 0; i < n; i++) {
            x[i] = rng.nextDouble();
        }
    }

    /**
     * Uniform numbers from an interval; its ends may occur by rounding.
     *
     * @param low the lower end
     * @param high the upper end
     * @param x the array. Modified: every element
     * @param rng the generator
     * @throws IllegalArgumentException if low is not below high, or one is infinite or NaN
     */
    public static void uniform(float low, float high, float[] x, RandomGenerator rng) {
        uniform(low, high, x, x.length, rng);
    }

    /**
     * Uniform numbers from an interval; its ends may occur by rounding.
     *
     * @param low the lower end
     * @param high the upper end
     * @param x the matrix. Modified: every element
     * @param rng the generator
     * @throws IllegalArgumentException if low is not below high, or one is infinite or NaN
     */
    public static void uniform(float low, float high, FMatrixRMaj x, RandomGenerator rng) {
        uniform(low, high, x.data, x.numRows * x.numCols, rng);
    }

    private static void uniform(float low, float high, float[] x, int n, RandomGenerator rng) {
        checkInterval(low, high);
        for (int i = 0; i < n; i++) {
            x[i] = low + (high - low) * rng.nextFloat();
        }
    }

    /**
     * Uniform numbers from an interval; its ends may occur by rounding.
     *
     * @param low the lower end
     * @param high the upper end
     * @param x the array. Modified: every element
     * @param rng the generator
     * @throws IllegalArgumentException if low is not below high, or one is infinite or NaN
     */
    public static void uniform(double low, double high, double[] x, RandomGenerator rng) {
        uniform(low, high, x, x.length, rng);
    }

    /**
     * Uniform numbers from an interval; its ends may occur by rounding.
     *
     * @param low the lower end
     * @param high the upper end
     * @param x the matrix. Modified: every element
     * @param rng the generator
     * @throws IllegalArgumentException if low is not below high, or one is infinite or NaN
     */
    public static void uniform(double low, double high, DMatrixRMaj x, RandomGenerator rng) {
        uniform(low, high, x.data, x.numRows * x.numCols, rng);
    }

    private static void uniform(double low, double high, double[] x, int n, RandomGenerator rng) {
        checkInterval(low, high);
        for (int i = 0; i < n; i++) {
            x[i] = low + (high - low) * rng.nextDouble();
        }
    }

    /**
     * Standard normal numbers.
     *
     * @param x the array. Modified: every element
     * @param rng the generator
     */
    public static void normal(float[] x, RandomGenerator rng) {
        normal(x, x.length, rng);
    }

    /**
     * Standard normal numbers.
     *
     * @param x the matrix. Modified: every element
     * @param rng the generator
     */
    public static void normal(FMatrixRMaj x, RandomGenerator rng) {
        normal(x.data, x.numRows * x.numCols, rng);
    }

    private static void normal(float[] x, int n, RandomGenerator rng) {
        for (int i = 0; i < n; i++) {
            x[i] = (float) rng.nextGaussian();
        }
    }

    /**
     * Standard normal numbers.
     *
     * @param x the array. Modified: every element
     * @param rng the generator
     */
    public static void normal(double[] x, RandomGenerator rng) {
        normal(x, x.length, rng);
    }

    /**
     * Standard normal numbers.
     *
     * @param x the matrix. Modified: every element
     * @param rng the generator
     */
    public static void normal(DMatrixRMaj x, RandomGenerator rng) {
        normal(x.data, x.numRows * x.numCols, rng);
    }

    private static void normal(double[] x, int n, RandomGenerator rng) {
        for (int i = 0; i < n; i++) {
            x[i] = rng.nextGaussian();
        }
    }

    /**
     * Normal numbers.
     *
     * @param mean the mean
     * @param standardDeviation the standard deviation, at least 0
     * @param x the array. Modified: every element
     * @param rng the generator
     * @throws IllegalArgumentException if a parameter is not finite or the deviation negative
     */
    public static void normal(float mean, float standardDeviation, float[] x, RandomGenerator rng) {
        normal(mean, standardDeviation, x, x.length, rng);
    }

    /**
     * Normal numbers.
     *
     * @param mean the mean
     * @param standardDeviation the standard deviation, at least 0
     * @param x the matrix. Modified: every element
     * @param rng the generator
     * @throws IllegalArgumentException if a parameter is not finite or the deviation negative
     */
    public static void normal(float mean, float standardDeviation, FMatrixRMaj x, RandomGenerator rng) {
        normal(mean, standardDeviation, x.data, x.numRows * x.numCols, rng);
    }

    private static void normal(float mean, float standardDeviation, float[] x, int n, RandomGenerator rng) {
        checkNormal(mean, standardDeviation);
        for (int i = 0; i < n; i++) {
            x[i] = (float) (mean + standardDeviation * rng.nextGaussian());
        }
    }

    /**
     * Normal numbers.
     *
     * @param mean the mean
     * @param standardDeviation the standard deviation, at least 0
     * @param x the array. Modified: every element
     * @param rng the generator
     * @throws IllegalArgumentException if a parameter is not finite or the deviation negative
     */
    public static void normal(double mean, double standardDeviation, double[] x, RandomGenerator rng) {
        normal(mean, standardDeviation, x, x.length, rng);
    }

    /**
     * Normal numbers.
     *
     * @param mean the mean
     * @param standardDeviation the standard deviation, at least 0
     * @param x the matrix. Modified: every element
     * @param rng the generator
     * @throws IllegalArgumentException if a parameter is not finite or the deviation negative
     */
    public static void normal(double mean, double standardDeviation, DMatrixRMaj x, RandomGenerator rng) {
        normal(mean, standardDeviation, x.data, x.numRows * x.numCols, rng);
    }

    private static void normal(double mean, double standardDeviation, double[] x, int n, RandomGenerator rng) {
        checkNormal(mean, standardDeviation);
        for (int i = 0; i < n; i++) {
            x[i] = (mean + standardDeviation * rng.nextGaussian());
        }
    }

    /**
     * 1 with a probability, else 0.
     *
     * @param probability the probability of 1
     * @param x the array. Modified: every element
     * @param rng the generator
     * @throws IllegalArgumentException if the probability is not within 0 and 1
     */
    public static void bernoulli(float probability, float[] x, RandomGenerator rng) {
        bernoulli(probability, x, x.length, rng);
    }

    /**
     * 1 with a probability, else 0.
     *
     * @param probability the probability of 1
     * @param x the matrix. Modified: every element
     * @param rng the generator
     * @throws IllegalArgumentException if the probability is not within 0 and 1
     */
    public static void bernoulli(float probability, FMatrixRMaj x, RandomGenerator rng) {
        bernoulli(probability, x.data, x.numRows * x.numCols, rng);
    }

    private static void bernoulli(float probability, float[] x, int n, RandomGenerator rng) {
        checkProbability(probability);
        for (int i = 0; i < n; i++) {
            x[i] = rng.nextFloat() < probability ? 1 : 0;
        }
    }

    /**
     * 1 with a probability, else 0.
     *
     * @param probability the probability of 1
     * @param x the array. Modified: every element
     * @param rng the generator
     * @throws IllegalArgumentException if the probability is not within 0 and 1
     */
    public static void bernoulli(double probability, double[] x, RandomGenerator rng) {
        bernoulli(probability, x, x.length, rng);
    }

    /**
     * 1 with a probability, else 0.
     *
     * @param probability the probability of 1
     * @param x the matrix. Modified: every element
     * @param rng the generator
     * @throws IllegalArgumentException if the probability is not within 0 and 1
     */
    public static void bernoulli(double probability, DMatrixRMaj x, RandomGenerator rng) {
        bernoulli(probability, x.data, x.numRows * x.numCols, rng);
    }

    private static void bernoulli(double probability, double[] x, int n, RandomGenerator rng) {
        checkProbability(probability);
        for (int i = 0; i < n; i++) {
            x[i] = rng.nextDouble() < probability ? 1 : 0;
        }
    }

    /**
     * 1 with the probability at its place, else 0.
     *
     * @param probabilities the probabilities of 1; not modified, unless they are x
     * @param x of the same shape. Modified: every element
     * @param rng the generator
     * @throws IllegalArgumentException if the shapes differ or a probability is not within 0 and 1
     */
    public static void bernoulli(FMatrixRMaj probabilities, FMatrixRMaj x, RandomGenerator rng) {
        if (x.numRows != probabilities.numRows || x.numCols != probabilities.numCols) {
            throw new IllegalArgumentException("Fill.bernoulli: probabilities are " + probabilities.numRows + "×"
                    + probabilities.numCols + ", x is " + x.numRows + "×" + x.numCols + ", expected the same shape");
        }
        for (int i = 0; i < x.numRows * x.numCols; i++) {
            checkProbability(probabilities.data[i]);
            x.data[i] = rng.nextFloat() < probabilities.data[i] ? 1 : 0;
        }
    }

    /**
     * Turns probabilities into draws: 1 with the probability at its place, else 0. For hot loops: one number is taken of the
     * generator, and a hash of it and of the place makes the others, without a branch and by several threads. Probabilities are multiples
     * of 2⁻²⁴ then, and are not checked.
     *
     * @param x probabilities. Modified: every element 0 or 1
     * @param rng the generator; advanced by one number
     */
    public static void bits(FMatrixRMaj x, RandomGenerator rng) {
        long key = rng.nextLong();
        int low = (int) key;
        int high = (int) (key >>> 32);
        Parallel.range(x.getNumElements(), Parallel.grain(1), (from, to) -> bits(x.data, from, to, low, high));
    }

    private static void bits(float[] x, int from, int to, int low, int high) {
        for (int i = from; i < to; i++) {
            int h = (i ^ low) * 0x9E3779B9;
            h = (h ^ h >>> 16) * 0x21F0AAAD + high;
            h = (h ^ h >>> 15) * 0x735A2D97;
            h ^= h >>> 15;
            // The sign of u − p as a number: a choice would be a branch, and one that can not be predicted.
            x[i] = Float.floatToRawIntBits((h >>> 8) * 0x1p-24f - x[i]) >>> 31;
        }
    }

    /**
     * 1 with the probability at its place, else 0.
     *
     * @param probabilities the probabilities of 1; not modified, unless they are x
     * @param x of the same shape. Modified: every element
     * @param rng the generator
     * @throws IllegalArgumentException if the shapes differ or a probability is not within 0 and 1
     */
    public static void bernoulli(DMatrixRMaj probabilities, DMatrixRMaj x, RandomGenerator rng) {
        if (x.numRows != probabilities.numRows || x.numCols != probabilities.numCols) {
            throw new IllegalArgumentException("Fill.bernoulli: probabilities are " + probabilities.numRows + "×"
                    + probabilities.numCols + ", x is " + x.numRows + "×" + x.numCols + ", expected the same shape");
        }
        for (int i = 0; i < x.numRows * x.numCols; i++) {
            checkProbability(probabilities.data[i]);
            x.data[i] = rng.nextDouble() < probabilities.data[i] ? 1 : 0;
        }
    }

    /**
     * A random order of 0 … n − 1, each with the same probability.
     *
     * @param n the number of elements
     * @param rng the generator
     * @return the permutation
     * @throws IllegalArgumentException if n is negative
     */
    public static int[] permutation(int n, RandomGenerator rng) {
        if (n < 0) {
            throw new IllegalArgumentException("Fill.permutation: n = " + n + " must not be negative");
        }
        int[] order = new int[n];
        permutation(order, rng);
        return order;
    }

    /**
     * A random order of 0 … n − 1, each with the same probability, into an array.
     *
     * @param order n elements. Modified: the permutation
     * @param rng the generator
     */
    public static void permutation(int[] order, RandomGenerator rng) {
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        shuffle(order, rng);
    }

    /**
     * Shuffles an array; each order has the same probability.
     *
     * @param x the array. Modified: its order
     * @param rng the generator
     */
    public static void shuffle(int[] x, RandomGenerator rng) {
        for (int i = x.length - 1; i > 0; i--) {
            int j = rng.nextInt(i + 1);
            int other = x[j];
            x[j] = x[i];
            x[i] = other;
        }
    }

    private static void checkInterval(double low, double high) {
        if (!(low < high) || Double.isInfinite(low) || Double.isInfinite(high)) {
            throw new IllegalArgumentException(
                    "Fill.uniform: low = " + low + " and high = " + high + ", expected finite numbers, low below high");
        }
    }

    private static void checkNormal(double mean, double deviation) {
        if (!(Double.isFinite(mean) && deviation >= 0 && Double.isFinite(deviation))) {
            throw new IllegalArgumentException("Fill.normal: mean = " + mean + ", standardDeviation = " + deviation
                    + ", expected finite numbers, the deviation at least 0");
        }
    }

    private static void checkProbability(double p) {
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalArgumentException("Fill.bernoulli: the probability " + p + " is not within 0 and 1");
        }
    }
}
