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

    RbmParameters(VisibleLayer layer, Param w, Param b, Param c) {
        natural = List.of(w, b, c);
        units = new RbmUnits(w.value(), b.value(), c.value(), layer);
    }

    /**
     * Small random weights, visible biases with which every unit has its base rate, and hidden biases of 0.
     *
     * @param copies that each hidden unit stands for; more than one with Gaussian units only
     * @param learnt whether variances are, where the units have some
     */
    static RbmParameters start(
            VisibleLayer layer,
            FMatrixRMaj rates,
            int hidden,
            int copies,
            double deviation,
            boolean learnt,
            RandomGenerator rng) {
        FMatrixRMaj w = new FMatrixRMaj(rates.numCols, hidden);
        Fill.normal(0, (float) deviation, w, rng);
        Param c = new Param("c", new FMatrixRMaj(1, hidden));
        return copies == 1
                ? of(layer, rates, new Param("w", w), "b", c, learnt)
                : GaussianParameters.start((GaussianLayer) layer, rates, new Param("w", w), "b", c, learnt, copies);
    }

    /** Parameters at given weights, with visible biases with which every unit has its base rate. */
    static RbmParameters of(VisibleLayer layer, FMatrixRMaj rates, Param w, String bias, Param c, boolean learnt) {
        return layer instanceof GaussianLayer gaussian
                ? GaussianParameters.start(gaussian, rates, w, bias, c, learnt, 1)
                : new RbmParameters(layer, w, new Param(bias, layer.base(rates).bias()), c);
    }

    /** The same numbers once more, under names that begin with something. */
    RbmParameters copy(String prefix) {
        return new RbmParameters(
                units.layer(),
                copy(prefix, natural.get(0)),
                copy(prefix, natural.get(1)),
                copy(prefix, natural.get(2)));
    }

    static Param copy(String prefix, Param from) {
        return new Param(prefix + from.name(), from.value().copy());
    }

    /** Takes the numbers of others. */
    void setTo(RbmParameters from) {
        for (int p = 0; p < natural.size(); p++) {
            natural.get(p).value().setTo(from.natural.get(p).value());
        }
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

    /**
     * Adds the slopes by what moves that follow from those by the parameters of the units.
     *
     * @param squares the slopes by −1/(2σ²), where the units have variances
     */
    void slopes(FMatrixRMaj squares) {}
}
