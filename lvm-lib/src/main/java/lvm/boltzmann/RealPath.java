package lvm.boltzmann;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.linalg.Logs;
import lvm.mcmc.AnnealingPath;
import lvm.mcmc.Hmc;
import lvm.mcmc.Transition;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * From independent Gaussians N(m, s²) to a machine of real-valued rows, log f_β(x) = −(1 − β) Σ (x − m)²/(2s²) − β F(x), with a transition of Hamiltonian
 * Monte Carlo at each β. Its step size is the smaller of those that pilot chains find at both ends: curvatures of the path lie between theirs.
 */
final class RealPath implements AnnealingPath<DMatrixRMaj> {
    private static final int PILOT_CHAINS = 20;
    private static final int PILOT_TRANSITIONS = 100;

    private final RealUnits units;
    private final double[] mean;
    private final double[] variance;
    private final double logScale;
    private final int leapfrogSteps;
    private final double stepSize;
    private double[] f = {};
    private double beta;
    private Hmc hmc;
    private int rows = -1;

    /**
     * The path.
     *
     * @param rates m and s², 2×D, as the machine sees its columns
     * @param logScale by which log Z of the data's own units is greater
     */
    RealPath(RealUnits units, FMatrixRMaj rates, double logScale, int leapfrogSteps, long seed) {
        this.units = units.copy();
        this.logScale = logScale;
        this.leapfrogSteps = leapfrogSteps;
        int d = units.visible;
        mean = new double[d];
        variance = new double[d];
        for (int i = 0; i < d; i++) {
            mean[i] = rates.data[i];
            variance[i] = rates.data[d + i];
        }
        SplittableRandom rng = new SplittableRandom(seed);
        double least = Double.POSITIVE_INFINITY;
        for (int end = 0; end <= 1; end++) {
            beta = end;
            Hmc pilot = new Hmc(this::evaluate, base(PILOT_CHAINS, rng), leapfrogSteps, .1);
            least = Math.min(least, pilot.adapt(PILOT_TRANSITIONS, Hmc.DEFAULT_ACCEPTANCE, rng));
        }
        stepSize = least;
    }

    private void evaluate(DMatrixRMaj x, double[] logDensity, DMatrixRMaj gradient) {
        units.freeEnergy(x, logDensity, gradient);
        int d = units.visible;
        for (int k = 0; k < x.numRows * d; k++) {
            gradient.data[k] = -beta * gradient.data[k] - (1 - beta) * (x.data[k] - mean[k % d]) / variance[k % d];
        }
        for (int i = 0; i < x.numRows; i++) {
            logDensity[i] = -beta * logDensity[i] - (1 - beta) * square(x, i);
        }
    }

    private double square(DMatrixRMaj x, int row) {
        double sum = 0;
        for (int i = 0; i < mean.length; i++) {
            double apart = x.data[row * mean.length + i] - mean[i];
            sum += apart * apart / (2 * variance[i]);
        }
        return sum;
    }

    @Override
    public double logBase() {
        double sum = logScale;
        for (double v : variance) {
            sum += .5 * (Logs.LOG_2_PI + Math.log(v));
        }
        return sum;
    }

    @Override
    public DMatrixRMaj base(int chains, RandomGenerator rng) {
        DMatrixRMaj x = new DMatrixRMaj(chains, mean.length);
        for (int k = 0; k < x.getNumElements(); k++) {
            x.data[k] = mean[k % mean.length] + Math.sqrt(variance[k % mean.length]) * rng.nextGaussian();
        }
        return x;
    }

    @Override
    public void addLogRatio(DMatrixRMaj x, double from, double to, double[] logWeights) {
        if (f.length < x.numRows) {
            f = new double[x.numRows];
        }
        units.freeEnergy(x, f, null);
        for (int i = 0; i < x.numRows; i++) {
            logWeights[i] += (to - from) * (square(x, i) - f[i]);
        }
    }

    @Override
    public Transition<DMatrixRMaj> at(double beta) {
        return (state, rng) -> {
            this.beta = beta;
            if (rows != state.numRows) {
                rows = state.numRows;
                hmc = new Hmc(this::evaluate, state, leapfrogSteps, stepSize);
            }
            hmc.densitiesChanged();
            return hmc.step(state, rng);
        };
    }
}
