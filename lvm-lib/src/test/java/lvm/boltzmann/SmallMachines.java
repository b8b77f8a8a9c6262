package lvm.boltzmann;

import java.util.SplittableRandom;
import lvm.distribution.BinaryStates;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;

/** Machines that are small enough to write all their states down, and what follows from the definition of the energy alone. */
final class SmallMachines {
    private SmallMachines() {}

    static Rbm random(int visible, int hidden, double deviation, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        FMatrixRMaj w = new FMatrixRMaj(visible, hidden);
        FMatrixRMaj b = new FMatrixRMaj(1, visible);
        FMatrixRMaj c = new FMatrixRMaj(1, hidden);
        Fill.normal(0, (float) deviation, w, rng);
        Fill.normal(0, .5f, b, rng);
        Fill.normal(0, .5f, c, rng);
        FMatrixRMaj rates = new FMatrixRMaj(1, visible);
        Fill.uniform(.2f, .8f, rates, rng);
        return Rbm.of(w, b, c).withBaseRates(rates);
    }

    /** −bᵀv − cᵀh − vᵀWh. */
    static double energy(Rbm rbm, int v, int h) {
        return energy(rbm.weights(), rbm.visibleBias(), rbm.hiddenBias(), v, h);
    }

    private static double energy(FMatrixRMaj w, FMatrixRMaj b, FMatrixRMaj c, int v, int h) {
        int d = w.numRows;
        int m = w.numCols;
        double e = 0;
        for (int i = 0; i < d; i++) {
            e -= bit(v, i, d) * b.get(0, i);
            for (int j = 0; j < m; j++) {
                e -= (double) bit(v, i, d) * bit(h, j, m) * w.get(i, j);
            }
        }
        for (int j = 0; j < m; j++) {
            e -= bit(h, j, m) * c.get(0, j);
        }
        return e;
    }

    static int bit(int state, int i, int bits) {
        return state >> (bits - 1 - i) & 1;
    }

    /** p(v, h) of all states, from the energies. */
    static double[][] joint(Rbm rbm) {
        double[][] p = new double[1 << rbm.dim()][1 << rbm.latentDim()];
        FMatrixRMaj w = rbm.weights();
        FMatrixRMaj b = rbm.visibleBias();
        FMatrixRMaj c = rbm.hiddenBias();
        double z = 0;
        for (int v = 0; v < p.length; v++) {
            for (int h = 0; h < p[v].length; h++) {
                p[v][h] = Math.exp(-energy(w, b, c, v, h));
                z += p[v][h];
            }
        }
        for (double[] row : p) {
            for (int h = 0; h < row.length; h++) {
                row[h] /= z;
            }
        }
        return p;
    }

    static double logZ(Rbm rbm) {
        double z = 0;
        for (int v = 0; v < 1 << rbm.dim(); v++) {
            for (int h = 0; h < 1 << rbm.latentDim(); h++) {
                z += Math.exp(-energy(rbm, v, h));
            }
        }
        return Math.log(z);
    }

    static double[] visible(Rbm rbm) {
        double[][] joint = joint(rbm);
        double[] p = new double[joint.length];
        for (int v = 0; v < p.length; v++) {
            for (double q : joint[v]) {
                p[v] += q;
            }
        }
        return p;
    }

    /** The matrix of one sweep v → h → v′ on the states of the visible units. */
    static double[][] sweep(Rbm rbm) {
        double[][] joint = joint(rbm);
        int vs = joint.length;
        int hs = joint[0].length;
        double[] pv = visible(rbm);
        double[] ph = new double[hs];
        for (double[] row : joint) {
            for (int h = 0; h < hs; h++) {
                ph[h] += row[h];
            }
        }
        double[][] t = new double[vs][vs];
        for (int v = 0; v < vs; v++) {
            for (int h = 0; h < hs; h++) {
                for (int to = 0; to < vs; to++) {
                    t[v][to] += joint[v][h] / pv[v] * joint[to][h] / ph[h];
                }
            }
        }
        return t;
    }

    static FMatrixRMaj states(int bits) {
        return BinaryStates.all(bits);
    }
}
