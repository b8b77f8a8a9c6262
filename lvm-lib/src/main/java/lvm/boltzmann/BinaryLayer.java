package lvm.boltzmann;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import lvm.data.Dataset;
import lvm.linalg.Logs;
import lvm.linalg.VectorMath;
import lvm.model.Require;
import lvm.random.Fill;
import lvm.store.ModelData;
import org.ejml.data.FMatrixRMaj;

/**
 * Binary units, then groups of which exactly one unit is on, such as the label of a row. Given the other layer a binary one has a sigmoid
 * of its logit, a group the softmax of its logits. In a block of a deep machine the bits of other layers stand behind the groups.
 */
final class BinaryLayer extends VisibleLayer {
    /** Rates are kept so far from 0 and 1. */
    static final double LEAST_RATE = 1e-5;

    private final int units;
    private final int[] groups;
    private final int binary;
    private final int after; // bits behind the groups

    /**
     * A layer.
     *
     * @param units all of them
     * @param groups the sizes of the groups, which are the last units; each at least 2
     */
    BinaryLayer(int units, int... groups) {
        this(units, groups, 0);
    }

    private BinaryLayer(int units, int[] groups, int after) {
        this.units = units;
        this.groups = groups.clone();
        this.after = after;
        binary = units - after - Arrays.stream(groups).sum();
    }

    /** This layer with the bits of other layers behind it, so many units in all. */
    BinaryLayer withUnits(int all) {
        return hasGroups() ? new BinaryLayer(all, groups, all - units) : new BinaryLayer(all);
    }

    static void requireGroups(String where, int[] groups, int units) {
        int sum = 0;
        for (int size : groups) {
            sum += Require.atLeast(where, "the size of a group", 2, size);
        }
        if (sum > units) {
            throw new IllegalArgumentException(
                    where + ": " + sum + " units in groups, expected at most the " + units + " visible units");
        }
    }

    @Override
    int[] groups() {
        return groups.clone();
    }

    private boolean hasGroups() {
        return groups.length > 0;
    }

    @Override
    boolean independentBits() {
        return !hasGroups();
    }

    @Override
    int binary() {
        return binary;
    }

    /** Rows of numbers from 0 to 1, those of a group with the sum 1. */
    @Override
    void require(String where, FMatrixRMaj v) {
        Require.unitInterval(where, "x", v, units);
        requireGroups(where, v);
    }

    /** Rows of zeros and ones, one 1 in each group. */
    @Override
    void requireStates(String where, FMatrixRMaj v) {
        Require.binary(where, "x", v, units);
        requireGroups(where, v);
    }

    @Override
    void requireBits(String where, FMatrixRMaj v) {
        requireStates(where, v);
    }

    private void requireGroups(String where, FMatrixRMaj v) {
        for (int i = 0; hasGroups() && i < v.numRows; i++) {
            int from = binary;
            for (int size : groups) {
                double sum = 0;
                for (int k = from; k < from + size; k++) {
                    sum += v.data[i * units + k];
                }
                if (Math.abs(sum - 1) > 1e-4) {
                    throw new IllegalArgumentException(
                            where + ": the columns " + from + " to " + (from + size - 1) + " of row " + i
                                    + " have the sum " + sum + ", expected 1, as a group of which one unit is on");
                }
                from += size;
            }
        }
    }

    @Override
    void means(FMatrixRMaj x) {
        if (!hasGroups()) {
            VectorMath.sigmoid(x, x);
            return;
        }
        for (int i = 0; i < x.numRows; i++) {
            int row = i * units;
            VectorMath.sigmoid(x.data, row, x.data, row, binary);
            int from = row + binary;
            for (int size : groups) {
                double log = Logs.logSumExp(x.data, from, size);
                for (int k = from; k < from + size; k++) {
                    x.data[k] = (float) Math.exp(x.data[k] - log);
                }
                from += size;
            }
            VectorMath.sigmoid(x.data, from, x.data, from, after);
        }
    }

