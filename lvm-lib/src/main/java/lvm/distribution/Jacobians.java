package lvm.distribution;

import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/** Jacobians of maps at one row, an output at a time by the reverse mode. */
final class Jacobians {
    private Jacobians() {}

    static DMatrixRMaj ofInverse(Bijector map, FMatrixRMaj x) {
        if (x.numRows != 1) {
            throw new IllegalArgumentException("Bijector.jacobian: " + x.numRows + " rows, expected one");
        }
        try {
            return ofDirection(map, x, true);
        } catch (UnsupportedOperationException e) {
            // No gradients flow through a root find: the Jacobian of the other direction at its result, inverted.
            DMatrixRMaj forward = ofDirection(map, map.inverse(x).y(), false);
            DMatrixRMaj inverse = new DMatrixRMaj(forward.numRows, forward.numCols);
            if (!CommonOps_DDRM.invert(forward, inverse)) {
                throw new IllegalArgumentException("Bijector.jacobian: the map has no inverse at this row", e);
            }
            return inverse;
        }
    }

    private static DMatrixRMaj ofDirection(Bijector map, FMatrixRMaj at, boolean inverse) {
        int d = at.numCols;
        DMatrixRMaj jacobian = new DMatrixRMaj(d, d);
        Tape tape = new Tape();
        for (int i = 0; i < d; i++) {
            Var in = tape.reset().input(at);
            FMatrixRMaj one = new FMatrixRMaj(1, d);
            one.set(0, i, 1);
            tape.backward((inverse ? map.inverse(tape, in) : map.forward(tape, in)).y(), one);
            for (int j = 0; j < d; j++) {
                jacobian.set(i, j, in.grad().get(0, j));
            }
        }
        map.params().forEach(lvm.autodiff.Param::clearGradient);
        return jacobian;
    }
}
