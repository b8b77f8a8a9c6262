package lvm.data;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import lvm.linalg.Doubles;
import lvm.linalg.Logs;
import lvm.linalg.RowOps;
import lvm.random.Fill;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.CommonOps_FDRM;

/**
 * What is done to vectors and matrices again and again, under the names that the field has for it. Matrices are {@code DMatrixRMaj}
 * or {@code FMatrixRMaj} and stay what they are; sums are in double precision. Nothing is modified: what comes back is new. For
 * more, EJML has its {@code CommonOps_DDRM} and {@code Equation}.
 *
 * <pre>{@code
 * import static lvm.data.Matrices.*;
 * double[] z1 = column(z, 0);
 * System.out.println(mean(z1) + " ± " + standardError(z1));
 * }</pre>
 */
public final class Matrices {
    private static final String MEAN = "Matrices.mean";
    private static final String VARIANCE = "Matrices.variance";

    private Matrices() {}

    // --- numbers of a vector

    /**
     * {@return the mean, 1/n Σᵢ vᵢ}
     *
     * @param v n numbers, at least 1
     * @throws IllegalArgumentException if there is no number
     */
    public static double mean(double... v) {
        Counts.requireSome(MEAN, v.length, 1);
        return sum(v) / v.length;
    }

    /**
     * {@return the sum, Σᵢ vᵢ; 0 of none}
     *
     * @param v n numbers
     */
    public static double sum(double... v) {
        double sum = 0;
        for (double value : v) {
            sum += value;
        }
        return sum;
    }

    /**
     * {@return the variance around the mean, 1/n Σᵢ (vᵢ − v̄)²: of these numbers, not an estimate from a sample}
     *
     * @param v n numbers, at least 1
     * @throws IllegalArgumentException if there is no number
     */
    public static double variance(double... v) {
        Counts.requireSome(VARIANCE, v.length, 1);
        return squares(v) / v.length;
    }

    /**
     * {@return the standard deviation, the root of the {@link #variance}}
     *
     * @param v n numbers, at least 1
     * @throws IllegalArgumentException if there is no number
     */
    public static double standardDeviation(double... v) {
        return Math.sqrt(variance(v));
    }

    /**
     * {@return the standard error of the mean of a sample, the root of Σᵢ (vᵢ − v̄)² / (n (n − 1))}
     *
     * @param v n independent numbers, at least 2
     * @throws IllegalArgumentException if there are fewer than two numbers
     */
    public static double standardError(double... v) {
        Counts.requireSome("Matrices.standardError", v.length, 2);
        return Math.sqrt(squares(v) / v.length / (v.length - 1));
    }

    /**
     * {@return the correlation of pairs of numbers, Σᵢ (aᵢ − ā)(bᵢ − b̄) over the root of Σᵢ (aᵢ − ā)² Σᵢ (bᵢ − b̄)²; NaN where one of
     * the two does not vary}
     *
     * @param a n numbers, at least 2
     * @param b n numbers
     * @throws IllegalArgumentException if the lengths differ or there are fewer than two pairs
     */
    public static double correlation(double[] a, double[] b) {
        Counts.requireSome("Matrices.correlation", a.length, 2);
        Counts.requireEqual("Matrices.correlation", a.length, b.length);
        double meanA = mean(a);
        double meanB = mean(b);
        double products = 0;
        for (int i = 0; i < a.length; i++) {
            products += (a[i] - meanA) * (b[i] - meanB);
        }
        return products / Math.sqrt(squares(a) * squares(b));
    }

    private static double squares(double[] v) {
        double mean = mean(v);
        double squares = 0;
        for (double value : v) {
            squares += (value - mean) * (value - mean);
        }
        return squares;
    }

    /**
     * {@return the largest number; NaN if one is NaN}
     *
     * @param v n numbers, at least 1
     * @throws IllegalArgumentException if there is no number
     */
    public static double max(double... v) {
        Counts.requireSome("Matrices.max", v.length, 1);
        return Arrays.stream(v).max().orElseThrow();
    }

    /**
     * {@return the smallest number; NaN if one is NaN}
     *
     * @param v n numbers, at least 1
     * @throws IllegalArgumentException if there is no number
     */
    public static double min(double... v) {
        Counts.requireSome("Matrices.min", v.length, 1);
        return Arrays.stream(v).min().orElseThrow();
    }

    /**
     * {@return log Σᵢ exp vᵢ, without overflow; −∞ of none}
     *
     * @param v n numbers
     */
    public static double logSumExp(double... v) {
        return Logs.logSumExp(v);
    }

