package lvm.distribution;

import java.util.function.ToDoubleFunction;
import lvm.data.PlanarEnergy;
import lvm.model.Require;

/** A density that is known up to its normaliser, p(x) = e^−U(x) / Z, by its energy U and the gradient of that. */
public interface Energy {

    /** {@return the number of columns, D} */
    int dim();

    /**
     * The energy and its gradient.
     *
     * @param x D values; not modified
     * @param gradient D values. Modified: ∂U/∂x
     * @return U(x), nats
     */
    double energy(double[] x, double[] gradient);

    /** {@return the logarithm of the normaliser, log Z; NaN where it is not known} */
    default double logZ() {
        return Double.NaN;
    }

    /**
     * An energy with a gradient by central differences, for a smooth function of a few columns.
     *
     * @param dim D, at least 1
     * @param u U
     * @return the energy
     * @throws IllegalArgumentException if there is no column
     */
    static Energy of(int dim, ToDoubleFunction<double[]> u) {
        Require.atLeast("Energy.of", "dim", 1, dim);
        return new Energies.Smooth(dim, u, Double.NaN);
    }

    /**
     * One of the four energies in the plane. U₂ to U₄ do not fall with |z₁|; outside |z₁| ≤ 4 a wall ½ ((|z₁| − 4)/0.05)² is
     * added to these, and {@link #logZ} is that of the energy with its wall.
     *
     * @param energy the energy
     * @return it with its gradient
     */
    static Energy of(PlanarEnergy energy) {
        return Energies.of(energy);
    }
}
