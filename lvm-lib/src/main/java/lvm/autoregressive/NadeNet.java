package lvm.autoregressive;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.linalg.Logs;
import lvm.linalg.Parallel;
import lvm.linalg.VectorMath;
import lvm.nn.Module;
import lvm.nn.WeightInit;
import org.ejml.data.FMatrixRMaj;

/**
 * The parameters of {@link Nade}, and the passes through all columns. The hidden units of a row change only where the column before is a one:
 * in between they are kept, forwards and backwards.
 */
final class NadeNet implements Module {
    /** Sums over rows are made of so many parts, whatever the number of threads. */
    private static final int GROUPS = 4;

    final int[] order;
    private final int dim;
    private final int hidden;
    private final Param w;
    private final Param c;
    private final Param v;
    private final Param b;

    NadeNet(int[] order, int hidden, RandomGenerator rng) {
        this.order = order;
        this.dim = order.length;
        this.hidden = hidden;
        w = new Param("w", WeightInit.GLOROT.draw(dim, hidden, rng));
        c = new Param("c", new FMatrixRMaj(1, hidden));
        v = new Param("v", WeightInit.GLOROT.draw(dim, hidden, rng));
        b = new Param("b", new FMatrixRMaj(1, dim));
    }

    NadeNet copy() {
        NadeNet copy = new NadeNet(order, hidden, new SplittableRandom(0));
        copy.copyFrom(this);
        return copy;
    }

    int hidden() {
        return hidden;
    }

    @Override
    public List<Param> params() {
        return List.of(w, c, v, b);
    }

    /** Begins with the frequencies of ones. */
    void begin(double[] means) {
        for (int j = 0; j < dim; j++) {
            b.value().data[j] = Observations.startLogit(means[j]);
        }
    }

    private static void add(float[] x, int from, float[] y, int to, int n) {
        for (int i = 0; i < n; i++) {
            y[to + i] += x[from + i];
        }
    }

    private static void addScaled(float s, float[] x, int from, float[] y, int to, int n) {
        for (int i = 0; i < n; i++) {
            y[to + i] += s * x[from + i];
        }
    }

    private float logit(int column, float[] h, int at) {
        return (float) (b.value().data[column] + VectorMath.dot(v.value().data, column * hidden, h, at, hidden));
    }

    /** The logits of ones, as the columns stand, on a tape: from the definition and not by shared sums, O(D²H). */
    Var logits(Tape tape, Var x) {
        Var ordered = x.gatherColumns(order);
        Var weights = tape.param(w).gatherRows(order);
        Var out = tape.param(v).gatherRows(order);
        Var[] logits = new Var[dim];
        for (int t = 0; t < dim; t++) {
            int[] before = new int[t];
            Arrays.setAll(before, s -> s);
            Var a = t == 0
                    ? tape.param(c).gatherRows(new int[x.rows()])
                    : ordered.columns(0, t).linear(weights.gatherRows(before), tape.param(c), Activation.IDENTITY);
            logits[t] = a.sigmoid().multTransB(out.gatherRows(t));
        }
        return tape.concatColumns(logits).gatherColumns(Orders.places(order)).add(tape.param(b));
    }

    /** The log probabilities of rows, nats. */
    double[] logProbability(FMatrixRMaj x) {
        double[] logs = new double[x.numRows];
        Parallel.range(x.numRows, 1, (from, to) -> {
            float[] a = new float[hidden];
            float[] h = new float[hidden];
            for (int i = from; i < to; i++) {
                System.arraycopy(c.value().data, 0, a, 0, hidden);
                boolean changed = true;
                for (int column : order) {
                    if (changed) {
                        VectorMath.sigmoid(a, 0, h, 0, hidden);
                    }
                    float bit = x.data[i * dim + column];
                    double l = logit(column, h, 0);
                    logs[i] -= Logs.softplus(bit == 1 ? -l : l);
                    changed = bit == 1;
                    if (changed) {
                        add(w.value().data, column * hidden, a, 0, hidden);
                    }
                }
            }
        });
        return logs;
    }

    /** The steps of a fit, with buffers that are used again. */
    Learning learning() {
        return new Learning();
    }

    final class Learning {
        private final Group[] groups = new Group[GROUPS];

        Learning() {
            Arrays.setAll(groups, g -> new Group());
        }

        /** Writes minus the gradient of the mean log probability of rows into the parameters, and returns that mean. */
        double gradient(FMatrixRMaj x) {
            int n = x.numRows;
            float share = 1f / n;
            Parallel.range(GROUPS, 1, (from, to) -> {
                for (int g = from; g < to; g++) {
                    groups[g].pass(x, (int) ((long) n * g / GROUPS), (int) ((long) n * (g + 1) / GROUPS), share);
                }
            });
            sum(w, 0);
            sum(c, 1);
            sum(v, 2);
            sum(b, 3);
            double total = 0;
            for (Group group : groups) {
                total += group.sum;
            }
            return total / n;
        }

        private void sum(Param p, int k) {
            float[] to = p.gradient().data;
            Parallel.range(p.value().getNumElements(), Parallel.grain(1), (from, end) -> {
                for (Group group : groups) {
                    subtract(group.sums[k], to, from, end);
                }
            });
        }

