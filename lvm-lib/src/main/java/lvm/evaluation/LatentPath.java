package lvm.evaluation;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import lvm.linalg.Logs;
import lvm.mcmc.AnnealingPath;
import lvm.mcmc.Hmc;
import lvm.mcmc.Transition;
import lvm.model.LatentGaussians;
import lvm.model.LatentLikelihood;
import org.ejml.data.DMatrixRMaj;

/**
 * The way of latent variables from a Gaussian gᵢ for each row to the posterior of the row, f_β(z) = gᵢ(z)^(1−β) (N(z; 0, I) p(xᵢ | z))^β,
 * with transitions by Hamiltonian Monte Carlo. Z(0) = 1 and Z(1) = p(xᵢ), of each row its own.
 */
final class LatentPath implements AnnealingPath<DMatrixRMaj>, Hmc.Target {
    private static final double GAIN = 0.15;
    private static final int WARM_UP = 40;

    private final LatentLikelihood likelihood;
    private final LatentGaussians base;
    private final double[] betas;
    private final double[] stepSizes;
    private final int leapfrogSteps;
    private final double wanted; // NaN when the step sizes are fixed
    private final int n;
    private final int k;

    private final double[] given; // log p(x | z) at the last place
    private final DMatrixRMaj slope;
    private final DMatrixRMaj place;
    private boolean known;
    private double beta;
    private Hmc hmc;

    /** With step sizes for each β; where an acceptance is wanted they are found on the way. */
    LatentPath(
            LatentLikelihood likelihood,
            LatentGaussians base,
            double[] betas,
            double[] stepSizes,
            int leapfrogSteps,
            double wanted) {
        this.likelihood = likelihood;
        this.base = base;
        this.betas = betas;
        this.stepSizes = stepSizes;
        this.leapfrogSteps = leapfrogSteps;
        this.wanted = wanted;
        n = base.mean().numRows;
        k = base.mean().numCols;
        given = new double[n];
        slope = new DMatrixRMaj(n, k);
        place = new DMatrixRMaj(n, k);
    }

    @Override
    public double logBase() {
        return 0;
    }

    @Override
    public DMatrixRMaj base(int chains, RandomGenerator rng) {
        DMatrixRMaj z = new DMatrixRMaj(n, k);
        for (int i = 0; i < z.getNumElements(); i++) {
            z.data[i] = base.mean().data[i] + base.deviation().data[i] * rng.nextGaussian();
        }
        return z;
    }

    private void goTo(DMatrixRMaj z) {
        int size = n * k;
        if (!known || !Arrays.equals(place.data, 0, size, z.data, 0, size)) {
            place.setTo(z);
            likelihood.evaluate(place, given, slope);
            known = true;
        }
    }

    private double logBase(DMatrixRMaj z, int i) {
        double log = 0;
        for (int j = i * k; j < (i + 1) * k; j++) {
            double s = base.deviation().data[j];
            log += Logs.logNormal((z.data[j] - base.mean().data[j]) / s) - Math.log(s);
        }
        return log;
    }

    private double logPrior(DMatrixRMaj z, int i) {
        double log = 0;
        for (int j = i * k; j < (i + 1) * k; j++) {
            log += Logs.logNormal(z.data[j]);
        }
        return log;
    }

    @Override
    public void addLogRatio(DMatrixRMaj z, double from, double to, double[] logWeights) {
        goTo(z);
        for (int i = 0; i < n; i++) {
            logWeights[i] += (to - from) * (given[i] + logPrior(z, i) - logBase(z, i));
        }
    }

    @Override
    public void evaluate(DMatrixRMaj z, double[] logDensity, DMatrixRMaj gradient) {
        goTo(z);
        for (int i = 0; i < n; i++) {
            logDensity[i] = (1 - beta) * logBase(z, i) + beta * (logPrior(z, i) + given[i]);
        }
        for (int j = 0; j < n * k; j++) {
            double s = base.deviation().data[j];
            gradient.data[j] =
                    beta * (slope.data[j] - z.data[j]) - (1 - beta) * (z.data[j] - base.mean().data[j]) / (s * s);
        }
    }

    @Override
    public Transition<DMatrixRMaj> at(double to) {
        int index = Arrays.binarySearch(betas, to);
        return (state, rng) -> {
            beta = to;
            if (hmc == null) {
                hmc = new Hmc(this, state, leapfrogSteps, stepSizes[index]);
                if (!Double.isNaN(wanted)) {
                    stepSizes[index] = hmc.adapt(WARM_UP, wanted, rng);
                }
            }
            hmc.densitiesChanged();
            hmc.stepSize(stepSizes[index]);
            Transition.Info info = hmc.step(state, rng);
            if (!Double.isNaN(wanted) && index + 1 < stepSizes.length) {
                stepSizes[index + 1] = stepSizes[index] * Math.exp(GAIN * (info.acceptance() - wanted));
            }
            return info;
        };
    }
}
