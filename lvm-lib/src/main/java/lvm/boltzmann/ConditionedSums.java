package lvm.boltzmann;

import java.util.Arrays;
import java.util.SplittableRandom;
import lvm.distribution.BinaryStates;
import lvm.linalg.Interrupts;
import lvm.linalg.Logs;
import lvm.linalg.Parallel;
import lvm.linalg.VectorMath;
import lvm.model.LogPartition.Kind;
import lvm.model.Require;
import lvm.random.Fill;
import lvm.random.Seeds;
import org.ejml.data.FMatrixRMaj;

/** Log Z of conditioned machines, one for each row: by the sum over the states of the hidden units, and by annealing. */
final class ConditionedSums {
    /** The most hidden units whose states are summed over, row by row. */
    static final int MAX_UNITS = 20;

    private static final int STATES = 1 << 10; // of a block
    private static final int ROWS = 1 << 14; // of states at once

    private ConditionedSums() {}

    static void requireExact(String where, ConditionedUnits units) {
        if (units.hidden() > MAX_UNITS) {
            throw new IllegalArgumentException(where + ": " + units.hidden() + " hidden units, expected at most "
                    + MAX_UNITS + " for the sum over their states in every row; the annealed estimate takes more");
        }
    }

    /** What is done with −log of the sum over v, c_rᵀs + Σᵢ softplus, of the states of one row's hidden units. */
    @FunctionalInterface
    private interface Visitor {
        void states(int row, double[] terms, int count, FMatrixRMaj logits, int firstLogit);
    }

    private static void visit(String where, ConditionedUnits units, Visitor visitor) {
        int bits = units.hidden();
        int block = Math.min(1 << bits, STATES);
        int rows = Math.max(1, ROWS / block);
        FMatrixRMaj s = new FMatrixRMaj(block, bits);
        FMatrixRMaj logits = new FMatrixRMaj(0, units.visible());
        for (int from = 0; from < units.rows(); from += rows) {
            ConditionedUnits part = units.slice(from, Math.min(units.rows(), from + rows));
            FMatrixRMaj states = new FMatrixRMaj(part.rows() * block, bits);
            int first = from;
            for (long at = 0; at < 1L << bits; at += block) {
                Interrupts.check(where);
                BinaryStates.fill(s, at);
                for (int r = 0; r < part.rows(); r++) {
                    System.arraycopy(s.data, 0, states.data, r * block * bits, block * bits);
                }
                part.visibleLogits(states, logits);
                Parallel.range(part.rows(), 1, (low, high) -> {
                    double[] terms = new double[block];
                    for (int r = low; r < high; r++) {
                        for (int k = 0; k < block; k++) {
                            int row = r * block + k;
                            terms[k] = RbmUnits.dot(part.c.data, r * bits, states.data, row * bits, bits)
                                    + Logs.sumSoftplus(1, logits.data, row * units.visible(), units.visible());
                        }
                        visitor.states(first + r, terms, block, logits, r * block * units.visible());
                    }
                });
            }
        }
    }

    /** Log Z of every row, exact. */
    static double[] logZ(String where, ConditionedUnits units) {
        requireExact(where, units);
        double[] logZ = new double[units.rows()];
        Arrays.fill(logZ, Double.NEGATIVE_INFINITY);
        visit(where, units, (row, terms, count, logits, first) -> {
            double part = Logs.logSumExp(terms, 0, count);
            double most = Math.max(part, logZ[row]);
            logZ[row] = most + Math.log(Math.exp(part - most) + Math.exp(logZ[row] - most));
        });
        return logZ;
    }

    /** The means of the visible units of every row, exact. */
    static FMatrixRMaj means(String where, ConditionedUnits units) {
        double[] logZ = logZ(where, units);
        int d = units.visible();
        double[][] sums = new double[units.rows()][d];
        visit(where, units, (row, terms, count, logits, first) -> {
            for (int k = 0; k < count; k++) {
                double p = Math.exp(terms[k] - logZ[row]);
                for (int i = 0; i < d; i++) {
                    sums[row][i] += p / (1 + Math.exp(-logits.data[first + k * d + i]));
                }
            }
        });
        FMatrixRMaj means = new FMatrixRMaj(units.rows(), d);
        for (int r = 0; r < units.rows(); r++) {
            for (int i = 0; i < d; i++) {
                means.data[r * d + i] = (float) sums[r][i];
            }
        }
        return means;
    }

    /** Log Z of rows by annealed importance sampling: estimates, how far each may be off, and what its chains are worth. */
    record Annealed(double[] logZ, double[] variances, double[] effective) {}

