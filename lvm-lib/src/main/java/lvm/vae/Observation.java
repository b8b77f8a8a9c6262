package lvm.vae;

import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.fit.Scaling;
import lvm.model.Require;
import org.ejml.data.FMatrixRMaj;

/**
 * p(x | z) in the units of the data, where the networks see and make standardised columns x̃ = (x − m)/s: what the decoder
 * gives are the means, and where there are some the log variances, of x̃.
 */
final class Observation {
    final Likelihood likelihood;
    final int dim;
    final Scaling scaling;

    /** The log variance that is learnt beside the decoder, or null. */
    final Param logVariance;

    /** log p(x | z) is that of x̃ and this. */
    final double units;

    private final FMatrixRMaj ones;
    private final FMatrixRMaj offsets; // null without a scaling

    Observation(Likelihood likelihood, int dim, Scaling scaling, Param logVariance) {
        this.likelihood = likelihood;
        this.dim = dim;
        this.scaling = scaling;
        this.logVariance = logVariance;
        units = scaling.isNone() ? 0 : -scaling.logScale();
        ones = new FMatrixRMaj(1, dim);
        ones.fill(1);
        offsets = scaling.isNone() ? null : likelihood.offsets(dim, scaling);
    }

    /** The same with a parameter of its own. */
    Observation copy() {
        Param own = logVariance == null
                ? null
                : new Param(logVariance.name(), logVariance.value().copy());
        return new Observation(likelihood, dim, scaling, own);
    }

    /** Observations as the networks see them, checked. */
    FMatrixRMaj seen(String where, FMatrixRMaj x) {
        Require.rows(where, "x", x, dim);
        likelihood.requireSupport(where, x);
        return scaling.of(x);
    }

    /** The same of a data set, standardised before it is rounded to floats. */
    FMatrixRMaj seen(String where, Dataset data) {
        FMatrixRMaj x = scaling.rows(where, data, dim);
        likelihood.requireSupport(where, x);
        return x;
    }

    /** log p(x̃ᵢ | zᵢ), n×1, of standardised observations from what the decoder gave. */
    Var logProbability(Tape tape, Var outputs, Var x) {
        return likelihood.logProbability(tape, outputs, x, logVariance, ones, offsets);
    }

    /** The means of x, n×D. */
    FMatrixRMaj mean(FMatrixRMaj outputs) {
        return scaling.back(likelihood.mean(outputs, dim));
    }

    /** The variances of x, n×D. */
    FMatrixRMaj variance(FMatrixRMaj outputs) {
        FMatrixRMaj variance = likelihood.variance(outputs, dim, logVariance, offsets);
        boolean standardised = offsets != null && !likelihood.isFixed();
        for (int i = 0; standardised && i < variance.getNumElements(); i++) {
            double s = scaling.scale(i % dim);
            variance.data[i] = (float) (variance.data[i] * s * s);
        }
        return variance;
    }

    /** Draws of x, n×D. */
    FMatrixRMaj sample(FMatrixRMaj outputs, RandomGenerator rng) {
        FMatrixRMaj x = new FMatrixRMaj(outputs.numRows, dim);
        sampleSeen(outputs, rng, x);
        return scaling.back(x);
    }

    /** Draws of x̃, as the networks see x, into a matrix that is used again. */
    void sampleSeen(FMatrixRMaj outputs, RandomGenerator rng, FMatrixRMaj x) {
        likelihood.sample(outputs, dim, logVariance, offsets, rng, x);
    }
}
