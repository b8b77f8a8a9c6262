package lvm.boltzmann;

import java.util.random.RandomGenerator;
import lvm.linalg.VectorMath;
import lvm.mcmc.Transition;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;

/**
 * Gibbs–Langevin sampling of a machine with Gaussian visible units: h ~ p(h | v), then steps of Langevin dynamics on p(v | h) from where v is, in
 * place of a draw. With u = (v − E[v | h])/σ a step proposes u′ = (1 − ε²/2) u + ε z, z ~ N(0, I), half the slope of log p(v | h) by u times ε², and
 * accepts with probability min(1, exp(−ε²/8 (u′ᵀu′ − uᵀu))), the rule of Metropolis and Hastings for this proposal: p(v) is left invariant whatever ε.
 */
final class Langevin implements Transition<FMatrixRMaj> {
    private final RbmUnits units;
    private final int steps;
    private final float epsilon;
    private final FMatrixRMaj h;
    private final FMatrixRMaj means;
    private float[] u = {};
    private float[] proposal = {};

    Langevin(RbmUnits units, int steps, double epsilon) {
        this.units = units;
        this.steps = steps;
        this.epsilon = (float) epsilon;
        h = new FMatrixRMaj(0, units.hidden());
        means = new FMatrixRMaj(0, units.visible());
    }

    @Override
    public Info step(FMatrixRMaj v, RandomGenerator rng) {
        units.hiddenLogits(v, h);
        VectorMath.sigmoid(h, h);
        Fill.bits(h, rng);
        units.visibleLogits(h, means);
        units.layer().means(means);
        int d = v.numCols;
        if (u.length != d) {
            u = new float[d];
            proposal = new float[d];
        }
        double acceptance = 0;
        for (int i = 0; i < v.numRows; i++) {
            acceptance += row(v, i, rng);
        }
        return new Info(acceptance / v.numRows, Double.NaN);
    }

    private double row(FMatrixRMaj v, int row, RandomGenerator rng) {
        int d = u.length;
        double acceptance = 0;
        double norm = 0;
        for (int k = 0; k < d; k++) {
            u[k] = (float) ((v.data[row * d + k] - means.data[row * d + k])
                    * Math.sqrt(units.layer().precision(k)));
            norm += (double) u[k] * u[k];
        }
        for (int t = 0; t < steps; t++) {
            double proposed = 0;
            for (int k = 0; k < d; k++) {
                proposal[k] = (float) ((1 - epsilon * epsilon / 2) * u[k] + epsilon * rng.nextGaussian());
                proposed += (double) proposal[k] * proposal[k];
            }
            double p = Math.exp(Math.min(0, -epsilon * epsilon / 8 * (proposed - norm)));
            acceptance += p / steps;
            if (rng.nextDouble() < p) {
                System.arraycopy(proposal, 0, u, 0, d);
                norm = proposed;
            }
        }
        for (int k = 0; k < d; k++) {
            v.data[row * d + k] = (float)
                    (means.data[row * d + k] + u[k] / Math.sqrt(units.layer().precision(k)));
        }
        return acceptance;
    }
}
