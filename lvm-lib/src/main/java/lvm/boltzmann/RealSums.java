package lvm.boltzmann;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import lvm.linalg.Interrupts;
import lvm.linalg.Logs;
import lvm.linalg.Parallel;
import lvm.random.Fill;
import org.ejml.data.DMatrixRMaj;

/**
 * Sums over all states of the hidden units of a machine whose rows are Gaussian given them: log ∫ e^−E(x, h) dx = bias(h) + ½ bᵀ C b + ½ log |2π C|, with
 * C = P(h)⁻¹ and b = linear(h). States of the mean units share the factor of P. A state's bit j is unit j.
 */
final class RealSums {
    private static final int BLOCK = 64;

    private final RealUnits units;
    private final int means;
    private final int covariances;
    private final double[] logWeights;
    private double logZ;

    RealSums(String where, RealUnits units) {
        this.units = units;
        if (!units.bits() || !units.gaussianGivenHidden()) {
            throw new IllegalArgumentException(where + ": "
                    + (units.bits()
                            ? "with the normalisations of the published code x is not Gaussian given h"
                            : "hidden units with a Gamma distribution have no states to sum over")
                    + "; integrated() does it for at most " + IntegratedRealMachine.MAX_COLUMNS
                    + " columns, bracket() estimates it from both sides");
        }
        if (units.hidden() > EnumeratedRealMachine.MAX_UNITS) {
            throw new IllegalArgumentException(where + ": a sum over the states of " + units.hidden()
                    + " hidden units, expected at most " + EnumeratedRealMachine.MAX_UNITS
                    + "; bracket() estimates it from both sides");
        }
        means = units.meanUnits();
        covariances = units.hidden() - means;
        logWeights = new double[1 << units.hidden()];
    }

    /** One state: its Gaussian, and where its numbers are put. */
    private final class Room {
        final double[] h = new double[units.hidden()];
        final double[] mean = new double[units.visible];
        final Precision gaussian = new Precision(units.visible);

        void covariance(int state) {
            bits(state << means);
            units.precision(h, gaussian.matrix());
            gaussian.decompose();
        }

        /** log ∫ e^−E(x, h) dx, and the mean of x. */
        double state(int state) {
            bits(state);
            units.linear(h, mean);
            double[] b = mean.clone();
            gaussian.solve(mean);
            double product = 0;
            for (int i = 0; i < b.length; i++) {
                product += b[i] * mean[i];
            }
            return units.bias(h) + product / 2 + units.visible * Logs.HALF_LOG_2_PI - gaussian.logDeterminant() / 2;
        }

        private void bits(int state) {
            for (int j = 0; j < h.length; j++) {
                h[j] = state >> j & 1;
            }
        }
    }

    /** Computes log Z of the parameters as they are. */
    double logZ() {
        int all = 1 << covariances;
        for (int first = 0; first < all; first += BLOCK * Parallel.threads()) {
            Interrupts.check("logPartition");
            int start = first;
            int count = Math.min(BLOCK * Parallel.threads(), all - first);
            Parallel.range(count, 1, (from, to) -> {
                Room room = new Room();
                for (int k = start + from; k < start + to; k++) {
                    room.covariance(k);
                    for (int m = 0; m < 1 << means; m++) {
                        logWeights[k << means | m] = room.state(k << means | m);
                    }
                }
            });
        }
        logZ = Logs.logSumExp(logWeights);
        return logZ;
    }

    /** Adds weight · E[∂E/∂θ] under the model to the slopes; {@link #logZ} comes first. */
    void addSlopes(double weight) {
        Room room = new Room();
        DMatrixRMaj covariance = new DMatrixRMaj(units.visible, units.visible);
        DMatrixRMaj second = new DMatrixRMaj(units.visible, units.visible);
        for (int k = 0; k < 1 << covariances; k++) {
            room.covariance(k);
            room.gaussian.covariance(covariance);
            for (int m = 0; m < 1 << means; m++) {
                int state = k << means | m;
                double p = weight * Math.exp(logWeights[state] - logZ);
                room.state(state);
                for (int i = 0; i < second.getNumElements(); i++) {
                    second.data[i] = covariance.data[i] + room.mean[i / units.visible] * room.mean[i % units.visible];
                }
                units.addJoint(p, room.h, room.mean, second);
            }
        }
    }

    /** The probability of a state. */
    double probability(int state) {
        return Math.exp(logWeights[state] - logZ);
    }

    /** The mean and the covariance of x under the model. */
    void moments(double[] mean, DMatrixRMaj covariance) {
        Room room = new Room();
        DMatrixRMaj c = new DMatrixRMaj(units.visible, units.visible);
        covariance.zero();
        Arrays.fill(mean, 0);
        for (int k = 0; k < 1 << covariances; k++) {
            room.covariance(k);
            room.gaussian.covariance(c);
            for (int m = 0; m < 1 << means; m++) {
                int state = k << means | m;
                double p = probability(state);
                room.state(state);
                for (int i = 0; i < c.getNumElements(); i++) {
                    covariance.data[i] += p * (c.data[i] + room.mean[i / units.visible] * room.mean[i % units.visible]);
                }
                for (int i = 0; i < mean.length; i++) {
                    mean[i] += p * room.mean[i];
                }
            }
        }
        for (int i = 0; i < c.getNumElements(); i++) {
            covariance.data[i] -= mean[i / units.visible] * mean[i % units.visible];
        }
    }

    /** Exact draws: of the states by the inverse of the distribution function, then of x. */
    DMatrixRMaj sample(int n, RandomGenerator rng) {
        double[] u = new double[n];
        for (int i = 0; i < n; i++) {
            u[i] = rng.nextDouble();
        }
        Arrays.sort(u);
        int[] order = Fill.permutation(n, rng);
        DMatrixRMaj x = new DMatrixRMaj(n, units.visible);
        Room room = new Room();
        double below = 0;
        int factored = -1;
        int next = 0;
        for (int state = 0; state < logWeights.length && next < n; state++) {
            below += probability(state);
            // what rounding leaves of the sum belongs to the last state
            boolean last = state == logWeights.length - 1;
            if (!(u[next] < below) && !last) {
                continue;
            }
            if (factored != state >> means) {
                factored = state >> means;
                room.covariance(factored);
            }
            room.state(state);
            while (next < n && (last || u[next] < below)) {
                room.gaussian.draw(room.mean, x.data, order[next++] * units.visible, rng);
            }
        }
        return x;
    }
}
