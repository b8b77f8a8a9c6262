package lvm.boltzmann;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.nn.GatedRecurrent;
import lvm.nn.Recurrent;
import lvm.nn.RecurrentLayer;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;

/** The parameters of an {@link RnnRbm} and what makes the machines of frames of them. */
final class RnnRbmNetwork {
    final Recurrence recurrence;
    final Param w;
    final Param b;
    final Param c;
    private final Param ub;
    private final Param uc;
    private final Param start;
    private final RecurrentLayer layer;

    /**
     * A network at its start: W and the weights from the state to the biases are small normal numbers.
     *
     * @param bias the visible biases
     * @param states the units of the state
     */
    RnnRbmNetwork(
            Recurrence recurrence, FMatrixRMaj bias, int hidden, int states, double deviation, RandomGenerator rng) {
        int d = bias.numCols;
        this.recurrence = recurrence;
        w = new Param("w", normal(d, hidden, deviation, rng));
        b = new Param("b", bias.copy());
        c = new Param("c", new FMatrixRMaj(1, hidden));
        ub = new Param("ub", normal(states, d, deviation, rng));
        uc = new Param("uc", normal(states, hidden, deviation, rng));
        start = new Param("start", new FMatrixRMaj(1, states));
        layer = switch (recurrence) {
            case RNN -> new Recurrent("state", d, states, Activation.TANH, rng);
            case GRU -> new GatedRecurrent("state", d, states, rng);
            case RTRBM -> new Means();
        };
    }

    private static FMatrixRMaj normal(int rows, int columns, double deviation, RandomGenerator rng) {
        FMatrixRMaj m = new FMatrixRMaj(rows, columns);
        Fill.normal(0, (float) deviation, m, rng);
        return m;
    }

    /** The state of an RTRBM, whose parameters are the machine's. */
    private final class Means implements RecurrentLayer {
        @Override
        public int units() {
            return uc.value().numRows;
        }

        @Override
        public Var input(Tape tape, Var x) {
            return x.linear(tape.param(w), tape.param(c), Activation.IDENTITY);
        }

        @Override
        public Var step(Tape tape, Var input, Var state) {
            return state.mult(tape.param(uc)).add(input).sigmoid();
        }
    }

    int visible() {
        return w.value().numRows;
    }

    int hidden() {
        return w.value().numCols;
    }

    int states() {
        return layer.units();
    }

    List<Param> params() {
        List<Param> all = new ArrayList<>(List.of(w, b, c, ub, uc, start));
        all.addAll(layer.params());
        return all;
    }

    /** The matrices of weights. */
    List<Param> weights() {
        return params().stream()
                .filter(p -> p.value().numRows > 1 || p == w || p == ub || p == uc)
                .toList();
    }

    Map<String, FMatrixRMaj> values() {
        Map<String, FMatrixRMaj> values = new LinkedHashMap<>();
        params().forEach(p -> values.put(p.name(), p.value()));
        return values;
    }

    /** The machines of frames, each with the biases that the state before it gives. */
    SharedMachines machines(Tape tape, Frames frames) {
        Var inputs = layer.input(tape, tape.constant(frames.v));
        Var[] before = new Var[frames.times()];
        Var state = first(tape, frames.size(0));
        int row = 0;
        for (int t = 0; t < before.length; t++) {
            int n = frames.size(t);
            before[t] = state.rows() == n ? state : state.rowRange(0, n);
            if (t + 1 < before.length) {
                state = layer.step(tape, inputs.rowRange(row, row + n), before[t]);
            }
            row += n;
        }
        return machines(tape, tape.concatRows(before));
    }

    private Var first(Tape tape, int rows) {
        return tape.constant(new FMatrixRMaj(rows, states())).add(tape.param(start));
    }

    private SharedMachines machines(Tape tape, Var before) {
        return new SharedMachines(
                tape,
                w,
                before.linear(tape.param(ub), tape.param(b), Activation.IDENTITY),
                before.linear(tape.param(uc), tape.param(c), Activation.IDENTITY));
    }

    /** The state before the first frame. */
    FMatrixRMaj first() {
        return start.value().copy();
    }

    /** The state after a further frame. */
    FMatrixRMaj after(FMatrixRMaj state, FMatrixRMaj frame) {
        Tape tape = Tape.withoutGradients();
        return layer.step(tape, layer.input(tape, tape.constant(frame)), tape.constant(state))
                .value()
                .copy();
    }

    /** The machine that a state gives. */
    ConditionedUnits units(FMatrixRMaj state) {
        Tape tape = Tape.withoutGradients();
        return machines(tape, tape.constant(state)).units();
    }
}
