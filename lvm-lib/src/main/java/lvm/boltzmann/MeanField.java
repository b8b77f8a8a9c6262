package lvm.boltzmann;

import java.util.random.RandomGenerator;
import lvm.linalg.Logs;
import lvm.linalg.Parallel;
import lvm.linalg.Products;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * The factorial distribution Q of the hidden units of a deep Boltzmann machine that maximises the bound, by its fixed-point equations
 * qₗ = σ(bₗ + qₗ₋₁ Wₗ + qₗ₊₁ Wₗ₊₁ᵀ), q₀ = v: first the layers of odd number, then those of even number. Each half is the best Q for what
 * the other is, so that the bound never falls. It begins with a pass upwards whose weights are doubled where a layer is missing above.
 * Allocates nothing while the number of rows stays the same.
 */
final class MeanField {
    private final DbmUnits units;
    private final int iterations;
    private final double tolerance;
    private final FMatrixRMaj[] q;
    private final FMatrixRMaj[] next;
    private final FMatrixRMaj fromBelow;

    MeanField(DbmUnits units, int iterations, double tolerance) {
        this.units = units;
        this.iterations = iterations;
        this.tolerance = tolerance;
        q = units.states();
        next = units.states();
        fromBelow = new FMatrixRMaj(0, units.width(1));
    }

    /** The means of all layers, those of layer 0 as they were given; overwritten by the next run. */
    FMatrixRMaj[] means() {
        return q;
    }

    /**
     * Runs the equations for rows of visible units.
     *
     * @return how many times all layers were updated
     */
    int run(FMatrixRMaj v) {
        start(v);
        int done = 0;
        while (done < iterations) {
            done++;
            if (update() <= tolerance) {
                break;
            }
        }
        return done;
    }

    void start(FMatrixRMaj v) {
        q[0] = v;
        for (int l = 1; l <= units.top(); l++) {
            FMatrixRMaj a = q[l];
            a.reshape(v.numRows, a.numCols);
            FMatrixRMaj b = units.biases().get(l);
            Products.multBias(q[l - 1], units.weights().get(l - 1), b, a);
            if (l == 1) {
                fromBelow.setTo(a);
            }
            if (l < units.top()) {
                for (int k = 0; k < a.getNumElements(); k++) {
                    a.data[k] = 2 * a.data[k] - b.data[k % b.numCols];
                }
            }
            units.layers().get(l).means(a);
        }
    }

    /** Runs the equations where some of the visible units are units as those of the hidden layers; v gets their means. */
    void complete(FMatrixRMaj v, boolean[] missing) {
        start(v);
        FMatrixRMaj logits = new FMatrixRMaj(0, v.numCols);
        for (int k = 0; k < iterations; k++) {
            double change = 0;
            for (int l = 1; l <= units.top(); l += 2) {
                change = Math.max(change, moved(l));
            }
            units.logits(0, q, logits);
            units.layers().get(0).means(logits);
            for (int i = 0; i < missing.length; i++) {
                if (missing[i]) {
                    change = Math.max(change, Math.abs(logits.data[i] - v.data[i]));
                    v.data[i] = logits.data[i];
                }
            }
            for (int l = 2; l <= units.top(); l += 2) {
                change = Math.max(change, moved(l));
            }
            if (change <= tolerance) {
                break;
            }
        }
    }

    /** Updates all layers; the largest change of a mean. */
    double update() {
        double change = 0;
        for (int first = 1; first <= 2; first++) {
            for (int l = first; l <= units.top(); l += 2) {
                change = Math.max(change, update(l));
            }
        }
        return change;
    }

    private double update(int l) {
        FMatrixRMaj a = next[l];
        if (l == 1) {
            a.setTo(fromBelow);
            Products.multAddTransB(q[2], units.weights().get(1), a);
            return taken(l, a);
        }
        return moved(l);
    }

    /** Updates a layer, whatever has moved. */
    private double moved(int l) {
        units.logits(l, q, next[l]);
        return taken(l, next[l]);
    }

    private double taken(int l, FMatrixRMaj a) {
        units.layers().get(l).means(a);
        float change = 0;
        for (int i = 0; i < a.getNumElements(); i++) {
            change = Math.max(change, Math.abs(a.data[i] - q[l].data[i]));
        }
        next[l] = q[l];
        q[l] = a;
        return change;
    }

    /** E_Q[E(v, h)] − H(Q) of every row at the means as they are, in double precision. */
    double[] freeEnergy() {
        DMatrixRMaj[] x = new DMatrixRMaj[q.length];
        for (int l = 0; l < x.length; l++) {
            x[l] = LayerSums.doubles(q[l]);
        }
        int n = x[0].numRows;
        double[] f = new double[n];
        for (int l = 0; l < x.length; l++) {
            DMatrixRMaj a = new DMatrixRMaj(n, x[l].numCols);
            DMatrixRMaj bias = LayerSums.doubles(units.biases().get(l));
            if (l == 0) {
                for (int i = 0; i < n; i++) {
                    System.arraycopy(bias.data, 0, a.data, i * a.numCols, a.numCols);
                }
            } else {
                Products.multBias(x[l - 1], LayerSums.doubles(units.weights().get(l - 1)), bias, a);
            }
            for (int i = 0; l == 0 && i < n; i++) {
                f[i] += units.square(q[0], i);
            }
            boolean hidden = l > 0;
            double[] means = x[l].data;
            Parallel.range(n, Parallel.grain(16 * a.numCols), (from, to) -> {
                for (int i = from; i < to; i++) {
                    for (int k = i * a.numCols; k < (i + 1) * a.numCols; k++) {
                        f[i] -= a.data[k] * means[k] + (hidden ? Logs.entropy(means[k]) : 0);
                    }
                }
            });
        }
        return f;
    }

    /** The same with the layers of odd number drawn from Q and those of even number summed out, the mean over draws. */
    double[] tighterFreeEnergy(int draws, RandomGenerator rng) {
        int rows = q[0].numRows;
        double[] f = new double[rows];
        FMatrixRMaj[] h = units.states();
        h[0] = q[0];
        FMatrixRMaj logits = new FMatrixRMaj(0, 0);
        for (int s = 0; s < draws; s++) {
            for (int l = 1; l <= units.top(); l += 2) {
                h[l].setTo(q[l]);
                units.layers().get(l).draw(h[l], rng);
            }
            for (int l = 0; l <= units.top(); l++) {
                int n = units.width(l);
                if (l % 2 == 0) {
                    logits.reshape(rows, n);
                    units.logits(l, h, logits);
                }
                for (int i = 0; i < rows; i++) {
                    double part = l == 0
                            ? RbmUnits.dot(q[0].data, i * n, logits.data, i * n, n) - units.square(q[0], i)
                            : l % 2 == 0
                                    ? Logs.sumSoftplus(1, logits.data, i * n, n)
                                    : RbmUnits.dot(
                                                    h[l].data,
                                                    i * n,
                                                    units.biases().get(l).data,
                                                    0,
                                                    n)
                                            + entropy(q[l].data, i * n, n);
                    f[i] -= part / draws;
                }
            }
        }
        return f;
    }

    private static double entropy(float[] q, int from, int n) {
        double sum = 0;
        for (int j = from; j < from + n; j++) {
            sum += Logs.entropy(q[j]);
        }
        return sum;
    }
}
