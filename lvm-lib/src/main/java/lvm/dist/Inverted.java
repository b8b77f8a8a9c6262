package lvm.dist;

import java.util.List;
import java.util.Map;
import lvm.autodiff.Mapped;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import org.ejml.data.FMatrixRMaj;

/** A map the other way round. */
record Inverted(Bijector map) implements Bijector {
    @Override
    public int dim() {
        return map.dim();
    }

    @Override
    public Mapped forward(Tape tape, Var z) {
        return map.inverse(tape, z);
    }

    @Override
    public Mapped inverse(Tape tape, Var x) {
        return map.forward(tape, x);
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
    public List<Param> params() {
        return map.params();
    }

    @Override
    public Map<String, FMatrixRMaj> buffers() {
        return map.buffers();
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