    /**
     * {@return log 1/n Σᵢ exp vᵢ, without overflow}
     *
     * @param v n numbers, at least 1
     * @throws IllegalArgumentException if there is no number
     */
    public static double logMeanExp(double... v) {
        return Logs.logMeanExp(v);
    }

    // --- vectors

    /**
     * {@return a function of each number}
     *
     * @param v n numbers
     * @param f the function
     */
    public static double[] map(double[] v, DoubleUnaryOperator f) {
        return Arrays.stream(v).map(f).toArray();
    }

    /**
     * {@return a − b, number by number}
     *
     * @param a n numbers
     * @param b n numbers
     * @throws IllegalArgumentException if the lengths differ
     */
    public static double[] minus(double[] a, double[] b) {
        Counts.requireEqual("Matrices.minus", a.length, b.length);
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] - b[i]).toArray();
    }

    /**
     * The sums of the first numbers: v₁, v₁ + v₂, …
     *
     * @param v n numbers
     * @return n sums
     */
    public static double[] cumulative(double... v) {
        double[] sums = v.clone();
        Arrays.parallelPrefix(sums, Double::sum);
        return sums;
    }

    /**
     * {@return the places of the numbers, from the largest number to the smallest; equal ones in their order}
     *
     * @param v n numbers
     */
    public static int[] descending(double... v) {
        return IntStream.range(0, v.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -v[i]))
                .mapToInt(i -> i)
                .toArray();
    }

    /**
     * {@return some of the numbers, in an order of one's own}
     *
     * @param v n numbers
     * @param places of them, counted from 0
     */
    public static double[] at(double[] v, int... places) {
        return Arrays.stream(places).mapToDouble(i -> v[i]).toArray();
    }

    /**
     * {@return whole numbers as doubles, such as the places of a line in a plot}
     *
     * @param v n whole numbers
     */
    public static double[] doubles(int... v) {
        return Arrays.stream(v).asDoubleStream().toArray();
    }

    /**
     * {@return numbers of a list or of the values of a map as an array}
     *
     * @param v n numbers
     */
    public static double[] doubles(Collection<? extends Number> v) {
        return v.stream().mapToDouble(Number::doubleValue).toArray();
    }

    /**
     * {@return from, from + 1, …, to}
     *
     * @param from the first
     * @param to the last; nothing if it is smaller than the first
     */
    public static double[] range(int from, int to) {
        return IntStream.rangeClosed(from, to).asDoubleStream().toArray();
    }

    /**
     * {@return numbers at equal distances}
     *
     * @param from the first
     * @param to the last
     * @param n how many, at least 2
     * @throws IllegalArgumentException if n is below 2
     */
    public static double[] linspace(double from, double to, int n) {
        Counts.requireSome("Matrices.linspace", n, 2);
        return map(range(0, n - 1), i -> from + (to - from) * i / (n - 1));
    }

    /**
     * {@return the same number, n times}
     *
     * @param value the number
     * @param n how often
     */
    public static double[] constant(double value, int n) {
        double[] all = new double[n];
        Arrays.fill(all, value);
        return all;
    }

    // --- columns and rows

    /**
     * {@return the mean of each column}
     *
     * @param m n×D numbers
     * @throws IllegalArgumentException if there is no row
     */
    public static double[] means(Matrix m) {
        return ofColumns(MEAN + "s", m, Matrices::mean);
    }

    /**
     * {@return the {@link #variance} of each column}
     *
     * @param m n×D numbers
     * @throws IllegalArgumentException if there is no row
     */
    public static double[] variances(Matrix m) {
        return ofColumns(VARIANCE + "s", m, Matrices::variance);
    }

    /**
     * {@return the mean of each row}
     *
     * @param m n×D numbers
     * @throws IllegalArgumentException if there is no column
     */
    public static double[] rowMeans(Matrix m) {
        return ofRows(m, Matrices::mean);
    }

    /**
     * {@return the Euclidean length of each row}
     *
     * @param m n×D numbers
     */
    public static double[] rowNorms(Matrix m) {
        return ofRows(m, row -> Math.sqrt(sum(map(row, v -> v * v))));
    }

    /**
     * {@return log 1/D Σⱼ exp mᵢⱼ of each row, such as the bound of D draws from log weights}
     *
     * @param m n×D numbers
     * @throws IllegalArgumentException if there is no column
     */
    public static double[] rowLogMeanExp(Matrix m) {
        return ofRows(m, Logs::logMeanExp);
    }

    /** A number of a vector. */
    private interface OfVector {
        double of(double[] v);
    }

    private static double[] ofRows(Matrix m, OfVector f) {
        return IntStream.range(0, m.getNumRows())
                .mapToDouble(i -> f.of(row(m, i)))
                .toArray();
    }

    private static double[] ofColumns(String where, Matrix m, OfVector f) {
        Counts.requireSome(where, m.getNumRows(), 1);
        DMatrixRMaj x = Doubles.of(where, m);
        return IntStream.range(0, x.numCols)
                .mapToDouble(j -> f.of(column(x, j)))
                .toArray();
    }

    /**
     * {@return one column}
     *
     * @param m n×D numbers
     * @param j the column, counted from 0
     * @throws IllegalArgumentException if there is no such column
     */
    public static double[] column(Matrix m, int j) {
        Counts.requirePlace("Matrices.column", "column", j, m.getNumCols());
        DMatrixRMaj x = Doubles.of("Matrices.column", m);
        return IntStream.range(0, x.numRows).mapToDouble(i -> x.get(i, j)).toArray();
    }

    /**
     * {@return one row}
     *
     * @param m n×D numbers
     * @param i the row, counted from 0
     * @throws IllegalArgumentException if there is no such row
     */
    public static double[] row(Matrix m, int i) {
        Counts.requirePlace("Matrices.row", "row", i, m.getNumRows());
        if (m instanceof DMatrixRMaj x) {
            return Arrays.copyOfRange(x.data, i * x.numCols, (i + 1) * x.numCols);
        }
        if (m instanceof FMatrixRMaj x) {
            return IntStream.range(i * x.numCols, (i + 1) * x.numCols)
                    .mapToDouble(k -> x.data[k])
                    .toArray();
        }
        return row(Doubles.of("Matrices.row", m), i);
    }

    /**
     * {@return the first rows}
     *
     * @param m n×D numbers
     * @param count how many, 0 to n
     * @param <X> the type of the matrix, {@code DMatrixRMaj} or {@code FMatrixRMaj}
     * @throws IllegalArgumentException if there are not so many
     */
    public static <X extends Matrix> X first(X m, int count) {
        return rows(m, 0, count);
    }

    /**
     * {@return neighbouring rows}
     *
     * @param m n×D numbers
     * @param from the first row, counted from 0
     * @param to the row after the last
     * @param <X> the type of the matrix, {@code DMatrixRMaj} or {@code FMatrixRMaj}
     * @throws IllegalArgumentException if they are not within the matrix
     */
    public static <X extends Matrix> X rows(X m, int from, int to) {
        if (from < 0 || to < from || to > m.getNumRows()) {
            throw new IllegalArgumentException("Matrices.rows: rows " + from + " to " + to
                    + " (exclusive), expected within 0 to " + m.getNumRows());
        }
        return selectRows(m, IntStream.range(from, to).toArray());
    }

    /**
     * {@return some of the rows, in an order of one's own}
     *
     * @param m n×D numbers
     * @param indices rows counted from 0, each as often as wanted
     * @param <X> the type of the matrix, {@code DMatrixRMaj} or {@code FMatrixRMaj}
     * @throws IllegalArgumentException if there is no such row
     */
    public static <X extends Matrix> X selectRows(X m, int... indices) {
        X part = m.create(indices.length, m.getNumCols());
        for (int i = 0; i < indices.length; i++) {
            Counts.requirePlace("Matrices.selectRows", "row", indices[i], m.getNumRows());
            RowOps.copyRow(m, indices[i], part, i);
        }
        return part;
    }

    /**
     * {@return some of the columns, in an order of one's own}
     *
     * @param m n×D numbers
     * @param indices columns counted from 0, each as often as wanted
     * @param <X> the type of the matrix, {@code DMatrixRMaj} or {@code FMatrixRMaj}
     * @throws IllegalArgumentException if there is no such column
     */
    public static <X extends Matrix> X selectColumns(X m, int... indices) {
        return transpose(selectRows(transpose(m), indices));
    }

    /**
     * {@return matrices under each other}
     *
     * @param matrices of as many columns each, at least one
     * @param <X> the type of the matrices, {@code DMatrixRMaj} or {@code FMatrixRMaj}
     * @throws IllegalArgumentException if there is none, or the numbers of columns differ
     */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public static <X extends Matrix> X stack(X... matrices) {
        return stack(List.of(matrices));
    }

    /**
     * {@return matrices under each other}
     *
     * @param matrices of as many columns each, at least one
     * @param <X> the type of the matrices, {@code DMatrixRMaj} or {@code FMatrixRMaj}
     * @throws IllegalArgumentException if there is none, or the numbers of columns differ
     */
    public static <X extends Matrix> X stack(List<X> matrices) {
        Counts.requireSome("Matrices.stack", matrices.size(), 1);
        int columns = matrices.get(0).getNumCols();
        int rows = matrices.stream().mapToInt(Matrix::getNumRows).sum();
        X all = matrices.get(0).create(rows, columns);
        int at = 0;
        for (X part : matrices) {
            Counts.requireEqual("Matrices.stack", columns, part.getNumCols());
            for (int i = 0; i < part.getNumRows(); i++) {
                RowOps.copyRow(part, i, all, at++);
            }
        }
        return all;
    }

    // --- matrices

    /**
     * {@return vectors as the rows of a matrix}
     *
     * @param rows n vectors of as many numbers each
     * @throws IllegalArgumentException if there is none, or the lengths differ
     */
    public static DMatrixRMaj matrix(double[]... rows) {
        return Tables.matrix(rows);
    }

    /**
     * {@return vectors as the columns of a matrix}
     *
     * @param columns D vectors of as many numbers each
     * @throws IllegalArgumentException if there is none, or the lengths differ
     */
    public static DMatrixRMaj columns(double[]... columns) {
        return transpose(Tables.matrix(columns));
    }

    /**
     * {@return rows and columns exchanged, mᵀ}
     *
     * @param m n×D numbers
     * @param <X> the type of the matrix, {@code DMatrixRMaj} or {@code FMatrixRMaj}
     */
    public static <X extends Matrix> X transpose(X m) {
        X t = m.create(m.getNumCols(), m.getNumRows());
        if (m instanceof FMatrixRMaj x) {
            CommonOps_FDRM.transpose(x, (FMatrixRMaj) t);
        } else {
            CommonOps_DDRM.transpose((DMatrixRMaj) m, (DMatrixRMaj) t);
        }
        return t;
    }

    /**
     * {@return the product a b}
     *
     * @param a n×K numbers
     * @param b K×D numbers
     * @throws IllegalArgumentException if the columns of a are not as many as the rows of b
     */
    public static DMatrixRMaj times(Matrix a, Matrix b) {
        Counts.requireEqual("Matrices.times", a.getNumCols(), b.getNumRows());
        DMatrixRMaj product = new DMatrixRMaj(a.getNumRows(), b.getNumCols());
        CommonOps_DDRM.mult(Doubles.of("Matrices.times", a), Doubles.of("Matrices.times", b), product);
        return product;
    }

    /**
     * {@return the diagonal matrix of these numbers, such as a covariance from variances}
     *
     * @param v D numbers
     */
    public static DMatrixRMaj diagonal(double... v) {
        return CommonOps_DDRM.diag(v);
    }

    /**
     * {@return a function of each number}
     *
     * @param m n×D numbers
     * @param f the function
     * @param <X> the type of the matrix, {@code DMatrixRMaj} or {@code FMatrixRMaj}
     */
    public static <X extends Matrix> X map(X m, DoubleUnaryOperator f) {
        X out = m.copy();
        int n = m.getNumRows() * m.getNumCols();
        for (int k = 0; k < n; k++) {
            if (out instanceof FMatrixRMaj x) {
                x.data[k] = (float) f.applyAsDouble(x.data[k]);
            } else {
                DMatrixRMaj x = (DMatrixRMaj) out;
                x.data[k] = f.applyAsDouble(x.data[k]);
            }
        }
        return out;
    }

    /**
     * {@return the numbers in double precision}
     *
     * @param m n×D numbers of either precision
     */
    public static DMatrixRMaj doubles(Matrix m) {
        DMatrixRMaj x = Doubles.of("Matrices.doubles", m);
        return x == m ? x.copy() : x;
    }

    /**
     * {@return the numbers in single precision, as neural models take them}
     *
     * @param m n×D numbers of either precision
     */
    public static FMatrixRMaj floats(Matrix m) {
        DMatrixRMaj x = Doubles.of("Matrices.floats", m);
        FMatrixRMaj out = new FMatrixRMaj(x.numRows, x.numCols);
        for (int k = 0; k < out.getNumElements(); k++) {
            out.data[k] = (float) x.data[k];
        }
        return out;
    }

    /**
     * {@return numbers as a matrix of one column in single precision}
     *
     * @param v n numbers
     */
    public static FMatrixRMaj floatColumn(double... v) {
        return floats(DMatrixRMaj.wrap(v.length, 1, v));
    }

    /**
     * {@return independent draws from N(0, 1)}
     *
     * @param n the number of rows
     * @param dim the number of columns
     * @param rng the source of randomness; advanced
     */
    public static FMatrixRMaj normals(int n, int dim, RandomGenerator rng) {
        FMatrixRMaj z = new FMatrixRMaj(n, dim);
        Fill.normal(z, rng);
        return z;
    }
}
