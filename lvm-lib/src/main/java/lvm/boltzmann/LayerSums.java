package lvm.boltzmann;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import lvm.distribution.BinaryStates;
import lvm.distribution.Enumeration;
import lvm.distribution.LogSums;
import lvm.linalg.Logs;
import lvm.linalg.Parallel;
import lvm.linalg.Products;
import lvm.model.LogPartition;
import lvm.random.Fill;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * Sums over all states of one layer of a restricted machine, the other layer summed in closed form, in double precision: log Z, the
 * moments under the model, exact draws. With the states s of the small layer, its biases α, the biases γ of the other and the weights
 * M from the small to the other, log Σ_other e^−E = αᵀs + Σⱼ softplus(γⱼ + (s M)ⱼ) where the other
 * units are binary; over Gaussian units it is an integral, of which {@link GaussianLayer} knows the closed form.
 */
final class LayerSums {
    private static final int BLOCK = 1 << 10;

    /** What a factor takes a processor, measured with 784 of them on an Intel Xeon of 2026. */
    private static final double SECONDS = 1.2e-8;

    private final boolean overHidden;
    private final VisibleLayer layer;
    private final DMatrixRMaj m;
    private final double[] alpha;
    private final DMatrixRMaj gamma;
    private final double offset;
    private final int bits;
    private final Enumeration.Listener listener;
    private final DMatrixRMaj s;
    private final DMatrixRMaj logits;
    private final double[] logWeights;
    private double logZ = Double.NaN;

    /** Over the smaller layer. */
    LayerSums(RbmUnits units, Enumeration.Listener listener) {
        this(units, units.hidden() <= units.visible() || !units.layer().independentBits(), listener);
    }

    LayerSums(RbmUnits units, boolean overHidden, Enumeration.Listener listener) {
        this(units, doubles(units.c()), overHidden, listener);
    }

    /**
     * Sums with biases of the hidden units in double precision.
     *
     * @param c 1×H, in place of those of the units
     */
    LayerSums(RbmUnits units, DMatrixRMaj c, boolean overHidden, Enumeration.Listener listener) {
        this.overHidden = overHidden;
        layer = overHidden ? units.layer() : new BinaryLayer(units.hidden());
        this.listener = listener;
        DMatrixRMaj w = doubles(units.w());
        DMatrixRMaj b = doubles(units.b());
        m = overHidden ? transposed(w) : w;
        alpha = (overHidden ? c : b).data;
        gamma = overHidden ? b : c;
        offset = units.layer().offset(units.b());
        bits = alpha.length;
        if (bits > EnumeratedRbm.MAX_UNITS) {
            double seconds = Math.pow(2, bits) * gamma.numCols * SECONDS / Parallel.threads();
            throw new IllegalArgumentException("logPartition: a sum of " + BinaryStates.terms(bits)
                    + " of " + gamma.numCols + " factors, about " + duration(seconds) + "; it is done for at most "
                    + EnumeratedRbm.MAX_UNITS
                    + " units in the smaller layer or block of layers. PartitionBracket estimates it from both sides");
        }
        int block = 1 << Math.min(bits, Integer.numberOfTrailingZeros(BLOCK));
        s = new DMatrixRMaj(block, bits);
        logits = new DMatrixRMaj(block, gamma.numCols);
        logWeights = new double[block];
    }

    private static String duration(double seconds) {
        double hours = seconds / 3600;
        return hours < 2
                ? Math.round(seconds / 60) + " minutes"
                : hours < 48
                        ? Math.round(hours) + " hours"
                        : hours < 24 * 730
                                ? Math.round(hours / 24) + " days"
                                : String.format(java.util.Locale.ROOT, "%.0e years", hours / 24 / 365);
    }

    static DMatrixRMaj doubles(FMatrixRMaj x) {
        DMatrixRMaj y = new DMatrixRMaj(x.numRows, x.numCols);
        for (int i = 0; i < y.getNumElements(); i++) {
            y.data[i] = x.data[i];
        }
        return y;
    }

    private static DMatrixRMaj transposed(DMatrixRMaj x) {
        DMatrixRMaj y = new DMatrixRMaj(x.numCols, x.numRows);
        for (int i = 0; i < x.numRows; i++) {
            for (int j = 0; j < x.numCols; j++) {
                y.data[j * x.numRows + i] = x.data[i * x.numCols + j];
            }
        }
        return y;
    }

    /** What is done with a block of states, whose logits of the other layer and log weights are in the fields. */
    private interface Visitor {
        void block(int rows);
    }