        private static void subtract(float[] x, float[] y, int from, int to) {
            for (int i = from; i < to; i++) {
                y[i] -= x[i];
            }
        }
    }

    /** Some rows of a minibatch, column by column. */
    private final class Group {
        private final float[][] sums = {
            new float[dim * hidden], new float[hidden], new float[dim * hidden], new float[dim]
        };
        private double sum;
        private float[] a = {};
        /** All values that the hidden units take, those of a row one after the other. */
        private float[] h = {};

        private float[] slopes = {};
        /** What the columns after the last change say to the hidden units; zeros between rows. */
        private final float[] run = new float[hidden];

        private int[] at = {};

        /** Adds up the slopes of the log probabilities of rows, times a weight. */
        void pass(FMatrixRMaj x, int from, int to, float weight) {
            for (float[] part : sums) {
                Arrays.fill(part, 0);
            }
            sum = 0;
            int n = to - from;
            if (a.length < n * hidden) {
                a = new float[n * hidden];
                slopes = new float[n * dim];
                at = new int[n];
            }
            int values = 0;
            for (int i = 0; i < n; i++) {
                at[i] = values * hidden;
                values++;
                for (int t = 0; t + 1 < dim; t++) {
                    values += (int) x.data[(from + i) * dim + order[t]];
                }
                System.arraycopy(c.value().data, 0, a, i * hidden, hidden);
            }
            if (h.length < values * hidden) {
                h = new float[values * hidden + values * hidden / 4];
            }
            for (int i = 0; i < n; i++) {
                VectorMath.sigmoid(a, i * hidden, h, at[i], hidden);
            }
            forward(x, from, n, weight);
            Arrays.fill(a, 0, n * hidden, 0);
            backward(x, from, n);
        }

        /** The logits and what hangs on them directly. */
        private void forward(FMatrixRMaj x, int from, int n, float weight) {
            for (int t = 0; t < dim; t++) {
                int column = order[t];
                for (int i = 0; i < n; i++) {
                    float bit = x.data[(from + i) * dim + column];
                    double l = logit(column, h, at[i]);
                    sum -= Logs.softplus(bit == 1 ? -l : l);
                    float slope = weight * (float) (bit - 1 / (1 + Math.exp(-l)));
                    slopes[i * dim + column] = slope;
                    sums[3][column] += slope;
                    addScaled(slope, h, at[i], sums[2], column * hidden, hidden);
                    if (bit == 1 && t + 1 < dim) {
                        add(w.value().data, column * hidden, a, i * hidden, hidden);
                        at[i] += hidden;
                        VectorMath.sigmoid(a, i * hidden, h, at[i], hidden);
                    }
                }
            }
        }

        /** The slope along what goes into the hidden units, from the last column on: in a that of all later columns. */
        private void backward(FMatrixRMaj x, int from, int n) {
            for (int i = 0; i < n; i++) {
                backwardRow(x, from, i);
            }
        }

        private void backwardRow(FMatrixRMaj x, int from, int i) {
            for (int t = dim - 1; t >= 0; t--) {
                addScaled(slopes[i * dim + order[t]], v.value().data, order[t] * hidden, run, 0, hidden);
                int before = t == 0 ? -1 : order[t - 1];
                if (t == 0 || x.data[(from + i) * dim + before] == 1) {
                    through(i * hidden, at[i]);
                    add(a, i * hidden, t == 0 ? sums[1] : sums[0], t == 0 ? 0 : before * hidden, hidden);
                    at[i] -= hidden;
                }
            }
        }

        /** a += run ∘ h (1 − h), and the run begins anew. */
        private void through(int to, int value) {
            for (int k = 0; k < hidden; k++) {
                float p = h[value + k];
                a[to + k] += run[k] * p * (1 - p);
                run[k] = 0;
            }
        }
    }

    Steps steps(int rows) {
        return new Columns(rows);
    }

    /** H products and sums for each column. */
    private final class Columns implements Steps {
        private final FMatrixRMaj a;
        private final FMatrixRMaj h;
        private final FMatrixRMaj logits;
        private int known;

        Columns(int rows) {
            a = new FMatrixRMaj(rows, hidden);
            h = new FMatrixRMaj(rows, hidden);
            logits = new FMatrixRMaj(rows, 1);
            for (int i = 0; i < rows; i++) {
                System.arraycopy(c.value().data, 0, a.data, i * hidden, hidden);
            }
            VectorMath.sigmoid(a, h);
        }

        @Override
        public FMatrixRMaj next() {
            for (int i = 0; i < logits.numRows; i++) {
                logits.data[i] = logit(order[known], h.data, i * hidden);
            }
            return logits;
        }

        @Override
        public void put(float[] values) {
            for (int i = 0; i < logits.numRows; i++) {
                if (values[i] == 1) {
                    add(w.value().data, order[known] * hidden, a.data, i * hidden, hidden);
                    VectorMath.sigmoid(a.data, i * hidden, h.data, i * hidden, hidden);
                }
            }
            known++;
        }
    }
}
