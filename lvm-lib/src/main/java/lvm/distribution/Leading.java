package lvm.distribution;

import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import org.ejml.data.FMatrixRMaj;

/** A map of the first columns; the others stay. */
final class Leading extends Wrapping {
    private final int dim;

    Leading(Bijector map, int dim) {
        super(map);
        this.dim = dim;
    }

    @Override
    public int dim() {
        return dim;
    }

    @Override
    public Mapped forward(Tape tape, Var z, Var context) {
        return apply("Leading.forward", tape, z, context, false);
    }

    @Override
    public Mapped inverse(Tape tape, Var x, Var context) {
        return apply("Leading.inverse", tape, x, context, true);
    }

    private Mapped apply(String where, Tape tape, Var rows, Var context, boolean inverse) {
        requireFit(where, rows, context);
        Var first = rows.columns(0, map.dim());
        Mapped mapped = inverse ? map.inverse(tape, first, context) : map.forward(tape, first, context);
        return new Mapped(tape.concatColumns(mapped.y(), rows.columns(map.dim(), dim)), mapped.logDet());
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
