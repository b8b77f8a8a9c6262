package lvm.flow;

import java.util.List;
import java.util.Map;
import lvm.autodiff.Mapped;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.dist.Bijector;
import org.ejml.data.FMatrixRMaj;

/** A map of the first columns; the others, which were factored out before, stay. */
record Leading(Bijector map, int dim) implements Bijector {

    private Var rest(Var x) {
        return x.columns(map.dim(), dim);
    }

    @Override
    public Mapped forward(Tape tape, Var z) {
        Checks.columns("Leading.forward", z, dim);
        Mapped mapped = map.forward(tape, z.columns(0, map.dim()));
        return new Mapped(tape.concatColumns(mapped.y(), rest(z)), mapped.logDet());
    }

    @Override
    public Mapped inverse(Tape tape, Var x) {
        Checks.columns("Leading.inverse", x, dim);
        Mapped mapped = map.inverse(tape, x.columns(0, map.dim()));
        return new Mapped(tape.concatColumns(mapped.y(), rest(x)), mapped.logDet());
    }

    @Override
    public Evaluation forwardBy() {
        return map.forwardBy();
    }

    @Override
    public Evaluation inverseBy() {
        return map.inverseBy();
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
        int d = map.dim();
        FMatrixRMaj part = new FMatrixRMaj(rows.numRows, d);
        FMatrixRMaj y = rows.copy();
        for (int i = 0; i < rows.numRows; i++) {
            System.arraycopy(rows.data, i * dim, part.data, i * d, d);
        }
        FMatrixRMaj mapped = map.initialize(part, inverse);
        for (int i = 0; i < rows.numRows; i++) {
            System.arraycopy(mapped.data, i * d, y.data, i * dim, d);
        }
        return y;
    }

    @Override
    public String toString() {
        return map + " of " + map.dim() + " columns";
    }
}
