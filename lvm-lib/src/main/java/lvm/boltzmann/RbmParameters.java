package lvm.boltzmann;

import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;

/**
 * What an optimiser moves, beside the parameters of {@link RbmUnits} that a rule has slopes for. Of a machine of binary units they are the same.
 */
class RbmParameters {
    final RbmUnits units;
    /** W, b and c of the units, with the slopes of a rule. */
    final List<Param> natural;

    RbmParameters(VisibleLayer layer, FMatrixRMaj w, FMatrixRMaj b) {
        natural = List.of(new Param("w", w), new Param("b", b), new Param("c", new FMatrixRMaj(1, w.numCols)));
        units = new RbmUnits(
                natural.get(0).value(), natural.get(1).value(), natural.get(2).value(), layer);
    }

    /** Small random weights, and visible biases with which every unit has its base rate. */
    static RbmParameters start(
            VisibleLayer layer, FMatrixRMaj rates, int hidden, double deviation, RandomGenerator rng) {
        FMatrixRMaj w = new FMatrixRMaj(rates.numCols, hidden);
        Fill.normal(0, (float) deviation, w, rng);
        return new RbmParameters(layer, w, layer.base(rates).bias());
    }

    /** W, b and c as they move. */
    List<Param> moved() {
        return natural;
    }

    /** The log variances that are learnt, if there are any. */
    List<Param> logVariances() {
        return List.of();
    }

    /** Takes over parameters that have moved. */
    void refresh() {}

    /** Empties the slopes of what moves, where they are not those of the rule. */
    void clear() {}

    /** Adds the slopes by what moves that follow from those of a rule. */
    void slopes(RbmRule rule) {}
}
