package lvm.vae;

import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import lvm.autodiff.Var;
import lvm.data.Dataset;
import lvm.distribution.ConditionalDensity;
import lvm.fit.Scaling;
import lvm.model.Require;
import org.ejml.data.FMatrixRMaj;

/**
 * p(x | z) in the units of the data, where the networks see and make standardised columns x̃ = (x − m)/s: what the decoder
 * gives are the means, and where there are some the log variances, of x̃.
 */
final class Observation {
    private static final int ROWS = 500;

    final Likelihood likelihood;
    final int dim;
    final Scaling scaling;

    /** The log variance that is learnt beside the decoder, or null. */
    final Param logVariance;

    /** The distribution of all numbers together that is learnt beside the decoder, or null. */
    final ConditionalDensity density;

    /** log p(x | z) is that of x̃ and this. */
    final double units;

    private final FMatrixRMaj ones;
    private final FMatrixRMaj offsets; // null without a scaling

    private Observation(
            Likelihood likelihood, int dim, Scaling scaling, Param logVariance, ConditionalDensity density) {
        this.density = density;
        this.likelihood = likelihood;
        this.dim = dim;
        this.scaling = scaling;
        this.logVariance = logVariance;
        units = scaling.isNone() ? 0 : -scaling.logScale();
        ones = new FMatrixRMaj(1, dim);
        ones.fill(1);
        offsets = scaling.isNone() ? null : likelihood.offsets(dim, scaling);
    }

    /** At its start, for data of these moments. */
    static Observation start(Likelihood likelihood, Moments data, RandomGenerator rng) {
        return new Observation(
                likelihood,
                data.means().length,
                data.scaling(),
                likelihood.parameter(data.variances()),
                likelihood.density(data.means(), rng));
    }

    /** What is learnt beside the decoder. */
    List<Param> params() {
        if (density != null) {
            return density.params();
        }
        return logVariance == null ? List.of() : List.of(logVariance);
    }

    /** How many rows go through the networks at once. */
    int rowsAtOnce() {
        return density == null ? ROWS : Math.min(ROWS, density.rowsAtOnce());
    }

    /** The same with parameters of its own. */
    Observation copy() {
        Param own = logVariance == null
                ? null
                : new Param(logVariance.name(), logVariance.value().copy());
        ConditionalDensity ownDensity = likelihood.density(new double[dim], new SplittableRandom(0));
        if (density != null) {
            ownDensity.copyFrom(density);
        }
        return new Observation(likelihood, dim, scaling, own, ownDensity);
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
        return density == null
                ? likelihood.logProbability(tape, outputs, x, logVariance, ones, offsets)
                : density.logProbability(tape, x, outputs);
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
        if (density == null) {
            likelihood.sample(outputs, dim, logVariance, offsets, rng, x);
        } else {
            x.setTo(density.sample(outputs, rng));
        }
    }
}
