package lvm.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** Recurrent layers against their equations written down once more in doubles, and their slopes through time against differences of these. */
class RecurrentTest {
    private static final int IN = 3;
    private static final int UNITS = 2;
    private static final int FRAMES = 4;

    private interface Plain {
        double[] step(List<double[][]> p, double[] x, double[] u);
    }

    private static double[] plus(
            double[] a, double[][] w, int from, double[] bias, double[] more, double[][] v, int at) {
        double[] y = new double[UNITS];
        for (int j = 0; j < UNITS; j++) {
            y[j] = bias[from + j];
            for (int i = 0; i < a.length; i++) {
                y[j] += a[i] * w[i][from + j];
            }
            for (int i = 0; i < more.length; i++) {
                y[j] += more[i] * v[i][at + j];
            }
        }
        return y;
    }

    private static double[] elman(List<double[][]> p, double[] x, double[] u) {
        double[] y = plus(x, p.get(0), 0, p.get(2)[0], u, p.get(1), 0);
        for (int j = 0; j < UNITS; j++) {
            y[j] = Math.tanh(y[j]);
        }
        return y;
    }

    private static double[] gated(List<double[][]> p, double[] x, double[] u) {
        double[] z = plus(x, p.get(0), 0, p.get(3)[0], u, p.get(1), 0);
        double[] r = plus(x, p.get(0), UNITS, p.get(3)[0], u, p.get(1), UNITS);
        double[] kept = new double[UNITS];
        for (int j = 0; j < UNITS; j++) {
            kept[j] = u[j] / (1 + Math.exp(-r[j]));
        }
        double[] n = plus(x, p.get(0), 2 * UNITS, p.get(3)[0], kept, p.get(2), 0);
        double[] y = new double[UNITS];
        for (int j = 0; j < UNITS; j++) {
            double gate = 1 / (1 + Math.exp(-z[j]));
            y[j] = (1 - gate) * u[j] + gate * Math.tanh(n[j]);
        }
        return y;
    }

    private static double[][] doubles(FMatrixRMaj m) {
        double[][] d = new double[m.numRows][m.numCols];
        for (int i = 0; i < m.numRows; i++) {
            for (int j = 0; j < m.numCols; j++) {
                d[i][j] = m.get(i, j);
            }
        }
        return d;
    }

    /** Σ of the states of two pieces side by side, with weights that tell them apart. */
    private static double sum(Plain plain, List<double[][]> p, double[][] x, double[] start) {
        double sum = 0;
        for (int piece = 0; piece < 2; piece++) {
            double[] u = start;
            for (int t = 0; t < FRAMES; t++) {
                u = plain.step(p, x[2 * t + piece], u);
                for (int j = 0; j < UNITS; j++) {
                    sum += (1 + piece + .3 * j + .1 * t) * u[j];
                }
            }
        }
        return sum;
    }

    private static void check(RecurrentLayer layer, Plain plain) {
        SplittableRandom rng = new SplittableRandom(5);
        for (Param p : layer.params()) {
            for (int i = 0; i < p.value().getNumElements(); i++) {
                p.value().data[i] = (float) rng.nextGaussian();
            }
        }
        FMatrixRMaj x = new FMatrixRMaj(2 * FRAMES, IN);
        for (int i = 0; i < x.getNumElements(); i++) {
            x.data[i] = (float) rng.nextGaussian();
        }
        Param start = new Param("start", new FMatrixRMaj(new float[][] {{.3f, -.7f}}));
        Tape tape = new Tape();
        Var inputs = layer.input(tape, tape.constant(x));
        Var state = tape.constant(new FMatrixRMaj(2, UNITS)).add(tape.param(start));
        Var total = null;
        for (int t = 0; t < FRAMES; t++) {
            state = layer.step(tape, inputs.rowRange(2 * t, 2 * t + 2), state);
            FMatrixRMaj weights = new FMatrixRMaj(2, UNITS);
            for (int i = 0; i < 2 * UNITS; i++) {
                weights.data[i] = (float) (1 + i / UNITS + .3 * (i % UNITS) + .1 * t);
            }
            Var part = state.mul(tape.constant(weights)).sum();
            total = total == null ? part : total.add(part);
        }
        List<Param> params = new ArrayList<>(layer.params());
        List<double[][]> p = new ArrayList<>();
        params.forEach(each -> p.add(doubles(each.value())));
        double[][] rows = doubles(x);
        double[] first = {start.value().data[0], start.value().data[1]};
        assertEquals(sum(plain, p, rows, first), total.scalar(), 1e-5);
        tape.backward(total);
        double h = 1e-5;
        for (int k = 0; k < params.size(); k++) {
            FMatrixRMaj g = params.get(k).gradient();
            for (int i = 0; i < g.getNumElements(); i++) {
                double[] row = p.get(k)[i / g.numCols];
                double old = row[i % g.numCols];
                row[i % g.numCols] = old + h;
                double above = sum(plain, p, rows, first);
                row[i % g.numCols] = old - h;
                double below = sum(plain, p, rows, first);
                row[i % g.numCols] = old;
                assertEquals(
                        (above - below) / (2 * h),
                        g.data[i],
                        2e-4,
                        params.get(k).name() + " " + i);
            }
        }
        for (int j = 0; j < UNITS; j++) {
            double[] above = first.clone();
            double[] below = first.clone();
            above[j] += h;
            below[j] -= h;
            double slope = (sum(plain, p, rows, above) - sum(plain, p, rows, below)) / (2 * h);
            assertEquals(slope, start.gradient().data[j], 2e-4, "start");
        }
    }

    @Test
    void recurrent() {
        check(new Recurrent("r", IN, UNITS, Activation.TANH, new SplittableRandom(1)), RecurrentTest::elman);
    }

    @Test
    void gatedRecurrent() {
        check(new GatedRecurrent("g", IN, UNITS, new SplittableRandom(1)), RecurrentTest::gated);
    }
}
