package lvm.distribution;

import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import org.ejml.data.FMatrixRMaj;

/** A map the other way round. */
final class Inverted extends Wrapping {
    Inverted(Bijector map) {
        super(map);
    }

    @Override
    public int dim() {
        return map.dim();
    }

    @Override
    public Mapped forward(Tape tape, Var z, Var context) {
        return map.inverse(tape, z, context);
    }

    @Override
    public Mapped inverse(Tape tape, Var x, Var context) {
        return map.forward(tape, x, context);
    }

    @Override
    public Evaluation forwardBy() {
        return map.inverseBy();
    }

    @Override
    public Evaluation inverseBy() {
        return map.forwardBy();
    }

    @Override
    public FMatrixRMaj initialize(FMatrixRMaj rows, boolean inverse) {
        return map.initialize(rows, !inverse);
    }

    @Override
    public Bijector inverted() {
        return map;
    }

    @Override
    public String toString() {
        return "inverse of " + map;
    }
}
