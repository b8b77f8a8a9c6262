package lvm.boltzmann;

import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;

/**
 * Multi-prediction: of each row a random half of the visible units is hidden and predicted from the rest by some updates of the mean field, in
 * which the hidden pixels are units like those of the hidden layers; the slope of log Q(hidden pixels) goes back through all updates. Each is
 * the layers of odd number, then those of even number; before them is a pass upwards with twice the input from below where a layer above
 * is missing.
 */
final class MultiPrediction extends DbmRule {
    static final float SHARE = .5f;

    private final int updates;
    private final List<Param> params;
    private final Tape tape = new Tape();
    private final Tape plain = Tape.withoutGradients();
    private final FMatrixRMaj missing;
    private final FMatrixRMaj known;

    MultiPrediction(DbmUnits units, List<Param> params, MeanField field, int updates) {
        super(units, params, field);
        this.updates = updates;
        this.params = params;
        missing = new FMatrixRMaj(0, units.width(0));
        known = new FMatrixRMaj(0, units.width(0));
    }

    @Override
    double gradient(FMatrixRMaj v, RandomGenerator rng) {
        for (Param p : params) {
            p.clearGradient();
        }
        Var objective = objective(tape.reset(), v, rng);
        tape.backward(objective.neg());
        return objective.scalar();
    }

    @Override
    double value(FMatrixRMaj v, RandomGenerator rng) {
        return objective(plain.reset(), v, rng).scalar();
    }

    /** The mean of Σ log q(vᵢ) over the hidden pixels of a row, 1×1. */
    private Var objective(Tape t, FMatrixRMaj v, RandomGenerator rng) {
        missing.reshape(v.numRows, v.numCols);
        known.reshape(v.numRows, v.numCols);
        Fill.bernoulli(SHARE, missing, rng);
        for (int k = 0; k < v.getNumElements(); k++) {
            known.data[k] = missing.data[k] == 1 ? 0 : v.data[k];
        }
        int top = units.top();
        Var mask = t.constant(missing);
        Var rest = t.constant(known);
        Var[] x = new Var[top + 1];
        // Hidden pixels begin at the means of their biases alone.
        x[0] = rest.add(mask.mul(b(t, 0).sigmoid()));
        for (int l = 1; l <= top; l++) {
            Var below = x[l - 1].mult(w(t, l - 1));
            x[l] = (l < top ? below.mul(2f) : below).add(b(t, l)).sigmoid();
        }
        Var logits = null;
        for (int k = 0; k < updates; k++) {
            for (int l = 1; l <= top; l += 2) {
                x[l] = logits(t, l, x).sigmoid();
            }
            for (int l = 0; l <= top; l += 2) {
                Var a = logits(t, l, x);
                if (l == 0) {
                    logits = a;
                }
                x[l] = l == 0 ? rest.add(mask.mul(a.sigmoid())) : a.sigmoid();
            }
        }
        Var log = t.constant(v).mul(logits).sub(logits.softplus());
        return log.mul(mask).sum().mul(1f / v.numRows);
    }

    private Var logits(Tape t, int l, Var[] x) {
        Var a = b(t, l);
        if (l > 0) {
            a = x[l - 1].mult(w(t, l - 1)).add(a);
        }
        return l < units.top() ? x[l + 1].multTransB(w(t, l)).add(a) : a;
    }

    private Var w(Tape t, int l) {
        return t.param(params.get(l));
    }

    private Var b(Tape t, int l) {
        return t.param(params.get(units.top() + l));
    }

    @Override
    String objective() {
        return "log q(hidden half | the rest)";
    }
}
