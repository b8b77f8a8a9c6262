package lvm.bernoulli;

import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.distribution.BinaryStates;
import lvm.linalg.Logs;
import lvm.linalg.Products;
import lvm.nn.Layer;
import lvm.nn.Linear;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * EM for a model of enumerable states. With responsibilities rᵢ(z) the M-step needs the expected counts N(z) = Σᵢ rᵢ(z) and
 * sums S(z) = Σᵢ rᵢ(z) xᵢ only: it raises Σ_z S(z)·l(z) − N(z) Σⱼ softplus(lⱼ(z)) over the decoder, and sets
 * βₖ = Σ_z N(z) zₖ / n. For a table in closed form, for a linear decoder by Newton's method, for others by gradient steps that
 * are taken back where they do not raise it; none lowers it.
 */
final class EmSteps {
    private static final double LEAST = 1e-6;
    private static final int NEWTON_STEPS = 4;
    private static final int GRADIENT_STEPS = 30;
    private static final int HALVINGS = 30;
    private static final double RIDGE = 1e-9;

    private final BernoulliLvm model;
    private final FMatrixRMaj x;
    private final FMatrixRMaj z;
    private final int rowsAtOnce;
    private final DMatrixRMaj counts;
    private final DMatrixRMaj sums;
    private double rate = 1;

    EmSteps(BernoulliLvm model, FMatrixRMaj x) {
        this.model = model;
        this.x = x;
        int k = model.latentDim();
        BernoulliLvm.requireOnTape("BernoulliLvm.fit", k);
        z = BinaryStates.all(k);
        rowsAtOnce = Math.max(1, (1 << 22) >> k);
        counts = new DMatrixRMaj(1, z.numRows);
        sums = new DMatrixRMaj(z.numRows, model.dim());
    }

    /** Takes the log joints of some rows and makes them responsibilities; returns what the objective is on these rows. */
    private interface EStep {
        double[] responsibilities(int firstRow, DMatrixRMaj logJoint);
    }

    /** One E-step and one M-step; the mean objective before the M-step. */
    double exact() {
        return step((first, logJoint) -> {
            double[] logP = new double[logJoint.numRows];
            BernoulliLvm.normalize(logJoint, logP);
            return logP;
        });
    }

    /** The same with a free factorial q for each row, which goes on from its last means. */
    double meanField(FMatrixRMaj means, int sweeps) {
        int k = model.latentDim();
        return step((first, logJoint) -> {
            DMatrixRMaj part = new DMatrixRMaj(logJoint.numRows, k);
            for (int i = 0; i < part.getNumElements(); i++) {
                part.data[i] = means.data[first * k + i];
            }
            VariationalBound.ascend(logJoint, part, sweeps);
            for (int i = 0; i < part.getNumElements(); i++) {
                means.data[first * k + i] = (float) part.data[i];
                part.data[i] = means.data[first * k + i];
            }
            DMatrixRMaj q = VariationalBound.product(part);
            double[] bound = VariationalBound.bounds(logJoint, q);
            logJoint.setTo(q);
            return bound;
        });
    }

    private double step(EStep eStep) {
        int n = x.numRows;
        counts.zero();
        sums.zero();
        double objective = 0;
        for (int first = 0; first < n; first += rowsAtOnce) {
            int rows = Math.min(rowsAtOnce, n - first);
            FMatrixRMaj part = new FMatrixRMaj(rows, x.numCols);
            System.arraycopy(x.data, first * x.numCols, part.data, 0, rows * x.numCols);
            DMatrixRMaj r = model.logJoint(part);
            for (double value : eStep.responsibilities(first, r)) {
                objective += value / n;
            }
            DMatrixRMaj observed = new DMatrixRMaj(rows, x.numCols);
            for (int i = 0; i < observed.getNumElements(); i++) {
                observed.data[i] = part.data[i];
            }
            Products.multAddTransA(r, observed, sums);
            for (int i = 0; i < r.getNumElements(); i++) {
                counts.data[i % r.numCols] += r.data[i];
            }
        }
        prior(n);
        Layer decoder = model.decoder();
        if (decoder instanceof BitTable table) {
            table(table.rows().value());
        } else if (decoder instanceof Linear linear && linear.outputBias().isPresent()) {
            linear(linear);
        } else {
            ascend(decoder);
        }
        return objective;
    }

    private void prior(int n) {
        FMatrixRMaj logits = model.priorLogits().value();
        for (int k = 0; k < z.numCols; k++) {
            double on = 0;
            for (int s = 0; s < z.numRows; s++) {
                on += counts.data[s] * z.data[s * z.numCols + k];
            }
            double beta = Math.min(1 - LEAST, Math.max(LEAST, on / n));
            logits.data[k] = (float) Logs.logit(beta);
        }
    }

    private void table(FMatrixRMaj rows) {
        for (int s = 0; s < rows.numRows; s++) {
            if (counts.data[s] > 0) { // a state that explains nothing keeps its row
                for (int j = 0; j < rows.numCols; j++) {
                    double p = Math.min(1 - LEAST, Math.max(LEAST, sums.get(s, j) / counts.data[s]));
                    rows.set(s, j, (float) Logs.logit(p));
                }
            }
        }
    }

    // --- a linear decoder: a weighted logistic regression for each observed variable

