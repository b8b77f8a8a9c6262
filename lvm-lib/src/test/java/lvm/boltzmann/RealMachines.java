package lvm.boltzmann;

import java.util.SplittableRandom;
import lvm.linalg.Logs;
import lvm.mixture.GaussianMixture;
import lvm.random.Fill;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/** Machines of given parameters, and what tests of them share. */
final class RealMachines {
    private RealMachines() {}

    static FMatrixRMaj normal(int rows, int columns, double deviation, SplittableRandom rng) {
        FMatrixRMaj m = new FMatrixRMaj(rows, columns);
        Fill.normal(0, (float) deviation, m, rng);
        return m;
    }

    static FMatrixRMaj between(int rows, int columns, double least, double most, SplittableRandom rng) {
        FMatrixRMaj m = new FMatrixRMaj(rows, columns);
        for (int k = 0; k < m.getNumElements(); k++) {
            m.data[k] = (float) rng.nextDouble(least, most);
        }
        return m;
    }

    static McRbm mc(int d, boolean normalised, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        return McRbm.of(
                normal(d, 2, 1, rng), normal(1, 2, 1, rng), normal(d, 3, 1.2, rng), normal(1, 3, 1, rng), normalised);
    }

    static MeanPot pot(int d, double shape, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        return MeanPot.of(normal(d, 2, 1, rng), normal(1, 2, 1, rng), normal(d, 2, 1.5, rng), shape);
    }

    static SpikeSlabRbm slab(int d, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        return SpikeSlabRbm.of(
                normal(d, 3, .5, rng),
                normal(1, 3, 1, rng),
                normal(1, 3, 1, rng),
                between(1, 3, 1.5, 3, rng),
                between(1, d, 1, 2, rng),
                between(d, 3, .1, 1.5, rng));
    }

    static double[] state(RealMachine machine, int state) {
        double[] h = new double[machine.latentDim()];
        for (int j = 0; j < h.length; j++) {
            h[j] = state >> j & 1;
        }
        return h;
    }

    static FMatrixRMaj row(double... x) {
        FMatrixRMaj m = new FMatrixRMaj(1, x.length);
        for (int k = 0; k < x.length; k++) {
            m.data[k] = (float) x[k];
        }
        return m;
    }

    /** log ∫ e^−E(x, h) dx of each state by what E is where the Gaussian given h is greatest. */
    static double[] logWeights(RealMachine machine) {
        double[] logs = new double[1 << machine.latentDim()];
        for (int s = 0; s < logs.length; s++) {
            double[] h = state(machine, s);
            DMatrixRMaj c = machine.conditionalCovariance(h);
            double e = machine.energy(row(machine.conditionalMean(h)), row(h))[0];
            logs[s] = -e + (Math.log(CommonOps_DDRM.det(c)) + machine.dim() * Logs.LOG_2_PI) / 2;
        }
        return logs;
    }

    /** The mixture of 2ᴴ Gaussians. */
    static GaussianMixture mixture(RealMachine machine) {
        double[] logs = logWeights(machine);
        double all = Logs.logSumExp(logs);
        double[] weights = new double[logs.length];
        DMatrixRMaj means = new DMatrixRMaj(logs.length, machine.dim());
        DMatrixRMaj[] covariances = new DMatrixRMaj[logs.length];
        double total = 0;
        for (int s = 0; s < logs.length; s++) {
            double[] h = state(machine, s);
            weights[s] = Math.exp(logs[s] - all);
            total += weights[s];
            covariances[s] = machine.conditionalCovariance(h);
            double[] mean = machine.conditionalMean(h);
            for (int i = 0; i < mean.length; i++) {
                means.set(s, i, mean[i]);
            }
        }
        for (int s = 0; s < weights.length; s++) {
            weights[s] /= total;
        }
        return GaussianMixture.of(weights, means, covariances);
    }

    /** Functions of a row whose means are compared: the columns, their products, and two that see the tails and the middle. */
    static double[] functions(double... x) {
        double a = x[0];
        double b = x[x.length - 1];
        double r = a * a + b * b;
        return new double[] {a, b, a * a, b * b, a * b, Math.min(r * r, 50), Math.exp(-r), Math.exp(-2 * a * a)};
    }

    /** The means of the functions under a machine of the plane, by a grid. */
    static double[] expected(RealMachine machine) {
        IntegratedRealMachine exact = machine.integrated();
        int across = 250;
        double half = 9;
        double step = 2 * half / across;
        double[] sums = new double[8];
        FMatrixRMaj line = new FMatrixRMaj(across, 2);
        for (int i = 0; i < across; i++) {
            for (int k = 0; k < across; k++) {
                line.set(k, 0, (float) (-half + (i + .5) * step));
                line.set(k, 1, (float) (-half + (k + .5) * step));
            }
            double[] logP = exact.logDensity(line);
            for (int k = 0; k < across; k++) {
                double p = Math.exp(logP[k]) * step * step;
                double[] of = functions(line.get(k, 0), line.get(k, 1));
                for (int m = 0; m < sums.length; m++) {
                    sums[m] += p * of[m];
                }
            }
        }
        return sums;
    }
}
