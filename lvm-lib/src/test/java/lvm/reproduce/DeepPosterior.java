package lvm.reproduce;

import java.util.Arrays;
import lvm.boltzmann.Dbm;
import lvm.boltzmann.EnumeratedDbn;
import lvm.boltzmann.Rbm;
import lvm.distribution.BinaryStates;
import lvm.linalg.Logs;
import org.ejml.data.FMatrixRMaj;

/**
 * Exact posteriors of the hidden units of small machines, as mixtures: states with probabilities, given each of which the units of the lower and of
 * the upper hidden layer are independent and have means. All that depends on each other does so through the state.
 *
 * @param p the probability of each state
 * @param lower the means of the units of h¹ given each state, a state a row
 * @param upper those of h²
 */
record DeepPosterior(double[] p, FMatrixRMaj lower, FMatrixRMaj upper) {
    /** The variance below which a unit counts as fixed, and has no correlations. */
    private static final double FIXED = 1e-6;

    /** p(h | v) of a restricted machine by its energies, with all hidden units in the lower layer. */
    static DeepPosterior of(Rbm rbm, FMatrixRMaj v, int row) {
        FMatrixRMaj h = BinaryStates.all(rbm.latentDim());
        double[] log = rbm.energy(beside(v, row, h.numRows, 0), h);
        return new DeepPosterior(normalised(negative(log)), h, new FMatrixRMaj(h.numRows, 0));
    }

    /** p(h¹, h² | v) of a belief network of two hidden layers. */
    static DeepPosterior of(EnumeratedDbn dbn, FMatrixRMaj v, int row) {
        FMatrixRMaj h = BinaryStates.all(dbn.dbn().sizes()[1]);
        double[] p = Arrays.copyOf(dbn.posterior(beside(v, row, 1, 0)).data, h.numRows);
        return new DeepPosterior(p, h, dbn.dbn().top().encode(h));
    }

    /** p(h¹, h²) of a belief network of two hidden layers, that of the machine at its top. */
    static DeepPosterior top(EnumeratedDbn dbn) {
        FMatrixRMaj h = BinaryStates.all(dbn.dbn().sizes()[1]);
        double[] log = dbn.dbn().top().enumerated().logDensity(h);
        return new DeepPosterior(normalised(log), h, dbn.dbn().top().encode(h));
    }

    /** What p(h¹ | v) would be with independent units of the same means in the place of the machine at the top. */
    static DeepPosterior directedLayer(EnumeratedDbn dbn, FMatrixRMaj v, int row) {
        DeepPosterior top = top(dbn);
        FMatrixRMaj h = top.lower;
        double[] prior = top.means(h);
        FMatrixRMaj pixels = dbn.dbn().machines().orElseThrow().get(0).decode(h);
        double[] log = new double[h.numRows];
        for (int s = 0; s < log.length; s++) {
            for (int j = 0; j < h.numCols; j++) {
                log[s] += Math.log(h.get(s, j) == 1 ? prior[j] : 1 - prior[j]);
            }
            for (int i = 0; i < v.numCols; i++) {
                double mean = pixels.get(s, i);
                log[s] += Math.log(v.get(row, i) == 1 ? mean : 1 - mean);
            }
        }
        return new DeepPosterior(normalised(log), h, new FMatrixRMaj(h.numRows, 0));
    }

    /** p(h¹, h² | v) of a deep Boltzmann machine of two hidden layers: its states are those of h². */
    static DeepPosterior of(Dbm dbm, FMatrixRMaj v, int row) {
        Rbm both = dbm.toRbm();
        FMatrixRMaj x = withStates(v, row, dbm.latentDim());
        return new DeepPosterior(
                normalised(negative(both.freeEnergy(x))), both.encode(x), BinaryStates.all(dbm.latentDim()));
    }

    /** A row beside each state of so many bits: what the restricted machine of a deep one sees. */
    static FMatrixRMaj withStates(FMatrixRMaj v, int row, int bits) {
        FMatrixRMaj states = BinaryStates.all(bits);
        FMatrixRMaj x = beside(v, row, states.numRows, bits);
        for (int s = 0; s < x.numRows; s++) {
            System.arraycopy(states.data, s * bits, x.data, s * x.numCols + v.numCols, bits);
        }
        return x;
    }

    /** A row so many times, with room beside. */
    private static FMatrixRMaj beside(FMatrixRMaj v, int row, int times, int room) {
        FMatrixRMaj x = new FMatrixRMaj(times, v.numCols + room);
        for (int s = 0; s < times; s++) {
            System.arraycopy(v.data, row * v.numCols, x.data, s * x.numCols, v.numCols);
        }
        return x;
    }

    private static double[] negative(double[] x) {
        return Arrays.stream(x).map(v -> -v).toArray();
    }

    private static double[] normalised(double[] log) {
        double sum = Logs.logSumExp(log);
        return Arrays.stream(log).map(v -> Math.exp(v - sum)).toArray();
    }

    /** The largest correlation of two units of h¹, of either sign. */
    double withinLower() {
        return largest(lower, lower);
    }

    /** The largest correlation of a unit of h¹ and one of h², of either sign. */
    double between() {
        return largest(lower, upper);
    }

    private double[] means(FMatrixRMaj a) {
        double[] mean = new double[a.numCols];
        for (int k = 0; k < a.getNumElements(); k++) {
            mean[k % a.numCols] += p[k / a.numCols] * a.data[k];
        }
        return mean;
    }

    private double largest(FMatrixRMaj a, FMatrixRMaj b) {
        double[] meanA = means(a);
        double[] meanB = means(b);
        double largest = 0;
        for (int j = 0; j < a.numCols; j++) {
            for (int k = a == b ? j + 1 : 0; k < b.numCols; k++) {
                double covariance = 0;
                for (int s = 0; s < p.length; s++) {
                    covariance += p[s] * (a.get(s, j) - meanA[j]) * (b.get(s, k) - meanB[k]);
                }
                double variances = meanA[j] * (1 - meanA[j]) * meanB[k] * (1 - meanB[k]);
                if (variances > FIXED * FIXED) {
                    largest = Math.max(largest, Math.abs(covariance) / Math.sqrt(variances));
                }
            }
        }
        return largest;
    }
}
