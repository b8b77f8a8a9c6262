package lvm.autoregressive;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.linalg.Products;
import lvm.nn.MaskedMlp;
import lvm.nn.Module;
import org.ejml.data.FMatrixRMaj;

/**
 * The network of {@link Made}. It sees the columns in the order that they come in, and a weight belongs to a column and not to a place in the
 * order: in the order k its first and last layer have the weights of the columns that stand there. The weights are stored in the first order.
 */
final class MadeNet implements Module {
    final int[][] orders;
    final Activation f;
    final int[] hidden;
    private final MaskedMlp net;
    /** For each order, the place in the first one of the column at each place; null for the first. */
    private final int[][] places;

    MadeNet(int[][] orders, Activation f, int[] hidden, RandomGenerator rng) {
        this.orders = orders;
        this.f = f;
        this.hidden = hidden;
        int[] degrees = new int[dim()];
        Arrays.setAll(degrees, j -> j + 1);
        net = new MaskedMlp("net", f, degrees, degrees, orders.length > 1, rng, hidden);
        places = new int[orders.length][];
        int[] first = Orders.places(orders[0]);
        for (int k = 1; k < orders.length; k++) {
            places[k] = Arrays.stream(orders[k]).map(j -> first[j]).toArray();
        }
    }

    int dim() {
        return orders[0].length;
    }

    MadeNet copy() {
        MadeNet copy = new MadeNet(orders, f, hidden, new SplittableRandom(0));
        copy.copyFrom(this);
        return copy;
    }

    @Override
    public List<Param> params() {
        return net.params();
    }

    /** Begins with the frequencies of ones. */
    void begin(double[] means) {
        FMatrixRMaj bias = net.outputBias().orElseThrow().value();
        for (int t = 0; t < dim(); t++) {
            bias.data[t] = Observations.startLogit(means[orders[0][t]]);
        }
    }

    /** The columns in an order. */
    Var ordered(Var x, int k) {
        return x.gatherColumns(orders[k]);
    }

    /** The logits of ones, in an order, from columns in that order. */
    Var logits(Tape tape, Var ordered, int k) {
        return net.forward(tape, ordered, places[k], places[k]);
    }

    /** n×1 log probabilities. */
    Var logProbability(Tape tape, FMatrixRMaj x, int k) {
        Var ordered = ordered(tape.constant(x), k);
        return logits(tape, ordered, k).bernoulliLogLikelihood(ordered);
    }

    Steps steps(int rows, int k) {
        return new Columns(rows, k);
    }

    /** Each hidden unit is computed once, when the last column that it sees is known. */
    private final class Columns implements Steps {
        private final int rows;
        /** The known columns in their order, then the hidden layers. */
        private final FMatrixRMaj[] values;

        private final FMatrixRMaj[] weights;
        private final FMatrixRMaj[] biases;
        private final int[][] degrees;
        /** How many units of each layer are computed. */
        private final int[] done;

        private final FMatrixRMaj logits;
        private final FMatrixRMaj fresh = new FMatrixRMaj(0, 0);
        private final Tape tape = Tape.withoutGradients();

        Columns(int rows, int k) {
            this.rows = rows;
            int layers = net.layers().size();
            values = new FMatrixRMaj[layers];
            weights = new FMatrixRMaj[layers];
            biases = new FMatrixRMaj[layers];
            degrees = new int[layers][];
            done = new int[layers];
            logits = new FMatrixRMaj(rows, 1);
            for (int l = 0; l < layers; l++) {
                Var w = tape.param(net.layers().get(l).weights());
                Var b = tape.param(net.layers().get(l).bias());
                if (l == 0 && places[k] != null) {
                    w = w.gatherRows(places[k]);
                }
                if (l + 1 == layers && places[k] != null) {
                    w = w.gatherColumns(places[k]);
                    b = b.gatherColumns(places[k]);
                }
                weights[l] = w.value().copy();
                biases[l] = b.value().copy();
                values[l] = new FMatrixRMaj(rows, weights[l].numRows);
                degrees[l] = l == 0 ? null : net.degrees(l - 1);
            }
        }

        @Override
        public FMatrixRMaj next() {
            times(values.length - 1, done[0], 1, logits);
            return logits;
        }

        /** The units of a layer up to one, which all have the same degree: they see what is known of the layer below. */
        private void compute(int l, int to) {
            int from = done[l];
            if (from == to) {
                return;
            }
            fresh.reshape(rows, to - from);
            times(l - 1, from, to - from, fresh);
            FMatrixRMaj y = tape.reset().constant(fresh).activate(f).value();
            for (int i = 0; i < rows; i++) {
                System.arraycopy(y.data, i * (to - from), values[l].data, i * values[l].numCols + from, to - from);
            }
            done[l] = to;
        }

        /** What is known of a layer, times some columns of the weights above it, with the bias. */
        private void times(int l, int from, int count, FMatrixRMaj y) {
            FMatrixRMaj w = weights[l];
            for (int i = 0; i < rows; i++) {
                System.arraycopy(biases[l].data, from, y.data, i * count, count);
            }
            if (done[l] > 0 && rows > 0) {
                Products.gemm(
                        false,
                        false,
                        rows,
                        count,
                        done[l],
                        1,
                        values[l].data,
                        0,
                        values[l].numCols,
                        w.data,
                        from,
                        w.numCols,
                        1,
                        y.data,
                        0,
                        count);
            }
        }

        @Override
        public void put(float[] column) {
            for (int i = 0; i < rows; i++) {
                values[0].data[i * values[0].numCols + done[0]] = column[i];
            }
            done[0]++;
            for (int l = 1; l < values.length; l++) {
                int to = done[l];
                while (to < degrees[l].length && degrees[l][to] <= done[0]) {
                    to++;
                }
                compute(l, to);
            }
        }
    }
}