    private void linear(Linear layer) {
        FMatrixRMaj w = layer.weights().value();
        FMatrixRMaj b = layer.bias().value();
        int k = z.numCols;
        double[] theta = new double[k + 1];
        double[] trial = new double[k + 1];
        DMatrixRMaj hessian = new DMatrixRMaj(k + 1, k + 1);
        DMatrixRMaj gradient = new DMatrixRMaj(k + 1, 1);
        DMatrixRMaj direction = new DMatrixRMaj(k + 1, 1);
        for (int j = 0; j < w.numCols; j++) {
            for (int a = 0; a < k; a++) {
                theta[a] = w.get(a, j);
            }
            theta[k] = b.data[j];
            double value = value(theta, j);
            for (int step = 0; step < NEWTON_STEPS; step++) {
                derivatives(theta, j, gradient, hessian);
                if (!CommonOps_DDRM.solve(hessian, gradient, direction)) {
                    break;
                }
                double next = Double.NaN;
                double size = 1;
                for (int half = 0; half < HALVINGS; half++, size /= 2) {
                    for (int a = 0; a <= k; a++) {
                        // What is kept is in single precision.
                        trial[a] = (float) (theta[a] + size * direction.data[a]);
                    }
                    next = value(trial, j);
                    if (next > value) {
                        break;
                    }
                }
                if (!(next > value)) {
                    break;
                }
                System.arraycopy(trial, 0, theta, 0, trial.length);
                value = next;
            }
            for (int a = 0; a < k; a++) {
                w.set(a, j, (float) theta[a]);
            }
            b.data[j] = (float) theta[k];
        }
    }

    private double logit(double[] theta, int s) {
        int k = z.numCols;
        double l = theta[k];
        for (int a = 0; a < k; a++) {
            if (z.data[s * k + a] == 1) {
                l += theta[a];
            }
        }
        return l;
    }

    private double value(double[] theta, int j) {
        double sum = 0;
        for (int s = 0; s < z.numRows; s++) {
            double l = logit(theta, s);
            sum += sums.get(s, j) * l - counts.data[s] * Logs.softplus(l);
        }
        return sum;
    }

    private void derivatives(double[] theta, int j, DMatrixRMaj gradient, DMatrixRMaj hessian) {
        int k = z.numCols;
        gradient.zero();
        hessian.zero();
        double[] on = new double[k + 1];
        on[k] = 1;
        for (int s = 0; s < z.numRows; s++) {
            double p = 1 / (1 + Math.exp(-logit(theta, s)));
            double slope = sums.get(s, j) - counts.data[s] * p;
            double curve = counts.data[s] * p * (1 - p);
            for (int a = 0; a < k; a++) {
                on[a] = z.data[s * k + a];
            }
            for (int a = 0; a <= k; a++) {
                if (on[a] == 1) {
                    gradient.data[a] += slope;
                    for (int c = 0; c <= k; c++) {
                        hessian.data[a * (k + 1) + c] += curve * on[c];
                    }
                }
            }
        }
        for (int a = 0; a <= k; a++) {
            hessian.data[a * (k + 1) + a] += RIDGE * x.numRows + 1e-12;
        }
    }

    // --- any decoder

    private void ascend(Layer decoder) {
        Tape tape = new Tape();
        double value = gradient(tape, decoder);
        for (int step = 0; step < GRADIENT_STEPS; step++) {
            float[][] before =
                    decoder.params().stream().map(p -> p.value().data.clone()).toArray(float[][]::new);
            float[][] gradient = decoder.params().stream()
                    .map(p -> p.gradient().data.clone())
                    .toArray(float[][]::new);
            boolean better = false;
            for (int half = 0; half < HALVINGS && !better; half++, rate /= better ? 1 : 2) {
                move(decoder, before, gradient, rate);
                double next = gradient(tape, decoder);
                better = next > value;
                value = better ? next : value;
            }
            if (!better) {
                move(decoder, before, gradient, 0);
                break;
            }
            rate *= 2;
        }
        decoder.params().forEach(Param::clearGradient);
    }

    private static void move(Layer decoder, float[][] from, float[][] gradient, double rate) {
        for (int k = 0; k < from.length; k++) {
            float[] value = decoder.params().get(k).value().data;
            for (int i = 0; i < value.length; i++) {
                value[i] = (float) (from[k][i] + rate * gradient[k][i]);
            }
        }
    }

    /** The M-step's objective per row in double precision, and its gradient. */
    private double gradient(Tape tape, Layer decoder) {
        decoder.params().forEach(Param::clearGradient);
        Var logits = decoder.forward(tape.reset(), tape.constant(z));
        FMatrixRMaj l = logits.value();
        FMatrixRMaj slope = new FMatrixRMaj(l.numRows, l.numCols);
        double sum = 0;
        for (int s = 0; s < l.numRows; s++) {
            for (int j = 0; j < l.numCols; j++) {
                double v = l.get(s, j);
                sum += sums.get(s, j) * v - counts.data[s] * Logs.softplus(v);
                slope.set(s, j, (float) ((sums.get(s, j) - counts.data[s] / (1 + Math.exp(-v))) / x.numRows));
            }
        }
        tape.backward(logits, slope);
        return sum / x.numRows;
    }
}
