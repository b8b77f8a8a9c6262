package lvm.boltzmann;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.boltzmann.VisibleSettings.Visible;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;

/**
 * What an optimiser moves of a deep machine, beside the parameters of {@link DbmUnits} that a rule has slopes for, the weights first and then the
 * biases. Only W₁ and b₀ can differ: where the visible units are Gaussian, see {@link GaussianParameters}.
 */
final class DbmParameters {
    final DbmUnits units;
    /** Those of the units, with the slopes of a rule. */
    final List<Param> natural;
    /** Those of the published energy. */
    final List<Param> moved;

    private final RbmParameters lowest;

    private DbmParameters(RbmParameters lowest, List<Param> weights, List<Param> biases) {
        this.lowest = lowest;
        natural = joined(lowest.natural, weights, biases);
        moved = joined(lowest.moved(), weights, biases);
        List<FMatrixRMaj> values = natural.stream().map(Param::value).toList();
        int layers = weights.size() + 1;
        units = DbmUnits.of(lowest.units.layer(), values.subList(0, layers), values.subList(layers, values.size()));
    }

    private static List<Param> joined(List<Param> lowest, List<Param> weights, List<Param> biases) {
        List<Param> all = new ArrayList<>(List.of(lowest.get(0)));
        all.addAll(weights);
        all.add(lowest.get(1));
        all.addAll(biases);
        return List.copyOf(all);
    }

    /** Small random weights, visible biases with which every unit has its base rate, and given hidden biases. */
    static DbmParameters start(
            Visible visible, int[] widths, double deviation, double hiddenBias, boolean learnt, RandomGenerator rng) {
        List<Param> weights = new ArrayList<>();
        List<Param> biases = new ArrayList<>();
        for (int l = 0; l < widths.length; l++) {
            FMatrixRMaj w = new FMatrixRMaj(l == 0 ? visible.rates().numCols : widths[l - 1], widths[l]);
            Fill.normal(0, (float) deviation, w, rng);
            weights.add(new Param("w" + (l + 1), w));
            FMatrixRMaj b = new FMatrixRMaj(1, widths[l]);
            b.fill((float) hiddenBias);
            biases.add(new Param("b" + (l + 1), b));
        }
        RbmParameters lowest =
                RbmParameters.of(visible.layer(), visible.rates(), weights.get(0), "b0", biases.get(0), learnt);
        return new DbmParameters(lowest, weights.subList(1, widths.length), biases);
    }

    /** Takes over the machines of a pretraining: a bias between two of them is the sum of theirs. */
    void compose(List<RbmBuilder.Layer> layers) {
        for (int l = 0; l < layers.size(); l++) {
            RbmUnits layer = layers.get(l).units();
            if (l == 0) {
                lowest.setTo(layers.get(0).parameters());
            } else {
                units.weights().get(l).setTo(layer.w());
                units.biases().get(l + 1).setTo(layer.c());
                CommonOps_FDRM.add(
                        layers.get(l - 1).units().c(), layer.b(), units.biases().get(l));
            }
        }
    }

    /** The log variances that are learnt, if there are any. */
    List<Param> logVariances() {
        return lowest.logVariances();
    }

    /** Takes over parameters that have moved. */
    void refresh() {
        lowest.refresh();
    }

    /** Empties the slopes of what moves, where they are not those of the rule. */
    void clear() {
        lowest.clear();
    }

    /** Adds the slopes by what moves that follow from those of a rule. */
    void slopes(DbmRule rule) {
        lowest.slopes(rule.squares);
    }
}
