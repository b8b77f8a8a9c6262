package lvm.bernoulli;

import lvm.autodiff.Tape;
import lvm.distribution.Enumeration;
import lvm.distribution.LogSums;
import lvm.linalg.Interrupts;
import lvm.linalg.Logs;
import lvm.linalg.Parallel;
import lvm.linalg.Products;
import lvm.linalg.VectorMath;
import lvm.nn.Layer;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * log p(xᵢ, z) for all states z, in blocks of consecutive states: log p(x, z) = x·l(z) − Σⱼ softplus(lⱼ(z)) + log p(z). The
 * products x·l(z) of many rows and states are one matrix product; a block's size does not grow with the number of states.
 */
final class JointBlocks {
    /** Values in a block of logits: a few megabytes with all that belongs to it. */
    private static final int BLOCK_VALUES = 1 << 18;

    /** Values whose exponentials are taken in one go: they stay in the nearest cache. */
    private static final int GROUP_VALUES = 4096;

    /** Values in a block of log p(x, z). */
    private static final int JOINT_VALUES = 1 << 20;

    /** Takes a block. */
    interface Sink {
        /**
         * Called once for each block; {@code joint} is valid during the call.
         *
         * @param firstRow the first row of x
         * @param firstState the first state
         * @param joint rows×states, log p(xᵢ, z)
         */
        void block(int firstRow, int firstState, DMatrixRMaj joint);
    }

    private final String where;
    private final int latent;
    private final int dim;
    private final double[] logOn;
    private final double[] logOff;
    private final Layer decoder;

    JointBlocks(String where, FMatrixRMaj priorLogits, Layer decoder, int dim) {
        this.where = where;
        this.latent = priorLogits.numCols;
        this.dim = dim;
        this.decoder = decoder;
        logOn = new double[latent];
        logOff = new double[latent];
        for (int k = 0; k < latent; k++) {
            logOn[k] = -Logs.softplus(-priorLogits.data[k]);
            logOff[k] = -Logs.softplus(priorLogits.data[k]);
        }
    }

    void run(FMatrixRMaj x, Sink sink) {
        int chunk = Math.min(1 << latent, Math.max(64, Integer.highestOneBit(BLOCK_VALUES / dim)));
        int rows = Math.max(1, Math.min(x.numRows, JOINT_VALUES / chunk));
        DMatrixRMaj part = new DMatrixRMaj(0, 0);
        DMatrixRMaj joint = new DMatrixRMaj(0, 0);
        DMatrixRMaj logits = new DMatrixRMaj(chunk, dim);
        double[] offset = new double[chunk];
        Tape tape = Tape.withoutGradients();
        Enumeration.blocks(where, latent, chunk, (done, total) -> {}, (firstState, z) -> {
            int first = (int) firstState;
            tape.reset();
            FMatrixRMaj values = decoder.forward(tape, tape.constant(z)).value();
            double high = logPriorOfHighBits(first, chunk);
            Parallel.range(chunk, 16, (from, to) -> {
                int group = Math.max(1, Math.min(to - from, GROUP_VALUES / dim));
                float[] work = new float[group * dim];
                for (int s = from; s < to; s += group) {
                    int count = Math.min(group, to - s);
                    normalisers(values.data, s, count, logits.data, work, offset);
                    for (int t = s; t < s + count; t++) {
                        offset[t] = high + logPriorOfLowBits(t, chunk) - offset[t];
                    }
                }
            });
            for (int row = 0; row < x.numRows; row += rows) {
                Interrupts.check(where);
                int n = Math.min(rows, x.numRows - row);
                part.reshape(n, dim);
                for (int i = 0; i < n * dim; i++) {
                    part.data[i] = x.data[row * dim + i];
                }
                joint.reshape(n, chunk);
                Products.multTransB(part, logits, joint);
                for (int i = 0; i < n; i++) {
                    for (int s = 0; s < chunk; s++) {
                        joint.data[i * chunk + s] += offset[s];
                    }
                }
                sink.block(row, first, joint);
            }
        });
    }

    private double logPriorOfHighBits(int state, int chunk) {
        int low = Integer.numberOfTrailingZeros(chunk);
        double sum = 0;
        for (int k = 0; k < latent - low; k++) {
            sum += (state >> (latent - 1 - k) & 1) == 1 ? logOn[k] : logOff[k];
        }
        return sum;
    }

    private double logPriorOfLowBits(int state, int chunk) {
        int low = Integer.numberOfTrailingZeros(chunk);
        double sum = 0;
        for (int k = latent - low; k < latent; k++) {
            sum += (state >> (latent - 1 - k) & 1) == 1 ? logOn[k] : logOff[k];
        }
        return sum;
    }

    /** Σⱼ softplus(lⱼ) of some states' logits, which are also copied: Σⱼ max(lⱼ, 0) + log Πⱼ (1 + e^−|lⱼ|). */
    private void normalisers(float[] values, int first, int count, double[] copy, float[] work, double[] sums) {
        int at = first * dim;
        int n = count * dim;
        for (int i = 0; i < n; i++) {
            copy[at + i] = values[at + i];
        }
        for (int i = 0; i < n; i++) {
            work[i] = -Math.abs(values[at + i]);
        }
        VectorMath.exp(work, 0, work, 0, n);
        for (int s = 0; s < count; s++) {
            sums[first + s] = positive(values, at + s * dim) + logProduct(work, s * dim);
        }
    }

    private double positive(float[] l, int at) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int j = at;
        int end = at + dim;
        for (; j + 3 < end; j += 4) {
            a += Math.max(l[j], 0);
            b += Math.max(l[j + 1], 0);
            c += Math.max(l[j + 2], 0);
            d += Math.max(l[j + 3], 0);
        }
        for (; j < end; j++) {
            a += Math.max(l[j], 0);
        }
        return a + b + (c + d);
    }

    /** log Πⱼ (1 + eⱼ). A factor is at most 2: a product of 1,000 does not overflow, and one logarithm serves them. */
    private double logProduct(float[] e, int at) {
        double sum = 0;
        int last = at + dim;
        for (int from = at; from < last; from += 1000) {
            int end = Math.min(last, from + 1000);
            double a = 1;
            double b = 1;
            double c = 1;
            double d = 1;
            int j = from;
            for (; j + 3 < end; j += 4) {
                a *= 1 + (double) e[j];
                b *= 1 + (double) e[j + 1];
                c *= 1 + (double) e[j + 2];
                d *= 1 + (double) e[j + 3];
            }
            for (; j < end; j++) {
                a *= 1 + (double) e[j];
            }
            sum += Math.log(a * b * (c * d));
        }
        return sum;
    }

    /** log Σ_z p(xᵢ, z) of each row, summed block by block. */
    double[] logDensity(FMatrixRMaj x) {
        LogSums sums = new LogSums(x.numRows);
        run(
                x,
                (firstRow, firstState, joint) -> Parallel.range(joint.numRows, 4, (from, to) -> {
                    for (int i = from; i < to; i++) {
                        sums.add(firstRow + i, joint.data, i * joint.numCols, joint.numCols);
                    }
                }));
        return sums.values();
    }
}
