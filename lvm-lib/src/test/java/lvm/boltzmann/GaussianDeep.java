package lvm.boltzmann;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import lvm.linalg.Logs;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;

/**
 * What a deep machine with Gaussian visible units is by its energy alone, in double precision: a mixture of Gaussians, one for each state of the hidden
 * units.
 */
final class GaussianDeep {
    final double[][][] w;
    final double[][] b;
    final double[] variances;
    /** log ∫ e^−E dv of every state of the hidden units. */
    final double[] logWeights;

    final double[][] means;

    GaussianDeep(Dbm dbm) {
        SmallDeep.Numbers n = SmallDeep.Numbers.of(dbm);
        w = n.w();
        b = n.b();
        variances = SmallDeep.row(dbm.variances().orElseThrow(), 0);
        int units = 0;
        for (int l = 1; l < b.length; l++) {
            units += b[l].length;
        }
        logWeights = new double[1 << units];
        means = new double[logWeights.length][];
        for (int s = 0; s < logWeights.length; s++) {
            double[][] h = state(s);
            means[s] = mean(h[1]);
            logWeights[s] = hidden(h);
            for (int i = 0; i < variances.length; i++) {
                double m = means[s][i];
                logWeights[s] +=
                        (m - b[0][i]) * (m + b[0][i]) / (2 * variances[i]) + Math.log(2 * Math.PI * variances[i]) / 2;
            }
        }
    }

    static Dbm random(double deviation, long seed, int... widths) {
        SplittableRandom rng = new SplittableRandom(seed);
        List<FMatrixRMaj> weights = new ArrayList<>();
        List<FMatrixRMaj> biases = new ArrayList<>();
        FMatrixRMaj variances = new FMatrixRMaj(1, widths[0]);
        Fill.uniform(.4f, 1.5f, variances, rng);
        for (int l = 0; l < widths.length; l++) {
            FMatrixRMaj bias = new FMatrixRMaj(1, widths[l]);
            Fill.normal(0, .5f, bias, rng);
            biases.add(bias);
            if (l > 0) {
                FMatrixRMaj each = new FMatrixRMaj(widths[l - 1], widths[l]);
                Fill.normal(0, (float) deviation, each, rng);
                weights.add(each);
            }
        }
        return Dbm.gaussian(weights, biases, variances);
    }

    /** The hidden layers from 1 on; 0 is empty. */
    double[][] state(int code) {
        double[][] x = new double[b.length][];
        x[0] = new double[b[0].length];
        for (int l = 1; l < x.length; l++) {
            x[l] = new double[b[l].length];
            for (int j = 0; j < x[l].length; j++) {
                x[l][j] = code & 1;
                code >>= 1;
            }
        }
        return x;
    }

    /** −E without the visible units. */
    double hidden(double[][] h) {
        double sum = 0;
        for (int l = 1; l < b.length; l++) {
            for (int j = 0; j < b[l].length; j++) {
                sum += b[l][j] * h[l][j];
                for (int i = 0; l > 1 && i < b[l - 1].length; i++) {
                    sum += h[l - 1][i] * w[l - 1][i][j] * h[l][j];
                }
            }
        }
        return sum;
    }

    double[] mean(double[] h1) {
        double[] m = b[0].clone();
        for (int i = 0; i < m.length; i++) {
            for (int j = 0; j < h1.length; j++) {
                m[i] += w[0][i][j] * h1[j];
            }
        }
        return m;
    }

    /** −E of rows and of states or means of all hidden layers. */
    double minusEnergy(double[] v, double[][] h) {
        double sum = hidden(h);
        for (int i = 0; i < v.length; i++) {
            sum -= (v[i] - b[0][i]) * (v[i] - b[0][i]) / (2 * variances[i]);
            for (int j = 0; j < h[1].length; j++) {
                sum += v[i] * w[0][i][j] * h[1][j] / variances[i];
            }
        }
        return sum;
    }

    double logit(int layer, int j, double[] v, double[][] h) {
        double a = b[layer][j];
        for (int i = 0; i < b[layer - 1].length; i++) {
            a += (layer == 1 ? v[i] / variances[i] : h[layer - 1][i]) * w[layer - 1][i][j];
        }
        for (int k = 0; layer < w.length && k < b[layer + 1].length; k++) {
            a += w[layer][j][k] * h[layer + 1][k];
        }
        return a;
    }

    void update(int layer, double[] v, double[][] h) {
        for (int j = 0; j < h[layer].length; j++) {
            h[layer][j] = 1 / (1 + Math.exp(-logit(layer, j, v, h)));
        }
    }

    double[][] meanField(double[] v) {
        double[][] q = state(0);
        for (int l = 1; l < q.length; l++) {
            java.util.Arrays.fill(q[l], .5);
        }
        for (int t = 0; t < 2000; t++) {
            for (int l = 1; l < q.length; l += 2) {
                update(l, v, q);
            }
            for (int l = 2; l < q.length; l += 2) {
                update(l, v, q);
            }
        }
        return q;
    }

    static double entropy(double[][] q) {
        double h = 0;
        for (int l = 1; l < q.length; l++) {
            for (double p : q[l]) {
                h -= p <= 0 || p >= 1 ? 0 : p * Math.log(p) + (1 - p) * Math.log(1 - p);
            }
        }
        return h;
    }

    double logZ() {
        return Logs.logSumExp(logWeights);
    }

    /** log p(v, h) + log Z of every state. */
    double[] joint(double[] v) {
        double[] terms = logWeights.clone();
        for (int s = 0; s < terms.length; s++) {
            for (int i = 0; i < v.length; i++) {
                double r = v[i] - means[s][i];
                terms[s] -= r * r / (2 * variances[i]) + Math.log(2 * Math.PI * variances[i]) / 2;
            }
        }
        return terms;
    }

    double logDensity(double[] v) {
        return Logs.logSumExp(joint(v)) - logZ();
    }

    /** Means, mean squares and mean product of two columns, each within 4.5 standard errors. */
    static void assertMoments(double[] expected, FMatrixRMaj x) {
        for (int k = 0; k < 5; k++) {
            double mean = 0;
            double squares = 0;
            for (int i = 0; i < x.numRows; i++) {
                double a = x.get(i, 0);
                double b = x.get(i, 1);
                double value = new double[] {a, b, a * a, b * b, a * b}[k];
                mean += value / x.numRows;
                squares += value * value / x.numRows;
            }
            assertEquals(expected[k], mean, 4.5 * Math.sqrt((squares - mean * mean) / x.numRows), "moment " + k);
        }
    }
}