    private void run(Visitor visitor) {
        Enumeration.blocks("logPartition", bits, s.numRows, listener, (first, z) -> {
            for (int i = 0; i < z.getNumElements(); i++) {
                s.data[i] = z.data[i];
            }
            Products.multBias(s, m, gamma, logits);
            Parallel.range(s.numRows, Parallel.grain(8 * logits.numCols), (from, to) -> {
                for (int i = from; i < to; i++) {
                    double sum = 0;
                    for (int k = 0; k < bits; k++) {
                        sum += alpha[k] * s.data[i * bits + k];
                    }
                    logWeights[i] = sum + layer.logSum(logits.data, i * logits.numCols) - offset;
                }
            });
            visitor.block(s.numRows);
        });
    }

    double logZ() {
        if (Double.isNaN(logZ)) {
            LogSums sums = new LogSums(1);
            run(rows -> sums.add(0, logWeights, 0, rows));
            logZ = sums.values()[0];
        }
        return logZ;
    }

    LogPartition logPartition() {
        return LogPartition.exact(
                logZ(),
                "sum over the " + BinaryStates.terms(bits) + " of the " + (overHidden ? "hidden" : "visible")
                        + " units");
    }

    /** E[v hᵀ] D×H, E[v] 1×D, E[h] 1×H and, of units that have them, E[v²] 1×D under the model. */
    record Moments(DMatrixRMaj vh, DMatrixRMaj v, DMatrixRMaj h, DMatrixRMaj squares) {}

    Moments moments() {
        double z = logZ();
        DMatrixRMaj joint = new DMatrixRMaj(bits, gamma.numCols);
        DMatrixRMaj small = new DMatrixRMaj(1, bits);
        DMatrixRMaj large = new DMatrixRMaj(1, gamma.numCols);
        DMatrixRMaj squares = doubles(layer.squares());
        run(rows -> {
            for (int i = 0; i < rows; i++) {
                double p = Math.exp(logWeights[i] - z);
                for (int k = 0; k < bits; k++) {
                    small.data[k] += p * s.data[i * bits + k];
                }
                layer.means(logits.data, i * gamma.numCols);
                layer.addSquares(p, logits.data, i * gamma.numCols, squares.data);
                for (int j = 0; j < gamma.numCols; j++) {
                    logits.data[i * gamma.numCols + j] *= p;
                    large.data[j] += logits.data[i * gamma.numCols + j];
                }
            }
            Products.multAddTransA(s, logits, joint);
        });
        return overHidden
                ? new Moments(transposed(joint), large, small, squares)
                : new Moments(joint, small, large, squares);
    }

    /** Exact draws of the visible units: of the states by the inverse of the distribution function, then of the other layer. */
    FMatrixRMaj sample(int n, int visible, RandomGenerator rng) {
        double z = logZ();
        double[] u = new double[n];
        for (int i = 0; i < n; i++) {
            u[i] = rng.nextDouble();
        }
        Arrays.sort(u);
        FMatrixRMaj drawn = new FMatrixRMaj(n, visible);
        int[] order = Fill.permutation(n, rng);
        double[] below = {0};
        int[] next = {0};
        run(rows -> {
            for (int i = 0; i < rows && next[0] < n; i++) {
                below[0] += Math.exp(logWeights[i] - z);
                while (next[0] < n && u[next[0]] < below[0]) {
                    draw(drawn, order[next[0]++], i, rng);
                }
            }
            // What rounding leaves of the sum of all probabilities belongs to the last state.
            lastRow = rows - 1;
        });
        while (next[0] < n) {
            draw(drawn, order[next[0]++], lastRow, rng);
        }
        return drawn;
    }

    private int lastRow;

    private void draw(FMatrixRMaj drawn, int row, int state, RandomGenerator rng) {
        int d = drawn.numCols;
        if (overHidden) {
            double[] means = Arrays.copyOfRange(logits.data, state * d, (state + 1) * d);
            layer.means(means, 0);
            layer.draw(means, drawn, row, rng);
        } else {
            for (int j = 0; j < d; j++) {
                drawn.data[row * d + j] = (float) s.data[state * d + j];
            }
        }
    }

    /** F(v) of rows of visible units. */
    static double[] freeEnergy(RbmUnits units, FMatrixRMaj v) {
        DMatrixRMaj b = doubles(units.b());
        DMatrixRMaj a = new DMatrixRMaj(v.numRows, units.hidden());
        DMatrixRMaj x = doubles(v);
        Products.multBias(x, doubles(units.w()), doubles(units.c()), a);
        double offset = units.layer().offset(units.b());
        double[] f = new double[v.numRows];
        Parallel.range(f.length, Parallel.grain(8 * a.numCols), (from, to) -> {
            for (int i = from; i < to; i++) {
                double sum = 0;
                for (int d = 0; d < b.numCols; d++) {
                    sum += b.data[d] * x.data[i * x.numCols + d];
                }
                double rest = units.layer().square(v.data, i * v.numCols) + offset;
                f[i] = -sum - Logs.sumSoftplus(a.data, i * a.numCols, a.numCols) + rest;
            }
        });
        return f;
    }
}
