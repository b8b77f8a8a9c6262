package lvm.mixture;

import java.io.Serializable;
import java.util.Arrays;
import lvm.data.Chunks;
import lvm.data.ColumnRanges;
import org.ejml.data.DMatrixRMaj;

/** Variances of the columns of rows that are read in chunks, and what {@link SufficientStatistics} finds by sorting columns. */
final class ColumnSquares {
    private static final int ROWS = BlockSums.BLOCK;

    /** Quantiles are found eight binary digits at a time. */
    private static final int DIGIT = 8;

    private static final int DIGITS = 1 << DIGIT;

    private ColumnSquares() {}

    static DMatrixRMaj add(DMatrixRMaj sum, DMatrixRMaj more) {
        for (int i = 0; i < sum.data.length; i++) {
            sum.data[i] += more.data[i];
        }
        return sum;
    }

    /** What is added up of a number. */
    private interface Term extends Serializable {
        double of(double value, int column);
    }

    /** Σᵢ of a term of the numbers of each column, 1×D. */
    private static DMatrixRMaj sum(Chunks x, Term term) {
        int d = x.dim();
        return x.sum(
                Chunks.whole(x.rows()),
                source -> {
                    DMatrixRMaj sum = new DMatrixRMaj(1, d);
                    DMatrixRMaj block = new DMatrixRMaj(0, 0);
                    while (source.read(block, ROWS) > 0) {
                        for (int i = 0, at = 0; i < block.numRows; i++) {
                            for (int j = 0; j < d; j++, at++) {
                                sum.data[j] += term.of(block.data[at], j);
                            }
                        }
                    }
                    return sum;
                },
                ColumnSquares::add);
    }

    /** Σᵢ (xᵢⱼ − meanⱼ)² of each column. */
    static DMatrixRMaj around(Chunks x, double[] mean) {
        return sum(x, (value, j) -> (value - mean[j]) * (value - mean[j]));
    }

    /** The variances of the columns, with what is far from the quartiles taken to be at that distance. */
    static double[] scales(Chunks x, double[] variances) {
        int d = x.dim();
        long n = x.rows();
        ColumnRanges ranges = ColumnRanges.of(x);
        double[] low = ranges.least().clone();
        double[] high = ranges.greatest().clone();
        long[] ranks = new long[6];
        int count = 0;
        for (int part = 4; part <= 64 && part < n; part *= 4) {
            ranks[count++] = n / part;
            ranks[count++] = n - 1 - n / part;
        }
        double[][] quantiles = quantiles(x, Arrays.copyOf(ranks, count));
        boolean any = false;
        for (int j = 0; j < d; j++) {
            for (int r = 0; r < count; r += 2) {
                double lower = quantiles[r][j];
                double upper = quantiles[r + 1][j];
                if (upper > lower) {
                    low[j] = lower - MixtureStatistics.OUTLIER * (upper - lower);
                    high[j] = upper + MixtureStatistics.OUTLIER * (upper - lower);
                    break;
                }
            }
            any |= ranges.least()[j] < low[j] || ranges.greatest()[j] > high[j];
        }
        if (!any) {
            return variances;
        }
        double[] mean = sum(x, (value, j) -> clipped(value, low[j], high[j])).data;
        for (int j = 0; j < d; j++) {
            mean[j] /= n;
        }
        double[] squares = sum(x, (value, j) -> {
                    double difference = clipped(value, low[j], high[j]) - mean[j];
                    return difference * difference;
                })
                .data;
        double[] scales = variances.clone();
        for (int j = 0; j < d; j++) {
            if (ranges.least()[j] < low[j] || ranges.greatest()[j] > high[j]) {
                scales[j] = squares[j] / n;
            }
        }
        return scales;
    }

    private static double clipped(double value, double low, double high) {
        return Math.max(low, Math.min(high, value));
    }

    /** The numbers that would stand at some places of each sorted column, [place][column]: exact, with all their digits. */
    static double[][] quantiles(Chunks x, long[] ranks) {
        int d = x.dim();
        int wanted = ranks.length * d;
        long[] prefix = new long[wanted];
        long[] left = new long[wanted];
        Arrays.setAll(left, i -> ranks[i / d]);
        for (int shift = Long.SIZE - DIGIT; shift >= 0; shift -= DIGIT) {
            int digit = shift;
            long[] known = prefix.clone();
            long[][] counts = x.sum(Chunks.whole(x.rows()), source -> counts(source, known, digit, d), (sum, more) -> {
                for (int i = 0; i < sum.length; i++) {
                    for (int b = 0; b < DIGITS; b++) {
                        sum[i][b] += more[i][b];
                    }
                }
                return sum;
            });
            for (int i = 0; i < wanted; i++) {
                int b = 0;
                while (left[i] >= counts[i][b]) {
                    left[i] -= counts[i][b++];
                }
                prefix[i] = prefix[i] << DIGIT | b;
            }
        }
        double[][] found = new double[ranks.length][d];
        for (int i = 0; i < wanted; i++) {
            found[i / d][i % d] = number(prefix[i]);
        }
        return found;
    }

    /** How many numbers have each digit behind those that are known. */
    private static long[][] counts(Chunks.Source source, long[] known, int shift, int d) {
        long[][] counts = new long[known.length][DIGITS];
        DMatrixRMaj block = new DMatrixRMaj(0, 0);
        boolean first = shift == Long.SIZE - DIGIT;
        while (source.read(block, ROWS) > 0) {
            for (int at = 0; at < block.numRows * d; at++) {
                long key = key(block.data[at]);
                for (int i = at % d; i < known.length; i += d) {
                    if (first || key >>> (shift + DIGIT) == known[i]) {
                        counts[i][(int) (key >>> shift) & (DIGITS - 1)]++;
                    }
                }
            }
        }
        return counts;
    }

    /** The digits of a number, so that greater numbers have greater ones if they are taken as unsigned. */
    private static long key(double value) {
        long bits = Double.doubleToLongBits(value);
        return bits < 0 ? ~bits : bits | Long.MIN_VALUE;
    }

    private static double number(long key) {
        return Double.longBitsToDouble(key < 0 ? key & Long.MAX_VALUE : ~key);
    }
}
