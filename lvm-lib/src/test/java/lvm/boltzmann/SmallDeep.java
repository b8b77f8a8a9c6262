package lvm.boltzmann;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;

/** Deep machines that are small enough to write all their states down, and what follows from the definition of the energy alone. */
final class SmallDeep {
    private SmallDeep() {}

    static Dbm random(double deviation, long seed, int... widths) {
        SplittableRandom rng = new SplittableRandom(seed);
        List<FMatrixRMaj> weights = new ArrayList<>();
        List<FMatrixRMaj> biases = new ArrayList<>();
        for (int l = 0; l < widths.length; l++) {
            FMatrixRMaj b = new FMatrixRMaj(1, widths[l]);
            Fill.normal(0, .5f, b, rng);
            biases.add(b);
            if (l > 0) {
                FMatrixRMaj w = new FMatrixRMaj(widths[l - 1], widths[l]);
                Fill.normal(0, (float) deviation, w, rng);
                weights.add(w);
            }
        }
        return Dbm.of(weights, biases);
    }

    /** All parameters in double precision: the weights, the biases. */
    record Numbers(double[][][] w, double[][] b) {
        static Numbers of(Dbm dbm) {
            int layers = dbm.hidden().length;
            double[][][] w = new double[layers][][];
            double[][] b = new double[layers + 1][];
            for (int l = 0; l <= layers; l++) {
                b[l] = row(dbm.bias(l), 0);
                if (l > 0) {
                    FMatrixRMaj m = dbm.weights(l);
                    w[l - 1] = new double[m.numRows][];
                    for (int i = 0; i < m.numRows; i++) {
                        w[l - 1][i] = row(m, i);
                    }
                }
            }
            return new Numbers(w, b);
        }

        int units() {
            int n = 0;
            for (double[] each : b) {
                n += each.length;
            }
            return n;
        }

        /** −E of means or states of all layers. */
        double minusEnergy(double[][] x) {
            double sum = 0;
            for (int l = 0; l < b.length; l++) {
                for (int j = 0; j < b[l].length; j++) {
                    sum += b[l][j] * x[l][j];
                    for (int i = 0; l > 0 && i < b[l - 1].length; i++) {
                        sum += x[l - 1][i] * w[l - 1][i][j] * x[l][j];
                    }
                }
            }
            return sum;
        }

        double[][] state(int code) {
            double[][] x = new double[b.length][];
            int at = units();
            for (int l = 0; l < x.length; l++) {
                x[l] = new double[b[l].length];
                for (int j = 0; j < x[l].length; j++) {
                    x[l][j] = code >> --at & 1;
                }
            }
            return x;
        }

        /** e^−E of all states, the visible units first. */
        double[] weights() {
            double[] all = new double[1 << units()];
            for (int s = 0; s < all.length; s++) {
                all[s] = Math.exp(minusEnergy(state(s)));
            }
            return all;
        }

        double logit(int layer, int j, double[][] x) {
            double a = b[layer][j];
            for (int i = 0; layer > 0 && i < b[layer - 1].length; i++) {
                a += x[layer - 1][i] * w[layer - 1][i][j];
            }
            for (int k = 0; layer < w.length && k < b[layer + 1].length; k++) {
                a += w[layer][j][k] * x[layer + 1][k];
            }
            return a;
        }

        /** A layer at its means given its neighbours. */
        void update(int layer, double[][] x) {
            for (int j = 0; j < x[layer].length; j++) {
                x[layer][j] = 1 / (1 + Math.exp(-logit(layer, j, x)));
            }
        }

        /** E_Q[−E] + H(Q). */
        double bound(double[][] q) {
            double h = 0;
            for (int l = 1; l < q.length; l++) {
                for (double p : q[l]) {
                    h -= p <= 0 || p >= 1 ? 0 : p * Math.log(p) + (1 - p) * Math.log(1 - p);
                }
            }
            return minusEnergy(q) + h;
        }

        /** The mean field of a row, by a thousand updates from 1/2. */
        double[][] meanField(double[] v) {
            double[][] q = state(0);
            q[0] = v;
            for (int l = 1; l < q.length; l++) {
                java.util.Arrays.fill(q[l], .5);
            }
            for (int t = 0; t < 1000; t++) {
                for (int first = 1; first <= 2; first++) {
                    for (int l = first; l < q.length; l += 2) {
                        update(l, q);
                    }
                }
            }
            return q;
        }
    }

    static double[] row(FMatrixRMaj m, int i) {
        double[] row = new double[m.numCols];
        for (int j = 0; j < row.length; j++) {
            row[j] = m.get(i, j);
        }
        return row;
    }
}
