package lvm.flow;

import java.util.function.ToDoubleFunction;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.PlanarEnergy;
import org.ejml.data.FMatrixRMaj;

/** Energies, and how one stands on a tape. */
final class Energies {
    private static final double STEP = 1e-5;
    private static final double EDGE = 4;
    private static final double WALL = 0.05;

    private Energies() {}

    record Smooth(int dim, ToDoubleFunction<double[]> u, double logZ) implements Energy {
        @Override
        public double energy(double[] x, double[] gradient) {
            double[] at = x.clone();
            for (int j = 0; j < dim; j++) {
                at[j] = x[j] + STEP;
                double up = u.applyAsDouble(at);
                at[j] = x[j] - STEP;
                gradient[j] = (up - u.applyAsDouble(at)) / (2 * STEP);
                at[j] = x[j];
            }
            return u.applyAsDouble(x);
        }
    }

    static Energy of(PlanarEnergy energy) {
        double logZ = -energy.energy(0, 1) - energy.logDensity(0, 1);
        if (energy == PlanarEnergy.U1) {
            return new Smooth(2, x -> energy.energy(x[0], x[1]), logZ);
        }
        // The integral over z₂ does not depend on z₁, so the walls add what is under them to the length.
        double longer = Math.log((2 * EDGE + WALL * Math.sqrt(2 * Math.PI)) / (2 * EDGE));
        return new Smooth(
                2,
                x -> {
                    double out = Math.max(0, Math.abs(x[0]) - EDGE) / WALL;
                    return energy.energy(x[0], x[1]) + 0.5 * out * out;
                },
                logZ + longer);
    }

    /** Puts energies of rows on a tape; the buffers are used again. */
    static final class OnTape {
        private final Energy energy;
        private final FMatrixRMaj gradients = new FMatrixRMaj(0, 0);
        private final FMatrixRMaj rest = new FMatrixRMaj(0, 0);
        private final double[] x;
        private final double[] gradient;

        OnTape(Energy energy) {
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
}
