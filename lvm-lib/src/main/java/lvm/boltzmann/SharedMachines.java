package lvm.boltzmann;

import lvm.autodiff.Activation;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import org.ejml.data.FMatrixRMaj;

/**
 * Machines on a tape whose weights W are shared and whose biases are rows that something else on the tape has made.
 *
 * @param tape the tape
 * @param w W, D×H
 * @param b n×D
 * @param c n×H
 */
record SharedMachines(Tape tape, Param w, Var b, Var c) implements ConditionedBuilder.Machines {
    @Override
    public ConditionedUnits units() {
        return new ConditionedUnits.Shared(w.value(), b.value(), c.value());
    }

    @Override
    public Var minusFreeEnergy(FMatrixRMaj v) {
        Var x = tape.constant(v);
        Var up = x.mult(tape.param(w)).add(c).activate(Activation.SOFTPLUS);
        return b.mul(x).sumPerRow().add(up.sumPerRow());
    }

    @Override
    public Var hiddenTerm(FMatrixRMaj states, int[] rows) {
        Var s = tape.constant(states);
        Var down = s.multTransB(tape.param(w)).add(b.gatherRows(rows)).activate(Activation.SOFTPLUS);
        return c.gatherRows(rows).mul(s).sumPerRow().add(down.sumPerRow());
    }
}
