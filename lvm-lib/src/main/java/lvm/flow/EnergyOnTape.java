package lvm.flow;

import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.distribution.Energy;
import org.ejml.data.FMatrixRMaj;

/** Puts energies of rows on a tape; the buffers are used again. */
final class EnergyOnTape {
    private final Energy energy;
    private final FMatrixRMaj gradients = new FMatrixRMaj(0, 0);
    private final FMatrixRMaj rest = new FMatrixRMaj(0, 0);
    private final double[] x;
    private final double[] gradient;

    EnergyOnTape(Energy energy) {
        this.energy = energy;
        x = new double[energy.dim()];
        gradient = new double[energy.dim()];
    }

    /** U(xᵢ) as gᵢᵀx + (U(xᵢ) − gᵢᵀxᵢ), with the constant gᵢ = ∂U/∂xᵢ: the value and the gradient of U. */
    Var energy(Tape tape, Var rows) {
        FMatrixRMaj v = rows.value();
        int d = v.numCols;
        gradients.reshape(v.numRows, d);
        rest.reshape(v.numRows, 1);
        for (int i = 0; i < v.numRows; i++) {
            for (int j = 0; j < d; j++) {
                x[j] = v.data[i * d + j];
            }
            double u = energy.energy(x, gradient);
            for (int j = 0; j < d; j++) {
                gradients.data[i * d + j] = (float) gradient[j];
                u -= (double) gradients.data[i * d + j] * v.data[i * d + j];
            }
            rest.data[i] = (float) u;
        }
        return rows.mul(tape.constant(gradients)).sumPerRow().add(tape.constant(rest));
    }
}
