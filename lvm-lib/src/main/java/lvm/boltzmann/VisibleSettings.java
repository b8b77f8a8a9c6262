package lvm.boltzmann;

import java.util.Arrays;
import java.util.Objects;
import lvm.data.Dataset;
import lvm.fit.Scaling;
import lvm.model.Card;
import lvm.model.Require;
import org.ejml.data.FMatrixRMaj;

/** What the builders of machines let be set of the kind of their visible units. */
final class VisibleSettings {
    private final String model;
    private VisibleUnits units = VisibleUnits.BINARY;
    private double[] fixedVariances = {};
    private double varianceRate = RbmBuilder.DEFAULT_VARIANCE_RATE;

    VisibleSettings(String model) {
        this.model = model;
    }

    /** The visible units of a fit, and what its rows say of them alone, as they see them. */
    record Visible(VisibleLayer layer, FMatrixRMaj rates) {
        /** The means, which are the first row of base rates. */
        FMatrixRMaj means() {
            FMatrixRMaj means = new FMatrixRMaj(1, rates.numCols);
            System.arraycopy(rates.data, 0, means.data, 0, means.numCols);
            return means;
        }

        /** The same with a layer of its own, which learns by itself. */
        Visible copy() {
            return new Visible(layer.copy(), rates);
        }
    }

    void units(VisibleUnits kind) {
        units = Objects.requireNonNull(kind, model + ": visible");
    }

    void fixedVariances(double... variances) {
        Require.atLeast(model, "the number of fixedVariances", 1, variances.length);
        for (double variance : variances) {
            Require.positive(model, "a number of fixedVariances", variance);
        }
        fixedVariances = variances.clone();
    }

    void varianceRate(double share) {
        varianceRate = Require.positive(model, "varianceRate", share);
    }

    VisibleUnits units() {
        return units;
    }

    boolean gaussian() {
        return units == VisibleUnits.GAUSSIAN;
    }

    /** Whether variances are learnt, if there are some. */
    boolean learnt() {
        return fixedVariances.length == 0;
    }

    double varianceRate() {
        return varianceRate;
    }

    /** Gaussian units as they begin, for rows that are checked. */
    Visible gaussian(String where, Dataset data, Scaling scaling) {
        Require.atLeast(where, "the number of rows", 1, data.rows());
        int d = data.dim();
        if (fixedVariances.length > 1 && fixedVariances.length != d) {
            throw new IllegalArgumentException(where + ": fixedVariances has " + fixedVariances.length
                    + " numbers, expected 1 or the " + d + " columns of the data");
        }
        FMatrixRMaj variances = new FMatrixRMaj(1, d);
        for (int i = 0; i < d && !learnt(); i++) {
            double s = scaling.scale(i);
            variances.data[i] = (float) (fixedVariances[Math.min(i, fixedVariances.length - 1)] / s / s);
        }
        GaussianLayer layer = new GaussianLayer(variances, scaling);
        FMatrixRMaj rates = layer.rates(where, data, null);
        for (int i = 0; i < d && learnt(); i++) {
            variances.data[i] = rates.data[d + i];
            if (!(variances.data[i] > 0)) {
                throw new IllegalArgumentException(where + ": column " + i
                        + " is the same in every row, where a variance that is learnt goes to 0, expected one that varies;"
                        + " leave it out, or give fixedVariances");
            }
        }
        return new Visible(layer, rates);
    }

    /** What is said of Gaussian units on a card. */
    void describe(Card card) {
        if (gaussian()) {
            card.setting("kind of visible units", units)
                    .setting(
                            "variances",
                            learnt()
                                    ? "learnt, with " + varianceRate + " of the learning rate"
                                    : "fixed, " + Arrays.toString(fixedVariances));
        }
    }
}
