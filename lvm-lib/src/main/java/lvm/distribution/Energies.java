package lvm.distribution;

import java.util.function.ToDoubleFunction;
import lvm.data.PlanarEnergy;

/** Energies of functions. */
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
}