    @Override
    void draw(FMatrixRMaj x, RandomGenerator rng) {
        for (int i = 0; i < x.numRows && hasGroups(); i++) {
            int from = i * units + binary;
            for (int size : groups) {
                int chosen = from;
                float u = rng.nextFloat();
                while (chosen < from + size - 1 && u >= x.data[chosen]) {
                    u -= x.data[chosen++];
                }
                for (int k = from; k < from + size; k++) {
                    x.data[k] = k == chosen ? 1 : 0;
                }
                from += size;
            }
        }
        // Where the probability is 0 or 1 the draw leaves it.
        Fill.bits(x, rng);
    }

    @Override
    void means(double[] x, int at) {
        sigmoid(x, at, binary);
        int from = at + binary;
        for (int size : groups) {
            double log = Logs.logSumExp(x, from, size);
            for (int k = from; k < from + size; k++) {
                x[k] = Math.exp(x[k] - log);
            }
            from += size;
        }
        sigmoid(x, from, after);
    }

    private static void sigmoid(double[] x, int from, int n) {
        for (int k = from; k < from + n; k++) {
            x[k] = 1 / (1 + Math.exp(-x[k]));
        }
    }

    @Override
    void draw(double[] means, FMatrixRMaj x, int row, RandomGenerator rng) {
        draw(means, x, row, 0, binary, rng);
        int at = binary;
        for (int size : groups) {
            int chosen = at;
            double u = rng.nextDouble();
            while (chosen < at + size - 1 && u >= means[chosen]) {
                u -= means[chosen++];
            }
            for (int k = at; k < at + size; k++) {
                x.data[row * units + k] = k == chosen ? 1 : 0;
            }
            at += size;
        }
        draw(means, x, row, at, units, rng);
    }

    private void draw(double[] means, FMatrixRMaj x, int row, int from, int to, RandomGenerator rng) {
        for (int k = from; k < to; k++) {
            x.data[row * units + k] = rng.nextDouble() < means[k] ? 1 : 0;
        }
    }

    @Override
    double logSum(double[] logits, int at) {
        double sum = Logs.sumSoftplus(logits, at, binary);
        int from = at + binary;
        for (int size : groups) {
            sum += Logs.logSumExp(logits, from, size);
            from += size;
        }
        return after > 0 ? sum + Logs.sumSoftplus(logits, from, after) : sum;
    }

    @Override
    double logSum(float[] logits, int at) {
        if (!hasGroups()) {
            return Logs.sumSoftplus(1, logits, at, units);
        }
        double[] a = new double[units];
        for (int k = 0; k < units; k++) {
            a[k] = logits[at + k];
        }
        return logSum(a, 0);
    }

    @Override
    Base base(FMatrixRMaj rates) {
        FMatrixRMaj a = new FMatrixRMaj(1, units);
        for (int i = 0; i < units; i++) {
            double p = Math.min(1 - LEAST_RATE, Math.max(LEAST_RATE, rates.data[i]));
            a.data[i] = (float) (i < binary ? Logs.logit(p) : Math.log(p));
        }
        return new Base(this, a);
    }

    @Override
    FMatrixRMaj draws(int n, FMatrixRMaj rates, RandomGenerator rng) {
        FMatrixRMaj v = new FMatrixRMaj(n, units);
        if (rates != null) {
            fill(v, rates);
        } else {
            means(v); // of logits that are 0
        }
        draw(v, rng);
        return v;
    }

    /** The means of the units; grey levels that are binarised anew at each reading are so here, too. */
    @Override
    FMatrixRMaj rates(String where, Dataset data, String bitsOnly) {
        double[] means = new double[data.dim()];
        parts(where, data, (rows, part) -> {
            if (bitsOnly != null) {
                requireStates(rows + ", " + bitsOnly, part);
            } else {
                require(rows, part);
            }
            for (int i = 0; i < part.getNumElements(); i++) {
                means[i % means.length] += part.data[i] / data.rows();
            }
        });
        FMatrixRMaj rates = new FMatrixRMaj(1, means.length);
        for (int j = 0; j < means.length; j++) {
            rates.data[j] = (float) means[j];
        }
        return rates;
    }

    @Override
    FMatrixRMaj requireRates(String where, FMatrixRMaj rates) {
        Require.unitInterval(where, "rates", rates, units);
        requireRows(where, rates, 1);
        return rates.copy();
    }

    @Override
    Monitor monitor(RbmUnits machine) {
        return new Flips(machine);
    }

    @Override
    void store(ModelData data) {
        data.put("groups", groups());
    }
}