    /**
     * Annealing of every row's machine from independent units, f_β(v) = exp(((1 − β) a + β b)ᵀv) Πⱼ (1 + e^β(cⱼ + vᵀWⱼ)), with the a of its own
     * row: the logits of v at the means of the hidden units that their biases alone give.
     */
    static Annealed anneal(String where, ConditionedUnits units, int chains, double[] betas, long seed) {
        Require.atLeast(where, "chains", 1, chains);
        requireBetas(where, betas);
        int n = units.rows();
        Annealed all = new Annealed(new double[n], new double[n], new double[n]);
        int rows = Math.max(1, ROWS / chains);
        for (int from = 0; from < n; from += rows) {
            ConditionedUnits part = units.slice(from, Math.min(n, from + rows));
            double[] logWeights = logWeights(where, part, chains, betas, Seeds.split(seed, from));
            for (int r = 0; r < part.rows(); r++) {
                double mean = Logs.logMeanExp(logWeights, r * chains, chains);
                double squares = 0;
                for (int k = 0; k < chains; k++) {
                    double e = Math.exp(logWeights[r * chains + k] - mean) - 1;
                    squares += e * e;
                }
                all.logZ[from + r] = mean;
                all.variances[from + r] = chains > 1 ? squares / (chains - 1) / chains : Double.NaN;
                all.effective[from + r] =
                        Logs.effectiveNumber(Arrays.copyOfRange(logWeights, r * chains, (r + 1) * chains));
            }
        }
        return all;
    }

    private static void requireBetas(String where, double[] betas) {
        boolean good = betas.length >= 2 && betas[0] == 0 && betas[betas.length - 1] == 1;
        for (int k = 1; k < betas.length && good; k++) {
            good = betas[k] > betas[k - 1];
        }
        if (!good) {
            throw new IllegalArgumentException(
                    where + ": " + betas.length + " inverse temperatures, expected at least 2 that rise from 0 to 1");
        }
    }

    private static double[] logWeights(String where, ConditionedUnits units, int chains, double[] betas, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        int d = units.visible();
        int m = units.hidden();
        FMatrixRMaj a = units.c.copy();
        VectorMath.sigmoid(a, a);
        FMatrixRMaj base = new FMatrixRMaj(units.rows(), d);
        units.visibleLogits(a, base);
        FMatrixRMaj difference = units.b.copy();
        for (int i = 0; i < difference.getNumElements(); i++) {
            difference.data[i] -= base.data[i];
        }
        FMatrixRMaj v = repeat(base, chains);
        VectorMath.sigmoid(v, v);
        Fill.bits(v, rng);
        FMatrixRMaj h = new FMatrixRMaj(v.numRows, m);
        double[] w = new double[v.numRows];
        for (int i = 0; i < w.length; i++) {
            w[i] = m * Math.log(2) + Logs.sumSoftplus(1, base.data, i / chains * d, d);
        }
        for (int k = 1; k < betas.length; k++) {
            Interrupts.check(where);
            double old = betas[k - 1];
            double beta = betas[k];
            units.hiddenLogits(v, h);
            Parallel.range(w.length, Parallel.grain(16 * m), (from, to) -> {
                for (int i = from; i < to; i++) {
                    w[i] += (beta - old) * RbmUnits.dot(difference.data, i / chains * d, v.data, i * d, d)
                            + Logs.sumSoftplus(beta, h.data, i * m, m)
                            - Logs.sumSoftplus(old, h.data, i * m, m);
                }
            });
            if (k + 1 < betas.length) {
                scale((float) beta, h);
                VectorMath.sigmoid(h, h);
                Fill.bits(h, rng);
                units.down(h, v);
                scale((float) beta, v);
                units.add(base, (float) (1 - beta), v);
                units.add(units.b, (float) beta, v);
                VectorMath.sigmoid(v, v);
                Fill.bits(v, rng);
            }
        }
        return w;
    }

    private static FMatrixRMaj repeat(FMatrixRMaj x, int each) {
        return ConditionedUnits.repeat(x, each);
    }

    private static void scale(float s, FMatrixRMaj x) {
        Parallel.range(x.getNumElements(), Parallel.grain(1), (from, to) -> {
            for (int i = from; i < to; i++) {
                x.data[i] *= s;
            }
        });
    }

    /** log p(v_r | its condition) of every row, and the mean. */
    static ConditionalLikelihood exact(String where, ConditionedUnits units, FMatrixRMaj v) {
        double[] logZ = logZ(where, units);
        double[] logP = units.minusFreeEnergy(v);
        for (int r = 0; r < logP.length; r++) {
            logP[r] -= logZ[r];
        }
        return new ConditionalLikelihood(logP, Kind.EXACT, 0, 0, 0, Double.NaN);
    }

    /** The same with log Z by annealing. */
    static ConditionalLikelihood annealed(
            String where, ConditionedUnits units, FMatrixRMaj v, int chains, double[] betas, long seed) {
        Annealed z = anneal(where, units, chains, betas, seed);
        double[] logP = units.minusFreeEnergy(v);
        double variance = 0;
        for (int r = 0; r < logP.length; r++) {
            logP[r] -= z.logZ[r];
            variance += z.variances[r];
        }
        double[] sorted = z.effective.clone();
        Arrays.sort(sorted);
        return new ConditionalLikelihood(
                logP,
                Kind.UPPER_BOUND,
                Math.sqrt(variance) / logP.length,
                chains,
                betas.length,
                sorted.length == 0 ? Double.NaN : sorted[sorted.length / 20]);
    }
}
